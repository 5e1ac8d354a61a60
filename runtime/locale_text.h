// Text of the C library in the encoding of the locale, which programs change by locale.setlocale().
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "gc/object.h"
#include "runtime/result.h"

namespace minipy {

struct Str;

// The text in the encoding of the current LC_CTYPE, strictly. UnicodeDecodeError of codec 'locale'.
Ref<Str> str_from_locale(const char* text);

Ref<Str> str_from_wide(std::wstring_view text);
// For functions of the C library that take wide characters. ValueError: embedded null character.
Status str_to_wide(Str* s, std::wstring& out);

// For the scope, text of another category (LC_NUMERIC, LC_MONETARY) is decoded as that category's locale encodes it, if
// one of the texts is beyond ASCII. `texts` are what will be decoded.
class LocaleOfCategory {
 public:
  LocaleOfCategory(int category, std::initializer_list<const char*> texts);
  ~LocaleOfCategory();
  LocaleOfCategory(const LocaleOfCategory&) = delete;

 private:
  std::string saved_;  // LC_CTYPE to go back to; empty: unchanged
};

}  // namespace minipy
