// Optimisation of the tree: constant folding with CPython 3.11's limits, and rewrites of constant displays.
#pragma once

#include "compiler/arena.h"
#include "compiler/ast.h"
#include "runtime/containers.h"

namespace minipy {

// Rewrites the tree in place. False: exception pending (RecursionError, MemoryError).
bool fold_constants(ast::Mod* tree, Arena& arena, int optimize, bool future_annotations);

// Elements of a display: whether all are constants, and then the tuple of their values (null: MemoryError).
bool all_constants(const Seq<ast::Expr*>& elements);
Ref<Tuple> constant_tuple(const Seq<ast::Expr*>& elements);

}  // namespace minipy
