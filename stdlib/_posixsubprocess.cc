// Module _posixsubprocess: fork_exec(), on which the library's subprocess.py builds.
//
// Everything that needs memory or Python objects is prepared before the fork. Between fork and exec the child only
// makes system calls that are safe after a fork in a process with threads; it reports a failure through a pipe.
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "gc/collector.h"
#include "runtime/abstract.h"
#include "runtime/bind_varargs.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/str.h"
#include "stdlib/os_arguments.h"
#include "stdlib/posix/fork.h"

namespace minipy {
namespace {

constexpr size_t kMaxGroups = 65536;

// An array of C strings for exec.
class CharArrays {
 public:
  void add(std::string text) { texts_.push_back(std::move(text)); }
  char* const* pointers() {
    pointers_.clear();
    for (std::string& text : texts_) pointers_.push_back(text.data());
    pointers_.push_back(nullptr);
    return pointers_.data();
  }

 private:
  std::vector<std::string> texts_;
  std::vector<char*> pointers_;
};

struct Request {
  char* const* executables;
  char* const* arguments;
  char* const* environment;  // null: the parent's
  const char* directory;     // null: unchanged
  int stdin_read, stdin_write, stdout_read, stdout_write, stderr_read, stderr_write, error_read, error_write;
  bool close_descriptors, restore_signals, new_session;
  int process_group, umask;
  bool set_groups = false, set_gid = false, set_uid = false;
  std::vector<gid_t> groups;
  gid_t gid = 0;
  uid_t uid = 0;
  std::vector<int> keep;  // ascending
  Object* preexec = nullptr;
  sigset_t* signal_mask = nullptr;  // to be restored in the child
};

// ---- In the child -------------------------------------------------------------------------------------------------

bool set_inheritable(int fd) {
  int flags = fcntl(fd, F_GETFD);
  return flags >= 0 && fcntl(fd, F_SETFD, flags & ~FD_CLOEXEC) == 0;
}

void close_range_of(int first, int last) {
  if (first > last) return;
#ifdef SYS_close_range
  if (syscall(SYS_close_range, static_cast<unsigned>(first), static_cast<unsigned>(last), 0u) == 0) return;
#endif
  long most = sysconf(_SC_OPEN_MAX);
  if (most < 0) most = 256;
  for (int fd = first; fd <= last && fd < most; fd++) close(fd);
}

// All from 3 on but those to keep.
void close_others(const std::vector<int>& keep) {
  int start = 3;
  for (int fd : keep) {
    if (fd < start) continue;
    close_range_of(start, fd - 1);
    start = fd + 1;
  }
  close_range_of(start, INT_MAX);
}

// Makes `fd` the standard descriptor `target`.
bool become(int fd, int target) {
  if (fd == target) return set_inheritable(fd);
  return fd < 0 || dup2(fd, target) >= 0;
}

bool close_if_open(int fd) { return fd < 0 || close(fd) == 0; }

bool redirect_streams(Request& r) {
  for (int fd : r.keep) {
    if (fd != r.error_write && !set_inheritable(fd)) return false;
  }
  if (!close_if_open(r.stdin_write) || !close_if_open(r.stdout_read) || !close_if_open(r.stderr_read) ||
      close(r.error_read) != 0) {
    return false;
  }
  // A source that is itself 0, 1 or 2 would be overwritten before its turn: it moves away first.
  if (r.stdout_write == 0 && (r.stdout_write = dup(r.stdout_write)) < 0) return false;
  while (r.stderr_write == 0 || r.stderr_write == 1) {
    if ((r.stderr_write = dup(r.stderr_write)) < 0) return false;
  }
  return become(r.stdin_read, 0) && become(r.stdout_write, 1) && become(r.stderr_write, 2);
}

bool change_identity(const Request& r) {
  if (r.set_groups && setgroups(r.groups.size(), r.groups.data()) != 0) return false;
  if (r.set_gid && setregid(r.gid, r.gid) != 0) return false;
  return !r.set_uid || setreuid(r.uid, r.uid) == 0;
}

bool prepare_child(Request& r) {
  if (!redirect_streams(r)) return false;
  if (r.directory && chdir(r.directory) != 0) return false;
  if (r.umask >= 0) umask(static_cast<mode_t>(r.umask));
  if (r.restore_signals) {
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
  }
  if (r.signal_mask && sigprocmask(SIG_SETMASK, r.signal_mask, nullptr) != 0) return false;
  if (r.new_session) setsid();
  if (r.process_group >= 0 && setpgid(0, r.process_group) != 0) return false;
  return change_identity(r);
}

void write_all(int fd, const char* text, size_t size) {
  while (size) {
    ssize_t n = write(fd, text, size);
    if (n <= 0) return;
    text += n;
    size -= static_cast<size_t>(n);
  }
}
void write_text(int fd, const char* text) { write_all(fd, text, std::strlen(text)); }

// "OSError:<errno in hex>:<noexec or nothing>", as subprocess.py reads it.
void report_errno(int fd, int error, bool before_exec) {
  char digits[2 * sizeof(int) + 1];
  char* p = digits + sizeof digits - 1;
  *p = '\0';
  for (unsigned n = static_cast<unsigned>(error); n || *p == '\0'; n /= 16) {
    *--p = "0123456789ABCDEF"[n % 16];
    if (n < 16) break;
  }
  write_text(fd, "OSError:");
  write_text(fd, p);
  write_text(fd, ":");
  if (before_exec) write_text(fd, "noexec");
}

[[noreturn]] void run_child(Request& r) {
  if (!prepare_child(r)) {
    report_errno(r.error_write, errno, true);
    _exit(255);
  }
  if (r.preexec) {
    if (!call_vector(r.preexec, nullptr, 0)) {
      write_text(r.error_write, "SubprocessError:0:Exception occurred in preexec_fn.");
      _exit(255);
    }
  }
  if (r.close_descriptors) close_others(r.keep);
  // The candidates of a PATH search: what matters is the first error that is not "not here".
  int error = 0;
  for (char* const* executable = r.executables; *executable; executable++) {
    if (r.environment) {
      execve(*executable, r.arguments, r.environment);
    } else {
      execv(*executable, r.arguments);
    }
    if (errno != ENOENT && errno != ENOTDIR && error == 0) error = errno;
  }
  report_errno(r.error_write, error ? error : errno, false);
  _exit(255);
}

// ---- The fork -----------------------------------------------------------------------------------------------------

// With vfork the parent waits until the child has become another program, and both share memory until then; signals are
// blocked so that no handler of the parent runs in the child.
[[gnu::noinline]] pid_t fork_and_run(Request& r, bool use_vfork) {
  if (!use_vfork) {
    pid_t pid = fork();
    if (pid == 0) {
      if (r.preexec) posix::fork_after_in_child();
      run_child(r);
    }
    return pid;
  }
  sigset_t all, old;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &old);
  r.signal_mask = &old;
  pid_t pid = vfork();
  if (pid == 0) run_child(r);
  int error = errno;
  sigprocmask(SIG_SETMASK, &old, nullptr);
  errno = error;
  return pid;
}

// ---- Arguments ----------------------------------------------------------------------------------------------------

// Items are str, bytes or paths; `as_paths` false: bytes only (the environment).
Status fill(CharArrays& out, Object* sequence, bool as_paths, const char* message) {
  Ref<Object> fast = TRY(sequence_fast(sequence, message));
  ssize n = sequence_fast_size(fast.get());
  for (ssize i = 0; i < n; i++) {
    if (sequence_fast_size(fast.get()) != n) return raise(RuntimeError, "args changed during iteration");
    Ref<Object> item = share(sequence_fast_items(fast.get())[i]);
    if (as_paths) {
      item = TRY(str_encode_fs(item.get()));
    } else if (!is_bytes(item.get())) {
      return raise(TypeError, "expected bytes, {:.200} found", type_name(item.get()));
    }
    std::string_view text = bytes_view(cast<Bytes>(item.get()));
    if (text.find('\0') != std::string_view::npos) return raise(ValueError, "embedded null byte");
    out.add(std::string(text));
  }
  return kOk;
}

Status read_kept_descriptors(Object* tuple, std::vector<int>& out) {
  long previous = -1;
  for (ssize i = 0; i < tuple_size(cast<Tuple>(tuple)); i++) {
    Object* item = cast<Tuple>(tuple)->items[i];
    int overflow = 0;
    long long fd = is_int(item) ? int_to_long_long_overflow(item, &overflow) : -1;
    if (overflow || fd <= previous || fd > INT_MAX) return raise(ValueError, "bad value(s) in fds_to_keep");
    out.push_back(static_cast<int>(fd));
    previous = fd;
  }
  return kOk;
}

Status read_groups(Object* groups, Request& r) {
  if (is_none(groups)) return kOk;
  if (!is_sequence(groups)) return raise(TypeError, "setgroups argument must be a sequence");
  ssize n = TRY(object_length(groups));
  if (static_cast<size_t>(n) > kMaxGroups) return raise(ValueError, "too many extra_groups");
  for (ssize i = 0; i < n; i++) {
    Ref<Object> item = TRY(sequence_get_item(groups, i));
    if (!is_int(item.get())) return raise(TypeError, "extra_groups must be integers");
    Maybe<unsigned> gid = gid_argument(item.get());
    if (!gid) return raise(ValueError, "invalid group id");
    r.groups.push_back(*gid);
  }
  r.set_groups = true;
  return kOk;
}

Status read_identity(Object* gid, Object* groups, Object* uid, Request& r) {
  TRY(read_groups(groups, r));
  if (!is_none(gid)) {
    r.gid = TRY(gid_argument(gid));
    r.set_gid = true;
  }
  if (!is_none(uid)) {
    r.uid = TRY(uid_argument(uid));
    r.set_uid = true;
  }
  return kOk;
}

// No collection may run in the child before exec.
class PauseCollector {
 public:
  explicit PauseCollector(bool pause) : was_enabled_(g_gc.enabled) {
    if (pause) g_gc.enabled = false;
  }
  ~PauseCollector() { g_gc.enabled = was_enabled_; }

