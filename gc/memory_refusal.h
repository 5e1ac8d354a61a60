// Allocations that fail on demand, to test what happens when memory is exhausted.
#pragma once

#include "gc/memory.h"

namespace minipy::memory {

// Asked before every allocation and reallocation, as long as a listener is installed (set_listener): true makes it
// fail. Null: none is refused. The caller sees to it that `refuse` stays valid.
// Returns the previous one.
using Refuse = bool (*)(Domain, size_t size);
Refuse set_refusal(Refuse refuse);

// As long as it lives, nothing is refused, and nothing is asked: for what CPython has in static memory.
class WithoutRefusal {
 public:
  WithoutRefusal() : saved_(set_refusal(nullptr)) {}
  ~WithoutRefusal() { set_refusal(saved_); }
  WithoutRefusal(const WithoutRefusal&) = delete;
  WithoutRefusal& operator=(const WithoutRefusal&) = delete;

 private:
  Refuse saved_;
};

}  // namespace minipy::memory
