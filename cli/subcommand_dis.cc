// minipy dis: the bytecode of a program, or with --step and its like its run, instruction by instruction.
#include "cli/subcommand_options.h"
#include "cli/subcommand_step.h"

namespace minipy {

void parse_dis_subcommand(const std::vector<std::string>& arguments, CommandLine& line) {
  if (wants_step(arguments)) return parse_step_options(arguments, line);
  SubcommandOptions options(
      "dis",
      "[OPTIONS] [-c CODE | FILE]\n       minipy dis --adaptive [OPTIONS] PROGRAM\n"
      "       minipy dis --step|--trace|--html OUT [OPTIONS] PROGRAM (minipy dis --step --help tells more)",
      "Prints as python3.11 -m dis FILE does. With --adaptive, PROGRAM is what follows `minipy` to run it: FILE, -c "
      "CODE\n"
      "or -m MODULE, and its arguments; the bytecode is shown when the program has ended.");
  std::string depth, level = "-1";
  bool json = false, caches = false, adaptive = false;
  options.add_flag("-C,--show-caches", caches, "show the inline caches of instructions");
  options.add_flag("--adaptive", adaptive, "run the program, then show what its instructions were specialised to");
  options.add_option("--depth", depth, "levels of nested code objects to show (default: all)")
      ->check(CLI::Range(0, 1000000));
  options.add_option("-O,--optimize", level, "the level of optimisation: 0, 1 or 2 (default: as -O before `dis`)")
      ->check(CLI::IsMember({"0", "1", "2"}));
  options.add_flag("--json", json, "one JSON object for each code object");
  std::vector<std::string> program;
  if (!options.parse_own(arguments, program, line)) return;
  if (adaptive && program.empty()) {
    options.usage_error("a program is missing", line);
    return;
  }
  std::vector<std::string> tool = {"optimize=" + level};
  if (!depth.empty()) tool.push_back("depth=" + depth);
  if (caches) tool.push_back("show_caches");
  if (adaptive) tool.push_back("adaptive");
  if (json) tool.push_back("json");
  size_t target = 0;
  if (program.empty() || program[0] == "-") {
    tool.push_back("file=-");
  } else if (program[0] == "-c" || (program[0] == "-m" && adaptive)) {
    if (program.size() < 2) {
      options.usage_error("Argument expected for the " + program[0] + " option", line);
      return;
    }
    tool.push_back((program[0] == "-c" ? "code=" : "module=") + program[1]);
    target = 1;
  } else if (program[0].starts_with("-")) {
    options.usage_error("unknown option " + program[0], line);
    return;
  } else {
    tool.push_back("file=" + program[0]);
  }
  if (program.size() > target + 1) {
    if (!adaptive) {
      options.usage_error("one program only", line);
      return;
    }
    for (size_t i = target + 1; i < program.size(); i++) tool.push_back("argument=" + program[i]);
  }
  run_package_tool(arguments, "minipy.dis_view", tool, line,
                   adaptive ? std::vector<std::string>{} : std::vector<std::string>{"-S"});
}

}  // namespace minipy
