// The builtins module: functions, constants and the built-in types, in CPython's order.
#include "runtime/module.h"
#include "runtime/abstract.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/function.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"
#include "stdlib/builtins/builtins.h"

namespace minipy {

extern Type enumerate_type, filter_type, map_type, reversed_type, zip_type;

namespace {

// Definitions in the order in which the names are listed by dir() order-insensitive users and by __dict__.
constexpr const char* kFunctionOrder[] = {
    "__build_class__",
    "__import__",
    "abs",
    "all",
    "any",
    "ascii",
    "bin",
    "breakpoint",
    "callable",
    "chr",
    "compile",
    "delattr",
    "dir",
    "divmod",
    "eval",
    "exec",
    "format",
    "getattr",
    "globals",
    "hasattr",
    "hash",
    "hex",
    "id",
    "input",
    "isinstance",
    "issubclass",
    "iter",
    "aiter",
    "len",
    "locals",
    "max",
    "min",
    "next",
    "anext",
    "oct",
    "ord",
    "pow",
    "print",
    "repr",
    "round",
    "setattr",
    "sorted",
    "sum",
    "vars",
};

MethodDef* find_function(std::string_view name) {
  for (MethodDef* table :
       {builtins_object_functions, builtins_iteration_functions, builtins_code_functions, builtins_io_functions}) {
    for (MethodDef* def = table; def->name; def++) {
      if (name == def->name) return def;
    }
  }
  return nullptr;
}

Status add_functions(Module* m) {
  Object* module_name = dict_get_str(module_dict(m), NAME("__name__"));
  for (const char* name : kFunctionOrder) {
    MethodDef* def = find_function(name);
    if (!def) return raise(SystemError, "builtins: no function {}", name);
    TRY(module_add(m, name, builtin_function_new(def, as_object(m), module_name)));
  }
  return kOk;
}

Status add_types(Module* m) {
  struct {
    const char* name;
    Object* value;
  } table[] = {
      {"None", py_none()},
      {"Ellipsis", py_ellipsis()},
      {"NotImplemented", py_not_implemented()},
      {"False", py_false()},
      {"True", py_true()},
      {"bool", as_object(&bool_type)},
      {"memoryview", as_object(&memoryview_type)},
      {"bytearray", as_object(&bytearray_type)},
      {"bytes", as_object(&bytes_type)},
      {"classmethod", as_object(&classmethod_type)},
      {"complex", as_object(&complex_type)},
      {"dict", as_object(&dict_type)},
      {"enumerate", as_object(&enumerate_type)},
      {"filter", as_object(&filter_type)},
      {"float", as_object(&float_type)},
      {"frozenset", as_object(&frozenset_type)},
      {"property", as_object(&property_type)},
      {"int", as_object(&int_type)},
      {"list", as_object(&list_type)},
      {"map", as_object(&map_type)},
      {"object", as_object(&object_type)},
      {"range", as_object(&range_type)},
      {"reversed", as_object(&reversed_type)},
      {"set", as_object(&set_type)},
      {"slice", as_object(&slice_type)},
      {"staticmethod", as_object(&staticmethod_type)},
      {"str", as_object(&str_type)},
      {"super", as_object(&super_type)},
      {"tuple", as_object(&tuple_type)},
      {"type", as_object(&type_type)},
      {"zip", as_object(&zip_type)},
      {"__debug__", py_bool(current_interpreter()->config.optimize == 0)},
  };
  for (auto& row : table) TRY(module_add(m, row.name, Ref<Object>::share(row.value)));
  return kOk;
}

Status add_exceptions(Module* m) {
  TRY(module_add(m, "BaseException", Ref<Object>::share(as_object(BaseException))));
#define ADD(Name, Base) TRY(module_add(m, #Name, Ref<Object>::share(as_object(Name))));
  MINIPY_EXCEPTIONS(ADD)
#undef ADD
  TRY(module_add(m, "ExceptionGroup", Ref<Object>::share(as_object(exception_group_type()))));
  TRY(module_add(m, "EnvironmentError", Ref<Object>::share(as_object(OSError))));
  return module_add(m, "IOError", Ref<Object>::share(as_object(OSError)));
}

}  // namespace

Ref<Module> builtins_module_new() {
  Ref<Module> m = TRY(module_new_ascii("builtins"));
  TRY(module_add(m.get(), "__doc__", str_from_utf8("Built-in functions, types, exceptions, and other objects.")));
  TRY(add_functions(m.get()));
  TRY(add_types(m.get()));
  current_interpreter()->builtins = module_dict(m.get());
  incref(current_interpreter()->builtins);
  TRY(add_exceptions(m.get()));
  return m;
}

}  // namespace minipy
