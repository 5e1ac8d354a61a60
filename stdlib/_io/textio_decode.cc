// TextIOWrapper: decoding.
#include <cstring>
#include <optional>
#include <string>

#include "gc/counted_object.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/codecs.h"
#include "runtime/containers.h"
#include "runtime/counted.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "stdlib/_io/textio.h"

namespace minipy::io {

namespace {

const char* error_mode(TextIo* self) { return self->errors ? str_utf8_cstr(cast<Str>(self->errors)) : nullptr; }

// UTF-8, with the beginning of a character left over from before and kept back for later.
Ref<Str> decode_utf8(TextIo* self, std::string_view data, bool final) {
  std::string joined;
  if (self->held_size) {
    joined.assign(self->held, self->held_size);
    joined += data;
    data = joined;
  }
  auto size = static_cast<ssize>(data.size());
  const char* errors = error_mode(self);
  if (final) {
    auto r = TRY(str_decode_utf8(data.data(), size, errors));
    self->held_size = 0;
    return r;
  }
  ssize consumed = 0;
  auto r = TRY(str_decode_utf8_stateful(data.data(), size, errors, &consumed));
  self->held_size = static_cast<unsigned char>(size - consumed);
  memcpy(self->held, data.data() + consumed, self->held_size);
  return r;
}

Ref<Str> decode_native(TextIo* self, Object* data, bool final) {
  HeldBuffer buffer;
  TRY(readable_buffer(data, buffer));
  Ref<Str> text;
  switch (self->decode) {
    case Codec::kUtf8: text = TRY(decode_utf8(self, buffer.text(), final)); break;
    case Codec::kAscii: text = TRY(str_decode_ascii(buffer.data(), buffer.size(), error_mode(self))); break;
    default: text = TRY(str_decode_latin1(buffer.data(), buffer.size())); break;
  }
  (void)counted_tuple(2);  // the result of CPython's codec: the text and how much of the input it was
  if (!self->newline_decoder) return text;
  return newline_decode(self->newline_decoder, as_object(text.get()), final);
}

Status unpack_state(Object* state, DecoderState& out) {
  if (!is_tuple(state) || tuple_size(cast<Tuple>(state)) != 2) return raise(TypeError, "illegal decoder state");
  Object** items = cast<Tuple>(state)->items;
  if (!is_int(items[1])) return raise(TypeError, "illegal decoder state");
  out.flags = static_cast<int>(int_to_unsigned_mask(items[1]));
  if (!is_bytes(items[0])) {
    return raise(TypeError, "illegal decoder state: the first item should be a bytes object, not '{:.200}'",
                 type_name(items[0]));
  }
  out.buffer = share(items[0]);
  return kOk;
}

}  // namespace

Ref<Str> decode_bytes(TextIo* self, Object* data, bool final) {
  if (self->decode != Codec::kObject) return decode_native(self, data, final);
  if (type_of(self->decoder) == &newline_decoder_type) return newline_decode(self->decoder, data, final);
  auto r = TRY(call_method(self->decoder, NAME("decode"), data, py_bool(final)));
  if (!is_str(r.get())) {
    return raise(TypeError, "decoder should return a string result, not '{:.200}'", type_name(r.get()));
  }
  return std::move(r).cast_to<Str>();
}

Status decoder_get_state(TextIo* self, DecoderState& out, Ref<Object>* kept) {
  Ref<Object> state;
  if (self->decode == Codec::kObject) {
    state = TRY(call_method(self->decoder, NAME("getstate")));
    TRY(unpack_state(state.get(), out));
    if (kept) *kept = std::move(state);
    return kOk;
  }
  out.flags = 0;
  state = counted_tuple(2);  // the decoder's
  if (self->newline_decoder) {
    state.reset();
    state = TRY(call_method(self->newline_decoder, NAME("getstate")));
    TRY(unpack_state(state.get(), out));
  }
  if (kept) *kept = std::move(state);
  out.buffer = TRY(bytes_new(self->held, self->held_size));
  return kOk;
}

namespace {

// What CPython makes to call `setstate` with a state: the bound method and the tuple of the only argument.
struct CountedSetState {
  CountedObject method;
  Ref<Object> arguments = counted_tuple(1);
};

}  // namespace

Status decoder_set_state(TextIo* self, Object* buffer, int flags, Object* kept) {
  auto number = TRY(int_from(flags));
  std::optional<CountedSetState> outer, inner;
  if (!kept) outer.emplace();
  if (self->decode == Codec::kObject) {
    Ref<Object> state = kept ? share(kept) : Ref<Object>(TRY(tuple_pack(buffer, number.get())));
    TRY(call_method(self->decoder, NAME("setstate"), state.get()));
    return kOk;
  }
  auto view = bytes_view(cast<Bytes>(buffer));
  self->held_size = static_cast<unsigned char>(view.size() < sizeof self->held ? view.size() : 0);
  memcpy(self->held, view.data(), self->held_size);
  Ref<Object> counted_state = kept ? nullptr : counted_tuple(2);
  if (!self->newline_decoder) return kOk;
  inner.emplace();
  auto empty = TRY(bytes_new("", 0));
  auto state = TRY(tuple_pack(empty.get(), number.get()));
  TRY(call_method(self->newline_decoder, NAME("setstate"), state.get()));
  return kOk;
}

Status decoder_reset(TextIo* self) {
  if (self->decode == Codec::kNone) return kOk;
  self->held_size = 0;
  Object* object = self->decode == Codec::kObject ? self->decoder : self->newline_decoder;
  if (object) TRY(call_method(object, NAME("reset")));
  return kOk;
}

Ref<Object> decoder_newlines(TextIo* self) {
  Object* object = self->decode == Codec::kObject ? self->decoder : self->newline_decoder;
  if (!object) return none_ref();
  Ref<Object> r;
  TRY(object_find_attr(object, NAME("newlines"), r));
  return r ? std::move(r) : none_ref();
}

}  // namespace minipy::io
