// Module _abc: the work of abc.ABCMeta (PEP 3119). Each abstract class holds its registry and caches of earlier answers
// in an _abc_data object; classes are in them by weak references.
#include <vector>

#include "gc/collector.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/function.h"
#include "runtime/heap_types.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/set_internal.h"
#include "runtime/type_internal.h"
#include "runtime/weakref.h"

namespace minipy {
namespace {

struct AbcData {
  Object base;
  Set* registry;  // these three: sets of weak references to classes, or null
  Set* cache;
  Set* negative_cache;
  unsigned long long negative_cache_version;
};

// Counts register() calls; negative answers from before the last one are void. One for the process, as classes are.
constinit unsigned long long g_invalidation_counter = 0;

void abc_data_dealloc(Object* p) {
  gc_untrack(p);
  AbcData* d = cast<AbcData>(p);
  clear_field(d->registry);
  clear_field(d->cache);
  clear_field(d->negative_cache);
  gc_free(p);
}
int abc_data_traverse(Object* p, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<AbcData>(p)->registry);
  MINIPY_VISIT(cast<AbcData>(p)->cache);
  MINIPY_VISIT(cast<AbcData>(p)->negative_cache);
  return 0;
}
int abc_data_clear(Object* p) {
  clear_field(cast<AbcData>(p)->registry);
  clear_field(cast<AbcData>(p)->cache);
  clear_field(cast<AbcData>(p)->negative_cache);
  return 0;
}
Object* abc_data_new(Type* type, Object*, Object*) {
  Object* p = type->alloc(type, 0);
  if (p) cast<AbcData>(p)->negative_cache_version = g_invalidation_counter;
  return p;
}

constinit Type abc_data_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_abc._abc_data",
    .basicsize = sizeof(AbcData),
    .dealloc = abc_data_dealloc,
    .flags = kTypeDefault | kTypeHaveGc,
    .doc = "The registry and caches of an abstract class.",
    .traverse = abc_data_traverse,
    .clear = abc_data_clear,
    .new_ = abc_data_new,
};

Ref<AbcData> data_of(Object* cls) {
  Ref<Object> data = TRY(object_get_attr(cls, NAME("_abc_impl")));
  if (!is_exactly(data.get(), &abc_data_type)) return raise(TypeError, "_abc_impl is set to a wrong type");
  return std::move(data).cast_to<AbcData>();
}

// ---- Sets of weak references --------------------------------------------------------------------------------------

Maybe<bool> weak_set_contains(Set* set, Object* cls) {
  if (!set || set->used == 0) return false;
  Ref<Object> ref = weakref_new(cls, nullptr);
  if (!ref) {
    if (error_clear_if(TypeError)) return false;  // not weakly referencable, so never added
    return kRaised;
  }
  return set_contains(set, ref.get());
}

// Callback of a reference in a set: takes it out, if the set still is.
Object* forget_reference(Object* set_ref, Object* ref) {
  Ref<Object> set = weakref_get(set_ref);
  if (set && !set_discard(cast<Set>(set.get()), ref)) return nullptr;
  return none_ref().release();
}
constinit MethodDef forget_def = {"_destroy", MethodPointer(OMethod(forget_reference)), kMethO, nullptr};

Status weak_set_add(Set*& set, Object* cls) {
  if (!set) set = TRY(set_new(nullptr))
  .release();
  Ref<Set> kept = share(set);
  Ref<Object> set_ref = TRY(weakref_new(as_object(set), nullptr));
  Ref<Object> callback = TRY(builtin_function_new(&forget_def, set_ref.get(), nullptr));
  Ref<Object> ref = TRY(weakref_new(cls, callback.get()));
  return set_add(kept.get(), ref.get());
}

void weak_set_clear(Set*& set) {
  if (set) set_clear(set);
}

// ---- Abstract methods ---------------------------------------------------------------------------------------------

Maybe<bool> is_abstract(Object* p) {
  Ref<Object> flag;
  TRY(object_find_attr(p, NAME("__isabstractmethod__"), flag));
  if (!flag) return false;
  return object_is_true(flag.get());
}

// The abstract ones of the class's own attributes.
Status collect_own(Object* namespace_, Set* abstracts, Ref<Object>& items) {
  items = TRY(mapping_items(namespace_));
  Ref<Object> fast = TRY(sequence_fast(items.get(), "items() returned non-iterable"));
  for (ssize i = 0; i < sequence_fast_size(fast.get()); i++) {
    Ref<Object> item = share(sequence_fast_items(fast.get())[i]);
    Ref<Object> pair = TRY(sequence_fast(item.get(), "items() returned item which is not a tuple"));
    if (sequence_fast_size(pair.get()) != 2) {
      return raise(TypeError, "items() returned item which size is {}", sequence_fast_size(pair.get()));
    }
    Object** key_value = sequence_fast_items(pair.get());
    if (TRY(is_abstract(key_value[1]))) TRY(set_add(abstracts, key_value[0]));
  }
  return kOk;
}

