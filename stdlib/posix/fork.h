// What must happen around fork(), for os.fork and _posixsubprocess.
#pragma once

namespace minipy::posix {

// Runs the functions of os.register_at_fork. Their exceptions are reported and dropped.
void fork_before();
void fork_after_in_parent();
void fork_after_in_child();

// Set by the rooms that know threads: makes the calling thread the only one (GIL, thread states).
extern void (*g_after_fork_in_child)();

}  // namespace minipy::posix
