// Modules _md5, _sha1, _sha256 and _sha512: MD5 (RFC 1321) and the Secure Hash Standard (FIPS 180-4), over libcrypto.
#include <cstring>

#include "runtime/module.h"
#include "stdlib/hashes/hash_object.h"
#include "stdlib/hashes/libcrypto.h"

namespace minipy {
namespace hashes {
namespace {

struct Md5 {
  Object base;
  MD5_CTX state;
};
struct Sha1 {
  Object base;
  SHA_CTX state;
};
struct Sha256 {  // SHA-224, too: state.md_len is the digest's size
  Object base;
  SHA256_CTX state;
};
static_assert(sizeof(Md5) == 112 && sizeof(Sha1) == 112 && sizeof(Sha256) == 128);

// libcrypto's state is larger than CPython's object, as it counts the bytes once more.
struct Sha512State {
  SHA_LONG64 chain[8];
  uint64_t length;  // bytes so far
  unsigned char pending[SHA512_CBLOCK];
  int digest_size;

  static Sha512State from(const SHA512_CTX& c) {
    Sha512State s;
    std::memcpy(s.chain, c.h, sizeof s.chain);
    s.length = c.Nh << 61 | c.Nl >> 3;
    std::memcpy(s.pending, c.u.p, c.num);
    s.digest_size = static_cast<int>(c.md_len);
    return s;
  }
  SHA512_CTX context() const {
    SHA512_CTX c;
    std::memcpy(c.h, chain, sizeof chain);
    c.Nl = length << 3;
    c.Nh = length >> 61;
    c.num = static_cast<unsigned>(length % SHA512_CBLOCK);
    std::memcpy(c.u.p, pending, c.num);
    c.md_len = static_cast<unsigned>(digest_size);
    return c;
  }
};
struct Sha512 {  // SHA-384, too
  Object base;
  Sha512State state;
};
static_assert(sizeof(Sha512) == 224);

// The library has been loaded: there is a hash object.
const Libcrypto& loaded() {
  static const Libcrypto* library = libcrypto();
  return *library;
}
const DigestFunctions<MD5_CTX>& functions_of(const MD5_CTX*) { return loaded().md5; }
const DigestFunctions<SHA_CTX>& functions_of(const SHA_CTX*) { return loaded().sha1; }
const DigestFunctions<SHA256_CTX>& functions_of(const SHA256_CTX*) { return loaded().sha256; }
const DigestFunctions<SHA512_CTX>& functions_of(const SHA512_CTX*) { return loaded().sha512; }

size_t digest_size_of(const MD5_CTX&) { return MD5_DIGEST_LENGTH; }
size_t digest_size_of(const SHA_CTX&) { return SHA_DIGEST_LENGTH; }
size_t digest_size_of(const SHA256_CTX& c) { return c.md_len; }
size_t digest_size_of(const SHA512_CTX& c) { return c.md_len; }

template <class T>
void feed(T* self, const unsigned char* data, size_t size) {
  functions_of(&self->state).update(&self->state, data, size);
}
void feed(Sha512* self, const unsigned char* data, size_t size) {
  SHA512_CTX context = self->state.context();
  functions_of(&context).update(&context, data, size);
  self->state = Sha512State::from(context);
}

template <class Context>
size_t finish_context(Context context, unsigned char* digest) {
  functions_of(&context).final(digest, &context);
  return digest_size_of(context);
}
template <class T>
size_t finish(const T* self, unsigned char* digest) {
  return finish_context(self->state, digest);
}
size_t finish(const Sha512* self, unsigned char* digest) { return finish_context(self->state.context(), digest); }

template <class T>
void copy_state(T* to, const T* from) {
  to->state = from->state;
}

// ---- Types --------------------------------------------------------------------------------------------------------

template <class T>
constinit MethodDef methods[] = {
    KEYWORD_METHOD(hash_copy<T>, "copy(self, /)", "Return a copy of the hash object."),
    METHOD(hash_digest<T>, "digest(self, /)", "Return the digest as bytes."),
    METHOD(hash_hexdigest<T>, "hexdigest(self, /)", "Return the digest as hexadecimal digits."),
    METHOD(hash_update<T>, "update(self, obj, /)", "Hash more bytes."),
    {},
};

#define NAME_AND_BLOCK_SIZE(T, block_size)                                           \
  {"block_size", getter<hash_constant<T, block_size>>, nullptr, nullptr, nullptr}, { \
    "name", getter<hash_name<T>>, nullptr, nullptr, nullptr                          \
  }
constinit GetSetDef md5_getset[] = {
    NAME_AND_BLOCK_SIZE(Md5, MD5_CBLOCK),
    {"digest_size", getter<hash_constant<Md5, MD5_DIGEST_LENGTH>>, nullptr, nullptr, nullptr},
    {},
};
constinit GetSetDef sha1_getset[] = {
    NAME_AND_BLOCK_SIZE(Sha1, SHA_CBLOCK),
    {"digest_size", getter<hash_constant<Sha1, SHA_DIGEST_LENGTH>>, nullptr, nullptr, nullptr},
    {},
};
constinit GetSetDef sha256_getset[] = {NAME_AND_BLOCK_SIZE(Sha256, SHA256_CBLOCK), {}};
constinit GetSetDef sha512_getset[] = {NAME_AND_BLOCK_SIZE(Sha512, SHA512_CBLOCK), {}};
#undef NAME_AND_BLOCK_SIZE
constinit MemberDef sha256_members[] = {
    {"digest_size", kMemberInt, offsetof(Sha256, state.md_len), kMemberReadonly, nullptr},
    {},
};
constinit MemberDef sha512_members[] = {
    {"digest_size", kMemberInt, offsetof(Sha512, state.digest_size), kMemberReadonly, nullptr},
    {},
};

template <class T>
constexpr Type form(const char* name, MemberDef* members, GetSetDef* getset) {
  return {
      .base = STATIC_TYPE_HEADER(&type_type),
      .name = name,
      .basicsize = sizeof(T),
      .dealloc = collected_hash_dealloc,
      .flags = kTypeDefault | kTypeHaveGc | kTypeDisallowInstantiation | kTypeImmutable,
      .traverse = collected_hash_traverse,
      .methods = methods<T>,
      .members = members,
      .getset = getset,
  };
}
constinit const Type md5_form = form<Md5>("_md5.md5", nullptr, md5_getset);
constinit const Type sha1_form = form<Sha1>("_sha1.sha1", nullptr, sha1_getset);
constinit const Type sha224_form = form<Sha256>("_sha256.sha224", sha256_members, sha256_getset);
constinit const Type sha256_form = form<Sha256>("_sha256.sha256", sha256_members, sha256_getset);
constinit const Type sha384_form = form<Sha512>("_sha512.sha384", sha512_members, sha512_getset);
constinit const Type sha512_form = form<Sha512>("_sha512.sha512", sha512_members, sha512_getset);

// Made on import.
Type *g_md5, *g_sha1, *g_sha224, *g_sha256, *g_sha384, *g_sha512;

Status make_type(Type** type, const Type* form) {
  if (!*type) *type = TRY(heap_type_new(form))
  .release();
  return kOk;
}

// ---- Constructors -------------------------------------------------------------------------------------------------

template <class State>
void initialize(State& state, int (*init)(State*)) {
  init(&state);
}
void initialize(Sha512State& state, int (*init)(SHA512_CTX*)) {
  SHA512_CTX context;
  init(&context);
  state = Sha512State::from(context);
}

template <class T, auto kInit, Type** kType>
Ref<Object> constructor(Object*, Object* string, bool) {
  const Libcrypto* library = TRY(libcrypto());
  Ref<T> h = TRY(hash_new<T>(*kType));
  initialize(h->state, library->*kInit);
  if (string) TRY(hash_update(h.get(), string));
  return h;
}

#define CONSTRUCTOR(T, init, type, name) \
  FUNCTION((constructor<T, init, type>), name "(module, /, string=b'', *, usedforsecurity=True)", "Make a hash object.")
constinit MethodDef md5_functions[] = {CONSTRUCTOR(Md5, &Libcrypto::md5_init, &g_md5, "md5"), {}};
constinit MethodDef sha1_functions[] = {CONSTRUCTOR(Sha1, &Libcrypto::sha1_init, &g_sha1, "sha1"), {}};
constinit MethodDef sha256_functions[] = {
    CONSTRUCTOR(Sha256, &Libcrypto::sha256_init, &g_sha256, "sha256"),
    CONSTRUCTOR(Sha256, &Libcrypto::sha224_init, &g_sha224, "sha224"),
    {},
};
constinit MethodDef sha512_functions[] = {
    CONSTRUCTOR(Sha512, &Libcrypto::sha512_init, &g_sha512, "sha512"),
    CONSTRUCTOR(Sha512, &Libcrypto::sha384_init, &g_sha384, "sha384"),
    {},
};
#undef CONSTRUCTOR

Status md5_exec(Module* m) {
  TRY(make_type(&g_md5, &md5_form));
  return module_add(m, "MD5Type", share(as_object(g_md5)));
}
Status sha1_exec(Module* m) {
  TRY(make_type(&g_sha1, &sha1_form));
  return module_add(m, "SHA1Type", share(as_object(g_sha1)));
}
Status sha256_exec(Module* m) {
  TRY(make_type(&g_sha224, &sha224_form));
  TRY(make_type(&g_sha256, &sha256_form));
  TRY(module_add(m, "SHA224Type", share(as_object(g_sha224))));
  return module_add(m, "SHA256Type", share(as_object(g_sha256)));
}
Status sha512_exec(Module* m) {
  TRY(make_type(&g_sha384, &sha384_form));
  TRY(make_type(&g_sha512, &sha512_form));
  // CPython 3.11 has both types under this name: the second one stays.
  return module_add(m, "SHA384Type", share(as_object(g_sha512)));
}

}  // namespace
}  // namespace hashes

constinit NativeModule _md5_module = {"_md5", hashes::md5_functions, hashes::md5_exec, nullptr};
constinit NativeModule _sha1_module = {"_sha1", hashes::sha1_functions, hashes::sha1_exec, nullptr};
constinit NativeModule _sha256_module = {"_sha256", hashes::sha256_functions, hashes::sha256_exec, nullptr};
constinit NativeModule _sha512_module = {"_sha512", hashes::sha512_functions, hashes::sha512_exec, nullptr};

}  // namespace minipy
