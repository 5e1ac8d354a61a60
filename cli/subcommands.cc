#include "cli/subcommands.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>

namespace minipy {
namespace {

// dis of a FILE is the library's own; the code of -c is handed over in sys.argv.
constexpr char kDisassembleCode[] =
    "import dis, sys\n"
    "dis.dis(compile(sys.argv[1], '<string>', 'exec'))\n";

bool parse_dis(const std::vector<std::string>& arguments, CommandLine& line) {
  CLI::App app{"Show the bytecode of a program, as python3.11 -m dis does.", "minipy dis"};
  std::string file, code;
  auto* code_option = app.add_option("-c", code, "the code itself");
  app.add_option("FILE", file, "a program (default: standard input)")->excludes(code_option);
  app.footer("Examples:\n  minipy dis hello.py\n  minipy dis -c 'x = [1, 2]'");
  std::vector<std::string> rest(arguments.rbegin(), arguments.rend() - 2);
  try {
    app.parse(rest);
  } catch (const CLI::ParseError& e) {
    line.done = true;
    line.status = app.exit(e) == 0 ? 0 : 2;
    return true;
  }
  std::vector<std::string> run = {arguments[0]};
  if (code_option->count()) {
    run.insert(run.end(), {"-c", kDisassembleCode, code});
  } else {
    run.insert(run.end(), {"-m", "dis"});
    if (!file.empty()) run.push_back(file);
  }
  line = parse_command_line(run);
  return true;
}

}  // namespace

bool parse_subcommand(const std::vector<std::string>& arguments, CommandLine& line) {
  if (arguments.size() < 2 || access(arguments[1].c_str(), F_OK) == 0) return false;
  if (arguments[1] == "dis") return parse_dis(arguments, line);
  return false;
}

}  // namespace minipy
