#include "compiler/opcode.h"

namespace minipy {

namespace {

// The border between instructions without and with an argument holds for the table.
constexpr bool operands_agree_with_numbers() {
  for (int i = 0; i < 256; i++) {
    const InstructionInfo& row = kInstructions[i];
    if (row.defined && (row.operand == kNoOperand) == opcode_has_arg(i)) return false;
  }
  return true;
}
static_assert(operands_agree_with_numbers());

}  // namespace

// clang-format off
int opcode_stack_effect(int opcode, int oparg, bool jump) {
  switch (opcode) {
#define INSTRUCTION(number, name, operand, effect, jump_effect, caches, flags) \
    case number: return jump ? (jump_effect) : (effect);
#define PSEUDO_INSTRUCTION(name, operand, effect, jump_effect, flags) \
    case OP_##name: return jump ? (jump_effect) : (effect);
#include "compiler/instructions.def"
    default: return kInvalidStackEffect;
  }
}
// clang-format on

}  // namespace minipy
