// Module _opcode: what the compiler knows of the instructions, for `dis`.
#include <algorithm>

#include "compiler/opcode.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/type.h"

namespace minipy {

namespace {

// The compiler's number of an instruction: pseudo instructions are negative numbers to Python, from -1 downwards.
int own_number(int opcode) { return opcode >= 0 ? opcode : kFirstPseudoOpcode_ - opcode; }

Ref<Object> stack_effect(Object*, int opcode, Object* oparg, Object* jump) {
  int argument = 0;
  if (opcode < kHaveArgument) {
    if (!is_none(oparg)) return raise(ValueError, "stack_effect: opcode does not permit oparg but oparg was specified");
  } else {
    if (is_none(oparg)) return raise(ValueError, "stack_effect: opcode requires oparg but oparg was not specified");
    argument = static_cast<int>(TRY(bind::to_long(oparg)));
  }
  if (!is_none(jump) && !is_exactly(jump, &bool_type))
    return raise(ValueError, "stack_effect: jump must be False, True or None");
  int number = own_number(opcode);
  int jumping = opcode_stack_effect(number, argument, true), falling = opcode_stack_effect(number, argument, false);
  int effect = is_none(jump) ? std::max(jumping, falling) : jump == py_bool(true) ? jumping : falling;
  if (effect == kInvalidStackEffect) return raise(ValueError, "invalid opcode or oparg");
  return int_from(effect);
}

// Statistics are counted in special builds only.
Ref<Object> get_specialization_stats(Object*) { return none_ref(); }

constinit MethodDef functions[] = {
    FUNCTION(stack_effect, "stack_effect(module, opcode, oparg=None, /, *, jump=None)",
             "The change of the value stack's depth that an instruction makes."),
    FUNCTION(get_specialization_stats, "get_specialization_stats(module, /)",
             "Counts of specialised instructions, None where they are not kept."),
    {},
};

}  // namespace

constinit NativeModule _opcode_module = {"_opcode", functions, nullptr, "Opcode support module."};

}  // namespace minipy
