// The optimiser of single basic blocks; see flowgraph.h for the passes over the whole graph.
#pragma once

#include "compiler/codegen/flowgraph.h"

namespace minipy {

struct ConstantPool {
  List* consts;
  Status (*merge)(void* context, Ref<Object>& constant);
  void* context;

  Object* get(int i) const { return consts->items[i]; }
  // Index of the constant, appended when new. -1: error.
  int add(Ref<Object> value) {
    if (!merge(context, value)) return -1;
    for (ssize i = 0; i < list_size(consts); i++) {
      if (consts->items[i] == value.get()) return static_cast<int>(i);
    }
    if (!list_append(consts, value.get())) return -1;
    return static_cast<int>(list_size(consts) - 1);
  }
};

// Optimises the block. Jumps look at the blocks they go to. Failed: MemoryError.
Status optimize_block(ConstantPool& pool, Block* block);

}  // namespace minipy
