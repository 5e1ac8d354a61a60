// The abstract syntax tree: one struct per node of compiler/ast.def, allocated in an Arena.
//
//   ast::FunctionDef : ast::Stmt : ast::LocatedNode : ast::Node
//
// A field is `T* name` for a node (null where optional), `Str*` for an identifier (interned) or string, `Object*` for a
// constant, `int` for Int, an enum, or `Seq<T*>` / `Seq<Str*>` / `Seq<CompareOperator>`. Identifiers and constants are
// borrowed from the arena (Arena::own). Nodes are plain data; `arena.make<ast::Pass>()` leaves every field empty and
// `kind` set; see ast::make below for location included.
#pragma once

#include <cassert>
#include <cstdint>

#include "compiler/arena.h"

namespace minipy {

struct Str;

namespace ast {

// Positions as CPython's: lines from 1; columns are offsets from 0 in bytes of the line's UTF-8.
struct Location {
  int32_t lineno = 0;
  int32_t col_offset = 0;
  int32_t end_lineno = 0;
  int32_t end_col_offset = 0;
};

enum class NodeKind : uint8_t {
#define AST_NODE(Base, Class, python_name, fields) Class,
#include "compiler/ast.def"
};

#define VALUE(name, spelling)               name,
#define AST_ENUM(Enum, python_name, values) enum class Enum : uint8_t { values };
#include "compiler/ast.def"
#undef VALUE

struct Node {
  NodeKind kind;
};
struct LocatedNode : Node {
  Location loc{};
};

#define LOCATED_true  LocatedNode
#define LOCATED_false Node
#define AST_SUM(Base, python_name, located) \
  struct Base : LOCATED_##located {};
#include "compiler/ast.def"
#undef LOCATED_true
#undef LOCATED_false

#define AST_NODE(Base, Class, python_name, fields) struct Class;
#include "compiler/ast.def"

// How a field of each type of ast.def is stored.
namespace field {
template <class T>
struct Stored {
  using type = T*;
};
template <class T>
requires std::is_enum_v<T>
struct Stored<T> {
  using type = T;
};
struct Identifier {};
struct String {};
struct Int {};
template <>
struct Stored<Identifier> {
  using type = Str*;
};
template <>
struct Stored<String> {
  using type = Str*;
};
template <>
struct Stored<Constant> {
  using type = Object*;  // of the fields of type Constant, which share the name of the node class
};
template <>
struct Stored<Int> {
  using type = int32_t;
};
}  // namespace field

// The names of field types, looked up apart from the members of the node (`arg` of `Arg`, `pattern` of `Pattern`).
namespace field_types {
using namespace ::minipy::ast;
using field::Identifier;
using field::Int;
using field::String;
}  // namespace field_types
template <class T>
using StoredField = typename field::Stored<T>::type;

#define ONE(Type, name)      StoredField<field_types::Type> name{};
#define OPT(Type, name)      StoredField<field_types::Type> name{};
#define SEQ(Type, name)      Seq<StoredField<field_types::Type>> name{};
#define NULLABLE(Type, name) Seq<StoredField<field_types::Type>> name{};
#define AST_NODE(Base, Class, python_name, fields)     \
  struct Class : Base {                                \
    static constexpr NodeKind kKind = NodeKind::Class; \
    Class() : Base{} { this->kind = kKind; }           \
    fields                                             \
  };
#include "compiler/ast.def"
#undef ONE
#undef OPT
#undef SEQ
#undef NULLABLE

// True if the node is of class T.
template <class T>
inline bool is(const Node* node) {
  return node->kind == T::kKind;
}
// The node as T, or null if it is of another class (or null).
template <class T>
inline T* as(Node* node) {
  return node && node->kind == T::kKind ? static_cast<T*>(node) : nullptr;
}
template <class T>
inline const T* as(const Node* node) {
  return node && node->kind == T::kKind ? static_cast<const T*>(node) : nullptr;
}
// The node, known to be of class T.
template <class T>
inline T* to(Node* node) {
  assert(node->kind == T::kKind);
  return static_cast<T*>(node);
}
template <class T>
inline const T* to(const Node* node) {
  assert(node->kind == T::kKind);
  return static_cast<const T*>(node);
}

// A new node with its location; the caller fills in the fields.
template <class T>
inline T* make(Arena& arena, const Location& loc) {
  T* node = arena.make<T>();
  node->loc = loc;
  return node;
}

// Names, as Python shows them.
const char* class_name(NodeKind kind);
const char* name(ExprContext value);
const char* name(BoolOperator value);
const char* name(BinaryOperator value);
const char* name(UnaryOperator value);
const char* name(CompareOperator value);
// The operator as it is written in source text.
const char* spelling(ExprContext value);
const char* spelling(BoolOperator value);
const char* spelling(BinaryOperator value);
const char* spelling(UnaryOperator value);
const char* spelling(CompareOperator value);
// Whether nodes of this kind carry a Location (derive from LocatedNode).
bool has_location(NodeKind kind);

}  // namespace ast
}  // namespace minipy
