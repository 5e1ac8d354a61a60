// Frozen modules: library modules whose code is embedded in the executable (made at build time by our own compiler),
// so that start-up touches few files. Where the executable holds none, they are compiled from the library's source.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "gc/object.h"
#include "runtime/result.h"

namespace minipy {

struct Str;
struct Code;

struct FrozenModule {
  const char* name;      // as imported
  const char* origname;  // the library module it is made from, null: same; "" : none
  const char* source;    // path below the library directory
  bool is_package;
};

// One embedded code object: marshal data of the module `name`. cmake/Freeze.cmake generates the table; it ends with
// null.
struct FrozenData {
  const char* name;
  const unsigned char* data;
  size_t size;
};
extern const FrozenData frozen_data[] __attribute__((weak));
extern const FrozenData package_data[] __attribute__((weak));  // of package_modules

extern const FrozenModule frozen_modules[];  // ends with a null name
// The modules of the package `minipy` (stdlib/minipy/package), generated as frozen_data is, sorted by name; `source` is
// the file's name in that folder. Not among the frozen modules that _imp lists, which are CPython's.
extern const FrozenModule package_modules[] __attribute__((weak));  // ends with a null name
const FrozenModule* find_frozen_module(Str* name);
// The marshalled code when embedded (null data otherwise).
const FrozenData* find_frozen_data(const char* name);

// The sources of the package's modules, compressed by zlib; generated, ends with a null name.
struct FrozenSource {
  const char* name;  // of the module
  const unsigned char* data;
  size_t size, length;  // of `data`; of the source
};
extern const FrozenSource package_sources[] __attribute__((weak));
// False: no module of the package is called so.
bool package_source(std::string_view module, std::string& source);
// The module of the package whose code names this file, EXECUTABLE/minipy/NAME.py; empty: the file is none of those.
// (No such file can exist, since the executable is no folder.)
std::string package_module_of_file(const std::string& path);

// New code object of the module; null with an exception pending.
Ref<Code> frozen_code(const FrozenModule* module);

}  // namespace minipy
