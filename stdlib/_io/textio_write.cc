// TextIOWrapper: writing.
#include <cstring>

#include "gc/counted_object.h"
#include "gc/memory.h"
#include "runtime/bytes.h"
#include "runtime/codecs.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/static_str.h"
#include "stdlib/_io/textio.h"

namespace minipy::io {

namespace {

Status append_pending(TextIo* self, const char* data, ssize size) {
  ssize wanted = self->pending_size + size;
  ssize* block = pending_block(self);
  if (wanted > (block ? *block : 0)) {
    ssize capacity = wanted + wanted / 2 + 64;
    void* p = memory::mem_realloc(block, sizeof(ssize) + static_cast<size_t>(capacity));
    if (!p) return raise_no_memory_error();
    block = static_cast<ssize*>(p);
    *block = capacity;
    self->pending = reinterpret_cast<char*>(block + 1);
  }
  if (self->has_pending && !self->counted_texts) self->counted_texts = as_object(TRY(list_new()).release());
  // Of nothing, there may be no place yet.
  if (size > 0) memcpy(self->pending + self->pending_size, data, static_cast<size_t>(size));
  self->pending_size = wanted;
  self->has_pending = true;
  return kOk;
}

Ref<Object> write_to_buffer(TextIo* self, Object* bytes) {
  if (type_of(self->buffer) == &buffered_writer_type) {
    auto view = bytes_view(cast<Bytes>(bytes));
    return buffered_write_bytes(self->buffer, view.data(), static_cast<ssize>(view.size()));
  }
  Ref<Object> r;
  do {
    r = call_method(self->buffer, NAME("write"), bytes);
  } while (!r && trap_eintr());
  return r;
}

Ref<Object> encode(TextIo* self, Str* text) {
  const char* errors = self->errors ? str_utf8_cstr(cast<Str>(self->errors)) : nullptr;
  Ref<Object> r;
  switch (self->encode) {
    case Codec::kUtf8: return str_encode_utf8(text, errors);
    case Codec::kAscii: return str_encode_ascii(text, errors);
    case Codec::kLatin1: return str_encode_latin1(text, errors);
    default:
      r = TRY(call_method(self->encoder, NAME("encode"), text));
      if (!is_bytes(r.get())) {
        return raise(TypeError, "encoder should return a bytes object, not '{:.200}'", type_name(r.get()));
      }
      return r;
  }
}

// Adds encoded text; at most chunk_size bytes are gathered.
Status add_encoded(TextIo* self, Object* bytes /* null: text is ASCII and its own encoding */, std::string_view data) {
  auto size = static_cast<ssize>(data.size());
  if (self->has_pending && self->pending_size + size > self->chunk_size) TRY(flush_pending(self));
  if (bytes && size >= self->chunk_size && !self->has_pending) {
    TRY(write_to_buffer(self, bytes));  // no need to copy
    return kOk;
  }
  return append_pending(self, data.data(), size);
}

}  // namespace

Status flush_pending(TextIo* self) {
  if (!self->has_pending) return kOk;
  auto bytes = TRY(bytes_new(self->pending, self->pending_size));
  self->pending_size = 0;
  self->has_pending = false;
  clear_field(self->counted_texts);
  TRY(write_to_buffer(self, as_object(bytes.get())));
  return kOk;
}

Ref<Object> text_write(TextIo* self, Str* given) {
  TRY(check_open(self));
  if (self->encode == Codec::kNone) return raise_unsupported("not writable");
  ssize length = str_length(given);
  Ref<Str> text = share(given);
  bool has_newline = (self->write_as || self->line_buffering) && str_find_char(given, '\n', 0, length, 1) >= 0;
  if (has_newline && self->write_as) {
    text = TRY(str_replace(given, STATIC_STR("\n"), cast<Str>(self->write_as), -1));
  }
  bool flush_all =
      self->line_buffering && (has_newline || str_find_char(text.get(), '\r', 0, str_length(text.get()), 1) >= 0);
  if (str_is_ascii(text.get()) && self->encode != Codec::kObject) {
    TRY(add_encoded(self, nullptr,
                    {static_cast<const char*>(str_data(text.get())), static_cast<size_t>(str_length(text.get()))}));
  } else {
    auto bytes = TRY(encode(self, text.get()));
    TRY(add_encoded(self, bytes.get(), bytes_view(cast<Bytes>(bytes.get()))));
  }
  if (self->pending_size >= self->chunk_size || flush_all || self->write_through) TRY(flush_pending(self));
  if (flush_all) TRY(call_method(self->buffer, NAME("flush")));
  if (has_decoder(self)) {
    set_decoded(self, nullptr);
    drop_snapshot(self);
    TRY(decoder_reset(self));
  }
  return int_from_ssize(length);
}

Ref<Object> stream_write(Object* stream, Object* item) {
  if (type_of(stream) == &textiowrapper_type) {
    Object* dict = cast<TextIo>(stream)->dict;
    if (!dict || !dict_get_str(cast<Dict>(dict), NAME("write"))) {
      CountedObject method;
      auto text = TRY(object_str(item));
      return text_write(cast<TextIo>(stream), text.get());
    }
  }
  auto write = TRY(object_get_attr(stream, NAME("write")));
  auto text = TRY(object_str(item));
  return call(write.get(), text.get());
}

Ref<Object> text_flush(TextIo* self) {
  TRY(check_open(self));
  self->telling = self->seekable;
  TRY(flush_pending(self));
  return call_method(self->buffer, NAME("flush"));
}

Status encoder_reset(TextIo* self, bool start_of_stream) {
  if (self->encode != Codec::kObject) return kOk;
  if (start_of_stream) {
    TRY(call_method(self->encoder, NAME("reset")));
  } else {
    TRY(call_method(self->encoder, NAME("setstate"), small_int(0)));
  }
  return kOk;
}

}  // namespace minipy::io
