// Parser and diagnosis: a few cases of each kind. (The library's files and mutants of them are compared with the
// reference in tests/conformance/frontend.)
#include <gtest/gtest.h>

#include <string>

#include "compiler/ast_dump.h"
#include "compiler/ast_fields.h"
#include "compiler/parse.h"
#include "runtime/abstract.h"
#include "runtime/error.h"
#include "runtime/exceptions.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/type.h"
#include "tests/unit/environment.h"

namespace minipy {
namespace {

class ParserTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(test::start_runtime()); }

  ast::Mod* parse(std::string_view source, ParseMode mode = ParseMode::kFile, ParseOptions options = {}) {
    options.ignore_cookie = true;
    return parse_source(arena_, source, NAME("<test>"), mode, options);
  }

  std::string dump(std::string_view source, bool attributes = false) {
    ast::Mod* tree = parse(source);
    if (!tree) return pending();
    std::string text;
    if (!dump_ast(tree, {.include_attributes = attributes}, &text)) return pending();
    return text;
  }

  static std::string text_of(Object* p) {
    if (!p) return "None";
    Ref<Str> text = object_str(p);
    return text ? std::string(str_utf8(text.get())) : "?";
  }

  // "Class: message (lineno, offset)-(end_lineno, end_offset) text"
  static std::string pending() {
    Ref<Object> error = error_take();
    if (!error) return "no error";
    std::string result = type_short_name(type_of(error.get()));
    if (!is_instance_of(error.get(), SyntaxError)) return result + ": " + text_of(error.get());
    auto* e = cast<SyntaxErrorObject>(error.get());
    return result + ": " + text_of(e->msg) + " (" + text_of(e->lineno) + ", " + text_of(e->offset) + ")-(" +
           text_of(e->end_lineno) + ", " + text_of(e->end_offset) + ") " + text_of(e->text);
  }

  std::string error(std::string_view source, ParseMode mode = ParseMode::kFile) {
    if (parse(source, mode)) return "no error";
    return pending();
  }

  Arena arena_;
};

TEST_F(ParserTest, Dump) {
  EXPECT_EQ(dump("x = 1\n"),
            "Module(body=[Assign(targets=[Name(id='x', ctx=Store())], value=Constant(value=1))], type_ignores=[])");
  EXPECT_EQ(dump("x", true),
            "Module(body=[Expr(value=Name(id='x', ctx=Load(), lineno=1, col_offset=0, end_lineno=1, "
            "end_col_offset=1), lineno=1, col_offset=0, end_lineno=1, end_col_offset=1)], type_ignores=[])");
}

TEST_F(ParserTest, SoftKeywordsAreNamesElsewhere) {
  EXPECT_EQ(dump("match(x)\n"),
            "Module(body=[Expr(value=Call(func=Name(id='match', ctx=Load()), args=[Name(id='x', ctx=Load())], "
            "keywords=[]))], type_ignores=[])");
  EXPECT_NE(dump("match (x):\n  case _: pass\n").find("Match(subject=Name(id='x'"), std::string::npos);
  EXPECT_NE(dump("match[x]: int\n").find("AnnAssign"), std::string::npos);
}

TEST_F(ParserTest, FStringPositions) {
  ast::Mod* tree = parse("x = f'ab{c}'\n");
  ASSERT_TRUE(tree);
  auto* assign = ast::to<ast::Assign>(ast::to<ast::Module>(tree)->body[0]);
  auto* joined = ast::to<ast::JoinedStr>(assign->value);
  ASSERT_EQ(joined->values.size(), 2);
  auto* field = ast::to<ast::FormattedValue>(joined->values[1]);
  EXPECT_EQ(field->value->loc.col_offset, 9);
  EXPECT_EQ(field->loc.col_offset, 4);
}

TEST_F(ParserTest, Errors) {
  EXPECT_EQ(error("x x"), "SyntaxError: invalid syntax (1, 3)-(1, 4) x x\n");
  EXPECT_EQ(error("f(a b)"), "SyntaxError: invalid syntax. Perhaps you forgot a comma? (1, 3)-(1, 6) f(a b)\n");
  EXPECT_EQ(error("print x"),
            "SyntaxError: Missing parentheses in call to 'print'. Did you mean print(...)? (1, 1)-(1, 8) print x\n");
  EXPECT_EQ(error("if x:\nx"),
            "IndentationError: expected an indented block after 'if' statement on line 1 (2, 1)-(2, 2) x\n");
  EXPECT_EQ(error("(a,\n b"), "SyntaxError: '(' was never closed (1, 1)-(1, 0) (a,");
  EXPECT_EQ(error("'abc"), "SyntaxError: unterminated string literal (detected at line 1) (1, 1)-(1, 1) 'abc");
  EXPECT_EQ(error("x = f'\xc3\xa9{a b}'"),
            "SyntaxError: f-string: invalid syntax. Perhaps you forgot a comma? (1, 2)-(1, 5) (a b)\n");
  EXPECT_EQ(error("if x:\n\ta\n        b"),
            "TabError: inconsistent use of tabs and spaces in indentation (3, 1)-(3, 0)         b\n");
  EXPECT_EQ(error("x = 5", ParseMode::kExpression), "SyntaxError: invalid syntax (1, 3)-(1, 4) x = 5");
}

TEST_F(ParserTest, DeepNestingIsAnErrorNotACrash) {
  EXPECT_EQ(error(std::string(100000, '-') + "1").substr(0, 11), "MemoryError");
  EXPECT_EQ(error(std::string(100000, '(')).substr(0, 43), "SyntaxError: too many nested parentheses (1");
  EXPECT_TRUE(parse(std::string(5000, '-') + "1"));
}

}  // namespace
}  // namespace minipy
