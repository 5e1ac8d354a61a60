// Pieces of exception printing, as UTF-8 text. None of these leaves an exception pending.
#pragma once

#include <string>
#include <string_view>

#include "gc/object.h"
#include "runtime/bytes.h"

namespace minipy {

struct Str;

// "  File ..., line N, in name" with source lines and carets, for the whole traceback (sys.tracebacklimit obeyed).
std::string format_traceback(Object* traceback);
// "module.Name", without the module for builtins and __main__.
std::string exception_type_text(Object* exception);
// The last lines: place of a SyntaxError, "Type: message", suggestion, notes.
std::string format_exception_only(Object* exception);
// file.write(text); errors are dropped.
void write_text(Object* file, std::string_view utf8);

inline std::string_view bytes_text(Object* bytes) { return bytes_view(cast<Bytes>(bytes)); }

}  // namespace minipy
