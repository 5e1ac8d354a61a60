// itertools.compress, dropwhile, takewhile, filterfalse, islice and starmap.
#include <climits>

#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "stdlib/itertools/itertools.h"
#include "stdlib/native_type.h"

namespace minipy {

namespace {

// Calls the predicate (None and bool: truth itself) on an item.
Maybe<bool> satisfies(Object* predicate, Object* item) {
  if (is_none(predicate) || predicate == as_object(&bool_type)) return object_is_true(item);
  Ref<Object> verdict = TRY(call(predicate, item));
  return object_is_true(verdict.get());
}

// ---- compress
// --------------------------------------------------------------------------------------------------------

struct Compress {
  Object base;
  Object* data;
  Object* selectors;
};

Ref<Compress> compress_create(Type* type, Object* data, Object* selectors) {
  Ref<Object> items = TRY(get_iter(data));
  Ref<Object> chosen = TRY(get_iter(selectors));
  Ref<Compress> self = TRY(allocate<Compress>(type));
  self->data = items.release();
  self->selectors = chosen.release();
  return self;
}

Object* compress_next(Object* p) {
  Compress* c = cast<Compress>(p);
  while (true) {
    Ref<Object> item = steal(next_item(c->data));
    if (!item) return nullptr;
    Ref<Object> selector = steal(next_item(c->selectors));
    if (!selector) return nullptr;
    Maybe<bool> chosen = object_is_true(selector.get());
    if (!chosen) return nullptr;
    if (*chosen) return item.release();
  }
}

Ref<Object> compress_reduce(Compress* c) {
  Ref<Tuple> args = TRY(tuple_pack(c->data, c->selectors));
  return tuple_pack(type_of(c), args.get());
}

constinit MethodDef compress_methods[] = {
    METHOD(compress_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    {},
};
using CompressFields = Owned<Compress, &Compress::data, &Compress::selectors>;

// ---- dropwhile, takewhile
// ----------------------------------------------------------------------------------------------

struct While {
  Object base;
  Object* predicate;
  Object* iterator;
  long decided;  // dropwhile: dropping is over; takewhile: taking is over
};

Ref<While> while_create(Type* type, Object* predicate, Object* iterable) {
  Ref<Object> iterator = TRY(get_iter(iterable));
  Ref<While> self = TRY(allocate<While>(type));
  incref(predicate);
  self->predicate = predicate;
  self->iterator = iterator.release();
  return self;
}

Maybe<bool> while_holds(While* w, Object* item) {
  Ref<Object> verdict = TRY(call(w->predicate, item));
  return object_is_true(verdict.get());
}

Object* dropwhile_next(Object* p) {
  While* w = cast<While>(p);
  while (true) {
    Ref<Object> item = steal(next_item(w->iterator));
    if (!item || w->decided) return item.release();
    Maybe<bool> drop = while_holds(w, item.get());
    if (!drop) return nullptr;
    if (!*drop) {
      w->decided = 1;
      return item.release();
    }
  }
}

Object* takewhile_next(Object* p) {
  While* w = cast<While>(p);
  if (w->decided) return nullptr;
  Ref<Object> item = steal(next_item(w->iterator));
  if (!item) return nullptr;
  Maybe<bool> take = while_holds(w, item.get());
  if (!take) return nullptr;
  if (*take) return item.release();
  w->decided = 1;
  return nullptr;
}

Ref<Object> while_reduce(While* w) {
  Ref<Tuple> args = TRY(tuple_pack(w->predicate, w->iterator));
  return tuple_pack(type_of(w), args.get(), small_int(w->decided ? 1 : 0));
}

Status while_setstate(While* w, Object* state) {
  Maybe<bool> decided = object_is_true(state);
  if (!decided) return kRaised;
  w->decided = *decided;
  return kOk;
}

constinit MethodDef while_methods[] = {
    METHOD(while_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    METHOD(while_setstate, "__setstate__(self, state, /)", "Set state information for unpickling."),
    {},
};
using WhileFields = Owned<While, &While::predicate, &While::iterator>;

// ---- filterfalse
// -------------------------------------------------------------------------------------------------------

struct FilterFalse {
  Object base;
  Object* predicate;
  Object* iterator;
};

Ref<FilterFalse> filterfalse_create(Type* type, Object* function, Object* iterable) {
  Ref<Object> iterator = TRY(get_iter(iterable));
  Ref<FilterFalse> self = TRY(allocate<FilterFalse>(type));
  incref(function);
  self->predicate = function;
  self->iterator = iterator.release();
  return self;
}

Object* filterfalse_next(Object* p) {
  FilterFalse* f = cast<FilterFalse>(p);
  while (true) {
    Ref<Object> item = steal(next_item(f->iterator));
    if (!item) return nullptr;
    Maybe<bool> good = satisfies(f->predicate, item.get());
    if (!good) return nullptr;
    if (!*good) return item.release();
  }
}

Ref<Object> filterfalse_reduce(FilterFalse* f) {
  Ref<Tuple> args = TRY(tuple_pack(f->predicate, f->iterator));
  return tuple_pack(type_of(f), args.get());
}

constinit MethodDef filterfalse_methods[] = {
    METHOD(filterfalse_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    {},
};
using FilterFalseFields = Owned<FilterFalse, &FilterFalse::predicate, &FilterFalse::iterator>;

// ---- islice
// ------------------------------------------------------------------------------------------------------------

struct ISlice {
  Object base;
  Object* iterator;  // null: exhausted
  ssize next;        // number of the item to yield next
  ssize stop;        // -1: none
  ssize step;
  ssize count;  // items consumed
};

constexpr const char* kBadStop = "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
constexpr const char* kBadIndices = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";

// A number, `fallback` for None, -1 for anything that is none.
ssize islice_number(Object* p, ssize fallback) {
  if (is_none(p)) return fallback;
  Maybe<ssize> v = number_as_ssize(p, OverflowError);
  if (v) return *v;
  error_clear();
  return -1;
}

Ref<ISlice> islice_make(Type* type, Object* iterable, Object* a, Object* b, Object* c) {
  ssize start = 0, stop = -1, step = 1;
  Object* stop_object = b ? b : a;
  if (b) start = islice_number(a, 0);
  if (!is_none(stop_object)) {
    stop = islice_number(stop_object, -1);
    if (stop == -1) return raise(ValueError, "{}", kBadStop);
  }
  if (start < 0 || stop < -1) return raise(ValueError, "{}", b ? kBadIndices : kBadStop);
  if (c) step = islice_number(c, 1);
  if (step < 1) return raise(ValueError, "Step for islice() must be a positive integer or None.");
  Ref<Object> iterator = TRY(get_iter(iterable));
  Ref<ISlice> self = TRY(allocate<ISlice>(type));
  self->iterator = iterator.release();
  self->next = start;
  self->stop = stop;
  self->step = step;
  return self;
}

Ref<ISlice> islice_create(Type* type, VarArgs args) {
  if (args.size < 2) return raise(TypeError, "islice expected at least 2 arguments, got {}", args.size);
  if (args.size > 4) return raise(TypeError, "islice expected at most 4 arguments, got {}", args.size);
  return islice_make(type, args[0], args[1], args.size > 2 ? args[2] : nullptr, args.size > 3 ? args[3] : nullptr);
}

Object* islice_new(Type* type, Object* args, Object* kwargs) {
  if ((type == &itertools_islice_type || type->init == itertools_islice_type.init) && kwargs &&
      dict_size(cast<Dict>(kwargs))) {
    return raise(TypeError, "islice() takes no keyword arguments");
  }
  Tuple* given = cast<Tuple>(args);
  return as_object(islice_create(type, VarArgs{given->items, tuple_size(given)}).release());
}

Object* islice_next(Object* p) {
  ISlice* s = cast<ISlice>(p);
  if (!s->iterator) return nullptr;
  Ref<Object> held = share(s->iterator);
  while (s->count < s->next) {
    Ref<Object> skipped = steal(next_item(held.get()));
    if (!skipped) {
      clear_field(s->iterator);
      return nullptr;
    }
    s->count++;
  }
  Object* item = s->stop != -1 && s->count >= s->stop ? nullptr : next_item(held.get());
  if (!item) {
    clear_field(s->iterator);
    return nullptr;
  }
  s->count++;
  ssize last = s->next;
  s->next = static_cast<ssize>(static_cast<size_t>(last) + static_cast<size_t>(s->step));
  if (s->next < last || (s->stop != -1 && s->next > s->stop)) s->next = s->stop;
  return item;
}

Ref<Object> islice_reduce(ISlice* s) {
  if (!s->iterator) {
    Ref<List> empty = TRY(list_new());
    Ref<Object> iterator = TRY(get_iter(as_object(empty.get())));
    Ref<Tuple> args = TRY(tuple_pack(iterator.get(), small_int(0)));
    return tuple_pack(type_of(s), args.get(), small_int(0));
  }
  Ref<Object> stop = s->stop == -1 ? none_ref() : Ref<Object>(int_from_ssize(s->stop));
  Ref<Int> next = TRY(int_from_ssize(s->next));
  Ref<Int> step = TRY(int_from_ssize(s->step));
  Ref<Int> count = TRY(int_from_ssize(s->count));
  if (!stop) return nullptr;
  Ref<Tuple> args = TRY(tuple_pack(s->iterator, next.get(), stop.get(), step.get()));
  return tuple_pack(type_of(s), args.get(), count.get());
}

Status islice_setstate(ISlice* s, Object* state) {
  if (!is_int(state)) return raise(TypeError, "an integer is required");
  Maybe<ssize> count = int_to_ssize(state);
  if (!count) return kRaised;
  s->count = *count;
  return kOk;
}

constinit MethodDef islice_methods[] = {
    METHOD(islice_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    METHOD(islice_setstate, "__setstate__(self, state, /)", "Set state information for unpickling."),
    {},
};
using ISliceFields = Owned<ISlice, &ISlice::iterator>;

// ---- starmap
// -----------------------------------------------------------------------------------------------------------

struct StarMap {
  Object base;
  Object* function;
  Object* iterator;
};

Ref<StarMap> starmap_create(Type* type, Object* function, Object* iterable) {
  Ref<Object> iterator = TRY(get_iter(iterable));
  Ref<StarMap> self = TRY(allocate<StarMap>(type));
  incref(function);
  self->function = function;
  self->iterator = iterator.release();
  return self;
}

Object* starmap_next(Object* p) {
  StarMap* s = cast<StarMap>(p);
  Ref<Object> item = steal(next_item(s->iterator));
  if (!item) return nullptr;
  Ref<Tuple> args = tuple_from_iterable(item.get());
  if (!args) return nullptr;
  item.reset();
  return call_vector(s->function, args->items, static_cast<size_t>(tuple_size(args.get()))).release();
}

Ref<Object> starmap_reduce(StarMap* s) {
  Ref<Tuple> args = TRY(tuple_pack(s->function, s->iterator));
  return tuple_pack(type_of(s), args.get());
}

constinit MethodDef starmap_methods[] = {
    METHOD(starmap_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    {},
};
using StarMapFields = Owned<StarMap, &StarMap::function, &StarMap::iterator>;

}  // namespace

constinit Type itertools_compress_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "itertools.compress",
    .basicsize = sizeof(Compress),
    .dealloc = CompressFields::dealloc,
    .getattro = object_generic_getattro,
    .flags = kNativeTypeFlags,
    .doc =
        "compress(data, selectors)\n--\n\n"
        "Return data elements corresponding to true selector elements.\n\n"
        "Forms a shorter iterator from selected data elements using the selectors to choose the data elements.",
    .traverse = CompressFields::traverse,
    .iter = iter_self,
    .iternext = compress_next,
    .methods = compress_methods,
    .new_ = NEW(compress_create, "compress(type, data, selectors)"),
};

constinit Type itertools_dropwhile_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "itertools.dropwhile",
    .basicsize = sizeof(While),
    .dealloc = WhileFields::dealloc,
    .getattro = object_generic_getattro,
    .flags = kNativeTypeFlags,
    .doc =
        "dropwhile(predicate, iterable, /)\n--\n\n"
        "Drop items from the iterable while predicate(item) is true.\n\n"
        "Afterwards, return every element until the iterable is exhausted.",
    .traverse = WhileFields::traverse,
    .iter = iter_self,
    .iternext = dropwhile_next,
    .methods = while_methods,
    .new_ =
        new_without_keywords<NEW(while_create, "dropwhile(type, predicate, iterable, /)"), &itertools_dropwhile_type>,
};

constinit Type itertools_takewhile_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "itertools.takewhile",
    .basicsize = sizeof(While),
    .dealloc = WhileFields::dealloc,
    .getattro = object_generic_getattro,
    .flags = kNativeTypeFlags,
    .doc =
        "takewhile(predicate, iterable, /)\n--\n\n"
        "Return successive entries from an iterable as long as the predicate evaluates to true for each entry.",
    .traverse = WhileFields::traverse,
    .iter = iter_self,
    .iternext = takewhile_next,
    .methods = while_methods,
    .new_ =
        new_without_keywords<NEW(while_create, "takewhile(type, predicate, iterable, /)"), &itertools_takewhile_type>,
};

constinit Type itertools_filterfalse_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "itertools.filterfalse",
    .basicsize = sizeof(FilterFalse),
    .dealloc = FilterFalseFields::dealloc,
    .getattro = object_generic_getattro,
    .flags = kNativeTypeFlags,
    .doc =
        "filterfalse(function, iterable, /)\n--\n\n"
        "Return those items of iterable for which function(item) is false.\n\n"
        "If function is None, return the items that are false.",
    .traverse = FilterFalseFields::traverse,
    .iter = iter_self,
    .iternext = filterfalse_next,
    .methods = filterfalse_methods,
    .new_ = new_without_keywords<NEW(filterfalse_create, "filterfalse(type, function, iterable, /)"),
                                 &itertools_filterfalse_type>,
};

constinit Type itertools_islice_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "itertools.islice",
    .basicsize = sizeof(ISlice),
    .dealloc = ISliceFields::dealloc,
    .getattro = object_generic_getattro,
    .flags = kNativeTypeFlags,
    .doc =
        "islice(iterable, stop) --> islice object\n"
        "islice(iterable, start, stop[, step]) --> islice object\n\n"
        "Return an iterator whose next() method returns selected values from an iterable. If start is specified,\n"
        "skips all preceding elements; otherwise, start defaults to zero. Step defaults to one.",
    .traverse = ISliceFields::traverse,
    .iter = iter_self,
    .iternext = islice_next,
    .methods = islice_methods,
    .new_ = islice_new,
};

constinit Type itertools_starmap_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "itertools.starmap",
    .basicsize = sizeof(StarMap),
    .dealloc = StarMapFields::dealloc,
    .getattro = object_generic_getattro,
    .flags = kNativeTypeFlags,
    .doc =
        "starmap(function, iterable, /)\n--\n\n"
        "Return an iterator whose values are returned from the function evaluated with an argument tuple taken from\n"
        "the given sequence.",
    .traverse = StarMapFields::traverse,
    .iter = iter_self,
    .iternext = starmap_next,
    .methods = starmap_methods,
    .new_ = new_without_keywords<NEW(starmap_create, "starmap(type, function, iterable, /)"), &itertools_starmap_type>,
};

}  // namespace minipy
