#include "gc/object.h"

#include "gc/deep_dealloc.h"
#include "gc/type_view.h"

namespace minipy {

#if defined(MINIPY_WATCH_COUNTS)
const CountListener* g_count_listener = nullptr;
#elif defined(MINIPY_DEBUG)
ssize g_total_references = 0;
#endif

namespace {

void end_object(Object* p) {
  type_view(p)->dealloc(p);
#if defined(MINIPY_WATCH_COUNTS)
  if (g_count_listener) g_count_listener->died(g_count_listener->context, p);
#endif
}

// How far above the native limit objects are put aside; less on a thread with a small stack.
constexpr ptrdiff_t kMargin = 64 * 1024;

constinit char* stack_limit = nullptr;
// Objects put aside, linked through their counts, which are negative all along: a dead object must not look alive to
// weak references, nor like garbage (0) to a collection that starts meanwhile. The list ends with an object, too, so
// that every such count is an address, and no count that has merely fallen below 0 looks like one.
constinit Object end_of_waiting = {};
constinit Object* waiting = &end_of_waiting;
constexpr ssize kLowestAddress = 1 << 16;
bool (*ask_for_freeing)() = nullptr;
constinit bool asked = false;

[[gnu::noinline, gnu::cold]] void put_aside(Object* p) {
  p->refcount = -reinterpret_cast<ssize>(waiting) - 1;
  waiting = p;
  if (!asked && ask_for_freeing) asked = ask_for_freeing();
}

}  // namespace

void free_objects_put_aside() {
  asked = false;
  while (waiting != &end_of_waiting) {
    Object* p = waiting;
    waiting = reinterpret_cast<Object*>(-(p->refcount + 1));
    p->refcount = 0;
    end_object(p);
  }
}

bool is_put_aside(const Object* p) { return p->refcount < -kLowestAddress; }

void set_put_aside_hook(bool (*hook)()) { ask_for_freeing = hook; }

void set_dealloc_stack_limit(char* native_limit) {
  ptrdiff_t left = static_cast<char*>(__builtin_frame_address(0)) - native_limit;
  ptrdiff_t margin = left > 4 * kMargin ? kMargin : left > 0 ? left / 4 : 0;
  stack_limit = native_limit ? native_limit + margin : nullptr;
}

void dealloc_object(Object* p) {
  if (static_cast<char*>(__builtin_frame_address(0)) <= stack_limit) [[unlikely]]
    return put_aside(p);
  end_object(p);
}

}  // namespace minipy
