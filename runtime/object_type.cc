// `object`: the base of all classes, with the default behaviour of every object.
#include "gc/memory.h"
#include "runtime/attribute.h"
#include "runtime/bind.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/object_pickle.h"
#include "runtime/type_internal.h"

namespace minipy {

// ---- Construction -------------------------------------------------------------------------------------------------

namespace {

bool has_arguments(Object* args, Object* kwargs) {
  return tuple_size(cast<Tuple>(args)) || (kwargs && is_dict(kwargs) && dict_size(cast<Dict>(kwargs)));
}

Raised raise_abstract(Type* type) {
  Ref<Object> methods = TRY(object_get_attr(as_object(type), NAME("__abstractmethods__")));
  Ref<List> names = TRY(sequence_list(methods.get()));
  TRY(list_sort_in_place(names.get()));
  Ref<Str> comma = TRY(str_from_ascii(", "));
  Ref<Str> joined = TRY(str_join(comma.get(), as_object(names.get())));
  return raise(TypeError, "Can't instantiate abstract class {} with abstract method{} {}", type->name,
               list_size(names.get()) > 1 ? "s" : "", joined);
}

}  // namespace

// Arguments are an error unless the other of __new__ and __init__ is overridden, which may take them.
// The array of values for attributes is made here, as in CPython, and not for all instances: those that another type's
// __new__ makes get a dict when they need one.
Object* object_new_instance(Type* type) {
  Object* p = type->alloc(type, 0);
  if (p && type_has(type, kTypeManagedDict) && heap_type(type)->cached_keys && !object_init_inline_values(p, type))
      [[unlikely]] {
    decref(p);
    return nullptr;
  }
  return p;
}

Object* object_type_new(Type* type, Object* args, Object* kwargs) {
  if (has_arguments(args, kwargs)) {
    if (type->new_ != object_type_new) {
      (void)raise(TypeError, "object.__new__() takes exactly one argument (the type to instantiate)");
      return nullptr;
    }
    if (type->init == object_type_init) {
      (void)raise(TypeError, "{:.200}() takes no arguments", type->name);
      return nullptr;
    }
  }
  if (type_has(type, kTypeAbstract)) [[unlikely]] {
    (void)raise_abstract(type);
    return nullptr;
  }
  return object_new_instance(type);
}

int object_type_init(Object* self, Object* args, Object* kwargs) {
  if (!has_arguments(args, kwargs)) return 0;
  Type* type = type_of(self);
  if (type->init != object_type_init) {
    (void)raise(TypeError, "object.__init__() takes exactly one argument (the instance to initialize)");
    return -1;
  }
  if (type->new_ == object_type_new) {
    (void)raise(TypeError, "{:.200}.__init__() takes exactly one argument (the instance to initialize)", type->name);
    return -1;
  }
  return 0;
}

void object_type_dealloc(Object* self) { type_of(self)->free(self); }

// `__new__` of native types (tp_new as a method): checks that the type's own tp_new may serve the class that is given.
namespace {

Object* call_new(Object* self, Object* args, Object* kwargs) {
  Type* type = as_type(self);
  Tuple* t = cast<Tuple>(args);
  if (tuple_size(t) < 1) {
    (void)raise(TypeError, "{}.__new__(): not enough arguments", type->name);
    return nullptr;
  }
  if (!is_type(t->items[0])) {
    (void)raise(TypeError, "{}.__new__(X): X is not a type object ({})", type->name, type_name(t->items[0]));
    return nullptr;
  }
  Type* subtype = as_type(t->items[0]);
  if (!type_is_subtype(subtype, type)) {
    (void)raise(TypeError, "{}.__new__({}): {} is not a subtype of {}", type->name, subtype->name, subtype->name,
                type->name);
    return nullptr;
  }
  // object.__new__(int) would make an int that int has not initialised.
  Type* native = subtype;
  while (native && native->new_ == slot_tp_new) native = native->base_type;
  if (native && native->new_ != type->new_) {
    (void)raise(TypeError, "{}.__new__({}) is not safe, use {}.__new__()", type->name, subtype->name, native->name);
    return nullptr;
  }
  Ref<Tuple> rest = tuple_slice(t, 1, tuple_size(t));
  if (!rest) return nullptr;
  return type->new_(subtype, as_object(rest.get()), kwargs);
}

}  // namespace

MethodDef g_new_wrapper_def = {
    "__new__", MethodPointer(VarArgsKeywordsMethod(call_new)), kMethVarArgs | kMethKeywords,
    "__new__($type, *args, **kwargs)\n--\n\nMake a new object; help(type) shows the arguments."};

bool is_new_wrapper(const Object* p) {
  return is_exactly(p, &builtin_function_type) &&
         reinterpret_cast<const BuiltinFunction*>(p)->def == &g_new_wrapper_def;
}

// ---- Default behaviour --------------------------------------------------------------------------------------------

Object* object_type_repr(Object* self) {
  Type* type = type_of(self);
  Ref<Object> module = type_module(type);
  if (!module) error_clear();
  Ref<Object> qualname = type_qualname(type);
  if (!qualname) return nullptr;
  size_t address = reinterpret_cast<size_t>(self);
  if (module && is_str(module.get()) && !str_equals_ascii(cast<Str>(module.get()), "builtins")) {
    return as_object(format_message("<{}.{} object at 0x{:x}>", module, qualname, address).release());
  }
  return as_object(format_message("<{} object at 0x{:x}>", type->name, address).release());
}

namespace {

Object* object_type_str(Object* self) {
  ReprFunc repr = type_of(self)->repr;
  return repr ? repr(self) : object_type_repr(self);
}

Ref<Object> object_type_compare(Object* self, Object* other, CompareOp op) {
  if (op == kEq) return self == other ? bool_ref(true) : not_implemented_ref();
  if (op != kNe) return not_implemented_ref();
  // != is the opposite of what == says, unless that is NotImplemented.
  RichCompareFunc compare = type_of(self)->richcompare;
  if (!compare) return not_implemented_ref();
  Ref<Object> equal = TRY(steal(compare(self, other, kEq)));
  if (equal.get() == py_not_implemented()) return equal;
  bool truth = TRY(object_is_true(equal.get()));
  return bool_ref(!truth);
}

hash_t object_type_hash(Object* self) { return hash_pointer(self); }

Ref<Object> object_format_method(Object* self, Str* spec) {
  if (str_length(spec) > 0) {
    return raise(TypeError, "unsupported format string passed to {:.200}.__format__", type_name(self));
  }
  return object_str(self);
}

Ref<Object> object_sizeof(Object* self) {
  Type* type = type_of(self);
  ssize size = type->basicsize;
  if (type->itemsize > 0) size += var_size(self) * type->itemsize;
  return int_from_ssize(size);
}

Ref<Object> object_dir_method(Object* self) {
  Ref<Object> dict;
  TRY(object_find_attr(self, NAME("__dict__"), dict));
  Ref<Dict> names = TRY(dict && is_dict(dict.get()) ? dict_copy(cast<Dict>(dict.get())) : dict_new());
  Ref<Object> cls;
  TRY(object_find_attr(self, NAME("__class__"), cls));
  if (cls) TRY(merge_class_dict(names.get(), cls.get()));
  return dict_keys_list(names.get());
}

Object* object_subclasshook(Object*, Object*) { return not_implemented_ref().release(); }

Ref<Object> object_init_subclass(Object*) { return none_ref(); }

}  // namespace

Status merge_class_dict(Dict* dict, Object* cls) {
  Ref<Object> own, bases;
  TRY(object_find_attr(cls, NAME("__dict__"), own));
  if (own) TRY(dict_update(dict, own.get()));
  own.reset();
  TRY(object_find_attr(cls, NAME("__bases__"), bases));
  if (!bases) return kOk;
  ssize n = TRY(object_length(bases.get()));
  for (ssize i = 0; i < n; i++) {
    Ref<Object> base = TRY(sequence_get_item(bases.get(), i));
    TRY(merge_class_dict(dict, base.get()));
  }
  return kOk;
}

// ---- __class__ ----------------------------------------------------------------------------------------------------

namespace {

// Nothing of the layout separates the type from its base.
bool same_layout_as_base(const Type* type) {
  const Type* base = type->base_type;
  return base && type->basicsize == base->basicsize && type->itemsize == base->itemsize &&
         type->dictoffset == base->dictoffset && type->weaklistoffset == base->weaklistoffset &&
         type_has(type, kTypeHaveGc) == type_has(base, kTypeHaveGc) &&
         (type->clear == subtype_clear || type->clear == base->clear);
}

// Two classes that extend the same base by the same things: __slots__ of equal names, weak references, dict.
bool same_extensions(Type* a, Type* b) {
  if (!is_heap(a) || !is_heap(b) || a->dictoffset != b->dictoffset) return false;
  if (type_has(a, kTypeManagedDict) != type_has(b, kTypeManagedDict)) return false;
  constexpr ssize kWord = sizeof(Object*);
  ssize size = a->base_type->basicsize;
  if (a->dictoffset == size) size += kWord;
  Object* slots_a = heap_type(a)->slots;
  Object* slots_b = heap_type(b)->slots;
  if (slots_a && slots_b) {
    Maybe<bool> equal = object_compare_bool(slots_a, slots_b, kEq);
    if (!equal || !*equal) return false;
    size += kWord * tuple_size(cast<Tuple>(slots_a));
  }
  if (a->weaklistoffset == size && b->weaklistoffset == size) size += kWord;
  return size == a->basicsize && size == b->basicsize;
}

Ref<Object> get_class(Object* self) { return share(as_object(type_of(self))); }

Status set_class(Object* self, Object* value) {
  if (!value) return raise(TypeError, "can't delete __class__ attribute");
  if (!is_type(value)) {
    return raise(TypeError, "__class__ must be set to a class, not '{}' object", type_name(value));
  }
  Type* from = type_of(self);
  Type* to = as_type(value);
  bool modules = type_is_subtype(to, &module_type) && type_is_subtype(from, &module_type);
  if (!modules && (type_has(to, kTypeImmutable) || type_has(from, kTypeImmutable))) {
    return raise(TypeError, "__class__ assignment only supported for mutable types or ModuleType subclasses");
  }
  TRY(type_check_assignable(from, to, "__class__"));
  // The values belong to the old class's shared keys: they become a dict.
  if (type_has(from, kTypeManagedDict)) TRY(object_materialize_dict(self));
  if (is_heap(to)) incref(to);
  self->type = to;
  if (is_heap(from)) decref(from);
  return kOk;
}

}  // namespace

Status type_check_assignable(Type* from, Type* to, const char* what) {
  if (to->free != from->free) {
    return raise(TypeError, "{} assignment: '{}' deallocator differs from '{}'", what, to->name, from->name);
  }
  // Only a type and its base can be told to have the same instances for certain.
  Type* old_layout = from;
  Type* new_layout = to;
  while (same_layout_as_base(old_layout)) old_layout = old_layout->base_type;
  while (same_layout_as_base(new_layout)) new_layout = new_layout->base_type;
  if (old_layout == new_layout) return kOk;
  if (old_layout->base_type == new_layout->base_type && old_layout->base_type &&
      same_extensions(old_layout, new_layout)) {
    return kOk;
  }
  if (error_pending()) return Status::failed();
  return raise(TypeError, "{} assignment: '{}' object layout differs from '{}'", what, to->name, from->name);
}

namespace {

constinit MethodDef object_methods[] = {
    METHOD(object_reduce_ex, "__reduce_ex__(self, protocol, /)", "Describe the object for pickle."),
    METHOD(object_reduce, "__reduce__(self, /)", "Describe the object for pickle."),
    METHOD(object_getstate, "__getstate__(self, /)", "Return the state that pickle stores."),
    {"__subclasshook__", MethodPointer(VarArgsMethod(object_subclasshook)), kMethVarArgs | kMethClass,
     "What issubclass() asks an abstract class first: True, False, or NotImplemented to go on as usual."},
    {"__init_subclass__",
     MethodPointer(NoArgsMethod(+[](Object* cls, Object*) { return object_init_subclass(cls).release(); })),
     kMethNoArgs | kMethClass, "Called when a class is derived from this one; does nothing by default."},
    METHOD(object_format_method, "__format__(self, format_spec, /)",
           "Format the object; only an empty specification is known."),
    METHOD(object_sizeof, "__sizeof__(self, /)", "Return the size of the object in bytes."),
    METHOD(object_dir_method, "__dir__(self, /)", "List the attributes of the object."),
    {},
};

constinit GetSetDef object_getset[] = {
    {"__class__", getter<get_class>, setter<set_class>, "the class of the object", nullptr},
    {},
};

}  // namespace

constinit Type object_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "object",
    .basicsize = sizeof(Object),
    .dealloc = object_type_dealloc,
    .repr = object_type_repr,
    .hash = object_type_hash,
    .str = object_type_str,
    .getattro = object_generic_getattro,
    .setattro = object_generic_setattro,
    .flags = kTypeDefault | kTypeBaseType,
    .doc = "object()\n--\n\nThe base of all classes.\n\nIts instances have no attributes of their own and take none.\n",
    .richcompare = slot<object_type_compare>,
    .methods = object_methods,
    .getset = object_getset,
    .init = object_type_init,
    .alloc = type_generic_alloc,
    .new_ = object_type_new,
    .free = memory::object_free,
};

}  // namespace minipy
