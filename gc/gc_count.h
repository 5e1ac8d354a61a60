// Allocations that CPython makes through its collector where minipy has no object of the collector's.
#pragma once

namespace minipy {

// Counts as gc_alloc() does: a collection may run.
void gc_count_allocation();

}  // namespace minipy
