// weakref.ProxyType and CallableProxyType: every operation goes to the referent; ReferenceError when that is gone.
#include "gc/collector.h"
#include "runtime/attribute.h"
#include "runtime/bind.h"
#include "runtime/error.h"
#include "runtime/names.h"
#include "runtime/type_internal.h"
#include "runtime/weakref_internal.h"

namespace minipy {

namespace {

// The object itself, or a proxy's referent. Null: ReferenceError.
Ref<Object> unwrap(Object* p) {
  if (!p) return nullptr;
  if (!is_exactly(p, &weakproxy_type) && !is_exactly(p, &weakcallableproxy_type)) return share(p);
  if (Ref<Object> object = weakref_get(p)) return object;
  return raise(ReferenceError, "weakly-referenced object no longer exists");
}

template <auto kFn>
Object* unary(Object* p) {
  Ref<Object> object = unwrap(p);
  return object ? as_object(kFn(object.get()).release()) : nullptr;
}
template <auto kFn>
Object* binary(Object* p, Object* q) {
  Ref<Object> a = unwrap(p);
  if (!a) return nullptr;
  Ref<Object> b = unwrap(q);
  return b ? as_object(kFn(a.get(), b.get()).release()) : nullptr;
}
template <auto kFn>
Object* ternary(Object* p, Object* q, Object* r) {
  Ref<Object> a = unwrap(p);
  if (!a) return nullptr;
  Ref<Object> b = unwrap(q);
  if (!b) return nullptr;
  Ref<Object> c = unwrap(r);
  return c ? as_object(kFn(a.get(), b.get(), c.get()).release()) : nullptr;
}

// The argument of BINARY_OP.
enum NbOp {
  kNbAdd,
  kNbAnd,
  kNbFloorDivide,
  kNbLshift,
  kNbMatrixMultiply,
  kNbMultiply,
  kNbRemainder,
  kNbOr,
  kNbPower,
  kNbRshift,
  kNbSubtract,
  kNbTrueDivide,
  kNbXor,
  kNbInplace
};
template <int kOp>
Ref<Object> operate(Object* a, Object* b) {
  return number_binary_op(a, b, kOp);
}
template <int kOp>
constexpr BinaryFunc op = binary<operate<kOp>>;
template <int kOp>
constexpr BinaryFunc inplace = binary<operate<kNbInplace + kOp>>;

int proxy_bool(Object* p) {
  Ref<Object> object = unwrap(p);
  if (!object) return -1;
  Maybe<bool> r = object_is_true(object.get());
  return r ? *r : -1;
}

constinit NumberMethods proxy_as_number = {
    .add = op<kNbAdd>,
    .subtract = op<kNbSubtract>,
    .multiply = op<kNbMultiply>,
    .remainder = op<kNbRemainder>,
    .divmod = binary<number_divmod>,
    .power = ternary<number_power>,
    .negative = unary<number_negative>,
    .positive = unary<number_positive>,
    .absolute = unary<number_absolute>,
    .boolean = proxy_bool,
    .invert = unary<number_invert>,
    .lshift = op<kNbLshift>,
    .rshift = op<kNbRshift>,
    .and_ = op<kNbAnd>,
    .xor_ = op<kNbXor>,
    .or_ = op<kNbOr>,
    .int_ = unary<number_int>,
    .float_ = unary<number_float>,
    .inplace_add = inplace<kNbAdd>,
    .inplace_subtract = inplace<kNbSubtract>,
    .inplace_multiply = inplace<kNbMultiply>,
    .inplace_remainder = inplace<kNbRemainder>,
    .inplace_power = ternary<number_inplace_power>,
    .inplace_lshift = inplace<kNbLshift>,
    .inplace_rshift = inplace<kNbRshift>,
    .inplace_and = inplace<kNbAnd>,
    .inplace_xor = inplace<kNbXor>,
    .inplace_or = inplace<kNbOr>,
    .floor_divide = op<kNbFloorDivide>,
    .true_divide = op<kNbTrueDivide>,
    .inplace_floor_divide = inplace<kNbFloorDivide>,
    .inplace_true_divide = inplace<kNbTrueDivide>,
    .index = unary<number_index>,
    .matrix_multiply = op<kNbMatrixMultiply>,
    .inplace_matrix_multiply = inplace<kNbMatrixMultiply>,
};

ssize proxy_length(Object* p) {
  Ref<Object> object = unwrap(p);
  if (!object) return -1;
  Maybe<ssize> n = object_length(object.get());
  return n ? *n : -1;
}
int proxy_contains(Object* p, Object* value) {
  Ref<Object> object = unwrap(p);
  if (!object) return -1;
  Maybe<bool> r = sequence_contains(object.get(), value);
  return r ? *r : -1;
}
int proxy_set_item(Object* p, Object* key, Object* value) {
  Ref<Object> object = unwrap(p);
  if (!object) return -1;
  Status ok = value ? object_set_item(object.get(), key, value) : object_delete_item(object.get(), key);
  return ok ? 0 : -1;
}

constinit SequenceMethods proxy_as_sequence = {.length = proxy_length, .contains = proxy_contains};
constinit MappingMethods proxy_as_mapping = {
    .length = proxy_length, .subscript = binary<object_get_item>, .ass_subscript = proxy_set_item};

Object* proxy_getattro(Object* p, Object* name) {
  Ref<Object> object = unwrap(p);
  if (!object || !check_attribute_name(name)) return nullptr;
  return object_get_attr(object.get(), cast<Str>(name)).release();
}
int proxy_setattro(Object* p, Object* name, Object* value) {
  Ref<Object> object = unwrap(p);
  if (!object || !check_attribute_name(name)) return -1;
  return object_set_attr(object.get(), cast<Str>(name), value) ? 0 : -1;
}

Object* proxy_compare(Object* p, Object* other, int compare_op) {
  Ref<Object> a = unwrap(p);
  if (!a) return nullptr;
  Ref<Object> b = unwrap(other);
  if (!b) return nullptr;
  return object_compare(a.get(), b.get(), static_cast<CompareOp>(compare_op)).release();
}

Ref<Str> proxy_repr(WeakReference* ref) {
  Object* object = weakref_target(ref);
  return format_message("<weakproxy at 0x{:x} to {} at 0x{:x}>", reinterpret_cast<size_t>(ref), type_name(object),
                        reinterpret_cast<size_t>(object));
}

Object* proxy_call(Object* p, Object* args, Object* kwargs) {
  Ref<Object> object = unwrap(p);
  return object ? call_tuple_dict(object.get(), args, kwargs).release() : nullptr;
}

Object* proxy_next(Object* p) {
  Ref<Object> object = unwrap(p);
  if (!object) return nullptr;
  if (!is_iterator(object.get())) {
    (void)raise(TypeError, "Weakref proxy referenced a non-iterator '{:.200}' object", type_name(object.get()));
    return nullptr;
  }
  return iter_next(object.get()).release();
}

Object* proxy_bytes(Object* p, Object*) {
  Ref<Object> object = unwrap(p);
  return object ? call_method(object.get(), NAME("__bytes__")).release() : nullptr;
}
Object* proxy_reversed(Object* p, Object*) {
  Ref<Object> object = unwrap(p);
  return object ? call_method(object.get(), NAME("__reversed__")).release() : nullptr;
}
constinit MethodDef proxy_methods[] = {
    {"__bytes__", MethodPointer(NoArgsMethod(proxy_bytes)), kMethNoArgs, nullptr},
    {"__reversed__", MethodPointer(NoArgsMethod(proxy_reversed)), kMethNoArgs, nullptr},
    {},
};

}  // namespace

constinit Type weakproxy_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "weakref.ProxyType",
    .basicsize = sizeof(WeakReference),
    .dealloc = weakref_dealloc,
    .repr = slot<proxy_repr>,
    .as_number = &proxy_as_number,
    .as_sequence = &proxy_as_sequence,
    .as_mapping = &proxy_as_mapping,
    .str = unary<object_str>,
    .getattro = proxy_getattro,
    .setattro = proxy_setattro,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = weakref_traverse,
    .clear = weakref_clear_slot,
    .richcompare = proxy_compare,
    .iter = unary<get_iter>,
    .iternext = proxy_next,
    .methods = proxy_methods,
};

constinit Type weakcallableproxy_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "weakref.CallableProxyType",
    .basicsize = sizeof(WeakReference),
    .dealloc = weakref_dealloc,
    .repr = slot<proxy_repr>,
    .as_number = &proxy_as_number,
    .as_sequence = &proxy_as_sequence,
    .as_mapping = &proxy_as_mapping,
    .call = proxy_call,
    .str = unary<object_str>,
    .getattro = proxy_getattro,
    .setattro = proxy_setattro,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = weakref_traverse,
    .clear = weakref_clear_slot,
    .richcompare = proxy_compare,
    .iter = unary<get_iter>,
    .iternext = proxy_next,
};

}  // namespace minipy
