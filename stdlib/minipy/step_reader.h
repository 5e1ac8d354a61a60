// Reads a recorded run (format: step_format.h): goes to any step that is kept, forwards and backwards, and has the
// state before it: every thread's frames with variables and stack, and the objects seen from there. Needs no
// interpreter.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "stdlib/minipy/step_format.h"

namespace minipy::step {

struct InstructionText {
  int unit, opcode, argument;
  std::string text;                        // of the argument
  int line, end_line, column, end_column;  // -1: none; columns count bytes
  int target;                              // unit, -1: none
};
struct HandlerText {
  int start, end, target, depth;
  bool push_place;
};
struct CodeText {
  std::string file, name, qualified_name;
  int first_line = 0, flags = 0, arguments = 0, first_traceable = 0, units = 0;
  bool program = false;
  std::vector<std::string> variables;
  std::vector<int> variable_kinds;  // LocalKind
  std::vector<InstructionText> instructions;
  std::vector<HandlerText> handlers;
  std::vector<int> by_unit;  // index of the instruction at a unit, -1: none

  const InstructionText* at(int unit) const {
    if (unit < 0 || unit >= static_cast<int>(by_unit.size()) || by_unit[static_cast<size_t>(unit)] < 0) return nullptr;
    return &instructions[static_cast<size_t>(by_unit[static_cast<size_t>(unit)])];
  }
  const HandlerText* handler_of(int unit) const;  // null: none
  bool starts_line(int unit) const;
};

using ObjectNumber = uint32_t;  // 0: no object

struct FieldState {
  uint32_t name;
  ObjectNumber object;
};
struct ObjectState {
  uint32_t type = 0;
  uint64_t address = 0;
  int64_t count = 0;
  ObjectKind kind = kText;
  uint8_t flags = 0;
  int64_t value = 0;  // kInt; kItems: length
  std::string text, closing;
  std::vector<FieldState> fields;
  uint64_t version = 0;  // grows with every change but that of the count
};

struct NamedSlot {
  uint32_t name = 0;
  ObjectNumber object = 0;
};
struct FrameState {
  uint64_t number = 0;
  uint32_t code = 0;
  int unit = -1;
  uint8_t flags = 0;
  std::vector<ObjectNumber> slots;  // variables, then the stack
  std::vector<NamedSlot> names;     // of the module or class body
};
struct ThreadStateText {
  std::vector<FrameState> frames;
  ObjectNumber handled = 0;
};

struct Pop {
  PopHow how;
  ObjectNumber value;
  uint32_t code;
};

class Reader {
 public:
  explicit Reader(Shared* shared) : shared_(shared) {}

  uint64_t first_step() const;
  uint64_t end_step() const { return shared_->steps.load(std::memory_order_acquire); }
  // False: not kept.
  bool go_to(uint64_t step);
  bool next() { return go_to(step_ + 1); }
  bool at_step() const { return valid_; }
  uint64_t step() const { return step_; }

  // ---- The state before the step.
  uint32_t thread() const { return thread_; }
  const std::map<uint32_t, ThreadStateText>& threads() const { return threads_; }
  const std::vector<FrameState>& frames() const { return threads_.at(thread_).frames; }
  const FrameState& frame() const { return frames().back(); }
  const CodeText& code() const { return code(frame().code); }
  const InstructionText& instruction() const;
  ObjectNumber handled() const { return threads_.at(thread_).handled; }
  const ObjectState* object(ObjectNumber n) const {
    return n && n < objects_.size() && objects_[n].type ? &objects_[n] : nullptr;
  }
  // What happened between the step before and this one.
  const std::vector<Pop>& pops() const { return pops_; }
  const std::vector<size_t>& changed_slots() const { return changed_; }
  ObjectNumber raised() const { return raised_; }
  std::string raised_text() const;
  // Breakpoints whose condition held at a step, by step (those kept).
  const std::map<uint64_t, uint32_t>& breakpoint_hits() const { return hits_; }

  // ---- Definitions
  const CodeText& code(uint32_t number) const;
  size_t code_count() const { return codes_.size(); }
  const std::string& name(uint32_t number) const;
  const std::string& type_name(uint32_t number) const;
  uint64_t system_thread(uint32_t number) const;

  // The repr, put together from what was recorded; at most about `limit` bytes.
  std::string repr(ObjectNumber n, size_t limit = 200) const;

  // The object that a variable of the frame is bound to (the content of a cell); 0: none.
  ObjectNumber variable(const FrameState& f, std::string_view name) const;
  size_t stack_base(const FrameState& f) const { return code(f.code).variables.size(); }

  Shared* shared() const { return shared_; }
  void read_definitions();

 private:
  struct Cursor {
    const uint8_t* p;
    const uint8_t* end;
    uint64_t number();
    int64_t signed_number();
    std::string text();
  };
  bool enter_chunk(uint64_t chunk);
  // The next step with the events before it; false: the chunk ends here.
  bool read_step();
  bool read_event(Event e, FrameState* f);
  bool read_push();
  bool read_pop(const FrameState* f);
  bool read_slot(FrameState* f);
  bool read_name(FrameState* f);
  void read_object();
  void read_count();
  void read_code(Cursor c);
  void append_repr(std::string& out, ObjectNumber n, int depth, size_t limit) const;
  mutable std::vector<ObjectNumber> inside_;  // containers that append_repr() is in

  Shared* const shared_;
  uint64_t definitions_read_ = 0;
  std::vector<CodeText> codes_;
  std::vector<std::string> names_, types_;
  std::vector<uint64_t> thread_ids_;

  bool valid_ = false;
  uint64_t step_ = 0;
  uint64_t chunk_ = ~uint64_t{0}, chunk_first_ = 0;
  Cursor in_{nullptr, nullptr};
  std::map<uint32_t, ThreadStateText> threads_;
  ThreadStateText* current_ = nullptr;
  uint32_t thread_ = 0;
  std::vector<ObjectState> objects_;
  std::vector<Pop> pops_;
  std::vector<size_t> changed_;
  ObjectNumber raised_ = 0, raised_with_ = 0;
  std::map<uint64_t, uint32_t> hits_;
  uint64_t versions_ = 0;
};

}  // namespace minipy::step
