// _IOBase and _RawIOBase: the methods that every stream has.
#include <cerrno>
#include <string>

#include "gc/collector.h"
#include "gc/counted_object.h"
#include "runtime/abstract.h"
#include "runtime/bind_varargs.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/counted.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"
#include "runtime/weakref.h"
#include "stdlib/_io/io.h"

namespace minipy::io {

// ---- Shared helpers
// --------------------------------------------------------------------------------------------------

Raised raise_unsupported(const char* message) { return raise(unsupported_operation_type(), "{}", message); }
Raised raise_closed() { return raise(ValueError, "I/O operation on closed file."); }

bool trap_eintr() {
  if (!error_matches(OSError)) return false;
  auto exception = error_take();
  Object* code = cast<OSErrorObject>(exception.get())->errno_;
  if (code && is_int(code) && int_is_compact(cast<Int>(code)) && int_compact_value(cast<Int>(code)) == EINTR) {
    return true;
  }
  error_restore(std::move(exception));
  return false;
}

Maybe<bool> is_closed(Object* self) {
  auto closed = TRY(object_get_attr(self, NAME("closed")));
  return object_is_true(closed.get());
}

Status check_closed(Object* self) {
  Ref<Object> closed;
  TRY(object_find_attr(self, NAME("closed"), closed));
  if (closed && TRY(object_is_true(closed.get()))) return raise_closed();
  return kOk;
}

namespace {

Status check_able(Object* self, Str* method, const char* message) {
  auto r = TRY(call_method(self, method));
  if (r.get() != py_true()) return raise_unsupported(message);
  return kOk;
}

}  // namespace

Status check_readable(Object* self) { return check_able(self, NAME("readable"), "File or stream is not readable."); }
Status check_writable(Object* self) { return check_able(self, NAME("writable"), "File or stream is not writable."); }
Status check_seekable(Object* self) { return check_able(self, NAME("seekable"), "File or stream is not seekable."); }

Maybe<ssize> size_argument(Object* p, ssize fallback) {
  if (!p || is_none(p)) return fallback;
  if (!has_index(p)) return raise(TypeError, "argument should be integer or None, not '{:.200}'", type_name(p));
  return number_as_ssize(p, OverflowError);
}

Maybe<long> offset_argument(Object* p, Type* overflow) {
  ssize v = TRY(number_as_ssize(p, overflow));
  return static_cast<long>(v);
}

Status writable_buffer(const char* function, Object* p, HeldBuffer& out) {
  if (object_has_buffer(p) && out.get(p, kBufferWritable)) return kOk;
  error_clear();
  return raise(TypeError, "{}() argument must be read-write bytes-like object, not {:.50}", function,
               is_none(p) ? "None" : type_name(p));
}

Status readable_buffer(Object* p, HeldBuffer& out) { return out.get(p, kBufferSimple); }

ChainedError::ChainedError() : saved_(error_take()) {}

bool ChainedError::finish() {
  if (!saved_) return error_pending();
  auto now = error_take();
  if (!now) {
    error_restore(std::move(saved_));
  } else {
    error_set_context(now.get(), saved_.get());
    saved_.reset();
    error_restore(std::move(now));
  }
  return true;
}

// ---- _IOBase
// ---------------------------------------------------------------------------------------------------------

namespace {

Str* closed_mark() { return NAME("__IOBase_closed"); }

// The base's own idea of being closed: the mark that close() leaves.
Maybe<bool> has_closed_mark(Object* self) {
  Ref<Object> mark;
  TRY(object_find_attr(self, closed_mark(), mark));
  return static_cast<bool>(mark);
}

Ref<Object> iobase_seek(Object*, VarArgs) { return raise_unsupported("seek"); }
Ref<Object> iobase_truncate(Object*, VarArgs) { return raise_unsupported("truncate"); }
Ref<Object> iobase_fileno(Object*) { return raise_unsupported("fileno"); }
Ref<Object> iobase_tell(Object* self) {
  CountedObject method;
  return call_method(self, NAME("seek"), small_int(0), small_int(1));
}

Ref<Object> iobase_flush(Object* self) {
  if (TRY(has_closed_mark(self))) return raise_closed();
  return none_ref();
}

Ref<Object> iobase_closed(Object* self) { return bool_ref(TRY(has_closed_mark(self))); }
Ref<Object> iobase_false(Object*) { return bool_ref(false); }

Ref<Object> iobase_isatty(Object* self) {
  TRY(check_closed(self));
  return bool_ref(false);
}

Ref<Object> iobase_check_closed_method(Object* self) {
  TRY(check_closed(self));
  return none_ref();
}
Ref<Object> able(Status s) { return s ? bool_ref(true) : Ref<Object>(); }
Ref<Object> iobase_check_seekable(Object* self) { return able(check_seekable(self)); }
Ref<Object> iobase_check_readable(Object* self) { return able(check_readable(self)); }
Ref<Object> iobase_check_writable(Object* self) { return able(check_writable(self)); }

Ref<Object> iobase_enter(Object* self) {
  TRY(check_closed(self));
  return share(self);
}
Ref<Object> iobase_exit(Object* self, VarArgs) { return call_method(self, NAME("close")); }

Ref<Object> iobase_iter(Object* self) { return iobase_enter(self); }

Ref<Object> iobase_next(Object* self) {
  auto line = TRY(call_method(self, NAME("readline")));
  if (TRY(object_length(line.get())) == 0) return nullptr;  // exhausted
  return line;
}

// How many bytes to read next without going past a line's end: as far as peek() shows, else one.
Maybe<ssize> line_chunk(Object* self, Object* peek, ssize limit) {
  if (!peek) return 1;
  Ref<Object> ahead;
  do {
    ahead = call(peek, small_int(1));
  } while (!ahead && trap_eintr());
  if (!ahead) return kRaised;
  if (!is_bytes(ahead.get())) {
    return raise(OSError, "peek() should have returned a bytes object, not '{:.200}'", type_name(ahead.get()));
  }
  auto view = bytes_view(cast<Bytes>(ahead.get()));
  if (view.empty()) return 1;
  if (limit >= 0 && static_cast<size_t>(limit) < view.size()) view = view.substr(0, static_cast<size_t>(limit));
  size_t newline = view.find('\n');
  return static_cast<ssize>(newline == std::string_view::npos ? view.size() : newline + 1);
}

// CPython makes a bound method first.
Ref<Object> call_counted_method(Object* self, Str* name, Int* argument) {
  CountedObject method;
  return call_method(self, name, argument);
}

Ref<Object> iobase_readline(Object* self, Object* size) {
  ssize limit = TRY(size_argument(size));
  Ref<Object> peek;
  TRY(object_find_attr(self, NAME("peek"), peek));
  std::string line;
  while (limit < 0 || static_cast<ssize>(line.size()) < limit) {
    ssize chunk = TRY(line_chunk(self, peek.get(), limit < 0 ? -1 : limit - static_cast<ssize>(line.size())));
    auto count = TRY(int_from_ssize(chunk));
    auto part = call_counted_method(self, NAME("read"), count.get());
    if (!part) {
      if (trap_eintr()) continue;
      return kRaised;
    }
    if (!is_bytes(part.get())) {
      return raise(OSError, "read() should have returned a bytes object, not '{:.200}'", type_name(part.get()));
    }
    auto view = bytes_view(cast<Bytes>(part.get()));
    if (view.empty()) break;
    line += view;
    if (view.back() == '\n') break;
  }
  return bytes_from(line);
}

Ref<Object> iobase_readlines(Object* self, Object* hint) {
  ssize limit = TRY(size_argument(hint));
  auto result = TRY(list_new());
  if (limit <= 0) {
    // As list.extend(self).
    TRY(list_extend(result.get(), self));
    return result;
  }
  auto iterator = TRY(get_iter(self));
  ssize total = 0;
  while (true) {
    auto line = iter_next(iterator.get());
    if (!line) {
      if (error_pending()) return kRaised;
      return result;
    }
    TRY(list_append(result.get(), line.get()));
    ssize length = TRY(object_length(line.get()));
    if (length > limit - total) return result;
    total += length;
  }
}

Ref<Object> iobase_writelines(Object* self, Object* lines) {
  TRY(check_closed(self));
  auto iterator = TRY(get_iter(lines));
  while (true) {
    auto line = iter_next(iterator.get());
    if (!line) {
      if (error_pending()) return kRaised;
      return none_ref();
    }
    Ref<Object> r;
    do {
      r = call_method(self, NAME("write"), line.get());
    } while (!r && trap_eintr());
    if (!r) return kRaised;
  }
}

int iobase_traverse(Object* self, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<IoBase>(self)->dict);
  return 0;
}
int iobase_clear(Object* self) {
  clear_field(cast<IoBase>(self)->dict);
  return 0;
}
void iobase_dealloc(Object* self) {
  if (iobase_finalize_in_dealloc(self)) return;
  gc_untrack(self);
  if (cast<IoBase>(self)->weakreflist) weakref_clear_all(self);
  clear_field(cast<IoBase>(self)->dict);
  type_of(self)->free(self);
}

constinit MethodDef iobase_methods[] = {
    plain(VARARGS_METHOD(iobase_seek, "seek(self, /, *args)", ""),
          "Change the stream position to the given byte offset."),
    METHOD(iobase_tell, "tell(self, /)", "Return current stream position."),
    plain(VARARGS_METHOD(iobase_truncate, "truncate(self, /, *args)", ""), "Truncate file to size bytes."),
    METHOD(iobase_flush, "flush(self, /)", "Flush write buffers, if there are any."),
    METHOD(iobase_close, "close(self, /)", "Flush and close the stream. Closing it again does nothing."),
    METHOD(iobase_false, "seekable(self, /)", "Whether seek(), tell() and truncate() can be used."),
    METHOD(iobase_false, "readable(self, /)", "Whether the stream was opened for reading."),
    METHOD(iobase_false, "writable(self, /)", "Whether the stream was opened for writing."),
    plain(METHOD(iobase_check_closed_method, "_checkClosed(self, /)", ""), nullptr),
    plain(METHOD(iobase_check_seekable, "_checkSeekable(self, /)", ""), nullptr),
    plain(METHOD(iobase_check_readable, "_checkReadable(self, /)", ""), nullptr),
    plain(METHOD(iobase_check_writable, "_checkWritable(self, /)", ""), nullptr),
    METHOD(iobase_fileno, "fileno(self, /)", "The file descriptor, where there is one."),
    METHOD(iobase_isatty, "isatty(self, /)", "Whether this is an interactive stream."),
    plain(METHOD(iobase_enter, "__enter__(self, /)", ""), nullptr),
    plain(VARARGS_METHOD(iobase_exit, "__exit__(self, /, *args)", ""), nullptr),
    METHOD(iobase_readline, "readline(self, size=-1, /)",
           "Read and return a line, of at most size bytes where size is given."),
    METHOD(iobase_readlines, "readlines(self, hint=-1, /)",
           "Return a list of lines; no more are read once their total size exceeds hint."),
    METHOD(iobase_writelines, "writelines(self, lines, /)", "Write the lines; no separators are added."),
    {},
};

constinit GetSetDef iobase_getset[] = {
    {"__dict__", object_generic_get_dict_slot, nullptr, nullptr, nullptr},
    {"closed", getter<iobase_closed>, nullptr, nullptr, nullptr},
    {},
};

}  // namespace

