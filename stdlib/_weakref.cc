// Module _weakref: what the library's weakref.py builds on.
#include "runtime/weakref.h"

#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/type_internal.h"

namespace minipy {
namespace {

Ref<Object> getweakrefcount(Object*, Object* object) { return int_from_ssize(weakref_count(object)); }

Ref<Object> getweakrefs(Object*, Object* object) {
  Ref<List> list = TRY(list_new());
  if (!type_supports_weakrefs(type_of(object))) return list;
  Object* first = *object_weaklist(object);
  for (WeakReference* ref = first ? cast<WeakReference>(first) : nullptr; ref; ref = ref->next) {
    TRY(list_append(list.get(), as_object(ref)));
  }
  return list;
}

// Deletes the item unless its key has got a living value meanwhile: WeakValueDictionary's callbacks come late.
Status remove_dead_weakref(Object*, Dict* dct, Object* key) {
  Ref<Object> value;
  TRY(dict_get_ref(dct, key, value));
  if (!value) return kOk;
  if (!is_weakref(value.get())) return raise(TypeError, "not a weakref");
  if (weakref_get(value.get())) return kOk;
  if (dict_delete(dct, key) || error_clear_if(KeyError)) return kOk;
  return Status::failed();
}

Ref<Object> proxy(Object*, Object* object, Object* callback) { return weakproxy_new(object, callback); }

constinit MethodDef weakref_functions[] = {
    FUNCTION(getweakrefcount, "getweakrefcount(module, object, /)",
             "Return the number of weak references to the object."),
    FUNCTION(remove_dead_weakref, "_remove_dead_weakref(module, dct, key, /)",
             "Delete the item if its value is a dead weak reference."),
    FUNCTION(getweakrefs, "getweakrefs(module, object, /)", "List the weak references to the object."),
    FUNCTION(proxy, "proxy(module, object, callback=None, /)",
             "Make a proxy of the object that does not keep it alive; callback is called when it goes."),
    {},
};

Status weakref_exec(Module* m) {
  TRY(module_add(m, "ref", share(as_object(&weakref_type))));
  TRY(module_add(m, "ReferenceType", share(as_object(&weakref_type))));
  TRY(module_add(m, "ProxyType", share(as_object(&weakproxy_type))));
  return module_add(m, "CallableProxyType", share(as_object(&weakcallableproxy_type)));
}

}  // namespace

constinit NativeModule _weakref_module = {"_weakref", weakref_functions, weakref_exec, "Support for weak references."};

}  // namespace minipy
