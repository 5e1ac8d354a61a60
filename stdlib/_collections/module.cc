// The module _collections: defaultdict, the attributes of named tuples, and Counter's counting loop.
#include "runtime/module.h"
#include "runtime/abstract.h"
#include "runtime/container_support.h"
#include "runtime/dict.h"
#include "runtime/dict_keys.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "stdlib/_collections/collections.h"
#include "stdlib/native_type.h"

namespace minipy {

namespace {

// ---- defaultdict
// -----------------------------------------------------------------------------------------------------

bool has_factory(const DefaultDict* d) { return d->factory && !is_none(d->factory); }

Ref<Object> defaultdict_missing(DefaultDict* d, Object* key) {
  if (!has_factory(d)) return raise_key_error(key);
  Ref<Object> factory = share(d->factory);
  Ref<Object> value = TRY(call(factory.get()));
  TRY(object_set_item(as_object(d), key, value.get()));
  return value;
}

Ref<Object> make_like(DefaultDict* d, Object* contents) {
  return call(as_object(type_of(d)), d->factory ? d->factory : py_none(), contents);
}
Ref<Object> defaultdict_copy(DefaultDict* d) { return make_like(d, as_object(d)); }

Ref<Object> defaultdict_reduce(DefaultDict* d) {
  Ref<Tuple> args = TRY(has_factory(d) ? tuple_pack(d->factory) : tuple_empty());
  Ref<Object> items = TRY(call_method(as_object(d), NAME("items")));
  Ref<Object> iterator = TRY(get_iter(items.get()));
  return tuple_pack(type_of(d), args.get(), py_none(), py_none(), iterator.get());
}

int defaultdict_init(Object* self, Object* args, Object* kwargs) {
  DefaultDict* d = cast<DefaultDict>(self);
  Tuple* given = cast<Tuple>(args);
  Object* factory = nullptr;
  Ref<Tuple> rest = share(given);
  if (tuple_size(given) > 0) {
    factory = given->items[0];
    if (!is_callable(factory) && !is_none(factory)) {
      (void)raise(TypeError, "first argument must be callable or None");
      return -1;
    }
    rest = tuple_slice(given, 1, tuple_size(given));
    if (!rest) return -1;
  }
  replace_field(d->factory, share(factory));
  return dict_type.init(self, as_object(rest.get()), kwargs);
}

void defaultdict_dealloc(Object* p) {
  gc_untrack(p);
  TRASHCAN_GUARD(p, defaultdict_dealloc);
  clear_field(cast<DefaultDict>(p)->factory);
  dict_dealloc(p);
}
int defaultdict_traverse(Object* p, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<DefaultDict>(p)->factory);
  return dict_traverse(p, visit, arg);
}
int defaultdict_clear(Object* p) {
  clear_field(cast<DefaultDict>(p)->factory);
  return dict_type.clear(p);
}

Ref<Str> factory_repr(DefaultDict* d) {
  if (!d->factory) return str_from_ascii("None");
  ReprGuard guard(d->factory);
  if (guard.failed()) return nullptr;
  if (guard.recursive()) return str_from_ascii("...");
  return object_repr(d->factory);
}

Ref<Str> defaultdict_repr(DefaultDict* d) {
  Ref<Object> contents = TRY(steal(dict_type.repr(as_object(d))));
  Ref<Str> factory = TRY(factory_repr(d));
  return format_message("{}({}, {})", type_short_name(type_of(d)), factory, contents);
}

Ref<Object> defaultdict_or(Object* a, Object* b) {
  Object* self = is_instance_of(a, &defaultdict_type) ? a : b;
  if (!is_dict(self == a ? b : a)) return not_implemented_ref();
  Ref<Object> result = TRY(make_like(cast<DefaultDict>(self), a));
  TRY(dict_update(cast<Dict>(result.get()), b));
  return result;
}

constinit MethodDef defaultdict_methods[] = {
    METHOD(defaultdict_missing, "__missing__(self, key, /)",
           "__missing__(key) # Called by __getitem__ for missing key; pseudo-code:\n"
           "  if self.default_factory is None: raise KeyError((key,))\n"
           "  self[key] = value = self.default_factory()\n"
           "  return value"),
    METHOD(defaultdict_copy, "copy(self, /)", "D.copy() -> a shallow copy of D."),
    METHOD(defaultdict_copy, "__copy__(self, /)", "D.copy() -> a shallow copy of D."),
    METHOD(defaultdict_reduce, "__reduce__(self, /)", "Return state information for pickling."),
    CLASS_METHOD(class_getitem_generic_alias, "__class_getitem__(type, object, /)", "See PEP 585"),
    {},
};
constinit MemberDef defaultdict_members[] = {
    {"default_factory", kMemberObject, offsetof(DefaultDict, factory), 0,
     "Factory for default value called by __missing__()."},
    {},
};
constinit NumberMethods defaultdict_as_number = {.or_ = slot<defaultdict_or>};

// ---- _tuplegetter: a named tuple's attribute
// ---------------------------------------------------------------------------

struct TupleGetter {
  Object base;
  ssize index;
  Object* doc;
};

Ref<TupleGetter> tuplegetter_create(Type* type, ssize index, Object* doc) {
  Ref<TupleGetter> self = TRY(allocate<TupleGetter>(type));
  self->index = index;
  self->doc = Ref<Object>::share(doc).release();
  return self;
}

Object* tuplegetter_get(Object* self, Object* instance, Object*) {
  ssize index = cast<TupleGetter>(self)->index;
  if (instance && is_tuple(instance)) [[likely]] {
    Tuple* t = cast<Tuple>(instance);
    if (index < 0 || index >= tuple_size(t)) return raise(IndexError, "tuple index out of range");
    incref(t->items[index]);
    return t->items[index];
  }
  if (!instance || is_none(instance)) {
    incref(self);
    return self;
  }
  return raise(TypeError, "descriptor for index '{}' for tuple subclasses doesn't apply to '{}' object", index,
               type_name(instance));
}

int tuplegetter_set(Object*, Object*, Object* value) {
  (void)raise(AttributeError, "{}", value ? "can't set attribute" : "can't delete attribute");
  return -1;
}

Ref<Object> tuplegetter_reduce(TupleGetter* g) {
  Ref<Int> index = TRY(int_from_ssize(g->index));
  Ref<Tuple> args = TRY(tuple_pack(index.get(), g->doc));
  return tuple_pack(type_of(g), args.get());
}

Ref<Str> tuplegetter_repr(TupleGetter* g) {
  return format_message("{}({}, {})", type_short_name(type_of(g)), g->index, repr_of(g->doc));
}

constinit MethodDef tuplegetter_methods[] = {
    METHOD(tuplegetter_reduce, "__reduce__(self, /)", ""),
    {},
};
constinit MemberDef tuplegetter_members[] = {
    {"__doc__", kMemberObject, offsetof(TupleGetter, doc), 0, nullptr},
    {},
};
using TupleGetterFields = Owned<TupleGetter, &TupleGetter::doc>;

// ---- _count_elements
// ---------------------------------------------------------------------------------------------------

// The mapping uses dict's own get and __setitem__, so its table can be worked on directly.
bool counts_like_dict(Object* mapping) {
  if (!is_dict(mapping)) return false;
  auto same = [mapping](Str* name) {
    Object* of_mapping = type_lookup(type_of(mapping), name);
    return of_mapping && of_mapping == type_lookup(&dict_type, name);
  };
  return same(NAME("get")) && same(NAME("__setitem__"));
}

Status count_in_dict(Dict* d, Object* iterator) {
  Object* one = as_object(small_int(1));
  while (Ref<Object> key = iter_next(iterator)) {
    hash_t hash;
    if (!key_hash(key.get(), &hash)) return kRaised;
    Object* old;
    if (dict_lookup(d, key.get(), hash, &old) == kIndexError) return kRaised;
    if (!old) {
      TRY(dict_set_hashed(d, key.get(), hash, one));
      continue;
    }
    Ref<Object> held = share(old);
    Ref<Object> sum = TRY(number_add(old, one));
    TRY(dict_set_hashed(d, key.get(), hash, sum.get()));
  }
  return error_pending() ? Status::failed() : kOk;
}

Status count_elements(Object*, Object* mapping, Object* iterable) {
  Ref<Object> iterator = TRY(get_iter(iterable));
  if (counts_like_dict(mapping)) return count_in_dict(cast<Dict>(mapping), iterator.get());
  Ref<Object> get = TRY(object_get_attr(mapping, NAME("get")));
  while (Ref<Object> key = iter_next(iterator.get())) {
    Ref<Object> old = TRY(call(get.get(), key.get(), as_object(small_int(0))));
    Ref<Object> sum = TRY(number_add(old.get(), as_object(small_int(1))));
    TRY(object_set_item(mapping, key.get(), sum.get()));
  }
  return error_pending() ? Status::failed() : kOk;
}

constinit MethodDef collections_functions[] = {
    FUNCTION(count_elements, "_count_elements(module, mapping, iterable, /)",
             "Count elements in the iterable, updating the mapping"),
    {},
};

Status collections_exec(Module* m) {
  for (Type* type : {&deque_type, &defaultdict_type, &ordered_dict_type, &deque_iterator_type,
                     &deque_reverse_iterator_type, &tuplegetter_type}) {
    TRY(module_add_type(m, type));
  }
  for (Type* type :
       {&ordered_dict_iterator_type, &ordered_dict_keys_type, &ordered_dict_values_type, &ordered_dict_items_type}) {
    TRY(type_ready(type));
  }
  return kOk;
}

}  // namespace

