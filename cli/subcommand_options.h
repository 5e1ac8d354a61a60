// The options of subcommands, by CLI11: one look of --help and of usage errors (standard error, exit status 2).
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "cli/options.h"

namespace minipy {

class SubcommandOptions : public CLI::App {
 public:
  // `name` is in the table of subcommands, which gives the description and the examples. `usage` follows the name in
  // the usage line: "[OPTIONS] FILE"; `details` is text between the options and the examples.
  SubcommandOptions(const std::string& name, const std::string& usage, const std::string& details = "");

  // Parses all words after the subcommand's name. False: `line` is done (help was printed, or a usage error).
  [[nodiscard]] bool parse_all(const std::vector<std::string>& arguments, CommandLine& line);

  // Parses own options up to the first word that is none; that and what follows come to `rest`. False: `line` is done.
  [[nodiscard]] bool parse_own(const std::vector<std::string>& arguments, std::vector<std::string>& rest,
                               CommandLine& line);

  // For `minipy NAME [OPTIONS] PROGRAM`: own options come first; from the first word that is none of them on, the words
  // are what they are after `minipy`: options of python3.11, then FILE, -c CODE, -m MODULE or -, and the program's
  // arguments. Sets `line` as `minipy PROGRAM` would. False: `line` is done (also when there is no program).
  [[nodiscard]] bool parse_program(const std::vector<std::string>& arguments, CommandLine& line);

  // A program (as above) for a tool of the package that runs it: file=, code= or module=, and argument= for each
  // argument. False: `line` is done.
  [[nodiscard]] bool add_program(const std::vector<std::string>& program, std::vector<std::string>& words,
                                 CommandLine& line) const;

  // Prints `message` and where to find help on standard error, and ends with status 2. Returns false.
  bool usage_error(const std::string& message, CommandLine& line) const;

 private:
  bool parse_words(const std::vector<std::string>& words, CommandLine& line);
};

// Runs the function main(arguments) of a module of the package `minipy` (stdlib/minipy/package); what it returns is the
// exit status (None: 0). sys.path is not extended: a file in the current folder does not hide a module that the tool
// uses. `python_options` are options of the interpreter for this run.
void run_package_tool(const std::vector<std::string>& arguments, const std::string& module,
                      const std::vector<std::string>& tool_arguments, CommandLine& line,
                      const std::vector<std::string>& python_options = {});

}  // namespace minipy
