// functools.partial (_functools.cc).
#pragma once

#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/type.h"

namespace minipy {

struct Partial {
  Object base;
  Object* function;
  Tuple* args;
  Dict* keywords;
  Object* attributes;
  Object* weakreflist;
  VectorcallFunc vectorcall;
};
static_assert(sizeof(Partial) == 64);
extern Type partial_type;

}  // namespace minipy
