// Assignment to frame.f_lineno: a jump that a debugger makes.
#pragma once

#include "runtime/result.h"
#include "vm/frame.h"

namespace minipy {

// Only from a trace function's 'line' event; ValueError for jumps that the value stack does not allow.
Status frame_set_lineno(FrameObject* fo, Object* value);

}  // namespace minipy
