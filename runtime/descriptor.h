// Slot wrappers: `object.__repr__` (wrapper_descriptor) and `x.__repr__` of a native type (method-wrapper). The layouts
// of the other descriptors are in runtime/function.h.
#pragma once

#include "runtime/function.h"
#include "runtime/type_internal.h"

namespace minipy {

struct WrapperDescriptor {
  Descriptor common;
  const SlotDef* slot;
  void* wrapped;
};
static_assert(sizeof(WrapperDescriptor) == 56);
struct MethodWrapper {
  Object base;
  WrapperDescriptor* descriptor;
  Object* self;
};
static_assert(sizeof(MethodWrapper) == 32);

Ref<Object> descriptor_new_wrapper(Type* owner, const SlotDef* slot, void* wrapped);
}  // namespace minipy
