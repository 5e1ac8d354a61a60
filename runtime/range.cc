// range: start, stop, step and length are ints of any size. Iteration has two forms: over machine words where
// everything fits, over int objects otherwise.
#include "runtime/range.h"

#include <climits>

#include "gc/memory.h"
#include "runtime/bind.h"
#include "runtime/container_support.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/slice_bounds.h"
#include "runtime/str.h"

namespace minipy {

namespace {

Int* as_int(Object* p) { return cast<Int>(p); }
int compare(Object* a, Object* b) { return int_compare(as_int(a), as_int(b)); }
bool fits_long(Object* p, long* out) {
  if (int_is_compact(as_int(p))) [[likely]] {
    *out = int_compact_value(as_int(p));
    return true;
  }
  int overflow;
  *out = static_cast<long>(int_to_long_long_overflow(p, &overflow));
  return !overflow;
}

unsigned long length_of_longs(long lo, long hi, long step) {
  if (step > 0)
    return lo < hi ? 1UL + (static_cast<unsigned long>(hi) - 1UL - static_cast<unsigned long>(lo)) /
                               static_cast<unsigned long>(step)
                   : 0;
  return lo > hi ? 1UL + (static_cast<unsigned long>(lo) - 1UL - static_cast<unsigned long>(hi)) /
                             (0UL - static_cast<unsigned long>(step))
                 : 0;
}

Ref<Object> length_of_ints(Object* start, Object* stop, Object* step) {
  long a, b, c;
  if (fits_long(start, &a) && fits_long(stop, &b) && fits_long(step, &c))
    return int_from_size(length_of_longs(a, b, c));
  Object *lo = start, *hi = stop;
  Ref<Object> positive = share(step);
  if (int_sign(as_int(step)) < 0) {
    std::swap(lo, hi);
    positive = TRY(int_negate(as_int(step)));
  }
  if (compare(lo, hi) >= 0) return int_from(0);
  Ref<Object> distance = TRY(int_subtract(as_int(hi), as_int(lo)));
  Ref<Object> last = TRY(int_subtract(as_int(distance.get()), small_int(1)));
  Ref<Object> quotient = TRY(int_floor_divide(as_int(last.get()), as_int(positive.get())));
  return int_add(as_int(quotient.get()), small_int(1));
}

Ref<Object> range_make(Type* type, Ref<Object> start, Ref<Object> stop, Ref<Object> step) {
  Ref<Object> length = TRY(length_of_ints(start.get(), stop.get(), step.get()));
  Range* r = cast<Range>(type->alloc(type, 0));
  if (!r) return nullptr;
  r->start = start.release();
  r->stop = stop.release();
  r->step = step.release();
  r->length = length.release();
  return steal(as_object(r));
}

void range_dealloc(Object* p) {
  Range* r = cast<Range>(p);
  decref(r->start);
  decref(r->stop);
  decref(r->step);
  decref(r->length);
  memory::object_free(p);
}

Ref<Object> range_create(Type* type, Object* const* args, ssize n) {
  if (n == 0) return raise(TypeError, "range expected at least 1 argument, got 0");
  if (n > 3) return raise(TypeError, "range expected at most 3 arguments, got {}", n);
  if (n == 1) {
    Ref<Object> stop = TRY(number_index(args[0]));
    return range_make(type, int_from(0), std::move(stop), int_from(1));
  }
  Ref<Object> start = TRY(number_index(args[0]));
  Ref<Object> stop = TRY(number_index(args[1]));
  Ref<Object> step = n == 3 ? TRY(number_index(args[2])) : Ref<Object>(int_from(1));
  if (int_sign(as_int(step.get())) == 0) return raise(ValueError, "range() arg 3 must not be zero");
  return range_make(type, std::move(start), std::move(stop), std::move(step));
}

Object* range_type_new(Type* type, Object* args, Object* kwargs) {
  if (!check_no_keywords("range", kwargs)) return nullptr;
  Tuple* given = cast<Tuple>(args);
  return range_create(type, given->items, tuple_size(given)).release();
}

Object* range_vectorcall(Object* callable, Object* const* args, size_t nargsf, Object* kwnames) {
  if (kwnames && tuple_size(cast<Tuple>(kwnames)) > 0) {
    return raise(TypeError, "range() takes no keyword arguments");
  }
  return range_create(cast<Type>(callable), args, vectorcall_nargs(nargsf)).release();
}

Ref<Str> range_repr(Range* r) {
  if (compare(r->step, as_object(small_int(1))) == 0) {
    return format_message("range({}, {})", repr_of(r->start), repr_of(r->stop));
  }
  return format_message("range({}, {}, {})", repr_of(r->start), repr_of(r->stop), repr_of(r->step));
}

Maybe<ssize> range_length(Range* r) { return int_to_ssize(r->length); }

// start + i * step, without looking at the bounds.
Ref<Object> item_at(Range* r, Object* i) {
  Ref<Object> offset = TRY(int_multiply(as_int(i), as_int(r->step)));
  return int_add(as_int(r->start), as_int(offset.get()));
}

Ref<Object> item_checked(Range* r, Object* index) {
  Ref<Object> i = share(index);
  if (int_sign(as_int(index)) < 0) i = TRY(int_add(as_int(r->length), as_int(index)));
  if (int_sign(as_int(i.get())) < 0 || compare(i.get(), r->length) >= 0) {
    return raise(IndexError, "range object index out of range");
  }
  return item_at(r, i.get());
}

Ref<Object> range_item(Range* r, ssize i) {
  Ref<Int> index = TRY(int_from_ssize(i));
  return item_checked(r, as_object(index.get()));
}

Ref<Object> range_subscript(Range* r, Object* index) {
  if (has_index(index)) {
    Ref<Object> i = TRY(number_index(index));
    return item_checked(r, i.get());
  }
  if (!is_exactly(index, &slice_type)) {
    return raise(TypeError, "range indices must be integers or slices, not {:.200}", type_name(index));
  }
  SliceBounds bounds;
  if (!slice_long_bounds(index, r->length, bounds)) return nullptr;
  Ref<Object> step = TRY(int_multiply(as_int(bounds.step.get()), as_int(r->step)));
  Ref<Object> start = TRY(item_at(r, bounds.start.get()));
  Ref<Object> stop = TRY(item_at(r, bounds.stop.get()));
  return range_make(&range_type, std::move(start), std::move(stop), std::move(step));
}

bool is_plain_int(const Object* p) { return is_exactly(p, &int_type) || is_exactly(p, &bool_type); }

Maybe<bool> contains_int(Range* r, Object* p) {
  bool forward = int_sign(as_int(r->step)) > 0;
  if (forward ? (compare(p, r->start) < 0 || compare(p, r->stop) >= 0)
              : (compare(p, r->start) > 0 || compare(p, r->stop) <= 0)) {
    return false;
  }
  Ref<Object> distance = TRY(int_subtract(as_int(p), as_int(r->start)));
  Ref<Object> rest = TRY(int_remainder(as_int(distance.get()), as_int(r->step)));
  return int_sign(as_int(rest.get())) == 0;
}

Maybe<bool> range_contains(Range* r, Object* p) {
  if (is_plain_int(p)) return contains_int(r, p);
  Maybe<ssize> found = sequence_search(as_object(r), p, SequenceSearch::kContains);
  if (!found) return kRaised;
  return *found != 0;
}

int range_bool(Object* p) { return int_sign(as_int(cast<Range>(p)->length)) != 0; }

bool ranges_equal(Range* a, Range* b) {
  if (a == b) return true;
  if (compare(a->length, b->length) != 0) return false;
  if (int_sign(as_int(a->length)) == 0) return true;
  if (compare(a->start, b->start) != 0) return false;
  if (compare(a->length, as_object(small_int(1))) == 0) return true;
  return compare(a->step, b->step) == 0;
}

Ref<Object> range_compare(Object* a, Object* b, CompareOp op) {
  if (type_of(b) != &range_type || (op != kEq && op != kNe)) return not_implemented_ref();
  return bool_ref(ranges_equal(cast<Range>(a), cast<Range>(b)) == (op == kEq));
}

// Equal ranges have equal hashes: what does not matter for equality is None.
hash_t range_hash(Object* p) {
  Range* r = cast<Range>(p);
  bool empty = int_sign(as_int(r->length)) == 0;
  bool single = compare(r->length, as_object(small_int(1))) == 0;
  Ref<Tuple> t = tuple_pack(r->length, empty ? py_none() : r->start, empty || single ? py_none() : r->step);
  if (!t) return -1;
  Maybe<hash_t> h = object_hash(as_object(t.get()));
  return h ? *h : -1;
}

Ref<Object> range_count(Range* r, Object* p) {
  if (is_plain_int(p)) {
    Maybe<bool> found = contains_int(r, p);
    if (!found) return nullptr;
    return int_from(*found ? 1 : 0);
  }
  Maybe<ssize> count = sequence_search(as_object(r), p, SequenceSearch::kCount);
  if (!count) return nullptr;
  return int_from_ssize(*count);
}

Ref<Object> range_index(Range* r, Object* p) {
  if (!is_plain_int(p)) {
    Maybe<ssize> index = sequence_search(as_object(r), p, SequenceSearch::kIndex);
    if (!index) return nullptr;
    return int_from_ssize(*index);
  }
  Maybe<bool> found = contains_int(r, p);
  if (!found) return nullptr;
  if (!*found) return raise(ValueError, "{} is not in range", repr_of(p));
  Ref<Object> distance = TRY(int_subtract(as_int(p), as_int(r->start)));
  return int_floor_divide(as_int(distance.get()), as_int(r->step));
}

Ref<Object> range_reduce(Range* r) {
  Ref<Tuple> args = TRY(tuple_pack(r->start, r->stop, r->step));
  return tuple_pack(type_of(r), args.get());
}

// ---- Iterators ---------------------------------------------------------------------------------------------------

struct LongRangeIterator {
  Object base;
  Object *index, *start, *step, *length;
};

Ref<Object> iterator_new(long start, long step, long length) {
  RangeIterator* it = object_new<RangeIterator>(&range_iterator_type);
  if (!it) return nullptr;
  it->index = 0;
  it->start = start;
  it->step = step;
  it->length = length;
  return steal(as_object(it));
}

Ref<Object> long_iterator_new(Ref<Object> start, Ref<Object> step, Object* length) {
  LongRangeIterator* it = object_new<LongRangeIterator>(&long_range_iterator_type);
  if (!it) return nullptr;
  it->index = as_object(int_from(0).release());
  it->start = start.release();
  it->step = step.release();
  incref(length);
  it->length = length;
  return steal(as_object(it));
}

}  // namespace

Ref<Object> range_iter(Object* p) {
  Range* r = cast<Range>(p);
  long start, stop, step;
  if (fits_long(r->start, &start) && fits_long(r->stop, &stop) && fits_long(r->step, &step)) {
    unsigned long length = length_of_longs(start, stop, step);
    // No value of the iteration, nor the one after the last, may overflow.
    bool safe = length <= static_cast<unsigned long>(LONG_MAX) &&
                (length == 0 || (step > 0 ? stop <= LONG_MAX - (step - 1) : stop >= LONG_MIN + (-1 - step)));
    if (safe) return iterator_new(start, step, static_cast<long>(length));
  }
  return long_iterator_new(share(r->start), share(r->step), r->length);
}

namespace {

Ref<Object> range_reversed(Range* r) {
  long start, stop, step;
  if (fits_long(r->start, &start) && fits_long(r->stop, &stop) && fits_long(r->step, &step) && step != LONG_MIN) {
    unsigned long length = length_of_longs(start, stop, step);
    bool safe = (step > 0 ? start >= LONG_MIN + step : start <= LONG_MAX + step) &&
                length <= static_cast<unsigned long>(LONG_MAX);
    if (safe) {
      long new_stop = start - step;
      long new_start =
          static_cast<long>(static_cast<unsigned long>(new_stop) + length * static_cast<unsigned long>(step));
      return iterator_new(new_start, -step, static_cast<long>(length));
    }
  }
  Ref<Object> last = TRY(int_subtract(as_int(r->length), small_int(1)));
  Ref<Object> new_start = TRY(item_at(r, last.get()));
  Ref<Object> new_step = TRY(int_negate(as_int(r->step)));
  return long_iterator_new(std::move(new_start), std::move(new_step), r->length);
}

void iterator_dealloc(Object* p) { memory::object_free(p); }

Object* iterator_next(Object* p) {
  RangeIterator* it = cast<RangeIterator>(p);
  if (it->index >= it->length) return nullptr;
  long value = static_cast<long>(static_cast<unsigned long>(it->start) +
                                 static_cast<unsigned long>(it->index++) * static_cast<unsigned long>(it->step));
  return as_object(int_from_ssize(value).release());
}

Ref<Object> iterator_length_hint(RangeIterator* it) { return int_from_ssize(it->length - it->index); }

Ref<Object> iterator_reduce(RangeIterator* it) {
  Ref<Object> start = TRY(int_from_ssize(it->start));
  Ref<Object> stop = TRY(int_from_ssize(it->start + it->length * it->step));
  Ref<Object> step = TRY(int_from_ssize(it->step));
  Ref<Object> range = TRY(range_make(&range_type, std::move(start), std::move(stop), std::move(step)));
  return reduce_sequence_iterator(range.get(), it->index, nullptr);
}

Status iterator_setstate(RangeIterator* it, long long index) {
  it->index = index < 0 ? 0 : index > it->length ? it->length : static_cast<long>(index);
  return kOk;
}

void long_iterator_dealloc(Object* p) {
  LongRangeIterator* it = cast<LongRangeIterator>(p);
  decref(it->index);
  decref(it->start);
  decref(it->step);
  decref(it->length);
  memory::object_free(p);
}

Object* long_iterator_next(Object* p) {
  LongRangeIterator* it = cast<LongRangeIterator>(p);
  if (compare(it->index, it->length) >= 0) return nullptr;
  Ref<Object> next = int_add(as_int(it->index), small_int(1));
  if (!next) return nullptr;
  Ref<Object> offset = int_multiply(as_int(it->index), as_int(it->step));
  if (!offset) return nullptr;
  Ref<Object> result = int_add(as_int(it->start), as_int(offset.get()));
  if (result) replace_field(it->index, std::move(next));
  return result.release();
}

Ref<Object> long_iterator_length_hint(LongRangeIterator* it) {
  return int_subtract(as_int(it->length), as_int(it->index));
}

Ref<Object> long_iterator_reduce(LongRangeIterator* it) {
  Ref<Object> span = TRY(int_multiply(as_int(it->length), as_int(it->step)));
  Ref<Object> stop = TRY(int_add(as_int(it->start), as_int(span.get())));
  Ref<Object> range = TRY(range_make(&range_type, share(it->start), std::move(stop), share(it->step)));
  Ref<Object> iter = TRY(import_builtin("iter"));
  Ref<Tuple> args = TRY(tuple_pack(range.get()));
  return tuple_pack(iter.get(), args.get(), it->index);
}

Status long_iterator_setstate(LongRangeIterator* it, Object* state) {
  Ref<Object> index = TRY(number_index(state));
  if (int_sign(as_int(index.get())) < 0) {
    index = int_from(0);
  } else if (compare(index.get(), it->length) > 0) {
    index = share(it->length);
  }
  replace_field(it->index, std::move(index));
  return kOk;
}

constinit MethodDef iterator_methods[] = {
    PLAIN_METHOD(iterator_length_hint, "__length_hint__(self, /)",
                 "Private method returning an estimate of len(list(it))."),
    PLAIN_METHOD(iterator_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    PLAIN_METHOD(iterator_setstate, "__setstate__(self, state, /)", "Set state information for unpickling."),
    {},
};
constinit MethodDef long_iterator_methods[] = {
    PLAIN_METHOD(long_iterator_length_hint, "__length_hint__(self, /)",
                 "Private method returning an estimate of len(list(it))."),
    PLAIN_METHOD(long_iterator_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    PLAIN_METHOD(long_iterator_setstate, "__setstate__(self, state, /)", "Set state information for unpickling."),
    {},
};
constinit MethodDef range_methods[] = {
    PLAIN_METHOD(range_reversed, "__reversed__(self, /)", "Return a reverse iterator."),
    PLAIN_METHOD(range_reduce, "__reduce__(self, /)", ""),
    PLAIN_METHOD(range_count, "count(self, value, /)",
                 "rangeobject.count(value) -> integer -- return number of occurrences of value"),
    PLAIN_METHOD(
        range_index, "index(self, value, /)",
        "rangeobject.index(value) -> integer -- return index of value.\nRaise ValueError if the value is not present."),
    {},
};
constinit MemberDef range_members[] = {
    {"start", kMemberObjectEx, offsetof(Range, start), kMemberReadonly, nullptr},
    {"stop", kMemberObjectEx, offsetof(Range, stop), kMemberReadonly, nullptr},
    {"step", kMemberObjectEx, offsetof(Range, step), kMemberReadonly, nullptr},
    {},
};
constinit NumberMethods range_as_number = {.boolean = range_bool};
constinit SequenceMethods range_as_sequence = {
    .length = slot<range_length>,
    .item = slot<range_item>,
    .contains = slot<range_contains>,
};
constinit MappingMethods range_as_mapping = {.length = slot<range_length>, .subscript = slot<range_subscript>};

}  // namespace

constinit Type range_iterator_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "range_iterator",
    .basicsize = sizeof(RangeIterator),
    .dealloc = iterator_dealloc,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault,
    .iter = iter_self,
    .iternext = iterator_next,
    .methods = iterator_methods,
};

constinit Type long_range_iterator_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "longrange_iterator",
    .basicsize = sizeof(LongRangeIterator),
    .dealloc = long_iterator_dealloc,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault,
    .iter = iter_self,
    .iternext = long_iterator_next,
    .methods = long_iterator_methods,
};

constinit Type range_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "range",
    .basicsize = sizeof(Range),
    .dealloc = range_dealloc,
    .repr = slot<range_repr>,
    .as_number = &range_as_number,
    .as_sequence = &range_as_sequence,
    .as_mapping = &range_as_mapping,
    .hash = range_hash,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeSequence,
    .doc =
        "range(stop) -> range object\nrange(start, stop[, step]) -> range object\n\n"
        "Return an object that produces a sequence of integers from start (inclusive)\n"
        "to stop (exclusive) by step. range(i, j) produces i, i+1, i+2, ..., j-1; start defaults to 0, and stop is\n"
        "omitted! When step is given, it specifies the increment (or decrement).",
    .richcompare = slot<range_compare>,
    .iter = slot<range_iter>,
    .methods = range_methods,
    .members = range_members,
    .new_ = range_type_new,
    .vectorcall = range_vectorcall,
};

}  // namespace minipy
