// enumerate, zip, map, filter and reversed. Those that yield tuples use the last one again when nobody else holds it.
#include "runtime/builtin_iterators.h"

#include <climits>

#include "gc/collector.h"
#include "gc/memory.h"
#include "runtime/bind.h"
#include "runtime/container_support.h"
#include "runtime/dict.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/native_stack.h"
#include "runtime/str.h"

namespace minipy {

namespace {

Object* next_of(Object* iterator) { return native_stack_left() ? type_of(iterator)->iternext(iterator) : nullptr; }

// The end of the iteration, told by null or by a pending StopIteration, which is cleared; false: another exception.
bool ended_normally() { return !error_pending() || error_clear_if(StopIteration); }

// ---- enumerate -----------------------------------------------------------------------------------------------------

struct Enumerate {
  Object base;
  ssize index;
  Object* iterator;
  Tuple* result;
  Object* big_index;  // the index once it no longer fits
  Object* one;        // layout as CPython's
};

Ref<Object> enumerate_create(Type* type, Object* iterable, Object* start) {
  Ref<Object> self = TRY(steal(type->alloc(type, 0)));
  Enumerate* e = cast<Enumerate>(self.get());
  if (start) {
    Ref<Object> index = TRY(number_index(start));
    Maybe<ssize> v = int_to_ssize(index.get());
    if (v) {
      e->index = *v;
    } else {
      error_clear();
      e->index = SSIZE_MAX;
      e->big_index = index.release();
    }
  }
  e->iterator = TRY(get_iter(iterable))
  .release();
  e->result = TRY(tuple_pack(py_none(), py_none()))
  .release();
  return self;
}

Object* enumerate_vectorcall(Object* type, Object* const* args, size_t nargsf, Object* kwnames) {
  ssize n = vectorcall_nargs(nargsf);
  Tuple* names = cast<Tuple>(kwnames);
  ssize keywords = names ? tuple_size(names) : 0;
  if (n + keywords == 0) return raise(TypeError, "enumerate() missing required argument 'iterable'");
  if (n + keywords > 2) return raise(TypeError, "enumerate() takes at most 2 arguments ({} given)", n + keywords);
  Object* given[2] = {n > 0 ? args[0] : nullptr, n > 1 ? args[1] : nullptr};
  for (ssize i = 0; i < keywords; i++) {
    Str* name = cast<Str>(names->items[i]);
    int place = str_equals_ascii(name, "iterable") ? 0 : str_equals_ascii(name, "start") ? 1 : -1;
    // A name that was given by position too counts as unknown here.
    if (place < 0 || given[place]) {
      return raise(TypeError, "'{:.200}' is an invalid keyword argument for enumerate()", name);
    }
    given[place] = args[n + i];
  }
  if (!given[0]) return raise(TypeError, "enumerate() missing required argument 'iterable'");
  return enumerate_create(cast<Type>(type), given[0], given[1]).release();
}

void enumerate_dealloc(Object* p) {
  Enumerate* e = cast<Enumerate>(p);
  gc_untrack(p);
  // A long chain of iterators is freed without deep recursion.
  TRASHCAN_GUARD(p, enumerate_dealloc);
  xdecref(e->iterator);
  xdecref(e->result);
  xdecref(e->big_index);
  type_of(p)->free(p);
}

int enumerate_traverse(Object* p, VisitProc visit, void* arg) {
  Enumerate* e = cast<Enumerate>(p);
  MINIPY_VISIT(e->iterator);
  MINIPY_VISIT(e->result);
  MINIPY_VISIT(e->big_index);
  return 0;
}

// (first, second), whose counts are taken over.
Object* pair_reusing(Tuple* last, Object* first, Object* second) {
  if (last->base.base.refcount == 1) {
    incref(last);
    Object *old_first = last->items[0], *old_second = last->items[1];
    last->items[0] = first;
    last->items[1] = second;
    decref(old_first);
    decref(old_second);
    // The collector may have untracked it for its old contents.
    if (!gc_is_tracked(last)) gc_track(last);
    return as_object(last);
  }
  Object* const items[] = {first, second};
  return as_object(tuple_from_array_steal(items, 2).release());
}

Ref<Object> enumerate_take_index(Enumerate* e) {
  if (e->index != SSIZE_MAX) return int_from_ssize(e->index++);
  if (!e->big_index) e->big_index = TRY(as_object(int_from_ssize(SSIZE_MAX).release()));
  Ref<Object> next = TRY(int_add(cast<Int>(e->big_index), small_int(1)));
  return steal(std::exchange(e->big_index, next.release()));
}

Object* enumerate_next(Object* p) {
  Enumerate* e = cast<Enumerate>(p);
  Object* item = next_of(e->iterator);
  if (!item) return nullptr;
  Ref<Object> index = enumerate_take_index(e);
  if (!index) {
    decref(item);
    return nullptr;
  }
  return pair_reusing(e->result, index.release(), item);
}

Ref<Object> enumerate_reduce(Enumerate* e) {
  Ref<Object> index = e->big_index ? share(e->big_index) : Ref<Object>(int_from_ssize(e->index));
  if (!index) return nullptr;
  Ref<Tuple> args = TRY(tuple_pack(e->iterator, index.get()));
  return tuple_pack(type_of(e), args.get());
}

constinit MethodDef enumerate_methods[] = {
    PLAIN_METHOD(enumerate_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    PLAIN_CLASS_METHOD(class_getitem_generic_alias, "__class_getitem__(type, object, /)", "See PEP 585"),
    {},
};

// ---- reversed ------------------------------------------------------------------------------------------------------

struct Reversed {
  Object base;
  ssize index;
  Object* sequence;  // null: exhausted
};

Ref<Object> reversed_create(Type* type, Object* sequence) {
  Ref<Object> method = lookup_special(sequence, NAME("__reversed__"));
  if (method && is_none(method.get())) {
    return raise(TypeError, "'{:.200}' object is not reversible", type_name(sequence));
  }
  if (method) return call(method.get());
  if (error_pending()) return nullptr;
  if (!is_sequence(sequence)) return raise(TypeError, "'{:.200}' object is not reversible", type_name(sequence));
  Maybe<ssize> n = object_length(sequence);
  if (!n) return nullptr;
  Ref<Object> self = TRY(steal(type->alloc(type, 0)));
  cast<Reversed>(self.get())->index = *n - 1;
  incref(sequence);
  cast<Reversed>(self.get())->sequence = sequence;
  return self;
}

Object* reversed_new(Type* type, Object* args, Object* kwargs) {
  if (type == &reversed_type || type->init == reversed_type.init) {
    if (!check_no_keywords("reversed", kwargs)) return nullptr;
  }
  Tuple* given = cast<Tuple>(args);
  if (tuple_size(given) != 1) return raise(TypeError, "reversed expected 1 argument, got {}", tuple_size(given));
  return reversed_create(type, given->items[0]).release();
}

Object* reversed_vectorcall(Object* type, Object* const* args, size_t nargsf, Object* kwnames) {
  if (kwnames && tuple_size(cast<Tuple>(kwnames)) > 0) {
    return raise(TypeError, "reversed() takes no keyword arguments");
  }
  ssize n = vectorcall_nargs(nargsf);
  if (n != 1) return raise(TypeError, "reversed expected 1 argument, got {}", n);
  return reversed_create(cast<Type>(type), args[0]).release();
}

void reversed_dealloc(Object* p) {
  gc_untrack(p);
  TRASHCAN_GUARD(p, reversed_dealloc);
  xdecref(cast<Reversed>(p)->sequence);
  type_of(p)->free(p);
}

int reversed_traverse(Object* p, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<Reversed>(p)->sequence);
  return 0;
}

Object* reversed_next(Object* p) {
  Reversed* r = cast<Reversed>(p);
  ssize index = r->index;
  if (index >= 0 && r->sequence) {
    Ref<Object> item = sequence_get_item(r->sequence, index);
    if (item) {
      r->index--;
      return item.release();
    }
    if (!error_clear_if(IndexError)) (void)error_clear_if(StopIteration);
  }
  r->index = -1;
  clear_field(r->sequence);
  return nullptr;
}

Ref<Object> reversed_length_hint(Reversed* r) {
  if (!r->sequence) return int_from(0);
  Maybe<ssize> n = object_length(r->sequence);
  if (!n) return nullptr;
  ssize left = r->index + 1;
  return int_from_ssize(*n < left ? 0 : left);
}

Ref<Object> reversed_reduce(Reversed* r) {
  if (r->sequence) {
    Ref<Tuple> args = TRY(tuple_pack(r->sequence));
    Ref<Int> index = TRY(int_from_ssize(r->index));
    return tuple_pack(type_of(r), args.get(), index.get());
  }
  Ref<Tuple> empty = tuple_empty();
  Ref<Tuple> args = TRY(tuple_pack(empty.get()));
  return tuple_pack(type_of(r), args.get());
}

Status reversed_setstate(Reversed* r, Object* state) {
  Maybe<ssize> index = state_index(state);
  if (!index) return kRaised;
  if (r->sequence) {
    Maybe<ssize> n = object_length(r->sequence);
    if (!n) return kRaised;
    r->index = *index < -1 ? -1 : *index > *n - 1 ? *n - 1 : *index;
  }
  return kOk;
}

constinit MethodDef reversed_methods[] = {
    PLAIN_METHOD(reversed_length_hint, "__length_hint__(self, /)",
                 "Private method returning an estimate of len(list(it))."),
    PLAIN_METHOD(reversed_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    PLAIN_METHOD(reversed_setstate, "__setstate__(self, state, /)", "Set state information for unpickling."),
    {},
};

// ---- map -----------------------------------------------------------------------------------------------------------

struct Map {
  Object base;
  Tuple* iterators;
  Object* function;
};

Ref<Object> map_create(Type* type, Object* const* args, ssize n) {
  if (n < 2) return raise(TypeError, "map() must have at least two arguments.");
  Ref<Tuple> iterators = TRY(tuple_new(n - 1));
  for (ssize i = 1; i < n; i++) iterators->items[i - 1] = TRY(get_iter(args[i]))
  .release();
  Ref<Object> self = TRY(steal(type->alloc(type, 0)));
  Map* m = cast<Map>(self.get());
  m->iterators = iterators.release();
  incref(args[0]);
  m->function = args[0];
  return self;
}

Object* map_new(Type* type, Object* args, Object* kwargs) {
  if ((type == &map_type || type->init == map_type.init) && !check_no_keywords("map", kwargs)) return nullptr;
  Tuple* given = cast<Tuple>(args);
  return map_create(type, given->items, tuple_size(given)).release();
}

Object* map_vectorcall(Object* type, Object* const* args, size_t nargsf, Object* kwnames) {
  if (kwnames && tuple_size(cast<Tuple>(kwnames)) > 0) return raise(TypeError, "map() takes no keyword arguments");
  return map_create(cast<Type>(type), args, vectorcall_nargs(nargsf)).release();
}

void map_dealloc(Object* p) {
  gc_untrack(p);
  xdecref(cast<Map>(p)->iterators);
  xdecref(cast<Map>(p)->function);
  type_of(p)->free(p);
}

int map_traverse(Object* p, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<Map>(p)->iterators);
  MINIPY_VISIT(cast<Map>(p)->function);
  return 0;
}

// Calls with one item of each iterator. array: place for the items, after one place for the callee's use.
Object* map_call(Map* m, Object** array, ssize n) {
  ssize got = 0;
  Object* result = nullptr;
  while (got < n) {
    Object* item = next_of(m->iterators->items[got]);
    if (!item) break;
    array[got++] = item;
  }
  if (got == n) {
    result = call_vector(m->function, array, static_cast<size_t>(n) | kVectorcallArgumentsOffset).release();
  }
  for (ssize i = 0; i < got; i++) decref(array[i]);
  return result;
}

Object* map_next(Object* p) {
  Map* m = cast<Map>(p);
  ssize n = tuple_size(m->iterators);
  Object* few[6] = {};
  if (n <= 5) return map_call(m, few + 1, n);
  Object** many = static_cast<Object**>(memory::mem_calloc(static_cast<size_t>(n) + 1, sizeof(Object*)));
  if (!many) return raise_no_memory_error();
  Object* result = map_call(m, many + 1, n);
  memory::mem_free(many);
  return result;
}

Ref<Object> map_reduce(Map* m) {
  ssize n = tuple_size(m->iterators);
  Ref<Tuple> args = TRY(tuple_new(n + 1));
  args->items[0] = Ref<Object>::share(m->function).release();
  for (ssize i = 0; i < n; i++) args->items[i + 1] = Ref<Object>::share(m->iterators->items[i]).release();
  return tuple_pack(type_of(m), args.get());
}

constinit MethodDef map_methods[] = {
    PLAIN_METHOD(map_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    {},
};

// ---- filter --------------------------------------------------------------------------------------------------------

struct Filter {
  Object base;
  Object* function;
  Object* iterator;
};

Ref<Object> filter_create(Type* type, Object* function, Object* iterable) {
  Ref<Object> iterator = TRY(get_iter(iterable));
  Ref<Object> self = TRY(steal(type->alloc(type, 0)));
  Filter* f = cast<Filter>(self.get());
  incref(function);
  f->function = function;
  f->iterator = iterator.release();
  return self;
}

Object* filter_new(Type* type, Object* args, Object* kwargs) {
  if ((type == &filter_type || type->init == filter_type.init) && !check_no_keywords("filter", kwargs)) return nullptr;
  Tuple* given = cast<Tuple>(args);
  if (tuple_size(given) != 2) return raise(TypeError, "filter expected 2 arguments, got {}", tuple_size(given));
  return filter_create(type, given->items[0], given->items[1]).release();
}

Object* filter_vectorcall(Object* type, Object* const* args, size_t nargsf, Object* kwnames) {
  if (kwnames && tuple_size(cast<Tuple>(kwnames)) > 0) return raise(TypeError, "filter() takes no keyword arguments");
  ssize n = vectorcall_nargs(nargsf);
  if (n != 2) return raise(TypeError, "filter expected 2 arguments, got {}", n);
  return filter_create(cast<Type>(type), args[0], args[1]).release();
}

void filter_dealloc(Object* p) {
  gc_untrack(p);
  TRASHCAN_GUARD(p, filter_dealloc);
  xdecref(cast<Filter>(p)->function);
  xdecref(cast<Filter>(p)->iterator);
  type_of(p)->free(p);
}

int filter_traverse(Object* p, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<Filter>(p)->function);
  MINIPY_VISIT(cast<Filter>(p)->iterator);
  return 0;
}

Object* filter_next(Object* p) {
  Filter* f = cast<Filter>(p);
  bool truth = is_none(f->function) || f->function == as_object(&bool_type);
  while (true) {
    Ref<Object> item = steal(next_of(f->iterator));
    if (!item) return nullptr;
    Maybe<bool> good = false;
    if (truth) {
      good = object_is_true(item.get());
    } else {
      Ref<Object> verdict = call(f->function, item.get());
      if (!verdict) return nullptr;
      good = object_is_true(verdict.get());
    }
    if (!good) return nullptr;
    if (*good) return item.release();
  }
}

Ref<Object> filter_reduce(Filter* f) {
  Ref<Tuple> args = TRY(tuple_pack(f->function, f->iterator));
  return tuple_pack(type_of(f), args.get());
}

constinit MethodDef filter_methods[] = {
    PLAIN_METHOD(filter_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    {},
};

// ---- zip -----------------------------------------------------------------------------------------------------------

struct Zip {
  Object base;
  ssize count;
  Tuple* iterators;
  Tuple* result;
  int strict;
};

Maybe<bool> zip_strict_argument(Object* kwargs) {
  if (!kwargs) return false;
  ssize position = 0;
  Object *key, *value;
  Object* strict = nullptr;
  Dict* d = cast<Dict>(kwargs);
  if (dict_size(d) > 1) {
    return raise(TypeError, "zip() takes at most 1 keyword argument ({} given)", dict_size(d));
  }
  while (dict_next(d, &position, &key, &value)) {
    if (!is_str(key)) return raise(TypeError, "keywords must be strings");
    if (!str_equals_ascii(cast<Str>(key), "strict")) {
      return raise(TypeError, "'{}' is an invalid keyword argument for zip()", key);
    }
    strict = value;
  }
  if (!strict) return false;
  return object_is_true(strict);
}

Object* zip_new(Type* type, Object* args, Object* kwargs) {
  Maybe<bool> strict = zip_strict_argument(kwargs);
  if (!strict) return nullptr;
  Tuple* given = cast<Tuple>(args);
  ssize n = tuple_size(given);
  Ref<Tuple> iterators = TRY(tuple_new(n));
  for (ssize i = 0; i < n; i++) iterators->items[i] = TRY(get_iter(given->items[i]))
  .release();
  Ref<Tuple> result = TRY(tuple_new(n));
  for (ssize i = 0; i < n; i++) result->items[i] = none_ref().release();
  Ref<Object> self = TRY(steal(type->alloc(type, 0)));
  Zip* z = cast<Zip>(self.get());
  z->count = n;
  z->iterators = iterators.release();
  z->result = result.release();
  z->strict = *strict;
  return self.release();
}

void zip_dealloc(Object* p) {
  gc_untrack(p);
  xdecref(cast<Zip>(p)->iterators);
  xdecref(cast<Zip>(p)->result);
  type_of(p)->free(p);
}

int zip_traverse(Object* p, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<Zip>(p)->iterators);
  MINIPY_VISIT(cast<Zip>(p)->result);
  return 0;
}

Raised zip_length_error(ssize i, const char* what) {
  return raise(ValueError, "zip() argument {} is {} than argument{}{}", i + 1, what, i == 1 ? " " : "s 1-", i);
}

// Iterator i was exhausted. With strict=True all must be, at the same time.
Object* zip_end(Zip* z, ssize i) {
  if (!z->strict) return nullptr;
  if (!ended_normally()) return nullptr;
  if (i > 0) return zip_length_error(i, "shorter");
  for (i = 1; i < z->count; i++) {
    Ref<Object> item = steal(next_of(z->iterators->items[i]));
    if (item) return zip_length_error(i, "longer");
    if (!ended_normally()) return nullptr;
  }
  return nullptr;
}

Object* zip_next(Object* p) {
  Zip* z = cast<Zip>(p);
  ssize n = z->count;
  if (n == 0) return nullptr;
  if (z->result->base.base.refcount == 1) {
    Ref<Tuple> result = share(z->result);
    for (ssize i = 0; i < n; i++) {
      Object* item = next_of(z->iterators->items[i]);
      if (!item) {
        result.reset();
        return zip_end(z, i);
      }
      decref(std::exchange(result->items[i], item));
    }
    // The collector may have untracked it for its old contents.
    if (!gc_is_tracked(result.get())) gc_track(result.get());
    return as_object(result.release());
  }
  Ref<Tuple> result = tuple_new(n);
  if (!result) return nullptr;
  for (ssize i = 0; i < n; i++) {
    Object* item = next_of(z->iterators->items[i]);
    if (!item) {
      result.reset();
      return zip_end(z, i);
    }
    result->items[i] = item;
  }
  return as_object(result.release());
}

Ref<Object> zip_reduce(Zip* z) {
  if (z->strict) return tuple_pack(type_of(z), z->iterators, py_true());
  return tuple_pack(type_of(z), z->iterators);
}

Status zip_setstate(Zip* z, Object* state) {
  Maybe<bool> strict = object_is_true(state);
  if (!strict) return kRaised;
  z->strict = *strict;
  return kOk;
}

constinit MethodDef zip_methods[] = {
    PLAIN_METHOD(zip_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    PLAIN_METHOD(zip_setstate, "__setstate__(self, state, /)", "Set state information for unpickling."),
    {},
};

}  // namespace

constinit Type enumerate_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "enumerate",
    .basicsize = sizeof(Enumerate),
    .dealloc = enumerate_dealloc,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc | kTypeBaseType,
    .doc =
        "enumerate(iterable, start=0)\n--\n\n"
        "Return an enumerate object.\n\n"
        "It yields pairs of a count (from start, which defaults to zero) and a value from the iterable:\n"
        "(0, seq[0]), (1, seq[1]), (2, seq[2]), ...",
    .traverse = enumerate_traverse,
    .iter = iter_self,
    .iternext = enumerate_next,
    .methods = enumerate_methods,
    .alloc = type_generic_alloc,
    .new_ = NEW(enumerate_create, "enumerate(type, iterable, start=<default>)"),
    .free = gc_free_slot,
    .vectorcall = enumerate_vectorcall,
};

constinit Type reversed_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "reversed",
    .basicsize = sizeof(Reversed),
    .dealloc = reversed_dealloc,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc | kTypeBaseType,
    .doc = "reversed(sequence, /)\n--\n\nReturn a reverse iterator over the values of the given sequence.",
    .traverse = reversed_traverse,
    .iter = iter_self,
    .iternext = reversed_next,
    .methods = reversed_methods,
    .alloc = type_generic_alloc,
    .new_ = reversed_new,
    .free = gc_free_slot,
    .vectorcall = reversed_vectorcall,
};

