#include "compiler/codegen/symtable.h"

#include <string>

#include "compiler/depth.h"
#include "compiler/syntax_error.h"
#include "runtime/abstract.h"
#include "runtime/counted.h"
#include "runtime/error.h"
#include "runtime/names.h"
#include "runtime/str.h"

namespace minipy {

Str* mangle_name(Arena& arena, Str* class_name, Str* name) {
  if (!class_name) return name;
  std::string_view n = str_utf8(name);
  if (!n.starts_with("__") || n.ends_with("__") || n.find('.') != std::string_view::npos) return name;
  std::string_view c = str_utf8(class_name);
  while (c.starts_with('_')) c.remove_prefix(1);
  if (c.empty()) return name;
  return arena.own(str_intern_utf8("_" + std::string(c) + std::string(n)));
}

namespace {

using Names = PointerSet<Str>;

// The names of the scope around: copied only when they change here.
class InheritedNames {
 public:
  explicit InheritedNames(const Names& outer) : names_(&outer) {}
  const Names& names() const { return *names_; }
  bool contains(Str* name) const { return names_->contains(name); }
  void insert(Str* name) {
    if (!contains(name)) own().insert(name);
  }
  void erase(Str* name) {
    if (contains(name)) own().erase(name);
  }

 private:
  Names& own() {
    if (names_ != &own_) own_ = *names_;
    names_ = &own_;
    return own_;
  }
  const Names* names_;
  Names own_;
};

}  // namespace

class SymbolTableBuilder {
 public:
  SymbolTableBuilder(Arena& arena, Str* filename, bool future_annotations)
      : arena_(arena), filename_(filename), future_annotations_(future_annotations) {}

  std::unique_ptr<SymbolTable> build(ast::Mod* tree);

 private:
  // Every visit returns false when an exception is pending.
  bool statements(const Seq<ast::Stmt*>& body) {
    for (ast::Stmt* s : body) {
      if (!statement(s)) return false;
    }
    return true;
  }
  bool expressions(const Seq<ast::Expr*>& list) {
    for (ast::Expr* e : list) {
      if (e && !expression(e)) return false;
    }
    return true;
  }
  bool maybe(ast::Expr* e) { return !e || expression(e); }

  bool statement(ast::Stmt* s);
  bool function_statement(ast::Stmt* s, Str* name, ast::Arguments* args, const Seq<ast::Stmt*>& body,
                          const Seq<ast::Expr*>& decorators, ast::Expr* returns, bool async);
  bool class_statement(ast::ClassDef* s);
  bool annotated_assignment(ast::AnnAssign* s);
  bool global_statement(ast::Stmt* s, const Seq<Str*>& names, bool global);
  bool add_directive(Str* name, const ast::Location& location);
  bool try_parts(const Seq<ast::Stmt*>& body, const Seq<ast::ExceptHandler*>& handlers, const Seq<ast::Stmt*>& orelse,
                 const Seq<ast::Stmt*>& finalbody);
  bool alias(ast::Alias* a);
  bool expression(ast::Expr* e);
  bool named_expression(ast::NamedExpr* e);
  bool lambda(ast::Lambda* e);
  bool comprehension(ast::Expr* e, const char* name, ComprehensionKind kind, const Seq<ast::Comprehension*>& generators,
                     ast::Expr* element, ast::Expr* value);
  bool comprehension_clause(ast::Comprehension* c);
  bool arguments(ast::Arguments* a);
  bool annotations(ast::Stmt* s, ast::Arguments* a, ast::Expr* returns);
  bool annotation(ast::Expr* e);
  bool argument_annotations(const Seq<ast::Arg*>& args);
  bool pattern(ast::Pattern* p);
  bool extend_named_expression_scope(ast::Expr* target);
  bool yield_like(ast::Expr* e, const char* what);
  bool not_in_annotation(const char* what, ast::Expr* e);

  bool enter(Str* name, ScopeType type, const ast::Node* node, const ast::Location& location);
  void leave();
  static void forget_counted(Scope* scope);
  bool define(Str* name, int flag, const ast::Location& location) { return define_in(current_, name, flag, location); }
  bool define_in(Scope* scope, Str* name, int flag, const ast::Location& location);
  Str* mangled(Str* name) { return mangle_name(arena_, private_, name); }

  template <class... A>
  bool error(const ast::Location& location, const char* format, const A&... a) {
    Ref<Str> message = format_message(format, a...);
    if (message) raise_symbol_error(filename_, location, message.get());
    return false;
  }

