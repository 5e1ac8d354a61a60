// Module _imp: what the library's importlib needs of the interpreter.
#include <cstring>
#include <string>

#include "compiler/marshal.h"
#include "gc/counted_object.h"
#include "generated/config.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/exceptions.h"
#include "runtime/function.h"
#include "runtime/hash.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/start_flags.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"
#include "stdlib/extension_files.h"
#include "stdlib/frozen.h"
#include "stdlib/import.h"
#include "stdlib/module_phases.h"
#include "vm/vm.h"

namespace minipy {
namespace {

Raised import_error(Ref<Str> message, Object* name) {
  if (!message) return kRaised;
  Ref<Object> error = call(as_object(ImportError), message.get());
  if (!error) return kRaised;
  replace_field(cast<ImportErrorObject>(error.get())->name, Ref<Object>::share(name));
  return raise_instance(error.get());
}

// ---- The import lock (kept per interpreter; importlib uses per-module locks, this one guards the rest)
// ---------------

struct ImportLock {
  unsigned long owner = 0;
  int depth = 0;
};
ImportLock g_import_lock;  // guarded by the GIL

}  // namespace

void import_lock_acquire() {
  unsigned long me = current_thread()->id;
  while (g_import_lock.depth > 0 && g_import_lock.owner != me) {
    ReleaseGil other_threads_run;
  }
  g_import_lock.owner = me;
  g_import_lock.depth++;
}
bool import_lock_release() {
  if (g_import_lock.depth == 0 || g_import_lock.owner != current_thread()->id) return false;
  g_import_lock.depth--;
  return true;
}

namespace {

Ref<Object> lock_held(Object*) { return bool_ref(g_import_lock.depth > 0); }
void acquire_lock(Object*) { import_lock_acquire(); }
Status release_lock(Object*) {
  if (!import_lock_release()) return raise(RuntimeError, "not holding the import lock");
  return kOk;
}

// For tests: 1 and -1 switch frozen modules on and off, 0 leaves it to -X frozen_modules.
int g_override_frozen = 0;

// ---- Frozen modules
// --------------------------------------------------------------------------------------------------

// The module of that name, unless it is to come from its file. The importers themselves are always frozen.
const FrozenModule* find_usable(Str* name) {
  const FrozenModule* m = find_frozen_module(name);
  if (!m || g_override_frozen > 0 || (g_override_frozen == 0 && g_start_flags.frozen_modules)) return m;
  bool of_the_library = false;
  for (const FrozenModule* f = frozen_modules; f->name; f++) of_the_library |= f == m;
  if (!of_the_library) return m;
  for (const char* essential : {"_frozen_importlib", "_frozen_importlib_external", "zipimport"}) {
    if (str_equals_ascii(name, essential)) return m;
  }
  return nullptr;
}

const FrozenModule* require_frozen(Str* name) {
  const FrozenModule* m = find_usable(name);
  if (!m) import_error(format_message("No such frozen object named {}", repr_of(name)), as_object(name));
  return m;
}

Ref<Object> is_frozen(Object*, Str* name) { return bool_ref(find_usable(name) != nullptr); }
Ref<Object> is_frozen_package(Object*, Str* name) {
  const FrozenModule* m = require_frozen(name);
  if (!m) return nullptr;
  return bool_ref(m->is_package);
}

Ref<Object> get_frozen_object(Object*, Str* name, Object* data) {
  if (data && !is_none(data)) {
    HeldBuffer buffer;
    TRY(buffer.get(data));
    Ref<Object> code = TRY(marshal_loads(buffer.data(), buffer.size()));
    if (!is_exactly(code.get(), &code_type)) {
      return raise(TypeError, "frozen object {} is not a code object", repr_of(name));
    }
    return code;
  }
  const FrozenModule* m = require_frozen(name);
  if (!m) return nullptr;
  return frozen_code(m);
}

// The modules in the package `minipy` are found by its own loader, which has their sources (stdlib/minipy/package).
bool is_inside_package(const FrozenModule* m) { return std::strncmp(m->name, "minipy.", 7) == 0; }

// (data, is_package, origname), or None.
Ref<Object> find_frozen(Object*, Str* name, bool withdata) {
  const FrozenModule* m = find_usable(name);
  if (!m || is_inside_package(m)) return none_ref();
  Ref<Object> data = none_ref();
  if (withdata) {
    Ref<Code> code = TRY(frozen_code(m));
    Ref<Object> bytes = TRY(marshal_dumps(as_object(code.get()), kMarshalVersion));
    data = TRY(memoryview_from_object(bytes.get()));
  }
  Ref<Object> origname = none_ref();
  if (!m->origname) {
    origname = Ref<Object>::share(as_object(name));
  } else if (m->origname[0]) {
    origname = TRY(str_from_utf8(m->origname));
  }
  return tuple_pack(data.get(), py_bool(m->is_package), origname.get());
}

Ref<Object> init_frozen(Object*, Str* name) {
  const FrozenModule* m = find_frozen_module(name);
  if (!m) return none_ref();
  Ref<Code> code = TRY(frozen_code(m));
  Ref<Module> module = TRY(module_new(name));
  Dict* d = module_dict(module.get());
  TRY(dict_set(d, as_object(NAME("__builtins__")), as_object(current_interpreter()->builtins)));
  Ref<Object> origname = none_ref();
  if (!m->origname || m->origname[0]) origname = TRY(str_from_utf8(m->origname ? m->origname : m->name));
  TRY(dict_set(d, as_object(NAME("__origname__")), origname.get()));
  if (m->is_package) {
    Ref<List> path = TRY(list_new());
    TRY(dict_set(d, as_object(NAME("__path__")), as_object(path.get())));
  }
  TRY(object_set_item(as_object(current_interpreter()->modules), as_object(name), as_object(module.get())));
  TRY(vm_eval_code(code.get(), d, as_object(d)));
  return module;
}

Ref<Object> frozen_module_names(Object*) {
  Ref<List> names = TRY(list_new());
  for (const FrozenModule* m = frozen_modules; m->name; m++) {
    Ref<Str> s = TRY(str_from_utf8(m->name));
    TRY(list_append(names.get(), as_object(s.get())));
  }
  return names;
}
Status override_frozen(Object*, int override) {
  g_override_frozen = override;
  return kOk;
}

// ---- Built-in modules
// ------------------------------------------------------------------------------------------------

// 1: can be created, -1: exists and cannot be created twice, 0: no such module.
Ref<Object> is_builtin(Object*, Str* name) {
  if (str_equals_ascii(name, "sys") || str_equals_ascii(name, "builtins")) return int_from(-1);
  return int_from(find_native_module(name) && !is_extension_file_module(name) ? 1 : 0);
}

// CPython looks for the pair of file and name among the modules that have been made before.
Status count_extension_key(Object* name) {
  TRY(tuple_pack(name, name));
  return kOk;
}

Ref<Object> create_builtin(Object*, Object* spec) {
  Ref<Object> name = TRY(object_get_attr(spec, NAME("name")));
  if (!is_str(name.get())) return raise(TypeError, "name must be string, not {:.200}", type_name(name.get()));
  TRY(count_extension_key(name.get()));
  Ref<Object> loaded;
  TRY(dict_get_ref(current_interpreter()->modules, name.get(), loaded));
  if (loaded &&
      (str_equals_ascii(cast<Str>(name.get()), "sys") || str_equals_ascii(cast<Str>(name.get()), "builtins"))) {
    return loaded;
  }
  const NativeModule* def = find_native_module(cast<Str>(name.get()));
  if (!def) return none_ref();
  return native_module_begin(def);
}
Ref<Object> exec_builtin(Object*, Object* module) {
  TRY(native_module_execute(module));
  return int_from(0);
}

Ref<Object> create_dynamic(Object*, Object* spec, Object*) {
  Ref<Object> name = TRY(object_get_attr(spec, NAME("name")));
  if (is_str(name.get()) && is_extension_file_module(cast<Str>(name.get()))) {
    TRY(count_extension_key(name.get()));
    {
      CountedObject encode;  // CPython encodes the name by its method
    }
    return native_module_begin(find_native_module(cast<Str>(name.get())));
  }
  return import_error(format_message("minipy cannot load the extension module {} yet", repr_of(name.get())),
                      name.get());
}
Ref<Object> exec_dynamic(Object*, Object* module) { return exec_builtin(nullptr, module); }
Ref<Object> extension_suffixes(Object*) {
  Ref<List> suffixes = TRY(list_new());
  for (const std::string& suffix :
       {std::string(".cpython-311-") + config::kMultiarch + ".so", std::string(".abi3.so"), std::string(".so")}) {
    Ref<Str> text = TRY(str_from_ascii(suffix));
    TRY(list_append(suffixes.get(), as_object(text.get())));
  }
  return suffixes;
}

// ---- Source and code
// -------------------------------------------------------------------------------------------------

Ref<Object> source_hash(Object*, long long key, Object* source) {
  HeldBuffer buffer;
  TRY(buffer.get(source));
  uint64_t h = siphash13(static_cast<uint64_t>(key), 0, buffer.data(), static_cast<size_t>(buffer.size()));
  unsigned char bytes[8];
  for (int i = 0; i < 8; i++) bytes[i] = static_cast<unsigned char>(h >> (8 * i));
  return bytes_new(reinterpret_cast<const char*>(bytes), 8);
}

// Gives the code object and those nested in its constants another file name, where they have the old one.
void fix_filename(Code* code, Str* from, Str* to) {
  if (!str_equal(code->filename, from)) return;
  replace_field(code->filename, Ref<Str>::share(to));
  Tuple* consts = cast<Tuple>(code->consts);
  for (ssize i = 0; i < tuple_size(consts); i++) {
    if (is_exactly(consts->items[i], &code_type)) fix_filename(cast<Code>(consts->items[i]), from, to);
  }
}
Status fix_co_filename(Object*, Code* code, Str* path) {
  Ref<Str> from = Ref<Str>::share(code->filename);
  if (!str_equal(from.get(), path)) fix_filename(code, from.get(), path);
  return kOk;
}

constinit MethodDef functions[] = {
    FUNCTION(extension_suffixes, "extension_suffixes(module, /)", "Suffixes of extension modules."),
    FUNCTION(lock_held, "lock_held(module, /)", "Whether the import lock is held."),
    FUNCTION(acquire_lock, "acquire_lock(module, /)", "Acquire the import lock."),
    FUNCTION(release_lock, "release_lock(module, /)", "Release the import lock."),
    FUNCTION(find_frozen, "find_frozen(module, name, /, *, withdata=False)", "Information about a frozen module."),
    FUNCTION(get_frozen_object, "get_frozen_object(module, name, data=None, /)", "Code object of a frozen module."),
    FUNCTION(is_frozen_package, "is_frozen_package(module, name, /)", "Whether the name is that of a frozen package."),
    FUNCTION(create_builtin, "create_builtin(module, spec, /)", "Create a built-in module."),
    FUNCTION(init_frozen, "init_frozen(module, name, /)", "Initialize a frozen module."),
    FUNCTION(is_builtin, "is_builtin(module, name, /)", "Whether the name is that of a built-in module."),
    FUNCTION(is_frozen, "is_frozen(module, name, /)", "Whether the name is that of a frozen module."),
    FUNCTION(frozen_module_names, "_frozen_module_names(module, /)", "Names of the frozen modules."),
    FUNCTION(override_frozen, "_override_frozen_modules_for_tests(module, override, /)", "For tests."),
    FUNCTION(create_dynamic, "create_dynamic(module, spec, file=None, /)", "Create an extension module."),
    FUNCTION(exec_dynamic, "exec_dynamic(module, mod, /)", "Initialize an extension module."),
    FUNCTION(exec_builtin, "exec_builtin(module, mod, /)", "Initialize a built-in module."),
    FUNCTION(fix_co_filename, "_fix_co_filename(module, code, path, /)", "Change a code object's file name."),
    FUNCTION(source_hash, "source_hash(module, /, key, source)", "Hash of a source, for hash-based .pyc files."),
    {},
};

Status exec(Module* m) { return module_add_str(m, "check_hash_based_pycs", "default"); }

}  // namespace

constinit NativeModule _imp_module = {"_imp", functions, exec, "(Extremely) low-level import machinery bits."};

}  // namespace minipy
