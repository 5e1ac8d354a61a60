// list.sort: timsort with the powersort merge policy, with exactly CPython 3.11's sequence of comparisons.
//
// The algorithm finds ascending (or strictly descending, then reversed) runs, extends short ones by binary insertion,
// and merges them pairwise; `power` says when two neighbouring runs are merged (Munro and Wild, "Nearly-optimal
// mergesorts"). Merging gallops when one run wins many times in a row.
//
// The sort is a template over what is moved around: plain items, items with their keys, or machine numbers with their
// items when all keys are small ints or floats. While Python code may run the list is empty, so that it cannot be
// changed under the sort; what it became meanwhile is thrown away and reported.
#include <algorithm>
#include <climits>
#include <cstring>

#include "gc/collector.h"
#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/container_support.h"
#include "runtime/float.h"
#include "runtime/int.h"
#include "runtime/list_internal.h"
#include "runtime/str.h"

namespace minipy {

namespace {

constexpr int kMinGallop = 7;
constexpr ssize kMaxRunStack = 85;

// Less is int (const E& a, const E& b): 1 a < b, 0 not, -1 exception.
template <class E, class Less>
class TimSort {
 public:
  TimSort(E* items, ssize count, Less less) : base_(items), count_(count), less_(less) {}
  ~TimSort() { memory::mem_free(temp_); }
  TimSort(const TimSort&) = delete;

  // On failure the items are some permutation of what they were.
  Status run() {
    ssize remaining = count_;
    if (remaining < 2) return kOk;
    E* lo = base_;
    ssize min_run = compute_min_run(remaining);
    do {
      bool descending;
      ssize n = count_run(lo, lo + remaining, &descending);
      if (n < 0) return kRaised;
      if (descending) std::reverse(lo, lo + n);
      if (n < min_run) {
        ssize forced = remaining <= min_run ? remaining : min_run;
        if (!binary_sort(lo, lo + forced, lo + n)) return kRaised;
        n = forced;
      }
      if (!found_new_run(n)) return kRaised;
      stack_[depth_++] = {lo, n, 0};
      lo += n;
      remaining -= n;
    } while (remaining);
    while (depth_ > 1) {
      ssize n = depth_ - 2;
      if (n > 0 && stack_[n - 1].length < stack_[n + 1].length) n--;
      if (!merge_at(n)) return kRaised;
    }
    return kOk;
  }

 private:
  struct Run {
    E* base;
    ssize length;
    int power;
  };
  enum class End { kDone, kOneLeft, kFailed };
  // What a merge has still to do: the runs' next items and lengths, and where the next item goes.
  struct Merge {
    E* dest;
    E* a;
    E* b;
    ssize na, nb;
  };

  // A number from 32 to 64 such that count / it is, or is a little less than, a power of two.
  static ssize compute_min_run(ssize n) {
    ssize rest = 0;
    while (n >= 64) {
      rest |= n & 1;
      n >>= 1;
    }
    return n + rest;
  }

  ssize count_run(E* lo, E* hi, bool* descending) {
    *descending = false;
    if (++lo == hi) return 1;
    ssize n = 2;
    int k = less_(lo[0], lo[-1]);
    if (k < 0) return -1;
    *descending = k;
    for (lo++; lo < hi; lo++, n++) {
      k = less_(lo[0], lo[-1]);
      if (k < 0) return -1;
      if ((k != 0) != *descending) break;
    }
    return n;
  }

  // Sorts [lo, hi) of which [lo, start) is sorted already.
  bool binary_sort(E* lo, E* hi, E* start) {
    if (lo == start) start++;
    for (; start < hi; start++) {
      E *left = lo, *right = start;
      E pivot = *right;
      do {
        E* middle = left + ((right - left) >> 1);
        int k = less_(pivot, *middle);
        if (k < 0) return false;
        if (k) {
          right = middle;
        } else {
          left = middle + 1;
        }
      } while (left < right);
      std::memmove(static_cast<void*>(left + 1), left, static_cast<size_t>(start - left) * sizeof(E));
      *left = pivot;
    }
    return true;
  }

