// What import and modules ask a module's spec (importlib.machinery.ModuleSpec).
#pragma once

#include "gc/object.h"

namespace minipy {

// True while the module of the spec is being executed. False also for null and whatever goes wrong.
bool module_spec_is_initializing(Object* spec);

}  // namespace minipy
