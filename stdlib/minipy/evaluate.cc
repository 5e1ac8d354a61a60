#include "stdlib/minipy/evaluate.h"

#include "compiler/compile.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/str.h"
#include "vm/vm.h"

namespace minipy::step {

namespace {

// The frame's variables by name, as locals() would show them; the frame itself learns nothing of it.
Ref<Object> variables_of(InterpreterFrame* f) {
  if (f->locals && !(f->code->flags & kCoOptimized)) return share(f->locals);
  Ref<Dict> d = TRY(dict_new());
  const Code* code = f->code;
  for (int i = 0; i < code->nlocalsplus; i++) {
    Object* value = f->localsplus[i];
    if (value && value->type == &cell_type) value = cast<Cell>(value)->value;
    if (value) TRY(dict_set(d.get(), code->localsplusnames->items[i], value));
  }
  return d;
}

}  // namespace

Ref<Object> evaluate_in(InterpreterFrame* f, const char* expression, const char* filename) {
  Ref<Str> name = TRY(str_from_ascii(filename));
  Ref<Code> code = TRY(compile_source(expression, name.get(), ParseMode::kExpression, CompileOptions{}));
  Ref<Object> locals = TRY(variables_of(f));
  return vm_eval_code(code.get(), f->globals, locals.get());
}

}  // namespace minipy::step
