// Doubles to text and back. Digits come from the C++ library (std::to_chars: shortest round-trip, or correctly rounded
// to a precision; std::from_chars), the layout of a number is Python's.
#include <locale.h>
#include <clocale>

#include <charconv>
#include <cmath>
#include <cstring>
#include <memory>
#include <string>

#include "runtime/float.h"

namespace minipy {

namespace {

// v = 0.d1d2d3... * 10**point, v >= 0 and finite.
struct Decimal {
  std::string digits;  // no leading zero unless v is 0
  int point = 0;
};

// Reads "d.ddde+xx" as to_chars writes it.
Decimal split_scientific(const char* begin, const char* end) {
  Decimal d;
  const char* e = end;
  while (*--e != 'e') continue;
  d.digits.push_back(*begin);
  if (begin + 1 < e) d.digits.append(begin + 2, e);
  const char* exponent = e + 1;
  if (*exponent == '+') exponent++;
  std::from_chars(exponent, end, d.point);
  d.point++;
  return d;
}

Decimal shortest_digits(double v) {
  char buffer[40];
  auto end = std::to_chars(buffer, buffer + sizeof buffer, v, std::chars_format::scientific).ptr;
  return split_scientific(buffer, end);
}

// `count` significant digits, at least 1.
Decimal significant_digits(double v, int count) {
  char small[128];
  std::unique_ptr<char[]> large;
  char* buffer = small;
  size_t size = sizeof small;
  if (static_cast<size_t>(count) + 16 > size) {
    size = static_cast<size_t>(count) + 16;
    large.reset(new char[size]);
    buffer = large.get();
  }
  auto end = std::to_chars(buffer, buffer + size, v, std::chars_format::scientific, count - 1).ptr;
  return split_scientific(buffer, end);
}

// All digits up to `precision` places behind the point.
Decimal fixed_digits(double v, int precision) {
  char small[400];
  std::unique_ptr<char[]> large;
  char* buffer = small;
  size_t size = sizeof small;
  size_t needed = static_cast<size_t>(precision) + 330;
  if (needed > size) {
    size = needed;
    large.reset(new char[size]);
    buffer = large.get();
  }
  const char* end = std::to_chars(buffer, buffer + size, v, std::chars_format::fixed, precision).ptr;
  Decimal d;
  const char* point = static_cast<const char*>(memchr(buffer, '.', static_cast<size_t>(end - buffer)));
  if (!point) point = end;
  const char* first = buffer;
  while (first < end && (*first == '0' || *first == '.')) first++;  // leading zeros, on either side of the point
  if (first == end) {
    d.digits = "0";
    d.point = 1;
    return d;
  }
  if (first < point) {
    d.point = static_cast<int>(point - first);
    d.digits.assign(first, point);
    if (point < end) d.digits.append(point + 1, end);
  } else {
    d.point = -static_cast<int>(first - point - 1);
    d.digits.assign(first, end);
  }
  return d;
}

void append_exponent(std::string& out, int exponent, bool upper) {
  out.push_back(upper ? 'E' : 'e');
  out.push_back(exponent < 0 ? '-' : '+');
  if (exponent < 0) exponent = -exponent;
  if (exponent < 10) out.push_back('0');
  out += std::to_string(exponent);
}

}  // namespace

std::string format_double(double v, char format_code, int precision, int flags) {
  bool upper = format_code >= 'A' && format_code <= 'Z';
  if (upper) format_code = static_cast<char>(format_code - 'A' + 'a');
  std::string out;
  if (!std::isfinite(v)) {
    if (std::isinf(v) && v < 0) {
      out = "-";
    } else if (flags & kFloatSign) {
      out = "+";
    }
    out += std::isnan(v) ? (upper ? "NAN" : "nan") : (upper ? "INF" : "inf");
    return out;
  }
  bool negative = std::signbit(v);
  double magnitude = std::fabs(v);
  Decimal d;
  bool exponential = false;
  int last = 0;  // digits are shown up to this place (counted as `point` is)
  switch (format_code) {
    case 'e':
      d = significant_digits(magnitude, precision + 1);
      exponential = true;
      last = precision + 1;
      break;
    case 'f':
      d = fixed_digits(magnitude, precision);
      last = d.point + precision;
      break;
    case 'g':
      if (precision == 0) precision = 1;
      d = significant_digits(magnitude, precision);
      exponential = d.point <= -4 || d.point > precision - ((flags & kFloatAddDotZero) ? 1 : 0);
      if (flags & kFloatAlt) last = precision;
      break;
    default:
      d = shortest_digits(magnitude);
      exponential = d.point <= -4 || d.point > 16;
      break;
  }
  if (!(format_code == 'e' || format_code == 'f' || last)) {
    // Digits that carry nothing are not shown.
    size_t n = d.digits.find_last_not_of('0');
    d.digits.resize(n == std::string::npos ? 1 : n + 1);
  }
  if ((flags & kFloatNoNegZero) && d.digits.find_first_not_of('0') == std::string::npos) negative = false;
  if (negative) {
    out.push_back('-');
  } else if (flags & kFloatSign) {
    out.push_back('+');
  }
  int exponent = d.point - 1;
  int point = exponential ? 1 : d.point;
  auto count = static_cast<int>(d.digits.size());
  // Integer part, fraction, then zeros up to `last`.
  if (point <= 0) {
    out.push_back('0');
  } else {
    for (int i = 0; i < point; i++) out.push_back(i < count ? d.digits[static_cast<size_t>(i)] : '0');
  }
  int shown = std::max(count, last);
  bool has_fraction = shown > point;
  if (format_code == 'f') has_fraction = precision > 0;
  if (has_fraction) {
    out.push_back('.');
    for (int i = point; i < shown; i++) {
      out.push_back(i >= 0 && i < count ? d.digits[static_cast<size_t>(i)] : '0');
    }
  } else if (!exponential && (flags & kFloatAddDotZero)) {
    out += ".0";
  } else if (flags & kFloatAlt) {
    out.push_back('.');
  }
  if (exponential) append_exponent(out, exponent, upper);
  return out;
}

namespace {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

// inf, infinity or nan in any case; the end of the word, or null.
const char* match_word(const char* p, const char* word) {
  for (; *word; p++, word++) {
    if ((*p | 0x20) != *word) return nullptr;
  }
  return p;
}

// Over- and underflow, where from_chars says only that it is out of range.
[[gnu::cold]] double parse_out_of_range(const char* begin, const char* end) {
  static locale_t c_locale = newlocale(LC_ALL_MASK, "C", nullptr);
  std::string copy(begin, end);
  return strtod_l(copy.c_str(), nullptr, c_locale);
}

}  // namespace

double parse_double(const char* text, const char** end) {
  const char* p = text;
  bool negative = *p == '-';
  if (*p == '-' || *p == '+') p++;
  if (!is_digit(*p) && *p != '.') {
    const char* after = nullptr;
    double v = 0;
    if ((after = match_word(p, "infinity")) || (after = match_word(p, "inf"))) {
      v = HUGE_VAL;
    } else if ((after = match_word(p, "nan"))) {
      v = std::nan("");
    }
    *end = after ? after : text;
    return negative ? -v : v;
  }
  const char* begin = p;
  int digits = 0;
  for (; is_digit(*p); p++) digits++;
  if (*p == '.') {
    p++;
    for (; is_digit(*p); p++) digits++;
  }
  if (digits == 0) {
    *end = text;
    return 0;
  }
  if (*p == 'e' || *p == 'E') {
    const char* q = p + 1;
    if (*q == '+' || *q == '-') q++;
    if (is_digit(*q)) {
      while (is_digit(*q)) q++;
      p = q;
    }
  }
  double v = 0;
  auto result = std::from_chars(begin, p, v);
  if (result.ec != std::errc{} || result.ptr != p) v = parse_out_of_range(begin, p);
  *end = p;
  return negative ? -v : v;
}

}  // namespace minipy
