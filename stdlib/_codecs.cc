// The module _codecs: the codec registry and the native codecs, as the package encodings and the module codecs use
// them.
#include "runtime/codecs.h"

#include <cstring>

#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/str.h"

namespace minipy {
namespace {

// (result, length)
Ref<Object> pair(Ref<Object> result, ssize length) {
  if (!result) return nullptr;
  Ref<Int> n = TRY(int_from_ssize(length));
  return tuple_pack(result.get(), as_object(n.get()));
}

// A str argument as C string (null: not given). ValueError "embedded null character".
Status c_string(Str* s, const char** out) {
  *out = nullptr;
  if (!s) return kOk;
  std::string_view text = str_utf8(s);
  if (!text.data()) return kRaised;
  if (text.find('\0') != std::string_view::npos) return raise(ValueError, "embedded null character");
  *out = text.data();
  return kOk;
}

// The bytes of a bytes-like argument or, for the escape codecs, of a str's UTF-8.
class Input {
 public:
  Status get(Object* p, bool str_too = false) {
    if (str_too && is_str(p)) {
      text_ = str_utf8(cast<Str>(p));
      return text_.data() ? kOk : kRaised;
    }
    TRY(buffer_.get(p));
    text_ = buffer_.text();
    return kOk;
  }
  const char* data() const { return text_.data(); }
  ssize size() const { return static_cast<ssize>(text_.size()); }

