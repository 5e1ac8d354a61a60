// Views and iterators of dict (and, for OrderedDict, the pieces it shares with them).
#pragma once

#include "runtime/dict.h"
#include "runtime/type.h"

namespace minipy {

struct DictView {
  Object base;
  Dict* dict;
};
Ref<Object> dict_view_new(Type* type, Object* dict);
Ref<Object> dict_keys_view(Dict* d);
Ref<Object> dict_items_view(Dict* d);
Ref<Object> dict_values_view(Dict* d);
Ref<Object> dict_reversed(Dict* d);
extern Type dict_key_iterator_type, dict_value_iterator_type, dict_item_iterator_type;
extern Type dict_reverse_key_iterator_type, dict_reverse_value_iterator_type, dict_reverse_item_iterator_type;

}  // namespace minipy
