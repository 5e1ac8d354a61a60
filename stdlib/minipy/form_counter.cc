#include "stdlib/minipy/form_counter.h"

#include "vm/vm_opcodes.h"

namespace minipy {
namespace {

bool is_specialised(int opcode) { return kGeneralForm[opcode] != opcode && !is_cold_form(opcode); }

}  // namespace

FormCounts& FormCounter::counts_at(CodeRuntime* runtime, const CodeUnit* instr) {
  if (runtime != last_) {
    last_ = runtime;
    last_counts_ = &codes_[runtime];
    if (last_counts_->empty()) last_counts_->resize(static_cast<size_t>(runtime->units));
  }
  return (*last_counts_)[static_cast<size_t>(instr - runtime->code)];
}

// A hit until it turns out to be a miss.
void FormCounter::before_instruction(ThreadState*, InterpreterFrame* frame, const CodeUnit* pc, Value*) {
  if (is_specialised(*pc & 0xff)) counts_at(frame->code->runtime, pc).hits++;
}

void FormCounter::form_missed(ThreadState*, InterpreterFrame* frame, const CodeUnit* instr) {
  FormCounts& counts = counts_at(frame->code->runtime, instr);
  counts.hits--;
  counts.misses++;
}

void FormCounter::form_changed(ThreadState*, InterpreterFrame* frame, const CodeUnit* instr, int before) {
  if (is_specialised(before) && !is_specialised(*instr & 0xff)) counts_at(frame->code->runtime, instr).deoptimised++;
}

void FormCounter::code_freed(CodeRuntime* runtime) {
  codes_.erase(runtime);
  if (last_ == runtime) last_ = nullptr;
}

FormCounts FormCounter::counts(CodeRuntime* runtime, int unit) const {
  auto found = codes_.find(runtime);
  return found == codes_.end() ? FormCounts{} : found->second[static_cast<size_t>(unit)];
}

}  // namespace minipy
