// OSError and its subclasses by errno (PEP 3151).
#include <cerrno>

#include "runtime/exceptions_internal.h"

namespace minipy {
namespace {

Type* subclass_of_errno(long number) {
  switch (number) {
    case EAGAIN:
    case EALREADY:
    case EINPROGRESS: return BlockingIOError;
    case EPIPE:
    case ESHUTDOWN: return BrokenPipeError;
    case ECHILD: return ChildProcessError;
    case ECONNABORTED: return ConnectionAbortedError;
    case ECONNREFUSED: return ConnectionRefusedError;
    case ECONNRESET: return ConnectionResetError;
    case EEXIST: return FileExistsError;
    case ENOENT: return FileNotFoundError;
    case EISDIR: return IsADirectoryError;
    case ENOTDIR: return NotADirectoryError;
    case EINTR: return InterruptedError;
    case EACCES:
    case EPERM: return PermissionError;
    case ESRCH: return ProcessLookupError;
    case ETIMEDOUT: return TimeoutError;
    default: return nullptr;
  }
}

Status os_error_init(OSErrorObject* self, Object* args, Object* kwargs);

// A subclass that overrides __init__ but not __new__ gets its arguments parsed in __init__ (they may differ from
// what __new__ saw); every other combination parses them in __new__.
bool parses_in_init(Type* type) {
  return type->init != slot<os_error_init> && type->new_ == exception_types::OSError.new_;
}

struct Arguments {
  Object *errno_ = nullptr, *strerror = nullptr, *filename = nullptr, *filename2 = nullptr;
};

// OSError(errno, strerror[, filename[, winerror[, filename2]]]); other counts keep args as they are.
Arguments split_arguments(Tuple* args) {
  Arguments a;
  ssize n = tuple_size(args);
  if (n < 2 || n > 5) return a;
  a.errno_ = args->items[0];
  a.strerror = args->items[1];
  if (n >= 3) a.filename = args->items[2];
  if (n == 5) a.filename2 = args->items[4];
  return a;
}

Status fill(OSErrorObject* self, Tuple* args, const Arguments& a) {
  Ref<Object> kept = Ref<Object>::share(as_object(args));
  if (a.filename && !is_none(a.filename)) {
    if (is_exactly(self, BlockingIOError) && has_index(a.filename)) {
      // The third argument counts the characters written before the call would have blocked.
      Maybe<ssize> written = number_as_ssize(a.filename, ValueError);
      if (!written) return Status::failed();
      self->written = *written;
    } else {
      replace_field(self->filename, Ref<Object>::share(a.filename));
      if (a.filename2 && !is_none(a.filename2)) replace_field(self->filename2, Ref<Object>::share(a.filename2));
      if (tuple_size(args) >= 2 && tuple_size(args) <= 5) kept = TRY(tuple_slice(args, 0, 2));
    }
  }
  replace_field(self->errno_, Ref<Object>::share(a.errno_));
  replace_field(self->strerror, Ref<Object>::share(a.strerror));
  replace_field(self->args, std::move(kept));
  return kOk;
}

Status no_keywords(Type* type, Object* kwargs) {
  if (kwargs && dict_size(cast<Dict>(kwargs))) {
    return raise(TypeError, "{}() takes no keyword arguments", type->name);
  }
  return kOk;
}

Ref<Object> os_error_new(Type* type, Object* args, Object* kwargs) {
  bool in_init = parses_in_init(type);
  Arguments a;
  if (!in_init) {
    TRY(no_keywords(type, kwargs));
    a = split_arguments(cast<Tuple>(args));
    if (a.errno_ && is_int(a.errno_) && type == OSError) {
      int overflow;
      long number = static_cast<long>(int_to_long_long_overflow(a.errno_, &overflow));
      if (Type* better = overflow ? nullptr : subclass_of_errno(number)) type = better;
    }
  }
  Ref<Object> self = Ref<Object>::steal(type->alloc(type, 0));
  if (!self) return nullptr;
  OSErrorObject* e = cast<OSErrorObject>(self.get());
  e->written = -1;
  if (in_init) {
    e->args = as_object(tuple_empty().release());
  } else {
    TRY(fill(e, cast<Tuple>(args), a));
  }
  return self;
}

Status os_error_init(OSErrorObject* self, Object* args, Object* kwargs) {
  if (!parses_in_init(type_of(self))) return kOk;
  TRY(no_keywords(type_of(self), kwargs));
  return fill(self, cast<Tuple>(args), split_arguments(cast<Tuple>(args)));
}

Ref<Str> os_error_str(OSErrorObject* self) {
  Object* number = self->errno_ ? self->errno_ : py_none();
  Object* text = self->strerror ? self->strerror : py_none();
  if (self->filename) {
    if (self->filename2) {
      return format_message("[Errno {}] {}: {} -> {}", number, text, repr_of(self->filename), repr_of(self->filename2));
    }
    return format_message("[Errno {}] {}: {}", number, text, repr_of(self->filename));
  }
  if (self->errno_ && self->strerror) return format_message("[Errno {}] {}", number, text);
  return base_exception_str(reinterpret_cast<BaseExceptionObject*>(self));
}

Ref<Object> os_error_reduce(OSErrorObject* self) {
  Ref<Object> args = Ref<Object>::share(self->args);
  if (tuple_size(cast<Tuple>(self->args)) == 2 && self->filename) {
    Tuple* t = cast<Tuple>(self->args);
    if (self->filename2) {
      args = tuple_pack(t->items[0], t->items[1], self->filename, py_none(), self->filename2);
    } else {
      args = tuple_pack(t->items[0], t->items[1], self->filename);
    }
    if (!args) return nullptr;
  }
  if (self->dict) return tuple_pack(as_object(type_of(self)), args.get(), self->dict);
  return tuple_pack(as_object(type_of(self)), args.get());
}

Ref<Object> get_characters_written(OSErrorObject* self) {
  if (self->written == -1) return raise(AttributeError, "characters_written");
  return int_from_ssize(self->written);
}
Status set_characters_written(OSErrorObject* self, Object* value) {
  if (!value) {
    if (self->written == -1) return raise(AttributeError, "characters_written");
    self->written = -1;
    return kOk;
  }
  self->written = TRY(number_as_ssize(value, ValueError));
  return kOk;
}

constinit MemberDef members[] = {
    {"errno", kMemberObject, offsetof(OSErrorObject, errno_), 0, "POSIX exception code"},
    {"strerror", kMemberObject, offsetof(OSErrorObject, strerror), 0, "exception strerror"},
    {"filename", kMemberObject, offsetof(OSErrorObject, filename), 0, "exception filename"},
    {"filename2", kMemberObject, offsetof(OSErrorObject, filename2), 0, "second exception filename"},
    {},
};
constinit GetSetDef getset[] = {
    {"characters_written", getter<get_characters_written>, setter<set_characters_written>, nullptr, nullptr},
    {},
};
constinit MethodDef methods[] = {
    PLAIN_METHOD(os_error_reduce, "__reduce__(self, /)", "Helper for pickle."),
    {},
};
using E = OSErrorObject;
using Layout = ExceptionLayout<E, &E::errno_, &E::strerror, &E::filename, &E::filename2>;

}  // namespace

namespace exception_types {

constinit Type OSError = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "OSError",
    .basicsize = sizeof(OSErrorObject),
    .dealloc = Layout::dealloc,
    .str = slot<os_error_str>,
    .flags = kExceptionFlags,
    .doc = "Base class for I/O related errors.",
    .traverse = Layout::traverse,
    .clear = Layout::clear,
    .methods = methods,
    .members = members,
    .getset = getset,
    .base_type = &Exception,
    .dictoffset = offsetof(BaseExceptionObject, dict),
    .init = slot<os_error_init>,
    .new_ = slot<os_error_new>,
};

#define OS_ERROR(Name, Base, doc) SIMPLE_EXCEPTION(Name, Base, OSErrorObject, Layout, slot<os_error_init>, nullptr, doc)
OS_ERROR(BlockingIOError, OSError, "I/O operation would block.");
OS_ERROR(ChildProcessError, OSError, "Child process error.");
OS_ERROR(ConnectionError, OSError, "Connection error.");
OS_ERROR(FileExistsError, OSError, "File already exists.");
OS_ERROR(FileNotFoundError, OSError, "File not found.");
OS_ERROR(InterruptedError, OSError, "Interrupted by signal.");
OS_ERROR(IsADirectoryError, OSError, "Operation doesn't work on directories.");
OS_ERROR(NotADirectoryError, OSError, "Operation only works on directories.");
OS_ERROR(PermissionError, OSError, "Not enough permissions.");
OS_ERROR(ProcessLookupError, OSError, "Process not found.");
OS_ERROR(TimeoutError, OSError, "Timeout expired.");
OS_ERROR(BrokenPipeError, ConnectionError, "Broken pipe.");
OS_ERROR(ConnectionAbortedError, ConnectionError, "Connection aborted.");
OS_ERROR(ConnectionRefusedError, ConnectionError, "Connection refused.");
OS_ERROR(ConnectionResetError, ConnectionError, "Connection reset.");

}  // namespace exception_types
}  // namespace minipy
