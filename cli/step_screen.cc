// The stepper's full screen: panes for source, bytecode, stack, variables, calls and the program's output.
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <cwchar>

#include "cli/step_session.h"
#include "cli/step_signals.h"
#include "compiler/opcode.h"

#define NCURSES_NOMACROS
#define NCURSES_WIDECHAR 1
#include <ncurses.h>

// Of <term.h>, which makes macros of `lines`, `columns` and other words.
extern "C" char* tigetstr(const char* name);

namespace minipy {

using namespace step;

namespace {

enum Colour : short { kPlain = 0, kTitle = 1, kHere, kChanged, kSoft, kType, kError, kKeys, kAccent, kFocus };

// Decodes one character of UTF-8; what is none is shown as a question mark.
wchar_t next_character(std::string_view text, size_t& at) {
  unsigned char c = static_cast<unsigned char>(text[at++]);
  if (c < 0x80) return c < 0x20 || c == 0x7f ? L'\u00b7' : static_cast<wchar_t>(c);
  int more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;
  if (!more) return L'?';
  wchar_t v = c & (0x3f >> more);
  for (; more > 0; more--) {
    if (at >= text.size() || (text[at] & 0xc0) != 0x80) return L'?';
    v = (v << 6) | (text[at++] & 0x3f);
  }
  return v;
}

// What the terminal wants to be sent for that purpose (terminfo's name); empty: it has nothing such.
std::string terminal_string(const char* name) {
  const char* s = tigetstr(name);
  return s && s != reinterpret_cast<const char*>(-1) ? s : "";
}

int64_t milliseconds() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct Box {
  int y = 0, x = 0, height = 0, width = 0;  // the title line included
};

enum Pane { kSourcePane, kCodePane, kStackPane, kVariablesPane, kCallsPane, kOutputPane, kPaneCount };

// What the program wrote: lines without control sequences.
class Output {
 public:
  void add(std::string_view bytes) {
    for (char c : bytes) {
      if (escape_) {
        if (c == '[' || c == ']' || c == '(' || c == '?' || c == ';' || (c >= '0' && c <= '9')) continue;
        escape_ = false;
      } else if (c == '\033') {
        escape_ = true;
      } else if (c == '\n') {
        lines.emplace_back();
        if (lines.size() > kMaxLines) lines.erase(lines.begin(), lines.begin() + kMaxLines / 10);
      } else if (c == '\b') {
        if (!lines.back().empty()) lines.back().pop_back();
      } else if (c != '\r') {
        if (lines.back().size() < kMaxLine) lines.back() += c;
      }
    }
  }
  std::vector<std::string> lines{1};

 private:
  static constexpr size_t kMaxLines = 20000, kMaxLine = 4000;
  bool escape_ = false;
};

class Screen {
 public:
  explicit Screen(StepSession& session) : s_(session) {}
  int run();

 private:
  struct Line {
    std::string text;
    attr_t attributes = A_NORMAL;
    // A byte range of the text that is marked.
    size_t mark_start = 0, mark_end = 0;
    // Right-hand part of the line.
    std::string right;
  };

  // ---- Drawing
  void draw();
  void lay_out();
  void put(int y, int x, int width, const Line& line);
  void draw_pane(Pane pane, const std::string& title, const std::vector<Line>& lines, int cursor);
  void draw_source();
  void draw_code();
  void draw_stack();
  void draw_variables();
  void draw_calls();
  void draw_output();
  void draw_bars();
  void draw_popup();
  std::vector<Line> value_lines(const std::vector<StepSession::ValueLine>& values, bool names);

  // ---- Events
  void wait_for_event();
  bool wait_for_answer();
  bool goes_on() const { return !quit_ && !hung_up_ && !step_signals::end_wanted(); }
  int poll_all(bool keys, int patience, bool& spoke);
  void read_output();
  void key_while_stopped(int key);
  void key_while_running(int key);
  bool key_in_prompt(int key);
  bool key_in_popup(int key);
  void scroll(int lines);
  void act(const std::string& command);
  void ask(const std::string& label, const std::string& start);

