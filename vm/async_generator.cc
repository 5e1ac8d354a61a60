// Asynchronous generators (PEP 525) and the awaitables that their methods return.
#include "gc/collector.h"
#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/bind_varargs.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/free_list.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/slot.h"
#include "vm/generator_internal.h"

namespace minipy {

namespace {

// A value that `yield` gave, as opposed to one that `await` passes through.
struct WrappedValue {
  Object base;
  Object* value;
};

enum class AwaitState : int { kInit, kIterating, kClosed };
struct Asend {
  Object base;
  Generator* generator;
  Object* value;  // null: __anext__
  AwaitState state;
};
struct Athrow {
  Object base;
  Generator* generator;
  Object* args;  // tuple; null: aclose
  AwaitState state;
};

using FreeObjects = FreeList<80, sizeof(Object), gc_free>;
constinit FreeObjects free_wrapped{"async_generator_wrapped_value"}, free_asend{"async_generator_asend"};

template <class T>
T* take_or_new(FreeObjects& list, Type* type) {
  if (Object* p = static_cast<Object*>(list.take())) {
    object_init(p, type);
    return cast<T>(p);
  }
  free_list_register(list);
  return object_new_gc<T>(type);
}
void give_back(FreeObjects& list, Object* p) {
  if (!list.give(p)) gc_free(p);
}

bool is_wrapped(Object* p) { return p && is_exactly(p, &async_generator_wrapped_value_type); }

bool is_end_pending() { return error_pending() && (error_matches(StopAsyncIteration) || error_matches(GeneratorExit)); }

// What a step of the generator means to who awaits it.
Ref<Object> unwrap(Generator* g, Ref<Object> result) {
  if (!result) {
    if (!error_pending()) (void)raise_none(StopAsyncIteration);
    if (is_end_pending()) g->closed = 1;
    g->running_async = 0;
    return nullptr;
  }
  if (!is_wrapped(result.get())) return result;
  (void)raise_stop_iteration(cast<WrappedValue>(result.get())->value);
  g->running_async = 0;
  return nullptr;
}

// The first use of the generator: sys.set_asyncgen_hooks.
Status init_hooks(Generator* g) {
  if (g->hooks_inited) return kOk;
  g->hooks_inited = 1;
  ThreadState* t = current_thread();
  if (t->async_gen_finalizer) g->origin_or_finalizer = share(t->async_gen_finalizer).release();
  if (Ref<Object> first = share(t->async_gen_firstiter)) TRY(call(first.get(), g));
  return kOk;
}

Ref<Object> asend_new(Generator* g, Object* value) {
  TRY(init_hooks(g));
  Asend* a = take_or_new<Asend>(free_asend, &async_generator_asend_type);
  if (!a) return nullptr;
  a->generator = share(g).release();
  a->value = share(value).release();
  a->state = AwaitState::kInit;
  gc_track(a);
  return Ref<Object>::steal(as_object(a));
}
Ref<Object> athrow_new(Generator* g, Object* args) {
  TRY(init_hooks(g));
  Athrow* a = object_new_gc<Athrow>(&async_generator_athrow_type);
  if (!a) return nullptr;
  a->generator = share(g).release();
  a->args = share(args).release();
  a->state = AwaitState::kInit;
  gc_track(a);
  return Ref<Object>::steal(as_object(a));
}

// ---- async_generator ----------------------------------------------------------------------------------------------

Ref<Object> agen_aiter(Object* self) { return share(self); }
Ref<Object> agen_anext(Generator* g) { return asend_new(g, nullptr); }
Ref<Object> agen_asend(Generator* g, Object* value) { return asend_new(g, value); }
Ref<Object> agen_aclose(Generator* g) { return athrow_new(g, nullptr); }
Object* agen_athrow(Object* self, Object* args) { return athrow_new(cast<Generator>(self), args).release(); }
Ref<Object> agen_get_running(Generator* g) { return bool_ref(g->running_async); }
Ref<Object> agen_class_getitem(Object* cls, Object* item) { return generic_alias_new(cls, item); }

constinit GetSetDef agen_getset[] = {
    {"__name__", getter<generator_get_name>, setter<generator_set_name>, "name of the async generator", nullptr},
    {"__qualname__", getter<generator_get_qualname>, setter<generator_set_qualname>,
     "qualified name of the async generator", nullptr},
    {"ag_await", getter<generator_get_yield_from>, nullptr, "what the generator awaits, or None", nullptr},
    {"ag_frame", getter<generator_get_frame>, nullptr, nullptr, nullptr},
    {"ag_running", getter<agen_get_running>, nullptr, nullptr, nullptr},
    {"ag_code", getter<generator_get_code>, nullptr, nullptr, nullptr},
    {"ag_suspended", getter<generator_get_suspended>, nullptr, nullptr, nullptr},
    {},
};
constinit MethodDef agen_methods[] = {
    PLAIN_METHOD(agen_asend, "asend(self, value, /)", "An awaitable that sends a value in."),
    {"athrow", MethodPointer(VarArgsMethod(agen_athrow)), kMethVarArgs,
     "An awaitable that raises an exception in the generator."},
    PLAIN_METHOD(agen_aclose, "aclose(self, /)", "An awaitable that raises GeneratorExit in the generator."),
    PLAIN_METHOD(generator_sizeof, "__sizeof__(self, /)", "Size in memory, in bytes."),
    PLAIN_CLASS_METHOD(agen_class_getitem, "__class_getitem__(type, item, /)", "See PEP 585"),
    {},
};
constinit AsyncMethods agen_async = {.aiter = slot<agen_aiter>, .anext = slot<agen_anext>, .send = generator_am_send};

// ---- asend() and __anext__() --------------------------------------------------------------------------------------

constexpr const char* kAsendReused = "cannot reuse already awaited __anext__()/asend()";

Ref<Object> asend_send(Asend* a, Object* value) {
  if (a->state == AwaitState::kClosed) return raise(RuntimeError, "{}", kAsendReused);
  if (a->state == AwaitState::kInit) {
    if (a->generator->running_async) {
      return raise(RuntimeError, "anext(): asynchronous generator is already running");
    }
    if (!value || is_none(value)) value = a->value;
    a->state = AwaitState::kIterating;
  }
  a->generator->running_async = 1;
  Ref<Object> result = unwrap(a->generator, generator_send(a->generator, value ? value : py_none()));
  if (!result) a->state = AwaitState::kClosed;
  return result;
}
Ref<Object> asend_next(Asend* a) { return asend_send(a, nullptr); }
Ref<Object> asend_throw(Asend* a, VarArgs args) {
  if (a->state == AwaitState::kClosed) return raise(RuntimeError, "{}", kAsendReused);
  Ref<Object> result = unwrap(a->generator, generator_throw_method(a->generator, args));
  if (!result) a->state = AwaitState::kClosed;
  return result;
}
Ref<Object> asend_close(Asend* a) {
  a->state = AwaitState::kClosed;
  return none_ref();
}
int asend_traverse(Object* self, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<Asend>(self)->generator);
  MINIPY_VISIT(cast<Asend>(self)->value);
  return 0;
}
void asend_dealloc(Object* self) {
  gc_untrack(self);
  clear_field(cast<Asend>(self)->generator);
  clear_field(cast<Asend>(self)->value);
  give_back(free_asend, self);
}
constinit MethodDef asend_methods[] = {
    PLAIN_METHOD(asend_send, "send(self, arg, /)", ""),
    PLAIN_METHOD(asend_throw, "throw(self, /, *args)", ""),
    PLAIN_METHOD(asend_close, "close(self, /)", ""),
    {},
};
constinit AsyncMethods asend_async = {.await = slot<iterator_itself>};

// ---- athrow() and aclose() ----------------------------------------------------------------------------------------

constexpr const char* kAthrowReused = "cannot reuse already awaited aclose()/athrow()";

Ref<Object> athrow_ignored_exit(Athrow* a) {
  a->generator->running_async = 0;
  a->state = AwaitState::kClosed;
  return raise(RuntimeError, "async generator ignored GeneratorExit");
}
// The generator has raised: for aclose() its end is success.
Ref<Object> athrow_failed(Athrow* a) {
  a->generator->running_async = 0;
  a->state = AwaitState::kClosed;
  if (!a->args && is_end_pending()) {
    error_clear();
    return raise_none(StopIteration);
  }
  return nullptr;
}

Ref<Object> athrow_start(Athrow* a, Object* value) {
  Generator* g = a->generator;
  if (g->running_async) {
    a->state = AwaitState::kClosed;
    return raise(RuntimeError, "{}(): asynchronous generator is already running", a->args ? "athrow" : "aclose");
  }
  if (g->closed) {
    a->state = AwaitState::kClosed;
    return raise_none(StopAsyncIteration);
  }
  if (!is_none(value)) return raise(RuntimeError, "can't send non-None value to a just-started coroutine");
  a->state = AwaitState::kIterating;
  g->running_async = 1;
  Ref<Object> result;
  if (!a->args) {
    g->closed = 1;
    result = generator_throw_closing(g, false, as_object(GeneratorExit), nullptr, nullptr);
    if (is_wrapped(result.get())) return athrow_ignored_exit(a);
  } else {
    Tuple* args = cast<Tuple>(a->args);
    ssize n = tuple_size(args);
    if (n < 1) return raise(TypeError, "athrow expected at least 1 argument, got 0");
    if (n > 3) return raise(TypeError, "athrow expected at most 3 arguments, got {}", n);
    result = unwrap(g, generator_throw_closing(g, false, args->items[0], n > 1 ? args->items[1] : nullptr,
                                               n > 2 ? args->items[2] : nullptr));
  }
  return result ? result : athrow_failed(a);
}

Ref<Object> athrow_send(Athrow* a, Object* value) {
  if (a->state == AwaitState::kClosed) return raise(RuntimeError, "{}", kAthrowReused);
  if (a->generator->state >= GeneratorState::kCompleted) {
    a->state = AwaitState::kClosed;
    return raise_none(StopIteration);
  }
  if (a->state == AwaitState::kInit) return athrow_start(a, value);
  Ref<Object> result = generator_send(a->generator, value);
  if (a->args) return unwrap(a->generator, std::move(result));
  if (!result) return athrow_failed(a);
  if (is_wrapped(result.get())) return athrow_ignored_exit(a);
  return result;
}
Ref<Object> athrow_next(Athrow* a) { return athrow_send(a, py_none()); }
Ref<Object> athrow_throw(Athrow* a, VarArgs args) {
  if (a->state == AwaitState::kClosed) return raise(RuntimeError, "{}", kAthrowReused);
  Ref<Object> result = generator_throw_method(a->generator, args);
  if (a->args) return unwrap(a->generator, std::move(result));
  if (is_wrapped(result.get())) return athrow_ignored_exit(a);
  if (is_end_pending()) {
    error_clear();
    return raise_none(StopIteration);
  }
  return result;
}
Ref<Object> athrow_close(Athrow* a) {
  a->state = AwaitState::kClosed;
  return none_ref();
}
int athrow_traverse(Object* self, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<Athrow>(self)->generator);
  MINIPY_VISIT(cast<Athrow>(self)->args);
  return 0;
}
void athrow_dealloc(Object* self) {
  gc_untrack(self);
  clear_field(cast<Athrow>(self)->generator);
  clear_field(cast<Athrow>(self)->args);
  gc_free(self);
}
constinit MethodDef athrow_methods[] = {
    PLAIN_METHOD(athrow_send, "send(self, arg, /)", ""),
    PLAIN_METHOD(athrow_throw, "throw(self, /, *args)", ""),
    PLAIN_METHOD(athrow_close, "close(self, /)", ""),
    {},
};
constinit AsyncMethods athrow_async = {.await = slot<iterator_itself>};

