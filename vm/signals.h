// Signals: a C handler notes that one has come; the main thread calls the Python handler at the next occasion.
#pragma once

#include <csignal>

#include "runtime/result.h"
#include "runtime/thread_state.h"

namespace minipy {

inline constexpr int kSignalCount = 65;  // numbers 1..64

// The Python-level handler: a callable, or the objects that stand for SIG_DFL and SIG_IGN, or None. Borrowed; null
// before the signal module is there. The kernel is asked what a signal does when somebody first wants to know, so this
// must be called before its disposition is changed.
Object* signal_handler(int number);
// Returns the former one (may be null).
Ref<Object> signal_set_handler(int number, Object* handler);
// Which objects stand for the default and for ignoring (owned from then on).
void signal_set_markers(Object* default_handler, Object* ignore_handler);
// Makes the C level note the signal. Returns false with errno set.
bool signal_catch(int number);
// Sets the C-level disposition: SIG_DFL or SIG_IGN.
bool signal_dispose(int number, void (*disposition)(int));
// Which caught signals count (null: all). Asked in the signal handler: only what may be done there.
using SignalFilter = bool (*)(int number, const siginfo_t& info);
void signal_set_filter(SignalFilter filter);
// As if the signal had come (from any thread, async-signal-safe).
void signal_trip(int number);

struct WakeupFd {
  int fd;
  bool warn_on_full_buffer;
  bool use_send;
};
WakeupFd signal_set_wakeup_fd(WakeupFd fd);

// Calls the handlers of signals that have come. Only on the main thread; elsewhere nothing. Failed: a handler raised.
Status signals_run_pending();
void signals_initialize();

// Calls `function` on the main thread soon. False: the queue is full.
bool add_pending_call(int (*function)(void*), void* argument);
Status pending_calls_run();

}  // namespace minipy
