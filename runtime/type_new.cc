// Making classes: type(name, bases, namespace, **keywords) (data model 3.3.3 "Customizing class creation").
//
// Layout of the instances: the base's, then one word per entry of __slots__, then a word for weak references where the
// class adds them. The dict that a class adds is a managed one (two words before the object); only where instances vary
// in size is it a word behind the items.
#include <algorithm>
#include <cstring>
#include <optional>

#include "gc/collector.h"
#include "gc/counted_object.h"
#include "gc/memory.h"
#include "runtime/attribute.h"
#include "runtime/error.h"
#include "runtime/names.h"
#include "runtime/thread_state.h"
#include "runtime/type_internal.h"
#include "runtime/weakref.h"

namespace minipy {

namespace {

// ---- __dict__ and __weakref__ of Python classes -------------------------------------------------------------------

// The native base that has a dict of its own: `__dict__` is then up to that base's attribute.
Type* native_base_with_dict(Type* type) {
  for (; type->base_type; type = type->base_type) {
    if (type->dictoffset && !is_heap(type)) return type;
  }
  return nullptr;
}

Raised raise_no_dict(Object* p) {
  return raise(TypeError, "this __dict__ descriptor does not support '{:.200}' objects", type_name(p));
}

// That base's `__dict__`, if it is a data descriptor. Borrowed; null with the exception.
Object* native_dict_descriptor(Type* base, Object* p) {
  Object* descriptor = type_lookup(base, NAME("__dict__"));
  if (!descriptor || !type_of(descriptor)->descr_set) return raise_no_dict(p);
  return descriptor;
}

Object* get_dict(Object* p, void*) {
  if (Type* base = native_base_with_dict(type_of(p))) {
    Object* descriptor = native_dict_descriptor(base, p);
    if (!descriptor) return nullptr;
    DescrGetFunc get = type_of(descriptor)->descr_get;
    if (!get) {
      (void)raise_no_dict(p);
      return nullptr;
    }
    return get(descriptor, p, as_object(type_of(p)));
  }
  return object_generic_get_dict(p, nullptr).release();
}

int set_dict(Object* p, Object* value, void*) {
  if (Type* base = native_base_with_dict(type_of(p))) {
    Object* descriptor = native_dict_descriptor(base, p);
    return descriptor ? type_of(descriptor)->descr_set(descriptor, p, value) : -1;
  }
  if (value && !is_dict(value)) {
    (void)raise(TypeError, "__dict__ must be set to a dictionary, not a '{:.200}'", type_name(value));
    return -1;
  }
  return object_replace_dict(p, value) ? 0 : -1;
}

Object* get_weakref(Object* p, void*) {
  Type* type = type_of(p);
  if (type->weaklistoffset == 0) {
    (void)raise(AttributeError, "This object has no __weakref__");
    return nullptr;
  }
  Object* first = *object_weaklist(p);
  return share(first ? first : py_none()).release();
}

constinit GetSetDef dict_and_weakref_getset[] = {
    {"__dict__", get_dict, set_dict, "dictionary for instance variables (if defined)", nullptr},
    {"__weakref__", get_weakref, nullptr, "list of weak references to the object (if defined)", nullptr},
    {},
};
constinit GetSetDef dict_getset[] = {
    {"__dict__", get_dict, set_dict, "dictionary for instance variables (if defined)", nullptr},
    {},
};
constinit GetSetDef weakref_getset[] = {
    {"__weakref__", get_weakref, nullptr, "list of weak references to the object (if defined)", nullptr},
    {},
};

// ---- The steps ----------------------------------------------------------------------------------------------------

struct ClassBuilder {
  Type* metatype;
  Str* name;
  Object* args;    // (name, bases, namespace)
  Object* kwargs;  // for __init_subclass__; may be null
  Ref<Tuple> bases;
  Ref<Dict> dict;        // copy of the namespace
  Ref<Tuple> slots;      // names of the slots, mangled and sorted; null: no __slots__
  Type* base = nullptr;  // whose layout is extended
  bool may_add_dict = false, may_add_weak = false;
  bool add_dict = false, add_weak = false;
  Type* type = nullptr;

