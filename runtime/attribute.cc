// Attribute access (data model 3.3.2 and 3.3.2.4): objects in general, and the generic lookup of instances. The lookup
// of attributes on classes is in type_attributes.cc.
#include "runtime/attribute.h"

#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/names.h"
#include "runtime/type_internal.h"

namespace minipy {

// ---- Errors -------------------------------------------------------------------------------------------------------

void attribute_error_add_context(Object* p, Str* name) {
  if (!error_matches(AttributeError)) return;
  Ref<Object> exception = error_take();
  if (is_instance_of(exception.get(), AttributeError)) {
    auto* error = cast<AttributeErrorObject>(exception.get());
    if (!error->name && !error->obj) {
      error->name = share(as_object(name)).release();
      error->obj = share(p).release();
    }
  }
  error_restore(std::move(exception));
}

Raised raise_no_attribute(Object* p, Str* name) {
  (void)raise(AttributeError, "'{:.50}' object has no attribute '{}'", type_name(p), as_object(name));
  attribute_error_add_context(p, name);
  return kRaised;
}

Status check_attribute_name(Object* name) {
  if (is_str(name)) [[likely]]
    return kOk;
  return raise(TypeError, "attribute name must be string, not '{:.200}'", type_name(name));
}

namespace {

[[gnu::noinline, gnu::cold]] bool is_bad_name(Object* name) { return !check_attribute_name(name); }
inline bool bad_name(Object* name) { return type_of(name) != &str_type && is_bad_name(name); }

// ---- Generic lookup -----------------------------------------------------------------------------------------------

// The attribute in the instance's own dict, new reference; null: absent (also when reading it failed, which cannot be
// for str).
inline Object* instance_attribute(Object* p, Type* type, Str* name) {
  Object* value;
  if (type_has(type, kTypeManagedDict)) {
    value = object_inline_get(p, name);
  } else if (type->dictoffset) {
    Object** slot = object_dict_slot(p);
    if (!*slot) return nullptr;
    // The dict may be replaced when comparing keys runs code.
    Ref<Object> dict = share(*slot);
    value = dict_get_str(cast<Dict>(dict.get()), name);
    xincref(value);
    return value;
  } else {
    return nullptr;
  }
  xincref(value);
  return value;
}

enum class Absent { kError, kOk };

// kAbsent kOk: null without an exception where the attribute is missing or its descriptor raises AttributeError.
template <Absent kAbsent>
inline Object* generic_lookup(Object* p, Str* name, Dict* given_dict) {
  Type* type = type_of(p);
  auto finished = [](Object* result) {
    if constexpr (kAbsent == Absent::kOk) {
      if (!result && error_matches(AttributeError)) [[unlikely]]
        error_clear();
    }
    return result;
  };
  Object* found = type_lookup(type, name);
  DescrGetFunc get = nullptr;
  if (found) {
    get = type_of(found)->descr_get;
    if (get && type_of(found)->descr_set) {
      // The descriptor must survive its own call.
      Ref<Object> kept = share(found);
      return finished(get(found, p, as_object(type)));
    }
  }
  Ref<Object> kept = share(found);
  Object* value;
  if (given_dict) [[unlikely]] {
    value = dict_get_str(given_dict, name);
    xincref(value);
  } else {
    value = instance_attribute(p, type, name);
  }
  if (value) return value;
  if (get) return finished(get(found, p, as_object(type)));
  if (found) return kept.release();
  if constexpr (kAbsent == Absent::kError) (void)raise_no_attribute(p, name);
  return nullptr;
}

Status ready(Type* type) { return type->dict ? kOk : type_ready(type); }

}  // namespace

Object* object_generic_getattro(Object* p, Object* name) {
  if (bad_name(name)) [[unlikely]]
    return nullptr;
  if (!type_of(p)->dict && !type_ready(type_of(p))) [[unlikely]]
    return nullptr;
  return generic_lookup<Absent::kError>(p, cast<Str>(name), nullptr);
}

Ref<Object> object_generic_get_attr(Object* p, Str* name) { return steal(object_generic_getattro(p, as_object(name))); }

Status generic_find_attr_in(Object* p, Str* name, Dict* dict, Ref<Object>& out) {
  TRY(check_attribute_name(as_object(name)));
  TRY(ready(type_of(p)));
  out = steal(generic_lookup<Absent::kOk>(p, name, dict));
  return out || !error_pending() ? kOk : Status::failed();
}
Status generic_find_attr(Object* p, Str* name, Ref<Object>& out) { return generic_find_attr_in(p, name, nullptr, out); }

// ---- Generic assignment -------------------------------------------------------------------------------------------

namespace {

Raised raise_missing_on_delete(Object* p, Str* name) {
  if (is_type(p))
    return raise(AttributeError, "type object '{:.50}' has no attribute '{}'", type_name(p), as_object(name));
  return raise(AttributeError, "'{:.100}' object has no attribute '{}'", type_name(p), as_object(name));
}

// For types whose dict is a word of the instance.
Status set_in_dict_slot(Object* p, Object** slot, Str* name, Object* value) {
  Type* type = type_of(p);
  if (!*slot) {
    DictKeys* keys = is_heap(type) ? heap_type(type)->cached_keys : nullptr;
    Ref<Dict> dict = TRY(keys ? dict_new_shared(keys) : dict_new());
    if (!*slot) *slot = as_object(dict.release());
  }
  Ref<Object> dict = share(*slot);
  if (value) return dict_set(cast<Dict>(dict.get()), as_object(name), value);
  if (dict_delete(cast<Dict>(dict.get()), as_object(name))) return kOk;
  if (error_clear_if(KeyError)) return raise_missing_on_delete(p, name);
  return Status::failed();
}

Status generic_set(Object* p, Str* name, Object* value) {
  Type* type = type_of(p);
  TRY(ready(type));
  Object* found = type_lookup(type, name);
  if (found) {
    if (DescrSetFunc set = type_of(found)->descr_set) {
      Ref<Object> kept = share(found);
      return set(found, p, value) < 0 ? Status::failed() : kOk;
    }
  }
  if (type_has(type, kTypeManagedDict)) {
    Maybe<bool> done = object_inline_set(p, name, value);
    if (!done) return Status::failed();
    return *done ? kOk : static_cast<Status>(raise_missing_on_delete(p, name));
  }
  if (type->dictoffset) return set_in_dict_slot(p, object_dict_slot(p), name, value);
  if (found) {
    return raise(AttributeError, "'{:.50}' object attribute '{}' is read-only", type->name, as_object(name));
  }
  return raise(AttributeError, "'{:.100}' object has no attribute '{}'", type->name, as_object(name));
}

}  // namespace

int object_generic_setattro(Object* p, Object* name, Object* value) {
  if (bad_name(name)) [[unlikely]]
    return -1;
  return generic_set(p, cast<Str>(name), value) ? 0 : -1;
}
Status object_generic_set_attr(Object* p, Str* name, Object* value) {
  return object_generic_setattro(p, as_object(name), value) < 0 ? Status::failed() : kOk;
}

// ---- The instance dict as a whole ---------------------------------------------------------------------------------

Ref<Object> object_generic_get_dict(Object* p, void*) {
  Type* type = type_of(p);
  if (type_has(type, kTypeManagedDict)) {
    Dict* dict = TRY(object_materialize_dict(p));
    return share(as_object(dict));
  }
  Object** slot = object_dict_slot(p);
  if (!slot) return raise(AttributeError, "This object has no __dict__");
  if (!*slot) {
    DictKeys* keys = is_heap(type) ? heap_type(type)->cached_keys : nullptr;
    Ref<Dict> dict = TRY(keys ? dict_new_shared(keys) : dict_new());
    if (!*slot) *slot = as_object(dict.release());
  }
  return share(*slot);
}

Status object_replace_dict(Object* p, Object* dict) {
  if (type_has(type_of(p), kTypeManagedDict)) {
    // The values become a dict first: somebody may hold on to it through a destructor.
    TRY(object_materialize_dict(p));
    replace_field(*object_managed_dict(p), share(reinterpret_cast<Dict*>(dict)));
    return kOk;
  }
  Object** slot = object_dict_slot(p);
  if (!slot) return raise(AttributeError, "This object has no __dict__");
  replace_field(*slot, share(dict));
  return kOk;
}

Status object_generic_set_dict(Object* p, Object* value, void*) {
  if (!type_has(type_of(p), kTypeManagedDict) && !object_dict_slot(p)) {
    return raise(AttributeError, "This object has no __dict__");
  }
  if (!value) return raise(TypeError, "cannot delete __dict__");
  if (!is_dict(value)) {
    return raise(TypeError, "__dict__ must be set to a dictionary, not a '{:.200}'", type_name(value));
  }
  return object_replace_dict(p, value);
}

Object* object_generic_get_dict_slot(Object* p, void* closure) { return object_generic_get_dict(p, closure).release(); }
int object_generic_set_dict_slot(Object* p, Object* value, void* closure) {
  return object_generic_set_dict(p, value, closure) ? 0 : -1;
}

// ---- Objects in general -------------------------------------------------------------------------------------------

namespace {

// Calls the type's slot; the context of an AttributeError is not added yet.
Object* get_through_slot(Object* p, Str* name) {
  Type* type = type_of(p);
  if (type->getattro) [[likely]]
    return type->getattro(p, as_object(name));
  if (type->getattr) {
    const char* utf8 = str_utf8_cstr(name);
    return utf8 ? type->getattr(p, const_cast<char*>(utf8)) : nullptr;
  }
  (void)raise(AttributeError, "'{:.50}' object has no attribute '{}'", type->name, as_object(name));
  return nullptr;
}

}  // namespace

Ref<Object> object_get_attr(Object* p, Str* name) {
  if (bad_name(as_object(name))) [[unlikely]]
    return nullptr;
  Object* result = get_through_slot(p, name);
  if (!result) [[unlikely]]
    attribute_error_add_context(p, name);
  return steal(result);
}

Ref<Object> object_get_attr_ascii(Object* p, const char* name) {
  Ref<Str> interned = str_intern_ascii(name);
  return object_get_attr(p, interned.get());
}

Status object_find_attr(Object* p, Str* name, Ref<Object>& out) {
  TRY(check_attribute_name(as_object(name)));
  GetAttroFunc getattro = type_of(p)->getattro;
  if (getattro == object_generic_getattro) return generic_find_attr(p, name, out);
  if (getattro == type_getattro) return type_find_attr(as_type(p), name, out);
  out = steal(get_through_slot(p, name));
  if (out) return kOk;
  return error_clear_if(AttributeError) ? kOk : Status::failed();
}

Status object_find_attr_ascii(Object* p, const char* name, Ref<Object>& out) {
  Ref<Str> interned = str_intern_ascii(name);
  return object_find_attr(p, interned.get(), out);
}

Maybe<bool> object_has_attr(Object* p, Str* name) {
  Ref<Object> value;
  TRY(object_find_attr(p, name, value));
  return static_cast<bool>(value);
}

Status object_set_attr(Object* p, Str* name, Object* value) {
  TRY(check_attribute_name(as_object(name)));
  Ref<Str> interned = share(name);
  if (type_of(name) == &str_type && !str_is_interned(name)) str_intern(interned);
  Type* type = type_of(p);
  if (type->setattro) [[likely]] {
    return type->setattro(p, as_object(interned.get()), value) < 0 ? Status::failed() : kOk;
  }
  if (type->setattr) {
    const char* utf8 = TRY(str_utf8_cstr(interned.get()));
    return type->setattr(p, const_cast<char*>(utf8), value) < 0 ? Status::failed() : kOk;
  }
  const char* what = value ? "assign to" : "del";
  if (!type->getattr && !type->getattro) {
    return raise(TypeError, "'{:.100}' object has no attributes ({} .{})", type->name, what, as_object(name));
  }
  return raise(TypeError, "'{:.100}' object has only read-only attributes ({} .{})", type->name, what, as_object(name));
}

Ref<Object> object_get_method(Object* p, Str* name, bool* unbound) {
  *unbound = false;
  Type* type = type_of(p);
  if (type->getattro != object_generic_getattro || type_of(name) != &str_type) return object_get_attr(p, name);
  TRY(ready(type));
  Object* found = type_lookup(type, name);
  DescrGetFunc get = nullptr;
  bool is_method = false;
  if (found) {
    is_method = type_has(type_of(found), kTypeMethodDescriptor);
    if (!is_method) {
      get = type_of(found)->descr_get;
      if (get && type_of(found)->descr_set) {
        Ref<Object> kept = share(found);
        Object* result = get(found, p, as_object(type));
        if (!result) attribute_error_add_context(p, name);
        return steal(result);
      }
    }
  }
  Ref<Object> kept = share(found);
  if (Object* value = instance_attribute(p, type, name)) return steal(value);
  if (is_method) {
    *unbound = true;
    return kept;
  }
  if (get) {
    Object* result = get(found, p, as_object(type));
    if (!result) attribute_error_add_context(p, name);
    return steal(result);
  }
  if (kept) return kept;
  return raise_no_attribute(p, name);
}

Ref<Object> lookup_special(Object* self, Str* name) {
  Object* found = type_lookup(type_of(self), name);
  if (!found) return nullptr;
  Ref<Object> kept = share(found);
  DescrGetFunc get = type_of(found)->descr_get;
  if (!get) return kept;
  return steal(get(found, self, as_object(type_of(self))));
}

}  // namespace minipy
