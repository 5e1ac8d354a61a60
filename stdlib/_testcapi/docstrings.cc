// Functions whose docstrings begin with a signature, or nearly (`__text_signature__`).
#include "runtime/abstract.h"
#include "runtime/type.h"
#include "stdlib/_testcapi/testcapi.h"

namespace minipy::testcapi {
namespace {

Object* nothing(Object*, Object*) { return none_ref().release(); }

}  // namespace

constinit MethodDef docstring_functions[] = {
    {"docstring_empty", nothing, kMethVarArgs, ""},
    {"no_docstring", nothing, kMethVarArgs, nullptr},
    {"test_with_docstring", nothing, kMethVarArgs, "This is a pretty normal docstring."},
    {"docstring_no_signature", nothing, kMethVarArgs, "This docstring has no signature."},
    {"docstring_with_invalid_signature", nothing, kMethVarArgs,
     "docstring_with_invalid_signature($module, /, boo)\n\nThis docstring has an invalid signature."},
    {"docstring_with_invalid_signature2", nothing, kMethVarArgs,
     "docstring_with_invalid_signature2($module, /, boo)\n\n--\n\nThis docstring also has an invalid signature."},
    {"docstring_with_signature", nothing, kMethVarArgs,
     "docstring_with_signature($module, /, sig)\n--\n\nThis docstring has a valid signature."},
    {"docstring_with_signature_but_no_doc", nothing, kMethVarArgs,
     "docstring_with_signature_but_no_doc($module, /, sig)\n--\n\n"},
    {"docstring_with_signature_and_extra_newlines", nothing, kMethVarArgs,
     "docstring_with_signature_and_extra_newlines($module, /, parameter)\n--\n\n\nThis docstring has a valid signature "
     "and some extra newlines."},
    {"docstring_with_signature_with_defaults", nothing, kMethVarArgs,
     "docstring_with_signature_with_defaults(module, s='avocado',\n        b=b'bytes', d=3.14, i=35, n=None, t=True, "
     "f=False,\n        local=the_number_three, sys=sys.maxsize,\n        exp=sys.maxsize - 1)\n--\n\n\n\nThis "
     "docstring has a valid signature with parameters,\nand the parameters take defaults of varying types."},
    {},
};

}  // namespace minipy::testcapi
