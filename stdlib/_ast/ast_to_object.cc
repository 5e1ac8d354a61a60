#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/thread_state.h"
#include "stdlib/_ast/ast_convert.h"
#include "stdlib/_ast/ast_types.h"

namespace minipy {

namespace {

class Converter {
 public:
  Converter() {
    // Recursion here is bounded by three times the limit of Python code.
    ThreadState* t = current_thread();
    depth_ = (t->recursion_limit - t->recursion_remaining) * 3;
    limit_ = t->recursion_limit * 3;
  }

  Ref<Object> node(ast::Node* node) {
    bool stack_left = static_cast<char*>(__builtin_frame_address(0)) > current_thread()->c_stack_limit;
    if (depth_ + 1 > limit_ || !stack_left) {
      return raise(RecursionError, "maximum recursion depth exceeded during ast construction");
    }
    depth_++;
    Ref<Object> result = convert(node);
    depth_--;
    return result;
  }

 private:
  Ref<Object> convert(ast::Node* node) {
    Ref<Object> result = TRY(steal(type_generic_new(g_ast_classes.node(node->kind), nullptr, nullptr)));
    Ref<Dict> dict = TRY(dict_new());
    bool ok = ast::visit_fields(node, [&]<class T>(const char* name, ast::FieldShape, auto& member) {
      Ref<Object> value = field<T>(member);
      return value && dict_set(dict.get(), as_object(ast_field_str(name)), value.get());
    });
    if (!ok) return nullptr;
    if (ast::has_location(node->kind)) {
      const ast::Location& loc = static_cast<ast::LocatedNode*>(node)->loc;
      TRY(set_int(dict.get(), NAME("lineno"), loc.lineno));
      TRY(set_int(dict.get(), NAME("col_offset"), loc.col_offset));
      TRY(set_int(dict.get(), NAME("end_lineno"), loc.end_lineno));
      TRY(set_int(dict.get(), NAME("end_col_offset"), loc.end_col_offset));
    }
    cast<AstObject>(result.get())->dict = as_object(dict.release());
    return result;
  }

  static Status set_int(Dict* dict, Str* name, int value) {
    Ref<Int> number = TRY(int_from_ssize(value));
    return dict_set(dict, as_object(name), as_object(number.get()));
  }

  template <class T, class Member>
  Ref<Object> field(Member& member) {
    if constexpr (requires { member.length; }) {
      Ref<List> list = TRY(list_new(member.size()));
      for (int i = 0; i < member.size(); i++) list->items[i] = TRY(item<T>(member[i]))
      .release();
      return list;
    } else {
      return item<T>(member);
    }
  }

  template <class T, class Item>
  Ref<Object> item(Item& value) {
    if constexpr (std::is_same_v<T, ast::field::Int>) {
      return int_from_ssize(value);
    } else if constexpr (std::is_enum_v<T>) {
      return share(g_ast_classes.enum_values<T>()[static_cast<int>(value)]);
    } else if (!value) {
      return none_ref();
    } else if constexpr (std::is_same_v<Item, Object*>) {
      return share(value);
    } else if constexpr (std::is_same_v<Item, Str*>) {
      return share(as_object(value));
    } else {
      return node(value);
    }
  }

  int depth_;
  int limit_;
};

}  // namespace

Ref<Object> ast_to_object(ast::Mod* tree) { return Converter().node(tree); }

}  // namespace minipy
