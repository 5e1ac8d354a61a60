// Module grp: the group database.
#include <grp.h>

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

constinit Type* g_struct_group = nullptr;  // the module's struct sequence type

Ref<Object> text_or_none(const char* text) {
  if (!text) return none_ref();
  return str_decode_fs(text);
}

Ref<Object> entry_object(const group* entry) {
  Ref<Object> result = TRY(struct_sequence_new(g_struct_group));
  Ref<List> members = TRY(list_new());
  for (char** member = entry->gr_mem; *member; member++) {
    Ref<Str> name = TRY(str_decode_fs(*member));
    TRY(list_append(members.get(), as_object(name.get())));
  }
  const Ref<Object> items[] = {text_or_none(entry->gr_name), text_or_none(entry->gr_passwd), id_object(entry->gr_gid),
                               std::move(members)};
  for (ssize i = 0; i < 4; i++) {
    if (!items[i]) return nullptr;
    struct_sequence_set(result.get(), i, items[i]);
  }
  return result;
}

// Calls a reentrant getgr function with room enough; null entry: not found.
template <class Lookup>
int look_up(Lookup lookup, group* entry, group** found, std::vector<char>& room) {
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

Ref<Object> getgrgid_function(Object*, Object* id) {
  unsigned gid = TRY(gid_argument(id));
  group entry, *found = nullptr;
  std::vector<char> room;
  int error = look_up([&](auto... a) { return getgrgid_r(gid, a...); }, &entry, &found, room);
  if (error == ENOMEM) return raise_no_memory_error();
  if (!found) {
    Ref<Int> shown = TRY(id_object(gid));
    return raise(KeyError, "getgrgid(): gid not found: {}", shown);
  }
  return entry_object(found);
}

Ref<Object> getgrnam_function(Object*, Str* name) {
  Ref<Object> bytes = TRY(str_encode_fs(as_object(name)));
  std::string_view text = bytes_view(cast<Bytes>(bytes.get()));
  if (text.find('\0') != std::string_view::npos) return raise(ValueError, "embedded null byte");
  group entry, *found = nullptr;
  std::vector<char> room;
  int error = look_up([&](auto... a) { return getgrnam_r(text.data(), a...); }, &entry, &found, room);
  if (error == ENOMEM) return raise_no_memory_error();
  if (!found) return raise(KeyError, "getgrnam(): name not found: {}", repr_of(name));
  return entry_object(found);
}

Ref<Object> getgrall_function(Object*) {
  Ref<List> list = TRY(list_new());
  setgrent();
  Status ok = kOk;
  while (group* entry = getgrent()) {
    Ref<Object> item = entry_object(entry);
    ok = item ? list_append(list.get(), item.get()) : Status::failed();
    if (!ok) break;
  }
  endgrent();
  if (!ok) return nullptr;
  return list;
}

constinit MethodDef grp_functions[] = {
    FUNCTION(getgrgid_function, "getgrgid(module, /, id)", "Return the entry of the group with this id."),
    FUNCTION(getgrnam_function, "getgrnam(module, /, name)", "Return the entry of the group with this name."),
    FUNCTION(getgrall_function, "getgrall(module, /)", "List all entries, in no particular order."),
    {},
};

Status grp_exec(Module* m) {
  static const StructSequenceField fields[] = {
      {"gr_name", "group name"}, {"gr_passwd", "password"}, {"gr_gid", "group id"}, {"gr_mem", "group members"}, {}};
  Ref<Type> type = TRY(struct_sequence_type_new("grp.struct_group", fields, 4, "An entry of the group database."));
  g_struct_group = share(type.get()).release();
  return module_add(m, "struct_group", std::move(type));
}

}  // namespace

constinit NativeModule grp_module = {"grp", grp_functions, grp_exec, "The group database."};

}  // namespace minipy
