#include "stdlib/minipy/token_view.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "compiler/syntax_error.h"
#include "runtime/abstract.h"
#include "runtime/bytes.h"
#include "runtime/error.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "stdlib/minipy/json_writer.h"
#include "stdlib/minipy/source_tokens.h"
#include "stdlib/sys/sys.h"

namespace minipy {
namespace {

bool read_all(std::FILE* f, std::string& out) {
  char buffer[1 << 16];
  for (size_t n; (n = std::fread(buffer, 1, sizeof buffer, f)) > 0;) out.append(buffer, n);
  return !std::ferror(f);
}

// errno is set when this fails.
bool read_file(const std::string& path, std::string& out) {
  std::FILE* f = std::fopen(path.c_str(), "rb");
  if (!f) return false;
  bool ok = read_all(f, out);
  int error = errno;
  std::fclose(f);
  errno = error;
  return ok;
}

// What has been read from standard input as sys.stdin would decode it; bytes that it keeps are lone surrogates in the
// UTF-8.
Status decode_input(const std::string& bytes, std::string* utf8) {
  if (valid_utf8_prefix(bytes) == bytes.size()) return *utf8 = bytes, kOk;
  Ref<Object> errors;
  if (Object* stream = sys_get(NAME("stdin")); stream && !is_none(stream)) {
    errors = TRY(object_get_attr(stream, NAME("errors")));
  }
  const char* handler = errors && is_str(errors.get()) ? str_utf8(cast<Str>(errors.get())).data() : "strict";
  Ref<Str> text = TRY(str_decode(bytes.data(), static_cast<ssize>(bytes.size()), "utf-8", handler));
  Ref<Object> encoded = TRY(str_encode(text.get(), "utf-8", "surrogatepass"));
  *utf8 = bytes_view(cast<Bytes>(encoded.get()));
  return kOk;
}

// repr() of UTF-8 text in which surrogates are allowed, and how many characters it has.
std::string repr(std::string_view utf8, ssize* length) {
  Ref<Str> text = MUST(str_decode(utf8.data(), static_cast<ssize>(utf8.size()), "utf-8", "surrogatepass"));
  Ref<Str> shown = MUST(object_repr(as_object(text.get())));
  *length = str_length(shown.get());
  return std::string(str_utf8(shown.get()));
}

void write_text(const SourceToken& t, OutputSink& out) {
  std::string range = fmt::format("{},{}-{},{}:", t.start_row, t.start_col, t.end_row, t.end_col);
  ssize length;
  std::string shown = repr(t.text, &length);
  out.write(fmt::format("{:<20}{:<15}{}", range, token_name(t.kind), shown));
  for (; length < 15; length++) out.write(' ');
  out.write('\n');
  out.end_record();
}

void write_json(const SourceToken& t, JsonWriter& json) {
  json.begin_object().field("type", token_name(t.plain_kind())).field("exact_type", token_name(t.kind));
  json.field("string", t.text);
  json.key("start").begin_array().value(t.start_row).value(t.start_col).end_array();
  json.key("end").begin_array().value(t.end_row).value(t.end_col).end_array();
  json.field("line", t.line).end_object();
  json.end_line();
}

void write_tokens(const SourceTokens& tokens, bool json, OutputSink& out) {
  JsonWriter writer(out);
  for (const SourceToken& t : tokens.tokens()) {
    if (json) {
      write_json(t, writer);
    } else {
      write_text(t, out);
    }
  }
}

int report(const std::string& message) {
  std::fprintf(stderr, "%s\n", message.c_str());
  return 1;
}

// The pending exception: a SyntaxError about the encoding, or what a codec says of bytes that it does not know.
int report_exception(const std::string& filename) {
  bool is_syntax = error_matches(SyntaxError);
  Ref<Object> error = error_take();
  Ref<Str> message = str_from_object(error.get());
  if (!message) {
    error_clear();
    return report("error: " + filename);
  }
  std::string text(str_utf8(message.get()));
  return report(is_syntax ? filename + ": error: " + text : "unexpected error: " + text);
}

int report_error(const SourceTokenError& error, const std::string& filename) {
  return report(fmt::format("{}:{}:{}: error: {}", filename, error.row, error.col, error.message));
}

// A line could not be decoded, which nobody notices if there is an error before it.
int report_bad_line(const SourceLines& lines_before, const std::string& filename) {
  SourceTokens tokens(lines_before);
  SourceTokenError error = tokenize_source(lines_before, tokens);
  if (!error.message || error.at_end) return report_exception(filename);
  error_clear();
  return report_error(error, filename);
}

}  // namespace

int show_tokens(const TokenViewOptions& options, OutputSink& out) {
  std::string bytes;
  bool is_stdin = options.file.empty() && !options.has_code;
  std::string filename = is_stdin ? "<stdin>" : options.has_code ? "<string>" : options.file;
  SourceLines lines;
  if (is_stdin) {
    if (!read_all(stdin, bytes)) return report(fmt::format("error: [Errno {}] {}", errno, std::strerror(errno)));
    std::string text;
    if (!decode_input(bytes, &text)) return report_exception(filename);
    lines.read_text(text);
  } else {
    if (options.has_code) {
      bytes = options.code;
    } else if (!read_file(options.file, bytes)) {
      int error = errno;
      ssize length;
      return report(fmt::format("error: [Errno {}] {}: {}", error, std::strerror(error), repr(options.file, &length)));
    }
    if (!lines.read_bytes(bytes, options.has_code ? nullptr : filename.c_str()))
      return report_bad_line(lines, filename);
  }
  SourceTokens tokens(lines);
  SourceTokenError error = tokenize_source(lines, tokens);
  // Of a file with an error, the library shows the error only.
  if (!error.message || is_stdin || options.json) write_tokens(tokens, options.json, out);
  if (!out.flush()) return report(out.error());
  return error.message ? report_error(error, filename) : 0;
}

}  // namespace minipy
