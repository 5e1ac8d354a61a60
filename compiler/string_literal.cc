// String and bytes literals: prefixes, escape sequences, concatenation (language reference 2.4.1).
#include "compiler/string_literal.h"

#include <cstdio>
#include <cstring>

#include "runtime/bytes.h"
#include "runtime/error.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/unicode_data.h"
#include "runtime/unicode_names.h"

namespace minipy {

StringToken split_string_token(std::string_view text) {
  StringToken result;
  size_t i = 0;
  for (; text[i] != '"' && text[i] != '\''; i++) {
    switch (text[i] | 0x20) {
      case 'b': result.bytes = true; break;
      case 'r': result.raw = true; break;
      case 'f': result.formatted = true; break;
    }
  }
  text.remove_prefix(i);
  size_t quotes = text.size() >= 6 && text[1] == text[0] && text[2] == text[0] ? 3 : 1;
  result.body = text.substr(quotes, text.size() - 2 * quotes);
  return result;
}

bool warn_escape(LiteralHost& host, std::string_view rest, const Token& token) {
  std::string message;
  if (rest[0] >= '4' && rest[0] <= '7') {
    message = "invalid octal escape sequence '\\" + std::string(rest.substr(0, 3)) + "'";
  } else {
    message = std::string("invalid escape sequence '\\") + rest[0] + "'";
  }
  return host.warn_invalid_escape(token, message);
}

namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') return (c | 0x20) - 'a' + 10;
  return -1;
}

// `\` newline, `\\`, `\'` and the letters: -1: a joined line, -2: none of them.
int simple_escape(char c) {
  switch (c) {
    case '\n': return -1;
    case '\\':
    case '\'':
    case '"': return c;
    case 'a': return '\a';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'v': return '\v';
    default: return -2;
  }
}

// Up to three octal digits from *p on.
int octal_escape(const char** p, const char* end) {
  int value = 0;
  for (int i = 0; i < 3 && *p < end && **p >= '0' && **p <= '7'; i++) value = value * 8 + (*(*p)++ - '0');
  return value;
}

// Reports the pending UnicodeError of a literal that is not valid UTF-8 (or another exception, as it is).
std::nullptr_t report_decode_error(LiteralHost& host) {
  if (!error_matches(UnicodeError)) return nullptr;
  Ref<Object> error = error_take();
  Ref<Str> text = str_from_object(error.get());
  if (text) host.error_at_last_token("(unicode error) " + std::string(str_utf8(text.get())));
  return nullptr;
}

Ref<Str> decode_plain(LiteralHost& host, std::string_view body) {
  Ref<Str> text = str_from_utf8(body);
  if (!text) report_decode_error(host);
  return text;
}

class StrDecoder {
 public:
  StrDecoder(LiteralHost& host, std::string_view body, const Token& token)
      : host_(host), token_(token), begin_(body.data()), end_(body.data() + body.size()), p_(begin_) {}

  Ref<Str> decode() {
    while (p_ < end_) {
      const void* found = std::memchr(p_, '\\', static_cast<size_t>(end_ - p_));
      const char* run_end = found ? static_cast<const char*>(found) : end_;
      if (run_end != p_ && !out_.append_utf8({p_, static_cast<size_t>(run_end - p_)})) {
        return malformed(p_, run_end);
      }
      p_ = run_end;
      if (p_ < end_ && !escape()) return nullptr;
    }
    if (invalid_ && !warn_escape(host_, {invalid_, static_cast<size_t>(end_ - invalid_)}, token_)) return nullptr;
    return out_.finish();
  }

 private:
  // Not UTF-8. The error is about the characters beside each other that are not ASCII.
  std::nullptr_t malformed(const char* p, const char* end) {
    error_clear();
    while (p < end && !error_pending()) {
      const char* start = p;
      while (p < end && static_cast<uint8_t>(*p) >= 128) p++;
      if (p > start) (void)str_from_utf8({start, static_cast<size_t>(p - start)});
      p++;
    }
    return report_decode_error(host_);
  }

