// Source text to tokens (language reference, "Lexical analysis").
//
// The tokenizer is pure: it allocates nothing while tokenizing, calls no runtime code but the character properties, and
// records an error instead of raising it, so that the fast parser can use it silently, and the diagnosing one turn the
// record into the SyntaxError (compiler/syntax_error.h).
#pragma once

#include <cstdint>
#include <string_view>

namespace minipy {

enum class TokenKind : uint8_t {
#define TOKEN(PYTHON_NAME, name, number, spelling) name = number,
#define KEYWORD(name, spelling)                    name,
#include "compiler/token.def"
};
inline constexpr int kTokenKinds = 64 + 33;

// The name that module `token` gives the kind ("NAME" for keywords).
const char* token_name(TokenKind kind);
// How an operator or keyword is written; "" where it varies.
const char* token_spelling(TokenKind kind);
// The kind for an operator's or keyword's spelling; kErrorToken if there is none.
TokenKind token_from_spelling(std::string_view spelling);

struct Token {
  TokenKind kind = TokenKind::kEndMarker;
  uint8_t level = 0;  // open brackets after the token
  int32_t start = 0;  // offsets in the source
  int32_t end = 0;
  int32_t lineno = 0;  // of the first character, from 1
  int32_t col = 0;     // in bytes; -1: unknown (INDENT, DEDENT, ENDMARKER)
  int32_t end_lineno = 0;
  int32_t end_col = 0;  // -1: unknown
};

// Why tokenizing stopped.
enum class TokenizerStatus : uint8_t {
  kOk,
  kEndOfFile,         // regularly, or inside brackets, or after a backslash (then an ERRORTOKEN was returned)
  kMessage,           // `TokenizerError` says it
  kDedent,            // unindent does not match any outer indentation level
  kTabSpace,          // inconsistent use of tabs and spaces
  kTooDeep,           // too many levels of indentation
  kLineContinuation,  // unexpected character after line continuation character
  kDecode,            // an identifier is not valid UTF-8
  kRaised,            // a warning became an exception, which is pending
  kUndecodable,       // the next line is not text (AfterSource::kUndecodable)
  kMore,              // the next line has not been read yet (AfterSource::kMore)
};

struct TokenizerError {
  char message[120];       // UTF-8
  int32_t col_offset;      // in characters from 1, -1: at the tokenizer's position
  int32_t end_col_offset;  // likewise
};

// Receives the warnings about number literals.
class TokenizerWarnings {
 public:
  enum class Result { kIssued, kRaised, kMadeError };
  // kMadeError: the warning is to be treated as a SyntaxError with this message; kRaised: another exception is pending.
  // `number` is what has been read of it.
  virtual Result warn_invalid_literal(const char* message, const Token& number) = 0;

 protected:
  ~TokenizerWarnings() = default;
};

// What comes after the last line of the source.
enum class AfterSource : uint8_t { kEnd, kUndecodable, kMore };

struct TokenizerOptions {
  AfterSource after_source = AfterSource::kEnd;
  // Lines come from somebody who types: an empty one ends a block, and a first line without code is an empty statement.
  bool interactive = false;
  bool type_comments = false;
  bool async_as_names = false;  // before 3.7: `async` and `await` are keywords only inside `async def`
  // Like a module of CPython's `tokenize` command: COMMENT and NL tokens too.
  bool comments = false;
};

class Tokenizer {
 public:
  static constexpr int kMaxIndent = 100;
  static constexpr int kMaxBrackets = 200;

  // `source` outlives the tokenizer, is followed by a NUL byte, holds no `\r`. Positions start at first_lineno.
  Tokenizer(std::string_view source, const TokenizerOptions& options, TokenizerWarnings* warnings,
            int first_lineno = 1);

  // The next token; at the end ENDMARKER, again and again. kErrorToken: see status().
  TokenKind next(Token* token);

  TokenizerStatus status() const { return status_; }
  const TokenizerError& error() const { return error_; }
  // The end of the input has been seen: after the last token, as the character that ends it, or inside a string
  // literal.
  bool at_end() const {
    return status_ == TokenizerStatus::kOk ? saw_end_ : status_ == TokenizerStatus::kEndOfFile || unterminated_at_end_;
  }
  std::string_view source() const { return {begin_, static_cast<size_t>(end_ - begin_)}; }

