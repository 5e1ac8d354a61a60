// printf-style formatting of str and bytes (library reference, "printf-style String Formatting"): format % arguments.
// The walk over the format is shared; what differs (conversions %s %c, keys, result) is in the two traits.
#include <climits>
#include <limits>
#include <string>

#include "runtime/abstract.h"
#include "runtime/buffer.h"
#include "runtime/bytes.h"
#include "runtime/bytes_methods.h"
#include "runtime/containers.h"
#include "runtime/error.h"
#include "runtime/float.h"
#include "runtime/formatted_text.h"
#include "runtime/int.h"
#include "runtime/names.h"
#include "runtime/str_internal.h"

namespace minipy {
namespace {

struct Conversion {
  char32_t type = 0;
  ssize index = 0;  // of the type in the format
  ssize width = -1;
  int precision = -1;
  bool left = false, sign = false, blank = false, alternate = false, zero = false;
  bool last = false;  // the format ends here
};

// ---- What is particular to str
// ---------------------------------------------------------------------------------------------

class StrTraits {
 public:
  StrTraits(Str* format, bool) : format_(format), out_(format->length + 100) {}

  ssize length() const { return format_->length; }
  char32_t at(ssize i) const { return str_at(format_, i); }
  ssize find_percent(ssize from) const { return str_find_char(format_, '%', from, format_->length, 1); }
  Ref<Object> key(ssize start, ssize end) { return str_substring(format_, start, end); }
  static bool is_mapping_argument(Object* p) { return !is_tuple(p) && !is_str(p); }
  static constexpr const char* kPrecisionTooBig = "precision too big";
  static constexpr const char* kLeftOver = "not all arguments converted during string formatting";

  Status append_literal(ssize start, ssize end) { return out_.append(format_, start, end, end == format_->length); }
  Status append_ascii(std::string_view s) { return out_.builder().append_ascii(s); }
  Status append_fill(char c, ssize n) { return out_.builder().append_fill(static_cast<unsigned char>(c), n); }

  Status text_conversion(Object* v, const Conversion& c) {
    Ref<Str> s = c.type == 's' ? object_str(v) : c.type == 'r' ? object_repr(v) : object_ascii(v);
    if (!s) return kRaised;
    // CPython writes the digits of an int, so that they are never a string of their own.
    if (is_exactly(v, &int_type) && c.width < 0 && c.precision < 0) return out_.builder().append(s.get());
    return append_padded(s.get(), c);
  }
  static bool is_text(char32_t type) { return type == 's' || type == 'r' || type == 'a'; }

  Status char_conversion(Object* v, Conversion c) {
    char32_t value;
    if (is_str(v)) {
      if (cast<Str>(v)->length != 1) return raise(TypeError, "%c requires int or char");
      value = str_at(cast<Str>(v), 0);
    } else {
      Ref<Object> number = share(v);
      if (!is_int(v)) {
        number = number_index(v);
        if (!number) {
          if (!error_clear_if(TypeError)) return kRaised;
          return raise(TypeError, "%c requires int or char");
        }
      }
      int overflow;
      long long n = int_to_long_long_overflow(number.get(), &overflow);
      if (overflow || n < 0 || n > static_cast<long long>(kMaxCodePoint)) {
        return raise(OverflowError, "%c arg not in range(0x110000)");
      }
      value = static_cast<char32_t>(n);
    }
    Ref<Str> s = TRY(str_from_char(value));
    c.precision = -1;
    return append_padded(s.get(), c);
  }

  static Maybe<double> as_double(Object* v) { return float_as_double(v); }

  Raised unsupported(const Conversion& c) {
    char shown = c.type >= 31 && c.type <= 126 ? static_cast<char>(c.type) : '?';
    return raise(ValueError, "unsupported format character '{}' (0x{:x}) at index {}", shown,
                 static_cast<unsigned>(c.type), c.index);
  }
  Ref<Object> finish() { return out_.finish(); }

 private:
  Status append_padded(Str* s, const Conversion& c) {
    ssize n = s->length;
    if (c.precision >= 0 && n > c.precision) n = c.precision;
    if (!c.left) TRY(out_.builder().append_fill(' ', c.width - n));
    TRY(out_.append(s, 0, n, c.last && c.width <= n));
    if (c.left) TRY(out_.builder().append_fill(' ', c.width - n));
    return kOk;
  }

  Str* format_;
  FormattedText out_;
};

// ---- What is particular to bytes
// -----------------------------------------------------------------------------------------------

class BytesTraits {
 public:
  BytesTraits(std::string_view format, bool make_bytearray)
      : format_(format), out_(static_cast<ssize>(format.size()) + 100), bytearray_(make_bytearray) {}

