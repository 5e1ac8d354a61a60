// Path arguments of os functions: str, bytes or os.PathLike; where the function says so, a file descriptor or None.
#pragma once

#include <string>

#include "gc/object.h"
#include "runtime/result.h"

namespace minipy::posix {

class PathArgument {
 public:
  enum Allow { kPath = 0, kDescriptor = 1, kNone = 2 };

  // TypeError "{function}: {argument} should be string, bytes[,] ..., not X"; ValueError "embedded null byte".
  Status get(Object* value, const char* function, int allow = kPath, const char* argument = "path");

  bool is_descriptor() const { return fd >= 0 || given_descriptor; }
  const char* c_str() const { return text.c_str(); }
  // True when names made from the path are to be bytes.
  bool wants_bytes() const { return bytes; }
  Object* object() const { return original_; }

  std::string text;
  int fd = -1;
  bool given_descriptor = false;
  bool is_none = false;
  bool bytes = false;

 private:
  Object* original_ = nullptr;  // borrowed: for OSError.filename
  Ref<Object> held_;
};

// OSError for errno with the path as its file name.
Raised path_error(const PathArgument& path);
Raised path_error(const PathArgument& path, const PathArgument& path2);

// dir_fd: None is AT_FDCWD; TypeError "argument should be integer or None, not X".
Maybe<int> directory_descriptor(Object* value);
// An int or an object with fileno().
Maybe<int> descriptor_argument(Object* value);
// A path of the file system as str or bytes.
Ref<Object> path_object(const char* data, size_t size, bool bytes);

// Runs a system call without the GIL, again after EINTR unless a signal handler raised. Result < 0: errno is set, or an
// exception is pending (*raised).
template <class Call>
auto blocking(Call call, bool* raised);

}  // namespace minipy::posix

#include "stdlib/posix/blocking.inc"
