// The number protocol: operator dispatch over two types (data model 3.3.8), and conversions to int and float.
#include <cstring>

#include "runtime/abstract.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/function.h"
#include "runtime/int.h"
#include "runtime/int_digits.h"
#include "runtime/names.h"
#include "runtime/number_text.h"
#include "runtime/str.h"

namespace minipy {

namespace {

using Slot = BinaryFunc NumberMethods::*;
using TernarySlot = TernaryFunc NumberMethods::*;

inline BinaryFunc slot_of(Object* p, Slot slot) {
  const NumberMethods* methods = type_of(p)->as_number;
  return methods ? methods->*slot : nullptr;
}
inline TernaryFunc slot_of(Object* p, TernarySlot slot) {
  const NumberMethods* methods = type_of(p)->as_number;
  return methods ? methods->*slot : nullptr;
}
inline bool declined(Object* result) { return result == py_not_implemented(); }

// The left operand's method, then the right one's; the right one goes first when its type is a subclass of the left
// one's and has its own method. A new reference, to NotImplemented when both declined; null on error.
inline Object* dispatch(Object* a, Object* b, Slot slot) {
  BinaryFunc left = slot_of(a, slot);
  BinaryFunc right = type_of(a) == type_of(b) ? nullptr : slot_of(b, slot);
  if (right == left) right = nullptr;
  if (left) {
    if (right && type_is_subtype(type_of(b), type_of(a))) {
      Object* r = right(a, b);
      if (!declined(r)) return r;
      decref(r);
      right = nullptr;
    }
    Object* r = left(a, b);
    if (!declined(r)) return r;
    decref(r);
  }
  if (right) {
    Object* r = right(a, b);
    if (!declined(r)) return r;
    decref(r);
  }
  return not_implemented_ref().release();
}

inline Object* dispatch_inplace(Object* a, Object* b, Slot inplace, Slot slot) {
  if (BinaryFunc f = slot_of(a, inplace)) {
    Object* r = f(a, b);
    if (!declined(r)) return r;
    decref(r);
  }
  return dispatch(a, b, slot);
}

[[gnu::cold, gnu::noinline]] Raised raise_unsupported(Object* a, Object* b, const char* symbol) {
  if (strcmp(symbol, ">>") == 0 && type_of(a) == &builtin_function_type &&
      strcmp(cast<BuiltinFunction>(a)->def->name, "print") == 0) {
    return raise(TypeError,
                 "unsupported operand type(s) for {:.100}: '{:.100}' and '{:.100}'. Did you mean \"print(<message>, "
                 "file=<output_stream>)\"?",
                 symbol, type_name(a), type_name(b));
  }
  return raise(TypeError, "unsupported operand type(s) for {:.100}: '{:.100}' and '{:.100}'", symbol, type_name(a),
               type_name(b));
}

// Takes over r, a dispatch result.
inline Ref<Object> conclude(Object* r, Object* a, Object* b, const char* symbol) {
  if (!declined(r)) [[likely]]
    return steal(r);
  decref(r);
  return raise_unsupported(a, b, symbol);
}

Ref<Object> binary(Object* a, Object* b, Slot slot, const char* symbol) {
  return conclude(dispatch(a, b, slot), a, b, symbol);
}

// sequence * n, through one of its repeat slots.
Ref<Object> repeat(SsizeArgFunc f, Object* sequence, Object* n) {
  if (!has_index(n)) return raise(TypeError, "can't multiply sequence by non-int of type '{:.200}'", type_name(n));
  ssize count = TRY(number_as_ssize(n, OverflowError));
  return steal(f(sequence, count));
}

Ref<Object> concat_or_fail(Object* r, Object* a, Object* b, bool inplace) {
  if (!declined(r)) [[likely]]
    return steal(r);
  decref(r);
  if (const SequenceMethods* methods = type_of(a)->as_sequence) {
    BinaryFunc f = inplace && methods->inplace_concat ? methods->inplace_concat : methods->concat;
    if (f) return steal(f(a, b));
  }
  return raise_unsupported(a, b, inplace ? "+=" : "+");
}

Ref<Object> repeat_or_fail(Object* r, Object* a, Object* b, bool inplace) {
  if (!declined(r)) [[likely]]
    return steal(r);
  decref(r);
  const SequenceMethods* left = type_of(a)->as_sequence;
  const SequenceMethods* right = type_of(b)->as_sequence;
  if (left && inplace && left->inplace_repeat) return repeat(left->inplace_repeat, a, b);
  if (left && left->repeat) return repeat(left->repeat, a, b);
  // In place, CPython looks at the right operand only when the left one is no sequence type at all.
  if (right && right->repeat && !(inplace && left)) return repeat(right->repeat, b, a);
  return raise_unsupported(a, b, inplace ? "*=" : "*");
}

Ref<Object> ternary(Object* a, Object* b, Object* c, const char* symbol) {
  constexpr TernarySlot slot = &NumberMethods::power;
  TernaryFunc left = slot_of(a, slot);
  TernaryFunc right = type_of(a) == type_of(b) ? nullptr : slot_of(b, slot);
  if (right == left) right = nullptr;
  auto attempt = [&](TernaryFunc f) { return steal(f(a, b, c)); };
  if (left) {
    if (right && type_is_subtype(type_of(b), type_of(a))) {
      auto r = attempt(right);
      if (!declined(r.get())) return r;
      right = nullptr;
    }
    auto r = attempt(left);
    if (!declined(r.get())) return r;
  }
  if (right) {
    auto r = attempt(right);
    if (!declined(r.get())) return r;
  }
  TernaryFunc third = slot_of(c, slot);
  if (third && third != left && third != right) {
    auto r = attempt(third);
    if (!declined(r.get())) return r;
  }
  if (is_none(c)) return raise_unsupported(a, b, symbol);
  return raise(TypeError, "unsupported operand type(s) for {:.100}: '{:.100}', '{:.100}', '{:.100}'", symbol,
               type_name(a), type_name(b), type_name(c));
}

struct Operator {
  Slot slot;
  Slot inplace;
  const char* symbol;
  const char* inplace_symbol;
};
#define OPERATOR(name, symbol) \
  { &NumberMethods::name, &NumberMethods::inplace_##name, symbol, symbol "=" }
constexpr Operator kAnd = {&NumberMethods::and_, &NumberMethods::inplace_and, "&", "&="};
constexpr Operator kOr = {&NumberMethods::or_, &NumberMethods::inplace_or, "|", "|="};
constexpr Operator kXor = {&NumberMethods::xor_, &NumberMethods::inplace_xor, "^", "^="};
constexpr Operator kAdd = OPERATOR(add, "+");
constexpr Operator kSubtract = OPERATOR(subtract, "-");
constexpr Operator kMultiply = OPERATOR(multiply, "*");
constexpr Operator kTrueDivide = OPERATOR(true_divide, "/");
constexpr Operator kFloorDivide = OPERATOR(floor_divide, "//");
constexpr Operator kRemainder = OPERATOR(remainder, "%");
constexpr Operator kMatrixMultiply = OPERATOR(matrix_multiply, "@");
constexpr Operator kLshift = OPERATOR(lshift, "<<");
constexpr Operator kRshift = OPERATOR(rshift, ">>");
#undef OPERATOR

Ref<Object> apply(Object* a, Object* b, const Operator& op) { return binary(a, b, op.slot, op.symbol); }
Ref<Object> apply_inplace(Object* a, Object* b, const Operator& op) {
  return conclude(dispatch_inplace(a, b, op.inplace, op.slot), a, b, op.inplace_symbol);
}
Ref<Object> inplace_multiply(Object* a, Object* b) {
  return repeat_or_fail(dispatch_inplace(a, b, kMultiply.inplace, kMultiply.slot), a, b, true);
}

Ref<Object> unary(Object* p, UnaryFunc NumberMethods::*slot, const char* what) {
  const NumberMethods* methods = type_of(p)->as_number;
  if (methods && methods->*slot) return steal((methods->*slot)(p));
  return raise(TypeError, "bad operand type for {}: '{:.200}'", what, type_name(p));
}

}  // namespace

// ---- Operators -----------------------------------------------------------------------------------------------------

Ref<Object> number_add(Object* a, Object* b) { return concat_or_fail(dispatch(a, b, kAdd.slot), a, b, false); }
Ref<Object> number_subtract(Object* a, Object* b) { return apply(a, b, kSubtract); }
Ref<Object> number_multiply(Object* a, Object* b) {
  return repeat_or_fail(dispatch(a, b, kMultiply.slot), a, b, false);
}
Ref<Object> number_true_divide(Object* a, Object* b) { return apply(a, b, kTrueDivide); }
Ref<Object> number_floor_divide(Object* a, Object* b) { return apply(a, b, kFloorDivide); }
Ref<Object> number_remainder(Object* a, Object* b) { return apply(a, b, kRemainder); }
Ref<Object> number_divmod(Object* a, Object* b) { return binary(a, b, &NumberMethods::divmod, "divmod()"); }
Ref<Object> number_lshift(Object* a, Object* b) { return apply(a, b, kLshift); }
Ref<Object> number_rshift(Object* a, Object* b) { return apply(a, b, kRshift); }
Ref<Object> number_and(Object* a, Object* b) { return apply(a, b, kAnd); }
Ref<Object> number_or(Object* a, Object* b) { return apply(a, b, kOr); }
Ref<Object> number_xor(Object* a, Object* b) { return apply(a, b, kXor); }
Ref<Object> number_matrix_multiply(Object* a, Object* b) { return apply(a, b, kMatrixMultiply); }
Ref<Object> number_inplace_add(Object* a, Object* b) {
  return concat_or_fail(dispatch_inplace(a, b, kAdd.inplace, kAdd.slot), a, b, true);
}

Ref<Object> number_power(Object* a, Object* b, Object* mod) { return ternary(a, b, mod, "** or pow()"); }

Ref<Object> number_inplace_power(Object* a, Object* b, Object* mod) {
  if (TernaryFunc f = slot_of(a, &NumberMethods::inplace_power)) {
    auto r = steal(f(a, b, mod));
    if (!declined(r.get())) return r;
  }
  return ternary(a, b, mod, "**=");
}

Ref<Object> number_binary_op(Object* a, Object* b, int nb_op) {
  switch (nb_op) {
    case 0: return number_add(a, b);
    case 1: return apply(a, b, kAnd);
    case 2: return apply(a, b, kFloorDivide);
    case 3: return apply(a, b, kLshift);
    case 4: return apply(a, b, kMatrixMultiply);
    case 5: return number_multiply(a, b);
    case 6: return apply(a, b, kRemainder);
    case 7: return apply(a, b, kOr);
    case 8: return number_power(a, b, py_none());
    case 9: return apply(a, b, kRshift);
    case 10: return apply(a, b, kSubtract);
    case 11: return apply(a, b, kTrueDivide);
    case 12: return apply(a, b, kXor);
    case 13: return number_inplace_add(a, b);
    case 14: return apply_inplace(a, b, kAnd);
    case 15: return apply_inplace(a, b, kFloorDivide);
    case 16: return apply_inplace(a, b, kLshift);
    case 17: return apply_inplace(a, b, kMatrixMultiply);
    case 18: return inplace_multiply(a, b);
    case 19: return apply_inplace(a, b, kRemainder);
    case 20: return apply_inplace(a, b, kOr);
    case 21: return number_inplace_power(a, b, py_none());
    case 22: return apply_inplace(a, b, kRshift);
    case 23: return apply_inplace(a, b, kSubtract);
    case 24: return apply_inplace(a, b, kTrueDivide);
    case 25: return apply_inplace(a, b, kXor);
    default: return raise_bad_internal_call(__FILE__, __LINE__);
  }
}

Ref<Object> number_negative(Object* p) { return unary(p, &NumberMethods::negative, "unary -"); }
Ref<Object> number_positive(Object* p) { return unary(p, &NumberMethods::positive, "unary +"); }
Ref<Object> number_invert(Object* p) { return unary(p, &NumberMethods::invert, "unary ~"); }
Ref<Object> number_absolute(Object* p) { return unary(p, &NumberMethods::absolute, "abs()"); }

// ---- Conversions ---------------------------------------------------------------------------------------------------

bool has_index(const Object* p) {
  const NumberMethods* methods = type_of(p)->as_number;
  return methods && methods->index;
}

namespace {

// What __int__ or __index__ returned must be an int; a strict subclass is deprecated.
Ref<Object> checked_int(Ref<Object> r, const char* method) {
  if (!r || type_of(r.get()) == &int_type) return r;
  if (!is_int(r.get())) return raise(TypeError, "{} returned non-int (type {:.200})", method, type_name(r.get()));
  TRY(warn(DeprecationWarning, 1,
           "{} returned non-int (type {:.200}).  The ability to return an instance of a strict subclass of int is "
           "deprecated, and may not be supported in a future version of Python.",
           method, type_name(r.get())));
  return r;
}

// The value as an int, subclasses as they are.
Ref<Object> index_of(Object* p) {
  if (is_int(p)) return share(p);
  if (!has_index(p)) {
    return raise(TypeError, "'{:.200}' object cannot be interpreted as an integer", type_name(p));
  }
  return checked_int(steal(type_of(p)->as_number->index(p)), "__index__");
}

Ref<Object> exact(Ref<Object> r) {
  if (!r || type_of(r.get()) == &int_type) return r;
  return int_exact(cast<Int>(r.get()));
}

Ref<Object> int_by_trunc(Object* p, Ref<Object> method) {
  TRY(warn(DeprecationWarning, 1, "The delegation of int() to __trunc__ is deprecated."));
  auto r = TRY(call(method.get()));
  if (is_int(r.get())) return exact(std::move(r));
  if (!has_index(r.get())) {
    return raise(TypeError, "__trunc__ returned non-Integral (type {:.200})", type_name(r.get()));
  }
  return number_index(r.get());
}

}  // namespace

Ref<Object> number_index(Object* p) { return exact(index_of(p)); }

Maybe<ssize> number_as_ssize(Object* p, Type* overflow) {
  if (is_int(p) && int_is_compact(cast<Int>(p))) [[likely]]
    return int_compact_value(cast<Int>(p));
  auto index = TRY(index_of(p));
  int out_of_range;
  long long v = int_to_long_long_overflow(index.get(), &out_of_range);
  if (out_of_range && overflow) {
    return raise(overflow, "cannot fit '{:.200}' into an index-sized integer", type_name(p));
  }
  return static_cast<ssize>(v);
}

Ref<Object> number_int(Object* p) {
  if (type_of(p) == &int_type) return share(p);
  const NumberMethods* methods = type_of(p)->as_number;
  if (methods && methods->int_) return exact(checked_int(steal(methods->int_(p)), "__int__"));
  if (methods && methods->index) return number_index(p);
  auto trunc = lookup_special(p, NAME("__trunc__"));
  if (trunc) return int_by_trunc(p, std::move(trunc));
  if (error_pending()) return kRaised;
  if (is_str(p)) return int_from_str(cast<Str>(p), 10);
  if (is_bytes(p)) return int_from_literal(bytes_view(cast<Bytes>(p)), 10, p);
  if (is_instance_of(p, &bytearray_type)) {
    const ByteArray* array = cast<ByteArray>(p);
    return int_from_literal({array->start, static_cast<size_t>(var_size(array))}, 10, p);
  }
  if (object_has_buffer(p)) {
    HeldBuffer buffer;
    if (buffer.get(p)) {
      auto copy = TRY(bytes_from(buffer.text()));
      return int_from_literal(bytes_view(copy.get()), 10, as_object(copy.get()));
    }
    error_clear();
  }
  return raise(TypeError, "int() argument must be a string, a bytes-like object or a real number, not '{:.200}'",
               type_name(p));
}

Ref<Object> number_float(Object* p) {
  if (type_of(p) == &float_type) return share(p);
  const NumberMethods* methods = type_of(p)->as_number;
  if (methods && methods->float_) {
    auto r = TRY(steal(methods->float_(p)));
    if (type_of(r.get()) == &float_type) return r;
    if (!is_instance_of(r.get(), &float_type)) {
      return raise(TypeError, "{:.50}.__float__ returned non-float (type {:.50})", type_name(p), type_name(r.get()));
    }
    TRY(warn(
        DeprecationWarning, 1,
        "{:.50}.__float__ returned non-float (type {:.50}).  The ability to return an instance of a strict subclass "
        "of float is deprecated, and may not be supported in a future version of Python.",
        type_name(p), type_name(r.get())));
    return float_from_double(cast<Float>(r.get())->value);
  }
  if (methods && methods->index) {
    auto index = TRY(number_index(p));
    return float_from_double(TRY(int_to_double(index.get())));
  }
  return float_from_str(p);
}

}  // namespace minipy