// ---- wrapped values -----------------------------------------------------------------------------------------------

int wrapped_traverse(Object* self, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<WrappedValue>(self)->value);
  return 0;
}
void wrapped_dealloc(Object* self) {
  gc_untrack(self);
  clear_field(cast<WrappedValue>(self)->value);
  give_back(free_wrapped, self);
}

}  // namespace

Ref<Object> async_generator_wrap_value(Object* value) {
  WrappedValue* w = take_or_new<WrappedValue>(free_wrapped, &async_generator_wrapped_value_type);
  if (!w) return nullptr;
  w->value = share(value).release();
  gc_track(w);
  return Ref<Object>::steal(as_object(w));
}

constinit Type async_generator_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "async_generator",
    .basicsize = sizeof(Generator) + offsetof(InterpreterFrame, localsplus),
    .itemsize = sizeof(Value),
    .dealloc = generator_dealloc,
    .as_async = &agen_async,
    .repr = slot<generator_repr>,
    .getattro = slot<object_generic_get_attr>,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = generator_traverse,
    .weaklistoffset = offsetof(Generator, weakreflist),
    .methods = agen_methods,
    .getset = agen_getset,
    .finalize = generator_finalize,
};
constinit Type async_generator_asend_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "async_generator_asend",
    .basicsize = sizeof(Asend),
    .dealloc = asend_dealloc,
    .as_async = &asend_async,
    .getattro = slot<object_generic_get_attr>,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = asend_traverse,
    .iter = slot<iterator_itself>,
    .iternext = slot<asend_next>,
    .methods = asend_methods,
};
constinit Type async_generator_athrow_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "async_generator_athrow",
    .basicsize = sizeof(Athrow),
    .dealloc = athrow_dealloc,
    .as_async = &athrow_async,
    .getattro = slot<object_generic_get_attr>,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = athrow_traverse,
    .iter = slot<iterator_itself>,
    .iternext = slot<athrow_next>,
    .methods = athrow_methods,
};
constinit Type async_generator_wrapped_value_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "async_generator_wrapped_value",
    .basicsize = sizeof(WrappedValue),
    .dealloc = wrapped_dealloc,
    .getattro = slot<object_generic_get_attr>,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = wrapped_traverse,
};

}  // namespace minipy
