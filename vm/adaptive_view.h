// How the VM's specialised forms (vm/vm_opcodes.h) are shown as CPython 3.11's, by the numbers that Lib/opcode.py gives
// them: code._co_code_adaptive, and with it dis.dis(..., adaptive=True).
#pragma once

#include "runtime/function.h"

namespace minipy {

struct AdaptiveForm {
  int opcode;       // CPython's form of the instruction; 0: it has none, and would show the adaptive one
  int call_opcode;  // of a PRECALL: the form of the CALL behind it; 0: the adaptive one
};
// Of a specialised form of the VM.
AdaptiveForm adaptive_form(int form);

// The bytes that CPython shows for a code object in this state: the canonical ones until it is warm, then adaptive and
// specialised instructions. The VM does not count runs: code counts as warm once one of its instructions has run often
// enough to be looked at. Inline caches are the VM's. Null: MemoryError pending.
Ref<Object> code_adaptive_view(Code* code);

}  // namespace minipy
