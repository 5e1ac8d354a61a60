// The optimisations inside one basic block: jumps on constants, jumps to jumps, tuples of constants, runs of SWAP.
#include "compiler/codegen/peephole.h"

#include <algorithm>

#include "runtime/abstract.h"

namespace minipy {
namespace {

// LOAD_CONST a; LOAD_CONST b; BUILD_TUPLE 2 -> LOAD_CONST (a, b). `end` is the BUILD_TUPLE.
Status fold_tuple(ConstantList& constants, std::vector<Instruction>& code, size_t end) {
  size_t n = static_cast<size_t>(code[end].oparg);
  if (end < n) return kOk;
  for (size_t i = 0; i < n; i++) {
    if (code[end - n + i].opcode != OP_LOAD_CONST) return kOk;
  }
  Ref<Tuple> tuple = TRY(tuple_new(static_cast<ssize>(n)));
  for (size_t i = 0; i < n; i++) {
    Object* item = constants[code[end - n + i].oparg];
    incref(item);
    tuple->items[i] = item;
  }
  int index = constants.add_whole(tuple);
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
    if (in.opcode == OP_NOP) continue;
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
  Peephole(ConstantList& constants, Block* block) : constants_(constants), block_(block), code_(block->code) {}

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
      case OP_LOAD_CONST: return load_const(i);
      case OP_BUILD_TUPLE: return build_tuple(i, next_op);
      case OP_JUMP_IF_FALSE_OR_POP:
      case OP_JUMP_IF_TRUE_OR_POP: jump_or_pop(i); return kOk;
      case OP_POP_JUMP_IF_NOT_NONE:
      case OP_POP_JUMP_IF_NONE:
      case OP_POP_JUMP_IF_FALSE:
      case OP_POP_JUMP_IF_TRUE:
      case OP_JUMP: thread(i); return kOk;
      // FOR_ITER only jumps forward: it is not threaded through jumps, which may go back.
      case OP_FOR_ITER: return kOk;
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
      default: return kOk;
    }
  }

  Status load_const(size_t i) {
    if (i + 1 == code_.size()) return kOk;
    Object* constant = constants_[code_[i].oparg];
    Instruction& next = code_[i + 1];
    switch (int next_op = next.opcode; next_op) {
      case OP_POP_JUMP_IF_FALSE:
      case OP_POP_JUMP_IF_TRUE: {
        bool truth = TRY(object_is_true(constant));
        code_[i].opcode = OP_NOP;
        bool jumps = truth == (next_op == OP_POP_JUMP_IF_TRUE);
        next.opcode = jumps ? OP_JUMP : OP_NOP;
        if (jumps) {
          block_->no_fallthrough = true;
        } else {
          next.target = nullptr;
        }
        return kOk;
      }
      case OP_JUMP_IF_FALSE_OR_POP:
      case OP_JUMP_IF_TRUE_OR_POP: {
        bool truth = TRY(object_is_true(constant));
        bool jumps = truth == (next_op == OP_JUMP_IF_TRUE_OR_POP);
        if (jumps) {
          next.opcode = OP_JUMP;
          block_->no_fallthrough = true;
        } else {
          code_[i].opcode = OP_NOP;
          next.opcode = OP_NOP;
          next.target = nullptr;
        }
        return kOk;
      }
      case OP_IS_OP: {
        int jump_op = i + 2 < code_.size() ? code_[i + 2].opcode : 0;
        if (!is_none(constant) || (jump_op != OP_POP_JUMP_IF_FALSE && jump_op != OP_POP_JUMP_IF_TRUE)) return kOk;
        bool jump_if_true = (jump_op == OP_POP_JUMP_IF_TRUE) != (next.oparg != 0);
        code_[i].opcode = OP_NOP;
        next.opcode = OP_NOP;
        code_[i + 2].opcode = jump_if_true ? OP_POP_JUMP_IF_NONE : OP_POP_JUMP_IF_NOT_NONE;
        return kOk;
      }
      default: return kOk;
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
    return fold_tuple(constants_, code_, i);
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
    } else if (target.opcode == opposite ||
               target.opcode == (if_true ? OP_JUMP_IF_FALSE_OR_POP : OP_JUMP_IF_TRUE_OR_POP)) {
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
    if (target.opcode == OP_JUMP && jump_thread(in, target, in.opcode)) i--;
  }

  ConstantList& constants_;
  Block* block_;
  std::vector<Instruction>& code_;
};

}  // namespace

Status optimize_block(ConstantList& constants, Block* block) { return Peephole(constants, block).run(); }

}  // namespace minipy
