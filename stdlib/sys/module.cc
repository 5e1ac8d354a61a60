// Module sys: creation, and the functions about the running interpreter.
#include <cstdlib>

#include <dlfcn.h>

#include "gc/collector.h"
#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/bind_varargs.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/struct_sequence.h"
#include "runtime/thread_state.h"
#include "runtime/type_cache.h"
#include "runtime/uncounted.h"
#include "stdlib/import.h"
#include "stdlib/sys/sys.h"
#include "vm/step_listener.h"
#include "vm/vm.h"

namespace minipy {

Object* sys_get(Str* name) { return dict_get_str(current_interpreter()->sysdict, name); }
Status sys_set(const char* name, Object* value) { return dict_set_ascii(current_interpreter()->sysdict, name, value); }

namespace {

Ref<Object> exc_info(Object*) {
  Object* e = vm_handled_exception();
  if (!e) return tuple_pack(py_none(), py_none(), py_none());
  Object* traceback = exception_traceback(e);
  return tuple_pack(as_object(type_of(e)), e, traceback ? traceback : py_none());
}
Ref<Object> exception(Object*) {
  Object* e = vm_handled_exception();
  return e ? Ref<Object>::share(e) : none_ref();
}
Ref<Object> exit(Object*, Object* status) { return raise_object(SystemExit, status); }

Ref<Object> intern(Object*, Str* s) {
  if (!is_exactly(s, &str_type)) return raise(TypeError, "can't intern {:.400}", type_name(s));
  Ref<Str> r = Ref<Str>::share(s);
  str_intern(r);
  return r;
}
// The argument's own reference is counted, as everywhere.
Ref<Object> getrefcount(Object*, Object* p) { return int_from_ssize(p->refcount); }
#if defined(MINIPY_DEBUG) && !defined(MINIPY_WATCH_COUNTS)
#define MINIPY_TOTAL_REFERENCES 1  // gc/object.h keeps it
// As in a CPython built with Py_REF_DEBUG.
Ref<Object> gettotalrefcount(Object*) { return int_from_ssize(g_total_references); }
#endif

// The size of the memory in front of the object: GC header and managed dict words.
ssize pre_header_size(Object* p) {
  Type* t = type_of(p);
  ssize size = type_has(t, kTypeHaveGc) ? static_cast<ssize>(sizeof(GcHeader)) : 0;
  if (type_has(t, kTypeManagedDict)) size += 2 * static_cast<ssize>(sizeof(Object*));
  return size;
}
Ref<Object> size_of(Object* p) {
  if (is_type(p)) TRY(type_ready(cast<Type>(p)));
  Ref<Object> method = lookup_special(p, NAME("__sizeof__"));
  if (!method) {
    if (error_pending()) return nullptr;
    return raise(TypeError, "Type {:.100} doesn't define __sizeof__", type_name(p));
  }
  Ref<Object> answer = TRY(call_vector(method.get(), nullptr, 0));
  if (!is_int(answer.get())) return raise(TypeError, "an integer is required");
  ssize size = TRY(int_to_ssize(answer.get()));
  if (size < 0) return raise(ValueError, "__sizeof__() should return >= 0");
  return int_from_size(static_cast<size_t>(size) + static_cast<size_t>(pre_header_size(p)));
}
Ref<Object> getsizeof(Object*, Object* object, Object* fallback) {
  Ref<Object> size = size_of(object);
  if (!size && fallback && error_clear_if(TypeError)) return Ref<Object>::share(fallback);
  return size;
}

Ref<Object> getallocatedblocks(Object*) { return int_from_size(memory::allocated_blocks()); }
Ref<Object> getrecursionlimit(Object*) { return int_from(current_interpreter()->recursion_limit); }
Status setrecursionlimit(Object*, int limit) {
  if (limit < 1) return raise(ValueError, "recursion limit must be greater or equal than 1");
  return vm_set_recursion_limit(limit);
}
Ref<Object> getswitchinterval(Object*) {
  return float_from_double(1e-6 * static_cast<double>(current_interpreter()->switch_interval_us));
}
Status setswitchinterval(Object*, double interval) {
  if (interval <= 0.0) return raise(ValueError, "switch interval must be strictly positive");
  current_interpreter()->switch_interval_us = static_cast<long>(interval * 1e6);
  return kOk;
}

Ref<Object> get_int_max_str_digits(Object*) { return int_from(current_interpreter()->config.int_max_str_digits); }
Status set_int_max_str_digits(Object*, int maxdigits) {
  if (maxdigits != 0 && maxdigits < 640) return raise(ValueError, "maxdigits must be 0 or larger than 640");
  current_interpreter()->config.int_max_str_digits = maxdigits;
  return kOk;
}

Ref<Object> getdefaultencoding(Object*) { return Ref<Object>::share(as_object(NAME("utf-8"))); }
Ref<Object> getfilesystemencoding(Object*) { return str_from_ascii("utf-8"); }
Ref<Object> getfilesystemencodeerrors(Object*) { return str_from_ascii("surrogateescape"); }
Ref<Object> is_finalizing(Object*) { return bool_ref(current_interpreter()->finalizing); }

Ref<Object> settrace(Object*, Object* function) {
  TRY(vm_set_trace(is_none(function) ? nullptr : function));
  return none_ref();
}
Ref<Object> setprofile(Object*, Object* function) {
  TRY(vm_set_profile(is_none(function) ? nullptr : function));
  return none_ref();
}
Ref<Object> gettrace(Object*) { return vm_get_trace(); }
Ref<Object> getprofile(Object*) { return vm_get_profile(); }
Ref<Object> call_tracing(Object*, Object* function, Tuple* args) {
  // Tracing goes on inside although a trace function is running.
  ThreadState* t = current_thread();
  int saved = std::exchange(t->tracing, 0);
  t->use_tracing = tracing_wanted(t);
  Ref<Object> result = call_tuple_dict(function, as_object(args), nullptr);
  t->tracing = saved;
  t->use_tracing = tracing_wanted(t);
  return result;
}

Ref<Object> getframe(Object*, int depth) { return vm_get_frame(depth < 0 ? 0 : depth); }
Ref<Object> current_frames(Object*) { return vm_current_frames(); }
Ref<Object> current_exceptions(Object*) { return vm_current_exceptions(); }
Status clear_type_cache(Object*) {
  type_clear_cache();
  return kOk;
}
Status debugmallocstats(Object*) { return kOk; }
Ref<Object> getquickenedcount(Object*) { return int_from(0); }

Ref<Object> getdlopenflags(Object*) { return int_from(RTLD_NOW); }
Status setdlopenflags(Object*, int) { return kOk; }

// ---- Asynchronous generator hooks, coroutine origins
// --------------------------------------------------------------------

Type* asyncgen_hooks_type() {
  static Type* type = nullptr;
  if (!type) {
    static const StructSequenceField fields[] = {
        {"firstiter", "Hook to intercept first iteration"}, {"finalizer", "Hook to intercept finalization"}, {}};
    UncountedAllocations uncounted;  // CPython has made it when it started
    type = MUST(struct_sequence_static_type_new("asyncgen_hooks", fields, 2, "asyncgen_hooks"))
    .release();
  }
  return type;
}
Ref<Object> get_asyncgen_hooks(Object*) {
  Ref<Object> hooks = TRY(struct_sequence_new(asyncgen_hooks_type()));
  auto or_none = [](Object* p) { return p ? Ref<Object>::share(p) : none_ref(); };
  struct_sequence_set(hooks.get(), 0, or_none(current_thread()->async_gen_firstiter));
  struct_sequence_set(hooks.get(), 1, or_none(current_thread()->async_gen_finalizer));
  return hooks;
}
Status set_hook(const char* name, Object* value, Object*& field) {
  if (!value) return kOk;
  if (!is_none(value) && !is_callable(value)) {
    return raise(TypeError, "callable {} expected, got {:.50}", name, type_name(value));
  }
  replace_field(field, is_none(value) ? nullptr : Ref<Object>::share(value));
  return kOk;
}
Status set_asyncgen_hooks(Object*, Object* firstiter, Object* finalizer) {
  TRY(set_hook("finalizer", finalizer, current_thread()->async_gen_finalizer));
  return set_hook("firstiter", firstiter, current_thread()->async_gen_firstiter);
}
Ref<Object> get_origin_depth(Object*) { return int_from(current_thread()->coroutine_origin_tracking_depth); }
Status set_origin_depth(Object*, int depth) {
  if (depth < 0) return raise(ValueError, "depth must be >= 0");
  current_thread()->coroutine_origin_tracking_depth = depth;
  return kOk;
}

}  // namespace

constinit MethodDef sys_runtime_functions[] = {
    FUNCTION(clear_type_cache, "_clear_type_cache(module, /)", "Clear the internal type lookup cache."),
    FUNCTION(current_exceptions, "_current_exceptions(module, /)", "Each thread's current exception."),
    FUNCTION(current_frames, "_current_frames(module, /)", "Each thread's current stack frame."),
    FUNCTION(debugmallocstats, "_debugmallocstats(module, /)", "Debug information about the allocator."),
    FUNCTION(getframe, "_getframe(module, depth=0, /)", "A frame object from the call stack."),
    FUNCTION(getquickenedcount, "_getquickenedcount(module, /)", ""),
    FUNCTION(call_tracing, "call_tracing(module, func, args, /)", "Call func(*args) while tracing is enabled."),
    FUNCTION(exc_info, "exc_info(module, /)", "The exception being handled, as (type, value, traceback)."),
    FUNCTION(exception, "exception(module, /)", "The exception being handled."),
    FUNCTION(exit, "exit(module, status=None, /)", "Exit the interpreter by raising SystemExit(status)."),
    FUNCTION(get_asyncgen_hooks, "get_asyncgen_hooks(module, /)", "The installed asynchronous generators hooks."),
    FUNCTION(get_origin_depth, "get_coroutine_origin_tracking_depth(module, /)", "Depth of coroutine origin tracking."),
    FUNCTION(get_int_max_str_digits, "get_int_max_str_digits(module, /)", "The limit of int/str conversion."),
    FUNCTION(getallocatedblocks, "getallocatedblocks(module, /)", "Number of memory blocks now allocated."),
    FUNCTION(getdefaultencoding, "getdefaultencoding(module, /)", "The default encoding of str."),
    FUNCTION(getdlopenflags, "getdlopenflags(module, /)", "Flags for dlopen() calls."),
    FUNCTION(getfilesystemencodeerrors, "getfilesystemencodeerrors(module, /)", "Error handler for file names."),
    FUNCTION(getfilesystemencoding, "getfilesystemencoding(module, /)", "Encoding of file names."),
    FUNCTION(getprofile, "getprofile(module, /)", "The profiling function."),
    FUNCTION(getrecursionlimit, "getrecursionlimit(module, /)", "The recursion limit."),
    FUNCTION(getrefcount, "getrefcount(module, object, /)", "The reference count of object."),
    PLAIN_VARARGS_METHOD(getsizeof, "getsizeof(module, object, default=<unrepresentable>)",
                         "getsizeof(object [, default]) -> int\n\nThe size of object in bytes."),
    FUNCTION(getswitchinterval, "getswitchinterval(module, /)", "The thread switch interval in seconds."),
#ifdef MINIPY_TOTAL_REFERENCES
    FUNCTION(gettotalrefcount, "gettotalrefcount(module, /)", "The sum of all reference counts."),
#endif
    FUNCTION(gettrace, "gettrace(module, /)", "The trace function."),
    FUNCTION(intern, "intern(module, string, /)", "Intern the given string."),
    FUNCTION(is_finalizing, "is_finalizing(module, /)", "Whether the interpreter is shutting down."),
    PLAIN_VARARGS_METHOD(set_asyncgen_hooks,
                         "set_asyncgen_hooks(module, firstiter=<unrepresentable>, finalizer=<unrepresentable>)",
                         "set_asyncgen_hooks(* [, firstiter] [, finalizer])"),
    FUNCTION(set_origin_depth, "set_coroutine_origin_tracking_depth(module, /, depth)",
             "Set the depth of coroutine origin tracking."),
    FUNCTION(set_int_max_str_digits, "set_int_max_str_digits(module, /, maxdigits)",
             "Set the limit of int/str conversion."),
    FUNCTION(setdlopenflags, "setdlopenflags(module, flags, /)", "Set the flags for dlopen() calls."),
    PLAIN_METHOD(setprofile, "setprofile(module, function, /)", "setprofile(function)"),
    FUNCTION(setrecursionlimit, "setrecursionlimit(module, limit, /)", "Set the recursion limit."),
    FUNCTION(setswitchinterval, "setswitchinterval(module, interval, /)", "Set the thread switch interval in seconds."),
    PLAIN_METHOD(settrace, "settrace(module, function, /)", "settrace(function)"),
    {},
};

Ref<Module> sys_module_new() {
  Interpreter* interp = current_interpreter();
  Ref<Module> m = TRY(module_new_ascii("sys"));
  TRY(module_add_str(m.get(), "__doc__", "Access to objects used or maintained by the interpreter."));
  interp->sysdict = Ref<Dict>::share(module_dict(m.get())).release();
  TRY(module_add_functions(m.get(), sys_runtime_functions));
  TRY(module_add_functions(m.get(), sys_hook_functions));
  TRY(sys_add_information(m.get()));
  TRY(sys_init_hooks(m.get()));
  // The streams come when there are modules to make them.
  Ref<Object> streams = TRY(preliminary_stderr_new(2));
  TRY(module_add(m.get(), "stderr", Ref<Object>(streams)));
  TRY(module_add(m.get(), "__stderr__", std::move(streams)));
  TRY(module_add(m.get(), "modules", Ref<Object>::share(as_object(interp->modules))));
  TRY(module_add(m.get(), "builtin_module_names", native_module_names()));
  // What importlib fills.
  TRY(module_add(m.get(), "meta_path", list_new()));
  TRY(module_add(m.get(), "path_hooks", list_new()));
  TRY(module_add(m.get(), "path_importer_cache", dict_new()));
  return m;
}

namespace {

// -X pycache_prefix=PATH, before PYTHONPYCACHEPREFIX: where .pyc files go instead of __pycache__ folders. None: there.
Ref<Object> pycache_prefix(Dict* xoptions) {
  if (Object* given = dict_get_ascii(xoptions, "pycache_prefix")) {
    return is_str(given) && str_length(cast<Str>(given)) ? share(given) : none_ref();
  }
  const char* path = current_interpreter()->config.ignore_environment ? nullptr : std::getenv("PYTHONPYCACHEPREFIX");
  if (!path || !*path) return none_ref();
  return str_decode_fs(path);
}

}  // namespace

Status sys_set_arguments(const SysArguments& a) {
  auto prefix = TRY(pycache_prefix(cast<Dict>(a.xoptions.get())));
  TRY(sys_set("pycache_prefix", prefix.get()));
  TRY(sys_set("argv", a.argv.get()));
  TRY(sys_set("orig_argv", a.orig_argv.get()));
  TRY(sys_set("_xoptions", a.xoptions.get()));
  TRY(sys_set("warnoptions", a.warnoptions.get()));
  TRY(sys_set("executable", a.executable.get()));
  TRY(sys_set("_base_executable", a.executable.get()));
  return sys_set("path", a.path.get());
}

}  // namespace minipy
