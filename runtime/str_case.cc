// Case conversion with the full mappings of Unicode (SpecialCasing included, the rule for the final sigma too); ASCII
// strings go a short way.
#include "runtime/error.h"
#include "runtime/str_internal.h"
#include "runtime/str_methods.h"
#include "runtime/unicode_data.h"

namespace minipy {
namespace {

constexpr char32_t kCapitalSigma = 0x3a3, kSmallSigma = 0x3c3, kFinalSigma = 0x3c2;

inline bool ascii_upper(Char1 c) { return c >= 'A' && c <= 'Z'; }
inline bool ascii_lower(Char1 c) { return c >= 'a' && c <= 'z'; }
inline Char1 to_ascii_lower(Char1 c) { return static_cast<Char1>(c | (ascii_upper(c) << 5)); }
inline Char1 to_ascii_upper(Char1 c) { return static_cast<Char1>(c & ~(ascii_lower(c) << 5)); }

template <class F>
Ref<Str> map_ascii(Str* s, F&& f) {
  ssize n = s->length;
  if (n == 0) return str_empty();
  Ref<Str> r = TRY(str_allocate(n, 0x7f));
  const Char1* from = chars1(s);
  Char1* to = static_cast<Char1*>(str_data(r.get()));
  for (ssize i = 0; i < n; i++) to[i] = f(from[i], i);
  return r;
}

// Unicode standard, table 3-17, Final_Sigma: a cased letter before, none after, case-ignorable ones skipped.
bool is_final_sigma(const Str* s, ssize at) {
  ssize i = at - 1;
  while (i >= 0 && unicode_is_case_ignorable(str_at(s, i))) i--;
  if (i < 0 || !unicode_is_cased(str_at(s, i))) return false;
  i = at + 1;
  while (i < s->length && unicode_is_case_ignorable(str_at(s, i))) i++;
  return i == s->length || !unicode_is_cased(str_at(s, i));
}

int lower_at(const Str* s, ssize i, char32_t c, char32_t out[3]) {
  if (c == kCapitalSigma) {
    out[0] = is_final_sigma(s, i) ? kFinalSigma : kSmallSigma;
    return 1;
  }
  return unicode_lower_full(c, out);
}

// Builds the string of what f(c, i, out) gives for each character.
template <class F>
Ref<Str> map_full(Str* s, F&& f) {
  if (s->length > (PTRDIFF_MAX / 3) / 4) return raise(OverflowError, "string is too long");
  StrBuilder out(s->length);
  for (ssize i = 0; i < s->length; i++) {
    char32_t mapped[3];
    int n = f(str_at(s, i), i, mapped);
    for (int k = 0; k < n; k++) TRY(out.append_char(mapped[k]));
  }
  Ref<Str> r = TRY(out.finish());
  if (r->length != 1 || str_kind(r.get()) != 1) return r;
  // Case conversion makes new strings, also of one character.
  Ref<Str> fresh = TRY(str_allocate(1, str_max_char(r.get())));
  str_write(fresh.get(), 0, str_at(r.get(), 0));
  return fresh;
}

}  // namespace

Ref<Str> str_lower(Str* s) {
  if (str_is_ascii(s)) {
    return map_ascii(s, [](Char1 c, ssize) { return to_ascii_lower(c); });
  }
  return map_full(s, [s](char32_t c, ssize i, char32_t* out) { return lower_at(s, i, c, out); });
}

Ref<Str> str_upper(Str* s) {
  if (str_is_ascii(s)) {
    return map_ascii(s, [](Char1 c, ssize) { return to_ascii_upper(c); });
  }
  return map_full(s, [](char32_t c, ssize, char32_t* out) { return unicode_upper_full(c, out); });
}

Ref<Str> str_casefold(Str* s) {
  if (str_is_ascii(s)) return str_lower(s);
  return map_full(s, [](char32_t c, ssize, char32_t* out) { return unicode_fold_full(c, out); });
}

Ref<Str> str_swapcase(Str* s) {
  if (str_is_ascii(s)) {
    return map_ascii(s, [](Char1 c, ssize) { return ascii_upper(c) ? to_ascii_lower(c) : to_ascii_upper(c); });
  }
  return map_full(s, [s](char32_t c, ssize i, char32_t* out) {
    if (unicode_is_upper(c)) return lower_at(s, i, c, out);
    if (unicode_is_lower(c)) return unicode_upper_full(c, out);
    out[0] = c;
    return 1;
  });
}

Ref<Str> str_capitalize(Str* s) {
  if (str_is_ascii(s)) {
    return map_ascii(s, [](Char1 c, ssize i) { return i ? to_ascii_lower(c) : to_ascii_upper(c); });
  }
  return map_full(s, [s](char32_t c, ssize i, char32_t* out) {
    return i == 0 ? unicode_title_full(c, out) : lower_at(s, i, c, out);
  });
}

Ref<Str> str_title(Str* s) {
  bool inside = false;
  return map_full(s, [&](char32_t c, ssize i, char32_t* out) {
    int n = inside ? lower_at(s, i, c, out) : unicode_title_full(c, out);
    inside = unicode_is_cased(c);
    return n;
  });
}

}  // namespace minipy
