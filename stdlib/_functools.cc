// Module _functools: partial, reduce, cmp_to_key. The cache of lru_cache is in _functools_lru_cache.cc.
#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/bind_varargs.h"
#include "runtime/container_support.h"
#include "runtime/dict.h"
#include "runtime/heap_types.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/weakref.h"
#include "stdlib/functools.h"
#include "stdlib/native_type.h"

namespace minipy {

extern Type lru_cache_type, lru_link_type;

namespace {

// ---- partial
// ---------------------------------------------------------------------------------------------------------

// None where the object is not finished: its arguments are made after it, as in CPython, and what runs in a collection
// meanwhile may find it.
ssize keyword_count(const Partial* p) { return p->keywords ? dict_size(p->keywords) : 0; }

// Calls with the arguments given before in front. The keywords may have been changed from Python.
Object* partial_call(Object* self, Object* args, Object* kwargs) {
  Partial* p = cast<Partial>(self);
  Ref<Object> all = sequence_concat(as_object(p->args), args);
  if (!all) return nullptr;
  Ref<Dict> keywords;
  if (keyword_count(p)) {
    keywords = dict_copy(p->keywords);
    if (!keywords || (kwargs && !dict_merge(keywords.get(), kwargs, 1))) return nullptr;
    kwargs = as_object(keywords.get());
  }
  Ref<Object> function = share(p->function);
  return call_tuple_dict(function.get(), all.get(), kwargs).release();
}

Object* partial_vectorcall(Object* self, Object* const* args, size_t nargsf, Object* kwnames) {
  Partial* p = cast<Partial>(self);
  ssize n = vectorcall_nargs(nargsf);
  ssize own = tuple_size(p->args);
  if (dict_size(p->keywords)) {
    Ref<Tuple> positional = TRY(tuple_from_array(args, n));
    Ref<Dict> keywords;
    if (kwnames && tuple_size(cast<Tuple>(kwnames))) {
      keywords = TRY(dict_new());
      for (ssize i = 0; i < tuple_size(cast<Tuple>(kwnames)); i++) {
        TRY(dict_set(keywords.get(), cast<Tuple>(kwnames)->items[i], args[n + i]));
      }
    }
    return partial_call(self, as_object(positional.get()), as_object(keywords.get()));
  }
  if (own == 0) return call_vector(p->function, args, nargsf, kwnames).release();
  if (own == 1 && (nargsf & kVectorcallArgumentsOffset)) {
    Object** before = const_cast<Object**>(args) - 1;
    Object* saved = std::exchange(*before, p->args->items[0]);
    Ref<Object> result = call_vector(p->function, before, static_cast<size_t>(n + 1), kwnames);
    *before = saved;
    return result.release();
  }
  ssize total = n + (kwnames ? tuple_size(cast<Tuple>(kwnames)) : 0);
  Object* few[10];
  Object** all = few;
  if (own + total > 10) {
    all = static_cast<Object**>(memory::mem_alloc(static_cast<size_t>(own + total) * sizeof(Object*)));
    if (!all) return raise_no_memory_error();
  }
  // Held: the call may change the partial object through __setstate__.
  Ref<Object> function = share(p->function);
  Ref<Tuple> first = share(p->args);
  for (ssize i = 0; i < own; i++) all[i] = first->items[i];
  for (ssize i = 0; i < total; i++) all[own + i] = args[i];
  Ref<Object> result = call_vector(function.get(), all, static_cast<size_t>(own + n), kwnames);
  if (all != few) memory::mem_free(all);
  return result.release();
}

Object* partial_new(Type* type, Object* args, Object* kwargs) {
  Tuple* given = cast<Tuple>(args);
  if (tuple_size(given) < 1) return raise(TypeError, "type 'partial' takes at least one argument");
  Object* function = given->items[0];
  // A partial of a partial object without attributes of its own becomes one.
  Partial* inner = nullptr;
  if (type_of(function)->call == partial_call && !cast<Partial>(function)->attributes) {
    inner = cast<Partial>(function);
    function = inner->function;
  }
  if (!is_callable(function)) return raise(TypeError, "the first argument must be callable");
  Ref<Partial> self = TRY(allocate<Partial>(type));
  self->function = Ref<Object>::share(function).release();
  self->args = tuple_empty().release();
  Ref<Object> rest = TRY(tuple_slice(given, 1, tuple_size(given)));
  if (inner) rest = TRY(sequence_concat(as_object(inner->args), rest.get()));
  replace_field(self->args, std::move(rest).cast_to<Tuple>());
  Ref<Dict> keywords;
  if (inner && keyword_count(inner)) {
    keywords = TRY(dict_copy(inner->keywords));
    if (kwargs) TRY(dict_merge(keywords.get(), kwargs, 1));
  } else if (!kwargs) {
    keywords = TRY(dict_new());
  } else {
    keywords = kwargs->refcount == 1 ? share(cast<Dict>(kwargs)) : dict_copy(cast<Dict>(kwargs));
    if (!keywords) return nullptr;
  }
  self->keywords = keywords.release();
  self->vectorcall = partial_vectorcall;
  return as_object(self.release());
}

void partial_dealloc(Object* self) {
  Partial* p = cast<Partial>(self);
  gc_untrack(self);
  TRASHCAN_GUARD(self, partial_dealloc);
  if (p->weakreflist) weakref_clear_all(self);
  xdecref(p->function);
  xdecref(p->args);
  xdecref(p->keywords);
  xdecref(p->attributes);
  type_of(self)->free(self);
}

Ref<Str> partial_repr(Partial* p) {
  ReprGuard guard(as_object(p));
  if (guard.failed()) return nullptr;
  if (guard.recursive()) return str_from_ascii("...");
  StrBuilder out;
  TRY(out.append_utf8(type_name(p)));
  TRY(out.append_char('('));
  TRY(out.append_repr_of(p->function));
  Ref<Tuple> args = share(p->args);
  for (ssize i = 0; i < tuple_size(args.get()); i++) {
    TRY(out.append_ascii(", "));
    TRY(out.append_repr_of(args->items[i]));
  }
  Ref<Dict> keywords = share(p->keywords);
  ssize position = 0;
  Object *key, *value;
  while (keywords && dict_next(keywords.get(), &position, &key, &value)) {
    Ref<Object> held_key = share(key), held_value = share(value);
    TRY(out.append_ascii(", "));
    TRY(out.append_str_of(key));
    TRY(out.append_char('='));
    TRY(out.append_repr_of(value));
  }
  TRY(out.append_char(')'));
  return out.finish();
}

Ref<Object> partial_reduce(Partial* p) {
  Ref<Tuple> args = TRY(tuple_pack(p->function));
  Ref<Tuple> state = TRY(tuple_pack(p->function, as_object(p->args), p->keywords ? as_object(p->keywords) : py_none(),
                                    p->attributes ? p->attributes : py_none()));
  return tuple_pack(type_of(p), args.get(), state.get());
}

Status partial_setstate(Partial* p, Object* state) {
  Object** items = is_tuple(state) && tuple_size(cast<Tuple>(state)) == 4 ? cast<Tuple>(state)->items : nullptr;
  if (!items || !is_callable(items[0]) || !is_tuple(items[1]) || (!is_none(items[2]) && !is_dict(items[2]))) {
    return raise(TypeError, "invalid partial state");
  }
  Ref<Object> held = share(state);
  Ref<Tuple> args = TRY(tuple_from_iterable(items[1]));
  Ref<Dict> keywords = is_none(items[2])                  ? dict_new()
                       : is_exactly(items[2], &dict_type) ? share(cast<Dict>(items[2]))
                                                          : dict_copy(cast<Dict>(items[2]));
  if (!keywords) return kRaised;
  replace_field(p->function, share(items[0]));
  replace_field(p->args, std::move(args));
  replace_field(p->keywords, std::move(keywords));
  replace_field(p->attributes, is_none(items[3]) ? nullptr : share(items[3]));
  return kOk;
}

constinit MethodDef partial_methods[] = {
    METHOD(partial_reduce, "__reduce__(self, /)", ""),
    METHOD(partial_setstate, "__setstate__(self, state, /)", ""),
    CLASS_METHOD(class_getitem_generic_alias, "__class_getitem__(type, object, /)", "See PEP 585"),
    {},
};
constinit MemberDef partial_members[] = {
    {"func", kMemberObject, offsetof(Partial, function), kMemberReadonly,
     "function object to use in future partial calls"},
    {"args", kMemberObject, offsetof(Partial, args), kMemberReadonly, "tuple of arguments to future partial calls"},
    {"keywords", kMemberObject, offsetof(Partial, keywords), kMemberReadonly,
     "dictionary of keyword arguments to future partial calls"},
    {"__vectorcalloffset__", kMemberSsize, offsetof(Partial, vectorcall), kMemberReadonly, nullptr},
    {},
};
Object* get_attributes(Object* self, void* closure) { return object_generic_get_dict(self, closure).release(); }
int set_attributes(Object* self, Object* value, void* closure) {
  return object_generic_set_dict(self, value, closure) ? 0 : -1;
}
constinit GetSetDef partial_getset[] = {
    {"__dict__", get_attributes, set_attributes, nullptr, nullptr},
    {},
};
using PartialFields = Owned<Partial, &Partial::function, &Partial::args, &Partial::keywords, &Partial::attributes>;

}  // namespace

constinit Type partial_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "functools.partial",
    .basicsize = sizeof(Partial),
    .dealloc = partial_dealloc,
    .vectorcall_offset = offsetof(Partial, vectorcall),
    .repr = slot<partial_repr>,
    .call = partial_call,
    .getattro = object_generic_getattro,
    .setattro = object_generic_setattro,
    .flags = kNativeTypeFlags | kTypeHaveVectorcall,
    .doc =
        "partial(func, *args, **keywords) - new function with partial application\n"
        "    of the given arguments and keywords.\n",
    .traverse = PartialFields::traverse,
    .clear = PartialFields::clear,
    .weaklistoffset = offsetof(Partial, weakreflist),
    .methods = partial_methods,
    .members = partial_members,
    .getset = partial_getset,
    .dictoffset = offsetof(Partial, attributes),
    .new_ = partial_new,
    .free = gc_free_slot,
};

