// Descriptors made from native definitions: methods, class methods, members, getset attributes. (Descriptor HowTo; data
// model 3.3.2.2.) Slot wrappers are in slot_wrapper.cc.
#include "runtime/descriptor.h"

#include "gc/collector.h"
#include "runtime/descriptor_internal.h"
#include "runtime/error.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/thread_state.h"

namespace minipy {

// ---- What all have ------------------------------------------------------------------------------------------------

Ref<Object> descriptor_new(Type* type, size_t size, Type* owner, const char* name) {
  Ref<Str> interned = TRY(str_intern_utf8(name));
  Descriptor* d = object_new_gc<Descriptor>(type, size);
  if (!d) return nullptr;
  d->owner = share(owner).release();
  d->name = interned.release();
  d->qualname = nullptr;
  return steal(as_object(d));
}

void descriptor_dealloc(Object* p) {
  gc_untrack(p);
  Descriptor* d = cast<Descriptor>(p);
  clear_field(d->owner);
  clear_field(d->name);
  clear_field(d->qualname);
  gc_free(p);
}

int descriptor_traverse(Object* p, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<Descriptor>(p)->owner);
  return 0;
}

Ref<Str> descriptor_repr(Object* p, const char* kind) {
  Descriptor* d = cast<Descriptor>(p);
  return format_message("<{} '{}' of '{}' objects>", kind, d->name, d->owner->name);
}

Object* descriptor_reduce(Object* p, Object*) {
  Descriptor* d = cast<Descriptor>(p);
  Ref<Object> getattr = import_builtin("getattr");
  if (!getattr) return nullptr;
  Ref<Tuple> args = tuple_pack(as_object(d->owner), as_object(d->name));
  if (!args) return nullptr;
  return as_object(tuple_pack(getattr.get(), as_object(args.get())).release());
}

static Ref<Object> make_qualname(Descriptor* d) {
  if (!d->qualname) {
    Ref<Object> owner = TRY(object_get_attr(as_object(d->owner), NAME("__qualname__")));
    if (!is_str(owner.get())) {
      return raise(TypeError, "<descriptor>.__objclass__.__qualname__ is not a unicode object");
    }
    Ref<Str> qualname = TRY(format_message("{}.{}", owner, d->name));
    d->qualname = as_object(qualname.release());
  }
  return share(d->qualname);
}
Object* descriptor_qualname(Object* p, void*) { return make_qualname(cast<Descriptor>(p)).release(); }

bool descriptor_check(Descriptor* d, Object* p) {
  if (is_instance_of(p, d->owner)) [[likely]]
    return true;
  (void)raise(TypeError, "descriptor '{}' for '{:.100}' objects doesn't apply to a '{:.100}' object", d->name,
              d->owner->name, type_name(p));
  return false;
}

