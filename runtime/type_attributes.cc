// Attributes of classes: lookup and assignment (data model 3.3.2.4, "Class Binding"), and the special attributes of
// `type`.
#include "runtime/type_attributes.h"

#include "runtime/attribute.h"
#include "runtime/error.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/type_internal.h"

namespace minipy {

// ---- Lookup -------------------------------------------------------------------------------------------------------

namespace {

Raised raise_no_type_attribute(Type* type, Str* name) {
  return raise(AttributeError, "type object '{:.50}' has no attribute '{}'", type->name, as_object(name));
}

// A data descriptor of the metaclass, an attribute of the class or its bases, another attribute of the metaclass. Null
// without an exception: absent.
Object* type_find(Type* type, Str* name) {
  Type* metatype = type_of(type);
  Object* of_meta = type_lookup(metatype, name);
  DescrGetFunc meta_get = nullptr;
  Ref<Object> kept_meta = share(of_meta);
  if (of_meta) {
    meta_get = type_of(of_meta)->descr_get;
    if (meta_get && type_of(of_meta)->descr_set) return meta_get(of_meta, as_object(type), as_object(metatype));
  }
  if (Object* found = type_lookup(type, name)) {
    Ref<Object> kept = share(found);
    if (DescrGetFunc get = type_of(found)->descr_get) return get(found, nullptr, as_object(type));
    return kept.release();
  }
  if (meta_get) return meta_get(of_meta, as_object(type), as_object(metatype));
  return kept_meta.release();
}

}  // namespace

Object* type_getattro(Object* p, Object* name) {
  if (!check_attribute_name(name)) return nullptr;
  Type* type = as_type(p);
  if (!type->dict && !type_ready(type)) return nullptr;
  Object* result = type_find(type, cast<Str>(name));
  if (!result && !error_pending()) (void)raise_no_type_attribute(type, cast<Str>(name));
  return result;
}

Status type_find_attr(Type* type, Str* name, Ref<Object>& out) {
  if (!type->dict) TRY(type_ready(type));
  out = steal(type_find(type, name));
  if (out || !error_pending()) return kOk;
  return error_clear_if(AttributeError) ? kOk : Status::failed();
}

// ---- Assignment ---------------------------------------------------------------------------------------------------

namespace {

Status set_type_attribute(Type* type, Str* name, Object* value) {
  if (type_has(type, kTypeImmutable)) {
    return raise(TypeError, "cannot set {} attribute of immutable type '{}'", repr_of(name), type->name);
  }
  Ref<Str> interned = share(name);
  if (type_of(name) == &str_type && !str_is_interned(name)) str_intern(interned);
  Object* of_meta = type_lookup(type_of(type), interned.get());
  if (of_meta && type_of(of_meta)->descr_set) {
    Ref<Object> kept = share(of_meta);
    return type_of(of_meta)->descr_set(of_meta, as_object(type), value) < 0 ? Status::failed() : kOk;
  }
  // Caches forget the type first: a destructor run by the change must not find the old value through them.
  type_modified(type);
  Status ok = value ? dict_set(type_dict(type), as_object(interned.get()), value)
                    : dict_delete(type_dict(type), as_object(interned.get()));
  if (!ok) {
    if (error_clear_if(KeyError)) return raise_no_type_attribute(type, name);
    return ok;
  }
  type_modified(type);
  slots_update_after_change(type, interned.get());
  return kOk;
}

}  // namespace

int type_setattro(Object* p, Object* name, Object* value) {
  if (!type_has(as_type(p), kTypeImmutable) && !check_attribute_name(name)) return -1;
  return set_type_attribute(as_type(p), cast<Str>(name), value) ? 0 : -1;
}

// ---- Special attributes -------------------------------------------------------------------------------------------

Ref<Object> type_module(Type* type) {
  if (is_heap(type)) {
    Object* module = dict_get_str(type_dict(type), NAME("__module__"));
    if (!module) return raise_object(AttributeError, as_object(NAME("__module__")));
    return share(module);
  }
  std::string_view name = type->name;
  size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return share(as_object(NAME("builtins")));
  return str_intern_utf8(name.substr(0, dot));
}

Ref<Object> type_qualname(Type* type) {
  if (is_heap(type)) return share(heap_type(type)->qualname);
  return str_from_utf8(type_short_name(type));
}

namespace {

Status check_special(Type* type, Object* value, const char* name) {
  if (type_has(type, kTypeImmutable)) {
    return raise(TypeError, "cannot set '{}' attribute of immutable type '{}'", name, type->name);
  }
  if (!value) return raise(TypeError, "cannot delete '{}' attribute of immutable type '{}'", name, type->name);
  return kOk;
}

Ref<Object> get_name(Type* type) {
  if (is_heap(type)) return share(heap_type(type)->name);
  return str_from_utf8(type_short_name(type));
}
Status set_name(Type* type, Object* value) {
  TRY(check_special(type, value, "__name__"));
  if (!is_str(value)) {
    return raise(TypeError, "can only assign string to {}.__name__, not '{}'", type->name, type_name(value));
  }
  std::string_view utf8 = str_utf8(cast<Str>(value));
  if (!utf8.data()) return Status::failed();
  if (utf8.find('\0') != std::string_view::npos) return raise(ValueError, "type name must not contain null characters");
  type->name = utf8.data();
  replace_field(heap_type(type)->name, share(value));
  return kOk;
}

Status set_qualname(Type* type, Object* value) {
  TRY(check_special(type, value, "__qualname__"));
  if (!is_str(value)) {
    return raise(TypeError, "can only assign string to {}.__qualname__, not '{}'", type->name, type_name(value));
  }
  replace_field(heap_type(type)->qualname, share(value));
  return kOk;
}

Status set_module(Type* type, Object* value) {
  TRY(check_special(type, value, "__module__"));
  type_modified(type);
  return dict_set(type_dict(type), as_object(NAME("__module__")), value);
}

// `type` itself has the descriptor of this name in its dict, which is not a set of methods.
Ref<Object> get_abstract_methods(Type* type) {
  Object* methods = type == &type_type ? nullptr : dict_get_str(type_dict(type), NAME("__abstractmethods__"));
  if (!methods) return raise_object(AttributeError, as_object(NAME("__abstractmethods__")));
  return share(methods);
}
Status set_abstract_methods(Type* type, Object* value) {
  Str* key = NAME("__abstractmethods__");
  bool abstract = false;
  if (value) {
    abstract = TRY(object_is_true(value));
    TRY(dict_set(type_dict(type), as_object(key), value));
  } else if (!dict_delete(type_dict(type), as_object(key))) {
    if (error_clear_if(KeyError)) return raise_object(AttributeError, as_object(key));
    return Status::failed();
  }
  type_modified(type);
  type->flags = abstract ? type->flags | kTypeAbstract : type->flags & ~kTypeAbstract;
  return kOk;
}

Ref<Object> get_dict(Type* type) {
  if (!type->dict) return none_ref();
  return mappingproxy_new(type->dict);
}

Ref<Object> get_doc(Type* type) {
  if (!is_heap(type) && type->doc) return doc_without_signature(type->name, type->doc);
  Object* doc = dict_get_str(type_dict(type), NAME("__doc__"));
  if (!doc) return none_ref();
  Ref<Object> kept = share(doc);
  if (DescrGetFunc get = type_of(doc)->descr_get) return steal(get(doc, nullptr, as_object(type)));
  return kept;
}
Status set_doc(Type* type, Object* value) {
  TRY(check_special(type, value, "__doc__"));
  type_modified(type);
  return dict_set(type_dict(type), as_object(NAME("__doc__")), value);
}

Ref<Object> get_text_signature(Type* type) { return text_signature_of(type->name, type->doc); }

// Made on first use (PEP 563's successor rules: HOWTO "Annotations Best Practices").
Ref<Object> get_annotations(Type* type) {
  if (!is_heap(type)) {
    return raise(AttributeError, "type object '{}' has no attribute '__annotations__'", type->name);
  }
  Str* key = NAME("__annotations__");
  Object* annotations = dict_get_str(type_dict(type), key);
  if (annotations) {
    Ref<Object> kept = share(annotations);
    if (DescrGetFunc get = type_of(annotations)->descr_get) {
      return steal(get(annotations, nullptr, as_object(type)));
    }
    return kept;
  }
  Ref<Dict> made = TRY(dict_new());
  TRY(dict_set(type_dict(type), as_object(key), as_object(made.get())));
  type_modified(type);
  return made;
}
Status set_annotations(Type* type, Object* value) {
  if (type_has(type, kTypeImmutable)) {
    return raise(TypeError, "cannot set '__annotations__' attribute of immutable type '{}'", type->name);
  }
  Str* key = NAME("__annotations__");
  if (value) {
    TRY(dict_set(type_dict(type), as_object(key), value));
  } else if (!dict_delete(type_dict(type), as_object(key))) {
    if (error_clear_if(KeyError)) return raise_object(AttributeError, as_object(key));
    return Status::failed();
  }
  type_modified(type);
  return kOk;
}

// ---- __bases__ ----------------------------------------------------------------------------------------------------

// The MROs that an assignment to __bases__ has replaced, to be put back if it fails.
class MroHierarchy {
 public:
  explicit MroHierarchy(Ref<List> empty) : replaced_(std::move(empty)) {}
  // Recomputes the MRO of the type and all that inherit from it.
  Status update(Type* type) {
    Ref<Object> former;
    Maybe<bool> installed = type_update_mro(type, &former);
    if (!installed) return Status::failed();
    if (!*installed) return kOk;  // a mro() method has assigned __bases__ itself
    Object* self = as_object(type);
    Ref<Tuple> entry = TRY(former ? tuple_pack(self, type->mro, former.get()) : tuple_pack(self, type->mro));
    TRY(list_append(replaced_.get(), as_object(entry.get())));
    if (!type->subclasses) return kOk;
    // A copy: a mro() method may change the list.
    Ref<List> subclasses = TRY(type_subclasses(type));
    for (ssize i = 0; i < list_size(subclasses.get()); i++) TRY(update(as_type(subclasses->items[i])));
    return kOk;
  }
  void undo() {
    for (ssize i = list_size(replaced_.get()) - 1; i >= 0; i--) {
      Tuple* entry = cast<Tuple>(replaced_->items[i]);
      Type* type = as_type(entry->items[0]);
      if (type->mro != entry->items[1]) continue;  // changed again since
      replace_field(type->mro, tuple_size(entry) == 3 ? share(entry->items[2]) : nullptr);
      type_modified(type);
    }
  }

