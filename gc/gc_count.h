// Allocations that CPython makes through its collector where minipy has no object of the collector's.
#pragma once

namespace minipy {

// Counts as gc_alloc() does: a collection may run.
void gc_count_allocation();

// Weak references that were freed by their own callbacks in the running collection, which count as collected: set by
// GcHooks::handle_weakrefs.
extern long g_gc_references_freed;

}  // namespace minipy
