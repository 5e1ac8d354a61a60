// posix: functions on file descriptors. Source: library reference "os", "File Descriptor Operations".
#include <fcntl.h>
#include <pty.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>
#include <utmp.h>

#include <climits>
#include <string>
#include <vector>

#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/str.h"
#include "stdlib/os_arguments.h"
#include "stdlib/posix/number_arguments.h"
#include "stdlib/posix/path_argument.h"
#include "stdlib/posix/posix.h"
#include "stdlib/posix/system_call.h"
#include "stdlib/unsigned_argument.h"

namespace minipy::posix {

Ref<Object> statvfs_result(const struct statvfs& info);

namespace {

Ref<Object> os_open(Object*, Object* p, int flags, int mode, Object* dir_fd) {
  PathArgument path;
  TRY(path.get(p, "open"));
  int dir = TRY(directory_descriptor(dir_fd));
  bool raised;
  int fd = blocking([&] { return openat(dir, path.c_str(), flags | O_CLOEXEC, mode); }, &raised);
  if (raised) return nullptr;
  if (fd < 0) return path_error(path);
  return int_from(fd);
}
// Not repeated after EINTR: the descriptor is gone in any case.
Status os_close(Object*, Object* p) {
  int fd = TRY(descriptor_argument(p));
  int r, error;
  {
    ReleaseGil other_threads_run;
    r = close(fd);
    error = errno;
  }
  if (r < 0 && error != EINTR) return raise_os_error(error);
  return kOk;
}
Status os_closerange(Object*, int low, int high) {
  ReleaseGil other_threads_run;
  for (int fd = low; fd < high; fd++) close(fd);
  return kOk;
}

Ref<Object> os_read(Object*, int fd, ssize length) {
  if (length < 0) return raise_os_error(EINVAL);
  if (length > INT_MAX) length = INT_MAX;
  std::vector<char> buffer(static_cast<size_t>(length));
  bool raised;
  ssize n = blocking([&] { return read(fd, buffer.data(), buffer.size()); }, &raised);
  if (raised) return nullptr;
  if (n < 0) return raise_os_error(errno);
  return bytes_new(buffer.data(), n);
}
Ref<Object> os_write(Object*, int fd, Object* data) {
  HeldBuffer buffer;
  TRY(buffer.get(data));
  return number([&] { return write(fd, buffer.data(), static_cast<size_t>(buffer.size())); });
}
Ref<Object> os_pread(Object*, int fd, ssize length, Offset offset) {
  if (length < 0) return raise_os_error(EINVAL);
  std::vector<char> buffer(static_cast<size_t>(length));
  bool raised;
  ssize n = blocking([&] { return pread(fd, buffer.data(), buffer.size(), offset); }, &raised);
  if (raised) return nullptr;
  if (n < 0) return raise_os_error(errno);
  return bytes_new(buffer.data(), n);
}
Ref<Object> os_pwrite(Object*, int fd, Object* data, Offset offset) {
  HeldBuffer buffer;
  TRY(buffer.get(data));
  return number([&] { return pwrite(fd, buffer.data(), static_cast<size_t>(buffer.size()), offset); });
}

// A sequence of buffers as iovec.
class Vectors {
 public:
  Status get(Object* sequence, const char* function, int flags) {
    if (!is_sequence(sequence)) return raise(TypeError, "{}() arg 2 must be a sequence", function);
    ssize n = TRY(object_length(sequence));
    held_ = std::vector<HeldBuffer>(static_cast<size_t>(n));
    for (ssize i = 0; i < n; i++) {
      Ref<Object> item = TRY(sequence_get_item(sequence, i));
      HeldBuffer& b = held_[static_cast<size_t>(i)];
      TRY(b.get(item.get(), flags));
      vectors.push_back({b.view.buf, static_cast<size_t>(b.size())});
    }
    return kOk;
  }
  std::vector<struct iovec> vectors;
  int count() const { return static_cast<int>(vectors.size()); }

