// Module _json: what the library's json package has its speed from.
#pragma once

#include "runtime/bind.h"
#include "runtime/str.h"

namespace minipy::json {

// ---- text.cc: JSON strings
// -----------------------------------------------------------------------------------------------

// Reads the string whose opening quote stands before *position; leaves *position after the closing one. Control
// characters are errors when `strict`. Raises json.JSONDecodeError.
Ref<Str> scan_string(Str* text, ssize* position, bool strict);
Raised raise_decode_error(const char* message, Str* text, ssize position);
// Appends the text in quotes with what JSON requires escaped; `ascii_only`: everything beyond ASCII too.
Status append_quoted(StrBuilder& out, Str* text, bool ascii_only);

// Functions of the module.
Object* scanstring(Object* module, Object* args);
Ref<Str> encode_basestring(Object* module, Object* text);
Ref<Str> encode_basestring_ascii(Object* module, Object* text);
enum class QuotingFunction { kOther, kPlain, kAscii };
QuotingFunction quoting_function(Object* callable);  // is it one of the module's own?

extern MethodDef functions[];
extern Type scanner_type, encoder_type;

}  // namespace minipy::json
