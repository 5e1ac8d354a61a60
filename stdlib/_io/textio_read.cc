// TextIOWrapper: read, readline, iteration.
#include <algorithm>
#include <string>

#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/counted.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "stdlib/_io/textio.h"

namespace minipy::io {

void set_decoded(TextIo* self, Ref<Str> text) {
  replace_field(self->decoded, Ref<Object>(std::move(text)));
  self->decoded_used = 0;
}

void drop_snapshot(TextIo* self) { clear_field(self->snapshot); }

Status take_snapshot(TextIo* self, int flags, Object* input) {
  auto number = TRY(int_from(flags));
  replace_field(self->snapshot, Ref<Object>(TRY(tuple_pack(number.get(), input))));
  return kOk;
}
int snapshot_flags(const TextIo* self) {
  return static_cast<int>(int_to_unsigned_mask(cast<Tuple>(self->snapshot)->items[0]));
}
Object* snapshot_input(const TextIo* self) { return cast<Tuple>(self->snapshot)->items[1]; }

namespace {

Str* decoded(const TextIo* self) { return cast<Str>(self->decoded); }
ssize decoded_left(const TextIo* self) { return self->decoded ? str_length(decoded(self)) - self->decoded_used : 0; }

// Up to n of the decoded characters (negative: all).
Ref<Str> take_decoded(TextIo* self, ssize n) {
  ssize left = decoded_left(self);
  if (left == 0) return str_empty();
  if (n < 0 || n > left) n = left;
  Ref<Str> r = self->decoded_used == 0 && n == left
                   ? share(decoded(self))
                   : str_substring(decoded(self), self->decoded_used, self->decoded_used + n);
  if (r) self->decoded_used += n;
  return r;
}

Status check_readable_text(TextIo* self) {
  TRY(check_open(self));
  if (!has_decoder(self)) return raise_unsupported("not readable");
  return flush_pending(self);
}

}  // namespace

Maybe<bool> read_chunk(TextIo* self, ssize size_hint) {
  if (!has_decoder(self)) return raise_unsupported("not readable");
  DecoderState state;
  // For tell(): what the decoder holds back now is decoded again together with this chunk.
  if (self->telling) TRY(decoder_get_state(self, state));
  if (size_hint > 0) {
    size_hint = static_cast<ssize>(std::max(self->byte_ratio, 1.0) * static_cast<double>(size_hint));
  }
  auto size = TRY(int_from_ssize(std::max(self->chunk_size, size_hint)));
  auto chunk = TRY(call_method(self->buffer, self->has_read1 ? NAME("read1") : NAME("read"), size.get()));
  HeldBuffer data;
  if (!object_has_buffer(chunk.get()) || !data.get(chunk.get())) {
    error_clear();
    return raise(TypeError, "underlying {}() should have returned a bytes-like object, not '{:.200}'",
                 self->has_read1 ? "read1" : "read", type_name(chunk.get()));
  }
  bool eof = data.size() == 0;
  auto text = TRY(decode_bytes(self, chunk.get(), eof));
  ssize characters = str_length(text.get());
  self->byte_ratio = characters > 0 ? static_cast<double>(data.size()) / static_cast<double>(characters) : 0.0;
  if (characters > 0) eof = false;
  set_decoded(self, std::move(text));
  if (self->telling) {
    auto held = bytes_view(cast<Bytes>(state.buffer.get()));
    Ref<Object> input;
    if (held.empty() && type_of(chunk.get()) == &bytes_type) {
      input = share(chunk.get());
    } else {
      std::string joined(held);
      joined += data.text();
      input = TRY(bytes_from(joined));
    }
    TRY(take_snapshot(self, state.flags, input.get()));
  }
  return !eof;
}

Ref<Object> text_read(TextIo* self, Object* size_object) {
  ssize size = TRY(size_argument(size_object));
  TRY(check_readable_text(self));
  if (size < 0) {
    auto bytes = TRY(call_method(self->buffer, NAME("read")));
    auto text = TRY(decode_bytes(self, bytes.get(), true));
    auto before = TRY(take_decoded(self, -1));
    set_decoded(self, nullptr);
    drop_snapshot(self);
    if (str_length(before.get()) == 0) return text;
    return str_concat(before.get(), text.get());
  }
  auto first = TRY(take_decoded(self, size));
  if (str_length(first.get()) == size) return first;
  StrBuilder out;
  TRY(out.append(first.get()));
  Ref<Object> counted_parts;  // CPython's list
  while (out.length() < size) {
    auto more = read_chunk(self, size - out.length());
    if (!more) {
      if (trap_eintr()) continue;
      return kRaised;
    }
    if (!*more) break;
    if (!counted_parts) counted_parts = counted_list();
    auto part = TRY(take_decoded(self, size - out.length()));
    TRY(out.append(part.get()));
  }
  return out.finish();
}

namespace {

// Reads where nothing is decoded. (Characters that are used up count as something: a limit of 0 must not read.) False:
// the end.
Maybe<bool> need_decoded(TextIo* self) {
  while (!self->decoded || str_length(decoded(self)) == 0) {
    auto more = read_chunk(self, 0);
    if (!more) {
      if (trap_eintr()) continue;
      return kRaised;
    }
    if (!*more) return false;
  }
  return true;
}

// A line that need not end in what is decoded.
Ref<Object> long_line(TextIo* self, const NewlineMode& mode, ssize limit) {
  StrBuilder line;
  Ref<Object> counted_parts;  // CPython's list
  Ref<Str> rest;              // not yet decided: the beginning of an ending, perhaps
  while (true) {
    if (!TRY(need_decoded(self))) {
      set_decoded(self, nullptr);
      drop_snapshot(self);
      break;
    }
    // The text to search: what was put aside, then the decoded characters.
    Ref<Str> text = share(decoded(self));
    ssize start = self->decoded_used, offset = 0;
    if (rest) {
      offset = str_length(rest.get());
      auto tail = TRY(str_substring(text.get(), start, str_length(text.get())));
      self->decoded_used = start;
      text = TRY(str_concat(rest.get(), tail.get()));
      offset -= start;  // from an index in `text` to one in the decoded characters
      start = 0;
      rest.reset();
    }
    ssize length = str_length(text.get()), searched;
    ssize end = find_line_end(mode, text.get(), start, length, &searched);
    bool complete = end >= 0;
    if (!complete) end = searched;
    ssize room = limit >= 0 ? limit - line.length() : PTRDIFF_MAX;
    if (end - start >= room) {
      end = start + room;
      complete = true;
    }
    if (complete) {
      self->decoded_used = end - offset;
      auto part = TRY(str_substring(text.get(), start, end));
      if (line.length() == 0) return part;
      TRY(line.append(part.get()));
      return line.finish();
    }
    if (end > start && !counted_parts) counted_parts = counted_list();
    TRY(line.append(text.get(), start, end));
    if (end < length) rest = TRY(str_substring(text.get(), end, length));
    set_decoded(self, nullptr);
  }
  if (rest) TRY(line.append(rest.get()));
  return line.finish();
}

}  // namespace

Ref<Object> text_readline(TextIo* self, ssize limit) {
  TRY(check_readable_text(self));
  NewlineMode mode{self->universal, self->translate, self->readnl ? cast<Str>(self->readnl) : nullptr, nullptr};
  if (decoded_left(self) > 0) {
    // The usual case: the line ends in what is decoded.
    Str* text = decoded(self);
    ssize start = self->decoded_used, searched;
    ssize end = find_line_end(mode, text, start, str_length(text), &searched);
    if (end >= 0 && (limit < 0 || end - start <= limit)) {
      self->decoded_used = end;
      return str_substring(text, start, end);
    }
  }
  return long_line(self, mode, limit);
}

Ref<Object> text_next(TextIo* self) {
  TRY(check_attached(self));
  self->telling = false;  // iterating reads ahead
  Ref<Object> line;
  if (type_of(self) == &textiowrapper_type) {
    line = TRY(text_readline(self, -1));
  } else {
    line = TRY(call_method(as_object(self), NAME("readline")));
    if (!is_str(line.get())) {
      return raise(OSError, "readline() should have returned a str object, not '{:.200}'", type_name(line.get()));
    }
  }
  if (str_length(cast<Str>(line.get())) == 0) {
    drop_snapshot(self);
    self->telling = self->seekable;
    return nullptr;
  }
  return line;
}

}  // namespace minipy::io
