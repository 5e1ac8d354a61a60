// What descriptor.cc and slot_wrapper.cc share.
#pragma once

#include "runtime/descriptor.h"

namespace minipy {

// An untracked descriptor; fields beyond the common ones are not set.
Ref<Object> descriptor_new(Type* type, size_t size, Type* owner, const char* name);
void descriptor_dealloc(Object* p);
int descriptor_traverse(Object* p, VisitProc visit, void* arg);
// "<kind 'name' of 'type' objects>"
Ref<Str> descriptor_repr(Object* p, const char* kind);
Object* descriptor_reduce(Object* p, Object*);
Object* descriptor_qualname(Object* p, void*);
// TypeError (and false) when the descriptor does not apply to the object.
bool descriptor_check(Descriptor* d, Object* p);

}  // namespace minipy
