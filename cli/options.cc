#include "cli/options.h"

#include <limits.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "generated/config.h"
#include "runtime/code_tables.h"
#include "runtime/start_flags.h"

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
      if (++i >= argv_.size()) return usage_error("Argument expected for the --check-hash-based-pycs options");
      const std::string& mode = argv_[i];
      if (mode == "always" || mode == "never" || mode == "default") {
        out_.check_hash_based_pycs = mode;
        return true;
      }
      return usage_error("--check-hash-based-pycs must be one of 'default', 'always', or 'never'");
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
      case 'd': g_start_flags.debug++; return true;
      case 'R': out_.random_hashes = true; return true;
      case 't': return true;
      case 'E': f.ignore_environment = true; return true;
      case 'i':
        f.inspect++;
        f.interactive = true;
        g_start_flags.interactive++;
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
      case 'J': return usage_error("-J is reserved for Jython");
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
  if (!configure(line)) {
    line.done = true;
    line.status = 1;
  }
  return line;
}

}  // namespace minipy
