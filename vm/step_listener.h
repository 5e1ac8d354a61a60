// Who wants to see what the VM does (D8): instructions, frames, native calls, exceptions, specialisation. Only the
// instrumented loop looks for listeners, and runs while there is one. Any number may listen at once, beside
// sys.settrace and sys.setprofile.
#pragma once

#include "vm/frame.h"

namespace minipy {

enum class FrameEntered : char { kCalled, kResumed, kThrownInto };
enum class FrameLeft : char { kReturned, kYielded, kBecameGenerator, kRaised };

// What a listener may ask for.
enum StepEvents : unsigned {
  kStepInstructions = 1,  // before_instruction
  kStepFrames = 2,        // frame_entered, frame_left
  kStepNativeCalls = 4,   // native_called, native_left
  kStepExceptions = 8,    // raised, handler_entered, reraised, handled
  kStepForms = 16,        // form_changed, form_missed
  // Every instruction of the language one by one: no specialised forms, which may stand for two. Without this the
  // instrumented loop specialises and runs them as the plain one does.
  kStepGeneralForms = 32,
};

// Called with the GIL held. A listener must neither raise nor leave an exception pending.
class StepListener {
 public:
  explicit StepListener(unsigned events) : events_(events) {}
  virtual ~StepListener() = default;

  // Before an instruction (EXTENDED_ARG is one of its own). Its values are [frame_stack_base(frame), sp).
  virtual void before_instruction(ThreadState*, InterpreterFrame*, const CodeUnit*, Value*) {}
  // The frame begins to run: at its RESUME, or (kThrownInto) at the instruction where the pending exception arrives.
  virtual void frame_entered(ThreadState*, InterpreterFrame*, FrameEntered) {}
  // The frame is about to stop running. `value` (borrowed, null when an exception is pending): what was returned or
  // yielded; with kBecameGenerator the generator whose frame goes on. A frame that fails before its RESUME is left
  // without having been entered.
  virtual void frame_left(ThreadState*, InterpreterFrame*, FrameLeft, Object* /*value*/) {}
  // The frame calls something that is not a Python function, and it is done; `result` (borrowed) null: it raised.
  virtual void native_called(ThreadState*, InterpreterFrame*, Object* /*callable*/) {}
  virtual void native_left(ThreadState*, InterpreterFrame*, Object* /*callable*/, Object* /*result*/) {}
  // An instruction of the frame has raised the pending exception, or a frame that it called has left it.
  virtual void raised(ThreadState*, InterpreterFrame*) {}
  // The handler at code unit `target` takes the exception over.
  virtual void handler_entered(ThreadState*, InterpreterFrame*, Object* /*exception*/, int /*target*/) {}
  virtual void reraised(ThreadState*, InterpreterFrame*) {}  // RERAISE, `raise` alone: the pending exception goes on
  // POP_EXCEPT, END_ASYNC_FOR: the exception is done with.
  virtual void handled(ThreadState*, InterpreterFrame*, Object* /*exception*/) {}
  // The instruction has looked at its operands and was of the form `before` (an opcode of vm/vm_opcodes.h); what it is
  // now stands there.
  virtual void form_changed(ThreadState*, InterpreterFrame*, const CodeUnit*, int /*before*/) {}
  // The specialised instruction does not fit its operands; the general form runs in its place.
  virtual void form_missed(ThreadState*, InterpreterFrame*, const CodeUnit*) {}
  // A code object goes away: the address of its runtime part may come back as another's. Told whatever was asked for.
  virtual void code_freed(CodeRuntime*) {}

  unsigned events() const { return events_; }

 private:
  friend void vm_add_step_listener(StepListener*);
  friend void vm_remove_step_listener(StepListener*);
  friend struct StepListeners;
  const unsigned events_;
  StepListener* next_ = nullptr;
};

extern StepListener* g_step_listener;  // the first; null: nobody listens
extern unsigned g_step_events;         // what they ask for together

// Whether the thread must run in the instrumented loop: the value of use_tracing.
inline int tracing_wanted(const ThreadState* t) {
  return (!t->tracing && (t->c_tracefunc || t->c_profilefunc)) || g_step_listener ? 255 : 0;
}
// Whether the instrumented loop runs specialised forms in this thread. Trace functions see the language's instructions.
inline bool step_runs_forms(const ThreadState* t) {
  return !(g_step_events & kStepGeneralForms) && g_step_events && !t->c_tracefunc && !t->c_profilefunc;
}

// The listener must live until it is removed, which a listener may do when it is called. Every thread changes loops
// where it looks at the breaker. Adding one twice, or removing one that does not listen, is harmless.
void vm_add_step_listener(StepListener* listener);
void vm_remove_step_listener(StepListener* listener);

// What the loop calls: each tells those who asked for it.
void step_tell_instruction(ThreadState* t, InterpreterFrame* frame, const CodeUnit* pc, Value* sp);
void step_tell_entered(ThreadState* t, InterpreterFrame* frame, FrameEntered how);
void step_tell_left(ThreadState* t, InterpreterFrame* frame, FrameLeft how, Object* value);
void step_tell_native_called(ThreadState* t, InterpreterFrame* frame, Object* callable);
void step_tell_native_left(ThreadState* t, InterpreterFrame* frame, Object* callable, Object* result);
void step_tell_raised(ThreadState* t, InterpreterFrame* frame);
void step_tell_handler(ThreadState* t, InterpreterFrame* frame, Object* exception, int target);
void step_tell_reraised(ThreadState* t, InterpreterFrame* frame);
void step_tell_handled(ThreadState* t, InterpreterFrame* frame, Object* exception);
void step_tell_form(ThreadState* t, InterpreterFrame* frame, const CodeUnit* instr, int before);
void step_tell_missed(ThreadState* t, InterpreterFrame* frame, const CodeUnit* instr);
void step_tell_code_freed(CodeRuntime* runtime);

}  // namespace minipy
