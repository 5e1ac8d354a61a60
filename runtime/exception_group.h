// What `except*` needs of exception groups (PEP 654).
#pragma once

#include "gc/object.h"
#include "runtime/result.h"

namespace minipy {

struct List;

// Splits `exception` for one except* clause. match/rest: group or None; a naked exception that matches is wrapped in an
// ExceptionGroup.
Status exception_group_match(Object* exception, Object* match_type, Ref<Object>& match, Ref<Object>& rest);

// The part of `group` whose leaves occur in the exceptions of `keep`, with the group's structure; None when empty.
Ref<Object> exception_group_projection(Object* group, List* keep);

}  // namespace minipy
