// minipy intern: which strings a program interns and which objects it is handed out again (run by minipy-refs), or why
// two expressions are one object.
#include "cli/subcommand_options.h"
#include "cli/watching_executable.h"
#include "stdlib/minipy/intern_report.h"

namespace minipy {
namespace {

struct InternOptions {
  TableOptions report{.limit = 40};
  bool json = false, compare = false;
  std::string output, why;
};

// minipy.why is told the expression and the program, which may be missing.
void explain(const InternOptions& wanted, const std::vector<std::string>& program, const SubcommandOptions& options,
             const std::vector<std::string>& arguments, CommandLine& line) {
  std::vector<std::string> words = {"expression=" + wanted.why, "optimize=-1"};
  if (wanted.json) words.push_back("json");
  if (wanted.compare) words.push_back("compare");
  if (!program.empty() && !options.add_program(program, words, line)) return;
  run_package_tool(arguments, "minipy.why", words, line);
}

}  // namespace

void parse_intern_subcommand(const std::vector<std::string>& arguments, CommandLine& line) {
  SubcommandOptions options(
      "intern",
      "[OPTIONS] PROGRAM [ARGS]\n"
      "       minipy intern --why 'A is B' [--compare] [--json] [PROGRAM [ARGS]]",
      "The report is written when the program has ended. With --why, the program (if there is one) "
      "is run,\nand the expression is evaluated among its global variables.");
  InternOptions wanted;
  options.add_flag("--json", wanted.json, "JSON lines (the program's output goes to standard error)");
  options.add_option("-o,--output", wanted.output, "write the report to this file");
  options.add_option("--limit", wanted.report.limit, "rows of a table (default 40; 0: all)");
  options.add_flag("--library", wanted.report.library, "show what library code interns, too");
  options.add_option("--why", wanted.why, "why this comparison by `is` holds, or does not")->option_text("'A is B'");
  options.add_flag("--compare", wanted.compare, "--why: ask the reference as well; exit status 1 if it differs");
  std::vector<std::string> program;
  if (!options.parse_own(arguments, program, line)) return;
  if (options.count("--why")) {
    explain(wanted, program, options, arguments, line);
    return;
  }
  if (wanted.compare) {
    options.usage_error("--compare wants --why", line);
    return;
  }
  if (!options.parse_program(arguments, line)) return;
#if defined(MINIPY_WATCH_COUNTS)
  line.watch = std::make_unique<RecordingWatch<intern::Recorder>>("intern", wanted.output, wanted.json, wanted.report);
#else
  run_watching_executable(arguments, line);
#endif
}

}  // namespace minipy
