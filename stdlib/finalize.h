// Helpers of start-up and shutdown that need no more than the runtime.
#pragma once

namespace minipy {

// True when nothing is open under the descriptor.
bool fcntl_is_closed(int fd);
// Calls what module atexit has registered, last first; errors are reported.
void atexit_run_all();
// Writes the pending exception to the process's stderr without any Python stream.
void print_start_failure();

}  // namespace minipy
