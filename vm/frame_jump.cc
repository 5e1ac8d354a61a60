// A jump may go to the start of another line when the value stack there fits what is on the stack now (more may be
// dropped). What is on the stack at each instruction is found by abstract interpretation: a stack is a number, three
// bits for each entry, the top in the lowest bits; so a longer stack is a larger number.
#include "vm/frame_jump.h"

#include <vector>

#include "runtime/abstract.h"
#include "runtime/code_tables.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "vm/generator.h"
#include "vm/trace.h"
#include "vm/vm_opcodes.h"

namespace minipy {

namespace {

enum Kind : int { kIterator = 1, kExcept = 2, kObject = 3, kNull = 4, kLasti = 5 };
using StackShape = int64_t;
constexpr StackShape kOverflowed = -1, kUnknown = -2;
constexpr int kBits = 3, kMaxEntries = 63 / kBits;
constexpr StackShape kFull = StackShape{1} << ((kMaxEntries - 1) * kBits);

StackShape push(StackShape s, Kind kind) {
  if (s < 0) return s;
  return s >= kFull ? kOverflowed : (s << kBits) | kind;
}
StackShape pop(StackShape s) { return s < 0 ? s : s >> kBits; }
Kind top(StackShape s) { return static_cast<Kind>(s & 7); }
StackShape pop_to(StackShape s, int level) {
  if (s <= 0) return s;
  int depth = 0;
  for (StackShape rest = s; rest; rest >>= kBits) depth++;
  for (; depth > level; depth--) s >>= kBits;
  return s;
}
Kind peek(StackShape s, int n) { return static_cast<Kind>((s >> (kBits * (n - 1))) & 7); }
StackShape swap_top(StackShape s, int n) {
  if (s < 0) return s;
  int shift = kBits * (n - 1);
  StackShape a = s & 7, b = (s >> shift) & 7;
  s &= ~(StackShape{7} | (StackShape{7} << shift));
  return s | b | (a << shift);
}

bool kinds_fit(Kind from, Kind to) {
  if (to == 0) return false;
  if (to == kObject) return from != kNull;
  if (to == kNull) return true;
  return from == to;
}
bool stacks_fit(StackShape from, StackShape to) {
  if (to < 0 || from < 0) return false;
  while (from > to) from = pop(from);
  while (from) {
    if (!kinds_fit(top(from), top(to))) return false;
    from = pop(from);
    to = pop(to);
  }
  return to == 0;
}

const char* why_not(StackShape target) {
  if (target == kOverflowed) return "stack is too deep to analyze";
  if (target == kUnknown) return "can't jump into an exception handler, or code may be unreachable";
  switch (top(target)) {
    case kExcept: return "can't jump into an 'except' block as there's no exception";
    case kLasti: return "can't jump into a re-raising block as there's no location";
    case kIterator: return "can't jump into the body of a for loop";
    default: return "incompatible stacks";
  }
}

class ShapeFinder {
 public:
  explicit ShapeFinder(Code* code) : r_(code->runtime), shapes_(static_cast<size_t>(r_->units) + 1, kUnknown) {}
  std::vector<StackShape> run() {
    // Generators begin with the value that is sent.
    shapes_[0] = 0;
    if (r_->is_generator_like) shapes_[0] = push(0, kObject);
    bool again = true;
    while (again) {
      again = false;
      for (int i = 0; i < r_->units;) {
        i += step(i, &again);
      }
      again |= mark_handlers();
    }
    return std::move(shapes_);
  }

 private:
  int opcode_at(int i) const { return kGeneralForm[r_->code[i] & 0xff]; }

  // The argument with its EXTENDED_ARG prefixes.
  int argument_of(int i) const {
    unsigned arg = r_->code[i] >> 8;
    for (int k = i - 1, shift = 8; k >= 0 && shift < 32 && is_prefix_[static_cast<size_t>(k)]; k--, shift += 8) {
      arg |= static_cast<unsigned>(r_->code[k] >> 8) << shift;
    }
    return static_cast<int>(arg);
  }
  void reach(int i, StackShape s, int from, bool* again) {
    if (i < 0 || i > r_->units) return;
    StackShape& known = shapes_[static_cast<size_t>(i)];
    if (known != kUnknown) return;
    known = s;
    if (i < from) *again = true;
  }

  // Looks at the instruction at i; returns its width.
  int step(int i, bool* again) {
    if (is_prefix_.empty()) is_prefix_.assign(static_cast<size_t>(r_->units) + 1, false);
    int opcode = opcode_at(i), width = 1 + opcode_caches(opcode), next = i + width;
    StackShape s = shapes_[static_cast<size_t>(i)];
    if (opcode == OP_EXTENDED_ARG) {
      is_prefix_[static_cast<size_t>(i)] = true;
      if (s != kUnknown) reach(next, s, i, again);
      return width;
    }
    if (s == kUnknown) return width;
    int arg = argument_of(i);
    const InstructionInfo& info = kInstructions[opcode];
    if (info.operand == kJumpForward || info.operand == kJumpBackward) {
      int target = info.operand == kJumpForward ? next + arg : next - arg;
      reach(target, after(opcode, arg, s, true), i, again);
    }
    if (!(info.flags & kExits)) reach(next, after(opcode, arg, s, false), i, again);
    return width;
  }

