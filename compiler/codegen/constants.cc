#include "compiler/codegen/constants.h"

#include <cmath>

#include "runtime/abstract.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/function.h"
#include "runtime/int.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"

namespace minipy {

Ref<Object> constant_key(Object* p) {
  Object* type = as_object(type_of(p));
  if (is_none(p) || p == py_ellipsis() || is_exactly(p, &int_type) || is_exactly(p, &str_type) ||
      is_exactly(p, &code_type)) {
    return Ref<Object>::share(p);
  }
  if (is_exactly(p, &bool_type) || is_exactly(p, &bytes_type)) return tuple_pack(type, p);
  if (is_exactly(p, &float_type)) {
    double v = cast<Float>(p)->value;
    // The sign of zero counts.
    if (v == 0.0 && std::signbit(v)) return tuple_pack(type, p, py_none());
    return tuple_pack(type, p);
  }
  if (is_exactly(p, &complex_type)) {
    Complex* z = cast<Complex>(p);
    bool real = z->real == 0.0 && std::signbit(z->real), imag = z->imag == 0.0 && std::signbit(z->imag);
    if (real && imag) return tuple_pack(type, p, py_true());
    if (imag) return tuple_pack(type, p, py_false());
    if (real) return tuple_pack(type, p, py_none());
    return tuple_pack(type, p);
  }
  if (is_exactly(p, &tuple_type)) {
    Tuple* t = cast<Tuple>(p);
    Ref<Tuple> keys = TRY(tuple_new(tuple_size(t)));
    for (ssize i = 0; i < tuple_size(t); i++) keys->items[i] = TRY(constant_key(t->items[i]))
    .release();
    return tuple_pack(keys.get(), reinterpret_cast<Tuple*>(p));
  }
  if (is_exactly(p, &frozenset_type)) {
    Ref<List> keys = TRY(list_new());
    ssize position = 0;
    Object* item;
    hash_t hash;
    while (set_next(cast<Set>(p), &position, &item, &hash)) TRY(list_append_steal(keys.get(), TRY(constant_key(item))));
    Ref<Set> set = TRY(frozenset_new(as_object(keys.get())));
    return tuple_pack(as_object(set.get()), p);
  }
  // Anything else is the same only as itself.
  Ref<Int> identity = TRY(int_from_size(reinterpret_cast<size_t>(p)));
  return tuple_pack(p, as_object(identity.get()));
}

Ref<Object> shared_constant(Dict* cache, Object* p) {
  if (is_none(p) || p == py_ellipsis()) return Ref<Object>::share(p);
  RecursionGuard guard(" during compilation");
  if (!guard) return nullptr;
  Ref<Object> key = TRY(constant_key(p));
  Ref<Object> known;
  TRY(dict_get_ref(cache, key.get(), known));
  if (known) return known;
  Ref<Object> value = Ref<Object>::share(p);
  if (is_exactly(p, &tuple_type)) {
    Tuple* t = cast<Tuple>(p);
    for (ssize i = 0; i < tuple_size(t); i++) {
      Ref<Object> item = TRY(shared_constant(cache, t->items[i]));
      if (item.get() != t->items[i]) replace_field(t->items[i], std::move(item));
    }
  } else if (is_exactly(p, &frozenset_type)) {
    Ref<List> items = TRY(list_new());
    ssize position = 0;
    Object* item;
    hash_t hash;
    while (set_next(cast<Set>(p), &position, &item, &hash)) {
      TRY(list_append_steal(items.get(), TRY(shared_constant(cache, item))));
    }
    if (list_size(items.get()) > 0) value = TRY(frozenset_new(as_object(items.get())));
  }
  TRY(dict_set(cache, key.get(), value.get()));
  return value;
}

}  // namespace minipy
