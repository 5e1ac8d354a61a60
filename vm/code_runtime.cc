// The executable copy of a code object (D5): made on first execution, freed with the code object.
#include "compiler/opcode.h"
#include "gc/memory.h"
#include "gc/memory_watch.h"
#include "runtime/bytes.h"
#include "runtime/code_tables.h"
#include "runtime/error.h"
#include "vm/frame.h"
#include "vm/specialize.h"
#include "vm/step_listener.h"
#include "vm/vm_opcodes.h"

namespace minipy {

namespace {

int count_handlers(const Code* code) {
  HandlerReader reader(code);
  HandlerEntry entry;
  int n = 0;
  while (reader.next(&entry)) n++;
  return n;
}

// The paired form of two simple instructions that follow each other, 0: none. The second one stays where it is, for
// jumps to it.
int paired_form(int first, int second) {
  switch (first) {
    case OP_LOAD_FAST:
      if (second == OP_LOAD_FAST) return OPS_LOAD_FAST__LOAD_FAST;
      if (second == OP_LOAD_CONST) return OPS_LOAD_FAST__LOAD_CONST;
      return 0;
    case OP_LOAD_CONST: return second == OP_LOAD_FAST ? OPS_LOAD_CONST__LOAD_FAST : 0;
    case OP_STORE_FAST:
      if (second == OP_LOAD_FAST) return OPS_STORE_FAST__LOAD_FAST;
      if (second == OP_STORE_FAST) return OPS_STORE_FAST__STORE_FAST;
      return 0;
    default: return 0;
  }
}

bool has_instruction(const CodeRuntime* r, int wanted) {
  for (int i = 0; i < r->units; i += 1 + opcode_caches(r->code[i] & 0xff)) {
    if ((r->code[i] & 0xff) == wanted) return true;
  }
  return false;
}

void set_opcode(CodeUnit& unit, int opcode) {
  unit = static_cast<CodeUnit>((unit & 0xff00) | static_cast<unsigned>(opcode));
}

void copy_instructions(const Code* code, CodeRuntime* r) {
  std::memcpy(r->code, code->code->data, static_cast<size_t>(code->code->base.size));
  const bool counts = has_instruction(r, OP_UNPACK_SEQUENCE);
  for (int i = 0; i < r->units;) {
    int opcode = r->code[i] & 0xff;
    int caches = opcode_caches(opcode);
    for (int j = 1; j <= caches && i + j < r->units; j++) r->code[i + j] = 0;
    // UNPACK_SEQUENCE: 0 counts down practically for ever, until code_ran.
    if (caches && i + 1 < r->units) r->code[i + 1] = opcode == OP_UNPACK_SEQUENCE ? CodeUnit{0} : kWarmupCounter;
    if (counts && opcode == OP_RESUME) set_opcode(r->code[i], OPS_RESUME_COLD);
    if (counts && opcode == OP_JUMP_BACKWARD) set_opcode(r->code[i], OPS_JUMP_BACKWARD_COLD);
    if (i + 1 < r->units) {
      if (int form = paired_form(opcode, r->code[i + 1] & 0xff)) {
        set_opcode(r->code[i], form);
      }
    }
    i += 1 + caches;
  }
}

}  // namespace

CodeRuntime* code_prepare(Code* code) {
  int units = static_cast<int>(code->base.size);
  // One more unit: a jump over the end is caught by an instruction that does not exist.
  size_t size = offsetof(CodeRuntime, code) + (static_cast<size_t>(units) + 1) * sizeof(CodeUnit);
  CodeRuntime* r = static_cast<CodeRuntime*>(memory::untold_alloc(size));
  if (!r) {
    raise_no_memory();
    return nullptr;
  }
  r->units = units;
  r->frame_words = static_cast<int>(kFrameHeaderWords) + code->nlocalsplus + code->stacksize;
  r->plain_arguments = !(code->flags & (kCoVarArgs | kCoVarKeywords)) && code->kwonlyargcount == 0;
  r->is_generator_like = code->flags & (kCoGenerator | kCoCoroutine | kCoAsyncGenerator);
  r->lines = nullptr;
  r->handlers = nullptr;
  r->handler_count = count_handlers(code);
  if (r->handler_count) {
    r->handlers = static_cast<CodeRuntime::Handler*>(
        memory::untold_alloc(static_cast<size_t>(r->handler_count) * sizeof(CodeRuntime::Handler)));
    if (!r->handlers) {
      memory::untold_free(r);
      raise_no_memory();
      return nullptr;
    }
    HandlerReader reader(code);
    HandlerEntry entry;
    for (int i = 0; reader.next(&entry); i++) {
      r->handlers[i] = {entry.start / 2, entry.end / 2, entry.target / 2, entry.depth, entry.push_lasti};
    }
  }
  copy_instructions(code, r);
  r->code[units] = 0;
  code->runtime = r;
  return r;
}

void code_ran(Code* code) {
  constexpr int kWarm = 8;
  if (++code->warmup < kWarm) return;
  code->warmup = 0;
  CodeRuntime* r = code->runtime;
  for (int i = 0; i < r->units;) {
    int opcode = r->code[i] & 0xff, general = kGeneralForm[opcode];
    if (is_cold_form(opcode)) set_opcode(r->code[i], general);
    if (general == OP_UNPACK_SEQUENCE) r->code[i + 1] = 1;
    i += 1 + opcode_caches(general);
  }
}

void code_runtime_free(CodeRuntime* r) {
  if (g_step_listener) step_tell_code_freed(r);
  memory::untold_free(r->handlers);
  memory::mem_free(r->lines);
  memory::untold_free(r);
}

}  // namespace minipy