namespace {

constinit MemberDef descriptor_members[] = {
    {"__objclass__", kMemberObject, offsetof(Descriptor, owner), kMemberReadonly, nullptr},
    {"__name__", kMemberObject, offsetof(Descriptor, name), kMemberReadonly, nullptr},
    {},
};

constinit MethodDef descriptor_methods[] = {
    {"__reduce__", MethodPointer(NoArgsMethod(descriptor_reduce)), kMethNoArgs, nullptr},
    {},
};

// ---- Methods ------------------------------------------------------------------------------------------------------

MethodDescriptor* as_method(Object* p) { return cast<MethodDescriptor>(p); }

// Checks self and keywords; raises what a call of an unbound method does.
[[gnu::noinline, gnu::cold]] bool complain_about_call(Object* callable, Object* const* args, ssize nargs) {
  if (nargs < 1) {
    if (Ref<Str> text = callable_description(callable)) raise(TypeError, "unbound method {} needs an argument", text);
    return false;
  }
  return descriptor_check(cast<Descriptor>(callable), args[0]);
}
inline bool check_self(Object* callable, Object* const* args, ssize nargs) {
  if (nargs >= 1 && is_instance_of(args[0], cast<Descriptor>(callable)->owner)) [[likely]]
    return true;
  return complain_about_call(callable, args, nargs);
}
inline bool has_keywords(Object* kwnames) { return kwnames && tuple_size(cast<Tuple>(kwnames)); }

Object* method_vectorcall(Object* callable, Object* const* args, size_t nargsf, Object* kwnames) {
  MethodDescriptor* d = as_method(callable);
  ssize nargs = vectorcall_nargs(nargsf);
  if (!check_self(callable, args, nargs)) return nullptr;
  return call_method_def(d->def, callable, args[0], d->common.owner, args + 1, nargs - 1, kwnames);
}

// The commonest conventions without the switch on flags; what is not plain goes the general way, which raises.
Object* method_vectorcall_noargs(Object* callable, Object* const* args, size_t nargsf, Object* kwnames) {
  if (vectorcall_nargs(nargsf) != 1 || has_keywords(kwnames)) [[unlikely]] {
    return method_vectorcall(callable, args, nargsf, kwnames);
  }
  if (!check_self(callable, args, 1)) return nullptr;
  RecursionGuard guard(" while calling a Python object");
  if (!guard) return nullptr;
  return as_method(callable)->def->function.simple(args[0], nullptr);
}
Object* method_vectorcall_o(Object* callable, Object* const* args, size_t nargsf, Object* kwnames) {
  if (vectorcall_nargs(nargsf) != 2 || has_keywords(kwnames)) [[unlikely]] {
    return method_vectorcall(callable, args, nargsf, kwnames);
  }
  if (!check_self(callable, args, 2)) return nullptr;
  RecursionGuard guard(" while calling a Python object");
  if (!guard) return nullptr;
  return as_method(callable)->def->function.simple(args[0], args[1]);
}
Object* method_vectorcall_fast(Object* callable, Object* const* args, size_t nargsf, Object* kwnames) {
  if (has_keywords(kwnames)) [[unlikely]]
    return method_vectorcall(callable, args, nargsf, kwnames);
  ssize nargs = vectorcall_nargs(nargsf);
  if (!check_self(callable, args, nargs)) return nullptr;
  RecursionGuard guard(" while calling a Python object");
  if (!guard) return nullptr;
  return as_method(callable)->def->function.fast(args[0], args + 1, nargs - 1);
}

VectorcallFunc vectorcall_for(int flags) {
  constexpr int kConvention = kMethVarArgs | kMethFastcall | kMethNoArgs | kMethO | kMethKeywords | kMethMethod;
  switch (flags & kConvention) {
    case kMethNoArgs: return method_vectorcall_noargs;
    case kMethO: return method_vectorcall_o;
    case kMethFastcall: return method_vectorcall_fast;
    default: return method_vectorcall;
  }
}

Object* method_get(Object* p, Object* instance, Object* owner) {
  MethodDescriptor* d = as_method(p);
  if (!instance) return share(p).release();
  if (!descriptor_check(&d->common, instance)) return nullptr;
  if (!(d->def->flags & kMethMethod)) return builtin_function_new(d->def, instance, nullptr).release();
  if (owner && !is_type(owner)) {
    (void)raise(TypeError, "descriptor '{}' needs type, not '{}', as arg 2", d->common.name, type_name(owner));
    return nullptr;
  }
  return builtin_function_new(d->def, instance, nullptr, d->common.owner).release();
}

Ref<Str> method_repr(Object* p) { return descriptor_repr(p, "method"); }
Object* method_doc(Object* p, void*) {
  return doc_without_signature(as_method(p)->def->name, as_method(p)->def->doc).release();
}
Object* method_text_signature(Object* p, void*) {
  return text_signature_of(as_method(p)->def->name, as_method(p)->def->doc).release();
}

constinit GetSetDef method_getset[] = {
    {"__doc__", method_doc, nullptr, nullptr, nullptr},
    {"__qualname__", descriptor_qualname, nullptr, nullptr, nullptr},
    {"__text_signature__", method_text_signature, nullptr, nullptr, nullptr},
    {},
};

// ---- Class methods ------------------------------------------------------------------------------------------------

Ref<Object> bind_class_method(MethodDescriptor* d, Object* instance, Object* owner) {
  const char* of = d->common.owner->name;
  if (!owner) {
    if (!instance) {
      return raise(TypeError, "descriptor '{}' for type '{:.100}' needs either an object or a type", d->common.name,
                   of);
    }
    owner = as_object(type_of(instance));
  }
  if (!is_type(owner)) {
    return raise(TypeError, "descriptor '{}' for type '{:.100}' needs a type, not a '{:.100}' as arg 2", d->common.name,
                 of, type_name(owner));
  }
  if (!type_is_subtype(as_type(owner), d->common.owner)) {
    return raise(TypeError, "descriptor '{}' requires a subtype of '{:.100}' but received '{:.100}'", d->common.name,
                 of, as_type(owner)->name);
  }
  return builtin_function_new(d->def, owner, nullptr, (d->def->flags & kMethMethod) ? d->common.owner : nullptr);
}
Object* class_method_get(Object* p, Object* instance, Object* owner) {
  return bind_class_method(as_method(p), instance, owner).release();
}

Object* class_method_call(Object* p, Object* args, Object* kwargs) {
  MethodDescriptor* d = as_method(p);
  Tuple* t = cast<Tuple>(args);
  if (tuple_size(t) < 1) {
    (void)raise(TypeError, "descriptor '{}' of '{:.100}' object needs an argument", d->common.name,
                d->common.owner->name);
    return nullptr;
  }
  Ref<Object> bound = bind_class_method(d, nullptr, t->items[0]);
  if (!bound) return nullptr;
  Ref<Tuple> rest = tuple_slice(t, 1, tuple_size(t));
  if (!rest) return nullptr;
  return call_tuple_dict(bound.get(), as_object(rest.get()), kwargs).release();
}

// ---- Members ------------------------------------------------------------------------------------------------------

MemberDescriptor* as_member(Object* p) { return cast<MemberDescriptor>(p); }

Ref<Str> member_repr(Object* p) { return descriptor_repr(p, "member"); }
Object* member_descr_get(Object* p, Object* instance, Object*) {
  if (!instance) return share(p).release();
  if (!descriptor_check(cast<Descriptor>(p), instance)) return nullptr;
  return member_get(reinterpret_cast<char*>(instance), as_member(p)->def).release();
}
int member_descr_set(Object* p, Object* instance, Object* value) {
  if (!descriptor_check(cast<Descriptor>(p), instance)) return -1;
  return member_set(reinterpret_cast<char*>(instance), as_member(p)->def, value) ? 0 : -1;
}
Object* member_doc(Object* p, void*) {
  const char* doc = as_member(p)->def->doc;
  return doc ? as_object(str_from_utf8(doc).release()) : none_ref().release();
}
constinit GetSetDef member_getset[] = {
    {"__doc__", member_doc, nullptr, nullptr, nullptr},
    {"__qualname__", descriptor_qualname, nullptr, nullptr, nullptr},
    {},
};

// ---- Getters and setters ------------------------------------------------------------------------------------------

GetSetDescriptor* as_getset(Object* p) { return cast<GetSetDescriptor>(p); }

Ref<Str> getset_repr(Object* p) { return descriptor_repr(p, "attribute"); }
Object* getset_get(Object* p, Object* instance, Object*) {
  if (!instance) return share(p).release();
  GetSetDescriptor* d = as_getset(p);
  if (!descriptor_check(&d->common, instance)) return nullptr;
  if (d->def->get) return d->def->get(instance, d->def->closure);
  (void)raise(AttributeError, "attribute '{}' of '{:.100}' objects is not readable", d->common.name,
              d->common.owner->name);
  return nullptr;
}
int getset_set(Object* p, Object* instance, Object* value) {
  GetSetDescriptor* d = as_getset(p);
  if (!descriptor_check(&d->common, instance)) return -1;
  if (d->def->set) return d->def->set(instance, value, d->def->closure);
  (void)raise(AttributeError, "attribute '{}' of '{:.100}' objects is not writable", d->common.name,
              d->common.owner->name);
  return -1;
}
Object* getset_doc(Object* p, void*) {
  const char* doc = as_getset(p)->def->doc;
  return doc ? as_object(str_from_utf8(doc).release()) : none_ref().release();
}
constinit GetSetDef getset_getset[] = {
    {"__doc__", getset_doc, nullptr, nullptr, nullptr},
    {"__qualname__", descriptor_qualname, nullptr, nullptr, nullptr},
    {},
};

}  // namespace

