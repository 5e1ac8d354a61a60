#include "stdlib/minipy/safe_text.h"

#include <fmt/format.h>
#include <gmp.h>

#include <vector>

#include "runtime/abstract.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/descriptor.h"
#include "runtime/dict.h"
#include "runtime/dict_keys.h"
#include "runtime/exceptions.h"
#include "runtime/float.h"
#include "runtime/frame_objects.h"
#include "runtime/function.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/type.h"
#include "runtime/unicode_data.h"
#include "runtime/weakref.h"
#include "stdlib/_collections/collections.h"
#include "stdlib/minipy/known_repr.h"
#include "stdlib/minipy/utf8.h"
#include "vm/generator.h"

namespace minipy {

namespace {

constexpr const char* kMore = "\xe2\x80\xa6";  // …

bool is_heap_type(const Type* t) { return t->flags & kTypeHeap; }

template <class... A>
void add(std::string& out, fmt::format_string<A...> format, A&&... args) {
  fmt::format_to(std::back_inserter(out), format, std::forward<A>(args)...);
}

size_t address(const void* p) { return reinterpret_cast<size_t>(p); }

}  // namespace

ReprKind repr_kind(const Type* type) {
  ReprFunc r = type->repr;
  if (r == int_type.repr) return ReprKind::kInt;
  if (r == list_type.repr) return ReprKind::kList;
  if (r == tuple_type.repr) return ReprKind::kTuple;
  if (r == dict_type.repr) return ReprKind::kDict;
  if (r == set_type.repr) return (type->flags & kTypeHeap) || type == &set_type ? ReprKind::kSet : ReprKind::kFrozenSet;
  if (r == object_type.repr || !r) return ReprKind::kDefault;
  if (r == function_type.repr) return ReprKind::kFunction;
  if (r == method_type.repr) return ReprKind::kMethod;
  if (r == cell_type.repr) return ReprKind::kCell;
  if (r == slice_type.repr) return ReprKind::kSlice;
  if (r == generator_type.repr || r == coroutine_type.repr || r == async_generator_type.repr) {
    return ReprKind::kGenerator;
  }
  if (r == BaseException->repr) return ReprKind::kException;
  if (r == classmethod_type.repr || r == staticmethod_type.repr) return ReprKind::kWrapped;
  if (r == super_type.repr) return ReprKind::kSuper;
  if (type == &dict_keys_type) return ReprKind::kDictKeys;
  if (type == &dict_values_type) return ReprKind::kDictValues;
  if (type == &dict_items_type) return ReprKind::kDictItems;
  if (type == &mappingproxy_type) return ReprKind::kMappingProxy;
  for (const Type* leaf : {&str_type,
                           &float_type,
                           &bool_type,
                           &bytes_type,
                           &bytearray_type,
                           &complex_type,
                           &none_type,
                           &ellipsis_type,
                           &not_implemented_type,
                           &type_type,
                           &code_type,
                           &module_type,
                           &builtin_function_type,
                           &builtin_method_type,
                           &range_type,
                           &method_descriptor_type,
                           &member_descriptor_type,
                           &getset_descriptor_type,
                           &wrapper_descriptor_type,
                           &method_wrapper_type,
                           &weakref_type,
                           &memoryview_type}) {
    if (r == leaf->repr) return ReprKind::kLeaf;
  }
  if (known_repr_maker(type)) return ReprKind::kKnown;
  // A class is shown as such, whatever its metaclass makes of it.
  return type_is_subtype(type, &type_type) ? ReprKind::kLeaf : ReprKind::kDefault;
}

Object* dict_peek(Dict* d, const Str* key) {
  DictKeys* keys = d->keys;
  if (keys_are_unicode(keys)) {
    ssize i = keys_lookup_str(keys, key, str_hash_of(const_cast<Str*>(key)));
    if (i < 0) return nullptr;
    return d->values ? d->values->items[i] : unicode_entries(keys)[i].value;
  }
  ssize position = 0;
  Object *k, *value;
  while (dict_next(d, &position, &k, &value)) {
    if (k == as_object(key)) return value;
    if (is_exactly(k, &str_type) && str_equal(cast<Str>(k), key)) return value;
  }
  return nullptr;
}

void append_str(std::string& out, const Str* s, size_t limit) {
  size_t n = static_cast<size_t>(str_length(s));
  for (size_t i = 0; i < n && i < limit; i++) {
    char32_t c = str_at(s, static_cast<ssize>(i));
    // Lone surrogates are not UTF-8.
    if (c >= 0xd800 && c < 0xe000) {
      add(out, "\\u{:04x}", static_cast<unsigned>(c));
    } else {
      append_utf8(out, c);
    }
  }
  if (n > limit) out += kMore;
}

std::string text_of(const Str* s, size_t limit) {
  std::string text;
  append_str(text, s, limit);
  return text;
}

namespace {

void append_escaped(std::string& out, char32_t c, char32_t quote) {
  if (c == quote || c == '\\') {
    out += '\\';
    out += static_cast<char>(c);
  } else if (c == '\n') {
    out += "\\n";
  } else if (c == '\r') {
    out += "\\r";
  } else if (c == '\t') {
    out += "\\t";
  } else if (c < 0x7f && c >= 0x20) {
    out += static_cast<char>(c);
  } else if (c >= 0x80 && unicode_is_printable(c)) {
    append_utf8(out, c);
  } else if (c < 0x100) {
    add(out, "\\x{:02x}", static_cast<unsigned>(c));
  } else if (c < 0x10000) {
    add(out, "\\u{:04x}", static_cast<unsigned>(c));
  } else {
    add(out, "\\U{:08x}", static_cast<unsigned>(c));
  }
}

void append_complex(std::string& out, const Complex* c) {
  bool plain = c->real == 0 && !std::signbit(c->real);
  if (plain) {
    out += format_double(c->imag, 'r', 0, 0) + "j";
    return;
  }
  out += "(" + format_double(c->real, 'r', 0, 0) + format_double(c->imag, 'r', 0, kFloatSign) + "j)";
}

const Object* type_attribute(const Type* t, Str* name) {
  return t->dict ? dict_peek(cast<Dict>(t->dict), name) : nullptr;
}

void append_type_repr(std::string& out, const Type* t) {
  out += "<class '";
  append_type_full_name(out, t);
  out += "'>";
}

void append_builtin(std::string& out, const BuiltinFunction* f) {
  if (!f->self || is_exactly(f->self, &module_type)) {
    add(out, "<built-in function {}>", f->def->name);
  } else {
    add(out, "<built-in method {} of {} object at 0x{:x}>", f->def->name, type_of(f->self)->name, address(f->self));
  }
}

void append_descriptor(std::string& out, const char* kind, const Object* p) {
  const Descriptor* d = reinterpret_cast<const Descriptor*>(p);
  add(out, "<{} '", kind);
  append_str(out, d->name);
  add(out, "' of '{}' objects>", d->owner->name);
}

// As importlib words it: where the module's spec says that it comes from.
void append_module(std::string& out, const Module* m) {
  Dict* d = m->dict ? cast<Dict>(m->dict) : nullptr;
  const Object* name = d ? dict_peek(d, NAME("__name__")) : nullptr;
  const Object* file = d ? dict_peek(d, NAME("__file__")) : nullptr;
  const Object* spec = d ? dict_peek(d, NAME("__spec__")) : nullptr;
  out += "<module ";
  if (name && is_exactly(name, &str_type)) {
    append_str_repr(out, reinterpret_cast<const Str*>(name));
  } else {
    out += "'?'";
  }
  if (file && is_exactly(file, &str_type)) {
    out += " from ";
    append_str_repr(out, reinterpret_cast<const Str*>(file), 400);
  } else if (spec && spec != py_none()) {
    out += " (built-in)";
  }
  out += '>';
}

void append_range(std::string& out, const Range* r) {
  out += "range(";
  append_int(out, r->start);
  out += ", ";
  append_int(out, r->stop);
  const Int* step = reinterpret_cast<const Int*>(r->step);
  if (!(int_is_compact(step) && int_compact_value(step) == 1)) {
    out += ", ";
    append_int(out, r->step);
  }
  out += ')';
}

void append_weakref(std::string& out, const Object* p) {
  const WeakReference* ref = reinterpret_cast<const WeakReference*>(p);
  if (weakref_target(ref) == py_none()) {
    add(out, "<weakref at 0x{:x}; dead>", address(p));
  } else {
    add(out, "<weakref at 0x{:x}; to '{}' at 0x{:x}>", address(p), type_of(ref->object)->name, address(ref->object));
  }
}

}  // namespace

void append_text_repr(std::string& out, std::u32string_view text, bool more) {
  bool both = text.find(U'"') != text.npos, single = text.find(U'\'') != text.npos;
  char32_t quote = single && !both ? '"' : '\'';
  out += static_cast<char>(quote);
  for (char32_t c : text) append_escaped(out, c, quote);
  if (more) out += kMore;
  out += static_cast<char>(quote);
}

void append_bytes_repr(std::string& out, const char* data, size_t n) {
  bool single = false, both = false;
  for (size_t i = 0; i < n; i++) {
    single |= data[i] == '\'';
    both |= data[i] == '"';
  }
  char quote = single && !both ? '"' : '\'';
  out += 'b';
  out += quote;
  for (size_t i = 0; i < n && i < kMaxText; i++) {
    unsigned char c = static_cast<unsigned char>(data[i]);
    if (c >= 0x7f) {
      add(out, "\\x{:02x}", c);
    } else {
      append_escaped(out, c, static_cast<char32_t>(quote));
    }
  }
  if (n > kMaxText) out += kMore;
  out += quote;
}

void append_str_repr(std::string& out, const Str* s, size_t limit) {
  size_t n = static_cast<size_t>(str_length(s));
  bool single = false, both = false;
  for (size_t i = 0; i < n && i < 4 * limit; i++) {
    char32_t c = str_at(s, static_cast<ssize>(i));
    single |= c == '\'';
    both |= c == '"';
  }
  char32_t quote = single && !both ? '"' : '\'';
  out += static_cast<char>(quote);
  for (size_t i = 0; i < n && i < limit; i++) append_escaped(out, str_at(s, static_cast<ssize>(i)), quote);
  if (n > limit) out += kMore;
  out += static_cast<char>(quote);
}

void append_int(std::string& out, const Object* p) {
  const Int* v = reinterpret_cast<const Int*>(p);
  if (int_is_compact(v)) {
    add(out, "{}", int_compact_value(v));
    return;
  }
  size_t digits = static_cast<size_t>(v->base.size < 0 ? -v->base.size : v->base.size);
  constexpr size_t kMaxDigits = 64;
  if (digits > kMaxDigits) {
    add(out, "<int of {} bits>", int_bit_length(v));
    return;
  }
  mpz_t number;
  mpz_init(number);
  mpz_import(number, digits, -1, sizeof(digit), 0, 8 * sizeof(digit) - kDigitBits, v->digits);
  std::string text(mpz_sizeinbase(number, 10) + 2, '\0');
  mpz_get_str(text.data(), 10, number);
  mpz_clear(number);
  text.resize(text.find('\0'));
  if (v->base.size < 0) out += '-';
  out += text.size() > 2 * kMaxText ? text.substr(0, kMaxText) + kMore : text;
}

void append_type_full_name(std::string& out, const Type* type) {
  if (!is_heap_type(type)) {
    out += type->name;
    return;
  }
  const Object* module = type_attribute(type, NAME("__module__"));
  if (module && is_exactly(module, &str_type) && !str_equals_ascii(reinterpret_cast<const Str*>(module), "builtins")) {
    append_str(out, reinterpret_cast<const Str*>(module));
    out += '.';
  }
  out += type_qualified_name(type);
}

std::string type_qualified_name(const Type* type) {
  const Object* name = is_heap_type(type) ? reinterpret_cast<const HeapType*>(type)->qualname : nullptr;
  return name ? text_of(reinterpret_cast<const Str*>(name)) : type_plain_name(type);
}

std::string type_plain_name(const Type* type) {
  std::string_view name = type->name;
  if (!is_heap_type(type)) {
    size_t dot = name.rfind('.');
    if (dot != std::string_view::npos) name.remove_prefix(dot + 1);
  }
  return std::string(name.substr(0, 200));
}

void append_default_repr(std::string& out, const Object* p) {
  out += '<';
  append_type_full_name(out, type_of(p));
  add(out, " object at 0x{:x}>", address(p));
}

void append_leaf_repr(std::string& out, const Object* p) {
  const Type* t = type_of(p);
  ReprFunc r = t->repr;
  if (r == int_type.repr) {
    append_int(out, p);
  } else if (r == str_type.repr) {
    append_str_repr(out, reinterpret_cast<const Str*>(p));
  } else if (r == float_type.repr) {
    out += format_double(reinterpret_cast<const Float*>(p)->value, 'r', 0, kFloatAddDotZero);
  } else if (p == py_none()) {
    out += "None";
  } else if (r == bool_type.repr) {
    out += p == py_true() ? "True" : "False";
  } else if (r == ellipsis_type.repr) {
    out += "Ellipsis";
  } else if (r == not_implemented_type.repr) {
    out += "NotImplemented";
  } else if (r == bytes_type.repr) {
    const Bytes* b = reinterpret_cast<const Bytes*>(p);
    append_bytes_repr(out, b->data, static_cast<size_t>(b->base.size));
  } else if (r == bytearray_type.repr) {
    const ByteArray* b = reinterpret_cast<const ByteArray*>(p);
    out += type_plain_name(t) + "(";
    append_bytes_repr(out, b->start ? b->start : "", static_cast<size_t>(b->base.size));
    out += ")";
  } else if (r == complex_type.repr) {
    append_complex(out, reinterpret_cast<const Complex*>(p));
  } else if (r == type_type.repr || type_is_subtype(t, &type_type)) {
    append_type_repr(out, reinterpret_cast<const Type*>(p));
  } else if (r == code_type.repr) {
    const Code* c = reinterpret_cast<const Code*>(p);
    out += "<code object ";
    append_str(out, c->name);
    add(out, " at 0x{:x}, file \"", address(p));
    append_str(out, c->filename);
    add(out, "\", line {}>", c->firstlineno ? c->firstlineno : -1);
  } else if (r == module_type.repr) {
    append_module(out, reinterpret_cast<const Module*>(p));
  } else if (r == builtin_function_type.repr || r == builtin_method_type.repr) {
    append_builtin(out, reinterpret_cast<const BuiltinFunction*>(p));
  } else if (r == range_type.repr) {
    append_range(out, reinterpret_cast<const Range*>(p));
  } else if (r == method_descriptor_type.repr) {
    append_descriptor(out, "method", p);
  } else if (r == member_descriptor_type.repr) {
    append_descriptor(out, "member", p);
  } else if (r == getset_descriptor_type.repr) {
    append_descriptor(out, "attribute", p);
  } else if (r == wrapper_descriptor_type.repr) {
    append_descriptor(out, "slot wrapper", p);
  } else if (r == method_wrapper_type.repr) {
    const MethodWrapper* w = reinterpret_cast<const MethodWrapper*>(p);
    add(out, "<method-wrapper '{}' of {} object at 0x{:x}>", w->descriptor->slot->name, type_of(w->self)->name,
        address(w->self));
  } else if (r == memoryview_type.repr) {
    add(out, "<memory at 0x{:x}>", address(p));
  } else if (r == super_type.repr) {
    const SuperLayout* s = reinterpret_cast<const SuperLayout*>(p);
    add(out, "<super: <class '{}'>, ", s->type ? s->type->name : "NULL");
    out += s->self_type ? fmt::format("<{} object>>", s->self_type->name) : "NULL>";
  } else if (r == weakref_type.repr) {
    append_weakref(out, p);
  } else if (r == function_type.repr) {
    out += "<function ";
    append_str(out, reinterpret_cast<const Function*>(p)->qualname);
    add(out, " at 0x{:x}>", address(p));
  } else if (r == cell_type.repr) {
    const Cell* c = reinterpret_cast<const Cell*>(p);
    if (c->value) {
      add(out, "<cell at 0x{:x}: {} object at 0x{:x}>", address(p), type_of(c->value)->name, address(c->value));
    } else {
      add(out, "<cell at 0x{:x}: empty>", address(p));
    }
  } else if (repr_kind(t) == ReprKind::kGenerator) {
    const Generator* g = reinterpret_cast<const Generator*>(p);
    out += t == &coroutine_type         ? "<coroutine object "
           : t == &async_generator_type ? "<async_generator object "
                                        : "<generator object ";
    append_str(out, g->qualname);
    add(out, " at 0x{:x}>", address(p));
  } else {
    append_default_repr(out, p);
  }
}

void append_constant_repr(std::string& out, const Object* p, int depth) {
  const Type* t = type_of(p);
  if (out.size() > 4 * kMaxText) {
    out += kMore;
  } else if (t == &tuple_type) {
    if (depth == 0) {
      out += "(\xe2\x80\xa6)";
      return;
    }
    const Tuple* tuple = reinterpret_cast<const Tuple*>(p);
    out += '(';
    for (ssize i = 0; i < tuple_size(tuple); i++) {
      if (i) out += ", ";
      append_constant_repr(out, tuple->items[i], depth - 1);
    }
    out += tuple_size(tuple) == 1 ? ",)" : ")";
  } else if (t == &frozenset_type) {
    ssize position = 0;
    Object* key;
    hash_t hash;
    bool first = true;
    out += "frozenset({";
    while (set_next(reinterpret_cast<const Set*>(p), &position, &key, &hash)) {
      if (!first) out += ", ";
      first = false;
      append_constant_repr(out, key, depth - 1);
    }
    out += "})";
  } else {
    append_leaf_repr(out, p);
  }
}

}  // namespace minipy
