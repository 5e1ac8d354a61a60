// Allocation domains over mimalloc: raw (usable without the GIL), mem (buffers), object (objects).
// Each domain has a place for one listener that is told of every allocation and free (null: nobody watches).
#pragma once

#include <cstddef>

namespace minipy::memory {

enum class Domain { kRaw, kMem, kObject };

struct Listener {
  void (*allocated)(void* context, Domain, void* p, size_t size);
  void (*freed)(void* context, Domain, void* p);
  void* context;
};
// Returns the previous listener. The listener must outlive its installation.
const Listener* set_listener(const Listener* listener);

// All return null when memory is exhausted; no exception is set (callers use raise_no_memory()). Size 0 yields a
// unique pointer.
void* raw_alloc(size_t size);
void* raw_calloc(size_t count, size_t size);
void* raw_realloc(void* p, size_t size);
void raw_free(void* p);

void* mem_alloc(size_t size);
void* mem_calloc(size_t count, size_t size);
void* mem_realloc(void* p, size_t size);
void mem_free(void* p);

void* object_alloc(size_t size);
void* object_calloc(size_t count, size_t size);
void* object_realloc(void* p, size_t size);
void object_free(void* p);

// Number of blocks now allocated in the object domain (sys.getallocatedblocks()).
size_t allocated_blocks();

}  // namespace minipy::memory
