#include "cli/run.h"

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "compiler/compile.h"
#include "compiler/marshal.h"
#include "gc/memory_failure.h"
#include "runtime/abstract.h"
#include "runtime/audit.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/function.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "stdlib/import.h"
#include "stdlib/minipy/trace.h"
#include "stdlib/sys/sys.h"
#include "vm/vm.h"

namespace minipy {
namespace {

Ref<Str> fs_text(const std::string& s) { return str_decode_fs(s.data(), static_cast<ssize>(s.size())); }

Status exec_source(std::string_view source, Str* filename, bool from_file) {
  CompileOptions options;
  options.from_file = from_file;
  if (!from_file) options.flags = kCfIgnoreCookie;
  Ref<Code> code = TRY(compile_source(source, filename, ParseMode::kFile, options));
  TRY(vm_eval_code(code.get(), main_dict(), as_object(main_dict())));
  return kOk;
}

// runpy does the finding and running (PEP 338).
Status run_module(const std::string& name, bool alter_argv) {
  Ref<Object> function = TRY(import_attribute("runpy", "_run_module_as_main"));
  Ref<Str> text = TRY(fs_text(name));
  TRY(call(function.get(), as_object(text.get()), py_bool(alter_argv)));
  return kOk;
}

// A program that comes from a file is called by it while it runs.
class MainFile {
 public:
  ~MainFile() {
    if (!module_) return;
    ErrorState pending = error_fetch();
    for (Str* name : {NAME("__file__"), NAME("__cached__")}) {
      if (!dict_delete(module_dict(module_.get()), as_object(name))) error_clear();
    }
    error_restore_state(std::move(pending));
  }
  // Sets __file__ and __cached__, unless a program's file is being run already.
  Status name(Str* file) {
    Dict* d = main_dict();
    if (dict_get_str(d, NAME("__file__"))) return kOk;
    TRY(dict_set_ascii(d, "__file__", as_object(file)));
    TRY(dict_set_ascii(d, "__cached__", py_none()));
    module_ = share(cast<Module>(main_module()));
    return kOk;
  }

