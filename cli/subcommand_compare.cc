// minipy compare: what minipy makes of programs beside what CPython makes of them.
#include "cli/subcommand_options.h"

namespace minipy {

void parse_compare_subcommand(const std::vector<std::string>& arguments, CommandLine& line) {
  SubcommandOptions options(
      "compare", "[OPTIONS] FILE...",
      "Compares tokens, syntax tree, symbol tables and code objects, and of each stage that differs shows the first\n"
      "difference side by side: minipy left, the reference right. Folders stand for the .py files in them. A program\n"
      "that does not compile must give the same error. --refs, --sizes and --identity run the program instead.\n"
      "Exit status: 0 no difference, 1 differences, 2 bad usage or no reference.");
  std::vector<std::string> files, stages;
  std::string reference = "/usr/bin/python3.11", width, level = "0";
  bool json = false, refs = false, sizes = false, identity = false, quiet = false;
  options.add_option("FILE", files, "programs, or folders of them")->required();
  options.add_option("--reference", reference, "the other interpreter (default: /usr/bin/python3.11)");
  options.add_option("--stage", stages, "compare only this: tokens, tree, symbols or code (may be repeated)")
      ->check(CLI::IsMember({"tokens", "tree", "symbols", "code"}))
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  options.add_option("-O,--optimize", level, "the level of optimisation: 0 (default), 1 or 2")
      ->check(CLI::IsMember({"0", "1", "2"}));
  auto* refs_flag = options.add_flag("--refs", refs, "run: reference counts at the lines marked `# refs: NAME, NAME`");
  auto* sizes_flag = options.add_flag("--sizes", sizes, "run: sys.getsizeof of every object that globals lead to");
  auto* identity_flag = options.add_flag("--identity", identity, "run: which of these objects are one and the same");
  refs_flag->excludes(sizes_flag)->excludes(identity_flag);
  sizes_flag->excludes(identity_flag);
  options.add_flag("--json", json, "one JSON object a file");
  options.add_option("--width", width, "columns to print in (default: the terminal's, else 120)")
      ->check(CLI::Range(40, 1000));
  options.add_flag("-q,--quiet", quiet, "no progress");
  if (!options.parse_all(arguments, line)) return;
  std::vector<std::string> tool = {"reference=" + reference, "optimize=" + level};
  for (const std::string& stage : stages) tool.push_back("stage=" + stage);
  if (!width.empty()) tool.push_back("width=" + width);
  if (refs) tool.push_back("refs");
  if (sizes) tool.push_back("sizes");
  if (identity) tool.push_back("identity");
  if (json) tool.push_back("json");
  if (quiet) tool.push_back("quiet");
  for (const std::string& file : files) tool.push_back("file=" + file);
  run_package_tool(arguments, "minipy.compare", tool, line, {"-S"});
}

}  // namespace minipy
