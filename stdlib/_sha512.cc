// Module _sha512: SHA-512 and SHA-384 (FIPS 180-4), which random.py seeds itself with.
#include <bit>
#include <cmath>
#include <cstring>
#include <string>

#include "gc/collector.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"
#include "stdlib/heap_types.h"

namespace minipy {
namespace {

constexpr size_t kBlock = 128;
constexpr int kRounds = 80;

// The first 64 fractional bits of the cube roots of the first 80 primes (section 4.2.3), found by exact integer search.
struct RoundConstants {
  uint64_t k[kRounds];
};

// The floor of the cube root of p * 2**192, without its integer part.
constexpr uint64_t cube_root_fraction(unsigned p) {
  // r = integer part * 2**64 + fraction, with r**3 <= p * 2**192; bit by bit, in numbers of four 64-bit words.
  struct Wide {
    uint32_t w[8] = {};  // little endian
  };
  auto multiply = [](const Wide& a, const Wide& b) {
    Wide r;
    for (int i = 0; i < 8; i++) {
      uint64_t carry = 0;
      for (int j = 0; i + j < 8; j++) {
        uint64_t t = static_cast<uint64_t>(a.w[i]) * b.w[j] + r.w[i + j] + carry;
        r.w[i + j] = static_cast<uint32_t>(t);
        carry = t >> 32;
      }
    }
    return r;
  };
  auto not_above = [](const Wide& a, const Wide& b) {
    for (int i = 7; i >= 0; i--) {
      if (a.w[i] != b.w[i]) return a.w[i] < b.w[i];
    }
    return true;
  };
  Wide target;
  target.w[6] = p;  // p * 2**192
  Wide root;
  for (int bit = 66; bit >= 0; bit--) {  // roots are below 8
    Wide candidate = root;
    candidate.w[bit / 32] |= uint32_t{1} << (bit % 32);
    if (not_above(multiply(multiply(candidate, candidate), candidate), target)) root = candidate;
  }
  return static_cast<uint64_t>(root.w[1]) << 32 | root.w[0];
}

constexpr RoundConstants make_round_constants() {
  RoundConstants c{};
  int n = 0;
  for (unsigned p = 2; n < kRounds; p++) {
    bool prime = true;
    for (unsigned d = 2; d * d <= p; d++) prime = prime && p % d != 0;
    if (prime) c.k[n++] = cube_root_fraction(p);
  }
  return c;
}

constexpr RoundConstants kRoundConstants = make_round_constants();

constexpr uint64_t kInitial512[8] = {0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
                                     0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};
constexpr uint64_t kInitial384[8] = {0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17, 0x152fecd8f70e5939,
                                     0x67332667ffc00b31, 0x8eb44a8768581511, 0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4};

struct Sha {
  Object base;
  int digest_size;
  uint64_t state[8];
  uint64_t length;  // bytes so far
  unsigned char pending[kBlock];
};

void compress(uint64_t* state, const unsigned char* block) {
  uint64_t w[kRounds];
  for (int i = 0; i < 16; i++) {
    w[i] = 0;
    for (int j = 0; j < 8; j++) w[i] = w[i] << 8 | block[8 * i + j];
  }
  for (int i = 16; i < kRounds; i++) {
    uint64_t s0 = std::rotr(w[i - 15], 1) ^ std::rotr(w[i - 15], 8) ^ (w[i - 15] >> 7);
    uint64_t s1 = std::rotr(w[i - 2], 19) ^ std::rotr(w[i - 2], 61) ^ (w[i - 2] >> 6);
    w[i] = w[i - 16] + s0 + w[i - 7] + s1;
  }
  const uint64_t* k = kRoundConstants.k;
  uint64_t v[8];
  std::memcpy(v, state, sizeof v);
  for (int i = 0; i < kRounds; i++) {
    uint64_t& a = v[(80 - i) & 7];
    auto at = [&](int n) -> uint64_t& { return v[(80 - i + n) & 7]; };
    uint64_t s1 = std::rotr(at(4), 14) ^ std::rotr(at(4), 18) ^ std::rotr(at(4), 41);
    uint64_t choice = (at(4) & at(5)) ^ (~at(4) & at(6));
    uint64_t t1 = at(7) + s1 + choice + k[i] + w[i];
    uint64_t s0 = std::rotr(a, 28) ^ std::rotr(a, 34) ^ std::rotr(a, 39);
    uint64_t majority = (a & at(1)) ^ (a & at(2)) ^ (at(1) & at(2));
    at(3) += t1;
    at(7) = t1 + s0 + majority;  // becomes `a` of the next round
  }
  for (int i = 0; i < 8; i++) state[i] += v[i];
}

void feed(Sha* s, const unsigned char* data, size_t size) {
  size_t used = s->length % kBlock;
  s->length += size;
  if (used) {
    size_t part = std::min(size, kBlock - used);
    std::memcpy(s->pending + used, data, part);
    data += part;
    size -= part;
    if (used + part < kBlock) return;
    compress(s->state, s->pending);
  }
  for (; size >= kBlock; data += kBlock, size -= kBlock) compress(s->state, data);
  std::memcpy(s->pending, data, size);
}

std::string digest_of(const Sha* s) {
  Sha copy = *s;
  uint64_t bits = s->length * 8;
  unsigned char end[2 * kBlock] = {0x80};
  size_t used = s->length % kBlock;
  size_t padding = (used < kBlock - 16 ? kBlock : 2 * kBlock) - used;
  for (int i = 0; i < 8; i++) end[padding - 1 - static_cast<size_t>(i)] = static_cast<unsigned char>(bits >> (8 * i));
  feed(&copy, end, padding);
  std::string out;
  for (int i = 0; i < s->digest_size; i++) out += static_cast<char>(copy.state[i / 8] >> (56 - 8 * (i % 8)));
  return out;
}

// ---- The objects --------------------------------------------------------------------------------------------------

void sha_dealloc(Object* p) { gc_free(p); }
int sha_traverse(Object*, VisitProc, void*) { return 0; }

Ref<Object> sha_copy(Sha* self) {
  Sha* copy = TRY(object_new_gc<Sha>(type_of(self)));
  std::memcpy(static_cast<void*>(&copy->digest_size), &self->digest_size, sizeof(Sha) - offsetof(Sha, digest_size));
  gc_track(copy);
  return steal(as_object(copy));
}
Ref<Object> sha_digest(Sha* self) { return bytes_from(digest_of(self)); }
Ref<Object> sha_hexdigest(Sha* self) {
  std::string text;
  for (char c : digest_of(self)) {
    text += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
    text += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
  }
  return str_from_ascii(text);
}
Status sha_update(Sha* self, Object* obj) {
  if (is_str(obj)) return raise(TypeError, "Strings must be encoded before hashing");
  if (!object_has_buffer(obj)) return raise(TypeError, "object supporting the buffer API required");
  HeldBuffer held;
  TRY(held.get(obj));
  feed(self, reinterpret_cast<const unsigned char*>(held.data()), static_cast<size_t>(held.size()));
  return kOk;
}

constinit MethodDef sha_methods[] = {
    METHOD(sha_copy, "copy(self, /)", "Return a copy of the hash object."),
    METHOD(sha_digest, "digest(self, /)", "Return the digest as bytes."),
    METHOD(sha_hexdigest, "hexdigest(self, /)", "Return the digest as hexadecimal digits."),
    METHOD(sha_update, "update(self, obj, /)", "Hash more bytes."),
    {},
};
constinit MemberDef sha_members[] = {
    {"digest_size", kMemberInt, offsetof(Sha, digest_size), kMemberReadonly, nullptr},
    {},
};
Ref<Object> get_block_size(Sha*) { return int_from(kBlock); }
Ref<Object> get_name(Sha* self) { return str_from_ascii(self->digest_size == 64 ? "sha512" : "sha384"); }
constinit GetSetDef sha_getset[] = {
    {"block_size", getter<get_block_size>, nullptr, nullptr, nullptr},
    {"name", getter<get_name>, nullptr, nullptr, nullptr},
    {},
};

#define SHA_TYPE(variable, full_name)         \
  constinit Type variable = {                 \
      .base = STATIC_TYPE_HEADER(&type_type), \
      .name = full_name,                      \
      .basicsize = sizeof(Sha),               \
      .dealloc = sha_dealloc,                 \
      .flags = kTypeDefault | kTypeHaveGc,    \
      .traverse = sha_traverse,               \
      .methods = sha_methods,                 \
      .members = sha_members,                 \
      .getset = sha_getset,                   \
  }
SHA_TYPE(sha512_type, "_sha512.sha512");
SHA_TYPE(sha384_type, "_sha512.sha384");
#undef SHA_TYPE

Ref<Object> make(Type* type, const uint64_t* initial, int digest_size, Object* string) {
  Sha* s = TRY(object_new_gc<Sha>(type));
  s->digest_size = digest_size;
  std::memcpy(s->state, initial, sizeof s->state);
  s->length = 0;
  gc_track(s);
  Ref<Object> owner = steal(as_object(s));
  if (string) TRY(sha_update(s, string));
  return owner;
}
Ref<Object> new_sha512(Object*, Object* string, bool) { return make(&sha512_type, kInitial512, 64, string); }
Ref<Object> new_sha384(Object*, Object* string, bool) { return make(&sha384_type, kInitial384, 48, string); }

constinit MethodDef sha512_functions[] = {
    FUNCTION(new_sha512, "sha512(module, /, string=b'', *, usedforsecurity=True)", "Make a SHA-512 hash object."),
    FUNCTION(new_sha384, "sha384(module, /, string=b'', *, usedforsecurity=True)", "Make a SHA-384 hash object."),
    {},
};

Status sha512_exec(Module* m) {
  TRY(heap_type_ready(&sha512_type));
  TRY(heap_type_ready(&sha384_type));
  return module_add(m, "SHA384Type", share(as_object(&sha384_type)));
}

}  // namespace

constinit NativeModule _sha512_module = {"_sha512", sha512_functions, sha512_exec, "SHA-512 and SHA-384."};

}  // namespace minipy
