// posix: processes, identities, environment, system information. Source: library reference "os", "Process Management".
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "runtime/abstract.h"
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
#include "stdlib/minipy/output_sink.h"
#include "stdlib/minipy/trace.h"
#include "stdlib/os_arguments.h"
#include "stdlib/posix/fork.h"
#include "stdlib/posix/path_argument.h"
#include "stdlib/posix/posix.h"

namespace minipy::posix {

void (*g_after_fork_in_child)() = nullptr;

namespace {

Type* g_uname_type = nullptr;
Type* g_times_type = nullptr;
Type* g_terminal_size_type = nullptr;
Type* g_waitid_type = nullptr;
List* g_fork_hooks[3] = {};  // before, after in parent, after in child

template <class Call>
Status simple(Call call) {
  bool raised;
  auto r = blocking(call, &raised);
  if (raised) return Status::failed();
  if (r < 0) return raise_os_error(errno);
  return kOk;
}
Ref<Object> checked(long r) {
  if (r < 0) return raise_os_error(errno);
  return int_from(r);
}

// ---- Identities
// --------------------------------------------------------------------------------------------------------

Ref<Object> os_getpid(Object*) { return int_from(getpid()); }
Ref<Object> os_getppid(Object*) { return int_from(getppid()); }
Ref<Object> os_getuid(Object*) { return int_from(getuid()); }
Ref<Object> os_geteuid(Object*) { return int_from(geteuid()); }
Ref<Object> os_getgid(Object*) { return int_from(getgid()); }
Ref<Object> os_getegid(Object*) { return int_from(getegid()); }
Ref<Object> os_getpgrp(Object*) { return int_from(getpgrp()); }
Ref<Object> os_getpgid(Object*, int pid) { return checked(getpgid(pid)); }
Ref<Object> os_getsid(Object*, int pid) { return checked(getsid(pid)); }
Status os_setsid(Object*) {
  return simple([] { return setsid(); });
}
Status os_setpgrp(Object*) {
  return simple([] { return setpgid(0, 0); });
}
Status os_setpgid(Object*, int pid, int pgrp) {
  return simple([&] { return setpgid(pid, pgrp); });
}
Status os_setuid(Object*, Object* uid) {
  unsigned id = TRY(uid_argument(uid));
  return simple([&] { return setuid(id); });
}
Status os_seteuid(Object*, Object* uid) {
  unsigned id = TRY(uid_argument(uid));
  return simple([&] { return seteuid(id); });
}
Status os_setgid(Object*, Object* gid) {
  unsigned id = TRY(gid_argument(gid));
  return simple([&] { return setgid(id); });
}
Status os_setegid(Object*, Object* gid) {
  unsigned id = TRY(gid_argument(gid));
  return simple([&] { return setegid(id); });
}

Ref<Object> os_getgroups(Object*) {
  int n = getgroups(0, nullptr);
  if (n < 0) return raise_os_error(errno);
  std::vector<gid_t> groups(static_cast<size_t>(n));
  n = getgroups(n, groups.data());
  if (n < 0) return raise_os_error(errno);
  Ref<List> list = TRY(list_new());
  for (int i = 0; i < n; i++) TRY(list_append_steal(list.get(), int_from(groups[static_cast<size_t>(i)])));
  return list;
}
Ref<Object> os_getlogin(Object*) {
  errno = 0;
  const char* name = getlogin();
  if (name) return str_decode_fs(name);
  if (errno) return raise_os_error(errno);
  return raise(OSError, "unable to determine login name");
}

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

// A sequence of path-like objects as a null-terminated array of C strings.
class CStrings {
 public:
  Status add(Object* p) {
    Ref<Object> b = TRY(str_encode_fs(p));
    text_.push_back(std::string(bytes_view(cast<Bytes>(b.get()))));
    return kOk;
  }
  void add_text(std::string s) { text_.push_back(std::move(s)); }
  Status add_all(Object* sequence) {
    Ref<Object> fast = TRY(sequence_fast(sequence, "expected a sequence"));
    for (ssize i = 0; i < sequence_fast_size(fast.get()); i++) TRY(add(sequence_fast_items(fast.get())[i]));
    return kOk;
  }
  // "name=value" of a mapping.
  Status add_environment(Object* mapping) {
    Ref<Object> keys = TRY(mapping_keys(mapping));
    Ref<Object> iterator = TRY(get_iter(keys.get()));
    while (Ref<Object> key = iter_next(iterator.get())) {
      Ref<Object> value = TRY(object_get_item(mapping, key.get()));
      Ref<Object> k = TRY(str_encode_fs(key.get()))
      , v = TRY(str_encode_fs(value.get()));
      std::string name(bytes_view(cast<Bytes>(k.get())));
      if (name.empty() || name.find('=', 1) != std::string::npos) {
        return raise(ValueError, "illegal environment variable name");
      }
      text_.push_back(name + "=" + std::string(bytes_view(cast<Bytes>(v.get()))));
    }
    return error_pending() ? Status::failed() : kOk;
  }
  char** array() {
    pointers_.clear();
    for (std::string& s : text_) pointers_.push_back(s.data());
    pointers_.push_back(nullptr);
    return pointers_.data();
  }
  bool empty() const { return text_.empty(); }
  const std::string& front() const { return text_.front(); }

