// The memory of an object, field by field.
#pragma once

#include <string>
#include <vector>

#include "gc/object.h"

namespace minipy {

// What a field holds, and so how it is shown.
enum class FieldKind : unsigned char {
  kObject,   // a reference to an object, may be null
  kPointer,  // another address
  kSigned,   // by size: 1, 2, 4 or 8 bytes
  kUnsigned,
  kHex,
  kDouble,
  kBytes,  // raw bytes, shown in hexadecimal
};

struct FieldSpec {
  const char* name;
  ssize offset;
  ssize size;
  FieldKind kind;
};

struct Type;
// The table: the fields of a built-in type's own layout, behind the object header; the first spec of a null name ends
// them. Null: the type is not in the table. tests/unit compares it with CPython's headers where they name a field.
const FieldSpec* layout_table(const Type* type);

struct LayoutField {
  ssize offset;  // from the object's address: negative for what stands before it
  ssize size;
  std::string name;
  std::string value;
};

// All of the object's memory that is known: the words before it (GC header, dict pointers of instances), the header,
// the fields of its type and of what it inherits from, `__slots__`, items. Runs no code of the program.
std::vector<LayoutField> layout_of(Object* p);

}  // namespace minipy
