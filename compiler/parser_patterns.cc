// The fast parser: the match statement (PEP 634).
#include "compiler/parser.h"
#include "runtime/abstract.h"
#include "runtime/float.h"
#include "runtime/int.h"

namespace minipy {

using ast::BinaryOperator;
using ast::ExprContext;

// "match" subject_expr ':' NEWLINE INDENT case_block+ DEDENT
ast::Stmt* Parser::match_stmt() {
  const Token* start = t_++;
  Expr* subject = TRY(subject_expr());
  if (!accept(Kind::kColon) || !accept(Kind::kNewline) || !accept(Kind::kIndent)) return nullptr;
  if (!version(10)) return nullptr;
  Nesting nesting(this, kNestBlock);
  if (!nesting) return nullptr;
  size_t base = stack_.size();
  do {
    push(TRY(case_block()));
  } while (!accept(Kind::kDedent));
  Seq<ast::MatchCase*> cases = take<ast::MatchCase>(base);
  auto* node = make<ast::Match>(start);
  node->subject = subject;
  node->cases = cases;
  return node;
}

// star_named_expression ',' [star_named_expressions] | named_expression
ast::Expr* Parser::subject_expr() {
  const Token* start = t_;
  bool starred = at(Kind::kStar);
  Expr* first = TRY(star_named_expression());
  if (!at(Kind::kComma)) return starred ? nullptr : first;
  size_t base = stack_.size();
  push(first);
  while (accept(Kind::kComma)) {
    if (!starts_expression()) break;
    push(TRY(star_named_expression()));
  }
  return tuple(start, take<Expr>(base));
}

// "case" patterns ['if' named_expression] ':' block
ast::MatchCase* Parser::case_block() {
  if (!at_soft_keyword("case")) return nullptr;
  t_++;
  auto* node = arena_.make<ast::MatchCase>();
  node->pattern = TRY(patterns());
  if (accept(Kind::kIf)) node->guard = TRY(named_expression());
  return block(&node->body) ? node : nullptr;
}

// patterns: a pattern, or an open sequence
ast::Pattern* Parser::patterns() {
  const Token* start = t_;
  bool star = at(Kind::kStar);
  ast::Pattern* first = TRY(maybe_star_pattern());
  if (!at(Kind::kComma)) return star ? nullptr : first;
  size_t base = stack_.size();
  push(first);
  while (accept(Kind::kComma)) {
    if (at(Kind::kIf) || at(Kind::kColon)) break;
    push(TRY(maybe_star_pattern()));
  }
  Seq<ast::Pattern*> items = take<ast::Pattern>(base);
  auto* node = make<ast::MatchSequence>(start);
  node->patterns = items;
  return node;
}

// '*' (NAME | '_') | pattern
ast::Pattern* Parser::maybe_star_pattern() {
  if (!at(Kind::kStar)) return pattern();
  const Token* start = t_++;
  Str* name = nullptr;
  if (at_soft_keyword("_")) {
    t_++;
  } else {
    name = TRY(capture_target());
  }
  auto* node = make<ast::MatchStar>(start);
  node->name = name;
  return node;
}

// A NAME to bind, not `_`, and not the beginning of a dotted name, a class pattern or a keyword.
Str* Parser::capture_target() {
  if (!at(Kind::kName) || at_soft_keyword("_")) return nullptr;
  Kind after = kind_after();
  if (after == Kind::kDot || after == Kind::kLPar || after == Kind::kEqual) return nullptr;
  return identifier(t_++);
}

// or_pattern ['as' NAME]
ast::Pattern* Parser::pattern() {
  const Token* start = t_;
  Nesting nesting(this, kNestPattern);
  if (!nesting) return nullptr;
  ast::Pattern* inner = TRY(or_pattern());
  if (!accept(Kind::kAs)) return inner;
  Str* name = TRY(capture_target());
  auto* node = make<ast::MatchAs>(start);
  node->pattern = inner;
  node->name = name;
  return node;
}

ast::Pattern* Parser::or_pattern() {
  const Token* start = t_;
  ast::Pattern* first = TRY(closed_pattern());
  if (!at(Kind::kVBar)) return first;
  size_t base = stack_.size();
  push(first);
  while (accept(Kind::kVBar)) push(TRY(closed_pattern()));
  Seq<ast::Pattern*> items = take<ast::Pattern>(base);
  auto* node = make<ast::MatchOr>(start);
  node->patterns = items;
  return node;
}

ast::Pattern* Parser::closed_pattern() {
  const Token* start = t_;
  switch (kind()) {
    case Kind::kNumber:
    case Kind::kMinus:
    case Kind::kString: return match_value(start, literal_expr());
    case Kind::kNone: return match_singleton(py_none());
    case Kind::kTrue: return match_singleton(py_true());
    case Kind::kFalse: return match_singleton(py_false());
    case Kind::kName: return name_pattern();
    case Kind::kLPar:
    case Kind::kLSqb: return group_or_sequence_pattern();
    case Kind::kLBrace: return mapping_pattern();
    default: return nullptr;
  }
}

ast::Pattern* Parser::match_value(const Token* start, Expr* value) {
  if (!value) return nullptr;
  auto* node = make<ast::MatchValue>(start);
  node->value = value;
  return node;
}

ast::Pattern* Parser::match_singleton(Object* value) {
  auto* node = ast::make<ast::MatchSingleton>(arena_, of(t_++));
  node->value = value;
  return node;
}

// A number (with sign, or complex) or strings; the names of constants for keys of mappings.
ast::Expr* Parser::literal_expr() {
  const Token* start = t_;
  switch (kind()) {
    case Kind::kString: return strings();
    case Kind::kNone: return singleton(py_none());
    case Kind::kTrue: return singleton(py_true());
    case Kind::kFalse: return singleton(py_false());
    default: break;
  }
  Expr* left = TRY(signed_number());
  if (!at(Kind::kPlus) && !at(Kind::kMinus)) return left;
  // A complex number: real and imaginary part.
  auto* real = ast::as<ast::UnaryOp>(left) ? ast::to<ast::UnaryOp>(left)->operand : left;
  if (is_imaginary(real)) return nullptr;
  BinaryOperator op = at(Kind::kPlus) ? BinaryOperator::Add : BinaryOperator::Sub;
  t_++;
  if (!at(Kind::kNumber)) return nullptr;
  Expr* right = TRY(number());
  if (!is_imaginary(right)) return nullptr;
  auto* node = make<ast::BinOp>(start);
  node->left = left;
  node->op = op;
  node->right = right;
  return node;
}

bool Parser::is_imaginary(Expr* number) { return type_of(ast::to<ast::Constant>(number)->value) == &complex_type; }

// ['-'] NUMBER
ast::Expr* Parser::signed_number() {
  if (at(Kind::kNumber)) return number();
  const Token* start = t_;
  if (!accept(Kind::kMinus) || !at(Kind::kNumber)) return nullptr;
  Expr* operand = TRY(number());
  auto* node = make<ast::UnaryOp>(start);
  node->op = ast::UnaryOperator::USub;
  node->operand = operand;
  return node;
}

// NAME ('.' NAME)*
ast::Expr* Parser::name_or_attr() {
  const Token* start = t_;
  Expr* value = TRY(name(t_++, ExprContext::Load));
  while (accept(Kind::kDot)) {
    Str* attr = TRY(expect_name());
    auto* node = make<ast::Attribute>(start);
    node->value = value;
    node->attr = attr;
    node->ctx = ExprContext::Load;
    value = node;
  }
  return value;
}

// A capture, the wildcard, a dotted name as a value, or a class pattern.
ast::Pattern* Parser::name_pattern() {
  const Token* start = t_;
  Kind after = kind_after();
  bool wildcard = at_soft_keyword("_");
  if (wildcard || (after != Kind::kDot && after != Kind::kLPar)) {
    Str* name = nullptr;
    if (wildcard) {
      t_++;
    } else {
      name = TRY(capture_target());
    }
    auto* node = make<ast::MatchAs>(start);
    node->name = name;
    return node;
  }
  Expr* value = TRY(name_or_attr());
  if (at(Kind::kLPar)) return class_pattern(start, value);
  return at(Kind::kEqual) ? nullptr : match_value(start, value);
}

ast::Pattern* Parser::group_or_sequence_pattern() {
  const Token* start = t_;
  Nesting nesting(this, kNestBracket);
  if (!nesting) return nullptr;
  bool group = at(Kind::kLPar);
  Kind close = group ? Kind::kRPar : Kind::kRSqb;
  t_++;
  size_t base = stack_.size();
  while (!at(close)) {
    bool star = at(Kind::kStar);
    push(TRY(maybe_star_pattern()));
    if (group && at(close) && stack_.size() == base + 1) {
      // One pattern in parentheses without a comma.
      auto* inner = static_cast<ast::Pattern*>(stack_[base]);
      stack_.resize(base);
      t_++;
      return star ? nullptr : inner;
    }
    if (!accept(Kind::kComma)) break;
    group = false;
  }
  if (!accept(close)) return nullptr;
  Seq<ast::Pattern*> items = take<ast::Pattern>(base);
  auto* node = make<ast::MatchSequence>(start);
  node->patterns = items;
  return node;
}

// '{' [','.(key ':' pattern)+] [',' '**' NAME] [','] '}'
ast::Pattern* Parser::mapping_pattern() {
  const Token* start = t_++;
  Nesting nesting(this, kNestBracket);
  if (!nesting) return nullptr;
  size_t base = stack_.size();
  size_t keys_base = default_stack_.size();
  Str* rest = nullptr;
  while (!at(Kind::kRBrace)) {
    if (accept(Kind::kDoubleStar)) {
      rest = TRY(capture_target());
      accept(Kind::kComma);
      break;
    }
    Expr* key;
    if (at(Kind::kName)) {
      key = TRY(name_or_attr());
      if (ast::is<ast::Name>(key)) return nullptr;
    } else {
      key = TRY(literal_expr());
    }
    default_stack_.push_back(key);
    if (!accept(Kind::kColon)) return nullptr;
    push(TRY(pattern()));
    if (!accept(Kind::kComma)) break;
  }
  if (!accept(Kind::kRBrace)) return nullptr;
  Seq<ast::Pattern*> items = take<ast::Pattern>(base);
  auto* node = make<ast::MatchMapping>(start);
  take_defaults(keys_base, &node->keys);
  node->patterns = items;
  node->rest = rest;
  return node;
}

// '(' [','.pattern+] [','.(NAME '=' pattern)+] [','] ')'
ast::Pattern* Parser::class_pattern(const Token* start, Expr* cls) {
  t_++;
  Nesting nesting(this, kNestBracket);
  if (!nesting) return nullptr;
  size_t base = stack_.size();
  size_t positional = base;
  std::vector<Str*> names;
  while (!at(Kind::kRPar)) {
    if (at(Kind::kName) && kind_after() == Kind::kEqual) {
      if (names.empty()) positional = stack_.size();
      names.push_back(TRY(expect_name()));
      t_++;
    } else if (!names.empty()) {
      return nullptr;
    }
    push(TRY(pattern()));
    if (!accept(Kind::kComma)) break;
  }
  if (!accept(Kind::kRPar)) return nullptr;
  if (names.empty()) positional = stack_.size();
  Seq<ast::Pattern*> keyword_patterns = take<ast::Pattern>(positional);
  Seq<ast::Pattern*> positional_patterns = take<ast::Pattern>(base);
  auto* node = make<ast::MatchClass>(start);
  node->cls = cls;
  node->patterns = positional_patterns;
  node->kwd_attrs = arena_.copy_seq(names.data(), static_cast<ptrdiff_t>(names.size()));
  node->kwd_patterns = keyword_patterns;
  return node;
}

}  // namespace minipy
