#include "compiler/codegen/fold.h"

#include <string>

#include "compiler/codegen/codegen.h"
#include "compiler/depth.h"
#include "runtime/abstract.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/str.h"

namespace minipy {
namespace {

using K = ast::NodeKind;
using C = ast::ExprContext;

// Results larger than these are left to run time.
constexpr size_t kMaxIntBits = 128;
constexpr ssize kMaxCollection = 256, kMaxString = 4096, kMaxTotalItems = 1024;

class Folder {
 public:
  Folder(Arena& arena, int optimize, bool future_annotations)
      : arena_(arena), optimize_(optimize), future_annotations_(future_annotations) {}

  bool module(ast::Mod* tree) {
    if (auto* m = ast::as<ast::Module>(tree)) return body(m->body);
    if (auto* m = ast::as<ast::Interactive>(tree)) return statements(m->body);
    if (auto* m = ast::as<ast::Expression>(tree)) return expression(m->body);
    return true;
  }

 private:
  bool statements(Seq<ast::Stmt*>& list) {
    for (ast::Stmt*& s : list) {
      if (!statement(s)) return false;
    }
    return true;
  }
  // A body's first statement must not become a docstring by folding.
  bool body(Seq<ast::Stmt*>& list) {
    bool docstring = docstring_of(list);
    if (!statements(list)) return false;
    if (!docstring && docstring_of(list)) {
      auto* s = ast::to<ast::ExprStmt>(list[0]);
      auto* joined = arena_.make<ast::JoinedStr>();
      joined->loc = list[0]->loc;
      joined->values = arena_.seq_of<ast::Expr*>(s->value);
      s->value = joined;
    }
    return true;
  }
  bool expressions(Seq<ast::Expr*>& list) {
    for (ast::Expr*& e : list) {
      if (e && !expression(e)) return false;
    }
    return true;
  }
  bool maybe(ast::Expr*& e) { return !e || expression(e); }

  bool statement(ast::Stmt* s);
  bool function(ast::Arguments* args, Seq<ast::Stmt*>& list, Seq<ast::Expr*>& decorators, ast::Expr*& returns) {
    if (!arguments(args) || !body(list) || !expressions(decorators)) return false;
    return future_annotations_ || maybe(returns);
  }
  bool arguments(ast::Arguments* a);
  bool pattern(ast::Pattern* p);
  bool expression(ast::Expr*& e);
  bool expression_parts(ast::Expr*& e);
  bool comprehensions(Seq<ast::Comprehension*>& generators);

  // Replaces e by a constant; a failed computation (null value) leaves it.
  bool replace(ast::Expr*& e, Ref<Object> value) {
    if (!value) {
      if (error_matches(KeyboardInterrupt)) return false;
      error_clear();
      return true;
    }
    auto* constant = arena_.make<ast::Constant>();
    constant->loc = e->loc;
    constant->value = arena_.own(std::move(value));
    e = constant;
    return true;
  }

  bool binary(ast::Expr*& e);
  bool unary(ast::Expr*& e);
  bool tuple(ast::Expr*& e);
  bool subscript(ast::Expr*& e);
  bool iterable(ast::Expr*& e);
  bool compare(ast::Expr*& e);
  bool percent_format(ast::Expr*& e, bool* done);

