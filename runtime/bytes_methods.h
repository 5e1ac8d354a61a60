// Inside the bytes room: what bytes, bytearray and their methods share.
#pragma once

#include <string_view>

#include "runtime/bind.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"

namespace minipy {

extern MethodDef bytes_methods[], bytearray_methods[];

// "b'...'" between two texts; with smart quotes as str's repr chooses them.
Ref<Str> bytes_repr_text(std::string_view data, std::string_view before, std::string_view after, bool smart_quotes);
// format % args, as bytes or bytearray.
Ref<Object> bytes_format_percent(std::string_view format, Object* args, bool make_bytearray);
// Hexadecimal text, optionally with separators as bytes.hex() puts them. separator may be null.
Ref<Str> bytes_to_hex(std::string_view data, Object* separator, int bytes_per_separator);
// bytes.fromhex().
Ref<Bytes> bytes_from_hex(Str* text);

}  // namespace minipy
