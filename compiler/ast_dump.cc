#include "compiler/ast_dump.h"

#include <vector>

#include "compiler/ast_fields.h"
#include "runtime/abstract.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"

namespace minipy {

namespace {

class Dumper {
 public:
  explicit Dumper(const AstDumpOptions& options) : options_(options) {}

  // One value's text; "simple" ones (numbers, names, empty lists, nodes without arguments) may share a line.
  struct Text {
    std::string text;
    bool simple = true;
  };

  Status node(ast::Node* node, int level, Text* out) {
    RecursionGuard guard(" while dumping a syntax tree");
    if (!guard) return Status::failed();
    level++;
    std::vector<std::string> arguments;
    bool all_simple = true;
    bool ok = ast::visit_fields(node, [&]<class T>(const char* name, ast::FieldShape shape, auto& member) {
      using Member = std::remove_cvref_t<decltype(member)>;
      if constexpr (std::is_pointer_v<Member>) {
        if (!member && shape == ast::FieldShape::kOptional) return true;
      }
      Text value;
      if (!field<T>(member, level, &value)) return false;
      all_simple = all_simple && value.simple;
      arguments.push_back(python_name(name) + "=" + value.text);
      return true;
    });
    if (!ok) return Status::failed();
    if (options_.include_attributes && ast::has_location(node->kind)) {
      const ast::Location& loc = static_cast<ast::LocatedNode*>(node)->loc;
      arguments.push_back("lineno=" + std::to_string(loc.lineno));
      arguments.push_back("col_offset=" + std::to_string(loc.col_offset));
      arguments.push_back("end_lineno=" + std::to_string(loc.end_lineno));
      arguments.push_back("end_col_offset=" + std::to_string(loc.end_col_offset));
    }
    bool one_line = options_.indent < 0 || (all_simple && arguments.size() <= 3);
    out->text = ast::class_name(node->kind);
    out->text += '(';
    join(arguments, one_line, level, &out->text);
    out->text += ')';
    out->simple = one_line && arguments.empty();
    return kOk;
  }

 private:
  static std::string python_name(const char* name) {
    std::string text = name;
    if (text.back() == '_') text.pop_back();
    return text;
  }

  void join(const std::vector<std::string>& items, bool one_line, int level, std::string* out) const {
    std::string line_break = "\n";
    if (!one_line) line_break.append(static_cast<size_t>(options_.indent) * static_cast<size_t>(level), ' ');
    for (size_t i = 0; i < items.size(); i++) {
      if (i > 0) *out += one_line ? ", " : ",";
      if (!one_line) *out += line_break;
      *out += items[i];
    }
  }

  template <class T, class Member>
  Status field(Member& member, int level, Text* out) {
    if constexpr (requires { member.length; }) {
      return sequence<T>(member, level, out);
    } else {
      return item<T>(member, level, out);
    }
  }

  template <class T, class Item>
  Status sequence(Seq<Item>& items, int level, Text* out) {
    if (items.empty()) {
      out->text = "[]";
      return kOk;
    }
    std::vector<std::string> texts;
    for (Item& it : items) {
      Text text;
      if (!item<T>(it, level + 1, &text)) return Status::failed();
      texts.push_back(std::move(text.text));
    }
    out->text = "[";
    join(texts, options_.indent < 0, level + 1, &out->text);
    out->text += "]";
    out->simple = false;
    return kOk;
  }

  template <class T, class Item>
  Status item(Item& value, int level, Text* out) {
    if constexpr (std::is_same_v<T, ast::field::Int>) {
      out->text = std::to_string(value);
    } else if constexpr (std::is_enum_v<T>) {
      out->text = std::string(ast::name(value)) + "()";
    } else if (!value) {
      out->text = "None";
    } else if constexpr (std::is_base_of_v<ast::Node, T> && !std::is_same_v<Item, Object*>) {
      return node(value, level, out);
    } else {
      Ref<Str> text = object_repr(as_object(value));
      if (!text) return Status::failed();
      std::string_view utf8 = str_utf8(text.get());
      if (!utf8.data()) return Status::failed();
      out->text = utf8;
    }
    return kOk;
  }

  const AstDumpOptions& options_;
};

}  // namespace

Status dump_ast(ast::Node* node, const AstDumpOptions& options, std::string* out) {
  Dumper::Text text;
  TRY(Dumper(options).node(node, 0, &text));
  *out += text.text;
  return kOk;
}

}  // namespace minipy
