// The command line of the interpreter, parsed as CPython parses it (library reference "Command line and environment").
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/watch.h"
#include "stdlib/lifecycle.h"

namespace minipy {

enum class RunMode { kStandardInput, kCommand, kModule, kFile, kAction };

struct CommandLine {
  StartOptions start;
  RunMode mode = RunMode::kStandardInput;
  std::string target;            // the command, module or file
  bool dash = false;             // "-" was given
  bool skip_first_line = false;  // -x
  bool random_hashes = false;    // -R: whatever PYTHONHASHSEED says
  std::string check_hash_based_pycs = "default";
  // kAction: a subcommand's own work instead of a program, with the interpreter up. Returns the exit status; a pending
  // exception is reported as a program's is.
  std::function<int()> action;
  std::unique_ptr<Watch> watch;  // what is done around the run, or null
  // Nothing to run: the status to exit with (help and version printed, bad usage reported).
  bool done = false;
  int status = 0;
};

// argv[0] is the program. Reads the PYTHON* environment variables unless -E or -I.
CommandLine parse_command_line(const std::vector<std::string>& argv);

// What the PYTHON* variables and -X options add to the configuration. False: a fatal error has been printed.
bool configure(CommandLine& line);

// Absolute path of the running executable.
std::string executable_path(const std::string& argv0);

void print_help();

}  // namespace minipy
