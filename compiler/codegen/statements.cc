// Code generation: statements. Each function's comment-free body follows the order of evaluation of the language
// reference, chapters 7 and 8.
#include "compiler/codegen/codegen.h"
#include "compiler/depth.h"
#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/str.h"

namespace minipy {

using C = ast::ExprContext;

Str* docstring_of(const Seq<ast::Stmt*>& statements) {
  if (statements.empty()) return nullptr;
  auto* s = ast::as<ast::ExprStmt>(statements[0]);
  if (!s) return nullptr;
  auto* constant = ast::as<ast::Constant>(s->value);
  if (!constant || !is_exactly(constant->value, &str_type)) return nullptr;
  return cast<Str>(constant->value);
}

namespace {

bool annotated(ast::Stmt* s) {
  using K = ast::NodeKind;
  switch (s->kind) {
    case K::AnnAssign: return true;
    case K::For:
    case K::AsyncFor: {
      auto* f = static_cast<ast::For*>(s);
      return has_annotations(f->body) || has_annotations(f->orelse);
    }
    case K::While:
      return has_annotations(ast::to<ast::While>(s)->body) || has_annotations(ast::to<ast::While>(s)->orelse);
    case K::If: return has_annotations(ast::to<ast::If>(s)->body) || has_annotations(ast::to<ast::If>(s)->orelse);
    case K::With:
    case K::AsyncWith: return has_annotations(static_cast<ast::With*>(s)->body);
    case K::Match:
      for (ast::MatchCase* c : ast::to<ast::Match>(s)->cases) {
        if (has_annotations(c->body)) return true;
      }
      return false;
    case K::Try:
    case K::TryStar: {
      auto* t = static_cast<ast::Try*>(s);
      for (ast::ExceptHandler* h : t->handlers) {
        if (has_annotations(h->body)) return true;
      }
      return has_annotations(t->body) || has_annotations(t->finalbody) || has_annotations(t->orelse);
    }
    default: return false;
  }
}

}  // namespace

bool has_annotations(const Seq<ast::Stmt*>& statements) {
  for (ast::Stmt* s : statements) {
    if (annotated(s)) return true;
  }
  return false;
}

bool CodeGenerator::statements(const Stmts& list) {
  for (ast::Stmt* s : list) {
    if (!statement(s)) return false;
  }
  return true;
}

// The body of a module or class.
bool CodeGenerator::body(const Stmts& list) {
  if (unit().type == UnitType::kModule && !list.empty()) set_location(list[0]->loc);
  if (has_annotations(list)) emit(OP_SETUP_ANNOTATIONS);
  if (list.empty()) return true;
  int first = 0;
  if (optimize_ < 2 && docstring_of(list)) {
    first = 1;
    if (!expression(ast::to<ast::ExprStmt>(list[0])->value)) return false;
    unset_location();
    if (!name_op(NAME("__doc__"), C::Store)) return false;
  }
  return statements(list.from(first));
}

bool CodeGenerator::statement(ast::Stmt* s) {
  if (!compiler_stack_left()) return false;
  set_location(s->loc);
  return statement_parts(s);
}

bool CodeGenerator::statement_parts(ast::Stmt* s) {
  using K = ast::NodeKind;
  switch (s->kind) {
    case K::FunctionDef: {
      auto* f = ast::to<ast::FunctionDef>(s);
      return function_definition(s, f->name, f->args, f->body, f->decorator_list, f->returns, false);
    }
    case K::AsyncFunctionDef: {
      auto* f = ast::to<ast::AsyncFunctionDef>(s);
      return function_definition(s, f->name, f->args, f->body, f->decorator_list, f->returns, true);
    }
    case K::ClassDef: return class_definition(ast::to<ast::ClassDef>(s));
    case K::Return: return return_statement(ast::to<ast::Return>(s));
    case K::Delete: return delete_statement(ast::to<ast::Delete>(s));
    case K::Assign: {
      auto* a = ast::to<ast::Assign>(s);
      if (!expression(a->value)) return false;
      for (int i = 0; i < a->targets.size(); i++) {
        if (i + 1 < a->targets.size()) emit(OP_COPY, 1);
        if (!expression(a->targets[i])) return false;
      }
      return true;
    }
    case K::AugAssign: return augmented_assignment(ast::to<ast::AugAssign>(s));
    case K::AnnAssign: return annotated_assignment(ast::to<ast::AnnAssign>(s));
    case K::For: return for_statement(ast::to<ast::For>(s));
    case K::AsyncFor: return async_for_statement(ast::to<ast::AsyncFor>(s));
    case K::While: return while_statement(ast::to<ast::While>(s));
    case K::If: return if_statement(ast::to<ast::If>(s));
    case K::Match: return match_statement(ast::to<ast::Match>(s));
    case K::Raise: {
      auto* r = ast::to<ast::Raise>(s);
      int n = 0;
      if (r->exc) {
        if (!expression(r->exc)) return false;
        n++;
        if (r->cause) {
          if (!expression(r->cause)) return false;
          n++;
        }
      }
      emit(OP_RAISE_VARARGS, n);
      return true;
    }
    case K::Try: {
      auto* t = ast::to<ast::Try>(s);
      if (!t->finalbody.empty()) return try_finally(t->body, t->handlers, t->orelse, t->finalbody, false, s->loc);
      return try_except(t->body, t->handlers, t->orelse);
    }
    case K::TryStar: {
      auto* t = ast::to<ast::TryStar>(s);
      if (!t->finalbody.empty()) return try_finally(t->body, t->handlers, t->orelse, t->finalbody, true, s->loc);
      return try_star_except(t->body, t->handlers, t->orelse);
    }
    case K::Assert: return assert_statement(ast::to<ast::Assert>(s));
    case K::Import: return import_statement(ast::to<ast::Import>(s));
    case K::ImportFrom: return import_from(ast::to<ast::ImportFrom>(s));
    case K::ExprStmt: return expression_statement(ast::to<ast::ExprStmt>(s)->value);
    case K::Pass: emit(OP_NOP); return true;
    case K::Break: return break_statement();
    case K::Continue: return continue_statement();
    case K::With: return with_statement(ast::to<ast::With>(s), 0, false);
    case K::AsyncWith: return with_statement(static_cast<ast::With*>(s), 0, true);
    default: return true;  // global, nonlocal
  }
}

bool CodeGenerator::expression_statement(ast::Expr* value) {
  if (interactive_ && units_.size() <= 1) {
    if (!expression(value)) return false;
    emit(OP_PRINT_EXPR);
    return true;
  }
  if (ast::is<ast::Constant>(value)) {
    emit(OP_NOP);
    return true;
  }
  if (!expression(value)) return false;
  unset_location();
  emit(OP_POP_TOP);
  return true;
}

// ---- Compound statements
// -----------------------------------------------------------------------------------------------

bool CodeGenerator::if_statement(ast::If* s) {
  Block* end = new_block();
  Block* next = s->orelse.empty() ? end : new_block();
  if (!jump_if(s->test, next, false) || !statements(s->body)) return false;
  if (!s->orelse.empty()) {
    emit_jump_without_line(OP_JUMP, end);
    use_block(next);
    if (!statements(s->orelse)) return false;
  }
  use_block(end);
  return true;
}

bool CodeGenerator::for_statement(ast::For* s) {
  Block *start = new_block(), *body = new_block(), *cleanup = new_block(), *end = new_block();
  if (!push_frame_block(FrameBlockType::kForLoop, start, end, nullptr, s->loc)) return false;
  if (!expression(s->iter)) return false;
  emit(OP_GET_ITER);
  use_block(start);
  emit_jump(OP_FOR_ITER, cleanup);
  use_block(body);
  if (!expression(s->target) || !statements(s->body)) return false;
  unset_location();
  emit_jump(OP_JUMP, start);
  use_block(cleanup);
  pop_frame_block();
  if (!statements(s->orelse)) return false;
  use_block(end);
  return true;
}

// In coroutines, and in a module by PyCF_ALLOW_TOP_LEVEL_AWAIT, which they make one.
bool CodeGenerator::async_statement_allowed() {
  if ((flags_ & kCfAllowTopLevelAwait) && unit().type == UnitType::kModule) {
    unit().scope->coroutine = true;
    return true;
  }
  return unit().type == UnitType::kAsyncFunction;
}

bool CodeGenerator::async_for_statement(ast::AsyncFor* s) {
  if (!async_statement_allowed()) {
    return error_here("'async for' outside async function");
  }
  Block *start = new_block(), *except = new_block(), *end = new_block();
  if (!expression(s->iter)) return false;
  emit(OP_GET_AITER);
  use_block(start);
  if (!push_frame_block(FrameBlockType::kForLoop, start, end, nullptr, s->loc)) return false;
  // The exception that __anext__ ends with leads to `except`.
  emit_jump(OP_SETUP_FINALLY, except);
  emit(OP_GET_ANEXT);
  if (!emit_constant(py_none())) return false;
  emit_yield_from(true);
  emit(OP_POP_BLOCK);
  if (!expression(s->target) || !statements(s->body)) return false;
  unset_location();
  emit_jump(OP_JUMP, start);
  pop_frame_block();
  use_block(except);
  set_location(s->iter->loc);
  emit(OP_END_ASYNC_FOR);
  if (!statements(s->orelse)) return false;
  use_block(end);
  return true;
}

bool CodeGenerator::while_statement(ast::While* s) {
  Block *loop = new_block(), *body = new_block(), *anchor = new_block(), *end = new_block();
  use_block(loop);
  if (!push_frame_block(FrameBlockType::kWhileLoop, loop, end, nullptr, s->loc)) return false;
  if (!jump_if(s->test, anchor, false)) return false;
  use_block(body);
  if (!statements(s->body)) return false;
  set_location(s->loc);
  if (!jump_if(s->test, body, true)) return false;
  pop_frame_block();
  use_block(anchor);
  if (!statements(s->orelse)) return false;
  use_block(end);
  return true;
}

// ---- return, break, continue
// -------------------------------------------------------------------------------------------

bool CodeGenerator::unwind(FrameBlock& b, bool preserve_top) {
  auto swap_if_kept = [&] {
    if (preserve_top) emit(OP_SWAP, 2);
  };
  switch (b.type) {
    case FrameBlockType::kWhileLoop:
    case FrameBlockType::kExceptionHandler:
    case FrameBlockType::kExceptionGroupHandler:
    case FrameBlockType::kAsyncComprehensionGenerator: return true;
    case FrameBlockType::kForLoop:
      swap_if_kept();
      emit(OP_POP_TOP);
      return true;
    case FrameBlockType::kTryExcept: emit(OP_POP_BLOCK); return true;
    case FrameBlockType::kFinallyTry: {
      emit(OP_POP_BLOCK);
      if (preserve_top && !push_frame_block(FrameBlockType::kPopValue, nullptr, nullptr, nullptr, unit().loc))
        return false;
      if (!statements(*static_cast<const Stmts*>(b.datum))) return false;
      if (preserve_top) pop_frame_block();
      // What follows seems to come after the statement that unwinds.
      unset_location();
      return true;
    }
    case FrameBlockType::kFinallyEnd:
      swap_if_kept();
      emit(OP_POP_TOP);
      swap_if_kept();
      emit(OP_POP_BLOCK);
      emit(OP_POP_EXCEPT);
      return true;
    case FrameBlockType::kWith:
    case FrameBlockType::kAsyncWith:
      set_location(static_cast<const ast::Stmt*>(b.datum)->loc);
      emit(OP_POP_BLOCK);
      swap_if_kept();
      if (!call_exit_with_nones()) return false;
      if (b.type == FrameBlockType::kAsyncWith) {
        emit(OP_GET_AWAITABLE, 2);
        if (!emit_constant(py_none())) return false;
        emit_yield_from(true);
      }
      emit(OP_POP_TOP);
      unset_location();
      return true;
    case FrameBlockType::kHandlerCleanup: {
      Str* name = static_cast<Str*>(const_cast<void*>(b.datum));
      if (name) emit(OP_POP_BLOCK);
      swap_if_kept();
      emit(OP_POP_BLOCK);
      emit(OP_POP_EXCEPT);
      if (!name) return true;
      return emit_constant(py_none()) && name_op(name, C::Store) && name_op(name, C::Del);
    }
    case FrameBlockType::kPopValue:
      swap_if_kept();
      emit(OP_POP_TOP);
      return true;
  }
  return true;
}

// Unwinds the statements around, innermost first; with `loop` up to the innermost loop, which is given back.
bool CodeGenerator::unwind_stack(bool preserve_top, FrameBlock** loop) {
  std::vector<FrameBlock>& stack = unit().frame_blocks;
  if (stack.empty()) return true;
  FrameBlock top = stack.back();
  if (top.type == FrameBlockType::kExceptionGroupHandler) {
    return error_here("'break', 'continue' and 'return' cannot appear in an except* block");
  }
  if (loop && (top.type == FrameBlockType::kWhileLoop || top.type == FrameBlockType::kForLoop)) {
    *loop = &stack.back();
    return true;
  }
  stack.pop_back();
  bool ok = unwind(top, preserve_top) && unwind_stack(preserve_top, loop);
  FrameBlock found = loop && *loop ? **loop : top;
  unit().frame_blocks.push_back(top);
  if (loop && *loop) {
    // Growing the stack may have moved it.
    for (FrameBlock& b : unit().frame_blocks) {
      if (b.block == found.block && b.type == found.type) *loop = &b;
    }
  }
  return ok;
}

bool CodeGenerator::return_statement(ast::Return* s) {
  Unit& u = unit();
  bool preserve = s->value && !ast::is<ast::Constant>(s->value);
  if (u.scope->type != ScopeType::kFunction) return error(s->loc, "'return' outside function");
  if (s->value && u.scope->coroutine && u.scope->generator) {
    return error(s->loc, "'return' with value in async generator");
  }
  if (preserve) {
    if (!expression(s->value)) return false;
  } else if (s->value) {
    // The line of the value must be seen.
    set_location(s->value->loc);
    emit(OP_NOP);
  }
  if (!s->value || s->value->loc.lineno != s->loc.lineno) {
    set_location(s->loc);
    emit(OP_NOP);
  }
  if (!unwind_stack(preserve, nullptr)) return false;
  if (!s->value) {
    if (!emit_constant(py_none())) return false;
  } else if (!preserve) {
    if (!emit_constant(ast::to<ast::Constant>(s->value)->value)) return false;
  }
  emit(OP_RETURN_VALUE);
  return true;
}

bool CodeGenerator::break_statement() {
  FrameBlock* loop = nullptr;
  ast::Location at = unit().loc;
  emit(OP_NOP);
  if (!unwind_stack(false, &loop)) return false;
  if (!loop) return error(at, "'break' outside loop");
  FrameBlock copy = *loop;
  if (!unwind(copy, false)) return false;
  emit_jump(OP_JUMP, copy.exit);
  return true;
}

bool CodeGenerator::continue_statement() {
  FrameBlock* loop = nullptr;
  ast::Location at = unit().loc;
  emit(OP_NOP);
  if (!unwind_stack(false, &loop)) return false;
  if (!loop) return error(at, "'continue' not properly in loop");
  emit_jump(OP_JUMP, loop->block);
  return true;
}

// ---- try
// ---------------------------------------------------------------------------------------------------------------

void CodeGenerator::pop_except_and_reraise() {
  // The stack holds the exception info to restore, the instruction offset and the exception.
  emit(OP_COPY, 3);
  emit(OP_POP_EXCEPT);
  emit(OP_RERAISE, 1);
}

bool CodeGenerator::try_finally(const Stmts& body, const Seq<ast::ExceptHandler*>& handlers, const Stmts& orelse,
                                const Stmts& finalbody, bool star, const ast::Location& at) {
  Block *start = new_block(), *end = new_block(), *exit = new_block(), *cleanup = new_block();
  emit_jump(OP_SETUP_FINALLY, end);
  use_block(start);
  if (!push_frame_block(FrameBlockType::kFinallyTry, start, end, &finalbody, at)) return false;
  bool ok = handlers.empty() ? statements(body)
            : star           ? try_star_except(body, handlers, orelse)
                             : try_except(body, handlers, orelse);
  if (!ok) return false;
  emit_without_line(OP_POP_BLOCK);
  pop_frame_block();
  if (!statements(finalbody)) return false;
  emit_jump_without_line(OP_JUMP, exit);
  use_block(end);
  unset_location();
  emit_jump(OP_SETUP_CLEANUP, cleanup);
  emit(OP_PUSH_EXC_INFO);
  if (!push_frame_block(FrameBlockType::kFinallyEnd, end, nullptr, nullptr, at)) return false;
  if (!statements(finalbody)) return false;
  pop_frame_block();
  emit(OP_RERAISE, 0);
  use_block(cleanup);
  pop_except_and_reraise();
  use_block(exit);
  return true;
}

bool CodeGenerator::try_except(const Stmts& body, const Seq<ast::ExceptHandler*>& handlers, const Stmts& orelse) {
  ast::Location at = unit().loc;
  Block *start = new_block(), *except = new_block(), *end = new_block(), *cleanup = new_block();
  emit_jump(OP_SETUP_FINALLY, except);
  use_block(start);
  if (!push_frame_block(FrameBlockType::kTryExcept, start, nullptr, nullptr, at) || !statements(body)) return false;
  pop_frame_block();
  emit_without_line(OP_POP_BLOCK);
  if (!statements(orelse)) return false;
  emit_jump_without_line(OP_JUMP, end);
  use_block(except);
  unset_location();
  emit_jump(OP_SETUP_CLEANUP, cleanup);
  emit(OP_PUSH_EXC_INFO);
  if (!push_frame_block(FrameBlockType::kExceptionHandler, nullptr, nullptr, nullptr, at)) return false;
  for (int i = 0; i < handlers.size(); i++) {
    ast::ExceptHandler* h = handlers[i];
    set_location(h->loc);
    if (!h->type && i < handlers.size() - 1) return error(h->loc, "default 'except:' must be last");
    except = new_block();
    if (h->type) {
      if (!expression(h->type)) return false;
      emit(OP_CHECK_EXC_MATCH);
      emit_jump(OP_POP_JUMP_IF_FALSE, except);
    }
    if (h->name) {
      // try: body finally: name = None; del name
      Block *cleanup_end = new_block(), *cleanup_body = new_block();
      if (!name_op(h->name, C::Store)) return false;
      emit_jump(OP_SETUP_CLEANUP, cleanup_end);
      use_block(cleanup_body);
      if (!push_frame_block(FrameBlockType::kHandlerCleanup, cleanup_body, nullptr, h->name, h->loc)) return false;
      if (!statements(h->body)) return false;
      pop_frame_block();
      unset_location();
      emit(OP_POP_BLOCK);
      emit(OP_POP_BLOCK);
      emit(OP_POP_EXCEPT);
      if (!emit_constant(py_none()) || !name_op(h->name, C::Store) || !name_op(h->name, C::Del)) return false;
      emit_jump(OP_JUMP, end);
      use_block(cleanup_end);
      unset_location();
      if (!emit_constant(py_none()) || !name_op(h->name, C::Store) || !name_op(h->name, C::Del)) return false;
      emit(OP_RERAISE, 1);
    } else {
      Block* cleanup_body = new_block();
      emit(OP_POP_TOP);
      use_block(cleanup_body);
      if (!push_frame_block(FrameBlockType::kHandlerCleanup, cleanup_body, nullptr, nullptr, h->loc)) return false;
      if (!statements(h->body)) return false;
      pop_frame_block();
      unset_location();
      emit(OP_POP_BLOCK);
      emit(OP_POP_EXCEPT);
      emit_jump(OP_JUMP, end);
    }
    use_block(except);
  }
  pop_frame_block();
  emit(OP_RERAISE, 0);
  use_block(cleanup);
  pop_except_and_reraise();
  use_block(end);
  return true;
}

// except* (PEP 654): each clause takes its part of the group; what clauses raise and what is left is raised at the end.
bool CodeGenerator::try_star_except(const Stmts& body, const Seq<ast::ExceptHandler*>& handlers, const Stmts& orelse) {
  ast::Location at = unit().loc;
  Block *start = new_block(), *except = new_block(), *otherwise = new_block(), *end = new_block(),
        *cleanup = new_block(), *reraise_star = new_block();
  emit_jump(OP_SETUP_FINALLY, except);
  use_block(start);
  if (!push_frame_block(FrameBlockType::kTryExcept, start, nullptr, nullptr, at) || !statements(body)) return false;
  pop_frame_block();
  emit_without_line(OP_POP_BLOCK);
  emit_jump_without_line(OP_JUMP, otherwise);
  int n = handlers.size();
  use_block(except);
  unset_location();
  emit_jump(OP_SETUP_CLEANUP, cleanup);
  emit(OP_PUSH_EXC_INFO);
  if (!push_frame_block(FrameBlockType::kExceptionGroupHandler, nullptr, nullptr, nullptr, at)) return false;
  for (int i = 0; i < n; i++) {
    ast::ExceptHandler* h = handlers[i];
    set_location(h->loc);
    Block *next = new_block(), *handle_match = new_block();
    except = next;
    if (i == 0) {
      // [orig] -> [orig, results, orig]
      emit(OP_COPY, 1);
      emit(OP_BUILD_LIST, 0);
      emit(OP_SWAP, 2);
    }
    if (h->type) {
      if (!expression(h->type)) return false;
      emit(OP_CHECK_EG_MATCH);
      emit(OP_COPY, 1);
      emit_jump(OP_POP_JUMP_IF_NOT_NONE, handle_match);
      emit(OP_POP_TOP);  // match
      emit_jump(OP_JUMP, except);
    }
    use_block(handle_match);
    Block *cleanup_end = new_block(), *cleanup_body = new_block();
    if (h->name) {
      if (!name_op(h->name, C::Store)) return false;
    } else {
      emit(OP_POP_TOP);  // match
    }
    emit_jump(OP_SETUP_CLEANUP, cleanup_end);
    use_block(cleanup_body);
    if (!push_frame_block(FrameBlockType::kHandlerCleanup, cleanup_body, nullptr, h->name, h->loc)) return false;
    if (!statements(h->body)) return false;
    pop_frame_block();
    unset_location();
    emit(OP_POP_BLOCK);
    if (h->name && (!emit_constant(py_none()) || !name_op(h->name, C::Store) || !name_op(h->name, C::Del))) {
      return false;
    }
    emit_jump(OP_JUMP, except);
    use_block(cleanup_end);
    unset_location();
    if (h->name && (!emit_constant(py_none()) || !name_op(h->name, C::Store) || !name_op(h->name, C::Del))) {
      return false;
    }
    // What the handler raised is added to the results.
    emit(OP_LIST_APPEND, 3);
    emit(OP_POP_TOP);  // instruction offset
    emit_jump(OP_JUMP, except);
    use_block(except);
    if (i == n - 1) {
      // What no clause took.
      emit(OP_LIST_APPEND, 1);
      emit_jump(OP_JUMP, reraise_star);
    }
  }
  pop_frame_block();
  Block* reraise = new_block();
  use_block(reraise_star);
  emit(OP_PREP_RERAISE_STAR);
  emit(OP_COPY, 1);
  emit_jump(OP_POP_JUMP_IF_NOT_NONE, reraise);
  emit(OP_POP_TOP);
  emit(OP_POP_BLOCK);
  emit(OP_POP_EXCEPT);
  emit_jump(OP_JUMP, end);
  use_block(reraise);
  emit(OP_POP_BLOCK);
  emit(OP_SWAP, 2);
  emit(OP_POP_EXCEPT);
  emit(OP_RERAISE, 0);
  use_block(cleanup);
  pop_except_and_reraise();
  use_block(otherwise);
  if (!statements(orelse)) return false;
  use_block(end);
  return true;
}

// ---- with
// --------------------------------------------------------------------------------------------------------------

bool CodeGenerator::call_exit_with_nones() {
  if (!emit_constant(py_none()) || !emit_constant(py_none()) || !emit_constant(py_none())) return false;
  emit(OP_PRECALL, 2);
  emit(OP_CALL, 2);
  return true;
}

bool CodeGenerator::with_except_finish(Block* cleanup) {
  unset_location();
  Block* exit = new_block();
  emit_jump(OP_POP_JUMP_IF_TRUE, exit);
  emit(OP_RERAISE, 2);
  use_block(cleanup);
  pop_except_and_reraise();
  use_block(exit);
  emit(OP_POP_TOP);  // exception
  emit(OP_POP_BLOCK);
  emit(OP_POP_EXCEPT);
  emit(OP_POP_TOP);
  emit(OP_POP_TOP);
  return true;
}

bool CodeGenerator::with_statement(ast::With* s, int position, bool async) {
  if (async && !async_statement_allowed()) return error_here("'async with' outside async function");
  ast::WithItem* item = s->items[position];
  Block *block = new_block(), *final = new_block(), *exit = new_block(), *cleanup = new_block();
  if (!expression(item->context_expr)) return false;
  emit(async ? OP_BEFORE_ASYNC_WITH : OP_BEFORE_WITH);
  if (async) {
    emit(OP_GET_AWAITABLE, 1);
    if (!emit_constant(py_none())) return false;
    emit_yield_from(true);
  }
  emit_jump(OP_SETUP_WITH, final);
  use_block(block);
  FrameBlockType type = async ? FrameBlockType::kAsyncWith : FrameBlockType::kWith;
  if (!push_frame_block(type, block, final, static_cast<ast::Stmt*>(s), s->loc)) return false;
  if (item->optional_vars) {
    if (!expression(item->optional_vars)) return false;
  } else {
    emit(OP_POP_TOP);
  }
  if (position + 1 == s->items.size()) {
    if (!statements(s->body)) return false;
  } else if (!with_statement(s, position + 1, async)) {
    return false;
  }
  pop_frame_block();
  if (!async) unset_location();
  emit(OP_POP_BLOCK);
  // Normal exit: __exit__(None, None, None).
  set_location(s->loc);
  if (!call_exit_with_nones()) return false;
  if (async) {
    emit(OP_GET_AWAITABLE, 2);
    if (!emit_constant(py_none())) return false;
    emit_yield_from(true);
  }
  emit(OP_POP_TOP);
  emit_jump(OP_JUMP, exit);
  use_block(final);
  emit_jump(OP_SETUP_CLEANUP, cleanup);
  emit(OP_PUSH_EXC_INFO);
  emit(OP_WITH_EXCEPT_START);
  if (async) {
    emit(OP_GET_AWAITABLE, 2);
    if (!emit_constant(py_none())) return false;
    emit_yield_from(true);
  }
  if (!with_except_finish(cleanup)) return false;
  use_block(exit);
  return true;
}

// ---- assert, del, import
// -----------------------------------------------------------------------------------------------

bool CodeGenerator::assert_statement(ast::Assert* s) {
  auto* tuple = ast::as<ast::Tuple>(s->test);
  auto* constant = ast::as<ast::Constant>(s->test);
  bool always = (tuple && !tuple->elts.empty()) ||
                (constant && is_exactly(constant->value, &tuple_type) && tuple_size(cast<Tuple>(constant->value)) > 0);
  if (always && !warning("assertion is always true, perhaps remove parentheses?")) return false;
  if (optimize_) return true;
  Block* end = new_block();
  if (!jump_if(s->test, end, true)) return false;
  emit(OP_LOAD_ASSERTION_ERROR);
  if (s->msg) {
    if (!expression(s->msg)) return false;
    emit(OP_PRECALL, 0);
    emit(OP_CALL, 0);
  }
  emit(OP_RAISE_VARARGS, 1);
  use_block(end);
  return true;
}

bool CodeGenerator::delete_statement(ast::Delete* s) {
  for (ast::Expr* target : s->targets) {
    if (!expression(target)) return false;
  }
  return true;
}

bool CodeGenerator::import_as(Str* name, Str* asname) {
  // `import a.b.c as x` walks to the submodule by IMPORT_FROM.
  ssize dot = str_find_char(name, '.', 0, str_length(name), 1);
  if (dot < 0) return name_op(asname, C::Store);
  while (true) {
    ssize start = dot + 1;
    dot = str_find_char(name, '.', start, str_length(name), 1);
    Ref<Str> part = str_substring(name, start, dot < 0 ? str_length(name) : dot);
    if (!part) return false;
    str_intern(part);
    emit_mangled_name(OP_IMPORT_FROM, arena_.own(std::move(part)));
    if (dot < 0) break;
    emit(OP_SWAP, 2);
    emit(OP_POP_TOP);
  }
  if (!name_op(asname, C::Store)) return false;
  emit(OP_POP_TOP);
  return true;
}

bool CodeGenerator::import_statement(ast::Import* s) {
  for (ast::Alias* a : s->names) {
    if (!emit_constant(as_object(small_int(0))) || !emit_constant(py_none())) return false;
    emit_mangled_name(OP_IMPORT_NAME, a->name);
    if (a->asname) {
      if (!import_as(a->name, a->asname)) return false;
      continue;
    }
    Str* store = a->name;
    ssize dot = str_find_char(a->name, '.', 0, str_length(a->name), 1);
    if (dot >= 0) {
      Ref<Str> front = str_substring(a->name, 0, dot);
      if (!front) return false;
      str_intern(front);
      store = arena_.own(std::move(front));
    }
    if (!name_op(store, C::Store)) return false;
  }
  return true;
}

bool CodeGenerator::import_from(ast::ImportFrom* s) {
  Ref<Int> level = int_from(s->level);
  if (!level || !emit_constant(as_object(level.get()))) return false;
  Ref<Tuple> names = tuple_new(s->names.size());
  if (!names) return false;
  for (int i = 0; i < s->names.size(); i++) {
    names->items[i] = Ref<Object>::share(as_object(s->names[i]->name)).release();
  }
  if (s->loc.lineno > last_future_line_ && s->module && str_equals_ascii(s->module, "__future__")) {
    return error(s->loc, "{}", kLateFuture);
  }
  if (!emit_constant(as_object(names.get()))) return false;
  emit_mangled_name(OP_IMPORT_NAME, s->module ? s->module : NAME(""));
  for (int i = 0; i < s->names.size(); i++) {
    ast::Alias* a = s->names[i];
    if (i == 0 && str_equals_ascii(a->name, "*")) {
      emit(OP_IMPORT_STAR);
      return true;
    }
    emit_mangled_name(OP_IMPORT_FROM, a->name);
    if (!name_op(a->asname ? a->asname : a->name, C::Store)) return false;
  }
  emit(OP_POP_TOP);
  return true;
}

// ---- Augmented and annotated assignment
// ------------------------------------------------------------------------------------

bool CodeGenerator::augmented_assignment(ast::AugAssign* s) {
  ast::Expr* target = s->target;
  ast::Location outer = unit().loc;
  set_location(target->loc);
  if (auto* a = ast::as<ast::Attribute>(target)) {
    if (!expression(a->value)) return false;
    emit(OP_COPY, 1);
    update_location_for_attribute(a);
    emit_mangled_name(OP_LOAD_ATTR, a->attr);
  } else if (auto* sub = ast::as<ast::Subscript>(target)) {
    if (!expression(sub->value)) return false;
    if (!expression(sub->slice)) return false;
    emit(OP_COPY, 2);
    emit(OP_COPY, 2);
    emit(OP_BINARY_SUBSCR);
  } else {
    if (!name_op(ast::to<ast::Name>(target)->id, C::Load)) return false;
  }
  set_location(outer);
  if (!expression(s->value)) return false;
  emit_binary(s->op, true);
  set_location(target->loc);
  if (auto* a = ast::as<ast::Attribute>(target)) {
    update_location_for_attribute(a);
    emit(OP_SWAP, 2);
    emit_mangled_name(OP_STORE_ATTR, a->attr);
  } else if (ast::is<ast::Subscript>(target)) {
    emit(OP_SWAP, 3);
    emit(OP_SWAP, 2);
    emit(OP_STORE_SUBSCR);
  } else {
    return name_op(ast::to<ast::Name>(target)->id, C::Store);
  }
  return true;
}

bool CodeGenerator::check_annotation(ast::AnnAssign* s) {
  // Annotations of complex targets are only evaluated in modules and classes.
  if (flags_ & kFutureAnnotations) return true;
  if (unit().type != UnitType::kModule && unit().type != UnitType::kClass) return true;
  if (!expression(s->annotation)) return false;
  emit(OP_POP_TOP);
  return true;
}

bool CodeGenerator::check_annotated_subscript(ast::Expr* e) {
  auto evaluate = [&](ast::Expr* part) {
    if (!expression(part)) return false;
    emit(OP_POP_TOP);
    return true;
  };
  if (auto* slice = ast::as<ast::Slice>(e)) {
    return (!slice->lower || evaluate(slice->lower)) && (!slice->upper || evaluate(slice->upper)) &&
           (!slice->step || evaluate(slice->step));
  }
  if (auto* tuple = ast::as<ast::Tuple>(e)) {
    for (ast::Expr* item : tuple->elts) {
      if (!check_annotated_subscript(item)) return false;
    }
    return true;
  }
  return evaluate(e);
}

bool CodeGenerator::annotated_assignment(ast::AnnAssign* s) {
  ast::Expr* target = s->target;
  if (s->value) {
    if (!expression(s->value) || !expression(target)) return false;
  }
  using K = ast::NodeKind;
  switch (target->kind) {
    case K::Name: {
      Str* id = ast::to<ast::Name>(target)->id;
      if (forbidden_name(id, C::Store)) return false;
      bool recorded = s->simple && (unit().type == UnitType::kModule || unit().type == UnitType::kClass);
      if (recorded) {
        if (!annotation_value(s->annotation)) return false;
        emit_name(OP_LOAD_NAME, NAME("__annotations__"));
        if (!emit_constant(as_object(mangled(id)))) return false;
        emit(OP_STORE_SUBSCR);
      }
      break;
    }
    case K::Attribute: {
      auto* a = ast::to<ast::Attribute>(target);
      if (forbidden_name(a->attr, C::Store)) return false;
      if (!s->value) {
        if (!expression(a->value)) return false;
        emit(OP_POP_TOP);
      }
      break;
    }
    case K::Subscript: {
      auto* sub = ast::to<ast::Subscript>(target);
      if (!s->value) {
        if (!expression(sub->value)) return false;
        emit(OP_POP_TOP);
        if (!check_annotated_subscript(sub->slice)) return false;
      }
      break;
    }
    default: break;
  }
  if (!s->simple && !check_annotation(s)) return false;
  return true;
}

bool CodeGenerator::issue_warning(Ref<Str> message) {
  if (!message) return false;
  if (warn_explicit(SyntaxWarning, message.get(), filename_, unit().loc.lineno)) return true;
  if (!error_matches(SyntaxWarning)) return false;
  // A warning that is an error is a SyntaxError with a place.
  error_clear();
  return error_here("{}", message);
}

}  // namespace minipy
