// str.format(): walking the format string, finding the arguments, formatting them.
#include "runtime/str_format.h"

#include <limits>

#include "runtime/abstract.h"
#include "runtime/containers.h"
#include "runtime/dict.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/format_spec.h"
#include "runtime/formatted_text.h"
#include "runtime/int.h"
#include "runtime/str_internal.h"
#include "runtime/str_methods.h"
#include "runtime/unicode_data.h"

namespace minipy {

// ---- Parsing
// ---------------------------------------------------------------------------------------------------------------

Maybe<bool> MarkupParser::next(Markup& out) {
  out = Markup{};
  if (at_ >= end_) return false;
  out.literal_start = at_;
  char32_t brace = 0;
  while (at_ < end_ && !brace) {
    char32_t c = str_at(format_, at_++);
    if (c == '{' || c == '}') brace = c;
  }
  out.literal_end = at_;
  if (!brace) return true;
  bool at_end = at_ >= end_;
  if (!at_end && str_at(format_, at_) == brace) {
    at_++;  // a doubled brace stands for one
    return true;
  }
  if (brace == '}') return raise(ValueError, "Single '}}' encountered in format string");
  if (at_end) return raise(ValueError, "Single '{{' encountered in format string");
  out.literal_end--;
  out.has_field = true;
  TRY(parse_field(out));
  return true;
}

// Behind the opening brace: name ["!" conversion] [":" spec] "}". In the name, brackets hide what is in them.
Status MarkupParser::parse_field(Markup& out) {
  out.name_start = at_;
  char32_t c = 0;
  bool found = false;
  while (at_ < end_ && !found) {
    c = str_at(format_, at_++);
    switch (c) {
      case '{': return raise(ValueError, "unexpected '{{' in field name");
      case '[':
        while (at_ < end_ && str_at(format_, at_) != ']') at_++;
        break;
      case '}':
      case ':':
      case '!': found = true;
    }
  }
  if (!found) return raise(ValueError, "expected '}}' before end of string");
  out.name_end = out.spec_start = out.spec_end = at_ - 1;
  if (c == '}') return kOk;
  if (c == '!') {
    if (at_ >= end_) return raise(ValueError, "end of string while looking for conversion specifier");
    out.conversion = str_at(format_, at_++);
    if (at_ < end_) {
      c = str_at(format_, at_++);
      if (c == '}') return kOk;
      if (c != ':') return raise(ValueError, "expected ':' after conversion specifier");
    }
  }
  out.spec_start = at_;
  int depth = 1;
  while (at_ < end_) {
    c = str_at(format_, at_++);
    if (c == '{') {
      out.spec_has_fields = true;
      depth++;
    } else if (c == '}' && --depth == 0) {
      out.spec_end = at_ - 1;
      return kOk;
    }
  }
  return raise(ValueError, "unmatched '{{' in format spec");
}

namespace {

// The number that the whole of format[start:end] is; -1 when it is none.
Maybe<ssize> parse_index(const Str* format, ssize start, ssize end) {
  if (start >= end) return ssize{-1};
  ssize v = 0;
  for (ssize i = start; i < end; i++) {
    char32_t c = str_at(format, i);
    int digit = unicode_decimal_value(c);
    if (digit < 0) return ssize{-1};
    if (v > (std::numeric_limits<ssize>::max() - digit) / 10) {
      return raise(ValueError, "Too many decimal digits in format string");
    }
    v = v * 10 + digit;
  }
  return v;
}

}  // namespace

Status FieldNameParser::first(Part& out) {
  out = Part{};
  out.start = at_;
  while (at_ < end_ && str_at(format_, at_) != '.' && str_at(format_, at_) != '[') at_++;
  out.end = at_;
  out.index = TRY(parse_index(format_, out.start, out.end));
  return kOk;
}

Maybe<bool> FieldNameParser::next(Part& out) {
  out = Part{};
  if (at_ >= end_) return false;
  char32_t c = str_at(format_, at_++);
  out.start = at_;
  if (c == '.') {
    out.is_attribute = true;
    while (at_ < end_ && str_at(format_, at_) != '.' && str_at(format_, at_) != '[') at_++;
    out.end = at_;
  } else if (c == '[') {
    while (at_ < end_ && str_at(format_, at_) != ']') at_++;
    if (at_ >= end_) return raise(ValueError, "Missing ']' in format string");
    out.end = at_++;
    out.index = TRY(parse_index(format_, out.start, out.end));
  } else {
    return raise(ValueError, "Only '.' or '[' may follow ']' in format field specifier");
  }
  if (out.start == out.end) return raise(ValueError, "Empty attribute in format string");
  return true;
}

// ---- Formatting
// --------------------------------------------------------------------------------------------------------------

namespace {

class FormatRun {
 public:
  FormatRun(const VarArgs* args, Object* kwargs) : args_(args), kwargs_(kwargs) {}

