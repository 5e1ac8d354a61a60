#include "runtime/heap_type_new.h"

#include <cstring>
#include <string_view>

#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/heap_types.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/type.h"
#include "runtime/type_internal.h"

namespace minipy {
namespace {

struct DottedName {
  std::string_view module, name;
};
DottedName split(std::string_view full_name) {
  size_t dot = full_name.rfind('.');
  return {full_name.substr(0, dot), full_name.substr(dot + 1)};
}

template <class Suite>
Suite* adopt(Suite& own, const Suite* form) {
  if (form) own = *form;
  return &own;
}

// The type frees its documentation, so it needs one of its own.
Status copy_doc(Type* type) {
  if (!type->doc) return kOk;
  size_t size = std::strlen(type->doc) + 1;
  void* copy = memory::object_alloc(size);
  if (copy) std::memcpy(copy, type->doc, size);
  type->doc = static_cast<const char*>(copy);
  return copy ? kOk : static_cast<Status>(raise_no_memory_error());
}

}  // namespace

Ref<Type> heap_type_new(const Type* form, Type* base) {
  DottedName names = split(form->name);
  Ref<Str> name = TRY(str_intern_utf8(names.name));
  Ref<Str> module = TRY(str_intern_utf8(names.module));
  Ref<Tuple> bases;
  if (base) bases = TRY(tuple_pack(base));
  Ref<HeapType> heap = Ref<HeapType>::steal(reinterpret_cast<HeapType*>(type_type.alloc(&type_type, 0)));
  if (!heap) return nullptr;
  Type* type = &heap->base;
  VarObject header = type->base;
  *type = *form;
  type->base = header;
  type->flags |= kTypeHeap;
  if (base) {
    type->base_type = base;
    type->bases = as_object(bases.release());
  }
  if (type->base_type) incref(type->base_type);
  if (!type->dealloc) type->dealloc = subtype_dealloc;
  type->as_async = adopt(heap->as_async, form->as_async);
  type->as_number = adopt(heap->as_number, form->as_number);
  type->as_mapping = adopt(heap->as_mapping, form->as_mapping);
  type->as_sequence = adopt(heap->as_sequence, form->as_sequence);
  type->as_buffer = adopt(heap->as_buffer, form->as_buffer);
  heap->qualname = as_object(share(name.get()).release());
  heap->name = as_object(name.release());
  TRY(copy_doc(type));
  {
    OffsetDescriptors dropped(type);
    TRY(type_ready(type));
  }
  TRY(dict_set(cast<Dict>(type->dict), as_object(NAME("__module__")), as_object(module.get())));
  return Ref<Type>::steal(reinterpret_cast<Type*>(heap.release()));
}

Ref<Type> exception_class_new(const char* full_name, Type* base) {
  DottedName names = split(full_name);
  Ref<Str> name = TRY(str_intern_utf8(names.name));
  Ref<Str> module = TRY(str_intern_utf8(names.module));
  Ref<Tuple> bases = TRY(tuple_pack(base));
  Ref<Dict> dict = TRY(dict_new());
  TRY(dict_set(dict.get(), as_object(NAME("__module__")), as_object(module.get())));
  return call(as_object(&type_type), name.get(), bases.get(), dict.get()).cast_to<Type>();
}

}  // namespace minipy