namespace {

// ---- cmp_to_key
// ------------------------------------------------------------------------------------------------------

extern Type key_wrapper_type;

struct KeyWrapper {
  Object base;
  Object* compare;
  Object* object;  // null: the function that wraps
};

Ref<KeyWrapper> wrapper_new(Object* compare, Object* object) {
  KeyWrapper* k = object_new_gc<KeyWrapper>(&key_wrapper_type);
  if (!k) return nullptr;
  k->compare = Ref<Object>::share(compare).release();
  k->object = Ref<Object>::share(object).release();
  gc_track(k);
  return steal(k);
}

Ref<KeyWrapper> wrapper_call_with(KeyWrapper* k, Object* obj) { return wrapper_new(k->compare, obj); }

Object* wrapper_call(Object* self, Object* args, Object* kwargs) {
  return bind::VarArgsConstructor<wrapper_call_with, decltype([] { return std::string_view("K(self, obj)"); })>::call(
      reinterpret_cast<Type*>(self), args, kwargs);
}

Ref<Object> wrapper_compare(KeyWrapper* k, Object* other, CompareOp op) {
  if (type_of(other) != type_of(k)) return raise(TypeError, "other argument must be K instance");
  Ref<Object> x = share(k->object), y = share(cast<KeyWrapper>(other)->object), compare = share(k->compare);
  if (!x || !y) return raise(AttributeError, "object");
  Ref<Object> result = TRY(call(compare.get(), x.get(), y.get()));
  return object_compare(result.get(), as_object(small_int(0)), op);
}

constinit MemberDef wrapper_members[] = {
    {"obj", kMemberObject, offsetof(KeyWrapper, object), 0, "Value wrapped by a key function."},
    {},
};
using KeyWrapperFields = Owned<KeyWrapper, &KeyWrapper::compare, &KeyWrapper::object>;

constinit Type key_wrapper_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "functools.KeyWrapper",
    .basicsize = sizeof(KeyWrapper),
    .dealloc = KeyWrapperFields::dealloc,
    .hash = hash_not_implemented,
    .call = wrapper_call,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc | kTypeDisallowInstantiation,
    .traverse = KeyWrapperFields::traverse,
    .clear = KeyWrapperFields::clear,
    .richcompare = slot<wrapper_compare>,
    .members = wrapper_members,
    .free = gc_free_slot,
};

