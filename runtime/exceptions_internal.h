// Shared by the files that define the exception types.
#pragma once

#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/exceptions.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/type.h"

namespace minipy {

inline BaseExceptionObject* as_exception(Object* p) { return cast<BaseExceptionObject>(p); }

Ref<Object> base_exception_new(Type* type, Object* args, Object* kwargs);
Status base_exception_init(BaseExceptionObject* self, Object* args, Object* kwargs);
Ref<Str> base_exception_str(BaseExceptionObject* self);
void base_exception_dealloc(Object* self);
int base_exception_traverse(Object* self, VisitProc visit, void* arg);
int base_exception_clear(Object* self);

// The instance of MemoryError for when there is no memory to make one. Whoever holds it already shares it.
Ref<Object> memory_error_without_memory();

// dealloc/traverse/clear for a layout that adds owned Object* fields to BaseExceptionObject.
template <class T, Object* T::*... kFields>
struct ExceptionLayout {
  static int clear(Object* self) {
    (clear_field(cast<T>(self)->*kFields), ...);
    return base_exception_clear(self);
  }
  static void dealloc(Object* self) {
    gc_untrack_exception(self);
    clear(self);
    type_of(self)->free(self);
  }
  static int traverse(Object* self, VisitProc visit, void* arg) {
    int stop = 0;
    ((stop = (cast<T>(self)->*kFields) ? visit(cast<T>(self)->*kFields, arg) : 0) || ...);
    return stop ? stop : base_exception_traverse(self, visit, arg);
  }

 private:
  static void gc_untrack_exception(Object* self);
};
void exception_untrack(Object* self);
template <class T, Object* T::*... kFields>
void ExceptionLayout<T, kFields...>::gc_untrack_exception(Object* self) {
  exception_untrack(self);
}

inline constexpr unsigned long kExceptionFlags = kTypeDefault | kTypeBaseType | kTypeHaveGc;

// A type that only differs in name and base: shares the base's layout functions. init_slot and new_slot are the base's,
// named where CPython's type has an __init__ or __new__ in its dict; null otherwise.
#define SIMPLE_EXCEPTION(Name, Base, Layout, layout_functions, init_slot, new_slot, doc_text) \
  constinit Type Name = {                                                                     \
      .base = STATIC_TYPE_HEADER(&type_type),                                                 \
      .name = #Name,                                                                          \
      .basicsize = sizeof(Layout),                                                            \
      .dealloc = layout_functions::dealloc,                                                   \
      .flags = kExceptionFlags,                                                               \
      .doc = doc_text,                                                                        \
      .traverse = layout_functions::traverse,                                                 \
      .clear = layout_functions::clear,                                                       \
      .base_type = &Base,                                                                     \
      .dictoffset = offsetof(BaseExceptionObject, dict),                                      \
      .init = init_slot,                                                                      \
      .new_ = new_slot,                                                                       \
  }

struct PlainExceptionLayout {
  static constexpr Destructor dealloc = base_exception_dealloc;
  static constexpr TraverseProc traverse = base_exception_traverse;
  static constexpr InquiryProc clear = base_exception_clear;
};

}  // namespace minipy
