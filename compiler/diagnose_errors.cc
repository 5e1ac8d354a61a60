// The diagnosing parser: from a failure to the SyntaxError, with CPython's places and source lines.
#include <cstdio>

#include "compiler/diagnose.h"
#include "compiler/syntax_error.h"
#include "runtime/str.h"

namespace minipy {

namespace {

Ref<Str> decode_replacing(std::string_view text) {
  return str_decode_utf8(text.data(), static_cast<ssize>(text.size()), "replace");
}

// A line of the file of that name, if there is one; null without an exception if not.
Ref<Str> line_of_file(Str* filename, int lineno, const std::string& encoding) {
  const char* path = str_utf8_cstr(filename);
  std::FILE* file = path ? std::fopen(path, "rb") : nullptr;
  if (!file) {
    error_clear();
    return nullptr;
  }
  std::string line;
  int c = 0;
  for (int n = 1; n <= lineno && c != EOF; n++) {
    line.clear();
    while ((c = std::getc(file)) != EOF && c != '\n' && c != '\r') line += static_cast<char>(c);
    if (c == '\r') {
      c = std::getc(file);
      if (c != '\n' && c != EOF) std::ungetc(c, file);
      c = '\n';
    }
    if (c == '\n') line += '\n';
    if (c == EOF && (n < lineno || line.empty())) {
      std::fclose(file);
      return nullptr;
    }
  }
  std::fclose(file);
  std::string_view text = line;
  // CPython reads into a buffer of this size, and shows what it read last of a longer line, up to a null byte.
  constexpr size_t kReadSize = 999;
  if (text.size() > kReadSize) text.remove_prefix((text.size() - 1) / kReadSize * kReadSize);
  text = text.substr(0, text.find('\0'));
  Ref<Str> result = encoding.empty()
                        ? decode_replacing(text)
                        : str_decode(text.data(), static_cast<ssize>(text.size()), encoding.c_str(), "replace");
  if (!result) error_clear();
  return result;
}

}  // namespace

// The source line shown with an error. CPython takes it from the file if the name is one's, else from what the
// tokenizer holds in its buffer, which begins where the current token does, else from the source text, without the line
// break.
Ref<Str> Diagnoser::error_line(int lineno) {
  if (!field_ && mode_ == ParseMode::kFile) {
    if (Ref<Str> line = line_of_file(context.filename, lineno, encoding_)) return line;
  }
  if (tokenizer_.lineno() <= lineno && tokenizer_.read_end() > tokenizer_.buffer_start()) {
    const char* start = tokenizer_.buffer_start();
    std::string_view held(start, static_cast<size_t>(tokenizer_.read_end() - start));
    return decode_replacing(context.options.interactive ? held.substr(0, held.find('\n')) : held);
  }
  std::string_view rest = tokenizer_.source();
  int first = field_ ? field_->first_lineno() : 1;
  for (int n = first; n < lineno; n++) {
    size_t end = rest.find('\n');
    if (end == rest.npos || rest.data() + end + 1 > tokenizer_.read_end()) break;
    rest.remove_prefix(end + 1);
  }
  return decode_replacing(rest.substr(0, rest.find('\n')));
}

// Lines and columns are what SyntaxError shows, but in bytes.
std::nullptr_t Diagnoser::error_at_raw(Type* type, int lineno, int offset, int end_lineno, int end_offset,
                                       std::string_view message) {
  if (failed_ && error_pending()) return nullptr;
  failed_ = true;
  std::string text;
  if (field_) {
    text = "f-string: ";
    // In the coordinates of the expression alone.
    offset -= field_->column_shift();
    end_offset -= field_->column_shift();
  }
  text += message;
  Ref<Str> line = error_line(lineno);
  Ref<Str> message_object = decode_replacing(text);
  if (!line || !message_object) return nullptr;
  ErrorPlace place{lineno, offset, end_lineno, end_offset};
  if (known_encoding_) {
    std::string_view utf8 = str_utf8(line.get());
    place.offset = character_offset(utf8, offset);
    if (end_offset > 0) place.end_offset = character_offset(utf8, end_offset);
  }
  raise_syntax_error(type, message_object.get(), context.filename, place, line.get());
  return nullptr;
}

std::nullptr_t Diagnoser::error_at(const ast::Location& loc, std::string_view message) {
  return error_at_raw(SyntaxError, loc.lineno, loc.col_offset + 1, loc.end_lineno, loc.end_col_offset + 1, message);
}

std::nullptr_t Diagnoser::error_at_token(const Token& token, std::string_view message) {
  return error_at({token.lineno, token.col, token.end_lineno, token.end_col}, message);
}

std::nullptr_t Diagnoser::error_from(const ast::Location& loc, std::string_view message) {
  return error_at_raw(SyntaxError, loc.lineno, loc.col_offset + 1, tokenizer_.lineno(),
                      static_cast<int>(tokenizer_.cursor() - tokenizer_.line_start()), message);
}

std::nullptr_t Diagnoser::error_at_last_token(Type* type, std::string_view message) {
  if (tokens_.empty()) return error_at_raw(type, 0, 0, 0, -1, message);
  const Token& token = known_error_token_ ? *known_error_token_ : tokens_.back()->token;
  int offset = token.col + 1;
  // At the end of a program's file CPython has nothing left in its buffer.
  bool drained = context.options.from_file && token.kind != TokenKind::kErrorToken &&
                 tokenizer_.status() == TokenizerStatus::kEndOfFile;
  if (token.col == -1) offset = drained ? 0 : static_cast<int>(tokenizer_.cursor() - tokenizer_.line_start());
  int end_offset = token.end_col == -1 ? -1 : token.end_col + 1;
  return error_at_raw(type, token.lineno, offset, token.end_lineno, end_offset, message);
}

std::nullptr_t Diagnoser::unclosed_bracket() {
  int lineno = tokenizer_.open_bracket_lineno();
  int col = tokenizer_.open_bracket_col();
  char message[] = "'(' was never closed";
  message[1] = tokenizer_.open_bracket();
  return error_at_raw(SyntaxError, lineno, col + 1, lineno, 0, message);
}

void Diagnoser::raise_undecodable() {
  static_cast<void>(
      raise(SyntaxError,
            "Non-UTF-8 code starting with '\\x{:02x}' in file {} on line {}, but no encoding declared; see "
            "https://peps.python.org/pep-0263/ for details",
            static_cast<unsigned>(source_->undecodable_byte), context.filename, source_->undecodable_lineno));
}

// Raises for an ERRORTOKEN. Always false.
bool Diagnoser::tokenizer_error() {
  int lineno = tokenizer_.lineno();
  switch (tokenizer_.status()) {
    case TokenizerStatus::kMessage: raise_tokenizer_message(tokenizer_, context.filename); break;
    case TokenizerStatus::kEndOfFile:
      if (tokenizer_.level() > 0) {
        unclosed_bracket();
      } else {
        error_at_last_token("unexpected EOF while parsing");
      }
      break;
    case TokenizerStatus::kDedent:
      error_at_last_token(IndentationError, "unindent does not match any outer indentation level");
      break;
    case TokenizerStatus::kTabSpace:
      error_at_raw(TabError, lineno, 1, lineno, 0, "inconsistent use of tabs and spaces in indentation");
      break;
    case TokenizerStatus::kTooDeep:
      error_at_raw(IndentationError, lineno, 1, lineno, 0, "too many levels of indentation");
      break;
    case TokenizerStatus::kLineContinuation:
      error_at_raw(SyntaxError, lineno, static_cast<int>(tokenizer_.cursor() - tokenizer_.buffer_start()), lineno, 0,
                   "unexpected character after line continuation character");
      break;
    case TokenizerStatus::kDecode: {
      std::string_view text = tokenizer_.error_text();
      Ref<Str> decoded = str_from_utf8(text);
      Ref<Object> error = error_take();
      Ref<Str> reason = error ? str_from_object(error.get()) : nullptr;
      if (reason) error_at_last_token("(unicode error) " + std::string(str_utf8(reason.get())));
      break;
    }
    case TokenizerStatus::kUndecodable: raise_undecodable(); break;
    case TokenizerStatus::kOk:
    case TokenizerStatus::kMore:
    case TokenizerStatus::kRaised: break;
  }
  failed_ = true;
  return false;
}

Raised raise_tokenizer_message(const Tokenizer& tokenizer, Str* filename) {
  const TokenizerError& error = tokenizer.error();
  std::string_view source = tokenizer.source();
  const char* start = tokenizer.line_start();
  std::string_view line(start, static_cast<size_t>(source.data() + source.size() - start));
  line = line.substr(0, line.find('\n'));
  auto read = static_cast<size_t>(tokenizer.cursor() - start);
  ErrorPlace place;
  place.lineno = place.end_lineno = tokenizer.lineno();
  place.offset = error.col_offset;
  if (place.offset == -1) {
    Ref<Str> before = TRY(decode_replacing({start, read}));
    place.offset = static_cast<int>(str_length(before.get()));
  }
  place.end_offset = error.end_col_offset == -1 ? place.offset : error.end_col_offset;
  Ref<Str> text = TRY(decode_replacing(line));
  Ref<Str> message = TRY(decode_replacing(error.message));
  return raise_syntax_error(SyntaxError, message.get(), filename, place, text.get());
}

// Both passes have failed. `last_token` is the last one that the first pass has read.
void Diagnoser::report_failure(const Token* last_token) {
  if (error_pending()) {
    if (!tokenizer_.at_end() && tokenizer_.status() == TokenizerStatus::kOk && error_matches(SyntaxError))
      check_rest_of_source();
    return;
  }
  failed_ = false;
  if (!last_token) {
    error_at_last_token("error at start before reading any input");
    return;
  }
  if (last_token->kind == TokenKind::kErrorToken && tokenizer_.status() == TokenizerStatus::kEndOfFile) {
    if (tokenizer_.level() > 0) {
      unclosed_bracket();
    } else {
      error_at_last_token("unexpected EOF while parsing");
    }
    return;
  }
  if (last_token->kind == TokenKind::kIndent || last_token->kind == TokenKind::kDedent) {
    error_at_last_token(IndentationError,
                        last_token->kind == TokenKind::kIndent ? "unexpected indent" : "unexpected unindent");
    return;
  }
  error_at_token(*last_token, "invalid syntax");
  check_rest_of_source();
}

// Reads on to the end: an error of the tokenizer, and a bracket that stays open and was opened on a line before the
// pending error's, are more likely the cause and replace it.
void Diagnoser::check_rest_of_source() {
  ErrorState pending = error_fetch();
  bool failed = failed_;
  failed_ = false;
  const Token& current = known_error_token_ ? *known_error_token_ : tokens_.back()->token;
  Token token;
  TokenKind kind;
  do {
    kind = tokenizer_.next(&token);
  } while (kind != TokenKind::kErrorToken && kind != TokenKind::kEndMarker);
  if (kind == TokenKind::kErrorToken) {
    if (tokenizer_.status() == TokenizerStatus::kMessage) {
      raise_tokenizer_message(tokenizer_, context.filename);
    } else if (tokenizer_.status() == TokenizerStatus::kDecode) {
      // Here the UnicodeDecodeError about the identifier gets through.
      (void)str_from_utf8(tokenizer_.error_text());
    } else if (tokenizer_.status() == TokenizerStatus::kUndecodable) {
      raise_undecodable();
    } else if (tokenizer_.status() != TokenizerStatus::kRaised && tokenizer_.level() > 0 &&
               current.lineno > tokenizer_.open_bracket_lineno()) {
      unclosed_bracket();
    }
  }
  failed_ = failed;
  if (!error_pending()) error_restore_state(std::move(pending));
}

// ---- Warnings

bool Diagnoser::warn_invalid_escape(const Token& token, std::string_view message) {
  if (silent_) return true;
  Ref<Str> text = str_from_ascii(message);
  if (!text) return false;
  if (warn_explicit(DeprecationWarning, text.get(), context.filename, token.lineno)) return true;
  failed_ = true;
  if (!error_clear_if(DeprecationWarning)) return false;
  // A better report than that of the warning as an exception.
  known_error_token_ = &token;
  error_at_last_token(message);
  return false;
}

TokenizerWarnings::Result Diagnoser::warn_invalid_literal(const char* message, const Token& number) {
  if (silent_) return Result::kIssued;
  Ref<Str> text = str_from_ascii(message);
  if (!text) return Result::kRaised;
  if (warn_explicit(SyntaxWarning, text.get(), context.filename, number.end_lineno)) return Result::kIssued;
  return error_clear_if(SyntaxWarning) ? Result::kMadeError : Result::kRaised;
}

}  // namespace minipy
