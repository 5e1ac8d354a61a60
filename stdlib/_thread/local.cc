// _thread._local: attributes that each thread has for itself. The dicts live in the threads' state dicts, under a key
// of the object's own, so that they go when either does.
#include "gc/collector.h"
#include "runtime/abstract.h"
#include "runtime/attribute.h"
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/names.h"
#include "runtime/slot.h"
#include "runtime/str.h"
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
};

bool has_own_init(const Type* type) { return type->init != object_type.init; }

Ref<Object> local_new(Type* type, VarArgs args, Object* kwargs) {
  if (!has_own_init(type) && (args.size || (kwargs && dict_size(cast<Dict>(kwargs))))) {
    return raise(TypeError, "Initialization arguments are not supported");
  }
  Object* p = type->alloc(type, 0);
  if (!p) return nullptr;
  Ref<Object> held = Ref<Object>::steal(p);
  Local* self = cast<Local>(p);
  static unsigned long last_number = 0;
  Ref<Str> key = TRY(format_message("thread.local.{}", ++last_number));
  self->key = as_object(key.release());
  self->args = as_object(TRY(tuple_from_array(args.items, args.size)).release());
  self->kwargs = share(kwargs).release();
  // type.__call__ runs __init__ for this thread.
  ThreadState* t = current_thread();
  if (!t->dict) t->dict = as_object(TRY(dict_new()).release());
  Ref<Dict> mine = TRY(dict_new());
  TRY(dict_set(cast<Dict>(t->dict), self->key, as_object(mine.get())));
  return held;
}

// This thread's attributes, made (and __init__ run) on the thread's first use. Borrowed; null: exception pending.
Dict* local_dict(Local* self) {
  ThreadState* t = current_thread();
  if (!t->dict) {
    Ref<Dict> made = dict_new();
    if (!made) return nullptr;
    t->dict = as_object(made.release());
  }
  Object* found = dict_get(cast<Dict>(t->dict), self->key);
  if (found) return cast<Dict>(found);
  Ref<Dict> made = dict_new();
  if (!made || !dict_set(cast<Dict>(t->dict), self->key, as_object(made.get()))) return nullptr;
  Type* type = type_of(self);
  if (has_own_init(type) && type->init(as_object(self), self->args, self->kwargs) < 0) {
    PreserveError keep;
    if (!dict_delete(cast<Dict>(t->dict), self->key)) error_clear();
    return nullptr;
  }
  return made.get();
}

Ref<Object> local_getattro(Object* self, Str* name) {
  Dict* dict = TRY(local_dict(cast<Local>(self)));
  if (str_equals_ascii(name, "__dict__")) return share(as_object(dict));
  Ref<Dict> held = share(dict);
  Ref<Object> value;
  TRY(generic_find_attr_in(self, name, dict, value));
  if (!value) return raise_no_attribute(self, name);
  return value;
}

Status local_setattro(Object* self, Str* name, Object* value) {
  Dict* dict = TRY(local_dict(cast<Local>(self)));
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
  return 0;
}
int local_clear(Object* self) {
  Local* l = cast<Local>(self);
  clear_field(l->args);
  clear_field(l->kwargs);
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
    .new_ = NEW(local_new, "_local(type, /, *args, **kwargs)"),
};

}  // namespace minipy
