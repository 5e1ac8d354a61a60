// Reprs of objects that hold others, of types that the library brings: made from their memory as their own __repr__
// would make them, without running that. It may be Python's: namedtuple, Counter, dataclasses and Enum are known by the
// library's function that their class has for __repr__; a class that defines its own is not.
#pragma once

#include <string>
#include <vector>

#include "gc/object.h"

namespace minipy {
struct Str;

struct KnownRepr {
  static constexpr int kMaxParts = 16;
  struct Part {
    Object* object;   // null: cannot be read
    const Str* name;  // what leads there, null: see `plain_name`
    const char* plain_name;
  };
  // With `items` the parts stand between `opening` and `closing`, separated by commas (`length` of them in all); with
  // `pairs` two parts are a key and its value. Otherwise `opening` is the whole text, and "\1" with a byte k+1 stands
  // for part k.
  bool items = false, pairs = false, tuples = false;
  std::string opening, closing;
  ssize length = 0;
  std::vector<Part> parts;

  void put(Object* object, const Str* name, const char* plain_name = "") {
    parts.push_back({object, name, plain_name});
  }
};

using KnownReprMaker = void (*)(Object* p, KnownRepr& repr);
// How the reprs of a type's objects are made; null: not known. Reads memory only.
KnownReprMaker known_repr_maker(const Type* type);

}  // namespace minipy
