// Objects: types with rare slots, code, dicts, buffers, sequences, floats, signals.
#include <cerrno>
#include <csignal>

#include "compiler/opcode.h"
#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/function.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "stdlib/_contextvars/hamt.h"
#include "stdlib/_testcapi/testcapi.h"
#include "stdlib/import.h"
#include "stdlib/native_type.h"

namespace minipy::testcapi {
namespace {

// ---- Types
// ---------------------------------------------------------------------------------------------------------------

// Awaits whatever iterator it is given.
struct Await {
  Object base;
  Object* iterator;
};
using AwaitFields = Owned<Await, &Await::iterator>;
Ref<Object> await_new(Type* type, Object* iterator) {
  auto self = TRY(allocate<Await>(type));
  self->iterator = share(iterator).release();
  return Ref<Object>::steal(as_object(self.release()));
}
Object* await_await(Object* self) { return share(cast<Await>(self)->iterator).release(); }
constinit AsyncMethods await_as_async = {.await = await_await};
constinit Type await_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "awaitType",
    .basicsize = sizeof(Await),
    .dealloc = AwaitFields::dealloc,
    .as_async = &await_as_async,
    .flags = kTypeDefault | kTypeHaveGc,
    .doc = "Awaits the iterator that it is made of.",
    .traverse = AwaitFields::traverse,
    .alloc = type_generic_alloc,
    .new_ = NEW(await_new, "awaitType(type, iterator, /)"),
    .free = gc_free_slot,
};

// Generic[x] is a GenericAlias, which stands for x as a base class (PEP 560).
struct Alias {
  Object base;
  Object* item;
};
using AliasFields = Owned<Alias, &Alias::item>;
Ref<Object> alias_mro_entries(Alias* self, Object*) { return tuple_pack(self->item); }
constinit MethodDef alias_methods[] = {
    METHOD(alias_mro_entries, "__mro_entries__(self, bases, /)", "The class that stands in the alias's place."), {}};
constinit Type alias_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "GenericAlias",
    .basicsize = sizeof(Alias),
    .dealloc = AliasFields::dealloc,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = AliasFields::traverse,
    .methods = alias_methods,
};
Ref<Object> generic_class_getitem(Object*, Object* item) {
  auto* alias = object_new_gc<Alias>(&alias_type);
  if (!alias) return nullptr;
  alias->item = share(item).release();
  gc_track(alias);
  return Ref<Object>::steal(as_object(alias));
}
constinit MethodDef generic_methods[] = {
    CLASS_METHOD(generic_class_getitem, "__class_getitem__(type, item, /)", "An alias."), {}};
constinit Type generic_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "Generic",
    .basicsize = sizeof(Object),
    .flags = kTypeDefault | kTypeBaseType,
    .methods = generic_methods,
};

// A container that the collector does not see.
struct Container {
  Object base;
  Object* value;
};
Ref<Object> container_new(Type* type, Object* value) {
  auto self = TRY(allocate<Container>(type));
  self->value = share(value).release();
  return Ref<Object>::steal(as_object(self.release()));
}
void container_dealloc(Object* self) {
  clear_field(cast<Container>(self)->value);
  type_of(self)->free(self);
}
constinit MemberDef container_members[] = {
    {"value", kMemberObject, offsetof(Container, value), kMemberReadonly, "what it contains"}, {}};
constinit Type container_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_testcapi.ContainerNoGC",
    .basicsize = sizeof(Container),
    .dealloc = container_dealloc,
    .flags = kTypeDefault | kTypeBaseType,
    .members = container_members,
    .alloc = type_generic_alloc,
    .new_ = NEW(container_new, "ContainerNoGC(type, value)"),
    .free = memory::object_free,
};

// The legacy finalizer slot: calls __tp_del__, which may keep the object alive.
void call_tp_del(Object* self) {
  self->refcount = 1;
  {
    PreserveError keep;
    if (auto method = lookup_special(self, NAME("__tp_del__"))) {
      auto result = call(method.get());
      if (!result) error_write_unraisable(method.get());
    }
  }
  // Not zero now: somebody keeps it.
  self->refcount--;
}

