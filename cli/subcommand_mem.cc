// minipy mem: what a program does with memory (run by minipy-refs, which sees objects begin and end).
#include "cli/subcommand_options.h"
#include "cli/watching_executable.h"
#include "stdlib/minipy/mem_report.h"

namespace minipy {
namespace {

struct MemOptions {
  TableOptions report{.limit = 20};
  bool json = false;
  std::string output;
};

}  // namespace

void parse_mem_subcommand(const std::vector<std::string>& arguments, CommandLine& line) {
  SubcommandOptions options("mem", "[OPTIONS] PROGRAM [ARGS]",
                            "The report is written when the program has ended. Start-up is not counted.");
  MemOptions wanted;
  options.add_flag("--json", wanted.json, "JSON lines (the program's output goes to standard error)");
  options.add_option("-o,--output", wanted.output, "write the report to this file");
  options.add_option("--limit", wanted.report.limit, "rows of a table (default 20; 0: all)");
  options.add_flag("--library", wanted.report.library, "show the lines of library code, too");
  if (!options.parse_program(arguments, line)) return;
#if defined(MINIPY_WATCH_COUNTS)
  line.watch = std::make_unique<RecordingWatch<mem::Recorder>>("mem", wanted.output, wanted.json, wanted.report);
#else
  run_watching_executable(arguments, line);
#endif
}

}  // namespace minipy
