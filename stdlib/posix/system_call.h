// System calls that give a negative number and errno on failure. They are made without the GIL, again after a signal.
#pragma once

#include "runtime/error.h"
#include "runtime/int.h"
#include "stdlib/posix/path_argument.h"

namespace minipy::posix {

template <class Call>
Status simple(Call call) {
  bool raised;
  auto r = blocking(call, &raised);
  if (raised) return Status::failed();
  if (r < 0) return raise_os_error(errno);
  return kOk;
}
// The result as an int.
template <class Call>
Ref<Object> number(Call call) {
  bool raised;
  auto r = blocking(call, &raised);
  if (raised) return nullptr;
  if (r < 0) return raise_os_error(errno);
  return int_from(r);
}

}  // namespace minipy::posix
