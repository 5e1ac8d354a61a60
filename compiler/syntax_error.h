// Raising SyntaxErrors with their places.
#pragma once

#include <string_view>

#include "runtime/error.h"

namespace minipy {

struct Str;

// Where an error is: lines from 1; offsets as SyntaxError has them, in characters from 1 (0 and -1 have CPython's
// meanings of "no offset").
struct ErrorPlace {
  int lineno;
  int offset;
  int end_lineno;
  int end_offset;
};

// `type` is SyntaxError or a subclass. args: (message, (filename, lineno, offset, text, end_lineno, end_offset)); text
// null: None.
Raised raise_syntax_error(Type* type, Str* message, Str* filename, const ErrorPlace& place, Str* text);
// As CPython's symbol table raises it: args are (message,), and the place is only in the attributes. Offsets and lines
// below 0: None.
Raised raise_attributed_syntax_error(Str* message, Str* filename, const ErrorPlace& place, Str* text);
// About a source as a whole: args are (message, (filename, 0, -1, None)).
Raised raise_unplaced_syntax_error(Str* message, Str* filename);

// The number of characters in the first `bytes` bytes of a line of UTF-8 (malformed sequences count as the replacement
// characters they would be decoded to), which is at most one more than the line has.
int character_offset(std::string_view line, int bytes);

// The length of the part of a text that is valid UTF-8, up to the first malformed sequence.
size_t valid_utf8_prefix(std::string_view text);

}  // namespace minipy
