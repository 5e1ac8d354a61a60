#include "cli/step_signals.h"

#include <poll.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <ctime>

namespace minipy::step_signals {

namespace {

constexpr int kEnding[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
constexpr int kOthers[] = {SIGUSR1, SIGUSR2};

volatile sig_atomic_t g_program = 0;
volatile sig_atomic_t g_debugger = 0;
volatile sig_atomic_t g_asked = 0;  // the last signal that asks for the end, 0: none
// Processor time at the last look, in microseconds: a viewer that uses none is blocked.
volatile long g_used = 0;

int g_terminal = -1;
termios g_modes;
char g_leave[256];
size_t g_leave_size = 0;

bool is_ending(int number) {
  for (int n : kEnding) {
    if (n == number) return true;
  }
  return false;
}

bool program_has_ended() {
  if (!g_program) return true;
  siginfo_t info{};
  return waitid(P_PID, static_cast<id_t>(g_program), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0;
}

long processor_time() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

void look_again_in_a_second() {
  itimerval second{};
  second.it_value.tv_sec = 1;
  setitimer(ITIMER_REAL, &second, nullptr);
}

void leave_terminal() {
  if (g_terminal < 0) return;
  // The terminal may be another job's by now: setting its modes must not stop this process.
  signal(SIGTTOU, SIG_IGN);
  tcsetattr(g_terminal, TCSANOW, &g_modes);
  pollfd writable{g_terminal, POLLOUT, 0};
  if (g_leave_size && poll(&writable, 1, 0) == 1 && (writable.revents & POLLOUT)) {
    (void)!write(g_terminal, g_leave, g_leave_size);
  }
}

// All below runs in signal handlers: only what may.

void end_here(int number) {
  leave_terminal();
  if (g_program && g_debugger) kill(g_program, SIGKILL);
  end_by(number);
}

void look(int) {
  int saved = errno;
  if (!g_asked) return;
  if (g_debugger) end_here(g_asked);
  if (program_has_ended()) {
    long used = processor_time();
    if (used - g_used < 1000) end_here(g_asked);
    g_used = used;
  }
  look_again_in_a_second();
  errno = saved;
}

void receive(int number, siginfo_t* info, void*) {
  int saved = errno;
  bool from_terminal = info->si_code == SI_KERNEL;
  // What has just killed the program is not for a debugger yet: its user wants to see where that was.
  bool ours = g_debugger ? number == SIGTERM || number == SIGHUP || !g_program : program_has_ended();
  if (ours && (g_asked || !is_ending(number))) end_here(number);
  if (!ours && !from_terminal) kill(g_program, number);
  if (is_ending(number) && (ours || !g_debugger)) {
    g_asked = number;
    g_used = processor_time();
    look_again_in_a_second();
  }
  errno = saved;
}

void handle(int number, void (*simple)(int), void (*detailed)(int, siginfo_t*, void*)) {
  struct sigaction now {};
  if (sigaction(number, nullptr, &now) == 0 && now.sa_handler == SIG_IGN) return;
  struct sigaction action {};
  if (detailed) {
    action.sa_sigaction = detailed;
  } else {
    action.sa_handler = simple;
  }
  action.sa_flags = SA_RESTART | (detailed ? SA_SIGINFO : 0);
  // One at a time.
  for (int n : kEnding) sigaddset(&action.sa_mask, n);
  sigaddset(&action.sa_mask, SIGALRM);
  sigaction(number, &action, nullptr);
}

}  // namespace

void take_over(pid_t program, Role role) {
  g_program = program;
  set_role(role);
  for (int number : kEnding) handle(number, nullptr, receive);
  for (int number : kOthers) handle(number, nullptr, receive);
  signal(SIGALRM, SIG_DFL);
  handle(SIGALRM, look, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

void set_role(Role role) { g_debugger = role == Role::kDebugger; }

void program_reaped() { g_program = 0; }

int end_wanted() { return g_debugger ? g_asked : 0; }

void remember_terminal(int fd, const termios& modes, const std::string& leave) {
  g_modes = modes;
  g_leave_size = leave.copy(g_leave, sizeof g_leave);
  g_terminal = fd;
}

void end_by(int number) {
  rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  signal(number, SIG_DFL);
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, number);
  sigprocmask(SIG_UNBLOCK, &only, nullptr);
  raise(number);
  _exit(128 + number);
}

}  // namespace minipy::step_signals
