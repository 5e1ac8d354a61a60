// The doubly linked lists of GcHeaders, and the bits that a collection keeps in them.
//
// At rest a header's `next` and `prev` are addresses (prev with the finalized bit). During a collection, for objects of
// the collected generations: `prev` holds the object's candidate reference count above the two flag bits (so their list
// is singly linked then), and `next` of objects found unreachable so far carries kUnreachableMark.
#pragma once

#include "gc/collector.h"
#include "gc/type_view.h"

namespace minipy::gc_list {

inline constexpr uintptr_t kFinalized = 1;   // in prev: the finalizer has run (PEP 442)
inline constexpr uintptr_t kCollecting = 2;  // in prev: the object is in the generations being collected
inline constexpr uintptr_t kFlags = kFinalized | kCollecting;
inline constexpr int kRefsShift = 2;
inline constexpr uintptr_t kUnreachableMark = 1;  // in next

inline GcHeader* next(const GcHeader* h) { return reinterpret_cast<GcHeader*>(h->next); }
inline GcHeader* prev(const GcHeader* h) { return reinterpret_cast<GcHeader*>(h->prev & ~kFlags); }
inline void set_next(GcHeader* h, const GcHeader* to) { h->next = reinterpret_cast<uintptr_t>(to); }
inline void set_prev(GcHeader* h, const GcHeader* to) {
  h->prev = (h->prev & kFlags) | reinterpret_cast<uintptr_t>(to);
}

inline bool is_collecting(const GcHeader* h) { return (h->prev & kCollecting) != 0; }
inline void clear_collecting(GcHeader* h) { h->prev &= ~kCollecting; }

// The candidate count of an object that is being collected (or audited).
inline ssize refs_of(const GcHeader* h) { return static_cast<ssize>(h->prev >> kRefsShift); }
inline void set_refs(GcHeader* h, ssize refs) {
  h->prev = (h->prev & kFlags) | (static_cast<uintptr_t>(refs) << kRefsShift);
}

inline int traverse(Object* p, VisitProc visit, void* arg) { return type_view(p)->traverse(p, visit, arg); }

inline void init(GcHeader* list) { list->next = list->prev = reinterpret_cast<uintptr_t>(list); }
inline bool is_empty(const GcHeader* list) { return next(list) == list; }

inline void append(GcHeader* node, GcHeader* list) {
  GcHeader* last = reinterpret_cast<GcHeader*>(list->prev);
  set_next(last, node);
  set_prev(node, last);
  set_next(node, list);
  list->prev = reinterpret_cast<uintptr_t>(node);
}
// Unlinks; the node is untracked afterwards (its flags stay).
inline void remove(GcHeader* node) {
  GcHeader* before = prev(node);
  GcHeader* after = next(node);
  set_next(before, after);
  set_prev(after, before);
  node->next = 0;
  node->prev &= kFlags;
}
// From whatever list it is in to the end of `list`.
inline void move(GcHeader* node, GcHeader* list) {
  GcHeader* before = prev(node);
  GcHeader* after = next(node);
  set_next(before, after);
  set_prev(after, before);
  append(node, list);
}
// All of `from` to the end of `to`.
inline void merge(GcHeader* from, GcHeader* to) {
  if (!is_empty(from)) {
    GcHeader* to_last = prev(to);
    GcHeader* from_first = next(from);
    GcHeader* from_last = prev(from);
    set_next(to_last, from_first);
    set_prev(from_first, to_last);
    set_next(from_last, to);
    set_prev(to, from_last);
  }
  init(from);
}
inline ssize size(const GcHeader* list) {
  ssize n = 0;
  for (const GcHeader* h = next(list); h != list; h = next(h)) n++;
  return n;
}

}  // namespace minipy::gc_list
