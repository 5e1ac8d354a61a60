// UTF-8 written character by character, for texts that are made without the interpreter.
#pragma once

#include <string>

namespace minipy {

// Calls put(char) for each byte. Lone surrogates get the three bytes that the scheme gives them, which is not UTF-8.
template <class Put>
void encode_utf8(char32_t c, Put&& put) {
  auto byte = [&](char32_t b) { put(static_cast<char>(b)); };
  if (c < 0x80) return byte(c);
  if (c < 0x800) {
    byte(0xc0 | c >> 6);
  } else {
    if (c < 0x10000) {
      byte(0xe0 | c >> 12);
    } else {
      byte(0xf0 | c >> 18);
      byte(0x80 | (c >> 12 & 0x3f));
    }
    byte(0x80 | (c >> 6 & 0x3f));
  }
  byte(0x80 | (c & 0x3f));
}

inline void append_utf8(std::string& out, char32_t c) {
  encode_utf8(c, [&](char byte) { out += byte; });
}

}  // namespace minipy
