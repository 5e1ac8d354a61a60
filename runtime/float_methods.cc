// float: methods and attributes.
#include "runtime/float_methods.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <string>
#include <string_view>

#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/number_text.h"
#include "runtime/str.h"

namespace minipy {

namespace {

Ref<Object> float_trunc(Float* self) { return int_from_double(self->value); }
Ref<Object> float_floor(Float* self) { return int_from_double(std::floor(self->value)); }
Ref<Object> float_ceil(Float* self) { return int_from_double(std::ceil(self->value)); }

// ---- round() -------------------------------------------------------------------------------------------------------

// Whether |x|, of decimal exponent e (10**e <= |x| < 10**(e+1)), is more than 5 * 10**e: its exact digits tell.
bool is_over_half(double x) {
  std::string digits = format_double(std::fabs(x), 'e', 800, 0);
  if (digits[0] != '5') return digits[0] > '5';
  return digits.find_first_not_of('0', 2) < digits.find('e');
}

// x rounded to a multiple of 10**-ndigits, half to even on the exact value.
double round_decimal(double x, int ndigits) {
  std::string text;
  if (ndigits >= 0) {
    text = format_double(x, 'f', ndigits, 0);
  } else {
    std::string probe = format_double(x, 'e', 800, 0);  // exact: nothing is rounded up to the next power
    int exponent = atoi(probe.c_str() + probe.find('e') + 1);
    int significant = exponent + 1 + ndigits;
    if (significant < 0) return std::copysign(0.0, x);
    if (significant == 0) {
      if (!is_over_half(x)) return std::copysign(0.0, x);
      text = std::string(x < 0 ? "-1e" : "1e") + std::to_string(-ndigits);
    } else {
      text = format_double(x, 'e', significant - 1, 0);
    }
  }
  const char* end;
  return parse_double(text.c_str(), &end);
}

Ref<Object> float_round(Float* self, Object* ndigits) {
  double x = self->value;
  if (is_none(ndigits)) {
    double rounded = std::round(x);
    if (std::fabs(x - rounded) == 0.5) rounded = 2.0 * std::round(x / 2.0);  // half to even
    return int_from_double(rounded);
  }
  ssize n = TRY(number_as_ssize(ndigits, nullptr));
  if (!std::isfinite(x)) return float_from_double(x);
  // 2**-1074 has 323 leading zeros behind the point; nothing is larger than 10**309.
  if (n > 323) return float_from_double(x);
  if (n < -308) return float_from_double(0.0 * x);
  double rounded = round_decimal(x, static_cast<int>(n));
  if (std::isinf(rounded)) return raise(OverflowError, "rounded value too large to represent");
  return float_from_double(rounded);
}

// ---- Exact forms ---------------------------------------------------------------------------------------------------

Ref<Object> float_as_integer_ratio(Float* self) {
  double x = self->value;
  if (std::isinf(x)) return raise(OverflowError, "cannot convert Infinity to integer ratio");
  if (std::isnan(x)) return raise(ValueError, "cannot convert NaN to integer ratio");
  int exponent;
  double m = std::frexp(x, &exponent);
  for (int i = 0; i < 300 && m != std::floor(m); i++) {
    m *= 2.0;
    exponent--;
  }
  auto numerator = TRY(int_from_double(m));
  auto denominator = TRY(int_from(1))
  .cast_to<Object>();
  auto shift = static_cast<size_t>(exponent < 0 ? -exponent : exponent);
  Ref<Object>& scaled = exponent > 0 ? numerator : denominator;
  scaled = TRY(int_lshift(cast<Int>(scaled.get()), shift));
  return tuple_pack(numerator.get(), denominator.get());
}

Ref<Object> float_is_integer(Float* self) {
  double x = self->value;
  return bool_ref(std::isfinite(x) && std::floor(x) == x);
}

Ref<Object> float_hex(Float* self) {
  double x = self->value;
  if (!std::isfinite(x)) return str_from_ascii(format_double(x, 'r', 0, kFloatAddDotZero));
  std::string out = std::signbit(x) ? "-0x" : "0x";
  if (x == 0.0) return str_from_ascii(out + "0.0p+0");
  auto bits = std::bit_cast<uint64_t>(x);
  int exponent = static_cast<int>(bits >> 52 & 0x7ff);
  uint64_t fraction = bits & ((uint64_t{1} << 52) - 1);
  out += exponent ? '1' : '0';
  out += '.';
  for (int i = 48; i >= 0; i -= 4) out += "0123456789abcdef"[fraction >> i & 15];
  exponent = exponent ? exponent - 1023 : -1022;
  out += exponent < 0 ? "p-" : "p+";
  out += std::to_string(std::abs(exponent));
  return str_from_ascii(out);
}

// m * 2**exponent (and a bit more, when sticky) rounded half to even; infinity when too large.
double compose(uint64_t m, bool sticky, long exponent) {
  if (m == 0) return 0.0;
  int bits = std::bit_width(m);
  long top = exponent + bits;  // m * 2**exponent < 2**top
  if (top > 1025) return HUGE_VAL;
  if (top < -1075) return 0.0;
  int keep = top < -1021 ? static_cast<int>(53 - (-1021 - top)) : 53;
  int drop = bits - keep;
  if (drop > 0) {
    uint64_t kept = drop < 64 ? m >> drop : 0;
    uint64_t low = drop < 64 ? m & ((uint64_t{1} << drop) - 1) : m;
    uint64_t half = uint64_t{1} << (drop - 1);
    if (low > half || (low == half && (sticky || (kept & 1)))) kept++;
    m = kept;
    exponent += drop;
  }
  return std::ldexp(static_cast<double>(m), static_cast<int>(exponent));
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool equals_word(std::string_view text, std::string_view word) {
  if (text.size() != word.size()) return false;
  for (size_t i = 0; i < text.size(); i++) {
    if ((text[i] | 0x20) != word[i]) return false;
  }
  return true;
}

// [sign] ["0x"] integer ["." fraction] ["p" exponent], or a word. False: malformed.
bool parse_hex_float(std::string_view text, double& out) {
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (equals_word(text, "inf") || equals_word(text, "infinity") || equals_word(text, "nan")) {
    out = (text[0] | 0x20) == 'i' ? HUGE_VAL : std::nan("");
    if (negative) out = -out;
    return true;
  }
  if (text.size() >= 2 && text[0] == '0' && (text[1] | 0x20) == 'x') text.remove_prefix(2);
  uint64_t m = 0;
  bool sticky = false;
  long exponent = 0;
  size_t i = 0, digits = 0;
  bool fraction = false;
  for (; i < text.size(); i++) {
    if (text[i] == '.' && !fraction) {
      fraction = true;
      continue;
    }
    int v = hex_value(text[i]);
    if (v < 0) break;
    digits++;
    if (m >> 60) {
      sticky = sticky || v;
      if (!fraction) exponent += 4;
    } else {
      m = m << 4 | static_cast<unsigned>(v);
      if (fraction) exponent -= 4;
    }
  }
  if (digits == 0) return false;
  if (i < text.size() && (text[i] | 0x20) == 'p') {
    i++;
    bool minus = false;
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) minus = text[i++] == '-';
    if (i == text.size()) return false;
    long e = 0;
    for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; i++) {
      if (e < (1L << 60)) e = e * 10 + (text[i] - '0');
    }
    exponent += minus ? -e : e;
  }
  if (i != text.size()) return false;
  out = compose(m, sticky, exponent);
  if (negative) out = -out;
  return true;
}

Ref<Object> float_fromhex(Type* type, Object* string) {
  if (!is_str(string)) return raise_bad_argument();
  auto text = str_utf8(cast<Str>(string));
  if (!text.data()) return kRaised;
  double x;
  text = strip_ascii_space(text);
  if (!parse_hex_float(text, x)) return raise(ValueError, "invalid hexadecimal floating-point string");
  if (std::isinf(x) && text.find_first_of("iI") == std::string_view::npos) {
    return raise(OverflowError, "hexadecimal value too large to represent as a float");
  }
  auto value = TRY(float_from_double(x));
  if (type == &float_type) return value;
  return call(as_object(type), value.get());
}

Ref<Object> float_getnewargs(Float* self) { return tuple_pack(TRY(float_from_double(self->value)).get()); }

Ref<Object> float_getformat(Type*, Str* typestr) {
  if (str_equals_ascii(typestr, "double") || str_equals_ascii(typestr, "float")) {
    return str_from_ascii(std::endian::native == std::endian::little ? "IEEE, little-endian" : "IEEE, big-endian");
  }
  return raise(ValueError, "__getformat__() argument 1 must be 'double' or 'float'");
}

Ref<Object> float_format_method(Object* self, Str* spec) { return float_format(self, spec); }
Ref<Object> float_imag(Float*) { return float_from_double(0.0); }

}  // namespace

