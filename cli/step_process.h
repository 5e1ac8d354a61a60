// The watched program's process, seen from the viewing one. The record lies in memory that both map: it outlives the
// program however that ends.
#pragma once

#include <sys/types.h>

#include <string>

#include "stdlib/minipy/step_format.h"

namespace minipy {

class StepProcess {
 public:
  enum class Stdio {
    kInherited,
    kOutputToStderr,  // its standard output goes to standard error
    kNoInput,         // standard input is the viewer's: the program's is empty
    kTerminal,        // a terminal of its own
  };

  // Forks; true in the child, where `socket()` gives the orders. In the parent false, or after a failure (message
  // printed) also false, with pid() 0.
  bool start(step::Shared* shared, Stdio stdio, bool controlled, int rows = 24, int columns = 80);

  pid_t pid() const { return pid_; }
  int socket() const { return socket_; }
  int terminal() const { return terminal_; }  // the viewer's side of the program's terminal, -1: none

  void send(char order);
  // The next byte from the target; 0 when it has ended. Blocks.
  char receive();
  // Whether the process has ended, with its wait status. Waits when `block`.
  bool ended(bool block);
  // Ends this process as the program ends: with its status (`status` instead of 0), or by its signal.
  [[noreturn]] void end_alike(int status);
  int exit_status() const;  // 0-255, or 128 + signal
  std::string end_text() const;
  // Ends it where it is, and waits for that.
  void kill_program();
  // Asks it to end (SIGTERM); kills it when it has not a second later.
  void terminate_program();
  void resize_terminal(int rows, int columns);

 private:
  pid_t pid_ = 0;
  int socket_ = -1, terminal_ = -1;
  bool ended_ = false;
  int wait_status_ = 0;
};

}  // namespace minipy
