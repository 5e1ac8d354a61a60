// What sys.stderr is until the real stream is opened, so that importlib can report under -v: text written straight to
// the descriptor.
#include <unistd.h>

#include <cerrno>

#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/bytes.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "stdlib/sys/sys.h"

namespace minipy {
namespace {

struct Printer {
  Object base;
  int fd;
};

Ref<Object> write(Printer* self, Str* text) {
  Ref<Object> bytes = TRY(str_encode(text, "utf-8", "backslashreplace"));
  std::string_view rest = bytes_view(cast<Bytes>(bytes.get()));
  while (!rest.empty()) {
    ssize n = ::write(self->fd, rest.data(), rest.size());
    if (n < 0) return raise_os_error(errno);
    rest.remove_prefix(static_cast<size_t>(n));
  }
  return int_from_ssize(str_length(text));
}
Ref<Object> fileno(Printer* self) { return int_from(self->fd); }
Ref<Object> isatty(Printer* self) { return bool_ref(::isatty(self->fd)); }
Status nothing(Printer*) { return kOk; }
Ref<Str> repr(Printer* self) { return format_message("<stdprinter(fd={}) object at {}>", self->fd, self); }

Ref<Object> get_closed(Printer*) { return bool_ref(false); }
Ref<Object> get_encoding(Printer*) { return none_ref(); }
Ref<Object> get_mode(Printer*) { return Ref<Object>::share(as_object(NAME("w"))); }

constinit MethodDef methods[] = {
    PLAIN_METHOD(nothing, "close(self, /)", nullptr),     PLAIN_METHOD(nothing, "flush(self, /)", nullptr),
    PLAIN_METHOD(fileno, "fileno(self, /)", nullptr),     PLAIN_METHOD(isatty, "isatty(self, /)", nullptr),
    PLAIN_METHOD(write, "write(self, text, /)", nullptr), {},
};
constinit GetSetDef getset[] = {
    {"closed", getter<get_closed>, nullptr, "True if the file is closed", nullptr},
    {"encoding", getter<get_encoding>, nullptr, "Encoding of the file", nullptr},
    {"mode", getter<get_mode>, nullptr, "String giving the file mode", nullptr},
    {},
};
constinit Type printer_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "stderrprinter",
    .basicsize = sizeof(Printer),
    .dealloc = [](Object* p) { memory::object_free(p); },
    .repr = slot<repr>,
    .flags = kTypeDefault | kTypeDisallowInstantiation,
    .methods = methods,
    .getset = getset,
    .free = memory::object_free,
};

}  // namespace

Ref<Object> preliminary_stderr_new(int fd) {
  TRY(type_ready(&printer_type));
  Printer* made = object_new<Printer>(&printer_type);
  if (!made) return nullptr;
  made->fd = fd;
  return Ref<Object>::steal(as_object(made));
}

}  // namespace minipy
