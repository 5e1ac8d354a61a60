// Tracebacks as text: frames, source lines, and the carets of PEP 657.
#include <cstdio>
#include <string>
#include <string_view>

#include "compiler/arena.h"
#include "compiler/ast.h"
#include "compiler/parse.h"
#include "runtime/abstract.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/frame_objects.h"
#include "runtime/function.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "stdlib/frozen.h"
#include "stdlib/sys/print_exception.h"
#include "stdlib/sys/sys.h"

namespace minipy {
namespace {

constexpr int kRepeatsShown = 3;

// ---- Source lines
// ----------------------------------------------------------------------------------------------------

bool read_line_of(const std::string& path, int wanted, std::string& out) {
  std::FILE* f = std::fopen(path.c_str(), "rb");
  std::string embedded;
  if (std::string module = f ? "" : package_module_of_file(path); package_source(module, embedded))
    f = fmemopen(embedded.data(), embedded.size(), "rb");
  if (!f) return false;
  int line = 1;
  out.clear();
  bool previous_cr = false;
  for (int c; (c = std::getc(f)) != EOF;) {
    if (previous_cr && c == '\n') {
      previous_cr = false;
      continue;
    }
    previous_cr = c == '\r';
    if (c == '\n' || c == '\r') {
      if (line == wanted) break;
      line++;
      out.clear();
      continue;
    }
    if (line == wanted) out += static_cast<char>(c);
  }
  std::fclose(f);
  if (wanted == 1 && out.starts_with("\xef\xbb\xbf")) out.erase(0, 3);
  return line == wanted;
}

// The file as named, or a file of that base name in a directory of sys.path.
bool find_source_line(Str* filename, int line, std::string& out) {
  Ref<Object> encoded = str_encode_fs(as_object(filename));
  if (!encoded) {
    error_clear();
    return false;
  }
  std::string path(bytes_view(cast<Bytes>(encoded.get())));
  if (path.empty() || line <= 0) return false;
  if (read_line_of(path, line, out)) return true;
  if (path[0] == '<') return false;
  Object* search = sys_get(NAME("path"));
  if (!search || !is_list(search)) return false;
  std::string tail = path.substr(path.rfind('/') + 1);
  List* list = cast<List>(search);
  for (ssize i = 0; i < list_size(list); i++) {
    if (!is_str(list->items[i])) continue;
    std::string_view directory = str_utf8(cast<Str>(list->items[i]));
    if (!directory.data()) {
      error_clear();
      continue;
    }
    if (read_line_of(std::string(directory) + "/" + tail, line, out)) return true;
  }
  return false;
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\f'; }

// ---- Carets
// ----------------------------------------------------------------------------------------------------------

size_t characters(std::string_view utf8) {
  size_t n = 0;
  for (char c : utf8) n += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  return n;
}

// Byte offsets into the marked segment between which the operator or the subscript stands.
struct Anchors {
  bool found = false;
  size_t left = 0, right = 0;
};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }

Anchors operator_anchors(const std::string& segment, size_t from, size_t to) {
  Anchors a;
  for (size_t i = from; i < to && i < segment.size(); i++) {
    if (is_space(segment[i])) continue;
    a = {true, i, i + 1};
    if (i + 1 < to && !is_space(segment[i + 1])) a.right++;
    break;
  }
  return a;
}

// The tree is that of the segment alone.
Anchors anchors_of_tree(ast::Mod* tree, const std::string& segment) {
  auto* module = ast::as<ast::Module>(tree);
  if (!module || module->body.size() != 1) return {};
  auto* statement = ast::as<ast::ExprStmt>(module->body[0]);
  if (!statement) return {};
  if (auto* binary = ast::as<ast::BinOp>(statement->value)) {
    return operator_anchors(segment, static_cast<size_t>(binary->left->loc.end_col_offset),
                            static_cast<size_t>(binary->right->loc.col_offset));
  }
  if (auto* subscript = ast::as<ast::Subscript>(statement->value)) {
    return {true, static_cast<size_t>(subscript->value->loc.end_col_offset),
            static_cast<size_t>(subscript->slice->loc.end_col_offset) + 1};
  }
  return {};
}

// Parses the segment: a lone binary operation or subscript has its own anchors.
Anchors find_anchors(const std::string& segment) {
  PreserveError keep;
  Arena arena;
  ParseOptions options;
  options.ignore_cookie = true;
  ast::Mod* tree = parse_source(arena, segment, NAME("<string>"), ParseMode::kFile, options);
  if (!tree) {
    error_clear();
    return {};
  }
  return anchors_of_tree(tree, segment);
}

// Appends the caret line for the marked part of `line`, where it says more than the line itself does. Columns are byte
// offsets; `indent` bytes of `line` are not shown.
void append_carets(const std::string& line, size_t indent, const CodePosition& position, std::string& out) {
  size_t start = static_cast<size_t>(position.column);
  size_t shown_end = line.size();
  while (shown_end > indent && is_space(line[shown_end - 1])) shown_end--;
  size_t end = position.end_line == position.line ? static_cast<size_t>(position.end_column) : shown_end;
  if (start > line.size() || end > line.size() || end < start) return;
  std::string segment = line.substr(start, end - start);
  Anchors anchors;
  if (position.end_line == position.line) anchors = find_anchors(segment);
  std::string_view view = line;
  size_t marked = characters(segment);
  if (marked >= characters(view.substr(indent, shown_end - indent)) && !anchors.found) return;
  out += "    ";
  // The columns are characters; what stands before the segment is blanked.
  if (start > indent) out += std::string(characters(view.substr(indent, start - indent)), ' ');
  if (anchors.found && anchors.right <= segment.size()) {
    std::string_view s = segment;
    size_t left = characters(s.substr(0, anchors.left)),
           middle = characters(s.substr(anchors.left, anchors.right - anchors.left));
    out += std::string(left, '~') + std::string(middle, '^') + std::string(marked - left - middle, '~');
  } else {
    out += std::string(marked, '^');
  }
  out += "\n";
}

// ---- Frames
// ----------------------------------------------------------------------------------------------------------

std::string utf8_of(Str* s) {
  std::string_view v = str_utf8(s);
  if (v.data()) return std::string(v);
  error_clear();
  Ref<Object> bytes = str_encode(s, "utf-8", "backslashreplace");
  if (!bytes) error_clear();
  return bytes ? std::string(bytes_text(bytes.get())) : "?";
}

struct Entry {
  Ref<Code> code;
  int line, lasti;
};

void append_entry(const Entry& e, std::string& out) {
  out += "  File \"" + utf8_of(e.code->filename) + "\", line " + std::to_string(e.line) + ", in " +
         utf8_of(e.code->name) + "\n";
  std::string line;
  if (!find_source_line(e.code->filename, e.line, line)) return;
  size_t indent = 0;
  while (indent < line.size() && is_blank(line[indent])) indent++;
  out += "    " + line.substr(indent) + "\n";
  if (e.lasti < 0) return;
  CodePosition position = code_position_of(e.code.get(), e.lasti);
  bool known = position.line >= 0 && position.end_line >= 0 && position.column >= 0 && position.end_column >= 0;
  if (known && position.line == e.line) append_carets(line, indent, position, out);
}

void append_repeats(long count, std::string& out) {
  count -= kRepeatsShown;
  out += "  [Previous line repeated " + std::to_string(count) + " more time" + (count > 1 ? "s" : "") + "]\n";
}

// sys.tracebacklimit: how many of the innermost entries are shown; -1: all.
long traceback_limit() {
  Object* limit = sys_get(NAME("tracebacklimit"));
  if (!limit || !is_int(limit)) return 1000;
  int overflow;
  long long v = int_to_long_long_overflow(limit, &overflow);
  if (overflow) return overflow > 0 ? -1 : 0;
  return v <= 0 ? 0 : static_cast<long>(v);
}

Ref<Code> code_of(Traceback* tb) {
  Ref<Object> code = object_get_attr(as_object(tb->frame), NAME("f_code"));
  if (!code) error_clear();
  return std::move(code).cast_to<Code>();
}

}  // namespace

std::string format_traceback(Object* traceback) {
  std::string out;
  if (!is_exactly(traceback, &traceback_type)) return out;
  long limit = traceback_limit();
  if (limit == 0) return out;
  long depth = 0;
  for (Traceback* tb = cast<Traceback>(traceback); tb; tb = tb->next) depth++;
  Traceback* tb = cast<Traceback>(traceback);
  for (; limit > 0 && depth > limit; depth--) tb = tb->next;
  Entry last{nullptr, -1, -1};
  long repeats = 0;
  for (; tb; tb = tb->next) {
    Ref<Object> line_object = object_get_attr_ascii(as_object(tb), "tb_lineno");
    int line = tb->lineno;
    if (line_object && is_int(line_object.get())) line = static_cast<int>(int_to_unsigned_mask(line_object.get()));
    if (!line_object) error_clear();
    Entry e{code_of(tb), line, tb->lasti};
    if (!e.code) continue;
    bool same = last.code && str_equal(last.code->filename, e.code->filename) && last.line == e.line &&
                str_equal(last.code->name, e.code->name);
    if (!same) {
      if (repeats > kRepeatsShown) append_repeats(repeats, out);
      repeats = 0;
    }
    repeats++;
    if (repeats <= kRepeatsShown) append_entry(e, out);
    last = std::move(e);
  }
  if (repeats > kRepeatsShown) append_repeats(repeats, out);
  return out;
}

Ref<Str> source_line(Str* filename, int line, ssize* indent) {
  std::string text;
  if (!find_source_line(filename, line, text)) return nullptr;
  size_t skip = 0;
  while (skip < text.size() && is_blank(text[skip])) skip++;
  *indent = static_cast<ssize>(skip);
  return str_decode_utf8(text.data() + skip, static_cast<ssize>(text.size() - skip), "replace");
}

}  // namespace minipy
