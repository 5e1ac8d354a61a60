#include "vm/specialize.h"

#include "runtime/error.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/slot.h"
#include "runtime/type_internal.h"
#include "vm/call.h"

namespace minipy {

KnownCallables known_callables = {};

namespace {

struct GeneralForms {
  uint8_t of[256];
  constexpr GeneralForms() : of() {
    for (int i = 0; i < 256; i++) of[i] = static_cast<uint8_t>(i);
#define MINIPY_FORM(name, family) of[OPS_##name] = OP_##family;
    MINIPY_SPECIALIZED(MINIPY_FORM)
#undef MINIPY_FORM
  }
};
constexpr GeneralForms kForms;

// No form fits; one that did no longer does.
void give_up(CodeUnit* instr) {
  instr_rewrite(instr, kGeneralForm[*instr & 0xff]);
  instr[1] = kRetryCounter;
}
void specialized(CodeUnit* instr, int opcode) {
  instr_rewrite(instr, opcode);
  instr[1] = kMissCounter;
}

bool has_generic_getattr(const Type* type) { return type->getattro == object_type.getattro; }
bool has_generic_setattr(const Type* type) { return type->setattro == object_type.setattro; }

}  // namespace

const uint8_t kGeneralForm[256] = {
#define F(i) kForms.of[i], kForms.of[i + 1], kForms.of[i + 2], kForms.of[i + 3]
#define G(i) F(i), F(i + 4), F(i + 8), F(i + 12)
    G(0),   G(16),  G(32),  G(48),  G(64),  G(80),  G(96), G(112), G(128),
    G(144), G(160), G(176), G(192), G(208), G(224), G(240)
#undef F
#undef G
};

// ---- Operators -----------------------------------------------------------------------------------------------------

void specialize_binary_op(CodeUnit* instr, Object* left, Object* right, unsigned kind) {
  unsigned op = kind % kInplaceOffset;
  ssize a, b;
  if (!both_compact_ints(left, right) && word_operands(left, right, &a, &b)) {
    if (op == kNbAdd) return specialized(instr, OPS_BINARY_OP_ADD_INT);
    if (op == kNbSubtract) return specialized(instr, OPS_BINARY_OP_SUBTRACT_INT);
  } else if (both_compact_ints(left, right)) {
    switch (op) {
      case kNbAdd: return specialized(instr, OPS_BINARY_OP_ADD_INT);
      case kNbSubtract: return specialized(instr, OPS_BINARY_OP_SUBTRACT_INT);
      case kNbMultiply: return specialized(instr, OPS_BINARY_OP_MULTIPLY_INT);
      case kNbAnd:
      case kNbOr:
      case kNbXor: return specialized(instr, OPS_BINARY_OP_BITS_INT);
      case kNbFloorDivide:
      case kNbRemainder:
        if (compact_value(right) > 0) return specialized(instr, OPS_BINARY_OP_DIVIDE_INT);
        break;
      default: break;
    }
  } else if (both_exact(left, right, &float_type)) {
    switch (op) {
      case kNbAdd: return specialized(instr, OPS_BINARY_OP_ADD_FLOAT);
      case kNbSubtract: return specialized(instr, OPS_BINARY_OP_SUBTRACT_FLOAT);
      case kNbMultiply: return specialized(instr, OPS_BINARY_OP_MULTIPLY_FLOAT);
      case kNbTrueDivide: return specialized(instr, OPS_BINARY_OP_DIVIDE_FLOAT);
      default: break;
    }
  } else if (both_exact(left, right, &str_type) && op == kNbAdd) {
    if (kGeneralForm[instr[2] & 0xff] == OP_STORE_FAST) return specialized(instr, OPS_BINARY_OP_ADD_STR_IN_PLACE);
    return specialized(instr, OPS_BINARY_OP_ADD_STR);
  }
  give_up(instr);
}

void specialize_compare(CodeUnit* instr, Object* left, Object* right, unsigned op) {
  unsigned how;
  switch (kGeneralForm[instr[3] & 0xff]) {
    case OP_POP_JUMP_FORWARD_IF_FALSE: how = 0; break;
    case OP_POP_JUMP_FORWARD_IF_TRUE: how = 1; break;
    case OP_POP_JUMP_BACKWARD_IF_FALSE: how = 2; break;
    case OP_POP_JUMP_BACKWARD_IF_TRUE: how = 3; break;
    default: return give_up(instr);
  }
  int form = 0;
  if (both_compact_ints(left, right)) {
    form = OPS_COMPARE_OP_INT_JUMP;
  } else if (both_exact(left, right, &float_type)) {
    form = OPS_COMPARE_OP_FLOAT_JUMP;
  } else if (both_exact(left, right, &str_type) && (op == kEq || op == kNe)) {
    form = OPS_COMPARE_OP_STR_JUMP;
  }
  if (!form) return give_up(instr);
  specialized(instr, form);
  instr[2] = static_cast<CodeUnit>(how);
}

void specialize_subscript(CodeUnit* instr, Object* container, Object* index) {
  Type* type = type_of(container);
  if (type == &dict_type) return specialized(instr, OPS_BINARY_SUBSCR_DICT);
  ssize i;
  if (index_in(index, PTRDIFF_MAX, &i)) {
    if (type == &list_type) return specialized(instr, OPS_BINARY_SUBSCR_LIST_INT);
    if (type == &tuple_type) return specialized(instr, OPS_BINARY_SUBSCR_TUPLE_INT);
    if (type == &str_type) return specialized(instr, OPS_BINARY_SUBSCR_STR_INT);
  }
  if (is_heap(type)) {
    Object* method = type_lookup(type, NAME("__getitem__"));
    unsigned version = method && type_of(method) == &function_type ? type_assign_version(type) : 0;
    if (version && cast<Function>(method)->vectorcall == function_vectorcall) {
      cache_set_u32(instr + 2, version);
      return specialized(instr, OPS_BINARY_SUBSCR_GETITEM);
    }
  }
  give_up(instr);
}

void specialize_store_subscript(CodeUnit* instr, Object* container, Object* index) {
  Type* type = type_of(container);
  ssize i;
  if (type == &dict_type) return specialized(instr, OPS_STORE_SUBSCR_DICT);
  if (type == &list_type && index_in(index, PTRDIFF_MAX, &i)) return specialized(instr, OPS_STORE_SUBSCR_LIST_INT);
  give_up(instr);
}

void specialize_unpack(CodeUnit* instr, Object* sequence, unsigned count) {
  if (type_of(sequence) == &tuple_type && tuple_size(cast<Tuple>(sequence)) == static_cast<ssize>(count)) {
    return specialized(instr, count == 2 ? OPS_UNPACK_SEQUENCE_TWO_TUPLE : OPS_UNPACK_SEQUENCE_TUPLE);
  }
  if (type_of(sequence) == &list_type && list_size(cast<List>(sequence)) == static_cast<ssize>(count)) {
    return specialized(instr, OPS_UNPACK_SEQUENCE_LIST);
  }
  give_up(instr);
}

Object* dict_subscript(Dict* d, Object* key) {
  hash_t hash;
  if (!key_hash(key, &hash)) return nullptr;
  Object* value = nullptr;
  ssize found = dict_lookup(d, key, hash, &value);
  if (value) {
    incref(value);
    return value;
  }
  if (found != kIndexError) (void)raise_key_error(key);
  return nullptr;
}

// ---- Names ---------------------------------------------------------------------------------------------------------

namespace {

constexpr ssize kMaxIndex = 0xffff;

// Entry number of a name in a combined table of str keys; -1: none, or not such a table.
ssize combined_index(Dict* d, Str* name) {
  if (d->values || d->keys->kind != KeysKind::kUnicode) return -1;
  ssize index = keys_lookup_str(d->keys, name, str_hash_of(name));
  return index >= 0 && index <= kMaxIndex ? index : -1;
}

}  // namespace

void specialize_load_global(CodeUnit* instr, InterpreterFrame* frame, Str* name) {
  if (!is_exactly(frame->builtins, &dict_type)) return give_up(instr);
  Dict *globals = frame->globals, *builtins = cast<Dict>(frame->builtins);
  uint32_t version = dict_keys_version(globals->keys);
  if (!version || globals->values || globals->keys->kind != KeysKind::kUnicode) return give_up(instr);
  ssize index = combined_index(globals, name);
  if (index >= 0) {
    instr[2] = static_cast<CodeUnit>(index);
    cache_set_u32(instr + 3, version);
    return specialized(instr, OPS_LOAD_GLOBAL_MODULE);
  }
  if (keys_lookup_str(globals->keys, name, str_hash_of(name)) >= 0) return give_up(instr);
  index = combined_index(builtins, name);
  uint32_t builtins_version = dict_keys_version(builtins->keys);
  if (index < 0 || !builtins_version || builtins_version > 0xffff) return give_up(instr);
  instr[2] = static_cast<CodeUnit>(index);
  cache_set_u32(instr + 3, version);
  instr[5] = static_cast<CodeUnit>(builtins_version);
  specialized(instr, OPS_LOAD_GLOBAL_BUILTIN);
}

// ---- Attributes ----------------------------------------------------------------------------------------------------

namespace {

bool specialize_module_attr(CodeUnit* instr, Object* owner, Str* name, int form) {
  if (type_of(owner) != &module_type) return false;
  Dict* dict = module_dict(cast<Module>(owner));
  ssize index = dict ? combined_index(dict, name) : -1;
  uint32_t version = index >= 0 ? dict_keys_version(dict->keys) : 0;
  if (!version) return false;
  cache_set_u32(instr + 2, version);
  instr[4] = static_cast<CodeUnit>(index);
  specialized(instr, form);
  return true;
}

bool is_data_descriptor(const Object* p) { return p && type_of(p)->descr_set; }

// The descriptor of a __slots__ entry at an offset that fits the cache.
const MemberDef* slot_member(const Object* descriptor, const Type* type) {
  if (!descriptor || type_of(descriptor) != &member_descriptor_type) return nullptr;
  const MemberDescriptor* d = reinterpret_cast<const MemberDescriptor*>(descriptor);
  bool fits = d->def->type == kMemberObjectEx && d->def->offset > 0 && d->def->offset <= kMaxIndex;
  return fits && type_is_subtype(type, d->common.owner) ? d->def : nullptr;
}

struct AttrForms {
  int values, hint, slot;
};

// LOAD_ATTR and STORE_ATTR on an instance's own attribute.
bool specialize_instance_attr(CodeUnit* instr, Object* owner, Str* name, Object* descriptor, const AttrForms& forms,
                              bool store) {
  Type* type = type_of(owner);
  unsigned version = type_assign_version(type);
  if (!version) return false;
  if (const MemberDef* member = slot_member(descriptor, type)) {
    if (store && (member->flags & kMemberReadonly)) return false;
    cache_set_u32(instr + 2, version);
    instr[4] = static_cast<CodeUnit>(member->offset);
    specialized(instr, forms.slot);
    return true;
  }
  if (is_data_descriptor(descriptor) || !type_has(type, kTypeManagedDict)) return false;
  // A Python class may become a data descriptor's later, which the owner's version does not tell.
  if (descriptor && type_has(type_of(descriptor), kTypeHeap) && !type_has(type_of(descriptor), kTypeImmutable)) {
    return false;
  }
  ssize index;
  int form;
  if (Dict* dict = managed_dict(owner)) {
    if (!keys_are_unicode(dict->keys)) return false;
    index = keys_lookup_str(dict->keys, name, str_hash_of(name));
    form = forms.hint;
  } else {
    DictKeys* keys = inline_values(owner) ? heap_type(type)->cached_keys : nullptr;
    if (!keys) return false;
    index = keys_lookup_str(keys, name, str_hash_of(name));
    form = forms.values;
  }
  if (index < 0 || index > kMaxIndex) return false;
  cache_set_u32(instr + 2, version);
  instr[4] = static_cast<CodeUnit>(index);
  specialized(instr, form);
  return true;
}

}  // namespace

void specialize_load_attr(CodeUnit* instr, Object* owner, Str* name) {
  if (specialize_module_attr(instr, owner, name, OPS_LOAD_ATTR_MODULE)) return;
  Type* type = type_of(owner);
  if (!has_generic_getattr(type)) return give_up(instr);
  Object* descriptor = type_lookup(type, name);
  constexpr AttrForms kForms = {OPS_LOAD_ATTR_INSTANCE_VALUE, OPS_LOAD_ATTR_WITH_HINT, OPS_LOAD_ATTR_SLOT};
  if (!specialize_instance_attr(instr, owner, name, descriptor, kForms, false)) give_up(instr);
}

void specialize_store_attr(CodeUnit* instr, Object* owner, Str* name) {
  Type* type = type_of(owner);
  if (!has_generic_setattr(type)) return give_up(instr);
  Object* descriptor = type_lookup(type, name);
  constexpr AttrForms kForms = {OPS_STORE_ATTR_INSTANCE_VALUE, OPS_STORE_ATTR_WITH_HINT, OPS_STORE_ATTR_SLOT};
  if (!specialize_instance_attr(instr, owner, name, descriptor, kForms, true)) give_up(instr);
}

namespace {

bool specialize_class_method(CodeUnit* instr, Type* owner, Str* name) {
  // The metaclass is `type` itself, and has no attribute of that name that would come first.
  if (type_of(owner) != &type_type || type_lookup(&type_type, name)) return false;
  Object* found = type_lookup(owner, name);
  if (!found || (type_of(found)->descr_get && type_of(found) != &function_type)) return false;
  unsigned version = type_assign_version(owner);
  if (!version) return false;
  cache_set_u32(instr + 2, version);
  cache_set_pointer(instr + 7, found);
  specialized(instr, OPS_LOAD_METHOD_CLASS);
  return true;
}

}  // namespace

void specialize_load_method(CodeUnit* instr, Object* owner, Str* name) {
  if (specialize_module_attr(instr, owner, name, OPS_LOAD_METHOD_MODULE)) return;
  if (is_type(owner)) {
    if (!specialize_class_method(instr, cast<Type>(owner), name)) give_up(instr);
    return;
  }
  Type* type = type_of(owner);
  Object* descriptor = has_generic_getattr(type) ? type_lookup(type, name) : nullptr;
  if (!descriptor || !type_has(type_of(descriptor), kTypeMethodDescriptor)) return give_up(instr);
  unsigned version = type_assign_version(type);
  if (!version) return give_up(instr);
  int form;
  uint32_t keys_version = 0;
  if (type->dictoffset == 0 && !type_has(type, kTypeManagedDict)) {
    form = OPS_LOAD_METHOD_NO_DICT;
  } else if (type_has(type, kTypeManagedDict)) {
    Dict* dict = managed_dict(owner);
    DictKeys* keys = dict ? dict->keys : heap_type(type)->cached_keys;
    if (!keys || !keys_are_unicode(keys) || keys_lookup_str(keys, name, str_hash_of(name)) >= 0) return give_up(instr);
    keys_version = dict_keys_version(keys);
    if (!keys_version) return give_up(instr);
    form = dict ? OPS_LOAD_METHOD_WITH_DICT : OPS_LOAD_METHOD_WITH_VALUES;
  } else {
    return give_up(instr);
  }
  cache_set_u32(instr + 2, version);
  cache_set_u32(instr + 5, keys_version);
  cache_set_pointer(instr + 7, descriptor);
  specialized(instr, form);
}

// ---- Calls ---------------------------------------------------------------------------------------------------------

namespace {

void find_known_callables() {
  if (known_callables.len) return;
  Interpreter* interp = current_interpreter();
  if (!interp->builtins) return;
  known_callables.len = share(dict_get_str(interp->builtins, NAME("len"))).release();
  known_callables.isinstance = share(dict_get_str(interp->builtins, NAME("isinstance"))).release();
  known_callables.list_append = share(type_lookup(&list_type, NAME("append"))).release();
}

bool specialize_python_call(CodeUnit* instr, Function* func, ssize nargs, bool bound) {
  CodeRuntime* r = code_runtime(func->code);
  if (!r) {
    error_clear();
    return false;
  }
  if (!r->plain_arguments || func->vectorcall != function_vectorcall || !(func->code->flags & kCoOptimized))
    return false;
  uint32_t version = function_version(func);
  if (!version) return false;
  int argcount = func->code->argcount;
  if (argcount != nargs) {
    ssize defaults = func->defaults ? tuple_size(cast<Tuple>(func->defaults)) : 0;
    if (bound || nargs > argcount || nargs < argcount - defaults || defaults > argcount) return false;
    instr[1 + kCallMinArgs] = static_cast<CodeUnit>(argcount - defaults);
    cache_set_u32(instr + 1 + kCallVersion, version);
    specialized(instr, OPS_PRECALL_PYTHON_DEFAULTS);
    return true;
  }
  cache_set_u32(instr + 1 + kCallVersion, version);
  specialized(instr, bound ? OPS_PRECALL_BOUND_METHOD : OPS_PRECALL_PYTHON);
  return true;
}

bool specialize_class_call(CodeUnit* instr, Type* type, unsigned nargs, bool has_keywords) {
  if (type == &type_type) {
    if (nargs != 1 || has_keywords) return false;
    specialized(instr, OPS_PRECALL_TYPE_ONE);
    return true;
  }
  if (type->vectorcall && type->vectorcall != type_instance_vectorcall) {
    specialized(instr, OPS_PRECALL_BUILTIN_CLASS);
    return true;
  }
  if (has_keywords || !is_heap(type) || type_of(type) != &type_type || type->new_ != object_type.new_ ||
      type->init != slot_tp_init || type_has(type, kTypeAbstract)) {
    return false;
  }
  Object* init = type_lookup(type, NAME("__init__"));
  if (!init || type_of(init) != &function_type) return false;
  Function* func = cast<Function>(init);
  CodeRuntime* r = code_runtime(func->code);
  if (!r) {
    error_clear();
    return false;
  }
  unsigned version = type_assign_version(type);
  if (!version || func->vectorcall != function_vectorcall || !takes_exactly(func, r, nargs + 1) ||
      !(func->code->flags & kCoOptimized) || r->is_generator_like) {
    return false;
  }
  cache_set_u32(instr + 1 + kCallVersion, version);
  specialized(instr, OPS_PRECALL_CLASS_INIT);
  return true;
}

bool specialize_method_descriptor(CodeUnit* instr, Object* callable, Value* args, ssize nargs) {
  if (nargs < 1) return false;
  if (callable == known_callables.list_append && nargs == 2 && type_of(args[0]) == &list_type) {
    specialized(instr, OPS_PRECALL_LIST_APPEND);
  } else if (nargs == 2 && is_method_descriptor(callable, args[0], kMethO)) {
    specialized(instr, OPS_PRECALL_METHOD_O);
  } else if (nargs == 1 && is_method_descriptor(callable, args[0], kMethNoArgs)) {
    specialized(instr, OPS_PRECALL_METHOD_NOARGS);
  } else if (is_method_descriptor_fast(callable, args[0])) {
    specialized(instr, OPS_PRECALL_METHOD_FAST);
  } else {
    return false;
  }
  return true;
}

bool specialize_builtin(CodeUnit* instr, Object* callable, ssize nargs) {
  if (callable == known_callables.len && nargs == 1) {
    specialized(instr, OPS_PRECALL_LEN);
  } else if (callable == known_callables.isinstance && nargs == 2) {
    specialized(instr, OPS_PRECALL_ISINSTANCE);
  } else if (nargs == 1 && is_builtin_o(callable)) {
    specialized(instr, OPS_PRECALL_BUILTIN_O);
  } else if (is_builtin_fast(callable)) {
    specialized(instr, OPS_PRECALL_BUILTIN_FAST);
  } else {
    return false;
  }
  return true;
}

}  // namespace

void specialize_call(CodeUnit* instr, Value* stack, unsigned oparg, bool has_keywords) {
  // With EXTENDED_ARG before CALL the two do not stand together.
  if ((instr[2] & 0xff) != OP_CALL) return give_up(instr);
  find_known_callables();
  bool is_method = stack[0] != nullptr;
  Object* callable = stack[is_method ? 0 : 1];
  Value* args = stack + (is_method ? 1 : 2);
  ssize nargs = oparg + (is_method ? 1 : 0);
  Type* type = type_of(callable);
  bool done = false;
  if (is_type(callable)) {
    done = !is_method && specialize_class_call(instr, cast<Type>(callable), oparg, has_keywords);
  } else if (has_keywords) {
    done = false;
  } else if (type == &function_type) {
    done = specialize_python_call(instr, cast<Function>(callable), nargs, false);
  } else if (type == &method_type) {
    Object* function = cast<Method>(callable)->function;
    done =
        type_of(function) == &function_type && specialize_python_call(instr, cast<Function>(function), nargs + 1, true);
  } else if (type == &method_descriptor_type) {
    done = specialize_method_descriptor(instr, callable, args, nargs);
  } else if (type == &builtin_function_type) {
    done = specialize_builtin(instr, callable, nargs);
  }
  if (!done) give_up(instr);
}

}  // namespace minipy
