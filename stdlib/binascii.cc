// The module binascii: binary data as ASCII text and back.
#include <zlib.h>

#include <cstring>

#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/bytes_methods.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/str.h"

namespace minipy {
namespace {

using Byte = unsigned char;

// binascii.Error of this module.
Raised raise_error(Module* m, std::string_view format, ssize n = 0) {
  Object* type = dict_get_ascii(module_dict(m), "Error");
  return raise(type && is_type(type) ? cast<Type>(type) : ValueError, format, n);
}

// Input of the functions that decode: bytes-like, or a str of ASCII characters.
class AsciiInput {
 public:
  Status get(Object* p) {
    if (is_str(p)) {
      Str* s = cast<Str>(p);
      if (!str_is_ascii(s)) return raise(ValueError, "string argument should contain only ASCII characters");
      text_ = {static_cast<const char*>(str_data(s)), static_cast<size_t>(str_length(s))};
      return kOk;
    }
    if (!object_has_buffer(p) || !buffer_.get(p)) {
      error_clear();
      return raise(TypeError, "argument should be bytes, buffer or ASCII string, not '{:.100}'", type_name(p));
    }
    text_ = buffer_.text();
    return kOk;
  }
  const Byte* data() const { return reinterpret_cast<const Byte*>(text_.data()); }
  ssize size() const { return static_cast<ssize>(text_.size()); }

