// The interactive interpreter: reads statements with line editing, runs them, shows their values.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "cli/line_editor.h"
#include "cli/run.h"
#include "compiler/compile.h"
#include "compiler/syntax_error.h"
#include "generated/config.h"
#include "runtime/abstract.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/function.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"
#include "stdlib/import.h"
#include "stdlib/read_line.h"
#include "stdlib/sys/sys.h"
#include "vm/vm.h"

namespace minipy {
namespace {

constexpr int kHistoryLength = 1000;

std::string history_file() {
  const char* home = std::getenv("HOME");
  return home && *home ? std::string(home) + "/.minipy_history" : "";
}

void start_history() { read_line_history(history_file().c_str(), kHistoryLength); }
void save_history() { write_line_history(history_file().c_str()); }

Ref<Str> read_terminal_line(Str* prompt) {
  const char* text = str_utf8_cstr(prompt);
  if (!text) return nullptr;
  std::string shown = text;
  char* line;
  {
    ReleaseGil other_threads_run;
    line = edit_line(shown.c_str());
  }
  if (!check_signals()) {
    std::free(line);
    return nullptr;
  }
  if (!line) return str_empty();
  if (*line) add_to_history(line);
  std::string content = line;
  std::free(line);
  content += '\n';
  return str_decode_utf8(content.data(), static_cast<ssize>(content.size()), "surrogateescape");
}

// sys.ps1 or sys.ps2 as text; empty where there is none.
std::string prompt_text(Str* name) {
  Object* prompt = sys_get(name);
  if (!prompt) return "";
  Ref<Object> held = Ref<Object>::share(prompt);
  Ref<Str> text = object_str(prompt);
  std::string_view utf8 = text ? str_utf8(text.get()) : std::string_view{};
  if (!utf8.data()) error_clear();
  return std::string(utf8);
}

bool on_terminal() { return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO); }

// Appends one line with its line break. False: the end of the input, or an exception is pending.
bool next_line(const std::string& prompt, std::string& source) {
  size_t before = source.size();
  if (on_terminal()) {
    Ref<Str> text = str_from_utf8(prompt);
    Ref<Str> line = text ? read_terminal_line(text.get()) : nullptr;
    if (!line) return false;
    source += str_utf8(line.get());
  } else {
    std::fputs(prompt.c_str(), stderr);
    std::fflush(stderr);
    ReleaseGil other_threads_run;
    bool hidden = false;  // what a null byte hides of a line, its break included
    for (int c; (c = std::getc(stdin)) != EOF;) {
      if (c == '\0') hidden = true;
      if (!hidden) source += static_cast<char>(c);
      if (c == '\n' && !hidden) break;
      if (c == '\n') hidden = false;
    }
  }
  if (source.size() > before) return true;
  std::fputc('\n', stderr);
  return false;
}

// Statements are read line by line, as the parser asks for more, and run one by one.
class Session {
 public:
  // Reads and runs one statement. False: the end of the input, or the program's.
  bool step() {
    std::string prompt = prompt_text(NAME("ps1")), continuation = prompt_text(NAME("ps2"));
    std::string source;
    Ref<Code> code;
    bool more = true;
    while (more) {
      bool read = next_line(source.empty() ? prompt : continuation, source);
      if (error_pending()) return interrupted();
      if (!read && source.empty()) return false;
      more = false;
      code = compile_statement(source, read ? &more : nullptr);
    }
    Ref<Object> done;
    if (code) done = vm_eval_code(code.get(), main_dict(), as_object(main_dict()));
    if (done) return flush();
    if (error_matches(SystemExit)) {
      exit_status = exit_status_of_system_exit();
      return false;
    }
    report_pending_exception();
    if (error_pending()) {
      exit_status = exit_status_of_system_exit();
      return false;
    }
    return flush();
  }

  int exit_status = 0;

 private:
  // Null: *more is set, or an exception is pending.
  Ref<Code> compile_statement(std::string_view source, bool* more) {
    CompileOptions options;
    options.flags = kCfIgnoreCookie | future_flags_;
    options.interactive = true;
    options.needs_more = more;
    Ref<Str> text = TRY(decode(source));
    std::string_view utf8 = str_utf8(text.get());
    if (!utf8.data()) return nullptr;
    Ref<Code> code = compile_source(utf8, NAME("<stdin>"), ParseMode::kInteractive, options);
    // `from __future__ import` holds for the statements after it.
    if (code) future_flags_ |= code->flags & kFutureMask;
    return code;
  }
  // Text in the encoding of sys.stdin.
  static Ref<Str> decode(std::string_view source) {
    Object* input = sys_get(NAME("stdin"));
    Ref<Object> encoding;
    if (input && !is_none(input) && !object_find_attr(input, NAME("encoding"), encoding)) error_clear();
    const char* name = encoding && is_str(encoding.get()) ? str_utf8_cstr(cast<Str>(encoding.get())) : "utf-8";
    Ref<Str> text = str_decode(source.data(), static_cast<ssize>(source.size()), name, nullptr);
    if (text || !error_matches(UnicodeError)) return text;
    Ref<Object> error = error_take();
    Ref<Str> message = TRY(format_message("(unicode error) {}", error));
    return raise_syntax_error(SyntaxError, message.get(), NAME("<stdin>"), {0, 0, 0, -1}, str_empty().get());
  }

  bool interrupted() {
    if (error_matches(KeyboardInterrupt)) {
      error_clear();
      std::fputs("\nKeyboardInterrupt\n", stderr);
    } else {
      report_pending_exception();
    }
    return true;
  }
  bool flush() {
    for (Str* name : {NAME("stderr"), NAME("stdout")}) {
      Object* stream = sys_get(name);
      if (!stream) continue;
      Ref<Object> held = Ref<Object>::share(stream);
      Ref<Object> done = call_method(stream, NAME("flush"));
      if (!done) error_clear();
    }
    return true;
  }

  int future_flags_ = 0;
};

}  // namespace

void print_banner() {
  Object* version = sys_get(NAME("version"));
  std::fprintf(stderr, "Python %s on linux\n", version ? str_utf8_cstr(cast<Str>(version)) : config::kVersion);
  if (!current_interpreter()->config.no_site) {
    std::fputs("Type \"help\", \"copyright\", \"credits\" or \"license\" for more information.\n", stderr);
  }
}

int run_interactive() {
  g_read_line_hook = read_terminal_line;
  for (auto [name, text] : {std::pair{"ps1", ">>> "}, std::pair{"ps2", "... "}}) {
    if (sys_get(str_intern_ascii(name).get())) continue;
    Ref<Str> prompt = str_from_ascii(text);
    if (!prompt || !sys_set(name, as_object(prompt.get()))) error_clear();
  }
  if (on_terminal()) start_history();
  Session session;
  while (session.step()) {
  }
  if (on_terminal()) save_history();
  return session.exit_status;
}

}  // namespace minipy
