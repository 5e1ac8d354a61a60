// Tracing of memory blocks (module _tracemalloc), also switched on by -X tracemalloc.
#pragma once

#include <cstdint>

#include "runtime/result.h"

namespace minipy {

struct ThreadState;

// Keeps `frames` frames for each block from now on; harmless when it is on already. ValueError: not in 1 to 65535.
Status tracemalloc_start(int frames);
void tracemalloc_stop();

// Memory that did not come from minipy's allocator, told apart by `domain`: notes the block at address `p` with the
// present call stack, in place of what is known of it; forgets it. False: nobody is tracing. `without_gil` is the
// calling thread's state where it does not hold the GIL, else null.
bool tracemalloc_track(unsigned domain, uintptr_t p, size_t size, ThreadState* without_gil = nullptr);
bool tracemalloc_untrack(unsigned domain, uintptr_t p);
// A tuple of (filename, line), innermost first; None: nothing is known of the block.
Ref<Object> tracemalloc_traceback(unsigned domain, uintptr_t p);

}  // namespace minipy
