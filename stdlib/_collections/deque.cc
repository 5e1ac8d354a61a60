// deque: a doubly linked list of blocks of 64 items. `left` and `right` are the places of the first and last item in
// the first and last block; an empty deque has one block with both in the middle. Every change of the set of items
// changes `state`, by which iterators notice.
#include <climits>

#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/bind_varargs.h"
#include "runtime/container_support.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/weakref.h"
#include "stdlib/_collections/collections.h"
#include "stdlib/native_type.h"

namespace minipy {

namespace {

using Block = DequeBlock;
constexpr ssize kBlock = kDequeBlock;
constexpr ssize kCenter = (kBlock - 1) / 2;

ssize deque_size(const Deque* d) { return d->base.size; }
bool is_deque(const Object* p) { return is_instance_of(p, &deque_type); }

Block* block_new(Deque* d) {
  if (d->free_count) return d->free_blocks[--d->free_count];
  Block* b = static_cast<Block*>(memory::mem_alloc(sizeof(Block)));
  if (!b) return raise_no_memory_error();
  return b;
}

void block_free(Deque* d, Block* b) {
  if (d->free_count < Deque::kFreeBlocks) {
    d->free_blocks[d->free_count++] = b;
  } else {
    memory::mem_free(b);
  }
}

void recenter(Deque* d) {
  d->left = kCenter + 1;
  d->right = kCenter;
}

// ---- Both ends
// -------------------------------------------------------------------------------------------------------

Ref<Object> pop_right(Deque* d) {
  if (deque_size(d) == 0) return raise(IndexError, "pop from an empty deque");
  Ref<Object> item = steal(d->right_block->items[d->right]);
  d->right--;
  d->base.size--;
  d->state++;
  if (d->right < 0) {
    if (deque_size(d)) {
      Block* previous = d->right_block->left;
      block_free(d, d->right_block);
      previous->right = nullptr;
      d->right_block = previous;
      d->right = kBlock - 1;
    } else {
      recenter(d);
    }
  }
  return item;
}

Ref<Object> pop_left(Deque* d) {
  if (deque_size(d) == 0) return raise(IndexError, "pop from an empty deque");
  Ref<Object> item = steal(d->left_block->items[d->left]);
  d->left++;
  d->base.size--;
  d->state++;
  if (d->left == kBlock) {
    if (deque_size(d)) {
      Block* following = d->left_block->right;
      block_free(d, d->left_block);
      following->left = nullptr;
      d->left_block = following;
      d->left = 0;
    } else {
      recenter(d);
    }
  }
  return item;
}

bool too_long(const Deque* d) { return d->max_length >= 0 && d->max_length < deque_size(d); }

Status push_right(Deque* d, Ref<Object> item) {
  if (d->right == kBlock - 1) {
    Block* b = TRY(block_new(d));
    b->left = d->right_block;
    b->right = nullptr;
    d->right_block->right = b;
    d->right_block = b;
    d->right = -1;
  }
  d->base.size++;
  d->right_block->items[++d->right] = item.release();
  if (too_long(d)) {
    Ref<Object> dropped = pop_left(d);
  } else {
    d->state++;
  }
  return kOk;
}

Status push_left(Deque* d, Ref<Object> item) {
  if (d->left == 0) {
    Block* b = TRY(block_new(d));
    b->right = d->left_block;
    b->left = nullptr;
    d->left_block->left = b;
    d->left_block = b;
    d->left = kBlock;
  }
  d->base.size++;
  d->left_block->items[--d->left] = item.release();
  if (too_long(d)) {
    Ref<Object> dropped = pop_right(d);
  } else {
    d->state++;
  }
  return kOk;
}

Status deque_append(Deque* d, Object* item) { return push_right(d, share(item)); }
Status deque_appendleft(Deque* d, Object* item) { return push_left(d, share(item)); }

Status consume(Object* iterator) {
  while (Object* item = next_item(iterator)) decref(item);
  return ended_normally() ? kOk : Status::failed();
}

template <bool kLeft>
Status extend_from(Deque* d, Object* iterable) {
  if (iterable == as_object(d)) {
    Ref<List> copy = TRY(sequence_list(iterable));
    return extend_from<kLeft>(d, as_object(copy.get()));
  }
  Ref<Object> iterator = TRY(get_iter(iterable));
  if (d->max_length == 0) return consume(iterator.get());
  // An empty deque is filled from the other end of its block: less space is wasted.
  if (deque_size(d) == 0) {
    d->left = kLeft ? kBlock - 1 : 1;
    d->right = d->left - 1;
  }
  while (Object* item = next_item(iterator.get())) {
    TRY(kLeft ? push_left(d, steal(item)) : push_right(d, steal(item)));
  }
  return ended_normally() ? kOk : Status::failed();
}
Status deque_extend(Deque* d, Object* iterable) { return extend_from<false>(d, iterable); }
Status deque_extendleft(Deque* d, Object* iterable) { return extend_from<true>(d, iterable); }

void clear_items(Deque* d) {
  if (deque_size(d) == 0) return;
  Block* fresh = block_new(d);
  if (!fresh) {
    // No memory for a new beginning: item by item, the deque being valid all the time.
    error_clear();
    while (deque_size(d)) pop_right(d).reset();
    return;
  }
  Block* b = d->left_block;
  ssize i = d->left, n = deque_size(d);
  fresh->left = nullptr;
  fresh->right = nullptr;
  d->left_block = fresh;
  d->right_block = fresh;
  recenter(d);
  d->base.size = 0;
  d->state++;
  // Destructors see the deque empty.
  for (; n > 0; n--) {
    decref(b->items[i]);
    if (++i == kBlock && n > 1) {
      Block* following = b->right;
      block_free(d, b);
      b = following;
      i = 0;
    }
  }
  block_free(d, b);
}

void deque_clear(Deque* d) { clear_items(d); }

// ---- Rotation
// --------------------------------------------------------------------------------------------------------

// Items from the right end to the left end, as many at a time as fit.
Status rotate_right(Deque* d, ssize n) {
  while (n > 0) {
    if (d->left == 0) {
      Block* b = TRY(block_new(d));
      b->right = d->left_block;
      b->left = nullptr;
      d->left_block->left = b;
      d->left_block = b;
      d->left = kBlock;
    }
    ssize m = n;
    if (m > d->right + 1) m = d->right + 1;
    if (m > d->left) m = d->left;
    Object** from = &d->right_block->items[d->right + 1 - m];
    Object** to = &d->left_block->items[d->left - m];
    for (ssize i = 0; i < m; i++) to[i] = from[i];
    d->right -= m;
    d->left -= m;
    n -= m;
    if (d->right < 0) {
      Block* b = d->right_block;
      d->right_block = b->left;
      d->right_block->right = nullptr;
      d->right = kBlock - 1;
      block_free(d, b);
    }
  }
  return kOk;
}

Status rotate_left(Deque* d, ssize n) {
  while (n > 0) {
    if (d->right == kBlock - 1) {
      Block* b = TRY(block_new(d));
      b->left = d->right_block;
      b->right = nullptr;
      d->right_block->right = b;
      d->right_block = b;
      d->right = -1;
    }
    ssize m = n;
    if (m > kBlock - d->left) m = kBlock - d->left;
    if (m > kBlock - 1 - d->right) m = kBlock - 1 - d->right;
    Object** from = &d->left_block->items[d->left];
    Object** to = &d->right_block->items[d->right + 1];
    for (ssize i = 0; i < m; i++) to[i] = from[i];
    d->left += m;
    d->right += m;
    n -= m;
    if (d->left == kBlock) {
      Block* b = d->left_block;
      d->left_block = b->right;
      d->left_block->left = nullptr;
      d->left = 0;
      block_free(d, b);
    }
  }
  return kOk;
}

Status rotate(Deque* d, ssize n) {
  ssize size = deque_size(d), half = size >> 1;
  if (size <= 1) return kOk;
  if (n > half || n < -half) {
    n %= size;
    if (n > half) {
      n -= size;
    } else if (n < -half) {
      n += size;
    }
  }
  d->state++;
  return n > 0 ? rotate_right(d, n) : rotate_left(d, -n);
}
Status deque_rotate(Deque* d, ssize n) { return rotate(d, n); }

// ---- Walking
// ---------------------------------------------------------------------------------------------------------

struct Walk {
  Block* block;
  ssize i;
  explicit Walk(const Deque* d) : block(d->left_block), i(d->left) {}
  Object* item() const { return block->items[i]; }
  void next() {
    if (++i == kBlock) {
      block = block->right;
      i = 0;
    }
  }
};

Object** item_place(Deque* d, ssize i) {
  Block* b;
  ssize place = i + d->left;
  ssize block_number = place / kBlock;
  if (i < (deque_size(d) >> 1)) {
    b = d->left_block;
    for (; block_number > 0; block_number--) b = b->right;
  } else {
    ssize last = (d->left + deque_size(d) - 1) / kBlock;
    b = d->right_block;
    for (; block_number < last; block_number++) b = b->left;
  }
  return &b->items[place % kBlock];
}

Ref<Object> deque_item(Deque* d, ssize i) {
  if (i < 0 || i >= deque_size(d)) return raise(IndexError, "deque index out of range");
  return share(*item_place(d, i));
}

Status delete_item(Deque* d, ssize i) {
  TRY(rotate(d, -i));
  Ref<Object> item = TRY(pop_left(d));
  return rotate(d, i);
}

Status deque_assign_item(Deque* d, ssize i, Object* value) {
  if (i < 0 || i >= deque_size(d)) return raise(IndexError, "deque index out of range");
  if (!value) return delete_item(d, i);
  replace_field(*item_place(d, i), share(value));
  return kOk;
}

// Index of the first item in [start, stop) that equals the value, -1 when there is none. A change meanwhile raises
// `mutated_error`; with `hit_counts`, not when the comparison that changed the deque found the value.
Maybe<ssize> find(Deque* d, Object* value, ssize start, ssize stop, Type* mutated_error, bool hit_counts) {
  size_t state = d->state;
  Walk walk(d);
  for (ssize i = 0; i < stop; i++) {
    if (i >= start) {
      Ref<Object> item = share(walk.item());
      Maybe<bool> equal = object_compare_bool(item.get(), value, kEq);
      if (!equal) return kRaised;
      if (*equal && hit_counts) return i;
      if (d->state != state) return raise(mutated_error, "deque mutated during iteration");
      if (*equal) return i;
    }
    if (i + 1 < stop) walk.next();
  }
  return -1;
}

Maybe<bool> deque_contains(Deque* d, Object* value) {
  Maybe<ssize> i = find(d, value, 0, deque_size(d), RuntimeError, true);
  if (!i) return kRaised;
  return *i >= 0;
}

Ref<Object> deque_index(Deque* d, Object* value, Object* start_arg, Object* stop_arg) {
  Maybe<ssize> start = slice_bound(start_arg, 0);
  if (!start) return nullptr;
  Maybe<ssize> stop = slice_bound(stop_arg, SSIZE_MAX);
  if (!stop) return nullptr;
  ssize n = deque_size(d), first = *start, last = *stop;
  if (first < 0 && (first += n) < 0) first = 0;
  if (last < 0 && (last += n) < 0) last = 0;
  if (last > n) last = n;
  if (first > last) first = last;
  Maybe<ssize> i = find(d, value, first, last, RuntimeError, true);
  if (!i) return nullptr;
  if (*i < 0) return raise(ValueError, "{} is not in deque", repr_of(value));
  return int_from_ssize(*i);
}

Status deque_remove(Deque* d, Object* value) {
  Maybe<ssize> i = find(d, value, 0, deque_size(d), IndexError, false);
  if (!i) return kRaised;
  if (*i < 0) return raise(ValueError, "{} is not in deque", repr_of(value));
  return delete_item(d, *i);
}

Ref<Object> deque_count(Deque* d, Object* value) {
  size_t state = d->state;
  ssize n = deque_size(d), count = 0;
  Walk walk(d);
  for (ssize i = 0; i < n; i++) {
    Ref<Object> item = share(walk.item());
    Maybe<bool> equal = object_compare_bool(item.get(), value, kEq);
    if (!equal) return nullptr;
    if (d->state != state) return raise(RuntimeError, "deque mutated during iteration");
    count += *equal;
    if (i + 1 < n) walk.next();
  }
  return int_from_ssize(count);
}

Status deque_insert(Deque* d, ssize index, Object* value) {
  ssize n = deque_size(d);
  if (d->max_length == n) return raise(IndexError, "deque already at its maximum size");
  if (index >= n) return deque_append(d, value);
  if (index <= -n || index == 0) return deque_appendleft(d, value);
  TRY(rotate(d, -index));
  TRY(index < 0 ? deque_append(d, value) : deque_appendleft(d, value));
  return rotate(d, index);
}

void deque_reverse(Deque* d) {
  Block *left = d->left_block, *right = d->right_block;
  ssize i = d->left, j = d->right;
  for (ssize n = deque_size(d) >> 1; n > 0; n--) {
    std::swap(left->items[i], right->items[j]);
    if (++i == kBlock) {
      left = left->right;
      i = 0;
    }
    if (--j < 0) {
      right = right->left;
      j = kBlock - 1;
    }
  }
}

// ---- Whole deques
// ----------------------------------------------------------------------------------------------------

Ref<Deque> deque_alloc(Type* type) {
  Ref<Deque> d = TRY(allocate<Deque>(type));
  Block* b = TRY(block_new(d.get()));
  b->left = nullptr;
  b->right = nullptr;
  d->left_block = b;
  d->right_block = b;
  recenter(d.get());
  d->max_length = -1;
  return d;
}

Object* deque_new(Type* type, Object*, Object*) { return as_object(deque_alloc(type).release()); }

Status deque_init(Deque* d, Object* iterable, Object* maxlen) {
  ssize limit = -1;
  if (!is_none(maxlen)) {
    if (!is_int(maxlen)) return raise(TypeError, "an integer is required");
    Maybe<ssize> v = int_to_ssize(maxlen);
    if (!v) return kRaised;
    limit = *v;
    if (limit < 0) return raise(ValueError, "maxlen must be non-negative");
  }
  d->max_length = limit;
  if (deque_size(d) > 0) clear_items(d);
  return iterable ? deque_extend(d, iterable) : kOk;
}

void deque_dealloc(Object* p) {
  Deque* d = cast<Deque>(p);
  gc_untrack(d);
  TRASHCAN_GUARD(d, deque_dealloc);
  if (d->weakreflist) weakref_clear_all(p);
  if (d->left_block) {
    clear_items(d);
    memory::mem_free(d->left_block);
  }
  while (d->free_count > 0) memory::mem_free(d->free_blocks[--d->free_count]);
  type_of(d)->free(d);
}

int deque_traverse(Object* p, VisitProc visit, void* arg) {
  Deque* d = cast<Deque>(p);
  Walk walk(d);
  for (ssize n = deque_size(d); n > 0; n--) {
    MINIPY_VISIT(walk.item());
    if (n > 1) walk.next();
  }
  return 0;
}

int deque_tp_clear(Object* p) {
  clear_items(cast<Deque>(p));
  return 0;
}

Ref<Object> deque_copy(Deque* d) {
  if (is_exactly(d, &deque_type)) {
    Ref<Deque> copy = TRY(deque_alloc(&deque_type));
    copy->max_length = d->max_length;
    if (deque_size(d) == 1) {
      TRY(deque_append(copy.get(), d->left_block->items[d->left]));
    } else {
      TRY(deque_extend(copy.get(), as_object(d)));
    }
    return copy;
  }
  Ref<Object> copy;
  if (d->max_length < 0) {
    copy = TRY(call(as_object(type_of(d)), as_object(d)));
  } else {
    Ref<Int> limit = TRY(int_from_ssize(d->max_length));
    copy = TRY(call(as_object(type_of(d)), as_object(d), as_object(limit.get())));
  }
  if (!is_deque(copy.get())) {
    return raise(TypeError, "{:.200}() must return a deque, not {:.200}", type_name(d), type_name(copy.get()));
  }
  return copy;
}

Ref<Object> deque_concat(Deque* d, Object* other) {
  if (!is_deque(other)) {
    return raise(TypeError, "can only concatenate deque (not \"{:.200}\") to deque", type_name(other));
  }
  Ref<Object> result = TRY(deque_copy(d));
  TRY(deque_extend(cast<Deque>(result.get()), other));
  return result;
}

Ref<Object> deque_inplace_concat(Deque* d, Object* other) {
  TRY(deque_extend(d, other));
  return share(as_object(d));
}

Ref<Object> deque_inplace_repeat(Deque* d, ssize count) {
  ssize n = deque_size(d);
  if (n == 0 || count == 1) return share(as_object(d));
  if (count <= 0) {
    clear_items(d);
    return share(as_object(d));
  }
  if (n == 1) {
    if (d->max_length >= 0 && count > d->max_length) count = d->max_length;
    Ref<Object> item = share(d->left_block->items[d->left]);
    for (ssize i = 0; i < count - 1; i++) TRY(push_right(d, item));
    return share(as_object(d));
  }
  if (n > SSIZE_MAX / count) return raise_no_memory_error();
  Ref<List> items = TRY(sequence_list(as_object(d)));
  if (d->max_length >= 0 && count * n > d->max_length) count = (d->max_length + n - 1) / n;
  for (ssize i = 0; i < count - 1; i++) TRY(deque_extend(d, as_object(items.get())));
  return share(as_object(d));
}

Ref<Object> deque_repeat(Deque* d, ssize count) {
  Ref<Object> copy = TRY(deque_copy(d));
  return deque_inplace_repeat(cast<Deque>(copy.get()), count);
}

Ref<Str> deque_repr(Deque* d) {
  ReprGuard guard(as_object(d));
  if (guard.failed()) return nullptr;
  if (guard.recursive()) return str_from_ascii("[...]");
  Ref<List> items = TRY(sequence_list(as_object(d)));
  const char* name = type_short_name(type_of(d));
  if (d->max_length < 0) return format_message("{}({})", name, repr_of(items.get()));
  return format_message("{}({}, maxlen={})", name, repr_of(items.get()), d->max_length);
}

Ref<Object> deque_compare(Object* a, Object* b, CompareOp op) {
  if (!is_deque(a) || !is_deque(b)) return not_implemented_ref();
  ssize n = deque_size(cast<Deque>(a)), m = deque_size(cast<Deque>(b));
  if (op == kEq && a == b) return bool_ref(true);
  if (op == kNe && a == b) return bool_ref(false);
  if ((op == kEq || op == kNe) && n != m) return bool_ref(op == kNe);
  Ref<Object> first = TRY(get_iter(a));
  Ref<Object> second = TRY(get_iter(b));
  while (true) {
    Ref<Object> x = iter_next(first.get());
    if (!x && error_pending()) return nullptr;
    Ref<Object> y = iter_next(second.get());
    if (!y && error_pending()) return nullptr;
    // One or both have ended: the shorter one is the lesser.
    if (!x || !y) return bool_ref(compare_sizes(x ? 1 : 0, y ? 1 : 0, op));
    Maybe<bool> equal = object_compare_bool(x.get(), y.get(), kEq);
    if (!equal) return nullptr;
    if (*equal) continue;
    Maybe<bool> result = object_compare_bool(x.get(), y.get(), op);
    if (!result) return nullptr;
    return bool_ref(*result);
  }
}

Ref<Object> deque_reduce(Deque* d) {
  Ref<Object> state = TRY(call_method(as_object(d), NAME("__getstate__")));
  Ref<Object> iterator = TRY(get_iter(as_object(d)));
  Ref<Tuple> args = tuple_empty();
  if (d->max_length >= 0) {
    Ref<Int> limit = TRY(int_from_ssize(d->max_length));
    args = TRY(tuple_pack(args.get(), limit.get()));
  }
  return tuple_pack(type_of(d), args.get(), state.get(), iterator.get());
}

Ref<Object> deque_sizeof(Deque* d) {
  ssize blocks = (d->left + deque_size(d) + kBlock - 1) / kBlock;
  return int_from_ssize(type_of(d)->basicsize + blocks * static_cast<ssize>(sizeof(Block)));
}

Ref<Object> deque_get_maxlen(Deque* d) {
  if (d->max_length < 0) return none_ref();
  return int_from_ssize(d->max_length);
}

ssize deque_length(Object* p) { return deque_size(cast<Deque>(p)); }

// ---- Iterators
// -------------------------------------------------------------------------------------------------------

struct DequeIterator {
  Object base;
  Block* block;
  ssize i;
  Deque* deque;
  size_t state;
  ssize left;
};

Ref<DequeIterator> iterator_new(Type* type, Deque* d, bool reverse) {
  DequeIterator* it = object_new_gc<DequeIterator>(type);
  if (!it) return nullptr;
  it->block = reverse ? d->right_block : d->left_block;
  it->i = reverse ? d->right : d->left;
  it->deque = share(d).release();
  it->state = d->state;
  it->left = deque_size(d);
  gc_track(it);
  return steal(it);
}

Object* deque_iter(Object* p) { return as_object(iterator_new(&deque_iterator_type, cast<Deque>(p), false).release()); }
Ref<DequeIterator> deque_reversed(Deque* d) { return iterator_new(&deque_reverse_iterator_type, d, true); }

template <bool kReverse>
Object* iterator_next(Object* p) {
  DequeIterator* it = cast<DequeIterator>(p);
  if (it->deque->state != it->state) {
    it->left = 0;
    return raise(RuntimeError, "deque mutated during iteration");
  }
  if (it->left == 0) return nullptr;
  Object* item = it->block->items[it->i];
  it->left--;
  if (kReverse) {
    if (--it->i < 0 && it->left > 0) {
      it->block = it->block->left;
      it->i = kBlock - 1;
    }
  } else if (++it->i == kBlock && it->left > 0) {
    it->block = it->block->right;
    it->i = 0;
  }
  incref(item);
  return item;
}

template <bool kReverse>
Ref<DequeIterator> iterator_create(Type* type, Object* deque, ssize index) {
  if (!is_deque(deque)) {
    return raise(TypeError, "{}() argument 1 must be collections.deque, not {}",
                 kReverse ? "_deque_reverse_iterator" : "_deque_iterator", is_none(deque) ? "None" : type_name(deque));
  }
  Ref<DequeIterator> it = TRY(iterator_new(type, cast<Deque>(deque), kReverse));
  for (ssize i = 0; i < index; i++) {
    Ref<Object> item = steal(iterator_next<kReverse>(as_object(it.get())));
    if (item) continue;
    if (error_pending()) return nullptr;
    break;
  }
  return it;
}

Ref<Object> iterator_length_hint(DequeIterator* it) { return int_from_ssize(it->left); }

Ref<Object> iterator_reduce(DequeIterator* it) {
  Ref<Int> index = TRY(int_from_ssize(deque_size(it->deque) - it->left));
  Ref<Tuple> args = TRY(tuple_pack(it->deque, index.get()));
  return tuple_pack(type_of(it), args.get());
}

constinit MethodDef iterator_methods[] = {
    METHOD(iterator_length_hint, "__length_hint__(self, /)", "Private method returning an estimate of len(list(it))."),
    METHOD(iterator_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    {},
};
using IteratorFields = Owned<DequeIterator, &DequeIterator::deque>;

constinit MethodDef deque_methods[] = {
    METHOD(deque_append, "append(self, item, /)", "Add an element to the right side of the deque."),
    METHOD(deque_appendleft, "appendleft(self, item, /)", "Add an element to the left side of the deque."),
    METHOD(deque_clear, "clear(self, /)", "Remove all elements from the deque."),
    METHOD(deque_copy, "__copy__(self, /)", "Return a shallow copy of a deque."),
    METHOD(deque_copy, "copy(self, /)", "Return a shallow copy of a deque."),
    METHOD(deque_count, "count(self, value, /)", "D.count(value) -- return number of occurrences of value"),
    METHOD(deque_extend, "extend(self, iterable, /)",
           "Extend the right side of the deque with elements from the iterable"),
    METHOD(deque_extendleft, "extendleft(self, iterable, /)",
           "Extend the left side of the deque with elements from the iterable"),
    METHOD(deque_index, "index(self, value, start=0, stop=sys.maxsize, /)",
           "D.index(value, [start, [stop]]) -- return first index of value.\n"
           "Raises ValueError if the value is not present."),
    METHOD(deque_insert, "insert(self, index, object, /)", "D.insert(index, object) -- insert object before index"),
    METHOD(pop_right, "pop(self, /)", "Remove and return the rightmost element."),
    METHOD(pop_left, "popleft(self, /)", "Remove and return the leftmost element."),
    METHOD(deque_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    METHOD(deque_remove, "remove(self, value, /)", "D.remove(value) -- remove first occurrence of value."),
    METHOD(deque_reversed, "__reversed__(self, /)", "D.__reversed__() -- return a reverse iterator over the deque"),
    METHOD(deque_reverse, "reverse(self, /)", "D.reverse() -- reverse *IN PLACE*"),
    METHOD(deque_rotate, "rotate(self, n=1, /)",
           "Rotate the deque n steps to the right (default n=1).  If n is negative, rotates left."),
    METHOD(deque_sizeof, "__sizeof__(self, /)", "D.__sizeof__() -- size of D in memory, in bytes"),
    CLASS_METHOD(class_getitem_generic_alias, "__class_getitem__(type, object, /)", "See PEP 585"),
    {},
};
constinit GetSetDef deque_getset[] = {
    {"maxlen", getter<deque_get_maxlen>, nullptr, "maximum size of a deque or None if unbounded", nullptr},
    {},
};
constinit SequenceMethods deque_as_sequence = {
    .length = deque_length,
    .concat = slot<deque_concat>,
    .repeat = slot<deque_repeat>,
    .item = slot<deque_item>,
    .ass_item = slot<deque_assign_item>,
    .contains = slot<deque_contains>,
    .inplace_concat = slot<deque_inplace_concat>,
    .inplace_repeat = slot<deque_inplace_repeat>,
};

}  // namespace

constinit Type deque_iterator_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_collections._deque_iterator",
    .basicsize = sizeof(DequeIterator),
    .dealloc = IteratorFields::dealloc,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = IteratorFields::traverse,
    .iter = iter_self,
    .iternext = iterator_next<false>,
    .methods = iterator_methods,
    .new_ = NEW(iterator_create<false>, "_deque_iterator(type, deque, index=0, /)"),
};

constinit Type deque_reverse_iterator_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_collections._deque_reverse_iterator",
    .basicsize = sizeof(DequeIterator),
    .dealloc = IteratorFields::dealloc,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = IteratorFields::traverse,
    .iter = iter_self,
    .iternext = iterator_next<true>,
    .methods = iterator_methods,
    .new_ = NEW(iterator_create<true>, "_deque_reverse_iterator(type, deque, index=0, /)"),
};

constinit Type deque_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "collections.deque",
    .basicsize = sizeof(Deque),
    .dealloc = deque_dealloc,
    .repr = slot<deque_repr>,
    .as_sequence = &deque_as_sequence,
    .hash = hash_not_implemented,
    .getattro = object_generic_getattro,
    .flags = kNativeTypeFlags | kTypeSequence,
    .doc =
        "deque([iterable[, maxlen]]) --> deque object\n\n"
        "A list-like sequence optimized for data accesses near its endpoints.",
    .traverse = deque_traverse,
    .clear = deque_tp_clear,
    .richcompare = slot<deque_compare>,
    .weaklistoffset = offsetof(Deque, weakreflist),
    .iter = deque_iter,
    .methods = deque_methods,
    .getset = deque_getset,
    .init = VARARGS_INIT(deque_init, "deque(self, iterable=<nothing>, maxlen=None)"),
    .alloc = type_generic_alloc,
    .new_ = deque_new,
    .free = gc_free_slot,
};

}  // namespace minipy
