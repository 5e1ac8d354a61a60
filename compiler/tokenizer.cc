#include "compiler/tokenizer.h"

#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "runtime/unicode_data.h"

namespace minipy {

namespace {

constexpr int kTabSize = 8;

enum CharClass : uint8_t {
  kNameStart = 1,  // may begin an identifier (non-ASCII: to be verified)
  kDigit = 2,
  kNamePart = 4,
  kHexDigit = 8,
  kBlank = 16,  // separates tokens within a line
};

constexpr std::array<uint8_t, 256> make_char_classes() {
  std::array<uint8_t, 256> classes{};
  for (int c = 0; c < 256; c++) {
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 128;
    bool digit = c >= '0' && c <= '9';
    bool hex = digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    classes[c] = static_cast<uint8_t>((letter ? kNameStart | kNamePart : 0) | (digit ? kDigit | kNamePart : 0) |
                                      (hex ? kHexDigit : 0) | (c == ' ' || c == '\t' || c == '\f' ? kBlank : 0));
  }
  return classes;
}
constexpr std::array<uint8_t, 256> kCharClasses = make_char_classes();

inline bool has_class(char c, uint8_t classes) { return (kCharClasses[static_cast<uint8_t>(c)] & classes) != 0; }
inline bool is_digit(char c) { return has_class(c, kDigit); }

constexpr const char* kTokenNames[kTokenKinds] = {
#define TOKEN(PYTHON_NAME, name, number, spelling) #PYTHON_NAME,
#define KEYWORD(name, spelling)                    "NAME",
#include "compiler/token.def"
};
constexpr std::string_view kTokenSpellings[kTokenKinds] = {
#define TOKEN(PYTHON_NAME, name, number, spelling) spelling,
#define KEYWORD(name, spelling)                    spelling,
#include "compiler/token.def"
};

// Keywords by length and first letter: at most three comparisons for a name.
struct KeywordBucket {
  uint8_t count = 0;
  TokenKind kinds[3]{};
};
constexpr size_t kLongestKeyword = 8;
constexpr auto make_keyword_table() {
  std::array<std::array<KeywordBucket, 26>, kLongestKeyword + 1> table{};
  auto add = [&](TokenKind kind, std::string_view text) {
    char first = text[0];
    int letter = first >= 'a' ? first - 'a' : first - 'A';
    KeywordBucket& bucket = table[text.size()][static_cast<size_t>(letter)];
    bucket.kinds[bucket.count++] = kind;
  };
#define KEYWORD(name, spelling) add(TokenKind::name, spelling);
#include "compiler/token.def"
  add(TokenKind::kAsync, "async");
  add(TokenKind::kAwait, "await");
  return table;
}
constexpr auto kKeywordTable = make_keyword_table();

constexpr TokenKind kNoToken = TokenKind::kErrorToken;
constexpr std::array<TokenKind, 128> make_single_tokens() {
  std::array<TokenKind, 128> table{};
  for (TokenKind& kind : table) kind = TokenKind::kOp;
  for (size_t i = 0; i < 64; i++) {
    if (kTokenSpellings[i].size() == 1)
      table[static_cast<unsigned char>(kTokenSpellings[i][0])] = static_cast<TokenKind>(i);
  }
  return table;
}
constexpr std::array<TokenKind, 128> kSingleTokens = make_single_tokens();

// The operator that a character makes together with `=` after it.
TokenKind with_equal(TokenKind kind) {
  switch (kind) {
    case TokenKind::kPlus: return TokenKind::kPlusEqual;
    case TokenKind::kMinus: return TokenKind::kMinEqual;
    case TokenKind::kStar: return TokenKind::kStarEqual;
    case TokenKind::kSlash: return TokenKind::kSlashEqual;
    case TokenKind::kPercent: return TokenKind::kPercentEqual;
    case TokenKind::kAmper: return TokenKind::kAmperEqual;
    case TokenKind::kVBar: return TokenKind::kVBarEqual;
    case TokenKind::kCircumflex: return TokenKind::kCircumflexEqual;
    case TokenKind::kAt: return TokenKind::kAtEqual;
    case TokenKind::kEqual: return TokenKind::kEqEqual;
    case TokenKind::kLess: return TokenKind::kLessEqual;
    case TokenKind::kGreater: return TokenKind::kGreaterEqual;
    case TokenKind::kColon: return TokenKind::kColonEqual;
    case TokenKind::kDoubleStar: return TokenKind::kDoubleStarEqual;
    case TokenKind::kDoubleSlash: return TokenKind::kDoubleSlashEqual;
    case TokenKind::kLeftShift: return TokenKind::kLeftShiftEqual;
    case TokenKind::kRightShift: return TokenKind::kRightShiftEqual;
    default: return kNoToken;
  }
}

// The operator that a character makes when doubled.
TokenKind doubled(TokenKind kind) {
  switch (kind) {
    case TokenKind::kStar: return TokenKind::kDoubleStar;
    case TokenKind::kSlash: return TokenKind::kDoubleSlash;
    case TokenKind::kLess: return TokenKind::kLeftShift;
    case TokenKind::kGreater: return TokenKind::kRightShift;
    default: return kNoToken;
  }
}

// Decodes one UTF-8 sequence at p (at least one byte before end) into *c; returns its length, 0 if malformed.
int decode_utf8(const char* p, const char* end, char32_t* c) {
  auto byte = [&](int i) { return static_cast<uint8_t>(p[i]); };
  auto continuation = [&](int i) { return p + i < end && (byte(i) & 0xC0) == 0x80; };
  if (byte(0) < 0x80) {
    *c = byte(0);
    return 1;
  }
  if (byte(0) >= 0xC2 && byte(0) < 0xE0 && continuation(1)) {
    *c = static_cast<char32_t>((byte(0) & 0x1F) << 6 | (byte(1) & 0x3F));
    return 2;
  }
  if (byte(0) >= 0xE0 && byte(0) < 0xF0 && continuation(1) && continuation(2)) {
    *c = static_cast<char32_t>((byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F));
    return *c < 0x800 || (*c >= 0xD800 && *c < 0xE000) ? 0 : 3;
  }
  if (byte(0) >= 0xF0 && byte(0) < 0xF5 && continuation(1) && continuation(2) && continuation(3)) {
    *c = static_cast<char32_t>((byte(0) & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 |
                               (byte(3) & 0x3F));
    return *c < 0x10000 || *c > 0x10FFFF ? 0 : 4;
  }
  return 0;
}

}  // namespace

const char* token_name(TokenKind kind) { return kTokenNames[static_cast<int>(kind)]; }
const char* token_spelling(TokenKind kind) { return kTokenSpellings[static_cast<int>(kind)].data(); }
TokenKind token_from_spelling(std::string_view spelling) {
  for (int i = 0; i < kTokenKinds; i++) {
    if (!spelling.empty() && kTokenSpellings[i] == spelling) return static_cast<TokenKind>(i);
  }
  return TokenKind::kErrorToken;
}

Tokenizer::Tokenizer(std::string_view source, const TokenizerOptions& options, TokenizerWarnings* warnings,
                     int first_lineno)
    : begin_(source.data()),
      end_(source.data() + source.size()),
      cur_(begin_),
      start_(nullptr),
      line_start_(begin_),
      multi_line_start_(begin_),
      read_end_(begin_),
      buffer_(begin_),
      options_(options),
      warnings_(warnings),
      lineno_(first_lineno - 1),
      first_lineno_(first_lineno - 1) {
  columns_[0] = alternate_columns_[0] = 0;
}

// Lines are taken up one by one, as if read from a file: `lineno_` and `line_start_` change when the first character of
// the next line is asked for, which is where error reports take them from.
bool Tokenizer::read_line() {
  if (status_ != TokenizerStatus::kOk) return false;
  if (read_end_ == end_) {
    switch (options_.after_source) {
      case AfterSource::kEnd: status_ = TokenizerStatus::kEndOfFile; break;
      case AfterSource::kUndecodable: status_ = TokenizerStatus::kUndecodable; break;
      case AfterSource::kMore: status_ = TokenizerStatus::kMore; break;
    }
    return false;
  }
  if (!start_) buffer_ = cur_;
  line_start_ = cur_;
  lineno_++;
  const void* newline = std::memchr(cur_, '\n', static_cast<size_t>(end_ - cur_));
  read_end_ = newline ? static_cast<const char*>(newline) + 1 : end_;
  return true;
}

TokenKind Tokenizer::fail(TokenizerStatus status) {
  status_ = status;
  return TokenKind::kErrorToken;
}

TokenKind Tokenizer::fail_message(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(error_.message, sizeof error_.message, format, arguments);
  va_end(arguments);
  error_.col_offset = error_.end_col_offset = -1;
  return fail(TokenizerStatus::kMessage);
}

TokenKind Tokenizer::next(Token* token) {
  token_end_ = nullptr;
  TokenKind kind = next_token();
  if (kind == TokenKind::kErrorToken) has_text_ = false;
  // Names, numbers and operators end where the next character says so; strings at their quote.
  if (cur_ == end_ && kind != TokenKind::kString && kind != TokenKind::kNewline) saw_end_ = true;
  fill(token, kind);
  return kind;
}

void Tokenizer::fill(Token* token, TokenKind kind) const {
  token->kind = kind;
  token->level = static_cast<uint8_t>(level_);
  bool is_string = kind == TokenKind::kString;
  token->lineno = is_string ? first_lineno_ : lineno_;
  token->end_lineno = lineno_;
  const char* line = is_string ? multi_line_start_ : line_start_;
  if (!has_text_) {
    token->start = token->end = static_cast<int32_t>(cur_ - begin_);
    token->col = token->end_col = -1;
    return;
  }
  const char* end = token_end_ ? token_end_ : cur_;
  token->start = static_cast<int32_t>(start_ - begin_);
  token->end = static_cast<int32_t>(end - begin_);
  token->col = start_ >= line ? static_cast<int32_t>(start_ - line) : -1;
  token->end_col = end >= line_start_ ? static_cast<int32_t>(end - line_start_) : -1;
}

TokenKind Tokenizer::next_token() {
  // A line of nothing but a type comment has an end of its own; where comments are tokens, the line stays a blank one.
  if (!options_.comments) blank_line_ = false;
  for (;;) {
    has_text_ = false;
    start_ = nullptr;
    if (at_line_start_) {
      at_line_start_ = false;
      blank_line_ = false;
      if (!begin_line()) return TokenKind::kErrorToken;
    }
    start_ = cur_;
    if (pending_ != 0) {
      bool dedent = pending_ < 0;
      pending_ += dedent ? 1 : -1;
      return dedent ? TokenKind::kDedent : TokenKind::kIndent;
    }
    if (options_.async_as_names) [[unlikely]]
      leave_async_def();
    bool next_line = false;
    TokenKind kind = token_in_line(&next_line);
    if (!next_line) return kind;
  }
}

// One token, or *next_line: the line held none (or no further one).
TokenKind Tokenizer::token_in_line(bool* next_line) {
  for (;;) {
    start_ = nullptr;
    int c = peek();
    while (c >= 0 && has_class(static_cast<char>(c), kBlank)) {
      cur_++;
      c = peek();
    }
    start_ = cur_;
    if (c == '#') {
      TokenKind kind = comment();
      if (kind != kNoToken) return kind;
      c = peek();
    }
    if (c < 0) {
      has_text_ = false;
      if (level_ > 0 || status_ != TokenizerStatus::kEndOfFile) return TokenKind::kErrorToken;
      return TokenKind::kEndMarker;
    }
    has_text_ = true;
    char ch = static_cast<char>(c);
    if (has_class(ch, kNameStart)) return name_or_string();
    if (ch == '\n') {
      cur_++;  // after a comment, the token begins where the comment does
      at_line_start_ = true;
      if (blank_line_ || level_ > 0) {
        if (options_.comments) {
          token_end_ = cur_;
          return TokenKind::kNl;
        }
        *next_line = true;
        return kNoToken;
      }
      token_end_ = cur_ - 1;  // the token does not include the line break
      if (async_def_) async_def_newline_ = true;
      return TokenKind::kNewline;
    }
    if (is_digit(ch)) return number();
    if (ch == '\'' || ch == '"') return string(cur_);
    if (ch == '\\') {
      cur_++;
      has_text_ = false;
      if (!continue_line()) return TokenKind::kErrorToken;
      continue;
    }
    return operator_token();
  }
}

// After a backslash: the rest of the line must be a line break, and another line must follow.
bool Tokenizer::continue_line() {
  int c = peek();
  if (c >= 0) cur_++;
  if (c != '\n') {
    fail(TokenizerStatus::kLineContinuation);
    return false;
  }
  if (peek() < 0) {
    cur_ = read_end_;
    return false;
  }
  return true;
}

// Measures the indentation and, unless the line is blank or within brackets, compares it with the enclosing blocks'.
// Tabs count to the next multiple of 8, and in the second measure as one column: the two must agree on what is nested
// deeper (language reference 2.1.8).
bool Tokenizer::begin_line() {
  int col = 0;
  int altcol = 0;
  int continued_col = 0;  // of the first of several lines joined by backslashes
  int c;
  for (;;) {
    c = peek();
    if (c == ' ') {
      col++;
      altcol++;
    } else if (c == '\t') {
      col = (col / kTabSize + 1) * kTabSize;
      altcol++;
    } else if (c == '\f') {
      col = altcol = 0;
    } else if (c == '\\') {
      continued_col = continued_col ? continued_col : col;
      cur_++;
      if (!continue_line()) return false;
      continue;
    } else {
      break;
    }
    cur_++;
  }
  if (c == '#' || c == '\n') {
    if (!options_.interactive) {
      blank_line_ = true;
    } else if (!(col == 0 && c == '\n')) {
      blank_line_ = lineno_ != 1;
      col = altcol = 0;
    }
  }
  if (blank_line_ || level_ > 0) return true;
  if (continued_col) col = altcol = continued_col;
  return handle_indentation(col, altcol);
}

bool Tokenizer::handle_indentation(int col, int altcol) {
  auto inconsistent = [&] {
    fail(TokenizerStatus::kTabSpace);
    cur_ = read_end_;
    return false;
  };
  if (col == columns_[indent_]) return altcol == alternate_columns_[indent_] || inconsistent();
  if (col > columns_[indent_]) {
    if (indent_ + 1 >= kMaxIndent) {
      fail(TokenizerStatus::kTooDeep);
      cur_ = read_end_;
      return false;
    }
    if (altcol <= alternate_columns_[indent_]) return inconsistent();
    pending_++;
    indent_++;
    columns_[indent_] = col;
    alternate_columns_[indent_] = altcol;
    return true;
  }
  while (indent_ > 0 && col < columns_[indent_]) {
    pending_--;
    indent_--;
  }
  if (col != columns_[indent_]) {
    fail(TokenizerStatus::kDedent);
    cur_ = read_end_;
    return false;
  }
  return altcol == alternate_columns_[indent_] || inconsistent();
}

// Skips a comment; returns a token where the options ask for one (PEP 484 type comments, or all comments), else
// kNoToken.
TokenKind Tokenizer::comment() {
  const char* comment_start = cur_;
  cur_ = read_end_[-1] == '\n' ? read_end_ - 1 : read_end_;
  if (options_.comments) {
    has_text_ = true;
    return TokenKind::kComment;
  }
  if (!options_.type_comments) return kNoToken;
  // "# type: " where a blank stands for any number of blanks.
  const char* p = comment_start;
  const char* limit = *cur_ == '\n' ? cur_ + 1 : cur_;  // the last blank may be missing before a line break
  for (const char* prefix = "# type: "; *prefix; prefix++) {
    if (p >= limit) return kNoToken;
    if (*prefix == ' ') {
      while (*p == ' ' || *p == '\t') p++;
    } else if (*p == *prefix) {
      p++;
    } else {
      return kNoToken;
    }
  }
  const char* ignore_end = p + 6;
  has_text_ = true;
  bool ignore = cur_ >= ignore_end && std::memcmp(p, "ignore", 6) == 0 &&
                !(cur_ > ignore_end &&
                  (static_cast<uint8_t>(*ignore_end) >= 128 || has_class(*ignore_end, kDigit | kNameStart)) &&
                  *ignore_end != '_');
  if (!ignore) {
    start_ = p;
    return TokenKind::kTypeComment;
  }
  start_ = ignore_end;
  token_end_ = cur_;
  // Alone on its line, it takes the line break along.
  if (blank_line_) {
    if (peek() == '\n') cur_++;
    at_line_start_ = true;
  }
  return TokenKind::kTypeIgnore;
}

TokenKind Tokenizer::name_or_string() {
  // A prefix of at most two letters before a quote makes a string.
  const char* p = cur_;
  bool b = false, u = false, r = false, f = false;
  for (;; p++) {
    char letter = static_cast<char>(*p | 0x20);
    if (letter == 'b' && !(b || u || f)) {
      b = true;
    } else if (letter == 'u' && !(b || u || r || f)) {
      u = true;
    } else if (letter == 'r' && !(r || u)) {
      r = true;
    } else if (letter == 'f' && !(f || b || u)) {
      f = true;
    } else {
      break;
    }
    if (p[1] == '"' || p[1] == '\'') return string(p + 1);
  }
  bool ascii = true;
  while (has_class(*p, kNamePart)) {
    ascii = ascii && static_cast<uint8_t>(*p) < 128;
    p++;
  }
  cur_ = p;
  if (!ascii) return verify_identifier() ? TokenKind::kName : TokenKind::kErrorToken;
  return classify_name(start_, static_cast<size_t>(p - start_));
}

TokenKind Tokenizer::classify_name(const char* start, size_t size) {
  if (size > kLongestKeyword || size < 2) return TokenKind::kName;
  // Names begin with a letter or `_`; a capital's distance is the same as its small letter's.
  unsigned letter = static_cast<unsigned>((*start | 0x20) - 'a');
  if (letter >= 26) return TokenKind::kName;
  const KeywordBucket& bucket = kKeywordTable[size][letter];
  for (int i = 0; i < bucket.count; i++) {
    TokenKind kind = bucket.kinds[i];
    if (std::memcmp(kTokenSpellings[static_cast<int>(kind)].data(), start, size) != 0) continue;
    if (kind == TokenKind::kAsync || kind == TokenKind::kAwait) {
      return options_.async_as_names ? async_token(kind) : kind;
    }
    return kind;
  }
  return TokenKind::kName;
}

// Before Python 3.7 `async` was a keyword only before `def`, and both words inside an `async def`.
TokenKind Tokenizer::async_token(TokenKind keyword) {
  if (async_def_) return keyword;
  if (keyword == TokenKind::kAwait) return TokenKind::kName;
  Tokenizer ahead = *this;
  ahead.warnings_ = nullptr;
  Token token;
  if (ahead.next(&token) != TokenKind::kDef) return TokenKind::kName;
  async_def_indent_ = indent_;
  async_def_ = true;
  return keyword;
}

void Tokenizer::leave_async_def() {
  // (A type comment on a line of its own makes a NEWLINE before the block's indentation is known.)
  if (async_def_ && !blank_line_ && peek() != '\n' && level_ == 0 && async_def_newline_ &&
      indent_ <= async_def_indent_) {
    async_def_ = async_def_newline_ = false;
    async_def_indent_ = 0;
  }
}

// Checks the characters of an identifier that is not ASCII (language reference 2.3).
bool Tokenizer::verify_identifier() {
  char32_t c;
  for (const char* p = start_; p < cur_;) {
    int length = decode_utf8(p, cur_, &c);
    if (length == 0) {
      fail(TokenizerStatus::kDecode);
      return false;
    }
    p += length;
  }
  // What counts is the identifier's own characters; that its normal form is one too follows from XID_Start/Continue.
  for (const char* p = start_; p < cur_;) {
    int length = decode_utf8(p, cur_, &c);
    bool valid = p == start_ ? c == '_' || unicode_is_xid_start(c) : unicode_is_xid_continue(c);
    if (!valid) {
      std::string_view text(p, static_cast<size_t>(length));
      cur_ = p + length;
      if (unicode_is_printable(c)) {
        fail_message("invalid character '%.*s' (U+%04X)", length, text.data(), static_cast<unsigned>(c));
      } else {
        fail_message("invalid non-printable character U+%04X", static_cast<unsigned>(c));
      }
      return false;
    }
    p += length;
  }
  return true;
}

TokenKind Tokenizer::string(const char* quote_start) {
  char quote = *quote_start;
  cur_ = quote_start + 1;
  first_lineno_ = lineno_;
  multi_line_start_ = line_start_;
  bool triple = false;
  if (*cur_ == quote) {
    cur_++;
    if (*cur_ != quote) {  // empty
      saw_end_ = cur_ == end_;
      return TokenKind::kString;
    }
    cur_++;
    triple = true;
  }
  int closing = 0;
  while (closing != (triple ? 3 : 1)) {
    int c = peek();
    if (c < 0 && status_ != TokenizerStatus::kEndOfFile) return TokenKind::kErrorToken;
    if (c < 0 || (!triple && c == '\n')) {
      // Reported at the quote that opens it.
      int detected = lineno_;
      unterminated_at_end_ = c < 0;
      cur_ = start_ + 1;
      line_start_ = multi_line_start_;
      lineno_ = first_lineno_;
      return triple ? fail_message("unterminated triple-quoted string literal (detected at line %d)", detected)
                    : fail_message("unterminated string literal (detected at line %d)", detected);
    }
    cur_++;
    if (c == quote) {
      closing++;
      continue;
    }
    closing = 0;
    if (c == '\\') {
      if (peek() >= 0) cur_++;  // whatever is escaped
    }
  }
  return TokenKind::kString;
}

// Decimal digits with single underscores between them; at least one digit is next.
bool Tokenizer::digits() {
  for (;;) {
    while (is_digit(*cur_)) cur_++;
    if (*cur_ != '_') return true;
    cur_++;
    if (!is_digit(*cur_)) {
      fail_message("invalid decimal literal");
      return false;
    }
  }
}

TokenKind Tokenizer::number() {
  if (*cur_ != '0') {
    if (!digits()) return TokenKind::kErrorToken;
    return number_tail(false, nullptr);
  }
  cur_++;
  char letter = static_cast<char>(*cur_ | 0x20);
  if (letter == 'x' || letter == 'o' || letter == 'b') return prefixed_number(letter);
  // Zeros; other digits after them are an error unless the number turns out to be no integer.
  for (;;) {
    if (*cur_ == '_') {
      cur_++;
      if (!is_digit(*cur_)) return fail_message("invalid decimal literal");
    }
    if (*cur_ != '0') break;
    cur_++;
  }
  const char* zeros_end = cur_;
  bool nonzero = is_digit(*cur_);
  if (nonzero && !digits()) return TokenKind::kErrorToken;
  return number_tail(nonzero, zeros_end + 1);
}

TokenKind Tokenizer::prefixed_number(char letter) {
  auto valid = [&](char c) {
    if (letter == 'x') return has_class(c, kHexDigit);
    return c >= '0' && c <= (letter == 'o' ? '7' : '1');
  };
  const char* kind = letter == 'x' ? "hexadecimal" : letter == 'o' ? "octal" : "binary";
  cur_++;
  do {
    if (*cur_ == '_') cur_++;
    if (!valid(*cur_)) {
      if (is_digit(*cur_)) return fail_message("invalid digit '%c' in %s literal", *cur_++, kind);
      return fail_message("invalid %s literal", kind);
    }
    while (valid(*cur_)) cur_++;
  } while (*cur_ == '_');
  if (is_digit(*cur_)) return fail_message("invalid digit '%c' in %s literal", *cur_++, kind);
  return verify_end_of_number(kind) ? TokenKind::kNumber : TokenKind::kErrorToken;
}

// After the integer part: fraction, exponent, imaginary unit.
TokenKind Tokenizer::number_tail(bool leading_zeros, const char* zeros_end) {
  if (*cur_ == '.') {
    cur_++;
    return fraction();
  }
  char c = static_cast<char>(*cur_ | 0x20);
  if (c == 'e' || c == 'j') return exponent();
  if (leading_zeros) {
    fail_message("leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers");
    error_.col_offset = static_cast<int32_t>(start_ + 1 - line_start_);
    error_.end_col_offset = static_cast<int32_t>(zeros_end - line_start_);
    return TokenKind::kErrorToken;
  }
  return verify_end_of_number("decimal") ? TokenKind::kNumber : TokenKind::kErrorToken;
}

// After the point.
TokenKind Tokenizer::fraction() {
  if (is_digit(*cur_) && !digits()) return TokenKind::kErrorToken;
  return exponent();
}

TokenKind Tokenizer::exponent() {
  if ((*cur_ | 0x20) == 'e') {
    const char* e = cur_++;
    if (*cur_ == '+' || *cur_ == '-') {
      cur_++;
      if (!is_digit(*cur_)) return fail_message("invalid decimal literal");
    } else if (!is_digit(*cur_)) {
      // `1else`: the number ends before the letter.
      cur_ = e;
      return verify_end_of_number("decimal") ? TokenKind::kNumber : TokenKind::kErrorToken;
    }
    if (!digits()) return TokenKind::kErrorToken;
  }
  if ((*cur_ | 0x20) == 'j') {
    cur_++;
    return verify_end_of_number("imaginary") ? TokenKind::kNumber : TokenKind::kErrorToken;
  }
  return verify_end_of_number("decimal") ? TokenKind::kNumber : TokenKind::kErrorToken;
}

// A number directly followed by a letter is an error, unless a keyword that may follow a number begins there: then it
// is deprecated.
bool Tokenizer::verify_end_of_number(const char* kind) {
  if (!has_class(*cur_, kNamePart)) [[likely]]
    return true;
  bool keyword = cur_[0] == 'i' && (cur_[1] == 'f' || cur_[1] == 'n' || cur_[1] == 's');
  for (std::string_view word : {"and", "else", "for", "or", "not"}) {
    keyword =
        keyword || (std::strncmp(cur_, word.data(), word.size()) == 0 && !has_class(cur_[word.size()], kNamePart));
  }
  if (!keyword) {
    fail_message("invalid %s literal", kind);
    return false;
  }
  if (!warnings_) return true;
  char message[40];
  std::snprintf(message, sizeof message, "invalid %s literal", kind);
  Token number;
  fill(&number, TokenKind::kNumber);
  switch (warnings_->warn_invalid_literal(message, number)) {
    case TokenizerWarnings::Result::kIssued: return true;
    case TokenizerWarnings::Result::kMadeError: fail_message("%s", message); return false;
    case TokenizerWarnings::Result::kRaised: break;
  }
  fail(TokenizerStatus::kRaised);
  return false;
}

TokenKind Tokenizer::operator_token() {
  char c = *cur_;
  if (c == '.') {
    if (is_digit(cur_[1])) {
      cur_++;
      return fraction();
    }
    if (cur_[1] == '.' && cur_[2] == '.') {
      cur_ += 3;
      return TokenKind::kEllipsis;
    }
  }
  cur_++;
  if (static_cast<uint8_t>(c) < 0x20 || c == 0x7F) {
    return fail_message("invalid non-printable character U+%04X", static_cast<unsigned>(c));
  }
  TokenKind kind = kSingleTokens[static_cast<unsigned char>(c)];
  switch (c) {
    case '(':
    case '[':
    case '{':
    case ')':
    case ']':
    case '}': return bracket(c) ? kind : TokenKind::kErrorToken;
    case '!':
      if (*cur_ != '=') return kind;
      cur_++;
      return TokenKind::kNotEqual;
    case '<':
      if (*cur_ != '>') break;
      cur_++;
      return TokenKind::kNotEqual;
    case '-':
      if (*cur_ != '>') break;
      cur_++;
      return TokenKind::kRArrow;
  }
  if (*cur_ == c) {
    TokenKind twice = doubled(kind);
    if (twice != kNoToken) {
      cur_++;
      kind = twice;
    }
  }
  if (*cur_ == '=') {
    TokenKind assigning = with_equal(kind);
    if (assigning != kNoToken) {
      cur_++;
      kind = assigning;
    }
  }
  return kind;
}

bool Tokenizer::bracket(char c) {
  if (c == '(' || c == '[' || c == '{') {
    if (level_ >= kMaxBrackets) {
      fail_message("too many nested parentheses");
      return false;
    }
    brackets_[level_++] = {c, lineno_, static_cast<int>(start_ - line_start_)};
    return true;
  }
  if (level_ == 0) {
    fail_message("unmatched '%c'", c);
    return false;
  }
  const Bracket& open = brackets_[--level_];
  if ((open.character == '(' && c == ')') || (open.character == '[' && c == ']') ||
      (open.character == '{' && c == '}')) {
    return true;
  }
  if (open.lineno != lineno_) {
    fail_message("closing parenthesis '%c' does not match opening parenthesis '%c' on line %d", c, open.character,
                 open.lineno);
  } else {
    fail_message("closing parenthesis '%c' does not match opening parenthesis '%c'", c, open.character);
  }
  return false;
}

}  // namespace minipy
