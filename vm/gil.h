// The global interpreter lock and the word that asks the eval loop to look up (D7).
#pragma once

#include "runtime/result.h"
#include "runtime/thread_state.h"

namespace minipy {

// Attaches the GIL to the current thread; called once.
void gil_initialize(Interpreter* interp);
// Takes the GIL and makes `t` current. errno is kept. Threads other than the finalizing one never return once the
// interpreter finalizes.
void gil_acquire(ThreadState* t);
// Gives the GIL up; returns the thread state that was current.
ThreadState* gil_release();
bool gil_held_by_me();
// In a child process after fork().
void gil_after_fork();

// Who watches the GIL is told by the thread that holds it, just after taking and just before giving it up.
struct GilListener {
  void (*taken)(void* context, ThreadState* t, int64_t waited);  // nanoseconds
  void (*given_up)(void* context, ThreadState* t, bool forced);  // forced: another thread asked
  void* context;
};
extern const GilListener* g_gil_listener;  // null: nobody watches

// The thread that ends the process; every other one stops for good at its next wish for the GIL.
void gil_finalize(ThreadState* t);

// What eval_breaker stands for: recomputed after one of its reasons changed.
void eval_breaker_update(Interpreter* interp);
// From any thread or signal handler.
void eval_breaker_signal(Interpreter* interp);
// The eval loop saw eval_breaker: signals, pending calls, GIL requests, asynchronous exceptions.
Status eval_breaker_handle(ThreadState* t);

// PyThreadState_SetAsyncExc: the number of threads changed (0 or 1). exception null: takes it back.
int thread_set_async_exception(unsigned long thread_id, Object* exception);

}  // namespace minipy
