// Types that are static here while CPython makes heap objects of them (PyType_FromSpec): the object counts for the
// collector (D9).
#pragma once

#include "gc/gc_count.h"
#include "runtime/module.h"

namespace minipy {

inline Status heap_type_ready(Type* type) {
  gc_count_allocation();
  return type_ready(type);
}
// As module_add_type.
inline Status module_add_heap_type(Module* m, Type* type) {
  gc_count_allocation();
  return module_add_type(m, type);
}

}  // namespace minipy
