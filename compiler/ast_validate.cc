#include "compiler/ast_validate.h"

#include "compiler/depth.h"
#include "runtime/abstract.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/int.h"
#include "runtime/str.h"

namespace minipy {

namespace {

using ast::Expr;
using ast::ExprContext;
using ast::NodeKind;
using ast::Pattern;
using ast::Stmt;

class Validator {
 public:
  Status tree(ast::Mod* mod) {
    switch (mod->kind) {
      case NodeKind::Module: return stmts(ast::to<ast::Module>(mod)->body);
      case NodeKind::Interactive: return stmts(ast::to<ast::Interactive>(mod)->body);
      case NodeKind::Expression: return expr(ast::to<ast::Expression>(mod)->body, ExprContext::Load);
      default: {
        auto* type = ast::to<ast::FunctionType>(mod);
        TRY(exprs(type->argtypes, ExprContext::Load, false));
        return expr(type->returns, ExprContext::Load);
      }
    }
  }

 private:
  static Status positions(const ast::Location& loc) {
    if (loc.lineno > loc.end_lineno) {
      return raise(ValueError, "AST node line range ({}, {}) is not valid", loc.lineno, loc.end_lineno);
    }
    if ((loc.lineno < 0 && loc.end_lineno != loc.lineno) ||
        (loc.col_offset < 0 && loc.col_offset != loc.end_col_offset)) {
      return raise(ValueError, "AST node column range ({}, {}) for line range ({}, {}) is not valid", loc.col_offset,
                   loc.end_col_offset, loc.lineno, loc.end_lineno);
    }
    if (loc.lineno == loc.end_lineno && loc.col_offset > loc.end_col_offset) {
      return raise(ValueError, "line {}, column {}-{} is not a valid range", loc.lineno, loc.col_offset,
                   loc.end_col_offset);
    }
    return kOk;
  }

  static Status name(Str* id) {
    for (const char* constant : {"None", "True", "False"}) {
      if (str_equals_ascii(id, constant)) {
        return raise(ValueError, "identifier field can't represent '{}' constant", constant);
      }
    }
    return kOk;
  }

  template <class T>
  static Status nonempty(Seq<T> seq, const char* what, const char* owner) {
    if (!seq.empty()) return kOk;
    return raise(ValueError, "empty {} on {}", what, owner);
  }

  // ---- Parts

  Status comprehensions(Seq<ast::Comprehension*> generators) {
    if (generators.empty()) return raise(ValueError, "comprehension with no generators");
    for (ast::Comprehension* c : generators) {
      TRY(expr(c->target, ExprContext::Store));
      TRY(expr(c->iter, ExprContext::Load));
      TRY(exprs(c->ifs, ExprContext::Load, false));
    }
    return kOk;
  }

  Status keywords(Seq<ast::Keyword*> items) {
    for (ast::Keyword* k : items) TRY(expr(k->value, ExprContext::Load));
    return kOk;
  }

  Status args(Seq<ast::Arg*> items) {
    for (ast::Arg* a : items) {
      TRY(positions(a->loc));
      TRY(optional(a->annotation));
    }
    return kOk;
  }

  Status arguments(ast::Arguments* a) {
    TRY(args(a->posonlyargs));
    TRY(args(a->args));
    if (a->vararg) TRY(optional(a->vararg->annotation));
    TRY(args(a->kwonlyargs));
    if (a->kwarg) TRY(optional(a->kwarg->annotation));
    if (a->defaults.size() > a->posonlyargs.size() + a->args.size()) {
      return raise(ValueError, "more positional defaults than args on arguments");
    }
    if (a->kw_defaults.size() != a->kwonlyargs.size()) {
      return raise(ValueError, "length of kwonlyargs is not the same as kw_defaults on arguments");
    }
    TRY(exprs(a->defaults, ExprContext::Load, false));
    return exprs(a->kw_defaults, ExprContext::Load, true);
  }

  Status constant(Object* value) {
    if (value == py_none() || value == py_ellipsis()) return kOk;
    Type* type = type_of(value);
    for (Type* plain : {&int_type, &float_type, &complex_type, &bool_type, &str_type, &bytes_type}) {
      if (type == plain) return kOk;
    }
    if (type == &tuple_type || type == &frozenset_type) {
      CompilerDepth::Level level(depth_);
      if (!level) return Status::failed();
      Ref<Object> items = TRY(sequence_fast(value, ""));
      for (ssize i = 0; i < sequence_fast_size(items.get()); i++) {
        TRY(constant(sequence_fast_items(items.get())[i]));
      }
      return kOk;
    }
    return raise(TypeError, "got an invalid type in Constant: {}", type_short_name(type));
  }

