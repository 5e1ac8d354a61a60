// Allocation domains over mimalloc. The object and mem domains are used under the GIL only, so their counters are plain
// integers; the raw domain may be used by any thread and counts nothing.
//
// Under AddressSanitizer the C library's allocator is used instead, so that the sanitizer sees every block.
#include "gc/memory.h"

#include <sys/mman.h>

#include <cstdint>
#include <utility>

#include "gc/hooks.h"
#include "gc/memory_refusal.h"
#include "gc/memory_watch.h"

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
inline size_t system_size(size_t size) { return size; }
#else
inline void* system_malloc(size_t size) { return mi_malloc(size); }
inline void* system_calloc(size_t count, size_t size) { return mi_calloc(count, size); }
inline void* system_realloc(void* p, size_t size) { return mi_realloc(p, size); }
inline void system_free(void* p) { mi_free(p); }
inline size_t system_size(size_t size) { return mi_good_size(size); }
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

// The room's only state: who listens, how many blocks the object domain has given out, who refuses, and whether the
// listener hears of a block that is resized.
constinit const Listener* g_listener = nullptr;
constinit size_t g_object_blocks = 0;
constinit Refuse g_refuse = nullptr;
constinit bool g_resizing = false;

// Listening costs nothing while nobody does: the tests for what is rare anyway find it, too. Requests of 1 to this many
// bytes go straight to the allocator; those of no bytes, of doubtful sizes and, while somebody listens (0), all others
// take the slow way.
constexpr size_t kPlainSizes = kDoubtful - 1;
constinit size_t g_plain_sizes = kPlainSizes;
inline bool is_plain_size(size_t size) { return size - 1 < (kHooks ? g_plain_sizes : kPlainSizes); }
// And addresses that have none of these bits: null and, while somebody listens (0), all.
constinit uintptr_t g_plain_bits = ~uintptr_t{0};
inline bool is_plain_address(const void* p) {
  return reinterpret_cast<uintptr_t>(p) & (kHooks ? g_plain_bits : ~uintptr_t{0});
}

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
  g_resizing = kDomain != Domain::kRaw;
  listener->freed(listener->context, kDomain, p);
  listener->allocated(listener->context, kDomain, q, size);
  g_resizing = false;
  return q;
}
[[gnu::noinline, gnu::cold]] void tell_freed(Domain domain, void* p) {
  g_listener->freed(g_listener->context, domain, p);
}

template <Domain kDomain>
inline void* allocate_unwatched(size_t size) {
  void* p = system_malloc(size);
  if constexpr (kDomain == Domain::kObject) g_object_blocks += p != nullptr;
  return p;
}
template <Domain kDomain>
[[gnu::noinline, gnu::cold]] void* allocate_slowly(size_t size) {
  if (size >= kDoubtful && is_refused(size)) return nullptr;
  if (size == 0) size = 1;
  if (!g_listener) return allocate_unwatched<kDomain>(size);
  return allocate_watched<kDomain>(size, [size] { return system_malloc(size); });
}
template <Domain kDomain>
inline void* allocate(size_t size) {
  if (!is_plain_size(size)) [[unlikely]]
    return allocate_slowly<kDomain>(size);
  return allocate_unwatched<kDomain>(size);
}

template <Domain kDomain>
inline void* allocate_zeroed_unwatched(size_t size) {
  void* p = system_calloc(1, size);
  if constexpr (kDomain == Domain::kObject) g_object_blocks += p != nullptr;
  return p;
}
template <Domain kDomain>
[[gnu::noinline, gnu::cold]] void* allocate_zeroed_slowly(size_t size) {
  if (size >= kDoubtful && is_refused(size)) return nullptr;
  if (size == 0) size = 1;
  if (!g_listener) return allocate_zeroed_unwatched<kDomain>(size);
  return allocate_watched<kDomain>(size, [size] { return system_calloc(1, size); });
}
template <Domain kDomain>
inline void* allocate_zeroed(size_t count, size_t size) {
  size_t whole;
  if (__builtin_mul_overflow(count, size, &whole)) [[unlikely]]
    return nullptr;
  if (!is_plain_size(whole)) [[unlikely]]
    return allocate_zeroed_slowly<kDomain>(whole);
  return allocate_zeroed_unwatched<kDomain>(whole);
}

template <Domain kDomain>
[[gnu::noinline, gnu::cold]] void* reallocate_slowly(void* p, size_t size) {
  if (size >= kDoubtful && is_refused(size)) return nullptr;
  return g_listener ? reallocate_watched<kDomain>(p, size) : system_realloc(p, size ? size : 1);
}
template <Domain kDomain>
inline void* reallocate(void* p, size_t size) {
  if (!p) return allocate<kDomain>(size);
  if (!is_plain_size(size)) [[unlikely]]
    return reallocate_slowly<kDomain>(p, size);
  return system_realloc(p, size);
}

template <Domain kDomain>
[[gnu::noinline, gnu::cold]] void release_slowly(void* p) {
  if (!p) return;
  if constexpr (kDomain == Domain::kObject) g_object_blocks--;
  if (g_listener) tell_freed(kDomain, p);
  system_free(p);
}
template <Domain kDomain>
inline void release(void* p) {
  if (!is_plain_address(p)) [[unlikely]]
    return release_slowly<kDomain>(p);
  if constexpr (kDomain == Domain::kObject) g_object_blocks--;
  system_free(p);
}

}  // namespace

const Listener* set_listener(const Listener* listener) {
  const Listener* previous = g_listener;
  g_listener = listener;
  g_plain_sizes = listener ? 0 : kPlainSizes;
  g_plain_bits = listener ? 0 : ~uintptr_t{0};
  return previous;
}

Refuse set_refusal(Refuse refuse) { return std::exchange(g_refuse, refuse); }

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

void* untold_alloc(size_t size) {
  if (g_refuse && g_refuse(Domain::kRaw, size)) [[unlikely]]
    return nullptr;
  return system_malloc(size);
}
void untold_free(void* p) { system_free(p); }

bool resizing() { return g_resizing; }
size_t size_class(size_t size) { return system_size(size ? size : 1); }

size_t allocated_blocks() { return g_object_blocks; }

}  // namespace minipy::memory
