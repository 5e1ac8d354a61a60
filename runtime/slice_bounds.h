// The bounds of a slice in integers of any size.
#pragma once

#include "gc/object.h"

namespace minipy {

struct SliceBounds {
  Ref<Object> start, stop, step;  // ints
};
// For a sequence of that length (an int). Failed: TypeError, ValueError.
bool slice_long_bounds(Object* slice, Object* length, SliceBounds& bounds);

}  // namespace minipy
