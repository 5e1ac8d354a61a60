// Raising and reporting.
#include "runtime/exceptions.h"

#include <string>

#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "stdlib/_testcapi/testcapi.h"
#include "stdlib/native_type.h"
#include "stdlib/sys/print_exception.h"
#include "stdlib/sys/sys.h"

namespace minipy::testcapi {
namespace {

bool is_exception_class(Object* p) { return is_type(p) && type_has(cast<Type>(p), kTypeExceptionSubclass); }

// Raises exception(0, 1, ... count - 1).
Ref<Object> raise_exception(Object*, Object* exception, int count) {
  auto arguments = TRY(tuple_new(count));
  for (int i = 0; i < count; i++) arguments->items[i] = as_object(TRY(int_from_ssize(i)).release());
  if (!is_exception_class(exception)) {
    return raise(SystemError, "_PyErr_SetObject: exception {} is not a BaseException subclass", repr_of(exception));
  }
  return raise_object(cast<Type>(exception), as_object(arguments.get()));
}

// A new exception class from "module.name".
Ref<Object> make_exception_with_doc(Object*, Str* name, Object* doc, Object* base, Object* dict) {
  std::string_view text = TRY(str_utf8_cstr(name));
  size_t dot = text.rfind('.');
  if (dot == std::string_view::npos) return raise(SystemError, "PyErr_NewException: name must be module.class");
  auto members = dict ? TRY(dict_copy(cast<Dict>(dict))) : TRY(dict_new());
  auto module = TRY(str_from_utf8(text.substr(0, dot)));
  if (!dict_get_str(members.get(), NAME("__module__"))) {
    TRY(dict_set(members.get(), as_object(NAME("__module__")), as_object(module.get())));
  }
  if (doc) TRY(dict_set(members.get(), as_object(NAME("__doc__")), doc));
  Ref<Object> bases;
  if (base && is_tuple(base)) {
    bases = share(base);
  } else {
    bases = TRY(tuple_pack(base ? base : as_object(Exception)));
  }
  auto class_name = TRY(str_from_utf8(text.substr(dot + 1)));
  return call(as_object(&type_type), as_object(class_name.get()), bases.get(), as_object(members.get()));
}

Ref<Object> write_unraisable_exc(Object*, Object* exception, Object* message, Object* where) {
  const char* text = nullptr;
  if (!is_none(message)) {
    if (!is_str(message)) return raise(TypeError, "err_msg must be a str");
    text = TRY(str_utf8_cstr(cast<Str>(message)));
  }
  error_restore(share(exception));
  error_write_unraisable_message(text, where);
  return none_ref();
}

Ref<Object> exception_print(Object*, Object* exception) {
  Object* file = sys_get(NAME("stderr"));
  if (!file) return none_ref();
  if (type_has(type_of(exception), kTypeExceptionSubclass)) {
    print_exception(exception, file);
    return none_ref();
  }
  auto text = TRY(
      format_message("TypeError: print_exception(): Exception expected for value, {} found\n", type_name(exception)));
  TRY(call_method(file, NAME("write"), text.get()));
  return none_ref();
}

// As the interpreter prints a traceback by itself.
Ref<Object> traceback_print(Object*, Object* traceback, Object* file) {
  std::string text = format_traceback(traceback);
  if (text.empty()) return none_ref();
  auto shown = TRY(str_from_utf8("Traceback (most recent call last):\n" + text));
  TRY(call_method(file, NAME("write"), shown.get()));
  return none_ref();
}

// An exception whose making raises the exception again, without end.
int recursing_init(Object* self, Object*, Object*) {
  (void)raise_none(type_of(self));
  return -1;
}

constinit Type recursing_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "RecursingInfinitelyError",
    .basicsize = sizeof(BaseExceptionObject),
    .flags = kTypeDefault | kTypeBaseType,
    .doc = "Making an instance raises the exception again.",
    .init = recursing_init,
};

}  // namespace

constinit MethodDef exception_functions[] = {
    FUNCTION(raise_exception, "raise_exception(module, exception, count, /)",
             "Raise the exception with the arguments 0, 1... count - 1."),
    FUNCTION(make_exception_with_doc, "make_exception_with_doc(module, name, doc=NULL, base=NULL, dict=NULL)",
             "Make an exception class."),
    FUNCTION(write_unraisable_exc, "write_unraisable_exc(module, exc, err_msg, obj, /)",
             "Report an exception that nobody can catch."),
    FUNCTION(traceback_print, "traceback_print(module, traceback, file, /)", "Print a traceback to a file."),
    FUNCTION(exception_print, "exception_print(module, exception, /)", "Print an exception to sys.stderr."),
    {},
};

Status add_exception_types(Module* m) {
  recursing_type.base_type = Exception;
  return module_add_type(m, &recursing_type);
}

}  // namespace minipy::testcapi
