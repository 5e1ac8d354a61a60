// The fast parser: compound statements, functions' parameters.
#include "compiler/parser.h"
#include "runtime/result.h"

namespace minipy {

ast::Stmt* Parser::compound_stmt() {
  const Token* start = t_;
  switch (kind()) {
    case Kind::kIf: return if_stmt();
    case Kind::kDef: return function_def(start, {}, false);
    case Kind::kAt: return decorated();
    case Kind::kClass: return class_def(start, {});
    case Kind::kWith: return with_stmt(start, false);
    case Kind::kFor: return for_stmt(start, false);
    case Kind::kTry: return try_stmt();
    case Kind::kWhile: return while_stmt();
    case Kind::kAsync:
      if (!version(5)) return nullptr;
      t_++;
      if (at(Kind::kDef)) return function_def(start, {}, true);
      if (at(Kind::kWith)) return with_stmt(start, true);
      if (at(Kind::kFor)) return for_stmt(start, true);
      return nullptr;
    case Kind::kName: return at_soft_keyword("match") ? match_stmt() : nullptr;
    default: return nullptr;
  }
}

// ':' block, where block: NEWLINE INDENT statements DEDENT | simple_stmts
bool Parser::block(Seq<Stmt*>* body) {
  if (!accept(Kind::kColon)) return false;
  return block_after_colon(body);
}

bool Parser::block_after_colon(Seq<Stmt*>* body) {
  Nesting nesting(this, kNestBlock);
  if (!nesting) return false;
  size_t base = stack_.size();
  if (accept(Kind::kNewline)) {
    if (!accept(Kind::kIndent) || !statements_until(Kind::kDedent)) return false;
    t_++;
  } else if (!simple_stmts()) {
    return false;
  }
  *body = take<Stmt>(base);
  return true;
}

// ['else' ':' block]
bool Parser::else_block(Seq<Stmt*>* body) { return !accept(Kind::kElse) || block(body); }

// At `if` or `elif`; the latter makes a nested If.
ast::Stmt* Parser::if_stmt() {
  const Token* start = t_++;
  Nesting nesting(this, kNestOne);
  if (!nesting) return nullptr;
  Expr* test = TRY(named_expression());
  Seq<Stmt*> body, orelse;
  if (!block(&body)) return nullptr;
  if (at(Kind::kElif)) {
    orelse = arena_.seq_of<Stmt*>(TRY(if_stmt()));
  } else if (!else_block(&orelse)) {
    return nullptr;
  }
  auto* node = make<ast::If>(start);
  node->test = test;
  node->body = body;
  node->orelse = orelse;
  return node;
}

ast::Stmt* Parser::while_stmt() {
  const Token* start = t_++;
  Expr* test = TRY(named_expression());
  Seq<Stmt*> body, orelse;
  if (!block(&body) || !else_block(&orelse)) return nullptr;
  auto* node = make<ast::While>(start);
  node->test = test;
  node->body = body;
  node->orelse = orelse;
  return node;
}

// 'for' star_targets 'in' star_expressions ':' [TYPE_COMMENT] block [else_block]
ast::Stmt* Parser::for_stmt(const Token* start, bool is_async) {
  t_++;
  Expr* target = TRY(star_targets());
  if (!accept(Kind::kIn)) return nullptr;
  Expr* iter = TRY(star_expressions());
  if (!accept(Kind::kColon)) return nullptr;
  Str* comment = nullptr;
  Seq<Stmt*> body, orelse;
  if (!type_comment(&comment) || !block_after_colon(&body) || !else_block(&orelse)) return nullptr;
  auto fill = [&](auto* node) -> Stmt* {
    node->target = target;
    node->iter = iter;
    node->body = body;
    node->orelse = orelse;
    node->type_comment = comment;
    return node;
  };
  return is_async ? fill(make<ast::AsyncFor>(start)) : fill(make<ast::For>(start));
}

// 'with' '(' ','.with_item+ [','] ')' ':' block | 'with' ','.with_item+ ':' [TYPE_COMMENT] block
ast::Stmt* Parser::with_stmt(const Token* start, bool is_async) {
  t_++;
  size_t base = stack_.size();
  Str* comment = nullptr;
  // Whether parentheses belong to the statement or to its first item is known when the `:` comes (or does not) right
  // after the closing one.
  bool parenthesized = false;
  if (at(Kind::kLPar)) {
    Mark before = mark();
    parenthesized = parenthesized_with_items();
    if (!parenthesized) reset(before);
  }
  if (parenthesized) {
    if (!version(9)) return nullptr;
  } else {
    do {
      push(TRY(with_item()));
    } while (accept(Kind::kComma));
    if (!accept(Kind::kColon) || !type_comment(&comment)) return nullptr;
  }
  Seq<ast::WithItem*> items = take<ast::WithItem>(base);
  Seq<Stmt*> body;
  if (!block_after_colon(&body)) return nullptr;
  auto fill = [&](auto* node) -> Stmt* {
    node->items = items;
    node->body = body;
    node->type_comment = comment;
    return node;
  };
  return is_async ? fill(make<ast::AsyncWith>(start)) : fill(make<ast::With>(start));
}

// '(' ','.with_item+ [','] ')' ':'
bool Parser::parenthesized_with_items() {
  Nesting nesting(this, kNestBracket);
  if (!nesting) return false;
  t_++;
  do {
    if (at(Kind::kRPar)) break;
    ast::WithItem* item = with_item();
    if (!item) return false;
    push(item);
  } while (accept(Kind::kComma));
  return t_[-1].kind != Kind::kLPar && accept(Kind::kRPar) && accept(Kind::kColon) && !at(Kind::kTypeComment);
}

// expression ['as' star_target &(',' | ')' | ':')]
ast::WithItem* Parser::with_item() {
  Expr* value = TRY(expression());
  Expr* target = nullptr;
  if (accept(Kind::kAs)) {
    target = TRY(star_target());
    if (!at(Kind::kComma) && !at(Kind::kRPar) && !at(Kind::kColon)) return nullptr;
  }
  auto* item = arena_.make<ast::WithItem>();
  item->context_expr = value;
  item->optional_vars = target;
  return item;
}

ast::Stmt* Parser::try_stmt() {
  const Token* start = t_++;
  Seq<Stmt*> body, orelse, finalbody;
  if (!block(&body)) return nullptr;
  size_t base = stack_.size();
  bool star = at(Kind::kExcept) && kind_after() == Kind::kStar;
  while (at(Kind::kExcept)) push(TRY(except_block(star)));
  Seq<ast::ExceptHandler*> handlers = take<ast::ExceptHandler>(base);
  if (!handlers.empty() && !else_block(&orelse)) return nullptr;
  if (accept(Kind::kFinally)) {
    if (!block(&finalbody)) return nullptr;
  } else if (handlers.empty()) {
    return nullptr;
  }
  if (star && !version(11)) return nullptr;
  auto fill = [&](auto* node) -> Stmt* {
    node->body = body;
    node->handlers = handlers;
    node->orelse = orelse;
    node->finalbody = finalbody;
    return node;
  };
  return star ? fill(make<ast::TryStar>(start)) : fill(make<ast::Try>(start));
}

// 'except' [expression ['as' NAME]] ':' block, or `except*` with an expression
ast::ExceptHandler* Parser::except_block(bool star) {
  const Token* start = t_++;
  if (star && !accept(Kind::kStar)) return nullptr;
  Expr* type = nullptr;
  Str* name = nullptr;
  if (star || !at(Kind::kColon)) {
    type = TRY(expression());
    if (accept(Kind::kAs)) name = TRY(expect_name());
  }
  Seq<Stmt*> body;
  if (!block(&body)) return nullptr;
  auto* node = make<ast::ExceptHandler>(start);
  node->type = type;
  node->name = name;
  node->body = body;
  return node;
}

// ('@' named_expression NEWLINE)+ and a function or class
ast::Stmt* Parser::decorated() {
  size_t base = stack_.size();
  while (accept(Kind::kAt)) {
    push(TRY(named_expression()));
    if (!accept(Kind::kNewline)) return nullptr;
  }
  Seq<Expr*> decorators = take<Expr>(base);
  // The definition begins at its keyword, not at the decorators.
  const Token* start = t_;
  if (at(Kind::kClass)) return class_def(start, decorators);
  bool is_async = at(Kind::kAsync);
  if (is_async) {
    if (!version(5)) return nullptr;
    t_++;
  }
  return at(Kind::kDef) ? function_def(start, decorators, is_async) : nullptr;
}

// 'def' NAME '(' [params] ')' ['->' expression] ':' [func_type_comment] block
ast::Stmt* Parser::function_def(const Token* start, Seq<Expr*> decorators, bool is_async) {
  t_++;
  Str* name = TRY(expect_name());
  if (!accept(Kind::kLPar)) return nullptr;
  ast::Arguments* args = TRY(parameters(Kind::kRPar));
  if (!accept(Kind::kRPar)) return nullptr;
  Expr* returns = nullptr;
  if (accept(Kind::kRArrow)) returns = TRY(expression());
  if (!accept(Kind::kColon)) return nullptr;
  Str* comment = nullptr;
  if (!function_type_comment(&comment)) return nullptr;
  Seq<Stmt*> body;
  if (!block_after_colon(&body)) return nullptr;
  auto fill = [&](auto* node) -> Stmt* {
    node->name = name;
    node->args = args;
    node->body = body;
    node->decorator_list = decorators;
    node->returns = returns;
    node->type_comment = comment;
    return node;
  };
  return is_async ? fill(make<ast::AsyncFunctionDef>(start)) : fill(make<ast::FunctionDef>(start));
}

// A type comment after the colon, or alone on the first line of the body.
bool Parser::function_type_comment(Str** comment) {
  if (at(Kind::kTypeComment)) return type_comment(comment);
  if (at(Kind::kNewline) && kind_after() == Kind::kTypeComment && t_[2].kind == Kind::kNewline &&
      t_[3].kind == Kind::kIndent) {
    t_++;
    return type_comment(comment);
  }
  return true;
}

// 'class' NAME ['(' [arguments] ')'] ':' block
ast::Stmt* Parser::class_def(const Token* start, Seq<Expr*> decorators) {
  t_++;
  Str* name = TRY(expect_name());
  Seq<Expr*> bases;
  Seq<ast::Keyword*> keywords;
  if (at(Kind::kLPar) && !arguments(&bases, &keywords, false)) return nullptr;
  Seq<Stmt*> body;
  if (!block(&body)) return nullptr;
  auto* node = make<ast::ClassDef>(start);
  node->name = name;
  node->bases = bases;
  node->keywords = keywords;
  node->body = body;
  node->decorator_list = decorators;
  return node;
}

// Parameters of a function (`end` is `)`, annotations and type comments allowed) or of a lambda (`end` is `:`), up to
// `end`, which stays.
//
//   positional-only, '/', positional-or-keyword, '*' [name], keyword-only, '**' name
//
// Once a positional parameter has a default value, the further ones up to `*` need one too.
ast::Arguments* Parser::parameters(Kind end) {
  size_t base = stack_.size();
  size_t defaults_base = default_stack_.size();
  auto* node = arena_.make<ast::Arguments>();
  bool slash = false;
  while (!at(end)) {
    if (at(Kind::kSlash)) {
      if (slash || stack_.size() == base || !version(8)) return nullptr;
      slash = true;
      t_++;
      node->posonlyargs = take<ast::Arg>(base);
      if (!separator(nullptr, end)) return nullptr;
    } else if (at(Kind::kStar) || at(Kind::kDoubleStar)) {
      node->args = take<ast::Arg>(base);
      take_defaults(defaults_base, &node->defaults);
      return star_parameters(node, end) ? node : nullptr;
    } else {
      Expr* value = nullptr;
      push(TRY(parameter(end, false, &value)));
      if (value) {
        default_stack_.push_back(value);
      } else if (default_stack_.size() > defaults_base) {
        return nullptr;
      }
    }
  }
  node->args = take<ast::Arg>(base);
  take_defaults(defaults_base, &node->defaults);
  return node;
}

void Parser::take_defaults(size_t base, Seq<Expr*>* out) {
  *out = arena_.copy_seq(default_stack_.data() + base, static_cast<ptrdiff_t>(default_stack_.size() - base));
  default_stack_.resize(base);
}

// From `*` or `**` on.
bool Parser::star_parameters(ast::Arguments* node, Kind end) {
  size_t base = stack_.size();
  size_t defaults_base = default_stack_.size();
  if (accept(Kind::kStar)) {
    if (accept(Kind::kComma)) {
      // A bare star: a keyword-only parameter must follow. (A type comment here is an error.)
      if (!at(Kind::kName)) return false;
    } else {
      Expr* value = nullptr;
      node->vararg = parameter(end, true, &value);
      if (!node->vararg || value) return false;
    }
    while (at(Kind::kName)) {
      Expr* value = nullptr;
      ast::Arg* arg = parameter(end, false, &value);
      if (!arg) return false;
      push(arg);
      default_stack_.push_back(value);
    }
    node->kwonlyargs = take<ast::Arg>(base);
    take_defaults(defaults_base, &node->kw_defaults);
  }
  if (accept(Kind::kDoubleStar)) {
    Expr* value = nullptr;
    node->kwarg = parameter(end, false, &value);
    if (!node->kwarg || value) return false;
  }
  return at(end);
}

// NAME [':' annotation] ['=' default] and the separator after it
ast::Arg* Parser::parameter(Kind end, bool star, Expr** value) {
  const Token* start = t_;
  Str* name = TRY(expect_name());
  Expr* annotation = nullptr;
  if (end == Kind::kRPar && accept(Kind::kColon)) annotation = TRY(star ? star_expression() : expression());
  auto* node = make<ast::Arg>(start);
  node->arg = name;
  node->annotation = annotation;
  if (accept(Kind::kEqual)) *value = TRY(expression());
  return separator(node, end) ? node : nullptr;
}

// ',' [TYPE_COMMENT] | [TYPE_COMMENT] &end
bool Parser::separator(ast::Arg* arg, Kind end) {
  bool comma = accept(Kind::kComma);
  if (at(Kind::kTypeComment)) {
    if (!arg || end != Kind::kRPar) return false;
    if (!type_comment(&arg->type_comment)) return false;
  }
  return comma || at(end);
}

}  // namespace minipy
