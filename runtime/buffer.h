// The buffer protocol (PEP 3118) and memoryview.
#pragma once

#include <string_view>

#include "gc/object.h"
#include "runtime/result.h"
#include "runtime/type.h"

namespace minipy {

enum BufferFlags : int {
  kBufferSimple = 0,
  kBufferWritable = 1,
  kBufferFormat = 4,
  kBufferNd = 8,
  kBufferStrides = 0x10 | kBufferNd,
  kBufferCContiguous = 0x20 | kBufferStrides,
  kBufferFContiguous = 0x40 | kBufferStrides,
  kBufferAnyContiguous = 0x80 | kBufferStrides,
  kBufferIndirect = 0x100 | kBufferStrides,
  kBufferContigRo = kBufferNd,
  kBufferFullRo = kBufferIndirect | kBufferFormat,
};

// A buffer held for a scope. Failed get: BufferError/TypeError "a bytes-like object is required, not 'X'".
class HeldBuffer {
 public:
  HeldBuffer() = default;
  ~HeldBuffer() { release(); }
  HeldBuffer(const HeldBuffer&) = delete;
  Status get(Object* p, int flags = kBufferSimple);
  void release();
  const char* data() const { return static_cast<const char*>(view.buf); }
  char* writable() const { return static_cast<char*>(view.buf); }
  ssize size() const { return view.len; }
  std::string_view text() const { return {data(), static_cast<size_t>(view.len)}; }
  Buffer view{};
};

bool object_has_buffer(const Object* p);
Status buffer_get(Object* p, Buffer* view, int flags);
void buffer_release(Buffer* view);
// Fills view for a simple contiguous block of bytes; used by getbuffer slots. exporter may be null.
Status buffer_fill(Buffer* view, Object* exporter, void* data, ssize size, bool readonly, int flags);
bool buffer_is_contiguous(const Buffer* view, char order);  // 'C', 'F', 'A'
Status buffer_to_contiguous(void* out, const Buffer* view, ssize size, char order);

struct ManagedBuffer;
struct MemoryView {
  VarObject base;
  ManagedBuffer* managed;
  hash_t hash;
  int flags;
  ssize exports;
  Buffer view;
  Object* weakreflist;
  ssize arrays[1];  // shape, strides, suboffsets
};
static_assert(offsetof(MemoryView, view) == 56);
extern Type memoryview_type;
Ref<Object> memoryview_from_object(Object* p);
Ref<Object> memoryview_from_memory(char* data, ssize size, bool writable);

}  // namespace minipy
