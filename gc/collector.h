// The cycle collector with CPython 3.11's semantics: three generations, thresholds 700/10/10, the 25% rule for full
// collections, PEP 442 finalizers, weak references cleared before finalizers run.
//
// A collected object is preceded by a 16-byte GcHeader. An object is tracked when its header is linked into a
// generation's list.
#pragma once

#include <cassert>

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

// ---- The collector's state ----------------------------------------------------------------------------------------

inline constexpr int kGcGenerations = 3;

struct GcGeneration {
  GcHeader head;
  int threshold;
  int count;  // generation 0: allocations minus deallocations; others: collections of the next younger one
};
struct GcGenerationStats {
  ssize collections, collected, uncollectable;
};

// Debug flags, the values of the gc module's constants.
enum GcDebug : int {
  kGcDebugStats = 1,
  kGcDebugCollectable = 2,
  kGcDebugUncollectable = 4,
  kGcDebugSaveAll = 32,
  kGcDebugLeak = kGcDebugCollectable | kGcDebugUncollectable | kGcDebugSaveAll,
};

// What a listener is told while a collection runs, in this order (phases that find nothing to do included).
enum class GcPhase : unsigned char {
  kStart,               // objects: candidates
  kSubtractReferences,  // objects: candidates whose count is explained by other candidates
  kMoveUnreachable,     // objects: unreachable
  kUntrack,             // objects: tuples (full collection: and dicts) untracked
  kLegacyFinalizers,    // objects: reachable from an object with a tp_del
  kWeakReferences,      // objects: callbacks called
  kFinalizers,          // objects: finalizers called
  kResurrected,         // objects: alive again after the finalizers
  kClear,               // objects: about to be cleared
  kStop,                // objects: collected
};
struct GcEvent {
  GcPhase phase;
  int generation;
  ssize objects;
  ssize uncollectable;  // kStop
  int64_t nanoseconds;  // since kStart
};
struct GcListener {
  void (*event)(void* context, const GcEvent& event);
  void* context;
};

struct GcState {
  GcState();  // empty lists, CPython's thresholds

  GcGeneration generations[kGcGenerations];  // youngest first
  GcHeader permanent;                        // gc.freeze()
  GcGenerationStats stats[kGcGenerations];
  ssize long_lived_total;    // survivors of the last full collection
  ssize long_lived_pending;  // moved to the oldest generation since
  bool enabled;
  bool collecting;
  int debug;
  const GcListener* listener;  // null: nobody watches
};
extern GcState g_gc;

// What the collector needs from the rooms above; set once at start-up (runtime/gc_support.cc).
struct GcHooks {
  bool (*error_pending)();
  // gc.callbacks: phase is "start" or "stop".
  void (*notify)(const char* phase, int generation, ssize collected, ssize uncollectable);
  // Clears the weak references to the unreachable objects and calls the callbacks of those that are reachable
  // themselves. `old` is where a reference made young by its callback belongs. Returns the number of callbacks called.
  ssize (*handle_weakrefs)(GcHeader* unreachable, GcHeader* old);
  // Untracks what holds nothing collectable; returns how many.
  ssize (*untrack_tuples)(GcHeader* list);
  ssize (*untrack_dicts)(GcHeader* list);
  // Appends to gc.garbage.
  void (*append_garbage)(Object* p);
  // Full collections empty the free lists.
  void (*clear_free_lists)();
  // Reports and clears a pending exception. `where` is "in tp_clear of" (with the type) or "in garbage collection".
  void (*unraisable)(const char* where, Object* object);
  // Debug output to sys.stderr.
  void (*write_stderr)(const char* text);
  // Sets the pending exception aside / puts it back.
  void (*save_error)(Object* saved[3]);
  void (*restore_error)(Object* saved[3]);
};
extern const GcHooks* g_gc_hooks;

// Links the object into generation 0 / unlinks it. The object must have a GC header; `track` requires it untracked,
// with all its fields valid; `untrack` is harmless when it is untracked already.
inline void gc_track_object(Object* p) {
  GcHeader* h = gc_header(p);
  assert(h->next == 0 && "tracked twice");
  GcHeader* list = &g_gc.generations[0].head;
  GcHeader* last = reinterpret_cast<GcHeader*>(list->prev);
  last->next = reinterpret_cast<uintptr_t>(h);
  h->prev = (h->prev & 1) | reinterpret_cast<uintptr_t>(last);
  h->next = reinterpret_cast<uintptr_t>(list);
  list->prev = reinterpret_cast<uintptr_t>(h);
}
inline void gc_untrack_object(Object* p) {
  GcHeader* h = gc_header(p);
  if (h->next == 0) return;
  GcHeader* before = reinterpret_cast<GcHeader*>(h->prev & ~uintptr_t{3});
  GcHeader* after = reinterpret_cast<GcHeader*>(h->next);
  before->next = reinterpret_cast<uintptr_t>(after);
  after->prev = (after->prev & 3) | reinterpret_cast<uintptr_t>(before);
  h->next = 0;
  h->prev &= 1;
}
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
void gc_free(void* p);

// Runs a collection of the generation, with gc.callbacks, keeping a pending exception aside; returns the number of
// unreachable objects found (0 when a collection is running).
ssize gc_collect(int generation);
// At the end of the process: a full collection without callbacks, whose errors are dropped.
ssize gc_collect_at_exit();

// gc.freeze(), gc.unfreeze().
void gc_freeze();
void gc_unfreeze();

// The heap auditor: recomputes the reference counts of all tracked objects from their traverse functions. A count lower
// than the references that were found, or a broken list, is a mismatch; `report` is called for each. Returns the number
// of mismatches. Uses no memory; runs no Python code.
ssize gc_audit(void (*report)(void* context, const Object* p, ssize refcount, ssize found), void* context);

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
#define TRASHCAN_GUARD(self, dealloc)                                     \
  ::minipy::Trashcan trashcan_guard_(::minipy::as_object(self), dealloc); \
  if (trashcan_guard_.deferred()) return

}  // namespace minipy
