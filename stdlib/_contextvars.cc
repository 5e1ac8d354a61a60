// Module _contextvars (PEP 567). A context's variables are a dict that contexts share until one of them changes it: a
// dict held by more than its context is copied before a change, so that copying a context costs nothing.
#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"
#include "runtime/uncounted.h"
#include "runtime/weakref.h"
#include "stdlib/native_type.h"

namespace minipy {

namespace {

extern Type context_type, context_var_type, token_type, missing_type;

struct Context {
  Object base;
  Context* previous;  // what was current when this one was entered
  Dict* variables;
  Object* weakreflist;
  int entered;
};

struct ContextVar {
  Object base;
  Object* name;
  Object* default_value;  // null: none
  void* unused[3];        // layout as CPython's
  hash_t hash;
};

struct Token {
  Object base;
  Context* context;
  ContextVar* variable;
  Object* old_value;  // null: the variable had none
  int used;
};

constinit Object token_missing = {1, &missing_type};

Ref<Str> missing_repr(Object*) { return str_from_ascii("<Token.MISSING>"); }

// ---- Context
// ---------------------------------------------------------------------------------------------------------

Ref<Context> context_new(Ref<Dict> variables) {
  if (!variables) return nullptr;
  Context* c = object_new_gc<Context>(&context_type);
  if (!c) return nullptr;
  c->previous = nullptr;
  c->variables = variables.release();
  c->weakreflist = nullptr;
  c->entered = 0;
  gc_track(c);
  return steal(c);
}

// The thread's current context, made when there is none yet. Borrowed.
Context* current_context() {
  ThreadState* t = current_thread();
  if (!t->context) t->context = as_object(context_new(dict_new()).release());
  return cast<Context>(t->context);
}

// The variables, safe to be changed.
Dict* writable_variables(Context* c) {
  if (c->variables->base.refcount > 1) {
    Ref<Dict> copy = TRY(dict_copy(c->variables));
    replace_field(c->variables, std::move(copy));
  }
  return c->variables;
}

Status context_enter(Context* c) {
  if (c->entered) return raise(RuntimeError, "cannot enter context: {} is already entered", repr_of(c));
  ThreadState* t = current_thread();
  c->previous = t->context ? cast<Context>(t->context) : nullptr;  // its count goes along
  c->entered = 1;
  t->context = as_object(share(c).release());
  t->context_ver++;
  return kOk;
}

Status context_exit(Context* c) {
  if (!c->entered) return raise(RuntimeError, "cannot exit context: {} has not been entered", repr_of(c));
  ThreadState* t = current_thread();
  if (t->context != as_object(c)) {
    return raise(RuntimeError, "cannot exit context: thread state references a different context object");
  }
  Ref<Context> held = steal(c);
  t->context = as_object(std::exchange(c->previous, nullptr));
  c->entered = 0;
  t->context_ver++;
  return kOk;
}

Object* context_run(Object* self, Object* const* args, ssize n, Object* kwnames) {
  if (n < 1) return raise(TypeError, "run() missing 1 required positional argument");
  Context* c = cast<Context>(self);
  if (!context_enter(c)) return nullptr;
  Ref<Object> result = call_vector(args[0], args + 1, static_cast<size_t>(n - 1), kwnames);
  ErrorState error = error_fetch();
  if (!context_exit(c)) return nullptr;
  error_restore_state(std::move(error));
  return result.release();
}

Object* context_create(Type*, Object* args, Object* kwargs) {
  if (tuple_size(cast<Tuple>(args)) || (kwargs && dict_size(cast<Dict>(kwargs)))) {
    return raise(TypeError, "Context() does not accept any arguments");
  }
  return as_object(context_new(dict_new()).release());
}

Status check_key(Object* key) {
  if (is_exactly(key, &context_var_type)) return kOk;
  return raise(TypeError, "a ContextVar key was expected, got {}", repr_of(key));
}

Ref<Object> context_subscript(Context* c, Object* key) {
  TRY(check_key(key));
  Ref<Object> value;
  TRY(dict_get_ref(c->variables, key, value));
  if (!value) return raise_key_error(key);
  return value;
}

Maybe<bool> context_contains(Context* c, Object* key) {
  TRY(check_key(key));
  return dict_contains(c->variables, key);
}

Ref<Object> context_get(Context* c, Object* key, Object* fallback) {
  TRY(check_key(key));
  Ref<Object> value;
  TRY(dict_get_ref(c->variables, key, value));
  return value ? value : share(fallback);
}

ssize context_length(Object* p) { return dict_size(cast<Context>(p)->variables); }

Ref<Object> context_compare(Object* a, Object* b, CompareOp op) {
  if (!is_exactly(a, &context_type) || !is_exactly(b, &context_type) || (op != kEq && op != kNe)) {
    return not_implemented_ref();
  }
  return object_compare(as_object(cast<Context>(a)->variables), as_object(cast<Context>(b)->variables), op);
}

Ref<Context> context_copy(Context* c) { return context_new(share(c->variables)); }
Ref<Context> copy_context(Object*) {
  Context* c = TRY(current_context());
  return context_copy(c);
}

void context_dealloc(Object* p) {
  Context* c = cast<Context>(p);
  gc_untrack(p);
  if (c->weakreflist) weakref_clear_all(p);
  clear_field(c->previous);
  clear_field(c->variables);
  gc_free(p);
}
using ContextFields = Owned<Context, &Context::previous, &Context::variables>;

int context_tp_clear(Object* p) {
  Context* c = cast<Context>(p);
  clear_field(c->previous);
  // Emptied, not taken away: the context stays usable.
  if (c->variables->base.refcount == 1) {
    dict_clear(c->variables);
  } else if (Ref<Dict> empty = dict_new()) {
    replace_field(c->variables, std::move(empty));
  } else {
    error_clear();
  }
  return 0;
}

// ---- Iterators over a context
// ------------------------------------------------------------------------------------------

enum class Part { kKeys, kValues, kItems };

struct ContextIterator {
  Object base;
  Dict* variables;
  ssize position;
};

template <Part kPart>
Object* iterator_next(Object* p) {
  ContextIterator* it = cast<ContextIterator>(p);
  Object *key, *value;
  if (!dict_next(it->variables, &it->position, &key, &value)) return nullptr;
  if constexpr (kPart == Part::kItems) {
    return as_object(tuple_pack(key, value).release());
  } else {
    Object* result = kPart == Part::kKeys ? key : value;
    incref(result);
    return result;
  }
}

ssize iterator_length(Object* p) { return dict_size(cast<ContextIterator>(p)->variables); }
constinit MappingMethods iterator_as_mapping = {.length = iterator_length};
using IteratorFields = Owned<ContextIterator, &ContextIterator::variables>;

template <Part kPart>
constexpr Type iterator_type(const char* name) {
  return Type{
      .base = STATIC_TYPE_HEADER(&type_type),
      .name = name,
      .basicsize = sizeof(ContextIterator),
      .dealloc = IteratorFields::dealloc,
      .as_mapping = &iterator_as_mapping,
      .flags = kTypeDefault | kTypeHaveGc,
      .traverse = IteratorFields::traverse,
      .iter = iter_self,
      .iternext = iterator_next<kPart>,
      .free = nullptr,
  };
}
constinit Type context_keys_type = iterator_type<Part::kKeys>("keys");
constinit Type context_values_type = iterator_type<Part::kValues>("values");
constinit Type context_items_type = iterator_type<Part::kItems>("items");

Ref<Object> iterator_new(Type* type, Context* c) {
  ContextIterator* it = object_new_gc<ContextIterator>(type);
  if (!it) return nullptr;
  it->variables = share(c->variables).release();
  it->position = 0;
  gc_track(it);
  return steal(as_object(it));
}
Ref<Object> context_iter(Context* c) { return iterator_new(&context_keys_type, c); }
Ref<Object> context_keys(Context* c) { return iterator_new(&context_keys_type, c); }
Ref<Object> context_values(Context* c) { return iterator_new(&context_values_type, c); }
Ref<Object> context_items(Context* c) { return iterator_new(&context_items_type, c); }

constinit MethodDef context_methods[] = {
    METHOD(context_get, "get(self, key, default=None, /)",
           "Return the value for `key` if `key` has the value in the context object.\n\n"
           "If `key` does not exist, return `default`. If `default` is not given,\nreturn None."),
    METHOD(context_items, "items(self, /)",
           "Return all variables and their values in the context object.\n\n"
           "The result is returned as a list of 2-tuples (variable, value)."),
    METHOD(context_keys, "keys(self, /)", "Return a list of all variables in the context object."),
    METHOD(context_values, "values(self, /)", "Return a list of all variables' values in the context object."),
    METHOD(context_copy, "copy(self, /)", "Return a shallow copy of the context object."),
    {"run", MethodPointer(context_run), kMethFastcall | kMethKeywords, nullptr},
    {},
};
constinit SequenceMethods context_as_sequence = {.contains = slot<context_contains>};
constinit MappingMethods context_as_mapping = {.length = context_length, .subscript = slot<context_subscript>};

// ---- ContextVar
// --------------------------------------------------------------------------------------------------------

Ref<ContextVar> variable_make(Type*, Object* name, Object* default_value) {
  if (!is_str(name)) return raise(TypeError, "context variable name must be a str");
  Maybe<hash_t> name_hash = object_hash(name);
  if (!name_hash) return nullptr;
  ContextVar* v = object_new_gc<ContextVar>(&context_var_type);
  if (!v) return nullptr;
  hash_t hash = hash_pointer(v) ^ *name_hash;
  v->name = Ref<Object>::share(name).release();
  v->default_value = Ref<Object>::share(default_value).release();
  for (void*& word : v->unused) word = nullptr;
  v->hash = hash == -1 ? -2 : hash;
  gc_track(v);
  return steal(v);
}

constexpr NewFunc variable_new_bound = NEW(variable_make, "ContextVar(type, name, /, *, default=<none>)");
Object* variable_new(Type* type, Object* args, Object* kwargs) {
  ssize n = tuple_size(cast<Tuple>(args));
  if (n > 1) return raise(TypeError, "ContextVar() takes at most 1 positional argument ({} given)", n);
  return variable_new_bound(type, args, kwargs);
}

Ref<Object> variable_get(ContextVar* v, Object* fallback) {
  Object* context = current_thread()->context;
  if (context) {
    Ref<Object> value;
    TRY(dict_get_ref(cast<Context>(context)->variables, as_object(v), value));
    if (value) return value;
  }
  if (fallback) return share(fallback);
  if (v->default_value) return share(v->default_value);
  return raise_object(LookupError, as_object(v));
}

Status assign(Context* c, ContextVar* v, Object* value) {
  Dict* variables = TRY(writable_variables(c));
  return dict_set(variables, as_object(v), value);
}

Ref<Object> variable_set(ContextVar* v, Object* value) {
  Context* c = TRY(current_context());
  Ref<Object> old;
  TRY(dict_get_ref(c->variables, as_object(v), old));
  Token* t = TRY(object_new_gc<Token>(&token_type));
  t->context = share(c).release();
  t->variable = share(v).release();
  t->old_value = old.release();
  t->used = 0;
  gc_track(t);
  Ref<Object> token = steal(as_object(t));
  TRY(assign(c, v, value));
  return token;
}

Status variable_reset(ContextVar* v, Object* token) {
  if (!is_exactly(token, &token_type)) {
    return raise(TypeError, "expected an instance of Token, got {}", repr_of(token));
  }
  Token* t = cast<Token>(token);
  if (t->used) return raise(RuntimeError, "{} has already been used once", repr_of(t));
  if (t->variable != v) return raise(ValueError, "{} was created by a different ContextVar", repr_of(t));
  Context* c = TRY(current_context());
  if (t->context != c) return raise(ValueError, "{} was created in a different Context", repr_of(t));
  t->used = 1;
  if (t->old_value) return assign(c, v, t->old_value);
  Maybe<bool> found = dict_contains(c->variables, as_object(v));
  if (!found) return kRaised;
  if (!*found) return raise_object(LookupError, as_object(v));
  Dict* variables = TRY(writable_variables(c));
  return dict_delete(variables, as_object(v));
}

Ref<Str> variable_repr(ContextVar* v) {
  Ref<Str> of_default;
  if (v->default_value) of_default = TRY(format_message(" default={}", repr_of(v->default_value)));
  return format_message("<ContextVar name={}{} at 0x{:x}>", repr_of(v->name), of_default ? of_default : str_empty(),
                        reinterpret_cast<size_t>(v));
}

hash_t variable_hash(Object* p) { return cast<ContextVar>(p)->hash; }

constinit MethodDef variable_methods[] = {
    METHOD(variable_get, "get(self, default=<unrepresentable>, /)",
           "Return a value for the context variable for the current context.\n\n"
           "If there is no value for the variable in the current context, the method will:\n"
           " * return the value of the default argument of the method, if provided; or\n"
           " * return the default value for the context variable, if it was created\n"
           "   with one; or\n"
           " * raise a LookupError."),
    METHOD(variable_set, "set(self, value, /)",
           "Call to set a new value for the context variable in the current context.\n\n"
           "The required value argument is the new value for the context variable.\n\n"
           "Returns a Token object that can be used to restore the variable to its previous\n"
           "value via the `ContextVar.reset()` method."),
    METHOD(variable_reset, "reset(self, token, /)",
           "Reset the context variable.\n\n"
           "The variable is reset to the value it had before the `ContextVar.set()` that\n"
           "created the token was used."),
    CLASS_METHOD(class_getitem_generic_alias, "__class_getitem__(type, object, /)", "See PEP 585"),
    {},
};
constinit MemberDef variable_members[] = {
    {"name", kMemberObject, offsetof(ContextVar, name), kMemberReadonly, nullptr},
    {},
};
using VariableFields = Owned<ContextVar, &ContextVar::name, &ContextVar::default_value>;

// ---- Token
// -------------------------------------------------------------------------------------------------------------

Object* token_new(Type*, Object*, Object*) { return raise(RuntimeError, "Tokens can only be created by ContextVars"); }

Ref<Str> token_repr(Token* t) {
  return format_message("<Token{} var={} at 0x{:x}>", t->used ? " used" : "", repr_of(t->variable),
                        reinterpret_cast<size_t>(t));
}

Ref<Object> token_get_var(Token* t) { return share(as_object(t->variable)); }
Ref<Object> token_get_old_value(Token* t) { return share(t->old_value ? t->old_value : &token_missing); }

constinit GetSetDef token_getset[] = {
    {"var", getter<token_get_var>, nullptr, nullptr, nullptr},
    {"old_value", getter<token_get_old_value>, nullptr, nullptr, nullptr},
    {},
};
constinit MethodDef token_methods[] = {
    CLASS_METHOD(class_getitem_generic_alias, "__class_getitem__(type, object, /)", "See PEP 585"),
    {},
};
using TokenFields = Owned<Token, &Token::context, &Token::variable, &Token::old_value>;

constinit Type missing_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "Token.MISSING",
    .basicsize = sizeof(Object),
    .repr = slot<missing_repr>,
    .flags = kTypeDefault,
};

constinit Type context_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_contextvars.Context",
    .basicsize = sizeof(Context),
    .dealloc = context_dealloc,
    .as_sequence = &context_as_sequence,
    .as_mapping = &context_as_mapping,
    .hash = hash_not_implemented,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = ContextFields::traverse,
    .clear = context_tp_clear,
    .richcompare = slot<context_compare>,
    .weaklistoffset = offsetof(Context, weakreflist),
    .iter = slot<context_iter>,
    .methods = context_methods,
    .new_ = context_create,
};

