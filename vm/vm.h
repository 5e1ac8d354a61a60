// The VM's entry points for the rooms above.
#pragma once

#include "gc/object.h"
#include "runtime/function.h"
#include "runtime/result.h"
#include "runtime/thread_state.h"

namespace minipy {

struct InterpreterFrame;
struct FrameObject;

// Sets the hooks that lower rooms declare, readies the VM's types and attaches the GIL to the current thread, which
// becomes the main thread. Call it once, after runtime_ready_types().
Status vm_initialize(Interpreter* interp);
// At exit: stops other threads from running Python code.
void vm_finalize(Interpreter* interp);

// Runs module-like code. locals null: globals. New reference; null: exception pending.
Ref<Object> vm_eval_code(Code* code, Dict* globals, Object* locals);
// The same with cells for the free variables (exec(..., closure=)).
Ref<Object> vm_eval_code_closure(Code* code, Dict* globals, Object* locals, Tuple* closure);
// Calls a Python function with borrowed arguments as vectorcall passes them.
Ref<Object> vm_call_function(Function* function, Object* const* args, ssize nargs, Object* kwnames = nullptr);
// Runs a frame (entered already) until it returns, yields or raises. `throwing`: with the pending exception raised at
// its current instruction. New reference; null: exception pending. The frame is popped unless it is a generator's.
Object* vm_eval_frame(ThreadState* t, InterpreterFrame* frame, bool throwing);

// builtins.__build_class__.
Ref<Object> vm_build_class(Object* const* args, ssize nargs, Object* kwnames);

// ---- For builtins and sys (borrowed results; null: nothing, with or without an exception as said) -------------------
// Of the innermost visible Python frame; null without exception when no Python code runs.
Dict* vm_current_globals();
Object* vm_current_builtins();  // interpreter's when no frame
Object* vm_current_locals();    // null with exception; SystemError "frame does not exist" without a frame
Code* vm_current_code();
// sys._getframe(depth): new reference; ValueError "call stack is not deep enough".
Ref<Object> vm_get_frame(int depth);
// {thread id: frame} of every thread; {thread id: exception or (type, value, traceback)}.
Ref<Object> vm_current_frames();
Ref<Object> vm_current_exceptions();
// sys.exc_info(): borrowed exception being handled, or null.
Object* vm_handled_exception();
// The class and first argument of the running method for super() without arguments. RuntimeError as super() shows it.
// Borrowed results.
Status vm_super_arguments(Type** type, Object** self);
// A traceback of one entry, where Python code is now; null (no exception): nowhere.
Ref<Object> vm_traceback_of_current_frame();
// Adds the frame to the pending exception's traceback.
void vm_traceback_here(InterpreterFrame* frame);
// Adds an entry for native code that has no frame (compile errors, C functions in Python clothes) to the traceback.
void vm_traceback_add(const char* function, const char* filename, int line);

// sys.settrace / sys.setprofile: `function` null or None switches off. The getters give a new reference or None.
Status vm_set_trace(Object* function);
Status vm_set_profile(Object* function);
Ref<Object> vm_get_trace();
Ref<Object> vm_get_profile();

// sys.call_tracing(function, args).
Ref<Object> vm_call_tracing(Object* function, Object* args);

// sys.setrecursionlimit / getrecursionlimit.
Status vm_set_recursion_limit(int limit);
int vm_recursion_depth();

}  // namespace minipy
