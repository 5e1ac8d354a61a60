#include "cli/subcommand_step.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "cli/step_process.h"
#include "cli/step_session.h"
#include "cli/step_signals.h"
#include "cli/subcommand_options.h"
#include "stdlib/minipy/step_target.h"
#include "stdlib/minipy/step_writers.h"
#include "stdlib/paths.h"

namespace minipy {
namespace {

// Whether standard output is a pipe, socket or terminal that nobody has any more.
bool reader_has_gone() {
  pollfd out{STDOUT_FILENO, 0, 0};
  return poll(&out, 1, 0) == 1 && (out.revents & (POLLERR | POLLHUP));
}

struct StepOptions {
  bool step = false, trace = false, json = false, library = false, plain_lines = false;
  std::string html, output, commands;
  uint64_t history = 0;
};

class StepWatch : public Watch {
 public:
  explicit StepWatch(StepOptions options) : options_(std::move(options)) {}

  bool before_start(CommandLine& line) override {
    uint64_t history = options_.history;
    if (!history) history = options_.html.empty() ? 1000000 : 100000;
    shared_ = step::shared_new(history);
    if (!shared_) {
      std::fprintf(stderr, "minipy dis: no memory for a record of %lu steps\n", static_cast<unsigned long>(history));
      return false;
    }
    shared_->library = options_.library;
    if (line.mode == RunMode::kCommand) sources_.set_command(line.target);
    return options_.step ? start_session(line) : start_writer(line);
  }

  bool before_program(CommandLine& line) override {
    std::string program = line.mode == RunMode::kFile ? line.target : "";
    if (char* resolved = realpath(program.c_str(), nullptr)) {
      program = resolved;
      std::free(resolved);
    }
    target_ = std::make_unique<step::Target>(shared_, shared_->controlled ? process_.socket() : -1, stdlib_directory(),
                                             program);
    target_->install();
    return true;
  }

  int after_end(int status) override {
    if (target_) target_->uninstall();
    return status;
  }

 private:
  // Each returns true in the program's process, and does not return in the viewer's.
  bool start_session(CommandLine& line);
  bool start_writer(CommandLine& line);
  void give_back_chunks(uint64_t step);
  void write_steps(step::StepWriter& writer, OutputSink& sink, bool to_stdout);
  [[noreturn]] void end_writer(OutputSink& sink, bool to_stdout);

  StepOptions options_;
  step::Shared* shared_ = nullptr;
  StepProcess process_;
  Sources sources_;
  std::unique_ptr<step::Target> target_;
};

bool StepWatch::start_session(CommandLine& line) {
  StepInterface interface;
  interface.lines =
      options_.plain_lines || !options_.commands.empty() || !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO);
  interface.commands = options_.commands;
  StepProcess::Stdio stdio = StepProcess::Stdio::kTerminal;
  if (interface.lines) {
    stdio = options_.commands.empty() ? StepProcess::Stdio::kNoInput : StepProcess::Stdio::kInherited;
  }
  if (process_.start(shared_, stdio, true)) return true;
  if (!process_.pid()) return false;
  StepSession session(shared_, process_, std::move(sources_));
  session.title = line.mode == RunMode::kCommand ? "-c" : line.target;
  _exit(run_step_interface(session, interface));
}

// Chunks before this step may be used again.
void StepWatch::give_back_chunks(uint64_t step) {
  uint64_t done = shared_->chunks_read.load(std::memory_order_relaxed);
  while (done + 1 < shared_->chunk_count.load(std::memory_order_acquire)) {
    const step::Chunk* c = step::chunk_entry(shared_, done);
    if (c->first_step + c->steps > step) break;
    shared_->chunks_read.store(++done, std::memory_order_release);
  }
}

// Writes all steps until the program has ended or nobody wants them any more.
void StepWatch::write_steps(step::StepWriter& writer, OutputSink& sink, bool to_stdout) {
  constexpr long kShort = 100000, kLong = 5000000;  // nanoseconds between two looks for news
  step::Reader reader(shared_);
  uint64_t next = 0;
  long pause = kShort;
  for (bool last_look = false;;) {
    uint64_t end = reader.end_step();
    bool progress = next < end;
    while (next < end && reader.go_to(next)) {
      writer.step(reader);
      if (++next % 1024 == 0) give_back_chunks(next);
    }
    if (progress && !sink.flush()) return;
    shared_->steps_read.store(next, std::memory_order_release);
    if (progress) {
      last_look = false;
      pause = kShort;
      continue;
    }
    if (last_look) return;
    last_look = process_.ended(false);
    if (last_look) continue;
    if (to_stdout && pause == kLong && reader_has_gone()) return;
    timespec t{0, pause};
    nanosleep(&t, nullptr);
    pause = std::min(kLong, pause + pause / 4);
  }
}

bool StepWatch::start_writer(CommandLine& line) {
  bool page = !options_.html.empty();
  const std::string& path = page ? options_.html : options_.output;
  bool to_stdout = path.empty() || path == "-";
  std::string error;
  std::unique_ptr<OutputSink> sink = to_stdout ? OutputSink::to_descriptor(STDOUT_FILENO, FlushPolicy::kBatched)
                                               : OutputSink::open_file(path, FlushPolicy::kBatched, error);
  if (!sink) {
    std::fprintf(stderr, "minipy dis: %s\n", error.c_str());
    return false;
  }
  shared_->lossless = !page;
  shared_->in_order = options_.trace && to_stdout;
  bool apart = to_stdout && !options_.trace;
  auto stdio = apart ? StepProcess::Stdio::kOutputToStderr : StepProcess::Stdio::kInherited;
  if (process_.start(shared_, stdio, false)) return true;
  if (!process_.pid()) return false;
  if (page) {
    process_.ended(true);
    step::Reader reader(shared_);
    step::write_page(reader, line.mode == RunMode::kCommand ? "-c" : line.target, sources_, *sink);
  } else if (options_.json) {
    step::JsonLinesWriter writer(*sink);
    write_steps(writer, *sink, to_stdout);
  } else {
    step::TextWriter writer(*sink);
    write_steps(writer, *sink, to_stdout);
  }
  end_writer(*sink, to_stdout);
}

void StepWatch::end_writer(OutputSink& sink, bool to_stdout) {
  bool written = sink.close();
  bool unread = to_stdout && reader_has_gone();
  shared_->reader_gone.store(1);
  if (unread) {
    // What is watched for the sake of a reader ends with that one, as any filter does.
    process_.terminate_program();
    step_signals::end_by(SIGPIPE);
  }
  if (!written) std::fprintf(stderr, "minipy dis: %s\n", sink.error().c_str());
  // Otherwise the program goes on unwatched.
  process_.end_alike(written ? 0 : 1);
}

}  // namespace

