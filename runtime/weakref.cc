// weakref.ReferenceType (library reference "weakref"). Proxies are in weakproxy.cc.
//
// An object's references form a doubly linked list, whose head is in the object. First stands the reference without
// callback (there is at most one of the exact type, handed out again and again), then the proxy without callback, then
// all others, newest first: that is the order in which callbacks are called.
#include "runtime/weakref.h"

#include "gc/collector.h"
#include "gc/gc_count.h"
#include "gc/gc_list.h"
#include "runtime/bind.h"
#include "runtime/error.h"
#include "runtime/gc_support.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/type_internal.h"
#include "runtime/weakref_internal.h"

namespace minipy {

// ---- The list -----------------------------------------------------------------------------------------------------

namespace {

WeakReference** list_of(Object* p) { return reinterpret_cast<WeakReference**>(object_weaklist(p)); }
WeakReference* as_ref(Object* p) { return cast<WeakReference>(p); }
bool is_proxy(const Object* p) { return is_exactly(p, &weakproxy_type) || is_exactly(p, &weakcallableproxy_type); }

struct BasicRefs {
  WeakReference* ref = nullptr;
  WeakReference* proxy = nullptr;
  WeakReference* last() const { return proxy ? proxy : ref; }
};
BasicRefs basic_refs(WeakReference* head) {
  BasicRefs found;
  if (head && !head->callback) {
    if (is_exactly(head, &weakref_type)) {
      found.ref = head;
      head = head->next;
    }
    if (head && !head->callback && is_proxy(as_object(head))) found.proxy = head;
  }
  return found;
}

void insert_after(WeakReference* ref, WeakReference* before, WeakReference** list) {
  WeakReference* next = before ? before->next : *list;
  ref->prev = before;
  ref->next = next;
  if (next) next->prev = ref;
  if (before) {
    before->next = ref;
  } else {
    *list = ref;
  }
}

// Unlinks; the referent is None afterwards.
void detach(WeakReference* ref) {
  if (is_none(ref->object)) return;
  WeakReference** list = list_of(ref->object);
  if (*list == ref) *list = ref->next;
  ref->object = py_none();
  if (ref->prev) ref->prev->next = ref->next;
  if (ref->next) ref->next->prev = ref->prev;
  ref->prev = ref->next = nullptr;
}

Status check_referable(Object* p) {
  if (type_supports_weakrefs(type_of(p))) return kOk;
  return raise(TypeError, "cannot create weak reference to '{}' object", type_name(p));
}

Object* weakref_vectorcall(Object* p, Object* const*, size_t nargsf, Object* kwnames) {
  if (kwnames && tuple_size(cast<Tuple>(kwnames))) {
    (void)raise(TypeError, "weakref() takes no keyword arguments");
    return nullptr;
  }
  if (ssize n = vectorcall_nargs(nargsf)) {
    (void)raise(TypeError, "weakref expected 0 arguments, got {}", n);
    return nullptr;
  }
  return share(weakref_target(as_ref(p))).release();
}

void initialize(WeakReference* ref, Object* object, Object* callback) {
  ref->hash = -1;
  ref->object = object;
  ref->callback = share(callback).release();
  ref->prev = ref->next = nullptr;
  ref->vectorcall = weakref_vectorcall;
}

WeakReference* allocate(Type* type, Object* object, Object* callback) {
  WeakReference* ref = object_new_gc<WeakReference>(type);
  if (!ref) return nullptr;
  initialize(ref, object, callback);
  return ref;
}

}  // namespace

Ref<Object> weakref_new(Object* object, Object* callback) {
  TRY(check_referable(object));
  if (callback && is_none(callback)) callback = nullptr;
  WeakReference** list = list_of(object);
  if (!callback) {
    if (WeakReference* ref = basic_refs(*list).ref) return share(as_object(ref));
  }
  WeakReference* made = allocate(&weakref_type, object, callback);
  if (!made) return nullptr;
  // The allocation may have collected garbage, and so run code that has made references to the object.
  BasicRefs basic = basic_refs(*list);
  if (!callback && basic.ref) {
    made->object = py_none();
    decref(made);
    return share(as_object(basic.ref));
  }
  insert_after(made, callback ? basic.last() : nullptr, list);
  gc_track(made);
  return steal(as_object(made));
}

Ref<Object> weakproxy_new(Object* object, Object* callback) {
  TRY(check_referable(object));
  if (callback && is_none(callback)) callback = nullptr;
  WeakReference** list = list_of(object);
  if (!callback) {
    if (WeakReference* proxy = basic_refs(*list).proxy) return share(as_object(proxy));
  }
  Type* type = is_callable(object) ? &weakcallableproxy_type : &weakproxy_type;
  WeakReference* made = allocate(type, object, callback);
  if (!made) return nullptr;
  BasicRefs basic = basic_refs(*list);
  if (!callback && basic.proxy) {
    made->object = py_none();
    decref(made);
    return share(as_object(basic.proxy));
  }
  insert_after(made, callback ? basic.last() : basic.ref, list);
  gc_track(made);
  return steal(as_object(made));
}

Ref<Object> weakref_get(Object* ref) {
  Object* object = weakref_target(as_ref(ref));
  return is_none(object) ? nullptr : share(object);
}

bool is_weakref(const Object* p) { return is_instance_of(p, &weakref_type) || is_proxy(p); }

ssize weakref_count(Object* object) {
  if (!type_supports_weakrefs(type_of(object))) return 0;
  ssize n = 0;
  for (WeakReference* ref = *list_of(object); ref; ref = ref->next) n++;
  return n;
}

// ---- The end of the object ----------------------------------------------------------------------------------------

void weakref_clear(WeakReference* ref) { detach(ref); }

namespace {

void clear_with_callback(WeakReference* ref) {
  detach(ref);
  clear_field(ref->callback);
}

void call_back(WeakReference* ref, Object* callback) {
  if (!call(callback, ref)) error_write_unraisable(callback);
}

// References of which somebody still knows, with their callbacks, while those are called.
struct PendingCallback {
  Ref<WeakReference> ref;
  Ref<Object> callback;
};

}  // namespace

void weakref_clear_all(Object* object) {
  WeakReference** list = list_of(object);
  if (!list || !*list) return;
  // The two without callback first: nobody has to be told.
  for (int i = 0; i < 2 && *list && !(*list)->callback; i++) clear_with_callback(*list);
  if (!*list) return;
  PreserveError saved;
  ssize count = weakref_count(object);
  PendingCallback one;
  PendingCallback* pending = count == 1 ? &one : new PendingCallback[static_cast<size_t>(count)];
  // All are dead before the first callback runs.
  for (ssize i = 0; *list; i++) {
    WeakReference* ref = *list;
    Ref<Object> callback = steal(std::exchange(ref->callback, nullptr));
    detach(ref);
    if (ref->base.refcount > 0) pending[i] = {share(ref), std::move(callback)};
  }
  for (ssize i = 0; i < count; i++) {
    if (pending[i].callback) call_back(pending[i].ref.get(), pending[i].callback.get());
    pending[i] = {};
  }
  if (pending != &one) delete[] pending;
}

ssize weakref_handle_unreachable(GcHeader* unreachable, GcHeader* old) {
  using namespace gc_list;
  GcHeader to_call;  // references whose callbacks are to be called, each with a count taken
  init(&to_call);
  for (GcHeader* h = next(unreachable); h != unreachable;) {
    Object* p = gc_object(h);
    h = next(h);
    // A reference that is trash itself must not call back: its callback could bring trash back that is half cleared.
    if (is_weakref(p)) detach(as_ref(p));
    if (!type_supports_weakrefs(type_of(p))) continue;
    WeakReference** list = list_of(p);
    while (WeakReference* ref = *list) {
      detach(ref);
      GcHeader* ref_header = gc_header(ref);
      if (!ref->callback || is_collecting(ref_header)) continue;
      incref(ref);
      move(ref_header, &to_call);
    }
  }
  ssize called = 0;
  while (!is_empty(&to_call)) {
    GcHeader* h = next(&to_call);
    WeakReference* ref = as_ref(gc_object(h));
    call_back(ref, ref->callback);
    called++;
    decref(ref);
    // Unless that freed it, it is an object like others.
    if (next(&to_call) == h) {
      move(h, old);
    } else {
      g_gc_references_freed++;
    }
  }
  return called;
}

// ---- The type -----------------------------------------------------------------------------------------------------

void weakref_dealloc(Object* p) {
  gc_untrack(p);
  clear_with_callback(as_ref(p));
  type_of(p)->free(p);
}
int weakref_traverse(Object* p, VisitProc visit, void* arg) {
  MINIPY_VISIT(as_ref(p)->callback);
  return 0;
}
int weakref_clear_slot(Object* p) {
  clear_with_callback(as_ref(p));
  return 0;
}

Maybe<hash_t> weakref_hash(WeakReference* ref) {
  if (ref->hash != -1) return ref->hash;
  Ref<Object> object = weakref_get(as_object(ref));
  if (!object) return raise(TypeError, "weak object has gone away");
  ref->hash = TRY(object_hash(object.get()));
  return ref->hash;
}

namespace {

Ref<Str> weakref_repr(WeakReference* ref) {
  size_t address = reinterpret_cast<size_t>(ref);
  Ref<Object> object = weakref_get(as_object(ref));
  if (!object) return format_message("<weakref at 0x{:x}; dead>", address);
  Ref<Object> name;
  TRY(object_find_attr(object.get(), NAME("__name__"), name));
  size_t target = reinterpret_cast<size_t>(object.get());
  if (!name || !is_str(name.get())) {
    return format_message("<weakref at 0x{:x}; to '{}' at 0x{:x}>", address, type_name(object.get()), target);
  }
  return format_message("<weakref at 0x{:x}; to '{}' at 0x{:x} ({})>", address, type_name(object.get()), target, name);
}

// Living referents decide; of dead ones only the identity of the references.
Ref<Object> weakref_compare(WeakReference* ref, Object* other, CompareOp op) {
  if ((op != kEq && op != kNe) || !is_instance_of(other, &weakref_type)) return not_implemented_ref();
  Ref<Object> a = weakref_get(as_object(ref)), b = weakref_get(other);
  if (!a || !b) return bool_ref((as_object(ref) == other) == (op == kEq));
  return object_compare(a.get(), b.get(), op);
}

Status unpack(const char* function, Object* args, Object** object, Object** callback) {
  Tuple* t = cast<Tuple>(args);
  ssize n = tuple_size(t);
  if (n < 1) return raise(TypeError, "{} expected at least 1 argument, got {}", function, n);
  if (n > 2) return raise(TypeError, "{} expected at most 2 arguments, got {}", function, n);
  *object = t->items[0];
  *callback = n == 2 && !is_none(t->items[1]) ? t->items[1] : nullptr;
  return kOk;
}

Ref<Object> new_reference(Type* type, Object* args) {
  Object *object, *callback;
  TRY(unpack("__new__", args, &object, &callback));
  if (type == &weakref_type) return weakref_new(object, callback);
  TRY(check_referable(object));
  Ref<Object> made = TRY(steal(type->alloc(type, 0)));
  initialize(as_ref(made.get()), object, callback);
  WeakReference** list = list_of(object);
  insert_after(as_ref(made.get()), basic_refs(*list).last(), list);
  return made;
}
Object* weakref_new_slot(Type* type, Object* args, Object*) { return new_reference(type, args).release(); }

int weakref_init(Object*, Object* args, Object* kwargs) {
  if (kwargs && dict_size(cast<Dict>(kwargs))) {
    (void)raise(TypeError, "ref() takes no keyword arguments");
    return -1;
  }
  Object *object, *callback;
  return unpack("__init__", args, &object, &callback) ? 0 : -1;
}

constinit MethodDef weakref_methods[] = {
    {"__class_getitem__", MethodPointer(OMethod(+[](Object* cls, Object* item) {
       return class_getitem_generic_alias(cls, item).release();
     })),
     kMethO | kMethClass, "See PEP 585"},
    {},
};
constinit MemberDef weakref_members[] = {
    {"__callback__", kMemberObject, offsetof(WeakReference, callback), kMemberReadonly, nullptr},
    {},
};

}  // namespace

constinit Type weakref_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "weakref.ReferenceType",
    .basicsize = sizeof(WeakReference),
    .dealloc = weakref_dealloc,
    .vectorcall_offset = offsetof(WeakReference, vectorcall),
    .repr = slot<weakref_repr>,
    .hash = slot<weakref_hash>,
    .call = vectorcall_as_call,
    .flags = kTypeDefault | kTypeHaveGc | kTypeBaseType | kTypeHaveVectorcall,
    .traverse = weakref_traverse,
    .clear = weakref_clear_slot,
    .richcompare = slot<weakref_compare>,
    .methods = weakref_methods,
    .members = weakref_members,
    .init = weakref_init,
    .alloc = type_generic_alloc,
    .new_ = weakref_new_slot,
    .free = gc_free_slot,
};

}  // namespace minipy
