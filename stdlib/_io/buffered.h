// Inside of the buffered streams: one layout for BufferedReader, BufferedWriter and BufferedRandom.
//
// The buffer stands for a stretch of the file. Positions in it:
//
//        0        write_pos   pos   write_end    read_end      buffer_size
//        |-----------|---------|-------|------------|--------------|
//
//   pos                  the logical position, where the next read or write happens
//   read_end             end of what has been read; -1: nothing readable is in the buffer
//   write_pos, write_end what waits to be written; write_end -1: nothing
//   raw_pos              where the raw stream stands, relative to the buffer's start; -1: not known
//   abs_pos              where the raw stream stands in the file; -1: not known
//
// The raw stream's methods may release the GIL and may run any code, so everything that calls them holds the stream's
// own lock (StreamLock).
#pragma once

#include "runtime/abstract.h"
#include "runtime/error.h"
#include "stdlib/_io/io.h"

namespace minipy {
struct ThreadState;

namespace io {

struct Buffered {
  Object base;
  Object* raw;
  bool ok, detached, readable, writable;
  char finalizing;
  bool fast;  // exactly one of our types over exactly a FileIO: its functions can be called directly
  long abs_pos;
  char* buffer;  // null: closed
  long pos, raw_pos, read_end, write_pos, write_end;
  ThreadState* owner;  // who holds the lock
  ssize buffer_size;
  Object* unused[4];
  Object* dict;
  Object* weakreflist;
};
static_assert(sizeof(Buffered) == 152 && offsetof(Buffered, dict) == 136);

// The lock of a stream for a scope. The GIL protects the owner field; waiting happens without it.
class StreamLock {
 public:
  explicit StreamLock(Buffered* self);
  ~StreamLock() { release(); }
  StreamLock(const StreamLock&) = delete;
  // False: RuntimeError "reentrant call inside ...".
  explicit operator bool() const { return held_; }
  void release();

 private:
  Buffered* self_;
  bool held_ = false;
};
#define STREAM_LOCK(self)        \
  StreamLock stream_lock_(self); \
  if (!stream_lock_) return kRaised

inline bool has_read_data(const Buffered* self) { return self->readable && self->read_end != -1; }
inline bool has_write_data(const Buffered* self) { return self->writable && self->write_end != -1; }
// Bytes that can be read without the raw stream.
inline long read_ahead(const Buffered* self) { return has_read_data(self) ? self->read_end - self->pos : 0; }
// How far the raw stream is ahead of the logical position.
inline long raw_offset(const Buffered* self) {
  return (has_read_data(self) || has_write_data(self)) && self->raw_pos >= 0 ? self->raw_pos - self->pos : 0;
}
inline void move_to(Buffered* self, long pos) {
  self->pos = pos;
  if (has_read_data(self) && self->read_end < pos) self->read_end = pos;
}
inline void forget_read_data(Buffered* self) { self->read_end = -1; }
inline void forget_write_data(Buffered* self) {
  self->write_pos = 0;
  self->write_end = -1;
}

Status check_initialized(const Buffered* self);
Maybe<bool> buffered_is_closed(Buffered* self);
// ValueError with the message when the stream is closed and nothing more can be read from the buffer.
Status check_not_closed(Buffered* self, const char* message);

// Sets up the buffer around `raw`.
Status buffered_setup(Buffered* self, Object* raw, ssize buffer_size, bool readable, bool writable);

// The raw stream. Counts; -1: exception; -2: it would block.
ssize raw_read(Buffered* self, char* out, ssize size);
ssize raw_write(Buffered* self, const char* data, ssize size);
Maybe<long> raw_tell(Buffered* self);
Maybe<long> raw_seek(Buffered* self, long target, int whence);

// With the lock held.
Status flush_writes(Buffered* self);      // BlockingIOError where it would block
Status flush_and_rewind(Buffered* self);  // and puts the raw stream at the logical position
[[gnu::cold]] Raised raise_would_block(ssize written);

// What the method tables of the three types share.
Ref<Object> buffered_detach(Buffered* self);
Ref<Object> buffered_simple_flush(Buffered* self);
Ref<Object> buffered_close(Buffered* self);
Ref<Object> buffered_seekable(Buffered* self);
Ref<Object> buffered_readable(Buffered* self);
Ref<Object> buffered_writable(Buffered* self);
Ref<Object> buffered_fileno(Buffered* self);
Ref<Object> buffered_isatty(Buffered* self);
Ref<Object> buffered_dealloc_warn(Buffered* self, Object* source);
Ref<Object> buffered_tell(Buffered* self);
Ref<Object> buffered_seek(Buffered* self, Object* target, int whence);
Ref<Object> buffered_truncate(Buffered* self, Object* pos);
Ref<Object> buffered_sizeof(Buffered* self);
Ref<Object> buffered_read(Buffered* self, Object* size);
Ref<Object> buffered_read1(Buffered* self, Object* size);
Ref<Object> buffered_readinto(Buffered* self, Object* target);
Ref<Object> buffered_readinto1(Buffered* self, Object* target);
Ref<Object> buffered_readline(Buffered* self, Object* size);
Ref<Object> buffered_peek(Buffered* self, ssize size);
Ref<Object> buffered_next(Buffered* self);
Ref<Object> buffered_write(Buffered* self, Object* data);
Ref<Object> buffered_flush(Buffered* self);
Ref<Str> buffered_repr(Buffered* self);
extern MemberDef buffered_members[];
extern GetSetDef buffered_getset[];
void buffered_dealloc(Object* p);
int buffered_traverse(Object* p, VisitProc visit, void* arg);
int buffered_clear(Object* p);

}  // namespace io
}  // namespace minipy
