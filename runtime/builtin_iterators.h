// enumerate, zip, map, filter and reversed.
#pragma once

#include "gc/object.h"
#include "runtime/type.h"

namespace minipy {

extern Type enumerate_type, zip_type, map_type, filter_type, reversed_type;

}  // namespace minipy
