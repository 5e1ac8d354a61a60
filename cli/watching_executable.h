// For the views that need counts and caches watched: they run minipy-refs, which stands beside minipy and is built from
// the same sources with those events told (gc/object.h), and write their report when the program has ended.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/options.h"
#include "cli/watch.h"
#include "stdlib/minipy/output_sink.h"
#include "stdlib/minipy/sources.h"
#include "stdlib/minipy/table_text.h"
#include "stdlib/paths.h"

namespace minipy {

// Becomes minipy-refs with the same arguments. Returns only when that is not possible: `line` is done.
void run_watching_executable(const std::vector<std::string>& arguments, CommandLine& line);

// A watch whose report is written at the end: to a file, or to standard output; then with `json` the program's own
// output goes to standard error, so that it does not get between the records. Where the program ends or becomes another
// without unwinding (os._exit(), os.execv()) the report is written before.
class ReportingWatch : public Watch {
 public:
  // `subcommand` is for messages.
  ReportingWatch(std::string subcommand, std::string output, bool json)
      : subcommand_(std::move(subcommand)), output_(std::move(output)), json_(json) {}

  bool before_start(CommandLine& line) override;
  int after_end(int status) override;

 protected:
  // Once at most, and only if before_start() succeeded.
  virtual void write_report(OutputSink& sink, Sources& sources) = 0;
  bool json() const { return json_; }

 private:
  void write_once();
  std::string subcommand_, output_;
  bool json_;
  Sources sources_;
  std::unique_ptr<OutputSink> sink_;
  bool written_ = false;
};

// The watch of a view whose recorder begins before the interpreter starts, and counts from the program on. Recorder has
// start(), begin_program(), stop() and counted(), and its namespace write_text() and write_json().
template <class Recorder>
class RecordingWatch : public ReportingWatch {
 public:
  RecordingWatch(std::string subcommand, std::string output, bool json, TableOptions tables)
      : ReportingWatch(std::move(subcommand), std::move(output), json), tables_(tables) {}

  bool before_start(CommandLine& line) override {
    if (!ReportingWatch::before_start(line)) return false;
    recorder_ = std::make_unique<Recorder>();
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
      write_json(*recorder_, sink);
    } else {
      write_text(*recorder_, tables_, sources, sink);
    }
  }

  TableOptions tables_;
  std::unique_ptr<Recorder> recorder_;
};

}  // namespace minipy
