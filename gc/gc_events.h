// What a collection tells those who watch (D8): the events of the cycle collector as typed structs.
//
// Any number of watchers may be installed. They share the collector's one hook (GcState::listener), which is null when
// nobody watches. A watcher is called while the collection runs: it must not make, free or change objects, nor run
// Python code.
#pragma once

#include <cstdint>

#include "gc/collector.h"

namespace minipy {

enum class GcTrigger : unsigned char {
  kThreshold,  // the count of `generation` exceeded its threshold
  kExplicit,   // gc.collect()
  kExit,       // the end of the process
};

// One collection: what led to it (valid in every call), and its numbers, each valid from its step on.
struct GcCollection {
  int64_t number;  // collections of this process, from 1
  int generation;
  GcTrigger trigger;
  int counts[kGcGenerations];      // before
  int thresholds[kGcGenerations];  // before
  ssize long_lived_total;          // survivors of the last full collection
  ssize long_lived_pending;        // in the oldest generation since then
  ssize heap_blocks;               // blocks allocated in the object domain, before
  int64_t start;                   // nanoseconds, monotonic clock
  ssize frozen;                    // objects in the permanent generation (only with details)

  ssize examined;     // candidates: the objects of the generation and the younger ones
  ssize explained;    // of these, objects all of whose references come from candidates (only with details)
  ssize reachable;    // of these, objects found reachable after all
  ssize unreachable;  // the others
  ssize untracked;    // survivors that need no tracking any more (tuples, and dicts in a full collection)
  ssize legacy;       // unreachable objects that a tp_del keeps alive: uncollectable
  ssize callbacks;    // weak reference callbacks called
  ssize finalized;    // finalizers called
  ssize resurrected;  // objects brought back by finalizers
  ssize collected;
  ssize uncollectable;
  ssize heap_blocks_after;
  int64_t nanoseconds;  // the whole
};

// Someone who watches. `event` is called for each phase (gc/collector.h), with the numbers that are known by then and,
// where there is one, the list of objects that the phase is about:
//
//   kStart               the candidates; nothing is done yet
//   kSubtractReferences  the candidates; gc_remaining_references() tells what is not explained
//   kLegacyFinalizers    the unreachable objects but those that a tp_del keeps
//   kFinalizers          the unreachable objects after their finalizers
//   kClear               what stays garbage, about to be cleared
//   kStop                no list; all numbers are known
struct GcWatcher {
  void (*event)(void* context, const GcEvent& event, const GcCollection& collection, const GcHeader* list);
  // `object` looked unreachable (no reference from outside) and turned out to be reachable: `from` refers to it. Null:
  // no details are wanted, and a collection runs at full speed.
  void (*moved_back)(void* context, Object* object, Object* from);
  void* context;
  GcWatcher* next = nullptr;  // the collector's
};

// The watcher stays the caller's, and must live until it is removed. Removing one that is not installed is harmless.
void gc_add_watcher(GcWatcher* watcher);
void gc_remove_watcher(GcWatcher* watcher);

// Of a candidate in kSubtractReferences: references that do not come from candidates.
ssize gc_remaining_references(const Object* candidate);
// From kLegacyFinalizers to kClear: is it one of the objects being judged?
bool gc_is_candidate(const Object* p);
// The objects of one of the lists that a watcher gets, in its order.
template <class F>
void gc_for_each(const GcHeader* list, F f) {
  for (const GcHeader* h = reinterpret_cast<const GcHeader*>(list->next); h != list;
       h = reinterpret_cast<const GcHeader*>(h->next)) {
    f(gc_object(const_cast<GcHeader*>(h)));
  }
}

}  // namespace minipy
