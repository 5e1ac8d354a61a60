// The table of native modules. A module is one line here and `constinit NativeModule NAME_module` in its own file.
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/module.h"
#include "runtime/str.h"
#include "stdlib/import.h"

namespace minipy {

// Alphabetical. builtins and sys are made at start-up by themselves.
#define NATIVE_MODULES(X) \
  X(_abc)                 \
  X(_ast)                 \
  X(_bisect)              \
  X(_codecs)              \
  X(_collections)         \
  X(_contextvars)         \
  X(_csv)                 \
  X(_functools)           \
  X(_heapq)               \
  X(_imp)                 \
  X(_io)                  \
  X(_json)                \
  X(_multiprocessing)     \
  X(_minipy_vm)           \
  X(_opcode)              \
  X(_operator)            \
  X(_posixsubprocess)     \
  X(_queue)               \
  X(_random)              \
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
  X(select)               \
  X(time)                 \
  X(unicodedata)

#define DECLARE(name) extern NativeModule name##_module;
NATIVE_MODULES(DECLARE)
#undef DECLARE

namespace {

const NativeModule* const modules[] = {
#define ENTRY(name) &name##_module,
    NATIVE_MODULES(ENTRY)
#undef ENTRY
};

}  // namespace

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
