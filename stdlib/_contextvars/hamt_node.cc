#include "stdlib/_contextvars/hamt_node.h"

#include "runtime/abstract.h"
#include "runtime/error.h"
#include "stdlib/native_type.h"

namespace minipy::hamt {

namespace {

Object* g_empty_node;  // owned

// ---- Making nodes
// --------------------------------------------------------------------------------------------------------

// A tracked node whose slots are null.
template <class Node>
Ref<Node> slots_new(Type* type, ssize count) {
  size_t of_slots = static_cast<size_t>(count) * sizeof(Slot);
  Node* node = TRY(object_new_gc<Node>(type, offsetof(Node, slots) + of_slots));
  node->base.size = count * 2;
  for (ssize i = 0; i < count; i++) node->slots[i] = {nullptr, nullptr};
  gc_track(node);
  return steal(node);
}
Ref<BitmapNode> bitmap_new(ssize count, uint32_t bitmap) {
  Ref<BitmapNode> node = TRY(slots_new<BitmapNode>(&hamt_bitmap_node_type, count));
  node->bitmap = bitmap;
  return node;
}
Ref<CollisionNode> collision_new(ssize count, int32_t hash) {
  Ref<CollisionNode> node = TRY(slots_new<CollisionNode>(&hamt_collision_node_type, count));
  node->hash = hash;
  return node;
}
Ref<ArrayNode> array_new(ssize count) {
  ArrayNode* node = TRY(object_new_gc<ArrayNode>(&hamt_array_node_type));
  for (Object*& child : node->children) child = nullptr;
  node->count = count;
  gc_track(node);
  return steal(node);
}

template <class T>
Ref<Object> as_node(Ref<T> node) {
  return std::move(node).template cast_to<Object>();
}

void fill(Slot& slot, Object* key, Object* value) {
  slot.key = Ref<Object>::share(key).release();
  slot.value = share(value).release();
}
void fill(Slot& slot, const Slot& from) { fill(slot, from.key, from.value); }
void replace(Slot& slot, Object* key, Object* value) {
  Ref<Object> old_key = Ref<Object>::steal(slot.key), old_value = Ref<Object>::steal(slot.value);
  fill(slot, key, value);
}

Ref<BitmapNode> copy_of(BitmapNode* from) {
  Ref<BitmapNode> node = TRY(bitmap_new(slot_count(from), from->bitmap));
  for (ssize i = 0; i < slot_count(from); i++) fill(node->slots[i], from->slots[i]);
  return node;
}
Ref<CollisionNode> copy_of(CollisionNode* from) {
  Ref<CollisionNode> node = TRY(collision_new(slot_count(from), from->hash));
  for (ssize i = 0; i < slot_count(from); i++) fill(node->slots[i], from->slots[i]);
  return node;
}
Ref<ArrayNode> copy_of(ArrayNode* from, ssize count) {
  Ref<ArrayNode> node = TRY(array_new(count));
  for (int i = 0; i < kBranches; i++) node->children[i] = Ref<Object>::share(from->children[i]).release();
  return node;
}
template <class Node>
Ref<Object> with_slot(Node* from, ssize i, Object* key, Object* value) {
  Ref<Node> node = TRY(copy_of(from));
  replace(node->slots[i], key, value);
  return as_node(std::move(node));
}

// Where the slot of a branch is, or would be.
ssize slot_index(const BitmapNode* node, uint32_t bit) { return std::popcount(node->bitmap & (bit - 1)); }

// The entry of a node that holds but one, which its parent may hold itself; null: it holds more.
const Slot* only_entry(Object* node) {
  if (type_of(node) != &hamt_bitmap_node_type) return nullptr;
  auto* bitmap = reinterpret_cast<BitmapNode*>(node);
  return slot_count(bitmap) == 1 && bitmap->slots[0].key ? &bitmap->slots[0] : nullptr;
}
void fill_with_node(Slot& slot, Object* node) {
  if (const Slot* entry = only_entry(node)) {
    fill(slot, *entry);
  } else {
    fill(slot, nullptr, node);
  }
}

// ---- Bitmap nodes
// --------------------------------------------------------------------------------------------------------

// A node for two different keys; `place` is the second one's.
Ref<Object> node_of_two(const Slot& first, Place place, Object* key, Object* value) {
  Place of_first = TRY(place_of(first.key));
  if (of_first.hash == place.hash) {
    Ref<CollisionNode> node = TRY(collision_new(2, place.hash));
    fill(node->slots[0], first);
    fill(node->slots[1], key, value);
    return as_node(std::move(node));
  }
  bool added;
  Ref<Object> empty = TRY(empty_node());
  Ref<Object> one = TRY(node_set(empty.get(), {place.shift, of_first.hash}, first.key, first.value, added));
  return node_set(one.get(), place, key, value, added);
}

Ref<Object> set_in_slot(BitmapNode* self, ssize i, Place place, Object* key, Object* value, bool& added) {
  const Slot& slot = self->slots[i];
  if (!slot.key) {
    Ref<Object> below = TRY(node_set(slot.value, place.below(), key, value, added));
    return below.get() == slot.value ? share(as_object(self)) : with_slot(self, i, nullptr, below.get());
  }
  if (TRY(object_compare_bool(key, slot.key, kEq))) {
    return value == slot.value ? share(as_object(self)) : with_slot(self, i, slot.key, value);
  }
  Ref<Object> below = TRY(node_of_two(slot, place.below(), key, value));
  Ref<Object> node = TRY(with_slot(self, i, nullptr, below.get()));
  added = true;
  return node;
}

// The full bitmap node as an array node, with one branch more.
Ref<Object> grown_to_array(BitmapNode* self, Place place, Object* key, Object* value, bool& added) {
  Ref<Object> empty = TRY(empty_node());
  Ref<ArrayNode> node = TRY(array_new(slot_count(self) + 1));
  Ref<Object> child = TRY(node_set(empty.get(), place.below(), key, value, added));
  node->children[place.branch()] = child.release();
  const Slot* slot = self->slots;
  for (int i = 0; i < kBranches; i++) {
    if (!(self->bitmap >> i & 1)) continue;
    if (!slot->key) {
      node->children[i] = share(slot->value).release();
    } else {
      Place of_slot = { place.shift, TRY(place_of(slot->key)).hash };
      child = TRY(node_set(empty.get(), of_slot.below(), slot->key, slot->value, added));
      node->children[i] = child.release();
    }
    slot++;
  }
  return as_node(std::move(node));
}

Ref<Object> with_slot_more(BitmapNode* self, ssize at, Place place, Object* key, Object* value) {
  ssize count = slot_count(self);
  Ref<BitmapNode> node = TRY(bitmap_new(count + 1, self->bitmap | place.bit()));
  for (ssize i = 0; i < at; i++) fill(node->slots[i], self->slots[i]);
  fill(node->slots[at], key, value);
  for (ssize i = at; i < count; i++) fill(node->slots[i + 1], self->slots[i]);
  return as_node(std::move(node));
}

Ref<Object> bitmap_set(BitmapNode* self, Place place, Object* key, Object* value, bool& added) {
  ssize i = slot_index(self, place.bit());
  if (self->bitmap & place.bit()) return set_in_slot(self, i, place, key, value, added);
  if (slot_count(self) >= kMostSlots) return grown_to_array(self, place, key, value, added);
  added = true;
  return with_slot_more(self, i, place, key, value);
}

Maybe<Object*> bitmap_find(BitmapNode* self, Place place, Object* key) {
  if (!(self->bitmap & place.bit())) return nullptr;
  const Slot& slot = self->slots[slot_index(self, place.bit())];
  if (!slot.key) return node_find(slot.value, place.below(), key);
  bool equal = TRY(object_compare_bool(key, slot.key, kEq));
  return equal ? slot.value : nullptr;
}

Ref<Object> without_slot(BitmapNode* self, ssize at, uint32_t bit) {
  ssize count = slot_count(self) - 1;
  if (!count) return empty_node();
  Ref<BitmapNode> node = TRY(bitmap_new(count, self->bitmap & ~bit));
  for (ssize i = 0; i < at; i++) fill(node->slots[i], self->slots[i]);
  for (ssize i = at; i < count; i++) fill(node->slots[i], self->slots[i + 1]);
  return as_node(std::move(node));
}

Ref<Object> bitmap_delete(BitmapNode* self, Place place, Object* key) {
  if (!(self->bitmap & place.bit())) return share(as_object(self));
  ssize i = slot_index(self, place.bit());
  const Slot& slot = self->slots[i];
  if (slot.key) {
    bool equal = TRY(object_compare_bool(slot.key, key, kEq));
    return equal ? without_slot(self, i, place.bit()) : share(as_object(self));
  }
  // A node below a bitmap node holds two entries or more, so something is left of it.
  Ref<Object> below = TRY(node_delete(slot.value, place.below(), key));
  if (below.get() == slot.value) return share(as_object(self));
  const Slot* entry = only_entry(below.get());
  return entry ? with_slot(self, i, entry->key, entry->value) : with_slot(self, i, nullptr, below.get());
}

// ---- Array nodes
// ---------------------------------------------------------------------------------------------------------

Ref<Object> array_set(ArrayNode* self, Place place, Object* key, Object* value, bool& added) {
  Object* child = self->children[place.branch()];
  Ref<Object> empty = child ? share(child) : TRY(empty_node());
  Ref<Object> below = TRY(node_set(empty.get(), place.below(), key, value, added));
  if (below.get() == child) return share(as_object(self));
  Ref<ArrayNode> node = TRY(copy_of(self, self->count + (child ? 0 : 1)));
  replace_field(node->children[place.branch()], std::move(below));
  return as_node(std::move(node));
}

Maybe<Object*> array_find(ArrayNode* self, Place place, Object* key) {
  Object* child = self->children[place.branch()];
  return child ? node_find(child, place.below(), key) : nullptr;
}

// Its children but the one at `branch` as a bitmap node.
Ref<Object> shrunk_to_bitmap(ArrayNode* self, unsigned branch) {
  Ref<BitmapNode> node = TRY(bitmap_new(self->count - 1, 0));
  Slot* slot = node->slots;
  for (unsigned i = 0; i < kBranches; i++) {
    if (i == branch || !self->children[i]) continue;
    node->bitmap |= uint32_t{1} << i;
    fill_with_node(*slot++, self->children[i]);
  }
  return as_node(std::move(node));
}

Ref<Object> array_delete(ArrayNode* self, Place place, Object* key) {
  Object* child = self->children[place.branch()];
  if (!child) return share(as_object(self));
  Ref<Object> below = TRY(node_delete(child, place.below(), key));
  if (below.get() == child) return share(as_object(self));
  bool gone = below.get() == g_empty_node;
  if (gone && self->count - 1 < kMostSlots) return shrunk_to_bitmap(self, place.branch());
  Ref<ArrayNode> node = TRY(copy_of(self, self->count - (gone ? 1 : 0)));
  replace_field(node->children[place.branch()], gone ? Ref<Object>() : std::move(below));
  return as_node(std::move(node));
}

// ---- Collision nodes
// -----------------------------------------------------------------------------------------------------

// -1: the key is not in it.
Maybe<ssize> collision_index(CollisionNode* self, Object* key) {
  for (ssize i = 0; i < slot_count(self); i++) {
    if (TRY(object_compare_bool(key, self->slots[i].key, kEq))) return i;
  }
  return -1;
}

Ref<Object> collision_set(CollisionNode* self, Place place, Object* key, Object* value, bool& added) {
  if (place.hash != self->hash) {
    // A level between the two hashes is where they part, this one or one below it.
    Ref<BitmapNode> above = TRY(bitmap_new(1, Place{place.shift, self->hash}.bit()));
    fill(above->slots[0], nullptr, as_object(self));
    return bitmap_set(above.get(), place, key, value, added);
  }
  ssize i = TRY(collision_index(self, key));
  if (i >= 0) {
    const Slot& slot = self->slots[i];
    return slot.value == value ? share(as_object(self)) : with_slot(self, i, slot.key, value);
  }
  ssize count = slot_count(self);
  Ref<CollisionNode> node = TRY(collision_new(count + 1, self->hash));
  for (i = 0; i < count; i++) fill(node->slots[i], self->slots[i]);
  fill(node->slots[count], key, value);
  added = true;
  return as_node(std::move(node));
}

Maybe<Object*> collision_find(CollisionNode* self, Object* key) {
  ssize i = TRY(collision_index(self, key));
  return i < 0 ? nullptr : self->slots[i].value;
}

Ref<Object> collision_delete(CollisionNode* self, Place place, Object* key) {
  if (place.hash != self->hash) return share(as_object(self));
  ssize at = TRY(collision_index(self, key));
  if (at < 0) return share(as_object(self));
  ssize count = slot_count(self) - 1;
  if (!count) return empty_node();
  if (count == 1) {
    Ref<BitmapNode> node = TRY(bitmap_new(1, place.bit()));
    fill(node->slots[0], self->slots[1 - at]);
    return as_node(std::move(node));
  }
  Ref<CollisionNode> node = TRY(collision_new(count, self->hash));
  for (ssize i = 0; i < count; i++) fill(node->slots[i], self->slots[i < at ? i : i + 1]);
  return as_node(std::move(node));
}

// ---- Types
// ---------------------------------------------------------------------------------------------------------------

template <class Node>
int slots_traverse(Object* p, VisitProc visit, void* arg) {
  auto* node = reinterpret_cast<Node*>(p);
  for (ssize i = slot_count(node); i-- > 0;) {
    MINIPY_VISIT(node->slots[i].value);
    MINIPY_VISIT(node->slots[i].key);
  }
  return 0;
}
template <class Node>
void slots_dealloc(Object* p) {
  gc_untrack(p);
  TRASHCAN_GUARD(p, slots_dealloc<Node>);
  auto* node = reinterpret_cast<Node*>(p);
  for (ssize i = slot_count(node); i-- > 0;) {
    xdecref(node->slots[i].value);
    xdecref(node->slots[i].key);
  }
  gc_free(p);
}

int array_traverse(Object* p, VisitProc visit, void* arg) {
  for (Object* child : reinterpret_cast<ArrayNode*>(p)->children) MINIPY_VISIT(child);
  return 0;
}
void array_dealloc(Object* p) {
  gc_untrack(p);
  TRASHCAN_GUARD(p, array_dealloc);
  for (Object* child : reinterpret_cast<ArrayNode*>(p)->children) xdecref(child);
  gc_free(p);
}

}  // namespace

// ---- Any node
// ------------------------------------------------------------------------------------------------------------

Maybe<Place> place_of(Object* key) {
  auto hash = static_cast<uint64_t>(TRY(object_hash(key)));
  auto folded = static_cast<int32_t>(static_cast<uint32_t>(hash) ^ static_cast<uint32_t>(hash >> 32));
  return Place{0, folded == -1 ? -2 : folded};
}

Ref<Object> empty_node() {
  if (!g_empty_node) {
    Ref<BitmapNode> made = TRY(bitmap_new(0, 0));
    g_empty_node = as_node(std::move(made)).release();
  }
  return share(g_empty_node);
}

Ref<Object> node_set(Object* node, Place place, Object* key, Object* value, bool& added) {
  if (type_of(node) == &hamt_bitmap_node_type) {
    return bitmap_set(reinterpret_cast<BitmapNode*>(node), place, key, value, added);
  }
  if (type_of(node) == &hamt_array_node_type) {
    return array_set(reinterpret_cast<ArrayNode*>(node), place, key, value, added);
  }
  return collision_set(reinterpret_cast<CollisionNode*>(node), place, key, value, added);
}

Maybe<Object*> node_find(Object* node, Place place, Object* key) {
  if (type_of(node) == &hamt_bitmap_node_type) return bitmap_find(reinterpret_cast<BitmapNode*>(node), place, key);
  if (type_of(node) == &hamt_array_node_type) return array_find(reinterpret_cast<ArrayNode*>(node), place, key);
  return collision_find(reinterpret_cast<CollisionNode*>(node), key);
}

Ref<Object> node_delete(Object* node, Place place, Object* key) {
  if (type_of(node) == &hamt_bitmap_node_type) return bitmap_delete(reinterpret_cast<BitmapNode*>(node), place, key);
  if (type_of(node) == &hamt_array_node_type) return array_delete(reinterpret_cast<ArrayNode*>(node), place, key);
  return collision_delete(reinterpret_cast<CollisionNode*>(node), place, key);
}

Slot node_next(Object* node, ssize& position) {
  if (type_of(node) == &hamt_array_node_type) {
    auto* array = reinterpret_cast<ArrayNode*>(node);
    while (position < kBranches) {
      if (Object* child = array->children[position++]) return {nullptr, child};
    }
    return {nullptr, nullptr};
  }
  // Both other kinds begin alike.
  static_assert(offsetof(BitmapNode, slots) == offsetof(CollisionNode, slots));
  auto* slots = reinterpret_cast<BitmapNode*>(node);
  return position < slot_count(slots) ? slots->slots[position++] : Slot{nullptr, nullptr};
}

}  // namespace minipy::hamt

namespace minipy {

using namespace hamt;

constinit Type hamt_bitmap_node_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "hamt_bitmap_node",
    .basicsize = offsetof(BitmapNode, slots),
    .itemsize = sizeof(Object*),
    .dealloc = slots_dealloc<BitmapNode>,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc | kTypeDisallowInstantiation,
    .traverse = slots_traverse<BitmapNode>,
    .free = nullptr,
};

constinit Type hamt_array_node_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "hamt_array_node",
    .basicsize = sizeof(ArrayNode),
    .dealloc = array_dealloc,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc | kTypeDisallowInstantiation,
    .traverse = array_traverse,
    .free = nullptr,
};

constinit Type hamt_collision_node_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "hamt_collision_node",
    .basicsize = offsetof(CollisionNode, slots),
    .itemsize = sizeof(Object*),
    .dealloc = slots_dealloc<CollisionNode>,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc | kTypeDisallowInstantiation,
    .traverse = slots_traverse<CollisionNode>,
    .free = nullptr,
};

}  // namespace minipy
