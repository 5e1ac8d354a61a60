// array.array (array.cc).
#pragma once

#include "runtime/type.h"

namespace minipy {

struct ArrayTypeCode {
  char code;
  int size;            // bytes
  const char* format;  // of the struct module
  bool is_integer, is_signed;
  Ref<Object> (*get)(const char* item);
  // Without an error *item is written.
  Status (*set)(char* item, Object* value);
};

struct Array {
  VarObject base;
  char* data;
  ssize allocated;  // items
  const ArrayTypeCode* type;
  Object* weakreflist;
  ssize exports;
};
static_assert(sizeof(Array) == 64);
extern Type array_type;

}  // namespace minipy
