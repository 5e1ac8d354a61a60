// What anext(iterator, default) returns: awaits the next value; the end of the iteration gives the default.
#include "gc/collector.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/frame_objects.h"
#include "runtime/names.h"
#include "runtime/slot.h"

namespace minipy {

namespace {

struct AnextAwaitable {
  Object base;
  Object* awaitable;
  Object* fallback;
};

// The iterator that drives the awaitable.
Ref<Object> driving_iterator(AnextAwaitable* a) {
  Ref<Object> iterator = TRY(get_awaitable_iter(a->awaitable));
  if (is_iterator(iterator.get())) return iterator;
  // Of what get_awaitable_iter returns, only coroutines are not iterators.
  Ref<Object> wrapper = TRY(Ref<Object>::steal(type_of(iterator.get())->as_async->await(iterator.get())));
  if (!is_iterator(wrapper.get())) return raise(TypeError, "__await__ must return an iterator");
  return wrapper;
}

Ref<Object> or_fallback(AnextAwaitable* a, Ref<Object> result) {
  if (!result && error_clear_if(StopAsyncIteration)) return raise_stop_iteration(a->fallback);
  return result;
}

Ref<Object> awaitable_self(Object* self) { return share(self); }
Ref<Object> awaitable_next(AnextAwaitable* a) {
  Ref<Object> iterator = TRY(driving_iterator(a));
  return or_fallback(a, Ref<Object>::steal(type_of(iterator.get())->iternext(iterator.get())));
}
Ref<Object> awaitable_send(AnextAwaitable* a, Object* value) {
  Ref<Object> iterator = TRY(driving_iterator(a));
  return or_fallback(a, call_method(iterator.get(), NAME("send"), value));
}
Ref<Object> awaitable_throw(AnextAwaitable* a, VarArgs args) {
  Ref<Object> iterator = TRY(driving_iterator(a));
  Ref<Object> method = TRY(object_get_attr(iterator.get(), NAME("throw")));
  return or_fallback(a, call_vector(method.get(), args.items, static_cast<size_t>(args.size)));
}
Ref<Object> awaitable_close(AnextAwaitable* a) {
  Ref<Object> iterator = TRY(driving_iterator(a));
  return or_fallback(a, call_method(iterator.get(), NAME("close")));
}

int awaitable_traverse(Object* self, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<AnextAwaitable>(self)->awaitable);
  MINIPY_VISIT(cast<AnextAwaitable>(self)->fallback);
  return 0;
}
void awaitable_dealloc(Object* self) {
  gc_untrack(self);
  clear_field(cast<AnextAwaitable>(self)->awaitable);
  clear_field(cast<AnextAwaitable>(self)->fallback);
  gc_free(self);
}

constinit MethodDef awaitable_methods[] = {
    PLAIN_METHOD(awaitable_send, "send(self, arg, /)", ""),
    PLAIN_METHOD(awaitable_throw, "throw(self, /, *args)", ""),
    PLAIN_METHOD(awaitable_close, "close(self, /)", ""),
    {},
};
constinit AsyncMethods awaitable_async = {.await = slot<awaitable_self>};

}  // namespace

Ref<Object> anext_awaitable_new(Object* awaitable, Object* fallback) {
  AnextAwaitable* a = object_new_gc<AnextAwaitable>(&anext_awaitable_type);
  if (!a) return nullptr;
  a->awaitable = share(awaitable).release();
  a->fallback = share(fallback).release();
  gc_track(a);
  return Ref<Object>::steal(as_object(a));
}

constinit Type anext_awaitable_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "anext_awaitable",
    .basicsize = sizeof(AnextAwaitable),
    .dealloc = awaitable_dealloc,
    .as_async = &awaitable_async,
    .getattro = slot<object_generic_get_attr>,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = awaitable_traverse,
    .iter = slot<awaitable_self>,
    .iternext = slot<awaitable_next>,
    .methods = awaitable_methods,
};

}  // namespace minipy
