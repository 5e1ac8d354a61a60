// The trashcan's two halves for dealloc functions that cannot afford the guard object of gc/collector.h.
#pragma once

#include "gc/collector.h"
#include "runtime/thread_state.h"

namespace minipy {

inline constexpr int kTrashcanMaxNesting = 50;

// Puts the (untracked) object on the thread's list; its dealloc function is called again later.
void trashcan_deposit(ThreadState* thread, Object* p);
void trashcan_empty(ThreadState* thread);

// False: nesting is too deep, the object has been put off and the caller must return.
inline bool trashcan_enter(ThreadState* thread, Object* p) {
  if (thread->trash_delete_nesting >= kTrashcanMaxNesting) [[unlikely]] {
    trashcan_deposit(thread, p);
    return false;
  }
  thread->trash_delete_nesting++;
  return true;
}
inline void trashcan_leave(ThreadState* thread) {
  if (--thread->trash_delete_nesting <= 0 && thread->trash_delete_later) [[unlikely]]
    trashcan_empty(thread);
}

}  // namespace minipy
