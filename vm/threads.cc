#include "vm/threads.h"

#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <climits>
#include <utility>

#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "vm/frame.h"
#include "vm/gil.h"
#include "vm/step_listener.h"

namespace minipy {

void (*g_thread_exception_hook)(Object* function) = nullptr;

namespace {

// The room's own state.
pthread_t main_thread = pthread_self();
unsigned long last_thread_id = 1;
long running_threads = 0;
size_t stack_size = 0;

constexpr size_t kNativeReserve = 256 * 1024;
// Room for native recursion (repr, comparison, calls through C++) up to the default recursion limit.
constexpr size_t kDefaultStack = 16 * 1024 * 1024, kSmallestStack = 32 * 1024;

// Threads on their way to or from the GIL, which may allocate without it: a fork waits until there are none, since its
// child would find locks of the allocator taken for ever. At most one has given the GIL up for good and not been
// joined.
std::atomic<int> beginning_threads;
pthread_t ending_thread;
bool has_ending_thread = false;

void begin_to_run() {
  if (--beginning_threads == 0) beginning_threads.notify_all();
}
// The caller has the GIL, which the thread does not need any more.
void join_ending_thread() {
  if (std::exchange(has_ending_thread, false)) pthread_join(ending_thread, nullptr);
}

struct Start {
  ThreadState* state;
  Object* function;  // owned
  Object* args;      // owned
  Object* kwargs;    // owned or null
};

void* run_thread(void* data) {
  Start start = *static_cast<Start*>(data);
  memory::raw_free(data);
  thread_state_bind(start.state);
  begin_to_run();
  gil_acquire(start.state);
  running_threads++;
  {
    Ref<Object> result = call_tuple_dict(start.function, start.args, start.kwargs);
    if (!result) {
      if (error_matches(SystemExit)) {
        error_clear();  // SystemExit ends the thread silently
      } else if (g_thread_exception_hook) {
        g_thread_exception_hook(start.function);
      } else {
        error_write_unraisable(start.function);
      }
    }
  }
  decref(start.function);
  decref(start.args);
  xdecref(start.kwargs);
  running_threads--;
  thread_state_clear(start.state);
  ThreadState* t = start.state;
  // The list is the GIL's: unlink before giving it up.
  if (t->prev) {
    t->prev->next = t->next;
  } else {
    t->interp->threads = t->next;
  }
  if (t->next) t->next->prev = t->prev;
  join_ending_thread();
  ending_thread = pthread_self();
  has_ending_thread = true;
  gil_release();
  frame_stack_free(t);
  memory::raw_free(t);
  return nullptr;
}

}  // namespace

bool is_main_thread() { return pthread_equal(pthread_self(), main_thread); }
long thread_count() { return running_threads; }
size_t thread_stack_size() { return stack_size; }
bool thread_set_stack_size(size_t size) {
  if (size && size < kSmallestStack) return false;
  stack_size = size;
  return true;
}

ThreadState* thread_state_new(Interpreter* interp) {
  ThreadState* t = static_cast<ThreadState*>(memory::raw_calloc(1, sizeof(ThreadState)));
  if (!t) return nullptr;
  t->interp = interp;
  t->recursion_limit = t->recursion_remaining = interp->recursion_limit;
  t->exc_info = &t->exc_state;
  t->gilstate_counter = 1;
  t->id = ++last_thread_id;
  t->use_tracing = tracing_wanted(t);
  t->context_ver = 1;
  t->next = interp->threads;
  if (t->next) t->next->prev = t;
  interp->threads = t;
  return t;
}

void thread_state_bind(ThreadState* t) {
  t->thread_id = pthread_self();
  t->native_thread_id = static_cast<unsigned long>(gettid());
  pthread_attr_t attributes;
  void* base = nullptr;
  size_t size = 0;
  if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
    pthread_attr_getstack(&attributes, &base, &size);
    pthread_attr_destroy(&attributes);
  }
  size_t reserve = size / 4 < kNativeReserve ? size / 4 : kNativeReserve;
  t->c_stack_limit = base ? static_cast<char*>(base) + reserve : nullptr;
}

void thread_state_clear(ThreadState* t) {
  clear_field(t->dict);
  clear_field(t->async_exc);
  clear_field(t->curexc_type);
  clear_field(t->curexc_value);
  clear_field(t->curexc_traceback);
  clear_field(t->exc_state.value);
  t->c_profilefunc = t->c_tracefunc = nullptr;
  t->use_tracing = tracing_wanted(t);
  clear_field(t->c_profileobj);
  clear_field(t->c_traceobj);
  clear_field(t->async_gen_firstiter);
  clear_field(t->async_gen_finalizer);
  clear_field(t->context);
  if (t->on_delete) {
    auto* on_delete = std::exchange(t->on_delete, nullptr);
    on_delete(t->on_delete_data);
  }
}

void thread_state_delete(ThreadState* t) {
  if (t->prev) {
    t->prev->next = t->next;
  } else {
    t->interp->threads = t->next;
  }
  if (t->next) t->next->prev = t->prev;
  frame_stack_free(t);
  if (!t->static_storage) memory::raw_free(t);
}

Maybe<unsigned long> thread_start(Object* function, Object* args, Object* kwargs) {
  Interpreter* interp = current_interpreter();
  Start* start = static_cast<Start*>(memory::raw_alloc(sizeof(Start)));
  ThreadState* t = start ? thread_state_new(interp) : nullptr;
  if (!t) {
    memory::raw_free(start);
    return raise_no_memory_error();
  }
  *start = {t, share(function).release(), share(args).release(), share(kwargs).release()};
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  size_t wanted = stack_size ? stack_size : kDefaultStack, smallest = static_cast<size_t>(PTHREAD_STACK_MIN);
  pthread_attr_setstacksize(&attributes, wanted < smallest ? smallest : wanted);
  pthread_t id;
  beginning_threads++;
  int failed = pthread_create(&id, &attributes, run_thread, start);
  pthread_attr_destroy(&attributes);
  if (failed) {
    begin_to_run();
    decref(function);
    decref(args);
    xdecref(kwargs);
    memory::raw_free(start);
    thread_state_delete(t);
    return raise(RuntimeError, "can't start new thread");
  }
  return static_cast<unsigned long>(id);
}

void vm_before_fork() {
  while (int beginning = beginning_threads) beginning_threads.wait(beginning);
  join_ending_thread();
}

void vm_after_fork_child() {
  main_thread = pthread_self();
  ThreadState* mine = current_thread();
  mine->native_thread_id = static_cast<unsigned long>(gettid());
  running_threads = 0;
  gil_after_fork();
  Interpreter* interp = mine->interp;
  // The other threads do not exist here: their states only hold references now. Their frames stay where they are, as
  // frame objects of tracebacks and generators may still look into them.
  ThreadState* others = interp->threads;
  interp->threads = nullptr;
  for (ThreadState* t = others; t; t = t->next) {
    if (t != mine) continue;
    (t->prev ? t->prev->next : others) = t->next;
    if (t->next) t->next->prev = t->prev;
  }
  mine->prev = mine->next = nullptr;
  interp->threads = mine;
  while (ThreadState* t = others) {
    others = t->next;
    thread_state_clear(t);
    if (!t->static_storage) memory::raw_free(t);
  }
  interp->signals_pending = 0;
  eval_breaker_update(interp);
}

}  // namespace minipy
