// Module faulthandler: Python tracebacks written with nothing but write(2), from signal handlers and watchdog threads.
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "runtime/abstract.h"
#include "runtime/bind_varargs.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"
#include "stdlib/sys/sys.h"
#include "vm/frame.h"
#include "vm/signals.h"

namespace minipy {

namespace {

// ---- Output without allocation -------------------------------------------------------------------------------------

void put(int fd, const char* text, size_t size) {
  while (size) {
    ssize n = write(fd, text, size);
    if (n < 0) {
      if (errno == EINTR) continue;
      return;
    }
    text += n;
    size -= static_cast<size_t>(n);
  }
}
void put(int fd, const char* text) { put(fd, text, std::strlen(text)); }

void put_number(int fd, unsigned long v, unsigned base, int width) {
  char digits[24];
  int n = 0;
  do {
    digits[n++] = "0123456789abcdef"[v % base];
    v /= base;
  } while (v || n < width);
  for (int i = n - 1; i >= 0; i--) put(fd, &digits[i], 1);
}

void put_str(int fd, Str* s) {
  constexpr ssize kMaxLength = 500;
  ssize length = str_length(s) < kMaxLength ? str_length(s) : kMaxLength;
  for (ssize i = 0; i < length; i++) {
    char32_t c = str_at(s, i);
    if (c >= ' ' && c <= 126) {
      char byte = static_cast<char>(c);
      put(fd, &byte, 1);
    } else {
      put(fd, c <= 0xff ? "\\x" : c <= 0xffff ? "\\u" : "\\U");
      put_number(fd, c, 16, c <= 0xff ? 2 : c <= 0xffff ? 4 : 8);
    }
  }
  if (length < str_length(s)) put(fd, "...");
}

void dump_frames(int fd, ThreadState* t) {
  constexpr int kMaxFrames = 100;
  InterpreterFrame* f = t->frame;
  if (!f) return put(fd, "  <no Python frame>\n");
  for (int depth = 0; f; f = f->previous, depth++) {
    if (depth == kMaxFrames) return put(fd, "  ...\n");
    put(fd, "  File \"");
    put_str(fd, f->code->filename);
    put(fd, "\", line ");
    int line = frame_line(f);
    if (line >= 0) {
      put_number(fd, static_cast<unsigned long>(line), 10, 1);
    } else {
      put(fd, "???");
    }
    put(fd, " in ");
    put_str(fd, f->code->name);
    put(fd, "\n");
  }
}

void dump_thread(int fd, ThreadState* t, bool current) {
  put(fd, current ? "Current thread 0x" : "Thread 0x");
  put_number(fd, t->thread_id, 16, 16);
  put(fd, " (most recent call first):\n");
  dump_frames(fd, t);
}

void dump(int fd, bool all_threads, ThreadState* current) {
  if (!all_threads) {
    if (!current) return;
    put(fd, "Stack (most recent call first):\n");
    return dump_frames(fd, current);
  }
  constexpr int kMaxThreads = 100;
  int n = 0;
  for (ThreadState* t = g_interpreter->threads; t; t = t->next, n++) {
    if (n) put(fd, "\n");
    if (n == kMaxThreads) return put(fd, "...\n");
    dump_thread(fd, t, t == current);
  }
}

// ---- State
// -----------------------------------------------------------------------------------------------------------

struct Fault {
  int number;
  const char* name;
  struct sigaction previous;
};
Fault faults[] = {{SIGBUS, "Bus error", {}},
                  {SIGILL, "Illegal instruction", {}},
                  {SIGFPE, "Floating point exception", {}},
                  {SIGABRT, "Aborted", {}},
                  {SIGSEGV, "Segmentation fault", {}}};
struct {
  bool enabled = false;
  int fd = 2;
  bool all_threads = true;
  Object* file = nullptr;  // owned: keeps fd open
} fatal;

struct UserSignal {
  bool enabled;
  int fd;
  bool all_threads, chain;
  Object* file;  // owned
  struct sigaction previous;
} user_signals[kSignalCount];

struct {
  pthread_t thread;
  bool running = false;
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t cancelled;
  bool cancel = false;
  int fd = 2;
  bool repeat = false, exit = false;
  double seconds = 0;
  char header[64];
  Object* file = nullptr;  // owned
} later;

void on_fault(int number) {
  int saved_errno = errno;
  for (Fault& fault : faults) {
    if (fault.number != number) continue;
    // A second fault must not come back here.
    sigaction(number, &fault.previous, nullptr);
    put(fatal.fd, "Fatal Python error: ");
    put(fatal.fd, fault.name);
    put(fatal.fd, "\n\n");
  }
  dump(fatal.fd, fatal.all_threads, g_current_thread);
  errno = saved_errno;
  ::raise(number);
}

void on_user_signal(int number) {
  int saved_errno = errno;
  UserSignal& user = user_signals[number];
  if (!user.enabled) return;
  dump(user.fd, user.all_threads, g_current_thread);
  if (user.chain) {
    sigaction(number, &user.previous, nullptr);
    ::raise(number);
    (void)signal_handler(number);
    struct sigaction action = {};
    action.sa_handler = on_user_signal;
    action.sa_flags = SA_NODEFER | SA_ONSTACK;
    sigaction(number, &action, nullptr);
  }
  errno = saved_errno;
}

// ---- Arguments
// ---------------------------------------------------------------------------------------------------------

// The descriptor of `file` (None or null: sys.stderr); the object to keep in `keep`.
Maybe<int> descriptor_of(Object* file, Ref<Object>& keep) {
  if (!file || is_none(file)) {
    file = sys_get(NAME("stderr"));
    if (!file) return raise(RuntimeError, "unable to get sys.stderr");
    if (is_none(file)) return raise(RuntimeError, "sys.stderr is None");
  } else if (is_int(file)) {
    int fd = TRY(bind::to_int(file));
    if (fd < 0) return raise(ValueError, "file is not a valid file descripter");
    return fd;
  }
  keep = share(file);
  Ref<Object> number = TRY(call_method(file, NAME("fileno")));
  if (!is_int(number.get())) return raise(RuntimeError, "file.fileno() is not a valid file descriptor");
  int fd = TRY(bind::to_int(number.get()));
  if (fd < 0) return raise(RuntimeError, "file.fileno() is not a valid file descriptor");
  Ref<Object> flushed = call_method(file, NAME("flush"));
  if (!flushed) error_clear();
  return fd;
}

void disable_faults() {
  if (!fatal.enabled) return;
  fatal.enabled = false;
  for (Fault& fault : faults) sigaction(fault.number, &fault.previous, nullptr);
  clear_field(fatal.file);
}

Ref<Object> enable(Object*, Object* file, bool all_threads) {
  Ref<Object> keep;
  int fd = TRY(descriptor_of(file, keep));
  replace_field(fatal.file, std::move(keep));
  fatal.fd = fd;
  fatal.all_threads = all_threads;
  if (!fatal.enabled) {
    fatal.enabled = true;
    for (Fault& fault : faults) {
      (void)signal_handler(fault.number);  // signal.getsignal() shows what was there before
      struct sigaction action = {};
      action.sa_handler = on_fault;
      action.sa_flags = SA_NODEFER | SA_ONSTACK;
      if (sigaction(fault.number, &action, &fault.previous) != 0) return raise_os_error(errno);
    }
  }
  return none_ref();
}
Ref<Object> disable(Object*) {
  bool was = fatal.enabled;
  disable_faults();
  return bool_ref(was);
}
Ref<Object> is_enabled(Object*) { return bool_ref(fatal.enabled); }

Ref<Object> dump_traceback(Object*, Object* file, bool all_threads) {
  Ref<Object> keep;
  int fd = TRY(descriptor_of(file, keep));
  dump(fd, all_threads, current_thread());
  TRY(check_signals());
  return none_ref();
}

void* watch(void*) {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, nullptr);
  pthread_mutex_lock(&later.mutex);
  do {
    timespec limit;
    clock_gettime(CLOCK_MONOTONIC, &limit);
    long long ns = static_cast<long long>(limit.tv_nsec) + static_cast<long long>(std::fmod(later.seconds, 1) * 1e9);
    limit.tv_sec += static_cast<time_t>(later.seconds) + ns / 1000000000;
    limit.tv_nsec = ns % 1000000000;
    while (!later.cancel && pthread_cond_timedwait(&later.cancelled, &later.mutex, &limit) != ETIMEDOUT) {
    }
    if (later.cancel) break;
    put(later.fd, later.header);
    dump(later.fd, true, nullptr);
    if (later.exit) _exit(1);
  } while (later.repeat);
  pthread_mutex_unlock(&later.mutex);
  return nullptr;
}

void cancel_later() {
  if (later.running) {
    pthread_mutex_lock(&later.mutex);
    later.cancel = true;
    pthread_cond_signal(&later.cancelled);
    pthread_mutex_unlock(&later.mutex);
    ReleaseGil others_run;
    pthread_join(later.thread, nullptr);
    later.running = false;
  }
  clear_field(later.file);
}

Ref<Object> dump_traceback_later(Object*, double timeout, bool repeat, Object* file, bool exit) {
  if (!(timeout > 0)) return raise(ValueError, "timeout must be greater than 0");
  if (timeout > 9.2e9) return raise(OverflowError, "timeout value is too large");
  Ref<Object> keep;
  int fd = TRY(descriptor_of(file, keep));
  cancel_later();
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_cond_init(&later.cancelled, &attributes);
  pthread_condattr_destroy(&attributes);
  later.file = keep.release();
  later.fd = fd;
  later.repeat = repeat;
  later.exit = exit;
  later.cancel = false;
  later.seconds = timeout;
  unsigned long us = static_cast<unsigned long>(std::fmod(timeout, 1) * 1e6), s = static_cast<unsigned long>(timeout);
  int n = std::snprintf(later.header, sizeof(later.header), "Timeout (%lu:%02lu:%02lu", s / 3600, s / 60 % 60, s % 60);
  if (us) {
    n += std::snprintf(later.header + n, sizeof(later.header) - static_cast<size_t>(n), ".%06lu", us);
  }
  std::snprintf(later.header + n, sizeof(later.header) - static_cast<size_t>(n), ")!\n");
  if (pthread_create(&later.thread, nullptr, watch, nullptr)) {
    return raise(RuntimeError, "unable to start watchdog thread");
  }
  later.running = true;
  return none_ref();
}
Ref<Object> cancel_dump_traceback_later(Object*) {
  cancel_later();
  return none_ref();
}

Status check_user_signal(int number) {
  for (const Fault& fault : faults) {
    if (fault.number == number)
      return raise(RuntimeError, "signal {} cannot be registered, use enable() instead", number);
  }
  if (number < 1 || number >= kSignalCount) return raise(ValueError, "signal number out of range");
  return kOk;
}
Ref<Object> register_signal(Object*, int number, Object* file, bool all_threads, bool chain) {
  TRY(check_user_signal(number));
  Ref<Object> keep;
  int fd = TRY(descriptor_of(file, keep));
  UserSignal& user = user_signals[number];
  if (!user.enabled) {
    struct sigaction action = {};
    action.sa_handler = on_user_signal;
    action.sa_flags = chain ? SA_NODEFER | SA_ONSTACK : SA_RESTART | SA_ONSTACK;
    if (sigaction(number, &action, &user.previous) != 0) return raise_os_error(errno);
  }
  replace_field(user.file, std::move(keep));
  user.fd = fd;
  user.all_threads = all_threads;
  user.chain = chain;
  user.enabled = true;
  return none_ref();
}
Ref<Object> unregister_signal(Object*, int number) {
  TRY(check_user_signal(number));
  UserSignal& user = user_signals[number];
  if (!user.enabled) return bool_ref(false);
  user.enabled = false;
  sigaction(number, &user.previous, nullptr);
  clear_field(user.file);
  return bool_ref(true);
}

Ref<Object> crash_null(Object*) {
  volatile int* nowhere = nullptr;
  *nowhere = 0;  // NOLINT(clang-analyzer-core.NullDereference): this is what it is for
  return none_ref();
}
Ref<Object> crash_abort(Object*) {
  std::abort();
  return none_ref();
}

constinit MethodDef functions[] = {
    VARARGS_FUNCTION(enable, "enable(module, file=None, all_threads=True)",
                     "Dumps the Python traceback on a fatal signal."),
    FUNCTION(disable, "disable(module, /)", "Undoes enable(); whether it was enabled."),
    FUNCTION(is_enabled, "is_enabled(module, /)", "Whether the fault handler is enabled."),
    VARARGS_FUNCTION(dump_traceback, "dump_traceback(module, file=None, all_threads=True)",
                     "Dumps the tracebacks now."),
    VARARGS_FUNCTION(dump_traceback_later, "dump_traceback_later(module, timeout, repeat=False, file=None, exit=False)",
                     "Dumps all tracebacks after a time."),
    FUNCTION(cancel_dump_traceback_later, "cancel_dump_traceback_later(module, /)", "Undoes dump_traceback_later()."),
    VARARGS_FUNCTION(register_signal, "register(module, signum, file=None, all_threads=True, chain=False)",
                     "Dumps the tracebacks when the signal comes."),
    VARARGS_FUNCTION(unregister_signal, "unregister(module, signum, /)",
                     "Undoes register(); whether it was registered."),
    FUNCTION(crash_null, "_sigsegv(module, /)", "Writes through a null pointer."),
    FUNCTION(crash_abort, "_sigabrt(module, /)", "Aborts the process."),
    {},
};

}  // namespace

constinit NativeModule faulthandler_module = {
    .name = "faulthandler", .functions = functions, .exec = nullptr, .doc = "Tracebacks of faults and on demand."};

}  // namespace minipy
