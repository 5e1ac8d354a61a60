// _socket: sendmsg(), recvmsg() and recvmsg_into(), with ancillary data (RFC 3542).
#include <sys/uio.h>
#include <unistd.h>

#include <climits>
#include <cstring>
#include <memory>
#include <vector>

#include "runtime/abstract.h"
#include "runtime/audit.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/int.h"
#include "stdlib/_socket/socket.h"

namespace minipy::sockets {

namespace {

// ---- Receiving

// The items of the control data that arrived, as (level, type, bytes). Descriptors among them are closed when the list
// cannot be made: nobody else could.
class Ancillary {
 public:
  explicit Ancillary(msghdr& message) : message_(message) {}

  Ref<List> items() {
    Ref<List> list = list_new();
    if (list && collect(list.get())) return list;
    close_descriptors();
    return nullptr;
  }

 private:
  // What of an item lies within the control data: the kernel may have cut the last one.
  size_t data_size(const cmsghdr* item) const {
    const char* end = static_cast<const char*>(message_.msg_control) + message_.msg_controllen;
    const char* data = reinterpret_cast<const char*>(CMSG_DATA(item));
    if (data > end || item->cmsg_len < CMSG_LEN(0)) return 0;
    return std::min(item->cmsg_len - CMSG_LEN(0), static_cast<size_t>(end - data));
  }
  Status collect(List* list) {
    if (message_.msg_controllen < sizeof(cmsghdr)) return kOk;
    for (cmsghdr* c = CMSG_FIRSTHDR(&message_); c; c = CMSG_NXTHDR(&message_, c)) {
      Ref<Object> level = TRY(int_from(c->cmsg_level));
      Ref<Object> type = TRY(int_from(c->cmsg_type));
      Ref<Object> data = TRY(bytes_new(reinterpret_cast<const char*>(CMSG_DATA(c)), static_cast<ssize>(data_size(c))));
      Ref<Tuple> item = TRY(tuple_pack(level.get(), type.get(), data.get()));
      TRY(list_append(list, as_object(item.get())));
    }
    return kOk;
  }
  void close_descriptors() {
    if (message_.msg_controllen < sizeof(cmsghdr)) return;
    for (cmsghdr* c = CMSG_FIRSTHDR(&message_); c; c = CMSG_NXTHDR(&message_, c)) {
      if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
      for (size_t n = data_size(c) / sizeof(int), i = 0; i < n; i++) {
        int fd;
        std::memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
        close(fd);
      }
    }
  }
  msghdr& message_;
};

struct Received {
  ssize size;
  Ref<Object> ancillary, flags, address;
};

// Receives into the pieces.
Status receive(Socket* s, std::vector<iovec>& pieces, ssize ancillary_size, int flags, Received& out) {
  if (ancillary_size < 0 || ancillary_size > INT_MAX) {
    return raise(ValueError, "invalid ancillary data buffer length");
  }
  Address from;
  auto control = std::make_unique<char[]>(static_cast<size_t>(ancillary_size) + 1);
  msghdr message;
  out.size = TRY(call_when_ready(s, false, [&] {
    message = {};
    message.msg_name = &from.storage;
    message.msg_namelen = sizeof from.storage;
    message.msg_iov = pieces.data();
    message.msg_iovlen = pieces.size();
    message.msg_control = ancillary_size ? control.get() : nullptr;
    message.msg_controllen = static_cast<size_t>(ancillary_size);
    return recvmsg(s->fd, &message, flags);
  }));
  out.ancillary = TRY(Ancillary(message).items());
  out.flags = TRY(int_from(message.msg_flags));
  out.address = address_object(s->fd, from.get(), message.msg_namelen, s->proto);
  return out.address ? kOk : Status::failed();
}

}  // namespace

Ref<Object> socket_recvmsg(Socket* self, VarArgs args) {
  TRY(check_count("recvmsg", args, 1, 3));
  ssize size = TRY(number_as_ssize(args[0], OverflowError));
  ssize ancillary_size = args.size > 1 ? TRY(number_as_ssize(args[1], OverflowError)) : 0;
  int flags = TRY(optional_int(args, 2, 0));
  if (size < 0) return raise(ValueError, "negative buffer size in recvmsg()");
  Ref<Bytes> data = TRY(bytes_new(nullptr, size));
  std::vector<iovec> pieces = {{data->data, static_cast<size_t>(size)}};
  Received r;
  TRY(receive(self, pieces, ancillary_size, flags, r));
  if (r.size != size) TRY(bytes_resize(data, r.size));
  return tuple_pack(as_object(data.get()), r.ancillary.get(), r.flags.get(), r.address.get());
}

Ref<Object> socket_recvmsg_into(Socket* self, VarArgs args) {
  TRY(check_count("recvmsg_into", args, 1, 3));
  ssize ancillary_size = args.size > 1 ? TRY(number_as_ssize(args[1], OverflowError)) : 0;
  int flags = TRY(optional_int(args, 2, 0));
  Ref<Object> buffers = TRY(sequence_fast(args[0], "recvmsg_into() argument 1 must be an iterable"));
  std::vector<std::unique_ptr<HeldBuffer>> held;
  std::vector<iovec> pieces;
  for (ssize i = 0; i < sequence_fast_size(buffers.get()); i++) {
    held.push_back(std::make_unique<HeldBuffer>());
    if (!held.back()->get(sequence_fast_items(buffers.get())[i], kBufferWritable)) {
      if (!error_clear_if(TypeError) && !error_clear_if(BufferError)) return nullptr;
      return raise(TypeError, "recvmsg_into() argument 1 must be an iterable of single-segment read-write buffers");
    }
    pieces.push_back({held.back()->writable(), static_cast<size_t>(held.back()->size())});
  }
  Received r;
  TRY(receive(self, pieces, ancillary_size, flags, r));
  Ref<Object> size = TRY(int_from_ssize(r.size));
  return tuple_pack(size.get(), r.ancillary.get(), r.flags.get(), r.address.get());
}

namespace {

// ---- Sending

struct ControlItem {
  int level, type;
  std::unique_ptr<HeldBuffer> data;
};

Status parse_control(Object* given, std::vector<ControlItem>& out) {
  Ref<Object> items = TRY(sequence_fast(given, "sendmsg() argument 2 must be an iterable"));
  for (ssize i = 0; i < sequence_fast_size(items.get()); i++) {
    Ref<Object> parts = TRY(sequence_fast(sequence_fast_items(items.get())[i],
                                          "[sendmsg() ancillary data items]() argument must be sequence"));
    if (ssize n = sequence_fast_size(parts.get()); n != 3) {
      return raise(TypeError, "[sendmsg() ancillary data items]() argument must be sequence of length 3, not {}", n);
    }
    Object** fields = sequence_fast_items(parts.get());
    ControlItem item;
    item.level = TRY(int_argument(fields[0]));
    item.type = TRY(int_argument(fields[1]));
    item.data = std::make_unique<HeldBuffer>();
    TRY(item.data->get(fields[2]));
    out.push_back(std::move(item));
  }
  return kOk;
}

// The control data as the kernel wants it; null for none.
Maybe<size_t> control_size(const std::vector<ControlItem>& items) {
  size_t size = 0;
  for (const ControlItem& item : items) {
    size_t length = static_cast<size_t>(item.data->size());
    if (length > static_cast<size_t>(INT_MAX) - CMSG_SPACE(0)) {
      return raise(OSError, "ancillary data item too large");
    }
    size += CMSG_SPACE(length);
    if (size > static_cast<size_t>(INT_MAX)) return raise(OSError, "too much ancillary data");
  }
  return size;
}
Status fill_control(msghdr& message, const std::vector<ControlItem>& items) {
  cmsghdr* c = nullptr;
  for (const ControlItem& item : items) {
    bool first = !c;
    c = first ? CMSG_FIRSTHDR(&message) : CMSG_NXTHDR(&message, c);
    if (!c) return raise(RuntimeError, "unexpected NULL result from {}", first ? "CMSG_FIRSTHDR" : "CMSG_NXTHDR");
    c->cmsg_level = item.level;
    c->cmsg_type = item.type;
    c->cmsg_len = CMSG_LEN(static_cast<size_t>(item.data->size()));
    std::memcpy(CMSG_DATA(c), item.data->data(), static_cast<size_t>(item.data->size()));
  }
  return kOk;
}

Status parse_pieces(Object* given, const char* function, std::vector<std::unique_ptr<HeldBuffer>>& held,
                    std::vector<iovec>& pieces) {
  Ref<Str> wrong = TRY(format_message("{}() argument 1 must be an iterable", function));
  Ref<Object> buffers = TRY(sequence_fast(given, str_utf8_cstr(wrong.get())));
  for (ssize i = 0; i < sequence_fast_size(buffers.get()); i++) {
    held.push_back(std::make_unique<HeldBuffer>());
    TRY(held.back()->get(sequence_fast_items(buffers.get())[i]));
    pieces.push_back({held.back()->writable(), static_cast<size_t>(held.back()->size())});
  }
  return kOk;
}

}  // namespace

Ref<Object> socket_sendmsg(Socket* self, VarArgs args) {
  TRY(check_count("sendmsg", args, 1, 4));
  int flags = TRY(optional_int(args, 2, 0));
  Address to;
  bool addressed = args.size > 3 && !is_none(args[3]);
  if (addressed) {
    TRY(parse_address(self, args[3], "sendmsg", to));
    TRY(audit("socket.sendmsg", self, args[3]));
  } else {
    TRY(audit("socket.sendmsg", self, nullptr));
  }
  std::vector<std::unique_ptr<HeldBuffer>> held;
  std::vector<iovec> pieces;
  TRY(parse_pieces(args[0], "sendmsg", held, pieces));
  std::vector<ControlItem> items;
  if (args.size > 1) TRY(parse_control(args[1], items));
  size_t size = TRY(control_size(items));
  auto control = std::make_unique<char[]>(size + 1);
  msghdr message{};
  if (addressed) {
    message.msg_name = &to.storage;
    message.msg_namelen = to.size;
  }
  message.msg_iov = pieces.data();
  message.msg_iovlen = pieces.size();
  if (size) {
    message.msg_control = control.get();
    message.msg_controllen = size;
    TRY(fill_control(message, items));
  }
  ssize sent = TRY(call_when_ready(self, true, [&] { return sendmsg(self->fd, &message, flags); }));
  return int_from_ssize(sent);
}

}  // namespace minipy::sockets
