// The inside of string literals: escape sequences, and the parts that f-strings are made of.
#pragma once

#include <string>
#include <string_view>

#include "compiler/parse_context.h"

namespace minipy {

// A STRING token taken apart.
struct StringToken {
  bool bytes = false;
  bool raw = false;
  bool formatted = false;
  std::string_view body;  // between the quotes
};
StringToken split_string_token(std::string_view text);

// The value of a part of a str literal, unless it is raw with its escape sequences evaluated. Null: an error has been
// reported.
Ref<Str> decode_str_literal(LiteralHost& host, std::string_view body, const Token& token, bool raw);
// Appends the value of a bytes literal (ASCII only). False: an error has been reported.
bool decode_bytes_literal(LiteralHost& host, std::string_view body, const Token& token, std::string* out);

// Reports the warning for `\` before a character that begins no escape sequence; `rest` begins with that character.
bool warn_escape(LiteralHost& host, std::string_view rest, const Token& token);

// Counts lines in a STRING token from one replacement field to the next.
struct FieldLocator {
  const char* position = nullptr;    // how far it has counted
  const char* line_start = nullptr;  // of the line of `position`, or the token's start
  int lines = 0;                     // line breaks before `position`
  void advance(const char* to) {
    for (; position < to; position++) {
      if (*position != '\n') continue;
      lines++;
      line_start = position + 1;
    }
  }
};

// Collects the values of adjacent string literals: text and, from f-strings, expressions (parse_strings, and itself for
// format specifications).
class JoinedString {
 public:
  // `loc` spans all the literals; `kind`: "u" if the first one has that prefix.
  JoinedString(LiteralHost& host, const ast::Location& loc, Str* kind) : host_(host), loc_(loc), kind_(kind) {}
  // All return false when an error has been reported.
  bool add_text(Ref<Str> text);
  // The body of an f-string's token: literal text and replacement fields, from *p on to `end`; inside of a format
  // specification (level > 0), to its closing brace.
  bool add_fstring(const char** p, const char* end, bool raw, int level, const Token& token, FieldLocator& locator);
  ast::Expr* finish(const ast::Location& loc, Str* kind);

 private:
  bool flush_text(const ast::Location& loc, Str* kind);
  bool literal_part(const char** p, const char* end, bool raw, int level, const Token& token, bool* doubled_brace);
  bool replacement_field(const char** p, const char* end, bool raw, int level, const Token& token,
                         FieldLocator& locator);
  const char* find_expression_end(const char* p, const char* end);
  ast::Expr* parse_expression(const char* start, const char* end, const Token& token, FieldLocator& locator);
  ast::Expr* constant(Ref<Str> text, const ast::Location& loc, Str* kind);

  LiteralHost& host_;
  ast::Location loc_;
  Str* kind_;
  Ref<Str> take_text();
  std::vector<Ref<Str>> text_;  // adjacent parts so far
  std::vector<ast::Expr*> values_;
  bool formatted_ = false;
};

}  // namespace minipy
