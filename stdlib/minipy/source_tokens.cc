#include "stdlib/minipy/source_tokens.h"

#include "runtime/unicode_data.h"

namespace minipy {
namespace {

// Drives the compiler's tokenizer over the lines. Positions of its tokens are lines and bytes, which are the same in
// the text that the compiler sees, where lines end in "\n".
class CompilerLexer {
 public:
  explicit CompilerLexer(SourceTokens& out) : lines_(out.lines()), out_(out) {}

  // True: all was read. False: the library's rules are to read on from `state()`.
  bool run();
  const LexerState& state() const { return state_; }

 private:
  bool make_text();
  bool take(const Token& t);
  bool begins_with_continuation() const;
  bool is_library_name(const Token& t) const;

  std::string_view text_of(const Token& t) const {
    return std::string_view(text_).substr(static_cast<size_t>(t.start), static_cast<size_t>(t.end - t.start));
  }

  const SourceLines& lines_;
  SourceTokens& out_;
  LexerState state_;
  std::string text_;
  int last_line_ = 0;  // lines that the text has
};

// The text as the compiler is given it. False: it holds characters that mean something else there.
bool CompilerLexer::make_text() {
  const std::string& source = lines_.text();
  if (source.find('\0') != source.npos) return false;
  last_line_ = lines_.count();
  // A last line of blanks without a line break counts for nothing.
  size_t blanks;
  if (last_line_ > 0) {
    std::string_view last = lines_.line(last_line_ - 1);
    measure_indentation(last, &blanks);
    if (blanks == last.size()) last_line_--;
  }
  text_.reserve(source.size() + 1);
  for (int i = 0; i < last_line_; i++) {
    std::string_view line = lines_.line(i);
    if (line.ends_with('\n')) line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_of("\r\n") != line.npos) return false;
    text_ += line;
    text_ += '\n';
  }
  return true;
}

bool CompilerLexer::run() {
  if (!make_text()) return false;
  if (!lines_.text().empty() && lines_.text().back() == '\r') return false;
  TokenizerOptions options;
  options.comments = true;
  Tokenizer tokenizer(text_, options, nullptr);
  for (Token t;;) {
    TokenKind kind = tokenizer.next(&t);
    if (!state_.inside && state_.brackets == 0 && begins_with_continuation()) return false;
    if (kind == TokenKind::kEndMarker || (kind == TokenKind::kDedent && t.start == static_cast<int>(text_.size()))) {
      // The DEDENTs before the ENDMARKER are there because the file ends.
      out_.finish(last_line_ + 1, state_.indents.size());
      return true;
    }
    if (kind == TokenKind::kErrorToken || !take(t)) return false;
  }
}

// Indentation is measured by the lines that backslashes join, in the compiler; in the library by the first of them.
bool CompilerLexer::begins_with_continuation() const {
  if (state_.line >= last_line_) return false;
  std::string_view line = lines_.line(state_.line);
  size_t pos;
  measure_indentation(line, &pos);
  return pos < line.size() && line[pos] == '\\';
}

// The library's names consist of what is alphanumeric, which is not quite what identifiers may consist of.
bool CompilerLexer::is_library_name(const Token& t) const {
  std::string_view name = text_of(t);
  for (size_t i = 0; i < name.size();) {
    auto byte = [&](size_t k) { return static_cast<char32_t>(static_cast<unsigned char>(name[i + k])); };
    char32_t c = byte(0);
    size_t length = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    if (length > 1) c &= 0x7Fu >> length;
    for (size_t k = 1; k < length; k++) c = c << 6 | (byte(k) & 0x3F);
    if (c != '_' && !unicode_is_alnum(c)) return false;
    i += length;
  }
  return true;
}

// False: the token is another one for the library.
bool CompilerLexer::take(const Token& t) {
  int line = t.end_lineno - 1;
  if (t.kind == TokenKind::kIndent || t.kind == TokenKind::kDedent) {
    size_t pos;
    int column = measure_indentation(lines_.line(line), &pos);
    if (t.kind == TokenKind::kIndent) {
      state_.indents.push_back(column);
      out_.add(TokenKind::kIndent, line, 0, pos);
    } else {
      state_.indents.pop_back();
      out_.add(TokenKind::kDedent, line, pos, pos);
    }
    state_.line = line;
    state_.pos = pos;
    state_.inside = true;
    return true;
  }
  bool is_name = t.kind > TokenKind::kEncoding || t.kind == TokenKind::kAsync || t.kind == TokenKind::kAwait ||
                 t.kind == TokenKind::kName;
  if (t.kind == TokenKind::kOp || (t.kind == TokenKind::kNotEqual && text_of(t) == "<>") ||
      (is_name && !is_library_name(t))) {
    return false;
  }
  size_t start = static_cast<size_t>(t.col), end = static_cast<size_t>(t.end_col);
  bool line_ends = t.kind == TokenKind::kNewline || t.kind == TokenKind::kNl;
  if (line_ends) end = lines_.line(line).size();
  // A NEWLINE that is not written is one of the things that end a file; within brackets the library says of the end
  // only that it is one.
  if (start == end && (t.kind == TokenKind::kNewline || (t.kind == TokenKind::kNl && t.level > 0))) {
    // Nothing.
  } else if (t.lineno == t.end_lineno) {
    out_.add(is_name ? TokenKind::kName : t.kind, line, start, end);
  } else {
    out_.add_across(t.kind, t.lineno - 1, start, line, end, line);
  }
  state_.line = line_ends ? line + 1 : line;
  state_.pos = line_ends ? 0 : end;
  state_.inside = !line_ends;
  state_.brackets = t.level;
  return true;
}

}  // namespace

SourceTokenError tokenize_source(const SourceLines& lines, SourceTokens& out) {
  out.begin();
  CompilerLexer lexer(out);
  if (lexer.run()) return {};
  return LibraryLexer(lexer.state(), out).run();
}

}  // namespace minipy
