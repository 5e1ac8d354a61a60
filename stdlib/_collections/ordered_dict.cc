// OrderedDict: a dict with a linked list of its keys. The list's nodes are found through an array parallel to the
// dict's entries, which is made anew when the dict's table changed. Only OrderedDict's own operations keep the list:
// what dict's methods, called explicitly, do behind its back is noticed as a KeyError later, as in CPython.
#include "gc/memory.h"
#include "runtime/bind_varargs.h"
#include "runtime/container_support.h"
#include "runtime/dict.h"
#include "runtime/dict_keys.h"
#include "runtime/dict_views.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/weakref.h"
#include "stdlib/_collections/collections.h"
#include "stdlib/native_type.h"

namespace minipy {

namespace {

using Node = OrderedDictNode;

bool is_ordered(const Object* p) { return is_instance_of(p, &ordered_dict_type); }
Object* self_of(OrderedDict* d) { return as_object(d); }
ssize size_of(const OrderedDict* d) { return d->dict.used; }

// ---- The list
// --------------------------------------------------------------------------------------------------------

void link_last(OrderedDict* d, Node* node) {
  node->next = nullptr;
  node->prev = d->last;
  (d->last ? d->last->next : d->first) = node;
  d->last = node;
  d->state++;
}

void link_first(OrderedDict* d, Node* node) {
  node->prev = nullptr;
  node->next = d->first;
  (d->first ? d->first->prev : d->last) = node;
  d->first = node;
  d->state++;
}

void unlink(OrderedDict* d, Node* node) {
  (node->prev ? node->prev->next : d->first) = node->next;
  (node->next ? node->next->prev : d->last) = node->prev;
  node->next = nullptr;
  node->prev = nullptr;
  d->state++;
}

// Entry number of a key in the dict, kIndexEmpty when absent, kIndexError.
ssize raw_entry(OrderedDict* d, Object* key, hash_t hash) {
  Object* value;
  return dict_lookup(&d->dict, key, hash, &value);
}

// Makes by_entry for the dict's present table.
Status rebuild(OrderedDict* d) {
  DictKeys* keys = d->dict.keys;
  ssize size = keys_size(keys);
  Node** nodes = static_cast<Node**>(memory::mem_calloc(static_cast<size_t>(size), sizeof(Node*)));
  if (!nodes) return raise_no_memory_error();
  for (Node* n = d->first; n; n = n->next) {
    ssize i = raw_entry(d, n->key, n->hash);
    if (i < 0 || d->dict.keys != keys) {
      memory::mem_free(nodes);
      return i == kIndexError ? Status::failed() : Status(raise_object(KeyError, n->key));
    }
    nodes[i] = n;
  }
  memory::mem_free(d->by_entry);
  d->by_entry = nodes;
  d->by_entry_size = size;
  d->by_entry_keys = keys;
  return kOk;
}

// Place of a key's node in by_entry: kIndexEmpty when the dict has no such key, kIndexError.
ssize find_place(OrderedDict* d, Object* key, hash_t hash) {
  DictKeys* keys = d->dict.keys;
  if (d->by_entry_keys != keys || d->by_entry_size != keys_size(keys)) {
    if (!rebuild(d)) return kIndexError;
  }
  return raw_entry(d, key, hash);
}

// Null without an exception: no such key.
Node* find_node(OrderedDict* d, Object* key, hash_t hash) {
  if (!d->first) return nullptr;
  ssize i = find_place(d, key, hash);
  return i < 0 || i >= d->by_entry_size ? nullptr : d->by_entry[i];
}

Status add_node(OrderedDict* d, Object* key, hash_t hash) {
  ssize i = find_place(d, key, hash);
  if (i == kIndexError) return kRaised;
  if (i < 0 || i >= d->by_entry_size) return raise_object(KeyError, key);
  if (d->by_entry[i]) return kOk;
  Node* node = static_cast<Node*>(memory::mem_alloc(sizeof(Node)));
  if (!node) return raise_no_memory_error();
  *node = {Ref<Object>::share(key).release(), hash, nullptr, nullptr};
  link_last(d, node);
  d->by_entry[i] = node;
  return kOk;
}

// Takes a key's node out of the list; none is fine: the caller finds out.
Status remove_node(OrderedDict* d, Object* key, hash_t hash) {
  if (!d->first) return kOk;
  ssize i = find_place(d, key, hash);
  if (i == kIndexError) return kRaised;
  if (i < 0 || i >= d->by_entry_size || !d->by_entry[i]) return kOk;
  Node* node = std::exchange(d->by_entry[i], nullptr);
  unlink(d, node);
  Object* old = node->key;
  memory::mem_free(node);
  decref(old);
  return kOk;
}

void clear_nodes(OrderedDict* d) {
  memory::mem_free(std::exchange(d->by_entry, nullptr));
  d->by_entry_size = 0;
  d->by_entry_keys = nullptr;
  Node* node = std::exchange(d->first, nullptr);
  d->last = nullptr;
  d->state++;
  while (node) {
    Node* next = node->next;
    decref(node->key);
    memory::mem_free(node);
    node = next;
  }
}

// ---- Items
// -----------------------------------------------------------------------------------------------------------

Status set_item_hashed(OrderedDict* d, Object* key, hash_t hash, Object* value) {
  TRY(dict_set_hashed(&d->dict, key, hash, value));
  if (add_node(d, key, hash)) return kOk;
  // Undone, so that dict and list agree; the first error stays.
  PreserveError saved;
  if (!dict_delete_hashed(&d->dict, key, hash)) error_clear();
  return Status::failed();
}

Status set_item(OrderedDict* d, Object* key, Object* value) {
  hash_t hash;
  if (!key_hash(key, &hash)) return kRaised;
  return set_item_hashed(d, key, hash, value);
}

Status assign_subscript(OrderedDict* d, Object* key, Object* value) {
  if (value) return set_item(d, key, value);
  hash_t hash;
  if (!key_hash(key, &hash)) return kRaised;
  TRY(remove_node(d, key, hash));
  return dict_delete_hashed(&d->dict, key, hash);
}

// Removes and returns; `fallback` may be null.
Ref<Object> pop_key(OrderedDict* d, Object* key, hash_t hash, Object* fallback) {
  Node* node = find_node(d, key, hash);
  if (!node) {
    if (error_pending()) return nullptr;
    if (fallback) return share(fallback);
    return raise_object(KeyError, key);
  }
  TRY(remove_node(d, key, hash));
  return dict_pop_hashed(&d->dict, key, hash, fallback);
}

Ref<Object> ordered_pop(OrderedDict* d, Object* key, Object* fallback) {
  hash_t hash;
  if (!key_hash(key, &hash)) return nullptr;
  return pop_key(d, key, hash, fallback);
}

Ref<Object> ordered_popitem(OrderedDict* d, bool last) {
  Node* node = last ? d->last : d->first;
  if (!node) return raise(KeyError, "dictionary is empty");
  Ref<Object> key = share(node->key);
  Ref<Object> value = TRY(pop_key(d, key.get(), node->hash, nullptr));
  return tuple_pack(key.get(), value.get());
}

Ref<Object> ordered_setdefault(OrderedDict* d, Object* key, Object* fallback) {
  if (is_exactly(d, &ordered_dict_type)) {
    Ref<Object> value;
    TRY(dict_get_ref(&d->dict, key, value));
    if (value) return value;
    TRY(set_item(d, key, fallback));
    return share(fallback);
  }
  Maybe<bool> found = sequence_contains(self_of(d), key);
  if (!found) return nullptr;
  if (*found) return object_get_item(self_of(d), key);
  TRY(object_set_item(self_of(d), key, fallback));
  return share(fallback);
}

Status ordered_move_to_end(OrderedDict* d, Object* key, bool last) {
  Node* node = last ? d->last : d->first;
  if (!node) return raise_object(KeyError, key);
  if (node->key == key) return kOk;
  hash_t hash;
  if (!key_hash(key, &hash)) return kRaised;
  node = find_node(d, key, hash);
  if (!node) return error_pending() ? Status::failed() : Status(raise_object(KeyError, key));
  if (node == (last ? d->last : d->first)) return kOk;
  unlink(d, node);
  if (last) {
    link_last(d, node);
  } else {
    link_first(d, node);
  }
  return kOk;
}

void ordered_clear(OrderedDict* d) {
  dict_clear(&d->dict);
  clear_nodes(d);
}

// ---- update
// ----------------------------------------------------------------------------------------------------------

// The two items of a pair, from any iterable of exactly two.
Status unpack_pair(Object* pair, Ref<Object>& key, Ref<Object>& value) {
  Ref<Object> iterator = TRY(get_iter(pair));
  key = iter_next(iterator.get());
  if (!key) {
    if (error_pending()) return kRaised;
    return raise(ValueError, "need more than 0 values to unpack");
  }
  value = iter_next(iterator.get());
  if (!value) {
    if (error_pending()) return kRaised;
    return raise(ValueError, "need more than 1 value to unpack");
  }
  Ref<Object> more = iter_next(iterator.get());
  if (more) return raise(ValueError, "too many values to unpack (expected 2)");
  return error_pending() ? Status::failed() : kOk;
}

Status add_pairs(Object* self, Object* pairs) {
  Ref<Object> iterator = TRY(get_iter(pairs));
  while (Ref<Object> pair = iter_next(iterator.get())) {
    Ref<Object> key, value;
    TRY(unpack_pair(pair.get(), key, value));
    TRY(object_set_item(self, key.get(), value.get()));
  }
  return error_pending() ? Status::failed() : kOk;
}

Status update_from(Object* self, Object* source) {
  if (is_exactly(source, &dict_type)) {
    Ref<Object> items = TRY(dict_items_list(cast<Dict>(source)));
    return add_pairs(self, items.get());
  }
  Ref<Object> method;
  TRY(object_find_attr(source, NAME("keys"), method));
  if (method) {
    Ref<Object> keys = TRY(call(method.get()));
    Ref<Object> iterator = TRY(get_iter(keys.get()));
    while (Ref<Object> key = iter_next(iterator.get())) {
      Ref<Object> value = TRY(object_get_item(source, key.get()));
      TRY(object_set_item(self, key.get(), value.get()));
    }
    return error_pending() ? Status::failed() : kOk;
  }
  TRY(object_find_attr(source, NAME("items"), method));
  if (method) {
    Ref<Object> items = TRY(call(method.get()));
    return add_pairs(self, items.get());
  }
  return add_pairs(self, source);
}

Status update_all(Object* self, Object* source, Object* kwargs) {
  if (source) TRY(update_from(self, source));
  if (!kwargs || dict_size(cast<Dict>(kwargs)) == 0) return kOk;
  Ref<Object> items = TRY(dict_items_list(cast<Dict>(kwargs)));
  return add_pairs(self, items.get());
}

Status ordered_update(Object* self, VarArgs args, Object* kwargs) {
  if (args.size > 1) return raise(TypeError, "update() takes at most 1 positional argument ({} given)", args.size);
  return update_all(self, args.size ? args[0] : nullptr, kwargs);
}

int ordered_init(Object* self, Object* args, Object* kwargs) {
  Tuple* given = cast<Tuple>(args);
  if (tuple_size(given) > 1) {
    (void)raise(TypeError, "expected at most 1 arguments, got {}", tuple_size(given));
    return -1;
  }
  return update_all(self, tuple_size(given) ? given->items[0] : nullptr, kwargs) ? 0 : -1;
}

Ref<Object> ordered_fromkeys(Object* cls, Object* iterable, Object* value) {
  Ref<Object> result = TRY(call(cls));
  Ref<Object> iterator = TRY(get_iter(iterable));
  while (Ref<Object> key = iter_next(iterator.get())) TRY(object_set_item(result.get(), key.get(), value));
  if (error_pending()) return nullptr;
  return result;
}

// ---- Whole dicts
// -----------------------------------------------------------------------------------------------------

Ref<Object> ordered_copy(OrderedDict* d) {
  Ref<Object> copy = TRY(call(as_object(type_of(d))));
  bool exact = is_exactly(d, &ordered_dict_type);
  size_t state = d->state;
  for (Node* n = d->first; n; n = n->next) {
    Ref<Object> key = share(n->key), value;
    if (exact) {
      TRY(dict_get_ref(&d->dict, key.get(), value));
      if (!value) return raise_object(KeyError, key.get());
      TRY(set_item_hashed(cast<OrderedDict>(copy.get()), key.get(), n->hash, value.get()));
    } else {
      value = TRY(object_get_item(self_of(d), key.get()));
      TRY(object_set_item(copy.get(), key.get(), value.get()));
    }
    if (d->state != state) return raise(RuntimeError, "OrderedDict mutated during iteration");
  }
  return copy;
}

Ref<Object> ordered_reduce(OrderedDict* d) {
  Ref<Object> state = TRY(call_method(self_of(d), NAME("__getstate__")));
  Ref<Object> items = TRY(call_method(self_of(d), NAME("items")));
  Ref<Object> iterator = TRY(get_iter(items.get()));
  Ref<Tuple> args = tuple_empty();
  return tuple_pack(type_of(d), args.get(), state.get(), py_none(), iterator.get());
}

Ref<Object> pairs_for_repr(OrderedDict* d) {
  if (!is_exactly(d, &ordered_dict_type)) {
    Ref<Object> items = TRY(call_method(self_of(d), NAME("items")));
    return sequence_list(items.get());
  }
  Ref<List> pairs = TRY(list_new());
  for (Node* n = d->first; n; n = n->next) {
    Ref<Object> value;
    TRY(dict_get_ref(&d->dict, n->key, value));
    if (!value) return raise_object(KeyError, n->key);
    Ref<Tuple> pair = TRY(tuple_pack(n->key, value.get()));
    TRY(list_append(pairs.get(), as_object(pair.get())));
  }
  return pairs;
}

Ref<Str> ordered_repr(OrderedDict* d) {
  const char* name = type_short_name(type_of(d));
  if (size_of(d) == 0) return format_message("{}()", name);
  ReprGuard guard(self_of(d));
  if (guard.failed()) return nullptr;
  if (guard.recursive()) return str_from_ascii("...");
  Ref<Object> pairs = TRY(pairs_for_repr(d));
  return format_message("{}({})", name, repr_of(pairs.get()));
}

Maybe<bool> same_order(OrderedDict* a, OrderedDict* b) {
  size_t state_a = a->state, state_b = b->state;
  Node *x = a->first, *y = b->first;
  while (x && y) {
    Ref<Object> p = share(x->key), q = share(y->key);
    Maybe<bool> equal = object_compare_bool(p.get(), q.get(), kEq);
    if (!equal || !*equal) return equal;
    if (a->state != state_a || b->state != state_b) {
      return raise(RuntimeError, "OrderedDict mutated during iteration");
    }
    x = x->next;
    y = y->next;
  }
  return !x && !y;
}

Ref<Object> ordered_compare(Object* a, Object* b, CompareOp op) {
  if (!is_dict(b) || (op != kEq && op != kNe)) return not_implemented_ref();
  Ref<Object> result = TRY(steal(dict_type.richcompare(a, b, kEq)));
  Maybe<bool> equal = object_is_true(result.get());
  if (!equal) return nullptr;
  if (*equal && is_ordered(b)) {
    equal = same_order(cast<OrderedDict>(a), cast<OrderedDict>(b));
    if (!equal) return nullptr;
  }
  return bool_ref(*equal == (op == kEq));
}

Ref<Object> ordered_or(Object* a, Object* b) {
  Object* self = is_ordered(a) ? a : b;
  if (!is_dict(self == a ? b : a)) return not_implemented_ref();
  Ref<Object> result = TRY(call(as_object(type_of(self)), a));
  TRY(update_from(result.get(), b));
  return result;
}

Ref<Object> ordered_inplace_or(Object* a, Object* b) {
  TRY(update_from(a, b));
  return share(a);
}

Ref<Object> ordered_sizeof(OrderedDict* d) {
  Ref<Object> base = TRY(call(dict_get_str(cast<Dict>(dict_type.dict), NAME("__sizeof__")), self_of(d)));
  Maybe<ssize> size = int_to_ssize(base.get());
  if (!size) return nullptr;
  ssize nodes = d->first ? size_of(d) : 0;
  return int_from_ssize(*size + d->by_entry_size * static_cast<ssize>(sizeof(Node*)) +
                        nodes * static_cast<ssize>(sizeof(Node)));
}

void ordered_dealloc(Object* p) {
  OrderedDict* d = cast<OrderedDict>(p);
  gc_untrack(p);
  TRASHCAN_GUARD(p, ordered_dealloc);
  clear_field(d->attributes);
  if (d->weakreflist) weakref_clear_all(p);
  clear_nodes(d);
  dict_dealloc(p);
}

int ordered_traverse(Object* p, VisitProc visit, void* arg) {
  OrderedDict* d = cast<OrderedDict>(p);
  MINIPY_VISIT(d->attributes);
  for (Node* n = d->first; n; n = n->next) MINIPY_VISIT(n->key);
  return dict_traverse(p, visit, arg);
}

int ordered_tp_clear(Object* p) {
  OrderedDict* d = cast<OrderedDict>(p);
  clear_field(d->attributes);
  ordered_clear(d);
  return 0;
}

// ---- Iterator
// --------------------------------------------------------------------------------------------------------

enum IterKind : int { kReversed = 1, kIterKeys = 2, kIterValues = 4, kIterItems = kIterKeys | kIterValues };

struct OrderedIterator {
  Object base;
  int kind;
  OrderedDict* dict;  // null: exhausted
  ssize size;
  size_t state;
  Tuple* result;  // the last pair
  Object* key;    // to be yielded next
};

Ref<Object> iterator_new(OrderedDict* d, int kind) {
  Ref<Tuple> result;
  if ((kind & kIterItems) == kIterItems) result = TRY(tuple_pack(py_none(), py_none()));
  OrderedIterator* it = object_new_gc<OrderedIterator>(&ordered_dict_iterator_type);
  if (!it) return nullptr;
  Node* node = kind & kReversed ? d->last : d->first;
  it->kind = kind;
  it->dict = share(d).release();
  it->size = size_of(d);
  it->state = d->state;
  it->result = result.release();
  it->key = node ? Ref<Object>::share(node->key).release() : nullptr;
  gc_track(it);
  return steal(as_object(it));
}

Object* ordered_iter(Object* p) { return iterator_new(cast<OrderedDict>(p), kIterKeys).release(); }
Ref<Object> ordered_reversed(OrderedDict* d) { return iterator_new(d, kIterKeys | kReversed); }

Ref<Object> iterator_next_key(OrderedIterator* it) {
  OrderedDict* d = it->dict;
  if (!d) return nullptr;
  if (!it->key) {
    clear_field(it->dict);
    return nullptr;
  }
  if (d->state != it->state) {
    (void)raise(RuntimeError, "OrderedDict mutated during iteration");
    clear_field(it->dict);
    return nullptr;
  }
  if (it->size != size_of(d)) {
    it->size = -1;  // stays so
    return raise(RuntimeError, "OrderedDict changed size during iteration");
  }
  Ref<Object> key = share(it->key);
  hash_t hash;
  if (!key_hash(key.get(), &hash)) return nullptr;
  Node* node = find_node(d, key.get(), hash);
  if (!node) {
    if (!error_pending()) (void)raise_object(KeyError, key.get());
    clear_field(it->key);
    return nullptr;
  }
  Node* following = it->kind & kReversed ? node->prev : node->next;
  replace_field(it->key, following ? share(following->key) : nullptr);
  return key;
}

Ref<Object> iterator_next(OrderedIterator* it) {
  Ref<OrderedDict> held = share(it->dict);
  Ref<Object> key = iterator_next_key(it);
  if (!key || !(it->kind & kIterValues)) return key;
  Ref<Object> value;
  if (!dict_get_ref(&held->dict, key.get(), value) || !value) {
    if (!error_pending()) (void)raise_object(KeyError, key.get());
    clear_field(it->key);
    clear_field(it->dict);
    return nullptr;
  }
  if (!(it->kind & kIterKeys)) return value;
  Tuple* last = it->result;
  if (last->base.base.refcount == 1) {
    Ref<Tuple> result = share(last);
    replace_field(result->items[0], std::move(key));
    replace_field(result->items[1], std::move(value));
    // The collector may have untracked it for its old contents.
    if (!gc_is_tracked(result.get())) gc_track(result.get());
    return result;
  }
  return tuple_pack(key.get(), value.get());
}

Ref<Object> iterator_reduce(OrderedIterator* it) {
  Ref<Object> rest;
  if (it->dict) {
    Ref<Object> copy = TRY(iterator_new(it->dict, it->kind));
    OrderedIterator* c = cast<OrderedIterator>(copy.get());
    c->size = it->size;
    c->state = it->state;
    replace_field(c->key, share(it->key));
    rest = sequence_list(copy.get());
  } else {
    rest = list_new();
  }
  return reduce_builtin("iter", std::move(rest));
}

constinit MethodDef iterator_methods[] = {
    METHOD(iterator_reduce, "__reduce__(self, /)", "Return state information for pickling"),
    {},
};
using IteratorFields = Owned<OrderedIterator, &OrderedIterator::dict, &OrderedIterator::result, &OrderedIterator::key>;

// ---- Views
// -----------------------------------------------------------------------------------------------------------

template <int kKind>
Ref<Object> view_iterate(DictView* view) {
  if (!view->dict) return none_ref();
  return iterator_new(cast<OrderedDict>(as_object(view->dict)), kKind);
}
constexpr Ref<Object> (*keys_reversed)(DictView*) = view_iterate<kIterKeys | kReversed>;
constexpr Ref<Object> (*values_reversed)(DictView*) = view_iterate<kIterValues | kReversed>;
constexpr Ref<Object> (*items_reversed)(DictView*) = view_iterate<kIterItems | kReversed>;
constinit MethodDef keys_methods[] = {METHOD(keys_reversed, "__reversed__(self, /)", ""), {}};
constinit MethodDef values_methods[] = {METHOD(values_reversed, "__reversed__(self, /)", ""), {}};
constinit MethodDef items_methods[] = {METHOD(items_reversed, "__reversed__(self, /)", ""), {}};

Ref<Object> ordered_keys(OrderedDict* d) { return dict_view_new(&ordered_dict_keys_type, self_of(d)); }
Ref<Object> ordered_values(OrderedDict* d) { return dict_view_new(&ordered_dict_values_type, self_of(d)); }
Ref<Object> ordered_items(OrderedDict* d) { return dict_view_new(&ordered_dict_items_type, self_of(d)); }

constinit MethodDef ordered_methods[] = {
    CLASS_METHOD(ordered_fromkeys, "fromkeys(type, /, iterable, value=None)",
                 "Create a new ordered dictionary with keys from iterable and values set to value."),
    METHOD(ordered_sizeof, "__sizeof__(self, /)", ""),
    METHOD(ordered_reduce, "__reduce__(self, /)", "Return state information for pickling"),
    METHOD(ordered_setdefault, "setdefault(self, /, key, default=None)",
           "Insert key with a value of default if key is not in the dictionary.\n\n"
           "Return the value for key if key is in the dictionary, else default."),
    METHOD(ordered_pop, "pop(self, /, key, default=<unrepresentable>)",
           "od.pop(key[,default]) -> v, remove specified key and return the corresponding value.\n\n"
           "If the key is not found, return the default if given; otherwise,\nraise a KeyError."),
    METHOD(ordered_popitem, "popitem(self, /, last=True)",
           "Remove and return a (key, value) pair from the dictionary.\n\n"
           "Pairs are returned in LIFO order if last is true or FIFO order if false."),
    METHOD(ordered_keys, "keys(self, /)", ""),
    METHOD(ordered_values, "values(self, /)", ""),
    METHOD(ordered_items, "items(self, /)", ""),
    VARARGS_METHOD(ordered_update, "update(self, /, *args, **kwargs)", ""),
    METHOD(ordered_clear, "clear(self, /)", "od.clear() -> None.  Remove all items from od."),
    METHOD(ordered_copy, "copy(self, /)", "od.copy() -> a shallow copy of od"),
    METHOD(ordered_reversed, "__reversed__(self, /)", "od.__reversed__() <==> reversed(od)"),
    METHOD(ordered_move_to_end, "move_to_end(self, /, key, last=True)",
           "Move an existing element to the end (or beginning if last is false).\n\n"
           "Raise KeyError if the element does not exist."),
    {},
};
Object* get_attributes(Object* self, void* closure) { return object_generic_get_dict(self, closure).release(); }
constinit GetSetDef ordered_getset[] = {
    {"__dict__", get_attributes, nullptr, nullptr, nullptr},
    {},
};
constinit NumberMethods ordered_as_number = {.or_ = slot<ordered_or>, .inplace_or = slot<ordered_inplace_or>};
constinit MappingMethods ordered_as_mapping = {.ass_subscript = slot<assign_subscript>};

}  // namespace

constinit Type ordered_dict_iterator_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "odict_iterator",
    .basicsize = sizeof(OrderedIterator),
    .dealloc = IteratorFields::dealloc,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = IteratorFields::traverse,
    .iter = iter_self,
    .iternext = slot<iterator_next>,
    .methods = iterator_methods,
};

