// Calls whose keyword arguments are in a dict while the positional ones are in an array.
#pragma once

#include "gc/object.h"
#include "runtime/result.h"

namespace minipy {

// `kwargs`: a dict or null. No tuple is made of the positional arguments.
Ref<Object> call_vector_dict(Object* callable, Object* const* args, size_t nargsf, Object* kwargs);

}  // namespace minipy
