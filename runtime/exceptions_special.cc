// Exceptions that carry more than args: StopIteration, SystemExit, ImportError, NameError, AttributeError, SyntaxError
// and KeyError. (OSError: os_error.cc, UnicodeError: unicode_error.cc, groups: exception_group.cc)
#include <algorithm>

#include "runtime/exceptions_internal.h"

namespace minipy {
namespace {

// Takes the named keyword-only arguments out of kwargs; others: TypeError as argument parsing words it.
Status take_keywords(const char* function, Object* kwargs,
                     std::initializer_list<std::pair<const char*, Object**>> wanted) {
  auto most = static_cast<ssize>(wanted.size());
  if (kwargs && dict_size(cast<Dict>(kwargs)) > most) {
    return raise(TypeError, "{}() takes at most {} keyword argument{} ({} given)", function, most, most == 1 ? "" : "s",
                 dict_size(cast<Dict>(kwargs)));
  }
  ssize position = 0;
  Object *key, *value;
  while (kwargs && dict_next(cast<Dict>(kwargs), &position, &key, &value)) {
    if (!is_str(key)) return raise(TypeError, "keywords must be strings");
    bool known =
        std::any_of(wanted.begin(), wanted.end(), [&](auto& w) { return str_equals_ascii(cast<Str>(key), w.first); });
    if (!known) return raise(TypeError, "'{}' is an invalid keyword argument for {}()", key, function);
  }
  // A second __init__() forgets what the first one was given.
  for (auto& [name, field] : wanted) {
    replace_field(*field, Ref<Object>::share(kwargs ? dict_get_ascii(cast<Dict>(kwargs), name) : nullptr));
  }
  return kOk;
}

// ---- StopIteration -----------------------------------------------------------------------------------------------

Status stop_iteration_init(StopIterationObject* self, Object* args, Object* kwargs) {
  TRY(base_exception_init(reinterpret_cast<BaseExceptionObject*>(self), args, kwargs));
  Tuple* t = cast<Tuple>(args);
  replace_field(self->value, tuple_size(t) > 0 ? Ref<Object>::share(t->items[0]) : none_ref());
  return kOk;
}
constinit MemberDef stop_iteration_members[] = {
    {"value", kMemberObject, offsetof(StopIterationObject, value), 0, "generator return value"},
    {},
};
using StopIterationLayout = ExceptionLayout<StopIterationObject, &StopIterationObject::value>;

// ---- SystemExit --------------------------------------------------------------------------------------------------

Status system_exit_init(SystemExitObject* self, Object* args, Object* kwargs) {
  TRY(base_exception_init(reinterpret_cast<BaseExceptionObject*>(self), args, kwargs));
  Tuple* t = cast<Tuple>(args);
  if (tuple_size(t) == 0) return kOk;
  replace_field(self->code, Ref<Object>::share(tuple_size(t) == 1 ? t->items[0] : args));
  return kOk;
}
constinit MemberDef system_exit_members[] = {
    {"code", kMemberObject, offsetof(SystemExitObject, code), 0, "exception code"},
    {},
};
using SystemExitLayout = ExceptionLayout<SystemExitObject, &SystemExitObject::code>;

// ---- ImportError -------------------------------------------------------------------------------------------------

Status import_error_init(ImportErrorObject* self, Object* args, Object* kwargs) {
  TRY(base_exception_init(reinterpret_cast<BaseExceptionObject*>(self), args, nullptr));
  TRY(take_keywords("ImportError", kwargs, {{"name", &self->name}, {"path", &self->path}}));
  Tuple* t = cast<Tuple>(args);
  replace_field(self->msg, Ref<Object>::share(tuple_size(t) == 1 ? t->items[0] : nullptr));
  return kOk;
}
Ref<Str> import_error_str(ImportErrorObject* self) {
  if (self->msg && is_exactly(self->msg, &str_type)) return Ref<Str>::share(cast<Str>(self->msg));
  return base_exception_str(reinterpret_cast<BaseExceptionObject*>(self));
}
Ref<Object> import_error_reduce(ImportErrorObject* self) {
  Ref<Object> state;
  if (self->name || self->path) {
    Ref<Dict> d = self->dict ? dict_copy(cast<Dict>(self->dict)) : dict_new();
    if (!d) return nullptr;
    if (self->name) TRY(dict_set(d.get(), as_object(NAME("name")), self->name));
    if (self->path) TRY(dict_set(d.get(), as_object(NAME("path")), self->path));
    state = std::move(d);
  } else if (self->dict) {
    state = Ref<Object>::share(self->dict);
  }
  if (!state) return tuple_pack(as_object(type_of(self)), self->args);
  return tuple_pack(as_object(type_of(self)), self->args, state.get());
}
constinit MemberDef import_error_members[] = {
    {"msg", kMemberObject, offsetof(ImportErrorObject, msg), 0, "exception message"},
    {"name", kMemberObject, offsetof(ImportErrorObject, name), 0, "module name"},
    {"path", kMemberObject, offsetof(ImportErrorObject, path), 0, "module path"},
    {},
};
constinit MethodDef import_error_methods[] = {
    PLAIN_METHOD(import_error_reduce, "__reduce__(self, /)", "Helper for pickle."),
    {},
};
using ImportErrorLayout =
    ExceptionLayout<ImportErrorObject, &ImportErrorObject::msg, &ImportErrorObject::name, &ImportErrorObject::path>;

// ---- NameError, AttributeError -----------------------------------------------------------------------------------

Status name_error_init(NameErrorObject* self, Object* args, Object* kwargs) {
  TRY(base_exception_init(reinterpret_cast<BaseExceptionObject*>(self), args, nullptr));
  return take_keywords("NameError", kwargs, {{"name", &self->name}});
}
constinit MemberDef name_error_members[] = {
    {"name", kMemberObject, offsetof(NameErrorObject, name), 0, "name"},
    {},
};
using NameErrorLayout = ExceptionLayout<NameErrorObject, &NameErrorObject::name>;

Status attribute_error_init(AttributeErrorObject* self, Object* args, Object* kwargs) {
  TRY(base_exception_init(reinterpret_cast<BaseExceptionObject*>(self), args, nullptr));
  return take_keywords("AttributeError", kwargs, {{"name", &self->name}, {"obj", &self->obj}});
}
constinit MemberDef attribute_error_members[] = {
    {"name", kMemberObject, offsetof(AttributeErrorObject, name), 0, "attribute name"},
    {"obj", kMemberObject, offsetof(AttributeErrorObject, obj), 0, "object"},
    {},
};
using AttributeErrorLayout =
    ExceptionLayout<AttributeErrorObject, &AttributeErrorObject::obj, &AttributeErrorObject::name>;

// ---- KeyError ----------------------------------------------------------------------------------------------------

// A lone key is shown by repr(), so that KeyError('') is not an empty message.
Ref<Str> key_error_str(BaseExceptionObject* self) {
  Tuple* args = cast<Tuple>(self->args);
  if (tuple_size(args) == 1) return object_repr(args->items[0]);
  return base_exception_str(self);
}

// ---- SyntaxError -------------------------------------------------------------------------------------------------

Status syntax_error_init(SyntaxErrorObject* self, Object* args, Object* kwargs) {
  TRY(base_exception_init(reinterpret_cast<BaseExceptionObject*>(self), args, kwargs));
  Tuple* t = cast<Tuple>(args);
  ssize count = tuple_size(t);
  if (count >= 1) replace_field(self->msg, Ref<Object>::share(t->items[0]));
  if (count != 2) return kOk;
  Ref<Tuple> info = TRY(tuple_from_iterable(t->items[1]));
  ssize size = tuple_size(info.get());
  if (size < 4) return raise(TypeError, "function takes at least 4 arguments ({} given)", size);
  if (size > 6) return raise(TypeError, "function takes at most 6 arguments ({} given)", size);
  auto item = [&](ssize i) { return i < size ? Ref<Object>::share(info->items[i]) : nullptr; };
  replace_field(self->filename, item(0));
  replace_field(self->lineno, item(1));
  replace_field(self->offset, item(2));
  replace_field(self->text, item(3));
  replace_field(self->end_lineno, item(4));
  replace_field(self->end_offset, item(5));
  if (self->end_lineno && !self->end_offset) {
    return raise(TypeError, "end_offset must be provided when end_lineno is provided");
  }
  return kOk;
}

Ref<Str> file_base_name(Str* path) {
  ssize slash = str_find_char(path, '/', 0, str_length(path), -1);
  return str_substring(path, slash + 1, str_length(path));
}

Ref<Str> syntax_error_str(SyntaxErrorObject* self) {
  Object* msg = self->msg ? self->msg : py_none();
  bool have_file = self->filename && is_str(self->filename);
  bool have_line = self->lineno && is_exactly(self->lineno, &int_type);
  if (!have_file && !have_line) return object_str(msg);
  Ref<Str> file;
  if (have_file) file = TRY(file_base_name(cast<Str>(self->filename)));
  long long line = 0;
  if (have_line) {
    int overflow;
    line = int_to_long_long_overflow(self->lineno, &overflow);
    if (overflow) line = -1;
  }
  if (have_file && have_line) return format_message("{} ({}, line {})", msg, file, line);
  if (have_file) return format_message("{} ({})", msg, file);
  return format_message("{} (line {})", msg, line);
}

constinit MemberDef syntax_error_members[] = {
    {"msg", kMemberObject, offsetof(SyntaxErrorObject, msg), 0, "exception msg"},
    {"filename", kMemberObject, offsetof(SyntaxErrorObject, filename), 0, "exception filename"},
    {"lineno", kMemberObject, offsetof(SyntaxErrorObject, lineno), 0, "exception lineno"},
    {"offset", kMemberObject, offsetof(SyntaxErrorObject, offset), 0, "exception offset"},
    {"text", kMemberObject, offsetof(SyntaxErrorObject, text), 0, "exception text"},
    {"end_lineno", kMemberObject, offsetof(SyntaxErrorObject, end_lineno), 0, "exception end lineno"},
    {"end_offset", kMemberObject, offsetof(SyntaxErrorObject, end_offset), 0, "exception end offset"},
    {"print_file_and_line", kMemberObject, offsetof(SyntaxErrorObject, print_file_and_line), 0,
     "exception print_file_and_line"},
    {},
};
using S = SyntaxErrorObject;
using SyntaxErrorLayout = ExceptionLayout<S, &S::msg, &S::filename, &S::lineno, &S::offset, &S::end_lineno,
                                          &S::end_offset, &S::text, &S::print_file_and_line>;

}  // namespace

namespace exception_types {

#define RICH_EXCEPTION(Name, Base, Object_, Layout, init_fn, str_fn, members_, methods_, doc_text) \
  constinit Type Name = {                                                                          \
      .base = STATIC_TYPE_HEADER(&type_type),                                                      \
      .name = #Name,                                                                               \
      .basicsize = sizeof(Object_),                                                                \
      .dealloc = Layout::dealloc,                                                                  \
      .str = str_fn,                                                                               \
      .flags = kExceptionFlags,                                                                    \
      .doc = doc_text,                                                                             \
      .traverse = Layout::traverse,                                                                \
      .clear = Layout::clear,                                                                      \
      .methods = methods_,                                                                         \
      .members = members_,                                                                         \
      .base_type = &Base,                                                                          \
      .dictoffset = offsetof(BaseExceptionObject, dict),                                           \
      .init = slot<init_fn>,                                                                       \
  }

RICH_EXCEPTION(StopIteration, Exception, StopIterationObject, StopIterationLayout, stop_iteration_init, nullptr,
               stop_iteration_members, nullptr, "Signal the end from iterator.__next__().");
RICH_EXCEPTION(SystemExit, BaseException, SystemExitObject, SystemExitLayout, system_exit_init, nullptr,
               system_exit_members, nullptr, "Request to exit from the interpreter.");
RICH_EXCEPTION(ImportError, Exception, ImportErrorObject, ImportErrorLayout, import_error_init, slot<import_error_str>,
               import_error_members, import_error_methods, "Import can't find module, or can't find name in module.");
SIMPLE_EXCEPTION(ModuleNotFoundError, ImportError, ImportErrorObject, ImportErrorLayout, slot<import_error_init>,
                 nullptr, "Module not found.");
RICH_EXCEPTION(NameError, Exception, NameErrorObject, NameErrorLayout, name_error_init, slot<base_exception_str>,
               name_error_members, nullptr, "Name not found globally.");
SIMPLE_EXCEPTION(UnboundLocalError, NameError, NameErrorObject, NameErrorLayout, slot<name_error_init>, nullptr,
                 "Local name referenced but not bound to a value.");
RICH_EXCEPTION(AttributeError, Exception, AttributeErrorObject, AttributeErrorLayout, attribute_error_init,
               slot<base_exception_str>, attribute_error_members, nullptr, "Attribute not found.");
RICH_EXCEPTION(KeyError, LookupError, BaseExceptionObject, PlainExceptionLayout, base_exception_init,
               slot<key_error_str>, nullptr, nullptr, "Mapping key not found.");
RICH_EXCEPTION(SyntaxError, Exception, SyntaxErrorObject, SyntaxErrorLayout, syntax_error_init, slot<syntax_error_str>,
               syntax_error_members, nullptr, "Invalid syntax.");
SIMPLE_EXCEPTION(IndentationError, SyntaxError, SyntaxErrorObject, SyntaxErrorLayout, slot<syntax_error_init>, nullptr,
                 "Improper indentation.");
SIMPLE_EXCEPTION(TabError, IndentationError, SyntaxErrorObject, SyntaxErrorLayout, slot<syntax_error_init>, nullptr,
                 "Improper mixture of spaces and tabs.");

}  // namespace exception_types
}  // namespace minipy
