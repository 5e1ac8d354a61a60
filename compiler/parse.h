// Text to tree: the entry points of the front half of the compiler.
#pragma once

#include <string_view>

#include "compiler/arena.h"
#include "compiler/ast.h"

namespace minipy {

struct Str;

// The start symbols of the grammar ("Full Grammar specification" of the language reference).
enum class ParseMode : uint8_t {
  kFile,          // `exec`: ast::Module
  kInteractive,   // `single`: ast::Interactive
  kExpression,    // `eval`: ast::Expression
  kFunctionType,  // `func_type`: ast::FunctionType
};

struct ParseOptions {
  // The minor version of the language (feature_version of ast.parse); 11 accepts everything.
  int feature_version = 11;
  bool type_comments = false;
  // `from __future__ import barry_as_FLUFL` in force: `<>` instead of `!=`.
  bool barry_as_flufl = false;
  // `PyCF_IGNORE_COOKIE`: the source is text already, a coding cookie in it means nothing.
  bool ignore_cookie = false;
  // The source is a file that is run as a program: errors in its encoding are reported as CPython does for those.
  bool from_file = false;
  // `PyCF_DONT_IMPLY_DEDENT`, of `single` mode (codeop).
  bool dont_imply_dedent = false;
  // `PyCF_ALLOW_INCOMPLETE_INPUT` (codeop): a source that ends too early raises "incomplete input".
  bool allow_incomplete_input = false;
  // `single` mode of a prompt: the rules for lines that somebody types hold (an empty line ends a block).
  bool interactive = false;
  // Not null: the source may go on. Set when a line after the last one is needed; there is no tree and no exception
  // then.
  bool* needs_more = nullptr;
};

// Parses a source of bytes: decodes it (PEP 263: byte order mark, coding cookie, default UTF-8) and parses. The tree
// and what it borrows live in `arena`. `filename` is borrowed, for errors. Null: SyntaxError (IndentationError,
// TabError) pending with (msg, (filename, lineno, offset, text, end_lineno, end_offset)), or another exception
// (MemoryError for too deep nesting, LookupError-made SyntaxErrors for encodings, a warning that a filter turned into
// an error...).
ast::Mod* parse_source(Arena& arena, std::string_view source, Str* filename, ParseMode mode,
                       const ParseOptions& options = {});

}  // namespace minipy
