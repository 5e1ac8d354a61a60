// Beside the listener to allocations (gc/memory.h): what it may ask, and what it is not told of.
#pragma once

#include <cstddef>

namespace minipy::memory {

// Within a listener's functions: the block is being resized, and told first as freed at its old address, then as
// allocated at the new one. Of the mem and object domains.
bool resizing();

// The bytes that the allocator takes for `size`: its size class; whole pages for large blocks.
size_t size_class(size_t size);

// Memory that no listener is told of: for what CPython keeps in its code objects or takes from the system in whole
// pages (the copies of code that are executed, the stacks of frames), so that the traces of tracemalloc are the same.
// Null when memory is exhausted. Usable without the GIL.
void* untold_alloc(size_t size);
void untold_free(void* p);

}  // namespace minipy::memory
