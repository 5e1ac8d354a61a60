// `import`: name resolution and sys.modules here, finding and loading in the library's importlib (D3).
#include "stdlib/import.h"

#include <cstdio>
#include <ctime>
#include <optional>
#include <string_view>
#include <utility>

#include "runtime/abstract.h"
#include "runtime/audit.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/frame_objects.h"
#include "runtime/function.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/module_spec.h"
#include "runtime/names.h"
#include "runtime/start_flags.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"
#include "stdlib/frozen.h"
#include "stdlib/module_phases.h"
#include "stdlib/sys/sys.h"
#include "vm/vm.h"

namespace minipy {
namespace {

Object* modules_dict() { return as_object(current_interpreter()->modules); }

// sys.modules[name] as a new reference; null without an exception when absent.
Ref<Object> loaded_module(Object* name) {
  Object* modules = modules_dict();
  if (is_exactly(modules, &dict_type)) {
    Ref<Object> found;
    if (!dict_get_ref(cast<Dict>(modules), name, found)) return nullptr;
    return found;
  }
  Ref<Object> found = object_get_item(modules, name);
  if (!found) error_clear_if(KeyError);
  return found;
}

// ---- Relative names (PEP 328)
// ------------------------------------------------------------------------------------------

// The package that relative imports in a module with these globals start from.
Ref<Object> package_of(Dict* globals) {
  Object* package = dict_get_str(globals, NAME("__package__"));
  Object* spec = dict_get_str(globals, NAME("__spec__"));
  if (package && !is_none(package)) {
    if (!is_str(package)) return raise(TypeError, "package must be a string");
    Ref<Object> held = Ref<Object>::share(package);
    if (spec && !is_none(spec)) {
      Ref<Object> parent = TRY(object_get_attr(spec, NAME("parent")));
      if (!TRY(object_compare_bool(held.get(), parent.get(), kEq))) {
        TRY(warn(ImportWarning, 1, "__package__ != __spec__.parent"));
      }
    }
    return held;
  }
  if (spec && !is_none(spec)) {
    Ref<Object> parent = TRY(object_get_attr(spec, NAME("parent")));
    if (!is_str(parent.get())) return raise(TypeError, "__spec__.parent must be a string");
    return parent;
  }
  TRY(warn(ImportWarning, 1,
           "can't resolve package from __spec__ or __package__, falling back on __name__ and __path__"));
  Object* name = dict_get_str(globals, NAME("__name__"));
  if (!name) return raise(KeyError, "'__name__' not in globals");
  if (!is_str(name)) return raise(TypeError, "__name__ must be a string");
  if (dict_get_str(globals, NAME("__path__"))) return Ref<Object>::share(name);
  Str* s = cast<Str>(name);
  ssize dot = str_find_char(s, '.', 0, str_length(s), -1);
  if (dot < 0) return raise(ImportError, "attempted relative import with no known parent package");
  return str_substring(s, 0, dot);
}

Ref<Object> resolve_name(Str* name, Object* globals, int level) {
  if (!globals || is_none(globals)) return raise(KeyError, "'__name__' not in globals");
  if (!is_dict(globals)) return raise(TypeError, "globals must be a dict");
  Ref<Object> package = TRY(package_of(cast<Dict>(globals)));
  Str* p = cast<Str>(package.get());
  ssize end = str_length(p);
  if (end == 0) return raise(ImportError, "attempted relative import with no known parent package");
  for (int up = 1; up < level; up++) {
    end = str_find_char(p, '.', 0, end, -1);
    if (end < 0) return raise(ImportError, "attempted relative import beyond top-level package");
  }
  Ref<Str> base = TRY(str_substring(p, 0, end));
  if (str_length(name) == 0) return base;
  return format_message("{}.{}", base, name);
}

// ---- Loading
// -------------------------------------------------------------------------------------------------------------

// A module found in sys.modules may still be loading in another thread: wait for it.
Status ensure_initialized(Object* module, Object* name) {
  Ref<Object> spec;
  TRY(object_find_attr(module, NAME("__spec__"), spec));
  if (!module_spec_is_initializing(spec.get())) return kOk;
  Ref<Object> r = call_method(current_interpreter()->importlib, NAME("_lock_unlock_module"), name);
  return r ? kOk : Status::failed();
}

bool is_importlib_frame(Traceback* tb, bool* is_remover) {
  Ref<Object> code = object_get_attr(as_object(tb->frame), NAME("f_code"));
  if (!code) {
    error_clear();
    return false;
  }
  Code* c = cast<Code>(code.get());
  *is_remover = str_equals_ascii(c->name, "_call_with_frames_removed");
  return str_equals_ascii(c->filename, "<frozen importlib._bootstrap>") ||
         str_equals_ascii(c->filename, "<frozen importlib._bootstrap_external>");
}

// Tracebacks do not show importlib's frames: for an ImportError none of them, otherwise only the runs that end in
// _call_with_frames_removed. Only the pending traceback is cut: what the exception has as its own, from an earlier
// handler, stays until the next one.
void remove_importlib_frames() {
  if (current_interpreter()->config.verbose) return;
  ErrorState state = error_fetch();
  bool always = exception_given_matches(state.type.get(), as_object(ImportError));
  Traceback* previous = nullptr;  // last frame kept before the run
  Traceback* run_start_previous = nullptr;
  bool in_run = false;
  for (Traceback* tb = cast<Traceback>(state.traceback.get()); tb;) {
    Traceback* next = tb->next;
    bool remover = false;
    bool importlib = is_importlib_frame(tb, &remover);
    if (importlib && !in_run) {
      in_run = true;
      run_start_previous = previous;
    }
    bool cut = in_run && importlib && (always || remover);
    if (cut) {
      Ref<Traceback> rest = Ref<Traceback>::share(next);
      if (run_start_previous) {
        replace_field(run_start_previous->next, std::move(rest));
      } else {
        state.traceback = std::move(rest).cast_to<Object>();
      }
      // What follows hangs on the frame before the run.
      previous = run_start_previous;
      in_run = false;
      tb = next;
      continue;
    }
    if (!importlib) in_run = false;
    previous = tb;
    tb = next;
  }
  error_restore_state(std::move(state));
}

// -X importtime: a table on standard error, a module's line after those of the modules that it imports.
class ImportTimer {
 public:
  explicit ImportTimer(Object* name) : name_(name), outer_(accumulated_) {
    if (!header_) std::fputs("import time: self [us] | cumulative | imported package\n", stderr);
    header_ = true;
    level_++;
    accumulated_ = 0;
    start_ = now();
  }
  ~ImportTimer() {
    level_--;
    long total = now() - start_;
    std::fprintf(stderr, "import time: %9ld | %10ld | %*s%s\n", (total - accumulated_ + 500) / 1000,
                 (total + 500) / 1000, level_ * 2, "", str_utf8_cstr(cast<Str>(name_)));
    accumulated_ = outer_ + total;
  }

