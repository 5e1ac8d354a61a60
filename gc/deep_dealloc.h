// Freeing what is nested deeper than the native stack is: where the stack is nearly used up, dealloc_object() puts the
// object aside, and it is freed between two instructions, when the stack has unwound. The trashcan does the same for
// containers after few levels; this is for all the rest: iterators, generators, methods, cells, whatever refers to
// another.
#pragma once

namespace minipy {

struct Object;

// To be set whenever another thread becomes the current one, which is the caller. Native code of that thread must stop
// recursing below `native_limit` (null: not known, nothing is put aside); objects are put aside somewhat above, so that
// finalizers still have room.
void set_dealloc_stack_limit(char* native_limit);

// The hook is called when objects begin to wait; it sees to it that free_objects_put_aside() is called soon, where any
// Python code may run. False: it cannot; it is called again for the next object.
void set_put_aside_hook(bool (*hook)());
void free_objects_put_aside();
// Whether the object waits to be freed. It is whole, but its count says nothing, and nothing refers to it.
bool is_put_aside(const Object* p);

}  // namespace minipy
