// _json.Encoder: objects to JSON text without line breaks, for json.JSONEncoder.
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>

#include "gc/counted_object.h"
#include "runtime/bind_varargs.h"
#include "runtime/containers.h"
#include "runtime/counted.h"
#include "runtime/dict.h"
#include "runtime/float.h"
#include "runtime/int.h"
#include "runtime/thread_state.h"
#include "stdlib/_json/json.h"
#include "stdlib/native_type.h"

namespace minipy::json {
namespace {

struct Encoder {
  Object base;
  Object* markers;  // dict of the containers being encoded by id; None: no check for cycles
  Object* default_;
  Object* encoder;
  Object* indent;
  Object* key_separator;
  Object* item_separator;
  char sort_keys;
  char skip_keys;
  int allow_nan;
  QuotingFunction (*quoting)(Object*);
};
static_assert(sizeof(Encoder) == 80);
using Fields = Owned<Encoder, &Encoder::markers, &Encoder::default_, &Encoder::encoder, &Encoder::indent,
                     &Encoder::key_separator, &Encoder::item_separator>;

class Writer {
 public:
  explicit Writer(Encoder* e) : e_(e), quoting_(quoting_function(e->encoder)) {}

  Status value(Object* p) {
    if (is_none(p)) return out_.append_ascii("null");
    if (p == py_true()) return out_.append_ascii("true");
    if (p == py_false()) return out_.append_ascii("false");
    if (is_str(p)) return string(p);
    if (is_int(p)) return integer(p);
    if (is_instance_of(p, &float_type)) return real(p);
    if (is_list(p) || is_tuple(p)) return list(p);
    if (is_dict(p)) return dict(p);
    return other(p);
  }

  Ref<Str> finish() { return out_.finish(); }

 private:
  Status string(Object* p) {
    if (quoting_ != QuotingFunction::kOther) {
      return append_quoted(out_, cast<Str>(p), quoting_ == QuotingFunction::kAscii);
    }
    Ref<Object> text = TRY(call(e_->encoder, p));
    if (!is_str(text.get())) {
      return raise(TypeError, "encoder() must return a string, not {:.80}", type_name(text.get()));
    }
    return out_.append(cast<Str>(text.get()));
  }

  // As int.__repr__ writes it, whatever a subclass has.
  Status integer(Object* p) {
    Int* v = cast<Int>(p);
    if (int_is_compact(v)) {
      char text[16];
      auto end = std::to_chars(text, text + sizeof text, int_compact_value(v)).ptr;
      return out_.append_ascii({text, static_cast<size_t>(end - text)});
    }
    Ref<Str> text = TRY(int_to_str(v));
    return out_.append(text.get());
  }

  Status real(Object* p) {
    double v = cast<Float>(p)->value;
    if (std::isfinite(v)) return out_.append_ascii(format_double(v, 'r', 0, kFloatAddDotZero));
    if (!e_->allow_nan) return raise(ValueError, "Out of range float values are not JSON compliant");
    return out_.append_ascii(std::isnan(v) ? "NaN" : v > 0 ? "Infinity" : "-Infinity");
  }

  // Notes that p is being encoded; leave() takes the note back. After an error it stays.
  Status enter(Object* p, Ref<Object>& marker) {
    if (is_none(e_->markers)) return kOk;
    marker = TRY(int_from_size(reinterpret_cast<size_t>(p)));
    if (TRY(dict_contains(cast<Dict>(e_->markers), marker.get()))) {
      return raise(ValueError, "Circular reference detected");
    }
    return dict_set(cast<Dict>(e_->markers), marker.get(), p);
  }
  Status leave(const Ref<Object>& marker) { return marker ? dict_delete(cast<Dict>(e_->markers), marker.get()) : kOk; }

  Status list(Object* p) {
    RecursionGuard guard(" while encoding a JSON object");
    if (!guard) return kRaised;
    if (var_size(p) == 0) return out_.append_ascii("[]");
    Ref<Object> marker;
    TRY(enter(p, marker));
    TRY(out_.append_char('['));
    // The list may change meanwhile.
    for (ssize i = 0; i < var_size(p); i++) {
      if (i > 0) TRY(out_.append(cast<Str>(e_->item_separator)));
      Ref<Object> item = Ref<Object>::share(sequence_fast_items(p)[i]);
      TRY(value(item.get()));
    }
    TRY(leave(marker));
    return out_.append_char(']');
  }

  // A key as text; null without exception: to be skipped.
  Ref<Object> key_text(Object* key) {
    if (is_str(key)) return Ref<Object>::share(key);
    Writer writer(e_);
    if (is_instance_of(key, &float_type) || is_int(key) || is_none(key)) {
      TRY(writer.value(key));
      return writer.finish();
    }
    if (e_->skip_keys) return nullptr;
    return raise(TypeError, "keys must be str, int, float, bool or None, not {:.100}", type_name(key));
  }

