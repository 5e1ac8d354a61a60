// BaseExceptionGroup and ExceptionGroup (PEP 654).
#include "runtime/exception_group.h"
#include "runtime/bind_varargs.h"
#include "runtime/exceptions_internal.h"
#include "runtime/module.h"
#include "runtime/thread_state.h"

namespace minipy {
namespace {

using Group = ExceptionGroupObject;

bool is_group(Object* p) { return is_instance_of(p, BaseExceptionGroup); }
Group* as_group(Object* p) { return cast<Group>(p); }
Tuple* members_of(Group* g) { return cast<Tuple>(g->exceptions); }

Ref<Object> group_new(Type* type, Object* args, Object*) {
  Tuple* t = cast<Tuple>(args);
  if (tuple_size(t) != 2) {
    return raise(TypeError, "BaseExceptionGroup.__new__() takes exactly 2 arguments ({} given)", tuple_size(t));
  }
  Object* message = t->items[0];
  if (!is_str(message)) {
    return raise(TypeError, "BaseExceptionGroup.__new__() argument 1 must be str, not {}",
                 is_none(message) ? "None" : type_name(message));
  }
  if (!is_sequence(t->items[1])) {
    return raise(TypeError, "second argument (exceptions) must be a sequence");
  }
  Ref<Tuple> members = TRY(tuple_from_iterable(t->items[1]));
  if (tuple_size(members.get()) == 0) {
    return raise(ValueError, "second argument (exceptions) must be a non-empty sequence");
  }
  bool base_exceptions = false;
  for (ssize i = 0; i < tuple_size(members.get()); i++) {
    Object* e = members->items[i];
    if (!is_exception_instance(e)) {
      return raise(ValueError, "Item {} of second argument (exceptions) is not an exception", i);
    }
    if (!is_instance_of(e, Exception)) base_exceptions = true;
  }
  if (type == BaseExceptionGroup) {
    // All plain Exceptions: the more convenient class.
    if (!base_exceptions) type = exception_group_type();
  } else if (type == exception_group_type()) {
    if (base_exceptions) return raise(TypeError, "Cannot nest BaseExceptions in an ExceptionGroup");
  } else if (base_exceptions && type_is_subtype(type, Exception)) {
    return raise(TypeError, "Cannot nest BaseExceptions in '{:.200}'", type->name);
  }
  Ref<Object> self = TRY(base_exception_new(type, args, nullptr));
  Group* g = as_group(self.get());
  incref(message);
  g->message = message;
  g->exceptions = as_object(members.release());
  return self;
}

Ref<Str> group_str(Group* self) {
  ssize n = tuple_size(members_of(self));
  return format_message("{} ({} sub-exception{})", self->message, n, n > 1 ? "s" : "");
}

// ---- split, subgroup, derive ---------------------------------------------------------------------------------------

Ref<Object> derive(Group* self, Object* exceptions) {
  Ref<Tuple> args = TRY(tuple_pack(self->message, exceptions));
  return call_tuple_dict(as_object(BaseExceptionGroup), as_object(args.get()), nullptr);
}

// A group like `self` with other members: traceback, context, cause and notes are carried over.
Ref<Object> subset(Group* self, List* members) {
  if (list_size(members) == 0) return none_ref();
  Ref<Object> method = TRY(object_get_attr(as_object(self), NAME("derive")));
  Ref<Tuple> counted = TRY(tuple_pack(as_object(members)));  // CPython's format of the call (D9)
  Ref<Object> made = TRY(call(method.get(), as_object(members)));
  counted.reset();
  method.reset();
  if (!is_group(made.get())) {
    return raise(TypeError, "derive must return an instance of BaseExceptionGroup");
  }
  if (self->traceback) exception_set_traceback(made.get(), self->traceback);
  exception_set_context(made.get(), Ref<Object>::share(self->context));
  if (self->cause) {
    exception_set_cause(made.get(), Ref<Object>::share(self->cause));
  } else {
    exception_set_cause(made.get(), nullptr);
  }
  as_exception(made.get())->suppress_context = self->suppress_context;
  Ref<Object> notes;
  TRY(object_find_attr(as_object(self), NAME("__notes__"), notes));
  if (notes && is_sequence(notes.get())) {
    Ref<List> copy = TRY(sequence_list(notes.get()));
    TRY(object_set_attr(made.get(), NAME("__notes__"), as_object(copy.get())));
  }
  return made;
}

// id(exception)
Ref<Object> identity_of(Object* exception) { return int_from_size(reinterpret_cast<size_t>(exception)); }

// What selects members: an exception class, a tuple of them, a predicate, or a set of identities.
struct Matcher {
  enum Kind { kTypes, kPredicate, kIdentities } kind;
  Object* value;

