// Passes over the flow graph, in the order in which CPython 3.11 applies them; the result is its bytecode exactly.
#include "compiler/codegen/flowgraph.h"

#include <algorithm>
#include <cassert>

#include "compiler/codegen/peephole.h"

namespace minipy {

namespace {

constexpr size_t kMaxCopiedExit = 4;  // exits up to this size are copied instead of jumped to

bool is_unconditional_jump(int op) {
  return op == OP_JUMP || op == OP_JUMP_FORWARD || op == OP_JUMP_BACKWARD || op == OP_JUMP_NO_INTERRUPT ||
         op == OP_JUMP_BACKWARD_NO_INTERRUPT;
}
bool is_scope_exit(int op) { return op == OP_RETURN_VALUE || op == OP_RAISE_VARARGS || op == OP_RERAISE; }

}  // namespace

void normalize_block(Block* b) {
  for (size_t i = 0; i < b->code.size(); i++) {
    Instruction& in = b->code[i];
    if (is_scope_exit(in.opcode)) {
      b->exits = b->no_fallthrough = true;
    } else if (is_unconditional_jump(in.opcode)) {
      b->no_fallthrough = true;
    }
    if (in.is_jump()) {
      // A jump to an empty block goes to the next one with instructions.
      while (in.target->code.empty() && in.target->next) in.target = in.target->next;
    }
  }
}
void normalize_blocks(FlowGraph& g) {
  for (auto& b : g.blocks) normalize_block(b.get());
}

namespace {

Block* copy_block(FlowGraph& g, Block* b) {
  assert(!b->code.empty() && b->no_fallthrough);
  Block* copy = g.new_block();
  copy->code = b->code;
  copy->exits = b->exits;
  copy->no_fallthrough = true;
  return copy;
}

// ---- Cleaning
// ------------------------------------------------------------------------------------------------------------

// Removes NOPs that no line needs.
void clean_block(Block* b) {
  int previous_line = -1;
  std::vector<Instruction>& code = b->code;
  size_t kept = 0;
  for (size_t i = 0; i < code.size(); i++) {
    int line = code[i].loc.lineno;
    if (code[i].opcode == OP_NOP) {
      if (line < 0) continue;
      if (previous_line == line) continue;
      if (i + 1 < code.size()) {
        int next_line = code[i + 1].loc.lineno;
        // The next instruction has the line, or may take it over.
        if (next_line == line) continue;
        if (next_line < 0) {
          code[i + 1].loc = code[i].loc;
          continue;
        }
      } else {
        Block* next = b->next;
        while (next && next->code.empty()) next = next->next;
        if (next && next->code[0].loc.lineno == line) continue;
      }
    }
    if (kept != i) code[kept] = code[i];
    kept++;
    previous_line = line;
  }
  code.resize(kept);
}

// Takes blocks without instructions out of the chain; what goes to them goes to what follows.
void eliminate_empty_blocks(FlowGraph& g) {
  for (Block* b = g.entry; b; b = b->next) {
    Block* next = b->next;
    while (next && next->code.empty() && next->next) next = next->next;
    b->next = next;
  }
  for (Block* b = g.entry; b; b = b->next) {
    for (Instruction& in : b->code) {
      if (!in.has_target()) continue;
      while (in.target->code.empty() && in.target->next) in.target = in.target->next;
    }
  }
}

// Counts, from the entry, how many ways lead to each block.
void count_predecessors(FlowGraph& g) {
  for (auto& b : g.blocks) b->predecessors = 0;
  std::vector<Block*> work = {g.entry};
  g.entry->predecessors = 1;
  auto reach = [&](Block* b) {
    if (b->predecessors++ == 0) work.push_back(b);
  };
  while (!work.empty()) {
    Block* b = work.back();
    work.pop_back();
    if (b->next && !b->no_fallthrough) reach(b->next);
    for (Instruction& in : b->code) {
      if (in.has_target()) reach(in.target);
    }
  }
}

bool is_exit_without_line(Block* b) {
  if (!b->exits) return false;
  for (Instruction& in : b->code) {
    if (in.loc.lineno >= 0) return false;
  }
  return true;
}

// A jump to a short block that leaves the function becomes a copy of that block.
void inline_small_exit(Block* b) {
  Instruction* last = b->last();
  if (!last || last->opcode != OP_JUMP) return;
  Block* target = last->target;
  if (!target->exits || target->code.size() > kMaxCopiedExit || !is_exit_without_line(target)) return;
  last->opcode = OP_NOP;
  std::vector<Instruction> copy = target->code;  // may be b itself
  b->code.insert(b->code.end(), copy.begin(), copy.end());
  b->exits = true;
}

// Jumps to the block that follows anyway. The NOP that is left may yet be given a line, and then stays.
bool remove_redundant_jumps(FlowGraph& g) {
  bool removed = false;
  for (Block* b = g.entry; b; b = b->next) {
    Instruction* last = b->last();
    if (!last || (last->opcode != OP_JUMP && last->opcode != OP_JUMP_NO_INTERRUPT)) continue;
    if (last->target != b->next) continue;
    b->no_fallthrough = false;
    last->opcode = OP_NOP;
    last->target = nullptr;
    removed = true;
  }
  return removed;
}

}  // namespace

void inline_small_exits(FlowGraph& g) {
  // Latest first: a block that ends in an exit by this is one itself for those made before it.
  for (size_t n = g.blocks.size(); n-- > 0;) inline_small_exit(g.blocks[n].get());
}

Status optimize_flow_graph(FlowGraph& g, ConstantList& constants) {
  for (Block* b = g.entry; b; b = b->next) {
    TRY(optimize_block(constants, b));
    clean_block(b);
  }
  inline_small_exits(g);
  count_predecessors(g);
  for (Block* b = g.entry; b; b = b->next) {
    if (b->predecessors > 0) continue;
    b->code.clear();
    b->no_fallthrough = false;
  }
  for (Block* b = g.entry; b; b = b->next) clean_block(b);
  eliminate_empty_blocks(g);
  if (remove_redundant_jumps(g)) eliminate_empty_blocks(g);
  return kOk;
}

void duplicate_exits_without_lines(FlowGraph& g) {
  for (size_t n = g.blocks.size(); n-- > 0;) {
    Block* b = g.blocks[n].get();
    Instruction* last = b->last();
    if (!last || !last->is_jump()) continue;
    Block* target = last->target;
    if (!is_exit_without_line(target) || target->predecessors <= 1) continue;
    Block* copy = copy_block(g, target);
    copy->code[0].loc = last->loc;
    last->target = copy;
    target->predecessors--;
    copy->predecessors = 1;
    copy->next = target->next;
    target->next = copy;
  }
  // What is left can only be fallen into, from one block: it takes the line before it.
  for (size_t n = g.blocks.size(); n-- > 0;) {
    Block* b = g.blocks[n].get();
    if (b->no_fallthrough || !b->next || b->code.empty()) continue;
    if (is_exit_without_line(b->next) && !b->next->code.empty()) b->next->code[0].loc = b->code.back().loc;
  }
}

void propagate_lines(FlowGraph& g) {
  for (Block* b = g.entry; b; b = b->next) {
    if (b->code.empty()) continue;
    ast::Location previous = {-1, -1, -1, -1};
    for (Instruction& in : b->code) {
      if (in.loc.lineno < 0) {
        in.loc = previous;
      } else {
        previous = in.loc;
      }
    }
    if (!b->no_fallthrough && b->next && b->next->predecessors == 1 && !b->next->code.empty() &&
        b->next->code[0].loc.lineno < 0) {
      b->next->code[0].loc = previous;
    }
    Instruction* last = b->last();
    if (last->is_jump()) {
      Block* target = last->target;
      if (target->predecessors == 1 && !target->code.empty() && target->code[0].loc.lineno < 0) {
        target->code[0].loc = previous;
      }
    }
  }
}

void guarantee_lines_for_exits(FlowGraph& g, int first_line) {
  int line = first_line;
  for (Block* b = g.entry; b; b = b->next) {
    Instruction* last = b->last();
    if (!last) continue;
    if (last->loc.lineno < 0) {
      if (last->opcode == OP_RETURN_VALUE) {
        for (Instruction& in : b->code) {
          in.loc.lineno = line;
          in.loc.end_lineno = line;
          in.loc.col_offset = in.loc.end_col_offset = -1;
        }
      }
    } else {
      line = last->loc.lineno;
    }
  }
}

int compute_stack_depth(FlowGraph& g, bool generator) {
  for (auto& b : g.blocks) b->start_depth = -1;
  int maximum = 0;
  std::vector<Block*> work;
  auto push = [&](Block* b, int depth) {
    if (b->start_depth < depth && b->start_depth < 100) {
      b->start_depth = depth;
      work.push_back(b);
    }
  };
  push(g.entry, generator ? 1 : 0);
  while (!work.empty()) {
    Block* b = work.back();
    work.pop_back();
    int depth = b->start_depth;
    Block* next = b->next;
    for (Instruction& in : b->code) {
      int new_depth = depth + opcode_stack_effect(in.opcode, in.oparg, false);
      maximum = std::max(maximum, new_depth);
      if (in.has_target()) {
        int target_depth = depth + opcode_stack_effect(in.opcode, in.oparg, true);
        maximum = std::max(maximum, target_depth);
        push(in.target, target_depth);
      }
      depth = new_depth;
      if (is_unconditional_jump(in.opcode) || is_scope_exit(in.opcode)) {
        next = nullptr;
        break;
      }
    }
    if (next) push(next, depth);
  }
  return maximum;
}

void label_exception_targets(FlowGraph& g) {
  for (auto& b : g.blocks) {
    b->stack_known = false;
    b->exception_stack.clear();
  }
  std::vector<Block*> work = {g.entry};
  g.entry->stack_known = true;
  auto visit = [&](Block* b, const std::vector<Block*>& stack) {
    if (b->stack_known) return;
    b->stack_known = true;
    b->exception_stack = stack;
    work.push_back(b);
  };
  while (!work.empty()) {
    Block* b = work.back();
    work.pop_back();
    std::vector<Block*> stack = b->exception_stack;
    Block* handler = stack.empty() ? nullptr : stack.back();
    for (Instruction& in : b->code) {
      if (in.is_block_push()) {
        visit(in.target, stack);
        stack.push_back(in.target);
        if (in.opcode == OP_SETUP_WITH || in.opcode == OP_SETUP_CLEANUP) in.target->preserve_lasti = true;
        handler = in.target;
      } else if (in.opcode == OP_POP_BLOCK) {
        stack.pop_back();
        handler = stack.empty() ? nullptr : stack.back();
      } else if (in.is_jump()) {
        in.handler = handler;
        visit(in.target, stack);
      } else {
        in.handler = handler;
      }
    }
    if (!b->no_fallthrough && b->next) visit(b->next, stack);
  }
}

void exception_set_ups_to_nops(FlowGraph& g) {
  for (Block* b = g.entry; b; b = b->next) {
    for (Instruction& in : b->code) {
      if (in.is_block_push() || in.opcode == OP_POP_BLOCK) {
        in.opcode = OP_NOP;
        in.target = nullptr;
      }
    }
  }
}

void remove_nops(FlowGraph& g) {
  for (Block* b = g.entry; b; b = b->next) clean_block(b);
}

void normalize_jumps(FlowGraph& g) {
  for (auto& b : g.blocks) b->visited = false;
  for (Block* b = g.entry; b; b = b->next) {
    b->visited = true;
    Instruction* last = b->last();
    if (!last) continue;
    bool backward = last->is_jump() && last->target && last->target->visited;
    switch (last->opcode) {
      case OP_JUMP: last->opcode = backward ? OP_JUMP_BACKWARD : OP_JUMP_FORWARD; break;
      case OP_JUMP_NO_INTERRUPT: last->opcode = backward ? OP_JUMP_BACKWARD_NO_INTERRUPT : OP_JUMP_FORWARD; break;
      case OP_POP_JUMP_IF_NOT_NONE:
        last->opcode = backward ? OP_POP_JUMP_BACKWARD_IF_NOT_NONE : OP_POP_JUMP_FORWARD_IF_NOT_NONE;
        break;
      case OP_POP_JUMP_IF_NONE:
        last->opcode = backward ? OP_POP_JUMP_BACKWARD_IF_NONE : OP_POP_JUMP_FORWARD_IF_NONE;
        break;
      case OP_POP_JUMP_IF_FALSE:
        last->opcode = backward ? OP_POP_JUMP_BACKWARD_IF_FALSE : OP_POP_JUMP_FORWARD_IF_FALSE;
        break;
      case OP_POP_JUMP_IF_TRUE:
        last->opcode = backward ? OP_POP_JUMP_BACKWARD_IF_TRUE : OP_POP_JUMP_FORWARD_IF_TRUE;
        break;
      case OP_JUMP_IF_TRUE_OR_POP:
      case OP_JUMP_IF_FALSE_OR_POP: {
        if (!backward) break;
        // There is no backward form: pop conditionally ahead, keep a copy for the jump back.
        bool if_true = last->opcode == OP_JUMP_IF_TRUE_OR_POP;
        Instruction in = *last;
        Block* next = b->next;
        Block* jump = g.new_block();
        jump->visited = true;
        jump->next = next;
        b->next = jump;
        (void)if_true;
        b->code.back() = {OP_COPY, 1, nullptr, nullptr, in.loc};
        b->code.push_back(
            {if_true ? OP_POP_JUMP_FORWARD_IF_FALSE : OP_POP_JUMP_FORWARD_IF_TRUE, 0, next, in.handler, in.loc});
        jump->code.push_back({OP_JUMP_BACKWARD, 0, in.target, in.handler, in.loc});
        jump->no_fallthrough = true;
        break;
      }
      default: break;
    }
  }
}

}  // namespace minipy
