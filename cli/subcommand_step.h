// minipy dis --step, --trace, --trace --json, --html: a run, instruction by instruction.
#pragma once

#include <string>
#include <vector>

#include "cli/options.h"

namespace minipy {

// Whether the words of `minipy dis ...` ask for a run.
bool wants_step(const std::vector<std::string>& arguments);
void parse_step_options(const std::vector<std::string>& arguments, CommandLine& line);

}  // namespace minipy
