// Short texts about objects for the views. Only memory is read: nothing of the program runs (no `__repr__`, no
// properties), no object is made, no reference count changes.
#pragma once

#include <string>

#include "gc/object.h"

namespace minipy {

// One line: the value of a small exact str, number, bool or None ("'spam'", "42"); what it is and how large for
// containers ("list of 3"); the name for what has one ("function f", "class A", "module 'm'"); otherwise the type
// ("A object"). `limit` bounds the length of strings.
std::string describe_object(const Object* p, size_t limit = 40);

// The name of an object's type, with its module where that is not builtins.
std::string describe_type(const Object* p);

// How `from` refers to `to`, as Python code would reach it: ".attribute", "['key']", "[2]", ".__closure__"; words
// where there is no such way ("key", "local 'x'"). Empty when it is not known.
std::string describe_reference(const Object* from, const Object* to);

}  // namespace minipy
