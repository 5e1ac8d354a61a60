// Signals that reach the process which views a run (`minipy dis --step`, --trace, --html), and its end. A viewer must
// never outlive what it is there for: whatever it is blocked in, a signal that asks it to end does so within a second
// or two, and the program ends with it (step_process.cc).
//
// A signal that was ignored when minipy was started (nohup) stays ignored.
#pragma once

#include <sys/types.h>
#include <termios.h>

#include <csignal>
#include <string>

namespace minipy::step_signals {

enum class Role {
  // To the outside this process is the program: what is sent to it goes on to the program. Once that has ended, what
  // was
  // recorded is still written out, as long as there is progress; a second signal ends that, too.
  kRelay,
  // Somebody sits at it: SIGTERM and SIGHUP are for the viewer (`end_wanted`), SIGINT, SIGQUIT and the like for the
  // program, and for the viewer when that has ended.
  kDebugger,
};

// No signal that the viewer handles reaches the process that makes one of these, nor, until it is undone, those that it
// forks: around the fork, so that none comes before either process is what it is to be.
class Blocked {
 public:
  Blocked();
  ~Blocked() { undo(); }
  Blocked(const Blocked&) = delete;
  void undo();

 private:
  sigset_t before_;
  bool blocked_ = true;
};

// In the viewer. What the terminal sends (^C) reaches both processes by itself and is not sent on.
void take_over(pid_t program, Role role);
// In the program's process: what somebody sends to the whole process group comes twice, by itself and sent on by the
// viewer, which cannot tell; it counts once.
void count_once(pid_t viewer);
void set_role(Role role);
// The program's number may be another process's from now on.
void program_reaped();
// The signal by which a debugger should end, 0: none. A debugger that does not within a second is ended where it is.
int end_wanted();
// How `fd`'s terminal is to be left where the viewer is ended without coming to it: its modes, and what to write.
void remember_terminal(int fd, const termios& modes, const std::string& leave);
// Ends the process as the signal does, without a core file.
[[noreturn]] void end_by(int number);

}  // namespace minipy::step_signals
