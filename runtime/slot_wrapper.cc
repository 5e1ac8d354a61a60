// Slots of native types as methods: wrapper_descriptor (`int.__add__`) and method-wrapper (`(1).__add__`).
#include "gc/collector.h"
#include "runtime/bind.h"
#include "runtime/descriptor.h"
#include "runtime/descriptor_internal.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/thread_state.h"

namespace minipy {

namespace {

WrapperDescriptor* as_descriptor(Object* p) { return cast<WrapperDescriptor>(p); }
MethodWrapper* as_wrapper(Object* p) { return cast<MethodWrapper>(p); }

Raised raise_no_keywords(const SlotDef* slot) {
  return raise(TypeError, "wrapper {}() takes no keyword arguments", slot->name);
}

// With the arguments as tp_call has them.
Object* call_with_tuple(WrapperDescriptor* d, Object* self, Object* args, Object* kwargs) {
  const SlotDef* slot = d->slot;
  if (slot->keyword_wrapper) return slot->keyword_wrapper(self, args, kwargs, d->wrapped);
  if (kwargs && dict_size(cast<Dict>(kwargs))) {
    (void)raise_no_keywords(slot);
    return nullptr;
  }
  Tuple* t = cast<Tuple>(args);
  return slot->wrapper(self, t->items, tuple_size(t), d->wrapped);
}

bool check_self(WrapperDescriptor* d, Object* const* args, ssize nargs) {
  const char* of = d->common.owner->name;
  if (nargs < 1) {
    (void)raise(TypeError, "descriptor '{}' of '{:.100}' object needs an argument", d->common.name, of);
    return false;
  }
  if (is_instance_of(args[0], d->common.owner)) return true;
  (void)raise(TypeError, "descriptor '{}' requires a '{:.100}' object but received a '{:.100}'", d->common.name, of,
              type_name(args[0]));
  return false;
}

Object* descriptor_call(Object* p, Object* args, Object* kwargs) {
  WrapperDescriptor* d = as_descriptor(p);
  Tuple* t = cast<Tuple>(args);
  if (!check_self(d, t->items, tuple_size(t))) return nullptr;
  // A tuple of its own, which counts for the collector, for the wrappers without keywords, too (D9).
  Ref<Tuple> rest = tuple_slice(t, 1, tuple_size(t));
  if (!rest) return nullptr;
  return call_with_tuple(d, t->items[0], as_object(rest.get()), kwargs);
}

Object* descriptor_get(Object* p, Object* instance, Object*) {
  if (!instance) return share(p).release();
  if (!descriptor_check(cast<Descriptor>(p), instance)) return nullptr;
  MethodWrapper* w = object_new_gc<MethodWrapper>(&method_wrapper_type);
  if (!w) return nullptr;
  w->descriptor = share(as_descriptor(p)).release();
  w->self = share(instance).release();
  gc_track(w);
  return as_object(w);
}

Ref<Str> descriptor_repr_slot(Object* p) { return descriptor_repr(p, "slot wrapper"); }

Ref<Object> doc_of(WrapperDescriptor* d) { return doc_without_signature(d->slot->name, d->slot->doc); }
Ref<Object> text_signature_of_slot(WrapperDescriptor* d) { return text_signature_of(d->slot->name, d->slot->doc); }

constinit MemberDef descriptor_members[] = {
    {"__objclass__", kMemberObject, offsetof(Descriptor, owner), kMemberReadonly, nullptr},
    {"__name__", kMemberObject, offsetof(Descriptor, name), kMemberReadonly, nullptr},
    {},
};
constinit GetSetDef descriptor_getset[] = {
    {"__doc__", getter<doc_of>, nullptr, nullptr, nullptr},
    {"__qualname__", descriptor_qualname, nullptr, nullptr, nullptr},
    {"__text_signature__", getter<text_signature_of_slot>, nullptr, nullptr, nullptr},
    {},
};
constinit MethodDef descriptor_methods[] = {
    {"__reduce__", MethodPointer(NoArgsMethod(descriptor_reduce)), kMethNoArgs, nullptr},
    {},
};

// ---- method-wrapper -----------------------------------------------------------------------------------------------

void wrapper_dealloc(Object* p) {
  gc_untrack(p);
  TRASHCAN_GUARD(p, wrapper_dealloc);
  clear_field(as_wrapper(p)->descriptor);
  clear_field(as_wrapper(p)->self);
  gc_free(p);
}
int wrapper_traverse(Object* p, VisitProc visit, void* arg) {
  MINIPY_VISIT(as_wrapper(p)->descriptor);
  MINIPY_VISIT(as_wrapper(p)->self);
  return 0;
}

Object* wrapper_call_slot(Object* p, Object* args, Object* kwargs) {
  return call_with_tuple(as_wrapper(p)->descriptor, as_wrapper(p)->self, args, kwargs);
}

Ref<Str> wrapper_repr(MethodWrapper* w) {
  return format_message("<method-wrapper '{}' of {} object at 0x{:x}>", w->descriptor->slot->name, type_name(w->self),
                        reinterpret_cast<size_t>(w->self));
}

Maybe<hash_t> wrapper_hash(MethodWrapper* w) {
  hash_t h = hash_pointer(w->self) ^ hash_pointer(w->descriptor);
  return h == -1 ? -2 : h;
}

Ref<Object> wrapper_compare(MethodWrapper* w, Object* other, CompareOp op) {
  if ((op != kEq && op != kNe) || !is_exactly(other, &method_wrapper_type)) return not_implemented_ref();
  MethodWrapper* v = as_wrapper(other);
  bool equal = w->descriptor == v->descriptor && w->self == v->self;
  return bool_ref(equal == (op == kEq));
}

Ref<Object> wrapper_objclass(MethodWrapper* w) { return share(as_object(w->descriptor->common.owner)); }
Ref<Object> wrapper_name(MethodWrapper* w) { return str_from_utf8(w->descriptor->slot->name); }
Ref<Object> wrapper_qualname(MethodWrapper* w) { return steal(descriptor_qualname(as_object(w->descriptor), nullptr)); }
Ref<Object> wrapper_doc(MethodWrapper* w) { return doc_of(w->descriptor); }
Ref<Object> wrapper_text_signature(MethodWrapper* w) { return text_signature_of_slot(w->descriptor); }

Object* wrapper_reduce(Object* p, Object*) {
  Ref<Object> getattr = import_builtin("getattr");
  if (!getattr) return nullptr;
  Ref<Tuple> args = tuple_pack(as_wrapper(p)->self, as_object(as_wrapper(p)->descriptor->common.name));
  if (!args) return nullptr;
  return as_object(tuple_pack(getattr.get(), as_object(args.get())).release());
}

constinit MemberDef wrapper_members[] = {
    {"__self__", kMemberObject, offsetof(MethodWrapper, self), kMemberReadonly, nullptr},
    {},
};
constinit GetSetDef wrapper_getset[] = {
    {"__objclass__", getter<wrapper_objclass>, nullptr, nullptr, nullptr},
    {"__name__", getter<wrapper_name>, nullptr, nullptr, nullptr},
    {"__qualname__", getter<wrapper_qualname>, nullptr, nullptr, nullptr},
    {"__doc__", getter<wrapper_doc>, nullptr, nullptr, nullptr},
    {"__text_signature__", getter<wrapper_text_signature>, nullptr, nullptr, nullptr},
    {},
};
constinit MethodDef wrapper_methods[] = {
    {"__reduce__", MethodPointer(NoArgsMethod(wrapper_reduce)), kMethNoArgs, nullptr},
    {},
};

}  // namespace

constinit Type wrapper_descriptor_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "wrapper_descriptor",
    .basicsize = sizeof(WrapperDescriptor),
    .dealloc = descriptor_dealloc,
    .repr = slot<descriptor_repr_slot>,
    .call = descriptor_call,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc | kTypeMethodDescriptor,
    .traverse = descriptor_traverse,
    .methods = descriptor_methods,
    .members = descriptor_members,
    .getset = descriptor_getset,
    .descr_get = descriptor_get,
};

constinit Type method_wrapper_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "method-wrapper",
    .basicsize = sizeof(MethodWrapper),
    .dealloc = wrapper_dealloc,
    .repr = slot<wrapper_repr>,
    .hash = slot<wrapper_hash>,
    .call = wrapper_call_slot,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = wrapper_traverse,
    .richcompare = slot<wrapper_compare>,
    .methods = wrapper_methods,
    .members = wrapper_members,
    .getset = wrapper_getset,
};

Ref<Object> descriptor_new_wrapper(Type* owner, const SlotDef* slot, void* wrapped) {
  Ref<Object> p = TRY(descriptor_new(&wrapper_descriptor_type, sizeof(WrapperDescriptor), owner, slot->name));
  as_descriptor(p.get())->slot = slot;
  as_descriptor(p.get())->wrapped = wrapped;
  gc_track(p.get());
  return p;
}

}  // namespace minipy
