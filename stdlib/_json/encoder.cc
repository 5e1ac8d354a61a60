// Writing objects as JSON: the type of json.encoder.c_make_encoder.
#include <cmath>

#include "gc/collector.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/int.h"
#include "runtime/str_internal.h"
#include "runtime/thread_state.h"
#include "stdlib/_json/json.h"
#include "stdlib/native_type.h"

namespace minipy::json {

namespace {

// The escape of a character that JSON does not let stand for itself; 0: none of one letter.
char short_escape(char32_t c) {
  switch (c) {
    case '"':
    case '\\': return static_cast<char>(c);
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    default: return 0;
  }
}

Status append_unit(StrBuilder& out, char32_t unit) {
  static constexpr char kDigits[] = "0123456789abcdef";
  char text[] = {
      '\\', 'u', kDigits[unit >> 12 & 15], kDigits[unit >> 8 & 15], kDigits[unit >> 4 & 15], kDigits[unit & 15]};
  return out.append_ascii({text, sizeof text});
}

Status append_escaped(StrBuilder& out, char32_t c) {
  if (char letter = short_escape(c)) {
    char text[] = {'\\', letter};
    return out.append_ascii({text, 2});
  }
  if (c >= 0x10000) {
    TRY(append_unit(out, 0xd800 + ((c - 0x10000) >> 10)));
    c = 0xdc00 + ((c - 0x10000) & 0x3ff);
  }
  return append_unit(out, c);
}

bool stands_for_itself(char32_t c, bool ascii) { return c >= ' ' && c != '"' && c != '\\' && (!ascii || c <= '~'); }

}  // namespace

Status append_json_string(StrBuilder& out, Str* s, bool ascii) {
  TRY(out.append_char('"'));
  ssize at = 0, n = s->length;
  while (at < n) {
    ssize stop = with_chars(s, [&](auto* p) {
      ssize i = at;
      while (i < n && stands_for_itself(p[i], ascii)) i++;
      return i;
    });
    TRY(out.append(s, at, stop));
    if (stop < n) TRY(append_escaped(out, str_at(s, stop)));
    at = stop + 1;
  }
  return out.append_char('"');
}

namespace {

struct Encoder {
  Object base;
  Object *markers, *default_, *encoder, *indent, *key_separator, *item_separator;
  bool sort_keys, skipkeys, allow_nan;
  bool own_encoder, own_ascii;  // the strings are written without a call
};

using EncoderFields = Owned<Encoder, &Encoder::markers, &Encoder::default_, &Encoder::encoder, &Encoder::indent,
                            &Encoder::key_separator, &Encoder::item_separator>;

class Writer {
 public:
  explicit Writer(Encoder* e) : e_(e) {}
  Status value(Object* p);
  Ref<Str> finish() { return out_.finish(); }

 private:
  Status string(Str* s) {
    if (e_->own_encoder) return append_json_string(out_, s, e_->own_ascii);
    Ref<Object> encoded = TRY(call(e_->encoder, as_object(s)));
    if (!is_str(encoded.get())) {
      return raise(TypeError, "encoder() must return a string, not {:.80}", type_name(encoded.get()));
    }
    return out_.append(cast<Str>(encoded.get()));
  }

  Ref<Str> float_text(Object* p) {
    double d = cast<Float>(p)->value;
    if (std::isfinite(d)) return object_repr_of_base(&float_type, p);
    if (!e_->allow_nan) return raise(ValueError, "Out of range float values are not JSON compliant");
    return str_from_ascii(d > 0 ? "Infinity" : d < 0 ? "-Infinity" : "NaN");
  }
  // repr(p) as the base type does it: subclasses have no say in JSON's numbers.
  static Ref<Str> object_repr_of_base(Type* type, Object* p) { return steal(type->repr(p)).cast_to<Str>(); }

