// The module _struct: bytes as packed C values (library reference, struct).
#include <bit>
#include <cfloat>
#include <cmath>
#include <cstring>
#include <vector>

#include "gc/collector.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/codecs.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/heap_types.h"
#include "runtime/int.h"
#include "runtime/int_digits.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/weakref.h"

namespace minipy {

namespace {

Type* g_struct_error = nullptr;  // the module's own, made on import
Dict* g_cache = nullptr;         // null: nothing is in it
constexpr ssize kMaxCache = 100;

Type* struct_error() { return g_struct_error ? g_struct_error : ValueError; }

// ---- Formats
// ---------------------------------------------------------------------------------------------------------

struct Layout {
  bool native = true;  // C's sizes and alignment
  bool big = false;    // big-endian
};

// One run of equal items.
struct Code {
  char format;
  bool native;  // packed as this machine does: C's range errors
  bool big;
  ssize offset, size, repeat;
};

struct Struct {
  Object base;
  ssize size;   // bytes; -1: not initialised
  ssize items;  // values
  std::vector<Code>* codes;
  Object* format;  // bytes, or None
  Object* weakreflist;
};
static_assert(sizeof(Struct) == 56);

// Size in bytes, 0: no such format. *alignment: as C aligns it.
ssize size_of_format(char c, const Layout& layout, ssize* alignment) {
  ssize native = 0, standard = 0;
  switch (c) {
    case 'x':
    case 'c':
    case 'b':
    case 'B':
    case 's':
    case 'p':
    case '?': native = standard = 1; break;
    case 'h':
    case 'H':
    case 'e': native = standard = 2; break;
    case 'i':
    case 'I':
    case 'f': native = standard = 4; break;
    case 'l':
    case 'L':
      native = sizeof(long);
      standard = 4;
      break;
    case 'q':
    case 'Q':
    case 'd': native = standard = 8; break;
    case 'n':
    case 'N':
    case 'P': native = 8; break;
    default: return 0;
  }
  *alignment = layout.native ? native : 1;
  return layout.native ? native : standard;
}

Raised raise_too_long() { return raise(struct_error(), "total struct size too long"); }

struct FormatParser {
  const char* p;
  Layout layout;
  std::vector<Code> codes;
  ssize size = 0, items = 0;

  void take_prefix() {
    switch (*p) {
      case '<':
        layout = {false, false};
        p++;
        break;
      case '>':
      case '!':
        layout = {false, true};
        p++;
        break;
      case '=':
        layout = {false, std::endian::native == std::endian::big};
        p++;
        break;
      case '@': p++; break;
    }
  }

  // Returns the repeat count before the format character, -1 on error.
  Maybe<ssize> take_count() {
    if (*p < '0' || *p > '9') return 1;
    ssize n = 0;
    for (; *p >= '0' && *p <= '9'; p++) {
      int d = *p - '0';
      if (n > (PTRDIFF_MAX - d) / 10) return raise_too_long();
      n = n * 10 + d;
    }
    if (*p == '\0') return raise(struct_error(), "repeat count given without format specifier");
    return n;
  }

  Status parse() {
    take_prefix();
    while (*p) {
      if (*p == ' ' || (*p >= '\t' && *p <= '\r')) {
        p++;
        continue;
      }
      ssize count = TRY(take_count());
      char c = *p++;
      ssize alignment = 1;
      ssize unit = size_of_format(c, layout, &alignment);
      if (unit == 0) return raise(struct_error(), "bad char in struct format");
      if (alignment > 1 && size % alignment) {
        ssize padding = alignment - size % alignment;
        if (size > PTRDIFF_MAX - padding) return raise_too_long();
        size += padding;
      }
      if (count > (PTRDIFF_MAX - size) / unit) return raise_too_long();
      add(c, unit, count);
      size += count * unit;
    }
    return kOk;
  }

