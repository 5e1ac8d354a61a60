// What range shares with the iteration protocol.
#pragma once

#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/error.h"

namespace minipy {

Ref<Object> range_iter(Object* range);

}  // namespace minipy
