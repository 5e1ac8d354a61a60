// Opcodes as constants, and what compiler/instructions.def says about each.
//
// An instruction is one code unit of two bytes, opcode and argument; larger arguments are preceded by EXTENDED_ARG
// units. Jump arguments count code units from the instruction after the jump and its cache.
#pragma once

#include <cstdint>

namespace minipy {

// Opcodes below 256 are CPython 3.11's; the pseudo instructions follow.
enum Opcode : uint16_t {
#define INSTRUCTION(number, name, operand, effect, jump_effect, caches, flags) OP_##name = number,
#include "compiler/instructions.def"
  kFirstPseudoOpcode_ = 255,
#define PSEUDO_INSTRUCTION(name, operand, effect, jump_effect, flags) OP_##name,
#include "compiler/instructions.def"
  kOpcodeEnd,
};

// Instructions from this number on use their argument.
inline constexpr int kHaveArgument = 90;
inline constexpr bool opcode_has_arg(int opcode) { return opcode >= kHaveArgument; }

enum OperandKind : uint8_t {
  kNoOperand,
  kConstOperand,     // index in co_consts
  kNameOperand,      // index in co_names (LOAD_GLOBAL: times two)
  kLocalOperand,     // index of a plain local in the frame's variables
  kDerefOperand,     // index of a cell or free variable in the frame's variables
  kJumpForward,      // distance in code units
  kJumpBackward,     // likewise
  kCompareOperand,   // enum CompareOp
  kBinaryOperand,    // enum BinaryOpArg
  kCountOperand,     // a number of items, a depth on the stack
  kFlagOperand,      // bits
  kExtendedOperand,  // upper bits of the next instruction's argument
  kBlockOperand,     // of pseudo instructions: a basic block
};

enum InstructionFlags : uint8_t { kRaises = 1, kExits = 2, kYields = 4 };

struct InstructionInfo {
  const char* name;  // "<unused>" for unused numbers
  OperandKind operand;
  uint8_t caches;  // code units
  uint8_t flags;   // InstructionFlags
  bool defined;
};
struct InstructionTable {
  InstructionInfo rows[kOpcodeEnd];
  constexpr const InstructionInfo& operator[](int opcode) const { return rows[opcode]; }
};
namespace detail {
constexpr InstructionTable make_instruction_table() {
  InstructionTable table{};
  for (InstructionInfo& row : table.rows) row = {"<unused>", kNoOperand, 0, 0, false};
#define INSTRUCTION(number, name, operand, effect, jump_effect, caches, flags) \
  table.rows[number] = {#name, operand, caches, flags, true};
#define PSEUDO_INSTRUCTION(name, operand, effect, jump_effect, flags) \
  table.rows[OP_##name] = {#name, operand, 0, flags, true};
#include "compiler/instructions.def"
  return table;
}
}  // namespace detail
inline constexpr InstructionTable kInstructions = detail::make_instruction_table();

inline constexpr int opcode_caches(int opcode) { return kInstructions[opcode].caches; }
inline constexpr const char* opcode_name(int opcode) { return kInstructions[opcode].name; }

namespace detail {
struct JumpTable {
  bool jumps[kOpcodeEnd];
};
constexpr JumpTable make_jump_table() {
  JumpTable table{};
  for (int i = 0; i < kOpcodeEnd; i++) {
    OperandKind kind = kInstructions[i].operand;
    bool sets_up = i == OP_SETUP_FINALLY || i == OP_SETUP_CLEANUP || i == OP_SETUP_WITH;
    table.jumps[i] = kind == kJumpForward || kind == kJumpBackward || (kind == kBlockOperand && !sets_up);
  }
  return table;
}
inline constexpr JumpTable kJumps = make_jump_table();
}  // namespace detail
// Whether it goes elsewhere than to the next instruction, or may.
inline constexpr bool opcode_jumps(int opcode) { return detail::kJumps.jumps[opcode]; }

// Change of the stack's depth; `jump` for the way taken when it jumps. kInvalidStackEffect for unused numbers.
inline constexpr int kInvalidStackEffect = INT32_MAX;
int opcode_stack_effect(int opcode, int oparg, bool jump);

// Arguments of BINARY_OP. From kInplaceOffset on the in-place forms in the same order.
enum BinaryOpArg : uint8_t {
  kNbAdd,
  kNbAnd,
  kNbFloorDivide,
  kNbLshift,
  kNbMatrixMultiply,
  kNbMultiply,
  kNbRemainder,
  kNbOr,
  kNbPower,
  kNbRshift,
  kNbSubtract,
  kNbTrueDivide,
  kNbXor,
  kNbInplaceAdd,
  kInplaceOffset = kNbInplaceAdd,
};

// RESUME's argument.
enum ResumeArg : uint8_t { kResumeAtStart, kResumeAfterYield, kResumeAfterYieldFrom, kResumeAfterAwait };

// MAKE_FUNCTION's flags: what lies on the stack below the code object, lowest first.
enum MakeFunctionFlags : uint8_t {
  kFunctionDefaults = 1,
  kFunctionKwDefaults = 2,
  kFunctionAnnotations = 4,
  kFunctionClosure = 8,
};

// FORMAT_VALUE's argument: conversion in the low two bits, then whether a format spec is on the stack.
enum FormatValueArg : uint8_t { kFormatNone, kFormatStr, kFormatRepr, kFormatAscii, kFormatSpec = 4 };

}  // namespace minipy
