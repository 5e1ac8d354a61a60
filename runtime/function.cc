// Python functions and bound methods: the objects. Calling them is vm/call.cc's, through g_function_vectorcall.
#include "runtime/function.h"

#include "gc/collector.h"
#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/native_stack.h"
#include "runtime/slot.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"
#include "runtime/weakref.h"

namespace minipy {

VectorcallFunc g_function_vectorcall = nullptr;
Object* (*g_current_builtins_hook)() = nullptr;

Object* builtins_from_globals(Dict* globals) {
  Object* builtins = dict_get_str(globals, NAME("__builtins__"));
  if (builtins) return is_instance_of(builtins, &module_type) ? cast<Module>(builtins)->dict : builtins;
  if (g_current_builtins_hook) {
    if (Object* current = g_current_builtins_hook()) return current;
  }
  return as_object(current_interpreter()->builtins);
}

Ref<Function> function_new(Code* code, Dict* globals, Str* qualname) {
  Object* builtins = builtins_from_globals(globals);
  if (!builtins) return nullptr;
  Function* f = object_new_gc<Function>(&function_type);
  if (!f) return nullptr;
  f->globals = share(globals).release();
  f->builtins = share(builtins).release();
  f->name = share(code->name).release();
  f->qualname = share(qualname ? qualname : code->qualname).release();
  f->code = share(code).release();
  f->defaults = nullptr;
  f->kwdefaults = nullptr;
  f->closure = nullptr;
  Tuple* consts = cast<Tuple>(code->consts);
  Object* doc = tuple_size(consts) > 0 && is_str(consts->items[0]) ? consts->items[0] : py_none();
  f->doc = share(doc).release();
  f->dict = nullptr;
  f->weakreflist = nullptr;
  Object* module = dict_get_str(globals, NAME("__name__"));
  xincref(module);
  f->module = module;
  f->annotations = nullptr;
  f->vectorcall = g_function_vectorcall;
  f->version = 0;
  gc_track(f);
  return Ref<Function>::steal(f);
}

uint32_t function_version(Function* f) {
  // Numbers given out so far: never reused, so a cache that holds one is right for ever.
  static uint32_t last_version = 0;
  if (f->version) return f->version;
  if (f->vectorcall != g_function_vectorcall || last_version == UINT32_MAX) return 0;
  f->version = ++last_version;
  return f->version;
}

Object* function_annotations(Function* f) {
  if (!f->annotations) {
    Ref<Dict> made = dict_new();
    if (!made) return nullptr;
    f->annotations = as_object(made.release());
  } else if (is_tuple(f->annotations)) {
    Ref<Object> pairs = share(f->annotations);
    Tuple* t = cast<Tuple>(pairs.get());
    Ref<Dict> made = dict_new();
    if (!made) return nullptr;
    for (ssize i = 0; i + 1 < tuple_size(t); i += 2) {
      if (!dict_set(made.get(), t->items[i], t->items[i + 1])) return nullptr;
    }
    replace_field(f->annotations, Ref<Object>(std::move(made)));
  }
  return f->annotations;
}

namespace {

// ---- function: construction -------------------------------------------------------------------------------------

Ref<Object> function_create(Type*, Code* code, Dict* globals, Object* name, Object* defaults, Object* closure) {
  if (!is_none(name) && !is_str(name)) return raise(TypeError, "arg 3 (name) must be None or string");
  if (!is_none(defaults) && !is_tuple(defaults)) return raise(TypeError, "arg 4 (defaults) must be None or tuple");
  ssize free_count = code->nfreevars;
  if (!is_tuple(closure)) {
    if (free_count && is_none(closure)) return raise(TypeError, "arg 5 (closure) must be tuple");
    if (!is_none(closure)) return raise(TypeError, "arg 5 (closure) must be None or tuple");
  }
  ssize closure_count = is_none(closure) ? 0 : tuple_size(cast<Tuple>(closure));
  if (closure_count != free_count) {
    return raise(ValueError, "{} requires closure of length {}, not {}", code->name, free_count, closure_count);
  }
  for (ssize i = 0; i < closure_count; i++) {
    Object* cell = cast<Tuple>(closure)->items[i];
    if (!is_exactly(cell, &cell_type))
      return raise(TypeError, "arg 5 (closure) expected cell, found {}", type_name(cell));
  }
  Ref<Function> f = TRY(function_new(code, globals, nullptr));
  if (!is_none(name)) replace_field(f->name, share(cast<Str>(name)));
  if (!is_none(defaults)) replace_field(f->defaults, share(defaults));
  if (!is_none(closure)) replace_field(f->closure, share(closure));
  return f;
}

int function_traverse(Object* self, VisitProc visit, void* arg) {
  Function* f = cast<Function>(self);
  MINIPY_VISIT(f->code);
  MINIPY_VISIT(f->globals);
  MINIPY_VISIT(f->module);
  MINIPY_VISIT(f->defaults);
  MINIPY_VISIT(f->kwdefaults);
  MINIPY_VISIT(f->doc);
  MINIPY_VISIT(f->name);
  MINIPY_VISIT(f->dict);
  MINIPY_VISIT(f->closure);
  MINIPY_VISIT(f->annotations);
  MINIPY_VISIT(f->builtins);
  MINIPY_VISIT(f->qualname);
  return 0;
}

// Code, globals and names stay: a finalizer may still call the function. The globals' own clear breaks cycles.
void clear_optional_fields(Function* f) {
  f->version = 0;
  clear_field(f->module);
  clear_field(f->defaults);
  clear_field(f->kwdefaults);
  clear_field(f->doc);
  clear_field(f->dict);
  clear_field(f->annotations);
}

// Code, name and qualified name must not be null: somebody may still look at the function. The names may be instances
// of str subclasses, and so part of a cycle; plain strings take their place.
int function_clear(Object* self) {
  Function* f = cast<Function>(self);
  clear_optional_fields(f);
  replace_field(f->name, str_empty());
  replace_field(f->qualname, str_empty());
  return 0;
}

void function_dealloc(Object* self) {
  Function* f = cast<Function>(self);
  gc_untrack(f);
  if (f->weakreflist) weakref_clear_all(self);
  clear_optional_fields(f);
  clear_field(f->closure);
  clear_field(f->code);
  clear_field(f->name);
  clear_field(f->qualname);
  clear_field(f->builtins);
  clear_field(f->globals);
  gc_free(self);
}

Ref<Str> function_repr(Function* f) {
  return format_message("<function {} at 0x{:x}>", f->qualname, reinterpret_cast<uintptr_t>(f));
}

Ref<Object> function_descr_get(Object* self, Object* instance, Object*) {
  if (!instance || is_none(instance)) return share(self);
  return method_new(self, instance);
}

Ref<Object> function_call(Object* self, Object* args, Object* kwargs) { return call_tuple_dict(self, args, kwargs); }

// ---- function: attributes -----------------------------------------------------------------------------------------

Ref<Object> function_get_code(Function* f) { return share(as_object(f->code)); }
Status function_set_code(Function* f, Object* value) {
  if (!value || !is_exactly(value, &code_type)) return raise(TypeError, "__code__ must be set to a code object");
  Code* code = cast<Code>(value);
  ssize closure_count = f->closure ? tuple_size(cast<Tuple>(f->closure)) : 0;
  if (code->nfreevars != closure_count) {
    return raise(ValueError, "{}() requires a code object with {} free vars, not {}", f->name, closure_count,
                 code->nfreevars);
  }
  f->version = 0;
  replace_field(f->code, share(code));
  return kOk;
}

Ref<Object> function_get_name(Function* f) { return share(as_object(f->name)); }
Status function_set_name(Function* f, Object* value) {
  if (!value || !is_str(value)) return raise(TypeError, "__name__ must be set to a string object");
  replace_field(f->name, share(cast<Str>(value)));
  return kOk;
}
Ref<Object> function_get_qualname(Function* f) { return share(as_object(f->qualname)); }
Status function_set_qualname(Function* f, Object* value) {
  if (!value || !is_str(value)) return raise(TypeError, "__qualname__ must be set to a string object");
  replace_field(f->qualname, share(cast<Str>(value)));
  return kOk;
}

Ref<Object> function_get_defaults(Function* f) { return f->defaults ? share(f->defaults) : none_ref(); }
Status function_set_defaults(Function* f, Object* value) {
  if (value && is_none(value)) value = nullptr;
  if (value && !is_tuple(value)) return raise(TypeError, "__defaults__ must be set to a tuple object");
  f->version = 0;
  replace_field(f->defaults, share(value));
  return kOk;
}
Ref<Object> function_get_kwdefaults(Function* f) { return f->kwdefaults ? share(f->kwdefaults) : none_ref(); }
Status function_set_kwdefaults(Function* f, Object* value) {
  if (value && is_none(value)) value = nullptr;
  if (value && !is_dict(value)) return raise(TypeError, "__kwdefaults__ must be set to a dict object");
  f->version = 0;
  replace_field(f->kwdefaults, share(value));
  return kOk;
}

Ref<Object> function_get_annotations(Function* f) {
  Object* annotations = function_annotations(f);
  return annotations ? share(annotations) : nullptr;
}
Status function_set_annotations(Function* f, Object* value) {
  if (value && is_none(value)) value = nullptr;
  if (value && !is_dict(value)) return raise(TypeError, "__annotations__ must be set to a dict object");
  f->version = 0;
  replace_field(f->annotations, share(value));
  return kOk;
}

constinit MemberDef function_members[] = {
    {"__closure__", kMemberObject, offsetof(Function, closure), kMemberReadonly, nullptr},
    {"__doc__", kMemberObject, offsetof(Function, doc), 0, nullptr},
    {"__globals__", kMemberObject, offsetof(Function, globals), kMemberReadonly, nullptr},
    {"__module__", kMemberObject, offsetof(Function, module), 0, nullptr},
    {"__builtins__", kMemberObject, offsetof(Function, builtins), kMemberReadonly, nullptr},
    {},
};

constinit GetSetDef function_getset[] = {
    {"__code__", getter<function_get_code>, setter<function_set_code>, nullptr, nullptr},
    {"__defaults__", getter<function_get_defaults>, setter<function_set_defaults>, nullptr, nullptr},
    {"__kwdefaults__", getter<function_get_kwdefaults>, setter<function_set_kwdefaults>, nullptr, nullptr},
    {"__annotations__", getter<function_get_annotations>, setter<function_set_annotations>, nullptr, nullptr},
    {"__dict__", slot<object_generic_get_dict>, slot<object_generic_set_dict>, nullptr, nullptr},
    {"__name__", getter<function_get_name>, setter<function_set_name>, nullptr, nullptr},
    {"__qualname__", getter<function_get_qualname>, setter<function_set_qualname>, nullptr, nullptr},
    {},
};

}  // namespace

constinit Type function_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "function",
    .basicsize = sizeof(Function),
    .dealloc = function_dealloc,
    .vectorcall_offset = offsetof(Function, vectorcall),
    .repr = slot<function_repr>,
    .call = slot<function_call>,
    .flags = kTypeDefault | kTypeHaveGc | kTypeHaveVectorcall | kTypeMethodDescriptor,
    .doc =
        "function(code, globals, name=None, argdefs=None, closure=None)\n--\n\n"
        "A function made of a code object and the globals it runs in.\n\n"
        "  name\n    overrides the name in the code object\n  argdefs\n    a tuple of default values\n"
        "  closure\n    a tuple of cells, one for each free variable",
    .traverse = function_traverse,
    .clear = function_clear,
    .weaklistoffset = offsetof(Function, weakreflist),
    .members = function_members,
    .getset = function_getset,
    .descr_get = slot<function_descr_get>,
    .dictoffset = offsetof(Function, dict),
    .new_ = NEW(function_create, "function(type, code, globals, name=None, argdefs=None, closure=None)"),
};
static_assert(sizeof(Function) == 136 && offsetof(Function, dict) == 88 && offsetof(Function, weakreflist) == 96);