  ssize length() const { return static_cast<ssize>(format_.size()); }
  char32_t at(ssize i) const { return static_cast<unsigned char>(format_[static_cast<size_t>(i)]); }
  ssize find_percent(ssize from) const {
    size_t i = format_.find('%', static_cast<size_t>(from));
    return i == std::string_view::npos ? -1 : static_cast<ssize>(i);
  }
  Ref<Object> key(ssize start, ssize end) { return bytes_new(format_.data() + start, end - start); }
  static bool is_mapping_argument(Object* p) {
    return !is_tuple(p) && !is_bytes(p) && !is_str(p) && !is_instance_of(p, &bytearray_type);
  }
  static constexpr const char* kPrecisionTooBig = "prec too big";
  static constexpr const char* kLeftOver = "not all arguments converted during bytes formatting";

  Status append_literal(ssize start, ssize end) {
    return out_.append(format_.substr(static_cast<size_t>(start), static_cast<size_t>(end - start)));
  }
  Status append_ascii(std::string_view s) { return out_.append(s); }
  Status append_fill(char c, ssize n) { return out_.append_fill(c, n); }

  static bool is_text(char32_t type) { return type == 's' || type == 'b' || type == 'r' || type == 'a'; }
  Status text_conversion(Object* v, const Conversion& c) {
    if (c.type == 'r' || c.type == 'a') {
      Ref<Str> s = TRY(object_ascii(v));
      return append_padded({static_cast<char*>(str_data(s.get())), static_cast<size_t>(s->length)}, c);
    }
    if (is_bytes(v)) return append_padded(bytes_view(cast<Bytes>(v)), c);
    if (is_instance_of(v, &bytearray_type)) {
      return append_padded({cast<ByteArray>(v)->start, static_cast<size_t>(var_size(v))}, c);
    }
    if (Ref<Object> method = lookup_special(v, NAME("__bytes__"))) {
      Ref<Object> result = TRY(call(method.get()));
      if (!is_bytes(result.get())) {
        return raise(TypeError, "__bytes__ returned non-bytes (type {:.200})", type_name(result.get()));
      }
      return append_padded(bytes_view(cast<Bytes>(result.get())), c);
    }
    if (error_pending()) return kRaised;
    if (object_has_buffer(v)) {
      HeldBuffer buffer;
      TRY(buffer.get(v, kBufferFullRo));
      Ref<Bytes> b = TRY(bytes_new(nullptr, buffer.size()));
      if (b->base.size) TRY(buffer_to_contiguous(b->data, &buffer.view, buffer.size(), 'C'));
      return append_padded(bytes_view(b.get()), c);
    }
    return raise(TypeError, "%b requires a bytes-like object, or an object that implements __bytes__, not '{:.100}'",
                 type_name(v));
  }

  Status char_conversion(Object* v, Conversion c) {
    c.precision = -1;
    if (is_bytes(v) && var_size(v) == 1) return append_padded(bytes_view(cast<Bytes>(v)), c);
    if (is_instance_of(v, &bytearray_type) && var_size(v) == 1) {
      return append_padded({cast<ByteArray>(v)->start, 1}, c);
    }
    Ref<Object> number = number_index(v);
    if (!number) {
      if (!error_clear_if(TypeError)) return kRaised;
      return raise(TypeError, "%c requires an integer in range(256) or a single byte");
    }
    int overflow;
    long long n = int_to_long_long_overflow(number.get(), &overflow);
    if (overflow || n < 0 || n > 255) return raise(OverflowError, "%c arg not in range(256)");
    char byte = static_cast<char>(n);
    return append_padded({&byte, 1}, c);
  }

  static Maybe<double> as_double(Object* v) {
    Maybe<double> d = float_as_double(v);
    if (!d && error_clear_if(TypeError)) return raise(TypeError, "float argument required, not {:.200}", type_name(v));
    return d;
  }

  Raised unsupported(const Conversion& c) {
    // CPython passes the byte as a signed char and so loses its message.
    if (c.type > 127) return raise_none(ValueError);
    return raise(ValueError, "unsupported format character '{}' (0x{:x}) at index {}", static_cast<char>(c.type),
                 static_cast<unsigned>(c.type), c.index);
  }

  Ref<Object> finish() {
    Ref<Bytes> b = TRY(out_.finish());
    if (bytearray_) return bytearray_new(b->data, b->base.size);
    return b;
  }

