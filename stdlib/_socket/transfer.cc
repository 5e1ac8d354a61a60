// _socket: waiting, connecting, sending and receiving.
#include <poll.h>
#include <time.h>

#include "runtime/abstract.h"
#include "runtime/audit.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/int.h"
#include "stdlib/_socket/socket.h"

namespace minipy::sockets {

namespace {

constexpr long long kNanosecondsPerMillisecond = 1'000'000;

long long now() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<long long>(t.tv_sec) * 1'000'000'000 + t.tv_nsec;
}

}  // namespace

long long deadline_after(long long timeout) { return now() + timeout; }

Maybe<bool> wait_ready(Socket* s, bool writing, bool connecting, long long deadline) {
  if (s->fd < 0) return true;  // the call will say so
  pollfd p = {s->fd, static_cast<short>(writing ? POLLOUT : POLLIN), 0};
  if (connecting) p.events |= POLLERR;
  while (true) {
    int milliseconds = -1;
    if (deadline >= 0) {
      long long left = deadline - now();
      if (left < 0) return false;
      long long rounded = (left + kNanosecondsPerMillisecond - 1) / kNanosecondsPerMillisecond;
      milliseconds = rounded > INT32_MAX ? INT32_MAX : static_cast<int>(rounded);
    }
    int ready, error;
    {
      ReleaseGil other_threads_run;
      ready = poll(&p, 1, milliseconds);
      error = errno;
    }
    if (ready > 0) return true;
    if (ready == 0) return false;
    if (error != EINTR) return raise_os_error(error);
    if (!check_signals()) return kRaised;
  }
}

namespace {

// ---- Connecting

// The error of a connection attempt, 0: connected. Failed: an exception is pending (with a timeout: TimeoutError).
Maybe<int> finish_connecting(Socket* s) {
  long long deadline = s->timeout > 0 ? deadline_after(s->timeout) : -1;
  if (!TRY(wait_ready(s, true, true, deadline))) return EWOULDBLOCK;
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0) return errno;
  return error == EISCONN ? 0 : error;
}

struct Attempt {
  int error;
  bool timed_out;
};

Maybe<Attempt> connect_to(Socket* s, const Address& address) {
  int result, error;
  {
    ReleaseGil other_threads_run;
    result = connect(s->fd, address.get(), address.size);
    error = errno;
  }
  if (result == 0) return Attempt{0, false};
  bool wait;
  if (error == EINTR) {
    if (!check_signals()) return kRaised;
    wait = s->timeout != 0;
  } else {
    wait = s->timeout > 0 && error == EINPROGRESS;
  }
  if (!wait) return Attempt{error, false};
  int outcome = TRY(finish_connecting(s));
  return Attempt{outcome, outcome == EWOULDBLOCK};
}

}  // namespace

Ref<Object> socket_connect(Socket* self, Object* address) {
  Address target;
  TRY(parse_address(self, address, "connect", target));
  TRY(audit("socket.connect", self, address));
  Attempt attempt = TRY(connect_to(self, target));
  if (attempt.timed_out) return raise(TimeoutError, "timed out");
  if (attempt.error) return raise_os_error(attempt.error);
  return none_ref();
}

Ref<Object> socket_connect_ex(Socket* self, Object* address) {
  Address target;
  TRY(parse_address(self, address, "connect_ex", target));
  TRY(audit("socket.connect", self, address));
  return int_from(TRY(connect_to(self, target)).error);
}

namespace {

// ---- Receiving

}  // namespace

Ref<Object> socket_recv(Socket* self, VarArgs args) {
  TRY(check_count("recv", args, 1, 2));
  ssize size = TRY(number_as_ssize(args[0], OverflowError));
  int flags = TRY(optional_int(args, 1, 0));
  if (size < 0) return raise(ValueError, "negative buffersize in recv");
  Ref<Bytes> data = TRY(bytes_new(nullptr, size));
  ssize got = 0;
  if (size > 0) {
    got =
        TRY(call_when_ready(self, false, [&] { return recv(self->fd, data->data, static_cast<size_t>(size), flags); }));
  }
  if (got != size) TRY(bytes_resize(data, got));
  return data;
}

Ref<Object> socket_recvfrom(Socket* self, VarArgs args) {
  TRY(check_count("recvfrom", args, 1, 2));
  ssize size = TRY(number_as_ssize(args[0], OverflowError));
  int flags = TRY(optional_int(args, 1, 0));
  if (size < 0) return raise(ValueError, "negative buffersize in recvfrom");
  Ref<Bytes> data = TRY(bytes_new(nullptr, size));
  Address from;
  ssize got = TRY(call_when_ready(self, false, [&] {
    from.size = sizeof from.storage;
    return recvfrom(self->fd, data->data, static_cast<size_t>(size), flags, from.get(), &from.size);
  }));
  if (got != size) TRY(bytes_resize(data, got));
  Ref<Object> address = TRY(address_object(self->fd, from.get(), from.size, self->proto));
  return tuple_pack(as_object(data.get()), address.get());
}

