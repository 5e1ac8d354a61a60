// Running what the command line names. Each returns an exit status; exceptions have been reported.
#pragma once

#include "cli/options.h"

namespace minipy {

int run_command_line(CommandLine& line);

// The interactive loop on a terminal (or with -i on any input); returns the exit status.
int run_interactive(const CommandLine& line);

// Reports the pending exception; the exit status for it. SystemExit gives its status.
int handle_pending_exception();

}  // namespace minipy
