// Backslash escapes: unicode_escape, raw_unicode_escape, and those of bytes literals (the "escape" codec).
#include <cstring>

#include "runtime/bytes.h"
#include "runtime/codecs.h"
#include "runtime/error.h"
#include "runtime/str_internal.h"
#include "runtime/unicode_data.h"
#include "runtime/unicode_names.h"

namespace minipy {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}
bool is_octal(char c) { return c >= '0' && c <= '7'; }

// What a one-letter escape stands for; -1: none. A quote or backslash stands for itself.
int simple_escape(char c) {
  switch (c) {
    case '\\':
    case '\'':
    case '"': return c;
    case 'b': return '\b';
    case 'f': return '\f';
    case 't': return '\t';
    case 'n': return '\n';
    case 'r': return '\r';
    case 'v': return '\v';
    case 'a': return '\a';
    default: return -1;
  }
}

// One escape sequence at data[at], behind its backslash and letter.
struct Escape {
  enum class Result { kCharacter, kIncomplete, kError } result;
  char32_t c = 0;
  ssize end = 0;
  const char* reason = nullptr;
};
using Result = Escape::Result;

Escape read_hex(const char* data, ssize size, ssize at, int digits, const char* truncated, const char* too_large) {
  char32_t c = 0;
  for (; digits > 0; digits--, at++) {
    if (at >= size) return {Result::kIncomplete, 0, at, truncated};
    int d = hex_digit(data[at]);
    if (d < 0) return {Result::kError, 0, at, truncated};
    c = c << 4 | static_cast<char32_t>(d);
  }
  if (c > kMaxCodePoint) return {Result::kError, 0, at, too_large};
  return {Result::kCharacter, c, at, nullptr};
}

Escape read_name(const char* data, ssize size, ssize at) {
  constexpr const char* kMalformed = "malformed \\N character escape";
  if (at >= size) return {Result::kIncomplete, 0, at, kMalformed};
  if (data[at] != '{') return {Result::kError, 0, at, kMalformed};
  const void* brace = std::memchr(data + at, '}', static_cast<size_t>(size - at));
  if (!brace) return {Result::kIncomplete, 0, size, kMalformed};
  ssize end = static_cast<const char*>(brace) - data;
  if (end == at + 1) return {Result::kError, 0, end, kMalformed};
  int c = unicode_lookup_name({data + at + 1, static_cast<size_t>(end - at - 1)});
  if (c < 0) return {Result::kError, 0, end + 1, "unknown Unicode character name"};
  return {Result::kCharacter, static_cast<char32_t>(c), end + 1, nullptr};
}

// The escape whose letter is data[at]. An unknown letter gives length 0 (end == at).
Escape read_unicode_escape(const char* data, ssize size, ssize at) {
  char letter = data[at];
  if (int c = simple_escape(letter); c >= 0) return {Result::kCharacter, static_cast<char32_t>(c), at + 1, nullptr};
  if (is_octal(letter)) {
    char32_t c = 0;
    ssize stop = std::min(size, at + 3);
    for (; at < stop && is_octal(data[at]); at++) c = c * 8 + static_cast<char32_t>(data[at] - '0');
    return {Result::kCharacter, c, at, nullptr};
  }
  constexpr const char* kIllegal = "illegal Unicode character";
  switch (letter) {
    case 'x': return read_hex(data, size, at + 1, 2, "truncated \\xXX escape", kIllegal);
    case 'u': return read_hex(data, size, at + 1, 4, "truncated \\uXXXX escape", kIllegal);
    case 'U': return read_hex(data, size, at + 1, 8, "truncated \\UXXXXXXXX escape", kIllegal);
    case 'N': return read_name(data, size, at + 1);
    default: return {Result::kCharacter, 0, at, nullptr};
  }
}

