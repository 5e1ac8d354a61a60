// object.__reduce_ex__, __reduce__, __getstate__ (library reference "pickle", PEP 307).
#pragma once

#include "runtime/abstract.h"

namespace minipy {

Ref<Object> object_reduce_ex(Object* self, int protocol);
Ref<Object> object_reduce(Object* self);
Ref<Object> object_getstate(Object* self);

}  // namespace minipy