constinit Type map_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "map",
    .basicsize = sizeof(Map),
    .dealloc = map_dealloc,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc | kTypeBaseType,
    .doc =
        "map(func, *iterables) --> map object\n\n"
        "Make an iterator that computes the function using arguments from each of the iterables.\n"
        "Stops when the shortest iterable is exhausted.",
    .traverse = map_traverse,
    .iter = iter_self,
    .iternext = map_next,
    .methods = map_methods,
    .alloc = type_generic_alloc,
    .new_ = map_new,
    .free = gc_free_slot,
    .vectorcall = map_vectorcall,
};

constinit Type filter_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "filter",
    .basicsize = sizeof(Filter),
    .dealloc = filter_dealloc,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc | kTypeBaseType,
    .doc =
        "filter(function or None, iterable) --> filter object\n\n"
        "Return an iterator yielding those items of iterable for which function(item) is true. If function is None,\n"
        "return the items that are true.",
    .traverse = filter_traverse,
    .iter = iter_self,
    .iternext = filter_next,
    .methods = filter_methods,
    .alloc = type_generic_alloc,
    .new_ = filter_new,
    .free = gc_free_slot,
    .vectorcall = filter_vectorcall,
};

constinit Type zip_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "zip",
    .basicsize = sizeof(Zip),
    .dealloc = zip_dealloc,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc | kTypeBaseType,
    .doc =
        "zip(*iterables, strict=False) --> Yield tuples until an input is exhausted.\n\n"
        "   >>> list(zip('abcdefg', range(3), range(4)))\n"
        "   [('a', 0, 0), ('b', 1, 1), ('c', 2, 2)]\n\n"
        "The zip object yields n-length tuples, where n is the number of iterables passed as positional arguments to\n"
        "zip(). If strict is true and one of the arguments is exhausted before the others, raise a ValueError.",
    .traverse = zip_traverse,
    .iter = iter_self,
    .iternext = zip_next,
    .methods = zip_methods,
    .alloc = type_generic_alloc,
    .new_ = zip_new,
    .free = gc_free_slot,
};

}  // namespace minipy
