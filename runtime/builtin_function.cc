// Functions implemented natively and bound to a module or an instance: builtin_function_or_method, builtin_method.
#include "gc/collector.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/function.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"
#include "runtime/weakref.h"

namespace minipy {
namespace {

constexpr int kConventionMask = kMethVarArgs | kMethFastcall | kMethNoArgs | kMethO | kMethKeywords | kMethMethod;

Object* self_argument(const BuiltinFunction* f) { return (f->def->flags & kMethStatic) ? nullptr : f->self; }
Type* defining_class_of(BuiltinFunction* f) {
  return (f->def->flags & kMethMethod) ? reinterpret_cast<BuiltinMethod*>(f)->defining_class : nullptr;
}

[[gnu::cold]] Object* describe_and_raise(Object* callable, const char* what) {
  if (Ref<Str> description = callable_description(callable)) raise(TypeError, "{} {}", description, what);
  return nullptr;
}
[[gnu::cold]] Object* wrong_count(Object* callable, const char* wanted, ssize given) {
  if (Ref<Str> description = callable_description(callable)) {
    raise(TypeError, "{} takes {} ({} given)", description, wanted, given);
  }
  return nullptr;
}

inline bool has_keywords(Object* kwnames) { return kwnames && tuple_size(cast<Tuple>(kwnames)); }

Object* builtin_vectorcall(Object* callable, Object* const* args, size_t nargsf, Object* kwnames) {
  BuiltinFunction* f = cast<BuiltinFunction>(callable);
  return call_method_def(f->def, callable, self_argument(f), defining_class_of(f), args, vectorcall_nargs(nargsf),
                         kwnames);
}

// The two commonest conventions without the switch.
Object* builtin_vectorcall_o(Object* callable, Object* const* args, size_t nargsf, Object* kwnames) {
  BuiltinFunction* f = cast<BuiltinFunction>(callable);
  if (has_keywords(kwnames)) [[unlikely]]
    return describe_and_raise(callable, "takes no keyword arguments");
  ssize nargs = vectorcall_nargs(nargsf);
  if (nargs != 1) [[unlikely]]
    return wrong_count(callable, "exactly one argument", nargs);
  RecursionGuard guard(" while calling a Python object");
  if (!guard) return nullptr;
  return f->def->function.simple(self_argument(f), args[0]);
}
Object* builtin_vectorcall_fast(Object* callable, Object* const* args, size_t nargsf, Object* kwnames) {
  BuiltinFunction* f = cast<BuiltinFunction>(callable);
  if (has_keywords(kwnames)) [[unlikely]]
    return describe_and_raise(callable, "takes no keyword arguments");
  RecursionGuard guard(" while calling a Python object");
  if (!guard) return nullptr;
  return f->def->function.fast(self_argument(f), args, vectorcall_nargs(nargsf));
}

VectorcallFunc vectorcall_for(int flags) {
  switch (flags & kConventionMask) {
    case kMethVarArgs:
    case kMethVarArgs | kMethKeywords: return nullptr;  // tp_call passes the tuple on unchanged
    case kMethO: return builtin_vectorcall_o;
    case kMethFastcall: return builtin_vectorcall_fast;
    default: return builtin_vectorcall;
  }
}

Object* builtin_call(Object* callable, Object* args, Object* kwargs) {
  BuiltinFunction* f = cast<BuiltinFunction>(callable);
  if (f->vectorcall) return vectorcall_as_call(callable, args, kwargs);
  if (f->def->flags & kMethKeywords) return f->def->function.var_keywords(self_argument(f), args, kwargs);
  if (kwargs && dict_size(cast<Dict>(kwargs))) {
    return raise(TypeError, "{:.200}() takes no keyword arguments", f->def->name);
  }
  return f->def->function.simple(self_argument(f), args);
}

void builtin_dealloc(Object* p) {
  BuiltinFunction* f = cast<BuiltinFunction>(p);
  gc_untrack(p);
  TRASHCAN_GUARD(p, builtin_dealloc);
  if (f->weakreflist) weakref_clear_all(p);
  if (f->def->flags & kMethMethod) xdecref(std::exchange(reinterpret_cast<BuiltinMethod*>(f)->defining_class, nullptr));
  clear_field(f->self);
  clear_field(f->module);
  gc_free(p);
}
int builtin_traverse(Object* p, VisitProc visit, void* arg) {
  BuiltinFunction* f = cast<BuiltinFunction>(p);
  MINIPY_VISIT(f->self);
  MINIPY_VISIT(f->module);
  if (f->def->flags & kMethMethod) MINIPY_VISIT(reinterpret_cast<BuiltinMethod*>(f)->defining_class);
  return 0;
}

Ref<Object> get_name(BuiltinFunction* f) { return str_from_utf8(f->def->name); }
Ref<Object> get_doc(BuiltinFunction* f) { return doc_without_signature(f->def->name, f->def->doc); }
Ref<Object> get_text_signature(BuiltinFunction* f) { return text_signature_of(f->def->name, f->def->doc); }
Ref<Object> get_self(BuiltinFunction* f) {
  Object* self = self_argument(f);
  return self ? Ref<Object>::share(self) : none_ref();
}
// Module functions: the name; methods: "type.name".
Ref<Object> get_qualname(BuiltinFunction* f) {
  if (!f->self || is_instance_of(f->self, &module_type)) return get_name(f);
  Object* owner = is_type(f->self) ? f->self : as_object(type_of(f->self));
  Ref<Object> owner_name = TRY(object_get_attr(owner, NAME("__qualname__")));
  if (!is_str(owner_name.get())) {
    return raise(TypeError, "<method>.__class__.__qualname__ is not a unicode object");
  }
  return format_message("{}.{}", owner_name, f->def->name);
}

Ref<Object> reduce(BuiltinFunction* f) {
  if (!f->self || is_instance_of(f->self, &module_type)) return get_name(f);
  Ref<Object> getattr = TRY(import_builtin("getattr"));
  Ref<Object> name = TRY(get_name(f));
  Ref<Tuple> args = TRY(tuple_pack(f->self, name.get()));
  return tuple_pack(getattr.get(), as_object(args.get()));
}

Ref<Str> builtin_repr(BuiltinFunction* f) {
  if (!f->self || is_instance_of(f->self, &module_type)) return format_message("<built-in function {}>", f->def->name);
  return format_message("<built-in method {} of {} object at 0x{:x}>", f->def->name, type_name(f->self),
                        reinterpret_cast<size_t>(f->self));
}

Ref<Object> builtin_compare(BuiltinFunction* a, Object* other, CompareOp op) {
  bool comparable = (op == kEq || op == kNe) && is_instance_of(other, &builtin_function_type);
  if (!comparable) return not_implemented_ref();
  BuiltinFunction* b = cast<BuiltinFunction>(other);
  bool equal = a->self == b->self && a->def->function.generic == b->def->function.generic;
  return bool_ref(equal == (op == kEq));
}

Maybe<ssize> builtin_hash(BuiltinFunction* f) {
  hash_t h = hash_pointer(f->self) ^ hash_pointer(f->def->function.generic);
  return h == -1 ? -2 : h;
}

constinit MethodDef methods[] = {
    PLAIN_METHOD(reduce, "__reduce__(self, /)", "Helper for pickle."),
    {},
};
constinit MemberDef members[] = {
    {"__module__", kMemberObject, offsetof(BuiltinFunction, module), 0, nullptr},
    {},
};
constinit GetSetDef getset[] = {
    {"__doc__", getter<get_doc>, nullptr, nullptr, nullptr},
    {"__name__", getter<get_name>, nullptr, nullptr, nullptr},
    {"__qualname__", getter<get_qualname>, nullptr, nullptr, nullptr},
    {"__self__", getter<get_self>, nullptr, nullptr, nullptr},
    {"__text_signature__", getter<get_text_signature>, nullptr, nullptr, nullptr},
    {},
};

}  // namespace

Object* call_method_def(const MethodDef* def, Object* callable, Object* self, Type* defining_class, Object* const* args,
                        ssize nargs, Object* kwnames) {
  RecursionGuard guard(" while calling a Python object");
  if (!guard) return nullptr;
  int convention = def->flags & kConventionMask;
  if (!(convention & kMethKeywords) && has_keywords(kwnames)) {
    return describe_and_raise(callable, "takes no keyword arguments");
  }
  switch (convention) {
    case kMethNoArgs:
      if (nargs != 0) return wrong_count(callable, "no arguments", nargs);
      return def->function.simple(self, nullptr);
    case kMethO:
      if (nargs != 1) return wrong_count(callable, "exactly one argument", nargs);
      return def->function.simple(self, args[0]);
    case kMethFastcall: return def->function.fast(self, args, nargs);
    case kMethFastcall | kMethKeywords: return def->function.fast_keywords(self, args, nargs, kwnames);
    case kMethFastcall | kMethKeywords | kMethMethod: {
      using MethodFunction = Object* (*)(Object*, Type*, Object* const*, size_t, Object*);
      return reinterpret_cast<MethodFunction>(def->function.generic)(self, defining_class, args,
                                                                     static_cast<size_t>(nargs), kwnames);
    }
    default: break;
  }
  Ref<Tuple> positional = tuple_from_array(args, nargs);
  if (!positional) return nullptr;
  if (!(convention & kMethKeywords)) return def->function.simple(self, as_object(positional.get()));
  Ref<Dict> keywords;
  if (has_keywords(kwnames)) {
    keywords = dict_new();
    if (!keywords) return nullptr;
    Tuple* names = cast<Tuple>(kwnames);
    for (ssize i = 0; i < tuple_size(names); i++) {
      if (!dict_set(keywords.get(), names->items[i], args[nargs + i])) return nullptr;
    }
  }
  return def->function.var_keywords(self, as_object(positional.get()), as_object(keywords.get()));
}

Ref<Object> builtin_function_new(MethodDef* def, Object* self, Object* module, Type* defining_class) {
  bool is_method = def->flags & kMethMethod;
  BuiltinFunction* f = is_method
                           ? reinterpret_cast<BuiltinFunction*>(object_new_gc<BuiltinMethod>(&builtin_method_type))
                           : object_new_gc<BuiltinFunction>(&builtin_function_type);
  if (!f) return nullptr;
  if (is_method) {
    xincref(defining_class);
    reinterpret_cast<BuiltinMethod*>(f)->defining_class = defining_class;
  }
  f->def = def;
  xincref(self);
  f->self = self;
  xincref(module);
  f->module = module;
  f->weakreflist = nullptr;
  f->vectorcall = vectorcall_for(def->flags);
  gc_track(f);
  return Ref<Object>::steal(as_object(f));
}

constinit Type builtin_function_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "builtin_function_or_method",
    .basicsize = sizeof(BuiltinFunction),
    .dealloc = builtin_dealloc,
    .vectorcall_offset = offsetof(BuiltinFunction, vectorcall),
    .repr = slot<builtin_repr>,
    .hash = slot<builtin_hash>,
    .call = builtin_call,
    .getattro = slot<object_generic_get_attr>,
    .flags = kTypeDefault | kTypeHaveGc | kTypeHaveVectorcall | kTypeDisallowInstantiation,
    .traverse = builtin_traverse,
    .richcompare = slot<builtin_compare>,
    .weaklistoffset = offsetof(BuiltinFunction, weakreflist),
    .methods = methods,
    .members = members,
    .getset = getset,
};

constinit Type builtin_method_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "builtin_method",
    .basicsize = sizeof(BuiltinMethod),
    .dealloc = builtin_dealloc,
    .vectorcall_offset = offsetof(BuiltinFunction, vectorcall),
    .flags = kTypeDefault | kTypeHaveGc | kTypeHaveVectorcall,
    .traverse = builtin_traverse,
    .base_type = &builtin_function_type,
};

}  // namespace minipy
