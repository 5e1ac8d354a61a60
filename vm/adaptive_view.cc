#include "vm/adaptive_view.h"

#include "compiler/opcode.h"
#include "runtime/bytes.h"
#include "runtime/error.h"
#include "vm/vm_opcodes.h"

namespace minipy {

namespace {

// X(the VM's form, CPython's number of it, CPython's number of the form of the CALL behind it). Forms that are missing
// here are the VM's own.
#define MINIPY_CPYTHON_FORMS(X)        \
  X(BINARY_OP_ADD_FLOAT, 4, 0)         \
  X(BINARY_OP_ADD_INT, 5, 0)           \
  X(BINARY_OP_ADD_STR, 6, 0)           \
  X(BINARY_OP_ADD_STR_IN_PLACE, 7, 0)  \
  X(BINARY_OP_MULTIPLY_FLOAT, 8, 0)    \
  X(BINARY_OP_MULTIPLY_INT, 13, 0)     \
  X(BINARY_OP_SUBTRACT_FLOAT, 14, 0)   \
  X(BINARY_OP_SUBTRACT_INT, 16, 0)     \
  X(BINARY_SUBSCR_DICT, 18, 0)         \
  X(BINARY_SUBSCR_GETITEM, 19, 0)      \
  X(BINARY_SUBSCR_LIST_INT, 20, 0)     \
  X(BINARY_SUBSCR_TUPLE_INT, 21, 0)    \
  X(COMPARE_OP_FLOAT_JUMP, 27, 0)      \
  X(COMPARE_OP_INT_JUMP, 28, 0)        \
  X(COMPARE_OP_STR_JUMP, 29, 0)        \
  X(LOAD_ATTR_INSTANCE_VALUE, 40, 0)   \
  X(LOAD_ATTR_MODULE, 41, 0)           \
  X(LOAD_ATTR_SLOT, 42, 0)             \
  X(LOAD_ATTR_WITH_HINT, 43, 0)        \
  X(LOAD_CONST__LOAD_FAST, 44, 0)      \
  X(LOAD_FAST__LOAD_CONST, 45, 0)      \
  X(LOAD_FAST__LOAD_FAST, 46, 0)       \
  X(LOAD_GLOBAL_BUILTIN, 48, 0)        \
  X(LOAD_GLOBAL_MODULE, 55, 0)         \
  X(LOAD_METHOD_CLASS, 57, 0)          \
  X(LOAD_METHOD_MODULE, 58, 0)         \
  X(LOAD_METHOD_NO_DICT, 59, 0)        \
  X(LOAD_METHOD_WITH_DICT, 62, 0)      \
  X(LOAD_METHOD_WITH_VALUES, 63, 0)    \
  X(PRECALL_BOUND_METHOD, 65, 23)      \
  X(PRECALL_BUILTIN_CLASS, 66, 0)      \
  X(PRECALL_BUILTIN_FAST, 73, 0)       \
  X(PRECALL_BUILTIN_O, 76, 0)          \
  X(PRECALL_ISINSTANCE, 77, 0)         \
  X(PRECALL_LEN, 78, 0)                \
  X(PRECALL_LIST_APPEND, 79, 0)        \
  X(PRECALL_METHOD_FAST, 80, 0)        \
  X(PRECALL_METHOD_NOARGS, 81, 0)      \
  X(PRECALL_METHOD_O, 113, 0)          \
  X(PRECALL_TYPE_ONE, 141, 0)          \
  X(PRECALL_PYTHON, 143, 23)           \
  X(PRECALL_PYTHON_DEFAULTS, 143, 24)  \
  X(STORE_ATTR_INSTANCE_VALUE, 154, 0) \
  X(STORE_ATTR_SLOT, 158, 0)           \
  X(STORE_ATTR_WITH_HINT, 159, 0)      \
  X(STORE_FAST__LOAD_FAST, 161, 0)     \
  X(STORE_FAST__STORE_FAST, 167, 0)    \
  X(STORE_SUBSCR_DICT, 169, 0)         \
  X(STORE_SUBSCR_LIST_INT, 170, 0)     \
  X(UNPACK_SEQUENCE_LIST, 178, 0)      \
  X(UNPACK_SEQUENCE_TUPLE, 179, 0)     \
  X(UNPACK_SEQUENCE_TWO_TUPLE, 180, 0)

// What a warm code object shows where nothing is specialised.
int adaptive_opcode(int opcode) {
  switch (opcode) {
    case OP_BINARY_OP: return 3;
    case OP_BINARY_SUBSCR: return 17;
    case OP_CALL: return 22;
    case OP_COMPARE_OP: return 26;
    case OP_EXTENDED_ARG: return 34;
    case OP_JUMP_BACKWARD: return 38;
    case OP_LOAD_ATTR: return 39;
    case OP_LOAD_GLOBAL: return 47;
    case OP_LOAD_METHOD: return 56;
    case OP_PRECALL: return 64;
    case OP_RESUME: return 150;
    case OP_STORE_ATTR: return 153;
    case OP_STORE_SUBSCR: return 168;
    case OP_UNPACK_SEQUENCE: return 177;
    default: return opcode;
  }
}

// Some instruction has been looked at: it is specialised, or waits longer for the next look than for the first.
bool is_warm(const CodeRuntime* runtime) {
  for (int i = 0; i < runtime->units;) {
    int opcode = runtime->code[i] & 0xff, general = kGeneralForm[opcode], caches = opcode_caches(general);
    bool adapts = caches > 0 && general != OP_CALL;
    bool waits = runtime->code[i + 1] > kWarmupCounter && runtime->code[i + 1] <= kRetryCounter;
    if (adapts && (opcode != general || waits)) return true;
    i += 1 + caches;
  }
  return false;
}

}  // namespace

AdaptiveForm adaptive_form(int form) {
  switch (form) {
#define FORM(name, opcode, call) \
  case OPS_##name: return {opcode, call};
    MINIPY_CPYTHON_FORMS(FORM)
#undef FORM
    default: return {0, 0};
  }
}

Ref<Object> code_adaptive_view(Code* code) {
  const CodeRuntime* runtime = code->runtime;
  if (!runtime || !is_warm(runtime)) return share(as_object(code->code));
  static_assert(sizeof(CodeUnit) == 2);
  Ref<Bytes> view = TRY(bytes_new(reinterpret_cast<const char*>(runtime->code), code->code->base.size));
  int call_opcode = 0;
  for (int i = 0; i < runtime->units;) {
    int opcode = runtime->code[i] & 0xff, general = kGeneralForm[opcode];
    AdaptiveForm form = adaptive_form(opcode);
    int shown = form.opcode ? form.opcode : adaptive_opcode(general);
    if (general == OP_CALL && call_opcode) shown = call_opcode;
    view->data[2 * i] = static_cast<char>(shown);
    call_opcode = form.call_opcode;
    i += 1 + opcode_caches(general);
  }
  return Ref<Object>(std::move(view));
}

}  // namespace minipy
