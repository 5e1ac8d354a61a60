// Generators (PEP 255, 342, 380, 479) and what coroutines and asynchronous generators share with them: making,
// resuming, throwing, closing, the end of their lives.
#include "vm/generator.h"

#include "gc/collector.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/slot.h"
#include "runtime/str.h"
#include "runtime/weakref.h"
#include "vm/generator_internal.h"
#include "vm/vm.h"
#include "vm/vm_opcodes.h"

namespace minipy {

namespace {

Type* type_for(const Code* code) {
  if (code->flags & kCoAsyncGenerator) return &async_generator_type;
  if (code->flags & kCoCoroutine) return &coroutine_type;
  return &generator_type;
}

const char* kind_name(const Generator* g) {
  if (is_coroutine(as_object(g))) return "coroutine";
  if (is_async_generator(as_object(g))) return "async generator";
  return "generator";
}

bool finished(const Generator* g) { return g->state >= GeneratorState::kCompleted; }

}  // namespace

// ---- Life ----------------------------------------------------------------------------------------------------------

Generator* generator_from_frame(ThreadState* t, InterpreterFrame* frame) {
  Code* code = frame->code;
  size_t size = sizeof(Generator) + static_cast<size_t>(code->runtime->frame_words) * sizeof(Value);
  Generator* g = object_new_gc<Generator>(type_for(code), size);
  if (!g) return nullptr;
  g->code = share(code).release();
  g->weakreflist = nullptr;
  g->name = share(frame->func->name).release();
  g->qualname = share(frame->func->qualname).release();
  g->exc_state = {nullptr, nullptr};
  g->origin_or_finalizer = nullptr;
  g->hooks_inited = g->closed = g->running_async = 0;
  g->state = GeneratorState::kCreated;
  if ((code->flags & kCoCoroutine) && t->coroutine_origin_tracking_depth > 0) {
    Ref<Object> origin = coroutine_origin(frame->previous, t->coroutine_origin_tracking_depth);
    if (!origin) {
      g->state = GeneratorState::kCleared;
      decref(g);
      return nullptr;
    }
    g->origin_or_finalizer = origin.release();
  }
  InterpreterFrame* own = generator_frame(g);
  std::memcpy(static_cast<void*>(own), frame,
              offsetof(InterpreterFrame, localsplus) + static_cast<size_t>(frame->stacktop) * sizeof(Value));
  own->owner = FrameOwner::kGenerator;
  own->previous = nullptr;
  if (own->frame_object) own->frame_object->frame = own;
  gc_track(g);
  return g;
}

void generator_finish(ThreadState*, Generator* g) {
  g->state = GeneratorState::kCleared;
  clear_field(g->exc_state.value);
  frame_clear(generator_frame(g));
}

void generator_convert_stop(Generator* g) {
  const char* message = nullptr;
  if (error_matches(StopIteration)) {
    message = is_coroutine(as_object(g))         ? "coroutine raised StopIteration"
              : is_async_generator(as_object(g)) ? "async generator raised StopIteration"
                                                 : "generator raised StopIteration";
  } else if (is_async_generator(as_object(g)) && error_matches(StopAsyncIteration)) {
    message = "async generator raised StopAsyncIteration";
  }
  if (message) (void)raise_from_pending(RuntimeError, message);
}

int generator_traverse(Object* self, VisitProc visit, void* arg) {
  Generator* g = cast<Generator>(self);
  MINIPY_VISIT(g->code);
  MINIPY_VISIT(g->name);
  MINIPY_VISIT(g->qualname);
  MINIPY_VISIT(g->origin_or_finalizer);
  if (g->state < GeneratorState::kCleared) {
    if (int stop = frame_traverse(generator_frame(g), visit, arg)) return stop;
  }
  // Not while it runs: the exception is then the thread's too, but it is still owned here.
  MINIPY_VISIT(g->exc_state.value);
  return 0;
}

void generator_dealloc(Object* self) {
  Generator* g = cast<Generator>(self);
  gc_untrack(self);
  // A generator that waits for a generator that waits... is freed, and closed before, without deep recursion.
  TRASHCAN_GUARD(self, generator_dealloc);
  if (g->weakreflist) weakref_clear_all(self);
  if (!finished(g)) {
    gc_track(self);
    if (object_finalize_in_dealloc(self)) return;
    gc_untrack(self);
  }
  clear_field(g->origin_or_finalizer);
  if (g->state < GeneratorState::kCleared) {
    g->state = GeneratorState::kCleared;
    InterpreterFrame* frame = generator_frame(g);
    frame->previous = nullptr;
    frame_clear(frame);
  }
  clear_field(g->code);
  clear_field(g->name);
  clear_field(g->qualname);
  clear_field(g->exc_state.value);
  gc_free(self);
}

void generator_finalize(Object* self) {
  Generator* g = cast<Generator>(self);
  if (finished(g)) return;
  PreserveError keep;
  if (is_async_generator(self) && g->origin_or_finalizer && !g->closed) {
    // The event loop closes it.
    Ref<Object> finalizer = share(g->origin_or_finalizer);
    Ref<Object> called = call(finalizer.get(), self);
    if (!called) error_write_unraisable(self);
    return;
  }
  if ((g->code->flags & kCoCoroutine) && g->state == GeneratorState::kCreated) {
    coroutine_warn_never_awaited(self);
    return;
  }
  Ref<Object> closed = generator_close(g);
  if (!closed && error_pending()) error_write_unraisable(self);
}

// ---- Resuming ------------------------------------------------------------------------------------------------------

SendResult generator_resume(Generator* g, Object* value, Object** result, bool throwing, bool closing) {
  *result = nullptr;
  if (g->state == GeneratorState::kCreated && value && !is_none(value) && !throwing) {
    (void)raise(TypeError, "can't send non-None value to a just-started {}", kind_name(g));
    return SendResult::kError;
  }
  if (g->state == GeneratorState::kExecuting) {
    (void)raise(ValueError, "{} already executing", kind_name(g));
    return SendResult::kError;
  }
  if (finished(g)) {
    if (is_coroutine(as_object(g)) && !closing) {
      (void)raise(RuntimeError, "cannot reuse already awaited coroutine");
    } else if (value && !throwing) {
      *result = none_ref().release();
      return SendResult::kReturn;
    }
    return SendResult::kError;
  }
  ThreadState* t = current_thread();
  Ref<Object> alive = share(as_object(g));
  Object* sent = value ? value : py_none();
  incref(sent);
  InterpreterFrame* frame = generator_enter(t, g, sent, FrameReturn::kEntry, t->frame);
  if (throwing && g->exc_state.value && !is_none(g->exc_state.value)) {
    // Its context is what the generator, not its caller, is handling.
    ErrorState pending = error_fetch();
    (void)raise_object(cast<Type>(pending.type.get()), pending.value.get());
  }
  Object* r = vm_eval_frame(t, frame, throwing);
  if (r && g->state == GeneratorState::kSuspended) {
    *result = r;
    return SendResult::kNext;
  }
  generator_leave(t, g);
  if (!r) generator_convert_stop(g);
  generator_finish(t, g);
  *result = r;
  return r ? SendResult::kReturn : SendResult::kError;
}

namespace {

// As the methods show it: a return is StopIteration.
Ref<Object> resume_method(Generator* g, Object* value, bool throwing, bool closing) {
  Object* result;
  switch (generator_resume(g, value, &result, throwing, closing)) {
    case SendResult::kNext: return Ref<Object>::steal(result);
    case SendResult::kError: return nullptr;
    case SendResult::kReturn: break;
  }
  Ref<Object> returned = Ref<Object>::steal(result);
  if (is_async_generator(as_object(g))) return raise_none(StopAsyncIteration);
  if (is_none(returned.get())) return raise_none(StopIteration);
  return raise_stop_iteration(returned.get());
}

// Raises the pending exception inside.
Ref<Object> resume_throwing(Generator* g) { return resume_method(g, py_none(), true, false); }

}  // namespace

Ref<Object> generator_send(Generator* g, Object* value) { return resume_method(g, value, false, false); }

SendResult generator_am_send(Object* self, Object* value, Object** result) {
  return generator_resume(cast<Generator>(self), value, result, false, false);
}

Object* generator_iternext(Object* self) {
  Object* result;
  SendResult r = generator_resume(cast<Generator>(self), nullptr, &result, false, false);
  if (r == SendResult::kNext) return result;
  if (r == SendResult::kReturn) {
    if (!is_none(result)) (void)raise_stop_iteration(result);
    decref(result);
  }
  return nullptr;
}

Ref<Object> generator_yield_from(Generator* g) {
  if (g->state >= GeneratorState::kCleared || g->state == GeneratorState::kCreated) return nullptr;
  InterpreterFrame* frame = generator_frame(g);
  CodeUnit next = frame->prev_instr[1];
  if (kGeneralForm[next & 0xff] != OP_RESUME || (next >> 8) < kResumeAfterYieldFrom || frame->stacktop <= 0)
    return nullptr;
  return share(frame->localsplus[frame->stacktop - 1]);
}

Status fetch_stop_iteration_value(Ref<Object>& value) {
  value = nullptr;
  if (error_pending()) {
    if (!error_matches(StopIteration)) return Status::failed();
    ErrorState state = error_fetch();
    if (!state.value && state.type.get() == as_object(StopIteration)) {
      value = none_ref();
      return kOk;
    }
    if (state.value && !is_tuple(state.value.get()) && !is_exception_instance(state.value.get()) &&
        state.type.get() == as_object(StopIteration)) {
      value = std::move(state.value);
      return kOk;
    }
    error_normalize(state);
    if (!is_instance_of(state.value.get(), StopIteration)) {
      error_restore_state(std::move(state));
      return Status::failed();
    }
    value = share(cast<StopIterationObject>(state.value.get())->value);
  }
  if (!value) value = none_ref();
  return kOk;
}

// ---- throw and close ----------------------------------------------------------------------------------------------

namespace {

// While a delegate is called the generator counts as running.
class Executing {
 public:
  explicit Executing(Generator* g) : g_(g), state_(g->state) { g->state = GeneratorState::kExecuting; }
  ~Executing() { g_->state = state_; }
  Executing(const Executing&) = delete;

