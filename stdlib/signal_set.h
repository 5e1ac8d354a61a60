// Sets of signals as Python gives them (stdlib/_signal.cc).
#pragma once

#include <csignal>

#include "gc/object.h"
#include "runtime/result.h"

namespace minipy {

// From an iterable of numbers. ValueError for what is no signal.
Status to_signal_set(Object* iterable, sigset_t* out);

}  // namespace minipy
