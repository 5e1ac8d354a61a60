// Hash array mapped tries: immutable mappings whose changed copies share all but the path to what changed. Contexts are
// made of them (PEP 567), so that a copy of a context costs nothing and a set in one costs the logarithm of its size.
//
// Five bits of a key's hash choose the branch at each level. A node is one of three kinds, as in CPython, whose
// collections count them: up to 16 branches in a bitmap and as many slots, an array of 32 branches when there are more,
// and a list of the keys whose hashes are the same.
#pragma once

#include "gc/object.h"
#include "runtime/result.h"

namespace minipy {

struct Hamt {
  Object base;
  Object* root;
  Object* weakreflist;
  ssize count;
};

extern Type hamt_type;
extern Type hamt_bitmap_node_type, hamt_array_node_type, hamt_collision_node_type;
extern Type hamt_keys_type, hamt_values_type, hamt_items_type;

// The empty mapping: there is one.
Ref<Hamt> hamt_new();
// The mapping with key -> value; the same one when it holds this very value already. Keys are hashed and compared.
Ref<Hamt> hamt_set(Hamt* map, Object* key, Object* value);
// The mapping without the key; the same one when it is not there.
Ref<Hamt> hamt_delete(Hamt* map, Object* key);
// The value (borrowed from the mapping), null where the key is missing.
Maybe<Object*> hamt_find(Hamt* map, Object* key);
Maybe<bool> hamt_equal(Hamt* a, Hamt* b);

// ---- Iterators
// -----------------------------------------------------------------------------------------------------------
Ref<Object> hamt_keys(Hamt* map);
Ref<Object> hamt_values(Hamt* map);
Ref<Object> hamt_items(Hamt* map);

// CPython readies them at start-up, so it is not counted.
Status hamt_ready_types();

}  // namespace minipy
