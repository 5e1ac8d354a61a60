// The type hamt and its iterators.
#include "stdlib/_contextvars/hamt.h"

#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/uncounted.h"
#include "runtime/weakref.h"
#include "stdlib/_contextvars/hamt_node.h"
#include "stdlib/native_type.h"

namespace minipy {

using hamt::Place;
using hamt::Slot;

namespace {

Hamt* g_empty_map;  // owned; null: none was needed yet

// Tracked, without a root.
Ref<Hamt> allocate_map() {
  Hamt* map = TRY(object_new_gc<Hamt>(&hamt_type));
  map->root = nullptr;
  map->weakreflist = nullptr;
  map->count = 0;
  gc_track(map);
  return steal(map);
}
Ref<Hamt> map_of(Ref<Object> root, ssize count) {
  Ref<Hamt> map = TRY(allocate_map());
  map->root = root.release();
  map->count = count;
  return map;
}

// ---- Walking over the entries
// --------------------------------------------------------------------------------------------

// The nodes from the root to where a walk is, and how far it is in each.
struct Walk {
  Object* nodes[hamt::kMostDepth];
  ssize positions[hamt::kMostDepth];
  signed char depth;  // of the node that is walked; -1: at the end

  void start(Hamt* map) {
    depth = 0;
    enter(map->root);
  }
  // The next entry; null at the end. Borrowed from the mapping, which must live.
  Slot next() {
    while (depth >= 0) {
      Slot slot = hamt::node_next(nodes[depth], positions[depth]);
      if (slot.key) return slot;
      if (slot.value) {
        depth++;
        enter(slot.value);
      } else {
        depth--;
      }
    }
    return {nullptr, nullptr};
  }

 private:
  void enter(Object* node) {
    nodes[depth] = node;
    positions[depth] = 0;
  }
};

struct Iterator {
  Object base;
  Hamt* map;
  Walk walk;
  void* unused;  // size as CPython's
};
static_assert(sizeof(Iterator) == 168);

enum class Part { kKeys, kValues, kItems };

template <Part kPart>
Object* iterator_next(Object* p) {
  Slot slot = cast<Iterator>(p)->walk.next();
  if (!slot.key) return nullptr;
  if constexpr (kPart == Part::kItems) return as_object(tuple_pack(slot.key, slot.value).release());
  return share(kPart == Part::kKeys ? slot.key : slot.value).release();
}

ssize iterator_length(Object* p) { return cast<Iterator>(p)->map->count; }
constinit MappingMethods iterator_as_mapping = {.length = iterator_length};

// CPython's collector does not watch these iterators, so a cycle through one is never collected.
void iterator_dealloc(Object* p) {
  decref(cast<Iterator>(p)->map);
  gc_free(p);
}
int iterator_traverse(Object* p, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<Iterator>(p)->map);
  return 0;
}

template <Part kPart>
constexpr Type iterator_type(const char* name) {
  return Type{
      .base = STATIC_TYPE_HEADER(&type_type),
      .name = name,
      .basicsize = sizeof(Iterator),
      .dealloc = iterator_dealloc,
      .as_mapping = &iterator_as_mapping,
      .getattro = object_generic_getattro,
      .flags = kTypeDefault | kTypeHaveGc | kTypeDisallowInstantiation,
      .traverse = iterator_traverse,
      .iter = iter_self,
      .iternext = iterator_next<kPart>,
      .free = nullptr,
  };
}

Ref<Object> iterator_new(Type* type, Hamt* map) {
  Iterator* it = TRY(object_new_gc<Iterator>(type));
  it->map = share(map).release();
  it->walk.start(map);
  it->unused = nullptr;
  return steal(as_object(it));
}

// ---- The type hamt, as far as Python sees it
// -----------------------------------------------------------------------------

Object* map_create(Type*, Object*, Object*) { return as_object(hamt_new().release()); }

Ref<Object> map_compare(Object* a, Object* b, CompareOp op) {
  if (!is_exactly(a, &hamt_type) || !is_exactly(b, &hamt_type) || (op != kEq && op != kNe))
    return not_implemented_ref();
  bool equal = TRY(hamt_equal(cast<Hamt>(a), cast<Hamt>(b)));
  return bool_ref(equal == (op == kEq));
}

Ref<Object> map_subscript(Hamt* map, Object* key) {
  Object* value = TRY(hamt_find(map, key));
  return value ? share(value) : raise_key_error(key);
}
Maybe<bool> map_contains(Hamt* map, Object* key) {
  return TRY(hamt_find(map, key))
  != nullptr;
}
Ref<Object> map_get(Hamt* map, Object* key, Object* fallback) {
  Object* value = TRY(hamt_find(map, key));
  return share(value ? value : fallback);
}
ssize map_length(Object* p) { return cast<Hamt>(p)->count; }

void map_dealloc(Object* p) {
  gc_untrack(p);
  Hamt* map = cast<Hamt>(p);
  if (map->weakreflist) weakref_clear_all(p);
  clear_field(map->root);
  gc_free(p);
}
int map_traverse(Object* p, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<Hamt>(p)->root);
  return 0;
}
// Emptied: who still has it may go on with it.
int map_clear(Object* p) {
  Hamt* map = cast<Hamt>(p);
  Ref<Object> empty = hamt::empty_node();  // there is one as long as there are mappings
  map->count = 0;
  replace_field(map->root, std::move(empty));
  return 0;
}