  Status run(Str* format, ssize start, ssize end, int depth, FormattedText& out) {
    if (depth < 0) return raise(ValueError, "Max string recursion exceeded");
    MarkupParser parser(format, start, end);
    Markup m;
    while (TRY(parser.next(m))) {
      bool last = parser.at_end();
      TRY(out.append(format, m.literal_start, m.literal_end, last && !m.has_field));
      if (m.has_field) TRY(field(format, m, depth, last, out));
    }
    return kOk;
  }

 private:
  enum class Numbering { kUndecided, kAutomatic, kManual };

  Status check_numbering(bool automatic) {
    Numbering wanted = automatic ? Numbering::kAutomatic : Numbering::kManual;
    if (numbering_ == Numbering::kUndecided) numbering_ = wanted;
    if (numbering_ == wanted) return kOk;
    if (automatic) {
      return raise(ValueError, "cannot switch from manual field specification to automatic field numbering");
    }
    return raise(ValueError, "cannot switch from automatic field numbering to manual field specification");
  }

  Ref<Object> first_object(Str* format, const FieldNameParser::Part& part) {
    bool empty = part.start == part.end;
    ssize index = part.index;
    // format_map() has no positional arguments and so no numbering.
    if (args_ && (empty || index >= 0)) TRY(check_numbering(empty));
    if (empty) index = next_index_++;
    if (index < 0) {
      Ref<Str> key = TRY(str_substring(format, part.start, part.end));
      if (!kwargs_) return raise_key_error(as_object(key.get()));
      return object_get_item(kwargs_, as_object(key.get()));
    }
    if (!args_) return raise(ValueError, "Format string contains positional fields");
    if (index >= args_->size) {
      return raise(IndexError, "Replacement index {} out of range for positional args tuple", index);
    }
    return share((*args_)[index]);
  }

  Ref<Object> find_object(Str* format, const Markup& m) {
    FieldNameParser parser(format, m.name_start, m.name_end);
    FieldNameParser::Part part;
    TRY(parser.first(part));
    Ref<Object> object = TRY(first_object(format, part));
    while (TRY(parser.next(part))) {
      if (part.index >= 0 && !part.is_attribute) {
        object = TRY(get_indexed(object.get(), part.index));
        continue;
      }
      Ref<Str> name = TRY(str_substring(format, part.start, part.end));
      object = part.is_attribute ? object_get_attr(object.get(), name.get())
                                 : object_get_item(object.get(), as_object(name.get()));
      if (!object) return nullptr;
    }
    return object;
  }

  static Ref<Object> get_indexed(Object* p, ssize index) {
    if (is_sequence(p) && !is_dict(p)) return sequence_get_item(p, index);
    Ref<Int> key = TRY(int_from_ssize(index));
    return object_get_item(p, as_object(key.get()));
  }

