// Module _blake2: BLAKE2b and BLAKE2s (RFC 7693) with all parameters of the BLAKE2 paper (key, salt, personalisation,
// tree hashing), which libcrypto does not take.
#include <bit>
#include <cstring>

#include "runtime/dict.h"
#include "runtime/module.h"
#include "stdlib/hashes/hash_object.h"
#include "stdlib/unsigned_argument.h"

namespace minipy {
namespace hashes {
namespace {

static_assert(std::endian::native == std::endian::little, "words are read and written as little-endian numbers");

// ---- The two functions differ in the size of a word ---------------------------------------------------------------

template <class Word>
struct Blake2;
using Blake2b = Blake2<uint64_t>;
using Blake2s = Blake2<uint32_t>;

// RFC 7693, 2.1 and 2.6. The initial values are those of SHA-512 and SHA-256.
template <class Word>
struct Constants;
template <>
struct Constants<uint64_t> {
  static constexpr int kRounds = 12, kRotations[4] = {32, 24, 16, 63};
  static constexpr uint64_t kInitial[8] = {0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b,
                                           0xa54ff53a5f1d36f1, 0x510e527fade682d1, 0x9b05688c2b3e6c1f,
                                           0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};
  static constexpr int kNodeOffsetBytes = 8;
  static constexpr ssize kObjectSize = 448;  // CPython's
};
template <>
struct Constants<uint32_t> {
  static constexpr int kRounds = 10, kRotations[4] = {16, 12, 8, 7};
  static constexpr uint32_t kInitial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                           0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  static constexpr int kNodeOffsetBytes = 6;
  static constexpr ssize kObjectSize = 240;
};
// 2.7, the schedule of message words; rounds 10 and 11 are as rounds 0 and 1.
constexpr unsigned char kSchedule[10][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4}, {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13}, {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11}, {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5}, {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0}};

template <class Word>
struct State {
  Word chain[8];
  Word counter[2];  // bytes compressed so far
  unsigned char pending[16 * sizeof(Word)];
  unsigned used;  // bytes of pending
  unsigned char digest_size;
  bool last_node;
};
template <class Word>
struct Blake2 {
  Object base;
  State<Word> state;
  NativeLock* lock;
};
static_assert(sizeof(Blake2b) <= Constants<uint64_t>::kObjectSize &&
              sizeof(Blake2s) <= Constants<uint32_t>::kObjectSize);

// ---- Hashing ------------------------------------------------------------------------------------------------------

// The mixing function G (3.1).
template <class Word>
[[gnu::always_inline]] inline void mix(Word& a, Word& b, Word& c, Word& d, Word x, Word y) {
  constexpr auto& kRotations = Constants<Word>::kRotations;
  a += b + x;
  d = std::rotr(static_cast<Word>(d ^ a), kRotations[0]);
  c += d;
  b = std::rotr(static_cast<Word>(b ^ c), kRotations[1]);
  a += b + y;
  d = std::rotr(static_cast<Word>(d ^ a), kRotations[2]);
  c += d;
  b = std::rotr(static_cast<Word>(b ^ c), kRotations[3]);
}

// The compression function F (3.2) for a block that ends after `size` more bytes.
template <class Word>
void compress(State<Word>& s, const unsigned char* block, size_t size, bool last) {
  Word m[16], v[16];
  std::memcpy(m, block, sizeof m);
  s.counter[0] += static_cast<Word>(size);
  if (s.counter[0] < size) s.counter[1]++;
  for (int i = 0; i < 8; i++) {
    v[i] = s.chain[i];
    v[i + 8] = Constants<Word>::kInitial[i];
  }
  v[12] ^= s.counter[0];
  v[13] ^= s.counter[1];
  if (last) v[14] = ~v[14];
  if (last && s.last_node) v[15] = ~v[15];
#pragma GCC unroll 12
  for (int round = 0; round < Constants<Word>::kRounds; round++) {
    const unsigned char* order = kSchedule[round % 10];
#pragma GCC unroll 8
    for (int i = 0; i < 8; i++) {
      // The columns, then the diagonals.
      int column = i % 4, turn = i / 4;
      mix(v[column], v[4 + (column + turn) % 4], v[8 + (column + 2 * turn) % 4], v[12 + (column + 3 * turn) % 4],
          m[order[2 * i]], m[order[2 * i + 1]]);
    }
  }
  for (int i = 0; i < 8; i++) s.chain[i] ^= v[i] ^ v[i + 8];
}

// A full block is compressed when more follows only: the last one is compressed in another way.
template <class Word>
void feed(Blake2<Word>* h, const unsigned char* data, size_t size) {
  State<Word>& s = h->state;
  constexpr size_t kBlock = sizeof s.pending;
  size_t room = kBlock - s.used;
  if (size > room) {
    std::memcpy(s.pending + s.used, data, room);
    compress(s, s.pending, kBlock, false);
    s.used = 0;
    data += room;
    size -= room;
    for (; size > kBlock; data += kBlock, size -= kBlock) compress(s, data, kBlock, false);
  }
  std::memcpy(s.pending + s.used, data, size);
  s.used += static_cast<unsigned>(size);
}

template <class Word>
size_t finish(const Blake2<Word>* h, unsigned char* digest) {
  State<Word> s = h->state;
  std::memset(s.pending + s.used, 0, sizeof s.pending - s.used);
  compress(s, s.pending, s.used, true);
  std::memcpy(digest, s.chain, s.digest_size);
  return s.digest_size;
}

template <class Word>
void copy_state(Blake2<Word>* to, const Blake2<Word>* from) {
  to->state = from->state;
}

// ---- Parameters ---------------------------------------------------------------------------------------------------

// Section 2.8 of the BLAKE2 paper: the parameter block, as bytes, is combined with the initial values.
template <class Word>
class ParameterBlock {
 public:
  static constexpr size_t kSaltSize = 2 * sizeof(Word), kMaxDigest = 8 * sizeof(Word);

