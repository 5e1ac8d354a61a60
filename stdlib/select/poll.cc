// select.poll: an ordered set of descriptors with the events to wait for.
#include <poll.h>

#include <climits>
#include <map>
#include <vector>

#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "stdlib/os_arguments.h"
#include "stdlib/select/select.h"

namespace minipy::selecting {
namespace {

struct Poll {
  Object base;
  std::vector<pollfd>* entries;  // in the order of registration
  bool running;
};

pollfd* find(Poll* p, int fd) {
  for (pollfd& entry : *p->entries) {
    if (entry.fd == fd) return &entry;
  }
  return nullptr;
}

void poll_dealloc(Object* p) {
  delete cast<Poll>(p)->entries;
  memory::object_free(p);
}

Maybe<unsigned short> event_mask(Object* p) {
  Ref<Object> index = TRY(number_index(p));
  int overflow;
  long long v = int_to_long_long_overflow(index.get(), &overflow);
  if (overflow < 0 || v < 0) return raise(ValueError, "value must be positive");
  if (overflow || v > USHRT_MAX) return raise(OverflowError, "Python int too large for C unsigned short");
  return static_cast<unsigned short>(v);
}

Status poll_register(Poll* self, Object* fd, Object* eventmask) {
  int number = TRY(file_descriptor_argument(fd));
  unsigned short events = POLLIN | POLLPRI | POLLOUT;
  if (eventmask) events = TRY(event_mask(eventmask));
  if (pollfd* entry = find(self, number)) {
    entry->events = static_cast<short>(events);
  } else {
    self->entries->push_back({number, static_cast<short>(events), 0});
  }
  return kOk;
}

Status poll_modify(Poll* self, Object* fd, Object* eventmask) {
  int number = TRY(file_descriptor_argument(fd));
  unsigned short events = TRY(event_mask(eventmask));
  pollfd* entry = find(self, number);
  if (!entry) return raise_os_error(ENOENT);
  entry->events = static_cast<short>(events);
  return kOk;
}

Status poll_unregister(Poll* self, Object* fd) {
  int number = TRY(file_descriptor_argument(fd));
  pollfd* entry = find(self, number);
  if (!entry) {
    Ref<Int> key = TRY(int_from(number));
    return raise_key_error(as_object(key.get()));
  }
  self->entries->erase(self->entries->begin() + (entry - self->entries->data()));
  return kOk;
}

Ref<Object> event_pairs(const std::vector<pollfd>& entries) {
  Ref<List> list = TRY(list_new());
  for (const pollfd& entry : entries) {
    if (!entry.revents) continue;
    Ref<Int> fd = TRY(int_from(entry.fd))
    , events = TRY(int_from(static_cast<unsigned short>(entry.revents)));
    Ref<Tuple> pair = TRY(tuple_pack(fd.get(), events.get()));
    TRY(list_append(list.get(), as_object(pair.get())));
  }
  return list;
}

Ref<Object> poll_wait(Poll* self, Object* timeout) {
  long long nanoseconds = TRY(timeout_argument(timeout, "timeout must be an integer or None", true));
  if (nanoseconds / 1'000'000 > INT_MAX) return raise(OverflowError, "timeout is too large");
  if (nanoseconds < 0) nanoseconds = -1;
  if (self->running) return raise(RuntimeError, "concurrent poll() invocation");
  // A copy: other threads may register meanwhile.
  std::vector<pollfd> entries = *self->entries;
  self->running = true;
  bool raised;
  int n = wait_until(
      nanoseconds,
      [&](long long rest) {
        int milliseconds = rest < 0 ? -1 : static_cast<int>((rest + 999'999) / 1'000'000);
        return ::poll(entries.data(), entries.size(), milliseconds);
      },
      &raised);
  self->running = false;
  if (n < 0) {
    if (raised) return nullptr;
    return raise_os_error(errno);
  }
  return event_pairs(entries);
}

constinit MethodDef poll_methods[] = {
    METHOD(poll_register, "register(self, fd,\n         eventmask=select.POLLIN | select.POLLPRI | select.POLLOUT, /)",
           "Watch a file descriptor."),
    METHOD(poll_modify, "modify(self, fd, eventmask, /)", "Change the events of a watched file descriptor."),
    METHOD(poll_unregister, "unregister(self, fd, /)", "Stop watching a file descriptor."),
    METHOD(poll_wait, "poll(self, timeout=None, /)",
           "Wait for events, at most timeout milliseconds; list (fd, event)."),
    {},
};

}  // namespace

constinit Type poll_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "select.poll",
    .basicsize = sizeof(Poll),
    .dealloc = poll_dealloc,
    .flags = kTypeDefault,
    .methods = poll_methods,
};

Ref<Object> poll_new() {
  Poll* p = TRY(object_new<Poll>(&poll_type));
  p->entries = new std::vector<pollfd>;
  p->running = false;
  return steal(as_object(p));
}

}  // namespace minipy::selecting