// ---- bound methods ------------------------------------------------------------------------------------------------

namespace {

// Calls function(self, *args): in place where the caller lends the word before the arguments.
Object* method_vectorcall(Object* callable, Object* const* args, size_t nargsf, Object* kwnames) {
  Method* m = cast<Method>(callable);
  ssize nargs = vectorcall_nargs(nargsf);
  if (nargsf & kVectorcallArgumentsOffset) {
    Object** with_self = const_cast<Object**>(args) - 1;
    Object* saved = with_self[0];
    with_self[0] = m->self;
    Object* result = call_vector(m->function, with_self, static_cast<size_t>(nargs) + 1, kwnames).release();
    with_self[0] = saved;
    return result;
  }
  ssize total = nargs + (kwnames ? tuple_size(cast<Tuple>(kwnames)) : 0);
  constexpr ssize kOnStack = 16;
  Object* small[kOnStack + 2];
  Object** copy = small;
  if (total > kOnStack) {
    copy = static_cast<Object**>(memory::mem_alloc(static_cast<size_t>(total + 2) * sizeof(Object*)));
    if (!copy) return raise_no_memory_error();
  }
  copy[0] = nullptr;
  copy[1] = m->self;
  for (ssize i = 0; i < total; i++) copy[i + 2] = args[i];
  Object* result =
      call_vector(m->function, copy + 1, (static_cast<size_t>(nargs) + 1) | kVectorcallArgumentsOffset, kwnames)
          .release();
  if (copy != small) memory::mem_free(copy);
  return result;
}

Ref<Object> method_create(Type*, VarArgs args) {
  if (args.size != 2) return raise(TypeError, "method expected 2 arguments, got {}", args.size);
  if (!is_callable(args[0])) return raise(TypeError, "first argument must be callable");
  if (is_none(args[1])) return raise(TypeError, "instance must not be None");
  return method_new(args[0], args[1]);
}

void method_dealloc(Object* self) {
  Method* m = cast<Method>(self);
  gc_untrack(m);
  if (m->weakreflist) weakref_clear_all(self);
  decref(m->function);
  decref(m->self);
  gc_free(self);
}

int method_traverse(Object* self, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<Method>(self)->function);
  MINIPY_VISIT(cast<Method>(self)->self);
  return 0;
}

