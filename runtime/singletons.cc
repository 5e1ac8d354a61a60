// None, NotImplemented and Ellipsis.
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/str.h"

namespace minipy {

namespace {

[[noreturn]] void singleton_dealloc(Object* p) { must_failed(__FILE__, __LINE__, type_name(p)); }

// The constructor gives the one instance.
template <Object* kInstance>
Object* singleton_new(Type*, Object* args, Object* kwargs) {
  if (tuple_size(cast<Tuple>(args)) || (kwargs && dict_size(cast<Dict>(kwargs)))) {
    const char* name = kInstance == &ellipsis_singleton ? "EllipsisType" : kInstance->type->name;
    (void)raise(TypeError, "{} takes no arguments", name);
    return nullptr;
  }
  return share(kInstance).release();
}

Ref<Object> none_repr(Object*) { return str_from_ascii("None"); }
int none_bool(Object*) { return 0; }

Ref<Object> not_implemented_repr(Object*) { return str_from_ascii("NotImplemented"); }
Maybe<bool> not_implemented_bool(Object*) {
  TRY(warn(DeprecationWarning, 1, "NotImplemented should not be used in a boolean context"));
  return true;
}

Ref<Object> ellipsis_repr(Object*) { return str_from_ascii("Ellipsis"); }

// For pickle: the name of the global.
template <Ref<Object> (*kRepr)(Object*)>
Object* reduce_to_name(Object* self, Object*) {
  return kRepr(self).release();
}

constinit NumberMethods none_as_number = {.boolean = none_bool};
constinit NumberMethods not_implemented_as_number = {.boolean = slot<not_implemented_bool>};

constinit MethodDef not_implemented_methods[] = {
    {"__reduce__", MethodPointer(NoArgsMethod(reduce_to_name<not_implemented_repr>)), kMethNoArgs, nullptr},
    {},
};
constinit MethodDef ellipsis_methods[] = {
    {"__reduce__", MethodPointer(NoArgsMethod(reduce_to_name<ellipsis_repr>)), kMethNoArgs, nullptr},
    {},
};

}  // namespace

constinit Object none_singleton = {1, &none_type};
constinit Object not_implemented_singleton = {1, &not_implemented_type};
constinit Object ellipsis_singleton = {1, &ellipsis_type};

constinit Type none_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "NoneType",
    .basicsize = sizeof(Object),
    .dealloc = singleton_dealloc,
    .repr = slot<none_repr>,
    .as_number = &none_as_number,
    .flags = kTypeDefault,
    .new_ = singleton_new<&none_singleton>,
};

constinit Type not_implemented_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "NotImplementedType",
    .basicsize = sizeof(Object),
    .dealloc = singleton_dealloc,
    .repr = slot<not_implemented_repr>,
    .as_number = &not_implemented_as_number,
    .flags = kTypeDefault,
    .methods = not_implemented_methods,
    .new_ = singleton_new<&not_implemented_singleton>,
};

constinit Type ellipsis_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "ellipsis",
    .basicsize = sizeof(Object),
    .dealloc = singleton_dealloc,
    .repr = slot<ellipsis_repr>,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault,
    .methods = ellipsis_methods,
    .new_ = singleton_new<&ellipsis_singleton>,
};

}  // namespace minipy
