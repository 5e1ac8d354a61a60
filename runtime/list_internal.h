// Shared by list.cc, list_methods.cc and list_sort.cc.
#pragma once

#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/error.h"

namespace minipy {

// Sets the size, with room for growth; new items are uninitialised, items beyond are forgotten without being dropped.
Status list_set_size(List* l, ssize size);
// An empty list with room for exactly that many items.
Ref<List> list_new_room(ssize room);
Ref<List> list_from_array(Object* const* items, ssize size);  // shares the items
void list_dealloc(Object* p);

// list.sort(key=..., reverse=...); key may be null or None.
Status list_sort(List* l, Object* key, bool reverse);

}  // namespace minipy
