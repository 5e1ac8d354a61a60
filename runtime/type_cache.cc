// Attribute lookup on types: the method cache, version tags, and who inherits from whom.
//
// A type with a valid version tag has not changed since the tag was given, nor have its bases: whoever remembers (tag,
// name) may use what he found. Any change takes the tag away from the type and all that inherit from it. The invariant
// that makes this cheap: a type has a valid tag only if all its bases have.
#include "runtime/type_cache.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/type_internal.h"
#include "runtime/weakref.h"

namespace minipy {

namespace {

constexpr size_t kCacheSize = 4096;
constexpr ssize kLongestCachedName = 100;

struct CacheEntry {
  unsigned int version;
  Str* name;      // owned; null: empty
  Object* value;  // borrowed: the type holds it as long as the version is valid; null: known to be absent
};
// The method cache of the interpreter, as in CPython one for all types.
constinit CacheEntry g_method_cache[kCacheSize] = {};
// 0 once all 2**32 - 1 tags are used up: then nothing new is cached.
constinit unsigned int g_next_version = 1;

inline CacheEntry& cache_entry(unsigned int version, const Str* name) {
  return g_method_cache[(version ^ (reinterpret_cast<uintptr_t>(name) >> 3)) % kCacheSize];
}

[[gnu::noinline]] Object* lookup_uncached(Type* type, Str* name) {
  Object* value = type_find_in_mro(type, name);
  bool cacheable = is_exactly(name, &str_type) && str_length(name) <= kLongestCachedName;
  if (cacheable && type_assign_version(type)) {
    CacheEntry& entry = cache_entry(type->version_tag, name);
    entry.version = type->version_tag;
    entry.value = value;
    replace_field(entry.name, share(name));
  }
  return value;
}

}  // namespace

Object* type_lookup(Type* type, Str* name) {
  CacheEntry& entry = cache_entry(type->version_tag, name);
  if (entry.version == type->version_tag && entry.name == name) [[likely]]
    return entry.value;
  return lookup_uncached(type, name);
}

unsigned int type_assign_version(Type* type) {
  if (type_has(type, kTypeValidVersionTag)) return type->version_tag;
  if (!type_has(type, kTypeReady) || g_next_version == 0) return 0;
  Tuple* bases = type_bases(type);
  for (ssize i = 0; i < tuple_size(bases); i++) {
    if (!type_assign_version(as_type(bases->items[i]))) return 0;
  }
  if (g_next_version == 0) return 0;
  type->version_tag = g_next_version++;
  type->flags |= kTypeValidVersionTag;
  return type->version_tag;
}

void type_modified(Type* type) {
  if (!type_has(type, kTypeValidVersionTag)) return;
  // Direct iteration, not through a list: this is called in states where memory may be short.
  if (Dict* subclasses = reinterpret_cast<Dict*>(type->subclasses)) {
    ssize position = 0;
    Object *key, *ref;
    while (dict_next(subclasses, &position, &key, &ref)) {
      Object* subclass = weakref_target(cast<WeakReference>(ref));
      if (!is_none(subclass)) type_modified(as_type(subclass));
    }
  }
  type->flags &= ~kTypeValidVersionTag;
  type->version_tag = 0;
}

void type_clear_cache() {
  type_modified(&object_type);  // every tag goes, since every type inherits from object
  for (CacheEntry& entry : g_method_cache) {
    entry.version = 0;
    entry.value = nullptr;
    clear_field(entry.name);
  }
}

void type_mro_modified(Type* type, Tuple* bases) {
  bool custom = false;
  if (!is_exactly(type, &type_type)) {
    // A metaclass with a mro() of its own may put anything into the MRO: then a base may change without telling.
    Object* own = type_lookup(type_of(type), NAME("mro"));
    Object* standard = dict_get_str(type_dict(&type_type), NAME("mro"));
    custom = own != standard;
  }
  for (ssize i = 0; !custom && i < tuple_size(bases); i++) {
    custom = !type_is_subtype(type, as_type(bases->items[i]));
  }
  if (custom) {
    type->flags &= ~kTypeValidVersionTag;
    type->version_tag = 0;
  }
}

// ---- Subclasses: a dict from the address (int) to a weak reference, as sys.getrefcount and gc show it
// -----------------

Status type_add_subclass(Type* base, Type* type) {
  Ref<Int> key = TRY(int_from_size(reinterpret_cast<size_t>(type)));
  Ref<Object> ref = TRY(weakref_new(as_object(type), nullptr));
  if (!base->subclasses) base->subclasses = as_object(TRY(dict_new()).release());
  return dict_set(reinterpret_cast<Dict*>(base->subclasses), as_object(key.get()), ref.get());
}

void type_remove_subclass(Type* base, Type* type) {
  Dict* subclasses = reinterpret_cast<Dict*>(base->subclasses);
  if (!subclasses) return;
  Ref<Int> key = int_from_size(reinterpret_cast<size_t>(type));
  if (!key || !dict_delete(subclasses, as_object(key.get()))) error_clear();
  if (dict_size(subclasses) == 0) clear_field(base->subclasses);
}

Ref<List> type_subclasses(Type* type) {
  Ref<List> list = TRY(list_new());
  if (!type->subclasses) return list;
  ssize position = 0;
  while (Ref<Type> subclass = type_next_subclass(type->subclasses, &position)) {
    TRY(list_append(list.get(), as_object(subclass.get())));
  }
  return list;
}

Ref<Type> type_next_subclass(Object* subclasses, ssize* position) {
  Object *key, *ref;
  while (dict_next(reinterpret_cast<Dict*>(subclasses), position, &key, &ref)) {
    Object* subclass = weakref_target(cast<WeakReference>(ref));
    if (!is_none(subclass)) return share(as_type(subclass));
  }
  return nullptr;
}

}  // namespace minipy
