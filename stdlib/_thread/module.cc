// Module _thread: starting threads, locks, thread-local data.
#include <pthread.h>
#include <unistd.h>

#include <csignal>

#include "runtime/abstract.h"
#include "runtime/bind_varargs.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/heap_types.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/struct_sequence.h"
#include "runtime/thread_state.h"
#include "stdlib/_thread/lock.h"
#include "stdlib/sys/sys.h"
#include "vm/signals.h"
#include "vm/threads.h"

namespace minipy {

namespace {

Type* hook_arguments_type = nullptr;  // _thread._ExceptHookArgs; one for the process

Ref<Object> start_new_thread(Object*, VarArgs args) {
  if (args.size < 2) return raise(TypeError, "start_new_thread expected at least 2 arguments, got {}", args.size);
  if (args.size > 3) return raise(TypeError, "start_new_thread expected at most 3 arguments, got {}", args.size);
  if (!is_callable(args[0])) return raise(TypeError, "first arg must be callable");
  if (!is_tuple(args[1])) return raise(TypeError, "2nd arg must be a tuple");
  Object* kwargs = args.size > 2 ? args[2] : nullptr;
  if (kwargs && !is_dict(kwargs)) return raise(TypeError, "optional 3rd arg must be a dictionary");
  unsigned long id = TRY(thread_start(args[0], args[1], kwargs));
  return int_from_size(id);
}

void report_thread_exception(Object* function) { error_write_unraisable_message("in thread started by", function); }

Ref<Object> allocate(Object*) { return allocate_lock(); }
Ref<Object> exit_thread(Object*) { return raise_none(SystemExit); }
Ref<Object> get_ident(Object*) { return int_from_size(pthread_self()); }
Ref<Object> get_native_id(Object*) { return int_from(gettid()); }
Ref<Object> count(Object*) { return int_from(thread_count()); }
Ref<Object> set_sentinel(Object*) { return thread_set_sentinel(); }

Ref<Object> interrupt_main(Object*, int number) {
  if (number < 1 || number >= kSignalCount) return raise(ValueError, "signal number out of range");
  Object* handler = signal_handler(number);
  // SIG_DFL, SIG_IGN (ints) and None: nothing would be called.
  if (handler && is_callable(handler)) signal_trip(number);
  return none_ref();
}

Ref<Object> stack_size(Object*, ssize size) {
  size_t old = thread_stack_size();
  if (size < 0) return raise(ValueError, "size must be 0 or a positive value");
  // As the reference, no argument and 0 are the same: 0 sets the default.
  if (!thread_set_stack_size(static_cast<size_t>(size))) {
    return raise(ValueError, "size not valid: {} bytes", size);
  }
  return int_from_size(old);
}

// Prints "Exception in thread NAME:" and the traceback; SystemExit is silent.
Ref<Object> excepthook(Object*, Object* arguments) {
  if (type_of(arguments) != hook_arguments_type) {
    return raise(TypeError, "_thread.excepthook argument type must be ExceptHookArgs");
  }
  Tuple* fields = cast<Tuple>(arguments);
  Object *type = fields->items[0], *value = fields->items[1], *thread = fields->items[3];
  if (type == as_object(SystemExit)) return none_ref();
  Ref<Object> file = share(sys_get(NAME("stderr")));
  if (!file || is_none(file.get())) {
    if (is_none(thread)) return none_ref();
    file = TRY(object_get_attr(thread, NAME("_stderr")));
    if (is_none(file.get())) return none_ref();
  }
  Ref<Object> name;
  if (!is_none(thread)) TRY(object_find_attr(thread, NAME("_name"), name));
  if (!name) name = TRY(int_from_size(pthread_self()));
  Ref<Str> heading = TRY(format_message("Exception in thread {}:\n", name));
  TRY(call_method(file.get(), NAME("write"), heading.get()));
  if (!is_none(value)) print_exception(value, file.get());
  Ref<Object> flushed = call_method(file.get(), NAME("flush"));
  if (!flushed) error_clear();
  return none_ref();
}

constinit MethodDef functions[] = {
    VARARGS_FUNCTION(start_new_thread, "start_new_thread(module, /, *args)",
                     "Calls function(*args, **kwargs) in a new thread; returns the thread's identifier."),
    VARARGS_FUNCTION(start_new_thread, "start_new(module, /, *args)", "Same as start_new_thread()."),
    FUNCTION(allocate, "allocate_lock(module, /)", "Makes a new lock."),
    FUNCTION(allocate, "allocate(module, /)", "Same as allocate_lock()."),
    FUNCTION(exit_thread, "exit_thread(module, /)", "Same as exit()."),
    FUNCTION(exit_thread, "exit(module, /)", "Ends the thread: the same as raising SystemExit."),
    VARARGS_FUNCTION(interrupt_main, "interrupt_main(module, signum=2, /)",
                     "Acts as if the signal had come: the main thread runs its handler."),
    FUNCTION(get_ident, "get_ident(module, /)", "A non-zero integer that identifies the current thread."),
    FUNCTION(get_native_id, "get_native_id(module, /)",
             "The number that the operating system gives the current thread."),
    FUNCTION(count, "_count(module, /)", "How many threads have been started here and run now."),
    VARARGS_FUNCTION(stack_size, "stack_size(module, size=0, /)",
                     "Stack size of new threads in bytes; returns the former one."),
    FUNCTION(set_sentinel, "_set_sentinel(module, /)",
             "A lock that is released when the current thread's state goes; internal."),
    FUNCTION(excepthook, "_excepthook(module, args, /)", "Prints an uncaught exception of a thread."),
    {},
};

constexpr StructSequenceField kHookFields[] = {{"exc_type", "Exception type"},
                                               {"exc_value", "Exception value"},
                                               {"exc_traceback", "Exception traceback"},
                                               {"thread", "Thread"},
                                               {}};

Status fill_module(Module* m) {
  g_thread_exception_hook = report_thread_exception;
  TRY(heap_type_ready(&lock_type));
  TRY(module_add(m, "LockType", share(as_object(&lock_type))));
  TRY(module_add_heap_type(m, &rlock_type));
  TRY(heap_type_ready(&local_dummy_type));
  TRY(module_add_heap_type(m, &local_type));
  TRY(module_add(m, "error", share(as_object(RuntimeError))));
  TRY(module_add(m, "TIMEOUT_MAX", float_from_double(9223372036.0)));
  Ref<Type> hook_type = TRY(struct_sequence_type_new("_thread._ExceptHookArgs", kHookFields, 4,
                                                     "Type used to pass arguments to threading.excepthook."));
  hook_arguments_type = share(hook_type.get()).release();
  return module_add(m, "_ExceptHookArgs", std::move(hook_type));
}

}  // namespace

constinit NativeModule _thread_module = {
    .name = "_thread", .functions = functions, .exec = fill_module, .doc = "Threads and locks, the low-level part."};

}  // namespace minipy
