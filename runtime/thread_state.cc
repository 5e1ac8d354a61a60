// The state of threads as the rooms below vm/ need it: who runs, recursion bounds, and the hooks through which the
// upper rooms bring in the GIL and signals.
#include "runtime/thread_state.h"

#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/native_stack.h"
#include "runtime/thread_dict.h"
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

Dict* thread_dict(ThreadState* t) {
  if (!t->dict) t->dict = as_object(dict_new().release());
  return cast<Dict>(t->dict);
}

namespace {

// The containers being repr'd on a thread, innermost last: a list in the thread's dict, as CPython keeps it, since both
// are objects that the collector counts. Null: there is none yet.
List* repr_stack() {
  Object* dict = current_thread()->dict;
  return dict ? cast<List>(dict_get_ascii(cast<Dict>(dict), "Py_Repr")) : nullptr;
}

List* repr_stack_made() {
  if (List* stack = repr_stack()) return stack;
  Dict* dict = thread_dict(current_thread());
  if (!dict) return nullptr;
  Ref<List> made = TRY(list_new());
  if (!dict_set_ascii(dict, "Py_Repr", as_object(made.get()))) return nullptr;
  return made.get();
}

}  // namespace

int repr_enter(Object* p) {
  List* stack = repr_stack_made();
  if (!stack) return -1;
  for (ssize i = list_size(stack) - 1; i >= 0; i--) {
    if (stack->items[i] == p) return 1;
  }
  return list_append(stack, p) ? 0 : -1;
}

void repr_leave(Object* p) {
  PreserveError saved;
  List* stack = repr_stack();
  if (!stack) return;
  for (ssize i = list_size(stack) - 1; i >= 0; i--) {
    if (stack->items[i] != p) continue;
    if (!list_assign_slice(stack, i, i + 1, nullptr)) error_clear();
    return;
  }
}

ReleaseGil::ReleaseGil() : saved_(g_gil_release_hook ? g_gil_release_hook() : nullptr) {}
ReleaseGil::~ReleaseGil() {
  if (saved_ && g_gil_acquire_hook) g_gil_acquire_hook(saved_);
}

Status check_signals() { return g_check_signals_hook ? g_check_signals_hook() : kOk; }

}  // namespace minipy
