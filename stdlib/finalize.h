// Helpers of start-up and shutdown that need no more than the runtime.
#pragma once

namespace minipy {

// True when nothing is open under the descriptor.
bool fcntl_is_closed(int fd);
// Writes the pending exception to the process's stderr without any Python stream.
void print_start_failure();

}  // namespace minipy
