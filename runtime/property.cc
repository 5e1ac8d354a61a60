// property, classmethod, staticmethod. Source: data model 3.3.2.2, library reference "Built-in Functions".
#include "gc/collector.h"
#include "runtime/abstract.h"
#include "runtime/bind_varargs.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/function.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"

namespace minipy {
namespace {

// None counts as "not given".
Ref<Object> share_unless_none(Object* p) { return p && !is_none(p) ? Ref<Object>::share(p) : nullptr; }

// ---- property ------------------------------------------------------------------------------------------------------

Status property_init(Property* self, Object* fget, Object* fset, Object* fdel, Object* doc) {
  replace_field(self->getter, share_unless_none(fget));
  replace_field(self->setter, share_unless_none(fset));
  replace_field(self->deleter, share_unless_none(fdel));
  clear_field(self->doc);
  clear_field(self->name);
  self->getter_doc = 0;
  Ref<Object> text = share_unless_none(doc);
  if (!text && self->getter) {
    // Without a docstring of its own the property shows its getter's.
    TRY(object_find_attr(self->getter, NAME("__doc__"), text));
    if (text && !is_none(text.get())) {
      self->getter_doc = 1;
    } else {
      text = nullptr;
    }
  }
  if (is_exactly(self, &property_type)) {
    replace_field(self->doc, std::move(text));
    return kOk;
  }
  // A subclass has __doc__ in its own namespace; the instance attribute goes around it.
  if (!text && doc && is_none(doc)) text = none_ref();
  if (!text) text = none_ref();
  return object_set_attr(as_object(self), NAME("__doc__"), text.get());
}

void property_dealloc(Object* p) {
  Property* self = cast<Property>(p);
  gc_untrack(p);
  clear_field(self->getter);
  clear_field(self->setter);
  clear_field(self->deleter);
  clear_field(self->doc);
  clear_field(self->name);
  type_of(p)->free(p);
}
int property_traverse(Object* p, VisitProc visit, void* arg) {
  Property* self = cast<Property>(p);
  MINIPY_VISIT(self->getter);
  MINIPY_VISIT(self->setter);
  MINIPY_VISIT(self->deleter);
  MINIPY_VISIT(self->doc);
  MINIPY_VISIT(self->name);
  return 0;
}
int property_clear(Object* p) {
  clear_field(cast<Property>(p)->doc);
  return 0;
}

// "property 'x' of 'C' object has no getter"
Raised missing_accessor(Property* self, Object* object, const char* accessor) {
  Ref<Object> qualname = TRY(object_get_attr(as_object(type_of(object)), NAME("__qualname__")));
  if (self->name) {
    return raise(AttributeError, "property {} of {} object has no {}", repr_of(self->name), repr_of(qualname.get()),
                 accessor);
  }
  return raise(AttributeError, "property of {} object has no {}", repr_of(qualname.get()), accessor);
}

Ref<Object> property_descr_get(Property* self, Object* object, Object*) {
  if (!object || is_none(object)) return Ref<Object>::share(as_object(self));
  if (!self->getter) return missing_accessor(self, object, "getter");
  return call(self->getter, object);
}

Status property_descr_set(Property* self, Object* object, Object* value) {
  Object* function = value ? self->setter : self->deleter;
  if (!function) return missing_accessor(self, object, value ? "setter" : "deleter");
  Ref<Object> result = value ? call(function, object, value) : call(function, object);
  return result ? kOk : Status::failed();
}

// getter(), setter(), deleter(): a copy with one accessor replaced.
Ref<Object> copy_with(Property* self, Object* fget, Object* fset, Object* fdel) {
  auto choose = [](Object* given, Object* kept) { return given && !is_none(given) ? given : kept ? kept : py_none(); };
  Object* getter = choose(fget, self->getter);
  Object* doc = self->doc ? self->doc : py_none();
  if (self->getter_doc && !is_none(getter)) doc = py_none();  // taken again from the new getter
  Ref<Object> made =
      TRY(call(as_object(type_of(self)), getter, choose(fset, self->setter), choose(fdel, self->deleter), doc));
  if (is_exactly(made.get(), &property_type)) {
    replace_field(cast<Property>(made.get())->name, Ref<Object>::share(self->name));
  }
  return made;
}
Ref<Object> property_getter(Property* self, Object* function) { return copy_with(self, function, nullptr, nullptr); }
Ref<Object> property_setter(Property* self, Object* function) { return copy_with(self, nullptr, function, nullptr); }
Ref<Object> property_deleter(Property* self, Object* function) { return copy_with(self, nullptr, nullptr, function); }

Status property_set_name(Property* self, VarArgs args) {
  if (args.size != 2) {
    return raise(TypeError, "__set_name__() takes 2 positional arguments but {} were given", args.size);
  }
  replace_field(self->name, Ref<Object>::share(args[1]));
  return kOk;
}

Maybe<bool> is_abstract(Object* function) {
  if (!function) return false;
  Ref<Object> flag;
  if (!object_find_attr(function, NAME("__isabstractmethod__"), flag)) return kRaised;
  if (!flag) return false;
  return object_is_true(flag.get());
}
Ref<Object> property_get_abstract(Property* self) {
  for (Object* f : {self->getter, self->setter, self->deleter}) {
    if (TRY(is_abstract(f))) return bool_ref(true);
  }
  return bool_ref(false);
}

constinit MethodDef property_methods[] = {
    PLAIN_METHOD(property_getter, "getter(self, object, /)",
                 "Descriptor to obtain a copy of the property with a different getter."),
    PLAIN_METHOD(property_setter, "setter(self, object, /)",
                 "Descriptor to obtain a copy of the property with a different setter."),
    PLAIN_METHOD(property_deleter, "deleter(self, object, /)",
                 "Descriptor to obtain a copy of the property with a different deleter."),
    PLAIN_VARARGS_METHOD(property_set_name, "__set_name__(self, *args)", "Method to set name of a property."),
    {},
};
constinit MemberDef property_members[] = {
    {"fget", kMemberObject, offsetof(Property, getter), kMemberReadonly, nullptr},
    {"fset", kMemberObject, offsetof(Property, setter), kMemberReadonly, nullptr},
    {"fdel", kMemberObject, offsetof(Property, deleter), kMemberReadonly, nullptr},
    {"__doc__", kMemberObject, offsetof(Property, doc), 0, nullptr},
    {},
};
constinit GetSetDef property_getset[] = {
    {"__isabstractmethod__", getter<property_get_abstract>, nullptr, nullptr, nullptr},
    {},
};

// ---- classmethod and staticmethod
// ------------------------------------------------------------------------------------

// The wrapper shows the wrapped function's names, docstring and module.
Status copy_wrapped(Object* wrapper, Object* wrapped) {
  for (Str* name :
       {NAME("__module__"), NAME("__name__"), NAME("__qualname__"), NAME("__doc__"), NAME("__annotations__")}) {
    // A missing one raises, as in CPython: the exception counts for the collector (D9).
    Ref<Object> value = object_get_attr(wrapped, name);
    if (value) {
      TRY(object_set_attr(wrapper, name, value.get()));
    } else if (!error_clear_if(AttributeError)) {
      return Status::failed();
    }
  }
  return kOk;
}

Status wrapper_init(ClassMethod* self, Object* function) {
  replace_field(self->callable, Ref<Object>::share(function));
  return copy_wrapped(as_object(self), function);
}

void wrapper_dealloc(Object* p) {
  ClassMethod* self = cast<ClassMethod>(p);
  gc_untrack(p);
  clear_field(self->callable);
  clear_field(self->dict);
  type_of(p)->free(p);
}
int wrapper_traverse(Object* p, VisitProc visit, void* arg) {
  ClassMethod* self = cast<ClassMethod>(p);
  MINIPY_VISIT(self->dict);
  MINIPY_VISIT(self->callable);
  return 0;
}
int wrapper_clear(Object* p) {
  clear_field(cast<ClassMethod>(p)->callable);
  clear_field(cast<ClassMethod>(p)->dict);
  return 0;
}

Ref<Object> classmethod_descr_get(ClassMethod* self, Object* object, Object* owner) {
  if (!self->callable) return raise(RuntimeError, "uninitialized classmethod object");
  if (!owner) owner = as_object(type_of(object));
  // Chained descriptors (classmethod(property(f))) are bound to the class.
  if (DescrGetFunc get = type_of(self->callable)->descr_get) {
    return Ref<Object>::steal(get(self->callable, owner, owner));
  }
  return method_new(self->callable, owner);
}
Ref<Object> staticmethod_descr_get(ClassMethod* self, Object*, Object*) {
  if (!self->callable) return raise(RuntimeError, "uninitialized staticmethod object");
  return Ref<Object>::share(self->callable);
}
Ref<Object> staticmethod_call(ClassMethod* self, Object* args, Object* kwargs) {
  return call_tuple_dict(self->callable, args, kwargs);
}

Ref<Object> wrapper_get_abstract(ClassMethod* self) { return bool_ref(TRY(is_abstract(self->callable))); }

Ref<Str> classmethod_repr(ClassMethod* self) { return format_message("<classmethod({})>", repr_of(self->callable)); }
Ref<Str> staticmethod_repr(ClassMethod* self) { return format_message("<staticmethod({})>", repr_of(self->callable)); }

constinit MemberDef wrapper_members[] = {
    {"__func__", kMemberObject, offsetof(ClassMethod, callable), kMemberReadonly, nullptr},
    {"__wrapped__", kMemberObject, offsetof(ClassMethod, callable), kMemberReadonly, nullptr},
    {},
};
constinit GetSetDef wrapper_getset[] = {
    {"__isabstractmethod__", getter<wrapper_get_abstract>, nullptr, nullptr, nullptr},
    {"__dict__", object_generic_get_dict_slot, object_generic_set_dict_slot, nullptr, nullptr},
    {},
};

Ref<Object> wrapper_new(Type* type, Object* callable) {
  Ref<Object> made = Ref<Object>::steal(type_generic_alloc(type, 0));
  if (!made) return nullptr;
  cast<ClassMethod>(made.get())->callable = Ref<Object>::share(callable).release();
  return made;
}

}  // namespace

Ref<Object> classmethod_new(Object* callable) { return wrapper_new(&classmethod_type, callable); }
Ref<Object> staticmethod_new(Object* callable) { return wrapper_new(&staticmethod_type, callable); }

constinit Type property_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "property",
    .basicsize = sizeof(Property),
    .dealloc = property_dealloc,
    .getattro = slot<object_generic_get_attr>,
    .flags = kTypeDefault | kTypeHaveGc | kTypeBaseType,
    .doc = "property(fget=None, fset=None, fdel=None, doc=None)\n--\n\nProperty attribute.",
    .traverse = property_traverse,
    .clear = property_clear,
    .methods = property_methods,
    .members = property_members,
    .getset = property_getset,
    .descr_get = slot<property_descr_get>,
    .descr_set = slot<property_descr_set>,
    .init = INIT(property_init, "property(self, fget=None, fset=None, fdel=None, doc=None)"),
    .alloc = type_generic_alloc,
    .new_ = type_generic_new,
    .free = gc_free_slot,
};