  void add(char c, ssize unit, ssize count) {
    // Little-endian integers of C's size are what this machine has.
    bool machine_order = layout.big == (std::endian::native == std::endian::big);
    ssize unused;
    bool like_native = layout.native || (machine_order && c != 'f' && c != 'd' && c != 'e' &&
                                         unit == size_of_format(c, Layout{}, &unused));
    if (c == 's' || c == 'p') {
      codes.push_back({c, like_native, layout.big, size, count, 1});
      items++;
    } else if (c != 'x' && count > 0) {
      codes.push_back({c, like_native, layout.big, size, unit, count});
      items += count;
    }
  }
};

// ---- Values to bytes
// -------------------------------------------------------------------------------------------------

void store(char* out, uint64_t bits, ssize size, bool big) {
  for (ssize i = 0; i < size; i++) {
    out[big ? size - 1 - i : i] = static_cast<char>(bits & 0xff);
    bits >>= 8;
  }
}
uint64_t load(const char* in, ssize size, bool big) {
  uint64_t bits = 0;
  for (ssize i = 0; i < size; i++) bits = bits << 8 | static_cast<unsigned char>(in[big ? i : size - 1 - i]);
  return bits;
}

// The argument as an int.
Ref<Object> int_argument(Object* v) {
  if (is_int(v)) return share(v);
  if (has_index(v)) return number_index(v);
  return raise(struct_error(), "required argument is not an integer");
}

Raised raise_out_of_range() { return raise(struct_error(), "argument out of range"); }

struct Range {
  long long low;
  unsigned long long high;
};
Range range_of(char format, ssize size) {
  bool is_signed = format >= 'a';
  int bits = static_cast<int>(size) * 8;
  if (is_signed) return {-(1LL << (bits - 1)), (1ULL << (bits - 1)) - 1};
  return {0, (1ULL << bits) - 1};
}

Raised raise_range(const Code& code) {
  switch (code.format) {
    case 'b': return raise(struct_error(), "byte format requires -128 <= number <= 127");
    case 'B': return raise(struct_error(), "ubyte format requires 0 <= number <= 255");
    case 'h':
      if (code.native) return raise(struct_error(), "short format requires -32768 <= number <= 32767");
      break;
    case 'H':
      if (code.native) return raise(struct_error(), "ushort format requires 0 <= number <= 65535");
      break;
  }
  Range range = range_of(code.format, code.size);
  return raise(struct_error(), "'{}' format requires {} <= number <= {}", code.format, range.low, range.high);
}

Status pack_integer(const Code& code, Object* v, char* out) {
  auto number = TRY(int_argument(v));
  const Int* n = cast<Int>(number.get());
  bool is_signed = code.format >= 'a';
  if (code.size == 8) {
    bool fits;
    if (is_signed) {
      int overflow;
      int_to_long_long_overflow(number.get(), &overflow);
      fits = !overflow;
    } else {
      fits = int_sign(n) >= 0 && int_bit_length(n) <= 64;
    }
    if (!fits && code.native) return raise_out_of_range();
    if (!fits) return raise(struct_error(), "int too large to convert");
  } else {
    int overflow;
    long long value = int_to_long_long_overflow(number.get(), &overflow);
    // Unsigned ones that C takes through an unsigned long have no place for a sign, but for all of its values.
    bool through_unsigned =
        !is_signed && (code.format == 'I' || code.format == 'L' || (code.format == 'H' && !code.native));
    if (overflow > 0 && through_unsigned && int_bit_length(n) <= 64) return raise_range(code);
    if (overflow) return raise_out_of_range();
    if (through_unsigned && value < 0) return raise_out_of_range();
    Range range = range_of(code.format, code.size);
    if (value < range.low || (value > 0 && static_cast<unsigned long long>(value) > range.high))
      return raise_range(code);
  }
  store(out, int_to_unsigned_mask(number.get()), code.size, code.big);
  return kOk;
}

Status pack_pointer(Object* v, char* out) {
  auto number = TRY(int_argument(v));
  const Int* n = cast<Int>(number.get());
  int overflow;
  int_to_long_long_overflow(number.get(), &overflow);
  if (overflow && (int_sign(n) < 0 || int_bit_length(n) > 64)) {
    return raise(struct_error(), "int too large to convert");
  }
  store(out, int_to_unsigned_mask(number.get()), 8, std::endian::native == std::endian::big);
  return kOk;
}

// IEEE 754 binary16, rounded half to even. False: too large.
bool to_half(double x, uint16_t& out) {
  uint16_t sign = std::signbit(x) ? 0x8000 : 0;
  if (std::isnan(x)) {
    out = sign | 0x7e00;
    return true;
  }
  if (std::isinf(x)) {
    out = sign | 0x7c00;
    return true;
  }
  x = std::fabs(x);
  if (x == 0.0) {
    out = sign;
    return true;
  }
  int exponent;
  std::frexp(x, &exponent);                     // 2**(exponent-1) <= x < 2**exponent
  if (exponent < -13) exponent = -13;           // subnormal: the unit is 2**-24
  double units = std::ldexp(x, 11 - exponent);  // 1024 <= units < 2048 for normal numbers
  double rounded = std::nearbyint(units);
  auto bits = static_cast<uint32_t>(rounded);
  // Adding the mantissa with its leading one lets a carry run into the exponent.
  uint32_t half = bits < 1024 ? bits : static_cast<uint32_t>(exponent + 13) * 1024 + bits;
  if (bits >= 1024) {
    if (half >= 0x7c00) return false;
  }
  out = static_cast<uint16_t>(sign | half);
  return true;
}

double from_half(uint16_t half) {
  double sign = (half & 0x8000) ? -1.0 : 1.0;
  int exponent = half >> 10 & 0x1f;
  int fraction = half & 0x3ff;
  if (exponent == 0x1f) return fraction ? std::copysign(std::nan(""), sign) : sign * HUGE_VAL;
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  return sign * std::ldexp(fraction + 1024, exponent - 25);
}

Status pack_float(const Code& code, Object* v, char* out) {
  auto converted = float_as_double(v);
  if (!converted) {
    error_clear();
    return raise(struct_error(), "required argument is not a float");
  }
  double x = *converted;
  if (code.format == 'd') {
    store(out, std::bit_cast<uint64_t>(x), 8, code.big);
    return kOk;
  }
  bool fits = true;
  if (code.format == 'f') {
    auto y = static_cast<float>(x);
    fits = code.native || !std::isinf(y) || std::isinf(x);
    if (fits) store(out, std::bit_cast<uint32_t>(y), 4, code.big);
  } else {
    uint16_t half;
    fits = to_half(x, half);
    if (fits) store(out, half, 2, code.big);
  }
  if (fits) return kOk;
  if (is_int(v)) return raise(struct_error(), "int too large to convert");
  return raise(OverflowError, "float too large to pack with {} format", code.format);
}

Status pack_text(const Code& code, Object* v, char* out) {
  std::string_view text;
  if (is_bytes(v)) {
    text = bytes_view(cast<Bytes>(v));
  } else if (is_instance_of(v, &bytearray_type)) {
    text = {cast<ByteArray>(v)->start, static_cast<size_t>(var_size(v))};
  } else {
    return raise(struct_error(), "argument for '{}' must be a bytes object", code.format);
  }
  auto room = static_cast<size_t>(code.size);
  if (code.format == 's') {
    if (text.size() > room) text = text.substr(0, room);
    memcpy(out, text.data(), text.size());
    return kOk;
  }
  // Pascal: the length, in one byte, then the text.
  if (room == 0) return kOk;
  if (text.size() > room - 1) text = text.substr(0, room - 1);
  memcpy(out + 1, text.data(), text.size());
  out[0] = static_cast<char>(text.size() > 255 ? 255 : text.size());
  return kOk;
}

Status pack_one(const Code& code, Object* v, char* out) {
  switch (code.format) {
    case 's':
    case 'p': return pack_text(code, v, out);
    case 'c':
      if (!is_bytes(v) || var_size(v) != 1) {
        return raise(struct_error(), "char format requires a bytes object of length 1");
      }
      *out = cast<Bytes>(v)->data[0];
      return kOk;
    case '?': *out = TRY(object_is_true(v)); return kOk;
    case 'e':
    case 'f':
    case 'd': return pack_float(code, v, out);
    case 'P': return pack_pointer(v, out);
    default: return pack_integer(code, v, out);
  }
}

// ---- Bytes to values
// -------------------------------------------------------------------------------------------------

Ref<Object> unpack_one(const Code& code, const char* in) {
  switch (code.format) {
    case 's': return bytes_new(in, code.size);
    case 'p': {
      // Not even the length's byte is there.
      if (code.size == 0) return raise(SystemError, "Negative size passed to PyBytes_FromStringAndSize");
      ssize n = static_cast<unsigned char>(*in);
      return bytes_new(in + 1, n < code.size ? n : code.size - 1);
    }
    case 'c': return bytes_new(in, 1);
    case '?': return bool_ref(*in != 0);
    case 'e': return float_from_double(from_half(static_cast<uint16_t>(load(in, 2, code.big))));
    case 'f': return float_from_double(std::bit_cast<float>(static_cast<uint32_t>(load(in, 4, code.big))));
    case 'd': return float_from_double(std::bit_cast<double>(load(in, 8, code.big)));
    default: {
      uint64_t bits = load(in, code.size, code.big);
      bool is_signed = code.format >= 'a';
      if (!is_signed) return int_from_size(bits);
      int unused = 64 - static_cast<int>(code.size) * 8;
      return int_from_ssize(static_cast<int64_t>(bits << unused) >> unused);
    }
  }
}

Ref<Object> unpack_all(const Struct* self, const char* in) {
  auto result = TRY(tuple_new(self->items));
  ssize i = 0;
  for (const Code& code : *self->codes) {
    const char* p = in + code.offset;
    for (ssize k = 0; k < code.repeat; k++, p += code.size) {
      result->items[i++] = TRY(unpack_one(code, p))
      .release();
    }
  }
  return result;
}

Status pack_all(const Struct* self, Object* const* values, char* out) {
  memset(out, 0, static_cast<size_t>(self->size));
  for (const Code& code : *self->codes) {
    char* p = out + code.offset;
    for (ssize k = 0; k < code.repeat; k++, p += code.size) TRY(pack_one(code, *values++, p));
  }
  return kOk;
}

// ---- Struct
// ----------------------------------------------------------------------------------------------------------

extern Type struct_type, unpack_iterator_type;

Status struct_init(Struct* self, Object* format) {
  Ref<Object> bytes;
  if (is_str(format)) {
    bytes = TRY(str_encode_ascii(cast<Str>(format), nullptr));
  } else if (is_bytes(format)) {
    bytes = share(format);
  } else {
    return raise(TypeError, "Struct() argument 1 must be a str or bytes object, not {:.200}",
                 type_short_name(type_of(format)));
  }
  replace_field(self->format, share(bytes.get()));
  auto text = bytes_view(cast<Bytes>(bytes.get()));
  if (text.find('\0') != std::string_view::npos) return raise(struct_error(), "embedded null character");
  FormatParser parser{text.data(), {}, {}};
  TRY(parser.parse());
  self->size = parser.size;
  self->items = parser.items;
  if (!self->codes) self->codes = new std::vector<Code>;
  *self->codes = std::move(parser.codes);
  return kOk;
}

Object* struct_new(Type* type, Object*, Object*) {
  Object* p = type->alloc(type, 0);
  if (!p) return nullptr;
  Struct* self = cast<Struct>(p);
  self->format = none_ref().release();
  self->size = self->items = -1;
  return p;
}

void struct_dealloc(Object* p) {
  Struct* self = cast<Struct>(p);
  gc_untrack(p);
  if (self->weakreflist) weakref_clear_all(p);
  delete self->codes;
  clear_field(self->format);
  type_of(p)->free(p);
}

Status check_ready(const Struct* self) {
  if (self->codes) return kOk;
  return raise(RuntimeError, "Struct object is not initialized");
}

Status check_count(const Struct* self, ssize given, const char* function) {
  if (given == self->items) return kOk;
  return raise(struct_error(), "{} expected {} items for packing (got {})", function, self->items, given);
}

Ref<Object> struct_pack(Struct* self, VarArgs values) {
  TRY(check_count(self, values.size, "pack"));
  TRY(check_ready(self));
  if (self->size < 2) {
    char one[1];
    TRY(pack_all(self, values.items, one));
    return bytes_new(one, self->size);
  }
  auto r = TRY(bytes_new(nullptr, self->size));
  TRY(pack_all(self, values.items, r->data));
  return r;
}

Ref<Object> struct_pack_into(Struct* self, VarArgs args) {
  if (args.size < 2) {
    return raise(struct_error(),
                 args.size == 0 ? "pack_into expected buffer argument" : "pack_into expected offset argument");
  }
  TRY(check_count(self, args.size - 2, "pack_into"));
  TRY(check_ready(self));
  HeldBuffer buffer;
  if (!object_has_buffer(args[0]) || !buffer.get(args[0], kBufferWritable)) {
    error_clear();
    return raise(TypeError, "argument must be read-write bytes-like object, not {:.50}",
                 is_none(args[0]) ? "None" : type_name(args[0]));
  }
  ssize offset = TRY(number_as_ssize(args[1], IndexError));
  if (offset < 0) {
    if (offset + self->size > 0) {
      return raise(struct_error(), "no space to pack {} bytes at offset {}", self->size, offset);
    }
    if (offset + buffer.size() < 0) {
      return raise(struct_error(), "offset {} out of range for {}-byte buffer", offset, buffer.size());
    }
    offset += buffer.size();
  }
  if (buffer.size() - offset < self->size) {
    return raise(
        struct_error(),
        "pack_into requires a buffer of at least {} bytes for packing {} bytes at offset {} (actual buffer size "
        "is {})",
        static_cast<size_t>(self->size) + static_cast<size_t>(offset), self->size, offset, buffer.size());
  }
  TRY(pack_all(self, args.items + 2, buffer.writable() + offset));
  return none_ref();
}

Ref<Object> struct_unpack(Struct* self, Object* data) {
  TRY(check_ready(self));
  HeldBuffer buffer;
  TRY(buffer.get(data));
  if (buffer.size() != self->size) return raise(struct_error(), "unpack requires a buffer of {} bytes", self->size);
  return unpack_all(self, buffer.data());
}

Ref<Object> struct_unpack_from(Struct* self, Object* data, ssize offset) {
  TRY(check_ready(self));
  HeldBuffer buffer;
  TRY(buffer.get(data));
  if (offset < 0) {
    if (offset + self->size > 0) {
      return raise(struct_error(), "not enough data to unpack {} bytes at offset {}", self->size, offset);
    }
    if (offset + buffer.size() < 0) {
      return raise(struct_error(), "offset {} out of range for {}-byte buffer", offset, buffer.size());
    }
    offset += buffer.size();
  }
  if (buffer.size() - offset < self->size) {
    return raise(
        struct_error(),
        "unpack_from requires a buffer of at least {} bytes for unpacking {} bytes at offset {} (actual buffer "
        "size is {})",
        static_cast<size_t>(self->size) + static_cast<size_t>(offset), self->size, offset, buffer.size());
  }
  return unpack_all(self, buffer.data() + offset);
}

// ---- iter_unpack
// -----------------------------------------------------------------------------------------------------

struct UnpackIterator {
  Object base;
  Struct* format;
  HeldBuffer* buffer;
  ssize position;
};

Ref<Object> struct_iter_unpack(Struct* self, Object* data) {
  TRY(check_ready(self));
  if (self->size == 0) return raise(struct_error(), "cannot iteratively unpack with a struct of length 0");
  auto r = TRY(steal(unpack_iterator_type.alloc(&unpack_iterator_type, 0)));
  auto* iterator = cast<UnpackIterator>(r.get());
  iterator->buffer = new HeldBuffer;
  TRY(iterator->buffer->get(data));
  if (iterator->buffer->size() % self->size != 0) {
    return raise(struct_error(), "iterative unpacking requires a buffer of a multiple of {} bytes", self->size);
  }
  iterator->format = share(self).release();
  return r;
}

Ref<Object> unpack_iterator_next(UnpackIterator* self) {
  if (!self->format) return nullptr;
  if (self->position >= self->buffer->size()) {
    clear_field(self->format);
    self->buffer->release();
    return nullptr;
  }
  auto r = unpack_all(self->format, self->buffer->data() + self->position);
  self->position += self->format->size;
  return r;
}

Ref<Object> unpack_iterator_length_hint(UnpackIterator* self) {
  if (!self->format) return int_from(0);
  return int_from_ssize((self->buffer->size() - self->position) / self->format->size);
}

void unpack_iterator_dealloc(Object* p) {
  auto* self = cast<UnpackIterator>(p);
  gc_untrack(p);
  clear_field(self->format);
  delete self->buffer;
  type_of(p)->free(p);
}
int unpack_iterator_traverse(Object* p, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<UnpackIterator>(p)->format);
  if (HeldBuffer* buffer = cast<UnpackIterator>(p)->buffer) MINIPY_VISIT(buffer->view.obj);
  return 0;
}
Object* self_iter(Object* p) { return share(p).release(); }

// ---- Attributes
// ------------------------------------------------------------------------------------------------------

Ref<Object> struct_get_format(Struct* self) {
  if (!is_bytes(self->format)) return share(self->format);
  return str_from_ascii(bytes_view(cast<Bytes>(self->format)));
}
Ref<Object> struct_get_size(Struct* self) { return int_from_ssize(self->size); }
Ref<Object> struct_sizeof(Struct* self) {
  constexpr ssize kCodeSize = 32;  // as CPython counts one, with one more as the end
  ssize n = self->codes ? static_cast<ssize>(self->codes->size()) : 0;
  return int_from_ssize(type_of(self)->basicsize + kCodeSize * (n + 1));
}

constexpr MethodDef plain(MethodDef m, const char* doc) {
  m.doc = doc;
  return m;
}

constinit MethodDef unpack_iterator_methods[] = {
    plain(METHOD(unpack_iterator_length_hint, "__length_hint__(self, /)", ""), nullptr),
    {},
};

constinit Type unpack_iterator_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_struct.unpack_iterator",
    .basicsize = sizeof(UnpackIterator),
    .dealloc = unpack_iterator_dealloc,
    .flags = kTypeDefault | kTypeHaveGc | kTypeDisallowInstantiation,
    .traverse = unpack_iterator_traverse,
    .iter = self_iter,
    .iternext = slot<unpack_iterator_next>,
    .methods = unpack_iterator_methods,
    .free = gc_free_slot,
};

