// minipy ast: the syntax tree of a program.
#include "cli/subcommand_options.h"

namespace minipy {

void parse_ast_subcommand(const std::vector<std::string>& arguments, CommandLine& line) {
  SubcommandOptions options("ast", "[OPTIONS] [-c CODE | FILE]",
                            "Prints as python3.11 -m ast -a FILE does. With --json a node is an object: its class as "
                            "\"_type\", then its fields and attributes.");
  std::string file = "-", code, mode = "exec", indent = "3", feature_version;
  bool json = false, no_type_comments = false, no_attributes = false, attributes = false;
  auto* code_option = options.add_option("-c", code, "the code itself");
  options.add_option("FILE", file, "a program (default: standard input)")->excludes(code_option);
  options.add_option("-m,--mode", mode, "what the source is: exec (default), single, eval or func_type")
      ->check(CLI::IsMember({"exec", "single", "eval", "func_type"}));
  options.add_option("-i,--indent", indent, "blanks a level (default: 3)")->check(CLI::Range(0, 1000));
  options.add_option("--feature-version", feature_version, "the minor version of the language, as ast.parse takes it")
      ->check(CLI::Range(0, 1000));
  options.add_flag("--no-type-comments", no_type_comments, "leave type comments out");
  options.add_flag("--no-attributes", no_attributes, "leave line numbers and columns out");
  options.add_flag("-a,--include-attributes", attributes, "line numbers and columns, which are shown anyway");
  options.add_flag("--json", json, "as JSON");
  if (!options.parse_all(arguments, line)) return;
  std::vector<std::string> tool = {code_option->count() ? "code=" + code : "file=" + file, "mode=" + mode,
                                   "indent=" + indent};
  if (!feature_version.empty()) tool.push_back("feature_version=" + feature_version);
  if (no_type_comments) tool.push_back("no_type_comments");
  if (no_attributes) tool.push_back("no_attributes");
  if (json) tool.push_back("json");
  run_package_tool(arguments, "minipy.ast_view", tool, line, {"-S"});
}

}  // namespace minipy
