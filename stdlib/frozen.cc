#include "stdlib/frozen.h"

#include <sys/stat.h>
#include <zlib.h>

#include <cstdio>
#include <cstring>
#include <string>

#include "compiler/compile.h"
#include "compiler/marshal.h"
#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/function.h"
#include "runtime/str.h"
#include "runtime/uncounted.h"
#include "stdlib/paths.h"

namespace minipy {

// The modules CPython 3.11 freezes, in its order.
const FrozenModule frozen_modules[] = {
    {"_frozen_importlib", "importlib._bootstrap", "importlib/_bootstrap.py", false},
    {"_frozen_importlib_external", "importlib._bootstrap_external", "importlib/_bootstrap_external.py", false},
    {"zipimport", nullptr, "zipimport.py", false},
    {"abc", nullptr, "abc.py", false},
    {"codecs", nullptr, "codecs.py", false},
    {"io", nullptr, "io.py", false},
    {"_collections_abc", nullptr, "_collections_abc.py", false},
    {"_sitebuiltins", nullptr, "_sitebuiltins.py", false},
    {"genericpath", nullptr, "genericpath.py", false},
    {"ntpath", nullptr, "ntpath.py", false},
    {"posixpath", nullptr, "posixpath.py", false},
    {"os.path", "posixpath", "posixpath.py", false},
    {"os", nullptr, "os.py", false},
    {"site", nullptr, "site.py", false},
    {"stat", nullptr, "stat.py", false},
    {"importlib.util", nullptr, "importlib/util.py", false},
    {"importlib.machinery", nullptr, "importlib/machinery.py", false},
    {"runpy", nullptr, "runpy.py", false},
    {"__hello__", nullptr, "__hello__.py", false},
    {"__hello_alias__", "__hello__", "__hello__.py", false},
    {"__phello_alias__", "__hello__", "__hello__.py", true},
    {"__phello_alias__.spam", "__hello__", "__hello__.py", false},
    {"__phello__", nullptr, "__phello__/__init__.py", true},
    {"__phello__.__init__", "<__phello__", "__phello__/__init__.py", false},
    {"__phello__.ham", nullptr, "__phello__/ham/__init__.py", true},
    {"__phello__.ham.__init__", "<__phello__.ham", "__phello__/ham/__init__.py", false},
    {"__phello__.ham.eggs", nullptr, "__phello__/ham/eggs.py", false},
    {"__phello__.spam", nullptr, "__phello__/spam.py", false},
    {"__hello_only__", "", "__hello__.py", false},
    {},
};

namespace {

const FrozenModule* find_in(const FrozenModule* table, Str* name) {
  for (const FrozenModule* m = table; m && m->name; m++) {
    if (str_equals_ascii(name, m->name)) return m;
  }
  return nullptr;
}

const FrozenData* find_in(const FrozenData* table, const char* name) {
  for (const FrozenData* d = table; d && d->name; d++) {
    if (std::strcmp(d->name, name) == 0) return d;
  }
  return nullptr;
}

}  // namespace

const FrozenModule* find_frozen_module(Str* name) {
  const FrozenModule* found = find_in(frozen_modules, name);
  return found ? found : find_in(package_modules, name);
}

const FrozenData* find_frozen_data(const char* name) {
  const FrozenData* found = find_in(frozen_data, name);
  return found ? found : find_in(package_data, name);
}

bool package_source(std::string_view module, std::string& source) {
  for (const FrozenSource* s = package_sources; s && s->name; s++) {
    if (module != s->name) continue;
    source.resize(s->length);
    uLongf length = s->length;
    return uncompress(reinterpret_cast<Bytef*>(source.data()), &length, s->data, s->size) == Z_OK &&
           length == s->length;
  }
  return false;
}

std::string package_module_of_file(const std::string& path) {
  constexpr std::string_view kFolder = "/minipy/", kEnding = ".py";
  size_t folder = path.rfind(kFolder);
  if (folder == std::string::npos || !path.ends_with(kEnding)) return "";
  struct stat info;
  if (stat(path.substr(0, folder).c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return "";
  std::string name = path.substr(folder + kFolder.size());
  name.erase(name.size() - kEnding.size());
  return name == "__init__" ? "minipy" : "minipy." + name;
}

namespace {

// The name in "<frozen NAME>": that of the module whose code it is.
std::string code_name(const FrozenModule* m) {
  if (!m->origname || m->origname[0] == '\0') return m->name;
  return m->origname[0] == '<' ? m->origname + 1 : m->origname;
}

Status read_file(const std::string& path, std::string& out) {
  std::FILE* f = std::fopen(path.c_str(), "rb");
  if (!f) return raise(ImportError, "cannot read {}", std::string_view(path));
  char buffer[1 << 16];
  for (size_t n; (n = std::fread(buffer, 1, sizeof buffer, f)) > 0;) out.append(buffer, n);
  std::fclose(f);
  return kOk;
}

// Neither counts nor goes to the free lists when it is freed.
void mark_frozen(Code* code) {
  code->frozen = 1;
  Tuple* constants = cast<Tuple>(code->consts);
  for (ssize i = 0; i < tuple_size(constants); i++) {
    if (is_exactly(constants->items[i], &code_type)) mark_frozen(cast<Code>(constants->items[i]));
  }
}

}  // namespace

Ref<Code> frozen_code(const FrozenModule* m) {
  UncountedAllocations uncounted;  // CPython's frozen code is static data
  std::string name = code_name(m);
  if (const FrozenData* d = find_frozen_data(name.c_str())) {
    Ref<Object> code = TRY(marshal_loads(reinterpret_cast<const char*>(d->data), static_cast<ssize>(d->size)));
    mark_frozen(cast<Code>(code.get()));
    return std::move(code).cast_to<Code>();
  }
  std::string text;
  TRY(read_file(std::string(stdlib_directory()) + "/" + m->source, text));
  Ref<Str> filename = TRY(str_from_utf8("<frozen " + name + ">"));
  CompileOptions options;
  options.optimize = 0;
  return compile_source(text, filename.get(), ParseMode::kFile, options);
}

}  // namespace minipy
