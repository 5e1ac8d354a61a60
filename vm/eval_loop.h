// The eval loop. It is one template, instantiated in eval_plain.cc and eval_traced.cc (D8): both have the same
// handlers, the traced one looks for events before every instruction and runs general forms only.
//
// Rules:
//   1. The loop only glues: it moves operands between the stack and handlers (handlers_*.h, specialize.h, unwind.h...).
//   2. `pc` points behind the instruction being executed (at its cache); SAVE() stores where we are. Every instruction
//   that
//      can raise, call or drop a reference does so first.
//   3. `sp` points at the first free word. The frame's stacktop is only valid while the frame does not run.
//   4. A frame that calls another one leaves prev_instr at the last unit of its instruction: execution goes on behind
//   it.
//   5. A value is taken off the stack before anything can raise, or dropped by the handler search; never both.
//   6. NEXT() leaves a block without running destructors: no Ref (or other owner) may be alive where it stands.
//   7. eval_breaker is looked at by RESUME, backward jumps and calls (as 3.11 does); also to change loops.
#pragma once

#include "compiler/opcode.h"
#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "vm/call.h"
#include "vm/eval.h"
#include "vm/generator.h"
#include "vm/gil.h"
#include "vm/handlers_call.h"
#include "vm/handlers_data.h"
#include "vm/handlers_names.h"
#include "vm/import_ops.h"
#include "vm/pattern_matching.h"
#include "vm/specialize.h"
#include "vm/step_listener.h"
#include "vm/trace.h"
#include "vm/unwind.h"

// Each instance leaves some labels of the other unused.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-label"

