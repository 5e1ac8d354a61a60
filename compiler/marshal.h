// marshal: the serialisation of code objects and plain values that .pyc files use. Format version 4, byte for byte as
// CPython 3.11 writes it.
#pragma once

#include "gc/object.h"
#include "runtime/result.h"

namespace minipy {

inline constexpr int kMarshalVersion = 4;

// New object. EOFError, ValueError, TypeError ("bad marshal data (...)") as CPython's. `consumed` (may be null): how
// many bytes were read; more data may follow.
Ref<Object> marshal_loads(const char* data, ssize size, ssize* consumed = nullptr);
// Reads one object with the file's readinto(), no more of the file than the object takes.
Ref<Object> marshal_load(Object* file);
// New bytes. ValueError "unmarshallable object", "object too deeply nested to marshal".
Ref<Object> marshal_dumps(Object* value, int version = kMarshalVersion);

}  // namespace minipy
