// Which objects exist once by the rules of the implementation, so that equal values are one object.
#pragma once

#include "gc/object.h"

namespace minipy {

enum class Sharing : unsigned char {
  kNone,        // nothing of the kind: equal objects may be others
  kSingleton,   // None, True, False, Ellipsis, NotImplemented: the only ones of their types
  kSmallInt,    // -5 to 256
  kEmpty,       // '', b'', ()
  kCharacter,   // a string of one character below 256
  kByte,        // a bytes of one byte
  kInterned,    // a string in the table of interned strings
  kStaticType,  // a class of the interpreter's own
};
// Only memory is read: no code of the object runs.
Sharing sharing_of(const Object* p);
const char* sharing_name(Sharing sharing);  // "small int"; null for kNone

}  // namespace minipy
