// Attribute lookup as the type machinery uses it. (The public part is in runtime/abstract.h.)
#pragma once

#include "runtime/abstract.h"

namespace minipy {

struct Str;
struct Dict;

// As object_generic_get_attr, but an absent attribute is ok with null, without an exception.
Status generic_find_attr(Object* p, Str* name, Ref<Object>& out);
// As generic_find_attr with the instance dict given (null: none).
Status generic_find_attr_in(Object* p, Str* name, Dict* dict, Ref<Object>& out);
// The pending AttributeError gets `name` and `obj` (PEP 657-like suggestions), unless it has them.
void attribute_error_add_context(Object* p, Str* name);
// "'X' object has no attribute 'name'" with its context.
Raised raise_no_attribute(Object* p, Str* name);
// TypeError unless name is a str.
Status check_attribute_name(Object* name);

// Gives the instance another dict (checked to be one); null: it has none until somebody asks.
Status object_replace_dict(Object* p, Object* dict);

// getattro and setattro of type objects.
Object* type_getattro(Object* type, Object* name);
int type_setattro(Object* type, Object* name, Object* value);
// Absent: ok with null.
Status type_find_attr(Type* type, Str* name, Ref<Object>& out);

}  // namespace minipy
