// _thread._local: attributes that each thread has for itself.
//
// A thread's dict has a dummy for each such object, under a key of the object's own, which holds the attributes. The
// object itself has a dict from weak references to its dummies to the attributes: so the collector sees them, and an
// entry goes, by the reference's callback, when its thread ends.
#include "gc/collector.h"
#include "runtime/abstract.h"
#include "runtime/attribute.h"
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/function.h"
#include "runtime/names.h"
#include "runtime/slot.h"
#include "runtime/str.h"
#include "runtime/thread_dict.h"
#include "runtime/thread_state.h"
#include "runtime/weakref.h"
#include "stdlib/_thread/lock.h"

namespace minipy {

namespace {

struct Local {
  Object base;
  Object* key;     // str
  Object* args;    // of the constructor, for __init__ in further threads
  Object* kwargs;  // or null
  Object* weakreflist;
  Object* dummies;            // dict: weak reference to a dummy -> attributes
  Object* dummy_has_gone_cb;  // callback of these references
};

struct LocalDummy {
  Object base;
  Object* attributes;  // dict
  Object* weakreflist;
};

void dummy_dealloc(Object* p) {
  LocalDummy* dummy = cast<LocalDummy>(p);
  if (dummy->weakreflist) weakref_clear_all(p);
  clear_field(dummy->attributes);
  type_of(p)->free(p);
}

}  // namespace

constinit Type local_dummy_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_thread._localdummy",
    .basicsize = sizeof(LocalDummy),
    .dealloc = dummy_dealloc,
    .flags = kTypeDefault | kTypeDisallowInstantiation | kTypeImmutable,
    .doc = "Holds the attributes that a thread has of a thread-local object.",
    .weaklistoffset = offsetof(LocalDummy, weakreflist),
};

