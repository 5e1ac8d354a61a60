// Struct sequences: tuple subclasses whose items have names; items past the visible ones are reached by name only.
#include "runtime/struct_sequence.h"

#include "gc/collector.h"
#include "gc/memory_refusal.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/function.h"
#include "runtime/heap_type_new.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/str.h"

namespace minipy {
namespace {

ssize count_of(Type* type, const char* name) {
  Object* v = dict_get_ascii(cast<Dict>(type->dict), name);
  return v ? int_compact_value(cast<Int>(v)) : 0;
}
ssize all_fields(Type* t) { return count_of(t, "n_fields"); }
ssize visible_fields(Type* t) { return count_of(t, "n_sequence_fields"); }

// The struct sequence type itself, also for an instance of a Python subclass.
Type* sequence_base(Type* t) {
  while (!t->members && t->base_type) t = t->base_type;
  return t;
}

// Index of the visible field `i`'s name in members (unnamed fields have none).
const char* field_name(Type* type, ssize index) {
  for (MemberDef* m = type->members; m && m->name; m++) {
    if (m->offset == static_cast<ssize>(offsetof(Tuple, items) + sizeof(Object*) * index)) return m->name;
  }
  return nullptr;
}

Ref<Object> sequence_new(Type* type, Object* sequence, Object* dict) {
  ssize least = visible_fields(type), most = all_fields(type);
  if (dict && !is_dict(dict)) {
    return raise(TypeError, "{:.500}() takes a dict as second arg, if any", type->name);
  }
  Ref<Object> fast = TRY(sequence_fast(sequence, "constructor requires a sequence"));
  ssize given = sequence_fast_size(fast.get());
  if (least != most) {
    if (given < least) {
      return raise(TypeError, "{:.500}() takes an at least {}-sequence ({}-sequence given)", type->name, least, given);
    }
    if (given > most) {
      return raise(TypeError, "{:.500}() takes an at most {}-sequence ({}-sequence given)", type->name, most, given);
    }
  } else if (given != least) {
    return raise(TypeError, "{:.500}() takes a {}-sequence ({}-sequence given)", type->name, least, given);
  }
  Ref<Object> made = TRY(struct_sequence_new(type));
  for (ssize i = 0; i < given; i++) {
    struct_sequence_set(made.get(), i, Ref<Object>::share(sequence_fast_items(fast.get())[i]));
  }
  for (ssize i = given; i < most; i++) {
    Object* value = nullptr;
    const char* name = field_name(sequence_base(type), i);
    if (dict && name) value = dict_get_ascii(cast<Dict>(dict), name);
    struct_sequence_set(made.get(), i, value ? Ref<Object>::share(value) : none_ref());
  }
  return made;
}

void sequence_dealloc(Object* p) {
  gc_untrack(p);
  Type* type = type_of(p);
  ssize n = all_fields(type);
  Tuple* t = cast<Tuple>(p);
  for (ssize i = 0; i < n; i++) clear_field(t->items[i]);
  type->free(p);
  if (type_has(type, kTypeHeap)) decref(type);
}
int sequence_traverse(Object* p, VisitProc visit, void* arg) {
  if (type_has(type_of(p), kTypeHeap)) MINIPY_VISIT(type_of(p));
  ssize n = all_fields(type_of(p));
  for (ssize i = 0; i < n; i++) MINIPY_VISIT(cast<Tuple>(p)->items[i]);
  return 0;
}

Ref<Str> sequence_repr(Tuple* self) {
  Type* type = sequence_base(type_of(self));
  StrBuilder out;
  TRY(out.append_utf8(type->name));
  TRY(out.append_char('('));
  for (ssize i = 0; i < tuple_size(self); i++) {
    if (i) TRY(out.append_ascii(", "));
    // Members are numbered without the unnamed fields: os.stat_result shows its integer times under the float ones'
    // names.
    const char* name = type->members[i].name;
    if (!name) {
      return raise(SystemError, "In structseq_repr(), member {} name is NULL for type {:.500}", i, type->name);
    }
    TRY(out.append_ascii(name));
    TRY(out.append_char('='));
    TRY(out.append_repr_of(self->items[i]));
  }
  TRY(out.append_char(')'));
  return out.finish();
}

Ref<Object> sequence_reduce(Tuple* self) {
  Type* type = sequence_base(type_of(self));
  ssize visible = tuple_size(self), all = all_fields(type);
  Ref<Tuple> items = TRY(tuple_from_array(self->items, visible));
  Ref<Dict> hidden = TRY(dict_new());
  for (ssize i = visible; i < all; i++) {
    if (const char* name = field_name(type, i)) TRY(dict_set_ascii(hidden.get(), name, self->items[i]));
  }
  Ref<Tuple> args = TRY(tuple_pack(items.get(), as_object(hidden.get())));
  return tuple_pack(as_object(type_of(self)), as_object(args.get()));
}

constinit MethodDef methods[] = {
    METHOD(sequence_reduce, "__reduce__(self, /)", "Helper for pickle."),
    {},
};

struct FieldCounts {
  ssize all = 0, unnamed = 0;
};
FieldCounts count_fields(const StructSequenceField* fields) {
  FieldCounts n;
  for (; fields[n.all].name; n.all++) n.unnamed += fields[n.all].name[0] == '\0';
  return n;
}

Status add_counts(Type* type, ssize visible, const FieldCounts& n, MemberDef* members) {
  Dict* d = cast<Dict>(type->dict);
  struct {
    const char* name;
    ssize value;
  } counts[] = {{"n_sequence_fields", visible}, {"n_fields", n.all}, {"n_unnamed_fields", n.unnamed}};
  for (auto& c : counts) {
    Ref<Int> v = TRY(int_from_ssize(c.value));
    TRY(dict_set_ascii(d, c.name, as_object(v.get())));
  }
  // Class patterns match the visible named fields in order.
  Ref<List> names = TRY(list_new());
  for (ssize i = 0; i < visible; i++) {
    const ssize offset = static_cast<ssize>(offsetof(Tuple, items) + sizeof(Object*) * i);
    for (MemberDef* m = members; m->name; m++) {
      if (m->offset != offset) continue;
      Ref<Str> name = TRY(str_intern_ascii(m->name));
      TRY(list_append(names.get(), as_object(name.get())));
    }
  }
  Ref<Tuple> match_args = TRY(list_as_tuple(names.get()));
  return dict_set_ascii(d, "__match_args__", as_object(match_args.get()));
}

// The table lives as long as the process: types point to it.
MemberDef* members_of(const StructSequenceField* fields, const FieldCounts& n) {
  MemberDef* members = new MemberDef[static_cast<size_t>(n.all - n.unnamed + 1)]();
  int used = 0;
  for (ssize i = 0; i < n.all; i++) {
    if (fields[i].name[0] == '\0') continue;
    members[used++] = {fields[i].name, kMemberObject,
                       static_cast<ssize>(offsetof(Tuple, items) + sizeof(Object*) * static_cast<size_t>(i)),
                       kMemberReadonly, fields[i].doc};
  }
  return members;
}

Type form_of(const char* qualified_name, MemberDef* members, const char* doc) {
  Type form{};
  form.base = STATIC_TYPE_HEADER(&type_type);
  form.name = qualified_name;
  // As CPython's: hidden fields do not show in sys.getsizeof().
  form.basicsize = offsetof(Tuple, items);
  form.itemsize = sizeof(Object*);
  form.dealloc = sequence_dealloc;
  form.repr = slot<sequence_repr>;
  form.flags = kTypeDefault | kTypeHaveGc;
  form.doc = doc;
  form.traverse = sequence_traverse;
  form.methods = methods;
  form.members = members;
  form.base_type = &tuple_type;
  form.new_ = NEW(sequence_new, "structseq(type, sequence, dict=<unrepresentable>)");
  form.alloc = type_generic_alloc;
  form.free = gc_free_slot;
  return form;
}

}  // namespace

Ref<Type> struct_sequence_type_new(const char* qualified_name, const StructSequenceField* fields, int visible_count,
                                   const char* doc) {
  FieldCounts n = count_fields(fields);
  MemberDef* members = members_of(fields, n);
  Type form = form_of(qualified_name, members, doc);
  Ref<Type> type = TRY(heap_type_new(&form));
  TRY(add_counts(type.get(), visible_count, n, members));
  type_modified(type.get());
  return type;
}

Ref<Type> struct_sequence_static_type_new(const char* qualified_name, const StructSequenceField* fields,
                                          int visible_count, const char* doc) {
  FieldCounts n = count_fields(fields);
  MemberDef* members = members_of(fields, n);
  // In CPython they are there from the start. They do not end: one that is not finished is left where it is.
  memory::WithoutRefusal scope;
  Type* type = new Type(form_of(qualified_name, members, doc));
  TRY(type_ready(type));
  TRY(add_counts(type, visible_count, n, members));
  type_modified(type);
  return Ref<Type>::steal(type);
}

Ref<Object> struct_sequence_new(Type* type) {
  ssize all = all_fields(type);
  Tuple* t = object_new_gc<Tuple>(type, offsetof(Tuple, items) + sizeof(Object*) * static_cast<size_t>(all));
  if (!t) return nullptr;
  t->base.size = visible_fields(type);
  for (ssize i = 0; i < all; i++) t->items[i] = nullptr;
  gc_track(t);
  return Ref<Object>::steal(as_object(t));
}

void struct_sequence_set(Object* p, ssize index, Ref<Object> value) {
  replace_field(cast<Tuple>(p)->items[index], std::move(value));
}

}  // namespace minipy
