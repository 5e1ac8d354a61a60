// posix: users, groups, sessions and ids of processes.
#include <grp.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <vector>

#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/str.h"
#include "stdlib/os_arguments.h"
#include "stdlib/posix/number_arguments.h"
#include "stdlib/posix/posix.h"
#include "stdlib/posix/system_call.h"

namespace minipy::posix {
namespace {

Ref<Object> checked(long r) {
  if (r < 0) return raise_os_error(errno);
  return int_from(r);
}

Ref<Object> os_getpid(Object*) { return int_from(getpid()); }
Ref<Object> os_getppid(Object*) { return int_from(getppid()); }
Ref<Object> os_getuid(Object*) { return int_from(getuid()); }
Ref<Object> os_geteuid(Object*) { return int_from(geteuid()); }
Ref<Object> os_getgid(Object*) { return int_from(getgid()); }
Ref<Object> os_getegid(Object*) { return int_from(getegid()); }
Ref<Object> os_getpgrp(Object*) { return int_from(getpgrp()); }
Ref<Object> os_getpgid(Object*, Pid pid) { return checked(getpgid(pid)); }
Ref<Object> os_getsid(Object*, Pid pid) { return checked(getsid(pid)); }
Status os_setsid(Object*) {
  return simple([] { return setsid(); });
}
Status os_setpgrp(Object*) {
  return simple([] { return setpgid(0, 0); });
}
Status os_setpgid(Object*, Pid pid, Pid pgrp) {
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

// Ids of the three kinds, or of some of them: -1 leaves one as it is.
struct Ids {
  unsigned real, effective, saved;
};
template <Maybe<unsigned> (*kConvert)(Object*)>
Maybe<Ids> ids_argument(Object* real, Object* effective, Object* saved) {
  Ids ids{};
  ids.real = TRY(kConvert(real));
  ids.effective = TRY(kConvert(effective));
  if (saved) ids.saved = TRY(kConvert(saved));
  return ids;
}
Status os_setreuid(Object*, Object* ruid, Object* euid) {
  Ids ids = TRY(ids_argument<uid_argument>(ruid, euid, nullptr));
  return simple([&] { return setreuid(ids.real, ids.effective); });
}
Status os_setregid(Object*, Object* rgid, Object* egid) {
  Ids ids = TRY(ids_argument<gid_argument>(rgid, egid, nullptr));
  return simple([&] { return setregid(ids.real, ids.effective); });
}
Status os_setresuid(Object*, Object* ruid, Object* euid, Object* suid) {
  Ids ids = TRY(ids_argument<uid_argument>(ruid, euid, suid));
  return simple([&] { return setresuid(ids.real, ids.effective, ids.saved); });
}
Status os_setresgid(Object*, Object* rgid, Object* egid, Object* sgid) {
  Ids ids = TRY(ids_argument<gid_argument>(rgid, egid, sgid));
  return simple([&] { return setresgid(ids.real, ids.effective, ids.saved); });
}
template <int (*kGet)(unsigned*, unsigned*, unsigned*)>
Ref<Object> three_ids(Object*) {
  Ids ids;
  if (kGet(&ids.real, &ids.effective, &ids.saved) != 0) return raise_os_error(errno);
  Ref<Int> real = TRY(id_object(ids.real))
  , effective = TRY(id_object(ids.effective))
  , saved = TRY(id_object(ids.saved));
  return tuple_pack(real.get(), effective.get(), saved.get());
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
Status os_setgroups(Object*, Object* groups) {
  constexpr ssize kMost = 65536;
  if (!is_sequence(groups)) return raise(TypeError, "setgroups argument must be a sequence");
  ssize n = TRY(object_length(groups));
  if (n > kMost) return raise(ValueError, "too many groups");
  std::vector<gid_t> ids;
  for (ssize i = 0; i < n; i++) {
    Ref<Object> item = TRY(sequence_get_item(groups, i));
    if (!is_int(item.get())) return raise(TypeError, "groups must be integers");
    ids.push_back(TRY(gid_argument(item.get())));
  }
  return simple([&] { return setgroups(ids.size(), ids.data()); });
}
Status os_initgroups(Object*, Object* username, Object* gid) {
  Ref<Bytes> name = TRY(str_encode_fs(username))
  .cast_to<Bytes>();
  unsigned id = TRY(gid_argument(gid));
  return simple([&] { return initgroups(name->data, id); });
}
Ref<Object> os_getgrouplist(Object*, Str* user, Object* group) {
  std::string_view name = str_utf8(user);
  if (!name.data()) return nullptr;
  if (name.find('\0') != std::string_view::npos) return raise(ValueError, "embedded null character");
  unsigned first = TRY(gid_argument(group));
  std::vector<gid_t> ids(256);
  while (true) {
    int count = static_cast<int>(ids.size());
    if (getgrouplist(name.data(), first, ids.data(), &count) >= 0) {
      ids.resize(static_cast<size_t>(count));
      break;
    }
    ids.resize(std::max(static_cast<size_t>(count), 2 * ids.size()));
  }
  Ref<List> list = TRY(list_new());
  for (gid_t id : ids) TRY(list_append_steal(list.get(), id_object(id)));
  return list;
}

Ref<Object> os_getlogin(Object*) {
  errno = 0;
  const char* name = getlogin();
  if (name) return str_decode_fs(name);
  if (errno) return raise_os_error(errno);
  return raise(OSError, "unable to determine login name");
}

}  // namespace

constinit MethodDef identity_functions[] = {
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
    FUNCTION(os_setreuid, "setreuid(module, ruid, euid, /)", "Set the real and effective user ids."),
    FUNCTION(os_setregid, "setregid(module, rgid, egid, /)", "Set the real and effective group ids."),
    FUNCTION(os_setresuid, "setresuid(module, ruid, euid, suid, /)", "Set the real, effective and saved user ids."),
    FUNCTION(os_setresgid, "setresgid(module, rgid, egid, sgid, /)", "Set the real, effective and saved group ids."),
    FUNCTION(three_ids<getresuid>, "getresuid(module, /)", "The real, effective and saved user ids."),
    FUNCTION(three_ids<getresgid>, "getresgid(module, /)", "The real, effective and saved group ids."),
    FUNCTION(os_setgroups, "setgroups(module, groups, /)", "Set the supplemental group ids."),
    FUNCTION(os_initgroups, "initgroups(module, username, gid, /)", "Set the group ids to those of a user."),
    FUNCTION(os_getgrouplist, "getgrouplist(module, user, group, /)", "The group ids of a user."),
    {},
};

}  // namespace minipy::posix
