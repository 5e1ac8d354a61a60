// mappingproxy: a read-only view of a mapping (what `__dict__` of a class is).
#include "gc/collector.h"
#include "runtime/bind.h"
#include "runtime/container_support.h"
#include "runtime/dict.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"

namespace minipy {

namespace {

struct MappingProxy {
  Object base;
  Object* mapping;
};

Ref<Object> proxy_make(Object* mapping) {
  MappingProxy* p = object_new_gc<MappingProxy>(&mappingproxy_type);
  if (!p) return nullptr;
  incref(mapping);
  p->mapping = mapping;
  gc_track(p);
  return steal(as_object(p));
}

Ref<Object> proxy_create(Type*, Object* mapping) {
  if (!is_mapping(mapping) || is_list(mapping) || is_tuple(mapping)) {
    return raise(TypeError, "mappingproxy() argument must be a mapping, not {}", type_name(mapping));
  }
  return proxy_make(mapping);
}

void proxy_dealloc(Object* p) {
  gc_untrack(p);
  TRASHCAN_GUARD(p, proxy_dealloc);
  xdecref(cast<MappingProxy>(p)->mapping);
  gc_free(p);
}

int proxy_traverse(Object* p, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<MappingProxy>(p)->mapping);
  return 0;
}

// What is behind proxies, however many there are of proxies: that takes no native stack.
Object* unwrapped(Object* p) {
  while (is_exactly(p, &mappingproxy_type)) p = cast<MappingProxy>(p)->mapping;
  return p;
}

Maybe<ssize> proxy_length(Object* p) { return object_length(unwrapped(p)); }
Ref<Object> proxy_subscript(Object* p, Object* key) { return object_get_item(unwrapped(p), key); }

Maybe<bool> proxy_contains(Object* p, Object* key) {
  Object* mapping = unwrapped(p);
  if (is_exactly(mapping, &dict_type)) return dict_contains(cast<Dict>(mapping), key);
  return sequence_contains(mapping, key);
}

Ref<Object> proxy_or(Object* a, Object* b) { return number_or(unwrapped(a), unwrapped(b)); }
Ref<Object> proxy_inplace_or(Object* a, Object*) {
  return raise(TypeError, "'|=' is not supported by {}; use '|' instead", type_name(a));
}

Ref<Object> proxy_iter(Object* p) { return get_iter(unwrapped(p)); }
Ref<Str> proxy_str(MappingProxy* p) { return object_str(p->mapping); }
Ref<Str> proxy_repr(MappingProxy* p) { return format_message("mappingproxy({})", repr_of(p->mapping)); }
Ref<Object> proxy_compare(Object* a, Object* b, CompareOp op) {
  return object_compare(cast<MappingProxy>(a)->mapping, b, op);
}

Ref<Object> proxy_get(MappingProxy* p, Object* key, Object* fallback) {
  return call_method(p->mapping, NAME("get"), key, fallback);
}
Ref<Object> proxy_keys(MappingProxy* p) { return call_method(p->mapping, NAME("keys")); }
Ref<Object> proxy_values(MappingProxy* p) { return call_method(p->mapping, NAME("values")); }
Ref<Object> proxy_items(MappingProxy* p) { return call_method(p->mapping, NAME("items")); }
Ref<Object> proxy_copy(MappingProxy* p) { return call_method(p->mapping, NAME("copy")); }
Ref<Object> proxy_reversed(MappingProxy* p) { return call_method(p->mapping, NAME("__reversed__")); }

constinit MethodDef proxy_methods[] = {
    PLAIN_METHOD(proxy_get, "get(self, key, default=None, /)",
                 "Return the value for key if key is in the mapping, else default."),
    PLAIN_METHOD(proxy_keys, "keys(self, /)", "A set-like object providing a view on the mapping's keys."),
    PLAIN_METHOD(proxy_values, "values(self, /)", "An object providing a view on the mapping's values."),
    PLAIN_METHOD(proxy_items, "items(self, /)", "A set-like object providing a view on the mapping's items."),
    PLAIN_METHOD(proxy_copy, "copy(self, /)", "Return a shallow copy of the mapping."),
    PLAIN_CLASS_METHOD(class_getitem_generic_alias, "__class_getitem__(type, object, /)", "See PEP 585"),
    PLAIN_METHOD(proxy_reversed, "__reversed__(self, /)", "Return a reverse iterator over the mapping's keys."),
    {},
};
constinit NumberMethods proxy_as_number = {.or_ = slot<proxy_or>, .inplace_or = slot<proxy_inplace_or>};
constinit SequenceMethods proxy_as_sequence = {.contains = slot<proxy_contains>};
constinit MappingMethods proxy_as_mapping = {.length = slot<proxy_length>, .subscript = slot<proxy_subscript>};

}  // namespace

Ref<Object> mappingproxy_new(Object* mapping) { return proxy_create(&mappingproxy_type, mapping); }

constinit Type mappingproxy_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "mappingproxy",
    .basicsize = sizeof(MappingProxy),
    .dealloc = proxy_dealloc,
    .repr = slot<proxy_repr>,
    .as_number = &proxy_as_number,
    .as_sequence = &proxy_as_sequence,
    .as_mapping = &proxy_as_mapping,
    .str = slot<proxy_str>,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc | kTypeMapping,
    .traverse = proxy_traverse,
    .richcompare = slot<proxy_compare>,
    .iter = slot<proxy_iter>,
    .methods = proxy_methods,
    .new_ = NEW(proxy_create, "mappingproxy(type, mapping)"),
};

}  // namespace minipy