 private:
  Ref<List> replaced_;  // tuples of type, installed and former MRO, if any (as CPython's, which count: D9)
};

Status replace_mros(Type* type) {
  MroHierarchy hierarchy(TRY(list_new()));
  if (hierarchy.update(type)) return kOk;
  PreserveError saved;
  hierarchy.undo();
  return Status::failed();
}

Status check_new_bases(Type* type, Object* value) {
  TRY(check_special(type, value, "__bases__"));
  if (!is_tuple(value)) {
    return raise(TypeError, "can only assign tuple to {}.__bases__, not {}", type->name, type_name(value));
  }
  Tuple* bases = cast<Tuple>(value);
  if (tuple_size(bases) == 0) {
    return raise(TypeError, "can only assign non-empty tuple to {}.__bases__, not ()", type->name);
  }
  for (ssize i = 0; i < tuple_size(bases); i++) {
    Object* p = bases->items[i];
    if (!is_type(p)) {
      return raise(TypeError, "{}.__bases__ must be tuple of classes, not '{}'", type->name, type_name(p));
    }
    Type* base = as_type(p);
    if (type_is_subtype(base, type) || (base->mro && type_is_subtype_by_base(base, type) && type != &object_type)) {
      return raise(TypeError, "a __bases__ item causes an inheritance cycle");
    }
  }
  return kOk;
}

void update_slots_below(Type* type) {
  slots_update_all(type);
  if (is_heap(type)) type_note_layout(type);
  type_for_each_subclass(type, [](Type* subclass) {
    update_slots_below(subclass);
    return true;
  });
}

Status register_with_bases(Type* type, Tuple* bases) {
  for (ssize i = 0; i < tuple_size(bases); i++) {
    if (is_type(bases->items[i])) TRY(type_add_subclass(as_type(bases->items[i]), type));
  }
  return kOk;
}

Status set_bases(Type* type, Object* value) {
  TRY(check_new_bases(type, value));
  Tuple* new_bases = cast<Tuple>(value);
  Type* new_base = TRY(type_best_base(new_bases));
  TRY(type_check_assignable(type->base_type, new_base, "__bases__"));
  Ref<Object> old_bases = steal(std::exchange(type->bases, share(value).release()));
  Ref<Type> old_base = steal(std::exchange(type->base_type, share(new_base).release()));
  if (!replace_mros(type)) {
    if (type->bases == value) {
      PreserveError saved;
      Ref<Object> failed_bases = steal(std::exchange(type->bases, old_bases.release()));
      Ref<Type> failed_base = steal(std::exchange(type->base_type, old_base.release()));
    }
    return Status::failed();
  }
  if (type->bases != value) return kOk;  // assigned again meanwhile
  Tuple* old = cast<Tuple>(old_bases.get());
  for (ssize i = 0; i < tuple_size(old); i++) {
    if (is_type(old->items[i])) type_remove_subclass(as_type(old->items[i]), type);
  }
  TRY(register_with_bases(type, new_bases));
  update_slots_below(type);
  return kOk;
}

Ref<Object> get_bases(Type* type) { return share(type->bases); }

template <auto kFn>
constexpr Getter type_getter = +[](Object* p, void*) -> Object* { return kFn(as_type(p)).release(); };
template <auto kFn>
constexpr Setter type_setter = +[](Object* p, Object* value, void*) -> int { return kFn(as_type(p), value) ? 0 : -1; };

}  // namespace

constinit MemberDef type_members[] = {
    {"__basicsize__", kMemberSsize, offsetof(Type, basicsize), kMemberReadonly, nullptr},
    {"__itemsize__", kMemberSsize, offsetof(Type, itemsize), kMemberReadonly, nullptr},
    {"__flags__", kMemberULong, offsetof(Type, flags), kMemberReadonly, nullptr},
    {"__weakrefoffset__", kMemberSsize, offsetof(Type, weaklistoffset), kMemberReadonly, nullptr},
    {"__base__", kMemberObject, offsetof(Type, base_type), kMemberReadonly, nullptr},
    {"__dictoffset__", kMemberSsize, offsetof(Type, dictoffset), kMemberReadonly, nullptr},
    {"__mro__", kMemberObject, offsetof(Type, mro), kMemberReadonly, nullptr},
    {},
};

constinit GetSetDef type_getset[] = {
    {"__name__", type_getter<get_name>, type_setter<set_name>, nullptr, nullptr},
    {"__qualname__", type_getter<type_qualname>, type_setter<set_qualname>, nullptr, nullptr},
    {"__bases__", type_getter<get_bases>, type_setter<set_bases>, nullptr, nullptr},
    {"__module__", type_getter<type_module>, type_setter<set_module>, nullptr, nullptr},
    {"__abstractmethods__", type_getter<get_abstract_methods>, type_setter<set_abstract_methods>, nullptr, nullptr},
    {"__dict__", type_getter<get_dict>, nullptr, nullptr, nullptr},
    {"__doc__", type_getter<get_doc>, type_setter<set_doc>, nullptr, nullptr},
    {"__text_signature__", type_getter<get_text_signature>, nullptr, nullptr, nullptr},
    {"__annotations__", type_getter<get_annotations>, type_setter<set_annotations>, nullptr, nullptr},
    {},
};

}  // namespace minipy
