// What the fast parser and the diagnosing one share: the arena, identifiers, literals.
//
// Both meet the same literals, and both must evaluate them the same way; they differ in what happens on an error and in
// how the expressions inside an f-string are parsed. The fast parser fails silently (the source is then parsed again by
// the diagnosing one), the diagnosing parser raises.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/arena.h"
#include "compiler/ast.h"
#include "compiler/parse.h"
#include "compiler/tokenizer.h"

namespace minipy {

// Identifiers of one compilation: text to interned string, kept alive by the arena.
class IdentifierTable {
 public:
  explicit IdentifierTable(Arena& arena) : arena_(arena) {}
  // The interned string of an identifier's source text, in normal form NFKC (language reference 2.3). `text` outlives
  // the table. Null: an exception is pending.
  Str* intern(std::string_view text);
  // As intern, for a text that does not.
  Str* intern_copy(std::string_view text);

 private:
  struct Entry {
    std::string_view text;
    size_t hash;
    Str* name;
  };
  Ref<Str> make(std::string_view text);
  Ref<Str> normalize(Str* name);
  void grow();
  Arena& arena_;
  Ref<Object> normalize_;       // the function of module unicodedata, once an identifier has asked for it
  std::vector<Entry> entries_;  // open addressing; empty entries have a null name
  size_t used_ = 0;
};

// A warning found while parsing, to be issued when the whole source has turned out to be right.
struct ParseWarning {
  Type* category;
  Ref<Str> message;
  int32_t offset;  // in the source: CPython issues warnings as it reads on
  Token token;     // the number (its end as far as read) or string
};

// Shared by a parser and those of the f-string expressions inside its source.
struct ParseContext {
  ParseContext(Arena& arena, Str* filename, const ParseOptions& options)
      : arena(arena), filename(filename), options(options), identifiers(arena) {}

  Arena& arena;
  Str* filename;
  const ParseOptions& options;
  IdentifierTable identifiers;
  // For the source itself, and for an expression in it.
  TokenizerOptions source_options(AfterSource after) const {
    TokenizerOptions result = tokenizer_options();
    result.after_source = after;
    result.interactive = options.interactive;
    return result;
  }
  TokenizerOptions tokenizer_options() const {
    return {.type_comments = options.type_comments, .async_as_names = options.feature_version < 7};
  }
};

// One replacement field's expression in an f-string, to be parsed by whoever parses the f-string.
struct FStringField {
  std::string_view source;  // "(expression)", NUL-terminated, in the arena
  const Token* string;      // the STRING token that it stands in
  // Where its opening brace stands in the token: line breaks before it, bytes from the last one (or the token's start).
  int lines;
  int columns;

  // Positions in `source` are reported as positions in the file: the first line begins where the brace stands.
  int first_lineno() const { return string->lineno + lines; }
  int column_shift() const { return lines > 0 ? columns : string->col + columns; }
  void adjust(Token& token) const {
    if (token.end_lineno != first_lineno()) return;
    int shift = column_shift();
    // Unknown columns (-1) too, as CPython does: the error reports show it.
    token.col += shift;
    token.end_col += shift;
  }
};

// The part of a parser that the literals' evaluation calls back.
class LiteralHost {
 public:
  explicit LiteralHost(ParseContext& context) : context(context) {}
  // Both report an error and return null. `message` is a complete one. At the last token read, as CPython reports
  // errors inside of string literals, or at the token.
  virtual std::nullptr_t error_at_last_token(std::string_view message) = 0;
  virtual std::nullptr_t error_at_token(const Token& token, std::string_view message) = 0;
  // DeprecationWarning about the token. False: it became an error.
  virtual bool warn_invalid_escape(const Token& token, std::string_view message) = 0;
  virtual ast::Expr* parse_fstring_field(const FStringField& field) = 0;
  virtual std::string_view token_text(const Token& token) const = 0;

  ParseContext& context;

 protected:
  ~LiteralHost() = default;
};

// The value of a NUMBER token: int, float or complex. Null with an exception pending: ValueError for an int above the
// limit of digits, MemoryError.
Object* parse_number(Arena& arena, std::string_view text);

// The value of adjacent STRING tokens: a Constant, or a JoinedStr if one is an f-string.
ast::Expr* parse_strings(LiteralHost& host, const Token* tokens, int count, const ast::Location& loc);

}  // namespace minipy
