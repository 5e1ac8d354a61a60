// Code generation: functions, classes, lambdas and comprehensions.
#include "compiler/codegen/codegen.h"
#include "compiler/codegen/unparse.h"
#include "runtime/abstract.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/counted.h"
#include "runtime/error.h"
#include "runtime/function.h"
#include "runtime/names.h"
#include "runtime/static_str.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"

namespace minipy {

using C = ast::ExprContext;

// ---- Pieces of a definition
// ----------------------------------------------------------------------------------------------

bool CodeGenerator::decorators(const Exprs& list) {
  for (ast::Expr* d : list) {
    if (!expression(d)) return false;
  }
  return true;
}

bool CodeGenerator::apply_decorators(const Exprs& list) {
  ast::Location outer = unit().loc;
  for (int i = list.size() - 1; i >= 0; i--) {
    set_location(list[i]->loc);
    emit(OP_PRECALL, 0);
    emit(OP_CALL, 0);
  }
  unit().loc = outer;
  return true;
}

bool CodeGenerator::check_arguments(ast::Arguments* args) {
  auto all = [&](const Seq<ast::Arg*>& list) {
    for (ast::Arg* a : list) {
      if (forbidden_name(a->arg, C::Store)) return false;
    }
    return true;
  };
  if (!all(args->posonlyargs) || !all(args->args)) return false;
  if (args->vararg && forbidden_name(args->vararg->arg, C::Store)) return false;
  if (!all(args->kwonlyargs)) return false;
  return !args->kwarg || !forbidden_name(args->kwarg->arg, C::Store);
}

bool CodeGenerator::default_arguments(ast::Arguments* args, int* flags) {
  if (!args->defaults.empty()) {
    *flags |= kFunctionDefaults;
    for (ast::Expr* e : args->defaults) {
      if (!expression(e)) return false;
    }
    emit(OP_BUILD_TUPLE, args->defaults.size());
  }
  std::vector<Str*> names;
  Ref<Object> counted_names;  // CPython's list of them
  for (int i = 0; i < args->kwonlyargs.size(); i++) {
    ast::Expr* value = i < args->kw_defaults.size() ? args->kw_defaults[i] : nullptr;
    if (!value) continue;
    if (names.empty()) counted_names = counted_list();
    names.push_back(mangled(args->kwonlyargs[i]->arg));
    if (!expression(value)) return false;
  }
  if (names.empty()) return true;
  Ref<Tuple> keys = tuple_new(static_cast<ssize>(names.size()));
  if (!keys) return false;
  counted_names.reset();
  for (size_t i = 0; i < names.size(); i++) keys->items[i] = Ref<Object>::share(as_object(names[i])).release();
  if (!emit_constant(as_object(keys.get()))) return false;
  emit(OP_BUILD_CONST_KEY_MAP, static_cast<int>(names.size()));
  *flags |= kFunctionKwDefaults;
  return true;
}

// With `from __future__ import annotations` the text of the annotation.
bool CodeGenerator::annotation_value(ast::Expr* e) {
  if (!(flags_ & kFutureAnnotations)) return expression(e);
  Ref<Str> text = unparse_expression(e);
  if (!text) return false;
  return emit_constant(as_object(text.get()));
}

bool CodeGenerator::argument_annotation(Str* name, ast::Expr* annotation, int* count) {
  if (!annotation) return true;
  if (!emit_constant(as_object(mangled(name)))) return false;
  auto* starred = ast::as<ast::Starred>(annotation);
  if (!(flags_ & kFutureAnnotations) && starred) {
    // def f(*args: *Ts) (PEP 646)
    if (!expression(starred->value)) return false;
    emit(OP_UNPACK_SEQUENCE, 1);
  } else if (!annotation_value(annotation)) {
    return false;
  }
  *count += 2;
  return true;
}

bool CodeGenerator::annotations(ast::Arguments* args, ast::Expr* returns, int* flags) {
  int count = 0;
  auto all = [&](const Seq<ast::Arg*>& list) {
    for (ast::Arg* a : list) {
      if (!argument_annotation(a->arg, a->annotation, &count)) return false;
    }
    return true;
  };
  if (!all(args->args) || !all(args->posonlyargs)) return false;
  if (args->vararg && !argument_annotation(args->vararg->arg, args->vararg->annotation, &count)) return false;
  if (!all(args->kwonlyargs)) return false;
  if (args->kwarg && !argument_annotation(args->kwarg->arg, args->kwarg->annotation, &count)) return false;
  if (!argument_annotation(NAME("return"), returns, &count)) return false;
  if (!count) return true;
  emit(OP_BUILD_TUPLE, count);
  *flags |= kFunctionAnnotations;
  return true;
}

bool CodeGenerator::make_closure(Code* code, int flags) {
  Unit& u = unit();
  if (code->nfreevars) {
    ssize first = tuple_size(code->localsplusnames) - code->nfreevars;
    for (ssize i = first; i < tuple_size(code->localsplusnames); i++) {
      Str* name = cast<Str>(code->localsplusnames->items[i]);
      bool class_cell = u.type == UnitType::kClass && str_equals_ascii(name, "__class__");
      bool cell = class_cell || u.scope->scope_of(name) == NameScope::kCell;
      int index = cell ? u.cells.find(name) : u.frees.find(name);
      if (index < 0) {
        raise(SystemError, "unknown scope of free variable {} in {}", repr_of(name), u.name);
        return false;
      }
      emit(OP_LOAD_CLOSURE, cell ? index : index + u.cells.size());
    }
    flags |= kFunctionClosure;
    emit(OP_BUILD_TUPLE, code->nfreevars);
  }
  if (!emit_constant(as_object(code))) return false;
  emit(OP_MAKE_FUNCTION, flags);
  return true;
}

// ---- Functions
// -------------------------------------------------------------------------------------------------------------

bool CodeGenerator::function_definition(ast::Stmt* s, Str* name, ast::Arguments* args, const Stmts& list,
                                        const Exprs& decorator_list, ast::Expr* returns, bool async) {
  if (!check_arguments(args) || !decorators(decorator_list)) return false;
  int first_line = decorator_list.empty() ? s->loc.lineno : decorator_list[0]->loc.lineno;
  int flags = 0;
  if (!default_arguments(args, &flags) || !annotations(args, returns, &flags)) return false;
  if (!enter_unit(name, async ? UnitType::kAsyncFunction : UnitType::kFunction, s, first_line)) return false;
  Str* docstring = optimize_ < 2 ? docstring_of(list) : nullptr;
  // The first constant is the docstring or None.
  if (add_constant(docstring ? as_object(docstring) : py_none()) < 0) return false;
  Unit& u = unit();
  u.argcount = args->args.size();
  u.posonlyargcount = args->posonlyargs.size();
  u.kwonlyargcount = args->kwonlyargs.size();
  if (!statements(list.from(docstring ? 1 : 0))) return false;
  Ref<Code> code = assemble(true);
  leave_unit();
  if (!code || !make_closure(code.get(), flags) || !apply_decorators(decorator_list)) return false;
  return name_op(name, C::Store);
}

bool CodeGenerator::lambda(ast::Lambda* e) {
  if (!check_arguments(e->args)) return false;
  int flags = 0;
  if (!default_arguments(e->args, &flags)) return false;
  if (!enter_unit(STATIC_STR("<lambda>"), UnitType::kLambda, e, e->loc.lineno)) return false;
  // A lambda has no docstring, so that the first constant is None.
  if (add_constant(py_none()) < 0) return false;
  Unit& u = unit();
  u.argcount = e->args->args.size();
  u.posonlyargcount = e->args->posonlyargs.size();
  u.kwonlyargcount = e->args->kwonlyargs.size();
  if (!expression(e->body)) return false;
  bool generator = u.scope->generator;
  if (!generator) emit(OP_RETURN_VALUE);
  Ref<Code> code = assemble(!generator);
  leave_unit();
  return code && make_closure(code.get(), flags);
}

bool CodeGenerator::class_definition(ast::ClassDef* s) {
  if (!decorators(s->decorator_list)) return false;
  int first_line = s->decorator_list.empty() ? s->loc.lineno : s->decorator_list[0]->loc.lineno;
  if (!enter_unit(s->name, UnitType::kClass, s, first_line)) return false;
  unit().private_name = s->name;
  bool ok = name_op(NAME("__name__"), C::Load) && name_op(NAME("__module__"), C::Store) &&
            emit_constant(as_object(unit().qualname.get())) && name_op(NAME("__qualname__"), C::Store) && body(s->body);
  if (!ok) return false;
  unset_location();
  if (unit().scope->needs_class_closure) {
    emit(OP_LOAD_CLOSURE, unit().cells.find(NAME("__class__")));
    emit(OP_COPY, 1);
    if (!name_op(NAME("__classcell__"), C::Store)) return false;
  } else if (!emit_constant(py_none())) {
    return false;
  }
  emit(OP_RETURN_VALUE);
  Ref<Code> code = assemble(true);
  leave_unit();
  if (!code) return false;
  emit(OP_PUSH_NULL);
  emit(OP_LOAD_BUILD_CLASS);
  if (!make_closure(code.get(), 0) || !emit_constant(as_object(s->name)) || !call_helper(2, s->bases, s->keywords) ||
      !apply_decorators(s->decorator_list)) {
    return false;
  }
  return name_op(s->name, C::Store);
}

// ---- Comprehensions
// ----------------------------------------------------------------------------------------------------------

namespace {
ComprehensionKind kind_of(ast::Expr* e) {
  switch (e->kind) {
    case ast::NodeKind::ListComp: return ComprehensionKind::kList;
    case ast::NodeKind::SetComp: return ComprehensionKind::kSet;
    case ast::NodeKind::DictComp: return ComprehensionKind::kDict;
    default: return ComprehensionKind::kGenerator;
  }
}
}  // namespace

bool CodeGenerator::comprehension(ast::Expr* e, Str* name, const Seq<ast::Comprehension*>& generators,
                                  ast::Expr* element, ast::Expr* value) {
  UnitType outer_type = unit().type;
  bool top_level_await = (flags_ & kCfAllowTopLevelAwait) && outer_type == UnitType::kModule;
  ComprehensionKind kind = kind_of(e);
  ast::Comprehension* outermost = generators[0];
  if (!enter_unit(name, UnitType::kComprehension, e, e->loc.lineno)) return false;
  set_location(e->loc);
  bool is_async = unit().scope->coroutine;
  if (is_async && kind != ComprehensionKind::kGenerator && outer_type != UnitType::kAsyncFunction &&
      outer_type != UnitType::kComprehension && !top_level_await) {
    return error_here("asynchronous comprehension outside of an asynchronous function");
  }
  if (kind != ComprehensionKind::kGenerator) {
    emit(kind == ComprehensionKind::kList  ? OP_BUILD_LIST
         : kind == ComprehensionKind::kSet ? OP_BUILD_SET
                                           : OP_BUILD_MAP,
         0);
  }
  unit().argcount = 1;
  if (!comprehension_generators(e, generators, 0, 0, element, value)) return false;
  if (kind != ComprehensionKind::kGenerator) emit(OP_RETURN_VALUE);
  Ref<Code> code = assemble(true);
  if (top_level_await && is_async) units_[units_.size() - 2]->scope->coroutine = true;
  leave_unit();
  if (!code || !make_closure(code.get(), 0) || !expression(outermost->iter)) return false;
  emit(outermost->is_async ? OP_GET_AITER : OP_GET_ITER);
  emit(OP_PRECALL, 0);
  emit(OP_CALL, 0);
  if (is_async && kind != ComprehensionKind::kGenerator) {
    emit(OP_GET_AWAITABLE, 0);
    if (!emit_constant(py_none())) return false;
    emit_yield_from(true);
  }
  return true;
}

bool CodeGenerator::comprehension_generators(ast::Expr* e, const Seq<ast::Comprehension*>& generators, int index,
                                             int depth, ast::Expr* element, ast::Expr* value) {
  return generators[index]->is_async ? async_generator(e, generators, index, depth, element, value)
                                     : sync_generator(e, generators, index, depth, element, value);
}

bool CodeGenerator::comprehension_element(ast::Expr* e, int depth, ast::Expr* element, ast::Expr* value) {
  switch (kind_of(e)) {
    case ComprehensionKind::kGenerator:
      if (!expression(element)) return false;
      if (unit().scope->coroutine) emit(OP_ASYNC_GEN_WRAP);
      emit(OP_YIELD_VALUE);
      emit(OP_RESUME, kResumeAfterYield);
      emit(OP_POP_TOP);
      return true;
    case ComprehensionKind::kList:
      if (!expression(element)) return false;
      emit(OP_LIST_APPEND, depth + 1);
      return true;
    case ComprehensionKind::kSet:
      if (!expression(element)) return false;
      emit(OP_SET_ADD, depth + 1);
      return true;
    default:
      if (!expression(element) || !expression(value)) return false;
      emit(OP_MAP_ADD, depth + 1);
      return true;
  }
}

bool CodeGenerator::sync_generator(ast::Expr* e, const Seq<ast::Comprehension*>& generators, int index, int depth,
                                   ast::Expr* element, ast::Expr* value) {
  Block *start = new_block(), *if_cleanup = new_block(), *anchor = new_block();
  ast::Comprehension* g = generators[index];
  if (index == 0) {
    // The outermost iterator is the argument.
    unit().argcount = 1;
    emit(OP_LOAD_FAST, 0);
  } else {
    // `for y in [f(x)]` is an assignment (a list or tuple of one item).
    Seq<ast::Expr*>* elts = nullptr;
    if (auto* l = ast::as<ast::List>(g->iter)) elts = &l->elts;
    if (auto* t = ast::as<ast::Tuple>(g->iter)) elts = &t->elts;
    if (elts && elts->size() == 1 && !ast::is<ast::Starred>((*elts)[0])) {
      if (!expression((*elts)[0])) return false;
      start = nullptr;
    }
    if (start) {
      if (!expression(g->iter)) return false;
      emit(OP_GET_ITER);
    }
  }
  if (start) {
    depth++;
    use_block(start);
    emit_jump(OP_FOR_ITER, anchor);
    use_block(new_block());
  }
  if (!expression(g->target)) return false;
  for (ast::Expr* condition : g->ifs) {
    if (!jump_if(condition, if_cleanup, false)) return false;
    use_block(new_block());
  }
  if (index + 1 < generators.size()) {
    if (!comprehension_generators(e, generators, index + 1, depth, element, value)) return false;
  } else if (!comprehension_element(e, depth, element, value)) {
    return false;
  }
  use_block(if_cleanup);
  if (start) {
    emit_jump(OP_JUMP, start);
    use_block(anchor);
  }
  return true;
}

bool CodeGenerator::async_generator(ast::Expr* e, const Seq<ast::Comprehension*>& generators, int index, int depth,
                                    ast::Expr* element, ast::Expr* value) {
  Block *start = new_block(), *except = new_block(), *if_cleanup = new_block();
  ast::Comprehension* g = generators[index];
  if (index == 0) {
    unit().argcount = 1;
    emit(OP_LOAD_FAST, 0);
  } else {
    if (!expression(g->iter)) return false;
    emit(OP_GET_AITER);
  }
  use_block(start);
  if (!push_frame_block(FrameBlockType::kAsyncComprehensionGenerator, start, nullptr, nullptr, e->loc)) return false;
  emit_jump(OP_SETUP_FINALLY, except);
  emit(OP_GET_ANEXT);
  if (!emit_constant(py_none())) return false;
  emit_yield_from(true);
  emit(OP_POP_BLOCK);
  if (!expression(g->target)) return false;
  for (ast::Expr* condition : g->ifs) {
    if (!jump_if(condition, if_cleanup, false)) return false;
    use_block(new_block());
  }
  depth++;
  if (index + 1 < generators.size()) {
    if (!comprehension_generators(e, generators, index + 1, depth, element, value)) return false;
  } else if (!comprehension_element(e, depth, element, value)) {
    return false;
  }
  use_block(if_cleanup);
  emit_jump(OP_JUMP, start);
  pop_frame_block();
  use_block(except);
  emit(OP_END_ASYNC_FOR);
  return true;
}

}  // namespace minipy
