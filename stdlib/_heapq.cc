// Module _heapq: priority queues in lists. A comparison may change the list, which is noticed.
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/list_internal.h"
#include "runtime/module.h"

namespace minipy {

namespace {

// Whether a belongs above b: smaller in a min-heap, larger in a max-heap.
template <bool kMax>
Maybe<bool> above(List* heap, ssize a, ssize b) {
  ssize size = list_size(heap);
  Ref<Object> x = share(heap->items[a]), y = share(heap->items[b]);
  Maybe<bool> result = kMax ? object_compare_bool(y.get(), x.get(), kLt) : object_compare_bool(x.get(), y.get(), kLt);
  if (result && list_size(heap) != size) return raise(RuntimeError, "list changed size during iteration");
  return result;
}

// Moves the item up to its place, not beyond `start`.
template <bool kMax>
Status sift_down(List* heap, ssize start, ssize at) {
  if (at >= list_size(heap)) return raise(IndexError, "index out of range");
  while (at > start) {
    ssize parent = (at - 1) >> 1;
    Maybe<bool> swap = above<kMax>(heap, at, parent);
    if (!swap) return kRaised;
    if (!*swap) break;
    std::swap(heap->items[at], heap->items[parent]);
    at = parent;
  }
  return kOk;
}

// Moves the item down to a leaf, the better child going up each time, then up to its place.
template <bool kMax>
Status sift_up(List* heap, ssize at) {
  ssize end = list_size(heap), start = at;
  if (at >= end) return raise(IndexError, "index out of range");
  ssize limit = end >> 1;
  while (at < limit) {
    ssize child = 2 * at + 1;
    if (child + 1 < end) {
      // Of equal children the right one.
      Maybe<bool> left_first = above<kMax>(heap, child, child + 1);
      if (!left_first) return kRaised;
      if (!*left_first) child++;
    }
    std::swap(heap->items[at], heap->items[child]);
    at = child;
  }
  return sift_down<kMax>(heap, start, at);
}

Status heap_push(Object*, List* heap, Object* item) {
  TRY(list_append(heap, item));
  return sift_down<false>(heap, 0, list_size(heap) - 1);
}

template <bool kMax>
Ref<Object> heap_pop(Object*, List* heap) {
  ssize n = list_size(heap);
  if (n == 0) return raise(IndexError, "index out of range");
  Ref<Object> last = share(heap->items[n - 1]);
  TRY(list_assign_slice(heap, n - 1, n, nullptr));
  if (n == 1) return last;
  Ref<Object> top = steal(std::exchange(heap->items[0], last.release()));
  TRY(sift_up<kMax>(heap, 0));
  return top;
}

template <bool kMax>
Ref<Object> heap_replace(Object*, List* heap, Object* item) {
  if (list_size(heap) == 0) return raise(IndexError, "index out of range");
  Ref<Object> top = steal(std::exchange(heap->items[0], Ref<Object>::share(item).release()));
  TRY(sift_up<kMax>(heap, 0));
  return top;
}

Ref<Object> heap_pushpop(Object*, List* heap, Object* item) {
  if (list_size(heap) == 0) return share(item);
  Ref<Object> top = share(heap->items[0]);
  Maybe<bool> smaller = object_compare_bool(top.get(), item, kLt);
  if (!smaller) return nullptr;
  if (!*smaller) return share(item);
  if (list_size(heap) == 0) return raise(IndexError, "index out of range");
  top = steal(std::exchange(heap->items[0], Ref<Object>::share(item).release()));
  TRY(sift_up<false>(heap, 0));
  return top;
}

// A large heap is built in an order that stays in the processor's cache: after a node, at once the parents that it
// completes.
template <bool kMax>
Status heapify_large(List* heap, ssize n) {
  ssize middle = n >> 1;
  ssize leftmost = (ssize{1} << (63 - __builtin_clzll(static_cast<unsigned long long>(middle) + 1))) - 1;
  ssize half = middle >> 1;
  auto run = [heap](ssize i) -> Status {
    while (true) {
      TRY(sift_up<kMax>(heap, i));
      if (!(i & 1)) return kOk;
      i >>= 1;
    }
  };
  for (ssize i = leftmost - 1; i >= half; i--) TRY(run(i));
  for (ssize i = middle - 1; i >= leftmost; i--) TRY(run(i));
  return kOk;
}

template <bool kMax>
Status heapify(Object*, List* heap) {
  ssize n = list_size(heap);
  if (n > 2500) return heapify_large<kMax>(heap, n);
  for (ssize i = (n >> 1) - 1; i >= 0; i--) TRY(sift_up<kMax>(heap, i));
  return kOk;
}

constinit MethodDef functions[] = {
    FUNCTION(heap_push, "heappush(module, heap, item, /)", "Push item onto heap, maintaining the heap invariant."),
    FUNCTION(heap_pushpop, "heappushpop(module, heap, item, /)",
             "Push item on the heap, then pop and return the smallest item from the heap.\n\n"
             "The combined action runs more efficiently than heappush() followed by\na separate call to heappop()."),
    FUNCTION(heap_pop<false>, "heappop(module, heap, /)",
             "Pop the smallest item off the heap, maintaining the heap invariant."),
    FUNCTION(heap_replace<false>, "heapreplace(module, heap, item, /)",
             "Pop and return the current smallest value, and add the new item.\n\n"
             "This is more efficient than heappop() followed by heappush(), and can be\n"
             "more appropriate when using a fixed-size heap."),
    FUNCTION(heapify<false>, "heapify(module, heap, /)", "Transform list into a heap, in-place, in O(len(heap)) time."),
    FUNCTION(heap_pop<true>, "_heappop_max(module, heap, /)", "Maxheap variant of heappop."),
    FUNCTION(heap_replace<true>, "_heapreplace_max(module, heap, item, /)", "Maxheap variant of heapreplace."),
    FUNCTION(heapify<true>, "_heapify_max(module, heap, /)", "Maxheap variant of heapify."),
    {},
};

Status exec(Module* m) {
  return module_add_str(
      m, "__about__",
      "Heap queues\n\n"
      "A heap is a list in which heap[k] <= heap[2*k+1] and heap[k] <= heap[2*k+2] for all k, counting\n"
      "elements from 0; heap[0] is always its smallest element.");
}

}  // namespace

constinit NativeModule _heapq_module = {"_heapq", functions, exec,
                                        "Heap queue algorithm (a.k.a. priority queue).\n\n"
                                        "Heaps are arrays for which a[k] <= a[2*k+1] and a[k] <= a[2*k+2] for\n"
                                        "all k, counting elements from 0."};

}  // namespace minipy