constinit MethodDef struct_methods[] = {
    METHOD(struct_iter_unpack, "iter_unpack(self, buffer, /)",
           "Return an iterator of tuples, one for each piece of the buffer as long as the format."),
    plain(METHOD(struct_pack, "pack(self, /, *values)", ""),
          "S.pack(v1, v2, ...) -> bytes\n\nReturn the values packed by the format."),
    plain(METHOD(struct_pack_into, "pack_into(self, /, *args)", ""),
          "S.pack_into(buffer, offset, v1, v2, ...)\n\nWrite the values packed by the format into the buffer."),
    METHOD(struct_unpack, "unpack(self, buffer, /)",
           "Return the tuple of values in the buffer, which is exactly as long as the format."),
    METHOD(struct_unpack_from, "unpack_from(self, /, buffer, offset=0)",
           "Return the tuple of values in the buffer from the offset on."),
    plain(METHOD(struct_sizeof, "__sizeof__(self, /)", ""), "S.__sizeof__() -> size of S in memory, in bytes"),
    {},
};

constinit GetSetDef struct_getset[] = {
    {"format", getter<struct_get_format>, nullptr, "struct format string", nullptr},
    {"size", getter<struct_get_size>, nullptr, "struct size in bytes", nullptr},
    {},
};

int struct_traverse(Object*, VisitProc, void*) { return 0; }

