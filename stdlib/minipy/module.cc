// Module _minipy: what the Python package `minipy` needs from inside.
#include <memory>
#include <vector>

#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/function.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/str.h"
#include "stdlib/frozen.h"
#include "stdlib/minipy/describe.h"
#include "stdlib/minipy/function_facts.h"
#include "stdlib/minipy/layout.h"
#include "stdlib/minipy/sharing.h"
#include "stdlib/minipy/specializations.h"
#include "stdlib/minipy/trace.h"
#include "vm/step_listener.h"

namespace minipy {
namespace {

// Traces in memory, by handle: the index + 1. They are a stack: the last one started is the first to stop.
std::vector<std::unique_ptr<Trace>>& traces() {
  static std::vector<std::unique_ptr<Trace>> all;
  return all;
}

Ref<Object> leave_out(Object*, Str* folder) {
  std::string_view text = str_utf8(folder);
  if (!text.data()) return nullptr;
  functions_leave_out(text);
  return none_ref();
}

Ref<Object> trace_start(Object*, Str* kinds) {
  std::string_view text = str_utf8(kinds);
  if (!text.data()) return nullptr;
  unsigned wanted;
  std::string error;
  if (!parse_trace_kinds(text, wanted, error)) return raise(ValueError, "{}", error);
  traces().push_back(Trace::start_in_memory(wanted));
  return int_from_ssize(static_cast<ssize>(traces().size()));
}

// The events as JSON lines.
Ref<Object> trace_stop(Object*, ssize handle) {
  if (handle < 1 || static_cast<size_t>(handle) > traces().size()) return raise(ValueError, "no such trace");
  if (static_cast<size_t>(handle) != traces().size()) {
    return raise(RuntimeError, "a trace that began later is still running");
  }
  std::unique_ptr<Trace> trace = std::move(traces().back());
  traces().pop_back();
  std::string error;
  trace->stop(error);
  return str_from_utf8(trace->text());
}

Ref<Object> describe(Object*, Object* obj) { return str_from_utf8(describe_object(obj)); }
Ref<Object> reference(Object*, Object* source, Object* target) {
  return str_from_utf8(describe_reference(source, target));
}

// (offset, size, name, value) of each field, by offset.
Ref<Object> layout(Object*, Object* obj) {
  Ref<List> result = TRY(list_new());
  for (const LayoutField& f : layout_of(obj)) {
    Ref<Object> offset = TRY(int_from_ssize(f.offset));
    Ref<Object> size = TRY(int_from_ssize(f.size));
    Ref<Object> name = TRY(str_from_utf8(f.name));
    Ref<Object> value = TRY(str_from_utf8(f.value));
    Ref<Tuple> row = TRY(tuple_pack(offset.get(), size.get(), name.get(), value.get()));
    TRY(list_append(result.get(), as_object(row.get())));
  }
  return result;
}

// What counts the forms of instructions, from the first `count_forms(True)` on.
std::unique_ptr<FormCounter>& form_counter() {
  static std::unique_ptr<FormCounter> counter;
  return counter;
}

Ref<Object> count_forms(Object*, bool on) {
  std::unique_ptr<FormCounter>& counter = form_counter();
  if (!on) {
    if (counter) vm_remove_step_listener(counter.get());
    return none_ref();
  }
  if (!counter) counter = std::make_unique<FormCounter>();
  vm_add_step_listener(counter.get());
  return none_ref();
}

Ref<Object> source(Object*, Str* name) {
  std::string_view module = str_utf8(name);
  if (!module.data()) return nullptr;
  std::string text;
  if (!package_source(module, text)) return none_ref();
  return str_from_utf8(text);
}

Ref<Object> sharing(Object*, Object* obj) {
  const char* name = sharing_name(sharing_of(obj));
  return name ? Ref<Object>(str_from_ascii(name)) : none_ref();
}

Ref<Object> specializations(Object*, Code* code) { return specializations_of(code, form_counter().get()); }

constinit MethodDef functions[] = {
    FUNCTION(trace_start, "trace_start(module, kinds, /)", "Begin to record events of some kinds; return a handle."),
    FUNCTION(trace_stop, "trace_stop(module, handle, /)", "Stop recording; return the events as JSON lines."),
    FUNCTION(describe, "describe(module, obj, /)", "A short text about an object, without running its code."),
    FUNCTION(reference, "reference(module, source, target, /)", "How source refers to target; '' when not known."),
    FUNCTION(layout, "layout(module, obj, /)", "List (offset, size, name, value) of each field in obj's memory."),
    FUNCTION(leave_out, "leave_out(module, folder, /)", "Hide the functions of a folder's files from recorders."),
    FUNCTION(source, "source(module, name, /)",
             "The source of a module of the package; None: there is no such module."),
    FUNCTION(sharing, "sharing(module, obj, /)",
             "By which rule equal objects are this one: 'interned', 'small int'...; None: by none."),
    FUNCTION(specializations, "specializations(module, code, /)",
             "A list of what may be specialised, and what it is now (specializations.h); None: never ran."),
    FUNCTION(count_forms, "count_forms(module, on, /)", "Begin or stop counting how specialised instructions fare."),
    {},
};

}  // namespace

constinit NativeModule _minipy_module = {"_minipy", functions, nullptr, "The inside, for the package minipy."};

}  // namespace minipy
