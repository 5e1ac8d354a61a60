// Module array: sequences of machine values in one block of memory (library reference, array).
//
// A type code stands for a C type; TypeCode has what depends on it: converting one item from and to Python. The block
// grows by about a sixteenth, and cannot be moved or resized while buffers are exported.
#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/container_support.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/heap_types.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/weakref.h"
#include "stdlib/array.h"
#include "stdlib/import.h"
#include "stdlib/native_type.h"

namespace minipy {
namespace {

// ---- Items
// ---------------------------------------------------------------------------------------------------------------

using TypeCode = ArrayTypeCode;

template <class T>
T load(const char* item) {
  T value;
  std::memcpy(&value, item, sizeof(T));
  return value;
}
template <class T>
void store(char* item, T value) {
  std::memcpy(item, &value, sizeof(T));
}

template <class T>
Ref<Object> get_signed(const char* item) {
  return int_from_ssize(load<T>(item));
}
template <class T>
Ref<Object> get_unsigned(const char* item) {
  return int_from_size(load<T>(item));
}
template <class T>
Ref<Object> get_float(const char* item) {
  return float_from_double(load<T>(item));
}
Ref<Object> get_character(const char* item) {
  auto c = load<char32_t>(item);
  if (c > 0x10ffff) return raise(ValueError, "chr() arg not in range(0x110000)");
  return str_from_char(c);
}

// Names in OverflowError's messages.
template <class T>
constexpr const char* limit_name() {
  if (std::is_same_v<T, signed char>) return "signed char";
  if (std::is_same_v<T, unsigned char>) return "unsigned byte integer";
  if (std::is_same_v<T, short>) return "signed short integer";
  if (std::is_same_v<T, unsigned short>) return "unsigned short";
  return "signed integer";
}

template <class T>
Status check_limits(long v) {
  if (v < std::numeric_limits<T>::min()) return raise(OverflowError, "{} is less than minimum", limit_name<T>());
  if (v > std::numeric_limits<T>::max()) return raise(OverflowError, "{} is greater than maximum", limit_name<T>());
  return kOk;
}

// Small integers are converted through a wider C type, whose limits are told first.
template <class T, class Wide>
Status set_small(char* item, Object* value) {
  auto number = TRY(number_index(value));
  long v = TRY(int_to_long(number.get()));
  TRY(check_limits<Wide>(v));
  TRY(check_limits<T>(v));
  store(item, static_cast<T>(v));
  return kOk;
}

template <class T>
Status set_unsigned(char* item, Object* value) {
  auto number = TRY(number_index(value));
  const Int* v = cast<Int>(number.get());
  if (int_sign(v) < 0) return raise(OverflowError, "can't convert negative value to unsigned int");
  if (int_bit_length(v) > 64) return raise(OverflowError, "Python int too large to convert to C unsigned long");
  unsigned long long bits = int_to_unsigned_mask(number.get());
  if (bits > std::numeric_limits<T>::max()) return raise(OverflowError, "unsigned int is greater than maximum");
  store(item, static_cast<T>(bits));
  return kOk;
}

Status set_long(char* item, Object* value) {
  auto number = TRY(number_index(value));
  store(item, TRY(int_to_long(number.get())));
  return kOk;
}

Status set_long_long(char* item, Object* value) {
  auto number = TRY(number_index(value));
  int overflow;
  long long v = int_to_long_long_overflow(number.get(), &overflow);
  if (overflow) return raise(OverflowError, "int too big to convert");
  store(item, v);
  return kOk;
}

Status set_unsigned_long_long(char* item, Object* value) {
  auto number = TRY(number_index(value));
  const Int* v = cast<Int>(number.get());
  if (int_sign(v) < 0) return raise(OverflowError, "can't convert negative int to unsigned");
  if (int_bit_length(v) > 64) return raise(OverflowError, "int too big to convert");
  store(item, int_to_unsigned_mask(number.get()));
  return kOk;
}

template <class T>
Status set_float(char* item, Object* value) {
  store(item, static_cast<T>(TRY(float_as_double(value))));
  return kOk;
}

Status set_character(char* item, Object* value) {
  if (!is_str(value) || str_length(cast<Str>(value)) != 1) {
    return raise(TypeError, "array item must be unicode character");
  }
  store(item, str_at(cast<Str>(value), 0));
  return kOk;
}

constexpr TypeCode type_codes[] = {
    {'b', 1, "b", true, true, get_signed<signed char>, set_small<signed char, short>},
    {'B', 1, "B", true, false, get_unsigned<unsigned char>, set_small<unsigned char, unsigned char>},
    {'u', 4, "w", false, false, get_character, set_character},
    {'h', 2, "h", true, true, get_signed<short>, set_small<short, short>},
    {'H', 2, "H", true, false, get_unsigned<unsigned short>, set_small<unsigned short, int>},
    {'i', 4, "i", true, true, get_signed<int>, set_small<int, int>},
    {'I', 4, "I", true, false, get_unsigned<unsigned>, set_unsigned<unsigned>},
    {'l', 8, "l", true, true, get_signed<long>, set_long},
    {'L', 8, "L", true, false, get_unsigned<unsigned long>, set_unsigned<unsigned long>},
    {'q', 8, "q", true, true, get_signed<long long>, set_long_long},
    {'Q', 8, "Q", true, false, get_unsigned<unsigned long long>, set_unsigned_long_long},
    {'f', 4, "f", false, true, get_float<float>, set_float<float>},
    {'d', 8, "d", false, true, get_float<double>, set_float<double>},
};

const TypeCode* find_code(char32_t code) {
  for (const TypeCode& t : type_codes) {
    if (static_cast<char32_t>(t.code) == code) return &t;
  }
  return nullptr;
}

// ---- The block
// -----------------------------------------------------------------------------------------------------------

ssize size_of(const Array* a) { return a->base.size; }
ssize bytes_of(const Array* a) { return a->base.size * a->type->size; }
char* item_at(const Array* a, ssize i) { return a->data + i * a->type->size; }
bool is_array(Object* p) { return is_instance_of(p, &array_type); }

Status resize(Array* a, ssize size) {
  if (a->exports > 0 && size != size_of(a)) {
    return raise(BufferError, "cannot resize an array that is exporting buffers");
  }
  // Growing into what is there, or shrinking by little, moves nothing.
  if (a->allocated >= size && size_of(a) < size + 16 && a->data) {
    a->base.size = size;
    return kOk;
  }
  if (size == 0) {
    memory::mem_free(a->data);
    a->data = nullptr;
    a->base.size = a->allocated = 0;
    return kOk;
  }
  ssize room = size + (size >> 4) + (size_of(a) < 8 ? 3 : 7);
  if (size > (PTRDIFF_MAX - 7) / 17 * 16 || room > PTRDIFF_MAX / a->type->size) return raise_no_memory_error();
  auto* block = static_cast<char*>(memory::mem_realloc(a->data, static_cast<size_t>(room * a->type->size)));
  if (!block) return raise_no_memory_error();
  a->data = block;
  a->base.size = size;
  a->allocated = room;
  return kOk;
}

// The items are uninitialised.
Ref<Array> array_new(Type* type, const TypeCode* code, ssize size) {
  if (size > PTRDIFF_MAX / code->size) return raise_no_memory_error();
  auto self = TRY(allocate<Array>(type));
  self->type = code;
  self->base.size = 0;
  if (size > 0) {
    self->data = static_cast<char*>(memory::mem_alloc(static_cast<size_t>(size * code->size)));
    if (!self->data) return raise_no_memory_error();
    self->base.size = self->allocated = size;
  }
  return self;
}

Ref<Array> array_slice(Array* a, ssize start, ssize stop) {
  start = std::clamp<ssize>(start, 0, size_of(a));
  stop = std::clamp(stop, start, size_of(a));
  auto r = TRY(array_new(&array_type, a->type, stop - start));
  if (bytes_of(r.get())) std::memcpy(r->data, item_at(a, start), static_cast<size_t>(bytes_of(r.get())));
  return r;
}

// The value as an item, converted before anything moves: conversion may run code that changes the array.
struct Item {
  char bytes[8];
  Status convert(const TypeCode* type, Object* value) { return type->set(bytes, value); }
};

// Opens (`removed` < `added`) or closes a gap so that `added` items stand where `removed` stood.
Status change_range(Array* a, ssize start, ssize removed, ssize added) {
  ssize n = size_of(a), unit = a->type->size, tail = n - start - removed;
  if (added > removed) {
    if (n > PTRDIFF_MAX - (added - removed)) return raise_no_memory_error();
    TRY(resize(a, n + added - removed));
    if (tail) {
      std::memmove(item_at(a, start + added), item_at(a, start + removed), static_cast<size_t>(tail * unit));
    }
  } else if (added < removed) {
    if (a->exports > 0) return raise(BufferError, "cannot resize an array that is exporting buffers");
    if (tail) {
      std::memmove(item_at(a, start + added), item_at(a, start + removed), static_cast<size_t>(tail * unit));
    }
    TRY(resize(a, n + added - removed));
  }
  return kOk;
}

Status insert_item(Array* a, ssize index, Object* value) {
  Item item;
  TRY(item.convert(a->type, value));
  ssize n = size_of(a);
  if (index < 0) index = std::max<ssize>(index + n, 0);
  index = std::min(index, n);
  TRY(change_range(a, index, 0, 1));
  std::memcpy(item_at(a, index), item.bytes, static_cast<size_t>(a->type->size));
  return kOk;
}

Status append_item(Array* a, Object* value) { return insert_item(a, PTRDIFF_MAX, value); }

Ref<Object> get_item(const Array* a, ssize i) { return a->type->get(item_at(a, i)); }

Status append_bytes(Array* a, std::string_view data) {
  ssize unit = a->type->size;
  auto added = static_cast<ssize>(data.size());
  if (added % unit) return raise(ValueError, "bytes length not a multiple of item size");
  if (added == 0) return kOk;
  ssize old = size_of(a);
  TRY(change_range(a, old, 0, added / unit));
  std::memcpy(item_at(a, old), data.data(), data.size());
  return kOk;
}

Status append_text(Array* a, const Str* text) {
  ssize old = size_of(a), n = str_length(text);
  if (n == 0) return kOk;
  TRY(change_range(a, old, 0, n));
  for (ssize i = 0; i < n; i++) store(item_at(a, old + i), str_at(text, i));
  return kOk;
}

Status extend_with_array(Array* a, Array* other) {
  if (a->type != other->type) return raise(TypeError, "can only extend with array of same kind");
  ssize n = size_of(a), added = size_of(other);
  if (added == 0) return kOk;
  TRY(change_range(a, n, 0, added));
  // Read after resizing: both may be the same array.
  std::memcpy(item_at(a, n), other->data, static_cast<size_t>(added * a->type->size));
  return kOk;
}

Status extend(Array* a, Object* iterable) {
  if (is_array(iterable)) return extend_with_array(a, cast<Array>(iterable));
  auto iterator = TRY(get_iter(iterable));
  while (auto item = iter_next(iterator.get())) TRY(append_item(a, item.get()));
  return error_pending() ? Status::failed() : kOk;
}

// ---- Making
// --------------------------------------------------------------------------------------------------------------

Raised wrong_text(const TypeCode* code, const char* what) {
  return raise(TypeError, "cannot use a {} to initialize an array with typecode '{}'", what, code->code);
}

Status fill(Array* self, Object* initial) {
  const TypeCode* code = self->type;
  if (is_exactly(initial, &list_type) || is_exactly(initial, &tuple_type)) {
    ssize n = sequence_fast_size(initial);
    for (ssize i = 0; i < n; i++) {
      // Converting an item may shrink a list.
      if (i >= sequence_fast_size(initial)) return raise(IndexError, "list index out of range");
      auto item = share(sequence_fast_items(initial)[i]);
      Item value;
      TRY(value.convert(code, item.get()));
      std::memcpy(item_at(self, i), value.bytes, static_cast<size_t>(code->size));
    }
    return kOk;
  }
  if (is_bytes(initial)) return append_bytes(self, bytes_view(cast<Bytes>(initial)));
  if (is_instance_of(initial, &bytearray_type)) {
    return append_bytes(self, {cast<ByteArray>(initial)->start, static_cast<size_t>(var_size(initial))});
  }
  if (is_str(initial)) {
    for (ssize i = 0; i < size_of(self); i++) store(item_at(self, i), str_at(cast<Str>(initial), i));
    return kOk;
  }
  if (is_array(initial)) {
    auto* other = cast<Array>(initial);
    if (other->type == code) {
      if (size_of(self)) std::memcpy(self->data, other->data, static_cast<size_t>(bytes_of(self)));
      return kOk;
    }
    for (ssize i = 0; i < size_of(other); i++) {
      auto item = TRY(get_item(other, i));
      TRY(append_item(self, item.get()));
    }
    return kOk;
  }
  return extend(self, initial);
}

Ref<Object> array_create(Type* type, char32_t typecode, Object* initial) {
  const TypeCode* code = find_code(typecode);
  if (!code) return raise(ValueError, "bad typecode (must be b, B, u, h, H, i, I, l, L, q, Q, f or d)");
  if (initial && code->code != 'u') {
    if (is_str(initial)) return wrong_text(code, "str");
    if (is_array(initial) && cast<Array>(initial)->type->code == 'u') return wrong_text(code, "unicode array");
  }
  // Lists, tuples, text and arrays say how many items there will be.
  ssize size = 0;
  if (initial && (is_exactly(initial, &list_type) || is_exactly(initial, &tuple_type))) {
    size = sequence_fast_size(initial);
  } else if (initial && is_str(initial)) {
    size = str_length(cast<Str>(initial));
  } else if (initial && is_array(initial) && cast<Array>(initial)->type == code) {
    size = size_of(cast<Array>(initial));
  }
  auto self = TRY(array_new(type, code, size));
  if (self->data) std::memset(self->data, 0, static_cast<size_t>(bytes_of(self.get())));
  if (initial) TRY(fill(self.get(), initial));
  return Ref<Object>::steal(as_object(self.release()));
}

Object* array_type_new(Type* type, Object* args, Object* kwargs) {
  if (type == &array_type || type->init == array_type.init) {
    TRY(check_no_keywords("array.array", kwargs));
  }
  ssize n = tuple_size(cast<Tuple>(args));
  if (n < 1 || n > 2) {
    return raise(TypeError, "array() takes at {} {} argument{} ({} given)", n < 1 ? "least" : "most", n < 1 ? 1 : 2,
                 n < 1 ? "" : "s", n);
  }
  Object* code = cast<Tuple>(args)->items[0];
  if (!is_str(code) || str_length(cast<Str>(code)) != 1) {
    return raise(TypeError, "array() argument 1 must be a unicode character, not {:.50}",
                 is_none(code) ? "None" : type_name(code));
  }
  return array_create(type, str_at(cast<Str>(code), 0), n > 1 ? cast<Tuple>(args)->items[1] : nullptr).release();
}

// Arrays are collected objects (their size says so), though they hold no references but to their class.
int array_traverse(Object*, VisitProc, void*) { return 0; }

void array_dealloc(Object* p) {
  auto* self = cast<Array>(p);
  gc_untrack(p);
  if (self->weakreflist) weakref_clear_all(p);
  memory::mem_free(self->data);
  type_of(p)->free(p);
}

// ---- Slots
// ---------------------------------------------------------------------------------------------------------------

Ref<Object> array_tolist(Array* self) {
  auto list = TRY(list_new(size_of(self)));
  for (ssize i = 0; i < size_of(self); i++) {
    auto item = TRY(get_item(self, i));
    list->items[i] = item.release();
  }
  return list;
}

Ref<Object> array_tounicode(Array* self) {
  if (self->type->code != 'u') return raise(ValueError, "tounicode() may only be called on unicode type arrays");
  for (ssize i = 0; i < size_of(self); i++) {
    auto c = load<char32_t>(item_at(self, i));
    if (c <= 0x10ffff) continue;
    return raise(ValueError, "character U+{:x} is not in range [U+0000; U+10ffff]", static_cast<uint32_t>(c));
  }
  return str_from_ucs4(reinterpret_cast<char32_t*>(self->data), size_of(self));
}

Ref<Str> array_repr(Array* self) {
  StrBuilder text;
  TRY(text.append_utf8(type_short_name(type_of(self))));
  TRY(text.append_ascii("('"));
  TRY(text.append_char(static_cast<char32_t>(self->type->code)));
  TRY(text.append_char('\''));
  if (size_of(self)) {
    Ref<Object> items = self->type->code == 'u' ? array_tounicode(self) : array_tolist(self);
    if (!items) return nullptr;
    TRY(text.append_ascii(", "));
    TRY(text.append_repr_of(items.get()));
  }
  TRY(text.append_char(')'));
  return text.finish();
}

// Compares item by item as Python objects; -1: all equal as far as the shorter one goes.
Maybe<ssize> first_difference(Array* a, Array* b) {
  // The arrays may shrink while items are compared.
  for (ssize i = 0; i < size_of(a) && i < size_of(b); i++) {
    auto x = TRY(get_item(a, i));
    auto y = TRY(get_item(b, i));
    if (!TRY(object_compare_bool(x.get(), y.get(), kEq))) return i;
  }
  return -1;
}

Ref<Object> array_compare(Object* p, Object* q, CompareOp op) {
  if (!is_array(p) || !is_array(q)) return not_implemented_ref();
  auto *a = cast<Array>(p), *b = cast<Array>(q);
  if (size_of(a) != size_of(b) && (op == kEq || op == kNe)) return bool_ref(op == kNe);
  if (a->type == b->type && a->type->is_integer && (op == kEq || op == kNe)) {
    bool equal = bytes_of(a) == 0 || std::memcmp(a->data, b->data, static_cast<size_t>(bytes_of(a))) == 0;
    return bool_ref(equal == (op == kEq));
  }
  ssize i = TRY(first_difference(a, b));
  if (i < 0) return bool_ref(compare_sizes(size_of(a), size_of(b), op));
  if (op == kEq || op == kNe) return bool_ref(op == kNe);
  auto x = TRY(get_item(a, i));
  auto y = TRY(get_item(b, i));
  return object_compare(x.get(), y.get(), op);
}

ssize array_length(Object* self) { return var_size(self); }

Ref<Object> array_concat(Array* a, Object* other) {
  if (!is_array(other)) return raise(TypeError, "can only append array (not \"{:.200}\") to array", type_name(other));
  auto* b = cast<Array>(other);
  if (a->type != b->type) return raise_bad_argument();
  if (size_of(a) > PTRDIFF_MAX - size_of(b)) return raise_no_memory_error();
  auto r = TRY(array_new(&array_type, a->type, size_of(a) + size_of(b)));
  if (size_of(a)) std::memcpy(r->data, a->data, static_cast<size_t>(bytes_of(a)));
  if (size_of(b)) std::memcpy(item_at(r.get(), size_of(a)), b->data, static_cast<size_t>(bytes_of(b)));
  return Ref<Object>::steal(as_object(r.release()));
}

Ref<Object> array_inplace_concat(Array* self, Object* other) {
  if (!is_array(other)) {
    return raise(TypeError, "can only extend array with array (not \"{:.200}\")", type_name(other));
  }
  TRY(extend_with_array(self, cast<Array>(other)));
  return share(as_object(self));
}

void fill_repeated(char* data, ssize unit, ssize size) {
  for (ssize done = unit; unit && done < size;) {
    ssize step = std::min(done, size - done);
    std::memcpy(data + done, data, static_cast<size_t>(step));
    done += step;
  }
}

Ref<Object> array_repeat(Array* a, ssize count) {
  count = std::max<ssize>(count, 0);
  if (size_of(a) && count > PTRDIFF_MAX / size_of(a)) return raise_no_memory_error();
  auto r = TRY(array_new(&array_type, a->type, size_of(a) * count));
  if (size_of(r.get())) {
    std::memcpy(r->data, a->data, static_cast<size_t>(bytes_of(a)));
    fill_repeated(r->data, bytes_of(a), bytes_of(r.get()));
  }
  return Ref<Object>::steal(as_object(r.release()));
}

Ref<Object> array_inplace_repeat(Array* self, ssize count) {
  count = std::max<ssize>(count, 0);
  if (size_of(self) > 0) {
    if (count > PTRDIFF_MAX / size_of(self)) return raise_no_memory_error();
    ssize unit = bytes_of(self);
    TRY(resize(self, size_of(self) * count));
    if (count) fill_repeated(self->data, unit, bytes_of(self));
  }
  return share(as_object(self));
}

Ref<Object> array_item(Array* self, ssize index) {
  if (index < 0 || index >= size_of(self)) return raise(IndexError, "array index out of range");
  return get_item(self, index);
}

Status array_set_item(Array* self, ssize index, Object* value /* null: delete */) {
  if (index < 0 || index >= size_of(self)) return raise(IndexError, "array assignment index out of range");
  if (!value) return change_range(self, index, 1, 0);
  Item item;
  TRY(item.convert(self->type, value));
  // Converting may have made the array shorter.
  if (index >= size_of(self)) return raise(IndexError, "array assignment index out of range");
  std::memcpy(item_at(self, index), item.bytes, static_cast<size_t>(self->type->size));
  return kOk;
}

Maybe<ssize> find_value(Array* self, Object* value, ssize start, ssize stop) {
  for (ssize i = start; i < stop && i < size_of(self); i++) {
    auto item = TRY(get_item(self, i));
    if (TRY(object_compare_bool(item.get(), value, kEq))) return i;
  }
  return -1;
}

Maybe<bool> array_contains(Array* self, Object* value) {
  return TRY(find_value(self, value, 0, PTRDIFF_MAX))
  >= 0;
}

Ref<Object> array_subscript(Array* self, Object* key) {
  if (has_index(key)) {
    ssize i = TRY(number_as_ssize(key, IndexError));
    return array_item(self, i < 0 ? i + size_of(self) : i);
  }
  if (!is_exactly(key, &slice_type)) return raise(TypeError, "array indices must be integers");
  ssize start, stop, step;
  TRY(slice_unpack(key, &start, &stop, &step));
  ssize count = slice_adjust(size_of(self), &start, &stop, step);
  if (step == 1 || count <= 0) return array_slice(self, start, count > 0 ? stop : start);
  auto r = TRY(array_new(&array_type, self->type, count));
  for (ssize k = 0, i = start; k < count; k++, i += step) {
    std::memcpy(item_at(r.get(), k), item_at(self, i), static_cast<size_t>(self->type->size));
  }
  return Ref<Object>::steal(as_object(r.release()));
}

// del self[start:stop:step] for `count` items.
Status delete_extended(Array* self, ssize start, ssize step, ssize count) {
  if (count == 0) return kOk;
  if (self->exports > 0) return raise(BufferError, "cannot resize an array that is exporting buffers");
  if (step < 0) {
    start += step * (count - 1);
    step = -step;
  }
  ssize out = start, n = size_of(self);
  for (ssize i = start, k = 0; i < n; i++) {
    if (k < count && i == start + k * step) {
      k++;
    } else {
      std::memmove(item_at(self, out++), item_at(self, i), static_cast<size_t>(self->type->size));
    }
  }
  return resize(self, out);
}

Status assign_slice(Array* self, Object* key, Object* value /* null: delete */) {
  ssize start, stop, step;
  TRY(slice_unpack(key, &start, &stop, &step));
  ssize count = slice_adjust(size_of(self), &start, &stop, step);
  Ref<Array> copy;
  Array* other = nullptr;
  if (value) {
    if (!is_array(value)) {
      return raise(TypeError, "can only assign array (not \"{:.200}\") to array slice", type_name(value));
    }
    other = cast<Array>(value);
    if (other == self) {
      copy = TRY(array_slice(self, 0, size_of(self)));
      other = copy.get();
    }
    if (other->type != self->type) return raise_bad_argument();
  }
  ssize added = other ? size_of(other) : 0;
  // An empty slice stands before `start`.
  if ((step > 0 && stop < start) || (step < 0 && stop > start)) stop = start;
  if (step == 1) {
    TRY(change_range(self, start, count, added));
    if (added) std::memcpy(item_at(self, start), other->data, static_cast<size_t>(bytes_of(other)));
    return kOk;
  }
  if (!value) return delete_extended(self, start, step, count);
  if (added != count) {
    return raise(ValueError, "attempt to assign array of size {} to extended slice of size {}", added, count);
  }
  for (ssize k = 0, i = start; k < count; k++, i += step) {
    std::memcpy(item_at(self, i), item_at(other, k), static_cast<size_t>(self->type->size));
  }
  return kOk;
}

Status array_assign(Array* self, Object* key, Object* value /* null: delete */) {
  if (has_index(key)) {
    ssize i = TRY(number_as_ssize(key, IndexError));
    return array_set_item(self, i < 0 ? i + size_of(self) : i, value);
  }
  if (!is_exactly(key, &slice_type)) return raise(TypeError, "array indices must be integers");
  return assign_slice(self, key, value);
}

constinit char no_items[1] = {};

int array_get_buffer(Object* p, Buffer* view, int flags) {
  if (!view) return raise(BufferError, "array_getbuffer: view==NULL argument is obsolete"), -1;
  auto* self = cast<Array>(p);
  *view = Buffer{};
  view->buf = self->data ? self->data : no_items;
  view->obj = share(p).release();
  view->len = bytes_of(self);
  view->itemsize = self->type->size;
  view->ndim = 1;
  if ((flags & kBufferNd) == kBufferNd) view->shape = &self->base.size;
  if ((flags & kBufferStrides) == kBufferStrides) view->strides = &view->itemsize;
  if ((flags & kBufferFormat) == kBufferFormat) view->format = const_cast<char*>(self->type->format);
  self->exports++;
  return 0;
}
void array_release_buffer(Object* p, Buffer*) { cast<Array>(p)->exports--; }

// ---- Methods
// -------------------------------------------------------------------------------------------------------------

Status array_append(Array* self, Object* v) { return append_item(self, v); }
Status array_extend(Array* self, Object* bb) { return extend(self, bb); }
Status array_insert(Array* self, ssize i, Object* v) { return insert_item(self, i, v); }

Ref<Object> array_buffer_info(Array* self) {
  auto address = TRY(int_from_size(reinterpret_cast<size_t>(self->data)));
  auto length = TRY(int_from_ssize(size_of(self)));
  return tuple_pack(address.get(), length.get());
}

void array_byteswap(Array* self) {
  ssize unit = self->type->size;
  for (ssize i = 0; unit > 1 && i < size_of(self); i++) std::reverse(item_at(self, i), item_at(self, i + 1));
}

Ref<Object> array_copy(Array* self) { return array_slice(self, 0, size_of(self)); }
Ref<Object> array_deepcopy(Array* self, Object*) { return array_copy(self); }

Ref<Object> array_count(Array* self, Object* v) {
  ssize count = 0;
  for (ssize i = 0; i < size_of(self); i++) {
    auto item = TRY(get_item(self, i));
    count += TRY(object_compare_bool(item.get(), v, kEq));
  }
  return int_from_ssize(count);
}

Ref<Object> array_index(Array* self, Object* v, Object* start_argument, Object* stop_argument) {
  ssize start = TRY(slice_bound(start_argument, 0));
  ssize stop = TRY(slice_bound(stop_argument, PTRDIFF_MAX));
  if (start < 0) start = std::max<ssize>(start + size_of(self), 0);
  if (stop < 0) stop += size_of(self);
  ssize i = TRY(find_value(self, v, start, stop));
  if (i < 0) return raise(ValueError, "array.index(x): x not in array");
  return int_from_ssize(i);
}

Status array_remove(Array* self, Object* v) {
  ssize i = TRY(find_value(self, v, 0, PTRDIFF_MAX));
  if (i < 0) return raise(ValueError, "array.remove(x): x not in array");
  return change_range(self, std::min(i, size_of(self)), i < size_of(self), 0);
}

Ref<Object> array_pop(Array* self, ssize i) {
  if (size_of(self) == 0) return raise(IndexError, "pop from empty array");
  if (i < 0) i += size_of(self);
  if (i < 0 || i >= size_of(self)) return raise(IndexError, "pop index out of range");
  auto item = TRY(get_item(self, i));
  TRY(change_range(self, i, 1, 0));
  return item;
}

void array_reverse(Array* self) {
  ssize unit = self->type->size;
  for (ssize i = 0, j = size_of(self) - 1; i < j; i++, j--) {
    std::swap_ranges(item_at(self, i), item_at(self, i) + unit, item_at(self, j));
  }
}

Ref<Object> array_tobytes(Array* self) { return bytes_new(self->data ? self->data : no_items, bytes_of(self)); }

Status array_frombytes(Array* self, Object* buffer) {
  HeldBuffer held;
  TRY(held.get(buffer));
  if (held.view.itemsize != 1) return raise(TypeError, "a bytes-like object is required");
  return append_bytes(self, held.text());
}

Status array_fromlist(Array* self, Object* list) {
  if (!is_list(list)) return raise(TypeError, "arg must be list");
  ssize n = list_size(cast<List>(list)), old = size_of(self);
  if (n == 0) return kOk;
  TRY(change_range(self, old, 0, n));
  std::memset(item_at(self, old), 0, static_cast<size_t>(n * self->type->size));
  for (ssize i = 0; i < n; i++) {
    auto item = share(cast<List>(list)->items[i]);
    if (!array_set_item(self, size_of(self) - n + i, item.get())) {
      PreserveError keep;
      if (!resize(self, old)) error_clear();
      return kRaised;
    }
    if (list_size(cast<List>(list)) != n) {
      TRY(resize(self, old));
      return raise(RuntimeError, "list changed size during iteration");
    }
  }
  return kOk;
}

Status array_fromunicode(Array* self, Str* text) {
  if (self->type->code != 'u') return raise(ValueError, "fromunicode() may only be called on unicode type arrays");
  return append_text(self, text);
}

Status array_fromfile(Array* self, Object* file, ssize n) {
  if (n < 0) return raise(ValueError, "negative count");
  if (n > PTRDIFF_MAX / self->type->size) return raise_no_memory_error();
  ssize wanted = n * self->type->size;
  auto size = TRY(int_from_ssize(wanted));
  auto data = TRY(call_method(file, NAME("read"), size.get()));
  if (!is_bytes(data.get())) return raise(TypeError, "read() didn't return bytes");
  TRY(append_bytes(self, bytes_view(cast<Bytes>(data.get()))));
  if (var_size(data.get()) != wanted) return raise(EOFError, "read() didn't return enough bytes");
  return kOk;
}

Status array_tofile(Array* self, Object* file) {
  constexpr ssize kBlock = 64 * 1024;
  for (ssize done = 0; done < bytes_of(self); done += kBlock) {
    auto block = TRY(bytes_new(self->data + done, std::min(kBlock, bytes_of(self) - done)));
    TRY(call_method(file, NAME("write"), block.get()));
  }
  return kOk;
}

Ref<Object> array_sizeof(Array* self) {
  return int_from_ssize(type_of(self)->basicsize + self->allocated * self->type->size);
}

// ---- Pickling
// ------------------------------------------------------------------------------------------------------------

// How a machine holds items: the numbers are part of the pickle format (PEP 3118 names no such codes).
struct MachineFormat {
  int size;
  enum { kInteger, kFloat, kText } kind;
  bool is_signed;
  bool big;
};
constexpr MachineFormat machine_formats[] = {
    {1, MachineFormat::kInteger, false, false}, {1, MachineFormat::kInteger, true, false},
    {2, MachineFormat::kInteger, false, false}, {2, MachineFormat::kInteger, false, true},
    {2, MachineFormat::kInteger, true, false},  {2, MachineFormat::kInteger, true, true},
    {4, MachineFormat::kInteger, false, false}, {4, MachineFormat::kInteger, false, true},
    {4, MachineFormat::kInteger, true, false},  {4, MachineFormat::kInteger, true, true},
    {8, MachineFormat::kInteger, false, false}, {8, MachineFormat::kInteger, false, true},
    {8, MachineFormat::kInteger, true, false},  {8, MachineFormat::kInteger, true, true},
    {4, MachineFormat::kFloat, true, false},    {4, MachineFormat::kFloat, true, true},
    {8, MachineFormat::kFloat, true, false},    {8, MachineFormat::kFloat, true, true},
    {2, MachineFormat::kText, false, false},    {2, MachineFormat::kText, false, true},
    {4, MachineFormat::kText, false, false},    {4, MachineFormat::kText, false, true},
};
constexpr int kMachineFormats = sizeof(machine_formats) / sizeof(machine_formats[0]);

int machine_format_of(const TypeCode* type) {
  auto kind = type->code == 'u'  ? MachineFormat::kText
              : type->is_integer ? MachineFormat::kInteger
                                 : MachineFormat::kFloat;
  for (int i = 0; i < kMachineFormats; i++) {
    const MachineFormat& f = machine_formats[i];
    if (f.size == type->size && f.kind == kind && f.is_signed == type->is_signed && !f.big) return i;
  }
  return -1;
}

Ref<Object> array_reduce_ex(Array* self, Object* value) {
  if (!is_int(value)) return raise(TypeError, "__reduce_ex__ argument should be an integer");
  long protocol = TRY(int_to_long(value));
  Ref<Object> dict;
  TRY(object_find_attr(as_object(self), NAME("__dict__"), dict));
  if (!dict) dict = none_ref();
  auto code = TRY(str_from_char(static_cast<char32_t>(self->type->code)));
  if (protocol < 3) {
    auto items = TRY(array_tolist(self));
    auto arguments = TRY(tuple_pack(code.get(), items.get()));
    return tuple_pack(as_object(type_of(self)), arguments.get(), dict.get());
  }
  auto make = TRY(import_attribute("array", "_array_reconstructor"));
  auto format = TRY(int_from_ssize(machine_format_of(self->type)));
  auto data = TRY(array_tobytes(self));
  auto arguments = TRY(tuple_pack(as_object(type_of(self)), code.get(), format.get(), data.get()));
  return tuple_pack(make.get(), arguments.get(), dict.get());
}

// The items of foreign machines, as a list or str.
Ref<Object> decode_items(const MachineFormat& format, std::string_view data) {
  if (format.kind == MachineFormat::kText) {
    const char* codec =
        format.size == 2 ? (format.big ? "utf-16-be" : "utf-16-le") : (format.big ? "utf-32-be" : "utf-32-le");
    return str_decode(data.data(), static_cast<ssize>(data.size()), codec, "strict");
  }
  auto unit = static_cast<size_t>(format.size);
  auto list = TRY(list_new(static_cast<ssize>(data.size() / unit)));
  for (size_t i = 0; i < data.size() / unit; i++) {
    char item[8];
    std::memcpy(item, data.data() + i * unit, unit);
    if (format.big) std::reverse(item, item + unit);
    Ref<Object> value;
    if (format.kind == MachineFormat::kInteger) {
      value = int_from_bytes(reinterpret_cast<unsigned char*>(item), unit, true, format.is_signed);
    } else {
      value = float_from_double(unit == 4 ? load<float>(item) : load<double>(item));
    }
    if (!value) return nullptr;
    list->items[i] = value.release();
  }
  return list;
}

Ref<Object> make_array(Object* type, const TypeCode* code, Object* items) {
  auto name = TRY(str_from_char(static_cast<char32_t>(code->code)));
  return call(type, as_object(name.get()), items);
}

Ref<Object> array_reconstructor(Object*, Object* type, char32_t typecode, int machine_format, Object* items) {
  if (!is_instance_of(type, &type_type)) {
    return raise(TypeError, "first argument must be a type object, not {:.200}", type_name(type));
  }
  if (!type_is_subtype(cast<Type>(type), &array_type)) {
    return raise(TypeError, "{:.200} is not a subtype of {:.200}", cast<Type>(type)->name, array_type.name);
  }
  const TypeCode* code = find_code(typecode);
  if (!code) return raise(ValueError, "second argument must be a valid type code");
  if (machine_format < 0 || machine_format >= kMachineFormats) {
    return raise(ValueError, "third argument must be a valid machine format code.");
  }
  if (!is_bytes(items)) return raise(TypeError, "fourth argument should be bytes, not {:.200}", type_name(items));
  if (machine_format == machine_format_of(code)) {
    auto empty = TRY(tuple_empty());
    auto r = TRY(make_array(type, code, as_object(empty.get())));
    TRY(append_bytes(cast<Array>(r.get()), bytes_view(cast<Bytes>(items))));
    return r;
  }
  const MachineFormat& format = machine_formats[machine_format];
  std::string_view data = bytes_view(cast<Bytes>(items));
  if (data.size() % static_cast<size_t>(format.size)) {
    return raise(ValueError, "string length not a multiple of item size");
  }
  auto decoded = TRY(decode_items(format, data));
  // Integers go to the (last) code whose items are as wide here as they were there.
  if (format.kind == MachineFormat::kInteger &&
      !(code->is_integer && code->size == format.size && code->is_signed == format.is_signed)) {
    for (const TypeCode& t : type_codes) {
      if (t.is_integer && t.size == format.size && t.is_signed == format.is_signed) {
        code = &t;
      }
    }
  }
  return make_array(type, code, decoded.get());
}

// ---- Iterator
// ------------------------------------------------------------------------------------------------------------

struct ArrayIterator {
  Object base;
  ssize index;
  Object* array;  // null: exhausted
};
using IteratorFields = Owned<ArrayIterator, &ArrayIterator::array>;
Type* iterator_type_object();

Ref<Object> array_iter(Array* self) {
  ArrayIterator* it = object_new_gc<ArrayIterator>(iterator_type_object());
  if (!it) return nullptr;
  it->index = 0;
  it->array = share(as_object(self)).release();
  gc_track(it);
  return Ref<Object>::steal(as_object(it));
}

Object* iterator_next(Object* p) {
  auto* it = cast<ArrayIterator>(p);
  if (!it->array) return nullptr;
  auto* array = cast<Array>(it->array);
  if (it->index < size_of(array)) return get_item(array, it->index++).release();
  clear_field(it->array);
  return nullptr;
}

Ref<Object> iterator_reduce(ArrayIterator* it) {
  return reduce_sequence_iterator(it->array, it->index, Ref<Object>(tuple_empty()));
}

Status iterator_setstate(ArrayIterator* it, Object* state) {
  ssize index = TRY(number_as_ssize(state, OverflowError));
  if (it->array) it->index = std::clamp<ssize>(index, 0, var_size(it->array));
  return kOk;
}

// ---- Tables
// --------------------------------------------------------------------------------------------------------------

Ref<Object> get_typecode(Array* self) { return str_from_char(static_cast<char32_t>(self->type->code)); }
Ref<Object> get_itemsize(Array* self) { return int_from_ssize(self->type->size); }

constinit MethodDef array_methods[] = {
    METHOD(array_append, "append(self, v, /)", "Add an item at the end."),
    METHOD(array_buffer_info, "buffer_info(self, /)", "(address of the memory, number of items)."),
    METHOD(array_byteswap, "byteswap(self, /)", "Reverse the bytes of every item."),
    METHOD(array_copy, "__copy__(self, /)", "A copy of the array."),
    METHOD(array_count, "count(self, v, /)", "How many items equal v."),
    METHOD(array_deepcopy, "__deepcopy__(self, unused, /)", "A copy of the array."),
    METHOD(array_extend, "extend(self, bb, /)", "Add the items of an array of the same type code or of an iterable."),
    METHOD(array_fromfile, "fromfile(self, f, n, /)", "Read n items from a binary file and add them."),
    METHOD(array_fromlist, "fromlist(self, list, /)", "Add the items of a list: all of them, or none."),
    METHOD(array_frombytes, "frombytes(self, buffer, /)", "Add items given as machine values."),
    METHOD(array_fromunicode, "fromunicode(self, ustr, /)",
           "Add the characters of a str to an array of type code 'u'."),
    METHOD(array_index, "index(self, v, start=0, stop=sys.maxsize, /)", "Index of the first item that equals v."),
    METHOD(array_insert, "insert(self, i, v, /)", "Insert an item before position i."),
    METHOD(array_pop, "pop(self, i=-1, /)", "Remove an item and return it."),
    METHOD(array_reduce_ex, "__reduce_ex__(self, value, /)", "What pickle needs."),
    METHOD(array_remove, "remove(self, v, /)", "Remove the first item that equals v."),
    METHOD(array_reverse, "reverse(self, /)", "Reverse the order of the items."),
    METHOD(array_tofile, "tofile(self, f, /)", "Write all items to a binary file."),
    METHOD(array_tolist, "tolist(self, /)", "The items as a list."),
    METHOD(array_tobytes, "tobytes(self, /)", "The items as machine values."),
    METHOD(array_tounicode, "tounicode(self, /)", "The characters of an array of type code 'u' as a str."),
    METHOD(array_sizeof, "__sizeof__(self, /)", "Size in memory, in bytes."),
    {},
};

constinit GetSetDef array_getset[] = {
    {"typecode", getter<get_typecode>, nullptr, "the character that names the items' C type", nullptr},
    {"itemsize", getter<get_itemsize>, nullptr, "the size of an item, in bytes", nullptr},
    {},
};

constinit SequenceMethods array_as_sequence = {
    .length = array_length,
    .concat = slot<array_concat>,
    .repeat = slot<array_repeat>,
    .item = slot<array_item>,
    .ass_item = slot<array_set_item>,
    .contains = slot<array_contains>,
    .inplace_concat = slot<array_inplace_concat>,
    .inplace_repeat = slot<array_inplace_repeat>,
};
constinit MappingMethods array_as_mapping = {
    .length = array_length, .subscript = slot<array_subscript>, .ass_subscript = slot<array_assign>};
constinit BufferProcs array_as_buffer = {.get = array_get_buffer, .release = array_release_buffer};

}  // namespace

constinit Type array_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "array.array",
    .basicsize = sizeof(Array),
    .dealloc = array_dealloc,
    .repr = slot<array_repr>,
    .as_sequence = &array_as_sequence,
    .as_mapping = &array_as_mapping,
    .getattro = object_generic_getattro,
    .as_buffer = &array_as_buffer,
    .flags = kNativeTypeFlags | kTypeSequence,
    .doc =
        "array(typecode [, initializer]) -> array\n\n"
        "A list of machine values of one C type, which the type code names:\n\n"
        "    'b' 'B'  signed, unsigned char         'q' 'Q'  signed, unsigned long long\n"
        "    'h' 'H'  signed, unsigned short        'f'      float\n"
        "    'i' 'I'  signed, unsigned int          'd'      double\n"
        "    'l' 'L'  signed, unsigned long         'u'      a character (4 bytes)\n\n"
        "The initializer is bytes-like, a str for 'u', or an iterable of items.",
    .traverse = array_traverse,
    .richcompare = slot<array_compare>,
    .weaklistoffset = offsetof(Array, weakreflist),
    .iter = slot<array_iter>,
    .methods = array_methods,
    .getset = array_getset,
    .alloc = type_generic_alloc,
    .new_ = array_type_new,
    .free = gc_free_slot,
};