  StackShape after(int opcode, int arg, StackShape s, bool jumps) {
    switch (opcode) {
      case OP_GET_ITER:
      case OP_GET_AITER: return push(pop(s), kIterator);
      case OP_FOR_ITER: return jumps ? pop(s) : push(s, kObject);
      case OP_SEND: return jumps ? push(pop(pop(s)), kObject) : push(pop(s), kObject);
      case OP_PUSH_EXC_INFO: return push(s, kExcept);
      case OP_PUSH_NULL: return push(s, kNull);
      case OP_LOAD_GLOBAL: return push((arg & 1) ? push(s, kNull) : s, kObject);
      case OP_LOAD_METHOD: return push(push(pop(s), kNull), kObject);
      case OP_PRECALL: return s;  // its effect belongs to CALL
      case OP_CALL:
        for (int k = 0; k < arg + 2; k++) s = pop(s);
        return push(s, kObject);
      case OP_COPY: return push(s, peek(s, arg));
      case OP_SWAP: return swap_top(s, arg);
      case OP_JUMP_IF_FALSE_OR_POP:
      case OP_JUMP_IF_TRUE_OR_POP: return jumps ? s : pop(s);
      default: break;
    }
    int effect = opcode_stack_effect(opcode, arg, jumps);
    for (; effect < 0; effect++) s = pop(s);
    for (; effect > 0; effect--) s = push(s, kObject);
    return s;
  }

  // Handlers are reached from the start of what they protect.
  bool mark_handlers() {
    bool changed = false;
    for (int h = 0; h < r_->handler_count; h++) {
      const CodeRuntime::Handler& handler = r_->handlers[h];
      StackShape start = shapes_[static_cast<size_t>(handler.start)];
      StackShape& target = shapes_[static_cast<size_t>(handler.target)];
      if (start == kUnknown || target != kUnknown) continue;
      StackShape s = pop_to(start, handler.depth);
      if (handler.push_lasti) s = push(s, kLasti);
      target = push(s, kExcept);
      changed = true;
    }
    return changed;
  }

  CodeRuntime* r_;
  std::vector<StackShape> shapes_;
  std::vector<bool> is_prefix_;
};

// The line that starts at each code unit, -1: none does.
std::vector<int> line_starts(Code* code) {
  std::vector<int> lines(static_cast<size_t>(code->runtime->units), -1);
  int last = -1;
  LocationReader reader(code);
  while (reader.next()) {
    int line = reader.position().line;
    if (line != -1 && line != last && reader.start() / 2 < code->runtime->units) {
      lines[static_cast<size_t>(reader.start() / 2)] = last = line;
    }
  }
  return lines;
}

// Whether the event that is being traced allows a jump.
Status check_event(FrameObject* fo, bool suspended) {
  switch (current_thread()->tracing_what) {
    case kTraceCall: return raise(ValueError, "can't jump from the 'call' trace event of a new frame");
    case kTraceLine: break;
    case kTraceReturn:
      if (suspended) break;
      [[fallthrough]];
    default: return raise(ValueError, "can only jump from a 'line' trace event");
  }
  if (!fo->trace) return raise(ValueError, "f_lineno can only be set by a trace function");
  return kOk;
}

void drop_entry(InterpreterFrame* frame, Kind kind) {
  Value v = frame->localsplus[--frame->stacktop];
  if (kind == kExcept) {
    HandledException* info = current_thread()->exc_info;
    Object* old = info->value;
    info->value = v && is_none(v) ? nullptr : v;
    if (v && is_none(v)) decref(v);
    xdecref(old);
  } else {
    xdecref(v);
  }
}

}  // namespace

Status frame_set_lineno(FrameObject* fo, Object* value) {
  if (!value) return raise(AttributeError, "cannot delete attribute");
  if (!is_exactly(value, &int_type)) return raise(ValueError, "lineno must be an integer");
  InterpreterFrame* frame = fo->frame;
  bool suspended =
      frame->owner == FrameOwner::kGenerator && frame_generator(frame)->state == GeneratorState::kSuspended;
  TRY(check_event(fo, suspended));
  int overflow = 0;
  long long wanted = int_to_long_long_overflow(value, &overflow);
  if (overflow || wanted > INT32_MAX || wanted < INT32_MIN) return raise(ValueError, "lineno out of range");
  Code* code = frame->code;
  if (wanted < code->firstlineno) {
    return raise(ValueError, "line {} comes before the current code block", wanted);
  }
  std::vector<int> lines = line_starts(code);
  int line = INT32_MAX;
  for (int start : lines) {
    if (start >= wanted && start < line) line = start;
  }
  if (line == INT32_MAX) return raise(ValueError, "line {} comes after the current code block", wanted);

  std::vector<StackShape> shapes = ShapeFinder(code).run();
  StackShape from = shapes[static_cast<size_t>(frame_lasti(frame))], best = kOverflowed;
  int target = -1;
  const char* problem = "cannot find bytecode for specified line";
  bool explained = false;
  for (size_t i = 0; i < lines.size(); i++) {
    if (lines[i] != line) continue;
    if (stacks_fit(from, shapes[i])) {
      if (target < 0 || shapes[i] > best) {
        best = shapes[i];
        target = static_cast<int>(i);
      }
    } else if (target < 0 && !explained) {
      explained = true;
      problem = from == kOverflowed ? "stack to deep to analyze"
                : from == kUnknown  ? "can't jump from unreachable code"
                                    : why_not(shapes[i]);
    }
  }
  if (target < 0) return raise(ValueError, "{}", problem);
  if (suspended) from = pop(from);  // the value that was yielded
  for (; from > best; from = pop(from)) drop_entry(frame, top(from));
  fo->lineno = 0;
  frame->prev_instr = code->runtime->code + target;
  return kOk;
}

}  // namespace minipy
