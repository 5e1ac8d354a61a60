// int: add, subtract, multiply, divide, power, gcd. One and two digits are computed in machine words, more digits by
// the schoolbook methods, and beyond measured sizes by GMP on 64-bit limbs (conversion is linear and cheap beside it).
#include <bit>
#include <cmath>
#include <cstring>

#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/int_digits.h"
#include "runtime/slot.h"

namespace minipy {

namespace {

// Measured (benchmarks over random operands, -O2): where GMP with conversion beats the loop over digits.
constexpr ssize kMultiplyCutoff = 8;

// ---- Magnitudes ----------------------------------------------------------------------------------------------------

Ref<Int> add_magnitudes(const Int* a, const Int* b, bool negative) {
  ssize na = int_digit_count(a), nb = int_digit_count(b);
  if (na < nb) {
    std::swap(a, b);
    std::swap(na, nb);
  }
  Int* z = int_alloc(na + 1);
  if (!z) return nullptr;
  digit carry = 0;
  ssize i = 0;
  for (; i < nb; i++) {
    carry += a->digits[i] + b->digits[i];
    z->digits[i] = carry & kDigitMask;
    carry >>= kDigitBits;
  }
  for (; i < na; i++) {
    carry += a->digits[i];
    z->digits[i] = carry & kDigitMask;
    carry >>= kDigitBits;
  }
  z->digits[i] = carry;
  if (negative) z->base.size = -z->base.size;
  return int_finish(z);
}

// |a| - |b|, with the sign turned when `negate`.
Ref<Int> subtract_magnitudes(const Int* a, const Int* b, bool negate) {
  ssize na = int_digit_count(a), nb = int_digit_count(b);
  if (na < nb) {
    std::swap(a, b);
    std::swap(na, nb);
    negate = !negate;
  } else if (na == nb) {
    ssize i = na;
    while (--i >= 0 && a->digits[i] == b->digits[i]) continue;
    if (i < 0) return int_small_ref(0);
    if (a->digits[i] < b->digits[i]) {
      std::swap(a, b);
      negate = !negate;
    }
    na = nb = i + 1;
  }
  Int* z = int_alloc(na);
  if (!z) return nullptr;
  digit borrow = 0;
  ssize i = 0;
  for (; i < nb; i++) {
    borrow = a->digits[i] - b->digits[i] - borrow;
    z->digits[i] = borrow & kDigitMask;
    borrow = (borrow >> kDigitBits) & 1;
  }
  for (; i < na; i++) {
    borrow = a->digits[i] - borrow;
    z->digits[i] = borrow & kDigitMask;
    borrow = (borrow >> kDigitBits) & 1;
  }
  if (negate) z->base.size = -z->base.size;
  return int_finish(z);
}

// Many digits by few. Four products of 60 bits fit a 64-bit column only with the carry taken out in between, so the
// loop is one row per digit of b.
Ref<Int> multiply_schoolbook(const Int* a, const Int* b, ssize na, ssize nb, bool negative) {
  Int* z = int_alloc(na + nb);
  if (!z) return nullptr;
  memset(z->digits, 0, static_cast<size_t>(na + nb) * sizeof(digit));
  for (ssize i = 0; i < nb; i++) {
    uint64_t factor = b->digits[i], carry = 0;
    digit* row = z->digits + i;
    for (ssize j = 0; j < na; j++) {
      carry += row[j] + a->digits[j] * factor;
      row[j] = static_cast<digit>(carry & kDigitMask);
      carry >>= kDigitBits;
    }
    row[na] = static_cast<digit>(carry);
  }
  if (negative) z->base.size = -z->base.size;
  return int_finish(z);
}

Ref<Int> multiply_gmp(const Int* a, const Int* b, ssize na, ssize nb, bool negative) {
  size_t la = limbs_for_digits(static_cast<size_t>(na)), lb = limbs_for_digits(static_cast<size_t>(nb));
  TRY(int_reserve_memory((la + lb) * 8 * 6));
  Limbs x(la), product(la + lb);
  if (!x || !product) return raise_no_memory_error();
  la = int_to_limbs(a, x.get());
  if (a == b) {
    mpn_sqr(product.get(), x.get(), static_cast<mp_size_t>(la));
    return int_from_limbs(product.get(), 2 * la, negative);
  }
  Limbs y(lb);
  if (!y) return raise_no_memory_error();
  lb = int_to_limbs(b, y.get());
  if (la >= lb) {
    mpn_mul(product.get(), x.get(), static_cast<mp_size_t>(la), y.get(), static_cast<mp_size_t>(lb));
  } else {
    mpn_mul(product.get(), y.get(), static_cast<mp_size_t>(lb), x.get(), static_cast<mp_size_t>(la));
  }
  return int_from_limbs(product.get(), la + lb, negative);
}

[[gnu::noinline]] Ref<Object> add_long(Int* a, Int* b) {
  if (int_has_two_digits(a) && int_has_two_digits(b)) {
    return int_from_ssize(int_two_digit_value(a) + int_two_digit_value(b));
  }
  bool an = a->base.size < 0, bn = b->base.size < 0;
  return an == bn ? add_magnitudes(a, b, an) : subtract_magnitudes(a, b, an);
}

[[gnu::noinline]] Ref<Object> subtract_long(Int* a, Int* b) {
  if (int_has_two_digits(a) && int_has_two_digits(b)) {
    return int_from_ssize(int_two_digit_value(a) - int_two_digit_value(b));
  }
  bool an = a->base.size < 0, bn = b->base.size < 0;
  return an == bn ? subtract_magnitudes(a, b, an) : add_magnitudes(a, b, an);
}

// A product of at most 120 bits.
Ref<Int> from_wide(unsigned __int128 magnitude, bool negative) {
  if (magnitude >> 60 == 0) {
    auto v = static_cast<ssize>(magnitude);
    return int_from_two_digits(negative ? -v : v);
  }
  int count = magnitude >> 90 ? 4 : 3;
  Int* z = int_alloc(count);
  if (!z) return nullptr;
  for (int i = 0; i < count; i++, magnitude >>= kDigitBits) z->digits[i] = static_cast<digit>(magnitude) & kDigitMask;
  if (negative) z->base.size = -count;
  return Ref<Int>::steal(z);
}

[[gnu::noinline]] Ref<Object> multiply_long(Int* a, Int* b) {
  if (int_has_two_digits(a) && int_has_two_digits(b)) {
    ssize x = int_two_digit_value(a), y = int_two_digit_value(b);
    bool negative = (x < 0) != (y < 0);
    auto mx = static_cast<uint64_t>(x < 0 ? -x : x), my = static_cast<uint64_t>(y < 0 ? -y : y);
    return from_wide(static_cast<unsigned __int128>(mx) * my, negative);
  }
  ssize na = int_digit_count(a), nb = int_digit_count(b);
  if (na < nb) {
    std::swap(a, b);
    std::swap(na, nb);
  }
  if (nb == 0) return int_small_ref(0);
  bool negative = (a->base.size < 0) != (b->base.size < 0);
  if (nb < kMultiplyCutoff) return multiply_schoolbook(a, b, na, nb, negative);
  return multiply_gmp(a, b, na, nb, negative);
}

}  // namespace

Ref<Object> int_add(Int* a, Int* b) {
  if (int_is_compact(a) && int_is_compact(b)) [[likely]] {
    return int_from_two_digits(int_compact_value(a) + int_compact_value(b));
  }
  return add_long(a, b);
}

Ref<Object> int_subtract(Int* a, Int* b) {
  if (int_is_compact(a) && int_is_compact(b)) [[likely]] {
    return int_from_two_digits(int_compact_value(a) - int_compact_value(b));
  }
  return subtract_long(a, b);
}

Ref<Object> int_multiply(Int* a, Int* b) {
  if (int_is_compact(a) && int_is_compact(b)) [[likely]] {
    return int_from_two_digits(int_compact_value(a) * int_compact_value(b));
  }
  return multiply_long(a, b);
}

// ---- Division ------------------------------------------------------------------------------------------------------

namespace {

// Truncating division of magnitudes for more than two digits; quotient and remainder as limbs of non-negative ints.
// Either result may be unwanted.
Status divide_magnitudes(const Int* a, const Int* b, Ref<Int>* quotient, Ref<Int>* remainder) {
  ssize na = int_digit_count(a), nb = int_digit_count(b);
  if (na <= 4) {
    // 120 bits: the compiler's own division.
    auto wide = [](const Int* v, ssize n) {
      unsigned __int128 r = 0;
      while (n-- > 0) r = r << kDigitBits | v->digits[n];
      return r;
    };
    unsigned __int128 x = wide(a, na), y = nb <= 4 ? wide(b, nb) : 0;
    unsigned __int128 q = y ? x / y : 0;  // a longer divisor is larger
    if (quotient) *quotient = TRY(from_wide(q, false));
    if (remainder) *remainder = TRY(from_wide(y ? x - q * y : x, false));
    return kOk;
  }
  if (nb == 1) {
    // One digit: no need to convert.
    uint64_t divisor = b->digits[0], rest = 0;
    Int* q = nullptr;
    if (quotient) {
      q = int_alloc(na);
      if (!q) return kRaised;
    }
    for (ssize i = na; i-- > 0;) {
      rest = rest << kDigitBits | a->digits[i];
      auto d = static_cast<digit>(rest / divisor);
      rest -= d * divisor;
      if (q) q->digits[i] = d;
    }
    if (q) *quotient = int_finish(q);
    if (remainder) *remainder = TRY(int_from_two_digits(static_cast<ssize>(rest)));
    return kOk;
  }
  size_t la = limbs_for_digits(static_cast<size_t>(na)), lb = limbs_for_digits(static_cast<size_t>(nb));
  TRY(int_reserve_memory((la + lb) * 8 * 6));
  Limbs x(la), y(lb);
  if (!x || !y) return raise_no_memory_error();
  la = int_to_limbs(a, x.get());
  lb = int_to_limbs(b, y.get());
  if (la < lb) {
    if (quotient) *quotient = int_small_ref(0);
    if (remainder) *remainder = TRY(int_from_limbs(x.get(), la, false));
    return kOk;
  }
  Limbs q(la - lb + 1), r(lb);
  if (!q || !r) return raise_no_memory_error();
  mpn_tdiv_qr(q.get(), r.get(), 0, x.get(), static_cast<mp_size_t>(la), y.get(), static_cast<mp_size_t>(lb));
  if (quotient) *quotient = TRY(int_from_limbs(q.get(), la - lb + 1, false));
  if (remainder) *remainder = TRY(int_from_limbs(r.get(), lb, false));
  return kOk;
}

// The same int with the sign turned; takes over the count. Cached ints are looked up, fresh ones changed in place.
Ref<Int> with_sign(Ref<Int> v, bool negative) {
  if (!v || !negative || v->base.size == 0) return v;
  if (int_is_compact(v.get())) return int_from_two_digits(-int_compact_value(v.get()));
  v->base.size = -v->base.size;  // fresh from a division, not shared
  return v;
}

[[gnu::cold]] Raised raise_zero_division() { return raise(ZeroDivisionError, "integer division or modulo by zero"); }

}  // namespace

Status int_divmod_floor(Int* a, Int* b, Ref<Object>* quotient, Ref<Object>* remainder) {
  if (int_has_two_digits(a) && int_has_two_digits(b)) [[likely]] {
    ssize x = int_two_digit_value(a), y = int_two_digit_value(b);
    ssize q = x / y, r = x % y;
    if (r != 0 && (r < 0) != (y < 0)) {
      q--;
      r += y;
    }
    if (quotient) *quotient = TRY(int_from_two_digits(q));
    if (remainder) *remainder = TRY(int_from_two_digits(r));
    return kOk;
  }
  bool an = a->base.size < 0, bn = b->base.size < 0;
  if (!quotient && an == bn && int_digit_count(a) < int_digit_count(b)) {
    *remainder = int_exact(a);  // |a| < |b|: the very same value
    return kOk;
  }
  Ref<Int> q, r;
  // Floor division differs from truncation only when the signs differ: then the remainder decides.
  bool need_remainder = remainder || an != bn;
  TRY(divide_magnitudes(a, b, quotient ? &q : nullptr, need_remainder ? &r : nullptr));
  if (need_remainder) r = TRY(with_sign(std::move(r), an));
  if (quotient) q = TRY(with_sign(std::move(q), an != bn));
  if (an != bn && r->base.size != 0) {
    if (quotient) {
      auto adjusted = TRY(int_subtract(q.get(), small_int(1)));
      q = std::move(adjusted).cast_to<Int>();
    }
    if (remainder) {
      auto adjusted = TRY(int_add(r.get(), b));
      r = std::move(adjusted).cast_to<Int>();
    }
  }
  if (quotient) *quotient = std::move(q);
  if (remainder) *remainder = std::move(r);
  return kOk;
}

Ref<Object> int_floor_divide(Int* a, Int* b) {
  if (b->base.size == 0) return raise_zero_division();
  if (int_is_compact(a) && int_is_compact(b)) [[likely]] {
    // In 32 bits: a 64-bit division costs several times as much.
    int x = static_cast<int>(int_compact_value(a)), y = static_cast<int>(int_compact_value(b));
    int q = x / y;
    if ((x % y != 0) && (x < 0) != (y < 0)) q--;
    return int_from_two_digits(q);
  }
  Ref<Object> q;
  TRY(int_divmod_floor(a, b, &q, nullptr));
  return q;
}

Ref<Object> int_remainder(Int* a, Int* b) {
  if (b->base.size == 0) return raise(ZeroDivisionError, "integer modulo by zero");
  if (int_is_compact(a) && int_is_compact(b)) [[likely]] {
    int x = static_cast<int>(int_compact_value(a)), y = static_cast<int>(int_compact_value(b));
    int r = x % y;
    if (r != 0 && (r < 0) != (y < 0)) r += y;
    return int_from_two_digits(r);
  }
  Ref<Object> r;
  TRY(int_divmod_floor(a, b, nullptr, &r));
  return r;
}

Ref<Object> int_divmod_near(Int* a, Int* b, Ref<Object>* remainder) {
  if (b->base.size == 0) return raise_zero_division();
  Ref<Object> q, r;
  TRY(int_divmod_floor(a, b, &q, &r));
  // 0 <= |r| < |b|, r has b's sign: one up when 2|r| > |b|, or on a tie when q is odd.
  auto doubled = TRY(int_lshift(cast<Int>(r.get()), 1));
  int c = int_compare(cast<Int>(doubled.get()), b);
  if (b->base.size < 0) c = -c;
  const Int* quotient = cast<Int>(q.get());
  if (c > 0 || (c == 0 && quotient->base.size != 0 && (quotient->digits[0] & 1))) {
    q = TRY(int_add(cast<Int>(q.get()), small_int(1)));
    r = TRY(int_subtract(cast<Int>(r.get()), b));
  }
  if (remainder) *remainder = std::move(r);
  return q;
}

// ---- Power, gcd, square root ---------------------------------------------------------------------------------------

Ref<Object> int_power(Int* base, size_t exponent) {
  if (exponent == 0) return int_small_ref(1);
  if (base->base.size == 0) return int_small_ref(0);
  bool negative = base->base.size < 0 && (exponent & 1);
  if (int_is_compact(base)) {
    digit b = base->digits[0];
    if (b == 1) return int_small_ref(negative ? -1 : 1);
    if (std::has_single_bit(b) && exponent < (size_t{1} << 40)) {
      auto power = TRY(int_lshift(small_int(1), exponent * static_cast<size_t>(std::countr_zero(b))));
      return negative ? int_negate(cast<Int>(power.get())) : std::move(power);
    }
  }
  size_t bits = int_bit_length(base);
  if (static_cast<long double>(bits) * static_cast<long double>(exponent) > 0x1p38L) return raise_no_memory_error();
  if (bits * exponent <= 60) {
    ssize x = int_two_digit_value(base), result = 1;
    for (size_t e = exponent;; x *= x) {
      if (e & 1) result *= x;
      if ((e >>= 1) == 0) break;
    }
    return int_from_two_digits(result);
  }
  TRY(int_reserve_memory(bits * exponent / 8 * 6));
  size_t count = limbs_for_digits(static_cast<size_t>(int_digit_count(base)));
  Limbs limbs(count);
  if (!limbs) return raise_no_memory_error();
  count = int_to_limbs(base, limbs.get());
  mpz_t source, result;
  mpz_roinit_n(source, limbs.get(), static_cast<mp_size_t>(count));
  mpz_init(result);
  mpz_pow_ui(result, source, exponent);
  auto r = int_from_limbs(mpz_limbs_read(result), mpz_size(result), negative);
  mpz_clear(result);
  return r;
}

namespace {

uint64_t gcd_words(uint64_t a, uint64_t b) {
  if (a == 0) return b;
  if (b == 0) return a;
  int shift = std::countr_zero(a | b);
  a >>= std::countr_zero(a);
  while (b) {
    b >>= std::countr_zero(b);
    if (a > b) std::swap(a, b);
    b -= a;
  }
  return a << shift;
}

// An mpz that reads an int's magnitude.
struct MpzView {
  explicit MpzView(const Int* v) : limbs(limbs_for_digits(static_cast<size_t>(int_digit_count(v)))) {
    if (!limbs) return;
    auto n = static_cast<mp_size_t>(int_to_limbs(v, limbs.get()));
    mpz_roinit_n(value, limbs.get(), v->base.size < 0 ? -n : n);
  }
  Limbs limbs;
  mpz_t value;
};

Ref<Int> int_from_mpz(const mpz_t v) { return int_from_limbs(mpz_limbs_read(v), mpz_size(v), mpz_sgn(v) < 0); }

}  // namespace

Ref<Object> int_gcd(Int* a, Int* b) {
  if (int_has_two_digits(a) && int_has_two_digits(b)) {
    ssize x = int_two_digit_value(a), y = int_two_digit_value(b);
    return int_from_two_digits(
        static_cast<ssize>(gcd_words(static_cast<uint64_t>(x < 0 ? -x : x), static_cast<uint64_t>(y < 0 ? -y : y))));
  }
  TRY(int_reserve_memory(static_cast<size_t>(int_digit_count(a) + int_digit_count(b)) * 24));
  MpzView x(a), y(b);
  if (!x.limbs || !y.limbs) return raise_no_memory_error();
  mpz_t result;
  mpz_init(result);
  mpz_gcd(result, x.value, y.value);
  auto r = int_from_mpz(result);
  mpz_clear(result);
  return r;
}

Ref<Object> int_isqrt(Int* v) {
  if (int_has_two_digits(v)) {
    auto n = static_cast<uint64_t>(int_two_digit_value(v));
    auto root = static_cast<uint64_t>(std::sqrt(static_cast<double>(n)));
    while (root * root > n) root--;
    while ((root + 1) * (root + 1) <= n) root++;
    return int_from_two_digits(static_cast<ssize>(root));
  }
  TRY(int_reserve_memory(static_cast<size_t>(int_digit_count(v)) * 24));
  MpzView x(v);
  if (!x.limbs) return raise_no_memory_error();
  mpz_t result;
  mpz_init(result);
  mpz_sqrt(result, x.value);
  auto r = int_from_mpz(result);
  mpz_clear(result);
  return r;
}

namespace {

// pow(base, exponent, modulus) for ints; modulus not null (PEP 3141's and the language's rule: the result has the
// modulus's sign; a negative exponent asks for the inverse).
Ref<Object> power_modulo(Int* base, Int* exponent, Int* modulus) {
  if (modulus->base.size == 0) return raise(ValueError, "pow() 3rd argument cannot be 0");
  if (int_is_compact(modulus) && modulus->digits[0] == 1) return int_small_ref(0);
  if (int_is_compact(modulus) && int_is_compact(exponent) && exponent->base.size >= 0) {
    auto m = static_cast<int64_t>(modulus->digits[0]);
    int64_t x = int_is_compact(base) ? int_compact_value(base) % m : -1;
    if (!int_is_compact(base)) {
      auto reduced = TRY(int_remainder(base, modulus));
      x = int_compact_value(cast<Int>(reduced.get()));
    }
    if (x < 0) x += m;
    int64_t result = 1;
    for (digit e = exponent->base.size ? exponent->digits[0] : 0; e; e >>= 1) {
      if (e & 1) result = result * x % m;
      x = x * x % m;
    }
    if (modulus->base.size < 0 && result > 0) result -= m;
    return int_from_two_digits(result);
  }
  TRY(int_reserve_memory(static_cast<size_t>(int_digit_count(modulus)) * 48));
  MpzView b(base), e(exponent), m(modulus);
  if (!b.limbs || !e.limbs || !m.limbs) return raise_no_memory_error();
  mpz_t result, size;
  mpz_init(result);
  mpz_init(size);
  mpz_abs(size, m.value);
  Ref<Object> r;
  if (mpz_sgn(e.value) < 0) {
    if (!mpz_invert(result, b.value, size)) {
      raise(ValueError, "base is not invertible for the given modulus");
      mpz_clear(result);
      mpz_clear(size);
      return nullptr;
    }
    mpz_t positive;
    mpz_init(positive);
    mpz_neg(positive, e.value);
    mpz_powm(result, result, positive, size);
    mpz_clear(positive);
  } else {
    mpz_powm(result, b.value, e.value, size);
  }
  if (mpz_sgn(m.value) < 0 && mpz_sgn(result) > 0) mpz_sub(result, result, size);
  r = int_from_mpz(result);
  mpz_clear(result);
  mpz_clear(size);
  return r;
}

// ---- Slots ---------------------------------------------------------------------------------------------------------

// An operand that is no int: the other type's turn.
#define MINIPY_INT_OPERANDS(a, b) \
  if (!is_int(a) || !is_int(b)) return not_implemented_ref()

template <Ref<Object> (*kOperation)(Int*, Int*)>
Ref<Object> int_binary(Object* a, Object* b) {
  MINIPY_INT_OPERANDS(a, b);
  return kOperation(cast<Int>(a), cast<Int>(b));
}

Ref<Object> int_divmod(Object* a, Object* b) {
  MINIPY_INT_OPERANDS(a, b);
  if (cast<Int>(b)->base.size == 0) return raise_zero_division();
  Ref<Object> q, r;
  TRY(int_divmod_floor(cast<Int>(a), cast<Int>(b), &q, &r));
  Object* pair[] = {q.release(), r.release()};
  return tuple_from_array_steal(pair, 2);
}

// a / b rounded correctly: scale so that the integer quotient has at least 55 bits, note whether anything was lost,
// and let one conversion round.
Ref<Object> int_true_divide(Object* x, Object* y) {
  MINIPY_INT_OPERANDS(x, y);
  Int *a = cast<Int>(x), *b = cast<Int>(y);
  if (b->base.size == 0) return raise(ZeroDivisionError, "division by zero");
  if (a->base.size == 0) return float_from_double(b->base.size < 0 ? -0.0 : 0.0);
  size_t bits_a = int_bit_length(a), bits_b = int_bit_length(b);
  if (bits_a <= 53 && bits_b <= 53) [[likely]] {
    return float_from_double(static_cast<double>(int_two_digit_value(a)) / static_cast<double>(int_two_digit_value(b)));
  }
  bool negative = (a->base.size < 0) != (b->base.size < 0);
  auto diff = static_cast<ssize>(bits_a) - static_cast<ssize>(bits_b);
  if (diff > 1024) return raise(OverflowError, "integer division result too large for a float");
  if (diff < -1076) return float_from_double(negative ? -0.0 : 0.0);
  // The quotient's bits: at least 66 where the result is normal, which leaves room for the sticky bit. For subnormal
  // results the last bit kept must be at 2**-1074, two more below it for rounding.
  ssize shift = diff - 66;
  auto p = TRY(int_absolute(a));
  auto q = TRY(int_absolute(b));
  if (shift < 0) {
    p = TRY(int_lshift(cast<Int>(p.get()), static_cast<size_t>(-shift)));
  } else if (shift > 0) {
    q = TRY(int_lshift(cast<Int>(q.get()), static_cast<size_t>(shift)));
  }
  Ref<Object> quotient, rest;
  TRY(int_divmod_floor(cast<Int>(p.get()), cast<Int>(q.get()), &quotient, &rest));
  // quotient * 2**shift, sticky when rest != 0. Take its top 64 bits and round by hand at the right place.
  const Int* z = cast<Int>(quotient.get());
  size_t bits = int_bit_length(z);
  unsigned __int128 value = 0;
  for (ssize i = int_digit_count(z); i-- > 0;) value = (value << kDigitBits) | z->digits[i];
  bool sticky = cast<Int>(rest.get())->base.size != 0;
  ssize exponent = static_cast<ssize>(bits) + shift;  // result in [2**(exponent-1), 2**exponent)
  ssize keep = exponent < -1021 ? 53 - (-1021 - exponent) : 53;
  if (keep < 0) return float_from_double(negative ? -0.0 : 0.0);
  auto drop = static_cast<int>(static_cast<ssize>(bits) - keep);
  unsigned __int128 kept = value >> drop;
  unsigned __int128 low = value & ((static_cast<unsigned __int128>(1) << drop) - 1);
  unsigned __int128 half = static_cast<unsigned __int128>(1) << (drop - 1);
  if (low > half || (low == half && (sticky || (kept & 1)))) kept++;
  double result = std::ldexp(static_cast<double>(static_cast<uint64_t>(kept)), static_cast<int>(shift + drop));
  if (std::isinf(result)) return raise(OverflowError, "integer division result too large for a float");
  return float_from_double(negative ? -result : result);
}

Ref<Object> int_power_slot(Object* a, Object* b, Object* modulus) {
  MINIPY_INT_OPERANDS(a, b);
  bool has_modulus = !is_none(modulus);
  if (has_modulus && !is_int(modulus)) return not_implemented_ref();
  Int *base = cast<Int>(a), *exponent = cast<Int>(b);
  if (has_modulus) return power_modulo(base, exponent, cast<Int>(modulus));
  if (exponent->base.size < 0) {
    double x = TRY(int_to_double(a))
    , y = TRY(int_to_double(b));
    auto fx = TRY(float_from_double(x));
    auto fy = TRY(float_from_double(y));
    return number_power(fx.get(), fy.get(), py_none());
  }
  if (int_bit_length(exponent) <= 64) return int_power(base, int_to_unsigned_mask(b));
  // Beyond 2**64 only 0, 1 and -1 have a power that fits.
  if (base->base.size == 0) return int_small_ref(0);
  if (int_is_compact(base) && base->digits[0] == 1) {
    return int_small_ref(base->base.size < 0 && (exponent->digits[0] & 1) ? -1 : 1);
  }
  return raise_no_memory_error();
}

Ref<Object> int_positive_slot(Int* v) { return int_exact(v); }
int int_bool(Object* v) { return cast<Int>(v)->base.size != 0; }
Ref<Object> int_float_slot(Object* v) { return float_from_double(TRY(int_to_double(v))); }

}  // namespace

Ref<Object> int_exact(Int* v) {
  if (type_of(v) == &int_type) return share(as_object(v));
  if (int_is_compact(v)) return int_from_two_digits(int_compact_value(v));
  ssize n = int_digit_count(v);
  Int* z = int_alloc(n);
  if (!z) return nullptr;
  memcpy(z->digits, v->digits, static_cast<size_t>(n) * sizeof(digit));
  z->base.size = v->base.size;
  return steal(as_object(z));
}

Ref<Object> int_negate(Int* v) {
  if (int_is_compact(v)) return int_from_two_digits(-int_compact_value(v));
  ssize n = int_digit_count(v);
  Int* z = int_alloc(n);
  if (!z) return nullptr;
  memcpy(z->digits, v->digits, static_cast<size_t>(n) * sizeof(digit));
  z->base.size = -v->base.size;
  return steal(as_object(z));
}

Ref<Object> int_absolute(Int* v) { return v->base.size < 0 ? int_negate(v) : int_exact(v); }

constinit NumberMethods int_number_methods = {
    .add = slot<int_binary<int_add>>,
    .subtract = slot<int_binary<int_subtract>>,
    .multiply = slot<int_binary<int_multiply>>,
    .remainder = slot<int_binary<int_remainder>>,
    .divmod = slot<int_divmod>,
    .power = slot<int_power_slot>,
    .negative = slot<int_negate>,
    .positive = slot<int_positive_slot>,
    .absolute = slot<int_absolute>,
    .boolean = int_bool,
    .invert = slot<int_invert>,
    .lshift = slot<int_lshift_slot>,
    .rshift = slot<int_rshift_slot>,
    .and_ = slot<int_binary<int_and>>,
    .xor_ = slot<int_binary<int_xor>>,
    .or_ = slot<int_binary<int_or>>,
    .int_ = slot<int_positive_slot>,
    .float_ = slot<int_float_slot>,
    .floor_divide = slot<int_binary<int_floor_divide>>,
    .true_divide = slot<int_true_divide>,
    .index = slot<int_positive_slot>,
};

}  // namespace minipy
