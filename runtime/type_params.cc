#include "runtime/type_params.h"

#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"

namespace minipy {

Status append_type_repr(StrBuilder& out, Object* p) {
  if (p == py_ellipsis()) return out.append_ascii("...");
  if (is_exactly(p, &none_type)) return out.append_ascii("None");
  Ref<Object> origin, args;
  TRY(object_find_attr(p, NAME("__origin__"), origin));
  if (origin) {
    TRY(object_find_attr(p, NAME("__args__"), args));
    if (args) return out.append_repr_of(p);
  }
  Ref<Object> qualname, module;
  TRY(object_find_attr(p, NAME("__qualname__"), qualname));
  if (!qualname) return out.append_repr_of(p);
  TRY(object_find_attr(p, NAME("__module__"), module));
  if (!module || is_none(module.get())) return out.append_repr_of(p);
  bool builtins = is_str(module.get()) && str_equals_ascii(cast<Str>(module.get()), "builtins");
  if (!builtins) {
    TRY(out.append_str_of(module.get()));
    TRY(out.append_char('.'));
  }
  return out.append_str_of(qualname.get());
}

namespace {

ssize index_in(Tuple* t, Object* p) {
  for (ssize i = 0; i < tuple_size(t); i++) {
    if (t->items[i] == p) return i;
  }
  return -1;
}

bool is_unpacked_alias(Object* p, Maybe<bool>& out) {
  Ref<Object> flag;
  if (is_type(p)) return false;
  if (!object_find_attr(p, NAME("__typing_is_unpacked_typevartuple__"), flag)) {
    out = kRaised;
    return true;
  }
  if (!flag) return false;
  out = object_is_true(flag.get());
  return !out || *out;
}

// `*tuple[int, str]` as an argument stands for its items.
Ref<Object> unpack_arguments(Object* item) {
  Ref<List> out = TRY(list_new());
  bool single = !is_tuple(item);
  ssize n = single ? 1 : tuple_size(cast<Tuple>(item));
  for (ssize i = 0; i < n; i++) {
    Object* arg = single ? item : cast<Tuple>(item)->items[i];
    if (is_type(arg)) {
      TRY(list_append(out.get(), arg));
      continue;
    }
    Ref<Object> unpacked;
    TRY(object_find_attr(arg, NAME("__typing_unpacked_tuple_args__"), unpacked));
    if (unpacked && is_tuple(unpacked.get())) {
      Tuple* t = cast<Tuple>(unpacked.get());
      if (tuple_size(t) == 0 || t->items[tuple_size(t) - 1] != py_ellipsis()) {
        TRY(list_extend(out.get(), unpacked.get()));
        continue;
      }
    }
    TRY(list_append(out.get(), arg));
  }
  return list_as_tuple(out.get());
}

// A tuple with room for one item of each argument, which changes where an argument stands for several items or none.
// (Not a list, because CPython makes none: D9.)
class FilledTuple {
 public:
  explicit FilledTuple(Ref<Tuple> room) : items_(std::move(room)) {}
  void add(Object* p) { items_->items[used_++] = share(p).release(); }
  Status add_all(Tuple* several) {
    TRY(tuple_resize(items_, tuple_size(items_.get()) + tuple_size(several) - 1));
    for (ssize i = 0; i < tuple_size(several); i++) add(several->items[i]);
    return kOk;
  }
  Ref<Tuple> take() { return std::move(items_); }

