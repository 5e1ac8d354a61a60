// The rules of the library's `tokenize`, which reads line by line and takes of each the first of: a comment, the quotes
// of a multi-line string, a number, a line break, an operator, a string, a name.
#include <cstring>

#include "runtime/unicode_data.h"
#include "stdlib/minipy/source_tokens.h"

namespace minipy {
namespace {

constexpr int kTabSize = 8;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\f'; }
bool is_one_of(char c, const char* set) { return c && std::strchr(set, c); }
bool is_hex_digit(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_octal_digit(char c) { return c >= '0' && c <= '7'; }
bool is_zero(char c) { return c == '0'; }
bool is_binary_digit(char c) { return c == '0' || c == '1'; }

// The character at `i`; 0 behind the end.
char at(std::string_view s, size_t i) { return i < s.size() ? s[i] : '\0'; }

// The code point at `i` of valid UTF-8 and its length.
char32_t decode(std::string_view s, size_t i, size_t* length) {
  auto byte = [&](size_t k) { return static_cast<char32_t>(static_cast<unsigned char>(at(s, i + k))); };
  char32_t first = byte(0);
  if (first < 0x80) return *length = 1, first;
  if (first < 0xE0) return *length = 2, (first & 0x1F) << 6 | (byte(1) & 0x3F);
  if (first < 0xF0) return *length = 3, (first & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
  return *length = 4, (first & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F);
}

// ---- Each returns the end of what it matches at `i`, or npos.

constexpr size_t kNo = std::string_view::npos;

// Digits, single underscores between them: (?:_?[...])*
template <bool (*kIs)(char)>
size_t more_digits(std::string_view s, size_t i) {
  for (;;) {
    size_t next = at(s, i) == '_' ? i + 1 : i;
    if (!kIs(at(s, next))) return i;
    i = next + 1;
  }
}
template <bool (*kIs)(char)>
size_t digits(std::string_view s, size_t i) {
  return kIs(at(s, i)) ? more_digits<kIs>(s, i + 1) : kNo;
}

size_t exponent(std::string_view s, size_t i) {
  if (!is_one_of(at(s, i), "eE")) return kNo;
  return digits<is_digit>(s, i + (is_one_of(at(s, i + 1), "+-") ? 2 : 1));
}

size_t floating(std::string_view s, size_t i) {
  size_t whole = digits<is_digit>(s, i);
  size_t point = whole == kNo ? i : whole;
  size_t end = kNo;
  if (at(s, point) == '.') {
    size_t fraction = digits<is_digit>(s, point + 1);
    if (fraction != kNo) {
      end = fraction;
    } else if (whole != kNo) {
      end = point + 1;
    }
  }
  if (end == kNo) return whole == kNo ? kNo : exponent(s, whole);
  size_t with_exponent = exponent(s, end);
  return with_exponent == kNo ? end : with_exponent;
}

size_t prefixed_integer(std::string_view s, size_t i) {
  char letter = at(s, i + 1);
  size_t end = i + 2;
  if (at(s, i) != '0') return kNo;
  if (is_one_of(letter, "xX")) end = more_digits<is_hex_digit>(s, i + 2);
  if (is_one_of(letter, "bB")) end = more_digits<is_binary_digit>(s, i + 2);
  if (is_one_of(letter, "oO")) end = more_digits<is_octal_digit>(s, i + 2);
  return end > i + 2 ? end : kNo;
}

size_t decimal_integer(std::string_view s, size_t i) {
  if (at(s, i) == '0') return more_digits<is_zero>(s, i + 1);
  return digits<is_digit>(s, i);
}

size_t number(std::string_view s, size_t i) {
  size_t whole = digits<is_digit>(s, i);
  if (whole != kNo && is_one_of(at(s, whole), "jJ")) return whole + 1;
  size_t real = floating(s, i);
  if (real != kNo) return is_one_of(at(s, real), "jJ") ? real + 1 : real;
  size_t prefixed = prefixed_integer(s, i);
  return prefixed != kNo ? prefixed : decimal_integer(s, i);
}

// "\n" or "\r\n".
size_t line_break(std::string_view s, size_t i) {
  if (at(s, i) == '\r') i++;
  return at(s, i) == '\n' ? i + 1 : kNo;
}

size_t operator_end(std::string_view s, size_t i, TokenKind* kind) {
  for (size_t length = 3; length > 0; length--) {
    if (i + length > s.size()) continue;
    *kind = token_from_spelling(s.substr(i, length));
    if (*kind >= TokenKind::kLPar && *kind <= TokenKind::kColonEqual) return i + length;
  }
  return kNo;
}

// The opening quote after the prefix of a string.
size_t string_quote(std::string_view s, size_t i) {
  auto lower = [&](size_t k) { return static_cast<char>(at(s, k) | 0x20); };
  auto quote = [&](size_t k) { return at(s, k) == '\'' || at(s, k) == '"'; };
  if (quote(i)) return i;
  if (!is_one_of(lower(i), "brfu")) return kNo;
  if (quote(i + 1)) return i + 1;
  bool raw_first = lower(i) == 'r' && is_one_of(lower(i + 1), "bf");
  bool raw_second = is_one_of(lower(i), "bf") && lower(i + 1) == 'r';
  return (raw_first || raw_second) && quote(i + 2) ? i + 2 : kNo;
}

// The end of a string whose inside begins at `i`: behind its closing quote, or, with `*open`, behind the backslash and
// line break that end the line.
size_t short_string_end(std::string_view s, size_t i, char quote, bool* open) {
  *open = false;
  for (; i < s.size(); i++) {
    if (s[i] == quote) return i + 1;
    if (s[i] == '\n') return kNo;
    if (s[i] != '\\') continue;
    size_t next = line_break(s, i + 1);
    if (next != kNo) {
      *open = true;
      return next;
    }
    i++;
  }
  return kNo;
}

// The end of a string that began in an earlier line, or of one in three quotes.
size_t long_string_end(std::string_view s, size_t i, std::string_view quotes) {
  for (; i < s.size(); i++) {
    if (s.substr(i, quotes.size()) == quotes) return i + quotes.size();
    if (s[i] == '\\' && at(s, ++i) == '\n') return kNo;
  }
  return kNo;
}

size_t name_end(std::string_view s, size_t i) {
  while (i < s.size()) {
    size_t length;
    char32_t c = decode(s, i, &length);
    if (c != '_' && !unicode_is_alnum(c)) break;
    i += length;
  }
  return i;
}

}  // namespace

int measure_indentation(std::string_view line, size_t* pos) {
  int column = 0;
  size_t i = 0;
  for (; i < line.size() && is_blank(line[i]); i++) {
    column = line[i] == ' ' ? column + 1 : line[i] == '\t' ? (column / kTabSize + 1) * kTabSize : 0;
  }
  *pos = i;
  return column;
}

int SourceTokens::column(int line, size_t pos) {
  if (line != counted_line_ || pos < counted_pos_) {
    counted_line_ = line;
    counted_pos_ = 0;
    counted_column_ = 0;
  }
  std::string_view text = lines_.line(line);
  for (; counted_pos_ < pos; counted_pos_++) {
    counted_column_ += (static_cast<unsigned char>(text[counted_pos_]) & 0xC0) != 0x80;
  }
  return counted_column_;
}

void SourceTokens::add(TokenKind kind, int line, size_t start, size_t end) {
  std::string_view text = lines_.line(line);
  int start_col = column(line, start);
  tokens_.push_back({kind, text.substr(start, end - start), line + 1, start_col, line + 1, column(line, end), text});
}

void SourceTokens::add_across(TokenKind kind, int start_line, size_t start, int line, size_t end, int last_line_shown) {
  const char* begin = lines_.line(start_line).data() + start;
  std::string_view text(begin, static_cast<size_t>(lines_.line(line).data() + end - begin));
  int start_col = column(start_line, start);
  tokens_.push_back(
      {kind, text, start_line + 1, start_col, line + 1, column(line, end), lines_.lines(start_line, last_line_shown)});
}

void SourceTokens::finish(int row, size_t indents) {
  if (row >= 2) {
    // The last line that was read is the one above `row`.
    std::string_view last = lines_.line(row - 2);
    size_t i = 0, length;
    while (i < last.size() && unicode_is_space(decode(last, i, &length))) i += length;
    if (!is_one_of(last.back(), "\r\n") && at(last, i) != '#') {
      int end = column(row - 2, last.size());
      tokens_.push_back({TokenKind::kNewline, "", row - 1, end, row - 1, end + 1, ""});
    }
  }
  for (size_t i = 1; i < indents; i++) tokens_.push_back({TokenKind::kDedent, "", row, 0, row, 0, ""});
  tokens_.push_back({TokenKind::kEndMarker, "", row, 0, row, 0, ""});
}

SourceTokenError LibraryLexer::run() {
  for (; state_.line < lines_.count(); state_.line++, state_.inside = false) {
    if (!state_.inside) {
      state_.pos = 0;
      if (in_string_) {
        if (!continue_string()) continue;
      } else if (state_.brackets == 0 && !continued_) {
        SourceTokenError error;
        bool next_line = false;
        if (!begin_statement(error, &next_line)) {
          if (error.message) return error;
          break;
        }
        if (next_line) continue;
      } else {
        continued_ = false;
      }
    }
    read_line();
  }
  int row = state_.line + 1;
  if (in_string_) {
    return {"EOF in multi-line string", string_line_ + 1, out_.column(string_line_, string_start_), true};
  }
  if (state_.line == lines_.count() && (state_.brackets != 0 || continued_)) {
    return {"EOF in multi-line statement", row, 0, true};
  }
  out_.finish(row, state_.indents.size());
  return {};
}

// The beginning of a line that begins a statement. False: an error, or (without one) the end of the file.
bool LibraryLexer::begin_statement(SourceTokenError& error, bool* next_line) {
  std::string_view line = lines_.line(state_.line);
  size_t pos;
  int column = measure_indentation(line, &pos);
  if (pos == line.size()) return false;
  state_.pos = pos;
  if (is_one_of(line[pos], "#\r\n")) {
    if (line[pos] == '#') {
      size_t end = line.size();
      while (end > pos && is_one_of(line[end - 1], "\r\n")) end--;
      add(TokenKind::kComment, pos, end);
      pos = end;
    }
    add(TokenKind::kNl, pos, line.size());
    return *next_line = true;
  }
  std::vector<int>& indents = state_.indents;
  if (column > indents.back()) {
    indents.push_back(column);
    add(TokenKind::kIndent, 0, pos);
  }
  while (column < indents.back()) {
    bool known = false;
    for (int indent : indents) known |= indent == column;
    if (!known) {
      error = {"unindent does not match any outer indentation level", state_.line + 1, out_.column(state_.line, pos)};
      return false;
    }
    indents.pop_back();
    add(TokenKind::kDedent, pos, pos);
  }
  return true;
}

// The next line of a string. True: it ends here, and the rest of the line is to be read.
bool LibraryLexer::continue_string() {
  std::string_view line = lines_.line(state_.line);
  size_t end = long_string_end(line, 0, quotes_);
  if (end != kNo) {
    out_.add_across(TokenKind::kString, string_line_, string_start_, state_.line, end, state_.line);
    in_string_ = must_continue_ = false;
    state_.pos = end;
    return true;
  }
  if (must_continue_ && !line.ends_with("\\\n") && !line.ends_with("\\\r\n")) {
    out_.add_across(TokenKind::kErrorToken, string_line_, string_start_, state_.line, line.size(), state_.line - 1);
    in_string_ = false;
  }
  return false;
}

void LibraryLexer::read_line() {
  std::string_view line = lines_.line(state_.line);
  while (state_.pos < line.size()) {
    Match m = match(line, state_.pos);
    if (m.form == Form::kNone) {
      size_t length;
      decode(line, state_.pos, &length);
      add(TokenKind::kErrorToken, state_.pos, state_.pos + length);
      state_.pos += length;
    } else {
      state_.pos = m.end;
      if (!take(m)) return;
    }
  }
}

// False: the rest of the line belongs to a string that goes on in the next one.
bool LibraryLexer::take(const Match& m) {
  std::string_view line = lines_.line(state_.line);
  auto begin_string = [&](size_t quote_count) {
    in_string_ = true;
    string_line_ = state_.line;
    string_start_ = m.start;
    quotes_ = line.substr(m.quote, quote_count);
    return false;
  };
  switch (m.form) {
    case Form::kNone:
    case Form::kNothing: return true;
    case Form::kContinuation: return continued_ = true;
    case Form::kComment: add(TokenKind::kComment, m.start, m.end); return true;
    case Form::kNumber: add(TokenKind::kNumber, m.start, m.end); return true;
    case Form::kString: add(TokenKind::kString, m.start, m.end); return true;
    case Form::kLineBreak: add(state_.brackets > 0 ? TokenKind::kNl : TokenKind::kNewline, m.start, m.end); return true;
    case Form::kOpenString: must_continue_ = true; return begin_string(1);
    case Form::kTripleQuote: {
      size_t end = long_string_end(line, m.end, line.substr(m.quote, 3));
      if (end == kNo) return begin_string(3);
      add(TokenKind::kString, m.start, end);
      state_.pos = end;
      return true;
    }
    case Form::kName: {
      // What is a letter or digit to `\w` but begins no identifier passes for an operator.
      size_t length;
      char32_t first = decode(line, m.start, &length);
      bool identifier = first == '_' || unicode_is_xid_start(first);
      add(identifier ? TokenKind::kName : TokenKind::kOp, m.start, m.end);
      return true;
    }
    case Form::kOperator:
      if (is_one_of(line[m.start], "([{")) state_.brackets++;
      if (is_one_of(line[m.start], ")]}")) state_.brackets--;
      add(m.kind, m.start, m.end);
      return true;
  }
  return true;
}

LibraryLexer::Match LibraryLexer::match(std::string_view line, size_t pos) const {
  Match m;
  while (is_blank(at(line, pos))) pos++;
  m.start = pos;
  auto found = [&](Form form, size_t end) {
    m.form = form;
    m.end = end;
    return m;
  };
  if (pos == line.size()) return found(Form::kNothing, pos);
  if (line[pos] == '\\') {
    size_t end = line_break(line, pos + 1);
    return end == kNo ? m : found(Form::kContinuation, end);
  }
  if (line[pos] == '#') {
    size_t end = line.find_first_of("\r\n", pos);
    return found(Form::kComment, end == kNo ? line.size() : end);
  }
  size_t quote = string_quote(line, pos);
  if (quote != kNo && at(line, quote + 1) == line[quote] && at(line, quote + 2) == line[quote]) {
    m.quote = quote;
    return found(Form::kTripleQuote, quote + 3);
  }
  if (size_t end = number(line, pos); end != kNo) return found(Form::kNumber, end);
  if (size_t end = line_break(line, pos); end != kNo) return found(Form::kLineBreak, end);
  if (size_t end = operator_end(line, pos, &m.kind); end != kNo) return found(Form::kOperator, end);
  if (quote != kNo) {
    bool open;
    size_t end = short_string_end(line, quote + 1, line[quote], &open);
    m.quote = quote;
    if (end != kNo) return found(open ? Form::kOpenString : Form::kString, end);
  }
  size_t end = name_end(line, pos);
  return end > pos ? found(Form::kName, end) : m;
}

}  // namespace minipy
