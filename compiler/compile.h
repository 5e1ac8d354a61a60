// Text or tree to code object: the compiler's entry points.
#pragma once

#include <memory>
#include <string_view>

#include "compiler/parse.h"
#include "gc/object.h"
#include "runtime/result.h"

namespace minipy {

struct Code;
class SymbolTable;

// Flags of compile() (ast.PyCF_*, __future__'s compiler flags share the word).
enum CompileFlags : int {
  kCfSourceIsUtf8 = 0x100,
  kCfDontImplyDedent = 0x200,
  kCfOnlyAst = 0x400,
  kCfIgnoreCookie = 0x800,
  kCfTypeComments = 0x1000,
  kCfAllowTopLevelAwait = 0x2000,
  kCfAllowIncompleteInput = 0x4000,
  kFutureNested = 0x10,
  kFutureDivision = 0x20000,
  kFutureAbsoluteImport = 0x40000,
  kFutureWithStatement = 0x80000,
  kFuturePrintFunction = 0x100000,
  kFutureUnicodeLiterals = 0x200000,
  kFutureBarryAsBdfl = 0x400000,
  kFutureGeneratorStop = 0x800000,
  kFutureAnnotations = 0x1000000,
  kFutureMask = 0x1fe0000,
};

struct CompileOptions {
  int flags = 0;
  int optimize = -1;  // -1: the interpreter's -O level
  int feature_version = 11;
  // As those of ParseOptions.
  bool from_file = false;
  bool interactive = false;
  bool* needs_more = nullptr;
};
// What the parser is to know of them.
ParseOptions parse_options(const CompileOptions& options);

// New code object; null: SyntaxError or another exception pending. `source` is bytes of a file (coding cookie honoured)
// or, with kCfIgnoreCookie, UTF-8 text.
Ref<Code> compile_source(std::string_view source, Str* filename, ParseMode mode, const CompileOptions& options = {});
// From a tree made by parse_source or converted from `ast` objects.
Ref<Code> compile_tree(ast::Mod* tree, Arena& arena, Str* filename, ParseMode mode, const CompileOptions& options = {});

// The symbol table of a tree that parse_source made, before constants are folded; null: exception pending.
std::unique_ptr<SymbolTable> symbol_table_of_tree(ast::Mod* tree, Arena& arena, Str* filename);

}  // namespace minipy
