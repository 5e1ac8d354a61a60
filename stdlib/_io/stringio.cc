// StringIO: a text stream in memory: one growing array of the narrowest characters that fit.
#include <cstring>

#include "gc/collector.h"
#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/static_str.h"
#include "runtime/str.h"
#include "runtime/str_internal.h"
#include "runtime/weakref.h"
#include "stdlib/_io/io.h"
#include "stdlib/_io/text.h"

namespace minipy::io {

namespace {

struct StringIo {
  Object base;
  void* data;
  ssize size;      // in characters
  ssize capacity;  // in characters
  ssize position;
  int kind;
  bool initialized, closed, universal, translate;
  Object* newline;        // str, or null for None
  Object* write_as;       // str or null: what \n becomes
  Object* decoder;        // IncrementalNewlineDecoder or null
  Object* counted_texts;  // list or null: CPython gathers texts in one until something else than writing is done (D9)
  Object* unused[2];
  Object* dict;
  Object* weakreflist;
};
static_assert(sizeof(StringIo) == 120 && offsetof(StringIo, dict) == 104);

Status check_open(StringIo* self) {
  if (!self->initialized) return raise(ValueError, "I/O operation on uninitialized object");
  if (self->closed) return raise(ValueError, "I/O operation on closed file");
  return kOk;
}
#define CHECK_OPEN(self) TRY(check_open(self))

// Room for `capacity` characters of `kind`, which is not narrower than now.
Status reserve(StringIo* self, ssize capacity, int kind) {
  if (kind == self->kind && capacity <= self->capacity) return kOk;
  if (capacity <= self->capacity) {
    capacity = self->capacity;
  } else if (self->capacity > 0) {
    capacity += capacity / 4 + 16;
  }
  if (capacity > PTRDIFF_MAX / 8) return raise(OverflowError, "new buffer size too large");
  auto bytes = static_cast<size_t>(capacity) * static_cast<size_t>(kind);
  if (kind == self->kind) {
    void* p = memory::mem_realloc(self->data, bytes);
    if (!p) return raise_no_memory_error();
    self->data = p;
  } else {
    void* p = memory::mem_alloc(bytes);
    if (!p) return raise_no_memory_error();
    for (ssize i = 0; i < self->size; i++) {
      char32_t c = self->kind == 1   ? static_cast<Char1*>(self->data)[i]
                   : self->kind == 2 ? static_cast<Char2*>(self->data)[i]
                                     : static_cast<Char4*>(self->data)[i];
      if (kind == 2) {
        static_cast<Char2*>(p)[i] = static_cast<Char2>(c);
      } else {
        static_cast<Char4*>(p)[i] = c;
      }
    }
    memory::mem_free(self->data);
    self->data = p;
    self->kind = kind;
  }
  self->capacity = capacity;
  return kOk;
}

// Puts text at the position, as it is.
Status store(StringIo* self, const Str* text) {
  ssize n = str_length(text);
  if (n == 0) return kOk;
  if (self->position > PTRDIFF_MAX / 8 - n) return raise(OverflowError, "new position too large");
  ssize end = self->position + n;
  int kind = str_kind(text) > self->kind ? str_kind(text) : self->kind;
  TRY(reserve(self, end > self->size ? end : self->size, kind));
  if (self->position > self->size) {
    fill_chars(self->kind, self->data, self->size, self->position - self->size, 0);
  }
  copy_str_chars(self->kind, self->data, self->position, text, 0, n);
  self->position = end;
  if (end > self->size) self->size = end;
  return kOk;
}

// The texts have become one.
void join_texts(StringIo* self) { clear_field(self->counted_texts); }

Status gather_texts(StringIo* self) {
  Ref<List> texts = TRY(list_new());
  self->counted_texts = as_object(texts.release());
  return kOk;
}

// What has been gathered, as the text of it all; gathering goes on.
Status join_and_gather(StringIo* self) {
  if (!self->counted_texts) return kOk;
  join_texts(self);
  return gather_texts(self);
}

Status write_text(StringIo* self, Str* text) {
  if (self->position != self->size) join_texts(self);
  Ref<Str> s = share(text);
  if (self->decoder) s = TRY(newline_decode(self->decoder, as_object(text), true));
  if (self->write_as) s = TRY(str_replace(s.get(), STATIC_STR("\n"), cast<Str>(self->write_as), -1));
  return store(self, s.get());
}

Ref<Str> slice(const StringIo* self, ssize start, ssize count) {
  if (count == 0) return str_empty();
  const char* p = static_cast<const char*>(self->data) + start * self->kind;
  return str_from_kind(self->kind, p, count);
}

// Where the line that begins at `start` ends.
template <class C>
ssize line_end(const StringIo* self, const C* p, ssize start, ssize end) {
  if (self->universal && !self->translate) {
    for (ssize i = start; i < end; i++) {
      if (p[i] > '\r') continue;
      if (p[i] == '\n') return i + 1;
      if (p[i] == '\r') return i + 1 < self->size && p[i + 1] == '\n' && i + 1 < end ? i + 2 : i + 1;
    }
    return end;
  }
  const Str* ending = self->newline ? cast<Str>(self->newline) : nullptr;
  C last = static_cast<C>(ending && !self->translate ? str_at(ending, str_length(ending) - 1) : '\n');
  bool pair = ending && !self->translate && str_length(ending) == 2;
  if constexpr (sizeof(C) == 1) {
    if (!pair) {
      const void* found = memchr(p + start, last, static_cast<size_t>(end - start));
      return found ? static_cast<const C*>(found) - p + 1 : end;
    }
  }
  for (ssize i = start; i < end; i++) {
    if (p[i] == last && (!pair || (i > start && p[i - 1] == '\r'))) return i + 1;
  }
  return end;
}

Ref<Str> read_line(StringIo* self, ssize limit) {
  ssize rest = self->size - self->position;
  if (rest <= 0) return str_empty();
  if (limit >= 0 && limit < rest) rest = limit;
  ssize start = self->position, end = start + rest;
  switch (self->kind) {
    case 1: end = line_end(self, static_cast<Char1*>(self->data), start, end); break;
    case 2: end = line_end(self, static_cast<Char2*>(self->data), start, end); break;
    default: end = line_end(self, static_cast<Char4*>(self->data), start, end); break;
  }
  self->position = end;
  return slice(self, start, end - start);
}

// ---- Methods
// ---------------------------------------------------------------------------------------------------------

Ref<Object> getvalue(StringIo* self) {
  CHECK_OPEN(self);
  TRY(join_and_gather(self));
  return slice(self, 0, self->size);
}

Ref<Object> tell(StringIo* self) {
  CHECK_OPEN(self);
  return int_from_ssize(self->position);
}

Ref<Object> read(StringIo* self, Object* size) {
  ssize limit = TRY(size_argument(size));
  CHECK_OPEN(self);
  ssize rest = self->size - self->position;
  if (rest < 0) rest = 0;
  if (limit >= 0 && limit < rest) rest = limit;
  if (self->position == 0 && rest == self->size) {
    TRY(join_and_gather(self));
  } else {
    join_texts(self);
  }
  auto r = TRY(slice(self, self->position, rest));
  self->position += rest;
  return r;
}

Ref<Object> readline(StringIo* self, Object* size) {
  ssize limit = TRY(size_argument(size));
  CHECK_OPEN(self);
  join_texts(self);
  return read_line(self, limit);
}

Ref<Object> next(StringIo* self) {
  CHECK_OPEN(self);
  join_texts(self);
  Ref<Object> line;
  if (type_of(self) == &stringio_type) {
    line = TRY(read_line(self, -1));
  } else {
    line = TRY(call_method(as_object(self), NAME("readline")));
    if (!is_str(line.get())) {
      return raise(OSError, "readline() should have returned a str object, not '{:.200}'", type_name(line.get()));
    }
  }
  if (str_length(cast<Str>(line.get())) == 0) return nullptr;
  return line;
}

Ref<Object> truncate(StringIo* self, Object* size_object) {
  CHECK_OPEN(self);
  ssize size = TRY(size_argument(size_object, self->position));
  if (size < 0) return raise(ValueError, "Negative size value {}", size);
  if (size < self->size) {
    join_texts(self);
    self->size = size;
  }
  return int_from_ssize(size);
}

Ref<Object> seek(StringIo* self, ssize position, int whence) {
  CHECK_OPEN(self);
  if (whence < 0 || whence > 2) return raise(ValueError, "Invalid whence ({}, should be 0, 1 or 2)", whence);
  if (position < 0 && whence == 0) return raise(ValueError, "Negative seek position {}", position);
  if (whence != 0 && position != 0) return raise(OSError, "Can't do nonzero cur-relative seeks");
  if (whence == 1) position = self->position;
  if (whence == 2) position = self->size;
  self->position = position;
  return int_from_ssize(position);
}

Ref<Object> write(StringIo* self, Object* text) {
  CHECK_OPEN(self);
  if (!is_str(text)) return raise(TypeError, "string argument expected, got '{}'", type_name(text));
  TRY(write_text(self, cast<Str>(text)));
  return int_from_ssize(str_length(cast<Str>(text)));
}

void free_data(StringIo* self) {
  join_texts(self);
  memory::mem_free(std::exchange(self->data, nullptr));
  self->size = self->capacity = self->position = 0;
  self->kind = 1;
}

Ref<Object> close(StringIo* self) {
  self->closed = true;
  free_data(self);
  return none_ref();
}

Ref<Object> always_true(StringIo* self) {
  CHECK_OPEN(self);
  return bool_ref(true);
}
Ref<Object> closed(StringIo* self) {
  if (!self->initialized) return raise(ValueError, "I/O operation on uninitialized object");
  return bool_ref(self->closed);
}
Ref<Object> line_buffering(StringIo* self) {
  CHECK_OPEN(self);
  return bool_ref(false);
}
Ref<Object> newlines(StringIo* self) {
  CHECK_OPEN(self);
  if (!self->decoder) return none_ref();
  return newline_decoder_newlines(self->decoder);
}

Status set_newline(StringIo* self, Object* newline) {
  if (newline && !is_none(newline) && !is_str(newline)) {
    return raise(TypeError, "newline must be str or None, not {:.200}", type_name(newline));
  }
  Str* text = newline && !is_none(newline) ? cast<Str>(newline) : nullptr;
  if (text && !is_legal_newline(text)) return raise(ValueError, "illegal newline value: {}", repr_of(newline));
  self->initialized = false;
  clear_field(self->newline);
  clear_field(self->write_as);
  clear_field(self->decoder);
  if (text) self->newline = share(as_object(text)).release();
  self->translate = !text;
  self->universal = !text || str_length(text) == 0;
  // "\r" and "\r\n" are written for every \n; there is no os.linesep in memory.
  if (text && str_length(text) && str_at(text, 0) == '\r') self->write_as = share(as_object(text)).release();
  if (self->universal) self->decoder = TRY(newline_decoder_new(py_none(), self->translate, nullptr))
  .release();
  return kOk;
}

Status init(StringIo* self, Object* initial, Object* newline) {
  Object* line_ending = newline ? newline : as_object(STATIC_STR("\n"));
  if (!is_none(line_ending) && !is_str(line_ending)) {
    return raise(TypeError, "newline must be str or None, not {:.200}", type_name(line_ending));
  }
  if (!is_none(line_ending) && !is_legal_newline(cast<Str>(line_ending))) {
    return raise(ValueError, "illegal newline value: {}", repr_of(line_ending));
  }
  if (initial && !is_none(initial) && !is_str(initial)) {
    return raise(TypeError, "initial_value must be str or None, not {:.200}", type_name(initial));
  }
  TRY(set_newline(self, line_ending));
  free_data(self);
  if (initial && !is_none(initial) && str_length(cast<Str>(initial))) {
    TRY(write_text(self, cast<Str>(initial)));
  } else {
    TRY(gather_texts(self));
  }
  self->position = 0;
  self->closed = false;
  self->initialized = true;
  return kOk;
}

Ref<Object> getstate(StringIo* self) {
  auto value = TRY(getvalue(self));
  Ref<Object> dict = none_ref();
  if (self->dict) dict = TRY(dict_copy(cast<Dict>(self->dict)));
  auto position = TRY(int_from_ssize(self->position));
  return tuple_pack(value.get(), self->newline ? self->newline : py_none(), position.get(), dict.get());
}

Ref<Object> setstate(StringIo* self, Object* state) {
  if (self->closed) return raise(ValueError, "I/O operation on closed file");
  if (!is_tuple(state) || tuple_size(cast<Tuple>(state)) < 4) {
    return raise(TypeError, "{:.200}.__setstate__ argument should be 4-tuple, got {:.200}", type_name(self),
                 type_name(state));
  }
  Object** items = cast<Tuple>(state)->items;
  TRY(init(self, items[0], items[1]));
  // The value as it was, not translated once more.
  free_data(self);
  if (!is_none(items[0])) TRY(store(self, cast<Str>(items[0])));
  if (!is_int(items[2])) {
    return raise(TypeError, "third item of state must be an integer, got {:.200}", type_name(items[2]));
  }
  ssize position = TRY(int_to_ssize(items[2]));
  if (position < 0) return raise(ValueError, "position value cannot be negative");
  self->position = position;
  if (is_none(items[3])) return none_ref();
  if (!is_dict(items[3])) {
    return raise(TypeError, "fourth item of state should be a dict, got a {:.200}", type_name(items[3]));
  }
  if (self->dict) {
    TRY(dict_update(cast<Dict>(self->dict), items[3]));
  } else {
    self->dict = share(items[3]).release();
  }
  return none_ref();
}

Object* new_stringio(Type* type, Object*, Object*) {
  Object* p = type->alloc(type, 0);
  if (p) cast<StringIo>(p)->kind = 1;
  return p;
}

int traverse(Object* p, VisitProc visit, void* arg) {
  MINIPY_VISIT(cast<StringIo>(p)->dict);
  return 0;
}
int clear(Object* p) {
  clear_field(cast<StringIo>(p)->dict);
  return 0;
}
void dealloc(Object* p) {
  StringIo* self = cast<StringIo>(p);
  gc_untrack(p);
  self->initialized = false;
  free_data(self);
  clear_field(self->newline);
  clear_field(self->write_as);
  clear_field(self->decoder);
  clear_field(self->dict);
  if (self->weakreflist) weakref_clear_all(p);
  type_of(p)->free(p);
}

constinit MethodDef methods[] = {
    METHOD(close, "close(self, /)", "Close the stream; its text is dropped."),
    METHOD(getvalue, "getvalue(self, /)", "Retrieve the entire contents of the object."),
    METHOD(read, "read(self, size=-1, /)", "Read at most size characters, all until the end without a size."),
    METHOD(readline, "readline(self, size=-1, /)", "Read until newline or the end; '' at the end."),
    METHOD(tell, "tell(self, /)", "Tell the current file position."),
    METHOD(truncate, "truncate(self, pos=None, /)", "Truncate to pos characters, the current position by default."),
    METHOD(seek, "seek(self, pos, whence=0, /)",
           "Change the position: to pos (whence 0), where it is (1) or the end (2), both with pos 0."),
    METHOD(write, "write(self, s, /)", "Write string to file; return how many characters."),
    METHOD(always_true, "seekable(self, /)", "Returns True if the IO object can be seeked."),
    METHOD(always_true, "readable(self, /)", "Returns True if the IO object can be read."),
    METHOD(always_true, "writable(self, /)", "Returns True if the IO object can be written."),
    plain(METHOD(getstate, "__getstate__(self, /)", ""), nullptr),
    plain(METHOD(setstate, "__setstate__(self, state, /)", ""), nullptr),
    {},
};

constinit GetSetDef getset[] = {
    {"closed", getter<closed>, nullptr, nullptr, nullptr},
    {"newlines", getter<newlines>, nullptr, nullptr, nullptr},
    {"line_buffering", getter<line_buffering>, nullptr, nullptr, nullptr},
    {},
};

}  // namespace

constinit Type stringio_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_io.StringIO",
    .basicsize = sizeof(StringIo),
    .dealloc = dealloc,
    .flags = kTypeDefault | kTypeBaseType | kTypeHaveGc,
    .doc =
        "StringIO(initial_value='', newline='\\n')\n--\n\n"
        "Text I/O implementation using an in-memory buffer. newline works as TextIOWrapper's.",
    .traverse = traverse,
    .clear = clear,
    .weaklistoffset = offsetof(StringIo, weakreflist),
    .iternext = slot<next>,
    .methods = methods,
    .getset = getset,
    .base_type = &textiobase_type,
    .dictoffset = offsetof(StringIo, dict),
    .init = INIT(init, "StringIO(self, initial_value=NULL, newline=NULL)"),
    .new_ = new_stringio,
    .free = gc_free_slot,
};

}  // namespace minipy::io
