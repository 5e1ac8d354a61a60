// Optimisation of the tree: constant folding with CPython 3.11's limits, and rewrites of constant displays.
#pragma once

#include "compiler/arena.h"
#include "compiler/ast.h"

namespace minipy {

// Rewrites the tree in place. False: exception pending (RecursionError, MemoryError).
bool fold_constants(ast::Mod* tree, Arena& arena, int optimize, bool future_annotations);

}  // namespace minipy
