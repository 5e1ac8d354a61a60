// The fast parser: simple statements.
#include "compiler/parser.h"
#include "runtime/names.h"

namespace minipy {

using ast::BinaryOperator;
using ast::ExprContext;

// statement* up to the token `end`, which stays.
bool Parser::statements_until(Kind end) {
  while (!at(end)) {
    if (!statement()) return false;
  }
  return true;
}

bool Parser::statement() {
  switch (kind()) {
    case Kind::kIf:
    case Kind::kDef:
    case Kind::kAt:
    case Kind::kAsync:
    case Kind::kClass:
    case Kind::kWith:
    case Kind::kFor:
    case Kind::kTry:
    case Kind::kWhile: {
      Stmt* node = compound_stmt();
      if (!node) return false;
      push(node);
      return true;
    }
    case Kind::kName:
      // `match` may still be a name that is called, subscripted, subtracted from...
      if (at_soft_keyword("match") && starts_expression(kind_after())) {
        Mark before = mark();
        if (Stmt* node = match_stmt()) {
          push(node);
          return true;
        }
        reset(before);
      }
      break;
    default: break;
  }
  return simple_stmts();
}

// simple_stmts: ';'.simple_stmt+ [';'] NEWLINE
bool Parser::simple_stmts() {
  for (;;) {
    Stmt* node = simple_stmt();
    if (!node) return false;
    push(node);
    if (!accept(Kind::kSemi) || at(Kind::kNewline)) break;
  }
  return accept(Kind::kNewline);
}

ast::Stmt* Parser::simple_stmt() {
  switch (kind()) {
    case Kind::kReturn: return return_stmt();
    case Kind::kImport: return import_name();
    case Kind::kFrom: return import_from();
    case Kind::kRaise: return raise_stmt();
    case Kind::kPass: return ast::make<ast::Pass>(arena_, of(t_++));
    case Kind::kBreak: return ast::make<ast::Break>(arena_, of(t_++));
    case Kind::kContinue: return ast::make<ast::Continue>(arena_, of(t_++));
    case Kind::kDel: return del_stmt();
    case Kind::kAssert: return assert_stmt();
    case Kind::kGlobal: return names_stmt<ast::Global>();
    case Kind::kNonlocal: return names_stmt<ast::Nonlocal>();
    default: return expression_statement();
  }
}

namespace {
// The operator of an augmented assignment; false for other tokens.
bool augmented_operator(TokenKind kind, BinaryOperator* op) {
  switch (kind) {
    case TokenKind::kPlusEqual: *op = BinaryOperator::Add; return true;
    case TokenKind::kMinEqual: *op = BinaryOperator::Sub; return true;
    case TokenKind::kStarEqual: *op = BinaryOperator::Mult; return true;
    case TokenKind::kAtEqual: *op = BinaryOperator::MatMult; return true;
    case TokenKind::kSlashEqual: *op = BinaryOperator::Div; return true;
    case TokenKind::kPercentEqual: *op = BinaryOperator::Mod; return true;
    case TokenKind::kAmperEqual: *op = BinaryOperator::BitAnd; return true;
    case TokenKind::kVBarEqual: *op = BinaryOperator::BitOr; return true;
    case TokenKind::kCircumflexEqual: *op = BinaryOperator::BitXor; return true;
    case TokenKind::kLeftShiftEqual: *op = BinaryOperator::LShift; return true;
    case TokenKind::kRightShiftEqual: *op = BinaryOperator::RShift; return true;
    case TokenKind::kDoubleStarEqual: *op = BinaryOperator::Pow; return true;
    case TokenKind::kDoubleSlashEqual: *op = BinaryOperator::FloorDiv; return true;
    default: return false;
  }
}
}  // namespace

// Assignments of all kinds and expression statements begin alike: with star_expressions (or `yield`); what follows
// tells what it was.
ast::Stmt* Parser::expression_statement() {
  const Token* start = t_;
  Expr* value = TRY(annotated_rhs());
  BinaryOperator op;
  if (at(Kind::kEqual)) return assignment(start, value);
  if (at(Kind::kColon)) return annotated_assignment(start, value);
  if (augmented_operator(kind(), &op)) return augmented_assignment(start, value, op);
  auto* node = make<ast::ExprStmt>(start);
  node->value = value;
  return node;
}

// (star_targets '=')+ (yield_expr | star_expressions) [TYPE_COMMENT]
ast::Stmt* Parser::assignment(const Token* start, Expr* first) {
  size_t base = stack_.size();
  Expr* value = first;
  while (accept(Kind::kEqual)) {
    if (!set_context(value, ExprContext::Store)) return nullptr;
    push(value);
    value = TRY(annotated_rhs());
  }
  Str* comment = nullptr;
  if (!type_comment(&comment)) return nullptr;
  Seq<Expr*> targets = take<Expr>(base);
  auto* node = make<ast::Assign>(start);
  node->targets = targets;
  node->value = value;
  node->type_comment = comment;
  return node;
}

// NAME or single_target, ':' expression ['=' annotated_rhs]
ast::Stmt* Parser::annotated_assignment(const Token* start, Expr* target) {
  if (!version(6) || !is_single_target(target)) return nullptr;
  bool simple = start->kind == Kind::kName && ast::is<ast::Name>(target);
  set_context(target, ExprContext::Store);
  t_++;
  Expr* annotation = TRY(expression());
  Expr* value = nullptr;
  if (accept(Kind::kEqual)) value = TRY(annotated_rhs());
  auto* node = make<ast::AnnAssign>(start);
  node->target = target;
  node->annotation = annotation;
  node->value = value;
  node->simple = simple;
  return node;
}

ast::Stmt* Parser::augmented_assignment(const Token* start, Expr* target, BinaryOperator op) {
  if (!is_single_target(target)) return nullptr;
  if (op == BinaryOperator::MatMult && !version(5)) return nullptr;
  set_context(target, ExprContext::Store);
  t_++;
  Expr* value = TRY(annotated_rhs());
  auto* node = make<ast::AugAssign>(start);
  node->target = target;
  node->op = op;
  node->value = value;
  return node;
}

bool Parser::is_single_target(const Expr* target) {
  return ast::is<ast::Name>(target) || ast::is<ast::Attribute>(target) || ast::is<ast::Subscript>(target);
}

ast::Stmt* Parser::return_stmt() {
  const Token* start = t_++;
  Expr* value = nullptr;
  if (starts_expression()) value = TRY(star_expressions());
  auto* node = make<ast::Return>(start);
  node->value = value;
  return node;
}

ast::Stmt* Parser::raise_stmt() {
  const Token* start = t_++;
  Expr* exc = nullptr;
  Expr* cause = nullptr;
  if (starts_expression()) {
    exc = TRY(expression());
    if (accept(Kind::kFrom)) cause = TRY(expression());
  }
  auto* node = make<ast::Raise>(start);
  node->exc = exc;
  node->cause = cause;
  return node;
}

// 'del' del_targets &(';' | NEWLINE)
ast::Stmt* Parser::del_stmt() {
  const Token* start = t_++;
  size_t base = stack_.size();
  do {
    if (!starts_target()) break;
    push(TRY(target(ExprContext::Del)));
  } while (accept(Kind::kComma));
  if (stack_.size() == base || (!at(Kind::kSemi) && !at(Kind::kNewline))) return nullptr;
  Seq<Expr*> targets = take<Expr>(base);
  auto* node = make<ast::Delete>(start);
  node->targets = targets;
  return node;
}

ast::Stmt* Parser::assert_stmt() {
  const Token* start = t_++;
  Expr* test = TRY(expression());
  Expr* msg = nullptr;
  if (accept(Kind::kComma)) msg = TRY(expression());
  auto* node = make<ast::Assert>(start);
  node->test = test;
  node->msg = msg;
  return node;
}

// ('global' | 'nonlocal') ','.NAME+
template <class T>
ast::Stmt* Parser::names_stmt() {
  const Token* start = t_++;
  size_t base = stack_.size();
  do {
    push(TRY(expect_name()));
  } while (accept(Kind::kComma));
  Seq<Str*> names = take<Str>(base);
  T* node = make<T>(start);
  node->names = names;
  return node;
}

// dotted_name: '.'.NAME+ as one identifier
Str* Parser::dotted_name() {
  Str* name = TRY(expect_name());
  if (!at(Kind::kDot)) return name;
  std::string dotted(str_utf8(name));
  while (accept(Kind::kDot)) {
    Str* part = TRY(expect_name());
    dotted += '.';
    dotted += str_utf8(part);
  }
  return context.identifiers.intern_copy(dotted);
}

// 'import' ','.(dotted_name ['as' NAME])+
ast::Stmt* Parser::import_name() {
  const Token* start = t_++;
  size_t base = stack_.size();
  do {
    const Token* first = t_;
    Str* name = TRY(dotted_name());
    Str* asname = nullptr;
    if (accept(Kind::kAs)) asname = TRY(expect_name());
    push(alias(first, name, asname));
  } while (accept(Kind::kComma));
  Seq<ast::Alias*> names = take<ast::Alias>(base);
  auto* node = make<ast::Import>(start);
  node->names = names;
  return node;
}

ast::Alias* Parser::alias(const Token* start, Str* name, Str* asname) {
  auto* node = make<ast::Alias>(start);
  node->name = name;
  node->asname = asname;
  return node;
}

// 'from' ('.' | '...')* dotted_name 'import' import_from_targets, or with at least one dot and no name
ast::Stmt* Parser::import_from() {
  const Token* start = t_++;
  int level = 0;
  for (;; t_++) {
    if (at(Kind::kDot)) {
      level += 1;
    } else if (at(Kind::kEllipsis)) {
      level += 3;
    } else {
      break;
    }
  }
  Str* module = nullptr;
  if (level == 0 || at(Kind::kName)) module = TRY(dotted_name());
  if (!accept(Kind::kImport)) return nullptr;
  Seq<ast::Alias*> names;
  if (!import_from_targets(&names)) return nullptr;
  auto* node = make<ast::ImportFrom>(start);
  node->module = module;
  node->names = names;
  node->level = level;
  return node;
}

bool Parser::import_from_targets(Seq<ast::Alias*>* names) {
  size_t base = stack_.size();
  const Token* first = t_;
  if (accept(Kind::kStar)) {
    push(alias(first, arena_.own(share(NAME("*"))), nullptr));
    *names = take<ast::Alias>(base);
    return true;
  }
  bool parenthesized = accept(Kind::kLPar);
  do {
    if (parenthesized && stack_.size() > base && at(Kind::kRPar)) break;  // a comma at the end
    first = t_;
    Str* name = expect_name();
    if (!name) return false;
    Str* asname = nullptr;
    if (accept(Kind::kAs)) {
      asname = expect_name();
      if (!asname) return false;
    }
    push(alias(first, name, asname));
  } while (accept(Kind::kComma));
  if (parenthesized && !accept(Kind::kRPar)) return false;
  *names = take<ast::Alias>(base);
  return true;
}

}  // namespace minipy
