// bytes and bytearray.
#pragma once

#include <string_view>

#include "gc/object.h"
#include "runtime/result.h"

namespace minipy {

struct Type;
struct Str;

struct Bytes {
  VarObject base;
  hash_t hash;   // -1: not computed
  char data[1];  // NUL-terminated
};
static_assert(offsetof(Bytes, data) == 32);
struct ByteArray {
  VarObject base;
  ssize alloc;
  char* bytes;
  char* start;
  ssize exports;
};
static_assert(offsetof(ByteArray, start) == 40);

extern Type bytes_type, bytearray_type, bytes_iterator_type, bytearray_iterator_type;

// data null: uninitialised. Sizes 0 and 1 are shared objects: write only into larger fresh ones.
Ref<Bytes> bytes_new(const char* data, ssize size);
inline Ref<Bytes> bytes_from(std::string_view s) { return bytes_new(s.data(), static_cast<ssize>(s.size())); }
inline std::string_view bytes_view(const Bytes* b) { return {b->data, static_cast<size_t>(b->base.size)}; }
Status bytes_resize(Ref<Bytes>& b, ssize size);  // the only owner
Ref<Object> bytes_from_object(Object* p);        // bytes(p): buffer or iterable of ints
Ref<Object> bytes_concat(Object* a, Object* b);
Ref<Str> bytes_repr(Bytes* b);
hash_t bytes_hash(Bytes* b);
hash_t hash_bytes(const void* data, ssize size);  // SipHash-1-3 with the process key; 0 for empty
Ref<Object> bytearray_new(const char* data, ssize size);
Status bytearray_resize(ByteArray* b, ssize size);  // BufferError while exported

// Appends bytes in a growing bytes object that `finish` hands over. Failed / null: MemoryError pending.
class BytesBuilder {
 public:
  explicit BytesBuilder(ssize reserve = 0) : wanted_(reserve) {}
  ~BytesBuilder() { xdecref(bytes_); }
  BytesBuilder(const BytesBuilder&) = delete;
  // Makes the content `extra` bytes longer; the place where they go.
  char* extend(ssize extra) {
    if (extra > capacity_ - length_ || !bytes_) {
      if (!grow(extra)) return nullptr;
    }
    char* p = bytes_->data + length_;
    length_ += extra;
    return p;
  }
  Status append(std::string_view s);
  Status append_byte(char c) {
    char* p = TRY(extend(1));
    *p = c;
    return kOk;
  }
  Status append_fill(char c, ssize count);
  ssize length() const { return length_; }
  char* data() { return bytes_ ? bytes_->data : nullptr; }
  void truncate(ssize length) { length_ = length; }
  Ref<Bytes> finish();

 private:
  bool grow(ssize extra);
  Bytes* bytes_ = nullptr;
  ssize length_ = 0;
  ssize capacity_ = 0;
  ssize wanted_;
};

}  // namespace minipy
