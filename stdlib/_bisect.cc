// Module _bisect: binary search in sorted sequences.
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/list_internal.h"
#include "runtime/module.h"
#include "runtime/names.h"

namespace minipy {

namespace {

Maybe<ssize> optional_index(Object* p, ssize fallback) {
  if (is_none(p)) return fallback;
  if (!has_index(p)) return raise(TypeError, "argument should be integer or None, not '{:.200}'", type_name(p));
  return number_as_ssize(p, OverflowError);
}

// The place of x in the sorted a[lo:hi]: after (kRight) or before items that equal it.
template <bool kRight>
Maybe<ssize> bisect(Object* a, Object* x, ssize lo, ssize hi, Object* key) {
  if (lo < 0) return raise(ValueError, "lo must be non-negative");
  if (hi == -1) {
    Maybe<ssize> n = object_length(a);
    if (!n) return kRaised;
    hi = *n;
  }
  while (lo < hi) {
    ssize middle = static_cast<ssize>((static_cast<size_t>(lo) + static_cast<size_t>(hi)) / 2);
    Ref<Object> item = TRY(sequence_get_item(a, middle));
    if (!is_none(key)) item = TRY(call(key, item.get()));
    Maybe<bool> less = kRight ? object_compare_bool(x, item.get(), kLt) : object_compare_bool(item.get(), x, kLt);
    if (!less) return kRaised;
    if (*less == kRight) {
      hi = middle;
    } else {
      lo = middle + 1;
    }
  }
  return lo;
}

template <bool kRight>
Ref<Object> bisect_function(Object*, Object* a, Object* x, ssize lo, Object* hi_arg, Object* key) {
  Maybe<ssize> hi = optional_index(hi_arg, -1);
  if (!hi) return nullptr;
  Maybe<ssize> index = bisect<kRight>(a, x, lo, *hi, key);
  if (!index) return nullptr;
  return int_from_ssize(*index);
}

template <bool kRight>
Status insort_function(Object*, Object* a, Object* x, ssize lo, Object* hi_arg, Object* key) {
  Maybe<ssize> hi = optional_index(hi_arg, -1);
  if (!hi) return kRaised;
  Ref<Object> wanted = is_none(key) ? share(x) : call(key, x);
  if (!wanted) return kRaised;
  Maybe<ssize> index = bisect<kRight>(a, wanted.get(), lo, *hi, key);
  if (!index) return kRaised;
  if (is_exactly(a, &list_type)) return list_insert(cast<List>(a), *index, x);
  Ref<Int> place = TRY(int_from_ssize(*index));
  TRY(call_method(a, NAME("insert"), as_object(place.get()), x));
  return kOk;
}

constinit MethodDef functions[] = {
    FUNCTION(bisect_function<true>, "bisect_right(module, /, a, x, lo=0, hi=None, *, key=None)",
             "Return the index where to insert item x in list a, assuming a is sorted.\n\n"
             "The return value i is such that all e in a[:i] have e <= x, and all e in\n"
             "a[i:] have e > x.  So if x already appears in the list, a.insert(i, x) will\n"
             "insert just after the rightmost x already there.\n\n"
             "Optional args lo (default 0) and hi (default len(a)) bound the\n"
             "slice of a to be searched."),
    FUNCTION(insort_function<true>, "insort_right(module, /, a, x, lo=0, hi=None, *, key=None)",
             "Insert item x in list a, and keep it sorted assuming a is sorted.\n\n"
             "If x is already in a, insert it to the right of the rightmost x.\n\n"
             "Optional args lo (default 0) and hi (default len(a)) bound the\n"
             "slice of a to be searched."),
    FUNCTION(bisect_function<false>, "bisect_left(module, /, a, x, lo=0, hi=None, *, key=None)",
             "Return the index where to insert item x in list a, assuming a is sorted.\n\n"
             "The return value i is such that all e in a[:i] have e < x, and all e in\n"
             "a[i:] have e >= x.  So if x already appears in the list, a.insert(i, x) will\n"
             "insert just before the leftmost x already there.\n\n"
             "Optional args lo (default 0) and hi (default len(a)) bound the\n"
             "slice of a to be searched."),
    FUNCTION(insort_function<false>, "insort_left(module, /, a, x, lo=0, hi=None, *, key=None)",
             "Insert item x in list a, and keep it sorted assuming a is sorted.\n\n"
             "If x is already in a, insert it to the left of the leftmost x.\n\n"
             "Optional args lo (default 0) and hi (default len(a)) bound the\n"
             "slice of a to be searched."),
    {},
};

}  // namespace

constinit NativeModule _bisect_module = {"_bisect", functions, nullptr,
                                         "Bisection algorithms.\n\n"
                                         "This module provides support for maintaining a list in sorted order without\n"
                                         "having to sort the list after each insertion. For long lists of items with\n"
                                         "expensive comparison operations, this can be an improvement over the more\n"
                                         "common approach.\n"};

}  // namespace minipy
