// Whether a tree that did not come from the parser is one that the compiler can take.
#pragma once

#include "compiler/ast.h"
#include "runtime/result.h"

namespace minipy {

// ValueError or TypeError about what is wrong; RecursionError if the tree is too deep.
Status validate_ast(ast::Mod* tree);

}  // namespace minipy
