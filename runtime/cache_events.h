// Telling of the objects that exist once and are handed out again: ints from -5 to 256, characters below 256, the empty
// string. The ways there are inline and hot, so only minipy-refs tells (MINIPY_WATCH_COUNTS, gc/object.h); the plain
// build has nothing here.
#pragma once

#include "runtime/int.h"

namespace minipy {

#if defined(MINIPY_WATCH_COUNTS)
struct CacheListener {
  void (*hit)(void* context, const Object* p);  // p was wanted as a new object, and given out again
  void* context;
};
extern const CacheListener* g_cache_listener;  // null: nobody listens
[[gnu::always_inline]] inline void cache_hit(const Object* p) {
  if (g_cache_listener) [[unlikely]]
    g_cache_listener->hit(g_cache_listener->context, p);
}
#else
[[gnu::always_inline]] inline void cache_hit(const Object*) {}
#endif

// For who has made an int: tells if it is one of the cache. (p may be null.)
[[gnu::always_inline]] inline void int_cache_hit(const Object* p) {
#if defined(MINIPY_WATCH_COUNTS)
  const auto* v = reinterpret_cast<const Int*>(p);
  if (v >= small_int(kSmallIntMin) && v <= small_int(kSmallIntMax)) cache_hit(p);
#else
  static_cast<void>(p);
#endif
}

}  // namespace minipy
