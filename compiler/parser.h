// The fast parser: recursive descent with precedence climbing over an array of tokens, one token of lookahead, and
// speculation only where the grammar needs it (`match`, parenthesised `with`). It accepts exactly what the grammar of
// the language reference accepts and builds the tree; when the source is wrong it just fails (null) and leaves it to
// the diagnosing parser (compiler/diagnose.h) to find out which error CPython reports.
//
// Functions named as rules of the grammar parse that rule and return null on failure. Positions: a node begins at its
// first token and ends with the last token before the parser's position.
#pragma once

#include <memory>
#include <vector>

#include "compiler/parse_context.h"
#include "runtime/native_stack.h"

namespace minipy {

class Parser final : public LiteralHost, private TokenizerWarnings {
 public:
  Parser(ParseContext& context, std::string_view source, std::vector<ParseWarning>& warnings)
      : LiteralHost(context), arena_(context.arena), source_(source), warnings_(warnings) {}

  // Null: the source is wrong (no exception is pending).
  ast::Mod* parse(ParseMode mode);
  // An estimate, from above, of how deep CPython's parser would recurse here; see parse.cc.
  int depth_reached() const { return depth_reached_; }
  // The first text after `# type: ignore` that is not UTF-8, or none. Only the tree of a file has a place for it.
  std::string_view undecodable_type_ignore() const { return undecodable_type_ignore_; }
  // Whether parse() gave up for want of native stack.
  bool out_of_stack() const { return out_of_stack_; }

  // LiteralHost
  std::nullptr_t error_at_last_token(std::string_view) override { return nullptr; }
  std::nullptr_t error_at_token(const Token&, std::string_view) override { return nullptr; }
  bool warn_invalid_escape(const Token& token, std::string_view message) override;
  ast::Expr* parse_fstring_field(const FStringField& field) override;
  std::string_view token_text(const Token& token) const override {
    return source_.substr(static_cast<size_t>(token.start), static_cast<size_t>(token.end - token.start));
  }

 private:
  using Kind = TokenKind;
  using Expr = ast::Expr;
  using Stmt = ast::Stmt;

  // Recursion of CPython's parser that one level of nesting here stands for.
  enum Depth { kNestOne = 1, kNestTwo = 2, kNestBlock = 9, kNestBracket = 30, kNestPattern = 12 };
  static constexpr int kDepthLimit = 9000;
  class Nesting {
   public:
    Nesting(Parser* parser, Depth depth) : parser_(parser), depth_(depth) {
      parser->depth_ += depth;
      if (parser->depth_ > parser->depth_reached_) parser->depth_reached_ = parser->depth_;
      if (!has_native_stack()) [[unlikely]]
        parser->out_of_stack_ = true;
    }
    ~Nesting() { parser_->depth_ -= depth_; }
    Nesting(const Nesting&) = delete;
    explicit operator bool() const { return parser_->depth_ <= kDepthLimit && !parser_->out_of_stack_; }

   private:
    Parser* parser_;
    int depth_;
  };

  ast::Expr* parse_embedded(const FStringField& field);

  // Tokens (parser.cc)
  bool tokenize(Tokenizer& tokenizer, bool single);
  Kind kind() const { return t_->kind; }
  Kind kind_after() const { return t_[1].kind; }
  bool at(Kind kind) const { return t_->kind == kind; }
  bool accept(Kind kind) {
    if (t_->kind != kind) return false;
    t_++;
    return true;
  }
  bool at_soft_keyword(std::string_view word) const { return at(Kind::kName) && token_text(*t_) == word; }
  ast::Location since(const Token* first) const {
    const Token* last = t_ - 1;
    // Line structure is no part of a node.
    while (last->kind >= Kind::kNewline && last->kind <= Kind::kDedent) last--;
    return {first->lineno, first->col, last->end_lineno, last->end_col};
  }
  static ast::Location of(const Token* token) { return {token->lineno, token->col, token->end_lineno, token->end_col}; }
  template <class T>
  T* make(const Token* first) {
    return ast::make<T>(arena_, since(first));
  }
  Str* identifier(const Token* token) { return context.identifiers.intern(token_text(*token)); }
  ast::Name* name(const Token* token, ast::ExprContext ctx);
  // NAME: the identifier, or null.
  Str* expect_name() {
    if (!at(Kind::kName)) return nullptr;
    return identifier(t_++);
  }
  bool version(int minor) const { return context.options.feature_version >= minor; }
  bool type_comment(Str** out);

