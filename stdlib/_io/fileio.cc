// FileIO: a file descriptor as a raw stream. Blocking calls release the GIL; interrupted ones are repeated once signal
// handlers have run (PEP 475).
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>

#include "gc/collector.h"
#include "runtime/abstract.h"
#include "runtime/audit.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/resource_warning.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"
#include "runtime/weakref.h"
#include "stdlib/_io/io.h"

namespace minipy::io {

namespace {

constexpr ssize kSmallChunk = kDefaultBufferSize;
constexpr size_t kMaxTransfer = 0x7ffff000;  // what Linux reads or writes at most in one call

[[gnu::cold]] Raised raise_fd_closed() { return raise(ValueError, "I/O operation on closed file"); }
[[gnu::cold]] Raised raise_mode(const char* action) {
  return raise(unsupported_operation_type(), "File not open for {}", action);
}

// Runs a system call without the GIL until it is not interrupted. -1: errno says why; -2: a signal handler raised.
template <class F>
auto without_gil(F&& system_call) -> decltype(system_call()) {
  while (true) {
    int error = 0;
    decltype(system_call()) r;
    {
      ReleaseGil release;
      errno = 0;
      r = system_call();
      error = errno;
    }
    if (r >= 0 || error != EINTR) {
      errno = error;
      return r;
    }
    if (!check_signals()) return -2;
  }
}

// ---- Opening
// ---------------------------------------------------------------------------------------------------------

struct Mode {
  bool created = false, readable = false, writable = false, appending = false, plus = false;
  int flags = 0;
};

Raised raise_bad_mode() {
  return raise(ValueError, "Must have exactly one of create/read/write/append mode and at most one plus");
}

Maybe<Mode> parse_mode(Str* text) {
  auto mode = str_utf8(text);
  if (!mode.data()) return kRaised;
  Mode m;
  bool chosen = false;
  for (char c : mode) {
    switch (c) {
      case 'x':
      case 'r':
      case 'w':
      case 'a':
        if (chosen) return raise_bad_mode();
        chosen = true;
        m.readable = c == 'r';
        m.writable = c != 'r';
        m.created = c == 'x';
        m.appending = c == 'a';
        m.flags |= c == 'x' ? O_EXCL | O_CREAT : c == 'w' ? O_CREAT | O_TRUNC : c == 'a' ? O_APPEND | O_CREAT : 0;
        break;
      case 'b': break;
      case '+':
        if (m.plus) return raise_bad_mode();
        m.readable = m.writable = m.plus = true;
        break;
      default: return raise(ValueError, "invalid mode: {:.200}", text);
    }
  }
  if (!chosen) return raise_bad_mode();
  m.flags |= (m.readable && m.writable) ? O_RDWR : m.readable ? O_RDONLY : O_WRONLY;
  m.flags |= O_CLOEXEC;
  return m;
}

Status close_descriptor(FileIo* self) {
  if (self->fd < 0) return kOk;
  int fd = self->fd, error = 0;
  self->fd = -1;
  {
    ReleaseGil release;
    if (close(fd) < 0) error = errno;
  }
  if (error) return raise_os_error(error);
  return kOk;
}

Status open_by_opener(FileIo* self, Object* file, Object* opener, int flags) {
  auto flag_object = TRY(int_from(flags));
  auto fd = TRY(call(opener, file, flag_object.get()));
  if (!is_int(fd.get())) return raise(TypeError, "expected integer from opener");
  long value = TRY(int_to_long(fd.get()));
  if (value < 0 || value > INT32_MAX) {
    // -1 would look like a failed system call
    return raise(ValueError, "opener returned {}", value);
  }
  self->fd = static_cast<int>(value);
  int old = fcntl(self->fd, F_GETFD);
  if (old < 0 || fcntl(self->fd, F_SETFD, old | FD_CLOEXEC) < 0) return raise_os_error(errno);
  return kOk;
}

Status open_by_name(FileIo* self, Object* file, Bytes* path, int flags) {
  const char* name = path->data;
  int fd = without_gil([&] { return open(name, flags, 0666); });
  if (fd == -2) return kRaised;
  if (fd < 0) return raise_os_error(errno, file);
  self->fd = fd;
  return kOk;
}

// What fstat() says: no directories; the block size.
Status check_opened(FileIo* self, Object* file) {
  self->blksize = kDefaultBufferSize;
  self->opened_regular = false;
  struct stat status;
  int error = 0;
  {
    ReleaseGil release;
    if (fstat(self->fd, &status) < 0) error = errno;
  }
  // Only a bad descriptor is an error: some file systems cannot answer.
  if (error == EBADF) return raise_os_error(error);
  if (error) return kOk;
  if (S_ISDIR(status.st_mode)) return raise_os_error(EISDIR, file);
  self->opened_regular = S_ISREG(status.st_mode);
  if (status.st_blksize > 1) self->blksize = static_cast<unsigned>(status.st_blksize);
  return kOk;
}

Ref<Object> seek_to(FileIo* self, Object* position, int whence, bool pipe_is_no_error);

Status open_file(FileIo* self, Object* file, const Mode& mode, bool closefd, Object* opener, int given_fd,
                 bool* owns_fd) {
  if (given_fd >= 0) {
    self->fd = given_fd;
    self->closefd = closefd;
  } else {
    self->closefd = true;
    if (!closefd) return raise(ValueError, "Cannot use closefd=False with file name");
    *owns_fd = true;
    if (opener && !is_none(opener)) {
      TRY(open_by_opener(self, file, opener, mode.flags));
    } else {
      auto path = TRY(str_encode_fs(file));
      TRY(open_by_name(self, file, cast<Bytes>(path.get()), mode.flags));
    }
  }
  TRY(check_opened(self, file));
  TRY(object_set_attr(as_object(self), NAME("name"), file));
  // For consistent behaviour, appending files start at the end. Pipes have none.
  if (self->appending) TRY(seek_to(self, nullptr, SEEK_END, true));
  return kOk;
}

Status fileio_init(FileIo* self, Object* file, Str* mode_text, bool closefd, Object* opener) {
  if (self->fd >= 0) {
    if (self->closefd) {
      TRY(close_descriptor(self));
    } else {
      self->fd = -1;
    }
  }
  int given_fd = -1;
  if (is_int(file)) {
    int overflow;
    long long value = int_to_long_long_overflow(file, &overflow);
    if (!overflow && value <= INT32_MAX && value >= INT32_MIN) {
      if (value < 0) return raise(ValueError, "negative file descriptor");
      given_fd = static_cast<int>(value);
    }
  } else if (has_index(file)) {
    auto index = TRY(number_index(file));
    int overflow;
    long long value = int_to_long_long_overflow(index.get(), &overflow);
    if (!overflow && value <= INT32_MAX && value >= INT32_MIN) {
      if (value < 0) return raise(ValueError, "negative file descriptor");
      given_fd = static_cast<int>(value);
    }
  }
  Ref<Object> path;
  if (given_fd < 0) {
    // CPython tries the name as a descriptor; where an exception is being handled, the failure makes an object (D9).
    (void)raise(TypeError, "'{:.200}' object cannot be interpreted as an integer", type_name(file));
    error_clear();
    path = TRY(str_encode_fs(file));
  }
  auto default_mode = NAME("r");
  Mode mode = TRY(parse_mode(mode_text ? mode_text : default_mode));
  self->created = mode.created;
  self->readable = mode.readable;
  self->writable = mode.writable;
  self->appending = mode.appending;
  self->seekable = -1;
  TRY(audit("open", file, mode_text ? mode_text : default_mode, mode.flags));
  bool owns_fd = false;
  if (open_file(self, file, mode, closefd, opener, given_fd, &owns_fd)) return kOk;
  if (!owns_fd) self->fd = -1;
  if (self->fd >= 0) {
    ChainedError error;
    if (!close_descriptor(self)) error_clear();
    error.finish();
  }
  return kRaised;
}

Ref<Object> fileio_new(Type* type, Object*, Object*) {
  auto r = TRY(steal(type->alloc(type, 0)));
  FileIo* self = cast<FileIo>(r.get());
  self->fd = -1;
  self->seekable = -1;
  self->closefd = true;
  self->blksize = 0;
  return r;
}

// ---- Reading and writing
// ---------------------------------------------------------------------------------------------

Ref<Object> fileio_readinto(FileIo* self, Object* target) {
  if (self->fd < 0) return raise_fd_closed();
  if (!self->readable) return raise_mode("reading");
  HeldBuffer buffer;
  TRY(writable_buffer("readinto", target, buffer));
  ssize n = fileio_read_into(self, buffer.writable(), buffer.size());
  if (n == -1) return kRaised;
  if (n == -2) return none_ref();
  return int_from_ssize(n);
}

// How much to make room for next.
size_t next_buffer_size(size_t current) {
  size_t extra = current > 65536 ? current >> 3 : current + 256;
  if (extra < static_cast<size_t>(kSmallChunk)) extra = static_cast<size_t>(kSmallChunk);
  return current + extra;
}

Ref<Object> fileio_readall(FileIo* self) {
  if (self->fd < 0) return raise_fd_closed();
  size_t room = static_cast<size_t>(kSmallChunk);
  {
    ReleaseGil release;
    struct stat status;
    off_t position = lseek(self->fd, 0, SEEK_CUR);
    if (fstat(self->fd, &status) == 0 && status.st_size > 0 && position >= 0 && status.st_size >= position) {
      // One byte more than the rest of the file, so that the read that finds the end needs no growing.
      room = static_cast<size_t>(status.st_size - position) + 1;
    }
  }
  auto result = TRY(bytes_new(nullptr, static_cast<ssize>(room < 2 ? 2 : room)));
  size_t have = 0;
  while (true) {
    auto capacity = static_cast<size_t>(result->base.size);
    if (have >= capacity) TRY(bytes_resize(result, static_cast<ssize>(next_buffer_size(have))));
    ssize n = fileio_read_into(self, result->data + have, result->base.size - static_cast<ssize>(have));
    if (n == 0) break;
    if (n == -1) return kRaised;
    if (n == -2) {
      if (have > 0) break;
      return none_ref();
    }
    have += static_cast<size_t>(n);
  }
  if (static_cast<size_t>(result->base.size) > have) {
    if (have < 2) return bytes_new(result->data, static_cast<ssize>(have));
    TRY(bytes_resize(result, static_cast<ssize>(have)));
  }
  return result;
}

Ref<Object> fileio_read(FileIo* self, Object* size_object) {
  if (self->fd < 0) return raise_fd_closed();
  if (!self->readable) return raise_mode("reading");
  ssize size = TRY(size_argument(size_object));
  if (size < 0) return fileio_readall(self);
  if (size > static_cast<ssize>(kMaxTransfer)) size = static_cast<ssize>(kMaxTransfer);
  if (size < 2) {
    char one;
    ssize n = fileio_read_into(self, &one, size);
    if (n == -1) return kRaised;
    if (n == -2) return none_ref();
    return bytes_new(&one, n);
  }
  auto result = TRY(bytes_new(nullptr, size));
  ssize n = fileio_read_into(self, result->data, size);
  if (n == -1) return kRaised;
  if (n == -2) return none_ref();
  if (n < 2) return bytes_new(result->data, n);
  if (n != size) TRY(bytes_resize(result, n));
  return result;
}

Ref<Object> fileio_write(FileIo* self, Object* data) {
  if (self->fd < 0) return raise_fd_closed();
  if (!self->writable) return raise_mode("writing");
  HeldBuffer buffer;
  TRY(readable_buffer(data, buffer));
  ssize n = fileio_write_from(self, buffer.data(), buffer.size());
  if (n == -1) return kRaised;
  if (n == -2) return none_ref();
  return int_from_ssize(n);
}

// ---- Position
// --------------------------------------------------------------------------------------------------------

// position null: 0.
Ref<Object> seek_to(FileIo* self, Object* position, int whence, bool pipe_is_no_error) {
  off_t target = 0;
  if (position) target = TRY(offset_argument(position, OverflowError));
  off_t r;
  int error = 0;
  {
    ReleaseGil release;
    r = lseek(self->fd, target, whence);
    if (r < 0) error = errno;
  }
  if (self->seekable < 0) self->seekable = r >= 0;
  if (r < 0) {
    if (pipe_is_no_error && error == ESPIPE) return int_from(0);
    return raise_os_error(error);
  }
  return int_from(r);
}

Ref<Object> fileio_seek(FileIo* self, Object* position, int whence) {
  if (self->fd < 0) return raise_fd_closed();
  return seek_to(self, position, whence, false);
}

Ref<Object> fileio_tell(FileIo* self) {
  if (self->fd < 0) return raise_fd_closed();
  return seek_to(self, nullptr, SEEK_CUR, false);
}

Ref<Object> fileio_truncate(FileIo* self, Object* size) {
  if (self->fd < 0) return raise_fd_closed();
  if (!self->writable) return raise_mode("writing");
  Ref<Object> position = is_none(size) ? seek_to(self, nullptr, SEEK_CUR, false) : share(size);
  if (!position) return kRaised;
  long length = TRY(offset_argument(position.get(), OverflowError));
  int r = without_gil([&] { return ftruncate(self->fd, length); });
  if (r == -2) return kRaised;
  if (r < 0) return raise_os_error(errno);
  return position;
}

// ---- State
// -----------------------------------------------------------------------------------------------------------

Ref<Object> fileio_fileno(FileIo* self) {
  if (self->fd < 0) return raise_fd_closed();
  return int_from(self->fd);
}
Ref<Object> fileio_readable(FileIo* self) {
  if (self->fd < 0) return raise_fd_closed();
  return bool_ref(self->readable);
}
Ref<Object> fileio_writable(FileIo* self) {
  if (self->fd < 0) return raise_fd_closed();
  return bool_ref(self->writable);
}
Ref<Object> fileio_seekable(FileIo* self) {
  if (self->fd < 0) return raise_fd_closed();
  if (self->seekable < 0 && !seek_to(self, nullptr, SEEK_CUR, false)) error_clear();  // pipe_is_no_error would hide it
  return bool_ref(self->seekable > 0);
}
Ref<Object> fileio_isatty(FileIo* self) {
  if (self->fd < 0) return raise_fd_closed();
  bool r;
  {
    ReleaseGil release;
    r = isatty(self->fd);
  }
  return bool_ref(r);
}

}  // namespace

const char* fileio_mode_text(const FileIo* self) {
  if (self->created) return self->readable ? "xb+" : "xb";
  if (self->appending) return self->readable ? "ab+" : "ab";
  if (self->readable && self->writable) return "rb+";
  return self->readable ? "rb" : "wb";
}
namespace {

Ref<Object> fileio_mode(FileIo* self) { return str_from_ascii(fileio_mode_text(self)); }
Ref<Object> fileio_closed(FileIo* self) { return bool_ref(self->fd < 0); }
Ref<Object> fileio_closefd(FileIo* self) { return bool_ref(self->closefd); }

Ref<Str> fileio_repr(FileIo* self) {
  const char* name = type_name(self);
  if (self->fd < 0) return format_message("<_io.FileIO [closed]>");
  const char* closefd = self->closefd ? "True" : "False";
  Ref<Object> file_name;
  TRY(object_find_attr(as_object(self), NAME("name"), file_name));
  if (!file_name) {
    return format_message("<_io.FileIO fd={} mode='{}' closefd={}>", self->fd, fileio_mode_text(self), closefd);
  }
  int entered = repr_enter(as_object(self));
  if (entered < 0) return kRaised;
  if (entered > 0) return raise(RuntimeError, "reentrant call inside {}.__repr__", name);
  auto r = format_message("<_io.FileIO name={} mode='{}' closefd={}>", repr_of(file_name.get()), fileio_mode_text(self),
                          closefd);
  repr_leave(as_object(self));
  return r;
}

// ---- Closing
// ---------------------------------------------------------------------------------------------------------

void warn_unclosed(FileIo* self, Object* source) {
  if (self->fd < 0 || !self->closefd) return;
  PreserveError preserve;
  if (warn_unclosed(source, "unclosed file {}", repr_of(source))) return;
  if (error_matches(Warning)) {
    error_write_unraisable(as_object(self));
  } else {
    error_clear();
  }
}

Ref<Object> fileio_dealloc_warn(FileIo* self, Object* source) {
  warn_unclosed(self, source);
  return none_ref();
}

Ref<Object> fileio_close(FileIo* self) {
  auto r = iobase_close(as_object(self));
  if (!self->closefd) {
    self->fd = -1;
    return r;
  }
  ChainedError error;
  if (self->finalizing) warn_unclosed(self, as_object(self));
  bool closed = static_cast<bool>(close_descriptor(self));
  if (error.finish() || !closed) return nullptr;
  return r;
}

int fileio_traverse(Object* self, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<FileIo>(self)->dict);
  return 0;
}
int fileio_clear(Object* self) {
  clear_field(cast<FileIo>(self)->dict);
  return 0;
}
void fileio_dealloc(Object* self) {
  cast<FileIo>(self)->finalizing = 1;
  if (iobase_finalize_in_dealloc(self)) return;
  gc_untrack(self);
  if (cast<FileIo>(self)->weakreflist) weakref_clear_all(self);
  clear_field(cast<FileIo>(self)->dict);
  type_of(self)->free(self);
}

constinit MethodDef fileio_methods[] = {
    METHOD(fileio_read, "read(self, size=-1, /)",
           "Read at most size bytes with one system call, or all until the end without a\nsize. None where nothing is "
           "available on a non-blocking stream."),
    METHOD(fileio_readall, "readall(self, /)", "Read all data from the file, returned as bytes."),
    METHOD(fileio_readinto, "readinto(self, buffer, /)", "Same as RawIOBase.readinto()."),
    METHOD(fileio_write, "write(self, b, /)",
           "Write the buffer with one system call; return how many bytes were written, None\nwhere it would block."),
    METHOD(fileio_seek, "seek(self, pos, whence=0, /)",
           "Move to an offset from the start (whence 0), the current position (1) or the\nend (2); return the new "
           "position."),
    METHOD(fileio_tell, "tell(self, /)", "Current file position."),
    METHOD(fileio_truncate, "truncate(self, size=None, /)",
           "Cut or extend the file to size bytes, the current position where not given."),
    METHOD(fileio_close, "close(self, /)", "Close the file. A closed file can do nothing but be closed again."),
    METHOD(fileio_seekable, "seekable(self, /)", "True if file supports random-access."),
    METHOD(fileio_readable, "readable(self, /)", "True if file was opened in a read mode."),
    METHOD(fileio_writable, "writable(self, /)", "True if file was opened in a write mode."),
    METHOD(fileio_fileno, "fileno(self, /)", "Return the underlying file descriptor (an integer)."),
    METHOD(fileio_isatty, "isatty(self, /)", "True if the file is connected to a TTY device."),
    plain(METHOD(fileio_dealloc_warn, "_dealloc_warn(self, source, /)", ""), nullptr),
    {},
};

constinit MemberDef fileio_members[] = {
    {"_blksize", kMemberUInt, offsetof(FileIo, blksize), 0, nullptr},
    {"_finalizing", kMemberBool, offsetof(FileIo, finalizing), 0, nullptr},
    {},
};

constinit GetSetDef fileio_getset[] = {
    {"closed", getter<fileio_closed>, nullptr, "True if the file is closed", nullptr},
    {"closefd", getter<fileio_closefd>, nullptr, "True if the file descriptor will be closed by close().", nullptr},
    {"mode", getter<fileio_mode>, nullptr, "String giving the file mode", nullptr},
    {},
};

Object* fileio_new_slot(Type* type, Object* args, Object* kwargs) { return fileio_new(type, args, kwargs).release(); }

}  // namespace

