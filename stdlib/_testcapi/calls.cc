// Functions of every calling convention, which tell how they were called, and ways to call.
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/function.h"
#include "runtime/int.h"
#include "runtime/str.h"
#include "stdlib/_testcapi/testcapi.h"
#include "stdlib/native_type.h"

namespace minipy::testcapi {
namespace {

// ---- Each calling convention
// -----------------------------------------------------------------------------------------------

Object* or_none(Object* p) { return p ? p : py_none(); }

Object* meth_varargs(Object* self, Object* args) { return as_object(tuple_pack(or_none(self), args).release()); }
Object* meth_varargs_keywords(Object* self, Object* args, Object* kwargs) {
  return as_object(tuple_pack(or_none(self), args, or_none(kwargs)).release());
}
Object* meth_o(Object* self, Object* arg) { return as_object(tuple_pack(or_none(self), arg).release()); }
Object* meth_noargs(Object* self, Object*) { return share(or_none(self)).release(); }
Object* meth_fastcall(Object* self, Object* const* args, ssize n) {
  auto tuple = TRY(tuple_from_array(args, n));
  return as_object(tuple_pack(or_none(self), tuple.get()).release());
}
Object* meth_fastcall_keywords(Object* self, Object* const* args, ssize n, Object* names) {
  auto tuple = TRY(tuple_from_array(args, n));
  auto keywords = TRY(dict_new());
  for (ssize i = 0; names && i < tuple_size(cast<Tuple>(names)); i++) {
    TRY(dict_set(keywords.get(), cast<Tuple>(names)->items[i], args[n + i]));
  }
  return as_object(tuple_pack(or_none(self), as_object(tuple.get()), as_object(keywords.get())).release());
}

#define CONVENTIONS(extra)                                                                                         \
  {"meth_varargs", meth_varargs, kMethVarArgs | (extra), nullptr},                                                 \
      {"meth_varargs_keywords", meth_varargs_keywords, kMethVarArgs | kMethKeywords | (extra), nullptr},           \
      {"meth_o", meth_o, kMethO | (extra), nullptr}, {"meth_noargs", meth_noargs, kMethNoArgs | (extra), nullptr}, \
      {"meth_fastcall", meth_fastcall, kMethFastcall | (extra), nullptr}, {                                        \
    "meth_fastcall_keywords", meth_fastcall_keywords, kMethFastcall | kMethKeywords | (extra), nullptr             \
  }

constinit MethodDef instance_methods[] = {CONVENTIONS(0), {}};
constinit MethodDef class_methods[] = {CONVENTIONS(kMethClass), {}};
constinit MethodDef static_methods[] = {CONVENTIONS(kMethStatic), {}};

constinit Type instance_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_testcapi.MethInstance",
    .basicsize = sizeof(Object),
    .flags = kTypeDefault,
    .doc = "Instance methods of every calling convention.",
    .methods = instance_methods,
    .new_ = type_generic_new,
};
constinit Type class_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_testcapi.MethClass",
    .basicsize = sizeof(Object),
    .flags = kTypeDefault,
    .doc = "Class methods of every calling convention.",
    .methods = class_methods,
    .new_ = type_generic_new,
};
constinit Type static_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_testcapi.MethStatic",
    .basicsize = sizeof(Object),
    .flags = kTypeDefault,
    .doc = "Static methods of every calling convention.",
    .methods = static_methods,
    .new_ = type_generic_new,
};

// ---- Ways to call
// ---------------------------------------------------------------------------------------------------

// None or a tuple.
struct Arguments {
  Object* const* items = nullptr;
  ssize size = 0;
  Status take(Object* p) {
    if (is_none(p)) return kOk;
    if (!is_tuple(p)) return raise(TypeError, "args must be None or a tuple");
    items = cast<Tuple>(p)->items;
    size = tuple_size(cast<Tuple>(p));
    return kOk;
  }
};

Ref<Object> call_with_dict(Object* callable, const Arguments& args, Object* kwargs) {
  auto tuple = TRY(tuple_from_array(args.items, args.size));
  return call_tuple_dict(callable, as_object(tuple.get()), kwargs);
}

Ref<Object> pyobject_fastcall(Object*, Object* callable, Object* args) {
  Arguments arguments;
  TRY(arguments.take(args));
  return call_vector(callable, arguments.items, static_cast<size_t>(arguments.size));
}

Ref<Object> pyobject_fastcalldict(Object*, Object* callable, Object* args, Object* kwargs) {
  Arguments arguments;
  TRY(arguments.take(args));
  if (is_none(kwargs)) return call_vector(callable, arguments.items, static_cast<size_t>(arguments.size));
  if (!is_dict(kwargs)) return raise(TypeError, "kwnames must be None or a dict");
  return call_with_dict(callable, arguments, kwargs);
}

