#include "stdlib/minipy/run_recorder.h"

#include <algorithm>

#include "compiler/opcode.h"
#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/exceptions.h"
#include "runtime/str.h"
#include "stdlib/minipy/describe.h"
#include "stdlib/minipy/safe_text.h"
#include "stdlib/minipy/trace.h"
#include "vm/unwind.h"
#include "vm/vm_opcodes.h"

namespace minipy {
namespace {

using CallWhat = CallEvent::What;
using ExceptionWhat = ExceptionEvent::What;
using FormWhat = FormEvent::What;

unsigned events_for(const RunRecorder::Kinds& kinds) {
  unsigned events = 0;
  if (kinds.calls) events |= kStepFrames | kStepNativeCalls;
  if (kinds.exceptions) events |= kStepFrames | kStepExceptions;
  if (kinds.forms) events |= kStepForms | kStepInstructions;
  if (kinds.instructions) events |= kStepInstructions;
  if (kinds.instructions && !kinds.forms) events |= kStepGeneralForms;
  return events;
}

int unit_of(const InterpreterFrame* frame, const CodeUnit* instr) {
  return static_cast<int>(instr - frame->code->runtime->code);
}

// The line of the unit or, where the compiler put something of its own before a statement, of the next that has one.
int line_at(const FunctionFacts* function, int unit) {
  for (size_t u = static_cast<size_t>(std::max(unit, 0)); u < function->units.size(); u++) {
    if (function->units[u].line) return function->units[u].line;
  }
  return 0;
}

// What str(exception) shows, where nothing has to run for it. An exception that nobody has looked at yet may have no
// instance: `value` is then what its class will be called with.
std::string exception_text(const Type* type, Object* value) {
  if (!value || value == py_none()) return {};
  Object* args = is_exception_instance(value) ? cast<BaseExceptionObject>(value)->args : value;
  Object* const* items = &args;
  ssize count = 1;
  if (args && type_of(args) == &tuple_type) {
    items = cast<Tuple>(args)->items;
    count = tuple_size(cast<Tuple>(args));
  }
  if (!args || count == 0) return {};
  // KeyError shows the repr of its key.
  if (count == 1 && type_of(items[0]) == &str_type && type->str != KeyError->str) return text_of(cast<Str>(items[0]));
  constexpr ssize kShown = 4;
  std::string text;
  for (ssize i = 0; i < count && i < kShown; i++) text += (i ? ", " : "") + describe_object(items[i]);
  return count == 1 ? text : "(" + text + (count > kShown ? ", ...)" : ")");
}

}  // namespace

RunRecorder::RunRecorder(Kinds kinds, RunConsumer& consumer)
    : StepListener(events_for(kinds)), kinds_(kinds), consumer_(consumer) {}
RunRecorder::~RunRecorder() { stop(); }

void RunRecorder::start() {
  listening_ = true;
  vm_add_step_listener(this);
}

void RunRecorder::stop() {
  if (!listening_) return;
  listening_ = false;
  vm_remove_step_listener(this);
  for (auto& [id, thread] : threads_) {
    while (!thread->calls.empty()) pop(*thread, CallWhat::kUnfinished);
  }
}

void RunRecorder::abandon() {
  if (listening_) vm_remove_step_listener(this);
  listening_ = false;
}

void RunRecorder::code_freed(CodeRuntime* runtime) {
  functions_.forget(runtime);
  counter_.code_freed(runtime);
}

// ---- Calls ---------------------------------------------------------------------------------------------------------

RunRecorder::Thread& RunRecorder::thread_of(ThreadState* t) {
  if (last_ && last_id_ == t->id) return *last_;
  std::unique_ptr<Thread>& thread = threads_[t->id];
  if (!thread) thread = std::make_unique<Thread>();
  thread->number = t->native_thread_id;
  last_id_ = t->id;
  last_ = thread.get();
  return *thread;
}

void RunRecorder::push(Thread& thread, InterpreterFrame* frame, const FunctionFacts* function, CallWhat what,
                       int line) {
  bool shown =
      !function->hidden && !(function->native && !thread.calls.empty() && thread.calls.back().function->hidden);
  if (shown && kinds_.calls) {
    int depth = static_cast<int>(thread.calls.size()) - thread.hidden;
    consumer_.call({trace_clock(), thread.number, what, function, depth, line});
  }
  thread.calls.push_back({frame, function, shown});
  thread.hidden += !shown;
}

void RunRecorder::pop(Thread& thread, CallWhat what) {
  Call call = thread.calls.back();
  thread.calls.pop_back();
  thread.hidden -= !call.shown;
  if (!call.shown || !kinds_.calls) return;
  int depth = static_cast<int>(thread.calls.size()) - thread.hidden;
  consumer_.call({trace_clock(), thread.number, what, call.function, depth, 0});
}

// The frames that run already, outermost first.
void RunRecorder::push_running(Thread& thread, InterpreterFrame* innermost) {
  std::vector<InterpreterFrame*> frames;
  for (InterpreterFrame* f = innermost; f; f = f->previous) {
    if (!frame_is_incomplete(f)) frames.push_back(f);
  }
  for (size_t i = frames.size(); i-- > 0;) {
    push(thread, frames[i], functions_.of_code(frames[i]->code), CallWhat::kRunning, 0);
  }
}

// Makes the frame (null: none), or a native function that it calls, the innermost call. Ends what was left, and begins
// what was entered, while the thread still ran in the plain loop.
void RunRecorder::come_to(Thread& thread, InterpreterFrame* frame) {
  if (!thread.calls.empty() && thread.calls.back().frame == frame) [[likely]]
    return;
  size_t known = thread.calls.size();
  while (known > 0 && thread.calls[known - 1].frame != frame) known--;
  while (thread.calls.size() > known) pop(thread, CallWhat::kUnfinished);
  if (known == 0) push_running(thread, frame);
}

void RunRecorder::frame_entered(ThreadState* t, InterpreterFrame* frame, FrameEntered how) {
  if (!kinds_.calls) return;
  Thread& thread = thread_of(t);
  InterpreterFrame* caller = frame->previous;
  come_to(thread, caller);
  int line = caller ? line_at(functions_.of_code(caller->code), frame_lasti(caller)) : 0;
  CallWhat what = how == FrameEntered::kCalled    ? CallWhat::kCalled
                  : how == FrameEntered::kResumed ? CallWhat::kResumed
                                                  : CallWhat::kThrownInto;
  push(thread, frame, functions_.of_code(frame->code), what, line);
}

// Ends what still runs inside the frame's own call or, with `native`, inside the native one that it makes, which is
// then the innermost. False: the call is not known.
bool RunRecorder::pop_to(Thread& thread, InterpreterFrame* frame, bool native) {
  size_t i = thread.calls.size();
  while (i > 0 && !(thread.calls[i - 1].frame == frame && thread.calls[i - 1].function->native == native)) i--;
  if (i == 0) return false;
  while (thread.calls.size() > i) pop(thread, CallWhat::kUnfinished);
  return true;
}

void RunRecorder::frame_left(ThreadState* t, InterpreterFrame* frame, FrameLeft how, Object*) {
  if (how == FrameLeft::kBecameGenerator) return;
  if (how == FrameLeft::kRaised && kinds_.exceptions && t->curexc_type) {
    tell_exception(t, frame, ExceptionWhat::kUnwound, cast<Type>(t->curexc_type), t->curexc_value, frame_lasti(frame));
  }
  if (!kinds_.calls) return;
  Thread& thread = thread_of(t);
  if (thread.calls.empty()) push_running(thread, frame);
  if (!pop_to(thread, frame, false)) return;
  pop(thread, how == FrameLeft::kReturned  ? CallWhat::kReturned
              : how == FrameLeft::kYielded ? CallWhat::kYielded
                                           : CallWhat::kRaised);
}

void RunRecorder::native_called(ThreadState* t, InterpreterFrame* frame, Object* callable) {
  Thread& thread = thread_of(t);
  come_to(thread, frame);
  int line = line_at(functions_.of_code(frame->code), frame_lasti(frame));
  push(thread, frame, functions_.of_native(callable), CallWhat::kCalled, line);
}

void RunRecorder::native_left(ThreadState* t, InterpreterFrame* frame, Object*, Object* result) {
  Thread& thread = thread_of(t);
  if (pop_to(thread, frame, true)) pop(thread, result ? CallWhat::kReturned : CallWhat::kRaised);
}

// ---- Exceptions ----------------------------------------------------------------------------------------------------

void RunRecorder::tell_exception(ThreadState* t, InterpreterFrame* frame, ExceptionWhat what, const Type* type,
                                 Object* value, int unit) {
  const FunctionFacts* function = functions_.of_code(frame->code);
  if (function->hidden) return;
  if (value && is_exception_instance(value)) type = type_of(value);
  std::string name;
  append_type_full_name(name, type);
  consumer_.exception({trace_clock(), t->native_thread_id, what, function, line_at(function, unit), unit * 2,
                       std::move(name), exception_text(type, value)});
}

void RunRecorder::raised(ThreadState* t, InterpreterFrame* frame) {
  thread_of(t).reraising = false;
  // An exception that comes from a frame further in has an entry of it in its traceback. A `raise` statement may find
  // such entries, too.
  const Traceback* traceback = reinterpret_cast<const Traceback*>(t->curexc_traceback);
  const bool came_from_within = traceback && traceback->next;
  if (came_from_within && kGeneralForm[*frame->prev_instr & 0xff] != OP_RAISE_VARARGS) return;
  tell_exception(t, frame, ExceptionWhat::kRaised, cast<Type>(t->curexc_type), t->curexc_value, frame_lasti(frame));
}

// Handlers of programs begin with PUSH_EXC_INFO. The others are the compiler's: they put the thread's state right and
// pass the exception on.
void RunRecorder::handler_entered(ThreadState* t, InterpreterFrame* frame, Object* exception, int target) {
  Thread& thread = thread_of(t);
  thread.reraising = kGeneralForm[frame->code->runtime->code[target] & 0xff] != OP_PUSH_EXC_INFO;
  if (!thread.reraising) tell_exception(t, frame, ExceptionWhat::kCaught, type_of(exception), exception, target);
}

void RunRecorder::reraised(ThreadState* t, InterpreterFrame* frame) {
  if (thread_of(t).reraising) return;
  tell_exception(t, frame, ExceptionWhat::kReraised, cast<Type>(t->curexc_type), t->curexc_value, frame_lasti(frame));
}

void RunRecorder::handled(ThreadState* t, InterpreterFrame* frame, Object* exception) {
  Thread& thread = thread_of(t);
  if (kGeneralForm[*frame->prev_instr & 0xff] == OP_END_ASYNC_FOR) thread.reraising = false;
  if (thread.reraising || !exception || exception == py_none()) return;
  tell_exception(t, frame, ExceptionWhat::kHandled, type_of(exception), exception, frame_lasti(frame));
}

// ---- Instructions and their forms ----------------------------------------------------------------------------------

void RunRecorder::before_instruction(ThreadState* t, InterpreterFrame* frame, const CodeUnit* pc, Value* sp) {
  if (kinds_.forms) counter_.before_instruction(t, frame, pc, sp);
  if (!kinds_.instructions) return;
  const FunctionFacts* function = functions_.of_code(frame->code);
  if (function->hidden) return;
  int opcode = *pc & 0xff;
  // Without kind `specialise` the loop runs the general form, whatever stands there.
  int form = step_runs_forms(t) && kGeneralForm[opcode] != opcode && !is_cold_form(opcode) ? opcode : 0;
  consumer_.instruction({trace_clock(), t->native_thread_id, function, unit_of(frame, pc) * 2, form});
}

void RunRecorder::tell_form(ThreadState* t, InterpreterFrame* frame, FormWhat what, int unit, int form) {
  const FunctionFacts* function = functions_.of_code(frame->code);
  if (function->hidden) return;
  FormCounts counts = counter_.counts(frame->code->runtime, unit);
  consumer_.form({trace_clock(), t->native_thread_id, what, function, unit * 2, form, counts.hits, counts.misses});
}

void RunRecorder::form_missed(ThreadState* t, InterpreterFrame* frame, const CodeUnit* instr) {
  if (!kinds_.forms) return;
  counter_.form_missed(t, frame, instr);
  tell_form(t, frame, FormWhat::kMissed, unit_of(frame, instr), *instr & 0xff);
}

void RunRecorder::form_changed(ThreadState* t, InterpreterFrame* frame, const CodeUnit* instr, int before) {
  if (!kinds_.forms) return;
  counter_.form_changed(t, frame, instr, before);
  int now = *instr & 0xff, unit = unit_of(frame, instr);
  bool was_specialised = kGeneralForm[before] != before;
  if (kGeneralForm[now] != now) return tell_form(t, frame, FormWhat::kSpecialised, unit, now);
  if (was_specialised) return tell_form(t, frame, FormWhat::kDeoptimised, unit, before);
  tell_form(t, frame, FormWhat::kFailed, unit, 0);
}

}  // namespace minipy
