// builtins: iteration and what consumes iterables. Source: library reference "Built-in Functions".
#include <optional>

#include "gc/counted_object.h"
#include "runtime/abstract.h"
#include "runtime/bind_varargs.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/frame_objects.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "stdlib/builtins/builtins.h"

namespace minipy {
namespace {

// Calls body(item) for every item; body returns Maybe<bool>: true stops. The result tells whether it was stopped.
template <class Body>
Maybe<bool> for_each(Object* iterable, Body body) {
  Ref<Object> iterator = get_iter(iterable);
  if (!iterator) return kRaised;
  while (true) {
    Ref<Object> item = iter_next(iterator.get());
    if (!item) {
      if (error_pending()) return kRaised;
      return false;
    }
    Maybe<bool> stop = body(std::move(item));
    if (!stop || *stop) return stop;
  }
}

Ref<Object> builtin_all(Object*, Object* iterable) {
  Maybe<bool> found_false = for_each(iterable, [](Ref<Object> item) -> Maybe<bool> {
    Maybe<bool> truth = object_is_true(item.get());
    if (!truth) return kRaised;
    return !*truth;
  });
  return bool_ref(!TRY(found_false));
}
Ref<Object> builtin_any(Object*, Object* iterable) {
  Maybe<bool> found = for_each(iterable, [](Ref<Object> item) { return object_is_true(item.get()); });
  return bool_ref(TRY(found));
}

Ref<Object> builtin_iter(Object*, Object* object, Object* sentinel) {
  if (!sentinel) return get_iter(object);
  if (!is_callable(object)) return raise(TypeError, "iter(v, w): v must be callable");
  return call_iterator_new(object, sentinel);
}

Ref<Object> builtin_next(Object*, Object* iterator, Object* fallback) {
  if (!is_iterator(iterator)) return raise(TypeError, "'{:.200}' object is not an iterator", type_name(iterator));
  // The slot is called directly: a StopIteration with a value must reach the caller as it is.
  Ref<Object> item = Ref<Object>::steal(type_of(iterator)->iternext(iterator));
  if (item) return item;
  if (fallback) {
    if (error_pending()) {
      if (!error_matches(StopIteration)) return nullptr;
      error_clear();
    }
    return Ref<Object>::share(fallback);
  }
  if (!error_pending()) return raise_none(StopIteration);
  return nullptr;
}

Ref<Object> builtin_aiter(Object*, Object* object) { return get_async_iter(object); }

Ref<Object> builtin_anext(Object*, Object* iterator, Object* fallback) {
  AsyncMethods* async = type_of(iterator)->as_async;
  if (!async || !async->anext) {
    return raise(TypeError, "'{:.200}' object is not an async iterator", type_name(iterator));
  }
  Ref<Object> awaitable = Ref<Object>::steal(async->anext(iterator));
  if (!awaitable || !fallback) return awaitable;
  return anext_awaitable_new(awaitable.get(), fallback);
}

// ---- min and max
// -----------------------------------------------------------------------------------------------------

// The keywords of min and max: counted first, then looked at.
Status take_extreme_keywords(const char* name, Object* keywords, Object** key, Object** fallback) {
  if (!keywords) return kOk;
  Dict* d = cast<Dict>(keywords);
  if (dict_size(d) > 2) {
    return raise(TypeError, "{}() takes at most 2 keyword arguments ({} given)", name, dict_size(d));
  }
  ssize position = 0;
  Object *k, *value;
  while (dict_next(d, &position, &k, &value)) {
    if (str_equals_ascii(cast<Str>(k), "key")) {
      *key = value;
    } else if (str_equals_ascii(cast<Str>(k), "default")) {
      *fallback = value;
    } else {
      return raise(TypeError, "'{}' is an invalid keyword argument for {}()", k, name);
    }
  }
  return kOk;
}

Ref<Object> extreme(const char* name, CompareOp wanted, VarArgs args, Object* keywords) {
  if (args.size == 0) return raise(TypeError, "{} expected at least 1 argument, got 0", name);
  Object *key = nullptr, *fallback = nullptr;
  TRY(take_extreme_keywords(name, keywords, &key, &fallback));
  bool several = args.size > 1;
  if (several && fallback) {
    return raise(TypeError, "Cannot specify a default for {}() with multiple positional arguments", name);
  }
  if (key && is_none(key)) key = nullptr;
  // CPython iterates over the tuple of arguments, too.
  std::optional<CountedObject> counted_iterator;
  if (several) counted_iterator.emplace();
  Ref<Object> iterator;
  if (!several) iterator = TRY(get_iter(args[0]));
  Ref<Object> best, best_value;
  for (ssize i = 0;; i++) {
    Ref<Object> item;
    if (several) {
      if (i == args.size) break;
      item = Ref<Object>::share(args[i]);
    } else {
      item = iter_next(iterator.get());
      if (!item && error_pending()) return nullptr;
      if (!item) break;
    }
    Ref<Object> value = key ? TRY(call(key, item.get())) : Ref<Object>(item);
    if (best) {
      Ref<Object> answer = TRY(object_compare(value.get(), best_value.get(), wanted));
      if (!TRY(object_is_true(answer.get()))) continue;
    }
    best = std::move(item);
    best_value = std::move(value);
  }
  if (best) return best;
  if (fallback) return Ref<Object>::share(fallback);
  return raise(ValueError, "{}() arg is an empty sequence", name);
}
Ref<Object> builtin_min(Object*, VarArgs args, Object* keywords) { return extreme("min", kLt, args, keywords); }
Ref<Object> builtin_max(Object*, VarArgs args, Object* keywords) { return extreme("max", kGt, args, keywords); }

// ---- sorted and sum
// --------------------------------------------------------------------------------------------------

// sorted(iterable, /, *, key, reverse): the keywords go to list.sort as they are, whose errors they are.
Object* builtin_sorted(Object*, Object* const* args, ssize nargs, Object* kwnames) {
  if (nargs != 1) {
    (void)raise(TypeError, "sorted expected 1 argument, got {}", nargs);
    return nullptr;
  }
  Ref<List> list = sequence_list(args[0]);
  if (!list) return nullptr;
  Ref<Object> sort = object_get_attr(as_object(list.get()), NAME("sort"));
  // The values of the keywords follow the iterable.
  if (!sort || !call_vector(sort.get(), args + 1, 0, kwnames)) return nullptr;
  return as_object(list.release());
}

// Adds the items that are exact ints while the total fits a machine word. Ends at the first other item, which is left
// in `pending`; the total is then in `result`.
struct Summing {
  Ref<Object> iterator, result, pending;
  bool exhausted = false;