constinit Type struct_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_struct.Struct",
    .basicsize = sizeof(Struct),
    .dealloc = struct_dealloc,
    .getattro = slot<object_generic_get_attr>,
    .setattro = slot<object_generic_set_attr>,
    .flags = kTypeDefault | kTypeBaseType | kTypeHaveGc,
    .doc = "Struct(fmt) --> compiled struct object\n\n",
    .traverse = struct_traverse,
    .weaklistoffset = offsetof(Struct, weakreflist),
    .methods = struct_methods,
    .getset = struct_getset,
    .init = INIT(struct_init, "Struct(self, format)"),
    .new_ = struct_new,
    .free = gc_free_slot,
};

// ---- Functions: through a cache of compiled formats
// --------------------------------------------------------------------

Ref<Struct> cached(Object* format) {
  if (!g_cache) g_cache = TRY(dict_new())
  .release();
  Ref<Dict> cache = share(g_cache);  // comparing formats may run code that drops it
  Ref<Object> found;
  TRY(dict_get_ref(cache.get(), format, found));
  if (!found) {
    found = TRY(call(as_object(&struct_type), format));
    if (dict_size(cache.get()) >= kMaxCache) dict_clear(cache.get());
    TRY(dict_set(cache.get(), format, found.get()));
  }
  return std::move(found).cast_to<Struct>();
}

