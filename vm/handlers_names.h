// Handlers of names: globals, class and module variables, cells. Inputs are borrowed, results are new references; null
// or Failed: an exception is pending.
#pragma once

#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "vm/frame.h"

namespace minipy {

// Slow paths and errors (vm/handlers_names.cc).
Ref<Object> load_name(InterpreterFrame* frame, Str* name);
Ref<Object> load_global_slow(InterpreterFrame* frame, Str* name);
Ref<Object> load_class_deref(InterpreterFrame* frame, int index);
Ref<Object> load_build_class(InterpreterFrame* frame);
Status store_name(InterpreterFrame* frame, Str* name, Object* value);
Status delete_name(InterpreterFrame* frame, Str* name);
Status delete_global(InterpreterFrame* frame, Str* name);
Status setup_annotations(InterpreterFrame* frame);
Raised raise_unbound_local(InterpreterFrame* frame, int index);
Raised raise_unbound_deref(InterpreterFrame* frame, int index);
Raised raise_name_error(Str* name);

inline Str* frame_name(InterpreterFrame* frame, unsigned index) {
  return cast<Str>(cast<Tuple>(frame->code->names)->items[index]);
}

inline Object* load_global(InterpreterFrame* frame, Str* name) {
  if (is_exactly(frame->builtins, &dict_type)) [[likely]] {
    Object* value = dict_get_str(frame->globals, name);
    if (!value) value = dict_get_str(cast<Dict>(frame->builtins), name);
    if (value) {
      incref(value);
      return value;
    }
  }
  return load_global_slow(frame, name).release();
}

}  // namespace minipy
