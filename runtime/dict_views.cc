// Views on a dict's keys, values and items, and the iterators over them.
#include "runtime/dict_views.h"

#include "gc/collector.h"
#include "runtime/bind.h"
#include "runtime/container_support.h"
#include "runtime/dict_keys.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"

namespace minipy {

// ---- Iterators ---------------------------------------------------------------------------------------------------

namespace {

struct DictIterator {
  Object base;
  Dict* dict;  // null: exhausted
  ssize used;  // the dict's size when iteration began; -1 once it was found changed
  ssize position;
  Tuple* result;  // of item iterators: the last pair, used again when nobody else holds it
  ssize remaining;
};

enum class Part { kKey, kValue, kItem };

Ref<Object> iterator_new(Type* type, Dict* d, bool items, bool reverse) {
  DictIterator* it = object_new_gc<DictIterator>(type);
  if (!it) return nullptr;
  incref(d);
  it->dict = d;
  it->used = d->used;
  it->remaining = d->used;
  it->position = !reverse ? 0 : d->values ? d->used - 1 : d->keys->nentries - 1;
  it->result = nullptr;
  Ref<Object> result = steal(as_object(it));
  if (items) it->result = TRY(tuple_pack(py_none(), py_none()))
  .release();
  gc_track(it);
  return result;
}

void iterator_dealloc(Object* p) {
  DictIterator* it = cast<DictIterator>(p);
  gc_untrack(it);
  xdecref(it->dict);
  xdecref(it->result);
  gc_free(p);
}

int iterator_traverse(Object* p, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<DictIterator>(p)->dict);
  MINIPY_VISIT(cast<DictIterator>(p)->result);
  return 0;
}

// The pair as a tuple, made anew unless the iterator's last one is free again.
Object* make_pair(DictIterator* it, Object* key, Object* value) {
  incref(key);
  incref(value);
  Tuple* result = it->result;
  if (result->base.base.refcount == 1) {
    Object *old_key = result->items[0], *old_value = result->items[1];
    result->items[0] = key;
    result->items[1] = value;
    incref(result);
    decref(old_key);
    decref(old_value);
    // The collector may have untracked it for its old contents.
    if (!gc_is_tracked(result)) gc_track(result);
    return as_object(result);
  }
  Object* const items[] = {key, value};
  return as_object(tuple_from_array_steal(items, 2).release());
}

template <Part kPart, bool kReverse>
Object* iterator_next(Object* p) {
  DictIterator* it = cast<DictIterator>(p);
  Dict* d = it->dict;
  if (!d) return nullptr;
  if (it->used != d->used) [[unlikely]] {
    it->used = -1;  // stays so
    return raise(RuntimeError, "dictionary changed size during iteration");
  }
  Object *key, *value;
  bool found;
  if constexpr (kReverse) {
    found = dict_iterate_back(d, &it->position, &key, &value);
  } else {
    hash_t hash;
    found = dict_iterate(d, &it->position, &key, &value, &hash);
    if (found && it->remaining == 0) [[unlikely]] {
      (void)raise(RuntimeError, "dictionary keys changed during iteration");
      found = false;
    }
  }
  if (!found) {
    clear_field(it->dict);
    return nullptr;
  }
  it->remaining--;
  if constexpr (kPart == Part::kItem) {
    return make_pair(it, key, value);
  } else {
    Object* result = kPart == Part::kKey ? key : value;
    incref(result);
    return result;
  }
}

Ref<Object> iterator_length_hint(DictIterator* it) {
  return int_from_ssize(it->dict && it->used == it->dict->used ? it->remaining : 0);
}

// Pickled as an iterator over the list of what is left; this iterator stays where it is.
Ref<Object> iterator_reduce(DictIterator* it) {
  DictIterator* copy = object_new_gc<DictIterator>(type_of(it));
  if (!copy) return nullptr;
  xincref(it->dict);
  xincref(it->result);
  copy->dict = it->dict;
  copy->result = it->result;
  copy->used = it->used;
  copy->position = it->position;
  copy->remaining = it->remaining;
  gc_track(copy);
  Ref<Object> held = steal(as_object(copy));
  Ref<List> rest = TRY(sequence_list(held.get()));
  return reduce_builtin("iter", std::move(rest));
}

constinit MethodDef iterator_methods[] = {
    PLAIN_METHOD(iterator_length_hint, "__length_hint__(self, /)",
                 "Private method returning an estimate of len(list(it))."),
    PLAIN_METHOD(iterator_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    {},
};

template <Part kPart, bool kReverse>
constexpr Type iterator_type(const char* name) {
  return Type{
      .base = STATIC_TYPE_HEADER(&type_type),
      .name = name,
      .basicsize = sizeof(DictIterator),
      .dealloc = iterator_dealloc,
      .getattro = kReverse ? nullptr : object_generic_getattro,
      .flags = kTypeDefault | kTypeHaveGc,
      .traverse = iterator_traverse,
      .iter = iter_self,
      .iternext = iterator_next<kPart, kReverse>,
      .methods = iterator_methods,
  };
}

}  // namespace

constinit Type dict_key_iterator_type = iterator_type<Part::kKey, false>("dict_keyiterator");
constinit Type dict_value_iterator_type = iterator_type<Part::kValue, false>("dict_valueiterator");
constinit Type dict_item_iterator_type = iterator_type<Part::kItem, false>("dict_itemiterator");
constinit Type dict_reverse_key_iterator_type = iterator_type<Part::kKey, true>("dict_reversekeyiterator");
constinit Type dict_reverse_value_iterator_type = iterator_type<Part::kValue, true>("dict_reversevalueiterator");
constinit Type dict_reverse_item_iterator_type = iterator_type<Part::kItem, true>("dict_reverseitemiterator");

Object* dict_iter(Object* p) { return iterator_new(&dict_key_iterator_type, cast<Dict>(p), false, false).release(); }
Ref<Object> dict_reversed(Dict* d) { return iterator_new(&dict_reverse_key_iterator_type, d, false, true); }

// ---- Views -------------------------------------------------------------------------------------------------------

Ref<Object> dict_view_new(Type* type, Object* dict) {
  if (!is_dict(dict)) {
    return raise(TypeError, "{}() requires a dict argument, not '{}'", type->name, type_name(dict));
  }
  DictView* view = object_new_gc<DictView>(type);
  if (!view) return nullptr;
  incref(dict);
  view->dict = cast<Dict>(dict);
  gc_track(view);
  return steal(as_object(view));
}

Ref<Object> dict_keys_view(Dict* d) { return dict_view_new(&dict_keys_type, as_object(d)); }
Ref<Object> dict_items_view(Dict* d) { return dict_view_new(&dict_items_type, as_object(d)); }
Ref<Object> dict_values_view(Dict* d) { return dict_view_new(&dict_values_type, as_object(d)); }

namespace {

bool is_keys_view(const Object* p) { return is_instance_of(p, &dict_keys_type); }
bool is_items_view(const Object* p) { return is_instance_of(p, &dict_items_type); }
bool is_view_set(const Object* p) { return is_keys_view(p) || is_items_view(p); }

void view_dealloc(Object* p) {
  gc_untrack(p);
  xdecref(cast<DictView>(p)->dict);
  gc_free(p);
}
int view_traverse(Object* p, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<DictView>(p)->dict);
  return 0;
}

ssize view_length(Object* p) {
  Dict* d = cast<DictView>(p)->dict;
  return d ? d->used : 0;
}

Ref<Str> view_repr(DictView* view) {
  ReprGuard guard(as_object(view));
  if (guard.failed()) return nullptr;
  if (guard.recursive()) return str_from_ascii("...");
  Ref<List> items = TRY(sequence_list(as_object(view)));
  return format_message("{}({})", type_name(view), repr_of(items.get()));
}

template <Part kPart, bool kReverse>
Ref<Object> view_iterate(DictView* view) {
  static constexpr Type* const types[2][3] = {
      {&dict_key_iterator_type, &dict_value_iterator_type, &dict_item_iterator_type},
      {&dict_reverse_key_iterator_type, &dict_reverse_value_iterator_type, &dict_reverse_item_iterator_type}};
  if (!view->dict) return none_ref();
  return iterator_new(types[kReverse][static_cast<int>(kPart)], view->dict, kPart == Part::kItem, kReverse);
}

Maybe<bool> keys_contains(DictView* view, Object* key) {
  if (!view->dict) return false;
  return dict_contains(view->dict, key);
}

Maybe<bool> items_contains(DictView* view, Object* item) {
  if (!view->dict || !is_tuple(item) || tuple_size(cast<Tuple>(item)) != 2) return false;
  Ref<Object> found;
  TRY(dict_get_ref(view->dict, cast<Tuple>(item)->items[0], found));
  if (!found) return false;
  return object_compare_bool(found.get(), cast<Tuple>(item)->items[1], kEq);
}

Maybe<bool> view_contains(DictView* view, Object* p) {
  return is_keys_view(as_object(view)) ? keys_contains(view, p) : items_contains(view, p);
}

Ref<Object> view_mapping(DictView* view) { return mappingproxy_new(as_object(view->dict)); }

// Every element of a is in b.
Maybe<bool> all_contained_in(Object* a, Object* b) {
  Ref<Object> iterator = TRY(get_iter(a));
  while (Ref<Object> item = iter_next(iterator.get())) {
    Maybe<bool> found = sequence_contains(b, item.get());
    if (!found || !*found) return found;
  }
  if (error_pending()) return kRaised;
  return true;
}

Ref<Object> view_compare(Object* a, Object* b, CompareOp op) {
  if (!is_any_set(b) && !is_view_set(b)) return not_implemented_ref();
  Maybe<ssize> n = object_length(a);
  if (!n) return nullptr;
  Maybe<ssize> m = object_length(b);
  if (!m) return nullptr;
  Maybe<bool> ok = false;
  switch (op) {
    case kEq:
    case kNe:
      if (*n == *m) ok = all_contained_in(a, b);
      break;
    case kLt:
      if (*n < *m) ok = all_contained_in(a, b);
      break;
    case kLe:
      if (*n <= *m) ok = all_contained_in(a, b);
      break;
    case kGt:
      if (*n > *m) ok = all_contained_in(b, a);
      break;
    case kGe:
      if (*n >= *m) ok = all_contained_in(b, a);
      break;
  }
  if (!ok) return nullptr;
  return bool_ref(op == kNe ? !*ok : *ok);
}

// ---- Set operations of views ---------------------------------------------------------------------------------------

Ref<Set> view_to_set(Object* view) {
  // A set is made from a dict faster than from its keys.
  if (is_exactly(view, &dict_keys_type)) {
    Object* dict = as_object(cast<DictView>(view)->dict);
    if (is_exactly(dict, &dict_type)) view = dict;
  }
  return set_new(view);
}

Ref<Object> view_subtract(Object* a, Object* b) {
  Ref<Set> result = TRY(view_to_set(a));
  TRY(call_method(as_object(result.get()), NAME("difference_update"), b));
  return result;
}

Ref<Object> view_and(Object* a, Object* b) {
  // The view may be the right operand.
  if (!is_view_set(a)) std::swap(a, b);
  ssize n = view_length(a);
  if (is_exactly(b, &set_type) && n <= cast<Set>(b)->used) return call_method(b, NAME("intersection"), a);
  // Iterate over the smaller of two views.
  if (is_view_set(b) && view_length(b) > n) std::swap(a, b);
  Ref<Set> result = TRY(set_new(nullptr));
  Ref<Object> iterator = TRY(get_iter(b));
  while (Ref<Object> item = iter_next(iterator.get())) {
    Maybe<bool> found = view_contains(cast<DictView>(a), item.get());
    if (!found) return nullptr;
    if (*found) TRY(set_add(result.get(), item.get()));
  }
  if (error_pending()) return nullptr;
  return result;
}

Ref<Object> view_or(Object* a, Object* b) {
  Ref<Set> result = TRY(view_to_set(a));
  TRY(set_update(result.get(), b));
  return result;
}

// The items that are in only one of two dicts, without hashing pairs that are in both.
Ref<Object> items_xor(Dict* a, Dict* b) {
  if (a->used > b->used) std::swap(a, b);
  Ref<Dict> rest = TRY(dict_copy(a));
  Ref<Set> result = TRY(set_new(nullptr));
  ssize position = 0;
  Object *key, *value;
  hash_t hash;
  while (dict_iterate(b, &position, &key, &value, &hash)) {
    Ref<Object> held_key = share(key), held_value = share(value);
    Object* other;
    if (dict_lookup(rest.get(), key, hash, &other) == kIndexError) return nullptr;
    if (other) {
      Ref<Object> held = share(other);
      Maybe<bool> equal = object_compare_bool(other, value, kEq);
      if (!equal) return nullptr;
      if (*equal) {
        TRY(dict_delete_hashed(rest.get(), key, hash));
        continue;
      }
    }
    Ref<Tuple> pair = TRY(tuple_pack(key, value));
    TRY(set_add(result.get(), as_object(pair.get())));
  }
  Ref<Object> left = TRY(dict_items_view(rest.get()));
  TRY(set_update(result.get(), left.get()));
  return result;
}

Ref<Object> view_xor(Object* a, Object* b) {
  if (is_exactly(a, &dict_items_type) && is_exactly(b, &dict_items_type)) {
    return items_xor(cast<DictView>(a)->dict, cast<DictView>(b)->dict);
  }
  Ref<Set> result = TRY(view_to_set(a));
  TRY(call_method(as_object(result.get()), NAME("symmetric_difference_update"), b));
  return result;
}

Ref<Object> view_isdisjoint(DictView* view, Object* other) {
  Object* self = as_object(view);
  if (self == other) return bool_ref(view_length(self) == 0);
  // Iterate over the shorter one, where asking the other is cheap.
  if (is_exactly(other, &set_type) || is_exactly(other, &frozenset_type) || is_view_set(other)) {
    Maybe<ssize> n = object_length(other);
    if (!n) return nullptr;
    if (*n > view_length(self)) std::swap(self, other);
  }
  Ref<Object> iterator = TRY(get_iter(other));
  while (Ref<Object> item = iter_next(iterator.get())) {
    Maybe<bool> found = sequence_contains(self, item.get());
    if (!found) return nullptr;
    if (*found) return bool_ref(false);
  }
  if (error_pending()) return nullptr;
  return bool_ref(true);
}

constexpr Ref<Object> (*keys_reversed)(DictView*) = view_iterate<Part::kKey, true>;
constexpr Ref<Object> (*items_reversed)(DictView*) = view_iterate<Part::kItem, true>;
constexpr Ref<Object> (*values_reversed)(DictView*) = view_iterate<Part::kValue, true>;

constinit MethodDef keys_methods[] = {
    PLAIN_METHOD(view_isdisjoint, "isdisjoint(self, other, /)",
                 "Return True if the view and the given iterable have a null intersection."),
    PLAIN_METHOD(keys_reversed, "__reversed__(self, /)", "Return a reverse iterator over the dict keys."),
    {},
};
constinit MethodDef items_methods[] = {
    PLAIN_METHOD(view_isdisjoint, "isdisjoint(self, other, /)",
                 "Return True if the view and the given iterable have a null intersection."),
    PLAIN_METHOD(items_reversed, "__reversed__(self, /)", "Return a reverse iterator over the dict items."),
    {},
};
constinit MethodDef values_methods[] = {
    PLAIN_METHOD(values_reversed, "__reversed__(self, /)", "Return a reverse iterator over the dict values."),
    {},
};
constinit GetSetDef view_getset[] = {
    {"mapping", getter<view_mapping>, nullptr, "dictionary that this view refers to", nullptr},
    {},
};
constinit NumberMethods view_as_number = {
    .subtract = slot<view_subtract>,
    .and_ = slot<view_and>,
    .xor_ = slot<view_xor>,
    .or_ = slot<view_or>,
};
constinit SequenceMethods keys_as_sequence = {.length = view_length, .contains = slot<keys_contains>};
constinit SequenceMethods items_as_sequence = {.length = view_length, .contains = slot<items_contains>};
constinit SequenceMethods values_as_sequence = {.length = view_length};

}  // namespace

constinit Type dict_keys_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "dict_keys",
    .basicsize = sizeof(DictView),
    .dealloc = view_dealloc,
    .repr = slot<view_repr>,
    .as_number = &view_as_number,
    .as_sequence = &keys_as_sequence,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = view_traverse,
    .richcompare = slot<view_compare>,
    .iter = slot<view_iterate<Part::kKey, false>>,
    .methods = keys_methods,
    .getset = view_getset,
};

constinit Type dict_items_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "dict_items",
    .basicsize = sizeof(DictView),
    .dealloc = view_dealloc,
    .repr = slot<view_repr>,
    .as_number = &view_as_number,
    .as_sequence = &items_as_sequence,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = view_traverse,
    .richcompare = slot<view_compare>,
    .iter = slot<view_iterate<Part::kItem, false>>,
    .methods = items_methods,
    .getset = view_getset,
};

constinit Type dict_values_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "dict_values",
    .basicsize = sizeof(DictView),
    .dealloc = view_dealloc,
    .repr = slot<view_repr>,
    .as_sequence = &values_as_sequence,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = view_traverse,
    .iter = slot<view_iterate<Part::kValue, false>>,
    .methods = values_methods,
    .getset = view_getset,
};

}  // namespace minipy