  // The position, as error reports need it. Lines count from first_lineno.
  int lineno() const { return lineno_; }
  // What was read of the token that made an error.
  std::string_view error_text() const { return {start_, static_cast<size_t>(cur_ - start_)}; }
  const char* cursor() const { return cur_; }
  const char* line_start() const { return line_start_; }
  const char* multi_line_start() const { return multi_line_start_; }
  int first_lineno_of_string() const { return first_lineno_; }
  // The end of what was read: just after the line of the cursor.
  const char* read_end() const { return read_end_; }
  // The beginning of the line in which the current token began.
  const char* buffer_start() const { return buffer_; }

  // Open brackets.
  int level() const { return level_; }
  char open_bracket() const { return brackets_[level_ - 1].character; }
  int open_bracket_lineno() const { return brackets_[level_ - 1].lineno; }
  int open_bracket_col() const { return brackets_[level_ - 1].col; }

  int indent() const { return indent_; }
  // `single` mode: the end of input closes all blocks.
  void close_blocks() {
    pending_ = -indent_;
    indent_ = 0;
  }
  // Errors found on the second walk over a source do not warn again.
  void silence_warnings() { warnings_ = nullptr; }

 private:
  struct Bracket {
    char character;
    int lineno;
    int col;
  };

  TokenKind next_token();
  TokenKind token_in_line(bool* next_line);
  bool begin_line();
  bool handle_indentation(int col, int altcol);
  bool continue_line();
  TokenKind comment();
  TokenKind name_or_string();
  TokenKind classify_name(const char* start, size_t size);
  TokenKind async_token(TokenKind keyword);
  void leave_async_def();
  bool verify_identifier();
  TokenKind string(const char* quote_start);
  TokenKind number();
  TokenKind prefixed_number(char letter);
  TokenKind number_tail(bool leading_zeros, const char* zeros_end);
  TokenKind fraction();
  TokenKind exponent();
  bool digits();
  bool verify_end_of_number(const char* kind);
  TokenKind operator_token();
  bool bracket(char c);
  void fill(Token* token, TokenKind kind) const;
  [[gnu::cold]] TokenKind fail(TokenizerStatus status);
  [[gnu::cold, gnu::format(printf, 2, 3)]] TokenKind fail_message(const char* format, ...);
  bool read_line();
  // The next character, not consumed; -1 at the end.
  int peek() {
    if (cur_ == read_end_ && !read_line()) [[unlikely]]
      return -1;
    return static_cast<unsigned char>(*cur_);
  }

  const char* begin_;
  const char* end_;
  const char* cur_;               // next character
  const char* start_;             // of the current token; null where it has no text
  const char* line_start_;        // of the line of cur_
  const char* multi_line_start_;  // line_start_ where the current string began
  const char* read_end_;          // end of the line of cur_ (of what has been read)
  const char* buffer_;
  const TokenizerOptions options_;
  TokenizerWarnings* warnings_;
  int lineno_;
  int first_lineno_;  // of the current string
  int level_ = 0;
  int indent_ = 0;   // index of the top of the indentation stacks
  int pending_ = 0;  // INDENT (> 0) or DEDENT (< 0) tokens to return
  bool at_line_start_ = true;
  bool blank_line_ = false;
  bool saw_end_ = false;
  bool unterminated_at_end_ = false;
  TokenizerStatus status_ = TokenizerStatus::kOk;
  // For async_as_names: inside `async def`, its indentation, and whether its NEWLINE has been seen.
  bool async_def_ = false;
  bool async_def_newline_ = false;
  int async_def_indent_ = 0;
  bool has_text_ = false;            // the current token has a position
  const char* token_end_ = nullptr;  // where it differs from cur_
  int columns_[kMaxIndent];
  int alternate_columns_[kMaxIndent];
  Bracket brackets_[kMaxBrackets];
  TokenizerError error_;
};

}  // namespace minipy