Status warn_invalid_escape(const char* letter) {
  if (*letter >= '4' && *letter <= '7') {
    // Only octal escapes beyond 0o377 begin so.
    return warn(DeprecationWarning, 1, "invalid octal escape sequence '\\{}'", std::string_view(letter, 3));
  }
  return warn(DeprecationWarning, 1, "invalid escape sequence '\\{}'",
              static_cast<char32_t>(static_cast<unsigned char>(*letter)));
}

}  // namespace

Ref<Str> str_decode_unicode_escape(const char* data, ssize size, const char* error_name, ssize* consumed,
                                   const char** first_invalid_escape) {
  DecodeErrors errors("unicodeescape", error_name, data, size);
  StrBuilder out(size);
  const char* invalid = nullptr;
  ssize at = 0;
  while (at < errors.size()) {
    const char* p = errors.data();
    ssize n = errors.size();
    const void* slash = std::memchr(p + at, '\\', static_cast<size_t>(n - at));
    ssize plain = slash ? static_cast<const char*>(slash) - p : n;
    TRY(out.append_latin1({p + at, static_cast<size_t>(plain - at)}));
    at = plain;
    if (at == n) break;
    Escape e{Result::kIncomplete, 0, n, "\\ at end of string"};
    if (at + 1 < n) {
      if (p[at + 1] == '\n') {
        at += 2;
        continue;
      }
      if (p[at + 1] == 'N') TRY(unicode_names_for_escapes());
      e = read_unicode_escape(p, n, at + 1);
    }
    if (e.result == Result::kCharacter && e.end == at + 1) {
      // Not an escape: the backslash stays.
      if (!invalid) invalid = p + at + 1;
      TRY(out.append_char('\\'));
      TRY(out.append_char(static_cast<unsigned char>(p[at + 1])));
      at += 2;
    } else if (e.result == Result::kCharacter) {
      if (!invalid && e.c > 0377 && is_octal(p[at + 1])) invalid = p + at + 1;
      TRY(out.append_char(e.c));
      at = e.end;
    } else if (e.result == Result::kIncomplete && consumed) {
      break;
    } else {
      at = TRY(errors.handle(at, e.end, e.reason, out));
    }
  }
  if (consumed) *consumed = at;
  if (first_invalid_escape) {
    *first_invalid_escape = invalid;
  } else if (invalid) {
    TRY(warn_invalid_escape(invalid));
  }
  return out.finish();
}

Ref<Object> str_encode_unicode_escape(Str* s) {
  BytesBuilder out(s->length);
  for (ssize i = 0; i < s->length; i++) {
    char32_t c = str_at(s, i);
    if (c == '\\' || c == '\t' || c == '\n' || c == '\r') {
      char two[] = {'\\', c == '\t' ? 't' : c == '\n' ? 'n' : c == '\r' ? 'r' : '\\'};
      TRY(out.append({two, 2}));
    } else if (c >= ' ' && c < 127) {
      TRY(out.append_byte(static_cast<char>(c)));
    } else {
      char text[12];
      int n = format_backslash_escape(text, c);
      TRY(out.append({text, static_cast<size_t>(n)}));
    }
  }
  return out.finish();
}

Ref<Str> str_decode_raw_unicode_escape(const char* data, ssize size, const char* error_name, ssize* consumed) {
  DecodeErrors errors("rawunicodeescape", error_name, data, size);
  StrBuilder out(size);
  ssize at = 0;
  while (at < errors.size()) {
    const char* p = errors.data();
    ssize n = errors.size();
    if (p[at] != '\\' || (at + 1 >= n && !consumed)) {
      TRY(out.append_char(static_cast<unsigned char>(p[at++])));
      continue;
    }
    if (at + 1 >= n) break;
    char letter = p[at + 1];
    if (letter != 'u' && letter != 'U') {
      TRY(out.append_char('\\'));
      TRY(out.append_char(static_cast<unsigned char>(letter)));
      at += 2;
      continue;
    }
    Escape e = letter == 'u' ? read_hex(p, n, at + 2, 4, "truncated \\uXXXX escape", "")
                             : read_hex(p, n, at + 2, 8, "truncated \\UXXXXXXXX escape", "\\Uxxxxxxxx out of range");
    if (e.result == Result::kCharacter) {
      TRY(out.append_char(e.c));
      at = e.end;
    } else if (e.result == Result::kIncomplete && consumed) {
      break;
    } else {
      at = TRY(errors.handle(at, e.end, e.reason, out));
    }
  }
  if (consumed) *consumed = at;
  return out.finish();
}

