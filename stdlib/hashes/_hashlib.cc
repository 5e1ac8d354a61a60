// Module _hashlib: hashes, keyed hashes and key derivation by OpenSSL's libcrypto.
#include <iterator>

#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/heap_type_new.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "stdlib/compare_digest.h"
#include "stdlib/hashes/openssl_objects.h"

namespace minipy {
namespace hashes {
namespace {

Ref<Object> get_fips_mode(Object*) { return int_from(evp().EVP_default_properties_is_fips_enabled(nullptr)); }

// The algorithms that have a function of their own.
#define MINIPY_OPENSSL_CONSTRUCTORS(X) \
  X(md5)                               \
  X(sha1)                              \
  X(sha224)                            \
  X(sha256)                            \
  X(sha384)                            \
  X(sha512)                            \
  X(sha3_224)                          \
  X(sha3_256)                          \
  X(sha3_384)                          \
  X(sha3_512)                          \
  X(shake_128)                         \
  X(shake_256)

#define CONSTRUCTOR(algorithm)                                                       \
  Ref<Object> openssl_##algorithm(Object*, Object* string, bool used_for_security) { \
    return openssl_hash_named(#algorithm, string, used_for_security);                \
  }
MINIPY_OPENSSL_CONSTRUCTORS(CONSTRUCTOR)
#undef CONSTRUCTOR

#define CONSTRUCTOR(algorithm)                                                                            \
  FUNCTION(openssl_##algorithm, "openssl_" #algorithm "(module, /, string=b'', *, usedforsecurity=True)", \
           "Make a hash object."),
constinit MethodDef functions[] = {
    FUNCTION(openssl_new, "new(module, /, name, string=b'', *, usedforsecurity=True)",
             "Make a hash object of the algorithm of that name."),
    FUNCTION(pbkdf2_hmac,
             "pbkdf2_hmac(module, /, hash_name, password, salt, iterations,\n"
             "            dklen=None)",
             "Derive a key from a password by PBKDF2 (PKCS #5) with HMAC."),
    FUNCTION(scrypt,
             "scrypt(module, /, password, *, salt=None, n=None, r=None, p=None,\n"
             "       maxmem=0, dklen=64)",
             "Derive a key from a password by scrypt."),
    FUNCTION(get_fips_mode, "get_fips_mode(module, /)",
             "Return whether OpenSSL allows only what the FIPS standards do (0: no)."),
    FUNCTION(compare_digest, "compare_digest(module, a, b, /)",
             "Return 'a == b', in a time that does not tell where they differ.\n\n"
             "a and b must both be of the same type: either str (ASCII only),\nor any bytes-like object."),
    FUNCTION(hmac_digest, "hmac_digest(module, /, key, msg, digest)", "Return the keyed hash of a message."),
    FUNCTION(hmac_new, "hmac_new(module, /, key, msg=b'', digestmod=None)", "Make a keyed hash object."),
    MINIPY_OPENSSL_CONSTRUCTORS(CONSTRUCTOR){},
};
#undef CONSTRUCTOR

// `_constructors`: the names of the algorithms by function.
Ref<Object> constructors_of(Module* m) {
  Ref<Dict> names = TRY(dict_new());
#define ADD(algorithm)                                                               \
  {                                                                                  \
    Object* function = dict_get_ascii(module_dict(m), "openssl_" #algorithm);        \
    if (!function) return raise(SystemError, "_hashlib has no openssl_" #algorithm); \
    Ref<Str> name = TRY(str_from_ascii(#algorithm));                                 \
    TRY(dict_set(names.get(), function, as_object(name.get())));                     \
  }
  MINIPY_OPENSSL_CONSTRUCTORS(ADD)
#undef ADD
  return mappingproxy_new(as_object(names.get()));
}

Status exec(Module* m) {
  TRY(evp_load());
  TRY(make_hash_types());
  TRY(make_hmac_type());
  TRY(module_add(m, "HASH", share(as_object(g_openssl_hash))));
  TRY(module_add(m, "HASHXOF", share(as_object(g_openssl_hash_xof))));
  TRY(module_add(m, "HMAC", share(as_object(g_openssl_hmac))));
  TRY(module_add(m, "openssl_md_meth_names", digest_names()));
  TRY(module_add(m, "_constructors", constructors_of(m)));
  return module_add(m, "UnsupportedDigestmodError", share(as_object(g_unsupported_digestmod_error)));
}

}  // namespace
}  // namespace hashes

constinit NativeModule _hashlib_module = {"_hashlib", hashes::functions, hashes::exec,
                                          "OpenSSL interface for hashlib module"};

}  // namespace minipy
