// What the executing copy of a code object has become (PEP 659).
#pragma once

#include "runtime/function.h"
#include "runtime/result.h"
#include "stdlib/minipy/form_counter.h"

namespace minipy {

// A list of (offset, form, opcode, call opcode, counter, hits, misses, deoptimised) for each instruction that has a
// specialised form or may get one, in order; None when the code has never run. `form` is the VM's name, None for the
// general form; the opcodes are CPython's (vm/adaptive_view.h); `counter` says after how many runs (general form) or
// misses (specialised form) the instruction is looked at again, None: never. The last three are of all forms that the
// instruction had while they were counted; None: `counted` is null.
Ref<Object> specializations_of(const Code* code, const FormCounter* counted);

}  // namespace minipy
