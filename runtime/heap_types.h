// Types that are static here while CPython makes heap objects of them (PyType_FromSpec): the object counts for the
// collector (D9).
#pragma once

#include <optional>

#include "gc/counted_object.h"
#include "runtime/module.h"

namespace minipy {

// A specification names the type's own __weaklistoffset__ and __dictoffset__ among its members, of which descriptors
// are made, too, and dropped when the type is ready.
class OffsetDescriptors {
 public:
  explicit OffsetDescriptors(const Type* unready) {
    if (unready->weaklistoffset) weaklist_.emplace();
    if (unready->dictoffset) dict_.emplace();
  }

 private:
  std::optional<CountedObject> weaklist_, dict_;
};

// Makes the type usable; `__module__` is in its dict, as in a heap type's.
Status heap_type_ready(Type* type);
// As module_add_type.
Status module_add_heap_type(Module* m, Type* type);

}  // namespace minipy
