// Making strings: layout, canonical width, shared small strings, concatenation in place, equality, order and hash.
//
// Invariants: a string's kind is the narrowest that holds its largest character (PEP 393); `ascii` is set exactly when
// all characters are below 0x80; characters are followed by one zero character. Exact strings are compact; instances of
// subclasses keep their characters in a block of their own.
#include "runtime/str.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "gc/memory.h"
#include "gc/memory_refusal.h"
#include "runtime/abstract.h"
#include "runtime/bytes.h"
#include "runtime/cache_events.h"
#include "runtime/error.h"
#include "runtime/static_str.h"
#include "runtime/str_internal.h"
#include "runtime/type.h"

namespace minipy {

// ---- The shared small strings
// ----------------------------------------------------------------------------------------

namespace {

inline constexpr ssize kStaticRefcount = 999999999;

struct AsciiChar {
  Str str;
  char text[2];
};
struct Latin1Char {
  CompactStr str;
  unsigned char text[2];
};

constexpr StrState small_state(bool ascii) {
  StrState s{};
  s.kind = 1;
  s.compact = 1;
  s.ascii = ascii;
  s.ready = 1;
  return s;
}
constexpr Str small_header(ssize length, bool ascii) {
  return Str{{kStaticRefcount, &str_type}, length, -1, small_state(ascii), nullptr};
}

struct SmallStrings {
  AsciiChar empty{small_header(0, true), {0, 0}};
  AsciiChar ascii[128];
  Latin1Char latin1[128];
  constexpr SmallStrings() {
    for (int i = 0; i < 128; i++) {
      ascii[i] = AsciiChar{small_header(1, true), {static_cast<char>(i), 0}};
      latin1[i] = Latin1Char{{small_header(1, false), 0, nullptr, 0}, {static_cast<unsigned char>(i + 128), 0}};
    }
  }
};
constinit SmallStrings small_strings;

}  // namespace

Str* empty_str() {
  cache_hit(as_object(&small_strings.empty));
  return &small_strings.empty.str;
}
Str* latin1_char(unsigned c) {
  Str* s = c < 128 ? &small_strings.ascii[c].str : &small_strings.latin1[c - 128].str.ascii;
  cache_hit(as_object(s));
  return s;
}

Ref<Str> str_empty() { return share(empty_str()); }

// ---- Characters
// -------------------------------------------------------------------------------------------------------

void copy_str_chars(int kind, void* to, ssize at, const Str* from, ssize start, ssize count) {
  with_chars(from, [&](auto* p) {
    switch (kind) {
      case 1: return copy_chars(static_cast<Char1*>(to) + at, p + start, count);
      case 2: return copy_chars(static_cast<Char2*>(to) + at, p + start, count);
      default: return copy_chars(static_cast<Char4*>(to) + at, p + start, count);
    }
  });
}

void fill_chars(int kind, void* to, ssize at, ssize count, char32_t c) {
  if (count <= 0) return;
  switch (kind) {
    case 1: std::memset(static_cast<Char1*>(to) + at, static_cast<int>(c), static_cast<size_t>(count)); break;
    case 2: std::fill_n(static_cast<Char2*>(to) + at, count, static_cast<Char2>(c)); break;
    default: std::fill_n(static_cast<Char4*>(to) + at, count, c);
  }
}

ssize ascii_prefix(const char* data, ssize size) {
  ssize i = 0;
  for (; i + 8 <= size; i += 8) {
    uint64_t w;
    std::memcpy(&w, data + i, 8);
    if (uint64_t high = w & 0x8080808080808080u) return i + __builtin_ctzll(high) / 8;
  }
  while (i < size && static_cast<unsigned char>(data[i]) < 0x80) i++;
  return i;
}

char32_t chars_bound(const Char1* p, ssize n) {
  return ascii_prefix(reinterpret_cast<const char*>(p), n) == n ? 0x7f : 0xff;
}
char32_t chars_bound(const Char2* p, ssize n) {
  // The bounds are all-ones patterns, so the union of all bits tells the largest bound.
  char32_t bits = 0;
  ssize i = 0;
  while (i < n && bits < 0x100) {
    for (ssize stop = std::min(n, i + 64); i < stop; i++) bits |= p[i];
  }
  return char_bound(bits);
}
char32_t chars_bound(const Char4* p, ssize n) {
  char32_t bits = 0;
  ssize i = 0;
  while (i < n && bits < 0x10000) {
    for (ssize stop = std::min(n, i + 64); i < stop; i++) bits |= p[i];
  }
  return char_bound(bits);
}
char32_t str_range_bound(const Str* s, ssize start, ssize end) {
  if (s->state.ascii) return 0x7f;
  return with_chars(s, [&](auto* p) { return chars_bound(p + start, end - start); });
}

char32_t str_max_char(const Str* s) {
  if (s->state.ascii) return 0x7f;
  return s->state.kind == 1 ? 0xff : s->state.kind == 2 ? 0xffff : kMaxCodePoint;
}

// ---- Construction
// -----------------------------------------------------------------------------------------------------

namespace {

// What most strings are: one byte a character, behind the shorter header.
Ref<Str> allocate_ascii(ssize length) {
  if (length > std::numeric_limits<ssize>::max() - static_cast<ssize>(sizeof(Str)) - 1) return raise_no_memory_error();
  Str* s = object_new<Str>(&str_type, sizeof(Str) + static_cast<size_t>(length) + 1);
  if (!s) return nullptr;
  s->length = length;
  s->hash = -1;
  s->state = small_state(true);
  s->wstr = nullptr;
  reinterpret_cast<char*>(s + 1)[length] = 0;
  return steal(s);
}

}  // namespace

Ref<Str> str_allocate(ssize length, char32_t max_char) {
  if (max_char <= 0x7f) return allocate_ascii(length);
  char32_t bound = char_bound(max_char);
  int kind = kind_of_bound(bound);
  if (length > (std::numeric_limits<ssize>::max() - static_cast<ssize>(sizeof(CompactStr))) / kind - 1) {
    return raise_no_memory_error();
  }
  CompactStr* c = object_new<CompactStr>(
      &str_type, sizeof(CompactStr) + static_cast<size_t>(length + 1) * static_cast<size_t>(kind));
  if (!c) return nullptr;
  Str* s = &c->ascii;
  s->length = length;
  s->hash = -1;
  s->state = small_state(false);
  s->state.kind = static_cast<unsigned>(kind) & 7;
  s->wstr = nullptr;
  c->utf8_length = 0;
  c->utf8 = nullptr;
  c->wstr_length = 0;
  std::memset(reinterpret_cast<char*>(c + 1) + length * kind, 0, static_cast<size_t>(kind));
  return steal(s);
}

Ref<Str> str_new(ssize length, char32_t max_char) { return length == 0 ? str_empty() : str_allocate(length, max_char); }

void str_write(Str* s, ssize i, char32_t c) {
  with_writable_chars(s, [&](auto* p) { p[i] = static_cast<std::remove_reference_t<decltype(*p)>>(c); });
}

Ref<Str> str_from_char(char32_t c) {
  if (c < 0x100) return share(latin1_char(c));
  Ref<Str> s = TRY(str_allocate(1, c));
  str_write(s.get(), 0, c);
  return s;
}

Ref<Str> str_shared_if_small(Ref<Str> s) {
  if (s && s->length <= 1) {
    if (s->length == 0) return str_empty();
    if (char32_t c = str_at(s.get(), 0); c < 0x100) return share(latin1_char(c));
  }
  return s;
}

namespace {

template <class C>
Ref<Str> from_chars(const C* data, ssize length) {
  if (length == 0) return str_empty();
  if (length == 1) return str_from_char(data[0]);
  Ref<Str> s = TRY(str_allocate(length, chars_bound(data, length)));
  with_writable_chars(s.get(), [&](auto* to) { copy_chars(to, data, length); });
  return s;
}

}  // namespace

Ref<Str> str_from_ascii(std::string_view ascii) {
  ssize n = static_cast<ssize>(ascii.size());
  if (n == 0) return str_empty();
  if (n == 1) return share(latin1_char(static_cast<unsigned char>(ascii[0])));
  Ref<Str> s = TRY(allocate_ascii(n));
  std::memcpy(s.get() + 1, ascii.data(), ascii.size());
  return s;
}

Ref<Str> str_from_latin1(std::string_view latin1) {
  return from_chars(reinterpret_cast<const Char1*>(latin1.data()), static_cast<ssize>(latin1.size()));
}

Ref<Str> str_from_kind(int kind, const void* data, ssize length) {
  switch (kind) {
    case 1: return from_chars(static_cast<const Char1*>(data), length);
    case 2: return from_chars(static_cast<const Char2*>(data), length);
    default: return from_chars(static_cast<const Char4*>(data), length);
  }
}

Ref<Str> str_from_ucs4(const char32_t* data, ssize length) { return from_chars(data, length); }

Ref<Str> str_from_object(Object* p) { return object_str(p); }

Ref<Str> str_exact(Str* s) {
  if (is_exact_str(as_object(s))) return share(s);
  Ref<Str> copy = TRY(str_new(s->length, str_max_char(s)));
  if (s->length) {
    std::memcpy(str_data(copy.get()), str_data(s), static_cast<size_t>(s->length) * static_cast<size_t>(str_kind(s)));
  }
  return copy;
}

Ref<Str> str_substring(Str* s, ssize start, ssize end) {
  start = std::max<ssize>(start, 0);
  end = std::min(end, s->length);
  if (start >= end) return str_empty();
  if (end - start == s->length) return str_exact(s);
  if (s->state.ascii)
    return str_from_ascii({static_cast<char*>(str_data(s)) + start, static_cast<size_t>(end - start)});
  return with_chars(s, [&](auto* p) { return from_chars(p + start, end - start); });
}

char32_t* str_as_ucs4(const Str* s) {
  Char4* out = static_cast<Char4*>(memory::mem_alloc(static_cast<size_t>(s->length + 1) * sizeof(Char4)));
  if (!out) {
    raise_no_memory();
    return nullptr;
  }
  copy_str_chars(4, out, 0, s, 0, s->length);
  out[s->length] = 0;
  return out;
}

// ---- Concatenation
// ----------------------------------------------------------------------------------------------------

Ref<Str> str_concat(Str* a, Str* b) {
  if (a->length == 0) return str_exact(b);
  if (b->length == 0) return str_exact(a);
  if (a->length > std::numeric_limits<ssize>::max() - b->length) {
    return raise(OverflowError, "strings are too large to concat");
  }
  Ref<Str> s = TRY(str_allocate(a->length + b->length, std::max(str_max_char(a), str_max_char(b))));
  copy_str_chars(str_kind(s.get()), str_data(s.get()), 0, a, 0, a->length);
  copy_str_chars(str_kind(s.get()), str_data(s.get()), a->length, b, 0, b->length);
  return s;
}

bool str_is_modifiable(const Str* s) {
  return s->base.refcount == 1 && s->hash == -1 && !s->state.interned && s->base.type == &str_type;
}

Status str_resize(Ref<Str>& s, ssize length) {
  size_t header = s->state.ascii ? sizeof(Str) : sizeof(CompactStr);
  if (!s->state.ascii) {
    CompactStr* c = reinterpret_cast<CompactStr*>(s.get());
    if (c->utf8) memory::object_free(c->utf8);
    c->utf8 = nullptr;
    c->utf8_length = 0;
  }
  int kind = str_kind(s.get());
  if (length > (std::numeric_limits<ssize>::max() - static_cast<ssize>(header)) / kind - 1) {
    return raise_no_memory_error();
  }
  void* p = memory::object_realloc(s.get(), header + static_cast<size_t>(length + 1) * static_cast<size_t>(kind));
  if (!p) return raise_no_memory_error();
  (void)s.release();
  s = steal(static_cast<Str*>(p));
  s->length = length;
  std::memset(static_cast<char*>(str_data(s.get())) + length * kind, 0, static_cast<size_t>(kind));
  return kOk;
}

Ref<Str> str_append(Ref<Str> left, Str* right) {
  if (right->length == 0 && is_exact_str(as_object(left.get()))) return left;
  if (left->length == 0) return str_exact(right);
  ssize n = left->length, m = right->length;
  if (n > std::numeric_limits<ssize>::max() - m) return raise(OverflowError, "strings are too large to concat");
  bool fits = str_kind(right) <= str_kind(left.get()) && !(left->state.ascii && !right->state.ascii);
  if (fits && left.get() != right && str_is_modifiable(left.get())) {
    TRY(str_resize(left, n + m));
    copy_str_chars(str_kind(left.get()), str_data(left.get()), n, right, 0, m);
    return left;
  }
  return str_concat(left.get(), right);
}

// ---- Equality, order, hash
// ----------------------------------------------------------------------------------------------

bool str_equal(const Str* a, const Str* b) {
  if (a == b) return true;
  if (a->length != b->length || str_kind(a) != str_kind(b)) return false;
  return std::memcmp(str_data(a), str_data(b), static_cast<size_t>(a->length) * static_cast<size_t>(str_kind(a))) == 0;
}

bool str_equals_ascii(const Str* a, std::string_view ascii) {
  return a->state.ascii && a->length == static_cast<ssize>(ascii.size()) &&
         std::memcmp(str_data(a), ascii.data(), ascii.size()) == 0;
}

int str_compare(const Str* a, const Str* b) {
  if (a == b) return 0;
  ssize n = std::min(a->length, b->length);
  int order;
  if (str_kind(a) == 1 && str_kind(b) == 1) {
    order = std::memcmp(str_data(a), str_data(b), static_cast<size_t>(n));
  } else {
    order = with_chars(a, [&](auto* p) {
      return with_chars(b, [&](auto* q) {
        for (ssize i = 0; i < n; i++) {
          if (p[i] != q[i]) return static_cast<char32_t>(p[i]) < static_cast<char32_t>(q[i]) ? -1 : 1;
        }
        return 0;
      });
    });
  }
  if (order) return order < 0 ? -1 : 1;
  return a->length < b->length ? -1 : a->length > b->length;
}

hash_t str_hash(Str* s) {
  if (s->hash == -1) s->hash = hash_bytes(str_data(s), s->length * str_kind(s));
  return s->hash;
}

Str* str_static(std::string_view ascii) {
  memory::WithoutRefusal scope;
  Ref<Str> s = MUST(str_from_ascii(ascii));
  if (s->length > 1) s->base.refcount += kStaticRefcount;  // shorter ones are shared and static already
  return s.release();
}

}  // namespace minipy
