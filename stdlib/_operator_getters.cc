// operator.itemgetter, attrgetter and methodcaller: callables that fetch from, or call a method of, their one argument.
#include "stdlib/_operator_getters.h"

#include "runtime/abstract.h"
#include "runtime/container_support.h"
#include "runtime/dict.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "stdlib/import.h"
#include "stdlib/native_type.h"

namespace minipy {

namespace {

// The calling convention of all three: exactly one positional argument.
Object* only_argument(const char* name, Object* const* args, ssize n, bool keywords) {
  if (keywords) return raise(TypeError, "{}() takes no keyword arguments", name);
  if (n != 1) return raise(TypeError, "{} expected 1 argument, got {}", name, n);
  return args[0];
}
Object* only_argument(const char* name, Object* args, Object* kwargs) {
  Tuple* t = cast<Tuple>(args);
  return only_argument(name, t->items, tuple_size(t), kwargs && dict_size(cast<Dict>(kwargs)) > 0);
}
Object* only_argument(const char* name, Object* const* args, size_t nargsf, Object* kwnames) {
  return only_argument(name, args, vectorcall_nargs(nargsf), kwnames && tuple_size(cast<Tuple>(kwnames)) > 0);
}

// "name(item)" or "name(item, item)".
Ref<Str> repr_with_items(Object* self, Tuple* items) {
  if (tuple_size(items) == 1) return format_message("{}({})", type_name(self), repr_of(items->items[0]));
  return format_message("{}{}", type_name(self), repr_of(items));
}

// ---- itemgetter
// ------------------------------------------------------------------------------------------------------

struct ItemGetter {
  Object base;
  ssize count;
  Object* item;  // the one item, or a tuple of them
  ssize index;   // the one item as a non-negative index, otherwise -1
  VectorcallFunc vectorcall;
};

Ref<Object> itemgetter_get(ItemGetter* g, Object* from) {
  if (g->count == 1) {
    if (g->index >= 0 && is_exactly(from, &tuple_type) && g->index < tuple_size(cast<Tuple>(from))) {
      return share(cast<Tuple>(from)->items[g->index]);
    }
    return object_get_item(from, g->item);
  }
  Ref<Tuple> result = TRY(tuple_new(g->count));
  for (ssize i = 0; i < g->count; i++) {
    result->items[i] = TRY(object_get_item(from, cast<Tuple>(g->item)->items[i]))
    .release();
  }
  return result;
}

Object* itemgetter_call(Object* self, Object* args, Object* kwargs) {
  Object* from = TRY(only_argument("itemgetter", args, kwargs));
  return itemgetter_get(cast<ItemGetter>(self), from).release();
}
Object* itemgetter_vectorcall(Object* self, Object* const* args, size_t nargsf, Object* kwnames) {
  Object* from = TRY(only_argument("itemgetter", args, nargsf, kwnames));
  return itemgetter_get(cast<ItemGetter>(self), from).release();
}

Object* itemgetter_new(Type* type, Object* args, Object* kwargs) {
  if (!check_no_keywords("itemgetter", kwargs)) return nullptr;
  ssize n = tuple_size(cast<Tuple>(args));
  if (n == 0) return raise(TypeError, "itemgetter expected 1 argument, got 0");
  Object* item = n == 1 ? cast<Tuple>(args)->items[0] : args;
  Ref<ItemGetter> self = TRY(allocate<ItemGetter>(type));
  self->count = n;
  self->item = Ref<Object>::share(item).release();
  self->index = -1;
  if (is_exactly(item, &int_type)) {
    int overflow;
    long long index = int_to_long_long_overflow(item, &overflow);
    if (!overflow && index >= 0) self->index = static_cast<ssize>(index);
  }
  self->vectorcall = itemgetter_vectorcall;
  return as_object(self.release());
}

Ref<Tuple> itemgetter_items(ItemGetter* g) {
  if (g->count == 1) return tuple_pack(g->item);
  return share(cast<Tuple>(g->item));
}

Ref<Str> itemgetter_repr(ItemGetter* g) {
  ReprGuard guard(as_object(g));
  if (guard.failed()) return nullptr;
  if (guard.recursive()) return format_message("{}(...)", type_name(g));
  if (g->count == 1) return format_message("{}({})", type_name(g), repr_of(g->item));
  return repr_with_items(as_object(g), cast<Tuple>(g->item));
}

Ref<Object> itemgetter_reduce(ItemGetter* g) {
  Ref<Tuple> items = TRY(itemgetter_items(g));
  return tuple_pack(type_of(g), items.get());
}

constinit MethodDef itemgetter_methods[] = {
    METHOD(itemgetter_reduce, "__reduce__(self, /)", "Return state information for pickling"),
    {},
};
using ItemGetterFields = Owned<ItemGetter, &ItemGetter::item>;

// ---- attrgetter
// ------------------------------------------------------------------------------------------------------

struct AttrGetter {
  Object base;
  ssize count;
  Tuple* names;  // each a str, or a tuple of str for a dotted name
  VectorcallFunc vectorcall;
};

Ref<Object> get_dotted(Object* from, Object* name) {
  if (is_str(name)) return object_get_attr(from, cast<Str>(name));
  Ref<Object> value = share(from);
  Tuple* parts = cast<Tuple>(name);
  for (ssize i = 0; i < tuple_size(parts); i++) {
    value = TRY(object_get_attr(value.get(), cast<Str>(parts->items[i])));
  }
  return value;
}

Ref<Object> attrgetter_get(AttrGetter* g, Object* from) {
  if (g->count == 1) return get_dotted(from, g->names->items[0]);
  Ref<Tuple> result = TRY(tuple_new(g->count));
  for (ssize i = 0; i < g->count; i++) result->items[i] = TRY(get_dotted(from, g->names->items[i]))
  .release();
  return result;
}

Object* attrgetter_call(Object* self, Object* args, Object* kwargs) {
  Object* from = TRY(only_argument("attrgetter", args, kwargs));
  return attrgetter_get(cast<AttrGetter>(self), from).release();
}
Object* attrgetter_vectorcall(Object* self, Object* const* args, size_t nargsf, Object* kwnames) {
  Object* from = TRY(only_argument("attrgetter", args, nargsf, kwnames));
  return attrgetter_get(cast<AttrGetter>(self), from).release();
}

Ref<Object> interned(Ref<Str> s) {
  if (s && is_exactly(s.get(), &str_type)) str_intern(s);
  return s;
}

// "a" stays; "a.b" becomes ("a", "b").
Ref<Object> split_dotted(Str* name) {
  const ssize length = str_length(name);
  ssize dots = 0;
  for (ssize i = 0; i < length; i++) dots += str_at(name, i) == '.';
  if (dots == 0) return interned(share(name));
  Ref<Tuple> result = TRY(tuple_new(dots + 1));
  ssize start = 0;
  for (ssize i = 0; i <= dots; i++) {
    ssize end = start;
    while (end < length && str_at(name, end) != '.') end++;
    result->items[i] = TRY(interned(str_substring(name, start, end)))
    .release();
    start = end + 1;
  }
  return result;
}

Object* attrgetter_new(Type* type, Object* args, Object* kwargs) {
  if (!check_no_keywords("attrgetter", kwargs)) return nullptr;
  Tuple* given = cast<Tuple>(args);
  ssize n = tuple_size(given);
  if (n == 0) return raise(TypeError, "attrgetter expected 1 argument, got 0");
  Ref<Tuple> names = TRY(tuple_new(n));
  for (ssize i = 0; i < n; i++) {
    if (!is_str(given->items[i])) return raise(TypeError, "attribute name must be a string");
    names->items[i] = TRY(split_dotted(cast<Str>(given->items[i])))
    .release();
  }
  Ref<AttrGetter> self = TRY(allocate<AttrGetter>(type));
  self->count = n;
  self->names = names.release();
  self->vectorcall = attrgetter_vectorcall;
  return as_object(self.release());
}

// The names as they were given.
Ref<Tuple> attrgetter_names(AttrGetter* g) {
  Ref<Str> dot = TRY(str_from_char('.'));
  Ref<Tuple> names = TRY(tuple_new(g->count));
  for (ssize i = 0; i < g->count; i++) {
    Object* name = g->names->items[i];
    names->items[i] =
        is_tuple(name) ? as_object(TRY(str_join(dot.get(), name)).release()) : Ref<Object>::share(name).release();
  }
  return names;
}

Ref<Str> attrgetter_repr(AttrGetter* g) {
  ReprGuard guard(as_object(g));
  if (guard.failed()) return nullptr;
  if (guard.recursive()) return format_message("{}(...)", type_name(g));
  Ref<Tuple> names = TRY(attrgetter_names(g));
  return repr_with_items(as_object(g), names.get());
}

Ref<Object> attrgetter_reduce(AttrGetter* g) {
  Ref<Tuple> names = TRY(attrgetter_names(g));
  return tuple_pack(type_of(g), names.get());
}

constinit MethodDef attrgetter_methods[] = {
    METHOD(attrgetter_reduce, "__reduce__(self, /)", "Return state information for pickling"),
    {},
};
using AttrGetterFields = Owned<AttrGetter, &AttrGetter::names>;

// ---- methodcaller
// ----------------------------------------------------------------------------------------------------

struct MethodCaller {
  Object base;
  Object* name;
  Tuple* args;
  Object* kwargs;  // dict or null
};

Object* methodcaller_call(Object* self, Object* args, Object* kwargs) {
  Object* from = TRY(only_argument("methodcaller", args, kwargs));
  MethodCaller* m = cast<MethodCaller>(self);
  Ref<Object> method = TRY(object_get_attr(from, cast<Str>(m->name)));
  return call_tuple_dict(method.get(), as_object(m->args), m->kwargs).release();
}

Object* methodcaller_new(Type* type, Object* args, Object* kwargs) {
  Tuple* given = cast<Tuple>(args);
  if (tuple_size(given) < 1) return raise(TypeError, "methodcaller needs at least one argument, the method name");
  if (!is_str(given->items[0])) return raise(TypeError, "method name must be a string");
  Ref<Object> name = TRY(interned(share(cast<Str>(given->items[0]))));
  Ref<Tuple> rest = TRY(tuple_slice(given, 1, tuple_size(given)));
  Ref<MethodCaller> self = TRY(allocate<MethodCaller>(type));
  self->name = name.release();
  self->args = rest.release();
  self->kwargs = Ref<Object>::share(kwargs).release();
  return as_object(self.release());
}

Ref<Str> methodcaller_repr(MethodCaller* m) {
  ReprGuard guard(as_object(m));
  if (guard.failed()) return nullptr;
  if (guard.recursive()) return format_message("{}(...)", type_name(m));
  StrBuilder out;
  TRY(out.append_utf8(type_name(m)));
  TRY(out.append_char('('));
  TRY(out.append_repr_of(m->name));
  for (ssize i = 0; i < tuple_size(m->args); i++) {
    TRY(out.append_ascii(", "));
    TRY(out.append_repr_of(m->args->items[i]));
  }
  if (m->kwargs) {
    ssize position = 0;
    Object *key, *value;
    while (dict_next(cast<Dict>(m->kwargs), &position, &key, &value)) {
      Ref<Object> held_key = share(key), held_value = share(value);
      TRY(out.append_ascii(", "));
      TRY(out.append_str_of(key));
      TRY(out.append_char('='));
      TRY(out.append_repr_of(value));
    }
  }
  TRY(out.append_char(')'));
  return out.finish();
}

Ref<Object> methodcaller_reduce(MethodCaller* m) {
  if (!m->kwargs || dict_size(cast<Dict>(m->kwargs)) == 0) {
    ssize n = tuple_size(m->args);
    Ref<Tuple> args = TRY(tuple_new(n + 1));
    args->items[0] = Ref<Object>::share(m->name).release();
    for (ssize i = 0; i < n; i++) args->items[i + 1] = Ref<Object>::share(m->args->items[i]).release();
    return tuple_pack(type_of(m), args.get());
  }
  // Keywords cannot be pickled as arguments: they go into a partial object.
  Ref<Object> partial = TRY(import_attribute("functools", "partial"));
  Ref<Tuple> args = TRY(tuple_pack(type_of(m), m->name));
  Ref<Object> constructor = TRY(call_tuple_dict(partial.get(), as_object(args.get()), m->kwargs));
  args.reset();  // before the result begins, as in CPython (D9)
  return tuple_pack(constructor.get(), as_object(m->args));
}

constinit MethodDef methodcaller_methods[] = {
    METHOD(methodcaller_reduce, "__reduce__(self, /)", "Return state information for pickling"),
    {},
};
using MethodCallerFields = Owned<MethodCaller, &MethodCaller::name, &MethodCaller::args, &MethodCaller::kwargs>;

}  // namespace

namespace {

constinit MemberDef itemgetter_members[] = {
    {"__vectorcalloffset__", kMemberSsize, offsetof(ItemGetter, vectorcall), kMemberReadonly, nullptr},
    {},
};
constinit MemberDef attrgetter_members[] = {
    {"__vectorcalloffset__", kMemberSsize, offsetof(AttrGetter, vectorcall), kMemberReadonly, nullptr},
    {},
};

}  // namespace

constinit Type itemgetter_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "operator.itemgetter",
    .basicsize = sizeof(ItemGetter),
    .dealloc = ItemGetterFields::dealloc,
    .vectorcall_offset = offsetof(ItemGetter, vectorcall),
    .repr = slot<itemgetter_repr>,
    .call = itemgetter_call,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc | kTypeHaveVectorcall,
    .doc =
        "itemgetter(item, ...) --> itemgetter object\n\n"
        "Return a callable object that fetches the given item(s) from its operand.\n"
        "After f = itemgetter(2), the call f(r) returns r[2].\n"
        "After g = itemgetter(2, 5, 3), the call g(r) returns (r[2], r[5], r[3])",
    .traverse = ItemGetterFields::traverse,
    .clear = ItemGetterFields::clear,
    .methods = itemgetter_methods,
    .members = itemgetter_members,
    .new_ = itemgetter_new,
};

