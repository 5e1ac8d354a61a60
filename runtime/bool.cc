// bool: the subclass of int with two instances.
#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/int_digits.h"
#include "runtime/static_str.h"
#include "runtime/str.h"

namespace minipy {

namespace {

inline bool is_bool(const Object* p) { return type_of(p) == &bool_type; }

Ref<Object> bool_new(Type*, Object* x) { return bool_ref(x ? TRY(object_is_true(x)) : false); }
constinit MethodDef bool_constructor = METHOD(bool_new, "bool(type, x=NULL, /)", "");

Object* bool_vectorcall(Object* type, Object* const* args, size_t nargsf, Object* kwnames) {
  ssize nargs = vectorcall_nargs(nargsf);
  if (kwnames && tuple_size(cast<Tuple>(kwnames))) {
    raise(TypeError, "bool() takes no keyword arguments");
    return nullptr;
  }
  return bool_constructor.function.fast(type, args, nargs);
}

Ref<Str> bool_repr(Int* self) { return share(as_object(self) == py_true() ? STATIC_STR("True") : STATIC_STR("False")); }

// & | ^ of two bools are bools; with any other int they are int's.
template <class F>
Ref<Object> bitwise(Object* a, Object* b, BinaryFunc int_operation, F&& operation) {
  if (!is_bool(a) || !is_bool(b)) return steal(int_operation(a, b));
  return bool_ref(operation(a == py_true(), b == py_true()));
}
Ref<Object> bool_and(Object* a, Object* b) {
  return bitwise(a, b, int_number_methods.and_, [](bool x, bool y) { return x && y; });
}
Ref<Object> bool_or(Object* a, Object* b) {
  return bitwise(a, b, int_number_methods.or_, [](bool x, bool y) { return x || y; });
}
Ref<Object> bool_xor(Object* a, Object* b) {
  return bitwise(a, b, int_number_methods.xor_, [](bool x, bool y) { return x != y; });
}

constinit NumberMethods bool_number_methods = {
    .and_ = slot<bool_and>,
    .xor_ = slot<bool_xor>,
    .or_ = slot<bool_or>,
};

}  // namespace

constinit Type bool_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "bool",
    .basicsize = sizeof(Int),
    .repr = slot<bool_repr>,
    .as_number = &bool_number_methods,
    .flags = kTypeDefault,
    .doc =
        "bool(x) -> bool\n"
        "\n"
        "True when x is true, False otherwise. True and False are the only instances of\n"
        "bool, which is a subclass of int and cannot be subclassed.",
    .base_type = &int_type,
    .new_ = NEW(bool_new, "bool(type, x=NULL, /)"),
    .vectorcall = bool_vectorcall,
};

}  // namespace minipy
