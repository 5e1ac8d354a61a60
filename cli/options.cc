#include "cli/options.h"

#include <limits.h>
#include <unistd.h>

#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "generated/config.h"
#include "runtime/code_tables.h"

namespace minipy {
namespace {

void print_version(bool verbose) {
  if (verbose) {
    std::printf("Python %s (minipy %s, %s, %s)\n[%s]\n", config::kVersion, config::kMinipyVersion, __DATE__, __TIME__,
                config::kCompiler);
  } else {
    std::printf("Python %s\n", config::kVersion);
  }
}

class Parser {
 public:
  Parser(const std::vector<std::string>& argv, CommandLine& out) : argv_(argv), out_(out) {}

  void parse() {
    size_t i = 1;
    for (; i < argv_.size(); i++) {
      const std::string& arg = argv_[i];
      if (arg.size() < 2 || arg[0] != '-') break;
      if (arg == "--") {
        i++;
        break;
      }
      if (arg.starts_with("--")) {
        if (!long_option(i)) return;
        continue;
      }
      if (!short_options(i)) return;
      if (have_target_) break;
    }
    if (version_) {
      print_version(version_ > 1);
      return finish(0);
    }
    positional(i);
  }

 private:
  void finish(int status) {
    out_.done = true;
    out_.status = status;
  }

  bool usage_error(const std::string& message) {
    std::fprintf(stderr, "%s\nusage: %s [option] ... [-c cmd | -m mod | file | -] [arg] ...\n", message.c_str(),
                 argv_[0].c_str());
    std::fprintf(stderr, "Try `python -h' for more information.\n");
    finish(2);
    return false;
  }

  bool long_option(size_t& i) {
    const std::string& arg = argv_[i];
    if (arg == "--help" || arg == "--help-all") {
      print_help();
      finish(0);
      return false;
    }
    if (arg == "--version") {
      version_++;
      return true;
    }
    if (arg == "--check-hash-based-pycs") {
      if (++i >= argv_.size()) return usage_error("Argument expected for the --check-hash-based-pycs option");
      const std::string& mode = argv_[i];
      if (mode == "always" || mode == "never" || mode == "default") {
        out_.check_hash_based_pycs = mode;
        return true;
      }
      std::fprintf(stderr, "--check-hash-based-pycs must be one of 'default', 'always', or 'never'\n");
      return usage_error("");
    }
    return usage_error("unknown option " + arg);
  }

  // A word of options: "-Bs", "-Wignore", "-c". The rest of the word or the next word is an option's argument.
  bool short_options(size_t& i) {
    const std::string& word = argv_[i];
    for (size_t k = 1; k < word.size(); k++) {
      char c = word[k];
      if (std::strchr("cmWX", c)) {
        std::string value = word.substr(k + 1);
        if (value.empty()) {
          if (++i >= argv_.size()) return usage_error(std::string("Argument expected for the -") + c + " option");
          value = argv_[i];
        }
        return option_with_value(c, value);
      }
      if (!flag(c)) return false;
    }
    return true;
  }

  bool option_with_value(char c, const std::string& value) {
    switch (c) {
      case 'c':
        out_.mode = RunMode::kCommand;
        out_.target = value + "\n";
        have_target_ = true;
        break;
      case 'm':
        out_.mode = RunMode::kModule;
        out_.target = value;
        have_target_ = true;
        break;
      case 'W': out_.start.warnoptions.push_back(value); break;
      default: out_.start.xoptions.push_back(value);
    }
    return true;
  }

  bool flag(char c) {
    Interpreter::Config& f = out_.start.config;
    switch (c) {
      case 'b': f.bytes_warning++; return true;
      case 'B': f.dont_write_bytecode = true; return true;
      case 'd':
      case 'R':
      case 't': return true;
      case 'E': f.ignore_environment = true; return true;
      case 'i':
        f.inspect++;
        f.interactive = true;
        out_.inspect = true;
        return true;
      case 'I': f.isolated = f.ignore_environment = f.no_user_site = f.safe_path = true; return true;
      case 'O': f.optimize++; return true;
      case 'P': f.safe_path = true; return true;
      case 'q': f.quiet = true; return true;
      case 's': f.no_user_site = true; return true;
      case 'S': f.no_site = true; return true;
      case 'u': f.unbuffered = true; return true;
      case 'v': f.verbose++; return true;
      case 'V': version_++; return true;
      case 'x': out_.skip_first_line = true; return true;
      case 'h':
      case '?':
        print_help();
        finish(0);
        return false;
      default: return usage_error(std::string("Unknown option: -") + c);
    }
  }

  void positional(size_t i) {
    std::vector<std::string>& argv = out_.start.argv;
    if (have_target_) {
      argv.push_back(out_.mode == RunMode::kCommand ? "-c" : "-m");
      i++;
    } else if (i < argv_.size() && argv_[i] != "-") {
      out_.mode = RunMode::kFile;
      out_.target = argv_[i];
    } else if (i < argv_.size()) {
      out_.dash = true;
    }
    for (; i < argv_.size(); i++) argv.push_back(argv_[i]);
    if (argv.empty()) argv.push_back("");
  }

