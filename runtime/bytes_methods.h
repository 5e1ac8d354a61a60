// Inside the bytes room: what bytes, bytearray and their methods share.
#pragma once

#include <string_view>

#include "runtime/bind.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"

namespace minipy {

extern MethodDef bytes_methods[], bytearray_methods[];

// "b'...'" between two texts. bytearray escapes apostrophes in every case.
Ref<Str> bytes_repr_text(std::string_view data, std::string_view before, std::string_view after,
                         bool escape_apostrophe);
// format % args, as bytes or bytearray.
Ref<Object> bytes_format_percent(std::string_view format, Object* args, bool make_bytearray);
// Hexadecimal text, optionally with separators as bytes.hex() puts them. separator may be null.
Ref<Str> bytes_to_hex(std::string_view data, Object* separator, int bytes_per_separator);
// The same as bytes, whose separator may be any byte (binascii.hexlify()).
Ref<Bytes> bytes_to_hex_bytes(std::string_view data, Object* separator, int bytes_per_separator);
// bytes.fromhex().
Ref<Bytes> bytes_from_hex(Str* text);

// Does s contain the byte (an int) or the bytes-like object?
Maybe<bool> bytes_contain(std::string_view s, Object* value);
// A byte given as an int: ValueError "byte must be in range(0, 256)".
Maybe<unsigned char> byte_value(Object* p);

// ---- bytearray.cc
// --------------------------------------------------------------------------------------------------------
Ref<Object> bytearray_method_alloc(ByteArray* self);
Ref<Object> bytearray_method_reduce(ByteArray* self);
Ref<Object> bytearray_method_reduce_ex(ByteArray* self, int protocol);
Ref<Object> bytearray_method_sizeof(ByteArray* self);
Status bytearray_method_append(ByteArray* self, Object* item);
Status bytearray_method_clear(ByteArray* self);
Ref<Object> bytearray_method_copy(ByteArray* self);
Status bytearray_method_extend(ByteArray* self, Object* iterable);
Status bytearray_method_insert(ByteArray* self, ssize index, Object* item);
Ref<Object> bytearray_method_pop(ByteArray* self, ssize index);
Status bytearray_method_remove(ByteArray* self, Object* value);
Status bytearray_method_reverse(ByteArray* self);

}  // namespace minipy
