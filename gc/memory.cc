// Allocation domains over mimalloc. The object and mem domains are used under the GIL only, so their counters are plain
// integers; the raw domain may be used by any thread and counts nothing.
//
// Under AddressSanitizer the C library's allocator is used instead, so that the sanitizer sees every block.
#include "gc/memory.h"

#ifdef MINIPY_ASAN
#include <cstdlib>
#else
#include <mimalloc.h>
#endif

// After a realloc the listener is told the old address, which is no longer used as a pointer.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wuse-after-free"
#endif

namespace minipy::memory {

namespace {

#ifdef MINIPY_ASAN
inline void* system_malloc(size_t size) { return std::malloc(size); }
inline void* system_calloc(size_t count, size_t size) { return std::calloc(count, size); }
inline void* system_realloc(void* p, size_t size) { return std::realloc(p, size); }
inline void system_free(void* p) { std::free(p); }
#else
inline void* system_malloc(size_t size) { return mi_malloc(size); }
inline void* system_calloc(size_t count, size_t size) { return mi_calloc(count, size); }
inline void* system_realloc(void* p, size_t size) { return mi_realloc(p, size); }
inline void system_free(void* p) { mi_free(p); }
#endif

// Requests beyond PY_SSIZE_T_MAX fail before the allocator sees them.
constexpr size_t kMaxRequest = static_cast<size_t>(-1) >> 1;

// The room's only state: who listens, and how many blocks the object domain has given out.
constinit const Listener* g_listener = nullptr;
constinit size_t g_object_blocks = 0;

// Cold, so that the plain paths stay a test and a tail call.
[[gnu::noinline, gnu::cold]] void* tell_allocated(Domain domain, void* p, size_t size) {
  if (p) g_listener->allocated(g_listener->context, domain, p, size);
  return p;
}
[[gnu::noinline, gnu::cold]] void tell_freed(Domain domain, void* p) {
  g_listener->freed(g_listener->context, domain, p);
}

template <Domain kDomain>
inline void* allocate(size_t size) {
  if (size > kMaxRequest) [[unlikely]]
    return nullptr;
  void* p = system_malloc(size ? size : 1);
  if constexpr (kDomain == Domain::kObject) g_object_blocks += p != nullptr;
  if (g_listener) [[unlikely]]
    return tell_allocated(kDomain, p, size);
  return p;
}

template <Domain kDomain>
inline void* allocate_zeroed(size_t count, size_t size) {
  if (size != 0 && count > kMaxRequest / size) [[unlikely]]
    return nullptr;
  if (count == 0 || size == 0) count = size = 1;
  void* p = system_calloc(count, size);
  if constexpr (kDomain == Domain::kObject) g_object_blocks += p != nullptr;
  if (g_listener) [[unlikely]]
    return tell_allocated(kDomain, p, count * size);
  return p;
}

template <Domain kDomain>
inline void* reallocate(void* p, size_t size) {
  if (!p) return allocate<kDomain>(size);
  if (size > kMaxRequest) [[unlikely]]
    return nullptr;
  void* q = system_realloc(p, size ? size : 1);
  if (g_listener && q) [[unlikely]] {
    tell_freed(kDomain, p);
    return tell_allocated(kDomain, q, size);
  }
  return q;
}

template <Domain kDomain>
inline void release(void* p) {
  if (!p) return;
  if constexpr (kDomain == Domain::kObject) g_object_blocks--;
  if (g_listener) [[unlikely]]
    tell_freed(kDomain, p);
  system_free(p);
}

}  // namespace

const Listener* set_listener(const Listener* listener) {
  const Listener* previous = g_listener;
  g_listener = listener;
  return previous;
}

void* raw_alloc(size_t size) { return allocate<Domain::kRaw>(size); }
void* raw_calloc(size_t count, size_t size) { return allocate_zeroed<Domain::kRaw>(count, size); }
void* raw_realloc(void* p, size_t size) { return reallocate<Domain::kRaw>(p, size); }
void raw_free(void* p) { release<Domain::kRaw>(p); }

void* mem_alloc(size_t size) { return allocate<Domain::kMem>(size); }
void* mem_calloc(size_t count, size_t size) { return allocate_zeroed<Domain::kMem>(count, size); }
void* mem_realloc(void* p, size_t size) { return reallocate<Domain::kMem>(p, size); }
void mem_free(void* p) { release<Domain::kMem>(p); }

void* object_alloc(size_t size) { return allocate<Domain::kObject>(size); }
void* object_calloc(size_t count, size_t size) { return allocate_zeroed<Domain::kObject>(count, size); }
void* object_realloc(void* p, size_t size) { return reallocate<Domain::kObject>(p, size); }
void object_free(void* p) { release<Domain::kObject>(p); }

size_t allocated_blocks() { return g_object_blocks; }

}  // namespace minipy::memory
