// What the parts of module _hashlib share.
#pragma once

#include "runtime/bind.h"
#include "runtime/bind_given.h"
#include "stdlib/hashes/digest_names.h"

namespace minipy {

struct Dict;

namespace hashes {

extern Type *g_openssl_hash, *g_openssl_hash_xof, *g_openssl_hmac;
extern Type* g_unsupported_digestmod_error;
Status make_hash_types();
Status make_hmac_type();

// new() and the openssl_...() functions.
Ref<Object> openssl_new(Object* module, Object* name, Object* string, bool used_for_security);
Ref<Object> openssl_hash_named(const char* name, Object* string, bool used_for_security);

// The algorithm that `digestmod` of a function of the module names: a string, or one of the module's openssl_...()
// functions. Empty: an exception is pending.
DigestMethod digest_by_digestmod(Object* module, Object* digestmod);

Ref<Object> hmac_new(Object* module, Object* key, Object* msg, GivenArgument digestmod);
Ref<Object> hmac_digest(Object* module, Object* key, Object* msg, Object* digest);

Ref<Object> pbkdf2_hmac(Object* module, Str* hash_name, Object* password, Object* salt, Object* iterations,
                        Object* dklen);
Ref<Object> scrypt(Object* module, Object* password, GivenArgument salt, GivenArgument n, GivenArgument r,
                   GivenArgument p, Object* maxmem, Object* dklen);

}  // namespace hashes
}  // namespace minipy
