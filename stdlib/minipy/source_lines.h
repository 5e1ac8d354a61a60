// A source file as lines, decoded as module `tokenize` of the library decodes it: each line by itself, line ends as
// they are.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/result.h"

namespace minipy {

class SourceLines {
 public:
  // `bytes` is a file called `filename` (null: no file); its encoding is found by byte order mark or coding comment
  // (PEP 263). Failed: SyntaxError about the encoding, or what the codec raised of a line; then the lines before it are
  // there.
  Status read_bytes(std::string_view bytes, const char* filename);
  // Text that has been decoded: UTF-8 in which a lone surrogate may stand for a byte that could not be; no encoding.
  void read_text(std::string_view utf8);

  // Empty: the source was text.
  const std::string& encoding() const { return encoding_; }
  const std::string& text() const { return text_; }
  int count() const { return static_cast<int>(starts_.size()) - 1; }
  // The line with its line break; `index` counts from 0.
  std::string_view line(int index) const {
    return std::string_view(text_).substr(starts_[index], starts_[index + 1] - starts_[index]);
  }
  // From the start of one line to the end of another.
  std::string_view lines(int first, int last) const {
    return std::string_view(text_).substr(starts_[first], starts_[last + 1] - starts_[first]);
  }

 private:
  void add(std::string_view line) {
    text_ += line;
    starts_.push_back(text_.size());
  }

  std::string text_;  // UTF-8, with surrogates as read_text got them
  std::string encoding_;
  std::vector<size_t> starts_ = {0};
};

}  // namespace minipy