 private:
  Ref<Module> module_;  // __main__: the program may have taken it out of sys.modules when it ends
};

bool read_whole_file(std::FILE* f, std::string& out) {
  char buffer[1 << 16];
  for (size_t n; (n = std::fread(buffer, 1, sizeof buffer, f)) > 0;) out.append(buffer, n);
  return !std::ferror(f);
}

// A compiled file is known by its magic number or its ending.
bool looks_compiled(const std::string& path, const std::string& content) {
  if (path.ends_with(".pyc")) return true;
  return content.starts_with("\xa7\x0d");
}

Status exec_compiled(const std::string& content) {
  constexpr size_t kHeaderSize = 16;
  std::string_view data = content;
  if (!data.starts_with("\xa7\x0d\x0d\x0a")) return raise(RuntimeError, "Bad magic number in .pyc file");
  if (data.size() < kHeaderSize) return raise(EOFError, "EOF read where not expected");
  data.remove_prefix(kHeaderSize);
  Ref<Object> code = marshal_loads(data.data(), static_cast<ssize>(data.size()));
  if (!code) error_clear();
  if (!code || !is_exactly(code.get(), &code_type)) return raise(RuntimeError, "Bad code object in .pyc file");
  TRY(vm_eval_code(cast<Code>(code.get()), main_dict(), as_object(main_dict())));
  return kOk;
}

Status set_main_loader(Str* file, bool compiled) {
  Ref<Object> type =
      TRY(import_attribute("_frozen_importlib_external", compiled ? "SourcelessFileLoader" : "SourceFileLoader"));
  Ref<Object> loader = TRY(call(type.get(), NAME("__main__"), file));
  return dict_set_ascii(main_dict(), "__loader__", loader.get());
}

// Runs the content of a file in __main__.
Status exec_file(const std::string& path, const std::string& content) {
  Ref<Str> name = TRY(fs_text(path));
  MainFile main_file;
  TRY(main_file.name(name.get()));
  bool compiled = looks_compiled(path, content);
  TRY(set_main_loader(name.get(), compiled));
  return compiled ? exec_compiled(content) : exec_source(content, name.get(), true);
}

std::string directory_of(const std::string& path) {
  // Where the file really is, following symbolic links.
  char* resolved = realpath(path.c_str(), nullptr);
  std::string full = resolved ? resolved : path;
  std::free(resolved);
  size_t slash = full.rfind('/');
  if (slash == std::string::npos) return "";
  return slash == 0 ? "/" : full.substr(0, slash);
}

std::string absolute(const std::string& path) {
  if (!path.empty() && path[0] == '/') return path;
  char buffer[PATH_MAX];
  if (!getcwd(buffer, sizeof buffer)) return path;
  std::string base = buffer;
  return base + (base.ends_with("/") ? "" : "/") + path;
}

Status prepend_path(const std::string& path) {
  Ref<Str> text = TRY(fs_text(path));
  return prepend_sys_path(as_object(text.get()));
}

// A directory or zip file with a __main__ is run as a package: the importer for it, or null.
bool is_importable_container(const std::string& path) {
  Ref<Object> get_importer = import_attribute("pkgutil", "get_importer");
  Ref<Str> text = fs_text(path);
  if (!get_importer || !text) {
    error_clear();
    return false;
  }
  Ref<Object> importer = call(get_importer.get(), as_object(text.get()));
  if (!importer) error_clear();
  return importer && !is_none(importer.get());
}

// An archive ends with the record of its directory; the marker is searched in the file's last 64 KiB.
bool is_zip_archive(const std::string& path) {
  std::FILE* f = std::fopen(path.c_str(), "rb");
  if (!f) return false;
  constexpr long kTail = 65536 + 22;
  std::fseek(f, 0, SEEK_END);
  long size = std::ftell(f);
  std::fseek(f, size > kTail ? size - kTail : 0, SEEK_SET);
  std::string tail;
  read_whole_file(f, tail);
  std::fclose(f);
  return tail.find("PK\x05\x06") != std::string::npos;
}

int finish(Status status) { return status ? 0 : handle_pending_exception(); }

int run_file(CommandLine& line) {
  const std::string& path = line.target;
  struct stat info;
  bool found = stat(path.c_str(), &info) == 0;
  bool directory = found && S_ISDIR(info.st_mode);
  bool zip = found && !directory && path.size() > 4 && is_zip_archive(path);
  if (directory || zip) {
    if (is_importable_container(path)) {
      if (!prepend_path(absolute(path))) return handle_pending_exception();
      return finish(run_module("__main__", false));
    }
  }
  if (!line.start.config.safe_path && !prepend_path(directory_of(path))) return handle_pending_exception();
  if (!audit("cpython.run_file", absolute(path))) return handle_pending_exception();
  std::FILE* f = std::fopen(path.c_str(), "rb");
  if (!f) {
    int error = errno;
    std::fprintf(stderr, "%s: can't open file '%s': [Errno %d] %s\n", line.start.executable.c_str(),
                 absolute(path).c_str(), error, std::strerror(error));
    return 2;
  }
  std::string content;
  bool read = read_whole_file(f, content);
  std::fclose(f);
  if (!read || directory) {
    std::fprintf(stderr, "%s: '%s' is a directory, cannot continue\n", line.start.executable.c_str(),
                 absolute(path).c_str());
    return 1;
  }
  if (line.skip_first_line) {
    size_t end = content.find('\n');
    content = end == std::string::npos ? "" : content.substr(end);
  }
  // The program knows itself by its absolute path.
  return finish(exec_file(absolute(path), content));
}

bool input_is_interactive() { return isatty(STDIN_FILENO) || current_interpreter()->config.interactive; }

// Reports an exception before the first prompt. An exit status: the program is to end.
std::optional<int> report_before_prompt() {
  if (error_matches(SystemExit)) return exit_status_of_system_exit();
  report_pending_exception();
  if (error_pending()) return exit_status_of_system_exit();
  return std::nullopt;
}

// PYTHONSTARTUP: a program that is run in __main__ before the first prompt. An exit status if it ended the program.
std::optional<int> run_startup_file() {
  const char* file = current_interpreter()->config.ignore_environment ? nullptr : std::getenv("PYTHONSTARTUP");
  if (!file || !*file) return std::nullopt;
  Ref<Str> name = fs_text(file);
  if (!name || !audit("cpython.run_startup", name)) return report_before_prompt();
  std::FILE* f = std::fopen(file, "rb");
  if (!f) {
    int error = errno;
    std::fputs("Could not open PYTHONSTARTUP\n", stderr);
    static_cast<void>(raise_os_error(error, as_object(name.get())));
    return report_before_prompt();
  }
  std::string content;
  read_whole_file(f, content);
  std::fclose(f);
  if (!exec_file(file, content)) return report_before_prompt();
  return std::nullopt;
}

std::optional<int> run_interactive_hook() {
  Object* hook = sys_get(NAME("__interactivehook__"));
  if (!hook) return std::nullopt;
  Ref<Object> held = Ref<Object>::share(hook), done;
  if (audit("cpython.run_interactivehook", hook)) done = call_vector(hook, nullptr, 0);
  if (done) return std::nullopt;
  std::fputs("Failed calling sys.__interactivehook__\n", stderr);
  return report_before_prompt();
}

// A program on standard input, or the interactive loop.
int run_standard_input() {
  if (!audit("cpython.run_stdin")) return handle_pending_exception();
  if (!input_is_interactive()) {
    std::string source;
    read_whole_file(stdin, source);
    MainFile main_file;
    if (!main_file.name(NAME("<stdin>"))) return handle_pending_exception();
    return finish(exec_source(source, NAME("<stdin>"), true));
  }
  current_interpreter()->config.inspect = 0;  // sys.exit() ends the loop
  if (std::optional<int> status = run_startup_file()) return *status;
  if (std::optional<int> status = run_interactive_hook()) return *status;
  return run_interactive();
}

int run_target(CommandLine& line) {
  switch (line.mode) {
    case RunMode::kCommand:
      if (!line.start.config.safe_path && !prepend_path("")) return handle_pending_exception();
      if (!audit("cpython.run_command", line.target)) return handle_pending_exception();
      return finish(exec_source(line.target, NAME("<string>"), false));
    case RunMode::kModule: {
      if (!line.start.config.safe_path) {
        char buffer[PATH_MAX];
        if (getcwd(buffer, sizeof buffer) && !prepend_path(buffer)) return handle_pending_exception();
      }
      if (!audit("cpython.run_module", line.target)) return handle_pending_exception();
      return finish(run_module(line.target, true));
    }
    case RunMode::kFile: return run_file(line);
    case RunMode::kStandardInput:
      if (!line.start.config.safe_path && !prepend_path("")) return handle_pending_exception();
      return run_standard_input();
    case RunMode::kAction: {
      int status = line.action();
      return error_pending() ? handle_pending_exception() : status;
    }
  }
  return 1;
}

// The import system asks module _imp.
Status set_pyc_checking(const CommandLine& line) {
  if (line.check_hash_based_pycs == "default") return kOk;
  Ref<Object> module = TRY(import_module("_imp"));
  Ref<Str> mode = TRY(str_from_ascii(line.check_hash_based_pycs));
  return object_set_attr(module.get(), NAME("check_hash_based_pycs"), as_object(mode.get()));
}

}  // namespace

int handle_pending_exception() {
  // With -i even SystemExit is reported, and the prompt comes.
  if (error_matches(SystemExit) && !current_interpreter()->config.inspect) return exit_status_of_system_exit();
  bool interrupted = error_matches(KeyboardInterrupt);
  report_pending_exception();
  if (error_pending() && error_matches(SystemExit)) return exit_status_of_system_exit();
  if (interrupted) {
    // The shell learns of the interrupt from the signal, once everything is flushed.
    return 128 + SIGINT;
  }
  return 1;
}

// -X minipy.nomemory=FIRST:LAST, for tests: of the allocations that the program makes, those from FIRST on and below
// LAST fail. Without a value nothing fails, and their number is printed at the end.
class MemoryFailure {
 public:
  explicit MemoryFailure(const CommandLine& line) {
    const std::string name = "minipy.nomemory";
    for (const std::string& x : line.start.xoptions) {
      if (!x.starts_with(name)) continue;
      unsigned long first = ULONG_MAX, last = ULONG_MAX;
      if (x.size() > name.size()) std::sscanf(x.c_str() + name.size(), "=%lu:%lu", &first, &last);
      print_count_ = first == ULONG_MAX;
      memory::fail_allocations(first, last);
    }
  }
  ~MemoryFailure() {
    if (print_count_) std::fprintf(stderr, "minipy: %lu allocations\n", memory::allocations_counted());
  }

 private:
  bool print_count_ = false;
};

int run_command_line(CommandLine& line) {
  if (line.watch && !line.watch->before_program(line)) return 1;
  start_option_traces_of_run();
  if (!set_pyc_checking(line)) return handle_pending_exception();
  MemoryFailure failure(line);
  Interpreter::Config& config = current_interpreter()->config;
  bool has_program = line.mode != RunMode::kStandardInput;
  if (!config.quiet && (config.verbose || (!has_program && input_is_interactive()))) print_banner();
  int status = run_target(line);
  // The program may have set the variable.
  const char* variable = config.ignore_environment ? nullptr : std::getenv("PYTHONINSPECT");
  if (variable && *variable && !config.inspect) config.inspect = 1;
  if (config.inspect && has_program && input_is_interactive() && line.mode != RunMode::kAction) {
    config.inspect = 0;
    std::optional<int> ended = run_interactive_hook();
    status = ended ? *ended : run_interactive();
  }
  return line.watch ? line.watch->after_program(status) : status;
}

}  // namespace minipy
