// itertools.groupby and tee.
#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/weakref.h"
#include "stdlib/itertools/itertools.h"
#include "stdlib/native_type.h"

namespace minipy {

namespace {

// ---- groupby
// ---------------------------------------------------------------------------------------------------------

struct Grouper;

struct GroupBy {
  Object base;
  Object* iterator;
  Object* key_function;
  Object* target_key;            // of the group handed out last
  Object* current_key;           // of the item read last
  Object* current_value;         // the item read last, until a group takes it
  const Grouper* current_group;  // the only group that may still yield; not owned
};

struct Grouper {
  Object base;
  GroupBy* parent;
  Object* target_key;
};

Ref<GroupBy> groupby_create(Type* type, Object* iterable, Object* key) {
  Ref<Object> iterator = TRY(get_iter(iterable));
  Ref<GroupBy> self = TRY(allocate<GroupBy>(type));
  self->iterator = iterator.release();
  self->key_function = Ref<Object>::share(key).release();
  return self;
}

// Reads the next item and its key.
Status groupby_step(GroupBy* g) {
  Ref<Object> value = iter_next(g->iterator);
  if (!value) return Status::failed();
  Ref<Object> key = is_none(g->key_function) ? value : call(g->key_function, value.get());
  if (!key) return kRaised;
  replace_field(g->current_value, std::move(value));
  replace_field(g->current_key, std::move(key));
  return kOk;
}

// Equality of two fields that the comparison itself may replace.
Maybe<bool> keys_equal(Object* a, Object* b) {
  Ref<Object> x = share(a), y = share(b);
  return object_compare_bool(x.get(), y.get(), kEq);
}

Ref<Grouper> grouper_make(Type* type, GroupBy* parent, Object* target_key) {
  Ref<Grouper> group = TRY(allocate<Grouper>(type));
  incref(parent);
  group->parent = parent;
  group->target_key = Ref<Object>::share(target_key).release();
  parent->current_group = group.get();
  return group;
}

Ref<Object> groupby_next(GroupBy* g) {
  g->current_group = nullptr;
  // Skip what is left of the last group.
  while (true) {
    if (g->current_key) {
      if (!g->target_key) break;
      Maybe<bool> equal = keys_equal(g->target_key, g->current_key);
      if (!equal) return nullptr;
      if (!*equal) break;
    }
    if (!groupby_step(g)) return nullptr;
  }
  replace_field(g->target_key, share(g->current_key));
  Ref<Grouper> group = TRY(grouper_make(&itertools_grouper_type, g, g->target_key));
  return tuple_pack(g->current_key, group.get());
}

Ref<Object> groupby_reduce(GroupBy* g) {
  Ref<Tuple> args = TRY(tuple_pack(g->iterator, g->key_function));
  if (g->target_key && g->current_key && g->current_value) {
    Ref<Tuple> state = TRY(tuple_pack(g->current_key, g->current_value, g->target_key));
    return tuple_pack(type_of(g), args.get(), state.get());
  }
  return tuple_pack(type_of(g), args.get());
}

Status groupby_setstate(GroupBy* g, Object* state) {
  TRY(check_state(state, 3, 3));
  Object** items = cast<Tuple>(state)->items;
  Ref<Object> held = share(state);
  replace_field(g->current_key, share(items[0]));
  replace_field(g->current_value, share(items[1]));
  replace_field(g->target_key, share(items[2]));
  return kOk;
}

constinit MethodDef groupby_methods[] = {
    METHOD(groupby_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    METHOD(groupby_setstate, "__setstate__(self, state, /)", "Set state information for unpickling."),
    {},
};
using GroupByFields = Owned<GroupBy, &GroupBy::iterator, &GroupBy::key_function, &GroupBy::target_key,
                            &GroupBy::current_key, &GroupBy::current_value>;

Ref<Grouper> grouper_create(Type* type, Object* parent, Object* target_key) {
  if (!is_instance_of(parent, &itertools_groupby_type)) {
    return raise(TypeError, "_grouper() argument 1 must be itertools.groupby, not {}", type_name(parent));
  }
  return grouper_make(type, cast<GroupBy>(parent), target_key);
}

Ref<Object> grouper_next(Grouper* group) {
  GroupBy* g = group->parent;
  if (g->current_group != group) return nullptr;
  if (!g->current_value) TRY(groupby_step(g));
  Maybe<bool> equal = keys_equal(group->target_key, g->current_key);
  if (!equal || !*equal) return nullptr;
  Ref<Object> value = take_field(g->current_value);
  clear_field(g->current_key);
  return value;
}

Ref<Object> grouper_reduce(Grouper* group) {
  if (group->parent->current_group != group) {
    Ref<Object> iter = TRY(import_builtin("iter"));
    Ref<Tuple> empty = tuple_empty();
    Ref<Tuple> args = TRY(tuple_pack(empty.get()));
    return tuple_pack(iter.get(), args.get());
  }
  Ref<Tuple> args = TRY(tuple_pack(group->parent, group->target_key));
  return tuple_pack(type_of(group), args.get());
}

constinit MethodDef grouper_methods[] = {
    METHOD(grouper_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    {},
};
using GrouperFields = Owned<Grouper, &Grouper::parent, &Grouper::target_key>;

// ---- tee
// -------------------------------------------------------------------------------------------------------------

// Items are kept in a chain of blocks; each tee object is a place in it. A block that no tee object will read again is
// freed by its count.
constexpr int kBlockItems = 57;

struct TeeBlock {
  Object base;
  Object* iterator;
  int count;  // items read so far
  int running;
  TeeBlock* next;
  Object* items[kBlockItems];
};
static_assert(sizeof(TeeBlock) == 496);

struct Tee {
  Object base;
  TeeBlock* block;
  int index;
  Object* weakreflist;
};

Ref<TeeBlock> block_new(Object* iterator) {
  TeeBlock* b = object_new_gc<TeeBlock>(&itertools_teedata_type);
  if (!b) return nullptr;
  b->iterator = Ref<Object>::share(iterator).release();
  b->count = 0;
  b->running = 0;
  b->next = nullptr;
  gc_track(b);
  return steal(b);
}

Ref<TeeBlock> block_next(TeeBlock* b) {
  if (!b->next) {
    Ref<TeeBlock> next = TRY(block_new(b->iterator));
    if (!b->next) b->next = next.release();
  }
  return share(b->next);
}

Ref<Object> block_item(TeeBlock* b, int i) {
  if (i < b->count) return share(b->items[i]);
  if (b->running) return raise(RuntimeError, "cannot re-enter the tee iterator");
  b->running = 1;
  Ref<Object> item = iter_next(b->iterator);
  b->running = 0;
  if (!item) return nullptr;
  b->items[b->count++] = Ref<Object>::share(item.get()).release();
  return item;
}

// Drops a chain of blocks one by one: thousands of them would nest too deeply.
void drop_chain(TeeBlock* b) {
  while (b && is_exactly(b, &itertools_teedata_type) && b->base.refcount == 1) {
    TeeBlock* next = std::exchange(b->next, nullptr);
    decref(b);
    b = next;
  }
  xdecref(b);
}

int block_clear(Object* p) {
  TeeBlock* b = cast<TeeBlock>(p);
  clear_field(b->iterator);
  int n = std::exchange(b->count, 0);
  for (int i = 0; i < n; i++) decref(b->items[i]);
  drop_chain(std::exchange(b->next, nullptr));
  return 0;
}

void block_dealloc(Object* p) {
  gc_untrack(p);
  block_clear(p);
  gc_free(p);
}

int block_traverse(Object* p, VisitProc visit, void* arg) {
  TeeBlock* b = cast<TeeBlock>(p);
  MINIPY_VISIT(b->iterator);
  for (int i = 0; i < b->count; i++) MINIPY_VISIT(b->items[i]);
  MINIPY_VISIT(b->next);
  return 0;
}

Ref<TeeBlock> block_create(Type*, Object* iterator, Object* values, Object* next) {
  if (!is_list(values)) {
    return raise(TypeError, "teedataobject() argument 2 must be list, not {}",
                 is_none(values) ? "None" : type_name(values));
  }
  List* l = cast<List>(values);
  Ref<TeeBlock> b = TRY(block_new(iterator));
  ssize n = list_size(l);
  if (n > kBlockItems) return raise(ValueError, "Invalid arguments");
  for (ssize i = 0; i < n; i++) b->items[i] = Ref<Object>::share(l->items[i]).release();
  b->count = static_cast<int>(n);
  if (n == kBlockItems) {
    if (!is_none(next)) {
      if (!is_exactly(next, &itertools_teedata_type)) return raise(ValueError, "Invalid arguments");
      b->next = share(cast<TeeBlock>(next)).release();
    }
  } else if (!is_none(next)) {
    return raise(ValueError, "Invalid arguments");
  }
  return b;
}

Ref<Object> block_reduce(TeeBlock* b) {
  Ref<List> values = TRY(list_new(b->count));
  for (int i = 0; i < b->count; i++) values->items[i] = Ref<Object>::share(b->items[i]).release();
  Ref<Tuple> args = TRY(tuple_pack(b->iterator, values.get(), b->next ? as_object(b->next) : py_none()));
  return tuple_pack(type_of(b), args.get());
}

constinit MethodDef block_methods[] = {
    METHOD(block_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    {},
};

Ref<Tee> tee_make(Ref<TeeBlock> block, int index) {
  Tee* t = object_new_gc<Tee>(&itertools_tee_type);
  if (!t) return nullptr;
  t->block = block.release();
  t->index = index;
  t->weakreflist = nullptr;
  gc_track(t);
  return steal(t);
}

Ref<Tee> tee_copy(Tee* t) { return tee_make(share(t->block), t->index); }

// A tee object over any iterable; of a tee object, another one at the same place.
Ref<Tee> tee_over(Object* iterable) {
  Ref<Object> iterator = TRY(get_iter(iterable));
  if (is_instance_of(iterator.get(), &itertools_tee_type)) return tee_copy(cast<Tee>(iterator.get()));
  Ref<TeeBlock> block = TRY(block_new(iterator.get()));
  return tee_make(std::move(block), 0);
}
Ref<Tee> tee_create(Type*, Object* iterable) { return tee_over(iterable); }

Ref<Object> tee_next(Tee* t) {
  if (t->index >= kBlockItems) {
    Ref<TeeBlock> next = TRY(block_next(t->block));
    replace_field(t->block, std::move(next));
    t->index = 0;
  }
  Ref<TeeBlock> held = share(t->block);
  Ref<Object> item = TRY(block_item(held.get(), t->index));
  t->index++;
  return item;
}

int tee_clear(Object* p) {
  clear_field(cast<Tee>(p)->block);
  return 0;
}
void tee_dealloc(Object* p) {
  gc_untrack(p);
  if (cast<Tee>(p)->weakreflist) weakref_clear_all(p);
  tee_clear(p);
  gc_free(p);
}
int tee_traverse(Object* p, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<Tee>(p)->block);
  return 0;
}

Ref<Object> tee_reduce(Tee* t) {
  Ref<Tuple> empty = tuple_empty();
  Ref<Tuple> args = TRY(tuple_pack(empty.get()));
  Ref<Tuple> state = TRY(tuple_pack(t->block, small_int(t->index)));
  return tuple_pack(type_of(t), args.get(), state.get());
}

Status tee_setstate(Tee* t, Object* state) {
  TRY(check_state(state, 2, 2));
  Object** items = cast<Tuple>(state)->items;
  if (!is_instance_of(items[0], &itertools_teedata_type)) {
    return raise(TypeError, "argument 1 must be itertools._tee_dataobject, not {}", type_name(items[0]));
  }
  Maybe<int> index = bind::to_int(items[1]);
  if (!index) return kRaised;
  if (*index < 0 || *index > kBlockItems) return raise(ValueError, "Index out of range");
  replace_field(t->block, share(cast<TeeBlock>(items[0])));
  t->index = *index;
  return kOk;
}

constinit MethodDef tee_methods[] = {
    METHOD(tee_copy, "__copy__(self, /)", "Returns an independent iterator."),
    METHOD(tee_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    METHOD(tee_setstate, "__setstate__(self, state, /)", "Set state information for unpickling."),
    {},
};

}  // namespace

Ref<Object> itertools_tee(Object*, Object* iterable, ssize n) {
  if (n < 0) return raise(ValueError, "n must be >= 0");
  Ref<Tuple> result = TRY(tuple_new(n));
  if (n == 0) return result;
  Ref<Object> iterator = TRY(get_iter(iterable));
  Ref<Object> copy;
  TRY(object_find_attr(iterator.get(), NAME("__copy__"), copy));
  if (!copy) {
    iterator = TRY(tee_over(iterator.get()));
    copy = TRY(object_get_attr(iterator.get(), NAME("__copy__")));
  }
  result->items[0] = iterator.release();
  for (ssize i = 1; i < n; i++) result->items[i] = TRY(call(copy.get()))
  .release();
  return result;
}

constinit Type itertools_groupby_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "itertools.groupby",
    .basicsize = sizeof(GroupBy),
    .dealloc = GroupByFields::dealloc,
    .getattro = object_generic_getattro,
    .flags = kNativeTypeFlags,
    .doc =
        "groupby(iterable, key=None)\n--\n\n"
        "make an iterator that returns consecutive keys and groups from the iterable\n\n"
        "  iterable\n"
        "    Elements to divide into groups according to the key function.\n"
        "  key\n"
        "    A function for computing the group category for each element.\n"
        "    If the key function is not specified or is None, the element itself\n"
        "    is used for grouping.",
    .traverse = GroupByFields::traverse,
    .iter = iter_self,
    .iternext = slot<groupby_next>,
    .methods = groupby_methods,
    .new_ = NEW(groupby_create, "groupby(type, iterable, key=None)"),
};

constinit Type itertools_grouper_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "itertools._grouper",
    .basicsize = sizeof(Grouper),
    .dealloc = GrouperFields::dealloc,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = GrouperFields::traverse,
    .iter = iter_self,
    .iternext = slot<grouper_next>,
    .methods = grouper_methods,
    .new_ = NEW(grouper_create, "_grouper(type, parent, tgtkey, /)"),
};

constinit Type itertools_teedata_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "itertools._tee_dataobject",
    .basicsize = sizeof(TeeBlock),
    .dealloc = block_dealloc,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc,
    .doc = "teedataobject(iterable, values, next, /)\n--\n\nData container common to multiple tee objects.",
    .traverse = block_traverse,
    .clear = block_clear,
    .methods = block_methods,
    .new_ = NEW(block_create, "teedataobject(type, iterable, values, next, /)"),
};

constinit Type itertools_tee_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "itertools._tee",
    .basicsize = sizeof(Tee),
    .dealloc = tee_dealloc,
    .flags = kTypeDefault | kTypeHaveGc,
    .doc = "_tee(iterable, /)\n--\n\nIterator wrapped to make it copyable.",
    .traverse = tee_traverse,
    .clear = tee_clear,
    .weaklistoffset = offsetof(Tee, weakreflist),
    .iter = iter_self,
    .iternext = slot<tee_next>,
    .methods = tee_methods,
    .new_ = NEW(tee_create, "_tee(type, iterable, /)"),
};

}  // namespace minipy
