// Parsing format strings (library reference, "Format String Syntax"); shared by str.format() and the module _string.
#pragma once

#include "runtime/str.h"

namespace minipy {

// A piece of text up to and including one replacement field; positions are indices into the format string.
struct Markup {
  ssize literal_start = 0, literal_end = 0;
  bool has_field = false;
  ssize name_start = 0, name_end = 0;
  ssize spec_start = 0, spec_end = 0;
  bool spec_has_fields = false;
  char32_t conversion = 0;  // 0: none
};

class MarkupParser {
 public:
  MarkupParser(const Str* format, ssize start, ssize end) : format_(format), at_(start), end_(end) {}
  // False at the end. ValueError.
  Maybe<bool> next(Markup& out);
  // What next() found last ends the format.
  bool at_end() const { return at_ >= end_; }

 private:
  Status parse_field(Markup& out);
  const Str* format_;
  ssize at_, end_;
};

// "first.attribute[item]": the first part, then the accesses one by one.
class FieldNameParser {
 public:
  FieldNameParser(const Str* format, ssize start, ssize end) : format_(format), at_(start), end_(end) {}
  struct Part {
    bool is_attribute = false;
    ssize start = 0, end = 0;
    ssize index = -1;  // when the part is a number
  };
  Status first(Part& out);
  Maybe<bool> next(Part& out);  // false at the end

 private:
  const Str* format_;
  ssize at_, end_;
};

// _string.formatter_parser() and _string.formatter_field_name_split(). (str_format_iterators.cc)
Ref<Object> str_formatter_parser(Str* format);
Ref<Object> str_field_name_split(Str* name);

}  // namespace minipy
