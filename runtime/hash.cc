// SipHash-1-3 under a per-process key for bytes-like data, and the number hashes.
#include "runtime/hash.h"

#include <sys/random.h>

#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "runtime/abstract.h"
#include "runtime/bytes.h"
#include "runtime/float.h"

namespace minipy {

namespace {

// This room's own state: the process's hash key (D7 allows documented caches; the key never changes once set).
struct HashKey {
  uint64_t k0 = 0;
  uint64_t k1 = 0;
  bool ready = false;
};
constinit HashKey g_hash_key;

constexpr size_t kSecretSize = 24;  // as much as CPython draws; the first 16 bytes are the key

void fill_from_seed(unsigned char* out, size_t size, unsigned seed) {
  unsigned x = seed;
  for (size_t i = 0; i < size; i++) {
    x = x * 214013u + 2531011u;
    out[i] = static_cast<unsigned char>(x >> 16);
  }
}

void fill_random(unsigned char* out, size_t size) {
  size_t done = 0;
  while (done < size) {
    ssize_t n = getrandom(out + done, size - done, GRND_NONBLOCK);
    if (n > 0) {
      done += static_cast<size_t>(n);
    } else if (errno != EINTR) {
      // No entropy yet, early in a machine's start: an address is the best that can be had without blocking.
      uintptr_t address = reinterpret_cast<uintptr_t>(&done) ^ reinterpret_cast<uintptr_t>(&g_hash_key);
      fill_from_seed(out + done, size - done, static_cast<unsigned>(address >> 4));
      return;
    }
  }
}

[[gnu::cold, gnu::noinline]] void seed_from_environment() {
  const char* text = getenv("PYTHONHASHSEED");
  if (!text || !*text || strcmp(text, "random") == 0) return hash_seed(false, 0);
  hash_seed(true, strtoul(text, nullptr, 10));
}

inline uint64_t rotate_left(uint64_t x, int bits) { return (x << bits) | (x >> (64 - bits)); }

struct SipState {
  uint64_t v0, v1, v2, v3;
  void round() {
    v0 += v1;
    v2 += v3;
    v1 = rotate_left(v1, 13) ^ v0;
    v3 = rotate_left(v3, 16) ^ v2;
    v0 = rotate_left(v0, 32);
    v2 += v1;
    v0 += v3;
    v1 = rotate_left(v1, 17) ^ v2;
    v3 = rotate_left(v3, 21) ^ v0;
    v2 = rotate_left(v2, 32);
  }
};

}  // namespace

void hash_seed(bool use_seed, unsigned long seed) {
  unsigned char secret[kSecretSize] = {};
  if (!use_seed) {
    fill_random(secret, sizeof secret);
  } else if (seed != 0) {
    fill_from_seed(secret, sizeof secret, static_cast<unsigned>(seed));
  }
  memcpy(&g_hash_key.k0, secret, 8);
  memcpy(&g_hash_key.k1, secret + 8, 8);
  g_hash_key.ready = true;
}

uint64_t siphash13(uint64_t key0, uint64_t key1, const void* data, size_t size) {
  SipState s{key0 ^ 0x736f6d6570736575u, key1 ^ 0x646f72616e646f6du, key0 ^ 0x6c7967656e657261u,
             key1 ^ 0x7465646279746573u};
  const auto* p = static_cast<const unsigned char*>(data);
  uint64_t last = static_cast<uint64_t>(size) << 56;
  for (; size >= 8; size -= 8, p += 8) {
    uint64_t word;
    memcpy(&word, p, 8);
    s.v3 ^= word;
    s.round();
    s.v0 ^= word;
  }
  uint64_t tail = 0;
  for (size_t i = size; i-- > 0;) tail = (tail << 8) | p[i];
  last |= tail;
  s.v3 ^= last;
  s.round();
  s.v0 ^= last;
  s.v2 ^= 0xff;
  s.round();
  s.round();
  s.round();
  return (s.v0 ^ s.v1) ^ (s.v2 ^ s.v3);
}

hash_t hash_bytes(const void* data, ssize size) {
  if (size == 0) return 0;
  if (!g_hash_key.ready) [[unlikely]]
    seed_from_environment();
  auto h = static_cast<hash_t>(siphash13(g_hash_key.k0, g_hash_key.k1, data, static_cast<size_t>(size)));
  return h == -1 ? -2 : h;
}

hash_t hash_pointer(const void* p) {
  // The low four bits are mostly zero by alignment: rotate them away.
  uintptr_t bits = reinterpret_cast<uintptr_t>(p);
  auto h = static_cast<hash_t>((bits >> 4) | (bits << 60));
  return h == -1 ? -2 : h;
}

hash_t float_hash_value(const Object* inst, double v) {
  if (!std::isfinite(v)) {
    if (std::isinf(v)) return v > 0 ? kHashInfinity : -kHashInfinity;
    return hash_pointer(inst);  // each NaN object hashes on its own
  }
  // v = m * 2**e. Take the mantissa 28 bits at a time, rotating modulo 2**61 - 1, then rotate by the exponent.
  int exponent;
  double m = std::frexp(v, &exponent);
  bool negative = m < 0;
  if (negative) m = -m;
  uint64_t x = 0;
  while (m != 0) {
    x = ((x << 28) & kHashModulus) | x >> (kHashBits - 28);
    m *= 268435456.0;  // 2**28
    exponent -= 28;
    auto part = static_cast<uint64_t>(m);
    m -= static_cast<double>(part);
    x += part;
    if (x >= kHashModulus) x -= kHashModulus;
  }
  exponent = exponent >= 0 ? exponent % kHashBits : kHashBits - 1 - ((-1 - exponent) % kHashBits);
  if (exponent) x = ((x << exponent) & kHashModulus) | x >> (kHashBits - exponent);
  auto h = static_cast<hash_t>(x);
  if (negative) h = -h;
  return h == -1 ? -2 : h;
}

hash_t complex_hash_value(const Object* inst, double real, double imag) {
  auto hash_real = static_cast<size_t>(float_hash_value(inst, real));
  auto hash_imag = static_cast<size_t>(float_hash_value(inst, imag));
  auto h = static_cast<hash_t>(hash_real + static_cast<size_t>(kHashImaginary) * hash_imag);
  return h == -1 ? -2 : h;
}

}  // namespace minipy
