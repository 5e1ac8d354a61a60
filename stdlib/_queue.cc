// Module _queue: SimpleQueue, an unbounded first-in first-out queue whose put() may be called from a finalizer or
// signal handler at any time, because it never waits.
#include <cmath>
#include <ctime>

#include "gc/memory.h"
#include "runtime/container_support.h"
#include "runtime/dict.h"
#include "runtime/float.h"
#include "runtime/heap_types.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/weakref.h"
#include "stdlib/_thread/lock.h"
#include "stdlib/native_type.h"

namespace minipy {

namespace {

// A waiting get() holds the lock until put() releases it.
struct SimpleQueue {
  Object base;
  NativeLock* lock;
  int locked;
  List* items;
  ssize first;  // items before it have been taken
  Object* weakreflist;
};
static_assert(sizeof(SimpleQueue) == 56);

constinit Object* empty_error = nullptr;  // the exception class, made with the module

extern Type simple_queue_type;

Object* queue_new(Type* type, Object* args, Object* kwargs) {
  if (type == &simple_queue_type || type->init == simple_queue_type.init) {
    if (tuple_size(cast<Tuple>(args))) return raise(TypeError, "SimpleQueue() takes no positional arguments");
    if (!check_no_keywords("SimpleQueue", kwargs)) return nullptr;
  }
  Ref<List> items = TRY(list_new());
  Ref<SimpleQueue> self = TRY(allocate<SimpleQueue>(type));
  self->lock = static_cast<NativeLock*>(memory::raw_alloc(sizeof(NativeLock)));
  if (!self->lock) return raise_no_memory_error();
  self->lock->initialize();
  self->items = items.release();
  return as_object(self.release());
}

void queue_dealloc(Object* p) {
  SimpleQueue* q = cast<SimpleQueue>(p);
  gc_untrack(p);
  if (q->weakreflist) weakref_clear_all(p);
  if (q->lock) {
    if (q->locked) q->lock->release();
    q->lock->destroy();
    memory::raw_free(q->lock);
  }
  xdecref(q->items);
  type_of(p)->free(p);
}
int queue_clear(Object* p) {
  list_clear(cast<SimpleQueue>(p)->items);
  cast<SimpleQueue>(p)->first = 0;
  return 0;
}
using QueueFields = Owned<SimpleQueue, &SimpleQueue::items>;

ssize queue_length(const SimpleQueue* q) { return list_size(q->items) - q->first; }

void wake_waiter(SimpleQueue* q) {
  if (!q->locked) return;
  q->locked = 0;
  q->lock->release();
}

Status queue_put(SimpleQueue* q, Object* item, Object*, Object*) {
  TRY(list_append(q->items, item));
  wake_waiter(q);
  return kOk;
}
Status queue_put_nowait(SimpleQueue* q, Object* item) { return queue_put(q, item, nullptr, nullptr); }

Ref<Object> take_first(SimpleQueue* q) {
  ssize n = list_size(q->items);
  Ref<Object> item = steal(std::exchange(q->items->items[q->first], none_ref().release()));
  q->first++;
  // The list is shortened when half of it has been taken.
  if (n - q->first <= n / 2) {
    TRY(list_assign_slice(q->items, 0, q->first, nullptr));
    q->first = 0;
  }
  return item;
}

Raised raise_empty() { return raise_none(cast<Type>(empty_error)); }

long long monotonic_microseconds() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<long long>(t.tv_sec) * 1000000 + t.tv_nsec / 1000;
}

Maybe<long long> timeout_microseconds(bool block, Object* timeout) {
  if (!block) return 0;
  if (is_none(timeout)) return -1;
  if (!is_instance_of(timeout, &float_type) && !has_index(timeout)) {
    return raise(TypeError, "'{:.200}' object cannot be interpreted as an integer", type_name(timeout));
  }
  Maybe<double> seconds = float_as_double(timeout);
  if (!seconds) return kRaised;
  if (std::isnan(*seconds)) return raise(ValueError, "Invalid value NaN (not a number)");
  if (*seconds < 0) return raise(ValueError, "'timeout' must be a non-negative number");
  double microseconds = std::ceil(*seconds * 1e6);
  if (microseconds >= 9.223372036854775e18) {
    return raise(OverflowError, "timestamp too large to convert to C _PyTime_t");
  }
  if (microseconds > static_cast<double>(kMaxTimeoutMicroseconds)) {
    return raise(OverflowError, "timeout value is too large");
  }
  return static_cast<long long>(microseconds);
}

Ref<Object> queue_get(SimpleQueue* q, bool block, Object* timeout) {
  Maybe<long long> wanted = timeout_microseconds(block, timeout);
  if (!wanted) return nullptr;
  long long microseconds = *wanted;
  long long deadline = microseconds > 0 ? monotonic_microseconds() + microseconds : 0;
  // Having the lock does not mean that there is an item: another thread may have been faster.
  while (queue_length(q) == 0) {
    Maybe<bool> acquired = lock_acquire(*q->lock, microseconds);
    if (!acquired) return nullptr;
    if (!*acquired) return raise_empty();
    q->locked = 1;
    if (microseconds > 0) {
      microseconds = deadline - monotonic_microseconds();
      if (microseconds < 0) microseconds = 0;
    }
  }
  Ref<Object> item = take_first(q);
  wake_waiter(q);
  return item;
}
Ref<Object> queue_get_nowait(SimpleQueue* q) { return queue_get(q, false, py_none()); }

Ref<Object> queue_empty(SimpleQueue* q) { return bool_ref(queue_length(q) == 0); }
Ref<Object> queue_qsize(SimpleQueue* q) { return int_from_ssize(queue_length(q)); }

constinit MethodDef queue_methods[] = {
    METHOD(queue_empty, "empty(self, /)", "Return True if the queue is empty, False otherwise (not reliable!)."),
    METHOD(queue_get, "get(self, /, block=True, timeout=None)",
           "Remove and return an item from the queue.\n\n"
           "If optional args 'block' is true and 'timeout' is None (the default),\n"
           "block if necessary until an item is available. If 'timeout' is\n"
           "a non-negative number, it blocks at most 'timeout' seconds and raises\n"
           "the Empty exception if no item was available within that time.\n"
           "Otherwise ('block' is false), return an item if one is immediately\n"
           "available, else raise the Empty exception ('timeout' is ignored\nin that case)."),
    METHOD(queue_get_nowait, "get_nowait(self, /)",
           "Remove and return an item from the queue without blocking.\n\n"
           "Only get an item if one is immediately available. Otherwise\nraise the Empty exception."),
    METHOD(queue_put, "put(self, /, item, block=True, timeout=None)",
           "Put the item on the queue.\n\n"
           "The optional 'block' and 'timeout' arguments are ignored, as this method\n"
           "never blocks.  They are provided for compatibility with the Queue class."),
    METHOD(queue_put_nowait, "put_nowait(self, /, item)",
           "Put an item into the queue without blocking.\n\n"
           "This is exactly equivalent to `put(item)` and is only provided\n"
           "for compatibility with the Queue class."),
    METHOD(queue_qsize, "qsize(self, /)", "Return the approximate size of the queue (not reliable!)."),
    CLASS_METHOD(class_getitem_generic_alias, "__class_getitem__(type, object, /)", "See PEP 585"),
    {},
};

constinit Type simple_queue_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_queue.SimpleQueue",
    .basicsize = sizeof(SimpleQueue),
    .dealloc = queue_dealloc,
    .flags = kNativeTypeFlags,
    .doc = "SimpleQueue()\n--\n\nSimple, unbounded, reentrant FIFO queue.",
    .traverse = QueueFields::traverse,
    .clear = queue_clear,
    .weaklistoffset = offsetof(SimpleQueue, weakreflist),
    .methods = queue_methods,
    .new_ = queue_new,
};

Ref<Object> make_empty_error() {
  Ref<Dict> attributes = TRY(dict_new());
  Ref<Str> module = TRY(str_intern_ascii("_queue"));
  TRY(dict_set_ascii(attributes.get(), "__module__", as_object(module.get())));
  Ref<Str> doc = TRY(str_from_ascii("Exception raised by Queue.get(block=0)/get_nowait()."));
  TRY(dict_set_ascii(attributes.get(), "__doc__", as_object(doc.get())));
  Ref<Tuple> bases = TRY(tuple_pack(Exception));
  return call(as_object(&type_type), as_object(NAME("Empty")), as_object(bases.get()), as_object(attributes.get()));
}

Status exec(Module* m) {
  if (!empty_error) empty_error = TRY(make_empty_error())
  .release();
  TRY(module_add(m, "Empty", Ref<Object>::share(empty_error)));
  return module_add_heap_type(m, &simple_queue_type);
}

}  // namespace

constinit NativeModule _queue_module = {"_queue", nullptr, exec,
                                        "C implementation of the Python queue module.\nThis module is an "
                                        "implementation detail, please do not use it directly."};

}  // namespace minipy