constinit Type defaultdict_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "collections.defaultdict",
    .basicsize = sizeof(DefaultDict),
    .dealloc = defaultdict_dealloc,
    .repr = slot<defaultdict_repr>,
    .as_number = &defaultdict_as_number,
    .getattro = object_generic_getattro,
    .flags = kNativeTypeFlags,
    .doc =
        "defaultdict(default_factory=None, /, [...]) --> dict with default factory\n\n"
        "The default factory is called without arguments to produce\n"
        "a new value when a key is not present, in __getitem__ only.\n"
        "A defaultdict compares equal to a dict with the same items.\n"
        "All remaining arguments are treated the same as if they were\n"
        "passed to the dict constructor, including keyword arguments.",
    .traverse = defaultdict_traverse,
    .clear = defaultdict_clear,
    .methods = defaultdict_methods,
    .members = defaultdict_members,
    .base_type = &dict_type,
    .init = defaultdict_init,
    .alloc = type_generic_alloc,
    .free = gc_free_slot,
};

constinit Type tuplegetter_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_collections._tuplegetter",
    .basicsize = sizeof(TupleGetter),
    .dealloc = TupleGetterFields::dealloc,
    .repr = slot<tuplegetter_repr>,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = TupleGetterFields::traverse,
    .clear = TupleGetterFields::clear,
    .methods = tuplegetter_methods,
    .members = tuplegetter_members,
    .descr_get = tuplegetter_get,
    .descr_set = tuplegetter_set,
    .new_ = NEW(tuplegetter_create, "_tuplegetter(type, index, doc, /)"),
};

constinit NativeModule _collections_module = {
    "_collections", collections_functions, collections_exec,
    "High performance data structures.\n- deque:        ordered collection accessible from endpoints only\n"
    "- defaultdict:  dict subclass with a default value factory\n"};

}  // namespace minipy