Ref<Object> function_calcsize(Object*, Object* format) {
  auto s = TRY(cached(format));
  return int_from_ssize(s->size);
}
Ref<Object> function_pack(Object*, VarArgs args) {
  if (args.size == 0) return raise(TypeError, "missing format argument");
  auto s = TRY(cached(args[0]));
  return struct_pack(s.get(), {args.items + 1, args.size - 1});
}
Ref<Object> function_pack_into(Object*, VarArgs args) {
  if (args.size == 0) return raise(TypeError, "missing format argument");
  auto s = TRY(cached(args[0]));
  return struct_pack_into(s.get(), {args.items + 1, args.size - 1});
}
Ref<Object> function_unpack(Object*, Object* format, Object* buffer) {
  auto s = TRY(cached(format));
  return struct_unpack(s.get(), buffer);
}
Ref<Object> function_unpack_from(Object*, Object* format, Object* buffer, ssize offset) {
  auto s = TRY(cached(format));
  return struct_unpack_from(s.get(), buffer, offset);
}
Ref<Object> function_iter_unpack(Object*, Object* format, Object* buffer) {
  auto s = TRY(cached(format));
  return struct_iter_unpack(s.get(), buffer);
}
Ref<Object> function_clearcache(Object*) {
  clear_field(g_cache);
  return none_ref();
}