namespace {

constinit MethodDef iterator_methods[] = {
    METHOD(iterator_reduce, "__reduce__(self, /)", "What pickle needs."),
    METHOD(iterator_setstate, "__setstate__(self, state, /)", "Take the position from a pickle."),
    {},
};

constinit Type iterator_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "array.arrayiterator",
    .basicsize = sizeof(ArrayIterator),
    .dealloc = IteratorFields::dealloc,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc | kTypeDisallowInstantiation,
    .traverse = IteratorFields::traverse,
    .iter = iter_self,
    .iternext = iterator_next,
    .methods = iterator_methods,
};

Type* iterator_type_object() { return &iterator_type; }

constinit MethodDef functions[] = {
    FUNCTION(array_reconstructor,
             "_array_reconstructor(module, arraytype, typecode, mformat_code, items,\n                     /)",
             "An array from a pickle."),
    {},
};

Status exec(Module* m) {
  TRY(heap_type_ready(&iterator_type));
  TRY(module_add_heap_type(m, &array_type));
  TRY(module_add(m, "ArrayType", share(as_object(&array_type))));
  // isinstance(array, MutableSequence)
  auto sequence = TRY(import_attribute("collections.abc", "MutableSequence"));
  TRY(call_method(sequence.get(), NAME("register"), as_object(&array_type)));
  std::string codes;
  for (const TypeCode& t : type_codes) codes += t.code;
  return module_add_str(m, "typecodes", codes.c_str());
}

}  // namespace

constinit NativeModule array_module = {"array", functions, exec, "Sequences of machine values of one C type."};

}  // namespace minipy
