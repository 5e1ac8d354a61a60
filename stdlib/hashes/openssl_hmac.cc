// _hashlib.HMAC: keyed hashes (RFC 2104) over OpenSSL's algorithms.
#include <fmt/format.h>

#include <climits>

#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/module.h"
#include "stdlib/hashes/hash_object.h"
#include "stdlib/hashes/openssl_objects.h"

namespace minipy::hashes {

Type* g_openssl_hmac;
Type* g_unsupported_digestmod_error;

namespace {

struct OpensslHmac {
  Object base;
  HMAC_CTX* context;
  NativeLock* lock;
};

const EVP_MD* digest_of_hmac(const OpensslHmac* self) { return evp().HMAC_CTX_get_md(self->context); }

void openssl_hmac_dealloc(Object* p) {
  OpensslHmac* self = cast<OpensslHmac>(p);
  object_lock_free(self->lock);
  evp().HMAC_CTX_free(self->context);
  free_instance(p);
}

using CopiedState = CopiedContext<OpensslHmac, &Evp::HMAC_CTX_new, &Evp::HMAC_CTX_free, &Evp::HMAC_CTX_copy>;

Status update(OpensslHmac* self, Object* msg) {
  HashInput input;
  TRY(input.get(msg));
  const bool fed = feed_locked(self->lock, input, [self](const unsigned char* bytes, size_t size) {
    return evp().HMAC_Update(self->context, bytes, size) != 0;
  });
  return fed ? kOk : static_cast<Status>(raise_openssl(ValueError));
}

Ref<Object> copy(OpensslHmac* self) {
  Ref<OpensslHmac> h = TRY(hash_new<OpensslHmac>(type_of(self)));
  CopiedState context;
  TRY(context.copy(self));
  h->context = context.release();
  return h;
}

// Failed: the algorithm has no digest ("null").
Maybe<int> size_of_digest(OpensslHmac* self) {
  const int size = evp().EVP_MD_get_size(digest_of_hmac(self));
  return size > 0 ? Maybe<int>(size) : raise_openssl(ValueError);
}

Maybe<Digest> finished(OpensslHmac* self) {
  TRY(size_of_digest(self));
  CopiedState context;
  TRY(context.copy(self));
  Digest d;
  unsigned size = sizeof d.bytes;
  if (!evp().HMAC_Final(context.get(), d.bytes, &size)) return raise_openssl(ValueError);
  d.size = size;
  return d;
}
Ref<Object> digest(OpensslHmac* self) {
  Digest d = TRY(finished(self));
  return bytes_from(d.text());
}
Ref<Object> hexdigest(OpensslHmac* self) {
  Digest d = TRY(finished(self));
  return bytes_to_hex(d.text(), nullptr, 0);
}

Ref<Object> digest_size(OpensslHmac* self) { return int_from(TRY(size_of_digest(self))); }
Ref<Object> block_size(OpensslHmac* self) { return int_from(evp().EVP_MD_get_block_size(digest_of_hmac(self))); }
Ref<Object> name(OpensslHmac* self) {
  Ref<Str> algorithm = TRY(digest_name(digest_of_hmac(self)));
  return str_from_utf8(fmt::format("hmac-{}", str_utf8(algorithm.get())));
}
Ref<Str> repr(OpensslHmac* self) {
  Ref<Str> algorithm = TRY(digest_name(digest_of_hmac(self)));
  return str_from_utf8(
      fmt::format("<{} HMAC object @ {}>", str_utf8(algorithm.get()), fmt::ptr(static_cast<void*>(self))));
}

constinit MethodDef methods[] = {
    METHOD(update, "update(self, /, msg)", "Hash more bytes."),
    METHOD(digest, "digest(self, /)", "Return the digest as bytes."),
    METHOD(hexdigest, "hexdigest(self, /)", "Return the digest as hexadecimal digits."),
    METHOD(copy, "copy(self, /)", "Return a copy of the object."),
    {},
};
constinit GetSetDef getset[] = {
    {"digest_size", getter<digest_size>, nullptr, nullptr, nullptr},
    {"block_size", getter<block_size>, nullptr, nullptr, nullptr},
    {"name", getter<name>, nullptr, nullptr, nullptr},
    {},
};
constinit const Type hmac_form = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_hashlib.HMAC",
    .basicsize = sizeof(OpensslHmac),
    .dealloc = openssl_hmac_dealloc,
    .repr = slot<repr>,
    .flags = kTypeDefault | kTypeDisallowInstantiation | kTypeImmutable,
    .doc =
        "The keyed hash of a message: update() hashes more bytes, digest() and hexdigest() tell the digest of those\n"
        "so far, copy() makes another object of the same state.",
    .methods = methods,
    .getset = getset,
};

// The name under which the module's `_constructors` has it; null: it has not, or cannot be looked for.
Ref<Object> name_of_constructor(Object* module, Object* constructor) {
  Object* constructors = dict_get_ascii(module_dict(cast<Module>(module)), "_constructors");
  if (!constructors) return nullptr;
  return object_get_item(constructors, constructor);
}

}  // namespace

