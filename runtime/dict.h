// dict: compact, ordered, versioned, with key-sharing tables for instances (PEP 412, PEP 509).
#pragma once

#include "gc/object.h"
#include "runtime/result.h"

namespace minipy {

struct Type;
struct Str;
struct Tuple;
struct DictKeys;    // runtime/dict_keys.h
struct DictValues;  // values of a split table

struct Dict {
  Object base;
  ssize used;
  uint64_t version_tag;  // changed by every mutation
  DictKeys* keys;
  DictValues* values;  // null: combined table
};
static_assert(sizeof(Dict) == 48);
extern Type dict_type, dict_keys_type, dict_values_type, dict_items_type, mappingproxy_type;

Ref<Dict> dict_new();
Ref<Dict> dict_new_presized(ssize expected);
// `unicode`: the keys will be exact strs (a smaller table); another key converts it.
Ref<Dict> dict_new_presized_kind(ssize expected, bool unicode);
Ref<Dict> dict_copy(Dict* d);
inline ssize dict_size(const Dict* d) { return d->used; }

// Lookups. Borrowed results; the key's __hash__/__eq__ may run.
// `dict_get`: Failed distinguishes "absent" (null, no exception) from an error (null, exception pending): test
// error_pending() when the key is not known to be a str.
Object* dict_get(Dict* d, Object* key);
Object* dict_get_hashed(Dict* d, Object* key, hash_t hash);
Object* dict_get_str(Dict* d, Str* key);           // no error possible
Object* dict_get_ascii(Dict* d, const char* key);  // convenience, makes an interned str
// New reference in *out (null when absent). Failed on error only.
Status dict_get_ref(Dict* d, Object* key, Ref<Object>& out);
Maybe<bool> dict_contains(Dict* d, Object* key);
Maybe<bool> dict_contains_hashed(Dict* d, Object* key, hash_t hash);

// Changes.
Status dict_set(Dict* d, Object* key, Object* value);
// Of a caller whose references to key and value become the dict's in CPython, as counts show while keys are compared.
Status dict_set_held(Dict* d, Object* key, Object* value);
Status dict_set_hashed(Dict* d, Object* key, hash_t hash, Object* value);
Status dict_set_ascii(Dict* d, const char* key, Object* value);
Status dict_delete(Dict* d, Object* key);  // KeyError(key) when absent
Status dict_delete_hashed(Dict* d, Object* key, hash_t hash);
// Removes and returns.
Ref<Object> dict_pop(Dict* d, Object* key, Object* fallback);  // KeyError when absent and fallback is null
Ref<Object> dict_pop_hashed(Dict* d, Object* key, hash_t hash, Object* fallback);
Ref<Tuple> dict_pop_item(Dict* d);
Object* dict_set_default(Dict* d, Object* key, Object* value);  // borrowed
void dict_clear(Dict* d);
Status dict_update(Dict* d, Object* mapping);                    // d.update(mapping), keys() protocol
Status dict_merge(Dict* d, Object* mapping, int override_mode);  // 0 keep, 1 override, 2 KeyError on duplicates
Status dict_update_from_pairs(Dict* d, Object* iterable);

// Iteration without a Python iterator: *position starts at 0; borrowed. The dict must not change its size.
bool dict_next(Dict* d, ssize* position, Object** key, Object** value);
bool dict_next_hashed(Dict* d, ssize* position, Object** key, Object** value, hash_t* hash);
Ref<Object> dict_keys_list(Dict* d);
Ref<Object> dict_values_list(Dict* d);
Ref<Object> dict_items_list(Dict* d);
Ref<Object> mappingproxy_new(Object* mapping);

// ---- For attribute access and the VM -----------------------------------------------------------------------------
// Version of the keys table, 0: none can be had; changes whenever the set of keys or (combined) layout changes.
uint32_t dict_keys_version(DictKeys* keys);
// Index of the entry of an interned/str key in the table, -1 when absent.
ssize dict_index_of(Dict* d, Str* key, hash_t hash);
Object** dict_entry_value(Dict* d, ssize index);

// Instance attributes (managed dicts). Before an object with kTypeManagedDict stand two words:
// object[-4]: DictValues* (or null), object[-3]: Dict* (or null), then the GC header.
Dict** object_managed_dict(Object* p);
DictValues** object_managed_values(Object* p);
Status object_init_inline_values(Object* p, Type* type);  // at allocation, when the type has cached keys
void object_free_managed(Object* p);                      // at deallocation
int object_visit_managed(Object* p, VisitProc visit, void* arg);
void object_clear_managed(Object* p);
// Attribute in the instance's own storage; borrowed, null when absent (no error possible).
Object* object_inline_get(Object* p, Str* name);
// value null: delete (false in Maybe: it was absent).
Maybe<bool> object_inline_set(Object* p, Str* name, Object* value);
// The instance's dict, made on demand from inline values; borrowed; null with exception when memory is out.
Dict* object_materialize_dict(Object* p);
DictKeys* dict_keys_new_shared();  // for HeapType::cached_keys
void dict_keys_decref(DictKeys* keys);
// An empty split dict over a class's shared keys, for instances whose dict has a slot of its own (no managed dict).
Ref<Dict> dict_new_shared(DictKeys* keys);

// ---- For the collector and for subclasses in C++ -----------------------------------------------------------------
void dict_maybe_untrack(Object* p);  // untracks an exact dict that holds nothing collectable
void dict_clear_free_list();
void dict_keys_clear_free_list();
void dict_dealloc(Object* p);
int dict_traverse(Object* p, VisitProc visit, void* arg);

}  // namespace minipy