  static Ref<Object> convert(Ref<Object> object, char32_t conversion) {
    switch (conversion) {
      case 'r': return object_repr(object.get());
      case 's': return object_str(object.get());
      case 'a': return object_ascii(object.get());
      default:
        if (conversion > 32 && conversion < 127) {
          return raise(ValueError, "Unknown conversion specifier {}", conversion);
        }
        return raise(ValueError, "Unknown conversion specifier \\x{:x}", static_cast<unsigned>(conversion));
    }
  }

  // These are formatted without a look at __format__, which object_format() binds.
  static Ref<Str> format_field(Object* p, Str* spec) {
    if (is_exactly(p, &int_type) && spec->length) return int_format(p, spec);
    if (is_exactly(p, &float_type)) return float_format(p, spec);
    if (is_exact_str(p)) return str_format_with_spec(cast<Str>(p), spec);
    return object_format(p, spec);
  }

  Status field(Str* format, const Markup& m, int depth, bool last, FormattedText& out) {
    Ref<Object> object = TRY(find_object(format, m));
    if (m.conversion) object = TRY(convert(std::move(object), m.conversion));
    Ref<Str> spec;
    if (m.spec_has_fields) {
      FormattedText expanded;
      TRY(run(format, m.spec_start, m.spec_end, depth - 1, expanded));
      spec = TRY(expanded.finish());
    } else {
      spec = TRY(str_substring(format, m.spec_start, m.spec_end));
    }
    if (is_exact_str(object.get()) && spec->length == 0) return out.append(cast<Str>(object.get()), last);
    Ref<Str> text = TRY(format_field(object.get(), spec.get()));
    // CPython writes the digits of an int, so that they are never a string of their own.
    if (is_exactly(object.get(), &int_type)) return out.builder().append(text.get());
    return out.append(text.get(), last);
  }

  const VarArgs* args_;  // null: format_map()
  Object* kwargs_;
  Numbering numbering_ = Numbering::kUndecided;
  ssize next_index_ = 0;
};

constexpr int kMaxNesting = 1;

}  // namespace

Ref<Str> str_format(Str* format, VarArgs args, Object* kwargs) {
  FormattedText out(format->length + 100);
  FormatRun run(&args, kwargs);
  TRY(run.run(format, 0, format->length, kMaxNesting, out));
  return out.finish();
}

Ref<Str> str_format_map(Str* format, Object* mapping) {
  FormattedText out(format->length + 100);
  FormatRun run(nullptr, mapping);
  TRY(run.run(format, 0, format->length, kMaxNesting, out));
  return out.finish();
}

// ---- format(str, spec)
// -------------------------------------------------------------------------------------------------------

Ref<Str> str_format_with_spec(Str* s, Str* spec_text) {
  if (spec_text->length == 0) return object_str(as_object(s));
  FormatSpec spec;
  TRY(parse_format_spec(spec_text, as_object(s), 's', '<', spec));
  if (spec.type != 's') return raise_unknown_format_code(spec.type, as_object(s));
  if (spec.sign) {
    return raise(ValueError, "{} not allowed in string format specifier", spec.sign == ' ' ? "Space" : "Sign");
  }
  if (spec.no_negative_zero) {
    return raise(ValueError, "Negative zero coercion (z) not allowed in string format specifier");
  }
  if (spec.alternate) return raise(ValueError, "Alternate form (#) not allowed in string format specifier");
  if (spec.align == '=') return raise(ValueError, "'=' alignment not allowed in string format specifier");
  ssize n = s->length;
  if (spec.precision >= 0 && spec.precision < n) n = spec.precision;
  ssize padding = spec.width > n ? spec.width - n : 0;
  ssize left = spec.align == '>' ? padding : spec.align == '^' ? padding / 2 : 0;
  if (padding == 0) return n == s->length ? share(s) : str_substring(s, 0, n);
  StrBuilder out(n + padding);
  TRY(out.append_fill(spec.fill, left));
  TRY(out.append(s, 0, n));
  TRY(out.append_fill(spec.fill, padding - left));
  return out.finish();
}

}  // namespace minipy
