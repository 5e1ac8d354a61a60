#include "runtime/object_pickle.h"

#include "runtime/dict_keys.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/thread_state.h"
#include "runtime/type_internal.h"

namespace minipy {

namespace {

Ref<Object> import_copyreg() {
  Str* name = NAME("copyreg");
  if (Dict* modules = current_interpreter()->modules) {
    if (Object* module = dict_get_str(modules, name)) return share(module);
  }
  Ref<Object> import = TRY(import_builtin("__import__"));
  return call(import.get(), name);
}

Ref<Object> copyreg_attribute(Str* name) {
  Ref<Object> copyreg = TRY(import_copyreg());
  return object_get_attr(copyreg.get(), name);
}

// Arguments for cls.__new__, from __getnewargs_ex__ or __getnewargs__; both stay null when there are none.
struct NewArguments {
  Ref<Object> args, kwargs;
};

Status arguments_from_getnewargs_ex(Object* method, NewArguments& out) {
  Ref<Object> pair = TRY(call(method));
  if (!is_tuple(pair.get())) {
    return raise(TypeError, "__getnewargs_ex__ should return a tuple, not '{:.200}'", type_name(pair.get()));
  }
  Tuple* t = cast<Tuple>(pair.get());
  if (tuple_size(t) != 2) {
    return raise(ValueError, "__getnewargs_ex__ should return a tuple of length 2, not {}", tuple_size(t));
  }
  if (!is_tuple(t->items[0])) {
    return raise(TypeError, "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{:.200}'",
                 type_name(t->items[0]));
  }
  if (!is_dict(t->items[1])) {
    return raise(TypeError, "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{:.200}'",
                 type_name(t->items[1]));
  }
  out.args = share(t->items[0]);
  out.kwargs = share(t->items[1]);
  return kOk;
}

Status get_new_arguments(Object* self, NewArguments& out) {
  if (Ref<Object> method = lookup_special(self, NAME("__getnewargs_ex__"))) {
    return arguments_from_getnewargs_ex(method.get(), out);
  }
  if (error_pending()) return Status::failed();
  if (Ref<Object> method = lookup_special(self, NAME("__getnewargs__"))) {
    out.args = TRY(call(method.get()));
    if (is_tuple(out.args.get())) return kOk;
    return raise(TypeError, "__getnewargs__ should return a tuple, not '{:.200}'", type_name(out.args.get()));
  }
  return error_pending() ? Status::failed() : kOk;
}

// The names of the slots of the class and its bases, which copyreg finds out and stores on the class: a list or None.
Ref<Object> slot_names_of(Type* type) {
  if (Object* names = dict_get_str(type_dict(type), NAME("__slotnames__"))) {
    if (is_none(names) || is_list(names)) return share(names);
    return raise(TypeError, "{:.200}.__slotnames__ should be a list or None, not {:.200}", type->name,
                 type_name(names));
  }
  Ref<Object> function = TRY(copyreg_attribute(NAME("_slotnames")));
  Ref<Object> names = TRY(call(function.get(), type));
  if (!is_none(names.get()) && !is_list(names.get())) {
    return raise(TypeError, "copyreg._slotnames didn't return a list or None");
  }
  return names;
}

// Does the instance hold anything that neither the dict nor the slots show?
bool has_hidden_state(Type* type, Object* slot_names) {
  constexpr ssize kWord = sizeof(Object*);
  ssize visible = object_type.basicsize;
  if (type->dictoffset && !type_has(type, kTypeManagedDict)) visible += kWord;
  if (type->weaklistoffset > 0) visible += kWord;
  if (!is_none(slot_names)) visible += kWord * list_size(cast<List>(slot_names));
  return type->basicsize > visible;
}

Ref<Object> state_of_dict(Object* self) {
  Type* type = type_of(self);
  bool empty = true;
  if (type_has(type, kTypeManagedDict)) {
    DictValues* values = *object_managed_values(self);
    Dict* dict = *object_managed_dict(self);
    empty = values ? values_count(values) == 0 : !dict || dict_size(dict) == 0;
  } else if (Object** slot = object_dict_slot(self)) {
    empty = !*slot || dict_size(cast<Dict>(*slot)) == 0;
  }
  return empty ? none_ref() : object_generic_get_dict(self, nullptr);
}

Ref<Dict> values_of_slots(Object* self, List* names) {
  Ref<Dict> values = TRY(dict_new());
  const ssize n = list_size(names);
  for (ssize i = 0; i < n; i++) {
    Ref<Object> name = share(names->items[i]);
    Ref<Object> value;
    TRY(object_find_attr(self, cast<Str>(name.get()), value));
    if (value) TRY(dict_set(values.get(), name.get(), value.get()));
    // The list is stored on the class, where anybody can change it.
    if (list_size(names) != n) return raise(RuntimeError, "__slotsname__ changed size during iteration");
  }
  return values;
}

// What is pickled when the class has no __getstate__: the dict; with slots, a pair of the dict and those; None:
// nothing. `required`: nothing else is going to be pickled, so an object with more state than that is an error.
Ref<Object> default_state(Object* self, bool required) {
  Type* type = type_of(self);
  if (required && type->itemsize) return raise(TypeError, "cannot pickle {:.200} objects", type->name);
  Ref<Object> state = TRY(state_of_dict(self));
  Ref<Object> names = TRY(slot_names_of(type));
  if (required && has_hidden_state(type, names.get())) {
    return raise(TypeError, "cannot pickle '{:.200}' object", type->name);
  }
  if (is_none(names.get()) || list_size(cast<List>(names.get())) == 0) return state;
  Ref<Dict> values = TRY(values_of_slots(self, cast<List>(names.get())));
  if (dict_size(values.get()) == 0) return state;
  return tuple_pack(state.get(), as_object(values.get()));
}

Ref<Object> get_state(Object* self, bool required) {
  Ref<Object> method = TRY(object_get_attr(self, NAME("__getstate__")));
  if (is_exactly(method.get(), &builtin_function_type)) {
    auto* function = cast<BuiltinFunction>(method.get());
    Object* standard = dict_get_str(type_dict(&object_type), NAME("__getstate__"));
    bool is_default = standard && is_exactly(standard, &method_descriptor_type) &&
                      function->def == cast<MethodDescriptor>(standard)->def;
    if (is_default && function->self == self) return default_state(self, required);
  }
  return call(method.get());
}

// The constructor call: copyreg.__newobj__ (cls, *args), or __newobj_ex__ (cls, args, kwargs).
Status choose_constructor(Type* type, const NewArguments& arguments, Ref<Object>& function, Ref<Tuple>& call_args) {
  Ref<Object> copyreg = TRY(import_copyreg());
  if (!arguments.kwargs || dict_size(cast<Dict>(arguments.kwargs.get())) == 0) {
    function = TRY(object_get_attr(copyreg.get(), NAME("__newobj__")));
    Tuple* given = cast<Tuple>(arguments.args.get());
    ssize n = given ? tuple_size(given) : 0;
    call_args = TRY(tuple_new(n + 1));
    call_args->items[0] = share(as_object(type)).release();
    for (ssize i = 0; i < n; i++) call_args->items[i + 1] = share(given->items[i]).release();
    return kOk;
  }
  function = TRY(object_get_attr(copyreg.get(), NAME("__newobj_ex__")));
  call_args = TRY(tuple_pack(as_object(type), arguments.args.get(), arguments.kwargs.get()));
  return kOk;
}

// Protocol 2 and up.
Ref<Object> reduce_by_constructor(Object* self) {
  Type* type = type_of(self);
  if (!type->new_) return raise(TypeError, "cannot pickle '{:.200}' object", type->name);
  NewArguments arguments;
  TRY(get_new_arguments(self, arguments));
  Ref<Object> function;
  Ref<Tuple> call_args;
  TRY(choose_constructor(type, arguments, function, call_args));
  bool required = !arguments.args && !is_list(self) && !is_dict(self);
  Ref<Object> state = TRY(get_state(self, required));
  Ref<Object> list_items = none_ref(), dict_items = none_ref();
  if (is_list(self)) list_items = TRY(get_iter(self));
  if (is_dict(self)) {
    Ref<Object> items = TRY(call_method(self, NAME("items")));
    dict_items = TRY(get_iter(items.get()));
  }
  return tuple_pack(function.get(), as_object(call_args.get()), state.get(), list_items.get(), dict_items.get());
}

Ref<Object> common_reduce(Object* self, int protocol) {
  if (protocol >= 2) return reduce_by_constructor(self);
  Ref<Object> function = TRY(copyreg_attribute(NAME("_reduce_ex")));
  Ref<Int> number = TRY(int_from(protocol));
  return call(function.get(), self, number.get());
}

}  // namespace

// A class that overrides __reduce__ is asked that; otherwise by protocol.
Ref<Object> object_reduce_ex(Object* self, int protocol) {
  Str* name = NAME("__reduce__");
  Ref<Object> reduce;
  TRY(object_find_attr(self, name, reduce));
  if (reduce) {
    Ref<Object> of_class = TRY(object_get_attr(as_object(type_of(self)), name));
    if (of_class.get() != dict_get_str(type_dict(&object_type), name)) return call(reduce.get());
    reduce.reset();
  }
  return common_reduce(self, protocol);
}

Ref<Object> object_reduce(Object* self) { return common_reduce(self, 0); }
Ref<Object> object_getstate(Object* self) { return default_state(self, false); }

}  // namespace minipy