 private:
  HeldBuffer buffer_;
  std::string_view text_;
};

int hex_digit(Byte c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}
bool is_newline(Byte c) { return c == '\n' || c == '\r'; }

// ---- uu
// ------------------------------------------------------------------------------------------------------------------------

Ref<Object> a2b_uu(Module* m, Object* data) {
  AsciiInput in;
  TRY(in.get(data));
  const Byte* p = in.data();
  ssize end = in.size(), i = 1;
  // The first character tells how many bytes the line holds.
  ssize size = end > 0 ? (p[0] - ' ') & 077 : 32;
  BytesBuilder out(size);
  unsigned buffer = 0;
  for (int bits = 0; out.length() < size; i++) {
    // What is missing at the end of a line stands for zeros: spaces may have been cut off there.
    unsigned v = 0;
    if (i < end && !is_newline(p[i])) {
      if (p[i] < ' ' || p[i] > ' ' + 64) return raise_error(m, "Illegal char");
      v = (p[i] - ' ') & 077u;
    }
    buffer = buffer << 6 | v;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      TRY(out.append_byte(static_cast<char>(buffer >> bits)));
      buffer &= (1u << bits) - 1;
    }
  }
  for (; i < end; i++) {
    if (p[i] != ' ' && p[i] != ' ' + 64 && !is_newline(p[i])) return raise_error(m, "Trailing garbage");
  }
  return out.finish();
}

Ref<Object> b2a_uu(Module* m, Object* data, bool backtick) {
  HeldBuffer in;
  TRY(in.get(data));
  if (in.size() > 45) return raise_error(m, "At most 45 bytes at once");
  auto digit = [&](unsigned v) { return static_cast<char>(v == 0 && backtick ? '`' : v + ' '); };
  BytesBuilder out(2 + (in.size() + 2) / 3 * 4);
  TRY(out.append_byte(digit(static_cast<unsigned>(in.size()))));
  for (ssize i = 0; i < in.size(); i += 3) {
    unsigned v = 0;
    for (ssize k = 0; k < 3; k++) v = v << 8 | (i + k < in.size() ? static_cast<Byte>(in.data()[i + k]) : 0);
    for (int shift = 18; shift >= 0; shift -= 6) TRY(out.append_byte(digit(v >> shift & 077)));
  }
  TRY(out.append_byte('\n'));
  return out.finish();
}

// ---- Base64 (RFC 4648)
// -----------------------------------------------------------------------------------------------------------

constexpr char kBase64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

struct Base64Values {
  signed char value[256];
  constexpr Base64Values() : value() {
    for (int i = 0; i < 256; i++) value[i] = -1;
    for (int i = 0; i < 64; i++) value[static_cast<Byte>(kBase64[i])] = static_cast<signed char>(i);
  }
};
constexpr Base64Values base64_values;

Ref<Object> a2b_base64(Module* m, Object* data, bool strict) {
  AsciiInput in;
  TRY(in.get(data));
  const Byte* p = in.data();
  ssize size = in.size();
  if (strict && size > 0 && p[0] == '=') return raise_error(m, "Leading padding not allowed");
  BytesBuilder out(size / 4 * 3 + 3);
  unsigned rest = 0;
  int place = 0, pads = 0;
  bool padding = false;
  for (ssize i = 0; i < size; i++) {
    if (p[i] == '=') {
      padding = true;
      if (place >= 2 && place + ++pads >= 4) {
        // The padding is complete: whatever follows is no data.
        if (strict && i + 1 < size) return raise_error(m, "Excess data after padding");
        return out.finish();
      }
      continue;
    }
    int v = base64_values.value[p[i]];
    if (v < 0) {
      if (strict) return raise_error(m, "Only base64 data is allowed");
      continue;
    }
    if (strict && padding) return raise_error(m, "Discontinuous padding not allowed");
    pads = 0;
    rest = rest << 6 | static_cast<unsigned>(v);
    if (place > 0) TRY(out.append_byte(static_cast<char>(rest >> (6 - 2 * place))));
    rest &= (1u << (6 - 2 * place)) - 1;
    if (place == 0) rest = static_cast<unsigned>(v);
    place = (place + 1) % 4;
  }
  if (place == 1) {
    return raise_error(
        m, "Invalid base64-encoded string: number of data characters ({}) cannot be 1 more than a multiple of 4",
        out.length() / 3 * 4 + 1);
  }
  if (place) return raise_error(m, "Incorrect padding");
  return out.finish();
}

Ref<Object> b2a_base64(Module*, Object* data, bool newline) {
  HeldBuffer in;
  TRY(in.get(data));
  ssize size = in.size(), groups = (size + 2) / 3;
  BytesBuilder out;
  char* to = TRY(out.extend(4 * groups + newline));
  const Byte* p = reinterpret_cast<const Byte*>(in.data());
  for (ssize i = 0; i < size; i += 3) {
    unsigned v = static_cast<unsigned>(p[i]) << 16;
    if (i + 1 < size) v |= static_cast<unsigned>(p[i + 1]) << 8;
    if (i + 2 < size) v |= p[i + 2];
    *to++ = kBase64[v >> 18];
    *to++ = kBase64[v >> 12 & 63];
    *to++ = i + 1 < size ? kBase64[v >> 6 & 63] : '=';
    *to++ = i + 2 < size ? kBase64[v & 63] : '=';
  }
  if (newline) *to = '\n';
  return out.finish();
}

// ---- Hexadecimal
// --------------------------------------------------------------------------------------------------------------------

Ref<Object> a2b_hex(Module* m, Object* data) {
  AsciiInput in;
  TRY(in.get(data));
  if (in.size() % 2) return raise_error(m, "Odd-length string");
  BytesBuilder out;
  char* to = TRY(out.extend(in.size() / 2));
  for (ssize i = 0; i < in.size(); i += 2) {
    int high = hex_digit(in.data()[i]), low = hex_digit(in.data()[i + 1]);
    if (high < 0 || low < 0) return raise_error(m, "Non-hexadecimal digit found");
    *to++ = static_cast<char>(high << 4 | low);
  }
  return out.finish();
}

Ref<Object> b2a_hex(Module*, Object* data, Object* sep, int bytes_per_sep) {
  HeldBuffer in;
  TRY(in.get(data));
  Ref<Str> text = TRY(bytes_to_hex(in.text(), sep, bytes_per_sep));
  return bytes_new(static_cast<char*>(str_data(text.get())), str_length(text.get()));
}

// ---- Checksums
// -----------------------------------------------------------------------------------------------------------------------

Ref<Object> crc_hqx(Module*, Object* data, Object* start) {
  HeldBuffer in;
  TRY(in.get(data));
  Ref<Object> number = TRY(number_index(start));
  unsigned crc = static_cast<unsigned>(int_to_unsigned_mask(number.get())) & 0xffff;
  for (char c : in.text()) {
    crc ^= static_cast<unsigned>(static_cast<Byte>(c)) << 8;
    for (int k = 0; k < 8; k++) crc = (crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1) & 0xffff;
  }
  return int_from_ssize(crc);
}

Ref<Object> binascii_crc32(Module*, Object* data, Object* start) {
  HeldBuffer in;
  TRY(in.get(data));
  unsigned long crc = 0;
  if (start) {
    Ref<Object> number = TRY(number_index(start));
    crc = static_cast<unsigned long>(int_to_unsigned_mask(number.get()) & 0xffffffff);
  }
  return int_from_size(crc32_z(crc, reinterpret_cast<const Byte*>(in.data()), static_cast<size_t>(in.size())) &
                       0xffffffff);
}

// ---- Quoted-printable (RFC 1521)
// --------------------------------------------------------------------------------------------------------

Ref<Object> a2b_qp(Module*, Object* data, bool header) {
  AsciiInput input;
  TRY(input.get(data));
  const Byte* p = input.data();
  ssize n = input.size(), i = 0;
  BytesBuilder out(n);
  while (i < n) {
    Byte c = p[i++];
    if (c == '_' && header) c = ' ';
    if (c != '=') {
      TRY(out.append_byte(static_cast<char>(c)));
      continue;
    }
    if (i >= n) break;
    if (is_newline(p[i])) {
      // A soft line break.
      while (i < n && p[i] != '\n') i++;
      i++;
    } else if (p[i] == '=') {
      TRY(out.append_byte('='));
      i++;
    } else if (i + 1 < n && hex_digit(p[i]) >= 0 && hex_digit(p[i + 1]) >= 0) {
      TRY(out.append_byte(static_cast<char>(hex_digit(p[i]) << 4 | hex_digit(p[i + 1]))));
      i += 2;
    } else {
      TRY(out.append_byte('='));
    }
  }
  return out.finish();
}

class QpEncoder {
 public:
  QpEncoder(std::string_view in, bool quote_tabs, bool is_text, bool header)
      : in_(in), quote_tabs_(quote_tabs), is_text_(is_text), header_(header) {
    size_t newline = in.find('\n');
    crlf_ = newline != std::string_view::npos && newline > 0 && in[newline - 1] == '\r';
  }

