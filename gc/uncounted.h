// What CPython has made at start-up and minipy makes on first use.
#pragma once

namespace minipy {

// While it lives no collection starts; what is allocated meanwhile does not count for the collector (D9).
class UncountedAllocations {
 public:
  UncountedAllocations();
  ~UncountedAllocations();
  UncountedAllocations(const UncountedAllocations&) = delete;
  UncountedAllocations& operator=(const UncountedAllocations&) = delete;

 private:
  int count_;
  bool enabled_;
};

}  // namespace minipy
