// The history of reference counts: every increment and decrement of the objects that somebody watches, with the
// instruction that did it. Only the executable minipy-refs tells of counts (gc/object.h); elsewhere a recorder finds
// its objects and records nothing about them.
//
// An object is found when a name is bound to it for the first time, or by an expression at a line. What happened to it
// before, from its creation on, is taken from a ring of recent changes to any object.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/function.h"
#include "vm/step_listener.h"

namespace minipy::refs {

// What to watch: "NAME" or "FUNCTION.NAME" (a variable; FUNCTION is a qualified name), or "LINE:EXPRESSION".
struct Order {
  std::string text;
  std::string function, name;  // a variable; `function` empty: anywhere in the program
  int line = 0;                // of the expression; 0: a variable
  std::string expression;

  // False: the text is none of the forms.
  static bool parse(const std::string& text, Order& order);
};

// A code object as it was when it was seen first: it may be gone when the record is shown.
struct CodeFacts {
  std::string file, qualified_name;
  bool program;  // not library code
  struct Instruction {
    std::string text;  // empty where no instruction starts
    CodePosition position;
  };
  std::vector<Instruction> units;
  // A binding of watched name `order` by the instruction at `unit`; kAtEntry: an argument, `unit` is the variable.
  struct Binding {
    size_t order;
    int unit;
    bool at_entry;
  };
  std::vector<Binding> bindings;
  std::vector<size_t> line_orders;  // of expressions whose line is in this code
};

struct Place {
  const CodeFacts* code;  // null: no Python code was running
  int unit;
};
struct Change {
  uint64_t step;  // instructions executed before, from the program's first one
  ssize count;    // after the change
  ssize change;
  Place place;
  bool collecting;  // during a cycle collection
};

struct Watched {
  Order order;
  Object* object = nullptr;       // until its memory is another object's
  const void* address = nullptr;  // null: not found
  std::string type;
  Place found_at{};
  size_t changes_before = 0;   // so many changes were before it was found
  bool from_creation = false;  // the first change is the object's creation
  std::string error;           // why the expression has no value
  std::vector<Change> changes;
};

class Recorder final : public StepListener {
 public:
  // Code of files below `library` is the library's.
  Recorder(std::vector<Order> orders, std::string library);
  ~Recorder() override;
  void install();
  void uninstall();
  const std::vector<Watched>& watched() const { return watched_; }

  void before_instruction(ThreadState* t, InterpreterFrame* frame, const CodeUnit* pc, Value* sp) override;
  void frame_left(ThreadState* t, InterpreterFrame* frame, FrameLeft how, Object* value) override;
  void code_freed(CodeRuntime* runtime) override { codes_.erase(runtime); }

 private:
  static constexpr size_t kRecent = size_t{1} << 18;
  struct RecentChange {
    Object* object;
    Change change;
  };

  void changed(Object* p, ssize change);
  void died(const void* address);
  Place place();
  const CodeFacts* facts_of(Code* code);
  void find_bindings(Code* code, CodeFacts& facts);
  void bind(size_t order, Object* p, Place at);
  void evaluate(size_t order, InterpreterFrame* frame, Place at);
  static void after_fork_in_child();

  std::vector<Watched> watched_;
  size_t waiting_;  // objects not yet found
  const std::string library_;
  bool off_ = false;
  uint64_t steps_ = 0;
  // Where the thread that ran last is. `leaving_` (on the thread's stack): being cleared, it still counts as the place.
  ThreadState* thread_ = nullptr;
  Place place_{};
  InterpreterFrame* leaving_ = nullptr;
  std::unordered_map<CodeRuntime*, const CodeFacts*> codes_;
  std::vector<std::unique_ptr<CodeFacts>> facts_;
  std::vector<RecentChange> recent_;
  size_t recent_next_ = 0;
};

}  // namespace minipy::refs
