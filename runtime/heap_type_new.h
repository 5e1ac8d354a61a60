// Heap types of native modules, as PyType_FromSpec makes them: their `__flags__`, the counts of references to them and
// the collector's counts are CPython's.
#pragma once

#include "gc/object.h"
#include "runtime/type.h"

namespace minipy {

// A heap type that is described by a static one, which itself is never made ready: `form->name` is "module.name", its
// flags are those of the heap type (kTypeImmutable, kTypeDisallowInstantiation...). Instances own a reference to their
// type: a dealloc slot of the form ends with free_instance(), its traverse slot (if any) visits the type. A form
// without a dealloc slot gets that of classes. `base`: other than the form's.
Ref<Type> heap_type_new(const Type* form, Type* base = nullptr);

// The end of a dealloc slot: frees the object and gives up its reference to its type.
inline void free_instance(Object* p) {
  Type* type = type_of(p);
  type->free(p);
  decref(type);
}

// A new exception class, "module.name", as PyErr_NewException makes it.
Ref<Type> exception_class_new(const char* full_name, Type* base);

}  // namespace minipy
