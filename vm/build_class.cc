// builtins.__build_class__: what a class statement calls (data model 3.3.3, PEP 3115, PEP 560).
#include "runtime/abstract.h"
#include "runtime/call_dict.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "vm/call.h"
#include "vm/vm.h"

namespace minipy {

namespace {

// Bases that are not classes are replaced by what their __mro_entries__ returns. `updated` stays null when there are
// none.
Status update_bases(Tuple* bases, Ref<Tuple>& updated) {
  Ref<List> fresh;
  for (ssize i = 0; i < tuple_size(bases); i++) {
    Object* base = bases->items[i];
    Ref<Object> method;
    if (!is_type(base)) TRY(object_find_attr(base, NAME("__mro_entries__"), method));
    if (!method) {
      if (fresh) TRY(list_append(fresh.get(), base));
      continue;
    }
    Ref<Object> entries = TRY(call(method.get(), bases));
    method.reset();
    if (!is_tuple(entries.get())) return raise(TypeError, "__mro_entries__ must return a tuple");
    if (!fresh) {
      fresh = TRY(list_new());
      for (ssize j = 0; j < i; j++) TRY(list_append(fresh.get(), bases->items[j]));
    }
    Tuple* t = cast<Tuple>(entries.get());
    for (ssize j = 0; j < tuple_size(t); j++) TRY(list_append(fresh.get(), t->items[j]));
  }
  if (fresh) updated = TRY(list_as_tuple(fresh.get()));
  return kOk;
}

struct Metaclass {
  Ref<Object> meta;
  bool is_class = true;
  Ref<Dict> keywords;  // without `metaclass`; null when the class statement had none
};

Status find_metaclass(Metaclass& m, Tuple* bases, Object* const* values, Object* kwnames) {
  if (kwnames) {
    m.keywords = TRY(dict_new());
    Tuple* names = cast<Tuple>(kwnames);
    for (ssize i = 0; i < tuple_size(names); i++) TRY(dict_set(m.keywords.get(), names->items[i], values[i]));
    m.meta = share(dict_get_str(m.keywords.get(), NAME("metaclass")));
    if (m.meta) {
      TRY(dict_delete(m.keywords.get(), as_object(NAME("metaclass"))));
      m.is_class = is_type(m.meta.get());
    }
  }
  if (!m.meta) {
    m.meta = share(as_object(tuple_size(bases) ? type_of(bases->items[0]) : &type_type));
  }
  if (m.is_class) {
    Type* winner = TRY(type_calculate_metaclass(cast<Type>(m.meta.get()), bases));
    if (as_object(winner) != m.meta.get()) m.meta = share(as_object(winner));
  }
  return kOk;
}

Ref<Object> prepare_namespace(const Metaclass& m, Str* name, Tuple* bases) {
  Ref<Object> prepare;
  TRY(object_find_attr(m.meta.get(), NAME("__prepare__"), prepare));
  if (!prepare) return dict_new();
  Object* args[] = {as_object(name), as_object(bases)};
  Ref<Object> ns = TRY(call_vector_dict(prepare.get(), args, 2, as_object(m.keywords.get())));
  if (!is_mapping(ns.get())) {
    return raise(TypeError, "{:.200}.__prepare__() must return a mapping, not {:.200}",
                 m.is_class ? cast<Type>(m.meta.get())->name : "<metaclass>", type_name(ns.get()));
  }
  return ns;
}

// The body's __class__ cell must have been filled by type.__new__.
Status check_class_cell(Object* cell, Object* cls, Object* name) {
  if (!is_type(cls) || !is_exactly(cell, &cell_type)) return kOk;
  Object* content = cast<Cell>(cell)->value;
  if (content == cls) return kOk;
  if (!content) {
    return raise(RuntimeError, "__class__ not set defining {} as {}. Was __classcell__ propagated to type.__new__?",
                 repr_of(name), repr_of(cls));
  }
  return raise(TypeError, "__class__ set to {} defining {} as {}", repr_of(content), repr_of(name), repr_of(cls));
}

}  // namespace

Ref<Object> vm_build_class(Object* const* args, ssize nargs, Object* kwnames) {
  if (nargs < 2) return raise(TypeError, "__build_class__: not enough arguments");
  if (!is_exactly(args[0], &function_type)) return raise(TypeError, "__build_class__: func must be a function");
  if (!is_str(args[1])) return raise(TypeError, "__build_class__: name is not a string");
  Str* name = cast<Str>(args[1]);
  Ref<Tuple> original_bases = TRY(tuple_from_array(args + 2, nargs - 2));
  Ref<Tuple> updated_bases;
  TRY(update_bases(original_bases.get(), updated_bases));
  Tuple* bases = updated_bases ? updated_bases.get() : original_bases.get();
  Metaclass m;
  TRY(find_metaclass(m, bases, args + nargs, kwnames));
  Ref<Object> ns = TRY(prepare_namespace(m, name, bases));

  ThreadState* t = current_thread();
  Function* body = share(cast<Function>(args[0])).release();
  InterpreterFrame* frame = push_call_frame(t, body, share(ns.get()).release(), nullptr, 0, nullptr);
  if (!frame) return nullptr;
  Ref<Object> cell = Ref<Object>::steal(vm_eval_frame(t, frame, false));
  if (!cell) return nullptr;

  if (updated_bases) {
    TRY(object_set_item(ns.get(), as_object(NAME("__orig_bases__")), as_object(original_bases.get())));
  }
  Object* meta_args[] = {as_object(name), as_object(bases), ns.get()};
  Ref<Object> cls = TRY(call_vector_dict(m.meta.get(), meta_args, 3, as_object(m.keywords.get())));
  TRY(check_class_cell(cell.get(), cls.get(), as_object(name)));
  return cls;
}

}  // namespace minipy
