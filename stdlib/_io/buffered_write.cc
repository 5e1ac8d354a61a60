// Buffered streams: writing; BufferedWriter and BufferedRandom.
#include <cstring>

#include "runtime/buffer.h"
#include "runtime/int.h"
#include "runtime/thread_state.h"
#include "stdlib/_io/buffered.h"

namespace minipy::io {

#define CHECK_INITIALIZED(self) TRY(check_initialized(self))

Status flush_writes(Buffered* self) {
  if (!has_write_data(self) || self->write_pos == self->write_end) {
    forget_write_data(self);
    return kOk;
  }
  // The raw stream may stand elsewhere: go to where the waiting bytes belong.
  long rewind = raw_offset(self) + (self->pos - self->write_pos);
  if (rewind != 0) {
    TRY(raw_seek(self, -rewind, 1));
    self->raw_pos -= rewind;
  }
  while (self->write_pos < self->write_end) {
    ssize n = raw_write(self, self->buffer + self->write_pos, self->write_end - self->write_pos);
    if (n == -1) return kRaised;
    if (n == -2) return raise_would_block(0);
    self->write_pos += n;
    self->raw_pos = self->write_pos;
    TRY(check_signals());
  }
  forget_write_data(self);
  return kOk;
}

namespace {

// The data fits in the buffer behind pos.
void put(Buffered* self, const char* data, ssize size) {
  memcpy(self->buffer + self->pos, data, static_cast<size_t>(size));
  if (!has_write_data(self) || self->write_pos > self->pos) self->write_pos = self->pos;
  move_to(self, self->pos + size);
  if (self->write_end < self->pos) self->write_end = self->pos;
}

// Flushing before a write of `size` bytes would block: makes room by moving what waits to the front.
// True: the data is in the buffer now.
Maybe<bool> keep_blocked(Buffered* self, const char* data, ssize size) {
  if (!error_matches(BlockingIOError)) return kRaised;
  error_clear();
  if (self->readable) forget_read_data(self);
  memmove(self->buffer, self->buffer + self->write_pos, static_cast<size_t>(self->write_end - self->write_pos));
  self->write_end -= self->write_pos;
  self->raw_pos -= self->write_pos;
  self->pos -= self->write_pos;
  self->write_pos = 0;
  ssize room = self->buffer_size - self->write_end;
  ssize count = size <= room ? size : room;
  memcpy(self->buffer + self->write_end, data, static_cast<size_t>(count));
  self->write_end += count;
  self->pos += count;
  if (count == size) return true;
  return raise_would_block(count);
}

Ref<Object> write_locked(Buffered* self, const char* data, ssize size) {
  if (!has_read_data(self) && !has_write_data(self)) {
    self->pos = 0;
    self->raw_pos = 0;
  }
  if (size <= self->buffer_size - self->pos) {
    put(self, data, size);
    return int_from_ssize(size);
  }
  if (!flush_writes(self)) {
    TRY(keep_blocked(self, data, size));
    return int_from_ssize(size);
  }
  long offset = raw_offset(self);
  if (offset != 0) {
    TRY(raw_seek(self, -offset, 1));
    self->raw_pos -= offset;
  }
  // The buffer is empty now. What is larger than it goes out directly.
  ssize written = 0;
  while (size - written > self->buffer_size) {
    ssize n = raw_write(self, data + written, size - written);
    if (n == -1) return kRaised;
    if (n == -2) {
      // Keep as much as fits, and say how much that is.
      memcpy(self->buffer, data + written, static_cast<size_t>(self->buffer_size));
      self->raw_pos = 0;
      move_to(self, self->buffer_size);
      self->write_pos = 0;
      self->write_end = self->buffer_size;
      return raise_would_block(written + self->buffer_size);
    }
    written += n;
    TRY(check_signals());
  }
  if (self->readable) forget_read_data(self);
  ssize rest = size - written;
  if (rest > 0) memcpy(self->buffer, data + written, static_cast<size_t>(rest));
  self->write_pos = 0;
  self->write_end = rest;
  move_to(self, rest);
  self->raw_pos = 0;
  return int_from_ssize(size);
}

// Writers notice at once that the file is closed, whatever may be left to read.
Maybe<bool> writer_is_closed(Buffered* self) {
  if (!self->buffer) return true;
  if (self->fast) return cast<FileIo>(self->raw)->fd < 0;
  return buffered_is_closed(self);
}

}  // namespace

Ref<Object> buffered_write_bytes(Object* p, const char* data, ssize size) {
  Buffered* self = cast<Buffered>(p);
  CHECK_INITIALIZED(self);
  STREAM_LOCK(self);
  if (TRY(writer_is_closed(self))) return raise(ValueError, "write to closed file");
  return write_locked(self, data, size);
}

Ref<Object> buffered_write(Buffered* self, Object* data) {
  CHECK_INITIALIZED(self);
  HeldBuffer buffer;
  TRY(readable_buffer(data, buffer));
  return buffered_write_bytes(as_object(self), buffer.data(), buffer.size());
}

Ref<Object> buffered_flush(Buffered* self) {
  CHECK_INITIALIZED(self);
  TRY(check_not_closed(self, "flush of closed file"));
  STREAM_LOCK(self);
  TRY(flush_and_rewind(self));
  return none_ref();
}

namespace {

Status writer_init(Buffered* self, Object* raw, Object* size) {
  self->ok = false;
  self->detached = false;
  ssize buffer_size = size ? TRY(number_as_ssize(size, OverflowError)) : kDefaultBufferSize;
  TRY(check_writable(raw));
  return buffered_setup(self, raw, buffer_size, false, true);
}

Status random_init(Buffered* self, Object* raw, Object* size) {
  self->ok = false;
  self->detached = false;
  ssize buffer_size = size ? TRY(number_as_ssize(size, OverflowError)) : kDefaultBufferSize;
  TRY(check_seekable(raw));
  TRY(check_readable(raw));
  TRY(check_writable(raw));
  return buffered_setup(self, raw, buffer_size, true, true);
}

constinit MethodDef writer_methods[] = {
    plain(METHOD(buffered_close, "close(self, /)", ""), nullptr),
    plain(METHOD(buffered_detach, "detach(self, /)", ""), nullptr),
    plain(METHOD(buffered_seekable, "seekable(self, /)", ""), nullptr),
    plain(METHOD(buffered_writable, "writable(self, /)", ""), nullptr),
    plain(METHOD(buffered_fileno, "fileno(self, /)", ""), nullptr),
    plain(METHOD(buffered_isatty, "isatty(self, /)", ""), nullptr),
    plain(METHOD(buffered_dealloc_warn, "_dealloc_warn(self, source, /)", ""), nullptr),
    METHOD(buffered_write, "write(self, buffer, /)", ""),
    METHOD(buffered_truncate, "truncate(self, pos=None, /)", ""),
    plain(METHOD(buffered_flush, "flush(self, /)", ""), nullptr),
    METHOD(buffered_seek, "seek(self, target, whence=0, /)", ""),
    plain(METHOD(buffered_tell, "tell(self, /)", ""), nullptr),
    plain(METHOD(buffered_sizeof, "__sizeof__(self, /)", ""), nullptr),
    {},
};

constinit MethodDef random_methods[] = {
    plain(METHOD(buffered_close, "close(self, /)", ""), nullptr),
    plain(METHOD(buffered_detach, "detach(self, /)", ""), nullptr),
    plain(METHOD(buffered_seekable, "seekable(self, /)", ""), nullptr),
    plain(METHOD(buffered_readable, "readable(self, /)", ""), nullptr),
    plain(METHOD(buffered_writable, "writable(self, /)", ""), nullptr),
    plain(METHOD(buffered_fileno, "fileno(self, /)", ""), nullptr),
    plain(METHOD(buffered_isatty, "isatty(self, /)", ""), nullptr),
    plain(METHOD(buffered_dealloc_warn, "_dealloc_warn(self, source, /)", ""), nullptr),
    plain(METHOD(buffered_flush, "flush(self, /)", ""), nullptr),
    METHOD(buffered_seek, "seek(self, target, whence=0, /)", ""),
    plain(METHOD(buffered_tell, "tell(self, /)", ""), nullptr),
    METHOD(buffered_truncate, "truncate(self, pos=None, /)", ""),
    METHOD(buffered_read, "read(self, size=-1, /)", ""),
    METHOD(buffered_read1, "read1(self, size=-1, /)", ""),
    METHOD(buffered_readinto, "readinto(self, buffer, /)", ""),
    METHOD(buffered_readinto1, "readinto1(self, buffer, /)", ""),
    METHOD(buffered_readline, "readline(self, size=-1, /)", ""),
    METHOD(buffered_peek, "peek(self, size=0, /)", ""),
    METHOD(buffered_write, "write(self, buffer, /)", ""),
    plain(METHOD(buffered_sizeof, "__sizeof__(self, /)", ""), nullptr),
    {},
};

}  // namespace

constinit Type buffered_writer_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_io.BufferedWriter",
    .basicsize = sizeof(Buffered),
    .dealloc = buffered_dealloc,
    .repr = slot<buffered_repr>,
    .flags = kTypeDefault | kTypeBaseType | kTypeHaveGc,
    .doc =
        "BufferedWriter(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\n"
        "A buffer for a writeable sequential RawIO object: small writes are gathered.",
    .traverse = buffered_traverse,
    .clear = buffered_clear,
    .weaklistoffset = offsetof(Buffered, weakreflist),
    .methods = writer_methods,
    .members = buffered_members,
    .getset = buffered_getset,
    .base_type = &bufferediobase_type,
    .dictoffset = offsetof(Buffered, dict),
    .init = INIT(writer_init, "BufferedWriter(self, raw, buffer_size=NULL)"),
    .new_ = type_generic_new,
    .free = gc_free_slot,
};

constinit Type buffered_random_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_io.BufferedRandom",
    .basicsize = sizeof(Buffered),
    .dealloc = buffered_dealloc,
    .repr = slot<buffered_repr>,
    .flags = kTypeDefault | kTypeBaseType | kTypeHaveGc,
    .doc =
        "BufferedRandom(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\n"
        "A buffered interface to random access streams, for reading and writing.",
    .traverse = buffered_traverse,
    .clear = buffered_clear,
    .weaklistoffset = offsetof(Buffered, weakreflist),
    .iternext = slot<buffered_next>,
    .methods = random_methods,
    .members = buffered_members,
    .getset = buffered_getset,
    .base_type = &bufferediobase_type,
    .dictoffset = offsetof(Buffered, dict),
    .init = INIT(random_init, "BufferedRandom(self, raw, buffer_size=NULL)"),
    .new_ = type_generic_new,
    .free = gc_free_slot,
};

}  // namespace minipy::io
