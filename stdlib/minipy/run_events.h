// What the VM does, as events for writers (D8): calls, exceptions, specialisation, instructions. RunRecorder
// (run_recorder.h) makes them of what a StepListener is told.
//
// Times are nanoseconds of the monotonic clock, `thread` is the kernel's number, offsets are bytes of `co_code` as
// `dis` shows them, lines count from 1 (0: none).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gc/object.h"

namespace minipy {

// An instruction as `dis` shows it.
struct InstructionFacts {
  int line = 0;
  int opcode = -1;  // -1: an inline cache, no instruction
  unsigned argument = 0;
  bool has_argument = false;
  std::string text;  // "LOAD_FAST 0 (x)"
};

// A Python function (a code object) or a native one. Lives as long as its recorder.
struct FunctionFacts {
  uint32_t number;  // from 0, by first appearance
  bool native;
  bool hidden;       // the views' own: not told
  std::string name;  // qualified: "Stack.push", "<module>"; of a native function "len", "list.append", "math.sqrt"
  std::string file;  // empty: native
  int line;          // the first; 0: native
  std::vector<InstructionFacts> units;  // by code unit; empty: native
};

struct CallEvent {
  enum class What : unsigned char {
    kRunning,  // it ran already when the recording began
    kCalled,
    kResumed,     // a generator or coroutine goes on
    kThrownInto,  // ... and finds an exception
    kReturned,
    kYielded,
    kRaised,      // left by an exception
    kUnfinished,  // it was still running when the recording ended
  };
  int64_t time;
  unsigned long thread;
  What what;
  const FunctionFacts* function;
  int depth;  // calls around it
  int line;   // in the caller, of what begins (0: no Python code called it)
  bool begins() const { return what <= What::kThrownInto; }
};

struct ExceptionEvent {
  enum class What : unsigned char {
    kRaised,
    kCaught,    // an `except`, `finally` or `with` takes it over: `line` is the handler's
    kHandled,   // it ends there
    kReraised,  // it goes on from there
    kUnwound,   // it leaves the function
  };
  int64_t time;
  unsigned long thread;
  What what;
  const FunctionFacts* function;
  int line, offset;
  std::string type, text;  // the text is made without running code
};

struct FormEvent {
  enum class What : unsigned char {
    kSpecialised,  // to `form`
    kMissed,       // `form` did not fit its operands
    kDeoptimised,  // from `form` back to the general instruction
    kFailed,       // no form fits: the general instruction stays
  };
  int64_t time;
  unsigned long thread;
  What what;
  const FunctionFacts* function;
  int offset;
  int form;               // an opcode of vm/vm_opcodes.h; 0 with kFailed
  uint64_t hits, misses;  // of this instruction, all its forms
  const InstructionFacts& instruction() const { return function->units[static_cast<size_t>(offset / 2)]; }
};

struct InstructionEvent {
  int64_t time;
  unsigned long thread;
  const FunctionFacts* function;
  int offset;
  int form;  // the specialised form that runs, 0: the instruction itself
  const InstructionFacts& instruction() const { return function->units[static_cast<size_t>(offset / 2)]; }
};

const char* call_event_name(CallEvent::What what);
const char* exception_event_name(ExceptionEvent::What what);
const char* form_event_name(FormEvent::What what);
// The VM's name of a specialised form; null: not one.
const char* form_name(int opcode);

// Who is told.
class RunConsumer {
 public:
  virtual ~RunConsumer() = default;
  virtual void call(const CallEvent&) {}
  virtual void exception(const ExceptionEvent&) {}
  virtual void form(const FormEvent&) {}
  virtual void instruction(const InstructionEvent&) {}
};

}  // namespace minipy
