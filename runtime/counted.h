// Lists, dicts, sets and tuples that CPython makes for itself (its compiler's tables, pieces of text, a call's
// arguments and results) where minipy has C++ containers or nothing. Every one of them counts for the collector and
// goes through its free list, so they decide when a collection starts (D9). Where CPython makes one, minipy makes an
// empty one with the same life.
#pragma once

#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"

namespace minipy {

// Without memory there is just none.
template <class T>
inline Ref<Object> counted(Ref<T> made) {
  if (!made) error_clear();
  return Ref<Object>(std::move(made));
}
inline Ref<Object> counted_list() { return counted(list_new()); }
inline Ref<Object> counted_dict() { return counted(dict_new()); }
inline Ref<Object> counted_set() { return counted(set_new(nullptr)); }
inline Ref<Object> counted_tuple(ssize size) { return counted(tuple_new(size)); }

}  // namespace minipy
