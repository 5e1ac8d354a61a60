// The module's table and C's limits.
#include <cfloat>
#include <climits>

#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/int.h"
#include "runtime/list_internal.h"
#include "stdlib/_testcapi/testcapi.h"

namespace minipy {
namespace {

template <class T>
Status add_limit(Module* m, const char* name, T value) {
  if constexpr (std::is_unsigned_v<T>) {
    return module_add(m, name, Ref<Object>(int_from_size(value)));
  } else {
    return module_add_int(m, name, value);
  }
}

#define LIMIT(name) TRY(add_limit(m, #name, name))

Status add_limits(Module* m) {
  LIMIT(CHAR_MAX);
  LIMIT(CHAR_MIN);
  LIMIT(UCHAR_MAX);
  LIMIT(SHRT_MAX);
  LIMIT(SHRT_MIN);
  LIMIT(USHRT_MAX);
  LIMIT(INT_MAX);
  LIMIT(INT_MIN);
  LIMIT(UINT_MAX);
  LIMIT(LONG_MAX);
  LIMIT(LONG_MIN);
  LIMIT(ULONG_MAX);
  LIMIT(LLONG_MAX);
  LIMIT(LLONG_MIN);
  LIMIT(ULLONG_MAX);
  TRY(add_limit(m, "PY_SSIZE_T_MAX", PTRDIFF_MAX));
  TRY(add_limit(m, "PY_SSIZE_T_MIN", PTRDIFF_MIN));
  TRY(module_add(m, "FLT_MAX", Ref<Object>(float_from_double(FLT_MAX))));
  TRY(module_add(m, "FLT_MIN", Ref<Object>(float_from_double(FLT_MIN))));
  TRY(module_add(m, "DBL_MAX", Ref<Object>(float_from_double(DBL_MAX))));
  TRY(module_add(m, "DBL_MIN", Ref<Object>(float_from_double(DBL_MIN))));
  TRY(module_add_int(m, "the_number_three", 3));
  return module_add_int(m, "SIZEOF_TIME_T", sizeof(time_t));
}

Status exec(Module* m) {
  for (MethodDef* functions : {testcapi::memory_functions, testcapi::marshal_functions, testcapi::exception_functions,
                               testcapi::object_functions, testcapi::docstring_functions}) {
    TRY(module_add_functions(m, functions));
  }
  TRY(add_limits(m));
  TRY(testcapi::add_call_types(m));
  TRY(testcapi::add_exception_types(m));
  return testcapi::add_object_types(m);
}

}  // namespace

constinit NativeModule _testcapi_module = {"_testcapi", testcapi::call_functions, exec,
                                           "What CPython's own tests ask for."};

}  // namespace minipy
