// Error handlers of codecs (PEP 293): raising UnicodeErrors, the registry of handlers, the way encoders and decoders
// call them, and the eight built-in handlers.
#include <algorithm>
#include <cstdio>
#include <cstring>

#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/bytes.h"
#include "runtime/codecs.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/exceptions.h"
#include "runtime/function.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/str_internal.h"
#include "runtime/thread_state.h"
#include "runtime/unicode_data.h"
#include "runtime/unicode_names.h"

namespace minipy {

// ---- Making the exceptions
// ----------------------------------------------------------------------------------------------

namespace {

Ref<Object> new_unicode_error(Type* type, const char* encoding, Object* object, ssize start, ssize end,
                              const char* reason) {
  Ref<Str> encoding_text = TRY(str_from_utf8(encoding));
  Ref<Int> first = TRY(int_from_ssize(start));
  Ref<Int> last = TRY(int_from_ssize(end));
  Ref<Str> why = TRY(str_from_utf8(reason));
  return call(as_object(type), encoding_text.get(), object, first.get(), last.get(), why.get());
}

// The parts of a UnicodeError; a wrong attribute raises TypeError as reading it from C does.
UnicodeErrorObject* parts(Object* e) { return cast<UnicodeErrorObject>(e); }
bool is_encode_error(Object* e) { return is_instance_of(e, UnicodeEncodeError); }
bool is_decode_error(Object* e) { return is_instance_of(e, UnicodeDecodeError); }
bool is_translate_error(Object* e) { return is_instance_of(e, UnicodeTranslateError); }

Ref<Str> str_attribute(Object* value, const char* name) {
  if (!value) return raise(TypeError, "{} attribute not set", name);
  if (!is_str(value)) return raise(TypeError, "{} attribute must be unicode", name);
  return share(cast<Str>(value));
}
Ref<Bytes> bytes_attribute(Object* value, const char* name) {
  if (!value) return raise(TypeError, "{} attribute not set", name);
  if (!is_bytes(value)) return raise(TypeError, "{} attribute must be bytes", name);
  return share(cast<Bytes>(value));
}

struct Range {
  ssize start, end;
};
Range clipped_range(Object* e, ssize size) {
  ssize start = std::max<ssize>(parts(e)->start, 0);
  if (start >= size) start = size - 1;
  ssize end = std::max<ssize>(parts(e)->end, 1);
  if (end > size) end = size;
  return {start, end};
}

Status set_unicode_error(Object* e, ssize start, ssize end, const char* reason) {
  Ref<Str> why = TRY(str_from_utf8(reason));
  parts(e)->start = start;
  parts(e)->end = end;
  replace_field(parts(e)->reason, Ref<Object>(std::move(why)));
  return kOk;
}

}  // namespace

Raised raise_decode_error(const char* encoding, const char* data, ssize size, ssize start, ssize end,
                          const char* reason) {
  Ref<Bytes> input = TRY(bytes_new(data, size));
  Ref<Object> e = TRY(new_unicode_error(UnicodeDecodeError, encoding, as_object(input.get()), start, end, reason));
  return raise_instance(e.get());
}

Raised raise_encode_error(const char* encoding, Str* s, ssize start, ssize end, const char* reason) {
  Ref<Object> e = TRY(new_unicode_error(UnicodeEncodeError, encoding, as_object(s), start, end, reason));
  return raise_instance(e.get());
}

// ---- Calling handlers
// ------------------------------------------------------------------------------------------------------

ErrorMode error_mode_of(const char* errors) {
  static constexpr struct {
    std::string_view name;
    ErrorMode mode;
  } kModes[] = {
      {"strict", ErrorMode::kStrict},
      {"surrogateescape", ErrorMode::kSurrogateEscape},
      {"replace", ErrorMode::kReplace},
      {"ignore", ErrorMode::kIgnore},
      {"backslashreplace", ErrorMode::kBackslashReplace},
      {"surrogatepass", ErrorMode::kSurrogatePass},
      {"xmlcharrefreplace", ErrorMode::kXmlCharRefReplace},
  };
  if (!errors) return ErrorMode::kStrict;
  for (const auto& m : kModes) {
    if (m.name == errors) return m.mode;
  }
  return ErrorMode::kOther;
}

namespace {

// Checks a handler's result (replacement, position); the position counts from the end when negative.
Ref<Object> handler_result(Object* result, bool bytes_too, ssize* position, const char* shape) {
  if (!is_tuple(result) || tuple_size(cast<Tuple>(result)) != 2) return raise(TypeError, "{}", shape);
  Object* replacement = cast<Tuple>(result)->items[0];
  if (!is_str(replacement) && !(bytes_too && is_bytes(replacement))) return raise(TypeError, "{}", shape);
  Object* where = cast<Tuple>(result)->items[1];
  Ref<Object> index = TRY(number_index(where));
  *position = TRY(int_to_ssize(index.get()));
  return share(replacement);
}

Maybe<ssize> checked_position(ssize position, ssize size) {
  ssize at = position < 0 ? position + size : position;
  if (at < 0 || at > size) return raise(IndexError, "position {} from error handler out of bounds", at);
  return at;
}

}  // namespace

Maybe<ssize> DecodeErrors::handle(ssize start, ssize end, const char* reason, StrBuilder& out) {
  if (!handler_) handler_ = TRY(codec_lookup_error(errors_));
  if (!input_) {
    Ref<Bytes> input = TRY(bytes_new(data_, size_));
    data_ = input->data;
    input_ = std::move(input);
  }
  if (!exception_) {
    exception_ = TRY(new_unicode_error(UnicodeDecodeError, encoding_, input_.get(), start, end, reason));
  } else {
    TRY(set_unicode_error(exception_.get(), start, end, reason));
  }
  Ref<Object> result = TRY(call(handler_.get(), exception_.get()));
  ssize position = 0;
  Ref<Object> replacement =
      TRY(handler_result(result.get(), false, &position, "decoding error handler must return (str, int) tuple"));
  // The handler may have put other input into the exception.
  Ref<Bytes> input = TRY(bytes_attribute(parts(exception_.get())->object, "object"));
  data_ = input->data;
  size_ = input->base.size;
  input_ = std::move(input);
  ssize next = TRY(checked_position(position, size_));
  TRY(out.append(cast<Str>(replacement.get())));
  return next;
}

Ref<Object> EncodeErrors::handle(ssize start, ssize end, const char* reason, ssize* next) {
  if (!handler_) handler_ = TRY(codec_lookup_error(errors_));
  if (!exception_) {
    exception_ = TRY(new_unicode_error(UnicodeEncodeError, encoding_, as_object(s_), start, end, reason));
  } else {
    TRY(set_unicode_error(exception_.get(), start, end, reason));
  }
  Ref<Object> result = TRY(call(handler_.get(), exception_.get()));
  Ref<Object> replacement =
      TRY(handler_result(result.get(), true, next, "encoding error handler must return (str/bytes, int) tuple"));
  *next = TRY(checked_position(*next, s_->length));
  return replacement;
}

// ---- The built-in handlers
// --------------------------------------------------------------------------------------------------

namespace {

Ref<Object> result_pair(Ref<Object> replacement, ssize position) {
  if (!replacement) return nullptr;
  Ref<Int> at = TRY(int_from_ssize(position));
  return tuple_pack(replacement.get(), as_object(at.get()));
}

Raised wrong_exception(Object* e) {
  return raise(TypeError, "don't know how to handle {:.200} in error callback", type_name(e));
}

// The text of an encode or translate error and its range.
Ref<Str> error_text(Object* e, Range* range) {
  Ref<Str> s = TRY(str_attribute(parts(e)->object, "object"));
  *range = clipped_range(e, s->length);
  return s;
}
Ref<Bytes> error_bytes(Object* e, Range* range) {
  Ref<Bytes> b = TRY(bytes_attribute(parts(e)->object, "object"));
  *range = clipped_range(e, b->base.size);
  return b;
}

Ref<Object> strict_errors(Module*, Object* e) {
  if (is_exception_instance(e)) return raise_instance(e);
  return raise(TypeError, "codec must pass exception instance");
}

Maybe<Range> range_of(Object* e) {
  Range range{};
  if (is_encode_error(e) || is_translate_error(e)) {
    TRY(error_text(e, &range));
  } else if (is_decode_error(e)) {
    TRY(error_bytes(e, &range));
  } else {
    return wrong_exception(e);
  }
  return range;
}

Ref<Object> ignore_errors(Module*, Object* e) {
  Range range = TRY(range_of(e));
  return result_pair(str_empty(), range.end);
}

Ref<Object> replace_errors(Module*, Object* e) {
  Range range = TRY(range_of(e));
  if (is_decode_error(e)) return result_pair(str_from_char(0xfffd), range.end);
  StrBuilder out;
  TRY(out.append_fill(is_encode_error(e) ? U'?' : U'\ufffd', range.end - range.start));
  return result_pair(out.finish(), range.end);
}

Ref<Object> xmlcharrefreplace_errors(Module*, Object* e) {
  if (!is_encode_error(e)) return wrong_exception(e);
  Range range;
  Ref<Str> s = TRY(error_text(e, &range));
  StrBuilder out;
  for (ssize i = range.start; i < range.end; i++) {
    char text[16];
    std::snprintf(text, sizeof text, "&#%u;", static_cast<unsigned>(str_at(s.get(), i)));
    TRY(out.append_ascii(text));
  }
  return result_pair(out.finish(), range.end);
}

Ref<Object> backslashreplace_errors(Module*, Object* e) {
  StrBuilder out;
  Range range;
  char text[16];
  if (is_decode_error(e)) {
    Ref<Bytes> b = TRY(error_bytes(e, &range));
    for (ssize i = range.start; i < range.end; i++) {
      std::snprintf(text, sizeof text, "\\x%02x", static_cast<unsigned char>(b->data[i]));
      TRY(out.append_ascii(text));
    }
  } else if (is_encode_error(e) || is_translate_error(e)) {
    Ref<Str> s = TRY(error_text(e, &range));
    for (ssize i = range.start; i < range.end; i++) {
      format_backslash_escape(text, str_at(s.get(), i));
      TRY(out.append_ascii(text));
    }
  } else {
    return wrong_exception(e);
  }
  return result_pair(out.finish(), range.end);
}

Ref<Object> namereplace_errors(Module*, Object* e) {
  if (!is_encode_error(e)) return wrong_exception(e);
  Range range;
  Ref<Str> s = TRY(error_text(e, &range));
  TRY(unicode_names_for_replacing());
  StrBuilder out;
  for (ssize i = range.start; i < range.end; i++) {
    char32_t c = str_at(s.get(), i);
    char name[kMaxCharacterName + 1];
    if (unicode_name_of(c, name)) {
      TRY(out.append_ascii("\\N{"));
      TRY(out.append_ascii(name));
      TRY(out.append_char('}'));
    } else {
      char text[16];
      format_backslash_escape(text, c);
      TRY(out.append_ascii(text));
    }
  }
  return result_pair(out.finish(), range.end);
}

// ---- Surrogates
// --------------------------------------------------------------------------------------------------------

// A Unicode transformation format as "surrogatepass" must write it.
struct Utf {
  int width = 0;  // bytes per unit; 0: none of them
  bool big_endian = false;
};
Utf utf_of_name(const char* name) {
  static constexpr bool kNativeBig = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
  auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  if (lower(name[0]) != 'u' || lower(name[1]) != 't' || lower(name[2]) != 'f') return {};
  name += 3;
  if (*name == '-' || *name == '_') name++;
  Utf utf;
  if (name[0] == '8' && !name[1]) return {1, false};
  if (name[0] == '1' && name[1] == '6') utf.width = 2;
  if (name[0] == '3' && name[1] == '2') utf.width = 4;
  if (!utf.width) return {};
  name += 2;
  if (!*name) return {utf.width, kNativeBig};
  if (*name == '-' || *name == '_') name++;
  if (lower(name[0]) && lower(name[1]) == 'e' && !name[2]) {
    if (lower(name[0]) == 'b') return {utf.width, true};
    if (lower(name[0]) == 'l') return {utf.width, false};
  }
  return {};
}

Ref<Object> surrogatepass_encode(Object* e, Utf utf) {
  Range range;
  Ref<Str> s = TRY(error_text(e, &range));
  BytesBuilder out;
  for (ssize i = range.start; i < range.end; i++) {
    char32_t c = str_at(s.get(), i);
    if (!is_surrogate(c)) return raise_instance(e);
    char* p = TRY(out.extend(utf.width == 1 ? 3 : utf.width));
    if (utf.width == 1) {
      p[0] = static_cast<char>(0xe0 | c >> 12);
      p[1] = static_cast<char>(0x80 | (c >> 6 & 0x3f));
      p[2] = static_cast<char>(0x80 | (c & 0x3f));
    } else {
      for (int k = 0; k < utf.width; k++) {
        int shift = 8 * (utf.big_endian ? utf.width - 1 - k : k);
        p[k] = static_cast<char>(c >> shift);
      }
    }
  }
  return result_pair(out.finish(), range.end);
}

Ref<Object> surrogatepass_decode(Object* e, Utf utf) {
  Range range;
  Ref<Bytes> b = TRY(error_bytes(e, &range));
  const unsigned char* p = reinterpret_cast<const unsigned char*>(b->data) + range.start;
  ssize left = b->base.size - range.start;
  char32_t c = 0;
  int used = utf.width == 1 ? 3 : utf.width;
  if (left >= used) {
    if (utf.width == 1) {
      if ((p[0] & 0xf0) == 0xe0 && (p[1] & 0xc0) == 0x80 && (p[2] & 0xc0) == 0x80) {
        c = (p[0] & 0x0fu) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
      }
    } else {
      for (int k = 0; k < used; k++) c = c << 8 | p[utf.big_endian ? k : used - 1 - k];
    }
  }
  if (!is_surrogate(c)) return raise_instance(e);
  return result_pair(str_from_char(c), range.start + used);
}

Ref<Object> surrogatepass_errors(Module*, Object* e) {
  bool encode = is_encode_error(e);
  if (!encode && !is_decode_error(e)) return wrong_exception(e);
  Ref<Str> encoding = TRY(str_attribute(parts(e)->encoding, "encoding"));
  const char* name = TRY(const_cast<char*>(str_utf8_cstr(encoding.get())));
  Utf utf = utf_of_name(name);
  if (!utf.width) return raise_instance(e);
  return encode ? surrogatepass_encode(e, utf) : surrogatepass_decode(e, utf);
}

Ref<Object> surrogateescape_errors(Module*, Object* e) {
  Range range;
  if (is_encode_error(e)) {
    Ref<Str> s = TRY(error_text(e, &range));
    BytesBuilder out;
    for (ssize i = range.start; i < range.end; i++) {
      char32_t c = str_at(s.get(), i);
      if (c < 0xdc80 || c > 0xdcff) return raise_instance(e);
      TRY(out.append_byte(static_cast<char>(c - 0xdc00)));
    }
    return result_pair(out.finish(), range.end);
  }
  if (!is_decode_error(e)) return wrong_exception(e);
  Ref<Bytes> b = TRY(error_bytes(e, &range));
  StrBuilder out;
  ssize at = range.start;
  for (; at < range.end && at < range.start + 4; at++) {
    unsigned char c = static_cast<unsigned char>(b->data[at]);
    if (c < 128) break;
    TRY(out.append_char(0xdc00 + c));
  }
  if (at == range.start) return raise_instance(e);
  return result_pair(out.finish(), at);
}

constinit MethodDef error_handlers[] = {
    FUNCTION(strict_errors, "strict_errors(module, exception, /)",
             "Implements the 'strict' error handling, which raises a UnicodeError on coding errors."),
    FUNCTION(ignore_errors, "ignore_errors(module, exception, /)",
             "Implements the 'ignore' error handling, which skips malformed data."),
    FUNCTION(replace_errors, "replace_errors(module, exception, /)",
             "Implements the 'replace' error handling, which puts a replacement marker in place of malformed data."),
    FUNCTION(
        xmlcharrefreplace_errors, "xmlcharrefreplace_errors(module, exception, /)",
        "Implements the 'xmlcharrefreplace' error handling: an XML character reference for what cannot be encoded."),
    FUNCTION(backslashreplace_errors, "backslashreplace_errors(module, exception, /)",
             "Implements the 'backslashreplace' error handling: backslashed escape sequences for malformed data."),
    FUNCTION(namereplace_errors, "namereplace_errors(module, exception, /)",
             "Implements the 'namereplace' error handling: a \\N{...} escape for what cannot be encoded."),
    FUNCTION(surrogatepass_errors, "surrogatepass(module, exception, /)", ""),
    FUNCTION(surrogateescape_errors, "surrogateescape(module, exception, /)", ""),
    {},
};

// The registry, filled with the built-in handlers on first use. Borrowed; null: exception pending.
Dict* error_registry() {
  Interpreter* interp = current_interpreter();
  if (!interp->codec_error_registry) {
    static constexpr const char* kNames[] = {"strict",           "ignore",      "replace",       "xmlcharrefreplace",
                                             "backslashreplace", "namereplace", "surrogatepass", "surrogateescape"};
    Ref<Dict> registry = TRY(dict_new());
    for (size_t i = 0; i < std::size(kNames); i++) {
      Ref<Object> handler = TRY(builtin_function_new(&error_handlers[i], nullptr, nullptr));
      TRY(dict_set_ascii(registry.get(), kNames[i], handler.get()));
    }
    interp->codec_error_registry = as_object(registry.release());
  }
  return cast<Dict>(interp->codec_error_registry);
}

}  // namespace

Status codec_register_error(const char* name, Object* handler) {
  Dict* registry = TRY(error_registry());
  if (!is_callable(handler)) return raise(TypeError, "handler must be callable");
  Ref<Str> key = TRY(str_from_utf8(name));
  return dict_set(registry, as_object(key.get()), handler);
}

Ref<Object> codec_lookup_error(const char* name) {
  Dict* registry = TRY(error_registry());
  Ref<Str> key = TRY(str_from_utf8(name ? name : "strict"));
  if (Object* handler = dict_get_str(registry, key.get())) return share(handler);
  return raise(LookupError, "unknown error handler name '{:.400}'", name);
}

}  // namespace minipy
