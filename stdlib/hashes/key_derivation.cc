// _hashlib.pbkdf2_hmac (PKCS #5, RFC 8018) and _hashlib.scrypt (RFC 7914).
#include <climits>
#include <cstdint>

#include "runtime/abstract.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/thread_state.h"
#include "stdlib/hashes/openssl_objects.h"

namespace minipy::hashes {
namespace {

const unsigned char* bytes_of(const HeldBuffer& b) { return reinterpret_cast<const unsigned char*>(b.data()); }
unsigned char* room_in(Bytes* b) { return reinterpret_cast<unsigned char*>(b->data); }

Status check_texts(const HeldBuffer& password, const HeldBuffer& salt) {
  if (password.size() > INT_MAX) return raise(OverflowError, "password is too long.");
  if (salt.size() > INT_MAX) return raise(OverflowError, "salt is too long.");
  return kOk;
}

// A long, or `otherwise` where the argument is omitted.
Maybe<long> long_or(Object* p, long otherwise) {
  if (!p) return otherwise;
  return bind::to_long(p);
}

Maybe<long> key_length(Object* dklen, const EVP_MD* digest) {
  const long length = is_none(dklen) ? evp().EVP_MD_get_size(digest) : TRY(bind::to_long(dklen));
  if (length < 1) return raise(ValueError, "key length must be greater than 0.");
  if (length > INT_MAX) return raise(OverflowError, "key length is too great.");
  return length;
}

Status check_cost_type(GivenArgument given, const char* name) {
  if (!given.value || is_int(given.value)) return kOk;
  const char* type = is_none(given.value) ? "None" : type_name(given.value);
  return raise(TypeError, "scrypt() argument '{}' must be int, not {}", name, type);
}

// A cost parameter of scrypt.
Maybe<uint64_t> cost(GivenArgument given, const char* name) {
  const Int* number = given.value ? cast<Int>(given.value) : nullptr;
  if (!number || int_sign(number) < 0 || int_bit_length(number) > 64) {
    return raise(TypeError, "{} is required and must be an unsigned int", name);
  }
  return static_cast<uint64_t>(int_to_unsigned_mask(given.value));
}

}  // namespace

Ref<Object> pbkdf2_hmac(Object*, Str* hash_name, Object* password, Object* salt, Object* iterations, Object* dklen) {
  const char* name = TRY(str_utf8_cstr(hash_name));
  if (str_utf8(hash_name).find('\0') != std::string_view::npos) return raise(ValueError, "embedded null character");
  HeldBuffer secret, grain;
  TRY(secret.get(password));
  TRY(grain.get(salt));
  const long rounds = TRY(bind::to_long(iterations));
  DigestMethod digest = find_digest(name);
  if (!digest) return nullptr;
  TRY(check_texts(secret, grain));
  if (rounds < 1) return raise(ValueError, "iteration value must be greater than 0.");
  if (rounds > INT_MAX) return raise(OverflowError, "iteration value is too great.");
  const long length = TRY(key_length(dklen, digest.get()));
  Ref<Bytes> key = TRY(bytes_new(nullptr, length));
  bool made;
  {
    ReleaseGil other_threads_run;
    made = evp().PKCS5_PBKDF2_HMAC(secret.data(), static_cast<int>(secret.size()), bytes_of(grain),
                                   static_cast<int>(grain.size()), static_cast<int>(rounds), digest.get(),
                                   static_cast<int>(length), room_in(key.get()));
  }
  if (!made) return raise_openssl(ValueError);
  return key;
}

Ref<Object> scrypt(Object*, Object* password, GivenArgument salt, GivenArgument n, GivenArgument r, GivenArgument p,
                   Object* maxmem, Object* dklen) {
  HeldBuffer secret, grain;
  TRY(secret.get(password));
  if (salt.value) TRY(grain.get(salt.value));
  TRY(check_cost_type(n, "n"));
  TRY(check_cost_type(r, "r"));
  TRY(check_cost_type(p, "p"));
  const long memory = TRY(long_or(maxmem, 0))
  , length = TRY(long_or(dklen, 64));
  if (secret.size() > INT_MAX) return raise(OverflowError, "password is too long.");
  if (!salt.value) return raise(TypeError, "salt is required");
  TRY(check_texts(secret, grain));
  const uint64_t work = TRY(cost(n, "n"));
  if (work < 2 || work & (work - 1)) return raise(ValueError, "n must be a power of 2.");
  const uint64_t block = TRY(cost(r, "r"))
  , parallel = TRY(cost(p, "p"));
  if (memory < 0 || memory > INT_MAX) {
    return raise(ValueError, "maxmem must be positive and smaller than {}", INT_MAX);
  }
  if (length < 1 || length > INT_MAX) {
    return raise(ValueError, "dklen must be greater than 0 and smaller than {}", INT_MAX);
  }
  auto derive = [&](unsigned char* key) {  // null: only checks the parameters
    return evp().EVP_PBE_scrypt(secret.data(), static_cast<size_t>(secret.size()), bytes_of(grain),
                                static_cast<size_t>(grain.size()), work, block, parallel, static_cast<uint64_t>(memory),
                                key, static_cast<size_t>(length)) != 0;
  };
  if (!derive(nullptr)) return raise_openssl(ValueError, "Invalid parameter combination for n, r, p, maxmem.");
  Ref<Bytes> key = TRY(bytes_new(nullptr, length));
  bool made;
  {
    ReleaseGil other_threads_run;
    made = derive(room_in(key.get()));
  }
  if (!made) return raise_openssl(ValueError);
  return key;
}

}  // namespace minipy::hashes
