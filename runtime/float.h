// float and complex.
#pragma once

#include <string>
#include <string_view>

#include "gc/object.h"
#include "runtime/result.h"

namespace minipy {

struct Type;
struct Str;

struct Float {
  Object base;
  double value;
};
static_assert(sizeof(Float) == 24);
struct Complex {
  Object base;
  double real, imag;
};
static_assert(sizeof(Complex) == 32);

extern Type float_type, complex_type;

Ref<Object> float_from_double(double v);  // free list of 100, as CPython
Ref<Object> complex_from_doubles(double real, double imag);
// float(x) as C double: __float__, __index__; TypeError "must be real number, not X".
Maybe<double> float_as_double(Object* p);
Ref<Object> float_from_str(Object* text);  // ValueError "could not convert string to float: ..."
// Parses the longest float literal at the start; used by float(), complex() and the tokenizer.
double parse_double(const char* text, const char** end);
hash_t float_hash_value(const Object* inst, double v);

// format_code: 'r' shortest repr, 'e' 'f' 'g' 'E' 'F' 'G' with precision. flags as below. (PyOS_double_to_string)
enum FloatFormatFlags : int { kFloatSign = 1, kFloatAddDotZero = 2, kFloatAlt = 4, kFloatNoNegZero = 8 };
std::string format_double(double v, char format_code, int precision, int flags);

// format() mini-language.
Ref<Str> float_format(Object* v, Str* spec);
Ref<Str> complex_format(Object* v, Str* spec);
Ref<Object> complex_from_str(Object* text);

}  // namespace minipy
