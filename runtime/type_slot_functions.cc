#include "runtime/type_slot_functions.h"
#include "gc/counted_object.h"
#include "runtime/call_dict.h"

#include <algorithm>

#include <cassert>

#include "runtime/attribute.h"
#include "runtime/descriptor.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/thread_state.h"

namespace minipy {

// ---- Finding and calling ------------------------------------------------------------------------------------------

Ref<Object> find_special_method(Object* self, Str* name, bool* unbound) {
  *unbound = false;
  Object* method = type_lookup(type_of(self), name);
  if (!method) return nullptr;
  Ref<Object> kept = share(method);
  if (type_has(type_of(method), kTypeMethodDescriptor)) {
    *unbound = true;
    return kept;
  }
  DescrGetFunc get = type_of(method)->descr_get;
  if (!get) return kept;
  return steal(get(method, self, as_object(type_of(self))));
}

namespace {

constexpr ssize kMaxArguments = 3;

// Calls what find_special_method has found.
Ref<Object> call_found(Object* method, bool unbound, Object* self, Object* const* args, ssize nargs) {
  assert(nargs <= kMaxArguments);
  Object* stack[kMaxArguments + 2];
  stack[1] = self;
  for (ssize i = 0; i < nargs; i++) stack[2 + i] = args[i];
  size_t n = static_cast<size_t>(nargs);
  if (unbound) return call_vector(method, stack + 1, (n + 1) | kVectorcallArgumentsOffset);
  return call_vector(method, stack + 2, n | kVectorcallArgumentsOffset);
}

Raised raise_missing(Str* name) { return raise_object(AttributeError, as_object(name)); }

}  // namespace

Ref<Object> call_special(Object* self, Str* name, Object* const* args, ssize nargs) {
  bool unbound;
  Ref<Object> method = find_special_method(self, name, &unbound);
  if (!method) {
    if (!error_pending()) return raise_missing(name);
    return nullptr;
  }
  return call_found(method.get(), unbound, self, args, nargs);
}

Object* call_special_or_not_implemented(Object* self, Str* name, Object* const* args, ssize nargs) {
  bool unbound;
  Ref<Object> method = find_special_method(self, name, &unbound);
  if (!method) return error_pending() ? nullptr : not_implemented_ref().release();
  return call_found(method.get(), unbound, self, args, nargs).release();
}

Maybe<bool> overrides_method(Object* left, Object* right, Str* name) {
  Ref<Object> of_right, of_left;
  TRY(object_find_attr(as_object(type_of(right)), name, of_right));
  if (!of_right) return false;
  TRY(object_find_attr(as_object(type_of(left)), name, of_left));
  if (!of_left) return true;
  return object_compare_bool(of_left.get(), of_right.get(), kNe);
}

// ---- Numbers ------------------------------------------------------------------------------------------------------

namespace {

// pow(x, y) as a binary operator. Its slot is ternary, so it cannot use slot_binary's test.
Object* slot_nb_power_binary(Object* self, Object* other) {
  auto uses_this = [](Object* p) {
    NumberMethods* number = type_of(p)->as_number;
    return number && number->power == slot_nb_power;
  };
  bool try_other = type_of(self) != type_of(other) && uses_this(other);
  if (uses_this(self)) {
    if (try_other && type_is_subtype(type_of(other), type_of(self))) {
      Maybe<bool> overrides = overrides_method(self, other, NAME("__rpow__"));
      if (!overrides) return nullptr;
      if (*overrides) {
        Object* result = call_special_or_not_implemented(other, NAME("__rpow__"), &self, 1);
        if (result != py_not_implemented()) return result;
        decref(result);
        try_other = false;
      }
    }
    Object* result = call_special_or_not_implemented(self, NAME("__pow__"), &other, 1);
    if (result != py_not_implemented() || type_of(other) == type_of(self)) return result;
    decref(result);
  }
  if (try_other) return call_special_or_not_implemented(other, NAME("__rpow__"), &self, 1);
  return not_implemented_ref().release();
}

}  // namespace

Object* slot_nb_power(Object* self, Object* other, Object* modulus) {
  if (is_none(modulus)) return slot_nb_power_binary(self, other);
  // Three-argument power has no reflected form; but this may be called for the slot of the second operand's type.
  NumberMethods* number = type_of(self)->as_number;
  if (number && number->power == slot_nb_power) {
    Object* args[] = {other, modulus};
    return call_special(self, NAME("__pow__"), args, 2).release();
  }
  return not_implemented_ref().release();
}

Object* slot_nb_inplace_power(Object* self, Object* other, Object* /*modulus*/) {
  return call_special(self, NAME("__ipow__"), &other, 1).release();
}

static Maybe<bool> special_truth(Object* self) {
  bool unbound;
  bool by_length = false;
  Ref<Object> method = find_special_method(self, NAME("__bool__"), &unbound);
  if (!method) {
    if (error_pending()) return kRaised;
    method = find_special_method(self, NAME("__len__"), &unbound);
    if (!method) {
      if (error_pending()) return kRaised;
      return true;
    }
    by_length = true;
  }
  Ref<Object> value = TRY(call_found(method.get(), unbound, self, nullptr, 0));
  if (by_length) return object_is_true(value.get());
  if (!is_exactly(value.get(), &bool_type)) {
    return raise(TypeError, "__bool__ should return bool, returned {}", type_name(value.get()));
  }
  return value.get() == py_true();
}
int slot_nb_bool(Object* self) {
  Maybe<bool> r = special_truth(self);
  return r ? *r : -1;
}

Object* slot_nb_index(Object* self) { return call_special(self, NAME("__index__"), nullptr, 0).release(); }

// ---- Containers ---------------------------------------------------------------------------------------------------

ssize slot_sq_length(Object* self) {
  Ref<Object> result = call_special(self, NAME("__len__"), nullptr, 0);
  if (!result) return -1;
  Ref<Object> index = number_index(result.get());
  if (!index) return -1;
  if (int_sign(cast<Int>(index.get())) < 0) {
    (void)raise(ValueError, "__len__() should return >= 0");
    return -1;
  }
  Maybe<ssize> length = number_as_ssize(index.get(), OverflowError);
  return length ? *length : -1;
}

Object* slot_sq_item(Object* self, ssize index) {
  Ref<Int> number = int_from_ssize(index);
  if (!number) return nullptr;
  Object* arg = as_object(number.get());
  return call_special(self, NAME("__getitem__"), &arg, 1).release();
}

int slot_sq_ass_item(Object* self, ssize index, Object* value) {
  Ref<Int> number = int_from_ssize(index);
  if (!number) return -1;
  return slot_mp_ass_subscript(self, as_object(number.get()), value);
}

Object* slot_mp_subscript(Object* self, Object* key) {
  return call_special(self, NAME("__getitem__"), &key, 1).release();
}

int slot_mp_ass_subscript(Object* self, Object* key, Object* value) {
  Object* args[] = {key, value};
  Ref<Object> result = value ? call_special(self, NAME("__setitem__"), args, 2)  //
                             : call_special(self, NAME("__delitem__"), args, 1);
  return result ? 0 : -1;
}

static Maybe<bool> special_contains(Object* self, Object* value) {
  bool unbound;
  Ref<Object> method = find_special_method(self, NAME("__contains__"), &unbound);
  if (method && is_none(method.get())) {
    return raise(TypeError, "'{:.200}' object is not a container", type_name(self));
  }
  if (method) {
    Ref<Object> result = TRY(call_found(method.get(), unbound, self, &value, 1));
    return object_is_true(result.get());
  }
  if (error_pending()) return kRaised;
  // No __contains__: search by iteration.
  Ref<Object> iterator = get_iter(self);
  if (!iterator) {
    if (error_matches(TypeError))
      return raise(TypeError, "argument of type '{:.200}' is not iterable", type_name(self));
    return kRaised;
  }
  while (Ref<Object> item = iter_next(iterator.get())) {
    if (TRY(object_compare_bool(item.get(), value, kEq))) return true;
  }
  if (error_pending()) return kRaised;
  return false;
}
int slot_sq_contains(Object* self, Object* value) {
  Maybe<bool> r = special_contains(self, value);
  return r ? *r : -1;
}

// ---- Basic customisation ------------------------------------------------------------------------------------------

Object* slot_tp_repr(Object* self) {
  bool unbound;
  Ref<Object> method = find_special_method(self, NAME("__repr__"), &unbound);
  if (method) return call_found(method.get(), unbound, self, nullptr, 0).release();
  error_clear();
  return as_object(
      format_message("<{} object at 0x{:x}>", type_name(self), reinterpret_cast<uintptr_t>(self)).release());
}

Object* slot_tp_str(Object* self) { return call_special(self, NAME("__str__"), nullptr, 0).release(); }

static Maybe<hash_t> special_hash(Object* self) {
  bool unbound;
  Ref<Object> method = find_special_method(self, NAME("__hash__"), &unbound);
  if (!method || is_none(method.get())) {
    if (error_pending()) return kRaised;
    hash_not_implemented(self);
    return kRaised;
  }
  Ref<Object> result = TRY(call_found(method.get(), unbound, self, nullptr, 0));
  if (!is_int(result.get())) return raise(TypeError, "__hash__ method should return an integer");
  // A number that fits is the hash itself; another is hashed as an int.
  int overflow;
  long long value = int_to_long_long_overflow(result.get(), &overflow);
  hash_t h = overflow ? int_hash(cast<Int>(result.get())) : static_cast<hash_t>(value);
  return h == -1 ? -2 : h;
}
hash_t slot_tp_hash(Object* self) {
  Maybe<hash_t> h = special_hash(self);
  return h ? *h : -1;
}

namespace {

constexpr ssize kInlineArguments = 8;

// Calls method(self, *args, **kwargs), or method(*args, **kwargs) when it is bound.
Ref<Object> call_with_tuple(Object* method, bool unbound, Object* self, Object* args, Object* kwargs) {
  if (!unbound) return call_tuple_dict(method, args, kwargs);
  Tuple* positional = cast<Tuple>(args);
  const ssize n = tuple_size(positional);
  Object* stack[kInlineArguments + 2];
  Object** values = n <= kInlineArguments ? stack : new Object*[static_cast<size_t>(n) + 2];
  values[1] = self;
  std::copy_n(positional->items, n, values + 2);
  Ref<Object> result =
      call_vector_dict(method, values + 1, static_cast<size_t>(n + 1) | kVectorcallArgumentsOffset, kwargs);
  if (values != stack) delete[] values;
  return result;
}

}  // namespace

Object* slot_tp_call(Object* self, Object* args, Object* kwargs) {
  bool unbound;
  Ref<Object> method = find_special_method(self, NAME("__call__"), &unbound);
  if (!method) {
    if (!error_pending()) (void)raise_missing(NAME("__call__"));
    return nullptr;
  }
  return call_with_tuple(method.get(), unbound, self, args, kwargs).release();
}

int slot_tp_init(Object* self, Object* args, Object* kwargs) {
  bool unbound;
  Ref<Object> method = find_special_method(self, NAME("__init__"), &unbound);
  if (!method) {
    if (!error_pending()) (void)raise_missing(NAME("__init__"));
    return -1;
  }
  Ref<Object> result = call_with_tuple(method.get(), unbound, self, args, kwargs);
  if (!result) return -1;
  if (!is_none(result.get())) {
    (void)raise(TypeError, "__init__() should return None, not '{:.200}'", type_name(result.get()));
    return -1;
  }
  return 0;
}

Object* slot_tp_new(Type* type, Object* args, Object* kwargs) {
  Ref<Object> method = object_get_attr(as_object(type), NAME("__new__"));
  if (!method) return nullptr;
  return call_with_tuple(method.get(), true, as_object(type), args, kwargs).release();
}

// ---- Attributes ---------------------------------------------------------------------------------------------------

Object* slot_tp_getattro(Object* self, Object* name) {
  return call_special(self, NAME("__getattribute__"), &name, 1).release();
}

// Calls what the type's attribute is as an attribute of self. A method is not called unbound: that it is bound counts
// (D9).
static Ref<Object> call_bound(Object* attribute, Object* self, Object* arg) {
  Ref<Object> bound = share(attribute);
  if (DescrGetFunc get = type_of(attribute)->descr_get) {
    bound = steal(get(attribute, self, as_object(type_of(self))));
    if (!bound) return nullptr;
  }
  return call(bound.get(), arg);
}

// __getattribute__, then __getattr__ when that raised AttributeError (data model 3.3.2). A class without __getattr__
// gets the simpler function on first use; assigning one updates the slot again.
Object* slot_tp_getattr_hook(Object* self, Object* name) {
  Type* type = type_of(self);
  Object* hook = type_lookup(type, NAME("__getattr__"));
  if (!hook) {
    type->getattro = slot_tp_getattro;
    return slot_tp_getattro(self, name);
  }
  Ref<Object> kept_hook = share(hook);
  Object* get = type_lookup(type, NAME("__getattribute__"));
  bool generic = !get || (is_exactly(get, &wrapper_descriptor_type) &&
                          cast<WrapperDescriptor>(get)->wrapped == reinterpret_cast<void*>(object_generic_getattro));
  if (generic) {
    // The failure is the common case here: no exception is made for it, but it and the tuple of its arguments count
    // (D9).
    Ref<Object> result;
    if (!generic_find_attr(self, cast<Str>(name), result)) {
      if (!error_matches(AttributeError)) return nullptr;
      error_clear();
    } else if (result) {
      return result.release();
    }
    Ref<Tuple> counted = tuple_pack(name);
    if (!counted) return nullptr;
    CountedObject exception;
  } else {
    Ref<Object> result = call_bound(get, self, name);
    if (result || !error_matches(AttributeError)) return result.release();
    error_clear();
  }
  return call_bound(hook, self, name).release();
}

int slot_tp_setattro(Object* self, Object* name, Object* value) {
  Object* args[] = {name, value};
  Ref<Object> result =
      value ? call_special(self, NAME("__setattr__"), args, 2) : call_special(self, NAME("__delattr__"), args, 1);
  return result ? 0 : -1;
}

static Str* comparison_name(int op) {
  switch (op) {
    case kLt: return NAME("__lt__");
    case kLe: return NAME("__le__");
    case kEq: return NAME("__eq__");
    case kNe: return NAME("__ne__");
    case kGt: return NAME("__gt__");
    default: return NAME("__ge__");
  }
}

Object* slot_tp_richcompare(Object* self, Object* other, int op) {
  bool unbound;
  Ref<Object> method = find_special_method(self, comparison_name(op), &unbound);
  if (method) [[likely]]
    return call_found(method.get(), unbound, self, &other, 1).release();
  error_clear();
  return not_implemented_ref().release();
}

Object* slot_tp_descr_get(Object* self, Object* instance, Object* owner) {
  Type* type = type_of(self);
  Object* get = type_lookup(type, NAME("__get__"));
  if (!get) {
    // Deleted from the class; the slot need not ask again.
    if (type->descr_get == slot_tp_descr_get) type->descr_get = nullptr;
    return share(self).release();
  }
  Ref<Object> kept = share(get);
  return call(get, self, instance ? instance : py_none(), owner ? owner : py_none()).release();
}

int slot_tp_descr_set(Object* self, Object* instance, Object* value) {
  Object* args[] = {instance, value};
  Ref<Object> result =
      value ? call_special(self, NAME("__set__"), args, 2) : call_special(self, NAME("__delete__"), args, 1);
  return result ? 0 : -1;
}

// ---- Iteration, awaiting, the end ---------------------------------------------------------------------------------

Object* slot_tp_iter(Object* self) {
  bool unbound;
  Ref<Object> method = find_special_method(self, NAME("__iter__"), &unbound);
  if (method && !is_none(method.get())) return call_found(method.get(), unbound, self, nullptr, 0).release();
  if (!method) {
    error_clear();
    method = find_special_method(self, NAME("__getitem__"), &unbound);
    if (method) return sequence_iterator_new(self).release();
    error_clear();
  }
  (void)raise(TypeError, "'{:.200}' object is not iterable", type_name(self));
  return nullptr;
}

Object* slot_tp_iternext(Object* self) { return call_special(self, NAME("__next__"), nullptr, 0).release(); }

static Object* call_async_method(Object* self, Str* name) {
  bool unbound;
  Ref<Object> method = find_special_method(self, name, &unbound);
  if (method) return call_found(method.get(), unbound, self, nullptr, 0).release();
  if (!error_pending()) {
    (void)raise(AttributeError, "object {:.50} does not have {} method", type_name(self), as_object(name));
  }
  return nullptr;
}
Object* slot_am_await(Object* self) { return call_async_method(self, NAME("__await__")); }
Object* slot_am_aiter(Object* self) { return call_async_method(self, NAME("__aiter__")); }
Object* slot_am_anext(Object* self) { return call_async_method(self, NAME("__anext__")); }

void slot_tp_finalize(Object* self) {
  PreserveError saved;
  bool unbound;
  Ref<Object> method = find_special_method(self, NAME("__del__"), &unbound);
  if (!method) {
    error_clear();
    return;
  }
  if (!call_found(method.get(), unbound, self, nullptr, 0)) error_write_unraisable(method.get());
}

}  // namespace minipy
