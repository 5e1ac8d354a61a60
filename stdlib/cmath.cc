// The module cmath. Formulas and their care for overflow and for the branch cuts are W. Kahan's ("Branch cuts for
// complex elementary functions; or: Much ado about nothing's sign bit"). Values at infinities and NaNs are those of
// C99's Annex G, taken from the C library; where that leaves a sign open, CPython's choice is made here.
#include <cerrno>
#include <cfloat>
#include <cmath>
#include <complex>

#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/complex_math.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/int.h"
#include "runtime/module.h"

namespace minipy::cmath {

namespace {

constexpr double kPi = 3.141592653589793238462643383279502884197;
constexpr double kE = 2.718281828459045235360287471352662497757;
constexpr double kLn2 = 0.6931471805599453094;  // natural log of 2
constexpr double kLn10 = 2.302585092994045684;  // natural log of 10
constexpr double kLarge = DBL_MAX / 4.0;        // beyond: hypot() of it might overflow
const double kSqrtLarge = std::sqrt(kLarge);
const double kLogLarge = std::log(kLarge);
const double kSqrtMin = std::sqrt(DBL_MIN);

struct Value : ComplexValue {
  Value(double r, double i) : ComplexValue{r, i} {}
};

enum class Problem { kNone, kDomain, kRange };

bool is_finite(Value z) { return std::isfinite(z.real) && std::isfinite(z.imag); }
std::complex<double> to_std(Value z) { return {z.real, z.imag}; }
Value of_std(std::complex<double> z) { return {z.real(), z.imag()}; }
void check_range(Value r, Problem& problem) {
  if (std::isinf(r.real) || std::isinf(r.imag)) problem = Problem::kRange;
}

// log(|z|) where |z| may overflow.
double log_of_large(Value z) { return std::log(std::hypot(z.real / 2.0, z.imag / 2.0)) + kLn2 * 2.0; }
bool is_large(Value z) { return std::fabs(z.real) > kLarge || std::fabs(z.imag) > kLarge; }

Value sqrt(Value z, Problem&) {
  if (!is_finite(z)) return of_std(std::sqrt(to_std(z)));
  if (z.real == 0.0 && z.imag == 0.0) return {0.0, z.imag};
  double x = std::fabs(z.real), y = std::fabs(z.imag), s;
  if (x < DBL_MIN && y < DBL_MIN && (x > 0.0 || y > 0.0)) {
    // Subnormal: scale up by 2**53, and what is the root of twice that down by 2**27.
    x = std::ldexp(x, 53);
    s = std::ldexp(std::sqrt(x + std::hypot(x, std::ldexp(y, 53))), -27);
  } else {
    x /= 8.0;
    s = 2.0 * std::sqrt(x + std::hypot(x, y / 8.0));
  }
  double d = y / (2.0 * s);
  if (z.real >= 0.0) return {s, std::copysign(d, z.imag)};
  return {d, std::copysign(s, z.imag)};
}

Value acos(Value z, Problem& problem) {
  if (!is_finite(z)) {
    if (std::isinf(z.real) && std::isnan(z.imag)) return {z.imag, HUGE_VAL};
    return of_std(std::acos(to_std(z)));
  }
  if (is_large(z)) {
    double size = log_of_large(z);
    return {std::atan2(std::fabs(z.imag), z.real),
            z.real < 0.0 ? -std::copysign(size, z.imag) : std::copysign(size, -z.imag)};
  }
  Value s1 = sqrt({1.0 - z.real, -z.imag}, problem), s2 = sqrt({1.0 + z.real, z.imag}, problem);
  return {2.0 * std::atan2(s1.real, s2.real), std::asinh(s2.real * s1.imag - s2.imag * s1.real)};
}

Value acosh(Value z, Problem& problem) {
  if (!is_finite(z)) {
    if (z.real == 0.0 && std::isnan(z.imag)) return {z.imag, z.imag};
    return of_std(std::acosh(to_std(z)));
  }
  if (is_large(z)) return {log_of_large(z), std::atan2(z.imag, z.real)};
  Value s1 = sqrt({z.real - 1.0, z.imag}, problem), s2 = sqrt({z.real + 1.0, z.imag}, problem);
  return {std::asinh(s1.real * s2.real + s1.imag * s2.imag), 2.0 * std::atan2(s1.imag, s2.real)};
}

Value asinh(Value z, Problem& problem) {
  // C leaves the sign open.
  if (std::isnan(z.real) && std::isinf(z.imag)) return {HUGE_VAL, z.real};
  if (!is_finite(z)) return of_std(std::asinh(to_std(z)));
  if (is_large(z)) {
    double size = log_of_large(z);
    return {z.imag >= 0.0 ? std::copysign(size, z.real) : -std::copysign(size, -z.real),
            std::atan2(z.imag, std::fabs(z.real))};
  }
  Value s1 = sqrt({1.0 + z.imag, -z.real}, problem), s2 = sqrt({1.0 - z.imag, z.real}, problem);
  return {std::asinh(s1.real * s2.imag - s2.real * s1.imag), std::atan2(z.imag, s1.real * s2.real - s1.imag * s2.imag)};
}

Value atanh(Value z, Problem& problem) {
  if (std::isnan(z.real) && std::isinf(z.imag)) return {0.0, std::copysign(kPi / 2.0, z.imag)};
  if (!is_finite(z)) return of_std(std::atanh(to_std(z)));
  // Odd: from the right half plane.
  if (std::signbit(z.real)) {
    Value r = atanh({-z.real, -z.imag}, problem);
    return {-r.real, -r.imag};
  }
  double y = std::fabs(z.imag);
  if (z.real > kSqrtLarge || y > kSqrtLarge) {
    double h = std::hypot(z.real / 2.0, z.imag / 2.0);
    return {z.real / 4.0 / h / h, -std::copysign(kPi / 2.0, -z.imag)};
  }
  if (z.real == 1.0 && y < kSqrtMin) {
    if (y == 0.0) {
      problem = Problem::kDomain;
      return {HUGE_VAL, z.imag};
    }
    return {-std::log(std::sqrt(y) / std::sqrt(std::hypot(y, 2.0))), std::copysign(std::atan2(2.0, -y) / 2, z.imag)};
  }
  double x1 = 1 - z.real;
  return {std::log1p(4.0 * z.real / (x1 * x1 + y * y)) / 4.0,
          -std::atan2(-2.0 * z.imag, x1 * (1 + z.real) - y * y) / 2.0};
}

Value cosh(Value z, Problem& problem) {
  if (!is_finite(z)) {
    if (std::isinf(z.imag) && !std::isnan(z.real)) problem = Problem::kDomain;
    if (std::isnan(z.real) && z.imag == 0.0) return {z.real, 0.0};
    return of_std(std::cosh(to_std(z)));
  }
  Value r{0, 0};
  if (std::fabs(z.real) > kLogLarge) {
    double x = z.real - std::copysign(1.0, z.real);  // one less, to be made good by the factor e
    r = {std::cos(z.imag) * std::cosh(x) * kE, std::sin(z.imag) * std::sinh(x) * kE};
  } else {
    r = {std::cos(z.imag) * std::cosh(z.real), std::sin(z.imag) * std::sinh(z.real)};
  }
  check_range(r, problem);
  return r;
}

Value sinh(Value z, Problem& problem) {
  if (!is_finite(z)) {
    if (std::isinf(z.imag) && !std::isnan(z.real)) problem = Problem::kDomain;
    if (z.real == 0.0 && std::isnan(z.imag)) return {0.0, z.imag};
    return of_std(std::sinh(to_std(z)));
  }
  Value r{0, 0};
  if (std::fabs(z.real) > kLogLarge) {
    double x = z.real - std::copysign(1.0, z.real);
    r = {std::cos(z.imag) * std::sinh(x) * kE, std::sin(z.imag) * std::cosh(x) * kE};
  } else {
    r = {std::cos(z.imag) * std::sinh(z.real), std::sin(z.imag) * std::cosh(z.real)};
  }
  check_range(r, problem);
  return r;
}

Value tanh(Value z, Problem& problem) {
  if (!is_finite(z)) {
    if (std::isinf(z.imag) && std::isfinite(z.real)) problem = Problem::kDomain;
    if (z.real == 0.0 && std::isnan(z.imag)) return {z.imag, z.imag};
    if (std::isinf(z.real) && std::isinf(z.imag)) return {std::copysign(1.0, z.real), 0.0};
    return of_std(std::tanh(to_std(z)));
  }
  if (std::fabs(z.real) > kLogLarge) {
    return {std::copysign(1.0, z.real), 4.0 * std::sin(z.imag) * std::cos(z.imag) * std::exp(-2.0 * std::fabs(z.real))};
  }
  double tx = std::tanh(z.real), ty = std::tan(z.imag), cx = 1.0 / std::cosh(z.real);
  double product = tx * ty, denominator = 1.0 + product * product;
  return {tx * (1.0 + ty * ty) / denominator, ((ty / denominator) * cx) * cx};
}

Value exp(Value z, Problem& problem) {
  if (!is_finite(z)) {
    if (std::isinf(z.imag) && (std::isfinite(z.real) || (std::isinf(z.real) && z.real > 0))) problem = Problem::kDomain;
    if (std::isinf(z.real) && z.real < 0 && !std::isfinite(z.imag)) return {0.0, 0.0};
    return of_std(std::exp(to_std(z)));
  }
  Value r{0, 0};
  if (z.real > kLogLarge) {
    double size = std::exp(z.real - 1.0);
    r = {size * std::cos(z.imag) * kE, size * std::sin(z.imag) * kE};
  } else {
    double size = std::exp(z.real);
    r = {size * std::cos(z.imag), size * std::sin(z.imag)};
  }
  check_range(r, problem);
  return r;
}

Value log(Value z, Problem& problem) {
  if (!is_finite(z)) return of_std(std::log(to_std(z)));
  double x = std::fabs(z.real), y = std::fabs(z.imag), size;
  if (x > kLarge || y > kLarge) {
    size = std::log(std::hypot(x / 2.0, y / 2.0)) + kLn2;
  } else if (x < DBL_MIN && y < DBL_MIN) {
    if (x > 0.0 || y > 0.0) {
      size = std::log(std::hypot(std::ldexp(x, DBL_MANT_DIG), std::ldexp(y, DBL_MANT_DIG))) - DBL_MANT_DIG * kLn2;
    } else {
      problem = Problem::kDomain;
      return {-HUGE_VAL, std::atan2(z.imag, z.real)};
    }
  } else {
    double h = std::hypot(x, y);
    if (0.71 <= h && h <= 1.73) {
      // Near the unit circle, where log(h) would lose digits.
      double larger = x > y ? x : y, smaller = x > y ? y : x;
      size = std::log1p((larger - 1) * (larger + 1) + smaller * smaller) / 2.0;
    } else {
      size = std::log(h);
    }
  }
  return {size, std::atan2(z.imag, z.real)};
}

Value log10(Value z, Problem& problem) {
  Value r = log(z, problem);
  return {r.real / kLn10, r.imag / kLn10};
}

// Circular functions by the hyperbolic ones: sin(z) = -i sinh(iz) and so on.
template <Value (*kHyperbolic)(Value, Problem&)>
Value turned(Value z, Problem& problem) {
  Value r = kHyperbolic({-z.imag, z.real}, problem);
  return {r.imag, -r.real};
}
Value cos(Value z, Problem& problem) { return cosh({-z.imag, z.real}, problem); }

Ref<Object> finish(Value r, Problem problem) {
  if (problem == Problem::kDomain) return raise(ValueError, "math domain error");
  if (problem == Problem::kRange) return raise(OverflowError, "math range error");
  return complex_from_doubles(r.real, r.imag);
}

template <Value (*kFunction)(Value, Problem&)>
Ref<Object> function(Object*, Object* argument) {
  ComplexValue z = TRY(complex_as_value(argument));
  Problem problem = Problem::kNone;
  Value r = kFunction({z.real, z.imag}, problem);
  return finish(r, problem);
}

Ref<Object> cmath_log(Object*, Object* argument, Object* base) {
  ComplexValue z = TRY(complex_as_value(argument));
  Problem problem = Problem::kNone;
  Value r = log({z.real, z.imag}, problem);
  if (base) {
    ComplexValue b = TRY(complex_as_value(base));
    problem = Problem::kNone;  // as CPython: log(0, base) is -inf
    Value divisor = log({b.real, b.imag}, problem);
    if (divisor.real == 0.0 && divisor.imag == 0.0) {
      problem = Problem::kDomain;
    } else {
      ComplexValue q = complex_quotient(r, divisor);
      r = {q.real, q.imag};
    }
  }
  return finish(r, problem);
}

Ref<Object> cmath_phase(Object*, Object* argument) {
  ComplexValue z = TRY(complex_as_value(argument));
  errno = 0;
  double phi = std::atan2(z.imag, z.real);
  if (errno == ERANGE) return raise(OverflowError, "math range error");  // too small a result is one too
  return float_from_double(phi);
}

Ref<Object> cmath_polar(Object*, Object* argument) {
  ComplexValue z = TRY(complex_as_value(argument));
  double size;
  if (!complex_abs(z, size)) return raise(OverflowError, "math range error");
  auto r = TRY(float_from_double(size));
  auto phi = TRY(float_from_double(std::atan2(z.imag, z.real)));
  return tuple_pack(r.get(), phi.get());
}

Value rect_of(double r, double phi, Problem& problem) {
  if (std::isfinite(r) && std::isfinite(phi)) {
    // r*sin(0) would lose the sign of zeros and infinities.
    if (phi == 0.0) return {r, r * phi};
    return {r * std::cos(phi), r * std::sin(phi)};
  }
  if (std::isinf(phi) && r != 0.0 && !std::isnan(r)) problem = Problem::kDomain;
  if (std::isinf(r) && std::isfinite(phi) && phi != 0.0) {
    if (r > 0) return {std::copysign(HUGE_VAL, std::cos(phi)), std::copysign(HUGE_VAL, std::sin(phi))};
    return {-std::copysign(HUGE_VAL, std::cos(phi)), -std::copysign(HUGE_VAL, std::sin(phi))};
  }
  double nan = std::nan("");
  if (phi == 0.0) {
    if (std::isnan(r)) return {nan, 0.0};
    return {r, std::signbit(r) == std::signbit(phi) ? 0.0 : -0.0};
  }
  if (r == 0.0) return {0.0, 0.0};
  if (std::isinf(r)) return {HUGE_VAL, nan};
  return {nan, nan};
}

Ref<Object> cmath_rect(Object*, double r, double phi) {
  Problem problem = Problem::kNone;
  Value z = rect_of(r, phi, problem);
  return finish(z, problem);
}

Ref<Object> cmath_isfinite(Object*, Object* argument) {
  ComplexValue z = TRY(complex_as_value(argument));
  return bool_ref(std::isfinite(z.real) && std::isfinite(z.imag));
}
Ref<Object> cmath_isnan(Object*, Object* argument) {
  ComplexValue z = TRY(complex_as_value(argument));
  return bool_ref(std::isnan(z.real) || std::isnan(z.imag));
}
Ref<Object> cmath_isinf(Object*, Object* argument) {
  ComplexValue z = TRY(complex_as_value(argument));
  return bool_ref(std::isinf(z.real) || std::isinf(z.imag));
}

Maybe<double> tolerance(Object* given, double otherwise) {
  if (!given) return otherwise;
  return float_as_double(given);
}

double size_of(ComplexValue z) {
  double r;
  complex_abs(z, r);
  return r;
}

Ref<Object> cmath_isclose(Object*, Object* a_argument, Object* b_argument, Object* rel_tol, Object* abs_tol) {
  ComplexValue a = TRY(complex_as_value(a_argument))
  , b = TRY(complex_as_value(b_argument));
  double relative = TRY(tolerance(rel_tol, 1e-09))
  , absolute = TRY(tolerance(abs_tol, 0.0));
  if (relative < 0.0 || absolute < 0.0) return raise(ValueError, "tolerances must be non-negative");
  if (a.real == b.real && a.imag == b.imag) return bool_ref(true);
  for (double part : {a.real, a.imag, b.real, b.imag}) {
    if (std::isinf(part)) return bool_ref(false);
  }
  double difference = size_of({a.real - b.real, a.imag - b.imag});
  return bool_ref(difference <= relative * size_of(b) || difference <= relative * size_of(a) || difference <= absolute);
}

#define COMPLEX_FUNCTION(f, name, doc) FUNCTION(function<f>, name "(module, z, /)", doc)

constinit MethodDef functions[] = {
    COMPLEX_FUNCTION(acos, "acos", "Return the arc cosine of z."),
    COMPLEX_FUNCTION(acosh, "acosh", "Return the inverse hyperbolic cosine of z."),
    COMPLEX_FUNCTION(turned<asinh>, "asin", "Return the arc sine of z."),
    COMPLEX_FUNCTION(asinh, "asinh", "Return the inverse hyperbolic sine of z."),
    COMPLEX_FUNCTION(turned<atanh>, "atan", "Return the arc tangent of z."),
    COMPLEX_FUNCTION(atanh, "atanh", "Return the inverse hyperbolic tangent of z."),
    COMPLEX_FUNCTION(cos, "cos", "Return the cosine of z."),
    COMPLEX_FUNCTION(cosh, "cosh", "Return the hyperbolic cosine of z."),
    COMPLEX_FUNCTION(exp, "exp", "Return the exponential value e**z."),
    FUNCTION(
        cmath_isclose, "isclose(module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)",
        "Whether two complex numbers are close: their distance is at most abs_tol, or rel_tol\ntimes the larger of "
        "their absolute values."),
    FUNCTION(cmath_isfinite, "isfinite(module, z, /)", "Whether both parts are finite."),
    FUNCTION(cmath_isinf, "isinf(module, z, /)", "Whether a part is an infinity."),
    FUNCTION(cmath_isnan, "isnan(module, z, /)", "Whether a part is a NaN."),
    FUNCTION(cmath_log, "log(module, z, base=<unrepresentable>, /)",
             "Logarithm of z to the base, natural where none is given."),
    COMPLEX_FUNCTION(log10, "log10", "Return the base-10 logarithm of z."),
    FUNCTION(cmath_phase, "phase(module, z, /)", "Return argument, also known as the phase angle, of a complex."),
    FUNCTION(cmath_polar, "polar(module, z, /)", "The pair (r, phi) of polar coordinates."),
    FUNCTION(cmath_rect, "rect(module, r, phi, /)", "The complex number of polar coordinates."),
    COMPLEX_FUNCTION(turned<sinh>, "sin", "Return the sine of z."),
    COMPLEX_FUNCTION(sinh, "sinh", "Return the hyperbolic sine of z."),
    COMPLEX_FUNCTION(sqrt, "sqrt", "Return the square root of z."),
    COMPLEX_FUNCTION(turned<tanh>, "tan", "Return the tangent of z."),
    COMPLEX_FUNCTION(tanh, "tanh", "Return the hyperbolic tangent of z."),
    {},
};

Status exec(Module* m) {
  double nan = std::nan("");
  TRY(module_add(m, "pi", float_from_double(kPi)));
  TRY(module_add(m, "e", float_from_double(kE)));
  TRY(module_add(m, "tau", float_from_double(2 * kPi)));
  TRY(module_add(m, "inf", float_from_double(HUGE_VAL)));
  TRY(module_add(m, "infj", complex_from_doubles(0.0, HUGE_VAL)));
  TRY(module_add(m, "nan", float_from_double(nan)));
  return module_add(m, "nanj", complex_from_doubles(0.0, nan));
}

}  // namespace

}  // namespace minipy::cmath

namespace minipy {

extern NativeModule cmath_module;
constinit NativeModule cmath_module = {"cmath", cmath::functions, cmath::exec,
                                       "Mathematical functions for complex numbers."};

}  // namespace minipy
