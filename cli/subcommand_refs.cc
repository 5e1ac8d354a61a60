// minipy refs: the history of an object's reference count (run by minipy-refs).
#include "cli/subcommand_options.h"
#include "cli/watching_executable.h"
#include "stdlib/minipy/refs_report.h"
#include "stdlib/paths.h"

namespace minipy {
namespace {

struct RefsOptions {
  std::vector<refs::Order> orders;
  bool json = false;
  std::string output;
  size_t limit = 200;
};

#if defined(MINIPY_WATCH_COUNTS)
class RefsWatch : public ReportingWatch {
 public:
  explicit RefsWatch(RefsOptions options)
      : ReportingWatch("refs", options.output, options.json), options_(std::move(options)) {}

  bool before_program(CommandLine&) override {
    recorder_ = std::make_unique<refs::Recorder>(options_.orders, stdlib_directory());
    recorder_->install();
    return true;
  }

 private:
  void write_report(OutputSink& sink, Sources& sources) override {
    if (!recorder_) return;
    recorder_->uninstall();
    if (json()) {
      refs::write_json(recorder_->watched(), sink);
    } else {
      refs::write_text(recorder_->watched(), sources, options_.limit, sink);
    }
  }

  RefsOptions options_;
  std::unique_ptr<refs::Recorder> recorder_;
};
#endif

}  // namespace

void parse_refs_subcommand(const std::vector<std::string>& arguments, CommandLine& line) {
  SubcommandOptions options(
      "refs", "--watch NAME [OPTIONS] PROGRAM [ARGS]",
      "NAME is a variable (the first object bound to it is watched), FUNCTION.NAME a variable of that function, or\n"
      "LINE:EXPRESSION an expression that is evaluated before the line runs for the first time.");
  RefsOptions chosen;
  std::vector<std::string> names;
  options.add_option("-w,--watch", names, "what to watch; may be given several times")->expected(1)->take_all();
  options.add_flag("--json", chosen.json, "JSON lines (the program's output goes to standard error)");
  options.add_option("-o,--output", chosen.output, "write the report to this file");
  options.add_option("--limit", chosen.limit, "changes to show of an object (default 200; 0: all)");
  if (!options.parse_program(arguments, line)) return;
  if (names.empty()) {
    options.usage_error("--watch is missing: which object?", line);
    return;
  }
  for (const std::string& name : names) {
    refs::Order order;
    if (!refs::Order::parse(name, order)) {
      options.usage_error("--watch takes NAME, FUNCTION.NAME or LINE:EXPRESSION, not '" + name + "'", line);
      return;
    }
    chosen.orders.push_back(order);
  }
#if defined(MINIPY_WATCH_COUNTS)
  line.watch = std::make_unique<RefsWatch>(std::move(chosen));
#else
  run_watching_executable(arguments, line);
#endif
}

}  // namespace minipy
