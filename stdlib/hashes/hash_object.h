// What the types of all hash modules share. A hash is a layout T with
//   void feed(T*, const unsigned char* data, size_t size)   hash more bytes
//   size_t finish(const T*, unsigned char* digest)          the digest of what has been fed, at most kMaxDigest bytes
//   void copy_state(T* to, const T* from)                   everything behind the object header
// Hashes with a member `lock` (kept in a null NativeLock* until it is needed) are fed much data without the GIL.
#pragma once

#include "gc/collector.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/bind_keywords.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/bytes_methods.h"
#include "runtime/error.h"
#include "runtime/heap_type_new.h"
#include "runtime/int.h"
#include "runtime/str.h"
#include "runtime/type.h"
#include "stdlib/object_lock.h"

namespace minipy::hashes {

inline constexpr size_t kMaxDigest = 64;

// What update() and constructors take, held for a scope.
class HashInput {
 public:
  Status get(Object* p) {
    if (is_str(p)) return raise(TypeError, "Strings must be encoded before hashing");
    if (!object_has_buffer(p)) return raise(TypeError, "object supporting the buffer API required");
    return held_.get(p);
  }
  const unsigned char* data() const { return reinterpret_cast<const unsigned char*>(held_.data()); }
  size_t size() const { return static_cast<size_t>(held_.size()); }

 private:
  HeldBuffer held_;
};

inline constexpr size_t kWorthReleasing = 2048;

// What feed(data, size) gives, called with the lock of an object that has one; large input makes it one, and is fed
// without the GIL.
template <class Feed>
auto feed_locked(NativeLock*& lock, const HashInput& input, Feed feed) {
  const bool large = input.size() >= kWorthReleasing;
  if (large && !lock) lock = object_lock_new();
  HeldLock held(lock);
  if (large && lock) {
    ReleaseGil other_threads_run;
    return feed(input.data(), input.size());
  }
  return feed(input.data(), input.size());
}

template <class T>
concept Locked = requires(T* h) {
  h->lock;
};

template <class T>
Status hash_update(T* self, Object* data) {
  HashInput input;
  TRY(input.get(data));
  if constexpr (Locked<T>) {
    feed_locked(self->lock, input, [self](const unsigned char* bytes, size_t size) { feed(self, bytes, size); });
  } else {
    feed(self, input.data(), input.size());
  }
  return kOk;
}

// An instance with an empty state that is still to be set up.
template <class T>
Ref<T> hash_new(Type* type) {
  return Ref<T>::steal(reinterpret_cast<T*>(type->alloc(type, 0)));
}

template <class T>
Ref<Object> hash_copy(T* self) {
  Ref<T> copy = TRY(hash_new<T>(type_of(self)));
  if constexpr (Locked<T>) {
    HeldLock held(self->lock);
    copy_state(copy.get(), self);
  } else {
    copy_state(copy.get(), self);
  }
  return copy;
}

struct Digest {
  unsigned char bytes[kMaxDigest];
  size_t size;
  std::string_view text() const { return {reinterpret_cast<const char*>(bytes), size}; }
};
template <class T>
Digest digest_of(T* self) {
  Digest d;
  if constexpr (Locked<T>) {
    HeldLock held(self->lock);
    d.size = finish(self, d.bytes);
  } else {
    d.size = finish(self, d.bytes);
  }
  return d;
}
template <class T>
Ref<Object> hash_digest(T* self) {
  return bytes_from(digest_of(self).text());
}
template <class T>
Ref<Object> hash_hexdigest(T* self) {
  return bytes_to_hex(digest_of(self).text(), nullptr, 0);
}

// Attributes. Types are called as their algorithms.
template <class T>
Ref<Object> hash_name(T* self) {
  return str_from_ascii(type_short_name(type_of(self)));
}
template <class T, int kValue>
Ref<Object> hash_constant(T*) {
  return int_from(kValue);
}

template <class T>
void hash_dealloc(Object* p) {
  if constexpr (Locked<T>) object_lock_free(cast<T>(p)->lock);
  free_instance(p);
}
// Of types that take part in garbage collection.
inline void collected_hash_dealloc(Object* p) {
  gc_untrack(p);
  free_instance(p);
}
inline int collected_hash_traverse(Object* p, VisitProc visit, void* arg) {
  MINIPY_VISIT(type_of(p));
  return 0;
}

}  // namespace minipy::hashes
