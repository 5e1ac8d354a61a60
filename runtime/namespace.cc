// types.SimpleNamespace.
#include "gc/collector.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"

namespace minipy {
namespace {

Ref<Object> namespace_new(Type* type, Object*, Object*) {
  Ref<Object> self = Ref<Object>::steal(type->alloc(type, 0));
  if (!self) return nullptr;
  Ref<Dict> attributes = TRY(dict_new());
  cast<SimpleNamespace>(self.get())->dict = as_object(attributes.release());
  return self;
}

Status namespace_init(SimpleNamespace* self, Object* args, Object* kwargs) {
  if (tuple_size(cast<Tuple>(args)) != 0) return raise(TypeError, "no positional arguments expected");
  if (!kwargs) return kOk;
  ssize position = 0;
  Object *key, *value;
  while (dict_next(cast<Dict>(kwargs), &position, &key, &value)) {
    if (!is_str(key)) return raise(TypeError, "keywords must be strings");
  }
  return dict_update(cast<Dict>(self->dict), kwargs);
}

void namespace_dealloc(Object* p) {
  gc_untrack(p);
  clear_field(cast<SimpleNamespace>(p)->dict);
  type_of(p)->free(p);
}
int namespace_traverse(Object* p, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<SimpleNamespace>(p)->dict);
  return 0;
}
int namespace_clear(Object* p) {
  clear_field(cast<SimpleNamespace>(p)->dict);
  return 0;
}

Ref<Str> namespace_repr(SimpleNamespace* self) {
  const char* name = is_exactly(self, &simple_namespace_type) ? "namespace" : type_short_name(type_of(self));
  int entered = repr_enter(as_object(self));
  if (entered < 0) return nullptr;
  if (entered > 0) return format_message("{}(...)", name);
  struct Leave {
    Object* p;
    ~Leave() { repr_leave(p); }
  } leave{as_object(self)};
  Ref<List> pairs = TRY(list_new());
  Ref<Object> keys = TRY(dict_keys_list(cast<Dict>(self->dict)));
  Ref<Object> iterator = TRY(get_iter(keys.get()));
  while (Ref<Object> key = iter_next(iterator.get())) {
    if (!is_str(key.get()) || str_length(cast<Str>(key.get())) == 0) continue;
    Ref<Object> value;
    TRY(dict_get_ref(cast<Dict>(self->dict), key.get(), value));
    if (!value) continue;
    Ref<Str> pair = TRY(format_message("{}={}", key, repr_of(value.get())));
    TRY(list_append(pairs.get(), as_object(pair.get())));
  }
  if (error_pending()) return nullptr;
  Ref<Str> separator = TRY(str_from_ascii(", "));
  Ref<Object> text = TRY(str_join(separator.get(), as_object(pairs.get())));
  return format_message("{}({})", name, text);
}

Ref<Object> namespace_compare(SimpleNamespace* self, Object* other, CompareOp op) {
  if (!is_instance_of(self, &simple_namespace_type) || !is_instance_of(other, &simple_namespace_type)) {
    return not_implemented_ref();
  }
  return object_compare(self->dict, cast<SimpleNamespace>(other)->dict, op);
}

Ref<Object> reduce(SimpleNamespace* self) {
  Ref<Tuple> empty = tuple_empty();
  return tuple_pack(as_object(type_of(self)), as_object(empty.get()), self->dict);
}

constinit MethodDef methods[] = {
    PLAIN_METHOD(reduce, "__reduce__(self, /)", "Return state information for pickling"),
    {},
};
constinit MemberDef members[] = {
    {"__dict__", kMemberObject, offsetof(SimpleNamespace, dict), kMemberReadonly, nullptr},
    {},
};

}  // namespace

Ref<Object> simple_namespace_new(Dict* attributes) {
  Ref<Object> self = TRY(namespace_new(&simple_namespace_type, nullptr, nullptr));
  if (attributes) TRY(dict_update(cast<Dict>(cast<SimpleNamespace>(self.get())->dict), as_object(attributes)));
  return self;
}

constinit Type simple_namespace_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "types.SimpleNamespace",
    .basicsize = sizeof(SimpleNamespace),
    .dealloc = namespace_dealloc,
    .repr = slot<namespace_repr>,
    .getattro = slot<object_generic_get_attr>,
    .setattro = slot<object_generic_set_attr>,
    .flags = kTypeDefault | kTypeHaveGc | kTypeBaseType,
    .doc = "A simple attribute-based namespace.\n\nSimpleNamespace(**kwargs)",
    .traverse = namespace_traverse,
    .clear = namespace_clear,
    .richcompare = slot<namespace_compare>,
    .methods = methods,
    .members = members,
    .dictoffset = offsetof(SimpleNamespace, dict),
    .init = slot<namespace_init>,
    .alloc = type_generic_alloc,
    .new_ = slot<namespace_new>,
    .free = gc_free_slot,
};

}  // namespace minipy