  Status next() {
    pending = iter_next(iterator.get());
    if (pending) return kOk;
    if (error_pending()) return Status::failed();
    exhausted = true;
    return kOk;
  }
};

Status sum_small_ints(Summing& s) {
  long long total = int_compact_value(cast<Int>(s.result.get()));
  while (true) {
    TRY(s.next());
    if (s.exhausted) break;
    bool is_bool = is_exactly(s.pending.get(), &bool_type);
    if ((is_exactly(s.pending.get(), &int_type) || is_bool) && int_is_compact(cast<Int>(s.pending.get()))) {
      long long sum;
      if (!__builtin_add_overflow(total, int_compact_value(cast<Int>(s.pending.get())), &sum)) {
        total = sum;
        continue;
      }
    }
    break;
  }
  s.result = int_from(total);
  return s.result ? kOk : Status::failed();
}

Status sum_floats(Summing& s) {
  double total = cast<Float>(s.result.get())->value;
  while (true) {
    if (!s.pending) TRY(s.next());
    if (s.exhausted) break;
    Object* item = s.pending.get();
    if (is_exactly(item, &float_type)) {
      total += cast<Float>(item)->value;
    } else if (is_int(item)) {
      int overflow;
      long long v = int_to_long_long_overflow(item, &overflow);
      if (overflow) break;
      total += static_cast<double>(v);
    } else {
      break;
    }
    s.pending.reset();
  }
  s.result = float_from_double(total);
  return s.result ? kOk : Status::failed();
}

Ref<Object> builtin_sum(Object*, Object* iterable, Object* start) {
  Summing s;
  s.iterator = TRY(get_iter(iterable));
  if (!start) {
    s.result = int_from(0);
  } else {
    if (is_str(start)) return raise(TypeError, "sum() can't sum strings [use ''.join(seq) instead]");
    if (is_bytes(start)) return raise(TypeError, "sum() can't sum bytes [use b''.join(seq) instead]");
    if (is_instance_of(start, &bytearray_type)) {
      return raise(TypeError, "sum() can't sum bytearray [use b''.join(seq) instead]");
    }
    s.result = Ref<Object>::share(start);
  }
  if (is_exactly(s.result.get(), &int_type) && int_is_compact(cast<Int>(s.result.get()))) TRY(sum_small_ints(s));
  while (!s.exhausted) {
    if (is_exactly(s.result.get(), &float_type)) {
      TRY(sum_floats(s));
      if (s.exhausted) break;
    }
    if (!s.pending) TRY(s.next());
    if (s.exhausted) break;
    s.result = TRY(number_add(s.result.get(), s.pending.get()));
    s.pending.reset();
  }
  return std::move(s.result);
}

}  // namespace

constinit MethodDef builtins_iteration_functions[] = {
    FUNCTION(builtin_all, "all(module, iterable, /)",
             "Return True if bool(x) is True for all values x in the iterable."),
    FUNCTION(builtin_any, "any(module, iterable, /)", "Return True if bool(x) is True for any x in the iterable."),
    FUNCTION(builtin_aiter, "aiter(module, async_iterable, /)", "Return an AsyncIterator for an AsyncIterable object."),
    FUNCTION(builtin_anext, "anext(module, aiterator, default=<unrepresentable>, /)",
             "Return the next item from the async iterator."),
    PLAIN_METHOD(builtin_iter, "iter(module, object, sentinel=<unrepresentable>, /)", "iter(iterable) -> iterator"),
    PLAIN_VARARGS_METHOD(builtin_max, "max(module, *args, **keywords)",
                         "max(iterable, *[, default=obj, key=func]) -> value"),
    PLAIN_VARARGS_METHOD(builtin_min, "min(module, *args, **keywords)",
                         "min(iterable, *[, default=obj, key=func]) -> value"),
    PLAIN_METHOD(builtin_next, "next(module, iterator, default=<unrepresentable>, /)", "next(iterator[, default])"),
    {"sorted", MethodPointer(builtin_sorted), kMethFastcall | kMethKeywords,
     "sorted($module, iterable, /, *, key=None, reverse=False)\n--\n\nReturn a new sorted list."},
    FUNCTION(builtin_sum, "sum(module, iterable, /, start=0)", "Return the sum of a 'start' value and the items."),
    {},
};

}  // namespace minipy
