// Native modules are made in two phases, as CPython's (PEP 489): with its functions first, then, when importlib has set
// its attributes, with its types and constants.
#pragma once

#include "gc/object.h"
#include "runtime/result.h"

namespace minipy {

struct NativeModule;

Ref<Object> native_module_begin(const NativeModule* def);
// Runs exec of a module from native_module_begin; nothing for others and the second time.
Status native_module_execute(Object* module);

}  // namespace minipy
