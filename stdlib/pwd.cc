// Module pwd: the user database.
#include <pwd.h>

#include <cstring>
#include <vector>

#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/str.h"
#include "runtime/struct_sequence.h"
#include "runtime/thread_state.h"
#include "stdlib/os_arguments.h"

namespace minipy {
namespace {

constinit Type* g_struct_passwd = nullptr;  // the module's struct sequence type

Ref<Object> text_or_none(const char* text) {
  if (!text) return none_ref();
  return str_decode_fs(text);
}

Ref<Object> entry_object(const passwd* entry) {
  Ref<Object> result = TRY(struct_sequence_new(g_struct_passwd));
  const Ref<Object> items[] = {text_or_none(entry->pw_name),  text_or_none(entry->pw_passwd),
                               id_object(entry->pw_uid),      id_object(entry->pw_gid),
                               text_or_none(entry->pw_gecos), text_or_none(entry->pw_dir),
                               text_or_none(entry->pw_shell)};
  for (ssize i = 0; i < 7; i++) {
    if (!items[i]) return nullptr;
    struct_sequence_set(result.get(), i, items[i]);
  }
  return result;
}

// Calls a reentrant getpw function with room enough; null entry: not found.
template <class Lookup>
int look_up(Lookup lookup, passwd* entry, passwd** found, std::vector<char>& room) {
  room.resize(1024);
  while (true) {
    int error;
    {
      ReleaseGil other_threads_run;
      error = lookup(entry, room.data(), room.size(), found);
    }
    if (error != ERANGE || room.size() > (1u << 20)) return error;
    room.resize(room.size() * 2);
  }
}

Ref<Object> getpwuid_function(Object*, Object* uidobj) {
  Maybe<unsigned> uid = uid_argument(uidobj);
  if (!uid) {
    if (error_clear_if(OverflowError)) return raise(KeyError, "getpwuid(): uid not found");
    return nullptr;
  }
  passwd entry, *found = nullptr;
  std::vector<char> room;
  int error = look_up([&](auto... a) { return getpwuid_r(*uid, a...); }, &entry, &found, room);
  if (error == ENOMEM) return raise_no_memory_error();
  if (!found) {
    Ref<Int> shown = TRY(id_object(*uid));
    return raise(KeyError, "getpwuid(): uid not found: {}", shown);
  }
  return entry_object(found);
}

Ref<Object> getpwnam_function(Object*, Str* name) {
  Ref<Object> bytes = TRY(str_encode_fs(as_object(name)));
  std::string_view text = bytes_view(cast<Bytes>(bytes.get()));
  if (text.find('\0') != std::string_view::npos) return raise(ValueError, "embedded null byte");
  passwd entry, *found = nullptr;
  std::vector<char> room;
  int error = look_up([&](auto... a) { return getpwnam_r(text.data(), a...); }, &entry, &found, room);
  if (error == ENOMEM) return raise_no_memory_error();
  if (!found) return raise(KeyError, "getpwnam(): name not found: {}", repr_of(name));
  return entry_object(found);
}

Ref<Object> getpwall_function(Object*) {
  Ref<List> list = TRY(list_new());
  setpwent();
  Status ok = kOk;
  while (passwd* entry = getpwent()) {
    Ref<Object> item = entry_object(entry);
    ok = item ? list_append(list.get(), item.get()) : Status::failed();
    if (!ok) break;
  }
  endpwent();
  if (!ok) return nullptr;
  return list;
}

constinit MethodDef pwd_functions[] = {
    FUNCTION(getpwuid_function, "getpwuid(module, uidobj, /)", "Return the entry of the user with this id."),
    FUNCTION(getpwnam_function, "getpwnam(module, name, /)", "Return the entry of the user with this name."),
    FUNCTION(getpwall_function, "getpwall(module, /)", "List all entries, in no particular order."),
    {},
};

Status pwd_exec(Module* m) {
  static const StructSequenceField fields[] = {
      {"pw_name", "user name"},  {"pw_passwd", "password"},    {"pw_uid", "user id"},         {"pw_gid", "group id"},
      {"pw_gecos", "real name"}, {"pw_dir", "home directory"}, {"pw_shell", "shell program"}, {}};
  Ref<Type> type = TRY(struct_sequence_type_new("pwd.struct_passwd", fields, 7, "An entry of the user database."));
  g_struct_passwd = share(type.get()).release();
  return module_add(m, "struct_passwd", std::move(type));
}

}  // namespace

constinit NativeModule pwd_module = {"pwd", pwd_functions, pwd_exec, "The user database."};

}  // namespace minipy