// Those of a base that are still abstract in the class.
Status collect_inherited(Object* cls, Object* base, Set* abstracts) {
  Ref<Object> names;
  TRY(object_find_attr(base, NAME("__abstractmethods__"), names));
  if (!names) return kOk;
  Ref<Object> iterator = TRY(get_iter(names.get()));
  while (Ref<Object> name = iter_next(iterator.get())) {
    Ref<Object> value;
    if (!is_str(name.get()))
      return raise(TypeError, "attribute name must be string, not '{:.200}'", type_name(name.get()));
    TRY(object_find_attr(cls, cast<Str>(name.get()), value));
    if (value && TRY(is_abstract(value.get()))) TRY(set_add(abstracts, name.get()));
  }
  return error_pending() ? Status::failed() : kOk;
}

Status compute_abstract_methods(Object* cls) {
  // A set that nobody else has seen becomes the frozenset.
  Ref<Set> names = TRY(set_new(nullptr));
  // Both live until the end, as in CPython.
  Ref<Object> namespace_ = TRY(object_get_attr(cls, NAME("__dict__")))
  , items;
  TRY(collect_own(namespace_.get(), names.get(), items));
  Ref<Object> bases = TRY(object_get_attr(cls, NAME("__bases__")));
  if (!is_tuple(bases.get())) return raise(TypeError, "__bases__ is not tuple");
  for (ssize i = 0; i < tuple_size(cast<Tuple>(bases.get())); i++) {
    TRY(collect_inherited(cls, cast<Tuple>(bases.get())->items[i], names.get()));
  }
  names->base.type = &frozenset_type;
  return object_set_attr(cls, NAME("__abstractmethods__"), as_object(names.get()));
}

// ---- Sequence and mapping classes (PEP 634) -----------------------------------------------------------------------

constexpr unsigned long kCollection = kTypeSequence | kTypeMapping;

Status take_pattern_flags(Type* cls) {
  Str* key = NAME("__abc_tpflags__");
  Object* flags = dict_get_str(type_dict(cls), key);
  if (!flags) return kOk;
  if (is_exactly(flags, &int_type)) {
    long value = TRY(int_to_long(flags));
    unsigned long collection = static_cast<unsigned long>(value) & kCollection;
    if (collection == kCollection) {
      return raise(TypeError, "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING");
    }
    cls->flags |= collection;
  }
  return dict_delete(type_dict(cls), as_object(key));
}

void set_pattern_flag(Type* cls, unsigned long flag) {
  if (type_has(cls, kTypeImmutable) || (cls->flags & kCollection) == flag) return;
  cls->flags = (cls->flags & ~kCollection) | flag;
  type_for_each_subclass(cls, [flag](Type* subclass) {
    set_pattern_flag(subclass, flag);
    return true;
  });
}

// ---- The functions ------------------------------------------------------------------------------------------------

Ref<Object> get_cache_token(Object*) { return int_from_size(g_invalidation_counter); }

Status abc_init(Object*, Object* self) {
  TRY(compute_abstract_methods(self));
  Ref<Object> data = TRY(steal(abc_data_new(&abc_data_type, nullptr, nullptr)));
  TRY(object_set_attr(self, NAME("_abc_impl"), data.get()));
  return is_type(self) ? take_pattern_flags(as_type(self)) : kOk;
}

Ref<Object> abc_register(Object*, Object* self, Object* subclass) {
  if (!is_type(subclass)) return raise(TypeError, "Can only register classes");
  if (TRY(object_is_subclass(subclass, self))) return share(subclass);
  // Cycles: registering a base with its own subclass.
  if (TRY(object_is_subclass(self, subclass))) return raise(RuntimeError, "Refusing to create an inheritance cycle");
  Ref<AbcData> data = TRY(data_of(self));
  TRY(weak_set_add(data->registry, subclass));
  g_invalidation_counter++;
  if (is_type(self) && (as_type(self)->flags & kCollection)) {
    set_pattern_flag(as_type(subclass), as_type(self)->flags & kCollection);
  }
  return share(subclass);
}

Ref<Object> check_subclass(Object* self, Object* subclass) {
  return call_method(self, NAME("__subclasscheck__"), subclass);
}

Ref<Object> abc_instancecheck(Object*, Object* self, Object* instance) {
  Ref<AbcData> data = TRY(data_of(self));
  Ref<Object> subclass = TRY(object_get_attr(instance, NAME("__class__")));
  if (TRY(weak_set_contains(data->cache, subclass.get()))) return bool_ref(true);
  Object* subtype = as_object(type_of(instance));
  if (subtype == subclass.get()) {
    if (data->negative_cache_version == g_invalidation_counter &&
        TRY(weak_set_contains(data->negative_cache, subclass.get()))) {
      return bool_ref(false);
    }
    return check_subclass(self, subclass.get());
  }
  Ref<Object> kept = share(subtype);
  Ref<Object> result = TRY(check_subclass(self, subclass.get()));
  if (TRY(object_is_true(result.get()))) return result;
  return check_subclass(self, subtype);
}

