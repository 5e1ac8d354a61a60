// What the recorder tells about objects: found by their address, described from their layouts.
#include <algorithm>
#include <cstring>

#include "runtime/abstract.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/descriptor.h"
#include "runtime/dict.h"
#include "runtime/dict_keys.h"
#include "runtime/dict_views.h"
#include "runtime/exceptions.h"
#include "runtime/float.h"
#include "runtime/function.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/type.h"
#include "runtime/weakref.h"
#include "stdlib/minipy/known_repr.h"
#include "stdlib/minipy/own_attributes.h"
#include "stdlib/minipy/safe_text.h"
#include "stdlib/minipy/step_recorder.h"
#include "vm/generator.h"

namespace minipy::step {

namespace {

struct MappingProxyLayout {
  Object base;
  Object* mapping;
};

uint64_t mix(uint64_t h, uint64_t v) {
  h = (h ^ v) * 0x9e3779b97f4a7c15ull;
  return h ^ (h >> 29);
}
uint64_t mix(uint64_t h, const void* p) { return mix(h, reinterpret_cast<uint64_t>(p)); }

uint64_t str_digest(const Str* s) {
  // Strings do not change but by growing in place, and by another one at the same address.
  ssize n = str_length(s);
  uint64_t h = mix(static_cast<uint64_t>(n), static_cast<uint64_t>(str_kind(s)));
  for (ssize i = 0; i < n && i < 8; i++) h = mix(h, static_cast<uint64_t>(str_at(s, i)));
  for (ssize i = n - 1; i >= 8 && i >= n - 8; i--) h = mix(h, static_cast<uint64_t>(str_at(s, i)));
  return h;
}

uint64_t int_digest(const Object* p) {
  const Int* v = reinterpret_cast<const Int*>(p);
  uint64_t h = static_cast<uint64_t>(v->base.size);
  ssize n = v->base.size < 0 ? -v->base.size : v->base.size;
  for (ssize i = 0; i < n && i < 16; i++) h = mix(h, static_cast<uint64_t>(v->digits[i]));
  return h;
}

// Of objects whose repr is made of their own memory.
uint64_t digest_of_other(Object* p) {
  ReprFunc r = p->type->repr;
  if (r == range_type.repr) {
    uint64_t h = 1;
    for (Object* bound : {cast<Range>(p)->start, cast<Range>(p)->stop, cast<Range>(p)->step})
      h = mix(h, int_digest(bound));
    return h;
  }
  if (r == code_type.repr) {
    const Code* c = cast<Code>(p);
    return mix(mix(str_digest(c->name), str_digest(c->filename)), static_cast<uint64_t>(c->firstlineno));
  }
  if (r == builtin_function_type.repr || r == builtin_method_type.repr) {
    return mix(mix(1, cast<BuiltinFunction>(p)->def), cast<BuiltinFunction>(p)->self);
  }
  if (type_is_subtype(p->type, &type_type)) return mix(1, reinterpret_cast<Type*>(p)->name);
  if (r == module_type.repr) return mix(1, cast<Module>(p)->dict);
  if (r == method_wrapper_type.repr)
    return mix(mix(1, cast<MethodWrapper>(p)->descriptor), cast<MethodWrapper>(p)->self);
  if (r == weakref_type.repr) {
    const Object* target = cast<WeakReference>(p)->object;
    return mix(mix(1, target), static_cast<uint64_t>(target->refcount > 0));
  }
  if (r == method_descriptor_type.repr || r == wrapper_descriptor_type.repr || r == member_descriptor_type.repr ||
      r == getset_descriptor_type.repr) {
    return mix(mix(1, cast<Descriptor>(p)->owner), cast<Descriptor>(p)->name);
  }
  if (r == complex_type.repr) {
    uint64_t bits[2];
    std::memcpy(bits, &cast<Complex>(p)->real, sizeof bits);
    return mix(bits[0], bits[1]);
  }
  return 1;
}

uint64_t digest_of_known(Object* p) {
  KnownReprMaker maker = known_repr_maker(p->type);
  if (!maker) return 0;  // its class has been given another __repr__
  KnownRepr r;
  maker(p, r);
  uint64_t h = mix(static_cast<uint64_t>(r.length), std::hash<std::string>()(r.opening));
  h = mix(h, std::hash<std::string>()(r.closing));
  for (const KnownRepr::Part& part : r.parts) h = mix(mix(h, part.object), part.name);
  return h;
}

// Of what the object's description is made of, but for what its fields hold.
uint64_t digest_of(ReprKind kind, Object* p) {
  switch (kind) {
    case ReprKind::kInt: return int_digest(p);
    case ReprKind::kList: {
      const List* l = cast<List>(p);
      uint64_t h = static_cast<uint64_t>(list_size(l)) + 1;
      for (ssize i = 0; i < list_size(l) && i < kMaxItems; i++) h = mix(h, l->items[i]);
      return h;
    }
    case ReprKind::kTuple: {
      const Tuple* l = cast<Tuple>(p);
      uint64_t h = static_cast<uint64_t>(tuple_size(l)) + 1;
      for (ssize i = 0; i < tuple_size(l) && i < kMaxItems; i++) h = mix(h, l->items[i]);
      return h;
    }
    case ReprKind::kDict: return cast<Dict>(p)->version_tag;
    case ReprKind::kDictKeys:
    case ReprKind::kDictValues:
    case ReprKind::kDictItems: {
      Dict* d = reinterpret_cast<DictView*>(p)->dict;
      return d ? d->version_tag : 0;
    }
    case ReprKind::kSet:
    case ReprKind::kFrozenSet: {
      uint64_t h = static_cast<uint64_t>(cast<Set>(p)->used) + 1;
      ssize position = 0;
      Object* key;
      hash_t hash;
      for (int i = 0; i < kMaxItems && set_next(cast<Set>(p), &position, &key, &hash); i++) h = mix(h, key);
      return h;
    }
    case ReprKind::kException: {
      const Tuple* args = cast<Tuple>(cast<BaseExceptionObject>(p)->args);
      uint64_t h = mix(1, args);
      // Not by the tuple's address alone: the fields are its items.
      for (ssize i = 0; args && i < tuple_size(args) && i < kMaxItems; i++) h = mix(h, args->items[i]);
      return h;
    }
    case ReprKind::kMethod: return mix(mix(1, cast<Method>(p)->function), cast<Method>(p)->self);
    case ReprKind::kCell: return mix(1, cast<Cell>(p)->value);
    case ReprKind::kFunction: {
      const Function* f = cast<Function>(p);
      return mix(mix(mix(str_digest(f->qualname), f->defaults), f->kwdefaults), f->closure);
    }
    case ReprKind::kSlice: return mix(mix(mix(1, cast<Slice>(p)->start), cast<Slice>(p)->stop), cast<Slice>(p)->step);
    case ReprKind::kGenerator: {
      const Generator* g = cast<Generator>(p);
      return mix(str_digest(g->qualname), g->code);
    }
    case ReprKind::kWrapped: return mix(1, cast<ClassMethod>(p)->callable);
    case ReprKind::kMappingProxy: return mix(1, reinterpret_cast<MappingProxyLayout*>(p)->mapping);
    case ReprKind::kSuper: {
      const SuperLayout* s = reinterpret_cast<const SuperLayout*>(p);
      return mix(mix(mix(1, s->type), s->self), s->self_type);
    }
    case ReprKind::kKnown: return digest_of_known(p);
    case ReprKind::kDefault: {
      uint64_t h = mix(1, p->type->name);
      if (p->type->flags & kTypeHeap)
        each_own_attribute(p, kMaxItems, [&h](const Str* name, Object* value) { h = mix(mix(h, name), value); });
      return h;
    }
    case ReprKind::kLeaf: {
      const Type* t = p->type;
      if (t->repr == str_type.repr) return str_digest(cast<Str>(p));
      if (t->repr == float_type.repr) {
        uint64_t bits;
        std::memcpy(&bits, &cast<Float>(p)->value, sizeof bits);
        return bits;
      }
      if (t->repr == bytearray_type.repr) {
        const ByteArray* b = cast<ByteArray>(p);
        uint64_t h = static_cast<uint64_t>(b->base.size) + 1;
        for (ssize i = 0; i < b->base.size && i < static_cast<ssize>(kMaxText); i++) {
          h = mix(h, static_cast<unsigned char>(b->start[i]));
        }
        return h;
      }
      if (t->repr == bytes_type.repr) {
        const Bytes* b = cast<Bytes>(p);
        uint64_t h = static_cast<uint64_t>(b->base.size) + 1;
        for (ssize i = 0; i < b->base.size && i < 16; i++) h = mix(h, static_cast<unsigned char>(b->data[i]));
        return h;
      }
      return digest_of_other(p);
    }
    default: return 1;
  }
}

size_t slot_of(const Object* p, size_t mask) {
  uint64_t h = reinterpret_cast<uint64_t>(p) >> 3;
  return ((h * 0x9e3779b97f4a7c15ull) >> 20) & mask;
}

}  // namespace

void Recorder::grow_table() {
  std::vector<Entry*> old = std::move(table_);
  table_.assign(old.size() * 2, nullptr);
  size_t mask = table_.size() - 1;
  for (Entry* e : old) {
    if (!e) continue;
    size_t i = slot_of(e->object, mask);
    while (table_[i]) i = (i + 1) & mask;
    table_[i] = e;
  }
}

Entry* Recorder::find_entry(Object* p) {
  size_t mask = table_.size() - 1;
  size_t i = slot_of(p, mask);
  for (; table_[i]; i = (i + 1) & mask) {
    if (table_[i]->object == p) return table_[i];
  }
  Entry* e = static_cast<Entry*>(arena_->take(sizeof(Entry)));
  *e = Entry{};
  e->object = p;
  e->depth = -1;
  table_[i] = e;
  if (++entry_count_ * 2 > table_.size()) grow_table();
  return e;
}

Entry* Recorder::see(Object* p, int depth) {
  Entry* e = find_entry(p);
  if (!e->number) {
    if (!room()) return nullptr;
    describe(e, p, depth);
  } else {
    look(e, p, depth);
  }
  return e->number ? e : nullptr;
}

// Whether the object is as it was told, its reference count and what it leads to aside.
bool Recorder::unchanged(const Entry* e, Object* p) const {
  return e->type == p->type && e->digest == digest_of(static_cast<ReprKind>(e->repr), p);
}

void Recorder::look(Entry* e, Object* p, int depth) {
  if (e->seen == serial_ && e->depth >= depth) return;
  if (!unchanged(e, p) || (e->depth < depth && e->depth >= 0 && e->kind == kItems) ||
      (e->depth < depth && e->field_count)) {
    if (room()) describe(e, p, depth);
    return;
  }
  e->seen = serial_;
  if (e->count != p->refcount) put_count(e, p);
  if (depth == 0) return;
  for (uint32_t i = 0; i < e->field_count; i++) {
    // The digest says that these objects are still there.
    Field& f = e->fields[i];
    if (f.entry) look(f.entry, f.object, depth - 1);
  }
}

void Recorder::put_count(Entry* e, Object* p) {
  if (p_ >= soft_end_ + 4096) return;
  event(kCount);
  put(e->number);
  put_signed(p->refcount - e->count);
  e->count = p->refcount;
}

void Recorder::set_text(Entry* e, std::string_view opening, std::string_view closing) {
  size_t size = opening.size() + closing.size();
  // The place of a former text is used again where it is large enough.
  if (size > e->text_size || !e->text) e->text = static_cast<char*>(arena_->take(size));
  char* text = const_cast<char*>(e->text);
  opening.copy(text, opening.size());
  closing.copy(text + opening.size(), closing.size());
  e->text_size = static_cast<uint32_t>(size);
  e->middle = static_cast<uint32_t>(opening.size());
}

void Recorder::put_object(const Entry* e) {
  event(kObject);
  put(e->number);
  put(e->type_number);
  put(reinterpret_cast<uint64_t>(e->object));
  put(static_cast<uint64_t>(e->count));
  put(e->kind);
  if (e->kind == kInt) {
    put_signed(e->value);
    return;
  }
  if (e->kind == kText) {
    put_text({e->text, e->text_size});
    put(e->field_count);
    for (uint32_t i = 0; i < e->field_count; i++) {
      put(e->fields[i].name);
      put(number_of(e->fields[i].entry));
    }
    return;
  }
  put_text({e->text, e->middle});
  put_text({e->text + e->middle, e->text_size - e->middle});
  put(e->flags);
  put(static_cast<uint64_t>(e->value));
  put(e->flags & kPairs ? e->field_count / 2 : e->field_count);
  for (uint32_t i = 0; i < e->field_count; i++) put(number_of(e->fields[i].entry));
}

void Recorder::describe(Entry* e, Object* p, int depth) {
  objects_left_--;
  if (!e->number) e->number = next_object_++;
  e->seen = serial_;
  e->type = p->type;
  e->type_number = type_number(p->type);
  e->count = p->refcount;
  e->depth = static_cast<int8_t>(depth);
  ReprKind kind = repr_kind(p->type);
  e->repr = static_cast<uint8_t>(kind);
  e->digest = digest_of(kind, p);
  e->field_count = 0;
  e->flags = 0;
  switch (kind) {
    case ReprKind::kInt: {
      const Int* v = cast<Int>(p);
      if (int_is_compact(v) || v->base.size == 2 || v->base.size == -2) {
        e->kind = kInt;
        e->value = static_cast<int64_t>(v->digits[0]);
        if (v->base.size == 0) e->value = 0;
        if (v->base.size == 2 || v->base.size == -2) e->value |= static_cast<int64_t>(v->digits[1]) << kDigitBits;
        if (v->base.size < 0) e->value = -e->value;
        break;
      }
      e->kind = kText;
      scratch_.clear();
      append_int(scratch_, p);
      set_text(e, scratch_);
      break;
    }
    case ReprKind::kList:
    case ReprKind::kTuple:
    case ReprKind::kDict:
    case ReprKind::kSet:
    case ReprKind::kFrozenSet:
    case ReprKind::kException:
    case ReprKind::kDictKeys:
    case ReprKind::kDictValues:
    case ReprKind::kDictItems: describe_items(e, p, depth); break;
    case ReprKind::kKnown: describe_known(e, p, depth); break;
    default: describe_fields(e, p, depth);
  }
  put_object(e);
}

void Recorder::describe_items(Entry* e, Object* p, int depth) {
  ReprKind kind = static_cast<ReprKind>(e->repr);
  e->kind = kItems;
  Object* items[2 * kMaxItems];
  uint32_t count = 0;
  ssize length = 0;
  auto take_dict = [&](Dict* d, bool keys, bool values) {
    ssize position = 0;
    Object *key, *value;
    length = dict_size(d);
    for (int i = 0; i < kMaxItems && dict_next(d, &position, &key, &value); i++) {
      if (keys) items[count++] = key;
      if (values) items[count++] = value;
    }
  };
  std::string name;
  switch (kind) {
    case ReprKind::kList: {
      List* l = cast<List>(p);
      length = list_size(l);
      for (ssize i = 0; i < length && i < kMaxItems; i++) items[count++] = l->items[i];
      set_text(e, "[", "]");
      break;
    }
    case ReprKind::kTuple: {
      Tuple* l = cast<Tuple>(p);
      length = tuple_size(l);
      for (ssize i = 0; i < length && i < kMaxItems; i++) items[count++] = l->items[i];
      e->flags = kTuple;
      set_text(e, "(", ")");
      break;
    }
    case ReprKind::kDict:
      take_dict(cast<Dict>(p), true, true);
      e->flags = kPairs;
      set_text(e, "{", "}");
      break;
    case ReprKind::kDictKeys:
    case ReprKind::kDictValues:
    case ReprKind::kDictItems: {
      Dict* d = reinterpret_cast<DictView*>(p)->dict;
      bool pairs = kind == ReprKind::kDictItems;
      if (d) take_dict(d, kind != ReprKind::kDictValues, kind != ReprKind::kDictKeys);
      if (pairs) e->flags = kPairs | kTuple;
      set_text(e, type_plain_name(p->type) + "([", "])");
      break;
    }
    case ReprKind::kException: {
      Tuple* args = cast<Tuple>(cast<BaseExceptionObject>(p)->args);
      name = type_plain_name(p->type) + "(";
      if (args) {
        length = tuple_size(args);
        for (ssize i = 0; i < length && i < kMaxItems; i++) items[count++] = args->items[i];
      }
      set_text(e, name, ")");
      break;
    }
    default: {
      Set* s = cast<Set>(p);
      ssize position = 0;
      Object* key;
      hash_t hash;
      length = s->used;
      while (count < kMaxItems && set_next(s, &position, &key, &hash)) items[count++] = key;
      if (p->type == &set_type && length) {
        set_text(e, "{", "}");
      } else {
        name = type_plain_name(p->type);
        set_text(e, name + (length ? "({" : "("), length ? "})" : ")");
      }
    }
  }
  e->value = length;
  if (depth == 0) return;
  Field fields[2 * kMaxItems];
  for (uint32_t i = 0; i < count; i++) fields[i] = {items[i], nullptr, 0};
  set_fields(e, {fields, count}, depth);
}

void Recorder::describe_fields(Entry* e, Object* p, int depth) {
  e->kind = kText;
  Field fields[kMaxItems + 1];
  uint32_t count = 0;
  // What the object leads to, by names that Python has for it.
  auto field = [&](std::string_view name, Object* value) {
    if (value && count < kMaxItems) fields[count++] = {value, nullptr, name_number(name)};
  };
  std::string text;
  switch (static_cast<ReprKind>(e->repr)) {
    case ReprKind::kMethod: {
      const Method* m = cast<Method>(p);
      text = "<bound method ";
      if (m->function->type == &function_type) {
        append_str(text, cast<Function>(m->function)->qualname);
      } else if (m->function->type == &builtin_function_type) {
        text += cast<BuiltinFunction>(m->function)->def->name;
      } else {
        text += '?';
      }
      text += " of \1\1>";
      field("__self__", m->self);
      field("__func__", m->function);
      break;
    }
    case ReprKind::kCell:
      append_leaf_repr(text, p);
      field("cell_contents", cast<Cell>(p)->value);
      break;
    case ReprKind::kFunction:
      append_leaf_repr(text, p);
      field("__closure__", cast<Function>(p)->closure);
      field("__defaults__", cast<Function>(p)->defaults);
      field("__kwdefaults__", cast<Function>(p)->kwdefaults);
      break;
    case ReprKind::kSlice:
      text = "slice(\1\1, \1\2, \1\3)";
      field("start", cast<Slice>(p)->start);
      field("stop", cast<Slice>(p)->stop);
      field("step", cast<Slice>(p)->step);
      break;
    case ReprKind::kWrapped:
      text = p->type->repr == classmethod_type.repr ? "<classmethod(\1\1)>" : "<staticmethod(\1\1)>";
      field("__func__", cast<ClassMethod>(p)->callable);
      break;
    case ReprKind::kSuper:
      append_leaf_repr(text, p);
      field("__self__", reinterpret_cast<SuperLayout*>(p)->self);
      break;
    case ReprKind::kMappingProxy:
      text = "mappingproxy(\1\1)";
      field("mapping", reinterpret_cast<MappingProxyLayout*>(p)->mapping);
      break;
    case ReprKind::kDefault:
      append_default_repr(text, p);
      if (p->type->flags & kTypeHeap) {
        each_own_attribute(p, kMaxItems, [&](const Str* name, Object* value) {
          if (count < kMaxItems) fields[count++] = {value, nullptr, name_of_str(name)};
        });
      }
      break;
    default: append_leaf_repr(text, p);
  }
  set_text_with_fields(e, text, {fields, count}, depth);
}

void Recorder::set_text_with_fields(Entry* e, std::string& text, std::span<Field> fields, int depth) {
  if (depth == 0) {
    // Without its fields; texts that need them keep a sign of them.
    for (size_t at; (at = text.find('\1')) != std::string::npos;) text.replace(at, 2, "\xe2\x80\xa6");
  }
  set_text(e, text);
  if (depth > 0) set_fields(e, fields, depth);
}

void Recorder::set_fields(Entry* e, std::span<Field> fields, int depth) {
  for (Field& f : fields) f.entry = f.object ? see(f.object, depth - 1) : nullptr;
  e->fields = static_cast<Field*>(arena_->take(fields.size_bytes()));
  std::copy(fields.begin(), fields.end(), e->fields);
  e->field_count = static_cast<uint32_t>(fields.size());
}

void Recorder::describe_known(Entry* e, Object* p, int depth) {
  KnownRepr r;
  known_repr_maker(p->type)(p, r);
  Field fields[2 * kMaxItems];
  static_assert(KnownRepr::kMaxParts <= kMaxItems);
  size_t count = 0;
  for (const KnownRepr::Part& part : r.parts) {
    fields[count++] = {part.object, nullptr, part.name ? name_of_str(part.name) : name_number(part.plain_name)};
  }
  if (!r.items) {
    e->kind = kText;
    return set_text_with_fields(e, r.opening, {fields, count}, depth);
  }
  e->kind = kItems;
  e->flags = static_cast<uint8_t>((r.pairs ? kPairs : 0) | (r.tuples ? kTuple : 0));
  e->value = r.length;
  set_text(e, r.opening, r.closing);
  if (depth > 0) set_fields(e, {fields, count}, depth);
}

}  // namespace minipy::step
