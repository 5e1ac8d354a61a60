// The attributes of classes: tables for type.cc.
#pragma once

#include "runtime/type.h"

namespace minipy {

extern MemberDef type_members[];
extern GetSetDef type_getset[];

// isinstance and issubclass without __instancecheck__ and __subclasscheck__ (runtime/object_class.cc).
Maybe<bool> real_is_instance(Object* p, Object* cls);
Maybe<bool> real_is_subclass(Object* cls, Object* base);
// Calls a type through its call slot, with a tuple made of the arguments (runtime/type_instance.cc).
Object* call_type_with_vector(Object* type, Object* const* args, ssize nargs, Object* kwnames);

}  // namespace minipy
