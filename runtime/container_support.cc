#include "runtime/container_support.h"

#include "runtime/dict.h"
#include "runtime/gc_support.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"

namespace minipy {

Maybe<ssize> slice_bound(Object* p, ssize fallback) {
  if (!p) return fallback;
  if (!has_index(p)) return raise(TypeError, "slice indices must be integers or have an __index__ method");
  return number_as_ssize(p, nullptr);
}

Maybe<ssize> slice_bound_or_none(Object* p, ssize fallback) {
  if (!p || is_none(p)) return fallback;
  if (!has_index(p)) return raise(TypeError, "slice indices must be integers or None or have an __index__ method");
  return number_as_ssize(p, nullptr);
}

Maybe<ssize> state_index(Object* p) {
  if (!is_int(p)) return raise(TypeError, "an integer is required");
  return int_to_ssize(p);
}

Ref<Object> reduce_sequence_iterator(Object* sequence, ssize index, Ref<Object> empty) {
  // Looking up `iter` may run code that exhausts the iterator, so it comes first in CPython too; here the caller's
  // borrowed sequence is held over it.
  Ref<Object> held = share(sequence);
  Ref<Object> iter = TRY(import_builtin("iter"));
  if (!held) {
    if (!empty) return nullptr;
    Ref<Tuple> args = TRY(tuple_pack(empty.get()));
    return tuple_pack(iter.get(), args.get());
  }
  Ref<Tuple> args = TRY(tuple_pack(held.get()));
  Ref<Int> position = TRY(int_from_ssize(index));
  return tuple_pack(iter.get(), args.get(), position.get());
}

Ref<Object> reduce_builtin(const char* name, Ref<Object> argument) {
  if (!argument) return nullptr;
  Ref<Object> function = TRY(import_builtin(name));
  Ref<Tuple> args = TRY(tuple_pack(argument.get()));
  return tuple_pack(function.get(), args.get());
}

Status check_no_keywords(const char* name, Object* kwargs) {
  if (!kwargs || dict_size(cast<Dict>(kwargs)) == 0) return kOk;
  return raise(TypeError, "{}() takes no keyword arguments", name);
}

void list_register_free_list();
void tuple_register_free_lists();

void containers_init() {
  tuple_register_free_lists();
  list_register_free_list();
}

}  // namespace minipy
