// The plain loop. See vm/eval_loop.h.
#include "vm/eval_loop.h"

namespace minipy {

Object* eval_plain(ThreadState* t, InterpreterFrame* frame, bool throwing) {
  return run_frames<false>(t, frame, throwing);
}

}  // namespace minipy
