// posix.sched_param as an argument.
#pragma once

#include <sched.h>

#include "gc/object.h"
#include "runtime/result.h"

namespace minipy::posix {

// TypeError, OverflowError.
Maybe<sched_param> sched_param_argument(Object* p);

}  // namespace minipy::posix
