#include "runtime/abstract.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"
#include "stdlib/_ast/ast_convert.h"
#include "stdlib/_ast/ast_types.h"

namespace minipy {

namespace {

// Reading a field or an attribute takes a level of recursion; the error names the class that has it.
constexpr const char* kTraversing[] = {
#define AST_NODE(Base, Class, python_name, fields) " while traversing '" python_name "' node",
#include "compiler/ast.def"
};
// For attributes that is the sum or product.
template <class T>
constexpr const char* kTraversingAttributes = nullptr;
#define AST_SUM(Base, python_name, located) \
  template <>                               \
  constexpr const char* kTraversingAttributes<ast::Base> = " while traversing '" python_name "' node";
#include "compiler/ast.def"
template <>
constexpr const char* kTraversingAttributes<ast::Arg> = " while traversing 'arg' node";
template <>
constexpr const char* kTraversingAttributes<ast::Keyword> = " while traversing 'keyword' node";
template <>
constexpr const char* kTraversingAttributes<ast::Alias> = " while traversing 'alias' node";

// The class of sums that a node class belongs to; void for product types.
template <class T>
struct SumOf {
  using type = void;
};
#define AST_SUM(Base, python_name, located) \
  template <>                               \
  struct SumOf<ast::Base> {                 \
    using type = ast::Base;                 \
  };
#define AST_NODE(Base_, Class, python_name, fields)                                                               \
  template <>                                                                                                     \
  struct SumOf<ast::Class> {                                                                                      \
    using type =                                                                                                  \
        std::conditional_t<std::is_same_v<ast::Base_, ast::Node> || std::is_same_v<ast::Base_, ast::LocatedNode>, \
                           void, ast::Base_>;                                                                     \
  };
#include "compiler/ast.def"

class Reader {
 public:
  explicit Reader(Arena& arena) : arena_(arena) {}

  // A node of a sum or product type; None makes null for sums.
  template <class T>
  Status node(Object* object, T** out) {
    using Sum = typename SumOf<T>::type;
    if constexpr (std::is_void_v<Sum>) {
      T* made = arena_.make<T>();
      TRY(fields(object, made));
      if constexpr (std::is_base_of_v<ast::LocatedNode, T>) TRY(location<T>(object, true, &made->loc));
      *out = made;
    } else {
      Sum* made = nullptr;
      TRY(sum_node<Sum>(object, &made));
      *out = static_cast<T*>(made);
    }
    return kOk;
  }

 private:
  template <class Sum>
  Status sum_node(Object* object, Sum** out) {
    *out = nullptr;
    if (is_none(object)) return kOk;
    [[maybe_unused]] ast::Location loc;
    if constexpr (std::is_base_of_v<ast::LocatedNode, Sum>) {
      TRY(location<Sum>(object, !std::is_same_v<Sum, ast::Pattern>, &loc));
    }
    // By the exact class first, then as isinstance() tells.
    for (bool exact : {true, false}) {
#define AST_NODE(Base, Class, python_name, fields_)                           \
  if constexpr (std::is_same_v<ast::Base, Sum>) {                             \
    if (TRY(is_a(object, g_ast_classes.node(ast::NodeKind::Class), exact))) { \
      return constructor<ast::Class>(object, loc, out);                       \
    }                                                                         \
  }
#include "compiler/ast.def"
    }
    return raise(TypeError, "expected some sort of {}, but got {}", asdl_name<Sum>(), repr_of(object));
  }

  template <class T, class Sum>
  Status constructor(Object* object, const ast::Location& loc, Sum** out) {
    T* made = arena_.make<T>();
    if constexpr (std::is_base_of_v<ast::LocatedNode, T>) made->loc = loc;
    *out = made;
    return fields(object, made);
  }

  static Maybe<bool> is_a(Object* object, Type* type, bool exact) {
    if (exact) return type_of(object) == type;
    return object_is_instance(object, as_object(type));
  }

  template <class Owner>
  Status location(Object* object, bool optional_end, ast::Location* loc) {
    TRY(attribute_int<Owner>(object, NAME("lineno"), false, &loc->lineno));
    TRY(attribute_int<Owner>(object, NAME("col_offset"), false, &loc->col_offset));
    if (optional_end) {
      loc->end_lineno = loc->lineno;
      loc->end_col_offset = loc->col_offset;
    }
    TRY(attribute_int<Owner>(object, NAME("end_lineno"), optional_end, &loc->end_lineno));
    return attribute_int<Owner>(object, NAME("end_col_offset"), optional_end, &loc->end_col_offset);
  }

  template <class Owner>
  Status attribute_int(Object* object, Str* name, bool optional, int32_t* out) {
    Ref<Object> value;
    TRY(object_find_attr(object, name, value));
    if (optional && (!value || is_none(value.get()))) return kOk;
    if (!value) return raise(TypeError, "required field \"{}\" missing from {}", name, asdl_name<Owner>());
    RecursionGuard guard(kTraversingAttributes<Owner>);
    if (!guard) return Status::failed();
    return integer(value.get(), out);
  }

