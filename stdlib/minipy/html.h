// What the pages that views write have in common.
#pragma once

#include <string>
#include <string_view>

namespace minipy {

// The text as the content of an HTML element.
inline std::string html_escaped(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '&') {
      out += "&amp;";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace minipy