  ssize slot_count() const { return slots ? tuple_size(slots.get()) : 0; }
};

// A base that is no class may only stand in a class statement, which resolves it (PEP 560).
Status check_bases_are_types(Tuple* bases) {
  for (ssize i = 0; i < tuple_size(bases); i++) {
    if (is_type(bases->items[i])) continue;
    Ref<Object> entries;
    TRY(object_find_attr(bases->items[i], NAME("__mro_entries__"), entries));
    if (entries) {
      return raise(TypeError, "type() doesn't support MRO entry resolution; use types.new_class()");
    }
  }
  return kOk;
}

// Null without an exception: go on; otherwise the class, made by the more derived metaclass.
Ref<Object> choose_metaclass(ClassBuilder& c, Tuple* given_bases) {
  if (tuple_size(given_bases) == 0) {
    c.base = &object_type;
    c.bases = TRY(tuple_pack(&object_type));
    return nullptr;
  }
  TRY(check_bases_are_types(given_bases));
  Type* winner = TRY(type_calculate_metaclass(c.metatype, given_bases));
  if (winner != c.metatype) {
    if (winner->new_ != reinterpret_cast<NewFunc>(type_new_slot)) return steal(winner->new_(winner, c.args, c.kwargs));
    c.metatype = winner;
  }
  c.base = TRY(type_best_base(given_bases));
  c.bases = share(given_bases);
  return nullptr;
}

// ---- __slots__ ----------------------------------------------------------------------------------------------------

// _Class__name for private names (language reference 6.2.1).
Ref<Str> mangle(Str* class_name, Str* name) {
  ssize n = str_length(name);
  bool private_name = n > 2 && str_at(name, 0) == '_' && str_at(name, 1) == '_';
  if (!private_name || (str_at(name, n - 1) == '_' && str_at(name, n - 2) == '_') ||
      str_find_char(name, '.', 0, n, 1) >= 0) {
    return share(name);
  }
  ssize start = 0;
  while (start < str_length(class_name) && str_at(class_name, start) == '_') start++;
  if (start == str_length(class_name)) return share(name);  // a class of underscores alone
  StrBuilder text;
  TRY(text.append_char('_'));
  TRY(text.append(class_name, start, str_length(class_name)));
  TRY(text.append(name));
  return text.finish();
}

Status check_slot_name(Object* slot) {
  if (!is_str(slot)) return raise(TypeError, "__slots__ items must be strings, not '{:.200}'", type_name(slot));
  if (!str_is_identifier(cast<Str>(slot))) return raise(TypeError, "__slots__ must be identifiers");
  return kOk;
}

// `__dict__` and `__weakref__` are not slots but switches.
Status check_special_slots(ClassBuilder& c, Tuple* slots) {
  for (ssize i = 0; i < tuple_size(slots); i++) {
    TRY(check_slot_name(slots->items[i]));
    Str* name = cast<Str>(slots->items[i]);
    if (str_equals_ascii(name, "__dict__")) {
      if (!c.may_add_dict || c.add_dict) return raise(TypeError, "__dict__ slot disallowed: we already got one");
      c.add_dict = true;
    }
    if (str_equals_ascii(name, "__weakref__")) {
      if (!c.may_add_weak || c.add_weak) {
        return raise(TypeError, "__weakref__ slot disallowed: either we already got one, or __itemsize__ != 0");
      }
      c.add_weak = true;
    }
  }
  return kOk;
}

Ref<Tuple> collect_slot_names(ClassBuilder& c, Tuple* given) {
  Ref<List> names = TRY(list_new());
  for (ssize i = 0; i < tuple_size(given); i++) {
    Str* name = cast<Str>(given->items[i]);
    if ((c.add_dict && str_equals_ascii(name, "__dict__")) || (c.add_weak && str_equals_ascii(name, "__weakref__"))) {
      continue;
    }
    Ref<Str> mangled = TRY(mangle(c.name, name));
    TRY(list_append(names.get(), as_object(mangled.get())));
    // The compiler puts these two into the namespace itself.
    bool in_dict = TRY(dict_contains(c.dict.get(), as_object(mangled.get())));
    if (in_dict && !str_equals_ascii(mangled.get(), "__qualname__") &&
        !str_equals_ascii(mangled.get(), "__classcell__")) {
      return raise(ValueError, "{} in __slots__ conflicts with class variable", repr_of(mangled.get()));
    }
  }
  TRY(list_sort_in_place(names.get()));
  return list_as_tuple(names.get());
}

// Bases other than the one that is extended may bring a dict or weak references too.
void adopt_from_secondary_bases(ClassBuilder& c) {
  Tuple* bases = c.bases.get();
  bool want_dict = c.may_add_dict && !c.add_dict;
  bool want_weak = c.may_add_weak && !c.add_weak;
  if (tuple_size(bases) < 2 || (!want_dict && !want_weak)) return;
  for (ssize i = 0; i < tuple_size(bases); i++) {
    Type* base = as_type(bases->items[i]);
    if (base == c.base) continue;
    if (want_dict && !c.add_dict && base->dictoffset) c.add_dict = true;
    if (want_weak && !c.add_weak && base->weaklistoffset) c.add_weak = true;
    if ((!want_dict || c.add_dict) && (!want_weak || c.add_weak)) break;
  }
}

Status read_slots(ClassBuilder& c) {
  c.may_add_dict = c.base->dictoffset == 0;
  c.may_add_weak = c.base->weaklistoffset == 0 && c.base->itemsize == 0;
  Ref<Object> given;
  TRY(dict_get_ref(c.dict.get(), as_object(NAME("__slots__")), given));
  if (!given) {
    c.add_dict = c.may_add_dict;
    c.add_weak = c.may_add_weak;
    return kOk;
  }
  Ref<Tuple> slots = TRY(is_str(given.get()) ? tuple_pack(given.get()) : tuple_from_iterable(given.get()));
  if (tuple_size(slots.get()) > 0 && c.base->itemsize != 0) {
    return raise(TypeError, "nonempty __slots__ not supported for subtype of '{}'", c.base->name);
  }
  TRY(check_special_slots(c, slots.get()));
  c.slots = TRY(collect_slot_names(c, slots.get()));
  adopt_from_secondary_bases(c);
  return kOk;
}

// ---- The type object ----------------------------------------------------------------------------------------------

Status allocate_type(ClassBuilder& c) {
  Object* p = c.metatype->alloc(c.metatype, c.slot_count());
  if (!p) return Status::failed();
  HeapType* heap = reinterpret_cast<HeapType*>(p);
  Type* type = &heap->base;
  c.type = type;
  type->flags = kTypeDefault | kTypeHeap | kTypeBaseType | kTypeHaveGc;
  heap->name = as_object(share(c.name).release());
  heap->slots = c.slots ? as_object(share(c.slots.get()).release()) : nullptr;
  type->dict = as_object(c.dict.release());
  type->bases = as_object(share(c.bases.get()).release());
  type->base_type = share(c.base).release();
  type->as_async = &heap->as_async;
  type->as_sequence = &heap->as_sequence;
  type->as_mapping = &heap->as_mapping;
  type->as_number = &heap->as_number;
  type->as_buffer = &heap->as_buffer;
  type->dealloc = subtype_dealloc;
  type->alloc = type_generic_alloc;
  type->free = gc_free_slot;
  type->traverse = subtype_traverse;
  type->clear = subtype_clear;
  if (c.metatype == &type_type) type->vectorcall = type_instance_vectorcall;
  return kOk;
}

Status set_name(ClassBuilder& c) {
  std::string_view utf8 = str_utf8(c.name);
  if (!utf8.data()) return Status::failed();
  if (utf8.find('\0') != std::string_view::npos) return raise(ValueError, "type name must not contain null characters");
  c.type->name = utf8.data();
  return kOk;
}

Status set_qualname(Type* type) {
  HeapType* heap = heap_type(type);
  Str* key = NAME("__qualname__");
  Object* qualname = dict_get_str(type_dict(type), key);
  if (qualname && !is_str(qualname)) {
    return raise(TypeError, "type __qualname__ must be a str, not {}", type_name(qualname));
  }
  heap->qualname = share(qualname ? qualname : heap->name).release();
  return qualname ? dict_delete(type_dict(type), as_object(key)) : kOk;
}

// The module where the class statement runs.
Status set_module(Type* type) {
  Str* key = NAME("__module__");
  if (dict_get_str(type_dict(type), key)) return kOk;
  Dict* globals = g_current_globals_hook ? g_current_globals_hook() : nullptr;
  Object* module = globals ? dict_get_str(globals, NAME("__name__")) : nullptr;
  if (!module) return kOk;
  Ref<Object> kept = share(module);
  return dict_set(type_dict(type), as_object(key), kept.get());
}

Status set_doc(Type* type) {
  Object* doc = dict_get_str(type_dict(type), NAME("__doc__"));
  if (!doc || !is_str(doc)) return kOk;
  std::string_view utf8 = str_utf8(cast<Str>(doc));
  if (!utf8.data()) return Status::failed();
  char* copy = static_cast<char*>(memory::object_alloc(utf8.size() + 1));
  if (!copy) return raise_no_memory_error();
  std::memcpy(copy, utf8.data(), utf8.size() + 1);
  type->doc = copy;
  return kOk;
}

// A plain function under one of these names becomes a static or class method.
Status wrap_function(Type* type, Str* name, Ref<Object> (*wrap)(Object*)) {
  Object* function = dict_get_str(type_dict(type), name);
  if (!function || !is_exactly(function, &function_type)) return kOk;
  Ref<Object> wrapped = TRY(wrap(function));
  return dict_set(type_dict(type), as_object(name), wrapped.get());
}

Status lay_out_instances(ClassBuilder& c) {
  Type* type = c.type;
  ssize offset = c.base->basicsize;
  MemberDef* member = heap_type_members(heap_type(type));
  for (ssize i = 0; i < c.slot_count(); i++, member++) {
    const char* name = str_utf8_cstr(cast<Str>(c.slots->items[i]));
    if (!name) return Status::failed();
    *member = {name, kMemberObjectEx, offset, 0, nullptr};
    offset += static_cast<ssize>(sizeof(Object*));
  }
  if (c.add_dict && c.base->itemsize) {
    type->dictoffset = -static_cast<ssize>(sizeof(Object*));
    offset += static_cast<ssize>(sizeof(Object*));
  }
  if (c.add_weak) {
    type->weaklistoffset = offset;
    offset += static_cast<ssize>(sizeof(Object*));
  }
  if (c.add_dict && !c.base->itemsize) {
    type->flags |= kTypeManagedDict;
    // From the end of the instance to the word that holds the dict, as CPython shows it.
    type->dictoffset = -offset - 3 * static_cast<ssize>(sizeof(Object*));
  }
  type->basicsize = offset;
  type->itemsize = c.base->itemsize;
  type->members = heap_type_members(heap_type(type));
  if (c.add_dict && c.add_weak) {
    type->getset = dict_and_weakref_getset;
  } else if (c.add_weak) {
    type->getset = weakref_getset;
  } else if (c.add_dict) {
    type->getset = dict_getset;
  }
  return kOk;
}

// The cell that `super()` and `__class__` in methods refer to.
Status fill_class_cell(Type* type) {
  Str* key = NAME("__classcell__");
  Object* cell = dict_get_str(type_dict(type), key);
  if (!cell) return kOk;
  if (!is_exactly(cell, &cell_type)) {
    return raise(TypeError, "__classcell__ must be a nonlocal cell, not <class '{:.200}'>", type_name(cell));
  }
  replace_field(cast<Cell>(cell)->value, share(as_object(type)));
  return dict_delete(type_dict(type), as_object(key));
}

Status fill_in(ClassBuilder& c) {
  TRY(set_name(c));
  TRY(set_qualname(c.type));
  TRY(set_module(c.type));
  TRY(set_doc(c.type));
  TRY(wrap_function(c.type, NAME("__new__"), staticmethod_new));
  TRY(wrap_function(c.type, NAME("__init_subclass__"), classmethod_new));
  TRY(wrap_function(c.type, NAME("__class_getitem__"), classmethod_new));
  TRY(lay_out_instances(c));
  return fill_class_cell(c.type);
}

// ---- Hooks of the program -----------------------------------------------------------------------------------------

Raised raise_set_name_failed(Type* type, Object* key, Object* value) {
  ErrorState cause = error_fetch();
  Ref<Str> message = TRY(format_message("Error calling __set_name__ on '{:.100}' instance {} in '{:.100}'",
                                        type_name(value), repr_of(key), type->name));
  error_restore_state(std::move(cause));
  return raise_from_pending(RuntimeError, str_utf8(message.get()));
}

Status call_set_names(Type* type) {
  // A copy: __set_name__ may change the class.
  Ref<Dict> names = TRY(dict_copy(type_dict(type)));
  ssize position = 0;
  Object *key, *value;
  while (dict_next(names.get(), &position, &key, &value)) {
    bool unbound;
    if (!type_lookup(type_of(value), NAME("__set_name__"))) continue;
    Ref<Object> method = find_special_method(value, NAME("__set_name__"), &unbound);
    if (!method) {
      if (error_pending()) return Status::failed();
      continue;
    }
    Ref<Object> kept_key = share(key), kept_value = share(value);
    std::optional<CountedObject> bound;  // CPython binds it
    if (unbound) bound.emplace();
    Ref<Object> result = unbound ? call(method.get(), value, type, key) : call(method.get(), type, key);
    if (!result) return raise_set_name_failed(type, key, value);
  }
  return kOk;
}

Status call_init_subclass(Type* type, Object* kwargs) {
  if (!kwargs || dict_size(cast<Dict>(kwargs)) == 0) {
    // Commonly what super().__init_subclass__ finds is object's, which does nothing.
    Tuple* mro = type_mro(type);
    ssize i = 1;
    while (i < tuple_size(mro) && !dict_get_str(type_dict(as_type(mro->items[i])), NAME("__init_subclass__"))) i++;
    if (i == tuple_size(mro) - 1 && mro->items[i] == as_object(&object_type)) {
      CountedObject super, method;
      return kOk;
    }
  }
  Ref<Object> super = TRY(call(as_object(&super_type), type, type));
  Ref<Object> method = TRY(object_get_attr(super.get(), NAME("__init_subclass__")));
  super = nullptr;  // gone before the call, as in CPython
  Ref<Tuple> none = TRY(tuple_empty());
  TRY(call_tuple_dict(method.get(), as_object(none.get()), kwargs));
  return kOk;
}

Status finish(ClassBuilder& c) {
  Type* type = c.type;
  TRY(type_ready_new_class(type));
  slots_update_new_class(type);
  type_note_layout(type);
  if (type_has(type, kTypeManagedDict)) {
    DictKeys* keys = dict_keys_new_shared();
    if (!keys) error_clear();  // instances then have plain dicts
    heap_type(type)->cached_keys = keys;
  }
  TRY(call_set_names(type));
  return call_init_subclass(type, c.kwargs);
}

// ---- Arguments ----------------------------------------------------------------------------------------------------

Status check_argument(Object* arg, int number, bool ok, const char* wanted) {
  if (ok) return kOk;
  return raise(TypeError, "type.__new__() argument {} must be {}, not {:.50}", number, wanted,
               is_none(arg) ? "None" : type_name(arg));
}

Status check_arguments(Object* args) {
  Tuple* t = cast<Tuple>(args);
  if (tuple_size(t) != 3) {
    return raise(TypeError, "type.__new__() takes exactly 3 arguments ({} given)", tuple_size(t));
  }
  TRY(check_argument(t->items[0], 1, is_str(t->items[0]), "str"));
  TRY(check_argument(t->items[1], 2, is_tuple(t->items[1]), "tuple"));
  return check_argument(t->items[2], 3, is_dict(t->items[2]), "dict");
}

}  // namespace

Dict* (*g_current_globals_hook)() = nullptr;

Ref<Object> type_new(Type* metatype, Object* args, Object* kwargs) {
  TRY(check_arguments(args));
  Tuple* t = cast<Tuple>(args);
  ClassBuilder c{metatype, cast<Str>(t->items[0]), args, kwargs};
  Ref<Object> made = choose_metaclass(c, cast<Tuple>(t->items[1]));
  if (made || error_pending()) return made;
  c.dict = TRY(dict_copy(cast<Dict>(t->items[2])));
  TRY(read_slots(c));
  TRY(allocate_type(c));
  Ref<Object> owner = steal(as_object(c.type));
  TRY(fill_in(c));
  TRY(finish(c));
  return owner;
}

Object* type_new_slot(Type* metatype, Object* args, Object* kwargs) {
  return type_new(metatype, args, kwargs).release();
}

}  // namespace minipy
