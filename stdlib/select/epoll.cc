// select.epoll: Linux's scalable form of poll.
#include <sys/epoll.h>
#include <unistd.h>

#include <climits>
#include <vector>

#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "stdlib/os_arguments.h"
#include "stdlib/select/select.h"

namespace minipy::selecting {
namespace {

struct Epoll {
  Object base;
  int fd;  // -1: closed
};

constexpr unsigned kDefaultEvents = EPOLLIN | EPOLLOUT | EPOLLPRI;
constexpr int kDefaultMaxEvents = FD_SETSIZE - 1;

Raised raise_closed() { return raise(ValueError, "I/O operation on closed epoll object"); }

Status close_descriptor(Epoll* self) {
  if (self->fd < 0) return kOk;
  int fd = std::exchange(self->fd, -1);
  int result;
  {
    ReleaseGil other_threads_run;
    result = close(fd);
  }
  return result < 0 ? static_cast<Status>(raise_os_error(errno)) : kOk;
}

void epoll_dealloc(Object* p) {
  PreserveError saved;
  if (!close_descriptor(cast<Epoll>(p))) error_clear();
  type_of(p)->free(p);
}

Ref<Object> new_with_descriptor(Type* type, int fd) {
  Ref<Object> p = TRY(steal(type->alloc(type, 0)));
  cast<Epoll>(p.get())->fd = fd;
  return p;
}

Ref<Object> epoll_new(Type* type, int sizehint, int flags) {
  if (sizehint != -1 && sizehint <= 0) return raise(ValueError, "negative sizehint");
  if (flags && flags != EPOLL_CLOEXEC) return raise(OSError, "invalid flags");
  int fd = epoll_create1(EPOLL_CLOEXEC);
  if (fd < 0) return raise_os_error(errno);
  return new_with_descriptor(type, fd);
}

Ref<Object> epoll_fromfd(Type* type, int fd) { return new_with_descriptor(type, fd); }

Status control(Epoll* self, int operation, Object* fd_object, unsigned events) {
  if (self->fd < 0) return raise_closed();
  int fd = TRY(file_descriptor_argument(fd_object));
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  int result;
  {
    ReleaseGil other_threads_run;
    result = epoll_ctl(self->fd, operation, fd, &event);
  }
  return result < 0 ? static_cast<Status>(raise_os_error(errno)) : kOk;
}

Maybe<unsigned> event_mask(Object* p) {
  Ref<Object> index = TRY(number_index(p));
  return static_cast<unsigned>(int_to_unsigned_mask(index.get()));
}

Status epoll_register(Epoll* self, Object* fd, Object* eventmask) {
  unsigned events = eventmask ? TRY(event_mask(eventmask)) : kDefaultEvents;
  return control(self, EPOLL_CTL_ADD, fd, events);
}
Status epoll_modify(Epoll* self, Object* fd, Object* eventmask) {
  return control(self, EPOLL_CTL_MOD, fd, TRY(event_mask(eventmask)));
}
Status epoll_unregister(Epoll* self, Object* fd) { return control(self, EPOLL_CTL_DEL, fd, 0); }

Ref<Object> epoll_wait_method(Epoll* self, Object* timeout, int maxevents) {
  if (self->fd < 0) return raise_closed();
  long long nanoseconds = TRY(timeout_argument(timeout, "timeout must be an integer or None", false));
  if (nanoseconds / 1'000'000 > INT_MAX) return raise(OverflowError, "timeout is too large");
  if (nanoseconds < 0) nanoseconds = -1;
  if (maxevents == -1) maxevents = kDefaultMaxEvents;
  if (maxevents < 1) return raise(ValueError, "maxevents must be greater than 0, got {}", maxevents);
  std::vector<epoll_event> events(static_cast<size_t>(maxevents));
  bool raised;
  int n = wait_until(
      nanoseconds,
      [&](long long rest) {
        int milliseconds = rest < 0 ? -1 : static_cast<int>((rest + 999'999) / 1'000'000);
        return epoll_wait(self->fd, events.data(), maxevents, milliseconds);
      },
      &raised);
  if (n < 0) {
    if (raised) return nullptr;
    return raise_os_error(errno);
  }
  Ref<List> list = TRY(list_new());
  for (int i = 0; i < n; i++) {
    Ref<Int> fd = TRY(int_from(events[static_cast<size_t>(i)].data.fd));
    Ref<Int> mask = TRY(int_from(events[static_cast<size_t>(i)].events));
    Ref<Tuple> pair = TRY(tuple_pack(fd.get(), mask.get()));
    TRY(list_append(list.get(), as_object(pair.get())));
  }
  return list;
}

Status epoll_close(Epoll* self) { return close_descriptor(self); }
Ref<Object> epoll_fileno(Epoll* self) {
  if (self->fd < 0) return raise_closed();
  return int_from(self->fd);
}
Ref<Object> epoll_enter(Epoll* self) {
  if (self->fd < 0) return raise_closed();
  return share(as_object(self));
}
Status epoll_exit(Epoll* self, Object*, Object*, Object*) { return close_descriptor(self); }
Ref<Object> epoll_closed(Epoll* self) { return bool_ref(self->fd < 0); }

constinit MethodDef epoll_methods[] = {
    CLASS_METHOD(epoll_fromfd, "fromfd(type, fd, /)", "Make an epoll object of an open descriptor."),
    METHOD(epoll_close, "close(self, /)", "Close the descriptor of the epoll object."),
    METHOD(epoll_fileno, "fileno(self, /)", "Return the descriptor of the epoll object."),
    METHOD(epoll_modify, "modify(self, /, fd, eventmask)", "Change the events of a watched file descriptor."),
    METHOD(epoll_register,
           "register(self, /, fd,\n         eventmask=select.EPOLLIN | select.EPOLLPRI | select.EPOLLOUT)",
           "Watch a file descriptor."),
    METHOD(epoll_unregister, "unregister(self, /, fd)", "Stop watching a file descriptor."),
    METHOD(epoll_wait_method, "poll(self, /, timeout=None, maxevents=-1)",
           "Wait for events, at most timeout seconds; list (fd, events)."),
    METHOD(epoll_enter, "__enter__(self, /)", ""),
    METHOD(epoll_exit, "__exit__(self, exc_type=None, exc_value=None, exc_tb=None, /)", ""),
    {},
};
constinit GetSetDef epoll_getset[] = {
    {"closed", getter<epoll_closed>, nullptr, "True if the epoll object is closed", nullptr},
    {},
};

}  // namespace

constinit Type epoll_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "select.epoll",
    .basicsize = sizeof(Epoll),
    .dealloc = epoll_dealloc,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault,
    .doc = "select.epoll(sizehint=-1, flags=0)\n\nAn epoll object: waits for events on many file descriptors.",
    .methods = epoll_methods,
    .getset = epoll_getset,
    .new_ = NEW(epoll_new, "epoll(type, /, sizehint=-1, flags=0)"),
};

}  // namespace minipy::selecting
