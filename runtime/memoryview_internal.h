// Inside the memoryview room.
#pragma once

#include "runtime/abstract.h"
#include "runtime/buffer.h"
#include "runtime/containers.h"
#include "runtime/error.h"

namespace minipy {

// Holds the exporter's buffer for all views made from it.
struct ManagedBuffer {
  Object base;
  int flags;  // kManagedReleased
  ssize exports;
  Buffer master;
};
enum ManagedFlags : int { kManagedReleased = 1 };
extern Type managed_buffer_type, memory_iterator_type;

enum MemoryFlags : int {
  kMemoryReleased = 0x001,
  kMemoryC = 0x002,
  kMemoryFortran = 0x004,
  kMemoryScalar = 0x008,
  kMemoryIndirect = 0x010,
};

inline constexpr int kMaxDimensions = 64;

inline bool is_memoryview(const Object* p) { return is_instance_of(p, &memoryview_type); }

// ValueError when the view has been released.
Status memory_check(MemoryView* m);
// Recomputes contiguity after shape or strides changed.
void memory_init_flags(MemoryView* m);
// A new view of the same buffer with src's geometry.
Ref<MemoryView> memory_view_of(ManagedBuffer* managed, const Buffer* src);

// ---- Items (memoryview_items.cc)
// ------------------------------------------------------------------------------------------- The native format
// character of a format string ("@" may stand in front); 0: it is another one.
char native_format(const char* format);
ssize native_size(char format);
// The interned format text with or without "@".
const char* native_format_text(const char* format);
// As native_format, for item access: NotImplementedError.
Maybe<char> item_format(const Buffer* view);
Ref<Object> unpack_item(const char* p, char format);
Status pack_item(MemoryView* m, char* p, Object* value, char format);

Ref<Object> memory_item(MemoryView* m, ssize index);
Ref<Object> memory_subscript(MemoryView* m, Object* key);
Status memory_assign(MemoryView* m, Object* key, Object* value);
Ref<Object> memory_richcompare(Object* a, Object* b, CompareOp op);
Ref<Object> memory_tolist(MemoryView* m);
Ref<Object> memory_iter(MemoryView* m);

}  // namespace minipy
