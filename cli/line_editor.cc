#include "cli/line_editor.h"

#include <dlfcn.h>
#include <editline/readline.h>
#include <stdio.h>  // getline

#include <cstdio>
#include <cstdlib>

namespace minipy {
namespace {

struct Libedit {
  decltype(&::readline) readline = nullptr;
  decltype(&::using_history) using_history = nullptr;
  decltype(&::stifle_history) stifle_history = nullptr;
  decltype(&::read_history) read_history = nullptr;
  decltype(&::write_history) write_history = nullptr;
  decltype(&::add_history) add_history = nullptr;
  bool loaded = false;  // all of them were found

  Libedit() {
    void* library = dlopen("libedit.so.2", RTLD_NOW | RTLD_LOCAL);
    loaded = library && find(library, "readline", readline) && find(library, "using_history", using_history) &&
             find(library, "stifle_history", stifle_history) && find(library, "read_history", read_history) &&
             find(library, "write_history", write_history) && find(library, "add_history", add_history);
  }

  template <class Function>
  static bool find(void* library, const char* name, Function& function) {
    function = reinterpret_cast<Function>(dlsym(library, name));
    return function != nullptr;
  }
};

const Libedit& libedit() {
  static const Libedit library;
  return library;
}

}  // namespace

char* edit_line(const char* prompt) {
  if (libedit().loaded) return libedit().readline(prompt);
  std::fputs(prompt, stdout);
  std::fflush(stdout);
  char* line = nullptr;
  size_t room = 0;
  ssize_t length = getline(&line, &room, stdin);
  if (length < 0) {
    std::free(line);
    return nullptr;
  }
  if (length > 0 && line[length - 1] == '\n') line[length - 1] = '\0';
  return line;
}

void add_to_history(const char* line) {
  if (libedit().loaded) libedit().add_history(line);
}

void read_line_history(const char* file, int length) {
  if (!libedit().loaded) return;
  libedit().using_history();
  libedit().stifle_history(length);
  if (*file) libedit().read_history(file);
}

void write_line_history(const char* file) {
  if (libedit().loaded && *file) libedit().write_history(file);
}

}  // namespace minipy
