// int: the type, its constants, and conversions between ints and C numbers. Arithmetic is in int_arith.cc and
// int_bits.cc, text in int_text.cc, methods in int_methods.cc.
//
// A number is sign and magnitude: |size| digits of 30 bits, least significant first, the top one not zero; the sign of
// size is the number's. Ints from -5 to 256 exist once, so that `is` agrees with CPython for them; every function that
// makes an int returns the cached one.
#include "runtime/int.h"

#include <bit>
#include <climits>
#include <cmath>
#include <cstring>

#include "runtime/abstract.h"
#include "runtime/cache_events.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/free_list.h"
#include "runtime/hash.h"
#include "runtime/int_digits.h"
#include "runtime/slot.h"
#include "runtime/str.h"

namespace minipy {

// ---- Constants -----------------------------------------------------------------------------------------------------

namespace {
// CPython 3.11's count for objects that never die.
constexpr ssize kImmortalRefcount = 999999999;

constexpr Int constant(Type* type, ssize refcount, int v) {
  return Int{{{refcount, type}, v < 0 ? -1 : v > 0 ? 1 : 0}, {static_cast<digit>(v < 0 ? -v : v)}};
}
}  // namespace

#define S1(v)  constant(&int_type, kImmortalRefcount, v)
#define S4(v)  S1(v), S1(v + 1), S1(v + 2), S1(v + 3)
#define S16(v) S4(v), S4(v + 4), S4(v + 8), S4(v + 12)
#define S64(v) S16(v), S16(v + 16), S16(v + 32), S16(v + 48)
constinit Int small_ints[kSmallIntMax - kSmallIntMin + 1] = {
    S64(-5), S64(59), S64(123), S64(187), S4(251), S1(255), S1(256),
};
#undef S1
#undef S4
#undef S16
#undef S64

constinit Int false_object = constant(&bool_type, 1, 0);
constinit Int true_object = constant(&bool_type, 1, 1);

// ---- Making --------------------------------------------------------------------------------------------------------

constinit FreeInts g_free_ints = {};

#if defined(MINIPY_WATCH_COUNTS)
const CacheListener* g_cache_listener = nullptr;
#endif

namespace {
void clear_free_ints(FreeListInfo&) {
  while (Int* p = g_free_ints.head) {
    g_free_ints.head = reinterpret_cast<Int*>(p->base.base.type);
    memory::object_free(p);
  }
  g_free_ints.count = g_reuse_listener ? kMaxFreeInts : 0;
}
// CPython has no such list: whoever listens sees every int allocated.
constinit FreeListInfo free_ints_info{"int",
                                      1,
                                      kMaxFreeInts,
                                      [](const FreeListInfo&) { return g_free_ints.head ? g_free_ints.count : 0; },
                                      clear_free_ints,
                                      [](FreeListInfo& list, bool) { clear_free_ints(list); },
                                      true};
}  // namespace

// Memory alone: the caller makes an object of it, and counts its first reference.
Int* int_alloc_one_digit() {
  free_list_register(free_ints_info);
  // As many bytes as CPython asks for.
  auto* p = static_cast<Int*>(memory::object_alloc(sizeof(Int)));
  return p ? p : int_alloc_failed(0);
}

void int_free_exact(Object* p) {
#ifndef MINIPY_ASAN
  if (static_cast<size_t>(cast<Int>(p)->base.size + 1) < 3 && g_free_ints.count < kMaxFreeInts) {
    p->type = reinterpret_cast<Type*>(g_free_ints.head);
    g_free_ints.head = cast<Int>(p);
    g_free_ints.count++;
    return;
  }
#endif
  memory::object_free(p);
}

Int* int_alloc_failed(ssize count) {
  if (count > kMaxIntDigits) {
    raise(OverflowError, "too many digits in integer");
  } else {
    raise_no_memory_error();
  }
  return nullptr;
}

Ref<Int> int_finish(Int* v) {
  ssize size = v->base.size;
  ssize n = size < 0 ? -size : size;
  while (n > 0 && v->digits[n - 1] == 0) n--;
  v->base.size = size < 0 ? -n : n;
  if (n <= 1) {
    ssize value = n ? int_compact_value(v) : 0;
    if (is_small_int_value(value)) {
      drop_reference(v);
      memory::object_free(v);
      return int_small_ref(value);
    }
  }
  return Ref<Int>::steal(v);
}

namespace {

Ref<Int> from_magnitude(uint64_t magnitude, bool negative) {
  int count = magnitude >> (2 * kDigitBits) ? 3 : magnitude >> kDigitBits ? 2 : 1;
  if (count == 1) {
    ssize v = negative ? -static_cast<ssize>(magnitude) : static_cast<ssize>(magnitude);
    Object* p = int_from_compact(v);
    int_cache_hit(p);
    return Ref<Int>::steal(reinterpret_cast<Int*>(p));
  }
  Int* p = int_alloc(count);
  if (!p) return nullptr;
  for (int i = 0; i < count; i++, magnitude >>= kDigitBits) p->digits[i] = static_cast<digit>(magnitude & kDigitMask);
  if (negative) p->base.size = -count;
  return Ref<Int>::steal(p);
}

}  // namespace

Ref<Int> int_from_ssize(ssize v) {
  return from_magnitude(v < 0 ? -static_cast<uint64_t>(v) : static_cast<uint64_t>(v), v < 0);
}
Ref<Int> int_from_size(size_t v) { return from_magnitude(v, false); }

Ref<Object> int_from_double(double v) {
  if (std::isinf(v)) return raise(OverflowError, "cannot convert float infinity to integer");
  if (std::isnan(v)) return raise(ValueError, "cannot convert float NaN to integer");
  if (v > -9.2e18 && v < 9.2e18) return int_from_ssize(static_cast<ssize>(v));
  int exponent;  // |v| = m * 2**exponent with 0.5 <= m < 1
  double m = std::frexp(std::fabs(v), &exponent);
  auto bits = static_cast<uint64_t>(std::ldexp(m, 53));
  int shift = exponent - 53;  // positive: |v| is at least 9.2e18
  Int* p = int_alloc((exponent - 1) / kDigitBits + 1);
  if (!p) return nullptr;
  ssize n = p->base.size;
  memset(p->digits, 0, static_cast<size_t>(n) * sizeof(digit));
  ssize word = shift / kDigitBits;
  auto wide = static_cast<unsigned __int128>(bits) << (shift % kDigitBits);
  for (; wide; wide >>= kDigitBits) p->digits[word++] = static_cast<digit>(wide & kDigitMask);
  if (v < 0) p->base.size = -n;
  return int_finish(p);
}

Ref<Int> int_from_bytes(const unsigned char* data, size_t size, bool little_endian, bool is_signed) {
  auto at = [&](size_t i) { return little_endian ? data[i] : data[size - 1 - i]; };  // i-th byte from the bottom
  bool negative = is_signed && size && (at(size - 1) & 0x80);
  unsigned char padding = negative ? 0xff : 0;
  while (size && at(size - 1) == padding) {
    // Only whole bytes of padding that carry no information; little-endian data just gets shorter.
    if (!little_endian) data++;
    size--;
  }
  size_t digits = (size * 8 + kDigitBits) / kDigitBits;  // one bit more: the magnitude of -2**n
  Int* p = int_alloc(static_cast<ssize>(digits));
  if (!p) return nullptr;
  uint64_t accumulator = 0;
  int bits = 0;
  size_t out = 0;
  unsigned carry = 1;
  for (size_t i = 0; i < size; i++) {
    unsigned byte = at(i);
    if (negative) {
      byte = (~byte & 0xff) + carry;
      carry = byte >> 8;
      byte &= 0xff;
    }
    accumulator |= static_cast<uint64_t>(byte) << bits;
    bits += 8;
    if (bits >= kDigitBits) {
      p->digits[out++] = static_cast<digit>(accumulator & kDigitMask);
      accumulator >>= kDigitBits;
      bits -= kDigitBits;
    }
  }
  if (negative && carry) accumulator |= uint64_t{1} << bits;
  for (; out < digits; out++, accumulator >>= kDigitBits) p->digits[out] = static_cast<digit>(accumulator & kDigitMask);
  if (negative) p->base.size = -p->base.size;
  return int_finish(p);
}

Status int_to_bytes(Int* v, unsigned char* out, size_t size, bool little_endian, bool is_signed) {
  bool negative = v->base.size < 0;
  if (negative && !is_signed) return raise(OverflowError, "can't convert negative int to unsigned");
  ssize n = int_digit_count(v);
  auto put = [&](size_t i, unsigned byte) { out[little_endian ? i : size - 1 - i] = static_cast<unsigned char>(byte); };
  uint64_t accumulator = 0;
  int bits = 0;
  size_t position = 0;
  unsigned carry = 1;
  unsigned top = 0;  // the last byte written, for the sign check
  bool overflow = false;
  auto emit = [&](unsigned byte) {
    if (negative) {
      byte = (~byte & 0xff) + carry;
      carry = byte >> 8;
      byte &= 0xff;
    }
    if (position < size) {
      put(position, byte);
      top = byte;
    } else if (byte != (negative ? 0xffu : 0u)) {
      overflow = true;
    }
    position++;
  };
  for (ssize i = 0; i < n; i++) {
    accumulator |= static_cast<uint64_t>(v->digits[i]) << bits;
    bits += kDigitBits;
    for (; bits >= 8; bits -= 8, accumulator >>= 8) emit(accumulator & 0xff);
  }
  if (bits > 0 && accumulator) emit(accumulator & 0xff);
  while (position < size) emit(0);
  if (is_signed && size > 0 && ((top & 0x80) != 0) != negative) overflow = true;
  if (overflow) return raise(OverflowError, "int too big to convert");
  return kOk;
}

// ---- To C numbers --------------------------------------------------------------------------------------------------

namespace {

// |v| when it fits 64 bits.
bool magnitude_of(const Int* v, uint64_t& out) {
  ssize n = int_digit_count(v);
  if (n > 3) return false;
  if (n == 3 && v->digits[2] >> (64 - 2 * kDigitBits)) return false;
  uint64_t x = 0;
  while (n-- > 0) x = (x << kDigitBits) | v->digits[n];
  out = x;
  return true;
}

// False when v is outside [-2**63, 2**63 - 1].
bool signed_value(const Int* v, long long& out) {
  if (int_has_two_digits(v)) [[likely]] {
    out = int_two_digit_value(v);
    return true;
  }
  uint64_t magnitude;
  if (!magnitude_of(v, magnitude)) return false;
  bool negative = v->base.size < 0;
  if (magnitude > static_cast<uint64_t>(LLONG_MAX) + negative) return false;
  out = static_cast<long long>(negative ? -magnitude : magnitude);
  return true;
}

}  // namespace

Maybe<ssize> int_to_ssize(const Object* v) {
  long long r;
  if (signed_value(reinterpret_cast<const Int*>(v), r)) return static_cast<ssize>(r);
  return raise(OverflowError, "Python int too large to convert to C ssize_t");
}

Maybe<long> int_to_long(const Object* v) {
  long long r;
  if (signed_value(reinterpret_cast<const Int*>(v), r)) return static_cast<long>(r);
  return raise(OverflowError, "Python int too large to convert to C long");
}

Maybe<long long> int_to_long_long(const Object* v) {
  long long r;
  if (signed_value(reinterpret_cast<const Int*>(v), r)) return r;
  return raise(OverflowError, "int too big to convert");
}

Maybe<size_t> int_to_size(const Object* object) {
  const auto* v = reinterpret_cast<const Int*>(object);
  uint64_t r;
  if (v->base.size < 0) return raise(OverflowError, "can't convert negative value to size_t");
  if (magnitude_of(v, r)) return static_cast<size_t>(r);
  return raise(OverflowError, "Python int too large to convert to C size_t");
}

Maybe<unsigned long long> int_to_unsigned_long_long(const Object* object) {
  const auto* v = reinterpret_cast<const Int*>(object);
  uint64_t r;
  if (v->base.size < 0) return raise(OverflowError, "can't convert negative int to unsigned");
  if (magnitude_of(v, r)) return static_cast<unsigned long long>(r);
  return raise(OverflowError, "int too big to convert");
}

unsigned long long int_to_unsigned_mask(const Object* object) {
  const auto* v = reinterpret_cast<const Int*>(object);
  ssize n = int_digit_count(v);
  if (n > 3) n = 3;
  uint64_t x = 0;
  while (n-- > 0) x = (x << kDigitBits) | v->digits[n];
  return v->base.size < 0 ? -x : x;
}

long long int_to_long_long_overflow(const Object* object, int* overflow) {
  const auto* v = reinterpret_cast<const Int*>(object);
  long long r;
  if (signed_value(v, r)) {
    *overflow = 0;
    return r;
  }
  *overflow = v->base.size < 0 ? -1 : 1;
  return *overflow < 0 ? LLONG_MIN : LLONG_MAX;
}

size_t int_bit_length(const Int* v) {
  ssize n = int_digit_count(v);
  if (n == 0) return 0;
  return static_cast<size_t>(n - 1) * kDigitBits + static_cast<size_t>(std::bit_width(v->digits[n - 1]));
}

double int_frexp(const Int* v, ssize* exponent) {
  ssize n = int_digit_count(v);
  if (n == 0) {
    *exponent = 0;
    return 0.0;
  }
  // The top 64 bits of |v|, with a sticky bit for what is below: 64 > 53 + 2, so rounding to double is right.
  size_t bits = int_bit_length(v);
  uint64_t top = 0;
  bool sticky = false;
  if (bits <= 64) {
    for (ssize i = n; i-- > 0;) top = (top << kDigitBits) | v->digits[i];
    top <<= 64 - bits;
  } else {
    size_t drop = bits - 64;
    auto word = static_cast<ssize>(drop / kDigitBits);
    int shift = static_cast<int>(drop % kDigitBits);
    unsigned __int128 wide = 0;
    for (ssize i = n; i-- > word;) wide = (wide << kDigitBits) | v->digits[i];
    top = static_cast<uint64_t>(wide >> shift);
    sticky = (static_cast<digit>(wide) & ((digit{1} << shift) - 1)) != 0;
    for (ssize i = 0; i < word && !sticky; i++) sticky = v->digits[i] != 0;
  }
  uint64_t kept = top >> 11, rest = top & 0x7ff;
  if (rest > 0x400 || (rest == 0x400 && (sticky || (kept & 1)))) kept++;
  double m = std::ldexp(static_cast<double>(kept), -53);
  if (m == 1.0) {
    m = 0.5;
    bits++;
  }
  *exponent = static_cast<ssize>(bits);
  return v->base.size < 0 ? -m : m;
}

Maybe<double> int_to_double(const Object* object) {
  const auto* v = reinterpret_cast<const Int*>(object);
  if (int_is_compact(v)) [[likely]]
    return static_cast<double>(int_compact_value(v));
  long long small;
  if (signed_value(v, small)) return static_cast<double>(small);
  ssize exponent;
  double m = int_frexp(v, &exponent);
  if (exponent > 1024) return raise(OverflowError, "int too large to convert to float");
  return std::ldexp(m, static_cast<int>(exponent));
}

// ---- GMP -----------------------------------------------------------------------------------------------------------

size_t digits_to_limbs(const digit* digits, size_t count, mp_limb_t* out) {
  size_t written = 0;
  size_t i = 0;
  // 32 digits are 15 limbs; a plain accumulator is fast enough beside what is done with the result.
  unsigned __int128 accumulator = 0;
  int bits = 0;
  for (; i < count; i++) {
    accumulator |= static_cast<unsigned __int128>(digits[i]) << bits;
    bits += kDigitBits;
    if (bits >= 64) {
      out[written++] = static_cast<mp_limb_t>(accumulator);
      accumulator >>= 64;
      bits -= 64;
    }
  }
  if (bits > 0) out[written++] = static_cast<mp_limb_t>(accumulator);
  while (written > 0 && out[written - 1] == 0) written--;
  return written;
}

size_t int_to_limbs(const Int* v, mp_limb_t* out) {
  return digits_to_limbs(v->digits, static_cast<size_t>(int_digit_count(v)), out);
}

Ref<Int> int_from_limbs(const mp_limb_t* limbs, size_t count, bool negative) {
  while (count > 0 && limbs[count - 1] == 0) count--;
  if (count <= 1) return from_magnitude(count ? limbs[0] : 0, negative);
  size_t bits = count * 64 - static_cast<size_t>(std::countl_zero(limbs[count - 1]));
  auto digits = static_cast<ssize>((bits + kDigitBits - 1) / kDigitBits);
  Int* p = int_alloc(digits);
  if (!p) return nullptr;
  uint64_t accumulator = 0;
  int have = 0;
  ssize out = 0;
  for (size_t i = 0; i < count; i++) {
    mp_limb_t limb = limbs[i];
    p->digits[out++] = static_cast<digit>((accumulator | limb << have) & kDigitMask);
    int used = kDigitBits - have;
    accumulator = limb >> used;
    have = 64 - used;
    while (have >= kDigitBits && out < digits) {
      p->digits[out++] = static_cast<digit>(accumulator & kDigitMask);
      accumulator >>= kDigitBits;
      have -= kDigitBits;
    }
  }
  while (out < digits) {
    p->digits[out++] = static_cast<digit>(accumulator & kDigitMask);
    accumulator >>= kDigitBits;
  }
  if (negative) p->base.size = -digits;
  return Ref<Int>::steal(p);
}

Status int_reserve_memory(size_t bytes) {
  if (bytes < size_t{1} << 20) return kOk;
  void* p = memory::raw_alloc(bytes);
  if (!p) return raise_no_memory_error();
  memory::raw_free(p);
  return kOk;
}

// ---- Comparison and hash -------------------------------------------------------------------------------------------

int int_compare(const Int* a, const Int* b) {
  if (a->base.size != b->base.size) return a->base.size < b->base.size ? -1 : 1;
  ssize i = int_digit_count(a);
  while (--i >= 0) {
    if (a->digits[i] != b->digits[i]) return ((a->digits[i] < b->digits[i]) != (a->base.size < 0)) ? -1 : 1;
  }
  return 0;
}

hash_t int_hash(const Int* v) {
  if (int_is_compact(v)) [[likely]] {
    hash_t h = int_compact_value(v);
    return h == -1 ? -2 : h;
  }
  if (int_has_two_digits(v)) return int_two_digit_value(v);  // below the modulus
  uint64_t x = 0;
  for (ssize i = int_digit_count(v); i-- > 0;) {
    x = ((x << kDigitBits) & kHashModulus) | (x >> (kHashBits - kDigitBits));
    x += v->digits[i];
    if (x >= kHashModulus) x -= kHashModulus;
  }
  auto h = static_cast<hash_t>(v->base.size < 0 ? -x : x);
  return h == -1 ? -2 : h;
}

// ---- The type ------------------------------------------------------------------------------------------------------

namespace {

void int_dealloc(Object* p) {
  if (p->type == &int_type) [[likely]] {
    int_free_exact(p);
  } else {
    p->type->free(p);
  }
}

Ref<Object> int_richcompare(Object* a, Object* b, CompareOp op) {
  if (!is_int(a) || !is_int(b)) return not_implemented_ref();
  int c = a == b ? 0 : int_compare(cast<Int>(a), cast<Int>(b));
  switch (op) {
    case kLt: return bool_ref(c < 0);
    case kLe: return bool_ref(c <= 0);
    case kEq: return bool_ref(c == 0);
    case kNe: return bool_ref(c != 0);
    case kGt: return bool_ref(c > 0);
    default: return bool_ref(c >= 0);
  }
}

Ref<Str> int_repr(Int* v) { return int_to_str(v, 10, false); }

}  // namespace

constinit Type int_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "int",
    .basicsize = kIntHeader,
    .itemsize = sizeof(digit),
    .dealloc = int_dealloc,
    .repr = slot<int_repr>,
    .as_number = &int_number_methods,
    .hash = slot<int_hash>,
    .getattro = slot<object_generic_get_attr>,
    .flags = kTypeDefault | kTypeBaseType | kTypeIntSubclass | kTypeMatchSelf,
    .doc =
        "int([x]) -> integer\n"
        "int(x, base=10) -> integer\n"
        "\n"
        "An integer of any size, from a number (truncated towards zero) or from a\n"
        "str, bytes or bytearray that holds an integer literal in the base: 2 to 36,\n"
        "or 0 to go by the literal's own prefix.  Without arguments: 0.\n"
        ">>> int('0b100', base=0)\n"
        "4",
    .richcompare = slot<int_richcompare>,
    .methods = int_methods,
    .getset = int_getset,
    .new_ = int_new_slot,
    .free = memory::object_free,
    .vectorcall = int_vectorcall,
};

}  // namespace minipy
