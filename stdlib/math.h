// Inside of the module math: what its files share.
#pragma once

#include "gc/object.h"
#include "runtime/bind.h"
#include "runtime/result.h"

namespace minipy::math {

Raised raise_domain_error();  // ValueError "math domain error"
Raised raise_range_error();   // OverflowError "math range error"

// math_integer.cc
Ref<Object> math_factorial(Object*, Object* n);
Ref<Object> math_comb(Object*, Object* n, Object* k);
Ref<Object> math_perm(Object*, Object* n, Object* k);
Ref<Object> math_gcd(Object*, VarArgs integers);
Ref<Object> math_lcm(Object*, VarArgs integers);
Ref<Object> math_isqrt(Object*, Object* n);

// math_sum.cc
Ref<Object> math_fsum(Object*, Object* iterable);
Ref<Object> math_prod(Object*, Object* iterable, Object* start);
Ref<Object> math_hypot(Object*, VarArgs coordinates);
Ref<Object> math_dist(Object*, Object* p, Object* q);

}  // namespace minipy::math