 private:
  bool was_enabled_;
};

constexpr ssize kArguments = 23;

Status read_descriptors_and_flags(const VarArgs& a, Request& r) {
  int* descriptors[] = {&r.stdin_read,  &r.stdin_write,  &r.stdout_read, &r.stdout_write,
                        &r.stderr_read, &r.stderr_write, &r.error_read,  &r.error_write};
  r.close_descriptors = TRY(object_is_true(a[2]));
  for (int i = 0; i < 8; i++) *descriptors[i] = TRY(bind::to_int(a[6 + i]));
  r.restore_signals = TRY(object_is_true(a[14]));
  r.new_session = TRY(object_is_true(a[15]));
  r.process_group = TRY(bind::to_int(a[16]));
  r.umask = TRY(bind::to_int(a[20]));
  if (r.close_descriptors && r.error_write < 3) return raise(ValueError, "errpipe_write must be >= 3");
  return kOk;
}

Ref<Object> fork_exec(Object*, VarArgs a) {
  if (a.size != kArguments) {
    return raise(TypeError, "fork_exec() takes exactly {} arguments ({} given)", kArguments, a.size);
  }
  if (!is_tuple(a[3])) return raise(TypeError, "fork_exec() argument 4 must be tuple, not {:.50}", type_name(a[3]));
  Request r{};
  TRY(read_descriptors_and_flags(a, r));
  TRY(read_kept_descriptors(a[3], r.keep));
  CharArrays arguments, executables, environment;
  TRY(fill(executables, a[1], false, "executable_list must be a sequence"));
  if (!is_none(a[0])) TRY(fill(arguments, a[0], true, "argv must be a tuple"));
  if (!is_none(a[5])) TRY(fill(environment, a[5], false, "env must be a sequence"));
  r.executables = executables.pointers();
  r.arguments = arguments.pointers();
  r.environment = is_none(a[5]) ? nullptr : environment.pointers();
  Ref<Object> directory;
  if (!is_none(a[4])) {
    directory = TRY(str_encode_fs(a[4]));
    r.directory = cast<Bytes>(directory.get())->data;
  }
  TRY(read_identity(a[17], a[18], a[19], r));
  if (!is_none(a[21])) r.preexec = a[21];
  bool allow_vfork = TRY(object_is_true(a[22]));
  bool use_vfork = allow_vfork && !r.preexec && !r.set_uid && !r.set_gid && !r.set_groups;

  PauseCollector pause(r.preexec != nullptr);
  if (r.preexec) posix::fork_before();
  pid_t pid = fork_and_run(r, use_vfork);
  int error = errno;
  if (r.preexec) posix::fork_after_in_parent();
  if (pid < 0) return raise_os_error(error);
  return int_from(pid);
}

constexpr MethodDef with_doc(MethodDef def, const char* doc) {
  def.doc = doc;
  return def;
}

constinit MethodDef posixsubprocess_functions[] = {
    with_doc(
        VARARGS_FUNCTION(fork_exec, "fork_exec(module, *args)", ""),
        "Fork a child process, close what it should not have, redirect its streams, and run another program in it."),
    {},
};

}  // namespace

constinit NativeModule _posixsubprocess_module = {"_posixsubprocess", posixsubprocess_functions, nullptr,
                                                  "Starting of processes for the subprocess module."};

}  // namespace minipy
