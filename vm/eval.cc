// The driver of the eval loop, and the VM's entry points around frames.
#include "vm/eval.h"

#include <cstdio>
#include <cstdlib>

#include "runtime/abstract.h"
#include "runtime/bytes.h"
#include "runtime/code_adaptive.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "vm/adaptive_view.h"
#include "vm/call.h"
#include "vm/generator.h"
#include "vm/gil.h"
#include "vm/signals.h"
#include "vm/specialize.h"
#include "vm/trace.h"
#include "vm/unwind.h"
#include "vm/vm.h"

namespace minipy {

Object switch_loop_mark = {};

void code_runtime_free(CodeRuntime* r);

bool recursion_failed(ThreadState* t) {
  constexpr int kHeadroom = 50;
  if (t->recursion_headroom) {
    if (t->recursion_remaining < -kHeadroom) must_failed(__FILE__, __LINE__, "recovering from a stack overflow");
    return true;
  }
  t->recursion_headroom++;
  (void)raise(RecursionError, "maximum recursion depth exceeded");
  t->recursion_headroom--;
  return false;
}

bool recursion_failed_in_native(ThreadState* t) {
  if (recursion_failed(t)) return true;
  error_clear();
  t->recursion_headroom++;
  (void)raise(RecursionError, "maximum recursion depth exceeded while calling a Python object");
  t->recursion_headroom--;
  return false;
}

Object* vm_eval_frame(ThreadState* t, InterpreterFrame* frame, bool throwing) {
  frame->returns_to = FrameReturn::kEntry;
  frame->previous = t->frame;
  t->frame = frame;
  bool stack_left = reinterpret_cast<char*>(__builtin_frame_address(0)) > t->c_stack_limit;
  if (--t->recursion_remaining < 0 || !stack_left) [[unlikely]] {
    if (!recursion_failed(t)) {
      t->recursion_remaining++;
      t->frame = frame->previous;
      frame->previous = nullptr;
      if (frame->owner == FrameOwner::kThread) frame_pop(t, frame);
      return nullptr;
    }
  }
  Object* result;
  InterpreterFrame* current = frame;
  while (true) {
    result = t->use_tracing ? eval_traced(t, current, throwing) : eval_plain(t, current, throwing);
    if (result != kSwitchLoop) [[likely]]
      return result;
    current = t->frame;
    throwing = false;
  }
}

// ---- Running code -------------------------------------------------------------------------------------------------

Ref<Object> vm_eval_code_closure(Code* code, Dict* globals, Object* locals, Tuple* closure) {
  Ref<Function> function = TRY(function_new(code, globals, nullptr));
  if (closure) function->closure = share(as_object(closure)).release();
  Object* own_locals = locals ? share(locals).release() : share(as_object(globals)).release();
  ThreadState* t = current_thread();
  InterpreterFrame* frame = push_call_frame(t, function.release(), own_locals, nullptr, 0, nullptr);
  if (!frame) return nullptr;
  return Ref<Object>::steal(vm_eval_frame(t, frame, false));
}

Ref<Object> vm_eval_code(Code* code, Dict* globals, Object* locals) {
  return vm_eval_code_closure(code, globals, locals, nullptr);
}

// ---- The current frame --------------------------------------------------------------------------------------------

namespace {

InterpreterFrame* current_frame() { return frame_visible(current_thread()->frame); }

Object* builtins_of_running_frame() {
  InterpreterFrame* f = current_thread()->frame;
  return f ? f->builtins : nullptr;
}

}  // namespace

Dict* vm_current_globals() {
  InterpreterFrame* f = current_frame();
  return f ? f->globals : nullptr;
}

Object* vm_current_builtins() {
  InterpreterFrame* f = current_frame();
  return f ? f->builtins : as_object(current_interpreter()->builtins);
}

Object* vm_current_locals() {
  InterpreterFrame* f = current_frame();
  if (!f) return raise(SystemError, "frame does not exist");
  return frame_locals_mapping(f);
}

Code* vm_current_code() {
  InterpreterFrame* f = current_frame();
  return f ? f->code : nullptr;
}

Ref<Object> vm_get_frame(int depth) {
  InterpreterFrame* f = current_frame();
  for (; f && depth > 0; depth--) f = frame_visible(f->previous);
  if (!f) return raise(ValueError, "call stack is not deep enough");
  FrameObject* fo = frame_get_object(f);
  return fo ? share(as_object(fo)) : nullptr;
}

Ref<Object> vm_current_frames() {
  Ref<Dict> result = TRY(dict_new());
  for (ThreadState* t = current_interpreter()->threads; t; t = t->next) {
    InterpreterFrame* f = frame_visible(t->frame);
    if (!f) continue;
    Ref<Int> id = TRY(int_from_size(t->thread_id));
    FrameObject* fo = TRY(frame_get_object(f));
    TRY(dict_set(result.get(), as_object(id.get()), as_object(fo)));
  }
  return result;
}

Ref<Object> vm_current_exceptions() {
  Ref<Dict> result = TRY(dict_new());
  for (ThreadState* t = current_interpreter()->threads; t; t = t->next) {
    Object* value = nullptr;
    for (HandledException* h = t->exc_info; h && !value; h = h->previous) {
      if (h->value && !is_none(h->value)) value = h->value;
    }
    Ref<Int> id = TRY(int_from_size(t->thread_id));
    Ref<Object> entry;
    if (value) {
      Object* traceback = exception_traceback(value);
      entry = TRY(tuple_pack(type_of(value), value, traceback ? traceback : py_none()));
    } else {
      entry = TRY(tuple_pack(py_none(), py_none(), py_none()));
    }
    TRY(dict_set(result.get(), as_object(id.get()), entry.get()));
  }
  return result;
}

Object* vm_handled_exception() {
  for (HandledException* h = current_thread()->exc_info; h; h = h->previous) {
    if (h->value && !is_none(h->value)) return h->value;
  }
  return nullptr;
}

// super() without arguments: the first argument and the __class__ cell of the calling method.
Status vm_super_arguments(Type** type, Object** self) {
  InterpreterFrame* f = current_frame();
  if (!f) return raise(RuntimeError, "super(): no current frame");
  Code* code = f->code;
  if (code->argcount == 0) return raise(RuntimeError, "super(): no arguments");
  Object* first = f->localsplus[0];
  if (first && (code->localspluskinds->data[0] & kLocalCell) && is_exactly(first, &cell_type)) {
    first = cast<Cell>(first)->value;
  }
  if (!first) return raise(RuntimeError, "super(): arg[0] deleted");
  for (int i = code->nlocalsplus - code->nfreevars; i < code->nlocalsplus; i++) {
    if (!str_equals_ascii(cast<Str>(code->localsplusnames->items[i]), "__class__")) continue;
    Object* cell = f->localsplus[i];
    if (!cell || !is_exactly(cell, &cell_type)) return raise(RuntimeError, "super(): bad __class__ cell");
    Object* cls = cast<Cell>(cell)->value;
    if (!cls) return raise(RuntimeError, "super(): empty __class__ cell");
    if (!is_type(cls)) return raise(RuntimeError, "super(): __class__ is not a type ({})", type_name(cls));
    *type = cast<Type>(cls);
    *self = first;
    return kOk;
  }
  return raise(RuntimeError, "super(): __class__ cell not found");
}

// ---- Tracebacks ---------------------------------------------------------------------------------------------------

Ref<Object> vm_traceback_of_current_frame() {
  InterpreterFrame* f = current_frame();
  FrameObject* fo = f ? frame_get_object(f) : nullptr;
  Ref<Object> traceback = fo ? traceback_new(nullptr, fo, frame_lasti(f) * 2, frame_object_line(fo)) : Ref<Object>();
  if (!traceback) error_clear();
  return traceback;
}

void vm_traceback_here(InterpreterFrame* frame) { traceback_here(frame); }

void vm_traceback_add(const char* function, const char* filename, int line) {
  ErrorState saved = error_fetch();
  Ref<Tuple> none = tuple_empty();
  Ref<Bytes> nothing = bytes_new("", 0);
  constexpr char kCode[] = {static_cast<char>(OP_RESUME), 0};
  Ref<Bytes> bytecode = bytes_new(kCode, 2);
  Ref<Str> name = str_from_utf8(function), file = str_decode_fs(filename);
  Ref<Dict> globals = dict_new();
  InterpreterFrame* frame = nullptr;
  if (none && nothing && bytecode && name && file && globals) {
    constexpr char kLine[] = {static_cast<char>(0x80 | (13 << 3)), 0};  // one unit, no columns, line delta 0
    Ref<Bytes> lines = bytes_new(kLine, 2);
    CodeSpec spec{.firstlineno = line,
                  .code = bytecode.get(),
                  .consts = none.get(),
                  .names = none.get(),
                  .localsplusnames = none.get(),
                  .localspluskinds = nothing.get(),
                  .filename = file.get(),
                  .name = name.get(),
                  .qualname = name.get(),
                  .linetable = lines.get(),
                  .exceptiontable = nothing.get()};
    Ref<Code> code = lines ? code_new(spec) : Ref<Code>();
    Ref<Function> f = code ? function_new(code.get(), globals.get(), nullptr) : Ref<Function>();
    ThreadState* t = current_thread();
    if (f) frame = push_call_frame(t, f.release(), nullptr, nullptr, 0, nullptr);
    if (frame) {
      frame->prev_instr = frame->code->runtime->code;
      frame->previous = t->frame;
      error_restore_state(std::move(saved));
      traceback_here(frame);
      frame_pop(t, frame);
      return;
    }
  }
  error_clear();
  error_restore_state(std::move(saved));
}

// ---- Recursion limit ----------------------------------------------------------------------------------------------

int vm_recursion_depth() {
  ThreadState* t = current_thread();
  return t->recursion_limit - t->recursion_remaining;
}

Status vm_set_recursion_limit(int limit) {
  if (limit < 1) return raise(ValueError, "recursion limit must be greater or equal than 1");
  int depth = vm_recursion_depth();
  if (depth >= limit) {
    return raise(RecursionError, "cannot set the recursion limit to {} at the recursion depth {}: the limit is too low",
                 limit, depth);
  }
  Interpreter* interp = current_interpreter();
  interp->recursion_limit = limit;
  for (ThreadState* t = interp->threads; t; t = t->next) {
    int used = t->recursion_limit - t->recursion_remaining;
    t->recursion_limit = limit;
    t->recursion_remaining = limit - used;
  }
  return kOk;
}

// ---- Start-up -----------------------------------------------------------------------------------------------------

Status vm_initialize(Interpreter* interp) {
  eval_plain(nullptr, nullptr, false);
  eval_traced(nullptr, nullptr, false);
  g_function_vectorcall = function_vectorcall;
  g_current_builtins_hook = builtins_of_running_frame;
  g_current_globals_hook = vm_current_globals;
  g_current_locals_hook = +[] { return Ref<Object>::share(vm_current_locals()); };
  g_super_arguments_hook = vm_super_arguments;
  g_code_runtime_free = code_runtime_free;
  g_code_adaptive_hook = code_adaptive_view;
  TRY(generator_types_ready());
  gil_initialize(interp);
  signals_initialize();
  return kOk;
}

void vm_finalize(Interpreter*) { gil_finalize(current_thread()); }

}  // namespace minipy
