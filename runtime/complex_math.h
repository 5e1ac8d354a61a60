// Complex arithmetic on plain values, shared with cmath.
#pragma once

#include "gc/object.h"
#include "runtime/result.h"

namespace minipy {

struct ComplexValue {
  double real, imag;
};

ComplexValue complex_product(ComplexValue a, ComplexValue b);
ComplexValue complex_quotient(ComplexValue a, ComplexValue b);  // b is not zero
// |z|; false when it overflows.
bool complex_abs(ComplexValue z, double& out);
// The value of a complex, or through __complex__, __float__, __index__; TypeError "must be real number, not X".
Maybe<ComplexValue> complex_as_value(Object* p);

}  // namespace minipy
