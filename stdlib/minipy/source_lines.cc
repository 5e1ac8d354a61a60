#include "stdlib/minipy/source_lines.h"

#include "compiler/source.h"
#include "compiler/syntax_error.h"
#include "runtime/abstract.h"
#include "runtime/codecs.h"
#include "runtime/error.h"
#include "runtime/str.h"

namespace minipy {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

std::string_view take_line(std::string_view& rest) {
  size_t newline = rest.find('\n');
  std::string_view line = rest.substr(0, newline == rest.npos ? newline : newline + 1);
  rest.remove_prefix(line.size());
  return line;
}

// The messages about an encoding name the file where there is one.
Status encoding_error(std::string_view message, const char* filename, std::string_view detail) {
  if (!filename) return raise(SyntaxError, "{}{}{}", message, detail.empty() ? "" : ": ", detail);
  Ref<Str> name = TRY(str_decode_fs(filename));
  return raise(SyntaxError, "{} for {}{}{}", message, repr_of(name.get()), detail.empty() ? "" : ": ", detail);
}

// What a line declares; empty: nothing. `*look_on`: the line holds no code, so the next one may declare something.
Status find_cookie(std::string_view line, const char* filename, bool marked, std::string* encoding, bool* look_on) {
  if (valid_utf8_prefix(line) != line.size()) {
    return encoding_error("invalid or missing encoding declaration", filename, "");
  }
  std::string_view content = line;
  while (content.ends_with('\n') || content.ends_with('\r')) content.remove_suffix(1);
  *encoding = declared_encoding(content, look_on);
  if (encoding->empty()) return kOk;
  Ref<Object> codec = codec_lookup(encoding->c_str());
  if (!codec) {
    if (!error_clear_if(LookupError)) return Status::failed();
    return encoding_error("unknown encoding", filename, *encoding);
  }
  if (marked && *encoding != "utf-8") return encoding_error("encoding problem", filename, "utf-8");
  return kOk;
}

}  // namespace

Status SourceLines::read_bytes(std::string_view bytes, const char* filename) {
  bool marked = bytes.starts_with(kByteOrderMark);
  if (marked) bytes.remove_prefix(kByteOrderMark.size());
  std::string_view rest = bytes;
  bool look_on = true;
  for (int i = 0; i < 2 && look_on && encoding_.empty() && !rest.empty(); i++) {
    TRY(find_cookie(take_line(rest), filename, marked, &encoding_, &look_on));
  }
  if (encoding_.empty()) encoding_ = "utf-8";
  while (!bytes.empty()) {
    std::string_view line = take_line(bytes);
    if (encoding_ == "utf-8" && valid_utf8_prefix(line) == line.size()) {
      add(line);
      continue;
    }
    Ref<Str> decoded = TRY(str_decode(line.data(), static_cast<ssize>(line.size()), encoding_.c_str(), nullptr));
    std::string_view utf8 = str_utf8(decoded.get());
    if (!utf8.data()) return Status::failed();
    add(utf8);
  }
  return kOk;
}

void SourceLines::read_text(std::string_view utf8) {
  while (!utf8.empty()) add(take_line(utf8));
}

}  // namespace minipy
