// Passes over the flow graph, in the order in which CPython 3.11 applies them; the result is its bytecode exactly.
#include "compiler/codegen/flowgraph.h"

#include <algorithm>
#include <cassert>

#include "runtime/abstract.h"

namespace minipy {

namespace {

constexpr size_t kMaxCopiedExit = 4;  // exits up to this size are copied instead of jumped to

bool is_unconditional_jump(int op) {
  return op == OP_JUMP || op == OP_JUMP_FORWARD || op == OP_JUMP_BACKWARD || op == OP_JUMP_NO_INTERRUPT ||
         op == OP_JUMP_BACKWARD_NO_INTERRUPT;
}
bool is_scope_exit(int op) { return op == OP_RETURN_VALUE || op == OP_RAISE_VARARGS || op == OP_RERAISE; }

}  // namespace

bool Instruction::is_jump() const {
  switch (opcode) {
    case OP_FOR_ITER:
    case OP_JUMP_FORWARD:
    case OP_JUMP_IF_FALSE_OR_POP:
    case OP_JUMP_IF_TRUE_OR_POP:
    case OP_POP_JUMP_FORWARD_IF_FALSE:
    case OP_POP_JUMP_FORWARD_IF_TRUE:
    case OP_POP_JUMP_FORWARD_IF_NOT_NONE:
    case OP_POP_JUMP_FORWARD_IF_NONE:
    case OP_SEND:
    case OP_JUMP_BACKWARD_NO_INTERRUPT:
    case OP_JUMP_BACKWARD:
    case OP_POP_JUMP_BACKWARD_IF_NOT_NONE:
    case OP_POP_JUMP_BACKWARD_IF_NONE:
    case OP_POP_JUMP_BACKWARD_IF_FALSE:
    case OP_POP_JUMP_BACKWARD_IF_TRUE:
    case OP_JUMP:
    case OP_JUMP_NO_INTERRUPT:
    case OP_POP_JUMP_IF_FALSE:
    case OP_POP_JUMP_IF_TRUE:
    case OP_POP_JUMP_IF_NONE:
    case OP_POP_JUMP_IF_NOT_NONE:
      return true;
    default:
      return false;
  }
}

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

bool is_exit_without_line(Block* b) {
  if (!b->exits) return false;
  for (const Instruction& in : b->code) {
    if (in.loc.lineno >= 0) return false;
  }
  return true;
}

// ---- Cleaning ------------------------------------------------------------------------------------------------------------

// Removes NOPs that no line needs. `previous_line` is the line before the block.
void clean_block(Block* b, int previous_line) {
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

// Takes blocks without instructions out of the chain; jumps to them go to what follows.
void compact_chain(FlowGraph& g) {
  auto filled = [](Block* b) {
    while (b && b->code.empty() && b->next) b = b->next;
    return b;
  };
  for (Block* b = g.entry; b; b = b->next) {
    for (Instruction& in : b->code) {
      if (in.has_target()) in.target = filled(in.target);
    }
    Block* next = b->next;
    while (next && next->code.empty()) next = next->next;
    b->next = next;
  }
  while (g.entry->code.empty() && g.entry->next) g.entry = g.entry->next;
}

// ---- Peephole ------------------------------------------------------------------------------------------------------------

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

// LOAD_CONST a; LOAD_CONST b; BUILD_TUPLE 2 -> LOAD_CONST (a, b). `end` is the BUILD_TUPLE.
Status fold_tuple(ConstantPool& pool, std::vector<Instruction>& code, size_t end) {
  size_t n = static_cast<size_t>(code[end].oparg);
  if (end < n) return kOk;
  for (size_t i = 0; i < n; i++) {
    if (code[end - n + i].opcode != OP_LOAD_CONST) return kOk;
  }
  Ref<Tuple> tuple = TRY(tuple_new(static_cast<ssize>(n)));
  for (size_t i = 0; i < n; i++) {
    Object* item = pool.get(code[end - n + i].oparg);
    incref(item);
    tuple->items[i] = item;
  }
  int index = pool.add(std::move(tuple));
  if (index < 0) return Status::failed();
  for (size_t i = 0; i < n; i++) {
    code[end - n + i].opcode = OP_NOP;
    code[end - n + i].oparg = 0;
  }
  code[end].opcode = OP_LOAD_CONST;
  code[end].oparg = index;
  return kOk;
}

// A run of SWAPs (with NOPs) at `at`: replaced by the fewest swaps with the same effect. Returns where the run ends.
size_t simplify_swaps(std::vector<Instruction>& code, size_t at) {
  int depth = code[at].oparg;
  size_t length = 0;
  bool more = false;
  for (size_t i = at + 1; i < code.size() && (code[i].opcode == OP_SWAP || code[i].opcode == OP_NOP); i++) {
    length = i - at;
    if (code[i].opcode == OP_SWAP) {
      depth = std::max(depth, code[i].oparg);
      more = true;
    }
  }
  if (!more) return at;
  length++;
  // Run them on a model stack.
  std::vector<int> stack(static_cast<size_t>(depth));
  for (int i = 0; i < depth; i++) stack[static_cast<size_t>(i)] = i;
  for (size_t i = 0; i < length; i++) {
    if (code[at + i].opcode == OP_SWAP) std::swap(stack[0], stack[static_cast<size_t>(code[at + i].oparg - 1)]);
  }
  // Write the permutation's cycles back, from the end of the run.
  constexpr int kVisited = -1;
  std::ptrdiff_t current = static_cast<std::ptrdiff_t>(length) - 1;
  for (int i = 0; i < depth; i++) {
    if (stack[static_cast<size_t>(i)] == kVisited || stack[static_cast<size_t>(i)] == i) continue;
    int j = i;
    while (true) {
      if (j) {
        code[at + static_cast<size_t>(current)].opcode = OP_SWAP;
        code[at + static_cast<size_t>(current--)].oparg = j + 1;
      }
      if (stack[static_cast<size_t>(j)] == kVisited) break;
      int next = stack[static_cast<size_t>(j)];
      stack[static_cast<size_t>(j)] = kVisited;
      j = next;
    }
  }
  while (current >= 0) code[at + static_cast<size_t>(current--)].opcode = OP_NOP;
  return at + length - 1;
}

bool is_swappable(int op) { return op == OP_STORE_FAST || op == OP_POP_TOP; }

// The next instruction that a SWAP could be moved past: index, or -1.
std::ptrdiff_t next_swappable(const std::vector<Instruction>& code, std::ptrdiff_t i, int line) {
  while (++i < static_cast<std::ptrdiff_t>(code.size())) {
    const Instruction& in = code[static_cast<size_t>(i)];
    if (line >= 0 && in.loc.lineno != line) return -1;
    if (in.opcode == OP_NOP) {
      line = in.loc.lineno;
      continue;
    }
    return is_swappable(in.opcode) ? i : -1;
  }
  return -1;
}

// SWAP n before stores: the stores change places instead.
void apply_static_swaps(std::vector<Instruction>& code, std::ptrdiff_t i) {
  for (; i >= 0; i--) {
    Instruction& in = code[static_cast<size_t>(i)];
    if (in.opcode != OP_SWAP) {
      if (in.opcode == OP_NOP || is_swappable(in.opcode)) continue;
      return;
    }
    std::ptrdiff_t j = next_swappable(code, i, -1);
    if (j < 0) return;
    std::ptrdiff_t k = j;
    int line = code[static_cast<size_t>(j)].loc.lineno;
    for (int n = in.oparg; n > 1; n--) {
      k = next_swappable(code, k, line);
      if (k < 0) return;
    }
    // A store to the same variable must stay the last one.
    int a = code[static_cast<size_t>(j)].opcode == OP_STORE_FAST ? code[static_cast<size_t>(j)].oparg : -1;
    int b = code[static_cast<size_t>(k)].opcode == OP_STORE_FAST ? code[static_cast<size_t>(k)].oparg : -1;
    (void)a;
    (void)b;
    in.opcode = OP_NOP;
    std::swap(code[static_cast<size_t>(j)], code[static_cast<size_t>(k)]);
  }
}

bool jump_thread(Instruction& in, const Instruction& target, int opcode) {
  // Threading changes the target only where it goes somewhere else; the line must not be lost.
  if (in.loc.lineno == target.loc.lineno && in.target != target.target) {
    in.target = target.target;
    in.opcode = opcode;
    return true;
  }
  return false;
}

class Peephole {
 public:
  Peephole(ConstantPool& pool, Block* block) : pool_(pool), block_(block), code_(block->code) {}

  Status run() {
    for (size_t i = 0; i < code_.size(); i++) TRY(step(i));
    return kOk;
  }

 private:
  static Instruction& first_of(Block* b) {
    static Instruction nop;
    return b->code.empty() ? nop : b->code[0];
  }

  Status step(size_t& i) {
    Instruction& in = code_[i];
    int next_op = i + 1 < code_.size() ? code_[i + 1].opcode : 0;
    switch (in.opcode) {
      case OP_LOAD_CONST:
        return load_const(i, next_op);
      case OP_BUILD_TUPLE:
        return build_tuple(i, next_op);
      case OP_JUMP_IF_FALSE_OR_POP:
      case OP_JUMP_IF_TRUE_OR_POP:
        jump_or_pop(i);
        return kOk;
      case OP_POP_JUMP_IF_NOT_NONE:
      case OP_POP_JUMP_IF_NONE:
      case OP_POP_JUMP_IF_FALSE:
      case OP_POP_JUMP_IF_TRUE:
      case OP_JUMP:
      case OP_JUMP_NO_INTERRUPT:
        thread(i);
        return kOk;
      // FOR_ITER only jumps forward: it is not threaded through jumps, which may go back.
      case OP_FOR_ITER:
        return kOk;
      case OP_SWAP:
        if (in.oparg == 1) {
          in.opcode = OP_NOP;
          return kOk;
        }
        i = simplify_swaps(code_, i);
        apply_static_swaps(code_, static_cast<std::ptrdiff_t>(i));
        return kOk;
      case OP_KW_NAMES:
      case OP_PUSH_NULL:
        if (in.opcode == OP_PUSH_NULL && next_op == OP_LOAD_GLOBAL && (code_[i + 1].oparg & 1) == 0) {
          // LOAD_GLOBAL pushes the NULL itself.
          in.opcode = OP_NOP;
          in.oparg = 0;
          code_[i + 1].oparg |= 1;
        }
        return kOk;
      default:
        return kOk;
    }
  }

  Status load_const(size_t i, int next_op) {
    Object* constant = pool_.get(code_[i].oparg);
    Instruction* next = i + 1 < code_.size() ? &code_[i + 1] : nullptr;
    switch (next_op) {
      case OP_POP_JUMP_IF_FALSE:
      case OP_POP_JUMP_IF_TRUE: {
        bool truth = TRY(object_is_true(constant));
        code_[i].opcode = OP_NOP;
        bool jumps = truth == (next_op == OP_POP_JUMP_IF_TRUE);
        next->opcode = jumps ? OP_JUMP : OP_NOP;
        if (jumps) {
          block_->no_fallthrough = true;
        } else {
          next->target = nullptr;
        }
        return kOk;
      }
      case OP_JUMP_IF_FALSE_OR_POP:
      case OP_JUMP_IF_TRUE_OR_POP: {
        bool truth = TRY(object_is_true(constant));
        bool jumps = truth == (next_op == OP_JUMP_IF_TRUE_OR_POP);
        if (jumps) {
          next->opcode = OP_JUMP;
          block_->no_fallthrough = true;
        } else {
          code_[i].opcode = OP_NOP;
          next->opcode = OP_NOP;
          next->target = nullptr;
        }
        return kOk;
      }
      case OP_IS_OP: {
        int jump_op = i + 2 < code_.size() ? code_[i + 2].opcode : 0;
        if (!is_none(constant) || (jump_op != OP_POP_JUMP_IF_FALSE && jump_op != OP_POP_JUMP_IF_TRUE)) return kOk;
        bool jump_if_true = (jump_op == OP_POP_JUMP_IF_TRUE) != (next->oparg != 0);
        code_[i].opcode = OP_NOP;
        next->opcode = OP_NOP;
        code_[i + 2].opcode = jump_if_true ? OP_POP_JUMP_IF_NONE : OP_POP_JUMP_IF_NOT_NONE;
        return kOk;
      }
      default:
        return kOk;
    }
  }

  Status build_tuple(size_t i, int next_op) {
    int n = code_[i].oparg;
    if (next_op == OP_UNPACK_SEQUENCE && n == code_[i + 1].oparg) {
      if (n == 1) {
        code_[i].opcode = code_[i + 1].opcode = OP_NOP;
        return kOk;
      }
      if (n == 2 || n == 3) {
        code_[i].opcode = OP_NOP;
        code_[i + 1].opcode = OP_SWAP;
        return kOk;
      }
    }
    return fold_tuple(pool_, code_, i);
  }

  void jump_or_pop(size_t& i) {
    Instruction& in = code_[i];
    bool if_true = in.opcode == OP_JUMP_IF_TRUE_OR_POP;
    Instruction& target = first_of(in.target);
    int plain = if_true ? OP_POP_JUMP_IF_TRUE : OP_POP_JUMP_IF_FALSE;
    int opposite = if_true ? OP_POP_JUMP_IF_FALSE : OP_POP_JUMP_IF_TRUE;
    if (target.opcode == plain) {
      if (jump_thread(in, target, plain)) i--;
    } else if (target.opcode == OP_JUMP || target.opcode == in.opcode) {
      if (jump_thread(in, target, in.opcode)) i--;
    } else if (target.opcode == opposite || target.opcode == (if_true ? OP_JUMP_IF_FALSE_OR_POP : OP_JUMP_IF_TRUE_OR_POP)) {
      // x or-pop jumps to "pop jump if not": it falls through there.
      if (in.loc.lineno == target.loc.lineno) {
        in.opcode = plain;
        in.target = in.target->next;
        i--;
      }
    }
  }

  void thread(size_t& i) {
    Instruction& in = code_[i];
    Instruction& target = first_of(in.target);
    if (in.opcode == OP_JUMP || in.opcode == OP_JUMP_NO_INTERRUPT) {
      if (target.opcode == OP_JUMP) {
        if (jump_thread(in, target, in.opcode == OP_JUMP ? OP_JUMP : OP_JUMP)) i--;
      } else if (target.opcode == OP_JUMP_NO_INTERRUPT) {
        if (jump_thread(in, target, in.opcode)) i--;
      }
      return;
    }
    if (target.opcode == OP_JUMP && jump_thread(in, target, in.opcode)) i--;
  }

  ConstantPool& pool_;
  Block* block_;
  std::vector<Instruction>& code_;
};

// A jump to the implicit `return None` is replaced by a copy of it.
bool inline_exit_without_line(Block* b) {
  Instruction* last = b->last();
  if (!last || (last->opcode != OP_JUMP && last->opcode != OP_JUMP_NO_INTERRUPT)) return false;
  Block* target = last->target;
  if (!target->exits || target->code.empty() || target->code.size() > kMaxCopiedExit) return false;
  if (target->code[0].loc.lineno != last->loc.lineno) return false;
  last->opcode = OP_NOP;
  std::vector<Instruction> copy = target->code;
  b->code.insert(b->code.end(), copy.begin(), copy.end());
  return b->exits = true;
}

// Drops unreachable blocks from the chain and counts predecessors.
void eliminate_unreachable(FlowGraph& g) {
  for (auto& b : g.blocks) {
    b->visited = false;
    b->predecessors = 0;
  }
  std::vector<Block*> work = {g.entry};
  g.entry->visited = true;
  g.entry->predecessors = 1;
  while (!work.empty()) {
    Block* b = work.back();
    work.pop_back();
    auto reach = [&](Block* t) {
      if (!t) return;
      if (!t->visited) {
        t->visited = true;
        work.push_back(t);
      }
      t->predecessors++;
    };
    if (b->next && !b->no_fallthrough) reach(b->next);
    for (Instruction& in : b->code) {
      if (in.has_target()) reach(in.target);
    }
  }
  for (Block* b = g.entry; b; b = b->next) {
    while (b->next && b->next->predecessors == 0) b->next = b->next->next;
  }
  for (Block* b = g.entry; b; b = b->next) {
    if (b->predecessors == 0) b->code.clear();
  }
}

}  // namespace

void ensure_exits_have_lines(FlowGraph& g) {
  // A jump to an exit without a line gets a copy of it, which takes the jump's line.
  for (size_t n = g.blocks.size(); n-- > 0;) {
    Block* b = g.blocks[n].get();
    Instruction* last = b->last();
    if (!last || !last->is_jump() || !is_exit_without_line(last->target)) continue;
    Block* target = last->target;
    Block* copy = copy_block(g, target);
    copy->code[0].loc = last->loc;
    last->target = copy;
    copy->next = target->next;
    target->next = copy;
  }
}

Status optimize_flow_graph(FlowGraph& g, List* consts, Status (*merge)(void* context, Ref<Object>& constant),
                           void* context) {
  ConstantPool pool{consts, merge, context};
  for (Block* b = g.entry; b; b = b->next) {
    TRY(Peephole(pool, b).run());
    clean_block(b, -1);
  }
  // A block that ends in an exit by this is one itself for those that jump to it.
  for (bool changed = true; changed;) {
    changed = false;
    for (auto& b : g.blocks) changed = inline_exit_without_line(b.get()) || changed;
  }
  eliminate_unreachable(g);
  Block* previous = nullptr;
  for (Block* b = g.entry; b; b = b->next) {
    int line = -1;
    if (previous && !previous->code.empty()) line = previous->code.back().loc.lineno;
    clean_block(b, line);
    previous = b->no_fallthrough ? nullptr : b;
  }
  eliminate_unreachable(g);
  compact_chain(g);
  bool maybe_empty = false;
  for (Block* b = g.entry; b; b = b->next) {
    Instruction* last = b->last();
    if (!last || !b->next) continue;
    if (last->opcode != OP_JUMP && last->opcode != OP_JUMP_NO_INTERRUPT) continue;
    Block* follower = b->next;
    while (follower && follower->code.empty()) follower = follower->next;
    Block* target = last->target;
    while (target && target->code.empty()) target = target->next;
    if (target != follower) continue;
    // A jump to what follows anyway.
    b->no_fallthrough = false;
    last->opcode = OP_NOP;
    int line = b->code.size() > 1 ? b->code[b->code.size() - 2].loc.lineno : -1;
    (void)line;
    clean_block(b, -1);
    maybe_empty = true;
  }
  if (maybe_empty) eliminate_unreachable(g);
  return kOk;
}

void duplicate_exits_without_lines(FlowGraph& g) {
  // Before this pass every block's predecessors are counted.
  for (Block* b = g.entry; b; b = b->next) {
    Instruction* last = b->last();
    if (!last || !last->is_jump()) continue;
    Block* target = last->target;
    if (!is_exit_without_line(target) || target->predecessors <= 1) continue;
    Block* copy = copy_block(g, target);
    last = b->last();
    copy->code[0].loc = last->loc;
    last->target = copy;
    target->predecessors--;
    copy->predecessors = 1;
    copy->next = target->next;
    target->next = copy;
  }
  // An exit that is fallen into takes the line before it.
  for (Block* b = g.entry; b; b = b->next) {
    if (b->no_fallthrough || !b->next || b->code.empty()) continue;
    Block* next = b->next;
    if (is_exit_without_line(next)) next->code[0].loc = b->code.back().loc;
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
  for (Block* b = g.entry; b; b = b->next) clean_block(b, -1);
}

void normalize_jumps(FlowGraph& g) {
  for (auto& b : g.blocks) b->visited = false;
  for (Block* b = g.entry; b; b = b->next) {
    b->visited = true;
    Instruction* last = b->last();
    if (!last) continue;
    bool backward = last->is_jump() && last->target && last->target->visited;
    switch (last->opcode) {
      case OP_JUMP:
        last->opcode = backward ? OP_JUMP_BACKWARD : OP_JUMP_FORWARD;
        break;
      case OP_JUMP_NO_INTERRUPT:
        last->opcode = backward ? OP_JUMP_BACKWARD_NO_INTERRUPT : OP_JUMP_FORWARD;
        break;
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
      default:
        break;
    }
  }
}

}  // namespace minipy
