// When a run stops: decided by the recorder while the program runs, and by the reader when it goes through the record
// backwards, from the same facts.
#pragma once

#include <string_view>

#include "stdlib/minipy/step_format.h"

namespace minipy::step {

struct Facts {
  uint32_t thread, depth, code;
  uint64_t frame;
  int unit, line, opcode;
  bool starts_line;
  std::string_view file;
};

inline bool file_matches(std::string_view file, std::string_view wanted) {
  if (wanted.empty() || file == wanted) return true;
  return file.size() > wanted.size() && file.ends_with(wanted) && file[file.size() - wanted.size() - 1] == '/';
}

// Whether the order (not kSteps and kContinue, which count and never end) is fulfilled before this instruction.
bool order_fulfilled(const Orders& o, const Facts& f);

// Whether the breakpoint may apply somewhere in the code object.
bool breakpoint_concerns(const Breakpoint& b, std::string_view file, std::string_view name, std::string_view qualname);
// Whether it applies before this instruction of a code object that it concerns. `first_traceable`: the unit at which
// the function's body starts.
bool breakpoint_applies(const Breakpoint& b, const Facts& f, int first_traceable);

}  // namespace minipy::step
