// Parsing JSON (RFC 8259) into objects: the type of json.scanner.c_make_scanner, and scanstring().
#include <cmath>

#include "gc/collector.h"
#include "runtime/abstract.h"
#include "runtime/bind.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/int.h"
#include "runtime/module.h"
#include "runtime/str_internal.h"
#include "runtime/thread_state.h"
#include "stdlib/_json/json.h"
#include "stdlib/import.h"
#include "stdlib/native_type.h"

namespace minipy::json {
namespace {

Raised decode_error(const char* message, Str* document, ssize position) {
  Ref<Object> type = TRY(import_attribute("json.decoder", "JSONDecodeError"));
  Ref<Str> text = TRY(str_from_ascii(message));
  Ref<Int> at = TRY(int_from_ssize(position));
  Ref<Object> e = TRY(call(type.get(), as_object(text.get()), as_object(document), as_object(at.get())));
  return raise_instance(e.get());
}

Raised no_value(ssize index) {
  Ref<Int> at = TRY(int_from_ssize(index));
  return raise_stop_iteration(as_object(at.get()));
}

int hex_digit(char32_t c) {
  if (c >= '0' && c <= '9') return static_cast<int>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<int>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<int>(c - 'A' + 10);
  return -1;
}

// Four hexadecimal digits at `at`; -1 when they are not there.
int hex4(const Str* s, ssize at) {
  if (at + 4 > s->length) return -1;
  int v = 0;
  for (ssize i = at; i < at + 4; i++) {
    int d = hex_digit(str_at(s, i));
    if (d < 0) return -1;
    v = v << 4 | d;
  }
  return v;
}

// The character that the escape behind the backslash at s[at] stands for; at moves behind it.
Maybe<char32_t> read_escape(Str* s, ssize& at, ssize begin) {
  if (at + 1 >= s->length) return decode_error("Unterminated string starting at", s, begin);
  ssize backslash = at;
  char32_t c = str_at(s, at + 1);
  at += 2;
  switch (c) {
    case '"':
    case '\\':
    case '/': return c;
    case 'b': return U'\b';
    case 'f': return U'\f';
    case 'n': return U'\n';
    case 'r': return U'\r';
    case 't': return U'\t';
    case 'u': break;
    default: return decode_error("Invalid \\escape", s, backslash);
  }
  int unit = hex4(s, at);
  // The digits may not be the text's last characters: a quote must follow.
  if (unit < 0 || at + 4 >= s->length) return decode_error("Invalid \\uXXXX escape", s, backslash + 1);
  at += 4;
  char32_t high = static_cast<char32_t>(unit);
  if (is_high_surrogate(high) && at + 6 < s->length && str_at(s, at) == '\\' && str_at(s, at + 1) == 'u') {
    int low = hex4(s, at + 2);
    if (low < 0) return high;
    if (is_low_surrogate(static_cast<char32_t>(low))) {
      at += 6;
      return join_surrogates(high, static_cast<char32_t>(low));
    }
  }
  return high;
}

// The index of the next quote or backslash from `at` on; JSONDecodeError.
Maybe<ssize> plain_end(Str* s, ssize at, ssize begin, bool strict) {
  ssize bad = -1;
  ssize stop = with_chars(s, [&](auto* p) -> ssize {
    for (ssize i = at; i < s->length; i++) {
      char32_t c = p[i];
      if (c == '"' || c == '\\') return i;
      if (c <= 0x1f && strict) {
        bad = i;
        return i;
      }
    }
    return -1;
  });
  if (bad >= 0) return decode_error("Invalid control character at", s, bad);
  if (stop < 0) return decode_error("Unterminated string starting at", s, begin);
  return stop;
}

}  // namespace

Ref<Str> scan_string(Str* s, ssize end, bool strict, ssize* next) {
  if (end < 0 || end > s->length) return raise(ValueError, "end is out of bounds");
  ssize begin = end - 1, at = end;
  ssize stop = TRY(plain_end(s, at, begin, strict));
  if (str_at(s, stop) == '"') {
    *next = stop + 1;
    return str_substring(s, at, stop);
  }
  StrBuilder out(stop - at + 16);
  while (true) {
    TRY(out.append(s, at, stop));
    at = stop;
    if (str_at(s, at) == '"') break;
    char32_t c = TRY(read_escape(s, at, begin));
    TRY(out.append_char(c));
    stop = TRY(plain_end(s, at, begin, strict));
  }
  *next = at + 1;
  return out.finish();
}

// ---- Scanner
// -------------------------------------------------------------------------------------------------------------------

namespace {

struct Scanner {
  Object base;
  bool strict;
  Object *object_hook, *object_pairs_hook, *parse_float, *parse_int, *parse_constant;
  Object* memo;  // dict: object keys are shared within one document
};

using ScannerFields = Owned<Scanner, &Scanner::object_hook, &Scanner::object_pairs_hook, &Scanner::parse_float,
                            &Scanner::parse_int, &Scanner::parse_constant, &Scanner::memo>;

class Parser {
 public:
  Parser(Scanner* scanner, Str* text) : s_(scanner), text_(text), length_(str_length(text)) {}

