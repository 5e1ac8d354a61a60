// What the parts of module _hashlib share.
#pragma once

#include <utility>

#include "runtime/bind.h"
#include "runtime/bind_given.h"
#include "runtime/error.h"
#include "stdlib/hashes/digest_names.h"
#include "stdlib/object_lock.h"

namespace minipy {

struct Dict;

namespace hashes {

// A copy of the state of a hash or HMAC (a layout with `context` and `lock`), which may change while another thread
// works on the object.
template <class Object, auto Evp::*kNew, auto Evp::*kFree, auto Evp::*kCopy>
class CopiedContext {
 public:
  using Context = decltype(Object::context);

  CopiedContext() : context_((evp().*kNew)()) {}
  ~CopiedContext() { (evp().*kFree)(context_); }
  CopiedContext(const CopiedContext&) = delete;

  Status copy(Object* from) {
    if (!context_) return raise_no_memory_error();
    HeldLock held(from->lock);
    if (!(evp().*kCopy)(context_, from->context)) return raise_openssl(ValueError);
    return kOk;
  }
  Context get() const { return context_; }
  Context release() { return std::exchange(context_, nullptr); }

 private:
  Context context_;
};

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
