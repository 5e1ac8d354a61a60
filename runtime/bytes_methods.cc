// The methods that bytes and bytearray share, written once for both: B is Bytes or ByteArray.
//
// Arguments are converted first and the receiver's bytes looked at afterwards: converting may run Python code, and that
// may change a bytearray.
#include "runtime/bytes_methods.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "runtime/abstract.h"
#include "runtime/bind_varargs.h"
#include "runtime/container_support.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/splitting.h"
#include "runtime/str_internal.h"
#include "runtime/str_methods.h"

namespace minipy {
namespace {

constexpr ssize kMaxSize = std::numeric_limits<ssize>::max();

std::string_view view_of(const Bytes* b) { return bytes_view(b); }
std::string_view view_of(const ByteArray* b) { return {b->start, static_cast<size_t>(b->base.size)}; }
ssize size_of(std::string_view s) { return static_cast<ssize>(s.size()); }
const Char1* chars_of(std::string_view s) { return reinterpret_cast<const Char1*>(s.data()); }

template <class B>
Ref<Object> make(std::string_view s) {
  if constexpr (std::is_same_v<B, Bytes>) {
    return bytes_new(s.data(), size_of(s));
  } else {
    return bytearray_new(s.data(), size_of(s));
  }
}
// A result that is the receiver unchanged: immutable exact objects are shared.
template <class B>
Ref<Object> unchanged(B* self) {
  if (std::is_same_v<B, Bytes> && is_exactly(self, &bytes_type)) return share(as_object(self));
  return make<B>(view_of(self));
}
// A part of the receiver.
template <class B>
Ref<Object> part(B* self, ssize start, ssize end) {
  std::string_view s = view_of(self);
  if (start == 0 && end == size_of(s)) return unchanged(self);
  return make<B>(s.substr(static_cast<size_t>(start), static_cast<size_t>(end - start)));
}

// A new object of `size` bytes that fill(char*) writes; it must not run Python code.
template <class B, class F>
Ref<Object> build(ssize size, F&& fill) {
  if (size == 0) return make<B>({});
  if constexpr (std::is_same_v<B, Bytes>) {
    Ref<Bytes> b = TRY(bytes_new(nullptr, size));
    fill(b->data);
    return b;
  } else {
    Ref<Object> b = TRY(bytearray_new(nullptr, size));
    fill(cast<ByteArray>(b.get())->start);
    return b;
  }
}

// ASCII character classes, independent of the locale.
constexpr bool is_upper(unsigned char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_lower(unsigned char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_alpha(unsigned char c) { return is_upper(c) || is_lower(c); }
constexpr bool is_digit(unsigned char c) { return c >= '0' && c <= '9'; }
constexpr bool is_alnum(unsigned char c) { return is_alpha(c) || is_digit(c); }
constexpr bool is_space(unsigned char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
constexpr char to_upper(unsigned char c) { return static_cast<char>(is_lower(c) ? c - 32 : c); }
constexpr char to_lower(unsigned char c) { return static_cast<char>(is_upper(c) ? c + 32 : c); }

// ---- Searching
// ---------------------------------------------------------------------------------------------------------------

// (sub[, start[, end]]); sub is a bytes-like object or, for searching, an int.
struct SearchArguments {
  Object* what = nullptr;
  ssize start = 0, end = kMaxSize;
  HeldBuffer buffer;
  char byte = 0;
  std::string_view text;

  void clip(ssize n) {
    end = end > n ? n : end < 0 ? std::max<ssize>(end + n, 0) : end;
    if (start < 0) start = std::max<ssize>(start + n, 0);
  }
};

Status parse_range(const char* name, VarArgs args, SearchArguments& out) {
  if (args.size < 1) return raise(TypeError, "{}() takes at least 1 argument ({} given)", name, args.size);
  if (args.size > 3) return raise(TypeError, "{}() takes at most 3 arguments ({} given)", name, args.size);
  out.what = args[0];
  if (args.size > 1) out.start = TRY(slice_bound_or_none(args[1], 0));
  if (args.size > 2) out.end = TRY(slice_bound_or_none(args[2], kMaxSize));
  return kOk;
}

Status parse_search(const char* name, VarArgs args, SearchArguments& out) {
  TRY(parse_range(name, args, out));
  if (object_has_buffer(out.what)) {
    TRY(out.buffer.get(out.what));
    out.text = out.buffer.text();
    return kOk;
  }
  if (!has_index(out.what)) {
    return raise(TypeError, "argument should be integer or bytes-like object, not '{:.200}'", type_name(out.what));
  }
  ssize value = TRY(number_as_ssize(out.what, nullptr));
  if (value < 0 || value > 255) return raise(ValueError, "byte must be in range(0, 256)");
  out.byte = static_cast<char>(value);
  out.text = {&out.byte, 1};
  return kOk;
}

ssize find_between(std::string_view s, SearchArguments& a, int direction) {
  a.clip(size_of(s));
  if (a.end - a.start < size_of(a.text)) return -1;
  const Char1* p = chars_of(s) + a.start;
  ssize n = a.end - a.start;
  ssize i = direction > 0 ? find_in(p, n, chars_of(a.text), size_of(a.text))
                          : rfind_in(p, n, chars_of(a.text), size_of(a.text));
  return i < 0 ? -1 : a.start + i;
}

template <class B, int kDirection>
Ref<Object> method_find(B* self, VarArgs args) {
  SearchArguments a;
  TRY(parse_search(kDirection > 0 ? "find" : "rfind", args, a));
  return int_from_ssize(find_between(view_of(self), a, kDirection));
}

template <class B, int kDirection>
Ref<Object> method_index(B* self, VarArgs args) {
  SearchArguments a;
  TRY(parse_search(kDirection > 0 ? "index" : "rindex", args, a));
  ssize i = find_between(view_of(self), a, kDirection);
  if (i < 0) return raise(ValueError, "subsection not found");
  return int_from_ssize(i);
}

template <class B>
Ref<Object> method_count(B* self, VarArgs args) {
  SearchArguments a;
  TRY(parse_search("count", args, a));
  std::string_view s = view_of(self);
  a.clip(size_of(s));
  if (a.end - a.start < size_of(a.text)) return int_from_ssize(0);
  return int_from_ssize(count_in(chars_of(s) + a.start, a.end - a.start, chars_of(a.text), size_of(a.text), kMaxSize));
}

template <class B>
Maybe<bool> matches_edge(B* self, Object* what, const SearchArguments& range, bool at_end) {
  HeldBuffer buffer;
  TRY(buffer.get(what));
  SearchArguments a;
  a.start = range.start;
  a.end = range.end;
  std::string_view s = view_of(self), text = buffer.text();
  a.clip(size_of(s));
  if (a.end - a.start < size_of(text)) return false;
  ssize at = at_end ? a.end - size_of(text) : a.start;
  return s.substr(static_cast<size_t>(at), text.size()) == text;
}

template <class B, bool kAtEnd>
Ref<Object> method_edge(B* self, VarArgs args) {
  const char* name = kAtEnd ? "endswith" : "startswith";
  SearchArguments a;
  TRY(parse_range(name, args, a));
  if (is_tuple(a.what)) {
    for (ssize i = 0; i < tuple_size(cast<Tuple>(a.what)); i++) {
      if (TRY(matches_edge(self, cast<Tuple>(a.what)->items[i], a, kAtEnd))) return bool_ref(true);
    }
    return bool_ref(false);
  }
  Maybe<bool> result = matches_edge(self, a.what, a, kAtEnd);
  if (!result) {
    if (!error_clear_if(TypeError)) return nullptr;
    return raise(TypeError, "{} first arg must be bytes or a tuple of bytes, not {}", name, type_name(a.what));
  }
  return bool_ref(*result);
}

template <class B>
Ref<Object> method_removeprefix(B* self, Object* prefix) {
  HeldBuffer buffer;
  TRY(buffer.get(prefix));
  std::string_view s = view_of(self), p = buffer.text();
  if (!p.empty() && s.substr(0, p.size()) == p) return make<B>(s.substr(p.size()));
  return unchanged(self);
}
template <class B>
Ref<Object> method_removesuffix(B* self, Object* suffix) {
  HeldBuffer buffer;
  TRY(buffer.get(suffix));
  std::string_view s = view_of(self), p = buffer.text();
  if (!p.empty() && s.size() >= p.size() && s.substr(s.size() - p.size()) == p) {
    return make<B>(s.substr(0, s.size() - p.size()));
  }
  return unchanged(self);
}

// ---- Stripping, replacing, translating
// -----------------------------------------------------------------------------------------

enum StripSides { kLeft = 1, kRight = 2, kBoth = 3 };

template <class B, StripSides kSides>
Ref<Object> method_strip(B* self, Object* chars) {
  HeldBuffer set;
  bool drop[256] = {};
  if (is_none(chars)) {
    for (int c = 0; c < 256; c++) drop[c] = is_space(static_cast<unsigned char>(c));
  } else {
    TRY(set.get(chars));
    for (char c : set.text()) drop[static_cast<unsigned char>(c)] = true;
  }
  std::string_view s = view_of(self);
  ssize start = 0, end = size_of(s);
  if (kSides & kLeft) {
    while (start < end && drop[chars_of(s)[start]]) start++;
  }
  if (kSides & kRight) {
    while (end > start && drop[chars_of(s)[end - 1]]) end--;
  }
  return part(self, start, end);
}

template <class B>
Ref<Object> replace_all(B* self, std::string_view from, std::string_view to, ssize count) {
  std::string_view s = view_of(self);
  if (count == 0 || size_of(from) > size_of(s)) return unchanged(self);
  if (from.empty() && to.empty()) return unchanged(self);
  ssize found = from.empty() ? std::min(size_of(s) + 1, count)
                             : count_in(chars_of(s), size_of(s), chars_of(from), size_of(from), count);
  if (found == 0 || from == to) return unchanged(self);
  ssize difference = size_of(to) - size_of(from);
  if (difference > 0 && found > (kMaxSize - size_of(s)) / difference) {
    return raise(OverflowError, "replace bytes is too long");
  }
  return build<B>(size_of(s) + found * difference, [&](char* out) {
    size_t at = 0;
    for (ssize i = 0; i < found; i++) {
      size_t next = from.empty() ? at + (i > 0) : s.find(from, at);
      std::memcpy(out, s.data() + at, next - at);
      out += next - at;
      std::memcpy(out, to.data(), to.size());
      out += to.size();
      at = next + from.size();
    }
    std::memcpy(out, s.data() + at, s.size() - at);
  });
}

template <class B>
Ref<Object> method_replace(B* self, Object* from, Object* to, ssize count) {
  HeldBuffer old_bytes, new_bytes;
  TRY(old_bytes.get(from));
  TRY(new_bytes.get(to));
  return replace_all(self, old_bytes.text(), new_bytes.text(), count < 0 ? kMaxSize : count);
}

template <class B>
Ref<Object> method_translate(B* self, Object* table, Object* deletions) {
  HeldBuffer map, drop;
  if (!is_none(table)) {
    TRY(map.get(table));
    if (map.size() != 256) return raise(ValueError, "translation table must be 256 characters long");
  }
  if (deletions) TRY(drop.get(deletions));
  short target[256];
  for (int c = 0; c < 256; c++) {
    target[c] = is_none(table) ? static_cast<short>(c) : static_cast<unsigned char>(map.data()[c]);
  }
  for (char c : drop.text()) target[static_cast<unsigned char>(c)] = -1;
  std::string_view s = view_of(self);
  ssize size = 0;
  bool changed = false;
  for (char ch : s) {
    unsigned char c = static_cast<unsigned char>(ch);
    size += target[c] >= 0;
    changed = changed || target[c] != c;
  }
  if (!changed) return unchanged(self);
  return build<B>(size, [&](char* out) {
    for (char c : s) {
      short t = target[static_cast<unsigned char>(c)];
      if (t >= 0) *out++ = static_cast<char>(t);
    }
  });
}

Ref<Object> method_maketrans(Object* from, Object* to) {
  HeldBuffer a, b;
  TRY(a.get(from));
  TRY(b.get(to));
  if (a.size() != b.size()) return raise(ValueError, "maketrans arguments must have same length");
  Ref<Bytes> table = TRY(bytes_new(nullptr, 256));
  for (int i = 0; i < 256; i++) table->data[i] = static_cast<char>(i);
  for (ssize i = 0; i < a.size(); i++) table->data[static_cast<unsigned char>(a.data()[i])] = b.data()[i];
  return table;
}

// ---- Splitting and joining
// -------------------------------------------------------------------------------------------------------

template <class B>
auto parts_of(B* self) {
  return [self](ssize start, ssize end) { return part(self, start, end); };
}

template <class B>
Ref<List> method_split(B* self, Object* separator, ssize max_split) {
  ssize max = max_split < 0 ? kMaxSize : max_split;
  std::string_view s = view_of(self);
  if (is_none(separator)) return splitting::by_space(chars_of(s), size_of(s), max, is_space, parts_of(self));
  HeldBuffer buffer;
  TRY(buffer.get(separator));
  std::string_view sep = buffer.text();
  if (sep.empty()) return raise(ValueError, "empty separator");
  s = view_of(self);
  auto find = [&](ssize start, ssize end) {
    ssize i = find_in(chars_of(s) + start, end - start, chars_of(sep), size_of(sep));
    return i < 0 ? i : start + i;
  };
  return splitting::by_separator(size_of(s), size_of(sep), max, find, parts_of(self));
}

template <class B>
Ref<List> method_rsplit(B* self, Object* separator, ssize max_split) {
  ssize max = max_split < 0 ? kMaxSize : max_split;
  std::string_view s = view_of(self);
  if (is_none(separator)) {
    return splitting::by_space_from_right(chars_of(s), size_of(s), max, is_space, parts_of(self));
  }
  HeldBuffer buffer;
  TRY(buffer.get(separator));
  std::string_view sep = buffer.text();
  if (sep.empty()) return raise(ValueError, "empty separator");
  s = view_of(self);
  auto find = [&](ssize start, ssize end) {
    return rfind_in(chars_of(s) + start, end - start, chars_of(sep), size_of(sep));
  };
  return splitting::by_separator_from_right(size_of(s), size_of(sep), max, find, parts_of(self));
}

template <class B>
Ref<List> method_splitlines(B* self, int keep_ends) {
  std::string_view s = view_of(self);
  auto line_break = [](Char1 c) { return c == '\n' || c == '\r'; };
  return splitting::lines(chars_of(s), size_of(s), keep_ends, line_break, parts_of(self));
}

// bytes gives the separator object itself back, bytearray a copy of all three parts.
template <class B, int kDirection>
Ref<Object> method_partition(B* self, Object* separator) {
  HeldBuffer buffer;
  TRY(buffer.get(separator));
  std::string_view sep = buffer.text();
  if (sep.empty()) return raise(ValueError, "empty separator");
  std::string_view s = view_of(self);
  ssize i = kDirection > 0 ? find_in(chars_of(s), size_of(s), chars_of(sep), size_of(sep))
                           : rfind_in(chars_of(s), size_of(s), chars_of(sep), size_of(sep));
  if (i < 0) {
    Ref<Object> whole = std::is_same_v<B, Bytes> ? share(as_object(self)) : make<B>(s);
    Ref<Object> empty1 = TRY(make<B>({}))
    , empty2 = TRY(make<B>({}));
    if (!whole) return nullptr;
    if (kDirection > 0) return tuple_pack(whole.get(), empty1.get(), empty2.get());
    return tuple_pack(empty1.get(), empty2.get(), whole.get());
  }
  Ref<Object> before = TRY(make<B>(s.substr(0, static_cast<size_t>(i))));
  Ref<Object> middle = std::is_same_v<B, Bytes> ? share(separator) : make<B>(sep);
  Ref<Object> after = TRY(make<B>(s.substr(static_cast<size_t>(i) + sep.size())));
  if (!middle) return nullptr;
  return tuple_pack(before.get(), middle.get(), after.get());
}

// Keeps a bytearray from being resized for a scope.
class Pin {
 public:
  explicit Pin(Bytes*) {}
  explicit Pin(ByteArray* b) : array_(b) { b->exports++; }
  ~Pin() {
    if (array_) array_->exports--;
  }
  Pin(const Pin&) = delete;

 private:
  ByteArray* array_ = nullptr;
};

template <class B>
Ref<Object> method_join(B* self, Object* iterable) {
  Pin pin(self);
  Ref<Object> items = TRY(sequence_fast(iterable, "can only join an iterable"));
  ssize count = sequence_fast_size(items.get());
  if (count == 0) return make<B>({});
  if (count == 1 && std::is_same_v<B, Bytes> && is_exactly(sequence_fast_items(items.get())[0], &bytes_type)) {
    return share(sequence_fast_items(items.get())[0]);
  }
  std::string_view gap = view_of(self);
  BytesBuilder out(count * 16);
  for (ssize i = 0; i < count; i++) {
    if (sequence_fast_size(items.get()) != count) return raise(RuntimeError, "sequence changed size during iteration");
    Ref<Object> item = share(sequence_fast_items(items.get())[i]);
    if (i) TRY(out.append(gap));
    if (is_bytes(item.get())) {
      TRY(out.append(bytes_view(cast<Bytes>(item.get()))));
      continue;
    }
    HeldBuffer buffer;
    if (!buffer.get(item.get())) {
      error_clear();
      return raise(TypeError, "sequence item {}: expected a bytes-like object, {:.80} found", i, type_name(item.get()));
    }
    TRY(out.append(buffer.text()));
  }
  if constexpr (std::is_same_v<B, Bytes>) {
    return out.finish();
  } else {
    return bytearray_new(out.data(), out.length());
  }
}

// ---- Case and padding
// -------------------------------------------------------------------------------------------------------------

template <class B, class F>
Ref<Object> map_bytes(B* self, F&& f) {
  std::string_view s = view_of(self);
  return build<B>(size_of(s), [&](char* out) {
    for (size_t i = 0; i < s.size(); i++) out[i] = f(static_cast<unsigned char>(s[i]), i);
  });
}

template <class B>
Ref<Object> method_upper(B* self) {
  return map_bytes(self, [](unsigned char c, size_t) { return to_upper(c); });
}
template <class B>
Ref<Object> method_lower(B* self) {
  return map_bytes(self, [](unsigned char c, size_t) { return to_lower(c); });
}
template <class B>
Ref<Object> method_swapcase(B* self) {
  return map_bytes(self, [](unsigned char c, size_t) { return is_upper(c) ? to_lower(c) : to_upper(c); });
}
template <class B>
Ref<Object> method_capitalize(B* self) {
  return map_bytes(self, [](unsigned char c, size_t i) { return i ? to_lower(c) : to_upper(c); });
}
template <class B>
Ref<Object> method_title(B* self) {
  bool inside = false;
  return map_bytes(self, [&](unsigned char c, size_t) {
    char out = inside ? to_lower(c) : to_upper(c);
    inside = is_alpha(c);
    return out;
  });
}

template <class B>
Ref<Object> pad(B* self, ssize left, ssize right, char fill) {
  left = std::max<ssize>(left, 0);
  right = std::max<ssize>(right, 0);
  if (left == 0 && right == 0) return unchanged(self);
  std::string_view s = view_of(self);
  if (left > kMaxSize - size_of(s) || right > kMaxSize - size_of(s) - left) return raise_no_memory_error();
  return build<B>(left + size_of(s) + right, [&](char* out) {
    std::memset(out, fill, static_cast<size_t>(left));
    std::memcpy(out + left, s.data(), s.size());
    std::memset(out + left + s.size(), fill, static_cast<size_t>(right));
  });
}

Maybe<char> fill_byte(const char* function, Object* p) {
  if (!p) return ' ';
  if (is_bytes(p) && var_size(p) == 1) return cast<Bytes>(p)->data[0];
  if (is_instance_of(p, &bytearray_type) && var_size(p) == 1) return cast<ByteArray>(p)->start[0];
  return raise(TypeError, "{}() argument 2 must be a byte string of length 1, not {:.50}", function,
               is_none(p) ? "None" : type_name(p));
}

template <class B>
Ref<Object> method_ljust(B* self, ssize width, Object* fill) {
  char c = TRY(fill_byte("ljust", fill));
  return pad(self, 0, width - size_of(view_of(self)), c);
}
template <class B>
Ref<Object> method_rjust(B* self, ssize width, Object* fill) {
  char c = TRY(fill_byte("rjust", fill));
  return pad(self, width - size_of(view_of(self)), 0, c);
}
template <class B>
Ref<Object> method_center(B* self, ssize width, Object* fill) {
  char c = TRY(fill_byte("center", fill));
  ssize margin = width - size_of(view_of(self));
  if (margin <= 0) return unchanged(self);
  ssize left = margin / 2 + (margin & width & 1);
  return pad(self, left, margin - left, c);
}

template <class B>
Ref<Object> method_zfill(B* self, ssize width) {
  std::string_view s = view_of(self);
  if (size_of(s) >= width) return unchanged(self);
  return build<B>(width, [&](char* out) {
    bool sign = !s.empty() && (s[0] == '+' || s[0] == '-');
    if (sign) *out = s[0];
    std::memset(out + sign, '0', static_cast<size_t>(width) - s.size());
    std::memcpy(out + static_cast<size_t>(width) - s.size() + sign, s.data() + sign, s.size() - sign);
  });
}

template <class B>
Ref<Object> method_expandtabs(B* self, int tabsize) {
  std::string_view s = view_of(self);
  BytesBuilder out(size_of(s));
  ssize column = 0;
  for (char c : s) {
    if (c == '\t') {
      if (tabsize > 0) {
        ssize step = tabsize - column % tabsize;
        if (out.length() > kMaxSize - step) return raise(OverflowError, "result too long");
        TRY(out.append_fill(' ', step));
        column += step;
      }
    } else {
      TRY(out.append_byte(c));
      column = c == '\n' || c == '\r' ? 0 : column + 1;
    }
  }
  return make<B>({out.data(), static_cast<size_t>(out.length())});
}

// ---- Tests
// ------------------------------------------------------------------------------------------------------------------------

template <class B, bool (*kTest)(unsigned char)>
Ref<Object> all_bytes(B* self) {
  std::string_view s = view_of(self);
  return bool_ref(!s.empty() &&
                  std::all_of(s.begin(), s.end(), [](char c) { return kTest(static_cast<unsigned char>(c)); }));
}
template <class B>
Ref<Object> method_isascii(B* self) {
  std::string_view s = view_of(self);
  return bool_ref(ascii_prefix(s.data(), size_of(s)) == size_of(s));
}
template <class B, bool kUpper>
Ref<Object> one_case(B* self) {
  bool cased = false;
  for (char ch : view_of(self)) {
    unsigned char c = static_cast<unsigned char>(ch);
    if (kUpper ? is_lower(c) : is_upper(c)) return bool_ref(false);
    cased = cased || is_alpha(c);
  }
  return bool_ref(cased);
}
template <class B>
Ref<Object> method_istitle(B* self) {
  bool cased = false, inside = false;
  for (char ch : view_of(self)) {
    unsigned char c = static_cast<unsigned char>(ch);
    if (is_upper(c) ? inside : is_lower(c) && !inside) return bool_ref(false);
    inside = is_alpha(c);
    cased = cased || inside;
  }
  return bool_ref(cased);
}

// ---- Text
// -------------------------------------------------------------------------------------------------------------------------

template <class B>
Ref<Str> method_decode(B* self, Str* encoding, Str* errors) {
  const char *encoding_name, *error_name;
  TRY(codec_name_argument("decode", "encoding", encoding, &encoding_name));
  TRY(codec_name_argument("decode", "errors", errors, &error_name));
  Pin pin(self);
  std::string_view s = view_of(self);
  return str_decode(s.data(), size_of(s), encoding_name, error_name);
}

template <class B>
Ref<Str> method_hex(B* self, Object* separator, int bytes_per_separator) {
  return bytes_to_hex(view_of(self), separator, bytes_per_separator);
}

template <class B>
Ref<Object> method_fromhex(Type* type, Str* text) {
  Ref<Bytes> b = TRY(bytes_from_hex(text));
  if constexpr (std::is_same_v<B, Bytes>) {
    if (type == &bytes_type) return b;
  } else {
    if (type == &bytearray_type) return bytearray_new(b->data, b->base.size);
  }
  return call(as_object(type), as_object(b.get()));
}

Ref<Object> method_getnewargs(Bytes* self) {
  Ref<Bytes> copy = TRY(bytes_new(self->data, self->base.size));
  return tuple_pack(copy.get());
}
Ref<Object> method_bytes(Bytes* self) {
  if (is_exactly(self, &bytes_type)) return share(as_object(self));
  return bytes_new(self->data, self->base.size);
}

}  // namespace

namespace {

// Where separators go in a hexadecimal text.
struct HexLayout {
  ssize length = 0;
  ssize group = 0;  // bytes between separators; 0: none
  ssize first = 0;  // bytes before the first one
  char gap = 0;
};

Status hex_layout(std::string_view data, Object* separator, int bytes_per_separator, bool as_bytes, HexLayout& out) {
  if (separator) {
    ssize n = TRY(object_length(separator));
    if (n != 1) return raise(ValueError, "sep must be length 1.");
    char32_t gap;
    if (is_str(separator)) {
      gap = str_at(cast<Str>(separator), 0);
    } else if (is_bytes(separator)) {
      gap = static_cast<unsigned char>(cast<Bytes>(separator)->data[0]);
    } else {
      return raise(TypeError, "sep must be str or bytes.");
    }
    if (gap > (as_bytes ? 255 : 127)) return raise(ValueError, "sep must be ASCII.");
    out.gap = static_cast<char>(gap);
    out.group = bytes_per_separator < 0 ? -static_cast<ssize>(bytes_per_separator) : bytes_per_separator;
  }
  ssize n = size_of(data);
  ssize gaps = out.group && n ? (n - 1) / out.group : 0;
  if (n > (kMaxSize - gaps) / 2) return raise_no_memory_error();
  out.length = 2 * n + gaps;
  // A positive group size counts from the right.
  out.first = bytes_per_separator > 0 && out.group && n ? (n - 1) % out.group + 1 : out.group;
  return kOk;
}

void write_hex(std::string_view data, const HexLayout& layout, char* out) {
  static constexpr char kDigits[] = "0123456789abcdef";
  ssize left = layout.group ? layout.first : -1;
  for (char ch : data) {
    if (left == 0) {
      *out++ = layout.gap;
      left = layout.group;
    }
    left--;
    unsigned char c = static_cast<unsigned char>(ch);
    *out++ = kDigits[c >> 4];
    *out++ = kDigits[c & 15];
  }
}

}  // namespace

Ref<Str> bytes_to_hex(std::string_view data, Object* separator, int bytes_per_separator) {
  HexLayout layout;
  TRY(hex_layout(data, separator, bytes_per_separator, false, layout));
  if (data.empty()) return str_empty();
  Ref<Str> s = TRY(str_allocate(layout.length, 0x7f));
  write_hex(data, layout, static_cast<char*>(str_data(s.get())));
  return s;
}

Ref<Bytes> bytes_to_hex_bytes(std::string_view data, Object* separator, int bytes_per_separator) {
  HexLayout layout;
  TRY(hex_layout(data, separator, bytes_per_separator, true, layout));
  if (data.empty()) return bytes_new(nullptr, 0);
  Ref<Bytes> b = TRY(bytes_new(nullptr, layout.length));
  write_hex(data, layout, b->data);
  return b;
}

Ref<Bytes> bytes_from_hex(Str* text) {
  auto digit = [](char32_t c) -> int {
    if (c >= '0' && c <= '9') return static_cast<int>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<int>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<int>(c - 'A' + 10);
    return -1;
  };
  BytesBuilder out(text->length / 2);
  for (ssize i = 0; i < text->length; i++) {
    char32_t c = str_at(text, i);
    if (c < 128 && is_space(static_cast<unsigned char>(c))) continue;
    int high = digit(c);
    int low = high >= 0 && i + 1 < text->length ? digit(str_at(text, i + 1)) : -1;
    if (low < 0) {
      return raise(ValueError, "non-hexadecimal number found in fromhex() arg at position {}", high < 0 ? i : i + 1);
    }
    TRY(out.append_byte(static_cast<char>(high << 4 | low)));
    i++;
  }
  return out.finish();
}

#define SEARCH_METHOD(fn, name, doc) unsigned_method(VARARGS_METHOD(fn, name "(self, *args)", ""), doc)

// The order is that of CPython's tables, which dir() does not show but type.__dict__ does.
constinit MethodDef bytes_methods[] = {
    unsigned_method(METHOD(method_getnewargs, "__getnewargs__(self, /)", ""), nullptr),
    METHOD(method_bytes, "__bytes__(self, /)", "Return the object as exactly of type bytes."),
#define B Bytes
#include "runtime/bytes_methods.inc"
#undef B
    {},
};

constinit MethodDef bytearray_methods[] = {
    METHOD(bytearray_method_alloc, "__alloc__(self, /)", ""),
    METHOD(bytearray_method_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    METHOD(bytearray_method_reduce_ex, "__reduce_ex__(self, proto=0, /)", "Return state information for pickling."),
    METHOD(bytearray_method_sizeof, "__sizeof__(self, /)", "Return the size of the object in memory, in bytes."),
    METHOD(bytearray_method_append, "append(self, item, /)", "Append one byte, an int in range(256)."),
    METHOD(bytearray_method_clear, "clear(self, /)", "Remove all bytes."),
    METHOD(bytearray_method_copy, "copy(self, /)", "Return a copy."),
    METHOD(bytearray_method_extend, "extend(self, iterable_of_ints, /)",
           "Append the bytes of a bytes-like object or the ints of an iterable."),
    METHOD(bytearray_method_insert, "insert(self, index, item, /)", "Insert a byte before the index."),
    METHOD(bytearray_method_pop, "pop(self, index=-1, /)",
           "Remove and return the byte at the index.\n\nIndexError when there is none."),
    METHOD(bytearray_method_remove, "remove(self, value, /)",
           "Remove the first occurrence of a byte.\n\nValueError when there is none."),
    METHOD(bytearray_method_reverse, "reverse(self, /)", "Reverse the order of the bytes in place."),
#define B ByteArray
#include "runtime/bytes_methods.inc"
#undef B
    {},
};

}  // namespace minipy
