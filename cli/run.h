// Running what the command line names. Each returns an exit status; exceptions have been reported.
#pragma once

#include "cli/options.h"

namespace minipy {

int run_command_line(CommandLine& line);

// The interactive loop over standard input; returns the exit status.
int run_interactive();
// What the interpreter says of itself before the first prompt.
void print_banner();

// Reports the pending exception; the exit status for it. SystemExit gives its status.
int handle_pending_exception();

}  // namespace minipy
