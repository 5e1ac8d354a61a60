// minipy symtable: the scopes of a program and their names.
#include "cli/subcommand_options.h"

namespace minipy {

void parse_symtable_subcommand(const std::vector<std::string>& arguments, CommandLine& line) {
  SubcommandOptions options("symtable", "[OPTIONS] [-c CODE | FILE]");
  std::string file = "-", code, mode = "exec";
  bool json = false;
  auto* code_option = options.add_option("-c", code, "the code itself");
  options.add_option("FILE", file, "a program (default: standard input)")->excludes(code_option);
  options.add_option("-m,--mode", mode, "what the source is: exec (default), single or eval")
      ->check(CLI::IsMember({"exec", "single", "eval"}));
  options.add_flag("--json", json, "as JSON: one object for the module, the scopes in it as its children");
  if (!options.parse_all(arguments, line)) return;
  std::vector<std::string> tool = {code_option->count() ? "code=" + code : "file=" + file, "mode=" + mode};
  if (json) tool.push_back("json");
  run_package_tool(arguments, "minipy.symtable_view", tool, line, {"-S"});
}

}  // namespace minipy
