// Hashing of bytes and numbers (library reference "Hashing of numeric types"; PEP 456).
#pragma once

#include "gc/object.h"

namespace minipy {

// Numbers hash modulo the prime 2**61 - 1, so that equal values of different types hash the same.
inline constexpr int kHashBits = 61;
inline constexpr uint64_t kHashModulus = (uint64_t{1} << kHashBits) - 1;
inline constexpr hash_t kHashInfinity = 314159;
inline constexpr hash_t kHashImaginary = 1000003;

// Sets the process's hash key, once, before the first str is hashed. With `use_seed` the key is computed from the
// seed (PYTHONHASHSEED; 0: an all-zero key), otherwise it is random. Where nobody called it, the first hash takes the
// key from the environment variable.
void hash_seed(bool use_seed, unsigned long seed);

// SipHash-1-3 of the data under the given key, as the two little-endian words of the key.
uint64_t siphash13(uint64_t key0, uint64_t key1, const void* data, size_t size);

// Hash of a number given as a complex pair's halves.
hash_t complex_hash_value(const Object* inst, double real, double imag);

}  // namespace minipy
