// From environment variables and -X options to the interpreter's configuration (library reference "Command line and
// environment").
#include <cerrno>
#include <climits>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "cli/options.h"
#include "runtime/code_tables.h"
#include "runtime/start_flags.h"

namespace minipy {
namespace {

// CPython names the function that found the mistake, and how far the start had come.
bool fatal(const std::string& message, const char* state = "preinitialized") {
  std::fprintf(stderr, "Fatal Python error: %s\nPython runtime state: %s\n\n", message.c_str(), state);
  return false;
}

bool to_int(const char* text, int& out) {
  char* end;
  errno = 0;
  long n = std::strtol(text, &end, 10);
  if (*end || errno == ERANGE || n > INT_MAX || n < INT_MIN) return false;
  out = static_cast<int>(n);
  return true;
}

class Configuration {
 public:
  explicit Configuration(CommandLine& line) : line_(line), c_(line.start.config) {}

  bool apply() {
    if (!utf8_mode()) return false;
    raise_count("PYTHONDEBUG", g_start_flags.debug);
    raise_count("PYTHONVERBOSE", c_.verbose);
    raise_count("PYTHONOPTIMIZE", c_.optimize);
    raise_count("PYTHONINSPECT", c_.inspect);
    raise_flag("PYTHONDONTWRITEBYTECODE", c_.dont_write_bytecode);
    raise_flag("PYTHONUNBUFFERED", c_.unbuffered);
    raise_flag("PYTHONNOUSERSITE", c_.no_user_site);
    if (variable("PYTHONSAFEPATH")) c_.safe_path = true;
    c_.dev_mode = option("dev") || variable("PYTHONDEVMODE");
    g_start_flags.faulthandler = c_.dev_mode || option("faulthandler") || variable("PYTHONFAULTHANDLER");
    g_start_flags.import_time = option("importtime") || variable("PYTHONPROFILEIMPORTTIME");
    g_no_debug_ranges = option("no_debug_ranges") || variable("PYTHONNODEBUGRANGES");
    c_.warn_default_encoding = option("warn_default_encoding") || variable("PYTHONWARNDEFAULTENCODING");
    if (!hash_seed() || !int_digits() || !frozen_modules() || !tracemalloc()) return false;
    warning_filters();
    return true;
  }

 private:
  // A variable that is set to something, unless the environment is ignored.
  const char* variable(const char* name) const {
    if (c_.ignore_environment) return nullptr;
    const char* value = std::getenv(name);
    return value && *value ? value : nullptr;
  }
  // The first -X option of that name, as given; null: there is none.
  const std::string* option_text(std::string_view name) const {
    for (const std::string& x : line_.start.xoptions) {
      if (std::string_view(x).substr(0, x.find('=')) == name) return &x;
    }
    return nullptr;
  }
  bool option(std::string_view name) const { return option_text(name) != nullptr; }
  // What follows "=", null where there is none.
  const char* option_value(std::string_view name) const {
    const std::string* text = option_text(name);
    if (!text) return nullptr;
    size_t equals = text->find('=');
    return equals == std::string::npos ? nullptr : text->c_str() + equals + 1;
  }

  // The larger of the option's count and the variable's number; any other text counts as 1.
  void raise_count(const char* name, int& count) const {
    const char* value = variable(name);
    int n = 0;
    if (!value) return;
    if (!to_int(value, n) || n < 0) n = 1;
    if (n > count) count = n;
  }
  void raise_flag(const char* name, bool& flag) const {
    int count = flag;
    raise_count(name, count);
    flag = count > 0;
  }

