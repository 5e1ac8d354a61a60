#include "cli/step_signals.h"

#include <poll.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <ctime>

#include "vm/signals.h"

namespace minipy::step_signals {

namespace {

constexpr int kEnding[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
constexpr int kOthers[] = {SIGUSR1, SIGUSR2};

volatile sig_atomic_t g_program = 0;
volatile sig_atomic_t g_debugger = 0;
volatile sig_atomic_t g_asked = 0;  // the last signal that asks for the end, 0: none
// From the first look that found the program's end: processor time at the last look, in microseconds. A viewer that
// uses none then is blocked; before, it has nothing to do.
volatile sig_atomic_t g_end_seen = 0;
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
    if (g_end_seen && used - g_used < 1000) end_here(g_asked);
    g_end_seen = 1;
    g_used = used;
  }
  look_again_in_a_second();
  errno = saved;
}

// With who sent it first, for count_once().
void send_on(int number, const siginfo_t& info) {
  sigval sender{};
  sender.sival_int = info.si_pid;
  if (sigqueue(g_program, number, sender) != 0) kill(g_program, number);
}

void receive(int number, siginfo_t* info, void*) {
  int saved = errno;
  bool from_terminal = info->si_code == SI_KERNEL;
  // What has just killed the program is not for a debugger yet: its user wants to see where that was.
  bool ours = g_debugger ? number == SIGTERM || number == SIGHUP || !g_program : program_has_ended();
  if (ours && (g_asked || !is_ending(number))) end_here(number);
  if (!ours && !from_terminal) send_on(number, *info);
  if (is_ending(number) && (ours || !g_debugger)) {
    g_asked = number;
    g_end_seen = ours;
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

// ---- In the program's process

pid_t g_viewer = 0;

long milliseconds() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

// What has come of a signal without its counterpart. Two that are further apart are two: where a signal comes before
// the handler of the one before it ran, the kernel makes one of both, and a counterpart never comes.
constexpr long kApart = 2000;
struct Came {
  pid_t sender;
  long last;
  int directly, sent_on;
};
Came came[kSignalCount];

bool is_first(int number, const siginfo_t& info) {
  bool sent_on = info.si_code == SI_QUEUE && info.si_pid == g_viewer;
  if (!sent_on && info.si_code != SI_USER) return true;
  pid_t sender = sent_on ? info.si_value.sival_int : info.si_pid;
  long now = milliseconds();
  Came& c = came[number];
  if (c.sender != sender || now - c.last > kApart) c = {sender, now, 0, 0};
  c.last = now;
  int& others = sent_on ? c.directly : c.sent_on;
  if (others > 0) {
    others--;
    return false;
  }
  (sent_on ? c.sent_on : c.directly)++;
  return true;
}

}  // namespace

Blocked::Blocked() {
  sigset_t ours;
  sigemptyset(&ours);
  for (int number : kEnding) sigaddset(&ours, number);
  for (int number : kOthers) sigaddset(&ours, number);
  sigaddset(&ours, SIGALRM);
  sigprocmask(SIG_BLOCK, &ours, &before_);
}

void Blocked::undo() {
  if (blocked_) sigprocmask(SIG_SETMASK, &before_, nullptr);
  blocked_ = false;
}

void count_once(pid_t viewer) {
  g_viewer = viewer;
  signal_set_filter(is_first);
}

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
