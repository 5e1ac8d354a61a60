// The types set and frozenset: operators and methods. Which of two sets is walked, and which is asked, follows CPython:
// it decides the order of the result and the comparisons made.
#include <climits>

#include "gc/collector.h"
#include "gc/memory.h"
#include "runtime/bind_varargs.h"
#include "runtime/container_support.h"
#include "runtime/dict.h"
#include "runtime/dict_keys.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/set_internal.h"
#include "runtime/str.h"
#include "runtime/weakref.h"

namespace minipy {

namespace {

void set_dealloc(Object* p) {
  Set* s = cast<Set>(p);
  gc_untrack(s);
  TRASHCAN_GUARD(s, set_dealloc);
  if (s->weakreflist) weakref_clear_all(p);
  ssize used = s->used;
  for (SetEntry* e = s->table; used > 0; e++) {
    if (!set_entry_live(e)) continue;
    used--;
    decref(e->key);
  }
  if (s->table != s->smalltable) memory::mem_free(s->table);
  type_of(s)->free(s);
}

int set_traverse(Object* p, VisitProc visit, void* arg) {
  Set* s = cast<Set>(p);
  for (ssize i = 0; i <= s->mask; i++) {
    if (set_entry_live(&s->table[i])) MINIPY_VISIT(s->table[i].key);
  }
  return 0;
}

int set_tp_clear(Object* p) {
  set_clear(cast<Set>(p));
  return 0;
}

Ref<Str> set_repr(Set* s) {
  ReprGuard guard(as_object(s));
  if (guard.failed()) return nullptr;
  if (guard.recursive()) return format_message("{}(...)", type_name(s));
  if (s->used == 0) return format_message("{}()", type_name(s));
  Ref<List> keys = TRY(sequence_list(as_object(s)));
  Ref<Str> text = TRY(object_repr(as_object(keys.get())));
  text = TRY(str_substring(text.get(), 1, str_length(text.get()) - 1));
  if (is_exactly(s, &set_type)) return format_message("{{{}}}", text);
  return format_message("{}({{{}}})", type_name(s), text);
}

ssize set_length(Object* p) { return cast<Set>(p)->used; }

// A set is not hashable, but equals a frozenset: looking for a set looks for that.
template <Maybe<bool> (*kOperation)(Set*, Object*)>
Maybe<bool> with_frozen_key(Set* s, Object* key) {
  Maybe<bool> result = kOperation(s, key);
  if (result || !is_instance_of(key, &set_type) || !error_matches(TypeError)) return result;
  error_clear();
  Ref<Set> frozen = TRY(set_make(&frozenset_type, key));
  return kOperation(s, as_object(frozen.get()));
}
Maybe<bool> contains_key(Set* s, Object* key) { return with_frozen_key<set_contains>(s, key); }
Maybe<bool> discard_key(Set* s, Object* key) { return with_frozen_key<set_discard>(s, key); }

// ---- Set algebra
// -----------------------------------------------------------------------------------------------------

Ref<Set> copy_base(Set* s) { return set_make_base(type_of(s), as_object(s)); }

Ref<Set> intersection(Set* s, Object* other) {
  if (as_object(s) == other) return copy_base(s);
  Ref<Set> result = TRY(set_make_base(type_of(s), nullptr));
  if (is_any_set(other)) {
    Set* walked = cast<Set>(other);
    if (walked->used > s->used) std::swap(walked, s);
    ssize position = 0;
    Object* key;
    hash_t hash;
    while (set_next(walked, &position, &key, &hash)) {
      Ref<Object> held = share(key);
      Maybe<bool> found = set_contains_hashed(s, key, hash);
      if (!found) return nullptr;
      if (*found) TRY(set_add_hashed(result.get(), key, hash));
    }
    return result;
  }
  Ref<Object> iterator = TRY(get_iter(other));
  while (Ref<Object> key = iter_next(iterator.get())) {
    hash_t hash;
    if (!key_hash(key.get(), &hash)) return nullptr;
    Maybe<bool> found = set_contains_hashed(s, key.get(), hash);
    if (!found) return nullptr;
    if (!*found) continue;
    TRY(set_add_hashed(result.get(), key.get(), hash));
    if (result->used >= s->used) break;  // everything has been found
  }
  if (error_pending()) return nullptr;
  return result;
}

Status difference_update(Set* s, Object* other) {
  if (as_object(s) == other) {
    set_clear(s);
    return kOk;
  }
  if (is_any_set(other)) {
    Ref<Set> removed = share(cast<Set>(other));
    // Against a much larger set it is less work to find the common keys first.
    if ((removed->used >> 3) > s->used) removed = TRY(intersection(s, other));
    ssize position = 0;
    Object* key;
    hash_t hash;
    while (set_next(removed.get(), &position, &key, &hash)) {
      Ref<Object> held = share(key);
      if (!set_discard_hashed(s, key, hash)) return kRaised;
    }
  } else {
    Ref<Object> iterator = TRY(get_iter(other));
    while (Ref<Object> key = iter_next(iterator.get())) {
      if (!set_discard(s, key.get())) return kRaised;
    }
    if (error_pending()) return kRaised;
  }
  if (static_cast<size_t>(s->fill - s->used) <= static_cast<size_t>(s->mask) / 4) return kOk;
  return set_resize(s, s->used > 50000 ? s->used * 2 : s->used * 4);
}

Ref<Set> difference(Set* s, Object* other) {
  ssize other_size = -1;
  if (is_any_set(other)) {
    other_size = cast<Set>(other)->used;
  } else if (is_exactly(other, &dict_type)) {
    other_size = cast<Dict>(other)->used;
  }
  // Copying and taking out is less work unless the other is as large as this.
  if (other_size < 0 || (s->used >> 2) > other_size) {
    Ref<Set> result = TRY(copy_base(s));
    TRY(difference_update(result.get(), other));
    return result;
  }
  Ref<Set> result = TRY(set_make_base(type_of(s), nullptr));
  bool is_dict_other = is_exactly(other, &dict_type);
  ssize position = 0;
  Object* key;
  hash_t hash;
  while (set_next(s, &position, &key, &hash)) {
    Ref<Object> held = share(key);
    Maybe<bool> found = is_dict_other ? dict_contains_hashed(cast<Dict>(other), key, hash)
                                      : set_contains_hashed(cast<Set>(other), key, hash);
    if (!found) return nullptr;
    if (!*found) TRY(set_add_hashed(result.get(), key, hash));
  }
  return result;
}

Status toggle(Set* s, Object* key, hash_t hash) {
  Ref<Object> held = share(key);
  Maybe<bool> found = set_discard_hashed(s, key, hash);
  if (!found) return kRaised;
  return *found ? kOk : set_add_hashed(s, key, hash);
}

Status symmetric_difference_update(Set* s, Object* other) {
  if (as_object(s) == other) {
    set_clear(s);
    return kOk;
  }
  ssize position = 0;
  Object* key;
  hash_t hash;
  if (is_exactly(other, &dict_type)) {
    Object* value;
    while (dict_iterate(cast<Dict>(other), &position, &key, &value, &hash)) TRY(toggle(s, key, hash));
    return kOk;
  }
  Ref<Set> keys = is_any_set(other) ? share(cast<Set>(other)) : set_make_base(type_of(s), other);
  if (!keys) return kRaised;
  while (set_next(keys.get(), &position, &key, &hash)) TRY(toggle(s, key, hash));
  return kOk;
}

Maybe<bool> is_subset(Set* s, Object* other) {
  Ref<Set> made;
  if (!is_any_set(other)) {
    made = TRY(set_new(other));
    other = as_object(made.get());
  }
  Set* larger = cast<Set>(other);
  if (s->used > larger->used) return false;
  ssize position = 0;
  Object* key;
  hash_t hash;
  while (set_next(s, &position, &key, &hash)) {
    Ref<Object> held = share(key);
    Maybe<bool> found = set_contains_hashed(larger, key, hash);
    if (!found || !*found) return found;
  }
  return true;
}

Maybe<bool> is_superset(Set* s, Object* other) {
  if (is_any_set(other)) return is_subset(cast<Set>(other), as_object(s));
  Ref<Object> iterator = TRY(get_iter(other));
  while (Ref<Object> key = iter_next(iterator.get())) {
    Maybe<bool> found = set_contains(s, key.get());
    if (!found || !*found) return found;
  }
  if (error_pending()) return kRaised;
  return true;
}

Maybe<bool> compare_sets(Set* a, Set* b, CompareOp op) {
  switch (op) {
    case kEq:
    case kNe: {
      Maybe<bool> equal = false;
      if (a->used == b->used && (a->hash == -1 || b->hash == -1 || a->hash == b->hash))
        equal = is_subset(a, as_object(b));
      if (!equal) return equal;
      return *equal == (op == kEq);
    }
    case kLe: return is_subset(a, as_object(b));
    case kGe: return is_subset(b, as_object(a));
    case kLt:
      if (a->used >= b->used) return false;
      return is_subset(a, as_object(b));
    default:
      if (a->used <= b->used) return false;
      return is_subset(b, as_object(a));
  }
}

Ref<Object> set_compare(Object* a, Object* b, CompareOp op) {
  if (!is_any_set(b)) return not_implemented_ref();
  Maybe<bool> r = compare_sets(cast<Set>(a), cast<Set>(b), op);
  if (!r) return nullptr;
  return bool_ref(*r);
}

// ---- Operators
// -------------------------------------------------------------------------------------------------------

bool both_sets(const Object* a, const Object* b) { return is_any_set(a) && is_any_set(b); }

Ref<Object> set_or(Object* a, Object* b) {
  if (!both_sets(a, b)) return not_implemented_ref();
  Ref<Set> result = TRY(copy_base(cast<Set>(a)));
  if (a != b) TRY(set_update(result.get(), b));
  return result;
}
Ref<Object> set_and(Object* a, Object* b) {
  if (!both_sets(a, b)) return not_implemented_ref();
  return intersection(cast<Set>(a), b);
}
Ref<Object> set_subtract(Object* a, Object* b) {
  if (!both_sets(a, b)) return not_implemented_ref();
  return difference(cast<Set>(a), b);
}
Ref<Set> symmetric_difference(Set* s, Object* other) {
  Ref<Set> result = TRY(set_make_base(type_of(s), other));
  TRY(symmetric_difference_update(result.get(), as_object(s)));
  return result;
}
Ref<Object> set_xor(Object* a, Object* b) {
  if (!both_sets(a, b)) return not_implemented_ref();
  return symmetric_difference(cast<Set>(a), b);
}

Ref<Object> set_inplace_or(Object* a, Object* b) {
  if (!is_any_set(b)) return not_implemented_ref();
  TRY(set_update(cast<Set>(a), b));
  return share(a);
}
Ref<Object> set_inplace_and(Object* a, Object* b) {
  if (!is_any_set(b)) return not_implemented_ref();
  Ref<Set> result = TRY(intersection(cast<Set>(a), b));
  set_swap(cast<Set>(a), result.get());
  return share(a);
}
Ref<Object> set_inplace_subtract(Object* a, Object* b) {
  if (!is_any_set(b)) return not_implemented_ref();
  TRY(difference_update(cast<Set>(a), b));
  return share(a);
}
Ref<Object> set_inplace_xor(Object* a, Object* b) {
  if (!is_any_set(b)) return not_implemented_ref();
  TRY(symmetric_difference_update(cast<Set>(a), b));
  return share(a);
}

// ---- Methods
// ---------------------------------------------------------------------------------------------------------

Status set_add_method(Set* s, Object* key) { return set_add(s, key); }

Ref<Object> set_contains_method(Set* s, Object* key) {
  Maybe<bool> found = contains_key(s, key);
  if (!found) return nullptr;
  return bool_ref(*found);
}

Status set_discard_method(Set* s, Object* key) { return discard_key(s, key) ? kOk : Status::failed(); }

Status set_remove(Set* s, Object* key) {
  Maybe<bool> found = discard_key(s, key);
  if (!found) return kRaised;
  return *found ? kOk : Status(raise_key_error(key));
}

Ref<Object> set_pop(Set* s) {
  if (s->used == 0) return raise(KeyError, "pop from an empty set");
  // Goes on where the last pop ended, so that emptying a set is linear.
  ssize i = s->finger & s->mask;
  while (!set_entry_live(&s->table[i])) i = i == s->mask ? 0 : i + 1;
  Ref<Object> key = steal(s->table[i].key);
  s->table[i] = {&set_dummy, -1};
  s->used--;
  s->finger = i + 1;
  return key;
}

Ref<Set> set_copy(Set* s) { return copy_base(s); }
Ref<Set> frozenset_copy(Set* s) {
  if (is_exactly(s, &frozenset_type)) return share(s);
  return copy_base(s);
}

Status set_update_method(Set* s, VarArgs others) {
  for (Object* other : others) TRY(set_update(s, other));
  return kOk;
}

Ref<Set> set_union(Set* s, VarArgs others) {
  Ref<Set> result = TRY(copy_base(s));
  for (Object* other : others) {
    if (other != as_object(s)) TRY(set_update(result.get(), other));
  }
  return result;
}

Ref<Set> set_intersection(Set* s, VarArgs others) {
  if (others.size == 0) return set_copy(s);
  Ref<Set> result = share(s);
  for (Object* other : others) result = TRY(intersection(result.get(), other));
  return result;
}

Status set_intersection_update(Set* s, VarArgs others) {
  Ref<Set> result = TRY(set_intersection(s, others));
  set_swap(s, result.get());
  return kOk;
}

Ref<Set> set_difference(Set* s, VarArgs others) {
  if (others.size == 0) return set_copy(s);
  Ref<Set> result = TRY(difference(s, others[0]));
  for (ssize i = 1; i < others.size; i++) TRY(difference_update(result.get(), others[i]));
  return result;
}

Status set_difference_update(Set* s, VarArgs others) {
  for (Object* other : others) TRY(difference_update(s, other));
  return kOk;
}

Ref<Object> set_isdisjoint(Set* s, Object* other) {
  if (as_object(s) == other) return bool_ref(s->used == 0);
  if (is_exactly(other, &set_type) || is_exactly(other, &frozenset_type)) {
    Set* walked = cast<Set>(other);
    if (walked->used > s->used) std::swap(walked, s);
    ssize position = 0;
    Object* key;
    hash_t hash;
    while (set_next(walked, &position, &key, &hash)) {
      Ref<Object> held = share(key);
      Maybe<bool> found = set_contains_hashed(s, key, hash);
      if (!found) return nullptr;
      if (*found) return bool_ref(false);
    }
    return bool_ref(true);
  }
  Ref<Object> iterator = TRY(get_iter(other));
  while (Ref<Object> key = iter_next(iterator.get())) {
    Maybe<bool> found = set_contains(s, key.get());
    if (!found) return nullptr;
    if (*found) return bool_ref(false);
  }
  if (error_pending()) return nullptr;
  return bool_ref(true);
}

Ref<Object> set_issubset(Set* s, Object* other) {
  Maybe<bool> r = is_subset(s, other);
  if (!r) return nullptr;
  return bool_ref(*r);
}
Ref<Object> set_issuperset(Set* s, Object* other) {
  Maybe<bool> r = is_superset(s, other);
  if (!r) return nullptr;
  return bool_ref(*r);
}

Ref<Object> set_reduce(Set* s) {
  Ref<List> keys = TRY(sequence_list(as_object(s)));
  Ref<Tuple> args = TRY(tuple_pack(keys.get()));
  Ref<Object> state = TRY(call_method(as_object(s), NAME("__getstate__")));
  return tuple_pack(type_of(s), args.get(), state.get());
}

Ref<Object> set_sizeof(Set* s) {
  ssize size = type_of(s)->basicsize;
  if (s->table != s->smalltable) size += (s->mask + 1) * static_cast<ssize>(sizeof(SetEntry));
  return int_from_ssize(size);
}

// ---- Construction
// ------------------------------------------------------------------------------------------------------

int set_init(Object* p, Object* args, Object* kwargs) {
  if (!check_no_keywords("set", kwargs)) return -1;
  Tuple* given = cast<Tuple>(args);
  if (tuple_size(given) > 1) {
    (void)raise(TypeError, "{} expected at most 1 argument, got {}", type_name(p), tuple_size(given));
    return -1;
  }
  Set* s = cast<Set>(p);
  if (s->fill) set_clear(s);
  s->hash = -1;
  if (tuple_size(given) == 0) return 0;
  return set_update(s, given->items[0]) ? 0 : -1;
}

Object* set_type_new(Type* type, Object*, Object*) { return as_object(set_make(type, nullptr).release()); }

Object* set_vectorcall(Object* callable, Object* const* args, size_t nargsf, Object* kwnames) {
  if (kwnames && tuple_size(cast<Tuple>(kwnames)) > 0) return raise(TypeError, "set() takes no keyword arguments");
  ssize n = vectorcall_nargs(nargsf);
  if (n > 1) return raise(TypeError, "set expected at most 1 argument, got {}", n);
  return as_object(set_make(cast<Type>(callable), n ? args[0] : nullptr).release());
}

Ref<Set> frozenset_create(Type* type, Object* iterable) {
  if (type != &frozenset_type) return set_make(type, iterable);
  return frozenset_new(iterable);
}

Object* frozenset_type_new(Type* type, Object* args, Object* kwargs) {
  if (type == &frozenset_type || type->init == frozenset_type.init) {
    if (!check_no_keywords("frozenset", kwargs)) return nullptr;
  }
  Tuple* given = cast<Tuple>(args);
  if (tuple_size(given) > 1) {
    return raise(TypeError, "{} expected at most 1 argument, got {}", type->name, tuple_size(given));
  }
  return as_object(frozenset_create(type, tuple_size(given) ? given->items[0] : nullptr).release());
}

Object* frozenset_vectorcall(Object* callable, Object* const* args, size_t nargsf, Object* kwnames) {
  if (kwnames && tuple_size(cast<Tuple>(kwnames)) > 0) {
    return raise(TypeError, "frozenset() takes no keyword arguments");
  }
  ssize n = vectorcall_nargs(nargsf);
  if (n > 1) return raise(TypeError, "frozenset expected at most 1 argument, got {}", n);
  return as_object(frozenset_create(cast<Type>(callable), n ? args[0] : nullptr).release());
}

#define SHARED_SET_METHODS                                                                                             \
  PLAIN_COEXIST_METHOD(set_contains_method, "__contains__(self, object, /)", "x.__contains__(y) <==> y in x."),        \
      PLAIN_VARARGS_METHOD(set_difference, "difference(self, /, *others)",                                             \
                           "Return the difference of two or more sets as a new set."),                                 \
      PLAIN_VARARGS_METHOD(set_intersection, "intersection(self, /, *others)",                                         \
                           "Return the intersection of two sets as a new set."),                                       \
      PLAIN_METHOD(set_isdisjoint, "isdisjoint(self, other, /)", "Return True if two sets have a null intersection."), \
      PLAIN_METHOD(set_issubset, "issubset(self, other, /)", "Report whether another set contains this set."),         \
      PLAIN_METHOD(set_issuperset, "issuperset(self, other, /)", "Report whether this set contains another set."),     \
      PLAIN_METHOD(set_reduce, "__reduce__(self, /)", "Return state information for pickling."),                       \
      PLAIN_METHOD(set_sizeof, "__sizeof__(self, /)", "S.__sizeof__() -> size of S in memory, in bytes"),              \
      PLAIN_METHOD(symmetric_difference, "symmetric_difference(self, other, /)",                                       \
                   "Return the symmetric difference of two sets as a new set."),                                       \
      PLAIN_VARARGS_METHOD(set_union, "union(self, /, *others)", "Return the union of sets as a new set."),            \
      PLAIN_CLASS_METHOD(class_getitem_generic_alias, "__class_getitem__(type, object, /)", "See PEP 585")

constinit MethodDef set_methods[] = {
    PLAIN_METHOD(set_add_method, "add(self, object, /)",
                 "Add an element to a set; nothing changes when it is there already."),
    PLAIN_METHOD(set_clear, "clear(self, /)", "Remove all elements from this set."),
    PLAIN_METHOD(set_copy, "copy(self, /)", "Return a shallow copy of a set."),
    PLAIN_METHOD(set_discard_method, "discard(self, object, /)", "Remove an element from a set if it is a member."),
    PLAIN_VARARGS_METHOD(set_difference_update, "difference_update(self, /, *others)",
                         "Remove all elements of another set from this set."),
    PLAIN_VARARGS_METHOD(set_intersection_update, "intersection_update(self, /, *others)",
                         "Update a set with the intersection of itself and another."),
    PLAIN_METHOD(set_pop, "pop(self, /)",
                 "Remove and return an arbitrary set element.\nRaises KeyError if the set is empty."),
    PLAIN_METHOD(
        set_remove, "remove(self, object, /)",
        "Remove an element from a set; it must be a member.\n\nIf the element is not a member, raise a KeyError."),
    PLAIN_METHOD(symmetric_difference_update, "symmetric_difference_update(self, other, /)",
                 "Update a set with the symmetric difference of itself and another."),
    PLAIN_VARARGS_METHOD(set_update_method, "update(self, /, *others)",
                         "Update a set with the union of itself and others."),
    SHARED_SET_METHODS,
    {},
};

constinit MethodDef frozenset_methods[] = {
    PLAIN_METHOD(frozenset_copy, "copy(self, /)", "Return a shallow copy of a set."),
    SHARED_SET_METHODS,
    {},
};

constinit NumberMethods set_as_number = {
    .subtract = slot<set_subtract>,
    .and_ = slot<set_and>,
    .xor_ = slot<set_xor>,
    .or_ = slot<set_or>,
    .inplace_subtract = slot<set_inplace_subtract>,
    .inplace_and = slot<set_inplace_and>,
    .inplace_xor = slot<set_inplace_xor>,
    .inplace_or = slot<set_inplace_or>,
};
constinit NumberMethods frozenset_as_number = {
    .subtract = slot<set_subtract>,
    .and_ = slot<set_and>,
    .xor_ = slot<set_xor>,
    .or_ = slot<set_or>,
};
constinit SequenceMethods set_as_sequence = {.length = set_length, .contains = slot<contains_key>};

}  // namespace

constinit Type set_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "set",
    .basicsize = sizeof(Set),
    .dealloc = set_dealloc,
    .repr = slot<set_repr>,
    .as_number = &set_as_number,
    .as_sequence = &set_as_sequence,
    .hash = hash_not_implemented,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc | kTypeBaseType | kTypeMatchSelf,
    .doc =
        "set() -> new empty set object\nset(iterable) -> new set object\n\n"
        "Build an unordered collection of unique elements.",
    .traverse = set_traverse,
    .clear = set_tp_clear,
    .richcompare = slot<set_compare>,
    .weaklistoffset = offsetof(Set, weakreflist),
    .iter = set_iter,
    .methods = set_methods,
    .init = set_init,
    .alloc = type_generic_alloc,
    .new_ = set_type_new,
    .free = gc_free_slot,
    .vectorcall = set_vectorcall,
};

constinit Type frozenset_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "frozenset",
    .basicsize = sizeof(Set),
    .dealloc = set_dealloc,
    .repr = slot<set_repr>,
    .as_number = &frozenset_as_number,
    .as_sequence = &set_as_sequence,
    .hash = frozenset_hash,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc | kTypeBaseType | kTypeMatchSelf,
    .doc =
        "frozenset() -> empty frozenset object\nfrozenset(iterable) -> frozenset object\n\n"
        "Build an immutable unordered collection of unique elements.",
    .traverse = set_traverse,
    .clear = set_tp_clear,
    .richcompare = slot<set_compare>,
    .weaklistoffset = offsetof(Set, weakreflist),
    .iter = set_iter,
    .methods = frozenset_methods,
    .alloc = type_generic_alloc,
    .new_ = frozenset_type_new,
    .free = gc_free_slot,
    .vectorcall = frozenset_vectorcall,
};

}  // namespace minipy
