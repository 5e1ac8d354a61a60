// The types of _collections, by file.
#pragma once

#include "runtime/type.h"

namespace minipy {

extern Type deque_type, deque_iterator_type, deque_reverse_iterator_type;  // deque.cc
extern Type defaultdict_type, tuplegetter_type;                            // module.cc
extern Type ordered_dict_type, ordered_dict_iterator_type, ordered_dict_keys_type, ordered_dict_values_type,
    ordered_dict_items_type;  // ordered_dict.cc

}  // namespace minipy