Ref<Object> str_encode_raw_unicode_escape(Str* s) {
  if (str_kind(s) == 1) return bytes_new(static_cast<char*>(str_data(s)), s->length);
  BytesBuilder out(s->length * 2);
  for (ssize i = 0; i < s->length; i++) {
    char32_t c = str_at(s, i);
    if (c < 0x100) {
      TRY(out.append_byte(static_cast<char>(c)));
    } else {
      char text[12];
      int n = format_backslash_escape(text, c);
      TRY(out.append({text, static_cast<size_t>(n)}));
    }
  }
  return out.finish();
}

// ---- Bytes
// -------------------------------------------------------------------------------------------------------------------

Ref<Object> bytes_decode_escape(const char* data, ssize size, const char* errors, const char** first_invalid_escape) {
  BytesBuilder out(size);
  const char* invalid = nullptr;
  ssize at = 0;
  while (at < size) {
    if (data[at] != '\\') {
      TRY(out.append_byte(data[at++]));
      continue;
    }
    if (++at >= size) return raise(ValueError, "Trailing \\ in string");
    char letter = data[at++];
    if (letter == '\n') continue;
    if (int c = simple_escape(letter); c >= 0) {
      TRY(out.append_byte(static_cast<char>(c)));
    } else if (is_octal(letter)) {
      int c = letter - '0';
      const char* first = data + at - 1;
      for (ssize stop = std::min(size, at + 2); at < stop && is_octal(data[at]); at++) c = c * 8 + (data[at] - '0');
      if (c > 0377 && !invalid) invalid = first;
      TRY(out.append_byte(static_cast<char>(c)));
    } else if (letter == 'x') {
      int high = at < size ? hex_digit(data[at]) : -1;
      int low = at + 1 < size ? hex_digit(data[at + 1]) : -1;
      if (high >= 0 && low >= 0) {
        TRY(out.append_byte(static_cast<char>(high << 4 | low)));
        at += 2;
        continue;
      }
      ErrorMode mode = error_mode_of(errors);
      if (mode == ErrorMode::kStrict) return raise(ValueError, "invalid \\x escape at position {}", at - 2);
      if (mode == ErrorMode::kReplace) {
        TRY(out.append_byte('?'));
      } else if (mode != ErrorMode::kIgnore) {
        return raise(ValueError, "decoding error; unknown error handling code: {:.400}", errors);
      }
      if (high >= 0) at++;
    } else {
      if (!invalid) invalid = data + at - 1;
      TRY(out.append_byte('\\'));
      TRY(out.append_byte(letter));
    }
  }
  if (first_invalid_escape) {
    *first_invalid_escape = invalid;
  } else if (invalid) {
    TRY(warn_invalid_escape(invalid));
  }
  return out.finish();
}

Ref<Object> bytes_encode_escape(Bytes* b) {
  BytesBuilder out(b->base.size);
  for (char ch : bytes_view(b)) {
    unsigned char c = static_cast<unsigned char>(ch);
    if (c == '\'' || c == '\\' || c == '\t' || c == '\n' || c == '\r') {
      char two[] = {'\\', c == '\t' ? 't' : c == '\n' ? 'n' : c == '\r' ? 'r' : ch};
      TRY(out.append({two, 2}));
    } else if (c < ' ' || c >= 0x7f) {
      char text[12];
      int n = format_backslash_escape(text, c);
      TRY(out.append({text, static_cast<size_t>(n)}));
    } else {
      TRY(out.append_byte(ch));
    }
  }
  return out.finish();
}

}  // namespace minipy