Ref<Object> with_tp_del(Object*, Object* cls) {
  if (!is_type(cls) || !type_has(cast<Type>(cls), kTypeHeap)) {
    return raise(TypeError, "heap type expected, got {}", repr_of(cls));
  }
  cast<Type>(cls)->del = call_tp_del;
  return share(cls);
}

Ref<Object> without_gc(Object*, Object* cls) {
  if (!is_type(cls) || !type_has(cast<Type>(cls), kTypeHeap)) {
    return raise(TypeError, "heap type expected, got {}", repr_of(cls));
  }
  Type* type = cast<Type>(cls);
  if (type_has(type, kTypeHaveGc)) {
    // Such a class must have a base that is not collected, whose instances have no header.
    type->flags &= ~kTypeHaveGc;
    type->free = memory::object_free;
    type->traverse = nullptr;
    type->clear = nullptr;
  }
  return share(cls);
}

// ---- Code
// ----------------------------------------------------------------------------------------------------------------

// Code that raises AssertionError.
Ref<Object> code_newempty(Object*, Str* filename, Str* name, int firstlineno) {
  const unsigned char instructions[] = {OP_RESUME, 0, OP_LOAD_ASSERTION_ERROR, 0, OP_RAISE_VARARGS, 1};
  // One entry without columns: all three instructions, the first line.
  const char lines[] = {static_cast<char>(0x80 | 13 << 3 | 2), 0};
  auto code = TRY(bytes_new(reinterpret_cast<const char*>(instructions), sizeof instructions));
  auto table = TRY(bytes_new(lines, sizeof lines));
  auto nothing = TRY(tuple_empty());
  auto no_bytes = TRY(bytes_new(nullptr, 0));
  CodeSpec spec;
  spec.stacksize = 1;
  spec.firstlineno = firstlineno;
  spec.code = code.get();
  spec.consts = spec.names = spec.localsplusnames = nothing.get();
  spec.localspluskinds = spec.exceptiontable = no_bytes.get();
  spec.filename = filename;
  spec.name = spec.qualname = name;
  spec.linetable = table.get();
  return code_new(spec);
}

// ---- Containers and buffers
// ----------------------------------------------------------------------------------------------

Ref<Object> dict_getitem_knownhash(Object*, Object* dict, Object* key, ssize hash) {
  if (!is_dict(dict)) return raise_bad_internal_call("Objects/dictobject.c", __LINE__);
  Object* value = dict_get_hashed(cast<Dict>(dict), key, hash);
  if (value) return share(value);
  if (error_pending()) return nullptr;
  return raise_key_error(key);
}

Ref<Object> dict_get_version(Object*, Object* dict) {
  if (!is_dict(dict)) return raise(TypeError, "dict expected");
  return int_from_size(cast<Dict>(dict)->version_tag);
}

Ref<Object> type_get_version(Object*, Object* type) {
  if (!is_type(type)) return raise(TypeError, "argument must be a type");
  return int_from_size(cast<Type>(type)->version_tag);
}

Status getbuffer_with_null_view(Object*, Object* exporter) {
  BufferProcs* procs = type_of(exporter)->as_buffer;
  if (!procs || !procs->get) return raise(TypeError, "a bytes-like object is required");
  return procs->get(exporter, nullptr, kBufferSimple) == 0 ? kOk : Status::failed();
}

Ref<Object> sequence_getitem(Object*, Object* sequence, ssize index) {
  SequenceMethods* methods = type_of(sequence)->as_sequence;
  if (!methods || !methods->item) return raise(TypeError, "not a sequence");
  return Ref<Object>::steal(methods->item(sequence, index));
}

Status sequence_setitem(Object*, Object* sequence, ssize index, Object* value) {
  SequenceMethods* methods = type_of(sequence)->as_sequence;
  if (!methods || !methods->ass_item) return raise(TypeError, "not a mutable sequence");
  return methods->ass_item(sequence, index, value) == 0 ? kOk : Status::failed();
}

// ---- Floats
// --------------------------------------------------------------------------------------------------------------

