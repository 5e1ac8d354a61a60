// A lock that may be released by any thread, with timeouts and interruption by signals: what _thread.lock and RLock are
// made of.
#pragma once

#include <semaphore.h>

#include "runtime/result.h"

namespace minipy {

enum class LockStatus { kFailed, kAcquired, kInterrupted };

class NativeLock {
 public:
  void initialize() { sem_init(&semaphore_, 0, 1); }
  void destroy() { sem_destroy(&semaphore_); }
  bool try_acquire();
  // microseconds < 0: for ever. Without the GIL held.
  LockStatus acquire_timed(long long microseconds);
  void release() { sem_post(&semaphore_); }

 private:
  sem_t semaphore_;
};

inline constexpr long long kMaxTimeoutMicroseconds = 9223372036854775LL;

// acquire(blocking, timeout) as both lock types take it: microseconds, 0 for non-blocking, -1 for ever.
Status parse_acquire_arguments(bool blocking, Object* timeout, long long* microseconds);
// Waits, running signal handlers when interrupted. Failed: a handler raised. False: timed out.
Maybe<bool> lock_acquire(NativeLock& lock, long long microseconds);

Ref<Object> allocate_lock();
extern Type lock_type, rlock_type, local_type, local_dummy_type;
// The lock released when the current thread's state goes (threading._tstate_lock).
Ref<Object> thread_set_sentinel();

}  // namespace minipy
