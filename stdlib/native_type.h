// Building blocks for the types of native modules: destructors and traversal from a list of fields, constructors that
// leave keywords to subclasses.
#pragma once

#include "gc/collector.h"
#include "runtime/abstract.h"
#include "runtime/bind_varargs.h"
#include "runtime/error.h"
#include "runtime/native_stack.h"
#include "runtime/type.h"

namespace minipy {

// The owned pointers of a layout: Owned<Cycle, &Cycle::iterator, &Cycle::saved>::dealloc and so on.
template <class T, auto... kFields>
struct Owned {
  static void dealloc(Object* p) {
    gc_untrack(p);
    // Such objects may be chained to any length: they are freed without deep recursion.
    TRASHCAN_GUARD(p, dealloc);
    (xdecref(cast<T>(p)->*kFields), ...);
    free_memory(p);
  }
  static int traverse(Object* p, VisitProc visit, void* arg) {
    int stop = 0;
    (void)((cast<T>(p)->*kFields && (stop = visit(as_object(cast<T>(p)->*kFields), arg)) != 0) || ...);
    return stop;
  }
  static int clear(Object* p) {
    (clear_field(cast<T>(p)->*kFields), ...);
    return 0;
  }
  static void free_memory(Object* p) {
    Type* type = type_of(p);
    if (type->free) {
      type->free(p);
    } else {
      gc_free(p);
    }
  }
};

// new_ slot of a type whose constructor takes no keywords: those of a subclass that has an __init__ of its own are left
// to it.
template <NewFunc kNew, Type* kType>
Object* new_without_keywords(Type* type, Object* args, Object* kwargs) {
  if (type != kType && type->init != kType->init) kwargs = nullptr;
  return kNew(type, args, kwargs);
}

// call slot of a type, from the signature of its instances:
//   Ref<Object> scan_once(Scanner* self, Object* string, ssize idx);   .call = CALL(scan_once, "scan_once(self, string,
//   idx)")
#define CALL(fn, signature) ::minipy::call_slot<fn>([] { return std::string_view(signature); })
template <auto kFn, class Signature>
constexpr TernaryFunc call_slot(Signature) {
  return [](Object* self, Object* args, Object* kwargs) {
    return bind::VarArgsConstructor<kFn, Signature>::call(reinterpret_cast<Type*>(self), args, kwargs);
  };
}

// A new instance through the type's alloc slot, fields zero.
template <class T>
inline Ref<T> allocate(Type* type) {
  return Ref<T>::steal(reinterpret_cast<T*>(type->alloc(type, 0)));
}

inline Object* next_item(Object* iterator) {
  return native_stack_left() ? type_of(iterator)->iternext(iterator) : nullptr;
}

// What may follow a null from next_item: nothing or StopIteration, which is cleared. False: another exception.
inline bool ended_normally() { return !error_pending() || error_clear_if(StopIteration); }

inline constexpr unsigned long kNativeTypeFlags = kTypeDefault | kTypeHaveGc | kTypeBaseType;

}  // namespace minipy
