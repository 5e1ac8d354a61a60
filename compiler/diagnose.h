// The diagnosing parser: finds out what is wrong with a source that the fast parser has rejected, and raises the error
// that CPython raises.
//
// CPython's error reports follow from how its parser works: a packrat parser that interprets the alternatives of the
// grammar in order, reads tokens only as it needs them, and, when it has failed, parses once more with the `invalid_`
// rules switched on. Which mistake is reported, and where, depends on that order, on what is memoized, and on how far
// the tokens were read. So this is such a parser, over the same grammar (compiler/grammar.inc). It is slow and builds
// no statements; it runs on wrong programs only.
#pragma once

#include <vector>

#include "compiler/parse_context.h"
#include "compiler/peg.h"
#include "compiler/source.h"
#include "runtime/error.h"

namespace minipy {

// Raises the SyntaxError that a tokenizer has a message for (TokenizerStatus::kMessage): with the line as read so far,
// in characters, without the line break.
Raised raise_tokenizer_message(const Tokenizer& tokenizer, Str* filename);

class Diagnoser final : public LiteralHost, private TokenizerWarnings {
 public:
  // What alternatives are worth. Tokens and lists are dressed up as nodes, so that everything with a place has one.
  using Value = ast::Node*;
  struct TokenNode : ast::LocatedNode {
    Token token;
    ast::Node* value;  // of a NAME or NUMBER, once asked for
  };
  struct ListNode : ast::Node {
    Seq<Value> items;
  };

  // The source of a file or string.
  Diagnoser(ParseContext& context, const SourceText& source, ParseMode mode);
  // An expression in an f-string.
  Diagnoser(ParseContext& context, const FStringField& field);

  // Parses. Null: an exception is pending. The value is no tree unless it is an f-string's expression.
  Value run();

  // Issue no warnings, report no failure.
  void be_silent() { silent_ = true; }
  TokenizerStatus tokenizer_status() const { return tokenizer_.status(); }

  // ---- For the actions (compiler/diagnose_actions.cc)
  ast::Location location(int start_mark) const;
  Value matched() { return &matched_; }
  Value list(const Value* items, ptrdiff_t count);
  // Errors: set the pending exception (unless there is one) and return null. Messages are complete.
  std::nullptr_t error_at(const ast::Location& loc, std::string_view message);
  std::nullptr_t error_at_last_token(std::string_view message) override {
    return error_at_last_token(SyntaxError, message);
  }
  std::nullptr_t error_at_last_token(Type* type, std::string_view message);
  // From a place up to where the tokenizer is.
  std::nullptr_t error_from(const ast::Location& loc, std::string_view message);
  std::nullptr_t error_at_raw(Type* type, int lineno, int offset, int end_lineno, int end_offset,
                              std::string_view message);
  const Token& token_before_mark() const { return tokens_[static_cast<size_t>(mark_ - 1)]->token; }
  void fail() { failed_ = true; }
  std::string_view token_text(const Token& token) const override {
    return tokenizer_.source().substr(static_cast<size_t>(token.start), static_cast<size_t>(token.end - token.start));
  }

  // ---- LiteralHost
  std::nullptr_t error_at_token(const Token& token, std::string_view message) override;
  bool warn_invalid_escape(const Token& token, std::string_view message) override;
  ast::Expr* parse_fstring_field(const FStringField& field) override;

 private:
  // CPython's bound on the recursion of its parser.
  static constexpr int kMaxLevel = 6000;
  struct Memo {
    int rule;
    int mark;
    Value value;
    Memo* next;
  };

  Value parse();
  bool cannot_begin(const peg::Rule& rule) const;
  Value run_rule(int rule);
  Value run_plain(const peg::Rule& rule, int index);
  Value run_left_recursive(const peg::Rule& rule, int index);
  Value run_alternatives(const peg::Rule& rule, bool* stop);
  Value run_loop(const peg::Rule& rule);
  Value run_gather(const peg::Rule& rule);
  bool run_items(const peg::Alternative& alternative, Value* captures, Value* only, bool* cut);
  Value run_item(const peg::Item& item, bool* ok);
  Value expect(TokenKind kind);
  Value forced(const peg::Item& item);
  Value name_token();
  Value number_token();
  bool at_soft_keyword(std::string_view text);
  bool at_any_soft_keyword();
  bool lookahead(const peg::Item& item);
  bool have_token();
  bool read_token();
  bool find_memo(int rule, Value* value);
  void set_memo(int mark, int rule, Value value);
  bool enter();

  bool tokenizer_error();
  std::nullptr_t unclosed_bracket();
  void raise_undecodable();
  void report_failure(const Token* last_token);
  void check_rest_of_source();
  bool more_statements() const;
  Ref<Str> error_line(int lineno);
  Result warn_invalid_literal(const char* message, const Token& number) override;

  const peg::Grammar& grammar_;
  Tokenizer tokenizer_;
  int start_rule_;
  ParseMode mode_;
  const SourceText* source_ = nullptr;   // null: an f-string's expression
  const FStringField* field_ = nullptr;  // of an f-string's expression
  std::string encoding_;
  // The source's encoding was declared, or it was a str: only then does CPython count offsets in characters.
  bool known_encoding_;
  std::vector<TokenNode*> tokens_;
  std::vector<Memo*> memos_;  // by token
  int mark_ = 0;
  int level_ = 0;
  bool call_invalid_rules_ = false;
  bool failed_ = false;  // an error is pending, or no memory: unwind
  bool silent_ = false;
  bool statement_open_ = false;  // `single` mode
  const Token* known_error_token_ = nullptr;
  ast::LocatedNode matched_{};
};

// Whether a statement of `single` mode goes on after the source's last line.
bool needs_more(ParseContext& context, const SourceText& source);

// Raises the error of a source that does not parse. False: it does parse after all.
bool diagnose(ParseContext& context, const SourceText& source, ParseMode mode);

}  // namespace minipy
