// _socket: addresses between Python objects and sockaddr structures.
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/vm_sockets.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/un.h>

#include <algorithm>
#include <cstring>

#include "runtime/abstract.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/int.h"
#include "runtime/str.h"
#include "stdlib/_socket/socket.h"

namespace minipy::sockets {

// ---- Host names

Status HostName::get(Object* p, const char* function) {
  if (is_bytes(p)) {
    held_ = share(p);
    text_ = cast<Bytes>(p)->data;
    if (std::strlen(text_) != static_cast<size_t>(var_size(p))) text_ = nullptr;
  } else if (is_instance_of(p, &bytearray_type)) {
    HeldBuffer view;
    TRY(view.get(p));
    Ref<Bytes> copy = TRY(bytes_new(view.data(), view.size()));
    return get(as_object(copy.get()), function);
  } else if (is_str(p)) {
    Ref<Object> encoded;
    if (str_is_ascii(cast<Str>(p))) {
      encoded = TRY(str_encode(cast<Str>(p), "ascii", nullptr));
    } else {
      encoded = str_encode(cast<Str>(p), "idna", nullptr);
      if (!encoded) {
        error_clear();
        return raise(TypeError, "encoding of hostname failed");
      }
    }
    return get(encoded.get(), function);
  } else if (function) {
    return raise(TypeError, "{}() argument 1 must be str, bytes or bytearray, not {}", function,
                 is_none(p) ? "None" : type_name(p));
  } else {
    return raise(TypeError, "str, bytes or bytearray expected, not {}", type_name(p));
  }
  if (!text_) return raise(TypeError, "host name must not contain null character");
  return kOk;
}

namespace {

Maybe<int> copy_ipv4(sockaddr* out, in_addr address) {
  auto* v4 = reinterpret_cast<sockaddr_in*>(out);
  *v4 = {};
  v4->sin_family = AF_INET;
  v4->sin_addr = address;
  return 4;
}

// The first answer of getaddrinfo().
Maybe<int> ask_resolver(const char* name, const char* service, int family, int flags, bool only_one, sockaddr* out,
                        size_t size) {
  addrinfo hints{};
  hints.ai_family = family;
  hints.ai_flags = flags;
  if (service) hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  int error;
  {
    ReleaseGil other_threads_run;
    error = getaddrinfo(name, service, &hints, &found);
  }
  if (error) return raise_gai_error(error);
  bool several = found->ai_next != nullptr;
  int family_found = found->ai_family;
  std::memcpy(out, found->ai_addr, std::min<size_t>(size, found->ai_addrlen));
  freeaddrinfo(found);
  if (only_one && several) return raise(OSError, "wildcard resolved to multiple address");
  if (family_found == AF_INET) return 4;
  if (family_found == AF_INET6) return 16;
  return raise(OSError, "unknown address family");
}

}  // namespace

Maybe<int> resolve_host(const char* name, sockaddr* out, size_t size, int family) {
  if (!*name) return ask_resolver(nullptr, "0", family, AI_PASSIVE, true, out, size);
  if (!std::strcmp(name, "<broadcast>") || !std::strcmp(name, "255.255.255.255")) {
    if (family != AF_INET && family != AF_UNSPEC) return raise(OSError, "address family mismatched");
    return copy_ipv4(out, {htonl(INADDR_BROADCAST)});
  }
  // Numbers need no resolver.
  if (family == AF_UNSPEC || family == AF_INET) {
    in_addr address;
    if (inet_pton(AF_INET, name, &address) > 0) return copy_ipv4(out, address);
  }
  if ((family == AF_UNSPEC || family == AF_INET6) && !std::strchr(name, '%')) {
    in6_addr address;
    if (inet_pton(AF_INET6, name, &address) > 0) {
      auto* v6 = reinterpret_cast<sockaddr_in6*>(out);
      *v6 = {};
      v6->sin6_family = AF_INET6;
      v6->sin6_addr = address;
      return 16;
    }
  }
  return ask_resolver(name, nullptr, family, 0, false, out, size);
}

namespace {

// ---- From objects

Status need_tuple(Object* p, const char* function, const char* family) {
  if (is_tuple(p)) return kOk;
  return raise(TypeError, "{}(): {} address must be tuple, not {:.500}", function, family, type_name(p));
}

// A path, or a name in the abstract namespace (it begins with a null byte and needs no null at its end).
Status unix_address(Object* p, Address& out) {
  Ref<Object> bytes = is_str(p) ? Ref<Object>(TRY(str_encode_fs(p))) : share(p);
  HeldBuffer path;
  TRY(path.get(bytes.get()));
  auto* address = reinterpret_cast<sockaddr_un*>(&out.storage);
  size_t size = static_cast<size_t>(path.size());
  bool abstract = size == 0 || path.data()[0] == '\0';
  if (abstract ? size > sizeof address->sun_path : size >= sizeof address->sun_path) {
    return raise(OSError, "AF_UNIX path too long");
  }
  address->sun_family = AF_UNIX;
  std::memcpy(address->sun_path, path.data(), size);
  if (!abstract) address->sun_path[size] = '\0';
  out.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + size + (abstract ? 0 : 1));
  return kOk;
}

Status ipv4_address(Object* p, const char* function, Address& out) {
  TRY(need_tuple(p, function, "AF_INET"));
  Tuple* t = cast<Tuple>(p);
  if (tuple_size(t) != 2) return raise(TypeError, "AF_INET address must be a pair (host, port)");
  HostName host;
  TRY(host.get(t->items[0]));
  int port = TRY(int_argument(t->items[1]));
  TRY(resolve_host(host.c_str(), out.get(), sizeof(sockaddr_in), AF_INET));
  if (port < 0 || port > 0xffff) return raise(OverflowError, "{}(): port must be 0-65535.", function);
  auto* address = reinterpret_cast<sockaddr_in*>(&out.storage);
  address->sin_family = AF_INET;
  address->sin_port = htons(static_cast<in_port_t>(port));
  out.size = sizeof *address;
  return kOk;
}

Status ipv6_address(Object* p, const char* function, Address& out) {
  TRY(need_tuple(p, function, "AF_INET6"));
  Tuple* t = cast<Tuple>(p);
  ssize n = tuple_size(t);
  if (n < 2 || n > 4) {
    return raise(TypeError, "AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])");
  }
  HostName host;
  TRY(host.get(t->items[0]));
  int port = TRY(int_argument(t->items[1]));
  int flow = n > 2  ? TRY(int_argument(t->items[2])) : 0;
  int scope = n > 3 ? TRY(int_argument(t->items[3])) : 0;
  TRY(resolve_host(host.c_str(), out.get(), sizeof(sockaddr_in6), AF_INET6));
  if (port < 0 || port > 0xffff) return raise(OverflowError, "{}(): port must be 0-65535.", function);
  if (flow < 0 || flow > 0xfffff) return raise(OverflowError, "{}(): flowinfo must be 0-1048575.", function);
  auto* address = reinterpret_cast<sockaddr_in6*>(&out.storage);
  address->sin6_family = AF_INET6;
  address->sin6_port = htons(static_cast<in_port_t>(port));
  address->sin6_flowinfo = htonl(static_cast<uint32_t>(flow));
  address->sin6_scope_id = static_cast<uint32_t>(scope);
  out.size = sizeof *address;
  return kOk;
}

Status netlink_address(Object* p, const char* function, Address& out) {
  TRY(need_tuple(p, function, "AF_NETLINK"));
  Tuple* t = cast<Tuple>(p);
  if (tuple_size(t) != 2) return raise(TypeError, "AF_NETLINK address must be a pair (pid, groups)");
  auto* address = reinterpret_cast<sockaddr_nl*>(&out.storage);
  address->nl_family = AF_NETLINK;
  address->nl_pid = static_cast<unsigned>(TRY(int_argument(t->items[0])));
  address->nl_groups = static_cast<unsigned>(TRY(int_argument(t->items[1])));
  out.size = sizeof *address;
  return kOk;
}

// (interface, protocol[, packet type[, hardware type[, hardware address]]])
Status packet_address(const Socket* s, Object* p, const char* function, Address& out) {
  TRY(need_tuple(p, function, "AF_PACKET"));
  Tuple* t = cast<Tuple>(p);
  ssize n = tuple_size(t);
  if (n < 2 || n > 5 || !is_str(t->items[0])) {
    return raise(TypeError,
                 "AF_PACKET address must be a tuple of two to five elements (ifname, proto[, pkttype[, hatype[, "
                 "addr]]])");
  }
  const char* name = str_utf8_cstr(cast<Str>(t->items[0]));
  if (!name) return Status::failed();
  int proto = TRY(int_argument(t->items[1]));
  int packet = n > 2   ? TRY(int_argument(t->items[2])) : 0;
  int hardware = n > 3 ? TRY(int_argument(t->items[3])) : 0;
  ifreq request{};
  std::strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
  if (ioctl(s->fd, SIOCGIFINDEX, &request) < 0) return raise_os_error(errno);
  if (proto < 0 || proto > 0xffff) return raise(OverflowError, "{}(): proto must be 0-65535.", function);
  auto* address = reinterpret_cast<sockaddr_ll*>(&out.storage);
  address->sll_family = AF_PACKET;
  address->sll_protocol = htons(static_cast<uint16_t>(proto));
  address->sll_ifindex = request.ifr_ifindex;
  address->sll_pkttype = static_cast<unsigned char>(packet);
  address->sll_hatype = static_cast<unsigned short>(hardware);
  if (n > 4) {
    HeldBuffer hardware_address;
    TRY(hardware_address.get(t->items[4]));
    if (hardware_address.size() > 8) return raise(ValueError, "hardware address must be 8 bytes or less");
    std::memcpy(address->sll_addr, hardware_address.data(), static_cast<size_t>(hardware_address.size()));
    address->sll_halen = static_cast<unsigned char>(hardware_address.size());
  }
  out.size = sizeof *address;
  return kOk;
}

Status vsock_address(Object* p, const char* function, Address& out) {
  TRY(need_tuple(p, function, "AF_VSOCK"));
  Tuple* t = cast<Tuple>(p);
  if (tuple_size(t) != 2) return raise(TypeError, "getsockaddrarg: AF_VSOCK address must be a pair (cid, port)");
  auto* address = reinterpret_cast<sockaddr_vm*>(&out.storage);
  address->svm_family = AF_VSOCK;
  address->svm_cid = static_cast<unsigned>(TRY(bind::to_long(t->items[0])));
  address->svm_port = static_cast<unsigned>(TRY(bind::to_long(t->items[1])));
  out.size = sizeof *address;
  return kOk;
}

}  // namespace

