// What GenericAlias and X | Y share: type parameters and how a type shows in a repr.
#pragma once

#include "gc/object.h"
#include "runtime/result.h"

namespace minipy {

struct Tuple;
class StrBuilder;

// Appends the text of a type argument: `...`, qualified names without "builtins.", repr otherwise.
Status append_type_repr(StrBuilder& out, Object* p);
// The TypeVar-like objects in the arguments (those with __typing_subst__), each once, in order.
Ref<Tuple> collect_type_parameters(Tuple* args);
// The arguments after `item` (an argument or tuple of them) has been substituted for the parameters of `self`.
Ref<Tuple> substitute_type_parameters(Object* self, Tuple* args, Tuple* parameters, Object* item);

}  // namespace minipy
