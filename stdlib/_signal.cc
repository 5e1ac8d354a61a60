// Module _signal. What happens when a signal comes: vm/signals.cc.
#include <fcntl.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstring>

#include "runtime/abstract.h"
#include "runtime/bind_varargs.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/struct_sequence.h"
#include "runtime/thread_state.h"
#include "stdlib/signal_set.h"
#include "vm/signals.h"
#include "vm/threads.h"

namespace minipy {

namespace {

// For the one process.
Object *default_handler = nullptr, *ignore_handler = nullptr, *int_handler = nullptr;
Type *siginfo_type = nullptr, *itimer_error = nullptr;

Ref<Object> default_int_handler(Object*, VarArgs) { return raise_none(KeyboardInterrupt); }

Status check_number(int number) {
  if (number < 1 || number >= kSignalCount) return raise(ValueError, "signal number out of range");
  return kOk;
}

// ---- Handlers ------------------------------------------------------------------------------------------------------

Maybe<bool> same(Object* a, Object* b) { return object_compare_bool(a, b, kEq); }

Ref<Object> set_signal(Object*, int number, Object* handler) {
  if (!is_main_thread()) {
    return raise(ValueError, "signal only works in main thread of the main interpreter");
  }
  TRY(check_number(number));
  void (*disposition)(int) = nullptr;
  Object* shown = handler;
  if (is_callable(handler)) {
    disposition = nullptr;
  } else {
    bool is_ignore = TRY(same(handler, ignore_handler))
    , is_default = !is_ignore && TRY(same(handler, default_handler));
    if (!is_ignore && !is_default) {
      return raise(TypeError, "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object");
    }
    disposition = is_ignore ? SIG_IGN : SIG_DFL;
    shown = is_ignore ? ignore_handler : default_handler;
  }
  TRY(check_signals());
  (void)signal_handler(number);  // notes the disposition that is about to change
  bool done = disposition || !is_callable(handler) ? signal_dispose(number, disposition) : signal_catch(number);
  if (!done) return raise_os_error(errno);
  Ref<Object> old = signal_set_handler(number, shown);
  return old ? old : none_ref();
}

Ref<Object> get_signal(Object*, int number) {
  TRY(check_number(number));
  Object* handler = signal_handler(number);
  return handler ? share(handler) : none_ref();
}

Ref<Object> raise_signal(Object*, int number) {
  if (::raise(number) != 0) return raise_os_error(errno);
  // The handler runs now, not some instructions later.
  TRY(check_signals());
  return none_ref();
}

Ref<Object> str_signal(Object*, int number) {
  TRY(check_number(number));
  if (number == 32 || number == 33) return none_ref();
  const char* text = strsignal(number);
  if (!text || std::strstr(text, "Unknown signal")) return none_ref();
  return str_decode_fs(text);
}

Ref<Object> sig_interrupt(Object*, int number, bool flag) {
  TRY(check_number(number));
  struct sigaction action;
  sigaction(number, nullptr, &action);
  action.sa_flags = flag ? action.sa_flags & ~SA_RESTART : action.sa_flags | SA_RESTART;
  if (sigaction(number, &action, nullptr) < 0) return raise_os_error(errno);
  return none_ref();
}

Ref<Object> set_wakeup_fd(Object*, int fd, bool warn_on_full_buffer) {
  if (!is_main_thread()) {
    return raise(ValueError, "set_wakeup_fd only works in main thread of the main interpreter");
  }
  WakeupFd wanted{fd, warn_on_full_buffer, false};
  if (fd != -1) {
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0) return raise_os_error(errno);
    if (!(flags & O_NONBLOCK)) return raise(ValueError, "the fd {} must be in non-blocking mode", fd);
  }
  WakeupFd old = signal_set_wakeup_fd(wanted);
  return int_from(old.fd);
}

// ---- Timers --------------------------------------------------------------------------------------------------------

Ref<Object> alarm_after(Object*, int seconds) { return int_from(alarm(static_cast<unsigned>(seconds))); }
Ref<Object> pause_until_signal(Object*) {
  {
    ReleaseGil others_run;
    pause();
  }
  TRY(check_signals());
  return none_ref();
}

double seconds_of(const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; }
Status to_timeval(Object* seconds, timeval* out) {
  double v = TRY(float_as_double(seconds));
  if (std::isnan(v)) return raise(ValueError, "Invalid value NaN (not a number)");
  if (std::fabs(v) > 9.2e18) return raise(OverflowError, "timestamp out of range for platform time_t");
  double whole = std::floor(v), micro = std::ceil((v - whole) * 1e6);
  if (micro >= 1e6) {
    whole += 1;
    micro -= 1e6;
  }
  out->tv_sec = static_cast<time_t>(whole);
  out->tv_usec = static_cast<suseconds_t>(micro);
  return kOk;
}
Ref<Object> itimer_tuple(const itimerval& v) {
  Ref<Object> value = TRY(float_from_double(seconds_of(v.it_value)))
  , interval = TRY(float_from_double(seconds_of(v.it_interval)));
  return tuple_pack(value.get(), interval.get());
}
Raised raise_itimer_error() {
  int number = errno;
  Ref<Int> code = int_from(number);
  Ref<Str> text = str_decode_fs(std::strerror(number));
  if (!code || !text) return kRaised;
  Ref<Tuple> args = tuple_pack(code.get(), text.get());
  if (!args) return kRaised;
  return raise_object(itimer_error, as_object(args.get()));
}
Ref<Object> set_itimer(Object*, int which, Object* seconds, Object* interval) {
  itimerval wanted = {}, old;
  TRY(to_timeval(seconds, &wanted.it_value));
  if (interval) TRY(to_timeval(interval, &wanted.it_interval));
  if (setitimer(static_cast<__itimer_which_t>(which), &wanted, &old) != 0) return raise_itimer_error();
  return itimer_tuple(old);
}
Ref<Object> get_itimer(Object*, int which) {
  itimerval v;
  if (getitimer(static_cast<__itimer_which_t>(which), &v) != 0) return raise_itimer_error();
  return itimer_tuple(v);
}

// ---- Signal sets ---------------------------------------------------------------------------------------------------

}  // namespace