  // ---- Expressions

  Status exprs(Seq<Expr*> items, ExprContext ctx, bool null_ok) {
    for (Expr* e : items) {
      if (e) {
        TRY(expr(e, ctx));
      } else if (!null_ok) {
        return raise(ValueError, "None disallowed in expression list");
      }
    }
    return kOk;
  }
  Status load(Seq<Expr*> items) { return exprs(items, ExprContext::Load, false); }
  Status load(Expr* e) { return expr(e, ExprContext::Load); }
  Status optional(Expr* e) { return e ? expr(e, ExprContext::Load) : kOk; }

  static Status context(Expr* e, ExprContext wanted) {
    ExprContext actual;
    switch (e->kind) {
      case NodeKind::Attribute: actual = ast::to<ast::Attribute>(e)->ctx; break;
      case NodeKind::Subscript: actual = ast::to<ast::Subscript>(e)->ctx; break;
      case NodeKind::Starred: actual = ast::to<ast::Starred>(e)->ctx; break;
      case NodeKind::Name:
        TRY(name(ast::to<ast::Name>(e)->id));
        actual = ast::to<ast::Name>(e)->ctx;
        break;
      case NodeKind::List: actual = ast::to<ast::List>(e)->ctx; break;
      case NodeKind::Tuple: actual = ast::to<ast::Tuple>(e)->ctx; break;
      default:
        if (wanted == ExprContext::Load) return kOk;
        return raise(ValueError, "expression which can't be assigned to in {} context", ast::name(wanted));
    }
    if (actual == wanted) return kOk;
    return raise(ValueError, "expression must have {} context but has {} instead", ast::name(wanted),
                 ast::name(actual));
  }

  Status expr(Expr* e, ExprContext ctx) {
    TRY(positions(e->loc));
    CompilerDepth::Level level(depth_);
    if (!level) return Status::failed();
    TRY(context(e, ctx));
    switch (e->kind) {
      case NodeKind::BoolOp: {
        auto* n = ast::to<ast::BoolOp>(e);
        if (n->values.size() < 2) return raise(ValueError, "BoolOp with less than 2 values");
        return load(n->values);
      }
      case NodeKind::BinOp: TRY(load(ast::to<ast::BinOp>(e)->left)); return load(ast::to<ast::BinOp>(e)->right);
      case NodeKind::UnaryOp: return load(ast::to<ast::UnaryOp>(e)->operand);
      case NodeKind::Lambda: TRY(arguments(ast::to<ast::Lambda>(e)->args)); return load(ast::to<ast::Lambda>(e)->body);
      case NodeKind::IfExp:
        TRY(load(ast::to<ast::IfExp>(e)->test));
        TRY(load(ast::to<ast::IfExp>(e)->body));
        return load(ast::to<ast::IfExp>(e)->orelse);
      case NodeKind::Dict: {
        auto* n = ast::to<ast::Dict>(e);
        if (n->keys.size() != n->values.size()) {
          return raise(ValueError, "Dict doesn't have the same number of keys as values");
        }
        TRY(exprs(n->keys, ExprContext::Load, true));
        return load(n->values);
      }
      case NodeKind::Set: return load(ast::to<ast::Set>(e)->elts);
      case NodeKind::ListComp:
        TRY(comprehensions(ast::to<ast::ListComp>(e)->generators));
        return load(ast::to<ast::ListComp>(e)->elt);
      case NodeKind::SetComp:
        TRY(comprehensions(ast::to<ast::SetComp>(e)->generators));
        return load(ast::to<ast::SetComp>(e)->elt);
      case NodeKind::GeneratorExp:
        TRY(comprehensions(ast::to<ast::GeneratorExp>(e)->generators));
        return load(ast::to<ast::GeneratorExp>(e)->elt);
      case NodeKind::DictComp:
        TRY(comprehensions(ast::to<ast::DictComp>(e)->generators));
        TRY(load(ast::to<ast::DictComp>(e)->key));
        return load(ast::to<ast::DictComp>(e)->value);
      case NodeKind::Yield: return optional(ast::to<ast::Yield>(e)->value);
      case NodeKind::YieldFrom: return load(ast::to<ast::YieldFrom>(e)->value);
      case NodeKind::Await: return load(ast::to<ast::Await>(e)->value);
      case NodeKind::Compare: {
        auto* n = ast::to<ast::Compare>(e);
        if (n->comparators.empty()) return raise(ValueError, "Compare with no comparators");
        if (n->comparators.size() != n->ops.size()) {
          return raise(ValueError, "Compare has a different number of comparators and operands");
        }
        TRY(load(n->comparators));
        return load(n->left);
      }
      case NodeKind::Call:
        TRY(load(ast::to<ast::Call>(e)->func));
        TRY(load(ast::to<ast::Call>(e)->args));
        return keywords(ast::to<ast::Call>(e)->keywords);
      case NodeKind::Constant: return constant(ast::to<ast::Constant>(e)->value);
      case NodeKind::JoinedStr: return load(ast::to<ast::JoinedStr>(e)->values);
      case NodeKind::FormattedValue:
        TRY(load(ast::to<ast::FormattedValue>(e)->value));
        return optional(ast::to<ast::FormattedValue>(e)->format_spec);
      case NodeKind::Attribute: return load(ast::to<ast::Attribute>(e)->value);
      case NodeKind::Subscript:
        TRY(load(ast::to<ast::Subscript>(e)->slice));
        return load(ast::to<ast::Subscript>(e)->value);
      case NodeKind::Starred: return expr(ast::to<ast::Starred>(e)->value, ctx);
      case NodeKind::Slice:
        TRY(optional(ast::to<ast::Slice>(e)->lower));
        TRY(optional(ast::to<ast::Slice>(e)->upper));
        return optional(ast::to<ast::Slice>(e)->step);
      case NodeKind::List: return exprs(ast::to<ast::List>(e)->elts, ctx, false);
      case NodeKind::Tuple: return exprs(ast::to<ast::Tuple>(e)->elts, ctx, false);
      case NodeKind::NamedExpr: return load(ast::to<ast::NamedExpr>(e)->value);
      default: return kOk;
    }
  }