 private:
  HeldBuffer buffer_;
  std::string_view text_;
};

// ---- Registry
// ----------------------------------------------------------------------------------------------------------------

Status codecs_register(Module*, Object* function) { return codec_register(function); }
Status codecs_unregister(Module*, Object* function) { return codec_unregister(function); }

Ref<Object> codecs_lookup(Module*, Str* encoding) {
  const char* name;
  TRY(c_string(encoding, &name));
  return codec_lookup(name);
}

template <bool kEncode>
Ref<Object> codecs_code(Module*, Object* p, Str* encoding, Str* errors) {
  const char *name, *error_name;
  TRY(c_string(encoding, &name));
  TRY(c_string(errors, &error_name));
  if (!name) name = "utf-8";
  return kEncode ? codec_encode(p, name, error_name) : codec_decode(p, name, error_name);
}

Status codecs_register_error(Module*, Str* errors, Object* handler) {
  const char* name;
  TRY(c_string(errors, &name));
  return codec_register_error(name, handler);
}
Ref<Object> codecs_lookup_error(Module*, Str* name) {
  const char* text;
  TRY(c_string(name, &text));
  return codec_lookup_error(text);
}

// ---- Decoders
// ----------------------------------------------------------------------------------------------------------------

using StatefulDecoder = Ref<Str> (*)(const char*, ssize, const char*, ssize*);

template <StatefulDecoder kDecode, bool kStrToo>
Ref<Object> decode_stateful(Module*, Object* data, Str* errors, bool final) {
  Input input;
  TRY(input.get(data, kStrToo));
  const char* error_name;
  TRY(c_string(errors, &error_name));
  ssize consumed = input.size();
  Ref<Str> s = TRY(kDecode(input.data(), input.size(), error_name, final ? nullptr : &consumed));
  return pair(std::move(s), consumed);
}

Ref<Str> decode_unicode_escape(const char* data, ssize size, const char* errors, ssize* consumed) {
  return str_decode_unicode_escape(data, size, errors, consumed, nullptr);
}

using OrderedDecoder = Ref<Str> (*)(const char*, ssize, const char*, int*, ssize*);

template <OrderedDecoder kDecode, int kOrder>
Ref<Object> decode_ordered(Module*, Object* data, Str* errors, bool final) {
  Input input;
  TRY(input.get(data));
  const char* error_name;
  TRY(c_string(errors, &error_name));
  int order = kOrder;
  ssize consumed = input.size();
  Ref<Str> s = TRY(kDecode(input.data(), input.size(), error_name, &order, final ? nullptr : &consumed));
  return pair(std::move(s), consumed);
}

// (text, length, byte order found)
template <OrderedDecoder kDecode>
Ref<Object> decode_ex(Module*, Object* data, Str* errors, int byte_order, bool final) {
  Input input;
  TRY(input.get(data));
  const char* error_name;
  TRY(c_string(errors, &error_name));
  ssize consumed = input.size();
  Ref<Str> s = TRY(kDecode(input.data(), input.size(), error_name, &byte_order, final ? nullptr : &consumed));
  Ref<Int> n = TRY(int_from_ssize(consumed));
  Ref<Int> order = TRY(int_from_ssize(byte_order));
  return tuple_pack(s.get(), n.get(), order.get());
}

Ref<Object> latin_1_decode(Module*, Object* data, Str*) {
  Input input;
  TRY(input.get(data));
  return pair(str_decode_latin1(input.data(), input.size()), input.size());
}

Ref<Object> ascii_decode(Module*, Object* data, Str* errors) {
  Input input;
  TRY(input.get(data));
  const char* error_name;
  TRY(c_string(errors, &error_name));
  return pair(str_decode_ascii(input.data(), input.size(), error_name), input.size());
}

Ref<Object> charmap_decode(Module*, Object* data, Str* errors, Object* mapping) {
  Input input;
  TRY(input.get(data));
  const char* error_name;
  TRY(c_string(errors, &error_name));
  return pair(str_decode_charmap(input.data(), input.size(), is_none(mapping) ? nullptr : mapping, error_name),
              input.size());
}

Ref<Object> escape_decode(Module*, Object* data, Str* errors) {
  Input input;
  TRY(input.get(data, true));
  const char* error_name;
  TRY(c_string(errors, &error_name));
  return pair(bytes_decode_escape(input.data(), input.size(), error_name, nullptr), input.size());
}

// ---- Encoders
// ----------------------------------------------------------------------------------------------------------------

using Encoder = Ref<Object> (*)(Str*, const char*);

template <Encoder kEncode>
Ref<Object> encode(Module*, Str* s, Str* errors) {
  const char* error_name;
  TRY(c_string(errors, &error_name));
  return pair(kEncode(s, error_name), str_length(s));
}

Ref<Object> encode_utf7(Str* s, const char* errors) { return str_encode_utf7(s, false, false, errors); }
Ref<Object> encode_unicode_escape(Str* s, const char*) { return str_encode_unicode_escape(s); }
Ref<Object> encode_raw_unicode_escape(Str* s, const char*) { return str_encode_raw_unicode_escape(s); }
template <int kOrder>
Ref<Object> encode_utf16(Str* s, const char* errors) {
  return str_encode_utf16(s, errors, kOrder);
}
template <int kOrder>
Ref<Object> encode_utf32(Str* s, const char* errors) {
  return str_encode_utf32(s, errors, kOrder);
}

int order_of(int v) { return v < 0 ? -1 : v > 0; }
Ref<Object> utf_16_encode(Module*, Str* s, Str* errors, int byte_order) {
  const char* error_name;
  TRY(c_string(errors, &error_name));
  return pair(str_encode_utf16(s, error_name, order_of(byte_order)), str_length(s));
}
Ref<Object> utf_32_encode(Module*, Str* s, Str* errors, int byte_order) {
  const char* error_name;
  TRY(c_string(errors, &error_name));
  return pair(str_encode_utf32(s, error_name, order_of(byte_order)), str_length(s));
}

Ref<Object> charmap_encode(Module*, Str* s, Str* errors, Object* mapping) {
  const char* error_name;
  TRY(c_string(errors, &error_name));
  return pair(str_encode_charmap(s, is_none(mapping) ? nullptr : mapping, error_name), str_length(s));
}
Ref<Object> charmap_build(Module*, Str* map) { return encoding_map_new(map); }

Ref<Object> escape_encode(Module*, Bytes* data, Str*) { return pair(bytes_encode_escape(data), data->base.size); }

Ref<Object> readbuffer_encode(Module*, Object* data, Str*) {
  Input input;
  TRY(input.get(data, true));
  return pair(bytes_new(input.data(), input.size()), input.size());
}

#define DECODER(fn, name) METHOD(fn, name "(module, data, errors=None, final=False, /)", "")
#define ENCODER(fn, name) METHOD((encode<fn>), name "(module, str, errors=None, /)", "")

constinit MethodDef codecs_functions[] = {
    FUNCTION(codecs_register, "register(module, search_function, /)",
             "Register a function that finds codecs.\n\n"
             "It gets the name of an encoding, in lower case, and returns a CodecInfo tuple\n"
             "(encoder, decoder, stream reader, stream writer) or None."),
    FUNCTION(codecs_unregister, "unregister(module, search_function, /)",
             "Take a search function out again and clear the cache. Unknown functions are ignored."),
    FUNCTION(codecs_lookup, "lookup(module, encoding, /)", "Find the CodecInfo tuple of an encoding; LookupError."),
    FUNCTION(codecs_code<true>, "encode(module, /, obj, encoding='utf-8', errors='strict')",
             "Encode an object with the named codec. The result may be of any type that the codec makes."),
    FUNCTION(codecs_code<false>, "decode(module, /, obj, encoding='utf-8', errors='strict')",
             "Decode an object with the named codec. The result may be of any type that the codec makes."),
    FUNCTION(escape_encode, "escape_encode(module, data, errors=None, /)", ""),
    FUNCTION(escape_decode, "escape_decode(module, data, errors=None, /)", ""),
    ENCODER(str_encode_utf8, "utf_8_encode"),
    DECODER((decode_stateful<str_decode_utf8_stateful, false>), "utf_8_decode"),
    ENCODER(encode_utf7, "utf_7_encode"),
    DECODER((decode_stateful<str_decode_utf7, false>), "utf_7_decode"),
    FUNCTION(utf_16_encode, "utf_16_encode(module, str, errors=None, byteorder=0, /)", ""),
    ENCODER(encode_utf16<-1>, "utf_16_le_encode"),
    ENCODER(encode_utf16<1>, "utf_16_be_encode"),
    DECODER((decode_ordered<str_decode_utf16, 0>), "utf_16_decode"),
    DECODER((decode_ordered<str_decode_utf16, -1>), "utf_16_le_decode"),
    DECODER((decode_ordered<str_decode_utf16, 1>), "utf_16_be_decode"),
    FUNCTION(decode_ex<str_decode_utf16>, "utf_16_ex_decode(module, data, errors=None, byteorder=0, final=False, /)",
             ""),
    FUNCTION(utf_32_encode, "utf_32_encode(module, str, errors=None, byteorder=0, /)", ""),
    ENCODER(encode_utf32<-1>, "utf_32_le_encode"),
    ENCODER(encode_utf32<1>, "utf_32_be_encode"),
    DECODER((decode_ordered<str_decode_utf32, 0>), "utf_32_decode"),
    DECODER((decode_ordered<str_decode_utf32, -1>), "utf_32_le_decode"),
    DECODER((decode_ordered<str_decode_utf32, 1>), "utf_32_be_decode"),
    FUNCTION(decode_ex<str_decode_utf32>, "utf_32_ex_decode(module, data, errors=None, byteorder=0, final=False, /)",
             ""),
    ENCODER(encode_unicode_escape, "unicode_escape_encode"),
    FUNCTION((decode_stateful<decode_unicode_escape, true>),
             "unicode_escape_decode(module, data, errors=None, final=True, /)", ""),
    ENCODER(encode_raw_unicode_escape, "raw_unicode_escape_encode"),
    FUNCTION((decode_stateful<str_decode_raw_unicode_escape, true>),
             "raw_unicode_escape_decode(module, data, errors=None, final=True, /)", ""),
    ENCODER(str_encode_latin1, "latin_1_encode"),
    FUNCTION(latin_1_decode, "latin_1_decode(module, data, errors=None, /)", ""),
    ENCODER(str_encode_ascii, "ascii_encode"),
    FUNCTION(ascii_decode, "ascii_decode(module, data, errors=None, /)", ""),
    FUNCTION(charmap_encode, "charmap_encode(module, str, errors=None, mapping=None, /)", ""),
    FUNCTION(charmap_decode, "charmap_decode(module, data, errors=None, mapping=None, /)", ""),
    FUNCTION(charmap_build, "charmap_build(module, map, /)", ""),
    FUNCTION(readbuffer_encode, "readbuffer_encode(module, data, errors=None, /)", ""),
    FUNCTION(codecs_register_error, "register_error(module, errors, handler, /)",
             "Register a handler under the name of an error handling.\n\n"
             "It gets the UnicodeError and returns (replacement, position), or raises."),
    FUNCTION(codecs_lookup_error, "lookup_error(module, name, /)",
             "Find the handler of an error handling; LookupError."),
    {},
};

}  // namespace

constinit NativeModule _codecs_module = {"_codecs", codecs_functions, nullptr, nullptr};

}  // namespace minipy
