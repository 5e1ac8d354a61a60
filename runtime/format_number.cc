// Numbers by the format() mini-language: int.__format__, float.__format__, complex.__format__.
#include <climits>
#include <clocale>
#include <cmath>
#include <cstring>
#include <string>
#include <string_view>

#include "runtime/abstract.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/format_spec.h"
#include "runtime/int.h"
#include "runtime/int_digits.h"
#include "runtime/locale_text.h"
#include "runtime/str.h"

namespace minipy {

namespace {

// How digits are grouped and what stands for the point. Texts are UTF-8.
struct Separators {
  std::string point = ".";
  std::string thousands;  // empty: no grouping
  ssize thousands_width = 0;
  std::string groups;  // sizes from the right, the last one repeats; CHAR_MAX: no more groups
};

// Text of the locale as UTF-8, and its number of characters.
Status locale_text(const char* text, std::string* out, ssize* width) {
  Ref<Str> s = TRY(str_from_locale(text));
  std::string_view utf8 = str_utf8(s.get());
  if (!utf8.data()) return Status::failed();
  *out = utf8;
  *width = str_length(s.get());
  return kOk;
}

Status separators_for(const FormatSpec& spec, Separators* out) {
  Separators& r = *out;
  if (spec.type == 'n') {
    const lconv conventions = *localeconv();
    LocaleOfCategory numeric(LC_NUMERIC, {conventions.decimal_point, conventions.thousands_sep});
    ssize width;
    TRY(locale_text(conventions.decimal_point, &r.point, &width));
    TRY(locale_text(conventions.thousands_sep, &r.thousands, &r.thousands_width));
    r.groups = conventions.grouping;
    if (r.groups.empty()) {
      r.thousands.clear();
      r.thousands_width = 0;
    }
  } else if (spec.grouping) {
    r.thousands = spec.grouping;
    r.thousands_width = 1;
    bool in_fours = spec.type == 'b' || spec.type == 'o' || spec.type == 'x' || spec.type == 'X';
    r.groups = in_fours ? "\4" : "\3";
  }
  return kOk;
}

// Digits with separators and leading zeros up to min_width characters. *width: characters written.
std::string group_digits(std::string_view digits, const Separators& separators, ssize min_width, ssize* width) {
  if (separators.thousands.empty() || separators.groups.empty()) {
    ssize zeros = min_width - static_cast<ssize>(digits.size());
    std::string out;
    if (zeros > 0) out.assign(static_cast<size_t>(zeros), '0');
    out += digits;
    *width = static_cast<ssize>(out.size());
    return out;
  }
  // From the right; `reversed` holds pieces backwards.
  std::string reversed;
  std::string separator(separators.thousands.rbegin(), separators.thousands.rend());
  size_t left = digits.size(), group_index = 0;
  ssize count = 0, in_group = 0;
  while (left > 0 || count < min_width) {
    char group = separators.groups[group_index];
    if (group > 0 && group != CHAR_MAX && in_group == group) {
      reversed += separator;
      count += separators.thousands_width;
      in_group = 0;
      if (group_index + 1 < separators.groups.size()) group_index++;
    }
    reversed.push_back(left > 0 ? digits[--left] : '0');
    count++;
    in_group++;
  }
  *width = count;
  return std::string(reversed.rbegin(), reversed.rend());
}

// A number's text in pieces, as ASCII.
struct NumberText {
  bool negative = false;
  std::string_view prefix;  // "0x"
  std::string_view digits;  // the integer part; empty for inf and nan
  bool has_point = false;
  std::string_view rest;   // behind the point, or "inf"
  std::string_view whole;  // digits, point and rest, as they stand in one text
};

struct Laid {
  char sign = 0;
  std::string body;  // UTF-8: digits, point and rest
  ssize body_width = 0;
};

Laid lay_out(const NumberText& number, char sign_option, const Separators& separators, ssize min_total_width) {
  Laid r;
  if (number.negative) {
    r.sign = '-';
  } else if (sign_option == '+' || sign_option == ' ') {
    r.sign = sign_option;
  }
  ssize other = (r.sign ? 1 : 0) + static_cast<ssize>(number.prefix.size()) + (number.has_point ? 1 : 0) +
                static_cast<ssize>(number.rest.size());
  if (!number.digits.empty()) {
    r.body = group_digits(number.digits, separators, min_total_width - other, &r.body_width);
  }
  if (number.has_point) {
    r.body += separators.point;
    r.body_width++;
  }
  r.body += number.rest;
  r.body_width += static_cast<ssize>(number.rest.size());
  return r;
}

// fill * left + head + fill * inner + body + fill * right.
Ref<Str> assemble(char32_t fill, ssize left, std::string_view head, ssize inner, std::string_view body, ssize right) {
  constexpr ssize kReasonable = 1 << 16;
  bool ascii_body = true;
  for (char c : body) ascii_body = ascii_body && static_cast<unsigned char>(c) < 128;
  if (fill < 128 && ascii_body && left + inner + right < kReasonable) {
    auto c = static_cast<char>(fill);
    std::string out;
    out.reserve(static_cast<size_t>(left + inner + right) + head.size() + body.size());
    out.append(static_cast<size_t>(left), c);
    out += head;
    out.append(static_cast<size_t>(inner), c);
    out += body;
    out.append(static_cast<size_t>(right), c);
    return str_from_ascii(out);
  }
  StrBuilder out;
  TRY(out.append_fill(fill, left));
  TRY(out.append_ascii(head));
  TRY(out.append_fill(fill, inner));
  TRY(out.append_utf8(body));
  TRY(out.append_fill(fill, right));
  return out.finish();
}

Ref<Str> pad(const FormatSpec& spec, std::string_view head, ssize head_width, std::string_view body, ssize body_width) {
  ssize padding = spec.width - head_width - body_width;
  if (padding < 0) padding = 0;
  ssize left = 0, inner = 0, right = 0;
  switch (spec.align) {
    case '<': right = padding; break;
    case '^':
      left = padding / 2;
      right = padding - left;
      break;
    case '=': inner = padding; break;
    default: left = padding; break;
  }
  return assemble(spec.fill, left, head, inner, body, right);
}

// Neither grouping nor a fill beyond ASCII: everything is known at once.
Ref<Str> finish_plain(const FormatSpec& spec, const NumberText& number) {
  char sign = number.negative ? '-' : spec.sign == '+' || spec.sign == ' ' ? spec.sign : '\0';
  auto head = static_cast<ssize>(number.prefix.size()) + (sign ? 1 : 0);
  auto body = static_cast<ssize>(number.whole.size());
  ssize padding = spec.width - head - body;
  if (padding <= 0 && head == 0) return str_from_ascii(number.whole);
  if (padding < 0) padding = 0;
  ssize left = spec.align == '>' ? padding : spec.align == '^' ? padding / 2 : 0;
  ssize inner = spec.align == '=' ? padding : 0;
  ssize right = padding - left - inner;
  ssize length = head + body + padding;
  if (length == 1) return str_from_ascii(number.whole);
  auto r = TRY(str_new(length, 127));
  char* p = static_cast<char*>(str_data(r.get()));
  auto fill = [&](ssize n) {
    memset(p, static_cast<char>(spec.fill), static_cast<size_t>(n));
    p += n;
  };
  auto put = [&](std::string_view text) {
    if (text.empty()) return;  // memcpy takes no null pointer, not even for nothing
    memcpy(p, text.data(), text.size());
    p += text.size();
  };
  fill(left);
  if (sign) *p++ = sign;
  put(number.prefix);
  fill(inner);
  put(number.whole);
  fill(right);
  return r;
}

Ref<Str> finish_number(const FormatSpec& spec, const NumberText& number) {
  if (!spec.grouping && spec.type != 'n' && spec.fill < 128 && spec.width < (ssize{1} << 40)) {
    return finish_plain(spec, number);
  }
  Separators separators;
  TRY(separators_for(spec, &separators));
  bool zero_filled = spec.fill == '0' && spec.align == '=';
  // Zeros in front of a number are digits of it: separators stand between them, too.
  if (zero_filled && spec.width > (ssize{1} << 40)) return raise_no_memory_error();
  Laid laid = lay_out(number, spec.sign, separators, zero_filled ? spec.width : 0);
  std::string head;
  if (laid.sign) head.push_back(laid.sign);
  head += number.prefix;
  return pad(spec, head, static_cast<ssize>(head.size()), laid.body, laid.body_width);
}

// ---- int -----------------------------------------------------------------------------------------------------------

Ref<Str> format_character(Int* v, const FormatSpec& spec) {
  if (spec.sign) return raise(ValueError, "Sign not allowed with integer format specifier 'c'");
  if (spec.alternate) return raise(ValueError, "Alternate form (#) not allowed with integer format specifier 'c'");
  long c = TRY(int_to_long(as_object(v)));
  if (c < 0 || c > 0x10ffff) return raise(OverflowError, "%c arg not in range(0x110000)");
  auto s = TRY(str_from_char(static_cast<char32_t>(c)));
  ssize padding = spec.width > 1 ? spec.width - 1 : 0;
  ssize left = spec.align == '^' ? padding / 2 : spec.align == '<' ? 0 : padding;
  StrBuilder out;
  TRY(out.append_fill(spec.fill, left));
  TRY(out.append(s.get()));
  TRY(out.append_fill(spec.fill, padding - left));
  return out.finish();
}

Ref<Str> format_integer(Int* v, const FormatSpec& spec) {
  if (spec.precision != -1) return raise(ValueError, "Precision not allowed in integer format specifier");
  if (spec.no_negative_zero) {
    return raise(ValueError, "Negative zero coercion (z) not allowed in integer format specifier");
  }
  if (spec.type == 'c') return format_character(v, spec);
  int base = spec.type == 'b' ? 2 : spec.type == 'o' ? 8 : (spec.type == 'x' || spec.type == 'X') ? 16 : 10;
  auto text = TRY(int_to_str(v, base, false));
  std::string_view digits = str_utf8(text.get());
  NumberText number;
  if (digits[0] == '-') {
    number.negative = true;
    digits.remove_prefix(1);
  }
  number.digits = number.whole = digits;
  char prefix[2] = {'0', static_cast<char>(spec.type)};
  if (spec.alternate && base != 10) number.prefix = {prefix, 2};
  std::string upper;
  if (spec.type == 'X') {
    upper = digits;
    for (char& c : upper) c = c >= 'a' ? static_cast<char>(c - 32) : c;
    number.digits = number.whole = upper;
  }
  return finish_number(spec, number);
}

// ---- float ---------------------------------------------------------------------------------------------------------

// Splits what format_double wrote.
NumberText split_float(std::string_view text) {
  NumberText number;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    number.negative = text[0] == '-';
    text.remove_prefix(1);
  }
  number.whole = text;
  size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') digits++;
  number.digits = text.substr(0, digits);
  if (digits < text.size() && text[digits] == '.') {
    number.has_point = true;
    digits++;
  }
  number.rest = text.substr(digits);
  return number;
}

struct DoubleFormat {
  char code;
  int precision;
  int flags = 0;
  bool percent = false;
};

// 'r' stands for "no type given".
Maybe<DoubleFormat> double_format_of(const FormatSpec& spec, bool add_dot_zero) {
  if (spec.precision > INT_MAX) return raise(ValueError, "precision too big");
  DoubleFormat f{static_cast<char>(spec.type), 6};
  if (spec.alternate) f.flags |= kFloatAlt;
  if (spec.no_negative_zero) f.flags |= kFloatNoNegZero;
  switch (f.code) {
    case 0:
      f.code = spec.precision < 0 ? 'r' : 'g';
      f.precision = 0;
      if (add_dot_zero) f.flags |= kFloatAddDotZero;
      break;
    case 'n': f.code = 'g'; break;
    case '%':
      f.code = 'f';
      f.percent = true;
      break;
  }
  if (spec.precision >= 0) f.precision = static_cast<int>(spec.precision);
  return f;
}

Ref<Str> format_float_value(double v, const FormatSpec& spec) {
  auto f = TRY(double_format_of(spec, true));
  std::string text = format_double(f.percent ? v * 100 : v, f.code, f.precision, f.flags);
  if (f.percent) text.push_back('%');
  return finish_number(spec, split_float(text));
}

bool is_float_type(char32_t type) {
  switch (type) {
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
    case '%': return true;
    default: return false;
  }
}

// ---- complex -------------------------------------------------------------------------------------------------------

Ref<Str> format_complex_value(double real, double imag, const FormatSpec& spec) {
  if (spec.fill == '0') return raise(ValueError, "Zero padding is not allowed in complex format specifier");
  if (spec.align == '=') return raise(ValueError, "'=' alignment flag is not allowed in complex format specifier");
  auto f = TRY(double_format_of(spec, false));
  bool no_type = spec.type == 0;
  bool skip_real = no_type && real == 0.0 && !std::signbit(real);
  std::string real_text = format_double(real, f.code, f.precision, f.flags);
  std::string imag_text = format_double(imag, f.code, f.precision, f.flags);
  Separators separators;
  TRY(separators_for(spec, &separators));
  std::string body;
  ssize width = 0;
  auto add = [&](const Laid& laid) {
    if (laid.sign) {
      body.push_back(laid.sign);
      width++;
    }
    body += laid.body;
    width += laid.body_width;
  };
  if (no_type && !skip_real) body = "(";
  if (!skip_real) add(lay_out(split_float(real_text), spec.sign, separators, 0));
  add(lay_out(split_float(imag_text), skip_real ? spec.sign : '+', separators, 0));
  body += "j";
  width++;
  if (no_type && !skip_real) {
    body += ")";
    width += 2;
  }
  return pad(spec, "", 0, body, width);
}

}  // namespace