Ref<KeyWrapper> cmp_to_key(Object*, Object* mycmp) { return wrapper_new(mycmp, nullptr); }

// ---- reduce
// ----------------------------------------------------------------------------------------------------------

Ref<Object> functools_reduce(Object*, Object* function, Object* iterable, Object* initial) {
  Ref<Object> iterator = get_iter(iterable);
  if (!iterator) {
    if (error_matches(TypeError)) return raise(TypeError, "reduce() arg 2 must support iteration");
    return nullptr;
  }
  Ref<Object> result = share(initial);
  // CPython calls the function with a tuple that it makes once: it counts for the collector (D9).
  Ref<Tuple> counted = TRY(tuple_pack(function, iterable));
  while (Ref<Object> item = iter_next(iterator.get())) {
    result = result ? TRY(call(function, result.get(), item.get())) : item;
  }
  if (error_pending()) return nullptr;
  if (!result) return raise(TypeError, "reduce() of empty iterable with no initial value");
  return result;
}

constinit MethodDef functions[] = {
    VARARGS_FUNCTION(functools_reduce, "reduce(module, function, iterable, initial=<unrepresentable>, /)",
                     "reduce(function, iterable[, initial]) -> value\n\n"
                     "Apply a function of two arguments cumulatively to the items of a sequence\n"
                     "or iterable, from left to right, so as to reduce the iterable to a single\n"
                     "value.  For example, reduce(lambda x, y: x+y, [1, 2, 3, 4, 5]) calculates\n"
                     "((((1+2)+3)+4)+5).  If initial is present, it is placed before the items\n"
                     "of the iterable in the calculation, and serves as a default when the\n"
                     "iterable is empty."),
    VARARGS_FUNCTION(cmp_to_key, "cmp_to_key(module, mycmp)", "Convert a cmp= function into a key= function."),
    {},
};

Status exec(Module* m) {
  TRY(module_add_heap_type(m, &partial_type));
  TRY(module_add_heap_type(m, &lru_cache_type));
  TRY(heap_type_ready(&key_wrapper_type));
  return heap_type_ready(&lru_link_type);
}

}  // namespace

constinit NativeModule _functools_module = {"_functools", functions, exec, "Tools that operate on functions."};

}  // namespace minipy
