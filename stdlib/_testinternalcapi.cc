// Module _testinternalcapi: what CPython's own tests want to know about the inside of the interpreter.
#include "gc/collector.h"
#include "runtime/bind.h"
#include "runtime/code_tables.h"
#include "runtime/dict.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/thread_state.h"

namespace minipy {
namespace {

Ref<Object> get_recursion_depth(Object*) {
  const ThreadState* t = current_thread();
  // The call of this function does not count.
  return int_from_ssize(t->recursion_limit - t->recursion_remaining - 1);
}

// The fields of PyConfig that minipy has.
Ref<Object> get_config(Object*) {
  const Interpreter::Config& c = current_interpreter()->config;
  const struct {
    const char* name;
    long long value;
  } fields[] = {
      {"isolated", c.isolated},
      {"use_environment", !c.ignore_environment},
      {"dev_mode", c.dev_mode},
      {"use_hash_seed", c.use_hash_seed},
      {"hash_seed", static_cast<long long>(c.hash_seed)},
      {"code_debug_ranges", !g_no_debug_ranges},
      {"site_import", !c.no_site},
      {"bytes_warning", c.bytes_warning},
      {"warn_default_encoding", c.warn_default_encoding},
      {"inspect", c.inspect},
      {"interactive", c.interactive},
      {"optimization_level", c.optimize},
      {"write_bytecode", !c.dont_write_bytecode},
      {"verbose", c.verbose},
      {"quiet", c.quiet},
      {"user_site_directory", !c.no_user_site},
      {"buffered_stdio", !c.unbuffered},
      {"safe_path", c.safe_path},
  };
  auto config = TRY(dict_new());
  for (auto& field : fields) {
    auto value = TRY(int_from(field.value));
    TRY(dict_set_ascii(config.get(), field.name, as_object(value.get())));
  }
  return config;
}

constinit MethodDef functions[] = {
    FUNCTION(get_config, "get_config(module, /)", "The interpreter's configuration as a dict."),
    FUNCTION(get_recursion_depth, "get_recursion_depth(module, /)", "How deep calls are nested now."),
    {},
};

// Bytes in front of a collected object.
Status exec(Module* m) { return module_add_int(m, "SIZEOF_PYGC_HEAD", sizeof(GcHeader)); }

}  // namespace

constinit NativeModule _testinternalcapi_module = {"_testinternalcapi", functions, exec,
                                                   "What tests want to know about the inside of the interpreter."};

}  // namespace minipy
