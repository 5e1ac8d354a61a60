// Module select: select() itself and the constants. Polling objects are in poll.cc and epoll.cc.
#include <limits.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <time.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/heap_types.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "stdlib/os_arguments.h"
#include "stdlib/select/select.h"

namespace minipy {
namespace selecting {

long long monotonic_now() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<long long>(t.tv_sec) * 1'000'000'000 + t.tv_nsec;
}

// Rounded away from zero: a wait is never shorter than asked for, and a negative number never becomes 0.
Maybe<long long> timeout_argument(Object* timeout, const char* message, bool milliseconds) {
  if (is_none(timeout)) return -1;
  const double unit = milliseconds ? 1e6 : 1e9;
  double value;
  if (is_instance_of(timeout, &float_type)) {
    value = cast<Float>(timeout)->value;
    if (std::isnan(value)) return raise(ValueError, "Invalid value NaN (not a number)");
  } else {
    Ref<Object> index = has_index(timeout) ? number_index(timeout) : nullptr;
    if (!index) {
      if (error_pending() && !error_matches(TypeError)) return kRaised;
      error_clear();
      return raise(TypeError, "{}", message);
    }
    int overflow;
    long long n = int_to_long_long_overflow(index.get(), &overflow);
    if (overflow) return raise(OverflowError, "timestamp too large to convert to C _PyTime_t");
    value = static_cast<double>(n);
  }
  double nanoseconds = value < 0 ? std::floor(value * unit) : std::ceil(value * unit);
  if (nanoseconds >= 9.2e18 || nanoseconds <= -9.2e18) {
    return raise(OverflowError, "timestamp too large to convert to C _PyTime_t");
  }
  return static_cast<long long>(nanoseconds);
}

}  // namespace selecting

namespace {

using namespace selecting;

// One of the three lists of objects that select() watches, with their descriptors.
struct WatchedList {
  Ref<Object> objects;  // list or tuple
  std::vector<std::pair<Ref<Object>, int>> items;
  fd_set set;

  Maybe<int> read(Object* sequence) {
    FD_ZERO(&set);
    objects = TRY(sequence_fast(sequence, "arguments 1-3 must be sequences"));
    int highest = -1;
    for (ssize i = 0; i < sequence_fast_size(objects.get()); i++) {
      Ref<Object> each = share(sequence_fast_items(objects.get())[i]);
      int fd = TRY(file_descriptor_argument(each.get()));
      if (fd >= FD_SETSIZE) return raise(ValueError, "filedescriptor out of range in select()");
      if (fd > highest) highest = fd;
      FD_SET(fd, &set);
      items.emplace_back(std::move(each), fd);
      if (items.size() > FD_SETSIZE) return raise(ValueError, "too many file descriptors in select()");
    }
    return highest;
  }
  Ref<Object> ready(const fd_set& result) {
    Ref<List> list = TRY(list_new());
    for (auto& [object, fd] : items) {
      if (FD_ISSET(fd, &result)) TRY(list_append(list.get(), object.get()));
    }
    return list;
  }
};

Ref<Object> select_function(Object*, Object* rlist, Object* wlist, Object* xlist, Object* timeout) {
  long long nanoseconds = TRY(timeout_argument(timeout, "timeout must be a float or None", false));
  if (nanoseconds < 0 && !is_none(timeout)) return raise(ValueError, "timeout must be non-negative");
  WatchedList reading, writing, exceptional;
  int highest = TRY(reading.read(rlist));
  highest = std::max(highest, TRY(writing.read(wlist)));
  highest = std::max(highest, TRY(exceptional.read(xlist)));
  fd_set r, w, x;
  bool raised;
  int n = wait_until(
      nanoseconds,
      [&](long long rest) {
        r = reading.set;
        w = writing.set;
        x = exceptional.set;
        timeval t{static_cast<time_t>(rest / 1'000'000'000),
                  static_cast<suseconds_t>((rest % 1'000'000'000 + 999) / 1000)};
        if (t.tv_usec == 1'000'000) t = {t.tv_sec + 1, 0};
        return select(highest + 1, &r, &w, &x, rest < 0 ? nullptr : &t);
      },
      &raised);
  if (n < 0) {
    if (raised) return nullptr;
    return raise_os_error(errno);
  }
  if (n == 0) {
    FD_ZERO(&r);
    FD_ZERO(&w);
    FD_ZERO(&x);
  }
  Ref<Object> a = TRY(reading.ready(r))
  , b = TRY(writing.ready(w))
  , c = TRY(exceptional.ready(x));
  return tuple_pack(a.get(), b.get(), c.get());
}

Ref<Object> poll_function(Object*) { return poll_new(); }

constinit MethodDef select_functions[] = {
    FUNCTION(select_function, "select(module, rlist, wlist, xlist, timeout=None, /)",
             "Wait until a descriptor is ready for reading, for writing, or has an exceptional condition."),
    FUNCTION(poll_function, "poll(module, /)", "Make a polling object."),
    {},
};

struct Constant {
  const char* name;
  long long value;
};
#define SAME(name) \
  { #name, name }
#define UNSIGNED(name) \
  { #name, static_cast < unsigned>(name) }
constexpr Constant poll_constants[] = {
    SAME(PIPE_BUF),   SAME(POLLIN),   SAME(POLLPRI),    SAME(POLLOUT),    SAME(POLLERR),
    SAME(POLLHUP),    SAME(POLLNVAL), SAME(POLLRDNORM), SAME(POLLRDBAND), SAME(POLLWRNORM),
    SAME(POLLWRBAND), SAME(POLLMSG),  SAME(POLLRDHUP),
};
constexpr Constant epoll_constants[] = {
    UNSIGNED(EPOLLIN),        UNSIGNED(EPOLLOUT),    UNSIGNED(EPOLLPRI),      UNSIGNED(EPOLLERR),
    UNSIGNED(EPOLLHUP),       UNSIGNED(EPOLLRDHUP),  UNSIGNED(EPOLLET),       UNSIGNED(EPOLLONESHOT),
    UNSIGNED(EPOLLEXCLUSIVE), UNSIGNED(EPOLLRDNORM), UNSIGNED(EPOLLRDBAND),   UNSIGNED(EPOLLWRNORM),
    UNSIGNED(EPOLLWRBAND),    UNSIGNED(EPOLLMSG),    UNSIGNED(EPOLL_CLOEXEC),
};
#undef SAME
#undef UNSIGNED

Status select_exec(Module* m) {
  TRY(heap_type_ready(&poll_type));
  TRY(module_add(m, "error", share(as_object(OSError))));
  for (const Constant& each : poll_constants) TRY(module_add_int(m, each.name, each.value));
  TRY(module_add_heap_type(m, &epoll_type));
  for (const Constant& each : epoll_constants) TRY(module_add_int(m, each.name, each.value));
  return kOk;
}

}  // namespace

constinit NativeModule select_module = {"select", select_functions, select_exec, "Waiting for file descriptors."};

}  // namespace minipy
