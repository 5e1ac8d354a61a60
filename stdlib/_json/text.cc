// JSON strings (RFC 8259, section 7): reading and writing their escapes.
#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/function.h"
#include "runtime/int.h"
#include "stdlib/_json/json.h"
#include "stdlib/import.h"

namespace minipy::json {
namespace {

int hex_digit(char32_t c) {
  if (c >= '0' && c <= '9') return static_cast<int>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<int>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<int>(c - 'A' + 10);
  return -1;
}

bool is_high_surrogate(int c) { return c >= 0xd800 && c < 0xdc00; }
bool is_low_surrogate(int c) { return c >= 0xdc00 && c < 0xe000; }

template <class Char>
class StringReader {
 public:
  StringReader(Str* text, ssize start, bool strict)
      : text_(text),
        data_(static_cast<const Char*>(str_data(text))),
        length_(str_length(text)),
        start_(start),
        strict_(strict) {}

  Ref<Str> read(ssize* position) {
    ssize at = plain_run(start_);
    if (at < 0) return nullptr;
    if (data_[at] == '"') {
      *position = at + 1;
      return str_substring(text_, start_, at);
    }
    StrBuilder out(at - start_);
    ssize run = start_;
    while (data_[at] != '"') {
      TRY(out.append(text_, run, at));
      at++;  // the backslash
      if (at == length_) return unterminated();
      if (!escape(&at, out)) return nullptr;
      run = at;
      at = plain_run(at);
      if (at < 0) return nullptr;
    }
    TRY(out.append(text_, run, at));
    *position = at + 1;
    return out.finish();
  }

 private:
  Raised unterminated() const { return raise_decode_error("Unterminated string starting at", text_, start_ - 1); }

  // Where the next quote or backslash is; -1: an exception is pending.
  ssize plain_run(ssize at) const {
    for (; at < length_; at++) {
      Char c = data_[at];
      if (c == '"' || c == '\\') return at;
      if (c < 0x20 && strict_) {
        raise_decode_error("Invalid control character at", text_, at);
        return -1;
      }
    }
    unterminated();
    return -1;
  }

  // The value of the four digits at `at`; -1 when they are wrong or the text ends with them.
  int four_digits(ssize at) const {
    if (at + 4 >= length_) return -1;
    int value = 0;
    for (ssize i = at; i < at + 4; i++) {
      int digit = hex_digit(data_[i]);
      if (digit < 0) return -1;
      value = value << 4 | digit;
    }
    return value;
  }

  // *at: the character after a backslash; moves it beyond the escape.
  Status escape(ssize* at, StrBuilder& out) const {
    switch (data_[(*at)++]) {
      case '"': return out.append_char('"');
      case '\\': return out.append_char('\\');
      case '/': return out.append_char('/');
      case 'b': return out.append_char('\b');
      case 'f': return out.append_char('\f');
      case 'n': return out.append_char('\n');
      case 'r': return out.append_char('\r');
      case 't': return out.append_char('\t');
      case 'u': break;
      default: return raise_decode_error("Invalid \\escape", text_, *at - 2);
    }
    int c = four_digits(*at);
    if (c < 0) return raise_decode_error("Invalid \\uXXXX escape", text_, *at - 1);
    *at += 4;
    if (is_high_surrogate(c) && *at + 1 < length_ && data_[*at] == '\\' && data_[*at + 1] == 'u') {
      // What is not the other half is read as a character of its own.
      if (int low = four_digits(*at + 2); is_low_surrogate(low)) {
        *at += 6;
        c = 0x10000 + ((c & 0x3ff) << 10 | (low & 0x3ff));
      }
    }
    return out.append_char(static_cast<char32_t>(c));
  }

