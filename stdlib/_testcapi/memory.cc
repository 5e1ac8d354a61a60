// Allocation that fails on demand.
#include "gc/memory_refusal.h"

#include "runtime/bind.h"
#include "runtime/error.h"
#include "runtime/str.h"
#include "stdlib/_testcapi/testcapi.h"

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

}  // namespace

constinit MethodDef memory_functions[] = {
    FUNCTION(set_nomemory, "set_nomemory(module, start, stop=0, /)",
             "Let allocations fail, after `start` of them and up to number `stop`."),
    FUNCTION(remove_mem_hooks, "remove_mem_hooks(module, /)", "End what set_nomemory() began."),
    FUNCTION(raise_memoryerror, "raise_memoryerror(module, /)", "Raise MemoryError as a failed allocation does."),
    FUNCTION(pymem_getallocatorsname, "pymem_getallocatorsname(module, /)", "The allocator's name."),
    {},
};

}  // namespace minipy::testcapi
