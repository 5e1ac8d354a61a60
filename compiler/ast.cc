#include "compiler/ast.h"

namespace minipy::ast {

namespace {
constexpr const char* kClassNames[] = {
#define AST_NODE(Base, Class, python_name, fields) python_name,
#include "compiler/ast.def"
};
constexpr bool kHasLocation[] = {
#define AST_NODE(Base, Class, python_name, fields) std::is_base_of_v<LocatedNode, Class>,
#include "compiler/ast.def"
};
}  // namespace

const char* class_name(NodeKind kind) { return kClassNames[static_cast<int>(kind)]; }

bool has_location(NodeKind kind) { return kHasLocation[static_cast<int>(kind)]; }

#define VALUE(name, spelling) #name,
#define AST_ENUM(Enum, python_name, values)           \
  const char* name(Enum value) {                      \
    static constexpr const char* kNames[] = {values}; \
    return kNames[static_cast<int>(value)];           \
  }
#include "compiler/ast.def"
#undef VALUE

#define VALUE(name, spelling) spelling,
#define AST_ENUM(Enum, python_name, values)               \
  const char* spelling(Enum value) {                      \
    static constexpr const char* kSpellings[] = {values}; \
    return kSpellings[static_cast<int>(value)];           \
  }
#include "compiler/ast.def"

}  // namespace minipy::ast
