// _socket: hosts, services, protocols, interfaces and numeric addresses.
#include <arpa/inet.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <unistd.h>

#include <climits>
#include <cstring>
#include <vector>

#include "runtime/abstract.h"
#include "runtime/audit.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "stdlib/_socket/socket.h"

namespace minipy::sockets {

namespace {

// Made with the module.
Type* g_gai_error = nullptr;
Type* g_host_error = nullptr;

Ref<Type> new_error(const char* name) {
  Ref<Tuple> bases = TRY(tuple_pack(as_object(OSError)));
  Ref<Dict> dict = TRY(dict_new());
  TRY(dict_set_ascii(dict.get(), "__module__", as_object(NAME("socket"))));
  Ref<Str> text = TRY(str_intern_ascii(name));
  return call(as_object(&type_type), text.get(), bases.get(), dict.get()).cast_to<Type>();
}

Raised raise_numbered(Type* type, int code, const char* message) {
  Ref<Object> number = int_from(code);
  Ref<Object> text = str_from_utf8(message);
  if (!number || !text) return kRaised;
  Ref<Object> error = call(as_object(type), number.get(), text.get());
  return error ? raise_instance(error.get()) : kRaised;
}

}  // namespace

Status add_errors(Module* m) {
  if (!g_gai_error) {
    g_host_error = TRY(new_error("herror"))
    .release();
    g_gai_error = TRY(new_error("gaierror"))
    .release();
  }
  TRY(module_add(m, "error", share(as_object(OSError))));
  TRY(module_add(m, "herror", share(as_object(g_host_error))));
  TRY(module_add(m, "gaierror", share(as_object(g_gai_error))));
  return module_add(m, "timeout", share(as_object(TimeoutError)));
}

Raised raise_gai_error(int code) {
  if (code == EAI_SYSTEM) return raise_os_error(errno);
  return raise_numbered(g_gai_error, code, gai_strerror(code));
}
Raised raise_host_error(int code) { return raise_numbered(g_host_error, code, hstrerror(code)); }

namespace {

// ---- getaddrinfo() and getnameinfo()

struct FreeAddrinfo {
  addrinfo* list = nullptr;
  ~FreeAddrinfo() {
    if (list) freeaddrinfo(list);
  }
};

// A host for getaddrinfo(): None, str or bytes.
Status host_argument(Object* p, Ref<Object>& held, const char*& text) {
  text = nullptr;
  if (is_none(p)) return kOk;
  if (is_str(p)) {
    held = TRY(str_encode(cast<Str>(p), "idna", nullptr));
  } else if (is_bytes(p)) {
    held = share(p);
  } else {
    return raise(TypeError, "getaddrinfo() argument 1 must be string or None");
  }
  text = cast<Bytes>(held.get())->data;
  return kOk;
}
Status service_argument(Object* p, Ref<Object>& held, const char*& text) {
  text = nullptr;
  if (is_none(p)) return kOk;
  if (is_exactly(p, &int_type) || is_int(p)) {
    long number = TRY(int_to_long(p));
    std::string digits = std::to_string(number);
    held = TRY(bytes_new(digits.data(), static_cast<ssize>(digits.size())));
  } else if (is_str(p)) {
    held = TRY(str_encode(cast<Str>(p), "utf-8", nullptr));
  } else if (is_bytes(p)) {
    held = share(p);
  } else {
    return raise(OSError, "Int or String expected");
  }
  text = cast<Bytes>(held.get())->data;
  return kOk;
}

Ref<Object> find_addresses(Object*, Object* host, Object* port, int family, int type, int proto, int flags) {
  Ref<Object> held_host, held_service;
  const char *name, *service;
  TRY(host_argument(host, held_host, name));
  TRY(service_argument(port, held_service, service));
  TRY(audit("socket.getaddrinfo", host, port, family, type, proto));
  addrinfo hints{};
  hints.ai_family = family;
  hints.ai_socktype = type;
  hints.ai_protocol = proto;
  hints.ai_flags = flags;
  FreeAddrinfo found;
  int error;
  {
    ReleaseGil other_threads_run;
    error = getaddrinfo(name, service, &hints, &found.list);
  }
  if (error) return raise_gai_error(error);
  Ref<List> result = TRY(list_new());
  for (addrinfo* a = found.list; a; a = a->ai_next) {
    Ref<Object> address = TRY(address_object(-1, a->ai_addr, a->ai_addrlen, proto));
    Ref<Object> f = TRY(int_from(a->ai_family))
    , t = TRY(int_from(a->ai_socktype))
    , p = TRY(int_from(a->ai_protocol));
    Ref<Object> canonical = TRY(str_decode_fs(a->ai_canonname ? a->ai_canonname : ""));
    Ref<Tuple> entry = TRY(tuple_pack(f.get(), t.get(), p.get(), canonical.get(), address.get()));
    TRY(list_append(result.get(), as_object(entry.get())));
  }
  return result;
}

Ref<Object> name_of_address(Object*, VarArgs args) {
  TRY(check_count("getnameinfo", args, 2, 2));
  int flags = TRY(int_argument(args[1]));
  if (!is_tuple(args[0])) return raise(TypeError, "getnameinfo() argument 1 must be a tuple");
  Tuple* t = cast<Tuple>(args[0]);
  ssize n = tuple_size(t);
  if (n < 2 || n > 4 || !is_str(t->items[0])) return raise(TypeError, "getnameinfo(): illegal sockaddr argument");
  const char* host = str_utf8_cstr(cast<Str>(t->items[0]));
  if (!host) return nullptr;
  int port = TRY(int_argument(t->items[1]));
  int flow = n > 2  ? TRY(int_argument(t->items[2])) : 0;
  int scope = n > 3 ? TRY(int_argument(t->items[3])) : 0;
  if (flow < 0 || flow > 0xfffff) return raise(OverflowError, "getnameinfo(): flowinfo must be 0-1048575.");
  TRY(audit("socket.getnameinfo", args[0]));
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  hints.ai_flags = AI_NUMERICHOST;
  std::string service = std::to_string(port);
  FreeAddrinfo found;
  int error;
  {
    ReleaseGil other_threads_run;
    error = getaddrinfo(host, service.c_str(), &hints, &found.list);
  }
  if (error) return raise_gai_error(error);
  if (found.list->ai_next) return raise(OSError, "sockaddr resolved to multiple addresses");
  if (found.list->ai_family == AF_INET) {
    if (n != 2) return raise(OSError, "IPv4 sockaddr must be 2 tuple");
  } else if (found.list->ai_family == AF_INET6) {
    auto* v6 = reinterpret_cast<sockaddr_in6*>(found.list->ai_addr);
    v6->sin6_flowinfo = htonl(static_cast<uint32_t>(flow));
    v6->sin6_scope_id = static_cast<uint32_t>(scope);
  }
  char host_text[NI_MAXHOST], service_text[NI_MAXSERV];
  {
    ReleaseGil other_threads_run;
    error = getnameinfo(found.list->ai_addr, found.list->ai_addrlen, host_text, sizeof host_text, service_text,
                        sizeof service_text, flags);
  }
  if (error) return raise_gai_error(error);
  Ref<Object> first = TRY(str_decode_fs(host_text));
  Ref<Object> second = TRY(str_from_utf8(service_text));
  return tuple_pack(first.get(), second.get());
}

// ---- gethostby...()

// The reentrant functions want a buffer and say when it is too small.
template <class Query>
hostent* query_host(std::vector<char>& buffer, hostent& entry, int& error, Query query) {
  hostent* result = nullptr;
  buffer.resize(16384);
  ReleaseGil other_threads_run;
  while (query(&entry, buffer.data(), buffer.size(), &result, &error) == ERANGE && buffer.size() < (1u << 24)) {
    buffer.resize(buffer.size() * 2);
  }
  return result;
}

Ref<Object> host_entry(hostent* entry, int error) {
  if (!entry) return raise_host_error(error);
  Ref<List> aliases = TRY(list_new())
  , addresses = TRY(list_new());
  for (char** alias = entry->h_aliases; alias && *alias; alias++) {
    Ref<Object> text = TRY(str_decode_fs(*alias));
    TRY(list_append(aliases.get(), text.get()));
  }
  for (char** raw = entry->h_addr_list; raw && *raw; raw++) {
    Address address{};
    if (entry->h_addrtype == AF_INET) {
      auto* v4 = reinterpret_cast<sockaddr_in*>(&address.storage);
      v4->sin_family = AF_INET;
      std::memcpy(&v4->sin_addr, *raw, sizeof v4->sin_addr);
      address.size = sizeof *v4;
    } else if (entry->h_addrtype == AF_INET6) {
      auto* v6 = reinterpret_cast<sockaddr_in6*>(&address.storage);
      v6->sin6_family = AF_INET6;
      std::memcpy(&v6->sin6_addr, *raw, sizeof v6->sin6_addr);
      address.size = sizeof *v6;
    } else {
      return raise(OSError, "unsupported address family");
    }
    Ref<Object> text = TRY(ip_text(address.get(), address.size));
    TRY(list_append(addresses.get(), text.get()));
  }
  Ref<Object> name = TRY(str_decode_fs(entry->h_name));
  return tuple_pack(name.get(), as_object(aliases.get()), as_object(addresses.get()));
}

Ref<Object> host_by_name(Object*, VarArgs args) {
  TRY(check_count("gethostbyname", args, 1, 1));
  HostName name;
  TRY(name.get(args[0], "gethostbyname"));
  TRY(audit("socket.gethostbyname", args[0]));
  Address address{};
  TRY(resolve_host(name.c_str(), address.get(), sizeof(sockaddr_in), AF_INET));
  return ip_text(address.get(), sizeof(sockaddr_in));
}

Ref<Object> host_by_name_ex(Object*, VarArgs args) {
  TRY(check_count("gethostbyname_ex", args, 1, 1));
  HostName name;
  TRY(name.get(args[0], "gethostbyname_ex"));
  TRY(audit("socket.gethostbyname", args[0]));
  Address address{};
  TRY(resolve_host(name.c_str(), address.get(), sizeof(sockaddr_in), AF_INET));
  std::vector<char> buffer;
  hostent entry;
  int error = 0;
  hostent* found =
      query_host(buffer, entry, error, [&](auto... rest) { return gethostbyname_r(name.c_str(), rest...); });
  return host_entry(found, error);
}

Ref<Object> host_by_address(Object*, VarArgs args) {
  TRY(check_count("gethostbyaddr", args, 1, 1));
  HostName name;
  TRY(name.get(args[0], "gethostbyaddr"));
  TRY(audit("socket.gethostbyaddr", args[0]));
  Address address{};
  int size = TRY(resolve_host(name.c_str(), address.get(), sizeof address.storage, AF_UNSPEC));
  int family = address.get()->sa_family;
  const void* raw = size == 4 ? static_cast<const void*>(&reinterpret_cast<sockaddr_in*>(&address.storage)->sin_addr)
                              : static_cast<const void*>(&reinterpret_cast<sockaddr_in6*>(&address.storage)->sin6_addr);
  std::vector<char> buffer;
  hostent entry;
  int error = 0;
  hostent* found = query_host(buffer, entry, error, [&](auto... rest) {
    return gethostbyaddr_r(raw, static_cast<socklen_t>(size), family, rest...);
  });
  return host_entry(found, error);
}

Ref<Object> own_host_name(Object*) {
  TRY(audit("socket.gethostname"));
  char name[1024];
  if (gethostname(name, sizeof name - 1) < 0) return raise_os_error(errno);
  name[sizeof name - 1] = '\0';
  return str_decode_fs(name);
}

Ref<Object> set_host_name(Object*, VarArgs args) {
  TRY(check_count("sethostname", args, 1, 1));
  Ref<Object> bytes = TRY(str_encode_fs(args[0]));
  TRY(audit("socket.sethostname", args[0]));
  std::string_view name = bytes_view(cast<Bytes>(bytes.get()));
  if (sethostname(name.data(), name.size()) < 0) return raise_os_error(errno);
  return none_ref();
}

// ---- Services and protocols

Maybe<const char*> text_argument(const char* function, VarArgs args, ssize index) {
  Object* p = args[index];
  if (!is_str(p)) {
    return raise(TypeError, "{}() argument {} must be str, not {}", function, index + 1,
                 is_none(p) ? "None" : type_name(p));
  }
  const char* text = str_utf8_cstr(cast<Str>(p));
  if (!text) return kRaised;
  if (std::strlen(text) != str_utf8(cast<Str>(p)).size()) return raise(ValueError, "embedded null character");
  return text;
}

Ref<Object> service_by_name(Object*, VarArgs args) {
  TRY(check_count("getservbyname", args, 1, 2));
  const char* name = TRY(text_argument("getservbyname", args, 0));
  const char* proto = args.size > 1 ? TRY(text_argument("getservbyname", args, 1)) : nullptr;
  TRY(audit("socket.getservbyname", args[0], proto ? std::string_view(proto) : std::string_view("")));
  servent* found = getservbyname(name, proto);
  if (!found) return raise(OSError, "service/proto not found");
  return int_from(ntohs(static_cast<uint16_t>(found->s_port)));
}

Ref<Object> service_by_port(Object*, VarArgs args) {
  TRY(check_count("getservbyport", args, 1, 2));
  int port = TRY(int_argument(args[0]));
  const char* proto = args.size > 1 ? TRY(text_argument("getservbyport", args, 1)) : nullptr;
  if (port < 0 || port > 0xffff) return raise(OverflowError, "getservbyport: port must be 0-65535.");
  TRY(audit("socket.getservbyport", port, proto ? std::string_view(proto) : std::string_view("")));
  servent* found = getservbyport(htons(static_cast<uint16_t>(port)), proto);
  if (!found) return raise(OSError, "port/proto not found");
  return str_from_utf8(found->s_name);
}

Ref<Object> protocol_by_name(Object*, VarArgs args) {
  TRY(check_count("getprotobyname", args, 1, 1));
  protoent* found = getprotobyname(TRY(text_argument("getprotobyname", args, 0)));
  if (!found) return raise(OSError, "protocol not found");
  return int_from(found->p_proto);
}

// ---- Interfaces

Ref<Object> interface_index(Object*, VarArgs args) {
  TRY(check_count("if_nametoindex", args, 1, 1));
  Ref<Object> name = TRY(str_encode_fs(args[0]));
  unsigned index = if_nametoindex(cast<Bytes>(name.get())->data);
  if (index == 0) return raise(OSError, "no interface with this name");
  return int_from(index);
}

Ref<Object> interface_name(Object*, Object* index) {
  if (!is_int(index)) return raise(TypeError, "an integer is required");
  int overflow;
  long long number = int_to_long_long_overflow(index, &overflow);
  if (overflow < 0 || (!overflow && number < 0)) {
    return raise(OverflowError, "can't convert negative value to unsigned int");
  }
  if (overflow) return raise(OverflowError, "Python int too large to convert to C unsigned long");
  char name[IF_NAMESIZE + 1];
  if (!if_indextoname(static_cast<unsigned>(number), name)) return raise_os_error(errno);
  return str_decode_fs(name);
}

Ref<Object> interfaces(Object*) {
  Ref<List> list = TRY(list_new());
  struct Names {
    struct if_nameindex* list = if_nameindex();
    ~Names() {
      if (list) if_freenameindex(list);
    }
  } names;
  if (!names.list) return raise_os_error(errno);
  for (auto* n = names.list; n->if_index != 0 && n->if_name; n++) {
    Ref<Object> index = TRY(int_from(n->if_index));
    Ref<Object> name = TRY(str_decode_fs(n->if_name));
    Ref<Tuple> pair = TRY(tuple_pack(index.get(), name.get()));
    TRY(list_append(list.get(), as_object(pair.get())));
  }
  return list;
}

// ---- Numbers and numeric addresses

template <bool kToNetwork>
Ref<Object> swap_short(Object*, VarArgs args) {
  constexpr const char* kName = kToNetwork ? "htons" : "ntohs";
  TRY(check_count(kName, args, 1, 1));
  int number;
  {
    long wide = TRY(bind::to_long(args[0]));
    if (wide < 0) {
      return raise(OverflowError, "{}: can't convert negative Python int to C 16-bit unsigned integer", kName);
    }
    if (wide > 0xffff) {
      return raise(OverflowError, "{}: Python int too large to convert to C 16-bit unsigned integer", kName);
    }
    number = static_cast<int>(wide);
  }
  return int_from(htons(static_cast<uint16_t>(number)));
}

Ref<Object> swap_long(Object*, Object* p) {
  if (!is_int(p)) return raise(TypeError, "expected int, {} found", type_name(p));
  int overflow;
  long long number = int_to_long_long_overflow(p, &overflow);
  if (overflow < 0 || (!overflow && number < 0)) {
    return raise(OverflowError, "can't convert negative value to unsigned int");
  }
  if (overflow) {
    if (!int_to_unsigned_long_long(p)) {
      error_clear();
      return raise(OverflowError, "Python int too large to convert to C unsigned long");
    }
    return raise(OverflowError, "int larger than 32 bits");
  }
  if (number > UINT_MAX) return raise(OverflowError, "int larger than 32 bits");
  return int_from(htonl(static_cast<uint32_t>(number)));
}

Ref<Object> packed_from_text(Object*, VarArgs args) {
  TRY(check_count("inet_aton", args, 1, 1));
  in_addr address;
  if (!inet_aton(TRY(text_argument("inet_aton", args, 0)), &address)) {
    return raise(OSError, "illegal IP address string passed to inet_aton");
  }
  return bytes_new(reinterpret_cast<char*>(&address), sizeof address);
}

Ref<Object> text_from_packed(Object*, VarArgs args) {
  TRY(check_count("inet_ntoa", args, 1, 1));
  HeldBuffer packed;
  TRY(packed.get(args[0]));
  in_addr address;
  if (packed.size() != sizeof address) return raise(OSError, "packed IP wrong length for inet_ntoa");
  std::memcpy(&address, packed.data(), sizeof address);
  char text[INET_ADDRSTRLEN];
  return str_from_utf8(inet_ntop(AF_INET, &address, text, sizeof text));
}

Ref<Object> presentation_to_packed(Object*, VarArgs args) {
  TRY(check_count("inet_pton", args, 2, 2));
  int family = TRY(int_argument(args[0]));
  const char* text = TRY(text_argument("inet_pton", args, 1));
  char packed[16];
  int result = inet_pton(family, text, packed);
  if (result < 0) return raise_os_error(errno);
  if (result == 0) return raise(OSError, "illegal IP address string passed to inet_pton");
  return bytes_new(packed, family == AF_INET ? 4 : 16);
}

Ref<Object> packed_to_presentation(Object*, VarArgs args) {
  TRY(check_count("inet_ntop", args, 2, 2));
  int family = TRY(int_argument(args[0]));
  HeldBuffer packed;
  TRY(packed.get(args[1]));
  if (family != AF_INET && family != AF_INET6) return raise(ValueError, "unknown address family {}", family);
  if (packed.size() != (family == AF_INET ? 4 : 16)) {
    return raise(ValueError, "invalid length of packed IP address string");
  }
  char text[INET6_ADDRSTRLEN];
  if (!inet_ntop(family, packed.data(), text, sizeof text)) return raise_os_error(errno);
  return str_from_utf8(text);
}

}  // namespace

constinit MethodDef name_functions[] = {
    PLAIN_METHOD(host_by_name, "gethostbyname(module, *args)", "gethostbyname(host) -> address"),
    PLAIN_METHOD(host_by_name_ex, "gethostbyname_ex(module, *args)",
                 "gethostbyname_ex(host) -> (name, aliaslist, addresslist)"),
    PLAIN_METHOD(host_by_address, "gethostbyaddr(module, *args)",
                 "gethostbyaddr(host) -> (name, aliaslist, addresslist)"),
    PLAIN_METHOD(own_host_name, "gethostname(module, /)", "gethostname() -> string"),
    PLAIN_METHOD(set_host_name, "sethostname(module, *args)", "sethostname(name)"),
    PLAIN_METHOD(service_by_name, "getservbyname(module, *args)",
                 "getservbyname(servicename[, protocolname]) -> integer"),
    PLAIN_METHOD(service_by_port, "getservbyport(module, *args)", "getservbyport(port[, protocolname]) -> string"),
    PLAIN_METHOD(protocol_by_name, "getprotobyname(module, *args)", "getprotobyname(name) -> integer"),
    PLAIN_METHOD(swap_short<false>, "ntohs(module, *args)",
                 "Convert a 16-bit integer from network to host byte order."),
    PLAIN_METHOD(swap_long, "ntohl(module, integer, /)", "Convert a 32-bit integer from network to host byte order."),
    PLAIN_METHOD(swap_short<true>, "htons(module, *args)", "Convert a 16-bit integer from host to network byte order."),
    PLAIN_METHOD(swap_long, "htonl(module, integer, /)", "Convert a 32-bit integer from host to network byte order."),
    PLAIN_METHOD(packed_from_text, "inet_aton(module, *args)", "inet_aton(string) -> bytes giving packed 32-bit IP"),
    PLAIN_METHOD(text_from_packed, "inet_ntoa(module, *args)", "inet_ntoa(packed_ip) -> ip_address_string"),
    PLAIN_METHOD(presentation_to_packed, "inet_pton(module, *args)", "inet_pton(af, ip) -> packed IP address string"),
    PLAIN_METHOD(packed_to_presentation, "inet_ntop(module, *args)", "inet_ntop(af, packed_ip) -> string"),
    PLAIN_METHOD(find_addresses, "getaddrinfo(module, host, port, family=0, type=0, proto=0, flags=0)",
                 "getaddrinfo(host, port [, family, type, proto, flags]) -> list of (family, type, proto, canonname, "
                 "sockaddr)"),
    PLAIN_METHOD(name_of_address, "getnameinfo(module, *args)", "getnameinfo(sockaddr, flags) -> (host, port)"),
    PLAIN_METHOD(interfaces, "if_nameindex(module, /)", "if_nameindex() -> list of (index, name)"),
    PLAIN_METHOD(interface_index, "if_nametoindex(module, *args)", "The index of the interface of that name."),
    PLAIN_METHOD(interface_name, "if_indextoname(module, index, /)", "The name of the interface with that index."),
    {},
};

}  // namespace minipy::sockets
