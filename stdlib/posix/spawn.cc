// posix: posix_spawn and posix_spawnp, which start a program without a copy of this process in between.
#include <spawn.h>

#include <cerrno>
#include <string>

#include "runtime/abstract.h"
#include "runtime/audit.h"
#include "runtime/bind.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/str.h"
#include "stdlib/posix/c_strings.h"
#include "stdlib/posix/path_argument.h"
#include "stdlib/posix/posix.h"
#include "stdlib/posix/scheduling.h"
#include "stdlib/signal_set.h"
#include "stdlib/tuple_arguments.h"

namespace minipy::posix {
namespace {

// What functions of the posix_spawn family return.
Status check(int error) { return error ? static_cast<Status>(raise_os_error(error)) : kOk; }

// ---- What the child does with its descriptors ---------------------------------------------------------------------

class FileActions {
 public:
  FileActions() { posix_spawn_file_actions_init(&actions_); }
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;

  Status add_all(Object* sequence) {
    Ref<Object> fast = TRY(sequence_fast(sequence, "file_actions must be a sequence or None"));
    for (ssize i = 0; i < sequence_fast_size(fast.get()); i++) {
      Object* item = sequence_fast_items(fast.get())[i];
      if (!is_tuple(item) || tuple_size(cast<Tuple>(item)) == 0) {
        return raise(TypeError, "Each file_actions element must be a non-empty tuple");
      }
      TRY(add(cast<Tuple>(item)));
    }
    return kOk;
  }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  // The numbers of posix.POSIX_SPAWN_OPEN and so on.
  enum Kind { kOpen, kClose, kDup2 };

  static Status check_size(Tuple* action, ssize size, const char* name) {
    if (tuple_size(action) == size) return kOk;
    return raise(TypeError, "A {} file_action tuple must have {} elements", name, size);
  }
  Status add(Tuple* action) {
    switch (TRY(bind::to_long(action->items[0]))) {
      case kOpen: return add_open(action);
      case kClose: {
        TRY(check_size(action, 2, "close"));
        int fd = TRY(int_argument(action->items[1]));
        return check(posix_spawn_file_actions_addclose(&actions_, fd));
      }
      case kDup2: {
        TRY(check_size(action, 3, "dup2"));
        int from = TRY(int_argument(action->items[1]))
        , to = TRY(int_argument(action->items[2]));
        return check(posix_spawn_file_actions_adddup2(&actions_, from, to));
      }
      default: return raise(TypeError, "Unknown file_actions identifier");
    }
  }
  Status add_open(Tuple* action) {
    TRY(check_size(action, 5, "open"));
    int fd = TRY(int_argument(action->items[1]));
    // The C library copies the path.
    Ref<Bytes> path = TRY(str_encode_fs(action->items[2]))
    .cast_to<Bytes>();
    int flags = TRY(int_argument(action->items[3]));
    if (!is_int(action->items[4])) return raise(TypeError, "an integer is required");
    mode_t mode = static_cast<mode_t>(int_to_unsigned_mask(action->items[4]));
    return check(posix_spawn_file_actions_addopen(&actions_, fd, path->data, flags, mode));
  }

  posix_spawn_file_actions_t actions_;
};

// ---- What the child is ----------------------------------------------------------------------------------------------

// Arguments that were not given are null.
struct Wishes {
  Object* process_group;
  int reset_ids;
  int new_session;
  Object* signal_mask;
  Object* default_signals;
  Object* scheduler;
};

class Attributes {
 public:
  Attributes() { posix_spawnattr_init(&attributes_); }
  ~Attributes() { posix_spawnattr_destroy(&attributes_); }
  Attributes(const Attributes&) = delete;

