// posix: extended attributes of files (Linux).
#include <sys/xattr.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "runtime/abstract.h"
#include "runtime/audit.h"
#include "runtime/bind.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"
#include "stdlib/posix/path_argument.h"
#include "stdlib/posix/posix.h"

namespace minipy::posix {
namespace {

// The file whose attributes are meant: a descriptor, a path, or a path whose last link is not followed.
class Subject {
 public:
  Status get_path(Object* path, const char* function, int allow = PathArgument::kDescriptor) {
    return path_.get(path, function, allow);
  }
  // After all arguments have been looked at.
  Status follow(bool follow_symlinks, const char* function) {
    follow_ = follow_symlinks;
    // As in CPython, descriptor 0 passes.
    if (!path_.given_descriptor || path_.fd == 0 || follow_) return kOk;
    return raise(ValueError, "{}: cannot use fd and follow_symlinks together", function);
  }
  // Calls the function of the three that fits; < 0: errno is set.
  template <class ByDescriptor, class ByPath, class... A>
  ssize run(ByDescriptor* by_descriptor, ByPath* by_path, ByPath* by_link, A... arguments) const {
    ReleaseGil other_threads_run;
    if (path_.given_descriptor) return by_descriptor(path_.fd, arguments...);
    return (follow_ ? by_path : by_link)(path_.is_none ? "." : path_.c_str(), arguments...);
  }
  Raised error() const { return path_error(path_); }
  Object* object() const { return path_.object(); }

 private:
  PathArgument path_;
  bool follow_ = true;
};

// Room for most values and lists, and for all that Linux allows.
constexpr size_t kSmall = 128, kLargest = 65536;

Status attribute_name(PathArgument& name, Object* attribute, const char* function) {
  return name.get(attribute, function, PathArgument::kPath, "attribute");
}

Ref<Object> os_getxattr(Object*, Object* path, Object* attribute, bool follow_symlinks) {
  Subject subject;
  PathArgument name;
  TRY(subject.get_path(path, "getxattr"));
  TRY(attribute_name(name, attribute, "getxattr"));
  TRY(subject.follow(follow_symlinks, "getxattr"));
  TRY(audit("os.getxattr", subject.object(), name.object()));
  for (size_t room : {kSmall, kLargest}) {
    std::string value(room, '\0');
    ssize n = subject.run(fgetxattr, getxattr, lgetxattr, name.c_str(), value.data(), room);
    if (n >= 0) return bytes_new(value.data(), n);
    if (errno != ERANGE) break;
  }
  return subject.error();
}

Status os_setxattr(Object*, Object* path, Object* attribute, Object* value, int flags, bool follow_symlinks) {
  Subject subject;
  PathArgument name;
  HeldBuffer buffer;
  TRY(subject.get_path(path, "setxattr"));
  TRY(attribute_name(name, attribute, "setxattr"));
  TRY(buffer.get(value));
  TRY(subject.follow(follow_symlinks, "setxattr"));
  Ref<Bytes> told = TRY(bytes_from(buffer.text()));
  TRY(audit("os.setxattr", subject.object(), name.object(), told.get(), flags));
  size_t size = static_cast<size_t>(buffer.size());
  if (subject.run(fsetxattr, setxattr, lsetxattr, name.c_str(), buffer.data(), size, flags) < 0) return subject.error();
  return kOk;
}

Status os_removexattr(Object*, Object* path, Object* attribute, bool follow_symlinks) {
  Subject subject;
  PathArgument name;
  TRY(subject.get_path(path, "removexattr"));
  TRY(attribute_name(name, attribute, "removexattr"));
  TRY(subject.follow(follow_symlinks, "removexattr"));
  TRY(audit("os.removexattr", subject.object(), name.object()));
  if (subject.run(fremovexattr, removexattr, lremovexattr, name.c_str()) < 0) return subject.error();
  return kOk;
}

Ref<Object> os_listxattr(Object*, Object* path, bool follow_symlinks) {
  Subject subject;
  TRY(subject.get_path(path, "listxattr", PathArgument::kDescriptor | PathArgument::kNone));
  TRY(subject.follow(follow_symlinks, "listxattr"));
  TRY(audit("os.listxattr", subject.object()));
  for (size_t room : {kSmall, kLargest}) {
    std::string names(room, '\0');
    ssize n = subject.run(flistxattr, listxattr, llistxattr, names.data(), room);
    if (n < 0 && errno == ERANGE) continue;
    if (n < 0) break;
    // Each name ends with a null.
    Ref<List> list = TRY(list_new());
    const char* end = names.data() + n;
    for (const char* at = names.data(); at < end; at += std::strlen(at) + 1) {
      TRY(list_append_steal(list.get(), str_decode_fs(at)));
    }
    return list;
  }
  return subject.error();
}

}  // namespace

constinit MethodDef attribute_functions[] = {
    FUNCTION(os_getxattr, "getxattr(module, /, path, attribute, *, follow_symlinks=True)",
             "The value of an extended attribute."),
    FUNCTION(os_setxattr, "setxattr(module, /, path, attribute, value, flags=0, *,\n         follow_symlinks=True)",
             "Set an extended attribute."),
    FUNCTION(os_removexattr, "removexattr(module, /, path, attribute, *, follow_symlinks=True)",
             "Remove an extended attribute."),
    FUNCTION(os_listxattr, "listxattr(module, /, path=None, *, follow_symlinks=True)",
             "The names of the extended attributes."),
    {},
};

}  // namespace minipy::posix
