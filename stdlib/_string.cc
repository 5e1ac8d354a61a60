// The module _string: what string.Formatter shares with str.format().
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/error.h"
#include "runtime/module.h"
#include "runtime/str_format.h"

namespace minipy {
namespace {

Ref<Object> formatter_parser(Module*, Object* format) {
  if (!is_str(format)) return raise(TypeError, "expected str, got {}", type_name(format));
  return str_formatter_parser(cast<Str>(format));
}
Ref<Object> formatter_field_name_split(Module*, Object* name) {
  if (!is_str(name)) return raise(TypeError, "expected str, got {}", type_name(name));
  return str_field_name_split(cast<Str>(name));
}

constexpr MethodDef with_doc(MethodDef m, const char* doc) {
  m.doc = doc;
  return m;
}

constinit MethodDef string_functions[] = {
    with_doc(FUNCTION(formatter_field_name_split, "formatter_field_name_split(module, field_name, /)", ""),
             "split the argument as a field name"),
    with_doc(FUNCTION(formatter_parser, "formatter_parser(module, format_string, /)", ""),
             "parse the argument as a format string"),
    {},
};

}  // namespace

constinit NativeModule _string_module = {"_string", string_functions, nullptr, "string helper module"};

}  // namespace minipy