  // ---- Patterns

  // A number, if allowed with a minus before it.
  static bool is_number(Expr* e, bool real, bool imaginary) {
    auto* c = ast::as<ast::Constant>(e);
    if (!c) return false;
    Type* type = type_of(c->value);
    return (real && (type == &int_type || type == &float_type)) || (imaginary && type == &complex_type);
  }
  static bool is_negative_number(Expr* e, bool real, bool imaginary) {
    auto* n = ast::as<ast::UnaryOp>(e);
    return n && n->op == ast::UnaryOperator::USub && is_number(n->operand, real, imaginary);
  }
  static bool is_complex_literal(Expr* e) {
    auto* n = ast::as<ast::BinOp>(e);
    if (!n || (n->op != ast::BinaryOperator::Add && n->op != ast::BinaryOperator::Sub)) return false;
    return (is_number(n->left, true, false) || is_negative_number(n->left, true, false)) &&
           is_number(n->right, false, true);
  }

  Status match_value(Expr* e) {
    TRY(expr(e, ExprContext::Load));
    switch (e->kind) {
      case NodeKind::Constant: {
        Type* type = type_of(ast::to<ast::Constant>(e)->value);
        for (Type* plain : {&int_type, &float_type, &bytes_type, &complex_type, &str_type}) {
          if (type == plain) return kOk;
        }
        return raise(ValueError, "unexpected constant inside of a literal pattern");
      }
      case NodeKind::Attribute:
      case NodeKind::JoinedStr:  // refused by the code generator
        return kOk;
      case NodeKind::UnaryOp:
        if (is_negative_number(e, true, true)) return kOk;
        break;
      case NodeKind::BinOp:
        if (is_complex_literal(e)) return kOk;
        break;
      default: break;
    }
    return raise(ValueError, "patterns may only match literals and attribute lookups");
  }

  static Status capture(Str* target) {
    if (str_equals_ascii(target, "_")) return raise(ValueError, "can't capture name '_' in patterns");
    return name(target);
  }

  Status patterns(Seq<Pattern*> items, bool star_ok) {
    for (Pattern* p : items) {
      if (!p) return raise(ValueError, "None disallowed in pattern list");
      TRY(pattern(p, star_ok));
    }
    return kOk;
  }

  Status mapping(ast::MatchMapping* n) {
    if (n->keys.size() != n->patterns.size()) {
      return raise(ValueError, "MatchMapping doesn't have the same number of keys as patterns");
    }
    if (n->rest) TRY(capture(n->rest));
    for (Expr* key : n->keys) {
      if (!key) return raise(ValueError, "None disallowed in expression list");
      if (auto* c = ast::as<ast::Constant>(key)) {
        if (c->value == py_none() || c->value == py_true() || c->value == py_false()) continue;
      }
      TRY(match_value(key));
    }
    return patterns(n->patterns, false);
  }

