// Measured use of resources as module resource shows it.
#pragma once

#include <sys/resource.h>

#include "gc/object.h"

namespace minipy {

// As a resource.struct_rusage.
Ref<Object> rusage_object(const rusage& used);

}  // namespace minipy
