// Parameters of functions bound by FUNCTION (runtime/bind.h) for C types that are integers of some size: what is too
// large is worded as CPython words it for that type.
#pragma once

#include "runtime/bind.h"
#include "stdlib/tuple_arguments.h"

namespace minipy::posix {

// The id of a process or of a group of processes (pid_t).
struct Pid {
  int value;
  operator int() const { return value; }
};
// A place in a file or its size (off_t).
struct Offset {
  long value;
  operator long() const { return value; }
};

}  // namespace minipy::posix

namespace minipy::bind {

template <>
struct Convert<posix::Pid> {
  static Status run(const Signature&, int, Object* p, posix::Pid& out) {
    out.value = TRY(int_argument(p));
    return kOk;
  }
};
template <>
struct Convert<posix::Offset> {
  static Status run(const Signature&, int, Object* p, posix::Offset& out) {
    out.value = TRY(to_long(p));
    return kOk;
  }
};

}  // namespace minipy::bind
