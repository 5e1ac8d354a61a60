#include "stdlib/minipy/step_rules.h"

namespace minipy::step {

bool order_fulfilled(const Orders& o, const Facts& f) {
  switch (o.run) {
    case Run::kOver: return f.thread == o.thread && f.depth <= o.depth;
    case Run::kFinish: return f.thread == o.thread && f.depth < o.depth;
    case Run::kLine: {
      if (f.thread != o.thread || f.depth > o.depth) return false;
      if (f.depth < o.depth || f.frame != o.frame) return true;
      if (f.line <= 0) return false;
      return f.line != static_cast<int>(o.line) || (f.starts_line && f.unit <= static_cast<int>(o.unit));
    }
    case Run::kUntilLine: return f.starts_line && f.line == static_cast<int>(o.line) && file_matches(f.file, o.file);
    case Run::kUntilUnit: return f.code == o.code && f.unit == static_cast<int>(o.unit);
    case Run::kUntilOpcode: return f.opcode == static_cast<int>(o.opcode);
    default: return false;
  }
}

bool breakpoint_concerns(const Breakpoint& b, std::string_view file, std::string_view name, std::string_view qualname) {
  switch (b.kind) {
    case Breakpoint::kAtLine: return file_matches(file, b.where);
    case Breakpoint::kAtUnit:
    case Breakpoint::kAtFunction: return name == b.where || qualname == b.where;
    default: return false;
  }
}

bool breakpoint_applies(const Breakpoint& b, const Facts& f, int first_traceable) {
  switch (b.kind) {
    case Breakpoint::kAtLine: return f.starts_line && f.line == b.line;
    case Breakpoint::kAtUnit: return f.unit == b.line;
    case Breakpoint::kAtFunction: return f.unit == first_traceable;
    default: return false;
  }
}

}  // namespace minipy::step
