// The module _json: what speeds up the package json.
#include "runtime/module.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/function.h"
#include "runtime/int.h"
#include "stdlib/_json/json.h"

namespace minipy {
namespace {

template <bool kAscii>
Ref<Str> encode_basestring(Module*, Object* s) {
  if (!is_str(s)) return raise(TypeError, "first argument must be a string, not {:.80}", type_name(s));
  StrBuilder out(str_length(cast<Str>(s)) + 2);
  TRY(json::append_json_string(out, cast<Str>(s), kAscii));
  return out.finish();
}

Ref<Object> scanstring(Module*, Object* text, ssize end, bool strict) {
  if (!is_str(text)) return raise(TypeError, "first argument must be a string, not {:.80}", type_name(text));
  ssize next = -1;
  Ref<Str> s = TRY(json::scan_string(cast<Str>(text), end, strict, &next));
  Ref<Int> index = TRY(int_from_ssize(next));
  return tuple_pack(as_object(s.get()), as_object(index.get()));
}

constexpr MethodDef with_doc(MethodDef m, const char* doc) {
  m.doc = doc;
  return m;
}

constinit MethodDef json_functions[] = {
    with_doc(
        FUNCTION(encode_basestring<true>, "encode_basestring_ascii(module, string, /)", ""),
        "encode_basestring_ascii(string) -> string\n\nReturn an ASCII-only JSON representation of a Python string"),
    with_doc(FUNCTION(encode_basestring<false>, "encode_basestring(module, string, /)", ""),
             "encode_basestring(string) -> string\n\nReturn a JSON representation of a Python string"),
    with_doc(FUNCTION(scanstring, "scanstring(module, string, end, strict=True, /)", ""),
             "scanstring(string, end, strict=True) -> (string, end)\n\n"
             "Read the JSON string whose opening quote stands before end: its text and the index behind it.\n"
             "Unless strict, control characters may stand in it."),
    {},
};

Status json_exec(Module* m) {
  TRY(type_ready(&json::scanner_type));
  TRY(type_ready(&json::encoder_type));
  TRY(module_add(m, "make_scanner", share(as_object(&json::scanner_type))));
  return module_add(m, "make_encoder", share(as_object(&json::encoder_type)));
}

}  // namespace

bool json::is_own_string_encoder(Object* function, bool* ascii) {
  if (!is_exactly(function, &builtin_function_type)) return false;
  MethodDef* def = cast<BuiltinFunction>(function)->def;
  *ascii = def == &json_functions[0];
  return def == &json_functions[0] || def == &json_functions[1];
}

constinit NativeModule _json_module = {"_json", json_functions, json_exec, "json speedups\n"};

}  // namespace minipy
