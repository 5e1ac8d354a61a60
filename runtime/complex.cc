// complex: the type, arithmetic, the constructor.
#include <cerrno>
#include <cmath>
#include <string>

#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/complex_math.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/hash.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/number_text.h"
#include "runtime/str.h"

namespace minipy {

namespace {

inline bool is_complex(const Object* p) {
  return type_of(p) == &complex_type || type_is_subtype(type_of(p), &complex_type);
}
inline bool is_float(const Object* p) { return type_of(p) == &float_type || type_is_subtype(type_of(p), &float_type); }
inline ComplexValue value_of(const Complex* z) { return {z->real, z->imag}; }
inline Ref<Object> make(ComplexValue z) { return complex_from_doubles(z.real, z.imag); }

enum class Operand { kOk, kOther, kRaised };
Operand operand(Object* p, ComplexValue& out) {
  if (is_complex(p)) {
    out = value_of(cast<Complex>(p));
    return Operand::kOk;
  }
  out.imag = 0.0;
  if (is_int(p)) {
    Maybe<double> v = int_to_double(p);
    if (!v) return Operand::kRaised;
    out.real = *v;
    return Operand::kOk;
  }
  if (is_float(p)) {
    out.real = cast<Float>(p)->value;
    return Operand::kOk;
  }
  return Operand::kOther;
}

#define MINIPY_COMPLEX_OPERANDS(a, b, x, y)                                 \
  ComplexValue x, y;                                                        \
  if (Operand got_ = operand(a, x); got_ != Operand::kOk)                   \
    return got_ == Operand::kOther ? not_implemented_ref() : Ref<Object>(); \
  if (Operand got_ = operand(b, y); got_ != Operand::kOk)                   \
  return got_ == Operand::kOther ? not_implemented_ref() : Ref<Object>()

Ref<Object> complex_add(Object* a, Object* b) {
  MINIPY_COMPLEX_OPERANDS(a, b, x, y);
  return complex_from_doubles(x.real + y.real, x.imag + y.imag);
}
Ref<Object> complex_subtract(Object* a, Object* b) {
  MINIPY_COMPLEX_OPERANDS(a, b, x, y);
  return complex_from_doubles(x.real - y.real, x.imag - y.imag);
}
Ref<Object> complex_multiply(Object* a, Object* b) {
  MINIPY_COMPLEX_OPERANDS(a, b, x, y);
  return make(complex_product(x, y));
}
Ref<Object> complex_true_divide(Object* a, Object* b) {
  MINIPY_COMPLEX_OPERANDS(a, b, x, y);
  if (y.real == 0.0 && y.imag == 0.0) return raise(ZeroDivisionError, "complex division by zero");
  return make(complex_quotient(x, y));
}

// x**n by repeated squaring, n > 0.
ComplexValue power_unsigned(ComplexValue x, long n) {
  ComplexValue result{1.0, 0.0}, square = x;
  for (long bit = 1; bit <= n; bit <<= 1) {
    if (n & bit) result = complex_product(result, square);
    square = complex_product(square, square);
  }
  return result;
}

ComplexValue power_polar(ComplexValue a, ComplexValue b) {
  double size = std::hypot(a.real, a.imag);
  double length = std::pow(size, b.real);
  double angle = std::atan2(a.imag, a.real);
  double phase = angle * b.real;
  if (b.imag != 0.0) {
    length /= std::exp(angle * b.imag);
    phase += b.imag * std::log(size);
  }
  return {length * std::cos(phase), length * std::sin(phase)};
}

Ref<Object> complex_power(Object* a, Object* b, Object* modulus) {
  MINIPY_COMPLEX_OPERANDS(a, b, x, y);
  if (!is_none(modulus)) return raise(ValueError, "complex modulo");
  ComplexValue r{1.0, 0.0};
  bool x_is_zero = x.real == 0.0 && x.imag == 0.0;
  bool small_integer = y.imag == 0.0 && y.real == std::floor(y.real) && std::fabs(y.real) <= 100.0;
  if (x_is_zero && (y.imag != 0.0 || y.real < 0.0)) {
    return raise(ZeroDivisionError, "0.0 to a negative or complex power");
  }
  if (small_integer) {
    auto n = static_cast<long>(y.real);
    if (n > 0) {
      r = power_unsigned(x, n);
    } else {
      r = complex_quotient({1.0, 0.0}, power_unsigned(x, -n));
    }
  } else if (x_is_zero) {
    r = {0.0, 0.0};
  } else {
    r = power_polar(x, y);
  }
  if (std::isinf(r.real) || std::isinf(r.imag)) return raise(OverflowError, "complex exponentiation");
  return make(r);
}

Ref<Object> complex_negative(Complex* z) { return complex_from_doubles(-z->real, -z->imag); }
Ref<Object> complex_exact(Complex* z) {
  if (type_of(z) == &complex_type) return share(as_object(z));
  return make(value_of(z));
}
Ref<Object> complex_absolute(Complex* z) {
  double r;
  if (!complex_abs(value_of(z), r)) return raise(OverflowError, "absolute value too large");
  return float_from_double(r);
}
int complex_bool(Object* p) { return cast<Complex>(p)->real != 0.0 || cast<Complex>(p)->imag != 0.0; }
hash_t complex_hash(Complex* z) { return complex_hash_value(as_object(z), z->real, z->imag); }

Ref<Object> complex_richcompare(Object* a, Object* b, CompareOp op) {
  if (op != kEq && op != kNe) return not_implemented_ref();
  ComplexValue x = value_of(cast<Complex>(a));
  bool equal;
  if (is_complex(b)) {
    ComplexValue y = value_of(cast<Complex>(b));
    equal = x.real == y.real && x.imag == y.imag;
  } else if (is_float(b)) {
    equal = x.imag == 0.0 && x.real == cast<Float>(b)->value;
  } else if (is_int(b)) {
    if (x.imag == 0.0) {
      // float compares exactly with ints
      auto real = TRY(float_from_double(x.real));
      return object_compare(real.get(), b, op);
    }
    equal = false;
  } else {
    return not_implemented_ref();
  }
  return bool_ref(equal == (op == kEq));
}

Ref<Str> complex_repr(Complex* z) {
  std::string out;
  if (z->real == 0.0 && !std::signbit(z->real)) {
    out = format_double(z->imag, 'r', 0, 0) + "j";
  } else {
    out = "(" + format_double(z->real, 'r', 0, 0) + format_double(z->imag, 'r', 0, kFloatSign) + "j)";
  }
  return str_from_ascii(out);
}

// ---- Construction --------------------------------------------------------------------------------------------------

// [float][signed float "j"] in optional parentheses, and every shorter form of it. False: malformed.
bool parse_complex(std::string_view text, ComplexValue& out) {
  std::string copy(strip_ascii_space(text));
  if (!copy.empty() && copy.front() == '(') {
    if (copy.back() != ')' || copy.size() < 2) return false;
    copy = std::string(strip_ascii_space(std::string_view(copy).substr(1, copy.size() - 2)));
  }
  const char* p = copy.c_str();
  const char* last = p + copy.size();
  const char* end;
  auto is_sign = [](char c) { return c == '+' || c == '-'; };
  auto is_j = [](char c) { return c == 'j' || c == 'J'; };
  out = {0.0, 0.0};
  double z = parse_double(p, &end);
  if (end != p) {
    p = end;
    if (is_sign(*p)) {
      // <float><signed-float>j or <float><sign>j
      out.real = z;
      out.imag = parse_double(p, &end);
      if (end != p) {
        p = end;
      } else {
        out.imag = *p == '+' ? 1.0 : -1.0;
        p++;
      }
      if (!is_j(*p)) return false;
      p++;
    } else if (is_j(*p)) {
      p++;
      out.imag = z;
    } else {
      out.real = z;
    }
  } else {
    out.imag = 1.0;
    if (is_sign(*p)) {
      if (*p == '-') out.imag = -1.0;
      p++;
    }
    if (!is_j(*p)) return false;
    p++;
  }
  return p == last;
}

Ref<Object> complex_of_type(Type* type, ComplexValue z) {
  if (type == &complex_type) return make(z);
  auto r = TRY(steal(type->alloc(type, 0)));
  cast<Complex>(r.get())->real = z.real;
  cast<Complex>(r.get())->imag = z.imag;
  return r;
}

Ref<Object> complex_of_text(Type* type, Str* text) {
  AsciiNumberText ascii(text);
  std::string_view view = ascii.view();
  std::string plain;
  if (view.find('_') != std::string_view::npos) {
    if (!strip_underscores(view, plain)) {
      return raise(ValueError, "could not convert string to complex: {}", repr_of(text));
    }
    view = plain;
  }
  ComplexValue z;
  if (!parse_complex(view, z)) return raise(ValueError, "complex() arg is a malformed string");
  return complex_of_type(type, z);
}

// x.__complex__(), null without exception when the type has none.
Ref<Object> call_complex_method(Object* x) {
  auto method = lookup_special(x, NAME("__complex__"));
  if (!method) return nullptr;
  auto r = TRY(call(method.get()));
  if (!is_complex(r.get())) {
    return raise(TypeError, "__complex__ returned non-complex (type {:.200})", type_name(r.get()));
  }
  if (type_of(r.get()) != &complex_type) {
    TRY(warn(DeprecationWarning, 1,
             "__complex__ returned non-complex (type {:.200}).  The ability to return an instance of a strict "
             "subclass of complex is deprecated, and may be removed in a future version of Python.",
             type_name(r.get())));
  }
  return r;
}

bool has_real_value(Object* x) {
  const NumberMethods* methods = type_of(x)->as_number;
  return methods && (methods->float_ || methods->index || is_complex(x));
}

Ref<Object> complex_new(Type* type, Object* real, Object* imag) {
  if (real && !imag && type == &complex_type && type_of(real) == &complex_type) return share(real);
  if (real && is_str(real)) {
    if (imag) return raise(TypeError, "complex() can't take second arg if first is a string");
    return complex_of_text(type, cast<Str>(real));
  }
  if (imag && is_str(imag)) return raise(TypeError, "complex() second arg can't be a string");
  ComplexValue r{0.0, 0.0}, i{0.0, 0.0};
  bool real_is_complex = false, imag_is_complex = false;
  Ref<Object> converted;
  if (real) {
    converted = call_complex_method(real);
    if (!converted && error_pending()) return kRaised;
    Object* x = converted ? converted.get() : real;
    if (!has_real_value(x)) {
      return raise(TypeError, "complex() first argument must be a string or a number, not '{:.200}'", type_name(x));
    }
    if (imag && !has_real_value(imag)) {
      return raise(TypeError, "complex() second argument must be a number, not '{:.200}'", type_name(imag));
    }
    if (is_complex(x)) {
      r = value_of(cast<Complex>(x));
      real_is_complex = true;
    } else {
      r.real = TRY(float_as_double(x));
    }
  } else if (imag && !has_real_value(imag)) {
    return raise(TypeError, "complex() second argument must be a number, not '{:.200}'", type_name(imag));
  }
  if (imag) {
    if (is_complex(imag)) {
      i = value_of(cast<Complex>(imag));
      imag_is_complex = true;
    } else {
      i.real = TRY(float_as_double(imag));
    }
  }
  // real + imag*1j, without losing signs of zeros where a part is not complex.
  ComplexValue z{r.real, i.real};
  if (imag_is_complex) z.real -= i.imag;
  if (real_is_complex) z.imag = imag ? z.imag + r.imag : r.imag;
  return complex_of_type(type, z);
}

// ---- Methods -------------------------------------------------------------------------------------------------------

Ref<Object> complex_conjugate(Complex* z) { return complex_from_doubles(z->real, -z->imag); }
Ref<Object> complex_getnewargs(Complex* z) {
  auto real = TRY(float_from_double(z->real));
  auto imag = TRY(float_from_double(z->imag));
  return tuple_pack(real.get(), imag.get());
}
Ref<Object> complex_format_method(Object* self, Str* spec) { return complex_format(self, spec); }

constinit MethodDef complex_methods[] = {
    METHOD(complex_conjugate, "conjugate(self, /)", "Return the number with the sign of its imaginary part changed."),
    METHOD(complex_exact, "__complex__(self, /)", "Convert this value to exact type complex."),
    METHOD(complex_getnewargs, "__getnewargs__(self, /)", ""),
    METHOD(complex_format_method, "__format__(self, format_spec, /)", "Format by the format() mini-language."),
    {},
};

constinit MemberDef complex_members[] = {
    {"real", kMemberDouble, offsetof(Complex, real), kMemberReadonly, "the real part of a complex number"},
    {"imag", kMemberDouble, offsetof(Complex, imag), kMemberReadonly, "the imaginary part of a complex number"},
    {},
};

constinit NumberMethods complex_number_methods = {
    .add = slot<complex_add>,
    .subtract = slot<complex_subtract>,
    .multiply = slot<complex_multiply>,
    .power = slot<complex_power>,
    .negative = slot<complex_negative>,
    .positive = slot<complex_exact>,
    .absolute = slot<complex_absolute>,
    .boolean = complex_bool,
    .true_divide = slot<complex_true_divide>,
};

}  // namespace

ComplexValue complex_product(ComplexValue a, ComplexValue b) {
  return {a.real * b.real - a.imag * b.imag, a.real * b.imag + a.imag * b.real};
}

// Smith's method: divide by the larger part of the divisor first, so that nothing overflows on the way.
ComplexValue complex_quotient(ComplexValue a, ComplexValue b) {
  double size_real = std::fabs(b.real), size_imag = std::fabs(b.imag);
  if (size_real >= size_imag) {
    if (size_real == 0.0) return {0.0, 0.0};
    double ratio = b.imag / b.real;
    double denominator = b.real + b.imag * ratio;
    return {(a.real + a.imag * ratio) / denominator, (a.imag - a.real * ratio) / denominator};
  }
  if (size_imag >= size_real) {
    double ratio = b.real / b.imag;
    double denominator = b.real * ratio + b.imag;
    return {(a.real * ratio + a.imag) / denominator, (a.imag * ratio - a.real) / denominator};
  }
  return {std::nan(""), std::nan("")};  // a part of b is a NaN
}

bool complex_abs(ComplexValue z, double& out) {
  if (!std::isfinite(z.real) || !std::isfinite(z.imag)) {
    // An infinity in either part wins over a NaN (C99 Annex G).
    out = std::isinf(z.real) ? std::fabs(z.real) : std::isinf(z.imag) ? std::fabs(z.imag) : std::nan("");
    return true;
  }
  out = std::hypot(z.real, z.imag);
  return std::isfinite(out);
}

Ref<Object> complex_from_doubles(double real, double imag) {
  auto* p = static_cast<Complex*>(memory::object_alloc(sizeof(Complex)));
  if (!p) return raise_no_memory_error();
  p->base.type = &complex_type;
  first_reference(p);
  p->real = real;
  p->imag = imag;
  return steal(as_object(p));
}

Ref<Object> complex_from_str(Object* text) { return complex_of_text(&complex_type, cast<Str>(text)); }

Maybe<ComplexValue> complex_as_value(Object* p) {
  if (is_complex(p)) return value_of(cast<Complex>(p));
  auto converted = call_complex_method(p);
  if (converted) return value_of(cast<Complex>(converted.get()));
  if (error_pending()) return kRaised;
  return ComplexValue {
    TRY(float_as_double(p))
    , 0.0
  };
}

constinit Type complex_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "complex",
    .basicsize = sizeof(Complex),
    .repr = slot<complex_repr>,
    .as_number = &complex_number_methods,
    .hash = slot<complex_hash>,
    .getattro = slot<object_generic_get_attr>,
    .flags = kTypeDefault | kTypeBaseType,
    .doc = "complex(real=0, imag=0)\n--\n\nMake the complex number real + imag*1j, or read one from a string.",
    .richcompare = slot<complex_richcompare>,
    .methods = complex_methods,
    .members = complex_members,
    .new_ = NEW(complex_new, "complex(type, real=NULL, imag=NULL)"),
    .free = memory::object_free,
};

}  // namespace minipy
