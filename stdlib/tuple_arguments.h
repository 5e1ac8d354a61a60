// Arguments of functions that CPython parses from a tuple by PyArg_ParseTuple: the words of its errors.
#pragma once

#include "gc/object.h"
#include "runtime/bind.h"
#include "runtime/result.h"

namespace minipy {

// TypeError "f() takes exactly 2 arguments (3 given)". `function` null: "function takes ...".
Status check_count(const char* function, VarArgs args, ssize least, ssize most);
// A C int. OverflowError "signed integer is greater than maximum".
Maybe<int> int_argument(Object* p);

}  // namespace minipy