  Ref<Object> value(ssize at, ssize* next);

 private:
  char32_t peek(ssize i) const { return i < length_ ? str_at(text_, i) : 0; }
  ssize skip_space(ssize i) const {
    while (i < length_) {
      char32_t c = str_at(text_, i);
      if (c != ' ' && c != '\t' && c != '\n' && c != '\r') break;
      i++;
    }
    return i;
  }
  bool follows(ssize at, std::string_view word) const {
    if (length_ - at < static_cast<ssize>(word.size())) return false;
    for (size_t i = 0; i < word.size(); i++) {
      if (str_at(text_, at + static_cast<ssize>(i)) != static_cast<unsigned char>(word[i])) return false;
    }
    return true;
  }
  Ref<Object> constant(const char* word, ssize at, ssize* next) {
    Ref<Str> name = TRY(str_from_ascii(word));
    *next = at + str_length(name.get());
    return call(s_->parse_constant, as_object(name.get()));
  }
  Ref<Object> object(ssize at, ssize* next);
  Ref<Object> array(ssize at, ssize* next);
  Ref<Object> number(ssize at, ssize* next);
  Ref<Object> key(ssize at, ssize* next);

  Scanner* s_;
  Str* text_;
  ssize length_;
};

Ref<Object> Parser::key(ssize at, ssize* next) {
  if (peek(at) != '"') return decode_error("Expecting property name enclosed in double quotes", text_, at);
  Ref<Str> k = TRY(scan_string(text_, at + 1, s_->strict, next));
  Object* shared = TRY(dict_set_default(cast<Dict>(s_->memo), as_object(k.get()), as_object(k.get())));
  return share(shared);
}

Ref<Object> Parser::object(ssize at, ssize* next) {
  Ref<List> pairs;
  Ref<Dict> dict;
  bool want_pairs = !is_none(s_->object_pairs_hook);
  if (want_pairs) {
    pairs = TRY(list_new());
  } else {
    dict = TRY(dict_new());
  }
  at = skip_space(at);
  if (peek(at) != '}') {
    while (true) {
      Ref<Object> k = TRY(key(at, &at));
      at = skip_space(at);
      if (peek(at) != ':') return decode_error("Expecting ':' delimiter", text_, at);
      at = skip_space(at + 1);
      Ref<Object> v = TRY(value(at, &at));
      if (want_pairs) {
        Ref<Tuple> pair = TRY(tuple_pack(k.get(), v.get()));
        TRY(list_append_steal(pairs.get(), std::move(pair)));
      } else {
        TRY(dict_set(dict.get(), k.get(), v.get()));
      }
      at = skip_space(at);
      if (peek(at) == '}') break;
      if (peek(at) != ',') return decode_error("Expecting ',' delimiter", text_, at);
      at = skip_space(at + 1);
    }
  }
  *next = at + 1;
  if (want_pairs) return call(s_->object_pairs_hook, as_object(pairs.get()));
  if (!is_none(s_->object_hook)) return call(s_->object_hook, as_object(dict.get()));
  return dict;
}

Ref<Object> Parser::array(ssize at, ssize* next) {
  Ref<List> list = TRY(list_new());
  at = skip_space(at);
  if (peek(at) != ']') {
    while (true) {
      Ref<Object> v = TRY(value(at, &at));
      TRY(list_append_steal(list.get(), std::move(v)));
      at = skip_space(at);
      if (peek(at) == ']') break;
      if (peek(at) != ',') return decode_error("Expecting ',' delimiter", text_, at);
      at = skip_space(at + 1);
    }
  }
  *next = at + 1;
  return list;
}

Ref<Object> Parser::number(ssize start, ssize* next) {
  auto digit = [this](ssize i) { return peek(i) >= '0' && peek(i) <= '9'; };
  ssize at = start + (peek(start) == '-');
  if (!digit(at)) return no_value(start);
  if (peek(at) == '0') {
    at++;
  } else {
    while (digit(at)) at++;
  }
  bool is_float = false;
  if (peek(at) == '.' && digit(at + 1)) {
    is_float = true;
    for (at++; digit(at);) at++;
  }
  if (peek(at) == 'e' || peek(at) == 'E') {
    ssize e = at + 1 + (peek(at + 1) == '-' || peek(at + 1) == '+');
    if (digit(e)) {
      is_float = true;
      for (at = e; digit(at);) at++;
    }
  }
  *next = at;
  Object* custom = is_float ? s_->parse_float : s_->parse_int;
  Type* usual = is_float ? &float_type : &int_type;
  Ref<Str> digits = TRY(str_substring(text_, start, at));
  if (custom != as_object(usual)) return call(custom, as_object(digits.get()));
  return is_float ? float_from_str(as_object(digits.get())) : int_from_str(digits.get(), 10);
}

Ref<Object> Parser::value(ssize at, ssize* next) {
  if (at < 0) return raise(ValueError, "idx cannot be negative");
  if (at >= length_) return no_value(at);
  switch (str_at(text_, at)) {
    case '"': return scan_string(text_, at + 1, s_->strict, next);
    case '{': {
      RecursionGuard guard(" while decoding a JSON object from a unicode string");
      if (!guard) return nullptr;
      return object(at + 1, next);
    }
    case '[': {
      RecursionGuard guard(" while decoding a JSON array from a unicode string");
      if (!guard) return nullptr;
      return array(at + 1, next);
    }
    case 'n':
      if (!follows(at, "null")) break;
      *next = at + 4;
      return none_ref();
    case 't':
      if (!follows(at, "true")) break;
      *next = at + 4;
      return bool_ref(true);
    case 'f':
      if (!follows(at, "false")) break;
      *next = at + 5;
      return bool_ref(false);
    case 'N':
      if (follows(at, "NaN")) return constant("NaN", at, next);
      break;
    case 'I':
      if (follows(at, "Infinity")) return constant("Infinity", at, next);
      break;
    case '-':
      if (follows(at, "-Infinity")) return constant("-Infinity", at, next);
      break;
  }
  return number(at, next);
}

Ref<Object> scanner_run(Scanner* self, Object* text, ssize index) {
  if (!is_str(text)) return raise(TypeError, "first argument must be a string, not {:.80}", type_name(text));
  ssize next = -1;
  Ref<Object> v = Parser(self, cast<Str>(text)).value(index, &next);
  dict_clear(cast<Dict>(self->memo));
  if (!v) return nullptr;
  Ref<Int> end = TRY(int_from_ssize(next));
  return tuple_pack(v.get(), as_object(end.get()));
}

constexpr bind::Signature kCallSignature = bind::parse_signature("scan_once(self, string, idx)", true);

Object* scanner_call(Object* self, Object* args, Object* kwargs) {
  bind::Parsed parsed;
  if (!bind::parse_tuple_arguments(kCallSignature, args, kwargs, parsed)) return nullptr;
  Maybe<ssize> index = bind::to_ssize(parsed.values[1]);
  if (!index) return nullptr;
  return scanner_run(cast<Scanner>(self), parsed.values[0], *index).release();
}

Ref<Object> scanner_new(Type* type, Object* context) {
  Ref<Scanner> self = TRY(allocate<Scanner>(type));
  Ref<Dict> memo = TRY(dict_new());
  self->memo = as_object(memo.release());
  Ref<Object> strict = TRY(object_get_attr_ascii(context, "strict"));
  self->strict = TRY(object_is_true(strict.get()));
  struct {
    const char* name;
    Object** field;
  } attributes[] = {{"object_hook", &self->object_hook},
                    {"object_pairs_hook", &self->object_pairs_hook},
                    {"parse_float", &self->parse_float},
                    {"parse_int", &self->parse_int},
                    {"parse_constant", &self->parse_constant}};
  for (auto& a : attributes) {
    Ref<Object> value = TRY(object_get_attr_ascii(context, a.name));
    *a.field = value.release();
  }
  return self;
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
    .dealloc = ScannerFields::dealloc,
    .call = scanner_call,
    .flags = kTypeDefault | kTypeHaveGc | kTypeBaseType,
    .doc = "JSON scanner object",
    .traverse = ScannerFields::traverse,
    .clear = ScannerFields::clear,
    .members = scanner_members,
    .new_ = NEW(scanner_new, "make_scanner(type, context)"),
};

}  // namespace minipy::json
