// Character maps: the charmap codec with its EncodingMap, and str.translate().
#include <cstdio>
#include <cstring>

#include "gc/memory.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/bytes.h"
#include "runtime/codecs.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/int.h"
#include "runtime/str_internal.h"

namespace minipy {
namespace {

constexpr const char* kUndefined = "character maps to <undefined>";
constexpr char32_t kNotMapped = 0xfffe;

// mapping[c]; None when that raises LookupError.
Ref<Object> map_lookup(Object* mapping, char32_t c) {
  Ref<Int> key = TRY(int_from_ssize(static_cast<ssize>(c)));
  Ref<Object> value = object_get_item(mapping, as_object(key.get()));
  if (!value && error_clear_if(LookupError)) return none_ref();
  return value;
}

}  // namespace

// ---- Decoding
// ----------------------------------------------------------------------------------------------------------------

namespace {

// Appends what the mapping gives for a byte; false: undefined.
Maybe<bool> append_mapped(StrBuilder& out, Object* mapping, unsigned char byte) {
  if (is_exact_str(mapping)) {
    Str* table = cast<Str>(mapping);
    char32_t c = byte < table->length ? str_at(table, byte) : kNotMapped;
    if (c == kNotMapped) return false;
    TRY(out.append_char(c));
    return true;
  }
  Ref<Object> value = TRY(map_lookup(mapping, byte));
  if (is_none(value.get())) return false;
  if (is_int(value.get())) {
    int overflow;
    long long c = int_to_long_long_overflow(value.get(), &overflow);
    if (c == static_cast<long long>(kNotMapped)) return false;
    if (overflow || c < 0 || c > static_cast<long long>(kMaxCodePoint)) {
      return raise(TypeError, "character mapping must be in range(0x110000)");
    }
    TRY(out.append_char(static_cast<char32_t>(c)));
    return true;
  }
  if (is_str(value.get())) {
    Str* text = cast<Str>(value.get());
    if (text->length == 1 && str_at(text, 0) == kNotMapped) return false;
    TRY(out.append(text));
    return true;
  }
  return raise(TypeError, "character mapping must return integer, None or str");
}

}  // namespace

Ref<Str> str_decode_charmap(const char* data, ssize size, Object* mapping, const char* error_name) {
  if (!mapping) return str_decode_latin1(data, size);
  DecodeErrors errors("charmap", error_name, data, size);
  StrBuilder out(size);
  ssize at = 0;
  while (at < errors.size()) {
    if (TRY(append_mapped(out, mapping, static_cast<unsigned char>(errors.data()[at])))) {
      at++;
    } else {
      at = TRY(errors.handle(at, at + 1, kUndefined, out));
    }
  }
  return out.finish();
}

// ---- EncodingMap: a trie over the Basic Multilingual Plane
// ---------------------------------------------------------------------

struct EncodingMap {
  Object base;
  unsigned char level1[32];
  int count2, count3;
  unsigned char level23[1];  // count2 nodes of 16, then count3 of 128; 0xff (in level 3: 0) stands for nothing
};

namespace {

void encoding_map_dealloc(Object* self) { memory::object_free(self); }
Ref<Object> encoding_map_size(EncodingMap* self) {
  return int_from_ssize(static_cast<ssize>(sizeof(EncodingMap)) - 1 + 16 * self->count2 + 128 * self->count3);
}
constinit MethodDef encoding_map_methods[] = {
    METHOD(encoding_map_size, "size(self, /)", "Return the size (in bytes) of this object."),
    {},
};

}  // namespace

constinit Type encoding_map_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "EncodingMap",
    .basicsize = sizeof(EncodingMap),
    .dealloc = encoding_map_dealloc,
    .flags = kTypeDefault,
    .methods = encoding_map_methods,
};

namespace {

// The byte of a character; -1: none.
int encoding_map_find(const EncodingMap* m, char32_t c) {
  if (c > 0xffff) return -1;
  if (c == 0) return 0;
  int i = m->level1[c >> 11];
  if (i == 0xff) return -1;
  i = m->level23[16 * i + static_cast<int>(c >> 7 & 0xf)];
  if (i == 0xff) return -1;
  i = m->level23[16 * m->count2 + 128 * i + static_cast<int>(c & 0x7f)];
  return i == 0 ? -1 : i;
}

Ref<Object> dict_of_table(Str* table, ssize length) {
  Ref<Dict> d = TRY(dict_new());
  for (ssize i = 0; i < length; i++) {
    Ref<Int> key = TRY(int_from_ssize(static_cast<ssize>(str_at(table, i))));
    Ref<Int> value = TRY(int_from_ssize(i));
    TRY(dict_set(d.get(), as_object(key.get()), as_object(value.get())));
  }
  return d;
}

}  // namespace

