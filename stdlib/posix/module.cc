// Module posix: what os is made of.
#include "runtime/module.h"
#include "runtime/heap_types.h"

#include "stdlib/posix/posix.h"

namespace minipy {
namespace {

Status exec(Module* m) {
  using namespace posix;
  for (MethodDef* functions : {descriptor_functions, process_functions, attribute_functions, identity_functions,
                               spawn_functions, waiting_functions, scheduling_functions, configuration_functions}) {
    TRY(module_add_functions(m, functions));
  }
  TRY(add_constants(m));
  TRY(add_stat_types(m));
  TRY(add_process_types(m));
  TRY(add_waiting_types(m));
  TRY(add_scheduling_types(m));
  TRY(add_configuration_names(m));
  TRY(heap_type_ready(&posix::scandir_iterator_type));
  return module_add_heap_type(m, &posix::dir_entry_type);
}

}  // namespace

constinit NativeModule posix_module = {
    "posix", posix::file_functions, exec,
    "Access to operating system functionality standardized by the C Standard and POSIX."};

}  // namespace minipy