  bool put(char32_t c) { return static_cast<bool>(out_.append_char(c)); }

  // At a backslash.
  bool escape() {
    const char* start = p_++;
    // Before the end (of an f-string's part) or a character that is not ASCII it stands for itself.
    if (p_ == end_ || static_cast<uint8_t>(*p_) >= 128) return put('\\');
    char c = *p_++;
    int simple = simple_escape(c);
    if (simple >= 0) return put(static_cast<char32_t>(simple));
    if (simple == -1) return true;
    if (c >= '0' && c <= '7') {
      const char* digits = --p_;
      int value = octal_escape(&p_, end_);
      if (value > 0377 && !invalid_) invalid_ = digits;
      return put(static_cast<char32_t>(value));
    }
    switch (c) {
      case 'x': return hex_escape(start, 2, "truncated \\xXX escape");
      case 'u': return hex_escape(start, 4, "truncated \\uXXXX escape");
      case 'U': return hex_escape(start, 8, "truncated \\UXXXXXXXX escape");
      case 'N': return named_escape(start);
    }
    if (!invalid_) invalid_ = p_ - 1;
    return put('\\') && put(static_cast<char32_t>(c));
  }

  bool hex_escape(const char* start, int digits, const char* message) {
    char32_t value = 0;
    for (int i = 0; i < digits; i++, p_++) {
      int digit = p_ < end_ ? hex_value(*p_) : -1;
      if (digit < 0) return fail(start, message);
      value = value << 4 | static_cast<char32_t>(digit);
    }
    if (value > 0x10FFFF) return fail(start, "illegal Unicode character");
    return put(value);
  }

  // \N{NAME}
  bool named_escape(const char* start) {
    constexpr const char* kMalformed = "malformed \\N character escape";
    if (!unicode_names_for_escapes()) return report_decode_error(host_), false;
    if (p_ == end_ || *p_ != '{') return fail(start, kMalformed);
    const char* name = ++p_;
    while (p_ < end_ && *p_ != '}') p_++;
    if (p_ == end_ || p_ == name) return fail(start, kMalformed);
    int c = unicode_lookup_name({name, static_cast<size_t>(p_ - name)});
    p_++;
    if (c < 0) return fail(start, "unknown Unicode character name");
    return put(static_cast<char32_t>(c));
  }

  // CPython decodes literals after rewriting characters that are not ASCII as \UXXXXXXXX, and a backslash before one as
  // \u005c; the positions in its messages count the rewritten bytes.
  size_t rewritten_position(const char* to) const {
    size_t position = 0;
    for (const char* p = begin_; p < to;) {
      auto byte = static_cast<uint8_t>(*p);
      if (byte == '\\') {
        bool lone = p + 1 == end_ || static_cast<uint8_t>(p[1]) >= 128;
        position += lone ? 6 : 1;
        p++;
        if (!lone && p < to) {  // the escaped character
          position++;
          p++;
        }
      } else if (byte < 128) {
        position++;
        p++;
      } else {
        if (byte >= 0xC0) position += 10;
        p++;
      }
    }
    return position;
  }

  bool fail(const char* start, const char* message) {
    size_t first = rewritten_position(start);
    size_t last = rewritten_position(p_) - 1;
    char text[200];
    if (first == last) {
      std::snprintf(text, sizeof text,
                    "(unicode error) 'unicodeescape' codec can't decode byte 0x%02x in position %zu: %s",
                    static_cast<unsigned>('\\'), first, message);
    } else {
      std::snprintf(text, sizeof text,
                    "(unicode error) 'unicodeescape' codec can't decode bytes in position %zu-%zu: %s", first, last,
                    message);
    }
    host_.error_at_last_token(text);
    return false;
  }

  LiteralHost& host_;
  const Token& token_;
  const char* begin_;
  const char* end_;
  const char* p_;
  const char* invalid_ = nullptr;  // the first character after a backslash that makes no escape sequence
  StrBuilder out_;
};

}  // namespace

