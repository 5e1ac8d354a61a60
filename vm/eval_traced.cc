// The loop that reports events to trace and profile functions. See vm/eval_loop.h.
#include "vm/eval_loop.h"

namespace minipy {

Object* eval_traced(ThreadState* t, InterpreterFrame* frame, bool throwing) {
  return run_frames<true>(t, frame, throwing);
}

}  // namespace minipy