namespace minipy {

#define TARGET(name) L_##name
#define NEXT()                                                               \
  do {                                                                       \
    if constexpr (kTraced) goto trace_next;                                  \
    const unsigned char* unit_ = reinterpret_cast<const unsigned char*>(pc); \
    pc++;                                                                    \
    oparg = unit_[1];                                                        \
    goto* labels[unit_[0]];                                                  \
  } while (0)
#define SAVE()       (frame->prev_instr = pc - 1)
#define PUSH(v)      (*sp++ = (v))
#define POP()        (*--sp)
#define TOP()        sp[-1]
#define SECOND()     sp[-2]
#define PEEK(n)      sp[-static_cast<ssize>(n)]
#define LOCAL(i)     frame->localsplus[i]
#define NAME_ARG(i)  cast<Str>(names[i])
#define SAVE_STACK() (frame->stacktop = static_cast<int>(sp - frame->localsplus))
// The other loop goes on at `at`.
#define SWITCH_LOOP(at)         \
  do {                          \
    frame->prev_instr = (at)-1; \
    SAVE_STACK();               \
    return kSwitchLoop;         \
  } while (0)
#define CHECK_EVAL_BREAKER()                                   \
  do {                                                         \
    if (breaker->load(std::memory_order_relaxed)) [[unlikely]] \
      goto handle_eval_breaker;                                \
  } while (0)
// A general form with a cache: counts down to a look at its operands.
#define ADAPT(...)                                              \
  do {                                                          \
    if constexpr (kTraced) {                                    \
      if (step_runs_forms(t) && --pc[0] == 0) {                 \
        int before_ = pc[-1] & 0xff;                            \
        __VA_ARGS__;                                            \
        STEP_TELL(kStepForms, step_tell_form, pc - 1, before_); \
      }                                                         \
    } else {                                                    \
      if (--pc[0] == 0) [[unlikely]] {                          \
        __VA_ARGS__;                                            \
      }                                                         \
    }                                                           \
  } while (0)
// A specialised form does not fit: to the general one, which counts down to another look at the operands.
#define GUARD(condition, general)                      \
  do {                                                 \
    if (!(condition)) [[unlikely]] {                   \
      STEP_TELL(kStepForms, step_tell_missed, pc - 1); \
      goto general;                                    \
    }                                                  \
  } while (0)
// Calls a step_tell function with the thread, the frame and more, where somebody asked for such events.
#define STEP_TELL(events, tell, ...)                             \
  do {                                                           \
    if constexpr (kTraced) {                                     \
      if (g_step_events & (events)) tell(t, frame, __VA_ARGS__); \
    }                                                            \
  } while (0)
#define STEP_LEAVES(how, value) STEP_TELL(kStepFrames, step_tell_left, FrameLeft::how, value)
#define LOAD_FRAME()                                  \
  do {                                                \
    consts = cast<Tuple>(frame->code->consts)->items; \
    names = cast<Tuple>(frame->code->names)->items;   \
    sp = frame->localsplus + frame->stacktop;         \
    pc = frame->prev_instr + 1;                       \
    frame->stacktop = -1;                             \
  } while (0)

// Whole because it is the loop: labels do not cross functions. One line or a few for each instruction.
template <bool kTraced>
Object* run_frames(ThreadState* const t, InterpreterFrame* frame, bool throwing) {
  static const void* labels[256];
  if (!t) {
    for (const void*& label : labels) label = &&L_UNKNOWN;
#define INSTRUCTION(number, name, operand, effect, jump_effect, caches, flags) labels[number] = &&L_##name;
#include "compiler/instructions.def"
#define MINIPY_LABEL(name, family) labels[OPS_##name] = &&L_##name;
    MINIPY_SPECIALIZED(MINIPY_LABEL)
#undef MINIPY_LABEL
    return nullptr;
  }

  std::atomic<int>* const breaker = &t->interp->eval_breaker;
  CodeUnit* pc;
  Value* sp;
  unsigned oparg = 0;
  Object** consts;
  Object** names;
  Object* kwnames = nullptr;  // borrowed: set by KW_NAMES for the next call
  Value result;               // on the way out of a frame
  FrameReturn result_goes;

  if (throwing) {
    if constexpr (kTraced) {
      STEP_TELL(kStepFrames, step_tell_entered, FrameEntered::kThrownInto);
      if (!trace_function_entry(t, frame)) goto leave_frame;
    }
    goto resume_with_error;
  }
  goto resume_frame;

#include "vm/loop_call.inc"
#include "vm/loop_control.inc"
#include "vm/loop_data.inc"
#include "vm/loop_generator.inc"
#include "vm/loop_names.inc"
#include "vm/loop_specialized.inc"
#include "vm/loop_stack.inc"

  TARGET(CACHE) : TARGET(UNKNOWN) : {
    SAVE();
    (void)raise(SystemError, "unknown opcode");
    goto error;
  }

  // ---- Ways on ----------------------------------------------------------------------------------------------------

start_frame:
  // `frame` is t->frame and new: it counts for the recursion limit.
  if (--t->recursion_remaining < 0) [[unlikely]] {
    if (!recursion_failed(t)) goto leave_frame;
  }
resume_frame:
  LOAD_FRAME();
  NEXT();

handle_eval_breaker:
  // pc is where execution goes on; prev_instr has been saved.
  if (!eval_breaker_handle(t)) goto error;
  if (static_cast<bool>(t->use_tracing) != kTraced) SWITCH_LOOP(pc);
  NEXT();

trace_next:
  if constexpr (kTraced) {
    if (!t->use_tracing) SWITCH_LOOP(pc);
    int opcode = step_runs_forms(t) ? *pc & 0xff : kGeneralForm[*pc & 0xff];
    if (pc - frame->code->runtime->code >= frame->code->first_traceable) {
      int previous = frame_lasti(frame);
      frame->prev_instr = pc;
      if (kGeneralForm[opcode] == OP_RESUME) {
        if ((*pc >> 8) < kResumeAfterYieldFrom && breaker->load(std::memory_order_relaxed) && !eval_breaker_handle(t)) {
          goto error;
        }
        STEP_TELL(kStepFrames, step_tell_entered, *pc >> 8 ? FrameEntered::kResumed : FrameEntered::kCalled);
        if (!trace_function_entry(t, frame)) goto exit_unwind_drop_stack;
      } else if (t->c_tracefunc) {
        SAVE_STACK();
        Status traced = trace_instruction(t, frame, previous);
        sp = frame->localsplus + frame->stacktop;
        frame->stacktop = -1;
        if (!traced) {
          // An assignment to f_lineno counts only when the trace function returned.
          frame->prev_instr = pc;
          pc++;
          goto error;
        }
        pc = frame->prev_instr;
        opcode = kGeneralForm[*pc & 0xff];  // as step_runs_forms says
      }
    }
    STEP_TELL(kStepInstructions, step_tell_instruction, pc, sp);
    oparg = *pc++ >> 8;
    goto* labels[opcode];
  }

resume_with_error:
  LOAD_FRAME();
error:
  kwnames = nullptr;
  if (!frame_is_incomplete(frame)) traceback_here(frame);
  if constexpr (kTraced) {
    if (g_step_events & kStepExceptions) step_tell_raised(t, frame);
    if (t->c_tracefunc) trace_exception(t, frame);
  }
exception_unwind : {
  // By pc: RERAISE has set prev_instr to where the exception came from first.
  CodeRuntime* runtime = frame->code->runtime;
  const CodeRuntime::Handler* handler = find_handler(runtime, static_cast<int>(pc - 1 - runtime->code));
  Value* base = frame_stack_base(frame);
  if (!handler) {
    while (sp > base) xdecref(POP());
    if constexpr (kTraced) {
      SAVE_STACK();
      if (t->use_tracing) trace_function_unwind(t, frame);
    }
    goto exit_unwind;
  }
  Value* level = base + handler->depth;
  while (sp > level) xdecref(POP());
  if (handler->push_lasti) {
    Object* lasti = as_object(int_from(frame_lasti(frame)).release());
    // Without memory for the number, the handler cleans up all the same, and re-raises as from the first instruction.
    // (Looking for a handler of the MemoryError finds this one: CPython does so without end.)
    PUSH(lasti ? lasti : share(as_object(small_int(0))).release());
  }
  Object* exception = error_take().release();
  PUSH(exception);
  STEP_TELL(kStepExceptions, step_tell_handler, exception, handler->target);
  pc = frame->code->runtime->code + handler->target;
  NEXT();
}

exit_unwind_drop_stack:
  for (Value* base = frame_stack_base(frame); sp > base;) xdecref(POP());
exit_unwind:
  // An exception leaves the frame, whose stack is empty.
  frame->stacktop = frame->code->nlocalsplus;
leave_frame : {
  STEP_LEAVES(kRaised, nullptr);
  InterpreterFrame* dying = frame;
  FrameReturn how = dying->returns_to;
  frame = t->frame = dying->previous;
  if (dying->owner == FrameOwner::kThread) {
    frame_pop(t, dying);
    t->recursion_remaining += how == FrameReturn::kInit ? 2 : 1;
  } else {
    t->recursion_remaining++;
    dying->previous = nullptr;
    if (how == FrameReturn::kEntry) return nullptr;  // generator_resume does the rest
    Generator* g = frame_generator(dying);
    generator_leave(t, g);
    generator_convert_stop(g);
    generator_finish(t, g);
  }
  if (how == FrameReturn::kEntry) return nullptr;
  goto resume_with_error;
}
}

#undef TARGET
#undef NEXT
#undef SAVE
#undef PUSH
#undef POP
#undef TOP
#undef SECOND
#undef PEEK
#undef LOCAL
#undef NAME_ARG
#undef SAVE_STACK
#undef SWITCH_LOOP
#undef CHECK_EVAL_BREAKER
#undef ADAPT
#undef GUARD
#undef STEP_TELL
#undef STEP_LEAVES
#undef LOAD_FRAME

}  // namespace minipy

#pragma GCC diagnostic pop
