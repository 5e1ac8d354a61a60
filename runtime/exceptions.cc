// BaseException and the exceptions that add nothing but a name. Source: library reference "Built-in Exceptions".
#include "runtime/exceptions.h"

#include "gc/collector.h"
#include "runtime/exceptions_internal.h"
#include "runtime/frame_objects.h"

namespace minipy {

bool is_exception_instance(const Object* p) { return type_has(type_of(p), kTypeExceptionSubclass); }
bool is_exception_class(const Object* p) {
  return is_type(p) && type_has(reinterpret_cast<const Type*>(p), kTypeExceptionSubclass);
}

Object* exception_traceback(Object* e) { return as_exception(e)->traceback; }
void exception_set_traceback(Object* e, Object* traceback) {
  if (traceback && is_none(traceback)) traceback = nullptr;
  replace_field(as_exception(e)->traceback, Ref<Object>::share(traceback));
}
Object* exception_context(Object* e) { return as_exception(e)->context; }
void exception_set_context(Object* e, Ref<Object> context) {
  replace_field(as_exception(e)->context, std::move(context));
}
Object* exception_cause(Object* e) { return as_exception(e)->cause; }
void exception_set_cause(Object* e, Ref<Object> cause) {
  as_exception(e)->suppress_context = 1;
  replace_field(as_exception(e)->cause, std::move(cause));
}

// ---- Life cycle --------------------------------------------------------------------------------------------------

Ref<Object> base_exception_new(Type* type, Object* args, Object*) {
  Object* p = type->alloc(type, 0);
  if (!p) return nullptr;
  Ref<Object> self = Ref<Object>::steal(p);
  BaseExceptionObject* e = as_exception(p);
  if (args) {
    incref(args);
    e->args = args;
  } else {
    e->args = as_object(tuple_empty().release());
    if (!e->args) return nullptr;
  }
  return self;
}

Status base_exception_init(BaseExceptionObject* self, Object* args, Object* kwargs) {
  if (kwargs && dict_size(cast<Dict>(kwargs))) {
    return raise(TypeError, "{}() takes no keyword arguments", type_name(self));
  }
  replace_field(self->args, Ref<Object>::share(args));
  return kOk;
}

int base_exception_clear(Object* self) {
  BaseExceptionObject* e = as_exception(self);
  clear_field(e->dict);
  clear_field(e->args);
  clear_field(e->notes);
  clear_field(e->traceback);
  clear_field(e->cause);
  clear_field(e->context);
  return 0;
}
int base_exception_traverse(Object* self, VisitProc visit, void* arg) {
  BaseExceptionObject* e = as_exception(self);
  MINIPY_VISIT(e->dict);
  MINIPY_VISIT(e->args);
  MINIPY_VISIT(e->notes);
  MINIPY_VISIT(e->traceback);
  MINIPY_VISIT(e->cause);
  MINIPY_VISIT(e->context);
  return 0;
}
void exception_untrack(Object* self) { gc_untrack(self); }
void base_exception_dealloc(Object* self) {
  gc_untrack(self);
  // Chains of contexts and tracebacks can be long.
  TRASHCAN_GUARD(self, base_exception_dealloc);
  base_exception_clear(self);
  type_of(self)->free(self);
}

// ---- Without memory ----------------------------------------------------------------------------------------------

namespace {

// Behind its header, as every object of a class that the collector looks at; it is never tracked.
struct {
  GcHeader header;
  BaseExceptionObject error;
} spare_memory_error;

}  // namespace

Ref<Object> memory_error_without_memory() {
  Object* p = as_object(&spare_memory_error.error);
  if (!p->type) {
    p->type = cast<Type>(as_object(MemoryError));
    first_reference(p);  // which is never given up
  }
  if (p->refcount == 1) {
    base_exception_clear(p);
    spare_memory_error.error.suppress_context = 0;
    spare_memory_error.error.args = as_object(tuple_empty().release());
  }
  return Ref<Object>::share(p);
}

// ---- Text --------------------------------------------------------------------------------------------------------

Ref<Str> base_exception_str(BaseExceptionObject* self) {
  Tuple* args = cast<Tuple>(self->args);
  if (!args) return str_empty();
  switch (tuple_size(args)) {
    case 0: return str_empty();
    case 1: return object_str(args->items[0]);
    default: return object_str(self->args);
  }
}

namespace {

Ref<Str> base_exception_repr(BaseExceptionObject* self) {
  const char* name = type_short_name(type_of(self));
  if (!self->args) return format_message("{}()", name);
  Tuple* args = cast<Tuple>(self->args);
  if (tuple_size(args) == 1) return format_message("{}({})", name, repr_of(args->items[0]));
  return format_message("{}{}", name, repr_of(self->args));
}

Ref<Object> reduce(BaseExceptionObject* self) {
  if (self->args && self->dict) return tuple_pack(as_object(type_of(self)), self->args, self->dict);
  return tuple_pack(as_object(type_of(self)), self->args);
}

Status set_state(BaseExceptionObject* self, Object* state) {
  if (is_none(state)) return kOk;
  if (!is_dict(state)) return raise(TypeError, "state is not a dictionary");
  ssize position = 0;
  Object *key, *value;
  while (dict_next(cast<Dict>(state), &position, &key, &value)) {
    Ref<Object> held_key = Ref<Object>::share(key), held_value = Ref<Object>::share(value);
    if (!is_str(key)) {
      return raise(TypeError, "attribute name must be string, not '{:.200}'", type_name(key));
    }
    TRY(object_set_attr(as_object(self), cast<Str>(key), value));
  }
  return kOk;
}

Status set_traceback(BaseExceptionObject* self, Object* value) {
  if (!value) return raise(TypeError, "__traceback__ may not be deleted");
  if (!is_none(value) && !is_exactly(value, &traceback_type)) {
    return raise(TypeError, "__traceback__ must be a traceback or None");
  }
  exception_set_traceback(as_object(self), value);
  return kOk;
}

Ref<Object> with_traceback(BaseExceptionObject* self, Object* traceback) {
  TRY(set_traceback(self, traceback));
  return Ref<Object>::share(as_object(self));
}

Status add_note(BaseExceptionObject* self, Object* note) {
  if (!is_str(note)) return raise(TypeError, "note must be a str, not '{}'", type_name(note));
  Ref<Object> notes;
  TRY(object_find_attr(as_object(self), NAME("__notes__"), notes));
  if (!notes) {
    notes = list_new();
    if (!notes) return Status::failed();
    TRY(object_set_attr(as_object(self), NAME("__notes__"), notes.get()));
  } else if (!is_list(notes.get())) {
    return raise(TypeError, "Cannot add note: __notes__ is not a list");
  }
  return list_append(cast<List>(notes.get()), note);
}

Ref<Object> or_none(Object* p) { return p ? Ref<Object>::share(p) : none_ref(); }

Ref<Object> get_args(BaseExceptionObject* self) { return or_none(self->args); }
Status set_args(BaseExceptionObject* self, Object* value) {
  if (!value) return raise(TypeError, "args may not be deleted");
  Ref<Tuple> args = TRY(tuple_from_iterable(value));
  replace_field(self->args, std::move(args).cast_to<Object>());
  return kOk;
}
Ref<Object> get_traceback(BaseExceptionObject* self) { return or_none(self->traceback); }
Ref<Object> get_context(BaseExceptionObject* self) { return or_none(self->context); }
Ref<Object> get_cause(BaseExceptionObject* self) { return or_none(self->cause); }

// Shared rule of __context__ and __cause__; null result with `ok` false: error.
Status check_chained(Object* value, const char* attribute, const char* noun, Ref<Object>& out) {
  if (!value) return raise(TypeError, "{} may not be deleted", attribute);
  if (is_none(value)) return kOk;
  if (!is_exception_instance(value)) {
    return raise(TypeError, "exception {} must be None or derive from BaseException", noun);
  }
  out = Ref<Object>::share(value);
  return kOk;
}
Status set_context(BaseExceptionObject* self, Object* value) {
  Ref<Object> chained;
  TRY(check_chained(value, "__context__", "context", chained));
  exception_set_context(as_object(self), std::move(chained));
  return kOk;
}
Status set_cause(BaseExceptionObject* self, Object* value) {
  Ref<Object> chained;
  TRY(check_chained(value, "__cause__", "cause", chained));
  exception_set_cause(as_object(self), std::move(chained));
  return kOk;
}

constinit MethodDef methods[] = {
    PLAIN_METHOD(reduce, "__reduce__(self, /)", "Helper for pickle."),
    PLAIN_METHOD(set_state, "__setstate__(self, state, /)", "Restore attributes from a dictionary."),
    PLAIN_METHOD(with_traceback, "with_traceback(self, tb, /)", "Set self.__traceback__ to tb and return self."),
    PLAIN_METHOD(add_note, "add_note(self, note, /)", "Add a note to the exception."),
    {},
};
constinit MemberDef members[] = {
    {"__suppress_context__", kMemberBool, offsetof(BaseExceptionObject, suppress_context), 0, nullptr},
    {},
};
constinit GetSetDef getset[] = {
    {"__dict__", object_generic_get_dict_slot, object_generic_set_dict_slot, nullptr, nullptr},
    {"args", getter<get_args>, setter<set_args>, nullptr, nullptr},
    {"__traceback__", getter<get_traceback>, setter<set_traceback>, nullptr, nullptr},
    {"__context__", getter<get_context>, setter<set_context>, "exception context", nullptr},
    {"__cause__", getter<get_cause>, setter<set_cause>, "exception cause", nullptr},
    {},
};

}  // namespace

namespace exception_types {

constinit Type BaseException = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "BaseException",
    .basicsize = sizeof(BaseExceptionObject),
    .dealloc = base_exception_dealloc,
    .repr = slot<base_exception_repr>,
    .str = slot<base_exception_str>,
    .getattro = slot<object_generic_get_attr>,
    .setattro = slot<object_generic_set_attr>,
    .flags = kExceptionFlags | kTypeExceptionSubclass,
    .doc = "Common base class for all exceptions",
    .traverse = base_exception_traverse,
    .clear = base_exception_clear,
    .methods = methods,
    .members = members,
    .getset = getset,
    .base_type = &object_type,
    .dictoffset = offsetof(BaseExceptionObject, dict),
    .init = slot<base_exception_init>,
    .new_ = slot<base_exception_new>,
};

#define PLAIN(Name, Base, doc)                                                                       \
  SIMPLE_EXCEPTION(Name, Base, BaseExceptionObject, PlainExceptionLayout, slot<base_exception_init>, \
                   slot<base_exception_new>, doc)
PLAIN(Exception, BaseException, "Common base class for all non-exit exceptions.");
PLAIN(GeneratorExit, BaseException, "Request that a generator exit.");
PLAIN(KeyboardInterrupt, BaseException, "Program interrupted by user.");
PLAIN(ArithmeticError, Exception, "Base class for arithmetic errors.");
PLAIN(AssertionError, Exception, "Assertion failed.");
PLAIN(BufferError, Exception, "Buffer error.");
PLAIN(EOFError, Exception, "Read beyond end of file.");
PLAIN(LookupError, Exception, "Base class for lookup errors.");
PLAIN(MemoryError, Exception, "Out of memory.");
PLAIN(ReferenceError, Exception, "Weak ref proxy used after referent went away.");
PLAIN(RuntimeError, Exception, "Unspecified run-time error.");
PLAIN(StopAsyncIteration, Exception, "Signal the end from iterator.__anext__().");
PLAIN(SystemError, Exception, "Internal error in the interpreter.");
PLAIN(TypeError, Exception, "Inappropriate argument type.");
PLAIN(ValueError, Exception, "Inappropriate argument value (of correct type).");
PLAIN(Warning, Exception, "Base class for warning categories.");
PLAIN(FloatingPointError, ArithmeticError, "Floating point operation failed.");
PLAIN(OverflowError, ArithmeticError, "Result too large to be represented.");
PLAIN(ZeroDivisionError, ArithmeticError, "Second argument to a division or modulo operation was zero.");
PLAIN(BytesWarning, Warning, "Base class for warnings about bytes and buffer related problems.");
PLAIN(DeprecationWarning, Warning, "Base class for warnings about deprecated features.");
PLAIN(EncodingWarning, Warning, "Base class for warnings about encodings.");
PLAIN(FutureWarning, Warning, "Base class for warnings about constructs that will change semantically.");
PLAIN(ImportWarning, Warning, "Base class for warnings about probable mistakes in module imports.");
PLAIN(PendingDeprecationWarning, Warning, "Base class for warnings about features to be deprecated later.");
PLAIN(ResourceWarning, Warning, "Base class for warnings about resource usage.");
PLAIN(RuntimeWarning, Warning, "Base class for warnings about dubious runtime behavior.");
PLAIN(SyntaxWarning, Warning, "Base class for warnings about dubious syntax.");
PLAIN(UnicodeWarning, Warning, "Base class for warnings about Unicode related problems.");
PLAIN(UserWarning, Warning, "Base class for warnings generated by user code.");
PLAIN(IndexError, LookupError, "Sequence index out of range.");
PLAIN(NotImplementedError, RuntimeError, "Method or function hasn't been implemented yet.");
PLAIN(RecursionError, RuntimeError, "Recursion limit exceeded.");
PLAIN(UnicodeError, ValueError, "Unicode related error.");

}  // namespace exception_types
}  // namespace minipy
