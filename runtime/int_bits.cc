// int: shifts and bit operations. Negative numbers behave as two's complement with an endless run of ones
// (language reference 6.8 and 6.9).
#include <bit>
#include <cstring>

#include "runtime/abstract.h"
#include "runtime/error.h"
#include "runtime/int_digits.h"

namespace minipy {

namespace {

// Reads a number's two's complement digits from the bottom, sign-extended for ever.
class TwosComplement {
 public:
  explicit TwosComplement(const Int* v) : v_(v), count_(int_digit_count(v)), negative_(v->base.size < 0) {}
  digit next() {
    digit d = i_ < count_ ? v_->digits[i_] : 0;
    i_++;
    if (!negative_) return d;
    d = (d ^ kDigitMask) + carry_;
    carry_ = d >> kDigitBits;
    return d & kDigitMask;
  }
  bool negative() const { return negative_; }
  ssize count() const { return count_; }

 private:
  const Int* v_;
  ssize count_;
  bool negative_;
  ssize i_ = 0;
  digit carry_ = 1;
};

enum class Bitwise { kAnd, kOr, kXor };

template <Bitwise kOp>
inline auto apply(auto a, auto b) {
  if constexpr (kOp == Bitwise::kAnd) return a & b;
  if constexpr (kOp == Bitwise::kOr) return a | b;
  if constexpr (kOp == Bitwise::kXor) return a ^ b;
}

template <Bitwise kOp>
Ref<Object> bitwise(Int* a, Int* b) {
  if (int_is_compact(a) && int_is_compact(b)) [[likely]] {
    return int_from_two_digits(apply<kOp>(int_compact_value(a), int_compact_value(b)));
  }
  if (int_has_two_digits(a) && int_has_two_digits(b)) {
    return int_from_ssize(apply<kOp>(int_two_digit_value(a), int_two_digit_value(b)));
  }
  TwosComplement x(a), y(b);
  bool negative = apply<kOp>(static_cast<int>(x.negative()), static_cast<int>(y.negative())) != 0;
  ssize count = x.count() > y.count() ? x.count() : y.count();
  if (kOp == Bitwise::kAnd) {
    // Beyond a non-negative operand's digits everything is zero.
    if (!x.negative() && x.count() < count) count = x.count();
    if (!y.negative() && y.count() < count) count = y.count();
  }
  Int* z = int_alloc(count + (negative ? 1 : 0));
  if (!z) return nullptr;
  digit carry = 1;
  for (ssize i = 0; i < count; i++) {
    digit d = apply<kOp>(x.next(), y.next());
    if (negative) {
      d = (d ^ kDigitMask) + carry;
      carry = d >> kDigitBits;
      d &= kDigitMask;
    }
    z->digits[i] = d;
  }
  if (negative) {
    z->digits[count] = carry;
    z->base.size = -z->base.size;
  }
  return int_finish(z);
}

}  // namespace

Ref<Object> int_and(Int* a, Int* b) { return bitwise<Bitwise::kAnd>(a, b); }
Ref<Object> int_or(Int* a, Int* b) { return bitwise<Bitwise::kOr>(a, b); }
Ref<Object> int_xor(Int* a, Int* b) { return bitwise<Bitwise::kXor>(a, b); }

Ref<Object> int_invert(Int* v) {  // -(v + 1)
  if (int_is_compact(v)) return int_from_two_digits(~int_compact_value(v));
  auto r = TRY(int_add(v, small_int(1)));
  return int_negate(cast<Int>(r.get()));
}

Ref<Object> int_lshift(Int* v, size_t bits) {
  ssize n = int_digit_count(v);
  if (n == 0) return int_small_ref(0);
  if (n == 1 && bits <= kDigitBits) return int_from_two_digits(int_compact_value(v) << bits);
  auto words = static_cast<ssize>(bits / kDigitBits);
  int shift = static_cast<int>(bits % kDigitBits);
  Int* z = int_alloc(n + words + (shift ? 1 : 0));
  if (!z) return nullptr;
  memset(z->digits, 0, static_cast<size_t>(words) * sizeof(digit));
  uint64_t accumulator = 0;
  for (ssize i = 0; i < n; i++) {
    accumulator |= static_cast<uint64_t>(v->digits[i]) << shift;
    z->digits[words + i] = static_cast<digit>(accumulator & kDigitMask);
    accumulator >>= kDigitBits;
  }
  if (shift) z->digits[words + n] = static_cast<digit>(accumulator);
  if (v->base.size < 0) z->base.size = -z->base.size;
  return int_finish(z);
}

// Floor of v / 2**bits.
Ref<Object> int_rshift(Int* v, size_t bits) {
  if (int_is_compact(v))
    return int_from_two_digits(bits < 64 ? int_compact_value(v) >> bits : int_compact_value(v) >> 63);
  if (int_has_two_digits(v)) return int_from_two_digits(int_two_digit_value(v) >> (bits < 63 ? bits : 63));
  bool negative = v->base.size < 0;
  ssize n = int_digit_count(v);
  size_t words = bits / kDigitBits;
  if (words >= static_cast<size_t>(n)) return int_small_ref(negative ? -1 : 0);
  int shift = static_cast<int>(bits % kDigitBits);
  ssize first = static_cast<ssize>(words);
  ssize count = n - first;
  Int* z = int_alloc(count + 1);
  if (!z) return nullptr;
  bool lost = false;  // one bits shifted out: round a negative number down, its magnitude up
  if (negative) {
    for (ssize i = 0; i < first && !lost; i++) lost = v->digits[i] != 0;
    lost = lost || (v->digits[first] & ((digit{1} << shift) - 1)) != 0;
  }
  digit carry = lost ? 1 : 0;
  for (ssize i = 0; i < count; i++) {
    digit high = first + i + 1 < n ? v->digits[first + i + 1] : 0;
    auto d = static_cast<digit>((v->digits[first + i] >> shift | static_cast<uint64_t>(high) << (kDigitBits - shift)) &
                                kDigitMask);
    d += carry;
    carry = d >> kDigitBits;
    z->digits[i] = d & kDigitMask;
  }
  z->digits[count] = carry;
  if (negative) z->base.size = -z->base.size;
  return int_finish(z);
}

Ref<Object> int_lshift_slot(Object* a, Object* b) {
  if (!is_int(a) || !is_int(b)) return not_implemented_ref();
  const Int* count = cast<Int>(b);
  if (count->base.size < 0) return raise(ValueError, "negative shift count");
  if (cast<Int>(a)->base.size == 0) return int_small_ref(0);
  int overflow;
  long long bits = int_to_long_long_overflow(b, &overflow);
  if (overflow) {
    // 2**63 bits and more: no memory holds them, which is said until not even their digits can be counted.
    unsigned __int128 wide = 0;
    bool countable = count->base.size <= 4;  // 120 bits
    for (ssize i = count->base.size - 1; countable && i >= 0; i--) wide = wide << kDigitBits | count->digits[i];
    if (countable && wide / kDigitBits < static_cast<size_t>(kMaxIntDigits)) return raise_no_memory_error();
    return raise(OverflowError, "too many digits in integer");
  }
  return int_lshift(cast<Int>(a), static_cast<size_t>(bits));
}

Ref<Object> int_rshift_slot(Object* a, Object* b) {
  if (!is_int(a) || !is_int(b)) return not_implemented_ref();
  const Int* count = cast<Int>(b);
  if (count->base.size < 0) return raise(ValueError, "negative shift count");
  int overflow;
  long long bits = int_to_long_long_overflow(b, &overflow);
  return int_rshift(cast<Int>(a), static_cast<size_t>(bits));  // clipped: everything is shifted out
}

}  // namespace minipy