  // Second pass.
  bool analyze(Scope* scope, const Names* outer_bound, const Names& outer_global, Names& free);
  bool analyze_name(Scope* scope, Str* name, int flags, NameScope* where, InheritedNames* bound, Names& free,
                    InheritedNames& global);
  bool directive_error(Scope* scope, Str* name, const char* format);

  Arena& arena_;
  CompilerDepth depth_;
  Str* filename_;
  bool future_annotations_;
  std::unique_ptr<SymbolTable> table_;
  Scope* current_ = nullptr;
  Scope* module_ = nullptr;
  std::vector<Scope*> stack_;
  Str* private_ = nullptr;
};

namespace {

const ast::Location kWholeFile = {0, 0, 0, 0};

}  // namespace

// ---- Scopes
// ------------------------------------------------------------------------------------------------------------

bool SymbolTableBuilder::enter(Str* name, ScopeType type, const ast::Node* node, const ast::Location& location) {
  auto owned = std::make_unique<Scope>();
  Scope* scope = owned.get();
  table_->scopes_.push_back(std::move(owned));
  scope->counted_symbols = counted_dict();
  scope->counted_variables = counted_list();
  scope->counted_children = counted_list();
  scope->name = name;
  scope->type = type;
  scope->node = node;
  scope->location = location;
  if (current_ && (current_->nested || current_->type == ScopeType::kFunction)) scope->nested = true;
  // What stands in an iterable of a comprehension stays in it.
  if (current_) scope->comprehension_iterables = current_->comprehension_iterables;
  Scope* parent = current_;
  stack_.push_back(scope);
  current_ = scope;
  auto [known, fresh] = table_->by_node_.try_emplace(node, scope);
  if (!fresh) {
    if (known->second != parent) forget_counted(known->second);
    known->second = scope;
  }
  // Postponed annotations are checked in a scope of their own, which nothing else sees.
  if (parent && type != ScopeType::kAnnotation) parent->children.push_back(scope);
  return true;
}

// A postponed annotation's scope is known by its function or expression until that opens its own: then, or when it is
// left, it dies in CPython.
void SymbolTableBuilder::forget_counted(Scope* scope) {
  scope->counted_symbols.reset();
  scope->counted_variables.reset();
  scope->counted_children.reset();
  scope->counted_directives.reset();
}

void SymbolTableBuilder::leave() {
  if (current_->type == ScopeType::kAnnotation && table_->scope_of(current_->node) != current_)
    forget_counted(current_);
  stack_.pop_back();
  current_ = stack_.empty() ? nullptr : stack_.back();
}

bool SymbolTableBuilder::define_in(Scope* scope, Str* name, int flag, const ast::Location& location) {
  Str* key = mangled(name);
  auto [it, inserted] = scope->symbols.try_emplace(key, 0);
  if (inserted) scope->order.push_back(key);
  int flags = it->second;
  if ((flag & kDefParam) && (flags & kDefParam)) {
    return error(location, "duplicate argument '{}' in function definition", name);
  }
  flags |= flag;
  if (scope->comprehension_target) {
    if (flags & (kDefGlobal | kDefNonlocal)) {
      return error(location, "comprehension inner loop cannot rebind assignment expression target '{}'", name);
    }
    flags |= kDefComprehensionTarget;
  }
  it->second = flags;
  if (flag & kDefParam) {
    scope->parameters.push_back(key);
  } else if (flag & kDefGlobal) {
    auto [g, fresh] = module_->symbols.try_emplace(key, 0);
    if (fresh) module_->order.push_back(key);
    g->second |= flag;
  }
  return true;
}

std::unique_ptr<SymbolTable> SymbolTableBuilder::build(ast::Mod* tree) {
  table_ = std::make_unique<SymbolTable>();
  table_->counted_stack_ = counted_list();
  table_->counted_blocks_ = counted_dict();
  if (!enter(NAME("top"), ScopeType::kModule, tree, kWholeFile)) return nullptr;
  module_ = table_->top_ = current_;
  bool ok = true;
  if (auto* m = ast::as<ast::Module>(tree)) ok = statements(m->body);
  if (auto* m = ast::as<ast::Interactive>(tree)) ok = statements(m->body);
  if (auto* m = ast::as<ast::Expression>(tree)) ok = expression(m->body);
  if (!ok) return nullptr;
  leave();
  Names free;
  Ref<Object> counted_free = counted_set(), counted_global = counted_set();
  if (!analyze(module_, nullptr, {}, free)) return nullptr;
  return std::move(table_);
}

// ---- Statements
// --------------------------------------------------------------------------------------------------------

bool SymbolTableBuilder::statement(ast::Stmt* s) {
  CompilerDepth::Level level(depth_);
  if (!level) return false;
  using K = ast::NodeKind;
  switch (s->kind) {
    case K::FunctionDef: {
      auto* f = ast::to<ast::FunctionDef>(s);
      return function_statement(s, f->name, f->args, f->body, f->decorator_list, f->returns, false);
    }
    case K::AsyncFunctionDef: {
      auto* f = ast::to<ast::AsyncFunctionDef>(s);
      return function_statement(s, f->name, f->args, f->body, f->decorator_list, f->returns, true);
    }
    case K::ClassDef: return class_statement(ast::to<ast::ClassDef>(s));
    case K::Return: {
      auto* r = ast::to<ast::Return>(s);
      if (!r->value) return true;
      if (!expression(r->value)) return false;
      current_->returns_value = true;
      return true;
    }
    case K::Delete: return expressions(ast::to<ast::Delete>(s)->targets);
    case K::Assign: return expressions(ast::to<ast::Assign>(s)->targets) && expression(ast::to<ast::Assign>(s)->value);
    case K::AugAssign:
      return expression(ast::to<ast::AugAssign>(s)->target) && expression(ast::to<ast::AugAssign>(s)->value);
    case K::AnnAssign: return annotated_assignment(ast::to<ast::AnnAssign>(s));
    case K::For: {
      auto* f = ast::to<ast::For>(s);
      return expression(f->target) && expression(f->iter) && statements(f->body) && statements(f->orelse);
    }
    case K::AsyncFor: {
      auto* f = ast::to<ast::AsyncFor>(s);
      return expression(f->target) && expression(f->iter) && statements(f->body) && statements(f->orelse);
    }
    case K::While: {
      auto* w = ast::to<ast::While>(s);
      return expression(w->test) && statements(w->body) && statements(w->orelse);
    }
    case K::If: {
      auto* i = ast::to<ast::If>(s);
      return expression(i->test) && statements(i->body) && statements(i->orelse);
    }
    case K::With:
    case K::AsyncWith: {
      auto* w = static_cast<ast::With*>(s);  // both have the same fields
      for (ast::WithItem* item : w->items) {
        if (!expression(item->context_expr) || !maybe(item->optional_vars)) return false;
      }
      return statements(w->body);
    }
    case K::Match: {
      auto* m = ast::to<ast::Match>(s);
      if (!expression(m->subject)) return false;
      for (ast::MatchCase* c : m->cases) {
        if (!pattern(c->pattern) || !maybe(c->guard) || !statements(c->body)) return false;
      }
      return true;
    }
    case K::Raise: return maybe(ast::to<ast::Raise>(s)->exc) && maybe(ast::to<ast::Raise>(s)->cause);
    case K::Try: {
      auto* t = ast::to<ast::Try>(s);
      return try_parts(t->body, t->handlers, t->orelse, t->finalbody);
    }
    case K::TryStar: {
      auto* t = ast::to<ast::TryStar>(s);
      return try_parts(t->body, t->handlers, t->orelse, t->finalbody);
    }
    case K::Assert: return expression(ast::to<ast::Assert>(s)->test) && maybe(ast::to<ast::Assert>(s)->msg);
    case K::Import:
      for (ast::Alias* a : ast::to<ast::Import>(s)->names) {
        if (!alias(a)) return false;
      }
      return true;
    case K::ImportFrom:
      for (ast::Alias* a : ast::to<ast::ImportFrom>(s)->names) {
        if (!alias(a)) return false;
      }
      return true;
    case K::Global: return global_statement(s, ast::to<ast::Global>(s)->names, true);
    case K::Nonlocal: return global_statement(s, ast::to<ast::Nonlocal>(s)->names, false);
    case K::ExprStmt: return expression(ast::to<ast::ExprStmt>(s)->value);
    default: return true;  // pass, break, continue
  }
}

bool SymbolTableBuilder::function_statement(ast::Stmt* s, Str* name, ast::Arguments* args, const Seq<ast::Stmt*>& body,
                                            const Seq<ast::Expr*>& decorators, ast::Expr* returns, bool async) {
  if (!define(name, kDefLocal, s->loc) || !expressions(args->defaults) || !expressions(args->kw_defaults) ||
      !annotations(s, args, returns) || !expressions(decorators)) {
    return false;
  }
  if (!enter(name, ScopeType::kFunction, s, s->loc)) return false;
  if (async) current_->coroutine = true;
  if (!arguments(args) || !statements(body)) return false;
  leave();
  return true;
}

bool SymbolTableBuilder::class_statement(ast::ClassDef* s) {
  if (!define(s->name, kDefLocal, s->loc) || !expressions(s->bases)) return false;
  for (ast::Keyword* k : s->keywords) {
    if (!expression(k->value)) return false;
  }
  if (!expressions(s->decorator_list) || !enter(s->name, ScopeType::kClass, s, s->loc)) return false;
  Str* outer = std::exchange(private_, s->name);
  if (!statements(s->body)) return false;
  private_ = outer;
  leave();
  return true;
}

bool SymbolTableBuilder::annotated_assignment(ast::AnnAssign* s) {
  if (auto* name = ast::as<ast::Name>(s->target)) {
    int flags = current_->flags_of(mangled(name->id));
    if ((flags & (kDefGlobal | kDefNonlocal)) && current_ != module_ && s->simple) {
      return error(s->loc,
                   flags & kDefGlobal ? "annotated name '{}' can't be global" : "annotated name '{}' can't be nonlocal",
                   name->id);
    }
    if (s->simple) {
      if (!define(name->id, kDefAnnotation | kDefLocal, s->target->loc)) return false;
    } else if (s->value && !define(name->id, kDefLocal, s->target->loc)) {
      return false;
    }
  } else if (!expression(s->target)) {
    return false;
  }
  return annotation(s->annotation) && maybe(s->value);
}

namespace {

// A list of the scope's directives, a tuple of five for each.
bool count_directive(Scope* scope) {
  if (!scope->counted_directives) scope->counted_directives = counted_list();
  Ref<Tuple> directive = tuple_new(5);
  if (!directive || !scope->counted_directives) return false;
  for (int i = 0; i < 5; i++) directive->items[i] = none_ref().release();
  return static_cast<bool>(list_append(cast<List>(scope->counted_directives.get()), as_object(directive.get())));
}

}  // namespace

bool SymbolTableBuilder::add_directive(Str* name, const ast::Location& location) {
  if (!count_directive(current_)) return false;
  current_->directives.push_back({mangled(name), location});
  return true;
}

bool SymbolTableBuilder::global_statement(ast::Stmt* s, const Seq<Str*>& names, bool global) {
  for (Str* name : names) {
    int flags = current_->flags_of(mangled(name));
    const char* word = global ? "global" : "nonlocal";
    if (flags & (kDefParam | kDefLocal | kUse | kDefAnnotation)) {
      if (flags & kDefParam) return error(s->loc, "name '{}' is parameter and {}", name, word);
      if (flags & kUse) return error(s->loc, "name '{}' is used prior to {} declaration", name, word);
      if (flags & kDefAnnotation) return error(s->loc, "annotated name '{}' can't be {}", name, word);
      return error(s->loc, "name '{}' is assigned to before {} declaration", name, word);
    }
    if (!define(name, global ? kDefGlobal : kDefNonlocal, s->loc) || !add_directive(name, s->loc)) return false;
  }
  return true;
}

bool SymbolTableBuilder::try_parts(const Seq<ast::Stmt*>& body, const Seq<ast::ExceptHandler*>& handlers,
                                   const Seq<ast::Stmt*>& orelse, const Seq<ast::Stmt*>& finalbody) {
  if (!statements(body) || !statements(orelse)) return false;
  for (ast::ExceptHandler* h : handlers) {
    if (!maybe(h->type)) return false;
    if (h->name && !define(h->name, kDefLocal, h->loc)) return false;
    if (!statements(h->body)) return false;
  }
  return statements(finalbody);
}

bool SymbolTableBuilder::alias(ast::Alias* a) {
  if (a->asname) return define(a->asname, kDefImport, a->loc);
  if (str_equals_ascii(a->name, "*")) {
    if (current_->type == ScopeType::kModule) return true;
    return error(a->loc, "import * only allowed at module level");
  }
  ssize dot = str_find_char(a->name, '.', 0, str_length(a->name), 1);
  if (dot < 0) return define(a->name, kDefImport, a->loc);
  Ref<Str> front = str_substring(a->name, 0, dot);
  if (!front) return false;
  str_intern(front);
  return define(arena_.own(std::move(front)), kDefImport, a->loc);
}

bool SymbolTableBuilder::pattern(ast::Pattern* p) {
  if (!compiler_stack_left()) return false;
  using K = ast::NodeKind;
  auto all = [&](const Seq<ast::Pattern*>& list) {
    for (ast::Pattern* q : list) {
      if (!pattern(q)) return false;
    }
    return true;
  };
  switch (p->kind) {
    case K::MatchValue: return expression(ast::to<ast::MatchValue>(p)->value);
    case K::MatchSequence: return all(ast::to<ast::MatchSequence>(p)->patterns);
    case K::MatchStar: {
      Str* name = ast::to<ast::MatchStar>(p)->name;
      return !name || define(name, kDefLocal, p->loc);
    }
    case K::MatchMapping: {
      auto* m = ast::to<ast::MatchMapping>(p);
      if (!expressions(m->keys) || !all(m->patterns)) return false;
      return !m->rest || define(m->rest, kDefLocal, p->loc);
    }
    case K::MatchClass: {
      auto* m = ast::to<ast::MatchClass>(p);
      return expression(m->cls) && all(m->patterns) && all(m->kwd_patterns);
    }
    case K::MatchAs: {
      auto* m = ast::to<ast::MatchAs>(p);
      if (m->pattern && !pattern(m->pattern)) return false;
      return !m->name || define(m->name, kDefLocal, p->loc);
    }
    case K::MatchOr: return all(ast::to<ast::MatchOr>(p)->patterns);
    default: return true;
  }
}

// ---- Functions
// ---------------------------------------------------------------------------------------------------------

bool SymbolTableBuilder::arguments(ast::Arguments* a) {
  auto all = [&](const Seq<ast::Arg*>& list) {
    for (ast::Arg* arg : list) {
      if (!define(arg->arg, kDefParam, arg->loc)) return false;
    }
    return true;
  };
  if (!all(a->posonlyargs) || !all(a->args) || !all(a->kwonlyargs)) return false;
  if (a->vararg) {
    if (!define(a->vararg->arg, kDefParam, a->vararg->loc)) return false;
    current_->varargs = true;
  }
  if (a->kwarg) {
    if (!define(a->kwarg->arg, kDefParam, a->kwarg->loc)) return false;
    current_->varkeywords = true;
  }
  return true;
}

bool SymbolTableBuilder::annotation(ast::Expr* e) {
  if (future_annotations_ && !enter(NAME("_annotation"), ScopeType::kAnnotation, e, e->loc)) return false;
  if (!expression(e)) return false;
  if (future_annotations_) leave();
  return true;
}

bool SymbolTableBuilder::argument_annotations(const Seq<ast::Arg*>& args) {
  for (ast::Arg* a : args) {
    if (a->annotation && !expression(a->annotation)) return false;
  }
  return true;
}

bool SymbolTableBuilder::annotations(ast::Stmt* s, ast::Arguments* a, ast::Expr* returns) {
  if (future_annotations_ && !enter(NAME("_annotation"), ScopeType::kAnnotation, s, s->loc)) return false;
  if (!argument_annotations(a->posonlyargs) || !argument_annotations(a->args)) return false;
  if (a->vararg && !maybe(a->vararg->annotation)) return false;
  if (a->kwarg && !maybe(a->kwarg->annotation)) return false;
  if (!argument_annotations(a->kwonlyargs)) return false;
  if (future_annotations_) leave();
  return !returns || annotation(returns);
}

// ---- Expressions
// -------------------------------------------------------------------------------------------------------

bool SymbolTableBuilder::not_in_annotation(const char* what, ast::Expr* e) {
  if (current_->type != ScopeType::kAnnotation) return true;
  return error(e->loc, "'{}' can not be used within an annotation", what);
}

bool SymbolTableBuilder::yield_like(ast::Expr* e, const char* what) {
  if (!not_in_annotation(what, e)) return false;
  ast::Expr* value = nullptr;
  if (auto* y = ast::as<ast::Yield>(e)) value = y->value;
  if (auto* y = ast::as<ast::YieldFrom>(e)) value = y->value;
  if (!maybe(value)) return false;
  current_->generator = true;
  switch (current_->comprehension) {
    case ComprehensionKind::kNone: return true;
    case ComprehensionKind::kList: return error(e->loc, "'yield' inside list comprehension");
    case ComprehensionKind::kSet: return error(e->loc, "'yield' inside set comprehension");
    case ComprehensionKind::kDict: return error(e->loc, "'yield' inside dict comprehension");
    case ComprehensionKind::kGenerator: break;
  }
  return error(e->loc, "'yield' inside generator expression");
}

bool SymbolTableBuilder::expression(ast::Expr* e) {
  CompilerDepth::Level level(depth_);
  if (!level) return false;
  using K = ast::NodeKind;
  switch (e->kind) {
    case K::NamedExpr: return named_expression(ast::to<ast::NamedExpr>(e));
    case K::BoolOp: return expressions(ast::to<ast::BoolOp>(e)->values);
    case K::BinOp: return expression(ast::to<ast::BinOp>(e)->left) && expression(ast::to<ast::BinOp>(e)->right);
    case K::UnaryOp: return expression(ast::to<ast::UnaryOp>(e)->operand);
    case K::Lambda: return lambda(ast::to<ast::Lambda>(e));
    case K::IfExp: {
      auto* i = ast::to<ast::IfExp>(e);
      return expression(i->test) && expression(i->body) && expression(i->orelse);
    }
    case K::Dict: return expressions(ast::to<ast::Dict>(e)->keys) && expressions(ast::to<ast::Dict>(e)->values);
    case K::Set: return expressions(ast::to<ast::Set>(e)->elts);
    case K::GeneratorExp: {
      auto* c = ast::to<ast::GeneratorExp>(e);
      return comprehension(e, "genexpr", ComprehensionKind::kGenerator, c->generators, c->elt, nullptr);
    }
    case K::ListComp: {
      auto* c = ast::to<ast::ListComp>(e);
      return comprehension(e, "listcomp", ComprehensionKind::kList, c->generators, c->elt, nullptr);
    }
    case K::SetComp: {
      auto* c = ast::to<ast::SetComp>(e);
      return comprehension(e, "setcomp", ComprehensionKind::kSet, c->generators, c->elt, nullptr);
    }
    case K::DictComp: {
      auto* c = ast::to<ast::DictComp>(e);
      return comprehension(e, "dictcomp", ComprehensionKind::kDict, c->generators, c->key, c->value);
    }
    case K::Yield:
    case K::YieldFrom: return yield_like(e, "yield expression");
    case K::Await:
      if (!not_in_annotation("await expression", e) || !expression(ast::to<ast::Await>(e)->value)) return false;
      current_->coroutine = true;
      return true;
    case K::Compare:
      return expression(ast::to<ast::Compare>(e)->left) && expressions(ast::to<ast::Compare>(e)->comparators);
    case K::Call: {
      auto* c = ast::to<ast::Call>(e);
      if (!expression(c->func) || !expressions(c->args)) return false;
      for (ast::Keyword* k : c->keywords) {
        if (!expression(k->value)) return false;
      }
      return true;
    }
    case K::FormattedValue:
      return expression(ast::to<ast::FormattedValue>(e)->value) && maybe(ast::to<ast::FormattedValue>(e)->format_spec);
    case K::JoinedStr: return expressions(ast::to<ast::JoinedStr>(e)->values);
    case K::Attribute: return expression(ast::to<ast::Attribute>(e)->value);
    case K::Subscript:
      return expression(ast::to<ast::Subscript>(e)->value) && expression(ast::to<ast::Subscript>(e)->slice);
    case K::Starred: return expression(ast::to<ast::Starred>(e)->value);
    case K::Slice: {
      auto* s = ast::to<ast::Slice>(e);
      return maybe(s->lower) && maybe(s->upper) && maybe(s->step);
    }
    case K::Name: {
      auto* n = ast::to<ast::Name>(e);
      bool load = n->ctx == ast::ExprContext::Load;
      if (!define(n->id, load ? kUse : kDefLocal, e->loc)) return false;
      // super() without arguments needs the class cell.
      if (load && current_->type == ScopeType::kFunction && n->id == NAME("super")) {
        return define(NAME("__class__"), kUse, e->loc);
      }
      return true;
    }
    case K::List: return expressions(ast::to<ast::List>(e)->elts);
    case K::Tuple: return expressions(ast::to<ast::Tuple>(e)->elts);
    default: return true;
  }
}

bool SymbolTableBuilder::named_expression(ast::NamedExpr* e) {
  if (!not_in_annotation("named expression", e)) return false;
  if (current_->comprehension_iterables > 0) {
    return error(e->loc, "assignment expression cannot be used in a comprehension iterable expression");
  }
  if (current_->comprehension != ComprehensionKind::kNone && !extend_named_expression_scope(e->target)) return false;
  return expression(e->value) && expression(e->target);
}

// `:=` inside comprehensions binds in the scope around them (PEP 572).
bool SymbolTableBuilder::extend_named_expression_scope(ast::Expr* target) {
  Str* name = ast::to<ast::Name>(target)->id;
  for (size_t i = stack_.size(); i-- > 0;) {
    Scope* scope = stack_[i];
    if (scope->comprehension != ComprehensionKind::kNone) {
      int flags = scope->flags_of(mangled(name));
      if ((flags & kDefComprehensionTarget) && (flags & kDefLocal)) {
        return error(target->loc, "assignment expression cannot rebind comprehension iteration variable '{}'", name);
      }
      continue;
    }
    if (scope->type == ScopeType::kFunction) {
      int flags = scope->flags_of(mangled(name));
      if (!define(name, flags & kDefGlobal ? kDefGlobal : kDefNonlocal, target->loc)) return false;
      if (!add_directive(name, target->loc)) return false;
      return define_in(scope, name, kDefLocal, target->loc);
    }
    if (scope->type == ScopeType::kModule) {
      if (!define(name, kDefGlobal, target->loc) || !add_directive(name, target->loc)) return false;
      return define_in(scope, name, kDefGlobal, target->loc);
    }
    if (scope->type == ScopeType::kClass) {
      return error(target->loc, "assignment expression within a comprehension cannot be used in a class body");
    }
  }
  return true;
}

bool SymbolTableBuilder::lambda(ast::Lambda* e) {
  if (!expressions(e->args->defaults) || !expressions(e->args->kw_defaults)) return false;
  if (!enter(NAME("lambda"), ScopeType::kFunction, e, e->loc)) return false;
  if (!arguments(e->args) || !expression(e->body)) return false;
  leave();
  return true;
}

bool SymbolTableBuilder::comprehension_clause(ast::Comprehension* c) {
  current_->comprehension_target = true;
  if (!expression(c->target)) return false;
  current_->comprehension_target = false;
  current_->comprehension_iterables++;
  if (!expression(c->iter)) return false;
  current_->comprehension_iterables--;
  if (!expressions(c->ifs)) return false;
  if (c->is_async) current_->coroutine = true;
  return true;
}

bool SymbolTableBuilder::comprehension(ast::Expr* e, const char* name, ComprehensionKind kind,
                                       const Seq<ast::Comprehension*>& generators, ast::Expr* element,
                                       ast::Expr* value) {
  bool is_generator = kind == ComprehensionKind::kGenerator;
  ast::Comprehension* outermost = generators[0];
  // The first iterable is evaluated outside.
  current_->comprehension_iterables++;
  if (!expression(outermost->iter)) return false;
  current_->comprehension_iterables--;
  Str* scope_name = arena_.own(str_intern_ascii(name));
  if (!enter(scope_name, ScopeType::kFunction, e, e->loc)) return false;
  if (outermost->is_async) current_->coroutine = true;
  current_->comprehension = kind;
  if (!define(NAME(".0"), kDefParam, current_->location)) return false;
  current_->comprehension_target = true;
  if (!expression(outermost->target)) return false;
  current_->comprehension_target = false;
  if (!expressions(outermost->ifs)) return false;
  for (int i = 1; i < generators.size(); i++) {
    if (!comprehension_clause(generators[i])) return false;
  }
  if (value && !expression(value)) return false;
  if (!expression(element)) return false;
  current_->generator = is_generator;
  bool is_async = current_->coroutine && !is_generator;
  leave();
  if (is_async) current_->coroutine = true;
  return true;
}

// ---- Second pass
// -------------------------------------------------------------------------------------------------------

bool SymbolTableBuilder::directive_error(Scope* scope, Str* name, const char* format) {
  for (auto& d : scope->directives) {
    if (d.name == name) return error(d.location, format, name);
  }
  return error(scope->location, format, name);
}

bool SymbolTableBuilder::analyze_name(Scope* scope, Str* name, int flags, NameScope* where, InheritedNames* bound,
                                      Names& free, InheritedNames& global) {
  if (flags & kDefGlobal) {
    if (flags & kDefNonlocal) return directive_error(scope, name, "name '{}' is nonlocal and global");
    *where = NameScope::kGlobalExplicit;
    global.insert(name);
    if (bound) bound->erase(name);
  } else if (flags & kDefNonlocal) {
    if (!bound) return directive_error(scope, name, "nonlocal declaration not allowed at module level");
    if (!bound->contains(name)) return directive_error(scope, name, "no binding for nonlocal '{}' found");
    *where = NameScope::kFree;
    scope->has_free = true;
    free.insert(name);
  } else if (flags & kDefBound) {
    *where = NameScope::kLocal;
    global.erase(name);
  } else if (bound && bound->contains(name)) {
    *where = NameScope::kFree;
    scope->has_free = true;
    free.insert(name);
  } else {
    if (scope->nested && !global.contains(name)) scope->has_free = true;
    *where = NameScope::kGlobalImplicit;
  }
  return true;
}

bool SymbolTableBuilder::analyze(Scope* scope, const Names* outer_bound, const Names& outer_global, Names& free) {
  if (!compiler_stack_left()) return false;
  // local, scopes, new_global, new_free, new_bound
  Ref<Object> counted_tables[] = {counted_set(), counted_dict(), counted_set(), counted_set(), counted_set()};
  bool function = scope->type == ScopeType::kFunction, class_body = scope->type == ScopeType::kClass;
  const Names none;
  InheritedNames bound_here(outer_bound ? *outer_bound : none), global(outer_global);
  InheritedNames* bound = outer_bound ? &bound_here : nullptr;
  scope->own_names = scope->order.size();
  std::vector<NameScope> scopes(scope->own_names);
  for (size_t i = 0; i < scopes.size(); i++) {
    auto [name, flags] = scope->symbols[i];
    if (!analyze_name(scope, name, flags, &scopes[i], bound, free, global)) return false;
  }
  Names inner_free;
  Ref<Object> counted_all_free = counted_set();
  if (!scope->children.empty()) {
    // A class body sees what is around it, but its names are not seen by the functions in it.
    InheritedNames inner_bound(class_body ? (outer_bound ? *outer_bound : none) : bound_here.names());
    if (class_body) inner_bound.insert(NAME("__class__"));
    for (size_t i = 0; i < scopes.size() && function; i++) {
      if (scopes[i] == NameScope::kLocal) inner_bound.insert(scope->symbols[i].first);
    }
    for (Scope* child : scope->children) {
      Ref<Object> counted_child[] = {counted_set(), counted_set(), counted_set()};  // bound, free, global
      Names child_free;
      if (!analyze(child, &inner_bound.names(), class_body ? outer_global : global.names(), child_free)) return false;
      inner_free.insert(child_free);
      if (child->has_free || child->child_free) scope->child_free = true;
    }
  }
  if (class_body && inner_free.erase(NAME("__class__"))) scope->needs_class_closure = true;
  for (size_t i = 0; i < scopes.size(); i++) {
    auto& [name, flags] = scope->symbols[i];
    if (function && scopes[i] == NameScope::kLocal && inner_free.erase(name)) scopes[i] = NameScope::kCell;
    flags |= static_cast<int>(scopes[i]) << kScopeShift;
  }
  if (counted_all_free) {
    Ref<Object> counted_iterator = get_iter(counted_all_free.get());
    if (!counted_iterator) error_clear();
  }
  // Names that only inner scopes use pass through here.
  inner_free.for_each([&](Str* name) {
    auto* symbol = scope->symbols.find(name);
    if (symbol != scope->symbols.end()) {
      if (class_body && (symbol->second & (kDefBound | kDefGlobal))) symbol->second |= kDefFreeClass;
    } else if (!bound || bound->contains(name)) {
      scope->symbols.try_emplace(name, static_cast<int>(NameScope::kFree) << kScopeShift);
      scope->order.push_back(name);
    }
  });
  free.insert(inner_free);
  return true;
}

std::unique_ptr<SymbolTable> build_symbol_table(ast::Mod* tree, Arena& arena, Str* filename, bool future_annotations) {
  return SymbolTableBuilder(arena, filename, future_annotations).build(tree);
}

}  // namespace minipy