// ---- The types ----------------------------------------------------------------------------------------------------

constinit Type method_descriptor_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "method_descriptor",
    .basicsize = sizeof(MethodDescriptor),
    .dealloc = descriptor_dealloc,
    .vectorcall_offset = offsetof(MethodDescriptor, vectorcall),
    .repr = slot<method_repr>,
    .call = vectorcall_as_call,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc | kTypeHaveVectorcall | kTypeMethodDescriptor,
    .traverse = descriptor_traverse,
    .methods = descriptor_methods,
    .members = descriptor_members,
    .getset = method_getset,
    .descr_get = method_get,
};

// Not a method descriptor in the sense of the flag: it binds the class, not the instance.
constinit Type classmethod_descriptor_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "classmethod_descriptor",
    .basicsize = sizeof(MethodDescriptor),
    .dealloc = descriptor_dealloc,
    .repr = slot<method_repr>,
    .call = class_method_call,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = descriptor_traverse,
    .members = descriptor_members,
    .getset = method_getset,
    .descr_get = class_method_get,
};

constinit Type member_descriptor_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "member_descriptor",
    .basicsize = sizeof(MemberDescriptor),
    .dealloc = descriptor_dealloc,
    .repr = slot<member_repr>,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = descriptor_traverse,
    .methods = descriptor_methods,
    .members = descriptor_members,
    .getset = member_getset,
    .descr_get = member_descr_get,
    .descr_set = member_descr_set,
};

