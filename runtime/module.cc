// Module objects. Source: data model 3.2 "Modules", PEP 562 (__getattr__), PEP 366.
#include "runtime/module.h"

#include <cstdio>
#include <cstring>

#include "gc/collector.h"
#include "gc/counted_object.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/function.h"
#include "runtime/int.h"
#include "runtime/module_spec.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"
#include "runtime/weakref.h"

namespace minipy {
namespace {

Ref<Object> module_alloc(Type* type, Object*, Object*) {
  Ref<Object> self = Ref<Object>::steal(type_generic_alloc(type, 0));
  if (!self) return nullptr;
  Ref<Dict> dict = TRY(dict_new());
  cast<Module>(self.get())->dict = as_object(dict.release());
  return self;
}

Status fill_dict(Module* m, Object* name, Object* doc) {
  Dict* d = module_dict(m);
  TRY(dict_set(d, as_object(NAME("__name__")), name));
  TRY(dict_set(d, as_object(NAME("__doc__")), doc));
  TRY(dict_set(d, as_object(NAME("__package__")), py_none()));
  TRY(dict_set(d, as_object(NAME("__loader__")), py_none()));
  TRY(dict_set(d, as_object(NAME("__spec__")), py_none()));
  if (is_exactly(name, &str_type)) replace_field(m->name, Ref<Object>::share(name));
  return kOk;
}

Status module_init(Module* self, Str* name, Object* doc) {
  if (!self->dict) {
    Ref<Dict> dict = TRY(dict_new());
    self->dict = as_object(dict.release());
  }
  return fill_dict(self, as_object(name), doc);
}

void module_dealloc(Object* p) {
  Module* m = cast<Module>(p);
  gc_untrack(p);
  if (m->name && current_interpreter()->config.verbose) {
    const char* name = str_utf8_cstr(cast<Str>(m->name));
    if (name) std::fprintf(stderr, "# destroy %s\n", name);
  }
  if (m->weaklist) weakref_clear_all(p);
  clear_field(m->dict);
  clear_field(m->name);
  type_of(p)->free(p);
}
int module_traverse(Object* p, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<Module>(p)->dict);
  return 0;
}
int module_clear(Object* p) {
  clear_field(cast<Module>(p)->dict);
  return 0;
}

// The module's own opinion first: importlib formats the repr from __spec__ and __loader__.
Ref<Object> module_repr(Module* self) {
  Object* importlib = current_interpreter()->importlib;
  if (!importlib) return format_message("<module {}>", repr_of(self->name ? self->name : py_none()));
  return call_method(importlib, NAME("_module_repr"), as_object(self));
}

Object* dict_get_any(Dict* d, Str* name) { return d ? dict_get_str(d, name) : nullptr; }

Ref<Object> module_get_attr(Module* self, Str* name) {
  Ref<Object> found = object_generic_get_attr(as_object(self), name);
  if (found || !error_matches(AttributeError)) return found;
  Dict* d = self->dict ? module_dict(self) : nullptr;
  if (Object* hook = dict_get_any(d, NAME("__getattr__"))) {
    error_clear();
    Ref<Object> held = Ref<Object>::share(hook);
    return call(hook, name);
  }
  Object* module_name = dict_get_any(d, NAME("__name__"));
  if (!module_name || !is_str(module_name)) {
    error_clear();
    return raise(AttributeError, "module has no attribute '{}'", name);
  }
  error_clear();
  Ref<Object> held_name = Ref<Object>::share(module_name);
  Ref<Object> spec = Ref<Object>::share(dict_get_any(d, NAME("__spec__")));
  bool initializing = module_spec_is_initializing(spec.get());
  if (initializing) {
    return raise(AttributeError,
                 "partially initialized module '{}' has no attribute '{}' (most likely due to a circular import)",
                 held_name, name);
  }
  // PEP 562's sibling: a submodule that is being imported is named as such.
  if (spec && !is_none(spec.get())) {
    Ref<Object> uninitialized;
    if (object_find_attr(spec.get(), NAME("_uninitialized_submodules"), uninitialized) && uninitialized) {
      Maybe<bool> contains = sequence_contains(uninitialized.get(), as_object(name));
      if (contains && *contains) {
        return raise(AttributeError,
                     "cannot access submodule '{}' of module '{}' (most likely due to a circular import)", name,
                     held_name);
      }
    }
    if (error_pending()) error_clear();
  }
  return raise(AttributeError, "module '{}' has no attribute '{}'", held_name, name);
}

Ref<Object> module_dir(Module* self) {
  Ref<Object> dict = TRY(object_get_attr(as_object(self), NAME("__dict__")));
  if (!is_dict(dict.get())) return raise(TypeError, "{:.200}.__dict__ is not a dictionary", type_name(self));
  if (Object* hook = dict_get_str(cast<Dict>(dict.get()), NAME("__dir__"))) {
    Ref<Object> held = Ref<Object>::share(hook);
    return call_vector(hook, nullptr, 0);
  }
  return mapping_keys(dict.get());
}

// Annotations are made on first access.
Ref<Object> get_annotations(Module* self) {
  Ref<Object> dict = TRY(object_get_attr(as_object(self), NAME("__dict__")));
  if (!is_dict(dict.get())) return raise(TypeError, "<module>.__dict__ is not a dictionary");
  if (Object* existing = dict_get_str(cast<Dict>(dict.get()), NAME("__annotations__"))) {
    return Ref<Object>::share(existing);
  }
  Ref<Dict> made = TRY(dict_new());
  TRY(dict_set(cast<Dict>(dict.get()), as_object(NAME("__annotations__")), as_object(made.get())));
  return made;
}
Status set_annotations(Module* self, Object* value) {
  Ref<Object> dict = TRY(object_get_attr(as_object(self), NAME("__dict__")));
  if (!is_dict(dict.get())) return raise(TypeError, "<module>.__dict__ is not a dictionary");
  if (value) return dict_set(cast<Dict>(dict.get()), as_object(NAME("__annotations__")), value);
  if (!dict_get_str(cast<Dict>(dict.get()), NAME("__annotations__"))) {
    return raise(AttributeError, "__annotations__");
  }
  return dict_delete(cast<Dict>(dict.get()), as_object(NAME("__annotations__")));
}

constinit MethodDef methods[] = {
    PLAIN_METHOD(module_dir, "__dir__(self, /)", "List of the module's names."),
    {},
};
constinit MemberDef members[] = {
    {"__dict__", kMemberObject, offsetof(Module, dict), kMemberReadonly, nullptr},
    {},
};
constinit GetSetDef getset[] = {
    {"__annotations__", getter<get_annotations>, setter<set_annotations>, nullptr, nullptr},
    {},
};

const char* after_last_dot(const char* name) {
  const char* dot = std::strrchr(name, '.');
  return dot ? dot + 1 : name;
}

}  // namespace

