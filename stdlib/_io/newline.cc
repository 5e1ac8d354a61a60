// Universal newlines: IncrementalNewlineDecoder, and finding the ends of lines.
#include <cstring>

#include "gc/counted_object.h"
#include "runtime/abstract.h"
#include "runtime/bytes.h"
#include "runtime/containers.h"
#include "runtime/counted.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/static_str.h"
#include "runtime/str.h"
#include "runtime/str_internal.h"
#include "stdlib/_io/io.h"
#include "stdlib/_io/text.h"

namespace minipy::io {

namespace {

enum Seen : unsigned char { kSeenCr = 1, kSeenLf = 2, kSeenCrLf = 4, kSeenAll = 7 };

struct NewlineDecoder {
  Object base;
  Object* decoder;  // None: the input is text; null: not initialised
  Object* errors;
  bool pending_cr;
  bool translate;
  unsigned char seen;
};
static_assert(sizeof(NewlineDecoder) == 40);

Status check_initialized(NewlineDecoder* self) {
  if (self->decoder) return kOk;
  return raise(ValueError, "IncrementalNewlineDecoder.__init__() not called");
}

bool contains(const Str* s, char32_t c) { return str_find_char(s, c, 0, str_length(s), 1) >= 0; }

// Which endings occur.
template <class C>
unsigned seen_in(const C* p, ssize n) {
  unsigned seen = 0;
  for (ssize i = 0; i < n && seen != kSeenAll; i++) {
    if (p[i] == '\n') {
      seen |= kSeenLf;
    } else if (p[i] == '\r') {
      if (i + 1 < n && p[i + 1] == '\n') {
        seen |= kSeenCrLf;
        i++;
      } else {
        seen |= kSeenCr;
      }
    }
  }
  return seen;
}

// Copies with every ending as \n; returns the new length.
template <class C>
ssize translate_chars(const C* p, ssize n, C* out, unsigned* seen) {
  ssize length = 0;
  for (ssize i = 0; i < n; i++) {
    C c = p[i];
    if (c == '\n') {
      *seen |= kSeenLf;
    } else if (c == '\r') {
      if (i + 1 < n && p[i + 1] == '\n') {
        *seen |= kSeenCrLf;
        i++;
      } else {
        *seen |= kSeenCr;
      }
      c = '\n';
    }
    out[length++] = c;
  }
  return length;
}

Ref<Str> translate(Str* s, unsigned* seen) {
  ssize n = str_length(s);
  auto out = TRY(str_new(n, str_max_char(s)));
  ssize length = with_chars(s, [&](const auto* p) {
    using C = std::remove_const_t<std::remove_pointer_t<decltype(p)>>;
    return translate_chars<C>(p, n, static_cast<C*>(str_data(out.get())), seen);
  });
  return str_substring(out.get(), 0, length);
}

Ref<Object> decode_method(NewlineDecoder* self, Object* input, bool final) {
  return newline_decode(as_object(self), input, final);
}

// The wrapped decoder's state: (bytes, flag).
Status unpack_state(Object* state, Ref<Object>& buffer, unsigned long long& flag) {
  if (tuple_size(cast<Tuple>(state)) != 2) {
    ssize n = tuple_size(cast<Tuple>(state));
    return raise(TypeError, "function takes exactly 2 arguments ({} given)", n);
  }
  Object** items = cast<Tuple>(state)->items;
  buffer = share(items[0]);
  if (!is_int(items[1])) {
    return raise(TypeError, "'{:.200}' object cannot be interpreted as an integer", type_name(items[1]));
  }
  flag = int_to_unsigned_mask(items[1]);
  return kOk;
}

Ref<Object> getstate(NewlineDecoder* self) {
  TRY(check_initialized(self));
  Ref<Object> buffer;
  unsigned long long flag = 0;
  if (is_none(self->decoder)) {
    buffer = TRY(bytes_new("", 0));
  } else {
    auto state = TRY(call_method(self->decoder, NAME("getstate")));
    if (!is_tuple(state.get())) return raise(TypeError, "illegal decoder state");
    if (tuple_size(cast<Tuple>(state.get())) != 2) return raise(TypeError, "illegal decoder state");
    TRY(unpack_state(state.get(), buffer, flag));
  }
  flag = flag << 1 | (self->pending_cr ? 1 : 0);
  auto number = TRY(int_from_size(flag));
  return tuple_pack(buffer.get(), number.get());
}

Ref<Object> setstate(NewlineDecoder* self, Object* state) {
  TRY(check_initialized(self));
  if (!is_tuple(state)) return raise(TypeError, "state argument must be a tuple");
  if (tuple_size(cast<Tuple>(state)) != 2) return raise(TypeError, "setstate(): illegal state argument");
  Ref<Object> buffer;
  unsigned long long flag;
  TRY(unpack_state(state, buffer, flag));
  self->pending_cr = flag & 1;
  if (is_none(self->decoder)) return none_ref();
  auto number = TRY(int_from_size(flag >> 1));
  CountedObject method;
  Ref<Object> counted_arguments = counted_tuple(1);
  auto inner = TRY(tuple_pack(buffer.get(), number.get()));
  return call_method(self->decoder, NAME("setstate"), inner.get());
}

Ref<Object> reset(NewlineDecoder* self) {
  TRY(check_initialized(self));
  self->seen = 0;
  self->pending_cr = false;
  if (is_none(self->decoder)) return none_ref();
  return call_method(self->decoder, NAME("reset"));
}

Ref<Object> newlines(NewlineDecoder* self) {
  TRY(check_initialized(self));
  Object* found[3];
  int n = 0;
  if (self->seen & kSeenCr) found[n++] = as_object(STATIC_STR("\r"));
  if (self->seen & kSeenLf) found[n++] = as_object(STATIC_STR("\n"));
  if (self->seen & kSeenCrLf) found[n++] = as_object(STATIC_STR("\r\n"));
  if (n == 0) return none_ref();
  if (n == 1) return share(found[0]);
  return tuple_from_array(found, n);
}

Status init(NewlineDecoder* self, Object* decoder, int translate, Object* errors) {
  replace_field(self->errors, errors ? share(errors) : share(as_object(NAME("strict"))));
  self->translate = translate != 0;
  self->seen = 0;
  self->pending_cr = false;
  replace_field(self->decoder, share(decoder));
  return kOk;
}

void dealloc(Object* p) {
  clear_field(cast<NewlineDecoder>(p)->decoder);
  clear_field(cast<NewlineDecoder>(p)->errors);
  type_of(p)->free(p);
}

constinit MethodDef methods[] = {
    METHOD(decode_method, "decode(self, /, input, final=False)", ""),
    METHOD(getstate, "getstate(self, /)", ""),
    METHOD(setstate, "setstate(self, state, /)", ""),
    METHOD(reset, "reset(self, /)", ""),
    {},
};
constinit GetSetDef getset[] = {
    {"newlines", getter<newlines>, nullptr, nullptr, nullptr},
    {},
};

}  // namespace

Ref<Str> newline_decode(Object* object, Object* input, bool final) {
  NewlineDecoder* self = cast<NewlineDecoder>(object);
  TRY(check_initialized(self));
  Ref<Object> output =
      is_none(self->decoder) ? share(input) : call_method(self->decoder, NAME("decode"), input, py_bool(final));
  if (!output) return kRaised;
  if (!is_str(output.get())) {
    return raise(TypeError, "decoder should return a string result, not '{:.200}'", type_name(output.get()));
  }
  Ref<Str> text = std::move(output).cast_to<Str>();
  if (self->pending_cr && (final || str_length(text.get()) > 0)) {
    text = TRY(str_concat(STATIC_STR("\r"), text.get()));
    self->pending_cr = false;
  }
  ssize n = str_length(text.get());
  // A \r at the end waits for what follows: it may be half of \r\n.
  if (!final && n > 0 && str_at(text.get(), n - 1) == '\r') {
    text = TRY(str_substring(text.get(), 0, --n));
    self->pending_cr = true;
  }
  if (n == 0) return text;
  unsigned seen = self->seen;
  if (!contains(text.get(), '\r')) {
    if (!(seen & kSeenLf) && contains(text.get(), '\n')) self->seen |= kSeenLf;
    return text;
  }
  if (!self->translate) {
    if (seen != kSeenAll) seen |= with_chars(text.get(), [&](const auto* p) { return seen_in(p, n); });
  } else {
    text = TRY(translate(text.get(), &seen));
  }
  self->seen = static_cast<unsigned char>(seen);
  return text;
}

Ref<Object> newline_decoder_new(Object* decoder, bool translate, Object* errors) {
  Object* type = as_object(&newline_decoder_type);
  return errors ? call(type, decoder, py_bool(translate), errors) : call(type, decoder, py_bool(translate));
}
Ref<Object> newline_decoder_newlines(Object* decoder) { return newlines(cast<NewlineDecoder>(decoder)); }

bool is_legal_newline(const Str* s) {
  return str_length(s) == 0 || str_equals_ascii(s, "\n") || str_equals_ascii(s, "\r") || str_equals_ascii(s, "\r\n");
}

namespace {

template <class C>
ssize find_universal(const C* p, ssize start, ssize end) {
  for (ssize i = start; i < end; i++) {
    C c = p[i];
    if (c > '\r') [[likely]]
      continue;
    if (c == '\n') return i + 1;
    if (c == '\r') return i + 1 < end && p[i + 1] == '\n' ? i + 2 : i + 1;
  }
  return -1;
}

}  // namespace

ssize find_line_end(const NewlineMode& mode, const Str* s, ssize start, ssize end, ssize* searched) {
  *searched = end;
  if (mode.universal && !mode.translate) {
    return with_chars(s, [&](const auto* p) { return find_universal(p, start, end); });
  }
  if (mode.translate || !mode.ending || str_equals_ascii(mode.ending, "\n")) {
    ssize i = str_find_char(s, '\n', start, end, 1);
    return i < 0 ? -1 : i + 1;
  }
  ssize length = str_length(mode.ending);
  ssize i = str_find(s, mode.ending, start, end, 1);
  if (i >= 0) return i + length;
  // The last characters may be the beginning of an ending.
  if (length > 1 && end > start && str_at(s, end - 1) == str_at(mode.ending, 0)) *searched = end - 1;
  return -1;
}

constinit Type newline_decoder_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_io.IncrementalNewlineDecoder",
    .basicsize = sizeof(NewlineDecoder),
    .dealloc = dealloc,
    .flags = kTypeDefault | kTypeBaseType,
    .doc =
        "IncrementalNewlineDecoder(decoder, translate, errors='strict')\n--\n\n"
        "Codec for reading a file in universal newlines mode: wraps an incremental decoder (or\n"
        "None, where the input is text) and notes which line endings occur; with translate, \\r\\n\n"
        "and \\r become \\n.  A \\r at the end of the input is kept back, since \\n may follow.",
    .methods = methods,
    .getset = getset,
    .init = INIT(init, "IncrementalNewlineDecoder(self, decoder, translate, errors=NULL)"),
    .new_ = type_generic_new,
};

}  // namespace minipy::io
