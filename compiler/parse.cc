// Parsing: the fast parser, and when that fails the diagnosing one.
#include "compiler/parse.h"

#include "compiler/parser.h"
#include "compiler/source.h"
#include "runtime/error.h"

namespace minipy {

ast::Mod* parse_source(Arena& arena, std::string_view source, Str* filename, ParseMode mode,
                       const ParseOptions& options) {
  SourceText text;
  if (!read_source(source, filename, mode, options.ignore_cookie, &text)) return nullptr;
  ParseContext context(arena, filename, options);
  std::vector<ParseWarning> warnings;
  Parser parser(context, text.text, warnings);
  return parser.parse(mode);
}

}  // namespace minipy
