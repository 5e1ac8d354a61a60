// The life of instances: allocation, construction, and the dealloc, traverse and clear slots of Python classes.
#include <algorithm>
#include <cstring>

#include "gc/collector.h"
#include "gc/memory.h"
#include "runtime/error.h"
#include "runtime/names.h"
#include "runtime/thread_state.h"
#include "runtime/trashcan.h"
#include "runtime/type_attributes.h"
#include "runtime/type_internal.h"
#include "runtime/weakref.h"

namespace minipy {

// ---- Allocation ---------------------------------------------------------------------------------------------------

void raise_no_memory() { (void)raise_no_memory_error(); }

void object_init(Object* p, Type* type) {
  p->type = type;
  first_reference(p);
  if (is_heap(type)) incref(type);
}

Object* object_new_raw(Type* type, size_t size) {
  Object* p = static_cast<Object*>(memory::object_alloc(size));
  if (!p) [[unlikely]] {
    raise_no_memory();
    return nullptr;
  }
  object_init(p, type);
  return p;
}

Object* object_new_gc_raw(Type* type, size_t size) {
  Object* p = static_cast<Object*>(gc_alloc(size));
  if (!p) [[unlikely]] {
    raise_no_memory();
    return nullptr;
  }
  object_init(p, type);
  return p;
}

namespace {

// Bytes of an instance with nitems items, rounded up to words.
size_t instance_size(const Type* type, ssize nitems) {
  constexpr size_t kWord = sizeof(void*);
  size_t size =
      static_cast<size_t>(type->basicsize) + static_cast<size_t>(nitems) * static_cast<size_t>(type->itemsize);
  return (size + kWord - 1) & ~(kWord - 1);
}

}  // namespace

namespace {

// Zeroes the words behind the object header. (A call of memset costs more than these few stores.)
inline void clear_fields(Object* p, size_t size) {
  void** end = reinterpret_cast<void**>(reinterpret_cast<char*>(p) + size);
  for (void** word = reinterpret_cast<void**>(p + 1); word < end; word++) {
    *word = nullptr;
    asm volatile("" ::: "memory");  // or the compiler makes a memset of it
  }
}

// The commonest kind: collected, of fixed size.
inline Object* allocate_fixed(Type* type) {
  const size_t size = (static_cast<size_t>(type->basicsize) + sizeof(void*) - 1) & ~(sizeof(void*) - 1);
  const bool managed = type_has(type, kTypeManagedDict);
  Object* p = static_cast<Object*>(gc_alloc(size, managed ? 2 * sizeof(GcHeader) : sizeof(GcHeader)));
  if (!p) [[unlikely]] {
    raise_no_memory();
    return nullptr;
  }
  object_init(p, type);
  clear_fields(p, size);
  gc_track(p);
  return p;
}

}  // namespace

Object* type_generic_alloc(Type* type, ssize nitems) {
  const bool gc = type_has(type, kTypeHaveGc);
  if (gc && !type->itemsize) [[likely]]
    return allocate_fixed(type);
  // One item more than asked for: several types end with a sentinel.
  const size_t size = instance_size(type, type->itemsize ? nitems + 1 : 0);
  Object* p = static_cast<Object*>(gc ? gc_alloc(size) : memory::object_alloc(size));
  if (!p) [[unlikely]] {
    raise_no_memory();
    return nullptr;
  }
  std::memset(static_cast<void*>(p), 0, size);
  object_init(p, type);
  if (type->itemsize) reinterpret_cast<VarObject*>(p)->size = nitems;
  if (gc) gc_track(p);
  return p;
}

Object* type_generic_new(Type* type, Object*, Object*) { return type->alloc(type, 0); }

Object** object_weaklist(Object* p) {
  ssize offset = type_of(p)->weaklistoffset;
  return offset > 0 ? reinterpret_cast<Object**>(reinterpret_cast<char*>(p) + offset) : nullptr;
}

Object** object_dict_slot(Object* p) {
  Type* type = type_of(p);
  ssize offset = type->dictoffset;
  if (offset == 0 || type_has(type, kTypeManagedDict)) return nullptr;
  if (offset < 0) {
    // Behind the items of a variable-size object.
    ssize n = var_size(p);
    offset += static_cast<ssize>(instance_size(type, n < 0 ? -n : n));
  }
  return reinterpret_cast<Object**>(reinterpret_cast<char*>(p) + offset);
}

// ---- Construction: C(...) -----------------------------------------------------------------------------------------

Object* type_call(Object* callable, Object* args, Object* kwargs) {
  Type* type = as_type(callable);
  if (type == &type_type) {
    ssize n = tuple_size(cast<Tuple>(args));
    if (n == 1 && (!kwargs || dict_size(cast<Dict>(kwargs)) == 0)) {
      return share(as_object(type_of(cast<Tuple>(args)->items[0]))).release();
    }
    if (n != 3) {
      (void)raise(TypeError, "type() takes 1 or 3 arguments");
      return nullptr;
    }
  }
  if (!type->new_) {
    (void)raise(TypeError, "cannot create '{}' instances", type->name);
    return nullptr;
  }
  Object* p = type->new_(type, args, kwargs);
  // What __new__ returns is initialised only if it is an instance of the class (data model, object.__new__).
  if (!p || !is_instance_of(p, type)) return p;
  InitProc init = type_of(p)->init;
  if (init && init(p, args, kwargs) < 0) {
    decref(p);
    return nullptr;
  }
  return p;
}

Object* call_type_with_vector(Object* type, Object* const* args, ssize nargs, Object* kwnames) {
  Ref<Tuple> positional = tuple_from_array(args, nargs);
  if (!positional) return nullptr;
  Ref<Dict> keywords;
  if (kwnames && tuple_size(cast<Tuple>(kwnames))) {
    keywords = dict_new();
    if (!keywords) return nullptr;
    Tuple* names = cast<Tuple>(kwnames);
    for (ssize i = 0; i < tuple_size(names); i++) {
      if (!dict_set(keywords.get(), names->items[i], args[nargs + i])) return nullptr;
    }
  }
  RecursionGuard guard(" while calling a Python object");
  if (!guard) return nullptr;
  return type_of(type)->call(type, as_object(positional.get()), as_object(keywords.get()));
}

namespace {

// Calls function(self, *args) where the slot before args may be borrowed, or a copy is made.
Ref<Object> call_with_self(Object* function, Object* self, Object* const* args, size_t nargsf, Object* kwnames) {
  const size_t nargs = static_cast<size_t>(vectorcall_nargs(nargsf));
  if (nargsf & kVectorcallArgumentsOffset) {
    Object** with_self = const_cast<Object**>(args) - 1;
    Object* saved = std::exchange(*with_self, self);
    Ref<Object> result = call_vector(function, with_self, nargs + 1, kwnames);
    *with_self = saved;
    return result;
  }
  constexpr size_t kInline = 8;
  const size_t total = nargs + (kwnames ? static_cast<size_t>(tuple_size(cast<Tuple>(kwnames))) : 0);
  Object* on_stack[kInline];
  Object** copy = total < kInline ? on_stack : new Object*[total + 1];
  copy[0] = self;
  std::copy_n(args, total, copy + 1);
  Ref<Object> result = call_vector(function, copy, nargs + 1, kwnames);
  if (copy != on_stack) delete[] copy;
  return result;
}

}  // namespace

// Python classes whose metaclass is `type` and whose __new__ is object's: __init__ gets the arguments directly. The
// tuple that tp_call would get is made all the same, because its allocation counts for the collector (D9).
Object* type_instance_vectorcall(Object* callable, Object* const* args, size_t nargsf, Object* kwnames) {
  RecursionGuard guard(" while calling a Python object");
  if (!guard) return nullptr;
  Type* type = as_type(callable);
  const ssize nargs = vectorcall_nargs(nargsf);
  const bool direct = type->new_ == object_type_new && !type_has(type, kTypeAbstract) && !kwnames &&
                      (type->init == slot_tp_init || (type->init == object_type_init && nargs == 0));
  if (!direct) return call_type_with_vector(callable, args, nargs, kwnames);
  Ref<Tuple> counted;
  if (nargs) {
    counted = tuple_from_array(args, nargs);
    if (!counted) return nullptr;
  }
  Ref<Object> self = steal(object_new_instance(type));
  if (!self || type->init == object_type_init) return self.release();
  bool unbound;
  Ref<Object> init = find_special_method(self.get(), NAME("__init__"), &unbound);
  if (!init) {
    if (!error_pending()) (void)raise_object(AttributeError, as_object(NAME("__init__")));
    return nullptr;
  }
  Ref<Object> result = unbound ? call_with_self(init.get(), self.get(), args, nargsf, kwnames)
                               : call_vector(init.get(), args, nargsf, kwnames);
  if (!result) return nullptr;
  if (!is_none(result.get())) [[unlikely]] {
    (void)raise(TypeError, "__init__() should return None, not '{:.200}'", type_name(result.get()));
    return nullptr;
  }
  return self.release();
}

// ---- The end ------------------------------------------------------------------------------------------------------

bool object_finalize_in_dealloc(Object* p) {
  Type* type = type_of(p);
  bool gc = object_is_gc(p);
  if (!type->finalize || (gc && gc_is_finalized(p))) return false;
  first_reference(p);  // alive for the call
  type->finalize(p);
  if (gc) gc_set_finalized(p);
  return drop_reference(p) > 0;
}

namespace {

// The __slots__ of one class.
template <class F>
void for_each_slot(Type* type, Object* self, F f) {
  MemberDef* members = heap_type_members(heap_type(type));
  for (ssize i = 0, n = var_size(type); i < n; i++) {
    if (members[i].type == kMemberObjectEx && !(members[i].flags & kMemberReadonly)) {
      f(*reinterpret_cast<Object**>(reinterpret_cast<char*>(self) + members[i].offset));
    }
  }
}

// References made while the object was being finalized: cleared without their callbacks, which might look at it.
void clear_late_weakrefs(Object* self) {
  Object** list = object_weaklist(self);
  while (*list) weakref_clear(cast<WeakReference>(*list));
}

// Finalizers, weak references. True: the object lives on.
bool say_goodbye(Object* self, Type* type, Type* base) {
  if (type->finalize) {
    gc_track(self);
    if (object_finalize_in_dealloc(self)) return true;
    gc_untrack(self);
  }
  bool own_weaklist = type->weaklistoffset && !base->weaklistoffset;
  if (own_weaklist && *object_weaklist(self)) weakref_clear_all(self);
  if (type->del) {
    gc_track(self);
    type->del(self);
    if (self->refcount > 0) return true;
    gc_untrack(self);
  }
  if (own_weaklist && (type->finalize || type->del)) clear_late_weakrefs(self);
  return false;
}

// Everything that Python classes between the object's type and `base` have added to it.
void release_added_fields(Object* self, Type* base) {
  Type* type = type_of(self);
  for (Type* t = type; t->dealloc == subtype_dealloc; t = t->base_type) {
    if (var_size(t)) for_each_slot(t, self, [](Object*& field) { clear_field(field); });
  }
  if (type_has(type, kTypeManagedDict)) {
    object_free_managed(self);
  } else if (type->dictoffset && !base->dictoffset) {
    if (Object** dict = object_dict_slot(self)) clear_field(*dict);
  }
}

void dealloc_without_gc(Object* self) {
  Type* type = type_of(self);
  Type* base = type;
  while (base->dealloc == subtype_dealloc) base = base->base_type;
  if (type->finalize && object_finalize_in_dealloc(self)) return;
  if (type->del) {
    first_reference(self);
    type->del(self);
    if (drop_reference(self) > 0) return;
  }
  type = type_of(self);
  bool owns_type = is_heap(type) && !is_heap(base);
  base->dealloc(self);
  if (owns_type) decref(type);
}

}  // namespace

void type_note_layout(Type* type) {
  bool plain = type_has(type, kTypeHaveGc);
  for (Type* t = type; plain && t != &object_type; t = t->base_type) {
    Type* base = t->base_type;
    ssize own_words = var_size(t) + (t->weaklistoffset && !base->weaklistoffset);
    plain = t->dealloc == subtype_dealloc && t->itemsize == 0 && (!t->dictoffset || type_has(t, kTypeManagedDict)) &&
            t->basicsize == base->basicsize + own_words * static_cast<ssize>(sizeof(Object*));
  }
  heap_type(type)->spec_cache = plain ? type : nullptr;
}

namespace {

// Calls f(field) for the words of __slots__ of a plain instance, those of the most derived class first.
template <class F>
inline void for_each_plain_slot(Type* type, Object* self, F f) {
  for (Type* t = type; t->basicsize > object_type.basicsize; t = t->base_type) {
    char* end = reinterpret_cast<char*>(self) + t->basicsize;
    char* weaklist = reinterpret_cast<char*>(self) + t->weaklistoffset;
    for (char* word = reinterpret_cast<char*>(self) + t->base_type->basicsize; word < end; word += sizeof(Object*)) {
      if (word != weaklist) f(*reinterpret_cast<Object**>(word));
    }
  }
}

// Nothing to say goodbye to: no finalizer, no weak references.
inline void dealloc_plain(Object* self, Type* type) {
  ThreadState* thread = current_thread();
  if (!trashcan_enter(thread, self)) [[unlikely]]
    return;
  for_each_plain_slot(type, self, [](Object*& field) { clear_field(field); });
  if (type_has(type, kTypeManagedDict)) object_free_managed(self);
  gc_free(self);
  decref(type);
  trashcan_leave(thread);
}

}  // namespace

void subtype_dealloc(Object* self) {
  Type* type = type_of(self);
  if (!type_has(type, kTypeHaveGc)) [[unlikely]] {
    dealloc_without_gc(self);
    return;
  }
  gc_untrack(self);
  bool weakly_referenced = type->weaklistoffset && *object_weaklist(self);
  bool quiet = !type->finalize && !type->del && !weakly_referenced;
  if (quiet && has_plain_instances(type)) [[likely]] {
    dealloc_plain(self, type);
    return;
  }
  TRASHCAN_GUARD(self, subtype_dealloc);
  Type* base = type;
  while (base->dealloc == subtype_dealloc) base = base->base_type;
  if (!quiet && say_goodbye(self, type, base)) return;
  release_added_fields(self, base);
  type = type_of(self);  // a finalizer may have assigned __class__
  if (base->dealloc == object_type_dealloc) {
    gc_free(self);
    decref(type);
    return;
  }
  bool owns_type = is_heap(type) && !is_heap(base);
  // The base's function untracks the object again.
  if (type_has(base, kTypeHaveGc)) gc_track(self);
  base->dealloc(self);
  if (owns_type) decref(type);
}

int subtype_traverse(Object* self, VisitProc visit, void* arg) {
  Type* type = type_of(self);
  if (has_plain_instances(type)) [[likely]] {
    int stop = 0;
    for_each_plain_slot(type, self, [&](Object* field) {
      if (field && !stop) stop = visit(field, arg);
    });
    if (stop) return stop;
    if (type_has(type, kTypeManagedDict)) {
      if ((stop = object_visit_managed(self, visit, arg))) return stop;
    }
    MINIPY_VISIT(type);
    return 0;
  }
  Type* base = type;
  for (; base->traverse == subtype_traverse; base = base->base_type) {
    if (!var_size(base)) continue;
    int stop = 0;
    for_each_slot(base, self, [&](Object* field) {
      if (field && !stop) stop = visit(field, arg);
    });
    if (stop) return stop;
  }
  if (type_has(type, kTypeManagedDict)) {
    if (int stop = object_visit_managed(self, visit, arg)) return stop;
  }
  if (type->dictoffset != base->dictoffset) {
    if (Object** dict = object_dict_slot(self)) MINIPY_VISIT(*dict);
  }
  if (is_heap(type) && (!base->traverse || !is_heap(base))) MINIPY_VISIT(type);
  return base->traverse ? base->traverse(self, visit, arg) : 0;
}

int subtype_clear(Object* self) {
  Type* type = type_of(self);
  Type* base = type;
  for (; base->clear == subtype_clear; base = base->base_type) {
    if (var_size(base)) for_each_slot(base, self, [](Object*& field) { clear_field(field); });
  }
  if (type_has(type, kTypeManagedDict)) object_clear_managed(self);
  if (type->dictoffset != base->dictoffset) {
    if (Object** dict = object_dict_slot(self)) clear_field(*dict);
  }
  return base->clear ? base->clear(self) : 0;
}

}  // namespace minipy
