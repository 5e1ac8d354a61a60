// The nodes of a hash array mapped trie (hamt.h) and what is done to them. Nodes do not change once they are made.
#pragma once

#include <bit>
#include <cstdint>

#include "runtime/type.h"
#include "stdlib/_contextvars/hamt.h"

namespace minipy::hamt {

inline constexpr unsigned kBits = 5;  // of the hash, for each level
inline constexpr int kBranches = 1 << kBits;
inline constexpr int kMostSlots = 16;  // of a bitmap node
inline constexpr int kMostDepth = 8;   // seven levels use up 32 bits, a collision node may lie below

// An entry (key and value), or, where the key is null, a node below; both null while a new node is being filled.
struct Slot {
  Object* key;
  Object* value;
};

struct BitmapNode {
  VarObject base;   // size: two for each slot
  uint32_t bitmap;  // the branches that there are slots for, in their order
  Slot slots[1];
};
struct CollisionNode {
  VarObject base;
  int32_t hash;
  Slot slots[1];
};
template <class Node>
ssize slot_count(const Node* node) {
  return node->base.size / 2;
}
struct ArrayNode {
  Object base;
  Object* children[kBranches];
  ssize count;
};
static_assert(offsetof(BitmapNode, slots) == 32 && offsetof(CollisionNode, slots) == 32 && sizeof(ArrayNode) == 280);

// A hash and how far it is used up.
struct Place {
  unsigned shift;
  int32_t hash;
  // Behind the last bit there is nothing to choose.
  unsigned branch() const { return shift < 32 ? (static_cast<uint32_t>(hash) >> shift) % kBranches : 0; }
  uint32_t bit() const { return uint32_t{1} << branch(); }
  Place below() const { return {shift + kBits, hash}; }
};
Maybe<Place> place_of(Object* key);

// The node without slots: there is one, which is made when it is first needed.
Ref<Object> empty_node();
// The node with key -> value, the same node when nothing changes. `added`: the key was not there.
Ref<Object> node_set(Object* node, Place place, Object* key, Object* value, bool& added);
// The value (borrowed), null where the key is missing.
Maybe<Object*> node_find(Object* node, Place place, Object* key);
// The node without the key: the same node when the key is missing, empty_node() when nothing is left.
Ref<Object> node_delete(Object* node, Place place, Object* key);

// For iterators: what is at the position, which moves on; a null value behind the last.
Slot node_next(Object* node, ssize& position);

}  // namespace minipy::hamt
