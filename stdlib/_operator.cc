// Module _operator: the operators as functions.
#include "runtime/buffer.h"
#include "runtime/containers.h"
#include "runtime/heap_types.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/str.h"
#include "stdlib/_operator_getters.h"
#include "stdlib/compare_digest.h"
#include "stdlib/native_type.h"

namespace minipy {

namespace {

// The operators of BINARY_OP by number; kInplace added for the in-place form.
enum Operator : int {
  kAdd,
  kAnd,
  kFloorDivide,
  kLshift,
  kMatrixMultiply,
  kMultiply,
  kRemainder,
  kOr,
  kPower,
  kRshift,
  kSubtract,
  kTrueDivide,
  kXor,
  kInplace
};

template <int kOperator>
Ref<Object> binary(Object*, Object* a, Object* b) {
  return number_binary_op(a, b, kOperator);
}
template <CompareOp kOperator>
Ref<Object> comparison(Object*, Object* a, Object* b) {
  return object_compare(a, b, kOperator);
}
template <Ref<Object> (*kOperation)(Object*)>
Ref<Object> unary(Object*, Object* a) {
  return kOperation(a);
}

Ref<Object> op_pow(Object*, Object* a, Object* b) { return number_power(a, b, py_none()); }
Ref<Object> op_ipow(Object*, Object* a, Object* b) { return number_inplace_power(a, b, py_none()); }

Ref<Object> op_truth(Object*, Object* a) {
  Maybe<bool> truth = object_is_true(a);
  if (!truth) return nullptr;
  return bool_ref(*truth);
}
Ref<Object> op_not(Object*, Object* a) {
  Maybe<bool> truth = object_is_true(a);
  if (!truth) return nullptr;
  return bool_ref(!*truth);
}
Ref<Object> op_is(Object*, Object* a, Object* b) { return bool_ref(a == b); }
Ref<Object> op_is_not(Object*, Object* a, Object* b) { return bool_ref(a != b); }

Ref<Object> op_concat(Object*, Object* a, Object* b) { return sequence_concat(a, b); }
Ref<Object> op_iconcat(Object*, Object* a, Object* b) { return sequence_inplace_concat(a, b); }
Ref<Object> op_contains(Object*, Object* a, Object* b) {
  Maybe<bool> found = sequence_contains(a, b);
  if (!found) return nullptr;
  return bool_ref(*found);
}
Ref<Object> op_index_of(Object*, Object* a, Object* b) {
  Maybe<ssize> index = sequence_search(a, b, SequenceSearch::kIndex);
  if (!index) return nullptr;
  return int_from_ssize(*index);
}
Ref<Object> op_count_of(Object*, Object* a, Object* b) {
  Maybe<ssize> count = sequence_search(a, b, SequenceSearch::kCount);
  if (!count) return nullptr;
  return int_from_ssize(*count);
}
Ref<Object> op_getitem(Object*, Object* a, Object* b) { return object_get_item(a, b); }
Status op_setitem(Object*, Object* a, Object* b, Object* c) { return object_set_item(a, b, c); }
Status op_delitem(Object*, Object* a, Object* b) { return object_delete_item(a, b); }

Ref<Object> op_length_hint(Object*, Object* obj, ssize fallback) {
  Maybe<ssize> hint = object_length_hint(obj, fallback);
  if (!hint) return nullptr;
  return int_from_ssize(*hint);
}

Ref<Object> op_call(Object*, Object* obj, VarArgs args, Object* kwargs) {
  if (!kwargs) return call_vector(obj, args.items, static_cast<size_t>(args.size));
  Ref<Tuple> positional = TRY(tuple_from_array(args.items, args.size));
  return call_tuple_dict(obj, as_object(positional.get()), kwargs);
}

#define BINARY(name, op, text)  FUNCTION(binary<op>, #name "(module, a, b, /)", text)
#define COMPARE(name, op, text) FUNCTION(comparison<op>, #name "(module, a, b, /)", text)
#define UNARY(name, op, text)   FUNCTION(unary<op>, #name "(module, a, /)", text)

constinit MethodDef functions[] = {
    FUNCTION(op_truth, "truth(module, a, /)", "Return True if a is true, False otherwise."),
    FUNCTION(op_contains, "contains(module, a, b, /)", "Same as b in a (note reversed operands)."),
    FUNCTION(op_index_of, "indexOf(module, a, b, /)", "Return the first index of b in a."),
    FUNCTION(op_count_of, "countOf(module, a, b, /)", "Return the number of items in a which are, or which equal, b."),
    FUNCTION(op_is, "is_(module, a, b, /)", "Same as a is b."),
    FUNCTION(op_is_not, "is_not(module, a, b, /)", "Same as a is not b."),
    BINARY(add, kAdd, "Same as a + b."),
    BINARY(sub, kSubtract, "Same as a - b."),
    BINARY(mul, kMultiply, "Same as a * b."),
    BINARY(matmul, kMatrixMultiply, "Same as a @ b."),
    BINARY(floordiv, kFloorDivide, "Same as a // b."),
    BINARY(truediv, kTrueDivide, "Same as a / b."),
    BINARY(mod, kRemainder, "Same as a % b."),
    UNARY(neg, number_negative, "Same as -a."),
    UNARY(pos, number_positive, "Same as +a."),
    UNARY(abs, number_absolute, "Same as abs(a)."),
    UNARY(inv, number_invert, "Same as ~a."),
    UNARY(invert, number_invert, "Same as ~a."),
    BINARY(lshift, kLshift, "Same as a << b."),
    BINARY(rshift, kRshift, "Same as a >> b."),
    FUNCTION(op_not, "not_(module, a, /)", "Same as not a."),
    BINARY(and_, kAnd, "Same as a & b."),
    BINARY(xor, kXor, "Same as a ^ b."),
    BINARY(or_, kOr, "Same as a | b."),
    BINARY(iadd, kInplace + kAdd, "Same as a += b."),
    BINARY(isub, kInplace + kSubtract, "Same as a -= b."),
    BINARY(imul, kInplace + kMultiply, "Same as a *= b."),
    BINARY(imatmul, kInplace + kMatrixMultiply, "Same as a @= b."),
    BINARY(ifloordiv, kInplace + kFloorDivide, "Same as a //= b."),
    BINARY(itruediv, kInplace + kTrueDivide, "Same as a /= b."),
    BINARY(imod, kInplace + kRemainder, "Same as a %= b."),
    BINARY(ilshift, kInplace + kLshift, "Same as a <<= b."),
    BINARY(irshift, kInplace + kRshift, "Same as a >>= b."),
    BINARY(iand, kInplace + kAnd, "Same as a &= b."),
    BINARY(ixor, kInplace + kXor, "Same as a ^= b."),
    BINARY(ior, kInplace + kOr, "Same as a |= b."),
    FUNCTION(op_concat, "concat(module, a, b, /)", "Same as a + b, for a and b sequences."),
    FUNCTION(op_iconcat, "iconcat(module, a, b, /)", "Same as a += b, for a and b sequences."),
    FUNCTION(op_getitem, "getitem(module, a, b, /)", "Same as a[b]."),
    FUNCTION(op_setitem, "setitem(module, a, b, c, /)", "Same as a[b] = c."),
    FUNCTION(op_delitem, "delitem(module, a, b, /)", "Same as del a[b]."),
    FUNCTION(op_pow, "pow(module, a, b, /)", "Same as a ** b."),
    FUNCTION(op_ipow, "ipow(module, a, b, /)", "Same as a **= b."),
    COMPARE(lt, kLt, "Same as a < b."),
    COMPARE(le, kLe, "Same as a <= b."),
    COMPARE(eq, kEq, "Same as a == b."),
    COMPARE(ne, kNe, "Same as a != b."),
    COMPARE(ge, kGe, "Same as a >= b."),
    COMPARE(gt, kGt, "Same as a > b."),
    UNARY(index, number_index, "Same as a.__index__()"),
    FUNCTION(op_length_hint, "length_hint(module, obj, default=0, /)",
             "Return an estimate of the number of items in obj.\n\n"
             "It is exact when the object supports len(), and an integer >= 0 in any case."),
    FUNCTION(compare_digest, "_compare_digest(module, a, b, /)",
             "Return 'a == b', in a time that does not tell where they differ.\n\n"
             "a and b must both be of the same type: either str (ASCII only),\nor any bytes-like object."),
    FUNCTION(op_call, "call(module, obj, /, *args, **kwargs)", "Same as obj(*args, **kwargs)."),
    {},
};

Status exec(Module* m) {
  TRY(module_add_heap_type(m, &itemgetter_type));
  TRY(module_add_heap_type(m, &attrgetter_type));
  return module_add_heap_type(m, &methodcaller_type);
}

}  // namespace

constinit NativeModule _operator_module = {"_operator", functions, exec,
                                           "Operator interface.\n\n"
                                           "This module exports a set of functions implemented in C corresponding\n"
                                           "to the intrinsic operators of Python.  For example, operator.add(x, y)\n"
                                           "is equivalent to the expression x+y."};

}  // namespace minipy
