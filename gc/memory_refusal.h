// Allocations that fail on demand, to test what happens when memory is exhausted.
#pragma once

#include "gc/memory.h"

namespace minipy::memory {

// Asked before every allocation and reallocation, as long as a listener is installed (set_listener): true makes it
// fail. Null: none is refused. The caller sees to it that `refuse` stays valid.
void set_refusal(bool (*refuse)(Domain, size_t size));

}  // namespace minipy::memory
