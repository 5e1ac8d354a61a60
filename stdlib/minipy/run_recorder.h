// Records what the VM does: makes events (run_events.h) of what a listener is told. It keeps a shadow of each thread's
// calls, so that what begins ends, also where the recording starts or stops in their midst. Raw memory only; objects
// are read, never called, and no count changes.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "stdlib/minipy/form_counter.h"
#include "stdlib/minipy/function_facts.h"
#include "stdlib/minipy/run_events.h"
#include "vm/step_listener.h"

namespace minipy {

class RunRecorder : public StepListener {
 public:
  struct Kinds {
    bool calls = false, exceptions = false, forms = false, instructions = false;
  };
  // The consumer must outlive the recorder.
  RunRecorder(Kinds kinds, RunConsumer& consumer);
  ~RunRecorder() override;  // stops
  RunRecorder(const RunRecorder&) = delete;
  RunRecorder& operator=(const RunRecorder&) = delete;
  void start();
  // Stops listening. Calls that still run are told as unfinished.
  void stop();
  // In the child of a fork, before any other thread exists there: stops without a word.
  void abandon();

  void before_instruction(ThreadState* t, InterpreterFrame* frame, const CodeUnit* pc, Value* sp) override;
  void frame_entered(ThreadState* t, InterpreterFrame* frame, FrameEntered how) override;
  void frame_left(ThreadState* t, InterpreterFrame* frame, FrameLeft how, Object* value) override;
  void native_called(ThreadState* t, InterpreterFrame* frame, Object* callable) override;
  void native_left(ThreadState* t, InterpreterFrame* frame, Object* callable, Object* result) override;
  void raised(ThreadState* t, InterpreterFrame* frame) override;
  void handler_entered(ThreadState* t, InterpreterFrame* frame, Object* exception, int target) override;
  void reraised(ThreadState* t, InterpreterFrame* frame) override;
  void handled(ThreadState* t, InterpreterFrame* frame, Object* exception) override;
  void form_changed(ThreadState* t, InterpreterFrame* frame, const CodeUnit* instr, int before) override;
  void form_missed(ThreadState* t, InterpreterFrame* frame, const CodeUnit* instr) override;
  void code_freed(CodeRuntime* runtime) override;

 private:
  struct Call {
    InterpreterFrame* frame;  // of a native function: the caller's
    const FunctionFacts* function;
    bool shown;
  };
  struct Thread {
    unsigned long number;  // the kernel's
    std::vector<Call> calls;
    int hidden = 0;          // of them, not shown
    bool reraising = false;  // in the compiler's own code that passes an exception on
  };

  Thread& thread_of(ThreadState* t);
  void push_running(Thread& thread, InterpreterFrame* innermost);
  void come_to(Thread& thread, InterpreterFrame* frame);
  void push(Thread& thread, InterpreterFrame* frame, const FunctionFacts* function, CallEvent::What what, int line);
  void pop(Thread& thread, CallEvent::What what);
  bool pop_to(Thread& thread, InterpreterFrame* frame, bool native);
  void tell_exception(ThreadState* t, InterpreterFrame* frame, ExceptionEvent::What what, const Type* type,
                      Object* value, int unit);
  void tell_form(ThreadState* t, InterpreterFrame* frame, FormEvent::What what, int unit, int form);

  const Kinds kinds_;
  RunConsumer& consumer_;
  bool listening_ = false;
  FunctionTable functions_;
  FormCounter counter_;
  std::unordered_map<unsigned long, std::unique_ptr<Thread>> threads_;  // by ThreadState::id
  unsigned long last_id_ = 0;
  Thread* last_ = nullptr;
};

}  // namespace minipy
