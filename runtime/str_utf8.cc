// UTF-8 (Unicode standard, chapter 3.9, table 3-7): decoding with CPython's error ranges, encoding, and the cached
// UTF-8 of a string.
#include <cstring>

#include "gc/memory.h"
#include "runtime/bytes.h"
#include "runtime/codecs.h"
#include "runtime/error.h"
#include "runtime/str_internal.h"
#include "runtime/type.h"

namespace minipy {
namespace {

inline unsigned byte_at(const char* p, ssize i) { return static_cast<unsigned char>(p[i]); }
inline bool is_continuation(unsigned b) { return (b & 0xc0) == 0x80; }

// One step of decoding at p: a character of `length` bytes, or an error over `length` bytes (reason not null).
// An incomplete but so far valid sequence has reason kUnexpectedEnd.
struct Step {
  char32_t c;
  int length;
  const char* reason;
};
constexpr const char* kUnexpectedEnd = "unexpected end of data";
constexpr const char* kInvalidStart = "invalid start byte";
constexpr const char* kInvalidContinuation = "invalid continuation byte";

inline Step decode_step(const char* p, ssize left) {
  unsigned b = byte_at(p, 0);
  if (b < 0x80) return {b, 1, nullptr};
  if (b < 0xc2 || b > 0xf4) return {0, 1, kInvalidStart};
  int length = b < 0xe0 ? 2 : b < 0xf0 ? 3 : 4;
  if (left < 2) return {0, 1, kUnexpectedEnd};
  unsigned b1 = byte_at(p, 1);
  // Overlong forms, surrogates and what lies above U+10FFFF show in the second byte.
  if (!is_continuation(b1) || (b == 0xe0 && b1 < 0xa0) || (b == 0xed && b1 >= 0xa0) || (b == 0xf0 && b1 < 0x90) ||
      (b == 0xf4 && b1 >= 0x90)) {
    return {0, 1, kInvalidContinuation};
  }
  if (length == 2) return {(b & 0x1f) << 6 | (b1 & 0x3f), 2, nullptr};
  if (left < 3) return {0, 2, kUnexpectedEnd};
  unsigned b2 = byte_at(p, 2);
  if (!is_continuation(b2)) return {0, 2, kInvalidContinuation};
  if (length == 3) return {(b & 0x0f) << 12 | (b1 & 0x3f) << 6 | (b2 & 0x3f), 3, nullptr};
  if (left < 4) return {0, 3, kUnexpectedEnd};
  unsigned b3 = byte_at(p, 3);
  if (!is_continuation(b3)) return {0, 3, kInvalidContinuation};
  return {(b & 0x07) << 18 | (b1 & 0x3f) << 12 | (b2 & 0x3f) << 6 | (b3 & 0x3f), 4, nullptr};
}

// The valid prefix: its size in bytes, characters, and the union of their bits.
struct Scan {
  ssize bytes = 0;
  ssize chars = 0;
  char32_t bits = 0;
};
Scan scan_valid(const char* data, ssize size) {
  Scan s;
  while (s.bytes < size) {
    ssize ascii = ascii_prefix(data + s.bytes, size - s.bytes);
    s.bytes += ascii;
    s.chars += ascii;
    while (s.bytes < size && byte_at(data, s.bytes) >= 0x80) {
      Step step = decode_step(data + s.bytes, size - s.bytes);
      if (step.reason) return s;
      s.bytes += step.length;
      s.chars++;
      s.bits |= step.c;
    }
  }
  return s;
}

// Decodes valid UTF-8.
template <class C>
void decode_valid(C* to, const char* data, ssize size) {
  ssize i = 0;
  while (i < size) {
    ssize ascii = ascii_prefix(data + i, size - i);
    copy_chars(to, reinterpret_cast<const Char1*>(data + i), ascii);
    to += ascii;
    i += ascii;
    while (i < size && byte_at(data, i) >= 0x80) {
      Step step = decode_step(data + i, size - i);
      *to++ = static_cast<C>(step.c);
      i += step.length;
    }
  }
}

// The first two bytes of a surrogate's three. With "surrogatepass" the third may yet make a character of them.
bool is_cut_surrogate(const char* p, ssize left) {
  return left == 2 && byte_at(p, 0) == 0xed && byte_at(p, 1) >= 0xa0 && byte_at(p, 1) <= 0xbf;
}

Ref<Str> decode_with_errors(const char* data, ssize size, const char* error_name, ssize* consumed) {
  StrBuilder out(size);
  DecodeErrors errors("utf-8", error_name, data, size);
  ssize at = 0;
  while (at < errors.size()) {
    Scan s = scan_valid(errors.data() + at, errors.size() - at);
    if (s.bytes) {
      Ref<Str> part = TRY(str_new(s.chars, s.bits));
      with_writable_chars(part.get(), [&](auto* to) { decode_valid(to, errors.data() + at, s.bytes); });
      TRY(out.append(part.get()));
      at += s.bytes;
    }
    if (at >= errors.size()) break;
    Step step = decode_step(errors.data() + at, errors.size() - at);
    if (consumed && (step.reason == kUnexpectedEnd || is_cut_surrogate(errors.data() + at, errors.size() - at))) break;
    ssize end = at + step.length;
    switch (errors.mode()) {
      case ErrorMode::kIgnore: at = end; break;
      case ErrorMode::kReplace:
        TRY(out.append_char(0xfffd));
        at = end;
        break;
      case ErrorMode::kSurrogateEscape:
        for (; at < end; at++) TRY(out.append_char(0xdc00 + byte_at(errors.data(), at)));
        break;
      default: at = TRY(errors.handle(at, end, step.reason, out));
    }
  }
  if (consumed) *consumed = at;
  return out.finish();
}

}  // namespace

Ref<Str> str_decode_utf8_stateful(const char* data, ssize size, const char* errors, ssize* consumed) {
  Scan s = scan_valid(data, size);
  if (s.bytes < size) return decode_with_errors(data, size, errors, consumed);
  if (consumed) *consumed = size;
  if (size == 0) return str_empty();
  if (s.chars == 1 && s.bits < 0x100) return str_from_char(s.bits ? s.bits : byte_at(data, 0));
  Ref<Str> out = TRY(str_allocate(s.chars, s.bits));
  if (s.bits == 0) {
    std::memcpy(str_data(out.get()), data, static_cast<size_t>(size));
  } else {
    with_writable_chars(out.get(), [&](auto* to) { decode_valid(to, data, size); });
  }
  return out;
}

Ref<Str> str_decode_utf8(const char* data, ssize size, const char* errors) {
  return str_decode_utf8_stateful(data, size, errors, nullptr);
}

Ref<Str> str_from_utf8(std::string_view utf8) {
  return str_decode_utf8_stateful(utf8.data(), static_cast<ssize>(utf8.size()), nullptr, nullptr);
}

// ---- Encoding
// -----------------------------------------------------------------------------------------------------------

namespace {

template <class C>
ssize utf8_size(const C* p, ssize n) {
  ssize size = n;
  for (ssize i = 0; i < n; i++) {
    char32_t c = p[i];
    size += (c >= 0x80) + (c >= 0x800) + (c >= 0x10000);
  }
  return size;
}

template <class C>
ssize find_surrogate(const C* p, ssize start, ssize n) {
  if constexpr (sizeof(C) > 1) {
    for (ssize i = start; i < n; i++) {
      if (is_surrogate(p[i])) return i;
    }
  }
  return n;
}

inline char* put_utf8(char* out, char32_t c) {
  if (c < 0x80) {
    *out++ = static_cast<char>(c);
  } else if (c < 0x800) {
    *out++ = static_cast<char>(0xc0 | c >> 6);
    *out++ = static_cast<char>(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    *out++ = static_cast<char>(0xe0 | c >> 12);
    *out++ = static_cast<char>(0x80 | (c >> 6 & 0x3f));
    *out++ = static_cast<char>(0x80 | (c & 0x3f));
  } else {
    *out++ = static_cast<char>(0xf0 | c >> 18);
    *out++ = static_cast<char>(0x80 | (c >> 12 & 0x3f));
    *out++ = static_cast<char>(0x80 | (c >> 6 & 0x3f));
    *out++ = static_cast<char>(0x80 | (c & 0x3f));
  }
  return out;
}

template <class C>
char* put_utf8_all(char* out, const C* p, ssize n) {
  for (ssize i = 0; i < n; i++) out = put_utf8(out, p[i]);
  return out;
}

// Appends one replacement (bytes, or ASCII str) to the output; raises when it is a str that UTF-8 cannot take.
Status append_replacement(BytesBuilder& out, Object* replacement, EncodeErrors&, Str* s, ssize start, ssize end) {
  if (type_has(replacement->type, kTypeBytesSubclass)) return out.append(bytes_view(cast<Bytes>(replacement)));
  Str* text = cast<Str>(replacement);
  if (!str_is_ascii(text)) return raise_encode_error("utf-8", s, start, end, "surrogates not allowed");
  return out.append({static_cast<char*>(str_data(text)), static_cast<size_t>(text->length)});
}

// Handles the run of surrogates s[start:end); returns where to go on.
Maybe<ssize> encode_surrogates(BytesBuilder& out, EncodeErrors& errors, Str* s, ssize start, ssize end) {
  switch (errors.mode()) {
    case ErrorMode::kReplace: TRY(out.append_fill('?', end - start)); return end;
    case ErrorMode::kIgnore: return end;
    case ErrorMode::kSurrogatePass: {
      char three[4];
      for (ssize i = start; i < end; i++) {
        TRY(out.append({three, static_cast<size_t>(put_utf8(three, str_at(s, i)) - three)}));
      }
      return end;
    }
    case ErrorMode::kSurrogateEscape: {
      ssize i = start;
      for (; i < end && str_at(s, i) >= 0xdc80 && str_at(s, i) <= 0xdcff; i++) {
        TRY(out.append_byte(static_cast<char>(str_at(s, i) & 0xff)));
      }
      if (i == end) return end;
      start = i;
      break;
    }
    default: break;
  }
  ssize next = 0;
  Ref<Object> replacement = TRY(errors.handle(start, end, "surrogates not allowed", &next));
  TRY(append_replacement(out, replacement.get(), errors, s, start, end));
  return next;
}

Ref<Object> encode_with_errors(Str* s, const char* error_name) {
  BytesBuilder out;
  EncodeErrors errors("utf-8", error_name, s);
  ssize at = 0, n = s->length;
  while (at < n) {
    ssize stop = with_chars(s, [&](auto* p) { return find_surrogate(p, at, n); });
    ssize size = with_chars(s, [&](auto* p) { return utf8_size(p + at, stop - at); });
    char* to = TRY(out.extend(size));
    with_chars(s, [&](auto* p) { put_utf8_all(to, p + at, stop - at); });
    at = stop;
    if (at == n) break;
    while (stop < n && is_surrogate(str_at(s, stop))) stop++;
    at = TRY(encode_surrogates(out, errors, s, at, stop));
  }
  return out.finish();
}

ssize first_surrogate(const Str* s) {
  return with_chars(s, [&](auto* p) { return find_surrogate(p, 0, s->length); });
}

}  // namespace

Ref<Object> str_encode_utf8(Str* s, const char* errors) {
  if (s->state.ascii) return bytes_new(static_cast<char*>(str_data(s)), s->length);
  const CompactStr* c = reinterpret_cast<const CompactStr*>(s);
  if (c->utf8) return bytes_new(c->utf8, c->utf8_length);
  if (first_surrogate(s) < s->length) return encode_with_errors(s, errors);
  return with_chars(s, [&](auto* p) -> Ref<Object> {
    Ref<Bytes> b = TRY(bytes_new(nullptr, utf8_size(p, s->length)));
    put_utf8_all(b->data, p, s->length);
    return b;
  });
}

std::string_view str_utf8(Str* s) {
  if (s->state.ascii) return {static_cast<char*>(str_data(s)), static_cast<size_t>(s->length)};
  CompactStr* c = reinterpret_cast<CompactStr*>(s);
  if (!c->utf8) {
    ssize bad = first_surrogate(s);
    if (bad < s->length) {
      ssize end = bad + 1;
      while (end < s->length && is_surrogate(str_at(s, end))) end++;
      (void)raise_encode_error("utf-8", s, bad, end, "surrogates not allowed");
      return {};
    }
    ssize size = with_chars(s, [&](auto* p) { return utf8_size(p, s->length); });
    char* utf8 = static_cast<char*>(memory::object_alloc(static_cast<size_t>(size) + 1));
    if (!utf8) {
      raise_no_memory();
      return {};
    }
    with_chars(s, [&](auto* p) { put_utf8_all(utf8, p, s->length); });
    utf8[size] = 0;
    c->utf8 = utf8;
    c->utf8_length = size;
  }
  return {c->utf8, static_cast<size_t>(c->utf8_length)};
}

const char* str_utf8_cstr(Str* s) { return str_utf8(s).data(); }

}  // namespace minipy
