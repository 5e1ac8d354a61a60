// What memory management reads of a type object. Type itself belongs to runtime/, above this room; its layout is fixed
// by the C ABI, so the collector looks at the same bytes through this view. runtime/type.cc asserts that both agree.
#pragma once

#include "gc/object.h"

namespace minipy {

struct TypeView {
  VarObject base;
  const char* name;
  ssize basicsize;
  ssize itemsize;
  Destructor dealloc;
  void* slots_before_flags[14];
  unsigned long flags;
  const char* doc;
  TraverseProc traverse;
  InquiryProc clear;
  void* richcompare;
  ssize weaklistoffset;
  void* slots_before_free[13];
  void (*free)(void*);
  InquiryProc is_gc;
  void* slots_before_del[5];
  Destructor del;
  unsigned int version_tag;
  Destructor finalize;
};

inline constexpr unsigned long kViewManagedDict = 1ul << 4;
inline constexpr unsigned long kViewHaveGc = 1ul << 14;

template <class T>
inline const TypeView* type_view(const T* p) {
  return reinterpret_cast<const TypeView*>(as_object(p)->type);
}

}  // namespace minipy
