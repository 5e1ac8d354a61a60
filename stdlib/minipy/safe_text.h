// Texts of objects without running anything: their memory is read, no slot is called, no count changes, nothing of
// Python's is allocated. An object whose class has its own __repr__ is shown as object's repr would show it.
#pragma once

#include <string>
#include <string_view>

#include "gc/object.h"

namespace minipy {

struct Dict;
struct Str;

inline constexpr size_t kMaxText = 120;  // bytes of one text, about

// How the repr of a type's objects is made.
enum class ReprKind : unsigned char {
  kDefault,  // <module.name object at 0x...>
  kInt,
  kLeaf,  // text of its own, no fields
  kList,
  kTuple,
  kDict,
  kSet,
  kFrozenSet,
  kException,
  kMethod,
  kCell,
  kFunction,
  kSlice,
  kDictKeys,
  kDictValues,
  kDictItems,
  kMappingProxy,
  kGenerator,
  kWrapped,  // classmethod, staticmethod
  kSuper,
  kKnown,  // known_repr.h
};
struct SuperLayout {
  Object base;
  Type* type;
  Object* self;
  Type* self_type;
};
ReprKind repr_kind(const Type* type);

// The repr of a str, shortened behind `limit` characters.
void append_str_repr(std::string& out, const Str* s, size_t limit = kMaxText);
void append_text_repr(std::string& out, std::u32string_view text, bool more);  // more: an ellipsis follows
void append_bytes_repr(std::string& out, const char* data, size_t n);
// The characters themselves, lone surrogates as \udXXX.
void append_str(std::string& out, const Str* s, size_t limit = 1000);
std::string text_of(const Str* s, size_t limit = 1000);
void append_int(std::string& out, const Object* v);
// "module.name" as object's repr names a type.
void append_type_full_name(std::string& out, const Type* type);
// type.__qualname__: without the module.
std::string type_qualified_name(const Type* type);
std::string type_plain_name(const Type* type);
void append_default_repr(std::string& out, const Object* p);
// Of kinds kLeaf, kInt, kDefault, kFunction, kCell, kGenerator: the whole repr.
void append_leaf_repr(std::string& out, const Object* p);
// d[key], borrowed, or null. Unlike a lookup, keys that are not exactly str are passed over, not compared.
Object* dict_peek(Dict* d, const Str* key);
// A constant of a code object: also tuples and frozensets, to some depth.
void append_constant_repr(std::string& out, const Object* p, int depth = 4);

}  // namespace minipy
