// Where in the program something happened: a code object, as it was when it was seen, and one of its instructions.
// Made without running anything (as safe_text.h), and valid when the code object is gone.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/function.h"
#include "stdlib/minipy/json_writer.h"
#include "stdlib/minipy/sources.h"
#include "vm/step_listener.h"

namespace minipy {

struct CodeFacts {
  std::string file, qualified_name;
  bool program;  // not library code
  struct Instruction {
    std::string text;  // empty where no instruction starts
    CodePosition position;
  };
  std::vector<Instruction> units;
};

struct Place {
  const CodeFacts* code;  // null: no Python code was running
  int unit;
};

// The facts of the code objects that were seen, one each for ever.
class CodeBook {
 public:
  // Code of files below `library` is the library's; as long as that is empty, all code of files is.
  void set_library(std::string library) { library_ = std::move(library); }
  const CodeFacts* facts_of(const Code* code);
  // The object at the address dies: if it is code, what comes to lie there later is other code.
  void forget(const void* address) { codes_.erase(address); }

 private:
  std::string library_;  // where Python's library is
  std::unordered_map<const void*, const CodeFacts*> codes_;
  std::vector<std::unique_ptr<CodeFacts>> facts_;
};

// Follows the instructions, so that others can ask where the program is while something happens.
class PlaceListener : public StepListener {
 public:
  PlaceListener() : StepListener(kStepInstructions | kStepFrames | kStepGeneralForms) {}
  // Where the thread that holds the GIL is; the caller holds it.
  Place place();

  void before_instruction(ThreadState* t, InterpreterFrame* frame, const CodeUnit* pc, Value* sp) override;
  void frame_left(ThreadState* t, InterpreterFrame* frame, FrameLeft how, Object* value) override;

 protected:
  CodeBook codes_;
  Place last_{};  // of the last instruction

 private:
  ThreadState* thread_ = nullptr;  // that executed it; null: to be found out
  // On the thread's stack, being cleared: it still counts as the place.
  InterpreterFrame* leaving_ = nullptr;
};

const CodePosition& position_of(const Place& p);  // all -1 where it is not known
// "file.py:12 function", "file.py:12" and "outside the program".
std::string where_text(const Place& p);
std::string line_place(const std::string& file, int line);
// The instruction as `dis` shows it; empty outside.
const std::string& instruction_of(const Place& p);
// The text that the instruction was compiled from, on one line.
std::string source_of(const Place& p, Sources& sources);
// A line of source without its indentation; empty when it is not known.
std::string line_text(const std::string& file, int line, Sources& sources);
// The fields file, function, line, end_line, column, end_column, offset and instruction; null where there is none.
void put_place(JsonWriter& json, const Place& p);
// At most `width` bytes, "..." at the end where something is missing.
std::string shortened(std::string text, size_t width);

}  // namespace minipy
