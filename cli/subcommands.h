// `minipy NAME ...`: the commands that look inside. An existing file called NAME is a program and wins.
#pragma once

#include <string>
#include <vector>

#include "cli/options.h"

namespace minipy {

// True: `arguments` name a subcommand, and `line` says what to run (or that all is done).
bool parse_subcommand(const std::vector<std::string>& arguments, CommandLine& line);

}  // namespace minipy
