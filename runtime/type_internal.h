// What the files runtime/type*.cc share: the table of slots, MRO and subclass bookkeeping, instance life cycle.
#pragma once

#include "gc/object.h"
#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/function.h"
#include "runtime/result.h"
#include "runtime/str.h"
#include "runtime/type.h"

namespace minipy {

inline HeapType* heap_type(Type* t) { return reinterpret_cast<HeapType*>(t); }
inline bool is_heap(const Type* t) { return type_has(t, kTypeHeap); }
inline Dict* type_dict(const Type* t) { return reinterpret_cast<Dict*>(t->dict); }
inline Tuple* type_mro(const Type* t) { return reinterpret_cast<Tuple*>(t->mro); }
inline Tuple* type_bases(const Type* t) { return reinterpret_cast<Tuple*>(t->bases); }
inline Type* as_type(Object* p) { return reinterpret_cast<Type*>(p); }

// ---- Slots (type_slots.cc, type_slot_table.cc) --------------------------------------------------------------------

// Implements a special method by the slot it wraps: args are the call's positional arguments without self.
using WrapperFunc = Object* (*)(Object* self, Object* const* args, ssize nargs, void* wrapped);
// The same for those that take keywords (__call__, __init__).
using KeywordWrapperFunc = Object* (*)(Object* self, Object* args, Object* kwargs, void* wrapped);

// One special method and the slot it fills. Methods of one slot stand together; the table is in the order of slots in
// HeapType, which is the order of the methods in a static type's __dict__.
struct SlotDef {
  const char* name;
  int offset;      // of the slot in HeapType
  void* function;  // what the slot becomes when the method is defined in Python; null: this method does not fill it
  WrapperFunc wrapper;  // both null: the slot makes no descriptor for this method
  KeywordWrapperFunc keyword_wrapper;
  const char* doc;  // with text signature; null: none
  Str* name_str;    // interned; set by slots_init()
  bool has_wrapper() const { return wrapper || keyword_wrapper; }
};
extern SlotDef g_slot_table[];
extern const int kSlotCount;

void slots_init();
// Where the slot is in this type; null when the type has no such suite.
void** slot_address(Type* type, int offset);
// Fills the slots from what the type's attributes say: all of them / those that may differ from an only base's.
void slots_update_all(Type* type);
void slots_update_new_class(Type* type);
// True when `name` (interned) is a special method's.
bool slots_is_special(const Str* name);
// After the attribute `name` of the type changed: updates its slots and those of subclasses that inherit it.
void slots_update_after_change(Type* type, Str* name);
// Adds a descriptor to the type's dict for each slot that the type itself defines.
Status slots_add_wrappers(Type* type);

// Slot functions that other files compare with.
Object* slot_tp_new(Type* type, Object* args, Object* kwargs);
int slot_tp_init(Object* self, Object* args, Object* kwargs);
int slot_tp_setattro(Object* self, Object* name, Object* value);
// The `__new__` that wraps a static type's new slot.
extern MethodDef g_new_wrapper_def;
bool is_new_wrapper(const Object* p);

// A special method found on type_of(self). *unbound: call it with self as first argument. Null without an exception:
// absent.
Ref<Object> find_special_method(Object* self, Str* name, bool* unbound);
// Calls the special method; absent: AttributeError(name).
Ref<Object> call_special(Object* self, Str* name, Object* const* args, ssize nargs);

// ---- MRO and bases (type_mro.cc) ----------------------------------------------------------------------------------

// The attribute in the type or its bases, without the cache. Borrowed.
Object* type_find_in_mro(Type* type, Str* name);
// Computes the MRO (through a custom mro() where the metaclass has one) and installs it. `old`, when given, receives
// the former one. False: a mro() call has installed another one meanwhile.
Maybe<bool> type_update_mro(Type* type, Ref<Object>* old);
// The C3 linearisation as a list.
Ref<Object> type_linearize(Type* type);  // a tuple or a list
// The base whose layout the instances have; TypeError on conflict. Borrowed.
Type* type_best_base(Tuple* bases);
// The most basic type with the same instance layout.
Type* type_solid_base(Type* type);
// The MRO is the class followed by that of its base: nothing came in through other bases or a custom mro().
bool type_extends_mro_of(const Type* type, const Type* base);
// The base is reached through base_type alone.
bool type_is_subtype_by_base(const Type* derived, const Type* base);

// ---- Subclass registry (type_cache.cc) ----------------------------------------------------------------------------

Status type_add_subclass(Type* base, Type* type);
void type_remove_subclass(Type* base, Type* type);
Ref<List> type_subclasses(Type* type);
// The next living one; null: there is none.
Ref<Type> type_next_subclass(Object* subclasses, ssize* position);
// Calls f(subclass) for each living direct subclass until it returns false. Makes no list (as CPython: D9).
template <class F>
void type_for_each_subclass(Type* type, F f) {
  if (!type->subclasses) return;
  Ref<Object> subclasses = share(type->subclasses);
  ssize position = 0;
  while (Ref<Type> subclass = type_next_subclass(subclasses.get(), &position)) {
    if (!f(subclass.get())) return;
  }
}
// The type's attributes must not be cached although nothing changed: it has a custom mro() or its bases have.
void type_mro_modified(Type* type, Tuple* bases);

// ---- Ready (type_ready.cc) ----------------------------------------------------------------------------------------

// As type_ready for a class that type_new has made: no slot wrappers, slots filled afterwards.
Status type_ready_new_class(Type* type);

// ---- Instances (type_instance.cc) ---------------------------------------------------------------------------------

void subtype_dealloc(Object* self);
int subtype_traverse(Object* self, VisitProc visit, void* arg);
int subtype_clear(Object* self);
// Plain instances: object's layout, then __slots__ and a list of weak references; the dict, if any, is a managed one.
// Their dealloc and traverse need not ask each class of the chain. Noted in HeapType::spec_cache by type_note_layout,
// which is called when a class is made and when its bases change.
inline bool has_plain_instances(const Type* type) {
  return reinterpret_cast<const HeapType*>(type)->spec_cache != nullptr;
}
void type_note_layout(Type* type);
// Where the weak reference list / the instance dict (not a managed one) of the object is; null when it has none.
Object** object_weaklist(Object* p);
Object** object_dict_slot(Object* p);
// tp_call of `type` and the vectorcall of Python classes.
Object* type_call(Object* type, Object* args, Object* kwargs);
Object* type_instance_vectorcall(Object* type, Object* const* args, size_t nargsf, Object* kwnames);
inline MemberDef* heap_type_members(HeapType* t) {
  return reinterpret_cast<MemberDef*>(reinterpret_cast<char*>(t) + type_of(t)->basicsize);
}

Object* type_new_slot(Type* metatype, Object* args, Object* kwargs);

// ---- object and type (object_type.cc, type.cc) --------------------------------------------------------------------

Object* object_type_new(Type* type, Object* args, Object* kwargs);
// A new instance as object.__new__ makes it, arguments and abstractness aside; null: MemoryError.
Object* object_new_instance(Type* type);
int object_type_init(Object* self, Object* args, Object* kwargs);
void object_type_dealloc(Object* self);
Object* object_type_repr(Object* self);
// Why instances of `from` may not become instances of `to`; raises. `what`: "__class__" or "__bases__".
Status type_check_assignable(Type* from, Type* to, const char* what);
// The names for dir(): `dict` gets the attributes of the class and its bases.
Status merge_class_dict(Dict* dict, Object* cls);
// module and name as reprs show them: null (no exception) for the module when there is none.
Ref<Object> type_module(Type* type);
Ref<Object> type_qualname(Type* type);

}  // namespace minipy
