// The wrapper that functools.lru_cache makes: a dict from calls to links of a circular list in order of use, the least
// recently used first.
#include "gc/memory.h"
#include "runtime/bind_varargs.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/dict_keys.h"
#include "runtime/function.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/weakref.h"
#include "stdlib/native_type.h"

namespace minipy {

extern Type lru_cache_type, lru_link_type;

namespace {

struct Link {
  Object base;
  Link *prev, *next;
  hash_t hash;
  Object* key;
  Object* result;
};

struct LruCache;
using LruCall = Ref<Object> (*)(LruCache*, Object* args, Object* kwargs);

struct LruCache {
  Link root;
  LruCall wrapper;
  int typed;
  Dict* cache;
  ssize hits;
  Object* function;
  ssize max_size;  // -1: unbounded
  ssize misses;
  Object* keyword_mark;
  Object* link_type;  // layout as CPython's; null
  Object* cache_info_type;
  Object* attributes;
  Object* weakreflist;
};
static_assert(sizeof(LruCache) == 152);

void unlink(Link* link) {
  link->prev->next = link->next;
  link->next->prev = link->prev;
}

void link_last(LruCache* c, Link* link) {
  Link* root = &c->root;
  Link* last = root->prev;
  last->next = root->prev = link;
  link->prev = last;
  link->next = root;
}

void link_dealloc(Object* p) {
  xdecref(cast<Link>(p)->key);
  xdecref(cast<Link>(p)->result);
  memory::object_free(p);
}

// ---- The key of a call
// -------------------------------------------------------------------------------------------------

Ref<Object> make_key(LruCache* c, Object* args, Object* kwargs) {
  Tuple* positional = cast<Tuple>(args);
  Dict* keywords = kwargs ? cast<Dict>(kwargs) : nullptr;
  ssize n = tuple_size(positional), nk = keywords ? dict_size(keywords) : 0;
  if (!c->typed && !nk) {
    // A single str or int is its own key.
    if (n == 1) {
      Object* key = positional->items[0];
      if (is_exactly(key, &str_type) || is_exactly(key, &int_type)) return share(key);
    }
    return share(args);
  }
  ssize size = n + (nk ? nk * 2 + 1 : 0) + (c->typed ? n + nk : 0);
  Ref<Tuple> key = TRY(tuple_new(size));
  ssize at = 0;
  auto put = [&](Object* p) { key->items[at++] = Ref<Object>::share(p).release(); };
  for (ssize i = 0; i < n; i++) put(positional->items[i]);
  Object *name, *value;
  if (nk) {
    put(c->keyword_mark);
    for (ssize position = 0; dict_next(keywords, &position, &name, &value);) {
      put(name);
      put(value);
    }
  }
  if (c->typed) {
    for (ssize i = 0; i < n; i++) put(as_object(type_of(positional->items[i])));
    if (nk) {
      for (ssize position = 0; dict_next(keywords, &position, &name, &value);) put(as_object(type_of(value)));
    }
  }
  return key;
}

// ---- The three kinds of cache
// ------------------------------------------------------------------------------------------

Ref<Object> call_uncached(LruCache* c, Object* args, Object* kwargs) {
  c->misses++;
  return call_tuple_dict(c->function, args, kwargs);
}

Ref<Object> call_unbounded(LruCache* c, Object* args, Object* kwargs) {
  Ref<Object> key = TRY(make_key(c, args, kwargs));
  hash_t hash;
  if (!key_hash(key.get(), &hash)) return nullptr;
  Object* found;
  if (dict_lookup(c->cache, key.get(), hash, &found) == kIndexError) return nullptr;
  if (found) {
    c->hits++;
    return share(found);
  }
  c->misses++;
  Ref<Object> result = TRY(call_tuple_dict(c->function, args, kwargs));
  TRY(dict_set_hashed(c->cache, key.get(), hash, result.get()));
  return result;
}

Status add_link(LruCache* c, Ref<Object> key, hash_t hash, Object* result) {
  Link* link = TRY(object_new<Link>(&lru_link_type));
  Ref<Object> held = steal(as_object(link));
  link->hash = hash;
  link->key = key.release();
  link->result = Ref<Object>::share(result).release();
  TRY(dict_set_hashed(c->cache, link->key, hash, held.get()));
  link_last(c, link);
  (void)held.release();  // the list's count
  return kOk;
}

// The oldest link is used again for the new call.
Status replace_oldest(LruCache* c, Ref<Object> key, hash_t hash, Object* result) {
  Link* link = c->root.next;
  unlink(link);
  Ref<Object> owned = steal(as_object(link));
  Ref<Object> popped = dict_pop_hashed(c->cache, link->key, link->hash, py_none());
  if (!popped) {
    // An error of __eq__: everything stays as it was.
    link_last(c, link);
    (void)owned.release();
    return kRaised;
  }
  // Somebody else removed the key meanwhile: the link is an orphan.
  if (is_none(popped.get())) return kOk;
  // Old key and result are dropped last: their destructors may call the cache.
  Ref<Object> old_key = steal(link->key), old_result = steal(link->result);
  link->hash = hash;
  link->key = key.release();
  link->result = Ref<Object>::share(result).release();
  TRY(dict_set_hashed(c->cache, link->key, hash, as_object(link)));
  link_last(c, link);
  (void)owned.release();
  return kOk;
}

Ref<Object> call_bounded(LruCache* c, Object* args, Object* kwargs) {
  Ref<Object> key = TRY(make_key(c, args, kwargs));
  hash_t hash;
  if (!key_hash(key.get(), &hash)) return nullptr;
  Object* found;
  if (dict_lookup(c->cache, key.get(), hash, &found) == kIndexError) return nullptr;
  if (found) {
    Link* link = cast<Link>(found);
    unlink(link);
    link_last(c, link);
    c->hits++;
    return share(link->result);
  }
  c->misses++;
  Ref<Object> result = TRY(call_tuple_dict(c->function, args, kwargs));
  if (dict_lookup(c->cache, key.get(), hash, &found) == kIndexError) return nullptr;
  // The call itself may have cached this key.
  if (found) return result;
  if (dict_size(c->cache) < c->max_size || c->root.next == &c->root) {
    TRY(add_link(c, std::move(key), hash, result.get()));
  } else {
    TRY(replace_oldest(c, std::move(key), hash, result.get()));
  }
  return result;
}

// ---- The type
// ----------------------------------------------------------------------------------------------------------

Ref<LruCache> lru_create(Type* type, Object* function, Object* maxsize, Object* typed_arg, Object* cache_info_type) {
  Maybe<bool> typed = object_is_true(typed_arg);
  if (!typed) return nullptr;
  if (!is_callable(function)) return raise(TypeError, "the first argument must be callable");
  ssize max_size = -1;
  LruCall wrapper = call_unbounded;
  if (!is_none(maxsize)) {
    if (!has_index(maxsize)) return raise(TypeError, "maxsize should be integer or None");
    Maybe<ssize> v = number_as_ssize(maxsize, OverflowError);
    if (!v) return nullptr;
    max_size = *v < 0 ? 0 : *v;
    wrapper = max_size == 0 ? call_uncached : call_bounded;
  }
  Ref<Dict> cache = TRY(dict_new());
  Ref<Object> mark = TRY(call(as_object(&object_type)));
  Ref<LruCache> self = TRY(allocate<LruCache>(type));
  self->root.prev = &self->root;
  self->root.next = &self->root;
  self->wrapper = wrapper;
  self->typed = *typed;
  self->cache = cache.release();
  self->function = Ref<Object>::share(function).release();
  self->max_size = max_size;
  self->keyword_mark = mark.release();
  self->cache_info_type = Ref<Object>::share(cache_info_type).release();
  return self;
}

// Takes all links off the list; they stay chained through `next`.
Link* take_links(LruCache* c) {
  Link* first = c->root.next;
  if (!first || first == &c->root) return nullptr;
  c->root.prev->next = nullptr;
  c->root.prev = c->root.next = &c->root;
  return first;
}

void drop_links(Link* link) {
  while (link) {
    Link* next = link->next;
    decref(link);
    link = next;
  }
}

Object* lru_call(Object* self, Object* args, Object* kwargs) {
  LruCache* c = cast<LruCache>(self);
  return c->wrapper(c, args, kwargs).release();
}

Object* lru_descr_get(Object* self, Object* instance, Object*) {
  if (!instance || is_none(instance)) {
    incref(self);
    return self;
  }
  return method_new(self, instance).release();
}

Ref<Object> lru_cache_info(LruCache* c) {
  Ref<Int> hits = TRY(int_from_ssize(c->hits));
  Ref<Int> misses = TRY(int_from_ssize(c->misses));
  Ref<Int> size = TRY(int_from_ssize(dict_size(c->cache)));
  Ref<Object> max_size = c->max_size == -1 ? none_ref() : Ref<Object>(int_from_ssize(c->max_size));
  if (!max_size) return nullptr;
  return call(c->cache_info_type, as_object(hits.get()), as_object(misses.get()), max_size.get(),
              as_object(size.get()));
}

void lru_cache_clear(LruCache* c) {
  Link* links = take_links(c);
  c->hits = c->misses = 0;
  dict_clear(c->cache);
  drop_links(links);
}

Ref<Object> lru_reduce(LruCache* c) { return object_get_attr(as_object(c), NAME("__qualname__")); }
Ref<Object> lru_copy(Object* self, VarArgs) { return share(self); }
Ref<Object> lru_deepcopy(Object* self, VarArgs) { return share(self); }

int lru_tp_clear(Object* p) {
  LruCache* c = cast<LruCache>(p);
  Link* links = take_links(c);
  clear_field(c->cache);
  clear_field(c->function);
  clear_field(c->keyword_mark);
  clear_field(c->cache_info_type);
  clear_field(c->attributes);
  drop_links(links);
  return 0;
}

void lru_dealloc(Object* p) {
  gc_untrack(p);
  TRASHCAN_GUARD(p, lru_dealloc);
  if (cast<LruCache>(p)->weakreflist) weakref_clear_all(p);
  lru_tp_clear(p);
  type_of(p)->free(p);
}

int lru_traverse(Object* p, VisitProc visit, void* arg) {
  LruCache* c = cast<LruCache>(p);
  for (Link* link = c->root.next; link && link != &c->root; link = link->next) {
    MINIPY_VISIT(link->key);
    MINIPY_VISIT(link->result);
  }
  MINIPY_VISIT(c->cache);
  MINIPY_VISIT(c->function);
  MINIPY_VISIT(c->keyword_mark);
  MINIPY_VISIT(c->cache_info_type);
  MINIPY_VISIT(c->attributes);
  return 0;
}

constinit MethodDef lru_methods[] = {
    METHOD(lru_cache_info, "cache_info(self, /)", "Report cache statistics"),
    METHOD(lru_cache_clear, "cache_clear(self, /)", "Clear the cache and cache statistics"),
    METHOD(lru_reduce, "__reduce__(self, /)", ""),
    VARARGS_METHOD(lru_copy, "__copy__(self, /, *args)", ""),
    VARARGS_METHOD(lru_deepcopy, "__deepcopy__(self, /, *args)", ""),
    {},
};
Object* get_attributes(Object* self, void* closure) { return object_generic_get_dict(self, closure).release(); }
int set_attributes(Object* self, Object* value, void* closure) {
  return object_generic_set_dict(self, value, closure) ? 0 : -1;
}
constinit GetSetDef lru_getset[] = {
    {"__dict__", get_attributes, set_attributes, nullptr, nullptr},
    {},
};

}  // namespace

constinit Type lru_link_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "functools._lru_list_elem",
    .basicsize = sizeof(Link),
    .dealloc = link_dealloc,
    .flags = kTypeDefault | kTypeDisallowInstantiation,
};

constinit Type lru_cache_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "functools._lru_cache_wrapper",
    .basicsize = sizeof(LruCache),
    .dealloc = lru_dealloc,
    .call = lru_call,
    .flags = kTypeDefault | kTypeHaveGc | kTypeMethodDescriptor,
    .doc =
        "Create a cached callable that wraps another function.\n\n"
        "user_function:      the function being cached\n\n"
        "maxsize:  0         for no caching\n"
        "          None      for unlimited cache size\n"
        "          n         for a bounded cache\n\n"
        "typed:    False     cache f(3) and f(3.0) as identical calls\n"
        "          True      cache f(3) and f(3.0) as distinct calls\n\n"
        "cache_info_type:    namedtuple class with the fields:\n"
        "                        hits misses currsize maxsize\n",
    .traverse = lru_traverse,
    .clear = lru_tp_clear,
    .weaklistoffset = offsetof(LruCache, weakreflist),
    .methods = lru_methods,
    .getset = lru_getset,
    .descr_get = lru_descr_get,
    .dictoffset = offsetof(LruCache, attributes),
    .new_ = VARARGS_NEW(lru_create, "lru_cache(type, user_function, maxsize, typed, cache_info_type)"),
    .free = gc_free_slot,
};

}  // namespace minipy
