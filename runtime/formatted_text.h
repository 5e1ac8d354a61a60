// The text that a format grows into, str.format() and `%` alike.
#pragma once

#include <utility>

#include "runtime/str_internal.h"

namespace minipy {

// As a StrBuilder, but where the last piece of a format is all there is, the result is that object itself, which may be
// of a subclass of str: in CPython, too, `"%s" % s` and `"{}".format(s)` are s.
class FormattedText {
 public:
  explicit FormattedText(ssize reserve = 0) : text_(reserve) {}

  StrBuilder& builder() { return text_; }
  // `last`: the format ends with this piece.
  Status append(Str* piece, bool last) {
    if (!last || text_.length() != 0 || piece->length == 0) return text_.append(piece);
    whole_ = share(piece);
    return kOk;
  }
  // The characters [start, end) of `source`.
  Status append(Str* source, ssize start, ssize end, bool last) {
    if (start == 0 && end == source->length) return append(source, last);
    return text_.append(source, start, end);
  }
  Ref<Str> finish() { return whole_ ? std::move(whole_) : text_.finish(); }

 private:
  StrBuilder text_;
  Ref<Str> whole_;
};

}  // namespace minipy
