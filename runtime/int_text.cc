// int: reading and writing text in bases 2 to 36. Conversions that are not linear (bases that are no powers of two)
// obey the limit on digits that sys.set_int_max_str_digits() sets (CVE-2020-10735).
#include <array>
#include <bit>
#include <charconv>
#include <cstring>

#include <fmt/format.h>

#include "runtime/abstract.h"
#include "runtime/error.h"
#include "runtime/int_digits.h"
#include "runtime/number_text.h"
#include "runtime/str_internal.h"
#include "runtime/thread_state.h"
#include "runtime/unicode_data.h"

namespace minipy {

namespace {

// The limit is not looked at below this many digits.
constexpr ssize kLimitThreshold = 640;

// A block of bytes: on the stack when small.
class TextBuffer {
 public:
  explicit TextBuffer(size_t size)
      : data_(size > sizeof inline_ ? static_cast<char*>(memory::mem_alloc(size)) : inline_) {}
  ~TextBuffer() {
    if (data_ != inline_) memory::mem_free(data_);
  }
  TextBuffer(const TextBuffer&) = delete;
  explicit operator bool() const { return data_ != nullptr; }
  char* get() { return data_; }
  unsigned char* bytes() { return reinterpret_cast<unsigned char*>(data_); }

 private:
  char inline_[200];
  char* data_;
};

constexpr std::array<unsigned char, 256> make_digit_values() {
  std::array<unsigned char, 256> table{};
  for (int c = 0; c < 256; c++) {
    unsigned char v = 37;
    if (c >= '0' && c <= '9') v = static_cast<unsigned char>(c - '0');
    if (c >= 'a' && c <= 'z') v = static_cast<unsigned char>(c - 'a' + 10);
    if (c >= 'A' && c <= 'Z') v = static_cast<unsigned char>(c - 'A' + 10);
    table[static_cast<size_t>(c)] = v;
  }
  return table;
}
constexpr auto kDigitValues = make_digit_values();
inline unsigned digit_value(char c) { return kDigitValues[static_cast<unsigned char>(c)]; }

int max_str_digits() { return current_interpreter() ? current_interpreter()->config.int_max_str_digits : 4300; }

// 32 digits of 30 bits are at most 289 decimal digits: a cheap lower bound for the length of large ints.
bool certainly_too_long(ssize digit_count, int limit) {
  return limit > 0 && static_cast<double>(digit_count - 1) * kDigitBits * 0.30102999 > static_cast<double>(limit);
}

Raised raise_too_long_to_write() {
  return raise(ValueError,
               "Exceeds the limit ({} digits) for integer string conversion; use sys.set_int_max_str_digits() to "
               "increase the limit",
               max_str_digits());
}

enum class Parse { kOk, kInvalid, kRaised };

// The digits of `values` (each below base, no leading zero) as a positive number.
Ref<Int> from_digit_values(const unsigned char* values, size_t count, unsigned base) {
  if (count == 0) return int_small_ref(0);
  double bits_per_digit = base == 10 ? 3.3219280948873626 : std::bit_width(base - 1);
  auto limbs_needed = static_cast<size_t>(static_cast<double>(count) * bits_per_digit / 64) + 2;
  if (limbs_needed <= 2 && count <= 12) {
    uint64_t v = 0;  // 36**12 < 2**63
    for (size_t i = 0; i < count; i++) v = v * base + values[i];
    return int_from_size(v);
  }
  TRY(int_reserve_memory(limbs_needed * 8 * 6));
  Limbs limbs(limbs_needed);
  if (!limbs) return raise_no_memory_error();
  mp_size_t n = mpn_set_str(limbs.get(), values, count, static_cast<int>(base));
  return int_from_limbs(limbs.get(), static_cast<size_t>(n), false);
}

// Which base a literal is in; consumes its prefix.
struct Prefix {
  int base;
  bool must_be_zero = false;  // "0123" in base 0
};
Prefix take_prefix(std::string_view& text, int base) {
  Prefix prefix{base};
  char marker = text.size() >= 2 && text[0] == '0' ? static_cast<char>(text[1] | 0x20) : '\0';
  int marked = marker == 'x' ? 16 : marker == 'o' ? 8 : marker == 'b' ? 2 : 0;
  if (base == 0) {
    if (marked) {
      prefix.base = marked;
    } else {
      prefix.base = 10;
      prefix.must_be_zero = !text.empty() && text[0] == '0';
      return prefix;
    }
  } else if (marked != base) {
    return prefix;
  }
  text.remove_prefix(2);
  if (!text.empty() && text[0] == '_') text.remove_prefix(1);  // PEP 515: one underscore after the prefix
  return prefix;
}

// int()'s grammar over ASCII text.
Parse parse_int(std::string_view text, int base, Ref<Int>& out) {
  while (!text.empty() && is_ascii_space(text.front())) text.remove_prefix(1);
  bool negative = false;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  Prefix prefix = take_prefix(text, base);
  auto b = static_cast<unsigned>(prefix.base);
  // The digits with single underscores between them, then nothing but space.
  size_t i = 0, count = 0;
  char previous = '_';
  TextBuffer values(text.size() + 1);
  if (!values) {
    raise_no_memory_error();
    return Parse::kRaised;
  }
  for (; i < text.size(); previous = text[i++]) {
    unsigned v = digit_value(text[i]);
    if (v < b) {
      values.bytes()[count++] = static_cast<unsigned char>(v);
    } else if (text[i] != '_' || previous == '_') {
      break;
    }
  }
  if (previous == '_') return Parse::kInvalid;
  if (!std::has_single_bit(b) && static_cast<ssize>(count) > kLimitThreshold) {
    int limit = max_str_digits();
    if (limit > 0 && count > static_cast<size_t>(limit)) {
      raise(ValueError,
            "Exceeds the limit ({} digits) for integer string conversion: value has {} digits; use "
            "sys.set_int_max_str_digits() to increase the limit",
            limit, count);
      return Parse::kRaised;
    }
  }
  while (i < text.size() && is_ascii_space(text[i])) i++;
  if (i != text.size()) return Parse::kInvalid;
  size_t zeros = 0;
  while (zeros < count && values.bytes()[zeros] == 0) zeros++;
  if (prefix.must_be_zero && zeros != count) return Parse::kInvalid;
  out = from_digit_values(values.bytes() + zeros, count - zeros, b);
  if (out && negative) out = int_negate(out.get()).cast_to<Int>();
  return out ? Parse::kOk : Parse::kRaised;
}

}  // namespace

AsciiNumberText::AsciiNumberText(Str* s) {
  if (str_is_ascii(s)) {
    view_ = {static_cast<const char*>(str_data(s)), static_cast<size_t>(str_length(s))};
    return;
  }
  ssize n = str_length(s);
  copy_.reserve(static_cast<size_t>(n));
  for (ssize i = 0; i < n; i++) {
    char32_t c = str_at(s, i);
    if (c < 127) {
      copy_.push_back(static_cast<char>(c));
    } else if (unicode_is_space(c)) {
      copy_.push_back(' ');
    } else if (int v = unicode_decimal_value(c); v >= 0) {
      copy_.push_back(static_cast<char>('0' + v));
    } else {
      copy_.push_back('?');
      break;
    }
  }
  view_ = copy_;
}

bool strip_underscores(std::string_view text, std::string& out) {
  out.clear();
  char previous = '\0';
  for (char c : text) {
    bool is_digit = c >= '0' && c <= '9';
    if (c == '_') {
      if (previous < '0' || previous > '9') return false;
    } else {
      if (previous == '_' && !is_digit) return false;
      out.push_back(c);
    }
    previous = c;
  }
  return previous != '_';
}

Ref<Object> int_from_literal(std::string_view text, int base, Object* original) {
  if (base != 0 && (base < 2 || base > 36)) return raise(ValueError, "int() arg 2 must be >= 2 and <= 36");
  Ref<Int> value;
  switch (parse_int(text, base, value)) {
    case Parse::kOk: return value;
    case Parse::kInvalid:
      return raise(ValueError, "invalid literal for int() with base {}: {:.200}", base, repr_of(original));
    default: return kRaised;
  }
}

Ref<Object> int_from_str(Str* text, int base) {
  return int_from_literal(AsciiNumberText(text).view(), base, as_object(text));
}

Ref<Object> int_from_text(std::string_view text, int base) {
  Ref<Int> value;
  switch (parse_int(text, base, value)) {
    case Parse::kOk: return value;
    case Parse::kInvalid: {
      auto original = TRY(str_decode_utf8(text.data(), static_cast<ssize>(text.size()), "replace"));
      return raise(ValueError, "invalid literal for int() with base {}: {:.200}", base, repr_of(original.get()));
    }
    default: return kRaised;
  }
}

// ---- Writing -------------------------------------------------------------------------------------------------------

Ref<Str> int_to_str(Int* v, int base, bool prefix) {
  if (base == 10 && int_has_two_digits(v)) {
    // A string of its own, also where it is of one character: CPython's too is not the shared one.
    fmt::format_int text(int_two_digit_value(v));
    Ref<Str> s = TRY(str_allocate(static_cast<ssize>(text.size()), 0x7f));
    std::memcpy(str_data(s.get()), text.data(), text.size());
    return s;
  }
  char head[4];
  size_t head_size = 0;
  if (v->base.size < 0) head[head_size++] = '-';
  if (prefix && base != 10) {
    head[head_size++] = '0';
    head[head_size++] = base == 16 ? 'x' : base == 8 ? 'o' : 'b';
  }
  if (int_has_two_digits(v)) {
    char text[72];
    memcpy(text, head, head_size);
    ssize value = int_two_digit_value(v);
    auto end = std::to_chars(text + head_size, text + sizeof text, value < 0 ? -value : value, base).ptr;
    return str_from_ascii({text, static_cast<size_t>(end - text)});
  }
  ssize n = int_digit_count(v);
  bool limited = !std::has_single_bit(static_cast<unsigned>(base));
  if (limited && certainly_too_long(n, max_str_digits())) return raise_too_long_to_write();
  size_t limb_count = limbs_for_digits(static_cast<size_t>(n));
  double bits_per_digit = base == 10 ? 3.3219280948873 : std::bit_width(static_cast<unsigned>(base)) - 1;
  size_t room = static_cast<size_t>(static_cast<double>(int_bit_length(v)) / bits_per_digit) + 3;
  TRY(int_reserve_memory(limb_count * 8 * 6 + room * 2));
  Limbs limbs(limb_count + 1);
  TextBuffer text(head_size + room);
  if (!limbs || !text) return raise_no_memory_error();
  limb_count = int_to_limbs(v, limbs.get());
  unsigned char* digits = text.bytes() + head_size;
  size_t count = mpn_get_str(digits, base, limbs.get(), static_cast<mp_size_t>(limb_count));
  size_t zeros = 0;
  while (zeros + 1 < count && digits[zeros] == 0) zeros++;
  digits += zeros;
  count -= zeros;
  if (limited && static_cast<ssize>(count) > kLimitThreshold) {
    int limit = max_str_digits();
    if (limit > 0 && count > static_cast<size_t>(limit)) return raise_too_long_to_write();
  }
  for (size_t i = 0; i < count; i++)
    digits[i] = static_cast<unsigned char>("0123456789abcdefghijklmnopqrstuvwxyz"[digits[i]]);
  memcpy(digits - head_size, head, head_size);
  return str_from_ascii({reinterpret_cast<char*>(digits) - head_size, head_size + count});
}

}  // namespace minipy