// CPython's have no documentation.
constexpr MethodDef without_doc(MethodDef m) {
  m.doc = nullptr;
  return m;
}
constinit MethodDef map_methods[] = {
    without_doc(METHOD(hamt_set, "set(self, key, value, /)", "")),
    without_doc(METHOD(map_get, "get(self, key, default=None, /)", "")),
    without_doc(METHOD(hamt_delete, "delete(self, key, /)", "")),
    without_doc(METHOD(hamt_items, "items(self, /)", "")),
    without_doc(METHOD(hamt_keys, "keys(self, /)", "")),
    without_doc(METHOD(hamt_values, "values(self, /)", "")),
    {},
};
constinit SequenceMethods map_as_sequence = {.contains = slot<map_contains>};
constinit MappingMethods map_as_mapping = {.length = map_length, .subscript = slot<map_subscript>};

}  // namespace

Ref<Hamt> hamt_new() {
  if (g_empty_map) return share(g_empty_map);
  Ref<Hamt> map = TRY(allocate_map());
  Ref<Object> root = TRY(hamt::empty_node());
  map->root = root.release();
  g_empty_map = share(map.get()).release();
  return map;
}

Ref<Hamt> hamt_set(Hamt* map, Object* key, Object* value) {
  Place place = TRY(hamt::place_of(key));
  bool added = false;
  Ref<Object> root = TRY(hamt::node_set(map->root, place, key, value, added));
  return root.get() == map->root ? share(map) : map_of(std::move(root), map->count + (added ? 1 : 0));
}

Ref<Hamt> hamt_delete(Hamt* map, Object* key) {
  Place place = TRY(hamt::place_of(key));
  Ref<Object> root = TRY(hamt::node_delete(map->root, place, key));
  if (root.get() == map->root) return share(map);
  return map->count == 1 ? hamt_new() : map_of(std::move(root), map->count - 1);
}

Maybe<Object*> hamt_find(Hamt* map, Object* key) {
  if (!map->count) return nullptr;
  Place place = TRY(hamt::place_of(key));
  return hamt::node_find(map->root, place, key);
}

Maybe<bool> hamt_equal(Hamt* a, Hamt* b) {
  if (a == b) return true;
  if (a->count != b->count) return false;
  Walk walk;
  walk.start(a);
  for (Slot slot = walk.next(); slot.key; slot = walk.next()) {
    Object* other = TRY(hamt_find(b, slot.key));
    if (!other || !TRY(object_compare_bool(slot.value, other, kEq))) return false;
  }
  return true;
}

Ref<Object> hamt_keys(Hamt* map) { return iterator_new(&hamt_keys_type, map); }
Ref<Object> hamt_values(Hamt* map) { return iterator_new(&hamt_values_type, map); }
Ref<Object> hamt_items(Hamt* map) { return iterator_new(&hamt_items_type, map); }

constinit Type hamt_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "hamt",
    .basicsize = sizeof(Hamt),
    .dealloc = map_dealloc,
    .as_sequence = &map_as_sequence,
    .as_mapping = &map_as_mapping,
    .hash = hash_not_implemented,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = map_traverse,
    .clear = map_clear,
    .richcompare = slot<map_compare>,
    .weaklistoffset = offsetof(Hamt, weakreflist),
    .iter = slot<hamt_keys>,
    .methods = map_methods,
    .new_ = map_create,
};

constinit Type hamt_keys_type = iterator_type<Part::kKeys>("keys");
constinit Type hamt_values_type = iterator_type<Part::kValues>("values");
constinit Type hamt_items_type = iterator_type<Part::kItems>("items");

Status hamt_ready_types() {
  UncountedAllocations uncounted;
  for (Type* type : {&hamt_items_type, &hamt_keys_type, &hamt_values_type, &hamt_array_node_type,
                     &hamt_bitmap_node_type, &hamt_collision_node_type, &hamt_type}) {
    TRY(type_ready(type));
  }
  return kOk;
}

}  // namespace minipy
