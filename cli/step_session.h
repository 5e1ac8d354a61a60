// Moving through a run: forwards through what is recorded and then by letting the program go on, backwards through the
// record. Both interfaces (lines, screen) give the same commands.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "cli/step_process.h"
#include "stdlib/minipy/step_reader.h"
#include "stdlib/minipy/step_rules.h"
#include "stdlib/minipy/step_writers.h"

namespace minipy {

class StepSession {
 public:
  StepSession(step::Shared* shared, StepProcess& process, Sources sources)
      : shared_(shared), process_(process), reader_(shared), sources_(std::move(sources)) {}

  // ---- The program: whoever waits calls these.
  // The target said something (or its end of the socket closed): takes the position that follows. True: it is stopped
  // or has ended; false: it goes on.
  bool target_spoke();
  // Waits for the first step, a stop, or the end; false: the interface is to end before.
  bool wait();
  // How the interface waits until the target may have spoken; false: it is to end before.
  void set_waiter(std::function<bool()> waiter) { waiter_ = std::move(waiter); }
  // The program cut the connection and goes on by itself (it closed all files, or has become another program): nothing
  // more is recorded, its end is found by asking for it now and then (`target_spoke`).
  bool unwatched() const { return unwatched_; }
  // Asks the running program to stop at its next step.
  void pause() { shared_->pause.store(1); }
  bool running() const { return running_; }
  bool ended() const { return ended_; }
  bool has_position() const { return reader_.at_step(); }
  bool at_live_edge() const { return reader_.at_step() && reader_.step() + 1 >= reader_.end_step(); }

  const step::Reader& reader() const { return reader_; }
  Sources& sources() { return sources_; }
  StepProcess& process() { return process_; }

  // ---- Commands. A command that lets the program go on returns with running() true.
  // Runs a line of the command language; what it has to say comes back as lines of text.
  std::string command(const std::string& line);
  bool quit() const { return quit_; }
  // Whether the last command asked to show the position.
  bool moved() const { return moved_; }
  // Why the position is where it is: "breakpoint 1", "watch 2: x"; empty: as ordered.
  const std::string& reason() const { return reason_; }
  const step::Orders& orders() const { return shared_->orders; }

  // ---- Texts that both interfaces show.
  std::string position_text() const;  // "#12 f (hello.py:5)"
  std::string source_line() const;
  std::string underline(int width_limit = 10000) const;  // under source_line()
  struct ValueLine {
    std::string name, type, repr;
    int64_t count = -1;  // -1: no object
    bool changed = false;
    bool is_cell = false;
  };
  std::vector<ValueLine> stack_values(size_t repr_limit = 200) const;  // top first
  std::vector<ValueLine> variables(size_t repr_limit = 200) const;
  std::vector<std::string> call_stack() const;  // innermost first
  std::vector<std::string> exception_lines() const;
  std::string history_text() const;

  std::string title;

 private:
  friend struct StepCommands;
  step::Facts facts() const;
  step::Orders order(step::Run run) const;
  // Goes by the order; `count` for kSteps.
  void forward(step::Orders o);
  // To the last step before this one that fulfils the order, a breakpoint or a watch; else to the oldest one.
  void backward(const step::Orders& o, bool stops_only);
  // The first breakpoint or watch that stops here; empty: none.
  std::string stop_here(bool backwards);
  std::string find(const std::string& text, bool backwards);
  std::string evaluate(const std::string& expression);
  void program_ended();
  std::string add_breakpoint(const std::string& text);
  std::string add_watch(const std::string& text);
  std::string list_stops() const;
  std::string remove_stop(const std::string& number);
  std::string list_source(int around) const;
  std::string list_code() const;
  ValueLine value_line(const std::string& name, step::ObjectNumber n, size_t limit) const;
  const step::CodeText* code_named(const std::string& name) const;

  step::Shared* const shared_;
  StepProcess& process_;
  step::Reader reader_;
  mutable Sources sources_;
  bool running_ = true, ended_ = false, quit_ = false, moved_ = false, unwatched_ = false;
  std::function<bool()> waiter_;
  std::string reason_;
  uint32_t next_number_ = 1;
  struct Seen {
    bool known = false;
    uint64_t frame = 0;
    std::string value;
  };
  std::map<uint32_t, Seen> seen_;  // of watches, on the way through the record
};

struct StepInterface {
  bool lines = false;
  std::string commands;  // a file; empty: standard input
};
// Runs the interface until the user has enough. The exit status.
int run_step_interface(StepSession& session, const StepInterface& interface);
int run_step_lines(StepSession& session, const std::string& commands);
int run_step_screen(StepSession& session);

// The command language, for `help`.
extern const char* const kStepHelp;

}  // namespace minipy
