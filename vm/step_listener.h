// Who wants to see every instruction (D8). Only the instrumented loop looks for a listener, and runs while there is
// one; sys.settrace and sys.setprofile work beside it.
#pragma once

#include "vm/frame.h"

namespace minipy {

enum class FrameLeft : char { kReturned, kYielded, kBecameGenerator, kRaised };

// Called with the GIL held. A listener must neither raise nor leave an exception pending.
struct StepListener {
  virtual ~StepListener() = default;
  // Before an instruction (EXTENDED_ARG is one of its own). Its values are [frame_stack_base(frame), sp).
  virtual void before_instruction(ThreadState* t, InterpreterFrame* frame, const CodeUnit* pc, Value* sp) = 0;
  // The frame is about to stop running. `value` (borrowed, null when an exception is pending): what was returned or
  // yielded; with kBecameGenerator the generator whose frame goes on.
  virtual void frame_left(ThreadState* t, InterpreterFrame* frame, FrameLeft how, Object* value) = 0;
  // An instruction of the frame has raised the pending exception.
  virtual void raised(ThreadState* t, InterpreterFrame* frame) = 0;
  // A code object goes away: the address of its runtime part may come back as another's.
  virtual void code_freed(CodeRuntime* runtime) = 0;
};

extern StepListener* g_step_listener;  // null: nobody watches
// Whether the thread must run in the instrumented loop: the value of use_tracing.
inline int tracing_wanted(const ThreadState* t) {
  return (!t->tracing && (t->c_tracefunc || t->c_profilefunc)) || g_step_listener ? 255 : 0;
}

// Null: nobody. The listener must outlive its installation. Every thread changes loops where it looks at the breaker.
void vm_set_step_listener(StepListener* listener);

}  // namespace minipy
