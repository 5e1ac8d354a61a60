// Parameters whose default shows as None in the signature although None itself is no value for them.
#pragma once

#include "runtime/bind.h"

namespace minipy {

// The argument (borrowed), null when it is omitted; an explicit None is an argument as any other.
struct GivenArgument {
  Object* value;
};

template <>
struct bind::Convert<GivenArgument> {
  static Status run(const Signature&, int, Object* p, GivenArgument& out) {
    out.value = p;
    return kOk;
  }
};

}  // namespace minipy