  Status mark(Object* p, Ref<Object>& key) {
    if (is_none(e_->markers)) return kOk;
    key = TRY(int_from_size(reinterpret_cast<size_t>(p)));
    if (TRY(dict_contains(cast<Dict>(e_->markers), key.get()))) return raise(ValueError, "Circular reference detected");
    return dict_set(cast<Dict>(e_->markers), key.get(), p);
  }
  Status unmark(const Ref<Object>& key) { return key ? dict_delete(cast<Dict>(e_->markers), key.get()) : kOk; }

  Status list(Object* p);
  Status dict(Object* p);
  Status key(Object* p, bool* skip);
  Status other(Object* p);

  Encoder* e_;
  StrBuilder out_{64};
};

Status Writer::value(Object* p) {
  if (is_none(p)) return out_.append_ascii("null");
  if (p == py_true()) return out_.append_ascii("true");
  if (p == py_false()) return out_.append_ascii("false");
  if (is_str(p)) return string(cast<Str>(p));
  if (is_int(p)) {
    Ref<Str> text = TRY(object_repr_of_base(&int_type, p));
    return out_.append(text.get());
  }
  if (is_instance_of(p, &float_type)) {
    Ref<Str> text = TRY(float_text(p));
    return out_.append(text.get());
  }
  RecursionGuard guard(" while encoding a JSON object");
  if (!guard) return kRaised;
  if (is_list(p) || is_tuple(p)) return list(p);
  if (is_dict(p)) return dict(p);
  return other(p);
}

// Anything else goes through the default function.
Status Writer::other(Object* p) {
  Ref<Object> marker;
  TRY(mark(p, marker));
  Ref<Object> replacement = TRY(call(e_->default_, p));
  TRY(value(replacement.get()));
  return unmark(marker);
}

Status Writer::list(Object* p) {
  Ref<Object> items = TRY(sequence_fast(p, "_iterencode_list needs a sequence"));
  if (sequence_fast_size(items.get()) == 0) return out_.append_ascii("[]");
  Ref<Object> marker;
  TRY(mark(p, marker));
  TRY(out_.append_char('['));
  for (ssize i = 0; i < sequence_fast_size(items.get()); i++) {
    if (i) TRY(out_.append(cast<Str>(e_->item_separator)));
    Ref<Object> item = share(sequence_fast_items(items.get())[i]);
    TRY(value(item.get()));
  }
  TRY(unmark(marker));
  return out_.append_char(']');
}

Status Writer::key(Object* p, bool* skip) {
  *skip = false;
  if (is_str(p)) return string(cast<Str>(p));
  Ref<Str> text;
  if (is_instance_of(p, &float_type)) {
    text = float_text(p);
  } else if (p == py_true() || p == py_false() || is_none(p)) {
    text = str_from_ascii(is_none(p) ? "null" : p == py_true() ? "true" : "false");
  } else if (is_int(p)) {
    text = object_repr_of_base(&int_type, p);
  } else if (e_->skipkeys) {
    *skip = true;
    return kOk;
  } else {
    return raise(TypeError, "keys must be str, int, float, bool or None, not {:.100}", type_name(p));
  }
  if (!text) return kRaised;
  return string(text.get());
}

Status Writer::dict(Object* p) {
  if (dict_size(cast<Dict>(p)) == 0) return out_.append_ascii("{}");
  Ref<Object> marker;
  TRY(mark(p, marker));
  TRY(out_.append_char('{'));
  Ref<Object> pairs = TRY(mapping_items(p));
  if (e_->sort_keys) TRY(list_sort_in_place(cast<List>(pairs.get())));
  bool first = true;
  for (ssize i = 0; i < list_size(cast<List>(pairs.get())); i++) {
    Ref<Object> pair = share(cast<List>(pairs.get())->items[i]);
    if (!is_tuple(pair.get()) || tuple_size(cast<Tuple>(pair.get())) != 2) {
      return raise(ValueError, "items must return 2-tuples");
    }
    ssize before = out_.length();
    if (!first) TRY(out_.append(cast<Str>(e_->item_separator)));
    bool skip;
    TRY(key(cast<Tuple>(pair.get())->items[0], &skip));
    if (skip) {
      if (out_.length() != before) out_.truncate(before);
      continue;
    }
    first = false;
    TRY(out_.append(cast<Str>(e_->key_separator)));
    TRY(value(cast<Tuple>(pair.get())->items[1]));
  }
  TRY(unmark(marker));
  return out_.append_char('}');
}

constexpr bind::Signature kCallSignature = bind::parse_signature("_iterencode(self, obj, _current_indent_level)", true);

Ref<Object> encode(Encoder* self, Object* p) {
  Writer writer(self);
  TRY(writer.value(p));
  Ref<Str> text = TRY(writer.finish());
  Ref<List> chunks = TRY(list_new());
  TRY(list_append_steal(chunks.get(), std::move(text)));
  return chunks;
}

Object* encoder_call(Object* self, Object* args, Object* kwargs) {
  bind::Parsed parsed;
  if (!bind::parse_tuple_arguments(kCallSignature, args, kwargs, parsed)) return nullptr;
  if (!bind::to_ssize(parsed.values[1])) return nullptr;
  return encode(cast<Encoder>(self), parsed.values[0]).release();
}

Ref<Object> encoder_new(Type* type, Object* markers, Object* default_, Object* encoder, Object* indent,
                        Str* key_separator, Str* item_separator, bool sort_keys, bool skipkeys, bool allow_nan) {
  if (!is_none(markers) && !is_dict(markers)) {
    return raise(TypeError, "make_encoder() argument 1 must be dict or None, not {:.200}", type_name(markers));
  }
  Ref<Encoder> self = TRY(allocate<Encoder>(type));
  self->markers = share(markers).release();
  self->default_ = share(default_).release();
  self->encoder = share(encoder).release();
  self->indent = share(indent).release();
  self->key_separator = share(as_object(key_separator)).release();
  self->item_separator = share(as_object(item_separator)).release();
  self->sort_keys = sort_keys;
  self->skipkeys = skipkeys;
  self->allow_nan = allow_nan;
  self->own_encoder = is_own_string_encoder(encoder, &self->own_ascii);
  return self;
}

constinit MemberDef encoder_members[] = {
    {"markers", kMemberObject, offsetof(Encoder, markers), kMemberReadonly, "markers"},
    {"default", kMemberObject, offsetof(Encoder, default_), kMemberReadonly, "default"},
    {"encoder", kMemberObject, offsetof(Encoder, encoder), kMemberReadonly, "encoder"},
    {"indent", kMemberObject, offsetof(Encoder, indent), kMemberReadonly, "indent"},
    {"key_separator", kMemberObject, offsetof(Encoder, key_separator), kMemberReadonly, "key_separator"},
    {"item_separator", kMemberObject, offsetof(Encoder, item_separator), kMemberReadonly, "item_separator"},
    {"sort_keys", kMemberBool, offsetof(Encoder, sort_keys), kMemberReadonly, "sort_keys"},
    {"skipkeys", kMemberBool, offsetof(Encoder, skipkeys), kMemberReadonly, "skipkeys"},
    {},
};

}  // namespace

constinit Type encoder_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_json.Encoder",
    .basicsize = sizeof(Encoder),
    .dealloc = EncoderFields::dealloc,
    .call = encoder_call,
    .flags = kTypeDefault | kTypeHaveGc | kTypeBaseType,
    .doc = "_iterencode(obj, _current_indent_level) -> iterable",
    .traverse = EncoderFields::traverse,
    .clear = EncoderFields::clear,
    .members = encoder_members,
    .new_ = NEW(encoder_new,
                "make_encoder(type, markers, default, encoder, indent, key_separator, item_separator, sort_keys, "
                "skipkeys, allow_nan)"),
};

}  // namespace minipy::json
