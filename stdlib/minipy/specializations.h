// What the executing copy of a code object has become (PEP 659).
#pragma once

#include "runtime/function.h"
#include "runtime/result.h"

namespace minipy {

// A list of (offset, form, counter, misses) for each instruction that has a specialised form or may get one, in order;
// None when the code has never run. `form` is the VM's name, None for the general form; `counter` says after how many
// runs (general form) or misses (specialised form) the instruction is looked at again; `misses` are those of the
// present form. Both None: the form is for good.
Ref<Object> specializations_of(const Code* code);

}  // namespace minipy