  // Where `key` belongs in the sorted a[0:n], before (gallop_left) or after (gallop_right) equal items, searching from
  // a[hint] in steps of 1, 3, 7, 15...; -1: exception.
  ssize gallop_left(const E& key, E* a, ssize n, ssize hint) {
    ssize last = 0, offset = 1;
    int k = less_(a[hint], key);
    if (k < 0) return -1;
    if (k) {
      ssize max = n - hint;
      while (offset < max) {
        k = less_(a[hint + offset], key);
        if (k < 0) return -1;
        if (!k) break;
        last = offset;
        offset = (offset << 1) + 1;
      }
      if (offset > max) offset = max;
      last += hint;
      offset += hint;
    } else {
      ssize max = hint + 1;
      while (offset < max) {
        k = less_(a[hint - offset], key);
        if (k < 0) return -1;
        if (k) break;
        last = offset;
        offset = (offset << 1) + 1;
      }
      if (offset > max) offset = max;
      ssize nearer = last;
      last = hint - offset;
      offset = hint - nearer;
    }
    last++;
    while (last < offset) {
      ssize middle = last + ((offset - last) >> 1);
      k = less_(a[middle], key);
      if (k < 0) return -1;
      if (k) {
        last = middle + 1;
      } else {
        offset = middle;
      }
    }
    return offset;
  }

  ssize gallop_right(const E& key, E* a, ssize n, ssize hint) {
    ssize last = 0, offset = 1;
    int k = less_(key, a[hint]);
    if (k < 0) return -1;
    if (k) {
      ssize max = hint + 1;
      while (offset < max) {
        k = less_(key, a[hint - offset]);
        if (k < 0) return -1;
        if (!k) break;
        last = offset;
        offset = (offset << 1) + 1;
      }
      if (offset > max) offset = max;
      ssize nearer = last;
      last = hint - offset;
      offset = hint - nearer;
    } else {
      ssize max = n - hint;
      while (offset < max) {
        k = less_(key, a[hint + offset]);
        if (k < 0) return -1;
        if (k) break;
        last = offset;
        offset = (offset << 1) + 1;
      }
      if (offset > max) offset = max;
      last += hint;
      offset += hint;
    }
    last++;
    while (last < offset) {
      ssize middle = last + ((offset - last) >> 1);
      k = less_(key, a[middle]);
      if (k < 0) return -1;
      if (k) {
        offset = middle;
      } else {
        last = middle + 1;
      }
    }
    return offset;
  }

  static void move_items(E* to, const E* from, ssize n) {
    std::memmove(static_cast<void*>(to), from, static_cast<size_t>(n) * sizeof(E));
  }

  bool reserve_temp(ssize n) {
    if (n <= temp_room_) return true;
    memory::mem_free(temp_);
    temp_ = static_cast<E*>(memory::mem_alloc(static_cast<size_t>(n) * sizeof(E)));
    temp_room_ = temp_ ? n : 0;
    if (!temp_) raise_no_memory();
    return temp_ != nullptr;
  }

