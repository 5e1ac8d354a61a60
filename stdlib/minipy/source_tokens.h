// The tokens of a source file as module `tokenize` of the library gives them: comments, line breaks that end nothing,
// the encoding, positions in characters. They come from the compiler's tokenizer (compiler/tokenizer.h). Where that
// stops, because the program is wrong, or where the library sees it differently, `LibraryLexer` reads on by the
// library's rules, which know wrong characters (ERRORTOKEN) but hardly any wrong program.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/tokenizer.h"
#include "stdlib/minipy/source_lines.h"

namespace minipy {

struct SourceToken {
  TokenKind kind;                              // exact: that of the operator; NAME for keywords
  std::string_view text;                       // as written
  int start_row, start_col, end_row, end_col;  // rows from 1, columns in characters from 0
  std::string_view line;                       // the physical line, or all lines of a string
  // The kind in which all operators are OP.
  TokenKind plain_kind() const { return kind >= TokenKind::kLPar && kind <= TokenKind::kOp ? TokenKind::kOp : kind; }
};

// Why the tokens end early.
struct SourceTokenError {
  const char* message = nullptr;  // null: they do not
  int row = 0, col = 0;
  bool at_end = false;  // the source ends too early
};

// The tokens found so far. Their texts are parts of the lines (or of static strings).
class SourceTokens {
 public:
  explicit SourceTokens(const SourceLines& lines) : lines_(lines) {}
  const SourceLines& lines() const { return lines_; }
  const std::vector<SourceToken>& tokens() const { return tokens_; }

  // The ENCODING token, where there is an encoding.
  void begin() {
    if (!lines_.encoding().empty()) tokens_.push_back({TokenKind::kEncoding, lines_.encoding(), 0, 0, 0, 0, ""});
  }
  // A token within a line (`line` counts from 0), from byte `start` to byte `end`.
  void add(TokenKind kind, int line, size_t start, size_t end);
  // One that began in an earlier line. Shown with the lines up to `last_line_shown`.
  void add_across(TokenKind kind, int start_line, size_t start, int line, size_t end, int last_line_shown);
  // What every file ends with: a NEWLINE where the last line has none, DEDENTs, ENDMARKER. `row` is the last one.
  void finish(int row, size_t indents);
  // The column in characters, from 0, of a byte of a line.
  int column(int line, size_t pos);

 private:
  const SourceLines& lines_;
  std::vector<SourceToken> tokens_;
  // Where `column` last was, so that long lines are not counted from their beginning again and again.
  int counted_line_ = -1;
  size_t counted_pos_ = 0;
  int counted_column_ = 0;
};

// All tokens of the lines.
SourceTokenError tokenize_source(const SourceLines& lines, SourceTokens& out);

// Where a lexer stands.
struct LexerState {
  int line = 0;         // index of the line
  size_t pos = 0;       // byte in it
  bool inside = false;  // within the line; false: at its beginning, nothing of it is read
  int brackets = 0;     // open ones; negative after too many closing ones
  std::vector<int> indents = {0};
};

// The column that an indentation comes to, and in *pos its length in bytes.
int measure_indentation(std::string_view line, size_t* pos);

// Reads the rest of the lines from a state on.
class LibraryLexer {
 public:
  LibraryLexer(const LexerState& state, SourceTokens& out) : lines_(out.lines()), state_(state), out_(out) {}
  SourceTokenError run();

 private:
  enum class Form {
    kNone,
    kNothing,
    kContinuation,
    kComment,
    kTripleQuote,
    kNumber,
    kLineBreak,
    kOperator,
    kString,
    kOpenString,
    kName
  };
  struct Match {
    Form form = Form::kNone;
    size_t start = 0, end = 0;
    size_t quote = 0;  // of the opening quote of a string
    TokenKind kind = TokenKind::kOp;
  };

  bool begin_statement(SourceTokenError& error, bool* next_line);
  bool continue_string();
  void read_line();
  bool take(const Match& m);
  Match match(std::string_view line, size_t pos) const;
  void add(TokenKind kind, size_t start, size_t end) { out_.add(kind, state_.line, start, end); }

  const SourceLines& lines_;
  LexerState state_;
  SourceTokens& out_;
  bool continued_ = false;  // the line before ended in a backslash
  // A string that goes on in the next line: where it began, its quotes. `must_continue_`: each line but the last ends
  // in a backslash. (The library does not take that back after an error, and so takes the first line of the next
  // multi-line string for an error, too.)
  bool in_string_ = false;
  bool must_continue_ = false;
  int string_line_ = 0;
  size_t string_start_ = 0;
  std::string_view quotes_;
};

}  // namespace minipy
