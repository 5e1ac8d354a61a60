// match statement instructions (PEP 634).
#pragma once

#include "runtime/result.h"
#include "vm/frame.h"

namespace minipy {

// The values of the keys as a tuple, or None when one is missing. ValueError for duplicate keys.
Ref<Object> match_keys(Object* mapping, Object* keys);
// The attributes that a class pattern looks at, as a tuple, or None when the subject does not match.
Ref<Object> match_class(Object* subject, Object* cls, ssize positional, Object* keyword_names);

}  // namespace minipy