 private:
  Status append_padded(std::string_view s, const Conversion& c) {
    if (c.precision >= 0) s = s.substr(0, static_cast<size_t>(c.precision));
    ssize fill = c.width - static_cast<ssize>(s.size());
    if (!c.left) TRY(out_.append_fill(' ', fill));
    TRY(out_.append(s));
    if (c.left) TRY(out_.append_fill(' ', fill));
    return kOk;
  }

  std::string_view format_;
  BytesBuilder out_;
  bool bytearray_;
};

// ---- The walk
// ------------------------------------------------------------------------------------------------------------------

template <class Traits>
class Formatter {
 public:
  template <class Format>
  Formatter(Format format, Object* args, bool make_bytearray) : traits_(format, make_bytearray), args_(args) {
    if (is_tuple(args)) {
      count_ = tuple_size(cast<Tuple>(args));
      next_ = 0;
    }
    if (Traits::is_mapping_argument(args) && is_mapping(args)) mapping_ = args;
  }

  Ref<Object> run() {
    ssize n = traits_.length();
    while (at_ < n) {
      ssize percent = traits_.find_percent(at_);
      TRY(traits_.append_literal(at_, percent < 0 ? n : percent));
      if (percent < 0) break;
      at_ = percent + 1;
      if (at_ < n && traits_.at(at_) == '%') {
        TRY(traits_.append_fill('%', 1));
        at_++;
        continue;
      }
      TRY(one_field());
    }
    if (next_ < count_ && !mapping_) return raise(TypeError, "{}", Traits::kLeftOver);
    return traits_.finish();
  }

 private:
  // Borrowed.
  Object* next_argument() {
    if (next_ < count_) {
      ssize i = next_++;
      return count_ < 0 ? args_ : cast<Tuple>(args_)->items[i];
    }
    return raise(TypeError, "not enough arguments for format string");
  }

  bool at_end() const { return at_ >= traits_.length(); }
  Raised incomplete() { return raise(ValueError, "incomplete format"); }

  Status parse_key() {
    if (!mapping_) return raise(TypeError, "format requires a mapping");
    ssize start = ++at_;
    int depth = 1;
    while (!at_end() && depth > 0) {
      char32_t c = traits_.at(at_++);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    }
    if (depth > 0) return raise(ValueError, "incomplete format key");
    Ref<Object> key = TRY(traits_.key(start, at_ - 1));
    keyed_ = TRY(object_get_item(mapping_, key.get()));
    args_ = keyed_.get();
    count_ = -1;
    next_ = -2;
    return kOk;
  }

  void parse_flags(Conversion& c) {
    for (; !at_end(); at_++) {
      switch (traits_.at(at_)) {
        case '-': c.left = true; break;
        case '+': c.sign = true; break;
        case ' ': c.blank = true; break;
        case '#': c.alternate = true; break;
        case '0': c.zero = true; break;
        default: return;
      }
    }
  }

  // Digits at the cursor, up to `limit`.
  Maybe<ssize> parse_digits(ssize limit, const char* too_big) {
    ssize v = 0;
    while (!at_end() && traits_.at(at_) >= '0' && traits_.at(at_) <= '9') {
      int digit = static_cast<int>(traits_.at(at_++) - '0');
      if (v > (limit - digit) / 10) return raise(ValueError, "{}", too_big);
      v = v * 10 + digit;
    }
    return v;
  }

  Status parse_width_and_precision(Conversion& c) {
    if (!at_end() && traits_.at(at_) == '*') {
      at_++;
      Object* v = TRY(next_argument());
      if (!is_int(v)) return raise(TypeError, "* wants int");
      c.width = TRY(int_to_ssize(v));
      if (c.width < 0) {
        c.left = true;
        c.width = -c.width;
      }
      if (at_end()) return incomplete();
    } else if (!at_end() && traits_.at(at_) >= '0' && traits_.at(at_) <= '9') {
      c.width = TRY(parse_digits(std::numeric_limits<ssize>::max(), "width too big"));
    }
    if (at_end() || traits_.at(at_) != '.') return kOk;
    at_++;
    c.precision = 0;
    if (!at_end() && traits_.at(at_) == '*') {
      at_++;
      Object* v = TRY(next_argument());
      if (!is_int(v)) return raise(TypeError, "* wants int");
      int overflow;
      long long p = int_to_long_long_overflow(v, &overflow);
      if (overflow || p > INT_MAX || p < INT_MIN) {
        return raise(OverflowError, "Python int too large to convert to C int");
      }
      c.precision = p < 0 ? 0 : static_cast<int>(p);
    } else {
      c.precision = static_cast<int>(TRY(parse_digits(INT_MAX, Traits::kPrecisionTooBig)));
    }
    return kOk;
  }