Status to_signal_set(Object* iterable, sigset_t* out) {
  sigemptyset(out);
  Ref<Object> iterator = TRY(get_iter(iterable));
  while (Ref<Object> item = iter_next(iterator.get())) {
    Ref<Object> number = TRY(number_index(item.get()));
    int overflow = 0;
    long long v = int_to_long_long_overflow(number.get(), &overflow);
    if (overflow || v < 1 || v >= kSignalCount) {
      return raise(ValueError, "signal number {} out of range [1; {}]", overflow ? 0 : v, kSignalCount - 1);
    }
    // The C library keeps some real-time signals for itself.
    (void)sigaddset(out, static_cast<int>(v));
  }
  return error_pending() ? Status::failed() : kOk;
}

namespace {

Ref<Object> from_signal_set(const sigset_t& signals) {
  Ref<Set> result = TRY(set_new(nullptr));
  for (int i = 1; i < kSignalCount; i++) {
    if (sigismember(&signals, i) != 1) continue;
    Ref<Int> number = TRY(int_from(i));
    TRY(set_add(result.get(), as_object(number.get())));
  }
  return result;
}
Ref<Object> thread_sigmask(Object*, int how, Object* mask) {
  sigset_t wanted, old;
  TRY(to_signal_set(mask, &wanted));
  if (int error = pthread_sigmask(how, &wanted, &old)) return raise_os_error(error);
  TRY(check_signals());
  return from_signal_set(old);
}
Ref<Object> pending_signals(Object*) {
  sigset_t signals;
  if (sigpending(&signals)) return raise_os_error(errno);
  return from_signal_set(signals);
}
Ref<Object> valid_signals(Object*) {
  sigset_t signals;
  sigfillset(&signals);
  return from_signal_set(signals);
}
Ref<Object> wait_for(Object*, Object* set) {
  sigset_t signals;
  TRY(to_signal_set(set, &signals));
  int error, number = 0;
  {
    ReleaseGil others_run;
    error = sigwait(&signals, &number);
  }
  if (error) return raise_os_error(error);
  return int_from(number);
}

Ref<Object> siginfo_new(const siginfo_t& info) {
  Ref<Object> result = TRY(struct_sequence_new(siginfo_type));
  const long fields[] = {info.si_signo,  info.si_code, info.si_errno, info.si_pid, static_cast<long>(info.si_uid),
                         info.si_status, info.si_band};
  ssize i = 0;
  for (long v : fields) struct_sequence_set(result.get(), i++, TRY(int_from(v)));
  return result;
}
Ref<Object> wait_info(Object*, Object* set) {
  sigset_t signals;
  TRY(to_signal_set(set, &signals));
  siginfo_t info;
  while (true) {
    int number;
    {
      ReleaseGil others_run;
      number = sigwaitinfo(&signals, &info);
    }
    if (number != -1) return siginfo_new(info);
    if (errno != EINTR) return raise_os_error(errno);
    TRY(check_signals());
  }
}
Ref<Object> timed_wait(Object*, Object* set, Object* timeout) {
  timeval wanted;
  TRY(to_timeval(timeout, &wanted));
  if (wanted.tv_sec < 0) return raise(ValueError, "timeout must be non-negative");
  sigset_t signals;
  TRY(to_signal_set(set, &signals));
  timespec now, limit, deadline;
  clock_gettime(CLOCK_MONOTONIC, &now);
  deadline.tv_sec = now.tv_sec + wanted.tv_sec;
  deadline.tv_nsec = now.tv_nsec + wanted.tv_usec * 1000;
  siginfo_t info;
  while (true) {
    long long left = (deadline.tv_sec - now.tv_sec) * 1000000000LL + deadline.tv_nsec - now.tv_nsec;
    if (left < 0) left = 0;
    limit.tv_sec = left / 1000000000;
    limit.tv_nsec = left % 1000000000;
    int number;
    {
      ReleaseGil others_run;
      number = sigtimedwait(&signals, &info, &limit);
    }
    if (number != -1) return siginfo_new(info);
    if (errno == EAGAIN) return none_ref();
    if (errno != EINTR) return raise_os_error(errno);
    TRY(check_signals());
    clock_gettime(CLOCK_MONOTONIC, &now);
  }
}
Ref<Object> thread_kill(Object*, Object* thread, int number) {
  unsigned long id = static_cast<unsigned long>(TRY(int_to_unsigned_long_long(thread)));
  if (int error = pthread_kill(id, number)) return raise_os_error(error);
  TRY(check_signals());
  return none_ref();
}
Ref<Object> pidfd_send(Object*, int pidfd, int number, Object* siginfo, int flags) {
  if (!is_none(siginfo)) return raise(TypeError, "siginfo must be None");
  if (syscall(SYS_pidfd_send_signal, pidfd, number, nullptr, flags) < 0) return raise_os_error(errno);
  return none_ref();
}

constinit MethodDef functions[] = {
    FUNCTION(default_int_handler, "default_int_handler(module, /, *args)", "Raises KeyboardInterrupt."),
    FUNCTION(set_signal, "signal(module, signalnum, handler, /)",
             "Sets the action for a signal; returns the former one."),
    FUNCTION(get_signal, "getsignal(module, signalnum, /)", "The current action for a signal."),
    FUNCTION(raise_signal, "raise_signal(module, signalnum, /)", "Sends a signal to this process."),
    FUNCTION(str_signal, "strsignal(module, signalnum, /)", "Description of a signal, or None."),
    FUNCTION(sig_interrupt, "siginterrupt(module, signalnum, flag, /)", "Whether a signal interrupts system calls."),
    VARARGS_FUNCTION(set_wakeup_fd, "set_wakeup_fd(module, fd, /, *, warn_on_full_buffer=True)",
                     "A signal's number is written to this file descriptor when it comes; returns the former one."),
    FUNCTION(alarm_after, "alarm(module, seconds, /)", "SIGALRM comes after so many seconds."),
    FUNCTION(pause_until_signal, "pause(module, /)", "Waits for a signal."),
    FUNCTION(set_itimer, "setitimer(module, which, seconds, interval=NULL, /)", "Sets an interval timer."),
    FUNCTION(get_itimer, "getitimer(module, which, /)", "State of an interval timer."),
    FUNCTION(thread_sigmask, "pthread_sigmask(module, how, mask, /)", "Changes the thread's signal mask."),
    FUNCTION(pending_signals, "sigpending(module, /)", "Signals that wait because they are blocked."),
    FUNCTION(valid_signals, "valid_signals(module, /)", "All signals of this platform."),
    FUNCTION(wait_for, "sigwait(module, sigset, /)", "Waits for one of the signals."),
    FUNCTION(wait_info, "sigwaitinfo(module, sigset, /)", "Waits for one of the signals; returns what is known of it."),
    FUNCTION(timed_wait, "sigtimedwait(module, sigset, timeout, /)", "As sigwaitinfo, with a timeout."),
    FUNCTION(thread_kill, "pthread_kill(module, thread_id, signalnum, /)", "Sends a signal to a thread."),
    FUNCTION(pidfd_send, "pidfd_send_signal(module, pidfd, signalnum, siginfo=None, flags=0, /)",
             "Sends a signal to a process by file descriptor."),
    {},
};

constexpr StructSequenceField kSiginfoFields[] = {{"si_signo", "signal number"},
                                                  {"si_code", "signal code"},
                                                  {"si_errno", "errno associated with this signal"},
                                                  {"si_pid", "sending process ID"},
                                                  {"si_uid", "real user ID of sending process"},
                                                  {"si_status", "exit value or signal"},
                                                  {"si_band", "band event for SIGPOLL"},
                                                  {}};

struct Constant {
  const char* name;
  int value;
};
constexpr Constant kConstants[] = {
    {"NSIG", kSignalCount},
    {"SIG_BLOCK", SIG_BLOCK},
    {"SIG_UNBLOCK", SIG_UNBLOCK},
    {"SIG_SETMASK", SIG_SETMASK},
#define S(name) \
  { #name, name }
    S(SIGHUP),
    S(SIGINT),
    S(SIGQUIT),
    S(SIGILL),
    S(SIGTRAP),
    S(SIGIOT),
    S(SIGABRT),
    S(SIGFPE),
    S(SIGKILL),
    S(SIGBUS),
    S(SIGSEGV),
    S(SIGSYS),
    S(SIGPIPE),
    S(SIGALRM),
    S(SIGTERM),
    S(SIGUSR1),
    S(SIGUSR2),
    S(SIGCLD),
    S(SIGCHLD),
    S(SIGPWR),
    S(SIGIO),
    S(SIGURG),
    S(SIGWINCH),
    S(SIGPOLL),
    S(SIGSTOP),
    S(SIGTSTP),
    S(SIGCONT),
    S(SIGTTIN),
    S(SIGTTOU),
    S(SIGVTALRM),
    S(SIGPROF),
    S(SIGXCPU),
    S(SIGXFSZ),
    S(SIGSTKFLT),
    S(ITIMER_REAL),
    S(ITIMER_VIRTUAL),
    S(ITIMER_PROF),
#undef S
};

// Control-C raises KeyboardInterrupt, unless whoever started us wants it ignored.
Status catch_interrupts() {
  if (signal_handler(SIGINT) != default_handler) return kOk;
  (void)signal_set_handler(SIGINT, int_handler);
  if (!signal_catch(SIGINT)) return raise_os_error(errno);
  return kOk;
}

Status fill_module(Module* m) {
  default_handler = as_object(TRY(int_from(0)).release());
  ignore_handler = as_object(TRY(int_from(1)).release());
  signal_set_markers(default_handler, ignore_handler);
  TRY(module_add(m, "SIG_DFL", share(default_handler)));
  TRY(module_add(m, "SIG_IGN", share(ignore_handler)));
  for (const Constant& c : kConstants) TRY(module_add_int(m, c.name, c.value));
  TRY(module_add_int(m, "SIGRTMIN", SIGRTMIN));
  TRY(module_add_int(m, "SIGRTMAX", SIGRTMAX));
  Ref<Type> info = TRY(struct_sequence_type_new("signal.struct_siginfo", kSiginfoFields, 7,
                                                "struct_siginfo: Result from sigwaitinfo or sigtimedwait."));
  siginfo_type = share(info.get()).release();
  TRY(module_add(m, "struct_siginfo", std::move(info)));
  Ref<Str> name = TRY(str_from_ascii("itimer_error"));
  Ref<Dict> ns = TRY(dict_new());
  Ref<Str> owner = TRY(str_from_ascii("signal"));
  TRY(dict_set_ascii(ns.get(), "__module__", as_object(owner.get())));
  Ref<Tuple> bases = TRY(tuple_pack(OSError));
  Ref<Object> error = TRY(call(as_object(&type_type), name.get(), bases.get(), ns.get()));
  itimer_error = cast<Type>(share(error.get()).release());
  TRY(module_add(m, "ItimerError", std::move(error)));
  int_handler = share(dict_get_ascii(module_dict(m), "default_int_handler")).release();
  return catch_interrupts();
}

}  // namespace

constinit NativeModule _signal_module = {
    .name = "_signal", .functions = functions, .exec = fill_module, .doc = "Actions for signals."};

}  // namespace minipy
