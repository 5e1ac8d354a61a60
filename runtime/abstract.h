// The abstract protocols: object, call, number, sequence, mapping, iterator. Every function here may run Python code.
// Null / Failed: exception pending. Results are new references unless said otherwise.
#pragma once

#include "gc/object.h"
#include "runtime/result.h"
#include "runtime/slot.h"
#include "runtime/type.h"

namespace minipy {

struct List;
struct Tuple;
struct Dict;

// ---- Singletons --------------------------------------------------------------------------------------------------
extern Object none_singleton, not_implemented_singleton, ellipsis_singleton;
extern Type none_type, not_implemented_type, ellipsis_type;
inline Object* py_none() { return &none_singleton; }                        // borrowed
inline Object* py_not_implemented() { return &not_implemented_singleton; }  // borrowed
inline Object* py_ellipsis() { return &ellipsis_singleton; }                // borrowed
inline Ref<Object> none_ref() { return Ref<Object>::share(py_none()); }
inline Ref<Object> not_implemented_ref() { return Ref<Object>::share(py_not_implemented()); }
inline bool is_none(const Object* p) { return p == &none_singleton; }

// ---- Object protocol (runtime/object.cc, runtime/attribute.cc) -----------------------------------------------------
Ref<Str> object_repr(Object* p);
Ref<Str> object_str(Object* p);
Ref<Str> object_ascii(Object* p);
Ref<Object> object_bytes(Object* p);
Ref<Str> object_format(Object* p, Str* spec /* may be null */);
Maybe<hash_t> object_hash(Object* p);  // TypeError "unhashable type: 'X'"
Ref<Object> object_compare(Object* a, Object* b, CompareOp op);
Maybe<bool> object_compare_bool(Object* a, Object* b, CompareOp op);  // identity implies equality
Maybe<bool> object_is_true(Object* p);
Ref<Object> object_get_attr(Object* p, Str* name);
Ref<Object> object_get_attr_ascii(Object* p, const char* name);
// Absent (AttributeError): ok with null. The error is not created where the type uses generic lookup.
Status object_find_attr(Object* p, Str* name, Ref<Object>& out);
Status object_find_attr_ascii(Object* p, const char* name, Ref<Object>& out);
Status object_set_attr(Object* p, Str* name, Object* value /* null: delete */);
Maybe<bool> object_has_attr(Object* p, Str* name);
// Default tp_getattro/tp_setattro: data descriptors, instance storage, other descriptors and class attributes.
Ref<Object> object_generic_get_attr(Object* p, Str* name);
Status object_generic_set_attr(Object* p, Str* name, Object* value);
// What stands in the slots for them: slot<object_generic_get_attr> is this function itself, so that the commonest slot
// has no adapter and can be recognised by its address.
Object* object_generic_getattro(Object* p, Object* name);
int object_generic_setattro(Object* p, Object* name, Object* value);
template <>
inline constexpr auto slot<object_generic_get_attr> = &object_generic_getattro;
template <>
inline constexpr auto slot<object_generic_set_attr> = &object_generic_setattro;
// The instance dict for `__dict__` access (made on demand), borrowed in *out; type without dict: AttributeError.
Ref<Object> object_generic_get_dict(Object* p, void* closure);
Status object_generic_set_dict(Object* p, Object* value, void* closure);
Object* object_generic_get_dict_slot(Object* p, void* closure);  // the same as Getter and Setter
int object_generic_set_dict_slot(Object* p, Object* value, void* closure);
// LOAD_METHOD: when the attribute is a method descriptor found on the type and not shadowed, *unbound is true and the
// result is the function to be called with p prepended.
Ref<Object> object_get_method(Object* p, Str* name, bool* unbound);
Ref<Object> object_dir(Object* p /* null: locals */);
// Set by vm/: the locals of the innermost Python frame, as locals() gives them.
extern Ref<Object> (*g_current_locals_hook)();
Maybe<bool> object_is_instance(Object* p, Object* classinfo);
Maybe<bool> object_is_subclass(Object* cls, Object* classinfo);
Ref<Object> object_type_error_unhashable(Object* p);
hash_t hash_pointer(const void* p);
hash_t hash_not_implemented(Object* p);
Maybe<ssize> object_length_hint(Object* p, ssize fallback);

// ---- Calls (runtime/call.cc) ---------------------------------------------------------------------------------------
inline VectorcallFunc vectorcall_of(Object* callable) {
  Type* t = type_of(callable);
  if (!type_has(t, kTypeHaveVectorcall)) return nullptr;
  return *reinterpret_cast<VectorcallFunc*>(reinterpret_cast<char*>(callable) + t->vectorcall_offset);
}
Ref<Object> call_vector(Object* callable, Object* const* args, size_t nargsf, Object* kwnames = nullptr);
Ref<Object> call_tuple_dict(Object* callable, Object* args /* tuple */, Object* kwargs /* dict or null */);
template <class... A>
inline Ref<Object> call(Object* callable, A*... args) {
  Object* array[sizeof...(A) + 1] = {nullptr, as_object(args)...};
  return call_vector(callable, array + 1, sizeof...(A) | kVectorcallArgumentsOffset);
}
Ref<Object> call_method_vector(Str* name, Object* const* args, size_t nargsf,
                               Object* kwnames = nullptr);  // args[0]: self
template <class... A>
inline Ref<Object> call_method(Object* self, Str* name, A*... args) {
  Object* array[sizeof...(A) + 2] = {nullptr, self, as_object(args)...};
  return call_method_vector(name, array + 1, (sizeof...(A) + 1) | kVectorcallArgumentsOffset);
}
bool is_callable(const Object* p);
// os.fspath(p): str or bytes (runtime/fspath.cc).
Ref<Object> object_fspath(Object* p);
// tp_call of types whose instances have a vectorcall function.
Object* vectorcall_as_call(Object* callable, Object* args, Object* kwargs);
// "module.qualname()" (builtins without the module) as call errors name a callable; str(p) when it has no qualname.
Ref<Str> callable_description(Object* callable);

// ---- Numbers (runtime/number.cc) -----------------------------------------------------------------------------------
// Binary operators by the NB_* argument of BINARY_OP (0 NB_ADD ... 25 NB_INPLACE_XOR), with operator dispatch.
Ref<Object> number_binary_op(Object* a, Object* b, int nb_op);
Ref<Object> number_add(Object* a, Object* b);
Ref<Object> number_subtract(Object* a, Object* b);
Ref<Object> number_multiply(Object* a, Object* b);
Ref<Object> number_true_divide(Object* a, Object* b);
Ref<Object> number_floor_divide(Object* a, Object* b);
Ref<Object> number_remainder(Object* a, Object* b);
Ref<Object> number_divmod(Object* a, Object* b);
Ref<Object> number_power(Object* a, Object* b, Object* mod);
Ref<Object> number_inplace_power(Object* a, Object* b, Object* mod);
Ref<Object> number_lshift(Object* a, Object* b);
Ref<Object> number_rshift(Object* a, Object* b);
Ref<Object> number_and(Object* a, Object* b);
Ref<Object> number_or(Object* a, Object* b);
Ref<Object> number_xor(Object* a, Object* b);
Ref<Object> number_matrix_multiply(Object* a, Object* b);
Ref<Object> number_inplace_add(Object* a, Object* b);
Ref<Object> number_negative(Object* p);
Ref<Object> number_positive(Object* p);
Ref<Object> number_invert(Object* p);
Ref<Object> number_absolute(Object* p);
Ref<Object> number_int(Object* p);    // int(p)
Ref<Object> number_float(Object* p);  // float(p)
Ref<Object> number_index(Object* p);  // operator.index: exact int
bool has_index(const Object* p);
// Through __index__. With `overflow` null the value is clipped; otherwise that exception type is raised.
Maybe<ssize> number_as_ssize(Object* p, Type* overflow);

// ---- Sequences and mappings (runtime/sequence.cc) ------------------------------------------------------------------
Maybe<ssize> object_length(Object* p);
Ref<Object> object_get_item(Object* p, Object* key);
Status object_set_item(Object* p, Object* key, Object* value);
Status object_delete_item(Object* p, Object* key);
Ref<Object> sequence_get_item(Object* p, ssize index);
Status sequence_set_item(Object* p, ssize index, Object* value /* null: delete */);
Ref<Object> sequence_concat(Object* a, Object* b);
Ref<Object> sequence_inplace_concat(Object* a, Object* b);
Ref<Object> sequence_repeat(Object* p, ssize count);
Maybe<bool> sequence_contains(Object* container, Object* value);
// Looks for the value by iterating: kCount how often, kIndex where (ValueError when absent), kContains 0 or 1.
enum class SequenceSearch { kCount, kIndex, kContains };
Maybe<ssize> sequence_search(Object* iterable, Object* value, SequenceSearch what);
Ref<List> sequence_list(Object* iterable);
// Exact list or tuple as it is, anything else as a new list; TypeError with `message` when not iterable.
Ref<Object> sequence_fast(Object* iterable, const char* message);
Object** sequence_fast_items(Object* fast);  // of a list or tuple
ssize sequence_fast_size(Object* fast);
bool is_sequence(const Object* p);
bool is_mapping(const Object* p);
Ref<Object> mapping_keys(Object* p);
Ref<Object> mapping_values(Object* p);
Ref<Object> mapping_items(Object* p);

// ---- Iterators (runtime/iterator.cc) --------------------------------------------------------------------------------
Ref<Object> get_iter(Object* p);
bool is_iterator(const Object* p);
// Null without exception: exhausted (StopIteration is swallowed).
Ref<Object> iter_next(Object* iterator);
Ref<Object> get_async_iter(Object* p);
Object* iter_self(Object* p);  // iter slot of iterators
// iternext slot of types whose __next__ is not defined.
Object* iternext_not_implemented(Object* p);
extern Type sequence_iterator_type, call_iterator_type;
Ref<Object> sequence_iterator_new(Object* sequence);
Ref<Object> call_iterator_new(Object* callable, Object* sentinel);

// ---- Type checks (exact or subclass through the flags)
// ---------------------------------------------------------------
inline bool is_int(const Object* p) { return type_has(type_of(p), kTypeIntSubclass); }
inline bool is_list(const Object* p) { return type_has(type_of(p), kTypeListSubclass); }
inline bool is_tuple(const Object* p) { return type_has(type_of(p), kTypeTupleSubclass); }
inline bool is_bytes(const Object* p) { return type_has(type_of(p), kTypeBytesSubclass); }
inline bool is_str(const Object* p) { return type_has(type_of(p), kTypeStrSubclass); }
inline bool is_dict(const Object* p) { return type_has(type_of(p), kTypeDictSubclass); }

}  // namespace minipy
