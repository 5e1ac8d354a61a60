// Arguments of system calls that several modules take: descriptors, user and group ids.
#pragma once

#include <sys/types.h>

#include "gc/object.h"
#include "runtime/result.h"

namespace minipy {

struct Int;

// An int or an object with fileno(), not negative. TypeError, ValueError, OverflowError.
Maybe<int> file_descriptor_argument(Object* p);

// A user or group id through __index__; -1 is allowed. `what` is "uid" or "gid". TypeError, OverflowError.
Maybe<unsigned> id_argument(Object* p, const char* what);
inline Maybe<unsigned> uid_argument(Object* p) { return id_argument(p, "uid"); }
inline Maybe<unsigned> gid_argument(Object* p) { return id_argument(p, "gid"); }
// The id as Python shows it: (uid_t)-1 is -1.
Ref<Int> id_object(unsigned id);

}  // namespace minipy
