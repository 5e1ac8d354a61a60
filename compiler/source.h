// Source bytes to the text that is tokenized: line ends, byte order mark, coding cookie (PEP 263).
#pragma once

#include <string>
#include <string_view>

#include "compiler/parse.h"
#include "runtime/result.h"

namespace minipy {

struct SourceText {
  std::string text;      // lines end in "\n"; UTF-8 if the source was valid
  std::string encoding;  // as declared, normalised; empty: UTF-8 by default
  // A program's file without a declared encoding must be UTF-8. `text` ends before the first line that is not; its
  // number and first wrong byte. 0: there is none.
  int undecodable_lineno = 0;
  unsigned char undecodable_byte = 0;
};

// For `exec` mode a missing line break at the end is added. With `ignore_cookie` the source is UTF-8 whatever it says.
// Failed: SyntaxError about an unknown encoding or undecodable bytes. (Bytes that are not UTF-8 in a source without a
// declaration are found by the parser.) There are no null bytes in the source: the caller of compile() has refused
// them, and in a file the rest of such a line is ignored, its line break included.
Status read_source(std::string_view source, Str* filename, ParseMode mode, const ParseOptions& options,
                   SourceText* out);

// The encoding declared by a comment in a source line; empty if there is none. `*is_comment`: the line holds nothing
// but a comment or blanks, so that the next line may declare one.
std::string declared_encoding(std::string_view line, bool* is_comment);

}  // namespace minipy
