// Inside of int: making ints digit by digit, and the passage to GMP's 64-bit limbs. For runtime/int*.cc, format and
// number code; other rooms use runtime/int.h.
#pragma once

#include <gmp.h>

#include "gc/memory.h"
#include "runtime/cache_events.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/type.h"

namespace minipy {

inline constexpr size_t kIntHeader = 24;  // offset of the digits
static_assert(offsetof(Int, digits) == kIntHeader);
inline constexpr ssize kMaxIntDigits = (PTRDIFF_MAX - static_cast<ssize>(kIntHeader)) / 4;

inline ssize int_digit_count(const Int* v) { return v->base.size < 0 ? -v->base.size : v->base.size; }

// A new exact int with room for `count` digits, uninitialised, positive. Null: OverflowError or MemoryError pending.
[[gnu::cold, gnu::noinline]] Int* int_alloc_failed(ssize count);
inline Int* int_alloc(ssize count) {
  if (count > kMaxIntDigits) [[unlikely]]
    return int_alloc_failed(count);
  auto* p =
      static_cast<Int*>(memory::object_alloc(kIntHeader + sizeof(digit) * static_cast<size_t>(count ? count : 1)));
  if (!p) [[unlikely]]
    return int_alloc_failed(0);
  p->base.base.type = &int_type;
  first_reference(p);
  p->base.size = count;
  return p;
}

// Drops leading zero digits (size may be negative) and returns the cached int where there is one. Takes over the count.
Ref<Int> int_finish(Int* v);

inline Ref<Int> int_small_ref(ssize v) {
  int_cache_hit(as_object(small_int(static_cast<int>(v))));
  return Ref<Int>::share(small_int(static_cast<int>(v)));
}
inline bool is_small_int_value(ssize v) { return v >= kSmallIntMin && v <= kSmallIntMax; }

// v within +-(2**60 - 1).
inline Ref<Int> int_from_two_digits(ssize v) {
  if (is_small_int_value(v)) return int_small_ref(v);
  bool negative = v < 0;
  size_t magnitude = static_cast<size_t>(negative ? -v : v);
  if (magnitude <= kDigitMask) return Ref<Int>::steal(reinterpret_cast<Int*>(int_from_compact(v)));
  Int* p = int_alloc(2);
  if (!p) return nullptr;
  p->digits[0] = static_cast<digit>(magnitude & kDigitMask);
  p->digits[1] = static_cast<digit>(magnitude >> kDigitBits);
  if (negative) p->base.size = -2;
  return Ref<Int>::steal(p);
}

// The value of an int of at most two digits.
inline bool int_has_two_digits(const Int* v) { return static_cast<size_t>(v->base.size + 2) < 5; }
inline ssize int_two_digit_value(const Int* v) {
  ssize n = v->base.size;
  auto low = static_cast<ssize>(v->digits[0]);
  switch (n) {
    case -2: return -(low | static_cast<ssize>(v->digits[1]) << kDigitBits);
    case 2: return low | static_cast<ssize>(v->digits[1]) << kDigitBits;
    default: return n * low;
  }
}

// A block of GMP limbs: on the stack when small.
class Limbs {
 public:
  explicit Limbs(size_t count) : count_(count) {
    if (count > kInline) data_ = static_cast<mp_limb_t*>(memory::mem_alloc(count * sizeof(mp_limb_t)));
  }
  ~Limbs() {
    if (data_ != inline_) memory::mem_free(data_);
  }
  Limbs(const Limbs&) = delete;
  explicit operator bool() const { return data_ != nullptr; }  // false: no memory (no exception set)
  mp_limb_t* get() { return data_; }
  mp_limb_t& operator[](size_t i) { return data_[i]; }
  size_t count() const { return count_; }

 private:
  static constexpr size_t kInline = 40;
  mp_limb_t inline_[kInline];
  mp_limb_t* data_ = inline_;
  size_t count_;
};

// Limbs that hold `digits` digits.
inline size_t limbs_for_digits(size_t digits) { return (digits * kDigitBits + 63) / 64; }
inline size_t digits_for_limbs(size_t limbs) { return (limbs * 64 + kDigitBits - 1) / kDigitBits; }
// Packs |v|; returns the number of significant limbs.
size_t int_to_limbs(const Int* v, mp_limb_t* out);
size_t digits_to_limbs(const digit* digits, size_t count, mp_limb_t* out);
// A new int from limbs (leading zeros allowed), cached value where there is one.
Ref<Int> int_from_limbs(const mp_limb_t* limbs, size_t count, bool negative);

// GMP ends the process when memory is out: callers ask first for what a large operation will take. Failed: MemoryError.
Status int_reserve_memory(size_t bytes);

// Quotient and remainder as floor division defines them; each may be null when not wanted. ZeroDivisionError is the
// caller's business: b is not zero.
Status int_divmod_floor(Int* a, Int* b, Ref<Object>* quotient, Ref<Object>* remainder);
Ref<Object> int_divmod_near(Int* a, Int* b, Ref<Object>* remainder);  // round-half-even quotient
Ref<Object> int_rshift(Int* a, size_t bits);
Ref<Object> int_power(Int* base, size_t exponent);
Ref<Object> int_absolute(Int* v);
Ref<Object> int_exact(Int* v);  // the same value as an exact int
Ref<Object> int_isqrt(Int* v);  // v >= 0
Ref<Object> int_and(Int* a, Int* b);
Ref<Object> int_or(Int* a, Int* b);
Ref<Object> int_xor(Int* a, Int* b);
Ref<Object> int_invert(Int* v);
Ref<Object> int_lshift_slot(Object* a, Object* b);
Ref<Object> int_rshift_slot(Object* a, Object* b);

// The slots and methods, in their own files.
extern NumberMethods int_number_methods;
extern MethodDef int_methods[];
extern GetSetDef int_getset[];
Object* int_new_slot(Type* type, Object* args, Object* kwargs);
Object* int_vectorcall(Object* type, Object* const* args, size_t nargsf, Object* kwnames);

}  // namespace minipy
