// Arguments that CPython's argument parser takes as C's unsigned numbers.
#pragma once

#include "runtime/abstract.h"
#include "runtime/error.h"
#include "runtime/int.h"

namespace minipy {

// TypeError for what is no int, ValueError for negative numbers, OverflowError with `too_large` for those of more bits.
inline Maybe<unsigned long> unsigned_argument(Object* p, size_t bits, const char* too_large) {
  if (!is_int(p)) return raise(TypeError, "an integer is required");
  if (int_sign(cast<Int>(p)) < 0) return raise(ValueError, "value must be positive");
  if (int_bit_length(cast<Int>(p)) > bits) return raise(OverflowError, too_large);
  return static_cast<unsigned long>(int_to_unsigned_mask(p));
}

}  // namespace minipy
