// The lock of an object that native code works on while other threads run.
#pragma once

#include <new>

#include "gc/memory.h"
#include "runtime/thread_state.h"
#include "stdlib/_thread/lock.h"

namespace minipy {

// Null: no memory (no exception is set).
inline NativeLock* object_lock_new() {
  void* p = memory::raw_alloc(sizeof(NativeLock));
  if (!p) return nullptr;
  NativeLock* lock = new (p) NativeLock;
  lock->initialize();
  return lock;
}
inline void object_lock_free(NativeLock* lock) {
  if (!lock) return;
  lock->destroy();
  memory::raw_free(lock);
}

// Holds an object's lock for the scope; entered and left with the GIL held. `lock` may be null: the object has none.
class HeldLock {
 public:
  explicit HeldLock(NativeLock* lock) : lock_(lock) {
    if (!lock_ || lock_->try_acquire()) return;
    ReleaseGil other_threads_run;
    while (lock_->acquire_timed(-1) == LockStatus::kInterrupted) {
    }
  }
  ~HeldLock() {
    if (lock_) lock_->release();
  }
  HeldLock(const HeldLock&) = delete;

 private:
  NativeLock* lock_;
};

}  // namespace minipy
