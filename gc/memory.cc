// Allocation domains over mimalloc. The object and mem domains are used under the GIL only, so their counters are plain
// integers; the raw domain may be used by any thread and counts nothing.
//
// Under AddressSanitizer the C library's allocator is used instead, so that the sanitizer sees every block.
#include "gc/memory.h"

#include <sys/mman.h>

#include "gc/hooks.h"
#include "gc/memory_refusal.h"

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

// Requests beyond PY_SSIZE_T_MAX fail before the allocator sees them. Those of this size are first put to the kernel:
// mimalloc asks for address space only (MAP_NORESERVE), which is granted even if there is less memory by far, and
// filling it would be the end of the process instead of a MemoryError.
constexpr size_t kMaxRequest = static_cast<size_t>(-1) >> 1;
constexpr size_t kDoubtful = size_t{1} << 30;

[[gnu::noinline, gnu::cold]] bool is_refused(size_t size) {
  if (size > kMaxRequest) return true;
  void* p = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (p == MAP_FAILED) return true;
  ::munmap(p, size);
  return false;
}

// The room's only state: who listens, how many blocks the object domain has given out, and who refuses.
constinit const Listener* g_listener = nullptr;
constinit size_t g_object_blocks = 0;
using Refuse = bool (*)(Domain, size_t);
constinit Refuse g_refuse = nullptr;

// What allocation does while somebody listens. Cold, so that the plain paths stay a test and a tail call.
template <Domain kDomain, class Make>
[[gnu::noinline, gnu::cold]] void* allocate_watched(size_t size, Make make) {
  const Listener* listener = g_listener;
  if (g_refuse && g_refuse(kDomain, size)) return nullptr;
  void* p = make();
  if (!p) return nullptr;
  if constexpr (kDomain == Domain::kObject) g_object_blocks++;
  listener->allocated(listener->context, kDomain, p, size);
  return p;
}
template <Domain kDomain>
[[gnu::noinline, gnu::cold]] void* reallocate_watched(void* p, size_t size) {
  const Listener* listener = g_listener;
  if (g_refuse && g_refuse(kDomain, size)) return nullptr;
  void* q = system_realloc(p, size ? size : 1);
  if (!q) return nullptr;
  listener->freed(listener->context, kDomain, p);
  listener->allocated(listener->context, kDomain, q, size);
  return q;
}
[[gnu::noinline, gnu::cold]] void tell_freed(Domain domain, void* p) {
  g_listener->freed(g_listener->context, domain, p);
}

template <Domain kDomain>
inline void* allocate(size_t size) {
  if (size >= kDoubtful && is_refused(size)) [[unlikely]]
    return nullptr;
  if (size == 0) size = 1;
  if (kHooks && g_listener) [[unlikely]]
    return allocate_watched<kDomain>(size, [size] { return system_malloc(size); });
  void* p = system_malloc(size);
  if constexpr (kDomain == Domain::kObject) g_object_blocks += p != nullptr;
  return p;
}

template <Domain kDomain>
inline void* allocate_zeroed(size_t count, size_t size) {
  if (size != 0 && count > kMaxRequest / size) [[unlikely]]
    return nullptr;
  if (count == 0 || size == 0) count = size = 1;
  if (count * size >= kDoubtful && is_refused(count * size)) [[unlikely]]
    return nullptr;
  if (kHooks && g_listener) [[unlikely]]
    return allocate_watched<kDomain>(count * size, [=] { return system_calloc(count, size); });
  void* p = system_calloc(count, size);
  if constexpr (kDomain == Domain::kObject) g_object_blocks += p != nullptr;
  return p;
}

template <Domain kDomain>
inline void* reallocate(void* p, size_t size) {
  if (!p) return allocate<kDomain>(size);
  if (size >= kDoubtful && is_refused(size)) [[unlikely]]
    return nullptr;
  if (kHooks && g_listener) [[unlikely]]
    return reallocate_watched<kDomain>(p, size);
  return system_realloc(p, size ? size : 1);
}

template <Domain kDomain>
inline void release(void* p) {
  if (!p) return;
  if constexpr (kDomain == Domain::kObject) g_object_blocks--;
  if (kHooks && g_listener) [[unlikely]]
    tell_freed(kDomain, p);
  system_free(p);
}

}  // namespace

const Listener* set_listener(const Listener* listener) {
  const Listener* previous = g_listener;
  g_listener = listener;
  return previous;
}

void set_refusal(Refuse refuse) { g_refuse = refuse; }

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