constinit Type context_var_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_contextvars.ContextVar",
    .basicsize = sizeof(ContextVar),
    .dealloc = VariableFields::dealloc,
    .repr = slot<variable_repr>,
    .hash = variable_hash,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = VariableFields::traverse,
    .clear = VariableFields::clear,
    .methods = variable_methods,
    .members = variable_members,
    .new_ = variable_new,
};

constinit Type token_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_contextvars.Token",
    .basicsize = sizeof(Token),
    .dealloc = TokenFields::dealloc,
    .repr = slot<token_repr>,
    .hash = hash_not_implemented,
    .getattro = object_generic_getattro,
    .flags = kTypeDefault | kTypeHaveGc,
    .traverse = TokenFields::traverse,
    .clear = TokenFields::clear,
    .methods = token_methods,
    .getset = token_getset,
    .new_ = token_new,
};

constinit MethodDef functions[] = {
    FUNCTION(copy_context, "copy_context(module, /)", ""),
    {},
};

Status exec(Module* m) {
  UncountedAllocations uncounted;  // CPython readies these types at start-up
  for (Type* type : {&missing_type, &context_keys_type, &context_values_type, &context_items_type}) {
    TRY(type_ready(type));
  }
  TRY(module_add_type(m, &context_type));
  TRY(module_add_type(m, &context_var_type));
  TRY(module_add_type(m, &token_type));
  TRY(dict_set_ascii(cast<Dict>(token_type.dict), "MISSING", &token_missing));
  type_modified(&token_type);
  return kOk;
}

}  // namespace

constinit NativeModule _contextvars_module = {"_contextvars", functions, exec, "Context Variables"};

}  // namespace minipy
