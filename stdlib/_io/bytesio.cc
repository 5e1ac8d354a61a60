// BytesIO: a binary stream in memory. The data is a bytes object, shared with whoever gave or got it until somebody
// writes (its reference count says so); room beyond `size` is for growing.
#include <climits>
#include <cstring>

#include "gc/collector.h"
#include "runtime/abstract.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/weakref.h"
#include "stdlib/_io/io.h"

namespace minipy::io {

namespace {

struct BytesIo {
  Object base;
  Bytes* data;  // null: closed
  ssize position;
  ssize size;
  Object* dict;
  Object* weakreflist;
  ssize exports;
};
static_assert(sizeof(BytesIo) == 64 && offsetof(BytesIo, dict) == 40);

struct BytesIoBuffer {
  Object base;
  BytesIo* source;
};

Status check_open(BytesIo* self) {
  if (!self->data) return raise_closed();
  return kOk;
}
Status check_exports(BytesIo* self) {
  if (self->exports > 0) return raise(BufferError, "Existing exports of data: object cannot be re-sized");
  return kOk;
}
#define CHECK_OPEN(self) TRY(check_open(self))

inline bool is_shared(const BytesIo* self) { return self->data->base.base.refcount > 1; }
inline ssize capacity(const BytesIo* self) { return self->data->base.size; }

// Gives the stream its own copy of the data, with room for `wanted` bytes.
Status unshare(BytesIo* self, ssize wanted) {
  auto copy = TRY(bytes_new(nullptr, wanted));
  ssize keep = self->size < wanted ? self->size : wanted;
  if (keep > 0 && wanted > 1) {
    memcpy(copy->data, self->data->data, static_cast<size_t>(keep));
  } else if (keep > 0) {
    copy = TRY(bytes_new(self->data->data, keep));
  }
  replace_field(self->data, std::move(copy));
  return kOk;
}

// Makes room for `wanted` bytes in an own buffer.
Status resize(BytesIo* self, ssize wanted) {
  ssize have = capacity(self), room;
  if (wanted > PTRDIFF_MAX - 1) return raise(OverflowError, "new buffer size too large");
  if (wanted < have / 2) {
    room = wanted + 1;
  } else if (wanted < have) {
    return is_shared(self) ? unshare(self, have) : kOk;
  } else if (static_cast<double>(wanted) <= static_cast<double>(have) * 1.125) {
    room = wanted + (wanted >> 3) + (wanted < 9 ? 3 : 6);
  } else {
    room = wanted + 1;
  }
  if (room <= 1) room = 2;  // shorter ones are shared objects
  if (is_shared(self)) return unshare(self, room);
  auto data = take_field(self->data);
  bool ok = static_cast<bool>(bytes_resize(data, room));
  self->data = data.release();
  if (ok) return kOk;
  if (!self->data) {  // memory is out: an empty stream rather than a broken one
    PreserveError preserve;
    self->data = MUST(bytes_new("", 0))
    .release();
    self->size = 0;
  }
  return kRaised;
}

Maybe<ssize> write_data(BytesIo* self, const char* data, ssize length) {
  if (length == 0) return 0;
  if (self->position > PTRDIFF_MAX - length) return raise(OverflowError, "new buffer size too large");
  ssize end = self->position + length;
  if (end > capacity(self)) {
    TRY(resize(self, end));
  } else if (is_shared(self)) {
    TRY(unshare(self, end > self->size ? end : self->size));
  }
  char* target = self->data->data;
  self->data->hash = -1;  // it may have been asked for while the bytes were shared
  if (self->position > self->size) memset(target + self->size, 0, static_cast<size_t>(self->position - self->size));
  memcpy(target + self->position, data, static_cast<size_t>(length));
  self->position = end;
  if (end > self->size) self->size = end;
  return length;
}

Maybe<ssize> write_object(BytesIo* self, Object* data) {
  CHECK_OPEN(self);
  TRY(check_exports(self));
  HeldBuffer buffer;
  TRY(readable_buffer(data, buffer));
  if (!self->data) return raise_closed();
  return write_data(self, buffer.data(), buffer.size());
}

// How many bytes there are to read, at most `limit` (negative: no limit).
ssize available(const BytesIo* self, ssize limit) {
  ssize rest = self->size - self->position;
  if (rest < 0) rest = 0;
  return limit >= 0 && limit < rest ? limit : rest;
}

Ref<Object> take(BytesIo* self, ssize count) {
  if (count > 1 && self->position == 0 && count == capacity(self) && self->exports == 0) {
    self->position += count;
    return share(as_object(self->data));
  }
  auto r = TRY(bytes_new(count ? self->data->data + self->position : "", count));
  self->position += count;
  return r;
}

// Length of the next line, at most `limit`.
ssize line_length(const BytesIo* self, ssize limit) {
  ssize rest = available(self, limit);
  if (rest == 0) return 0;
  const char* start = self->data->data + self->position;
  const void* newline = memchr(start, '\n', static_cast<size_t>(rest));
  return newline ? static_cast<const char*>(newline) - start + 1 : rest;
}

// ---- Methods
// ---------------------------------------------------------------------------------------------------------

Ref<Object> bytesio_true(BytesIo* self) {
  CHECK_OPEN(self);
  return bool_ref(true);
}
Ref<Object> bytesio_isatty(BytesIo* self) {
  CHECK_OPEN(self);
  return bool_ref(false);
}
Ref<Object> bytesio_flush(BytesIo* self) {
  CHECK_OPEN(self);
  return none_ref();
}
Ref<Object> bytesio_close(BytesIo* self) {
  TRY(check_exports(self));
  clear_field(self->data);
  return none_ref();
}
Ref<Object> bytesio_tell(BytesIo* self) {
  CHECK_OPEN(self);
  return int_from_ssize(self->position);
}
Ref<Object> bytesio_write(BytesIo* self, Object* data) { return int_from_ssize(TRY(write_object(self, data))); }

Ref<Object> bytesio_writelines(BytesIo* self, Object* lines) {
  CHECK_OPEN(self);
  auto iterator = TRY(get_iter(lines));
  while (auto line = iter_next(iterator.get())) TRY(write_object(self, line.get()));
  if (error_pending()) return kRaised;
  return none_ref();
}

Ref<Object> bytesio_read(BytesIo* self, Object* size) {
  CHECK_OPEN(self);
  ssize limit = TRY(size_argument(size));
  return take(self, available(self, limit));
}

Ref<Object> bytesio_readinto(BytesIo* self, Object* target) {
  HeldBuffer buffer;
  TRY(writable_buffer("readinto", target, buffer));
  CHECK_OPEN(self);
  ssize count = available(self, buffer.size());
  if (count > 0) memcpy(buffer.writable(), self->data->data + self->position, static_cast<size_t>(count));
  self->position += count;
  return int_from_ssize(count);
}

Ref<Object> bytesio_readline(BytesIo* self, Object* size) {
  CHECK_OPEN(self);
  ssize limit = TRY(size_argument(size));
  return take(self, line_length(self, limit));
}

Ref<Object> bytesio_readlines(BytesIo* self, Object* size) {
  CHECK_OPEN(self);
  ssize limit = TRY(size_argument(size))
  , total = 0;
  auto lines = TRY(list_new());
  while (ssize n = line_length(self, -1)) {
    auto line = TRY(bytes_new(self->data->data + self->position, n));
    TRY(list_append(lines.get(), as_object(line.get())));
    self->position += n;
    total += n;
    if (limit > 0 && total >= limit) break;
  }
  return lines;
}

Ref<Object> bytesio_next(BytesIo* self) {
  CHECK_OPEN(self);
  ssize n = line_length(self, -1);
  if (n == 0) return nullptr;
  return take(self, n);
}

Ref<Object> bytesio_getvalue(BytesIo* self) {
  CHECK_OPEN(self);
  if (self->size <= 1 || self->exports > 0) return bytes_new(self->data->data, self->size);
  if (self->size != capacity(self)) {
    if (is_shared(self)) {
      TRY(unshare(self, self->size));
    } else {
      auto data = take_field(self->data);
      bool ok = static_cast<bool>(bytes_resize(data, self->size));
      self->data = data.release();
      if (!ok) return kRaised;
    }
  }
  return share(as_object(self->data));
}

Ref<Object> bytesio_getbuffer(BytesIo* self) {
  CHECK_OPEN(self);
  auto r = TRY(steal(bytesio_buffer_type.alloc(&bytesio_buffer_type, 0)));
  cast<BytesIoBuffer>(r.get())->source = share(self).release();
  return memoryview_from_object(r.get());
}

Ref<Object> bytesio_seek(BytesIo* self, ssize position, int whence) {
  CHECK_OPEN(self);
  if (position < 0 && whence == 0) return raise(ValueError, "negative seek value {}", position);
  ssize start = whence == 1 ? self->position : whence == 2 ? self->size : 0;
  if (whence < 0 || whence > 2) return raise(ValueError, "invalid whence ({}, should be 0, 1 or 2)", whence);
  if (position > PTRDIFF_MAX - start) return raise(OverflowError, "new position too large");
  position += start;
  self->position = position < 0 ? 0 : position;
  return int_from_ssize(self->position);
}

Ref<Object> bytesio_truncate(BytesIo* self, Object* size_object) {
  CHECK_OPEN(self);
  TRY(check_exports(self));
  ssize size = TRY(size_argument(size_object, self->position));
  if (size < 0) return raise(ValueError, "negative size value {}", size);
  if (size < self->size) {
    self->size = size;
    TRY(resize(self, size));
  }
  return int_from_ssize(size);
}

Ref<Object> bytesio_getstate(BytesIo* self) {
  auto value = TRY(bytesio_getvalue(self));
  Ref<Object> dict = none_ref();
  if (self->dict) dict = TRY(dict_copy(cast<Dict>(self->dict)));
  auto position = TRY(int_from_ssize(self->position));
  return tuple_pack(value.get(), position.get(), dict.get());
}

Status set_initial(BytesIo* self, Object* initial) {
  TRY(check_exports(self));
  self->size = 0;
  self->position = 0;
  if (!initial || is_none(initial)) return kOk;
  if (type_of(initial) == &bytes_type) {
    auto data = share(cast<Bytes>(initial));
    ssize size = data->base.size;
    replace_field(self->data, std::move(data));
    self->size = size;
    return kOk;
  }
  TRY(write_object(self, initial));
  self->position = 0;
  return kOk;
}

Status restore_dict(Object*& field, Object* state, const char* ordinal) {
  if (is_none(state)) return kOk;
  if (!is_dict(state)) {
    return raise(TypeError, "{} item of state should be a dict, got a {:.200}", ordinal, type_name(state));
  }
  if (field) return dict_update(cast<Dict>(field), state);
  field = share(state).release();
  return kOk;
}

Ref<Object> bytesio_setstate(BytesIo* self, Object* state) {
  if (!is_tuple(state) || tuple_size(cast<Tuple>(state)) < 3) {
    return raise(TypeError, "{:.200}.__setstate__ argument should be 3-tuple, got {:.200}", type_name(self),
                 type_name(state));
  }
  TRY(check_exports(self));
  Object** items = cast<Tuple>(state)->items;
  self->size = 0;
  self->position = 0;
  TRY(write_object(self, items[0]));
  if (!is_int(items[1])) {
    return raise(TypeError, "second item of state must be an integer, not {:.200}", type_name(items[1]));
  }
  ssize position = TRY(int_to_ssize(items[1]));
  if (position < 0) return raise(ValueError, "position value cannot be negative");
  self->position = position;
  TRY(restore_dict(self->dict, items[2], "third"));
  return none_ref();
}

Ref<Object> bytesio_sizeof(BytesIo* self) {
  ssize size = type_of(self)->basicsize;
  if (self->data && !is_shared(self)) size += static_cast<ssize>(offsetof(Bytes, data)) + 1 + capacity(self);
  return int_from_ssize(size);
}

Ref<Object> bytesio_closed(BytesIo* self) { return bool_ref(!self->data); }

Status bytesio_init(BytesIo* self, Object* initial) { return set_initial(self, initial); }

Object* bytesio_new(Type* type, Object*, Object*) {
  Object* p = type->alloc(type, 0);
  if (!p) return nullptr;
  auto empty = bytes_new("", 0);
  cast<BytesIo>(p)->data = empty.release();
  return p;
}

Object* bytesio_iter(Object* self) { return share(self).release(); }

int bytesio_traverse(Object* self, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<BytesIo>(self)->dict);
  return 0;
}
int bytesio_clear(Object* self) {
  clear_field(cast<BytesIo>(self)->dict);
  return 0;
}
void bytesio_dealloc(Object* p) {
  BytesIo* self = cast<BytesIo>(p);
  gc_untrack(p);
  if (self->exports > 0) {
    (void)raise(SystemError, "deallocated BytesIO object has exported buffers");
    error_write_unraisable(nullptr);
  }
  clear_field(self->data);
  clear_field(self->dict);
  if (self->weakreflist) weakref_clear_all(p);
  type_of(p)->free(p);
}

// ---- The object behind getbuffer()
// -----------------------------------------------------------------------------------

Status bytesio_buffer_get(BytesIoBuffer* self, Buffer* view, int flags) {
  BytesIo* source = self->source;
  if (!source->data) return raise_closed();
  // An own buffer, and never one of the shared short ones: the view may write.
  if (source->exports == 0 && (is_shared(source) || capacity(source) < 2)) {
    TRY(unshare(source, source->size < 2 ? 2 : source->size));
  }
  TRY(buffer_fill(view, as_object(self), source->data->data, source->size, false, flags));
  source->exports++;
  return kOk;
}
int bytesio_buffer_getbuffer(Object* p, Buffer* view, int flags) {
  if (bytesio_buffer_get(cast<BytesIoBuffer>(p), view, flags)) return 0;
  view->obj = nullptr;
  return -1;
}
void bytesio_buffer_release(Object* p, Buffer*) { cast<BytesIoBuffer>(p)->source->exports--; }

int bytesio_buffer_traverse(Object* self, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<BytesIoBuffer>(self)->source);
  return 0;
}
void bytesio_buffer_dealloc(Object* p) {
  gc_untrack(p);
  clear_field(cast<BytesIoBuffer>(p)->source);
  type_of(p)->free(p);
}
constinit BufferProcs bytesio_buffer_procs = {bytesio_buffer_getbuffer, bytesio_buffer_release};

