// Module _testcapi: what CPython's own tests ask of the module of that name, as far as it is about behaviour that
// Python programs see. It is written against minipy's runtime: the C API itself is not what it tests.
#pragma once

#include "runtime/module.h"

namespace minipy::testcapi {

extern MethodDef call_functions[], memory_functions[], marshal_functions[], exception_functions[], object_functions[],
    docstring_functions[];

Status add_call_types(Module* m);
Status add_exception_types(Module* m);
Status add_object_types(Module* m);

}  // namespace minipy::testcapi
