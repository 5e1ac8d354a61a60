#include "vm/import_ops.h"

#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/module.h"
#include "runtime/module_spec.h"
#include "runtime/names.h"
#include "runtime/str.h"

namespace minipy {

Ref<Object> import_name(InterpreterFrame* frame, Str* name, Object* fromlist, Object* level) {
  Ref<Object> function;
  if (is_exactly(frame->builtins, &dict_type)) {
    function = share(dict_get_str(cast<Dict>(frame->builtins), NAME("__import__")));
  } else {
    function = object_get_item(frame->builtins, as_object(NAME("__import__")));
    if (!function && !error_clear_if(KeyError)) return nullptr;
  }
  if (!function) return raise(ImportError, "__import__ not found");
  Object* locals = frame->locals ? frame->locals : py_none();
  return call(function.get(), name, frame->globals, locals, fromlist, level);
}

namespace {

// ImportError with its attributes.
Raised raise_import_error(Ref<Str> message, Object* name, Object* path) {
  if (!message) return kRaised;
  Ref<Dict> keywords = TRY(dict_new());
  TRY(dict_set(keywords.get(), as_object(NAME("name")), name ? name : py_none()));
  TRY(dict_set(keywords.get(), as_object(NAME("path")), path ? path : py_none()));
  Ref<Tuple> args = TRY(tuple_pack(as_object(message.get())));
  Ref<Object> error = TRY(call_tuple_dict(as_object(ImportError), as_object(args.get()), as_object(keywords.get())));
  return raise_instance(error.get());
}

Maybe<bool> spec_is_initializing(Object* module) {
  Ref<Object> spec;
  TRY(object_find_attr(module, NAME("__spec__"), spec));
  return module_spec_is_initializing(spec.get());
}

Raised raise_cannot_import(Object* module, Str* name, Object* package) {
  error_clear();
  Object* path = nullptr;
  if (is_instance_of(module, &module_type)) path = dict_get_str(module_dict(cast<Module>(module)), NAME("__file__"));
  Ref<Object> held_path = share(path);
  Ref<Object> shown = package ? share(package) : Ref<Object>(str_from_ascii("<unknown module name>"));
  if (!shown) return kRaised;
  if (!path || !is_str(path)) {
    return raise_import_error(
        format_message("cannot import name {} from {} (unknown location)", repr_of(name), repr_of(shown.get())),
        package, nullptr);
  }
  Maybe<bool> initializing = spec_is_initializing(module);
  if (!initializing) return kRaised;
  Ref<Str> message =
      *initializing ? format_message(
                          "cannot import name {} from partially initialized module {} (most likely due to a "
                          "circular import) ({})",
                          repr_of(name), repr_of(shown.get()), path)
                    : format_message("cannot import name {} from {} ({})", repr_of(name), repr_of(shown.get()), path);
  return raise_import_error(std::move(message), package, path);
}

}  // namespace

Ref<Object> import_from(Object* module, Str* name) {
  Ref<Object> value;
  TRY(object_find_attr(module, name, value));
  if (value) return value;
  // A submodule that a circular import has not yet set as an attribute: look in sys.modules.
  Ref<Object> package = object_get_attr(module, NAME("__name__"));
  if (!package) return raise_cannot_import(module, name, nullptr);
  if (!is_str(package.get())) return raise_cannot_import(module, name, nullptr);
  Ref<Str> full_name = TRY(format_message("{}.{}", package, name));
  Dict* modules = current_interpreter()->modules;
  if (modules) TRY(dict_get_ref(modules, as_object(full_name.get()), value));
  if (value) return value;
  return raise_cannot_import(module, name, package.get());
}

namespace {

Raised raise_bad_export(Object* module, Object* name, bool from_dict) {
  Ref<Object> module_name = object_get_attr(module, NAME("__name__"));
  if (!module_name) return kRaised;
  if (!is_str(module_name.get())) {
    return raise(TypeError, "module __name__ must be a string, not {:.100}", type_name(module_name.get()));
  }
  return raise(TypeError, "{} in {}.{} must be str, not {:.100}", from_dict ? "Key" : "Item", module_name,
               from_dict ? "__dict__" : "__all__", type_name(name));
}

Status import_all(Object* locals, Object* module) {
  Ref<Object> exported;
  TRY(object_find_attr(module, NAME("__all__"), exported));
  bool from_dict = !exported;
  if (from_dict) {
    Ref<Object> dict;
    TRY(object_find_attr(module, NAME("__dict__"), dict));
    if (!dict) return raise(ImportError, "from-import-* object has no __dict__ and no __all__");
    exported = TRY(mapping_keys(dict.get()));
  }
  for (ssize i = 0;; i++) {
    Ref<Object> name = sequence_get_item(exported.get(), i);
    if (!name) return error_clear_if(IndexError) ? kOk : Status::failed();
    if (!is_str(name.get())) return raise_bad_export(module, name.get(), from_dict);
    Str* s = cast<Str>(name.get());
    if (from_dict && str_length(s) && str_at(s, 0) == '_') continue;
    Ref<Object> value = TRY(object_get_attr(module, s));
    TRY(object_set_item(locals, name.get(), value.get()));
  }
}

}  // namespace

Status import_star(InterpreterFrame* frame, Object* module) {
  if (!frame->locals) return raise(SystemError, "no locals found during 'import *'");
  Ref<Object> locals = share(frame->locals);
  return import_all(locals.get(), module);
}

}  // namespace minipy
