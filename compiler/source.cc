#include "compiler/source.h"

#include <climits>
#include <cstring>

#include "compiler/syntax_error.h"
#include "runtime/error.h"
#include "runtime/str.h"

namespace minipy {

namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

// "\r\n" and "\r" end lines too. CPython's `exec` mode takes a source that ends in "\r\n" for one without a last line
// break, which counts where the end is reported as an error's place.
void translate_line_ends(std::string_view source, bool add_last, std::string* out) {
  out->reserve(source.size() + 1);
  if (source.find('\r') == source.npos) {
    out->assign(source);
  } else {
    for (size_t i = 0; i < source.size(); i++) {
      if (source[i] != '\r') {
        *out += source[i];
        continue;
      }
      *out += '\n';
      if (i + 1 < source.size() && source[i + 1] == '\n') i++;
    }
  }
  if (add_last && (out->empty() || out->back() != '\n' || source.ends_with("\r\n"))) *out += '\n';
}

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

// UTF-8 and Latin-1 under their other spellings.
std::string normal_name(std::string_view name) {
  std::string lower;
  for (char c : name.substr(0, 12)) {
    lower += c == '_' ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  auto is = [&](std::string_view plain) { return lower == plain || lower.starts_with(std::string(plain) + '-'); };
  if (is("utf-8")) return "utf-8";
  if (is("latin-1") || is("iso-8859-1") || is("iso-latin-1")) return "iso-8859-1";
  return std::string(name);
}

// What a null byte hides of its line, the line break included: the next line continues it.
std::string cut_at_nulls(std::string_view source) {
  std::string out;
  bool cut = false;
  for (char c : source) {
    if (c == '\0') cut = true;
    if (!cut) out += c;
    if (c == '\n') cut = false;
  }
  return out;
}

// Cuts the text before the first line, of the first `lines`, that is not UTF-8.
void cut_at_undecodable(SourceText* out, int lines) {
  std::string_view text = out->text;
  size_t invalid = valid_utf8_prefix(text);
  if (invalid == text.size()) return;
  int lineno = 1;
  for (char c : text.substr(0, invalid)) lineno += c == '\n';
  if (lineno > lines) return;
  out->undecodable_lineno = lineno;
  out->undecodable_byte = static_cast<unsigned char>(text[invalid]);
  out->text.resize(text.rfind('\n', invalid) + 1);
}

// A LookupError, SyntaxError or UnicodeError about the encoding as the SyntaxError that CPython makes of it, without a
// place in the source.
Status raise_encoding_error(Str* filename) {
  if (!error_matches(LookupError) && !error_matches(SyntaxError) && !error_matches(UnicodeError)) {
    return Status::failed();
  }
  Ref<Object> error = error_take();
  Ref<Str> message = str_from_object(error.get());
  if (!message) return Status::failed();
  return raise_unplaced_syntax_error(message.get(), filename);
}

}  // namespace

std::string declared_encoding(std::string_view line, bool* is_comment) {
  *is_comment = false;
  size_t i = 0;
  while (i < line.size() && (line[i] == ' ' || line[i] == '\t' || line[i] == '\f')) i++;
  bool blank = i == line.size() || line[i] == '\n';
  *is_comment = blank || line[i] == '#';
  if (blank || line[i] != '#') return {};
  while ((i = line.find("coding", i)) != line.npos) {
    i += 6;
    if (i >= line.size() || (line[i] != ':' && line[i] != '=')) continue;
    do {
      i++;
    } while (i < line.size() && (line[i] == ' ' || line[i] == '\t'));
    size_t begin = i;
    while (i < line.size() && is_name_char(line[i])) i++;
    if (i > begin) return normal_name(line.substr(begin, i - begin));
  }
  return {};
}

Status read_source(std::string_view source, Str* filename, ParseMode mode, const ParseOptions& options,
                   SourceText* out) {
  std::string without_nulls;
  if (options.from_file && source.find('\0') != source.npos) source = without_nulls = cut_at_nulls(source);
  translate_line_ends(source, mode == ParseMode::kFile, &out->text);
  if (options.ignore_cookie) return kOk;
  bool marked = std::string_view(out->text).starts_with(kByteOrderMark);
  if (marked) {
    out->text.erase(0, kByteOrderMark.size());
    out->encoding = "utf-8";
  }
  // The first or second line may declare the encoding, the second only after one without code.
  std::string declared;
  std::string_view rest = out->text;
  int line = 0;
  for (; line < 2 && !rest.empty() && declared.empty(); line++) {
    size_t end = rest.find('\n');
    std::string_view text = rest.substr(0, end == rest.npos ? end : end + 1);
    rest.remove_prefix(text.size());
    bool is_comment;
    declared = declared_encoding(text, &is_comment);
    if (!is_comment) break;
  }
  if (options.from_file && !marked) {
    // Lines before the declaration are read without knowing of it.
    cut_at_undecodable(out, declared.empty() ? INT_MAX : line - 1);
    if (out->undecodable_lineno) return kOk;
  }
  if (declared.empty()) return kOk;
  if (marked && declared != "utf-8") {
    if (options.from_file) return raise(SyntaxError, "encoding problem: {} with BOM", declared.c_str());
    Ref<Str> message = TRY(format_message("encoding problem: {} with BOM", declared.c_str()));
    return raise_unplaced_syntax_error(message.get(), filename);
  }
  out->encoding = declared;
  if (declared == "utf-8") return kOk;
  Ref<Str> text;
  auto size = static_cast<ssize>(out->text.size());
  if (declared == "iso-8859-1") {
    text = str_from_latin1(out->text);
  } else {
    text = str_decode(out->text.data(), size, declared.c_str(), nullptr);
  }
  std::string_view utf8 = text ? str_utf8(text.get()) : std::string_view{};
  if (!utf8.data()) {
    if (!options.from_file) return raise_encoding_error(filename);
    error_clear();
    return raise(SyntaxError, "encoding problem: {}", declared.c_str());
  }
  out->text.assign(utf8);
  return kOk;
}

}  // namespace minipy
