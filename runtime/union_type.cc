// types.UnionType: X | Y (PEP 604).
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
#include "runtime/str.h"
#include "runtime/type_params.h"

namespace minipy {
namespace {

struct Union {
  Object base;
  Object* args;        // tuple of distinct members
  Object* parameters;  // tuple, made on demand
};
Union* as_union(Object* p) { return cast<Union>(p); }

void union_dealloc(Object* p) {
  gc_untrack(p);
  clear_field(as_union(p)->args);
  clear_field(as_union(p)->parameters);
  gc_free(p);
}
int union_traverse(Object* p, VisitProc visit, void* arg) {
  MINIPY_VISIT(as_union(p)->args);
  MINIPY_VISIT(as_union(p)->parameters);
  return 0;
}

bool is_union_operand(Object* p) {
  return is_none(p) || is_type(p) || is_instance_of(p, &generic_alias_type) || is_exactly(p, &union_type);
}

// The members of an operand: of a union its own, otherwise the operand alone.
struct Operand {
  explicit Operand(Object* p) : single(is_none(p) ? as_object(&none_type) : p) {
    if (!is_exactly(p, &union_type)) return;
    Tuple* t = cast<Tuple>(as_union(p)->args);
    items = t->items;
    size = tuple_size(t);
  }
  Operand(const Operand&) = delete;
  Object* single;
  Object* const* items = &single;
  ssize size = 1;
};

// Equal members once; aliases are compared by value, classes by identity.
Maybe<bool> contains(Object* const* items, ssize size, Object* p) {
  for (ssize i = 0; i < size; i++) {
    if (items[i] == p) return true;
    if (is_exactly(items[i], &generic_alias_type) && is_exactly(p, &generic_alias_type)) {
      Maybe<bool> equal = object_compare_bool(items[i], p, kEq);
      if (!equal || *equal) return equal;
    }
  }
  return false;
}

// The left operand's members and what the right one adds. Null without an exception: it adds nothing.
Ref<Tuple> merge(const Operand& left, const Operand& right) {
  Ref<Tuple> merged;
  ssize count = 0;
  for (ssize i = 0; i < right.size; i++) {
    Object* p = right.items[i];
    Maybe<bool> known = contains(left.items, left.size, p);
    if (!known) return nullptr;
    if (*known) continue;
    if (!merged) {
      merged = TRY(tuple_new(left.size + right.size - i));
      for (; count < left.size; count++) merged->items[count] = share(left.items[count]).release();
    }
    merged->items[count++] = share(p).release();
  }
  if (merged) TRY(tuple_resize(merged, count));
  return merged;
}

Ref<Object> make_union(Ref<Tuple> members) {
  Union* u = object_new_gc<Union>(&union_type);
  if (!u) return nullptr;
  u->args = as_object(members.release());
  u->parameters = nullptr;
  gc_track(u);
  return Ref<Object>::steal(as_object(u));
}

Ref<Str> union_repr(Union* self) {
  Tuple* args = cast<Tuple>(self->args);
  StrBuilder out;
  for (ssize i = 0; i < tuple_size(args); i++) {
    if (i) TRY(out.append_ascii(" | "));
    if (args->items[i] == as_object(&none_type)) {
      TRY(out.append_ascii("None"));
    } else {
      TRY(append_type_repr(out, args->items[i]));
    }
  }
  return out.finish();
}

Maybe<ssize> union_hash(Union* self) {
  Ref<Set> members = frozenset_new(self->args);
  if (!members) return kRaised;
  return object_hash(as_object(members.get()));
}

Ref<Object> union_compare(Union* self, Object* other, CompareOp op) {
  if (!is_exactly(other, &union_type) || (op != kEq && op != kNe)) return not_implemented_ref();
  Ref<Set> a = TRY(set_new(self->args))
  , b = TRY(set_new(as_union(other)->args));
  return object_compare(as_object(a.get()), as_object(b.get()), op);
}

Ref<Object> get_parameters(Union* self) {
  if (!self->parameters) {
    self->parameters = as_object(TRY(collect_type_parameters(cast<Tuple>(self->args))).release());
  }
  return Ref<Object>::share(self->parameters);
}

Ref<Object> union_get_item(Union* self, Object* item) {
  Ref<Object> parameters = TRY(get_parameters(self));
  Ref<Tuple> args =
      TRY(substitute_type_parameters(as_object(self), cast<Tuple>(self->args), cast<Tuple>(parameters.get()), item));
  Ref<Object> result = Ref<Object>::share(args->items[0]);
  for (ssize i = 1; i < tuple_size(args.get()); i++) result = TRY(number_or(result.get(), args->items[i]));
  return result;
}

Ref<Object> union_get_attr(Union* self, Str* name) {
  TRY(check_attribute_name(as_object(name)));
  if (str_equals_ascii(name, "__module__")) return object_get_attr(as_object(type_of(self)), name);
  return object_generic_get_attr(as_object(self), name);
}

Ref<Object> union_or(Object* a, Object* b) { return union_type_or(a, b); }

constinit NumberMethods as_number = {.or_ = slot<union_or>};
constinit MappingMethods as_mapping = {.subscript = slot<union_get_item>};
constinit MemberDef members[] = {
    {"__args__", kMemberObject, offsetof(Union, args), kMemberReadonly, nullptr},
    {},
};
constinit GetSetDef getset[] = {
    {"__parameters__", getter<get_parameters>, nullptr, "Type variables in the types.UnionType.", nullptr},
    {},
};

}  // namespace

Ref<Object> union_type_or(Object* a, Object* b) {
  if (!is_union_operand(a) || !is_union_operand(b)) return not_implemented_ref();
  Ref<Tuple> merged = merge(Operand(a), Operand(b));
  if (merged) return make_union(std::move(merged));
  if (error_pending()) return nullptr;
  return share(is_none(a) ? as_object(&none_type) : a);
}

constinit Type union_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "types.UnionType",
    .basicsize = sizeof(Union),
    .dealloc = union_dealloc,
    .repr = slot<union_repr>,
    .as_number = &as_number,
    .as_mapping = &as_mapping,
    .hash = slot<union_hash>,
    .getattro = slot<union_get_attr>,
    .flags = kTypeDefault | kTypeHaveGc,
    .doc = "Represent a PEP 604 union type\n\nE.g. for int | str",
    .traverse = union_traverse,
    .richcompare = slot<union_compare>,
    .members = members,
    .getset = getset,
    .free = gc_free_slot,
};

Tuple* union_type_args(Object* p) { return cast<Tuple>(as_union(p)->args); }

}  // namespace minipy