Status parse_address(const Socket* s, Object* p, const char* function, Address& out) {
  std::memset(&out.storage, 0, sizeof out.storage);
  switch (s->family) {
    case AF_UNIX: return unix_address(p, out);
    case AF_INET: return ipv4_address(p, function, out);
    case AF_INET6: return ipv6_address(p, function, out);
    case AF_NETLINK: return netlink_address(p, function, out);
    case AF_PACKET: return packet_address(s, p, function, out);
    case AF_VSOCK: return vsock_address(p, function, out);
    default: return raise(OSError, "{}(): bad family", function);
  }
}

// ---- To objects

Ref<Object> ip_text(const sockaddr* address, size_t size) {
  char text[NI_MAXHOST];
  int error = getnameinfo(address, static_cast<socklen_t>(size), text, sizeof text, nullptr, 0, NI_NUMERICHOST);
  if (error) return raise_gai_error(error);
  return str_from_utf8(text);
}

namespace {

Ref<Object> unix_object(const sockaddr* p, size_t size) {
  auto* address = reinterpret_cast<const sockaddr_un*>(p);
  size_t length = size > offsetof(sockaddr_un, sun_path) ? size - offsetof(sockaddr_un, sun_path) : 0;
  if (length > 0 && address->sun_path[0] == '\0') {
    return bytes_new(address->sun_path, static_cast<ssize>(length));
  }
  return str_decode_fs(address->sun_path, static_cast<ssize>(strnlen(address->sun_path, length)));
}

Ref<Object> packet_object(int fd, const sockaddr* p) {
  auto* address = reinterpret_cast<const sockaddr_ll*>(p);
  ifreq request{};
  const char* name = "";
  if (address->sll_ifindex) {
    request.ifr_ifindex = address->sll_ifindex;
    if (ioctl(fd, SIOCGIFNAME, &request) == 0) name = request.ifr_name;
  }
  Ref<Object> parts[] = {str_decode_fs(name), int_from(ntohs(address->sll_protocol)), int_from(address->sll_pkttype),
                         int_from(address->sll_hatype),
                         bytes_new(reinterpret_cast<const char*>(address->sll_addr), address->sll_halen)};
  for (const Ref<Object>& part : parts) {
    if (!part) return nullptr;
  }
  return tuple_pack(parts[0].get(), parts[1].get(), parts[2].get(), parts[3].get(), parts[4].get());
}

Ref<Object> pair_of(long long a, long long b) {
  Ref<Object> first = TRY(int_from(a));
  Ref<Object> second = TRY(int_from(b));
  return tuple_pack(first.get(), second.get());
}

}  // namespace