 private:
  static long now() {
    timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000L + t.tv_nsec;
  }
  // Nanoseconds; of the imports that end on this level. Only the importing thread, which holds the GIL, comes here.
  static long accumulated_;
  static int level_;
  static bool header_;
  Object* name_;
  long outer_, start_;
};
constinit long ImportTimer::accumulated_ = 0;
constinit int ImportTimer::level_ = 0;
constinit bool ImportTimer::header_ = false;

Ref<Object> find_and_load(Object* absolute_name) {
  if (is_audited()) {
    TRY(audit("import", absolute_name, nullptr, sys_get(NAME("path")), sys_get(NAME("meta_path")),
              sys_get(NAME("path_hooks"))));
  }
  Ref<Object> importlib = Ref<Object>::share(current_interpreter()->importlib);
  std::optional<ImportTimer> timer;
  if (g_start_flags.import_time) [[unlikely]]
    timer.emplace(absolute_name);
  return call_method(importlib.get(), NAME("_find_and_load"), absolute_name, current_interpreter()->import_func);
}

Ref<Object> import_absolute(Object* name) {
  Ref<Object> module = loaded_module(name);
  if (!module && error_pending()) return nullptr;
  if (module && !is_none(module.get())) {
    TRY(ensure_initialized(module.get(), name));
    return module;
  }
  return find_and_load(name);
}

// What `import a.b.c` binds: a; for a relative import the package the first part of the name is in.
Ref<Object> top_level_module(Object* module, Str* name, Object* absolute_name, int level) {
  ssize dot = str_find_char(name, '.', 0, str_length(name), 1);
  if (level == 0) {
    if (dot < 0) return Ref<Object>::share(module);
    Ref<Str> front = TRY(str_substring(name, 0, dot));
    return import_module_level(as_object(front.get()), nullptr, nullptr, nullptr, 0);
  }
  if (dot < 0) return Ref<Object>::share(module);
  Str* absolute = cast<Str>(absolute_name);
  ssize cut = str_length(absolute) - (str_length(name) - dot);
  Ref<Str> wanted = TRY(str_substring(absolute, 0, cut));
  Ref<Object> found = loaded_module(as_object(wanted.get()));
  if (!found && !error_pending()) {
    return raise(KeyError, "{} not in sys.modules as expected", repr_of(wanted.get()));
  }
  return found;
}

Ref<Object> import_inner(Object* name, Object* globals, Object* fromlist, int level) {
  if (!name) return raise(ValueError, "Empty module name");
  if (!is_str(name)) return raise(TypeError, "module name must be a string");
  if (level < 0) return raise(ValueError, "level must be >= 0");
  Ref<Object> absolute_name;
  if (level > 0) {
    absolute_name = TRY(resolve_name(cast<Str>(name), globals, level));
  } else {
    if (str_length(cast<Str>(name)) == 0) return raise(ValueError, "Empty module name");
    absolute_name = Ref<Object>::share(name);
  }
  Ref<Object> module = TRY(import_absolute(absolute_name.get()));
  bool has_from = fromlist && !is_none(fromlist);
  if (has_from) has_from = TRY(object_is_true(fromlist));
  if (!has_from) {
    // `from . import x` has an empty name, so that the module itself is the answer.
    if (level > 0 && str_length(cast<Str>(name)) == 0) return module;
    return top_level_module(module.get(), cast<Str>(name), absolute_name.get(), level);
  }
  Ref<Object> path;
  TRY(object_find_attr(module.get(), NAME("__path__"), path));
  if (!path) return module;
  return call_method(current_interpreter()->importlib, NAME("_handle_fromlist"), module.get(), fromlist,
                     current_interpreter()->import_func);
}

Ref<Object> run_frozen(const char* frozen_name, Module* module) {
  Ref<Str> name = TRY(str_intern_ascii(frozen_name));
  const FrozenModule* frozen = find_frozen_module(name.get());
  Ref<Code> code = TRY(frozen_code(frozen));
  Dict* d = module_dict(module);
  // importlib completes the module's spec from the name of the library module it is.
  Ref<Str> origname = TRY(str_from_utf8(frozen->origname ? frozen->origname : frozen->name));
  TRY(dict_set(d, as_object(NAME("__origname__")), as_object(origname.get())));
  TRY(dict_set(d, as_object(NAME("__builtins__")), as_object(current_interpreter()->builtins)));
  return vm_eval_code(code.get(), d, as_object(d));
}

}  // namespace

Ref<Object> import_module_level(Object* name, Object* globals, Object*, Object* fromlist, int level) {
  Ref<Object> result = import_inner(name, globals, fromlist, level);
  if (!result && error_pending()) remove_importlib_frames();
  return result;
}

namespace {

// `__import__` as the running code sees it; null without an error where no code runs.
Ref<Object> import_function(Dict* globals) {
  if (!globals) return nullptr;
  Ref<Object> builtins = TRY(object_get_item(as_object(globals), as_object(NAME("__builtins__"))));
  if (is_dict(builtins.get())) return object_get_item(builtins.get(), as_object(NAME("__import__")));
  return object_get_attr(builtins.get(), NAME("__import__"));
}

}  // namespace

Ref<Object> import_module(const char* dotted_name) {
  Ref<Str> name = TRY(str_from_utf8(dotted_name));
  Ref<Object> globals = Ref<Object>::share(as_object(g_current_globals_hook ? g_current_globals_hook() : nullptr));
  Ref<List> fromlist = TRY(list_new());
  Ref<Object> function = import_function(reinterpret_cast<Dict*>(globals.get()));
  if (!function && error_pending()) return nullptr;
  if (function) {
    TRY(call(function.get(), name.get(), globals.get(), globals.get(), fromlist.get(), small_int(0)));
  } else {
    TRY(import_module_level(as_object(name.get()), nullptr, nullptr, as_object(fromlist.get()), 0));
  }
  fromlist.reset();
  Ref<Object> found = loaded_module(as_object(name.get()));
  if (!found && !error_pending()) return raise(ImportError, "{} not in sys.modules as expected", name);
  return found;
}

Ref<Object> import_attribute(const char* dotted_name, const char* attribute) {
  Ref<Object> module = TRY(import_module(dotted_name));
  return object_get_attr_ascii(module.get(), attribute);
}

Ref<Object> loaded_attribute(const char* dotted_name, const char* attribute) {
  Ref<Str> name = TRY(str_from_utf8(dotted_name));
  Ref<Object> module = loaded_module(as_object(name.get()));
  if (!module && error_pending()) return nullptr;
  return module ? object_get_attr_ascii(module.get(), attribute) : import_attribute(dotted_name, attribute);
}

// Until exec has run, the module's state is its definition.
Ref<Object> native_module_begin(const NativeModule* def) {
  Ref<Str> name = TRY(str_intern_ascii(def->name));
  Ref<Module> m = TRY(module_new(name.get()));
  if (def->doc) TRY(module_add_str(m.get(), "__doc__", def->doc));
  TRY(module_add_functions(m.get(), def->functions));
  m->state = const_cast<NativeModule*>(def);
  // CPython makes these in one phase.
  const std::string_view one_phase[] = {"_socket", "_testcapi"};
  for (std::string_view each : one_phase) {
    if (each == def->name) TRY(native_module_execute(as_object(m.get())));
  }
  return m;
}

Status native_module_execute(Object* module) {
  if (!is_instance_of(module, &module_type)) return kOk;
  Module* m = cast<Module>(module);
  const NativeModule* def = static_cast<const NativeModule*>(std::exchange(m->state, nullptr));
  return def && def->exec ? def->exec(m) : kOk;
}

Ref<Object> native_module_create(const NativeModule* def) {
  Ref<Object> m = TRY(native_module_begin(def));
  TRY(native_module_execute(m.get()));
  return m;
}

Status import_bootstrap(Interpreter* interp) {
  bool verbose = interp->config.verbose;
  if (verbose) std::fputs("import _frozen_importlib # frozen\n", stderr);
  Ref<Module> bootstrap = TRY(module_new_ascii("_frozen_importlib"));
  TRY(dict_set_ascii(interp->modules, "_frozen_importlib", as_object(bootstrap.get())));
  TRY(run_frozen("_frozen_importlib", bootstrap.get()));
  interp->importlib = Ref<Object>::share(as_object(bootstrap.get())).release();
  Object* import_func = dict_get_ascii(interp->builtins, "__import__");
  interp->import_func = Ref<Object>::share(import_func).release();
  Ref<Str> imp_name = TRY(str_intern_ascii("_imp"));
  Ref<Object> imp = TRY(native_module_create(find_native_module(imp_name.get())));
  if (verbose) std::fputs("import _imp # builtin\n", stderr);
  TRY(dict_set_ascii(interp->modules, "_imp", imp.get()));
  Object* sys = dict_get_ascii(interp->modules, "sys");
  TRY(call_method(interp->importlib, NAME("_install"), sys, imp.get()));
  return kOk;
}

Status import_bootstrap_external(Interpreter* interp) {
  TRY(call_method(interp->importlib, NAME("_install_external_importers")));
  // zipimport stands first among sys.path_hooks.
  bool verbose = interp->config.verbose;
  if (verbose) std::fputs("# installing zipimport hook\n", stderr);
  Ref<Object> importer = TRY(import_attribute("zipimport", "zipimporter"));
  Object* hooks = sys_get(NAME("path_hooks"));
  if (!hooks || !is_list(hooks)) return raise(RuntimeError, "unable to get sys.path_hooks");
  TRY(list_insert(cast<List>(hooks), 0, importer.get()));
  if (verbose) std::fputs("# installed zipimport hook\n", stderr);
  return kOk;
}

}  // namespace minipy
