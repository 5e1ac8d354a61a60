// Module _warnings: the filter machinery that works before (and under) the library's warnings module.
#include <string>

#include "runtime/abstract.h"
#include "runtime/bind_varargs.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/frame_objects.h"
#include "runtime/function.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/resource_warning.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"
#include "stdlib/sys/print_exception.h"
#include "stdlib/sys/sys.h"
#include "vm/vm.h"

namespace minipy {
namespace {

// The state that module warnings shares: replaced there, it is looked up there.
struct State {
  Ref<Object> filters, once_registry, default_action;
  long version = 0;
};
State& state() {
  static State s;
  return s;
}

// warnings.<name> when the library's module is loaded; null without exception otherwise.
Ref<Object> library_attribute(Str* name) {
  Object* module = dict_get_ascii(current_interpreter()->modules, "warnings");
  if (!module) return nullptr;
  Ref<Object> held = Ref<Object>::share(module), value;
  if (!object_find_attr(module, name, value)) return nullptr;
  return value;
}

// What was seen last stays in use when the library's module loses the name.
Ref<Object> current(Str* name, Ref<Object>& own) {
  Ref<Object> value = library_attribute(name);
  if (value) own = value;
  if (value || error_pending()) return value;
  return own;
}

// ---- Filters
// -------------------------------------------------------------------------------------------------------------

// A filter's message and module are None, a str (must be equal) or a compiled pattern (must match).
Maybe<bool> pattern_matches(Object* pattern, Object* text) {
  if (is_none(pattern)) return true;
  if (is_exactly(pattern, &str_type)) return is_str(text) && str_equal(cast<Str>(pattern), cast<Str>(text));
  Ref<Object> result = call_method(pattern, NAME("match"), text);
  if (!result) return kRaised;
  return object_is_true(result.get());
}

// The action of the first filter that fits, and that filter ("default" action: None).
Ref<Object> find_action(Object* category, Object* text, Object* lineno, Object* module, Ref<Object>& item) {
  Ref<Object> filters = TRY(current(NAME("filters"), state().filters));
  if (!is_list(filters.get())) return raise(ValueError, "_warnings.filters must be a list");
  for (ssize i = 0; i < list_size(cast<List>(filters.get())); i++) {
    Ref<Object> entry = Ref<Object>::share(cast<List>(filters.get())->items[i]);
    if (!is_tuple(entry.get()) || tuple_size(cast<Tuple>(entry.get())) != 5) {
      return raise(ValueError, "_warnings.filters item {} isn't a 5-tuple", i);
    }
    Tuple* t = cast<Tuple>(entry.get());
    if (!is_exactly(t->items[0], &str_type)) {
      return raise(TypeError, "action must be a string, not '{:.200}'", type_name(t->items[0]));
    }
    if (!TRY(pattern_matches(t->items[1], text))) continue;
    if (!TRY(pattern_matches(t->items[3], module))) continue;
    if (!TRY(object_is_subclass(category, t->items[2]))) continue;
    ssize line = TRY(number_as_ssize(t->items[4], OverflowError));
    if (line != 0 && line != TRY(number_as_ssize(lineno, OverflowError))) continue;
    item = entry;
    return Ref<Object>::share(t->items[0]);
  }
  Ref<Object> action = TRY(current(NAME("defaultaction"), state().default_action));
  if (!is_str(action.get())) {
    return raise(TypeError, "_warnings.defaultaction must be a string, not '{:.200}'", type_name(action.get()));
  }
  item = none_ref();
  return action;
}

// True when the key is in the registry (which is emptied when filters have changed); `add`: puts it there.
Maybe<bool> already_warned(Object* registry, Object* key, bool add) {
  if (!registry || is_none(registry)) return false;
  Dict* d = cast<Dict>(registry);
  Object* version = dict_get_str(d, NAME("version"));
  if (!version || !is_int(version) || static_cast<long>(int_to_unsigned_mask(version)) != state().version) {
    dict_clear(d);
    Ref<Int> now = int_from(state().version);
    if (!now || !dict_set(d, as_object(NAME("version")), as_object(now.get()))) return kRaised;
  } else {
    Ref<Object> seen;
    if (!dict_get_ref(d, key, seen)) return kRaised;
    if (seen) {
      Maybe<bool> truth = object_is_true(seen.get());
      if (!truth || *truth) return truth;
    }
  }
  if (add && !dict_set(d, key, py_true())) return kRaised;
  return false;
}

Maybe<bool> update_registry(Object* registry, Object* text, Object* category) {
  Ref<Tuple> key = tuple_pack(text, category);
  if (!key) return kRaised;
  return already_warned(registry, as_object(key.get()), true);
}

// ---- Showing
// ---------------------------------------------------------------------------------------------------------------

void show_plainly(Object* filename, Object* lineno, Object* text, Object* category, Object* line) {
  Object* err = sys_get(NAME("stderr"));
  if (!err || is_none(err)) return;
  Ref<Object> held = Ref<Object>::share(err);
  Ref<Object> name = object_get_attr(category, NAME("__name__"));
  Ref<Str> head;
  if (name) head = format_message("{}:{}: {}: {}\n", filename, lineno, name, text);
  if (!head) {
    error_clear();
    return;
  }
  std::string out(str_utf8(head.get()));
  if (line && is_str(line)) {
    out += "  " + std::string(str_utf8(cast<Str>(line))) + "\n";
  } else if (is_str(filename)) {
    ssize indent;
    Ref<Str> source = source_line(cast<Str>(filename), static_cast<int>(int_to_unsigned_mask(lineno)), &indent);
    if (source) out += "  " + std::string(str_utf8(source.get())) + "\n";
  }
  write_text(err, out);
}

Status show(Object* category, Object* text, Object* message, Object* filename, Object* lineno, Object* line,
            Object* source) {
  Ref<Object> function = library_attribute(NAME("_showwarnmsg"));
  if (!function) {
    if (error_pending()) return Status::failed();
    show_plainly(filename, lineno, text, category, line);
    return error_pending() ? Status::failed() : kOk;
  }
  if (!is_callable(function.get())) {
    return raise(TypeError, "warnings._showwarnmsg() must be set to a callable");
  }
  Ref<Object> type = TRY(library_attribute(NAME("WarningMessage")));
  Object* extra = source ? source : py_none();
  Ref<Object> shown = TRY(call(type.get(), message, category, filename, lineno, py_none(), py_none(), extra));
  TRY(call(function.get(), shown.get()));
  return kOk;
}

// ---- Warning
// -----------------------------------------------------------------------------------------------------------------

// "path/name.py" -> "path/name"; "" -> "<unknown>".
Ref<Object> module_of_filename(Object* filename) {
  Str* s = cast<Str>(filename);
  ssize n = str_length(s);
  if (n == 0) return str_from_ascii("<unknown>");
  if (n >= 3) {
    Ref<Str> tail = TRY(str_substring(s, n - 3, n));
    if (str_equals_ascii(tail.get(), ".py")) return str_substring(s, 0, n - 3);
  }
  return Ref<Object>::share(filename);
}

struct Place {
  Ref<Object> filename, lineno, module, registry;
};

bool is_action(Object* action, const char* name) { return str_equals_ascii(cast<Str>(action), name); }

Status emit(Object* category, Object* message_or_text, const Place& place, Object* source_line_text, Object* source) {
  Ref<Object> message = Ref<Object>::share(message_or_text), text;
  Ref<Object> held_category = Ref<Object>::share(category);
  if (place.registry && !is_none(place.registry.get()) && !is_dict(place.registry.get())) {
    return raise(TypeError, "'registry' must be a dict or None");
  }
  Ref<Object> module = place.module;
  if (!module) module = TRY(module_of_filename(place.filename.get()));
  if (is_instance_of(message.get(), Warning)) {
    text = TRY(object_str(message.get()));
    category = as_object(type_of(message.get()));
  } else {
    text = message;
    message = TRY(call(category, message.get()));
  }
  Ref<Tuple> key = TRY(tuple_pack(text.get(), category, place.lineno.get()));
  Object* registry = place.registry.get();
  if (TRY(already_warned(registry, as_object(key.get()), false))) return kOk;
  Ref<Object> item;
  Ref<Object> action = TRY(find_action(category, text.get(), place.lineno.get(), module.get(), item));
  if (is_action(action.get(), "error")) return raise_object(cast<Type>(category), message.get());
  if (is_action(action.get(), "ignore")) return kOk;
  bool already = false;
  if (!is_action(action.get(), "always")) {
    if (registry && !is_none(registry)) TRY(dict_set(cast<Dict>(registry), as_object(key.get()), py_true()));
    if (is_action(action.get(), "once")) {
      Ref<Object> once = TRY(current(NAME("onceregistry"), state().once_registry));
      if (!is_dict(once.get())) {
        return raise(TypeError, "_warnings.onceregistry must be a dict, not '{:.200}'", type_name(once.get()));
      }
      already = TRY(update_registry(once.get(), text.get(), category));
    } else if (is_action(action.get(), "module")) {
      if (registry && !is_none(registry)) already = TRY(update_registry(registry, text.get(), category));
    } else if (!is_action(action.get(), "default")) {
      return raise(RuntimeError, "Unrecognized action ({}) in warnings.filters:\n {}", repr_of(action.get()),
                   repr_of(item.get()));
    }
  }
  if (already) return kOk;
  return show(category, text.get(), message.get(), place.filename.get(), place.lineno.get(), source_line_text, source);
}

bool is_internal(Object* frame) {
  Ref<Object> code = object_get_attr_ascii(frame, "f_code");
  if (!code) {
    error_clear();
    return false;
  }
  Ref<Str> name = Ref<Str>::share(cast<Code>(code.get())->filename);
  Ref<Str> importlib = str_from_ascii("importlib"), bootstrap = str_from_ascii("_bootstrap");
  return str_contains_str(name.get(), importlib.get()) && str_contains_str(name.get(), bootstrap.get());
}

Ref<Object> back_of(Object* frame) { return object_get_attr_ascii(frame, "f_back"); }

// The caller `stack_level` frames up; import machinery does not count.
Ref<Object> frame_at(ssize stack_level) {
  Ref<Object> frame = vm_get_frame(0);
  if (!frame) {
    error_clear();
    return nullptr;
  }
  bool plain = stack_level <= 0 || is_internal(frame.get());
  while (--stack_level > 0 && frame && !is_none(frame.get())) {
    do {
      frame = back_of(frame.get());
    } while (!plain && frame && !is_none(frame.get()) && is_internal(frame.get()));
  }
  return frame && !is_none(frame.get()) ? std::move(frame) : nullptr;
}

Status place_of_caller(ssize stack_level, Place& place) {
  Ref<Object> frame = frame_at(stack_level);
  Ref<Object> globals;
  if (frame) {
    globals = TRY(object_get_attr_ascii(frame.get(), "f_globals"));
    Ref<Object> code = TRY(object_get_attr_ascii(frame.get(), "f_code"));
    place.filename = Ref<Object>::share(as_object(cast<Code>(code.get())->filename));
    place.lineno = TRY(object_get_attr_ascii(frame.get(), "f_lineno"));
    if (is_none(place.lineno.get())) place.lineno = int_from(0);
  } else {
    globals = Ref<Object>::share(as_object(current_interpreter()->sysdict));
    place.filename = TRY(str_from_ascii("sys"));
    place.lineno = TRY(int_from(1));
  }
  Dict* d = cast<Dict>(globals.get());
  Object* registry = dict_get_str(d, NAME("__warningregistry__"));
  if (registry) {
    place.registry = Ref<Object>::share(registry);
  } else {
    place.registry = TRY(dict_new());
    TRY(dict_set(d, as_object(NAME("__warningregistry__")), place.registry.get()));
  }
  Object* module = dict_get_str(d, NAME("__name__"));
  place.module = module && (is_none(module) || is_str(module)) ? Ref<Object>::share(module)
                                                               : Ref<Object>(TRY(str_from_ascii("<string>")));
  return kOk;
}

Status do_warn(Object* message, Object* category, ssize stack_level, Object* source) {
  Place place;
  TRY(place_of_caller(stack_level, place));
  return emit(category, message, place, nullptr, source);
}

Ref<Object> category_of(Object* message, Object* category) {
  if (is_instance_of(message, Warning)) return Ref<Object>::share(as_object(type_of(message)));
  if (!category || is_none(category)) return Ref<Object>::share(as_object(UserWarning));
  bool fits = is_type(category) && type_is_subtype(cast<Type>(category), Warning);
  if (!fits) return raise(TypeError, "category must be a Warning subclass, not '{}'", type_name(category));
  return Ref<Object>::share(category);
}

Status warnings_warn(Object*, Object* message, Object* category, ssize stacklevel, Object* source) {
  Ref<Object> kind = TRY(category_of(message, category));
  return do_warn(message, kind.get(), stacklevel, is_none(source) ? nullptr : source);
}

Status warnings_warn_explicit(Object*, Object* message, Object* category, Str* filename, int lineno, Object* module,
                              Object* registry, Object* module_globals, Object* source) {
  Place place;
  place.filename = Ref<Object>::share(as_object(filename));
  place.lineno = TRY(int_from(lineno));
  if (module) place.module = Ref<Object>::share(module);
  if (registry) place.registry = Ref<Object>::share(registry);
  Ref<Object> line;
  if (module_globals && !is_none(module_globals)) {
    if (!is_dict(module_globals)) {
      return raise(TypeError, "module_globals must be a dict, not '{:.200}'", type_name(module_globals));
    }
    // The module's loader may know the source text.
    Object* loader = dict_get_str(cast<Dict>(module_globals), NAME("__loader__"));
    Object* name = dict_get_str(cast<Dict>(module_globals), NAME("__name__"));
    Ref<Object> get_source, text;
    if (loader && name) TRY(object_find_attr(loader, NAME("get_source"), get_source));
    if (get_source) text = TRY(call(get_source.get(), name));
    if (text && is_str(text.get())) {
      Ref<Object> lines = TRY(call_method(text.get(), NAME("splitlines")));
      if (is_list(lines.get())) {
        line = TRY(sequence_get_item(lines.get(), lineno - 1));
      }
    }
  }
  return emit(category, message, place, line.get(), is_none(source) ? nullptr : source);
}

Status filters_mutated(Object*) {
  state().version++;
  return kOk;
}

Status native_warn(Type* category, Str* message, ssize stack_level) {
  return do_warn(as_object(message), as_object(category), stack_level, nullptr);
}

Status native_warn_unclosed(Object* source, Str* message) {
  return do_warn(as_object(message), as_object(ResourceWarning), 1, source);
}

Status native_warn_explicit(Type* category, Str* message, Str* filename, int lineno) {
  Place place;
  place.filename = Ref<Object>::share(as_object(filename));
  place.lineno = TRY(int_from(lineno));
  return emit(as_object(category), as_object(message), place, nullptr, nullptr);
}

// ---- The module
// ------------------------------------------------------------------------------------------------------------

Status add_filter(List* filters, const char* action, Type* category, const char* module) {
  Ref<Str> action_text = TRY(str_intern_ascii(action));
  Ref<Object> module_text = none_ref();
  if (module) module_text = TRY(str_intern_ascii(module));
  Ref<Tuple> item = TRY(tuple_pack(as_object(action_text.get()), py_none(), as_object(category), module_text.get(),
                                   as_object(small_int(0))));
  return list_append(filters, as_object(item.get()));
}

Status default_filters() {
  Ref<List> filters = TRY(list_new());
  TRY(add_filter(filters.get(), "default", DeprecationWarning, "__main__"));
  TRY(add_filter(filters.get(), "ignore", DeprecationWarning, nullptr));
  TRY(add_filter(filters.get(), "ignore", PendingDeprecationWarning, nullptr));
  TRY(add_filter(filters.get(), "ignore", ImportWarning, nullptr));
  TRY(add_filter(filters.get(), "ignore", ResourceWarning, nullptr));
  state().filters = std::move(filters);
  state().once_registry = TRY(dict_new());
  state().default_action = TRY(str_intern_ascii("default"));
  return kOk;
}

constinit MethodDef functions[] = {
    FUNCTION(warnings_warn, "warn(module, /, message, category=None, stacklevel=1, source=None)",
             "Issue a warning, or maybe ignore it or raise an exception."),
    PLAIN_VARARGS_METHOD(warnings_warn_explicit,
                         "warn_explicit(module, message, category, filename, lineno, module=<unrepresentable>, "
                         "registry=<unrepresentable>, module_globals=<unrepresentable>, source=None)",
                         "Low-level interface to warnings functionality."),
    PLAIN_METHOD(filters_mutated, "_filters_mutated(module, /)", nullptr),
    {},
};

Status exec(Module* m) {
  if (!state().filters) TRY(default_filters());
  TRY(module_add(m, "filters", Ref<Object>(state().filters)));
  TRY(module_add(m, "_onceregistry", Ref<Object>(state().once_registry)));
  TRY(module_add(m, "_defaultaction", Ref<Object>(state().default_action)));
  g_warn_hook = native_warn;
  g_warn_unclosed_hook = native_warn_unclosed;
  g_warn_explicit_hook = native_warn_explicit;
  return kOk;
}

}  // namespace

constinit NativeModule _warnings_module = {"_warnings", functions, exec,
                                           "_warnings provides basic warning filtering support."};

}  // namespace minipy
