// _json.Scanner: JSON text to objects, for json.JSONDecoder.
#include <cstring>

#include "runtime/bind_varargs.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/float.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/thread_state.h"
#include "stdlib/_json/json.h"
#include "stdlib/native_type.h"

namespace minipy::json {
namespace {

struct Scanner {
  Object base;
  char strict;
  Object* object_hook;
  Object* object_pairs_hook;
  Object* parse_float;
  Object* parse_int;
  Object* parse_constant;
  Object* memo;  // dict: the keys of the text being read, so that equal ones are one object
};
static_assert(sizeof(Scanner) == 72);
using Fields = Owned<Scanner, &Scanner::object_hook, &Scanner::object_pairs_hook, &Scanner::parse_float,
                     &Scanner::parse_int, &Scanner::parse_constant, &Scanner::memo>;

// One reading of a text. Positions are indices of characters; a function that reads leaves at_ after what it has read.
template <class Char>
class Reader {
 public:
  Reader(Scanner* scanner, Str* text, ssize at)
      : scanner_(scanner),
        text_(text),
        data_(static_cast<const Char*>(str_data(text))),
        length_(str_length(text)),
        at_(at) {}

  ssize position() const { return at_; }

  // StopIteration(index) where no value begins.
  Ref<Object> value() {
    if (at_ >= length_) return nothing_here();
    switch (data_[at_]) {
      case '"': at_++; return scan_string(text_, &at_, scanner_->strict);
      case '{': return object();
      case '[': return array();
      case 'n':
        if (literal("null")) return none_ref();
        break;
      case 't':
        if (literal("true")) return bool_ref(true);
        break;
      case 'f':
        if (literal("false")) return bool_ref(false);
        break;
      case 'N':
        if (literal("NaN")) return constant(NAME("NaN"));
        break;
      case 'I':
        if (literal("Infinity")) return constant(NAME("Infinity"));
        break;
      case '-':
        if (literal("-Infinity")) return constant(NAME("-Infinity"));
        break;
    }
    return number();
  }

 private:
  bool here(char c) const { return at_ < length_ && data_[at_] == static_cast<unsigned char>(c); }
  bool digit_at(ssize i) const { return i < length_ && data_[i] >= '0' && data_[i] <= '9'; }
  void skip_space() {
    while (at_ < length_ && (data_[at_] == ' ' || data_[at_] == '\n' || data_[at_] == '\r' || data_[at_] == '\t'))
      at_++;
  }
  Raised nothing_here() const {
    Ref<Int> index = TRY(int_from(at_));
    return raise_stop_iteration(as_object(index.get()));
  }
  Raised error_here(const char* message) const { return raise_decode_error(message, text_, at_); }

  bool literal(const char* word) {
    ssize i = at_;
    for (; *word; word++, i++) {
      if (i >= length_ || data_[i] != static_cast<unsigned char>(*word)) return false;
    }
    at_ = i;
    return true;
  }
  Ref<Object> constant(Str* name) { return call(scanner_->parse_constant, name); }

  // -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?
  Ref<Object> number() {
    ssize i = at_;
    if (data_[i] == '-') i++;
    if (!digit_at(i)) return nothing_here();
    if (data_[i] == '0') {
      i++;
    } else {
      while (digit_at(i)) i++;
    }
    bool is_float = false;
    if (i < length_ && data_[i] == '.' && digit_at(i + 1)) {
      is_float = true;
      for (i += 2; digit_at(i);) i++;
    }
    if (i < length_ && (data_[i] == 'e' || data_[i] == 'E')) {
      ssize e = i + 1;
      if (e < length_ && (data_[e] == '+' || data_[e] == '-')) e++;
      if (digit_at(e)) {
        is_float = true;
        while (digit_at(e)) e++;
        i = e;
      }
    }
    ssize start = at_;
    at_ = i;
    return is_float ? make_float(start) : make_int(start);
  }

  Ref<Object> make_int(ssize start) const {
    constexpr ssize kWordDigits = 18;
    if (scanner_->parse_int != as_object(&int_type)) return make_number(scanner_->parse_int, start);
    if (at_ - start > kWordDigits) {
      Ref<Str> text = TRY(str_substring(text_, start, at_));
      return int_from_str(text.get(), 10);
    }
    bool negative = data_[start] == '-';
    long long v = 0;
    for (ssize i = start + negative; i < at_; i++) v = v * 10 + (data_[i] - '0');
    return int_from(negative ? -v : v);
  }

  Ref<Object> make_float(ssize start) const {
    char text[64];
    ssize size = at_ - start;
    if (scanner_->parse_float != as_object(&float_type)) return make_number(scanner_->parse_float, start);
    if (size >= static_cast<ssize>(sizeof text)) {
      Ref<Str> long_text = TRY(str_substring(text_, start, at_));
      return float_from_str(as_object(long_text.get()));
    }
    for (ssize i = 0; i < size; i++) text[i] = static_cast<char>(data_[start + i]);
    text[size] = '\0';
    const char* end;
    return float_from_double(parse_double(text, &end));
  }

  Ref<Object> make_number(Object* make, ssize start) const {
    Ref<Str> text = TRY(str_substring(text_, start, at_));
    return call(make, text.get());
  }

  Ref<Object> array() {
    RecursionGuard guard(" while decoding a JSON array from a unicode string");
    if (!guard) return kRaised;
    Ref<List> list = TRY(list_new());
    at_++;
    skip_space();
    if (here(']')) {
      at_++;
      return list;
    }
    while (true) {
      Ref<Object> item = TRY(value());
      TRY(list_append_steal(list.get(), std::move(item)));
      skip_space();
      if (here(']')) break;
      if (!here(',')) return error_here("Expecting ',' delimiter");
      at_++;
      skip_space();
    }
    at_++;
    return list;
  }

