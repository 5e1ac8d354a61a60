// Type objects: layout (CPython's PyTypeObject and PyHeapTypeObject), slot tables, flags, and the functions that
// make, ready and query types. Source: the C API documentation "Type Objects"; data model 3.3.3.
#pragma once

#include "gc/object.h"
#include "runtime/result.h"

namespace minipy {

struct Str;
struct Tuple;
struct Dict;
struct DictKeys;
struct ThreadState;

// ---- Slot signatures (C ABI) -------------------------------------------------------------------------------------

using UnaryFunc = Object* (*)(Object*);
using BinaryFunc = Object* (*)(Object*, Object*);
using TernaryFunc = Object* (*)(Object*, Object*, Object*);
using LenFunc = ssize (*)(Object*);
using SsizeArgFunc = Object* (*)(Object*, ssize);
using SsizeObjArgProc = int (*)(Object*, ssize, Object*);
using ObjObjArgProc = int (*)(Object*, Object*, Object*);
using ObjObjProc = int (*)(Object*, Object*);
using GetAttrFunc = Object* (*)(Object*, char*);
using GetAttroFunc = Object* (*)(Object*, Object*);
using SetAttrFunc = int (*)(Object*, char*, Object*);
using SetAttroFunc = int (*)(Object*, Object*, Object*);  // value null: delete
using ReprFunc = Object* (*)(Object*);
using HashFunc = hash_t (*)(Object*);  // -1: exception
using RichCompareFunc = Object* (*)(Object*, Object*, int);
using GetIterFunc = Object* (*)(Object*);
using IterNextFunc = Object* (*)(Object*);  // null without exception: exhausted
using DescrGetFunc = Object* (*)(Object*, Object*, Object*);
using DescrSetFunc = int (*)(Object*, Object*, Object*);
using InitProc = int (*)(Object*, Object*, Object*);
using NewFunc = Object* (*)(Type*, Object*, Object*);
using AllocFunc = Object* (*)(Type*, ssize);
using FreeFunc = void (*)(void*);
void gc_free(void* p);                              // gc/collector.h
inline constexpr FreeFunc gc_free_slot = &gc_free;  // free slot of types with garbage collection
// nargsf: number of positional arguments, with kVectorcallArgumentsOffset when args[-1] may be overwritten for the
// duration of the call. kwnames: tuple of names whose values follow the positional ones, or null.
using VectorcallFunc = Object* (*)(Object* callable, Object* const* args, size_t nargsf, Object* kwnames);
enum class SendResult : int { kError = -1, kReturn = 0, kNext = 1 };
using SendFunc = SendResult (*)(Object* iterator, Object* value, Object** result);

inline constexpr size_t kVectorcallArgumentsOffset = size_t{1} << 63;
inline ssize vectorcall_nargs(size_t nargsf) { return static_cast<ssize>(nargsf & ~kVectorcallArgumentsOffset); }

enum CompareOp : int { kLt = 0, kLe = 1, kEq = 2, kNe = 3, kGt = 4, kGe = 5 };

struct AsyncMethods {
  UnaryFunc await;
  UnaryFunc aiter;
  UnaryFunc anext;
  SendFunc send;
};

struct NumberMethods {
  BinaryFunc add, subtract, multiply, remainder, divmod;
  TernaryFunc power;
  UnaryFunc negative, positive, absolute;
  InquiryProc boolean;
  UnaryFunc invert;
  BinaryFunc lshift, rshift, and_, xor_, or_;
  UnaryFunc int_;
  void* reserved;
  UnaryFunc float_;
  BinaryFunc inplace_add, inplace_subtract, inplace_multiply, inplace_remainder;
  TernaryFunc inplace_power;
  BinaryFunc inplace_lshift, inplace_rshift, inplace_and, inplace_xor, inplace_or;
  BinaryFunc floor_divide, true_divide, inplace_floor_divide, inplace_true_divide;
  UnaryFunc index;
  BinaryFunc matrix_multiply, inplace_matrix_multiply;
};

struct SequenceMethods {
  LenFunc length;
  BinaryFunc concat;
  SsizeArgFunc repeat;
  SsizeArgFunc item;
  void* was_slice;
  SsizeObjArgProc ass_item;
  void* was_ass_slice;
  ObjObjProc contains;
  BinaryFunc inplace_concat;
  SsizeArgFunc inplace_repeat;
};

struct MappingMethods {
  LenFunc length;
  BinaryFunc subscript;
  ObjObjArgProc ass_subscript;
};

// PEP 3118.
struct Buffer {
  void* buf;
  Object* obj;
  ssize len;
  ssize itemsize;
  int readonly;
  int ndim;
  char* format;
  ssize* shape;
  ssize* strides;
  ssize* suboffsets;
  void* internal;
};
using GetBufferProc = int (*)(Object*, Buffer*, int);
using ReleaseBufferProc = void (*)(Object*, Buffer*);
struct BufferProcs {
  GetBufferProc get;
  ReleaseBufferProc release;
};

using NoArgsMethod = Object* (*)(Object*, Object*);
using OMethod = Object* (*)(Object*, Object*);
using FastcallMethod = Object* (*)(Object*, Object* const*, ssize);
using FastcallKeywordsMethod = Object* (*)(Object*, Object* const*, ssize, Object*);
using VarArgsMethod = Object* (*)(Object*, Object*);
using VarArgsKeywordsMethod = Object* (*)(Object*, Object*, Object*);

// The function of a MethodDef, typed so that tables are constants.
union MethodPointer {
  constexpr MethodPointer() : generic(nullptr) {}
  constexpr MethodPointer(NoArgsMethod p) : simple(p) {}
  constexpr MethodPointer(FastcallMethod p) : fast(p) {}
  constexpr MethodPointer(FastcallKeywordsMethod p) : fast_keywords(p) {}
  constexpr MethodPointer(VarArgsKeywordsMethod p) : var_keywords(p) {}
  void* generic;
  NoArgsMethod simple;  // kMethNoArgs, kMethO, kMethVarArgs
  FastcallMethod fast;
  FastcallKeywordsMethod fast_keywords;
  VarArgsKeywordsMethod var_keywords;
};
struct MethodDef {
  const char* name;
  MethodPointer function;  // signature by flags
  int flags;
  const char* doc;  // "name($self, arg, /)\n--\n\ndoc" or null
};
enum MethodFlags : int {
  kMethVarArgs = 0x01,  // Object* (self, args tuple)
  kMethKeywords =
      0x02,  // with kMethVarArgs: (self, args, kwargs dict or null); with kMethFastcall: (self, argv, n, kwnames)
  kMethNoArgs = 0x04,  // (self, null)
  kMethO = 0x08,       // (self, arg)
  kMethClass = 0x10,
  kMethStatic = 0x20,
  kMethCoexist = 0x40,
  kMethFastcall = 0x80,  // (self, argv, n)
  kMethMethod = 0x200,   // (self, defining class, argv, n, kwnames)
};
struct MemberDef {
  const char* name;
  int type;  // MemberType
  ssize offset;
  int flags;  // kMemberReadonly
  const char* doc;
};
enum MemberType : int {
  kMemberShort = 0,
  kMemberInt = 1,
  kMemberLong = 2,
  kMemberFloat = 3,
  kMemberDouble = 4,
  kMemberString = 5,
  kMemberObject = 6,  // null reads as None
  kMemberChar = 7,
  kMemberByte = 8,
  kMemberUByte = 9,
  kMemberUShort = 10,
  kMemberUInt = 11,
  kMemberULong = 12,
  kMemberStringInplace = 13,
  kMemberBool = 14,
  kMemberObjectEx = 16,  // null raises AttributeError
  kMemberLongLong = 17,
  kMemberULongLong = 18,
  kMemberSsize = 19,
  kMemberNone = 20,
};
inline constexpr int kMemberReadonly = 1;

using Getter = Object* (*)(Object* self, void* closure);
using Setter = int (*)(Object* self, Object* value, void* closure);  // value null: delete
struct GetSetDef {
  const char* name;
  Getter get;
  Setter set;
  const char* doc;
  void* closure;
};

// ---- The type object ---------------------------------------------------------------------------------------------

struct Type {
  VarObject base;
  const char* name;  // "module.name" for static types
  ssize basicsize;
  ssize itemsize;
  Destructor dealloc;
  ssize vectorcall_offset;
  GetAttrFunc getattr;
  SetAttrFunc setattr;
  AsyncMethods* as_async;
  ReprFunc repr;
  NumberMethods* as_number;
  SequenceMethods* as_sequence;
  MappingMethods* as_mapping;
  HashFunc hash;
  TernaryFunc call;
  ReprFunc str;
  GetAttroFunc getattro;
  SetAttroFunc setattro;
  BufferProcs* as_buffer;
  unsigned long flags;
  const char* doc;
  TraverseProc traverse;
  InquiryProc clear;
  RichCompareFunc richcompare;
  ssize weaklistoffset;
  GetIterFunc iter;
  IterNextFunc iternext;
  MethodDef* methods;
  MemberDef* members;
  GetSetDef* getset;
  Type* base_type;
  Object* dict;
  DescrGetFunc descr_get;
  DescrSetFunc descr_set;
  ssize dictoffset;  // -1: managed dict (words before the object)
  InitProc init;
  AllocFunc alloc;
  NewFunc new_;
  FreeFunc free;
  InquiryProc is_gc;
  Object* bases;
  Object* mro;
  Object* cache;
  Object* subclasses;
  Object* weaklist;
  Destructor del;
  unsigned int version_tag;
  Destructor finalize;
  VectorcallFunc vectorcall;
};
static_assert(sizeof(Type) == 408);

struct HeapType {
  Type base;
  AsyncMethods as_async;
  NumberMethods as_number;
  MappingMethods as_mapping;
  SequenceMethods as_sequence;
  BufferProcs as_buffer;
  Object* name;
  Object* slots;
  Object* qualname;
  DictKeys* cached_keys;
  Object* module;
  char* tp_name;
  void* spec_cache;
};
static_assert(sizeof(HeapType) == 904);

enum TypeFlags : unsigned long {
  kTypeStaticBuiltin = 1ul << 1,  // internal in later versions, free here
  kTypeManagedDict = 1ul << 4,
  kTypeSequence = 1ul << 5,  // PEP 634 collection flags
  kTypeMapping = 1ul << 6,
  kTypeDisallowInstantiation = 1ul << 7,
  kTypeImmutable = 1ul << 8,
  kTypeHeap = 1ul << 9,
  kTypeBaseType = 1ul << 10,
  kTypeHaveVectorcall = 1ul << 11,
  kTypeReady = 1ul << 12,
  kTypeReadying = 1ul << 13,
  kTypeHaveGc = 1ul << 14,
  kTypeMethodDescriptor = 1ul << 17,
  kTypeValidVersionTag = 1ul << 19,
  kTypeAbstract = 1ul << 20,
  kTypeMatchSelf = 1ul << 22,
  kTypeIntSubclass = 1ul << 24,
  kTypeListSubclass = 1ul << 25,
  kTypeTupleSubclass = 1ul << 26,
  kTypeBytesSubclass = 1ul << 27,
  kTypeStrSubclass = 1ul << 28,
  kTypeDictSubclass = 1ul << 29,
  kTypeExceptionSubclass = 1ul << 30,
  kTypeTypeSubclass = 1ul << 31,
};
// As CPython's Py_TPFLAGS_DEFAULT: no bit (HAVE_STACKLESS_EXTENSION is 0); `__flags__` shows exactly what is set.
inline constexpr unsigned long kTypeDefault = 0;

inline bool type_has(const Type* t, unsigned long flag) { return (t->flags & flag) != 0; }

extern Type type_type;
extern Type object_type;

// The header of a static type: immortal by its static reference, of type `type` unless a metaclass is named.
#define STATIC_TYPE_HEADER(metatype) \
  { {1, metatype}, 0 }

// ---- Functions (runtime/type*.cc) --------------------------------------------------------------------------------

// "module.name" -> "name"; for heap types the name.
const char* type_short_name(const Type* type);
// type_of(x)->name as CPython's messages show it (Py_TYPE(x)->tp_name: static types "module.name" in full).
template <class T>
inline const char* type_name(const T* p) {
  return type_of(p)->name;
}

// True when `derived` has `base` in its MRO (no Python code runs).
bool type_is_subtype(const Type* derived, const Type* base);
template <class T>
inline bool is_instance_of(const T* p, const Type* t) {
  return type_of(p) == t || type_is_subtype(type_of(p), t);
}
template <class T>
inline bool is_exactly(const T* p, const Type* t) {
  return type_of(p) == t;
}
inline bool is_type(const Object* p) { return type_has(type_of(p), kTypeTypeSubclass); }

// Fills inherited slots, dict, MRO and slot wrappers of a static type (or one filled by hand). Idempotent.
Status type_ready(Type* type);
// Readies every built-in static type, in dependency order. Called once at start-up (runtime/startup.cc).
Status runtime_ready_types();

// Looks `name` up along the MRO through the method cache. Borrowed; null without an exception when absent.
Object* type_lookup(Type* type, Str* name);
// Forgets what caches know about the type and its subclasses; called after any change to it.
void type_modified(Type* type);
// Assigns a version tag if the type has none; 0 when none can be had.
unsigned int type_assign_version(Type* type);

// type(name, bases, namespace) with keywords, as the `type` constructor does.
Ref<Object> type_new(Type* metatype, Object* args, Object* kwargs);
// The globals of the innermost Python frame (for `__module__`), borrowed; null: no frame. Set by vm/.
extern Dict* (*g_current_globals_hook)();
// The most derived metaclass of `metatype` and the bases' types (PEP 3115); TypeError on conflict. Borrowed.
Type* type_calculate_metaclass(Type* metatype, Tuple* bases);

// Default slots.
Object* type_generic_alloc(Type* type, ssize nitems);  // zeroed, refcount 1, tracked if GC
Object* type_generic_new(Type* type, Object* args, Object* kwargs);

// In a dealloc slot, with a reference count of 0: calls the type's finalize slot unless it has run before. True: the
// object has been resurrected, so the dealloc function must return at once. A GC object must be tracked during the
// call.
bool object_finalize_in_dealloc(Object* p);

// Allocation helpers for a static type's layout T; fields beyond the header are NOT initialised.
void raise_no_memory();
Object* object_new_raw(Type* type, size_t size);     // non-GC; null with MemoryError pending
Object* object_new_gc_raw(Type* type, size_t size);  // GC, untracked
template <class T>
inline T* object_new(Type* type, size_t size = sizeof(T)) {
  return reinterpret_cast<T*>(object_new_raw(type, size));
}
template <class T>
inline T* object_new_gc(Type* type, size_t size = sizeof(T)) {
  return reinterpret_cast<T*>(object_new_gc_raw(type, size));
}
// Sets refcount 1 and the type, taking a count on a heap type.
void object_init(Object* p, Type* type);

// super().name lookups used by the VM and others: type attribute without instance (`_PyType_Lookup` + bind).
// Looks a special method up on type_of(self) and binds it; null without exception when absent.
Ref<Object> lookup_special(Object* self, Str* name);

}  // namespace minipy