  // Merges forwards; run a (the shorter) is in temp. kOneLeft: one item of a is left, after all of b.
  End merge_lo_items(Merge& m) {
    *m.dest++ = *m.b++;
    if (--m.nb == 0) return End::kDone;
    if (m.na == 1) return End::kOneLeft;
    ssize min_gallop = min_gallop_;
    while (true) {
      ssize a_wins = 0, b_wins = 0;
      // One at a time until a run wins often enough in a row.
      while (true) {
        int k = less_(*m.b, *m.a);
        if (k < 0) return End::kFailed;
        if (k) {
          *m.dest++ = *m.b++;
          b_wins++;
          a_wins = 0;
          if (--m.nb == 0) return End::kDone;
          if (b_wins >= min_gallop) break;
        } else {
          *m.dest++ = *m.a++;
          a_wins++;
          b_wins = 0;
          if (--m.na == 1) return End::kOneLeft;
          if (a_wins >= min_gallop) break;
        }
      }
      // Then whole stretches, as long as that pays.
      min_gallop++;
      do {
        min_gallop -= min_gallop > 1;
        min_gallop_ = min_gallop;
        ssize k = gallop_right(*m.b, m.a, m.na, 0);
        if (k < 0) return End::kFailed;
        a_wins = k;
        if (k) {
          move_items(m.dest, m.a, k);
          m.dest += k;
          m.a += k;
          m.na -= k;
          if (m.na == 1) return End::kOneLeft;
          if (m.na == 0) return End::kDone;  // only with inconsistent comparisons
        }
        *m.dest++ = *m.b++;
        if (--m.nb == 0) return End::kDone;
        k = gallop_left(*m.a, m.b, m.nb, 0);
        if (k < 0) return End::kFailed;
        b_wins = k;
        if (k) {
          move_items(m.dest, m.b, k);
          m.dest += k;
          m.b += k;
          m.nb -= k;
          if (m.nb == 0) return End::kDone;
        }
        *m.dest++ = *m.a++;
        if (--m.na == 1) return End::kOneLeft;
      } while (a_wins >= kMinGallop || b_wins >= kMinGallop);
      min_gallop_ = ++min_gallop;  // leaving the gallop makes the next one harder to enter
    }
  }

  bool merge_lo(E* a, ssize na, E* b, ssize nb) {
    if (!reserve_temp(na)) return false;
    move_items(temp_, a, na);
    Merge m{a, temp_, b, na, nb};
    End end = merge_lo_items(m);
    if (end == End::kOneLeft) {
      move_items(m.dest, m.b, m.nb);
      m.dest[m.nb] = *m.a;
    } else if (m.na) {
      move_items(m.dest, m.a, m.na);
    }
    return end != End::kFailed;
  }

  // Merges backwards; run b (the shorter) is in temp. m.a, m.b, m.dest point to the last items. kOneLeft: one item of b
  // is left, before all of a.
  End merge_hi_items(Merge& m, E* base_a, E* base_b) {
    *m.dest-- = *m.a--;
    if (--m.na == 0) return End::kDone;
    if (m.nb == 1) return End::kOneLeft;
    ssize min_gallop = min_gallop_;
    while (true) {
      ssize a_wins = 0, b_wins = 0;
      while (true) {
        int k = less_(*m.b, *m.a);
        if (k < 0) return End::kFailed;
        if (k) {
          *m.dest-- = *m.a--;
          a_wins++;
          b_wins = 0;
          if (--m.na == 0) return End::kDone;
          if (a_wins >= min_gallop) break;
        } else {
          *m.dest-- = *m.b--;
          b_wins++;
          a_wins = 0;
          if (--m.nb == 1) return End::kOneLeft;
          if (b_wins >= min_gallop) break;
        }
      }
      min_gallop++;
      do {
        min_gallop -= min_gallop > 1;
        min_gallop_ = min_gallop;
        ssize k = gallop_right(*m.b, base_a, m.na, m.na - 1);
        if (k < 0) return End::kFailed;
        k = m.na - k;
        a_wins = k;
        if (k) {
          m.dest -= k;
          m.a -= k;
          move_items(m.dest + 1, m.a + 1, k);
          m.na -= k;
          if (m.na == 0) return End::kDone;
        }
        *m.dest-- = *m.b--;
        if (--m.nb == 1) return End::kOneLeft;
        k = gallop_left(*m.a, base_b, m.nb, m.nb - 1);
        if (k < 0) return End::kFailed;
        k = m.nb - k;
        b_wins = k;
        if (k) {
          m.dest -= k;
          m.b -= k;
          move_items(m.dest + 1, m.b + 1, k);
          m.nb -= k;
          if (m.nb == 1) return End::kOneLeft;
          if (m.nb == 0) return End::kDone;  // only with inconsistent comparisons
        }
        *m.dest-- = *m.a--;
        if (--m.na == 0) return End::kDone;
      } while (a_wins >= kMinGallop || b_wins >= kMinGallop);
      min_gallop_ = ++min_gallop;
    }
  }

