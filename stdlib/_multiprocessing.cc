// Module _multiprocessing: POSIX semaphores shared between processes, on which multiprocessing's locks rest.
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <time.h>

#include <cerrno>
#include <climits>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <string>

#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"
#include "stdlib/native_type.h"

namespace minipy {
namespace {

enum Kind : int { kRecursiveMutex = 0, kSemaphore = 1 };

struct SemLock {
  Object base;
  sem_t* handle;
  unsigned long owner;  // the thread that acquired last
  int count;            // acquisitions minus releases of this process
  int maxvalue;
  int kind;
  char* name;  // null: it has none any more
};
static_assert(sizeof(SemLock) == 56);

bool is_mine(const SemLock* s) { return s->count > 0 && pthread_self() == s->owner; }

Ref<Object> make(Type* type, sem_t* handle, int kind, int maxvalue, const char* name) {
  auto self = allocate<SemLock>(type);
  char* copy = name ? strdup(name) : nullptr;
  if (!self || (name && !copy)) {
    sem_close(handle);
    return self ? Ref<Object>(raise_no_memory_error()) : Ref<Object>();
  }
  self->handle = handle;
  self->kind = kind;
  self->maxvalue = maxvalue;
  self->name = copy;
  return Ref<Object>::steal(as_object(self.release()));
}

Ref<Object> sem_lock_new(Type* type, int kind, int value, int maxvalue, Str* name, bool unlink) {
  if (kind != kRecursiveMutex && kind != kSemaphore) return raise(ValueError, "unrecognized kind");
  const char* path = TRY(str_utf8_cstr(name));
  sem_t* handle = sem_open(path, O_CREAT | O_EXCL, 0600, static_cast<unsigned>(value));
  if (handle == SEM_FAILED) return raise_os_error(errno);
  if (unlink && sem_unlink(path) < 0) {
    int error = errno;
    sem_close(handle);
    return raise_os_error(error);
  }
  return make(type, handle, kind, maxvalue, unlink ? nullptr : path);
}

// The semaphore of another process: by its name, or by the handle that a fork has inherited.
Ref<Object> sem_lock_rebuild(Type* type, ssize handle, int kind, int maxvalue, Object* name) {
  const char* path = nullptr;
  auto* sem = reinterpret_cast<sem_t*>(handle);
  if (!is_none(name)) {
    if (!is_str(name)) {
      return raise(TypeError, "_rebuild() argument 4 must be str or None, not {:.50}", type_name(name));
    }
    path = TRY(str_utf8_cstr(cast<Str>(name)));
    sem = sem_open(path, 0);
    if (sem == SEM_FAILED) return raise_os_error(errno);
  }
  return make(type, sem, kind, maxvalue, path);
}

void sem_lock_dealloc(Object* p) {
  auto* self = cast<SemLock>(p);
  if (self->handle) sem_close(self->handle);
  std::free(self->name);
  type_of(p)->free(p);
}

Maybe<timespec> deadline_of(Object* timeout) {
  double seconds = TRY(float_as_double(timeout));
  if (seconds < 0.0) seconds = 0.0;
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  auto whole = static_cast<long>(seconds);
  now.tv_sec += whole;
  now.tv_nsec += std::lround(1e9 * (seconds - static_cast<double>(whole)));
  now.tv_sec += now.tv_nsec / 1000000000;
  now.tv_nsec %= 1000000000;
  return now;
}

// Waits without the GIL. errno tells why it did not succeed; signal handlers may raise.
Maybe<bool> wait(SemLock* self, const timespec* deadline) {
  while (true) {
    int result;
    int error;
    {
      ReleaseGil released;
      result = deadline ? sem_timedwait(self->handle, deadline) : sem_wait(self->handle);
      error = errno;
    }
    if (result == 0) return true;
    if (error == ETIMEDOUT) return false;
    if (error != EINTR) return raise_os_error(error), kRaised;
    TRY(check_signals());
  }
}

Ref<Object> sem_lock_acquire(SemLock* self, bool block, Object* timeout) {
  if (self->kind == kRecursiveMutex && is_mine(self)) {
    self->count++;
    return bool_ref(true);
  }
  timespec deadline;
  bool bounded = !is_none(timeout);
  if (bounded) deadline = TRY(deadline_of(timeout));
  // Without waiting first: mostly that suffices.
  int result;
  do {
    result = sem_trywait(self->handle);
  } while (result < 0 && errno == EINTR);
  if (result < 0) {
    if (errno != EAGAIN) return raise_os_error(errno);
    if (!block) return bool_ref(false);
    if (!TRY(wait(self, bounded ? &deadline : nullptr))) return bool_ref(false);
  }
  self->count++;
  self->owner = pthread_self();
  return bool_ref(true);
}

Status sem_lock_release(SemLock* self) {
  if (self->kind == kRecursiveMutex) {
    if (!is_mine(self)) {
      return raise(AssertionError, "attempt to release recursive lock not owned by thread");
    }
    if (self->count > 1) {
      self->count--;
      return kOk;
    }
  } else {
    int value;
    if (sem_getvalue(self->handle, &value) < 0) return raise_os_error(errno);
    if (value >= self->maxvalue) return raise(ValueError, "semaphore or lock released too many times");
  }
  if (sem_post(self->handle) < 0) return raise_os_error(errno);
  self->count--;
  return kOk;
}

Ref<Object> sem_lock_enter(SemLock* self) { return sem_lock_acquire(self, true, py_none()); }
Status sem_lock_exit(SemLock* self, Object*, Object*, Object*) { return sem_lock_release(self); }
Ref<Object> sem_lock_count(SemLock* self) { return int_from(self->count); }
Ref<Object> sem_lock_is_mine(SemLock* self) { return bool_ref(is_mine(self)); }

Ref<Object> sem_lock_get_value(SemLock* self) {
  int value;
  if (sem_getvalue(self->handle, &value) < 0) return raise_os_error(errno);
  return int_from(value < 0 ? 0 : value);
}
Ref<Object> sem_lock_is_zero(SemLock* self) {
  int value;
  if (sem_getvalue(self->handle, &value) < 0) return raise_os_error(errno);
  return bool_ref(value <= 0);
}
void sem_lock_after_fork(SemLock* self) { self->count = 0; }

Status unlink_semaphore(Object*, Str* name) {
  const char* path = TRY(str_utf8_cstr(name));
  if (sem_unlink(path) < 0) return raise_os_error(errno);
  return kOk;
}

constinit MethodDef sem_lock_methods[] = {
    METHOD(sem_lock_acquire, "acquire(self, /, block=True, timeout=None)", "Acquire the semaphore/lock."),
    METHOD(sem_lock_release, "release(self, /)", "Release the semaphore/lock."),
    METHOD(sem_lock_enter, "__enter__(self, /)", "Acquire the semaphore/lock."),
    METHOD(sem_lock_exit, "__exit__(self, exc_type=None, exc_value=None, exc_tb=None, /)",
           "Release the semaphore/lock."),
    METHOD(sem_lock_count, "_count(self, /)", "Acquisitions minus releases of this process."),
    METHOD(sem_lock_is_mine, "_is_mine(self, /)", "Whether this thread owns the lock."),
    METHOD(sem_lock_get_value, "_get_value(self, /)", "The semaphore's value."),
    METHOD(sem_lock_is_zero, "_is_zero(self, /)", "Whether the semaphore's value is 0."),
    CLASS_METHOD(sem_lock_rebuild, "_rebuild(type, handle, kind, maxvalue, name, /)",
                 "The lock of another process, in this one."),
    METHOD(sem_lock_after_fork, "_after_fork(self, /)", "Forget the parent's acquisitions."),
    {},
};

constinit MemberDef sem_lock_members[] = {
    {"handle", kMemberULong, offsetof(SemLock, handle), kMemberReadonly, ""},
    {"kind", kMemberInt, offsetof(SemLock, kind), kMemberReadonly, ""},
    {"maxvalue", kMemberInt, offsetof(SemLock, maxvalue), kMemberReadonly, ""},
    {"name", kMemberString, offsetof(SemLock, name), kMemberReadonly, ""},
    {},
};

constinit Type sem_lock_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_multiprocessing.SemLock",
    .basicsize = sizeof(SemLock),
    .dealloc = sem_lock_dealloc,
    .flags = kTypeDefault | kTypeBaseType,
    .doc = "A semaphore or recursive lock that processes share.",
    .methods = sem_lock_methods,
    .members = sem_lock_members,
    .alloc = type_generic_alloc,
    .new_ = NEW(sem_lock_new, "SemLock(type, kind, value, maxvalue, name, unlink)"),
    .free = memory::object_free,
};

constinit MethodDef functions[] = {
    FUNCTION(unlink_semaphore, "sem_unlink(module, name, /)", "Remove the semaphore's name."),
    {},
};

Status exec(Module* m) {
  TRY(module_add_type(m, &sem_lock_type));
  auto limit = TRY(int_from(INT_MAX));
  TRY(dict_set_ascii(cast<Dict>(sem_lock_type.dict), "SEM_VALUE_MAX", as_object(limit.get())));
  type_modified(&sem_lock_type);
  auto flags = TRY(dict_new());
  TRY(dict_set_ascii(flags.get(), "HAVE_SEM_OPEN", as_object(small_int(1))));
  TRY(dict_set_ascii(flags.get(), "HAVE_SEM_TIMEDWAIT", as_object(small_int(1))));
  return module_add(m, "flags", Ref<Object>(std::move(flags)));
}

}  // namespace

constinit NativeModule _multiprocessing_module = {"_multiprocessing", functions, exec,
                                                  "Semaphores that processes share."};

}  // namespace minipy
