// The optimiser of single basic blocks; see flowgraph.h for the passes over the whole graph.
#pragma once

#include "compiler/codegen/constants.h"
#include "compiler/codegen/flowgraph.h"

namespace minipy {

// Optimises the block. Jumps look at the blocks they go to. Failed: MemoryError.
Status optimize_block(ConstantList& constants, Block* block);

}  // namespace minipy