 private:
  std::vector<HeldBuffer> held_;
};
Ref<Object> os_readv(Object*, int fd, Object* buffers) {
  Vectors v;
  TRY(v.get(buffers, "readv", kBufferWritable));
  return number([&] { return readv(fd, v.vectors.data(), v.count()); });
}
Ref<Object> os_writev(Object*, int fd, Object* buffers) {
  Vectors v;
  TRY(v.get(buffers, "writev", kBufferSimple));
  return number([&] { return writev(fd, v.vectors.data(), v.count()); });
}

// The newer system calls, which take -1 as the descriptor's own position.
Ref<Object> os_preadv(Object*, int fd, Object* buffers, Offset offset, int flags) {
  Vectors v;
  TRY(v.get(buffers, "preadv2", kBufferWritable));
  return number([&] { return preadv2(fd, v.vectors.data(), v.count(), offset, flags); });
}
Ref<Object> os_pwritev(Object*, int fd, Object* buffers, Offset offset, int flags) {
  Vectors v;
  TRY(v.get(buffers, "pwritev", kBufferSimple));
  return number([&] { return pwritev2(fd, v.vectors.data(), v.count(), offset, flags); });
}

Ref<Object> os_lseek(Object*, int fd, Offset position, int how) {
  return number([&] { return lseek(fd, position, how); });
}
Ref<Object> os_dup(Object*, int fd) {
  return number([&] { return fcntl(fd, F_DUPFD_CLOEXEC, 0); });
}
Ref<Object> os_dup2(Object*, int fd, int fd2, bool inheritable) {
  if (fd < 0 || fd2 < 0) return raise_os_error(EBADF);
  return number([&] { return inheritable || fd == fd2 ? dup2(fd, fd2) : dup3(fd, fd2, O_CLOEXEC); });
}
Ref<Object> pipe_pair(int flags) {
  int fds[2];
  if (pipe2(fds, flags) != 0) return raise_os_error(errno);
  Ref<Int> a = TRY(int_from(fds[0]))
  , b = TRY(int_from(fds[1]));
  return tuple_pack(a.get(), b.get());
}
Ref<Object> os_pipe(Object*) { return pipe_pair(O_CLOEXEC); }
Ref<Object> os_pipe2(Object*, int flags) { return pipe_pair(flags); }

Ref<Object> os_fstat(Object*, int fd) {
  struct stat info;
  bool raised;
  int r = blocking([&] { return fstat(fd, &info); }, &raised);
  if (raised) return nullptr;
  if (r != 0) return raise_os_error(errno);
  return stat_result(info);
}
Ref<Object> os_fstatvfs(Object*, int fd) {
  struct statvfs info;
  bool raised;
  int r = blocking([&] { return fstatvfs(fd, &info); }, &raised);
  if (raised) return nullptr;
  if (r != 0) return raise_os_error(errno);
  return statvfs_result(info);
}

Status on_descriptor(Object* p, int (*call)(int)) {
  int fd = TRY(descriptor_argument(p));
  return simple([&] { return call(fd); });
}
Status os_fsync(Object*, Object* fd) { return on_descriptor(fd, fsync); }
Status os_fdatasync(Object*, Object* fd) { return on_descriptor(fd, fdatasync); }
Status os_fchdir(Object*, Object* fd) { return on_descriptor(fd, fchdir); }
Status os_sync(Object*) {
  ReleaseGil other_threads_run;
  sync();
  return kOk;
}
Status os_fchmod(Object*, int fd, int mode) {
  return simple([&] { return fchmod(fd, static_cast<mode_t>(mode)); });
}
Status os_fchown(Object*, int fd, Object* uid, Object* gid) {
  unsigned user = TRY(uid_argument(uid));
  unsigned group = TRY(gid_argument(gid));
  return simple([&] { return fchown(fd, user, group); });
}
Status os_ftruncate(Object*, int fd, Offset length) {
  return simple([&] { return ftruncate(fd, length); });
}
Status os_lockf(Object*, int fd, int command, Offset length) {
  return simple([&] { return lockf(fd, command, length); });
}
Status os_posix_fallocate(Object*, int fd, Offset offset, Offset length) {
  int error = posix_fallocate(fd, offset, length);
  if (error) return raise_os_error(error);
  return kOk;
}
Status os_posix_fadvise(Object*, int fd, Offset offset, Offset length, int advice) {
  int error = posix_fadvise(fd, offset, length, advice);
  if (error) return raise_os_error(error);
  return kOk;
}
Ref<Object> os_isatty(Object*, int fd) { return bool_ref(isatty(fd)); }

Ref<Object> os_get_inheritable(Object*, int fd) {
  int flags = fcntl(fd, F_GETFD);
  if (flags < 0) return raise_os_error(errno);
  return bool_ref(!(flags & FD_CLOEXEC));
}
Status os_set_inheritable(Object*, int fd, int inheritable) {
  return simple([&] {
    int flags = fcntl(fd, F_GETFD);
    if (flags < 0) return -1;
    return fcntl(fd, F_SETFD, inheritable ? flags & ~FD_CLOEXEC : flags | FD_CLOEXEC);
  });
}
Ref<Object> os_get_blocking(Object*, int fd) {
  int flags = fcntl(fd, F_GETFL);
  if (flags < 0) return raise_os_error(errno);
  return bool_ref(!(flags & O_NONBLOCK));
}
Status os_set_blocking(Object*, int fd, bool is_blocking) {
  return simple([&] {
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0) return -1;
    return fcntl(fd, F_SETFL, is_blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK);
  });
}

Ref<Object> os_sendfile(Object*, int out, int in, Object* offset, ssize count) {
  if (is_none(offset)) {
    return number([&] { return sendfile(out, in, nullptr, static_cast<size_t>(count)); });
  }
  Ref<Object> index = TRY(number_index(offset));
  off_t at = TRY(int_to_long(index.get()));
  return number([&] { return sendfile(out, in, &at, static_cast<size_t>(count)); });
}
// An offset or None.
Status offset_argument(Object* p, loff_t* value) {
  if (is_none(p)) return kOk;
  Ref<Object> index = TRY(number_index(p));
  *value = TRY(int_to_long(index.get()));
  return kOk;
}
Ref<Object> os_splice(Object*, int src, int dst, ssize count, Object* offset_src, Object* offset_dst, Object* flags) {
  loff_t from = 0, to = 0;
  TRY(offset_argument(offset_src, &from));
  TRY(offset_argument(offset_dst, &to));
  unsigned long bits = flags ? TRY(unsigned_argument(flags, 32, "Python int too large for C unsigned int")) : 0;
  if (count < 0) return raise(ValueError, "negative value for 'count' not allowed");
  return number([&] {
    return splice(src, is_none(offset_src) ? nullptr : &from, dst, is_none(offset_dst) ? nullptr : &to,
                  static_cast<size_t>(count), static_cast<unsigned>(bits));
  });
}
Ref<Object> os_copy_file_range(Object*, int src, int dst, ssize count, Object* offset_src, Object* offset_dst) {
  if (count < 0) return raise(ValueError, "negative value for 'count' not allowed");
  loff_t from = 0, to = 0;
  TRY(offset_argument(offset_src, &from));
  TRY(offset_argument(offset_dst, &to));
  return number([&] {
    return copy_file_range(src, is_none(offset_src) ? nullptr : &from, dst, is_none(offset_dst) ? nullptr : &to,
                           static_cast<size_t>(count), 0);
  });
}

Ref<Object> os_urandom(Object*, ssize size) {
  if (size < 0) return raise(ValueError, "negative argument not allowed");
  std::vector<char> buffer(static_cast<size_t>(size));
  for (size_t done = 0; done < buffer.size();) {
    ssize n = getrandom(buffer.data() + done, buffer.size() - done, 0);
    if (n < 0) return raise_os_error(errno);
    done += static_cast<size_t>(n);
  }
  return bytes_new(buffer.data(), size);
}
Ref<Object> os_getrandom(Object*, ssize size, int flags) {
  if (size < 0) return raise_os_error(EINVAL);
  std::vector<char> buffer(static_cast<size_t>(size));
  bool raised;
  ssize n = blocking([&] { return getrandom(buffer.data(), buffer.size(), static_cast<unsigned>(flags)); }, &raised);
  if (raised) return nullptr;
  if (n < 0) return raise_os_error(errno);
  return bytes_new(buffer.data(), n);
}

Ref<Object> os_device_encoding(Object*, int fd) {
  if (!isatty(fd)) return none_ref();
  return str_from_ascii("utf-8");
}
Ref<Object> os_ttyname(Object*, int fd) {
  char name[PATH_MAX];
  int error = ttyname_r(fd, name, sizeof name);
  if (error) return raise_os_error(error);
  return str_decode_fs(name);
}
Ref<Object> os_openpty(Object*) {
  int master, slave;
  if (openpty(&master, &slave, nullptr, nullptr, nullptr) != 0) return raise_os_error(errno);
  fcntl(master, F_SETFD, FD_CLOEXEC);
  fcntl(slave, F_SETFD, FD_CLOEXEC);
  Ref<Int> a = TRY(int_from(master))
  , b = TRY(int_from(slave));
  return tuple_pack(a.get(), b.get());
}
Status os_login_tty(Object*, Object* descriptor) {
  int fd = TRY(file_descriptor_argument(descriptor));
  if (login_tty(fd) != 0) return raise_os_error(errno);
  return kOk;
}
Ref<Object> os_tcgetpgrp(Object*, int fd) {
  return number([&] { return tcgetpgrp(fd); });
}
Status os_tcsetpgrp(Object*, int fd, Pid pgid) {
  return simple([&] { return tcsetpgrp(fd, pgid); });
}
Ref<Object> os_memfd_create(Object*, Object* name, Object* flags) {
  PathArgument text;
  TRY(text.get(name, "memfd_create", PathArgument::kPath, "name"));
  unsigned bits = MFD_CLOEXEC;
  if (flags) bits = static_cast<unsigned>(TRY(int_to_long(TRY(number_index(flags)).get())));
  return number([&] { return memfd_create(text.c_str(), bits); });
}
Ref<Object> os_eventfd(Object*, int initval, Object* flags) {
  int bits = EFD_CLOEXEC;
  if (flags) bits = static_cast<int>(TRY(int_to_long(TRY(number_index(flags)).get())));
  return number([&] { return eventfd(static_cast<unsigned>(initval), bits); });
}
Ref<Object> os_eventfd_read(Object*, int fd) {
  eventfd_t value = 0;
  TRY(simple([&] { return eventfd_read(fd, &value); }));
  return int_from_size(value);
}
Status os_eventfd_write(Object*, int fd, Object* value) {
  Ref<Object> index = TRY(number_index(value));
  if (int_sign(cast<Int>(index.get())) < 0) return raise(ValueError, "value must be positive");
  eventfd_t amount = TRY(int_to_unsigned_long_long(index.get()));
  return simple([&] { return eventfd_write(fd, amount); });
}

}  // namespace

