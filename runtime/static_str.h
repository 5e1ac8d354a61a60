// STATIC_STR("<lambda>"): a string that CPython has as a static object, with what programs can see of that: it is not
// interned (marshal shows it) and its reference count is huge.
#pragma once

#include <string_view>

#include "runtime/str.h"

namespace minipy {

Str* str_static(std::string_view ascii);  // never freed

}  // namespace minipy

#define STATIC_STR(text)                                     \
  ([]() -> ::minipy::Str* {                                  \
    static ::minipy::Str* str_ = ::minipy::str_static(text); \
    return str_;                                             \
  }())
