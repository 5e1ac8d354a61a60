// Layouts and core functions of list, tuple, set, slice and range. (dict: runtime/dict.h)
#pragma once

#include "gc/object.h"
#include "runtime/result.h"

namespace minipy {

struct Type;
struct Int;

// ---- tuple -------------------------------------------------------------------------------------------------------
struct Tuple {
  VarObject base;
  Object* items[1];
};
extern Type tuple_type, tuple_iterator_type;
inline ssize tuple_size(const Tuple* t) { return t->base.size; }
Ref<Tuple> tuple_new(ssize size);  // items null, tracked; size 0 is the shared empty tuple
Ref<Tuple> tuple_empty();
Ref<Tuple> tuple_from_array(Object* const* items, ssize size);        // shares the items
Ref<Tuple> tuple_from_array_steal(Object* const* items, ssize size);  // takes over their counts (also on failure)
Ref<Tuple> tuple_slice(Tuple* t, ssize start, ssize end);
Ref<Tuple> tuple_from_iterable(Object* iterable);  // tuple(x): exact tuples are shared
template <class... T>
Ref<Tuple> tuple_pack(T*... items) {
  Object* const array[] = {as_object(items)...};
  return tuple_from_array(array, sizeof...(items));
}
// Forgets items beyond size; only owner.
Status tuple_resize(Ref<Tuple>& t, ssize size);

// ---- list --------------------------------------------------------------------------------------------------------
struct List {
  VarObject base;
  Object** items;
  ssize allocated;
};
static_assert(sizeof(List) == 40);
extern Type list_type, list_iterator_type, list_reverse_iterator_type;
inline ssize list_size(const List* l) { return l->base.size; }
Ref<List> list_new(ssize size = 0);  // items null until set when size > 0
Ref<List> list_from_array_steal(Object* const* items, ssize size);
Status list_append(List* l, Object* item);
Status list_append_steal(List* l, Ref<Object> item);
Status list_insert(List* l, ssize index, Object* item);
Status list_set_item(List* l, ssize index, Ref<Object> item);  // IndexError
Ref<List> list_slice(List* l, ssize start, ssize end);
Status list_assign_slice(List* l, ssize start, ssize end, Object* iterable /* null: delete */);
Status list_extend(List* l, Object* iterable);
Status list_sort_in_place(List* l);
Status list_reverse_in_place(List* l);
Ref<Tuple> list_as_tuple(List* l);
Ref<List> list_from_iterable(Object* iterable);
void list_clear(List* l);

// ---- set ---------------------------------------------------------------------------------------------------------
struct SetEntry {
  Object* key;
  hash_t hash;
};
struct Set {
  Object base;
  ssize fill;
  ssize used;
  ssize mask;
  SetEntry* table;
  hash_t hash;  // frozenset
  ssize finger;
  SetEntry smalltable[8];
  Object* weakreflist;
};
static_assert(sizeof(Set) == 200);
extern Type set_type, frozenset_type;
Ref<Set> set_new(Object* iterable /* may be null */);
Ref<Set> frozenset_new(Object* iterable /* may be null */);
Status set_add(Set* s, Object* key);
Maybe<bool> set_discard(Set* s, Object* key);
Maybe<bool> set_contains(Set* s, Object* key);
Status set_update(Set* s, Object* iterable);
// Iteration without a Python iterator; *position starts at 0; key and hash borrowed. The set must not change.
bool set_next(const Set* s, ssize* position, Object** key, hash_t* hash);
bool is_any_set(const Object* p);

// ---- slice -------------------------------------------------------------------------------------------------------
struct Slice {
  Object base;
  Object *start, *stop, *step;
};
static_assert(sizeof(Slice) == 40);
extern Type slice_type;
Ref<Object> slice_new(Object* start, Object* stop, Object* step);  // null means None
// start/stop/step as numbers (clipped to ssize; step 0: ValueError).
Status slice_unpack(Object* slice, ssize* start, ssize* stop, ssize* step);
// Clips to a sequence's length; returns the number of items.
ssize slice_adjust(ssize length, ssize* start, ssize* stop, ssize step);
// (start, stop, step) for a sequence of that length, an int of any size.
Ref<Tuple> slice_long_indices(Object* slice, Object* length);

// ---- range -------------------------------------------------------------------------------------------------------
struct Range {
  Object base;
  Object *start, *stop, *step, *length;  // ints
};
extern Type range_type, range_iterator_type, long_range_iterator_type;
// The iterator over a range whose bounds fit machine words.
struct RangeIterator {
  Object base;
  long index, start, step, length;
};

}  // namespace minipy
