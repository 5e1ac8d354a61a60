// types.GenericAlias: list[int] (PEP 585), *tuple[int] (PEP 646).
#include "runtime/generic_alias.h"
#include "gc/collector.h"
#include "runtime/abstract.h"
#include "runtime/attribute.h"
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/function.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/native_stack.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"
#include "runtime/type_params.h"
#include "runtime/weakref.h"

namespace minipy {
namespace {

struct AliasIterator {
  Object base;
  Object* alias;  // null: exhausted
};

GenericAlias* as_alias(Object* p) { return cast<GenericAlias>(p); }
Tuple* args_of(GenericAlias* a) { return cast<Tuple>(a->args); }

void alias_dealloc(Object* p) {
  GenericAlias* a = as_alias(p);
  gc_untrack(p);
  if (a->weakreflist) weakref_clear_all(p);
  clear_field(a->origin);
  clear_field(a->args);
  clear_field(a->parameters);
  type_of(p)->free(p);
}
int alias_traverse(Object* p, VisitProc visit, void* arg) {
  MINIPY_VISIT(as_alias(p)->origin);
  MINIPY_VISIT(as_alias(p)->args);
  MINIPY_VISIT(as_alias(p)->parameters);
  return 0;
}

Ref<Str> alias_repr(GenericAlias* self) {
  RecursionGuard guard(" while getting the repr of an object");
  if (!guard) return nullptr;
  StrBuilder out;
  if (self->starred) TRY(out.append_char('*'));
  TRY(append_type_repr(out, self->origin));
  TRY(out.append_char('['));
  ssize n = tuple_size(args_of(self));
  for (ssize i = 0; i < n; i++) {
    if (i) TRY(out.append_ascii(", "));
    TRY(append_type_repr(out, args_of(self)->items[i]));
  }
  if (n == 0) TRY(out.append_ascii("()"));
  TRY(out.append_char(']'));
  return out.finish();
}

Ref<Object> get_parameters(GenericAlias* self) {
  if (!self->parameters) self->parameters = as_object(TRY(collect_type_parameters(args_of(self))).release());
  return Ref<Object>::share(self->parameters);
}

Ref<Object> make_alias(Type* type, Object* origin, Object* args, bool starred);

Ref<Object> alias_get_item(GenericAlias* self, Object* item) {
  Ref<Object> parameters = TRY(get_parameters(self));
  Ref<Tuple> args =
      TRY(substitute_type_parameters(as_object(self), args_of(self), cast<Tuple>(parameters.get()), item));
  return make_alias(type_of(self), self->origin, as_object(args.get()), self->starred);
}

Maybe<ssize> alias_hash(GenericAlias* self) {
  if (!native_stack_left(" in __hash__")) return kRaised;
  hash_t a = TRY(object_hash(self->origin));
  hash_t b = TRY(object_hash(self->args));
  hash_t h = a ^ b;
  return h == -1 ? -2 : h;
}

Ref<Object> alias_compare(GenericAlias* self, Object* other, CompareOp op) {
  if (!is_instance_of(other, &generic_alias_type) || (op != kEq && op != kNe)) return not_implemented_ref();
  GenericAlias* b = as_alias(other);
  if (self->starred != b->starred) return bool_ref(op == kNe);
  bool equal = TRY(object_compare_bool(self->origin, b->origin, kEq));
  if (equal) equal = TRY(object_compare_bool(self->args, b->args, kEq));
  return bool_ref(equal == (op == kEq));
}

// list[int]() makes a list; where the instance takes attributes it remembers the alias.
Ref<Object> remember_alias(GenericAlias* self, Ref<Object> made) {
  if (!object_set_attr(made.get(), NAME("__orig_class__"), as_object(self))) {
    if (!error_matches(AttributeError) && !error_matches(TypeError)) return nullptr;
    error_clear();
  }
  return made;
}
Object* alias_vectorcall(Object* self, Object* const* args, size_t nargsf, Object* kwnames) {
  Ref<Object> made = call_vector(as_alias(self)->origin, args, nargsf, kwnames);
  return made ? remember_alias(as_alias(self), std::move(made)).release() : nullptr;
}
Ref<Object> alias_call(GenericAlias* self, Object* args, Object* kwargs) {
  return remember_alias(self, TRY(call_tuple_dict(self->origin, args, kwargs)));
}

bool is_own_attribute(Str* name) {
  for (const char* own :
       {"__class__", "__origin__", "__args__", "__unpacked__", "__parameters__", "__typing_unpacked_tuple_args__",
        "__mro_entries__", "__reduce_ex__", "__reduce__", "__copy__", "__deepcopy__"}) {
    if (str_equals_ascii(name, own)) return true;
  }
  return false;
}
// Everything else is the origin's: list[int].append is list.append.
Ref<Object> alias_get_attr(GenericAlias* self, Str* name) {
  TRY(check_attribute_name(as_object(name)));
  if (!is_own_attribute(name)) return object_get_attr(self->origin, name);
  return object_generic_get_attr(as_object(self), name);
}

Ref<Object> alias_mro_entries(GenericAlias* self, Object*) { return tuple_pack(self->origin); }
Ref<Object> alias_instance_check(GenericAlias*, Object*) {
  return raise(TypeError, "isinstance() argument 2 cannot be a parameterized generic");
}
Ref<Object> alias_subclass_check(GenericAlias*, Object*) {
  return raise(TypeError, "issubclass() argument 2 cannot be a parameterized generic");
}
Ref<Object> alias_reduce(GenericAlias* self) {
  if (self->starred) {
    Ref<Object> plain = TRY(make_alias(&generic_alias_type, self->origin, self->args, false));
    Ref<Tuple> args = TRY(tuple_pack(plain.get()));
    Ref<Object> iter = TRY(import_builtin("iter"))
    , next = TRY(import_builtin("next"));
    Ref<Object> iterator = TRY(call(iter.get(), plain.get()));
    Ref<Tuple> next_args = TRY(tuple_pack(iterator.get()));
    return tuple_pack(next.get(), as_object(next_args.get()));
  }
  Ref<Tuple> args = TRY(tuple_pack(self->origin, self->args));
  return tuple_pack(as_object(&generic_alias_type), as_object(args.get()));
}
Ref<Object> alias_dir(GenericAlias* self) {
  Ref<Object> names = TRY(object_dir(self->origin));
  Ref<List> list = TRY(sequence_list(names.get()));
  for (const char* own : {"__origin__", "__args__", "__parameters__", "__unpacked__", "__typing_unpacked_tuple_args__",
                          "__mro_entries__", "__reduce_ex__", "__reduce__", "__copy__", "__deepcopy__", "__class__"}) {
    Ref<Str> name = TRY(str_intern_ascii(own));
    if (!TRY(sequence_contains(as_object(list.get()), as_object(name.get())))) {
      TRY(list_append(list.get(), as_object(name.get())));
    }
  }
  return list;
}

Ref<Object> unpacked_tuple_args(GenericAlias* self) {
  if (self->starred && self->origin == as_object(&tuple_type)) return Ref<Object>::share(self->args);
  return none_ref();
}

Ref<Object> make_alias(Type* type, Object* origin, Object* args, bool starred) {
  Ref<Tuple> items = is_tuple(args) ? Ref<Tuple>::share(cast<Tuple>(args)) : TRY(tuple_pack(args));
  GenericAlias* a = cast<GenericAlias>(type_generic_alloc(type, 0));
  if (!a) return nullptr;
  a->origin = Ref<Object>::share(origin).release();
  a->args = as_object(items.release());
  a->starred = starred;
  a->vectorcall = alias_vectorcall;
  return Ref<Object>::steal(as_object(a));
}
Ref<Object> alias_new(Type* type, Object* origin, Object* args) { return make_alias(type, origin, args, false); }

// iter(tuple[int]) yields *tuple[int] once.
Ref<Object> alias_iter(GenericAlias* self) {
  AliasIterator* it = object_new_gc<AliasIterator>(&generic_alias_iterator_type);
  if (!it) return nullptr;
  it->alias = Ref<Object>::share(as_object(self)).release();
  gc_track(it);
  return Ref<Object>::steal(as_object(it));
}
Ref<Object> alias_iterator_next(AliasIterator* self) {
  if (!self->alias) return nullptr;
  Ref<Object> alias = take_field(self->alias);
  GenericAlias* a = as_alias(alias.get());
  return make_alias(type_of(a), a->origin, a->args, true);
}
void alias_iterator_dealloc(Object* p) {
  gc_untrack(p);
  clear_field(cast<AliasIterator>(p)->alias);
  gc_free(p);
}
int alias_iterator_traverse(Object* p, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<AliasIterator>(p)->alias);
  return 0;
}
int alias_iterator_clear(Object* p) {
  clear_field(cast<AliasIterator>(p)->alias);
  return 0;
}
Ref<Object> alias_iterator_reduce(AliasIterator* self) {
  Ref<Object> iter = TRY(import_builtin("iter"));
  Ref<Tuple> args;
  if (self->alias) {
    args = TRY(tuple_pack(self->alias));
  } else {
    Ref<Tuple> empty = tuple_empty();
    args = TRY(tuple_pack(empty.get()));
  }
  return tuple_pack(iter.get(), as_object(args.get()));
}

Ref<Object> alias_or(Object* a, Object* b) { return union_type_or(a, b); }

constinit NumberMethods alias_as_number = {.or_ = slot<alias_or>};
constinit MappingMethods alias_as_mapping = {.subscript = slot<alias_get_item>};
constinit MethodDef alias_methods[] = {
    PLAIN_METHOD(alias_mro_entries, "__mro_entries__(self, bases, /)", ""),
    PLAIN_METHOD(alias_instance_check, "__instancecheck__(self, object, /)", ""),
    PLAIN_METHOD(alias_subclass_check, "__subclasscheck__(self, object, /)", ""),
    PLAIN_METHOD(alias_reduce, "__reduce__(self, /)", ""),
    PLAIN_METHOD(alias_dir, "__dir__(self, /)", ""),
    {},
};
constinit MemberDef alias_members[] = {
    {"__origin__", kMemberObject, offsetof(GenericAlias, origin), kMemberReadonly, nullptr},
    {"__args__", kMemberObject, offsetof(GenericAlias, args), kMemberReadonly, nullptr},
    {"__unpacked__", kMemberBool, offsetof(GenericAlias, starred), kMemberReadonly, nullptr},
    {},
};
constinit GetSetDef alias_getset[] = {
    {"__parameters__", getter<get_parameters>, nullptr, "Type variables in the GenericAlias.", nullptr},
    {"__typing_unpacked_tuple_args__", getter<unpacked_tuple_args>, nullptr, nullptr, nullptr},
    {},
};
constinit MethodDef alias_iterator_methods[] = {
    PLAIN_METHOD(alias_iterator_reduce, "__reduce__(self, /)", ""),
    {},
};

}  // namespace

