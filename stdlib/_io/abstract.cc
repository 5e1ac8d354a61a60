// _BufferedIOBase and _TextIOBase: what a buffered and a text stream must have; most methods say that they are missing.
#include <cstring>

#include "runtime/abstract.h"
#include "runtime/bind_varargs.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "stdlib/_io/io.h"

namespace minipy::io {

namespace {

Ref<Object> unsupported_detach(Object*) { return raise_unsupported("detach"); }
Ref<Object> unsupported_read(Object*, VarArgs) { return raise_unsupported("read"); }
Ref<Object> unsupported_read1(Object*, VarArgs) { return raise_unsupported("read1"); }
Ref<Object> unsupported_readline(Object*, VarArgs) { return raise_unsupported("readline"); }
Ref<Object> unsupported_write(Object*, VarArgs) { return raise_unsupported("write"); }

Ref<Object> read_into(Object* self, Object* target, const char* name, Str* read_method) {
  HeldBuffer buffer;
  TRY(writable_buffer(name, target, buffer));
  auto size = TRY(int_from_ssize(buffer.size()));
  auto data = TRY(call_method(self, read_method, size.get()));
  if (!is_bytes(data.get())) return raise(TypeError, "read() should return bytes");
  auto view = bytes_view(cast<Bytes>(data.get()));
  if (static_cast<ssize>(view.size()) > buffer.size()) {
    return raise(ValueError, "read() returned too much data: {} bytes requested, {} returned", buffer.size(),
                 view.size());
  }
  memcpy(buffer.writable(), view.data(), view.size());
  return int_from_size(view.size());
}

Ref<Object> buffered_readinto(Object* self, Object* target) {
  return read_into(self, target, "readinto", NAME("read"));
}
Ref<Object> buffered_readinto1(Object* self, Object* target) {
  return read_into(self, target, "readinto1", NAME("read1"));
}

constinit MethodDef bufferediobase_methods[] = {
    METHOD(unsupported_detach, "detach(self, /)",
           "Separate the raw stream from this buffer and return it; the buffer cannot be used any more."),
    plain(VARARGS_METHOD(unsupported_read, "read(self, /, *args)", ""),
          "Read and return up to n bytes; all until the end where n is None, negative or not given."),
    plain(VARARGS_METHOD(unsupported_read1, "read1(self, /, *args)", ""),
          "Read and return up to n bytes, with at most one read() of the raw stream."),
    METHOD(buffered_readinto, "readinto(self, buffer, /)", ""),
    METHOD(buffered_readinto1, "readinto1(self, buffer, /)", ""),
    plain(VARARGS_METHOD(unsupported_write, "write(self, /, *args)", ""),
          "Write the bytes and return how many they are."),
    {},
};

Ref<Object> text_none(Object*) { return none_ref(); }

constinit MethodDef textiobase_methods[] = {
    plain(METHOD(unsupported_detach, "detach(self, /)", ""),
          "Separate the buffer from this stream and return it; the stream cannot be used any more."),
    plain(VARARGS_METHOD(unsupported_read, "read(self, /, *args)", ""), "Read at most n characters."),
    plain(VARARGS_METHOD(unsupported_readline, "readline(self, /, *args)", ""), "Read until newline or the end."),
    plain(VARARGS_METHOD(unsupported_write, "write(self, /, *args)", ""),
          "Write the string and return how many characters it has."),
    {},
};

constinit GetSetDef textiobase_getset[] = {
    {"encoding", getter<text_none>, nullptr, "The stream's encoding, None in this base.", nullptr},
    {"newlines", getter<text_none>, nullptr, "Line endings seen so far, None in this base.", nullptr},
    {"errors", getter<text_none>, nullptr, "The error setting of the encoder or decoder, None in this base.", nullptr},
    {},
};

}  // namespace

constinit Type bufferediobase_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_io._BufferedIOBase",
    .basicsize = sizeof(IoBase),
    .flags = kTypeDefault | kTypeBaseType,
    .doc =
        "Base class for buffered binary streams. Unlike a raw stream's, read() returns all that was asked\n"
        "for and write() writes all, except on non-blocking streams, where BlockingIOError is raised.",
    .methods = bufferediobase_methods,
    .base_type = &iobase_type,
};

constinit Type textiobase_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_io._TextIOBase",
    .basicsize = sizeof(IoBase),
    .flags = kTypeDefault | kTypeBaseType,
    .doc = "Base class for text streams: characters and lines instead of bytes.",
    .methods = textiobase_methods,
    .getset = textiobase_getset,
    .base_type = &iobase_type,
};

}  // namespace minipy::io