  // Sequences under construction are pushed on one stack.
  template <class T>
  void push(T* item) {
    stack_.push_back(item);
  }
  template <class T>
  Seq<T*> take(size_t base) {
    Seq<T*> seq =
        arena_.copy_seq(reinterpret_cast<T**>(stack_.data() + base), static_cast<ptrdiff_t>(stack_.size() - base));
    stack_.resize(base);
    return seq;
  }

  struct Mark {
    const Token* token;
    size_t stack;
    size_t warnings;
  };
  Mark mark() const { return {t_, stack_.size(), warnings_.size()}; }
  void reset(const Mark& mark) {
    t_ = mark.token;
    stack_.resize(mark.stack);
    warnings_.resize(mark.warnings);
  }

  // Whether an expression (a target) can begin with the token.
  static bool starts_expression(Kind kind);
  static bool starts_target(Kind kind);
  bool starts_expression() const { return starts_expression(t_->kind); }
  bool starts_target() const { return starts_target(t_->kind); }

  // Statements (parser_statements.cc, parser_compound.cc). Statements are pushed on the stack.
  ast::Mod* function_type();
  bool only_statement() const;
  bool statements_until(Kind end);
  bool statement();
  bool simple_stmts();
  Stmt* simple_stmt();
  Stmt* expression_statement();
  Stmt* assignment(const Token* start, Expr* first);
  Stmt* annotated_assignment(const Token* start, Expr* target);
  Stmt* augmented_assignment(const Token* start, Expr* target, ast::BinaryOperator op);
  static bool is_single_target(const Expr* target);
  Stmt* return_stmt();
  Stmt* raise_stmt();
  Stmt* del_stmt();
  Stmt* assert_stmt();
  template <class T>
  Stmt* names_stmt();
  Str* dotted_name();
  Stmt* import_name();
  Stmt* import_from();
  bool import_from_targets(Seq<ast::Alias*>* names);
  ast::Alias* alias(const Token* start, Str* name, Str* asname);
  Stmt* compound_stmt();
  bool block(Seq<Stmt*>* body);
  bool block_after_colon(Seq<Stmt*>* body);
  bool else_block(Seq<Stmt*>* body);
  Stmt* if_stmt();
  Stmt* while_stmt();
  Stmt* for_stmt(const Token* start, bool is_async);
  Stmt* with_stmt(const Token* start, bool is_async);
  bool parenthesized_with_items();
  ast::WithItem* with_item();
  Stmt* try_stmt();
  ast::ExceptHandler* except_block(bool star);
  Stmt* decorated();
  Stmt* function_def(const Token* start, Seq<Expr*> decorators, bool is_async);
  bool function_type_comment(Str** comment);
  Stmt* class_def(const Token* start, Seq<Expr*> decorators);
  ast::Arguments* parameters(Kind end);
  bool star_parameters(ast::Arguments* node, Kind end);
  ast::Arg* parameter(Kind end, bool star, Expr** value);
  bool separator(ast::Arg* arg, Kind end);
  void take_defaults(size_t base, Seq<Expr*>* out);

