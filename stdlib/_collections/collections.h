// The types of _collections, by file.
#pragma once

#include "runtime/dict.h"
#include "runtime/type.h"

namespace minipy {

// ---- Layouts (for the files of the types, and for views that read memory)

inline constexpr ssize kDequeBlock = 64;
struct DequeBlock {
  DequeBlock* left;
  Object* items[kDequeBlock];
  DequeBlock* right;
};
struct Deque {
  static constexpr ssize kFreeBlocks = 16;
  VarObject base;
  DequeBlock* left_block;
  DequeBlock* right_block;
  ssize left;  // the first item's place in its block
  ssize right;
  size_t state;
  ssize max_length;  // -1: none
  ssize free_count;
  DequeBlock* free_blocks[kFreeBlocks];
  Object* weakreflist;
};
static_assert(sizeof(Deque) == 216);

struct OrderedDictNode {
  Object* key;
  hash_t hash;
  OrderedDictNode* next;
  OrderedDictNode* prev;
};
struct OrderedDict {
  Dict dict;
  OrderedDictNode** by_entry;  // parallel to the dict's entries
  ssize by_entry_size;
  DictKeys* by_entry_keys;  // the table it was made for
  OrderedDictNode* first;
  OrderedDictNode* last;
  size_t state;  // changes with the list
  Object* attributes;
  Object* weakreflist;
};
static_assert(sizeof(OrderedDict) == 112);

struct DefaultDict {
  Dict dict;
  Object* factory;  // null or None: no default
};

extern Type deque_type, deque_iterator_type, deque_reverse_iterator_type;  // deque.cc
extern Type defaultdict_type, tuplegetter_type;                            // module.cc
extern Type ordered_dict_type, ordered_dict_iterator_type, ordered_dict_keys_type, ordered_dict_values_type,
    ordered_dict_items_type;  // ordered_dict.cc

}  // namespace minipy
