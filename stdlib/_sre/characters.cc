// Character classes and case folding of the regular expression engine.
#include <cctype>

#include "runtime/unicode_data.h"
#include "stdlib/_sre/program.h"

namespace minipy::sre {

char32_t ascii_lower(char32_t c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }
char32_t unicode_lower(char32_t c) { return c < 128 ? ascii_lower(c) : unicode_to_lower(c); }
// The first character where the mapping has several ('S' for sharp s), as CPython has it here.
char32_t unicode_upper(char32_t c) {
  char32_t full[3];
  unicode_upper_full(c, full);
  return full[0];
}
char32_t locale_lower(char32_t c) { return c < 256 ? static_cast<char32_t>(std::tolower(static_cast<int>(c))) : c; }
char32_t locale_upper(char32_t c) { return c < 256 ? static_cast<char32_t>(std::toupper(static_cast<int>(c))) : c; }

namespace {

bool ascii_digit(char32_t c) { return c >= '0' && c <= '9'; }
bool ascii_space(char32_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool ascii_alnum(char32_t c) { return ascii_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Categories come in pairs: the class and its complement.
bool in_class(Code index, char32_t c) {
  switch (index) {
    case 0: return ascii_digit(c);
    case 1: return ascii_space(c);
    case 2: return is_word(c, Fold::kNone);
    case 3: return c == '\n';
    case 4: return is_word(c, Fold::kLocale);
    case 5: return unicode_is_decimal(c);
    case 6: return unicode_is_space(c);
    case 7: return is_word(c, Fold::kUnicode);
    default: return unicode_is_line_break(c);
  }
}

}  // namespace

bool is_word(char32_t c, Fold table) {
  if (c == '_') return true;
  if (table == Fold::kLocale) return c < 256 && std::isalnum(static_cast<int>(c));
  return table == Fold::kUnicode && c >= 128 ? unicode_is_alnum(c) : ascii_alnum(c);
}

bool in_category(Code category, char32_t c) { return in_class(category / 2, c) != (category % 2 == 1); }

bool in_set(const Code* w, char32_t c) {
  bool found = true;
  while (true) {
    switch (static_cast<Word>(*w++)) {
      case Word::kNegate: found = !found; break;
      case Word::kLiteral:
        if (c == w[0]) return found;
        w += 1;
        break;
      case Word::kCategory:
        if (in_category(w[0], c)) return found;
        w += 1;
        break;
      case Word::kRange:
        if (w[0] <= c && c <= w[1]) return found;
        w += 2;
        break;
      case Word::kRangeUniIgnore: {
        char32_t upper = unicode_upper(c);
        if ((w[0] <= c && c <= w[1]) || (w[0] <= upper && upper <= w[1])) return found;
        w += 2;
        break;
      }
      case Word::kCharset:
        if (c < 256 && (w[c >> 5] >> (c & 31) & 1)) return found;
        w += 8;
        break;
      case Word::kBigCharset: {
        // The number of blocks, 256 bytes that give each high byte its block, then blocks of 256 bits.
        Code blocks = *w++;
        if (c < 65536) {
          Code block = w[c >> 10] >> (8 * (c >> 8 & 3)) & 0xff;
          if (w[64 + block * 8 + (c >> 5 & 7)] >> (c & 31) & 1) return found;
        }
        w += 64 + blocks * 8;
        break;
      }
      default:  // kFailure ends the set
        return !found;
    }
  }
}

}  // namespace minipy::sre
