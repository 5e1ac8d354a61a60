// sys: the hooks (excepthook, displayhook, unraisablehook, breakpointhook, audit hooks) and their default behaviour.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "runtime/abstract.h"
#include "runtime/audit.h"
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/frame_objects.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/static_str.h"
#include "runtime/str.h"
#include "runtime/struct_sequence.h"
#include "runtime/thread_state.h"
#include "runtime/uncounted.h"
#include "stdlib/import.h"
#include "stdlib/sys/print_exception.h"
#include "stdlib/sys/sys.h"
#include "vm/vm.h"

namespace minipy {
namespace {

// ---- excepthook
// --------------------------------------------------------------------------------------------------------

// A non-exception value gets CPython's complaint.
void display(Object* value, Object* traceback) {
  Object* file = sys_get(NAME("stderr"));
  if (!file) {
    std::fputs("lost sys.stderr\n", stderr);
    return;
  }
  if (is_none(file)) return;
  Ref<Object> held = Ref<Object>::share(file);
  if (!is_exception_instance(value)) {
    Ref<Str> text = format_message("TypeError: print_exception(): Exception expected for value, {} found\n",
                                   type_short_name(type_of(value)));
    if (text) write_text(file, str_utf8(text.get()));
    return;
  }
  bool adopt = traceback && is_exactly(traceback, &traceback_type) && !exception_traceback(value);
  if (adopt) exception_set_traceback(value, traceback);
  print_exception(value, file);
}

Status excepthook(Object*, Object*, Object* value, Object* traceback) {
  display(value, traceback);
  return kOk;
}

// ---- displayhook
// -------------------------------------------------------------------------------------------------------

// Text the stream cannot encode is shown with escapes.
Status write_escaped(Object* out, Object* value) {
  Ref<Object> encoding = TRY(object_get_attr(out, NAME("encoding")));
  if (!is_str(encoding.get())) return raise(TypeError, "encoding must be a string");
  const char* name = str_utf8_cstr(cast<Str>(encoding.get()));
  if (!name) return Status::failed();
  Ref<Str> text = TRY(object_repr(value));
  Ref<Object> bytes = TRY(str_encode(text.get(), name, "backslashreplace"));
  Ref<Object> buffer;
  TRY(object_find_attr(out, NAME("buffer"), buffer));
  if (buffer) {
    TRY(call_method(buffer.get(), NAME("write"), bytes.get()));
    return kOk;
  }
  std::string_view data = bytes_text(bytes.get());
  Ref<Str> decoded = TRY(str_decode(data.data(), static_cast<ssize>(data.size()), name, "strict"));
  TRY(call_method(out, NAME("write"), as_object(decoded.get())));
  return kOk;
}

Status displayhook(Object*, Object* value) {
  if (is_none(value)) return kOk;
  Dict* builtins = current_interpreter()->builtins;
  TRY(dict_set(builtins, as_object(NAME("_")), py_none()));
  Object* out = sys_get(NAME("stdout"));
  if (!out || is_none(out)) return raise(RuntimeError, "lost sys.stdout");
  Ref<Object> held = Ref<Object>::share(out);
  Ref<Str> text = TRY(object_repr(value));
  Ref<Object> written = call_method(out, NAME("write"), as_object(text.get()));
  if (!written) {
    if (!error_matches(UnicodeEncodeError)) return Status::failed();
    error_clear();
    TRY(write_escaped(out, value));
  }
  TRY(call_method(out, NAME("write"), as_object(STATIC_STR("\n"))));
  return dict_set(builtins, as_object(NAME("_")), value);
}

// ---- unraisablehook
// ----------------------------------------------------------------------------------------------------

Type* unraisable_type() {
  static Type* type = nullptr;
  if (!type) {
    static const StructSequenceField fields[] = {{"exc_type", "Exception type"},
                                                 {"exc_value", "Exception value"},
                                                 {"exc_traceback", "Exception traceback"},
                                                 {"err_msg", "Error message"},
                                                 {"object", "Object causing the exception"},
                                                 {}};
    UncountedAllocations uncounted;
    type = MUST(struct_sequence_static_type_new("UnraisableHookArgs", fields, 5, "UnraisableHookArgs"))
    .release();
  }
  return type;
}

// Text of the report: "Exception ignored in: <object>", traceback, "Type: message".
void write_unraisable_report(Tuple* args) {
  Object* file = sys_get(NAME("stderr"));
  if (!file || is_none(file)) return;
  Ref<Object> held = Ref<Object>::share(file);
  Object *value = args->items[1], *traceback = args->items[2], *message = args->items[3], *object = args->items[4];
  std::string out;
  if (!is_none(object)) {
    Ref<Str> text = object_repr(object);
    if (!text) error_clear();
    std::string shown = text ? std::string(str_utf8(text.get())) : "<object repr() failed>";
    if (!is_none(message)) {
      Ref<Str> m = object_str(message);
      if (!m) error_clear();
      out = (m ? std::string(str_utf8(m.get())) : "") + ": " + shown + "\n";
    } else {
      out = "Exception ignored in: " + shown + "\n";
    }
  } else if (!is_none(message)) {
    Ref<Str> m = object_str(message);
    if (!m) error_clear();
    out = (m ? std::string(str_utf8(m.get())) : "") + ":\n";
  }
  if (!is_none(traceback)) {
    std::string text = format_traceback(traceback);
    if (!text.empty()) out += "Traceback (most recent call last):\n" + text;
  }
  if (is_exception_instance(value)) {
    // The message follows even when it is empty; notes and suggestions do not.
    Ref<Str> text = object_str(value);
    if (!text) error_clear();
    std::string_view shown = text ? str_utf8(text.get()) : std::string_view("<exception str() failed>");
    out += exception_type_text(value) + ": " + std::string(shown.data() ? shown : "") + "\n";
    if (error_pending()) error_clear();
  } else if (is_type(args->items[0])) {
    out += std::string(type_short_name(cast<Type>(args->items[0]))) + "\n";
  }
  write_text(file, out);
  Ref<Object> flushed = call_method(file, NAME("flush"));
  if (!flushed) error_clear();
}

Status unraisablehook(Object*, Object* args) {
  if (!is_exactly(args, unraisable_type())) {
    return raise(TypeError, "sys.unraisablehook argument type must be UnraisableHookArgs");
  }
  write_unraisable_report(cast<Tuple>(args));
  return kOk;
}

void report_unraisable(ErrorState error, const char* message, Object* where) {
  error_normalize(error);
  if (!error.traceback) error.traceback = vm_traceback_of_current_frame();
  if (error.value && error.traceback && is_exception_instance(error.value.get())) {
    exception_set_traceback(error.value.get(), error.traceback.get());
  }
  Ref<Object> args = struct_sequence_new(unraisable_type());
  if (!args) {
    error_clear();
    return;
  }
  auto or_none = [](Ref<Object> p) { return p ? std::move(p) : none_ref(); };
  Ref<Object> text;
  if (message) text = str_from_utf8(std::string("Exception ignored ") + message);
  struct_sequence_set(args.get(), 0, or_none(std::move(error.type)));
  struct_sequence_set(args.get(), 1, or_none(std::move(error.value)));
  struct_sequence_set(args.get(), 2, or_none(std::move(error.traceback)));
  struct_sequence_set(args.get(), 3, or_none(std::move(text)));
  struct_sequence_set(args.get(), 4, where ? Ref<Object>::share(where) : none_ref());
  Object* hook = current_interpreter()->sysdict ? sys_get(NAME("unraisablehook")) : nullptr;
  if (!hook || is_none(hook)) {
    write_unraisable_report(cast<Tuple>(args.get()));
    return;
  }
  Ref<Object> held = Ref<Object>::share(hook);
  Ref<Object> done = call(hook, args.get());
  if (!done) {
    // The hook itself failed: that is reported by the default means.
    Ref<Object> failure = error_take();
    Ref<Object> report = struct_sequence_new(unraisable_type());
    Ref<Str> what = str_from_ascii("Exception ignored in sys.unraisablehook");
    if (!report || !what) return error_clear();
    struct_sequence_set(report.get(), 0, Ref<Object>::share(as_object(type_of(failure.get()))));
    Object* traceback = exception_traceback(failure.get());
    struct_sequence_set(report.get(), 2, traceback ? Ref<Object>::share(traceback) : none_ref());
    struct_sequence_set(report.get(), 1, std::move(failure));
    struct_sequence_set(report.get(), 3, std::move(what));
    struct_sequence_set(report.get(), 4, std::move(held));
    write_unraisable_report(cast<Tuple>(report.get()));
  }
}

// ---- breakpointhook
// ----------------------------------------------------------------------------------------------------

Object* breakpointhook(Object*, Object* const* args, ssize nargs, Object* kwnames) {
  const char* wanted = current_interpreter()->config.ignore_environment ? nullptr : std::getenv("PYTHONBREAKPOINT");
  std::string target = wanted && *wanted ? wanted : "pdb.set_trace";
  if (target == "0") return none_ref().release();
  size_t dot = target.rfind('.');
  std::string module = dot == std::string::npos ? "builtins" : target.substr(0, dot);
  std::string name = dot == std::string::npos ? target : target.substr(dot + 1);
  Ref<Object> hook = import_attribute(module.c_str(), name.c_str());
  if (!hook) {
    if (!error_matches(ImportError) && !error_matches(AttributeError) && !error_matches(ValueError)) return nullptr;
    error_clear();
    if (!warn(RuntimeWarning, 0, "Ignoring unimportable $PYTHONBREAKPOINT: \"{}\"", std::string_view(target))) {
      return nullptr;
    }
    return none_ref().release();
  }
  return call_vector(hook.get(), args, static_cast<size_t>(nargs), kwnames).release();
}

// ---- Audit hooks (PEP 578)
// -----------------------------------------------------------------------------------------------

List* audit_hooks() {
  static List* hooks = list_new().release();
  return hooks;
}

// Hooks run untraced, unless they ask for it.
Status call_audit_hook(Object* hook, Object* event, Object* arguments) {
  Ref<Object> traced;
  TRY(object_find_attr(hook, NAME("__cantrace__"), traced));
  bool can_trace = false;
  if (traced) can_trace = TRY(object_is_true(traced.get()));
  ThreadState* thread = current_thread();
  if (!can_trace) thread->tracing++;
  Ref<Object> done = call(hook, event, arguments);
  if (!can_trace) thread->tracing--;
  return done ? kOk : Status::failed();
}

Status run_audit_hooks(Object* event, Object* const* args, ssize count) {
  List* hooks = audit_hooks();
  Ref<Tuple> rest = TRY(tuple_from_array(args, count));
  for (ssize i = 0; i < list_size(hooks); i++) {
    Ref<Object> hook = Ref<Object>::share(hooks->items[i]);
    TRY(call_audit_hook(hook.get(), event, as_object(rest.get())));
  }
  return kOk;
}

Status tell_audit_hooks(const char* event, Object* const* args, ssize count) {
  Ref<Str> name = TRY(str_intern_ascii(event));
  return run_audit_hooks(as_object(name.get()), args, count);
}

// The hooks that are there may refuse another one: with an Exception silently.
Status addaudithook(Object*, Object* hook) {
  if (!audit("sys.addaudithook")) return error_clear_if(Exception) ? kOk : Status::failed();
  TRY(list_append(audit_hooks(), hook));
  g_audit_hook = tell_audit_hooks;
  return kOk;
}

Ref<Object> audit_function(Object*, VarArgs args) {
  if (args.size == 0) return raise(TypeError, "audit() missing 1 required positional argument: 'event'");
  if (!is_str(args[0])) {
    return raise(TypeError, "expected str for argument 'event', not {:.200}", type_name(args[0]));
  }
  if (is_audited()) TRY(run_audit_hooks(args[0], args.items + 1, args.size - 1));
  return none_ref();
}

// True for an exit status that is a number or None; the status in *status.
bool numeric_status(Object* code, int* status) {
  if (is_none(code)) {
    *status = 0;
    return true;
  }
  if (!is_int(code)) return false;
  *status = static_cast<int>(int_to_unsigned_mask(code));
  return true;
}

}  // namespace

constinit MethodDef sys_hook_functions[] = {
    FUNCTION(addaudithook, "addaudithook(module, /, hook)", "Add a new audit hook callback."),
    PLAIN_METHOD(audit_function, "audit(module, *args)", "audit(event, *args)\n\nPass the event to any hooks."),
    {"breakpointhook", FastcallKeywordsMethod{breakpointhook}, kMethFastcall | kMethKeywords,
     "breakpointhook(*args, **kws)"},
    FUNCTION(displayhook, "displayhook(module, object, /)", "Print an object to sys.stdout and save it in builtins._"),
    FUNCTION(excepthook, "excepthook(module, exctype, value, traceback, /)", "Show an exception on sys.stderr."),
    FUNCTION(unraisablehook, "unraisablehook(module, unraisable, /)", "Report an exception that cannot propagate."),
    {},
};

Status sys_init_hooks(Module* m) {
  g_unraisable_hook = report_unraisable;
  Dict* d = module_dict(m);
  struct {
    const char *name, *original;
  } kept[] = {{"displayhook", "__displayhook__"},
              {"excepthook", "__excepthook__"},
              {"breakpointhook", "__breakpointhook__"},
              {"unraisablehook", "__unraisablehook__"}};
  for (auto& k : kept) TRY(module_add(m, k.original, Ref<Object>::share(dict_get_ascii(d, k.name))));
  return kOk;
}

int exit_status_of_system_exit() {
  Ref<Object> exception = error_take();
  Object* code = cast<SystemExitObject>(exception.get())->code;
  Ref<Object> held = Ref<Object>::share(code ? code : py_none());
  int status = 1;
  if (numeric_status(held.get(), &status)) return status;
  Object* file = sys_get(NAME("stderr"));
  Ref<Str> text = object_str(held.get());
  if (!text) error_clear();
  if (file && !is_none(file) && text) {
    Ref<Object> held_file = Ref<Object>::share(file);
    Ref<Object> done = call_method(file, NAME("write"), as_object(text.get()));
    if (!done) error_clear();
    write_text(file, "\n");
    Ref<Object> flushed = call_method(file, NAME("flush"));
    if (!flushed) error_clear();
  }
  return 1;
}

void report_pending_exception() {
  Ref<Object> exception = error_take();
  if (!exception) return;
  Object* type = as_object(type_of(exception.get()));
  Object* traceback = exception_traceback(exception.get());
  Ref<Object> held_traceback = traceback ? Ref<Object>::share(traceback) : none_ref();
  if (!sys_set("last_type", type) || !sys_set("last_value", exception.get()) ||
      !sys_set("last_traceback", held_traceback.get())) {
    error_clear();
  }
  Object* hook = sys_get(NAME("excepthook"));
  if (!hook) {
    Object* file = sys_get(NAME("stderr"));
    if (file && !is_none(file)) write_text(file, "sys.excepthook is missing\n");
    display(exception.get(), held_traceback.get());
    return;
  }
  Ref<Object> held = Ref<Object>::share(hook);
  Ref<Object> done = call(hook, type, exception.get(), held_traceback.get());
  if (done) return;
  if (error_matches(SystemExit)) return;  // the caller looks for it
  Ref<Object> second = error_take();
  Object* file = sys_get(NAME("stderr"));
  if (!file || is_none(file)) return;
  write_text(file, "Error in sys.excepthook:\n");
  print_exception(second.get(), file);
  write_text(file, "\nOriginal exception was:\n");
  display(exception.get(), held_traceback.get());
}

}  // namespace minipy