constinit Type classmethod_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "classmethod",
    .basicsize = sizeof(ClassMethod),
    .dealloc = wrapper_dealloc,
    .repr = slot<classmethod_repr>,
    .flags = kTypeDefault | kTypeHaveGc | kTypeBaseType,
    .doc = "classmethod(function) -> method\n\nConvert a function to be a class method.",
    .traverse = wrapper_traverse,
    .clear = wrapper_clear,
    .members = wrapper_members,
    .getset = wrapper_getset,
    .descr_get = slot<classmethod_descr_get>,
    .dictoffset = offsetof(ClassMethod, dict),
    .init = INIT(wrapper_init, "classmethod(self, function, /)"),
    .alloc = type_generic_alloc,
    .new_ = type_generic_new,
    .free = gc_free_slot,
};

constinit Type staticmethod_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "staticmethod",
    .basicsize = sizeof(ClassMethod),
    .dealloc = wrapper_dealloc,
    .repr = slot<staticmethod_repr>,
    .call = slot<staticmethod_call>,
    .flags = kTypeDefault | kTypeHaveGc | kTypeBaseType,
    .doc = "staticmethod(function) -> method\n\nConvert a function to be a static method.",
    .traverse = wrapper_traverse,
    .clear = wrapper_clear,
    .members = wrapper_members,
    .getset = wrapper_getset,
    .descr_get = slot<staticmethod_descr_get>,
    .dictoffset = offsetof(ClassMethod, dict),
    .init = INIT(wrapper_init, "staticmethod(self, function, /)"),
    .alloc = type_generic_alloc,
    .new_ = type_generic_new,
    .free = gc_free_slot,
};

}  // namespace minipy
