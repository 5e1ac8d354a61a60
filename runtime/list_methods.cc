// The list type: operators, methods, iterators.
#include <climits>
#include <cstring>

#include "gc/collector.h"
#include "gc/memory.h"
#include "runtime/bind.h"
#include "runtime/container_support.h"
#include "runtime/function.h"
#include "runtime/int.h"
#include "runtime/list_internal.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"

namespace minipy {

namespace {

int list_traverse(Object* p, VisitProc visit, void* arg) {
  List* l = cast<List>(p);
  for (ssize i = list_size(l); --i >= 0;) MINIPY_VISIT(l->items[i]);
  return 0;
}

int list_tp_clear(Object* p) {
  list_clear(cast<List>(p));
  return 0;
}

// An item's repr may take it out of the list. A __repr__ in Python has a reference of its own then, and may see that
// there is no other.
Ref<Object> held_for_repr(Object* item) {
  Object* method = type_has(type_of(item), kTypeHeap) ? type_lookup(type_of(item), NAME("__repr__")) : nullptr;
  return method && is_exactly(method, &function_type) ? nullptr : share(item);
}

Ref<Str> list_repr(List* l) {
  if (list_size(l) == 0) return str_from_ascii("[]");
  ReprGuard guard(as_object(l));
  if (guard.failed()) return nullptr;
  if (guard.recursive()) return str_from_ascii("[...]");
  StrBuilder out(1 + 3 * list_size(l));
  TRY(out.append_char('['));
  // An item's repr may change the list.
  for (ssize i = 0; i < list_size(l); i++) {
    if (i > 0) TRY(out.append_ascii(", "));
    Object* item = l->items[i];
    Ref<Object> held = held_for_repr(item);
    TRY(out.append_repr_of(item));
  }
  TRY(out.append_char(']'));
  return out.finish();
}

ssize list_length(Object* p) { return list_size(cast<List>(p)); }

// The item equals the value; the item is held, because __eq__ may drop it from the list.
inline Maybe<bool> item_equals(List* l, ssize i, Object* value) {
  Ref<Object> item = share(l->items[i]);
  return object_compare_bool(item.get(), value, kEq);
}

Maybe<bool> list_contains(List* l, Object* value) {
  for (ssize i = 0; i < list_size(l); i++) {
    Maybe<bool> equal = item_equals(l, i, value);
    if (!equal || *equal) return equal;
  }
  return false;
}

Ref<Object> list_item(List* l, ssize i) {
  if (i < 0 || i >= list_size(l)) return raise(IndexError, "list index out of range");
  return share(l->items[i]);
}

Status list_assign_item(List* l, ssize i, Object* value) {
  if (i < 0 || i >= list_size(l)) return raise(IndexError, "list assignment index out of range");
  if (!value) return list_assign_slice(l, i, i + 1, nullptr);
  return list_set_item(l, i, share(value));
}

Ref<Object> list_concat(List* a, Object* other) {
  if (!is_list(other)) {
    return raise(TypeError, "can only concatenate list (not \"{:.200}\") to list", type_name(other));
  }
  List* b = cast<List>(other);
  ssize n = list_size(a), m = list_size(b);
  if (n > SSIZE_MAX - m) return raise_no_memory_error();
  Ref<List> result = TRY(list_new_room(n + m));
  for (ssize i = 0; i < n; i++) result->items[i] = Ref<Object>::share(a->items[i]).release();
  for (ssize i = 0; i < m; i++) result->items[n + i] = Ref<Object>::share(b->items[i]).release();
  result->base.size = n + m;
  return result;
}

void fill_repeated(Object** out, Object* const* items, ssize n, ssize count) {
  for (ssize k = 0; k < count; k++) {
    for (ssize i = 0; i < n; i++) *out++ = items[i];
  }
}

Ref<Object> list_repeat(List* l, ssize count) {
  ssize n = list_size(l);
  if (n == 0 || count <= 0) return list_new(0);
  if (n > SSIZE_MAX / count) return raise_no_memory_error();
  Ref<List> result = TRY(list_new_room(n * count));
  for (ssize i = 0; i < n; i++) add_references(l->items[i], count);
  fill_repeated(result->items, l->items, n, count);
  result->base.size = n * count;
  return result;
}

Ref<Object> list_inplace_repeat(List* l, ssize count) {
  ssize n = list_size(l);
  if (n == 0 || count == 1) return share(as_object(l));
  if (count < 1) {
    list_clear(l);
    return share(as_object(l));
  }
  if (n > SSIZE_MAX / count) return raise_no_memory_error();
  TRY(list_set_size(l, n * count));
  for (ssize i = 0; i < n; i++) add_references(l->items[i], count - 1);
  fill_repeated(l->items + n, l->items, n, count - 1);
  return share(as_object(l));
}

Ref<Object> list_inplace_concat(List* l, Object* other) {
  TRY(list_extend(l, other));
  return share(as_object(l));
}

Ref<Object> list_subscript(List* l, Object* index) {
  if (has_index(index)) {
    Maybe<ssize> i = number_as_ssize(index, IndexError);
    if (!i) return nullptr;
    return list_item(l, *i < 0 ? *i + list_size(l) : *i);
  }
  if (!is_exactly(index, &slice_type)) {
    return raise(TypeError, "list indices must be integers or slices, not {:.200}", type_name(index));
  }
  ssize start, stop, step;
  TRY(slice_unpack(index, &start, &stop, &step));
  ssize n = slice_adjust(list_size(l), &start, &stop, step);
  if (n <= 0) return list_new(0);
  if (step == 1) return list_slice(l, start, stop);
  Ref<List> result = TRY(list_new_room(n));
  for (ssize i = 0, from = start; i < n; i++, from += step) {
    result->items[i] = Ref<Object>::share(l->items[from]).release();
  }
  result->base.size = n;
  return result;
}

Status delete_extended_slice(List* l, ssize start, ssize stop, ssize step, ssize n) {
  if (n <= 0) return kOk;
  if (step < 0) {
    stop = start + 1;
    start = stop + step * (n - 1) - 1;
    step = -step;
  }
  Object** garbage = static_cast<Object**>(memory::mem_alloc(static_cast<size_t>(n) * sizeof(Object*)));
  if (!garbage) return raise_no_memory_error();
  // Moves each run of items between two deleted ones down.
  ssize size = list_size(l), to = start;
  for (ssize i = 0; i < n; i++) {
    ssize at = start + i * step;
    garbage[i] = l->items[at];
    ssize run_end = i + 1 < n ? at + step : size;
    std::memmove(l->items + to, l->items + at + 1, static_cast<size_t>(run_end - at - 1) * sizeof(Object*));
    to += run_end - at - 1;
  }
  l->base.size = size - n;
  Status status = list_set_size(l, size - n);
  for (ssize i = 0; i < n; i++) decref(garbage[i]);
  memory::mem_free(garbage);
  return status;
}

Status assign_extended_slice(List* l, Object* slice, ssize start, ssize stop, ssize step, Object* value) {
  Ref<Object> source;
  if (value == as_object(l)) {
    Ref<List> copy = TRY(list_slice(l, 0, list_size(l)));
    source = std::move(copy);
  } else {
    source = TRY(sequence_fast(value, "must assign iterable to extended slice"));
  }
  ssize n = slice_adjust(list_size(l), &start, &stop, step);
  if (sequence_fast_size(source.get()) != n) {
    return raise(ValueError, "attempt to assign sequence of size {} to extended slice of size {}",
                 sequence_fast_size(source.get()), n);
  }
  if (n == 0) return kOk;
  Object** garbage = static_cast<Object**>(memory::mem_alloc(static_cast<size_t>(n) * sizeof(Object*)));
  if (!garbage) return raise_no_memory_error();
  Object** from = sequence_fast_items(source.get());
  for (ssize i = 0, at = start; i < n; i++, at += step) {
    garbage[i] = l->items[at];
    incref(from[i]);
    l->items[at] = from[i];
  }
  for (ssize i = 0; i < n; i++) decref(garbage[i]);
  memory::mem_free(garbage);
  return kOk;
}

Status list_assign_subscript(List* l, Object* index, Object* value) {
  if (has_index(index)) {
    Maybe<ssize> i = number_as_ssize(index, IndexError);
    if (!i) return kRaised;
    return list_assign_item(l, *i < 0 ? *i + list_size(l) : *i, value);
  }
  if (!is_exactly(index, &slice_type)) {
    return raise(TypeError, "list indices must be integers or slices, not {:.200}", type_name(index));
  }
  ssize start, stop, step;
  TRY(slice_unpack(index, &start, &stop, &step));
  ssize first = start, last = stop;
  ssize n = slice_adjust(list_size(l), &first, &last, step);
  if (step == 1) return list_assign_slice(l, first, last, value);
  // Assigning to s[5:2] puts things before item 5, not 2.
  if ((step < 0 && first < last) || (step > 0 && first > last)) last = first;
  if (!value) return delete_extended_slice(l, first, last, step, n);
  return assign_extended_slice(l, index, start, stop, step, value);
}

Ref<Object> list_compare(Object* a, Object* b, CompareOp op) {
  if (!is_list(a) || !is_list(b)) return not_implemented_ref();
  List *x = cast<List>(a), *y = cast<List>(b);
  if (list_size(x) != list_size(y) && (op == kEq || op == kNe)) return bool_ref(op == kNe);
  ssize i = 0;
  for (; i < list_size(x) && i < list_size(y); i++) {
    Object *p = x->items[i], *q = y->items[i];
    if (p == q) continue;
    Ref<Object> held_p = share(p), held_q = share(q);
    Maybe<bool> equal = object_compare_bool(p, q, kEq);
    if (!equal) return nullptr;
    if (!*equal) break;
  }
  if (i >= list_size(x) || i >= list_size(y)) return bool_ref(compare_sizes(list_size(x), list_size(y), op));
  if (op == kEq) return bool_ref(false);
  if (op == kNe) return bool_ref(true);
  Ref<Object> p = share(x->items[i]), q = share(y->items[i]);
  return object_compare(p.get(), q.get(), op);
}

// ---- Methods -----------------------------------------------------------------------------------------------------

Status list_insert_method(List* l, ssize index, Object* item) { return list_insert(l, index, item); }
Status list_extend_method(List* l, Object* iterable) { return list_extend(l, iterable); }
Ref<List> list_copy(List* l) { return list_slice(l, 0, list_size(l)); }

Ref<Object> list_pop(List* l, ssize index) {
  ssize n = list_size(l);
  if (n == 0) return raise(IndexError, "pop from empty list");
  if (index < 0) index += n;
  if (index < 0 || index >= n) return raise(IndexError, "pop index out of range");
  Ref<Object> item = steal(l->items[index]);
  if (index < n - 1) {
    std::memmove(l->items + index, l->items + index + 1, static_cast<size_t>(n - 1 - index) * sizeof(Object*));
  }
  TRY(list_set_size(l, n - 1));
  return item;
}

Status list_remove(List* l, Object* value) {
  for (ssize i = 0; i < list_size(l); i++) {
    Maybe<bool> equal = item_equals(l, i, value);
    if (!equal) return kRaised;
    if (*equal) return list_assign_slice(l, i, i + 1, nullptr);
  }
  return raise(ValueError, "list.remove(x): x not in list");
}

Ref<Object> list_index(List* l, Object* value, Object* start_arg, Object* stop_arg) {
  Maybe<ssize> start = slice_bound(start_arg, 0);
  if (!start) return nullptr;
  Maybe<ssize> stop = slice_bound(stop_arg, SSIZE_MAX);
  if (!stop) return nullptr;
  ssize i = *start, end = *stop;
  if (i < 0 && (i += list_size(l)) < 0) i = 0;
  if (end < 0 && (end += list_size(l)) < 0) end = 0;
  for (; i < end && i < list_size(l); i++) {
    Maybe<bool> equal = item_equals(l, i, value);
    if (!equal) return nullptr;
    if (*equal) return int_from_ssize(i);
  }
  return raise(ValueError, "{} is not in list", repr_of(value));
}

Ref<Object> list_count(List* l, Object* value) {
  ssize count = 0;
  for (ssize i = 0; i < list_size(l); i++) {
    if (l->items[i] == value) {
      count++;
      continue;
    }
    Maybe<bool> equal = item_equals(l, i, value);
    if (!equal) return nullptr;
    count += *equal;
  }
  return int_from_ssize(count);
}

Ref<Object> list_sizeof(List* l) {
  return int_from_ssize(type_of(l)->basicsize + l->allocated * static_cast<ssize>(sizeof(Object*)));
}

Status list_sort_method(List* l, Object* key, int reverse) { return list_sort(l, key, reverse != 0); }

Status fill_new(List* l, Object* iterable) {
  list_clear(l);
  return iterable ? list_extend(l, iterable) : kOk;
}

int list_init(Object* p, Object* args, Object* kwargs) {
  if (is_exactly(p, &list_type) || type_of(p)->new_ == list_type.new_) {
    if (!check_no_keywords("list", kwargs)) return -1;
  }
  Tuple* given = cast<Tuple>(args);
  if (tuple_size(given) > 1) {
    (void)raise(TypeError, "list expected at most 1 argument, got {}", tuple_size(given));
    return -1;
  }
  return fill_new(cast<List>(p), tuple_size(given) ? given->items[0] : nullptr) ? 0 : -1;
}

Object* list_vectorcall(Object* callable, Object* const* args, size_t nargsf, Object* kwnames) {
  ssize n = vectorcall_nargs(nargsf);
  if (kwnames && tuple_size(cast<Tuple>(kwnames)) > 0) {
    (void)raise(TypeError, "list() takes no keyword arguments");
    return nullptr;
  }
  if (n > 1) {
    (void)raise(TypeError, "list expected at most 1 argument, got {}", n);
    return nullptr;
  }
  Ref<Object> l = steal(type_generic_alloc(cast<Type>(callable), 0));
  if (!l) return nullptr;
  if (n && !list_extend(cast<List>(l.get()), args[0])) return nullptr;
  return l.release();
}

// ---- Iterators ---------------------------------------------------------------------------------------------------

// Forwards and backwards.
struct ListIterator {
  Object base;
  ssize index;
  List* sequence;  // null: exhausted
};

template <class T>
Object* make_iterator(Type* type, Object* list, ssize index) {
  T* it = object_new_gc<T>(type);
  if (!it) return nullptr;
  it->index = index;
  incref(list);
  it->sequence = cast<List>(list);
  gc_track(it);
  return as_object(it);
}

Object* list_iter(Object* l) { return make_iterator<ListIterator>(&list_iterator_type, l, 0); }
Ref<Object> list_reversed(List* l) {
  return steal(make_iterator<ListIterator>(&list_reverse_iterator_type, as_object(l), list_size(l) - 1));
}

void list_iterator_dealloc(Object* p) {
  gc_untrack(p);
  xdecref(cast<ListIterator>(p)->sequence);
  gc_free(p);
}

int list_iterator_traverse(Object* p, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<ListIterator>(p)->sequence);
  return 0;
}

Object* list_iterator_next(Object* p) {
  ListIterator* it = cast<ListIterator>(p);
  List* l = it->sequence;
  if (!l) return nullptr;
  if (it->index < list_size(l)) [[likely]] {
    Object* item = l->items[it->index++];
    incref(item);
    return item;
  }
  clear_field(it->sequence);
  return nullptr;
}

Object* list_reverse_iterator_next(Object* p) {
  ListIterator* it = cast<ListIterator>(p);
  List* l = it->sequence;
  if (!l) return nullptr;
  ssize i = it->index;
  if (i >= 0 && i < list_size(l)) {
    Object* item = l->items[i];
    it->index--;
    incref(item);
    return item;
  }
  it->index = -1;
  clear_field(it->sequence);
  return nullptr;
}

Ref<Object> list_iterator_length_hint(ListIterator* it) {
  ssize n = it->sequence ? list_size(it->sequence) - it->index : 0;
  return int_from_ssize(n >= 0 ? n : 0);
}
Ref<Object> list_reverse_iterator_length_hint(ListIterator* it) {
  ssize n = it->index + 1;
  return int_from_ssize(!it->sequence || list_size(it->sequence) < n ? 0 : n);
}

Ref<Object> list_iterator_reduce(ListIterator* it) {
  return reduce_sequence_iterator(as_object(it->sequence), it->index, list_new(0));
}
Ref<Object> list_reverse_iterator_reduce(ListIterator* it) {
  if (!it->sequence) return reduce_sequence_iterator(nullptr, 0, list_new(0));
  Ref<Object> held = share(as_object(it->sequence));
  Ref<Object> reversed = TRY(import_builtin("reversed"));
  Ref<Tuple> args = TRY(tuple_pack(held.get()));
  Ref<Int> index = TRY(int_from_ssize(it->index));
  return tuple_pack(reversed.get(), args.get(), index.get());
}

Status list_iterator_setstate(ListIterator* it, Object* state) {
  Maybe<ssize> index = state_index(state);
  if (!index) return kRaised;
  if (it->sequence) {
    ssize n = list_size(it->sequence);
    it->index = *index < 0 ? 0 : *index > n ? n : *index;
  }
  return kOk;
}
Status list_reverse_iterator_setstate(ListIterator* it, Object* state) {
  Maybe<ssize> index = state_index(state);
  if (!index) return kRaised;
  if (it->sequence) {
    ssize n = list_size(it->sequence);
    it->index = *index < -1 ? -1 : *index > n - 1 ? n - 1 : *index;
  }
  return kOk;
}

constinit MethodDef list_iterator_methods[] = {
    PLAIN_METHOD(list_iterator_length_hint, "__length_hint__(self, /)",
                 "Private method returning an estimate of len(list(it))."),
    PLAIN_METHOD(list_iterator_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    PLAIN_METHOD(list_iterator_setstate, "__setstate__(self, state, /)", "Set state information for unpickling."),
    {},
};
constinit MethodDef list_reverse_iterator_methods[] = {
    PLAIN_METHOD(list_reverse_iterator_length_hint, "__length_hint__(self, /)",
                 "Private method returning an estimate of len(list(it))."),
    PLAIN_METHOD(list_reverse_iterator_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    PLAIN_METHOD(list_reverse_iterator_setstate, "__setstate__(self, state, /)",
                 "Set state information for unpickling."),
    {},
};

constinit MethodDef list_methods[] = {
    PLAIN_COEXIST_METHOD(list_subscript, "__getitem__(self, index, /)", "Return self[index]."),
    METHOD(list_reversed, "__reversed__(self, /)", "Return a reverse iterator over the list."),
    METHOD(list_sizeof, "__sizeof__(self, /)", "Return the size of the list in memory, in bytes."),
    METHOD(list_clear, "clear(self, /)", "Remove all items from list."),
    METHOD(list_copy, "copy(self, /)", "Return a shallow copy of the list."),
    METHOD(list_append, "append(self, object, /)", "Append object to the end of the list."),
    METHOD(list_insert_method, "insert(self, index, object, /)", "Insert object before index."),
    METHOD(list_extend_method, "extend(self, iterable, /)", "Extend list by appending elements from the iterable."),
    METHOD(list_pop, "pop(self, index=-1, /)",
           "Remove and return item at index (default last).\n\nRaises IndexError if list is empty or index is out of "
           "range."),
    METHOD(list_remove, "remove(self, value, /)",
           "Remove first occurrence of value.\n\nRaises ValueError if the value is not present."),
    METHOD(list_index, "index(self, value, start=0, stop=sys.maxsize, /)",
           "Return first index of value.\n\nRaises ValueError if the value is not present."),
    METHOD(list_count, "count(self, value, /)", "Return number of occurrences of value."),
    METHOD(list_reverse_in_place, "reverse(self, /)", "Reverse *IN PLACE*."),
    METHOD(list_sort_method, "sort(self, /, *, key=None, reverse=False)",
           "Sort the list in ascending order and return None.\n\n"
           "The sort is in place and stable: equal elements keep their order. A key function is applied once to each\n"
           "item; reverse gives descending order."),
    PLAIN_CLASS_METHOD(class_getitem_generic_alias, "__class_getitem__(type, object, /)", "See PEP 585"),
    {},
};

constinit SequenceMethods list_as_sequence = {
    .length = list_length,
    .concat = slot<list_concat>,
    .repeat = slot<list_repeat>,
    .item = slot<list_item>,
    .ass_item = slot<list_assign_item>,
    .contains = slot<list_contains>,
    .inplace_concat = slot<list_inplace_concat>,
    .inplace_repeat = slot<list_inplace_repeat>,
};
constinit MappingMethods list_as_mapping = {
    .length = list_length,
    .subscript = slot<list_subscript>,
    .ass_subscript = slot<list_assign_subscript>,
};

}  // namespace

constinit Type list_iterator_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "list_iterator",
    .basicsize = sizeof(ListIterator),
    .dealloc = list_iterator_dealloc,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = list_iterator_traverse,
    .iter = iter_self,
    .iternext = list_iterator_next,
    .methods = list_iterator_methods,
};

constinit Type list_reverse_iterator_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "list_reverseiterator",
    .basicsize = sizeof(ListIterator),
    .dealloc = list_iterator_dealloc,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = list_iterator_traverse,
    .iter = iter_self,
    .iternext = list_reverse_iterator_next,
    .methods = list_reverse_iterator_methods,
};

constinit Type list_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "list",
    .basicsize = sizeof(List),
    .dealloc = list_dealloc,
    .repr = slot<list_repr>,
    .as_sequence = &list_as_sequence,
    .as_mapping = &list_as_mapping,
    .hash = hash_not_implemented,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc | kTypeBaseType | kTypeListSubclass | kTypeMatchSelf | kTypeSequence,
    .doc =
        "list(iterable=(), /)\n--\n\n"
        "Built-in mutable sequence.\n\n"
        "If no argument is given, the constructor creates a new empty list.\n"
        "The argument must be an iterable if specified.",
    .traverse = list_traverse,
    .clear = list_tp_clear,
    .richcompare = slot<list_compare>,
    .iter = list_iter,
    .methods = list_methods,
    .init = list_init,
    .alloc = type_generic_alloc,
    .new_ = type_generic_new,
    .free = gc_free_slot,
    .vectorcall = list_vectorcall,
};

}  // namespace minipy
