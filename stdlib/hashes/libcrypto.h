// The hash functions of OpenSSL's libcrypto whose state is a plain struct, so that it lies in the hash object itself:
// copying an object copies memory, and objects have CPython's sizes. OpenSSL 3 calls them low-level and deprecated, but
// they are what its newer interface runs, without that one's allocations and configuration files.
#pragma once

#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/md5.h>
#include <openssl/sha.h>

#include "runtime/result.h"

namespace minipy::hashes {

// Each family of functions as init (sets up a state), update, final (writes the digest, uses the state up).
template <class State>
struct DigestFunctions {
  int (*update)(State*, const void*, size_t);
  int (*final)(unsigned char*, State*);
};

struct Libcrypto {
  int (*md5_init)(MD5_CTX*);
  int (*sha1_init)(SHA_CTX*);
  int (*sha224_init)(SHA256_CTX*);
  int (*sha256_init)(SHA256_CTX*);
  int (*sha384_init)(SHA512_CTX*);
  int (*sha512_init)(SHA512_CTX*);
  DigestFunctions<MD5_CTX> md5;
  DigestFunctions<SHA_CTX> sha1;
  DigestFunctions<SHA256_CTX> sha256;  // SHA-224, too
  DigestFunctions<SHA512_CTX> sha512;  // SHA-384, too
};

// The library, loaded by the first call: start-up does not pay for it. Null: ImportError pending.
const Libcrypto* libcrypto();

// What dlopen() gives for the library; null where it cannot be loaded, which raise_no_libcrypto() tells.
void* libcrypto_handle();
Raised raise_no_libcrypto();

}  // namespace minipy::hashes
