// The stepper's command language, and its interface of plain lines: commands from a file or standard input, so that it
// can be scripted.
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "cli/step_session.h"
#include "cli/step_signals.h"
#include "compiler/opcode.h"

namespace minipy {

using namespace step;

const char* const kStepHelp =
    R"(Forwards
  s, step [N]        the next instruction (N of them)
  i, into            the next instruction, of library code, too, where it is called
  o, over            the next instruction here: calls run through
  n, next            the next line
  f, finish          until this function has returned
  c, continue        until a breakpoint, a watch, or the end
  u, until WHERE     until a line (12, file.py:12), an offset here (@24), or an opcode (RETURN_VALUE)
Back through the record; nothing is executed, nothing undone
  bs, back [N]       the instruction before
  bo, back-over      the instruction before it here
  bn, back-line      the line before
  bf, back-finish    to the call of this function
  rc, reverse        to the breakpoint or change before, or the oldest step
  goto STEP, live    any step that is kept; where the program is
Stops
  b, break WHERE [if EXPRESSION]   LINE, FILE:LINE, FUNCTION, FUNCTION@OFFSET
  watch NAME, watch refs NAME      stops when the variable, or its reference count, changes
  delete [N], stops                removes one or all; lists them
Looking
  where, stack, vars, block, code, list, info
  p, print EXPRESSION              evaluates it in the program: what it does is done
  /TEXT, ?TEXT                     the next, the former step whose instruction or stack shows TEXT
  help, q, quit)";

namespace {

std::string trimmed(std::string_view s) {
  size_t first = s.find_first_not_of(" \t\r"), last = s.find_last_not_of(" \t\r");
  return first == std::string_view::npos ? "" : std::string(s.substr(first, last - first + 1));
}

int opcode_number(const std::string& name) {
  for (int i = 0; i < 256; i++) {
    if (kInstructions[i].defined && name == kInstructions[i].name) return i;
  }
  return -1;
}

bool digits(const std::string& s) { return !s.empty() && s.find_first_not_of("0123456789") == std::string::npos; }

std::string join(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : "\n") + line;
  return text;
}

std::string value_lines(const std::vector<StepSession::ValueLine>& values, bool names) {
  std::string text;
  for (const auto& v : values) {
    text += text.empty() ? "  " : "\n  ";
    if (names) text += v.name + (v.is_cell ? " (cell) = " : " = ");
    text += v.count < 0 ? (names ? "unbound" : "NULL") : fmt::format("{}  ({}, {} refs)", v.repr, v.type, v.count);
  }
  return text.empty() ? "  nothing" : text;
}

}  // namespace

// The words of the language. A command that moves says nothing: the position says it.
struct StepCommands {
  StepSession& s;
  std::string rest;

  std::string steps(bool back) {
    Orders o = s.order(Run::kSteps);
    if (!rest.empty() && !digits(rest)) return "a number of steps is wanted, not '" + rest + "'";
    if (digits(rest)) o.count = std::max(1ull, std::strtoull(rest.c_str(), nullptr, 10));
    if (back) {
      s.backward(o, false);
    } else {
      s.forward(o);
    }
    return "";
  }
  std::string run(Run kind, bool back = false) {
    Orders o = s.order(kind);
    if (back) {
      s.backward(o, kind == Run::kContinue);
    } else {
      s.forward(o);
    }
    return "";
  }
  std::string into() {
    Orders o = s.order(Run::kSteps);
    o.into_library = 1;
    s.forward(o);
    return "";
  }
  std::string until() {
    Orders o = s.order(Run::kUntilLine);
    size_t colon = rest.rfind(':');
    if (digits(rest)) {
      o.line = static_cast<uint32_t>(std::atoi(rest.c_str()));
    } else if (rest.starts_with("@") && digits(rest.substr(1))) {
      o.run = Run::kUntilUnit;
      o.unit = static_cast<uint32_t>(std::atoi(rest.c_str() + 1)) / 2;
    } else if (colon != std::string::npos && digits(rest.substr(colon + 1)) && colon < kTextSize) {
      o.line = static_cast<uint32_t>(std::atoi(rest.c_str() + colon + 1));
      rest.copy(o.file, colon);
      o.file[colon] = '\0';
    } else if (int opcode = opcode_number(rest); opcode >= 0) {
      o.run = Run::kUntilOpcode;
      o.opcode = static_cast<uint32_t>(opcode);
    } else {
      return "until what? a line (12, file.py:12), an offset (@24) or an opcode (RETURN_VALUE)";
    }
    s.forward(o);
    return "";
  }
  std::string go_to() {
    if (!digits(rest)) return "goto wants the number of a step";
    s.moved_ = true;
    uint64_t step = std::strtoull(rest.c_str(), nullptr, 10), here = s.reader_.step();
    if (s.reader_.go_to(step)) {
      s.reason_.clear();
      return "";
    }
    s.reader_.go_to(here);
    s.moved_ = false;
    return s.history_text();
  }
  std::string live() {
    s.moved_ = true;
    s.reason_.clear();
    s.reader_.go_to(s.reader_.end_step() - 1);
    return "";
  }

