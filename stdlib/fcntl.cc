// Module fcntl: fcntl(), ioctl() and file locks.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstring>

#include "runtime/abstract.h"
#include "runtime/audit.h"
#include "runtime/bind.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"
#include "stdlib/os_arguments.h"
#include "stdlib/posix/path_argument.h"

namespace minipy {
namespace {

constexpr size_t kBufferSize = 1024;

Maybe<unsigned> unsigned_argument(Object* p) {
  Ref<Object> index = TRY(number_index(p));
  return static_cast<unsigned>(int_to_unsigned_mask(index.get()));
}

// The system call, again after a signal; an error is raised.
template <class Call>
Maybe<int> system_call(Call call) {
  bool raised;
  int result = posix::blocking(call, &raised);
  if (result >= 0) return result;
  if (raised) return kRaised;
  return raise_os_error(errno);
}

Status tell(const char* event, int fd, unsigned code, Object* arg) {
  return arg ? audit(event, fd, code, arg) : audit(event, fd, code, 0);
}

// The bytes of a str or bytes-like argument. False in the Maybe: it is neither, no exception.
Maybe<bool> bytes_of(Object* p, HeldBuffer& held, std::string_view* out) {
  if (is_str(p)) {
    *out = str_utf8(cast<Str>(p));
    if (!out->data()) return kRaised;
    return true;
  }
  if (!object_has_buffer(p)) return false;
  TRY(held.get(p));
  *out = held.text();
  return true;
}

Ref<Object> fcntl_function(Object*, Object* fd_object, int cmd, Object* arg) {
  int fd = TRY(file_descriptor_argument(fd_object));
  TRY(tell("fcntl.fcntl", fd, static_cast<unsigned>(cmd), arg));
  if (!arg) {
    int result = TRY(system_call([&] { return fcntl(fd, cmd, 0); }));
    return int_from(result);
  }
  HeldBuffer held;
  std::string_view text;
  if (TRY(bytes_of(arg, held, &text))) {
    if (text.size() > kBufferSize) return raise(ValueError, "fcntl string arg too long");
    char buffer[kBufferSize];
    size_t size = text.size();
    std::memcpy(buffer, text.data(), size);
    TRY(system_call([&] { return fcntl(fd, cmd, buffer); }));
    return bytes_new(buffer, static_cast<ssize>(size));
  }
  unsigned number = TRY(unsigned_argument(arg));
  int result = TRY(system_call([&] { return fcntl(fd, cmd, static_cast<int>(number)); }));
  return int_from(result);
}

// A writable buffer that the call may change in place.
Ref<Object> ioctl_in_place(int fd, unsigned long request, HeldBuffer& held) {
  char copy[kBufferSize + 1];
  size_t size = static_cast<size_t>(held.size());
  // Through a copy with a zero byte behind it, as long as it fits: drivers may expect a string.
  bool through_copy = size <= kBufferSize;
  if (through_copy) {
    std::memcpy(copy, held.data(), size);
    copy[size] = '\0';
  }
  char* argument = through_copy ? copy : held.writable();
  Maybe<int> result = system_call([&] { return ioctl(fd, request, argument); });
  if (through_copy) std::memcpy(held.writable(), copy, size);
  if (!result) return nullptr;
  return int_from(*result);
}

Ref<Object> ioctl_function(Object*, Object* fd_object, Object* request_object, Object* arg, bool mutate_flag) {
  int fd = TRY(file_descriptor_argument(fd_object));
  unsigned request = TRY(unsigned_argument(request_object));
  TRY(tell("fcntl.ioctl", fd, request, arg));
  if (!arg) {
    int result = TRY(system_call([&] { return ioctl(fd, request, 0); }));
    return int_from(result);
  }
  HeldBuffer held;
  if (mutate_flag && !is_str(arg) && object_has_buffer(arg)) {
    if (held.get(arg, kBufferWritable)) return ioctl_in_place(fd, request, held);
    error_clear();  // read-only
  }
  std::string_view text;
  if (TRY(bytes_of(arg, held, &text))) {
    if (text.size() > kBufferSize) return raise(ValueError, "ioctl string arg too long");
    char buffer[kBufferSize + 1];
    size_t size = text.size();
    std::memcpy(buffer, text.data(), size);
    buffer[size] = '\0';
    TRY(system_call([&] { return ioctl(fd, request, buffer); }));
    return bytes_new(buffer, static_cast<ssize>(size));
  }
  int number = TRY(bind::to_int(arg));
  int result = TRY(system_call([&] { return ioctl(fd, request, number); }));
  return int_from(result);
}

Status flock_function(Object*, Object* fd_object, int operation) {
  int fd = TRY(file_descriptor_argument(fd_object));
  TRY(tell("fcntl.flock", fd, static_cast<unsigned>(operation), nullptr));
  TRY(system_call([&] { return flock(fd, operation); }));
  return kOk;
}

Status lockf_function(Object*, Object* fd_object, int cmd, Object* len, Object* start, int whence) {
  int fd = TRY(file_descriptor_argument(fd_object));
  struct flock lock {};
  if (cmd == LOCK_UN) {
    lock.l_type = F_UNLCK;
  } else if (cmd & LOCK_SH) {
    lock.l_type = F_RDLCK;
  } else if (cmd & LOCK_EX) {
    lock.l_type = F_WRLCK;
  } else {
    return raise(ValueError, "unrecognized lockf argument");
  }
  if (start) lock.l_start = TRY(bind::to_long(start));
  if (len) lock.l_len = TRY(bind::to_long(len));
  lock.l_whence = static_cast<short>(whence);
  TRY(system_call([&] { return fcntl(fd, (cmd & LOCK_NB) ? F_SETLK : F_SETLKW, &lock); }));
  return kOk;
}

constinit MethodDef fcntl_functions[] = {
    FUNCTION(fcntl_function, "fcntl(module, fd, cmd, arg=0, /)", "Perform the operation cmd on the file descriptor."),
    FUNCTION(ioctl_function, "ioctl(module, fd, request, arg=0, mutate_flag=True, /)",
             "Perform the device operation request on the file descriptor."),
    FUNCTION(flock_function, "flock(module, fd, operation, /)", "Lock or unlock the whole file."),
    FUNCTION(lockf_function, "lockf(module, fd, cmd, len=0, start=0, whence=0, /)",
             "Lock or unlock a part of the file."),
    {},
};

struct Constant {
  const char* name;
  long long value;
};
#define SAME(name) \
  { #name, name }
constexpr Constant constants[] = {
    SAME(LOCK_SH),      SAME(LOCK_EX),
    SAME(LOCK_NB),      SAME(LOCK_UN),
    SAME(LOCK_MAND),    SAME(LOCK_READ),
    SAME(LOCK_WRITE),   SAME(LOCK_RW),
    SAME(F_DUPFD),      SAME(F_DUPFD_CLOEXEC),
    SAME(F_GETFD),      SAME(F_SETFD),
    SAME(F_GETFL),      SAME(F_SETFL),
    SAME(F_GETLK),      SAME(F_SETLK),
    SAME(F_SETLKW),     SAME(F_OFD_GETLK),
    SAME(F_OFD_SETLK),  SAME(F_OFD_SETLKW),
    SAME(F_GETOWN),     SAME(F_SETOWN),
    SAME(F_GETSIG),     SAME(F_SETSIG),
    SAME(F_RDLCK),      SAME(F_WRLCK),
    SAME(F_UNLCK),      SAME(F_GETLK64),
    SAME(F_SETLK64),    SAME(F_SETLKW64),
    SAME(FASYNC),       SAME(F_SETLEASE),
    SAME(F_GETLEASE),   SAME(F_NOTIFY),
    SAME(F_EXLCK),      SAME(F_SHLCK),
    SAME(F_SETPIPE_SZ), SAME(F_GETPIPE_SZ),
    SAME(FD_CLOEXEC),   SAME(DN_ACCESS),
    SAME(DN_MODIFY),    SAME(DN_CREATE),
    SAME(DN_DELETE),    SAME(DN_RENAME),
    SAME(DN_ATTRIB),    {"DN_MULTISHOT", static_cast<unsigned>(DN_MULTISHOT)},
    SAME(F_ADD_SEALS),  SAME(F_GET_SEALS),
    SAME(F_SEAL_SEAL),  SAME(F_SEAL_SHRINK),
    SAME(F_SEAL_GROW),  SAME(F_SEAL_WRITE),
};
#undef SAME

Status fcntl_exec(Module* m) {
  for (const Constant& each : constants) TRY(module_add_int(m, each.name, each.value));
  return kOk;
}

}  // namespace

constinit NativeModule fcntl_module = {"fcntl", fcntl_functions, fcntl_exec,
                                       "Control of file descriptors, and file locks."};

}  // namespace minipy
