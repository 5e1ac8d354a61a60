// Parsing: the fast parser, and when that fails the diagnosing one.
#include "compiler/parse.h"

#include <algorithm>

#include "compiler/diagnose.h"
#include "compiler/parser.h"
#include "compiler/source.h"
#include "runtime/str.h"

namespace minipy {

namespace {

// The fast parser's estimate of CPython's recursion is good for this much; what is nested deeper is measured.
constexpr int kCertainDepth = 4000;

// Issues what warnings the parse has found, in the order of the source.
bool issue_warnings(std::vector<ParseWarning>& warnings, ParseContext& context, const SourceText& source,
                    ParseMode mode) {
  std::stable_sort(warnings.begin(), warnings.end(),
                   [](const ParseWarning& a, const ParseWarning& b) { return a.offset < b.offset; });
  for (const ParseWarning& warning : warnings) {
    bool string = warning.token.kind == TokenKind::kString;
    int lineno = string ? warning.token.lineno : warning.token.end_lineno;
    if (warn_explicit(warning.category, warning.message.get(), context.filename, lineno)) continue;
    if (!error_clear_if(warning.category)) return false;
    // As a SyntaxError it is reported by the parser that knows how: which issues the warnings once more, up to here.
    return diagnose(context, source, mode);
  }
  return true;
}

}  // namespace

ast::Mod* parse_source(Arena& arena, std::string_view source, Str* filename, ParseMode mode,
                       const ParseOptions& options) {
  SourceText text;
  if (!read_source(source, filename, mode, options, &text)) return nullptr;
  ParseContext context(arena, filename, options);
  if (options.needs_more && needs_more(context, text)) {
    *options.needs_more = true;
    return nullptr;
  }
  std::vector<ParseWarning> warnings;
  Parser parser(context, text.text, warnings);
  ast::Mod* tree = text.undecodable_lineno ? nullptr : parser.parse(mode);
  if (tree && parser.depth_reached() <= kCertainDepth) {
    return issue_warnings(warnings, context, text, mode) ? tree : nullptr;
  }
  if (parser.out_of_stack()) {
    // What CPython raises where its parser's depth is exceeded.
    error_clear();
    return raise_no_memory_error();
  }
  if (!tree) error_clear();  // what the fast parser stumbled over is found again
  if (!diagnose(context, text, mode)) return nullptr;
  if (mode == ParseMode::kFile && !parser.undecodable_type_ignore().empty()) {
    // As in CPython this comes after all else that may be wrong: a UnicodeDecodeError.
    (void)str_from_utf8(parser.undecodable_type_ignore());
    return nullptr;
  }
  // A single statement may end before the line that cannot be decoded, which nobody reads then.
  if (text.undecodable_lineno) tree = parser.parse(mode);
  if (tree) return tree;
  return raise(SystemError, "the parsers disagree about {}", filename);
}

}  // namespace minipy
