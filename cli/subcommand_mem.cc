// minipy mem: what a program does with memory (run by minipy-refs, which sees objects begin and end).
#include "cli/subcommand_options.h"
#include "cli/watching_executable.h"
#include "stdlib/minipy/mem_report.h"
#include "stdlib/paths.h"

namespace minipy {
namespace {

struct MemOptions {
  mem::ReportOptions report;
  bool json = false;
  std::string output;
};

#if defined(MINIPY_WATCH_COUNTS)
class MemWatch : public ReportingWatch {
 public:
  explicit MemWatch(const MemOptions& options)
      : ReportingWatch("mem", options.output, options.json), options_(options) {}

  bool before_start(CommandLine& line) override {
    if (!ReportingWatch::before_start(line)) return false;
    recorder_ = std::make_unique<mem::Recorder>();
    recorder_->start();
    return true;
  }
  bool before_program(CommandLine&) override {
    recorder_->begin_program(stdlib_directory());
    return true;
  }
  int after_program(int status) override {
    recorder_->stop();
    return status;
  }

 private:
  void write_report(OutputSink& sink, Sources& sources) override {
    recorder_->stop();
    if (!recorder_->counted()) return;
    if (json()) {
      mem::write_json(*recorder_, sink);
    } else {
      mem::write_text(*recorder_, options_.report, sources, sink);
    }
  }

  MemOptions options_;
  std::unique_ptr<mem::Recorder> recorder_;
};
#endif

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
  line.watch = std::make_unique<MemWatch>(wanted);
#else
  run_watching_executable(arguments, line);
#endif
}

}  // namespace minipy
