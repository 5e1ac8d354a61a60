// Allocation that fails on demand, and what the tests of tracemalloc ask for.
#include "gc/memory_refusal.h"

#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/error.h"
#include "runtime/str.h"
#include "stdlib/_testcapi/testcapi.h"
#include "stdlib/tracemalloc.h"
#include "vm/gil.h"

namespace minipy::testcapi {
namespace {

// From the allocation after `start` on all fail, up to `stop` (0: without end).
struct Failing {
  long count, start, stop;
  const memory::Listener* previous;
  bool installed;
};
constinit Failing g_failing = {};

constinit memory::Listener listener = {
    .allocated =
        [](void*, memory::Domain domain, void* p, size_t size) {
          if (g_failing.previous) g_failing.previous->allocated(g_failing.previous->context, domain, p, size);
        },
    .freed =
        [](void*, memory::Domain domain, void* p) {
          if (g_failing.previous) g_failing.previous->freed(g_failing.previous->context, domain, p);
        },
    .context = nullptr,
};

bool refuse(memory::Domain, size_t) {
  g_failing.count++;
  return g_failing.count > g_failing.start && (g_failing.stop <= 0 || g_failing.count <= g_failing.stop);
}

void set_nomemory(Object*, int start, int stop) {
  g_failing.count = 0;
  g_failing.start = start;
  g_failing.stop = stop;
  if (g_failing.installed) return;
  g_failing.previous = memory::set_listener(&listener);
  memory::set_refusal(refuse);
  g_failing.installed = true;
}

void remove_mem_hooks(Object*) {
  if (!g_failing.installed) return;
  memory::set_refusal(nullptr);
  memory::set_listener(g_failing.previous);
  g_failing.installed = false;
}

Ref<Object> raise_memoryerror(Object*) { return raise_no_memory_error(); }

Ref<Object> pymem_getallocatorsname(Object*) { return str_from_ascii("mimalloc"); }

// Blocks of no bytes are blocks: each has an address of its own.
Ref<Object> test_pymem_alloc0(Object*) {
  void* blocks[] = {memory::raw_alloc(0),     memory::mem_alloc(0),     memory::object_alloc(0),
                    memory::raw_calloc(0, 0), memory::mem_calloc(0, 0), memory::object_calloc(0, 0)};
  bool failed = false;
  for (void* p : blocks) failed |= !p;
  memory::raw_free(blocks[0]);
  memory::mem_free(blocks[1]);
  memory::object_free(blocks[2]);
  memory::raw_free(blocks[3]);
  memory::mem_free(blocks[4]);
  memory::object_free(blocks[5]);
  if (failed) return raise(RuntimeError, "a block of no bytes was refused");
  return none_ref();
}

Status tracemalloc_track(Object*, int domain, ssize p, ssize size, bool release_gil) {
  ThreadState* self = release_gil ? gil_release() : nullptr;
  bool tracing = minipy::tracemalloc_track(static_cast<unsigned>(domain), static_cast<uintptr_t>(p),
                                           static_cast<size_t>(size), self);
  if (self) gil_acquire(self);
  if (!tracing) return raise(RuntimeError, "_PyTraceMalloc_Track error");
  return kOk;
}
Status tracemalloc_untrack(Object*, int domain, ssize p) {
  if (!minipy::tracemalloc_untrack(static_cast<unsigned>(domain), static_cast<uintptr_t>(p)))
    return raise(RuntimeError, "_PyTraceMalloc_Untrack error");
  return kOk;
}
Ref<Object> tracemalloc_get_traceback(Object*, int domain, ssize p) {
  return tracemalloc_traceback(static_cast<unsigned>(domain), static_cast<uintptr_t>(p));
}

}  // namespace

constinit MethodDef memory_functions[] = {
    FUNCTION(set_nomemory, "set_nomemory(module, start, stop=0, /)",
             "Let allocations fail, after `start` of them and up to number `stop`."),
    FUNCTION(remove_mem_hooks, "remove_mem_hooks(module, /)", "End what set_nomemory() began."),
    FUNCTION(raise_memoryerror, "raise_memoryerror(module, /)", "Raise MemoryError as a failed allocation does."),
    FUNCTION(test_pymem_alloc0, "test_pymem_alloc0(module, /)", "Blocks of no bytes can be allocated."),
    FUNCTION(tracemalloc_track, "tracemalloc_track(module, domain, ptr, size, release_gil=False, /)",
             "Trace a block of memory, which need not be one."),
    FUNCTION(tracemalloc_untrack, "tracemalloc_untrack(module, domain, ptr, /)", "Forget such a block."),
    FUNCTION(tracemalloc_get_traceback, "tracemalloc_get_traceback(module, domain, ptr, /)",
             "Where such a block was traced, or None."),
    FUNCTION(pymem_getallocatorsname, "pymem_getallocatorsname(module, /)", "The allocator's name."),
    {},
};

}  // namespace minipy::testcapi
