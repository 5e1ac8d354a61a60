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

Raised raise_compile_error(Str* filename, const ast::Location& location, Str* message) {
  std::string line;
  Ref<Str> text;
  ErrorPlace place = {location.lineno, location.col_offset + 1, location.end_lineno, location.end_col_offset + 1};
  if (location.lineno > 0 && read_source_line(filename, location.lineno, line)) {
    text = str_decode_utf8(line.data(), static_cast<ssize>(line.size()), "replace");
    if (!text) error_clear();
  }
  return raise_syntax_error(SyntaxError, message, filename, place, text.get());
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

bool future_feature(Str* filename, ast::ImportFrom* s, int* flags) {
  for (ast::Alias* a : s->names) {
    bool known = false;
    for (const Feature& f : kFeatures) {
      if (!str_equals_ascii(a->name, f.name)) continue;
      *flags |= f.flag;
      known = true;
    }
    if (known) continue;
    Ref<Str> message = str_equals_ascii(a->name, "braces")
                           ? str_from_ascii("not a chance")
                           : format_message("future feature {:.100} is not defined", a->name);
    // The place has no end.
    if (message) raise_compile_error(filename, {s->loc.lineno, s->loc.col_offset, s->loc.lineno, -1}, message.get());
    return false;
  }
  return true;
}

// `from __future__ import` stands before everything but the docstring (PEP 236).
bool collect_futures(ast::Mod* tree, Str* filename, int* flags) {
  Seq<ast::Stmt*> body;
  if (auto* m = ast::as<ast::Module>(tree)) {
    body = m->body;
  } else if (auto* m = ast::as<ast::Interactive>(tree)) {
    body = m->body;
  } else {
    return true;
  }
  bool done = false;
  for (int i = 0; i < body.size(); i++) {
    auto* import = ast::as<ast::ImportFrom>(body[i]);
    if (import && import->level == 0 && import->module && str_equals_ascii(import->module, "__future__")) {
      if (done) {
        Ref<Str> message = str_from_ascii("from __future__ imports must occur at the beginning of the file");
        if (message) raise_compile_error(filename, import->loc, message.get());
        return false;
      }
      if (!future_feature(filename, import, flags)) return false;
    } else if (!(i == 0 && docstring_of(body))) {
      done = true;
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
  return p;
}

Ref<Code> compile_tree(ast::Mod* tree, Arena& arena, Str* filename, ParseMode mode, const CompileOptions& options) {
  int flags = options.flags;
  if (!collect_futures(tree, filename, &flags)) return nullptr;
  int optimize = options.optimize >= 0 ? options.optimize : current_interpreter()->config.optimize;
  bool future_annotations = flags & kFutureAnnotations;
  if (!fold_constants(tree, arena, optimize, future_annotations)) return nullptr;
  std::unique_ptr<SymbolTable> table = build_symbol_table(tree, arena, filename, future_annotations);
  if (!table) return nullptr;
  CodeGenerator generator(arena, filename, table.get(), flags, optimize, mode == ParseMode::kInteractive);
  return generator.generate(tree);
}

Ref<Code> compile_source(std::string_view source, Str* filename, ParseMode mode, const CompileOptions& options) {
  Arena arena;
  ast::Mod* tree = parse_source(arena, source, filename, mode, parse_options(options));
  if (!tree) return nullptr;
  return compile_tree(tree, arena, filename, mode, options);
}

}  // namespace minipy
