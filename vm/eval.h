// Inside the eval loop: what its two instances and their driver share.
#pragma once

#include "vm/frame.h"

namespace minipy {

// Runs frames from `frame` (= t->frame) on until the entry frame is done. kSwitchLoop: the other loop must go on with
// t->frame. `throwing`: the pending exception is raised at the frame's current instruction. t null: fills the loop's
// jump table.
Object* eval_plain(ThreadState* t, InterpreterFrame* frame, bool throwing);
Object* eval_traced(ThreadState* t, InterpreterFrame* frame, bool throwing);

extern Object switch_loop_mark;
inline constexpr Object* kSwitchLoop = &switch_loop_mark;

// The recursion limit is reached. True: headroom allows going on.
bool recursion_failed(ThreadState* t);

}  // namespace minipy
