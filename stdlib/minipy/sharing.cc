#include "stdlib/minipy/sharing.h"

#include "runtime/abstract.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/int.h"
#include "runtime/str_internal.h"
#include "runtime/type.h"

namespace minipy {

namespace {

Sharing sharing_of_str(const Str* s) {
  ssize n = str_length(s);
  if (n == 0) return s == empty_str() ? Sharing::kEmpty : Sharing::kNone;
  if (n == 1 && str_at(s, 0) < 256 && s == latin1_char(static_cast<unsigned>(str_at(s, 0)))) return Sharing::kCharacter;
  return str_is_interned(s) ? Sharing::kInterned : Sharing::kNone;
}

Sharing sharing_of_bytes(const Bytes* b) {
  ssize n = var_size(b);
  if (n > 1) return Sharing::kNone;
  // The shared one, of the same text: nothing is allocated for it.
  if (bytes_new(b->data, n).get() != b) return Sharing::kNone;
  return n == 0 ? Sharing::kEmpty : Sharing::kByte;
}

}  // namespace

Sharing sharing_of(const Object* p) {
  const Type* t = type_of(p);
  if (p == py_none() || p == py_ellipsis() || p == py_not_implemented() || t == &bool_type) return Sharing::kSingleton;
  if (t == &int_type) {
    const Int* v = reinterpret_cast<const Int*>(p);
    bool small = v >= small_int(kSmallIntMin) && v <= small_int(kSmallIntMax);
    return small ? Sharing::kSmallInt : Sharing::kNone;
  }
  if (t == &str_type) return sharing_of_str(reinterpret_cast<const Str*>(p));
  if (t == &bytes_type) return sharing_of_bytes(reinterpret_cast<const Bytes*>(p));
  if (t == &tuple_type) return var_size(p) == 0 ? Sharing::kEmpty : Sharing::kNone;
  if (type_has(t, kTypeTypeSubclass) && !type_has(reinterpret_cast<const Type*>(p), kTypeHeap)) {
    return Sharing::kStaticType;
  }
  return Sharing::kNone;
}

const char* sharing_name(Sharing sharing) {
  switch (sharing) {
    case Sharing::kNone: return nullptr;
    case Sharing::kSingleton: return "singleton";
    case Sharing::kSmallInt: return "small int";
    case Sharing::kEmpty: return "empty";
    case Sharing::kCharacter: return "character";
    case Sharing::kByte: return "byte";
    case Sharing::kInterned: return "interned";
    case Sharing::kStaticType: return "static type";
  }
  return nullptr;
}

}  // namespace minipy