  bool merge_hi(E* a, ssize na, E* b, ssize nb) {
    if (!reserve_temp(nb)) return false;
    move_items(temp_, b, nb);
    Merge m{b + nb - 1, a + na - 1, temp_ + nb - 1, na, nb};
    End end = merge_hi_items(m, a, temp_);
    if (end == End::kOneLeft) {
      m.dest -= m.na;
      m.a -= m.na;
      move_items(m.dest + 1, m.a + 1, m.na);
      *m.dest = *m.b;
    } else if (m.nb) {
      move_items(m.dest - (m.nb - 1), temp_, m.nb);
    }
    return end != End::kFailed;
  }

  // Merges the runs at stack positions i and i + 1.
  bool merge_at(ssize i) {
    E *a = stack_[i].base, *b = stack_[i + 1].base;
    ssize na = stack_[i].length, nb = stack_[i + 1].length;
    stack_[i].length = na + nb;
    if (i == depth_ - 3) stack_[i + 1] = stack_[i + 2];
    depth_--;
    // The start of a that is below b, and the end of b that is above a, are in place already.
    ssize k = gallop_right(*b, a, na, 0);
    if (k < 0) return false;
    a += k;
    na -= k;
    if (na == 0) return true;
    nb = gallop_left(a[na - 1], b, nb, nb - 1);
    if (nb <= 0) return nb == 0;
    return na <= nb ? merge_lo(a, na, b, nb) : merge_hi(a, na, b, nb);
  }

  // The depth in a perfectly balanced merge tree of the node between the run at `start` of length n1 and the next one
  // of length n2: the first bit in which their middles, as fractions of the whole, differ.
  int power_between(ssize start, ssize n1, ssize n2) const {
    int result = 0;
    ssize a = 2 * start + n1;
    ssize b = a + n1 + n2;
    while (true) {
      result++;
      if (a >= count_) {
        a -= count_;
        b -= count_;
      } else if (b >= count_) {
        return result;
      }
      a <<= 1;
      b <<= 1;
    }
  }

  bool found_new_run(ssize n2) {
    if (!depth_) return true;
    int power = power_between(stack_[depth_ - 1].base - base_, stack_[depth_ - 1].length, n2);
    while (depth_ > 1 && stack_[depth_ - 2].power > power) {
      if (!merge_at(depth_ - 2)) return false;
    }
    stack_[depth_ - 1].power = power;
    return true;
  }

