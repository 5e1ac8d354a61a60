// Shared by set.cc and set_methods.cc.
#pragma once

#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/error.h"

namespace minipy {

inline constexpr ssize kMinSetSize = 8;
// Stands where a key was deleted; its entry's hash is -1.
extern Object set_dummy;
inline bool set_entry_live(const SetEntry* e) { return e->key && e->key != &set_dummy; }

// An empty set of any set type, filled from the iterable.
Ref<Set> set_make(Type* type, Object* iterable);
// As set_make, but for a subclass the set type it derives from.
Ref<Set> set_make_base(Type* type, Object* iterable);
Status set_add_hashed(Set* s, Object* key, hash_t hash);
Maybe<bool> set_contains_hashed(Set* s, Object* key, hash_t hash);
Maybe<bool> set_discard_hashed(Set* s, Object* key, hash_t hash);
Status set_resize(Set* s, ssize min_used);
Status set_merge(Set* s, Set* other);
void set_clear(Set* s);
// Exchanges contents.
void set_swap(Set* a, Set* b);
Object* set_iter(Object* s);
extern Type set_iterator_type;
hash_t frozenset_hash(Object* p);

}  // namespace minipy
