// BufferedRWPair: a reader and a writer as one stream, for pipes and sockets.
#include "gc/collector.h"
#include "runtime/abstract.h"
#include "runtime/bind_varargs.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/weakref.h"
#include "stdlib/_io/io.h"

namespace minipy::io {

namespace {

struct Pair {
  Object base;
  Object* reader;
  Object* writer;
  Object* dict;
  Object* weakreflist;
};
static_assert(sizeof(Pair) == 48);

Ref<Object> forward(Object* stream, Str* method, VarArgs args) {
  if (!stream) return raise(ValueError, "I/O operation on uninitialized object");
  auto bound = TRY(object_get_attr(stream, method));
  return call_vector(bound.get(), args.items, static_cast<size_t>(args.size));
}

Ref<Object> read(Pair* self, VarArgs args) { return forward(self->reader, NAME("read"), args); }
Ref<Object> peek(Pair* self, VarArgs args) { return forward(self->reader, NAME("peek"), args); }
Ref<Object> read1(Pair* self, VarArgs args) { return forward(self->reader, NAME("read1"), args); }
Ref<Object> readinto(Pair* self, VarArgs args) { return forward(self->reader, NAME("readinto"), args); }
Ref<Object> readinto1(Pair* self, VarArgs args) { return forward(self->reader, NAME("readinto1"), args); }
Ref<Object> write(Pair* self, VarArgs args) { return forward(self->writer, NAME("write"), args); }
Ref<Object> flush(Pair* self) { return forward(self->writer, NAME("flush"), {nullptr, 0}); }
Ref<Object> readable(Pair* self) { return forward(self->reader, NAME("readable"), {nullptr, 0}); }
Ref<Object> writable(Pair* self) { return forward(self->writer, NAME("writable"), {nullptr, 0}); }

Ref<Object> close(Pair* self) {
  auto first = forward(self->writer, NAME("close"), {nullptr, 0});
  ChainedError error;
  auto second = forward(self->reader, NAME("close"), {nullptr, 0});
  if (error.finish()) return nullptr;
  return second;
}

Ref<Object> isatty(Pair* self) {
  auto r = TRY(forward(self->writer, NAME("isatty"), {nullptr, 0}));
  if (r.get() != py_false()) return r;
  return forward(self->reader, NAME("isatty"), {nullptr, 0});
}

Ref<Object> closed(Pair* self) {
  if (!self->writer) return raise(RuntimeError, "the BufferedRWPair object is being garbage-collected");
  return object_get_attr(self->writer, NAME("closed"));
}

Status init(Pair* self, Object* reader, Object* writer, Object* size) {
  ssize buffer_size = size ? TRY(number_as_ssize(size, OverflowError)) : kDefaultBufferSize;
  TRY(check_readable(reader));
  TRY(check_writable(writer));
  auto count = TRY(int_from_ssize(buffer_size));
  replace_field(self->reader, TRY(call(as_object(&buffered_reader_type), reader, count.get())));
  auto buffered = call(as_object(&buffered_writer_type), writer, count.get());
  if (!buffered) {
    clear_field(self->reader);
    return kRaised;
  }
  replace_field(self->writer, std::move(buffered));
  return kOk;
}

int traverse(Object* p, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<Pair>(p)->dict);
  MINIPY_VISIT(cast<Pair>(p)->writer);
  MINIPY_VISIT(cast<Pair>(p)->reader);
  return 0;
}
int clear(Object* p) {
  clear_field(cast<Pair>(p)->reader);
  clear_field(cast<Pair>(p)->writer);
  clear_field(cast<Pair>(p)->dict);
  return 0;
}
void dealloc(Object* p) {
  gc_untrack(p);
  if (cast<Pair>(p)->weakreflist) weakref_clear_all(p);
  clear(p);
  type_of(p)->free(p);
}

constinit MethodDef methods[] = {
    plain(VARARGS_METHOD(read, "read(self, /, *args)", ""), nullptr),
    plain(VARARGS_METHOD(peek, "peek(self, /, *args)", ""), nullptr),
    plain(VARARGS_METHOD(read1, "read1(self, /, *args)", ""), nullptr),
    plain(VARARGS_METHOD(readinto, "readinto(self, /, *args)", ""), nullptr),
    plain(VARARGS_METHOD(readinto1, "readinto1(self, /, *args)", ""), nullptr),
    plain(VARARGS_METHOD(write, "write(self, /, *args)", ""), nullptr),
    plain(METHOD(flush, "flush(self, /)", ""), nullptr),
    plain(METHOD(readable, "readable(self, /)", ""), nullptr),
    plain(METHOD(writable, "writable(self, /)", ""), nullptr),
    plain(METHOD(close, "close(self, /)", ""), nullptr),
    plain(METHOD(isatty, "isatty(self, /)", ""), nullptr),
    {},
};
constinit GetSetDef getset[] = {
    {"closed", getter<closed>, nullptr, nullptr, nullptr},
    {},
};

}  // namespace

constinit Type buffered_rwpair_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_io.BufferedRWPair",
    .basicsize = sizeof(Pair),
    .dealloc = dealloc,
    .flags = kTypeDefault | kTypeBaseType | kTypeHaveGc,
    .doc =
        "BufferedRWPair(reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)\n--\n\n"
        "A buffered reader and a buffered writer together: two raw streams, one readable, one\n"
        "writable, as a pipe's or a socket's ends.",
    .traverse = traverse,
    .clear = clear,
    .weaklistoffset = offsetof(Pair, weakreflist),
    .methods = methods,
    .getset = getset,
    .base_type = &bufferediobase_type,
    .dictoffset = offsetof(Pair, dict),
    .init = INIT(init, "BufferedRWPair(self, reader, writer, buffer_size=NULL, /)"),
    .new_ = type_generic_new,
    .free = gc_free_slot,
};

}  // namespace minipy::io
