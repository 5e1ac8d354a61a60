#include "runtime/uncounted.h"

#include "gc/collector.h"

namespace minipy {

UncountedAllocations::UncountedAllocations() : count_(g_gc.generations[0].count), enabled_(g_gc.enabled) {
  g_gc.enabled = false;
}
UncountedAllocations::~UncountedAllocations() {
  g_gc.generations[0].count = count_;
  g_gc.enabled = enabled_;
}

}  // namespace minipy
