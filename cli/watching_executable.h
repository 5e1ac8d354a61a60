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

}  // namespace minipy
