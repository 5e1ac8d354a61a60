// The module _random: the Mersenne Twister MT19937 of M. Matsumoto and T. Nishimura (ACM TOMACS 8, 1998), seeded as
// CPython seeds it, so that the same seed gives the same numbers.
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <vector>

#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/heap_types.h"
#include "runtime/int.h"
#include "runtime/int_digits.h"
#include "runtime/module.h"

namespace minipy {

namespace {

constexpr int kN = 624, kM = 397;

struct Random {
  Object base;
  int index;
  uint32_t state[kN];
};
static_assert(sizeof(Random) == 2520);

// ---- The generator
// ---------------------------------------------------------------------------------------------------

uint32_t twist(uint32_t high, uint32_t low) {
  uint32_t y = (high & 0x80000000u) | (low & 0x7fffffffu);
  return (y >> 1) ^ ((low & 1) ? 0x9908b0dfu : 0u);
}

void regenerate(uint32_t* mt) {
  int i = 0;
  for (; i < kN - kM; i++) mt[i] = mt[i + kM] ^ twist(mt[i], mt[i + 1]);
  for (; i < kN - 1; i++) mt[i] = mt[i + (kM - kN)] ^ twist(mt[i], mt[i + 1]);
  mt[kN - 1] = mt[kM - 1] ^ twist(mt[kN - 1], mt[0]);
}

uint32_t next_word(Random* self) {
  if (self->index >= kN) {
    regenerate(self->state);
    self->index = 0;
  }
  uint32_t y = self->state[self->index++];
  y ^= y >> 11;
  y ^= (y << 7) & 0x9d2c5680u;
  y ^= (y << 15) & 0xefc60000u;
  return y ^ (y >> 18);
}

void seed_by_number(Random* self, uint32_t seed) {
  uint32_t* mt = self->state;
  mt[0] = seed;
  for (uint32_t i = 1; i < kN; i++) mt[i] = 1812433253u * (mt[i - 1] ^ (mt[i - 1] >> 30)) + i;
  self->index = kN;
}

void seed_by_array(Random* self, const uint32_t* key, size_t length) {
  seed_by_number(self, 19650218u);
  uint32_t* mt = self->state;
  size_t i = 1, j = 0;
  auto advance = [&] {
    if (++i >= kN) {
      mt[0] = mt[kN - 1];
      i = 1;
    }
  };
  for (size_t k = kN > length ? kN : length; k; k--) {
    mt[i] = (mt[i] ^ ((mt[i - 1] ^ (mt[i - 1] >> 30)) * 1664525u)) + key[j] + static_cast<uint32_t>(j);
    advance();
    if (++j >= length) j = 0;
  }
  for (size_t k = kN - 1; k; k--) {
    mt[i] = (mt[i] ^ ((mt[i - 1] ^ (mt[i - 1] >> 30)) * 1566083941u)) - static_cast<uint32_t>(i);
    advance();
  }
  mt[0] = 0x80000000u;
}

// ---- Seeding
// ---------------------------------------------------------------------------------------------------------

void seed_from_system(Random* self) {
  uint32_t key[kN];
  ssize_t n = getrandom(key, sizeof key, GRND_NONBLOCK);
  if (n == static_cast<ssize_t>(sizeof key)) return seed_by_array(self, key, kN);
  timespec now, mono;
  clock_gettime(CLOCK_REALTIME, &now);
  clock_gettime(CLOCK_MONOTONIC, &mono);
  uint32_t weak[] = {static_cast<uint32_t>(now.tv_nsec), static_cast<uint32_t>(now.tv_sec),
                     static_cast<uint32_t>(getpid()), static_cast<uint32_t>(mono.tv_nsec),
                     static_cast<uint32_t>(mono.tv_sec)};
  seed_by_array(self, weak, 5);
}

Status seed_random(Random* self, Object* seed) {
  if (!seed || is_none(seed)) {
    seed_from_system(self);
    return kOk;
  }
  // An int's magnitude; anything else's hash, as an unsigned number.
  Ref<Object> n;
  if (is_int(seed)) {
    n = TRY(int_absolute(cast<Int>(seed)));
  } else {
    hash_t hash = TRY(object_hash(seed));
    n = TRY(int_from_size(static_cast<size_t>(hash)));
  }
  size_t bits = int_bit_length(cast<Int>(n.get()));
  std::vector<uint32_t> key(bits == 0 ? 1 : (bits - 1) / 32 + 1);
  TRY(int_to_bytes(cast<Int>(n.get()), reinterpret_cast<unsigned char*>(key.data()), key.size() * 4, true, false));
  seed_by_array(self, key.data(), key.size());
  return kOk;
}

int random_init(Object* self, Object* args, Object* kwargs);

// ---- Methods
// ---------------------------------------------------------------------------------------------------------

Ref<Object> random_random(Random* self) {
  uint32_t a = next_word(self) >> 5, b = next_word(self) >> 6;
  return float_from_double((a * 67108864.0 + b) * (1.0 / 9007199254740992.0));  // 53 bits
}

Ref<Object> random_seed(Random* self, Object* n) {
  TRY(seed_random(self, n));
  return none_ref();
}

Ref<Object> random_getstate(Random* self) {
  auto r = TRY(tuple_new(kN + 1));
  for (int i = 0; i < kN; i++) r->items[i] = as_object(TRY(int_from_size(self->state[i])).release());
  r->items[kN] = as_object(TRY(int_from(self->index)).release());
  return r;
}

Ref<Object> random_setstate(Random* self, Object* state) {
  if (!is_tuple(state)) return raise(TypeError, "state vector must be a tuple");
  const Tuple* words = cast<Tuple>(state);
  if (tuple_size(words) != kN + 1) return raise(ValueError, "state vector is the wrong size");
  uint32_t fresh[kN];
  for (int i = 0; i < kN; i++) {
    Object* word = words->items[i];
    if (!is_int(word)) return raise(TypeError, "an integer is required");
    if (int_sign(cast<Int>(word)) < 0) return raise(OverflowError, "can't convert negative value to unsigned int");
    if (int_bit_length(cast<Int>(word)) > 64) {
      return raise(OverflowError, "Python int too large to convert to C unsigned long");
    }
    fresh[i] = static_cast<uint32_t>(int_to_unsigned_mask(word));
  }
  if (!is_int(words->items[kN])) return raise(TypeError, "an integer is required");
  long index = TRY(int_to_long(words->items[kN]));
  if (index < 0 || index > kN) return raise(ValueError, "invalid state");
  self->index = static_cast<int>(index);
  for (int i = 0; i < kN; i++) self->state[i] = fresh[i];
  return none_ref();
}

Ref<Object> random_getrandbits(Random* self, int k) {
  if (k < 0) return raise(ValueError, "number of bits must be non-negative");
  if (k == 0) return int_from(0);
  if (k <= 32) return int_from_size(next_word(self) >> (32 - k));
  size_t words = (static_cast<size_t>(k) - 1) / 32 + 1;
  std::vector<uint32_t> bits(words);
  for (size_t i = 0; i < words; i++, k -= 32) {
    bits[i] = next_word(self);
    if (k < 32) bits[i] >>= 32 - k;
  }
  return int_from_bytes(reinterpret_cast<unsigned char*>(bits.data()), words * 4, true, false);
}

constinit MethodDef random_methods[] = {
    METHOD(random_random, "random(self, /)", "random() -> x in the interval [0, 1)."),
    METHOD(random_seed, "seed(self, n=None, /)",
           "Start anew from n: an int's absolute value, another object's hash; from the\noperating system's randomness "
           "without n."),
    METHOD(random_getstate, "getstate(self, /)", "getstate() -> tuple containing the current state."),
    METHOD(random_setstate, "setstate(self, state, /)", "Restore what getstate() returned."),
    METHOD(random_getrandbits, "getrandbits(self, k, /)", "getrandbits(k) -> x. An int with k random bits."),
    {},
};

constinit Type random_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_random.Random",
    .basicsize = sizeof(Random),
    .flags = kTypeDefault | kTypeBaseType,
    .doc = "Random() -> create a random number generator with its own internal state.",
    .methods = random_methods,
    .init = random_init,
    .new_ = type_generic_new,
};

int random_init(Object* self, Object* args, Object* kwargs) {
  if (type_of(self) == &random_type && kwargs && dict_size(cast<Dict>(kwargs))) {
    (void)raise(TypeError, "Random() takes no keyword arguments");
    return -1;
  }
  const Tuple* given = cast<Tuple>(args);
  if (tuple_size(given) > 1) {
    (void)raise(TypeError, "Random() requires 0 or 1 argument");
    return -1;
  }
  return seed_random(cast<Random>(self), tuple_size(given) ? given->items[0] : nullptr) ? 0 : -1;
}

Status exec(Module* m) { return module_add_heap_type(m, &random_type); }

}  // namespace

extern NativeModule _random_module;
constinit NativeModule _random_module = {"_random", nullptr, exec,
                                         "Module implements the Mersenne Twister random number generator."};

}  // namespace minipy