  StepSession& s_;
  Box boxes_[kPaneCount];
  int scroll_[kPaneCount] = {};
  Pane focus_ = kOutputPane;
  Output output_;
  std::string message_, label_, typed_, popup_;
  int popup_top_ = 0;
  static constexpr int64_t kPatience = 300;  // milliseconds
  int64_t running_since_ = milliseconds();
  bool keys_to_program_ = false;
  bool prompting_ = false, popped_up_ = false, quit_ = false;
  // The viewer's terminal is gone.
  bool hung_up_ = false;
  // Nobody has the program's terminal open: it is asked for now and then.
  bool program_closed_terminal_ = false;
};

// ---- Layout
// ----------------------------------------------------------------------------------------------------------

void Screen::lay_out() {
  int rows = LINES, columns = COLS;
  int output = rows >= 40 ? 8 : rows >= 20 ? 4 : 2;
  int top = 1, middle = std::max(6, rows - 3 - output);
  boxes_[kOutputPane] = {top + middle, 0, output, columns};
  if (columns >= 120) {
    int source = columns * 2 / 5, code = columns * 27 / 100, right = columns - source - code;
    boxes_[kSourcePane] = {top, 0, middle, source};
    boxes_[kCodePane] = {top, source, middle, code};
    int stack = middle * 35 / 100, calls = middle * 25 / 100;
    boxes_[kStackPane] = {top, source + code, stack, right};
    boxes_[kVariablesPane] = {top + stack, source + code, middle - stack - calls, right};
    boxes_[kCallsPane] = {top + middle - calls, source + code, calls, right};
  } else {
    int left = columns * 54 / 100, right = columns - left, source = middle / 2;
    boxes_[kSourcePane] = {top, 0, source, left};
    boxes_[kCodePane] = {top + source, 0, middle - source, left};
    int stack = middle * 2 / 5, calls = std::max(3, middle / 4);
    boxes_[kStackPane] = {top, left, stack, right};
    boxes_[kVariablesPane] = {top + stack, left, middle - stack - calls, right};
    boxes_[kCallsPane] = {top + middle - calls, left, calls, right};
  }
}

void Screen::put(int y, int x, int width, const Line& line) {
  if (width <= 0 || y < 0 || y >= LINES) return;
  attrset(line.attributes);
  int at = 0, right = 0;
  for (size_t i = 0; i < line.right.size();) right += std::max(0, wcwidth(next_character(line.right, i)));
  int room = width - (right ? right + 1 : 0);
  if (room < width / 3) {
    room = width;
    right = 0;
  }
  for (size_t i = 0; i < line.text.size();) {
    size_t start = i;
    wchar_t c = next_character(line.text, i);
    int w = wcwidth(c);
    if (w < 0) {
      c = L'?';
      w = 1;
    }
    if (at + w > room || (at + w == room && i < line.text.size())) {
      mvaddwstr(y, x + at, L"\u2026");
      at++;
      break;
    }
    bool marked = start >= line.mark_start && start < line.mark_end;
    if (marked) attrset(line.attributes | A_UNDERLINE | A_BOLD);
    wchar_t text[2] = {c, 0};
    mvaddwstr(y, x + at, text);
    if (marked) attrset(line.attributes);
    at += w;
  }
  for (; at < width; at++) mvaddch(y, x + at, ' ');
  if (right) {
    attrset((line.attributes & A_REVERSE) ? line.attributes : static_cast<attr_t>(COLOR_PAIR(kSoft)));
    at = width - right;
    for (size_t i = 0; i < line.right.size();) {
      wchar_t text[2] = {next_character(line.right, i), 0};
      mvaddwstr(y, x + at, text);
      at += std::max(0, wcwidth(text[0]));
    }
  }
  attrset(A_NORMAL);
}

// `cursor`: the line that must be visible; -1: the last one.
void Screen::draw_pane(Pane pane, const std::string& title, const std::vector<Line>& lines, int cursor) {
  const Box& b = boxes_[pane];
  if (b.height < 1) return;
  bool focused = focus_ == pane;
  attrset(COLOR_PAIR(focused ? kFocus : kTitle));
  mvhline(b.y, b.x, ACS_HLINE, b.width);
  if (b.x > 0) mvaddch(b.y, b.x, b.y == 1 ? ACS_TTEE : ACS_LTEE);
  attrset(A_NORMAL);
  std::string shown = " " + title + " ";
  int title_width = std::min(b.width - 3, static_cast<int>(shown.size()));
  put(b.y, b.x + 1, title_width,
      {shown, static_cast<attr_t>(COLOR_PAIR(focused ? kFocus : kTitle) | A_BOLD), 0, 0, ""});
  int height = b.height - 1, count = static_cast<int>(lines.size());
  int top = cursor < 0 ? count - height : cursor - height / 2;
  top = std::clamp(top + scroll_[pane], 0, std::max(0, count - height));
  bool beside = b.x > 0;
  for (int k = 0; k < height; k++) {
    int y = b.y + 1 + k;
    if (beside) {
      attrset(COLOR_PAIR(kTitle));
      mvaddch(y, b.x, ACS_VLINE);
      attrset(A_NORMAL);
    }
    int x = b.x + (beside ? 2 : 1), width = b.width - (beside ? 2 : 1);
    put(y, x, width, top + k < count ? lines[static_cast<size_t>(top) + static_cast<size_t>(k)] : Line{});
  }
}

// ---- Panes
// -----------------------------------------------------------------------------------------------------------

void Screen::draw_source() {
  const Reader& r = s_.reader();
  const InstructionText& i = r.instruction();
  const std::vector<std::string>& source = s_.sources().lines(r.code().file);
  std::vector<Line> lines;
  int number_width = source.size() >= 1000 ? 5 : 3;
  for (size_t k = 0; k < source.size(); k++) {
    int n = static_cast<int>(k) + 1;
    std::string head = fmt::format("{:{}} ", n, number_width);
    bool stop = false;
    for (const Breakpoint& b : s_.orders().breakpoints) {
      stop |= b.kind == Breakpoint::kAtLine && b.line == n && file_matches(r.code().file, b.where);
    }
    if (stop) head[0] = '*';
    Line line{head + source[k], A_NORMAL, 0, 0, ""};
    int last = std::max(i.line, i.end_line);
    if (n >= i.line && n <= last && i.line > 0) {
      line.attributes = COLOR_PAIR(kHere);
      size_t indent = source[k].find_first_not_of(" \t");
      size_t start = n == i.line ? static_cast<size_t>(std::max(0, i.column)) : indent;
      size_t end = n == last ? static_cast<size_t>(std::max(0, i.end_column)) : source[k].size();
      if (i.column >= 0) {
        line.mark_start = head.size() + start;
        line.mark_end = head.size() + end;
      }
    }
    lines.push_back(std::move(line));
  }
  if (lines.empty()) lines.push_back({"the source cannot be read", static_cast<attr_t>(COLOR_PAIR(kSoft)), 0, 0, ""});
  const std::string& file = r.code().file;
  draw_pane(kSourcePane, "Source " + file.substr(file.rfind('/') + 1), lines, std::max(0, i.line - 1));
}

void Screen::draw_code() {
  const Reader& r = s_.reader();
  const CodeText& c = r.code();
  int unit = r.frame().unit, cursor = 0;
  const HandlerText* handler = c.handler_of(unit);
  const InstructionText& now = r.instruction();
  std::vector<Line> lines;
  for (const InstructionText& i : c.instructions) {
    std::string argument = opcode_has_arg(i.opcode) ? fmt::format(" {}", i.argument) : "";
    if (!i.text.empty()) argument += " (" + i.text + ")";
    const char* sign = i.unit == unit                         ? ">"
                       : handler && i.unit == handler->target ? "!"
                       : i.unit == now.target                 ? "+"
                                                              : " ";
    Line line{fmt::format("{:>4} {}{:4} {}{}", c.starts_line(i.unit) ? std::to_string(i.line) : "", sign, i.unit * 2,
                          opcode_text(i.opcode), argument),
              A_NORMAL, 0, 0, ""};
    if (i.unit == unit) {
      cursor = static_cast<int>(lines.size());
      line.attributes = COLOR_PAIR(kHere) | A_BOLD;
    } else if (handler && i.unit == handler->target) {
      line.attributes = COLOR_PAIR(kError);
    } else if (i.unit == now.target) {
      line.attributes = COLOR_PAIR(kAccent);
    }
    lines.push_back(std::move(line));
  }
  for (const HandlerText& h : c.handlers) {
    lines.push_back({fmt::format("     {} to {} -> {} [{}]{}", h.start * 2, (h.end - 1) * 2, h.target * 2, h.depth,
                                 h.push_place ? " lasti" : ""),
                     static_cast<attr_t>(COLOR_PAIR(&h == handler ? kError : kSoft)), 0, 0, ""});
  }
  draw_pane(kCodePane, "Bytecode " + c.qualified_name, lines, cursor);
}

std::vector<Screen::Line> Screen::value_lines(const std::vector<StepSession::ValueLine>& values, bool names) {
  std::vector<Line> lines;
  for (const auto& v : values) {
    Line line;
    std::string value = v.count < 0 ? (names ? "unbound" : "NULL") : v.repr;
    line.text = names ? v.name + (v.is_cell ? " (cell) = " : " = ") + value : value;
    if (v.count >= 0) line.right = v.type + " " + (v.count >= 100000000 ? "inf" : std::to_string(v.count));
    if (v.changed) line.attributes = COLOR_PAIR(kChanged) | A_BOLD;
    if (v.count < 0) line.attributes |= COLOR_PAIR(kSoft);
    lines.push_back(std::move(line));
  }
  if (lines.empty()) lines.push_back({names ? "none" : "empty", static_cast<attr_t>(COLOR_PAIR(kSoft)), 0, 0, ""});
  return lines;
}

void Screen::draw_stack() {
  auto values = s_.stack_values(300);
  draw_pane(kStackPane, fmt::format("Stack ({}), top first", values.size()), value_lines(values, false), 0);
}

void Screen::draw_variables() {
  auto values = s_.variables(300);
  int changed = 0;
  for (size_t k = 0; k < values.size(); k++) {
    if (values[k].changed) changed = static_cast<int>(k);
  }
  draw_pane(kVariablesPane, "Variables", value_lines(values, true), changed);
}

void Screen::draw_calls() {
  std::vector<Line> lines;
  for (const std::string& text : s_.exception_lines()) {
    lines.push_back({text, static_cast<attr_t>(COLOR_PAIR(kError)), 0, 0, ""});
  }
  bool first = true;
  for (const std::string& text : s_.call_stack()) {
    lines.push_back({text, static_cast<attr_t>(first ? A_BOLD : A_NORMAL), 0, 0, ""});
    first = false;
  }
  draw_pane(kCallsPane, fmt::format("Calls ({})", s_.reader().frames().size()), lines, 0);
}

void Screen::draw_output() {
  std::vector<Line> lines;
  for (const std::string& text : output_.lines) lines.push_back({text, A_NORMAL, 0, 0, ""});
  if (lines.back().text.empty() && lines.size() > 1) lines.pop_back();
  draw_pane(kOutputPane,
            s_.running() && keys_to_program_ ? "Output (the program runs: keys go to it, ^X pauses)" : "Output", lines,
            -1);
}

void Screen::draw_bars() {
  const Reader& r = s_.reader();
  std::string left = " minipy  " + s_.title.substr(s_.title.rfind('/') + 1);
  std::string right;
  if (s_.has_position()) {
    left += "  " + s_.position_text();
    std::string where = s_.running()                      ? (keys_to_program_ ? "RUNNING" : "...")
                        : s_.ended() && s_.at_live_edge() ? "END"
                        : s_.at_live_edge()               ? "LIVE"
                                                          : "RECORD";
    right = fmt::format("{}/{} {} ", r.step(), r.end_step() - 1, where);
  }
  put(0, 0, COLS, {"", static_cast<attr_t>(COLOR_PAIR(kKeys)), 0, 0, ""});
  put(0, 0, COLS - static_cast<int>(right.size()) - 1,
      {left, static_cast<attr_t>(COLOR_PAIR(kKeys) | A_BOLD), 0, 0, ""});
  put(0, COLS - static_cast<int>(right.size()), static_cast<int>(right.size()),
      {right, static_cast<attr_t>(COLOR_PAIR(kKeys) | A_BOLD), 0, 0, ""});
  if (prompting_) {
    put(LINES - 2, 0, COLS, {label_ + typed_, A_BOLD, 0, 0, ""});
  } else {
    put(LINES - 2, 0, COLS,
        {message_.empty() ? s_.reason() : message_, static_cast<attr_t>(COLOR_PAIR(kAccent) | A_BOLD), 0, 0, ""});
  }
  std::string keys =
      COLS >= 120
          ? " s step  i into  o over  n line  f finish  c continue  |  S O N F C: back  |  b break  w watch  p print  "
            "g goto  l live  / search  : command  Tab pane  h help  q quit"
          : " s/S step  i into  o/O over  n/N line  f/F finish  c/C cont  b w p / :  h q quit";
  put(LINES - 1, 0, COLS, {keys, static_cast<attr_t>(COLOR_PAIR(kKeys)), 0, 0, ""});
}

void Screen::draw_popup() {
  std::vector<std::string> lines;
  size_t width = 0;
  for (size_t at = 0; at <= popup_.size();) {
    size_t end = std::min(popup_.find('\n', at), popup_.size());
    lines.push_back(popup_.substr(at, end - at));
    width = std::max(width, lines.back().size());
    at = end + 1;
  }
  int w = std::min(COLS - 4, static_cast<int>(width) + 4), h = std::min(LINES - 2, static_cast<int>(lines.size()) + 2);
  int y = (LINES - h) / 2, x = (COLS - w) / 2, inner = h - 2;
  popup_top_ = std::clamp(popup_top_, 0, std::max(0, static_cast<int>(lines.size()) - inner));
  for (int k = 0; k < h; k++) put(y + k, x, w, {"", static_cast<attr_t>(COLOR_PAIR(kKeys)), 0, 0, ""});
  for (int k = 0; k < inner; k++) {
    put(y + 1 + k, x + 2, w - 4, {lines[static_cast<size_t>(popup_top_) + static_cast<size_t>(k)], A_NORMAL, 0, 0, ""});
  }
  put(y + h - 1, x + 2, w - 4, {"any key closes, arrows scroll", static_cast<attr_t>(COLOR_PAIR(kKeys)), 0, 0, ""});
}

void Screen::draw() {
  lay_out();
  erase();
  draw_bars();
  if (s_.has_position()) {
    draw_source();
    draw_code();
    draw_stack();
    draw_variables();
    draw_calls();
  } else {
    put(LINES / 2, 2, COLS - 4,
        {s_.ended() ? "No instruction of the program was executed." : "Starting...", A_BOLD, 0, 0, ""});
  }
  draw_output();
  if (popped_up_) draw_popup();
  if (prompting_) {
    curs_set(1);
    move(LINES - 2, std::min(COLS - 1, static_cast<int>(label_.size() + typed_.size())));
  } else {
    curs_set(0);
  }
  refresh();
}

// ---- Events
// ----------------------------------------------------------------------------------------------------------

void Screen::read_output() {
  char buffer[65536];
  ssize_t n = read(s_.process().terminal(), buffer, sizeof buffer);
  if (n > 0) output_.add({buffer, static_cast<size_t>(n)});
}

void Screen::ask(const std::string& label, const std::string& start) {
  prompting_ = true;
  label_ = label;
  typed_ = start;
}

void Screen::act(const std::string& command) {
  for (int& k : scroll_) k = 0;
  message_ = s_.command(command);
  if (message_.find('\n') != std::string::npos) {
    popup_ = message_;
    message_.clear();
    popup_top_ = 0;
    popped_up_ = true;
  }
  if (s_.quit()) quit_ = true;
  running_since_ = milliseconds();
  keys_to_program_ = false;
}

void Screen::scroll(int lines) { scroll_[focus_] += lines; }

void Screen::key_while_stopped(int key) {
  switch (key) {
    case 's':
    case ' ':
    case KEY_RIGHT: return act("step");
    case 'S':
    case KEY_LEFT: return act("back");
    case 'i': return act("into");
    case 'o': return act("over");
    case 'O': return act("back-over");
    case 'n':
    case KEY_DOWN: return act("next");
    case 'N':
    case KEY_UP: return act("back-line");
    case 'f': return act("finish");
    case 'F': return act("back-finish");
    case 'c': return act("continue");
    case 'C': return act("reverse");
    case 'l':
    case KEY_END: return act("live");
    case KEY_HOME: return act(fmt::format("goto {}", s_.reader().first_step()));
    case 'g': return ask("goto ", "");
    case 'u': return ask("until ", "");
    case 'b':
      return ask("break ", s_.has_position() && s_.reader().instruction().line > 0
                               ? std::to_string(s_.reader().instruction().line)
                               : "");
    case 'w': return ask("watch ", "");
    case 'p': return ask("print ", "");
    case 'd': return ask("delete ", "");
    case '/': return ask("/", "");
    case '?': return ask("?", "");
    case ':': return ask(":", "");
    case 'h':
    case KEY_F(1): return act("help");
    case '\t': focus_ = static_cast<Pane>((focus_ + 1) % kPaneCount); return;
    case KEY_BTAB: focus_ = static_cast<Pane>((focus_ + kPaneCount - 1) % kPaneCount); return;
    case KEY_NPAGE: return scroll(std::max(1, boxes_[focus_].height - 2));
    case KEY_PPAGE: return scroll(-std::max(1, boxes_[focus_].height - 2));
    case 'j': return scroll(1);
    case 'k': return scroll(-1);
    case 'q': return act("quit");
    default: return;
  }
}

void Screen::key_while_running(int key) {
  constexpr int kPause = 'X' - '@', kEnter = '\r';
  if (key == kPause) {
    s_.pause();
    return;
  }
  char c = static_cast<char>(key == KEY_ENTER || key == '\n' ? kEnter : key == KEY_BACKSPACE ? 0x7f : key);
  if (key < 256 || key == KEY_ENTER || key == KEY_BACKSPACE) {
    while (write(s_.process().terminal(), &c, 1) < 0 && errno == EINTR) {
    }
  }
}

bool Screen::key_in_prompt(int key) {
  if (!prompting_) return false;
  if (key == '\n' || key == '\r' || key == KEY_ENTER) {
    prompting_ = false;
    std::string label = label_ == ":" ? "" : label_;
    act(label + typed_);
  } else if (key == 27) {
    prompting_ = false;
  } else if (key == KEY_BACKSPACE || key == 127 || key == '\b') {
    if (typed_.empty()) {
      prompting_ = false;
    } else {
      while (!typed_.empty() && (typed_.back() & 0xc0) == 0x80) typed_.pop_back();
      if (!typed_.empty()) typed_.pop_back();
    }
  } else if (key == 'U' - '@') {
    typed_.clear();
  } else if (key >= 32 && key < 256 && typed_.size() < 200) {
    typed_ += static_cast<char>(key);
  }
  return true;
}

bool Screen::key_in_popup(int key) {
  if (!popped_up_) return false;
  if (key == KEY_DOWN || key == 'j') {
    popup_top_++;
  } else if (key == KEY_UP || key == 'k') {
    popup_top_--;
  } else if (key == KEY_NPAGE) {
    popup_top_ += LINES / 2;
  } else if (key == KEY_PPAGE) {
    popup_top_ -= LINES / 2;
  } else if (key != KEY_RESIZE) {
    popped_up_ = false;
  }
  return true;
}

// Waits for keys (unless they are to wait themselves), output of the program, which is taken, or a word of the target.
// `patience`: milliseconds, -1: for ever. The number of those that had something.
int Screen::poll_all(bool keys, int patience, bool& spoke) {
  constexpr int kLook = 50;  // milliseconds: how often what cannot be waited for is asked
  // After its end a program's terminal says that it is gone for ever.
  bool target = !s_.ended() && !s_.unwatched(), terminal = !s_.ended() && !program_closed_terminal_;
  pollfd waits[3] = {{keys ? STDIN_FILENO : -1, POLLIN, 0},
                     {terminal ? s_.process().terminal() : -1, POLLIN, 0},
                     {target ? s_.process().socket() : -1, POLLIN, 0}};
  bool asking = !s_.ended() && (!target || !terminal);
  int limit = asking && (patience < 0 || patience > kLook) ? kLook : patience;
  int ready = poll(waits, 3, limit);
  spoke = waits[2].revents != 0 || (!s_.ended() && s_.unwatched());
  if (ready < 0) return ready;
  if (waits[0].revents & (POLLHUP | POLLERR | POLLNVAL)) hung_up_ = true;
  if (waits[1].revents & POLLIN) {
    read_output();
  } else if (waits[1].revents) {
    program_closed_terminal_ = true;
  }
  if (program_closed_terminal_ && !s_.ended()) {
    pollfd again{s_.process().terminal(), POLLIN, 0};
    program_closed_terminal_ = poll(&again, 1, 0) == 1 && !(again.revents & POLLIN);
  }
  return ready;
}

void Screen::wait_for_event() {
  // What is typed right behind a command is for the stepper, not for a program that runs for a moment.
  bool keys = !s_.running() || keys_to_program_, spoke = false;
  int patience = keys ? -1 : static_cast<int>(std::max<int64_t>(0, running_since_ + kPatience - milliseconds()));
  poll_all(keys, patience, spoke);
  if (!keys && milliseconds() >= running_since_ + kPatience) keys_to_program_ = true;
  if (!goes_on()) return;
  if (spoke) {
    s_.target_spoke();
    if (s_.ended()) {
      // What it wrote last.
      pollfd rest{s_.process().terminal(), POLLIN, 0};
      while (poll(&rest, 1, 0) > 0 && (rest.revents & POLLIN)) read_output();
    }
  }
  if (s_.running() && !keys_to_program_) return;
  for (int key; (key = getch()) != ERR;) {
    if (key == KEY_RESIZE) {
      lay_out();
      s_.process().resize_terminal(boxes_[kOutputPane].height - 1, boxes_[kOutputPane].width - 1);
      continue;
    }
    if (s_.running()) {
      key_while_running(key);
      // The program answers by itself; what is typed next may be meant for the stepper.
      break;
    }
    if (key_in_prompt(key) || key_in_popup(key)) continue;
    message_.clear();
    key_while_stopped(key);
    if (s_.running()) break;
  }
}

// While the program evaluates an expression, keys are for it, as while it runs; ^X, too, interrupts it.
bool Screen::wait_for_answer() {
  running_since_ = milliseconds();
  for (bool spoke = false; !spoke;) {
    int left = static_cast<int>(std::max<int64_t>(0, running_since_ + kPatience - milliseconds()));
    poll_all(left == 0, left == 0 ? -1 : left, spoke);
    if (!goes_on()) return false;
    if (left > 0) continue;
    constexpr int kBreak = 'C' - '@', kPause = 'X' - '@';
    for (int key; (key = getch()) != ERR;) key_while_running(key == kPause ? kBreak : key);
    draw_output();
    refresh();
  }
  return true;
}

int Screen::run() {
  std::setlocale(LC_ALL, "");
  termios modes;
  bool modes_known = tcgetattr(STDIN_FILENO, &modes) == 0;
  SCREEN* screen = newterm(nullptr, stdout, stdin);
  if (!screen) {
    std::fprintf(stderr, "minipy dis: this terminal (TERM=%s) cannot be driven; --lines works everywhere\n",
                 std::getenv("TERM") ? std::getenv("TERM") : "");
    s_.process().kill_program();
    return 2;
  }
  if (modes_known)
    step_signals::remember_terminal(STDIN_FILENO, modes, terminal_string("rmcup") + terminal_string("cnorm"));
  raw();
  noecho();
  keypad(stdscr, TRUE);
  nodelay(stdscr, TRUE);
  set_escdelay(25);
  if (has_colors()) {
    start_color();
    use_default_colors();
    init_pair(kTitle, COLOR_BLUE, -1);
    init_pair(kHere, COLOR_BLACK, COLOR_YELLOW);
    init_pair(kChanged, COLOR_GREEN, -1);
    init_pair(kSoft, COLORS >= 256 ? 244 : COLOR_WHITE, -1);
    init_pair(kType, COLOR_CYAN, -1);
    init_pair(kError, COLOR_RED, -1);
    init_pair(kKeys, COLOR_WHITE, COLORS >= 256 ? 24 : COLOR_BLUE);
    init_pair(kAccent, COLOR_CYAN, -1);
    init_pair(kFocus, COLOR_YELLOW, -1);
  }
  lay_out();
  s_.process().resize_terminal(boxes_[kOutputPane].height - 1, boxes_[kOutputPane].width - 1);
  s_.set_waiter([this] { return wait_for_answer(); });
  while (goes_on()) {
    draw();
    wait_for_event();
  }
  endwin();
  delscreen(screen);
  int signal = step_signals::end_wanted();
  bool ended = s_.ended();
  s_.process().kill_program();
  if (signal || hung_up_) step_signals::end_by(signal ? signal : SIGHUP);
  return ended ? s_.process().exit_status() : 0;
}

}  // namespace

int run_step_screen(StepSession& session) { return Screen(session).run(); }

}  // namespace minipy
