// What codec error handlers need of a Unicode error.
#pragma once

#include "runtime/exceptions.h"

namespace minipy {

// The error's range clipped to an object of `size` items, as CPython's accessors give it to error handlers.
void unicode_error_range(const UnicodeErrorObject* error, ssize size, ssize* start, ssize* end);

}  // namespace minipy
