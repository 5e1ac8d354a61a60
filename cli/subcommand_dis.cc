// minipy dis: the bytecode of a program, or with --step and its like its run, instruction by instruction.
#include "cli/subcommand_options.h"
#include "cli/subcommand_step.h"

namespace minipy {

namespace {

bool wants_adaptive(const std::vector<std::string>& arguments) {
  for (size_t i = 2; i < arguments.size() && arguments[i].starts_with("-") && arguments[i] != "-c"; i++) {
    if (arguments[i] == "--adaptive") return true;
  }
  return false;
}

struct DisOptions {
  std::string depth, level = "-1", code, file = "-";
  bool json = false, caches = false, adaptive = false;

  CLI::Option* add_to(SubcommandOptions& options) {
    options.add_flag("-C,--show-caches", caches, "show the inline caches of instructions");
    options.add_flag("--adaptive", adaptive, "run the program, then show what its instructions were specialised to");
    options.add_option("--depth", depth, "levels of nested code objects to show (default: all)")
        ->check(CLI::Range(0, 1000000));
    options.add_option("-O,--optimize", level, "the level of optimisation: 0, 1 or 2 (default: none)")
        ->check(CLI::IsMember({"0", "1", "2"}));
    options.add_flag("--json", json, "one JSON object for each code object");
    if (runs) return nullptr;
    auto* code_option = options.add_option("-c", code, "the code itself");
    options.add_option("FILE", file, "a program (default: standard input)")->excludes(code_option);
    return code_option;
  }

  std::vector<std::string> words() const {
    std::vector<std::string> words = {"optimize=" + level};
    if (!depth.empty()) words.push_back("depth=" + depth);
    if (caches) words.push_back("show_caches");
    if (adaptive) words.push_back("adaptive");
    if (json) words.push_back("json");
    return words;
  }

  bool runs = false;
};

}  // namespace

void parse_dis_subcommand(const std::vector<std::string>& arguments, CommandLine& line) {
  if (wants_step(arguments)) return parse_step_options(arguments, line);
  SubcommandOptions options(
      "dis",
      "[OPTIONS] [-c CODE | FILE]\n       minipy dis --adaptive [OPTIONS] PROGRAM\n"
      "       minipy dis --step|--trace|--html OUT [OPTIONS] PROGRAM (minipy dis --step --help tells more)",
      "Prints as python3.11 -m dis FILE does. With --adaptive, PROGRAM is what follows `minipy` to run it: FILE, -c "
      "CODE\n"
      "or -m MODULE, and its arguments; the bytecode is shown when the program has ended.");
  DisOptions dis;
  dis.runs = wants_adaptive(arguments);
  CLI::Option* code_option = dis.add_to(options);
  std::vector<std::string> words;
  if (dis.runs) {
    std::vector<std::string> program;
    if (!options.parse_own(arguments, program, line)) return;
    words = dis.words();
    if (!options.add_program(program, words, line)) return;
    return run_package_tool(arguments, "minipy.dis_view", words, line);
  }
  if (!options.parse_all(arguments, line)) return;
  words = dis.words();
  words.push_back(code_option->count() ? "code=" + dis.code : "file=" + dis.file);
  run_package_tool(arguments, "minipy.dis_view", words, line, {"-S"});
}

}  // namespace minipy
