// int: the constructor, methods and attributes.
#include <bit>
#include <cstring>

#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/int_digits.h"
#include "runtime/number_text.h"
#include "runtime/str.h"
#include "runtime/type_attributes.h"

namespace minipy {

namespace {

// ---- int(x=0, /), int(x, /, base=10) -------------------------------------------------------------------------------

Ref<Object> int_from_arguments(Object* x, Object* base) {
  if (!x) {
    if (base) return raise(TypeError, "int() missing string argument");
    return int_small_ref(0);
  }
  if (!base) return number_int(x);
  ssize b = TRY(number_as_ssize(base, nullptr));
  if (b != 0 && (b < 2 || b > 36)) return raise(ValueError, "int() base must be >= 2 and <= 36, or 0");
  if (is_str(x)) return int_from_str(cast<Str>(x), static_cast<int>(b));
  if (is_bytes(x)) return int_from_literal(bytes_view(cast<Bytes>(x)), static_cast<int>(b), x);
  if (is_instance_of(x, &bytearray_type)) {
    const ByteArray* array = cast<ByteArray>(x);
    return int_from_literal({array->start, static_cast<size_t>(var_size(array))}, static_cast<int>(b), x);
  }
  return raise(TypeError, "int() can't convert non-string with explicit base");
}

// An instance of a subclass with the value of an int.
Ref<Object> int_of_subclass(Type* type, Int* value) {
  ssize n = int_digit_count(value);
  auto r = TRY(steal(type->alloc(type, n ? n : 1)));
  Int* z = cast<Int>(r.get());
  z->base.size = value->base.size;
  memcpy(z->digits, value->digits, static_cast<size_t>(n) * sizeof(digit));
  return r;
}

Ref<Object> int_new(Type* type, Object* x, Object* base) {
  auto value = TRY(int_from_arguments(x, base));
  if (type == &int_type) return value;
  return int_of_subclass(type, cast<Int>(value.get()));
}

// ---- Methods -------------------------------------------------------------------------------------------------------

Ref<Object> int_bit_length_method(Int* self) { return int_from_size(int_bit_length(self)); }

Ref<Object> int_bit_count(Int* self) {
  size_t count = 0;
  for (ssize i = int_digit_count(self); i-- > 0;) count += static_cast<size_t>(std::popcount(self->digits[i]));
  return int_from_size(count);
}

// Null: "big", the default.
Maybe<bool> is_little_endian(Str* byteorder) {
  if (!byteorder || str_equals_ascii(byteorder, "big")) return false;
  if (str_equals_ascii(byteorder, "little")) return true;
  return raise(ValueError, "byteorder must be either 'little' or 'big'");
}

Ref<Object> int_to_bytes_method(Int* self, ssize length, Str* byteorder, bool is_signed) {
  bool little = TRY(is_little_endian(byteorder));
  if (length < 0) return raise(ValueError, "length argument must be non-negative");
  // Written beside the object: bytes of length 0 and 1 are shared.
  if (length <= 1) {
    unsigned char byte = 0;
    TRY(int_to_bytes(self, &byte, static_cast<size_t>(length), little, is_signed));
    return bytes_new(reinterpret_cast<char*>(&byte), length);
  }
  auto r = TRY(bytes_new(nullptr, length));
  TRY(int_to_bytes(self, reinterpret_cast<unsigned char*>(r->data), static_cast<size_t>(length), little, is_signed));
  return r;
}

Ref<Object> int_from_bytes_method(Type* type, Object* bytes, Str* byteorder, bool is_signed) {
  bool little = TRY(is_little_endian(byteorder));
  auto source = TRY(object_bytes(bytes));
  auto view = bytes_view(cast<Bytes>(source.get()));
  auto r = TRY(int_from_bytes(reinterpret_cast<const unsigned char*>(view.data()), view.size(), little, is_signed));
  if (type == &int_type) return r;
  return call(as_object(type), r.get());
}

Ref<Object> int_as_integer_ratio(Int* self) {
  auto numerator = TRY(int_exact(self));
  return tuple_pack(numerator.get(), as_object(small_int(1)));
}

Ref<Object> int_round(Int* self, Object* ndigits) {
  if (!ndigits) return int_exact(self);
  auto index = TRY(number_index(ndigits));
  Int* n = cast<Int>(index.get());
  if (n->base.size >= 0) return int_exact(self);
  // Rounding to 10**k where 10**k is more than twice the number gives 0; no need for the power.
  int overflow;
  long long digits = int_to_long_long_overflow(index.get(), &overflow);
  if (overflow || -digits > static_cast<long long>(static_cast<double>(int_bit_length(self)) * 0.30103) + 2) {
    return int_small_ref(0);
  }
  auto unit = TRY(int_power(small_int(10), static_cast<size_t>(-digits)));
  Ref<Object> remainder;
  TRY(int_divmod_near(self, cast<Int>(unit.get()), &remainder));
  return int_subtract(self, cast<Int>(remainder.get()));
}

Ref<Object> int_getnewargs(Int* self) {
  ssize n = int_digit_count(self);
  if (n <= 1) return tuple_pack(TRY(int_exact(self)).get());
  Int* copy = int_alloc(n);
  if (!copy) return nullptr;
  memcpy(copy->digits, self->digits, static_cast<size_t>(n) * sizeof(digit));
  copy->base.size = self->base.size;
  Object* items[] = {as_object(copy)};
  return tuple_from_array_steal(items, 1);
}

Ref<Object> int_sizeof(Int* self) {
  ssize n = int_digit_count(self);
  return int_from_ssize(static_cast<ssize>(kIntHeader) + (n ? n : 1) * static_cast<ssize>(sizeof(digit)));
}

Ref<Object> int_format_method(Object* self, Str* spec) { return int_format(self, spec); }

Ref<Object> int_imag(Int*) { return int_small_ref(0); }
Ref<Object> int_denominator(Int*) { return int_small_ref(1); }

}  // namespace

Object* int_new_slot(Type* type, Object* args, Object* kwargs) {
  constexpr auto make = NEW(int_new, "int(type, x=NULL, /, base=NULL)");
  return make(type, args, kwargs);
}

Object* int_vectorcall(Object* type, Object* const* args, size_t nargsf, Object* kwnames) {
  ssize nargs = vectorcall_nargs(nargsf);
  if (kwnames || nargs != 1) [[unlikely]]
    return call_type_with_vector(type, args, nargs, kwnames);
  // CPython's int has no vectorcall: the tuple of the arguments counts for the collector (D9).
  Ref<Tuple> counted = tuple_from_array(args, nargs);
  return counted ? number_int(args[0]).release() : nullptr;
}

constinit MethodDef int_methods[] = {
    PLAIN_METHOD(int_exact, "conjugate(self, /)", "Return self: an int is its own complex conjugate."),
    METHOD(int_bit_length_method, "bit_length(self, /)",
           "Number of bits that self's magnitude takes in binary.\n\n>>> (37).bit_length()\n6"),
    METHOD(int_bit_count, "bit_count(self, /)",
           "Number of ones in the binary form of the absolute value of self.\n\n>>> (13).bit_count()\n3"),
    METHOD(int_to_bytes_method, "to_bytes(self, /, length=1, byteorder='big', *, signed=False)",
           "Return the int as an array of length bytes, the most significant first where\nbyteorder is 'big', last "
           "where it is 'little'; in two's complement when signed.\n\nOverflowError is raised when it does not fit."),
    CLASS_METHOD(int_from_bytes_method, "from_bytes(type, /, bytes, byteorder='big', *, signed=False)",
                 "Return the int that the bytes (a bytes-like object or an iterable of ints)\nrepresent: the most "
                 "significant byte first where byteorder is 'big', last where\nit is 'little'; in two's complement "
                 "when signed."),
    METHOD(int_as_integer_ratio, "as_integer_ratio(self, /)", "Return the pair (int(self), 1)."),
    PLAIN_METHOD(int_exact, "__trunc__(self, /)", "Truncating an int gives the int itself."),
    PLAIN_METHOD(int_exact, "__floor__(self, /)", "The floor of an int is the int itself."),
    PLAIN_METHOD(int_exact, "__ceil__(self, /)", "The ceiling of an int is the int itself."),
    METHOD(int_round, "__round__(self, ndigits=<unrepresentable>, /)",
           "Round to a multiple of 10**-ndigits, half to even; an int is returned."),
    METHOD(int_getnewargs, "__getnewargs__(self, /)", ""),
    METHOD(int_format_method, "__format__(self, format_spec, /)", "Format by the format() mini-language."),
    METHOD(int_sizeof, "__sizeof__(self, /)", "Size in memory, in bytes."),
    {},
};

constinit GetSetDef int_getset[] = {
    {"real", getter<int_exact>, nullptr, "the real part of a complex number", nullptr},
    {"imag", getter<int_imag>, nullptr, "the imaginary part of a complex number", nullptr},
    {"numerator", getter<int_exact>, nullptr, "the numerator of a rational number in lowest terms", nullptr},
    {"denominator", getter<int_denominator>, nullptr, "the denominator of a rational number in lowest terms", nullptr},
    {},
};

}  // namespace minipy
