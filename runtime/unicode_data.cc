// Character properties from the generated tables.
#include "runtime/unicode_data.h"

#include "runtime/unicode/tables.h"

namespace minipy {

using namespace unicode;

namespace {

inline const TypeRecord& record_of(char32_t c) {
  if (c >= 0x110000) return type_records[type_second[type_first[0x110000 / 128 - 1] * 128u + 127]];
  return type_records[type_second[type_first[c >> 7] * 128u + (c & 127)]];
}
inline bool has_flag(char32_t c, uint16_t flag) { return (record_of(c).flags & flag) != 0; }

int copy_mapping(const char32_t from[3], char32_t out[3]) {
  int n = 0;
  while (n < 3 && from[n]) {
    out[n] = from[n];
    n++;
  }
  return n;
}

}  // namespace

bool unicode_is_alpha(char32_t c) { return has_flag(c, kAlpha); }
bool unicode_is_decimal(char32_t c) { return has_flag(c, kDecimal); }
bool unicode_is_digit(char32_t c) { return has_flag(c, kDigit); }
bool unicode_is_numeric(char32_t c) { return has_flag(c, kNumeric); }
bool unicode_is_printable(char32_t c) { return has_flag(c, kPrintable); }
bool unicode_is_space(char32_t c) { return has_flag(c, kSpace); }
bool unicode_is_line_break(char32_t c) { return has_flag(c, kLineBreak); }
bool unicode_is_upper(char32_t c) { return has_flag(c, kUpper); }
bool unicode_is_lower(char32_t c) { return has_flag(c, kLower); }
bool unicode_is_title(char32_t c) { return has_flag(c, kTitle); }
bool unicode_is_cased(char32_t c) { return has_flag(c, kCased); }
bool unicode_is_case_ignorable(char32_t c) { return has_flag(c, kCaseIgnorable); }
bool unicode_is_xid_start(char32_t c) { return has_flag(c, kXidStart); }
bool unicode_is_xid_continue(char32_t c) { return has_flag(c, kXidContinue); }
bool unicode_is_alnum(char32_t c) { return has_flag(c, kAlpha | kDecimal | kDigit | kNumeric); }

int unicode_decimal_value(char32_t c) { return record_of(c).decimal; }
int unicode_digit_value(char32_t c) { return record_of(c).digit; }
double unicode_numeric_value(char32_t c) { return numeric_values[record_of(c).numeric]; }

char32_t unicode_to_lower(char32_t c) { return c + static_cast<char32_t>(record_of(c).lower); }
char32_t unicode_to_upper(char32_t c) { return c + static_cast<char32_t>(record_of(c).upper); }
char32_t unicode_to_title(char32_t c) { return c + static_cast<char32_t>(record_of(c).title); }

int unicode_lower_full(char32_t c, char32_t out[3]) {
  const TypeRecord& r = record_of(c);
  if (r.special) return copy_mapping(special_cases[r.special].lower, out);
  out[0] = c + static_cast<char32_t>(r.lower);
  return 1;
}
int unicode_upper_full(char32_t c, char32_t out[3]) {
  const TypeRecord& r = record_of(c);
  if (r.special) return copy_mapping(special_cases[r.special].upper, out);
  out[0] = c + static_cast<char32_t>(r.upper);
  return 1;
}
int unicode_title_full(char32_t c, char32_t out[3]) {
  const TypeRecord& r = record_of(c);
  if (r.special) return copy_mapping(special_cases[r.special].title, out);
  out[0] = c + static_cast<char32_t>(r.title);
  return 1;
}
int unicode_fold_full(char32_t c, char32_t out[3]) {
  const TypeRecord& r = record_of(c);
  if (r.special) return copy_mapping(special_cases[r.special].fold, out);
  out[0] = c + static_cast<char32_t>(r.lower);
  return 1;
}

int format_backslash_escape(char out[12], char32_t c) {
  int digits = c < 0x100 ? 2 : c < 0x10000 ? 4 : 8;
  out[0] = '\\';
  out[1] = digits == 2 ? 'x' : digits == 4 ? 'u' : 'U';
  for (int i = 0; i < digits; i++) out[2 + i] = "0123456789abcdef"[c >> (4 * (digits - 1 - i)) & 15];
  out[2 + digits] = 0;
  return 2 + digits;
}

}  // namespace minipy
