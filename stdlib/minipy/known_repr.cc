#include "stdlib/minipy/known_repr.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <unordered_map>

#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/float.h"
#include "runtime/function.h"
#include "runtime/generic_alias.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/type.h"
#include "runtime/type_slot_functions.h"
#include "stdlib/_collections/collections.h"
#include "stdlib/_io/buffered.h"
#include "stdlib/_io/textio.h"
#include "stdlib/_sre/objects.h"
#include "stdlib/array.h"
#include "stdlib/functools.h"
#include "stdlib/minipy/own_attributes.h"
#include "stdlib/minipy/safe_text.h"
#include "stdlib/paths.h"

namespace minipy {

namespace {

constexpr ssize kMaxParts = KnownRepr::kMaxParts;
constexpr const char* kMore = "\xe2\x80\xa6";  // …

// A part in a text: its number follows the sign.
void add_part(KnownRepr& r, Object* object, const Str* name, const char* plain_name = "") {
  r.put(object, name, plain_name);
  r.opening += '\1';
  r.opening += static_cast<char>(r.parts.size());
}

// A name that stands in the text itself, where "\1" means something.
std::string plain(std::string text) {
  for (size_t at; (at = text.find('\1')) != std::string::npos;) text.replace(at, 1, "\\x01");
  return text;
}

// "name=<value>" for each, between the parentheses of a call.
void add_named(KnownRepr& r, Object* value, const Str* name) {
  if (static_cast<ssize>(r.parts.size()) >= kMaxParts) {
    if (!r.opening.ends_with(kMore)) r.opening += std::string(", ") + kMore;
    return;
  }
  if (!r.parts.empty()) r.opening += ", ";
  r.opening += plain(text_of(name)) + "=";
  add_part(r, value, name);
}

Object* class_attribute(const Type* t, const Str* name) {
  if (!t->mro) return nullptr;
  const Tuple* mro = cast<Tuple>(t->mro);
  for (ssize i = 0; i < tuple_size(mro); i++) {
    const Type* c = reinterpret_cast<const Type*>(mro->items[i]);
    if (!c->dict) continue;
    if (Object* found = dict_peek(cast<Dict>(c->dict), name)) return found;
  }
  return nullptr;
}

Object* own_attribute(Object* p, std::string_view name) {
  constexpr int kLimit = 1000;
  Object* found = nullptr;
  each_own_attribute(p, kLimit, [&](const Str* key, Object* value) {
    if (!found && str_equals_ascii(key, name)) found = value;
  });
  return found;
}

bool is_str_exactly(const Object* p) { return p && is_exactly(p, &str_type); }

// Something that stands in a text of another object: short, nothing of it is followed.
void append_short(std::string& out, const Object* p) {
  ReprKind kind = p ? repr_kind(type_of(p)) : ReprKind::kDefault;
  if (!p) {
    out += "NULL";
  } else if (kind == ReprKind::kLeaf || kind == ReprKind::kInt || kind == ReprKind::kFunction) {
    append_leaf_repr(out, p);
  } else {
    append_default_repr(out, p);
  }
}

// ---- Containers ----------------------------------------------------------------------------------------------------

void deque_repr(Object* p, KnownRepr& r) {
  const Deque* d = cast<Deque>(p);
  r.items = true;
  r.length = d->base.size;
  r.opening = type_plain_name(p->type) + "([";
  r.closing = d->max_length < 0 ? "])" : fmt::format("], maxlen={})", d->max_length);
  const DequeBlock* block = d->left_block;
  ssize at = d->left;
  for (ssize i = 0; i < r.length && i < kMaxParts; i++) {
    r.put(block->items[at], nullptr);
    if (++at == kDequeBlock) {
      at = 0;
      block = block->right;
    }
  }
}

void add_pairs(Dict* d, KnownRepr& r) {
  ssize position = 0;
  Object *key, *value;
  r.items = r.pairs = true;
  r.length = dict_size(d);
  for (ssize i = 0; i < kMaxParts && dict_next(d, &position, &key, &value); i++) {
    r.put(key, nullptr);
    r.put(value, nullptr);
  }
}

// Its order is that of a list of its own; the values lie in the dict, whose order is mostly the same.
void ordered_dict_repr(Object* p, KnownRepr& r) {
  OrderedDict* d = cast<OrderedDict>(p);
  add_pairs(&d->dict, r);
  r.tuples = true;
  std::string name = type_plain_name(p->type);
  r.opening = name + (r.length ? "([" : "(");
  r.closing = r.length ? "])" : ")";
  // Where keys were moved, or removed and set again, their values are looked for, in a dict of some size not.
  constexpr ssize kSearched = 1000;
  size_t k = 0;
  for (const OrderedDictNode* node = d->first; node && k < r.parts.size(); node = node->next, k += 2) {
    if (r.parts[k].object == node->key) continue;
    r.parts[k].object = node->key;
    r.parts[k + 1].object = nullptr;
    ssize position = 0;
    Object *key, *value;
    while (r.length <= kSearched && dict_next(&d->dict, &position, &key, &value)) {
      if (key == node->key) r.parts[k + 1].object = value;
    }
  }
}

void defaultdict_repr(Object* p, KnownRepr& r) {
  DefaultDict* d = cast<DefaultDict>(p);
  add_pairs(&d->dict, r);
  r.opening = type_plain_name(p->type) + "(";
  append_short(r.opening, d->factory ? d->factory : py_none());
  r.opening += ", {";
  r.closing = "})";
}

// The most common first, where that can be told without comparing objects.
void counter_repr(Object* p, KnownRepr& r) {
  Dict* d = cast<Dict>(p);
  add_pairs(d, r);
  r.opening = type_plain_name(p->type) + (r.length ? "({" : "(");
  r.closing = r.length ? "})" : ")";
  struct Counted {
    Object *key, *value;
  };
  constexpr ssize kSorted = 1000;
  std::vector<Counted> all;
  ssize position = 0;
  Object *key, *value;
  if (r.length > kSorted) return;
  while (dict_next(d, &position, &key, &value)) {
    if (!is_exactly(value, &int_type) || !int_is_compact(cast<Int>(value))) return;
    all.push_back({key, value});
  }
  std::stable_sort(all.begin(), all.end(), [](const Counted& a, const Counted& b) {
    return int_compact_value(cast<Int>(a.value)) > int_compact_value(cast<Int>(b.value));
  });
  for (size_t i = 0; 2 * i < r.parts.size(); i++) {
    r.parts[2 * i].object = all[i].key;
    r.parts[2 * i + 1].object = all[i].value;
  }
}

template <class T>
void append_item(std::string& out, const char* data) {
  T value;
  std::memcpy(&value, data, sizeof value);
  if constexpr (std::is_floating_point_v<T>) {
    out += format_double(static_cast<double>(value), 'r', 0, kFloatAddDotZero);
  } else {
    out += std::to_string(value);
  }
}

void append_array_item(std::string& out, char code, const char* data) {
  switch (code) {
    case 'b': return append_item<signed char>(out, data);
    case 'B': return append_item<unsigned char>(out, data);
    case 'h': return append_item<short>(out, data);
    case 'H': return append_item<unsigned short>(out, data);
    case 'i': return append_item<int>(out, data);
    case 'I': return append_item<unsigned>(out, data);
    case 'l':
    case 'q': return append_item<long long>(out, data);
    case 'L':
    case 'Q': return append_item<unsigned long long>(out, data);
    case 'f': return append_item<float>(out, data);
    case 'd': return append_item<double>(out, data);
    default: out += '?';
  }
}

void array_repr(Object* p, KnownRepr& r) {
  const Array* a = cast<Array>(p);
  r.opening = fmt::format("{}('{}'", type_plain_name(p->type), a->type->code);
  ssize n = a->base.size;
  if (n && a->type->code == 'u') {
    std::u32string text(static_cast<size_t>(std::min<ssize>(n, kMaxText)), U' ');
    std::memcpy(text.data(), a->data, text.size() * sizeof(char32_t));
    r.opening += ", ";
    append_text_repr(r.opening, text, n > static_cast<ssize>(text.size()));
  } else if (n) {
    r.opening += ", [";
    for (ssize i = 0; i < n && i < kMaxParts; i++) {
      if (i) r.opening += ", ";
      append_array_item(r.opening, a->type->code, a->data + i * a->type->size);
    }
    if (n > kMaxParts) r.opening += std::string(", ") + kMore;
    r.opening += "]";
  }
  r.opening += ")";
}

// ---- Records -------------------------------------------------------------------------------------------------------

void namespace_repr(Object* p, KnownRepr& r) {
  r.opening = p->type == &simple_namespace_type ? "namespace(" : plain(type_plain_name(p->type)) + "(";
  Object* d = cast<SimpleNamespace>(p)->dict;
  ssize position = 0;
  Object *key, *value;
  while (d && dict_next(cast<Dict>(d), &position, &key, &value)) {
    if (is_str_exactly(key)) add_named(r, value, cast<Str>(key));
  }
  r.opening += ')';
}

// Tuple subclasses whose type has a member for each place.
const Type* struct_sequence_base(const Type* t) {
  while (t && !t->members) t = t->base_type;
  bool is = t && t->base_type == &tuple_type && t->members[0].offset == static_cast<ssize>(offsetof(Tuple, items));
  return is ? t : nullptr;
}

void struct_sequence_repr(Object* p, KnownRepr& r) {
  const Tuple* items = cast<Tuple>(p);
  const Type* base = struct_sequence_base(p->type);
  r.opening = std::string(base->name) + "(";
  for (ssize i = 0; i < tuple_size(items) && i < kMaxParts && base->members[i].name; i++) {
    r.opening += fmt::format("{}{}=", i ? ", " : "", base->members[i].name);
    add_part(r, items->items[i], nullptr, base->members[i].name);
  }
  if (tuple_size(items) > kMaxParts) r.opening += std::string(", ") + kMore;
  r.opening += ')';
}

void namedtuple_repr(Object* p, KnownRepr& r) {
  const Tuple* items = cast<Tuple>(p);
  Object* names = class_attribute(p->type, NAME("_fields"));
  if (!names || !is_exactly(names, &tuple_type) || tuple_size(cast<Tuple>(names)) != tuple_size(items)) {
    append_default_repr(r.opening, p);
    return;
  }
  r.opening = plain(type_plain_name(p->type)) + "(";
  for (ssize i = 0; i < tuple_size(items); i++) {
    Object* name = cast<Tuple>(names)->items[i];
    if (is_str_exactly(name)) add_named(r, items->items[i], cast<Str>(name));
  }
  r.opening += ')';
}

void dataclass_repr(Object* p, KnownRepr& r) {
  Object* fields = class_attribute(p->type, NAME("__dataclass_fields__"));
  if (!fields || !is_exactly(fields, &dict_type)) {
    append_default_repr(r.opening, p);
    return;
  }
  r.opening = plain(type_qualified_name(p->type)) + "(";
  ssize position = 0;
  Object *name, *field;
  while (dict_next(cast<Dict>(fields), &position, &name, &field)) {
    // Class variables and InitVars are among the fields, too.
    Object* kind = own_attribute(field, "_field_type");
    Object* kind_name = kind ? own_attribute(kind, "name") : nullptr;
    if (!is_str_exactly(name) || !is_str_exactly(kind_name)) continue;
    if (!str_equals_ascii(cast<Str>(kind_name), "_FIELD") || own_attribute(field, "repr") == py_false()) continue;
    add_named(r, own_attribute(p, text_of(cast<Str>(name))), cast<Str>(name));
  }
  r.opening += ')';
}

void enum_repr(Object* p, KnownRepr& r) {
  Object* name = own_attribute(p, "_name_");
  r.opening = "<" + plain(type_plain_name(p->type));
  if (is_str_exactly(name)) r.opening += "." + plain(text_of(cast<Str>(name)));
  r.opening += ": ";
  add_part(r, own_attribute(p, "_value_"), nullptr, "_value_");
  r.opening += '>';
}

void partial_repr(Object* p, KnownRepr& r) {
  const Partial* f = cast<Partial>(p);
  r.opening = std::string(p->type->name) + "(";
  add_part(r, f->function, nullptr, "func");
  for (ssize i = 0; i < tuple_size(f->args) && i + 2 < kMaxParts; i++) {
    r.opening += ", ";
    add_part(r, f->args->items[i], nullptr, "args");
  }
  ssize position = 0;
  Object *key, *value;
  while (dict_next(f->keywords, &position, &key, &value)) {
    if (is_str_exactly(key)) add_named(r, value, cast<Str>(key));
  }
  r.opening += ')';
}

// ---- Types ---------------------------------------------------------------------------------------------------------

void append_alias(std::string& out, const Object* p, int depth);

void append_type_argument(std::string& out, const Object* p, int depth) {
  if (p == py_none() || p == as_object(&none_type)) {
    out += "None";
  } else if (p == py_ellipsis()) {
    out += "...";
  } else if (type_of(p) == &generic_alias_type || type_of(p) == &union_type) {
    depth > 0 ? append_alias(out, p, depth - 1) : void(out += kMore);
  } else if (repr_kind(type_of(p)) == ReprKind::kLeaf && type_of(p)->repr == type_type.repr) {
    append_type_full_name(out, reinterpret_cast<const Type*>(p));
  } else {
    append_short(out, p);
  }
}

void append_alias(std::string& out, const Object* p, int depth) {
  bool alias = type_of(p) == &generic_alias_type;
  const GenericAlias* a = reinterpret_cast<const GenericAlias*>(p);
  const Tuple* args = alias ? cast<Tuple>(a->args) : union_type_args(const_cast<Object*>(p));
  if (alias) {
    if (a->starred) out += '*';
    append_type_argument(out, a->origin, depth);
    out += '[';
  }
  for (ssize i = 0; i < tuple_size(args); i++) {
    if (i) out += alias ? ", " : " | ";
    if (i == kMaxParts) {
      out += kMore;
      break;
    }
    append_type_argument(out, args->items[i], depth);
  }
  if (alias) out += tuple_size(args) ? "]" : "()]";
}

void alias_repr(Object* p, KnownRepr& r) {
  constexpr int kDepth = 4;
  append_alias(r.opening, p, kDepth);
  r.opening = plain(r.opening);
}

// ---- Streams and patterns ------------------------------------------------------------------------------------------

Object* file_name(const Object* raw) {
  if (!raw || type_of(raw)->repr != io::fileio_type.repr) return nullptr;
  Object* d = reinterpret_cast<const io::FileIo*>(raw)->dict;
  return d && is_exactly(d, &dict_type) ? dict_peek(cast<Dict>(d), NAME("name")) : nullptr;
}

bool is_buffered(const Type* t) {
  return t->repr == io::buffered_reader_type.repr &&
         (type_is_subtype(t, &io::buffered_reader_type) || type_is_subtype(t, &io::buffered_writer_type) ||
          type_is_subtype(t, &io::buffered_random_type));
}

void fileio_repr(Object* p, KnownRepr& r) {
  const io::FileIo* f = cast<io::FileIo>(p);
  if (f->fd < 0) {
    r.opening = "<_io.FileIO [closed]>";
    return;
  }
  r.opening = "<_io.FileIO ";
  if (Object* name = file_name(p)) {
    r.opening += "name=";
    add_part(r, name, nullptr, "name");
  } else {
    r.opening += fmt::format("fd={}", f->fd);
  }
  r.opening += fmt::format(" mode='{}' closefd={}>", io::fileio_mode_text(f), f->closefd ? "True" : "False");
}

void buffered_repr(Object* p, KnownRepr& r) {
  r.opening = fmt::format("<{}", p->type->name);
  if (Object* name = file_name(cast<io::Buffered>(p)->raw)) {
    r.opening += " name=";
    add_part(r, name, nullptr, "name");
  }
  r.opening += '>';
}

void text_stream_repr(Object* p, KnownRepr& r) {
  const io::TextIo* t = cast<io::TextIo>(p);
  r.opening = "<_io.TextIOWrapper";
  if (t->buffer && is_buffered(t->buffer->type)) {
    if (Object* name = file_name(cast<io::Buffered>(t->buffer)->raw)) {
      r.opening += " name=";
      add_part(r, name, nullptr, "name");
    }
  }
  if (t->dict && is_exactly(t->dict, &dict_type)) {
    if (Object* mode = dict_peek(cast<Dict>(t->dict), NAME("mode"))) {
      r.opening += " mode=";
      add_part(r, mode, nullptr, "mode");
    }
  }
  if (t->encoding) {
    r.opening += " encoding=";
    add_part(r, t->encoding, nullptr, "encoding");
  }
  r.opening += '>';
}

void pattern_repr(Object* p, KnownRepr& r) {
  const sre::Pattern* pattern = cast<sre::Pattern>(p);
  r.opening = "re.compile(";
  add_part(r, pattern->pattern, nullptr, "pattern");
  if (std::string flags = sre::pattern_flags_text(pattern); !flags.empty()) r.opening += ", " + flags;
  r.opening += ')';
}

void match_repr(Object* p, KnownRepr& r) {
  const sre::Match* m = cast<sre::Match>(p);
  ssize start = m->marks[0], end = m->marks[1];
  r.opening = fmt::format("<{} object; span=({}, {}), match=", p->type->name, start, end);
  constexpr size_t kShown = 50;  // characters of the matched text's repr
  std::string text;
  auto size = static_cast<size_t>(std::max<ssize>(0, end - start)), shown = std::min(size, kShown);
  if (is_str_exactly(m->string) && end <= str_length(cast<Str>(m->string))) {
    std::u32string part;
    for (size_t i = 0; i < shown; i++) part += str_at(cast<Str>(m->string), start + static_cast<ssize>(i));
    append_text_repr(text, part, false);
  } else if (m->string && is_exactly(m->string, &bytes_type)) {
    append_bytes_repr(text, cast<Bytes>(m->string)->data + start, shown);
  } else {
    text = kMore;
  }
  r.opening += plain(text.size() > kShown && size > shown ? text.substr(0, kShown) : text) + ">";
}

// ---- Which
// -----------------------------------------------------------------------------------------------------------

// The library's function that is the type's __repr__, as "file function" with the file below the library's folder.
std::string library_repr(const Type* t) {
  Object* found = class_attribute(t, NAME("__repr__"));
  if (!found || !is_exactly(found, &function_type)) return "";
  const Code* code = reinterpret_cast<const Function*>(found)->code;
  std::string file = text_of(code->filename), folder = stdlib_directory();
  if (!file.starts_with(folder + "/")) return "";
  return file.substr(folder.size() + 1) + " " + text_of(code->qualname);
}

KnownReprMaker find_python_repr_maker(const Type* t) {
  std::string name = library_repr(t);
  if (name.empty()) return nullptr;
  if (type_is_subtype(t, &tuple_type) && name == "collections/__init__.py namedtuple.<locals>.__repr__") {
    return namedtuple_repr;
  }
  if (type_is_subtype(t, &dict_type) && name == "collections/__init__.py Counter.__repr__") return counter_repr;
  if (name == "dataclasses.py _recursive_repr.<locals>.wrapper") return dataclass_repr;
  if (name == "enum.py Enum.__repr__" || name == "enum.py Flag.__repr__") return enum_repr;
  return nullptr;
}

// A cache: what was found for a type holds as long as its version, which no other type ever has. Used under the GIL.
KnownReprMaker python_repr_maker(const Type* t) {
  if (!(t->flags & kTypeValidVersionTag)) return find_python_repr_maker(t);
  constexpr size_t kMostTypes = 4096;
  static std::unordered_map<unsigned, KnownReprMaker> found;
  auto [place, fresh] = found.try_emplace(t->version_tag, nullptr);
  if (!fresh) return place->second;
  KnownReprMaker maker = find_python_repr_maker(t);
  place->second = maker;
  if (found.size() > kMostTypes) found.clear();
  return maker;
}

}  // namespace

KnownReprMaker known_repr_maker(const Type* t) {
  ReprFunc r = t->repr;
  if (r == slot_tp_repr) return python_repr_maker(t);
  if (r == deque_type.repr) return deque_repr;
  if (r == ordered_dict_type.repr) return ordered_dict_repr;
  if (r == defaultdict_type.repr) return defaultdict_repr;
  if (r == simple_namespace_type.repr) return namespace_repr;
  if (r == partial_type.repr) return partial_repr;
  if (t == &generic_alias_type || t == &union_type) return alias_repr;
  if (r == array_type.repr) return array_repr;
  if (r == sre::pattern_type.repr) return pattern_repr;
  if (r == sre::match_type.repr) return match_repr;
  if (r == io::fileio_type.repr) return fileio_repr;
  if (is_buffered(t)) return buffered_repr;
  if (r == io::textiowrapper_type.repr) return text_stream_repr;
  if (r != tuple_type.repr && type_is_subtype(t, &tuple_type) && struct_sequence_base(t)) return struct_sequence_repr;
  return nullptr;
}

}  // namespace minipy
