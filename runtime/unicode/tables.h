// Layouts of the generated Unicode tables (generate.py).
#pragma once

#include <cstdint>

namespace minipy::unicode {

enum TypeFlag : uint16_t {
  kAlpha = 1 << 0,
  kDecimal = 1 << 1,
  kDigit = 1 << 2,
  kNumeric = 1 << 3,
  kPrintable = 1 << 4,
  kSpace = 1 << 5,
  kLineBreak = 1 << 6,
  kUpper = 1 << 7,
  kLower = 1 << 8,
  kTitle = 1 << 9,
  kCased = 1 << 10,
  kCaseIgnorable = 1 << 11,
  kXidStart = 1 << 12,
  kXidContinue = 1 << 13,
  kExtendedCase = 1 << 14,  // full case mappings stand in special_cases
};

struct TypeRecord {
  int32_t lower, upper, title;  // differences to the simple mappings
  uint16_t special;             // index into special_cases, 0: none
  uint16_t flags;
  int8_t decimal, digit;  // -1: none
  uint8_t numeric;        // index into numeric_values
};
struct SpecialCase {
  char32_t lower[3], upper[3], title[3], fold[3];  // padded with zeros
};

struct DatabaseRecord {
  uint8_t category, combining, bidirectional, mirrored, width;
};
// Unicode 3.2.0: code points first..last have this record.
struct OldRecord {
  uint32_t first, last;
  DatabaseRecord record;
};
struct OldNumber {
  uint32_t code;
  int decimal, digit;
  double numeric;
};
struct OldDecomposition {
  uint32_t code, decomposition;
};

// Canonical composition of a pair.
struct Composition {
  uint32_t first, second, composed;
};
struct CodeRange {
  uint32_t first, last;
};

// decomposition_pool: at a character's index stands length << 8 | tag, then the characters.

#include "runtime/unicode/table_sizes.inc"

}  // namespace minipy::unicode
