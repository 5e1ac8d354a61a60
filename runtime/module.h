// module objects, simple namespaces, struct sequences, capsules, and how native modules declare themselves.
#pragma once

#include "gc/object.h"
#include "runtime/result.h"
#include "runtime/type.h"

namespace minipy {

struct ModuleDef;  // CPython's PyModuleDef (capi/)
struct Module {
  Object base;
  Object* dict;
  ModuleDef* def;
  void* state;  // ABI 32
  Object* weaklist;
  Object* name;
};
static_assert(sizeof(Module) == 56);
extern Type module_type;
Ref<Module> module_new(Str* name);
Ref<Module> module_new_ascii(const char* name);
inline Dict* module_dict(Module* m) { return cast<Dict>(m->dict); }
Status module_add(Module* m, const char* name, Ref<Object> value);
Status module_add_int(Module* m, const char* name, long long value);
Status module_add_str(Module* m, const char* name, const char* utf8);
Status module_add_functions(Module* m, MethodDef* functions);  // up to {}
Status module_add_type(Module* m, Type* type);                 // readies it; name after the last dot

// A native module: one static table entry, made on import (PEP 489's create and exec in one).
//   constinit NativeModule math_module = {"math", math_functions, math_exec, "doc"};
// Listed in stdlib/modules.cc, which _imp consults.
struct NativeModule {
  const char* name;
  MethodDef* functions;
  Status (*exec)(Module*);  // adds types and constants; may be null
  const char* doc;
};

struct SimpleNamespace {
  Object base;
  Object* dict;
};
extern Type simple_namespace_type;
Ref<Object> simple_namespace_new(Dict* attributes /* may be null, copied */);

// builtins.<name> of the interpreter's builtins module (what pickle support refers to). NameError when missing.
Ref<Object> import_builtin(const char* name);

// types.GenericAlias and X | Y.
extern Type generic_alias_type, generic_alias_iterator_type, union_type;
Ref<Object> generic_alias_new(Object* origin, Object* args);
Ref<Object> union_type_or(Object* a, Object* b);  // NotImplemented when not types
Tuple* union_type_args(Object* p);                // the members of an X | Y, borrowed
// For METHOD tables: `__class_getitem__` that makes a GenericAlias.
Ref<Object> class_getitem_generic_alias(Object* cls, Object* item);

}  // namespace minipy