  Arena& arena_;
  CompilerDepth depth_;
  int optimize_;
  bool future_annotations_;
};

ast::Constant* constant(ast::Expr* e) { return ast::as<ast::Constant>(e); }

// ---- Safe computations
// -------------------------------------------------------------------------------------------------

// Number of items in nested tuples, negative when over the limit.
ssize check_complexity(Object* p, ssize limit) {
  if (!is_exactly(p, &tuple_type)) return limit;
  Tuple* t = cast<Tuple>(p);
  limit -= tuple_size(t);
  for (ssize i = 0; limit >= 0 && i < tuple_size(t); i++) limit = check_complexity(t->items[i], limit);
  return limit;
}

Ref<Object> not_folded() { return nullptr; }

Ref<Object> safe_multiply(Object* v, Object* w) {
  bool v_int = is_exactly(v, &int_type), w_int = is_exactly(w, &int_type);
  if (v_int && w_int && cast<Int>(v)->base.size && cast<Int>(w)->base.size) {
    if (int_bit_length(cast<Int>(v)) + int_bit_length(cast<Int>(w)) > kMaxIntBits) return not_folded();
  } else if (v_int && (is_exactly(w, &tuple_type) || is_exactly(w, &frozenset_type))) {
    ssize size = is_exactly(w, &tuple_type) ? tuple_size(cast<Tuple>(w)) : cast<Set>(w)->used;
    if (size) {
      int overflow;
      long long n = int_to_long_long_overflow(v, &overflow);
      if (overflow || n < 0 || n > kMaxCollection / size) return not_folded();
      if (n && check_complexity(w, kMaxTotalItems / static_cast<ssize>(n)) < 0) return not_folded();
    }
  } else if (v_int && (is_exactly(w, &str_type) || is_exactly(w, &bytes_type))) {
    ssize size = is_exactly(w, &str_type) ? str_length(cast<Str>(w)) : var_size(w);
    if (size) {
      int overflow;
      long long n = int_to_long_long_overflow(v, &overflow);
      if (overflow || n < 0 || n > kMaxString / size) return not_folded();
    }
  } else if (w_int && (is_exactly(v, &tuple_type) || is_exactly(v, &frozenset_type) || is_exactly(v, &str_type) ||
                       is_exactly(v, &bytes_type))) {
    return safe_multiply(w, v);
  }
  return number_multiply(v, w);
}

Ref<Object> safe_power(Object* v, Object* w) {
  if (is_exactly(v, &int_type) && is_exactly(w, &int_type) && cast<Int>(v)->base.size && cast<Int>(w)->base.size > 0) {
    int overflow;
    long long exponent = int_to_long_long_overflow(w, &overflow);
    if (overflow || int_bit_length(cast<Int>(v)) > kMaxIntBits / static_cast<size_t>(exponent)) return not_folded();
  }
  return number_power(v, w, py_none());
}

Ref<Object> safe_lshift(Object* v, Object* w) {
  if (is_exactly(v, &int_type) && is_exactly(w, &int_type) && cast<Int>(v)->base.size && cast<Int>(w)->base.size) {
    int overflow;
    long long shift = int_to_long_long_overflow(w, &overflow);
    if (overflow || shift < 0 || static_cast<size_t>(shift) > kMaxIntBits ||
        int_bit_length(cast<Int>(v)) > kMaxIntBits - static_cast<size_t>(shift)) {
      return not_folded();
    }
  }
  return number_lshift(v, w);
}

Ref<Object> safe_remainder(Object* v, Object* w) {
  if (is_exactly(v, &str_type) || is_exactly(v, &bytes_type)) return not_folded();
  return number_remainder(v, w);
}

Ref<Object> compute(ast::BinaryOperator op, Object* v, Object* w) {
  using B = ast::BinaryOperator;
  switch (op) {
    case B::Add: return number_add(v, w);
    case B::Sub: return number_subtract(v, w);
    case B::Mult: return safe_multiply(v, w);
    case B::Div: return number_true_divide(v, w);
    case B::FloorDiv: return number_floor_divide(v, w);
    case B::Mod: return safe_remainder(v, w);
    case B::Pow: return safe_power(v, w);
    case B::LShift: return safe_lshift(v, w);
    case B::RShift: return number_rshift(v, w);
    case B::BitOr: return number_or(v, w);
    case B::BitXor: return number_xor(v, w);
    case B::BitAnd: return number_and(v, w);
    case B::MatMult: break;
  }
  return not_folded();
}

// ---- 'text %s' % (x,) as an f-string
// ---------------------------------------------------------------------------------------

struct Piece {
  std::u32string literal;
  char32_t conversion = 0;  // s, r or a
  std::string spec;         // of the f-string's format
};

// At most two digits at `i`, without leading zeros into `digits`. False: more, or the format ends.
bool parse_digits(Str* format, ssize& i, std::string& digits) {
  size_t count = 0;
  for (; i < str_length(format); i++) {
    char32_t c = str_at(format, i);
    if (c < '0' || c > '9') return true;
    if (++count > 2) return false;
    if (c != '0' || !digits.empty()) digits += static_cast<char>(c);
  }
  return false;
}

// One conversion %s, %r or %a, with `i` after the '%'; flags other than '-' mean nothing to these. False: another one.
bool parse_conversion(Str* format, ssize& i, Piece& piece) {
  ssize n = str_length(format);
  bool left = false;
  for (; i < n; i++) {
    char32_t c = str_at(format, i);
    if (c == '-') left = true;
    if (c != '-' && c != '+' && c != ' ' && c != '#' && c != '0') break;
  }
  std::string width, precision;
  if (!parse_digits(format, i, width)) return false;
  if (!width.empty()) piece.spec = (left ? "" : ">") + width;
  if (str_at(format, i) == '.') {
    i++;
    if (!parse_digits(format, i, precision)) return false;
    piece.spec += "." + (precision.empty() ? "0" : precision);
  }
  piece.conversion = str_at(format, i++);
  return piece.conversion == 's' || piece.conversion == 'r' || piece.conversion == 'a';
}

// Splits a format whose conversions are all simple enough for an f-string. False: not so.
bool parse_percent(Str* format, std::vector<Piece>& pieces, std::u32string& tail) {
  std::u32string literal;
  ssize n = str_length(format);
  for (ssize i = 0; i < n;) {
    char32_t c = str_at(format, i++);
    if (c != '%') {
      literal += c;
      continue;
    }
    if (i < n && str_at(format, i) == '%') {
      literal += c;
      i++;
      continue;
    }
    Piece piece;
    if (!parse_conversion(format, i, piece)) return false;
    piece.literal = std::exchange(literal, {});
    pieces.push_back(std::move(piece));
  }
  tail = std::move(literal);
  return true;
}

}  // namespace

bool Folder::percent_format(ast::Expr*& e, bool* done) {
  *done = false;
  auto* b = ast::to<ast::BinOp>(e);
  auto* format = constant(b->left);
  auto* values = ast::as<ast::Tuple>(b->right);
  if (!format || !values || !is_exactly(format->value, &str_type)) return true;
  for (ast::Expr* v : values->elts) {
    if (ast::is<ast::Starred>(v)) return true;
  }
  std::vector<Piece> pieces;
  std::u32string tail;
  if (!parse_percent(cast<Str>(format->value), pieces, tail)) return true;
  if (static_cast<int>(pieces.size()) != values->elts.size()) return true;
  std::vector<ast::Expr*> parts;
  auto literal = [&](const std::u32string& text) {
    if (text.empty()) return true;
    Ref<Str> s = str_from_ucs4(text.data(), static_cast<ssize>(text.size()));
    if (!s) return false;
    auto* c = arena_.make<ast::Constant>();
    c->loc = {-1, -1, -1, -1};  // pieces of the format have no place of their own
    c->value = arena_.own(Ref<Object>(std::move(s)));
    parts.push_back(c);
    return true;
  };
  for (size_t i = 0; i < pieces.size(); i++) {
    if (!literal(pieces[i].literal)) return false;
    auto* f = arena_.make<ast::FormattedValue>();
    ast::Expr* value = values->elts[static_cast<ptrdiff_t>(i)];
    f->loc = value->loc;
    f->value = value;
    f->conversion = static_cast<int>(pieces[i].conversion);
    if (!pieces[i].spec.empty()) {
      Ref<Str> spec = str_from_ascii(pieces[i].spec);
      if (!spec) return false;
      auto* c = arena_.make<ast::Constant>();
      c->loc = {-1, -1, -1, -1};
      c->value = arena_.own(Ref<Object>(std::move(spec)));
      f->format_spec = c;
    }
    parts.push_back(f);
  }
  if (!literal(tail)) return false;
  auto* joined = arena_.make<ast::JoinedStr>();
  joined->loc = e->loc;
  joined->values = arena_.copy_seq(parts.data(), static_cast<ptrdiff_t>(parts.size()));
  e = joined;
  *done = true;
  return true;
}

bool Folder::binary(ast::Expr*& e) {
  auto* b = ast::to<ast::BinOp>(e);
  auto* left = constant(b->left);
  if (!left) return true;
  if (b->op == ast::BinaryOperator::Mod) {
    bool done;
    if (!percent_format(e, &done) || done) return done;
  }
  auto* right = constant(b->right);
  if (!right) return true;
  return replace(e, compute(b->op, left->value, right->value));
}

bool Folder::unary(ast::Expr*& e) {
  auto* u = ast::to<ast::UnaryOp>(e);
  auto* operand = constant(u->operand);
  if (!operand) {
    // not (a is b) -> a is not b
    auto* c = ast::as<ast::Compare>(u->operand);
    if (u->op != ast::UnaryOperator::Not || !c || c->ops.size() != 1) return true;
    using O = ast::CompareOperator;
    switch (c->ops[0]) {
      case O::Is: c->ops[0] = O::IsNot; break;
      case O::IsNot: c->ops[0] = O::Is; break;
      case O::In: c->ops[0] = O::NotIn; break;
      case O::NotIn: c->ops[0] = O::In; break;
      default: return true;
    }
    e = c;
    return true;
  }
  Object* v = operand->value;
  switch (u->op) {
    case ast::UnaryOperator::Not: {
      Maybe<bool> truth = object_is_true(v);
      if (!truth) return replace(e, nullptr);
      return replace(e, bool_ref(!*truth));
    }
    case ast::UnaryOperator::Invert: return replace(e, number_invert(v));
    case ast::UnaryOperator::UAdd: return replace(e, number_positive(v));
    case ast::UnaryOperator::USub: return replace(e, number_negative(v));
  }
  return true;
}

bool Folder::tuple(ast::Expr*& e) {
  auto* t = ast::to<ast::Tuple>(e);
  if (t->ctx != C::Load || !all_constants(t->elts)) return true;
  return replace(e, constant_tuple(t->elts));
}

bool Folder::subscript(ast::Expr*& e) {
  auto* s = ast::to<ast::Subscript>(e);
  auto *value = constant(s->value), *index = constant(s->slice);
  if (s->ctx != C::Load || !value || !index) return true;
  return replace(e, object_get_item(value->value, index->value));
}

// A list or set display that is only iterated or searched becomes a tuple or frozenset.
bool Folder::iterable(ast::Expr*& e) {
  if (auto* l = ast::as<ast::List>(e)) {
    for (ast::Expr* item : l->elts) {
      if (ast::is<ast::Starred>(item)) return true;
    }
    if (all_constants(l->elts)) return replace(e, constant_tuple(l->elts));
    auto* t = arena_.make<ast::Tuple>();
    t->loc = e->loc;
    t->elts = l->elts;
    t->ctx = l->ctx;
    e = t;
    return true;
  }
  if (auto* s = ast::as<ast::Set>(e)) {
    if (!all_constants(s->elts)) return true;
    Ref<Tuple> items = constant_tuple(s->elts);
    if (!items) return false;
    return replace(e, frozenset_new(as_object(items.get())));
  }
  return true;
}

bool Folder::compare(ast::Expr*& e) {
  auto* c = ast::to<ast::Compare>(e);
  ast::CompareOperator last = c->ops.back();
  if (last != ast::CompareOperator::In && last != ast::CompareOperator::NotIn) return true;
  return iterable(c->comparators.back());
}

bool Folder::comprehensions(Seq<ast::Comprehension*>& generators) {
  for (ast::Comprehension* g : generators) {
    if (!expression(g->target) || !expression(g->iter) || !expressions(g->ifs) || !iterable(g->iter)) return false;
  }
  return true;
}

bool Folder::expression(ast::Expr*& e) {
  CompilerDepth::Level level(depth_);
  if (!level) return false;
  return expression_parts(e);
}

bool Folder::expression_parts(ast::Expr*& e) {
  switch (e->kind) {
    case K::BoolOp: return expressions(ast::to<ast::BoolOp>(e)->values);
    case K::NamedExpr: return expression(ast::to<ast::NamedExpr>(e)->value);
    case K::BinOp:
      return expression(ast::to<ast::BinOp>(e)->left) && expression(ast::to<ast::BinOp>(e)->right) && binary(e);
    case K::UnaryOp: return expression(ast::to<ast::UnaryOp>(e)->operand) && unary(e);
    case K::Lambda: return arguments(ast::to<ast::Lambda>(e)->args) && expression(ast::to<ast::Lambda>(e)->body);
    case K::IfExp: {
      auto* i = ast::to<ast::IfExp>(e);
      return expression(i->test) && expression(i->body) && expression(i->orelse);
    }
    case K::Dict: return expressions(ast::to<ast::Dict>(e)->keys) && expressions(ast::to<ast::Dict>(e)->values);
    case K::Set: return expressions(ast::to<ast::Set>(e)->elts);
    case K::ListComp:
      return expression(ast::to<ast::ListComp>(e)->elt) && comprehensions(ast::to<ast::ListComp>(e)->generators);
    case K::SetComp:
      return expression(ast::to<ast::SetComp>(e)->elt) && comprehensions(ast::to<ast::SetComp>(e)->generators);
    case K::DictComp: {
      auto* d = ast::to<ast::DictComp>(e);
      return expression(d->key) && expression(d->value) && comprehensions(d->generators);
    }
    case K::GeneratorExp:
      return expression(ast::to<ast::GeneratorExp>(e)->elt) &&
             comprehensions(ast::to<ast::GeneratorExp>(e)->generators);
    case K::Await: return expression(ast::to<ast::Await>(e)->value);
    case K::Yield: return maybe(ast::to<ast::Yield>(e)->value);
    case K::YieldFrom: return expression(ast::to<ast::YieldFrom>(e)->value);
    case K::Compare:
      return expression(ast::to<ast::Compare>(e)->left) && expressions(ast::to<ast::Compare>(e)->comparators) &&
             compare(e);
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
      return expression(ast::to<ast::Subscript>(e)->value) && expression(ast::to<ast::Subscript>(e)->slice) &&
             subscript(e);
    case K::Starred: return expression(ast::to<ast::Starred>(e)->value);
    case K::Slice: {
      auto* s = ast::to<ast::Slice>(e);
      return maybe(s->lower) && maybe(s->upper) && maybe(s->step);
    }
    case K::List: return expressions(ast::to<ast::List>(e)->elts);
    case K::Tuple: return expressions(ast::to<ast::Tuple>(e)->elts) && tuple(e);
    case K::Name: {
      auto* n = ast::to<ast::Name>(e);
      if (n->ctx != C::Load || !str_equals_ascii(n->id, "__debug__")) return true;
      return replace(e, bool_ref(optimize_ == 0));
    }
    default: return true;
  }
}

bool Folder::arguments(ast::Arguments* a) {
  auto annotations = [&](Seq<ast::Arg*>& args) {
    for (ast::Arg* arg : args) {
      if (!future_annotations_ && !maybe(arg->annotation)) return false;
    }
    return true;
  };
  if (!annotations(a->posonlyargs) || !annotations(a->args)) return false;
  if (a->vararg && !future_annotations_ && !maybe(a->vararg->annotation)) return false;
  if (!annotations(a->kwonlyargs) || !expressions(a->kw_defaults)) return false;
  if (a->kwarg && !future_annotations_ && !maybe(a->kwarg->annotation)) return false;
  return expressions(a->defaults);
}

bool Folder::pattern(ast::Pattern* p) {
  CompilerDepth::Level level(depth_);
  if (!level) return false;
  auto all = [&](Seq<ast::Pattern*>& list) {
    for (ast::Pattern* q : list) {
      if (!pattern(q)) return false;
    }
    return true;
  };
  switch (p->kind) {
    case K::MatchValue: return expression(ast::to<ast::MatchValue>(p)->value);
    case K::MatchSequence: return all(ast::to<ast::MatchSequence>(p)->patterns);
    case K::MatchMapping:
      return expressions(ast::to<ast::MatchMapping>(p)->keys) && all(ast::to<ast::MatchMapping>(p)->patterns);
    case K::MatchClass: {
      auto* m = ast::to<ast::MatchClass>(p);
      return expression(m->cls) && all(m->patterns) && all(m->kwd_patterns);
    }
    case K::MatchAs: return !ast::to<ast::MatchAs>(p)->pattern || pattern(ast::to<ast::MatchAs>(p)->pattern);
    case K::MatchOr: return all(ast::to<ast::MatchOr>(p)->patterns);
    default: return true;
  }
}

bool Folder::statement(ast::Stmt* s) {
  CompilerDepth::Level level(depth_);
  if (!level) return false;
  switch (s->kind) {
    case K::FunctionDef:
    case K::AsyncFunctionDef: {
      auto* f = static_cast<ast::FunctionDef*>(s);  // both have the same fields
      return function(f->args, f->body, f->decorator_list, f->returns);
    }
    case K::ClassDef: {
      auto* c = ast::to<ast::ClassDef>(s);
      if (!expressions(c->bases)) return false;
      for (ast::Keyword* k : c->keywords) {
        if (!expression(k->value)) return false;
      }
      return body(c->body) && expressions(c->decorator_list);
    }
    case K::Return: return maybe(ast::to<ast::Return>(s)->value);
    case K::Delete: return expressions(ast::to<ast::Delete>(s)->targets);
    case K::Assign: return expressions(ast::to<ast::Assign>(s)->targets) && expression(ast::to<ast::Assign>(s)->value);
    case K::AugAssign:
      return expression(ast::to<ast::AugAssign>(s)->target) && expression(ast::to<ast::AugAssign>(s)->value);
    case K::AnnAssign: {
      auto* a = ast::to<ast::AnnAssign>(s);
      if (!expression(a->target)) return false;
      if (!future_annotations_ && !expression(a->annotation)) return false;
      return maybe(a->value);
    }
    case K::For:
    case K::AsyncFor: {
      auto* f = static_cast<ast::For*>(s);
      return expression(f->target) && expression(f->iter) && statements(f->body) && statements(f->orelse) &&
             iterable(f->iter);
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
      auto* w = static_cast<ast::With*>(s);
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
    case K::Try:
    case K::TryStar: {
      auto* t = static_cast<ast::Try*>(s);
      if (!statements(t->body)) return false;
      for (ast::ExceptHandler* h : t->handlers) {
        if (!maybe(h->type) || !statements(h->body)) return false;
      }
      return statements(t->orelse) && statements(t->finalbody);
    }
    case K::Assert: return expression(ast::to<ast::Assert>(s)->test) && maybe(ast::to<ast::Assert>(s)->msg);
    case K::ExprStmt: return expression(ast::to<ast::ExprStmt>(s)->value);
    default: return true;
  }
}

bool fold_constants(ast::Mod* tree, Arena& arena, int optimize, bool future_annotations) {
  return Folder(arena, optimize, future_annotations).module(tree);
}

bool all_constants(const Seq<ast::Expr*>& elements) {
  for (ast::Expr* e : elements) {
    if (!ast::is<ast::Constant>(e)) return false;
  }
  return true;
}

Ref<Tuple> constant_tuple(const Seq<ast::Expr*>& elements) {
  Ref<Tuple> values = TRY(tuple_new(elements.size()));
  for (int i = 0; i < elements.size(); i++) {
    values->items[i] = Ref<Object>::share(ast::to<ast::Constant>(elements[i])->value).release();
  }
  return values;
}

}  // namespace minipy
