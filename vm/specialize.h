// Inline caches and the decisions to specialise (PEP 659). Every function may rewrite the opcode at `instr`; none
// raises.
#pragma once

#include "runtime/cache_events.h"
#include "runtime/dict_keys.h"
#include "runtime/float.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "vm/vm_opcodes.h"

namespace minipy {

// ---- Caches: words behind the instruction; `cache` points at the first, the counter -------------------------------
inline uint32_t cache_u32(const CodeUnit* p) {
  uint32_t v;
  std::memcpy(&v, p, 4);
  return v;
}
inline void cache_set_u32(CodeUnit* p, uint32_t v) { std::memcpy(p, &v, 4); }
inline Object* cache_pointer(const CodeUnit* p) {
  Object* v;
  std::memcpy(&v, p, 8);
  return v;
}
inline void cache_set_pointer(CodeUnit* p, const void* v) { std::memcpy(p, &v, 8); }

// LOAD_ATTR, STORE_ATTR: counter, version (2), index. LOAD_METHOD: counter, version (2), unused, keys version (2),
// descriptor (4). LOAD_GLOBAL: counter, index, globals' keys version (2), builtins' keys version (1).
// PRECALL: counter; then CALL and its cache: counter, function version (2), smallest number of arguments.
inline constexpr int kCallVersion = 3, kCallMinArgs = 5, kCallWidth = 6;  // from PRECALL's cache

// Counts a RESUME or JUMP_BACKWARD of a code object with UNPACK_SEQUENCE. CPython specialises nothing before the
// eighth; since the general form of UNPACK_SEQUENCE allocates an iterator and the others do not, this decides when
// collections start (D9).
void code_ran(Code* code);

inline void instr_rewrite(CodeUnit* instr, int opcode) {
  *instr = static_cast<CodeUnit>((*instr & 0xff00) | static_cast<unsigned>(opcode));
}

void specialize_binary_op(CodeUnit* instr, Object* left, Object* right, unsigned kind);
void specialize_compare(CodeUnit* instr, Object* left, Object* right, unsigned op);
void specialize_subscript(CodeUnit* instr, Object* container, Object* index);
void specialize_store_subscript(CodeUnit* instr, Object* container, Object* index);
void specialize_unpack(CodeUnit* instr, Object* sequence, unsigned count);
void specialize_load_global(CodeUnit* instr, InterpreterFrame* frame, Str* name);
void specialize_load_attr(CodeUnit* instr, Object* owner, Str* name);
void specialize_store_attr(CodeUnit* instr, Object* owner, Str* name);
void specialize_load_method(CodeUnit* instr, Object* owner, Str* name);
// stack: callable-or-null, callable-or-self, arguments.
void specialize_call(CodeUnit* instr, Value* stack, unsigned nargs, bool has_keywords);

// ---- Guards and bodies used by the loop ---------------------------------------------------------------------------

inline bool both_exact(const Object* a, const Object* b, const Type* t) { return type_of(a) == t && type_of(b) == t; }
inline bool both_compact_ints(const Object* a, const Object* b) {
  if (!both_exact(a, b, &int_type)) return false;
  ssize x = reinterpret_cast<const Int*>(a)->base.size, y = reinterpret_cast<const Int*>(b)->base.size;
  // One test for the commonest case, neither negative nor long.
  if (static_cast<size_t>(x | y) <= 1) [[likely]]
    return true;
  return static_cast<size_t>(x + 1) < 3 && static_cast<size_t>(y + 1) < 3;
}
inline ssize compact_value(const Object* p) { return int_compact_value(reinterpret_cast<const Int*>(p)); }
inline Object* new_int(ssize v) {
  if (v > -(ssize{1} << kDigitBits) && v < (ssize{1} << kDigitBits)) [[likely]] {
    Object* p = int_from_compact(v);
    int_cache_hit(p);
    return p;
  }
  return as_object(int_from_ssize(v).release());
}
// Gives up a reference to an exact int.
inline void decref_int(Object* p) {
#if defined(MINIPY_WATCH_COUNTS)
  decref(p);  // whoever watches is told of its end
#else
  if (drop_reference(p) == 0) int_free_exact(p);
#endif
}
inline bool compact_operands(const Object* left, const Object* right, ssize* a, ssize* b) {
  if (!both_compact_ints(left, right)) return false;
  *a = compact_value(left);
  *b = compact_value(right);
  return true;
}
// Value of an int of at most two digits; false: longer.
inline bool two_digit_value(const Int* v, ssize* out) {
  ssize size = v->base.size;
  if (static_cast<size_t>(size + 2) > 4) return false;
  ssize magnitude = size ? static_cast<ssize>(v->digits[0]) : 0;
  if (size == 2 || size == -2) magnitude |= static_cast<ssize>(v->digits[1]) << kDigitBits;
  *out = size < 0 ? -magnitude : magnitude;
  return true;
}
// Sums and differences of what fits 60 bits fit a word.
inline bool word_operands(const Object* left, const Object* right, ssize* a, ssize* b) {
  if (!both_exact(left, right, &int_type)) return false;
  const Int *x = reinterpret_cast<const Int*>(left), *y = reinterpret_cast<const Int*>(right);
  if (static_cast<size_t>(x->base.size | y->base.size) <= 1) [[likely]] {
    *a = int_compact_value(x);
    *b = int_compact_value(y);
    return true;
  }
  return two_digit_value(x, a) && two_digit_value(y, b);
}
// The result in the left operand where the stack holds its only reference, else a new float.
inline Object* float_result(Object* left, Object* right, double v) {
  if (left->refcount == 1) {
    cast<Float>(left)->value = v;
    decref(right);
    return left;
  }
  Object* result = float_from_double(v).release();
  decref(left);
  decref(right);
  return result;
}
inline double float_value(const Object* p) { return reinterpret_cast<const Float*>(p)->value; }

// An index 0 <= i < size out of a compact int.
inline bool index_in(const Object* index, ssize size, ssize* out) {
  if (type_of(index) != &int_type) return false;
  const Int* v = reinterpret_cast<const Int*>(index);
  if (static_cast<size_t>(v->base.size) > 1) return false;  // negative, or more than one digit
  ssize i = v->base.size ? static_cast<ssize>(v->digits[0]) : 0;
  *out = i;
  return i < size;
}

inline bool version_matches(const Object* owner, uint32_t version) {
  return type_of(owner)->version_tag == version;  // 0 is never cached
}
template <class T>
inline bool compare_values(T a, T b, unsigned op) {
  switch (op) {
    case kLt: return a < b;
    case kLe: return a <= b;
    case kEq: return a == b;
    case kNe: return a != b;
    case kGt: return a > b;
    default: return a >= b;
  }
}
// &, | and ^ of small ints; two's complement is what Python defines.
inline ssize int_bits(ssize a, ssize b, unsigned kind) {
  kind %= kInplaceOffset;
  return kind == kNbAnd ? a & b : kind == kNbOr ? a | b : a ^ b;
}
// // and % with a positive divisor: rounded towards minus infinity.
inline ssize int_divide(ssize a, ssize b, unsigned kind) {
  ssize quotient = a / b, remainder = a % b;
  if (remainder < 0) {
    quotient--;
    remainder += b;
  }
  return kind % kInplaceOffset == kNbFloorDivide ? quotient : remainder;
}

// dict[key]: new reference; null: KeyError or another exception pending.
Object* dict_subscript(Dict* d, Object* key);
// The value of entry `hint` when its key is `name`, else null. Borrowed.
inline Object* hinted_value(Dict* d, unsigned hint, Str* name) {
  DictKeys* keys = d->keys;
  if (!keys_are_unicode(keys) || static_cast<ssize>(hint) >= keys->nentries) return nullptr;
  UnicodeEntry* entry = &unicode_entries(keys)[hint];
  if (entry->key != name) return nullptr;
  return d->values ? d->values->items[hint] : entry->value;
}
// Replaces the value (present) of entry `hint`; takes `v` over, returns the old value.
inline Object* hinted_store(Dict* d, unsigned hint, Object* v) {
  Object** slot = d->values ? &d->values->items[hint] : &unicode_entries(d->keys)[hint].value;
  Object* old = *slot;
  *slot = v;
  d->version_tag = dict_next_version();
  if (!gc_is_tracked(d) && may_be_tracked(v)) gc_track(d);
  return old;
}

// ---- Calls --------------------------------------------------------------------------------------------------------
struct KnownCallables {  // owned; what the specialised calls compare with
  Object *len, *isinstance, *list_append;
};
extern KnownCallables known_callables;

inline constexpr int kConventionFlags =
    kMethVarArgs | kMethKeywords | kMethNoArgs | kMethO | kMethFastcall | kMethMethod;
inline bool is_builtin_o(const Object* p) {
  return type_of(p) == &builtin_function_type &&
         (reinterpret_cast<const BuiltinFunction*>(p)->def->flags & (kConventionFlags | kMethStatic)) == kMethO;
}
inline bool is_builtin_fast(const Object* p) {
  if (type_of(p) != &builtin_function_type) return false;
  int flags = reinterpret_cast<const BuiltinFunction*>(p)->def->flags & (kConventionFlags | kMethStatic);
  return (flags & ~kMethKeywords) == kMethFastcall;
}
inline bool is_method_descriptor(const Object* p, const Object* self, int convention) {
  if (type_of(p) != &method_descriptor_type) return false;
  const MethodDescriptor* d = reinterpret_cast<const MethodDescriptor*>(p);
  return (d->def->flags & kConventionFlags) == convention && is_instance_of(self, d->common.owner);
}
inline bool is_method_descriptor_fast(const Object* p, const Object* self) {
  if (type_of(p) != &method_descriptor_type) return false;
  const MethodDescriptor* d = reinterpret_cast<const MethodDescriptor*>(p);
  return (d->def->flags & kConventionFlags & ~kMethKeywords) == kMethFastcall && is_instance_of(self, d->common.owner);
}
inline Object* call_builtin_fast(const MethodDef* def, Object* self, Object* const* args, ssize nargs) {
  if (def->flags & kMethKeywords) return def->function.fast_keywords(self, args, nargs, nullptr);
  return def->function.fast(self, args, nargs);
}
// object.__new__(type).
inline Object* new_instance(Type* type) {
  static Object* no_arguments = as_object(tuple_empty().release());
  return object_type.new_(type, no_arguments, nullptr);
}
// As recursion_failed, for native functions: "... while calling a Python object".
bool recursion_failed_in_native(ThreadState* t);

inline DictValues* inline_values(Object* p) { return reinterpret_cast<DictValues**>(p)[-4]; }
inline Dict* managed_dict(Object* p) { return reinterpret_cast<Dict**>(p)[-3]; }

}  // namespace minipy