constinit MethodDef float_methods[] = {
    METHOD(float_exact, "conjugate(self, /)", "Return self: a float is its own complex conjugate."),
    METHOD(float_trunc, "__trunc__(self, /)", "The int towards 0 from self."),
    METHOD(float_floor, "__floor__(self, /)", "The largest int that is not larger than self."),
    METHOD(float_ceil, "__ceil__(self, /)", "The smallest int that is not smaller than self."),
    METHOD(float_round, "__round__(self, ndigits=None, /)",
           "Round to ndigits places behind the point, half to even.\n\nWithout ndigits the result is an int, with it a "
           "float."),
    METHOD(float_as_integer_ratio, "as_integer_ratio(self, /)",
           "Return the pair of ints, the second positive and without common factor, whose\nratio is exactly self.\n\n"
           ">>> (0.25).as_integer_ratio()\n(1, 4)"),
    CLASS_METHOD(float_fromhex, "fromhex(type, string, /)",
                 "Make a float from a hexadecimal string.\n\n>>> float.fromhex('0x1.8p3')\n12.0"),
    METHOD(float_hex, "hex(self, /)", "Exact hexadecimal form of self.\n\n>>> (0.5).hex()\n'0x1.0000000000000p-1'"),
    METHOD(float_is_integer, "is_integer(self, /)", "Whether self has no fraction."),
    METHOD(float_getnewargs, "__getnewargs__(self, /)", ""),
    CLASS_METHOD(float_getformat, "__getformat__(type, typestr, /)",
                 "How C's 'double' or 'float' is stored on this machine. For Python's own tests."),
    METHOD(float_format_method, "__format__(self, format_spec, /)", "Format by the format() mini-language."),
    {},
};

constinit GetSetDef float_getset[] = {
    {"real", getter<float_exact>, nullptr, "the real part of a complex number", nullptr},
    {"imag", getter<float_imag>, nullptr, "the imaginary part of a complex number", nullptr},
    {},
};

}  // namespace minipy