DigestMethod digest_by_digestmod(Object* module, Object* digestmod) {
  Ref<Object> found;
  if (!is_str(digestmod)) {
    found = name_of_constructor(module, digestmod);
    if (!found || !is_str(found.get())) {
      error_clear();
      (void)raise(g_unsupported_digestmod_error, "Unsupported digestmod {}", ReprOf{digestmod});
      return {};
    }
    digestmod = found.get();
  }
  const char* name = str_utf8_cstr(cast<Str>(digestmod));
  return name ? find_digest(name) : DigestMethod();
}

Ref<Object> hmac_new(Object* module, Object* key, Object* msg, GivenArgument digestmod) {
  HeldBuffer secret;
  TRY(secret.get(key));
  if (secret.size() > INT_MAX) return raise(OverflowError, "key is too long.");
  if (!digestmod.value) return raise(TypeError, "Missing required parameter 'digestmod'.");
  DigestMethod digest = digest_by_digestmod(module, digestmod.value);
  if (!digest) return nullptr;
  Ref<OpensslHmac> h = TRY(hash_new<OpensslHmac>(g_openssl_hmac));
  h->context = evp().HMAC_CTX_new();
  if (!h->context) return raise_no_memory_error();
  if (!evp().HMAC_Init_ex(h->context, secret.data(), static_cast<int>(secret.size()), digest.get(), nullptr)) {
    return raise_openssl(ValueError);
  }
  if (msg && !is_none(msg)) TRY(update(h.get(), msg));
  return h;
}

Ref<Object> hmac_digest(Object* module, Object* key, Object* msg, Object* digest) {
  HeldBuffer secret, message;
  TRY(secret.get(key));
  TRY(message.get(msg));
  DigestMethod method = digest_by_digestmod(module, digest);
  if (!method) return nullptr;
  if (secret.size() > INT_MAX) return raise(OverflowError, "key is too long.");
  if (message.size() > INT_MAX) return raise(OverflowError, "msg is too long.");
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  const unsigned char* made;
  {
    ReleaseGil other_threads_run;
    made = evp().HMAC(method.get(), secret.data(), static_cast<int>(secret.size()),
                      reinterpret_cast<const unsigned char*>(message.data()), static_cast<size_t>(message.size()),
                      bytes, &size);
  }
  if (!made) return raise_openssl(ValueError);
  return bytes_new(reinterpret_cast<const char*>(bytes), size);
}

Status make_hmac_type() {
  if (g_openssl_hmac) return kOk;
  g_openssl_hmac = TRY(heap_type_new(&hmac_form))
  .release();
  g_unsupported_digestmod_error = TRY(exception_class_new("_hashlib.UnsupportedDigestmodError", ValueError))
  .release();
  return kOk;
}

}  // namespace minipy::hashes