// Attributes that the method type lacks are the function's.
Ref<Object> method_getattro(Object* self, Str* name) {
  Type* type = type_of(self);
  // __getattribute__ may be called with anything: the function says what is wrong.
  if (Object* found = is_str(as_object(name)) ? type_lookup(type, name) : nullptr) {
    Ref<Object> held = share(found);
    DescrGetFunc get = type_of(found)->descr_get;
    if (get) return Ref<Object>::steal(get(found, self, as_object(type)));
    return held;
  }
  return object_get_attr(cast<Method>(self)->function, name);
}

Ref<Str> method_repr(Method* m) {
  Ref<Object> name;
  if (!object_find_attr(m->function, NAME("__qualname__"), name)) return nullptr;
  if (!name && !object_find_attr(m->function, NAME("__name__"), name)) return nullptr;
  if (name && is_str(name.get())) return format_message("<bound method {} of {}>", name, repr_of(m->self));
  return format_message("<bound method ? of {}>", repr_of(m->self));
}

Maybe<hash_t> method_hash(Method* m) {
  if (!native_stack_left(" in __hash__")) return kRaised;
  hash_t h = hash_pointer(m->self) ^ TRY(object_hash(m->function));
  return h == -1 ? -2 : h;
}
hash_t method_hash_slot(Object* self) {
  Maybe<hash_t> h = method_hash(cast<Method>(self));
  return h ? *h : -1;
}

