// bytes: layout, the shared empty and one-byte objects, growth, hash, repr. Methods: bytes_methods.cc.
#include "runtime/bytes.h"

#include <cstring>
#include <limits>

#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/error.h"
#include "runtime/str_internal.h"
#include "runtime/type.h"

namespace minipy {
namespace {

inline constexpr ssize kStaticRefcount = 999999999;
inline constexpr size_t kHeader = offsetof(Bytes, data);

struct SmallBytesObject {
  VarObject base{};
  hash_t hash = -1;
  char data[2]{};
};
static_assert(offsetof(SmallBytesObject, data) == kHeader);
struct SmallBytes {
  SmallBytesObject empty{{{kStaticRefcount, &bytes_type}, 0}, -1, {}};
  SmallBytesObject one[256];
  constexpr SmallBytes() {
    for (int i = 0; i < 256; i++) one[i] = {{{kStaticRefcount, &bytes_type}, 1}, -1, {static_cast<char>(i), 0}};
  }
};
constinit SmallBytes small_bytes;

Bytes* allocate(ssize size) {
  if (size > std::numeric_limits<ssize>::max() - static_cast<ssize>(kHeader) - 1) {
    (void)raise(OverflowError, "byte string is too large");
    return nullptr;
  }
  Bytes* b = object_new<Bytes>(&bytes_type, kHeader + static_cast<size_t>(size) + 1);
  if (!b) return nullptr;
  b->base.size = size;
  b->hash = -1;
  b->data[size] = 0;
  return b;
}

Ref<Bytes> small(SmallBytesObject& o) { return share(reinterpret_cast<Bytes*>(&o)); }

}  // namespace

Ref<Bytes> bytes_new(const char* data, ssize size) {
  if (size == 0) return small(small_bytes.empty);
  if (size == 1 && data) return small(small_bytes.one[static_cast<unsigned char>(*data)]);
  Bytes* b = allocate(size);
  if (b && data) std::memcpy(b->data, data, static_cast<size_t>(size));
  return steal(b);
}

Status bytes_resize(Ref<Bytes>& b, ssize size) {
  if (size == b->base.size) return kOk;
  if (size == 0) {
    b = small(small_bytes.empty);
    return kOk;
  }
  if (b->base.size == 0 || b->base.base.refcount != 1) {
    Ref<Bytes> fresh = steal(allocate(size));
    if (!fresh) return Status::failed();
    std::memcpy(fresh->data, b->data, static_cast<size_t>(std::min(size, b->base.size)));
    b = std::move(fresh);
    return kOk;
  }
  void* p = memory::object_realloc(b.get(), kHeader + static_cast<size_t>(size) + 1);
  if (!p) return raise_no_memory_error();
  (void)b.release();
  b = steal(static_cast<Bytes*>(p));
  b->base.size = size;
  b->hash = -1;
  b->data[size] = 0;
  return kOk;
}

hash_t bytes_hash(Bytes* b) {
  if (b->hash == -1) b->hash = hash_bytes(b->data, b->base.size);
  return b->hash;
}

// ---- BytesBuilder
// -----------------------------------------------------------------------------------------------------

bool BytesBuilder::grow(ssize extra) {
  if (extra > std::numeric_limits<ssize>::max() - length_) {
    raise_no_memory();
    return false;
  }
  ssize needed = length_ + extra;
  ssize capacity = std::max(needed, std::max<ssize>(wanted_, 16));
  if (bytes_ && capacity < std::numeric_limits<ssize>::max() / 2) capacity += capacity / 4;
  if (!bytes_) {
    bytes_ = allocate(capacity);
    if (!bytes_) return false;
  } else {
    bytes_->base.size = capacity_;
    Ref<Bytes> b = steal(std::exchange(bytes_, nullptr));
    if (!bytes_resize(b, capacity)) return false;
    bytes_ = b.release();
  }
  capacity_ = capacity;
  return true;
}

Status BytesBuilder::append(std::string_view s) {
  if (s.empty()) return kOk;
  char* p = TRY(extend(static_cast<ssize>(s.size())));
  std::memcpy(p, s.data(), s.size());
  return kOk;
}

Status BytesBuilder::append_fill(char c, ssize count) {
  if (count <= 0) return kOk;
  char* p = TRY(extend(count));
  std::memset(p, c, static_cast<size_t>(count));
  return kOk;
}

Ref<Bytes> BytesBuilder::finish() {
  Ref<Bytes> b = steal(std::exchange(bytes_, nullptr));
  ssize n = std::exchange(length_, 0);
  capacity_ = 0;
  if (n <= 1) return bytes_new(b ? b->data : nullptr, n);
  TRY(bytes_resize(b, n));
  b->hash = -1;
  return b;
}

// ---- repr
// -------------------------------------------------------------------------------------------------------------

namespace {

inline ssize escaped_size(unsigned char c, char quote, bool escape_apostrophe) {
  if (c == static_cast<unsigned char>(quote) || (c == '\'' && escape_apostrophe) || c == '\\' || c == '\t' ||
      c == '\n' || c == '\r')
    return 2;
  return c < 0x20 || c >= 0x7f ? 4 : 1;
}

}  // namespace

Ref<Str> bytes_repr_text(std::string_view data, std::string_view before, std::string_view after,
                         bool escape_apostrophe) {
  char quote = '\'';
  if (data.find('\'') != std::string_view::npos && data.find('"') == std::string_view::npos) quote = '"';
  ssize size = static_cast<ssize>(before.size() + after.size()) + 3;
  for (char c : data) {
    if (size > std::numeric_limits<ssize>::max() - 4)
      return raise(OverflowError, "bytes object is too large to make repr");
    size += escaped_size(static_cast<unsigned char>(c), quote, escape_apostrophe);
  }
  Ref<Str> s = TRY(str_allocate(size, 0x7f));
  char* p = static_cast<char*>(str_data(s.get()));
  std::memcpy(p, before.data(), before.size());
  p += before.size();
  *p++ = 'b';
  *p++ = quote;
  for (char ch : data) {
    unsigned char c = static_cast<unsigned char>(ch);
    switch (escaped_size(c, quote, escape_apostrophe)) {
      case 1: *p++ = ch; break;
      case 2:
        *p++ = '\\';
        *p++ = c == '\t' ? 't' : c == '\n' ? 'n' : c == '\r' ? 'r' : ch;
        break;
      default:
        *p++ = '\\';
        *p++ = 'x';
        *p++ = "0123456789abcdef"[c >> 4];
        *p++ = "0123456789abcdef"[c & 15];
    }
  }
  *p++ = quote;
  std::memcpy(p, after.data(), after.size());
  return s;
}

Ref<Str> bytes_repr(Bytes* b) { return bytes_repr_text(bytes_view(b), "", "", false); }

}  // namespace minipy
