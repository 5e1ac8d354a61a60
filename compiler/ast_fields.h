// The fields of AST nodes, one after another: for whatever treats all nodes alike (the dump, the Python classes of
// module `_ast`, walks over the tree).
#pragma once

#include <type_traits>

#include "compiler/ast.h"

namespace minipy::ast {

enum class FieldShape : uint8_t { kOne, kOptional, kSequence, kNullableSequence };

// Calls `visit.template operator()<FieldType>(name, shape, member)` for each field in order: `member` is a reference to
// the node's member, FieldType one of the types of ast.def (field::Identifier, field::String, field::Int, Constant for
// an object, an enum, or the class of a node). Stops early when the visitor returns false; returns whether it got
// through.
template <class Visitor>
bool visit_fields(Node* node, Visitor&& visit) {
  switch (node->kind) {
#define ONE(Type, name) &&visit.template operator()<field_types::Type>(#name, FieldShape::kOne, self->name)
#define OPT(Type, name) &&visit.template operator()<field_types::Type>(#name, FieldShape::kOptional, self->name)
#define SEQ(Type, name) &&visit.template operator()<field_types::Type>(#name, FieldShape::kSequence, self->name)
#define NULLABLE(Type, name) \
  &&visit.template operator()<field_types::Type>(#name, FieldShape::kNullableSequence, self->name)
#define AST_NODE(Base, Class, python_name, fields)           \
  case NodeKind::Class: {                                    \
    [[maybe_unused]] auto* self = static_cast<Class*>(node); \
    return true fields;                                      \
  }
#include "compiler/ast.def"
#undef ONE
#undef OPT
#undef SEQ
#undef NULLABLE
  }
  return true;
}

// Calls `visit(Node*)` for each child node in field order, sequences item by item; null children are left out.
template <class Visitor>
void visit_children(Node* node, Visitor&& visit) {
  visit_fields(node, [&]<class T>(const char*, FieldShape shape, auto& member) {
    if constexpr (std::is_base_of_v<Node, T> && !std::is_same_v<T, Constant>) {
      if constexpr (std::is_pointer_v<std::remove_reference_t<decltype(member)>>) {
        if (member) visit(static_cast<Node*>(member));
      } else {
        for (T* item : member) {
          if (item) visit(static_cast<Node*>(item));
        }
      }
    }
    (void)shape;
    return true;
  });
}

}  // namespace minipy::ast
