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

// A module's names are set to None, those with one leading underscore first, so that functions still running
// find most of what they need.
void clear_module_dict(Dict* d) {
  auto pass = [&](auto matches) {
    ssize position = 0;
    Object *key, *value;
    while (dict_next(d, &position, &key, &value)) {
      if (is_none(value) || !is_str(key) || !matches(cast<Str>(key))) continue;
      Ref<Object> held = Ref<Object>::share(key);
      if (!dict_set(d, key, py_none())) error_clear();
    }
  };
  auto first = [](Str* s, ssize i) { return i < str_length(s) ? str_at(s, i) : 0; };
  pass([&](Str* s) { return first(s, 0) == '_' && first(s, 1) != '_'; });
  pass([&](Str* s) { return first(s, 0) != '_' || !str_equals_ascii(s, "__builtins__"); });
}

void reset_sys() {
  for (const char* name : {"path", "argv", "ps1", "ps2", "last_type", "last_value", "last_traceback", "path_hooks",
                           "path_importer_cache", "meta_path"}) {
    if (!sys_set(name, py_none())) error_clear();
  }
  struct {
    const char *name, *original;
  } streams[] = {{"stdin", "__stdin__"}, {"stdout", "__stdout__"}, {"stderr", "__stderr__"}};
  for (auto& s : streams) {
    Object* original = dict_get_ascii(current_interpreter()->sysdict, s.original);
    if (!sys_set(s.name, original ? original : py_none())) error_clear();
  }
}

void finalize_modules() {
  Interpreter* interp = current_interpreter();
  if (!sys_set("modules", as_object(interp->modules))) error_clear();
  if (!dict_set_ascii(interp->builtins, "_", py_none())) error_clear();
  reset_sys();
  struct Left {
    Ref<Object> name, reference;
  };
  std::vector<Left> left;
  Ref<Object> names = dict_keys_list(interp->modules);
  Object* sys = loaded("sys");
  Object* builtins = loaded("builtins");
  Ref<Object> keep_sys = Ref<Object>::share(sys), keep_builtins = Ref<Object>::share(builtins);
  for (ssize i = 0; names && i < list_size(cast<List>(names.get())); i++) {
    Object* name = cast<List>(names.get())->items[i];
    Object* module = dict_get(interp->modules, name);
    if (error_pending()) error_clear();
    if (module && is_instance_of(module, &module_type)) {
      Ref<Object> reference = weakref_new(module, nullptr);
      if (reference) left.push_back({Ref<Object>::share(name), std::move(reference)});
      if (error_pending()) error_clear();
    }
    if (!dict_set(interp->modules, name, py_none())) error_clear();
  }
  dict_clear(interp->modules);
  gc_collect(2);
  gc_audit_or_abort("when modules are gone");
  gc_report_at_exit();
  for (Left& l : left) {
    Ref<Object> module = weakref_get(l.reference.get());
    if (!module || module.get() == keep_sys.get() || module.get() == keep_builtins.get()) continue;
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
  if (!flush_streams() && status == 0) status = 120;
  current_interpreter()->finalizing = true;
  vm_finalize(current_interpreter());
  gc_collect(2);
  gc_audit_or_abort("when the program has ended");
  finalize_modules();
  // Finalizers may have printed.
  if (!flush_streams() && status == 0) status = 120;
  return status;
}

}  // namespace minipy
