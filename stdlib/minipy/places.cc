#include "stdlib/minipy/places.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/opcode.h"
#include "runtime/bytes.h"
#include "runtime/code_tables.h"
#include "stdlib/minipy/code_text.h"
#include "stdlib/minipy/safe_text.h"
#include "vm/frame.h"

namespace minipy {

const CodeFacts* CodeBook::facts_of(const Code* code) {
  const CodeFacts*& known = codes_[code];
  if (known) return known;
  auto facts = std::make_unique<CodeFacts>();
  facts->file = text_of(code->filename);
  facts->qualified_name = text_of(code->qualname);
  facts->program = !is_library_file(facts->file, library_);
  int units = static_cast<int>(code->base.size);
  facts->units.resize(static_cast<size_t>(units), {"", {-1, -1, -1, -1}});
  const auto* bytes = reinterpret_cast<const unsigned char*>(code->code->data);
  for (int u = 0; u < units; u += 1 + opcode_caches(bytes[2 * u])) {
    facts->units[static_cast<size_t>(u)].text = instruction_text(code, u);
  }
  LocationReader reader(code);
  while (reader.next()) {
    for (int u = reader.start() / 2; u < reader.end() / 2 && u < units; u++) {
      facts->units[static_cast<size_t>(u)].position = reader.position();
    }
  }
  facts_.push_back(std::move(facts));
  return known = facts_.back().get();
}

// ---- Following the instructions -----------------------------------------------------------------------------------

namespace {

// The frame's space on the thread's stack has been given back.
bool is_popped(const ThreadState* t, const InterpreterFrame* f) {
  const auto* base = reinterpret_cast<Object* const*>(f);
  return t->stack_top <= base || t->stack_top > base + f->code->runtime->frame_words + (1 << 20);
}

}  // namespace

Place PlaceListener::place() {
  ThreadState* t = current_thread();
  if (t == thread_ && leaving_ && t && is_popped(t, leaving_)) thread_ = nullptr;
  if (t != thread_) {
    thread_ = t;
    leaving_ = nullptr;
    InterpreterFrame* frame = t ? t->frame : nullptr;
    last_ = frame ? Place{codes_.facts_of(frame->code), std::max(frame_lasti(frame), 0)} : Place{};
  }
  return last_;
}

void PlaceListener::before_instruction(ThreadState* t, InterpreterFrame* frame, const CodeUnit* pc, Value*) {
  thread_ = t;
  leaving_ = nullptr;
  last_ = {codes_.facts_of(frame->code), static_cast<int>(pc - frame->code->runtime->code)};
}

void PlaceListener::frame_left(ThreadState*, InterpreterFrame* frame, FrameLeft, Object*) {
  // A frame on the stack is cleared now, which is its own last instruction's work; a generator's frame lives on or is
  // cleared by whoever resumed it.
  if (frame->owner == FrameOwner::kThread) {
    leaving_ = frame;
  } else {
    thread_ = nullptr;
  }
}

// ---- Texts --------------------------------------------------------------------------------------------------------

namespace {

const CodeFacts::Instruction kNoInstruction{"", {-1, -1, -1, -1}};

const CodeFacts::Instruction& instruction_at(const Place& p) {
  return p.code && static_cast<size_t>(p.unit) < p.code->units.size() ? p.code->units[static_cast<size_t>(p.unit)]
                                                                      : kNoInstruction;
}

}  // namespace

const CodePosition& position_of(const Place& p) { return instruction_at(p).position; }
const std::string& instruction_of(const Place& p) { return instruction_at(p).text; }

std::string line_place(const std::string& file, int line) {
  if (file.empty()) return "outside the program";
  size_t slash = file.rfind('/');
  return (slash == std::string::npos ? file : file.substr(slash + 1)) + (line > 0 ? fmt::format(":{}", line) : "");
}

std::string where_text(const Place& p) {
  if (!p.code) return line_place("", 0);
  return line_place(p.code->file, position_of(p).line) + " " + p.code->qualified_name;
}

std::string source_of(const Place& p, Sources& sources) {
  const CodePosition& at = position_of(p);
  if (at.line <= 0) return "";
  const std::vector<std::string>& lines = sources.lines(p.code->file);
  if (static_cast<size_t>(at.line) > lines.size()) return "";
  const std::string& line = lines[static_cast<size_t>(at.line) - 1];
  size_t begin = std::min(line.size(), static_cast<size_t>(std::max(at.column, 0)));
  size_t end = at.end_line == at.line && at.end_column >= 0 ? std::min(line.size(), static_cast<size_t>(at.end_column))
                                                            : line.size();
  std::string text = line.substr(begin, end > begin ? end - begin : 0);
  if (at.end_line > at.line) text += " ...";
  return text;
}

std::string line_text(const std::string& file, int line, Sources& sources) {
  if (line <= 0) return "";
  const std::vector<std::string>& lines = sources.lines(file);
  if (static_cast<size_t>(line) > lines.size()) return "";
  const std::string& text = lines[static_cast<size_t>(line) - 1];
  size_t begin = text.find_first_not_of(" \t");
  return begin == std::string::npos ? "" : text.substr(begin);
}

void put_place(JsonWriter& json, const Place& p) {
  if (!p.code) {
    for (const char* name : {"file", "function", "line", "end_line", "column", "end_column", "offset", "instruction"}) {
      json.key(name).null();
    }
    return;
  }
  const CodePosition& at = position_of(p);
  json.field("file", std::string_view(p.code->file)).field("function", std::string_view(p.code->qualified_name));
  auto number = [&](const char* name, int v) { v < 0 ? json.key(name).null() : json.field(name, v); };
  number("line", at.line);
  number("end_line", at.end_line);
  number("column", at.column);
  number("end_column", at.end_column);
  json.field("offset", 2 * p.unit).field("instruction", std::string_view(instruction_of(p)));
}

std::string shortened(std::string text, size_t width) {
  if (text.size() <= width) return text;
  size_t end = width - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) end--;  // not inside a character
  return text.substr(0, end) + "...";
}

}  // namespace minipy