  const std::vector<std::string>& argv_;
  CommandLine& out_;
  bool have_target_ = false;
  int version_ = 0;
};

const char* environment(const Interpreter::Config& config, const char* name) {
  if (config.ignore_environment) return nullptr;
  const char* value = std::getenv(name);
  return value && *value ? value : nullptr;
}

// The larger of the option's count and the variable's number (any text counts as 1).
void raise_count(const Interpreter::Config& config, const char* name, int& count) {
  const char* value = environment(config, name);
  if (!value) return;
  char* end;
  long n = std::strtol(value, &end, 10);
  if (*end || n < 0) n = 1;
  if (n > count) count = static_cast<int>(n);
}

bool hash_seed_option(CommandLine& line) {
  const char* value = environment(line.start.config, "PYTHONHASHSEED");
  if (!value || !std::strcmp(value, "random")) return true;
  char* end;
  unsigned long seed = std::strtoul(value, &end, 10);
  if (*end || seed > 4294967295ul) {
    std::fputs(
        "Fatal Python error: config_init_hash_seed: PYTHONHASHSEED must be \"random\" or an integer in range "
        "[0; 4294967295]\nPython runtime state: preinitialized\n\nCurrent thread 0x0000000000000000 (most recent call "
        "first):\n  <no Python frame>\n",
        stderr);
    return false;
  }
  line.start.config.use_hash_seed = true;
  line.start.config.hash_seed = seed;
  return true;
}

bool int_digits_option(CommandLine& line) {
  Interpreter::Config& c = line.start.config;
  const char* text = environment(c, "PYTHONINTMAXSTRDIGITS");
  const char* source = "PYTHONINTMAXSTRDIGITS";
  std::string option;
  for (const std::string& x : line.start.xoptions) {
    if (!x.starts_with("int_max_str_digits")) continue;
    option = x.size() > 19 ? x.substr(19) : "";
    text = option.c_str();
    source = "-X int_max_str_digits";
  }
  if (!text) return true;
  char* end;
  long n = std::strtol(text, &end, 10);
  if (*end || !*text || (n != 0 && n < 640) || n > INT_MAX) {
    std::fprintf(stderr,
                 "Fatal Python error: config_init_int_max_str_digits: %s: invalid limit; must be >= 640 or 0 for "
                 "unlimited.\n",
                 source);
    return false;
  }
  c.int_max_str_digits = static_cast<int>(n);
  c.int_max_str_digits_given = true;
  return true;
}

bool apply_environment(CommandLine& line) {
  Interpreter::Config& c = line.start.config;
  raise_count(c, "PYTHONOPTIMIZE", c.optimize);
  raise_count(c, "PYTHONVERBOSE", c.verbose);
  if (environment(c, "PYTHONDONTWRITEBYTECODE")) c.dont_write_bytecode = true;
  if (environment(c, "PYTHONUNBUFFERED")) c.unbuffered = true;
  if (environment(c, "PYTHONNOUSERSITE")) c.no_user_site = true;
  if (environment(c, "PYTHONSAFEPATH")) c.safe_path = true;
  if (environment(c, "PYTHONDEVMODE")) c.dev_mode = true;
  if (environment(c, "PYTHONWARNDEFAULTENCODING")) c.warn_default_encoding = true;
  if (environment(c, "PYTHONNODEBUGRANGES")) g_no_debug_ranges = true;
  // PEP 540: the C and POSIX locales switch UTF-8 mode on.
  const char* locale = std::setlocale(LC_CTYPE, nullptr);
  c.utf8_mode = !locale || !std::strcmp(locale, "C") || !std::strcmp(locale, "POSIX");
  if (const char* utf8 = environment(c, "PYTHONUTF8"); utf8 && *utf8) c.utf8_mode = !std::strcmp(utf8, "1");
  if (environment(c, "PYTHONINSPECT")) {
    c.inspect = 1;
    line.inspect = true;
  }
  for (const std::string& x : line.start.xoptions) {
    if (x == "dev") c.dev_mode = true;
    if (x == "utf8" || x == "utf8=1") c.utf8_mode = true;
    if (x == "utf8=0") c.utf8_mode = false;
    if (x == "no_debug_ranges") g_no_debug_ranges = true;
    if (x == "warn_default_encoding") c.warn_default_encoding = true;
  }
  // sys.warnoptions: the default of -X dev, PYTHONWARNINGS, -W, then -b; later ones win.
  std::vector<std::string> warnings;
  if (c.dev_mode) warnings.push_back("default");
  if (const char* given = environment(c, "PYTHONWARNINGS")) {
    std::string text = given;
    for (size_t start = 0; start <= text.size();) {
      size_t comma = text.find(',', start);
      if (comma == std::string::npos) comma = text.size();
      if (comma > start) warnings.push_back(text.substr(start, comma - start));
      start = comma + 1;
    }
  }
  warnings.insert(warnings.end(), line.start.warnoptions.begin(), line.start.warnoptions.end());
  if (c.bytes_warning > 1) {
    warnings.push_back("error::BytesWarning");
  } else if (c.bytes_warning) {
    warnings.push_back("default::BytesWarning");
  }
  line.start.warnoptions = std::move(warnings);
  return hash_seed_option(line) && int_digits_option(line);
}

}  // namespace

std::string executable_path(const std::string& argv0) {
  char buffer[PATH_MAX];
  ssize_t n = readlink("/proc/self/exe", buffer, sizeof buffer - 1);
  if (n > 0) return std::string(buffer, static_cast<size_t>(n));
  char* resolved = realpath(argv0.c_str(), nullptr);
  std::string path = resolved ? resolved : argv0;
  std::free(resolved);
  return path;
}

CommandLine parse_command_line(const std::vector<std::string>& argv) {
  CommandLine line;
  Parser(argv, line).parse();
  if (line.done) return line;
  line.start.orig_argv = argv;
  line.start.executable = executable_path(argv[0]);
  if (!apply_environment(line)) {
    line.done = true;
    line.status = 1;
  }
  return line;
}

}  // namespace minipy
