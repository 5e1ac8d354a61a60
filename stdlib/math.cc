// The module math: functions of real numbers. Number theory is in math_integer.cc, sums and norms in math_sum.cc.
#include <cerrno>
#include <cfloat>
#include <climits>
#include <cmath>

#include "runtime/abstract.h"
#include "runtime/bind_varargs.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "stdlib/math.h"

namespace minipy::math {

Raised raise_domain_error() { return raise(ValueError, "math domain error"); }
Raised raise_range_error() { return raise(OverflowError, "math range error"); }

namespace {

constexpr double kPi = 3.141592653589793238462643383279502884197;
constexpr double kE = 2.718281828459045235360287471352662497757;
constexpr double kLogPi = 1.144729885849400174143427351353058711647;

// ---- Functions of one number
// -----------------------------------------------------------------------------------------

enum class Infinite { kDomain, kRange };  // what an infinite result of a finite argument means

template <double (*kFunction)(double), Infinite kInfinite>
Ref<Object> unary(Object*, Object* argument) {
  double x = TRY(float_as_double(argument));
  double r = kFunction(x);
  if (std::isnan(r) && !std::isnan(x)) return raise_domain_error();
  if (std::isinf(r) && std::isfinite(x)) {
    if (kInfinite == Infinite::kRange) return raise_range_error();
    return raise_domain_error();
  }
  return float_from_double(r);
}

// Those that tell by themselves what is wrong.
enum class Problem { kNone, kDomain, kRange };
template <double (*kFunction)(double, Problem&)>
Ref<Object> checked(Object*, Object* argument) {
  double x = TRY(float_as_double(argument));
  Problem problem = Problem::kNone;
  double r = kFunction(x, problem);
  if (problem == Problem::kDomain) return raise_domain_error();
  if (problem == Problem::kRange) return raise_range_error();
  return float_from_double(r);
}

template <double (*kFunction)(double, double)>
Ref<Object> binary(Object*, Object* a, Object* b) {
  double x = TRY(float_as_double(a));
  double y = TRY(float_as_double(b));
  double r = kFunction(x, y);
  if (std::isnan(r) && !std::isnan(x) && !std::isnan(y)) return raise_domain_error();
  if (std::isinf(r) && std::isfinite(x) && std::isfinite(y)) return raise_range_error();
  return float_from_double(r);
}

double log1p_signed(double x) { return x == 0.0 ? x : std::log1p(x); }

// ---- Gamma
// ----------------------------------------------------------------------------------------------------------- Lanczos'
// approximation, with the 13 coefficients for 53 bits of John Maddock's Boost.Math ("lanczos13m53"):
//   gamma(x) = (x + g - 0.5)**(x - 0.5) / exp(x + g - 0.5) * L(x)

constexpr double kLanczosG = 6.024680040776729583740234375;
constexpr double kLanczosGMinusHalf = 5.524680040776729583740234375;
constexpr int kLanczosN = 13;
constexpr double kLanczosNumerator[kLanczosN] = {
    23531376880.410759688572007674451636754734846804940, 42919803642.649098768957899047001988850926355848959,
    35711959237.355668049440185451547166705960488635843, 17921034426.037209699919755754458931112671403265390,
    6039542586.3520280050642916443072979210699388420708, 1439720407.3117216736632230727949123939715485786372,
    248874557.86205415651146038641322942321632125127801, 31426415.585400194380614231628318205362874684987640,
    2876370.6289353724412254090516208496135991145378768, 186056.26539522349504029498971604569928220784236328,
    8071.6720023658162106380029022722506138218516325024, 210.82427775157934587250973392071336271166969580291,
    2.5066282746310002701649081771338373386264310793408};
constexpr double kLanczosDenominator[kLanczosN] = {0.0,        39916800.0, 120543840.0, 150917976.0, 105258076.0,
                                                   45995730.0, 13339535.0, 2637558.0,   357423.0,    32670.0,
                                                   1925.0,     66.0,       1.0};

double lanczos_sum(double x) {
  double numerator = 0.0, denominator = 0.0;
  if (x < 5.0) {
    for (int i = kLanczosN - 1; i >= 0; i--) {
      numerator = numerator * x + kLanczosNumerator[i];
      denominator = denominator * x + kLanczosDenominator[i];
    }
  } else {
    // In powers of 1/x, so that nothing overflows.
    for (int i = 0; i < kLanczosN; i++) {
      numerator = numerator / x + kLanczosNumerator[i];
      denominator = denominator / x + kLanczosDenominator[i];
    }
  }
  return numerator / denominator;
}

// sin(pi * x), right at the multiples of 1/2.
double sin_pi(double x) {
  double y = std::fmod(std::fabs(x), 2.0), r;
  switch (static_cast<int>(std::round(2.0 * y))) {
    case 0: r = std::sin(kPi * y); break;
    case 1: r = std::cos(kPi * (y - 0.5)); break;
    case 2: r = std::sin(kPi * (1.0 - y)); break;  // not -sin(pi*(y-1)): right for y == 1
    case 3: r = -std::cos(kPi * (y - 1.5)); break;
    default: r = std::sin(kPi * (y - 2.0)); break;
  }
  return std::copysign(1.0, x) * r;
}

// 0! to 22!: the largest that a double holds exactly.
double small_factorial(int n) {
  double r = 1.0;
  for (int i = 2; i <= n; i++) r *= i;
  return r;
}

double gamma(double x, Problem& problem) {
  if (!std::isfinite(x)) {
    if (std::isnan(x) || x > 0.0) return x;
    problem = Problem::kDomain;
    return std::nan("");
  }
  if (x == 0.0) {
    problem = Problem::kDomain;
    return std::copysign(HUGE_VAL, x);
  }
  if (x == std::floor(x)) {
    if (x < 0.0) {
      problem = Problem::kDomain;
      return std::nan("");
    }
    if (x <= 23) return small_factorial(static_cast<int>(x) - 1);
  }
  double size = std::fabs(x), r;
  if (size < 1e-20) {
    r = 1.0 / x;
    if (std::isinf(r)) problem = Problem::kRange;
    return r;
  }
  if (size > 200.0) {
    if (x < 0.0) return 0.0 / sin_pi(x);
    problem = Problem::kRange;
    return HUGE_VAL;
  }
  double y = size + kLanczosGMinusHalf, error;
  // What the sum lost in rounding, to correct for it.
  if (size > kLanczosGMinusHalf) {
    double q = y - size;
    error = q - kLanczosGMinusHalf;
  } else {
    double q = y - kLanczosGMinusHalf;
    error = q - size;
  }
  error = error * kLanczosG / y;
  bool in_two_steps = size >= 140.0;  // the power alone would overflow
  double power = in_two_steps ? std::pow(y, size / 2.0 - 0.25) : std::pow(y, size - 0.5);
  if (x < 0.0) {
    r = -kPi / sin_pi(size) / size * std::exp(y) / lanczos_sum(size);
    r -= error * r;
    r /= power;
    if (in_two_steps) r /= power;
  } else {
    r = lanczos_sum(size) / std::exp(y);
    r += error * r;
    r *= power;
    if (in_two_steps) r *= power;
  }
  if (std::isinf(r)) problem = Problem::kRange;
  return r;
}

double log_gamma(double x, Problem& problem) {
  if (!std::isfinite(x)) return std::isnan(x) ? x : HUGE_VAL;
  if (x == std::floor(x) && x <= 2.0) {
    if (x > 0.0) return 0.0;
    problem = Problem::kDomain;
    return HUGE_VAL;
  }
  double size = std::fabs(x);
  if (size < 1e-20) return -std::log(size);
  double r = std::log(lanczos_sum(size)) - kLanczosG;
  r += (size - 0.5) * (std::log(size + kLanczosG - 0.5) - 1);
  if (x < 0.0) r = kLogPi - std::log(std::fabs(sin_pi(size))) - std::log(size) - r;
  if (std::isinf(r)) problem = Problem::kRange;
  return r;
}

// ---- Logarithms: of ints of any size
// -----------------------------------------------------------------------------------

template <double (*kLog)(double)>
Maybe<double> log_of(Object* argument) {
  if (is_int(argument)) {
    const Int* n = cast<Int>(argument);
    if (int_sign(n) <= 0) return raise_domain_error();
    if (int_bit_length(n) <= 1023) return kLog(TRY(int_to_double(argument)));
    ssize exponent;
    double m = int_frexp(n, &exponent);
    if (exponent <= 1024) return kLog(std::ldexp(m, static_cast<int>(exponent)));
    return kLog(m) + kLog(2.0) * static_cast<double>(exponent);
  }
  double x = TRY(float_as_double(argument));
  if (std::isnan(x) || (std::isinf(x) && x > 0)) return x;
  if (x <= 0.0) return raise_domain_error();
  return kLog(x);
}
double log_e(double x) { return std::log(x); }
double log_2(double x) { return std::log2(x); }
double log_10(double x) { return std::log10(x); }

Ref<Object> math_log(Object*, VarArgs args) {
  if (args.size < 1 || args.size > 2) return raise(TypeError, "math.log requires 1 to 2 arguments");
  double x = TRY(log_of<log_e>(args[0]));
  if (args.size == 1) return float_from_double(x);
  double base = TRY(log_of<log_e>(args[1]));
  if (base == 0.0) return raise(ZeroDivisionError, "float division by zero");
  return float_from_double(x / base);
}
Ref<Object> math_log2(Object*, Object* x) { return float_from_double(TRY(log_of<log_2>(x))); }
Ref<Object> math_log10(Object*, Object* x) { return float_from_double(TRY(log_of<log_10>(x))); }

// ---- Parts and powers
// --------------------------------------------------------------------------------------------------

Ref<Object> math_frexp(Object*, double x) {
  int exponent = 0;
  double m = std::isfinite(x) && x != 0.0 ? std::frexp(x, &exponent) : x;
  auto mantissa = TRY(float_from_double(m));
  auto e = TRY(int_from(exponent));
  return tuple_pack(mantissa.get(), e.get());
}

Ref<Object> math_ldexp(Object*, double x, Object* exponent) {
  if (!is_int(exponent)) return raise(TypeError, "Expected an int as second argument to ldexp.");
  int overflow;
  long long e = int_to_long_long_overflow(exponent, &overflow);
  if (x == 0.0 || !std::isfinite(x)) return float_from_double(x);
  if (e > INT_MAX) return raise_range_error();
  if (e < INT_MIN) return float_from_double(std::copysign(0.0, x));
  double r = std::ldexp(x, static_cast<int>(e));
  if (std::isinf(r)) return raise_range_error();
  return float_from_double(r);
}

Ref<Object> math_modf(Object*, double x) {
  double whole = x, fraction = std::copysign(0.0, x);
  if (std::isnan(x)) {
    fraction = x;
  } else if (!std::isinf(x)) {
    fraction = std::modf(x, &whole);
  }
  auto f = TRY(float_from_double(fraction));
  auto w = TRY(float_from_double(whole));
  return tuple_pack(f.get(), w.get());
}

Ref<Object> math_fmod(Object*, double x, double y) {
  if (std::isinf(y) && std::isfinite(x)) return float_from_double(x);
  double r = std::fmod(x, y);
  if (std::isnan(r) && !std::isnan(x) && !std::isnan(y)) return raise_domain_error();
  return float_from_double(r);
}

Ref<Object> math_pow(Object*, double x, double y) {
  double r = std::pow(x, y);
  if (std::isfinite(x) && std::isfinite(y)) {
    if (std::isnan(r)) return raise_domain_error();
    if (std::isinf(r)) {
      if (x == 0.0) return raise_domain_error();
      return raise_range_error();
    }
  }
  return float_from_double(r);
}

double remainder_of(double x, double y) {
  if (std::isinf(y) && std::isfinite(x)) return x;
  return std::remainder(x, y);
}

// ---- Rounding: through the special methods
// -----------------------------------------------------------------------------

template <double (*kRound)(double)>
Ref<Object> round_by(Object* number, Str* method_name) {
  if (type_of(number) != &float_type) {
    auto method = lookup_special(number, method_name);
    if (method) return call(method.get());
    if (error_pending()) return kRaised;
  }
  return int_from_double(kRound(TRY(float_as_double(number))));
}
double ceil_of(double x) { return std::ceil(x); }
double floor_of(double x) { return std::floor(x); }
Ref<Object> math_ceil(Object*, Object* x) { return round_by<ceil_of>(x, NAME("__ceil__")); }
Ref<Object> math_floor(Object*, Object* x) { return round_by<floor_of>(x, NAME("__floor__")); }

Ref<Object> math_trunc(Object*, Object* x) {
  if (type_of(x) == &float_type) return int_from_double(cast<Float>(x)->value);
  auto method = lookup_special(x, NAME("__trunc__"));
  if (method) return call(method.get());
  if (error_pending()) return kRaised;
  return raise(TypeError, "type {:.100} doesn't define __trunc__ method", type_name(x));
}

// ---- Classification and the rest
// -----------------------------------------------------------------------------------------

Ref<Object> math_isfinite(Object*, double x) { return bool_ref(std::isfinite(x)); }
Ref<Object> math_isinf(Object*, double x) { return bool_ref(std::isinf(x)); }
Ref<Object> math_isnan(Object*, double x) { return bool_ref(std::isnan(x)); }
Ref<Object> math_degrees(Object*, double x) { return float_from_double(x * (180.0 / kPi)); }
Ref<Object> math_radians(Object*, double x) { return float_from_double(x * (kPi / 180.0)); }
Ref<Object> math_nextafter(Object*, double x, double y) { return float_from_double(std::nextafter(x, y)); }

Ref<Object> math_ulp(Object*, double x) {
  if (std::isnan(x)) return float_from_double(x);
  x = std::fabs(x);
  if (std::isinf(x)) return float_from_double(x);
  double next = std::nextafter(x, HUGE_VAL);
  if (std::isinf(next)) return float_from_double(x - std::nextafter(x, -HUGE_VAL));
  return float_from_double(next - x);
}

Maybe<double> tolerance(Object* given, double otherwise) {
  if (!given) return otherwise;
  return float_as_double(given);
}

Ref<Object> math_isclose(Object*, double a, double b, Object* rel_tol, Object* abs_tol) {
  double relative = TRY(tolerance(rel_tol, 1e-09))
  , absolute = TRY(tolerance(abs_tol, 0.0));
  if (relative < 0.0 || absolute < 0.0) return raise(ValueError, "tolerances must be non-negative");
  if (a == b) return bool_ref(true);
  if (std::isinf(a) || std::isinf(b)) return bool_ref(false);
  double difference = std::fabs(b - a);
  return bool_ref(difference <= std::fabs(relative * b) || difference <= std::fabs(relative * a) ||
                  difference <= absolute);
}

#define UNARY(c_function, infinite, name, doc) \
  FUNCTION((unary<c_function, Infinite::infinite>), name "(module, x, /)", doc)
#define CHECKED(c_function, name, doc) FUNCTION((checked<c_function>), name "(module, x, /)", doc)

constexpr MethodDef without_signature(MethodDef m, const char* doc) {
  m.doc = doc;
  return m;
}

constinit MethodDef functions[] = {
    UNARY(acos, kDomain, "acos", "Arc cosine of x, in radians, between 0 and pi."),
    UNARY(acosh, kDomain, "acosh", "Inverse hyperbolic cosine of x."),
    UNARY(asin, kDomain, "asin", "Arc sine of x, in radians, between -pi/2 and pi/2."),
    UNARY(asinh, kDomain, "asinh", "Inverse hyperbolic sine of x."),
    UNARY(atan, kDomain, "atan", "Arc tangent of x, in radians, between -pi/2 and pi/2."),
    FUNCTION(binary<atan2>, "atan2(module, y, x, /)",
             "Arc tangent of y/x, in radians, in the quadrant that the signs of both tell."),
    UNARY(atanh, kDomain, "atanh", "Inverse hyperbolic tangent of x."),
    UNARY(cbrt, kDomain, "cbrt", "Cube root of x."),
    FUNCTION(math_ceil, "ceil(module, x, /)", "The smallest int that is not smaller than x."),
    FUNCTION(binary<copysign>, "copysign(module, x, y, /)",
             "A float with the magnitude of x and the sign of y, which may be that of a zero."),
    UNARY(cos, kDomain, "cos", "Cosine of x, in radians."),
    UNARY(cosh, kRange, "cosh", "Hyperbolic cosine of x."),
    FUNCTION(math_degrees, "degrees(module, x, /)", "Convert an angle from radians to degrees."),
    FUNCTION(math_dist, "dist(module, p, q, /)",
             "Euclidean distance of two points, each a sequence of as many coordinates."),
    UNARY(erf, kDomain, "erf", "Error function at x."),
    UNARY(erfc, kDomain, "erfc", "Complementary error function at x."),
    UNARY(exp, kRange, "exp", "e to the power of x."),
    UNARY(exp2, kRange, "exp2", "2 to the power of x."),
    UNARY(expm1, kRange, "expm1", "exp(x) - 1, precise for small x, too."),
    UNARY(fabs, kDomain, "fabs", "Absolute value as a float."),
    FUNCTION(math_factorial, "factorial(module, n, /)", "n!, for a non-negative int."),
    FUNCTION(math_floor, "floor(module, x, /)", "The largest int that is not larger than x."),
    FUNCTION(math_fmod, "fmod(module, x, y, /)", "Remainder of x by y as C has it: with the sign of x, unlike x % y."),
    FUNCTION(math_frexp, "frexp(module, x, /)",
             "The pair (m, e) with x == m * 2.0**e and 0.5 <= abs(m) < 1.0; (0.0, 0) for 0."),
    FUNCTION(math_fsum, "fsum(module, seq, /)", "The exact sum of the numbers, rounded once."),
    CHECKED(gamma, "gamma", "Gamma function at x."),
    FUNCTION(math_gcd, "gcd(module, *integers)", "Greatest Common Divisor."),
    without_signature(FUNCTION(math_hypot, "hypot(module, *coordinates)", ""),
                      "hypot(*coordinates) -> value\n\nEuclidean length of the vector: sqrt(sum(x**2 for x in "
                      "coordinates)), without\noverflow on the way."),
    FUNCTION(math_isclose, "isclose(module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)",
             "Whether two numbers are close: their difference is at most abs_tol, or rel_tol times\nthe larger of "
             "them. NaN is close to nothing, an infinity only to itself."),
    FUNCTION(math_isfinite, "isfinite(module, x, /)", "Whether x is neither an infinity nor a NaN."),
    FUNCTION(math_isinf, "isinf(module, x, /)", "Whether x is an infinity of either sign."),
    FUNCTION(math_isnan, "isnan(module, x, /)", "Whether x is a NaN."),
    FUNCTION(math_isqrt, "isqrt(module, n, /)", "The integer part of the square root of an int."),
    FUNCTION(math_lcm, "lcm(module, *integers)", "Least Common Multiple."),
    FUNCTION(math_ldexp, "ldexp(module, x, i, /)", "x * (2**i), the inverse of frexp()."),
    CHECKED(log_gamma, "lgamma", "Natural logarithm of the absolute value of the Gamma function at x."),
    without_signature(VARARGS_FUNCTION(math_log, "log(module, *args)", ""),
                      "log(x, [base=math.e])\nLogarithm of x to the base, natural where none is given."),
    UNARY(log1p_signed, kDomain, "log1p", "Natural logarithm of 1+x, precise for small x, too."),
    FUNCTION(math_log10, "log10(module, x, /)", "Logarithm of x to the base 10."),
    FUNCTION(math_log2, "log2(module, x, /)", "Logarithm of x to the base 2."),
    FUNCTION(math_modf, "modf(module, x, /)", "Fraction and integer part of x, floats with the sign of x."),
    FUNCTION(math_pow, "pow(module, x, y, /)", "x to the power of y."),
    FUNCTION(math_radians, "radians(module, x, /)", "Convert an angle from degrees to radians."),
    FUNCTION(binary<remainder_of>, "remainder(module, x, y, /)",
             "x - n*y with the int n nearest to x/y, the even one of two: IEEE 754's remainder."),
    UNARY(sin, kDomain, "sin", "Sine of x, in radians."),
    UNARY(sinh, kRange, "sinh", "Hyperbolic sine of x."),
    UNARY(sqrt, kDomain, "sqrt", "Square root of x."),
    UNARY(tan, kDomain, "tan", "Tangent of x, in radians."),
    UNARY(tanh, kDomain, "tanh", "Hyperbolic tangent of x."),
    FUNCTION(math_trunc, "trunc(module, x, /)", "The int towards 0 from x: x.__trunc__()."),
    FUNCTION(math_prod, "prod(module, iterable, /, *, start=1)", "The product of start and all elements."),
    FUNCTION(math_perm, "perm(module, n, k=None, /)",
             "In how many orders k of n things can be taken: n! / (n - k)!; n! without k."),
    FUNCTION(math_comb, "comb(module, n, k, /)",
             "In how many ways k of n things can be taken in any order: n! / (k! * (n - k)!)."),
    FUNCTION(math_nextafter, "nextafter(module, x, y, /)", "The float next to x in the direction of y."),
    FUNCTION(math_ulp, "ulp(module, x, /)", "The value of the least significant bit of x."),
    {},
};

Status exec(Module* m) {
  TRY(module_add(m, "pi", float_from_double(kPi)));
  TRY(module_add(m, "e", float_from_double(kE)));
  TRY(module_add(m, "tau", float_from_double(2 * kPi)));
  TRY(module_add(m, "inf", float_from_double(HUGE_VAL)));
  return module_add(m, "nan", float_from_double(std::nan("")));
}

}  // namespace

}  // namespace minipy::math

namespace minipy {

extern NativeModule math_module;
constinit NativeModule math_module = {"math", math::functions, math::exec,
                                      "The mathematical functions of the C standard, and some more."};

}  // namespace minipy