 private:
  std::vector<std::string> text_;
  std::vector<char*> pointers_;
};

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

Ref<Object> os_fork(Object*) {
  fork_before();
  pid_t pid = fork();
  int error = errno;
  if (pid == 0) {
    fork_after_in_child();
  } else {
    fork_after_in_parent();
  }
  if (pid < 0) return raise_os_error(error);
  return int_from(pid);
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
  OutputSink::flush_all();
  _exit(status);
}
Status os_exit(Object*, int status) { leave(status); }
Status os_abort(Object*) { abort(); }
Status os_kill(Object*, int pid, int signal) {
  if (kill(pid, signal) != 0) return raise_os_error(errno);
  return check_signals();
}
Status os_killpg(Object*, int pgid, int signal) {
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

// ---- Waiting
// -----------------------------------------------------------------------------------------------------------

Ref<Object> wait_result(pid_t pid, int status) {
  Ref<Int> a = TRY(int_from(pid))
  , b = TRY(int_from(status));
  return tuple_pack(a.get(), b.get());
}
Ref<Object> os_waitpid(Object*, int pid, int options) {
  int status = 0;
  bool raised;
  pid_t r = blocking([&] { return waitpid(pid, &status, options); }, &raised);
  if (raised) return nullptr;
  if (r < 0) return raise_os_error(errno);
  return wait_result(r, status);
}
Ref<Object> os_wait(Object* m) { return os_waitpid(m, -1, 0); }

Ref<Object> os_wifexited(Object*, int status) { return bool_ref(WIFEXITED(status)); }
Ref<Object> os_wifsignaled(Object*, int status) { return bool_ref(WIFSIGNALED(status)); }
Ref<Object> os_wifstopped(Object*, int status) { return bool_ref(WIFSTOPPED(status)); }
Ref<Object> os_wifcontinued(Object*, int status) { return bool_ref(WIFCONTINUED(status)); }
Ref<Object> os_wcoredump(Object*, int status) { return bool_ref(WCOREDUMP(status)); }
Ref<Object> os_wexitstatus(Object*, int status) { return int_from(WEXITSTATUS(status)); }
Ref<Object> os_wtermsig(Object*, int status) { return int_from(WTERMSIG(status)); }
Ref<Object> os_wstopsig(Object*, int status) { return int_from(WSTOPSIG(status)); }
Ref<Object> os_waitstatus_to_exitcode(Object*, int status) {
  if (WIFEXITED(status)) return int_from(WEXITSTATUS(status));
  if (WIFSIGNALED(status)) return int_from(-WTERMSIG(status));
  if (WIFSTOPPED(status)) return raise(ValueError, "process stopped by delivery of signal {}", WSTOPSIG(status));
  return raise(ValueError, "invalid wait status: {}", status);
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

struct NamedNumber {
  const char* name;
  int value;
};
constexpr NamedNumber kSysconfNames[] = {
    {"SC_ARG_MAX", _SC_ARG_MAX},
    {"SC_CHILD_MAX", _SC_CHILD_MAX},
    {"SC_CLK_TCK", _SC_CLK_TCK},
    {"SC_IOV_MAX", _SC_IOV_MAX},
    {"SC_NGROUPS_MAX", _SC_NGROUPS_MAX},
    {"SC_NPROCESSORS_CONF", _SC_NPROCESSORS_CONF},
    {"SC_NPROCESSORS_ONLN", _SC_NPROCESSORS_ONLN},
    {"SC_OPEN_MAX", _SC_OPEN_MAX},
    {"SC_PAGESIZE", _SC_PAGESIZE},
    {"SC_PAGE_SIZE", _SC_PAGE_SIZE},
    {"SC_PHYS_PAGES", _SC_PHYS_PAGES},
    {"SC_AVPHYS_PAGES", _SC_AVPHYS_PAGES},
    {"SC_GETPW_R_SIZE_MAX", _SC_GETPW_R_SIZE_MAX},
    {"SC_HOST_NAME_MAX", _SC_HOST_NAME_MAX},
    {"SC_LINE_MAX", _SC_LINE_MAX},
    {"SC_LOGIN_NAME_MAX", _SC_LOGIN_NAME_MAX},
    {"SC_SEM_NSEMS_MAX", _SC_SEM_NSEMS_MAX},
    {"SC_SEM_VALUE_MAX", _SC_SEM_VALUE_MAX},
    {"SC_STREAM_MAX", _SC_STREAM_MAX},
    {"SC_SYMLOOP_MAX", _SC_SYMLOOP_MAX},
    {"SC_THREADS", _SC_THREADS},
    {"SC_TTY_NAME_MAX", _SC_TTY_NAME_MAX},
    {"SC_TZNAME_MAX", _SC_TZNAME_MAX},
    {"SC_VERSION", _SC_VERSION},
};
constexpr NamedNumber kPathconfNames[] = {
    {"PC_LINK_MAX", _PC_LINK_MAX}, {"PC_MAX_CANON", _PC_MAX_CANON}, {"PC_MAX_INPUT", _PC_MAX_INPUT},
    {"PC_NAME_MAX", _PC_NAME_MAX}, {"PC_PATH_MAX", _PC_PATH_MAX},   {"PC_PIPE_BUF", _PC_PIPE_BUF},
};
constexpr NamedNumber kConfstrNames[] = {
    {"CS_PATH", _CS_PATH},
    {"CS_GNU_LIBC_VERSION", _CS_GNU_LIBC_VERSION},
    {"CS_GNU_LIBPTHREAD_VERSION", _CS_GNU_LIBPTHREAD_VERSION},
};
template <size_t N>
Maybe<int> named_number(Object* p, const NamedNumber (&table)[N]) {
  if (is_int(p)) return bind::to_int(p);
  if (!is_str(p)) return raise(TypeError, "configuration names must be strings or integers");
  for (const NamedNumber& n : table) {
    if (str_equals_ascii(cast<Str>(p), n.name)) return n.value;
  }
  return raise(ValueError, "unrecognized configuration name");
}
Ref<Object> os_sysconf(Object*, Object* name) {
  int n = TRY(named_number(name, kSysconfNames));
  errno = 0;
  long v = sysconf(n);
  if (v == -1 && errno) return raise_os_error(errno);
  return int_from(v);
}
Ref<Object> os_pathconf(Object*, Object* p, Object* name) {
  PathArgument path;
  TRY(path.get(p, "pathconf", PathArgument::kDescriptor));
  int n = TRY(named_number(name, kPathconfNames));
  errno = 0;
  long v = path.given_descriptor ? fpathconf(path.fd, n) : pathconf(path.c_str(), n);
  if (v == -1 && errno) return path_error(path);
  return int_from(v);
}
Ref<Object> os_confstr(Object*, Object* name) {
  int n = TRY(named_number(name, kConfstrNames));
  char buffer[512];
  size_t size = confstr(n, buffer, sizeof buffer);
  if (size == 0) return none_ref();
  return str_decode_fs(buffer);
}
template <size_t N>
Ref<Object> names_dict(const NamedNumber (&table)[N]) {
  Ref<Dict> d = TRY(dict_new());
  for (const NamedNumber& n : table) {
    Ref<Int> v = TRY(int_from(n.value));
    TRY(dict_set_ascii(d.get(), n.name, as_object(v.get())));
  }
  return d;
}

// ---- Scheduling
// --------------------------------------------------------------------------------------------------------

Status os_sched_yield(Object*) {
  ReleaseGil other_threads_run;
  sched_yield();
  return kOk;
}
Ref<Object> os_sched_getaffinity(Object*, int pid) {
  cpu_set_t set;
  if (sched_getaffinity(pid, sizeof set, &set) != 0) return raise_os_error(errno);
  Ref<Set> cpus = TRY(set_new(nullptr));
  for (int i = 0; i < CPU_SETSIZE; i++) {
    if (!CPU_ISSET(i, &set)) continue;
    Ref<Int> n = TRY(int_from(i));
    TRY(set_add(cpus.get(), as_object(n.get())));
  }
  return cpus;
}
Status os_sched_setaffinity(Object*, int pid, Object* mask) {
  cpu_set_t set;
  CPU_ZERO(&set);
  Ref<Object> iterator = TRY(get_iter(mask));
  while (Ref<Object> item = iter_next(iterator.get())) {
    long cpu = TRY(int_to_long(TRY(number_index(item.get())).get()));
    if (cpu < 0) return raise(ValueError, "negative CPU number");
    if (cpu < CPU_SETSIZE) CPU_SET(static_cast<size_t>(cpu), &set);
  }
  if (error_pending()) return Status::failed();
  if (sched_setaffinity(pid, sizeof set, &set) != 0) return raise_os_error(errno);
  return kOk;
}

}  // namespace

// Hooks run in reverse order before the fork, in order after it.
void fork_before() { (void)run_hooks(g_fork_hooks[0], true); }
void fork_after_in_parent() { (void)run_hooks(g_fork_hooks[1], false); }
void fork_after_in_child() {
  if (g_after_fork_in_child) g_after_fork_in_child();
  (void)run_hooks(g_fork_hooks[2], false);
}

Status add_process_types(Module* m) {
  static const StructSequenceField uname_fields[] = {{"sysname", nullptr}, {"nodename", nullptr}, {"release", nullptr},
                                                     {"version", nullptr}, {"machine", nullptr},  {}};
  static const StructSequenceField times_fields[] = {{"user", nullptr},          {"system", nullptr},
                                                     {"children_user", nullptr}, {"children_system", nullptr},
                                                     {"elapsed", nullptr},       {}};
  static const StructSequenceField size_fields[] = {{"columns", nullptr}, {"lines", nullptr}, {}};
  static const StructSequenceField waitid_fields[] = {{"si_pid", nullptr},   {"si_uid", nullptr},
                                                      {"si_signo", nullptr}, {"si_status", nullptr},
                                                      {"si_code", nullptr},  {}};
  if (!g_uname_type) {
    g_uname_type = TRY(struct_sequence_type_new("posix.uname_result", uname_fields, 5, "Result of os.uname()."))
    .release();
    g_times_type = TRY(struct_sequence_type_new("posix.times_result", times_fields, 5, "Result of os.times()."))
    .release();
    g_terminal_size_type =
        TRY(struct_sequence_type_new("os.terminal_size", size_fields, 2, "A tuple of (columns, lines)."))
    .release();
    g_waitid_type = TRY(struct_sequence_type_new("posix.waitid_result", waitid_fields, 5, "Result of waitid."))
    .release();
  }
  TRY(module_add(m, "uname_result", Ref<Object>::share(as_object(g_uname_type))));
  TRY(module_add(m, "times_result", Ref<Object>::share(as_object(g_times_type))));
  TRY(module_add(m, "terminal_size", Ref<Object>::share(as_object(g_terminal_size_type))));
  TRY(module_add(m, "waitid_result", Ref<Object>::share(as_object(g_waitid_type))));
  TRY(module_add(m, "sysconf_names", names_dict(kSysconfNames)));
  TRY(module_add(m, "pathconf_names", names_dict(kPathconfNames)));
  TRY(module_add(m, "confstr_names", names_dict(kConfstrNames)));
  return module_add(m, "environ", environment_dict());
}

constinit MethodDef process_functions[] = {
    FUNCTION(os_getpid, "getpid(module, /)", "The current process id."),
    FUNCTION(os_getppid, "getppid(module, /)", "The parent's process id."),
    FUNCTION(os_getuid, "getuid(module, /)", "The user id."),
    FUNCTION(os_geteuid, "geteuid(module, /)", "The effective user id."),
    FUNCTION(os_getgid, "getgid(module, /)", "The group id."),
    FUNCTION(os_getegid, "getegid(module, /)", "The effective group id."),
    FUNCTION(os_getpgrp, "getpgrp(module, /)", "The process group id."),
    FUNCTION(os_getpgid, "getpgid(module, /, pid)", "The process group id of a process."),
    FUNCTION(os_getsid, "getsid(module, pid, /)", "The session id of a process."),
    FUNCTION(os_setsid, "setsid(module, /)", "Start a session."),
    FUNCTION(os_setpgrp, "setpgrp(module, /)", "Make the process a group leader."),
    FUNCTION(os_setpgid, "setpgid(module, pid, pgrp, /)", "Set a process group."),
    FUNCTION(os_setuid, "setuid(module, uid, /)", "Set the user id."),
    FUNCTION(os_seteuid, "seteuid(module, euid, /)", "Set the effective user id."),
    FUNCTION(os_setgid, "setgid(module, gid, /)", "Set the group id."),
    FUNCTION(os_setegid, "setegid(module, egid, /)", "Set the effective group id."),
    FUNCTION(os_getgroups, "getgroups(module, /)", "The supplemental group ids."),
    FUNCTION(os_getlogin, "getlogin(module, /)", "The login name."),
    FUNCTION(os_putenv, "putenv(module, name, value, /)", "Change an environment variable."),
    FUNCTION(os_unsetenv, "unsetenv(module, name, /)", "Delete an environment variable."),
    FUNCTION(os_execv, "execv(module, path, argv, /)", "Execute a program, replacing the process."),
    FUNCTION(os_execve, "execve(module, /, path, argv, env)", "Execute a program with an environment."),
    FUNCTION(os_fork, "fork(module, /)", "Fork a child process."),
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
    FUNCTION(os_waitpid, "waitpid(module, pid, options, /)", "Wait for a child process."),
    FUNCTION(os_wait, "wait(module, /)", "Wait for any child process."),
    FUNCTION(os_wifexited, "WIFEXITED(module, /, status)", "Whether the process exited."),
    FUNCTION(os_wifsignaled, "WIFSIGNALED(module, /, status)", "Whether a signal ended the process."),
    FUNCTION(os_wifstopped, "WIFSTOPPED(module, /, status)", "Whether the process is stopped."),
    FUNCTION(os_wifcontinued, "WIFCONTINUED(module, /, status)", "Whether the process was continued."),
    FUNCTION(os_wcoredump, "WCOREDUMP(module, status, /)", "Whether the process dumped core."),
    FUNCTION(os_wexitstatus, "WEXITSTATUS(module, /, status)", "The exit status."),
    FUNCTION(os_wtermsig, "WTERMSIG(module, /, status)", "The signal that ended the process."),
    FUNCTION(os_wstopsig, "WSTOPSIG(module, /, status)", "The signal that stopped the process."),
    FUNCTION(os_waitstatus_to_exitcode, "waitstatus_to_exitcode(module, /, status)", "Convert a wait status."),
    FUNCTION(os_uname, "uname(module, /)", "Identification of the operating system."),
    FUNCTION(os_times, "times(module, /)", "Process times."),
    FUNCTION(os_get_terminal_size, "get_terminal_size(module, fd=<unrepresentable>, /)", "The terminal's size."),
    FUNCTION(os_cpu_count, "cpu_count(module, /)", "The number of processors."),
    FUNCTION(os_getloadavg, "getloadavg(module, /)", "Average recent system load."),
    FUNCTION(os_strerror, "strerror(module, code, /)", "The message of an error code."),
    FUNCTION(os_umask, "umask(module, mask, /)", "Set the file mode mask."),
    FUNCTION(os_ctermid, "ctermid(module, /)", "The name of the controlling terminal."),
    FUNCTION(os_sysconf, "sysconf(module, name, /)", "A system configuration value."),
    FUNCTION(os_pathconf, "pathconf(module, /, path, name)", "A file system configuration value."),
    FUNCTION(os_confstr, "confstr(module, name, /)", "A system configuration string."),
    FUNCTION(os_sched_yield, "sched_yield(module, /)", "Relinquish the processor."),
    FUNCTION(os_sched_getaffinity, "sched_getaffinity(module, pid, /)", "Processors a process may run on."),
    FUNCTION(os_sched_setaffinity, "sched_setaffinity(module, pid, mask, /)", "Set the processors."),
    {},
};

}  // namespace minipy::posix
