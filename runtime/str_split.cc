// Taking strings apart and together: split, rsplit, splitlines, partition, join.
#include <limits>

#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/str_internal.h"
#include "runtime/str_methods.h"
#include "runtime/unicode_data.h"

namespace minipy {
namespace {

constexpr ssize kMaxSize = std::numeric_limits<ssize>::max();

Status append_piece(List* list, Str* s, ssize start, ssize end) {
  Ref<Str> piece = TRY(str_substring(s, start, end));
  return list_append_steal(list, std::move(piece));
}

// The separator cannot be found: the string itself is the only piece, also when it is of a subclass.
bool cannot_occur(const Str* s, const Str* separator) {
  return s->length < separator->length || str_kind(s) < str_kind(separator);
}
Ref<List> only_piece(Str* s) {
  Ref<List> list = TRY(list_new());
  TRY(list_append(list.get(), as_object(s)));
  return list;
}

// Pieces were found from the right.
Ref<List> reversed(Ref<List> list) {
  if (!list_reverse_in_place(list.get())) return nullptr;
  return list;
}

Ref<List> split_whitespace(Str* s, ssize max) {
  Ref<List> list = TRY(list_new());
  ssize i = 0, n = s->length;
  while (true) {
    while (i < n && unicode_is_space(str_at(s, i))) i++;
    if (i == n) break;
    ssize start = i;
    if (max-- <= 0) {
      // What is left goes in one piece, trailing whitespace included.
      TRY(append_piece(list.get(), s, start, n));
      break;
    }
    while (i < n && !unicode_is_space(str_at(s, i))) i++;
    TRY(append_piece(list.get(), s, start, i));
  }
  return list;
}

Ref<List> rsplit_whitespace(Str* s, ssize max) {
  Ref<List> list = TRY(list_new());
  ssize i = s->length;
  while (true) {
    while (i > 0 && unicode_is_space(str_at(s, i - 1))) i--;
    if (i == 0) break;
    ssize end = i;
    if (max-- <= 0) {
      TRY(append_piece(list.get(), s, 0, end));
      break;
    }
    while (i > 0 && !unicode_is_space(str_at(s, i - 1))) i--;
    TRY(append_piece(list.get(), s, i, end));
  }
  return reversed(std::move(list));
}

}  // namespace

Ref<List> str_split(Str* s, Str* separator, ssize max_split) {
  ssize max = max_split < 0 ? kMaxSize : max_split;
  if (!separator) return split_whitespace(s, max);
  if (separator->length == 0) return raise(ValueError, "empty separator");
  if (cannot_occur(s, separator)) return only_piece(s);
  Ref<List> list = TRY(list_new());
  ssize at = 0;
  while (max-- > 0) {
    ssize next = str_find(s, separator, at, s->length, 1);
    if (next < 0) break;
    TRY(append_piece(list.get(), s, at, next));
    at = next + separator->length;
  }
  TRY(append_piece(list.get(), s, at, s->length));
  return list;
}

Ref<List> str_rsplit(Str* s, Str* separator, ssize max_split) {
  ssize max = max_split < 0 ? kMaxSize : max_split;
  if (!separator) return rsplit_whitespace(s, max);
  if (separator->length == 0) return raise(ValueError, "empty separator");
  if (cannot_occur(s, separator)) return only_piece(s);
  Ref<List> list = TRY(list_new());
  ssize end = s->length;
  while (max-- > 0) {
    ssize next = str_find(s, separator, 0, end, -1);
    if (next < 0) break;
    TRY(append_piece(list.get(), s, next + separator->length, end));
    end = next;
  }
  TRY(append_piece(list.get(), s, 0, end));
  return reversed(std::move(list));
}

Ref<List> str_splitlines(Str* s, bool keep_ends) {
  Ref<List> list = TRY(list_new());
  ssize i = 0, n = s->length;
  while (i < n) {
    ssize start = i;
    while (i < n && !unicode_is_line_break(str_at(s, i))) i++;
    ssize end = i;
    if (i < n) {
      i += str_at(s, i) == '\r' && i + 1 < n && str_at(s, i + 1) == '\n' ? 2 : 1;
      if (keep_ends) end = i;
    }
    TRY(append_piece(list.get(), s, start, end));
  }
  return list;
}

namespace {

Ref<Object> three_parts(Str* s, Str* separator, ssize at) {
  Ref<Str> before = TRY(str_substring(s, 0, at));
  Ref<Str> after = TRY(str_substring(s, at + separator->length, s->length));
  return tuple_pack(before.get(), separator, after.get());
}

}  // namespace

Ref<Object> str_partition(Str* s, Str* separator) {
  if (separator->length == 0) return raise(ValueError, "empty separator");
  ssize at = str_find(s, separator, 0, s->length, 1);
  if (at >= 0) return three_parts(s, separator, at);
  return tuple_pack(s, empty_str(), empty_str());
}

Ref<Object> str_rpartition(Str* s, Str* separator) {
  if (separator->length == 0) return raise(ValueError, "empty separator");
  ssize at = str_find(s, separator, 0, s->length, -1);
  if (at >= 0) return three_parts(s, separator, at);
  return tuple_pack(empty_str(), empty_str(), s);
}

// ---- join
// ----------------------------------------------------------------------------------------------------------------

Ref<Str> str_join_array(Str* separator, Object* const* items, ssize count) {
  if (count == 0) return str_empty();
  if (count == 1 && is_exact_str(items[0])) return share(cast<Str>(items[0]));
  ssize size = 0, gap = separator ? separator->length : 1;
  char32_t largest = count == 1 || gap == 0 ? 0 : separator ? str_max_char(separator) : U' ';
  for (ssize i = 0; i < count; i++) {
    if (!is_str(items[i])) {
      return raise(TypeError, "sequence item {}: expected str instance, {:.80} found", i, type_name(items[i]));
    }
    Str* item = cast<Str>(items[i]);
    ssize more = item->length + (i ? gap : 0);
    if (size > kMaxSize - more) return raise(OverflowError, "join() result is too long for a Python string");
    size += more;
    largest = std::max(largest, str_max_char(item));
  }
  Ref<Str> r = TRY(str_new(size, largest));
  if (size == 0) return r;
  int kind = str_kind(r.get());
  void* data = str_data(r.get());
  ssize at = 0;
  for (ssize i = 0; i < count; i++) {
    if (i && gap) {
      if (separator) {
        copy_str_chars(kind, data, at, separator, 0, gap);
      } else {
        fill_chars(kind, data, at, 1, ' ');
      }
      at += gap;
    }
    Str* item = cast<Str>(items[i]);
    copy_str_chars(kind, data, at, item, 0, item->length);
    at += item->length;
  }
  return r;
}

Ref<Str> str_join(Str* separator, Object* iterable) {
  Ref<Object> items = TRY(sequence_fast(iterable, "can only join an iterable"));
  return str_join_array(separator, sequence_fast_items(items.get()), sequence_fast_size(items.get()));
}

}  // namespace minipy
