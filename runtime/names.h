// Interned names: NAME("__init__") is the interned str, made on first use and kept for the life of the process.
#pragma once

#include "runtime/str.h"

#define NAME(text)                                                            \
  ([]() -> ::minipy::Str* {                                                   \
    static ::minipy::Str* name_ = ::minipy::str_intern_ascii(text).release(); \
    return name_;                                                             \
  }())
