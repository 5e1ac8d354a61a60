// UTF-16 and UTF-32 in both byte orders, with byte-order marks.
#include <cstring>

#include "runtime/bytes.h"
#include "runtime/codecs.h"
#include "runtime/error.h"
#include "runtime/str_internal.h"
#include "runtime/type.h"

namespace minipy {
namespace {

constexpr bool kNativeBig = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;

template <int kWidth>
char32_t load(const char* p, bool big) {
  char32_t c = 0;
  for (int i = 0; i < kWidth; i++) c = c << 8 | static_cast<unsigned char>(p[big ? i : kWidth - 1 - i]);
  return c;
}
template <int kWidth>
void store(char* p, char32_t c, bool big) {
  for (int i = 0; i < kWidth; i++) p[big ? kWidth - 1 - i : i] = static_cast<char>(c >> 8 * i);
}

// Looks for the byte-order mark; returns its size and settles *byte_order.
template <int kWidth>
ssize read_mark(const char* data, ssize size, int* byte_order) {
  ssize mark = 0;
  if (*byte_order == 0 && size >= kWidth) {
    if (load<kWidth>(data, false) == 0xfeff) {
      mark = kWidth;
      *byte_order = -1;
    } else if (load<kWidth>(data, true) == 0xfeff) {
      mark = kWidth;
      *byte_order = 1;
    }
  }
  return mark;
}

}  // namespace

Ref<Str> str_decode_utf16(const char* data, ssize size, const char* error_name, int* byte_order, ssize* consumed) {
  ssize at = read_mark<2>(data, size, byte_order);
  bool big = *byte_order == 0 ? kNativeBig : *byte_order > 0;
  DecodeErrors errors(big ? "utf-16-be" : "utf-16-le", error_name, data, size);
  StrBuilder out((size - at) / 2);
  while (true) {
    const char* p = errors.data();
    ssize n = errors.size();
    ssize left = n - at;
    if (left < 2) {
      if (left <= 0 || consumed) break;
      at = TRY(errors.handle(at, n, "truncated data", out));
      continue;
    }
    char32_t c = load<2>(p + at, big);
    if (!is_surrogate(c)) {
      TRY(out.append_char(c));
      at += 2;
      continue;
    }
    if (is_low_surrogate(c)) {
      at = TRY(errors.handle(at, at + 2, "illegal encoding", out));
      continue;
    }
    if (left < 4) {
      if (consumed) break;
      at = TRY(errors.handle(at, n, "unexpected end of data", out));
      continue;
    }
    char32_t low = load<2>(p + at + 2, big);
    if (is_low_surrogate(low)) {
      TRY(out.append_char(join_surrogates(c, low)));
      at += 4;
      continue;
    }
    at = TRY(errors.handle(at, at + 2, "illegal UTF-16 surrogate", out));
  }
  if (consumed) *consumed = at;
  return out.finish();
}

Ref<Str> str_decode_utf32(const char* data, ssize size, const char* error_name, int* byte_order, ssize* consumed) {
  ssize at = read_mark<4>(data, size, byte_order);
  bool big = *byte_order == 0 ? kNativeBig : *byte_order > 0;
  DecodeErrors errors(big ? "utf-32-be" : "utf-32-le", error_name, data, size);
  StrBuilder out((size - at) / 4);
  while (true) {
    ssize n = errors.size();
    ssize left = n - at;
    if (left < 4) {
      if (left <= 0 || consumed) break;
      at = TRY(errors.handle(at, n, "truncated data", out));
      continue;
    }
    char32_t c = load<4>(errors.data() + at, big);
    if (is_surrogate(c)) {
      at = TRY(errors.handle(at, at + 4, "code point in surrogate code point range(0xd800, 0xe000)", out));
    } else if (c > kMaxCodePoint) {
      at = TRY(errors.handle(at, at + 4, "code point not in range(0x110000)", out));
    } else {
      TRY(out.append_char(c));
      at += 4;
    }
  }
  if (consumed) *consumed = at;
  return out.finish();
}

// ---- Encoding
// --------------------------------------------------------------------------------------------------------------

namespace {

template <int kWidth>
Status append_unit(BytesBuilder& out, char32_t c, bool big) {
  char* p = TRY(out.extend(kWidth));
  store<kWidth>(p, c, big);
  return kOk;
}

template <int kWidth>
Maybe<ssize> encode_surrogate(BytesBuilder& out, EncodeErrors& errors, const char* name, Str* s, ssize at, bool big) {
  constexpr const char* kReason = "surrogates not allowed";
  ssize next = 0;
  Ref<Object> replacement = TRY(errors.handle(at, at + 1, kReason, &next));
  if (type_has(type_of(replacement.get()), kTypeBytesSubclass)) {
    std::string_view bytes = bytes_view(cast<Bytes>(replacement.get()));
    if (bytes.size() % kWidth) return raise_encode_error(name, s, at, at + 1, kReason);
    TRY(out.append(bytes));
    return next;
  }
  Str* text = cast<Str>(replacement.get());
  if (!str_is_ascii(text)) return raise_encode_error(name, s, at, at + 1, kReason);
  for (ssize i = 0; i < text->length; i++) TRY(append_unit<kWidth>(out, str_at(text, i), big));
  return next;
}

template <int kWidth>
Ref<Object> encode(Str* s, const char* error_name, int byte_order) {
  static constexpr const char* kNames[2][3] = {{"utf-16-le", "utf-16", "utf-16-be"},
                                               {"utf-32-le", "utf-32", "utf-32-be"}};
  const char* name = kNames[kWidth == 4][byte_order + 1];
  bool big = byte_order == 0 ? kNativeBig : byte_order > 0;
  BytesBuilder out((s->length + 1) * kWidth);
  EncodeErrors errors(name, error_name, s);
  if (byte_order == 0) TRY(append_unit<kWidth>(out, 0xfeff, big));
  ssize at = 0;
  while (at < s->length) {
    char32_t c = str_at(s, at);
    if (is_surrogate(c)) {
      at = TRY(encode_surrogate<kWidth>(out, errors, name, s, at, big));
      continue;
    }
    if (kWidth == 2 && c >= 0x10000) {
      TRY(append_unit<kWidth>(out, 0xd800 + ((c - 0x10000) >> 10), big));
      c = 0xdc00 + ((c - 0x10000) & 0x3ff);
    }
    TRY(append_unit<kWidth>(out, c, big));
    at++;
  }
  return out.finish();
}

}  // namespace

Ref<Object> str_encode_utf16(Str* s, const char* errors, int byte_order) { return encode<2>(s, errors, byte_order); }
Ref<Object> str_encode_utf32(Str* s, const char* errors, int byte_order) { return encode<4>(s, errors, byte_order); }

}  // namespace minipy
