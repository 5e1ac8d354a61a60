// The table of native modules. A module is one line here and `constinit NativeModule NAME_module` in its own file.
#include <unistd.h>

#include <string>
#include <string_view>

#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/module.h"
#include "runtime/str.h"
#include "stdlib/extension_files.h"
#include "stdlib/import.h"
#include "stdlib/paths.h"

namespace minipy {

// Alphabetical. builtins and sys are made at start-up by themselves.
#define NATIVE_MODULES(X) \
  X(_abc)                 \
  X(_ast)                 \
  X(_bisect)              \
  X(_blake2)              \
  X(_codecs)              \
  X(_collections)         \
  X(_contextvars)         \
  X(_csv)                 \
  X(_functools)           \
  X(_hashlib)             \
  X(_heapq)               \
  X(_imp)                 \
  X(_io)                  \
  X(_json)                \
  X(_locale)              \
  X(_md5)                 \
  X(_minipy)              \
  X(_multiprocessing)     \
  X(_opcode)              \
  X(_operator)            \
  X(_posixsubprocess)     \
  X(_queue)               \
  X(_random)              \
  X(_sha1)                \
  X(_sha256)              \
  X(_sha3)                \
  X(_sha512)              \
  X(_signal)              \
  X(_socket)              \
  X(_sre)                 \
  X(_stat)                \
  X(_statistics)          \
  X(_string)              \
  X(_struct)              \
  X(_symtable)            \
  X(_testcapi)            \
  X(_testinternalcapi)    \
  X(_thread)              \
  X(_tracemalloc)         \
  X(_tokenize)            \
  X(_typing)              \
  X(_warnings)            \
  X(_weakref)             \
  X(array)                \
  X(atexit)               \
  X(binascii)             \
  X(cmath)                \
  X(errno)                \
  X(faulthandler)         \
  X(fcntl)                \
  X(gc)                   \
  X(grp)                  \
  X(itertools)            \
  X(marshal)              \
  X(math)                 \
  X(posix)                \
  X(pwd)                  \
  X(resource)             \
  X(select)               \
  X(spwd)                 \
  X(syslog)               \
  X(time)                 \
  X(unicodedata)          \
  X(xxsubtype)            \
  X(zlib)

#define DECLARE(name) extern NativeModule name##_module;
NATIVE_MODULES(DECLARE)
#undef DECLARE

namespace {

const NativeModule* const modules[] = {
#define ENTRY(name) &name##_module,
    NATIVE_MODULES(ENTRY)
#undef ENTRY
};

// In CPython these are files in the library's lib-dynload: they are found there, by the path finder, and have that file
// as their origin; only what they do is here.
constexpr std::string_view kExtensionFiles[] = {"_contextvars",      "_hashlib", "_json",
                                                "_multiprocessing",  "_queue",   "_testcapi",
                                                "_testinternalcapi", "_typing",  "resource"};

// Without the folder (another library by MINIPY_STDLIB) they are built-in modules.
bool have_extension_files() {
  static const bool there = access((std::string(stdlib_directory()) + "/lib-dynload").c_str(), F_OK) == 0;
  return there;
}

}  // namespace

bool is_extension_file_module(Str* name) {
  for (std::string_view each : kExtensionFiles) {
    if (str_equals_ascii(name, each)) return have_extension_files();
  }
  return false;
}

const NativeModule* find_native_module(Str* name) {
  for (const NativeModule* m : modules) {
    if (str_equals_ascii(name, m->name)) return m;
  }
  return nullptr;
}

Ref<Object> native_module_names() {
  Ref<List> names = TRY(list_new());
  for (const NativeModule* m : modules) {
    Ref<Str> s = TRY(str_intern_ascii(m->name));
    if (is_extension_file_module(s.get())) continue;
    TRY(list_append(names.get(), as_object(s.get())));
  }
  for (const char* own : {"builtins", "sys"}) {
    Ref<Str> s = TRY(str_intern_ascii(own));
    TRY(list_append(names.get(), as_object(s.get())));
  }
  TRY(list_sort_in_place(names.get()));
  return list_as_tuple(names.get());
}

}  // namespace minipy
