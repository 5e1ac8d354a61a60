// Attributes of instances with a managed dict. While nobody asks for `__dict__`, an instance has only an array of
// values for its class's shared keys; the first request turns that into a split dict that takes the array over (PEP 412
// and CPython 3.11's lazily made dicts).
//
// The two words before the GC header: the values, and the dict. At most one of them is set.
#include "gc/memory.h"
#include "runtime/dict_keys.h"
#include "runtime/error.h"

namespace minipy {

Dict** object_managed_dict(Object* p) { return reinterpret_cast<Dict**>(p) - 3; }
DictValues** object_managed_values(Object* p) { return reinterpret_cast<DictValues**>(p) - 4; }

static inline DictKeys* shared_keys_of(const Object* p) {
  return reinterpret_cast<const HeapType*>(type_of(p))->cached_keys;
}

Status object_init_inline_values(Object* p, Type* type) {
  DictKeys* keys = reinterpret_cast<HeapType*>(type)->cached_keys;
  // Room shrinks with every instance until there is just one spare place: by then the keys have settled.
  if (keys->usable > 1) keys->usable--;
  *object_managed_values(p) = TRY(values_new(shared_keys_room(keys)));
  return kOk;
}

static void drop_values(Object* p, DictValues* values) {
  for (ssize i = 0, n = shared_keys_of(p)->nentries; i < n; i++) xdecref(values->items[i]);
  values_free(values);
}

void object_free_managed(Object* p) {
  if (DictValues* values = std::exchange(*object_managed_values(p), nullptr)) drop_values(p, values);
  clear_field(*object_managed_dict(p));
}

int object_visit_managed(Object* p, VisitProc visit, void* arg) {
  if (DictValues* values = *object_managed_values(p)) {
    for (ssize i = 0, n = shared_keys_of(p)->nentries; i < n; i++) MINIPY_VISIT(values->items[i]);
  }
  MINIPY_VISIT(*object_managed_dict(p));
  return 0;
}

void object_clear_managed(Object* p) {
  if (DictValues* values = *object_managed_values(p)) {
    // A destructor may give the object a dict, which then owns the values.
    values_bytes(values)[-2] = 0;
    ssize n = shared_keys_of(p)->nentries;
    for (ssize i = 0; i < n && *object_managed_values(p) == values; i++) {
      Object* old = std::exchange(values->items[i], nullptr);
      if (!old) continue;
      for (ssize j = 0; j < values_count(values); j++) {
        if (values_entry_at(values, j) == i) {
          values_remove_order(values, i);
          break;
        }
      }
      decref(old);
    }
  }
  clear_field(*object_managed_dict(p));
}

Dict* object_materialize_dict(Object* p) {
  Dict** slot = object_managed_dict(p);
  if (*slot) return *slot;
  DictValues* values = *object_managed_values(p);
  if (!values) {
    *slot = dict_new().release();
    return *slot;
  }
  DictKeys* keys = shared_keys_of(p);
  bool track = false;
  for (ssize i = 0, n = keys->nentries; i < n && !track; i++) {
    track = values->items[i] && may_be_tracked(values->items[i]);
  }
  // Making the dict may collect garbage, whose finalizers may ask for this very dict.
  keys_incref(keys);
  Ref<Dict> dict = dict_new_with(empty_keys, nullptr, 0);
  if (!dict) {
    empty_keys->refcount++;
    keys->refcount--;
    return nullptr;
  }
  if (*slot || *object_managed_values(p) != values) {
    empty_keys->refcount++;
    keys->refcount--;
    return object_materialize_dict(p);
  }
  dict->keys = keys;
  dict->values = values;
  dict->used = values_count(values);
  if (track) gc_track(dict.get());
  *object_managed_values(p) = nullptr;
  *slot = dict.release();
  return *slot;
}

// A str subclass as a name: its __eq__ and __hash__ count, so a real dict is needed.
static Object* get_by_odd_name(Object* p, Str* name) {
  PreserveError saved;
  Dict* d = object_materialize_dict(p);
  Object* value = d ? dict_get(d, as_object(name)) : nullptr;
  error_clear();
  return value;
}

Object* object_inline_get(Object* p, Str* name) {
  if (DictValues* values = *object_managed_values(p)) [[likely]] {
    if (!is_exact_str(as_object(name))) [[unlikely]]
      return get_by_odd_name(p, name);
    ssize ix = keys_lookup_str(shared_keys_of(p), name, str_hash_of(name));
    return ix < 0 ? nullptr : values->items[ix];
  }
  Dict* d = *object_managed_dict(p);
  if (!d) return nullptr;
  if (!is_exact_str(as_object(name))) [[unlikely]]
    return get_by_odd_name(p, name);
  return dict_get_str(d, name);
}

static Maybe<bool> set_in_dict(Dict* d, Str* name, Object* value) {
  Ref<Dict> held = share(d);
  if (value ? dict_set(d, as_object(name), value) : dict_delete(d, as_object(name))) return true;
  // As CPython does, whose KeyError's tuple counts for the collector (D9).
  if (!value && error_clear_if(KeyError)) return false;
  return kRaised;
}

Maybe<bool> object_inline_set(Object* p, Str* name, Object* value) {
  DictValues* values = *object_managed_values(p);
  if (values) [[likely]] {
    ssize ix = kIndexEmpty;
    // As in CPython, the name joins the shared keys even when it is only to be deleted.
    if (is_exact_str(as_object(name))) ix = keys_add_shared(shared_keys_of(p), name, str_hash_of(name));
    if (ix != kIndexEmpty) {
      Object* old = values->items[ix];
      if (value) {
        incref(value);
        values->items[ix] = value;
        if (!old) values_append_order(values, ix);
        xdecref(old);
        return true;
      }
      if (!old) return false;
      values->items[ix] = nullptr;
      values_remove_order(values, ix);
      decref(old);
      return true;
    }
    Dict* d = TRY(object_materialize_dict(p));
    return set_in_dict(d, name, value);
  }
  Dict** slot = object_managed_dict(p);
  if (!*slot) {
    DictKeys* keys = shared_keys_of(p);
    Ref<Dict> d = TRY(keys ? dict_new_shared(keys) : dict_new());
    if (!*slot) *slot = d.release();
  }
  return set_in_dict(*slot, name, value);
}

}  // namespace minipy
