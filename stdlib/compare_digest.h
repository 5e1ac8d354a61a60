// compare_digest(), which two modules have.
#pragma once

#include "gc/object.h"
#include "runtime/result.h"

namespace minipy {

// a == b of two ASCII strings or two buffers, in a time that does not tell where they differ.
Ref<Object> compare_digest(Object* module, Object* a, Object* b);

}  // namespace minipy
