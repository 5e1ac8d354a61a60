// Generators, coroutines and asynchronous generators as the eval loop sees them. The objects: vm/generator.cc,
// vm/coroutine.cc, vm/async_generator.cc.
#pragma once

#include "runtime/type.h"
#include "vm/frame.h"

namespace minipy {

// RETURN_GENERATOR: the object that the running frame's contents move into; the frame keeps nothing.
Generator* generator_from_frame(ThreadState* t, InterpreterFrame* frame);
// The frame has returned or raised: its handled exceptions are no longer the thread's.
inline void generator_leave(ThreadState* t, Generator* g) {
  t->exc_info = g->exc_state.previous;
  g->exc_state.previous = nullptr;
}
// After the frame has returned or raised: it is released. May run Python code.
void generator_finish(ThreadState* t, Generator* g);
// PEP 479: a StopIteration (StopAsyncIteration) that leaves the body becomes a RuntimeError.
void generator_convert_stop(Generator* g);

// Sends a value (null: None) or, with `throwing`, raises the pending exception at the suspended point. kNext: *result
// was yielded; kReturn: *result was returned (null for None where the caller said that it need not know: `value` null
// and no asynchronous generator); kError: an exception is pending.
SendResult generator_resume(Generator* g, Object* value, Object** result, bool throwing, bool closing);

inline bool generator_can_resume(const Generator* g) {
  return g->state == GeneratorState::kSuspended || g->state == GeneratorState::kCreated;
}
// Makes the generator's frame the running one, above `caller`. The frame finds `value` on its stack.
inline InterpreterFrame* generator_enter(ThreadState* t, Generator* g, Object* value /* owned */, FrameReturn how,
                                         InterpreterFrame* caller) {
  InterpreterFrame* f = generator_frame(g);
  f->localsplus[f->stacktop++] = value;
  g->exc_state.previous = t->exc_info;
  t->exc_info = &g->exc_state;
  g->state = GeneratorState::kExecuting;
  f->previous = caller;
  f->returns_to = how;
  return f;
}
// What YIELD_VALUE does to the state. The frame's stacktop has been saved.
inline void generator_suspend(ThreadState* t, Generator* g, InterpreterFrame* f) {
  g->state = GeneratorState::kSuspended;
  generator_leave(t, g);
  f->previous = nullptr;
}

inline bool is_generator(const Object* p) { return is_exactly(p, &generator_type); }
inline bool is_coroutine(const Object* p) { return is_exactly(p, &coroutine_type); }
inline bool is_async_generator(const Object* p) { return is_exactly(p, &async_generator_type); }
inline bool is_generator_coroutine(const Object* p) {
  return is_generator(p) && (reinterpret_cast<const Generator*>(p)->code->flags & kCoIterableCoroutine);
}

// What the generator is delegating to (yield from, await): new reference or null.
Ref<Object> generator_yield_from(Generator* g);
// The value of the pending StopIteration, which is cleared; None when no exception is pending. Failed: another
// exception.
Status fetch_stop_iteration_value(Ref<Object>& value);
void set_stop_iteration_value(Object* value);

Ref<Object> generator_throw(Generator* g, Object* type, Object* value, Object* traceback);
Ref<Object> generator_close(Generator* g);
Ref<Object> generator_send(Generator* g, Object* value);
void generator_finalize(Object* self);
void coroutine_warn_never_awaited(Object* coroutine);

// Async generators.
Ref<Object> async_generator_wrap_value(Object* value);

// Instructions (vm/handlers_async.cc).
Ref<Object> get_async_iterator(Object* p);
Ref<Object> get_async_next(Object* iterator);
Ref<Object> get_awaitable(Object* p, unsigned context);

Status generator_types_ready();

}  // namespace minipy
