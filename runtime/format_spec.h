// The format() mini-language (library reference "Format Specification Mini-Language"), shared by str, int, float and
// complex:  [[fill]align][sign]["z"]["#"]["0"][width][grouping]["." precision][type]
#pragma once

#include "gc/object.h"
#include "runtime/result.h"

namespace minipy {

struct Str;

struct FormatSpec {
  char32_t fill = ' ';
  char align = '>';  // '<' '>' '=' '^'; the type's default when not given
  bool align_given = false;
  bool fill_given = false;        // explicitly, or by "0"
  char sign = 0;                  // 0 (not given), '+', '-', ' '
  bool no_negative_zero = false;  // "z"
  bool alternate = false;         // "#"
  char grouping = 0;              // 0, ',' or '_'
  ssize width = -1;               // -1: not given
  ssize precision = -1;           // -1: not given
  char32_t type = 0;              // the default type when not given
};

// Parses spec for formatting `value` (named in messages). ValueError with CPython's message.
Status parse_format_spec(Str* spec, Object* value, char default_type, char default_align, FormatSpec& out);

// "Unknown format code 'x' for object of type 'T'".
Raised raise_unknown_format_code(char32_t type, Object* value);

}  // namespace minipy
