// Constants: which ones count as the same, and sharing them between the code objects of a compilation.
#pragma once

#include "gc/object.h"
#include "runtime/result.h"

namespace minipy {

struct Dict;

// A key under which only constants of equal type and value (signs of zero included) are equal. New reference.
Ref<Object> constant_key(Object* constant);
// The constant that stands for all equal ones; items of tuples and frozensets are shared too.
Ref<Object> shared_constant(Dict* cache, Object* constant);

}  // namespace minipy
