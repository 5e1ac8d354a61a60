// Substring search. A candidate is found by its first character with a word-at-a-time scan and then compared; when that
// does more work than a linear bound allows, the rest is searched by the two-way algorithm (Crochemore and Perrin,
// "Two-way string-matching", 1991), which is linear in time and constant in space.
#include <cwchar>

#include "runtime/str_internal.h"

namespace minipy {
namespace {

template <class C>
struct Forward {
  const C* first;
  char32_t operator[](ssize i) const { return first[i]; }
};
template <class C>
struct Backward {
  const C* last;
  char32_t operator[](ssize i) const { return last[-i]; }
};

struct Suffix {
  ssize start;   // index before the suffix's first character
  ssize period;  // of the suffix
};

// The maximal suffix under the order `greater`.
template <class N, class Greater>
Suffix maximal_suffix(N needle, ssize m, Greater greater) {
  ssize candidate = -1, next = 0, offset = 1, period = 1;
  while (next + offset < m) {
    char32_t a = needle[next + offset];
    char32_t b = needle[candidate + offset];
    if (a == b) {
      if (offset == period) {
        next += period;
        offset = 1;
      } else {
        offset++;
      }
    } else if (greater(b, a)) {
      next += offset;
      offset = 1;
      period = next - candidate;
    } else {
      candidate = next;
      next = candidate + 1;
      offset = period = 1;
    }
  }
  return {candidate, period};
}

template <class T, class N>
ssize two_way(T text, ssize n, N needle, ssize m) {
  Suffix a = maximal_suffix(needle, m, [](char32_t x, char32_t y) { return x > y; });
  Suffix b = maximal_suffix(needle, m, [](char32_t x, char32_t y) { return x < y; });
  Suffix cut = a.start > b.start ? a : b;
  bool periodic = cut.start + cut.period < m;
  for (ssize i = 0; periodic && i <= cut.start; i++) periodic = needle[i] == needle[i + cut.period];
  ssize shift = periodic ? cut.period : std::max(cut.start + 1, m - cut.start - 1) + 1;
  ssize known = -1;  // in the periodic case: the prefix needle[0..known] is known to match here
  ssize at = 0;
  while (at <= n - m) {
    ssize i = std::max(cut.start, known) + 1;
    while (i < m && needle[i] == text[at + i]) i++;
    if (i < m) {
      at += i - cut.start;
      known = -1;
      continue;
    }
    i = cut.start;
    while (i > known && needle[i] == text[at + i]) i--;
    if (i <= known) return at;
    at += shift;
    known = periodic ? m - cut.period - 1 : -1;
  }
  return -1;
}

// Next index from `at` on (below `end`) of the character, -1: none.
template <class C>
ssize next_char(Forward<C> text, ssize at, ssize end, char32_t c) {
  ssize i = find_char_in(text.first + at, end - at, c);
  return i < 0 ? -1 : at + i;
}
template <class C>
ssize next_char(Backward<C> text, ssize at, ssize end, char32_t c) {
  ssize i = rfind_char_in(text.last - end + 1, end - at, c);
  return i < 0 ? -1 : end - 1 - i;
}

template <class T, class N>
ssize search(T text, ssize n, N needle, ssize m) {
  ssize work = 0;
  char32_t first = needle[0], last = needle[m - 1];
  for (ssize at = 0; at <= n - m; at++) {
    at = next_char(text, at, n - m + 1, first);
    if (at < 0) return -1;
    if (text[at + m - 1] == last) {
      ssize i = 1;
      while (i < m && text[at + i] == needle[i]) i++;
      if (i == m) return at;
      work += i;
    }
    work += 2;
    if (work > 4 * at + 400) {
      at++;
      T rest = text;
      if constexpr (requires { rest.first; }) {
        rest.first += at;
      } else {
        rest.last -= at;
      }
      ssize found = two_way(rest, n - at, needle, m);
      return found < 0 ? -1 : at + found;
    }
  }
  return -1;
}

}  // namespace

template <class C>
ssize find_char_in(const C* text, ssize n, char32_t c) {
  if (n <= 0) return -1;
  if constexpr (sizeof(C) == 1) {
    if (c > 0xff) return -1;
    const void* p = std::memchr(text, static_cast<int>(c), static_cast<size_t>(n));
    return p ? static_cast<const C*>(p) - text : -1;
  } else if constexpr (sizeof(C) == 4) {
    const wchar_t* base = reinterpret_cast<const wchar_t*>(text);
    const wchar_t* p = std::wmemchr(base, static_cast<wchar_t>(c), static_cast<size_t>(n));
    return p ? p - base : -1;
  } else {
    if (c > 0xffff) return -1;
    ssize i = 0;
    const uint64_t pattern = c * 0x0001000100010001u;
    for (; i + 4 <= n; i += 4) {
      uint64_t w;
      std::memcpy(&w, text + i, 8);
      w ^= pattern;
      if ((w - 0x0001000100010001u) & ~w & 0x8000800080008000u) break;
    }
    for (; i < n; i++) {
      if (text[i] == c) return i;
    }
    return -1;
  }
}

template <class C>
ssize rfind_char_in(const C* text, ssize n, char32_t c) {
  if constexpr (sizeof(C) == 1) {
    if (n <= 0 || c > 0xff) return -1;
    const void* p = memrchr(text, static_cast<int>(c), static_cast<size_t>(n));
    return p ? static_cast<const C*>(p) - text : -1;
  } else {
    for (ssize i = n - 1; i >= 0; i--) {
      if (text[i] == c) return i;
    }
    return -1;
  }
}

template <class C, class N>
ssize find_in(const C* text, ssize n, const N* needle, ssize m) {
  if (m > n) return -1;
  if (m == 0) return 0;
  if (m == 1) return find_char_in(text, n, needle[0]);
  if constexpr (sizeof(C) == 1) {
    const void* p = memmem(text, static_cast<size_t>(n), needle, static_cast<size_t>(m));
    return p ? static_cast<const C*>(p) - text : -1;
  } else {
    return search(Forward<C>{text}, n, Forward<N>{needle}, m);
  }
}

template <class C, class N>
ssize rfind_in(const C* text, ssize n, const N* needle, ssize m) {
  if (m > n) return -1;
  if (m == 0) return n;
  if (m == 1) return rfind_char_in(text, n, needle[0]);
  ssize back = search(Backward<C>{text + n - 1}, n, Backward<N>{needle + m - 1}, m);
  return back < 0 ? -1 : n - m - back;
}

template <class C, class N>
ssize count_in(const C* text, ssize n, const N* needle, ssize m, ssize max) {
  if (n < 0) return 0;
  if (m == 0) return std::min(n + 1, max);
  ssize found = 0;
  if constexpr (sizeof(C) == 1) {
    if (m == 1 && max > n) {
      for (ssize i = 0; i < n; i++) found += text[i] == needle[0];
      return found;
    }
  }
  ssize at = 0;
  while (found < max) {
    ssize i = find_in(text + at, n - at, needle, m);
    if (i < 0) break;
    found++;
    at += i + m;
  }
  return found;
}

#define INSTANTIATE_PAIR(C, N)                               \
  template ssize find_in(const C*, ssize, const N*, ssize);  \
  template ssize rfind_in(const C*, ssize, const N*, ssize); \
  template ssize count_in(const C*, ssize, const N*, ssize, ssize)
INSTANTIATE_PAIR(Char1, Char1);
INSTANTIATE_PAIR(Char2, Char1);
INSTANTIATE_PAIR(Char2, Char2);
INSTANTIATE_PAIR(Char4, Char1);
INSTANTIATE_PAIR(Char4, Char2);
INSTANTIATE_PAIR(Char4, Char4);
#undef INSTANTIATE_PAIR
#define INSTANTIATE_CHAR(C)                               \
  template ssize find_char_in(const C*, ssize, char32_t); \
  template ssize rfind_char_in(const C*, ssize, char32_t)
INSTANTIATE_CHAR(Char1);
INSTANTIATE_CHAR(Char2);
INSTANTIATE_CHAR(Char4);
#undef INSTANTIATE_CHAR

// ---- Over strings --------------------------------------------------------------------------------------------------

namespace {

// Calls f(text, needle) with typed pointers; absent() when the needle has a character the text cannot have.
template <class F>
ssize with_pair(const Str* s, const Str* needle, ssize absent, F&& f) {
  if (str_kind(needle) > str_kind(s)) return absent;
  return with_chars(s, [&](auto* text) {
    return with_chars(needle, [&](auto* n) -> ssize {
      if constexpr (sizeof(*n) <= sizeof(*text)) {
        return f(text, n);
      } else {
        return absent;
      }
    });
  });
}

void clip_range(ssize length, ssize& start, ssize& end) {
  if (start < 0) start = start + length < 0 ? 0 : start + length;
  if (end > length) end = length;
  if (end < 0) end = end + length < 0 ? 0 : end + length;
}

}  // namespace

ssize str_find(const Str* s, const Str* needle, ssize start, ssize end, int direction) {
  clip_range(s->length, start, end);
  if (end - start < needle->length) return -1;
  return with_pair(s, needle, -1, [&](auto* text, auto* n) -> ssize {
    ssize i = direction > 0 ? find_in(text + start, end - start, n, needle->length)
                            : rfind_in(text + start, end - start, n, needle->length);
    return i < 0 ? -1 : start + i;
  });
}

ssize str_find_char(const Str* s, char32_t c, ssize start, ssize end, int direction) {
  clip_range(s->length, start, end);
  if (end <= start) return -1;
  return with_chars(s, [&](auto* text) -> ssize {
    ssize i = direction > 0 ? find_char_in(text + start, end - start, c) : rfind_char_in(text + start, end - start, c);
    return i < 0 ? -1 : start + i;
  });
}

ssize str_count(const Str* s, const Str* needle, ssize start, ssize end, ssize max) {
  clip_range(s->length, start, end);
  if (end - start < needle->length) return 0;
  return with_pair(s, needle, 0, [&](auto* text, auto* n) -> ssize {
    return count_in(text + start, end - start, n, needle->length, max);
  });
}

bool str_contains_str(const Str* s, const Str* needle) { return str_find(s, needle, 0, s->length, 1) >= 0; }

}  // namespace minipy
