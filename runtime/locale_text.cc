#include "runtime/locale_text.h"

#include <algorithm>
#include <clocale>
#include <cstring>
#include <cwchar>

#include "runtime/codecs.h"
#include "runtime/error.h"
#include "runtime/str.h"

namespace minipy {

static_assert(sizeof(wchar_t) == sizeof(char32_t), "a wide character is a code point");

Ref<Str> str_from_locale(const char* text) {
  const size_t size = std::strlen(text);
  if (std::all_of(text, text + size, [](char c) { return static_cast<signed char>(c) >= 0; })) {
    return str_from_ascii({text, size});
  }
  std::wstring wide;
  std::mbstate_t state{};
  for (size_t at = 0; at < size;) {
    wchar_t c;
    size_t used = std::mbrtowc(&c, text + at, size - at, &state);
    if (used > size - at) {  // wrong or incomplete
      ssize where = static_cast<ssize>(at);
      return raise_decode_error("locale", text, static_cast<ssize>(size), where, where + 1, "decoding error");
    }
    wide += c;
    at += used;
  }
  return str_from_wide(wide);
}

Ref<Str> str_from_wide(std::wstring_view text) {
  return str_from_ucs4(reinterpret_cast<const char32_t*>(text.data()), static_cast<ssize>(text.size()));
}

Status str_to_wide(Str* s, std::wstring& out) {
  const ssize length = str_length(s);
  out.resize(static_cast<size_t>(length));
  for (ssize i = 0; i < length; i++) {
    char32_t c = str_at(s, i);
    if (c == 0) return raise(ValueError, "embedded null character");
    out[static_cast<size_t>(i)] = static_cast<wchar_t>(c);
  }
  return kOk;
}

LocaleOfCategory::LocaleOfCategory(int category, std::initializer_list<const char*> texts) {
  auto beyond_ascii = [](const char* text) {
    return std::any_of(text, text + std::strlen(text), [](char c) { return static_cast<signed char>(c) < 0; });
  };
  if (std::none_of(texts.begin(), texts.end(), beyond_ascii)) return;
  const char* now = std::setlocale(LC_CTYPE, nullptr);
  const char* wanted = std::setlocale(category, nullptr);
  if (!now || !wanted || std::strcmp(now, wanted) == 0) return;
  saved_ = now;
  std::setlocale(LC_CTYPE, wanted);
}
LocaleOfCategory::~LocaleOfCategory() {
  if (!saved_.empty()) std::setlocale(LC_CTYPE, saved_.c_str());
}

}  // namespace minipy