  void put(size_t at, uint64_t value, size_t bytes) { std::memcpy(bytes_ + at, &value, bytes); }
  void put(size_t at, const HeldBuffer& text) {
    if (text.size()) std::memcpy(bytes_ + at, text.data(), static_cast<size_t>(text.size()));
  }
  static constexpr size_t kSalt = 4 * sizeof(Word), kPerson = 6 * sizeof(Word);

  void initialize(State<Word>& s) const {
    Word words[8];
    std::memcpy(words, bytes_, sizeof words);
    s = {};
    for (int i = 0; i < 8; i++) s.chain[i] = Constants<Word>::kInitial[i] ^ words[i];
  }

 private:
  unsigned char bytes_[8 * sizeof(Word)] = {};
};

Maybe<int> int_argument(Object* p, int fallback) { return p ? bind::to_int(p) : Maybe<int>(fallback); }
Maybe<unsigned long> unsigned_or_zero(Object* p, const char* too_large) {
  return p ? unsigned_argument(p, 64, too_large) : Maybe<unsigned long>(0);
}
Status get_text(HeldBuffer& buffer, Object* p) { return p ? buffer.get(p) : kOk; }

Status check_range(int value, int least, int most, const char* name) {
  if (value >= least && value <= most) return kOk;
  return raise(ValueError, "{} must be between {} and {}", name, least, most);
}
Status check_length(const HeldBuffer& text, size_t most, const char* name) {
  if (static_cast<size_t>(text.size()) <= most) return kOk;
  return raise(ValueError, "maximum {} length is {} bytes", name, most);
}

template <class Word>
Ref<Object> blake2_new(Type* type, Object* data, Object* digest_size, Object* key, Object* salt, Object* person,
                       Object* fanout, Object* depth, Object* leaf_size, Object* node_offset, Object* node_depth,
                       Object* inner_size, bool last_node, bool) {
  using Block = ParameterBlock<Word>;
  constexpr int kMost = static_cast<int>(Block::kMaxDigest);
  HeldBuffer key_text, salt_text, person_text;
  int wanted_size = TRY(int_argument(digest_size, kMost));
  TRY(get_text(key_text, key));
  TRY(get_text(salt_text, salt));
  TRY(get_text(person_text, person));
  int wanted_fanout = TRY(int_argument(fanout, 1));
  int wanted_depth = TRY(int_argument(depth, 1));
  unsigned long leaf = TRY(unsigned_or_zero(leaf_size, "Python int too large to convert to C unsigned long"));
  unsigned long offset = TRY(unsigned_or_zero(node_offset, "int too big to convert"));
  int wanted_node_depth = TRY(int_argument(node_depth, 0));
  int wanted_inner = TRY(int_argument(inner_size, 0));

  Ref<Blake2<Word>> h = TRY(hash_new<Blake2<Word>>(type));
  if (wanted_size < 1 || wanted_size > kMost) {
    return raise(ValueError, "digest_size must be between 1 and {} bytes", kMost);
  }
  TRY(check_length(salt_text, Block::kSaltSize, "salt"));
  TRY(check_length(person_text, Block::kSaltSize, "person"));
  TRY(check_range(wanted_fanout, 0, 255, "fanout"));
  TRY(check_range(wanted_depth, 1, 255, "depth"));
  if (leaf > 0xffffffff) return raise(OverflowError, "leaf_size is too large");
  constexpr int kOffsetBytes = Constants<Word>::kNodeOffsetBytes;
  if (kOffsetBytes < 8 && offset >> (kOffsetBytes * 8 % 64)) return raise(OverflowError, "node_offset is too large");
  TRY(check_range(wanted_node_depth, 0, 255, "node_depth"));
  if (wanted_inner < 0 || wanted_inner > kMost) {
    return raise(ValueError, "inner_size must be between 0 and is {}", kMost);
  }
  TRY(check_length(key_text, Block::kMaxDigest, "key"));

  Block block;
  block.put(0, static_cast<uint64_t>(wanted_size), 1);
  block.put(1, static_cast<uint64_t>(key_text.size()), 1);
  block.put(2, static_cast<uint64_t>(wanted_fanout), 1);
  block.put(3, static_cast<uint64_t>(wanted_depth), 1);
  block.put(4, leaf, 4);
  block.put(8, offset, kOffsetBytes);
  block.put(8 + kOffsetBytes, static_cast<uint64_t>(wanted_node_depth), 1);
  block.put(9 + kOffsetBytes, static_cast<uint64_t>(wanted_inner), 1);
  block.put(Block::kSalt, salt_text);
  block.put(Block::kPerson, person_text);
  block.initialize(h->state);
  h->state.digest_size = static_cast<unsigned char>(wanted_size);
  h->state.last_node = last_node;
  // A key is the first block.
  if (key_text.size() > 0) {
    unsigned char first[sizeof h->state.pending] = {};
    std::memcpy(first, key_text.data(), static_cast<size_t>(key_text.size()));
    feed(h.get(), first, sizeof first);
  }
  if (data) TRY(hash_update(h.get(), data));
  return h;
}

// ---- Types --------------------------------------------------------------------------------------------------------

template <class T>
constinit MethodDef methods[] = {
    METHOD(hash_copy<T>, "copy(self, /)", "Return a copy of the hash object."),
    METHOD(hash_digest<T>, "digest(self, /)", "Return the digest as bytes."),
    METHOD(hash_hexdigest<T>, "hexdigest(self, /)", "Return the digest as hexadecimal digits."),
    METHOD(hash_update<T>, "update(self, data, /)", "Hash more bytes."),
    {},
};

template <class Word>
Ref<Object> get_digest_size(Blake2<Word>* h) {
  return int_from(h->state.digest_size);
}
template <class Word>
constinit GetSetDef getset[] = {
    {"name", getter<hash_name<Blake2<Word>>>, nullptr, nullptr, nullptr},
    {"block_size", getter<hash_constant<Blake2<Word>, 16 * sizeof(Word)>>, nullptr, nullptr, nullptr},
    {"digest_size", getter<get_digest_size<Word>>, nullptr, nullptr, nullptr},
    {},
};

#define BLAKE2_PARAMETERS(name)                                              \
  "data=b'', /, *, digest_size=_blake2." name                                \
  ".MAX_DIGEST_SIZE,\n"                                                      \
  "        key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0,\n" \
  "        node_offset=0, node_depth=0, inner_size=0, last_node=False,\n"    \
  "        usedforsecurity=True)"
#define BLAKE2_FORM(Word, type_name, in_words)                                                                       \
  {                                                                                                                  \
    .base = STATIC_TYPE_HEADER(&type_type), .name = "_blake2." type_name, .basicsize = Constants<Word>::kObjectSize, \
    .dealloc = hash_dealloc<Blake2<Word>>, .flags = kTypeDefault | kTypeImmutable,                                   \
    .doc = type_name "(" BLAKE2_PARAMETERS(type_name) "\n--\n\nMake a " in_words " hash object.",                    \
    .methods = methods<Blake2<Word>>, .getset = getset<Word>,                                                        \
    .new_ = NEW(blake2_new<Word>, type_name "(type, " BLAKE2_PARAMETERS(type_name)),                                 \
  }
constinit const Type blake2b_form = BLAKE2_FORM(uint64_t, "blake2b", "BLAKE2b");
constinit const Type blake2s_form = BLAKE2_FORM(uint32_t, "blake2s", "BLAKE2s");
#undef BLAKE2_FORM
#undef BLAKE2_PARAMETERS

// Made on import.
Type *g_blake2b, *g_blake2s;

struct Limit {
  const char* name;         // in the type
  const char* module_name;  // in the module
  long long value;
};

// The type and its limits, which both the type and the module show.
Status add_type(Module* m, Type** type, const Type* form, const Limit (&limits)[4]) {
  if (!*type) {
    auto made = TRY(heap_type_new(form));
    for (const Limit& each : limits) {
      Ref<Int> value = TRY(int_from(each.value));
      TRY(dict_set_ascii(cast<Dict>(made->dict), each.name, as_object(value.get())));
    }
    *type = made.release();
  }
  TRY(module_add(m, type_short_name(*type), share(as_object(*type))));
  for (const Limit& each : limits) TRY(module_add_int(m, each.module_name, each.value));
  return kOk;
}

Status blake2_exec(Module* m) {
  TRY(add_type(m, &g_blake2b, &blake2b_form,
               {{"SALT_SIZE", "BLAKE2B_SALT_SIZE", 16},
                {"PERSON_SIZE", "BLAKE2B_PERSON_SIZE", 16},
                {"MAX_KEY_SIZE", "BLAKE2B_MAX_KEY_SIZE", 64},
                {"MAX_DIGEST_SIZE", "BLAKE2B_MAX_DIGEST_SIZE", 64}}));
  return add_type(m, &g_blake2s, &blake2s_form,
                  {{"SALT_SIZE", "BLAKE2S_SALT_SIZE", 8},
                   {"PERSON_SIZE", "BLAKE2S_PERSON_SIZE", 8},
                   {"MAX_KEY_SIZE", "BLAKE2S_MAX_KEY_SIZE", 32},
                   {"MAX_DIGEST_SIZE", "BLAKE2S_MAX_DIGEST_SIZE", 32}});
}

}  // namespace
}  // namespace hashes

constinit NativeModule _blake2_module = {
    "_blake2", nullptr, hashes::blake2_exec,
    "The hash functions BLAKE2b and BLAKE2s, which hashlib shows as blake2b and blake2s."};

}  // namespace minipy
