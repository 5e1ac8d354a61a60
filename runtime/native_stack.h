// A bound for native recursion that Python's recursion limit does not count (chains of iterators, passes of the
// compiler): where CPython would overflow the native stack, there is a RecursionError.
#pragma once

#include "runtime/error.h"
#include "runtime/thread_state.h"

namespace minipy {

[[gnu::cold, gnu::noinline]] bool raise_recursion_error(const char* where);

// True while native stack is left.
inline bool has_native_stack() {
  return static_cast<char*>(__builtin_frame_address(0)) > current_thread()->c_stack_limit;
}

// The same, raising. False: RecursionError "maximum recursion depth exceeded{where}".
inline bool native_stack_left(const char* where = "") {
  if (has_native_stack()) [[likely]]
    return true;
  return raise_recursion_error(where);
}

}  // namespace minipy
