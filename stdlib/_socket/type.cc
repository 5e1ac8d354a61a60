// _socket: the socket type itself, its options and state.
#include <fcntl.h>
#include <unistd.h>

#include <cmath>

#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/audit.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/float.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/resource_warning.h"
#include "runtime/str.h"
#include "stdlib/_socket/socket.h"

namespace minipy::sockets {

constinit long long g_default_timeout = -1;

// ---- Arguments

Maybe<long long> timeout_of(Object* p) {
  if (is_none(p)) return -1;
  constexpr double kUnit = 1e9;
  double nanoseconds;
  if (is_instance_of(p, &float_type)) {
    double v = cast<Float>(p)->value;
    if (std::isnan(v)) return raise(ValueError, "Invalid value NaN (not a number)");
    nanoseconds = v < 0 ? std::floor(v * kUnit) : std::ceil(v * kUnit);
  } else {
    Ref<Object> number = TRY(number_index(p));
    int overflow;
    long long v = int_to_long_long_overflow(number.get(), &overflow);
    nanoseconds = overflow ? overflow * 1e30 : static_cast<double>(v) * kUnit;
  }
  if (nanoseconds >= 9.2e18 || nanoseconds <= -9.2e18) {
    return raise(OverflowError, "timestamp too large to convert to C _PyTime_t");
  }
  if (nanoseconds < 0) return raise(ValueError, "Timeout value out of range");
  return static_cast<long long>(nanoseconds);
}

Ref<Object> timeout_object(long long timeout) {
  if (timeout < 0) return none_ref();
  return float_from_double(static_cast<double>(timeout) * 1e-9);
}

namespace {

// ---- Making

Status set_blocking(int fd, bool block) {
  int flags = fcntl(fd, F_GETFL, 0);
  if (flags < 0) return raise_os_error(errno);
  int wanted = block ? flags & ~O_NONBLOCK : flags | O_NONBLOCK;
  if (wanted != flags && fcntl(fd, F_SETFL, wanted) < 0) return raise_os_error(errno);
  return kOk;
}

// Fills a socket; a type with SOCK_NONBLOCK makes it non-blocking, otherwise it gets the default timeout.
Status set_up(Socket* s, int fd, int family, int type, int proto) {
  s->fd = fd;
  s->family = family;
  s->type = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
  s->proto = proto;
  if (type & SOCK_NONBLOCK) {
    s->timeout = 0;
  } else {
    s->timeout = g_default_timeout;
    if (g_default_timeout >= 0) TRY(set_blocking(fd, false));
  }
  return kOk;
}

Object* socket_new(Type* type, Object*, Object*) {
  Object* p = type->alloc(type, 0);
  if (!p) return nullptr;
  Socket* s = cast<Socket>(p);
  s->fd = -1;
  s->timeout = -1;
  s->error_handler = nullptr;
  return p;
}

}  // namespace

Ref<Object> socket_of_descriptor(int fd, int family, int type, int proto) {
  Ref<Object> made = TRY(Ref<Object>::steal(socket_new(&socket_type, nullptr, nullptr)));
  Socket* s = cast<Socket>(made.get());
  if (set_up(s, fd, family, type, proto)) return made;
  s->fd = -1;  // stays the caller's
  return kRaised;
}

namespace {

// What is not given of an open descriptor is asked of the kernel.
Status describe(int fd, int& family, int& type, int& proto) {
  Address own;
  own.size = sizeof own.storage;
  if (getsockname(fd, own.get(), &own.size) < 0) {
    if (family == -1 || errno == EBADF || errno == ENOTSOCK) return raise_os_error(errno);
  } else if (family == -1) {
    family = own.get()->sa_family;
  }
  auto ask = [&](int option, int& value) -> Status {
    socklen_t size = sizeof value;
    if (value == -1 && getsockopt(fd, SOL_SOCKET, option, &value, &size) < 0) return raise_os_error(errno);
    return kOk;
  };
  TRY(ask(SO_TYPE, type));
  return ask(SO_PROTOCOL, proto);
}

Status socket_init(Socket* self, int family, int type, int proto, Object* given) {
  TRY(audit("socket.__new__", self, family, type, proto));
  int fd;
  if (!is_none(given)) {
    fd = TRY(int_argument(given));
    if (fd < 0) return raise(ValueError, "negative file descriptor");
    TRY(describe(fd, family, type, proto));
  } else {
    if (family == -1) family = AF_INET;
    if (type == -1) type = SOCK_STREAM;
    if (proto == -1) proto = 0;
    {
      ReleaseGil other_threads_run;
      fd = socket(family, type | SOCK_CLOEXEC, proto);
    }
    if (fd < 0) return raise_os_error(errno);
  }
  Status done = set_up(self, fd, family, type, proto);
  if (!done && is_none(given)) {
    self->fd = -1;
    close(fd);
  }
  return done;
}

// An unclosed socket is closed, with a warning.
void socket_finalize(Object* p) {
  Socket* s = cast<Socket>(p);
  if (s->fd < 0) return;
  PreserveError preserve;
  if (!warn_unclosed(p, "unclosed {}", repr_of(p))) {
    if (error_matches(Warning)) {
      error_write_unraisable(p);
    } else {
      error_clear();
    }
  }
  int fd = s->fd;
  s->fd = -1;
  ReleaseGil other_threads_run;
  close(fd);
}

void socket_dealloc(Object* p) {
  if (object_finalize_in_dealloc(p)) return;
  type_of(p)->free(p);
}

Ref<Str> socket_repr(Socket* self) {
  return format_message("<socket object, fd={}, family={}, type={}, proto={}>", self->fd, self->family, self->type,
                        self->proto);
}

// ---- Methods

Ref<Object> socket_accept(Socket* self) {
  Address from;
  ssize fd = TRY(call_when_ready(self, false, [&] {
    from.size = sizeof from.storage;
    return static_cast<ssize>(accept4(self->fd, from.get(), &from.size, SOCK_CLOEXEC));
  }));
  Ref<Object> number = int_from_ssize(fd);
  Ref<Object> address = number ? address_object(static_cast<int>(fd), from.get(), from.size, self->proto) : nullptr;
  if (!address) {
    close(static_cast<int>(fd));
    return nullptr;
  }
  return tuple_pack(number.get(), address.get());
}

Ref<Object> socket_bind(Socket* self, Object* given) {
  Address address;
  TRY(parse_address(self, given, "bind", address));
  TRY(audit("socket.bind", self, given));
  int result;
  {
    ReleaseGil other_threads_run;
    result = ::bind(self->fd, address.get(), address.size);
  }
  if (result < 0) return raise_os_error(errno);
  return none_ref();
}

Ref<Object> socket_close(Socket* self) {
  int fd = self->fd;
  if (fd == -1) return none_ref();
  self->fd = -1;
  int result;
  {
    ReleaseGil other_threads_run;
    result = close(fd);
  }
  // A connection that the other end has reset is closed all the same.
  if (result < 0 && errno != ECONNRESET) return raise_os_error(errno);
  return none_ref();
}

Ref<Object> socket_detach(Socket* self) {
  int fd = self->fd;
  self->fd = -1;
  return int_from(fd);
}
Ref<Object> socket_fileno(Socket* self) { return int_from(self->fd); }

template <int (*kQuery)(int, sockaddr*, socklen_t*)>
Ref<Object> socket_name(Socket* self) {
  Address address{};
  address.size = sizeof address.storage;
  if (kQuery(self->fd, address.get(), &address.size) < 0) return raise_os_error(errno);
  return address_object(self->fd, address.get(), address.size, self->proto);
}
int query_own(int fd, sockaddr* p, socklen_t* n) { return getsockname(fd, p, n); }
int query_peer(int fd, sockaddr* p, socklen_t* n) { return getpeername(fd, p, n); }

Ref<Object> socket_getsockopt(Socket* self, VarArgs args) {
  TRY(check_count("getsockopt", args, 2, 3));
  int level = TRY(int_argument(args[0]))
  , option = TRY(int_argument(args[1]));
  socklen_t size;
  if (int wanted = TRY(optional_int(args, 2, 0)); wanted != 0) {
    if (wanted < 0 || wanted > 1024) return raise(OSError, "getsockopt buflen out of range");
    Ref<Bytes> value = TRY(bytes_new(nullptr, wanted));
    size = static_cast<socklen_t>(wanted);
    if (getsockopt(self->fd, level, option, value->data, &size) < 0) return raise_os_error(errno);
    TRY(bytes_resize(value, static_cast<ssize>(size)));
    return value;
  }
  int value = 0;
  size = sizeof value;
  if (getsockopt(self->fd, level, option, &value, &size) < 0) return raise_os_error(errno);
  return int_from(value);
}

// setsockopt(level, option, int), (level, option, bytes) or (level, option, None, length).
Ref<Object> socket_setsockopt(Socket* self, VarArgs args) {
  bool by_length = args.size == 4 && is_none(args[2]);
  if (!by_length) TRY(check_count("setsockopt", args, 3, 3));
  int level = TRY(int_argument(args[0]))
  , option = TRY(int_argument(args[1]));
  int result;
  if (by_length) {
    int length = TRY(int_argument(args[3]));
    result = setsockopt(self->fd, level, option, nullptr, static_cast<socklen_t>(length));
  } else {
    Maybe<int> number = int_argument(args[2]);
    if (number) {
      int flag = *number;
      result = setsockopt(self->fd, level, option, &flag, sizeof flag);
    } else {
      error_clear();
      HeldBuffer value;
      TRY(value.get(args[2]));
      result = setsockopt(self->fd, level, option, value.data(), static_cast<socklen_t>(value.size()));
    }
  }
  if (result < 0) return raise_os_error(errno);
  return none_ref();
}

Ref<Object> socket_listen(Socket* self, VarArgs args) {
  TRY(check_count("listen", args, 0, 1));
  int backlog = TRY(optional_int(args, 0, SOMAXCONN < 128 ? SOMAXCONN : 128));
  if (backlog < 0) backlog = 0;
  int result;
  {
    ReleaseGil other_threads_run;
    result = listen(self->fd, backlog);
  }
  if (result < 0) return raise_os_error(errno);
  return none_ref();
}

Ref<Object> socket_setblocking(Socket* self, Object* flag) {
  bool block = TRY(bind::to_long(flag))
  != 0;
  self->timeout = block ? -1 : 0;
  TRY(set_blocking(self->fd, block));
  return none_ref();
}
Ref<Object> socket_getblocking(Socket* self) { return bool_ref(self->timeout != 0); }

Ref<Object> socket_settimeout(Socket* self, Object* given) {
  long long timeout = TRY(timeout_of(given));
  self->timeout = timeout;
  // With a timeout the waiting is done before the call, which then must not block.
  TRY(set_blocking(self->fd, timeout < 0));
  return none_ref();
}
Ref<Object> socket_gettimeout(Socket* self) { return timeout_object(self->timeout); }

Ref<Object> socket_shutdown(Socket* self, Object* how) {
  int value = TRY(int_argument(how));
  int result;
  {
    ReleaseGil other_threads_run;
    result = shutdown(self->fd, value);
  }
  if (result < 0) return raise_os_error(errno);
  return none_ref();
}

constinit MethodDef methods[] = {
    PLAIN_METHOD(socket_accept, "_accept(self, /)", "_accept() -> (integer, address info)"),
    PLAIN_METHOD(socket_bind, "bind(self, address, /)", "Bind the socket to a local address."),
    PLAIN_METHOD(socket_close, "close(self, /)", "Close the socket. It cannot be used after this call."),
    PLAIN_METHOD(socket_connect, "connect(self, address, /)", "Connect the socket to a remote address."),
    PLAIN_METHOD(socket_connect_ex, "connect_ex(self, address, /)",
                 "As connect(), but returns the error number instead of raising OSError."),
    PLAIN_METHOD(socket_detach, "detach(self, /)", "Close the object without closing the descriptor; returns that."),
    PLAIN_METHOD(socket_fileno, "fileno(self, /)", "The descriptor, -1 when closed."),
    PLAIN_METHOD(socket_name<query_peer>, "getpeername(self, /)", "The address of the other end."),
    PLAIN_METHOD(socket_name<query_own>, "getsockname(self, /)", "The address of this end."),
    PLAIN_METHOD(socket_getsockopt, "getsockopt(self, *args)", "getsockopt(level, option[, buffersize]) -> value"),
    PLAIN_METHOD(socket_listen, "listen(self, *args)", "listen([backlog])"),
    PLAIN_METHOD(socket_recv, "recv(self, *args)", "recv(buffersize[, flags]) -> data"),
    PLAIN_METHOD(socket_recv_into, "recv_into(self, buffer, nbytes=0, flags=0)",
                 "recv_into(buffer, [nbytes[, flags]]) -> nbytes_read"),
    PLAIN_METHOD(socket_recvfrom, "recvfrom(self, *args)", "recvfrom(buffersize[, flags]) -> (data, address info)"),
    PLAIN_METHOD(socket_recvfrom_into, "recvfrom_into(self, buffer, nbytes=0, flags=0)",
                 "recvfrom_into(buffer[, nbytes[, flags]]) -> (nbytes, address info)"),
    PLAIN_METHOD(socket_send, "send(self, *args)", "send(data[, flags]) -> count"),
    PLAIN_METHOD(socket_sendall, "sendall(self, *args)", "sendall(data[, flags])"),
    PLAIN_METHOD(socket_sendto, "sendto(self, *args)", "sendto(data[, flags], address) -> count"),
    PLAIN_METHOD(socket_setblocking, "setblocking(self, flag, /)", "setblocking(flag)"),
    PLAIN_METHOD(socket_getblocking, "getblocking(self, /)", "Whether operations wait."),
    PLAIN_METHOD(socket_settimeout, "settimeout(self, timeout, /)", "settimeout(timeout)"),
    PLAIN_METHOD(socket_gettimeout, "gettimeout(self, /)", "The timeout in seconds, None for none."),
    PLAIN_METHOD(socket_setsockopt, "setsockopt(self, *args)", "setsockopt(level, option, value: int or buffer)"),
    PLAIN_METHOD(socket_shutdown, "shutdown(self, flag, /)", "Shut down reading, writing or both."),
    PLAIN_METHOD(socket_recvmsg, "recvmsg(self, *args)",
                 "recvmsg(bufsize[, ancbufsize[, flags]]) -> (data, ancdata, msg_flags, address)"),
    PLAIN_METHOD(socket_recvmsg_into, "recvmsg_into(self, *args)",
                 "recvmsg_into(buffers[, ancbufsize[, flags]]) -> (nbytes, ancdata, msg_flags, address)"),
    PLAIN_METHOD(socket_sendmsg, "sendmsg(self, *args)", "sendmsg(buffers[, ancdata[, flags[, address]]]) -> count"),
    {},
};

constinit MemberDef members[] = {
    {"family", kMemberInt, offsetof(Socket, family), kMemberReadonly, "the socket family"},
    {"type", kMemberInt, offsetof(Socket, type), kMemberReadonly, "the socket type"},
    {"proto", kMemberInt, offsetof(Socket, proto), kMemberReadonly, "the socket protocol"},
    {},
};
constinit GetSetDef getset[] = {
    {"timeout", getter<socket_gettimeout>, nullptr, "the socket timeout", nullptr},
    {},
};

}  // namespace

constinit Type socket_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_socket.socket",
    .basicsize = sizeof(Socket),
    .dealloc = socket_dealloc,
    .repr = slot<socket_repr>,
    .flags = kTypeDefault | kTypeBaseType,
    .doc = "socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object\n\nAn end of a connection.",
    .methods = methods,
    .members = members,
    .getset = getset,
    .init = INIT(socket_init, "socket(self, family=-1, type=-1, proto=-1, fileno=None)"),
    .alloc = type_generic_alloc,
    .new_ = socket_new,
    .free = memory::object_free,
    .finalize = socket_finalize,
};

}  // namespace minipy::sockets
