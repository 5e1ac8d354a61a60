// Module binascii: bytes as printable text and back (base64, uuencode, quoted-printable, hexadecimal), and checksums.
#include <zlib.h>

#include <array>
#include <string_view>

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
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"

namespace minipy {
namespace {

using Byte = unsigned char;

// binascii.Error and binascii.Incomplete, made on import.
Type* g_error = nullptr;
Type* g_incomplete = nullptr;
Type* error_type() { return g_error ? g_error : ValueError; }

ssize size_of(std::string_view s) { return static_cast<ssize>(s.size()); }

// What decoders take: a str of ASCII characters, or a contiguous buffer.
class AsciiArgument {
 public:
  Status get(Object* p) {
    if (is_str(p)) {
      Str* s = cast<Str>(p);
      if (!str_is_ascii(s)) return raise(ValueError, "string argument should contain only ASCII characters");
      text_ = {static_cast<const char*>(str_data(s)), static_cast<size_t>(str_length(s))};
      return kOk;
    }
    if (!buffer_.get(p)) {
      error_clear();
      return raise(TypeError, "argument should be bytes, buffer or ASCII string, not '{:.100}'", type_name(p));
    }
    text_ = buffer_.text();
    return kOk;
  }
  std::string_view text() const { return text_; }

 private:
  HeldBuffer buffer_;
  std::string_view text_;
};

// A flag that must be an int.
Maybe<bool> flag(Object* p, bool fallback) {
  if (!p) return fallback;
  Maybe<int> v = bind::to_int(p);
  if (!v) return kRaised;
  return *v != 0;
}

// ---- Uuencode
// ------------------------------------------------------------------------------------------------------------

// The first character tells how many bytes follow (space + count), then each one carries 6 bits. Lines may have lost
// trailing spaces: what is missing counts as zero.
Ref<Object> a2b_uu(Object*, Object* data) {
  AsciiArgument argument;
  TRY(argument.get(data));
  std::string_view text = argument.text();
  ssize count = ((text.empty() ? 0 : static_cast<Byte>(text[0])) - ' ') & 0x3f;
  size_t at = 1;
  BytesBuilder result;
  char* to = TRY(result.extend(count));
  unsigned bits = 0;
  int have = 0;
  for (ssize done = 0; done < count;) {
    unsigned value = 0;
    if (at < text.size() && text[at] != '\n' && text[at] != '\r') {
      Byte c = static_cast<Byte>(text[at]);
      // '`' stands for zero as the space does.
      if (c < ' ' || c > '`') return raise(error_type(), "Illegal char");
      value = (c - unsigned{' '}) & 0x3f;
    }
    at++;
    bits = bits << 6 | value;
    have += 6;
    if (have >= 8) {
      have -= 8;
      to[done++] = static_cast<char>(bits >> have);
    }
  }
  for (; at < text.size(); at++) {
    char c = text[at];
    if (c != ' ' && c != '`' && c != '\n' && c != '\r') return raise(error_type(), "Trailing garbage");
  }
  return result.finish();
}

Ref<Object> b2a_uu(Object*, Object* data, Object* backtick) {
  HeldBuffer buffer;
  TRY(buffer.get(data));
  bool no_spaces = TRY(flag(backtick, false));
  std::string_view in = buffer.text();
  if (in.size() > 45) return raise(error_type(), "At most 45 bytes at once");
  auto character = [no_spaces](unsigned v) { return static_cast<char>(v == 0 && no_spaces ? '`' : ' ' + v); };
  BytesBuilder out(2 + (size_of(in) + 2) / 3 * 4);
  TRY(out.append_byte(character(static_cast<unsigned>(in.size()))));
  for (size_t i = 0; i < in.size(); i += 3) {
    unsigned group = 0;
    for (size_t k = i; k < i + 3; k++) group = group << 8 | (k < in.size() ? static_cast<Byte>(in[k]) : 0);
    for (int shift = 18; shift >= 0; shift -= 6) TRY(out.append_byte(character(group >> shift & 0x3f)));
  }
  TRY(out.append_byte('\n'));
  return out.finish();
}

// ---- Base64
// --------------------------------------------------------------------------------------------------------------

constexpr char kBase64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr Byte kNoDigit = 0xff;
constexpr std::array<Byte, 256> kBase64Values = [] {
  std::array<Byte, 256> values{};
  values.fill(kNoDigit);
  for (Byte i = 0; i < 64; i++) values[static_cast<Byte>(kBase64[i])] = i;
  return values;
}();

Byte base64_value(char c) { return kBase64Values[static_cast<Byte>(c)]; }

Ref<Object> decode_base64(std::string_view text, bool strict) {
  if (strict && !text.empty() && text[0] == '=') return raise(error_type(), "Leading padding not allowed");
  BytesBuilder out;
  Byte* to = reinterpret_cast<Byte*>(TRY(out.extend((size_of(text) + 3) / 4 * 3)));
  Byte* const start = to;
  unsigned bits = 0;
  int position = 0;  // in the group of four
  int padding = 0;   // '=' since the last digit
  bool padded = false, complete = false;
  for (size_t i = 0; i < text.size() && !complete; i++) {
    if (position == 0 && !padded) {
      // Whole groups of digits.
      for (; i + 4 <= text.size(); i += 4) {
        Byte a = base64_value(text[i]), b = base64_value(text[i + 1]), c = base64_value(text[i + 2]),
             d = base64_value(text[i + 3]);
        if ((a | b | c | d) > 63) break;
        unsigned group = unsigned{a} << 18 | unsigned{b} << 12 | unsigned{c} << 6 | d;
        *to++ = static_cast<Byte>(group >> 16);
        *to++ = static_cast<Byte>(group >> 8);
        *to++ = static_cast<Byte>(group);
      }
      if (i == text.size()) break;
    }
    if (text[i] == '=') {
      padded = true;
      if (position >= 2 && position + ++padding >= 4) {
        if (strict && i + 1 < text.size()) return raise(error_type(), "Excess data after padding");
        complete = true;
      }
      continue;
    }
    Byte value = base64_value(text[i]);
    if (value == kNoDigit) {
      if (strict) return raise(error_type(), "Only base64 data is allowed");
      continue;
    }
    if (strict && padded) return raise(error_type(), "Discontinuous padding not allowed");
    padding = 0;
    bits = (bits << 6 | value) & 0xffffff;
    // Each digit but the first of a group completes a byte.
    if (position > 0) *to++ = static_cast<Byte>(bits >> (6 - 2 * position));
    position = (position + 1) % 4;
  }
  if (!complete && position == 1) {
    return raise(error_type(),
                 "Invalid base64-encoded string: number of data characters ({}) cannot be 1 more than a multiple of 4",
                 (to - start) / 3 * 4 + 1);
  }
  if (!complete && position != 0) return raise(error_type(), "Incorrect padding");
  out.truncate(to - start);
  return out.finish();
}

Ref<Object> a2b_base64(Object*, Object* data, Object* strict_mode) {
  AsciiArgument argument;
  TRY(argument.get(data));
  bool strict = TRY(flag(strict_mode, false));
  return decode_base64(argument.text(), strict);
}

Ref<Object> b2a_base64(Object*, Object* data, Object* newline) {
  HeldBuffer buffer;
  TRY(buffer.get(data));
  bool end_line = TRY(flag(newline, true));
  std::string_view in = buffer.text();
  if (size_of(in) > (PTRDIFF_MAX - 3) / 2) return raise(error_type(), "Too much data for base64 line");
  BytesBuilder out;
  char* to = TRY(out.extend((size_of(in) + 2) / 3 * 4 + (end_line ? 1 : 0)));
  size_t i = 0;
  for (; i + 3 <= in.size(); i += 3) {
    unsigned group = unsigned{static_cast<Byte>(in[i])} << 16 | unsigned{static_cast<Byte>(in[i + 1])} << 8 |
                     static_cast<Byte>(in[i + 2]);
    *to++ = kBase64[group >> 18];
    *to++ = kBase64[group >> 12 & 0x3f];
    *to++ = kBase64[group >> 6 & 0x3f];
    *to++ = kBase64[group & 0x3f];
  }
  if (size_t rest = in.size() - i; rest > 0) {
    unsigned group = unsigned{static_cast<Byte>(in[i])} << 16;
    if (rest == 2) group |= unsigned{static_cast<Byte>(in[i + 1])} << 8;
    *to++ = kBase64[group >> 18];
    *to++ = kBase64[group >> 12 & 0x3f];
    *to++ = rest == 2 ? kBase64[group >> 6 & 0x3f] : '=';
    *to++ = '=';
  }
  if (end_line) *to = '\n';
  return out.finish();
}

// ---- Hexadecimal
// ---------------------------------------------------------------------------------------------------------

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

Ref<Bytes> b2a_hex(Object*, Object* data, Object* separator, int bytes_per_separator) {
  HeldBuffer buffer;
  TRY(buffer.get(data));
  return bytes_to_hex_bytes(buffer.text(), separator, bytes_per_separator);
}

Ref<Object> a2b_hex(Object*, Object* text) {
  AsciiArgument argument;
  TRY(argument.get(text));
  std::string_view in = argument.text();
  if (in.size() % 2) return raise(error_type(), "Odd-length string");
  BytesBuilder out;
  char* to = TRY(out.extend(size_of(in) / 2));
  for (size_t i = 0; i < in.size(); i += 2) {
    int high = hex_value(in[i]), low = hex_value(in[i + 1]);
    if (high < 0 || low < 0) return raise(error_type(), "Non-hexadecimal digit found");
    *to++ = static_cast<char>(high << 4 | low);
  }
  return out.finish();
}

// ---- Quoted-printable (RFC 1521, 5.1)
// ------------------------------------------------------------------------------------

Ref<Object> a2b_qp(Object*, Object* data, Object* header) {
  AsciiArgument argument;
  TRY(argument.get(data));
  bool underscores = TRY(flag(header, false));
  std::string_view in = argument.text();
  BytesBuilder out(size_of(in));
  for (size_t i = 0; i < in.size();) {
    char c = in[i++];
    if (c == '=') {
      if (i == in.size()) break;
      if (in[i] == '\n' || in[i] == '\r') {
        // A soft line break: goes on after the end of the line.
        i = in.find('\n', i);
        if (i == std::string_view::npos) break;
        i++;
        continue;
      }
      if (in[i] == '=') {
        i++;
      } else if (i + 1 < in.size() && hex_value(in[i]) >= 0 && hex_value(in[i + 1]) >= 0) {
        c = static_cast<char>(hex_value(in[i]) << 4 | hex_value(in[i + 1]));
        i += 2;
      }
    } else if (underscores && c == '_') {
      c = ' ';
    }
    TRY(out.append_byte(c));
  }
  return out.finish();
}

class QuotedPrintableEncoder {
 public:
  QuotedPrintableEncoder(std::string_view in, bool quote_tabs, bool is_text, bool header)
      : in_(in), quote_tabs_(quote_tabs), is_text_(is_text), header_(header), out_(size_of(in)) {
    // Lines end as the first one does.
    size_t newline = in.find('\n');
    line_end_ = newline != std::string_view::npos && newline > 0 && in[newline - 1] == '\r' ? "\r\n" : "\n";
  }

