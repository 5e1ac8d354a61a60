// TextIOWrapper: construction, configuration, state. See textio.h.
#include "stdlib/_io/textio.h"

#include <langinfo.h>
#include <clocale>
#include <cstring>

#include "gc/collector.h"
#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/codecs.h"
#include "runtime/containers.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/thread_state.h"
#include "runtime/weakref.h"

namespace minipy::io {

// ---- State
// -----------------------------------------------------------------------------------------------------------

Status check_attached(const TextIo* self) {
  if (self->ok && self->buffer) [[likely]]
    return kOk;
  if (self->detached) return raise(ValueError, "underlying buffer has been detached");
  return raise(ValueError, "I/O operation on uninitialized object");
}

Status check_open(TextIo* self) {
  TRY(check_attached(self));
  if (type_of(self) != &textiowrapper_type) return check_closed(as_object(self));
  bool closed = self->raw ? cast<FileIo>(self->raw)->fd < 0 : TRY(is_closed(self->buffer));
  if (closed) return raise_closed();
  return kOk;
}

namespace {

// ---- Configuration
// ---------------------------------------------------------------------------------------------------

Status check_newline(Str* newline) {
  if (newline && !is_legal_newline(newline)) return raise(ValueError, "illegal newline value: {}", newline);
  return kOk;
}

// newline null: None.
void set_newline(TextIo* self, Str* newline) {
  self->universal = !newline || str_length(newline) == 0;
  self->translate = !newline;
  clear_field(self->readnl);
  clear_field(self->write_as);
  if (!newline) return;
  self->readnl = share(as_object(newline)).release();
  if (!self->universal && !str_equals_ascii(newline, "\n")) self->write_as = share(as_object(newline)).release();
}

// The encoding of the locale. (In the C locale UTF-8 mode is on unless it was switched off: PEP 540.)
Ref<Str> locale_encoding() {
  if (current_interpreter()->config.utf8_mode) return str_from_ascii("utf-8");
  const char* codeset = nl_langinfo(CODESET);
  if (!codeset || !*codeset) return str_from_ascii("UTF-8");
  return str_decode_fs(codeset);
}

Codec codec_of(Object* info) {
  Ref<Object> name;
  if (!object_find_attr(info, NAME("name"), name)) error_clear();
  if (!name || !is_str(name.get())) return Codec::kObject;
  const Str* s = cast<Str>(name.get());
  if (str_equals_ascii(s, "utf-8")) return Codec::kUtf8;
  if (str_equals_ascii(s, "ascii")) return Codec::kAscii;
  if (str_equals_ascii(s, "iso8859-1")) return Codec::kLatin1;
  return Codec::kObject;
}

Maybe<bool> ask(Object* stream, Str* method) {
  auto r = TRY(call_method(stream, method));
  return object_is_true(r.get());
}

Status set_decoder(TextIo* self, Object* info) {
  self->decode = Codec::kNone;
  self->held_size = 0;
  clear_field(self->decoder);
  clear_field(self->newline_decoder);
  if (!TRY(ask(self->buffer, NAME("readable")))) return kOk;
  Codec codec = codec_of(info);
  auto decoder = TRY(call_method(info, NAME("incrementaldecoder"), self->errors));
  if (codec == Codec::kObject) {
    if (self->universal) decoder = TRY(newline_decoder_new(decoder.get(), self->translate, nullptr));
  } else if (self->universal) {
    replace_field(self->newline_decoder, TRY(newline_decoder_new(py_none(), self->translate, nullptr)));
  }
  replace_field(self->decoder, std::move(decoder));
  self->decode = codec;
  return kOk;
}

Status set_encoder(TextIo* self, Object* info) {
  self->encode = Codec::kNone;
  clear_field(self->encoder);
  if (!TRY(ask(self->buffer, NAME("writable")))) return kOk;
  Codec codec = codec_of(info);
  replace_field(self->encoder, TRY(call_method(info, NAME("incrementalencoder"), self->errors)));
  self->encode = codec;
  return kOk;
}

// An encoder that writes a mark at the start of a stream must not do so in the middle of a file.
Status place_encoder(TextIo* self) {
  if (!self->seekable || self->encode == Codec::kNone) return kOk;
  if (self->encode != Codec::kObject && self->raw) return kOk;
  auto position = TRY(call_method(self->buffer, NAME("tell")));
  bool at_start = TRY(object_compare_bool(position.get(), as_object(small_int(0)), kEq));
  if (at_start) return kOk;
  return encoder_reset(self, false);
}

Ref<Object> lookup_encoding(Str* encoding) {
  const char* name = str_utf8_cstr(encoding);
  if (!name) return kRaised;
  return codec_lookup_text(name, "codecs.open()");
}

// Development mode looks the error handler up before it is needed.
Status check_error_mode(Object* errors) {
  if (!current_interpreter()->config.dev_mode) return kOk;
  const char* name = str_utf8_cstr(cast<Str>(errors));
  if (!name) return kRaised;
  TRY(codec_lookup_error(name));
  return kOk;
}

Status check_no_nul(Str* s) {
  if (s && str_find_char(s, 0, 0, str_length(s), 1) >= 0) return raise(ValueError, "embedded null character");
  return kOk;
}

bool is_buffered_type(const Object* p) {
  Type* t = type_of(p);
  return t == &buffered_reader_type || t == &buffered_writer_type || t == &buffered_random_type;
}

Status examine_buffer(TextIo* self) {
  self->raw = nullptr;
  if (is_buffered_type(self->buffer)) {
    Object* raw = buffered_raw(self->buffer);
    if (raw && is_exact_fileio(raw)) self->raw = raw;
  }
  self->has_read1 = TRY(object_has_attr(self->buffer, NAME("read1")));
  self->seekable = self->telling = TRY(ask(self->buffer, NAME("seekable")));
  return kOk;
}

Status text_init(TextIo* self, Object* buffer, Str* encoding, Object* errors, Str* newline, bool line_buffering,
                 bool write_through) {
  self->ok = false;
  self->detached = false;
  if (!encoding && current_interpreter()->config.warn_default_encoding) {
    TRY(warn(EncodingWarning, 1, "'encoding' argument not specified"));
  }
  if (errors && !is_none(errors) && !is_str(errors)) {
    return raise(TypeError, "TextIOWrapper() argument 'errors' must be str or None, not {:.50}", type_name(errors));
  }
  TRY(check_no_nul(encoding));
  TRY(check_newline(newline));
  Ref<Str> name = !encoding || str_equals_ascii(encoding, "locale") ? locale_encoding() : share(encoding);
  if (!name) return kRaised;
  Ref<Object> error_mode = errors && !is_none(errors) ? share(errors) : share(as_object(NAME("strict")));
  auto info = TRY(lookup_encoding(name.get()));
  TRY(check_error_mode(error_mode.get()));
  set_newline(self, newline);
  replace_field(self->encoding, Ref<Object>(std::move(name)));
  replace_field(self->errors, std::move(error_mode));
  self->chunk_size = kDefaultBufferSize;
  self->line_buffering = line_buffering;
  self->write_through = write_through;
  self->pending_size = 0;
  self->has_pending = false;
  self->byte_ratio = 0.0;
  set_decoded(self, nullptr);
  drop_snapshot(self);
  replace_field(self->buffer, share(buffer));
  TRY(set_decoder(self, info.get()));
  TRY(set_encoder(self, info.get()));
  TRY(examine_buffer(self));
  TRY(place_encoder(self));
  self->ok = true;
  return kOk;
}

// None: unchanged.
Maybe<bool> optional_bool(Object* p, bool otherwise) {
  if (!p || is_none(p)) return otherwise;
  auto number = TRY(number_index(p));
  return TRY(int_to_long(number.get()))
  != 0;
}

Status change_encoding(TextIo* self, Object* encoding, Object* errors, bool newline_changed) {
  if (is_none(encoding) && is_none(errors) && !newline_changed) return kOk;
  Ref<Str> name;
  Ref<Object> error_mode;
  if (is_none(encoding)) {
    name = share(cast<Str>(self->encoding));
    error_mode = is_none(errors) ? share(self->errors) : share(errors);
  } else {
    if (!is_str(encoding)) {
      return raise(TypeError, "reconfigure() argument 'encoding' must be str or None, not {:.50}", type_name(encoding));
    }
    error_mode = is_none(errors) ? share(as_object(NAME("strict"))) : share(errors);
    name = str_equals_ascii(cast<Str>(encoding), "locale") ? locale_encoding() : share(cast<Str>(encoding));
    if (!name) return kRaised;
    TRY(check_no_nul(name.get()));
  }
  auto info = TRY(lookup_encoding(name.get()));
  replace_field(self->errors, std::move(error_mode));
  TRY(set_decoder(self, info.get()));
  TRY(set_encoder(self, info.get()));
  replace_field(self->encoding, Ref<Object>(std::move(name)));
  return place_encoder(self);
}

Ref<Object> reconfigure(TextIo* self, Object* encoding, Object* errors, Object* newline, Object* line_buffering,
                        Object* write_through) {
  TRY(check_attached(self));
  if (self->decoded && (!is_none(encoding) || !is_none(errors) || newline)) {
    return raise_unsupported("It is not possible to set the encoding or newline of stream after the first read");
  }
  if (!is_none(errors) && !is_str(errors)) {
    return raise(TypeError, "reconfigure() argument 'errors' must be str or None, not {:.50}", type_name(errors));
  }
  Str* line_ending = nullptr;
  if (newline && !is_none(newline)) {
    if (!is_str(newline)) {
      return raise(TypeError, "reconfigure() argument 'newline' must be str or None, not {:.50}", type_name(newline));
    }
    line_ending = cast<Str>(newline);
    TRY(check_newline(line_ending));
  }
  bool by_line = TRY(optional_bool(line_buffering, self->line_buffering));
  bool through = TRY(optional_bool(write_through, self->write_through));
  TRY(call_method(as_object(self), NAME("flush")));
  self->byte_ratio = 0.0;
  if (newline) set_newline(self, line_ending);
  TRY(change_encoding(self, encoding, errors, newline != nullptr));
  self->line_buffering = by_line;
  self->write_through = through;
  return none_ref();
}

// ---- Methods that go to the buffer
// -----------------------------------------------------------------------------------

Ref<Object> forward(TextIo* self, Str* method) {
  TRY(check_attached(self));
  return call_method(self->buffer, method);
}
Ref<Object> text_fileno(TextIo* self) { return forward(self, NAME("fileno")); }
Ref<Object> text_seekable(TextIo* self) { return forward(self, NAME("seekable")); }
Ref<Object> text_readable(TextIo* self) { return forward(self, NAME("readable")); }
Ref<Object> text_writable(TextIo* self) { return forward(self, NAME("writable")); }
Ref<Object> text_isatty(TextIo* self) { return forward(self, NAME("isatty")); }

Ref<Object> text_detach(TextIo* self) {
  TRY(check_attached(self));
  TRY(call_method(as_object(self), NAME("flush")));
  auto buffer = take_field(self->buffer);
  self->raw = nullptr;
  self->detached = true;
  return buffer;
}

Ref<Object> text_truncate(TextIo* self, Object* pos) {
  TRY(check_attached(self));
  TRY(call_method(as_object(self), NAME("flush")));
  return call_method(self->buffer, NAME("truncate"), pos);
}

Ref<Object> text_close(TextIo* self) {
  TRY(check_attached(self));
  if (TRY(is_closed(as_object(self)))) return none_ref();
  if (self->finalizing) {
    if (!call_method(self->buffer, NAME("_dealloc_warn"), self)) error_clear();
  }
  auto flushed = call_method(as_object(self), NAME("flush"));
  ChainedError error;
  auto r = call_method(self->buffer, NAME("close"));
  if (error.finish()) return nullptr;
  return r;
}

Ref<Object> text_readline_method(TextIo* self, ssize size) { return text_readline(self, size); }

// ---- Attributes
// ------------------------------------------------------------------------------------------------------

Ref<Object> get_name(TextIo* self) {
  TRY(check_attached(self));
  return object_get_attr(self->buffer, NAME("name"));
}
Ref<Object> get_closed(TextIo* self) {
  TRY(check_attached(self));
  return object_get_attr(self->buffer, NAME("closed"));
}
Ref<Object> get_newlines(TextIo* self) {
  TRY(check_attached(self));
  return decoder_newlines(self);
}
Ref<Object> get_errors(TextIo* self) {
  if (!self->ok) return raise(ValueError, "I/O operation on uninitialized object");
  return share(self->errors);
}
Ref<Object> get_chunk_size(TextIo* self) {
  TRY(check_attached(self));
  return int_from_ssize(self->chunk_size);
}
Status set_chunk_size(TextIo* self, Object* value) {
  TRY(check_attached(self));
  if (!value) return raise(AttributeError, "cannot delete attribute");
  ssize n = TRY(number_as_ssize(value, ValueError));
  if (n <= 0) return raise(ValueError, "a strictly positive integer is required");
  self->chunk_size = n;
  return kOk;
}

Status append_attribute(StrBuilder& out, TextIo* self, Str* name, std::string_view label) {
  Ref<Object> value;
  if (!object_find_attr(as_object(self), name, value)) {
    // A detached or closed stream may have no name.
    if (!error_matches(ValueError)) return kRaised;
    error_clear();
  }
  if (!value) return kOk;
  TRY(out.append_ascii(label));
  return out.append_repr_of(value.get());
}

Ref<Str> text_repr(TextIo* self) {
  if (!self->ok) return raise(ValueError, "I/O operation on uninitialized object");
  int entered = repr_enter(as_object(self));
  if (entered < 0) return kRaised;
  if (entered > 0) return raise(RuntimeError, "reentrant call inside {}.__repr__", type_name(self));
  auto compose = [&]() -> Ref<Str> {
    StrBuilder out;
    TRY(out.append_ascii("<_io.TextIOWrapper"));
    TRY(append_attribute(out, self, NAME("name"), " name="));
    TRY(append_attribute(out, self, NAME("mode"), " mode="));
    TRY(out.append_ascii(" encoding="));
    TRY(out.append_repr_of(self->encoding));
    TRY(out.append_char('>'));
    return out.finish();
  };
  auto r = compose();
  repr_leave(as_object(self));
  return r;
}

// ---- Memory
// ----------------------------------------------------------------------------------------------------------

int text_traverse(Object* p, VisitProc visit, void* arg) {
  TextIo* self = cast<TextIo>(p);
  MINIPY_VISIT(self->buffer);
  MINIPY_VISIT(self->encoding);
  MINIPY_VISIT(self->encoder);
  MINIPY_VISIT(self->decoder);
  MINIPY_VISIT(self->newline_decoder);
  MINIPY_VISIT(self->readnl);
  MINIPY_VISIT(self->write_as);
  MINIPY_VISIT(self->errors);
  MINIPY_VISIT(self->decoded);
  MINIPY_VISIT(self->snapshot);
  MINIPY_VISIT(self->dict);
  return 0;
}

int text_clear(Object* p) {
  TextIo* self = cast<TextIo>(p);
  self->ok = false;
  self->raw = nullptr;
  clear_field(self->buffer);
  clear_field(self->encoding);
  clear_field(self->encoder);
  clear_field(self->decoder);
  clear_field(self->newline_decoder);
  clear_field(self->readnl);
  clear_field(self->write_as);
  clear_field(self->errors);
  clear_field(self->decoded);
  clear_field(self->snapshot);
  clear_field(self->counted_texts);
  clear_field(self->dict);
  return 0;
}

void text_dealloc(Object* p) {
  TextIo* self = cast<TextIo>(p);
  self->finalizing = 1;
  if (iobase_finalize_in_dealloc(p)) return;
  gc_untrack(p);
  self->ok = false;
  if (self->weakreflist) weakref_clear_all(p);
  text_clear(p);
  memory::mem_free(pending_block(self));
  self->pending = nullptr;
  type_of(p)->free(p);
}

constinit MethodDef text_methods[] = {
    METHOD(text_detach, "detach(self, /)", ""),
    METHOD(
        reconfigure,
        "reconfigure(self, /, *, encoding=None, errors=None, newline=<unrepresentable>, line_buffering=None, "
        "write_through=None)",
        "Change the settings; this also flushes the stream.\n\nEncoding and newline cannot be changed once something "
        "has been read."),
    METHOD(text_write, "write(self, text, /)", ""),
    METHOD(text_read, "read(self, size=-1, /)", ""),
    METHOD(text_readline_method, "readline(self, size=-1, /)", ""),
    METHOD(text_flush, "flush(self, /)", ""),
    METHOD(text_close, "close(self, /)", ""),
    METHOD(text_fileno, "fileno(self, /)", ""),
    METHOD(text_seekable, "seekable(self, /)", ""),
    METHOD(text_readable, "readable(self, /)", ""),
    METHOD(text_writable, "writable(self, /)", ""),
    METHOD(text_isatty, "isatty(self, /)", ""),
    METHOD(text_seek, "seek(self, cookie, whence=0, /)", ""),
    METHOD(text_tell, "tell(self, /)", ""),
    METHOD(text_truncate, "truncate(self, pos=None, /)", ""),
    {},
};

constinit MemberDef text_members[] = {
    {"encoding", kMemberObject, offsetof(TextIo, encoding), kMemberReadonly, nullptr},
    {"buffer", kMemberObject, offsetof(TextIo, buffer), kMemberReadonly, nullptr},
    {"line_buffering", kMemberBool, offsetof(TextIo, line_buffering), kMemberReadonly, nullptr},
    {"write_through", kMemberBool, offsetof(TextIo, write_through), kMemberReadonly, nullptr},
    {"_finalizing", kMemberBool, offsetof(TextIo, finalizing), 0, nullptr},
    {},
};

constinit GetSetDef text_getset[] = {
    {"name", getter<get_name>, nullptr, nullptr, nullptr},
    {"closed", getter<get_closed>, nullptr, nullptr, nullptr},
    {"newlines", getter<get_newlines>, nullptr, nullptr, nullptr},
    {"errors", getter<get_errors>, nullptr, nullptr, nullptr},
    {"_CHUNK_SIZE", getter<get_chunk_size>, setter<set_chunk_size>, nullptr, nullptr},
    {},
};

}  // namespace

constinit Type textiowrapper_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_io.TextIOWrapper",
    .basicsize = sizeof(TextIo),
    .dealloc = text_dealloc,
    .repr = slot<text_repr>,
    .flags = kTypeDefault | kTypeBaseType | kTypeHaveGc,
    .doc =
        "TextIOWrapper(buffer, encoding=None, errors=None, newline=None,\n"
        "              line_buffering=False, write_through=False)\n--\n\n"
        "Characters and lines over a buffered binary stream.  encoding names the codec (the\n"
        "locale's by default), errors what it does about what it cannot encode or decode.\n"
        "newline is None, '', '\\n', '\\r' or '\\r\\n': reading, None takes any of them for the end of a\n"
        "line and turns it into '\\n', '' takes any and keeps it, another value is the only ending;\n"
        "writing, None and '' and '\\n' leave '\\n' alone, another value replaces it.  With\n"
        "line_buffering a line's end flushes the stream; with write_through nothing is held back.",
    .traverse = text_traverse,
    .clear = text_clear,
    .weaklistoffset = offsetof(TextIo, weakreflist),
    .iternext = slot<text_next>,
    .methods = text_methods,
    .members = text_members,
    .getset = text_getset,
    .base_type = &textiobase_type,
    .dictoffset = offsetof(TextIo, dict),
    .init = INIT(text_init,
                 "TextIOWrapper(self, buffer, encoding=None, errors=None, newline=None, line_buffering=False, "
                 "write_through=False)"),
    .new_ = type_generic_new,
    .free = gc_free_slot,
};

}  // namespace minipy::io