constinit Type ordered_dict_keys_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "odict_keys",
    .iter = slot<view_iterate<kIterKeys>>,
    .methods = keys_methods,
    .base_type = &dict_keys_type,
};
constinit Type ordered_dict_values_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "odict_values",
    .iter = slot<view_iterate<kIterValues>>,
    .methods = values_methods,
    .base_type = &dict_values_type,
};
constinit Type ordered_dict_items_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "odict_items",
    .iter = slot<view_iterate<kIterItems>>,
    .methods = items_methods,
    .base_type = &dict_items_type,
};

constinit Type ordered_dict_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "collections.OrderedDict",
    .basicsize = sizeof(OrderedDict),
    .dealloc = ordered_dealloc,
    .repr = slot<ordered_repr>,
    .as_number = &ordered_as_number,
    .as_mapping = &ordered_as_mapping,
    .hash = hash_not_implemented,
    .flags = kNativeTypeFlags,
    .doc = "Dictionary that remembers insertion order",
    .traverse = ordered_traverse,
    .clear = ordered_tp_clear,
    .richcompare = slot<ordered_compare>,
    .weaklistoffset = offsetof(OrderedDict, weakreflist),
    .iter = ordered_iter,
    .methods = ordered_methods,
    .getset = ordered_getset,
    .base_type = &dict_type,
    .dictoffset = offsetof(OrderedDict, attributes),
    .init = ordered_init,
    .alloc = type_generic_alloc,
    .free = gc_free_slot,
};

}  // namespace minipy
