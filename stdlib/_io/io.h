// The module _io (PEP 3116): what its files share. Layouts are this module's own, sizes are CPython's.
#pragma once

#include "gc/object.h"
#include "runtime/bind.h"
#include "runtime/result.h"
#include "runtime/type.h"

namespace minipy {

struct HeldBuffer;

namespace io {

inline constexpr ssize kDefaultBufferSize = 8192;

struct IoBase {
  Object base;
  Object* dict;
  Object* weakreflist;
};
static_assert(sizeof(IoBase) == 32);

struct FileIo {
  Object base;
  int fd;
  bool created, readable, writable, appending;
  signed char seekable;  // -1: not known yet
  bool closefd;
  char finalizing;
  bool opened_regular;  // a regular file when it was opened: open() need not ask whether it is a terminal
  unsigned blksize;
  Object* weakreflist;
  Object* dict;
};
static_assert(sizeof(FileIo) == 48);
const char* fileio_mode_text(const FileIo* self);  // "rb+"

extern Type iobase_type, rawiobase_type, bufferediobase_type, textiobase_type;
extern Type fileio_type, bytesio_type, bytesio_buffer_type, stringio_type;
extern Type buffered_reader_type, buffered_writer_type, buffered_random_type, buffered_rwpair_type;
extern Type newline_decoder_type, textiowrapper_type;

// ---- Errors --------------------------------------------------------------------------------------------------------
Type* unsupported_operation_type();  // io.UnsupportedOperation
Raised raise_unsupported(const char* message);
Raised raise_closed();  // ValueError "I/O operation on closed file."
// The pending exception is OSError(EINTR): cleared, the call is to be repeated (signal handlers have run by then).
bool trap_eintr();

// ---- Parts of IOBase that other types call -------------------------------------------------------------------------
Status check_closed(Object* self);  // by the attribute `closed`
// By calling readable() etc.; UnsupportedOperation.
Status check_readable(Object* self);
Status check_writable(Object* self);
Status check_seekable(Object* self);
Maybe<bool> is_closed(Object* self);  // truth of the attribute `closed`
Ref<Object> iobase_close(Object* self);
void iobase_finalize(Object* self);
// In dealloc: closes. True: the object lives on.
bool iobase_finalize_in_dealloc(Object* self);

// ---- Arguments -----------------------------------------------------------------------------------------------------
// None or omitted: fallback. TypeError "argument should be integer or None, not 'X'".
Maybe<ssize> size_argument(Object* p, ssize fallback = -1);
// A writable contiguous buffer; TypeError "readinto() argument must be read-write bytes-like object, not X".
Status writable_buffer(const char* function, Object* p, HeldBuffer& out);
// A bytes-like object to be written.
Status readable_buffer(Object* p, HeldBuffer& out);
// File offsets: through __index__; the overflow exception is `overflow`.
Maybe<long> offset_argument(Object* p, Type* overflow);

// A method whose doc carries no signature, as those that CPython declares without one.
constexpr MethodDef plain(MethodDef m, const char* doc) {
  m.doc = doc;
  return m;
}

// Calls self.close() semantics in two steps: remembers the pending exception, and afterwards chains it.
class ChainedError {
 public:
  ChainedError();  // takes the pending exception, if any
  // Puts it back; an exception raised meanwhile gets it as context. True: an exception is pending now.
  bool finish();

 private:
  Ref<Object> saved_;
};

// ---- FileIO, called directly where a stream's raw object is exactly one
// ---------------------------------------------- Bytes moved; -1: exception; -2: would block.
ssize fileio_read_into(FileIo* self, char* out, ssize size);
ssize fileio_write_from(FileIo* self, const char* data, ssize size);
inline bool is_exact_fileio(const Object* p) { return type_of(p) == &fileio_type; }

// ---- Buffered writers, called directly by text streams
// ---------------------------------------------------------------
Ref<Object> buffered_write_bytes(Object* self, const char* data, ssize size);  // self: exactly BufferedWriter
Object* buffered_raw(Object* self);                                            // borrowed, may be null

// stream.write(str(item)), without the method call where the stream is a plain TextIOWrapper.
Ref<Object> stream_write(Object* stream, Object* item);

}  // namespace io
}  // namespace minipy