Ref<Object> iobase_close(Object* self) {
  if (TRY(has_closed_mark(self))) return none_ref();
  auto flushed = call_method(self, NAME("flush"));
  ChainedError error;
  bool marked = static_cast<bool>(object_set_attr(self, closed_mark(), py_true()));
  if (error.finish() || !marked) return nullptr;
  return none_ref();
}

void iobase_finalize(Object* self) {
  PreserveError preserve;
  // A stream that cannot say whether it is closed was not fully made: leave it.
  bool closed = true;
  Ref<Object> attribute;
  if (!object_find_attr(self, NAME("closed"), attribute)) {
    error_clear();
    return;
  }
  if (attribute) {
    auto truth = object_is_true(attribute.get());
    if (!truth) {
      error_clear();
    } else {
      closed = *truth;
    }
  }
  if (closed) return;
  // Tells close() that it is called from here (unclosed files are warned about).
  if (!object_set_attr(self, NAME("_finalizing"), py_true())) error_clear();
  auto r = call_method(self, NAME("close"));
  if (!r) {
    // Silent, as CPython is outside of development mode: a finalizer's error helps nobody.
    if (current_interpreter()->config.dev_mode) {
      error_write_unraisable(self);
    } else {
      error_clear();
    }
  }
}

bool iobase_finalize_in_dealloc(Object* self) { return object_finalize_in_dealloc(self); }