Ref<Object> pyobject_vectorcall(Object*, Object* callable, Object* args, Object* names) {
  Arguments arguments;
  TRY(arguments.take(args));
  if (is_none(names)) return call_vector(callable, arguments.items, static_cast<size_t>(arguments.size));
  if (!is_tuple(names)) return raise(TypeError, "kwnames must be None or a tuple");
  ssize keywords = tuple_size(cast<Tuple>(names));
  if (keywords > arguments.size) return raise(ValueError, "kwnames longer than args");
  return call_vector(callable, arguments.items, static_cast<size_t>(arguments.size - keywords), names);
}

Ref<Object> pyvectorcall_call(Object*, Object* callable, Object* args, Object* kwargs) {
  if (!vectorcall_of(callable)) {
    return raise(TypeError, "'{:.200}' object does not support vectorcall", type_name(callable));
  }
  if (!is_tuple(args)) return raise(TypeError, "args must be a tuple");
  if (kwargs && !is_dict(kwargs)) return raise(TypeError, "kwargs must be a dict");
  return Ref<Object>::steal(vectorcall_as_call(callable, args, kwargs));
}

// ---- Callables with a vectorcall function of their own (PEP 590)
// ---------------------------------------------------------

struct MethodDescriptor {
  Object base;
  VectorcallFunc vectorcall;
};
struct MethodDescriptor2 {
  MethodDescriptor base;
  VectorcallFunc vectorcall;
};

// True for those that are called through MethodDescriptor's field.
Object* descriptor_vectorcall(Object* callable, Object* const*, size_t, Object*) {
  return bool_ref(cast<MethodDescriptor>(callable)->vectorcall != nullptr).release();
}
Object* descriptor_new(Type* type, Object*, Object*) {
  Object* p = type->alloc(type, 0);
  if (p) cast<MethodDescriptor>(p)->vectorcall = descriptor_vectorcall;
  return p;
}
Object* descriptor2_new(Type* type, Object*, Object*) {
  Object* p = type->alloc(type, 0);
  if (p) reinterpret_cast<MethodDescriptor2*>(p)->vectorcall = descriptor_vectorcall;
  return p;
}
Object* bind(Object* function, Object* object, Object*) {
  if (!object || is_none(object)) return share(function).release();
  return method_new(function, object).release();
}
Object* bind_nothing(Object* function, Object*, Object*) { return share(function).release(); }
Object* return_arguments(Object*, Object* args, Object*) { return share(args).release(); }

constinit Type descriptor_base_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "MethodDescriptorBase",
    .basicsize = sizeof(MethodDescriptor),
    .vectorcall_offset = offsetof(MethodDescriptor, vectorcall),
    .call = vectorcall_as_call,
    .flags = kTypeDefault | kTypeBaseType | kTypeMethodDescriptor | kTypeHaveVectorcall,
    .descr_get = bind,
    .new_ = descriptor_new,
};
constinit Type descriptor_derived_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "MethodDescriptorDerived",
    .flags = kTypeDefault,
    .base_type = &descriptor_base_type,
};
constinit Type descriptor_nop_get_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "MethodDescriptorNopGet",
    .call = return_arguments,
    .flags = kTypeDefault,
    .base_type = &descriptor_base_type,
    .descr_get = bind_nothing,
};
constinit Type descriptor2_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "MethodDescriptor2",
    .basicsize = sizeof(MethodDescriptor2),
    .vectorcall_offset = offsetof(MethodDescriptor2, vectorcall),
    .call = vectorcall_as_call,
    .flags = kTypeDefault | kTypeHaveVectorcall,
    .base_type = &descriptor_base_type,
    .new_ = descriptor2_new,
};

Object* create_cfunction(Object* self, Object*);
constinit MethodDef created_function = {"create_cfunction", create_cfunction, kMethNoArgs, nullptr};
Object* create_cfunction(Object* self, Object*) {
  return builtin_function_new(&created_function, self, nullptr).release();
}

}  // namespace

constinit MethodDef call_functions[] = {
    CONVENTIONS(0),
    FUNCTION(pyobject_fastcall, "pyobject_fastcall(module, callable, args, /)", "Call with a vector of arguments."),
    FUNCTION(pyobject_fastcalldict, "pyobject_fastcalldict(module, callable, args, kwargs, /)",
             "Call with a vector of arguments and a dict."),
    FUNCTION(pyobject_vectorcall, "pyobject_vectorcall(module, callable, args, kwnames, /)",
             "Call with a vector of arguments whose last ones have names."),
    FUNCTION(pyvectorcall_call, "pyvectorcall_call(module, callable, args, kwargs=NULL, /)",
             "Call the callable's vectorcall function."),
    {"create_cfunction", create_cfunction, kMethNoArgs, nullptr},
    {},
};

Status add_call_types(Module* m) {
  for (Type* type : {&instance_type, &class_type, &static_type, &descriptor_base_type, &descriptor_derived_type,
                     &descriptor_nop_get_type, &descriptor2_type}) {
    TRY(module_add_type(m, type));
  }
  return kOk;
}

}  // namespace minipy::testcapi
