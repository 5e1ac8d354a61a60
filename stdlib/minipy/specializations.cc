#include "stdlib/minipy/specializations.h"

#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/int.h"
#include "runtime/str.h"
#include "stdlib/minipy/run_events.h"
#include "vm/adaptive_view.h"
#include "vm/vm_opcodes.h"

namespace minipy {
namespace {

bool has_forms(int opcode) {
#define IS_FAMILY(name, family) \
  if (opcode == OP_##family) return true;
  MINIPY_SPECIALIZED(IS_FAMILY)
#undef IS_FAMILY
  return false;
}

Ref<Object> count_or_none(bool known, uint64_t count) {
  if (!known) return none_ref();
  return int_from_ssize(static_cast<ssize>(count));
}

// The row of the instruction at a code unit.
Ref<Tuple> row_of(CodeRuntime* runtime, int unit, int caches, const FormCounter* counted) {
  const FormCounts counts = counted ? counted->counts(runtime, unit) : FormCounts{};
  const char* name = form_name(runtime->code[unit] & 0xff);
  Ref<Int> offset = TRY(int_from(unit * static_cast<int>(sizeof(CodeUnit))));
  Ref<Object> form = none_ref();
  if (name) form = TRY(str_from_ascii(name));
  const AdaptiveForm shown = adaptive_form(runtime->code[unit] & 0xff);
  Ref<Int> opcode = TRY(int_from(shown.opcode))
  , call_opcode = TRY(int_from(shown.call_opcode));
  const unsigned left = caches ? runtime->code[unit + 1] : 0;
  Ref<Object> counter = TRY(count_or_none(left > 0 && left <= kRetryCounter, left));  // else it waits for code_ran()
  Ref<Object> hits = TRY(count_or_none(counted, counts.hits));
  Ref<Object> misses = TRY(count_or_none(counted, counts.misses));
  Ref<Object> deoptimised = TRY(count_or_none(counted, counts.deoptimised));
  return tuple_pack(as_object(offset.get()), form.get(), as_object(opcode.get()), as_object(call_opcode.get()),
                    counter.get(), hits.get(), misses.get(), deoptimised.get());
}

}  // namespace

Ref<Object> specializations_of(const Code* code, const FormCounter* counted) {
  CodeRuntime* runtime = code->runtime;
  if (!runtime) return none_ref();
  Ref<List> result = TRY(list_new());
  for (int i = 0; i < runtime->units;) {
    int opcode = runtime->code[i] & 0xff;
    int caches = opcode_caches(kGeneralForm[opcode]);
    if (form_name(opcode) || (caches && has_forms(opcode))) {
      Ref<Tuple> row = TRY(row_of(runtime, i, caches, counted));
      TRY(list_append(result.get(), as_object(row.get())));
    }
    i += 1 + caches;
  }
  return result;
}

}  // namespace minipy
