// Tokenizer, parser and compiler. The first bytes of an input choose modes and flags, the rest is the source text.
#include <algorithm>
#include <cmath>
#include <string>

#include "compiler/arena.h"
#include "compiler/ast_dump.h"
#include "compiler/ast_validate.h"
#include "compiler/compile.h"
#include "compiler/marshal.h"
#include "compiler/parse.h"
#include "compiler/tokenizer.h"
#include "runtime/abstract.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/function.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "stdlib/_ast/ast_convert.h"
#include "tests/fuzz/target.h"

namespace minipy::fuzz {

namespace {

// As compile() and the readers of files do: no null bytes reach the front end.
std::string without_nulls(std::string_view input) {
  std::string source(input);
  std::erase(source, '\0');
  return source;
}

ParseMode parse_mode(uint8_t byte) { return static_cast<ParseMode>(byte & 3); }

// A NaN, which folding can make (`1e999 % 2`), is not equal to the NaN that is read back.
bool has_nan(Object* constant) {
  if (is_exactly(constant, &float_type)) return std::isnan(cast<Float>(constant)->value);
  if (is_exactly(constant, &complex_type)) {
    auto* z = cast<Complex>(constant);
    return std::isnan(z->real) || std::isnan(z->imag);
  }
  if (is_exactly(constant, &code_type)) return has_nan(cast<Code>(constant)->consts);
  if (is_exactly(constant, &tuple_type)) {
    auto* t = cast<Tuple>(constant);
    return std::any_of(t->items, t->items + tuple_size(t), has_nan);
  }
  if (is_exactly(constant, &frozenset_type)) {
    ssize position = 0;
    hash_t hash;
    for (Object* key; set_next(cast<Set>(constant), &position, &key, &hash);) {
      if (has_nan(key)) return true;
    }
  }
  return false;
}

}  // namespace

void run_tokenizer(std::string_view input) {
  uint8_t flags = take_byte(input);
  std::string source = without_nulls(input);
  std::erase(source, '\r');
  TokenizerOptions options;
  options.type_comments = flags & 1;
  options.async_as_names = flags & 2;
  options.comments = flags & 4;
  Tokenizer tokenizer(source, options, nullptr);
  Token token;
  // Every token takes a character of the source, but for line ends, indentation and the end.
  size_t most = 3 * source.size() + 300, count = 0;
  while (true) {
    TokenKind kind = tokenizer.next(&token);
    if (kind == TokenKind::kErrorToken || kind == TokenKind::kEndMarker) break;
    FUZZ_CHECK(token.start >= 0 && token.start <= token.end && token.end <= static_cast<int>(source.size()) + 1);
    FUZZ_CHECK(token.lineno <= token.end_lineno && token.lineno >= 1);
    FUZZ_CHECK(++count <= most);
  }
  FUZZ_CHECK(tokenizer.cursor() >= tokenizer.source().data());
  FUZZ_CHECK(tokenizer.cursor() <= tokenizer.source().data() + source.size() + 1);
}

void run_parser(std::string_view input) {
  uint8_t flags = take_byte(input), more_flags = take_byte(input);
  std::string source = without_nulls(input);
  ParseOptions options;
  options.type_comments = flags & 4;
  options.barry_as_flufl = flags & 8;
  options.ignore_cookie = flags & 16;
  options.from_file = flags & 32;
  options.dont_imply_dedent = flags & 64;
  options.allow_incomplete_input = flags & 128;
  options.feature_version = more_flags ? more_flags % 13 : 11;
  ParseMode mode = parse_mode(flags);
  Arena arena;
  ast::Mod* tree = parse_source(arena, source, NAME("<fuzz>"), mode, options);
  if (!tree) {
    FUZZ_CHECK(error_pending());
    return expect_ordinary_error();
  }
  FUZZ_CHECK(!error_pending());
  std::string text, again;
  if (!dump_ast(tree, {.include_attributes = true}, &text)) return expect_ordinary_error();
  // Tree to objects and back is the same tree.
  Ref<Object> objects = ast_to_object(tree);
  if (!objects) return expect_ordinary_error();
  ast::Mod* back = ast_from_object(arena, objects.get(), mode);
  if (!back) return expect_ordinary_error();
  if (mode != ParseMode::kFunctionType && !validate_ast(back)) return expect_ordinary_error();
  if (!dump_ast(back, {.include_attributes = true}, &again)) return expect_ordinary_error();
  FUZZ_CHECK(text == again, text + "\n" + again);
}

void run_compiler(std::string_view input) {
  uint8_t flags = take_byte(input), more_flags = take_byte(input);
  std::string source = without_nulls(input);
  CompileOptions options;
  options.optimize = (flags >> 2) % 3;
  if (flags & 16) options.flags |= kCfIgnoreCookie;
  if (flags & 32) options.flags |= kCfAllowTopLevelAwait;
  if (flags & 64) options.flags |= kFutureAnnotations;
  if (flags & 128) options.flags |= kCfTypeComments;
  if (more_flags & 1) options.flags |= kFutureBarryAsBdfl;
  if (more_flags & 2) options.flags |= kCfDontImplyDedent;
  if (more_flags & 4) options.flags |= kCfAllowIncompleteInput;
  options.from_file = more_flags & 8;
  Ref<Code> code = compile_source(source, NAME("<fuzz>"), parse_mode(flags), options);
  if (!code) {
    FUZZ_CHECK(error_pending());
    return expect_ordinary_error();
  }
  FUZZ_CHECK(!error_pending());
  // What was compiled can be written and read back.
  Ref<Object> dumped = marshal_dumps(as_object(code.get()));
  if (!dumped) return expect_ordinary_error();
  std::string_view data = bytes_view(cast<Bytes>(dumped.get()));
  Ref<Object> loaded = marshal_loads(data.data(), static_cast<ssize>(data.size()));
  if (!loaded) return expect_ordinary_error();
  Maybe<bool> same = object_compare_bool(loaded.get(), as_object(code.get()), CompareOp::kEq);
  if (!same) return expect_ordinary_error();
  FUZZ_CHECK(*same || has_nan(as_object(code.get())));
}

void run_marshal(std::string_view input) {
  ssize consumed = 0;
  Ref<Object> value = marshal_loads(input.data(), static_cast<ssize>(input.size()), &consumed);
  if (!value) {
    FUZZ_CHECK(error_pending());
    return error_clear();  // SystemError, too, as in CPython for impossible code objects
  }
  FUZZ_CHECK(!error_pending());
  FUZZ_CHECK(consumed > 0 && consumed <= static_cast<ssize>(input.size()));
  // What was read can be written (or is refused with an error), and that can be read.
  Ref<Object> dumped = marshal_dumps(value.get());
  if (!dumped) return expect_ordinary_error();
  std::string_view data = bytes_view(cast<Bytes>(dumped.get()));
  Ref<Object> again = marshal_loads(data.data(), static_cast<ssize>(data.size()));
  FUZZ_CHECK(again);
  Ref<Object> text = object_repr(value.get());
  if (!text) return expect_ordinary_error();
}

}  // namespace minipy::fuzz
