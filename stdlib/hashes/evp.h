// OpenSSL's newer interface (EVP) and what belongs to it, in libcrypto: all algorithms that its providers offer, by
// name.
#pragma once

#define OPENSSL_SUPPRESS_DEPRECATED  // HMAC_..., which CPython uses as well
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/objects.h>

#include "runtime/result.h"
#include "runtime/type.h"
#include "stdlib/hashes/libcrypto.h"

namespace minipy::hashes {

#define MINIPY_EVP_FUNCTIONS(X)             \
  X(ERR_clear_error)                        \
  X(ERR_lib_error_string)                   \
  X(ERR_peek_last_error)                    \
  X(ERR_reason_error_string)                \
  X(EVP_DigestFinal_ex)                     \
  X(EVP_DigestFinalXOF)                     \
  X(EVP_DigestInit_ex)                      \
  X(EVP_DigestUpdate)                       \
  X(EVP_MD_CTX_copy)                        \
  X(EVP_MD_CTX_free)                        \
  X(EVP_MD_CTX_get0_md)                     \
  X(EVP_MD_CTX_new)                         \
  X(EVP_MD_do_all_provided)                 \
  X(EVP_MD_fetch)                           \
  X(EVP_MD_free)                            \
  X(EVP_MD_get_block_size)                  \
  X(EVP_MD_get_flags)                       \
  X(EVP_MD_get_size)                        \
  X(EVP_MD_get_type)                        \
  X(EVP_MD_up_ref)                          \
  X(EVP_PBE_scrypt)                         \
  X(EVP_default_properties_is_fips_enabled) \
  X(HMAC)                                   \
  X(HMAC_CTX_copy)                          \
  X(HMAC_CTX_free)                          \
  X(HMAC_CTX_get_md)                        \
  X(HMAC_CTX_new)                           \
  X(HMAC_Final)                             \
  X(HMAC_Init_ex)                           \
  X(HMAC_Update)                            \
  X(OBJ_nid2ln)                             \
  X(OBJ_nid2sn)                             \
  X(PKCS5_PBKDF2_HMAC)

struct Evp {
#define MEMBER(name) decltype(&::name) name;
  MINIPY_EVP_FUNCTIONS(MEMBER)
#undef MEMBER
};

// Loaded by the first call. Failed: ImportError.
Status evp_load();
// Once evp_load() has succeeded.
const Evp& evp();

// What the library says has gone wrong; `otherwise` where it says nothing.
Raised raise_openssl(Type* type, const char* otherwise = "no reason supplied");

}  // namespace minipy::hashes
