// minipy gc: the collections of a program, as a table, step by step, as JSON, as a graph or as a page.
#include <unistd.h>

#include <cstdio>

#include "cli/subcommand_options.h"
#include "cli/watch.h"
#include "stdlib/minipy/gc_report.h"

namespace minipy {
namespace {

std::string page_title(const CommandLine& line) {
  if (line.mode == RunMode::kCommand) return "minipy -c";
  return line.mode == RunMode::kModule ? "-m " + line.target : line.target;
}

struct GcOptions {
  bool verbose = false, json = false;
  std::string output, dot, html;
};

class GcWatch : public Watch {
 public:
  explicit GcWatch(GcOptions options) : options_(std::move(options)) {}

  bool before_start(CommandLine& line) override {
    report_ = open(options_.output);
    if (!options_.dot.empty()) dot_sink_ = open(options_.dot);
    if (!options_.html.empty()) page_sink_ = open(options_.html);
    if (failed_) return false;
    if (options_.json) {
      json_ = std::make_unique<JsonWriter>(*report_);
    } else if (options_.dot.empty() && options_.html.empty()) {
      table_ = std::make_unique<GcTable>(*report_);
    }
    if (dot_sink_) dot_ = std::make_unique<GcDot>(*dot_sink_);
    if (page_sink_) page_ = std::make_unique<GcPage>(*page_sink_, page_title(line));
    return true;
  }
  bool before_program(CommandLine&) override {
    GcRecorderOptions wanted;
    wanted.graph = dot_ != nullptr;
    wanted.details = options_.verbose || wanted.graph;
    recorder_ = std::make_unique<GcRecorder>(wanted, [this](const GcRecord& record) { write(record); });
    recorder_->start();
    return true;
  }
  int after_end(int status) override {
    if (recorder_) recorder_->stop();
    if (table_) table_->finish();
    if (dot_) dot_->finish();
    if (page_) page_->finish();
    for (OutputSink* sink : {report_.get(), dot_sink_.get(), page_sink_.get()}) {
      if (!sink || sink->close()) continue;
      std::fprintf(stderr, "minipy gc: %s\n", sink->error().c_str());
      if (status == 0) status = 1;
    }
    return status;
  }

 private:
  std::unique_ptr<OutputSink> open(const std::string& path) {
    if (path.empty()) return OutputSink::to_descriptor(STDERR_FILENO, FlushPolicy::kEveryRecord);
    if (path == "-") return OutputSink::to_descriptor(STDOUT_FILENO, FlushPolicy::kEveryRecord);
    std::string error;
    std::unique_ptr<OutputSink> sink = OutputSink::open_file(path, FlushPolicy::kEveryRecord, error);
    if (!sink) {
      std::fprintf(stderr, "minipy gc: %s\n", error.c_str());
      failed_ = true;
    }
    return sink;
  }
  void write(const GcRecord& record) {
    if (json_) {
      gc_write_json(*json_, record);
      json_->end_line();
    }
    if (table_) table_->write(record);
    if (dot_) dot_->write(record);
    if (page_) page_->write(record);
  }

  GcOptions options_;
  bool failed_ = false;
  std::unique_ptr<OutputSink> report_, dot_sink_, page_sink_;
  std::unique_ptr<JsonWriter> json_;
  std::unique_ptr<GcTable> table_;
  std::unique_ptr<GcDot> dot_;
  std::unique_ptr<GcPage> page_;
  std::unique_ptr<GcRecorder> recorder_;
};

constexpr char kDetails[] =
    "The report goes to standard error while the program runs, or to OUT (-: standard output).\n"
    "--dot and --html alone print no table.";

}  // namespace

void parse_gc_subcommand(const std::vector<std::string>& arguments, CommandLine& line) {
  SubcommandOptions options("gc", "[OPTIONS] PROGRAM...", kDetails);
  GcOptions wanted;
  bool compare = false;
  options.add_flag("-v,--verbose", wanted.verbose, "explain each collection step by step");
  options.add_flag("--json", wanted.json, "JSON lines instead of a table");
  options.add_option("-o,--output", wanted.output, "where the report goes")->option_text("OUT");
  options.add_option("--dot", wanted.dot, "draw the garbage and its cycles (Graphviz)")->option_text("OUT");
  options.add_option("--html", wanted.html, "a page with a timeline, for a browser")->option_text("OUT");
  options.add_flag("--compare", compare, "run FILE on the reference as well, and show both side by side");
  if (!options.parse_program(arguments, line)) return;
  if (compare) {
    if (line.mode != RunMode::kFile) {
      options.usage_error("--compare wants a file", line);
      return;
    }
    run_package_tool(arguments, "minipy.gc_compare", line.start.argv, line);
    return;
  }
  line.watch = std::make_unique<GcWatch>(std::move(wanted));
}

}  // namespace minipy
