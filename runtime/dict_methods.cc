// The dict type: operators and methods. Views and iterators are in dict_views.cc.
#include "runtime/bind_varargs.h"
#include "runtime/container_support.h"
#include "runtime/dict_keys.h"
#include "runtime/dict_views.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"

namespace minipy {

namespace {

int dict_tp_clear(Object* p) {
  dict_clear(cast<Dict>(p));
  return 0;
}

Ref<Str> dict_repr(Dict* d) {
  ReprGuard guard(as_object(d));
  if (guard.failed()) return nullptr;
  if (guard.recursive()) return str_from_ascii("{...}");
  if (d->used == 0) return str_from_ascii("{}");
  StrBuilder out(1 + 4 + 6 * (d->used - 1) + 1);
  TRY(out.append_char('{'));
  ssize position = 0;
  Object *key, *value;
  bool first = true;
  while (dict_next(d, &position, &key, &value)) {
    Ref<Object> held_key = share(key), held_value = share(value);
    if (!first) TRY(out.append_ascii(", "));
    first = false;
    TRY(out.append_repr_of(key));
    TRY(out.append_ascii(": "));
    TRY(out.append_repr_of(value));
  }
  TRY(out.append_char('}'));
  return out.finish();
}

ssize dict_length(Object* p) { return cast<Dict>(p)->used; }

Ref<Object> dict_subscript(Dict* d, Object* key) {
  hash_t hash;
  if (!key_hash(key, &hash)) return nullptr;
  Object* value;
  if (dict_lookup(d, key, hash, &value) == kIndexError) return nullptr;
  if (value) [[likely]]
    return share(value);
  if (!is_exactly(d, &dict_type)) {
    Ref<Object> missing = lookup_special(as_object(d), NAME("__missing__"));
    if (missing) return call(missing.get(), key);
    if (error_pending()) return nullptr;
  }
  return raise_key_error(key);
}

Status dict_assign_subscript(Dict* d, Object* key, Object* value) {
  return value ? dict_set(d, key, value) : dict_delete(d, key);
}

// 1 equal, 0 different.
Maybe<bool> dict_equal(Dict* a, Dict* b) {
  if (a->used != b->used) return false;
  for (ssize i = 0; i < a->keys->nentries; i++) {
    Object* value = a->values ? a->values->items[i] : *entry_value(a->keys, i);
    if (!value) continue;
    Ref<Object> held_value = share(value);
    Ref<Object> key = share(entry_key(a->keys, i));
    Object* found;
    if (dict_lookup(b, key.get(), entry_hash(a->keys, i), &found) == kIndexError) return kRaised;
    if (!found) return false;
    Ref<Object> held_found = share(found);
    Maybe<bool> equal = object_compare_bool(found, value, kEq);
    if (!equal || !*equal) return equal;
  }
  return true;
}

Ref<Object> dict_compare(Object* a, Object* b, CompareOp op) {
  if (!is_dict(a) || !is_dict(b) || (op != kEq && op != kNe)) return not_implemented_ref();
  Maybe<bool> equal = dict_equal(cast<Dict>(a), cast<Dict>(b));
  if (!equal) return nullptr;
  return bool_ref(*equal == (op == kEq));
}

// dict.update() with one argument: a dict, something with keys(), or pairs.
Status update_from(Dict* d, Object* source) {
  if (is_exactly(source, &dict_type)) return dict_merge(d, source, 1);
  Ref<Object> keys;
  TRY(object_find_attr(source, NAME("keys"), keys));
  if (keys) {
    keys.reset();
    return dict_merge(d, source, 1);
  }
  return dict_update_from_pairs(d, source);
}

Ref<Object> dict_or(Object* a, Object* b) {
  if (!is_dict(a) || !is_dict(b)) return not_implemented_ref();
  Ref<Dict> result = TRY(dict_copy(cast<Dict>(a)));
  TRY(update_from(result.get(), b));
  return result;
}

Ref<Object> dict_inplace_or(Object* a, Object* b) {
  TRY(update_from(cast<Dict>(a), b));
  return share(a);
}

// ---- Methods -----------------------------------------------------------------------------------------------------

Ref<Object> dict_contains_method(Dict* d, Object* key) {
  Maybe<bool> found = dict_contains(d, key);
  if (!found) return nullptr;
  return bool_ref(*found);
}

Ref<Object> dict_get_method(Dict* d, Object* key, Object* fallback) {
  hash_t hash;
  if (!key_hash(key, &hash)) return nullptr;
  Object* value;
  if (dict_lookup(d, key, hash, &value) == kIndexError) return nullptr;
  return share(value ? value : fallback);
}

Ref<Object> dict_setdefault(Dict* d, Object* key, Object* fallback) {
  return share(dict_set_default(d, key, fallback));
}

Ref<Object> dict_pop_method(Dict* d, Object* key, Object* fallback) { return dict_pop(d, key, fallback); }

Status update_from_call(Dict* d, const char* name, ssize nargs, Object* const* args, Object* kwargs) {
  if (nargs > 1) return raise(TypeError, "{} expected at most 1 argument, got {}", name, nargs);
  if (nargs == 1) TRY(update_from(d, args[0]));
  if (!kwargs) return kOk;
  ssize position = 0;
  Object *key, *value;
  while (dict_next(cast<Dict>(kwargs), &position, &key, &value)) {
    if (!is_str(key)) return raise(TypeError, "keywords must be strings");
  }
  return dict_merge(d, kwargs, 1);
}

Status dict_update_method(Dict* d, VarArgs args, Object* kwargs) {
  return update_from_call(d, "update", args.size, args.items, kwargs);
}

// A resize at the start when the number of keys is known and the dict is an ordinary empty one.
Status fromkeys_prepare(Dict* d, Object* iterable) {
  if (is_exactly(iterable, &dict_type)) {
    Dict* source = cast<Dict>(iterable);
    return dict_resize(d, log2_keys_for(source->used), keys_are_unicode(source->keys));
  }
  return dict_resize(d, log2_keys_for(cast<Set>(iterable)->used), false);
}

Ref<Object> dict_fromkeys(Object* cls, Object* iterable, Object* value) {
  Ref<Object> result = TRY(call(cls));
  bool plain = is_exactly(result.get(), &dict_type);
  Dict* d = cast<Dict>(result.get());
  if (plain && d->used == 0) {
    Object* key;
    hash_t hash;
    ssize position = 0;
    if (is_exactly(iterable, &dict_type)) {
      TRY(fromkeys_prepare(d, iterable));
      Object* old;
      while (dict_iterate(cast<Dict>(iterable), &position, &key, &old, &hash)) {
        Ref<Object> held = share(key);
        TRY(dict_set_hashed(d, key, hash, value));
      }
      return result;
    }
    if (is_exactly(iterable, &set_type) || is_exactly(iterable, &frozenset_type)) {
      TRY(fromkeys_prepare(d, iterable));
      while (set_next(cast<Set>(iterable), &position, &key, &hash)) {
        Ref<Object> held = share(key);
        TRY(dict_set_hashed(d, key, hash, value));
      }
      return result;
    }
  }
  Ref<Object> iterator = TRY(get_iter(iterable));
  while (Ref<Object> key = iter_next(iterator.get())) {
    TRY(plain ? dict_set(d, key.get(), value) : object_set_item(result.get(), key.get(), value));
  }
  if (error_pending()) return nullptr;
  return result;
}

Ref<Object> dict_sizeof(Dict* d) {
  ssize size = type_of(d)->basicsize;
  if (d->values) size += shared_keys_room(d->keys) * static_cast<ssize>(sizeof(Object*));
  // Shared keys are counted with the class.
  if (d->keys->refcount == 1) size += keys_memory_size(d->keys);
  return int_from_ssize(size);
}

// ---- Construction ------------------------------------------------------------------------------------------------

Object* dict_type_new(Type* type, Object*, Object*) {
  Object* p = type->alloc(type, 0);
  if (!p) return nullptr;
  Dict* d = cast<Dict>(p);
  keys_incref(empty_keys);
  d->used = 0;
  d->keys = empty_keys;
  d->values = nullptr;
  d->version_tag = dict_next_version();
  // Tracked again when it needs to be; a subclass's attributes may make cycles at any time.
  if (type == &dict_type) gc_untrack(d);
  return p;
}

int dict_init(Object* p, Object* args, Object* kwargs) {
  Tuple* given = cast<Tuple>(args);
  return update_from_call(cast<Dict>(p), "dict", tuple_size(given), given->items, kwargs) ? 0 : -1;
}

Object* dict_vectorcall(Object* callable, Object* const* args, size_t nargsf, Object* kwnames) {
  ssize n = vectorcall_nargs(nargsf);
  if (n > 1) {
    (void)raise(TypeError, "dict expected at most 1 argument, got {}", n);
    return nullptr;
  }
  Ref<Object> result = steal(dict_type_new(cast<Type>(callable), nullptr, nullptr));
  if (!result) return nullptr;
  Dict* d = cast<Dict>(result.get());
  if (n == 1) {
    if (!update_from(d, args[0])) return nullptr;
    args++;
  }
  if (kwnames) {
    Tuple* names = cast<Tuple>(kwnames);
    for (ssize i = 0; i < tuple_size(names); i++) {
      if (!dict_set(d, names->items[i], args[i])) return nullptr;
    }
  }
  return result.release();
}

constinit MethodDef dict_methods[] = {
    COEXIST_METHOD(dict_contains_method, "__contains__(self, key, /)",
                   "True if the dictionary has the specified key, else False."),
    PLAIN_COEXIST_METHOD(dict_subscript, "__getitem__(self, key, /)", "Return self[key]."),
    PLAIN_METHOD(dict_sizeof, "__sizeof__(self, /)", "Return the size of the dict in memory, in bytes."),
    METHOD(dict_get_method, "get(self, key, default=None, /)",
           "Return the value for key if key is in the dictionary, else default."),
    METHOD(dict_setdefault, "setdefault(self, key, default=None, /)",
           "Insert key with a value of default if key is not in the dictionary.\n\n"
           "Return the value for key if key is in the dictionary, else default."),
    METHOD(dict_pop_method, "pop(self, key, default=<unrepresentable>, /)",
           "Remove the key and return its value.\n\n"
           "If the key is not found, return the default if given; otherwise, raise a KeyError."),
    METHOD(dict_pop_item, "popitem(self, /)",
           "Remove and return a (key, value) pair as a 2-tuple.\n\n"
           "Pairs are returned in LIFO (last-in, first-out) order.\nRaises KeyError if the dict is empty."),
    PLAIN_METHOD(dict_keys_view, "keys(self, /)", "A set-like object providing a view on the dict's keys."),
    PLAIN_METHOD(dict_items_view, "items(self, /)", "A set-like object providing a view on the dict's items."),
    PLAIN_METHOD(dict_values_view, "values(self, /)", "An object providing a view on the dict's values."),
    PLAIN_VARARGS_METHOD(dict_update_method, "update(self, /, *args, **kwargs)",
                         "Take items from a mapping or an iterable of pairs, then from the keyword arguments."),
    CLASS_METHOD(dict_fromkeys, "fromkeys(type, iterable, value=None, /)",
                 "Create a new dictionary with keys from iterable and values set to value."),
    PLAIN_METHOD(dict_clear, "clear(self, /)", "Remove all items from the dict."),
    PLAIN_METHOD(dict_copy, "copy(self, /)", "Return a shallow copy of the dict."),
    METHOD(dict_reversed, "__reversed__(self, /)", "Return a reverse iterator over the dict keys."),
    PLAIN_CLASS_METHOD(class_getitem_generic_alias, "__class_getitem__(type, object, /)", "See PEP 585"),
    {},
};

constinit NumberMethods dict_as_number = {
    .or_ = slot<dict_or>,
    .inplace_or = slot<dict_inplace_or>,
};
constinit SequenceMethods dict_as_sequence = {
    .contains = slot<dict_contains>,
};
constinit MappingMethods dict_as_mapping = {
    .length = dict_length,
    .subscript = slot<dict_subscript>,
    .ass_subscript = slot<dict_assign_subscript>,
};

}  // namespace

constinit Type dict_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "dict",
    .basicsize = sizeof(Dict),
    .dealloc = dict_dealloc,
    .repr = slot<dict_repr>,
    .as_number = &dict_as_number,
    .as_sequence = &dict_as_sequence,
    .as_mapping = &dict_as_mapping,
    .hash = hash_not_implemented,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc | kTypeBaseType | kTypeDictSubclass | kTypeMatchSelf | kTypeMapping,
    .doc =
        "dict() -> new empty dictionary\n"
        "dict(mapping) -> new dictionary with the mapping's (key, value) pairs\n"
        "dict(iterable) -> new dictionary from (key, value) pairs\n"
        "dict(**kwargs) -> new dictionary with the keyword arguments, e.g. dict(one=1, two=2)",
    .traverse = dict_traverse,
    .clear = dict_tp_clear,
    .richcompare = slot<dict_compare>,
    .iter = dict_iter,
    .methods = dict_methods,
    .init = dict_init,
    .alloc = type_generic_alloc,
    .new_ = dict_type_new,
    .free = gc_free_slot,
    .vectorcall = dict_vectorcall,
};

}  // namespace minipy
