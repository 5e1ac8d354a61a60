#include "vm/handlers_names.h"

#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/names.h"
#include "runtime/str.h"

namespace minipy {

Raised raise_name_error(Str* name) {
  (void)raise(NameError, "name '{:.200}' is not defined", name);
  Ref<Object> exception = error_take();
  if (exception && is_exactly(exception.get(), NameError)) {
    replace_field(cast<NameErrorObject>(exception.get())->name, share(as_object(name)));
  }
  error_restore(std::move(exception));
  return kRaised;
}

Raised raise_unbound_local(InterpreterFrame* frame, int index) {
  return raise(UnboundLocalError, "cannot access local variable '{:.200}' where it is not associated with a value",
               frame->code->localsplusnames->items[index]);
}

Raised raise_unbound_deref(InterpreterFrame* frame, int index) {
  Code* code = frame->code;
  if (index < code->nlocalsplus - code->nfreevars) return raise_unbound_local(frame, index);
  return raise(NameError,
               "cannot access free variable '{:.200}' where it is not associated with a value in enclosing scope",
               code->localsplusnames->items[index]);
}

namespace {

// mapping[name]: ok with null when a KeyError says that it is absent.
Status find_in_mapping(Object* mapping, Str* name, Ref<Object>& out) {
  if (is_exactly(mapping, &dict_type)) {
    out = share(dict_get_str(cast<Dict>(mapping), name));
    return kOk;
  }
  out = object_get_item(mapping, as_object(name));
  if (!out && !error_clear_if(KeyError)) return Status::failed();
  return kOk;
}

}  // namespace

Ref<Object> load_name(InterpreterFrame* frame, Str* name) {
  if (!frame->locals) return raise(SystemError, "no locals when loading {}", repr_of(name));
  Ref<Object> value;
  TRY(find_in_mapping(frame->locals, name, value));
  if (value) return value;
  TRY(find_in_mapping(as_object(frame->globals), name, value));
  if (value) return value;
  TRY(find_in_mapping(frame->builtins, name, value));
  if (value) return value;
  return raise_name_error(name);
}

Ref<Object> load_global_slow(InterpreterFrame* frame, Str* name) {
  Ref<Object> value;
  TRY(find_in_mapping(as_object(frame->globals), name, value));
  if (value) return value;
  TRY(find_in_mapping(frame->builtins, name, value));
  if (value) return value;
  return raise_name_error(name);
}

Ref<Object> load_class_deref(InterpreterFrame* frame, int index) {
  Ref<Object> value;
  TRY(find_in_mapping(frame->locals, cast<Str>(frame->code->localsplusnames->items[index]), value));
  if (value) return value;
  Object* content = cast<Cell>(frame->localsplus[index])->value;
  if (!content) return raise_unbound_deref(frame, index);
  return share(content);
}

Ref<Object> load_build_class(InterpreterFrame* frame) {
  Ref<Object> value;
  TRY(find_in_mapping(frame->builtins, NAME("__build_class__"), value));
  if (!value) return raise(NameError, "__build_class__ not found");
  return value;
}

Status store_name(InterpreterFrame* frame, Str* name, Object* value) {
  if (!frame->locals) return raise(SystemError, "no locals found when storing {}", repr_of(name));
  if (is_exactly(frame->locals, &dict_type)) return dict_set(cast<Dict>(frame->locals), as_object(name), value);
  return object_set_item(frame->locals, as_object(name), value);
}

Status delete_name(InterpreterFrame* frame, Str* name) {
  if (!frame->locals) return raise(SystemError, "no locals when deleting {}", repr_of(name));
  if (object_delete_item(frame->locals, as_object(name))) return kOk;
  // Whatever it was: CPython shows a NameError here.
  return raise_name_error(name);
}

Status delete_global(InterpreterFrame* frame, Str* name) {
  if (dict_delete(frame->globals, as_object(name))) return kOk;
  if (error_matches(KeyError)) return raise_name_error(name);
  return Status::failed();
}

Status setup_annotations(InterpreterFrame* frame) {
  if (!frame->locals) return raise(SystemError, "no locals found when setting up annotations");
  Ref<Object> present;
  TRY(find_in_mapping(frame->locals, NAME("__annotations__"), present));
  if (present) return kOk;
  Ref<Dict> made = TRY(dict_new());
  return object_set_item(frame->locals, as_object(NAME("__annotations__")), as_object(made.get()));
}

}  // namespace minipy
