// TextIOWrapper: tell() and seek(). A position in text is a position in bytes plus what the decoder needs to get to the
// character: all of it is packed into one int, the "cookie". It is simply the byte position wherever the decoder holds
// nothing back there.
#include <cstring>

#include "gc/counted_object.h"
#include "runtime/bytes.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "stdlib/_io/textio.h"

namespace minipy::io {

namespace {

struct Cookie {
  int64_t start = 0;  // where to seek to in the buffer
  int32_t flags = 0;  // the decoder's state there
  int32_t bytes_to_feed = 0;
  int32_t chars_to_skip = 0;
  bool need_eof = false;  // tell the decoder that the input ends after those bytes
};
constexpr size_t kCookieSize = 8 + 3 * 4 + 1;

Ref<Object> pack(const Cookie& c) {
  unsigned char bytes[kCookieSize];
  memcpy(bytes, &c.start, 8);
  memcpy(bytes + 8, &c.flags, 4);
  memcpy(bytes + 12, &c.bytes_to_feed, 4);
  memcpy(bytes + 16, &c.chars_to_skip, 4);
  bytes[20] = c.need_eof;
  return int_from_bytes(bytes, kCookieSize, true, false);
}

Status unpack(Object* object, Cookie& c) {
  auto number = TRY(number_int(object));
  unsigned char bytes[kCookieSize];
  TRY(int_to_bytes(cast<Int>(number.get()), bytes, kCookieSize, true, false));
  memcpy(&c.start, bytes, 8);
  memcpy(&c.flags, bytes + 8, 4);
  memcpy(&c.bytes_to_feed, bytes + 12, 4);
  memcpy(&c.chars_to_skip, bytes + 16, 4);
  c.need_eof = bytes[20];
  return kOk;
}

Status restore_decoder(TextIo* self, const Cookie& c) {
  if (c.start == 0 && c.flags == 0) return decoder_reset(self);
  auto empty = TRY(bytes_new("", 0));
  return decoder_set_state(self, as_object(empty.get()), c.flags, nullptr);
}

Maybe<ssize> decoded_length(TextIo* self, std::string_view data, bool final) {
  auto bytes = TRY(bytes_from(data));
  CountedObject method;
  auto text = TRY(decode_bytes(self, as_object(bytes.get()), final));
  return str_length(text.get());
}

// The last point before `chars` characters of the input where the decoder holds nothing back: moves the cookie there.
// *chars becomes what is left to skip.
Status find_safe_start(TextIo* self, std::string_view input, double ratio, Cookie& c, ssize* chars, ssize* bytes) {
  const Cookie origin = c;
  auto skip = static_cast<ssize>(ratio * static_cast<double>(*chars));
  if (skip > static_cast<ssize>(input.size())) skip = static_cast<ssize>(input.size());
  ssize step = 1;
  while (skip > 0) {
    TRY(restore_decoder(self, origin));
    ssize n = TRY(decoded_length(self, input.substr(0, static_cast<size_t>(skip)), false));
    if (n > *chars) {
      skip -= step;  // too far
      step *= 2;
      continue;
    }
    DecoderState state;
    TRY(decoder_get_state(self, state));
    ssize held = var_size(state.buffer.get());
    if (held == 0) {
      c.flags = state.flags;
      *chars -= n;
      break;
    }
    skip -= held;
    step = 1;
  }
  if (skip <= 0) {
    skip = 0;
    TRY(restore_decoder(self, origin));
  }
  c.start += skip;
  *bytes = skip;
  return kOk;
}

// Feeds byte by byte from the safe start to the character.
Status feed_to_character(TextIo* self, std::string_view input, Cookie& c, ssize* chars) {
  ssize decoded = 0;
  for (size_t i = 0; i < input.size(); i++) {
    decoded += TRY(decoded_length(self, input.substr(i, 1), false));
    c.bytes_to_feed++;
    DecoderState state;
    TRY(decoder_get_state(self, state));
    if (var_size(state.buffer.get()) == 0 && decoded <= *chars) {
      // Another safe point.
      c.start += c.bytes_to_feed;
      *chars -= decoded;
      c.flags = state.flags;
      c.bytes_to_feed = 0;
      decoded = 0;
    }
    if (decoded >= *chars) return kOk;
  }
  // Not enough: the end of the input brings out the rest.
  decoded += TRY(decoded_length(self, "", true));
  c.need_eof = true;
  if (decoded < *chars) return raise(OSError, "can't reconstruct logical file position");
  return kOk;
}

Status locate(TextIo* self, Cookie& c) {
  std::string_view input = bytes_view(cast<Bytes>(snapshot_input(self)));
  ssize chars = self->decoded_used, skipped = 0;
  TRY(find_safe_start(self, input, self->byte_ratio, c, &chars, &skipped));
  if (chars > 0) TRY(feed_to_character(self, input.substr(static_cast<size_t>(skipped)), c, &chars));
  c.chars_to_skip = static_cast<int32_t>(chars);
  return kOk;
}

}  // namespace

Ref<Object> text_tell(TextIo* self) {
  TRY(check_open(self));
  if (!self->seekable) return raise_unsupported("underlying stream is not seekable");
  if (!self->telling) return raise(OSError, "telling position disabled by next() call");
  TRY(flush_pending(self));
  TRY(call_method(as_object(self), NAME("flush")));
  auto position = TRY(call_method(self->buffer, NAME("tell")));
  if (!has_decoder(self) || !self->snapshot) return position;
  Cookie c;
  c.start = TRY(offset_argument(position.get(), OverflowError));
  c.start -= var_size(snapshot_input(self));
  c.flags = snapshot_flags(self);
  if (self->decoded_used == 0) return pack(c);
  DecoderState saved;
  Ref<Object> kept_state;
  TRY(decoder_get_state(self, saved, &kept_state));
  // The input may be replaced by code that the decoder runs.
  auto input = share(self->snapshot);
  auto located = locate(self, c);
  ChainedError error;
  bool restored = static_cast<bool>(decoder_set_state(self, saved.buffer.get(), saved.flags, kept_state.get()));
  if (error.finish() || !located || !restored) return nullptr;
  return pack(c);
}

namespace {

Ref<Object> seek_to_end(TextIo* self) {
  TRY(call_method(as_object(self), NAME("flush")));
  set_decoded(self, nullptr);
  drop_snapshot(self);
  TRY(decoder_reset(self));
  Ref<Object> position;
  {
    CountedObject method;
    position = TRY(call_method(self->buffer, NAME("seek"), small_int(0), small_int(2)));
  }
  if (self->encode != Codec::kNone) {
    bool at_start = TRY(object_compare_bool(position.get(), as_object(small_int(0)), kEq));
    TRY(encoder_reset(self, at_start));
  }
  return position;
}

Status seek_to_cookie(TextIo* self, const Cookie& c) {
  auto start = TRY(int_from(c.start));
  TRY(call_method(self->buffer, NAME("seek"), start.get()));
  set_decoded(self, nullptr);
  drop_snapshot(self);
  if (has_decoder(self)) TRY(restore_decoder(self, c));
  if (c.chars_to_skip) {
    auto count = TRY(int_from(c.bytes_to_feed));
    auto input = TRY(call_method(self->buffer, NAME("read"), count.get()));
    if (!is_bytes(input.get())) {
      return raise(TypeError, "underlying read() should have returned a bytes object, not '{:.200}'",
                   type_name(input.get()));
    }
    TRY(take_snapshot(self, c.flags, input.get()));
    auto text = TRY(decode_bytes(self, input.get(), c.need_eof));
    ssize length = str_length(text.get());
    set_decoded(self, std::move(text));
    if (length < c.chars_to_skip) return raise(OSError, "can't restore logical file position");
    self->decoded_used = c.chars_to_skip;
  } else {
    auto empty = TRY(bytes_new("", 0));
    TRY(take_snapshot(self, c.flags, as_object(empty.get())));
  }
  if (self->encode != Codec::kNone) return encoder_reset(self, c.start == 0 && c.flags == 0);
  return kOk;
}

}  // namespace

Ref<Object> text_seek(TextIo* self, Object* cookie_argument, int whence) {
  TRY(check_open(self));
  Ref<Object> cookie = share(cookie_argument);
  Object* zero = as_object(small_int(0));
  if (!self->seekable) return raise_unsupported("underlying stream is not seekable");
  if (whence == 1) {
    if (!TRY(object_compare_bool(cookie.get(), zero, kEq))) {
      return raise_unsupported("can't do nonzero cur-relative seeks");
    }
    cookie = TRY(call_method(as_object(self), NAME("tell")));  // moves nothing, but forgets what was read ahead
  } else if (whence == 2) {
    if (!TRY(object_compare_bool(cookie.get(), zero, kEq))) {
      return raise_unsupported("can't do nonzero end-relative seeks");
    }
    return seek_to_end(self);
  } else if (whence != 0) {
    return raise(ValueError, "invalid whence ({}, should be 0, 1 or 2)", whence);
  }
  if (TRY(object_compare_bool(cookie.get(), zero, kLt))) {
    return raise(ValueError, "negative seek position {}", repr_of(cookie.get()));
  }
  TRY(call_method(as_object(self), NAME("flush")));
  Cookie c;
  TRY(unpack(cookie.get(), c));
  TRY(seek_to_cookie(self, c));
  return cookie;
}

}  // namespace minipy::io
