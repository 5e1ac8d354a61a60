// StrBuilder: the text grows inside a str object whose length is its capacity; finish() cuts it to size.
#include <algorithm>
#include <cstring>
#include <limits>

#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/error.h"
#include "runtime/str_internal.h"

namespace minipy {

Status StrBuilder::grow(ssize extra, char32_t max_char) {
  if (extra > std::numeric_limits<ssize>::max() - length_) return raise_no_memory_error();
  char32_t bound = std::max(char_bound(max_char), bound_);
  ssize needed = length_ + extra;
  ssize capacity = capacity_;
  if (needed > capacity) {
    capacity = std::max(needed, wanted_);
    if (length_ && capacity <= std::numeric_limits<ssize>::max() / 2) capacity += capacity / 4 + 8;
  }
  if (text_ && bound == bound_) {
    Ref<Str> text = steal(std::exchange(text_, nullptr));
    TRY(str_resize(text, capacity));
    text_ = text.release();
  } else {
    Ref<Str> text = TRY(str_allocate(capacity, bound));
    if (text_) copy_str_chars(str_kind(text.get()), str_data(text.get()), 0, text_, 0, length_);
    xdecref(text_);
    text_ = text.release();
  }
  bound_ = bound;
  kind_ = str_kind(text_);
  data_ = str_data(text_);
  capacity_ = capacity;
  return kOk;
}

Status StrBuilder::append_char_slow(char32_t c) {
  TRY(grow(length_ < capacity_ ? capacity_ - length_ : 1, c));
  put(length_++, c);
  return kOk;
}

Status StrBuilder::append(const Str* s) {
  if (s->length == 0) return kOk;
  TRY(reserve(s->length, str_max_char(s)));
  copy_str_chars(kind_, data_, length_, s, 0, s->length);
  length_ += s->length;
  return kOk;
}

Status StrBuilder::append(const Str* s, ssize start, ssize end) {
  if (start >= end) return kOk;
  char32_t bound = str_max_char(s) <= bound_ ? bound_ : str_range_bound(s, start, end);
  TRY(reserve(end - start, bound));
  copy_str_chars(kind_, data_, length_, s, start, end - start);
  length_ += end - start;
  return kOk;
}

Status StrBuilder::append_ascii(std::string_view ascii) {
  ssize n = static_cast<ssize>(ascii.size());
  if (n == 0) return kOk;
  TRY(reserve(n, 0x7f));
  const Char1* from = reinterpret_cast<const Char1*>(ascii.data());
  switch (kind_) {
    case 1: copy_chars(static_cast<Char1*>(data_) + length_, from, n); break;
    case 2: copy_chars(static_cast<Char2*>(data_) + length_, from, n); break;
    default: copy_chars(static_cast<Char4*>(data_) + length_, from, n);
  }
  length_ += n;
  return kOk;
}

Status StrBuilder::append_latin1(std::string_view latin1) {
  if (bound_ < 0xff &&
      chars_bound(reinterpret_cast<const Char1*>(latin1.data()), static_cast<ssize>(latin1.size())) > 0x7f) {
    TRY(reserve(static_cast<ssize>(latin1.size()), 0xff));
  }
  return append_ascii(latin1);
}

Status StrBuilder::append_utf8(std::string_view utf8) {
  if (ascii_prefix(utf8.data(), static_cast<ssize>(utf8.size())) == static_cast<ssize>(utf8.size())) {
    return append_ascii(utf8);
  }
  Ref<Str> s = TRY(str_from_utf8(utf8));
  return append(s.get());
}

Status StrBuilder::append_ucs4(const char32_t* data, ssize count) {
  if (count <= 0) return kOk;
  TRY(reserve(count, chars_bound(data, count)));
  for (ssize i = 0; i < count; i++) put(length_ + i, data[i]);
  length_ += count;
  return kOk;
}

Status StrBuilder::append_fill(char32_t c, ssize count) {
  if (count <= 0) return kOk;
  TRY(reserve(count, c));
  fill_chars(kind_, data_, length_, count, c);
  length_ += count;
  return kOk;
}

Status StrBuilder::append_str_of(Object* p) {
  Ref<Str> s = TRY(object_str(p));
  return append(s.get());
}

Status StrBuilder::append_repr_of(Object* p) {
  Ref<Str> s = TRY(object_repr(p));
  return append(s.get());
}

void StrBuilder::truncate(ssize length) {
  length_ = length;
  recheck_ = true;
}

Ref<Str> StrBuilder::finish() {
  Ref<Str> text = steal(std::exchange(text_, nullptr));
  ssize n = std::exchange(length_, 0);
  capacity_ = 0;
  data_ = nullptr;
  kind_ = 1;
  char32_t bound = std::exchange(bound_, 0x7f);
  if (n == 0) return str_empty();
  if (std::exchange(recheck_, false) && bound > 0x7f && str_range_bound(text.get(), 0, n) < bound) {
    return str_from_kind(str_kind(text.get()), str_data(text.get()), n);
  }
  if (n == 1) {
    // One character below 0x100 is always the shared string.
    if (char32_t c = str_at(text.get(), 0); c < 0x100) return share(latin1_char(c));
  }
  if (text->length != n) TRY(str_resize(text, n));
  return text;
}

}  // namespace minipy
