#include "vm/signals.h"

#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>

#include "gc/deep_dealloc.h"
#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "vm/frame.h"
#include "vm/gil.h"
#include "vm/threads.h"

namespace minipy {

namespace {

// The room's own state; written by signal handlers, so all of it is lock-free.
struct Slot {
  std::atomic<bool> tripped;
  Object* handler;  // owned
};
Slot slots[kSignalCount];
std::atomic<bool> any_tripped;
std::atomic<int> wakeup_fd{-1};
std::atomic<bool> wakeup_warns{true}, wakeup_is_socket{false};
std::atomic<SignalFilter> counts{nullptr};
Object *default_marker = nullptr, *ignore_marker = nullptr;

int report_wakeup_error(void* data) {
  int error = static_cast<int>(reinterpret_cast<intptr_t>(data));
  PreserveError keep;
  (void)raise_os_error(error);
  error_write_unraisable_message("when trying to write to the signal wakeup fd", nullptr);
  return 0;
}

void write_wakeup(int number) {
  int fd = wakeup_fd;
  if (fd == -1) return;
  unsigned char byte = static_cast<unsigned char>(number);
  ssize_t written = wakeup_is_socket ? send(fd, &byte, 1, 0) : write(fd, &byte, 1);
  if (written < 0 && (wakeup_warns || errno != EAGAIN)) {
    add_pending_call(report_wakeup_error, reinterpret_cast<void*>(static_cast<intptr_t>(errno)));
  }
}

void c_handler(int number, siginfo_t* info, void*) {
  int saved_errno = errno;
  SignalFilter filter = counts;
  if (!filter || filter(number, *info)) signal_trip(number);
  errno = saved_errno;
}

bool set_action(int number, struct sigaction action) {
  sigemptyset(&action.sa_mask);
  action.sa_flags |= SA_ONSTACK;  // no SA_RESTART: blocking calls return so that handlers can run (PEP 475)
  return sigaction(number, &action, nullptr) == 0;
}

}  // namespace

Object* signal_handler(int number) {
  Slot& slot = slots[number];
  if (!slot.handler && default_marker) {
    struct sigaction action;
    bool known = sigaction(number, nullptr, &action) == 0;
    Object* shown = known && action.sa_handler == SIG_DFL   ? default_marker
                    : known && action.sa_handler == SIG_IGN ? ignore_marker
                                                            : py_none();
    slot.handler = share(shown).release();
  }
  return slot.handler;
}

Ref<Object> signal_set_handler(int number, Object* handler) {
  Ref<Object> old = Ref<Object>::steal(slots[number].handler);
  slots[number].handler = share(handler).release();
  return old;
}

void signal_set_markers(Object* default_handler, Object* ignore_handler) {
  default_marker = share(default_handler).release();
  ignore_marker = share(ignore_handler).release();
}

bool signal_catch(int number) {
  struct sigaction action = {};
  action.sa_sigaction = c_handler;
  action.sa_flags = SA_SIGINFO;
  return set_action(number, action);
}

bool signal_dispose(int number, void (*disposition)(int)) {
  struct sigaction action = {};
  action.sa_handler = disposition;
  return set_action(number, action);
}

void signal_set_filter(SignalFilter filter) { counts = filter; }

void signal_trip(int number) {
  slots[number].tripped = true;
  any_tripped = true;
  Interpreter* interp = g_interpreter;
  interp->signals_pending = 1;
  eval_breaker_signal(interp);
  write_wakeup(number);
}

WakeupFd signal_set_wakeup_fd(WakeupFd fd) {
  WakeupFd old{wakeup_fd, wakeup_warns, wakeup_is_socket};
  wakeup_fd = fd.fd;
  wakeup_warns = fd.warn_on_full_buffer;
  wakeup_is_socket = fd.use_send;
  return old;
}

Status signals_run_pending() {
  if (!is_main_thread() || !any_tripped) return kOk;
  any_tripped = false;
  Interpreter* interp = current_interpreter();
  interp->signals_pending = 0;
  InterpreterFrame* frame = frame_visible(current_thread()->frame);
  FrameObject* fo = frame ? frame_get_object(frame) : nullptr;
  Ref<Object> shown = fo ? share(as_object(fo)) : none_ref();
  for (int number = 1; number < kSignalCount; number++) {
    if (!slots[number].tripped) continue;
    slots[number].tripped = false;
    Ref<Object> handler = share(slots[number].handler);
    if (!handler || is_none(handler.get()) || handler.get() == default_marker || handler.get() == ignore_marker) {
      // Another handler was set between the signal and now.
      (void)raise(RuntimeError, "Signal {} ignored due to race condition", number);
      error_write_unraisable(py_none());
      continue;
    }
    Ref<Int> number_object = int_from(number);
    Ref<Object> result = number_object ? call(handler.get(), number_object.get(), shown.get()) : Ref<Object>();
    if (!result) {
      any_tripped = true;  // the others
      interp->signals_pending = 1;
      eval_breaker_signal(interp);
      return Status::failed();
    }
  }
  return kOk;
}

// ---- Pending calls ------------------------------------------------------------------------------------------------

namespace {

struct PendingCall {
  int (*function)(void*);
  void* argument;
};
constexpr int kMaxPending = 32;
PendingCall pending[kMaxPending];
int pending_first = 0, pending_count = 0;
std::atomic_flag pending_lock = ATOMIC_FLAG_INIT;

class PendingLock {
 public:
  PendingLock() {
    while (pending_lock.test_and_set(std::memory_order_acquire)) sched_yield();
  }
  ~PendingLock() { pending_lock.clear(std::memory_order_release); }
  PendingLock(const PendingLock&) = delete;
};

bool take_pending(PendingCall* out) {
  PendingLock lock;
  if (!pending_count) return false;
  *out = pending[pending_first];
  pending_first = (pending_first + 1) % kMaxPending;
  pending_count--;
  return true;
}

}  // namespace

bool add_pending_call(int (*function)(void*), void* argument) {
  {
    PendingLock lock;
    if (pending_count == kMaxPending) return false;
    pending[(pending_first + pending_count++) % kMaxPending] = {function, argument};
  }
  g_interpreter->calls_pending = 1;
  eval_breaker_signal(g_interpreter);
  return true;
}

Status pending_calls_run() {
  static bool busy = false;  // a pending call may come back here
  if (!is_main_thread() || busy) return kOk;
  busy = true;
  current_interpreter()->calls_pending = 0;
  Status status = kOk;
  PendingCall call;
  // Not for ever, should calls keep adding calls.
  for (int i = 0; i < kMaxPending && take_pending(&call); i++) {
    if (call.function(call.argument) != 0) {
      status = Status::failed();
      break;
    }
  }
  if (pending_count) current_interpreter()->calls_pending = 1;
  busy = false;
  return status;
}

namespace {
int free_deep_objects(void*) {
  free_objects_put_aside();
  return 0;
}
}  // namespace

void signals_initialize() {
  set_put_aside_hook([] { return add_pending_call(free_deep_objects, nullptr); });
  // As the reference: a write to a closed pipe is an error, not the end.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

}  // namespace minipy
