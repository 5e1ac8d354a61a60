// Module resource: limits and measured use of the system's resources.
#include "stdlib/resource.h"

#include <unistd.h>

#include <cerrno>
#include <iterator>

#include "runtime/abstract.h"
#include "runtime/audit.h"
#include "runtime/bind_varargs.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/struct_sequence.h"
#include "stdlib/tuple_arguments.h"

namespace minipy {
namespace {

constinit Type* g_struct_rusage = nullptr;  // the module's struct sequence type

Ref<Object> seconds(const timeval& t) {
  return float_from_double(static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 0.000001);
}

Ref<Object> resource_getrusage(Object*, int who) {
  rusage r;
  if (getrusage(static_cast<__rusage_who>(who), &r) < 0) {
    if (errno == EINVAL) return raise(ValueError, "invalid who parameter");
    return raise_os_error(errno);
  }
  return rusage_object(r);
}

Status check_resource(int resource) {
  if (resource >= 0 && resource < static_cast<int>(RLIM_NLIMITS)) return kOk;
  return raise(ValueError, "invalid resource specified");
}

Ref<Object> limits_object(const rlimit& limits) {
  Ref<Int> soft = TRY(int_from(static_cast<long>(limits.rlim_cur)));
  Ref<Int> hard = TRY(int_from(static_cast<long>(limits.rlim_max)));
  return tuple_pack(soft.get(), hard.get());
}
Status limits_argument(Object* p, rlimit* limits) {
  Ref<Tuple> pair = TRY(tuple_from_iterable(p));
  if (tuple_size(pair.get()) != 2) return raise(ValueError, "expected a tuple of 2 integers");
  limits->rlim_cur = static_cast<rlim_t>(TRY(bind::to_long(pair->items[0])));
  limits->rlim_max = static_cast<rlim_t>(TRY(bind::to_long(pair->items[1])));
  return kOk;
}
Raised raise_limit_error() {
  if (errno == EINVAL) return raise(ValueError, "current limit exceeds maximum limit");
  if (errno == EPERM) return raise(ValueError, "not allowed to raise maximum limit");
  return raise_os_error(errno);
}

Ref<Object> resource_getrlimit(Object*, int resource) {
  TRY(check_resource(resource));
  rlimit limits;
  if (getrlimit(static_cast<__rlimit_resource>(resource), &limits) < 0) return raise_os_error(errno);
  return limits_object(limits);
}

Status resource_setrlimit(Object*, int resource, Object* limits) {
  TRY(check_resource(resource));
  TRY(audit("resource.setrlimit", resource, limits));
  rlimit wanted;
  TRY(limits_argument(limits, &wanted));
  if (setrlimit(static_cast<__rlimit_resource>(resource), &wanted) < 0) return raise_limit_error();
  return kOk;
}

Ref<Object> resource_prlimit(Object*, VarArgs args) {
  if (args.size < 2 || args.size > 3) return raise(TypeError, "resource.prlimit requires 2 to 3 arguments");
  int pid = TRY(int_argument(args[0]))
  , resource = TRY(int_argument(args[1]));
  Object* limits = args.size == 3 ? args[2] : nullptr;
  TRY(check_resource(resource));
  TRY(audit("resource.prlimit", pid, resource, limits ? limits : py_none()));
  rlimit wanted, before;
  if (limits) TRY(limits_argument(limits, &wanted));
  if (prlimit(pid, static_cast<__rlimit_resource>(resource), limits ? &wanted : nullptr, &before) < 0) {
    if (errno == EINVAL) return raise(ValueError, "current limit exceeds maximum limit");
    return raise_os_error(errno);
  }
  return limits_object(before);
}

Ref<Object> resource_getpagesize(Object*) { return int_from(getpagesize()); }

constinit MethodDef functions[] = {
    FUNCTION(resource_getrusage, "getrusage(module, who, /)", "Return what a process, its children or a thread used."),
    FUNCTION(resource_getrlimit, "getrlimit(module, resource, /)", "Return the limits (soft, hard) of a resource."),
    PLAIN_VARARGS_METHOD(resource_prlimit, "prlimit(module, *args)",
                         "prlimit(pid, resource, [limits]): the limits of a process, which are set if given"),
    FUNCTION(resource_setrlimit, "setrlimit(module, resource, limits, /)", "Set the limits of a resource."),
    FUNCTION(resource_getpagesize, "getpagesize(module, /)", "Return the size of a page of memory in bytes."),
    {},
};

// Made on first use.
Type* struct_rusage_type() {
  static const StructSequenceField fields[] = {{"ru_utime", "time in user mode"},
                                               {"ru_stime", "time in the kernel"},
                                               {"ru_maxrss", "largest resident memory"},
                                               {"ru_ixrss", "shared memory"},
                                               {"ru_idrss", "unshared data"},
                                               {"ru_isrss", "unshared stack"},
                                               {"ru_minflt", "page faults without input"},
                                               {"ru_majflt", "page faults with input"},
                                               {"ru_nswap", "times swapped out"},
                                               {"ru_inblock", "block inputs"},
                                               {"ru_oublock", "block outputs"},
                                               {"ru_msgsnd", "messages sent"},
                                               {"ru_msgrcv", "messages received"},
                                               {"ru_nsignals", "signals received"},
                                               {"ru_nvcsw", "voluntary context switches"},
                                               {"ru_nivcsw", "other context switches"},
                                               {}};
  if (!g_struct_rusage) {
    g_struct_rusage = TRY(struct_sequence_type_new("resource.struct_rusage", fields, 16, "The use of resources."))
    .release();
  }
  return g_struct_rusage;
}

Status exec(Module* m) {
  TRY(module_add(m, "error", share(as_object(OSError))));
  TRY(module_add(m, "struct_rusage", share(as_object(TRY(struct_rusage_type())))));
  struct {
    const char* name;
    int value;
  } constants[] = {
#define ITEM(name) {#name, name}
      ITEM(RLIMIT_CPU),        ITEM(RLIMIT_FSIZE),    ITEM(RLIMIT_DATA),     ITEM(RLIMIT_STACK),  ITEM(RLIMIT_CORE),
      ITEM(RLIMIT_NOFILE),     ITEM(RLIMIT_OFILE),    ITEM(RLIMIT_AS),       ITEM(RLIMIT_RSS),    ITEM(RLIMIT_NPROC),
      ITEM(RLIMIT_MEMLOCK),    ITEM(RLIMIT_MSGQUEUE), ITEM(RLIMIT_NICE),     ITEM(RLIMIT_RTPRIO), ITEM(RLIMIT_RTTIME),
      ITEM(RLIMIT_SIGPENDING), ITEM(RUSAGE_SELF),     ITEM(RUSAGE_CHILDREN), ITEM(RUSAGE_THREAD), {"RLIM_INFINITY", -1},
#undef ITEM
  };
  for (const auto& each : constants) TRY(module_add_int(m, each.name, each.value));
  return kOk;
}

}  // namespace

Ref<Object> rusage_object(const rusage& r) {
  Ref<Object> result = TRY(struct_sequence_new(TRY(struct_rusage_type())));
  const long counts[] = {r.ru_maxrss,  r.ru_ixrss,   r.ru_idrss,  r.ru_isrss,  r.ru_minflt,   r.ru_majflt, r.ru_nswap,
                         r.ru_inblock, r.ru_oublock, r.ru_msgsnd, r.ru_msgrcv, r.ru_nsignals, r.ru_nvcsw,  r.ru_nivcsw};
  struct_sequence_set(result.get(), 0, TRY(seconds(r.ru_utime)));
  struct_sequence_set(result.get(), 1, TRY(seconds(r.ru_stime)));
  for (size_t i = 0; i < std::size(counts); i++) {
    struct_sequence_set(result.get(), static_cast<ssize>(i) + 2, TRY(int_from(counts[i])));
  }
  return result;
}

constinit NativeModule resource_module = {"resource", functions, exec, nullptr};

}  // namespace minipy
