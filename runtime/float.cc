// float: the type, arithmetic, comparison, conversions. Methods are in float_methods.cc, digits in float_format.cc.
#include "runtime/float.h"

#include <cerrno>
#include <cmath>
#include <cstring>

#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/float_methods.h"
#include "runtime/free_list.h"
#include "runtime/int.h"
#include "runtime/int_digits.h"
#include "runtime/number_text.h"
#include "runtime/str.h"

namespace minipy {

namespace {

// As many as CPython keeps.
constinit FreeList<100, offsetof(Float, base.type), memory::object_free, 0> g_free_floats{"float"};

[[gnu::noinline]] Float* allocate_float() {
  free_list_register(g_free_floats);
  auto* p = static_cast<Float*>(memory::object_alloc(sizeof(Float)));
  if (!p) raise_no_memory_error();
  return p;
}

inline Object* init_float(Float* p, double v) {
  p->base.type = &float_type;
  first_reference(p);
  p->value = v;
  return as_object(p);
}

[[gnu::noinline]] Object* make_float_slow(double v) {
  auto* p = static_cast<Float*>(g_free_floats.take_slow());
  if (!p) p = allocate_float();
  return p ? init_float(p, v) : nullptr;
}

inline Object* make_float(double v) {
  auto* p = static_cast<Float*>(g_free_floats.take_fast());
  if (!p) [[unlikely]]
    return make_float_slow(v);
  return init_float(p, v);
}

void float_dealloc(Object* p) {
  if (p->type != &float_type) return p->type->free(p);
  g_free_floats.give_or_free(p);
}

inline bool is_float(const Object* p) { return type_of(p) == &float_type || type_is_subtype(type_of(p), &float_type); }

// An operand as a double. kOther: not a number that float knows.
enum class Operand { kOk, kOther, kRaised };
inline Operand operand(Object* p, double& out) {
  if (is_float(p)) [[likely]] {
    out = cast<Float>(p)->value;
    return Operand::kOk;
  }
  if (!is_int(p)) return Operand::kOther;
  Maybe<double> v = int_to_double(p);
  if (!v) return Operand::kRaised;
  out = *v;
  return Operand::kOk;
}

#define MINIPY_FLOAT_OPERANDS(a, b, x, y)                                   \
  double x, y;                                                              \
  if (Operand got_ = operand(a, x); got_ != Operand::kOk) [[unlikely]]      \
    return got_ == Operand::kOther ? not_implemented_ref() : Ref<Object>(); \
  if (Operand got_ = operand(b, y); got_ != Operand::kOk) [[unlikely]]      \
  return got_ == Operand::kOther ? not_implemented_ref() : Ref<Object>()

Ref<Object> float_add(Object* a, Object* b) {
  MINIPY_FLOAT_OPERANDS(a, b, x, y);
  return steal(make_float(x + y));
}
Ref<Object> float_subtract(Object* a, Object* b) {
  MINIPY_FLOAT_OPERANDS(a, b, x, y);
  return steal(make_float(x - y));
}
Ref<Object> float_multiply(Object* a, Object* b) {
  MINIPY_FLOAT_OPERANDS(a, b, x, y);
  return steal(make_float(x * y));
}
Ref<Object> float_true_divide(Object* a, Object* b) {
  MINIPY_FLOAT_OPERANDS(a, b, x, y);
  if (y == 0.0) return raise(ZeroDivisionError, "float division by zero");
  return steal(make_float(x / y));
}

// x = quotient * y + remainder, the remainder with y's sign (language reference 6.7).
double float_mod(double x, double y) {
  double mod = std::fmod(x, y);
  if (mod == 0.0) return std::copysign(0.0, y);
  return (y < 0) != (mod < 0) ? mod + y : mod;
}
void float_divide_floor(double x, double y, double& quotient, double& remainder) {
  double mod = std::fmod(x, y);
  double div = (x - mod) / y;
  if (mod == 0.0) {
    mod = std::copysign(0.0, y);
  } else if ((y < 0) != (mod < 0)) {
    mod += y;
    div -= 1.0;
  }
  if (div == 0.0) {
    quotient = std::copysign(0.0, x / y);
  } else {
    // x - mod is a multiple of y but for rounding: snap to the nearest integer.
    quotient = std::floor(div);
    if (div - quotient > 0.5) quotient += 1.0;
  }
  remainder = mod;
}

Ref<Object> float_remainder(Object* a, Object* b) {
  MINIPY_FLOAT_OPERANDS(a, b, x, y);
  if (y == 0.0) return raise(ZeroDivisionError, "float modulo");
  return steal(make_float(float_mod(x, y)));
}
Ref<Object> float_floor_divide(Object* a, Object* b) {
  MINIPY_FLOAT_OPERANDS(a, b, x, y);
  if (y == 0.0) return raise(ZeroDivisionError, "float floor division by zero");
  double quotient, remainder;
  float_divide_floor(x, y, quotient, remainder);
  return steal(make_float(quotient));
}
Ref<Object> float_divmod(Object* a, Object* b) {
  MINIPY_FLOAT_OPERANDS(a, b, x, y);
  if (y == 0.0) return raise(ZeroDivisionError, "float divmod()");
  double quotient, remainder;
  float_divide_floor(x, y, quotient, remainder);
  auto q = TRY(float_from_double(quotient));
  auto r = TRY(float_from_double(remainder));
  return tuple_pack(q.get(), r.get());
}

Ref<Object> float_power(Object* a, Object* b, Object* modulus) {
  if (!is_none(modulus)) {
    return raise(TypeError, "pow() 3rd argument not allowed unless all arguments are integers");
  }
  MINIPY_FLOAT_OPERANDS(a, b, x, y);
  if (x == 0.0 && y < 0 && std::isfinite(y)) {
    return raise(ZeroDivisionError, "0.0 cannot be raised to a negative power");
  }
  if (x == 0.0 && y < 0) return steal(make_float(HUGE_VAL));
  if (x < 0 && std::isfinite(x) && std::isfinite(y) && y != std::floor(y)) {
    return steal(complex_type.as_number->power(a, b, modulus));
  }
  double r = std::pow(x, y);  // C's special cases (Annex F) are the rest of Python's
  if (std::isinf(r) && std::isfinite(x) && std::isfinite(y)) return raise_range_error();
  return steal(make_float(r));
}

Ref<Object> float_negative(Float* v) { return steal(make_float(-v->value)); }
Ref<Object> float_absolute(Float* v) { return steal(make_float(std::fabs(v->value))); }
int float_bool(Object* v) { return cast<Float>(v)->value != 0.0; }
Ref<Object> float_int(Float* v) { return int_from_double(v->value); }
hash_t float_hash(Float* v) { return float_hash_value(as_object(v), v->value); }

Ref<Str> float_repr(Float* v) {
  // Small whole numbers are common: no need to look for the shortest digits.
  return str_from_ascii(format_double(v->value, 'r', 0, kFloatAddDotZero));
}

// ---- Comparison ----------------------------------------------------------------------------------------------------

template <class T>
bool decide(const T& a, const T& b, CompareOp op) {
  switch (op) {
    case kLt: return a < b;
    case kLe: return a <= b;
    case kEq: return a == b;
    case kNe: return a != b;
    case kGt: return a > b;
    default: return a >= b;
  }
}

// The sign of v - n, exactly. v is finite.
int compare_with_int(double v, Int* n) {
  int sign_v = v < 0 ? -1 : v > 0;
  int sign_n = int_sign(n);
  if (sign_v != sign_n) return sign_v < sign_n ? -1 : 1;
  size_t bits = int_bit_length(n);
  if (bits <= 53) {
    double d = static_cast<double>(int_two_digit_value(n));
    return v < d ? -1 : v > d;
  }
  int exponent;
  double m = std::frexp(std::fabs(v), &exponent);  // |v| has `exponent` bits before the point
  if (exponent < 0 || static_cast<size_t>(exponent) < bits) return -sign_v;
  if (static_cast<size_t>(exponent) > bits) return sign_v;
  // As many bits: exponent >= 54, so v is whole. Compare the mantissas' 53 bits, then what n has below.
  (void)m;
  auto whole = int_from_double(v);
  if (!whole) {
    error_clear();  // memory: compare rounded
    double d = *int_to_double(as_object(n));
    return v < d ? -1 : v > d;
  }
  return int_compare(cast<Int>(whole.get()), n);
}

Ref<Object> float_richcompare(Object* a, Object* b, CompareOp op) {
  double x = cast<Float>(a)->value;
  if (is_float(b)) return bool_ref(decide(x, cast<Float>(b)->value, op));
  if (!is_int(b)) return not_implemented_ref();
  if (!std::isfinite(x)) return bool_ref(decide(x, 0.0, op));
  return bool_ref(decide(compare_with_int(x, cast<Int>(b)), 0, op));
}

// ---- Construction --------------------------------------------------------------------------------------------------

Ref<Object> float_new(Type* type, Object* x) {
  Ref<Object> value;
  if (!x) {
    value = TRY(float_from_double(0.0));
  } else if (type_of(x) == &str_type) {
    value = TRY(float_from_str(x));
  } else {
    value = TRY(number_float(x));
  }
  if (type == &float_type) return value;
  auto r = TRY(steal(type->alloc(type, 0)));
  cast<Float>(r.get())->value = cast<Float>(value.get())->value;
  return r;
}
// Keywords of a subclass's call are left to its own __init__.
Object* float_new_slot(Type* type, Object* args, Object* kwargs) {
  constexpr auto make = NEW(float_new, "float(type, x=NULL, /)");
  if (type != &float_type && type->init != float_type.init) kwargs = nullptr;
  return make(type, args, kwargs);
}
constinit MethodDef float_constructor = METHOD(float_new, "float(type, x=NULL, /)", "");

Object* float_vectorcall(Object* type, Object* const* args, size_t nargsf, Object* kwnames) {
  ssize nargs = vectorcall_nargs(nargsf);
  if (kwnames && tuple_size(cast<Tuple>(kwnames))) {
    raise(TypeError, "float() takes no keyword arguments");
    return nullptr;
  }
  return float_constructor.function.fast(type, args, nargs);
}

Ref<Object> float_of_text(std::string_view text, Object* original) {
  std::string plain;
  text = strip_ascii_space(text);
  const char* begin;
  const char* end;
  bool valid = true;
  if (memchr(text.data(), '_', text.size())) {
    valid = strip_underscores(text, plain);
  } else {
    plain = text;  // NUL-terminated
  }
  begin = plain.c_str();
  double v = valid ? parse_double(begin, &end) : 0;
  if (!valid || end == begin || end != begin + plain.size()) {
    return raise(ValueError, "could not convert string to float: {}", repr_of(original));
  }
  return float_from_double(v);
}

constinit NumberMethods float_number_methods = {
    .add = slot<float_add>,
    .subtract = slot<float_subtract>,
    .multiply = slot<float_multiply>,
    .remainder = slot<float_remainder>,
    .divmod = slot<float_divmod>,
    .power = slot<float_power>,
    .negative = slot<float_negative>,
    .positive = slot<float_exact>,
    .absolute = slot<float_absolute>,
    .boolean = float_bool,
    .int_ = slot<float_int>,
    .float_ = slot<float_exact>,
    .floor_divide = slot<float_floor_divide>,
    .true_divide = slot<float_true_divide>,
};

}  // namespace

Raised raise_range_error() {
  auto code = TRY(int_from(ERANGE));
  auto text = TRY(str_from_utf8(strerror(ERANGE)));
  auto args = TRY(tuple_pack(code.get(), text.get()));
  return raise_object(OverflowError, as_object(args.get()));
}

Ref<Object> float_from_double(double v) { return steal(make_float(v)); }

Ref<Object> float_exact(Float* v) {
  if (type_of(v) == &float_type) return share(as_object(v));
  return float_from_double(v->value);
}

Maybe<double> float_as_double(Object* p) {
  if (is_float(p)) return cast<Float>(p)->value;
  const NumberMethods* methods = type_of(p)->as_number;
  if (methods && methods->float_) {
    auto r = TRY(number_float(p));
    return cast<Float>(r.get())->value;
  }
  if (methods && methods->index) {
    auto r = TRY(number_index(p));
    return int_to_double(r.get());
  }
  return raise(TypeError, "must be real number, not {:.50}", type_name(p));
}

Ref<Object> float_from_str(Object* text) {
  if (is_str(text)) return float_of_text(AsciiNumberText(cast<Str>(text)).view(), text);
  if (is_bytes(text)) return float_of_text(bytes_view(cast<Bytes>(text)), text);
  if (is_instance_of(text, &bytearray_type)) {
    const ByteArray* array = cast<ByteArray>(text);
    return float_of_text({array->start ? array->start : "", static_cast<size_t>(var_size(array))}, text);
  }
  if (object_has_buffer(text)) {
    HeldBuffer buffer;
    if (buffer.get(text)) {
      auto copy = TRY(bytes_from(buffer.text()));
      return float_of_text(bytes_view(copy.get()), text);
    }
    error_clear();
  }
  return raise(TypeError, "float() argument must be a string or a real number, not '{:.200}'", type_name(text));
}

constinit Type float_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "float",
    .basicsize = sizeof(Float),
    .dealloc = float_dealloc,
    .repr = slot<float_repr>,
    .as_number = &float_number_methods,
    .hash = slot<float_hash>,
    .getattro = slot<object_generic_get_attr>,
    .flags = kTypeDefault | kTypeBaseType | kTypeMatchSelf,
    .doc = "float(x=0, /)\n--\n\nConvert a string or number to a floating point number, if possible.",
    .richcompare = slot<float_richcompare>,
    .methods = float_methods,
    .getset = float_getset,
    .new_ = float_new_slot,
    .free = memory::object_free,
    .vectorcall = float_vectorcall,
};

}  // namespace minipy
