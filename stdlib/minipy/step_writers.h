// A recorded run as text for people and as JSON lines (fields: docs/views/step.md).
#pragma once

#include <string>

#include "stdlib/minipy/json_writer.h"
#include "stdlib/minipy/sources.h"
#include "stdlib/minipy/step_reader.h"

namespace minipy::step {

class StepWriter {
 public:
  virtual ~StepWriter() = default;
  // The reader is at a step; called for every one in order.
  virtual void step(const Reader& r) = 0;
};

class TextWriter : public StepWriter {
 public:
  explicit TextWriter(OutputSink& sink) : sink_(sink) {}
  void step(const Reader& r) override;

 private:
  void header(const Reader& r);
  OutputSink& sink_;
  uint64_t frame_ = 0;
  uint32_t thread_ = 0;
};

class JsonLinesWriter : public StepWriter {
 public:
  explicit JsonLinesWriter(OutputSink& sink) : json_(sink) {}
  void step(const Reader& r) override;

 private:
  void value(const Reader& r, ObjectNumber n);
  JsonWriter json_;
};

// "LOAD_FAST  0 (x)" without padding; what `dis` shows.
std::string instruction_text(const InstructionText& i);
const char* opcode_text(int opcode);
// "returned", "yielded"...
const char* pop_text(PopHow how);
// "int 3", "NULL".
std::string value_text(const Reader& r, ObjectNumber n, size_t limit = 100);
// One self-contained page that steps through what the reader has (step_page.cc).
void write_page(Reader& r, const std::string& title, Sources& sources, OutputSink& sink);

}  // namespace minipy::step
