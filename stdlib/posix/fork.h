// What must happen around fork(), for os.fork and _posixsubprocess.
#pragma once

namespace minipy::posix {

// Runs the functions of os.register_at_fork; their exceptions are reported and dropped. In the child the calling thread
// becomes the only one.
void fork_before();
void fork_after_in_parent();
void fork_after_in_child();

}  // namespace minipy::posix