constinit MethodDef bytesio_methods[] = {
    METHOD(bytesio_true, "readable(self, /)", "Returns True if the IO object can be read."),
    METHOD(bytesio_true, "seekable(self, /)", "Returns True if the IO object can be seeked."),
    METHOD(bytesio_true, "writable(self, /)", "Returns True if the IO object can be written."),
    METHOD(bytesio_close, "close(self, /)", "Disable all I/O operations."),
    METHOD(bytesio_flush, "flush(self, /)", "Does nothing."),
    METHOD(bytesio_isatty, "isatty(self, /)", "Always returns False."),
    METHOD(bytesio_tell, "tell(self, /)", "Current file position, an integer."),
    METHOD(bytesio_write, "write(self, b, /)", "Write bytes to file; return how many."),
    METHOD(bytesio_writelines, "writelines(self, lines, /)", "Write the bytes-like objects of an iterable."),
    METHOD(bytesio_read, "read1(self, size=-1, /)", "Read at most size bytes, all until the end without a size."),
    METHOD(bytesio_readinto, "readinto(self, buffer, /)", "Read bytes into buffer; return how many."),
    METHOD(bytesio_readline, "readline(self, size=-1, /)", "Next line from the file, as bytes; b'' at the end."),
    METHOD(bytesio_readlines, "readlines(self, size=None, /)",
           "List of the lines, until their total size reaches size where it is given."),
    METHOD(bytesio_read, "read(self, size=-1, /)", "Read at most size bytes, all until the end without a size."),
    METHOD(bytesio_getbuffer, "getbuffer(self, /)", "Get a read-write view over the contents."),
    METHOD(bytesio_getvalue, "getvalue(self, /)", "Retrieve the entire contents."),
    METHOD(bytesio_seek, "seek(self, pos, whence=0, /)",
           "Change the position: from the start (whence 0), the current position (1) or the end (2)."),
    METHOD(bytesio_truncate, "truncate(self, size=None, /)",
           "Truncate to at most size bytes, the current position where not given."),
    plain(METHOD(bytesio_getstate, "__getstate__(self, /)", ""), nullptr),
    plain(METHOD(bytesio_setstate, "__setstate__(self, state, /)", ""), nullptr),
    plain(METHOD(bytesio_sizeof, "__sizeof__(self, /)", ""), nullptr),
    {},
};

