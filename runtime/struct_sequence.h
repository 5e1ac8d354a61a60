// Struct sequences (os.stat_result, time.struct_time...): tuple subclasses with named fields.
#pragma once

#include "gc/object.h"
#include "runtime/result.h"
#include "runtime/type.h"

namespace minipy {

struct StructSequenceField {
  const char* name;  // null ends; "" : unnamed
  const char* doc;
};

// A heap type, "module.name": what modules other than sys have.
Ref<Type> struct_sequence_type_new(const char* qualified_name, const StructSequenceField* fields, int visible_count,
                                   const char* doc);
// The types of sys, which are no heap types: they have no `__module__` in their dict, and Python cannot change them.
Ref<Type> struct_sequence_static_type_new(const char* qualified_name, const StructSequenceField* fields,
                                          int visible_count, const char* doc);

Ref<Object> struct_sequence_new(Type* type);                          // items null
void struct_sequence_set(Object* p, ssize index, Ref<Object> value);  // visible and hidden fields alike

}  // namespace minipy
