// minipy dis: the bytecode of a program.
#include "cli/subcommand_options.h"
#include "cli/subcommand_step.h"

namespace minipy {
namespace {

// dis of a FILE is the library's own; the code of -c is handed over in sys.argv.
constexpr char kDisassembleCode[] =
    "import dis, sys\n"
    "dis.dis(compile(sys.argv[1], '<string>', 'exec'))\n";

}  // namespace

void parse_dis_subcommand(const std::vector<std::string>& arguments, CommandLine& line) {
  if (wants_step(arguments)) return parse_step_options(arguments, line);
  SubcommandOptions options("dis", "[-c CODE | FILE]");
  std::string file, code;
  auto* code_option = options.add_option("-c", code, "the code itself");
  options.add_option("FILE", file, "a program (default: standard input)")->excludes(code_option);
  if (!options.parse_all(arguments, line)) return;
  std::vector<std::string> run = {arguments[0]};
  if (code_option->count()) {
    run.insert(run.end(), {"-c", kDisassembleCode, code});
  } else {
    run.insert(run.end(), {"-m", "dis"});
    if (!file.empty()) run.push_back(file);
  }
  line = parse_command_line(run);
}

}  // namespace minipy
