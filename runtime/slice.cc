// slice. One freed slice object is kept for the next; a collection leaves it alone.
#include <climits>

#include "gc/collector.h"
#include "runtime/bind.h"
#include "runtime/container_support.h"
#include "runtime/free_list.h"
#include "runtime/int.h"
#include "runtime/slice_bounds.h"
#include "runtime/str.h"

namespace minipy {

namespace {

constinit FreeList<1, offsetof(Slice, start), gc_free> cached_slice{"slice", -1, nullptr};

}  // namespace

Ref<Object> slice_new(Object* start, Object* stop, Object* step) {
  Slice* s = static_cast<Slice*>(cached_slice.take());
  if (s) {
    first_reference(s);
  } else {
    free_list_register(cached_slice);
    s = object_new_gc<Slice>(&slice_type);
    if (!s) return nullptr;
  }
  auto part = [](Object* p) { return Ref<Object>::share(p ? p : py_none()).release(); };
  s->start = part(start);
  s->stop = part(stop);
  s->step = part(step);
  gc_track(s);
  return steal(as_object(s));
}

Status slice_unpack(Object* slice, ssize* start, ssize* stop, ssize* step) {
  Slice* s = cast<Slice>(slice);
  Maybe<ssize> v = slice_bound_or_none(s->step, 1);
  if (!v) return kRaised;
  if (*v == 0) return raise(ValueError, "slice step cannot be zero");
  // -step must be representable.
  *step = *v < -SSIZE_MAX ? -SSIZE_MAX : *v;
  v = slice_bound_or_none(s->start, *step < 0 ? SSIZE_MAX : 0);
  if (!v) return kRaised;
  *start = *v;
  v = slice_bound_or_none(s->stop, *step < 0 ? -SSIZE_MAX - 1 : SSIZE_MAX);
  if (!v) return kRaised;
  *stop = *v;
  return kOk;
}

ssize slice_adjust(ssize length, ssize* start, ssize* stop, ssize step) {
  auto clip = [&](ssize v) {
    if (v < 0) {
      v += length;
      if (v < 0) v = step < 0 ? -1 : 0;
    } else if (v >= length) {
      v = step < 0 ? length - 1 : length;
    }
    return v;
  };
  *start = clip(*start);
  *stop = clip(*stop);
  if (step < 0) return *stop < *start ? (*start - *stop - 1) / -step + 1 : 0;
  return *start < *stop ? (*stop - *start - 1) / step + 1 : 0;
}

namespace {

void slice_dealloc(Object* p) {
  Slice* s = cast<Slice>(p);
  gc_untrack(s);
  TRASHCAN_GUARD(s, slice_dealloc);
  decref(s->step);
  decref(s->start);
  decref(s->stop);
  if (!cached_slice.give(s)) gc_free(s);
}

int slice_traverse(Object* p, VisitProc visit, void* arg) {
  Slice* s = cast<Slice>(p);
  MINIPY_VISIT(s->start);
  MINIPY_VISIT(s->stop);
  MINIPY_VISIT(s->step);
  return 0;
}

Ref<Object> slice_create(Type*, VarArgs args) {
  if (args.size < 1) return raise(TypeError, "slice expected at least 1 argument, got 0");
  if (args.size > 3) return raise(TypeError, "slice expected at most 3 arguments, got {}", args.size);
  if (args.size == 1) return slice_new(nullptr, args[0], nullptr);
  return slice_new(args[0], args[1], args.size == 3 ? args[2] : nullptr);
}

Object* slice_type_new(Type* type, Object* args, Object* kwargs) {
  if (!check_no_keywords("slice", kwargs)) return nullptr;
  Tuple* given = cast<Tuple>(args);
  return slice_create(type, VarArgs{given->items, tuple_size(given)}).release();
}

Ref<Str> slice_repr(Slice* s) {
  return format_message("slice({}, {}, {})", repr_of(s->start), repr_of(s->stop), repr_of(s->step));
}

Ref<Object> slice_compare(Object* a, Object* b, CompareOp op) {
  if (type_of(a) != &slice_type || type_of(b) != &slice_type) return not_implemented_ref();
  if (a == b) return bool_ref(op == kEq || op == kLe || op == kGe);
  Slice *x = cast<Slice>(a), *y = cast<Slice>(b);
  Ref<Tuple> p = TRY(tuple_pack(x->start, x->stop, x->step));
  Ref<Tuple> q = TRY(tuple_pack(y->start, y->stop, y->step));
  return object_compare(as_object(p.get()), as_object(q.get()), op);
}

// A bound of slice.indices(), clipped to [lower, upper].
Ref<Object> indices_bound(Object* value, Object* length, Object* lower, Object* upper) {
  if (!has_index(value)) {
    return raise(TypeError, "slice indices must be integers or None or have an __index__ method");
  }
  Ref<Object> v = TRY(number_index(value));
  auto compare = [](Object* a, Object* b) { return int_compare(cast<Int>(a), cast<Int>(b)); };
  if (int_sign(cast<Int>(v.get())) < 0) {
    v = TRY(int_add(cast<Int>(v.get()), cast<Int>(length)));
    return compare(v.get(), lower) < 0 ? share(lower) : v;
  }
  return compare(v.get(), upper) > 0 ? share(upper) : v;
}

}  // namespace

static Status find_bounds(Object* slice, Object* length, SliceBounds& bounds) {
  Slice* s = cast<Slice>(slice);
  Ref<Object> step;
  bool backwards = false;
  if (is_none(s->step)) {
    step = Ref<Object>::share(as_object(small_int(1)));
  } else {
    if (!has_index(s->step)) {
      return raise(TypeError, "slice indices must be integers or None or have an __index__ method");
    }
    step = TRY(number_index(s->step));
    int sign = int_sign(cast<Int>(step.get()));
    if (sign == 0) return raise(ValueError, "slice step cannot be zero");
    backwards = sign < 0;
  }
  Ref<Object> lower, upper;
  if (backwards) {
    lower = Ref<Object>::share(as_object(small_int(-1)));
    upper = TRY(int_add(cast<Int>(length), cast<Int>(lower.get())));
  } else {
    lower = Ref<Object>::share(as_object(small_int(0)));
    upper = share(length);
  }
  bounds.start =
      is_none(s->start) ? (backwards ? upper : lower) : TRY(indices_bound(s->start, length, lower.get(), upper.get()));
  bounds.stop =
      is_none(s->stop) ? (backwards ? lower : upper) : TRY(indices_bound(s->stop, length, lower.get(), upper.get()));
  bounds.step = std::move(step);
  return kOk;
}
bool slice_long_bounds(Object* slice, Object* length, SliceBounds& bounds) {
  return static_cast<bool>(find_bounds(slice, length, bounds));
}

// start, stop and step of the slice for a sequence of that length (an int of any size), as a tuple of ints.
Ref<Tuple> slice_long_indices(Object* slice, Object* length) {
  SliceBounds bounds;
  TRY(find_bounds(slice, length, bounds));
  return tuple_pack(bounds.start.get(), bounds.stop.get(), bounds.step.get());
}

namespace {

Ref<Object> slice_indices(Slice* s, Object* length) {
  Ref<Object> n = TRY(number_index(length));
  if (int_sign(cast<Int>(n.get())) < 0) return raise(ValueError, "length should not be negative");
  return slice_long_indices(as_object(s), n.get());
}

Ref<Object> slice_reduce(Slice* s) {
  Ref<Tuple> args = TRY(tuple_pack(s->start, s->stop, s->step));
  return tuple_pack(type_of(s), args.get());
}

constinit MethodDef slice_methods[] = {
    PLAIN_METHOD(
        slice_indices, "indices(self, len, /)",
        "S.indices(len) -> (start, stop, stride)\n\n"
        "Assuming a sequence of length len, calculate the start and stop indices, and the stride length of the\n"
        "extended slice described by S. Out of bounds indices are clipped as for ordinary slices."),
    PLAIN_METHOD(slice_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    {},
};
constinit MemberDef slice_members[] = {
    {"start", kMemberObject, offsetof(Slice, start), kMemberReadonly, nullptr},
    {"stop", kMemberObject, offsetof(Slice, stop), kMemberReadonly, nullptr},
    {"step", kMemberObject, offsetof(Slice, step), kMemberReadonly, nullptr},
    {},
};

}  // namespace

constinit Type slice_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "slice",
    .basicsize = sizeof(Slice),
    .dealloc = slice_dealloc,
    .repr = slot<slice_repr>,
    .hash = hash_not_implemented,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc,
    .doc =
        "slice(stop)\nslice(start, stop[, step])\n\n"
        "Create a slice object. This is used for extended slicing (e.g. a[0:10:2]).",
    .traverse = slice_traverse,
    .richcompare = slot<slice_compare>,
    .methods = slice_methods,
    .members = slice_members,
    .new_ = slice_type_new,
};

}  // namespace minipy
