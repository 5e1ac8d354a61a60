// int: 30-bit digits, sign in the size field; the cache of small ints -5..256.
#pragma once

#include <string_view>

#include "gc/object.h"
#include "runtime/result.h"

namespace minipy {

struct Type;
struct Str;
struct Bytes;

using digit = uint32_t;
inline constexpr int kDigitBits = 30;
inline constexpr digit kDigitMask = (digit{1} << kDigitBits) - 1;

struct Int {
  VarObject base;  // |size| digits, sign of size is the number's sign
  digit digits[1];
};
static_assert(sizeof(Int) == 32);

extern Type int_type;
extern Type bool_type;
extern Int false_object, true_object;  // bool's two instances
inline Object* py_true() { return as_object(&true_object); }
inline Object* py_false() { return as_object(&false_object); }
inline Object* py_bool(bool v) { return v ? py_true() : py_false(); }  // borrowed
inline Ref<Object> bool_ref(bool v) { return Ref<Object>::share(py_bool(v)); }

inline constexpr int kSmallIntMin = -5, kSmallIntMax = 256;
extern Int small_ints[kSmallIntMax - kSmallIntMin + 1];
inline Int* small_int(int v) { return &small_ints[v - kSmallIntMin]; }  // borrowed

Ref<Int> int_from_ssize(ssize v);
Ref<Int> int_from_size(size_t v);
inline Ref<Int> int_from(long long v) { return int_from_ssize(static_cast<ssize>(v)); }
Ref<Object> int_from_double(double v);  // OverflowError/ValueError for inf and nan; truncates
// base 0, 2..36; whole text must be an int literal as int() takes it. ValueError quoting `original`.
Ref<Object> int_from_str(Str* text, int base);
Ref<Object> int_from_text(std::string_view text, int base);  // ASCII literal as in source (underscores allowed)
Ref<Int> int_from_bytes(const unsigned char* data, size_t size, bool little_endian, bool is_signed);
Status int_to_bytes(Int* v, unsigned char* out, size_t size, bool little_endian, bool is_signed);  // OverflowError

// At most one digit: value fits without a loop.
inline bool int_is_compact(const Int* v) { return static_cast<size_t>(v->base.size + 1) < 3; }
inline ssize int_compact_value(const Int* v) { return v->base.size * static_cast<ssize>(v->digits[0]); }
inline int int_sign(const Int* v) { return v->base.size < 0 ? -1 : v->base.size > 0; }

// One-digit ints that were freed, kept for reuse (linked through their type field). Full collections empty the list.
struct FreeInts {
  Int* head;
  int count;
};
extern FreeInts g_free_ints;
inline constexpr int kMaxFreeInts = 256;
Int* int_alloc_one_digit();  // from the allocator; null: MemoryError pending
// The int v, |v| < 2**30. New reference; null: MemoryError pending.
inline Object* int_from_compact(ssize v) {
  if (static_cast<size_t>(v - kSmallIntMin) <= static_cast<size_t>(kSmallIntMax - kSmallIntMin)) {
    Object* small = as_object(small_int(static_cast<int>(v)));
    incref(small);
    return small;
  }
  Int* p = g_free_ints.head;
  if (p) [[likely]] {
    g_free_ints.head = reinterpret_cast<Int*>(p->base.base.type);
    g_free_ints.count--;
  } else if (!(p = int_alloc_one_digit())) {
    return nullptr;
  }
  p->base.base.type = &int_type;
  first_reference(p);
  p->base.size = v < 0 ? -1 : 1;
  p->digits[0] = static_cast<digit>(v < 0 ? -v : v);
  return as_object(p);
}
// The dealloc slot of exact ints.
void int_free_exact(Object* p);

// v must be an int (or subclass). OverflowError "Python int too large to convert to C ..." when out of range.
Maybe<ssize> int_to_ssize(const Object* v);
Maybe<long> int_to_long(const Object* v);
Maybe<long long> int_to_long_long(const Object* v);
Maybe<size_t> int_to_size(const Object* v);
Maybe<unsigned long long> int_to_unsigned_long_long(const Object* v);
unsigned long long int_to_unsigned_mask(const Object* v);  // modulo 2**64, no error
// overflow: 0 fits, -1/+1 too small/large (value clipped), no exception.
long long int_to_long_long_overflow(const Object* v, int* overflow);
Maybe<double> int_to_double(const Object* v);
double int_frexp(const Int* v, ssize* exponent);
size_t int_bit_length(const Int* v);

// Arithmetic on exact ints (both operands int layouts).
Ref<Object> int_add(Int* a, Int* b);
Ref<Object> int_subtract(Int* a, Int* b);
Ref<Object> int_multiply(Int* a, Int* b);
Ref<Object> int_floor_divide(Int* a, Int* b);
Ref<Object> int_remainder(Int* a, Int* b);
Ref<Object> int_gcd(Int* a, Int* b);
Ref<Object> int_negate(Int* a);
Ref<Object> int_lshift(Int* a, size_t bits);
int int_compare(const Int* a, const Int* b);  // -1, 0, 1
hash_t int_hash(const Int* v);
Ref<Str> int_to_str(Int* v, int base = 10, bool prefix = false);  // 4,300-digit limit for base 10
// Sign and magnitude as text into the integer's format() mini-language.
Ref<Str> int_format(Object* v, Str* spec);

}  // namespace minipy
