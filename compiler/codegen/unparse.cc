#include "compiler/codegen/unparse.h"

#include "compiler/depth.h"
#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/int.h"
#include "runtime/str.h"

namespace minipy {
namespace {

using K = ast::NodeKind;

// Binding strength, weakest first.
enum Precedence {
  kTuple,
  kTest,  // conditional, lambda
  kOr,
  kAnd,
  kNot,
  kCompare,
  kExpression,
  kBitOr = kExpression,
  kBitXor,
  kBitAnd,
  kShift,
  kArithmetic,
  kTerm,
  kFactor,
  kPower,
  kAwait,
  kAtom,
};

struct BinaryForm {
  const char* text;
  int precedence;
  bool right_associative;
};
constexpr BinaryForm kBinaryForms[] = {
    {" + ", kArithmetic, false}, {" - ", kArithmetic, false}, {" * ", kTerm, false},   {" @ ", kTerm, false},
    {" / ", kTerm, false},       {" % ", kTerm, false},       {" ** ", kPower, true},  {" << ", kShift, false},
    {" >> ", kShift, false},     {" | ", kBitOr, false},      {" ^ ", kBitXor, false}, {" & ", kBitAnd, false},
    {" // ", kTerm, false},
};
constexpr const char* kCompareForms[] = {" == ", " != ", " < ",      " <= ", " > ",
                                         " >= ", " is ", " is not ", " in ", " not in "};

class Unparser {
 public:
  Ref<Str> run(ast::Expr* e) {
    if (!write(e, kTest)) return nullptr;
    return out_.finish();
  }

 private:
  bool text(const char* s) { return static_cast<bool>(out_.append_ascii(s)); }
  bool name(Str* s) { return static_cast<bool>(out_.append(s)); }
  // "(", body, ")" when `level` asks for more than the node's own strength.
  template <class Body>
  bool grouped(bool group, Body body) {
    return (!group || text("(")) && body() && (!group || text(")"));
  }

  bool write(ast::Expr* e, int level);
  bool list(const Seq<ast::Expr*>& elts, int level) {
    for (int i = 0; i < elts.size(); i++) {
      if ((i && !text(", ")) || !write(elts[i], level)) return false;
    }
    return true;
  }
  bool constant(Object* value, Str* kind);
  bool arguments(ast::Arguments* a);
  bool argument(ast::Arg* a) { return name(a->arg) && (!a->annotation || (text(": ") && write(a->annotation, kTest))); }
  bool comprehensions(const Seq<ast::Comprehension*>& generators);
  bool call(ast::Call* e);
  bool dict(ast::Dict* e);
  bool tuple(ast::Tuple* e, int level);
  bool slice(ast::Slice* e);
  bool subscript(ast::Subscript* e);
  bool attribute(ast::Attribute* e);
  bool f_string(ast::Expr* e, bool is_spec);
  bool f_string_parts(ast::Expr* e, StrBuilder& body, bool is_spec);