  Status one_field() {
    Conversion c;
    if (!at_end() && traits_.at(at_) == '(') TRY(parse_key());
    parse_flags(c);
    TRY(parse_width_and_precision(c));
    if (!at_end() && (traits_.at(at_) == 'h' || traits_.at(at_) == 'l' || traits_.at(at_) == 'L')) at_++;
    if (at_end()) return incomplete();
    c.index = at_;
    c.type = traits_.at(at_++);
    c.last = at_end();
    Object* v = TRY(next_argument());
    if (Traits::is_text(c.type)) return traits_.text_conversion(v, c);
    switch (c.type) {
      case 'd':
      case 'i':
      case 'u':
      case 'o':
      case 'x':
      case 'X': return integer_conversion(v, c);
      case 'e':
      case 'E':
      case 'f':
      case 'F':
      case 'g':
      case 'G': return float_conversion(v, c);
      case 'c': return traits_.char_conversion(v, c);
      default: return traits_.unsupported(c);
    }
  }

  Status integer_conversion(Object* v, const Conversion& c) {
    bool decimal = c.type == 'd' || c.type == 'i' || c.type == 'u';
    Ref<Object> number;
    if (is_int(v)) {
      number = share(v);
    } else {
      NumberMethods* m = type_of(v)->as_number;
      // Only numbers are converted: not, for instance, strings.
      bool numeric = m && (m->index || m->int_ || m->float_);
      if (numeric) number = decimal ? number_int(v) : number_index(v);
      if (!number) {
        if (numeric && !error_clear_if(TypeError)) return kRaised;
        return raise(TypeError, "%{} format: {} is required, not {:.200}", static_cast<char>(c.type),
                     decimal ? "a real number" : "an integer", type_name(v));
      }
    }
    if (c.precision > INT_MAX - 3) return raise(OverflowError, "precision too large");
    Ref<Str> digits = TRY(int_to_str(cast<Int>(number.get()), decimal ? 10 : c.type == 'o' ? 8 : 16));
    std::string text(static_cast<char*>(str_data(digits.get())), static_cast<size_t>(digits->length));
    bool negative = text[0] == '-';
    if (negative) text.erase(0, 1);
    if (c.precision > static_cast<ssize>(text.size())) {
      text.insert(0, static_cast<size_t>(c.precision) - text.size(), '0');
    }
    if (c.type == 'X') {
      for (char& d : text) d = d >= 'a' ? static_cast<char>(d - 32) : d;
    }
    std::string_view prefix;
    if (c.alternate && !decimal) prefix = c.type == 'o' ? "0o" : c.type == 'x' ? "0x" : "0X";
    return append_number(c, negative ? '-' : 0, prefix, text);
  }

  Status float_conversion(Object* v, const Conversion& c) {
    double d = TRY(Traits::as_double(v));
    std::string text =
        format_double(d, static_cast<char>(c.type), c.precision < 0 ? 6 : c.precision, c.alternate ? kFloatAlt : 0);
    char sign = text[0] == '-' ? '-' : 0;
    if (sign) text.erase(0, 1);
    return append_number(c, sign, "", text);
  }

  Status append_number(const Conversion& c, char sign, std::string_view prefix, std::string_view digits) {
    if (!sign) sign = c.sign ? '+' : c.blank ? ' ' : 0;
    ssize fill = c.width - static_cast<ssize>(digits.size() + prefix.size() + (sign ? 1 : 0));
    if (!c.left && !c.zero) TRY(traits_.append_fill(' ', fill));
    if (sign) TRY(traits_.append_fill(sign, 1));
    TRY(traits_.append_ascii(prefix));
    if (!c.left && c.zero) TRY(traits_.append_fill('0', fill));
    TRY(traits_.append_ascii(digits));
    if (c.left) TRY(traits_.append_fill(' ', fill));
    return kOk;
  }

  Traits traits_;
  Object* args_;               // the tuple, or the one argument; borrowed
  Ref<Object> keyed_;          // owns it where it comes from the mapping
  Object* mapping_ = nullptr;  // borrowed from the caller
  ssize count_ = -1;           // of the tuple; -1: one argument
  ssize next_ = -2;            // index of the next one; for one argument -2, then -1 when it is used up
  ssize at_ = 0;
};

}  // namespace

Ref<Str> str_format_percent(Str* format, Object* args) {
  return Formatter<StrTraits>(format, args, false).run().cast_to<Str>();
}

Ref<Object> bytes_format_percent(std::string_view format, Object* args, bool make_bytearray) {
  return Formatter<BytesTraits>(format, args, make_bytearray).run();
}

}  // namespace minipy
