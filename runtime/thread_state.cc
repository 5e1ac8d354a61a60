// The state of threads as the rooms below vm/ need it: who runs, recursion bounds, and the hooks through which the
// upper rooms bring in the GIL and signals.
#include "runtime/thread_state.h"

#include "gc/memory.h"
#include "runtime/error.h"
#include "runtime/native_stack.h"
#include "runtime/type.h"

namespace minipy {

ThreadState* g_current_thread = nullptr;
Interpreter* g_interpreter = nullptr;

ThreadState* (*g_gil_release_hook)() = nullptr;
void (*g_gil_acquire_hook)(ThreadState*) = nullptr;
Status (*g_check_signals_hook)() = nullptr;

bool RecursionGuard::check_failed(ThreadState* t, const char* where) {
  // While the error itself is being made, a little more depth is allowed; who uses that up too cannot be helped.
  constexpr int kHeadroom = 50;
  if (t->recursion_headroom) {
    if (t->recursion_remaining < -kHeadroom) must_failed(__FILE__, __LINE__, "recovering from a stack overflow");
    return true;
  }
  t->recursion_headroom++;
  // Not RecursionError("..." % where) through a call: that would need depth.
  (void)raise(RecursionError, "maximum recursion depth exceeded{}", where);
  t->recursion_headroom--;
  return false;
}

bool raise_recursion_error(const char* where) {
  (void)raise(RecursionError, "maximum recursion depth exceeded{}", where);
  return false;
}

namespace {

// The containers being repr'd on a thread, innermost last; hung on ThreadState::free_for_vm[0].
struct ReprStack {
  Object** items;
  ssize size;
  ssize capacity;
};

ReprStack* repr_stack() { return static_cast<ReprStack*>(current_thread()->free_for_vm[0]); }

}  // namespace

int repr_enter(Object* p) {
  ReprStack* stack = repr_stack();
  if (!stack) {
    stack = static_cast<ReprStack*>(memory::raw_calloc(1, sizeof(ReprStack)));
    if (!stack) {
      raise_no_memory();
      return -1;
    }
    current_thread()->free_for_vm[0] = stack;
  }
  for (ssize i = stack->size - 1; i >= 0; i--) {
    if (stack->items[i] == p) return 1;
  }
  if (stack->size == stack->capacity) {
    ssize capacity = stack->capacity ? stack->capacity * 2 : 16;
    void* grown = memory::raw_realloc(stack->items, static_cast<size_t>(capacity) * sizeof(Object*));
    if (!grown) {
      raise_no_memory();
      return -1;
    }
    stack->items = static_cast<Object**>(grown);
    stack->capacity = capacity;
  }
  incref(p);
  stack->items[stack->size++] = p;
  return 0;
}

void repr_leave(Object* p) {
  ReprStack* stack = repr_stack();
  if (!stack) return;
  for (ssize i = stack->size - 1; i >= 0; i--) {
    if (stack->items[i] != p) continue;
    for (ssize j = i + 1; j < stack->size; j++) stack->items[j - 1] = stack->items[j];
    stack->size--;
    decref(p);
    return;
  }
}

ReleaseGil::ReleaseGil() : saved_(g_gil_release_hook ? g_gil_release_hook() : nullptr) {}
ReleaseGil::~ReleaseGil() {
  if (saved_ && g_gil_acquire_hook) g_gil_acquire_hook(saved_);
}

Status check_signals() { return g_check_signals_hook ? g_check_signals_hook() : kOk; }

}  // namespace minipy
