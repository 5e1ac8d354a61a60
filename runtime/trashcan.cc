// The trashcan (declared in gc/collector.h): defined here because its nesting is counted per thread.
//
// Freeing a list of a list of a list... recurses once per level. Beyond kTrashcanMaxNesting levels the object is put on
// the thread's list instead; the outermost guard empties that list when everything above it has returned.
#include "runtime/trashcan.h"

#include "gc/gc_list.h"
#include "runtime/type.h"

namespace minipy {

// Waiting objects are untracked, so their headers' `prev` is free for the link.
void trashcan_deposit(ThreadState* thread, Object* p) {
  GcHeader* h = gc_header(p);
  assert(h->next == 0);
  h->prev = (h->prev & gc_list::kFlags) | reinterpret_cast<uintptr_t>(thread->trash_delete_later);
  thread->trash_delete_later = p;
}

void trashcan_empty(ThreadState* thread) {
  // What is freed here may deposit again; the raised nesting keeps those from starting another loop.
  thread->trash_delete_nesting++;
  while (Object* p = thread->trash_delete_later) {
    GcHeader* h = gc_header(p);
    thread->trash_delete_later = reinterpret_cast<Object*>(h->prev & ~gc_list::kFlags);
    h->prev &= gc_list::kFinalized;
    type_of(p)->dealloc(p);
  }
  thread->trash_delete_nesting--;
}

Trashcan::Trashcan(Object* self, Destructor dealloc) {
  if (type_of(self)->dealloc != dealloc) return;
  if (trashcan_enter(current_thread(), self)) {
    active_ = true;
  } else {
    deferred_ = true;
  }
}

Trashcan::~Trashcan() {
  if (active_) trashcan_leave(current_thread());
}

}  // namespace minipy