constinit MethodDef descriptor_functions[] = {
    FUNCTION(os_open, "open(module, /, path, flags, mode=511, *, dir_fd=None)", "Open a file; returns a descriptor."),
    FUNCTION(os_close, "close(module, /, fd)", "Close a file descriptor."),
    FUNCTION(os_closerange, "closerange(module, fd_low, fd_high, /)", "Close a range of descriptors."),
    FUNCTION(os_read, "read(module, fd, length, /)", "Read from a file descriptor."),
    FUNCTION(os_write, "write(module, fd, data, /)", "Write bytes to a file descriptor."),
    FUNCTION(os_pread, "pread(module, fd, length, offset, /)", "Read at an offset."),
    FUNCTION(os_pwrite, "pwrite(module, fd, buffer, offset, /)", "Write at an offset."),
    FUNCTION(os_readv, "readv(module, fd, buffers, /)", "Read into several buffers."),
    FUNCTION(os_writev, "writev(module, fd, buffers, /)", "Write several buffers."),
    FUNCTION(os_preadv, "preadv(module, fd, buffers, offset, flags=0, /)", "Read into several buffers at an offset."),
    FUNCTION(os_pwritev, "pwritev(module, fd, buffers, offset, flags=0, /)", "Write several buffers at an offset."),
    FUNCTION(os_lseek, "lseek(module, fd, position, how, /)", "Set the position of a descriptor."),
    FUNCTION(os_dup, "dup(module, fd, /)", "Duplicate a file descriptor."),
    FUNCTION(os_dup2, "dup2(module, /, fd, fd2, inheritable=True)", "Duplicate to a given descriptor."),
    FUNCTION(os_pipe, "pipe(module, /)", "Create a pipe."),
    FUNCTION(os_pipe2, "pipe2(module, flags, /)", "Create a pipe with flags."),
    FUNCTION(os_fstat, "fstat(module, /, fd)", "Perform a stat system call on a descriptor."),
    FUNCTION(os_fstatvfs, "fstatvfs(module, fd, /)", "Perform an fstatvfs system call."),
    FUNCTION(os_fsync, "fsync(module, /, fd)", "Force write to disk."),
    FUNCTION(os_fdatasync, "fdatasync(module, /, fd)", "Force write of data to disk."),
    FUNCTION(os_fchdir, "fchdir(module, /, fd)", "Change to the descriptor's directory."),
    FUNCTION(os_sync, "sync(module, /)", "Force write of everything to disk."),
    FUNCTION(os_fchmod, "fchmod(module, /, fd, mode)", "Change permissions."),
    FUNCTION(os_fchown, "fchown(module, /, fd, uid, gid)", "Change the owner."),
    FUNCTION(os_ftruncate, "ftruncate(module, fd, length, /)", "Truncate a file."),
    FUNCTION(os_lockf, "lockf(module, fd, command, length, /)", "Apply, test or remove a lock."),
    FUNCTION(os_posix_fallocate, "posix_fallocate(module, fd, offset, length, /)", "Reserve disk space."),
    FUNCTION(os_posix_fadvise, "posix_fadvise(module, fd, offset, length, advice, /)", "Announce an access pattern."),
    FUNCTION(os_isatty, "isatty(module, fd, /)", "Whether the descriptor is a terminal."),
    FUNCTION(os_get_inheritable, "get_inheritable(module, fd, /)", "The inheritable flag."),
    FUNCTION(os_set_inheritable, "set_inheritable(module, fd, inheritable, /)", "Set the inheritable flag."),
    FUNCTION(os_get_blocking, "get_blocking(module, fd, /)", "The blocking mode."),
    FUNCTION(os_set_blocking, "set_blocking(module, fd, blocking, /)", "Set the blocking mode."),
    FUNCTION(os_sendfile, "sendfile(module, /, out_fd, in_fd, offset, count)", "Copy between descriptors."),
    FUNCTION(os_copy_file_range,
             "copy_file_range(module, /, src, dst, count, offset_src=None,\n                offset_dst=None)",
             "Copy between files."),
    FUNCTION(os_splice, "splice(module, /, src, dst, count, offset_src=None, offset_dst=None,\n       flags=0)",
             "Move bytes between a pipe and another descriptor."),
    FUNCTION(os_urandom, "urandom(module, size, /)", "Random bytes for cryptographic use."),
    FUNCTION(os_getrandom, "getrandom(module, /, size, flags=0)", "Random bytes."),
    FUNCTION(os_device_encoding, "device_encoding(module, /, fd)", "The encoding of a terminal."),
    FUNCTION(os_ttyname, "ttyname(module, fd, /)", "The name of the terminal."),
    FUNCTION(os_openpty, "openpty(module, /)", "Open a pseudo-terminal."),
    FUNCTION(os_login_tty, "login_tty(module, fd, /)", "Make a terminal the controlling one of a new session."),
    FUNCTION(os_tcgetpgrp, "tcgetpgrp(module, fd, /)", "The terminal's process group."),
    FUNCTION(os_tcsetpgrp, "tcsetpgrp(module, fd, pgid, /)", "Set the terminal's process group."),
    FUNCTION(os_memfd_create, "memfd_create(module, /, name, flags=MFD_CLOEXEC)", "An anonymous file."),
    FUNCTION(os_eventfd, "eventfd(module, /, initval, flags=EFD_CLOEXEC)", "An event notification descriptor."),
    FUNCTION(os_eventfd_read, "eventfd_read(module, /, fd)", "Read the event's value."),
    FUNCTION(os_eventfd_write, "eventfd_write(module, /, fd, value)", "Add to the event's value."),
    {},
};

}  // namespace minipy::posix
