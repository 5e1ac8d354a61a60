// super (library reference "super()"; data model 3.3.2.4, "Super Binding").
#include "gc/collector.h"
#include "runtime/attribute.h"
#include "runtime/error.h"
#include "runtime/names.h"
#include "runtime/type_internal.h"

namespace minipy {

Status (*g_super_arguments_hook)(Type** type, Object** self) = nullptr;

namespace {

struct Super {
  Object base;
  Type* type;       // the class after which the search begins
  Object* self;     // null: unbound
  Type* self_type;  // whose MRO is searched
};
static_assert(sizeof(Super) == 40);
Super* as_super(Object* p) { return cast<Super>(p); }

void super_dealloc(Object* p) {
  gc_untrack(p);
  Super* s = as_super(p);
  clear_field(s->self);
  clear_field(s->type);
  clear_field(s->self_type);
  type_of(p)->free(p);
}
int super_traverse(Object* p, VisitProc visit, void* arg) {
  Super* s = as_super(p);
  MINIPY_VISIT(s->self);
  MINIPY_VISIT(s->type);
  MINIPY_VISIT(s->self_type);
  return 0;
}

Ref<Str> super_repr(Super* s) {
  const char* type = s->type ? s->type->name : "NULL";
  if (!s->self_type) return format_message("<super: <class '{}'>, NULL>", type);
  return format_message("<super: <class '{}'>, <{} object>>", type, s->self_type->name);
}

// The class whose MRO is to be searched: `self` is an instance of `type`, or a subclass of it (in class methods).
Ref<Type> search_type(Type* type, Object* self) {
  if (is_type(self) && type_is_subtype(as_type(self), type)) return share(as_type(self));
  if (is_instance_of(self, type)) return share(type_of(self));
  // A proxy may tell another class.
  Ref<Object> cls;
  TRY(object_find_attr(self, NAME("__class__"), cls));
  if (cls && is_type(cls.get()) && as_type(cls.get()) != type_of(self) && type_is_subtype(as_type(cls.get()), type)) {
    return std::move(cls).cast_to<Type>();
  }
  return raise(TypeError, "super(type, obj): obj must be an instance or subtype of type");
}

// The attribute from the classes behind s->type in the MRO. Null without an exception: none of them has it.
Object* find_behind(Super* s, Str* name) {
  Type* start = s->self_type;
  if (!start->mro) return nullptr;
  Ref<Tuple> mro = share(type_mro(start));  // a descriptor may change it
  ssize n = tuple_size(mro.get());
  ssize i = 0;
  while (i < n && mro->items[i] != as_object(s->type)) i++;
  for (i++; i < n; i++) {
    Object* found = dict_get_str(type_dict(as_type(mro->items[i])), name);
    if (!found) continue;
    Ref<Object> kept = share(found);
    DescrGetFunc get = type_of(found)->descr_get;
    if (!get) return kept.release();
    // Bound to a class, the attribute is looked up as on the class.
    Object* instance = s->self == as_object(start) ? nullptr : s->self;
    return get(found, instance, as_object(start));
  }
  return nullptr;
}

Object* super_getattro(Object* p, Object* name) {
  Super* s = as_super(p);
  // `__class__` is that of the super object itself.
  bool own = !s->self_type || (is_str(name) && str_equals_ascii(cast<Str>(name), "__class__"));
  if (!own && is_str(name)) {
    Object* result = find_behind(s, cast<Str>(name));
    if (result || error_pending()) return result;
  } else if (!own && !object_hash(name)) {
    return nullptr;  // CPython has looked it up in the classes' dicts before it asks for a str
  }
  return object_generic_getattro(p, name);
}

Object* super_descr_get(Object* p, Object* instance, Object*) {
  Super* s = as_super(p);
  if (!instance || is_none(instance) || s->self) return share(p).release();
  if (!is_exactly(p, &super_type)) {
    // A subclass makes one of its own kind.
    if (!s->type) return call(as_object(type_of(p))).release();
    return call(as_object(type_of(p)), s->type, instance).release();
  }
  Ref<Type> self_type = search_type(s->type, instance);
  if (!self_type) return nullptr;
  Super* bound = as_super(super_type.new_(&super_type, nullptr, nullptr));
  if (!bound) return nullptr;
  bound->type = share(s->type).release();
  bound->self = share(instance).release();
  bound->self_type = self_type.release();
  return as_object(bound);
}

// The arguments were checked as the caller words the errors: 0 to 2 of them, the first a class.
Status initialize(Super* s, Object* const* args, ssize n) {
  Type* type = nullptr;
  Object* self = nullptr;
  if (n == 0) {
    if (!g_super_arguments_hook) return raise(RuntimeError, "super(): no current frame");
    TRY(g_super_arguments_hook(&type, &self));
  } else {
    type = as_type(args[0]);
    if (n == 2 && !is_none(args[1])) self = args[1];
  }
  Ref<Type> self_type;
  if (self) self_type = TRY(search_type(type, self));
  replace_field(s->type, share(type));
  replace_field(s->self, share(self));
  replace_field(s->self_type, std::move(self_type));
  return kOk;
}

bool refuse_keywords(ssize count) {
  if (count) (void)raise(TypeError, "super() takes no keyword arguments");
  return count != 0;
}

Status initialize_from_tuple(Super* s, Tuple* args) {
  ssize n = tuple_size(args);
  if (n > 2) return raise(TypeError, "super() takes at most 2 arguments ({} given)", n);
  if (n > 0 && !is_type(args->items[0])) {
    return raise(TypeError, "super() argument 1 must be type, not {:.50}",
                 is_none(args->items[0]) ? "None" : type_name(args->items[0]));
  }
  return initialize(s, args->items, n);
}
int super_init(Object* p, Object* args, Object* kwargs) {
  if (refuse_keywords(kwargs ? dict_size(cast<Dict>(kwargs)) : 0)) return -1;
  return initialize_from_tuple(as_super(p), cast<Tuple>(args)) ? 0 : -1;
}

Ref<Object> new_from_vector(Object* const* args, ssize n) {
  if (n > 2) return raise(TypeError, "super() expected at most 2 arguments, got {}", n);
  if (n > 0 && !is_type(args[0])) {
    return raise(TypeError, "super() argument 1 must be a type, not {:.200}", type_name(args[0]));
  }
  Ref<Object> self = TRY(steal(type_generic_alloc(&super_type, 0)));
  TRY(initialize(as_super(self.get()), args, n));
  return self;
}
// super(...) without a tuple of arguments.
Object* super_vectorcall(Object*, Object* const* args, size_t nargsf, Object* kwnames) {
  if (refuse_keywords(kwnames ? tuple_size(cast<Tuple>(kwnames)) : 0)) return nullptr;
  return new_from_vector(args, vectorcall_nargs(nargsf)).release();
}

constinit MemberDef super_members[] = {
    {"__thisclass__", kMemberObject, offsetof(Super, type), kMemberReadonly, "the class behind which super searches"},
    {"__self__", kMemberObject, offsetof(Super, self), kMemberReadonly, "the instance that super is bound to, or None"},
    {"__self_class__", kMemberObject, offsetof(Super, self_type), kMemberReadonly,
     "the class of that instance, or None"},
    {},
};

}  // namespace

constinit Type super_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "super",
    .basicsize = sizeof(Super),
    .dealloc = super_dealloc,
    .repr = slot<super_repr>,
    .getattro = super_getattro,
    .flags = kTypeDefault | kTypeHaveGc | kTypeBaseType,
    .doc =
        "super() -> in a method, the same as super(__class__, <first argument>)\n"
        "super(type) -> unbound super object\n"
        "super(type, obj) -> bound super object; obj must be an instance of type\n"
        "super(type, type2) -> bound super object; type2 must be a subclass of type\n\n"
        "Its attributes are those of the classes behind `type` in the method resolution order.",
    .traverse = super_traverse,
    .members = super_members,
    .descr_get = super_descr_get,
    .init = super_init,
    .alloc = type_generic_alloc,
    .new_ = type_generic_new,
    .free = gc_free_slot,
    .vectorcall = super_vectorcall,
};

}  // namespace minipy