  Maybe<bool> matches(Object* exception) const {
    switch (kind) {
      case kTypes: return exception_given_matches(exception, value);
      case kPredicate: {
        Ref<Object> r = call(value, exception);
        if (!r) return kRaised;
        return object_is_true(r.get());
      }
      case kIdentities: break;
    }
    if (is_group(exception)) return false;
    Ref<Object> id = identity_of(exception);
    if (!id) return kRaised;
    return set_contains(cast<Set>(value), id.get());
  }
};

Status make_matcher(Object* value, Matcher& out) {
  out.value = value;
  if (is_type(value) && is_exception_class(value)) {
    out.kind = Matcher::kTypes;
    return kOk;
  }
  if (is_callable(value) && !is_type(value)) {
    out.kind = Matcher::kPredicate;
    return kOk;
  }
  if (is_tuple(value)) {
    bool all = true;
    Tuple* t = cast<Tuple>(value);
    for (ssize i = 0; i < tuple_size(t); i++) all = all && is_exception_class(t->items[i]);
    if (all) {
      out.kind = Matcher::kTypes;
      return kOk;
    }
  }
  return raise(TypeError, "expected a function, exception type or tuple of exception types");
}

struct Split {
  Ref<Object> match, rest;  // group/exception or None
};

Status split_recursive(Object* exception, const Matcher& matcher, bool want_rest, Split& out) {
  bool is_match = TRY(matcher.matches(exception));
  out.match = none_ref();
  out.rest = none_ref();
  if (is_match) {
    out.match = Ref<Object>::share(exception);
    return kOk;
  }
  if (!is_group(exception)) {
    if (want_rest) out.rest = Ref<Object>::share(exception);
    return kOk;
  }
  RecursionGuard guard(" in exceptiongroup_split_recursive");
  if (!guard) return Status::failed();
  Group* group = as_group(exception);
  Ref<List> matching = TRY(list_new())
  , others;
  if (want_rest) others = TRY(list_new());
  for (ssize i = 0; i < tuple_size(members_of(group)); i++) {
    Split inner;
    TRY(split_recursive(members_of(group)->items[i], matcher, want_rest, inner));
    if (!is_none(inner.match.get())) TRY(list_append(matching.get(), inner.match.get()));
    if (!is_none(inner.rest.get())) TRY(list_append(others.get(), inner.rest.get()));
  }
  out.match = TRY(subset(group, matching.get()));
  if (want_rest) out.rest = TRY(subset(group, others.get()));
  return kOk;
}

Status one_argument(const char* name, VarArgs args) {
  if (args.size == 1) return kOk;
  return raise(TypeError, "{} expected 1 argument, got {}", name, args.size);
}

Ref<Object> split(Group* self, VarArgs args) {
  TRY(one_argument("split", args));
  Object* matcher_value = args[0];
  Matcher matcher;
  TRY(make_matcher(matcher_value, matcher));
  Split parts;
  TRY(split_recursive(as_object(self), matcher, true, parts));
  return tuple_pack(parts.match.get(), parts.rest.get());
}
Ref<Object> subgroup(Group* self, VarArgs args) {
  TRY(one_argument("subgroup", args));
  Object* matcher_value = args[0];
  Matcher matcher;
  TRY(make_matcher(matcher_value, matcher));
  Split parts;
  TRY(split_recursive(as_object(self), matcher, false, parts));
  return std::move(parts.match);
}

Status collect_leaves(Object* exception, Set* out) {
  if (!is_group(exception)) {
    Ref<Object> id = TRY(identity_of(exception));
    return set_add(out, id.get());
  }
  RecursionGuard guard(" in collect_exception_group_leaf_ids");
  if (!guard) return Status::failed();
  Group* group = as_group(exception);
  for (ssize i = 0; i < tuple_size(members_of(group)); i++) TRY(collect_leaves(members_of(group)->items[i], out));
  return kOk;
}

constinit MethodDef methods[] = {
    PLAIN_CLASS_METHOD(class_getitem_generic_alias, "__class_getitem__(type, object, /)", "See PEP 585"),
    PLAIN_VARARGS_METHOD(derive, "derive(self, exceptions, /)", "Make a group of the same kind with other exceptions."),
    PLAIN_VARARGS_METHOD(split, "split(self, *args)", "Split into a matching and a remaining group."),
    PLAIN_VARARGS_METHOD(subgroup, "subgroup(self, *args)", "The group of the matching exceptions, or None."),
    {},
};
constinit MemberDef members[] = {
    {"message", kMemberObject, offsetof(Group, message), kMemberReadonly, "exception message"},
    {"exceptions", kMemberObject, offsetof(Group, exceptions), kMemberReadonly, "nested exceptions"},
    {},
};
using Layout = ExceptionLayout<Group, &Group::message, &Group::exceptions>;

}  // namespace

Type* exception_group_type() {
  static Type* type = nullptr;
  if (!type) {
    Ref<Tuple> bases = MUST(tuple_pack(as_object(BaseExceptionGroup), as_object(Exception)));
    Ref<Dict> names = MUST(dict_new());
    MUST(dict_set(names.get(), as_object(NAME("__module__")), as_object(NAME("builtins"))));
    MUST(dict_set(names.get(), as_object(NAME("__doc__")), py_none()));
    Ref<Object> made = MUST(call(as_object(&type_type), NAME("ExceptionGroup"), bases.get(), names.get()));
    type = cast<Type>(made.release());
  }
  return type;
}

Status exception_group_match(Object* exception, Object* match_type, Ref<Object>& match, Ref<Object>& rest) {
  match = none_ref();
  rest = none_ref();
  if (exception_given_matches(exception, match_type)) {
    if (is_group(exception)) {
      match = Ref<Object>::share(exception);
      return kOk;
    }
    // A naked exception is wrapped, so that except* always binds a group.
    Ref<Tuple> one = TRY(tuple_pack(exception));
    Ref<Str> empty = str_empty();
    Ref<Object> wrapped = TRY(call(as_object(exception_group_type()), empty.get(), as_object(one.get())));
    exception_set_traceback(wrapped.get(), exception_traceback(exception));
    match = std::move(wrapped);
    return kOk;
  }
  if (is_group(exception)) {
    Ref<Object> split = TRY(object_get_attr(exception, NAME("split")));
    Ref<Tuple> counted = TRY(tuple_pack(match_type));
    Ref<Object> pair = TRY(call(split.get(), match_type));
    counted.reset();
    split.reset();
    if (!is_tuple(pair.get())) {
      return raise(TypeError, "{:.200}.split must return a tuple, not {:.200}", type_name(exception),
                   type_name(pair.get()));
    }
    Tuple* parts = cast<Tuple>(pair.get());
    // What follows the two does not matter.
    if (tuple_size(parts) < 2) {
      return raise(TypeError, "{:.200}.split must return a 2-tuple, got tuple of size {}", type_name(exception),
                   tuple_size(parts));
    }
    match = share(parts->items[0]);
    rest = share(parts->items[1]);
    return kOk;
  }
  rest = Ref<Object>::share(exception);
  return kOk;
}

Ref<Object> exception_group_projection(Object* group, List* keep) {
  Ref<Set> leaves = TRY(set_new(nullptr));
  for (ssize i = 0; i < list_size(keep); i++) TRY(collect_leaves(keep->items[i], leaves.get()));
  Split parts;
  TRY(split_recursive(group, {Matcher::kIdentities, as_object(leaves.get())}, false, parts));
  return std::move(parts.match);
}

namespace exception_types {

constinit Type BaseExceptionGroup = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "BaseExceptionGroup",
    .basicsize = sizeof(ExceptionGroupObject),
    .dealloc = Layout::dealloc,
    .str = slot<group_str>,
    .flags = kExceptionFlags,
    .doc = "A combination of multiple unrelated exceptions.",
    .traverse = Layout::traverse,
    .clear = Layout::clear,
    .methods = methods,
    .members = members,
    .base_type = &BaseException,
    .dictoffset = offsetof(BaseExceptionObject, dict),
    .init = slot<base_exception_init>,
    .new_ = slot<group_new>,
};

}  // namespace exception_types
}  // namespace minipy
