// Objects that CPython makes for a moment (bound methods, iterators, wrappers) where minipy does without.
#pragma once

namespace minipy {

// Counts as the allocation and the freeing of a collected object: a collection may run when it begins (D9).
class CountedObject {
 public:
  CountedObject();
  ~CountedObject();
  CountedObject(const CountedObject&) = delete;
  CountedObject& operator=(const CountedObject&) = delete;
};

}  // namespace minipy
