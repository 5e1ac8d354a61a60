// Tracing of memory blocks (module _tracemalloc), also switched on by -X tracemalloc.
#pragma once

#include "runtime/result.h"

namespace minipy {

// Keeps `frames` frames for each block from now on; harmless when it is on already. ValueError: not in 1 to 65535.
Status tracemalloc_start(int frames);
void tracemalloc_stop();

}  // namespace minipy
