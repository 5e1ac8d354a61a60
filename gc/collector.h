// The cycle collector with CPython 3.11's semantics: three generations, thresholds 700/10/10, the 25% rule for full
// collections, PEP 442 finalizers, weak references cleared before finalizers run.
//
// A collected object is preceded by a 16-byte GcHeader. An object is tracked when its header is linked into a
// generation's list.
#pragma once

#include "gc/object.h"

namespace minipy {

struct GcHeader {
  // next: pointer to the next header, 0 when untracked; low bit used during a collection (unreachable mark).
  // prev: pointer to the previous header above bit 2; bit 0: finalized; bit 1: collecting.
  uintptr_t next;
  uintptr_t prev;
};
static_assert(sizeof(GcHeader) == 16);

inline GcHeader* gc_header(const void* object) {
  return reinterpret_cast<GcHeader*>(const_cast<char*>(static_cast<const char*>(object)) - sizeof(GcHeader));
}
inline Object* gc_object(GcHeader* header) { return reinterpret_cast<Object*>(header + 1); }

template <class T>
inline bool gc_is_tracked(const T* p) {
  return gc_header(p)->next != 0;
}
bool gc_is_finalized(const Object* p);
void gc_set_finalized(Object* p);

// Links the object into generation 0 / unlinks it. The object must have a GC header; `track` requires it untracked,
// with all its fields valid; `untrack` is harmless when it is untracked already.
void gc_track_object(Object* p);
void gc_untrack_object(Object* p);
template <class T>
inline void gc_track(T* p) {
  gc_track_object(as_object(p));
}
template <class T>
inline void gc_untrack(T* p) {
  gc_untrack_object(as_object(p));
}

// True when the type has the GC flag and, where it has an is_gc slot, that agrees.
bool object_is_gc(const Object* p);

// Allocates `size` bytes behind `pre_size` bytes of pre-header (GC header included), counts the allocation for
// generation 0 and collects when the threshold is passed. Memory after the header is NOT zeroed except the
// pre-header. Returns null without an exception when memory is exhausted. May run Python code (a collection).
void* gc_alloc(size_t size, size_t pre_size = sizeof(GcHeader));
// Resizes an untracked variable-size object's memory. Null on exhaustion.
void* gc_realloc(Object* p, size_t new_size);
// Frees an (untracked or tracked) object's memory including its pre-header (managed dict words included).
void gc_free(Object* p);

// Runs a collection of the generation; returns the number of unreachable objects found.
ssize gc_collect(int generation);

// Deallocation without deep recursion: a container's dealloc begins with TRASHCAN_GUARD; when nesting is deeper
// than a bound, the object is put on a per-thread list and deallocated when the stack has unwound.
class Trashcan {
 public:
  // `self` must be untracked before. `dealloc` is the caller's own slot; the guard applies only when it is the
  // object's type's dealloc slot (subclass deallocs nest a base dealloc).
  Trashcan(Object* self, Destructor dealloc);
  ~Trashcan();
  bool deferred() const { return deferred_; }

 private:
  bool active_ = false;
  bool deferred_ = false;
};
#define TRASHCAN_GUARD(self, dealloc)                                         \
  ::minipy::Trashcan trashcan_guard_(::minipy::as_object(self), dealloc);     \
  if (trashcan_guard_.deferred()) return

}  // namespace minipy
