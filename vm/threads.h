// Thread states and the start of threads.
#pragma once

#include "runtime/result.h"
#include "runtime/thread_state.h"

namespace minipy {

// A new state in the interpreter's list, with thread_id and stack limit still to be set by thread_state_bind. Null:
// memory is out (no exception).
ThreadState* thread_state_new(Interpreter* interp);
// Called on the thread that the state is for.
void thread_state_bind(ThreadState* t);
// Drops what the state owns; the caller has the GIL. May run Python code.
void thread_state_clear(ThreadState* t);
// Unlinks and frees a cleared state.
void thread_state_delete(ThreadState* t);

// Runs function(*args, **kwargs) in a new thread (kwargs may be null). The thread's identifier; Failed: RuntimeError
// "can't start new thread".
Maybe<unsigned long> thread_start(Object* function, Object* args, Object* kwargs);
// What is done with an exception that a thread's function raised; set by _thread.
extern void (*g_thread_exception_hook)(Object* function);
// Number of threads started by thread_start that have not ended (_thread._count).
long thread_count();

// _thread.stack_size: 0 is the default. False: too small.
size_t thread_stack_size();
bool thread_set_stack_size(size_t size);

bool is_main_thread();
// For os.fork(), with the GIL held. Right before it: waits until no thread is just beginning or ending.
void vm_before_fork();
// In the child: other threads' states are gone.
void vm_after_fork_child();

}  // namespace minipy