constinit GetSetDef bytesio_getset[] = {
    {"closed", getter<bytesio_closed>, nullptr, "True if the file is closed.", nullptr},
    {},
};

}  // namespace

constinit Type bytesio_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_io.BytesIO",
    .basicsize = sizeof(BytesIo),
    .dealloc = bytesio_dealloc,
    .flags = kTypeDefault | kTypeBaseType | kTypeHaveGc,
    .doc = "BytesIO(initial_bytes=b'')\n--\n\nBuffered I/O implementation using an in-memory bytes buffer.",
    .traverse = bytesio_traverse,
    .clear = bytesio_clear,
    .weaklistoffset = offsetof(BytesIo, weakreflist),
    .iter = bytesio_iter,
    .iternext = slot<bytesio_next>,
    .methods = bytesio_methods,
    .getset = bytesio_getset,
    .base_type = &bufferediobase_type,
    .dictoffset = offsetof(BytesIo, dict),
    .init = INIT(bytesio_init, "BytesIO(self, initial_bytes=NULL)"),
    .new_ = bytesio_new,
    .free = gc_free_slot,
};

constinit Type bytesio_buffer_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_io._BytesIOBuffer",
    .basicsize = sizeof(BytesIoBuffer),
    .dealloc = bytesio_buffer_dealloc,
    .as_buffer = &bytesio_buffer_procs,
    .flags = kTypeDefault | kTypeHaveGc | kTypeDisallowInstantiation,
    .traverse = bytesio_buffer_traverse,
    .free = gc_free_slot,
};

}  // namespace minipy::io
