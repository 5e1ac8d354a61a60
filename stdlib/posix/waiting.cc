// posix: waiting for child processes.
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "runtime/abstract.h"
#include "runtime/bind_keywords.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/struct_sequence.h"
#include "stdlib/import.h"
#include "stdlib/os_arguments.h"
#include "stdlib/posix/number_arguments.h"
#include "stdlib/posix/posix.h"
#include "stdlib/posix/system_call.h"
#include "stdlib/resource.h"
#include "stdlib/unsigned_argument.h"

namespace minipy::posix {
namespace {

Type* g_waitid_type = nullptr;

Ref<Object> wait_result(pid_t pid, int status) {
  Ref<Int> a = TRY(int_from(pid))
  , b = TRY(int_from(status));
  return tuple_pack(a.get(), b.get());
}
Ref<Object> os_waitpid(Object*, Pid pid, int options) {
  int status = 0;
  bool raised;
  pid_t r = blocking([&] { return waitpid(pid, &status, options); }, &raised);
  if (raised) return nullptr;
  if (r < 0) return raise_os_error(errno);
  return wait_result(r, status);
}
Ref<Object> os_wait(Object* m) { return os_waitpid(m, Pid{-1}, 0); }

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

// The status and the resources used.
Ref<Object> wait_with_usage(pid_t pid, int options) {
  int status = 0;
  rusage used{};
  bool raised;
  pid_t r = blocking([&] { return wait4(pid, &status, options, &used); }, &raised);
  if (raised) return nullptr;
  if (r < 0) return raise_os_error(errno);
  // The result's type is that module's.
  TRY(import_module("resource"));
  Ref<Object> usage = TRY(rusage_object(used));
  Ref<Int> id = TRY(int_from(r))
  , state = TRY(int_from(status));
  return tuple_pack(as_object(id.get()), as_object(state.get()), usage.get());
}
Ref<Object> os_wait3(Object*, int options) { return wait_with_usage(-1, options); }
Ref<Object> os_wait4(Object*, Pid pid, int options) { return wait_with_usage(pid, options); }

Ref<Object> os_waitid(Object*, int idtype, Pid id, int options) {
  siginfo_t info{};
  bool raised;
  int r = blocking([&] { return waitid(static_cast<idtype_t>(idtype), static_cast<id_t>(id.value), &info, options); },
                   &raised);
  if (raised) return nullptr;
  if (r < 0) return raise_os_error(errno);
  if (info.si_pid == 0) return none_ref();
  Ref<Object> result = TRY(struct_sequence_new(g_waitid_type));
  struct_sequence_set(result.get(), 0, TRY(int_from(info.si_pid)));
  struct_sequence_set(result.get(), 1, TRY(id_object(info.si_uid)));
  struct_sequence_set(result.get(), 2, TRY(int_from(info.si_signo)));
  struct_sequence_set(result.get(), 3, TRY(int_from(info.si_status)));
  struct_sequence_set(result.get(), 4, TRY(int_from(info.si_code)));
  return result;
}

Ref<Object> os_pidfd_open(Object*, Pid pid, Object* flags) {
  unsigned long bits = flags ? TRY(unsigned_argument(flags, 32, "Python int too large for C unsigned int")) : 0;
  return number([&] { return static_cast<int>(syscall(SYS_pidfd_open, pid.value, static_cast<unsigned>(bits))); });
}

}  // namespace

Status add_waiting_types(Module* m) {
  static const StructSequenceField fields[] = {{"si_pid", nullptr},    {"si_uid", nullptr},  {"si_signo", nullptr},
                                               {"si_status", nullptr}, {"si_code", nullptr}, {}};
  if (!g_waitid_type) {
    g_waitid_type = TRY(struct_sequence_type_new("posix.waitid_result", fields, 5, "Result of waitid."))
    .release();
  }
  return module_add(m, "waitid_result", share(as_object(g_waitid_type)));
}

constinit MethodDef waiting_functions[] = {
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
    FUNCTION(os_wait3, "wait3(module, /, options)", "Wait for any child process; tells the resources it used, too."),
    FUNCTION(os_wait4, "wait4(module, /, pid, options)", "Wait for a child process; tells the resources it used, too."),
    KEYWORD_METHOD(os_waitid, "waitid(module, idtype, id, options, /)", "Wait for changes of child processes."),
    FUNCTION(os_pidfd_open, "pidfd_open(module, /, pid, flags=0)", "A file descriptor that stands for a process."),
    {},
};

}  // namespace minipy::posix