Ref<Object> address_object(int fd, const sockaddr* p, size_t size, int) {
  if (size == 0) return none_ref();
  switch (p->sa_family) {
    case AF_UNIX: return unix_object(p, size);
    case AF_INET: {
      Ref<Object> host = TRY(ip_text(p, sizeof(sockaddr_in)));
      Ref<Object> port = TRY(int_from(ntohs(reinterpret_cast<const sockaddr_in*>(p)->sin_port)));
      return tuple_pack(host.get(), port.get());
    }
    case AF_INET6: {
      auto* address = reinterpret_cast<const sockaddr_in6*>(p);
      Ref<Object> host = TRY(ip_text(p, sizeof *address));
      Ref<Object> port = TRY(int_from(ntohs(address->sin6_port)));
      Ref<Object> flow = TRY(int_from(ntohl(address->sin6_flowinfo)));
      Ref<Object> scope = TRY(int_from(address->sin6_scope_id));
      return tuple_pack(host.get(), port.get(), flow.get(), scope.get());
    }
    case AF_NETLINK: {
      auto* address = reinterpret_cast<const sockaddr_nl*>(p);
      return pair_of(address->nl_pid, address->nl_groups);
    }
    case AF_VSOCK: {
      auto* address = reinterpret_cast<const sockaddr_vm*>(p);
      return pair_of(address->svm_cid, address->svm_port);
    }
    case AF_PACKET: return packet_object(fd, p);
    default: {
      // A family that is not known: its number and the bytes.
      Ref<Object> family = TRY(int_from(p->sa_family));
      Ref<Object> data = TRY(bytes_new(p->sa_data, sizeof p->sa_data));
      return tuple_pack(family.get(), data.get());
    }
  }
}

}  // namespace minipy::sockets
