// What CPython has made at start-up and minipy makes on first use.
#pragma once

#include "runtime/free_list.h"

namespace minipy {

// While it lives no collection starts; what is allocated meanwhile does not count for the collector and neither takes
// from the free lists nor gives to them (D9).
class UncountedAllocations {
 public:
  UncountedAllocations();
  ~UncountedAllocations();
  UncountedAllocations(const UncountedAllocations&) = delete;
  UncountedAllocations& operator=(const UncountedAllocations&) = delete;

 private:
  FreeListsUntouched untouched_;
  int count_;
  bool enabled_;
};

}  // namespace minipy
