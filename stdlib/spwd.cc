// Module spwd: the database of shadow passwords.
#include <shadow.h>

#include <cerrno>

#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/str.h"
#include "runtime/struct_sequence.h"

namespace minipy {
namespace {

constinit Type* g_struct_spwd = nullptr;  // the module's struct sequence type

Ref<Object> text_or_none(const char* text) {
  if (!text) return none_ref();
  return str_decode_fs(text);
}

Ref<Object> entry_object(const spwd* entry) {
  Ref<Object> name = TRY(text_or_none(entry->sp_namp))
  , password = TRY(text_or_none(entry->sp_pwdp));
  Ref<Object> result = TRY(struct_sequence_new(g_struct_spwd));
  const Ref<Object> items[] = {name,
                               password,
                               int_from(entry->sp_lstchg),
                               int_from(entry->sp_min),
                               int_from(entry->sp_max),
                               int_from(entry->sp_warn),
                               int_from(entry->sp_inact),
                               int_from(entry->sp_expire),
                               int_from(static_cast<long>(entry->sp_flag)),
                               name,  // the deprecated names
                               password};
  ssize index = 0;
  for (const Ref<Object>& item : items) {
    if (!item) return nullptr;
    struct_sequence_set(result.get(), index++, item);
  }
  return result;
}

Ref<Object> spwd_getspnam(Object*, Str* arg) {
  Ref<Bytes> name = TRY(str_encode_fs(as_object(arg)))
  .cast_to<Bytes>();
  errno = 0;
  const spwd* entry = getspnam(name->data);
  if (entry) return entry_object(entry);
  if (errno) return raise_os_error(errno);
  return raise(KeyError, "getspnam(): name not found");
}

Ref<Object> spwd_getspall(Object*) {
  Ref<List> list = TRY(list_new());
  setspent();
  Status ok = kOk;
  while (const spwd* entry = getspent()) {
    Ref<Object> item = entry_object(entry);
    ok = item ? list_append(list.get(), item.get()) : Status::failed();
    if (!ok) break;
  }
  endspent();
  if (!ok) return nullptr;
  return list;
}

constinit MethodDef functions[] = {
    FUNCTION(spwd_getspnam, "getspnam(module, arg, /)", "Return the entry of the user with this name."),
    FUNCTION(spwd_getspall, "getspall(module, /)", "List all entries, in no particular order."),
    {},
};

Status exec(Module* m) {
  // Above this call are five frames of importlib, then the importer's. (CPython warns when the module is created.)
  TRY(warn(DeprecationWarning, 6, "'spwd' is deprecated and slated for removal in Python 3.13"));
  static const StructSequenceField fields[] = {{"sp_namp", "name of the user"},
                                               {"sp_pwdp", "encrypted password"},
                                               {"sp_lstchg", "day of the last change"},
                                               {"sp_min", "days until it may be changed"},
                                               {"sp_max", "days until it must be changed"},
                                               {"sp_warn", "days of warning before it expires"},
                                               {"sp_inact", "days from there until the account is disabled"},
                                               {"sp_expire", "day when the account expires"},
                                               {"sp_flag", "reserved"},
                                               {"sp_nam", "name of the user; deprecated"},
                                               {"sp_pwd", "encrypted password; deprecated"},
                                               {}};
  if (!g_struct_spwd) {
    g_struct_spwd =
        TRY(struct_sequence_type_new("spwd.struct_spwd", fields, 9, "An entry of the database of shadow passwords."))
    .release();
  }
  return module_add(m, "struct_spwd", share(as_object(g_struct_spwd)));
}

}  // namespace

constinit NativeModule spwd_module = {"spwd", functions, exec, "The database of shadow passwords."};

}  // namespace minipy
