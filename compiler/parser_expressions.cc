// The fast parser: expressions, from lists of expressions down to unary operators.
#include <array>

#include "compiler/parser.h"
#include "runtime/result.h"

namespace minipy {

using ast::BinaryOperator;
using ast::BoolOperator;
using ast::CompareOperator;
using ast::ExprContext;
using ast::UnaryOperator;

namespace {

// Binary operators from `|` down to the multiplicative ones; all associate to the left.
struct BinaryRule {
  int8_t precedence = -1;  // higher binds tighter
  BinaryOperator op = BinaryOperator::Add;
};
constexpr auto make_binary_rules() {
  std::array<BinaryRule, kTokenKinds> rules{};
  auto set = [&](TokenKind kind, int precedence, BinaryOperator op) {
    rules[static_cast<size_t>(kind)] = {static_cast<int8_t>(precedence), op};
  };
  set(TokenKind::kVBar, 0, BinaryOperator::BitOr);
  set(TokenKind::kCircumflex, 1, BinaryOperator::BitXor);
  set(TokenKind::kAmper, 2, BinaryOperator::BitAnd);
  set(TokenKind::kLeftShift, 3, BinaryOperator::LShift);
  set(TokenKind::kRightShift, 3, BinaryOperator::RShift);
  set(TokenKind::kPlus, 4, BinaryOperator::Add);
  set(TokenKind::kMinus, 4, BinaryOperator::Sub);
  set(TokenKind::kStar, 5, BinaryOperator::Mult);
  set(TokenKind::kSlash, 5, BinaryOperator::Div);
  set(TokenKind::kDoubleSlash, 5, BinaryOperator::FloorDiv);
  set(TokenKind::kPercent, 5, BinaryOperator::Mod);
  set(TokenKind::kAt, 5, BinaryOperator::MatMult);
  return rules;
}
constexpr auto kBinaryRules = make_binary_rules();

}  // namespace

// star_expressions: a star_expression, or several separated by commas as a tuple.
ast::Expr* Parser::star_expressions() {
  const Token* start = t_;
  Expr* first = TRY(star_expression());
  if (!at(Kind::kComma)) return first;
  size_t base = stack_.size();
  push(first);
  while (accept(Kind::kComma)) {
    if (!starts_expression()) break;
    push(TRY(star_expression()));
  }
  return tuple(start, take<Expr>(base));
}

ast::Expr* Parser::tuple(const Token* start, Seq<Expr*> elts) {
  auto* node = make<ast::Tuple>(start);
  node->elts = elts;
  node->ctx = ExprContext::Load;
  return node;
}

ast::Expr* Parser::starred_bitwise_or() {
  const Token* start = t_++;
  Expr* value = TRY(bitwise_or());
  auto* node = make<ast::Starred>(start);
  node->value = value;
  node->ctx = ExprContext::Load;
  return node;
}

ast::Expr* Parser::star_expression() { return at(Kind::kStar) ? starred_bitwise_or() : expression(); }

ast::Expr* Parser::star_named_expression() { return at(Kind::kStar) ? starred_bitwise_or() : named_expression(); }

// expressions: as star_expressions, without stars.
ast::Expr* Parser::expressions() {
  const Token* start = t_;
  Expr* first = TRY(expression());
  if (!at(Kind::kComma)) return first;
  size_t base = stack_.size();
  push(first);
  while (accept(Kind::kComma)) {
    if (!starts_expression() || at(Kind::kStar)) break;
    push(TRY(expression()));
  }
  return tuple(start, take<Expr>(base));
}

ast::Expr* Parser::yield_expr() {
  const Token* start = t_++;
  if (accept(Kind::kFrom)) {
    Expr* value = TRY(expression());
    auto* node = make<ast::YieldFrom>(start);
    node->value = value;
    return node;
  }
  Expr* value = nullptr;
  if (starts_expression()) value = TRY(star_expressions());
  auto* node = make<ast::Yield>(start);
  node->value = value;
  return node;
}

// named_expression: NAME ':=' expression, or an expression not followed by ':='.
ast::Expr* Parser::named_expression() {
  if (at(Kind::kName) && kind_after() == Kind::kColonEqual) {
    if (!version(8)) return nullptr;
    const Token* start = t_;
    Expr* target = TRY(name(start, ExprContext::Store));
    t_ += 2;
    Expr* value = TRY(expression());
    auto* node = make<ast::NamedExpr>(start);
    node->target = target;
    node->value = value;
    return node;
  }
  Expr* node = TRY(expression());
  return at(Kind::kColonEqual) ? nullptr : node;
}

// expression: disjunction ['if' disjunction 'else' expression] | lambdef
ast::Expr* Parser::expression() {
  if (at(Kind::kLambda)) return lambda();
  const Token* start = t_;
  Expr* body = TRY(disjunction());
  if (!at(Kind::kIf)) return body;
  t_++;
  Expr* test = TRY(disjunction());
  if (!accept(Kind::kElse)) return nullptr;  // no rule has an `if` after an expression
  Nesting nesting(this, kNestOne);
  if (!nesting) return nullptr;
  Expr* orelse = TRY(expression());
  auto* node = make<ast::IfExp>(start);
  node->test = test;
  node->body = body;
  node->orelse = orelse;
  return node;
}

ast::Expr* Parser::lambda() {
  const Token* start = t_++;
  Nesting nesting(this, kNestTwo);
  if (!nesting) return nullptr;
  ast::Arguments* args = TRY(parameters(Kind::kColon));
  if (!accept(Kind::kColon)) return nullptr;
  Expr* body = TRY(expression());
  auto* node = make<ast::Lambda>(start);
  node->args = args;
  node->body = body;
  return node;
}

ast::Expr* Parser::disjunction() {
  const Token* start = t_;
  Expr* first = TRY(conjunction());
  if (!at(Kind::kOr)) [[likely]]
    return first;
  size_t base = stack_.size();
  push(first);
  while (accept(Kind::kOr)) push(TRY(conjunction()));
  return bool_op(start, BoolOperator::Or, take<Expr>(base));
}

ast::Expr* Parser::conjunction() {
  const Token* start = t_;
  Expr* first = TRY(inversion());
  if (!at(Kind::kAnd)) [[likely]]
    return first;
  size_t base = stack_.size();
  push(first);
  while (accept(Kind::kAnd)) push(TRY(inversion()));
  return bool_op(start, BoolOperator::And, take<Expr>(base));
}

ast::Expr* Parser::bool_op(const Token* start, BoolOperator op, Seq<Expr*> values) {
  auto* node = make<ast::BoolOp>(start);
  node->op = op;
  node->values = values;
  return node;
}

ast::Expr* Parser::inversion() {
  if (!at(Kind::kNot)) return comparison();
  const Token* start = t_++;
  Nesting nesting(this, kNestOne);
  if (!nesting) return nullptr;
  Expr* operand = TRY(inversion());
  auto* node = make<ast::UnaryOp>(start);
  node->op = UnaryOperator::Not;
  node->operand = operand;
  return node;
}

// The comparison operator at the position, consumed; false if there is none.
bool Parser::comparison_operator(CompareOperator* op) {
  switch (kind()) {
    case Kind::kEqEqual: *op = CompareOperator::Eq; break;
    case Kind::kNotEqual: {
      // `<>` under `from __future__ import barry_as_FLUFL` (PEP 401), `!=` else.
      bool flufl = token_text(*t_) == "<>";
      if (flufl != context.options.barry_as_flufl) return false;
      *op = CompareOperator::NotEq;
      break;
    }
    case Kind::kLess: *op = CompareOperator::Lt; break;
    case Kind::kLessEqual: *op = CompareOperator::LtE; break;
    case Kind::kGreater: *op = CompareOperator::Gt; break;
    case Kind::kGreaterEqual: *op = CompareOperator::GtE; break;
    case Kind::kIn: *op = CompareOperator::In; break;
    case Kind::kIs:
      *op = CompareOperator::Is;
      if (kind_after() == Kind::kNot) {
        // `is not x` is one operator, never `is (not x)`.
        *op = CompareOperator::IsNot;
        t_++;
      }
      break;
    case Kind::kNot:
      if (kind_after() != Kind::kIn) return false;
      *op = CompareOperator::NotIn;
      t_++;
      break;
    default: return false;
  }
  t_++;
  return true;
}

ast::Expr* Parser::comparison() {
  const Token* start = t_;
  Expr* left = TRY(bitwise_or());
  CompareOperator op;
  if (!comparison_operator(&op)) [[likely]]
    return left;
  size_t base = stack_.size();
  size_t ops_base = compare_ops_.size();
  do {
    compare_ops_.push_back(op);
    push(TRY(bitwise_or()));
  } while (comparison_operator(&op));
  auto* node = make<ast::Compare>(start);
  node->left = left;
  node->ops = arena_.copy_seq(compare_ops_.data() + ops_base, static_cast<ptrdiff_t>(compare_ops_.size() - ops_base));
  compare_ops_.resize(ops_base);
  node->comparators = take<Expr>(base);
  return node;
}

// Precedence climbing: operators of at least the given precedence.
ast::Expr* Parser::binary(int minimum) {
  const Token* start = t_;
  Expr* left = TRY(factor());
  for (;;) {
    BinaryRule rule = kBinaryRules[static_cast<size_t>(kind())];
    if (rule.precedence < minimum) return left;
    if (rule.op == BinaryOperator::MatMult && !version(5)) return nullptr;
    t_++;
    Expr* right = TRY(binary(rule.precedence + 1));
    auto* node = make<ast::BinOp>(start);
    node->left = left;
    node->op = rule.op;
    node->right = right;
    left = node;
  }
}

// factor: ('+' | '-' | '~') factor | power
ast::Expr* Parser::factor() {
  UnaryOperator op;
  switch (kind()) {
    case Kind::kPlus: op = UnaryOperator::UAdd; break;
    case Kind::kMinus: op = UnaryOperator::USub; break;
    case Kind::kTilde: op = UnaryOperator::Invert; break;
    default: return power();
  }
  const Token* start = t_++;
  Nesting nesting(this, kNestOne);
  if (!nesting) return nullptr;
  Expr* operand = TRY(factor());
  auto* node = make<ast::UnaryOp>(start);
  node->op = op;
  node->operand = operand;
  return node;
}

// power: await_primary ['**' factor]
ast::Expr* Parser::power() {
  const Token* start = t_;
  Expr* base = TRY(primary());
  if (!accept(Kind::kDoubleStar)) [[likely]]
    return base;
  Nesting nesting(this, kNestTwo);
  if (!nesting) return nullptr;
  Expr* exponent = TRY(factor());
  auto* node = make<ast::BinOp>(start);
  node->left = base;
  node->op = BinaryOperator::Pow;
  node->right = exponent;
  return node;
}

// await_primary: ['await'] primary
ast::Expr* Parser::primary() {
  if (!at(Kind::kAwait)) [[likely]]
    return primary_without_await();
  if (!version(5)) return nullptr;
  const Token* start = t_++;
  Expr* value = TRY(primary_without_await());
  auto* node = make<ast::Await>(start);
  node->value = value;
  return node;
}

}  // namespace minipy
