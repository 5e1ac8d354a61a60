// What int(), float() and complex() share when they read text.
#pragma once

#include <string>
#include <string_view>

#include "gc/object.h"
#include "runtime/result.h"

namespace minipy {

struct Str;

// The text with Unicode decimal digits as ASCII digits and Unicode spaces as ' ', up to the first character that is
// neither (which becomes '?'). An ASCII string's own characters, without a copy.
class AsciiNumberText {
 public:
  explicit AsciiNumberText(Str* s);
  std::string_view view() const { return view_; }

 private:
  std::string copy_;
  std::string_view view_;
};

inline bool is_ascii_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
inline std::string_view strip_ascii_space(std::string_view text) {
  while (!text.empty() && is_ascii_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_ascii_space(text.back())) text.remove_suffix(1);
  return text;
}

// Copies text without the underscores between digits (PEP 515); false when one stands elsewhere.
bool strip_underscores(std::string_view text, std::string& out);

// int(x, base) of bytes-like text; `original` is quoted in the ValueError.
Ref<Object> int_from_literal(std::string_view text, int base, Object* original);

}  // namespace minipy
