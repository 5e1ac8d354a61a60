// tuple. Freed tuples of up to 20 items are kept in free lists, one per length, linked through their first item. (Those
// of exactly 20 items are put there but never taken out again, as in CPython 3.11: collection counts show it.)
#include <array>
#include <boost/container/small_vector.hpp>
#include <climits>

#include "gc/collector.h"
#include "runtime/bind.h"
#include "runtime/container_support.h"
#include "runtime/containers.h"
#include "runtime/free_list.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"

namespace minipy {

namespace {

constexpr int kFreeSizes = 20;
using FreeTuples = FreeList<2000, offsetof(Tuple, items), gc_free>;
template <size_t... kIndex>
constexpr std::array<FreeTuples, sizeof...(kIndex)> make_free_tuples(std::index_sequence<kIndex...>) {
  return {FreeTuples("tuple", static_cast<int>(kIndex) + 1)...};
}
constinit auto free_tuples = make_free_tuples(std::make_index_sequence<kFreeSizes>());

// The one empty tuple. It has a GC header but is never tracked.
struct EmptyTuple {
  GcHeader header;
  Tuple tuple;
};
constexpr ssize kImmortal = 999999999;
alignas(16) constinit EmptyTuple empty_tuple = {{0, 0}, {{{kImmortal, &tuple_type}, 0}, {nullptr}}};

constexpr size_t tuple_bytes(ssize size) {
  return offsetof(Tuple, items) + static_cast<size_t>(size) * sizeof(Object*);
}

// Untracked, items uninitialised; size > 0. Null with MemoryError.
inline Tuple* tuple_alloc(ssize size) {
  if (size < kFreeSizes) {
    if (Tuple* t = static_cast<Tuple*>(free_tuples[static_cast<size_t>(size - 1)].take())) {
      first_reference(t);
      return t;
    }
  } else if (size > static_cast<ssize>((SSIZE_MAX - tuple_bytes(0)) / sizeof(Object*))) {
    return raise_no_memory_error();
  }
  Tuple* t = object_new_gc<Tuple>(&tuple_type, tuple_bytes(size));
  if (t) t->base.size = size;
  return t;
}

}  // namespace

void tuple_register_free_lists() {
  for (FreeTuples& list : free_tuples) free_list_register(list);
}

Ref<Tuple> tuple_empty() { return Ref<Tuple>::share(&empty_tuple.tuple); }

Ref<Tuple> tuple_new(ssize size) {
  if (size == 0) return tuple_empty();
  Tuple* t = tuple_alloc(size);
  if (!t) return nullptr;
  for (ssize i = 0; i < size; i++) t->items[i] = nullptr;
  gc_track(t);
  return steal(t);
}

Ref<Tuple> tuple_from_array(Object* const* items, ssize size) {
  if (size == 0) return tuple_empty();
  Tuple* t = tuple_alloc(size);
  if (!t) return nullptr;
  for (ssize i = 0; i < size; i++) {
    incref(items[i]);
    t->items[i] = items[i];
  }
  gc_track(t);
  return steal(t);
}

Ref<Tuple> tuple_from_array_steal(Object* const* items, ssize size) {
  if (size == 0) return tuple_empty();
  Tuple* t = tuple_alloc(size);
  if (!t) {
    for (ssize i = 0; i < size; i++) decref(items[i]);
    return nullptr;
  }
  for (ssize i = 0; i < size; i++) t->items[i] = items[i];
  gc_track(t);
  return steal(t);
}

Ref<Tuple> tuple_slice(Tuple* t, ssize start, ssize end) {
  if (start < 0) start = 0;
  if (end > tuple_size(t)) end = tuple_size(t);
  if (end < start) end = start;
  if (start == 0 && end == tuple_size(t) && is_exactly(t, &tuple_type)) return share(t);
  return tuple_from_array(t->items + start, end - start);
}

Status tuple_resize(Ref<Tuple>& t, ssize size) {
  ssize old = tuple_size(t.get());
  if (old == size) return kOk;
  if (size == 0 || old == 0) {
    t = size == 0 ? tuple_empty() : tuple_new(size);
    return t ? kOk : Status::failed();
  }
  gc_untrack(t.get());
  for (ssize i = size; i < old; i++) clear_field(t->items[i]);
  Tuple* moved = static_cast<Tuple*>(gc_realloc(as_object(t.get()), tuple_bytes(size)));
  if (!moved) {
    t.reset();
    return raise_no_memory_error();
  }
  (void)t.release();
  moved->base.size = size;
  for (ssize i = old; i < size; i++) moved->items[i] = nullptr;
  gc_track(moved);
  t = steal(moved);
  return kOk;
}

Ref<Tuple> tuple_from_iterable(Object* iterable) {
  if (is_exactly(iterable, &tuple_type)) return share(cast<Tuple>(iterable));
  if (is_exactly(iterable, &list_type)) return list_as_tuple(cast<List>(iterable));
  Ref<Object> iterator = TRY(get_iter(iterable));
  Maybe<ssize> hint = object_length_hint(iterable, 10);
  if (!hint) return nullptr;
  ssize room = *hint, n = 0;
  Ref<Tuple> result = TRY(tuple_new(room));
  while (Ref<Object> item = iter_next(iterator.get())) {
    if (n >= room) {
      // Grow slowly at first, then by a quarter.
      size_t wanted = static_cast<size_t>(room) + 10;
      wanted += wanted >> 2;
      if (wanted > static_cast<size_t>(SSIZE_MAX) / sizeof(Object*)) return raise_no_memory_error();
      room = static_cast<ssize>(wanted);
      TRY(tuple_resize(result, room));
    }
    result->items[n++] = item.release();
  }
  if (error_pending()) return nullptr;
  if (n < room) TRY(tuple_resize(result, n));
  return result;
}

// ---- Slots -------------------------------------------------------------------------------------------------------

namespace {

void tuple_dealloc(Object* p) {
  Tuple* t = cast<Tuple>(p);
  ssize n = tuple_size(t);
  if (n == 0 && is_exactly(t, &tuple_type)) [[unlikely]] {
    t->base.base.refcount = kImmortal;  // somebody dropped references they did not have
    return;
  }
  gc_untrack(t);
  TRASHCAN_GUARD(t, tuple_dealloc);
  for (ssize i = n; --i >= 0;) xdecref(t->items[i]);
  if (n >= 1 && n <= kFreeSizes && is_exactly(t, &tuple_type) && free_tuples[static_cast<size_t>(n - 1)].give(t)) {
    return;
  }
  type_of(t)->free(t);
}

int tuple_traverse(Object* p, VisitProc visit, void* arg) {
  Tuple* t = cast<Tuple>(p);
  for (ssize i = tuple_size(t); --i >= 0;) MINIPY_VISIT(t->items[i]);
  return 0;
}

Ref<Str> tuple_repr(Tuple* t) {
  ssize n = tuple_size(t);
  if (n == 0) return str_from_ascii("()");
  ReprGuard guard(as_object(t));
  if (guard.failed()) return nullptr;
  if (guard.recursive()) return str_from_ascii("(...)");
  StrBuilder out(n > 1 ? 1 + 3 * n : 4);
  TRY(out.append_char('('));
  for (ssize i = 0; i < n; i++) {
    if (i > 0) TRY(out.append_ascii(", "));
    TRY(out.append_repr_of(t->items[i]));
  }
  TRY(out.append_ascii(n > 1 ? ")" : ",)"));
  return out.finish();
}

// A form of xxHash's, over the items' hashes.
struct TupleHash {
  static constexpr uint64_t kPrime1 = 11400714785074694791ULL;
  static constexpr uint64_t kPrime2 = 14029467366897019727ULL;
  static constexpr uint64_t kPrime5 = 2870177450012600261ULL;
  Tuple* tuple;
  ssize next = 0;
  uint64_t sum = kPrime5;
  void add(hash_t lane) {
    sum += static_cast<uint64_t>(lane) * kPrime2;
    sum = (sum << 31) | (sum >> 33);
    sum *= kPrime1;
    next++;
  }
  hash_t finish() {
    sum += static_cast<uint64_t>(tuple_size(tuple)) ^ (kPrime5 ^ 3527539ULL);
    return sum == static_cast<uint64_t>(-1) ? 1546275796 : static_cast<hash_t>(sum);
  }
};

hash_t tuple_hash(Object* p);
bool hashed_as_tuple(Object* p) { return is_tuple(p) && type_of(p)->hash == tuple_hash; }

// Where CPython's native stack has long ended. A tuple that contains itself, which marshalled data can make, has no
// end.
constexpr size_t kMaxHashDepth = 1'000'000;

// Tuples in tuples are walked with a stack of our own.
hash_t tuple_hash(Object* p) {
  boost::container::small_vector<TupleHash, 4> stack;
  stack.push_back({cast<Tuple>(p)});
  while (true) {
    TupleHash& top = stack.back();
    if (top.next < tuple_size(top.tuple)) {
      Object* item = top.tuple->items[top.next];
      if (hashed_as_tuple(item)) {
        if (stack.size() >= kMaxHashDepth) {
          (void)raise(RecursionError, "maximum recursion depth exceeded in __hash__");
          return -1;
        }
        stack.push_back({cast<Tuple>(item)});
        continue;
      }
      Maybe<hash_t> lane = object_hash(item);
      if (!lane) return -1;
      top.add(*lane);
      continue;
    }
    hash_t done = top.finish();
    stack.pop_back();
    if (stack.empty()) return done;
    stack.back().add(done);
  }
}

Ref<Object> tuple_compare(Object* a, Object* b, CompareOp op) {
  if (!is_tuple(a) || !is_tuple(b)) return not_implemented_ref();
  Tuple *x = cast<Tuple>(a), *y = cast<Tuple>(b);
  ssize n = tuple_size(x), m = tuple_size(y);
  ssize i = 0;
  for (; i < n && i < m; i++) {
    Maybe<bool> equal = object_compare_bool(x->items[i], y->items[i], kEq);
    if (!equal) return nullptr;
    if (!*equal) break;
  }
  if (i >= n || i >= m) return bool_ref(compare_sizes(n, m, op));
  if (op == kEq) return bool_ref(false);
  if (op == kNe) return bool_ref(true);
  return object_compare(x->items[i], y->items[i], op);
}

ssize tuple_length(Object* p) { return tuple_size(cast<Tuple>(p)); }

Maybe<bool> tuple_contains(Tuple* t, Object* value) {
  for (ssize i = 0; i < tuple_size(t); i++) {
    Maybe<bool> equal = object_compare_bool(t->items[i], value, kEq);
    if (!equal || *equal) return equal;
  }
  return false;
}

Ref<Object> tuple_item(Tuple* t, ssize i) {
  if (i < 0 || i >= tuple_size(t)) return raise(IndexError, "tuple index out of range");
  return share(t->items[i]);
}

Ref<Object> tuple_subscript(Tuple* t, Object* index) {
  if (has_index(index)) {
    Maybe<ssize> i = number_as_ssize(index, IndexError);
    if (!i) return nullptr;
    return tuple_item(t, *i < 0 ? *i + tuple_size(t) : *i);
  }
  if (!is_exactly(index, &slice_type)) {
    return raise(TypeError, "tuple indices must be integers or slices, not {:.200}", type_name(index));
  }
  ssize start, stop, step;
  TRY(slice_unpack(index, &start, &stop, &step));
  ssize n = slice_adjust(tuple_size(t), &start, &stop, step);
  if (n <= 0) return tuple_empty();
  if (start == 0 && step == 1 && n == tuple_size(t) && is_exactly(t, &tuple_type)) return share(as_object(t));
  Tuple* result = tuple_alloc(n);
  if (!result) return nullptr;
  for (ssize i = 0, from = start; i < n; i++, from += step)
    result->items[i] = Ref<Object>::share(t->items[from]).release();
  gc_track(result);
  return steal(as_object(result));
}

Ref<Object> tuple_concat(Tuple* a, Object* other) {
  if (tuple_size(a) == 0 && is_exactly(other, &tuple_type)) return share(other);
  if (!is_tuple(other)) {
    return raise(TypeError, "can only concatenate tuple (not \"{:.200}\") to tuple", type_name(other));
  }
  Tuple* b = cast<Tuple>(other);
  if (tuple_size(b) == 0 && is_exactly(a, &tuple_type)) return share(as_object(a));
  ssize n = tuple_size(a), m = tuple_size(b);
  if (n > SSIZE_MAX - m) return raise_no_memory_error();
  if (n + m == 0) return tuple_empty();
  Tuple* result = tuple_alloc(n + m);
  if (!result) return nullptr;
  for (ssize i = 0; i < n; i++) result->items[i] = Ref<Object>::share(a->items[i]).release();
  for (ssize i = 0; i < m; i++) result->items[n + i] = Ref<Object>::share(b->items[i]).release();
  gc_track(result);
  return steal(as_object(result));
}

Ref<Object> tuple_repeat(Tuple* t, ssize count) {
  ssize n = tuple_size(t);
  // A tuple subclass gives a tuple even when nothing changes.
  if ((n == 0 || count == 1) && is_exactly(t, &tuple_type)) return share(as_object(t));
  if (n == 0 || count <= 0) return tuple_empty();
  if (n > SSIZE_MAX / count) return raise_no_memory_error();
  Tuple* result = tuple_alloc(n * count);
  if (!result) return nullptr;
  for (ssize i = 0; i < n; i++) add_references(t->items[i], count);
  Object** out = result->items;
  for (ssize k = 0; k < count; k++) {
    for (ssize i = 0; i < n; i++) *out++ = t->items[i];
  }
  gc_track(result);
  return steal(as_object(result));
}

// ---- Methods -----------------------------------------------------------------------------------------------------

Ref<Object> tuple_index(Tuple* t, Object* value, Object* start_arg, Object* stop_arg) {
  Maybe<ssize> start = slice_bound(start_arg, 0);
  if (!start) return nullptr;
  Maybe<ssize> stop = slice_bound(stop_arg, SSIZE_MAX);
  if (!stop) return nullptr;
  ssize i = *start, end = *stop;
  if (i < 0 && (i += tuple_size(t)) < 0) i = 0;
  if (end < 0) {
    end += tuple_size(t);
  } else if (end > tuple_size(t)) {
    end = tuple_size(t);
  }
  for (; i < end; i++) {
    Maybe<bool> equal = object_compare_bool(t->items[i], value, kEq);
    if (!equal) return nullptr;
    if (*equal) return int_from_ssize(i);
  }
  return raise(ValueError, "tuple.index(x): x not in tuple");
}

Ref<Object> tuple_count(Tuple* t, Object* value) {
  ssize count = 0;
  for (ssize i = 0; i < tuple_size(t); i++) {
    Maybe<bool> equal = object_compare_bool(t->items[i], value, kEq);
    if (!equal) return nullptr;
    count += *equal;
  }
  return int_from_ssize(count);
}

Ref<Object> tuple_getnewargs(Tuple* t) {
  Ref<Tuple> copy = TRY(tuple_from_array(t->items, tuple_size(t)));
  return tuple_pack(copy.get());
}

Ref<Object> tuple_subtype_new(Type* type, Object* iterable) {
  Ref<Tuple> items = iterable ? tuple_from_iterable(iterable) : tuple_empty();
  if (!items) return nullptr;
  ssize n = tuple_size(items.get());
  Ref<Object> result = steal(type->alloc(type, n));
  if (!result) return nullptr;
  Object** out = cast<Tuple>(result.get())->items;
  for (ssize i = 0; i < n; i++) out[i] = Ref<Object>::share(items->items[i]).release();
  return result;
}

Ref<Object> tuple_create(Type* type, Object* iterable) {
  if (type != &tuple_type) return tuple_subtype_new(type, iterable);
  if (!iterable) return tuple_empty();
  return tuple_from_iterable(iterable);
}

Object* tuple_type_new(Type* type, Object* args, Object* kwargs) {
  // A subclass with an __init__ of its own may take keywords.
  if (type == &tuple_type || type->init == tuple_type.init) {
    if (!check_no_keywords("tuple", kwargs)) return nullptr;
  }
  Tuple* given = cast<Tuple>(args);
  if (tuple_size(given) > 1) {
    (void)raise(TypeError, "tuple expected at most 1 argument, got {}", tuple_size(given));
    return nullptr;
  }
  return tuple_create(type, tuple_size(given) ? given->items[0] : nullptr).release();
}

Object* tuple_vectorcall(Object* callable, Object* const* args, size_t nargsf, Object* kwnames) {
  ssize n = vectorcall_nargs(nargsf);
  if (kwnames && tuple_size(cast<Tuple>(kwnames)) > 0) {
    (void)raise(TypeError, "tuple() takes no keyword arguments");
    return nullptr;
  }
  if (n > 1) {
    (void)raise(TypeError, "tuple expected at most 1 argument, got {}", n);
    return nullptr;
  }
  return tuple_create(cast<Type>(callable), n ? args[0] : nullptr).release();
}

constinit MethodDef tuple_methods[] = {
    METHOD(tuple_getnewargs, "__getnewargs__(self, /)", ""),
    METHOD(tuple_index, "index(self, value, start=0, stop=sys.maxsize, /)",
           "Return first index of value.\n\nRaises ValueError if the value is not present."),
    METHOD(tuple_count, "count(self, value, /)", "Return number of occurrences of value."),
    PLAIN_CLASS_METHOD(class_getitem_generic_alias, "__class_getitem__(type, object, /)", "See PEP 585"),
    {},
};

constinit SequenceMethods tuple_as_sequence = {
    .length = tuple_length,
    .concat = slot<tuple_concat>,
    .repeat = slot<tuple_repeat>,
    .item = slot<tuple_item>,
    .contains = slot<tuple_contains>,
};
constinit MappingMethods tuple_as_mapping = {
    .length = tuple_length,
    .subscript = slot<tuple_subscript>,
};

// ---- Iterator ----------------------------------------------------------------------------------------------------

struct TupleIterator {
  Object base;
  ssize index;
  Tuple* sequence;  // null: exhausted
};

Object* tuple_iter(Object* t) {
  TupleIterator* it = object_new_gc<TupleIterator>(&tuple_iterator_type);
  if (!it) return nullptr;
  it->index = 0;
  incref(t);
  it->sequence = cast<Tuple>(t);
  gc_track(it);
  return as_object(it);
}

void tuple_iterator_dealloc(Object* p) {
  gc_untrack(p);
  xdecref(cast<TupleIterator>(p)->sequence);
  gc_free(p);
}

int tuple_iterator_traverse(Object* p, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<TupleIterator>(p)->sequence);
  return 0;
}

Object* tuple_iterator_next(Object* p) {
  TupleIterator* it = cast<TupleIterator>(p);
  Tuple* t = it->sequence;
  if (!t) return nullptr;
  if (it->index < tuple_size(t)) [[likely]] {
    Object* item = t->items[it->index++];
    incref(item);
    return item;
  }
  clear_field(it->sequence);
  return nullptr;
}

Ref<Object> tuple_iterator_length_hint(TupleIterator* it) {
  return int_from_ssize(it->sequence ? tuple_size(it->sequence) - it->index : 0);
}

Ref<Object> tuple_iterator_reduce(TupleIterator* it) {
  return reduce_sequence_iterator(as_object(it->sequence), it->index, tuple_empty());
}

Status tuple_iterator_setstate(TupleIterator* it, Object* state) {
  Maybe<ssize> index = state_index(state);
  if (!index) return kRaised;
  if (it->sequence) {
    ssize n = tuple_size(it->sequence);
    it->index = *index < 0 ? 0 : *index > n ? n : *index;
  }
  return kOk;
}

constinit MethodDef tuple_iterator_methods[] = {
    PLAIN_METHOD(tuple_iterator_length_hint, "__length_hint__(self, /)",
                 "Private method returning an estimate of len(list(it))."),
    PLAIN_METHOD(tuple_iterator_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    PLAIN_METHOD(tuple_iterator_setstate, "__setstate__(self, state, /)", "Set state information for unpickling."),
    {},
};

}  // namespace

constinit Type tuple_iterator_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "tuple_iterator",
    .basicsize = sizeof(TupleIterator),
    .dealloc = tuple_iterator_dealloc,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = tuple_iterator_traverse,
    .iter = iter_self,
    .iternext = tuple_iterator_next,
    .methods = tuple_iterator_methods,
};

constinit Type tuple_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "tuple",
    .basicsize = sizeof(Tuple) - sizeof(Object*),
    .itemsize = sizeof(Object*),
    .dealloc = tuple_dealloc,
    .repr = slot<tuple_repr>,
    .as_sequence = &tuple_as_sequence,
    .as_mapping = &tuple_as_mapping,
    .hash = tuple_hash,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc | kTypeBaseType | kTypeTupleSubclass | kTypeMatchSelf | kTypeSequence,
    .doc =
        "tuple(iterable=(), /)\n--\n\n"
        "Built-in immutable sequence.\n\n"
        "If no argument is given, the constructor returns an empty tuple.\n"
        "If iterable is specified the tuple is initialized from iterable's items.\n\n"
        "If the argument is a tuple, the return value is the same object.",
    .traverse = tuple_traverse,
    .richcompare = slot<tuple_compare>,
    .iter = tuple_iter,
    .methods = tuple_methods,
    .new_ = tuple_type_new,
    .free = gc_free_slot,
    .vectorcall = tuple_vectorcall,
};

}  // namespace minipy
