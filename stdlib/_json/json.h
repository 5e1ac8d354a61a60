// The parts of the module _json.
#pragma once

#include "runtime/str.h"
#include "runtime/type.h"

namespace minipy::json {

extern Type scanner_type, encoder_type;

// scanstring(text, end, strict): the string whose opening quote stands before `end`; *next is the index behind it.
// JSONDecodeError.
Ref<Str> scan_string(Str* text, ssize end, bool strict, ssize* next);

// The text as a JSON string, appended; with `ascii` only ASCII characters come out.
Status append_json_string(StrBuilder& out, Str* s, bool ascii);

// True for the module's own encode_basestring (ascii: encode_basestring_ascii).
bool is_own_string_encoder(Object* function, bool* ascii);

}  // namespace minipy::json
