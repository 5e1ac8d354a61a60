#include "runtime/module.h"

#include "runtime/heap_types.h"
#include "stdlib/_json/json.h"

namespace minipy {
namespace {

// Under the names that the json package looks for, which are not the types' own.
Status exec(Module* m) {
  TRY(heap_type_ready(&json::scanner_type));
  TRY(heap_type_ready(&json::encoder_type));
  TRY(module_add(m, "make_scanner", Ref<Object>::share(as_object(&json::scanner_type))));
  return module_add(m, "make_encoder", Ref<Object>::share(as_object(&json::encoder_type)));
}

}  // namespace

extern NativeModule _json_module;
constinit NativeModule _json_module = {"_json", json::functions, exec, "json speedups\n"};

}  // namespace minipy
