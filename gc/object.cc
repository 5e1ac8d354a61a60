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

// How far above the native limit objects are put aside; what has been put aside is freed when twice as much is left.
// Less on a thread with a small stack.
constexpr ptrdiff_t kMargin = 64 * 1024;

constinit char *stack_limit = nullptr, *unwound_limit = nullptr;
// Objects put aside. They are linked through their counts, negated: a dead object must not look alive to weak
// references.
constinit Object* waiting = nullptr;
constinit bool freeing_waiting = false;
// What dealloc_object() compares with: the limit, or the top of memory while objects are waiting.
constinit char* attention_below = nullptr;

void set_attention() {
  attention_below = waiting && !freeing_waiting ? reinterpret_cast<char*>(UINTPTR_MAX) : stack_limit;
}

void put_aside(Object* p) {
  p->refcount = -reinterpret_cast<ssize>(waiting);
  waiting = p;
  set_attention();
}

void free_waiting() {
  freeing_waiting = true;
  set_attention();
  while (Object* p = waiting) {
    waiting = reinterpret_cast<Object*>(-p->refcount);
    p->refcount = 0;
    type_view(p)->dealloc(p);
  }
  freeing_waiting = false;
  set_attention();
}

[[gnu::noinline, gnu::cold]] void dealloc_with_attention(Object* p) {
  char* here = static_cast<char*>(__builtin_frame_address(0));
  if (here <= stack_limit) return put_aside(p);
  if (here > unwound_limit && !freeing_waiting) free_waiting();
  type_view(p)->dealloc(p);
}

}  // namespace

void set_dealloc_stack_limit(char* native_limit) {
  ptrdiff_t left = static_cast<char*>(__builtin_frame_address(0)) - native_limit;
  ptrdiff_t margin = left > 4 * kMargin ? kMargin : left > 0 ? left / 4 : 0;
  stack_limit = native_limit ? native_limit + margin : nullptr;
  unwound_limit = native_limit ? stack_limit + margin : nullptr;
  set_attention();
}

void dealloc_object(Object* p) {
  if (static_cast<char*>(__builtin_frame_address(0)) <= attention_below) [[unlikely]]
    return dealloc_with_attention(p);
  type_view(p)->dealloc(p);
}

}  // namespace minipy
