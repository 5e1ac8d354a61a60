// The layout of types.GenericAlias (generic_alias.cc; the functions are declared in module.h).
#pragma once

#include "runtime/type.h"

namespace minipy {

struct GenericAlias {
  Object base;
  Object* origin;
  Object* args;        // tuple
  Object* parameters;  // tuple, made on demand
  Object* weakreflist;
  char starred;
  VectorcallFunc vectorcall;
};

}  // namespace minipy
