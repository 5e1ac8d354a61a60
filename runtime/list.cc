// Making and changing lists. Room grows by an eighth plus a little, exactly as CPython's, because sys.getsizeof shows
// it.
//
// Items are dropped only after the list has its new size: their destructors may look at it.
#include "runtime/list_internal.h"

#include <climits>
#include <cstring>

#include "gc/collector.h"
#include "gc/memory.h"
#include "runtime/container_support.h"
#include "runtime/free_list.h"

namespace minipy {

namespace {

constinit FreeList<80, offsetof(List, items), gc_free> free_list_objects{"list"};

constexpr ssize kMaxItems = SSIZE_MAX / static_cast<ssize>(sizeof(Object*));

Object** items_alloc(ssize count) {
  if (count > kMaxItems) return raise_no_memory_error();
  Object** items = static_cast<Object**>(memory::mem_alloc(static_cast<size_t>(count) * sizeof(Object*)));
  if (!items) return raise_no_memory_error();
  return items;
}

// Tracked, without items or room.
inline List* list_alloc() {
  List* l = static_cast<List*>(free_list_objects.take());
  if (l) {
    first_reference(l);
  } else {
    l = object_new_gc<List>(&list_type);
    if (!l) return nullptr;
  }
  l->base.size = 0;
  l->items = nullptr;
  l->allocated = 0;
  return l;
}

}  // namespace

void list_register_free_list() { free_list_register(free_list_objects); }

Ref<List> list_new(ssize size) {
  List* l = list_alloc();
  if (!l) return nullptr;
  if (size > 0) {
    Object** items = size <= kMaxItems
                         ? static_cast<Object**>(memory::mem_calloc(static_cast<size_t>(size), sizeof(Object*)))
                         : nullptr;
    if (!items) {
      decref(l);
      return raise_no_memory_error();
    }
    l->items = items;
    l->base.size = size;
    l->allocated = size;
  }
  gc_track(l);
  return steal(l);
}

Ref<List> list_new_room(ssize room) {
  Ref<List> l = TRY(list_new(0));
  if (room > 0) {
    l->items = TRY(items_alloc(room));
    l->allocated = room;
  }
  return l;
}

Ref<List> list_from_array_steal(Object* const* items, ssize size) {
  Ref<List> l = list_new_room(size);
  if (!l) {
    for (ssize i = 0; i < size; i++) decref(items[i]);
    return nullptr;
  }
  if (size > 0) std::memcpy(l->items, items, static_cast<size_t>(size) * sizeof(Object*));
  l->base.size = size;
  return l;
}

Ref<List> list_from_array(Object* const* items, ssize size) {
  Ref<List> l = TRY(list_new_room(size));
  for (ssize i = 0; i < size; i++) {
    incref(items[i]);
    l->items[i] = items[i];
  }
  l->base.size = size;
  return l;
}

void list_dealloc(Object* p) {
  List* l = cast<List>(p);
  gc_untrack(l);
  TRASHCAN_GUARD(l, list_dealloc);
  if (l->items) {
    for (ssize i = list_size(l); --i >= 0;) xdecref(l->items[i]);
    memory::mem_free(l->items);
  }
  if (!is_exactly(l, &list_type) || !free_list_objects.give(l)) type_of(l)->free(l);
}

Status list_set_size(List* l, ssize size) {
  ssize allocated = l->allocated;
  if (allocated >= size && size >= (allocated >> 1)) {
    l->base.size = size;
    return kOk;
  }
  size_t wanted = (static_cast<size_t>(size) + (static_cast<size_t>(size) >> 3) + 6) & ~size_t{3};
  // A jump that is larger than the spare room would be gets no more than rounding.
  if (size - list_size(l) > static_cast<ssize>(wanted) - size) wanted = (static_cast<size_t>(size) + 3) & ~size_t{3};
  if (size == 0) wanted = 0;
  if (wanted > static_cast<size_t>(kMaxItems)) return raise_no_memory_error();
  Object** items = static_cast<Object**>(memory::mem_realloc(l->items, wanted * sizeof(Object*)));
  if (!items) return raise_no_memory_error();
  l->items = items;
  l->base.size = size;
  l->allocated = static_cast<ssize>(wanted);
  return kOk;
}

// ---- Adding ------------------------------------------------------------------------------------------------------

static Status append_slow(List* l, Object* item) {
  ssize n = list_size(l);
  if (!list_set_size(l, n + 1)) {
    decref(item);
    return kRaised;
  }
  l->items[n] = item;
  return kOk;
}

// Takes over the item's count.
static inline Status append_owned(List* l, Object* item) {
  ssize n = list_size(l);
  if (l->allocated > n) [[likely]] {
    l->items[n] = item;
    l->base.size = n + 1;
    return kOk;
  }
  return append_slow(l, item);
}

Status list_append(List* l, Object* item) {
  incref(item);
  return append_owned(l, item);
}

Status list_append_steal(List* l, Ref<Object> item) { return append_owned(l, item.release()); }

Status list_insert(List* l, ssize index, Object* item) {
  ssize n = list_size(l);
  if (n == SSIZE_MAX) return raise(OverflowError, "cannot add more objects to list");
  TRY(list_set_size(l, n + 1));
  if (index < 0) {
    index += n;
    if (index < 0) index = 0;
  }
  if (index > n) index = n;
  std::memmove(l->items + index + 1, l->items + index, static_cast<size_t>(n - index) * sizeof(Object*));
  incref(item);
  l->items[index] = item;
  return kOk;
}

Status list_set_item(List* l, ssize index, Ref<Object> item) {
  if (index < 0 || index >= list_size(l)) return raise(IndexError, "list assignment index out of range");
  replace_field(l->items[index], std::move(item));
  return kOk;
}

// Room for exactly the first items (rounded to an even number) of a list that has none.
static Status reserve_exact(List* l, ssize size) {
  size = (size + 1) & ~ssize{1};
  l->items = TRY(items_alloc(size));
  l->allocated = size;
  return kOk;
}

static Status extend_from_array(List* l, Object* source) {
  ssize n = sequence_fast_size(source);
  if (n == 0) return kOk;
  ssize m = list_size(l);
  if (!l->items) {
    TRY(reserve_exact(l, n));
    l->base.size = n;
  } else {
    TRY(list_set_size(l, m + n));
  }
  // Only now: the source may be the list itself, whose items have moved.
  Object** from = sequence_fast_items(source);
  Object** to = l->items + m;
  for (ssize i = 0; i < n; i++) {
    incref(from[i]);
    to[i] = from[i];
  }
  return kOk;
}

Status list_extend(List* l, Object* iterable) {
  if (is_exactly(iterable, &list_type) || is_exactly(iterable, &tuple_type)) return extend_from_array(l, iterable);
  if (as_object(l) == iterable) {
    Ref<Object> copy = TRY(sequence_fast(iterable, "argument must be iterable"));
    return extend_from_array(l, copy.get());
  }
  Ref<Object> iterator = TRY(get_iter(iterable));
  Maybe<ssize> hint = object_length_hint(iterable, 8);
  if (!hint) return kRaised;
  ssize n = *hint, m = list_size(l);
  if (m <= SSIZE_MAX - n) {  // otherwise the hint is a lie: go on without
    if (!l->items) {
      if (n) TRY(reserve_exact(l, n));
    } else {
      TRY(list_set_size(l, m + n));
      l->base.size = m;
    }
  }
  IterNextFunc next = type_of(iterator.get())->iternext;
  while (Object* item = next(iterator.get())) TRY(append_owned(l, item));
  if (error_pending()) {
    if (!error_clear_if(StopIteration)) return kRaised;
  }
  if (list_size(l) < l->allocated) TRY(list_set_size(l, list_size(l)));
  return kOk;
}

Ref<List> list_from_iterable(Object* iterable) {
  Ref<List> l = TRY(list_new(0));
  TRY(list_extend(l.get(), iterable));
  return l;
}

// ---- Slices ------------------------------------------------------------------------------------------------------

Ref<List> list_slice(List* l, ssize start, ssize end) {
  ssize n = list_size(l);
  if (start < 0) start = 0;
  if (start > n) start = n;
  if (end < start) end = start;
  if (end > n) end = n;
  return list_from_array(l->items + start, end - start);
}

Status list_assign_slice(List* l, ssize start, ssize end, Object* iterable) {
  if (iterable == as_object(l)) {
    Ref<List> copy = TRY(list_slice(l, 0, list_size(l)));
    return list_assign_slice(l, start, end, as_object(copy.get()));
  }
  Ref<Object> source;
  ssize n = 0;
  if (iterable) {
    source = TRY(sequence_fast(iterable, "can only assign an iterable"));
    n = sequence_fast_size(source.get());
  }
  ssize size = list_size(l);
  if (start < 0) start = 0;
  if (start > size) start = size;
  if (end < start) end = start;
  if (end > size) end = size;
  ssize removed = end - start;
  ssize change = n - removed;
  if (size + change == 0) {
    list_clear(l);
    return kOk;
  }
  // The old items are set aside and dropped at the end.
  Object* few[8];
  Object** recycle = few;
  if (removed > 8) recycle = TRY(items_alloc(removed));
  if (removed > 0) std::memcpy(recycle, l->items + start, static_cast<size_t>(removed) * sizeof(Object*));
  size_t tail = static_cast<size_t>(size - end) * sizeof(Object*);
  Status status = kOk;
  if (change < 0) {
    std::memmove(l->items + end + change, l->items + end, tail);
    status = list_set_size(l, size + change);
    if (!status) {
      std::memmove(l->items + end, l->items + end + change, tail);
      std::memcpy(l->items + start, recycle, static_cast<size_t>(removed) * sizeof(Object*));
    }
  } else if (change > 0) {
    status = list_set_size(l, size + change);
    if (status) std::memmove(l->items + end + change, l->items + end, tail);
  }
  if (status) {
    Object** from = n ? sequence_fast_items(source.get()) : nullptr;
    for (ssize i = 0; i < n; i++) {
      xincref(from[i]);
      l->items[start + i] = from[i];
    }
    for (ssize i = removed; --i >= 0;) xdecref(recycle[i]);
  }
  if (recycle != few) memory::mem_free(recycle);
  return status;
}

void list_clear(List* l) {
  Object** items = l->items;
  if (!items) return;
  ssize n = list_size(l);
  l->base.size = 0;
  l->items = nullptr;
  l->allocated = 0;
  for (ssize i = n; --i >= 0;) xdecref(items[i]);
  memory::mem_free(items);
}

Status list_reverse_in_place(List* l) {
  ssize n = list_size(l);
  for (ssize i = 0, j = n - 1; i < j; i++, j--) std::swap(l->items[i], l->items[j]);
  return kOk;
}

Ref<Tuple> list_as_tuple(List* l) { return tuple_from_array(l->items, list_size(l)); }

}  // namespace minipy
