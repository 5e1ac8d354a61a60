// Module _sha3: SHA-3 and the extendable-output functions SHAKE (FIPS 202). libcrypto has them behind its newer
// interface only, which would allocate a state outside of each object.
#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <iterator>

#include "runtime/module.h"
#include "stdlib/hashes/hash_object.h"
#include "stdlib/unsigned_argument.h"

namespace minipy {
namespace hashes {
namespace {

static_assert(std::endian::native == std::endian::little, "lanes are read and written as little-endian numbers");

// ---- The permutation Keccak-f[1600] -------------------------------------------------------------------------------

constexpr int kRounds = 24, kLanes = 25, kWidthBytes = 8 * kLanes;

// FIPS 202, 3.2.5: bit 2**j - 1 of a round's constant is the output of a linear feedback shift register.
constexpr auto kRoundConstants = [] {
  std::array<uint64_t, kRounds> constants{};
  unsigned r = 1;
  for (uint64_t& constant : constants) {
    for (int j = 0; j <= 6; j++) {
      if (r & 1) constant |= uint64_t{1} << ((1 << j) - 1);
      r = r << 1 ^ (r & 0x80 ? 0x171 : 0);
    }
  }
  return constants;
}();

// Steps rho and pi (3.2.2, 3.2.3): where lane x + 5y goes, rotated by how much.
struct Move {
  int to, rotation;
};
constexpr auto kMoves = [] {
  std::array<Move, kLanes> moves{};
  moves[0] = {0, 0};
  int x = 1, y = 0;
  for (int t = 0; t < 24; t++) {
    int next_y = (2 * x + 3 * y) % 5;
    moves[static_cast<size_t>(x + 5 * y)] = {y + 5 * next_y, (t + 1) * (t + 2) / 2 % 64};
    x = y;
    y = next_y;
  }
  return moves;
}();

void permute(uint64_t* a) {
  for (uint64_t constant : kRoundConstants) {
    uint64_t column[5], moved[kLanes];
#pragma GCC unroll 5
    for (int x = 0; x < 5; x++) column[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
#pragma GCC unroll 25
    for (int i = 0; i < kLanes; i++) {
      int x = i % 5;
      uint64_t theta = column[(x + 4) % 5] ^ std::rotl(column[(x + 1) % 5], 1);
      moved[kMoves[static_cast<size_t>(i)].to] = std::rotl(a[i] ^ theta, kMoves[static_cast<size_t>(i)].rotation);
    }
#pragma GCC unroll 25
    for (int i = 0; i < kLanes; i++) {
      int row = i - i % 5;
      a[i] = moved[i] ^ (~moved[row + (i + 1) % 5] & moved[row + (i + 2) % 5]);
    }
    a[0] ^= constant;
  }
}

// ---- The sponge (section 4) ---------------------------------------------------------------------------------------

struct Sha3 {
  Object base;
  uint64_t lanes[kLanes];
  int position;     // in the block that is being absorbed
  int rate;         // bytes of a block
  int digest_size;  // 0: as many bytes as wanted
  NativeLock* lock;
};
static_assert(sizeof(Sha3) == 240);

unsigned char suffix_of(const Sha3* h) {
  return h->digest_size ? 0x06 : 0x1f;
}  // domain separation and first padding bit

void xor_into(uint64_t* lanes, int position, const unsigned char* data, size_t size) {
  unsigned char* to = reinterpret_cast<unsigned char*>(lanes) + position;
  for (size_t i = 0; i < size; i++) to[i] ^= data[i];
}
void xor_block(uint64_t* lanes, const unsigned char* data, int rate) {
  for (int i = 0; i < rate / 8; i++) {
    uint64_t lane;
    std::memcpy(&lane, data + 8 * i, 8);
    lanes[i] ^= lane;
  }
}

void feed(Sha3* h, const unsigned char* data, size_t size) {
  while (size) {
    size_t room = static_cast<size_t>(h->rate - h->position);
    size_t part = size < room ? size : room;
    if (h->position == 0 && part == room) {
      xor_block(h->lanes, data, h->rate);
    } else {
      xor_into(h->lanes, h->position, data, part);
    }
    data += part;
    size -= part;
    h->position += static_cast<int>(part);
    if (h->position == h->rate) {
      permute(h->lanes);
      h->position = 0;
    }
  }
}

void squeeze(const Sha3* h, unsigned char* out, size_t size) {
  uint64_t lanes[kLanes];
  std::memcpy(lanes, h->lanes, sizeof lanes);
  unsigned char suffix = suffix_of(h), last_bit = 0x80;
  xor_into(lanes, h->position, &suffix, 1);
  xor_into(lanes, h->rate - 1, &last_bit, 1);
  while (size) {
    permute(lanes);
    size_t part = std::min(size, static_cast<size_t>(h->rate));
    std::memcpy(out, lanes, part);
    out += part;
    size -= part;
  }
}
size_t finish(const Sha3* h, unsigned char* digest) {
  size_t size = static_cast<size_t>(h->digest_size);
  squeeze(h, digest, size);
  return size;
}

void copy_state(Sha3* to, const Sha3* from) {
  std::memcpy(to->lanes, from->lanes, sizeof to->lanes);
  to->position = from->position;
  to->rate = from->rate;
  to->digest_size = from->digest_size;
}

// ---- Types --------------------------------------------------------------------------------------------------------

Ref<Bytes> squeezed(Sha3* h, Object* length) {
  constexpr unsigned long kLimit = 1ul << 29;
  unsigned long size = TRY(unsigned_argument(length, 64, "Python int too large to convert to C unsigned long"));
  if (size >= kLimit) return raise(ValueError, "length is too large");
  if (size == 0) return bytes_new("", 0);
  Ref<Bytes> digest = TRY(bytes_new(nullptr, static_cast<ssize>(size)));
  HeldLock held(h->lock);
  squeeze(h, reinterpret_cast<unsigned char*>(digest->data), size);
  return digest;
}
Ref<Object> shake_digest(Sha3* h, Object* length) { return squeezed(h, length); }
Ref<Object> shake_hexdigest(Sha3* h, Object* length) {
  Ref<Bytes> digest = TRY(squeezed(h, length));
  return bytes_to_hex(bytes_view(digest.get()), nullptr, 0);
}

constinit MethodDef sha3_methods[] = {
    METHOD(hash_copy<Sha3>, "copy(self, /)", "Return a copy of the hash object."),
    METHOD(hash_digest<Sha3>, "digest(self, /)", "Return the digest as bytes."),
    METHOD(hash_hexdigest<Sha3>, "hexdigest(self, /)", "Return the digest as hexadecimal digits."),
    METHOD(hash_update<Sha3>, "update(self, data, /)", "Hash more bytes."),
    {},
};
constinit MethodDef shake_methods[] = {
    METHOD(hash_copy<Sha3>, "copy(self, /)", "Return a copy of the hash object."),
    METHOD(shake_digest, "digest(self, length, /)", "Return that many bytes of output."),
    METHOD(shake_hexdigest, "hexdigest(self, length, /)", "Return that many bytes of output as hexadecimal digits."),
    METHOD(hash_update<Sha3>, "update(self, data, /)", "Hash more bytes."),
    {},
};

Ref<Object> get_block_size(Sha3* h) { return int_from(h->rate); }
Ref<Object> get_digest_size(Sha3* h) { return int_from(h->digest_size); }
Ref<Object> get_rate_bits(Sha3* h) { return int_from(h->rate * 8); }
Ref<Object> get_capacity_bits(Sha3* h) { return int_from((kWidthBytes - h->rate) * 8); }
Ref<Object> get_suffix(Sha3* h) {
  char suffix = static_cast<char>(suffix_of(h));
  return bytes_new(&suffix, 1);
}
constinit GetSetDef sha3_getset[] = {
    {"block_size", getter<get_block_size>, nullptr, nullptr, nullptr},
    {"name", getter<hash_name<Sha3>>, nullptr, nullptr, nullptr},
    {"digest_size", getter<get_digest_size>, nullptr, nullptr, nullptr},
    {"_capacity_bits", getter<get_capacity_bits>, nullptr, nullptr, nullptr},
    {"_rate_bits", getter<get_rate_bits>, nullptr, nullptr, nullptr},
    {"_suffix", getter<get_suffix>, nullptr, nullptr, nullptr},
    {},
};

// The kinds of sponges: capacity and digest size. In CPython one constructor, named after the first kind, makes all.
template <int kCapacityBits, int kDigestSize>
Ref<Object> sha3_new(Type* type, Object* data, bool) {
  Ref<Sha3> h = TRY(hash_new<Sha3>(type));
  h->rate = kWidthBytes - kCapacityBits / 8;
  h->digest_size = kDigestSize;
  if (data) TRY(hash_update(h.get(), data));
  return h;
}

template <int kCapacityBits, int kDigestSize>
constexpr Type form(const char* name, const char* doc) {
  return {
      .base = STATIC_TYPE_HEADER(&type_type),
      .name = name,
      .basicsize = sizeof(Sha3),
      .dealloc = hash_dealloc<Sha3>,
      .flags = kTypeDefault | kTypeImmutable,
      .doc = doc,
      .methods = kDigestSize ? sha3_methods : shake_methods,
      .getset = sha3_getset,
      .new_ = NEW((sha3_new<kCapacityBits, kDigestSize>), "sha3_224(type, data=b'', /, *, usedforsecurity=True)"),
  };
}
#define SHA3_DOC(name, what) name "([data], *, usedforsecurity=True) -> " what
constinit const Type forms[] = {
    form<448, 28>("_sha3.sha3_224", SHA3_DOC("sha3_224", "hash object of 28 bytes")),
    form<512, 32>("_sha3.sha3_256", SHA3_DOC("sha3_256", "hash object of 32 bytes")),
    form<768, 48>("_sha3.sha3_384", SHA3_DOC("sha3_384", "hash object of 48 bytes")),
    form<1024, 64>("_sha3.sha3_512", SHA3_DOC("sha3_512", "hash object of 64 bytes")),
    form<256, 0>("_sha3.shake_128", SHA3_DOC("shake_128", "hash object of as many bytes as digest() is asked for")),
    form<512, 0>("_sha3.shake_256", SHA3_DOC("shake_256", "hash object of as many bytes as digest() is asked for")),
};
#undef SHA3_DOC

// Made on import.
Type* g_types[std::size(forms)];

Status sha3_exec(Module* m) {
  for (size_t i = 0; i < std::size(forms); i++) {
    if (!g_types[i]) g_types[i] = TRY(heap_type_new(&forms[i]))
    .release();
    TRY(module_add(m, type_short_name(g_types[i]), share(as_object(g_types[i]))));
  }
  // The implementation whose results and sizes these are.
  TRY(module_add_int(m, "keccakopt", 0));
  return module_add_str(m, "implementation", "tiny_sha3");
}

}  // namespace
}  // namespace hashes

constinit NativeModule _sha3_module = {"_sha3", nullptr, hashes::sha3_exec, nullptr};

}  // namespace minipy
