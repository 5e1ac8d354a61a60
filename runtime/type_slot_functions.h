// The functions in the slots of Python classes: each calls the special method of its name.
#pragma once

#include "runtime/type_internal.h"

namespace minipy {

// A string as a template argument.
template <size_t N>
struct FixedString {
  char text[N];
  constexpr FixedString(const char (&s)[N]) {
    for (size_t i = 0; i < N; i++) text[i] = s[i];
  }
};

// Calls a special method that takes self and args; a missing one is NotImplemented.
Object* call_special_or_not_implemented(Object* self, Str* name, Object* const* args, ssize nargs);
// True when the type of `right` has another attribute `name` than that of `left`.
Maybe<bool> overrides_method(Object* left, Object* right, Str* name);

// Unary: -x, +x, ~x, iter...
template <FixedString kName>
Object* slot_unary(Object* self) {
  return call_special(self, NAME(kName.text), nullptr, 0).release();
}

// Binary with reflected method (data model 3.3.8: the right operand goes first when its type is a subclass of the
// left's that overrides the reflected method).
template <BinaryFunc NumberMethods::*kSlot, FixedString kName, FixedString kReflected>
Object* slot_binary(Object* self, Object* other) {
  auto uses_this = [](Object* p) {
    NumberMethods* number = type_of(p)->as_number;
    return number && number->*kSlot == &slot_binary<kSlot, kName, kReflected>;
  };
  Str* reflected = NAME(kReflected.text);
  bool try_other = type_of(self) != type_of(other) && uses_this(other);
  if (uses_this(self)) {
    if (try_other && type_is_subtype(type_of(other), type_of(self))) {
      Maybe<bool> overrides = overrides_method(self, other, reflected);
      if (!overrides) return nullptr;
      if (*overrides) {
        Object* result = call_special_or_not_implemented(other, reflected, &self, 1);
        if (result != py_not_implemented()) return result;
        decref(result);
        try_other = false;
      }
    }
    Object* result = call_special_or_not_implemented(self, NAME(kName.text), &other, 1);
    if (result != py_not_implemented() || type_of(other) == type_of(self)) return result;
    decref(result);
  }
  if (try_other) return call_special_or_not_implemented(other, reflected, &self, 1);
  return not_implemented_ref().release();
}

template <FixedString kName>
Object* slot_inplace(Object* self, Object* other) {
  return call_special(self, NAME(kName.text), &other, 1).release();
}

Object* slot_nb_power(Object* self, Object* other, Object* modulus);
Object* slot_nb_inplace_power(Object* self, Object* other, Object* modulus);
int slot_nb_bool(Object* self);
Object* slot_nb_index(Object* self);
ssize slot_sq_length(Object* self);
Object* slot_sq_item(Object* self, ssize index);
int slot_sq_ass_item(Object* self, ssize index, Object* value);
int slot_sq_contains(Object* self, Object* value);
Object* slot_mp_subscript(Object* self, Object* key);
int slot_mp_ass_subscript(Object* self, Object* key, Object* value);
Object* slot_tp_repr(Object* self);
Object* slot_tp_str(Object* self);
hash_t slot_tp_hash(Object* self);
Object* slot_tp_call(Object* self, Object* args, Object* kwargs);
Object* slot_tp_getattro(Object* self, Object* name);
Object* slot_tp_getattr_hook(Object* self, Object* name);
Object* slot_tp_richcompare(Object* self, Object* other, int op);
Object* slot_tp_iter(Object* self);
Object* slot_tp_iternext(Object* self);
Object* slot_tp_descr_get(Object* self, Object* instance, Object* owner);
int slot_tp_descr_set(Object* self, Object* instance, Object* value);
void slot_tp_finalize(Object* self);
Object* slot_am_await(Object* self);
Object* slot_am_aiter(Object* self);
Object* slot_am_anext(Object* self);

}  // namespace minipy