constinit Type attrgetter_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "operator.attrgetter",
    .basicsize = sizeof(AttrGetter),
    .dealloc = AttrGetterFields::dealloc,
    .vectorcall_offset = offsetof(AttrGetter, vectorcall),
    .repr = slot<attrgetter_repr>,
    .call = attrgetter_call,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc | kTypeHaveVectorcall,
    .doc =
        "attrgetter(attr, ...) --> attrgetter object\n\n"
        "Return a callable object that fetches the given attribute(s) from its operand.\n"
        "After f = attrgetter('name'), the call f(r) returns r.name.\n"
        "After g = attrgetter('name', 'date'), the call g(r) returns (r.name, r.date).\n"
        "After h = attrgetter('name.first', 'name.last'), the call h(r) returns\n"
        "(r.name.first, r.name.last).",
    .traverse = AttrGetterFields::traverse,
    .clear = AttrGetterFields::clear,
    .methods = attrgetter_methods,
    .members = attrgetter_members,
    .new_ = attrgetter_new,
};

constinit Type methodcaller_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "operator.methodcaller",
    .basicsize = sizeof(MethodCaller),
    .dealloc = MethodCallerFields::dealloc,
    .repr = slot<methodcaller_repr>,
    .call = methodcaller_call,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc,
    .doc =
        "methodcaller(name, ...) --> methodcaller object\n\n"
        "Return a callable object that calls the given method on its operand.\n"
        "After f = methodcaller('name'), the call f(r) returns r.name().\n"
        "After g = methodcaller('name', 'date', foo=1), the call g(r) returns\n"
        "r.name('date', foo=1).",
    .traverse = MethodCallerFields::traverse,
    .clear = MethodCallerFields::clear,
    .methods = methodcaller_methods,
    .new_ = methodcaller_new,
};

}  // namespace minipy