constinit Type getset_descriptor_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "getset_descriptor",
    .basicsize = sizeof(GetSetDescriptor),
    .dealloc = descriptor_dealloc,
    .repr = slot<getset_repr>,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = descriptor_traverse,
    .members = descriptor_members,
    .getset = getset_getset,
    .descr_get = getset_get,
    .descr_set = getset_set,
};

// ---- Making them --------------------------------------------------------------------------------------------------

Ref<Object> descriptor_new_method(Type* owner, MethodDef* def) {
  Ref<Object> p = TRY(descriptor_new(&method_descriptor_type, sizeof(MethodDescriptor), owner, def->name));
  as_method(p.get())->def = def;
  as_method(p.get())->vectorcall = vectorcall_for(def->flags);
  gc_track(p.get());
  return p;
}

Ref<Object> descriptor_new_class_method(Type* owner, MethodDef* def) {
  Ref<Object> p = TRY(descriptor_new(&classmethod_descriptor_type, sizeof(MethodDescriptor), owner, def->name));
  as_method(p.get())->def = def;
  as_method(p.get())->vectorcall = nullptr;
  gc_track(p.get());
  return p;
}

Ref<Object> descriptor_new_member(Type* owner, MemberDef* def) {
  Ref<Object> p = TRY(descriptor_new(&member_descriptor_type, sizeof(MemberDescriptor), owner, def->name));
  as_member(p.get())->def = def;
  gc_track(p.get());
  return p;
}

Ref<Object> descriptor_new_getset(Type* owner, GetSetDef* def) {
  Ref<Object> p = TRY(descriptor_new(&getset_descriptor_type, sizeof(GetSetDescriptor), owner, def->name));
  as_getset(p.get())->def = def;
  gc_track(p.get());
  return p;
}

}  // namespace minipy
