#include "runtime/constant_key.h"

#include <cmath>

#include "runtime/abstract.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/float.h"
#include "runtime/int.h"
#include "runtime/native_stack.h"

namespace minipy {
namespace {

bool is_negative_zero(double v) { return v == 0.0 && std::signbit(v); }

Ref<Object> key_of_complex(Object* type, Object* p) {
  Complex* z = cast<Complex>(p);
  const bool real = is_negative_zero(z->real), imag = is_negative_zero(z->imag);
  if (!real && !imag) return tuple_pack(type, p);
  return tuple_pack(type, p, !imag ? py_none() : real ? py_true() : py_false());
}

Ref<Object> key_of_tuple(Tuple* t) {
  Ref<Tuple> keys = TRY(tuple_new(tuple_size(t)));
  for (ssize i = 0; i < tuple_size(t); i++) {
    Ref<Object> key = TRY(constant_key(t->items[i]));
    keys->items[i] = key.release();
  }
  return tuple_pack(as_object(keys.get()), as_object(t));
}

Ref<Set> keys_of_items(Set* s) {
  Ref<Tuple> keys = TRY(tuple_new(s->used));
  ssize position = 0;
  Object* item;
  hash_t unused;
  for (ssize i = 0; set_next(s, &position, &item, &unused); i++) {
    Ref<Object> key = TRY(constant_key(item));
    keys->items[i] = key.release();
  }
  return frozenset_new(as_object(keys.get()));
}

Ref<Object> key_of_frozenset(Set* s) {
  Ref<Set> set = TRY(keys_of_items(s));  // the tuple of the keys is gone: a pair may be made of it
  return tuple_pack(as_object(set.get()), as_object(s));
}

}  // namespace

Ref<Object> constant_key(Object* p) {
  Type* type = type_of(p);
  Object* type_object = as_object(type);
  if (type == &bool_type || type == &bytes_type) return tuple_pack(type_object, p);
  if (type == &float_type) {
    if (is_negative_zero(cast<Float>(p)->value)) return tuple_pack(type_object, p, py_none());
    return tuple_pack(type_object, p);
  }
  if (type == &complex_type) return key_of_complex(type_object, p);
  if (type != &tuple_type && type != &frozenset_type) return share(p);
  if (!native_stack_left()) return nullptr;
  return type == &tuple_type ? key_of_tuple(cast<Tuple>(p)) : key_of_frozenset(cast<Set>(p));
}

}  // namespace minipy