namespace {

Status writable_argument(HeldBuffer& buffer, Object* p, const char* function) {
  if (buffer.get(p, kBufferWritable)) return kOk;
  if (!error_clear_if(TypeError) && !error_clear_if(BufferError)) return Status::failed();
  return raise(TypeError, "{}() argument 1 must be read-write bytes-like object, not {}", function,
               is_none(p) ? "None" : type_name(p));
}

}  // namespace

Ref<Object> socket_recv_into(Socket* self, Object* buffer, ssize nbytes, int flags) {
  HeldBuffer target;
  TRY(writable_argument(target, buffer, "recv_into"));
  if (nbytes < 0) return raise(ValueError, "negative buffersize in recv_into");
  if (nbytes == 0) nbytes = target.size();
  if (target.size() < nbytes) return raise(ValueError, "buffer too small for requested bytes");
  if (nbytes == 0) return int_from(0);
  ssize got = TRY(call_when_ready(
      self, false, [&] { return recv(self->fd, target.writable(), static_cast<size_t>(nbytes), flags); }));
  return int_from_ssize(got);
}

Ref<Object> socket_recvfrom_into(Socket* self, Object* buffer, ssize nbytes, int flags) {
  HeldBuffer target;
  TRY(writable_argument(target, buffer, "recvfrom_into"));
  if (nbytes < 0) return raise(ValueError, "negative buffersize in recvfrom_into");
  if (nbytes == 0) {
    nbytes = target.size();
  } else if (nbytes > target.size()) {
    return raise(ValueError, "nbytes is greater than the length of the buffer");
  }
  Address from;
  ssize got = TRY(call_when_ready(self, false, [&] {
    from.size = sizeof from.storage;
    return recvfrom(self->fd, target.writable(), static_cast<size_t>(nbytes), flags, from.get(), &from.size);
  }));
  Ref<Object> count = TRY(int_from_ssize(got));
  Ref<Object> address = TRY(address_object(self->fd, from.get(), from.size, self->proto));
  return tuple_pack(count.get(), address.get());
}

namespace {

// ---- Sending

}  // namespace

Ref<Object> socket_send(Socket* self, VarArgs args) {
  TRY(check_count("send", args, 1, 2));
  HeldBuffer data;
  TRY(data.get(args[0]));
  int flags = TRY(optional_int(args, 1, 0));
  ssize sent = TRY(call_when_ready(
      self, true, [&] { return send(self->fd, data.data(), static_cast<size_t>(data.size()), flags); }));
  return int_from_ssize(sent);
}

// The timeout is one for all: each wait gets what is left.
Ref<Object> socket_sendall(Socket* self, VarArgs args) {
  TRY(check_count("sendall", args, 1, 2));
  HeldBuffer data;
  TRY(data.get(args[0]));
  int flags = TRY(optional_int(args, 1, 0));
  long long timeout = self->timeout;
  long long deadline = timeout > 0 ? deadline_after(timeout) : -1;
  const char* rest = data.data();
  ssize left = data.size();
  while (left > 0) {
    if (timeout > 0) {
      if (!TRY(wait_ready(self, true, false, deadline))) return raise(TimeoutError, "timed out");
    }
    ssize sent;
    int error;
    {
      ReleaseGil other_threads_run;
      sent = send(self->fd, rest, static_cast<size_t>(left), flags);
      error = errno;
    }
    if (sent >= 0) {
      rest += sent;
      left -= sent;
    } else if (error != EINTR && !(timeout > 0 && error == EAGAIN)) {
      return raise_os_error(error);
    }
    TRY(check_signals());
  }
  return none_ref();
}

Ref<Object> socket_sendto(Socket* self, VarArgs args) {
  if (args.size < 2 || args.size > 3) {
    return raise(TypeError, "sendto() takes 2 or 3 arguments ({} given)", args.size);
  }
  HeldBuffer data;
  TRY(data.get(args[0]));
  int flags = args.size == 3 ? TRY(int_argument(args[1])) : 0;
  Object* address = args[args.size - 1];
  Address to;
  TRY(parse_address(self, address, "sendto", to));
  TRY(audit("socket.sendto", self, address));
  ssize sent = TRY(call_when_ready(self, true, [&] {
    return sendto(self->fd, data.data(), static_cast<size_t>(data.size()), flags, to.get(), to.size);
  }));
  return int_from_ssize(sent);
}

}  // namespace minipy::sockets