Ref<Str> int_format(Object* v, Str* spec_text) {
  if (!spec_text || str_length(spec_text) == 0) {
    return type_of(v) == &int_type ? int_to_str(cast<Int>(v)) : object_str(v);
  }
  FormatSpec spec;
  TRY(parse_format_spec(spec_text, v, 'd', '>', spec));
  switch (spec.type) {
    case 'b':
    case 'c':
    case 'd':
    case 'o':
    case 'x':
    case 'X':
    case 'n': return format_integer(cast<Int>(v), spec);
    default:
      if (!is_float_type(spec.type)) return raise_unknown_format_code(spec.type, v);
      return format_float_value(TRY(int_to_double(v)), spec);
  }
}

Ref<Str> float_format(Object* v, Str* spec_text) {
  if (!spec_text || str_length(spec_text) == 0) {
    if (type_of(v) != &float_type) return object_str(v);
    return str_from_ascii(format_double(cast<Float>(v)->value, 'r', 0, kFloatAddDotZero));
  }
  FormatSpec spec;
  TRY(parse_format_spec(spec_text, v, '\0', '>', spec));
  if (spec.type != 0 && spec.type != 'n' && !is_float_type(spec.type)) return raise_unknown_format_code(spec.type, v);
  return format_float_value(cast<Float>(v)->value, spec);
}

Ref<Str> complex_format(Object* v, Str* spec_text) {
  if (!spec_text || str_length(spec_text) == 0) return object_str(v);
  FormatSpec spec;
  TRY(parse_format_spec(spec_text, v, '\0', '>', spec));
  if (spec.type != 0 && spec.type != 'n' && (!is_float_type(spec.type) || spec.type == '%')) {
    return raise_unknown_format_code(spec.type, v);
  }
  return format_complex_value(cast<Complex>(v)->real, cast<Complex>(v)->imag, spec);
}

}  // namespace minipy
