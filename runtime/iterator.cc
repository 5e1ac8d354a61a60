// The iteration protocol, and the iterators that iter() makes: over a sequence's items, and over a callable's results.
#include <climits>

#include "gc/collector.h"
#include "runtime/bind.h"
#include "runtime/container_support.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/native_stack.h"

namespace minipy {

Object* iter_self(Object* p) {
  incref(p);
  return p;
}

Object* iternext_not_implemented(Object* p) {
  return raise(TypeError, "'{:.200}' object is not iterable", type_name(p));
}

bool is_iterator(const Object* p) {
  IterNextFunc next = type_of(p)->iternext;
  return next && next != iternext_not_implemented;
}

Ref<Object> get_iter(Object* p) {
  GetIterFunc iter = type_of(p)->iter;
  if (!iter) {
    if (is_sequence(p)) return sequence_iterator_new(p);
    return raise(TypeError, "'{:.200}' object is not iterable", type_name(p));
  }
  Ref<Object> result = TRY(steal(iter(p)));
  if (!is_iterator(result.get())) [[unlikely]] {
    return raise(TypeError, "iter() returned non-iterator of type '{:.100}'", type_name(result.get()));
  }
  return result;
}

Ref<Object> get_async_iter(Object* p) {
  AsyncMethods* methods = type_of(p)->as_async;
  if (!methods || !methods->aiter) {
    return raise(TypeError, "'{:.200}' object is not an async iterable", type_name(p));
  }
  Ref<Object> result = TRY(steal(methods->aiter(p)));
  AsyncMethods* of_result = type_of(result.get())->as_async;
  if (!of_result || !of_result->anext) {
    return raise(TypeError, "aiter() returned not an async iterator of type '{:.100}'", type_name(result.get()));
  }
  return result;
}

Ref<Object> iter_next(Object* iterator) {
  if (!native_stack_left()) return nullptr;
  Object* result = type_of(iterator)->iternext(iterator);
  if (!result && error_pending()) [[unlikely]]
    (void)error_clear_if(StopIteration);
  return steal(result);
}

namespace {

// ---- Over a sequence -----------------------------------------------------------------------------------------------

struct SequenceIterator {
  Object base;
  ssize index;
  Object* sequence;  // null: exhausted
};

void sequence_iterator_dealloc(Object* p) {
  gc_untrack(p);
  TRASHCAN_GUARD(p, sequence_iterator_dealloc);
  xdecref(cast<SequenceIterator>(p)->sequence);
  gc_free(p);
}

int sequence_iterator_traverse(Object* p, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<SequenceIterator>(p)->sequence);
  return 0;
}

Object* sequence_iterator_next(Object* p) {
  SequenceIterator* it = cast<SequenceIterator>(p);
  Object* sequence = it->sequence;
  if (!sequence) return nullptr;
  if (it->index == SSIZE_MAX) return raise(OverflowError, "iter index too large");
  Ref<Object> result = sequence_get_item(sequence, it->index);
  if (result) {
    it->index++;
    return result.release();
  }
  if (error_clear_if(IndexError) || error_clear_if(StopIteration)) clear_field(it->sequence);
  return nullptr;
}

bool has_length(const Object* p) {
  Type* t = type_of(p);
  return (t->as_sequence && t->as_sequence->length) || (t->as_mapping && t->as_mapping->length);
}

Ref<Object> sequence_iterator_length_hint(SequenceIterator* it) {
  if (!it->sequence) return int_from(0);
  if (!has_length(it->sequence)) return not_implemented_ref();
  Maybe<ssize> n = object_length(it->sequence);
  if (!n) return nullptr;
  return int_from_ssize(*n >= it->index ? *n - it->index : 0);
}

Ref<Object> sequence_iterator_reduce(SequenceIterator* it) {
  return reduce_sequence_iterator(it->sequence, it->index, tuple_empty());
}

Status sequence_iterator_setstate(SequenceIterator* it, Object* state) {
  Maybe<ssize> index = state_index(state);
  if (!index) return kRaised;
  if (it->sequence) it->index = *index < 0 ? 0 : *index;
  return kOk;
}

constinit MethodDef sequence_iterator_methods[] = {
    PLAIN_METHOD(sequence_iterator_length_hint, "__length_hint__(self, /)",
                 "Private method returning an estimate of len(list(it))."),
    PLAIN_METHOD(sequence_iterator_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    PLAIN_METHOD(sequence_iterator_setstate, "__setstate__(self, state, /)", "Set state information for unpickling."),
    {},
};

// ---- Over a callable's results
// ---------------------------------------------------------------------------------------

struct CallIterator {
  Object base;
  Object* callable;  // null: exhausted
  Object* sentinel;
};

void call_iterator_dealloc(Object* p) {
  gc_untrack(p);
  TRASHCAN_GUARD(p, call_iterator_dealloc);
  xdecref(cast<CallIterator>(p)->callable);
  xdecref(cast<CallIterator>(p)->sentinel);
  gc_free(p);
}

int call_iterator_traverse(Object* p, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<CallIterator>(p)->callable);
  MINIPY_VISIT(cast<CallIterator>(p)->sentinel);
  return 0;
}

void call_iterator_finish(CallIterator* it) {
  clear_field(it->callable);
  clear_field(it->sentinel);
}

Object* call_iterator_next(Object* p) {
  CallIterator* it = cast<CallIterator>(p);
  if (!it->callable) return nullptr;
  Ref<Object> callable = share(it->callable);
  Ref<Object> result = call(callable.get());
  if (!result) {
    if (error_clear_if(StopIteration)) call_iterator_finish(it);
    return nullptr;
  }
  // The call may have exhausted this very iterator.
  if (!it->sentinel) return nullptr;
  Ref<Object> sentinel = share(it->sentinel);
  Maybe<bool> done = object_compare_bool(sentinel.get(), result.get(), kEq);
  if (!done) return nullptr;
  if (!*done) return result.release();
  call_iterator_finish(it);
  return nullptr;
}

Ref<Object> call_iterator_reduce(CallIterator* it) {
  Ref<Object> callable = share(it->callable), sentinel = share(it->sentinel);
  Ref<Object> iter = TRY(import_builtin("iter"));
  if (callable && sentinel) {
    Ref<Tuple> args = TRY(tuple_pack(callable.get(), sentinel.get()));
    return tuple_pack(iter.get(), args.get());
  }
  Ref<Tuple> empty = tuple_empty();
  Ref<Tuple> args = TRY(tuple_pack(empty.get()));
  return tuple_pack(iter.get(), args.get());
}

constinit MethodDef call_iterator_methods[] = {
    PLAIN_METHOD(call_iterator_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    {},
};

}  // namespace

Ref<Object> sequence_iterator_new(Object* sequence) {
  SequenceIterator* it = object_new_gc<SequenceIterator>(&sequence_iterator_type);
  if (!it) return nullptr;
  it->index = 0;
  incref(sequence);
  it->sequence = sequence;
  gc_track(it);
  return steal(as_object(it));
}

Ref<Object> call_iterator_new(Object* callable, Object* sentinel) {
  CallIterator* it = object_new_gc<CallIterator>(&call_iterator_type);
  if (!it) return nullptr;
  incref(callable);
  incref(sentinel);
  it->callable = callable;
  it->sentinel = sentinel;
  gc_track(it);
  return steal(as_object(it));
}

constinit Type sequence_iterator_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "iterator",
    .basicsize = sizeof(SequenceIterator),
    .dealloc = sequence_iterator_dealloc,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = sequence_iterator_traverse,
    .iter = iter_self,
    .iternext = sequence_iterator_next,
    .methods = sequence_iterator_methods,
};

constinit Type call_iterator_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "callable_iterator",
    .basicsize = sizeof(CallIterator),
    .dealloc = call_iterator_dealloc,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = call_iterator_traverse,
    .iter = iter_self,
    .iternext = call_iterator_next,
    .methods = call_iterator_methods,
};

}  // namespace minipy
