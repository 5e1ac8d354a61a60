// Texts about code objects, made without running anything (as safe_text.h).
#pragma once

#include <string>

#include "runtime/function.h"

namespace minipy {

// co_names[i]; the name of the frame's variable i. "?" where there is none.
std::string name_at(const Code* code, unsigned i);
std::string variable_at(const Code* code, unsigned i);
// What the argument means, as `dis` shows it in parentheses. `target`: the unit that a jump goes to.
std::string argument_text(const Code* code, int opcode, unsigned argument, int target);
// The same for the instruction of a code object that stands at the unit, with its opcode's name in front; its
// EXTENDED_ARG prefixes are looked for before it.
std::string instruction_text(const Code* code, int unit);
// Whether a code object's file is the library's (below `library`), a frozen module's or an installed package's.
bool is_library_file(const std::string& file, const std::string& library);

}  // namespace minipy
