// UnicodeEncodeError, UnicodeDecodeError, UnicodeTranslateError.
#include <algorithm>

#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/exceptions_internal.h"
#include "runtime/unicode_error.h"

namespace minipy {
namespace {

constexpr bool kIsText = true, kIsBytes = false;

Status wrong_argument(int position, const char* wanted, Object* given, const Type* type) {
  return raise(TypeError, "argument {} must be {}, not {}", position, wanted,
               is_none(given) ? "None" : type_name(given));
}

// (encoding, object, start, end, reason)
Status init_five(UnicodeErrorObject* self, Object* args, Object* kwargs, bool text) {
  TRY(base_exception_init(reinterpret_cast<BaseExceptionObject*>(self), args, kwargs));
  Tuple* t = cast<Tuple>(args);
  if (tuple_size(t) != 5) {
    return raise(TypeError, "function takes exactly 5 arguments ({} given)", tuple_size(t));
  }
  Object* encoding = t->items[0];
  if (!is_str(encoding)) return wrong_argument(1, "str", encoding, &str_type);
  Ref<Object> object = Ref<Object>::share(t->items[1]);
  if (text && !is_str(object.get())) return wrong_argument(2, "str", object.get(), &str_type);
  ssize start = TRY(number_as_ssize(t->items[2], OverflowError));
  ssize end = TRY(number_as_ssize(t->items[3], OverflowError));
  Object* reason = t->items[4];
  if (!is_str(reason)) return wrong_argument(5, "str", reason, &str_type);
  if (!text && !is_bytes(object.get())) {
    HeldBuffer buffer;
    TRY(buffer.get(object.get()));
    object = TRY(bytes_new(buffer.data(), buffer.size()));
  }
  replace_field(self->encoding, Ref<Object>::share(encoding));
  replace_field(self->object, std::move(object));
  self->start = start;
  self->end = end;
  replace_field(self->reason, Ref<Object>::share(reason));
  return kOk;
}

Status encode_error_init(UnicodeErrorObject* self, Object* args, Object* kwargs) {
  return init_five(self, args, kwargs, kIsText);
}
Status decode_error_init(UnicodeErrorObject* self, Object* args, Object* kwargs) {
  return init_five(self, args, kwargs, kIsBytes);
}
// (object, start, end, reason)
Status translate_error_init(UnicodeErrorObject* self, Object* args, Object* kwargs) {
  TRY(base_exception_init(reinterpret_cast<BaseExceptionObject*>(self), args, kwargs));
  Tuple* t = cast<Tuple>(args);
  if (tuple_size(t) != 4) {
    return raise(TypeError, "function takes exactly 4 arguments ({} given)", tuple_size(t));
  }
  if (!is_str(t->items[0])) return wrong_argument(1, "str", t->items[0], &str_type);
  ssize start = TRY(number_as_ssize(t->items[1], OverflowError));
  ssize end = TRY(number_as_ssize(t->items[2], OverflowError));
  if (!is_str(t->items[3])) return wrong_argument(4, "str", t->items[3], &str_type);
  replace_field(self->object, Ref<Object>::share(t->items[0]));
  self->start = start;
  self->end = end;
  replace_field(self->reason, Ref<Object>::share(t->items[3]));
  return kOk;
}

// "'\x80'", "'\u1234'" or "'\U00012345'" without quotes.
Ref<Str> escaped(char32_t c) {
  if (c <= 0xff) return format_message("\\x{:02x}", static_cast<unsigned>(c));
  if (c <= 0xffff) return format_message("\\u{:04x}", static_cast<unsigned>(c));
  return format_message("\\U{:08x}", static_cast<unsigned>(c));
}

Ref<Str> encode_error_str(UnicodeErrorObject* self) {
  if (!self->object) return str_empty();
  Ref<Str> reason = TRY(object_str(self->reason));
  Ref<Str> encoding = TRY(object_str(self->encoding));
  Str* s = cast<Str>(self->object);
  if (self->start < str_length(s) && self->end == self->start + 1) {
    Ref<Str> bad = TRY(escaped(str_at(s, self->start)));
    return format_message("'{}' codec can't encode character '{}' in position {}: {}", encoding, bad, self->start,
                          reason);
  }
  return format_message("'{}' codec can't encode characters in position {}-{}: {}", encoding, self->start,
                        self->end - 1, reason);
}

Ref<Str> decode_error_str(UnicodeErrorObject* self) {
  if (!self->object) return str_empty();
  Ref<Str> reason = TRY(object_str(self->reason));
  Ref<Str> encoding = TRY(object_str(self->encoding));
  Bytes* b = cast<Bytes>(self->object);
  if (self->start < b->base.size && self->end == self->start + 1) {
    return format_message("'{}' codec can't decode byte 0x{:02x} in position {}: {}", encoding,
                          static_cast<unsigned>(static_cast<unsigned char>(b->data[self->start])), self->start, reason);
  }
  return format_message("'{}' codec can't decode bytes in position {}-{}: {}", encoding, self->start, self->end - 1,
                        reason);
}

Ref<Str> translate_error_str(UnicodeErrorObject* self) {
  if (!self->object) return str_empty();
  Ref<Str> reason = TRY(object_str(self->reason));
  Str* s = cast<Str>(self->object);
  if (self->start < str_length(s) && self->end == self->start + 1) {
    Ref<Str> bad = TRY(escaped(str_at(s, self->start)));
    return format_message("can't translate character '{}' in position {}: {}", bad, self->start, reason);
  }
  return format_message("can't translate characters in position {}-{}: {}", self->start, self->end - 1, reason);
}

constinit MemberDef members[] = {
    {"encoding", kMemberObject, offsetof(UnicodeErrorObject, encoding), 0, "exception encoding"},
    {"object", kMemberObject, offsetof(UnicodeErrorObject, object), 0, "exception object"},
    {"start", kMemberSsize, offsetof(UnicodeErrorObject, start), 0, "exception start"},
    {"end", kMemberSsize, offsetof(UnicodeErrorObject, end), 0, "exception end"},
    {"reason", kMemberObject, offsetof(UnicodeErrorObject, reason), 0, "exception reason"},
    {},
};
using E = UnicodeErrorObject;
using Layout = ExceptionLayout<E, &E::encoding, &E::object, &E::reason>;

}  // namespace

void unicode_error_range(const UnicodeErrorObject* e, ssize size, ssize* start, ssize* end) {
  // Handlers get positions inside the object even when somebody set others.
  *start = std::clamp<ssize>(e->start, 0, std::max<ssize>(size - 1, 0));
  *end = std::clamp<ssize>(std::max<ssize>(e->end, 1), 0, size);
}

namespace exception_types {

#define UNICODE_ERROR(Name, init_fn, str_fn, doc_text)   \
  constinit Type Name = {                                \
      .base = STATIC_TYPE_HEADER(&type_type),            \
      .name = #Name,                                     \
      .basicsize = sizeof(UnicodeErrorObject),           \
      .dealloc = Layout::dealloc,                        \
      .str = slot<str_fn>,                               \
      .flags = kExceptionFlags,                          \
      .doc = doc_text,                                   \
      .traverse = Layout::traverse,                      \
      .clear = Layout::clear,                            \
      .members = members,                                \
      .base_type = &UnicodeError,                        \
      .dictoffset = offsetof(BaseExceptionObject, dict), \
      .init = slot<init_fn>,                             \
      .new_ = slot<base_exception_new>,                  \
  }
UNICODE_ERROR(UnicodeEncodeError, encode_error_init, encode_error_str, "Unicode encoding error.");
UNICODE_ERROR(UnicodeDecodeError, decode_error_init, decode_error_str, "Unicode decoding error.");
UNICODE_ERROR(UnicodeTranslateError, translate_error_init, translate_error_str, "Unicode translation error.");

}  // namespace exception_types
}  // namespace minipy
