#include "stdlib/minipy/specializations.h"

#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/int.h"
#include "runtime/str.h"
#include "stdlib/minipy/run_events.h"
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

Ref<Object> count_or_none(bool known, int count) {
  if (!known) return none_ref();
  return int_from(count);
}

}  // namespace

Ref<Object> specializations_of(const Code* code) {
  const CodeRuntime* runtime = code->runtime;
  if (!runtime) return none_ref();
  Ref<List> result = TRY(list_new());
  for (int i = 0; i < runtime->units;) {
    int opcode = runtime->code[i] & 0xff;
    int caches = opcode_caches(kGeneralForm[opcode]);
    const char* name = form_name(opcode);
    if (name || (caches && has_forms(opcode))) {
      int counter = caches ? runtime->code[i + 1] : 0;
      Ref<Int> offset = TRY(int_from(i * static_cast<int>(sizeof(CodeUnit))));
      Ref<Object> form = none_ref();
      if (name) form = TRY(str_from_ascii(name));
      Ref<Object> left = TRY(count_or_none(caches > 0, counter));
      Ref<Object> misses = TRY(count_or_none(name && caches, kMissCounter - counter));
      Ref<Tuple> row = TRY(tuple_pack(as_object(offset.get()), form.get(), left.get(), misses.get()));
      TRY(list_append(result.get(), as_object(row.get())));
    }
    i += 1 + caches;
  }
  return result;
}

}  // namespace minipy