// `--json` alone is about the code objects, not about a run.
bool wants_step(const std::vector<std::string>& arguments) {
  for (size_t i = 2; i < arguments.size(); i++) {
    const std::string& word = arguments[i];
    if (!word.starts_with("-") || word == "-c" || word == "-m") return false;
    for (const char* option :
         {"--step", "--trace", "--html", "-o", "--output", "--history", "--library", "--lines", "--commands"}) {
      if (word == option || word.starts_with(std::string(option) + "=")) return true;
    }
  }
  return false;
}

void parse_step_options(const std::vector<std::string>& arguments, CommandLine& line) {
  SubcommandOptions options(
      "dis", "--step|--trace|--json|--html OUT [OPTIONS] PROGRAM",
      "PROGRAM is what follows `minipy` to run it: FILE, -c CODE or -m MODULE, and its arguments.\n"
      "With --json on standard output, what the program prints goes to standard error.");
  StepOptions o;
  auto* step = options.add_flag("--step", o.step, "run under control: forwards and back, one instruction at a time");
  auto* trace = options.add_flag("--trace", o.trace, "print each executed instruction with the stack before it");
  auto* json = options.add_flag("--json", o.json, "with --trace or -o: the same as JSON lines");
  auto* html = options.add_option("--html", o.html, "write a page that steps through the run in a browser");
  CLI::Option* kinds[] = {step, trace, json, html};
  for (CLI::Option* a : kinds) {
    for (CLI::Option* b : kinds) {
      bool together = (a == trace && b == json) || (a == json && b == trace);
      if (a != b && !together) a->excludes(b);
    }
  }
  options.add_option("-o,--output", o.output, "write the trace there instead of to standard output");
  options.add_option("--history", o.history, "steps that are kept (default: 1000000; with --html 100000)")
      ->check(CLI::Range(uint64_t{1}, uint64_t{1000000000}));
  options.add_flag("--library", o.library, "record the library's instructions, too");
  options.add_flag("--lines", o.plain_lines, "with --step: plain lines, also on a terminal");
  options.add_option("--commands", o.commands, "with --step: read commands from this file, not from standard input");
  if (!options.parse_program(arguments, line)) return;
  if (o.json) o.trace = false;
  if (line.mode == RunMode::kStandardInput) {
    options.usage_error("a program is missing", line);
    return;
  }
  line.watch = std::make_unique<StepWatch>(o);
}

}  // namespace minipy
