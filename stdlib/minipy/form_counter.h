// Counts what becomes of instructions that may be specialised (PEP 659): how often each ran in a specialised form (a
// hit), how often the form did not fit (a miss), how often it was given up (a deoptimisation). The plain loop counts
// nothing: this is a listener, and the instrumented loop runs the same forms for it.
#pragma once

#include <unordered_map>
#include <vector>

#include "vm/step_listener.h"

namespace minipy {

struct FormCounts {
  uint64_t hits = 0, misses = 0, deoptimised = 0;
};

class FormCounter : public StepListener {
 public:
  FormCounter() : StepListener(kStepInstructions | kStepForms) {}

  void before_instruction(ThreadState*, InterpreterFrame* frame, const CodeUnit* pc, Value*) override;
  void form_changed(ThreadState*, InterpreterFrame* frame, const CodeUnit* instr, int before) override;
  void form_missed(ThreadState*, InterpreterFrame* frame, const CodeUnit* instr) override;
  void code_freed(CodeRuntime* runtime) override;

  // Of the instruction at a code unit; zeros: it never ran in a specialised form.
  FormCounts counts(CodeRuntime* runtime, int unit) const;

 private:
  FormCounts& counts_at(CodeRuntime* runtime, const CodeUnit* instr);

  std::unordered_map<CodeRuntime*, std::vector<FormCounts>> codes_;
  CodeRuntime* last_ = nullptr;
  std::vector<FormCounts>* last_counts_ = nullptr;
};

}  // namespace minipy
