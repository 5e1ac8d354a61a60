// itertools.product, combinations, combinations_with_replacement and permutations. Each keeps the last result: when
// nobody else holds it, it is changed in place, otherwise copied first.
#include <climits>

#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "stdlib/itertools/itertools.h"
#include "stdlib/native_type.h"

namespace minipy {

namespace {

ssize* numbers_new(ssize count) {
  if (count > SSIZE_MAX / static_cast<ssize>(sizeof(ssize))) return raise_no_memory_error();
  ssize* p = static_cast<ssize*>(memory::mem_calloc(static_cast<size_t>(count ? count : 1), sizeof(ssize)));
  if (!p) return raise_no_memory_error();
  return p;
}

// The result tuple in a state in which its items may be replaced.
Status make_writable(Tuple*& result) {
  if (result->base.base.refcount > 1) {
    Ref<Tuple> copy = TRY(tuple_from_array(result->items, tuple_size(result)));
    replace_field(result, std::move(copy));
  } else if (tuple_size(result) && !gc_is_tracked(result)) {
    // The collector may have untracked it for its old contents.
    gc_track(result);
  }
  return kOk;
}

void set_item(Tuple* result, ssize i, Object* value) { replace_field(result->items[i], share(value)); }

Ref<Tuple> numbers_as_tuple(const ssize* numbers, ssize count) {
  Ref<Tuple> t = TRY(tuple_new(count));
  for (ssize i = 0; i < count; i++) t->items[i] = as_object(TRY(int_from_ssize(numbers[i])).release());
  return t;
}

// One number of a pickled state.
Maybe<ssize> state_number(Object* state, ssize i) {
  Object* p = cast<Tuple>(state)->items[i];
  if (!is_int(p)) return raise(TypeError, "an integer is required");
  return int_to_ssize(p);
}

bool is_state_of(Object* state, ssize count) { return is_tuple(state) && tuple_size(cast<Tuple>(state)) == count; }
Raised invalid_arguments() { return raise(ValueError, "invalid arguments"); }

ssize clamp(ssize v, ssize low, ssize high) { return v < low ? low : v > high ? high : v; }

// ---- product
// ---------------------------------------------------------------------------------------------------------

struct Product {
  Object base;
  Tuple* pools;  // of tuples
  ssize* indices;
  Tuple* result;
  int stopped;
};

Maybe<ssize> product_repeat(Object* kwargs) {
  if (!kwargs || dict_size(cast<Dict>(kwargs)) == 0) return 1;
  Dict* d = cast<Dict>(kwargs);
  if (dict_size(d) > 1) return raise(TypeError, "product() takes at most 1 keyword argument ({} given)", dict_size(d));
  ssize position = 0;
  Object *key, *value;
  dict_next(d, &position, &key, &value);
  if (!is_str(key)) return raise(TypeError, "keywords must be strings");
  if (!str_equals_ascii(cast<Str>(key), "repeat")) {
    return raise(TypeError, "'{}' is an invalid keyword argument for product()", key);
  }
  Maybe<ssize> repeat = bind::to_ssize(value);
  if (!repeat) return kRaised;
  if (*repeat < 0) return raise(ValueError, "repeat argument cannot be negative");
  return *repeat;
}

Object* product_new(Type* type, Object* args, Object* kwargs) {
  Maybe<ssize> repeat = product_repeat(kwargs);
  if (!repeat) return nullptr;
  Tuple* given = cast<Tuple>(args);
  ssize n = *repeat == 0 ? 0 : tuple_size(given);
  if (n > 0 && *repeat > SSIZE_MAX / (n * static_cast<ssize>(sizeof(ssize)))) {
    return raise(OverflowError, "repeat argument too large");
  }
  ssize total = n * *repeat;
  Ref<Tuple> pools = TRY(tuple_new(total));
  for (ssize i = 0; i < n; i++) pools->items[i] = as_object(TRY(tuple_from_iterable(given->items[i])).release());
  for (ssize i = n; i < total; i++) pools->items[i] = Ref<Object>::share(pools->items[i - n]).release();
  ssize* indices = TRY(numbers_new(total));
  Ref<Product> self = allocate<Product>(type);
  if (!self) {
    memory::mem_free(indices);
    return nullptr;
  }
  self->pools = pools.release();
  self->indices = indices;
  return as_object(self.release());
}

Tuple* pool_at(Product* p, ssize i) { return cast<Tuple>(p->pools->items[i]); }

Ref<Tuple> product_first(Product* p) {
  ssize n = tuple_size(p->pools);
  Ref<Tuple> result = TRY(tuple_new(n));
  for (ssize i = 0; i < n; i++) {
    Tuple* pool = pool_at(p, i);
    if (tuple_size(pool) == 0) {
      p->stopped = 1;
      return nullptr;
    }
    set_item(result.get(), i, pool->items[0]);
  }
  return result;
}

// Turns the wheels, the last one fastest; false when all have turned over.
bool product_advance(Product* p) {
  for (ssize i = tuple_size(p->pools) - 1; i >= 0; i--) {
    Tuple* pool = pool_at(p, i);
    if (++p->indices[i] < tuple_size(pool)) {
      set_item(p->result, i, pool->items[p->indices[i]]);
      return true;
    }
    p->indices[i] = 0;
    set_item(p->result, i, pool->items[0]);
  }
  return false;
}

Ref<Tuple> product_next(Product* p) {
  if (p->stopped) return nullptr;
  if (!p->result) {
    p->result = TRY(product_first(p))
    .release();
    return share(p->result);
  }
  TRY(make_writable(p->result));
  if (!product_advance(p)) {
    p->stopped = 1;
    return nullptr;
  }
  return share(p->result);
}

Ref<Object> product_reduce(Product* p) {
  if (p->stopped) {
    Ref<Tuple> empty = tuple_empty();
    Ref<Tuple> args = TRY(tuple_pack(empty.get()));
    return tuple_pack(type_of(p), args.get());
  }
  if (!p->result) return tuple_pack(type_of(p), p->pools);
  Ref<Tuple> indices = TRY(numbers_as_tuple(p->indices, tuple_size(p->pools)));
  return tuple_pack(type_of(p), p->pools, indices.get());
}

Status product_setstate(Product* p, Object* state) {
  ssize n = tuple_size(p->pools);
  if (!is_state_of(state, n)) return invalid_arguments();
  for (ssize i = 0; i < n; i++) {
    Maybe<ssize> index = state_number(state, i);
    if (!index) return kRaised;
    ssize size = tuple_size(pool_at(p, i));
    if (size == 0) {
      p->stopped = 1;
      return kOk;
    }
    p->indices[i] = clamp(*index, 0, size - 1);
  }
  Ref<Tuple> result = TRY(tuple_new(n));
  for (ssize i = 0; i < n; i++) set_item(result.get(), i, pool_at(p, i)->items[p->indices[i]]);
  replace_field(p->result, std::move(result));
  return kOk;
}

Ref<Object> product_sizeof(Product* p) {
  return int_from_ssize(type_of(p)->basicsize + tuple_size(p->pools) * static_cast<ssize>(sizeof(ssize)));
}

void product_dealloc(Object* self) {
  Product* p = cast<Product>(self);
  gc_untrack(p);
  xdecref(p->pools);
  xdecref(p->result);
  memory::mem_free(p->indices);
  type_of(self)->free(self);
}

constinit MethodDef product_methods[] = {
    METHOD(product_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    METHOD(product_setstate, "__setstate__(self, state, /)", "Set state information for unpickling."),
    METHOD(product_sizeof, "__sizeof__(self, /)", "Returns size in memory, in bytes."),
    {},
};
using ProductFields = Owned<Product, &Product::pools, &Product::result>;

// ---- combinations, with and without replacement
// ------------------------------------------------------------------------

struct Combinations {
  Object base;
  Tuple* pool;
  ssize* indices;
  Tuple* result;
  ssize r;
  int stopped;
};

Ref<Combinations> combinations_make(Type* type, Object* iterable, ssize r, bool replacement) {
  Ref<Tuple> pool = TRY(tuple_from_iterable(iterable));
  ssize n = tuple_size(pool.get());
  if (r < 0) return raise(ValueError, "r must be non-negative");
  ssize* indices = TRY(numbers_new(r));
  if (!replacement) {
    for (ssize i = 0; i < r; i++) indices[i] = i;
  }
  Ref<Combinations> self = allocate<Combinations>(type);
  if (!self) {
    memory::mem_free(indices);
    return nullptr;
  }
  self->pool = pool.release();
  self->indices = indices;
  self->r = r;
  self->stopped = replacement ? n == 0 && r > 0 : r > n;
  return self;
}
Ref<Combinations> combinations_create(Type* type, Object* iterable, ssize r) {
  return combinations_make(type, iterable, r, false);
}
Ref<Combinations> replacement_create(Type* type, Object* iterable, ssize r) {
  return combinations_make(type, iterable, r, true);
}

void combinations_dealloc(Object* p) {
  Combinations* c = cast<Combinations>(p);
  gc_untrack(p);
  xdecref(c->pool);
  xdecref(c->result);
  memory::mem_free(c->indices);
  type_of(p)->free(p);
}

// The result for the indices as they are.
Ref<Tuple> pick(Tuple* pool, const ssize* indices, ssize r) {
  Ref<Tuple> result = TRY(tuple_new(r));
  for (ssize i = 0; i < r; i++) set_item(result.get(), i, pool->items[indices[i]]);
  return result;
}

template <bool kReplacement>
Ref<Tuple> combinations_next(Combinations* c) {
  if (c->stopped) return nullptr;
  ssize n = tuple_size(c->pool), r = c->r;
  if (!c->result) {
    c->result = TRY(pick(c->pool, c->indices, r))
    .release();
    return share(c->result);
  }
  TRY(make_writable(c->result));
  // The rightmost index that is not at its end.
  ssize i = r - 1;
  while (i >= 0 && c->indices[i] == (kReplacement ? n - 1 : i + n - r)) i--;
  if (i < 0) {
    c->stopped = 1;
    return nullptr;
  }
  ssize index = c->indices[i] + 1;
  for (; i < r; i++) {
    c->indices[i] = index;
    set_item(c->result, i, c->pool->items[index]);
    if (!kReplacement) index++;
  }
  return share(c->result);
}

Ref<Object> combinations_reduce(Combinations* c) {
  Ref<Int> r = TRY(int_from_ssize(c->r));
  if (c->stopped && c->result) {
    Ref<Tuple> empty = tuple_empty();
    Ref<Tuple> args = TRY(tuple_pack(empty.get(), r.get()));
    return tuple_pack(type_of(c), args.get());
  }
  Ref<Tuple> args = TRY(tuple_pack(c->pool, r.get()));
  if (!c->result) return tuple_pack(type_of(c), args.get());
  Ref<Tuple> indices = TRY(numbers_as_tuple(c->indices, c->r));
  return tuple_pack(type_of(c), args.get(), indices.get());
}

template <bool kReplacement>
Status combinations_setstate(Combinations* c, Object* state) {
  ssize n = tuple_size(c->pool);
  if (!is_state_of(state, c->r)) return invalid_arguments();
  for (ssize i = 0; i < c->r; i++) {
    Maybe<ssize> index = state_number(state, i);
    if (!index) return kRaised;
    ssize most = kReplacement ? n - 1 : i + n - c->r;
    c->indices[i] = *index > most ? most : *index;
    if (c->indices[i] < 0) c->indices[i] = 0;
  }
  if (c->r > 0 && n == 0) return kOk;
  Ref<Tuple> result = TRY(pick(c->pool, c->indices, c->r));
  replace_field(c->result, std::move(result));
  return kOk;
}
constexpr Status (*combinations_setstate_plain)(Combinations*, Object*) = combinations_setstate<false>;
constexpr Status (*combinations_setstate_replacement)(Combinations*, Object*) = combinations_setstate<true>;

Ref<Object> combinations_sizeof(Combinations* c) {
  return int_from_ssize(type_of(c)->basicsize + c->r * static_cast<ssize>(sizeof(ssize)));
}

constinit MethodDef combinations_methods[] = {
    METHOD(combinations_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    METHOD(combinations_setstate_plain, "__setstate__(self, state, /)", "Set state information for unpickling."),
    METHOD(combinations_sizeof, "__sizeof__(self, /)", "Returns size in memory, in bytes."),
    {},
};
constinit MethodDef replacement_methods[] = {
    METHOD(combinations_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    METHOD(combinations_setstate_replacement, "__setstate__(self, state, /)", "Set state information for unpickling."),
    METHOD(combinations_sizeof, "__sizeof__(self, /)", "Returns size in memory, in bytes."),
    {},
};
using CombinationsFields = Owned<Combinations, &Combinations::pool, &Combinations::result>;

// ---- permutations
// ------------------------------------------------------------------------------------------------------

struct Permutations {
  Object base;
  Tuple* pool;
  ssize* indices;  // as many as the pool has items
  ssize* cycles;   // r: how often each place will still rotate what follows it
  Tuple* result;
  ssize r;
  int stopped;
};

Ref<Permutations> permutations_create(Type* type, Object* iterable, Object* r_object) {
  Ref<Tuple> pool = TRY(tuple_from_iterable(iterable));
  ssize n = tuple_size(pool.get()), r = n;
  if (!is_none(r_object)) {
    if (!is_int(r_object)) return raise(TypeError, "Expected int as r");
    Maybe<ssize> v = int_to_ssize(r_object);
    if (!v) return nullptr;
    r = *v;
  }
  if (r < 0) return raise(ValueError, "r must be non-negative");
  ssize* indices = TRY(numbers_new(n));
  ssize* cycles = numbers_new(r);
  Ref<Permutations> self = cycles ? allocate<Permutations>(type) : nullptr;
  if (!self) {
    memory::mem_free(indices);
    memory::mem_free(cycles);
    return nullptr;
  }
  for (ssize i = 0; i < n; i++) indices[i] = i;
  for (ssize i = 0; i < r; i++) cycles[i] = n - i;
  self->pool = pool.release();
  self->indices = indices;
  self->cycles = cycles;
  self->r = r;
  self->stopped = r > n;
  return self;
}

void permutations_dealloc(Object* p) {
  Permutations* m = cast<Permutations>(p);
  gc_untrack(p);
  xdecref(m->pool);
  xdecref(m->result);
  memory::mem_free(m->indices);
  memory::mem_free(m->cycles);
  type_of(p)->free(p);
}

// Counts the rightmost cycle down, going left when one is through; false when all are.
bool permutations_advance(Permutations* p) {
  ssize n = tuple_size(p->pool);
  ssize* indices = p->indices;
  for (ssize i = p->r - 1; i >= 0; i--) {
    if (--p->cycles[i] == 0) {
      // Rotate what was swapped back to ascending order.
      ssize first = indices[i];
      for (ssize j = i; j < n - 1; j++) indices[j] = indices[j + 1];
      indices[n - 1] = first;
      p->cycles[i] = n - i;
      continue;
    }
    std::swap(indices[i], indices[n - p->cycles[i]]);
    for (ssize k = i; k < p->r; k++) set_item(p->result, k, p->pool->items[indices[k]]);
    return true;
  }
  return false;
}

Ref<Tuple> permutations_next(Permutations* p) {
  if (p->stopped) return nullptr;
  if (!p->result) {
    p->result = TRY(pick(p->pool, p->indices, p->r))
    .release();
    return share(p->result);
  }
  if (tuple_size(p->pool) > 0) {
    TRY(make_writable(p->result));
    if (permutations_advance(p)) return share(p->result);
  }
  p->stopped = 1;
  return nullptr;
}

Ref<Object> permutations_reduce(Permutations* p) {
  Ref<Int> r = TRY(int_from_ssize(p->r));
  if (p->stopped && p->result) {
    Ref<Tuple> empty = tuple_empty();
    Ref<Tuple> args = TRY(tuple_pack(empty.get(), r.get()));
    return tuple_pack(type_of(p), args.get());
  }
  Ref<Tuple> args = TRY(tuple_pack(p->pool, r.get()));
  if (!p->result) return tuple_pack(type_of(p), args.get());
  Ref<Tuple> indices = TRY(numbers_as_tuple(p->indices, tuple_size(p->pool)));
  Ref<Tuple> cycles = TRY(numbers_as_tuple(p->cycles, p->r));
  Ref<Tuple> state = TRY(tuple_pack(indices.get(), cycles.get()));
  return tuple_pack(type_of(p), args.get(), state.get());
}

Status permutations_setstate(Permutations* p, Object* state) {
  TRY(check_state(state, 2, 2));
  Object *indices = cast<Tuple>(state)->items[0], *cycles = cast<Tuple>(state)->items[1];
  if (!is_tuple(indices)) return raise(TypeError, "argument 1 must be tuple, not {}", type_name(indices));
  if (!is_tuple(cycles)) return raise(TypeError, "argument 2 must be tuple, not {}", type_name(cycles));
  ssize n = tuple_size(p->pool);
  if (!is_state_of(indices, n) || !is_state_of(cycles, p->r)) return invalid_arguments();
  for (ssize i = 0; i < n; i++) {
    Maybe<ssize> v = state_number(indices, i);
    if (!v) return kRaised;
    p->indices[i] = clamp(*v, 0, n - 1);
  }
  for (ssize i = 0; i < p->r; i++) {
    Maybe<ssize> v = state_number(cycles, i);
    if (!v) return kRaised;
    p->cycles[i] = *v < 1 ? 1 : *v > n - i ? n - i : *v;
  }
  if (p->r > n) return kOk;
  Ref<Tuple> result = TRY(pick(p->pool, p->indices, p->r));
  replace_field(p->result, std::move(result));
  return kOk;
}

Ref<Object> permutations_sizeof(Permutations* p) {
  return int_from_ssize(type_of(p)->basicsize + (tuple_size(p->pool) + p->r) * static_cast<ssize>(sizeof(ssize)));
}

constinit MethodDef permutations_methods[] = {
    METHOD(permutations_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    METHOD(permutations_setstate, "__setstate__(self, state, /)", "Set state information for unpickling."),
    METHOD(permutations_sizeof, "__sizeof__(self, /)", "Returns size in memory, in bytes."),
    {},
};
using PermutationsFields = Owned<Permutations, &Permutations::pool, &Permutations::result>;

}  // namespace

constinit Type itertools_product_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "itertools.product",
    .basicsize = sizeof(Product),
    .dealloc = product_dealloc,
    .getattro = object_generic_getattro,
    .flags = kNativeTypeFlags,
    .doc =
        "product(*iterables, repeat=1) --> product object\n\n"
        "Cartesian product of input iterables.  Equivalent to nested for-loops.\n\n"
        "For example, product(A, B) returns the same as:  ((x,y) for x in A for y in B).\n"
        "The leftmost iterators are in the outermost for-loop, so the output tuples\n"
        "cycle in a manner similar to an odometer (with the rightmost element changing\n"
        "on every iteration).\n\n"
        "To compute the product of an iterable with itself, specify the number\n"
        "of repetitions with the optional repeat keyword argument.",
    .traverse = ProductFields::traverse,
    .iter = iter_self,
    .iternext = slot<product_next>,
    .methods = product_methods,
    .new_ = product_new,
    .free = gc_free_slot,
};

constinit Type itertools_combinations_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "itertools.combinations",
    .basicsize = sizeof(Combinations),
    .dealloc = combinations_dealloc,
    .getattro = object_generic_getattro,
    .flags = kNativeTypeFlags,
    .doc =
        "combinations(iterable, r)\n--\n\n"
        "Return successive r-length combinations of elements in the iterable.\n\n"
        "combinations(range(4), 3) --> (0,1,2), (0,1,3), (0,2,3), (1,2,3)",
    .traverse = CombinationsFields::traverse,
    .iter = iter_self,
    .iternext = slot<combinations_next<false>>,
    .methods = combinations_methods,
    .new_ = NEW(combinations_create, "combinations(type, iterable, r)"),
    .free = gc_free_slot,
};

constinit Type itertools_replacement_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "itertools.combinations_with_replacement",
    .basicsize = sizeof(Combinations),
    .dealloc = combinations_dealloc,
    .getattro = object_generic_getattro,
    .flags = kNativeTypeFlags,
    .doc =
        "combinations_with_replacement(iterable, r)\n--\n\n"
        "Return successive r-length combinations of elements in the iterable allowing individual elements to have\n"
        "successive repeats.\n\n"
        "combinations_with_replacement('ABC', 2) --> ('A','A'), ('A','B'), ('A','C'), ('B','B'), ('B','C'), "
        "('C','C')",
    .traverse = CombinationsFields::traverse,
    .iter = iter_self,
    .iternext = slot<combinations_next<true>>,
    .methods = replacement_methods,
    .new_ = NEW(replacement_create, "combinations_with_replacement(type, iterable, r)"),
    .free = gc_free_slot,
};

constinit Type itertools_permutations_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "itertools.permutations",
    .basicsize = sizeof(Permutations),
    .dealloc = permutations_dealloc,
    .getattro = object_generic_getattro,
    .flags = kNativeTypeFlags,
    .doc =
        "permutations(iterable, r=None)\n--\n\n"
        "Return successive r-length permutations of elements in the iterable.\n\n"
        "permutations(range(3), 2) --> (0,1), (0,2), (1,0), (1,2), (2,0), (2,1)",
    .traverse = PermutationsFields::traverse,
    .iter = iter_self,
    .iternext = slot<permutations_next>,
    .methods = permutations_methods,
    .new_ = NEW(permutations_create, "permutations(type, iterable, r=None)"),
    .free = gc_free_slot,
};

}  // namespace minipy
