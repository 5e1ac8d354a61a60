// The module math: number theory. Factorials and binomials are GMP's.
#include <gmp.h>

#include <climits>
#include <cmath>

#include "runtime/abstract.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/int_digits.h"
#include "stdlib/math.h"

namespace minipy::math {

namespace {

// An mpz for a scope.
struct Number {
  Number() { mpz_init(value); }
  ~Number() { mpz_clear(value); }
  Number(const Number&) = delete;
  Ref<Object> as_int() const { return int_from_limbs(mpz_limbs_read(value), mpz_size(value), mpz_sgn(value) < 0); }
  mpz_t value;
};

// Copies a non-negative int.
Status set(Number& out, const Int* v) {
  size_t count = limbs_for_digits(static_cast<size_t>(int_digit_count(v)));
  mp_limb_t* limbs = mpz_limbs_write(out.value, static_cast<mp_size_t>(count ? count : 1));
  mpz_limbs_finish(out.value, static_cast<mp_size_t>(int_to_limbs(v, limbs)));
  return kOk;
}

// MemoryError for results that cannot be had.
Status check_bits(double bits) {
  if (bits > 0x1p38) return raise_no_memory_error();
  return int_reserve_memory(static_cast<size_t>(bits / 8) * 4);
}

bool is_negative(const Ref<Object>& v) { return int_sign(cast<Int>(v.get())) < 0; }

// n * (n-1) * ... * (n-k+1), in halves so that the factors are of a size.
void falling_product(mpz_t out, const mpz_t n, unsigned long first, unsigned long count) {
  if (count == 0) {
    mpz_set_ui(out, 1);
  } else if (count == 1) {
    mpz_sub_ui(out, n, first);
  } else {
    mpz_t right;
    mpz_init(right);
    falling_product(out, n, first, count / 2);
    falling_product(right, n, first + count / 2, count - count / 2);
    mpz_mul(out, out, right);
    mpz_clear(right);
  }
}

}  // namespace

Ref<Object> math_factorial(Object*, Object* argument) {
  auto n = TRY(number_index(argument));
  int overflow;
  long long v = int_to_long_long_overflow(n.get(), &overflow);
  if (overflow > 0) return raise(OverflowError, "factorial() argument should not exceed {}", LONG_MAX);
  if (overflow < 0 || v < 0) return raise(ValueError, "factorial() not defined for negative values");
  if (v <= 20) {
    long long r = 1;
    for (long long i = 2; i <= v; i++) r *= i;
    return int_from(r);
  }
  TRY(check_bits(static_cast<double>(v) * std::log2(static_cast<double>(v))));
  Number r;
  mpz_fac_ui(r.value, static_cast<unsigned long>(v));
  return r.as_int();
}

Ref<Object> math_perm(Object*, Object* n_argument, Object* k_argument) {
  if (is_none(k_argument)) return math_factorial(nullptr, n_argument);
  auto n = TRY(number_index(n_argument));
  auto k = TRY(number_index(k_argument));
  if (is_negative(n)) return raise(ValueError, "n must be a non-negative integer");
  if (is_negative(k)) return raise(ValueError, "k must be a non-negative integer");
  if (int_compare(cast<Int>(n.get()), cast<Int>(k.get())) < 0) return int_from(0);
  int overflow;
  long long factors = int_to_long_long_overflow(k.get(), &overflow);
  if (overflow) return raise(OverflowError, "k must not exceed {}", LLONG_MAX);
  TRY(check_bits(static_cast<double>(int_bit_length(cast<Int>(n.get()))) * static_cast<double>(factors)));
  Number source, r;
  TRY(set(source, cast<Int>(n.get())));
  falling_product(r.value, source.value, 0, static_cast<unsigned long>(factors));
  return r.as_int();
}

Ref<Object> math_comb(Object*, Object* n_argument, Object* k_argument) {
  auto n = TRY(number_index(n_argument));
  auto k = TRY(number_index(k_argument));
  if (is_negative(n)) return raise(ValueError, "n must be a non-negative integer");
  if (is_negative(k)) return raise(ValueError, "k must be a non-negative integer");
  auto rest = TRY(int_subtract(cast<Int>(n.get()), cast<Int>(k.get())));
  if (is_negative(rest)) return int_from(0);
  if (int_compare(cast<Int>(rest.get()), cast<Int>(k.get())) < 0) k = std::move(rest);
  int overflow;
  long long count = int_to_long_long_overflow(k.get(), &overflow);
  if (overflow) return raise(OverflowError, "min(n - k, k) must not exceed {}", LLONG_MAX);
  TRY(check_bits(static_cast<double>(int_bit_length(cast<Int>(n.get()))) * static_cast<double>(count)));
  Number source, r;
  TRY(set(source, cast<Int>(n.get())));
  mpz_bin_ui(r.value, source.value, static_cast<unsigned long>(count));
  return r.as_int();
}

Ref<Object> math_gcd(Object*, VarArgs integers) {
  Ref<Object> r = TRY(int_from(0));
  for (Object* argument : integers) {
    auto n = TRY(number_index(argument));
    r = TRY(int_gcd(cast<Int>(r.get()), cast<Int>(n.get())));
  }
  return r;
}

Ref<Object> math_lcm(Object*, VarArgs integers) {
  Ref<Object> r = TRY(int_from(1));
  for (Object* argument : integers) {
    auto n = TRY(number_index(argument));
    if (int_sign(cast<Int>(r.get())) == 0) continue;  // the rest is still checked
    if (int_sign(cast<Int>(n.get())) == 0) {
      r = TRY(int_from(0));
      continue;
    }
    auto divisor = TRY(int_gcd(cast<Int>(r.get()), cast<Int>(n.get())));
    auto factor = TRY(int_floor_divide(cast<Int>(r.get()), cast<Int>(divisor.get())));
    auto product = TRY(int_multiply(cast<Int>(factor.get()), cast<Int>(n.get())));
    r = TRY(int_absolute(cast<Int>(product.get())));
  }
  return r;
}

Ref<Object> math_isqrt(Object*, Object* argument) {
  auto n = TRY(number_index(argument));
  if (is_negative(n)) return raise(ValueError, "isqrt() argument must be nonnegative");
  return int_isqrt(cast<Int>(n.get()));
}

}  // namespace minipy::math
