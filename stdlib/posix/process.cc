// posix: processes, identities, environment, system information. Source: library reference "os", "Process Management".
#include <fcntl.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "runtime/abstract.h"
#include "runtime/audit.h"
#include "runtime/bind.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/struct_sequence.h"
#include "stdlib/import.h"
#include "stdlib/minipy/output_sink.h"
#include "stdlib/minipy/trace.h"
#include "stdlib/posix/c_strings.h"
#include "stdlib/posix/fork.h"
#include "stdlib/posix/number_arguments.h"
#include "stdlib/posix/path_argument.h"
#include "stdlib/posix/posix.h"
#include "stdlib/posix/system_call.h"
#include "vm/threads.h"

namespace minipy::posix {

namespace {

Type* g_uname_type = nullptr;
Type* g_times_type = nullptr;
Type* g_terminal_size_type = nullptr;
List* g_fork_hooks[3] = {};  // before, after in parent, after in child

// ---- Environment
// -------------------------------------------------------------------------------------------------------

Ref<Object> environment_dict() {
  Ref<Dict> d = TRY(dict_new());
  for (char** e = environ; e && *e; e++) {
    const char* eq = std::strchr(*e, '=');
    if (!eq) continue;
    Ref<Bytes> key = TRY(bytes_new(*e, eq - *e))
    , value = TRY(bytes_from(eq + 1));
    if (TRY(dict_contains(d.get(), as_object(key.get())))) continue;
    TRY(dict_set(d.get(), as_object(key.get()), as_object(value.get())));
  }
  return d;
}

Status os_putenv(Object*, Object* name, Object* value) {
  Ref<Object> n = TRY(str_encode_fs(name))
  , v = TRY(str_encode_fs(value));
  std::string key(bytes_view(cast<Bytes>(n.get()))), text(bytes_view(cast<Bytes>(v.get())));
  if (key.find('=') != std::string::npos) return raise(ValueError, "illegal environment variable name");
  if (setenv(key.c_str(), text.c_str(), 1) != 0) return raise_os_error(errno);
  return kOk;
}
Status os_unsetenv(Object*, Object* name) {
  Ref<Object> n = TRY(str_encode_fs(name));
  if (unsetenv(std::string(bytes_view(cast<Bytes>(n.get()))).c_str()) != 0) return raise_os_error(errno);
  return kOk;
}

// ---- Running programs
// ----------------------------------------------------------------------------------------------------

Status argument_list(const char* function, Object* argv, CStrings& out) {
  if (!is_list(argv) && !is_tuple(argv)) return raise(TypeError, "{}() arg 2 must be a tuple or list", function);
  TRY(out.add_all(argv));
  if (out.empty()) return raise(ValueError, "{}() arg 2 must not be empty", function);
  if (out.front().empty()) return raise(ValueError, "{}() arg 2 first element cannot be empty", function);
  return kOk;
}
Status os_execv(Object*, Object* p, Object* argv) {
  PathArgument path;
  TRY(path.get(p, "execv"));
  CStrings arguments;
  TRY(argument_list("execv", argv, arguments));
  OutputSink::flush_all();
  execv(path.c_str(), arguments.array());
  return raise_os_error(errno);
}
Status os_execve(Object*, Object* p, Object* argv, Object* env) {
  PathArgument path;
  TRY(path.get(p, "execve", PathArgument::kDescriptor));
  CStrings arguments, variables;
  TRY(argument_list("execve", argv, arguments));
  if (!is_mapping(env)) return raise(TypeError, "execve: environment must be a mapping object");
  OutputSink::flush_all();
  TRY(variables.add_environment(env));
  if (path.given_descriptor) {
    fexecve(path.fd, arguments.array(), variables.array());
  } else {
    execve(path.c_str(), arguments.array(), variables.array());
  }
  return path_error(path);
}

Status run_hooks(List* hooks, bool reversed) {
  if (!hooks) return kOk;
  for (ssize i = 0; i < list_size(hooks); i++) {
    Ref<Object> hook = Ref<Object>::share(hooks->items[reversed ? list_size(hooks) - 1 - i : i]);
    Ref<Object> r = call_vector(hook.get(), nullptr, 0);
    if (!r) error_write_unraisable(hook.get());
  }
  return kOk;
}

// Forks with the hooks around it; < 0: errno is set.
template <class Fork>
pid_t fork_with_hooks(Fork fork_now) {
  fork_before();
  pid_t pid = fork_now();
  int error = errno;
  if (pid == 0) {
    fork_after_in_child();
  } else {
    fork_after_in_parent();
  }
  errno = error;
  return pid;
}

Ref<Object> os_fork(Object*) {
  pid_t pid = fork_with_hooks(fork);
  if (pid < 0) return raise_os_error(errno);
  return int_from(pid);
}

// The child's controlling terminal is a new pseudo-terminal: (pid, descriptor of its other side).
Ref<Object> os_forkpty(Object*) {
  TRY(audit("os.forkpty"));
  int terminal = -1;
  pid_t pid = fork_with_hooks([&] { return forkpty(&terminal, nullptr, nullptr, nullptr); });
  if (pid < 0) return raise_os_error(errno);
  Ref<Int> id = TRY(int_from(pid))
  , descriptor = TRY(int_from(terminal));
  return tuple_pack(id.get(), descriptor.get());
}

Status add_hook(Object* hook, const char* name, List*& list) {
  if (!hook) return kOk;
  if (!is_callable(hook)) return raise(TypeError, "'{}' must be callable, not {:.50}", name, type_name(hook));
  if (!list) list = TRY(list_new())
  .release();
  return list_append(list, hook);
}
Status os_register_at_fork(Object*, Object* before, Object* in_child, Object* in_parent) {
  if (!before && !in_child && !in_parent) return raise(TypeError, "At least one argument is required.");
  TRY(add_hook(before, "before", g_fork_hooks[0]));
  TRY(add_hook(in_parent, "after_in_parent", g_fork_hooks[1]));
  return add_hook(in_child, "after_in_child", g_fork_hooks[2]);
}

Ref<Object> os_system(Object*, Object* command) {
  Ref<Object> text = TRY(str_encode_fs(command));
  std::string line(bytes_view(cast<Bytes>(text.get())));
  int status;
  {
    ReleaseGil other_threads_run;
    status = system(line.c_str());
  }
  return int_from(status);
}
[[noreturn]] void leave(int status) {
  finish_traces();
  OutputSink::finish_all();
  _exit(status);
}
Status os_exit(Object*, int status) { leave(status); }
Status os_abort(Object*) { abort(); }
Status os_kill(Object*, Pid pid, int signal) {
  if (kill(pid, signal) != 0) return raise_os_error(errno);
  return check_signals();
}
Status os_killpg(Object*, Pid pgid, int signal) {
  if (killpg(pgid, signal) != 0) return raise_os_error(errno);
  return kOk;
}
Ref<Object> os_nice(Object*, int increment) {
  errno = 0;
  int r = nice(increment);
  if (r == -1 && errno) return raise_os_error(errno);
  return int_from(r);
}
Ref<Object> os_getpriority(Object*, int which, int who) {
  errno = 0;
  int r = getpriority(static_cast<__priority_which_t>(which), static_cast<id_t>(who));
  if (errno) return raise_os_error(errno);
  return int_from(r);
}
Status os_setpriority(Object*, int which, int who, int priority) {
  return simple([&] { return setpriority(static_cast<__priority_which_t>(which), static_cast<id_t>(who), priority); });
}

// ---- System information
// ------------------------------------------------------------------------------------------------

Ref<Object> os_uname(Object*) {
  struct utsname u;
  if (uname(&u) != 0) return raise_os_error(errno);
  Ref<Object> r = TRY(struct_sequence_new(g_uname_type));
  ssize i = 0;
  for (const char* field : {u.sysname, u.nodename, u.release, u.version, u.machine}) {
    struct_sequence_set(r.get(), i++, TRY(str_decode_fs(field)));
  }
  return r;
}
Ref<Object> os_times(Object*) {
  struct tms t;
  clock_t elapsed = times(&t);
  double ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  Ref<Object> r = TRY(struct_sequence_new(g_times_type));
  ssize i = 0;
  for (clock_t v : {t.tms_utime, t.tms_stime, t.tms_cutime, t.tms_cstime, elapsed}) {
    struct_sequence_set(r.get(), i++, float_from_double(static_cast<double>(v) / ticks));
  }
  return r;
}
Ref<Object> os_get_terminal_size(Object*, Object* fd_argument) {
  int fd = STDOUT_FILENO;
  if (fd_argument) fd = TRY(descriptor_argument(fd_argument));
  struct winsize w;
  if (ioctl(fd, TIOCGWINSZ, &w) != 0) return raise_os_error(errno);
  Ref<Object> r = TRY(struct_sequence_new(g_terminal_size_type));
  struct_sequence_set(r.get(), 0, int_from(w.ws_col));
  struct_sequence_set(r.get(), 1, int_from(w.ws_row));
  return r;
}
Ref<Object> os_cpu_count(Object*) {
  long n = sysconf(_SC_NPROCESSORS_ONLN);
  return n < 1 ? none_ref() : Ref<Object>(int_from(n));
}
Ref<Object> os_getloadavg(Object*) {
  double v[3];
  if (getloadavg(v, 3) != 3) return raise(OSError, "Load averages are unobtainable");
  Ref<Object> a = float_from_double(v[0]), b = float_from_double(v[1]), c = float_from_double(v[2]);
  return tuple_pack(a.get(), b.get(), c.get());
}
Ref<Object> os_strerror(Object*, int code) { return str_decode_fs(std::strerror(code)); }
Ref<Object> os_umask(Object*, int mask) { return int_from(umask(static_cast<mode_t>(mask))); }
Ref<Object> os_ctermid(Object*) {
  char buffer[L_ctermid];
  return str_decode_fs(ctermid(buffer));
}

}  // namespace

// Hooks run in reverse order before the fork, in order after it.
void fork_before() {
  (void)run_hooks(g_fork_hooks[0], true);
  import_lock_acquire();
  vm_before_fork();
}
void fork_after_in_parent() {
  import_lock_release();
  (void)run_hooks(g_fork_hooks[1], false);
}
void fork_after_in_child() {
  vm_after_fork_child();
  import_lock_release();
  (void)run_hooks(g_fork_hooks[2], false);
}

Status add_process_types(Module* m) {
  static const StructSequenceField uname_fields[] = {{"sysname", nullptr}, {"nodename", nullptr}, {"release", nullptr},
                                                     {"version", nullptr}, {"machine", nullptr},  {}};
  static const StructSequenceField times_fields[] = {{"user", nullptr},          {"system", nullptr},
                                                     {"children_user", nullptr}, {"children_system", nullptr},
                                                     {"elapsed", nullptr},       {}};
  static const StructSequenceField size_fields[] = {{"columns", nullptr}, {"lines", nullptr}, {}};
  if (!g_uname_type) {
    g_uname_type = TRY(struct_sequence_type_new("posix.uname_result", uname_fields, 5, "Result of os.uname()."))
    .release();
    g_times_type = TRY(struct_sequence_type_new("posix.times_result", times_fields, 5, "Result of os.times()."))
    .release();
    g_terminal_size_type =
        TRY(struct_sequence_type_new("os.terminal_size", size_fields, 2, "A tuple of (columns, lines)."))
    .release();
  }
  TRY(module_add(m, "uname_result", Ref<Object>::share(as_object(g_uname_type))));
  TRY(module_add(m, "times_result", Ref<Object>::share(as_object(g_times_type))));
  TRY(module_add(m, "terminal_size", Ref<Object>::share(as_object(g_terminal_size_type))));
  return module_add(m, "environ", environment_dict());
}

constinit MethodDef process_functions[] = {
    FUNCTION(os_putenv, "putenv(module, name, value, /)", "Change an environment variable."),
    FUNCTION(os_unsetenv, "unsetenv(module, name, /)", "Delete an environment variable."),
    FUNCTION(os_execv, "execv(module, path, argv, /)", "Execute a program, replacing the process."),
    FUNCTION(os_execve, "execve(module, /, path, argv, env)", "Execute a program with an environment."),
    FUNCTION(os_fork, "fork(module, /)", "Fork a child process."),
    FUNCTION(os_forkpty, "forkpty(module, /)", "Fork a child process with a new pseudo-terminal."),
    FUNCTION(os_register_at_fork,
             "register_at_fork(module, /, *, before=<unrepresentable>,\n                 "
             "after_in_child=<unrepresentable>,\n                 after_in_parent=<unrepresentable>)",
             "Register functions to be called around fork."),
    FUNCTION(os_system, "system(module, /, command)", "Execute a command in a subshell."),
    FUNCTION(os_exit, "_exit(module, /, status)", "Exit at once, without clean-up."),
    FUNCTION(os_abort, "abort(module, /)", "Abort the process."),
    FUNCTION(os_kill, "kill(module, pid, signal, /)", "Send a signal to a process."),
    FUNCTION(os_killpg, "killpg(module, pgid, signal, /)", "Send a signal to a process group."),
    FUNCTION(os_nice, "nice(module, increment, /)", "Add to the process's niceness."),
    FUNCTION(os_getpriority, "getpriority(module, /, which, who)", "Scheduling priority."),
    FUNCTION(os_setpriority, "setpriority(module, /, which, who, priority)", "Set the scheduling priority."),
    FUNCTION(os_uname, "uname(module, /)", "Identification of the operating system."),
    FUNCTION(os_times, "times(module, /)", "Process times."),
    FUNCTION(os_get_terminal_size, "get_terminal_size(module, fd=<unrepresentable>, /)", "The terminal's size."),
    FUNCTION(os_cpu_count, "cpu_count(module, /)", "The number of processors."),
    FUNCTION(os_getloadavg, "getloadavg(module, /)", "Average recent system load."),
    FUNCTION(os_strerror, "strerror(module, code, /)", "The message of an error code."),
    FUNCTION(os_umask, "umask(module, mask, /)", "Set the file mode mask."),
    FUNCTION(os_ctermid, "ctermid(module, /)", "The name of the controlling terminal."),
    {},
};

}  // namespace minipy::posix