  Ref<Object> run() {
    size_t i = 0;
    while (i < in_.size()) {
      Byte c = byte(i);
      if (must_quote(i)) {
        if (line_ + 3 >= kMaxLine) TRY(soft_break());
        TRY(quote(c));
        line_ += 3;
        i++;
      } else if (is_text_ && (c == '\n' || (c == '\r' && i + 1 < in_.size() && in_[i + 1] == '\n'))) {
        TRY(hard_break());
        i += c == '\r' ? 2 : 1;
      } else {
        if (i + 1 != in_.size() && in_[i + 1] != '\n' && line_ + 1 >= kMaxLine) TRY(soft_break());
        line_++;
        TRY(out_.append_byte(header_ && c == ' ' ? '_' : static_cast<char>(c)));
        i++;
      }
    }
    return out_.finish();
  }

 private:
  static constexpr int kMaxLine = 76;

  Byte byte(size_t i) const { return static_cast<Byte>(in_[i]); }
  bool must_quote(size_t i) const {
    Byte c = byte(i);
    bool last = i + 1 == in_.size();
    if (c > 126 || c == '=' || (header_ && c == '_')) return true;
    if (c == '.' && line_ == 0 && (last || is_newline(byte(i + 1)) || in_[i + 1] == 0)) return true;
    if (is_newline(c)) return !is_text_;
    if (c == '\t' || c == ' ') return last || (quote_tabs_ && !(header_ && c == ' '));
    return c < 33;
  }
  Status quote(Byte c) {
    static constexpr char kDigits[] = "0123456789ABCDEF";
    char text[] = {'=', kDigits[c >> 4], kDigits[c & 15]};
    return out_.append({text, 3});
  }
  Status newline() { return out_.append(crlf_ ? "\r\n" : "\n"); }
  Status soft_break() {
    TRY(out_.append_byte('='));
    line_ = 0;
    return newline();
  }
  // White space may not end a line.
  Status hard_break() {
    line_ = 0;
    if (out_.length()) {
      char last = out_.data()[out_.length() - 1];
      if (last == ' ' || last == '\t') {
        out_.truncate(out_.length() - 1);
        TRY(quote(static_cast<Byte>(last)));
      }
    }
    return newline();
  }