Ref<Str> float_format(ssize size, bool little_endian) {
  const char* code = size == 2 ? "e" : size == 4 ? "f" : size == 8 ? "d" : nullptr;
  if (!code) return raise(ValueError, "big endian size must be 2, 4 or 8");
  return format_message("{}{}", little_endian ? "<" : ">", code);
}

Ref<Object> float_pack(Object*, int size, Object* value, bool little_endian) {
  auto format = TRY(float_format(size, little_endian));
  auto pack = TRY(import_attribute("_struct", "pack"));
  return call(pack.get(), as_object(format.get()), value);
}

Ref<Object> float_unpack(Object*, Bytes* data, bool little_endian) {
  auto format = TRY(float_format(data->base.size, little_endian));
  auto unpack = TRY(import_attribute("_struct", "unpack"));
  auto values = TRY(call(unpack.get(), as_object(format.get()), as_object(data)));
  return share(cast<Tuple>(values.get())->items[0]);
}

// ---- Processes
// -----------------------------------------------------------------------------------------------------------

void set_errno(Object*, int value) { errno = value; }

// A signal that comes just before a generator is resumed.
Ref<Object> raise_sigint_then_send_none(Object*, Object* generator) {
  ::raise(SIGINT);
  return call_method(generator, NAME("send"), py_none());
}

Ref<Object> w_stopcode(Object*, int signal) { return int_from_ssize(signal << 8 | 0x7f); }

// A descriptor's __get__ that calls the class that it is found in.
Ref<Object> bad_get(Object*, Object*, Object*, Object* cls) {
  TRY(call(cls));
  return none_ref();
}

}  // namespace

// An empty mapping of the kind that contexts are made of.
Ref<Hamt> make_hamt(Object*) {
  TRY(hamt_ready_types());
  return hamt_new();
}

constinit MethodDef object_functions[] = {
    FUNCTION(make_hamt, "hamt(module, /)", "An empty mapping of the kind that contexts are made of."),
    FUNCTION(with_tp_del, "with_tp_del(module, cls, /)", "Give a class a legacy finalizer, its method __tp_del__."),
    FUNCTION(without_gc, "without_gc(module, cls, /)", "Take a class away from the collector."),
    FUNCTION(code_newempty, "code_newempty(module, filename, funcname, firstlineno, /)",
             "Code that raises AssertionError."),
    FUNCTION(dict_getitem_knownhash, "dict_getitem_knownhash(module, mp, key, hash, /)",
             "Look a key up by the hash given."),
    FUNCTION(dict_get_version, "dict_get_version(module, dict, /)", "The dict's version tag."),
    FUNCTION(type_get_version, "type_get_version(module, type, /)", "The type's version tag; 0: none."),
    FUNCTION(getbuffer_with_null_view, "getbuffer_with_null_view(module, exporter, /)",
             "Ask for a buffer in no place."),
    FUNCTION(sequence_getitem, "sequence_getitem(module, sequence, index, /)", "Call the slot that gives an item."),
    FUNCTION(sequence_setitem, "sequence_setitem(module, sequence, index, value, /)",
             "Call the slot that sets an item."),
    FUNCTION(float_pack, "float_pack(module, size, value, little_endian, /)", "A float as 2, 4 or 8 bytes."),
    FUNCTION(float_unpack, "float_unpack(module, data, little_endian, /)", "A float from 2, 4 or 8 bytes."),
    FUNCTION(set_errno, "set_errno(module, value, /)", "Set C's errno."),
    FUNCTION(raise_sigint_then_send_none, "raise_SIGINT_then_send_None(module, generator, /)",
             "Resume a generator with a signal pending."),
    FUNCTION(w_stopcode, "W_STOPCODE(module, signal, /)", "The wait status of a process that the signal stopped."),
    FUNCTION(bad_get, "bad_get(module, descriptor, instance, cls, /)", "Call the class."),
    {},
};

Status add_object_types(Module* m) {
  TRY(type_ready(&alias_type));
  TRY(module_add_type(m, &await_type));
  TRY(module_add_type(m, &generic_type));
  TRY(module_add_type(m, &alias_type));
  return module_add_type(m, &container_type);
}

}  // namespace minipy::testcapi