  Status class_pattern(ast::MatchClass* n) {
    if (n->kwd_attrs.size() != n->kwd_patterns.size()) {
      return raise(ValueError, "MatchClass doesn't have the same number of keyword attributes as patterns");
    }
    TRY(expr(n->cls, ExprContext::Load));
    Expr* cls = n->cls;
    while (auto* attribute = ast::as<ast::Attribute>(cls)) cls = attribute->value;
    if (!ast::is<ast::Name>(cls)) {
      return raise(ValueError, "MatchClass cls field can only contain Name or Attribute nodes.");
    }
    for (Str* attr : n->kwd_attrs) {
      if (!attr) return raise(ValueError, "None disallowed in identifier list");  // (the reference crashes)
      TRY(name(attr));
    }
    TRY(patterns(n->patterns, false));
    return patterns(n->kwd_patterns, false);
  }

  Status pattern(Pattern* p, bool star_ok) {
    TRY(positions(p->loc));
    CompilerDepth::Level level(depth_);
    if (!level) return Status::failed();
    switch (p->kind) {
      case NodeKind::MatchValue: return match_value(ast::to<ast::MatchValue>(p)->value);
      case NodeKind::MatchSingleton: {
        Object* value = ast::to<ast::MatchSingleton>(p)->value;
        if (value == py_none() || value == py_true() || value == py_false()) return kOk;
        return raise(ValueError, "MatchSingleton can only contain True, False and None");
      }
      case NodeKind::MatchSequence: return patterns(ast::to<ast::MatchSequence>(p)->patterns, true);
      case NodeKind::MatchMapping: return mapping(ast::to<ast::MatchMapping>(p));
      case NodeKind::MatchClass: return class_pattern(ast::to<ast::MatchClass>(p));
      case NodeKind::MatchStar: {
        if (!star_ok) return raise(ValueError, "can't use MatchStar here");
        Str* target = ast::to<ast::MatchStar>(p)->name;
        return target ? capture(target) : kOk;
      }
      case NodeKind::MatchAs: {
        auto* n = ast::to<ast::MatchAs>(p);
        if (n->name) TRY(capture(n->name));
        if (!n->pattern) return kOk;
        if (!n->name) return raise(ValueError, "MatchAs must specify a target name if a pattern is given");
        return pattern(n->pattern, false);
      }
      default: {
        auto* n = ast::to<ast::MatchOr>(p);
        if (n->patterns.size() < 2) return raise(ValueError, "MatchOr requires at least 2 patterns");
        return patterns(n->patterns, false);
      }
    }
  }

  // ---- Statements

  Status stmts(Seq<Stmt*> items) {
    for (Stmt* s : items) {
      if (!s) return raise(ValueError, "None disallowed in statement list");
      TRY(stmt(s));
    }
    return kOk;
  }

  Status body(Seq<Stmt*> items, const char* owner) {
    TRY(nonempty(items, "body", owner));
    return stmts(items);
  }

  Status targets(Seq<Expr*> items, ExprContext ctx) {
    TRY(nonempty(items, "targets", ctx == ExprContext::Del ? "Delete" : "Assign"));
    return exprs(items, ctx, false);
  }

  template <class T>
  Status function(T* n) {
    TRY(body(n->body, ast::class_name(n->kind)));
    TRY(arguments(n->args));
    TRY(load(n->decorator_list));
    return optional(n->returns);
  }
  template <class T>
  Status loop(T* n) {
    TRY(expr(n->target, ExprContext::Store));
    TRY(load(n->iter));
    TRY(body(n->body, ast::class_name(n->kind)));
    return stmts(n->orelse);
  }
  template <class T>
  Status conditional(T* n) {
    TRY(load(n->test));
    TRY(body(n->body, ast::class_name(n->kind)));
    return stmts(n->orelse);
  }
  template <class T>
  Status with(T* n) {
    TRY(nonempty(n->items, "items", ast::class_name(n->kind)));
    for (ast::WithItem* item : n->items) {
      TRY(load(item->context_expr));
      if (item->optional_vars) TRY(expr(item->optional_vars, ExprContext::Store));
    }
    return body(n->body, ast::class_name(n->kind));
  }
  template <class T>
  Status try_stmt(T* n) {
    const char* owner = ast::class_name(n->kind);
    TRY(body(n->body, owner));
    if (n->handlers.empty() && n->finalbody.empty()) {
      return raise(ValueError, "{} has neither except handlers nor finalbody", owner);
    }
    if (n->handlers.empty() && !n->orelse.empty()) {
      return raise(ValueError, "{} has orelse but no except handlers", owner);
    }
    for (ast::ExceptHandler* handler : n->handlers) {
      if (!handler) return raise(ValueError, "None disallowed in handler list");
      TRY(positions(handler->loc));
      TRY(optional(handler->type));
      TRY(body(handler->body, "ExceptHandler"));
    }
    TRY(stmts(n->finalbody));
    return stmts(n->orelse);
  }