Ref<Object> generic_alias_new(Object* origin, Object* args) {
  return make_alias(&generic_alias_type, origin, args, false);
}
Ref<Object> class_getitem_generic_alias(Object* cls, Object* item) { return generic_alias_new(cls, item); }

constinit Type generic_alias_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "types.GenericAlias",
    .basicsize = sizeof(GenericAlias),
    .dealloc = alias_dealloc,
    .vectorcall_offset = offsetof(GenericAlias, vectorcall),
    .repr = slot<alias_repr>,
    .as_number = &alias_as_number,
    .as_mapping = &alias_as_mapping,
    .hash = slot<alias_hash>,
    .call = slot<alias_call>,
    .getattro = slot<alias_get_attr>,
    .flags = kTypeDefault | kTypeHaveGc | kTypeBaseType | kTypeHaveVectorcall,
    .doc = "Represent a PEP 585 generic type\n\nE.g. for t = list[int], t.__origin__ is list and t.__args__ is (int,).",
    .traverse = alias_traverse,
    .richcompare = slot<alias_compare>,
    .weaklistoffset = offsetof(GenericAlias, weakreflist),
    .iter = slot<alias_iter>,
    .methods = alias_methods,
    .members = alias_members,
    .getset = alias_getset,
    .alloc = type_generic_alloc,
    .new_ = NEW(alias_new, "GenericAlias(type, origin, args, /)"),
    .free = gc_free_slot,
};

constinit Type generic_alias_iterator_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "generic_alias_iterator",
    .basicsize = sizeof(AliasIterator),
    .dealloc = alias_iterator_dealloc,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = alias_iterator_traverse,
    .clear = alias_iterator_clear,
    .iter =
        [](Object* p) {
          incref(p);
          return p;
        },
    .iternext = slot<alias_iterator_next>,
    .methods = alias_iterator_methods,
};

}  // namespace minipy