 private:
  Ref<Tuple> items_;
  ssize used_ = 0;
};

// An argument that is itself generic: its own parameters are replaced and it is subscripted again.
Ref<Object> substitute_inside(Object* arg, Object* inner_parameters, Tuple* parameters, Tuple* items) {
  if (!inner_parameters || !is_tuple(inner_parameters) || tuple_size(cast<Tuple>(inner_parameters)) == 0) {
    return Ref<Object>::share(arg);
  }
  Tuple* inner = cast<Tuple>(inner_parameters);
  FilledTuple chosen(TRY(tuple_new(tuple_size(inner))));
  for (ssize i = 0; i < tuple_size(inner); i++) {
    Object* parameter = inner->items[i];
    ssize at = index_in(parameters, parameter);
    if (at < 0) {
      chosen.add(parameter);
      continue;
    }
    Object* value = items->items[at];
    // A TypeVarTuple was given a tuple of values.
    Ref<Object> is_tuple_like;
    TRY(object_find_attr(parameter, NAME("__typing_is_unpacked_typevartuple__"), is_tuple_like));
    Ref<Object> kind;
    TRY(object_find_attr(as_object(type_of(parameter)), NAME("__iter__"), kind));
    if (kind && is_tuple(value)) {
      TRY(chosen.add_all(cast<Tuple>(value)));
    } else {
      chosen.add(value);
    }
  }
  Ref<Tuple> subscript = chosen.take();
  return object_get_item(arg, as_object(subscript.get()));
}

}  // namespace

Ref<Tuple> collect_type_parameters(Tuple* args) {
  // Room for one of each argument; more where an argument has several, less in the end.
  Ref<Tuple> out = TRY(tuple_new(tuple_size(args)));
  ssize n = 0;
  auto add_once = [&](Object* p) {
    for (ssize i = 0; i < n; i++) {
      if (out->items[i] == p) return;
    }
    out->items[n++] = Ref<Object>::share(p).release();
  };
  for (ssize i = 0; i < tuple_size(args); i++) {
    Object* arg = args->items[i];
    if (is_type(arg)) continue;
    Ref<Object> substitute, inner;
    TRY(object_find_attr(arg, NAME("__typing_subst__"), substitute));
    if (substitute) {
      add_once(arg);
      continue;
    }
    TRY(object_find_attr(arg, NAME("__parameters__"), inner));
    if (!inner || !is_tuple(inner.get())) continue;
    Tuple* t = cast<Tuple>(inner.get());
    ssize needed = n + tuple_size(t) + (tuple_size(args) - i - 1);
    if (needed > tuple_size(out.get())) TRY(tuple_resize(out, needed));
    for (ssize j = 0; j < tuple_size(t); j++) add_once(t->items[j]);
  }
  if (n < tuple_size(out.get())) TRY(tuple_resize(out, n));
  return out;
}

Ref<Tuple> substitute_type_parameters(Object* self, Tuple* args, Tuple* parameters, Object* item) {
  ssize wanted = tuple_size(parameters);
  if (wanted == 0) return raise(TypeError, "{} is not a generic class", repr_of(self));
  Ref<Object> given = TRY(unpack_arguments(item));
  for (ssize i = 0; i < wanted; i++) {
    Ref<Object> prepare;
    TRY(object_find_attr(parameters->items[i], NAME("__typing_prepare_subst__"), prepare));
    if (!prepare || is_none(prepare.get())) continue;
    Ref<Object> as_tuple = is_tuple(given.get()) ? Ref<Object>(given) : Ref<Object>(TRY(tuple_pack(given.get())));
    given = TRY(call(prepare.get(), self, as_tuple.get()));
  }
  Ref<Tuple> items = is_tuple(given.get()) ? Ref<Tuple>::share(cast<Tuple>(given.get())) : TRY(tuple_pack(given.get()));
  ssize count = tuple_size(items.get());
  if (count != wanted) {
    return raise(TypeError, "Too {} arguments for {}; actual {}, expected {}", count > wanted ? "many" : "few",
                 repr_of(self), count, wanted);
  }
  FilledTuple out(TRY(tuple_new(tuple_size(args))));
  for (ssize i = 0; i < tuple_size(args); i++) {
    Object* arg = args->items[i];
    if (is_type(arg)) {
      out.add(arg);
      continue;
    }
    Maybe<bool> unpacked = false;
    bool unpack = is_unpacked_alias(arg, unpacked);
    if (!unpacked) return nullptr;
    Ref<Object> substitute, replaced;
    TRY(object_find_attr(arg, NAME("__typing_subst__"), substitute));
    if (substitute) {
      replaced = TRY(call(substitute.get(), items->items[index_in(parameters, arg)]));
    } else {
      Ref<Object> inner;
      TRY(object_find_attr(arg, NAME("__parameters__"), inner));
      replaced = TRY(substitute_inside(arg, inner.get(), parameters, items.get()));
    }
    if (unpack && is_tuple(replaced.get())) {
      TRY(out.add_all(cast<Tuple>(replaced.get())));
    } else {
      out.add(replaced.get());
    }
  }
  return out.take();
}

}  // namespace minipy
