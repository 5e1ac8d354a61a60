#include "compiler/syntax_error.h"

#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/exceptions.h"
#include "runtime/int.h"
#include "runtime/str.h"

namespace minipy {

Raised raise_syntax_error(Type* type, Str* message, Str* filename, const ErrorPlace& place, Str* text) {
  Ref<Int> lineno = TRY(int_from_ssize(place.lineno));
  Ref<Int> offset = TRY(int_from_ssize(place.offset));
  Ref<Int> end_lineno = TRY(int_from_ssize(place.end_lineno));
  Ref<Int> end_offset = TRY(int_from_ssize(place.end_offset));
  Object* line = text ? as_object(text) : py_none();
  Ref<Tuple> details = TRY(tuple_pack(as_object(filename), as_object(lineno.get()), as_object(offset.get()), line,
                                      as_object(end_lineno.get()), as_object(end_offset.get())));
  Ref<Tuple> args = TRY(tuple_pack(as_object(message), as_object(details.get())));
  return raise_object(type, as_object(args.get()));
}

Raised raise_attributed_syntax_error(Str* message, Str* filename, const ErrorPlace& place, Str* text) {
  Ref<Object> error = TRY(call(as_object(SyntaxError), as_object(message)));
  auto* fields = cast<SyntaxErrorObject>(error.get());
  auto set = [](Object*& field, int value) -> Status {
    Ref<Object> number = value < 0 ? none_ref() : Ref<Object>(TRY(int_from(value)));
    replace_field(field, std::move(number));
    return kOk;
  };
  TRY(set(fields->lineno, place.lineno));
  TRY(set(fields->offset, place.offset));
  TRY(set(fields->end_lineno, place.end_lineno));
  TRY(set(fields->end_offset, place.end_offset));
  replace_field(fields->filename, Ref<Object>::share(as_object(filename)));
  replace_field(fields->text, text ? Ref<Object>::share(as_object(text)) : none_ref());
  replace_field(fields->print_file_and_line, none_ref());
  return raise_instance(error.get());
}

Raised raise_unplaced_syntax_error(Str* message, Str* filename) {
  Ref<Int> lineno = TRY(int_from_ssize(0));
  Ref<Int> offset = TRY(int_from_ssize(-1));
  Ref<Tuple> details =
      TRY(tuple_pack(as_object(filename), as_object(lineno.get()), as_object(offset.get()), py_none()));
  Ref<Tuple> args = TRY(tuple_pack(as_object(message), as_object(details.get())));
  return raise_object(SyntaxError, as_object(args.get()));
}

namespace {

// The length of the UTF-8 sequence at p; if it is malformed (*valid false), of what a decoder replaces by one
// character.
int sequence_length(std::string_view p, bool* valid) {
  auto byte = [&](size_t i) { return i < p.size() ? static_cast<uint8_t>(p[i]) : 0u; };
  auto in = [&](size_t i, unsigned low, unsigned high) { return byte(i) >= low && byte(i) <= high; };
  unsigned first = byte(0);
  *valid = first < 0x80;
  if (first < 0xC2 || first > 0xF4) return 1;
  int length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  unsigned low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  unsigned high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (!in(1, low, high)) return 1;
  for (int i = 2; i < length; i++) {
    if (!in(static_cast<size_t>(i), 0x80, 0xBF)) return i;
  }
  *valid = true;
  return length;
}

}  // namespace

int character_offset(std::string_view line, int bytes) {
  if (bytes < 0) return bytes;
  // One past the end is where an error about a missing character points.
  int extra = static_cast<size_t>(bytes) > line.size() ? 1 : 0;
  line = line.substr(0, static_cast<size_t>(bytes));
  int count = 0;
  while (!line.empty()) {
    bool valid;
    line.remove_prefix(static_cast<size_t>(sequence_length(line, &valid)));
    count++;
  }
  return count + extra;
}

size_t valid_utf8_prefix(std::string_view text) {
  size_t i = 0;
  while (i < text.size()) {
    bool valid;
    int length = sequence_length(text.substr(i), &valid);
    if (!valid) return i;
    i += static_cast<size_t>(length);
  }
  return i;
}

}  // namespace minipy