  Ref<Object> key() {
    if (!here('"')) return error_here("Expecting property name enclosed in double quotes");
    at_++;
    Ref<Str> text = TRY(scan_string(text_, &at_, scanner_->strict));
    Object* known = TRY(dict_set_default(cast<Dict>(scanner_->memo), as_object(text.get()), as_object(text.get())));
    return Ref<Object>::share(known);
  }

  // The members of an object, each handed to `put` (key, value).
  template <class Put>
  Status members(Put put) {
    at_++;
    skip_space();
    if (here('}')) {
      at_++;
      return kOk;
    }
    while (true) {
      Ref<Object> name = TRY(key());
      skip_space();
      if (!here(':')) return error_here("Expecting ':' delimiter");
      at_++;
      skip_space();
      Ref<Object> item = TRY(value());
      TRY(put(name.get(), item.get()));
      skip_space();
      if (here('}')) break;
      if (!here(',')) return error_here("Expecting ',' delimiter");
      at_++;
      skip_space();
    }
    at_++;
    return kOk;
  }

  Ref<Object> object() {
    RecursionGuard guard(" while decoding a JSON object from a unicode string");
    if (!guard) return kRaised;
    if (!is_none(scanner_->object_pairs_hook)) {
      Ref<List> pairs = TRY(list_new());
      TRY(members([&](Object* name, Object* item) -> Status {
        Ref<Tuple> pair = TRY(tuple_pack(name, item));
        return list_append_steal(pairs.get(), std::move(pair).cast_to<Object>());
      }));
      return call(scanner_->object_pairs_hook, pairs.get());
    }
    Ref<Dict> dict = TRY(dict_new());
    TRY(members([&](Object* name, Object* item) { return dict_set(dict.get(), name, item); }));
    if (!is_none(scanner_->object_hook)) return call(scanner_->object_hook, dict.get());
    return dict;
  }

  Scanner* scanner_;
  Str* text_;
  const Char* data_;
  ssize length_;
  ssize at_;
};

template <class Char>
Ref<Object> read_as(Scanner* s, Str* text, ssize* index) {
  Reader<Char> reader(s, text, *index);
  Ref<Object> value = reader.value();
  *index = reader.position();
  return value;
}

Ref<Object> scan_once(Scanner* s, Object* text, ssize index) {
  if (!is_str(text)) {
    return raise(TypeError, "first argument must be a string, not {:.80}", type_name(text));
  }
  if (index < 0) return raise(ValueError, "idx cannot be negative");
  Str* str = cast<Str>(text);
  Ref<Object> value;
  switch (str_kind(str)) {
    case 1: value = read_as<uint8_t>(s, str, &index); break;
    case 2: value = read_as<char16_t>(s, str, &index); break;
    default: value = read_as<char32_t>(s, str, &index); break;
  }
  dict_clear(cast<Dict>(s->memo));
  if (!value) return nullptr;
  Ref<Int> end = TRY(int_from(index));
  return tuple_pack(value.get(), end.get());
}

Ref<Object> scanner_new(Type* type, Object* context) {
  Ref<Scanner> s = TRY(allocate<Scanner>(type));
  Ref<Dict> memo = TRY(dict_new());
  s->memo = as_object(memo.release());
  Ref<Object> strict = TRY(object_get_attr(context, NAME("strict")));
  s->strict = TRY(object_is_true(strict.get()));
  s->object_hook = TRY(object_get_attr(context, NAME("object_hook")))
  .release();
  s->object_pairs_hook = TRY(object_get_attr(context, NAME("object_pairs_hook")))
  .release();
  s->parse_float = TRY(object_get_attr(context, NAME("parse_float")))
  .release();
  s->parse_int = TRY(object_get_attr(context, NAME("parse_int")))
  .release();
  s->parse_constant = TRY(object_get_attr(context, NAME("parse_constant")))
  .release();
  return s;
}

constinit MemberDef scanner_members[] = {
    {"strict", kMemberBool, offsetof(Scanner, strict), kMemberReadonly, "strict"},
    {"object_hook", kMemberObject, offsetof(Scanner, object_hook), kMemberReadonly, "object_hook"},
    {"object_pairs_hook", kMemberObject, offsetof(Scanner, object_pairs_hook), kMemberReadonly, nullptr},
    {"parse_float", kMemberObject, offsetof(Scanner, parse_float), kMemberReadonly, "parse_float"},
    {"parse_int", kMemberObject, offsetof(Scanner, parse_int), kMemberReadonly, "parse_int"},
    {"parse_constant", kMemberObject, offsetof(Scanner, parse_constant), kMemberReadonly, "parse_constant"},
    {},
};

}  // namespace

constinit Type scanner_type = {
    .base = STATIC_TYPE_HEADER(&type_type),
    .name = "_json.Scanner",
    .basicsize = sizeof(Scanner),
    .dealloc = Fields::dealloc,
    .call = CALL(scan_once, "scan_once(self, string, idx)"),
    .flags = kTypeDefault | kTypeHaveGc,
    .doc = "JSON scanner object",
    .traverse = Fields::traverse,
    .clear = Fields::clear,
    .members = scanner_members,
    .new_ = VARARGS_NEW(scanner_new, "make_scanner(type, context)"),
};

}  // namespace minipy::json