Ref<Object> encoding_map_new(Str* table) {
  ssize length = std::min<ssize>(table->length, 256);
  if (length == 0) return raise_bad_argument();
  unsigned char level1[32], level2[512];
  std::memset(level1, 0xff, sizeof level1);
  std::memset(level2, 0xff, sizeof level2);
  int count2 = 0, count3 = 0;
  bool need_dict = str_at(table, 0) != 0;
  for (ssize i = 1; i < length && !need_dict; i++) {
    char32_t c = str_at(table, i);
    if (c == 0 || c > 0xffff) need_dict = true;
    if (need_dict || c == kNotMapped) continue;
    if (level1[c >> 11] == 0xff) level1[c >> 11] = static_cast<unsigned char>(count2++);
    if (level2[c >> 7] == 0xff) level2[c >> 7] = static_cast<unsigned char>(count3++);
  }
  if (need_dict || count2 >= 0xff || count3 >= 0xff) return dict_of_table(table, length);
  size_t level2_size = static_cast<size_t>(count2) * 16, level3_size = static_cast<size_t>(count3) * 128;
  EncodingMap* m = object_new<EncodingMap>(&encoding_map_type, sizeof(EncodingMap) + level2_size + level3_size);
  if (!m) return nullptr;
  std::memcpy(m->level1, level1, sizeof level1);
  m->count2 = count2;
  m->count3 = count3;
  unsigned char* level3 = m->level23 + level2_size;
  std::memset(m->level23, 0xff, level2_size);
  std::memset(level3, 0, level3_size);
  for (ssize i = 1; i < length; i++) {
    char32_t c = str_at(table, i);
    if (c == kNotMapped) continue;
    m->level23[16 * level1[c >> 11] + (c >> 7 & 0xf)] = level2[c >> 7];
    level3[128 * level2[c >> 7] + (c & 0x7f)] = static_cast<unsigned char>(i);
  }
  return steal(as_object(m));
}

// ---- Encoding
// ------------------------------------------------------------------------------------------------------------------

namespace {

// Appends the bytes of a character (when out is given); false: the mapping has none.
Maybe<bool> encode_mapped(BytesBuilder* out, Object* mapping, char32_t c) {
  if (is_exactly(mapping, &encoding_map_type)) {
    int byte = encoding_map_find(cast<EncodingMap>(mapping), c);
    if (byte >= 0 && out) TRY(out->append_byte(static_cast<char>(byte)));
    return byte >= 0;
  }
  Ref<Object> value = TRY(map_lookup(mapping, c));
  if (is_none(value.get())) return false;
  if (is_int(value.get())) {
    int overflow;
    long long byte = int_to_long_long_overflow(value.get(), &overflow);
    if (overflow || byte < 0 || byte > 255) return raise(TypeError, "character mapping must be in range(256)");
    if (out) TRY(out->append_byte(static_cast<char>(byte)));
    return true;
  }
  if (is_bytes(value.get())) {
    if (out) TRY(out->append(bytes_view(cast<Bytes>(value.get()))));
    return true;
  }
  return raise(TypeError, "character mapping must return integer, bytes or None, not {:.400}", type_name(value.get()));
}

class CharmapEncoder {
 public:
  CharmapEncoder(Str* s, Object* mapping, const char* errors)
      : s_(s), mapping_(mapping), errors_("charmap", errors, s) {}

  Ref<Object> run() {
    ssize at = 0;
    while (at < s_->length) {
      if (TRY(encode_mapped(&out_, mapping_, str_at(s_, at)))) {
        at++;
        continue;
      }
      ssize end = at + 1;
      while (end < s_->length && !TRY(encode_mapped(nullptr, mapping_, str_at(s_, end)))) end++;
      at = TRY(handle(at, end));
    }
    return out_.finish();
  }

 private:
  Raised fail(ssize start, ssize end) { return raise_encode_error("charmap", s_, start, end, kUndefined); }

  // A replacement character that is itself unmapped is the original error.
  Status append_replacement(char32_t c, ssize start, ssize end) {
    if (!TRY(encode_mapped(&out_, mapping_, c))) return fail(start, end);
    return kOk;
  }

