// isinstance() and issubclass() (PEP 3119), also for things that merely look like classes: they have a tuple
// `__bases__`.
#include "runtime/error.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/thread_state.h"
#include "runtime/type_attributes.h"
#include "runtime/type_internal.h"

namespace minipy {

namespace {

// __bases__ if it is a tuple; null without an exception: not a class.
Status abstract_bases(Object* cls, Ref<Object>& out) {
  TRY(object_find_attr(cls, NAME("__bases__"), out));
  if (out && !is_tuple(out.get())) out.reset();
  return kOk;
}

Status check_class(Object* cls, const char* message) {
  Ref<Object> bases;
  TRY(abstract_bases(cls, bases));
  if (bases) return kOk;
  return raise(TypeError, "{}", message);
}

Maybe<bool> abstract_is_subclass(Object* derived, Object* cls) {
  Ref<Object> current = share(derived);
  while (true) {
    if (current.get() == cls) return true;
    Ref<Object> bases;
    TRY(abstract_bases(current.get(), bases));
    if (!bases) return false;
    Tuple* t = cast<Tuple>(bases.get());
    if (tuple_size(t) == 0) return false;
    if (tuple_size(t) == 1) {
      current = share(t->items[0]);
      continue;
    }
    for (ssize i = 0; i < tuple_size(t); i++) {
      RecursionGuard guard(" in __issubclass__");
      if (!guard) return kRaised;
      Maybe<bool> r = abstract_is_subclass(t->items[i], cls);
      if (!r || *r) return r;
    }
    return false;
  }
}

}  // namespace

Maybe<bool> real_is_instance(Object* p, Object* cls) {
  Ref<Object> own;
  if (is_type(cls)) {
    if (is_instance_of(p, as_type(cls))) return true;
    // A proxy may tell another class.
    TRY(object_find_attr(p, NAME("__class__"), own));
    return own && own.get() != as_object(type_of(p)) && is_type(own.get()) &&
           type_is_subtype(as_type(own.get()), as_type(cls));
  }
  TRY(check_class(cls, "isinstance() arg 2 must be a type, a tuple of types, or a union"));
  TRY(object_find_attr(p, NAME("__class__"), own));
  if (!own) return false;
  return abstract_is_subclass(own.get(), cls);
}

Maybe<bool> real_is_subclass(Object* derived, Object* cls) {
  if (is_type(cls) && is_type(derived)) return type_is_subtype(as_type(derived), as_type(cls));
  TRY(check_class(derived, "issubclass() arg 1 must be a class"));
  TRY(check_class(cls, "issubclass() arg 2 must be a class, a tuple of classes, or a union"));
  return abstract_is_subclass(derived, cls);
}

Maybe<bool> object_is_instance(Object* p, Object* classinfo) {
  if (as_object(type_of(p)) == classinfo) return true;
  if (is_exactly(classinfo, &type_type)) return real_is_instance(p, classinfo);
  if (is_exactly(classinfo, &union_type)) classinfo = as_object(union_type_args(classinfo));
  if (is_tuple(classinfo)) {
    RecursionGuard guard(" in __instancecheck__");
    if (!guard) return kRaised;
    Tuple* t = cast<Tuple>(classinfo);
    for (ssize i = 0; i < tuple_size(t); i++) {
      Maybe<bool> r = object_is_instance(p, t->items[i]);
      if (!r || *r) return r;
    }
    return false;
  }
  Ref<Object> check = lookup_special(classinfo, NAME("__instancecheck__"));
  if (!check) {
    if (error_pending()) return kRaised;
    return real_is_instance(p, classinfo);
  }
  RecursionGuard guard(" in __instancecheck__");
  if (!guard) return kRaised;
  Ref<Object> result = TRY(call(check.get(), p));
  return object_is_true(result.get());
}

Maybe<bool> object_is_subclass(Object* derived, Object* classinfo) {
  if (is_exactly(classinfo, &type_type)) {
    if (derived == classinfo) return true;
    return real_is_subclass(derived, classinfo);
  }
  if (is_exactly(classinfo, &union_type)) classinfo = as_object(union_type_args(classinfo));
  if (is_tuple(classinfo)) {
    RecursionGuard guard(" in __subclasscheck__");
    if (!guard) return kRaised;
    Tuple* t = cast<Tuple>(classinfo);
    for (ssize i = 0; i < tuple_size(t); i++) {
      Maybe<bool> r = object_is_subclass(derived, t->items[i]);
      if (!r || *r) return r;
    }
    return false;
  }
  Ref<Object> check = lookup_special(classinfo, NAME("__subclasscheck__"));
  if (!check) {
    if (error_pending()) return kRaised;
    return real_is_subclass(derived, classinfo);
  }
  RecursionGuard guard(" in __subclasscheck__");
  if (!guard) return kRaised;
  Ref<Object> result = TRY(call(check.get(), derived));
  return object_is_true(result.get());
}

}  // namespace minipy