Ref<Str> decode_str_literal(LiteralHost& host, std::string_view body, const Token& token, bool raw) {
  if (raw || body.find('\\') == body.npos) return decode_plain(host, body);
  return StrDecoder(host, body, token).decode();
}

bool decode_bytes_literal(LiteralHost& host, std::string_view body, const Token& token, std::string* out_text) {
  std::string& out = *out_text;
  const char* invalid = nullptr;
  const char* end = body.data() + body.size();
  for (const char* p = body.data(); p < end;) {
    if (*p != '\\') {
      out += *p++;
      continue;
    }
    const char* start = p++;
    char c = *p++;  // a token's backslash is always followed by something
    int simple = simple_escape(c);
    if (simple >= 0) {
      out += static_cast<char>(simple);
    } else if (c >= '0' && c <= '7') {
      const char* digits = --p;
      int value = octal_escape(&p, end);
      if (value > 0377 && !invalid) invalid = digits;
      out += static_cast<char>(value & 0xFF);
    } else if (c == 'x') {
      int high = p < end ? hex_value(p[0]) : -1;
      int low = p + 1 < end ? hex_value(p[1]) : -1;
      if (high < 0 || low < 0) {
        char text[80];
        std::snprintf(text, sizeof text, "(value error) invalid \\x escape at position %td", start - body.data());
        host.error_at_last_token(text);
        return false;
      }
      out += static_cast<char>(high << 4 | low);
      p += 2;
    } else if (simple != -1) {
      if (!invalid) invalid = p - 1;
      out += '\\';
      out += c;
    }
  }
  return !invalid || warn_escape(host, {invalid, static_cast<size_t>(end - invalid)}, token);
}

ast::Expr* parse_strings(LiteralHost& host, const Token* tokens, int count, const ast::Location& loc) {
  std::string_view first = host.token_text(tokens[0]);
  Str* kind = first[0] == 'u' ? host.context.arena.own(share(NAME("u"))) : nullptr;
  bool bytes = false;
  JoinedString joined(host, loc, kind);
  std::string bytes_value;
  for (int i = 0; i < count; i++) {
    const Token& token = tokens[i];
    StringToken literal = split_string_token(host.token_text(token));
    if (literal.formatted && host.context.options.feature_version < 6) {
      return host.error_at_last_token("Format strings are only supported in Python 3.6 and greater");
    }
    if (literal.bytes) {
      for (char c : literal.body) {
        if (static_cast<uint8_t>(c) >= 128) {
          return host.error_at_last_token("bytes can only contain ASCII literal characters");
        }
      }
    }
    Ref<Str> text;
    if (literal.bytes) {
      if (literal.raw) {
        bytes_value += literal.body;
      } else if (!decode_bytes_literal(host, literal.body, token, &bytes_value)) {
        return nullptr;
      }
    } else if (!literal.formatted) {
      text = decode_str_literal(host, literal.body, token, literal.raw);
      if (!text) return nullptr;
    }
    if (i > 0 && literal.bytes != bytes) return host.error_at_last_token("cannot mix bytes and nonbytes literals");
    bytes = literal.bytes;
    if (literal.formatted) {
      const char* p = literal.body.data();
      const char* token_start = host.token_text(token).data();
      FieldLocator locator{token_start, token_start, 0};
      if (!joined.add_fstring(&p, p + literal.body.size(), literal.raw, 0, token, locator)) return nullptr;
    } else if (!bytes && !joined.add_text(std::move(text))) {
      return nullptr;
    }
  }
  if (!bytes) return joined.finish(loc, kind);
  Ref<Bytes> value = bytes_from(bytes_value);
  if (!value) return nullptr;
  auto* node = ast::make<ast::Constant>(host.context.arena, loc);
  node->value = as_object(host.context.arena.own(std::move(value)));
  return node;
}

}  // namespace minipy
