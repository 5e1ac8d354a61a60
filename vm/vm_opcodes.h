// Specialised forms of instructions (PEP 659): opcodes that only the executable copy knows. The instruction table of
// the language is compiler/instructions.def; this is the VM's own continuation of it.
//
// A site starts with the general form and a counter in its first cache word. When the counter runs out, specialize.cc
// looks at the operands and may rewrite the opcode. A specialised form that meets other operands counts down too; at
// the end the site takes the form that fits these, or goes back to the general one.
#pragma once

#include "compiler/opcode.h"
#include "vm/frame.h"

namespace minipy {

// X(NAME, FAMILY)
#define MINIPY_SPECIALIZED(X)                   \
  X(BINARY_OP_ADD_INT, BINARY_OP)               \
  X(BINARY_OP_SUBTRACT_INT, BINARY_OP)          \
  X(BINARY_OP_MULTIPLY_INT, BINARY_OP)          \
  X(BINARY_OP_BITS_INT, BINARY_OP)              \
  X(BINARY_OP_DIVIDE_INT, BINARY_OP)            \
  X(BINARY_OP_ADD_FLOAT, BINARY_OP)             \
  X(BINARY_OP_SUBTRACT_FLOAT, BINARY_OP)        \
  X(BINARY_OP_MULTIPLY_FLOAT, BINARY_OP)        \
  X(BINARY_OP_DIVIDE_FLOAT, BINARY_OP)          \
  X(BINARY_OP_ADD_STR, BINARY_OP)               \
  X(BINARY_OP_ADD_STR_IN_PLACE, BINARY_OP)      \
  X(COMPARE_OP_INT_JUMP, COMPARE_OP)            \
  X(COMPARE_OP_FLOAT_JUMP, COMPARE_OP)          \
  X(COMPARE_OP_STR_JUMP, COMPARE_OP)            \
  X(BINARY_SUBSCR_LIST_INT, BINARY_SUBSCR)      \
  X(BINARY_SUBSCR_TUPLE_INT, BINARY_SUBSCR)     \
  X(BINARY_SUBSCR_STR_INT, BINARY_SUBSCR)       \
  X(BINARY_SUBSCR_DICT, BINARY_SUBSCR)          \
  X(BINARY_SUBSCR_GETITEM, BINARY_SUBSCR)       \
  X(STORE_SUBSCR_LIST_INT, STORE_SUBSCR)        \
  X(STORE_SUBSCR_DICT, STORE_SUBSCR)            \
  X(UNPACK_SEQUENCE_TWO_TUPLE, UNPACK_SEQUENCE) \
  X(UNPACK_SEQUENCE_TUPLE, UNPACK_SEQUENCE)     \
  X(UNPACK_SEQUENCE_LIST, UNPACK_SEQUENCE)      \
  X(LOAD_GLOBAL_MODULE, LOAD_GLOBAL)            \
  X(LOAD_GLOBAL_BUILTIN, LOAD_GLOBAL)           \
  X(LOAD_ATTR_INSTANCE_VALUE, LOAD_ATTR)        \
  X(LOAD_ATTR_WITH_HINT, LOAD_ATTR)             \
  X(LOAD_ATTR_SLOT, LOAD_ATTR)                  \
  X(LOAD_ATTR_MODULE, LOAD_ATTR)                \
  X(STORE_ATTR_INSTANCE_VALUE, STORE_ATTR)      \
  X(STORE_ATTR_WITH_HINT, STORE_ATTR)           \
  X(STORE_ATTR_SLOT, STORE_ATTR)                \
  X(LOAD_METHOD_WITH_VALUES, LOAD_METHOD)       \
  X(LOAD_METHOD_WITH_DICT, LOAD_METHOD)         \
  X(LOAD_METHOD_NO_DICT, LOAD_METHOD)           \
  X(LOAD_METHOD_MODULE, LOAD_METHOD)            \
  X(LOAD_METHOD_CLASS, LOAD_METHOD)             \
  X(PRECALL_PYTHON, PRECALL)                    \
  X(PRECALL_PYTHON_DEFAULTS, PRECALL)           \
  X(PRECALL_BOUND_METHOD, PRECALL)              \
  X(PRECALL_CLASS_INIT, PRECALL)                \
  X(PRECALL_TYPE_ONE, PRECALL)                  \
  X(PRECALL_BUILTIN_CLASS, PRECALL)             \
  X(PRECALL_BUILTIN_O, PRECALL)                 \
  X(PRECALL_BUILTIN_FAST, PRECALL)              \
  X(PRECALL_LEN, PRECALL)                       \
  X(PRECALL_ISINSTANCE, PRECALL)                \
  X(PRECALL_LIST_APPEND, PRECALL)               \
  X(PRECALL_METHOD_O, PRECALL)                  \
  X(PRECALL_METHOD_NOARGS, PRECALL)             \
  X(PRECALL_METHOD_FAST, PRECALL)               \
  X(RESUME_COLD, RESUME)                        \
  X(JUMP_BACKWARD_COLD, JUMP_BACKWARD)          \
  X(LOAD_FAST__LOAD_FAST, LOAD_FAST)            \
  X(LOAD_FAST__LOAD_CONST, LOAD_FAST)           \
  X(STORE_FAST__LOAD_FAST, STORE_FAST)          \
  X(STORE_FAST__STORE_FAST, STORE_FAST)         \
  X(LOAD_CONST__LOAD_FAST, LOAD_CONST)

enum SpecializedOpcode : int {
  kFirstSpecialized_ = 176,
#define MINIPY_DECLARE(name, family) OPS_##name,
  MINIPY_SPECIALIZED(MINIPY_DECLARE)
#undef MINIPY_DECLARE
      kSpecializedEnd
};
static_assert(kSpecializedEnd <= 256);

// Forms that count how often their code object has run, and are the general ones otherwise (code_ran in
// vm/specialize.h).
constexpr bool is_cold_form(int opcode) { return opcode == OPS_RESUME_COLD || opcode == OPS_JUMP_BACKWARD_COLD; }

// The instruction of the language that an opcode of the executable copy stands for.
extern const uint8_t kGeneralForm[256];

// How often a general form runs before it is looked at, and how often a specialised form may miss.
inline constexpr CodeUnit kWarmupCounter = 8;
inline constexpr CodeUnit kRetryCounter = 240;
inline constexpr CodeUnit kMissCounter = 50;

}  // namespace minipy