constinit Type iobase_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_io._IOBase",
    .basicsize = sizeof(IoBase),
    .dealloc = iobase_dealloc,
    .flags = kTypeDefault | kTypeBaseType | kTypeHaveGc,
    .doc =
        "The abstract base of all streams, binary and text (PEP 3116). It has no read() and no\n"
        "write(); what it implements stands for a file that can do neither, nor seek.",
    .traverse = iobase_traverse,
    .clear = iobase_clear,
    .weaklistoffset = offsetof(IoBase, weakreflist),
    .iter = slot<iobase_iter>,
    .iternext = slot<iobase_next>,
    .methods = iobase_methods,
    .getset = iobase_getset,
    .dictoffset = offsetof(IoBase, dict),
    .new_ = type_generic_new,
    .free = gc_free_slot,
    .finalize = iobase_finalize,
};

// ---- _RawIOBase
// ------------------------------------------------------------------------------------------------------

namespace {

Ref<Object> raw_read(Object* self, Object* size) {
  ssize n = size ? TRY(number_as_ssize(size, OverflowError)) : -1;
  if (n < 0) return call_method(self, NAME("readall"));
  auto block = TRY(bytearray_new(nullptr, n));
  auto count = TRY(call_method(self, NAME("readinto"), block.get()));
  if (is_none(count.get())) return count;
  ssize got = TRY(number_as_ssize(count.get(), ValueError));
  const ByteArray* array = cast<ByteArray>(block.get());
  if (got < 0 || got > var_size(array)) got = got < 0 ? 0 : var_size(array);
  return bytes_new(array->start, got);
}

Ref<Object> raw_readall(Object* self) {
  std::string all;
  bool any = false;
  Ref<Object> counted_parts = counted_list();
  auto size = TRY(int_from_ssize(kDefaultBufferSize));
  while (true) {
    auto data = call_counted_method(self, NAME("read"), size.get());
    if (!data) {
      if (trap_eintr()) continue;
      return kRaised;
    }
    if (is_none(data.get())) {
      if (!any) return data;
      break;
    }
    if (!is_bytes(data.get())) return raise(TypeError, "read() should return bytes");
    auto view = bytes_view(cast<Bytes>(data.get()));
    if (view.empty()) break;
    any = true;
    all += view;
  }
  return bytes_from(all);
}

Ref<Object> raw_not_implemented(Object*, VarArgs) { return raise_none(NotImplementedError); }

constinit MethodDef raw_methods[] = {
    METHOD(raw_read, "read(self, size=-1, /)", "Read up to size bytes, or all with a negative size."),
    METHOD(raw_readall, "readall(self, /)", "Read until the end."),
    plain(VARARGS_METHOD(raw_not_implemented, "readinto(self, /, *args)", ""), nullptr),
    plain(VARARGS_METHOD(raw_not_implemented, "write(self, /, *args)", ""), nullptr),
    {},
};

}  // namespace

constinit Type rawiobase_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_io._RawIOBase",
    .basicsize = sizeof(IoBase),
    .flags = kTypeDefault | kTypeBaseType,
    .doc = "Base class for raw binary I/O.",
    .methods = raw_methods,
    .base_type = &iobase_type,
};

}  // namespace minipy::io
