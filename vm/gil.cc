// The GIL: a flag under a mutex. Who waits longer than the switch interval asks the holder to drop it through
// Interpreter::gil_drop_request and eval_breaker; the holder then waits until another thread has had it.
#include "vm/gil.h"

#include <pthread.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "gc/deep_dealloc.h"
#include "gc/hooks.h"
#include "runtime/abstract.h"
#include "runtime/error.h"
#include "vm/signals.h"
#include "vm/step_listener.h"
#include "vm/threads.h"

namespace minipy {

const GilListener* g_gil_listener = nullptr;

namespace {

// The room's own state: one GIL for the process.
struct Gil {
  pthread_mutex_t mutex;
  pthread_cond_t released;
  pthread_mutex_t switch_mutex;
  pthread_cond_t switched;
  bool locked = false;
  ThreadState* last_holder = nullptr;
  unsigned long switch_number = 0;
} gil;

Interpreter* the_interpreter = nullptr;
ThreadState* finalizing_thread = nullptr;

void initialize_locks() {
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_mutex_init(&gil.mutex, nullptr);
  pthread_cond_init(&gil.released, &attributes);
  pthread_mutex_init(&gil.switch_mutex, nullptr);
  pthread_cond_init(&gil.switched, &attributes);
  pthread_condattr_destroy(&attributes);
}

timespec deadline_after(long microseconds) {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  t.tv_sec += microseconds / 1000000;
  t.tv_nsec += (microseconds % 1000000) * 1000;
  if (t.tv_nsec >= 1000000000) {
    t.tv_sec++;
    t.tv_nsec -= 1000000000;
  }
  return t;
}

// Daemon threads that come back while the process is ending must not touch its objects any more.
void stop_if_finalizing(ThreadState* t) {
  if (!the_interpreter->finalizing || t == finalizing_thread) return;
  while (true) pause();
}

int64_t now_nanoseconds() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

void release(ThreadState* t) {
  if (const GilListener* listener = kHooks ? g_gil_listener : nullptr) [[unlikely]]
    listener->given_up(listener->context, t, the_interpreter->gil_drop_request.load(std::memory_order_relaxed) != 0);
  pthread_mutex_lock(&gil.mutex);
  gil.last_holder = t;
  gil.locked = false;
  g_current_thread = nullptr;
  pthread_cond_signal(&gil.released);
  pthread_mutex_unlock(&gil.mutex);
  if (!the_interpreter->gil_drop_request.load(std::memory_order_relaxed)) return;
  // Somebody asked: let it have its turn before this thread can take the lock again.
  pthread_mutex_lock(&gil.switch_mutex);
  if (gil.last_holder == t) {
    the_interpreter->gil_drop_request = 0;
    timespec limit = deadline_after(1000000);
    while (gil.last_holder == t && pthread_cond_timedwait(&gil.switched, &gil.switch_mutex, &limit) == 0) {
    }
  }
  pthread_mutex_unlock(&gil.switch_mutex);
}

ThreadState* release_hook() { return gil_release(); }

}  // namespace

void gil_initialize(Interpreter* interp) {
  the_interpreter = interp;
  initialize_locks();
  gil.locked = true;
  gil.last_holder = g_current_thread;
  g_gil_release_hook = release_hook;
  g_gil_acquire_hook = gil_acquire;
  g_check_signals_hook = signals_run_pending;
}

void gil_acquire(ThreadState* t) {
  int saved_errno = errno;
  stop_if_finalizing(t);
  const int64_t begin = kHooks && g_gil_listener ? now_nanoseconds() : 0;
  pthread_mutex_lock(&gil.mutex);
  const bool waits = gil.locked;
  while (gil.locked) {
    unsigned long before = gil.switch_number;
    long interval = the_interpreter->switch_interval_us;
    timespec limit = deadline_after(interval > 0 ? interval : 1);
    int waited = pthread_cond_timedwait(&gil.released, &gil.mutex, &limit);
    if (waited == ETIMEDOUT && gil.locked && gil.switch_number == before) {
      if (the_interpreter->finalizing && t != finalizing_thread) {
        pthread_mutex_unlock(&gil.mutex);
        stop_if_finalizing(t);
      }
      the_interpreter->gil_drop_request = 1;
      the_interpreter->eval_breaker = 1;
    }
  }
  pthread_mutex_lock(&gil.switch_mutex);
  gil.locked = true;
  if (gil.last_holder != t) {
    gil.last_holder = t;
    gil.switch_number++;
  }
  g_current_thread = t;
  set_dealloc_stack_limit(t->c_stack_limit);
  pthread_cond_signal(&gil.switched);
  pthread_mutex_unlock(&gil.switch_mutex);
  the_interpreter->gil_drop_request = 0;
  pthread_mutex_unlock(&gil.mutex);
  if (the_interpreter->finalizing && t != finalizing_thread) {
    release(t);
    stop_if_finalizing(t);
  }
  if (const GilListener* listener = kHooks ? g_gil_listener : nullptr) [[unlikely]]
    listener->taken(listener->context, t, waits && begin ? now_nanoseconds() - begin : 0);
  eval_breaker_update(the_interpreter);
  errno = saved_errno;
}

ThreadState* gil_release() {
  ThreadState* t = g_current_thread;
  int saved_errno = errno;
  release(t);
  errno = saved_errno;
  return t;
}

bool gil_held_by_me() { return gil.locked && g_current_thread && g_current_thread->thread_id == pthread_self(); }

void gil_after_fork() {
  initialize_locks();
  gil.locked = true;
  gil.last_holder = g_current_thread;
  the_interpreter->gil_drop_request = 0;
}

void gil_finalize(ThreadState* t) {
  finalizing_thread = t;
  the_interpreter->finalizing = true;
}

// ---- eval_breaker -------------------------------------------------------------------------------------------------

void eval_breaker_update(Interpreter* interp) {
  bool wanted = interp->gil_drop_request || interp->calls_pending || interp->async_exception_pending;
  if (interp->signals_pending && is_main_thread()) wanted = true;
  if (g_step_listener) wanted = true;
  // Both loops leave for each other where they look at the breaker.
  for (ThreadState* t = interp->threads; t && !wanted; t = t->next) wanted = t->c_tracefunc || t->c_profilefunc;
  interp->eval_breaker = wanted;
  // A request that came in between must not be lost.
  if (interp->gil_drop_request || interp->calls_pending || (interp->signals_pending && is_main_thread())) {
    interp->eval_breaker = 1;
  }
}

void eval_breaker_signal(Interpreter* interp) { interp->eval_breaker = 1; }

Status eval_breaker_handle(ThreadState* t) {
  Interpreter* interp = t->interp;
  if (interp->signals_pending) TRY(signals_run_pending());
  if (interp->calls_pending) TRY(pending_calls_run());
  if (interp->gil_drop_request) {
    release(t);
    gil_acquire(t);
  }
  if (t->async_exc) {
    Ref<Object> exception = take_field(t->async_exc);
    interp->async_exception_pending = 0;
    for (ThreadState* other = interp->threads; other; other = other->next) {
      if (other->async_exc) interp->async_exception_pending = 1;
    }
    eval_breaker_update(interp);
    return raise_none(cast<Type>(exception.get()));
  }
  eval_breaker_update(interp);
  return kOk;
}

int thread_set_async_exception(unsigned long thread_id, Object* exception) {
  Interpreter* interp = current_interpreter();
  for (ThreadState* t = interp->threads; t; t = t->next) {
    if (t->thread_id != thread_id) continue;
    Ref<Object> old = take_field(t->async_exc);
    t->async_exc = share(exception).release();
    if (exception) interp->async_exception_pending = 1;
    eval_breaker_update(interp);
    return 1;
  }
  return 0;
}

}  // namespace minipy
