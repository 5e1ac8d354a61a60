// minipy refs: the history of an object's reference count. Counting is inline and unhooked in minipy; this view runs
// minipy-refs, which stands beside it and is built from the same sources with every change told (gc/object.h).
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "cli/subcommand_options.h"
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

class RefsWatch : public Watch {
 public:
  explicit RefsWatch(RefsOptions options) : options_(std::move(options)) {}

  bool before_start(CommandLine& line) override {
    if (line.mode == RunMode::kCommand) sources_.set_command(line.target);
    std::string error;
    if (!options_.output.empty() && options_.output != "-") {
      sink_ = OutputSink::open_file(options_.output, FlushPolicy::kBatched, error);
      if (!sink_) std::fprintf(stderr, "minipy refs: %s\n", error.c_str());
      return sink_ != nullptr;
    }
    int out = STDOUT_FILENO;
    if (options_.json) {
      // The program's own output must not get between the records.
      out = dup(STDOUT_FILENO);
      if (out < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0) {
        std::fprintf(stderr, "minipy refs: %s\n", std::strerror(errno));
        return false;
      }
    }
    sink_ = OutputSink::to_descriptor(out, FlushPolicy::kBatched);
    return true;
  }

  bool before_program(CommandLine&) override {
    recorder_ = std::make_unique<refs::Recorder>(options_.orders, stdlib_directory());
    recorder_->install();
    sink_->set_renew([this] { write_report(); });
    return true;
  }

  int after_end(int status) override {
    if (!recorder_) return status;
    recorder_->uninstall();
    write_report();
    sink_->set_renew(nullptr);
    if (!sink_->close()) std::fprintf(stderr, "minipy refs: %s\n", sink_->error().c_str());
    return status;
  }

 private:
  // All that is known by now.
  void write_report() {
    std::unique_ptr<OutputSink> text = OutputSink::to_memory();
    if (options_.json) {
      refs::write_json(recorder_->watched(), *text);
    } else {
      refs::write_text(recorder_->watched(), sources_, options_.limit, *text);
    }
    sink_->replace(std::move(*text).take());
  }

  RefsOptions options_;
  step::Sources sources_;
  std::unique_ptr<OutputSink> sink_;
  std::unique_ptr<refs::Recorder> recorder_;
};

#else

// Becomes minipy-refs. Returns only when that is not possible.
void run_watching_executable(const std::vector<std::string>& arguments, CommandLine& line) {
  std::string path = executable_path(arguments[0]) + "-refs";
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  execv(path.c_str(), argv.data());
  std::fprintf(stderr, "minipy refs: cannot run %s: %s (`./dev build` makes it)\n", path.c_str(), std::strerror(errno));
  line.done = true;
  line.status = 1;
}

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
