// The history of reference counts: every increment and decrement of the objects that somebody watches, with the
// instruction that did it. Only the executable minipy-refs tells of counts (gc/object.h); elsewhere a recorder finds
// its objects and records nothing about them.
//
// An object is found when a name is bound to it for the first time, or by an expression at a line. What happened to it
// before, from its creation on, is taken from a ring of recent changes to any object.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "stdlib/minipy/places.h"
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

class Recorder final : public PlaceListener {
 public:
  // Code of files below `library` is the library's.
  Recorder(std::vector<Order> orders, std::string library);
  ~Recorder() override;
  void install();
  void uninstall();
  const std::vector<Watched>& watched() const { return watched_; }

  void before_instruction(ThreadState* t, InterpreterFrame* frame, const CodeUnit* pc, Value* sp) override;
  void frame_left(ThreadState* t, InterpreterFrame* frame, FrameLeft how, Object* value) override;

 private:
  static constexpr size_t kRecent = size_t{1} << 18;
  struct RecentChange {
    Object* object;
    Change change;
  };

  void changed(Object* p, ssize change);
  void died(const void* address);
  // What a code object has to do with the orders.
  struct Targets {
    // A binding of watched name `order` by the instruction at `unit`; at entry: an argument, `unit` is the variable.
    struct Binding {
      size_t order;
      int unit;
      bool at_entry;
    };
    std::vector<Binding> bindings;
    std::vector<size_t> line_orders;  // of expressions whose line is in this code
  };

  const Targets& targets_of(const Code* code, const CodeFacts* facts);
  Targets find_targets(const Code* code, const CodeFacts& facts) const;
  void bind(size_t order, Object* p, Place at);
  void evaluate(size_t order, InterpreterFrame* frame, Place at);
  static void after_fork_in_child();

  std::vector<Watched> watched_;
  size_t waiting_;  // objects not yet found
  bool off_ = false;
  uint64_t steps_ = 0;
  std::unordered_map<const CodeFacts*, Targets> targets_;  // of the program's code
  std::vector<RecentChange> recent_;
  size_t recent_next_ = 0;
};

}  // namespace minipy::refs
