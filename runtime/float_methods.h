// Inside of float: what its files share.
#pragma once

#include "runtime/float.h"
#include "runtime/type.h"

namespace minipy {

extern MethodDef float_methods[];
extern GetSetDef float_getset[];

Ref<Object> float_exact(Float* v);  // the same value as an exact float
// OverflowError(ERANGE, "Numerical result out of range"), as a failing C function is reported.
Raised raise_range_error();

}  // namespace minipy
