// The Python classes of module `ast`, made from compiler/ast.def.
#pragma once

#include <string_view>

#include "compiler/ast_fields.h"
#include "runtime/type.h"

namespace minipy {

struct Module;

inline constexpr int kAstNodeKinds = 0
#define AST_NODE(Base, Class, python_name, fields) +1
#include "compiler/ast.def"
    ;

// How the abstract grammar names a type of field: a sum or a product, an enum, or one of its built-in types.
template <class T>
constexpr const char* asdl_name() {
  if constexpr (std::is_same_v<T, ast::field::Identifier>) return "identifier";
  if constexpr (std::is_same_v<T, ast::field::String>) return "string";
  if constexpr (std::is_same_v<T, ast::field::Int>) return "int";
  if constexpr (std::is_same_v<T, ast::Constant>) return "constant";
#define AST_SUM(Base, python_name, located) \
  if constexpr (std::is_base_of_v<ast::Base, T>) return python_name;
#define AST_ENUM(Enum, python_name, values) \
  if constexpr (std::is_same_v<T, ast::Enum>) return python_name;
#define AST_NODE(Base, Class, python_name, fields) \
  if constexpr (std::is_same_v<T, ast::Class>) return python_name;
#include "compiler/ast.def"
  return nullptr;
}

// A field's name as Python spells it.
std::string_view ast_field_name(const char* member);
// The same as an interned str, made once. Borrowed.
Str* ast_field_str(const char* member);

// The classes, for the life of the process. Null pointers before module _ast is made.
struct AstClasses {
  Type* nodes[kAstNodeKinds];  // by NodeKind
  // By value of the enum: the class and its one instance that trees made by the parser share.
#define AST_ENUM(Enum, python_name, values) \
  Type* Enum##_types[16];                   \
  Object* Enum##_values[16];
#include "compiler/ast.def"

  Type* node(ast::NodeKind kind) const { return nodes[static_cast<int>(kind)]; }
  template <class E>
  Type* const* enum_types() const {
#define AST_ENUM(Enum, python_name, values) \
  if constexpr (std::is_same_v<E, ast::Enum>) return Enum##_types;
#include "compiler/ast.def"
  }
  template <class E>
  Object* const* enum_values() const {
#define AST_ENUM(Enum, python_name, values) \
  if constexpr (std::is_same_v<E, ast::Enum>) return Enum##_values;
#include "compiler/ast.def"
  }
};
extern AstClasses g_ast_classes;

// `ast.AST`: instances have a dict and nothing else.
extern Type ast_type;
struct AstObject {
  Object base;
  Object* dict;
};

// Makes the classes, once: when _ast is imported or compile() is first called, as in CPython, where it counts for the
// collector.
Status ast_make_classes();
// Adds `AST` to the module.
Status ast_add_base(Module* module);
// Makes the classes and adds them to the module.
Status ast_add_classes(Module* module);

}  // namespace minipy
