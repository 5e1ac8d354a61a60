// Calls of Python functions: frames and argument binding.
#pragma once

#include "vm/frame.h"

namespace minipy {

// A frame for a call, arguments bound, not yet running. Takes over the counts of func, locals (may be null) and of the
// arguments (keyword values follow the positional ones); they are dropped on failure too. kwnames is borrowed.
// Null: TypeError or MemoryError pending.
InterpreterFrame* push_call_frame(ThreadState* t, Function* func, Object* locals, Value* args, ssize nargs,
                                  Object* kwnames);
// The same for f(*args, **kwargs); args and kwargs are borrowed.
InterpreterFrame* push_call_frame_spread(ThreadState* t, Function* func, Tuple* args, Dict* kwargs);

// True: func(*nargs positional arguments*) needs no binding: as many as parameters, nothing else to fill.
inline bool takes_exactly(const Function* func, const CodeRuntime* r, ssize nargs) {
  return r->plain_arguments && func->code->argcount == nargs;
}

// The frame of a call that takes_exactly(nargs) arguments: takes over func and args. Null: MemoryError pending; then
// nothing is taken over.
inline InterpreterFrame* push_exact_frame(ThreadState* t, Function* func, CodeRuntime* r, const Value* args,
                                          int nargs) {
  InterpreterFrame* f = frame_stack_push(t, static_cast<size_t>(r->frame_words) + kSpareWords);
  if (!f) [[unlikely]]
    return nullptr;
  for (int i = 0; i < nargs; i++) f->localsplus[i] = args[i];
  frame_init(f, func, nullptr, func->code, nargs);
  return f;
}

Object* function_vectorcall(Object* callable, Object* const* args, size_t nargsf, Object* kwnames);

}  // namespace minipy