 private:
  Generator* g_;
  GeneratorState state_;
};

Status close_iterator(Object* iterator) {
  if (is_generator(iterator) || is_coroutine(iterator)) {
    TRY(generator_close(cast<Generator>(iterator)));
    return kOk;
  }
  Ref<Object> method;
  if (!object_find_attr(iterator, NAME("close"), method)) error_write_unraisable(iterator);
  if (method) TRY(call(method.get()));
  return kOk;
}

// Makes (type, value, traceback) of throw() the pending exception.
Status set_thrown(Object* type, Object* value, Object* traceback) {
  if (traceback && is_none(traceback)) traceback = nullptr;
  if (traceback && !is_exactly(traceback, &traceback_type)) {
    return raise(TypeError, "throw() third argument must be a traceback object");
  }
  ErrorState state{share(type), share(value), share(traceback)};
  if (is_exception_class(type)) {
    error_normalize(state);
  } else if (is_exception_instance(type)) {
    if (value && !is_none(value)) return raise(TypeError, "instance exception may not have a separate value");
    state.value = share(type);
    state.type = share(as_object(type_of(type)));
    if (!traceback) state.traceback = share(exception_traceback(type));
  } else {
    return raise(TypeError, "exceptions must be classes or instances deriving from BaseException, not {}",
                 type_name(type));
  }
  if (state.traceback && state.value) exception_set_traceback(state.value.get(), state.traceback.get());
  error_restore_state(std::move(state));
  return kOk;
}

// The delegate has finished by an exception: leaves the SEND loop.
Ref<Object> leave_delegation(Generator* g) {
  InterpreterFrame* frame = generator_frame(g);
  Value delegate = frame->localsplus[--frame->stacktop];
  decref(delegate);
  frame->prev_instr--;  // from YIELD_VALUE to SEND, and to its target
  frame->prev_instr += *frame->prev_instr >> 8;
  Ref<Object> value;
  if (fetch_stop_iteration_value(value)) return generator_send(g, value.get());
  return resume_throwing(g);
}

}  // namespace

Ref<Object> generator_throw_closing(Generator* g, bool close_on_exit, Object* type, Object* value, Object* traceback) {
  Ref<Object> delegate = generator_yield_from(g);
  if (!delegate) {
    if (!set_thrown(type, value, traceback)) return nullptr;
    return resume_throwing(g);
  }
  Ref<Object> result;
  if (close_on_exit && exception_given_matches(type, as_object(GeneratorExit))) {
    bool closed;
    {
      Executing executing(g);
      closed = static_cast<bool>(close_iterator(delegate.get()));
    }
    delegate.reset();
    if (!closed) return resume_throwing(g);
    if (!set_thrown(type, value, traceback)) return nullptr;
    return resume_throwing(g);
  }
  if (is_generator(delegate.get()) || is_coroutine(delegate.get())) {
    // The eval loop is skipped: tracebacks must show this frame all the same.
    ThreadState* t = current_thread();
    InterpreterFrame *frame = generator_frame(g), *previous = t->frame;
    frame->previous = previous;
    t->frame = frame;
    {
      Executing executing(g);
      result = generator_throw_closing(cast<Generator>(delegate.get()), close_on_exit, type, value, traceback);
    }
    t->frame = previous;
    frame->previous = nullptr;
  } else {
    Ref<Object> method;
    if (!object_find_attr(delegate.get(), NAME("throw"), method)) return nullptr;
    if (!method) {
      delegate.reset();
      if (!set_thrown(type, value, traceback)) return nullptr;
      return resume_throwing(g);
    }
    Executing executing(g);
    Object* args[] = {nullptr, type, value, traceback};
    size_t count = !value ? 1 : !traceback ? 2 : 3;
    result = call_vector(method.get(), args + 1, count | kVectorcallArgumentsOffset);
  }
  delegate.reset();
  return result ? result : leave_delegation(g);
}

Ref<Object> generator_throw(Generator* g, Object* type, Object* value, Object* traceback) {
  return generator_throw_closing(g, true, type, value, traceback);
}

Ref<Object> generator_close(Generator* g) {
  bool closed = true;
  if (Ref<Object> delegate = generator_yield_from(g)) {
    Executing executing(g);
    closed = static_cast<bool>(close_iterator(delegate.get()));
  }
  if (closed) (void)raise_none(GeneratorExit);
  Ref<Object> yielded = resume_method(g, py_none(), true, true);
  if (yielded) {
    yielded.reset();
    return raise(RuntimeError, "{} ignored GeneratorExit", kind_name(g));
  }
  if (error_matches(StopIteration) || error_matches(GeneratorExit)) {
    error_clear();
    return none_ref();
  }
  return nullptr;
}

Ref<Object> generator_throw_method(Generator* g, VarArgs args) {
  if (args.size < 1) return raise(TypeError, "throw expected at least 1 argument, got 0");
  if (args.size > 3) return raise(TypeError, "throw expected at most 3 arguments, got {}", args.size);
  return generator_throw(g, args[0], args.size > 1 ? args[1] : nullptr, args.size > 2 ? args[2] : nullptr);
}

// ---- Attributes ----------------------------------------------------------------------------------------------------

Ref<Str> generator_repr(Generator* g) {
  const char* what = is_coroutine(as_object(g))         ? "coroutine"
                     : is_async_generator(as_object(g)) ? "async_generator"
                                                        : "generator";
  return format_message("<{} object {} at 0x{:x}>", what, g->qualname, reinterpret_cast<uintptr_t>(g));
}
Ref<Object> generator_get_name(Generator* g) { return share(as_object(g->name)); }
Status generator_set_name(Generator* g, Object* value) {
  if (!value || !is_str(value)) return raise(TypeError, "__name__ must be set to a string object");
  replace_field(g->name, share(cast<Str>(value)));
  return kOk;
}
Ref<Object> generator_get_qualname(Generator* g) { return share(as_object(g->qualname)); }
Status generator_set_qualname(Generator* g, Object* value) {
  if (!value || !is_str(value)) return raise(TypeError, "__qualname__ must be set to a string object");
  replace_field(g->qualname, share(cast<Str>(value)));
  return kOk;
}
Ref<Object> generator_get_yield_from(Generator* g) {
  Ref<Object> delegate = generator_yield_from(g);
  return delegate ? delegate : none_ref();
}
Ref<Object> generator_get_running(Generator* g) { return bool_ref(g->state == GeneratorState::kExecuting); }
Ref<Object> generator_get_suspended(Generator* g) { return bool_ref(g->state == GeneratorState::kSuspended); }
Ref<Object> generator_get_frame(Generator* g) {
  if (g->state == GeneratorState::kCleared) return none_ref();
  FrameObject* fo = frame_get_object(generator_frame(g));
  return fo ? share(as_object(fo)) : nullptr;
}
Ref<Object> generator_get_code(Generator* g) { return share(as_object(g->code)); }
Ref<Object> generator_sizeof(Generator* g) {
  size_t words = kFrameHeaderWords + static_cast<size_t>(g->code->nlocalsplus + g->code->stacksize);
  return int_from_size(sizeof(Generator) + words * sizeof(Value));
}
Ref<Object> iterator_itself(Object* self) { return share(self); }
Ref<Object> generator_close_method(Generator* g) { return generator_close(g); }
Ref<Object> generator_send_method(Generator* g, Object* value) { return generator_send(g, value); }

namespace {

constinit GetSetDef generator_getset[] = {
    {"__name__", getter<generator_get_name>, setter<generator_set_name>, "name of the generator", nullptr},
    {"__qualname__", getter<generator_get_qualname>, setter<generator_set_qualname>, "qualified name of the generator",
     nullptr},
    {"gi_yieldfrom", getter<generator_get_yield_from>, nullptr, "what yield from delegates to, or None", nullptr},
    {"gi_running", getter<generator_get_running>, nullptr, nullptr, nullptr},
    {"gi_frame", getter<generator_get_frame>, nullptr, nullptr, nullptr},
    {"gi_suspended", getter<generator_get_suspended>, nullptr, nullptr, nullptr},
    {"gi_code", getter<generator_get_code>, nullptr, nullptr, nullptr},
    {},
};
constinit MethodDef generator_methods[] = {
    PLAIN_METHOD(generator_send_method, "send(self, arg, /)", "Sends a value in; returns the next yielded value."),
    PLAIN_METHOD(generator_throw_method, "throw(self, /, *args)", "Raises an exception in the generator."),
    PLAIN_METHOD(generator_close_method, "close(self, /)", "Raises GeneratorExit in the generator."),
    PLAIN_METHOD(generator_sizeof, "__sizeof__(self, /)", "Size in memory, in bytes."),
    {},
};
constinit AsyncMethods generator_async = {.send = generator_am_send};

}  // namespace

constinit Type generator_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "generator",
    .basicsize = sizeof(Generator) + offsetof(InterpreterFrame, localsplus),
    .itemsize = sizeof(Value),
    .dealloc = generator_dealloc,
    .as_async = &generator_async,
    .repr = slot<generator_repr>,
    .getattro = slot<object_generic_get_attr>,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = generator_traverse,
    .weaklistoffset = offsetof(Generator, weakreflist),
    .iter = slot<iterator_itself>,
    .iternext = generator_iternext,
    .methods = generator_methods,
    .getset = generator_getset,
    .finalize = generator_finalize,
};

Status generator_types_ready() {
  for (Type* t :
       {&generator_type, &coroutine_type, &coroutine_wrapper_type, &async_generator_type, &async_generator_asend_type,
        &async_generator_athrow_type, &async_generator_wrapped_value_type, &frame_type, &traceback_type}) {
    TRY(type_ready(t));
  }
  return kOk;
}

}  // namespace minipy