  // Match statement (parser_patterns.cc)
  Stmt* match_stmt();
  Expr* subject_expr();
  ast::MatchCase* case_block();
  ast::Pattern* patterns();
  ast::Pattern* maybe_star_pattern();
  Str* capture_target();
  ast::Pattern* pattern();
  ast::Pattern* or_pattern();
  ast::Pattern* closed_pattern();
  ast::Pattern* match_value(const Token* start, Expr* value);
  ast::Pattern* match_singleton(Object* value);
  Expr* literal_expr();
  Expr* signed_number();
  static bool is_imaginary(Expr* number);
  Expr* name_or_attr();
  ast::Pattern* name_pattern();
  ast::Pattern* group_or_sequence_pattern();
  ast::Pattern* mapping_pattern();
  ast::Pattern* class_pattern(const Token* start, Expr* cls);

  // Expressions (parser_expressions.cc, parser_atoms.cc)
  Expr* star_expressions();
  Expr* star_expression();
  Expr* star_named_expression();
  Expr* starred_bitwise_or();
  Expr* expressions();
  Expr* tuple(const Token* start, Seq<Expr*> elts);
  Expr* yield_expr();
  // yield_expr | star_expressions
  Expr* annotated_rhs() { return at(Kind::kYield) ? yield_expr() : star_expressions(); }
  Expr* named_expression();
  Expr* expression();
  Expr* lambda();
  Expr* disjunction();
  Expr* conjunction();
  Expr* bool_op(const Token* start, ast::BoolOperator op, Seq<Expr*> values);
  Expr* inversion();
  Expr* comparison();
  bool comparison_operator(ast::CompareOperator* op);
  Expr* bitwise_or() { return binary(0); }
  Expr* binary(int minimum);
  Expr* factor();
  Expr* power();
  Expr* primary();
  Expr* primary_without_await();
  Expr* trailers(const Token* start, Expr* value);
  bool arguments(Seq<Expr*>* args, Seq<ast::Keyword*>* keywords, bool allow_genexp);
  Expr* slices();
  Expr* slice_or_starred();
  Expr* slice();
  Expr* atom();
  Expr* singleton(Object* value);
  Expr* number();
  Expr* strings();
  Expr* parenthesized();
  bool star_named_items(Kind close);
  Expr* list_display();
  Expr* brace_display();
  Expr* dict_items(const Token* start, size_t base);
  Expr* dict(const Token* start, size_t base);
  Expr* dict_comprehension(const Token* start, Expr* key, Expr* value);
  template <class T>
  Expr* comprehension_rest(const Token* start, Expr* elt, Kind close);
  bool at_comprehension() const { return at(Kind::kFor) || (at(Kind::kAsync) && kind_after() == Kind::kFor); }
  bool for_if_clauses(Seq<ast::Comprehension*>* clauses);

  // Targets: expressions turned into what is assigned to or deleted (parser.cc).
  bool set_context(Expr* target, ast::ExprContext ctx);
  Expr* star_targets();
  Expr* star_target();
  Expr* target(ast::ExprContext ctx);

  // TokenizerWarnings
  Result warn_invalid_literal(const char* message, const Token& number) override;
  int32_t warning_offset(int32_t offset) const { return warning_offset_ >= 0 ? warning_offset_ : offset; }

  Arena& arena_;
  std::string_view source_;
  std::vector<ParseWarning>& warnings_;
  std::vector<Token> tokens_;
  const Token* t_ = nullptr;  // the next token
  // Parts of nodes under construction. Who pushes remembers where it began and takes from there.
  std::vector<void*> stack_;
  std::vector<Expr*> default_stack_;
  std::vector<ast::Keyword*> keyword_stack_;
  std::vector<ast::CompareOperator> compare_ops_;
  Seq<ast::TypeIgnore*> type_ignores_;
  std::string_view undecodable_type_ignore_;
  std::unique_ptr<Parser> embedded_;  // for the expressions in f-strings, made when first needed
  int32_t warning_offset_ = -1;       // in an embedded parser: where in the source warnings are said to come from
  int depth_ = 0;
  int depth_reached_ = 0;
  bool out_of_stack_ = false;
};

}  // namespace minipy