  struct Word {
    const char *name, *alias;
    bool needs_position;
    std::string (*act)(StepCommands&);
  };
  static const Word words[];
};

const StepCommands::Word StepCommands::words[] = {
    {"step", "s", true, [](StepCommands& c) { return c.steps(false); }},
    {"into", "i", true, [](StepCommands& c) { return c.into(); }},
    {"over", "o", true, [](StepCommands& c) { return c.run(Run::kOver); }},
    {"next", "n", true, [](StepCommands& c) { return c.run(Run::kLine); }},
    {"finish", "f", true, [](StepCommands& c) { return c.run(Run::kFinish); }},
    {"continue", "c", true, [](StepCommands& c) { return c.run(Run::kContinue); }},
    {"until", "u", true, [](StepCommands& c) { return c.until(); }},
    {"back", "bs", true, [](StepCommands& c) { return c.steps(true); }},
    {"back-over", "bo", true, [](StepCommands& c) { return c.run(Run::kOver, true); }},
    {"back-line", "bn", true, [](StepCommands& c) { return c.run(Run::kLine, true); }},
    {"back-finish", "bf", true, [](StepCommands& c) { return c.run(Run::kFinish, true); }},
    {"reverse", "rc", true, [](StepCommands& c) { return c.run(Run::kContinue, true); }},
    {"goto", "g", true, [](StepCommands& c) { return c.go_to(); }},
    {"live", "l", true, [](StepCommands& c) { return c.live(); }},
    {"break", "b", false, [](StepCommands& c) { return c.s.add_breakpoint(c.rest); }},
    {"watch", "w", false, [](StepCommands& c) { return c.s.add_watch(c.rest); }},
    {"delete", "d", false, [](StepCommands& c) { return c.s.remove_stop(c.rest); }},
    {"stops", "", false, [](StepCommands& c) { return c.s.list_stops(); }},
    {"where", "bt", true, [](StepCommands& c) { return join(c.s.call_stack()); }},
    {"stack", "", true, [](StepCommands& c) { return value_lines(c.s.stack_values(), false); }},
    {"vars", "locals", true, [](StepCommands& c) { return value_lines(c.s.variables(), true); }},
    {"block", "", true,
     [](StepCommands& c) {
       std::string text = join(c.s.exception_lines());
       return text.empty() ? std::string("no exception, no handler") : text;
     }},
    {"code", "dis", true, [](StepCommands& c) { return c.s.list_code(); }},
    {"list", "", true, [](StepCommands& c) { return c.s.list_source(5); }},
    {"info", "", false, [](StepCommands& c) { return c.s.history_text(); }},
    {"print", "p", true, [](StepCommands& c) { return c.s.evaluate(c.rest); }},
    {"help", "h", false, [](StepCommands&) { return std::string(kStepHelp); }},
    {"quit", "q", false,
     [](StepCommands& c) {
       c.s.quit_ = true;
       return std::string();
     }},
};

std::string StepSession::command(const std::string& line) {
  moved_ = false;
  std::string text = trimmed(line);
  if (text.empty() || text[0] == '#') return "";
  if (text[0] == '/' || text[0] == '?') {
    if (!has_position()) return "nothing has been recorded";
    return find(trimmed(text.substr(1)), text[0] == '?');
  }
  size_t space = text.find_first_of(" \t");
  std::string word = text.substr(0, space);
  StepCommands c{*this, space == std::string::npos ? "" : trimmed(text.substr(space))};
  for (const StepCommands::Word& w : StepCommands::words) {
    if (word != w.name && word != w.alias) continue;
    if (w.needs_position && !has_position()) return "nothing has been recorded";
    return w.act(c);
  }
  return "unknown command '" + word + "'; `help` lists them";
}

// ---- Lines
// -----------------------------------------------------------------------------------------------------------

