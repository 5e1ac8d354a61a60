#include "cli/step_process.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utmp.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "cli/step_signals.h"

namespace minipy {

bool StepProcess::start(step::Shared* shared, Stdio stdio, bool controlled, int rows, int columns) {
  shared->controlled = controlled;
  int pair[2] = {-1, -1};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
    std::perror("minipy: socketpair");
    return false;
  }
  int pty_master = -1, pty_slave = -1;
  if (stdio == Stdio::kTerminal) {
    winsize size{};
    size.ws_row = static_cast<unsigned short>(rows);
    size.ws_col = static_cast<unsigned short>(columns);
    if (openpty(&pty_master, &pty_slave, nullptr, nullptr, &size) != 0) {
      std::perror("minipy: openpty");
      return false;
    }
    fcntl(pty_master, F_SETFD, FD_CLOEXEC);
  }
  std::fflush(nullptr);
  pid_t viewer = getpid();
  step_signals::Blocked until_both_are_ready;
  pid_ = fork();
  if (pid_ < 0) {
    std::perror("minipy: fork");
    pid_ = 0;
    return false;
  }
  if (pid_ > 0) {
    close(pair[1]);
    socket_ = pair[0];
    if (pty_slave >= 0) close(pty_slave);
    terminal_ = pty_master;
    // A program that does not read must not block who types.
    if (terminal_ >= 0) fcntl(terminal_, F_SETFL, O_NONBLOCK);
    step_signals::take_over(pid_, controlled ? step_signals::Role::kDebugger : step_signals::Role::kRelay);
    return false;
  }
  // To whoever started this, the viewer is the program: they end together.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != viewer) raise(SIGKILL);
  step_signals::count_once(viewer);
  until_both_are_ready.undo();
  close(pair[0]);
  // Not among the numbers that a program's own files get.
  socket_ = fcntl(pair[1], F_DUPFD_CLOEXEC, 900);
  if (socket_ < 0) {
    socket_ = pair[1];
  } else {
    close(pair[1]);
  }
  if (stdio == Stdio::kOutputToStderr) dup2(STDERR_FILENO, STDOUT_FILENO);
  if (stdio == Stdio::kNoInput) {
    int nothing = open("/dev/null", O_RDONLY);
    dup2(nothing, STDIN_FILENO);
    if (nothing > 2) close(nothing);
  }
  if (stdio == Stdio::kTerminal) {
    close(pty_master);
    login_tty(pty_slave);
  }
  return true;
}

void StepProcess::send(char order) {
  while (::send(socket_, &order, 1, MSG_NOSIGNAL) < 0 && errno == EINTR) {
  }
}

char StepProcess::receive() {
  while (true) {
    char c = 0;
    ssize_t n = read(socket_, &c, 1);
    if (n == 1) return c;
    if (n < 0 && errno == EINTR) continue;
    return 0;
  }
}

bool StepProcess::ended(bool block) {
  if (ended_) return true;
  while (true) {
    siginfo_t info{};
    int failed = waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT | (block ? 0 : WNOHANG));
    if (failed && errno == EINTR) continue;
    if (failed || info.si_pid != pid_) return false;
    // Nothing is sent on to a number that may be another's.
    step_signals::Blocked meanwhile;
    waitpid(pid_, &wait_status_, 0);
    ended_ = true;
    step_signals::program_reaped();
    return true;
  }
}

int StepProcess::exit_status() const {
  return WIFSIGNALED(wait_status_) ? 128 + WTERMSIG(wait_status_) : WEXITSTATUS(wait_status_);
}

std::string StepProcess::end_text() const {
  if (WIFSIGNALED(wait_status_)) return std::string("ended by signal ") + strsignal(WTERMSIG(wait_status_));
  return "exited with status " + std::to_string(WEXITSTATUS(wait_status_));
}

void StepProcess::end_alike(int status) {
  ended(true);
  std::fflush(nullptr);
  if (WIFSIGNALED(wait_status_)) step_signals::end_by(WTERMSIG(wait_status_));
  _exit(exit_status() ? exit_status() : status);
}

void StepProcess::kill_program() {
  if (pid_ <= 0 || ended(false)) return;
  kill(pid_, SIGKILL);
  ended(true);
}

void StepProcess::terminate_program() {
  if (pid_ <= 0 || ended(false)) return;
  kill(pid_, SIGTERM);
  for (int k = 0; k < 100 && !ended(false); k++) {
    timespec t{0, 10000000};
    nanosleep(&t, nullptr);
  }
  kill_program();
}

void StepProcess::resize_terminal(int rows, int columns) {
  if (terminal_ < 0) return;
  winsize size{};
  size.ws_row = static_cast<unsigned short>(rows);
  size.ws_col = static_cast<unsigned short>(columns);
  ioctl(terminal_, TIOCSWINSZ, &size);
}

}  // namespace minipy