  Ref<Bytes> encode() {
    size_t i = 0;
    while (i < in_.size()) {
      char c = in_[i];
      if (must_quote(i)) {
        if (column_ + 3 >= kMaxLine) TRY(soft_break());
        TRY(put_quoted(c));
        column_ += 3;
        i++;
      } else if (is_text_ && (c == '\n' || (c == '\r' && at(i + 1) == '\n'))) {
        TRY(hard_break());
        i += c == '\r' ? 2 : 1;
      } else {
        if (i + 1 != in_.size() && in_[i + 1] != '\n' && column_ + 1 >= kMaxLine) TRY(soft_break());
        column_++;
        i++;
        TRY(out_.append_byte(header_ && c == ' ' ? '_' : c));
      }
    }
    return out_.finish();
  }

 private:
  static constexpr int kMaxLine = 76;

  // The character, or -1 beyond the end.
  int at(size_t i) const { return i < in_.size() ? static_cast<Byte>(in_[i]) : -1; }

  bool must_quote(size_t i) const {
    int c = at(i), next = at(i + 1);
    if (c > '~' || c == '=' || (header_ && c == '_')) return true;
    // A dot alone on its line ends a message for some mailers.
    if (c == '.' && column_ == 0 && (next == -1 || next == '\n' || next == '\r' || next == 0)) return true;
    if (c == '\r' || c == '\n') return !is_text_;
    if (c == ' ' || c == '\t') return next == -1 || quote_tabs_;
    return c < ' ';
  }

