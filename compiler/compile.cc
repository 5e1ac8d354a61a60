// From text or tree to a code object: future statements, folding, symbol table, code generation.
#include "compiler/compile.h"

#include <cstdio>
#include <string>

#include "compiler/codegen/codegen.h"
#include "compiler/codegen/fold.h"
#include "compiler/codegen/symtable.h"
#include "compiler/syntax_error.h"
#include "runtime/abstract.h"
#include "runtime/bytes.h"
#include "runtime/counted.h"
#include "runtime/error.h"
#include "runtime/function.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"

namespace minipy {

namespace {

// The line of the file, with its line break; false when it cannot be read.
bool read_source_line(Str* filename, int line, std::string& out) {
  Ref<Object> path = str_encode_fs(as_object(filename));
  if (!path) {
    error_clear();
    return false;
  }
  std::FILE* f = std::fopen(std::string(bytes_view(cast<Bytes>(path.get()))).c_str(), "rb");
  if (!f) return false;
  int current = 1;
  for (int c; (c = std::getc(f)) != EOF;) {
    if (current == line) out += static_cast<char>(c);
    if (c == '\n' && current++ == line) break;
  }
  std::fclose(f);
  return current >= line && !out.empty();
}

}  // namespace

namespace {

// The line for an error's `text`; null: there is none.
Ref<Str> error_text(Str* filename, int lineno) {
  std::string line;
  if (lineno <= 0 || !read_source_line(filename, lineno, line)) return nullptr;
  Ref<Str> text = str_decode_utf8(line.data(), static_cast<ssize>(line.size()), "replace");
  if (!text) error_clear();
  return text;
}

}  // namespace

Raised raise_compile_error(Str* filename, const ast::Location& at, Str* message) {
  ErrorPlace place = {at.lineno, at.col_offset + 1, at.end_lineno, at.end_col_offset + 1};
  return raise_syntax_error(SyntaxError, message, filename, place, error_text(filename, at.lineno).get());
}

Raised raise_symbol_error(Str* filename, const ast::Location& at, Str* message) {
  ErrorPlace place = {at.lineno, at.col_offset + 1, at.end_lineno, at.end_col_offset + 1};
  return raise_attributed_syntax_error(message, filename, place, error_text(filename, at.lineno).get());
}

namespace {

struct Feature {
  const char* name;
  int flag;  // 0: always on
};
constexpr Feature kFeatures[] = {
    {"nested_scopes", 0},    {"generators", 0},
    {"division", 0},         {"absolute_import", 0},
    {"with_statement", 0},   {"print_function", 0},
    {"unicode_literals", 0}, {"barry_as_FLUFL", kFutureBarryAsBdfl},
    {"generator_stop", 0},   {"annotations", kFutureAnnotations},
};

struct Futures {
  int flags = 0;
  int last_line = -1;  // of the last statement that counts
};

// An error in a future statement: the place has no end. `offset` counts from 1.
bool future_error(Str* filename, ast::ImportFrom* s, int offset, Ref<Str> message) {
  if (!message) return false;
  int lineno = s->loc.lineno;
  raise_attributed_syntax_error(message.get(), filename, {lineno, offset, lineno, -1},
                                error_text(filename, lineno).get());
  return false;
}

bool future_features(Str* filename, ast::ImportFrom* s, Futures& futures) {
  for (ast::Alias* a : s->names) {
    bool known = false;
    for (const Feature& f : kFeatures) {
      if (!str_equals_ascii(a->name, f.name)) continue;
      futures.flags |= f.flag;
      known = true;
    }
    if (known) continue;
    Ref<Str> message = str_equals_ascii(a->name, "braces")
                           ? str_from_ascii("not a chance")
                           : format_message("future feature {:.100} is not defined", a->name);
    return future_error(filename, s, s->loc.col_offset + 1, std::move(message));
  }
  futures.last_line = s->loc.lineno;
  return true;
}

// `from __future__ import` stands before everything but the docstring (PEP 236). Of later ones only those on the line
// of the first other statement are found here, the rest by the code generator.
bool collect_futures(ast::Mod* tree, Str* filename, Futures& futures) {
  Seq<ast::Stmt*> body;
  if (auto* m = ast::as<ast::Module>(tree)) {
    body = m->body;
  } else if (auto* m = ast::as<ast::Interactive>(tree)) {
    body = m->body;
  }
  int other_line = -1;  // of the first statement that is none
  for (int i = docstring_of(body) ? 1 : 0; i < body.size(); i++) {
    if (other_line >= 0 && body[i]->loc.lineno > other_line) return true;
    auto* import = ast::as<ast::ImportFrom>(body[i]);
    if (!import || !import->module || !str_equals_ascii(import->module, "__future__")) {
      other_line = body[i]->loc.lineno;
    } else if (other_line >= 0) {
      return future_error(filename, import, import->loc.col_offset, str_from_ascii(kLateFuture));
    } else if (!future_features(filename, import, futures)) {
      return false;
    }
  }
  return true;
}

}  // namespace

ParseOptions parse_options(const CompileOptions& o) {
  ParseOptions p;
  p.feature_version = o.feature_version;
  p.type_comments = o.flags & kCfTypeComments;
  p.barry_as_flufl = o.flags & kFutureBarryAsBdfl;
  p.ignore_cookie = o.flags & kCfIgnoreCookie;
  p.dont_imply_dedent = o.flags & kCfDontImplyDedent;
  p.allow_incomplete_input = o.flags & kCfAllowIncompleteInput;
  p.from_file = o.from_file;
  p.interactive = o.interactive;
  p.needs_more = o.needs_more;
  return p;
}

Ref<Code> compile_tree(ast::Mod* tree, Arena& arena, Str* filename, ParseMode mode, const CompileOptions& options) {
  Ref<Object> counted_constants = counted_dict();
  Ref<Object> counted_units = counted_list();
  Futures futures;
  if (!collect_futures(tree, filename, futures)) return nullptr;
  int flags = options.flags | futures.flags;
  int optimize = options.optimize >= 0 ? options.optimize : current_interpreter()->config.optimize;
  bool future_annotations = flags & kFutureAnnotations;
  if (!fold_constants(tree, arena, optimize, future_annotations)) return nullptr;
  std::unique_ptr<SymbolTable> table = build_symbol_table(tree, arena, filename, future_annotations);
  if (!table) return nullptr;
  CodeGenerator generator(arena, filename, table.get(), flags, optimize, mode == ParseMode::kInteractive);
  generator.set_last_future_line(futures.last_line);
  return generator.generate(tree);
}

Ref<Code> compile_source(std::string_view source, Str* filename, ParseMode mode, const CompileOptions& options) {
  Arena arena;
  Ref<Object> counted_objects = counted_list();  // CPython's arena keeps its objects in a list
  ast::Mod* tree = parse_source(arena, source, filename, mode, parse_options(options));
  if (!tree) return nullptr;
  return compile_tree(tree, arena, filename, mode, options);
}

std::unique_ptr<SymbolTable> symbol_table_of_tree(ast::Mod* tree, Arena& arena, Str* filename) {
  Futures futures;
  if (!collect_futures(tree, filename, futures)) return nullptr;
  return build_symbol_table(tree, arena, filename, futures.flags & kFutureAnnotations);
}

}  // namespace minipy