ssize fileio_read_into(FileIo* self, char* out, ssize size) {
  auto count = static_cast<size_t>(size);
  if (count > kMaxTransfer) count = kMaxTransfer;
  int fd = self->fd;
  ssize_t n = without_gil([&] { return read(fd, out, count); });
  if (n >= 0) return n;
  if (n == -2) return -1;
  if (errno == EAGAIN) return -2;
  (void)raise_os_error(errno);
  return -1;
}

ssize fileio_write_from(FileIo* self, const char* data, ssize size) {
  auto count = static_cast<size_t>(size);
  if (count > kMaxTransfer) count = kMaxTransfer;
  int fd = self->fd;
  ssize_t n = without_gil([&] { return write(fd, data, count); });
  if (n >= 0) return n;
  if (n == -2) return -1;
  if (errno == EAGAIN) return -2;
  (void)raise_os_error(errno);
  return -1;
}

constinit Type fileio_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_io.FileIO",
    .basicsize = sizeof(FileIo),
    .dealloc = fileio_dealloc,
    .repr = slot<fileio_repr>,
    .getattro = slot<object_generic_get_attr>,
    .flags = kTypeDefault | kTypeBaseType | kTypeHaveGc,
    .doc =
        "FileIO(file, mode='r', closefd=True, opener=None)\n--\n\n"
        "Open a file as a raw binary stream. The mode is 'r', 'w', 'x' or 'a' for reading,\n"
        "writing, exclusive creation or appending, with '+' for both reading and writing.\n"
        "The file is a path or the number of an open file, which is closed with the stream\n"
        "unless closefd is False. An opener is called with (file, flags) and returns the\n"
        "number of an open file.",
    .traverse = fileio_traverse,
    .clear = fileio_clear,
    .weaklistoffset = offsetof(FileIo, weakreflist),
    .methods = fileio_methods,
    .members = fileio_members,
    .getset = fileio_getset,
    .base_type = &rawiobase_type,
    .dictoffset = offsetof(FileIo, dict),
    .init = INIT(fileio_init, "FileIO(self, file, mode='r', closefd=True, opener=None)"),
    .new_ = fileio_new_slot,
    .free = gc_free_slot,
};

}  // namespace minipy::io
