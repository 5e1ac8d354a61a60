// minipy tokens: the tokens of a program.
#include <memory>

#include "cli/subcommand_options.h"
#include "stdlib/minipy/token_view.h"

namespace minipy {

void parse_tokens_subcommand(const std::vector<std::string>& arguments, CommandLine& line) {
  SubcommandOptions options("tokens", "[--json] [-c CODE | FILE]",
                            "Prints as python3.11 -m tokenize -e FILE does: place, exact type, text.");
  TokenViewOptions view;
  auto* code = options.add_option("-c", view.code, "the code itself");
  options.add_option("FILE", view.file, "a program (default: standard input)")->excludes(code);
  options.add_flag("--json", view.json, "one JSON object a token: type, exact_type, string, start, end, line");
  bool exact;  // taken for the sake of who knows the library's options
  options.add_flag("-e,--exact", exact, "exact types of operators, which are always shown");
  if (!options.parse_all(arguments, line)) return;
  view.has_code = code->count() > 0;
  if (view.file == "-") view.file.clear();
  line = parse_command_line({arguments[0], "-S"});
  line.mode = RunMode::kAction;
  line.action = [view] { return show_tokens(view, *OutputSink::to_descriptor(1, FlushPolicy::kBatched)); };
}

}  // namespace minipy
