// Module _contextvars (PEP 567). A context's variables are a hash array mapped trie, which does not change: a set gives
// the context another one, and a copy of a context shares it.
#include "runtime/module.h"
#include "runtime/abstract.h"
#include "runtime/bind_varargs.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/free_list.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"
#include "runtime/uncounted.h"
#include "runtime/weakref.h"
#include "stdlib/_contextvars/hamt.h"
#include "stdlib/native_type.h"

namespace minipy {

namespace {

extern Type context_type, context_var_type, token_type, missing_type;

struct Context {
  Object base;
  Context* previous;  // what was current when this one was entered
  Hamt* variables;    // null: none, after the collector has cleared the context
  Object* weakreflist;
  int entered;
};

struct ContextVar {
  Object base;
  Object* name;
  Object* default_value;  // null: none
  // The value that was last found or set, borrowed from the context: current as long as this thread's context is what
  // it was.
  Object* cached;
  unsigned long cached_thread;       // its id
  unsigned long cached_context_ver;  // its context_ver then
  hash_t hash;
};

// Borrowed; null: nothing is known for the thread's context as it is.
Object* cached_value(const ContextVar* v, const ThreadState* t) {
  return v->cached && v->cached_thread == t->id && v->cached_context_ver == t->context_ver ? v->cached : nullptr;
}
void cache_value(ContextVar* v, const ThreadState* t, Object* value) {
  v->cached = value;
  v->cached_thread = t->id;
  v->cached_context_ver = t->context_ver;
}

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

constinit FreeList<255, offsetof(Context, weakreflist), gc_free> free_contexts{"Context"};

// Not tracked yet, without variables.
Context* context_allocate() {
  Context* c = static_cast<Context*>(free_contexts.take());
  if (c) {
    object_init(as_object(c), &context_type);
  } else {
    c = object_new_gc<Context>(&context_type);
    if (!c) return nullptr;
  }
  c->previous = nullptr;
  c->variables = nullptr;
  c->weakreflist = nullptr;
  c->entered = 0;
  return c;
}
Ref<Context> context_new() {
  Ref<Context> c = steal(TRY(context_allocate()));
  c->variables = hamt_new().release();
  gc_track(c.get());
  return c->variables ? std::move(c) : nullptr;
}

Ref<Hamt> variables_of(Context* c) {
  if (c->variables) return share(c->variables);
  Ref<Hamt> none = TRY(hamt_new());
  c->variables = share(none.get()).release();
  return none;
}

// The thread's current context, made when there is none yet. Borrowed.
Context* current_context() {
  ThreadState* t = current_thread();
  if (!t->context) {
    Ref<Context> made = TRY(context_new());
    t->context = as_object(made.release());
    t->context_ver++;
  }
  return cast<Context>(t->context);
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
  return as_object(context_new().release());
}

Status check_key(Object* key) {
  if (is_exactly(key, &context_var_type)) return kOk;
  return raise(TypeError, "a ContextVar key was expected, got {}", repr_of(key));
}

// Borrowed; null where the variable has no value in the context. Neither hashing nor comparing variables runs Python
// code.
Maybe<Object*> find(Context* c, Object* variable) {
  if (!c->variables) return nullptr;
  return hamt_find(c->variables, variable);
}

Ref<Object> context_subscript(Context* c, Object* key) {
  TRY(check_key(key));
  Object* value = TRY(find(c, key));
  return value ? share(value) : raise_key_error(key);
}

Maybe<bool> context_contains(Context* c, Object* key) {
  TRY(check_key(key));
  return TRY(find(c, key))
  != nullptr;
}

Ref<Object> context_get(Context* c, Object* key, Object* fallback) {
  TRY(check_key(key));
  Object* value = TRY(find(c, key));
  return share(value ? value : fallback);
}

ssize context_length(Object* p) {
  Hamt* variables = cast<Context>(p)->variables;
  return variables ? variables->count : 0;
}

Ref<Object> context_compare(Object* a, Object* b, CompareOp op) {
  if (!is_exactly(a, &context_type) || !is_exactly(b, &context_type) || (op != kEq && op != kNe)) {
    return not_implemented_ref();
  }
  Ref<Hamt> x = TRY(variables_of(cast<Context>(a)))
  , y = TRY(variables_of(cast<Context>(b)));
  bool equal = TRY(hamt_equal(x.get(), y.get()));
  return bool_ref(equal == (op == kEq));
}

Ref<Context> context_copy(Context* c) {
  Ref<Context> copy = steal(TRY(context_allocate()));
  copy->variables = Ref<Hamt>::share(c->variables).release();
  gc_track(copy.get());
  return copy;
}
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
  free_contexts.give_or_free(c);
}
using ContextFields = Owned<Context, &Context::previous, &Context::variables>;

template <Ref<Object> (*kIterator)(Hamt*)>
Ref<Object> context_iterator(Context* c) {
  Ref<Hamt> variables = TRY(variables_of(c));
  return kIterator(variables.get());
}

constinit MethodDef context_methods[] = {
    METHOD(context_get, "get(self, key, default=None, /)",
           "Return the value for `key` if `key` has the value in the context object.\n\n"
           "If `key` does not exist, return `default`. If `default` is not given,\nreturn None."),
    METHOD(context_iterator<hamt_items>, "items(self, /)",
           "Return all variables and their values in the context object.\n\n"
           "The result is returned as a list of 2-tuples (variable, value)."),
    METHOD(context_iterator<hamt_keys>, "keys(self, /)", "Return a list of all variables in the context object."),
    METHOD(context_iterator<hamt_values>, "values(self, /)",
           "Return a list of all variables' values in the context object."),
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
  v->cached = nullptr;
  v->cached_thread = v->cached_context_ver = 0;
  v->hash = hash == -1 ? -2 : hash;
  gc_track(v);
  return steal(v);
}

constexpr NewFunc variable_new_bound = VARARGS_NEW(variable_make, "ContextVar(type, name, /, *, default=<none>)");
Object* variable_new(Type* type, Object* args, Object* kwargs) {
  ssize n = tuple_size(cast<Tuple>(args));
  if (n > 1) return raise(TypeError, "ContextVar() takes at most 1 positional argument ({} given)", n);
  return variable_new_bound(type, args, kwargs);
}

Ref<Object> variable_get(ContextVar* v, Object* fallback) {
  ThreadState* t = current_thread();
  if (t->context) {
    if (Object* value = cached_value(v, t)) return share(value);
    if (Object* value = TRY(find(cast<Context>(t->context), as_object(v)))) {
      cache_value(v, t, value);
      return share(value);
    }
  }
  if (fallback) return share(fallback);
  if (v->default_value) return share(v->default_value);
  return raise_object(LookupError, as_object(v));
}

// `c` is the current context.
Status assign(Context* c, ContextVar* v, Object* value) {
  v->cached = nullptr;
  Ref<Hamt> variables = TRY(variables_of(c));
  Ref<Hamt> changed = TRY(hamt_set(variables.get(), as_object(v), value));
  variables.reset();
  cache_value(v, current_thread(), value);
  replace_field(c->variables, std::move(changed));
  return kOk;
}

Status unassign(Context* c, ContextVar* v) {
  v->cached = nullptr;
  Ref<Hamt> variables = TRY(variables_of(c));
  Ref<Hamt> changed = TRY(hamt_delete(variables.get(), as_object(v)));
  if (changed.get() == variables.get()) return raise_object(LookupError, as_object(v));
  variables.reset();
  replace_field(c->variables, std::move(changed));
  return kOk;
}

Ref<Object> variable_set(ContextVar* v, Object* value) {
  Context* c = TRY(current_context());
  Ref<Object> old = Ref<Object>::share(TRY(find(c, as_object(v))));
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
  return t->old_value ? assign(c, v, t->old_value) : unassign(c, v);
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
    .clear = ContextFields::clear,
    .richcompare = slot<context_compare>,
    .weaklistoffset = offsetof(Context, weakreflist),
    .iter = slot<context_iterator<hamt_keys>>,
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
  free_list_register(free_contexts);
  TRY(hamt_ready_types());
  TRY(type_ready(&missing_type));
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
