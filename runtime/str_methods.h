// Inside the str room: the method table and what its files share.
#pragma once

#include "runtime/bind.h"
#include "runtime/str.h"

namespace minipy {

extern MethodDef str_methods[];

// The name of an encoding or error handler given as a str argument (null: not given): ValueError "embedded null
// character".
Status codec_name_argument(const char* function, const char* parameter, Str* value, const char** out);

// A method whose doc string carries no text signature, as CPython's of the older argument parsing.
constexpr MethodDef unsigned_method(MethodDef m, const char* doc) {
  m.doc = doc;
  return m;
}

// ---- str_case.cc
// ---------------------------------------------------------------------------------------------------------
Ref<Str> str_lower(Str* s);
Ref<Str> str_upper(Str* s);
Ref<Str> str_title(Str* s);
Ref<Str> str_capitalize(Str* s);
Ref<Str> str_swapcase(Str* s);
Ref<Str> str_casefold(Str* s);

// ---- str_split.cc
// --------------------------------------------------------------------------------------------------------
Ref<List> str_rsplit(Str* s, Str* separator, ssize max_split);
Ref<List> str_splitlines(Str* s, bool keep_ends);
Ref<Object> str_partition(Str* s, Str* separator);
Ref<Object> str_rpartition(Str* s, Str* separator);

// ---- str_format.cc
// -------------------------------------------------------------------------------------------------------
Ref<Str> str_format(Str* format, VarArgs args, Object* kwargs /* dict, mapping or null */);
Ref<Str> str_format_map(Str* format, Object* mapping);
// format(s, spec) of the str type.
Ref<Str> str_format_with_spec(Str* s, Str* spec);

}  // namespace minipy
