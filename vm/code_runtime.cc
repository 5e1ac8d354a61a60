// The executable copy of a code object (D5): made on first execution, freed with the code object.
#include "compiler/opcode.h"
#include "gc/memory.h"
#include "runtime/bytes.h"
#include "runtime/code_tables.h"
#include "runtime/error.h"
#include "vm/frame.h"
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

void copy_instructions(const Code* code, CodeRuntime* r) {
  std::memcpy(r->code, code->code->data, static_cast<size_t>(code->code->base.size));
  for (int i = 0; i < r->units;) {
    int opcode = r->code[i] & 0xff;
    int caches = opcode_caches(opcode);
    for (int j = 1; j <= caches && i + j < r->units; j++) r->code[i + j] = 0;
    if (caches && i + 1 < r->units) r->code[i + 1] = kWarmupCounter;
    i += 1 + caches;
  }
}

}  // namespace

CodeRuntime* code_prepare(Code* code) {
  int units = static_cast<int>(code->base.size);
  // One more unit: a jump over the end is caught by an instruction that does not exist.
  size_t size = offsetof(CodeRuntime, code) + (static_cast<size_t>(units) + 1) * sizeof(CodeUnit);
  CodeRuntime* r = static_cast<CodeRuntime*>(memory::mem_alloc(size));
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
        memory::mem_alloc(static_cast<size_t>(r->handler_count) * sizeof(CodeRuntime::Handler)));
    if (!r->handlers) {
      memory::mem_free(r);
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

void code_runtime_free(CodeRuntime* r) {
  memory::mem_free(r->handlers);
  memory::mem_free(r->lines);
  memory::mem_free(r);
}

}  // namespace minipy
