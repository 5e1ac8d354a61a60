#include "stdlib/posix/path_argument.h"

#include <fcntl.h>

#include "runtime/abstract.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/str.h"

namespace minipy::posix {
namespace {

const char* wanted_types(int allow) {
  switch (allow) {
    case PathArgument::kDescriptor | PathArgument::kNone: return "string, bytes, os.PathLike, integer or None";
    case PathArgument::kDescriptor: return "string, bytes, os.PathLike or integer";
    case PathArgument::kNone: return "string, bytes, os.PathLike or None";
    default: return "string, bytes or os.PathLike";
  }
}

// p.__fspath__(), null without exception when there is none.
Ref<Object> call_fspath(Object* p) {
  Ref<Object> method = lookup_special(p, NAME("__fspath__"));
  if (!method) return nullptr;
  return call_vector(method.get(), nullptr, 0);
}

}  // namespace

Status PathArgument::get(Object* value, const char* function, int allow, const char* argument) {
  held_ = value ? Ref<Object>::share(value) : none_ref();
  original_ = held_.get();
  auto wrong_type = [&](Object* p) {
    return raise(TypeError, "{}: {} should be {}, not {:.200}", function, argument, wanted_types(allow), type_name(p));
  };
  if (minipy::is_none(original_)) {
    if (!(allow & kNone)) return wrong_type(original_);
    is_none = true;
    text = ".";
    return kOk;
  }
  if ((allow & kDescriptor) && has_index(original_)) {
    fd = TRY(descriptor_argument(original_));
    given_descriptor = true;
    return kOk;
  }
  Object* path = original_;
  Ref<Object> converted;
  if (!is_str(path) && !is_bytes(path) && object_has_buffer(path)) {
    // Other bytes-like objects still work, with a warning.
    TRY(warn(DeprecationWarning, 1, "{}: {} should be {}, not {:.200}", function, argument, wanted_types(allow),
             type_name(path)));
    converted = TRY(bytes_from_object(path));
    path = converted.get();
  } else if (!is_str(path) && !is_bytes(path)) {
    converted = call_fspath(path);
    if (!converted) return error_pending() ? Status::failed() : Status(wrong_type(path));
    path = converted.get();
    if (!is_str(path) && !is_bytes(path)) {
      return raise(TypeError, "expected {:.200}.__fspath__() to return str or bytes, not {:.200}", type_name(original_),
                   type_name(path));
    }
    held_ = converted;
    original_ = held_.get();
  }
  bytes = is_bytes(path);
  Ref<Object> encoded = bytes ? Ref<Object>::share(path) : TRY(str_encode_fs(path));
  text = std::string(bytes_view(cast<Bytes>(encoded.get())));
  if (text.find('\0') != std::string::npos) {
    if (bytes) return raise(ValueError, "{}: embedded null character in {}", function, argument);
    return raise(ValueError, "embedded null byte");
  }
  return kOk;
}

Raised path_error(const PathArgument& path) { return raise_os_error(errno, path.is_none ? nullptr : path.object()); }
Raised path_error(const PathArgument& path, const PathArgument& path2) {
  return raise_os_error(errno, path.object(), path2.object());
}

Maybe<int> directory_descriptor(Object* value) {
  if (!value || is_none(value)) return AT_FDCWD;
  if (!has_index(value)) {
    return raise(TypeError, "argument should be integer or None, not {:.200}", type_name(value));
  }
  return descriptor_argument(value);
}

Maybe<int> descriptor_argument(Object* value) {
  Ref<Object> number;
  if (has_index(value)) {
    number = number_index(value);
  } else {
    Ref<Object> fileno;
    if (!object_find_attr(value, NAME("fileno"), fileno)) return kRaised;
    if (!fileno) return raise(TypeError, "argument must be an int, or have a fileno() method.");
    number = call_vector(fileno.get(), nullptr, 0);
    if (number && !is_int(number.get())) return raise(TypeError, "fileno() returned a non-integer");
  }
  if (!number) return kRaised;
  int overflow;
  long long v = int_to_long_long_overflow(number.get(), &overflow);
  if (overflow > 0 || v > INT32_MAX) return raise(OverflowError, "fd is greater than maximum");
  if (overflow < 0 || v < INT32_MIN) return raise(OverflowError, "fd is less than minimum");
  return static_cast<int>(v);
}

Ref<Object> path_object(const char* data, size_t size, bool bytes) {
  if (bytes) return bytes_new(data, static_cast<ssize>(size));
  return str_decode_fs(data, static_cast<ssize>(size));
}

}  // namespace minipy::posix
