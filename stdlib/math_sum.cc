// The module math: exact sums, products, Euclidean norms.
#include <cfloat>
#include <cmath>
#include <vector>

#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/int.h"
#include "stdlib/math.h"

namespace minipy::math {

// ---- fsum
// ------------------------------------------------------------------------------------------------------------
// Shewchuk's algorithm ("Adaptive Precision Floating-Point Arithmetic"): the sum so far is kept as a list of partial
// sums that do not overlap, smallest first, so that nothing is ever lost.

namespace {

class ExactSum {
 public:
  // Adds x; the new largest partial sum (infinite: overflow).
  double add(double x) {
    size_t kept = 0;
    for (double y : partials_) {
      if (std::fabs(x) < std::fabs(y)) std::swap(x, y);
      double high = x + y, low = y - (high - x);
      if (low != 0.0) partials_[kept++] = low;
      x = high;
    }
    partials_.resize(kept);
    if (x != 0.0 && std::isfinite(x)) partials_.push_back(x);
    return x;
  }
  void clear() { partials_.clear(); }

  double rounded() const {
    if (partials_.empty()) return 0.0;
    size_t n = partials_.size();
    double high = partials_[--n], low = 0.0;
    while (n > 0) {
      double x = high, y = partials_[--n];
      high = x + y;
      low = y - (high - x);
      if (low != 0.0) break;
    }
    // Half way between two floats: what comes below decides, in the same direction as `low`.
    if (n > 0 && ((low < 0.0 && partials_[n - 1] < 0.0) || (low > 0.0 && partials_[n - 1] > 0.0))) {
      double y = low * 2.0, x = high + y;
      if (y == x - high) high = x;
    }
    return high;
  }

 private:
  std::vector<double> partials_;
};

}  // namespace

Ref<Object> math_fsum(Object*, Object* iterable) {
  auto iterator = TRY(get_iter(iterable));
  ExactSum sum;
  double special = 0.0, infinities = 0.0;
  while (auto item = iter_next(iterator.get())) {
    double x = TRY(float_as_double(item.get()));
    if (!std::isfinite(x)) {
      if (std::isinf(x)) infinities += x;
      special += x;
      sum.clear();
      continue;
    }
    if (!std::isfinite(sum.add(x))) return raise(OverflowError, "intermediate overflow in fsum");
  }
  if (error_pending()) return kRaised;
  if (special != 0.0) {
    if (std::isnan(infinities)) return raise(ValueError, "-inf + inf in fsum");
    return float_from_double(special);
  }
  return float_from_double(sum.rounded());
}

// ---- prod
// ------------------------------------------------------------------------------------------------------------

Ref<Object> math_prod(Object*, Object* iterable, Object* start) {
  Ref<Object> result = start ? share(start) : Ref<Object>(int_from(1));
  auto iterator = TRY(get_iter(iterable));
  // While everything is a float, without making objects.
  bool in_double = false;
  double product = 0.0;
  while (auto item = iter_next(iterator.get())) {
    Object* x = item.get();
    if (!in_double && type_of(result.get()) == &float_type) {
      in_double = true;
      product = cast<Float>(result.get())->value;
    }
    if (in_double) {
      if (type_of(x) == &float_type) {
        product *= cast<Float>(x)->value;
        continue;
      }
      if (type_of(x) == &int_type && int_bit_length(cast<Int>(x)) < 63) {
        product *= static_cast<double>(*int_to_long_long(x));
        continue;
      }
      in_double = false;
      result = TRY(float_from_double(product));
    }
    result = TRY(number_multiply(result.get(), x));
  }
  if (error_pending()) return kRaised;
  return in_double ? float_from_double(product) : std::move(result);
}

// ---- hypot, dist
// -----------------------------------------------------------------------------------------------------

namespace {

// A sum that keeps what rounding takes away.
struct CompensatedSum {
  double sum = 1.0;  // never smaller than a term
  double rest[3] = {};
  void add(double x, int which) {
    double before = sum;
    sum += x;
    rest[which] += (before - sum) + x;
  }
  double value() const { return sum - 1.0 + (rest[0] + rest[1] + rest[2]); }
};

// x = high + low with 26 bits each (Veltkamp), so that products of the parts are exact.
void split(double x, double& high, double& low) {
  double t = x * 134217729.0;  // 2**27 + 1
  high = t - (t - x);
  low = x - high;
}

void add_square(CompensatedSum& sum, double x, double sign) {
  double high, low;
  split(x, high, low);
  sum.add(sign * high * high, 0);
  sum.add(sign * 2.0 * high * low, 1);
  sum.add(sign * low * low, 2);
}

// sqrt(sum of squares). Coordinates are scaled by a power of two so that squares neither overflow nor vanish, summed
// exactly, and the root is corrected by one step of Newton's method.
double norm(std::vector<double>& v, double largest, bool has_nan) {
  if (std::isinf(largest)) return largest;
  if (has_nan) return std::nan("");
  if (largest == 0.0 || v.size() <= 1) return largest;
  int exponent;
  std::frexp(largest, &exponent);
  if (exponent < -1023) {
    // The scale would overflow: lift everything out of the subnormal range first.
    for (double& x : v) x /= DBL_MIN;
    return DBL_MIN * norm(v, largest / DBL_MIN, has_nan);
  }
  double scale = std::ldexp(1.0, -exponent);
  CompensatedSum sum;
  for (double x : v) add_square(sum, x * scale, 1.0);
  double root = std::sqrt(sum.value());
  add_square(sum, root, -1.0);
  root += sum.value() / (2.0 * root);
  return root / scale;
}

struct Coordinates {
  std::vector<double> values;
  double largest = 0.0;
  bool has_nan = false;
  void add(double x) {
    x = std::fabs(x);
    values.push_back(x);
    has_nan = has_nan || std::isnan(x);
    if (x > largest) largest = x;
  }
  Ref<Object> length() { return float_from_double(norm(values, largest, has_nan)); }
};

}  // namespace

Ref<Object> math_hypot(Object*, VarArgs coordinates) {
  Coordinates c;
  for (Object* x : coordinates) c.add(TRY(float_as_double(x)));
  return c.length();
}

Ref<Object> math_dist(Object*, Object* p_argument, Object* q_argument) {
  auto p = TRY(tuple_from_iterable(p_argument));
  auto q = TRY(tuple_from_iterable(q_argument));
  ssize n = tuple_size(p.get());
  if (n != tuple_size(q.get())) return raise(ValueError, "both points must have the same number of dimensions");
  Coordinates c;
  for (ssize i = 0; i < n; i++) {
    double x = TRY(float_as_double(p->items[i]));
    double y = TRY(float_as_double(q->items[i]));
    c.add(x - y);
  }
  return c.length();
}

}  // namespace minipy::math
