// Bases: method resolution order (the C3 linearisation), subtype tests, and whose layout a class takes over.
#include <algorithm>

#include "runtime/error.h"
#include "runtime/names.h"
#include "runtime/type_internal.h"

namespace minipy {

// ---- Subtypes and lookup ------------------------------------------------------------------------------------------

bool type_is_subtype_by_base(const Type* derived, const Type* base) {
  for (; derived; derived = derived->base_type) {
    if (derived == base) return true;
  }
  return base == &object_type;
}

bool type_extends_mro_of(const Type* type, const Type* base) {
  const Tuple* mro = type_mro(type);
  const Tuple* base_mro = type_mro(base);
  if (tuple_size(mro) != tuple_size(base_mro) + 1 || mro->items[0] != as_object(type)) return false;
  return std::equal(base_mro->items, base_mro->items + tuple_size(base_mro), mro->items + 1);
}

bool type_is_subtype(const Type* derived, const Type* base) {
  const Tuple* mro = type_mro(derived);
  if (!mro) return type_is_subtype_by_base(derived, base);  // not ready yet
  const Object* wanted = as_object(base);
  for (ssize i = 0, n = tuple_size(mro); i < n; i++) {
    if (mro->items[i] == wanted) return true;
  }
  return false;
}

Object* type_find_in_mro(Type* type, Str* name) {
  if (!type->mro) {
    if (type_has(type, kTypeReadying) || !type_ready(type)) {
      error_clear();
      return nullptr;
    }
  }
  // Comparing keys may run code that replaces the MRO.
  Ref<Tuple> mro = share(type_mro(type));
  for (ssize i = 0; i < tuple_size(mro.get()); i++) {
    Dict* dict = type_dict(as_type(mro->items[i]));
    if (!dict) continue;
    if (Object* value = dict_get_str(dict, name)) return value;
  }
  return nullptr;
}

// ---- C3 -----------------------------------------------------------------------------------------------------------

namespace {

Status check_duplicate_bases(Tuple* bases) {
  for (ssize i = 0; i < tuple_size(bases); i++) {
    for (ssize j = i + 1; j < tuple_size(bases); j++) {
      if (bases->items[i] != bases->items[j]) continue;
      Ref<Object> name;
      TRY(object_find_attr(bases->items[i], NAME("__name__"), name));
      if (name && is_str(name.get())) return raise(TypeError, "duplicate base class {}", name);
      return raise(TypeError, "duplicate base class");
    }
  }
  return kOk;
}

// One of the lists that are merged: the MRO of a base, or the list of bases; `position` is its head.
struct MergeList {
  Object* const* items;
  ssize size;
  ssize position;
  bool tail_contains(const Object* p) const {
    for (ssize i = position + 1; i < size; i++) {
      if (items[i] == p) return true;
    }
    return false;
  }
};

// No head is free of the others' tails: names the heads, each once, in the order of the lists.
Raised raise_inconsistent_mro(const MergeList* lists, ssize count) {
  Ref<Dict> heads = TRY(dict_new());
  for (ssize i = 0; i < count; i++) {
    if (lists[i].position < lists[i].size) TRY(dict_set(heads.get(), lists[i].items[lists[i].position], py_none()));
  }
  StrBuilder text;
  TRY(text.append_ascii("Cannot create a consistent method resolution\norder (MRO) for bases"));
  ssize position = 0;
  bool first = true;
  Object *base, *none;
  while (dict_next(heads.get(), &position, &base, &none)) {
    Ref<Object> name;
    if (is_type(base)) TRY(object_find_attr(base, NAME("__name__"), name));
    Ref<Str> shown = TRY(name ? object_str(name.get()) : object_repr(base));
    TRY(text.append_ascii(first ? " " : ", "));
    TRY(text.append(shown.get()));
    first = false;
  }
  Ref<Str> message = TRY(text.finish());
  return raise_object(TypeError, as_object(message.get()));
}

Status merge(MergeList* lists, ssize count, List* result) {
  while (true) {
    ssize empty = 0;
    Object* next = nullptr;
    for (ssize i = 0; i < count && !next; i++) {
      if (lists[i].position >= lists[i].size) {
        empty++;
        continue;
      }
      // The next class is the first head that stands in no list's tail.
      Object* candidate = lists[i].items[lists[i].position];
      bool blocked = false;
      for (ssize j = 0; j < count && !blocked; j++) blocked = lists[j].tail_contains(candidate);
      if (!blocked) next = candidate;
    }
    if (!next) {
      if (empty == count) return kOk;
      return raise_inconsistent_mro(lists, count);
    }
    TRY(list_append(result, next));
    for (ssize i = 0; i < count; i++) {
      if (lists[i].position < lists[i].size && lists[i].items[lists[i].position] == next) lists[i].position++;
    }
  }
}

}  // namespace

namespace {

// A single base, the commonest case: its MRO with the class before it. CPython makes a list only where it merges.
Ref<Tuple> extend_mro(Type* type, const Tuple* base_mro) {
  const ssize n = tuple_size(base_mro);
  Ref<Tuple> result = TRY(tuple_new(n + 1));
  result->items[0] = share(as_object(type)).release();
  for (ssize i = 0; i < n; i++) result->items[i + 1] = share(base_mro->items[i]).release();
  return result;
}

}  // namespace

Ref<Object> type_linearize(Type* type) {
  Tuple* bases = type_bases(type);
  const ssize n = tuple_size(bases);
  for (ssize i = 0; i < n; i++) {
    Type* base = as_type(bases->items[i]);
    if (!base->mro) return raise(TypeError, "Cannot extend an incomplete type '{:.100}'", base->name);
  }
  if (n == 1) return extend_mro(type, type_mro(as_type(bases->items[0])));
  TRY(check_duplicate_bases(bases));
  Ref<List> result = TRY(list_new());
  TRY(list_append(result.get(), as_object(type)));
  // The lists are kept alive by the bases; no code of the program runs during the merge.
  MergeList inline_lists[8];
  MergeList* lists = n + 1 <= 8 ? inline_lists : new MergeList[static_cast<size_t>(n) + 1];
  for (ssize i = 0; i < n; i++) {
    Tuple* mro = type_mro(as_type(bases->items[i]));
    lists[i] = {mro->items, tuple_size(mro), 0};
  }
  lists[n] = {bases->items, n, 0};
  Status ok = merge(lists, n + 1, result.get());
  if (lists != inline_lists) delete[] lists;
  if (!ok) return nullptr;
  return result;
}

// ---- Installing it ------------------------------------------------------------------------------------------------

namespace {

// The result of a custom mro(): classes whose layout the instances of `type` contain.
Status check_custom_mro(Type* type, Tuple* mro) {
  Type* solid = type_solid_base(type);
  for (ssize i = 0; i < tuple_size(mro); i++) {
    Object* p = mro->items[i];
    if (!is_type(p)) return raise(TypeError, "mro() returned a non-class ('{:.500}')", type_name(p));
    if (!type_is_subtype(solid, type_solid_base(as_type(p)))) {
      return raise(TypeError, "mro() returned base with unsuitable layout ('{:.500}')", as_type(p)->name);
    }
  }
  return kOk;
}

// Calls mro() where the metaclass has its own.
Ref<Tuple> compute_mro(Type* type) {
  bool custom = false;
  if (!is_exactly(type, &type_type)) {
    Object* method = type_lookup(type_of(type), NAME("mro"));
    custom = method != dict_get_str(type_dict(&type_type), NAME("mro"));
  }
  if (!custom) {
    Ref<Object> order = TRY(type_linearize(type));
    // CPython calls mro() of every metaclass but type itself, which gives a list: it counts for the collector (D9).
    if (!is_exactly(type, &type_type) && !is_list(order.get())) order = TRY(list_from_iterable(order.get()));
    return tuple_from_iterable(order.get());
  }
  Ref<Object> result = TRY(call_special(as_object(type), NAME("mro"), nullptr, 0));
  Ref<Tuple> mro = TRY(tuple_from_iterable(result.get()));
  if (tuple_size(mro.get()) == 0) return raise(TypeError, "type MRO must not be empty");
  TRY(check_custom_mro(type, mro.get()));
  return mro;
}

}  // namespace

Maybe<bool> type_update_mro(Type* type, Ref<Object>* old) {
  Object* before = type->mro;
  Ref<Tuple> mro = TRY(compute_mro(type));
  // A custom mro() may have assigned __bases__ and so installed another one.
  if (type->mro != before) return false;
  type->mro = as_object(mro.release());
  type_mro_modified(type, type_mro(type));
  // The bases of the moment may differ from those in the MRO.
  type_mro_modified(type, type_bases(type));
  type_modified(type);
  if (old) {
    *old = steal(before);
  } else {
    xdecref(before);
  }
  return true;
}

// ---- Layout -------------------------------------------------------------------------------------------------------

namespace {

// Does `type` add something to the instances of `base` other than a dict and a list of weak references?
bool extends_layout(const Type* type, const Type* base) {
  size_t size = static_cast<size_t>(type->basicsize);
  size_t base_size = static_cast<size_t>(base->basicsize);
  if (type->itemsize || base->itemsize) return size != base_size || type->itemsize != base->itemsize;
  auto ends_with = [&](ssize offset) { return offset > 0 && static_cast<size_t>(offset) + sizeof(Object*) == size; };
  if (is_heap(type) && !base->weaklistoffset && ends_with(type->weaklistoffset)) size -= sizeof(Object*);
  if (is_heap(type) && !base->dictoffset && ends_with(type->dictoffset)) size -= sizeof(Object*);
  return size != base_size;
}

}  // namespace

Type* type_solid_base(Type* type) {
  Type* base = type->base_type ? type_solid_base(type->base_type) : &object_type;
  return extends_layout(type, base) ? type : base;
}

Type* type_best_base(Tuple* bases) {
  Type* winner = nullptr;  // the most extended layout
  Type* best = nullptr;    // the first base with it
  for (ssize i = 0; i < tuple_size(bases); i++) {
    Object* p = bases->items[i];
    if (!is_type(p)) return raise(TypeError, "bases must be types");
    Type* base = as_type(p);
    if (!base->dict) TRY(type_ready(base));
    if (!type_has(base, kTypeBaseType)) {
      return raise(TypeError, "type '{:.100}' is not an acceptable base type", base->name);
    }
    Type* candidate = type_solid_base(base);
    if (!winner || (candidate != winner && !type_is_subtype(winner, candidate))) {
      if (winner && !type_is_subtype(candidate, winner)) {
        return raise(TypeError, "multiple bases have instance lay-out conflict");
      }
      winner = candidate;
      best = base;
    }
  }
  return best;
}

Type* type_calculate_metaclass(Type* metatype, Tuple* bases) {
  Type* winner = metatype;
  for (ssize i = 0; i < tuple_size(bases); i++) {
    Type* candidate = type_of(bases->items[i]);
    if (type_is_subtype(winner, candidate)) continue;
    if (type_is_subtype(candidate, winner)) {
      winner = candidate;
      continue;
    }
    return raise(
        TypeError,
        "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses "
        "of all its bases");
  }
  return winner;
}

}  // namespace minipy
