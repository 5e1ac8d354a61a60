// Weak references and proxies.
#pragma once

#include "gc/object.h"
#include "runtime/abstract.h"
#include "runtime/result.h"
#include "runtime/type.h"

namespace minipy {

struct WeakReference {
  Object base;
  Object* object;  // None when dead; ABI 16
  Object* callback;
  hash_t hash;
  WeakReference* prev;
  WeakReference* next;
  VectorcallFunc vectorcall;
};
static_assert(sizeof(WeakReference) == 64);
extern Type weakref_type, weakproxy_type, weakcallableproxy_type;

inline bool type_supports_weakrefs(const Type* t) { return t->weaklistoffset > 0; }
Ref<Object> weakref_new(Object* object, Object* callback /* may be null */);
Ref<Object> weakproxy_new(Object* object, Object* callback);
// What the reference leads to, borrowed: None when that is gone. An object whose deallocation the trashcan has put off
// is gone, although the reference has not been cleared yet.
inline Object* weakref_target(const WeakReference* ref) { return ref->object->refcount > 0 ? ref->object : py_none(); }
// The referent as a new reference, null (no exception) when dead.
Ref<Object> weakref_get(Object* ref);
bool is_weakref(const Object* p);
ssize weakref_count(Object* object);
// Called by dealloc functions of weakly referencable types: clears the references and runs the callbacks.
void weakref_clear_all(Object* object);
// For the collector: clears one reference without calling back.
void weakref_clear(WeakReference* ref);

}  // namespace minipy
