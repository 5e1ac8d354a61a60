#include "gc/memory_failure.h"

#include <atomic>

#include "gc/memory.h"
#include "gc/memory_refusal.h"

namespace minipy::memory {

namespace {

// The state of the one injection that can be going on.
constinit std::atomic<unsigned long> counted = 0;
constinit unsigned long first_failing = 0, last_failing = 0;

bool refuse(Domain, size_t) {
  unsigned long number = counted.fetch_add(1, std::memory_order_relaxed);
  return number >= first_failing && number < last_failing;
}
void ignore_allocated(void*, Domain, void*, size_t) {}
void ignore_freed(void*, Domain, void*) {}
constinit Listener failure = {ignore_allocated, ignore_freed, nullptr};  // refusals are asked for while one listens

}  // namespace

void fail_allocations(unsigned long first, unsigned long last) {
  counted = 0;
  first_failing = first;
  last_failing = last;
  set_refusal(refuse);
  set_listener(&failure);
}

unsigned long allocations_counted() { return counted; }

}  // namespace minipy::memory
