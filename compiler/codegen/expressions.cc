// Code generation: expressions (language reference, chapter 6).
#include "compiler/codegen/codegen.h"
#include "compiler/codegen/fold.h"
#include "compiler/depth.h"

#include "runtime/abstract.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/float.h"
#include "runtime/frame_objects.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/static_str.h"
#include "runtime/str.h"

namespace minipy {

using C = ast::ExprContext;
using K = ast::NodeKind;

namespace {
// Displays and calls larger than this are built in pieces, so that the stack stays small.
constexpr int kStackUseGuideline = 30;
}  // namespace

bool CodeGenerator::expression(ast::Expr* e) {
  if (!compiler_stack_left()) return false;
  ast::Location outer = unit().loc;
  set_location(e->loc);
  bool ok = expression_parts(e);
  unit().loc = outer;
  return ok;
}

bool CodeGenerator::await_allowed(ast::Expr* e) {
  (void)e;
  bool top_level_await = (flags_ & kCfAllowTopLevelAwait) && unit().type == UnitType::kModule;
  if (top_level_await) return true;
  if (unit().scope->type != ScopeType::kFunction) return error_here("'await' outside function");
  if (unit().type != UnitType::kAsyncFunction && unit().type != UnitType::kComprehension) {
    return error_here("'await' outside async function");
  }
  return true;
}

bool CodeGenerator::expression_parts(ast::Expr* e) {
  switch (e->kind) {
    case K::NamedExpr: {
      auto* n = ast::to<ast::NamedExpr>(e);
      if (!expression(n->value)) return false;
      emit(OP_COPY, 1);
      return expression(n->target);
    }
    case K::BoolOp: return bool_op(ast::to<ast::BoolOp>(e));
    case K::BinOp: {
      auto* b = ast::to<ast::BinOp>(e);
      if (!expression(b->left) || !expression(b->right)) return false;
      emit_binary(b->op, false);
      return true;
    }
    case K::UnaryOp: {
      auto* u = ast::to<ast::UnaryOp>(e);
      if (!expression(u->operand)) return false;
      static constexpr int opcodes[] = {OP_UNARY_INVERT, OP_UNARY_NOT, OP_UNARY_POSITIVE, OP_UNARY_NEGATIVE};
      emit(opcodes[static_cast<int>(u->op)]);
      return true;
    }
    case K::Lambda: return lambda(ast::to<ast::Lambda>(e));
    case K::IfExp: return conditional(ast::to<ast::IfExp>(e));
    case K::Dict: return dict_display(ast::to<ast::Dict>(e));
    case K::Set:
      return unpacking_display(ast::to<ast::Set>(e)->elts, 0, OP_BUILD_SET, OP_SET_ADD, OP_SET_UPDATE, false);
    case K::GeneratorExp: {
      auto* c = ast::to<ast::GeneratorExp>(e);
      return comprehension(e, STATIC_STR("<genexpr>"), c->generators, c->elt, nullptr);
    }
    case K::ListComp: {
      auto* c = ast::to<ast::ListComp>(e);
      return comprehension(e, STATIC_STR("<listcomp>"), c->generators, c->elt, nullptr);
    }
    case K::SetComp: {
      auto* c = ast::to<ast::SetComp>(e);
      return comprehension(e, STATIC_STR("<setcomp>"), c->generators, c->elt, nullptr);
    }
    case K::DictComp: {
      auto* c = ast::to<ast::DictComp>(e);
      return comprehension(e, STATIC_STR("<dictcomp>"), c->generators, c->key, c->value);
    }
    case K::Yield: {
      if (unit().scope->type != ScopeType::kFunction) return error_here("'yield' outside function");
      ast::Expr* value = ast::to<ast::Yield>(e)->value;
      if (value ? !expression(value) : !emit_constant(py_none())) return false;
      if (unit().scope->coroutine) emit(OP_ASYNC_GEN_WRAP);
      emit(OP_YIELD_VALUE);
      emit(OP_RESUME, kResumeAfterYield);
      return true;
    }
    case K::YieldFrom:
      if (unit().scope->type != ScopeType::kFunction) return error_here("'yield' outside function");
      if (unit().type == UnitType::kAsyncFunction) return error_here("'yield from' inside async function");
      if (!expression(ast::to<ast::YieldFrom>(e)->value)) return false;
      emit(OP_GET_YIELD_FROM_ITER);
      if (!emit_constant(py_none())) return false;
      emit_yield_from(false);
      return true;
    case K::Await:
      if (!await_allowed(e) || !expression(ast::to<ast::Await>(e)->value)) return false;
      emit(OP_GET_AWAITABLE, 0);
      if (!emit_constant(py_none())) return false;
      emit_yield_from(true);
      return true;
    case K::Compare: return compare(ast::to<ast::Compare>(e));
    case K::Call: return call(ast::to<ast::Call>(e));
    case K::Constant: return emit_constant(ast::to<ast::Constant>(e)->value);
    case K::JoinedStr: return joined_string(ast::to<ast::JoinedStr>(e));
    case K::FormattedValue: return formatted_value(ast::to<ast::FormattedValue>(e));
    case K::Attribute: {
      auto* a = ast::to<ast::Attribute>(e);
      if (!expression(a->value)) return false;
      ast::Location outer = unit().loc;
      if (a->ctx != C::Load && forbidden_name(a->attr, a->ctx)) return false;
      update_location_for_attribute(a);
      emit_mangled_name(a->ctx == C::Load    ? OP_LOAD_ATTR
                        : a->ctx == C::Store ? OP_STORE_ATTR
                                             : OP_DELETE_ATTR,
                        a->attr);
      unit().loc = outer;
      return true;
    }
    case K::Subscript: return subscript(ast::to<ast::Subscript>(e));
    case K::Starred:
      if (ast::to<ast::Starred>(e)->ctx == C::Store) {
        return error_here("starred assignment target must be in a list or tuple");
      }
      return error_here("can't use starred expression here");
    case K::Slice: return slice(ast::to<ast::Slice>(e));
    case K::Name: return name_op(ast::to<ast::Name>(e)->id, ast::to<ast::Name>(e)->ctx);
    case K::List: return list_display(ast::to<ast::List>(e)->elts, ast::to<ast::List>(e)->ctx);
    case K::Tuple: return tuple_display(ast::to<ast::Tuple>(e)->elts, ast::to<ast::Tuple>(e)->ctx);
    default: return raise(SystemError, "unexpected expression"), false;
  }
}

// ---- Boolean operations, comparisons, conditions
// -------------------------------------------------------------------------

bool CodeGenerator::bool_op(ast::BoolOp* e) {
  int jump = e->op == ast::BoolOperator::And ? OP_JUMP_IF_FALSE_OR_POP : OP_JUMP_IF_TRUE_OR_POP;
  Block* end = new_block();
  for (int i = 0; i < e->values.size() - 1; i++) {
    if (!expression(e->values[i])) return false;
    emit_jump(jump, end);
    Block* next = new_block();
    use_block(next);
  }
  if (!expression(e->values.back())) return false;
  use_block(end);
  return true;
}

namespace {

// Constants for which `is` is certainly a mistake.
bool is_suspicious_operand(ast::Expr* e) {
  auto* c = ast::as<ast::Constant>(e);
  if (!c) return false;
  Object* v = c->value;
  return !is_none(v) && v != py_ellipsis() && v != py_true() && v != py_false();
}

}  // namespace

bool CodeGenerator::check_is_comparison(ast::Compare* e) {
  bool left = is_suspicious_operand(e->left);
  for (int i = 0; i < e->ops.size(); i++) {
    ast::CompareOperator op = e->ops[i];
    bool right = is_suspicious_operand(e->comparators[i]);
    if ((op == ast::CompareOperator::Is || op == ast::CompareOperator::IsNot) && (left || right)) {
      return warning(op == ast::CompareOperator::Is ? "\"is\" with a literal. Did you mean \"==\"?"
                                                    : "\"is not\" with a literal. Did you mean \"!=\"?");
    }
    left = right;
  }
  return true;
}

bool CodeGenerator::compare(ast::Compare* e) {
  if (!check_is_comparison(e) || !expression(e->left)) return false;
  int n = e->ops.size() - 1;
  if (n == 0) {
    if (!expression(e->comparators[0])) return false;
    emit_compare(e->ops[0]);
    return true;
  }
  Block* cleanup = new_block();
  for (int i = 0; i < n; i++) {
    if (!expression(e->comparators[i])) return false;
    emit(OP_SWAP, 2);
    emit(OP_COPY, 2);
    emit_compare(e->ops[i]);
    emit_jump(OP_JUMP_IF_FALSE_OR_POP, cleanup);
  }
  if (!expression(e->comparators[n])) return false;
  emit_compare(e->ops[n]);
  Block* end = new_block();
  emit_jump_without_line(OP_JUMP, end);
  use_block(cleanup);
  emit(OP_SWAP, 2);
  emit(OP_POP_TOP);
  use_block(end);
  return true;
}

bool CodeGenerator::conditional(ast::IfExp* e) {
  Block *end = new_block(), *next = new_block();
  if (!jump_if(e->test, next, false) || !expression(e->body)) return false;
  emit_jump_without_line(OP_JUMP, end);
  use_block(next);
  if (!expression(e->orelse)) return false;
  use_block(end);
  return true;
}

// Jumps to `next` when the truth of e is `condition`.
bool CodeGenerator::jump_if(ast::Expr* e, Block* next, bool condition) {
  if (!compiler_stack_left()) return false;
  switch (e->kind) {
    case K::UnaryOp:
      if (ast::to<ast::UnaryOp>(e)->op == ast::UnaryOperator::Not) {
        return jump_if(ast::to<ast::UnaryOp>(e)->operand, next, !condition);
      }
      break;
    case K::BoolOp: {
      auto* b = ast::to<ast::BoolOp>(e);
      bool early = b->op == ast::BoolOperator::Or;
      Block* early_target = early != condition ? new_block() : next;
      for (int i = 0; i < b->values.size() - 1; i++) {
        if (!jump_if(b->values[i], early_target, early)) return false;
      }
      if (!jump_if(b->values.back(), next, condition)) return false;
      if (early_target != next) use_block(early_target);
      return true;
    }
    case K::IfExp: {
      auto* i = ast::to<ast::IfExp>(e);
      Block *end = new_block(), *otherwise = new_block();
      if (!jump_if(i->test, otherwise, false) || !jump_if(i->body, next, condition)) return false;
      emit_jump_without_line(OP_JUMP, end);
      use_block(otherwise);
      if (!jump_if(i->orelse, next, condition)) return false;
      use_block(end);
      return true;
    }
    case K::Compare: {
      set_location(e->loc);
      auto* c = ast::to<ast::Compare>(e);
      int n = c->ops.size() - 1;
      if (n == 0) break;
      if (!check_is_comparison(c)) return false;
      Block* cleanup = new_block();
      if (!expression(c->left)) return false;
      for (int i = 0; i < n; i++) {
        if (!expression(c->comparators[i])) return false;
        emit(OP_SWAP, 2);
        emit(OP_COPY, 2);
        emit_compare(c->ops[i]);
        emit_jump(OP_POP_JUMP_IF_FALSE, cleanup);
      }
      if (!expression(c->comparators[n])) return false;
      emit_compare(c->ops[n]);
      emit_jump(condition ? OP_POP_JUMP_IF_TRUE : OP_POP_JUMP_IF_FALSE, next);
      Block* end = new_block();
      emit_jump_without_line(OP_JUMP, end);
      use_block(cleanup);
      emit(OP_POP_TOP);
      if (!condition) emit_jump_without_line(OP_JUMP, next);
      use_block(end);
      return true;
    }
    default: break;
  }
  if (!expression(e)) return false;
  emit_jump(condition ? OP_POP_JUMP_IF_TRUE : OP_POP_JUMP_IF_FALSE, next);
  return true;
}

// ---- Displays
// ------------------------------------------------------------------------------------------------------------

namespace {

bool any_starred(const Seq<ast::Expr*>& elts) {
  for (ast::Expr* e : elts) {
    if (ast::is<ast::Starred>(e)) return true;
  }
  return false;
}

}  // namespace

bool CodeGenerator::unpacking_display(const Exprs& elts, int pushed, int build, int add, int extend, bool tuple) {
  int n = elts.size();
  if (n > 2 && all_constants(elts)) {
    Ref<Object> folded = constant_tuple(elts);
    if (!folded) return false;
    if (tuple && pushed == 0) return emit_constant(folded.get());
    if (add == OP_SET_ADD) folded = frozenset_new(folded.get());
    if (!folded) return false;
    emit(build, pushed);
    if (!emit_constant(folded.get())) return false;
    emit(extend, 1);
    if (tuple) emit(OP_LIST_TO_TUPLE);
    return true;
  }
  bool big = n + pushed > kStackUseGuideline;
  if (!any_starred(elts) && !big) {
    for (ast::Expr* e : elts) {
      if (!expression(e)) return false;
    }
    emit(tuple ? OP_BUILD_TUPLE : build, n + pushed);
    return true;
  }
  bool built = false;
  if (big) {
    emit(build, pushed);
    built = true;
  }
  for (int i = 0; i < n; i++) {
    ast::Expr* e = elts[i];
    if (auto* starred = ast::as<ast::Starred>(e)) {
      if (!built) {
        emit(build, i + pushed);
        built = true;
      }
      if (!expression(starred->value)) return false;
      emit(extend, 1);
    } else {
      if (!expression(e)) return false;
      if (built) emit(add, 1);
    }
  }
  if (tuple) emit(OP_LIST_TO_TUPLE);
  return true;
}

bool CodeGenerator::unpack_targets(const Exprs& elts) {
  int n = elts.size();
  bool seen = false;
  for (int i = 0; i < n; i++) {
    if (!ast::is<ast::Starred>(elts[i])) continue;
    if (seen) return error_here("multiple starred expressions in assignment");
    if (i >= (1 << 8) || n - i - 1 >= (INT32_MAX >> 8)) {
      return error_here("too many expressions in star-unpacking assignment");
    }
    emit(OP_UNPACK_EX, i + ((n - i - 1) << 8));
    seen = true;
  }
  if (!seen) emit(OP_UNPACK_SEQUENCE, n);
  return true;
}

bool CodeGenerator::assign_targets(const Exprs& elts) {
  if (!unpack_targets(elts)) return false;
  for (ast::Expr* e : elts) {
    auto* starred = ast::as<ast::Starred>(e);
    if (!expression(starred ? starred->value : e)) return false;
  }
  return true;
}

bool CodeGenerator::list_display(const Exprs& elts, C context) {
  if (context == C::Store) return assign_targets(elts);
  if (context == C::Load) return unpacking_display(elts, 0, OP_BUILD_LIST, OP_LIST_APPEND, OP_LIST_EXTEND, false);
  for (ast::Expr* e : elts) {
    if (!expression(e)) return false;
  }
  return true;
}
bool CodeGenerator::tuple_display(const Exprs& elts, C context) {
  if (context == C::Store) return assign_targets(elts);
  if (context == C::Load) return unpacking_display(elts, 0, OP_BUILD_LIST, OP_LIST_APPEND, OP_LIST_EXTEND, true);
  for (ast::Expr* e : elts) {
    if (!expression(e)) return false;
  }
  return true;
}

// Items [begin, end) of a dict display, none of them `**`.
bool CodeGenerator::dict_part(ast::Dict* e, int begin, int end) {
  int n = end - begin;
  bool big = n * 2 > kStackUseGuideline;
  bool constant_keys = true;
  for (int i = begin; i < end; i++) constant_keys = constant_keys && ast::is<ast::Constant>(e->keys[i]);
  if (n > 1 && !big && constant_keys) {
    for (int i = begin; i < end; i++) {
      if (!expression(e->values[i])) return false;
    }
    Ref<Tuple> keys = tuple_new(n);
    if (!keys) return false;
    for (int i = begin; i < end; i++) {
      keys->items[i - begin] = Ref<Object>::share(ast::to<ast::Constant>(e->keys[i])->value).release();
    }
    if (!emit_constant(as_object(keys.get()))) return false;
    emit(OP_BUILD_CONST_KEY_MAP, n);
    return true;
  }
  if (big) emit(OP_BUILD_MAP, 0);
  for (int i = begin; i < end; i++) {
    if (!expression(e->keys[i]) || !expression(e->values[i])) return false;
    if (big) emit(OP_MAP_ADD, 1);
  }
  if (!big) emit(OP_BUILD_MAP, n);
  return true;
}

bool CodeGenerator::dict_display(ast::Dict* e) {
  int n = e->values.size();
  bool have_dict = false;
  int elements = 0;
  for (int i = 0; i < n; i++) {
    bool unpacking = !e->keys[i];
    if (unpacking) {
      if (elements) {
        if (!dict_part(e, i - elements, i)) return false;
        if (have_dict) emit(OP_DICT_UPDATE, 1);
        have_dict = true;
        elements = 0;
      }
      if (!have_dict) {
        emit(OP_BUILD_MAP, 0);
        have_dict = true;
      }
      if (!expression(e->values[i])) return false;
      emit(OP_DICT_UPDATE, 1);
      continue;
    }
    if (elements * 2 > kStackUseGuideline) {
      if (!dict_part(e, i - elements, i + 1)) return false;
      if (have_dict) emit(OP_DICT_UPDATE, 1);
      have_dict = true;
      elements = 0;
    } else {
      elements++;
    }
  }
  if (elements) {
    if (!dict_part(e, n - elements, n)) return false;
    if (have_dict) emit(OP_DICT_UPDATE, 1);
    have_dict = true;
  }
  if (!have_dict) emit(OP_BUILD_MAP, 0);
  return true;
}

// ---- Calls
// -----------------------------------------------------------------------------------------------------------------

namespace {

// What an expression's value is for certain; null: unknown.
Type* inferred_type(ast::Expr* e) {
  switch (e->kind) {
    case K::Tuple: return &tuple_type;
    case K::List:
    case K::ListComp: return &list_type;
    case K::Dict:
    case K::DictComp: return &dict_type;
    case K::Set:
    case K::SetComp: return &set_type;
    case K::GeneratorExp: return &generator_type;
    case K::Lambda: return &function_type;
    case K::JoinedStr:
    case K::FormattedValue: return &str_type;
    case K::Constant: return type_of(ast::to<ast::Constant>(e)->value);
    default: return nullptr;
  }
}

}  // namespace

bool CodeGenerator::check_caller(ast::Expr* e) {
  switch (e->kind) {
    case K::Constant:
    case K::Tuple:
    case K::List:
    case K::ListComp:
    case K::Dict:
    case K::DictComp:
    case K::Set:
    case K::SetComp:
    case K::GeneratorExp:
    case K::JoinedStr:
    case K::FormattedValue:
      return warning("'{:.200}' object is not callable; perhaps you missed a comma?", inferred_type(e)->name);
    default: return true;
  }
}

bool CodeGenerator::check_subscripter(ast::Expr* e) {
  switch (e->kind) {
    case K::Constant: {
      Object* v = ast::to<ast::Constant>(e)->value;
      bool number = is_int(v) || is_exactly(v, &float_type) || is_exactly(v, &complex_type);
      if (!is_none(v) && v != py_ellipsis() && !number && !is_exactly(v, &frozenset_type)) return true;
      break;
    }
    case K::Set:
    case K::SetComp:
    case K::GeneratorExp:
    case K::Lambda: break;
    default: return true;
  }
  return warning("'{:.200}' object is not subscriptable; perhaps you missed a comma?", inferred_type(e)->name);
}

bool CodeGenerator::check_index(ast::Expr* container, ast::Expr* index) {
  Type* type = inferred_type(index);
  if (!type || type_has(type, kTypeIntSubclass) || type == &slice_type) return true;
  switch (container->kind) {
    case K::Constant: {
      Object* v = ast::to<ast::Constant>(container)->value;
      if (!is_str(v) && !is_bytes(v) && !is_tuple(v)) return true;
      break;
    }
    case K::Tuple:
    case K::List:
    case K::ListComp:
    case K::JoinedStr:
    case K::FormattedValue: break;
    default: return true;
  }
  return warning("{:.200} indices must be integers or slices, not {:.200}; perhaps you missed a comma?",
                 inferred_type(container)->name, type->name);
}

bool CodeGenerator::validate_keywords(const Seq<ast::Keyword*>& keywords) {
  // The first keyword that comes again, and where it does.
  int first = keywords.size(), again = -1;
  PointerMap<Str, int> seen;
  for (int i = 0; i < keywords.size(); i++) {
    if (!keywords[i]->arg) continue;
    auto [entry, made] = seen.try_emplace(keywords[i]->arg, i);
    if (made || entry->second >= first) continue;
    first = entry->second;
    again = i;
  }
  for (int i = 0; i < keywords.size(); i++) {
    ast::Keyword* k = keywords[i];
    if (k->arg && forbidden_name(k->arg, C::Store)) return false;
    if (i == first) return error(keywords[again]->loc, "keyword argument repeated: {}", k->arg);
  }
  return true;
}

// An attribute on a later line is shown at its name.
void CodeGenerator::update_location_for_attribute(ast::Attribute* e) {
  ast::Location& loc = unit().loc;
  if (loc.lineno == e->loc.end_lineno) return;
  loc.lineno = e->loc.end_lineno;
  int length = static_cast<int>(str_length(e->attr));
  if (length <= e->loc.end_col_offset) {
    loc.col_offset = e->loc.end_col_offset - length;
  } else {
    // The name was normalised: its place cannot be told.
    loc.col_offset = loc.end_col_offset = -1;
  }
}

// True for a name that the module's top level binds by import: its attributes are no methods.
bool CodeGenerator::is_imported_name(ast::Expr* e) {
  auto* name = ast::as<ast::Name>(e);
  return name && (table_->top()->flags_of(name->id) & kDefImport);
}

bool CodeGenerator::keyword_names(const Seq<ast::Keyword*>& keywords) {
  Ref<Tuple> names = tuple_new(keywords.size());
  if (!names) return false;
  for (int i = 0; i < keywords.size(); i++) {
    names->items[i] = Ref<Object>::share(as_object(keywords[i]->arg)).release();
  }
  int index = add_constant(as_object(names.get()));
  if (index < 0) return false;
  emit(OP_KW_NAMES, index);
  return true;
}

// o.m(...) without making a bound method.
bool CodeGenerator::method_call(ast::Call* e, bool* handled) {
  *handled = false;
  auto* m = ast::as<ast::Attribute>(e->func);
  if (!m || m->ctx != C::Load || is_imported_name(m->value)) return true;
  int n = e->args.size() + e->keywords.size() + !e->keywords.empty();
  if (n >= kStackUseGuideline || any_starred(e->args)) return true;
  for (ast::Keyword* k : e->keywords) {
    if (!k->arg) return true;
  }
  *handled = true;
  if (!expression(m->value)) return false;
  ast::Location outer = unit().loc;
  set_location(m->loc);
  update_location_for_attribute(m);
  emit_mangled_name(OP_LOAD_METHOD, m->attr);
  for (ast::Expr* a : e->args) {
    if (!expression(a)) return false;
  }
  if (!e->keywords.empty()) {
    for (ast::Keyword* k : e->keywords) {
      if (!expression(k->value)) return false;
    }
    if (!keyword_names(e->keywords)) return false;
  }
  int total = e->args.size() + e->keywords.size();
  set_location(e->loc);
  update_location_for_attribute(m);
  emit(OP_PRECALL, total);
  emit(OP_CALL, total);
  unit().loc = outer;
  return true;
}

bool CodeGenerator::call(ast::Call* e) {
  if (!validate_keywords(e->keywords)) return false;
  bool handled;
  if (!method_call(e, &handled)) return false;
  if (handled) return true;
  if (!check_caller(e->func)) return false;
  set_location(e->func->loc);
  emit(OP_PUSH_NULL);
  set_location(e->loc);
  if (!expression(e->func)) return false;
  return call_helper(0, e->args, e->keywords);
}

bool CodeGenerator::call_helper(int pushed, const Exprs& args, const Seq<ast::Keyword*>& keywords) {
  if (!validate_keywords(keywords)) return false;
  bool unpacking = any_starred(args) || args.size() + keywords.size() * 2 > kStackUseGuideline;
  for (ast::Keyword* k : keywords) unpacking = unpacking || !k->arg;
  if (unpacking) return call_with_unpacking(pushed, args, keywords);
  for (ast::Expr* a : args) {
    if (!expression(a)) return false;
  }
  if (!keywords.empty()) {
    for (ast::Keyword* k : keywords) {
      if (!expression(k->value)) return false;
    }
    if (!keyword_names(keywords)) return false;
  }
  int total = pushed + args.size() + keywords.size();
  emit(OP_PRECALL, total);
  emit(OP_CALL, total);
  return true;
}

bool CodeGenerator::sub_keywords(const Seq<ast::Keyword*>& keywords, int begin, int end) {
  int n = end - begin;
  bool big = n * 2 > kStackUseGuideline;
  if (n > 1 && !big) {
    for (int i = begin; i < end; i++) {
      if (!expression(keywords[i]->value)) return false;
    }
    Ref<Tuple> names = tuple_new(n);
    if (!names) return false;
    for (int i = begin; i < end; i++) {
      names->items[i - begin] = Ref<Object>::share(as_object(keywords[i]->arg)).release();
    }
    if (!emit_constant(as_object(names.get()))) return false;
    emit(OP_BUILD_CONST_KEY_MAP, n);
    return true;
  }
  if (big) emit_without_line(OP_BUILD_MAP, 0);
  for (int i = begin; i < end; i++) {
    if (!emit_constant(as_object(keywords[i]->arg)) || !expression(keywords[i]->value)) return false;
    if (big) emit_without_line(OP_MAP_ADD, 1);
  }
  if (!big) emit(OP_BUILD_MAP, n);
  return true;
}

bool CodeGenerator::call_with_unpacking(int pushed, const Exprs& args, const Seq<ast::Keyword*>& keywords) {
  int n = args.size();
  auto* only = n == 1 ? ast::as<ast::Starred>(args[0]) : nullptr;
  if (pushed == 0 && only) {
    if (!expression(only->value)) return false;
  } else if (!unpacking_display(args, pushed, OP_BUILD_LIST, OP_LIST_APPEND, OP_LIST_EXTEND, true)) {
    return false;
  }
  int count = keywords.size();
  if (count) {
    bool have_dict = false;
    int seen = 0;
    for (int i = 0; i < count; i++) {
      if (keywords[i]->arg) {
        seen++;
        continue;
      }
      // **mapping
      if (seen) {
        if (!sub_keywords(keywords, i - seen, i)) return false;
        if (have_dict) emit(OP_DICT_MERGE, 1);
        have_dict = true;
        seen = 0;
      }
      if (!have_dict) {
        emit(OP_BUILD_MAP, 0);
        have_dict = true;
      }
      if (!expression(keywords[i]->value)) return false;
      emit(OP_DICT_MERGE, 1);
    }
    if (seen) {
      if (!sub_keywords(keywords, count - seen, count)) return false;
      if (have_dict) emit(OP_DICT_MERGE, 1);
    }
  }
  emit(OP_CALL_FUNCTION_EX, count > 0);
  return true;
}

// ---- Strings
// -----------------------------------------------------------------------------------------------------------------

bool CodeGenerator::joined_string(ast::JoinedStr* e) {
  int n = e->values.size();
  if (n > kStackUseGuideline) {
    // ''.join([...])
    if (!emit_constant(as_object(NAME("")))) return false;
    emit_name(OP_LOAD_METHOD, NAME("join"));
    emit(OP_BUILD_LIST, 0);
    for (ast::Expr* v : e->values) {
      if (!expression(v)) return false;
      emit(OP_LIST_APPEND, 1);
    }
    emit(OP_PRECALL, 1);
    emit(OP_CALL, 1);
    return true;
  }
  for (ast::Expr* v : e->values) {
    if (!expression(v)) return false;
  }
  if (n != 1) emit(OP_BUILD_STRING, n);
  return true;
}

bool CodeGenerator::formatted_value(ast::FormattedValue* e) {
  if (!expression(e->value)) return false;
  int argument;
  switch (e->conversion) {
    case 's': argument = kFormatStr; break;
    case 'r': argument = kFormatRepr; break;
    case 'a': argument = kFormatAscii; break;
    case -1: argument = kFormatNone; break;
    default: raise(SystemError, "Unrecognized conversion character {}", e->conversion); return false;
  }
  if (e->format_spec) {
    if (!expression(e->format_spec)) return false;
    argument |= kFormatSpec;
  }
  emit(OP_FORMAT_VALUE, argument);
  return true;
}

// ---- Subscripts
// ----------------------------------------------------------------------------------------------------------------

bool CodeGenerator::subscript(ast::Subscript* e) {
  if (e->ctx == C::Load && (!check_subscripter(e->value) || !check_index(e->value, e->slice))) return false;
  if (!expression(e->value) || !expression(e->slice)) return false;
  emit(e->ctx == C::Load ? OP_BINARY_SUBSCR : e->ctx == C::Store ? OP_STORE_SUBSCR : OP_DELETE_SUBSCR);
  return true;
}

bool CodeGenerator::slice(ast::Slice* e) {
  int n = 2;
  auto part = [&](ast::Expr* p) { return p ? expression(p) : emit_constant(py_none()); };
  if (!part(e->lower) || !part(e->upper)) return false;
  if (e->step) {
    n++;
    if (!expression(e->step)) return false;
  }
  emit(OP_BUILD_SLICE, n);
  return true;
}

}  // namespace minipy
