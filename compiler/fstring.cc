// f-strings as of Python 3.11: within the STRING token, literal text and replacement fields, whose expressions are cut
// out and parsed on their own (language reference 2.4.3).
#include <cstring>
#include <string>

#include "compiler/string_literal.h"
#include "runtime/error.h"
#include "runtime/str.h"

namespace minipy {

namespace {
constexpr int kMaxFieldLevel = 2;  // a field, and one inside of its format specification
constexpr int kMaxBrackets = 200;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\f'; }
bool matches(char open, char close) {
  return (open == '(' && close == ')') || (open == '[' && close == ']') || (open == '{' && close == '}');
}
}  // namespace

bool JoinedString::add_text(Ref<Str> text) {
  if (str_length(text.get()) > 0) text_.push_back(std::move(text));
  return true;
}

// The text so far in one piece; empty if there is none.
Ref<Str> JoinedString::take_text() {
  std::vector<Ref<Str>> parts = std::move(text_);
  text_.clear();
  if (parts.empty()) return str_empty();
  if (parts.size() == 1) return std::move(parts[0]);
  StrBuilder builder;
  for (const Ref<Str>& part : parts) TRY(builder.append(part.get()));
  return builder.finish();
}

ast::Expr* JoinedString::constant(Ref<Str> text, const ast::Location& loc, Str* kind) {
  if (!text) return nullptr;
  auto* node = ast::make<ast::Constant>(host_.context.arena, loc);
  node->value = as_object(host_.context.arena.own(std::move(text)));
  node->kind_ = kind;
  return node;
}

bool JoinedString::flush_text(const ast::Location& loc, Str* kind) {
  if (text_.empty()) return true;
  values_.push_back(constant(take_text(), loc, kind));
  return values_.back() != nullptr;
}

// Without an f-string among the literals, a plain constant.
ast::Expr* JoinedString::finish(const ast::Location& loc, Str* kind) {
  if (!formatted_) return constant(take_text(), loc, kind);
  if (!flush_text(loc, kind)) return nullptr;
  auto* node = ast::make<ast::JoinedStr>(host_.context.arena, loc);
  node->values = host_.context.arena.copy_seq(values_.data(), static_cast<ptrdiff_t>(values_.size()));
  return node;
}

bool JoinedString::add_fstring(const char** p, const char* end, bool raw, int level, const Token& token,
                               FieldLocator& locator) {
  formatted_ = true;
  for (;;) {
    bool doubled_brace = false;
    if (!literal_part(p, end, raw, level, token, &doubled_brace)) return false;
    if (doubled_brace) continue;
    if (*p >= end || **p == '}') break;
    if (!replacement_field(p, end, raw, level, token, locator)) return false;
  }
  if (level > 0 && (*p >= end || **p != '}')) {
    host_.error_at_last_token("f-string: expecting '}'");
    return false;
  }
  return true;
}

// Literal text up to a brace; *doubled_brace: it ended with one that stands for itself.
bool JoinedString::literal_part(const char** p, const char* end, bool raw, int level, const Token& token,
                                bool* doubled_brace) {
  const char* start = *p;
  const char* s = start;
  const char* text_end = nullptr;
  while (s < end) {
    char c = *s++;
    if (!raw && c == '\\' && s < end) {
      c = *s++;
      if (c == 'N') {
        // The braces of \N{NAME} open no field. (A malformed one is reported when the text is decoded.)
        if (s < end && *s++ == '{') {
          while (s < end && *s++ != '}') {
          }
        }
        continue;
      }
      if (c == '{' && !warn_escape(host_, "{", token)) return false;
    }
    if (c != '{' && c != '}') continue;
    if (level == 0) {
      if (s < end && *s == c) {
        text_end = s;
        *doubled_brace = true;
        s++;
        break;
      }
      if (c == '}') {
        host_.error_at_last_token("f-string: single '}' is not allowed");
        return false;
      }
    }
    s--;
    break;
  }
  if (!text_end) text_end = s;
  *p = s;
  if (text_end == start) return true;
  std::string_view body(start, static_cast<size_t>(text_end - start));
  Ref<Str> text = decode_str_literal(host_, body, token, raw);
  return text && add_text(std::move(text));
}

// Where the expression that begins at p ends: at `!`, `:`, `=` or `}` outside of brackets and strings. Null: an error.
const char* JoinedString::find_expression_end(const char* p, const char* end) {
  char brackets[kMaxBrackets];
  int depth = 0;
  char quote = 0;
  bool triple = false;
  auto error = [&](std::string_view message) -> const char* { return host_.error_at_last_token(message); };
  auto at_triple = [&] { return p + 2 < end && p[1] == *p && p[2] == *p; };
  for (; p < end; p++) {
    char c = *p;
    if (c == '\\') return error("f-string expression part cannot include a backslash");
    if (quote) {
      if (c != quote || (triple && !at_triple())) continue;
      if (triple) p += 2;
      quote = 0;
    } else if (c == '\'' || c == '"') {
      triple = at_triple();
      if (triple) p += 2;
      quote = c;
    } else if (c == '(' || c == '[' || c == '{') {
      if (depth >= kMaxBrackets) return error("f-string: too many nested parenthesis");
      brackets[depth++] = c;
    } else if (c == '#') {
      return error("f-string expression part cannot include '#'");
    } else if (depth == 0 && (c == '!' || c == ':' || c == '}' || c == '=' || c == '<' || c == '>')) {
      if (p + 1 < end && p[1] == '=' && c != ':' && c != '}') {  // != == <= >=
        p++;
      } else if (c != '<' && c != '>') {
        break;
      }
    } else if (c == ')' || c == ']' || c == '}') {
      if (depth == 0) return error(std::string("f-string: unmatched '") + c + "'");
      char open = brackets[--depth];
      if (!matches(open, c)) {
        return error(std::string("f-string: closing parenthesis '") + c + "' does not match opening parenthesis '" +
                     open + "'");
      }
    }
  }
  if (quote) return error("f-string: unterminated string");
  if (depth > 0) return error(std::string("f-string: unmatched '") + brackets[depth - 1] + "'");
  if (p >= end) return error("f-string: expecting '}'");
  return p;
}

ast::Expr* JoinedString::parse_expression(const char* start, const char* end, const Token& token,
                                          FieldLocator& locator) {
  const char* s = start;
  while (s < end && is_blank(*s)) s++;
  if (s == end) {
    if (*end == '}') return host_.error_at_last_token("f-string: empty expression not allowed");
    return host_.error_at_last_token(std::string("f-string: expression required before '") + *end + "'");
  }
  // In parentheses, so that white space and line breaks mean nothing.
  size_t size = static_cast<size_t>(end - start);
  char* source = static_cast<char*>(host_.context.arena.allocate(size + 4));
  source[0] = '(';
  std::memcpy(source + 1, start, size);
  std::memcpy(source + 1 + size, ")\n", 3);

  const char* brace = start - 1;
  locator.advance(brace);
  FStringField field{{source, size + 3}, &token, locator.lines, 0};
  // Nothing but blanks up to a line break: then no token is on the brace's line.
  s = start;
  while (*s == ' ' || *s == '\t' || *s == '\f') s++;
  field.columns = *s == '\n' || *s == '}' ? 0 : static_cast<int>(brace - locator.line_start);
  return host_.parse_fstring_field(field);
}

// '{' expression ['='] ['!' conversion] [':' format specification] '}'
bool JoinedString::replacement_field(const char** p, const char* end, bool raw, int level, const Token& token,
                                     FieldLocator& locator) {
  auto error = [&](std::string_view message) {
    host_.error_at_last_token(message);
    return false;
  };
  constexpr std::string_view kExpectingBrace = "f-string: expecting '}'";
  if (level >= kMaxFieldLevel) return error("f-string: expressions nested too deeply");
  const char* start = *p + 1;
  const char* s = find_expression_end(start, end);
  if (!s) return false;
  ast::Expr* value = parse_expression(start, s, token, locator);
  if (!value) return false;
  bool self_documenting = *s == '=';
  if (self_documenting) {
    if (host_.context.options.feature_version < 8) {
      return error("f-string: self documenting expressions are only supported in Python 3.8 and greater");
    }
    s++;
    while (is_blank(*s) || *s == '\v' || *s == '\r') s++;
    if (s >= end) return error(kExpectingBrace);
    Ref<Str> text = str_from_utf8({start, static_cast<size_t>(s - start)});
    if (!text || !add_text(std::move(text))) return false;
  }
  int conversion = -1;
  if (*s == '!') {
    s++;
    if (s >= end) return error(kExpectingBrace);
    conversion = static_cast<uint8_t>(*s++);
    if (conversion != 's' && conversion != 'r' && conversion != 'a') {
      return error("f-string: invalid conversion character: expected 's', 'r', or 'a'");
    }
  }
  if (s >= end) return error(kExpectingBrace);
  ast::Expr* format_spec = nullptr;
  if (*s == ':') {
    s++;
    if (s >= end) return error(kExpectingBrace);
    JoinedString spec(host_, loc_, kind_);
    if (!spec.add_fstring(&s, end, raw, level + 1, token, locator)) return false;
    // What is left over at the end of a specification is placed at its own token, not at the whole literal.
    ast::Location at{token.lineno, token.col, token.end_lineno, token.end_col};
    format_spec = spec.finish(at, nullptr);
    if (!format_spec) return false;
  }
  if (s >= end || *s != '}') return error(kExpectingBrace);
  *p = s + 1;
  if (self_documenting && !format_spec && conversion == -1) conversion = 'r';
  if (!flush_text(loc_, kind_)) return false;
  auto* node = ast::make<ast::FormattedValue>(host_.context.arena, loc_);
  node->value = value;
  node->conversion = conversion;
  node->format_spec = format_spec;
  values_.push_back(node);
  return true;
}

}  // namespace minipy
