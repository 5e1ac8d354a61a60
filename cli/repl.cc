// The interactive interpreter: reads statements with line editing, runs them, shows their values.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "cli/line_editor.h"
#include "cli/run.h"
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

// sys.ps1 or sys.ps2 as text.
std::string prompt_text(Str* name) {
  Object* prompt = sys_get(name);
  if (!prompt) return "";
  Ref<Object> held = Ref<Object>::share(prompt);
  Ref<Str> text = object_str(prompt);
  if (!text) {
    error_clear();
    return "";
  }
  return std::string(str_utf8(text.get()));
}

// One line with its newline; empty at end of file; null with KeyboardInterrupt.
Ref<Str> next_line(Str* prompt_name) {
  std::string prompt = prompt_text(prompt_name);
  if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {
    Ref<Str> text = str_from_utf8(prompt);
    return text ? read_terminal_line(text.get()) : nullptr;
  }
  std::fputs(prompt.c_str(), stderr);
  std::fflush(stderr);
  std::string line;
  for (int c; (c = std::getc(stdin)) != EOF;) {
    line += static_cast<char>(c);
    if (c == '\n') break;
  }
  return str_decode_utf8(line.data(), static_cast<ssize>(line.size()), "surrogateescape");
}

// The library's codeop decides whether the statement is complete: code, None (more lines), or an exception.
class Session {
 public:
  Status start() {
    Ref<Object> type = TRY(import_attribute("codeop", "CommandCompiler"));
    compiler_ = TRY(call_vector(type.get(), nullptr, 0));
    return kOk;
  }

  // False at end of file.
  bool step() {
    Ref<Str> line = next_line(pending_.empty() ? NAME("ps1") : NAME("ps2"));
    if (!line) return interrupted();
    if (str_length(line.get()) == 0) return false;
    pending_ += std::string(str_utf8(line.get()));
    std::string source = pending_;
    if (!source.empty() && source.back() == '\n') source.pop_back();
    Ref<Str> text = str_from_utf8(source);
    Ref<Object> code;
    if (text) code = call(compiler_.get(), as_object(text.get()), NAME("<stdin>"), NAME("single"));
    if (code && is_none(code.get())) return true;
    pending_.clear();
    if (code) {
      Ref<Object> done = vm_eval_code(cast<Code>(code.get()), main_dict(), as_object(main_dict()));
      if (done) return flush();
    }
    if (error_matches(SystemExit)) {
      exit_status = exit_status_of_system_exit();
      return false;
    }
    report_pending_exception();
    return flush();
  }

  int exit_status = 0;

 private:
  bool interrupted() {
    if (!error_matches(KeyboardInterrupt)) {
      report_pending_exception();
      return true;
    }
    error_clear();
    pending_.clear();
    std::fputs("\nKeyboardInterrupt\n", stderr);
    return true;
  }
  bool flush() {
    if (Object* out = sys_get(NAME("stdout")); out && !is_none(out)) {
      Ref<Object> held = Ref<Object>::share(out);
      Ref<Object> done = call_method(out, NAME("flush"));
      if (!done) error_clear();
    }
    return true;
  }

  Ref<Object> compiler_;
  std::string pending_;
};

void run_startup_file() {
  if (current_interpreter()->config.ignore_environment) return;
  const char* file = std::getenv("PYTHONSTARTUP");
  if (!file || !*file) return;
  Ref<Object> run = import_attribute("runpy", "run_path");
  Ref<Str> path = str_decode_fs(file);
  Ref<Object> globals;
  if (run && path) globals = call(run.get(), as_object(path.get()));
  if (globals && !dict_update(main_dict(), globals.get())) error_clear();
  if (!globals) report_pending_exception();
}

}  // namespace

int run_interactive(const CommandLine& line) {
  g_read_line_hook = read_terminal_line;
  if (!line.start.config.quiet) {
    Object* version = sys_get(NAME("version"));
    std::fprintf(stderr, "Python %s on linux\n", version ? str_utf8_cstr(cast<Str>(version)) : config::kVersion);
    std::fputs("Type \"help\", \"copyright\", \"credits\" or \"license\" for more information.\n", stderr);
  }
  if (!sys_get(NAME("ps1"))) {
    Ref<Str> ps1 = str_from_ascii(">>> "), ps2 = str_from_ascii("... ");
    if (!sys_set("ps1", as_object(ps1.get())) || !sys_set("ps2", as_object(ps2.get()))) error_clear();
  }
  run_startup_file();
  start_history();
  Session session;
  if (!session.start()) return handle_pending_exception();
  while (session.step()) {
  }
  save_history();
  if (isatty(STDIN_FILENO)) std::fputc('\n', stderr);
  return session.exit_status;
}

}  // namespace minipy