  Str* text_;
  const Char* data_;
  ssize length_;
  ssize start_;
  bool strict_;
};

// The letter of a short escape; 0: none.
char short_escape(char32_t c) {
  switch (c) {
    case '"': return '"';
    case '\\': return '\\';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    default: return 0;
  }
}

Status append_unit(StrBuilder& out, unsigned unit) {
  static constexpr char kDigits[] = "0123456789abcdef";
  const char text[6] = {
      '\\', 'u', kDigits[unit >> 12 & 15], kDigits[unit >> 8 & 15], kDigits[unit >> 4 & 15], kDigits[unit & 15]};
  return out.append_ascii({text, sizeof text});
}

Status append_escape(StrBuilder& out, char32_t c) {
  if (char letter = short_escape(c)) {
    const char text[2] = {'\\', letter};
    return out.append_ascii({text, 2});
  }
  if (c < 0x10000) return append_unit(out, c);
  c -= 0x10000;
  TRY(append_unit(out, 0xd800 | c >> 10));
  return append_unit(out, 0xdc00 | (c & 0x3ff));
}

template <class Char>
Status append_quoted_text(StrBuilder& out, Str* text, bool ascii_only) {
  const Char* data = static_cast<const Char*>(str_data(text));
  ssize length = str_length(text), run = 0;
  TRY(out.append_char('"'));
  for (ssize i = 0; i < length; i++) {
    Char c = data[i];
    bool plain = c >= ' ' && c != '"' && c != '\\' && (c <= '~' || !ascii_only);
    if (plain) [[likely]]
      continue;
    if (run < i) TRY(out.append(text, run, i));
    TRY(append_escape(out, c));
    run = i + 1;
  }
  if (run < length) TRY(out.append(text, run, length));
  return out.append_char('"');
}

Ref<Str> quoted(Object* text, bool ascii_only) {
  if (!is_str(text)) {
    return raise(TypeError, "first argument must be a string, not {:.80}", type_name(text));
  }
  StrBuilder out(str_length(cast<Str>(text)) + 2);
  TRY(append_quoted(out, cast<Str>(text), ascii_only));
  return out.finish();
}

Ref<Object> scanstring_checked(Object* args) {
  Object* const* items = cast<Tuple>(args)->items;
  ssize count = tuple_size(cast<Tuple>(args));
  if (count < 2) return raise(TypeError, "scanstring() takes at least 2 arguments ({} given)", count);
  if (count > 3) return raise(TypeError, "scanstring() takes at most 3 arguments ({} given)", count);
  ssize position = TRY(bind::to_ssize(items[1]));
  bool strict = count < 3 || TRY(object_is_true(items[2]));
  if (!is_str(items[0])) {
    return raise(TypeError, "first argument must be a string, not {:.80}", type_name(items[0]));
  }
  Ref<Str> value = TRY(scan_string(cast<Str>(items[0]), &position, strict));
  Ref<Int> end = TRY(int_from(position));
  return tuple_pack(value.get(), end.get());
}

}  // namespace

Raised raise_decode_error(const char* message, Str* text, ssize position) {
  Ref<Object> type = TRY(loaded_attribute("json.decoder", "JSONDecodeError"));
  Ref<Str> what = TRY(str_from_utf8(message));
  Ref<Int> where = TRY(int_from(position));
  Ref<Object> error = TRY(call(type.get(), what.get(), text, where.get()));
  return raise_object(cast<Type>(type.get()), error.get());
}

Ref<Str> scan_string(Str* text, ssize* position, bool strict) {
  if (*position < 0 || *position > str_length(text)) return raise(ValueError, "end is out of bounds");
  switch (str_kind(text)) {
    case 1: return StringReader<uint8_t>(text, *position, strict).read(position);
    case 2: return StringReader<char16_t>(text, *position, strict).read(position);
    default: return StringReader<char32_t>(text, *position, strict).read(position);
  }
}

Status append_quoted(StrBuilder& out, Str* text, bool ascii_only) {
  switch (str_kind(text)) {
    case 1: return append_quoted_text<uint8_t>(out, text, ascii_only);
    case 2: return append_quoted_text<char16_t>(out, text, ascii_only);
    default: return append_quoted_text<char32_t>(out, text, ascii_only);
  }
}

Object* scanstring(Object*, Object* args) { return scanstring_checked(args).release(); }
Ref<Str> encode_basestring(Object*, Object* text) { return quoted(text, false); }
Ref<Str> encode_basestring_ascii(Object*, Object* text) { return quoted(text, true); }

constinit MethodDef functions[] = {
    PLAIN_METHOD(encode_basestring_ascii, "encode_basestring_ascii(module, string, /)",
                 "encode_basestring_ascii(string) -> string\n\nThe string as JSON text of ASCII characters only."),
    PLAIN_METHOD(encode_basestring, "encode_basestring(module, string, /)",
                 "encode_basestring(string) -> string\n\nThe string as JSON text."),
    {"scanstring", MethodPointer(&scanstring), kMethVarArgs,
     "scanstring(string, end, strict=True) -> (string, end)\n\n"
     "Read the JSON string whose opening quote stands right before index end of the given text. The result is its "
     "value and the index after the closing quote. Unless strict, control characters may stand in it."},
    {},
};

QuotingFunction quoting_function(Object* callable) {
  if (!is_exactly(callable, &builtin_function_type)) return QuotingFunction::kOther;
  const MethodDef* def = cast<BuiltinFunction>(callable)->def;
  if (def == &functions[0]) return QuotingFunction::kAscii;
  return def == &functions[1] ? QuotingFunction::kPlain : QuotingFunction::kOther;
}

}  // namespace minipy::json