namespace {

// Set when nobody reads what is said any more, to the reason (errno).
int unheard = 0;

void say(const std::string& text) {
  std::string out = text + "\n";
  const char* p = out.data();
  for (size_t left = out.size(); left > 0 && !unheard;) {
    ssize_t n = write(STDOUT_FILENO, p, left);
    if (n < 0 && errno == EINTR && !step_signals::end_wanted()) continue;
    if (n <= 0) {
      unheard = n < 0 ? errno : EIO;
      return;
    }
    p += n;
    left -= static_cast<size_t>(n);
  }
}

// Whether whoever reads standard output has gone.
bool has_gone(const pollfd& out) {
  if (!(out.revents & (POLLERR | POLLHUP))) return false;
  unheard = EPIPE;
  return true;
}

// Lines of a file, a pipe or a terminal.
class Input {
 public:
  explicit Input(int fd) : fd_(fd) {}
  // False at the end, and where the interface is to end.
  bool line(std::string& line) {
    size_t end;
    while ((end = pending_.find('\n')) == std::string::npos) {
      pollfd waits[2] = {{fd_, POLLIN, 0}, {STDOUT_FILENO, 0, 0}};
      int ready = poll(waits, 2, -1);
      if (step_signals::end_wanted()) return false;
      if (ready < 0) continue;
      if (has_gone(waits[1])) return false;
      char buffer[4096];
      ssize_t n = read(fd_, buffer, sizeof buffer);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) {
        if (pending_.empty()) return false;
        end = pending_.size();
        break;
      }
      pending_.append(buffer, static_cast<size_t>(n));
    }
    line = pending_.substr(0, end);
    pending_.erase(0, end + 1);
    return true;
  }

 private:
  const int fd_;
  std::string pending_;
};

bool wait_for_target(const StepSession& s, StepProcess& process) {
  constexpr int kLook = 20;  // milliseconds
  pollfd waits[2] = {{s.unwatched() ? -1 : process.socket(), POLLIN, 0}, {STDOUT_FILENO, 0, 0}};
  while (true) {
    int ready = poll(waits, 2, s.unwatched() ? kLook : -1);
    if (step_signals::end_wanted()) return false;
    if (ready < 0) continue;
    return !has_gone(waits[1]);
  }
}

void show_position(StepSession& s) {
  if (!s.reason().empty()) say("-- " + s.reason());
  if (!s.has_position()) return;
  const Reader& r = s.reader();
  for (const Pop& p : r.pops()) {
    std::string value = p.how == kReturned || p.how == kYielded ? " " + value_text(r, p.value, 200) : "";
    say(fmt::format("-- {} {}{}", r.code(p.code).qualified_name, pop_text(p.how), value));
  }
  if (r.raised()) say("-- raised " + r.raised_text());
  say(s.position_text());
  std::string source = s.source_line();
  if (!source.empty()) {
    say("    " + source);
    if (std::string under = s.underline(); !under.empty()) say("    " + under);
  }
  std::string stack;
  for (size_t k = r.stack_base(r.frame()); k < r.frame().slots.size(); k++) {
    stack += (stack.empty() ? "" : ", ") + value_text(r, r.frame().slots[k], 60);
  }
  say("  stack: [" + stack + "]");
  for (const auto& v : s.variables(100)) {
    if (v.changed) say("  " + v.name + " = " + (v.count < 0 ? "unbound" : v.repr));
  }
}

}  // namespace

namespace {

bool goes_on() { return !unheard && !step_signals::end_wanted(); }

// Ends the program where it is. The exit status; does not return where a signal or the lack of a reader is the reason.
int leave(StepSession& s) {
  int signal = step_signals::end_wanted();
  if (!signal && unheard == EPIPE) signal = SIGPIPE;
  bool ended = s.ended();
  s.process().kill_program();
  if (signal) step_signals::end_by(signal);
  if (unheard) {
    std::fprintf(stderr, "minipy dis: <stdout>: %s\n", std::strerror(unheard));
    return 1;
  }
  return ended ? s.process().exit_status() : 0;
}

}  // namespace

int run_step_lines(StepSession& s, const std::string& commands) {
  int fd = STDIN_FILENO;
  if (!commands.empty()) {
    fd = open(commands.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
      std::fprintf(stderr, "minipy dis: cannot read %s: %s\n", commands.c_str(), std::strerror(errno));
      s.process().kill_program();
      return 2;
    }
  }
  Input in(fd);
  bool terminal = isatty(fd);
  s.set_waiter([&s] { return wait_for_target(s, s.process()); });
  if (s.wait()) show_position(s);
  std::string line, last;
  bool at_end = false;
  while (!s.quit() && goes_on()) {
    if (terminal && write(STDOUT_FILENO, "(step) ", 7) < 0) break;
    if (!in.line(line)) {
      at_end = goes_on();
      break;
    }
    if (!terminal) say("> " + line);
    // As in other debuggers, an empty line does the last command again.
    if (line.empty() && terminal) line = last;
    last = line;
    std::string text = s.command(line);
    if (!text.empty()) say(text);
    if (s.running() && !s.wait()) break;
    if (s.moved()) show_position(s);
  }
  // Who leaves a terminal (^D) has had enough; a script's end lets the program run to its own.
  if (at_end && terminal) say("");
  if (!at_end || terminal || s.ended()) return leave(s);
  step_signals::set_role(step_signals::Role::kRelay);
  s.process().send('d');
  s.process().ended(true);
  return s.process().exit_status();
}

int run_step_interface(StepSession& session, const StepInterface& interface) {
  return interface.lines ? run_step_lines(session, interface.commands) : run_step_screen(session);
}

}  // namespace minipy
