// Watching a program while it runs: what a subcommand such as `minipy gc` does around the run of its program. A
// subcommand derives its own class, with its options as fields, and hangs an object of it on the command line; the
// program is then run as `minipy FILE args` runs it.
#pragma once

namespace minipy {

struct CommandLine;

// The functions are called in the order in which they stand here, each once, on the main thread and with the GIL where
// the interpreter is up. A function that has failed prints its own message.
class Watch {
 public:
  virtual ~Watch() = default;
  // Nothing of the interpreter exists yet; `line.start` may still be changed. False: exit with status 1.
  virtual bool before_start(CommandLine&) { return true; }
  // The interpreter is up (sys.path and sys.argv are those of the program), the program has not begun. False: the
  // program is not run, the exit status is 1.
  virtual bool before_program(CommandLine&) { return true; }
  // The program ended with `status`, exceptions reported; functions of atexit and the end of threads are still to come.
  // Returns the status to go on with.
  virtual int after_program(int status) { return status; }
  // Everything is torn down; no function of the runtime may be called. Returns the exit status of the process.
  virtual int after_end(int status) { return status; }
};

}  // namespace minipy
