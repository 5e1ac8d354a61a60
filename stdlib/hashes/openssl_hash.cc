// _hashlib.HASH and HASHXOF: the hash objects of OpenSSL's algorithms.
#include <fmt/format.h>

#include "gc/memory.h"
#include "stdlib/hashes/hash_object.h"
#include "stdlib/hashes/openssl_objects.h"

namespace minipy::hashes {

Type *g_openssl_hash, *g_openssl_hash_xof;

namespace {

// Instances of both types.
struct OpensslHash {
  Object base;
  EVP_MD_CTX* context;
  NativeLock* lock;
};
static_assert(sizeof(OpensslHash) == 32);

const EVP_MD* digest_of_hash(const OpensslHash* self) { return evp().EVP_MD_CTX_get0_md(self->context); }

using CopiedState = CopiedContext<OpensslHash, &Evp::EVP_MD_CTX_new, &Evp::EVP_MD_CTX_free, &Evp::EVP_MD_CTX_copy>;

void openssl_hash_dealloc(Object* p) {
  OpensslHash* self = cast<OpensslHash>(p);
  object_lock_free(self->lock);
  evp().EVP_MD_CTX_free(self->context);
  free_instance(p);
}

// ---- Making -------------------------------------------------------------------------------------------------------

Status feed_first(OpensslHash* self, const HashInput& input) {
  bool fed;
  if (input.size() >= kWorthReleasing) {  // nobody else knows the object yet
    ReleaseGil other_threads_run;
    fed = evp().EVP_DigestUpdate(self->context, input.data(), input.size());
  } else {
    fed = evp().EVP_DigestUpdate(self->context, input.data(), input.size());
  }
  return fed ? kOk : static_cast<Status>(raise_openssl(ValueError));
}

Ref<Object> hash_of(const EVP_MD* digest, const HashInput* input) {
  const bool extendable = (evp().EVP_MD_get_flags(digest) & EVP_MD_FLAG_XOF) == EVP_MD_FLAG_XOF;
  Ref<OpensslHash> h = TRY(hash_new<OpensslHash>(extendable ? g_openssl_hash_xof : g_openssl_hash));
  h->context = evp().EVP_MD_CTX_new();
  if (!h->context) return raise_no_memory_error();
  if (!evp().EVP_DigestInit_ex(h->context, digest, nullptr)) return raise_openssl(ValueError);
  if (input && input->size()) TRY(feed_first(h.get(), *input));
  return h;
}

// ---- Methods ------------------------------------------------------------------------------------------------------

Status update(OpensslHash* self, Object* data) {
  HashInput input;
  TRY(input.get(data));
  const bool fed = feed_locked(self->lock, input, [self](const unsigned char* bytes, size_t size) {
    return evp().EVP_DigestUpdate(self->context, bytes, size) != 0;
  });
  return fed ? kOk : static_cast<Status>(raise_openssl(ValueError));
}

Ref<Object> copy(OpensslHash* self) {
  Ref<OpensslHash> h = TRY(hash_new<OpensslHash>(type_of(self)));
  CopiedState context;
  TRY(context.copy(self));
  h->context = context.release();
  return h;
}

Maybe<Digest> finished(OpensslHash* self) {
  CopiedState context;
  TRY(context.copy(self));
  Digest d;
  static_assert(sizeof d.bytes >= EVP_MAX_MD_SIZE);
  unsigned size = 0;
  if (!evp().EVP_DigestFinal_ex(context.get(), d.bytes, &size)) return raise_openssl(ValueError);
  d.size = size;
  return d;
}
Ref<Object> digest(OpensslHash* self) {
  Digest d = TRY(finished(self));
  return bytes_from(d.text());
}
Ref<Object> hexdigest(OpensslHash* self) {
  Digest d = TRY(finished(self));
  return bytes_to_hex(d.text(), nullptr, 0);
}

Status finish_extended(OpensslHash* self, char* digest, ssize length) {
  CopiedState context;
  TRY(context.copy(self));
  unsigned char* bytes = reinterpret_cast<unsigned char*>(digest);
  if (!evp().EVP_DigestFinalXOF(context.get(), bytes, static_cast<size_t>(length))) return raise_openssl(ValueError);
  return kOk;
}
Ref<Object> extended_digest(OpensslHash* self, ssize length) {
  if (length < 0) return raise(SystemError, "Negative size passed to PyBytes_FromStringAndSize");
  Ref<Bytes> bytes = TRY(bytes_new(nullptr, length));
  // The empty object is everybody's; nothing is written to it.
  TRY(finish_extended(self, bytes->data, length));
  return bytes;
}
Ref<Object> extended_hexdigest(OpensslHash* self, ssize length) {
  char* bytes = length < 0 ? nullptr : static_cast<char*>(memory::raw_alloc(static_cast<size_t>(length)));
  if (!bytes) return raise_no_memory_error();
  Ref<Object> text;
  if (finish_extended(self, bytes, length)) text = bytes_to_hex({bytes, static_cast<size_t>(length)}, nullptr, 0);
  memory::raw_free(bytes);
  return text;
}

// ---- Attributes ---------------------------------------------------------------------------------------------------

Ref<Object> name(OpensslHash* self) { return digest_name(digest_of_hash(self)); }
Ref<Object> block_size(OpensslHash* self) { return int_from(evp().EVP_MD_get_block_size(digest_of_hash(self))); }
Ref<Object> digest_size(OpensslHash* self) { return int_from(evp().EVP_MD_get_size(digest_of_hash(self))); }

Ref<Str> repr(OpensslHash* self) {
  Ref<Str> algorithm = TRY(digest_name(digest_of_hash(self)));
  return str_from_utf8(fmt::format("<{} {} object @ {}>", str_utf8(algorithm.get()), type_of(self)->name,
                                   fmt::ptr(static_cast<void*>(self))));
}

constinit MethodDef methods[] = {
    METHOD(update, "update(self, obj, /)", "Hash more bytes."),
    METHOD(digest, "digest(self, /)", "Return the digest as bytes."),
    METHOD(hexdigest, "hexdigest(self, /)", "Return the digest as hexadecimal digits."),
    METHOD(copy, "copy(self, /)", "Return a copy of the hash object."),
    {},
};
constinit GetSetDef getset[] = {
    {"digest_size", getter<digest_size>, nullptr, nullptr, nullptr},
    {"block_size", getter<block_size>, nullptr, nullptr, nullptr},
    {"name", getter<name>, nullptr, nullptr, nullptr},
    {},
};
constinit const Type hash_form = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_hashlib.HASH",
    .basicsize = sizeof(OpensslHash),
    .dealloc = openssl_hash_dealloc,
    .repr = slot<repr>,
    .flags = kTypeDefault | kTypeBaseType | kTypeDisallowInstantiation | kTypeImmutable,
    .doc =
        "HASH(name, string=b'')\n--\n\nA hash of one of OpenSSL's algorithms: update() hashes more bytes, digest() "
        "and\n"
        "hexdigest() tell the digest of those so far, copy() makes another hash of the same state.",
    .methods = methods,
    .getset = getset,
};

constinit MethodDef extended_methods[] = {
    METHOD(extended_digest, "digest(self, /, length)", "Return a digest of that many bytes."),
    METHOD(extended_hexdigest, "hexdigest(self, /, length)",
           "Return a digest of that many bytes in hexadecimal digits."),
    {},
};
constinit GetSetDef extended_getset[] = {
    {"digest_size", getter<hash_constant<OpensslHash, 0>>, nullptr, nullptr, nullptr},
    {},
};
constinit const Type extended_hash_form = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_hashlib.HASHXOF",
    .basicsize = sizeof(OpensslHash),
    .dealloc = openssl_hash_dealloc,
    .flags = kTypeDefault | kTypeBaseType | kTypeDisallowInstantiation | kTypeImmutable,
    .doc = "HASHXOF(name, string=b'')\n--\n\nA hash whose digest may have any length.",
    .methods = extended_methods,
    .getset = extended_getset,
};

}  // namespace

Ref<Object> openssl_hash_named(const char* name, Object* string, bool used_for_security) {
  HashInput input;
  if (string) TRY(input.get(string));
  DigestMethod digest = find_digest(name, used_for_security);
  if (!digest) return nullptr;
  return hash_of(digest.get(), string ? &input : nullptr);
}

Ref<Object> openssl_new(Object*, Object* name, Object* string, bool used_for_security) {
  const char* text = is_str(name) ? str_utf8_cstr(cast<Str>(name)) : nullptr;
  if (!text || str_utf8(cast<Str>(name)).find('\0') != std::string_view::npos) {
    error_clear();
    return raise(TypeError, "name must be a string");
  }
  return openssl_hash_named(text, string, used_for_security);
}

Status make_hash_types() {
  if (g_openssl_hash) return kOk;
  Ref<Type> hash = TRY(heap_type_new(&hash_form));
  Type form = extended_hash_form;
  form.base_type = hash.get();
  Ref<Type> extended = TRY(heap_type_new(&form));
  g_openssl_hash = hash.release();
  g_openssl_hash_xof = extended.release();
  return kOk;
}

}  // namespace minipy::hashes
