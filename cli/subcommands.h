// `minipy NAME ...`: the commands that look inside. Each is one file, cli/subcommand_NAME.cc, and one line of the table
// in cli/subcommands.cc. An existing program called NAME wins over the subcommand.
#pragma once

#include <string>
#include <vector>

#include "cli/options.h"

namespace minipy {

struct Subcommand {
  const char* name;
  const char* help;  // one line, no full stop
  // Command lines that work, one a line; the first one is shown by `minipy --help`.
  const char* examples;
  // Reads `arguments` (the whole command line: the subcommand's own words start at [2]) and sets what to run, or `done`
  // and the status after help or a usage error.
  void (*parse)(const std::vector<std::string>& arguments, CommandLine& line);
};

extern const Subcommand subcommands[];  // ends with a null name
const Subcommand* find_subcommand(const std::string& name);

// True: `arguments` name a subcommand, and `line` says what to run (or that all is done).
bool parse_subcommand(const std::vector<std::string>& arguments, CommandLine& line);

}  // namespace minipy
