// Inside the str room: typed access to characters of the three widths.
#pragma once

#include <cstring>

#include "runtime/str.h"

namespace minipy {

using Char1 = unsigned char;
using Char2 = char16_t;
using Char4 = char32_t;

inline constexpr char32_t kMaxCodePoint = 0x10ffff;

// The four bounds that decide a string's layout: 0x7f (ASCII), 0xff, 0xffff, 0x10ffff.
constexpr char32_t char_bound(char32_t c) {
  return c < 0x80 ? 0x7f : c < 0x100 ? 0xff : c < 0x10000 ? 0xffff : kMaxCodePoint;
}
constexpr int kind_of_bound(char32_t bound) { return bound < 0x100 ? 1 : bound < 0x10000 ? 2 : 4; }
constexpr bool is_surrogate(char32_t c) { return c >= 0xd800 && c < 0xe000; }
constexpr bool is_high_surrogate(char32_t c) { return c >= 0xd800 && c < 0xdc00; }
constexpr bool is_low_surrogate(char32_t c) { return c >= 0xdc00 && c < 0xe000; }
constexpr char32_t join_surrogates(char32_t high, char32_t low) {
  return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

inline const Char1* chars1(const Str* s) { return static_cast<const Char1*>(str_data(s)); }
inline const Char2* chars2(const Str* s) { return static_cast<const Char2*>(str_data(s)); }
inline const Char4* chars4(const Str* s) { return static_cast<const Char4*>(str_data(s)); }

// Calls f(pointer) with the characters' own type.
template <class F>
inline decltype(auto) with_chars(const Str* s, F&& f) {
  switch (str_kind(s)) {
    case 1: return f(chars1(s));
    case 2: return f(chars2(s));
    default: return f(chars4(s));
  }
}
template <class F>
inline decltype(auto) with_writable_chars(Str* s, F&& f) {
  switch (str_kind(s)) {
    case 1: return f(static_cast<Char1*>(str_data(s)));
    case 2: return f(static_cast<Char2*>(str_data(s)));
    default: return f(static_cast<Char4*>(str_data(s)));
  }
}

template <class To, class From>
inline void copy_chars(To* to, const From* from, ssize n) {
  if constexpr (sizeof(To) == sizeof(From)) {
    if (n) std::memcpy(to, from, static_cast<size_t>(n) * sizeof(To));
  } else {
    for (ssize i = 0; i < n; i++) to[i] = static_cast<To>(from[i]);
  }
}
// Copies from[start, start+count) to a buffer of `kind` at index `at`; the buffer is wide enough for the characters.
void copy_str_chars(int kind, void* to, ssize at, const Str* from, ssize start, ssize count);
void fill_chars(int kind, void* to, ssize at, ssize count, char32_t c);

// Number of leading bytes below 0x80.
ssize ascii_prefix(const char* data, ssize size);

// The bound (char_bound) of the largest character.
char32_t chars_bound(const Char1* p, ssize n);
char32_t chars_bound(const Char2* p, ssize n);
char32_t chars_bound(const Char4* p, ssize n);
char32_t str_range_bound(const Str* s, ssize start, ssize end);

inline bool is_exact_str(const Object* p) { return type_of(p) == &str_type; }
// An exact str with the same text: `s` itself unless it is of a subclass.
Ref<Str> str_exact(Str* s);
// As str_new, but never a shared object of one character or none.
Ref<Str> str_allocate(ssize length, char32_t max_char);
// True when nobody can see the string change: one owner, exact, not hashed, not interned.
bool str_is_modifiable(const Str* s);
// Changes the length of a modifiable string of at least one character in place.
Status str_resize(Ref<Str>& s, ssize length);
// Replaces a fresh string of no or one Latin-1 character by the shared one.
Ref<Str> str_shared_if_small(Ref<Str> s);
// The text as UTF-32 in memory from memory::mem_alloc; null with MemoryError.
Char4* str_as_ucs4(const Str* s);

void str_forget_interned(Str* s);  // called when an interned string dies
// The shared one-character strings below 0x100. Borrowed.
Str* latin1_char(unsigned c);
Str* empty_str();

// Forward and backward search and counting (str_search.cc). The needle's characters may be narrower than the text's.
template <class C, class N>
ssize find_in(const C* text, ssize n, const N* needle, ssize m);
template <class C, class N>
ssize rfind_in(const C* text, ssize n, const N* needle, ssize m);
template <class C>
ssize find_char_in(const C* text, ssize n, char32_t c);
template <class C>
ssize rfind_char_in(const C* text, ssize n, char32_t c);
// Non-overlapping occurrences, at most `max`. The empty needle occurs n + 1 times.
template <class C, class N>
ssize count_in(const C* text, ssize n, const N* needle, ssize m, ssize max);
ssize str_count(const Str* s, const Str* needle, ssize start, ssize end, ssize max);

}  // namespace minipy