  Status match(ast::Match* n) {
    TRY(load(n->subject));
    TRY(nonempty(n->cases, "cases", "Match"));
    for (ast::MatchCase* c : n->cases) {
      TRY(pattern(c->pattern, false));
      TRY(optional(c->guard));
      TRY(body(c->body, "match_case"));
    }
    return kOk;
  }

  Status names(Seq<Str*> items, const char* owner) {
    TRY(nonempty(items, "names", owner));
    for (Str* id : items) {
      if (!id) return raise(ValueError, "None disallowed in identifier list");  // (the reference crashes)
    }
    return kOk;
  }

  Status stmt(Stmt* s) {
    TRY(positions(s->loc));
    CompilerDepth::Level level(depth_);
    if (!level) return Status::failed();
    switch (s->kind) {
      case NodeKind::FunctionDef: return function(ast::to<ast::FunctionDef>(s));
      case NodeKind::AsyncFunctionDef: return function(ast::to<ast::AsyncFunctionDef>(s));
      case NodeKind::ClassDef: {
        auto* n = ast::to<ast::ClassDef>(s);
        TRY(body(n->body, "ClassDef"));
        TRY(load(n->bases));
        TRY(keywords(n->keywords));
        return load(n->decorator_list);
      }
      case NodeKind::Return: return optional(ast::to<ast::Return>(s)->value);
      case NodeKind::Delete: return targets(ast::to<ast::Delete>(s)->targets, ExprContext::Del);
      case NodeKind::Assign:
        TRY(targets(ast::to<ast::Assign>(s)->targets, ExprContext::Store));
        return load(ast::to<ast::Assign>(s)->value);
      case NodeKind::AugAssign:
        TRY(expr(ast::to<ast::AugAssign>(s)->target, ExprContext::Store));
        return load(ast::to<ast::AugAssign>(s)->value);
      case NodeKind::AnnAssign: {
        auto* n = ast::to<ast::AnnAssign>(s);
        if (!ast::is<ast::Name>(n->target) && n->simple) {
          return raise(TypeError, "AnnAssign with simple non-Name target");
        }
        TRY(expr(n->target, ExprContext::Store));
        TRY(optional(n->value));
        return load(n->annotation);
      }
      case NodeKind::For: return loop(ast::to<ast::For>(s));
      case NodeKind::AsyncFor: return loop(ast::to<ast::AsyncFor>(s));
      case NodeKind::While: return conditional(ast::to<ast::While>(s));
      case NodeKind::If: return conditional(ast::to<ast::If>(s));
      case NodeKind::With: return with(ast::to<ast::With>(s));
      case NodeKind::AsyncWith: return with(ast::to<ast::AsyncWith>(s));
      case NodeKind::Match: return match(ast::to<ast::Match>(s));
      case NodeKind::Raise: {
        auto* n = ast::to<ast::Raise>(s);
        if (n->exc) {
          TRY(load(n->exc));
          return optional(n->cause);
        }
        if (n->cause) return raise(ValueError, "Raise with cause but no exception");
        return kOk;
      }
      case NodeKind::Try: return try_stmt(ast::to<ast::Try>(s));
      case NodeKind::TryStar: return try_stmt(ast::to<ast::TryStar>(s));
      case NodeKind::Assert: TRY(load(ast::to<ast::Assert>(s)->test)); return optional(ast::to<ast::Assert>(s)->msg);
      case NodeKind::Import: return nonempty(ast::to<ast::Import>(s)->names, "names", "Import");
      case NodeKind::ImportFrom:
        if (ast::to<ast::ImportFrom>(s)->level < 0) return raise(ValueError, "Negative ImportFrom level");
        return nonempty(ast::to<ast::ImportFrom>(s)->names, "names", "ImportFrom");
      case NodeKind::Global: return names(ast::to<ast::Global>(s)->names, "Global");
      case NodeKind::Nonlocal: return names(ast::to<ast::Nonlocal>(s)->names, "Nonlocal");
      case NodeKind::ExprStmt: return load(ast::to<ast::ExprStmt>(s)->value);
      default: return kOk;
    }
  }

  CompilerDepth depth_;
};

}  // namespace

Status validate_ast(ast::Mod* tree) { return Validator().tree(tree); }

}  // namespace minipy
