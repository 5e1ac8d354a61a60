#include "stdlib/minipy/json_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "stdlib/minipy/utf8.h"

namespace minipy {
namespace {

constexpr bool is_surrogate(char32_t c) { return c >= 0xd800 && c < 0xe000; }

// One character of UTF-8 in which surrogates are allowed. Returns its length, or 0 where the bytes are none.
size_t decode(const unsigned char* s, size_t available, char32_t& c) {
  auto continues = [&](size_t i) { return i < available && (s[i] & 0xc0) == 0x80; };
  if (s[0] < 0x80) {
    c = s[0];
    return 1;
  }
  if (s[0] >= 0xc2 && s[0] < 0xe0 && continues(1)) {
    c = (s[0] & 0x1fu) << 6 | (s[1] & 0x3fu);
    return 2;
  }
  if ((s[0] & 0xf0) == 0xe0 && continues(1) && continues(2)) {
    c = (s[0] & 0x0fu) << 12 | (s[1] & 0x3fu) << 6 | (s[2] & 0x3fu);
    return c >= 0x800 ? 3 : 0;
  }
  if (s[0] >= 0xf0 && s[0] < 0xf5 && continues(1) && continues(2) && continues(3)) {
    c = (s[0] & 0x07u) << 18 | (s[1] & 0x3fu) << 12 | (s[2] & 0x3fu) << 6 | (s[3] & 0x3fu);
    return c >= 0x10000 && c < 0x110000 ? 4 : 0;
  }
  return 0;
}

// ASCII characters that go out as they are; the second table: within an HTML <script>.
constexpr std::array<std::array<bool, 256>, 2> kPlain = [] {
  std::array<std::array<bool, 256>, 2> tables{};
  for (size_t in_script = 0; in_script < 2; in_script++) {
    for (size_t c = 0x20; c < 0x7f; c++) {
      bool ends_script = c == '<' || c == '>' || c == '&';
      tables[in_script][c] = c != '"' && c != '\\' && !(in_script && ends_script);
    }
  }
  return tables;
}();

}  // namespace

void JsonWriter::new_line() {
  sink_.write('\n');
  for (int i = 0; i < depth_ * style_.indent; i++) sink_.write(' ');
}

// What stands between the element before and the one to come.
void JsonWriter::separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (comma_) sink_.write(style_.indent ? "," : ", ");
  if (style_.indent && depth_ > 0) new_line();
}

JsonWriter& JsonWriter::begin(char bracket) {
  separate();
  sink_.write(bracket);
  comma_ = false;
  depth_++;
  return *this;
}

JsonWriter& JsonWriter::end(char bracket) {
  depth_--;
  if (comma_ && style_.indent) new_line();
  sink_.write(bracket);
  comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::token(std::string_view text) {
  separate();
  sink_.write(text);
  comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  const bool plain = comma_ && !style_.indent && std::all_of(name.begin(), name.end(), [this](char c) {
                       return kPlain[style_.in_script][static_cast<unsigned char>(c)];
                     });
  if (plain) {
    sink_.write(", \"");
    sink_.write(name);
    sink_.write("\": ");
  } else {
    separate();
    quoted(name);
    sink_.write(": ");
  }
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view utf8) {
  separate();
  quoted(utf8);
  comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::value(const Str* text) {
  if (!text) return null();
  separate();
  switch (str_kind(text)) {
    case 1: quoted_characters(static_cast<const unsigned char*>(str_data(text)), str_length(text)); break;
    case 2: quoted_characters(static_cast<const char16_t*>(str_data(text)), str_length(text)); break;
    default: quoted_characters(static_cast<const char32_t*>(str_data(text)), str_length(text));
  }
  comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::integer(int64_t number) {
  char text[24];
  return token({text, static_cast<size_t>(std::to_chars(text, text + sizeof text, number).ptr - text)});
}

JsonWriter& JsonWriter::natural(uint64_t number) {
  char text[24];
  return token({text, static_cast<size_t>(std::to_chars(text, text + sizeof text, number).ptr - text)});
}

JsonWriter& JsonWriter::value(double number) {
  if (!std::isfinite(number)) return value(std::isnan(number) ? "nan" : number < 0 ? "-inf" : "inf");
  char text[40];
  return token({text, static_cast<size_t>(std::to_chars(text, text + sizeof text, number).ptr - text)});
}

JsonWriter& JsonWriter::decimal(int64_t units, int digits) {
  char text[48];
  char* end = text + sizeof text;
  char* p = end;
  uint64_t rest = units < 0 ? -static_cast<uint64_t>(units) : static_cast<uint64_t>(units);
  for (int i = 0; i < digits; i++, rest /= 10) *--p = static_cast<char>('0' + rest % 10);
  *--p = '.';
  do {
    *--p = static_cast<char>('0' + rest % 10);
    rest /= 10;
  } while (rest);
  if (units < 0) *--p = '-';
  return token({p, static_cast<size_t>(end - p)});
}

JsonWriter& JsonWriter::address(const void* p) {
  char text[24] = "0x";
  char* end = std::to_chars(text + 2, text + sizeof text, reinterpret_cast<uintptr_t>(p), 16).ptr;
  return value(std::string_view(text, static_cast<size_t>(end - text)));
}

bool JsonWriter::must_escape(char32_t c) const {
  if (c < 0x20 || c == '"' || c == '\\' || c == 0x7f || is_surrogate(c)) return true;
  return style_.in_script && (c == '<' || c == '>' || c == '&' || c == 0x2028 || c == 0x2029);
}

void JsonWriter::escaped(char32_t c) {
  sink_.write('\\');
  switch (c) {
    case '"':
    case '\\': return sink_.write(static_cast<char>(c));
    case '\n': return sink_.write('n');
    case '\r': return sink_.write('r');
    case '\t': return sink_.write('t');
    default: break;
  }
  sink_.write('u');
  for (int shift = 12; shift >= 0; shift -= 4) sink_.write("0123456789abcdef"[c >> shift & 0xf]);
}

// Runs of characters that need no escape go out in one piece.
void JsonWriter::quoted(std::string_view utf8) {
  sink_.write('"');
  const unsigned char* s = reinterpret_cast<const unsigned char*>(utf8.data());
  size_t start = 0, i = 0;
  const std::array<bool, 256>& plain = kPlain[style_.in_script];
  while (i < utf8.size()) {
    if (plain[s[i]]) {
      i++;
      continue;
    }
    char32_t c = s[i];
    size_t length = c < 0x80 ? 1 : decode(s + i, utf8.size() - i, c);
    if (length == 0) {
      c = 0xdc00 + s[i];
      length = 1;
    } else if (!must_escape(c)) {
      i += length;
      continue;
    }
    sink_.write(utf8.substr(start, i - start));
    escaped(c);
    start = i += length;
  }
  sink_.write(utf8.substr(start));
  sink_.write('"');
}

template <class C>
void JsonWriter::quoted_characters(const C* characters, ssize length) {
  sink_.write('"');
  for (ssize i = 0; i < length; i++) {
    char32_t c = characters[i];
    if (must_escape(c)) {
      escaped(c);
    } else {
      encode_utf8(c, [&](char byte) { sink_.write(byte); });
    }
  }
  sink_.write('"');
}

void JsonWriter::end_line() {
  sink_.write('\n');
  sink_.end_record();
  comma_ = false;
}

}  // namespace minipy