  // PEP 540: the C and POSIX locales switch UTF-8 mode on.
  bool utf8_mode() {
    const char* locale = std::setlocale(LC_CTYPE, nullptr);
    c_.utf8_mode = !locale || !std::strcmp(locale, "C") || !std::strcmp(locale, "POSIX");
    const char* given = variable("PYTHONUTF8");
    const char* wrong = "preconfig_init_utf8_mode: invalid PYTHONUTF8 environment variable value";
    if (option("utf8")) {
      given = option_value("utf8");
      if (!given) given = "1";
      wrong = "preconfig_init_utf8_mode: invalid -X utf8 option value";
    }
    if (!given) return true;
    if (std::strcmp(given, "0") != 0 && std::strcmp(given, "1") != 0) return fatal(wrong, "preinitializing");
    c_.utf8_mode = *given == '1';
    return true;
  }

  bool hash_seed() {
    const char* value = line_.random_hashes ? nullptr : variable("PYTHONHASHSEED");
    if (!value || !std::strcmp(value, "random")) return true;
    char* end;
    errno = 0;
    unsigned long seed = std::strtoul(value, &end, 10);
    if (*end || seed > UINT_MAX || errno == ERANGE) {
      return fatal("config_init_hash_seed: PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]");
    }
    c_.use_hash_seed = true;
    c_.hash_seed = seed;
    return true;
  }

  // The option counts, but a bad variable is an error all the same.
  bool tracemalloc() {
    auto set = [](const char* text, const char* source) {
      int n = -1;
      if (to_int(text, n) && n >= 0) {
        g_start_flags.tracemalloc = n;
        return true;
      }
      return fatal(std::string("config_init_tracemalloc: ") + source + ": invalid number of frames");
    };
    if (const char* text = variable("PYTHONTRACEMALLOC"); text && !set(text, "PYTHONTRACEMALLOC")) return false;
    if (!option("tracemalloc")) return true;
    const char* text = option_value("tracemalloc");
    return set(text ? text : "1", "-X tracemalloc=NFRAME");
  }

  bool int_digits() {
    const char* text = variable("PYTHONINTMAXSTRDIGITS");
    const char* source = "PYTHONINTMAXSTRDIGITS";
    if (option("int_max_str_digits")) {
      text = option_value("int_max_str_digits");
      source = "-X int_max_str_digits";
    } else if (!text) {
      return true;
    }
    int n = -1;
    if (!text || !to_int(text, n) || n < 0 || (n > 0 && n < kLeastDigits)) {
      return fatal(std::string("config_init_int_max_str_digits: ") + source +
                   ": invalid limit; must be >= 640 or 0 for unlimited.");
    }
    c_.int_max_str_digits = n;
    c_.int_max_str_digits_given = true;
    return true;
  }

  bool frozen_modules() {
    const char* value = option_value("frozen_modules");
    if (!value || !*value || !std::strcmp(value, "on")) return true;
    if (std::strcmp(value, "off") != 0) {
      return fatal("bad value for option -X frozen_modules (expected \"on\" or \"off\")");
    }
    g_start_flags.frozen_modules = false;
    return true;
  }

  // sys.warnoptions: the default of -X dev, PYTHONWARNINGS, -W, then -b; later ones win.
  void warning_filters() {
    std::vector<std::string> filters;
    if (c_.dev_mode) filters.push_back("default");
    if (const char* given = variable("PYTHONWARNINGS")) {
      std::string text = given;
      for (size_t start = 0; start <= text.size();) {
        size_t comma = text.find(',', start);
        if (comma == std::string::npos) comma = text.size();
        if (comma > start) filters.push_back(text.substr(start, comma - start));
        start = comma + 1;
      }
    }
    std::vector<std::string>& options = line_.start.warnoptions;
    filters.insert(filters.end(), options.begin(), options.end());
    if (c_.bytes_warning) filters.push_back(c_.bytes_warning > 1 ? "error::BytesWarning" : "default::BytesWarning");
    options = std::move(filters);
  }

  static constexpr int kLeastDigits = 640;
  CommandLine& line_;
  Interpreter::Config& c_;
};

}  // namespace

bool configure(CommandLine& line) { return Configuration(line).apply(); }

}  // namespace minipy
