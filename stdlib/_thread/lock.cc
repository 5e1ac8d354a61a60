#include "stdlib/_thread/lock.h"

#include <cerrno>
#include <cmath>
#include <ctime>

#include "gc/collector.h"
#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/bind_varargs.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/int.h"
#include "runtime/slot.h"
#include "runtime/thread_state.h"
#include "runtime/weakref.h"

namespace minipy {

// ---- NativeLock
// ------------------------------------------------------------------------------------------------------

bool NativeLock::try_acquire() {
  while (sem_trywait(&semaphore_) != 0) {
    if (errno != EINTR) return false;
  }
  return true;
}

LockStatus NativeLock::acquire_timed(long long microseconds) {
  int failed;
  if (microseconds < 0) {
    failed = sem_wait(&semaphore_);
  } else {
    timespec limit;
    clock_gettime(CLOCK_MONOTONIC, &limit);
    limit.tv_sec += microseconds / 1000000;
    limit.tv_nsec += (microseconds % 1000000) * 1000;
    if (limit.tv_nsec >= 1000000000) {
      limit.tv_sec++;
      limit.tv_nsec -= 1000000000;
    }
    failed = sem_clockwait(&semaphore_, CLOCK_MONOTONIC, &limit);
  }
  if (!failed) return LockStatus::kAcquired;
  return errno == EINTR ? LockStatus::kInterrupted : LockStatus::kFailed;
}

namespace {

long long monotonic_microseconds() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<long long>(t.tv_sec) * 1000000 + t.tv_nsec / 1000;
}

}  // namespace

Status parse_acquire_arguments(bool blocking, Object* timeout, long long* microseconds) {
  double seconds = -1;
  if (timeout) {
    if (is_int(timeout)) {
      Maybe<double> v = int_to_double(timeout);
      if (!v) {
        error_clear();
        return raise(OverflowError, "timestamp too large to convert to C _PyTime_t");
      }
      seconds = *v;
    } else {
      seconds = TRY(float_as_double(timeout));
      if (std::isnan(seconds)) return raise(ValueError, "Invalid value NaN (not a number)");
    }
    if (std::fabs(seconds) > 9223372036.0 && std::fabs(seconds) >= 9223372036.854775) {
      return raise(OverflowError, "timestamp too large to convert to C _PyTime_t");
    }
  }
  if (!blocking) {
    if (seconds != -1) return raise(ValueError, "can't specify a timeout for a non-blocking call");
    *microseconds = 0;
    return kOk;
  }
  if (seconds < 0 && seconds != -1) return raise(ValueError, "timeout value must be positive");
  if (seconds == -1) {
    *microseconds = -1;
    return kOk;
  }
  double wanted = std::ceil(seconds * 1e6);
  if (wanted > static_cast<double>(kMaxTimeoutMicroseconds)) return raise(OverflowError, "timeout value is too large");
  *microseconds = static_cast<long long>(wanted);
  return kOk;
}

Maybe<bool> lock_acquire(NativeLock& lock, long long microseconds) {
  if (lock.try_acquire()) return true;
  if (microseconds == 0) return false;
  long long deadline = microseconds > 0 ? monotonic_microseconds() + microseconds : 0;
  while (true) {
    LockStatus status;
    {
      ReleaseGil others_run;
      status = lock.acquire_timed(microseconds);
    }
    if (status == LockStatus::kAcquired) return true;
    if (status == LockStatus::kFailed) return false;
    if (!check_signals()) return kRaised;
    if (microseconds > 0) {
      microseconds = deadline - monotonic_microseconds();
      // Too late, but it may have been released meanwhile.
      if (microseconds <= 0) return lock.try_acquire();
    }
  }
}