  Status member(Object* key, Object* item, bool* first) {
    Ref<Object> text = key_text(key);
    if (!text) return error_pending() ? Status::failed() : kOk;
    if (!*first) TRY(out_.append(cast<Str>(e_->item_separator)));
    *first = false;
    TRY(string(text.get()));
    TRY(out_.append(cast<Str>(e_->key_separator)));
    return value(item);
  }

  Status dict(Object* p) {
    RecursionGuard guard(" while encoding a JSON object");
    if (!guard) return kRaised;
    if (dict_size(cast<Dict>(p)) == 0) return out_.append_ascii("{}");
    Ref<Object> marker;
    TRY(enter(p, marker));
    TRY(out_.append_char('{'));
    Ref<Object> held = TRY(mapping_items(p));
    List* items = cast<List>(held.get());
    if (e_->sort_keys) TRY(list_sort_in_place(items));
    CountedObject iterator;  // by which CPython goes through the items
    bool first = true;
    for (ssize i = 0; i < list_size(items); i++) {
      Tuple* pair = cast<Tuple>(items->items[i]);
      if (!is_tuple(items->items[i]) || tuple_size(pair) != 2) return raise(ValueError, "items must return 2-tuples");
      TRY(member(pair->items[0], pair->items[1], &first));
    }
    TRY(leave(marker));
    return out_.append_char('}');
  }

  Status other(Object* p) {
    Ref<Object> marker;
    TRY(enter(p, marker));
    Ref<Object> substitute = TRY(call(e_->default_, p));
    RecursionGuard guard(" while encoding a JSON object");
    if (!guard) return kRaised;
    TRY(value(substitute.get()));
    return leave(marker);
  }

  Encoder* e_;
  QuotingFunction quoting_;
  StrBuilder out_;
};

Ref<Object> iterencode(Encoder* e, Object* p, ssize /* indent level */) {
  Ref<Object> counted_pieces = counted_list();
  Writer writer(e);
  TRY(writer.value(p));
  Ref<Str> text = TRY(writer.finish());
  Ref<List> list = TRY(list_new());
  TRY(list_append(list.get(), as_object(text.get())));
  return list;
}

Ref<Object> encoder_new(Type* type, Object* markers, Object* default_, Object* encoder, Object* indent,
                        Object* key_separator, Object* item_separator, bool sort_keys, bool skip_keys, bool allow_nan) {
  Object* const separators[] = {key_separator, item_separator};
  for (int i = 0; i < 2; i++) {
    if (!is_str(separators[i])) {
      return raise(TypeError, "make_encoder() argument {} must be str, not {}", i + 5, type_name(separators[i]));
    }
  }
  if (!is_none(markers) && !is_dict(markers)) {
    return raise(TypeError, "make_encoder() argument 1 must be dict or None, not {:.200}", type_name(markers));
  }
  Ref<Encoder> e = TRY(allocate<Encoder>(type));
  e->markers = Ref<Object>::share(markers).release();
  e->default_ = Ref<Object>::share(default_).release();
  e->encoder = Ref<Object>::share(encoder).release();
  e->indent = Ref<Object>::share(indent).release();
  e->key_separator = Ref<Object>::share(key_separator).release();
  e->item_separator = Ref<Object>::share(item_separator).release();
  e->sort_keys = sort_keys;
  e->skip_keys = skip_keys;
  e->allow_nan = allow_nan;
  return e;
}

constinit MemberDef encoder_members[] = {
    {"markers", kMemberObject, offsetof(Encoder, markers), kMemberReadonly, "markers"},
    {"default", kMemberObject, offsetof(Encoder, default_), kMemberReadonly, "default"},
    {"encoder", kMemberObject, offsetof(Encoder, encoder), kMemberReadonly, "encoder"},
    {"indent", kMemberObject, offsetof(Encoder, indent), kMemberReadonly, "indent"},
    {"key_separator", kMemberObject, offsetof(Encoder, key_separator), kMemberReadonly, "key_separator"},
    {"item_separator", kMemberObject, offsetof(Encoder, item_separator), kMemberReadonly, "item_separator"},
    {"sort_keys", kMemberBool, offsetof(Encoder, sort_keys), kMemberReadonly, "sort_keys"},
    {"skipkeys", kMemberBool, offsetof(Encoder, skip_keys), kMemberReadonly, "skipkeys"},
    {},
};

}  // namespace

constinit Type encoder_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_json.Encoder",
    .basicsize = sizeof(Encoder),
    .dealloc = Fields::dealloc,
    .call = CALL(iterencode, "_iterencode(self, obj, _current_indent_level)"),
    .flags = kTypeDefault | kTypeHaveGc,
    .doc = "_iterencode(obj, _current_indent_level) -> iterable",
    .traverse = Fields::traverse,
    .clear = Fields::clear,
    .members = encoder_members,
    .new_ =
        VARARGS_NEW(encoder_new,
                    "make_encoder(type, markers, default, encoder, indent, key_separator, item_separator, sort_keys, "
                    "skipkeys, allow_nan)"),
};

}  // namespace minipy::json
