// The `minipy` command: the interpreter's options, and the subcommands that look inside.
#include <unistd.h>

#include <clocale>
#include <csignal>
#include <string>
#include <vector>

#include "cli/options.h"
#include "cli/run.h"
#include "cli/subcommands.h"
#include "stdlib/minipy/trace.h"

namespace {

// Dies of SIGINT, as a program that did not catch KeyboardInterrupt should.
[[noreturn]] void die_of_interrupt() {
  std::signal(SIGINT, SIG_DFL);
  ::kill(::getpid(), SIGINT);
  ::_exit(128 + SIGINT);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace minipy;
  std::setlocale(LC_CTYPE, "");
  std::vector<std::string> arguments(argv, argv + argc);
  if (arguments.empty()) arguments.push_back("minipy");
  CommandLine line;
  if (!parse_subcommand(arguments, line)) line = parse_command_line(arguments);
  if (line.done) return line.status;
  if (line.watch && !line.watch->before_start(line)) return 1;
  // In the process that runs the program: the stepper forks.
  if (!start_option_traces(line.start.xoptions)) return 2;
  if (!start_interpreter(line.start)) return 1;
  int status = end_interpreter(run_command_line(line));
  stop_option_traces();
  if (line.watch) status = line.watch->after_end(status);
  if (status == 128 + SIGINT) die_of_interrupt();
  return status;
}