namespace {

// ---- lock ----------------------------------------------------------------------------------------------------------

struct Lock {
  Object base;
  NativeLock* native;
  Object* weakreflist;
  char locked;
};

Ref<Object> lock_new() {
  Lock* l = object_new_gc<Lock>(&lock_type);
  if (!l) return nullptr;
  l->native = static_cast<NativeLock*>(memory::raw_alloc(sizeof(NativeLock)));
  l->weakreflist = nullptr;
  l->locked = 0;
  if (!l->native) {
    decref(l);
    return raise_no_memory_error();
  }
  l->native->initialize();
  gc_track(l);
  return Ref<Object>::steal(as_object(l));
}

void lock_dealloc(Object* self) {
  Lock* l = cast<Lock>(self);
  gc_untrack(self);
  if (l->weakreflist) weakref_clear_all(self);
  if (l->native) {
    // Destroying a lock that is held is not allowed.
    if (l->locked) l->native->release();
    l->native->destroy();
    memory::raw_free(l->native);
  }
  gc_free(self);
}
int lock_traverse(Object*, VisitProc, void*) { return 0; }

Ref<Object> lock_acquire_method(Lock* self, bool blocking, Object* timeout) {
  long long microseconds;
  TRY(parse_acquire_arguments(blocking, timeout, &microseconds));
  bool acquired = TRY(lock_acquire(*self->native, microseconds));
  if (acquired) self->locked = 1;
  return bool_ref(acquired);
}
Ref<Object> lock_release_method(Lock* self) {
  if (!self->locked) return raise(RuntimeError, "release unlocked lock");
  self->locked = 0;
  self->native->release();
  return none_ref();
}
Ref<Object> lock_locked_method(Lock* self) { return bool_ref(self->locked); }
Ref<Object> lock_enter(Lock* self) { return lock_acquire_method(self, true, nullptr); }
Ref<Object> lock_exit(Lock* self, VarArgs) { return lock_release_method(self); }
Ref<Object> lock_at_fork_reinit(Lock* self) {
  self->native->initialize();
  self->locked = 0;
  return none_ref();
}
Ref<Str> lock_repr(Lock* self) {
  return format_message("<{} {} object at 0x{:x}>", self->locked ? "locked" : "unlocked", type_name(self),
                        reinterpret_cast<uintptr_t>(self));
}

constinit MethodDef lock_methods[] = {
    VARARGS_METHOD(lock_acquire_method, "acquire_lock(self, /, blocking=True, timeout=-1)", "Same as acquire()."),
    VARARGS_METHOD(lock_acquire_method, "acquire(self, /, blocking=True, timeout=-1)",
                   "Locks the lock, waiting for it if need be. True when it was acquired."),
    METHOD(lock_release_method, "release_lock(self, /)", "Same as release()."),
    METHOD(lock_release_method, "release(self, /)",
           "Unlocks the lock, which need not have been locked by this thread."),
    METHOD(lock_locked_method, "locked_lock(self, /)", "Same as locked()."),
    METHOD(lock_locked_method, "locked(self, /)", "Whether the lock is locked."),
    METHOD(lock_enter, "__enter__(self, /)", "Locks the lock."),
    VARARGS_METHOD(lock_exit, "__exit__(self, /, *args)", "Unlocks the lock."),
    METHOD(lock_at_fork_reinit, "_at_fork_reinit(self, /)", ""),
    {},
};

// ---- RLock ---------------------------------------------------------------------------------------------------------

struct RLock {
  Object base;
  NativeLock* native;
  unsigned long owner;
  unsigned long count;
  Object* weakreflist;
};

Ref<Object> rlock_new(Type* type, VarArgs, Object*) {
  Object* p = type->alloc(type, 0);
  if (!p) return nullptr;
  RLock* l = cast<RLock>(p);
  l->native = static_cast<NativeLock*>(memory::raw_alloc(sizeof(NativeLock)));
  l->owner = l->count = 0;
  l->weakreflist = nullptr;
  if (!l->native) {
    decref(p);
    return raise_no_memory_error();
  }
  l->native->initialize();
  return Ref<Object>::steal(p);
}
void rlock_dealloc(Object* self) {
  RLock* l = cast<RLock>(self);
  gc_untrack(self);
  if (l->weakreflist) weakref_clear_all(self);
  if (l->native) {
    if (l->count) l->native->release();
    l->native->destroy();
    memory::raw_free(l->native);
  }
  type_of(self)->free(self);
}

bool owned_by_me(const RLock* l) { return l->count && l->owner == current_thread()->thread_id; }

Ref<Object> rlock_acquire_method(RLock* self, bool blocking, Object* timeout) {
  long long microseconds;
  TRY(parse_acquire_arguments(blocking, timeout, &microseconds));
  if (owned_by_me(self)) {
    if (self->count == ~0ul) return raise(OverflowError, "Internal lock count overflowed");
    self->count++;
    return bool_ref(true);
  }
  bool acquired = TRY(lock_acquire(*self->native, microseconds));
  if (acquired) {
    self->owner = current_thread()->thread_id;
    self->count = 1;
  }
  return bool_ref(acquired);
}
Ref<Object> rlock_release_method(RLock* self) {
  if (!owned_by_me(self)) return raise(RuntimeError, "cannot release un-acquired lock");
  if (--self->count == 0) {
    self->owner = 0;
    self->native->release();
  }
  return none_ref();
}
// One of the two unsigned longs of the state; no check for overflow, as ever for such arguments.
Maybe<unsigned long> state_item(Object* state, ssize index) {
  Ref<Object> item = sequence_get_item(state, index);
  if (!item) return raise(TypeError, "_acquire_restore() argument 1, item {} is not retrievable", index);
  if (!is_int(item.get())) {
    return raise(TypeError, "_acquire_restore() argument 1, item {} must be int, not {:.50}", index,
                 is_none(item.get()) ? "None" : type_name(item.get()));
  }
  return static_cast<unsigned long>(int_to_unsigned_mask(item.get()));
}

Ref<Object> rlock_acquire_restore(RLock* self, VarArgs args) {
  if (args.size != 1) {
    return raise(TypeError, "_acquire_restore() takes exactly 1 argument ({} given)", args.size);
  }
  Object* state = args[0];
  if (!is_sequence(state) || is_bytes(state)) {
    return raise(TypeError, "_acquire_restore() argument 1 must be 2-item sequence, not {:.50}",
                 is_none(state) ? "None" : type_name(state));
  }
  ssize size = TRY(object_length(state));
  if (size != 2) {
    return raise(TypeError, "_acquire_restore() argument 1 must be sequence of length 2, not {}", size);
  }
  unsigned long count = TRY(state_item(state, 0));
  unsigned long owner = TRY(state_item(state, 1));
  if (!self->native->try_acquire()) {
    ReleaseGil others_run;
    while (self->native->acquire_timed(-1) != LockStatus::kAcquired) {
    }
  }
  self->owner = owner;
  self->count = count;
  return none_ref();
}
Ref<Object> rlock_release_save(RLock* self) {
  if (!self->count) return raise(RuntimeError, "cannot release un-acquired lock");
  Ref<Int> count = TRY(int_from_size(self->count))
  , owner = TRY(int_from_size(self->owner));
  self->count = self->owner = 0;
  self->native->release();
  return tuple_pack(count.get(), owner.get());
}
Ref<Object> rlock_is_owned(RLock* self) { return bool_ref(owned_by_me(self)); }
Ref<Object> rlock_enter(RLock* self) { return rlock_acquire_method(self, true, nullptr); }
Ref<Object> rlock_exit(RLock* self, VarArgs) { return rlock_release_method(self); }
Ref<Object> rlock_at_fork_reinit(RLock* self) {
  self->native->initialize();
  self->owner = self->count = 0;
  return none_ref();
}
Ref<Str> rlock_repr(RLock* self) {
  return format_message("<{} {} object owner={} count={} at 0x{:x}>", self->count ? "locked" : "unlocked",
                        type_name(self), self->owner, self->count, reinterpret_cast<uintptr_t>(self));
}

constinit MethodDef rlock_methods[] = {
    VARARGS_METHOD(rlock_acquire_method, "acquire(self, /, blocking=True, timeout=-1)",
                   "Locks the lock; the thread that holds it may lock it again."),
    METHOD(rlock_release_method, "release(self, /)", "Undoes one acquire()."),
    METHOD(rlock_is_owned, "_is_owned(self, /)", "For internal use by `threading.Condition`."),
    VARARGS_METHOD(rlock_acquire_restore, "_acquire_restore(self, /, *args)",
                   "For internal use by `threading.Condition`."),
    METHOD(rlock_release_save, "_release_save(self, /)", "For internal use by `threading.Condition`."),
    METHOD(rlock_enter, "__enter__(self, /)", "Locks the lock."),
    VARARGS_METHOD(rlock_exit, "__exit__(self, /, *args)", "Unlocks the lock."),
    METHOD(rlock_at_fork_reinit, "_at_fork_reinit(self, /)", ""),
    {},
};

// ---- The sentinel of a thread --------------------------------------------------------------------------------------

void release_sentinel(void* data) {
  Object* reference = static_cast<Object*>(data);
  Ref<Object> lock = weakref_get(reference);
  if (lock && cast<Lock>(lock.get())->locked) {
    cast<Lock>(lock.get())->locked = 0;
    cast<Lock>(lock.get())->native->release();
  }
  decref(reference);
}

}  // namespace

