#include "cli/watching_executable.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "stdlib/paths.h"

namespace minipy {

void run_watching_executable(const std::vector<std::string>& arguments, CommandLine& line) {
  std::string path = executable_path(arguments[0]) + "-refs";
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  execv(path.c_str(), argv.data());
  std::fprintf(stderr, "minipy %s: cannot run %s: %s (`./dev build` makes it)\n", arguments[1].c_str(), path.c_str(),
               std::strerror(errno));
  line.done = true;
  line.status = 1;
}

bool ReportingWatch::before_start(CommandLine& line) {
  if (line.mode == RunMode::kCommand) sources_.set_command(line.target);
  std::string error;
  if (!output_.empty() && output_ != "-") {
    sink_ = OutputSink::open_file(output_, FlushPolicy::kBatched, error);
    if (!sink_) {
      std::fprintf(stderr, "minipy %s: %s\n", subcommand_.c_str(), error.c_str());
      return false;
    }
  } else {
    int out = STDOUT_FILENO;
    if (json_) {
      out = dup(STDOUT_FILENO);
      if (out < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0) {
        std::fprintf(stderr, "minipy %s: %s\n", subcommand_.c_str(), std::strerror(errno));
        return false;
      }
    }
    sink_ = OutputSink::to_descriptor(out, FlushPolicy::kBatched);
  }
  sink_->set_renew([this] { write_once(); });
  return true;
}

void ReportingWatch::write_once() {
  if (!std::exchange(written_, true)) write_report(*sink_, sources_);
}

int ReportingWatch::after_end(int status) {
  if (!sink_) return status;
  write_once();
  if (!sink_->close()) {
    std::fprintf(stderr, "minipy %s: %s\n", subcommand_.c_str(), sink_->error().c_str());
    if (status == 0) status = 1;
  }
  return status;
}

}  // namespace minipy
