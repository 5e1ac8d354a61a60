// Module _socket: what concerns sockets as descriptors, and putting the module together.
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <climits>

#include "runtime/abstract.h"
#include "runtime/audit.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/thread_state.h"
#include "runtime/type.h"
#include "stdlib/_socket/socket.h"

namespace minipy {

namespace sockets {
namespace {

Ref<Object> close_descriptor(Object*, Object* given) {
  int fd = TRY(int_argument(given));
  int result;
  {
    ReleaseGil other_threads_run;
    result = close(fd);
  }
  if (result < 0 && errno != ECONNRESET) return raise_os_error(errno);
  return none_ref();
}

Ref<Object> duplicate_descriptor(Object*, Object* given) {
  int fd = TRY(int_argument(given));
  int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) return raise_os_error(errno);
  return int_from(copy);
}

Ref<Object> pair_of_sockets(Object*, VarArgs args) {
  TRY(check_count("socketpair", args, 0, 3));
  int family = TRY(optional_int(args, 0, AF_UNIX))
  , type = TRY(optional_int(args, 1, SOCK_STREAM));
  int proto = TRY(optional_int(args, 2, 0));
  int fds[2];
  if (socketpair(family, type | SOCK_CLOEXEC, proto, fds) < 0) return raise_os_error(errno);
  Ref<Object> first = socket_of_descriptor(fds[0], family, type, proto);
  Ref<Object> second = first ? socket_of_descriptor(fds[1], family, type, proto) : nullptr;
  if (!first) close(fds[0]);
  if (!second) {
    close(fds[1]);
    return nullptr;
  }
  return tuple_pack(first.get(), second.get());
}

Ref<Object> get_default_timeout(Object*) { return timeout_object(g_default_timeout); }
Ref<Object> set_default_timeout(Object*, Object* given) {
  g_default_timeout = TRY(timeout_of(given));
  return none_ref();
}

template <bool kSpace>
Ref<Object> control_length(Object*, VarArgs args) {
  constexpr const char* kName = kSpace ? "CMSG_SPACE" : "CMSG_LEN";
  TRY(check_count(kName, args, 1, 1));
  ssize length = TRY(bind::to_ssize(args[0]));
  if (length < 0 || static_cast<size_t>(length) > static_cast<size_t>(INT_MAX) - CMSG_SPACE(0)) {
    return raise(OverflowError, "{}() argument out of range", kName);
  }
  size_t n = static_cast<size_t>(length);
  return int_from_size(kSpace ? CMSG_SPACE(n) : CMSG_LEN(n));
}

constinit MethodDef functions[] = {
    PLAIN_METHOD(close_descriptor, "close(module, integer, /)", "Close a socket's descriptor."),
    PLAIN_METHOD(duplicate_descriptor, "dup(module, integer, /)", "Duplicate a socket's descriptor."),
    PLAIN_METHOD(pair_of_sockets, "socketpair(module, *args)",
                 "socketpair([family[, type [, proto]]]) -> (socket object, socket object)"),
    PLAIN_METHOD(get_default_timeout, "getdefaulttimeout(module, /)", "The timeout of new sockets."),
    PLAIN_METHOD(set_default_timeout, "setdefaulttimeout(module, timeout, /)", "Set the timeout of new sockets."),
    PLAIN_METHOD(control_length<false>, "CMSG_LEN(module, *args)", "The length of a control message, without padding."),
    PLAIN_METHOD(control_length<true>, "CMSG_SPACE(module, *args)", "The length of a control message, with padding."),
    {},
};

Status exec(Module* m) {
  TRY(module_add_functions(m, name_functions));
  TRY(add_errors(m));
  TRY(type_ready(&socket_type));
  TRY(module_add(m, "SocketType", share(as_object(&socket_type))));
  TRY(module_add(m, "socket", share(as_object(&socket_type))));
  return add_constants(m);
}

}  // namespace
}  // namespace sockets

constinit NativeModule _socket_module = {"_socket", sockets::functions, sockets::exec,
                                         "Implementation module for socket operations.\n\nSee the socket module for "
                                         "documentation."};

}  // namespace minipy
