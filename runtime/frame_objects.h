// Objects of execution whose behaviour lives in vm/: frames, tracebacks, generators, coroutines.
#pragma once

#include "gc/object.h"
#include "runtime/function.h"
#include "runtime/thread_state.h"

namespace minipy {

struct FrameObject {
  Object base;
  FrameObject* back;  // ABI 16, set when the frame outlives its caller
  InterpreterFrame* frame;
  Object* trace;
  int lineno;  // ABI 40; 0: compute
  char trace_lines;
  char trace_opcodes;
  char fast_as_locals;  // f_locals has been asked for since the last write-back: it stands for the variables
  char pad_;
  Object* frame_data[1];  // the InterpreterFrame, once the call has ended
};
static_assert(offsetof(FrameObject, lineno) == 40);
extern Type frame_type;

struct Traceback {
  Object base;
  Traceback* next;
  FrameObject* frame;
  int lasti;
  int lineno;
};
static_assert(offsetof(Traceback, frame) == 24);
extern Type traceback_type;
Ref<Object> traceback_new(Object* next /* None or null */, FrameObject* frame, int lasti, int lineno);

enum class GeneratorState : signed char {
  kCreated = -2,
  kSuspended = -1,
  kExecuting = 0,
  kCompleted = 1,
  kCleared = 4
};
struct Generator {  // generator, coroutine, async generator
  Object base;
  Code* code;  // ABI 16
  Object* weakreflist;
  Str* name;
  Str* qualname;
  HandledException exc_state;
  Object* origin_or_finalizer;
  char hooks_inited;
  char closed;
  char running_async;
  GeneratorState state;
  // The embedded InterpreterFrame follows at offset 80.
};
static_assert(sizeof(Generator) == 80);
extern Type generator_type, coroutine_type, async_generator_type, coroutine_wrapper_type;
extern Type async_generator_asend_type, async_generator_athrow_type, async_generator_wrapped_value_type;
// anext(it, default): an awaitable that gives the default when `awaitable` raises StopAsyncIteration. (vm/)
extern Type anext_awaitable_type;
Ref<Object> anext_awaitable_new(Object* awaitable, Object* fallback);
// The iterator of an awaitable (3.11's _PyCoro_GetAwaitableIter).
Ref<Object> get_awaitable_iter(Object* p);

}  // namespace minipy