  Status set(const Wishes& w) {
    if (w.process_group) {
      pid_t group = static_cast<pid_t>(TRY(bind::to_long(w.process_group)));
      TRY(check(posix_spawnattr_setpgroup(&attributes_, group)));
      flags_ |= POSIX_SPAWN_SETPGROUP;
    }
    if (w.reset_ids) flags_ |= POSIX_SPAWN_RESETIDS;
    if (w.new_session) flags_ |= POSIX_SPAWN_SETSID;
    if (w.signal_mask) {
      sigset_t signals;
      TRY(to_signal_set(w.signal_mask, &signals));
      TRY(check(posix_spawnattr_setsigmask(&attributes_, &signals)));
      flags_ |= POSIX_SPAWN_SETSIGMASK;
    }
    if (w.default_signals) {
      sigset_t signals;
      TRY(to_signal_set(w.default_signals, &signals));
      TRY(check(posix_spawnattr_setsigdefault(&attributes_, &signals)));
      flags_ |= POSIX_SPAWN_SETSIGDEF;
    }
    if (w.scheduler) TRY(set_scheduler(w.scheduler));
    return check(posix_spawnattr_setflags(&attributes_, static_cast<short>(flags_)));
  }
  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  // (policy or None, sched_param).
  Status set_scheduler(Object* p) {
    if (!is_tuple(p)) return raise(SystemError, "new style getargs format but argument is not a tuple");
    Tuple* pair = cast<Tuple>(p);
    if (tuple_size(pair) != 2) return raise(TypeError, "A scheduler tuple must have two elements");
    if (!is_none(pair->items[0])) {
      int policy = TRY(bind::to_int(pair->items[0]));
      TRY(check(posix_spawnattr_setschedpolicy(&attributes_, policy)));
      flags_ |= POSIX_SPAWN_SETSCHEDULER;
    }
    sched_param param = TRY(sched_param_argument(pair->items[1]));
    TRY(check(posix_spawnattr_setschedparam(&attributes_, &param)));
    flags_ |= POSIX_SPAWN_SETSCHEDPARAM;
    return kOk;
  }

  posix_spawnattr_t attributes_;
  int flags_ = 0;
};

// ---- The functions --------------------------------------------------------------------------------------------------

using Spawn = int(pid_t*, const char*, const posix_spawn_file_actions_t*, const posix_spawnattr_t*, char* const*,
                  char* const*);

Ref<Object> spawn(Spawn* run, const char* function, Object* p, Object* argv, Object* env, Object* file_actions,
                  const Wishes& wishes) {
  PathArgument path;
  TRY(path.get(p, function));
  CStrings arguments, variables;
  if (!is_list(argv) && !is_tuple(argv)) return raise(TypeError, "{}: argv must be a tuple or list", function);
  if (TRY(object_length(argv)) < 1) return raise(ValueError, "{}: argv must not be empty", function);
  if (!is_mapping(env)) return raise(TypeError, "{}: environment must be a mapping object", function);
  TRY(arguments.add_all(argv));
  if (arguments.front().empty()) return raise(ValueError, "{}: argv first element cannot be empty", function);
  TRY(variables.add_environment(env));
  FileActions actions;
  if (file_actions && !is_none(file_actions)) TRY(actions.add_all(file_actions));
  Attributes attributes;
  TRY(attributes.set(wishes));
  TRY(audit("os.posix_spawn", path.object(), argv, env));
  pid_t pid;
  // It returns when the child has begun to run the program, or could not.
  if (int error = run(&pid, path.c_str(), actions.get(), attributes.get(), arguments.array(), variables.array())) {
    errno = error;
    return path_error(path);
  }
  return int_from(pid);
}

Ref<Object> os_posix_spawn(Object*, Object* path, Object* argv, Object* env, Object* file_actions, Object* setpgroup,
                           Object* resetids, Object* setsid, Object* setsigmask, Object* setsigdef, Object* scheduler) {
  int reset = resetids ? TRY(bind::to_int(resetids)) : 0, session = setsid ? TRY(bind::to_int(setsid)) : 0;
  return spawn(posix_spawn, "posix_spawn", path, argv, env, file_actions,
               {setpgroup, reset, session, setsigmask, setsigdef, scheduler});
}
Ref<Object> os_posix_spawnp(Object*, Object* path, Object* argv, Object* env, Object* file_actions, Object* setpgroup,
                            Object* resetids, Object* setsid, Object* setsigmask, Object* setsigdef,
                            Object* scheduler) {
  int reset = resetids ? TRY(bind::to_int(resetids)) : 0, session = setsid ? TRY(bind::to_int(setsid)) : 0;
  return spawn(posix_spawnp, "posix_spawnp", path, argv, env, file_actions,
               {setpgroup, reset, session, setsigmask, setsigdef, scheduler});
}

}  // namespace

constinit MethodDef spawn_functions[] = {
    FUNCTION(os_posix_spawn,
             "posix_spawn(module, path, argv, env, /, *, file_actions=(),\n"
             "            setpgroup=<unrepresentable>, resetids=False, setsid=False,\n"
             "            setsigmask=(), setsigdef=(), scheduler=<unrepresentable>)",
             "Start a program as a child process; returns the process id."),
    FUNCTION(os_posix_spawnp,
             "posix_spawnp(module, path, argv, env, /, *, file_actions=(),\n"
             "             setpgroup=<unrepresentable>, resetids=False, setsid=False,\n"
             "             setsigmask=(), setsigdef=(), scheduler=<unrepresentable>)",
             "As posix_spawn; the program is looked for in the folders of PATH."),
    {},
};

}  // namespace minipy::posix
