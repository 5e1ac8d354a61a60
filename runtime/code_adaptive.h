// code._co_code_adaptive: what the executing copy of a code object has become. That copy is the VM's, above this room.
#pragma once

#include "runtime/function.h"

namespace minipy {

// Set by the VM. A new bytes object; null: exception pending. While it is not set, the canonical bytecode is shown.
extern Ref<Object> (*g_code_adaptive_hook)(Code*);

}  // namespace minipy
