// ASCII and Latin-1.
#include <cstdio>
#include <cstring>

#include "runtime/bytes.h"
#include "runtime/codecs.h"
#include "runtime/error.h"
#include "runtime/str_internal.h"
#include "runtime/type.h"
#include "runtime/unicode_data.h"

namespace minipy {

Ref<Str> str_decode_latin1(const char* data, ssize size) { return str_from_latin1({data, static_cast<size_t>(size)}); }

Ref<Str> str_decode_ascii(const char* data, ssize size, const char* error_name) {
  if (ascii_prefix(data, size) == size) return str_from_ascii({data, static_cast<size_t>(size)});
  StrBuilder out(size);
  DecodeErrors errors("ascii", error_name, data, size);
  ssize at = 0;
  while (at < errors.size()) {
    ssize good = ascii_prefix(errors.data() + at, errors.size() - at);
    TRY(out.append_ascii({errors.data() + at, static_cast<size_t>(good)}));
    at += good;
    if (at >= errors.size()) break;
    switch (errors.mode()) {
      case ErrorMode::kReplace:
        TRY(out.append_char(0xfffd));
        at++;
        break;
      case ErrorMode::kSurrogateEscape:
        TRY(out.append_char(0xdc00 + static_cast<unsigned char>(errors.data()[at])));
        at++;
        break;
      case ErrorMode::kIgnore: at++; break;
      default: at = TRY(errors.handle(at, at + 1, "ordinal not in range(128)", out));
    }
  }
  return out.finish();
}

namespace {

struct Charset {
  const char* name;
  const char* reason;
  char32_t limit;
};
constexpr Charset kAscii{"ascii", "ordinal not in range(128)", 128};
constexpr Charset kLatin1{"latin-1", "ordinal not in range(256)", 256};

Status append_reference(BytesBuilder& out, char32_t c, bool xml) {
  char text[16];
  if (xml) {
    std::snprintf(text, sizeof text, "&#%u;", static_cast<unsigned>(c));
  } else {
    format_backslash_escape(text, c);
  }
  return out.append(text);
}

// Handles s[start:end), which the charset lacks; where to go on.
Maybe<ssize> encode_run(const Charset& set, BytesBuilder& out, EncodeErrors& errors, Str* s, ssize start, ssize end) {
  ssize from = start;
  switch (errors.mode()) {
    case ErrorMode::kStrict: return raise_encode_error(set.name, s, start, end, set.reason);
    case ErrorMode::kReplace: TRY(out.append_fill('?', end - start)); return end;
    case ErrorMode::kIgnore: return end;
    case ErrorMode::kBackslashReplace:
    case ErrorMode::kXmlCharRefReplace:
      for (ssize i = start; i < end; i++) {
        TRY(append_reference(out, str_at(s, i), errors.mode() == ErrorMode::kXmlCharRefReplace));
      }
      return end;
    case ErrorMode::kSurrogateEscape:
      for (; from < end && str_at(s, from) >= 0xdc80 && str_at(s, from) <= 0xdcff; from++) {
        TRY(out.append_byte(static_cast<char>(str_at(s, from) - 0xdc00)));
      }
      if (from == end) return end;
      break;
    default: break;
  }
  ssize next = 0;
  Ref<Object> replacement = TRY(errors.handle(from, end, set.reason, &next));
  if (type_has(type_of(replacement.get()), kTypeBytesSubclass)) {
    TRY(out.append(bytes_view(cast<Bytes>(replacement.get()))));
    return next;
  }
  Str* text = cast<Str>(replacement.get());
  for (ssize i = 0; i < text->length; i++) {
    if (str_at(text, i) >= set.limit) return raise_encode_error(set.name, s, start, end, set.reason);
    TRY(out.append_byte(static_cast<char>(str_at(text, i))));
  }
  return next;
}

Ref<Object> encode(const Charset& set, Str* s, const char* error_name) {
  BytesBuilder out(s->length);
  EncodeErrors errors(set.name, error_name, s);
  ssize at = 0;
  while (at < s->length) {
    char32_t c = str_at(s, at);
    if (c < set.limit) {
      TRY(out.append_byte(static_cast<char>(c)));
      at++;
      continue;
    }
    ssize end = at + 1;
    while (end < s->length && str_at(s, end) >= set.limit) end++;
    at = TRY(encode_run(set, out, errors, s, at, end));
  }
  return out.finish();
}

}  // namespace

Ref<Object> str_encode_latin1(Str* s, const char* errors) {
  if (str_kind(s) == 1) return bytes_new(static_cast<char*>(str_data(s)), s->length);
  return encode(kLatin1, s, errors);
}

Ref<Object> str_encode_ascii(Str* s, const char* errors) {
  if (str_is_ascii(s)) return bytes_new(static_cast<char*>(str_data(s)), s->length);
  return encode(kAscii, s, errors);
}

}  // namespace minipy
