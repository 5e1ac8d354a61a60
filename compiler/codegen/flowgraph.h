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

  bool is_jump() const { return opcode_jumps(opcode); }
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

  // As new, but for the room of the vectors.
  void reset() {
    std::vector<Instruction> kept_code = std::move(code);
    std::vector<Block*> kept_stack = std::move(exception_stack);
    *this = Block();
    kept_code.clear();
    kept_stack.clear();
    code = std::move(kept_code);
    exception_stack = std::move(kept_stack);
  }

  Instruction* last() { return code.empty() ? nullptr : &code.back(); }
};

// Blocks that code objects have finished with, for the next ones: their room for instructions is kept.
class BlockPool {
 public:
  std::unique_ptr<Block> take() {
    if (spare_.empty()) return std::make_unique<Block>();
    std::unique_ptr<Block> block = std::move(spare_.back());
    spare_.pop_back();
    return block;
  }
  void give_back(std::unique_ptr<Block> block) {
    if (block->code.capacity() > kLargest || spare_.size() >= kMost) return;
    block->reset();
    spare_.push_back(std::move(block));
  }

 private:
  static constexpr size_t kLargest = 256, kMost = 1024;
  std::vector<std::unique_ptr<Block>> spare_;
};

// Owns the blocks of one code object.
struct FlowGraph {
  explicit FlowGraph(BlockPool& pool) : pool(pool) {}
  FlowGraph(const FlowGraph&) = delete;
  ~FlowGraph() {
    while (!blocks.empty()) {
      pool.give_back(std::move(blocks.back()));
      blocks.pop_back();
    }
  }

  Block* new_block() {
    blocks.push_back(pool.take());
    return blocks.back().get();
  }

  BlockPool& pool;
  std::vector<std::unique_ptr<Block>> blocks;  // in order of creation
  Block* entry = nullptr;
};

class ConstantList;  // compiler/codegen/constants.h

// The passes, in the order in which assembling a unit runs them.
void normalize_blocks(FlowGraph& graph);  // flags of every block from its instructions
void inline_small_exits(FlowGraph& graph);
Status optimize_flow_graph(FlowGraph& graph, ConstantList& constants);  // Failed: MemoryError
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
