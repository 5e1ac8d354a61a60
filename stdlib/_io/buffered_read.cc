// Buffered streams: reading.
#include <cstring>
#include <string>

#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/counted.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "stdlib/_io/buffered.h"

namespace minipy::io {

#define CHECK_INITIALIZED(self) TRY(check_initialized(self))

namespace {

// Reads more into the buffer, behind what is there.
ssize fill(Buffered* self) {
  long start = has_read_data(self) ? self->read_end : 0;
  ssize n = raw_read(self, self->buffer + start, self->buffer_size - start);
  if (n > 0) {
    self->read_end = start + n;
    self->raw_pos = start + n;
  }
  return n;
}

// From the buffer alone; the caller knows that there is enough.
Ref<Bytes> take(Buffered* self, ssize count) {
  auto r = bytes_new(self->buffer + self->pos, count);
  if (r) self->pos += count;
  return r;
}

// Before reading from the raw stream.
Status prepare_to_read(Buffered* self) {
  if (self->writable) TRY(flush_and_rewind(self));
  forget_read_data(self);
  return kOk;
}

Ref<Object> read_all(Buffered* self) {
  std::string all;
  if (ssize ahead = read_ahead(self)) {
    all.assign(self->buffer + self->pos, static_cast<size_t>(ahead));
    self->pos += ahead;
  }
  if (self->writable) TRY(flush_and_rewind(self));
  forget_read_data(self);
  Ref<Object> readall;
  TRY(object_find_attr(self->raw, NAME("readall"), readall));
  if (readall) {
    auto rest = TRY(call(readall.get()));
    if (is_none(rest.get())) return all.empty() ? std::move(rest) : Ref<Object>(bytes_from(all));
    if (!is_bytes(rest.get())) return raise(TypeError, "readall() should return bytes");
    if (self->abs_pos != -1) self->abs_pos += var_size(rest.get());
    if (all.empty()) return rest;
    auto r = TRY(bytes_new(nullptr, static_cast<ssize>(all.size()) + var_size(rest.get())));
    if (var_size(r.get()) < 2) return bytes_from(all.empty() ? bytes_view(cast<Bytes>(rest.get())) : all);
    memcpy(r->data, all.data(), all.size());
    auto view = bytes_view(cast<Bytes>(rest.get()));
    memcpy(r->data + all.size(), view.data(), view.size());
    return r;
  }
  Ref<Object> counted_parts = counted_list();
  while (true) {
    auto data = TRY(call_method(self->raw, NAME("read")));
    if (is_none(data.get()) || (is_bytes(data.get()) && var_size(data.get()) == 0)) {
      if (all.empty()) return data;
      return bytes_from(all);
    }
    if (!is_bytes(data.get())) return raise(TypeError, "read() should return bytes");
    if (self->abs_pos != -1) self->abs_pos += var_size(data.get());
    all += bytes_view(cast<Bytes>(data.get()));
  }
}

// The first `have` bytes of r.
Ref<Object> shortened(Ref<Bytes> r, ssize have) {
  if (have < 2) return bytes_new(r->data, have);
  if (have != r->base.size) TRY(bytes_resize(r, have));
  return r;
}

Ref<Object> read_exactly(Buffered* self, ssize size) {
  ssize ahead = read_ahead(self);
  if (size <= ahead) return take(self, size);
  // Never one of the shared short objects.
  auto r = TRY(bytes_new(nullptr, size < 2 ? 2 : size));
  ssize have = 0;
  if (ahead > 0) {
    memcpy(r->data, self->buffer + self->pos, static_cast<size_t>(ahead));
    have = ahead;
    self->pos += ahead;
  }
  TRY(prepare_to_read(self));
  auto ended = [&](ssize n) -> Ref<Object> {
    // The end, or nothing available now: what there is, None when there is nothing for lack of data.
    if (n == -2 && have == 0) return none_ref();
    return shortened(std::move(r), have);
  };
  // Whole blocks go to the result directly, the last one through the buffer.
  while (ssize blocks = (size - have) / self->buffer_size * self->buffer_size) {
    ssize n = raw_read(self, r->data + have, blocks);
    if (n == -1) return kRaised;
    if (n == 0 || n == -2) return ended(n);
    have += n;
  }
  self->pos = 0;
  self->raw_pos = 0;
  self->read_end = 0;
  while (have < size && self->read_end < self->buffer_size) {
    ssize n = fill(self);
    if (n == -1) return kRaised;
    if (n == 0 || n == -2) return ended(n);
    ssize count = size - have < n ? size - have : n;
    memcpy(r->data + have, self->buffer + self->pos, static_cast<size_t>(count));
    have += count;
    self->pos += count;
  }
  return shortened(std::move(r), have);
}

}  // namespace

Ref<Object> buffered_read(Buffered* self, Object* size_object) {
  CHECK_INITIALIZED(self);
  ssize size = TRY(size_argument(size_object));
  if (size < -1) return raise(ValueError, "read length must be non-negative or -1");
  TRY(check_not_closed(self, "read of closed file"));
  if (size >= 0 && size <= read_ahead(self)) return take(self, size);
  STREAM_LOCK(self);
  if (size == -1) return read_all(self);
  return read_exactly(self, size);
}

Ref<Object> buffered_read1(Buffered* self, Object* size_object) {
  CHECK_INITIALIZED(self);
  ssize size = size_object ? TRY(number_as_ssize(size_object, OverflowError)) : -1;
  if (size < 0) size = self->buffer_size;
  TRY(check_not_closed(self, "read of closed file"));
  if (size == 0) return bytes_new("", 0);
  ssize ahead = read_ahead(self);
  if (ahead > 0) return take(self, size < ahead ? size : ahead);
  auto r = TRY(bytes_new(nullptr, size < 2 ? 2 : size));
  STREAM_LOCK(self);
  forget_read_data(self);  // what waits to be written stays: as CPython
  ssize n = raw_read(self, r->data, size);
  if (n == -1) return kRaised;
  return shortened(std::move(r), n == -2 ? 0 : n);
}

namespace {

Ref<Object> read_into(Buffered* self, Object* target, bool once) {
  CHECK_INITIALIZED(self);
  HeldBuffer out;
  TRY(writable_buffer(once ? "readinto1" : "readinto", target, out));
  TRY(check_not_closed(self, "readinto of closed file"));
  ssize have = read_ahead(self);
  if (have > 0) {
    if (have > out.size()) have = out.size();
    memcpy(out.writable(), self->buffer + self->pos, static_cast<size_t>(have));
    self->pos += have;
    if (have == out.size()) return int_from_ssize(have);
  }
  STREAM_LOCK(self);
  if (self->writable) TRY(flush_and_rewind(self));
  forget_read_data(self);
  self->pos = 0;
  while (have < out.size()) {
    ssize remaining = out.size() - have, n;
    if (remaining > self->buffer_size) {
      n = raw_read(self, out.writable() + have, remaining);
    } else if (once && have) {
      break;  // what there is is enough
    } else {
      n = fill(self);
      if (n > 0) {
        if (n > remaining) n = remaining;
        memcpy(out.writable() + have, self->buffer + self->pos, static_cast<size_t>(n));
        self->pos += n;
      }
    }
    if (n == -1) return kRaised;
    if (n == -2) {
      if (have == 0) return none_ref();
      break;
    }
    if (n == 0) break;
    have += n;
    if (once) break;
  }
  return int_from_ssize(have);
}

// One line from the buffer, or as much of it as there is; true when it is complete (or limit is reached).
bool take_line(Buffered* self, ssize& limit, std::string_view& part) {
  ssize n = read_ahead(self);
  if (limit >= 0 && n > limit) n = limit;
  const char* start = self->buffer + self->pos;
  const void* newline = n > 0 ? memchr(start, '\n', static_cast<size_t>(n)) : nullptr;
  if (newline) n = static_cast<const char*>(newline) - start + 1;
  part = {start, static_cast<size_t>(n)};
  self->pos += n;
  if (limit >= 0) limit -= n;
  return newline || limit == 0;
}

Ref<Object> read_line(Buffered* self, ssize limit) {
  TRY(check_not_closed(self, "readline of closed file"));
  std::string_view part;
  if (take_line(self, limit, part)) return bytes_from(part);
  std::string line(part);
  STREAM_LOCK(self);
  Ref<Object> counted_parts = counted_list();
  if (self->writable) TRY(flush_and_rewind(self));
  while (true) {
    forget_read_data(self);
    self->pos = 0;
    ssize n = fill(self);
    if (n == -1) return kRaised;
    if (n <= 0) break;
    bool complete = take_line(self, limit, part);
    if (complete && line.empty()) return bytes_from(part);
    line += part;
    if (complete) break;
  }
  return bytes_from(line);
}

}  // namespace

Ref<Object> buffered_readinto(Buffered* self, Object* target) { return read_into(self, target, false); }
Ref<Object> buffered_readinto1(Buffered* self, Object* target) { return read_into(self, target, true); }

Ref<Object> buffered_readline(Buffered* self, Object* size) {
  CHECK_INITIALIZED(self);
  return read_line(self, TRY(size_argument(size)));
}

Ref<Object> buffered_peek(Buffered* self, ssize) {
  CHECK_INITIALIZED(self);
  TRY(check_not_closed(self, "peek of closed file"));
  STREAM_LOCK(self);
  if (self->writable) TRY(flush_and_rewind(self));
  // At most one read, and none while there is something to show.
  if (ssize ahead = read_ahead(self); ahead > 0) return bytes_new(self->buffer + self->pos, ahead);
  forget_read_data(self);
  ssize n = fill(self);
  if (n == -1) return kRaised;
  self->pos = 0;
  return bytes_new(self->buffer, n > 0 ? n : 0);
}

Ref<Object> buffered_next(Buffered* self) {
  CHECK_INITIALIZED(self);
  Ref<Object> line;
  if (type_of(self) == &buffered_reader_type || type_of(self) == &buffered_random_type) {
    line = TRY(read_line(self, -1));
  } else {
    line = TRY(call_method(as_object(self), NAME("readline")));
    if (!is_bytes(line.get())) {
      return raise(OSError, "readline() should have returned a bytes object, not '{:.200}'", type_name(line.get()));
    }
  }
  if (var_size(line.get()) == 0) return nullptr;
  return line;
}

namespace {

Status reader_init(Buffered* self, Object* raw, Object* size) {
  self->ok = false;
  self->detached = false;
  ssize buffer_size = size ? TRY(number_as_ssize(size, OverflowError)) : kDefaultBufferSize;
  TRY(check_readable(raw));
  return buffered_setup(self, raw, buffer_size, true, false);
}

constinit MethodDef reader_methods[] = {
    plain(METHOD(buffered_detach, "detach(self, /)", ""), nullptr),
    plain(METHOD(buffered_simple_flush, "flush(self, /)", ""), nullptr),
    plain(METHOD(buffered_close, "close(self, /)", ""), nullptr),
    plain(METHOD(buffered_seekable, "seekable(self, /)", ""), nullptr),
    plain(METHOD(buffered_readable, "readable(self, /)", ""), nullptr),
    plain(METHOD(buffered_fileno, "fileno(self, /)", ""), nullptr),
    plain(METHOD(buffered_isatty, "isatty(self, /)", ""), nullptr),
    plain(METHOD(buffered_dealloc_warn, "_dealloc_warn(self, source, /)", ""), nullptr),
    METHOD(buffered_read, "read(self, size=-1, /)", ""),
    METHOD(buffered_peek, "peek(self, size=0, /)", ""),
    METHOD(buffered_read1, "read1(self, size=-1, /)", ""),
    METHOD(buffered_readinto, "readinto(self, buffer, /)", ""),
    METHOD(buffered_readinto1, "readinto1(self, buffer, /)", ""),
    METHOD(buffered_readline, "readline(self, size=-1, /)", ""),
    METHOD(buffered_seek, "seek(self, target, whence=0, /)", ""),
    plain(METHOD(buffered_tell, "tell(self, /)", ""), nullptr),
    METHOD(buffered_truncate, "truncate(self, pos=None, /)", ""),
    plain(METHOD(buffered_sizeof, "__sizeof__(self, /)", ""), nullptr),
    {},
};

}  // namespace

constinit Type buffered_reader_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_io.BufferedReader",
    .basicsize = sizeof(Buffered),
    .dealloc = buffered_dealloc,
    .repr = slot<buffered_repr>,
    .flags = kTypeDefault | kTypeBaseType | kTypeHaveGc,
    .doc = "BufferedReader(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\nA buffer around a readable raw stream.",
    .traverse = buffered_traverse,
    .clear = buffered_clear,
    .weaklistoffset = offsetof(Buffered, weakreflist),
    .iternext = slot<buffered_next>,
    .methods = reader_methods,
    .members = buffered_members,
    .getset = buffered_getset,
    .base_type = &bufferediobase_type,
    .dictoffset = offsetof(Buffered, dict),
    .init = INIT(reader_init, "BufferedReader(self, raw, buffer_size=NULL)"),
    .new_ = type_generic_new,
    .free = gc_free_slot,
};

}  // namespace minipy::io
