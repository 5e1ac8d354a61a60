// Codecs: the registry of encodings and error handlers (PEP 100, PEP 293), what an encoder or decoder does about an
// error, and the native codecs. str_encode/str_decode and the UTF-8 functions are declared in runtime/str.h.
#pragma once

#include "gc/object.h"
#include "runtime/result.h"
#include "runtime/str.h"

namespace minipy {

struct Bytes;
struct Tuple;

// ---- Registry (codecs.cc)
// ----------------------------------------------------------------------------------------------
Status codec_register(Object* search_function);
Status codec_unregister(Object* search_function);
// The CodecInfo tuple of an encoding; LookupError "unknown encoding: x".
Ref<Object> codec_lookup(const char* encoding);
Ref<Object> codec_lookup_text(const char* encoding, const char* alternate_command);
Ref<Object> codec_encode(Object* p, const char* encoding, const char* errors);
Ref<Object> codec_decode(Object* p, const char* encoding, const char* errors);
Ref<Object> codec_encode_text(Object* p, const char* encoding, const char* errors);
Ref<Object> codec_decode_text(Object* p, const char* encoding, const char* errors);

// ---- Error handlers (codec_errors.cc)
// ----------------------------------------------------------------------------------
Status codec_register_error(const char* name, Object* handler);
Ref<Object> codec_lookup_error(const char* name /* null: strict */);

// Raises UnicodeDecodeError / UnicodeEncodeError for [start, end).
Raised raise_decode_error(const char* encoding, const char* data, ssize size, ssize start, ssize end,
                          const char* reason);
Raised raise_encode_error(const char* encoding, Str* s, ssize start, ssize end, const char* reason);

enum class ErrorMode : unsigned char {
  kUnknown,
  kStrict,
  kSurrogateEscape,
  kReplace,
  kIgnore,
  kBackslashReplace,
  kSurrogatePass,
  kXmlCharRefReplace,
  kOther
};
ErrorMode error_mode_of(const char* errors);

// A decoder's way to its error handler, looked up on the first error. The handler may replace the input: read data()
// and size() again after handle().
class DecodeErrors {
 public:
  DecodeErrors(const char* encoding, const char* errors, const char* data, ssize size)
      : encoding_(encoding), errors_(errors), data_(data), size_(size) {}
  // Calls the handler for data[start:end], appends its replacement, and returns where to go on.
  Maybe<ssize> handle(ssize start, ssize end, const char* reason, StrBuilder& out);
  ErrorMode mode() {
    if (mode_ == ErrorMode::kUnknown) mode_ = error_mode_of(errors_);
    return mode_;
  }
  const char* data() const { return data_; }
  ssize size() const { return size_; }

 private:
  const char* encoding_;
  const char* errors_;
  const char* data_;
  ssize size_;
  Ref<Object> input_;  // what data_ points into once a handler has been called
  Ref<Object> handler_;
  Ref<Object> exception_;
  ErrorMode mode_ = ErrorMode::kUnknown;
};

class EncodeErrors {
 public:
  EncodeErrors(const char* encoding, const char* errors, Str* s) : encoding_(encoding), errors_(errors), s_(s) {}
  // Calls the handler for s[start:end]: its replacement (str or bytes) and where to go on.
  Ref<Object> handle(ssize start, ssize end, const char* reason, ssize* next);
  ErrorMode mode() {
    if (mode_ == ErrorMode::kUnknown) mode_ = error_mode_of(errors_);
    return mode_;
  }

 private:
  const char* encoding_;
  const char* errors_;
  Str* s_;
  Ref<Object> handler_;
  Ref<Object> exception_;
  ErrorMode mode_ = ErrorMode::kUnknown;
};

// ---- Native codecs. errors may be null; `consumed` null: the input is complete.
// --------------------------------------------
Ref<Str> str_decode_latin1(const char* data, ssize size);
Ref<Str> str_decode_ascii(const char* data, ssize size, const char* errors);
Ref<Object> str_encode_latin1(Str* s, const char* errors);
Ref<Object> str_encode_ascii(Str* s, const char* errors);

// byte_order: -1 little, 1 big, 0 native with a byte-order mark; on return what was found.
Ref<Str> str_decode_utf16(const char* data, ssize size, const char* errors, int* byte_order, ssize* consumed);
Ref<Str> str_decode_utf32(const char* data, ssize size, const char* errors, int* byte_order, ssize* consumed);
Ref<Object> str_encode_utf16(Str* s, const char* errors, int byte_order);
Ref<Object> str_encode_utf32(Str* s, const char* errors, int byte_order);
Ref<Str> str_decode_utf7(const char* data, ssize size, const char* errors, ssize* consumed);
Ref<Object> str_encode_utf7(Str* s, bool base64_set_o, bool base64_whitespace, const char* errors);

// first_invalid_escape (may be null): receives a pointer to the first invalid escape's backslash-following character,
// or null. With it the caller warns; without it the decoder issues the DeprecationWarning itself.
Ref<Str> str_decode_unicode_escape(const char* data, ssize size, const char* errors, ssize* consumed,
                                   const char** first_invalid_escape);
Ref<Object> str_encode_unicode_escape(Str* s);
Ref<Str> str_decode_raw_unicode_escape(const char* data, ssize size, const char* errors, ssize* consumed);
Ref<Object> str_encode_raw_unicode_escape(Str* s);
// Bytes literals' escapes (the "escape" codec).
Ref<Object> bytes_decode_escape(const char* data, ssize size, const char* errors, const char** first_invalid_escape);
Ref<Object> bytes_encode_escape(Bytes* b);

// mapping null: Latin-1.
Ref<Str> str_decode_charmap(const char* data, ssize size, Object* mapping, const char* errors);
Ref<Object> str_encode_charmap(Str* s, Object* mapping, const char* errors);
Ref<Str> str_translate(Str* s, Object* table);
Ref<Object> encoding_map_new(Str* table);  // _codecs.charmap_build

}  // namespace minipy
