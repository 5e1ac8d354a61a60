#include "vm/pattern_matching.h"

#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/names.h"
#include "runtime/str.h"

namespace minipy {

Ref<Object> match_keys(Object* mapping, Object* keys_object) {
  Tuple* keys = cast<Tuple>(keys_object);
  ssize count = tuple_size(keys);
  if (!count) return tuple_empty();
  bool unbound = false;
  Ref<Object> get = TRY(object_get_method(mapping, NAME("get"), &unbound));
  Ref<Set> seen = TRY(set_new(nullptr));
  Ref<Object> missing = TRY(call(as_object(&object_type)));
  Ref<Tuple> values = TRY(tuple_new(count));
  for (ssize i = 0; i < count; i++) {
    Object* key = keys->items[i];
    bool duplicate = TRY(set_contains(seen.get(), key));
    if (duplicate) return raise(ValueError, "mapping pattern checks duplicate key ({})", repr_of(key));
    TRY(set_add(seen.get(), key));
    Object* args[] = {nullptr, mapping, key, missing.get()};
    Ref<Object> value = TRY(unbound ? call_vector(get.get(), args + 1, 3 | kVectorcallArgumentsOffset)
                                    : call_vector(get.get(), args + 2, 2 | kVectorcallArgumentsOffset));
    if (value.get() == missing.get()) return none_ref();
    values->items[i] = value.release();
  }
  return values;
}

namespace {

// subject.name; ok with null when there is no such attribute.
Status class_attribute(Object* subject, Type* type, Object* name, Set* seen, Ref<Object>& out) {
  bool duplicate = TRY(set_contains(seen, name));
  if (duplicate) {
    return raise(TypeError, "{}() got multiple sub-patterns for attribute {}", type->name, repr_of(name));
  }
  TRY(set_add(seen, name));
  out = object_get_attr(subject, cast<Str>(name));
  if (!out && !error_clear_if(AttributeError)) return Status::failed();
  return kOk;
}

// False: no match.
Maybe<bool> positional_patterns(Object* subject, Type* type, ssize count, Set* seen, List* attributes) {
  Ref<Object> match_args = object_get_attr(as_object(type), NAME("__match_args__"));
  bool match_self = false;
  if (!match_args) {
    if (!error_clear_if(AttributeError)) return kRaised;
    match_args = TRY(tuple_empty());
    match_self = type_has(type, kTypeMatchSelf);
  } else if (!is_exactly(match_args.get(), &tuple_type)) {
    return raise(TypeError, "{}.__match_args__ must be a tuple (got {})", type->name, type_name(match_args.get()));
  }
  Tuple* names = cast<Tuple>(match_args.get());
  ssize allowed = match_self ? 1 : tuple_size(names);
  if (allowed < count) {
    return raise(TypeError, "{}() accepts {} positional sub-pattern{} ({} given)", type->name, allowed,
                 allowed == 1 ? "" : "s", count);
  }
  if (match_self) {
    TRY(list_append(attributes, subject));
    return true;
  }
  for (ssize i = 0; i < count; i++) {
    Object* name = names->items[i];
    if (!is_exactly(name, &str_type)) {
      return raise(TypeError, "__match_args__ elements must be strings (got {})", type_name(name));
    }
    Ref<Object> value;
    TRY(class_attribute(subject, type, name, seen, value));
    if (!value) return false;
    TRY(list_append_steal(attributes, std::move(value)));
  }
  return true;
}

}  // namespace

Ref<Object> match_class(Object* subject, Object* cls, ssize positional, Object* keyword_names) {
  if (!is_type(cls)) return raise(TypeError, "called match pattern must be a type");
  bool instance = TRY(object_is_instance(subject, cls));
  if (!instance) return none_ref();
  Type* type = cast<Type>(cls);
  Ref<Set> seen = TRY(set_new(nullptr));
  Ref<List> attributes = TRY(list_new());
  if (positional) {
    bool matched = TRY(positional_patterns(subject, type, positional, seen.get(), attributes.get()));
    if (!matched) return none_ref();
  }
  Tuple* names = cast<Tuple>(keyword_names);
  for (ssize i = 0; i < tuple_size(names); i++) {
    Ref<Object> value;
    TRY(class_attribute(subject, type, names->items[i], seen.get(), value));
    if (!value) return none_ref();
    TRY(list_append_steal(attributes.get(), std::move(value)));
  }
  return list_as_tuple(attributes.get());
}

}  // namespace minipy
