// Exceptions in frames: tracebacks, handler search, raising, matching.
#pragma once

#include "vm/frame.h"

namespace minipy {

// Adds the frame to the pending exception's traceback.
void traceback_here(InterpreterFrame* frame);
int traceback_line(Traceback* tb);

// The innermost handler for the code unit; null: none.
inline const CodeRuntime::Handler* find_handler(const CodeRuntime* r, int unit) {
  for (int i = 0; i < r->handler_count; i++) {
    const CodeRuntime::Handler& h = r->handlers[i];
    if (unit < h.start) return nullptr;
    if (unit < h.end) return &h;
  }
  return nullptr;
}

// RAISE_VARARGS. Takes over both counts (either may be null). True: a re-raise, whose traceback is not to be extended.
bool raise_statement(Object* exception, Object* cause);
// The right operand of except / except* must be (a tuple of) exception classes; not groups with except*.
Status check_except_type(Object* wanted);
Status check_except_star_type(Object* wanted);
// One except* clause: the part of `whole` that matches, and the rest (new references; None for nothing).
bool split_for_except_star(Object* whole, Object* wanted, Object** match, Object** rest);
// What is left to raise after an except* chain: `raised` lists the exceptions raised and the unmatched rest. None:
// nothing.
Ref<Object> prepare_reraise_star(Object* original, List* raised);

}  // namespace minipy