constinit MethodDef functions[] = {
    FUNCTION(function_clearcache, "_clearcache(module, /)", "Clear the internal cache."),
    FUNCTION(function_calcsize, "calcsize(module, format, /)",
             "Return size in bytes of the struct described by format."),
    FUNCTION(function_iter_unpack, "iter_unpack(module, format, buffer, /)",
             "Return an iterator of tuples, one for each piece of the buffer as long as the format."),
    plain(FUNCTION(function_pack, "pack(module, *args)", ""),
          "pack(format, v1, v2, ...) -> bytes\n\nReturn the values packed by the format."),
    plain(FUNCTION(function_pack_into, "pack_into(module, *args)", ""),
          "pack_into(format, buffer, offset, v1, v2, ...)\n\nWrite the values packed by the format into the buffer."),
    FUNCTION(function_unpack, "unpack(module, format, buffer, /)",
             "Return the tuple of values in the buffer, which is exactly as long as the format."),
    FUNCTION(function_unpack_from, "unpack_from(module, format, /, buffer, offset=0)",
             "Return the tuple of values in the buffer from the offset on."),
    {},
};

Status exec(Module* m) {
  TRY(module_add_heap_type(m, &struct_type));
  TRY(heap_type_ready(&unpack_iterator_type));
  if (!g_struct_error) {
    auto bases = TRY(tuple_pack(Exception));
    auto dict = TRY(dict_new());
    TRY(dict_set_ascii(dict.get(), "__module__", as_object(NAME("struct"))));
    auto type = TRY(call(as_object(&type_type), NAME("error"), bases.get(), dict.get()));
    g_struct_error = cast<Type>(type.release());
  }
  return module_add(m, "error", share(as_object(g_struct_error)));
}

}  // namespace

extern NativeModule _struct_module;
constinit NativeModule _struct_module = {"_struct", functions, exec,
                                         "Functions to convert between Python values and C structs."};

}  // namespace minipy
