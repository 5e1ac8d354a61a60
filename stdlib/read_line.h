// Line editing for input() and the interactive interpreter.
#pragma once

#include "gc/object.h"
#include "runtime/result.h"

namespace minipy {

struct Str;

// Set by cli/: reads a line (with its newline; empty at end of file) from the terminal with editing and history. Null
// result: KeyboardInterrupt or another exception pending. Null hook: no line editing.
extern Ref<Str> (*g_read_line_hook)(Str* prompt);

}  // namespace minipy