  std::string_view in_;
  bool quote_tabs_, is_text_, header_, crlf_;
  BytesBuilder out_;
  int line_ = 0;
};

Ref<Object> b2a_qp(Module*, Object* data, bool quote_tabs, bool is_text, bool header) {
  HeldBuffer in;
  TRY(in.get(data));
  return QpEncoder(in.text(), quote_tabs, is_text, header).run();
}

constinit MethodDef binascii_functions[] = {
    FUNCTION(a2b_uu, "a2b_uu(module, data, /)", "Decode a line of uuencoded data."),
    FUNCTION(b2a_uu, "b2a_uu(module, data, /, *, backtick=False)", "Uuencode line of data."),
    FUNCTION(a2b_base64, "a2b_base64(module, data, /, *, strict_mode=False)",
             "Decode a line of base64 data.\n\nstrict_mode: malformed input is an error."),
    FUNCTION(b2a_base64, "b2a_base64(module, data, /, *, newline=True)", "Base64-code line of data."),
    FUNCTION(a2b_hex, "a2b_hex(module, hexstr, /)", "Binary data of hexadecimal representation."),
    FUNCTION(b2a_hex, "b2a_hex(module, /, data, sep=<unrepresentable>, bytes_per_sep=1)",
             "Hexadecimal representation of binary data, as bytes."),
    FUNCTION(b2a_hex, "hexlify(module, /, data, sep=<unrepresentable>, bytes_per_sep=1)",
             "Hexadecimal representation of binary data, as bytes."),
    FUNCTION(a2b_hex, "unhexlify(module, hexstr, /)", "Binary data of hexadecimal representation."),
    FUNCTION(crc_hqx, "crc_hqx(module, data, crc, /)", "Compute CRC-CCITT incrementally."),
    FUNCTION(binascii_crc32, "crc32(module, data, crc=0, /)", "Compute CRC-32 incrementally."),
    FUNCTION(a2b_qp, "a2b_qp(module, /, data, header=False)", "Decode a string of qp-encoded data."),
    FUNCTION(
        b2a_qp, "b2a_qp(module, /, data, quotetabs=False, istext=True, header=False)",
        "Encode a string using quoted-printable encoding.\n\n"
        "quotetabs: tabs and spaces are quoted, too. istext: newlines are not encoded, but white space at the ends of\n"
        "lines is. Otherwise both \\r and \\n are encoded."),
    {},
};

Ref<Object> new_error_type(const char* name, Type* base) {
  Ref<Str> text = TRY(str_from_ascii(name));
  Ref<Tuple> bases = TRY(tuple_pack(base));
  Ref<Dict> dict = TRY(dict_new());
  Ref<Str> module = TRY(str_from_ascii("binascii"));
  TRY(dict_set_ascii(dict.get(), "__module__", as_object(module.get())));
  return call(as_object(&type_type), as_object(text.get()), as_object(bases.get()), as_object(dict.get()));
}

Status binascii_exec(Module* m) {
  Ref<Object> error = TRY(new_error_type("Error", ValueError));
  TRY(module_add(m, "Error", std::move(error)));
  Ref<Object> incomplete = TRY(new_error_type("Incomplete", Exception));
  return module_add(m, "Incomplete", std::move(incomplete));
}

}  // namespace

constinit NativeModule binascii_module = {"binascii", binascii_functions, binascii_exec,
                                          "Conversion between binary data and ASCII"};

}  // namespace minipy
