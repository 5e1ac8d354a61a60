// What tells the constants of code objects apart.
#pragma once

#include "gc/object.h"

namespace minipy {

// An object that is equal for constants that are the same: strings, integers, code, None and Ellipsis stand for
// themselves; what may equal a value of another type is in a tuple (type, value), zeros with a third item for their
// signs; tuples and frozensets are a tuple of a tuple or frozenset of the items' keys, and the constant. CPython makes
// these objects wherever it compares constants, so they count for the collector (D9). Null: an exception is pending.
Ref<Object> constant_key(Object* constant);

}  // namespace minipy
