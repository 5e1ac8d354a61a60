#include "stdlib/minipy/describe.h"

#include <fmt/format.h>

#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/dict_keys.h"
#include "runtime/exceptions.h"
#include "runtime/frame_objects.h"
#include "runtime/function.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/type.h"
#include "runtime/type_internal.h"
#include "runtime/weakref.h"
#include "stdlib/minipy/safe_text.h"
#include "vm/frame.h"

namespace minipy {
namespace {

Object* mutable_of(const Object* p) { return const_cast<Object*>(p); }

template <class T>
const T* as(const Object* p) {
  return reinterpret_cast<const T*>(p);
}

std::string quoted(const Object* str, size_t limit) {
  std::string out;
  append_str_repr(out, as<Str>(str), limit);
  return out;
}

std::string sized(const char* type, ssize n) { return fmt::format("{} of {}", type, n); }

bool is_str_object(const Object* p) { return p && type_has(type_of(p), kTypeStrSubclass); }
std::string name_or(const Object* name, const char* fallback) {
  return is_str_object(name) ? text_of(as<Str>(name)) : std::string(fallback);
}

// What has a length or a name; empty: nothing special is known about the type.
std::string describe_known(const Object* p, size_t limit) {
  const Type* t = type_of(p);
  if (p == py_none()) return "None";
  if (is_exactly(p, &bool_type)) return as<VarObject>(p)->size ? "True" : "False";
  if (t == &str_type) return quoted(p, limit);
  if (t == &int_type) {
    std::string text;
    append_int(text, p);
    return text;
  }
  if (t == &list_type) return sized("list", var_size(p));
  if (t == &tuple_type) return sized("tuple", var_size(p));
  if (t == &dict_type) return sized("dict", as<Dict>(p)->used);
  if (t == &set_type) return sized("set", as<Set>(p)->used);
  if (t == &frozenset_type) return sized("frozenset", as<Set>(p)->used);
  if (t == &function_type) return "function " + name_or(as_object(as<Function>(p)->qualname), "?");
  if (t == &builtin_function_type) return fmt::format("built-in {}", as<BuiltinFunction>(p)->def->name);
  if (t == &method_type) {
    const Object* function = as<Method>(p)->function;
    if (type_of(function) == &function_type) {
      return "bound method " + name_or(as_object(as<Function>(function)->qualname), "?");
    }
    return "bound method";
  }
  if (t == &code_type) return "code " + name_or(as_object(as<Code>(p)->qualname), "?");
  if (t == &generator_type || t == &coroutine_type || t == &async_generator_type) {
    return fmt::format("{} {}", t->name, name_or(as_object(as<Generator>(p)->qualname), "?"));
  }
  if (t == &frame_type) {
    const InterpreterFrame* frame = as<FrameObject>(p)->frame;
    return "frame of " + name_or(frame ? as_object(frame->code->qualname) : nullptr, "?");
  }
  if (t == &module_type)
    return "module " + (is_str_object(as<Module>(p)->name) ? quoted(as<Module>(p)->name, limit) : "?");
  if (type_has(t, kTypeTypeSubclass)) return "class " + type_qualified_name(as<Type>(p));
  return "";
}

// ---- References ---------------------------------------------------------------------------------------------------

std::string item_of(const Object* key) {
  std::string text = describe_object(key, 40);
  return "[" + text + "]";
}

std::string reference_in_dict(const Object* from, const Object* to) {
  ssize position = 0;
  Object *key, *value;
  while (dict_next(cast<Dict>(mutable_of(from)), &position, &key, &value)) {
    if (value == to) return item_of(key);
    if (key == to) return "key";
  }
  return "";
}

std::string reference_in_items(Object* const* items, ssize n, const Object* to) {
  for (ssize i = 0; i < n; i++) {
    if (items[i] == to) return fmt::format("[{}]", i);
  }
  return "";
}

struct Field {
  const char* name;
  const void* value;
};
template <size_t N>
std::string reference_in_fields(const Field (&fields)[N], const Object* to) {
  for (const Field& f : fields) {
    if (f.value == to) return f.name;
  }
  return "";
}

std::string reference_in_function(const Function* f, const Object* to) {
  return reference_in_fields({{".__globals__", f->globals},
                              {".__builtins__", f->builtins},
                              {".__code__", f->code},
                              {".__defaults__", f->defaults},
                              {".__kwdefaults__", f->kwdefaults},
                              {".__closure__", f->closure},
                              {".__dict__", f->dict},
                              {".__annotations__", f->annotations},
                              {".__doc__", f->doc},
                              {".__module__", f->module}},
                             to);
}

std::string reference_in_frame(InterpreterFrame* frame, const Object* to) {
  if (as_object(frame->func) == to) return "function";
  if (frame->locals == to) return ".f_locals";
  if (as_object(frame->frame_object) == to) return ".gi_frame";
  const Tuple* names = frame->code->localsplusnames;
  for (ssize i = 0; i < frame->code->nlocalsplus; i++) {
    if (frame->localsplus[i] == to) return "local " + quoted(names->items[i], 40);
  }
  return "value stack";
}

std::string reference_in_class(const Type* type, const Object* to) {
  if (type->dict == to) return ".__dict__";
  if (type->bases == to) return ".__bases__";
  if (type->mro == to) return ".__mro__";
  if (as_object(type->base_type) == to) return ".__base__";
  return "";
}

std::string reference_in_exception(const Object* from, const Object* to) {
  const BaseExceptionObject* e = as<BaseExceptionObject>(from);
  return reference_in_fields({{".__traceback__", e->traceback},
                              {".__context__", e->context},
                              {".__cause__", e->cause},
                              {".args", e->args},
                              {".__notes__", e->notes},
                              {".__dict__", e->dict}},
                             to);
}

// Attributes of instances of Python classes: inline values, dict, slots.
std::string reference_in_instance(const Object* from, const Object* to) {
  const Type* type = type_of(from);
  if (type_has(type, kTypeManagedDict)) {
    if (as_object(*object_managed_dict(mutable_of(from))) == to) return ".__dict__";
    if (DictValues* values = *object_managed_values(mutable_of(from))) {
      const DictKeys* keys = reinterpret_cast<const HeapType*>(type)->cached_keys;
      for (ssize i = 0; i < keys->nentries; i++) {
        if (values->items[i] == to) return "." + text_of(as<Str>(entry_key(keys, i)));
      }
    }
  } else if (type->dictoffset > 0) {
    if (*reinterpret_cast<Object* const*>(reinterpret_cast<const char*>(from) + type->dictoffset) == to) {
      return ".__dict__";
    }
  }
  for (const Type* t = type; t && type_has(t, kTypeHeap); t = t->base_type) {
    MemberDef* members = heap_type_members(reinterpret_cast<HeapType*>(const_cast<Type*>(t)));
    for (ssize i = 0, n = var_size(t); i < n; i++) {
      if (members[i].type != kMemberObjectEx) continue;
      if (*reinterpret_cast<Object* const*>(reinterpret_cast<const char*>(from) + members[i].offset) == to) {
        return fmt::format(".{}", members[i].name);
      }
    }
  }
  return "";
}

std::string reference_in_builtin(const Object* from, const Object* to) {
  const Type* t = type_of(from);
  if (type_has(t, kTypeDictSubclass)) return reference_in_dict(from, to);
  if (type_has(t, kTypeListSubclass)) return reference_in_items(as<List>(from)->items, var_size(from), to);
  if (type_has(t, kTypeTupleSubclass)) return reference_in_items(as<Tuple>(from)->items, var_size(from), to);
  if (t == &set_type || t == &frozenset_type) return "element";
  if (t == &function_type) return reference_in_function(as<Function>(from), to);
  if (t == &method_type) {
    return reference_in_fields({{".__self__", as<Method>(from)->self}, {".__func__", as<Method>(from)->function}}, to);
  }
  if (t == &builtin_function_type) return as<BuiltinFunction>(from)->self == to ? ".__self__" : "";
  if (t == &cell_type) return ".cell_contents";
  if (t == &module_type) return as<Module>(from)->dict == to ? ".__dict__" : "";
  if (t == &generator_type || t == &coroutine_type || t == &async_generator_type) {
    Generator* g = cast<Generator>(mutable_of(from));
    return g->state < GeneratorState::kCompleted ? reference_in_frame(generator_frame(g), to) : "";
  }
  if (t == &frame_type) {
    const FrameObject* f = as<FrameObject>(from);
    if (as_object(f->back) == to) return ".f_back";
    if (f->trace == to) return ".f_trace";
    return f->frame ? reference_in_frame(f->frame, to) : "";
  }
  if (t == &traceback_type) {
    return reference_in_fields({{".tb_frame", as<Traceback>(from)->frame}, {".tb_next", as<Traceback>(from)->next}},
                               to);
  }
  if (t == &property_type) {
    const Property* p = as<Property>(from);
    return reference_in_fields({{".fget", p->getter}, {".fset", p->setter}, {".fdel", p->deleter}}, to);
  }
  if (t == &classmethod_type || t == &staticmethod_type) {
    return reference_in_fields(
        {{".__func__", as<ClassMethod>(from)->callable}, {".__dict__", as<ClassMethod>(from)->dict}}, to);
  }
  if (type_has(t, kTypeTypeSubclass)) return reference_in_class(as<Type>(from), to);
  if (type_has(t, kTypeExceptionSubclass)) return reference_in_exception(from, to);
  return "";
}

}  // namespace

std::string describe_type(const Object* p) {
  const Type* type = type_of(p);
  if (!type_has(type, kTypeHeap)) return type_plain_name(type);
  std::string name;
  append_type_full_name(name, type);
  return name;
}

std::string describe_object(const Object* p, size_t limit) {
  if (!p) return "NULL";
  std::string known = describe_known(p, limit);
  return known.empty() ? type_qualified_name(type_of(p)) + " object" : known;
}

std::string describe_reference(const Object* from, const Object* to) {
  std::string found = reference_in_builtin(from, to);
  if (found.empty()) found = reference_in_instance(from, to);
  if (found.empty() && as_object(type_of(from)) == to) found = ".__class__";
  return found;
}

}  // namespace minipy
