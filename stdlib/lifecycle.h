// The interpreter's life: start-up in the order the parts need each other, and an orderly end.
#pragma once

#include <string>
#include <vector>

#include "gc/object.h"
#include "runtime/result.h"
#include "runtime/thread_state.h"

namespace minipy {

struct StartOptions {
  Interpreter::Config config;
  std::string executable;                // absolute path of this program
  std::vector<std::string> argv;         // sys.argv
  std::vector<std::string> orig_argv;    // sys.orig_argv
  std::vector<std::string> xoptions;     // -X, as given
  std::vector<std::string> warnoptions;  // -W and PYTHONWARNINGS, in the order of sys.warnoptions
  // What stands first on sys.path: unset for -I/-P.
  bool has_path0 = false;
  std::string path0;
};

// Brings the interpreter up to the point where __main__ can run. False: a message has been printed; exit with 1.
bool start_interpreter(const StartOptions& options);

// For tools that compile but run nothing: the library's place, types and an empty interpreter. False: message printed.
bool start_compiler_only();

// Puts `path` in front of sys.path.
Status prepend_sys_path(Object* path);

// Runs threading's shutdown and atexit functions, flushes the streams, finalizes modules. Returns the exit status to
// use: `status`, or 120 when flushing failed.
int end_interpreter(int status);

// The module __main__ (borrowed).
Object* main_module();
Dict* main_dict();

}  // namespace minipy