  static Status integer(Object* value, int32_t* out) {
    if (!is_instance_of(value, &int_type)) return raise(ValueError, "invalid integer value: {}", repr_of(value));
    int overflow = 0;
    long long number = int_to_long_long_overflow(value, &overflow);
    if (overflow || number != static_cast<int32_t>(number)) {
      return raise(OverflowError, "Python int too large to convert to C int");
    }
    *out = static_cast<int32_t>(number);
    return kOk;
  }

  // All fields, and then that those are there which must be.
  Status fields(Object* object, ast::Node* node) {
    const char* owner = ast::class_name(node->kind);
    bool ok = ast::visit_fields(node, [&]<class T>(const char* name, ast::FieldShape shape, auto& member) {
      Ref<Object> value;
      if (!object_find_attr(object, ast_field_str(name), value)) return false;
      if (shape == ast::FieldShape::kOptional && (!value || is_none(value.get()))) return true;
      if (!value) {
        (void)raise(TypeError, "required field \"{}\" missing from {}", ast_field_str(name), owner);
        return false;
      }
      return static_cast<bool>(field<T>(value.get(), node->kind, name, member));
    });
    if (!ok) return Status::failed();
    ok = ast::visit_fields(node, [&]<class T>(const char* name, ast::FieldShape shape, auto& member) {
      if constexpr (std::is_pointer_v<std::remove_cvref_t<decltype(member)>>) {
        if (!member && shape == ast::FieldShape::kOne) {
          (void)raise(ValueError, "field '{}' is required for {}", ast_field_str(name), owner);
          return false;
        }
      }
      return true;
    });
    return ok ? kOk : Status::failed();
  }

  template <class T, class Member>
  Status field(Object* value, ast::NodeKind owner, const char* name, Member& member) {
    if constexpr (requires { member.length; }) {
      const char* class_name = ast::class_name(owner);
      if (!is_instance_of(value, &list_type)) {
        return raise(TypeError, "{} field \"{}\" must be a list, not a {}", class_name, ast_field_str(name),
                     type_short_name(type_of(value)));
      }
      auto* list = cast<List>(value);
      ssize length = list_size(list);
      auto items = arena_.make_seq<std::remove_reference_t<decltype(member[0])>>(length);
      for (ssize i = 0; i < length; i++) {
        Ref<Object> element = share(list->items[i]);
        TRY(item<T>(element.get(), owner, items[i]));
        if (list_size(list) != length) {
          return raise(RuntimeError, "{} field \"{}\" changed size during iteration", class_name, ast_field_str(name));
        }
      }
      member = items;
      return kOk;
    } else {
      return item<T>(value, owner, member);
    }
  }

  template <class T, class Item>
  Status item(Object* value, ast::NodeKind owner, Item& out) {
    RecursionGuard guard(kTraversing[static_cast<int>(owner)]);
    if (!guard) return Status::failed();
    if constexpr (std::is_same_v<T, ast::field::Int>) {
      return integer(value, &out);
    } else if constexpr (std::is_enum_v<T>) {
      return enumerator(value, &out);
    } else if constexpr (std::is_same_v<Item, Object*>) {
      out = arena_.own(share(value));
      return kOk;
    } else if constexpr (std::is_same_v<T, ast::field::Identifier>) {
      if (is_none(value)) return kOk;
      if (!is_exactly(value, &str_type)) return raise(TypeError, "AST identifier must be of type str");
      Ref<Str> name = share(cast<Str>(value));
      str_intern(name);
      out = arena_.own(std::move(name));
      return kOk;
    } else if constexpr (std::is_same_v<T, ast::field::String>) {
      if (is_none(value)) return kOk;
      if (!is_exactly(value, &str_type) && !is_exactly(value, &bytes_type)) {
        return raise(TypeError, "AST string must be of type str");
      }
      // Nothing reads a type comment or a kind from a tree, so that bytes do no harm.
      out = arena_.own(share(cast<Str>(value)));
      return kOk;
    } else {
      return node(value, &out);
    }
  }

  template <class E>
  Status enumerator(Object* value, E* out) {
    Type* const* types = g_ast_classes.enum_types<E>();
    for (bool exact : {true, false}) {
      for (int i = 0; types[i]; i++) {
        if (!TRY(is_a(value, types[i], exact))) continue;
        *out = static_cast<E>(i);
        return kOk;
      }
    }
    return raise(TypeError, "expected some sort of {}, but got {}", asdl_name<E>(), repr_of(value));
  }

  Arena& arena_;
};

}  // namespace

ast::Mod* ast_from_object(Arena& arena, Object* object, ParseMode mode) {
  ast::NodeKind wanted = mode == ParseMode::kFile          ? ast::NodeKind::Module
                         : mode == ParseMode::kInteractive ? ast::NodeKind::Interactive
                                                           : ast::NodeKind::Expression;
  if (!TRY(object_is_instance(object, as_object(g_ast_classes.node(wanted))))) {
    return raise(TypeError, "expected {} node, got {}", ast::class_name(wanted), type_short_name(type_of(object)));
  }
  ast::Mod* tree = nullptr;
  if (!Reader(arena).node(object, &tree)) return nullptr;
  return tree;
}

}  // namespace minipy
