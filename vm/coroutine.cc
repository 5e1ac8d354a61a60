// Coroutines (PEP 492), their __await__ iterators, and the instructions of await.
#include "gc/collector.h"
#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/slot.h"
#include "runtime/str.h"
#include "vm/generator_internal.h"

namespace minipy {

Ref<Object> coroutine_origin(InterpreterFrame* frame, int depth) {
  frame = frame_visible(frame);
  int count = 0;
  for (InterpreterFrame* f = frame; f && count < depth; f = frame_visible(f->previous)) count++;
  Ref<Tuple> origin = TRY(tuple_new(count));
  for (int i = 0; i < count; i++, frame = frame_visible(frame->previous)) {
    Ref<Int> line = TRY(int_from(frame_line(frame)));
    Ref<Tuple> entry = TRY(tuple_pack(frame->code->filename, line.get(), frame->code->name));
    origin->items[i] = as_object(entry.release());
  }
  return origin;
}

void coroutine_warn_never_awaited(Object* coroutine) {
  Interpreter* interp = current_interpreter();
  Ref<Object> module = share(interp->modules ? dict_get_ascii(interp->modules, "warnings") : nullptr);
  if (!module && interp->import_func && !interp->finalizing) {
    Ref<Str> name = str_from_ascii("warnings");
    if (name) module = call(interp->import_func, name.get());
    error_clear();
  }
  Ref<Object> function;
  if (module && !object_find_attr_ascii(module.get(), "_warn_unawaited_coroutine", function)) error_clear();
  bool warned = false;
  if (function) {
    Ref<Object> called = call(function.get(), coroutine);
    warned = called || error_matches(RuntimeWarning);
  }
  if (error_pending()) error_write_unraisable(coroutine);
  if (!warned && !warn(RuntimeWarning, 1, "coroutine '{}' was never awaited", cast<Generator>(coroutine)->qualname)) {
    error_write_unraisable(coroutine);
  }
}

// ---- await --------------------------------------------------------------------------------------------------------

Ref<Object> get_awaitable_iter(Object* p) {
  if (is_coroutine(p) || is_generator_coroutine(p)) return share(p);
  Type* type = type_of(p);
  UnaryFunc await = type->as_async ? type->as_async->await : nullptr;
  if (!await) return raise(TypeError, "object {:.100} can't be used in 'await' expression", type_name(p));
  Ref<Object> iterator = TRY(Ref<Object>::steal(await(p)));
  if (is_coroutine(iterator.get()) || is_generator_coroutine(iterator.get())) {
    return raise(TypeError, "__await__() returned a coroutine");
  }
  if (!is_iterator(iterator.get())) {
    return raise(TypeError, "__await__() returned non-iterator of type '{:.100}'", type_name(iterator.get()));
  }
  return iterator;
}

Ref<Object> get_awaitable(Object* p, unsigned context) {
  Ref<Object> iterator = get_awaitable_iter(p);
  if (!iterator) {
    Type* type = type_of(p);
    if (context && (!type->as_async || !type->as_async->await)) {
      return raise(TypeError, "'async with' received an object from {} that does not implement __await__: {:.100}",
                   context == 1 ? "__aenter__" : "__aexit__", type->name);
    }
    return nullptr;
  }
  if (is_coroutine(iterator.get()) && generator_yield_from(cast<Generator>(iterator.get()))) {
    return raise(RuntimeError, "coroutine is being awaited already");
  }
  return iterator;
}

Ref<Object> get_async_iterator(Object* p) {
  Type* type = type_of(p);
  UnaryFunc aiter = type->as_async ? type->as_async->aiter : nullptr;
  if (!aiter) {
    return raise(TypeError, "'async for' requires an object with __aiter__ method, got {:.100}", type_name(p));
  }
  Ref<Object> iterator = TRY(Ref<Object>::steal(aiter(p)));
  Type* made = type_of(iterator.get());
  if (!made->as_async || !made->as_async->anext) {
    return raise(TypeError, "'async for' received an object from __aiter__ that does not implement __anext__: {:.100}",
                 made->name);
  }
  return iterator;
}

Ref<Object> get_async_next(Object* iterator) {
  Type* type = type_of(iterator);
  if (type == &async_generator_type) return Ref<Object>::steal(type->as_async->anext(iterator));
  UnaryFunc anext = type->as_async ? type->as_async->anext : nullptr;
  if (!anext) {
    return raise(TypeError, "'async for' requires an iterator with __anext__ method, got {:.100}", type->name);
  }
  Ref<Object> next = TRY(Ref<Object>::steal(anext(iterator)));
  Ref<Object> awaitable = get_awaitable_iter(next.get());
  if (!awaitable) {
    Ref<Str> message =
        format_message("'async for' received an invalid object from __anext__: {:.100}", type_name(next.get()));
    if (message) return raise_from_pending(TypeError, str_utf8(message.get()));
  }
  return awaitable;
}

// ---- The types ----------------------------------------------------------------------------------------------------

namespace {

struct CoroutineWrapper {
  Object base;
  Generator* coroutine;
};

Ref<Object> coroutine_await(Object* self) {
  CoroutineWrapper* w = object_new_gc<CoroutineWrapper>(&coroutine_wrapper_type);
  if (!w) return nullptr;
  w->coroutine = share(cast<Generator>(self)).release();
  gc_track(w);
  return Ref<Object>::steal(as_object(w));
}
Ref<Object> coroutine_get_origin(Generator* g) {
  return g->origin_or_finalizer ? share(g->origin_or_finalizer) : none_ref();
}

constinit GetSetDef coroutine_getset[] = {
    {"__name__", getter<generator_get_name>, setter<generator_set_name>, "name of the coroutine", nullptr},
    {"__qualname__", getter<generator_get_qualname>, setter<generator_set_qualname>, "qualified name of the coroutine",
     nullptr},
    {"cr_await", getter<generator_get_yield_from>, nullptr, "what the coroutine awaits, or None", nullptr},
    {"cr_running", getter<generator_get_running>, nullptr, nullptr, nullptr},
    {"cr_frame", getter<generator_get_frame>, nullptr, nullptr, nullptr},
    {"cr_code", getter<generator_get_code>, nullptr, nullptr, nullptr},
    {"cr_origin", getter<coroutine_get_origin>, nullptr, nullptr, nullptr},
    {"cr_suspended", getter<generator_get_suspended>, nullptr, nullptr, nullptr},
    {},
};
constinit MethodDef coroutine_methods[] = {
    PLAIN_METHOD(generator_send_method, "send(self, arg, /)",
                 "Sends a value into coroutine; returns what it waits for next."),
    PLAIN_METHOD(generator_throw_method, "throw(self, /, *args)", "Raises an exception in the coroutine."),
    PLAIN_METHOD(generator_close_method, "close(self, /)", "Raises GeneratorExit in the coroutine."),
    PLAIN_METHOD(generator_sizeof, "__sizeof__(self, /)", "Size in memory, in bytes."),
    {},
};
constinit AsyncMethods coroutine_async = {.await = slot<coroutine_await>, .send = generator_am_send};

// ---- coroutine_wrapper --------------------------------------------------------------------------------------------

int wrapper_traverse(Object* self, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<CoroutineWrapper>(self)->coroutine);
  return 0;
}
void wrapper_dealloc(Object* self) {
  gc_untrack(self);
  clear_field(cast<CoroutineWrapper>(self)->coroutine);
  gc_free(self);
}
Ref<Object> wrapper_next(CoroutineWrapper* w) { return generator_send(w->coroutine, py_none()); }
Ref<Object> wrapper_send(CoroutineWrapper* w, Object* value) { return generator_send(w->coroutine, value); }
Ref<Object> wrapper_throw(CoroutineWrapper* w, VarArgs args) { return generator_throw_method(w->coroutine, args); }
Ref<Object> wrapper_close(CoroutineWrapper* w) { return generator_close(w->coroutine); }

constinit MethodDef wrapper_methods[] = {
    PLAIN_METHOD(wrapper_send, "send(self, arg, /)", "Sends a value into the coroutine."),
    PLAIN_METHOD(wrapper_throw, "throw(self, /, *args)", "Raises an exception in the coroutine."),
    PLAIN_METHOD(wrapper_close, "close(self, /)", "Raises GeneratorExit in the coroutine."),
    {},
};

}  // namespace

constinit Type coroutine_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "coroutine",
    .basicsize = sizeof(Generator) + offsetof(InterpreterFrame, localsplus),
    .itemsize = sizeof(Value),
    .dealloc = generator_dealloc,
    .as_async = &coroutine_async,
    .repr = slot<generator_repr>,
    .getattro = slot<object_generic_get_attr>,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = generator_traverse,
    .weaklistoffset = offsetof(Generator, weakreflist),
    .methods = coroutine_methods,
    .getset = coroutine_getset,
    .finalize = generator_finalize,
};

constinit Type coroutine_wrapper_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "coroutine_wrapper",
    .basicsize = sizeof(CoroutineWrapper),
    .dealloc = wrapper_dealloc,
    .getattro = slot<object_generic_get_attr>,
    .flags = kTypeDefault | kTypeHaveGc,
    .doc = "What the __await__ of a coroutine returns: an iterator over what it waits for.",
    .traverse = wrapper_traverse,
    .iter = slot<iterator_itself>,
    .iternext = slot<wrapper_next>,
    .methods = wrapper_methods,
};

}  // namespace minipy
