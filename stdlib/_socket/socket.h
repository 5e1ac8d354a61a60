// Module _socket, in files by subject: module.cc, type.cc (the socket type), transfer.cc (sending and receiving),
// messages.cc (sendmsg, recvmsg), address.cc (addresses and Python objects), names.cc (resolving), constants.cc.
#pragma once

#include <sys/socket.h>

#include "gc/object.h"
#include "runtime/bind.h"
#include "runtime/result.h"
#include "runtime/type.h"
#include "stdlib/tuple_arguments.h"

namespace minipy {

struct Module;

namespace sockets {

// CPython's layout (its C API hands sockets out).
struct Socket {
  Object base;
  int fd;  // -1: closed
  int family;
  int type;
  int proto;
  void* error_handler;
  long long timeout;  // nanoseconds; 0: non-blocking, -1: blocking
};
static_assert(sizeof(Socket) == 48);
extern Type socket_type;
// Of an open descriptor, which it owns unless that fails. Nothing is asked or audited.
Ref<Object> socket_of_descriptor(int fd, int family, int type, int proto);

// Adds the exceptions gaierror and herror; the functions; the constants.
Status add_errors(Module* m);
Status add_constants(Module* m);
extern MethodDef name_functions[];

// Methods of the type that are in files of their own.
Ref<Object> socket_connect(Socket* self, Object* address);
Ref<Object> socket_connect_ex(Socket* self, Object* address);
Ref<Object> socket_recv(Socket* self, VarArgs args);
Ref<Object> socket_recvfrom(Socket* self, VarArgs args);
Ref<Object> socket_recv_into(Socket* self, Object* buffer, ssize nbytes, int flags);
Ref<Object> socket_recvfrom_into(Socket* self, Object* buffer, ssize nbytes, int flags);
Ref<Object> socket_send(Socket* self, VarArgs args);
Ref<Object> socket_sendall(Socket* self, VarArgs args);
Ref<Object> socket_sendto(Socket* self, VarArgs args);
Ref<Object> socket_recvmsg(Socket* self, VarArgs args);
Ref<Object> socket_recvmsg_into(Socket* self, VarArgs args);
Ref<Object> socket_sendmsg(Socket* self, VarArgs args);

// socket.gaierror from a code of getaddrinfo(); EAI_SYSTEM means errno.
Raised raise_gai_error(int code);
// socket.herror from h_errno's value.
Raised raise_host_error(int code);

// ---- Arguments

// Flags are optional arguments.
inline Maybe<int> optional_int(VarArgs args, ssize index, int fallback) {
  return index < args.size ? int_argument(args[index]) : Maybe<int>(fallback);
}
// Seconds, or None for no limit, as nanoseconds (-1: no limit).
Maybe<long long> timeout_of(Object* p);
Ref<Object> timeout_object(long long timeout);

// The timeout of new sockets.
extern long long g_default_timeout;

// ---- Addresses

struct Address {
  sockaddr_storage storage;
  socklen_t size = 0;
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

// The address that an object describes for sockets of this kind. `function` is named in errors.
Status parse_address(const Socket* s, Object* p, const char* function, Address& out);
// The object for an address; None for an empty one.
Ref<Object> address_object(int fd, const sockaddr* address, size_t size, int proto);
// An IPv4 or IPv6 address as text.
Ref<Object> ip_text(const sockaddr* address, size_t size);
// Resolves a host name. Returns the size of what was put into *out (4 or 16: an address alone).
Maybe<int> resolve_host(const char* name, sockaddr* out, size_t size, int family);
// A host name as bytes: str (IDNA where it is not ASCII), bytes or bytearray. `wrong` is the error's wording for
// others.
class HostName {
 public:
  Status get(Object* p, const char* function = nullptr);
  const char* c_str() const { return text_; }

 private:
  Ref<Object> held_;
  const char* text_ = nullptr;
};

// ---- Waiting

// Makes a system call that may block, as often as signals interrupt it and (with a timeout) as the socket is not ready.
// Raises what went wrong: TimeoutError, OSError, or a signal handler's exception. Returns the call's result.
template <class Call>
Maybe<ssize> call_when_ready(Socket* s, bool writing, Call call);
// Until the socket is ready, at most until `deadline` (monotonic nanoseconds, -1: none). False: too late. Failed: an
// exception is pending. `error` gets what poll() says beyond being ready.
Maybe<bool> wait_ready(Socket* s, bool writing, bool connecting, long long deadline);
long long deadline_after(long long timeout);

}  // namespace sockets
}  // namespace minipy

#include "stdlib/_socket/wait.inc"