  StrBuilder out_;
};

// Infinity has no literal: a number too large to represent stands for it.
Ref<Str> constant_text(Object* value) {
  if (value == py_ellipsis()) return str_from_ascii("...");
  Ref<Str> repr = TRY(object_repr(value));
  if (!is_exactly(value, &float_type) && !is_exactly(value, &complex_type)) return repr;
  Ref<Str> inf = TRY(str_from_ascii("inf"))
  , big = TRY(str_from_ascii("1e309"));
  return str_replace(repr.get(), inf.get(), big.get(), -1);
}

bool Unparser::constant(Object* value, Str* kind) {
  if (is_exactly(value, &tuple_type)) {
    Tuple* t = cast<Tuple>(value);
    if (!text("(")) return false;
    for (ssize i = 0; i < tuple_size(t); i++) {
      if ((i && !text(", ")) || !constant(t->items[i], nullptr)) return false;
    }
    return text(tuple_size(t) == 1 ? ",)" : ")");
  }
  if (kind && !name(kind)) return false;
  Ref<Str> shown = constant_text(value);
  return shown && out_.append(shown.get());
}

bool Unparser::arguments(ast::Arguments* a) {
  bool first = true;
  auto comma = [&] {
    if (first) {
      first = false;
      return true;
    }
    return text(", ");
  };
  int positional = a->posonlyargs.size() + a->args.size(), defaults = a->defaults.size();
  for (int i = 0; i < positional; i++) {
    ast::Arg* arg = i < a->posonlyargs.size() ? a->posonlyargs[i] : a->args[i - a->posonlyargs.size()];
    if (!comma() || !argument(arg)) return false;
    int d = i - (positional - defaults);
    if (d >= 0 && (!text("=") || !write(a->defaults[d], kTest))) return false;
    if (a->posonlyargs.size() && i + 1 == a->posonlyargs.size() && !text(", /")) return false;
  }
  if (a->vararg || !a->kwonlyargs.empty()) {
    if (!comma() || !text("*")) return false;
    if (a->vararg && !argument(a->vararg)) return false;
  }
  for (int i = 0; i < a->kwonlyargs.size(); i++) {
    if (!comma() || !argument(a->kwonlyargs[i])) return false;
    ast::Expr* d = i < a->kw_defaults.size() ? a->kw_defaults[i] : nullptr;
    if (d && (!text("=") || !write(d, kTest))) return false;
  }
  return !a->kwarg || (comma() && text("**") && argument(a->kwarg));
}

bool Unparser::comprehensions(const Seq<ast::Comprehension*>& generators) {
  for (ast::Comprehension* g : generators) {
    if (!text(g->is_async ? " async for " : " for ") || !write(g->target, kTuple) || !text(" in ") ||
        !write(g->iter, kTest + 1)) {
      return false;
    }
    for (ast::Expr* c : g->ifs) {
      if (!text(" if ") || !write(c, kTest + 1)) return false;
    }
  }
  return true;
}

bool Unparser::call(ast::Call* e) {
  if (!write(e->func, kAtom)) return false;
  if (e->args.size() == 1 && e->keywords.empty() && ast::is<ast::GeneratorExp>(e->args[0])) {
    return write(e->args[0], kTest);
  }
  if (!text("(") || !list(e->args, kTest)) return false;
  bool first = e->args.empty();
  for (ast::Keyword* k : e->keywords) {
    if (!first && !text(", ")) return false;
    first = false;
    if (k->arg ? !(name(k->arg) && text("=")) : !text("**")) return false;
    if (!write(k->value, kTest)) return false;
  }
  return text(")");
}

bool Unparser::dict(ast::Dict* e) {
  if (!text("{")) return false;
  for (int i = 0; i < e->values.size(); i++) {
    if (i && !text(", ")) return false;
    if (e->keys[i]) {
      if (!write(e->keys[i], kTest) || !text(": ") || !write(e->values[i], kTest)) return false;
    } else if (!text("**") || !write(e->values[i], kExpression)) {
      return false;
    }
  }
  return text("}");
}

bool Unparser::tuple(ast::Tuple* e, int level) {
  if (e->elts.empty()) return text("()");
  return grouped(level > kTuple, [&] { return list(e->elts, kTest) && (e->elts.size() != 1 || text(",")); });
}

bool Unparser::slice(ast::Slice* e) {
  return (!e->lower || write(e->lower, kTest)) && text(":") && (!e->upper || write(e->upper, kTest)) &&
         (!e->step || (text(":") && write(e->step, kTest)));
}

bool Unparser::subscript(ast::Subscript* e) {
  return write(e->value, kAtom) && text("[") && write(e->slice, kTuple) && text("]");
}

bool Unparser::attribute(ast::Attribute* e) {
  if (!write(e->value, kAtom)) return false;
  // 1 .real
  auto* c = ast::as<ast::Constant>(e->value);
  return text(c && is_exactly(c->value, &int_type) ? " ." : ".") && name(e->attr);
}

bool Unparser::f_string_parts(ast::Expr* e, StrBuilder& body, bool is_spec) {
  if (auto* c = ast::as<ast::Constant>(e)) {
    Ref<Str> open = str_from_ascii("{"), two_open = str_from_ascii("{{"), close = str_from_ascii("}"),
             two_close = str_from_ascii("}}");
    Ref<Str> s = str_replace(cast<Str>(c->value), open.get(), two_open.get(), -1);
    if (s) s = str_replace(s.get(), close.get(), two_close.get(), -1);
    return s && body.append(s.get());
  }
  if (auto* j = ast::as<ast::JoinedStr>(e)) {
    for (ast::Expr* v : j->values) {
      if (!f_string_parts(v, body, is_spec)) return false;
    }
    return true;
  }
  auto* f = ast::to<ast::FormattedValue>(e);
  Unparser inner;
  if (!inner.write(f->value, kTest + 1)) return false;
  Ref<Str> value = inner.out_.finish();
  if (!value) return false;
  bool brace = str_length(value.get()) && str_at(value.get(), 0) == '{';
  if (str_find_char(value.get(), '\\', 0, str_length(value.get()), 1) >= 0) {
    raise(SyntaxError, "f-string expression part cannot include a backslash");
    return false;
  }
  if (!body.append_ascii(brace ? "{ " : "{") || !body.append(value.get())) return false;
  if (f->conversion > 0) {
    const char conversion[] = {'!', static_cast<char>(f->conversion)};
    if (!body.append_ascii({conversion, 2})) return false;
  }
  if (f->format_spec && (!body.append_ascii(":") || !f_string_parts(f->format_spec, body, true))) return false;
  return static_cast<bool>(body.append_ascii("}"));
}

bool Unparser::f_string(ast::Expr* e, bool is_spec) {
  StrBuilder body;
  if (!f_string_parts(e, body, is_spec)) return false;
  Ref<Str> s = body.finish();
  if (!s || !text("f")) return false;
  Ref<Str> quoted = str_repr(s.get());
  return quoted && out_.append(quoted.get());
}

bool Unparser::write(ast::Expr* e, int level) {
  if (!compiler_stack_left()) return false;
  switch (e->kind) {
    case K::BoolOp: {
      auto* b = ast::to<ast::BoolOp>(e);
      int own = b->op == ast::BoolOperator::And ? kAnd : kOr;
      return grouped(level > own, [&] {
        for (int i = 0; i < b->values.size(); i++) {
          if ((i && !text(own == kAnd ? " and " : " or ")) || !write(b->values[i], own + 1)) return false;
        }
        return true;
      });
    }
    case K::BinOp: {
      auto* b = ast::to<ast::BinOp>(e);
      const BinaryForm& f = kBinaryForms[static_cast<int>(b->op)];
      return grouped(level > f.precedence, [&] {
        return write(b->left, f.precedence + f.right_associative) && text(f.text) &&
               write(b->right, f.precedence + !f.right_associative);
      });
    }
    case K::UnaryOp: {
      auto* u = ast::to<ast::UnaryOp>(e);
      static constexpr const char* forms[] = {"~", "not ", "+", "-"};
      int own = u->op == ast::UnaryOperator::Not ? kNot : kFactor;
      return grouped(level > own, [&] { return text(forms[static_cast<int>(u->op)]) && write(u->operand, own); });
    }
    case K::Lambda: {
      auto* l = ast::to<ast::Lambda>(e);
      ast::Arguments* a = l->args;
      // CPython puts no blank before a star.
      bool positional = a->posonlyargs.size() || a->args.size();
      return grouped(level > kTest, [&] {
        return text(positional ? "lambda " : "lambda") && arguments(a) && text(": ") && write(l->body, kTest);
      });
    }
    case K::IfExp: {
      auto* i = ast::to<ast::IfExp>(e);
      return grouped(level > kTest, [&] {
        return write(i->body, kTest + 1) && text(" if ") && write(i->test, kTest + 1) && text(" else ") &&
               write(i->orelse, kTest);
      });
    }
    case K::Dict: return dict(ast::to<ast::Dict>(e));
    case K::Set: return text("{") && list(ast::to<ast::Set>(e)->elts, kTest) && text("}");
    case K::GeneratorExp:
      return text("(") && write(ast::to<ast::GeneratorExp>(e)->elt, kTest) &&
             comprehensions(ast::to<ast::GeneratorExp>(e)->generators) && text(")");
    case K::ListComp:
      return text("[") && write(ast::to<ast::ListComp>(e)->elt, kTest) &&
             comprehensions(ast::to<ast::ListComp>(e)->generators) && text("]");
    case K::SetComp:
      return text("{") && write(ast::to<ast::SetComp>(e)->elt, kTest) &&
             comprehensions(ast::to<ast::SetComp>(e)->generators) && text("}");
    case K::DictComp: {
      auto* d = ast::to<ast::DictComp>(e);
      return text("{") && write(d->key, kTest) && text(": ") && write(d->value, kTest) &&
             comprehensions(d->generators) && text("}");
    }
    case K::Yield: {
      ast::Expr* v = ast::to<ast::Yield>(e)->value;
      return v ? text("(yield ") && write(v, kTest) && text(")") : text("(yield)");
    }
    case K::YieldFrom: return text("(yield from ") && write(ast::to<ast::YieldFrom>(e)->value, kTest) && text(")");
    case K::Await:
      return grouped(level > kAwait, [&] { return text("await ") && write(ast::to<ast::Await>(e)->value, kAtom); });
    case K::Compare: {
      auto* c = ast::to<ast::Compare>(e);
      return grouped(level > kCompare, [&] {
        if (!write(c->left, kCompare + 1)) return false;
        for (int i = 0; i < c->ops.size(); i++) {
          if (!text(kCompareForms[static_cast<int>(c->ops[i])]) || !write(c->comparators[i], kCompare + 1))
            return false;
        }
        return true;
      });
    }
    case K::Call: return call(ast::to<ast::Call>(e));
    case K::Constant: return constant(ast::to<ast::Constant>(e)->value, ast::to<ast::Constant>(e)->kind_);
    case K::JoinedStr:
    case K::FormattedValue: return f_string(e, false);
    case K::Attribute: return attribute(ast::to<ast::Attribute>(e));
    case K::Starred: return text("*") && write(ast::to<ast::Starred>(e)->value, kExpression);
    case K::Name: return name(ast::to<ast::Name>(e)->id);
    case K::List: return text("[") && list(ast::to<ast::List>(e)->elts, kTest) && text("]");
    case K::Tuple: return tuple(ast::to<ast::Tuple>(e), level);
    case K::Subscript: return subscript(ast::to<ast::Subscript>(e));
    case K::Slice: return slice(ast::to<ast::Slice>(e));
    case K::NamedExpr: {
      auto* n = ast::to<ast::NamedExpr>(e);
      return grouped(level > kTuple, [&] { return write(n->target, kAtom) && text(" := ") && write(n->value, kAtom); });
    }
    default: raise(SystemError, "unknown expression kind"); return false;
  }
}

}  // namespace

Ref<Str> unparse_expression(ast::Expr* e) { return Unparser().run(e); }

}  // namespace minipy
