// The call protocol: vectorcall (PEP 590) first, tp_call otherwise.
#include "runtime/abstract.h"
#include "runtime/call_dict.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/function.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"
#include "runtime/type_internal.h"

namespace minipy {
namespace {

// A null result must come with an exception and a result without one.
[[gnu::cold, gnu::noinline]] Ref<Object> repair_result(Object* callable, Object* result) {
  if (!result) return raise(SystemError, "{} returned NULL without setting an exception", repr_of(callable));
  decref(result);
  return raise_from_pending(SystemError, "a function returned a result with an exception set");
}

inline Ref<Object> checked(Object* callable, Object* result) {
  if ((result == nullptr) != error_pending()) [[unlikely]]
    return repair_result(callable, result);
  return Ref<Object>::steal(result);
}

Ref<Object> call_slot(Object* callable, Object* args, Object* kwargs) {
  TernaryFunc function = type_of(callable)->call;
  if (!function) return raise(TypeError, "'{:.200}' object is not callable", type_name(callable));
  RecursionGuard guard(" while calling a Python object");
  if (!guard) return nullptr;
  return checked(callable, function(callable, args, kwargs));
}

Ref<Object> call_slot_with_vector(Object* callable, Object* const* args, ssize nargs, Object* kwnames) {
  if (!type_of(callable)->call) {
    return raise(TypeError, "'{:.200}' object is not callable", type_name(callable));
  }
  Ref<Tuple> positional = TRY(tuple_from_array(args, nargs));
  Ref<Dict> keywords;
  if (kwnames && tuple_size(cast<Tuple>(kwnames))) {
    keywords = TRY(dict_new());
    Tuple* names = cast<Tuple>(kwnames);
    for (ssize i = 0; i < tuple_size(names); i++) TRY(dict_set(keywords.get(), names->items[i], args[nargs + i]));
  }
  return call_slot(callable, as_object(positional.get()), as_object(keywords.get()));
}

// Values of a vectorcall made from a tuple and a dict. They are owned here, too, as can be seen in the callee (D9).
class SpreadArguments {
 public:
  ~SpreadArguments() {
    for (ssize i = 1; i <= count_; i++) decref(values_[i]);
    if (values_ != inline_) delete[] values_;
  }
  Status spread(Object* const* args, ssize n, Dict* kwargs) {
    ssize k = kwargs ? dict_size(kwargs) : 0;
    if (n + k + 1 > kInline) values_ = new Object*[n + k + 1];
    if (k) {
      names_ = tuple_new(k);
      if (!names_) return Status::failed();
    }
    for (ssize i = 0; i < n; i++) values_[1 + i] = share(args[i]).release();
    count_ = n;
    if (!k) return kOk;
    ssize position = 0, i = 0;
    Object *key, *value;
    bool strings = true;
    while (i < k && dict_next(kwargs, &position, &key, &value)) {
      strings = strings && is_str(key);
      incref(key);
      names_->items[i] = key;
      values_[1 + n + i] = share(value).release();
      i++;
      count_++;
    }
    if (!strings) return raise(TypeError, "keywords must be strings");
    return kOk;
  }
  Object* const* values() const { return values_ + 1; }
  Object* names() const { return as_object(names_.get()); }

 private:
  static constexpr ssize kInline = 8;
  Object* inline_[kInline];
  Object** values_ = inline_;
  ssize count_ = 0;
  Ref<Tuple> names_;
};

// The classes of class statements have a vectorcall function here, which counts the tuple that it does without; where
// the tuple is there it is passed on (D9).
bool has_vectorcall_in_cpython(Object* callable) {
  VectorcallFunc function = vectorcall_of(callable);
  return function && function != type_instance_vectorcall;
}

Ref<Object> call_vector_with_tuple(Object* callable, VectorcallFunc function, Object* args, Object* kwargs) {
  Tuple* t = cast<Tuple>(args);
  const ssize n = tuple_size(t);
  if (!kwargs || dict_size(cast<Dict>(kwargs)) == 0) {
    return checked(callable, function(callable, t->items, static_cast<size_t>(n), nullptr));
  }
  SpreadArguments spread;
  TRY(spread.spread(t->items, n, cast<Dict>(kwargs)));
  return checked(callable, function(callable, spread.values(), static_cast<size_t>(n) | kVectorcallArgumentsOffset,
                                    spread.names()));
}

}  // namespace

Ref<Object> call_vector(Object* callable, Object* const* args, size_t nargsf, Object* kwnames) {
  VectorcallFunc function = vectorcall_of(callable);
  if (function) [[likely]]
    return checked(callable, function(callable, args, nargsf, kwnames));
  return call_slot_with_vector(callable, args, vectorcall_nargs(nargsf), kwnames);
}

Ref<Object> call_vector_dict(Object* callable, Object* const* args, size_t nargsf, Object* kwargs) {
  if (!kwargs || dict_size(cast<Dict>(kwargs)) == 0) return call_vector(callable, args, nargsf);
  const ssize n = vectorcall_nargs(nargsf);
  if (!has_vectorcall_in_cpython(callable)) {
    Ref<Tuple> positional = TRY(tuple_from_array(args, n));
    return call_slot(callable, as_object(positional.get()), kwargs);
  }
  SpreadArguments spread;
  TRY(spread.spread(args, n, cast<Dict>(kwargs)));
  return call_vector(callable, spread.values(), static_cast<size_t>(n) | kVectorcallArgumentsOffset, spread.names());
}

Ref<Object> call_tuple_dict(Object* callable, Object* args, Object* kwargs) {
  if (!has_vectorcall_in_cpython(callable)) return call_slot(callable, args, kwargs);
  return call_vector_with_tuple(callable, vectorcall_of(callable), args, kwargs);
}

Object* vectorcall_as_call(Object* callable, Object* args, Object* kwargs) {
  VectorcallFunc function =
      *reinterpret_cast<VectorcallFunc*>(reinterpret_cast<char*>(callable) + type_of(callable)->vectorcall_offset);
  if (!function) {
    raise(TypeError, "'{:.200}' object does not support vectorcall", type_name(callable));
    return nullptr;
  }
  return call_vector_with_tuple(callable, function, args, kwargs).release();
}

Ref<Object> call_method_vector(Str* name, Object* const* args, size_t nargsf, Object* kwnames) {
  bool unbound = false;
  Ref<Object> callable = TRY(object_get_method(args[0], name, &unbound));
  if (unbound) {
    // args[-1] belongs to the caller of this function only when it said so.
    return call_vector(callable.get(), args, nargsf, kwnames);
  }
  size_t rest = static_cast<size_t>(vectorcall_nargs(nargsf) - 1);
  // args[0] (self) is the free slot before the remaining arguments.
  return call_vector(callable.get(), args + 1, rest | kVectorcallArgumentsOffset, kwnames);
}

bool is_callable(const Object* p) { return type_of(p)->call != nullptr; }

Ref<Str> callable_description(Object* callable) {
  Ref<Object> qualname, module;
  TRY(object_find_attr(callable, NAME("__qualname__"), qualname));
  if (!qualname) return object_str(callable);
  TRY(object_find_attr(callable, NAME("__module__"), module));
  if (module && !is_none(module.get())) {
    bool builtins = is_str(module.get()) && str_equals_ascii(cast<Str>(module.get()), "builtins");
    if (!builtins) return format_message("{}.{}()", module, qualname);
  }
  return format_message("{}()", qualname);
}

}  // namespace minipy