Ref<Object> allocate_lock() { return lock_new(); }

Ref<Object> thread_set_sentinel() {
  ThreadState* t = current_thread();
  if (t->on_delete_data) {
    t->on_delete = nullptr;
    Object* old = static_cast<Object*>(std::exchange(t->on_delete_data, nullptr));
    decref(old);
  }
  Ref<Object> lock = TRY(lock_new());
  Ref<Object> reference = TRY(weakref_new(lock.get(), nullptr));
  t->on_delete_data = reference.release();
  t->on_delete = release_sentinel;
  return lock;
}

constinit Type lock_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_thread.lock",
    .basicsize = sizeof(Lock),
    .dealloc = lock_dealloc,
    .repr = slot<lock_repr>,
    .flags = kTypeDefault | kTypeHaveGc | kTypeDisallowInstantiation | kTypeImmutable,
    .doc = "A lock: locked or unlocked, and any thread may unlock it. Made by _thread.allocate_lock().",
    .traverse = lock_traverse,
    .weaklistoffset = offsetof(Lock, weakreflist),
    .methods = lock_methods,
};

constinit Type rlock_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_thread.RLock",
    .basicsize = sizeof(RLock),
    .dealloc = rlock_dealloc,
    .repr = slot<rlock_repr>,
    .flags = kTypeDefault | kTypeBaseType | kTypeHaveGc,
    .doc = "A lock that the thread which holds it may lock again.",
    .traverse = lock_traverse,
    .weaklistoffset = offsetof(RLock, weakreflist),
    .methods = rlock_methods,
    .alloc = type_generic_alloc,
    .new_ = VARARGS_NEW(rlock_new, "RLock(type, /, *args, **kwargs)"),
};

}  // namespace minipy
