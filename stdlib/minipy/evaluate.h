// Evaluating what a watching person asks for, in a frame of the program.
#pragma once

#include "vm/frame.h"

namespace minipy::step {

// The value of the expression with the frame's variables. Runs code of the program: what it does is done. Null: an
// exception is pending.
Ref<Object> evaluate_in(InterpreterFrame* f, const char* expression, const char* filename);

}  // namespace minipy::step
