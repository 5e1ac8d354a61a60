// itertools.accumulate, chain, zip_longest and pairwise.
#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "stdlib/itertools/itertools.h"
#include "stdlib/native_type.h"

namespace minipy {

namespace {

// ---- chain
// -----------------------------------------------------------------------------------------------------------

struct Chain {
  Object base;
  Object* source;  // iterator over iterables; null: exhausted
  Object* active;  // iterator being read
};

Ref<Chain> chain_make(Type* type, Ref<Object> source) {
  Ref<Chain> self = TRY(allocate<Chain>(type));
  self->source = source.release();
  return self;
}

Object* chain_new(Type* type, Object* args, Object* kwargs) {
  if ((type == &itertools_chain_type || type->init == itertools_chain_type.init) && kwargs &&
      dict_size(cast<Dict>(kwargs))) {
    return raise(TypeError, "chain() takes no keyword arguments");
  }
  Ref<Object> source = TRY(get_iter(args));
  return as_object(chain_make(type, std::move(source)).release());
}

Ref<Chain> chain_from_iterable(Type* type, Object* iterable) {
  Ref<Object> source = TRY(get_iter(iterable));
  return chain_make(type, std::move(source));
}

Object* chain_next(Object* p) {
  Chain* c = cast<Chain>(p);
  while (c->source) {
    if (!c->active) {
      Ref<Object> iterable = iter_next(c->source);
      Ref<Object> iterator = iterable ? get_iter(iterable.get()) : nullptr;
      if (!iterator) {
        clear_field(c->source);
        return nullptr;
      }
      replace_field(c->active, std::move(iterator));
    }
    Ref<Object> active = share(c->active);
    Object* item = next_item(active.get());
    if (item) return item;
    if (!ended_normally()) return nullptr;
    clear_field(c->active);
  }
  return nullptr;
}

Ref<Object> chain_reduce(Chain* c) {
  Ref<Tuple> empty = tuple_empty();
  if (!c->source) return tuple_pack(type_of(c), empty.get());
  Ref<Tuple> state = TRY(c->active ? tuple_pack(c->source, c->active) : tuple_pack(c->source));
  return tuple_pack(type_of(c), empty.get(), state.get());
}

Status chain_setstate(Chain* c, Object* state) {
  TRY(check_state(state, 1, 2));
  Tuple* t = cast<Tuple>(state);
  Object *source = t->items[0], *active = tuple_size(t) > 1 ? t->items[1] : nullptr;
  if (!is_iterator(source) || (active && !is_iterator(active))) {
    return raise(TypeError, "Arguments must be iterators.");
  }
  replace_field(c->source, share(source));
  replace_field(c->active, share(active));
  return kOk;
}

constinit MethodDef chain_methods[] = {
    CLASS_METHOD(chain_from_iterable, "from_iterable(type, iterable, /)",
                 "Alternative chain() constructor taking a single iterable argument that evaluates lazily."),
    METHOD(chain_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    METHOD(chain_setstate, "__setstate__(self, state, /)", "Set state information for unpickling."),
    CLASS_METHOD(class_getitem_generic_alias, "__class_getitem__(type, object, /)", "See PEP 585"),
    {},
};
using ChainFields = Owned<Chain, &Chain::source, &Chain::active>;

// ---- accumulate
// ------------------------------------------------------------------------------------------------------

struct Accumulate {
  Object base;
  Object* total;
  Object* iterator;
  Object* function;  // null: addition
  Object* initial;   // None once it was yielded
};

Ref<Accumulate> accumulate_create(Type* type, Object* iterable, Object* func, Object* initial) {
  Ref<Object> iterator = TRY(get_iter(iterable));
  Ref<Accumulate> self = TRY(allocate<Accumulate>(type));
  if (!is_none(func)) self->function = Ref<Object>::share(func).release();
  self->iterator = iterator.release();
  self->initial = Ref<Object>::share(initial).release();
  return self;
}

Ref<Object> accumulate_next(Accumulate* a) {
  if (!is_none(a->initial)) {
    replace_field(a->total, steal(std::exchange(a->initial, none_ref().release())));
    return share(a->total);
  }
  Ref<Object> value = steal(next_item(a->iterator));
  if (!value) return nullptr;
  if (!a->total) {
    a->total = Ref<Object>::share(value.get()).release();
    return value;
  }
  Ref<Object> total = TRY(a->function ? call(a->function, a->total, value.get()) : number_add(a->total, value.get()));
  replace_field(a->total, share(total.get()));
  return total;
}

// The total of None cannot be told from "no total yet" by __setstate__: it becomes the first item of a chain.
Ref<Object> chained_before(Object* first, Object* iterator) {
  Ref<Tuple> single = TRY(tuple_pack(first));
  return call(as_object(&itertools_chain_type), single.get(), iterator);
}

Ref<Object> accumulate_reduce(Accumulate* a) {
  Object* function = a->function ? a->function : py_none();
  if (!is_none(a->initial)) {
    Ref<Object> chained = TRY(chained_before(a->initial, a->iterator));
    Ref<Tuple> args = TRY(tuple_pack(chained.get(), function));
    return tuple_pack(type_of(a), args.get(), py_none());
  }
  if (a->total && is_none(a->total)) {
    Ref<Object> chained = TRY(chained_before(a->total, a->iterator));
    Ref<Object> rest = TRY(call(as_object(type_of(a)), chained.get(), function));
    Ref<Tuple> args = TRY(tuple_pack(rest.get(), small_int(1), py_none()));
    return tuple_pack(&itertools_islice_type, args.get());
  }
  Ref<Tuple> args = TRY(tuple_pack(a->iterator, function));
  return tuple_pack(type_of(a), args.get(), a->total ? a->total : py_none());
}

Status accumulate_setstate(Accumulate* a, Object* state) {
  replace_field(a->total, share(state));
  return kOk;
}

constinit MethodDef accumulate_methods[] = {
    METHOD(accumulate_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    METHOD(accumulate_setstate, "__setstate__(self, state, /)", "Set state information for unpickling."),
    {},
};
using AccumulateFields =
    Owned<Accumulate, &Accumulate::function, &Accumulate::total, &Accumulate::iterator, &Accumulate::initial>;

// ---- zip_longest
// -----------------------------------------------------------------------------------------------------

struct ZipLongest {
  Object base;
  ssize count;
  ssize active;      // iterators that are not exhausted
  Tuple* iterators;  // exhausted ones are null
  Tuple* result;
  Object* fill;
};

Object* zip_longest_new(Type* type, Object* args, Object* kwargs) {
  Object* fill = py_none();
  if (kwargs && is_exactly(kwargs, &dict_type) && dict_size(cast<Dict>(kwargs)) > 0) {
    fill = dict_size(cast<Dict>(kwargs)) == 1 ? dict_get_str(cast<Dict>(kwargs), NAME("fillvalue")) : nullptr;
    if (!fill) return raise(TypeError, "zip_longest() got an unexpected keyword argument");
  }
  Tuple* given = cast<Tuple>(args);
  ssize n = tuple_size(given);
  Ref<Tuple> iterators = TRY(tuple_new(n));
  for (ssize i = 0; i < n; i++) iterators->items[i] = TRY(get_iter(given->items[i]))
  .release();
  Ref<Tuple> result = TRY(tuple_new(n));
  for (ssize i = 0; i < n; i++) result->items[i] = none_ref().release();
  Ref<ZipLongest> self = TRY(allocate<ZipLongest>(type));
  self->count = n;
  self->active = n;
  self->iterators = iterators.release();
  self->result = result.release();
  self->fill = Ref<Object>::share(fill).release();
  return as_object(self.release());
}

// The next item of an iterator, or the fill value; null: an exception, or all are exhausted.
Ref<Object> zip_longest_item(ZipLongest* z, ssize i) {
  if (!z->iterators->items[i]) return share(z->fill);
  Ref<Object> item = iter_next(z->iterators->items[i]);
  if (item) return item;
  z->active--;
  if (z->active == 0 || error_pending()) {
    z->active = 0;
    return nullptr;
  }
  clear_field(z->iterators->items[i]);
  return share(z->fill);
}

Ref<Object> zip_longest_next(ZipLongest* z) {
  if (z->count == 0 || z->active == 0) return nullptr;
  if (z->result->base.base.refcount == 1) {
    Ref<Tuple> result = share(z->result);
    for (ssize i = 0; i < z->count; i++) {
      Ref<Object> item = TRY(zip_longest_item(z, i));
      replace_field(result->items[i], std::move(item));
    }
    // The collector may have untracked it for its old contents.
    if (!gc_is_tracked(result.get())) gc_track(result.get());
    return result;
  }
  Ref<Tuple> result = TRY(tuple_new(z->count));
  for (ssize i = 0; i < z->count; i++) result->items[i] = TRY(zip_longest_item(z, i))
  .release();
  return result;
}

Ref<Object> zip_longest_reduce(ZipLongest* z) {
  Ref<Tuple> args = TRY(tuple_new(z->count));
  for (ssize i = 0; i < z->count; i++) {
    Object* iterator = z->iterators->items[i];
    args->items[i] = iterator ? Ref<Object>::share(iterator).release() : as_object(tuple_empty().release());
  }
  return tuple_pack(type_of(z), args.get(), z->fill);
}

Status zip_longest_setstate(ZipLongest* z, Object* state) {
  replace_field(z->fill, share(state));
  return kOk;
}

constinit MethodDef zip_longest_methods[] = {
    METHOD(zip_longest_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    METHOD(zip_longest_setstate, "__setstate__(self, state, /)", "Set state information for unpickling."),
    {},
};
using ZipLongestFields = Owned<ZipLongest, &ZipLongest::iterators, &ZipLongest::result, &ZipLongest::fill>;

// ---- pairwise
// --------------------------------------------------------------------------------------------------------

struct Pairwise {
  Object base;
  Object* iterator;  // null: exhausted
  Object* last;
};

Ref<Pairwise> pairwise_create(Type* type, Object* iterable) {
  Ref<Object> iterator = TRY(get_iter(iterable));
  Ref<Pairwise> self = TRY(allocate<Pairwise>(type));
  self->iterator = iterator.release();
  return self;
}

Object* pairwise_next(Object* p) {
  Pairwise* w = cast<Pairwise>(p);
  if (!w->iterator) return nullptr;
  Ref<Object> iterator = share(w->iterator);
  if (!w->last) {
    Ref<Object> first = steal(next_item(iterator.get()));
    if (!first) {
      clear_field(w->iterator);
      return nullptr;
    }
    replace_field(w->last, std::move(first));
  }
  Ref<Object> last = share(w->last);
  Ref<Object> item = steal(next_item(iterator.get()));
  if (!item) {
    clear_field(w->iterator);
    clear_field(w->last);
    return nullptr;
  }
  Ref<Tuple> pair = tuple_pack(last.get(), item.get());
  replace_field(w->last, std::move(item));
  return as_object(pair.release());
}
using PairwiseFields = Owned<Pairwise, &Pairwise::iterator, &Pairwise::last>;

}  // namespace

constinit Type itertools_chain_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "itertools.chain",
    .basicsize = sizeof(Chain),
    .dealloc = ChainFields::dealloc,
    .getattro = object_generic_getattro,
    .flags = kNativeTypeFlags,
    .doc =
        "chain(*iterables) --> chain object\n\n"
        "Return a chain object whose .__next__() method returns elements from the\n"
        "first iterable until it is exhausted, then elements from the next\n"
        "iterable, until all of the iterables are exhausted.",
    .traverse = ChainFields::traverse,
    .iter = iter_self,
    .iternext = chain_next,
    .methods = chain_methods,
    .new_ = chain_new,
};

constinit Type itertools_accumulate_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "itertools.accumulate",
    .basicsize = sizeof(Accumulate),
    .dealloc = AccumulateFields::dealloc,
    .getattro = object_generic_getattro,
    .flags = kNativeTypeFlags,
    .doc = "accumulate(iterable, func=None, *, initial=None)\n--\n\nReturn series of accumulated sums.",
    .traverse = AccumulateFields::traverse,
    .iter = iter_self,
    .iternext = slot<accumulate_next>,
    .methods = accumulate_methods,
    .new_ = NEW(accumulate_create, "accumulate(type, iterable, func=None, *, initial=None)"),
};

constinit Type itertools_zip_longest_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "itertools.zip_longest",
    .basicsize = sizeof(ZipLongest),
    .dealloc = ZipLongestFields::dealloc,
    .getattro = object_generic_getattro,
    .flags = kNativeTypeFlags,
    .doc =
        "zip_longest(iter1 [,iter2 [...]], [fillvalue=None]) --> zip_longest object\n\n"
        "Return a zip_longest object whose .__next__() method returns a tuple where\n"
        "the i-th element comes from the i-th iterable argument. It continues until the longest iterable is\n"
        "exhausted; for the exhausted ones the fill value is used.",
    .traverse = ZipLongestFields::traverse,
    .iter = iter_self,
    .iternext = slot<zip_longest_next>,
    .methods = zip_longest_methods,
    .new_ = zip_longest_new,
};

constinit Type itertools_pairwise_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "itertools.pairwise",
    .basicsize = sizeof(Pairwise),
    .dealloc = PairwiseFields::dealloc,
    .getattro = object_generic_getattro,
    .flags = kNativeTypeFlags,
    .doc =
        "pairwise(iterable, /)\n--\n\n"
        "Return an iterator of overlapping pairs taken from the input iterator.\n\n"
        "    s -> (s0,s1), (s1,s2), (s2, s3), ...",
    .traverse = PairwiseFields::traverse,
    .iter = iter_self,
    .iternext = pairwise_next,
    .new_ = new_without_keywords<NEW(pairwise_create, "pairwise(type, iterable, /)"), &itertools_pairwise_type>,
};

}  // namespace minipy
