// itertools.count, cycle and repeat.
#include <climits>

#include "runtime/abstract.h"
#include "runtime/bind_varargs.h"
#include "runtime/containers.h"
#include "runtime/float.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "stdlib/itertools/itertools.h"
#include "stdlib/native_type.h"

namespace minipy {

namespace {

bool is_number(const Object* p) {
  NumberMethods* n = type_of(p)->as_number;
  return (n && (n->index || n->int_ || n->float_)) || is_instance_of(p, &complex_type);
}

// ---- count
// -----------------------------------------------------------------------------------------------------------

// Fast while the count is a machine word and the step is 1; otherwise `next_count` holds SSIZE_MAX and objects count.
struct Count {
  Object base;
  ssize next_count;
  Object* big_count;  // null in fast mode
  Object* step;
};

Ref<Count> count_create(Type* type, Object* start, Object* step) {
  if ((start && !is_number(start)) || (step && !is_number(step))) return raise(TypeError, "a number is required");
  bool fast = (!start || is_int(start)) && (!step || is_int(step));
  ssize count = 0;
  if (start && fast) {
    Maybe<ssize> v = int_to_ssize(start);
    fast = static_cast<bool>(v);
    if (v) {
      count = *v;
    } else {
      error_clear();
    }
  }
  if (!start) start = as_object(small_int(0));
  if (!step) step = as_object(small_int(1));
  if (fast) {
    int overflow;
    fast = int_to_long_long_overflow(step, &overflow) == 1 && !overflow;
  }
  Ref<Count> self = TRY(allocate<Count>(type));
  self->next_count = fast ? count : SSIZE_MAX;
  if (!fast) self->big_count = Ref<Object>::share(start).release();
  self->step = Ref<Object>::share(step).release();
  return self;
}

Ref<Object> count_next(Count* c) {
  if (c->next_count != SSIZE_MAX) return int_from_ssize(c->next_count++);
  if (!c->big_count) c->big_count = TRY(as_object(int_from_ssize(SSIZE_MAX).release()));
  Ref<Object> following = TRY(number_add(c->big_count, c->step));
  return steal(std::exchange(c->big_count, following.release()));
}

Ref<Str> count_repr(Count* c) {
  const char* name = type_short_name(type_of(c));
  if (c->next_count != SSIZE_MAX) return format_message("{}({})", name, c->next_count);
  Object* count = c->big_count ? c->big_count : py_none();
  if (is_int(c->step)) {
    int overflow;
    if (int_to_long_long_overflow(c->step, &overflow) == 1 && !overflow) {
      return format_message("{}({})", name, repr_of(count));
    }
  }
  return format_message("{}({}, {})", name, repr_of(count), repr_of(c->step));
}

Ref<Object> count_reduce(Count* c) {
  Ref<Tuple> args;
  if (c->next_count == SSIZE_MAX) {
    if (!c->big_count) c->big_count = TRY(as_object(int_from_ssize(SSIZE_MAX).release()));
    args = TRY(tuple_pack(c->big_count, c->step));
  } else {
    Ref<Int> count = TRY(int_from_ssize(c->next_count));
    args = TRY(tuple_pack(count.get()));
  }
  return tuple_pack(type_of(c), args.get());
}

constinit MethodDef count_methods[] = {
    METHOD(count_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    {},
};
using CountFields = Owned<Count, &Count::big_count, &Count::step>;

// ---- cycle
// -----------------------------------------------------------------------------------------------------------

struct Cycle {
  Object base;
  Object* iterator;  // null once exhausted
  List* saved;
  ssize index;
  int saving_done;  // the items of the iterator are in `saved` already
  int pad;
};

Ref<Cycle> cycle_create(Type* type, Object* iterable) {
  Ref<Object> iterator = TRY(get_iter(iterable));
  Ref<List> saved = TRY(list_new());
  Ref<Cycle> self = TRY(allocate<Cycle>(type));
  self->iterator = iterator.release();
  self->saved = saved.release();
  return self;
}

Ref<Object> cycle_next(Cycle* c) {
  if (c->iterator) {
    Ref<Object> item = iter_next(c->iterator);
    if (item) {
      if (!c->saving_done) TRY(list_append(c->saved, item.get()));
      return item;
    }
    if (error_pending()) return nullptr;
    clear_field(c->iterator);
  }
  ssize n = list_size(c->saved);
  if (n == 0) return nullptr;
  Ref<Object> item = share(c->saved->items[c->index]);
  if (++c->index >= n) c->index = 0;
  return item;
}

Ref<Object> cycle_reduce(Cycle* c) {
  Object* saved = as_object(c->saved);
  if (!c->iterator) {
    Ref<Object> iterator = TRY(get_iter(saved));
    if (c->index != 0) {
      Ref<Int> index = TRY(int_from_ssize(c->index));
      TRY(call_method(iterator.get(), NAME("__setstate__"), index.get()));
    }
    Ref<Tuple> args = TRY(tuple_pack(iterator.get()));
    Ref<Tuple> state = TRY(tuple_pack(saved, py_true()));
    return tuple_pack(type_of(c), args.get(), state.get());
  }
  Ref<Tuple> args = TRY(tuple_pack(c->iterator));
  Ref<Tuple> state = TRY(tuple_pack(saved, py_bool(c->saving_done)));
  return tuple_pack(type_of(c), args.get(), state.get());
}

Status cycle_setstate(Cycle* c, Object* state) {
  TRY(check_state(state, 2, 2));
  Object** items = cast<Tuple>(state)->items;
  if (!is_list(items[0])) return raise(TypeError, "argument 1 must be list, not {}", type_name(items[0]));
  Maybe<int> done = bind::to_int(items[1]);
  if (!done) return kRaised;
  replace_field(c->saved, share(cast<List>(items[0])));
  c->saving_done = *done != 0;
  c->index = 0;
  return kOk;
}

constinit MethodDef cycle_methods[] = {
    METHOD(cycle_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    METHOD(cycle_setstate, "__setstate__(self, state, /)", "Set state information for unpickling."),
    {},
};
using CycleFields = Owned<Cycle, &Cycle::iterator, &Cycle::saved>;

// ---- repeat
// ----------------------------------------------------------------------------------------------------------

struct Repeat {
  Object base;
  Object* element;
  ssize left;  // -1: endless
};

Ref<Repeat> repeat_create(Type* type, Object* object, Object* times) {
  ssize left = -1;
  if (times) {
    Maybe<ssize> n = bind::to_ssize(times);
    if (!n) return nullptr;
    left = *n < 0 ? 0 : *n;
  }
  Ref<Repeat> self = TRY(allocate<Repeat>(type));
  incref(object);
  self->element = object;
  self->left = left;
  return self;
}

Object* repeat_next(Object* p) {
  Repeat* r = cast<Repeat>(p);
  if (r->left == 0) return nullptr;
  if (r->left > 0) r->left--;
  incref(r->element);
  return r->element;
}

Ref<Str> repeat_repr(Repeat* r) {
  const char* name = type_short_name(type_of(r));
  if (r->left == -1) return format_message("{}({})", name, repr_of(r->element));
  return format_message("{}({}, {})", name, repr_of(r->element), r->left);
}

Ref<Object> repeat_length_hint(Repeat* r) {
  if (r->left == -1) return raise(TypeError, "len() of unsized object");
  return int_from_ssize(r->left);
}

Ref<Object> repeat_reduce(Repeat* r) {
  Ref<Tuple> args;
  if (r->left >= 0) {
    Ref<Int> left = TRY(int_from_ssize(r->left));
    args = TRY(tuple_pack(r->element, left.get()));
  } else {
    args = TRY(tuple_pack(r->element));
  }
  return tuple_pack(type_of(r), args.get());
}

constinit MethodDef repeat_methods[] = {
    METHOD(repeat_length_hint, "__length_hint__(self, /)", "Private method returning an estimate of len(list(it))."),
    METHOD(repeat_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    {},
};
using RepeatFields = Owned<Repeat, &Repeat::element>;

}  // namespace

constinit Type itertools_count_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "itertools.count",
    .basicsize = sizeof(Count),
    .dealloc = CountFields::dealloc,
    .repr = slot<count_repr>,
    .getattro = object_generic_getattro,
    .flags = kNativeTypeFlags,
    .doc =
        "count(start=0, step=1)\n--\n\n"
        "Return a count object whose .__next__() method returns consecutive values.\n\n"
        "Equivalent to:\n"
        "    def count(firstval=0, step=1):\n"
        "        x = firstval\n"
        "        while 1:\n"
        "            yield x\n"
        "            x += step",
    .traverse = CountFields::traverse,
    .iter = iter_self,
    .iternext = slot<count_next>,
    .methods = count_methods,
    .new_ = NEW(count_create, "count(type, start=<0>, step=<1>)"),
};

constinit Type itertools_cycle_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "itertools.cycle",
    .basicsize = sizeof(Cycle),
    .dealloc = CycleFields::dealloc,
    .getattro = object_generic_getattro,
    .flags = kNativeTypeFlags,
    .doc =
        "cycle(iterable, /)\n--\n\n"
        "Return elements from the iterable until it is exhausted. Then repeat the sequence indefinitely.",
    .traverse = CycleFields::traverse,
    .iter = iter_self,
    .iternext = slot<cycle_next>,
    .methods = cycle_methods,
    .new_ = new_without_keywords<NEW(cycle_create, "cycle(type, iterable, /)"), &itertools_cycle_type>,
};

constinit Type itertools_repeat_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "itertools.repeat",
    .basicsize = sizeof(Repeat),
    .dealloc = RepeatFields::dealloc,
    .repr = slot<repeat_repr>,
    .getattro = object_generic_getattro,
    .flags = kNativeTypeFlags,
    .doc =
        "repeat(object [,times]) -> create an iterator which returns the object\n"
        "for the specified number of times.  If not specified, returns the object\nendlessly.",
    .traverse = RepeatFields::traverse,
    .iter = iter_self,
    .iternext = repeat_next,
    .methods = repeat_methods,
    .new_ = VARARGS_NEW(repeat_create, "repeat(type, object, times=<endless>)"),
};

}  // namespace minipy
