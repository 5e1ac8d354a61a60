// Making, reading and changing dicts. The tables are in dict_keys.cc, Python's methods in dict_methods.cc.
//
// Comparing keys may run Python code that changes the dict: dict_lookup starts again when the table or the compared
// entry changed, and every change is complete before an old value is dropped.
#include "runtime/dict.h"

#include <cstring>

#include "gc/memory.h"
#include "runtime/dict_keys.h"
#include "runtime/error.h"
#include "runtime/free_list.h"

namespace minipy {

namespace {

// Freed dict objects, bound as CPython's: an object from here is not counted as an allocation by the collector.
constinit FreeList<80, offsetof(Dict, keys), gc_free> free_dicts{"dict", -1,
                                                                 [](FreeListInfo&) { dict_clear_free_list(); }};

constinit uint64_t last_version = 0;

// A dict is tracked once it holds something that may be part of a cycle.
inline void maintain_tracking(Dict* d, const Object* key, const Object* value) {
  if (!gc_is_tracked(d) && (may_be_tracked(value) || may_be_tracked(key))) gc_track(d);
}

}  // namespace

uint64_t dict_next_version() { return ++last_version; }

// ---- Making and freeing ------------------------------------------------------------------------------------------

static Ref<Dict> filled(Dict* d, DictKeys* keys, DictValues* values, ssize used) {
  d->keys = keys;
  d->values = values;
  d->used = used;
  d->version_tag = dict_next_version();
  return steal(d);
}

// As dict_new_with, but never from the free list.
static Ref<Dict> allocate_with(DictKeys* keys, DictValues* values, ssize used) {
  Dict* d = object_new_gc<Dict>(&dict_type);
  if (!d) {
    dict_keys_decref(keys);
    if (values) values_free(values);
    return nullptr;
  }
  return filled(d, keys, values, used);
}

Ref<Dict> dict_new_with(DictKeys* keys, DictValues* values, ssize used) {
  Dict* d = static_cast<Dict*>(free_dicts.take());
  if (!d) {
    free_list_register(free_dicts);
    return allocate_with(keys, values, used);
  }
  object_init(as_object(d), &dict_type);
  return filled(d, keys, values, used);
}

Ref<Dict> dict_new() {
  keys_incref(empty_keys);
  return dict_new_with(empty_keys, nullptr, 0);
}

Ref<Dict> dict_new_presized_kind(ssize expected, bool unicode) {
  constexpr ssize kMaxPresize = 128 * 1024;
  if (expected <= usable_fraction(kMinKeysSize)) return dict_new();
  int log2 = expected > usable_fraction(kMaxPresize) ? 17 : log2_keys_for(expected);
  DictKeys* keys = keys_new(log2, unicode);
  if (!keys) return nullptr;
  return dict_new_with(keys, nullptr, 0);
}
Ref<Dict> dict_new_presized(ssize expected) { return dict_new_presized_kind(expected, false); }

Ref<Dict> dict_new_shared(DictKeys* keys) {
  DictValues* values = values_new(shared_keys_room(keys));
  if (!values) return nullptr;
  keys_incref(keys);
  return dict_new_with(keys, values, 0);
}

void dict_free_contents(DictKeys* keys, DictValues* values) {
  if (values) {
    for (ssize i = 0, n = keys->nentries; i < n; i++) xdecref(values->items[i]);
    values_free(values);
  }
  dict_keys_decref(keys);
}

void dict_dealloc(Object* p) {
  Dict* d = cast<Dict>(p);
  gc_untrack(d);
  TRASHCAN_GUARD(d, dict_dealloc);
  dict_free_contents(d->keys, d->values);
  if (!is_exactly(d, &dict_type) || !free_dicts.give(d)) type_of(d)->free(d);
}

void dict_clear_free_list() { free_dicts.free_all(); }

int dict_traverse(Object* p, VisitProc visit, void* arg) {
  Dict* d = cast<Dict>(p);
  DictKeys* k = d->keys;
  if (d->values) {
    for (ssize i = 0; i < k->nentries; i++) MINIPY_VISIT(d->values->items[i]);
  } else if (keys_are_unicode(k)) {
    UnicodeEntry* entries = unicode_entries(k);
    for (ssize i = 0; i < k->nentries; i++) MINIPY_VISIT(entries[i].value);
  } else {
    GeneralEntry* entries = general_entries(k);
    for (ssize i = 0; i < k->nentries; i++) {
      MINIPY_VISIT(entries[i].value);
      MINIPY_VISIT(entries[i].key);
    }
  }
  return 0;
}

void dict_maybe_untrack(Object* p) {
  if (!is_exactly(p, &dict_type) || !gc_is_tracked(p)) return;
  Dict* d = cast<Dict>(p);
  ssize position = 0;
  Object *key, *value;
  hash_t hash;
  while (dict_iterate(d, &position, &key, &value, &hash)) {
    if (may_be_tracked(value) || may_be_tracked(key)) return;
  }
  gc_untrack(d);
}

// ---- Looking up --------------------------------------------------------------------------------------------------

// Compares an entry's key, whose hash is the wanted one, by __eq__.
static ssize lookup_compare(Dict* d, DictKeys* k, Object* key, hash_t hash) {
  bool unicode = keys_are_unicode(k);
  Probe probe(k, hash);
  while (true) {
    ssize ix = keys_get_index(k, probe.i);
    if (ix >= 0) {
      Object* candidate = entry_key(k, ix);
      if (candidate == key) return ix;
      if (entry_hash(k, ix) == hash) {
        if (is_exact_str(candidate) && is_exact_str(key)) {
          if (str_equal(cast<Str>(candidate), cast<Str>(key))) return ix;
        } else {
          Ref<Object> held = share(candidate);
          Maybe<bool> equal = object_compare_bool(candidate, key, kEq);
          if (!equal) return kIndexError;
          if (d->keys != k || keys_are_unicode(k) != unicode || entry_key(k, ix) != candidate) return kIndexDummy;
          if (*equal) return ix;
        }
      }
    } else if (ix == kIndexEmpty) {
      return kIndexEmpty;
    }
    probe.next();
  }
}

ssize dict_lookup(Dict* d, Object* key, hash_t hash, Object** value) {
  ssize ix;
  do {
    DictKeys* k = d->keys;
    if (keys_are_unicode(k) && is_exact_str(key)) [[likely]] {
      ix = keys_lookup_str(k, cast<Str>(key), hash);
    } else {
      ix = lookup_compare(d, k, key, hash);  // kIndexDummy: the dict changed meanwhile
    }
  } while (ix == kIndexDummy);
  if (ix < 0) {
    *value = nullptr;
  } else {
    *value = d->values ? d->values->items[ix] : *entry_value(d->keys, ix);
  }
  return ix;
}

Object* dict_get_hashed(Dict* d, Object* key, hash_t hash) {
  Object* value;
  dict_lookup(d, key, hash, &value);
  return value;
}

Object* dict_get(Dict* d, Object* key) {
  hash_t hash;
  if (!key_hash(key, &hash)) return nullptr;
  return dict_get_hashed(d, key, hash);
}

Object* dict_get_str(Dict* d, Str* key) {
  hash_t hash = str_hash_of(key);
  DictKeys* k = d->keys;
  if (keys_are_unicode(k)) [[likely]] {
    ssize ix = keys_lookup_str(k, key, hash);
    if (ix < 0) return nullptr;
    return d->values ? d->values->items[ix] : unicode_entries(k)[ix].value;
  }
  // Other keys may have an __eq__ that raises: that counts as "not this key", as everywhere names are looked up.
  PreserveError saved;
  Object* value = dict_get_hashed(d, as_object(key), hash);
  error_clear();
  return value;
}

Object* dict_get_ascii(Dict* d, const char* key) {
  Ref<Str> name = str_intern_ascii(key);
  return dict_get_str(d, name.get());
}

Status dict_get_ref(Dict* d, Object* key, Ref<Object>& out) {
  out = nullptr;
  hash_t hash;
  if (!key_hash(key, &hash)) return kRaised;
  Object* value;
  if (dict_lookup(d, key, hash, &value) == kIndexError) return kRaised;
  out = share(value);
  return kOk;
}

Maybe<bool> dict_contains_hashed(Dict* d, Object* key, hash_t hash) {
  Object* value;
  if (dict_lookup(d, key, hash, &value) == kIndexError) return kRaised;
  return value != nullptr;
}

Maybe<bool> dict_contains(Dict* d, Object* key) {
  hash_t hash;
  if (!key_hash(key, &hash)) return kRaised;
  return dict_contains_hashed(d, key, hash);
}

ssize dict_index_of(Dict* d, Str* key, hash_t hash) {
  if (!keys_are_unicode(d->keys)) return -1;
  return keys_lookup_str(d->keys, key, hash);
}

Object** dict_entry_value(Dict* d, ssize index) {
  return d->values ? &d->values->items[index] : entry_value(d->keys, index);
}

// ---- Resizing ----------------------------------------------------------------------------------------------------

Status dict_resize(Dict* d, int log2_size, bool unicode) {
  DictKeys* old = d->keys;
  if (!keys_are_unicode(old)) unicode = false;
  DictKeys* k = TRY(keys_new(log2_size, unicode));
  ssize count = d->used;
  auto put = [&](ssize i, Object* key, hash_t hash, Object* value) {
    if (unicode) {
      unicode_entries(k)[i] = {cast<Str>(key), value};
    } else {
      general_entries(k)[i] = {hash, key, value};
    }
  };
  if (d->values) {
    DictValues* values = d->values;
    for (ssize i = 0; i < count; i++) {
      ssize ix = values_entry_at(values, i);
      Str* key = unicode_entries(old)[ix].key;
      incref(key);
      put(i, as_object(key), key->hash, values->items[ix]);
    }
    d->values = nullptr;
    d->keys = k;
    dict_keys_decref(old);
    values_free(values);
  } else {
    if (old->nentries == count && unicode == keys_are_unicode(old)) {
      std::memcpy(keys_entries(k), keys_entries(old), static_cast<size_t>(count) * keys_entry_size(k));
    } else {
      for (ssize i = 0, n = 0; n < count; i++) {
        Object* value = *entry_value(old, i);
        if (value) put(n++, entry_key(old, i), entry_hash(old, i), value);
      }
    }
    d->keys = k;
    // The entries have moved: only the memory goes.
    if (old == empty_keys) {
      old->refcount--;
    } else {
      keys_free_memory(old);
    }
  }
  keys_build_indices(k, count);
  k->usable -= count;
  k->nentries = count;
  return kOk;
}

static inline Status grow(Dict* d, bool unicode) { return dict_resize(d, log2_keys_size(d->used * 3), unicode); }

// ---- Adding ------------------------------------------------------------------------------------------------------

// Adds an entry for a key that is not in the table. A str table has been converted for another kind of key before; the
// search, which may have called __eq__, may have left another one.
static Status insert_new(Dict* d, Object* key, hash_t hash, Object* value) {
  if (!is_exact_str(key) && keys_are_unicode(d->keys)) [[unlikely]]
    TRY(grow(d, false));
  d->keys->version = 0;
  if (d->keys->usable <= 0) TRY(grow(d, true));
  DictKeys* k = d->keys;
  ssize ix = k->nentries;
  keys_set_index(k, keys_find_empty_slot(k, hash), ix);
  incref(key);
  incref(value);
  if (!keys_are_unicode(k)) {
    general_entries(k)[ix] = {hash, key, value};
  } else if (d->values) {
    unicode_entries(k)[ix] = {cast<Str>(key), nullptr};
    values_append_order(d->values, ix);
    d->values->items[ix] = value;
  } else {
    unicode_entries(k)[ix] = {cast<Str>(key), value};
  }
  d->used++;
  d->version_tag = dict_next_version();
  k->usable--;
  k->nentries++;
  return kOk;
}

static Status insert_first(Dict* d, Object* key, hash_t hash, Object* value) {
  DictKeys* k = TRY(keys_new(kMinLog2Size, is_exact_str(key)));
  maintain_tracking(d, key, value);
  d->keys->refcount--;  // empty_keys
  d->keys = k;
  return insert_new(d, key, hash, value);
}

// Gives the entry (one of a shared table may have no value yet) its value.
static void set_entry_value(Dict* d, ssize ix, Object* old, Object* value) {
  incref(value);
  if (d->values) {
    d->values->items[ix] = value;
    if (!old) {
      values_append_order(d->values, ix);
      d->used++;
    }
  } else {
    *entry_value(d->keys, ix) = value;
  }
  d->version_tag = dict_next_version();
  xdecref(old);
}

Status dict_set_hashed(Dict* d, Object* key, hash_t hash, Object* value) {
  if (d->keys == empty_keys) return insert_first(d, key, hash, value);
  if (keys_are_unicode(d->keys) && !is_exact_str(key)) TRY(grow(d, false));
  Object* old;
  ssize ix = dict_lookup(d, key, hash, &old);
  if (ix == kIndexError) return kRaised;
  maintain_tracking(d, key, value);
  if (ix == kIndexEmpty) return insert_new(d, key, hash, value);
  if (old != value) set_entry_value(d, ix, old, value);
  return kOk;
}

Status dict_set_held(Dict* d, Object* key, Object* value) {
  hash_t hash;
  if (!key_hash(key, &hash)) return kRaised;
  return dict_set_hashed(d, key, hash, value);
}

Status dict_set(Dict* d, Object* key, Object* value) {
  if (!type_has(type_of(key), kTypeHeap)) [[likely]]
    return dict_set_held(d, key, value);
  // The dict's references are there already when the key's class hashes and compares it, as it may see.
  Ref<Object> held_key = share(key), held_value = share(value);
  return dict_set_held(d, key, value);
}

Status dict_set_ascii(Dict* d, const char* key, Object* value) {
  Ref<Str> name = str_intern_ascii(key);
  return dict_set(d, as_object(name.get()), value);
}

Object* dict_set_default(Dict* d, Object* key, Object* value) {
  hash_t hash;
  if (!key_hash(key, &hash)) return nullptr;
  if (d->keys == empty_keys) return insert_first(d, key, hash, value) ? value : nullptr;
  if (keys_are_unicode(d->keys) && !is_exact_str(key)) TRY(grow(d, false));
  Object* old;
  ssize ix = dict_lookup(d, key, hash, &old);
  if (ix == kIndexError) return nullptr;
  if (old) return old;
  maintain_tracking(d, key, value);
  if (ix == kIndexEmpty) {
    TRY(insert_new(d, key, hash, value));
  } else {
    set_entry_value(d, ix, nullptr, value);
  }
  return value;
}

// ---- Deleting ----------------------------------------------------------------------------------------------------

// Takes the entry out; its value is returned.
static Ref<Object> remove_entry(Dict* d, ssize ix, hash_t hash) {
  d->used--;
  d->version_tag = dict_next_version();
  if (d->values) {
    values_remove_order(d->values, ix);
    return take_field(d->values->items[ix]);
  }
  DictKeys* k = d->keys;
  k->version = 0;
  keys_set_index(k, keys_slot_of(k, hash, ix), kIndexDummy);
  Ref<Object> value = take_field(*entry_value(k, ix));
  Object* key;
  if (keys_are_unicode(k)) {
    key = as_object(std::exchange(unicode_entries(k)[ix].key, nullptr));
  } else {
    key = std::exchange(general_entries(k)[ix].key, nullptr);
    general_entries(k)[ix].hash = 0;
  }
  decref(key);
  return value;
}

Status dict_delete_hashed(Dict* d, Object* key, hash_t hash) {
  Object* old;
  ssize ix = dict_lookup(d, key, hash, &old);
  if (ix == kIndexError) return kRaised;
  if (!old) return raise_key_error(key);
  remove_entry(d, ix, hash).reset();
  return kOk;
}

Status dict_delete(Dict* d, Object* key) {
  hash_t hash;
  if (!key_hash(key, &hash)) return kRaised;
  return dict_delete_hashed(d, key, hash);
}

Ref<Object> dict_pop_hashed(Dict* d, Object* key, hash_t hash, Object* fallback) {
  Object* old = nullptr;
  ssize ix = kIndexEmpty;
  if (d->used != 0) {
    ix = dict_lookup(d, key, hash, &old);
    if (ix == kIndexError) return nullptr;
  }
  if (old) return remove_entry(d, ix, hash);
  if (fallback) return share(fallback);
  return raise_key_error(key);
}

Ref<Object> dict_pop(Dict* d, Object* key, Object* fallback) {
  hash_t hash = 0;
  // An empty dict does not ask for the hash.
  if (d->used != 0 && !key_hash(key, &hash)) return nullptr;
  return dict_pop_hashed(d, key, hash, fallback);
}

Ref<Tuple> dict_pop_item(Dict* d) {
  // Memory first: once the entry is out there is no way back.
  Ref<Tuple> pair = TRY(tuple_new(2));
  if (d->used == 0) return raise(KeyError, "popitem(): dictionary is empty");
  if (d->values) TRY(dict_resize(d, d->keys->log2_size, true));
  DictKeys* k = d->keys;
  k->version = 0;
  ssize ix = k->nentries - 1;
  while (!*entry_value(k, ix)) ix--;
  hash_t hash = entry_hash(k, ix);
  keys_set_index(k, keys_slot_of(k, hash, ix), kIndexDummy);
  // `usable` stays: the index slot is used up.
  pair->items[0] = entry_key(k, ix);
  pair->items[1] = *entry_value(k, ix);
  // A search that has called the key's __eq__ sees by this that the entry is gone.
  if (keys_are_unicode(k)) {
    unicode_entries(k)[ix] = {};
  } else {
    general_entries(k)[ix] = {};
  }
  k->nentries = ix;
  d->used--;
  d->version_tag = dict_next_version();
  return pair;
}

void dict_clear(Dict* d) {
  DictKeys* keys = d->keys;
  if (keys == empty_keys) return;
  DictValues* values = d->values;
  keys_incref(empty_keys);
  d->keys = empty_keys;
  d->values = nullptr;
  d->used = 0;
  d->version_tag = dict_next_version();
  dict_free_contents(keys, values);
}

// ---- Copying and merging -----------------------------------------------------------------------------------------

bool dict_has_plain_iteration(const Object* p) { return type_of(p)->iter == dict_type.iter; }

Ref<Dict> dict_copy(Dict* d) {
  if (d->used == 0) return dict_new();
  if (d->values) {
    ssize room = shared_keys_room(d->keys);
    DictValues* values = TRY(values_new(room));
    keys_incref(d->keys);
    // CPython's copy of a split dict passes the free list by (D9).
    Ref<Dict> copy = TRY(allocate_with(d->keys, values, d->used));
    for (ssize i = 0; i < room; i++) {
      xincref(d->values->items[i]);
      values->items[i] = d->values->items[i];
    }
    for (int i = 0, n = values_count(d->values); i < n; i++) values_append_order(values, values_entry_at(d->values, i));
    if (gc_is_tracked(d)) gc_track(copy.get());
    return copy;
  }
  // A table with few deleted entries is copied as it is; another one is compacted.
  if (dict_has_plain_iteration(as_object(d)) && d->used >= (d->keys->nentries * 2) / 3) {
    DictKeys* keys = TRY(keys_clone(d->keys));
    Ref<Dict> copy = TRY(dict_new_with(keys, nullptr, d->used));
    if (gc_is_tracked(d)) gc_track(copy.get());
    return copy;
  }
  Ref<Dict> copy = TRY(dict_new());
  TRY(dict_merge(copy.get(), as_object(d), 1));
  return copy;
}

// An empty dict becomes an exact copy of one that is clean and no larger than it needs to be.
static bool can_clone_whole(const Dict* other) {
  const DictKeys* k = other->keys;
  return !other->values && other->used == k->nentries &&
         (k->log2_size == kMinLog2Size || usable_fraction(keys_size(k) / 2) < other->used);
}

static Status clone_whole(Dict* d, Dict* other) {
  DictKeys* keys = TRY(keys_clone(other->keys));
  DictKeys* old_keys = d->keys;
  DictValues* old_values = d->values;
  d->keys = keys;
  d->values = nullptr;
  d->used = other->used;
  d->version_tag = dict_next_version();
  if (gc_is_tracked(other) && !gc_is_tracked(d)) gc_track(d);
  dict_free_contents(old_keys, old_values);
  return kOk;
}

// Puts one pair in by the mode of dict_merge.
static Status merge_item(Dict* d, Object* key, hash_t hash, Object* value, int override_mode) {
  if (override_mode != 1) {
    Maybe<bool> found = dict_contains_hashed(d, key, hash);
    if (!found) return kRaised;
    if (*found) return override_mode == 0 ? kOk : Status(raise_key_error(key));
  }
  // As in dict_set().
  bool may_count = type_has(type_of(key), kTypeHeap);
  Ref<Object> held_key = Ref<Object>::share(may_count ? key : nullptr);
  Ref<Object> held_value = Ref<Object>::share(may_count ? value : nullptr);
  return dict_set_hashed(d, key, hash, value);
}

static Status merge_dict(Dict* d, Dict* other, int override_mode) {
  if (other == d || other->used == 0) return kOk;
  if (d->used == 0) {
    override_mode = 1;
    if (can_clone_whole(other)) return clone_whole(d, other);
  }
  // One resize at the start: the keys will probably not overlap.
  if (usable_fraction(keys_size(d->keys)) < other->used) {
    TRY(dict_resize(d, log2_keys_for(d->used + other->used), keys_are_unicode(other->keys)));
  }
  ssize nentries = other->keys->nentries;
  ssize position = 0;
  Object *key, *value;
  hash_t hash;
  while (dict_iterate(other, &position, &key, &value, &hash)) {
    Ref<Object> held_key = share(key), held_value = share(value);
    TRY(merge_item(d, key, hash, value, override_mode));
    if (nentries != other->keys->nentries) return raise(RuntimeError, "dict mutated during update");
  }
  return kOk;
}

Status dict_merge(Dict* d, Object* mapping, int override_mode) {
  if (is_dict(mapping) && dict_has_plain_iteration(mapping)) return merge_dict(d, cast<Dict>(mapping), override_mode);
  Ref<Object> keys = TRY(mapping_keys(mapping));
  Ref<Object> iterator = TRY(get_iter(keys.get()));
  keys.reset();
  while (Ref<Object> key = iter_next(iterator.get())) {
    if (override_mode != 1) {
      Maybe<bool> found = dict_contains(d, key.get());
      if (!found) return kRaised;
      if (*found) {
        if (override_mode == 0) continue;
        return raise_key_error(key.get());
      }
    }
    Ref<Object> value = TRY(object_get_item(mapping, key.get()));
    TRY(dict_set(d, key.get(), value.get()));
  }
  return error_pending() ? Status::failed() : kOk;
}

Status dict_update(Dict* d, Object* mapping) { return dict_merge(d, mapping, 1); }

Status dict_update_from_pairs(Dict* d, Object* iterable) {
  Ref<Object> iterator = TRY(get_iter(iterable));
  for (ssize i = 0;; i++) {
    Ref<Object> item = iter_next(iterator.get());
    if (!item) return error_pending() ? Status::failed() : kOk;
    Ref<Object> pair = sequence_fast(item.get(), "");
    if (!pair) {
      if (error_matches(TypeError)) {
        return raise(TypeError, "cannot convert dictionary update sequence element #{} to a sequence", i);
      }
      return kRaised;
    }
    ssize n = sequence_fast_size(pair.get());
    if (n != 2) {
      return raise(ValueError, "dictionary update sequence element #{} has length {}; 2 is required", i, n);
    }
    Object** items = sequence_fast_items(pair.get());
    Ref<Object> key = share(items[0]), value = share(items[1]);
    TRY(dict_set(d, key.get(), value.get()));
  }
}

// ---- Iterating ---------------------------------------------------------------------------------------------------

bool dict_iterate(Dict* d, ssize* position, Object** key, Object** value, hash_t* hash) {
  ssize i = *position;
  DictKeys* k = d->keys;
  if (d->values) {
    if (i < 0 || i >= d->used) return false;
    ssize ix = values_entry_at(d->values, i);
    *value = d->values->items[ix];
    Str* name = unicode_entries(k)[ix].key;
    *key = as_object(name);
    *hash = name->hash;
  } else if (keys_are_unicode(k)) {
    UnicodeEntry* entries = unicode_entries(k);
    if (i < 0) return false;
    while (i < k->nentries && !entries[i].value) i++;
    if (i >= k->nentries) return false;
    *key = as_object(entries[i].key);
    *value = entries[i].value;
    *hash = entries[i].key->hash;
  } else {
    GeneralEntry* entries = general_entries(k);
    if (i < 0) return false;
    while (i < k->nentries && !entries[i].value) i++;
    if (i >= k->nentries) return false;
    *key = entries[i].key;
    *value = entries[i].value;
    *hash = entries[i].hash;
  }
  *position = i + 1;
  return true;
}

bool dict_iterate_back(Dict* d, ssize* position, Object** key, Object** value) {
  ssize i = *position;
  DictKeys* k = d->keys;
  if (d->values) {
    if (i < 0 || i >= d->used) return false;
    ssize ix = values_entry_at(d->values, i);
    *key = as_object(unicode_entries(k)[ix].key);
    *value = d->values->items[ix];
  } else {
    if (i >= k->nentries) i = k->nentries - 1;
    while (i >= 0 && !*entry_value(k, i)) i--;
    if (i < 0) return false;
    *key = entry_key(k, i);
    *value = *entry_value(k, i);
  }
  *position = i - 1;
  return true;
}

bool dict_next_hashed(Dict* d, ssize* position, Object** key, Object** value, hash_t* hash) {
  Object *k, *v;
  if (!dict_iterate(d, position, &k, &v, hash)) return false;
  if (key) *key = k;
  if (value) *value = v;
  return true;
}

bool dict_next(Dict* d, ssize* position, Object** key, Object** value) {
  hash_t hash;
  return dict_next_hashed(d, position, key, value, &hash);
}

// A list of the dict's size; making it may collect garbage and so change the dict: then it is made again.
static Ref<List> list_for(Dict* d) {
  while (true) {
    ssize n = d->used;
    Ref<List> list = TRY(list_new(n));
    if (n == d->used) return list;
  }
}

Ref<Object> dict_keys_list(Dict* d) {
  Ref<List> list = TRY(list_for(d));
  ssize position = 0, n = 0;
  Object *key, *value;
  hash_t hash;
  while (dict_iterate(d, &position, &key, &value, &hash)) list->items[n++] = Ref<Object>::share(key).release();
  return list;
}

Ref<Object> dict_values_list(Dict* d) {
  Ref<List> list = TRY(list_for(d));
  ssize position = 0, n = 0;
  Object *key, *value;
  hash_t hash;
  while (dict_iterate(d, &position, &key, &value, &hash)) list->items[n++] = Ref<Object>::share(value).release();
  return list;
}

Ref<Object> dict_items_list(Dict* d) {
  while (true) {
    ssize n = d->used;
    Ref<List> list = TRY(list_new(n));
    for (ssize i = 0; i < n; i++) list->items[i] = as_object(TRY(tuple_new(2)).release());
    if (n != d->used) continue;
    ssize position = 0, i = 0;
    Object *key, *value;
    hash_t hash;
    while (dict_iterate(d, &position, &key, &value, &hash)) {
      Tuple* pair = cast<Tuple>(list->items[i++]);
      pair->items[0] = Ref<Object>::share(key).release();
      pair->items[1] = Ref<Object>::share(value).release();
    }
    return list;
  }
}

}  // namespace minipy
