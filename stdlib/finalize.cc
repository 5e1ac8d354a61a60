// The end of the interpreter: threads, atexit, streams, then the modules in the order that lets finalizers still find
// what they use (library reference "sys.modules", C API "Py_FinalizeEx").
#include "stdlib/finalize.h"

#include <fcntl.h>

#include <cerrno>
#include <cstdio>
#include <vector>

#include "gc/auditor.h"
#include "gc/collector.h"
#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/frame_objects.h"
#include "runtime/gc_support.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"
#include "runtime/weakref.h"
#include "stdlib/import.h"
#include "stdlib/lifecycle.h"
#include "stdlib/sys/print_exception.h"
#include "stdlib/sys/sys.h"
#include "stdlib/tracemalloc.h"
#include "vm/vm.h"

namespace minipy {

bool fcntl_is_closed(int fd) { return fcntl(fd, F_GETFD) == -1 && errno == EBADF; }

void print_start_failure() {
  Ref<Object> e = error_take();
  if (!e) return;
  if (Object* tb = exception_traceback(e.get())) std::fputs(format_traceback(tb).c_str(), stderr);
  std::fputs(format_exception_only(e.get()).c_str(), stderr);
}

namespace {

Object* loaded(const char* name) { return dict_get_ascii(current_interpreter()->modules, name); }

void shut_threads_down() {
  Object* threading = loaded("threading");
  if (!threading) return;
  Ref<Object> held = Ref<Object>::share(threading);
  Ref<Object> done = call_method(threading, NAME("_shutdown"));
  if (!done) error_write_unraisable(threading);
}

bool is_closed(Object* stream) {
  Ref<Object> closed = object_get_attr(stream, NAME("closed"));
  if (!closed) {
    error_clear();
    return false;
  }
  Maybe<bool> truth = object_is_true(closed.get());
  if (!truth) error_clear();
  return truth && *truth;
}

// False when stdout could not be flushed.
bool flush_streams() {
  bool ok = true;
  for (Str* name : {NAME("stdout"), NAME("stderr")}) {
    Object* stream = sys_get(name);
    if (!stream || is_none(stream) || is_closed(stream)) continue;
    Ref<Object> held = Ref<Object>::share(stream);
    Ref<Object> done = call_method(stream, NAME("flush"));
    if (done) continue;
    if (name == NAME("stdout")) {
      error_write_unraisable(stream);
      ok = false;
    } else {
      error_clear();
    }
  }
  return ok;
}

// What -v tells about the end, a line each; `level` is the number of -v that it takes.
void tell(const char* what, const char* name, int level = 1) {
  if (current_interpreter()->config.verbose >= level) std::fprintf(stderr, "# %s%s\n", what, name);
}
void tell(const char* what, Object* name, int level = 1) {
  if (current_interpreter()->config.verbose < level) return;
  const char* text = is_str(name) ? str_utf8_cstr(cast<Str>(name)) : nullptr;
  if (text) tell(what, text, level);
  if (error_pending()) error_clear();
}

// A module's names are set to None, those with one leading underscore first, so that functions still running
// find most of what they need.
void clear_module_dict(Dict* d) {
  auto pass = [&](const char* told, auto matches) {
    ssize position = 0;
    Object *key, *value;
    while (dict_next(d, &position, &key, &value)) {
      if (is_none(value) || !is_str(key) || !matches(cast<Str>(key))) continue;
      tell(told, key, 2);
      Ref<Object> held = Ref<Object>::share(key);
      if (!dict_set(d, key, py_none())) error_clear();
    }
  };
  auto first = [](Str* s, ssize i) { return i < str_length(s) ? str_at(s, i) : 0; };
  pass("  clear[1] ", [&](Str* s) { return first(s, 0) == '_' && first(s, 1) != '_'; });
  pass("  clear[2] ", [&](Str* s) { return first(s, 0) != '_' || !str_equals_ascii(s, "__builtins__"); });
}

void reset_sys() {
  Dict* d = current_interpreter()->sysdict;
  for (const char* name : {"path", "argv", "ps1", "ps2", "last_type", "last_value", "last_traceback", "path_hooks",
                           "path_importer_cache", "meta_path", "__interactivehook__"}) {
    tell("clear sys.", name);
    if (!sys_set(name, py_none())) error_clear();
  }
  struct {
    const char *name, *original;
  } streams[] = {{"stdin", "__stdin__"}, {"stdout", "__stdout__"}, {"stderr", "__stderr__"}};
  for (auto& s : streams) {
    tell("restore sys.", s.name);
    Object* original = dict_get_ascii(d, s.original);
    if (!sys_set(s.name, original ? original : py_none())) error_clear();
  }
}

struct LeftModule {
  Ref<Object> name, reference;
};

// Takes all modules out of sys.modules; weak references tell later which are still alive.
std::vector<LeftModule> remove_modules() {
  Interpreter* interp = current_interpreter();
  std::vector<LeftModule> left;
  Ref<Object> names = dict_keys_list(interp->modules);
  for (ssize i = 0; names && i < list_size(cast<List>(names.get())); i++) {
    Object* name = cast<List>(names.get())->items[i];
    Object* module = dict_get(interp->modules, name);
    if (error_pending()) error_clear();
    if (module && is_instance_of(module, &module_type)) {
      tell("cleanup[2] removing ", name);
      Ref<Object> reference = weakref_new(module, nullptr);
      if (reference) left.push_back({Ref<Object>::share(name), std::move(reference)});
      if (error_pending()) error_clear();
    }
    if (!dict_set(interp->modules, name, py_none())) error_clear();
  }
  dict_clear(interp->modules);
  return left;
}

void finalize_modules() {
  Interpreter* interp = current_interpreter();
  if (!sys_set("modules", as_object(interp->modules))) error_clear();
  tell("clear builtins.", "_");
  if (!dict_set_ascii(interp->builtins, "_", py_none())) error_clear();
  Ref<Object> keep_sys = Ref<Object>::share(loaded("sys")), keep_builtins = Ref<Object>::share(loaded("builtins"));
  reset_sys();
  std::vector<LeftModule> left = remove_modules();
  gc_collect(2);
  gc_audit_or_abort("when modules are gone");
  gc_report_at_exit();
  // Those that live on are emptied, the last one imported first; sys and builtins at the very end.
  for (size_t i = left.size(); i-- > 0;) {
    Ref<Object> module = weakref_get(left[i].reference.get());
    if (!module || module.get() == keep_sys.get() || module.get() == keep_builtins.get()) continue;
    tell("cleanup[3] wiping ", left[i].name.get());
    if (Dict* d = module_dict(cast<Module>(module.get()))) clear_module_dict(d);
  }
  left.clear();
  gc_collect(2);
  gc_audit_or_abort("at exit");
}

}  // namespace

int end_interpreter(int status) {
  shut_threads_down();
  atexit_run_all();
  bool flushed = flush_streams();
  if (!flushed && status == 0) status = 120;
  current_interpreter()->finalizing = true;
  vm_finalize(current_interpreter());
  gc_collect(2);
  gc_audit_or_abort("when the program has ended");
  finalize_modules();
  // Finalizers may have printed. What could not be written before is not tried, and not reported, again.
  if (flushed && !flush_streams() && status == 0) status = 120;
  tracemalloc_stop();  // it holds names of files
  return status;
}

}  // namespace minipy
