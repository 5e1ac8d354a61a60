// The one writer of JSON: values go straight to a sink, commas by themselves. It makes no Python object and allocates
// nothing but the sink's buffer.
//
//   JsonWriter json(sink);
//   json.begin_object().field("type", name).key("counts").begin_array().value(1).value(2).end_array().end_object();
//   json.end_line();  // one record of a JSON lines file
//
// Text is UTF-8 and is written as it is but for what JSON wants escaped. Lone surrogates, which a Python string may
// hold, are written as \udXXX; bytes that are not UTF-8 as the surrogate \udc80-\udcff that Python's surrogateescape
// gives them, so that everything written can be read back and is valid UTF-8.
#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>

#include "runtime/str.h"
#include "stdlib/minipy/output_sink.h"

namespace minipy {

struct JsonStyle {
  int indent = 0;          // spaces per level, each element on its own line; 0: everything on one line
  bool in_script = false;  // escapes what would end an HTML <script>: < > & and U+2028, U+2029
};

class JsonWriter {
 public:
  explicit JsonWriter(OutputSink& sink, JsonStyle style = {}) : sink_(sink), style_(style) {}

  JsonWriter& begin_object() { return begin('{'); }
  JsonWriter& end_object() { return end('}'); }
  JsonWriter& begin_array() { return begin('['); }
  JsonWriter& end_array() { return end(']'); }
  JsonWriter& key(std::string_view name);

  JsonWriter& value(std::string_view utf8);
  JsonWriter& value(const char* utf8) { return utf8 ? value(std::string_view(utf8)) : null(); }
  JsonWriter& value(const Str* text);  // only read
  JsonWriter& value(bool b) { return token(b ? "true" : "false"); }
  JsonWriter& value(double number);  // what is not finite is a string: "nan", "inf", "-inf"
  // units / 10**digits, exactly, for times: decimal(1234567, 9) is 0.001234567.
  JsonWriter& decimal(int64_t units, int digits);
  template <std::integral T>
  requires(!std::same_as<T, bool> && !std::same_as<T, char>) JsonWriter& value(T number) {
    if constexpr (std::signed_integral<T>) return integer(static_cast<int64_t>(number));
    return natural(static_cast<uint64_t>(number));
  }
  // An address as "0x..." text: JavaScript's numbers do not hold 64 bits.
  JsonWriter& address(const void* p);
  JsonWriter& null() { return token("null"); }
  // A value that is JSON already.
  JsonWriter& raw(std::string_view json) { return token(json); }

  template <class T>
  JsonWriter& field(std::string_view name, T&& v) {
    key(name);
    return value(static_cast<T&&>(v));
  }

  // Ends a record of JSON lines.
  void end_line();

 private:
  JsonWriter& begin(char bracket);
  JsonWriter& end(char bracket);
  JsonWriter& token(std::string_view text);
  JsonWriter& integer(int64_t number);
  JsonWriter& natural(uint64_t number);
  void separate();
  void new_line();
  void quoted(std::string_view utf8);
  template <class C>
  void quoted_characters(const C* characters, ssize length);
  void escaped(char32_t c);
  bool must_escape(char32_t c) const;

  OutputSink& sink_;
  JsonStyle style_;
  int depth_ = 0;
  bool comma_ = false;      // an element came before at this level
  bool after_key_ = false;  // the value of a key comes next
};

}  // namespace minipy