  Maybe<ssize> handle(ssize start, ssize end) {
    switch (errors_.mode()) {
      case ErrorMode::kStrict: return fail(start, end);
      case ErrorMode::kIgnore: return end;
      case ErrorMode::kReplace:
        for (ssize i = start; i < end; i++) TRY(append_replacement('?', start, end));
        return end;
      case ErrorMode::kXmlCharRefReplace:
        for (ssize i = start; i < end; i++) {
          char text[16];
          std::snprintf(text, sizeof text, "&#%u;", static_cast<unsigned>(str_at(s_, i)));
          for (const char* p = text; *p; p++) TRY(append_replacement(static_cast<unsigned char>(*p), start, end));
        }
        return end;
      default: break;
    }
    ssize next = 0;
    Ref<Object> replacement = TRY(errors_.handle(start, end, kUndefined, &next));
    if (is_bytes(replacement.get())) {
      TRY(out_.append(bytes_view(cast<Bytes>(replacement.get()))));
      return next;
    }
    Str* text = cast<Str>(replacement.get());
    for (ssize i = 0; i < text->length; i++) TRY(append_replacement(str_at(text, i), start, end));
    return next;
  }

  Str* s_;
  Object* mapping_;
  BytesBuilder out_;
  EncodeErrors errors_;
};

}  // namespace

Ref<Object> str_encode_charmap(Str* s, Object* mapping, const char* errors) {
  if (!mapping) return str_encode_latin1(s, errors);
  return CharmapEncoder(s, mapping, errors).run();
}

// ---- translate
// -------------------------------------------------------------------------------------------------------------------

namespace {

constexpr int kDeleted = 0xfe, kUnknown = 0xff;

// The replacement of a character: a str, an int in range, or None. Unmapped characters come back as themselves (null
// value with ok).
Status translation_of(Object* table, char32_t c, Ref<Object>& out) {
  Ref<Int> key = TRY(int_from_ssize(static_cast<ssize>(c)));
  out = object_get_item(table, as_object(key.get()));
  if (!out) return error_clear_if(LookupError) ? kOk : Status::failed();
  if (is_none(out.get()) || is_str(out.get())) return kOk;
  if (!is_int(out.get())) return raise(TypeError, "character mapping must return integer, None or str");
  int overflow;
  long long v = int_to_long_long_overflow(out.get(), &overflow);
  if (overflow || v < 0 || v > static_cast<long long>(kMaxCodePoint)) {
    return raise(ValueError, "character mapping must be in range(0x110000)");
  }
  return kOk;
}

Status append_translation(StrBuilder& out, char32_t c, Object* t) {
  if (!t) return out.append_char(c);
  if (is_none(t)) return kOk;
  if (is_str(t)) return out.append(cast<Str>(t));
  int overflow;
  return out.append_char(static_cast<char32_t>(int_to_long_long_overflow(t, &overflow)));
}

// What an ASCII character becomes, if that is one ASCII character or nothing; otherwise kUnknown.
int ascii_translation(char32_t c, Object* t) {
  if (!t) return static_cast<int>(c);
  if (is_none(t)) return kDeleted;
  if (is_str(t)) {
    Str* s = cast<Str>(t);
    return s->length == 1 && str_at(s, 0) < 128 ? static_cast<int>(str_at(s, 0)) : kUnknown;
  }
  int overflow;
  long long v = int_to_long_long_overflow(t, &overflow);
  return v < 128 ? static_cast<int>(v) : kUnknown;
}

}  // namespace

Ref<Str> str_translate(Str* s, Object* table) {
  StrBuilder out(s->length);
  // For ASCII text each character's translation is asked for once, up to the first that is not ASCII.
  unsigned char known[128];
  bool caching = str_is_ascii(s);
  if (caching) std::memset(known, kUnknown, sizeof known);
  for (ssize i = 0; i < s->length; i++) {
    char32_t c = str_at(s, i);
    if (caching && known[c] != kUnknown) {
      if (known[c] != kDeleted) TRY(out.append_char(known[c]));
      continue;
    }
    Ref<Object> t;
    TRY(translation_of(table, c, t));
    TRY(append_translation(out, c, t.get()));
    if (caching) {
      int simple = ascii_translation(c, t.get());
      known[c] = static_cast<unsigned char>(simple);
      caching = simple != kUnknown;
    }
  }
  return out.finish();
}

}  // namespace minipy