// Is the class a subclass of a registered one?
Maybe<bool> check_registry(AbcData* data, Object* subclass) {
  if (TRY(weak_set_contains(data->registry, subclass))) return true;
  if (!data->registry || data->registry->used == 0) return false;
  // A copy: issubclass() may run code that registers or frees classes. Not a list, which would count for the collector.
  std::vector<Ref<Object>> refs;
  ssize position = 0;
  Object* ref;
  hash_t hash;
  while (set_next(data->registry, &position, &ref, &hash)) refs.push_back(share(ref));
  for (const Ref<Object>& each : refs) {
    Ref<Object> registered = weakref_get(each.get());
    if (!registered) continue;
    if (TRY(object_is_subclass(subclass, registered.get()))) {
      TRY(weak_set_add(data->cache, subclass));
      return true;
    }
  }
  return false;
}

Maybe<bool> check_subclasses(AbcData* data, Object* self, Object* subclass) {
  Ref<Object> subclasses = TRY(call_method(self, NAME("__subclasses__")));
  if (!is_list(subclasses.get())) return raise(TypeError, "__subclasses__() must return a list");
  List* list = cast<List>(subclasses.get());
  for (ssize i = 0; i < list_size(list); i++) {
    Ref<Object> each = share(list->items[i]);
    if (TRY(object_is_subclass(subclass, each.get()))) {
      TRY(weak_set_add(data->cache, subclass));
      return true;
    }
  }
  return false;
}

Maybe<bool> subclass_check(Object* self, Object* subclass) {
  if (!is_type(subclass)) return raise(TypeError, "issubclass() arg 1 must be a class");
  Ref<AbcData> data = TRY(data_of(self));
  if (TRY(weak_set_contains(data->cache, subclass))) return true;
  if (data->negative_cache_version < g_invalidation_counter) {
    weak_set_clear(data->negative_cache);
    data->negative_cache_version = g_invalidation_counter;
  } else if (TRY(weak_set_contains(data->negative_cache, subclass))) {
    return false;
  }
  Ref<Object> ok = TRY(call_method(self, NAME("__subclasshook__"), subclass));
  if (ok.get() == py_true()) {
    TRY(weak_set_add(data->cache, subclass));
    return true;
  }
  if (ok.get() == py_false()) {
    TRY(weak_set_add(data->negative_cache, subclass));
    return false;
  }
  if (ok.get() != py_not_implemented()) {
    return raise(AssertionError, "__subclasshook__ must return either False, True, or NotImplemented");
  }
  if (is_type(self) && type_is_subtype(as_type(subclass), as_type(self))) {
    TRY(weak_set_add(data->cache, subclass));
    return true;
  }
  if (TRY(check_registry(data.get(), subclass))) return true;
  if (TRY(check_subclasses(data.get(), self, subclass))) return true;
  TRY(weak_set_add(data->negative_cache, subclass));
  return false;
}
Ref<Object> abc_subclasscheck(Object*, Object* self, Object* subclass) {
  return bool_ref(TRY(subclass_check(self, subclass)));
}

Status reset_registry(Object*, Object* self) {
  Ref<AbcData> data = TRY(data_of(self));
  weak_set_clear(data->registry);
  return kOk;
}
Status reset_caches(Object*, Object* self) {
  Ref<AbcData> data = TRY(data_of(self));
  weak_set_clear(data->cache);
  weak_set_clear(data->negative_cache);
  return kOk;
}

Ref<Object> copy_of(Set* set) { return set_new(as_object(set)); }
Ref<Object> get_dump(Object*, Object* self) {
  Ref<AbcData> data = TRY(data_of(self));
  Ref<Object> registry = TRY(copy_of(data->registry));
  Ref<Object> cache = TRY(copy_of(data->cache));
  Ref<Object> negative = TRY(copy_of(data->negative_cache));
  Ref<Int> version = TRY(int_from_size(data->negative_cache_version));
  return tuple_pack(registry.get(), cache.get(), negative.get(), as_object(version.get()));
}

constinit MethodDef abc_functions[] = {
    FUNCTION(get_cache_token, "get_cache_token(module, /)",
             "Return the number of registrations so far, in an opaque form: it changes with each."),
    FUNCTION(abc_init, "_abc_init(module, self, /)", "Set up a class that ABCMeta has made."),
    FUNCTION(reset_registry, "_reset_registry(module, self, /)", "Forget the registered classes (for tests)."),
    FUNCTION(reset_caches, "_reset_caches(module, self, /)", "Forget earlier answers (for tests)."),
    FUNCTION(get_dump, "_get_dump(module, self, /)",
             "Return the registry, both caches and the negative cache's version (for tests)."),
    FUNCTION(abc_register, "_abc_register(module, self, subclass, /)", "ABCMeta.register."),
    FUNCTION(abc_instancecheck, "_abc_instancecheck(module, self, instance, /)", "ABCMeta.__instancecheck__."),
    FUNCTION(abc_subclasscheck, "_abc_subclasscheck(module, self, subclass, /)", "ABCMeta.__subclasscheck__."),
    {},
};

Status abc_exec(Module*) { return heap_type_ready(&abc_data_type); }

}  // namespace

constinit NativeModule _abc_module = {"_abc", abc_functions, abc_exec, "The work of abc.ABCMeta."};

}  // namespace minipy
