// The sequence and mapping protocols: subscription, length, membership, conversion to lists.
#include "runtime/bind.h"
#include "runtime/container_support.h"
#include "runtime/dict.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/type.h"

namespace minipy {

namespace {

Raised type_error(const char* before, Object* p, const char* after) {
  return raise(TypeError, "{}{:.200}{}", before, type_name(p), after);
}
Raised sequence_index_error(Object* key) { return type_error("sequence index must be integer, not '", key, "'"); }

inline SequenceMethods* sequence_of(const Object* p) { return type_of(p)->as_sequence; }
inline MappingMethods* mapping_of(const Object* p) { return type_of(p)->as_mapping; }

// A negative index counts from the end where the type has a length.
Maybe<ssize> from_end(Object* p, SequenceMethods* s, ssize index) {
  if (index >= 0 || !s->length) return index;
  ssize n = s->length(p);
  if (n < 0) return kRaised;
  return index + n;
}

}  // namespace

Maybe<ssize> object_length(Object* p) {
  SequenceMethods* s = sequence_of(p);
  MappingMethods* m = mapping_of(p);
  LenFunc length = s && s->length ? s->length : m ? m->length : nullptr;
  if (!length) return type_error("object of type '", p, "' has no len()");
  ssize n = length(p);
  if (n < 0) return kRaised;
  return n;
}

// ---- Subscription ------------------------------------------------------------------------------------------------

// A class: type[x] for `type` itself, otherwise __class_getitem__ (PEP 560).
static Ref<Object> subscribe_class(Object* cls, Object* key) {
  if (cls == as_object(&type_type)) return generic_alias_new(cls, key);
  Ref<Object> method;
  TRY(object_find_attr(cls, NAME("__class_getitem__"), method));
  if (method && !is_none(method.get())) return call(method.get(), key);
  return raise(TypeError, "type '{:.200}' is not subscriptable", cast<Type>(cls)->name);
}

Ref<Object> object_get_item(Object* p, Object* key) {
  MappingMethods* m = mapping_of(p);
  if (m && m->subscript) return steal(m->subscript(p, key));
  SequenceMethods* s = sequence_of(p);
  if (s && s->item) {
    if (!has_index(key)) return sequence_index_error(key);
    Maybe<ssize> index = number_as_ssize(key, IndexError);
    if (!index) return nullptr;
    return sequence_get_item(p, *index);
  }
  if (is_type(p)) return subscribe_class(p, key);
  return type_error("'", p, "' object is not subscriptable");
}

static Status assign_item(Object* p, Object* key, Object* value, const char* unsupported) {
  MappingMethods* m = mapping_of(p);
  if (m && m->ass_subscript) return m->ass_subscript(p, key, value) < 0 ? Status::failed() : kOk;
  if (SequenceMethods* s = sequence_of(p)) {
    if (has_index(key)) {
      Maybe<ssize> index = number_as_ssize(key, IndexError);
      if (!index) return kRaised;
      return sequence_set_item(p, *index, value);
    }
    if (s->ass_item) return sequence_index_error(key);
  }
  return type_error("'", p, unsupported);
}

Status object_set_item(Object* p, Object* key, Object* value) {
  return assign_item(p, key, value, "' object does not support item assignment");
}
Status object_delete_item(Object* p, Object* key) {
  return assign_item(p, key, nullptr, "' object does not support item deletion");
}

Ref<Object> sequence_get_item(Object* p, ssize index) {
  SequenceMethods* s = sequence_of(p);
  if (s && s->item) {
    Maybe<ssize> i = from_end(p, s, index);
    if (!i) return nullptr;
    return steal(s->item(p, *i));
  }
  MappingMethods* m = mapping_of(p);
  if (m && m->subscript) return type_error("'", p, "' is not a sequence");
  return type_error("'", p, "' object does not support indexing");
}

Status sequence_set_item(Object* p, ssize index, Object* value) {
  SequenceMethods* s = sequence_of(p);
  if (s && s->ass_item) {
    Maybe<ssize> i = from_end(p, s, index);
    if (!i) return kRaised;
    return s->ass_item(p, *i, value) < 0 ? Status::failed() : kOk;
  }
  MappingMethods* m = mapping_of(p);
  if (m && m->ass_subscript) return type_error("'", p, "' is not a sequence");
  return type_error("'", p,
                    value ? "' object does not support item assignment" : "' object doesn't support item deletion");
}

// ---- Sequences ---------------------------------------------------------------------------------------------------

bool is_sequence(const Object* p) {
  SequenceMethods* s = sequence_of(p);
  return !is_dict(p) && s && s->item;
}
bool is_mapping(const Object* p) {
  MappingMethods* m = mapping_of(p);
  return m && m->subscript;
}

Ref<Object> sequence_concat(Object* a, Object* b) {
  SequenceMethods* s = sequence_of(a);
  if (s && s->concat) return steal(s->concat(a, b));
  // Classes in Python have only __add__.
  if (is_sequence(a) && is_sequence(b)) {
    for (Object* p : {a, b}) {
      NumberMethods* n = type_of(p)->as_number;
      if (n && n->add) {
        Ref<Object> result = TRY(steal(n->add(a, b)));
        if (result.get() != py_not_implemented()) return result;
      }
    }
  }
  return type_error("'", a, "' object can't be concatenated");
}

Ref<Object> sequence_inplace_concat(Object* a, Object* b) {
  SequenceMethods* s = sequence_of(a);
  if (s && s->inplace_concat) return steal(s->inplace_concat(a, b));
  if (s && s->concat) return steal(s->concat(a, b));
  if (is_sequence(a) && is_sequence(b)) {
    NumberMethods* n = type_of(a)->as_number;
    if (n && n->inplace_add) {
      Ref<Object> result = TRY(steal(n->inplace_add(a, b)));
      if (result.get() != py_not_implemented()) return result;
    }
    return sequence_concat(a, b);
  }
  return type_error("'", a, "' object can't be concatenated");
}

Ref<Object> sequence_repeat(Object* p, ssize count) {
  SequenceMethods* s = sequence_of(p);
  if (s && s->repeat) return steal(s->repeat(p, count));
  NumberMethods* n = type_of(p)->as_number;
  if (is_sequence(p) && n && n->multiply) {
    Ref<Int> times = TRY(int_from_ssize(count));
    Ref<Object> result = TRY(steal(n->multiply(p, as_object(times.get()))));
    if (result.get() != py_not_implemented()) return result;
  }
  return type_error("'", p, "' object can't be repeated");
}

Maybe<ssize> sequence_search(Object* iterable, Object* value, SequenceSearch what) {
  Ref<Object> iterator = get_iter(iterable);
  if (!iterator) {
    if (error_matches(TypeError)) return type_error("argument of type '", iterable, "' is not iterable");
    return kRaised;
  }
  ssize n = 0, index = 0;
  for (;; index++) {
    Ref<Object> item = iter_next(iterator.get());
    if (!item) break;
    Maybe<bool> equal = object_compare_bool(item.get(), value, kEq);
    if (!equal) return kRaised;
    if (!*equal) continue;
    if (what == SequenceSearch::kContains) return 1;
    if (what == SequenceSearch::kIndex) return index;
    n++;
  }
  if (error_pending()) return kRaised;
  if (what == SequenceSearch::kIndex) return raise(ValueError, "sequence.index(x): x not in sequence");
  return n;
}

Maybe<bool> sequence_contains(Object* container, Object* value) {
  SequenceMethods* s = sequence_of(container);
  if (s && s->contains) {
    int r = s->contains(container, value);
    if (r < 0) return kRaised;
    return r != 0;
  }
  Maybe<ssize> found = sequence_search(container, value, SequenceSearch::kContains);
  if (!found) return kRaised;
  return *found != 0;
}

Ref<List> sequence_list(Object* iterable) { return list_from_iterable(iterable); }

Ref<Object> sequence_fast(Object* iterable, const char* message) {
  if (is_exactly(iterable, &list_type) || is_exactly(iterable, &tuple_type)) return share(iterable);
  Ref<Object> iterator = get_iter(iterable);
  if (!iterator) {
    if (error_matches(TypeError)) return raise(TypeError, "{}", message);
    return nullptr;
  }
  return sequence_list(iterator.get());
}

Object** sequence_fast_items(Object* fast) {
  return is_list(fast) ? cast<List>(fast)->items : cast<Tuple>(fast)->items;
}
ssize sequence_fast_size(Object* fast) { return var_size(fast); }

// ---- Mappings ----------------------------------------------------------------------------------------------------

// The result of a mapping's method as a list.
static Ref<Object> method_as_list(Object* p, Str* name) {
  Ref<Object> result = TRY(call_method(p, name));
  Ref<Object> iterator = get_iter(result.get());
  if (!iterator) {
    if (error_matches(TypeError)) {
      return raise(TypeError, "{:.200}.{}() returned a non-iterable (type {:.200})", type_name(p), name,
                   type_name(result.get()));
    }
    return nullptr;
  }
  result.reset();
  return sequence_list(iterator.get());
}

Ref<Object> mapping_keys(Object* p) {
  if (is_exactly(p, &dict_type)) return dict_keys_list(cast<Dict>(p));
  return method_as_list(p, NAME("keys"));
}
Ref<Object> mapping_values(Object* p) {
  if (is_exactly(p, &dict_type)) return dict_values_list(cast<Dict>(p));
  return method_as_list(p, NAME("values"));
}
Ref<Object> mapping_items(Object* p) {
  if (is_exactly(p, &dict_type)) return dict_items_list(cast<Dict>(p));
  return method_as_list(p, NAME("items"));
}

}  // namespace minipy
