// The thread's error indicator. It holds (type, value, traceback); the value may be missing or not yet an instance
// (the instance is made when somebody looks), so that exceptions raised and swallowed inside the runtime stay cheap.
#include "runtime/error.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/exceptions_internal.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"
#include "runtime/type.h"

namespace minipy {

void (*g_unraisable_hook)(ErrorState error, const char* message, Object* where) = nullptr;
Status (*g_warn_hook)(Type* category, Str* message, ssize stack_level) = nullptr;
Status (*g_warn_explicit_hook)(Type* category, Str* message, Str* filename, int lineno) = nullptr;

void must_failed(const char* file, int line, const char* what) {
  std::fprintf(stderr, "minipy: fatal: %s:%d: %s failed\n", file, line, what);
  if (ThreadState* t = current_thread(); t && t->curexc_type && is_type(t->curexc_type)) {
    std::fprintf(stderr, "pending: %s", cast<Type>(t->curexc_type)->name);
    if (t->curexc_value && is_str(t->curexc_value)) {
      std::fprintf(stderr, ": %s", str_utf8_cstr(cast<Str>(t->curexc_value)));
    }
    std::fprintf(stderr, "\n");
  }
  std::abort();
}

// ---- The indicator -----------------------------------------------------------------------------------------------

Object* error_occurred() { return current_thread()->curexc_type; }

ErrorState error_fetch() {
  ThreadState* t = current_thread();
  return {take_field(t->curexc_type), take_field(t->curexc_value), take_field(t->curexc_traceback)};
}

void error_restore_state(ErrorState state) {
  ThreadState* t = current_thread();
  ErrorState old = error_fetch();  // dropped last: destructors may run Python code
  t->curexc_type = state.type.release();
  t->curexc_value = state.value.release();
  t->curexc_traceback = state.traceback.release();
}

void error_clear() { ErrorState dropped = error_fetch(); }

namespace {

// The exception being handled on this thread (what `raise` chains to), borrowed or null.
Object* handled_exception() {
  for (HandledException* h = current_thread()->exc_info; h; h = h->previous) {
    if (h->value && !is_none(h->value)) return h->value;
  }
  return nullptr;
}

// Makes the instance: `value` null: type(); a tuple: type(*value); an instance stays; else type(value).
Ref<Object> create_exception(Object* type, Object* value) {
  Ref<Object> instance;
  if (!value || is_none(value)) {
    instance = call_vector(type, nullptr, 0);
  } else if (is_tuple(value)) {
    instance = call_tuple_dict(type, value, nullptr);
  } else {
    instance = call(type, value);
  }
  if (instance && !is_exception_instance(instance.get())) {
    return raise(TypeError, "calling {} should have returned an instance of BaseException, not {}",
                 reinterpret_cast<const Object*>(type), type_name(instance.get()));
  }
  return instance;
}

}  // namespace

void error_set_context(Object* exception, Object* context) {
  if (exception == context) return;
  // Cut the chain where it would come back to `exception`; a second pointer at half speed ends on foreign cycles.
  Object* slow = context;
  bool step_slow = false;
  for (Object* o = context; Object* next = exception_context(o); o = next) {
    if (next == exception) {
      exception_set_context(o, nullptr);
      break;
    }
    if (next == slow) break;
    if (step_slow) slow = exception_context(slow);
    step_slow = !step_slow;
  }
  exception_set_context(exception, Ref<Object>::share(context));
}

Raised raise_object(Type* type, Object* value) {
  Object* type_object = as_object(type);
  if (!is_exception_class(type_object)) {
    return raise(SystemError, "_PyErr_SetObject: exception {} is not a BaseException subclass", repr_of(type_object));
  }
  Ref<Object> held = Ref<Object>::share(value);
  if (Object* handled = handled_exception()) {
    Ref<Object> keep = Ref<Object>::share(handled);
    bool is_instance = held && is_instance_of(held.get(), type);
    if (!is_instance) {
      error_clear();
      held = create_exception(type_object, held.get());
      if (!held) return kRaised;
    }
    error_set_context(held.get(), handled);
  }
  Ref<Object> traceback;
  if (held && is_exception_instance(held.get())) {
    traceback = Ref<Object>::share(exception_traceback(held.get()));
  }
  error_restore_state({Ref<Object>::share(type_object), std::move(held), std::move(traceback)});
  return kRaised;
}

Raised raise_none(Type* type) { return raise_object(type, nullptr); }

Raised raise_instance(Object* exception) { return raise_object(type_of(exception), exception); }

Raised raise_args(Type* type, std::string_view format, const FormatArg* args, size_t count) {
  // A pending exception must not disturb the formatting of the new one's message.
  error_clear();
  Ref<Str> message = format_message_args(format, args, count);
  if (!message) return kRaised;
  return raise_object(type, as_object(message.get()));
}

void error_normalize(ErrorState& state) {
  // Making the instance may raise another exception, which replaces the first; bounded in case of endless failure.
  constexpr int kMaxAttempts = 32;
  for (int attempt = 1; attempt <= kMaxAttempts + 2; attempt++) {
    if (!state.type) return;
    if (!is_exception_class(state.type.get())) return;
    Object* wanted = state.type.get();
    if (state.value && is_exception_instance(state.value.get()) &&
        type_is_subtype(type_of(state.value.get()), cast<Type>(wanted))) {
      state.type = Ref<Object>::share(as_object(type_of(state.value.get())));
      return;
    }
    // Also where the stack is used up, which may be what the exception is about.
    current_thread()->recursion_headroom++;
    Ref<Object> instance = create_exception(wanted, state.value.get());
    current_thread()->recursion_headroom--;
    if (!instance && wanted == as_object(MemoryError) && error_matches(MemoryError)) {
      error_clear();
      instance = memory_error_without_memory();
    }
    if (instance) {
      state.type = Ref<Object>::share(as_object(type_of(instance.get())));
      state.value = std::move(instance);
      return;
    }
    Ref<Object> traceback = std::move(state.traceback);
    if (attempt == kMaxAttempts) {
      (void)raise(RecursionError, "maximum recursion depth exceeded while normalizing an exception");
    }
    state = error_fetch();
    if (!state.traceback) state.traceback = std::move(traceback);
  }
  bool no_memory = state.type && exception_given_matches(state.type.get(), as_object(MemoryError));
  std::fprintf(
      stderr, "Fatal Python error: _PyErr_NormalizeException: Cannot recover from %s\n",
      no_memory ? "MemoryErrors while normalizing exceptions." : "the recursive normalization of an exception.");
  std::abort();
}

Ref<Object> error_take() {
  if (!error_pending()) return nullptr;
  ErrorState state = error_fetch();
  error_normalize(state);
  if (state.traceback && state.value) exception_set_traceback(state.value.get(), state.traceback.get());
  return std::move(state.value);
}

void error_restore(Ref<Object> exception) {
  if (!exception) {
    error_clear();
    return;
  }
  Ref<Object> type = Ref<Object>::share(as_object(type_of(exception.get())));
  Ref<Object> traceback = Ref<Object>::share(exception_traceback(exception.get()));
  error_restore_state({std::move(type), std::move(exception), std::move(traceback)});
}

// ---- Matching ----------------------------------------------------------------------------------------------------

bool exception_given_matches(Object* given, Object* wanted) {
  if (!given || !wanted) return false;
  if (is_tuple(wanted)) {
    Tuple* t = cast<Tuple>(wanted);
    for (ssize i = 0; i < tuple_size(t); i++) {
      if (exception_given_matches(given, t->items[i])) return true;
    }
    return false;
  }
  if (is_exception_instance(given)) given = as_object(type_of(given));
  if (is_exception_class(given) && is_exception_class(wanted)) {
    return type_is_subtype(cast<Type>(given), cast<Type>(wanted));
  }
  return given == wanted;
}

bool error_matches(Type* type) { return exception_given_matches(error_occurred(), as_object(type)); }

bool error_clear_if(Type* type) {
  if (!error_pending() || !error_matches(type)) return false;
  error_clear();
  return true;
}

// ---- Particular errors -------------------------------------------------------------------------------------------

Raised raise_no_memory_error() {
  // The instance is made from type slots with no message; a failing allocation here leaves the bare type pending.
  error_restore_state({Ref<Object>::share(as_object(MemoryError)), nullptr, nullptr});
  return kRaised;
}

Raised raise_key_error(Object* key) {
  // A tuple key must not be spread into the constructor's arguments.
  Ref<Tuple> args = tuple_pack(key);
  if (!args) return kRaised;
  return raise_object(KeyError, as_object(args.get()));
}

Raised raise_stop_iteration(Object* value) {
  if (!value) return raise_none(StopIteration);
  if (!is_tuple(value) && !is_exception_instance(value)) return raise_object(StopIteration, value);
  Ref<Object> instance = call(as_object(StopIteration), value);
  if (!instance) return kRaised;
  return raise_object(StopIteration, instance.get());
}

Raised raise_os_error(int error_number, Object* filename, Object* filename2) {
  if (error_number == EINTR && !check_signals()) return kRaised;
  Ref<Object> number = int_from(error_number);
  Ref<Str> text = str_decode_fs(std::strerror(error_number));
  if (!number || !text) return kRaised;
  Ref<Tuple> args;
  if (filename2) {
    args = tuple_pack(number.get(), text.get(), filename, small_int(0), filename2);
  } else if (filename) {
    args = tuple_pack(number.get(), text.get(), filename);
  } else {
    args = tuple_pack(number.get(), text.get());
  }
  if (!args) return kRaised;
  // The constructor chooses the subclass by errno.
  Ref<Object> instance = call_tuple_dict(as_object(OSError), as_object(args.get()), nullptr);
  if (!instance) return kRaised;
  return raise_object(type_of(instance.get()), instance.get());
}

Raised raise_bad_argument() { return raise(TypeError, "bad argument type for built-in operation"); }

Raised raise_bad_internal_call(const char* file, int line) {
  return raise(SystemError, "{}:{}: bad argument to internal function", file, line);
}

Raised raise_from_pending(Type* type, std::string_view message) {
  Ref<Object> cause = error_take();
  raise(type, "{}", message);
  Ref<Object> exception = error_take();
  if (exception && cause) {
    exception_set_cause(exception.get(), cause);
    exception_set_context(exception.get(), std::move(cause));
  }
  error_restore(std::move(exception));
  return kRaised;
}

// ---- Reporting ---------------------------------------------------------------------------------------------------

void error_write_unraisable_message(const char* message, Object* where) {
  ErrorState state = error_fetch();
  if (!state.type) return;
  if (g_unraisable_hook) {
    g_unraisable_hook(std::move(state), message, where);
  } else {
    std::fprintf(stderr, "minipy: exception ignored before start-up finished\n");
  }
  error_clear();
}

void error_write_unraisable(Object* where) { error_write_unraisable_message(nullptr, where); }

Status warn_args(Type* category, ssize stack_level, std::string_view format, const FormatArg* args, size_t count) {
  if (!g_warn_hook) return kOk;
  Ref<Str> message = format_message_args(format, args, count);
  if (!message) return Status::failed();
  return g_warn_hook(category, message.get(), stack_level);
}

Status warn_explicit(Type* category, Str* message, Str* filename, int lineno) {
  if (!g_warn_explicit_hook) return kOk;
  return g_warn_explicit_hook(category, message, filename, lineno);
}

}  // namespace minipy
