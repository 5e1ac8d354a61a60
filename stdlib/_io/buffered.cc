// Buffered streams: set-up, the raw stream, positions, closing; what readers and writers share.
#include "stdlib/_io/buffered.h"

#include <unistd.h>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "gc/collector.h"
#include "gc/counted_object.h"
#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/buffer.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/str.h"
#include "runtime/thread_state.h"
#include "runtime/weakref.h"

namespace minipy::io {

// ---- The lock
// --------------------------------------------------------------------------------------------------------

namespace {

// Threads that wait for any stream's lock. Waiting is rare (two threads in one stream while the first one is inside a
// blocking call); the time limit makes up for a wake-up that came before the wait.
struct Waiting {
  std::mutex mutex;
  std::condition_variable condition;
};
Waiting& waiting() {
  static Waiting* w = new Waiting;
  return *w;
}
constinit int g_waiting_threads = 0;  // protected by the GIL

}  // namespace

StreamLock::StreamLock(Buffered* self) : self_(self) {
  ThreadState* me = current_thread();
  if (self->owner == nullptr) [[likely]] {
    self->owner = me;
    held_ = true;
    return;
  }
  if (self->owner == me) {
    (void)raise(RuntimeError, "reentrant call inside {}", repr_of(self));
    return;
  }
  g_waiting_threads++;
  while (self->owner != nullptr) {
    ReleaseGil release;
    std::unique_lock<std::mutex> lock(waiting().mutex);
    waiting().condition.wait_for(lock, std::chrono::milliseconds(5));
  }
  g_waiting_threads--;
  self->owner = me;
  held_ = true;
}

void StreamLock::release() {
  if (!held_) return;
  held_ = false;
  self_->owner = nullptr;
  if (g_waiting_threads) waiting().condition.notify_all();
}

// ---- State
// -----------------------------------------------------------------------------------------------------------

Status check_initialized(const Buffered* self) {
  if (self->ok) [[likely]]
    return kOk;
  if (self->detached) return raise(ValueError, "raw stream has been detached");
  return raise(ValueError, "I/O operation on uninitialized object");
}
#define CHECK_INITIALIZED(self) TRY(check_initialized(self))

Maybe<bool> buffered_is_closed(Buffered* self) {
  CHECK_INITIALIZED(self);
  return is_closed(self->raw);
}

namespace {

inline Maybe<bool> has_no_file(Buffered* self) {
  if (!self->buffer) return true;
  if (self->fast) return cast<FileIo>(self->raw)->fd < 0;
  return buffered_is_closed(self);
}

}  // namespace

Status check_not_closed(Buffered* self, const char* message) {
  if (TRY(has_no_file(self)) && (!self->buffer || read_ahead(self) == 0)) return raise(ValueError, "{}", message);
  return kOk;
}

Status buffered_setup(Buffered* self, Object* raw, ssize buffer_size, bool readable, bool writable) {
  replace_field(self->raw, share(raw));
  self->readable = readable;
  self->writable = writable;
  if (buffer_size <= 0) return raise(ValueError, "buffer size must be strictly positive");
  memory::mem_free(std::exchange(self->buffer, nullptr));
  self->buffer = static_cast<char*>(memory::mem_alloc(static_cast<size_t>(buffer_size)));
  if (!self->buffer) return raise_no_memory_error();
  self->buffer_size = buffer_size;
  self->owner = nullptr;
  self->pos = 0;
  self->raw_pos = 0;
  Type* type = type_of(self);
  self->fast = (type == &buffered_reader_type || type == &buffered_writer_type || type == &buffered_random_type) &&
               is_exact_fileio(raw);
  if (!raw_tell(self)) error_clear();
  forget_read_data(self);
  forget_write_data(self);
  self->ok = true;
  return kOk;
}

// ---- The raw stream
// --------------------------------------------------------------------------------------------------

namespace {

// A method of raw that moves bytes through a memoryview; the count it returns, checked.
ssize call_raw(Buffered* self, Str* method, char* data, ssize size, bool writable, const char* name) {
  auto view = memoryview_from_memory(data, size, writable);
  if (!view) return -1;
  Ref<Object> r;
  do {
    r = call_method(self->raw, method, view.get());
  } while (!r && trap_eintr());
  if (!r) return -1;
  if (is_none(r.get())) return -2;
  Maybe<ssize> n = number_as_ssize(r.get(), ValueError);
  if (!n) {
    if (!writable) return -1;
    (void)raise_from_pending(OSError, "raw readinto() failed");
    return -1;
  }
  if (*n < 0 || *n > size) {
    (void)raise(OSError, "raw {}() returned invalid length {} (should have been between 0 and {})", name, *n, size);
    return -1;
  }
  return *n;
}

}  // namespace

ssize raw_read(Buffered* self, char* out, ssize size) {
  ssize n;
  if (self->fast && cast<FileIo>(self->raw)->fd >= 0) {
    CountedObject buffer, view;  // CPython reads through a memory view
    n = fileio_read_into(cast<FileIo>(self->raw), out, size);
  } else {
    n = call_raw(self, NAME("readinto"), out, size, true, "readinto");
  }
  if (n > 0 && self->abs_pos != -1) self->abs_pos += n;
  return n;
}

ssize raw_write(Buffered* self, const char* data, ssize size) {
  ssize n;
  if (self->fast && cast<FileIo>(self->raw)->fd >= 0) {
    CountedObject buffer, view;
    n = fileio_write_from(cast<FileIo>(self->raw), data, size);
  } else {
    n = call_raw(self, NAME("write"), const_cast<char*>(data), size, false, "write");
  }
  if (n > 0 && self->abs_pos != -1) self->abs_pos += n;
  return n;
}

namespace {

Maybe<long> checked_position(Buffered* self, Ref<Object> r) {
  if (!r) return kRaised;
  long n = TRY(offset_argument(r.get(), ValueError));
  if (n < 0) return raise(OSError, "Raw stream returned invalid position {}", n);
  self->abs_pos = n;
  return n;
}

}  // namespace

Maybe<long> raw_tell(Buffered* self) {
  self->abs_pos = -1;
  return checked_position(self, call_method(self->raw, NAME("tell")));
}

Maybe<long> raw_seek(Buffered* self, long target, int whence) {
  auto position = TRY(int_from(target));
  auto how = TRY(int_from(whence));
  self->abs_pos = -1;
  return checked_position(self, call_method(self->raw, NAME("seek"), position.get(), how.get()));
}

Status flush_and_rewind(Buffered* self) {
  TRY(flush_writes(self));
  if (!self->readable) return kOk;
  // The raw stream goes to where the reader is.
  long offset = raw_offset(self);
  auto r = raw_seek(self, -offset, 1);
  forget_read_data(self);
  if (!r) return kRaised;
  return kOk;
}

Raised raise_would_block(ssize written) {
  auto code = TRY(int_from(EAGAIN));
  auto count = TRY(int_from_ssize(written));
  auto message = TRY(str_from_ascii("write could not complete without blocking"));
  auto exception = TRY(call(as_object(BlockingIOError), code.get(), message.get(), count.get()));
  return raise_instance(exception.get());
}

// ---- Methods that go to the raw stream
// -------------------------------------------------------------------------------

Ref<Object> buffered_simple_flush(Buffered* self) {
  CHECK_INITIALIZED(self);
  return call_method(self->raw, NAME("flush"));
}
Ref<Object> buffered_seekable(Buffered* self) {
  CHECK_INITIALIZED(self);
  return call_method(self->raw, NAME("seekable"));
}
Ref<Object> buffered_readable(Buffered* self) {
  CHECK_INITIALIZED(self);
  return call_method(self->raw, NAME("readable"));
}
Ref<Object> buffered_writable(Buffered* self) {
  CHECK_INITIALIZED(self);
  return call_method(self->raw, NAME("writable"));
}
Ref<Object> buffered_fileno(Buffered* self) {
  CHECK_INITIALIZED(self);
  return call_method(self->raw, NAME("fileno"));
}
Ref<Object> buffered_isatty(Buffered* self) {
  CHECK_INITIALIZED(self);
  return call_method(self->raw, NAME("isatty"));
}

Ref<Object> buffered_dealloc_warn(Buffered* self, Object* source) {
  if (self->ok && self->raw) {
    if (!call_method(self->raw, NAME("_dealloc_warn"), source)) error_clear();
  }
  return none_ref();
}

namespace {

Ref<Object> closed(Buffered* self) {
  CHECK_INITIALIZED(self);
  return object_get_attr(self->raw, NAME("closed"));
}
Ref<Object> name(Buffered* self) {
  CHECK_INITIALIZED(self);
  return object_get_attr(self->raw, NAME("name"));
}
Ref<Object> mode(Buffered* self) {
  CHECK_INITIALIZED(self);
  return object_get_attr(self->raw, NAME("mode"));
}

}  // namespace

Ref<Object> buffered_detach(Buffered* self) {
  CHECK_INITIALIZED(self);
  TRY(call_method(as_object(self), NAME("flush")));
  auto raw = take_field(self->raw);
  self->detached = true;
  self->ok = false;
  return raw;
}

Ref<Object> buffered_close(Buffered* self) {
  CHECK_INITIALIZED(self);
  {
    STREAM_LOCK(self);
    if (TRY(buffered_is_closed(self))) return none_ref();
    if (self->finalizing && self->raw) {
      if (!call_method(self->raw, NAME("_dealloc_warn"), self)) error_clear();
    }
  }
  auto flushed = call_method(as_object(self), NAME("flush"));
  ChainedError error;
  Ref<Object> r;
  {
    StreamLock lock(self);
    if (lock) {
      r = call_method(self->raw, NAME("close"));
      memory::mem_free(std::exchange(self->buffer, nullptr));
    }
  }
  if (error.finish()) return nullptr;
  return r;
}

// ---- Positions
// -------------------------------------------------------------------------------------------------------

Ref<Object> buffered_tell(Buffered* self) {
  CHECK_INITIALIZED(self);
  long position = TRY(raw_tell(self));
  return int_from(position - raw_offset(self));
}

Ref<Object> buffered_seek(Buffered* self, Object* target_object, int whence) {
  CHECK_INITIALIZED(self);
  if (whence < 0 || whence > SEEK_HOLE) return raise(ValueError, "whence value {} unsupported", whence);
  TRY(check_not_closed(self, "seek of closed file"));
  TRY(check_seekable(self->raw));
  long target = TRY(offset_argument(target_object, ValueError));
  if (whence <= 1 && self->readable) {
    // Inside of what has been read: no need to ask the raw stream.
    long current = self->abs_pos != -1 ? self->abs_pos : TRY(raw_tell(self));
    long ahead = read_ahead(self);
    if (ahead > 0) {
      long distance = whence == 0 ? target - (current - raw_offset(self)) : target;
      if (distance >= -self->pos && distance <= ahead) {
        self->pos += distance;
        return int_from(current - ahead + distance);
      }
    }
  }
  STREAM_LOCK(self);
  if (self->writable) TRY(flush_writes(self));
  if (whence == 1) target -= raw_offset(self);
  long position = TRY(raw_seek(self, target, whence));
  self->raw_pos = -1;
  if (self->readable) forget_read_data(self);
  return int_from(position);
}

Ref<Object> buffered_truncate(Buffered* self, Object* pos) {
  CHECK_INITIALIZED(self);
  TRY(check_not_closed(self, "truncate of closed file"));
  if (!self->writable) return raise_unsupported("truncate");
  STREAM_LOCK(self);
  TRY(flush_and_rewind(self));
  auto r = TRY(call_method(self->raw, NAME("truncate"), pos));
  if (!raw_tell(self)) error_clear();  // the known position is out of date now
  return r;
}

Ref<Object> buffered_sizeof(Buffered* self) {
  return int_from_ssize(type_of(self)->basicsize + (self->buffer ? self->buffer_size : 0));
}

Ref<Str> buffered_repr(Buffered* self) {
  Ref<Object> file_name;
  if (!object_find_attr(as_object(self), NAME("name"), file_name)) {
    if (!error_matches(ValueError)) return kRaised;
    error_clear();
  }
  if (!file_name) return format_message("<{}>", type_name(self));
  int entered = repr_enter(as_object(self));
  if (entered < 0) return kRaised;
  if (entered > 0) return raise(RuntimeError, "reentrant call inside {}.__repr__", type_name(self));
  auto r = format_message("<{} name={}>", type_name(self), repr_of(file_name.get()));
  repr_leave(as_object(self));
  return r;
}

// ---- Memory
// ----------------------------------------------------------------------------------------------------------

int buffered_traverse(Object* p, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<Buffered>(p)->raw);
  MINIPY_VISIT(cast<Buffered>(p)->dict);
  return 0;
}
int buffered_clear(Object* p) {
  cast<Buffered>(p)->ok = false;
  clear_field(cast<Buffered>(p)->raw);
  clear_field(cast<Buffered>(p)->dict);
  return 0;
}
void buffered_dealloc(Object* p) {
  Buffered* self = cast<Buffered>(p);
  self->finalizing = 1;
  if (iobase_finalize_in_dealloc(p)) return;
  gc_untrack(p);
  self->ok = false;
  if (self->weakreflist) weakref_clear_all(p);
  memory::mem_free(std::exchange(self->buffer, nullptr));
  buffered_clear(p);
  type_of(p)->free(p);
}

Object* buffered_raw(Object* p) { return cast<Buffered>(p)->raw; }

constinit MemberDef buffered_members[] = {
    {"raw", kMemberObject, offsetof(Buffered, raw), kMemberReadonly, nullptr},
    {"_finalizing", kMemberBool, offsetof(Buffered, finalizing), 0, nullptr},
    {},
};
constinit GetSetDef buffered_getset[] = {
    {"closed", getter<closed>, nullptr, nullptr, nullptr},
    {"name", getter<name>, nullptr, nullptr, nullptr},
    {"mode", getter<mode>, nullptr, nullptr, nullptr},
    {},
};

}  // namespace minipy::io