Ref<Module> module_new(Str* name) {
  Ref<Module> m = TRY(module_alloc(&module_type, nullptr, nullptr))
  .cast_to<Module>();
  TRY(fill_dict(m.get(), as_object(name), py_none()));
  return m;
}
Ref<Module> module_new_ascii(const char* name) {
  Ref<Str> s = TRY(str_from_ascii(name));
  return module_new(s.get());
}

Status module_add(Module* m, const char* name, Ref<Object> value) {
  if (!value) return Status::failed();
  return dict_set_ascii(module_dict(m), name, value.get());
}
Status module_add_int(Module* m, const char* name, long long value) { return module_add(m, name, int_from(value)); }
Status module_add_str(Module* m, const char* name, const char* utf8) {
  return module_add(m, name, str_from_utf8(utf8));
}
Status module_add_functions(Module* m, MethodDef* functions) {
  if (!functions) return kOk;
  Object* module_name = dict_get_str(module_dict(m), NAME("__name__"));
  for (MethodDef* def = functions; def->name; def++) {
    Ref<Object> f = builtin_function_new(def, as_object(m), module_name);
    TRY(module_add(m, def->name, std::move(f)));
  }
  return kOk;
}
Status module_add_type(Module* m, Type* type) {
  TRY(type_ready(type));
  return dict_set_ascii(module_dict(m), after_last_dot(type->name), as_object(type));
}

Ref<Object> import_builtin(const char* name) {
  Object* found = dict_get_ascii(current_interpreter()->builtins, name);
  if (!found) return raise(NameError, "name '{}' is not defined", name);
  return Ref<Object>::share(found);
}

constinit Type module_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "module",
    .basicsize = sizeof(Module),
    .dealloc = module_dealloc,
    .repr = slot<module_repr>,
    .getattro = slot<module_get_attr>,
    .setattro = slot<object_generic_set_attr>,
    .flags = kTypeDefault | kTypeHaveGc | kTypeBaseType,
    .doc = "module(name, doc=None)\n--\n\nCreate a module object.",
    .traverse = module_traverse,
    .clear = module_clear,
    .weaklistoffset = offsetof(Module, weaklist),
    .methods = methods,
    .members = members,
    .getset = getset,
    .dictoffset = offsetof(Module, dict),
    .init = INIT(module_init, "module(self, name, doc=None)"),
    .alloc = type_generic_alloc,
    .new_ = slot<module_alloc>,
    .free = gc_free_slot,
};

bool module_spec_is_initializing(Object* spec) {
  if (!spec) return false;
  Ref<Object> flag;
  if (!object_find_attr(spec, NAME("_initializing"), flag)) {
    error_clear();
    return false;
  }
  if (!flag) {
    // The modules that start-up makes have none. CPython raises an AttributeError, which counts (D9).
    Ref<Tuple> counted = tuple_pack(as_object(NAME("_initializing")));
    if (!counted) error_clear();
    CountedObject exception;
    return false;
  }
  Maybe<bool> truth = object_is_true(flag.get());
  if (!truth) error_clear();
  return truth && *truth;
}

}  // namespace minipy
