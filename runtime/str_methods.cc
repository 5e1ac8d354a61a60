// The methods of str, except those of str_case.cc, str_split.cc, str_format.cc and str_percent.cc.
#include "runtime/str_methods.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "runtime/abstract.h"
#include "runtime/bind_varargs.h"
#include "runtime/bytes.h"
#include "runtime/codecs.h"
#include "runtime/container_support.h"
#include "runtime/dict.h"
#include "runtime/int.h"
#include "runtime/str_internal.h"
#include "runtime/unicode_data.h"

namespace minipy {

constexpr ssize kMaxSize = std::numeric_limits<ssize>::max();

Status codec_name_argument(const char* function, const char* parameter, Str* value, const char** out) {
  *out = nullptr;
  if (!value) return kOk;
  std::string_view text = str_utf8(value);
  if (!text.data()) return kRaised;
  if (text.find('\0') != std::string_view::npos) return raise(ValueError, "embedded null character");
  *out = text.data();
  return kOk;
}

namespace {

// ---- Searching
// ---------------------------------------------------------------------------------------------------------

// (first[, start[, end]]) of find, count, startswith and their like.
struct SearchArguments {
  Object* what;
  ssize start = 0, end = kMaxSize;
};
Status parse_search(const char* name, VarArgs args, SearchArguments& out) {
  if (args.size < 1) return raise(TypeError, "{}() takes at least 1 argument ({} given)", name, args.size);
  if (args.size > 3) return raise(TypeError, "{}() takes at most 3 arguments ({} given)", name, args.size);
  out.what = args[0];
  if (args.size > 1) out.start = TRY(slice_bound_or_none(args[1], 0));
  if (args.size > 2) out.end = TRY(slice_bound_or_none(args[2], kMaxSize));
  return kOk;
}

Status parse_search_str(const char* name, VarArgs args, SearchArguments& out) {
  TRY(parse_search(name, args, out));
  if (!is_str(out.what)) return raise(TypeError, "must be str, not {:.100}", type_name(out.what));
  return kOk;
}

Ref<Object> method_count(Str* s, VarArgs args) {
  SearchArguments a;
  TRY(parse_search_str("count", args, a));
  return int_from_ssize(str_count(s, cast<Str>(a.what), a.start, a.end, kMaxSize));
}

template <int kDirection>
Ref<Object> find_or_minus_one(Str* s, VarArgs args) {
  SearchArguments a;
  TRY(parse_search_str(kDirection > 0 ? "find" : "rfind", args, a));
  return int_from_ssize(str_find(s, cast<Str>(a.what), a.start, a.end, kDirection));
}

template <int kDirection>
Ref<Object> find_or_raise(Str* s, VarArgs args) {
  SearchArguments a;
  TRY(parse_search_str(kDirection > 0 ? "index" : "rindex", args, a));
  ssize i = str_find(s, cast<Str>(a.what), a.start, a.end, kDirection);
  if (i < 0) return raise(ValueError, "substring not found");
  return int_from_ssize(i);
}

// Does s[start:end] begin (end) with the text?
bool matches_at_edge(Str* s, Str* text, ssize start, ssize end, bool at_end) {
  ssize n = s->length;
  if (start < 0) start = std::max<ssize>(start + n, 0);
  if (end < 0) end = std::max<ssize>(end + n, 0);
  end = std::min(end, n);
  if (end - start < text->length) return false;
  ssize at = at_end ? end - text->length : start;
  if (str_kind(text) > str_kind(s)) return false;
  return with_chars(s, [&](auto* p) {
    return with_chars(text, [&](auto* q) {
      if constexpr (sizeof(*p) == sizeof(*q)) {
        return std::memcmp(p + at, q, static_cast<size_t>(text->length) * sizeof(*q)) == 0;
      } else {
        for (ssize i = 0; i < text->length; i++) {
          if (p[at + i] != q[i]) return false;
        }
        return true;
      }
    });
  });
}

template <bool kAtEnd>
Ref<Object> edge_test(Str* s, VarArgs args) {
  const char* name = kAtEnd ? "endswith" : "startswith";
  SearchArguments a;
  TRY(parse_search(name, args, a));
  if (is_tuple(a.what)) {
    Tuple* t = cast<Tuple>(a.what);
    for (ssize i = 0; i < tuple_size(t); i++) {
      Object* item = t->items[i];
      if (!is_str(item)) {
        return raise(TypeError, "tuple for {} must only contain str, not {:.100}", name, type_name(item));
      }
      if (matches_at_edge(s, cast<Str>(item), a.start, a.end, kAtEnd)) return bool_ref(true);
    }
    return bool_ref(false);
  }
  if (!is_str(a.what)) {
    return raise(TypeError, "{} first arg must be str or a tuple of str, not {:.100}", name, type_name(a.what));
  }
  return bool_ref(matches_at_edge(s, cast<Str>(a.what), a.start, a.end, kAtEnd));
}

Ref<Str> method_removeprefix(Str* s, Str* prefix) {
  if (matches_at_edge(s, prefix, 0, kMaxSize, false)) return str_substring(s, prefix->length, s->length);
  return str_exact(s);
}
Ref<Str> method_removesuffix(Str* s, Str* suffix) {
  if (matches_at_edge(s, suffix, 0, kMaxSize, true)) return str_substring(s, 0, s->length - suffix->length);
  return str_exact(s);
}

// ---- Stripping
// -----------------------------------------------------------------------------------------------------------

enum StripSides { kLeft = 1, kRight = 2, kBoth = 3 };

template <StripSides kSides, class Test>
Ref<Str> strip_where(Str* s, Test drop) {
  ssize start = 0, end = s->length;
  if (kSides & kLeft) {
    while (start < end && drop(str_at(s, start))) start++;
  }
  if (kSides & kRight) {
    while (end > start && drop(str_at(s, end - 1))) end--;
  }
  return str_substring(s, start, end);
}

template <StripSides kSides>
Ref<Str> method_strip(Str* s, Object* chars) {
  if (is_none(chars)) return strip_where<kSides>(s, unicode_is_space);
  if (!is_str(chars)) {
    return raise(TypeError, "{} arg must be None or str",
                 kSides == kBoth   ? "strip"
                 : kSides == kLeft ? "lstrip"
                                   : "rstrip");
  }
  Str* set = cast<Str>(chars);
  return strip_where<kSides>(s, [&](char32_t c) { return str_find_char(set, c, 0, set->length, 1) >= 0; });
}

// ---- Replacing
// -----------------------------------------------------------------------------------------------------------

Ref<Str> replace_chars(Str* s, char32_t from, char32_t to, ssize count) {
  ssize first = str_find_char(s, from, 0, s->length, 1);
  if (first < 0) return str_exact(s);
  Ref<Str> r = TRY(str_allocate(s->length, std::max(str_max_char(s), to)));
  copy_str_chars(str_kind(r.get()), str_data(r.get()), 0, s, 0, s->length);
  with_writable_chars(r.get(), [&](auto* p) {
    for (ssize at = first; at >= 0 && count-- > 0;) {
      p[at] = static_cast<std::remove_reference_t<decltype(*p)>>(to);
      ssize next = find_char_in(p + at + 1, s->length - at - 1, from);
      at = next < 0 ? -1 : at + 1 + next;
    }
  });
  // The only wide characters may be gone.
  if (str_max_char(s) > 0x7f && char_bound(from) == str_max_char(s) && to < from) {
    if (str_range_bound(r.get(), 0, r->length) < str_max_char(r.get())) {
      return str_from_kind(str_kind(r.get()), str_data(r.get()), r->length);
    }
  }
  return r;
}

Ref<Str> replace_between_chars(Str* s, Str* to, ssize count) {
  count = std::min(count, s->length + 1);
  if (to->length && count > (kMaxSize - s->length) / to->length)
    return raise(OverflowError, "replace string is too long");
  StrBuilder out(s->length + count * to->length);
  for (ssize i = 0; i <= s->length; i++) {
    if (i < count) TRY(out.append(to));
    if (i < s->length) TRY(out.append_char(str_at(s, i)));
  }
  return out.finish();
}

}  // namespace

Ref<Str> str_replace(Str* s, Str* from, Str* to, ssize max_count) {
  ssize count = max_count < 0 ? kMaxSize : max_count;
  if (count == 0 || s->length < from->length) return str_exact(s);
  if (from->length == 0) {
    if (to->length == 0) return str_exact(s);
    return replace_between_chars(s, to, count);
  }
  if (str_max_char(from) > str_max_char(s) || str_equal(from, to)) return str_exact(s);
  if (from->length == 1 && to->length == 1) return replace_chars(s, str_at(from, 0), str_at(to, 0), count);
  ssize found = str_count(s, from, 0, s->length, count);
  if (found == 0) return str_exact(s);
  ssize difference = to->length - from->length;
  if (difference > 0 && found > (kMaxSize - s->length) / difference) {
    return raise(OverflowError, "replace string is too long");
  }
  ssize size = s->length + found * difference;
  if (size == 0) return str_empty();
  Ref<Str> r = TRY(str_allocate(size, std::max(str_max_char(s), str_max_char(to))));
  int kind = str_kind(r.get());
  void* data = str_data(r.get());
  ssize at = 0, out = 0;
  while (found-- > 0) {
    ssize next = str_find(s, from, at, s->length, 1);
    copy_str_chars(kind, data, out, s, at, next - at);
    out += next - at;
    copy_str_chars(kind, data, out, to, 0, to->length);
    out += to->length;
    at = next + from->length;
  }
  copy_str_chars(kind, data, out, s, at, s->length - at);
  if (str_max_char(r.get()) > 0x7f && str_range_bound(r.get(), 0, size) < str_max_char(r.get())) {
    return str_from_kind(kind, data, size);
  }
  return r;
}

namespace {

Ref<Str> method_replace(Str* s, Str* from, Str* to, ssize count) { return str_replace(s, from, to, count); }

// ---- Padding
// ---------------------------------------------------------------------------------------------------------------

Ref<Str> pad(Str* s, ssize left, ssize right, char32_t fill) {
  left = std::max<ssize>(left, 0);
  right = std::max<ssize>(right, 0);
  if (left == 0 && right == 0) return str_exact(s);
  if (left > kMaxSize - s->length || right > kMaxSize - (left + s->length)) {
    return raise(OverflowError, "padded string is too long");
  }
  Ref<Str> r = TRY(str_allocate(left + s->length + right, std::max(str_max_char(s), fill)));
  int kind = str_kind(r.get());
  fill_chars(kind, str_data(r.get()), 0, left, fill);
  copy_str_chars(kind, str_data(r.get()), left, s, 0, s->length);
  fill_chars(kind, str_data(r.get()), left + s->length, right, fill);
  return r;
}

Maybe<char32_t> fill_character(Object* fill) {
  if (!fill) return U' ';
  if (!is_str(fill)) {
    return raise(TypeError, "The fill character must be a unicode character, not {:.100}", type_name(fill));
  }
  if (str_length(cast<Str>(fill)) != 1) {
    return raise(TypeError, "The fill character must be exactly one character long");
  }
  return str_at(cast<Str>(fill), 0);
}

Ref<Str> method_center(Str* s, ssize width, Object* fill_object) {
  char32_t fill = TRY(fill_character(fill_object));
  if (s->length >= width) return str_exact(s);
  ssize margin = width - s->length;
  ssize left = margin / 2 + (margin & width & 1);
  return pad(s, left, margin - left, fill);
}
Ref<Str> method_ljust(Str* s, ssize width, Object* fill_object) {
  char32_t fill = TRY(fill_character(fill_object));
  return pad(s, 0, width > s->length ? width - s->length : 0, fill);
}
Ref<Str> method_rjust(Str* s, ssize width, Object* fill_object) {
  char32_t fill = TRY(fill_character(fill_object));
  return pad(s, width > s->length ? width - s->length : 0, 0, fill);
}

Ref<Str> method_zfill(Str* s, ssize width) {
  if (s->length >= width) return str_exact(s);
  ssize fill = width - s->length;
  Ref<Str> r = TRY(pad(s, fill, 0, '0'));
  if (s->length) {
    if (char32_t sign = str_at(s, 0); sign == '+' || sign == '-') {
      str_write(r.get(), 0, sign);
      str_write(r.get(), fill, '0');
    }
  }
  return r;
}

Ref<Str> method_expandtabs(Str* s, int tabsize) {
  if (str_find_char(s, '\t', 0, s->length, 1) < 0) return str_exact(s);
  StrBuilder out(s->length);
  ssize column = 0;
  for (ssize i = 0; i < s->length; i++) {
    char32_t c = str_at(s, i);
    if (c == '\t') {
      if (tabsize > 0) {
        ssize step = tabsize - column % tabsize;
        if (out.length() > kMaxSize - step) return raise(OverflowError, "new string is too long");
        TRY(out.append_fill(' ', step));
        column += step;
      }
    } else {
      TRY(out.append_char(c));
      column = c == '\n' || c == '\r' ? 0 : column + 1;
    }
  }
  return out.finish();
}

// ---- Tests
// -----------------------------------------------------------------------------------------------------------------

// Every character passes, and there is one.
template <bool (*kTest)(char32_t)>
Ref<Object> all_characters(Str* s) {
  bool all = s->length > 0 && with_chars(s, [&](auto* p) {
               for (ssize i = 0; i < s->length; i++) {
                 if (!kTest(p[i])) return false;
               }
               return true;
             });
  return bool_ref(all);
}

Ref<Object> method_isascii(Str* s) { return bool_ref(str_is_ascii(s)); }

Ref<Object> method_isprintable(Str* s) {
  for (ssize i = 0; i < s->length; i++) {
    if (!unicode_is_printable(str_at(s, i))) return bool_ref(false);
  }
  return bool_ref(true);
}

template <bool kUpper>
Ref<Object> one_case(Str* s) {
  bool cased = false;
  for (ssize i = 0; i < s->length; i++) {
    char32_t c = str_at(s, i);
    if ((kUpper ? unicode_is_lower(c) : unicode_is_upper(c)) || unicode_is_title(c)) return bool_ref(false);
    cased = cased || (kUpper ? unicode_is_upper(c) : unicode_is_lower(c));
  }
  return bool_ref(cased);
}

Ref<Object> method_istitle(Str* s) {
  bool cased = false, previous_cased = false;
  for (ssize i = 0; i < s->length; i++) {
    char32_t c = str_at(s, i);
    if (unicode_is_upper(c) || unicode_is_title(c)) {
      if (previous_cased) return bool_ref(false);
      previous_cased = cased = true;
    } else if (unicode_is_lower(c)) {
      if (!previous_cased) return bool_ref(false);
      cased = true;
    } else {
      previous_cased = false;
    }
  }
  return bool_ref(cased);
}

Ref<Object> method_isidentifier(Str* s) { return bool_ref(str_is_identifier(s)); }

// ---- Translating and encoding
// ----------------------------------------------------------------------------------------------

Ref<Str> method_translate(Str* s, Object* table) { return str_translate(s, table); }

Status add_pair(Dict* d, char32_t key, Object* value) {
  Ref<Int> k = TRY(int_from_ssize(static_cast<ssize>(key)));
  return dict_set(d, as_object(k.get()), value);
}

Ref<Object> maketrans_from_strings(Ref<Dict> table, Object* x, Str* y, Str* z) {
  if (!is_str(x)) {
    return raise(TypeError, "first maketrans argument must be a string if there is a second argument");
  }
  Str* from = cast<Str>(x);
  if (from->length != y->length) {
    return raise(ValueError, "the first two maketrans arguments must have equal length");
  }
  for (ssize i = 0; i < from->length; i++) {
    Ref<Int> value = TRY(int_from_ssize(static_cast<ssize>(str_at(y, i))));
    TRY(add_pair(table.get(), str_at(from, i), as_object(value.get())));
  }
  for (ssize i = 0; z && i < z->length; i++) TRY(add_pair(table.get(), str_at(z, i), py_none()));
  return table;
}

Ref<Object> method_maketrans(Object* x, Str* y, Str* z) {
  Ref<Dict> table = TRY(dict_new());
  if (y) return maketrans_from_strings(std::move(table), x, y, z);
  if (!is_exactly(x, &dict_type)) {
    return raise(TypeError, "if you give only one argument to maketrans it must be a dict");
  }
  ssize position = 0;
  Object *key, *value;
  while (dict_next(cast<Dict>(x), &position, &key, &value)) {
    if (is_str(key)) {
      if (str_length(cast<Str>(key)) != 1) {
        return raise(ValueError, "string keys in translate table must be of length 1");
      }
      TRY(add_pair(table.get(), str_at(cast<Str>(key), 0), value));
    } else if (is_int(key)) {
      TRY(dict_set(table.get(), key, value));
    } else {
      return raise(TypeError, "keys in translate table must be strings or integers");
    }
  }
  return table;
}

Ref<Object> method_encode(Str* s, Str* encoding, Str* errors) {
  const char *encoding_name, *error_name;
  TRY(codec_name_argument("encode", "encoding", encoding, &encoding_name));
  TRY(codec_name_argument("encode", "errors", errors, &error_name));
  return str_encode(s, encoding_name, error_name);
}

// ---- The rest
// --------------------------------------------------------------------------------------------------------------

Ref<Object> method_partition(Str* s, Object* separator) {
  if (!is_str(separator)) return raise(TypeError, "must be str, not {:.100}", type_name(separator));
  return str_partition(s, cast<Str>(separator));
}
Ref<Object> method_rpartition(Str* s, Object* separator) {
  if (!is_str(separator)) return raise(TypeError, "must be str, not {:.100}", type_name(separator));
  return str_rpartition(s, cast<Str>(separator));
}

template <bool kRight>
Ref<Object> method_split(Str* s, Object* separator, ssize max_split) {
  if (!is_none(separator) && !is_str(separator)) {
    return raise(TypeError, "must be str or None, not {:.100}", type_name(separator));
  }
  Str* sep = is_none(separator) ? nullptr : cast<Str>(separator);
  return kRight ? str_rsplit(s, sep, max_split) : str_split(s, sep, max_split);
}

Ref<Object> method_splitlines(Str* s, int keep_ends) { return str_splitlines(s, keep_ends != 0); }

Ref<Str> method_format(Str* s, VarArgs args, Object* kwargs) { return str_format(s, args, kwargs); }
Ref<Str> method_format_map(Str* s, Object* mapping) { return str_format_map(s, mapping); }
Ref<Str> method_dunder_format(Str* s, Str* spec) { return str_format_with_spec(s, spec); }

Ref<Object> method_sizeof(Str* s) {
  ssize size;
  if (s->state.compact) {
    size = s->state.ascii ? static_cast<ssize>(sizeof(Str)) + s->length + 1
                          : static_cast<ssize>(sizeof(CompactStr)) + (s->length + 1) * str_kind(s);
  } else {
    size = static_cast<ssize>(sizeof(LegacyStr)) + (s->length + 1) * str_kind(s);
  }
  if (!s->state.ascii) {
    const CompactStr* c = reinterpret_cast<const CompactStr*>(s);
    if (c->utf8) size += c->utf8_length + 1;
  }
  return int_from_ssize(size);
}

Ref<Object> method_getnewargs(Str* s) {
  Ref<Str> copy = TRY(str_from_kind(str_kind(s), str_data(s), s->length));
  return tuple_pack(copy.get());
}

}  // namespace

bool str_is_identifier(const Str* s) {
  if (s->length == 0) return false;
  if (!unicode_is_xid_start(str_at(s, 0))) return false;
  for (ssize i = 1; i < s->length; i++) {
    if (!unicode_is_xid_continue(str_at(s, i))) return false;
  }
  return true;
}

constinit MethodDef str_methods[] = {
    METHOD(method_encode, "encode(self, /, encoding='utf-8', errors='strict')",
           "Encode the string with a named codec.\n\n"
           "errors names the error handling: 'strict' raises UnicodeEncodeError; others are\n"
           "'ignore', 'replace', 'xmlcharrefreplace' and what codecs.register_error() knows."),
    METHOD(method_replace, "replace(self, old, new, count=-1, /)",
           "Return a copy with occurrences of old replaced by new, at most count of them\n(-1: all)."),
    METHOD(method_split<false>, "split(self, /, sep=None, maxsplit=-1)",
           "Return the list of substrings between the separators.\n\n"
           "Without a separator runs of whitespace separate, and empty strings are dropped.\n"
           "At most maxsplit splits are made, from the left (-1: no limit)."),
    METHOD(method_split<true>, "rsplit(self, /, sep=None, maxsplit=-1)",
           "Return the list of substrings between the separators, split from the right.\n\n"
           "Without a separator runs of whitespace separate, and empty strings are dropped.\n"
           "At most maxsplit splits are made (-1: no limit)."),
    METHOD(str_join, "join(self, iterable, /)", "Concatenate strings with this one between each two of them."),
    METHOD(str_capitalize, "capitalize(self, /)",
           "Return a copy with the first character in title case and the rest in lower case."),
    METHOD(str_casefold, "casefold(self, /)", "Return a version for caseless comparison."),
    METHOD(str_title, "title(self, /)", "Return a copy with each word in title case."),
    METHOD(method_center, "center(self, width, fillchar=' ', /)", "Return the string centred in a field of the width."),
    unsigned_method(
        VARARGS_METHOD(method_count, "count(self, *args)", ""),
        "S.count(sub[, start[, end]]) -> int\n\nCount occurrences of sub in S[start:end] that do not overlap."),
    METHOD(method_expandtabs, "expandtabs(self, /, tabsize=8)", "Return a copy with tabs expanded to spaces."),
    unsigned_method(VARARGS_METHOD(find_or_minus_one<1>, "find(self, *args)", ""),
                    "S.find(sub[, start[, end]]) -> int\n\nLowest index where sub is found in S[start:end], or -1."),
    METHOD(method_partition, "partition(self, sep, /)",
           "Split at the first separator: (before, separator, after), or (self, '', '')."),
    unsigned_method(VARARGS_METHOD(find_or_raise<1>, "index(self, *args)", ""),
                    "S.index(sub[, start[, end]]) -> int\n\nAs S.find(), but raise ValueError when sub is not found."),
    METHOD(method_ljust, "ljust(self, width, fillchar=' ', /)",
           "Return the string at the left of a field of the width."),
    METHOD(str_lower, "lower(self, /)", "Return a copy in lower case."),
    METHOD(method_strip<kLeft>, "lstrip(self, chars=None, /)",
           "Return a copy without leading whitespace (or characters of chars)."),
    unsigned_method(VARARGS_METHOD(find_or_minus_one<-1>, "rfind(self, *args)", ""),
                    "S.rfind(sub[, start[, end]]) -> int\n\nHighest index where sub is found in S[start:end], or -1."),
    unsigned_method(
        VARARGS_METHOD(find_or_raise<-1>, "rindex(self, *args)", ""),
        "S.rindex(sub[, start[, end]]) -> int\n\nAs S.rfind(), but raise ValueError when sub is not found."),
    METHOD(method_rjust, "rjust(self, width, fillchar=' ', /)",
           "Return the string at the right of a field of the width."),
    METHOD(method_strip<kRight>, "rstrip(self, chars=None, /)",
           "Return a copy without trailing whitespace (or characters of chars)."),
    METHOD(method_rpartition, "rpartition(self, sep, /)",
           "Split at the last separator: (before, separator, after), or ('', '', self)."),
    METHOD(method_splitlines, "splitlines(self, /, keepends=False)",
           "Return the list of lines, with their ends if keepends."),
    METHOD(method_strip<kBoth>, "strip(self, chars=None, /)",
           "Return a copy without whitespace (or characters of chars) at both ends."),
    METHOD(str_swapcase, "swapcase(self, /)", "Return a copy with upper case made lower and lower case made upper."),
    METHOD(method_translate, "translate(self, table, /)",
           "Replace each character by what table[ordinal] gives: a string, an ordinal, or None to delete it.\n\n"
           "Characters for which the lookup raises LookupError stay."),
    METHOD(str_upper, "upper(self, /)", "Return a copy in upper case."),
    unsigned_method(VARARGS_METHOD(edge_test<false>, "startswith(self, *args)", ""),
                    "S.startswith(prefix[, start[, end]]) -> bool\n\n"
                    "Does S[start:end] begin with the prefix (or with one of a tuple of them)?"),
    unsigned_method(VARARGS_METHOD(edge_test<true>, "endswith(self, *args)", ""),
                    "S.endswith(suffix[, start[, end]]) -> bool\n\n"
                    "Does S[start:end] end with the suffix (or with one of a tuple of them)?"),
    METHOD(method_removeprefix, "removeprefix(self, prefix, /)", "Return a copy without the prefix, if it is there."),
    METHOD(method_removesuffix, "removesuffix(self, suffix, /)", "Return a copy without the suffix, if it is there."),
    METHOD(method_isascii, "isascii(self, /)", "Are all characters below U+0080? (Also true of the empty string.)"),
    METHOD(one_case<false>, "islower(self, /)", "Is there a cased character, and are all of them lower case?"),
    METHOD(one_case<true>, "isupper(self, /)", "Is there a cased character, and are all of them upper case?"),
    METHOD(method_istitle, "istitle(self, /)", "Is each word in title case, and is there one?"),
    METHOD(all_characters<unicode_is_space>, "isspace(self, /)",
           "Is there a character, and are all of them whitespace?"),
    METHOD(all_characters<unicode_is_decimal>, "isdecimal(self, /)",
           "Is there a character, and are all of them decimal digits?"),
    METHOD(all_characters<unicode_is_digit>, "isdigit(self, /)", "Is there a character, and are all of them digits?"),
    METHOD(all_characters<unicode_is_numeric>, "isnumeric(self, /)",
           "Is there a character, and are all of them numeric?"),
    METHOD(all_characters<unicode_is_alpha>, "isalpha(self, /)", "Is there a character, and are all of them letters?"),
    METHOD(all_characters<unicode_is_alnum>, "isalnum(self, /)",
           "Is there a character, and are all of them letters or numeric?"),
    METHOD(method_isidentifier, "isidentifier(self, /)",
           "Is the string an identifier? (keyword.iskeyword() tells reserved ones.)"),
    METHOD(method_isprintable, "isprintable(self, /)", "Are all characters printable, as repr() sees it?"),
    METHOD(method_zfill, "zfill(self, width, /)", "Pad a number with zeros on the left, after its sign."),
    unsigned_method(VARARGS_METHOD(method_format, "format(self, *args, **kwargs)", ""),
                    "S.format(*args, **kwargs) -> str\n\nReplace the fields in braces by the arguments, formatted."),
    unsigned_method(METHOD(method_format_map, "format_map(self, mapping, /)", ""),
                    "S.format_map(mapping) -> str\n\nReplace the fields in braces by the mapping's values, formatted."),
    METHOD(method_dunder_format, "__format__(self, format_spec, /)",
           "Return the string formatted as the specification says."),
    unsigned_method(
        STATIC_METHOD(method_maketrans, "maketrans(x, y=<unrepresentable>, z=<unrepresentable>, /)", ""),
        "Make a table for str.translate().\n\n"
        "One argument: a dict of ordinals or characters. Two: strings of the same length, each character of\n"
        "the first stands for the one of the second. A third: characters to delete."),
    METHOD(method_sizeof, "__sizeof__(self, /)", "Return the size of the string in memory, in bytes."),
    unsigned_method(METHOD(method_getnewargs, "__getnewargs__(self, /)", ""), nullptr),
    {},
};

}  // namespace minipy
