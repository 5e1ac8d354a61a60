#include "vm/step_listener.h"

#include "vm/gil.h"

namespace minipy {

StepListener* g_step_listener = nullptr;
unsigned g_step_events = 0;

struct StepListeners {
  // Calls f(listener) for those who asked for one of the events; 0: for all. A listener may remove itself.
  template <class F>
  static void tell(unsigned events, F f) {
    for (StepListener *l = g_step_listener, *next; l; l = next) {
      next = l->next_;
      if (!events || (l->events_ & events)) f(*l);
    }
  }
  static void changed() {
    g_step_events = 0;
    for (StepListener* l = g_step_listener; l; l = l->next_) g_step_events |= l->events_;
    Interpreter* interp = current_interpreter();
    if (!interp) return;
    for (ThreadState* t = interp->threads; t; t = t->next) t->use_tracing = tracing_wanted(t);
    eval_breaker_update(interp);
  }
};

// Behind the others: who came first is told first.
void vm_add_step_listener(StepListener* listener) {
  StepListener** place = &g_step_listener;
  for (; *place; place = &(*place)->next_) {
    if (*place == listener) return;
  }
  listener->next_ = nullptr;
  *place = listener;
  StepListeners::changed();
}

void vm_remove_step_listener(StepListener* listener) {
  for (StepListener** place = &g_step_listener; *place; place = &(*place)->next_) {
    if (*place != listener) continue;
    *place = listener->next_;
    return StepListeners::changed();
  }
}

void step_tell_instruction(ThreadState* t, InterpreterFrame* frame, const CodeUnit* pc, Value* sp) {
  StepListeners::tell(kStepInstructions, [=](StepListener& l) { l.before_instruction(t, frame, pc, sp); });
}
void step_tell_entered(ThreadState* t, InterpreterFrame* frame, FrameEntered how) {
  StepListeners::tell(kStepFrames, [=](StepListener& l) { l.frame_entered(t, frame, how); });
}
void step_tell_left(ThreadState* t, InterpreterFrame* frame, FrameLeft how, Object* value) {
  StepListeners::tell(kStepFrames, [=](StepListener& l) { l.frame_left(t, frame, how, value); });
}
void step_tell_native_called(ThreadState* t, InterpreterFrame* frame, Object* callable) {
  StepListeners::tell(kStepNativeCalls, [=](StepListener& l) { l.native_called(t, frame, callable); });
}
void step_tell_native_left(ThreadState* t, InterpreterFrame* frame, Object* callable, Object* result) {
  StepListeners::tell(kStepNativeCalls, [=](StepListener& l) { l.native_left(t, frame, callable, result); });
}
void step_tell_raised(ThreadState* t, InterpreterFrame* frame) {
  StepListeners::tell(kStepExceptions, [=](StepListener& l) { l.raised(t, frame); });
}
void step_tell_handler(ThreadState* t, InterpreterFrame* frame, Object* exception, int target) {
  StepListeners::tell(kStepExceptions, [=](StepListener& l) { l.handler_entered(t, frame, exception, target); });
}
void step_tell_reraised(ThreadState* t, InterpreterFrame* frame) {
  StepListeners::tell(kStepExceptions, [=](StepListener& l) { l.reraised(t, frame); });
}
void step_tell_handled(ThreadState* t, InterpreterFrame* frame, Object* exception) {
  StepListeners::tell(kStepExceptions, [=](StepListener& l) { l.handled(t, frame, exception); });
}
void step_tell_form(ThreadState* t, InterpreterFrame* frame, const CodeUnit* instr, int before) {
  StepListeners::tell(kStepForms, [=](StepListener& l) { l.form_changed(t, frame, instr, before); });
}
void step_tell_missed(ThreadState* t, InterpreterFrame* frame, const CodeUnit* instr) {
  StepListeners::tell(kStepForms, [=](StepListener& l) { l.form_missed(t, frame, instr); });
}
void step_tell_code_freed(CodeRuntime* runtime) {
  StepListeners::tell(0, [=](StepListener& l) { l.code_freed(runtime); });
}

}  // namespace minipy
