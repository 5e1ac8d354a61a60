// Module posix: what os is made of.
#include "runtime/module.h"

#include "stdlib/posix/posix.h"

namespace minipy {
namespace {

Status exec(Module* m) {
  TRY(module_add_functions(m, posix::descriptor_functions));
  TRY(module_add_functions(m, posix::process_functions));
  TRY(posix::add_constants(m));
  TRY(posix::add_stat_types(m));
  TRY(posix::add_process_types(m));
  TRY(type_ready(&posix::scandir_iterator_type));
  return module_add_type(m, &posix::dir_entry_type);
}

}  // namespace

constinit NativeModule posix_module = {
    "posix", posix::file_functions, exec,
    "Access to operating system functionality standardized by the C Standard and POSIX."};

}  // namespace minipy
