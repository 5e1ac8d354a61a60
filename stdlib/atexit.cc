// Module atexit: functions that run at the end of the interpreter, last registered first.
#include "runtime/abstract.h"
#include "runtime/bind_varargs.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/uncounted.h"
#include "stdlib/finalize.h"

namespace minipy {

namespace {

// Three items per registration: function, args, kwargs or None; three times None where one was unregistered. (One list,
// not a tuple each: CPython's are no objects.) Made with the module.
constinit List* callbacks = nullptr;
constexpr ssize kItems = 3;

Ref<Object> atexit_register(Object*, VarArgs args, Object* kwargs) {
  if (args.size == 0) return raise(TypeError, "register() takes at least 1 argument (0 given)");
  if (!is_callable(args[0])) return raise(TypeError, "the first argument must be callable");
  Ref<Tuple> rest = TRY(tuple_from_array(args.items + 1, args.size - 1));
  const ssize before = list_size(callbacks);
  for (Object* item : {args[0], as_object(rest.get()), kwargs ? kwargs : py_none()}) {
    if (list_append(callbacks, item)) continue;
    PreserveError saved;
    (void)list_assign_slice(callbacks, before, list_size(callbacks), nullptr);
    return kRaised;
  }
  return share(args[0]);
}

void atexit_clear(Object*) { list_clear(callbacks); }

// Every function runs; errors are reported, and what was registered meanwhile runs too.
void atexit_run(Object*) {
  while (ssize n = list_size(callbacks)) {
    Object** entry = callbacks->items + n - kItems;
    Ref<Object> function = share(entry[0]), args = share(entry[1]), keywords = share(entry[2]);
    if (!list_assign_slice(callbacks, n - kItems, n, nullptr)) error_clear();
    if (is_none(function.get())) continue;
    Ref<Object> result =
        call_tuple_dict(function.get(), args.get(), is_none(keywords.get()) ? nullptr : keywords.get());
    if (!result) error_write_unraisable_message("in atexit callback", function.get());
  }
}

}  // namespace

void atexit_run_all() {
  if (callbacks) atexit_run(nullptr);
}

namespace {

Status atexit_unregister(Object*, Object* function) {
  for (ssize i = 0; i < list_size(callbacks); i += kItems) {
    Ref<Object> registered = share(callbacks->items[i]);
    if (is_none(registered.get())) continue;
    Maybe<bool> equal = object_compare_bool(registered.get(), function, kEq);
    if (!equal) return kRaised;
    // The comparison may have changed the list.
    if (!*equal || i >= list_size(callbacks) || callbacks->items[i] != registered.get()) continue;
    Ref<Object> dropped[kItems];  // when the whole entry is empty: a destructor may look at the list
    for (ssize j = 0; j < kItems; j++) dropped[j] = steal(std::exchange(callbacks->items[i + j], none_ref().release()));
  }
  return kOk;
}

Ref<Object> atexit_count(Object*) { return int_from_ssize(list_size(callbacks) / kItems); }

constinit MethodDef functions[] = {
    PLAIN_VARARGS_METHOD(atexit_register, "register(module, /, *args, **kwargs)",
                         "register(func, *args, **kwargs) -> func\n\n"
                         "Register a function to be executed upon normal program termination\n\n"
                         "    func - function to be called at exit\n"
                         "    args - optional arguments to pass to func\n"
                         "    kwargs - optional keyword arguments to pass to func\n\n"
                         "    func is returned to facilitate usage as a decorator."),
    PLAIN_METHOD(atexit_clear, "_clear(module, /)",
                 "_clear() -> None\n\nClear the list of previously registered exit functions."),
    PLAIN_METHOD(atexit_unregister, "unregister(module, func, /)",
                 "unregister(func) -> None\n\n"
                 "Unregister an exit function which was previously registered using\natexit.register\n\n"
                 "    func - function to be unregistered"),
    PLAIN_METHOD(atexit_run, "_run_exitfuncs(module, /)",
                 "_run_exitfuncs() -> None\n\n"
                 "Run all registered exit functions.\n\n"
                 "If a callback raises an exception, it is logged with sys.unraisablehook."),
    PLAIN_METHOD(atexit_count, "_ncallbacks(module, /)",
                 "_ncallbacks() -> int\n\nReturn the number of registered exit functions."),
    {},
};

Status exec(Module*) {
  UncountedAllocations uncounted;  // CPython's are no objects
  if (!callbacks) callbacks = TRY(list_new())
  .release();
  return kOk;
}

}  // namespace

constinit NativeModule atexit_module = {"atexit", functions, exec,
                                        "allow programmer to define multiple exit functions to be executed\n"
                                        "upon normal program termination.\n\n"
                                        "Two public functions, register and unregister, are defined.\n"};

}  // namespace minipy
