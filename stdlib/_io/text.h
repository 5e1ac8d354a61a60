// What text streams share: line endings.
#pragma once

#include "gc/object.h"
#include "runtime/result.h"

namespace minipy {
struct Str;
namespace io {

// How line endings are treated, as the `newline` argument says (library reference, io.TextIOWrapper).
struct NewlineMode {
  bool universal = true;    // reading: \r, \n and \r\n end lines (newline None or '')
  bool translate = true;    // reading: all of them become \n (newline None)
  Str* ending = nullptr;    // reading: the only ending (newline '\n', '\r', '\r\n'); owned by the stream
  Str* write_as = nullptr;  // writing: what \n becomes; null: itself. Owned by the stream
};

// '', '\n', '\r' or '\r\n'.
bool is_legal_newline(const Str* s);

// Looks for the end of the first line in s[start:end]. Returns the index behind it; -1 when there is none, and then
// *searched is where to go on once there is more text (a lone \r at the end may become \r\n).
ssize find_line_end(const NewlineMode& mode, const Str* s, ssize start, ssize end, ssize* searched);

// IncrementalNewlineDecoder.decode() on text that is already decoded.
Ref<Str> newline_decode(Object* decoder, Object* input, bool final);
Ref<Object> newline_decoder_new(Object* decoder, bool translate, Object* errors);
Ref<Object> newline_decoder_newlines(Object* decoder);

}  // namespace io
}  // namespace minipy
