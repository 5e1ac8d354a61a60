// posix: scheduling of processes.
#include <sched.h>

#include <cerrno>
#include <climits>

#include "runtime/abstract.h"
#include "runtime/bind_keywords.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/struct_sequence.h"
#include "runtime/thread_state.h"
#include "stdlib/posix/number_arguments.h"
#include "stdlib/posix/posix.h"
#include "stdlib/posix/scheduling.h"
#include "stdlib/posix/system_call.h"

namespace minipy::posix {
namespace {

Type* g_sched_param_type = nullptr;

Ref<Object> sched_param_new(Type* type, Object* priority) {
  Ref<Object> param = TRY(struct_sequence_new(type));
  struct_sequence_set(param.get(), 0, share(priority));
  return param;
}
Ref<Object> param_object(const sched_param& param) {
  Ref<Int> priority = TRY(int_from(param.sched_priority));
  return sched_param_new(g_sched_param_type, as_object(priority.get()));
}

template <int (*kLimit)(int)>
Ref<Object> priority_limit(Object*, int policy) {
  int limit = kLimit(policy);
  if (limit < 0) return raise_os_error(errno);
  return int_from(limit);
}
Ref<Object> os_sched_getscheduler(Object*, Pid pid) {
  return number([&] { return sched_getscheduler(pid); });
}
Status os_sched_setscheduler(Object*, Pid pid, int policy, Object* param) {
  sched_param wanted = TRY(sched_param_argument(param));
  return simple([&] { return sched_setscheduler(pid, policy, &wanted); });
}
Ref<Object> os_sched_getparam(Object*, Pid pid) {
  sched_param param;
  if (sched_getparam(pid, &param) != 0) return raise_os_error(errno);
  return param_object(param);
}
Status os_sched_setparam(Object*, Pid pid, Object* param) {
  sched_param wanted = TRY(sched_param_argument(param));
  return simple([&] { return sched_setparam(pid, &wanted); });
}
Ref<Object> os_sched_rr_get_interval(Object*, Pid pid) {
  timespec interval;
  if (sched_rr_get_interval(pid, &interval) != 0) return raise_os_error(errno);
  return float_from_double(static_cast<double>(interval.tv_sec) + 1e-9 * static_cast<double>(interval.tv_nsec));
}

Status os_sched_yield(Object*) {
  ReleaseGil other_threads_run;
  sched_yield();
  return kOk;
}
Ref<Object> os_sched_getaffinity(Object*, Pid pid) {
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
Status os_sched_setaffinity(Object*, Pid pid, Object* mask) {
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

Maybe<sched_param> sched_param_argument(Object* p) {
  if (!is_exactly(p, g_sched_param_type)) return raise(TypeError, "must have a sched_param object");
  long priority = TRY(bind::to_long(cast<Tuple>(p)->items[0]));
  if (priority > INT_MAX || priority < INT_MIN) return raise(OverflowError, "sched_priority out of range");
  sched_param param{};
  param.sched_priority = static_cast<int>(priority);
  return param;
}

Status add_scheduling_types(Module* m) {
  static const StructSequenceField fields[] = {{"sched_priority", "the priority"}, {}};
  if (!g_sched_param_type) {
    g_sched_param_type = TRY(struct_sequence_type_new("posix.sched_param", fields, 1,
                                                      "sched_param(sched_priority)\n--\n\nParameters of a scheduler."))
    .release();
    g_sched_param_type->new_ = NEW(sched_param_new, "sched_param(type, sched_priority)");
  }
  return module_add(m, "sched_param", share(as_object(g_sched_param_type)));
}

constinit MethodDef scheduling_functions[] = {
    FUNCTION(os_sched_yield, "sched_yield(module, /)", "Relinquish the processor."),
    FUNCTION(os_sched_getaffinity, "sched_getaffinity(module, pid, /)", "Processors a process may run on."),
    FUNCTION(os_sched_setaffinity, "sched_setaffinity(module, pid, mask, /)", "Set the processors."),
    FUNCTION(priority_limit<sched_get_priority_max>, "sched_get_priority_max(module, /, policy)",
             "The highest priority of a scheduling policy."),
    FUNCTION(priority_limit<sched_get_priority_min>, "sched_get_priority_min(module, /, policy)",
             "The lowest priority of a scheduling policy."),
    FUNCTION(os_sched_getparam, "sched_getparam(module, pid, /)", "The scheduling parameters of a process."),
    FUNCTION(os_sched_getscheduler, "sched_getscheduler(module, pid, /)", "The scheduling policy of a process."),
    FUNCTION(os_sched_rr_get_interval, "sched_rr_get_interval(module, pid, /)", "The round-robin quantum in seconds."),
    KEYWORD_METHOD(os_sched_setparam, "sched_setparam(module, pid, param, /)",
                   "Set the scheduling parameters of a process."),
    KEYWORD_METHOD(os_sched_setscheduler, "sched_setscheduler(module, pid, policy, param, /)",
                   "Set the scheduling policy and parameters of a process."),
    {},
};

}  // namespace minipy::posix
