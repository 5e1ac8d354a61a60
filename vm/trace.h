// sys.settrace, sys.setprofile (D8): only the instrumented loop calls these functions.
#pragma once

#include "vm/frame.h"

namespace minipy {

enum TraceEvent : int {
  kTraceCall = 0,
  kTraceException = 1,
  kTraceLine = 2,
  kTraceReturn = 3,
  kTraceCCall = 4,
  kTraceCException = 5,
  kTraceCReturn = 6,
  kTraceOpcode = 7,
};

// Failed: the trace function raised; the frame unwinds.
Status trace_function_entry(ThreadState* t, InterpreterFrame* frame);
Status trace_function_exit(ThreadState* t, InterpreterFrame* frame, Object* value);
// The frame leaves by the pending exception, which is kept unless the trace function raises another.
void trace_function_unwind(ThreadState* t, InterpreterFrame* frame);
void trace_exception(ThreadState* t, InterpreterFrame* frame);
// Before an instruction: 'line' and 'opcode' events. The frame's prev_instr is the instruction about to run, and its
// stack is saved; both may have been changed by an assignment to f_lineno. `previous`: the instruction before, in code
// units.
Status trace_instruction(ThreadState* t, InterpreterFrame* frame, int previous);
// A call with 'c_call', 'c_return' and 'c_exception' events where a profiler wants them.
Object* trace_call(ThreadState* t, InterpreterFrame* frame, Object* callable, Object* const* args, size_t nargsf,
                   Object* kwnames);
Object* trace_call_spread(ThreadState* t, InterpreterFrame* frame, Object* callable, Object* args, Object* kwargs);

// (sys.settrace and its like: vm/vm.h.)
// The C level: installs `function` with its object (either null: removes).
Status vm_set_c_trace(ThreadState* t, TraceFunc function, Object* object);
Status vm_set_c_profile(ThreadState* t, TraceFunc function, Object* object);

}  // namespace minipy
