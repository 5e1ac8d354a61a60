// Docstrings of native definitions: "name($self, key, /)\n--\n\ntext" holds the text signature and the documentation.
#include <cstring>
#include <string_view>

#include "runtime/abstract.h"
#include "runtime/function.h"
#include "runtime/str.h"

namespace minipy {

namespace {

constexpr std::string_view kEnd = ")\n--\n\n";

struct SplitDoc {
  std::string_view signature;  // "(...)"; empty: none
  std::string_view text;
};

SplitDoc split(const char* name, const char* doc) {
  std::string_view text = doc ? doc : "";
  std::string_view short_name = name;
  if (size_t dot = short_name.rfind('.'); dot != std::string_view::npos) short_name.remove_prefix(dot + 1);
  if (text.substr(0, short_name.size()) != short_name || text.substr(short_name.size(), 1) != "(") return {{}, text};
  std::string_view rest = text.substr(short_name.size());
  size_t end = rest.find(kEnd);
  // A blank line before the marker: this is prose that begins with a call.
  if (end == std::string_view::npos || rest.find("\n\n") < end) return {{}, text};
  return {rest.substr(0, end + 1), rest.substr(end + kEnd.size())};
}

}  // namespace

Ref<Object> doc_without_signature(const char* name, const char* doc) {
  std::string_view text = split(name, doc).text;
  if (text.empty()) return none_ref();
  return str_from_utf8(text);
}

Ref<Object> text_signature_of(const char* name, const char* doc) {
  std::string_view signature = split(name, doc).signature;
  if (signature.empty()) return none_ref();
  return str_from_utf8(signature);
}

}  // namespace minipy