namespace {

bool has_own_init(const Type* type) { return type->init != object_type.init; }

// The receiver is a weak reference to the Local.
Ref<Object> dummy_has_gone(Object* local_reference, Object* dummy_reference) {
  Ref<Object> local = weakref_get(local_reference);
  Object* dummies = local ? cast<Local>(local.get())->dummies : nullptr;
  if (dummies && TRY(dict_contains(cast<Dict>(dummies), dummy_reference))) {
    TRY(dict_delete(cast<Dict>(dummies), dummy_reference));
  }
  return none_ref();
}
constinit MethodDef dummy_has_gone_def = METHOD(dummy_has_gone, "_localdummy_destroyed(self, reference, /)", "");

// Makes the attributes of the current thread. Borrowed; null: exception pending.
Dict* make_attributes(Local* self) {
  Dict* thread = TRY(thread_dict(current_thread()));
  Ref<Dict> attributes = TRY(dict_new());
  Object* p = TRY(local_dummy_type.alloc(&local_dummy_type, 0));
  Ref<Object> dummy = steal(p);
  cast<LocalDummy>(p)->attributes = share(as_object(attributes.get())).release();
  Ref<Object> reference = TRY(weakref_new(p, self->dummy_has_gone_cb));
  TRY(dict_set(cast<Dict>(self->dummies), reference.get(), as_object(attributes.get())));
  TRY(dict_set(thread, self->key, p));
  return attributes.get();
}

Ref<Object> local_new(Type* type, Object* args, Object* kwargs) {
  bool given = tuple_size(cast<Tuple>(args)) || (kwargs && dict_size(cast<Dict>(kwargs)));
  if (!has_own_init(type) && given) return raise(TypeError, "Initialization arguments are not supported");
  Object* p = type->alloc(type, 0);
  if (!p) return nullptr;
  Ref<Object> held = Ref<Object>::steal(p);
  Local* self = cast<Local>(p);
  self->args = share(args).release();
  self->kwargs = share(kwargs).release();
  Ref<Str> key = TRY(format_message("thread.local.0x{:x}", reinterpret_cast<size_t>(p)));
  self->key = as_object(key.release());
  self->dummies = as_object(TRY(dict_new()).release());
  Ref<Object> reference = TRY(weakref_new(p, nullptr));
  self->dummy_has_gone_cb = TRY(builtin_function_new(&dummy_has_gone_def, reference.get(), nullptr))
  .release();
  // type.__call__ runs __init__ for this thread.
  if (!make_attributes(self)) return nullptr;
  return held;
}
Object* local_new_slot(Type* type, Object* args, Object* kwargs) { return local_new(type, args, kwargs).release(); }

// This thread's attributes, made (and __init__ run) on the thread's first use. Borrowed; null: exception pending.
Dict* local_dict(Local* self) {
  Dict* thread = thread_dict(current_thread());
  if (!thread) return nullptr;
  if (Object* dummy = dict_get(thread, self->key)) return cast<Dict>(cast<LocalDummy>(dummy)->attributes);
  Dict* made = make_attributes(self);
  if (!made) return nullptr;
  Type* type = type_of(self);
  if (has_own_init(type) && type->init(as_object(self), self->args, self->kwargs) < 0) {
    PreserveError keep;
    if (!dict_delete(thread, self->key)) error_clear();
    return nullptr;
  }
  return made;
}

Ref<Object> local_getattro(Object* self, Object* name_object) {
  Dict* dict = TRY(local_dict(cast<Local>(self)));
  Str* name = cast<Str>(name_object);
  if (is_str(name_object) && str_equals_ascii(name, "__dict__")) return share(as_object(dict));
  Ref<Dict> held = share(dict);
  Ref<Object> value;
  // The dict's keys need not be names.
  if (!is_str(name_object) && is_exactly(self, &local_type)) {
    TRY(dict_get_ref(dict, name_object, value));
    if (value) return value;
  }
  TRY(generic_find_attr_in(self, name, dict, value));
  if (!value) return raise_no_attribute(self, name);
  return value;
}

Status local_setattro(Object* self, Str* name, Object* value) {
  Dict* dict = TRY(local_dict(cast<Local>(self)));
  TRY(check_attribute_name(as_object(name)));
  if (str_equals_ascii(name, "__dict__")) {
    return raise(AttributeError, "'{:.100}' object attribute '{}' is read-only", type_name(self), name);
  }
  Object* descriptor = type_lookup(type_of(self), name);
  if (descriptor && type_of(descriptor)->descr_set) {
    return type_of(descriptor)->descr_set(descriptor, self, value) == 0 ? kOk : Status::failed();
  }
  Ref<Dict> held = share(dict);
  if (value) return dict_set(dict, as_object(name), value);
  if (dict_delete(dict, as_object(name))) return kOk;
  if (!error_clear_if(KeyError)) return Status::failed();
  return raise_no_attribute(self, name);
}

int local_traverse(Object* self, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<Local>(self)->args);
  MINIPY_VISIT(cast<Local>(self)->kwargs);
  MINIPY_VISIT(cast<Local>(self)->dummies);
  return 0;
}
int local_clear(Object* self) {
  Local* l = cast<Local>(self);
  clear_field(l->args);
  clear_field(l->kwargs);
  clear_field(l->dummies);
  clear_field(l->dummy_has_gone_cb);
  if (!l->key) return 0;
  for (ThreadState* t = current_interpreter()->threads; t; t = t->next) {
    if (!t->dict) continue;
    Ref<Object> dropped = dict_pop(cast<Dict>(t->dict), l->key, py_none());
    if (!dropped) error_clear();
  }
  return 0;
}
void local_dealloc(Object* self) {
  Local* l = cast<Local>(self);
  gc_untrack(self);
  if (l->weakreflist) weakref_clear_all(self);
  local_clear(self);
  clear_field(l->key);
  type_of(self)->free(self);
}

}  // namespace

constinit Type local_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_thread._local",
    .basicsize = sizeof(Local),
    .dealloc = local_dealloc,
    .getattro = slot<local_getattro>,
    .setattro = slot<local_setattro>,
    .flags = kTypeDefault | kTypeBaseType | kTypeHaveGc | kTypeImmutable,
    .doc = "Attributes that each thread has for itself.",
    .traverse = local_traverse,
    .clear = local_clear,
    .weaklistoffset = offsetof(Local, weakreflist),
    .alloc = type_generic_alloc,
    .new_ = local_new_slot,
};

}  // namespace minipy
