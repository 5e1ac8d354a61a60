// Watching the table of interned strings. (Interning itself: runtime/str.h.)
#pragma once

#include "runtime/str.h"

namespace minipy {

struct InternListener {
  void (*interned)(void* context, Str* s);   // s has just entered the table
  void (*forgotten)(void* context, Str* s);  // s dies and leaves it
  void (*found)(void* context, Str* s);      // s, which is in the table, is taken for a string of the same text
  void* context;
};
extern const InternListener* g_intern_listener;  // null: nobody watches
size_t str_interned_count();

}  // namespace minipy
