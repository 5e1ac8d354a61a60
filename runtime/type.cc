// `type`: the object itself, its life cycle, and the methods of classes. Attributes are in type_attributes.cc, class
// creation in type_new.cc.
#include "gc/collector.h"
#include "gc/memory.h"
#include "gc/type_view.h"
#include "runtime/attribute.h"
#include "runtime/bind.h"
#include "runtime/dict_keys.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/type_attributes.h"
#include "runtime/type_internal.h"
#include "runtime/weakref.h"

namespace minipy {

// The collector looks at types through TypeView.
#define SAME_OFFSET(field) static_assert(offsetof(TypeView, field) == offsetof(Type, field))
SAME_OFFSET(name);
SAME_OFFSET(dealloc);
SAME_OFFSET(flags);
SAME_OFFSET(traverse);
SAME_OFFSET(clear);
SAME_OFFSET(weaklistoffset);
SAME_OFFSET(free);
SAME_OFFSET(is_gc);
SAME_OFFSET(del);
SAME_OFFSET(finalize);
#undef SAME_OFFSET
static_assert(kViewManagedDict == kTypeManagedDict && kViewHaveGc == kTypeHaveGc);

const char* type_short_name(const Type* type) {
  const char* name = type->name;
  // That of a heap type of a native module is dotted, too; that of a class is its name, dots and all.
  if (is_heap(type)) return str_utf8_cstr(cast<Str>(reinterpret_cast<const HeapType*>(type)->name));
  for (const char* p = name; *p; p++) {
    if (*p == '.') name = p + 1;
  }
  return name;
}

namespace {

// ---- Life cycle ---------------------------------------------------------------------------------------------------

void type_dealloc(Object* p) {
  Type* type = as_type(p);
  HeapType* heap = heap_type(type);
  assert(is_heap(type));
  gc_untrack(p);
  if (type->bases) {
    PreserveError saved;
    Tuple* bases = type_bases(type);
    for (ssize i = 0; i < tuple_size(bases); i++) {
      if (is_type(bases->items[i])) type_remove_subclass(as_type(bases->items[i]), type);
    }
  }
  if (type->weaklist) weakref_clear_all(p);
  clear_field(type->base_type);
  clear_field(type->dict);
  clear_field(type->bases);
  clear_field(type->mro);
  clear_field(type->cache);
  clear_field(type->subclasses);
  memory::object_free(const_cast<char*>(type->doc));
  clear_field(heap->name);
  clear_field(heap->qualname);
  clear_field(heap->slots);
  if (heap->cached_keys) dict_keys_decref(heap->cached_keys);
  clear_field(heap->module);
  memory::mem_free(heap->tp_name);
  // The count on a metaclass written in Python is given up by subtype_dealloc, through which its instances come here.
  type_of(p)->free(p);
}

// Not the subclasses (weak references), slots and names (strings): they are in no cycle.
int type_traverse(Object* p, VisitProc visit, void* arg) {
  Type* type = as_type(p);
  if (!is_heap(type)) return 0;
  MINIPY_VISIT(type->dict);
  MINIPY_VISIT(type->cache);
  MINIPY_VISIT(type->mro);
  MINIPY_VISIT(type->bases);
  MINIPY_VISIT(type->base_type);
  MINIPY_VISIT(heap_type(type)->module);
  return 0;
}

// The base, the bases and the dict object itself stay: dealloc functions of instances that are still to be cleared use
// them.
int type_clear(Object* p) {
  Type* type = as_type(p);
  type_modified(type);
  if (type->dict) dict_clear(type_dict(type));
  clear_field(heap_type(type)->module);
  clear_field(type->mro);
  return 0;
}

int type_is_gc(Object* p) { return is_heap(as_type(p)); }

int type_init(Object*, Object* args, Object* kwargs) {
  ssize n = tuple_size(cast<Tuple>(args));
  if (kwargs && n == 1 && dict_size(cast<Dict>(kwargs)) != 0) {
    (void)raise(TypeError, "type.__init__() takes no keyword arguments");
    return -1;
  }
  if (n != 1 && n != 3) {
    (void)raise(TypeError, "type.__init__() takes 1 or 3 arguments");
    return -1;
  }
  return 0;
}

// type(x), the commonest call of all; everything else through tp_call.
Object* type_vectorcall(Object* callable, Object* const* args, size_t nargsf, Object* kwnames) {
  ssize nargs = vectorcall_nargs(nargsf);
  ssize keywords = kwnames ? tuple_size(cast<Tuple>(kwnames)) : 0;
  if (nargs == 1 && callable == as_object(&type_type)) {
    if (keywords) {
      (void)raise(TypeError, "type() takes no keyword arguments");
      return nullptr;
    }
    return share(as_object(type_of(args[0]))).release();
  }
  return call_type_with_vector(callable, args, nargs, kwnames);
}

// ---- Methods ------------------------------------------------------------------------------------------------------

Ref<Object> type_repr(Object* p) {
  Type* type = as_type(p);
  Ref<Object> module = type_module(type);
  if (!module) error_clear();
  Ref<Object> qualname = TRY(type_qualname(type));
  if (module && is_str(module.get()) && !str_equals_ascii(cast<Str>(module.get()), "builtins")) {
    return format_message("<class '{}.{}'>", module, qualname);
  }
  return format_message("<class '{}'>", type->name);
}

Ref<Object> type_mro_method(Type* type) {
  Ref<Object> order = TRY(type_linearize(type));
  if (is_list(order.get())) return order;
  return list_from_iterable(order.get());
}

Ref<Object> type_subclasses_method(Type* type) { return type_subclasses(type); }

Object* type_prepare(Object*, Object* const*, ssize, Object*) { return as_object(dict_new().release()); }

Ref<Object> type_instancecheck(Type* type, Object* instance) {
  bool r = TRY(real_is_instance(instance, as_object(type)));
  return bool_ref(r);
}
Ref<Object> type_subclasscheck(Type* type, Object* subclass) {
  bool r = TRY(real_is_subclass(subclass, as_object(type)));
  return bool_ref(r);
}

Ref<Object> type_dir(Type* type) {
  Ref<Dict> names = TRY(dict_new());
  TRY(merge_class_dict(names.get(), as_object(type)));
  return dict_keys_list(names.get());
}

Ref<Object> type_sizeof(Type* type) {
  size_t size = sizeof(Type);
  if (is_heap(type)) {
    size = sizeof(HeapType);
    if (DictKeys* keys = heap_type(type)->cached_keys) size += static_cast<size_t>(keys_memory_size(keys));
  }
  return int_from_size(size);
}

constinit MethodDef type_methods[] = {
    METHOD(type_mro_method, "mro(self, /)", "Compute the method resolution order of the class, as a list."),
    METHOD(type_subclasses_method, "__subclasses__(self, /)", "Return the living direct subclasses."),
    {"__prepare__", MethodPointer(type_prepare), kMethFastcall | kMethKeywords | kMethClass,
     "__prepare__() -> dict\nmakes the namespace for the body of a class statement"},
    METHOD(type_instancecheck, "__instancecheck__(self, instance, /)",
           "Tell whether the object is an instance of the class."),
    METHOD(type_subclasscheck, "__subclasscheck__(self, subclass, /)",
           "Tell whether the class is a subclass of this one."),
    METHOD(type_dir, "__dir__(self, /)", "List the attributes of the class and its bases."),
    METHOD(type_sizeof, "__sizeof__(self, /)", "Return the size of the type object in bytes."),
    {},
};

constinit NumberMethods type_as_number = {.or_ = slot<union_type_or>};

}  // namespace

constinit Type type_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "type",
    .basicsize = sizeof(HeapType),
    .itemsize = sizeof(MemberDef),
    .dealloc = type_dealloc,
    .vectorcall_offset = offsetof(Type, vectorcall),
    .repr = slot<type_repr>,
    .as_number = &type_as_number,
    .call = type_call,
    .getattro = type_getattro,
    .setattro = type_setattro,
    .flags = kTypeDefault | kTypeHaveGc | kTypeBaseType | kTypeTypeSubclass | kTypeHaveVectorcall,
    .doc = "type(object) -> the class of the object\ntype(name, bases, dict, **kwds) -> a new class",
    .traverse = type_traverse,
    .clear = type_clear,
    .weaklistoffset = offsetof(Type, weaklist),
    .methods = type_methods,
    .members = type_members,
    .getset = type_getset,
    .dictoffset = offsetof(Type, dict),
    .init = type_init,
    .new_ = type_new_slot,
    .free = gc_free_slot,
    .is_gc = type_is_gc,
    .vectorcall = type_vectorcall,
};

}  // namespace minipy
