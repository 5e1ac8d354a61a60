// The parser of format specifications.
#include "runtime/format_spec.h"

#include "runtime/abstract.h"
#include "runtime/error.h"
#include "runtime/str.h"
#include "runtime/unicode_data.h"

namespace minipy {

namespace {

bool is_alignment(char32_t c) { return c == '<' || c == '>' || c == '=' || c == '^'; }

// Reads decimal digits (of any script) at position i; *digits is how many. Failed: too large.
Status take_number(Str* spec, ssize& i, ssize& out, ssize* digits) {
  *digits = 0;
  ssize v = 0;
  for (; i < str_length(spec); i++, ++*digits) {
    char32_t c = str_at(spec, i);
    int d = c < 128 ? (c >= '0' && c <= '9' ? static_cast<int>(c - '0') : -1) : unicode_decimal_value(c);
    if (d < 0) break;
    if (v > (PTRDIFF_MAX - d) / 10) return raise(ValueError, "Too many decimal digits in format string");
    v = v * 10 + d;
  }
  if (*digits) out = v;
  return kOk;
}

Raised raise_grouping_with_type(char grouping, char32_t type) {
  if (type > 32 && type < 128) return raise(ValueError, "Cannot specify '{}' with '{}'.", grouping, type);
  return raise(ValueError, "Cannot specify '{}' with '\\x{:x}'.", grouping, static_cast<unsigned>(type));
}

Status check_grouping(const FormatSpec& spec) {
  if (!spec.grouping) return kOk;
  switch (spec.type) {
    case 0:
    case 'd':
    case 'e':
    case 'f':
    case 'g':
    case 'E':
    case 'F':
    case 'G':
    case '%': return kOk;
    case 'b':
    case 'o':
    case 'x':
    case 'X':
      if (spec.grouping == '_') return kOk;
      [[fallthrough]];
    default: return raise_grouping_with_type(spec.grouping, spec.type);
  }
}

}  // namespace

Raised raise_unknown_format_code(char32_t type, Object* value) {
  if (type > 32 && type < 128) {
    return raise(ValueError, "Unknown format code '{}' for object of type '{:.200}'", type, type_name(value));
  }
  return raise(ValueError, "Unknown format code '\\x{:x}' for object of type '{:.200}'", static_cast<unsigned>(type),
               type_name(value));
}

Status parse_format_spec(Str* spec, Object* value, char default_type, char default_align, FormatSpec& out) {
  ssize i = 0, end = str_length(spec);
  auto at = [&](ssize k) -> char32_t { return k < end ? str_at(spec, k) : 0; };
  out = FormatSpec{};
  out.align = default_align;
  out.type = static_cast<unsigned char>(default_type);
  if (end - i >= 2 && is_alignment(at(i + 1))) {
    out.align = static_cast<char>(at(i + 1));
    out.fill = at(i);
    out.fill_given = out.align_given = true;
    i += 2;
  } else if (is_alignment(at(i))) {
    out.align = static_cast<char>(at(i));
    out.align_given = true;
    i++;
  }
  if (char32_t c = at(i); c == ' ' || c == '+' || c == '-') {
    out.sign = static_cast<char>(c);
    i++;
  }
  if (at(i) == 'z') {
    out.no_negative_zero = true;
    i++;
  }
  if (at(i) == '#') {
    out.alternate = true;
    i++;
  }
  if (!out.fill_given && at(i) == '0') {
    out.fill = '0';
    if (!out.align_given && default_align == '>') out.align = '=';
    out.fill_given = true;
    i++;
  }
  ssize digits;
  TRY(take_number(spec, i, out.width, &digits));
  if (at(i) == ',') {
    out.grouping = ',';
    i++;
  }
  if (at(i) == '_') {
    if (out.grouping) return raise(ValueError, "Cannot specify both ',' and '_'.");
    out.grouping = '_';
    i++;
  }
  if (at(i) == ',' && out.grouping == '_') return raise(ValueError, "Cannot specify both ',' and '_'.");
  if (at(i) == '.') {
    i++;
    TRY(take_number(spec, i, out.precision, &digits));
    if (digits == 0) return raise(ValueError, "Format specifier missing precision");
  }
  if (end - i > 1) {
    return raise(ValueError, "Invalid format specifier '{}' for object of type '{:.200}'", spec, type_name(value));
  }
  if (i < end) out.type = at(i);
  return check_grouping(out);
}

}  // namespace minipy
