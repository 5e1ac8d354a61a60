#include "stdlib/paths.h"

#include <unistd.h>
#include <cstdlib>
#include <string>

#include "generated/config.h"

namespace minipy {
namespace {

std::string& directory() {
  static std::string path;
  return path;
}

bool holds_library(const std::string& path) { return access((path + "/os.py").c_str(), R_OK) == 0; }

}  // namespace

const char* stdlib_directory() { return directory().c_str(); }

bool find_stdlib(bool use_environment, const char** message) {
  static std::string text;
  std::string tried;
  auto consider = [&](std::string path) {
    if (!holds_library(path)) {
      tried += (tried.empty() ? "" : ", ") + path;
      return false;
    }
    directory() = std::move(path);
    return true;
  };
  if (use_environment) {
    if (const char* own = std::getenv("MINIPY_STDLIB"); own && *own) {
      if (consider(own)) return true;
    } else if (const char* home = std::getenv("PYTHONHOME"); home && *home) {
      std::string prefix = home;
      if (consider(prefix.substr(0, prefix.find(':')) + "/lib/python3.11")) return true;
    }
  }
  if (tried.empty() && consider(config::kDefaultStdlibDir)) return true;
  text = "minipy: no Python 3.11 standard library in " + tried +
         "\nminipy: install it with: apt-get install libpython3.11-stdlib\n"
         "minipy: or set MINIPY_STDLIB to a directory that holds one (the one with os.py)\n";
  *message = text.c_str();
  return false;
}

}  // namespace minipy
