// The flow graph: basic blocks of instructions with places in the source, between code generation and assembly.
#pragma once

#include <memory>
#include <vector>

#include "compiler/ast.h"
#include "compiler/opcode.h"
#include "gc/object.h"
#include "runtime/containers.h"
#include "runtime/result.h"

namespace minipy {

struct Block;

struct Instruction {
  int opcode = OP_NOP;
  int oparg = 0;
  Block* target = nullptr;   // of jumps and block set-ups
  Block* handler = nullptr;  // where an exception here goes (label_exception_targets)
  ast::Location loc;         // lineno -1: none

  bool is_jump() const;
  bool is_block_push() const {
    return opcode == OP_SETUP_FINALLY || opcode == OP_SETUP_CLEANUP || opcode == OP_SETUP_WITH;
  }
  bool has_target() const { return is_jump() || is_block_push(); }
};

struct Block {
  std::vector<Instruction> code;
  Block* next = nullptr;  // in the order of the code; control falls through to it
  int start_depth = -1;
  int offset = 0;
  int predecessors = 0;
  bool returns = false;
  bool no_fallthrough = false;
  bool exits = false;  // ends in return or raise
  bool preserve_lasti = false;
  bool visited = false;
  std::vector<Block*> exception_stack;  // label_exception_targets: handlers in force at the start, innermost last
  bool stack_known = false;

  Instruction* last() { return code.empty() ? nullptr : &code.back(); }
};

// Owns the blocks of one code object.
struct FlowGraph {
  std::vector<std::unique_ptr<Block>> blocks;  // in order of creation
  Block* entry = nullptr;

  Block* new_block() {
    blocks.push_back(std::make_unique<Block>());
    return blocks.back().get();
  }
};

struct ConstantPool;  // compiler/codegen/peephole.h

// The passes, in the order in which assembling a unit runs them.
void normalize_blocks(FlowGraph& graph);  // flags of every block from its instructions
void inline_small_exits(FlowGraph& graph);
Status optimize_flow_graph(FlowGraph& graph, ConstantPool& pool);  // Failed: MemoryError
void duplicate_exits_without_lines(FlowGraph& graph);
void propagate_lines(FlowGraph& graph);
void guarantee_lines_for_exits(FlowGraph& graph, int first_line);
// Largest depth of the value stack; sets every block's start_depth.
int compute_stack_depth(FlowGraph& graph, bool generator);
void label_exception_targets(FlowGraph& graph);
void exception_set_ups_to_nops(FlowGraph& graph);
void remove_nops(FlowGraph& graph);
// Pseudo jumps become forward or backward ones by the order of blocks.
void normalize_jumps(FlowGraph& graph);

}  // namespace minipy
