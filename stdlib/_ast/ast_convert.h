// Trees to ast objects and back.
#pragma once

#include "compiler/ast.h"
#include "compiler/parse.h"
#include "runtime/result.h"

namespace minipy {

// New ast objects for a whole tree. RecursionError if it is too deep.
Ref<Object> ast_to_object(ast::Mod* tree);
// The tree that an ast object describes; it and what it borrows live in the arena. The object must be of the class that
// the mode asks for. TypeError or ValueError about what is missing or wrong; the tree is not validated yet.
ast::Mod* ast_from_object(Arena& arena, Object* object, ParseMode mode);

}  // namespace minipy