// Equal when the functions are equal and the instance is the same object.
Ref<Object> method_compare(Object* a, Object* b, CompareOp op) {
  if ((op != kEq && op != kNe) || !is_instance_of(a, &method_type) || !is_instance_of(b, &method_type)) {
    return not_implemented_ref();
  }
  bool equal = TRY(object_compare_bool(cast<Method>(a)->function, cast<Method>(b)->function, kEq));
  equal = equal && cast<Method>(a)->self == cast<Method>(b)->self;
  return bool_ref(equal == (op == kEq));
}

Ref<Object> method_call(Object* self, Object* args, Object* kwargs) { return call_tuple_dict(self, args, kwargs); }

Ref<Object> method_get_doc(Method* m) { return object_get_attr(m->function, NAME("__doc__")); }

Ref<Object> method_reduce(Method* m) {
  Ref<Object> name = TRY(object_get_attr(m->function, NAME("__name__")));
  Object* getattr = dict_get_str(current_interpreter()->builtins, NAME("getattr"));
  if (!getattr) return raise(AttributeError, "getattr");
  Ref<Tuple> args = TRY(tuple_pack(m->self, name.get()));
  return tuple_pack(getattr, args.get());
}

constinit MemberDef method_members[] = {
    {"__func__", kMemberObject, offsetof(Method, function), kMemberReadonly, "the function that is called"},
    {"__self__", kMemberObject, offsetof(Method, self), kMemberReadonly, "the instance it is bound to"},
    {},
};
constinit GetSetDef method_getset[] = {
    {"__doc__", getter<method_get_doc>, nullptr, nullptr, nullptr},
    {},
};
constinit MethodDef method_methods[] = {
    METHOD(method_reduce, "__reduce__(self, /)", ""),
    {},
};

}  // namespace

Ref<Object> method_new(Object* function, Object* self) {
  Method* m = object_new_gc<Method>(&method_type);
  if (!m) return nullptr;
  incref(function);
  incref(self);
  m->function = function;
  m->self = self;
  m->weakreflist = nullptr;
  m->vectorcall = method_vectorcall;
  gc_track(m);
  return Ref<Object>::steal(as_object(m));
}

constinit Type method_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "method",
    .basicsize = sizeof(Method),
    .dealloc = method_dealloc,
    .vectorcall_offset = offsetof(Method, vectorcall),
    .repr = slot<method_repr>,
    .hash = method_hash_slot,
    .call = slot<method_call>,
    .getattro = slot<method_getattro>,
    .setattro = slot<object_generic_set_attr>,
    .flags = kTypeDefault | kTypeHaveGc | kTypeHaveVectorcall,
    .doc = "method(function, instance, /)\n--\n\nA function bound to its first argument.",
    .traverse = method_traverse,
    .richcompare = slot<method_compare>,
    .weaklistoffset = offsetof(Method, weakreflist),
    .methods = method_methods,
    .members = method_members,
    .getset = method_getset,
    .new_ = NEW(method_create, "method(type, /, *args)"),
};

}  // namespace minipy