  Status put_quoted(char ch) {
    static constexpr char kDigits[] = "0123456789ABCDEF";
    Byte c = static_cast<Byte>(ch);
    const char text[3] = {'=', kDigits[c >> 4], kDigits[c & 15]};
    return out_.append({text, 3});
  }
  Status soft_break() {
    TRY(out_.append_byte('='));
    column_ = 0;
    return out_.append(line_end_);
  }
  Status hard_break() {
    column_ = 0;
    // White space before the end of a line must be quoted.
    if (ssize n = out_.length(); n > 0) {
      char last = out_.data()[n - 1];
      if (last == ' ' || last == '\t') {
        out_.truncate(n - 1);
        TRY(put_quoted(last));
      }
    }
    return out_.append(line_end_);
  }

  std::string_view in_;
  bool quote_tabs_, is_text_, header_;
  std::string_view line_end_;
  BytesBuilder out_;
  int column_ = 0;
};

Ref<Bytes> b2a_qp(Object*, Object* data, Object* quotetabs, Object* istext, Object* header) {
  HeldBuffer buffer;
  TRY(buffer.get(data));
  bool quote_tabs = TRY(flag(quotetabs, false))
  , is_text = TRY(flag(istext, true))
  , in_header = TRY(flag(header, false));
  return QuotedPrintableEncoder(buffer.text(), quote_tabs, is_text, in_header).encode();
}

// ---- Checksums
// -----------------------------------------------------------------------------------------------------------

constexpr std::array<uint16_t, 256> kCrcTable = [] {
  std::array<uint16_t, 256> table{};
  for (unsigned i = 0; i < 256; i++) {
    unsigned crc = i << 8;
    for (int bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1;  // x^16 + x^12 + x^5 + 1
    table[i] = static_cast<uint16_t>(crc);
  }
  return table;
}();

// The low bits of an int of any size.
Maybe<unsigned> start_value(Object* p) {
  if (!p) return 0u;
  Ref<Object> index = number_index(p);
  if (!index) return kRaised;
  return static_cast<unsigned>(int_to_unsigned_mask(index.get()));
}

Ref<Int> crc_hqx(Object*, Object* data, Object* start) {
  HeldBuffer buffer;
  TRY(buffer.get(data));
  unsigned crc = TRY(start_value(start))
  &0xffff;
  for (char c : buffer.text()) crc = (crc << 8 & 0xff00) ^ kCrcTable[crc >> 8 ^ static_cast<Byte>(c)];
  return int_from(crc);
}

Ref<Int> crc32_of(Object*, Object* data, Object* start) {
  HeldBuffer buffer;
  TRY(buffer.get(data));
  uLong crc = TRY(start_value(start));
  const Byte* bytes = reinterpret_cast<const Byte*>(buffer.data());
  size_t size = static_cast<size_t>(buffer.size());
  constexpr size_t kWorthReleasing = 5 * 1024;
  if (size > kWorthReleasing) {
    ReleaseGil other_threads_run;
    crc = crc32_z(crc, bytes, size);
  } else {
    crc = crc32_z(crc, bytes, size);
  }
  return int_from(static_cast<long long>(crc & 0xffffffff));
}

// ---- The module
// -----------------------------------------------------------------------------------------------------------

#define HEX_DOC                                                                                \
  "Hexadecimal representation of binary data.\n\n"                                             \
  "sep, a character or byte, is put between groups of bytes_per_sep bytes, which are counted " \
  "from the right, or from the left when the number is negative."
#define UNHEX_DOC "Binary data of hexadecimal representation: an even number of digits of either case."

constinit MethodDef functions[] = {
    FUNCTION(a2b_uu, "a2b_uu(module, data, /)", "Decode a line of uuencoded data."),
    FUNCTION(b2a_uu, "b2a_uu(module, data, /, *, backtick=False)", "Uuencode line of data."),
    FUNCTION(a2b_base64, "a2b_base64(module, data, /, *, strict_mode=False)",
             "Decode a line of base64 data.\n\n"
             "In strict mode only base64 data with right padding and nothing after it is allowed."),
    FUNCTION(b2a_base64, "b2a_base64(module, data, /, *, newline=True)", "Base64-code line of data."),
    FUNCTION(b2a_hex, "b2a_hex(module, /, data, sep=<unrepresentable>, bytes_per_sep=1)", HEX_DOC),
    FUNCTION(a2b_hex, "a2b_hex(module, hexstr, /)", UNHEX_DOC),
    FUNCTION(b2a_hex, "hexlify(module, /, data, sep=<unrepresentable>, bytes_per_sep=1)", HEX_DOC),
    FUNCTION(a2b_hex, "unhexlify(module, hexstr, /)", UNHEX_DOC),
    FUNCTION(crc_hqx, "crc_hqx(module, data, crc, /)", "Compute CRC-CCITT incrementally."),
    FUNCTION(crc32_of, "crc32(module, data, crc=0, /)", "Compute CRC-32 incrementally."),
    FUNCTION(a2b_qp, "a2b_qp(module, /, data, header=False)", "Decode a string of qp-encoded data."),
    FUNCTION(b2a_qp, "b2a_qp(module, /, data, quotetabs=False, istext=True, header=False)",
             "Encode a string using quoted-printable encoding.\n\n"
             "With istext, ends of lines stay as they are and white space before them is encoded; without it, \\r and "
             "\\n are both encoded. With quotetabs, space and tab are encoded."),
    {},
};

Ref<Object> new_exception(Str* name, Type* base) {
  Ref<Tuple> bases = TRY(tuple_pack(base));
  Ref<Dict> dict = TRY(dict_new());
  TRY(dict_set_ascii(dict.get(), "__module__", as_object(NAME("binascii"))));
  return call(as_object(&type_type), name, bases.get(), dict.get());
}

Status exec(Module* m) {
  if (!g_error) {
    Ref<Object> error = TRY(new_exception(NAME("Error"), ValueError));
    Ref<Object> incomplete = TRY(new_exception(NAME("Incomplete"), Exception));
    g_error = cast<Type>(error.release());
    g_incomplete = cast<Type>(incomplete.release());
  }
  TRY(module_add(m, "Error", Ref<Object>::share(as_object(g_error))));
  return module_add(m, "Incomplete", Ref<Object>::share(as_object(g_incomplete)));
}

}  // namespace

extern NativeModule binascii_module;
constinit NativeModule binascii_module = {"binascii", functions, exec, "Conversion between binary data and ASCII"};

}  // namespace minipy
