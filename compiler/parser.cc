// The fast parser: tokens, start symbols, names and targets.
#include "compiler/parser.h"

#include <array>

#include "runtime/abstract.h"
#include "runtime/error.h"
#include "runtime/str.h"

namespace minipy {

using ast::ExprContext;

bool Parser::tokenize(Tokenizer& tokenizer, bool single) {
  tokens_.clear();
  // About one token in four bytes.
  tokens_.reserve(tokenizer.source().size() / 4 + 8);
  bool statement_open = false;
  size_t base = stack_.size();
  for (;;) {
    Token& token = tokens_.emplace_back();
    Kind kind = tokenizer.next(&token);
    if (kind == Kind::kErrorToken) return false;
    if (kind == Kind::kTypeIgnore) {
      auto* ignore = arena_.make<ast::TypeIgnore>();
      ignore->lineno = token.lineno;
      ignore->tag = arena_.own(str_from_utf8(token_text(token)));
      if (!ignore->tag) {
        error_clear();
        if (undecodable_type_ignore_.empty()) undecodable_type_ignore_ = token_text(token);
      }
      push(ignore);
      tokens_.pop_back();
      continue;
    }
    // `single` mode: the end of the input ends the statement, and then its blocks.
    if (single && kind == Kind::kEndMarker && statement_open) {
      token.kind = Kind::kNewline;
      statement_open = false;
      if (tokenizer.indent() > 0 && !context.options.dont_imply_dedent) tokenizer.close_blocks();
      continue;
    }
    if (kind == Kind::kEndMarker) break;
    statement_open = true;
  }
  type_ignores_ = take<ast::TypeIgnore>(base);
  t_ = tokens_.data();
  return true;
}

ast::Mod* Parser::parse(ParseMode mode) {
  Tokenizer tokenizer(source_, context.source_options(AfterSource::kEnd), this);
  if (!tokenize(tokenizer, mode == ParseMode::kInteractive)) return nullptr;
  switch (mode) {
    case ParseMode::kFile: {
      size_t base = stack_.size();
      if (!statements_until(Kind::kEndMarker) || !undecodable_type_ignore_.empty()) return nullptr;
      auto* module = arena_.make<ast::Module>();
      module->body = take<Stmt>(base);
      module->type_ignores = type_ignores_;
      return module;
    }
    case ParseMode::kInteractive: {
      size_t base = stack_.size();
      const Token* start = t_;
      Mark before = mark();
      if (accept(Kind::kNewline)) {
        // An empty line: a `pass` at the NEWLINE itself.
        push(ast::make<ast::Pass>(arena_, of(start)));
      } else if (Stmt* compound = compound_stmt()) {
        if (!accept(Kind::kNewline)) return nullptr;
        push(compound);
      } else {
        reset(before);
        if (!simple_stmts()) return nullptr;
      }
      if (!only_statement()) return nullptr;
      auto* interactive = arena_.make<ast::Interactive>();
      interactive->body = take<Stmt>(base);
      return interactive;
    }
    case ParseMode::kExpression: {
      Expr* body = TRY(expressions());
      while (accept(Kind::kNewline)) {
      }
      if (!at(Kind::kEndMarker)) return nullptr;
      auto* expression = arena_.make<ast::Expression>();
      expression->body = body;
      return expression;
    }
    case ParseMode::kFunctionType: return function_type();
  }
  return nullptr;
}

// Whether only blanks and comments follow the statement of `single` mode.
bool Parser::only_statement() const {
  size_t i = static_cast<size_t>(t_[-1].end);
  while (i < source_.size()) {
    char c = source_[i];
    if (c == '#') {
      while (i < source_.size() && source_[i] != '\n') i++;
    } else if (c == ' ' || c == '\t' || c == '\n' || c == '\f') {
      i++;
    } else {
      return false;
    }
  }
  return true;
}

// func_type: '(' [type_expressions] ')' '->' expression NEWLINE* ENDMARKER
ast::Mod* Parser::function_type() {
  size_t base = stack_.size();
  if (!accept(Kind::kLPar)) return nullptr;
  // Expressions, then at most one with `*`, then at most one with `**`; the stars leave no trace.
  int stars = 0;
  if (!at(Kind::kRPar)) {
    do {
      if (accept(Kind::kDoubleStar)) {
        if (stars > 1) return nullptr;
        stars = 2;
      } else if (accept(Kind::kStar)) {
        if (stars > 0) return nullptr;
        stars = 1;
      } else if (stars > 0) {
        return nullptr;
      }
      push(TRY(expression()));
    } while (accept(Kind::kComma));
  }
  Seq<Expr*> argtypes = take<Expr>(base);
  if (!accept(Kind::kRPar) || !accept(Kind::kRArrow)) return nullptr;
  Expr* returns = TRY(expression());
  while (accept(Kind::kNewline)) {
  }
  if (!at(Kind::kEndMarker)) return nullptr;
  auto* type = arena_.make<ast::FunctionType>();
  type->argtypes = argtypes;
  type->returns = returns;
  return type;
}

ast::Expr* Parser::parse_fstring_field(const FStringField& field) {
  if (!embedded_) embedded_ = std::make_unique<Parser>(context, field.source, warnings_);
  // Recursion of f-strings is limited by the nesting of quotes; the parser below has its own embedded one.
  Nesting nesting(this, kNestBracket);
  if (!nesting) return nullptr;
  embedded_->depth_ = depth_;
  embedded_->warning_offset_ = warning_offset(field.string->start);
  Expr* value = embedded_->parse_embedded(field);
  if (embedded_->depth_reached_ > depth_reached_) depth_reached_ = embedded_->depth_reached_;
  out_of_stack_ |= embedded_->out_of_stack_;
  return value;
}

ast::Expr* Parser::parse_embedded(const FStringField& field) {
  source_ = field.source;
  stack_.clear();
  Tokenizer tokenizer(source_, context.tokenizer_options(), this, field.first_lineno());
  if (!tokenize(tokenizer, false)) return nullptr;
  for (Token& token : tokens_) field.adjust(token);
  return star_expressions();
}

bool Parser::warn_invalid_escape(const Token& token, std::string_view message) {
  warnings_.push_back({DeprecationWarning, str_from_ascii(message), warning_offset(token.start), token});
  return true;
}

TokenizerWarnings::Result Parser::warn_invalid_literal(const char* message, const Token& number) {
  warnings_.push_back({SyntaxWarning, str_from_ascii(message), warning_offset(number.start), number});
  return Result::kIssued;
}

ast::Name* Parser::name(const Token* token, ExprContext ctx) {
  Str* id = identifier(token);
  if (!id) return nullptr;
  auto* node = ast::make<ast::Name>(arena_, of(token));
  node->id = id;
  node->ctx = ctx;
  return node;
}

// [TYPE_COMMENT]: *out stays null if there is none; false on an error.
bool Parser::type_comment(Str** out) {
  if (!at(Kind::kTypeComment)) return true;
  *out = arena_.own(str_from_utf8(token_text(*t_++)));
  return *out != nullptr;
}

namespace {
enum TokenClass : uint8_t { kStartsExpression = 1, kStartsTarget = 2 };
constexpr auto make_token_classes() {
  std::array<uint8_t, kTokenKinds> classes{};
  using enum TokenKind;
  for (TokenKind kind : {kName, kNumber, kString, kLPar, kLSqb, kLBrace, kTrue, kFalse, kNone, kEllipsis}) {
    classes[static_cast<size_t>(kind)] = kStartsExpression | kStartsTarget;
  }
  for (TokenKind kind : {kPlus, kMinus, kTilde, kNot, kLambda, kAwait, kStar}) {
    classes[static_cast<size_t>(kind)] = kStartsExpression;
  }
  return classes;
}
constexpr auto kTokenClasses = make_token_classes();
}  // namespace

bool Parser::starts_expression(Kind kind) {
  return (kTokenClasses[static_cast<size_t>(kind)] & kStartsExpression) != 0;
}
bool Parser::starts_target(Kind kind) { return (kTokenClasses[static_cast<size_t>(kind)] & kStartsTarget) != 0; }

// Makes an expression a target of assignment or deletion, if it can be one. The grammar has targets as rules of their
// own; since parentheses leave no trace, a target is recognised by its class alone.
bool Parser::set_context(Expr* target, ExprContext ctx) {
  switch (target->kind) {
    case ast::NodeKind::Name: ast::to<ast::Name>(target)->ctx = ctx; return true;
    case ast::NodeKind::Attribute: ast::to<ast::Attribute>(target)->ctx = ctx; return true;
    case ast::NodeKind::Subscript: ast::to<ast::Subscript>(target)->ctx = ctx; return true;
    case ast::NodeKind::Starred: {
      auto* starred = ast::to<ast::Starred>(target);
      starred->ctx = ctx;
      return ctx == ExprContext::Store && set_context(starred->value, ctx);
    }
    case ast::NodeKind::Tuple: {
      auto* tuple = ast::to<ast::Tuple>(target);
      tuple->ctx = ctx;
      for (Expr* item : tuple->elts) {
        if (!set_context(item, ctx)) return false;
      }
      return true;
    }
    case ast::NodeKind::List: {
      auto* list = ast::to<ast::List>(target);
      list->ctx = ctx;
      for (Expr* item : list->elts) {
        if (!set_context(item, ctx)) return false;
      }
      return true;
    }
    default: return false;
  }
}

// One target, not starred: an atom with trailers.
ast::Expr* Parser::target(ExprContext ctx) {
  Expr* node = TRY(primary_without_await());
  return set_context(node, ctx) ? node : nullptr;
}

// star_target: ['*'] target. (`* *a` is excluded.)
ast::Expr* Parser::star_target() {
  const Token* start = t_;
  if (!accept(Kind::kStar)) return target(ExprContext::Store);
  Expr* value = TRY(target(ExprContext::Store));
  auto* starred = make<ast::Starred>(start);
  starred->value = value;
  starred->ctx = ExprContext::Store;
  return starred;
}

// star_targets: one target, or several separated by commas as a tuple.
ast::Expr* Parser::star_targets() {
  const Token* start = t_;
  Expr* first = TRY(star_target());
  if (!at(Kind::kComma)) return first;
  size_t base = stack_.size();
  push(first);
  while (accept(Kind::kComma)) {
    if (!starts_target() && !at(Kind::kStar)) break;
    push(TRY(star_target()));
  }
  Seq<Expr*> elts = take<Expr>(base);
  auto* tuple = make<ast::Tuple>(start);
  tuple->elts = elts;
  tuple->ctx = ExprContext::Store;
  return tuple;
}

}  // namespace minipy