  E* base_;
  ssize count_;
  Less less_;
  ssize min_gallop_ = kMinGallop;
  E* temp_ = nullptr;
  ssize temp_room_ = 0;
  ssize depth_ = 0;
  Run stack_[kMaxRunStack];
};

// ---- What is compared, and how -----------------------------------------------------------------------------------

// Compares two keys of the kind found by `classify`. -1: exception.
using KeyLess = int (*)(Object* a, Object* b, struct KeyKind* kind);
struct KeyKind {
  KeyLess less;
  KeyLess first_less;  // of tuples' first items
  RichCompareFunc richcompare;
};

int any_less(Object* a, Object* b, KeyKind*) {
  Maybe<bool> r = object_compare_bool(a, b, kLt);
  return r ? *r : -1;
}

// Keys of one type: its slot is called directly.
int same_type_less(Object* a, Object* b, KeyKind* kind) {
  // A comparison may have changed the type.
  if (type_of(a)->richcompare != kind->richcompare) return any_less(a, b, kind);
  Ref<Object> result = steal(kind->richcompare(a, b, kLt));
  if (!result) return -1;
  if (result.get() == py_not_implemented()) return any_less(a, b, kind);
  if (result.get() == py_true()) return 1;
  if (result.get() == py_false()) return 0;
  Maybe<bool> truth = object_is_true(result.get());
  return truth ? *truth : -1;
}

int latin_less(Object* a, Object* b, KeyKind*) {
  const Str *x = cast<Str>(a), *y = cast<Str>(b);
  ssize n = str_length(x), m = str_length(y);
  int order = std::memcmp(str_data(x), str_data(y), static_cast<size_t>(n < m ? n : m));
  return order != 0 ? order < 0 : n < m;
}
int small_int_less(Object* a, Object* b, KeyKind*) {
  return int_compact_value(cast<Int>(a)) < int_compact_value(cast<Int>(b));
}
int float_less(Object* a, Object* b, KeyKind*) { return cast<Float>(a)->value < cast<Float>(b)->value; }

int tuple_less(Object* a, Object* b, KeyKind* kind) {
  Tuple *x = cast<Tuple>(a), *y = cast<Tuple>(b);
  ssize n = tuple_size(x), m = tuple_size(y), i = 0;
  for (; i < n && i < m; i++) {
    Maybe<bool> equal = object_compare_bool(x->items[i], y->items[i], kEq);
    if (!equal) return -1;
    if (!*equal) break;
  }
  if (i >= n || i >= m) return n < m;
  return i == 0 ? kind->first_less(x->items[0], y->items[0], kind) : any_less(x->items[i], y->items[i], kind);
}

// Looks over all keys for a comparison that may take short cuts.
template <class KeyAt>
KeyKind classify(ssize n, KeyAt key_at) {
  KeyKind kind{any_less, any_less, nullptr};
  if (n < 2) return kind;
  Object* first = key_at(0);
  bool in_tuples = is_exactly(first, &tuple_type) && tuple_size(cast<Tuple>(first)) > 0;
  if (in_tuples) first = cast<Tuple>(first)->items[0];
  Type* type = type_of(first);
  bool same = true, latin = true, small = true;
  for (ssize i = 0; i < n; i++) {
    Object* key = key_at(i);
    if (in_tuples) {
      if (!is_exactly(key, &tuple_type) || tuple_size(cast<Tuple>(key)) == 0) return kind;
      key = cast<Tuple>(key)->items[0];
    }
    if (type_of(key) != type) {
      same = false;
      if (!in_tuples) break;
    }
    if (!same) continue;
    if (type == &int_type) {
      small = small && int_is_compact(cast<Int>(key));
    } else if (type == &str_type) {
      latin = latin && str_kind(cast<Str>(key)) == 1;
    }
  }
  if (same) {
    if (type == &str_type && latin) {
      kind.less = latin_less;
    } else if (type == &int_type && small) {
      kind.less = small_int_less;
    } else if (type == &float_type) {
      kind.less = float_less;
    } else if (type->richcompare) {
      kind.less = same_type_less;
      kind.richcompare = type->richcompare;
    }
  }
  if (in_tuples) {
    kind.first_less = type == &tuple_type ? any_less : kind.less;
    kind.less = tuple_less;
  }
  return kind;
}

struct Keyed {
  Object* key;
  Object* value;
};
template <class N>
struct Numbered {
  N key;
  Object* value;
};

// Sorts items by machine numbers taken from their keys. The order of NaNs depends on the sequence of comparisons, so
// the same algorithm is used.
template <class N, class KeyAt, class ValueAt>
Status sort_numbers(ssize n, Object** out, KeyAt key_at, ValueAt value_at) {
  using E = Numbered<N>;
  E* items = static_cast<E*>(memory::mem_alloc(static_cast<size_t>(n) * sizeof(E)));
  if (!items) return raise_no_memory_error();
  for (ssize i = 0; i < n; i++) items[i] = {key_at(i), value_at(i)};
  auto less = [](const E& a, const E& b) -> int { return a.key < b.key; };
  Status status = TimSort<E, decltype(less)>(items, n, less).run();
  for (ssize i = 0; i < n; i++) out[i] = items[i].value;
  memory::mem_free(items);
  return status;
}

template <class KeyAt, class ValueAt>
Status sort_if_numbers(ssize n, Object** out, const KeyKind& kind, KeyAt key_at, ValueAt value_at, bool* done) {
  *done = true;
  if (kind.less == small_int_less) {
    return sort_numbers<int32_t>(
        n, out, [&](ssize i) { return static_cast<int32_t>(int_compact_value(cast<Int>(key_at(i)))); }, value_at);
  }
  if (kind.less == float_less) {
    return sort_numbers<double>(
        n, out, [&](ssize i) { return cast<Float>(key_at(i))->value; }, value_at);
  }
  *done = false;
  return kOk;
}

Status sort_plain(Object** items, ssize n, bool reverse) {
  // Reversing before and after a stable sort keeps equal items in order in a descending sort.
  if (reverse) std::reverse(items, items + n);
  KeyKind kind = classify(n, [&](ssize i) { return items[i]; });
  auto key_at = [&](ssize i) { return items[i]; };
  bool done;
  Status status = sort_if_numbers(n, items, kind, key_at, key_at, &done);
  if (!done) {
    auto less = [&kind](Object* a, Object* b) { return kind.less(a, b, &kind); };
    status = TimSort<Object*, decltype(less)>(items, n, less).run();
  }
  return status;
}

// *reverse is cleared when a key cannot be made: then the items have not been reversed yet.
Status sort_keyed(Object** items, ssize n, Object* key_function, bool* reverse) {
  Keyed* keyed = static_cast<Keyed*>(memory::mem_alloc(static_cast<size_t>(n ? n : 1) * sizeof(Keyed)));
  if (!keyed) {
    *reverse = false;
    return raise_no_memory_error();
  }
  auto drop_keys = [keyed](ssize count) {
    for (ssize i = 0; i < count; i++) decref(keyed[i].key);
    memory::mem_free(keyed);
  };
  for (ssize i = 0; i < n; i++) {
    Ref<Object> key = call(key_function, items[i]);
    if (!key) {
      *reverse = false;
      drop_keys(i);
      return kRaised;
    }
    keyed[i] = {key.release(), items[i]};
  }
  if (*reverse) {
    std::reverse(keyed, keyed + n);
    std::reverse(items, items + n);
  }
  KeyKind kind = classify(n, [&](ssize i) { return keyed[i].key; });
  bool done;
  Status status = sort_if_numbers(
      n, items, kind, [&](ssize i) { return keyed[i].key; }, [&](ssize i) { return keyed[i].value; }, &done);
  if (!done) {
    auto less = [&kind](const Keyed& a, const Keyed& b) { return kind.less(a.key, b.key, &kind); };
    status = TimSort<Keyed, decltype(less)>(keyed, n, less).run();
    for (ssize i = 0; i < n; i++) items[i] = keyed[i].value;
  }
  drop_keys(n);
  return status;
}

}  // namespace

Status list_sort(List* l, Object* key, bool reverse) {
  if (key && is_none(key)) key = nullptr;
  Ref<List> held = share(l);
  Object** items = l->items;
  ssize n = list_size(l), allocated = l->allocated;
  l->base.size = 0;
  l->items = nullptr;
  l->allocated = -1;  // any change makes this something else
  Status status = key ? sort_keyed(items, n, key, &reverse) : sort_plain(items, n, reverse);
  if (l->allocated != -1 && status) status = raise(ValueError, "list modified during sort");
  if (reverse && n > 1) std::reverse(items, items + n);
  Object** intruders = l->items;
  ssize intruder_count = list_size(l);
  l->items = items;
  l->base.size = n;
  l->allocated = allocated;
  if (intruders) {
    for (ssize i = intruder_count; --i >= 0;) xdecref(intruders[i]);
    memory::mem_free(intruders);
  }
  return status;
}

Status list_sort_in_place(List* l) { return list_sort(l, nullptr, false); }

}  // namespace minipy
