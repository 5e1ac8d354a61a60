// Taking strings apart and together: split, rsplit, splitlines, partition, join.
#include <limits>

#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/splitting.h"
#include "runtime/str_internal.h"
#include "runtime/str_methods.h"
#include "runtime/unicode_data.h"

namespace minipy {
namespace {

constexpr ssize kMaxSize = std::numeric_limits<ssize>::max();

// The separator cannot be found: the string itself is the only piece, also when it is of a subclass.
bool cannot_occur(const Str* s, const Str* separator) {
  return s->length < separator->length || str_kind(s) < str_kind(separator);
}

auto pieces_of(Str* s) {
  return [s](ssize start, ssize end) { return str_substring(s, start, end); };
}

// Calls f(text, needle) with pointers to the characters; the needle's are not wider than the text's.
template <class F>
Ref<List> with_both(const Str* s, const Str* needle, F&& f) {
  return with_chars(s, [&](auto* text) {
    return with_chars(needle, [&](auto* n) -> Ref<List> {
      if constexpr (sizeof(*n) <= sizeof(*text)) {
        return f(text, n);
      } else {
        return nullptr;
      }
    });
  });
}

}  // namespace

Ref<List> str_split(Str* s, Str* separator, ssize max_split) {
  ssize max = max_split < 0 ? kMaxSize : max_split;
  ssize n = s->length;
  if (!separator) {
    return with_chars(s, [&](auto* p) { return splitting::by_space(p, n, max, unicode_is_space, pieces_of(s)); });
  }
  ssize m = separator->length;
  if (m == 0) return raise(ValueError, "empty separator");
  if (cannot_occur(s, separator)) return splitting::only_part(as_object(s));
  return with_both(s, separator, [&](auto* text, auto* needle) {
    auto find = [&](ssize start, ssize end) {
      ssize i = find_in(text + start, end - start, needle, m);
      return i < 0 ? i : start + i;
    };
    return splitting::by_separator(n, m, max, find, pieces_of(s));
  });
}

Ref<List> str_rsplit(Str* s, Str* separator, ssize max_split) {
  ssize max = max_split < 0 ? kMaxSize : max_split;
  ssize n = s->length;
  if (!separator) {
    return with_chars(
        s, [&](auto* p) { return splitting::by_space_from_right(p, n, max, unicode_is_space, pieces_of(s)); });
  }
  ssize m = separator->length;
  if (m == 0) return raise(ValueError, "empty separator");
  if (cannot_occur(s, separator)) return splitting::only_part(as_object(s));
  return with_both(s, separator, [&](auto* text, auto* needle) {
    auto find = [&](ssize start, ssize end) { return rfind_in(text + start, end - start, needle, m); };
    return splitting::by_separator_from_right(n, m, max, find, pieces_of(s));
  });
}

Ref<List> str_splitlines(Str* s, bool keep_ends) {
  return with_chars(
      s, [&](auto* p) { return splitting::lines(p, s->length, keep_ends, unicode_is_line_break, pieces_of(s)); });
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
